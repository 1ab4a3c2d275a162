//! What was found, on its way into findings: rows of layers and tables.

use std::collections::BTreeMap;

use geo::Polygon;

use super::case::{SiteId, SitingCase, StandId};
use super::choose::{ChosenPlan, TIME_UNIT_MS};
use super::legal::SiteStanding;
use super::outcome::{PlanOutcome, PlanRuns, VillageTimes};
use super::phases::Phase;
use super::rows::{CandidateSite, CoverageChange, PlannedStation, ResponsibilityArea, Role, VillageChange};
use super::stands::Examinee;
use super::story::{tell_answers, tell_site, tell_station};
use super::{projects, summary};
use crate::response::responsibility::Responsibility;
use crate::response::times::{MS_PER_MIN, Reached, minutes};
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_location::{Phased, Plan};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::ids::TownId;
use fireplan_model::layers::LayerId;
use fireplan_model::method_constants;
use fireplan_model::notes::Notes;
use fireplan_model::rows::IfAny;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::Edits;

method_constants! {
    /// 覆盖曲线高出首尾连线此比例以上，才指出拐点 | How far the curve of coverage must rise above the line between its ends for its knee to be told
    const KNEE_SHARE: f64 = 0.05,
        because "低于 5% 的曲线近于直线，指出拐点会误导；假定值，供审查 | Below that the curve is all but straight and a knee would mislead; an assumption, for review";
}

pub(super) struct SitingFindings<'a> {
    pub case: &'a SitingCase<'a>,
    pub choice: &'a ChosenPlan,
    pub phases: Option<(Vec<Phase>, Phased)>,
    pub outcome: &'a PlanOutcome,
    pub runs: &'a PlanRuns<'a>,
    pub areas: Vec<Responsibility>,
}

/// Who and what lies in each area of responsibility.
struct AreaContents {
    /// `None`: of a village in it nobody knows the people, and there is no raster.
    people: Vec<Option<f64>>,
    /// `None`: the area has no layer of them.
    key_units: Option<Vec<u32>>,
}

impl AreaContents {
    fn of(area: &StudyArea, responsibilities: &[Responsibility]) -> Self {
        let parts =
            (0..).zip(responsibilities).flat_map(|(number, one)| one.geometry.0.iter().map(move |part| (number, part)));
        let (owners, parts): (Vec<usize>, Vec<Polygon>) = parts.map(|(number, part)| (number, part.clone())).unzip();
        let index = AreaIndex::new(&parts);
        let owner = |place| index.area_at(place).map(|part| owners[part as usize]);
        let mut people = vec![Some(0.0); responsibilities.len()];
        let mut add = |place, count: Option<f64>| {
            if let Some(number) = owner(place) {
                people[number] = people[number].zip(count).map(|(sum, count)| sum + count);
            }
        };
        match &area.population {
            Some(grid) => {
                let cells = (0..grid.rows).flat_map(|row| (0..grid.columns).map(move |column| (column, row)));
                // A cell without value has nobody.
                let peopled = cells.filter_map(|(column, row)| Some((column, row, grid.value(column, row)?)));
                peopled.for_each(|(column, row, count)| add(grid.center(column, row), Some(count)));
            }
            None if area.has(LayerId::Villages) => {
                area.layers.villages.iter().for_each(|one| add(one.geometry.0, one.population_people.map(f64::from)));
            }
            None => people.fill(None),
        }
        let key_units = area.has(LayerId::KeyUnits).then(|| {
            let mut counts = vec![0; responsibilities.len()];
            let places = area.layers.key_units.iter().map(|unit| unit.geometry.0);
            places.filter_map(owner).for_each(|number| counts[number] += 1);
            counts
        });
        Self { people, key_units }
    }
}

