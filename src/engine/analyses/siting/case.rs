//! Everything a plan is chosen from: stations that stand, stations that could, places to be reached, and the times
//! between them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use geo::Coord;
use rayon::prelude::*;

use super::demands::{self, Counted, Demand, demands};
use super::sites::{Site, sites};
use super::stands::{Examinee, Stand, component, examine, existing, options, standing};
use super::{ExistingPolicy, Siting, names};
use crate::analysis::Context;
use crate::response::dispatch::Dispatch;
use crate::response::driving::DrivingReading;
use crate::response::places::{PlaceAccess, Placement};
use crate::response::reach::{ArrivalField, Start};
use crate::response::site_times::{DrivingInputs, NEVER, SiteTimes};
use crate::response::station_areas::is_urban;
use crate::response::times::{HORIZON_MIN, MS_PER_MIN};
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_location::Covering;
use fireplan_model::area::StudyArea;
use fireplan_model::ids;
use fireplan_model::method_constants;
use fireplan_model::notes::Notes;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

method_constants! {
    /// 新站比现有队站早到不足此值，不计入建设次序 | A new station that is sooner by less than this gains no turn by it
    const LEAST_SAVING_MIN: f64 = 1.0,
        because "行车速度和村庄取点的误差大于 1 分钟，提前不足 1 分钟的站不应排在前面；假定值，供审查 | Speeds and the points of villages err by more than a minute: who saves less should not come first; an assumption, for review";
}

ids! {
    /// A [`Stand`] of a case; the location models number their options alike.
    StandId,
    /// A site of a case.
    SiteId,
}

/// No limit of a stand's own: the time allowed at a place decides.
const UNLIMITED_MS: u32 = NEVER - 1;

fn budget_ms(rules: &Rules) -> u32 {
    (rules.response.time_min.value * MS_PER_MIN) as u32
}

/// A siting question with everything that an answer needs.
pub(super) struct SitingCase<'a> {
    pub question: &'a Siting,
    pub area: &'a StudyArea,
    pub rules: &'a Rules,
    pub local: TownRules<'a>,
    pub towns: TownIndex<'a>,
    pub sites: Vec<Examinee>,
    /// All stands: first the stations of the area in the order of the layer, then those that could be built.
    pub stands: Vec<Stand>,
    /// Number of stations of the area among the stands.
    pub standing: usize,
    pub demands: Vec<Demand>,
    /// Amount of demand that lies too far from every usable road. It counts in the whole and is never covered.
    pub unplaced: f64,
    /// Per demand, the time allowed there, in milliseconds.
    pub budgets_ms: Vec<u32>,
    /// Per stand, the time in milliseconds within which it covers a place that it reaches within the time allowed there; without
    /// end where its area is not capped.
    pub limits_ms: Vec<u32>,
    /// Arrival times, one row for every stand.
    pub times: SiteTimes,
    /// Number of stands that reach each village within their limits.
    pub village_stands: Vec<u32>,
}

