//! The plan: all new hydrants in one list, street by street, those that bring water to most people first, in phases.
//!
//! The spacing comes first, then bridge heads and portals at which none of those new ones stands, then what buildings no hose
//! reaches from all of these: so no hydrant is asked for twice. People behind a hydrant are those who have no water now (after
//! repairs, where these come first) and to whom it is the nearest new one; hydrants of unknown state count as not working, as in
//! the certain reading of every other figure.

use std::collections::BTreeMap;

use geo::Point;

use super::by_street::ByStreet;
use super::kerb_places::KerbPlaces;
use super::proposals::{self, NewReason, NewSite};
use super::reach::HydrantReach;
use super::spacing::SpacingProposals;
use super::spans::SitedHead;
use super::stock::RoadSide;
use super::story::{tell_new_hydrant, tell_unmet};
use super::streets::{GAP_LEAST_M, StreetId};
use super::{HydrantRun, Hydrants, round};
use fireplan_model::ids::TownId;
use fireplan_model::layers::RoadClass;
use fireplan_model::rows::Label;
use fireplan_model::{codes, row};

codes! {
    /// When a street is to get its hydrants.
    pub enum HydrantPhase {
        /// 一期 | First
        First = "first",
        /// 二期 | Second
        Second = "second",
        /// 三期 | Third
        Third = "third",
    }
}

row! {
    /// 补建消火栓 | New hydrants
    pub struct NewHydrant {
        geometry: Point,
        /// 名次(街道按新增有水人口排列) | Rank, street by street, the most people first
        rank: u32,
        /// 编号 | Number
        name: String,
        /// 道路 | Road
        road: String,
        /// 道路等级 | Class
        class: RoadClass,
        /// 乡镇街道 | Town
        town: String,
        /// 桩号 | Chainage
        chainage_m: f64,
        /// 道路侧 | Side
        side: RoadSide,
        /// 补建原因 | Why
        why: NewReason,
        /// 分期 | Phase
        phase: HydrantPhase,
        /// 先核实现有消火栓(若完好则不必补建) | Verify the hydrants of unknown state first: if they work, none is needed
        verify: bool,
        /// 新增有水人口 | People who get water
        gain_people: Option<f64>,
        /// 新增有水建筑 | Buildings that get water
        buildings: u32,
        /// 费用 | Cost
        cost_wan_yuan: f64,
        /// 附近无处可满足的要求 | Requirements that no place near meets
        unmet: Label,
        /// 说明 | Story
        story: Label,
    }
}

/// A new hydrant with the street and the town in which it would stand.
pub(super) struct SitedNew {
    pub row: NewHydrant,
    pub street: StreetId,
    pub town: Option<TownId>,
}

/// What is planned for a street.
#[derive(Debug, Clone, Copy)]
pub(super) struct StreetPlan {
    pub phase: HydrantPhase,
    pub people: f64,
    pub buildings: u32,
}

/// All new hydrants, and how good their number is.
pub(super) struct HydrantPlan {
    /// Street by street, those with most people first.
    pub rows: Vec<SitedNew>,
    pub streets: BTreeMap<StreetId, StreetPlan>,
    /// Fewest for the spacing, places solved exactly, and the fewest if hydrants of unknown state worked.
    pub spacing: [usize; 3],
    /// Fewest more for the reach by hose.
    pub hose_bound: usize,
    /// Buildings no new hydrant on a municipal road could reach.
    pub beyond: usize,
}

impl HydrantPlan {
    /// Number of new hydrants for a reason.
    pub(super) fn count(&self, why: NewReason) -> usize {
        self.rows.iter().filter(|new| new.row.why == why).count()
    }

    /// What the hydrants of a phase number, and the people whom they bring water.
    pub(super) fn of_phase(&self, phase: HydrantPhase) -> (usize, f64) {
        let rows = self.rows.iter().filter(|new| new.row.phase == phase);
        let people: f64 = rows.clone().filter_map(|new| new.row.gain_people).sum();
        (rows.count(), people + 0.0)
    }
}

/// Puts all new hydrants into one list.
pub(super) fn plan(
    question: &Hydrants,
    (run, kerb_places): (&HydrantRun, &KerbPlaces),
    reach: &HydrantReach,
    heads: &[SitedHead],
    spacing: SpacingProposals,
) -> HydrantPlan {
    let mut sites = spacing.sites;
    sites.extend(heads.iter().filter_map(|head| head.new.clone()));
    let will_be_reached: Vec<bool> =
        reach.nearest_new(run.area, &sites).buildings.iter().map(Option::is_some).collect();
    let hose = proposals::reach_buildings(question, (run, kerb_places), reach, &will_be_reached);
    sites.extend(hose.sites);
    let gains = gains(run, reach, &sites);
    let streets = phases(run, &sites, &gains);
    let mut order: Vec<usize> = (0..sites.len()).collect();
    order.sort_by(|a, b| {
        let (site_a, site_b) = (&sites[*a], &sites[*b]);
        by_people(&streets[&site_a.street], &streets[&site_b.street])
            .then(site_a.street.cmp(&site_b.street))
            .then(gains[*b].0.total_cmp(&gains[*a].0))
            .then(site_a.chainage_m.total_cmp(&site_b.chainage_m))
    });
    let rows = order.into_iter().zip(1..);
    let (asked, named) = (ByStreet::new(run, &run.to_cover_hopeful), last_named(run));
    let of =
        |(number, rank): (usize, u32)| row_of(run, &sites[number], gains[number], (&streets, &asked), (rank, named));
    let rows = rows.map(of).collect();
    HydrantPlan {
        rows,
        streets,
        spacing: [spacing.lower_bound, spacing.exact, spacing.if_unknown_work],
        hose_bound: hose.lower_bound,
        beyond: hose.beyond,
    }
}