impl SitingFindings<'_> {
    /// Whether the area tells of its stations: an absent layer is not an area without stations.
    pub(super) fn knows_stations(&self) -> bool {
        self.case.area.has(LayerId::Stations)
    }

    pub(super) fn findings(&self, mut notes: Notes) -> Findings {
        let stations = self.stations();
        let sites = self.sites();
        let villages = self.villages();
        let areas = self.responsibilities();
        summary::note_assumptions(self, &mut notes);
        let coded = |column| Drawing::Coded { column };
        let layers = vec![
            Layer::new("siting_areas", Drawing::Plain, &areas),
            Layer::new("siting_villages", coded("change"), &villages),
            Layer::new("siting_sites", coded("standing"), &sites),
            Layer::new("siting_stations", coded("role"), &stations),
        ];
        let gains: Vec<&VillageChange> = villages
            .iter()
            .filter(|village| matches!(village.change, CoverageChange::Gained | CoverageChange::Lost))
            .collect();
        let refused: Vec<&CandidateSite> = sites.iter().filter(|site| site.standing == SiteStanding::Refused).collect();
        let curve = Table::new("siting_curve", &self.curve()).charted(self.chart());
        let tables = [
            curve,
            Table::new("siting_plan", &stations).of_layer("siting_stations"),
            Table::new("siting_phases", &self.phase_rows()),
            Table::new("siting_losses", &self.losses()),
            Table::new("siting_gains", gains).titled("得失村庄 | Villages gained and lost"),
            Table::new("siting_refused", refused).titled("不予采用的站址 | Refused sites"),
        ];
        let checks = summary::checks(self, &areas);
        Findings {
            answers: tell_answers(self, &checks),
            figures: summary::figures(self, &villages),
            checks,
            tables: tables.into_iter().filter(|table| !table.rows.is_empty()).collect(),
            notes: notes.into_vec(),
            proposals: summary::proposals(self),
            projects: projects::projects(self),
            ..Findings::default()
        }
        .with_layers(layers)
    }

    /// New stations of a plan.
    pub(super) fn new_stations(&self, plan: &Plan) -> usize {
        plan.chosen.iter().filter(|stand| self.case.stands[**stand as usize].site.is_some()).count()
    }

    /// What the new stations of a plan cost, where the rules know it of all of them.
    pub(super) fn cost_wan_yuan(&self, stands: impl Iterator<Item = StandId>) -> Option<f64> {
        stands
            .map(|stand| &self.case.stands[stand.index()])
            .filter(|stand| stand.site.is_some())
            .map(|stand| self.case.rules.station_cost_wan_yuan(stand.kind))
            .try_fold(0.0, |sum, cost| Some(sum + cost?))
    }

    /// A value of the models that count times: their mean, or the latest.
    pub(super) fn minutes(&self, value: u64) -> f64 {
        let value = value as f64 * f64::from(TIME_UNIT_MS);
        if self.case.question.objective == super::Objective::LeastLatest {
            return minutes(value);
        }
        let weight: u64 = self.outcome.covering.weights.iter().sum::<u64>() - self.choice.never;
        value / weight.max(1) as f64 / MS_PER_MIN
    }

    /// The rung of the curve farthest above the straight line between its ends (Satopää et al. 2011).
    pub(super) fn knee(&self) -> Option<usize> {
        if self.case.question.objective.is_of_times() {
            return None;
        }
        let values: Vec<f64> = self.choice.curve.iter().map(|rung| rung.plan.value as f64).collect();
        let (first, last) = (*values.first()?, *values.last()?);
        let rungs = values.len().checked_sub(1).filter(|rungs| *rungs >= 2 && last > first)? as f64;
        let above = |at: usize| (values[at] - first) / (last - first) - at as f64 / rungs;
        let knee = (1..values.len() - 1).rev().max_by(|a, b| above(*a).total_cmp(&above(*b)))?;
        // A curve that is all but straight has no knee.
        (above(knee) > KNEE_SHARE).then_some(knee)
    }

    /// Villages that no stand reaches within the budget, those that cannot be placed included.
    pub(super) fn villages_beyond(&self) -> Vec<String> {
        let villages = self.case.area.layers.villages.iter().zip(&self.case.village_stands);
        villages.filter(|(_, stands)| **stands == 0).map(|(village, _)| village.name.clone()).collect()
    }

    fn role(&self, stand: StandId) -> Role {
        match self.case.stands[stand.index()].site {
            Some(_) => Role::New,
            None if self.outcome.closed.contains(&stand) => Role::Closed,
            None => Role::Kept,
        }
    }

    fn town_name(&self, town: Option<TownId>) -> String {
        town.map_or_else(String::new, |town| self.case.area.layers.towns[town.index()].name.clone())
    }

    fn stations(&self) -> Vec<PlannedStation> {
        let all = self.outcome.stands.iter().chain(&self.outcome.closed);
        all.map(|stand| self.station(*stand)).collect()
    }

    fn station(&self, id: StandId) -> PlannedStation {
        let (case, outcome) = (self.case, self.outcome);
        let stand = &case.stands[id.index()];
        let examinee = stand.site.map(|site| &case.sites[site.index()]);
        let planned = outcome.stands.iter().position(|planned| *planned == id);
        let area = self.areas.iter().find(|area| Some(area.station.index()) == planned);
        let order = outcome.built.iter().position(|built| built.stand == id);
        let gain = order.map(|order| outcome.built[order].gain);
        let at = match examinee {
            Some(examinee) => examinee.site.at,
            None => case.area.layers.stations[stand.start.origin.index()].geometry.0,
        };
        let town = case.towns.at(at);
        PlannedStation {
            geometry: at.into(),
            story: tell_station(self, id, order, gain),
            name: case.name(id),
            role: self.role(id),
            order: IfAny(order.map(|order| order as u32 + 1)),
            kind: stand.kind,
            town: self.town_name(town),
            gain: IfAny(gain.map(|gain| rounded(case.amount(gain)))),
            gain_percent: IfAny(gain.map(|gain| case.percent(gain))),
            needed: case.shown(outcome.needed[id.index()]),
            needed_percent: case.percent(outcome.needed[id.index()]),
            area_km2: IfAny(area.map(|area| area.area_km2)),
            built_up_km2: IfAny(area.map(|area| area.built_up_km2)),
            urban_km2: IfAny(area.and_then(Responsibility::known_urban_km2)),
            standing: IfAny(examinee.map(|examinee| examinee.examined.standing)),
            site: IfAny(examinee.map(|examinee| examinee.site.id.clone())),
            cost_wan_yuan: IfAny(examinee.and_then(|_| case.rules.station_cost_wan_yuan(stand.kind))),
        }
    }

    fn sites(&self) -> Vec<CandidateSite> {
        let case = self.case;
        // What each site would add to the present stations alone, by its best kind.
        let mut gains: BTreeMap<SiteId, u64> = BTreeMap::new();
        let mut covered = vec![false; case.demands.len()];
        let covering = &self.outcome.covering;
        (0..case.standing).flat_map(|stand| &covering.covers[stand]).for_each(|at| covered[*at as usize] = true);
        for (stand, covers) in case.stands.iter().zip(&covering.covers).skip(case.standing) {
            let fresh = covers.iter().filter(|demand| !covered[**demand as usize]);
            let gain: u64 = fresh.map(|demand| covering.weights[*demand as usize]).sum();
            let known = stand.site.map(|site| gains.entry(site).or_insert(0));
            known.into_iter().for_each(|known| *known = gain.max(*known));
        }
        let chosen: Vec<SiteId> =
            self.outcome.built.iter().filter_map(|built| case.stands[built.stand.index()].site).collect();
        let kind = case.question.kinds[0];
        let row = |(id, examinee): (SiteId, &Examinee)| {
            let site = &examinee.site;
            let gain = gains.get(&id).map(|gain| rounded(case.amount(*gain)));
            CandidateSite {
                geometry: site.at.into(),
                story: tell_site(self, examinee, gain),
                name: site.name.clone(),
                site: site.id.clone(),
                standing: if examinee.is_eligible() { examinee.examined.standing } else { SiteStanding::Refused },
                chosen: chosen.contains(&id),
                plot: site.is_plot,
                town: self.town_name(site.town),
                area_m2: site.area_m2,
                land_use: site.land_use.clone(),
                gain: IfAny(gain),
                edits: Edits(
                    examinee.is_eligible().then(|| summary::added(self, site, kind)).flatten().into_iter().collect(),
                ),
            }
        };
        SiteId::first(case.sites.len()).zip(&case.sites).map(row).collect()
    }

    fn villages(&self) -> Vec<VillageChange> {
        let times = self.runs.villages(self.case, self.outcome);
        (0..times.len()).map(|number| self.village(number, &times[number])).collect()
    }

    fn village(&self, number: usize, times: &VillageTimes) -> VillageChange {
        let village = &self.case.area.layers.villages[number];
        let (before, after) = (
            self.runs.reached_before(times, village.geometry.0),
            self.runs.after.reached(&times.after, village.geometry.0),
        );
        let first_min = |times: &crate::response::times::ArrivalTimes| times.base[0].map(|first| minutes(first.ms));
        let change = match (before.is_covered(), after.is_covered()) {
            _ if after == Reached::Unplaced => CoverageChange::Unplaced,
            (false, true) => CoverageChange::Gained,
            (true, true) => CoverageChange::Kept,
            (true, false) => CoverageChange::Lost,
            (false, false) => CoverageChange::Late,
        };
        VillageChange {
            geometry: village.geometry,
            name: village.name.clone(),
            town: self.town_name(self.case.towns.at(village.geometry.0)),
            population_people: village.population_people,
            change,
            before,
            after,
            before_min: times.before.as_ref().and_then(first_min),
            after_min: first_min(&times.after),
            station: times.station.map_or_else(String::new, |stand| self.case.name(stand)),
            sites_in_time: self.case.village_stands[number],
        }
    }

    /// The rules where a station of the plan stands.
    pub(super) fn rules_of(&self, area: &Responsibility) -> &Rules {
        self.case.rules_at(self.outcome.stands[area.station.index()])
    }

    fn responsibilities(&self) -> Vec<ResponsibilityArea> {
        let contents = AreaContents::of(self.case.area, &self.areas);
        let row = |(area, number): (&Responsibility, usize)| {
            let stand = self.outcome.stands[area.station.index()];
            let kind = self.case.stands[stand.index()].kind;
            ResponsibilityArea {
                geometry: area.geometry.clone(),
                name: self.case.name(stand),
                role: self.role(stand),
                kind,
                area_km2: area.area_km2,
                built_up_km2: area.built_up_km2,
                urban_km2: IfAny(area.known_urban_km2()),
                cap_km2: self
                    .rules_of(area)
                    .station
                    .area_km2
                    .iter()
                    .find(|cap| cap.kind == kind)
                    .map(|cap| cap.limit.value),
                people: contents.people[number].map(|people| people.round() as u32),
                key_units: contents.key_units.as_ref().map(|units| units[number]),
            }
        };
        self.areas.iter().zip(0..).map(row).collect()
    }
}

/// Rounds to two decimals.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