impl<'a> SitingCase<'a> {
    /// `stays`: rows of the stations that are taken to stand on: a place that the scenario's roads pass keeps the road from which
    /// these serve it. `None`: all.
    pub(super) fn new(
        question: &'a Siting,
        context: &Context<'a>,
        stays: Option<&BTreeSet<u32>>,
        notes: &mut Notes,
    ) -> Result<Self> {
        let (area, rules) = (context.area, context.rules);
        context.begin("逐项审查候选站址", "Holding the sites against the clauses")?;
        let (towns, local) = (TownIndex::new(area), TownRules::new(rules, area));
        let found = sites(question, context, &towns);
        question.check_names(area, &found)?;
        let mut sites = examine(question, context, found);
        let existing = existing(question, context, notes);
        let components: Vec<_> = existing.iter().map(|start| component(area, start)).collect();
        let mut stands: Vec<Stand> = existing.into_iter().map(|start| standing(area, start)).collect();
        let count = stands.len();
        stands.extend(options(question, context, &mut sites, &components));
        if stands.len() == count && question.existing == ExistingPolicy::Kept {
            let count = sites.len();
            bail!(
                "{count} 处候选站址都不可用；原因见“不予采用的站址”图层 | \
                 none of the {count} candidate sites can be used; see the layer of refused sites"
            );
        }
        context.begin("需求点落到路网", "Placing what is to be reached")?;
        let starts: Vec<Start> = stands.iter().map(|stand| stand.start).collect();
        let goes = |start: &Start| stays.is_some_and(|stays| !stays.contains(&start.origin.0));
        let placing: Vec<Start> =
            starts.iter().map(|start| Start { is_planned: start.is_planned || goes(start), ..*start }).collect();
        let field = ArrivalField::new(area, rules, &placing, question.speed, 0)?;
        let vehicles: Vec<_> = field.reaches.iter().map(|reach| reach.vehicle()).collect();
        let access = PlaceAccess::new(area, rules, &field)?;
        let (demands, placements, unplaced) = placed(demands(question.counted, (area, rules), notes)?, &access);
        if demands.is_empty() {
            let (zh, en) = question.counted.unit();
            bail!(
                "本区没有落在可通行道路上的{zh}数据，无法选址；可改换覆盖对象(--counted) | \
                 there is nothing to be reached: no {en} in this area lies on a usable road; count something else (--counted)"
            );
        }
        let budget_at = |place: Coord| budget_ms(local.at(&towns, place));
        let longest_ms = local.all().map(budget_ms).max().unwrap_or(0);
        // A little beyond the budget, so that it is known by how much a new station is sooner than those there are.
        let beyond_ms = longest_ms + (LEAST_SAVING_MIN * MS_PER_MIN) as u32;
        let horizon_ms = if question.objective.is_of_times() { (HORIZON_MIN * MS_PER_MIN) as u32 } else { beyond_ms };
        let stage = Label::new("求各站址到达时间", "Driving times from every site");
        context.progress.stage(&stage, starts.len() as u64);
        let inputs = DrivingInputs { area, rules, access: &access, vehicles: &vehicles };
        let step = || context.progress.step(1);
        // The villages are searched together with the demands, because an answer names the villages that no site
        // reaches, whatever the demands are.
        let villages = area.layers.villages.par_iter().map(|village| access.place(village.geometry.0));
        let everywhere: Vec<Placement> = placements.iter().cloned().chain(villages.collect::<Vec<_>>()).collect();
        let mut times = SiteTimes::new(&inputs, &starts, &everywhere, question.speed, horizon_ms, step)?;
        let limits_ms = match question.area_caps {
            true => capped(&inputs, &stands, question.speed, (&local, &towns))?,
            false => vec![UNLIMITED_MS; stands.len()],
        };
        let of_villages: Vec<u32> = area.layers.villages.iter().map(|one| budget_at(one.geometry.0)).collect();
        let village_rows = times.rows.iter_mut().map(|row| row.drain(demands.len()..).collect());
        let village_stands = counted(village_rows, &limits_ms, &of_villages);
        let budgets_ms = demands.iter().map(|demand| budget_at(demand.at)).collect();
        Ok(Self {
            question,
            area,
            rules,
            local,
            towns,
            sites,
            stands,
            standing: count,
            demands,
            unplaced,
            budgets_ms,
            limits_ms,
            times,
            village_stands,
        })
    }

    /// The rules where a stand is.
    pub(super) fn rules_at(&self, stand: StandId) -> &Rules {
        let stand = &self.stands[stand.index()];
        let at = match stand.site {
            Some(site) => self.sites[site.index()].site.at,
            None => self.area.layers.stations[stand.start.origin.index()].geometry.0,
        };
        self.local.at(&self.towns, at)
    }

    /// The time allowed at a place, in milliseconds.
    pub(super) fn budget_ms_at(&self, place: Coord) -> u32 {
        budget_ms(self.local.at(&self.towns, place))
    }

    /// The whole demand, including what cannot be placed on a road.
    pub(super) fn total(&self) -> f64 {
        self.demands.iter().map(|demand| demand.weight).sum::<f64>() + self.unplaced
    }

    /// An amount in people, square kilometres or villages, from the whole units in which the solver counts.
    pub(super) fn amount(&self, units: u64) -> f64 {
        units as f64 / self.question.counted.scale()
    }

    /// An amount as a table shows it: people are whole.
    pub(super) fn shown(&self, units: u64) -> f64 {
        let amount = self.amount(units);
        if self.question.counted == Counted::People { amount.round() } else { (amount * 100.0).round() / 100.0 }
    }