/// People and buildings to whom each site is the nearest new hydrant.
fn gains(run: &HydrantRun, reach: &HydrantReach, sites: &[NewSite]) -> Vec<(f64, u32)> {
    let mut gains = vec![(0.0, 0_u32); sites.len()];
    let nearest = reach.nearest_new(run.area, sites);
    for site in nearest.buildings.into_iter().flatten() {
        gains[site as usize].1 += 1;
    }
    for (place, site) in reach.dry.iter().zip(nearest.places) {
        if let Some(site) = site {
            gains[site as usize].0 += place.people;
        }
    }
    gains
}

/// Streets that bring water to most people first; where nobody knows of people, those with most buildings.
fn by_people(a: &StreetPlan, b: &StreetPlan) -> std::cmp::Ordering {
    b.people.total_cmp(&a.people).then(b.buildings.cmp(&a.buildings))
}

/// Sums up the streets and divides them into phases by the share of people reached so far; what reaches nobody comes last.
fn phases(run: &HydrantRun, sites: &[NewSite], gains: &[(f64, u32)]) -> BTreeMap<StreetId, StreetPlan> {
    let mut streets: BTreeMap<StreetId, StreetPlan> = BTreeMap::new();
    for (site, (people, buildings)) in sites.iter().zip(gains) {
        let none = StreetPlan { phase: HydrantPhase::Third, people: 0.0, buildings: 0 };
        let street = streets.entry(site.street).or_insert(none);
        street.people += people;
        street.buildings += buildings;
    }
    // Without a raster of people, buildings stand for them.
    let weight = |street: &StreetPlan| {
        if run.area.population.is_some() { street.people } else { f64::from(street.buildings) }
    };
    let all: f64 = streets.values().map(weight).sum();
    let mut order: Vec<StreetId> = streets.keys().copied().collect();
    order.sort_by(|a, b| by_people(&streets[a], &streets[b]).then(a.cmp(b)));
    let hydrant = &run.rules.hydrant;
    let (first, second) = (hydrant.first_phase_percent.value / 100.0, hydrant.second_phase_percent.value / 100.0);
    let mut before = 0.0;
    for street in order {
        let street = streets.get_mut(&street).expect("it was just listed");
        let own = weight(street);
        street.phase = match () {
            () if own > 0.0 && before < first * all => HydrantPhase::First,
            () if own > 0.0 && before < second * all => HydrantPhase::Second,
            () => HydrantPhase::Third,
        };
        before += own;
    }
    streets
}

/// Begins the numbers of new hydrants.
const NEW: &str = "新栓";
/// A greater number is none of a list of new hydrants.
const LONGEST_LIST: u32 = 1_000_000;

/// The last number that a hydrant that is there, or in the scenario, has of those that new ones get: the next ones follow it.
fn last_named(run: &HydrantRun) -> u32 {
    let names = run.area.layers.hydrants.iter().flat_map(|hydrant| [&hydrant.name, &hydrant.source_id]);
    let numbers = names.filter_map(|name| name.rsplit_once(NEW)?.1.parse().ok());
    numbers.filter(|number: &u32| *number < LONGEST_LIST).max().unwrap_or(0)
}

/// The class of a street: that of its first road.
pub(super) fn class_of(run: &HydrantRun, street: StreetId) -> RoadClass {
    let segment = run.streets.streets[street.index()].parts[0].segment;
    run.area.road_of(segment).class
}

fn row_of(
    run: &HydrantRun,
    site: &NewSite,
    (people, buildings): (f64, u32),
    (streets, asked): (&BTreeMap<StreetId, StreetPlan>, &ByStreet),
    (rank, named): (u32, u32),
) -> SitedNew {
    let town = run.towns.at(site.at);
    let verify = site.why == NewReason::Spacing && asked.street_m(site.street) <= GAP_LEAST_M;
    let mut row = NewHydrant {
        geometry: site.at.into(),
        rank,
        name: format!("{NEW}{:04}", named + rank),
        road: run.street_name(site.street),
        class: class_of(run, site.street),
        town: run.towns.name(town),
        chainage_m: round(site.chainage_m, 1),
        side: site.side,
        why: site.why,
        phase: if verify { HydrantPhase::Third } else { streets[&site.street].phase },
        verify,
        gain_people: run.area.population.is_some().then(|| people.round()),
        buildings,
        cost_wan_yuan: run.rules.hydrant.new_wan_yuan.value,
        unmet: tell_unmet(&site.unmet),
        story: Label::default(),
    };
    row.story = tell_new_hydrant(run, &row, site);
    SitedNew { row, street: site.street, town }
}