    /// An amount in the whole units in which the solver counts.
    pub(super) fn units(&self, amount: f64) -> u64 {
        (amount * self.question.counted.scale()).round() as u64
    }

    /// A share of everything that counts in percent, rounded once: tables, figures and sentences show this number.
    pub(super) fn percent(&self, units: u64) -> f64 {
        (self.exact_percent(units) * 10.0).round() / 10.0
    }

    pub(super) fn exact_percent(&self, units: u64) -> f64 {
        self.amount(units) / self.total() * 100.0
    }

    pub(super) fn weights(&self) -> Vec<u64> {
        self.demands.iter().map(|demand| self.units(demand.weight)).collect()
    }

    /// Whether a stand is at a place sooner by a minute or more than every station that stands: what a station saves less of is
    /// within the error of the speeds and of the points that places stand for.
    pub(super) fn saves_time(&self, stand: u32, demand: u32) -> bool {
        let ms = |stand: usize| self.times.rows[stand][demand as usize];
        let known_ms = (0..self.standing).map(ms).min().unwrap_or(NEVER);
        let saving_ms = (LEAST_SAVING_MIN * MS_PER_MIN) as u32;
        known_ms == NEVER || known_ms.saturating_sub(ms(stand as usize)) >= saving_ms
    }

    /// Stations that stand of which it is not known how soon their crews leave.
    pub(super) fn untimed(&self) -> usize {
        let ready = self.stands[..self.standing].iter().map(|stand| stand.start.ready);
        ready.filter(|ready| ready.fast_ms != ready.slow_ms).count()
    }

    /// What each stand covers within the budget.
    pub(super) fn covering(&self) -> Covering {
        let within = |(row, limit_ms): (&Vec<u32>, &u32)| {
            let in_time = row.iter().zip(&self.budgets_ms).map(|(ms, budget_ms)| ms <= limit_ms.min(budget_ms));
            in_time.zip(0_u32..).filter(|(is_in_time, _)| *is_in_time).map(|(_, demand)| demand).collect()
        };
        Covering {
            weights: self.weights(),
            covers: self.times.rows.iter().zip(&self.limits_ms).map(within).collect(),
            costs: self.stands.iter().map(|stand| self.cost(stand)).collect(),
            groups: StandId::first(self.stands.len()).map(|stand| self.group(stand)).collect(),
            required: self.required(),
        }
    }

    /// Stands that every plan has: those that are kept, and of each site asked for the cheapest kind.
    pub(super) fn required(&self) -> Vec<u32> {
        let kept = self.question.existing == ExistingPolicy::Kept;
        let mut required = Vec::new();
        let mut asked: BTreeMap<SiteId, StandId> = BTreeMap::new();
        for (id, stand) in StandId::first(self.stands.len()).zip(&self.stands) {
            match stand.site {
                None if kept => required.push(id),
                Some(site) if self.question.requires(&self.sites[site.index()].site) => {
                    let known = asked.entry(site).or_insert(id);
                    if stand.cost_wan_yuan < self.stands[known.index()].cost_wan_yuan {
                        *known = id;
                    }
                }
                _ => {}
            }
        }
        required.extend(asked.into_values());
        required.sort_unstable();
        required.into_iter().map(|stand| stand.0).collect()
    }

    /// Cost of a stand to the solver: 1 when stations are counted, units of 10,000 yuan under a budget.
    fn cost(&self, stand: &Stand) -> u64 {
        match self.question.budget_wan_yuan {
            Some(_) => stand.cost_wan_yuan.ceil() as u64,
            None => 1,
        }
    }

    /// The group of a stand. The kinds of station on one site form a group, of which at most one is built.
    fn group(&self, stand: StandId) -> u32 {
        self.stands[stand.index()].site.map_or(stand.0, |site| self.standing as u32 + site.0)
    }

    pub(super) fn name(&self, stand: StandId) -> String {
        let stand = &self.stands[stand.index()];
        match stand.site {
            Some(site) => self.sites[site.index()].site.name.clone(),
            None => self.area.layers.stations[stand.start.origin.index()].name_or_id(),
        }
    }
}

impl Siting {
    /// Which stations send crews: at the time of day that is asked about, with works brigades or without.
    pub fn dispatch(&self) -> Dispatch {
        Dispatch { period: self.period, works_brigades: self.works_brigades }
    }

    /// Refuses names that mean no site.
    fn check_names(&self, area: &StudyArea, sites: &[Site]) -> Result<()> {
        for wanted in names(self.require.as_deref()).chain(names(self.forbid.as_deref())) {
            if !sites.iter().any(|site| site.id == wanted || site.name == wanted) {
                let known: Vec<&str> = sites.iter().take(5).map(|site| site.id.as_str()).collect();
                let (area, known) = (&area.name, known.join(", "));
                bail!(
                    "{area} 没有名为“{wanted}”的候选站址；有 {known} …… | \
                     there is no candidate site '{wanted}' in {area}; there are {known} …"
                );
            }
        }
        Ok(())
    }

    fn requires(&self, site: &Site) -> bool {
        names(self.require.as_deref()).any(|wanted| site.id == wanted || site.name == wanted)
    }

    pub(super) fn forbids(&self, site: &Site) -> bool {
        names(self.forbid.as_deref()).any(|wanted| site.id == wanted || site.name == wanted)
    }
}

/// The demands that can be reached at all, where each is served from, and the weight of the others.
fn placed(demands: Vec<Demand>, access: &PlaceAccess) -> (Vec<Demand>, Vec<Placement>, f64) {
    let placements: Vec<Placement> = demands.par_iter().map(|demand| access.place(demand.at)).collect();
    let lost = demands.iter().zip(&placements).filter(|(_, at)| !at.is_placed()).map(|(demand, _)| demand.weight).sum();
    let (demands, placements) =
        demands.into_iter().zip(placements).filter(|(_, placement)| placement.is_placed()).unzip();
    (demands, placements, lost)
}

/// Number of stands that reach each place within their limits.
fn counted(rows: impl Iterator<Item = Vec<u32>>, limits_ms: &[u32], budgets_ms: &[u32]) -> Vec<u32> {
    let mut counts = vec![0; budgets_ms.len()];
    for (row, limit_ms) in rows.zip(limits_ms) {
        for ((count, ms), budget_ms) in counts.iter_mut().zip(row).zip(budgets_ms) {
            *count += u32::from(ms <= *limit_ms.min(budget_ms));
        }
    }
    counts
}

/// For each new stand, how far in time it covers until the urban built-up area it has reached is its kind's cap.
fn capped(
    inputs: &DrivingInputs,
    stands: &[Stand],
    speed: DrivingReading,
    (local, towns): (&TownRules, &TownIndex),
) -> Result<Vec<u32>> {
    let cells = demands::built_up(inputs.area, |kind| is_urban(kind) != Some(false));
    let placements: Vec<Placement> = cells.par_iter().map(|cell| inputs.access.place(cell.at)).collect();
    let starts: Vec<Start> = stands.iter().map(|stand| stand.start).collect();
    let longest_ms = local.all().map(budget_ms).max().unwrap_or(0);
    let times = SiteTimes::new(inputs, &starts, &placements, speed, longest_ms, || ())?;
    let budgets_ms: Vec<u32> = cells.iter().map(|cell| budget_ms(local.at(towns, cell.at))).collect();
    let limit = |(stand, row): (&Stand, &Vec<u32>)| {
        let rules = local.at(towns, stand.start.position.at);
        let cap = rules.station.area_km2.iter().find(|cap| cap.kind == stand.kind);
        let Some(cap) = cap.filter(|_| stand.site.is_some()) else { return UNLIMITED_MS };
        let in_time = row.iter().zip(&budgets_ms).filter(|(ms, budget_ms)| ms <= budget_ms);
        let mut reached: Vec<u32> = in_time.map(|(ms, _)| *ms).collect();
        reached.sort_unstable();
        let cells = (cap.limit.value / cells.first().map_or(1.0, |cell| cell.weight)).floor() as usize;
        // Places reached later than the last cell within the cap are not covered by this stand.
        reached.get(cells).map_or(UNLIMITED_MS, |beyond| beyond.saturating_sub(1))
    };
    Ok(stands.iter().zip(&times.rows).map(limit).collect())
}
