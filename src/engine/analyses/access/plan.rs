//! The county's plan: which roads to open first with the money there is.

use std::collections::{BTreeMap, BTreeSet};

use geo::MultiLineString;

use super::adopted::{KeptPromise, rank_of};
use super::describe::{self, Bottleneck};
use super::settlements::DestinationId;
use super::shared::{length_m, line, names, people, rounded};
use super::story::tell_upgrade;
use super::villages::PlaceOutcome;
use super::ways::PassReading;
use super::{AccessRun, FireAccess, YUAN_PER_WAN, wan_yuan, works};
use crate::proposals::each_once;
use crate::response::limits::Hindrance;
use crate::response::passage::passable::Passes;
use fireplan_algorithms::budgeted_access::{AccessPlan, AccessProblem, Goal, Passage, best_within};
use fireplan_model::ids::{ArcId, RoadId, SegmentId};
use fireplan_model::layers::{RoadClass, VehicleClass};
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::scenario::{Edit, Edits};

method_constants! {
    /// 改造方案分支定界的步数上限 | Most steps of branch and bound for the best upgrades
    const PLAN_STEPS: usize = 2_000,
        because "限制计算时间；用完仍未证明最优时，方案附剩余差距 | It bounds the time; a plan not proven best by then is given with the gap that is left";
}

/// Title of the plan as a scenario, `中文 | English`.
pub(super) const TITLE: &str = "预算内最优改造 | Best upgrades within the budget";

row! {
    /// 预算内最优改造方案 | Best upgrades within the budget
    pub struct PlannedUpgrade {
        geometry: MultiLineString,
        /// 道路 | Road
        name: String,
        /// 说明 | In words
        story: Label,
        /// 道路等级 | Class
        class: RoadClass,
        /// 先后 | Order
        rank: u32,
        /// 受限原因 | What stops it
        hindrance: Option<Hindrance>,
        /// 现状值 | Measured
        measured: IfAny<f64>,
        /// 所需值 | Needed
        needed: IfAny<f64>,
        /// 改造方式 | Works
        works: Label,
        /// 费用 | Cost
        cost_wan_yuan: f64,
        /// 打通的居民点 | Places opened
        villages: u32,
        /// 打通的人口 | People opened
        opened_people: u32,
        /// 改造后仍待核、须另行核实途中道路的人口 | People who depend on roads that are undetermined after the works
        undetermined_people: u32,
        /// 累计费用 | Cost so far
        total_wan_yuan: f64,
        /// 居民点名称 | Names
        names: String,
        /// 目标车型 | Vehicle
        vehicle_class: VehicleClass,
        /// 长度 | Length
        length_m: f64,
        /// 道路编号 | Id of the road
        source_id: String,
        /// 改造方案 | As a scenario
        edits: Edits,
    }
}

/// The plan and what it rests on.
pub(super) struct UpgradePlan {
    /// Rank of the class of vehicle roads are opened for.
    pub rank: usize,
    /// What [`best_within`] found; its items are numbers into `segments`.
    pub plan: AccessPlan,
    segments: Vec<SegmentId>,
    /// Places that the class does not get to but could, in the order of the goals.
    pub wanted: Vec<DestinationId>,
    pub opened: Vec<DestinationId>,
}

pub(super) fn make(run: &AccessRun, question: &FireAccess, outcomes: &[PlaceOutcome]) -> UpgradePlan {
    let rank = rank_of(run, question);
    let can_be_opened = |place: &DestinationId| outcomes[place.index()].opening(rank).is_some();
    let wanted: Vec<DestinationId> = DestinationId::first(outcomes.len()).filter(can_be_opened).collect();
    let (problem, segments) = problem(run, rank, &wanted);
    let budget = (question.budget_wan_yuan * YUAN_PER_WAN).round() as u64;
    let plan = best_within(&problem, budget, PLAN_STEPS);
    let bought: Vec<SegmentId> = plan.items.iter().map(|item| segments[*item as usize]).collect();
    let opened = opened(run, rank, &wanted, &bought);
    UpgradePlan { rank, plan, segments, wanted, opened }
}

/// States that are reached anyway are one root; every blocked segment that work can open is an item.
fn problem(run: &AccessRun, rank: usize, wanted: &[DestinationId]) -> (AccessProblem, Vec<SegmentId>) {
    let fleet = &run.fleets[rank];
    let turns = fleet.streets.turns(PassReading::Opened);
    let mut node_of: BTreeMap<u32, u32> = BTreeMap::new();
    let mut first_goal = 1;
    for state in (0..turns.graph.states() as u32).filter(|state| fleet.reaches_state(*state, PassReading::Opened)) {
        if fleet.reaches_state(state, PassReading::Possible) {
            node_of.insert(state, 0);
        } else {
            node_of.insert(state, first_goal);
            first_goal += 1;
        }
    }
    let mut segments: Vec<SegmentId> = Vec::new();
    let mut item_of: BTreeMap<SegmentId, u32> = BTreeMap::new();
    let mut problem = AccessProblem { roots: vec![0], ..AccessProblem::default() };
    let mut item = |segment: SegmentId, costs: &mut Vec<u64>| match fleet.passable.passes(segment) {
        Passes::No => Some(*item_of.entry(segment).or_insert_with(|| {
            segments.push(segment);
            costs.push(fleet.yuan(segment).unwrap_or(u64::MAX));
            segments.len() as u32 - 1
        })),
        _ => None,
    };
    for (&state, &tail) in &node_of {
        for (next, arc) in turns.graph.steps(state) {
            let Some(&head) = node_of.get(&next).filter(|head| **head != tail && **head != 0) else { continue };
            let arc = ArcId(arc);
            if fleet.price(arc, PassReading::Opened).is_some() {
                problem.passages.push(Passage { tail, head, item: item(arc.segment(), &mut problem.costs) });
            }
        }
    }
    for (place, node) in wanted.iter().zip(first_goal..) {
        problem.goals.push(Goal { node, value: run.places[place.index()].weight() });
        for entry in &run.places[place.index()].entries {
            for arc in entry.segment.arcs() {
                if fleet.price(arc, PassReading::Opened).is_none() {
                    continue;
                }
                let item = item(entry.segment, &mut problem.costs);
                let tails = turns.departing[arc.index()].iter().filter_map(|state| node_of.get(state));
                problem.passages.extend(tails.map(|tail| Passage { tail: *tail, head: node, item }));
            }
        }
    }
    problem.nodes = first_goal + wanted.len() as u32;
    (problem, segments)
}

/// The places the class gets to once these segments are opened.
pub(super) fn opened(
    run: &AccessRun,
    rank: usize,
    places: &[DestinationId],
    bought: &[SegmentId],
) -> Vec<DestinationId> {
    let fleet = &run.fleets[rank];
    let entries = places.iter().map(|place| run.places[place.index()].entries.as_slice());
    let ways = fleet.ways_where(|segment| fleet.is_open_with(segment, bought), entries, PassReading::Opened);
    places.iter().zip(ways).filter(|(_, way)| way.is_some()).map(|(place, _)| *place).collect()
}

impl UpgradePlan {
    /// The roads that it opens.
    pub(super) fn roads(&self, run: &AccessRun) -> BTreeSet<RoadId> {
        let segments = self.plan.items.iter().map(|item| self.segments[*item as usize]);
        segments.map(|segment| run.area.network[segment].road).collect()
    }

    /// What it opens of each road.
    fn by_road(&self, run: &AccessRun) -> BTreeMap<RoadId, Vec<SegmentId>> {
        let mut by_road: BTreeMap<RoadId, Vec<SegmentId>> = BTreeMap::new();
        for segment in self.plan.items.iter().map(|item| self.segments[*item as usize]) {
            by_road.entry(run.area.network[segment].road).or_default().push(segment);
        }
        by_road
    }

    /// All of it as edits of a scenario, each once.
    pub(super) fn edits(&self, run: &AccessRun) -> Vec<Edit> {
        let class = run.fleets[self.rank].class();
        let of_road = |(road, segments): (RoadId, Vec<SegmentId>)| {
            let bottleneck = self.bottleneck(run, road, &segments);
            let works = bottleneck.as_ref().map_or(&[][..], |bottleneck| &bottleneck.works);
            works::edits(run, class, [(road, works)].into_iter()).0
        };
        each_once(self.by_road(run).into_iter().flat_map(of_road))
    }

    /// What stops the vehicle on these segments of a road, and the works that open them.
    fn bottleneck(&self, run: &AccessRun, road: RoadId, segments: &[SegmentId]) -> Option<Bottleneck> {
        let fleet = &run.fleets[self.rank];
        let mut bottleneck: Option<Bottleneck> = None;
        for segment in segments {
            let (Some(issue), Some(works)) = (fleet.passable.first(*segment), &fleet.works[segment.index()]) else {
                continue;
            };
            let obstacle = run.area.network[*segment].obstacle;
            let one = Bottleneck { road, obstacle, segments: vec![*segment], issue: *issue, works: works.clone() };
            match &mut bottleneck {
                Some(bottleneck) => bottleneck.join(run, self.rank, one),
                None => bottleneck = Some(one),
            }
        }
        bottleneck
    }

    /// Upgrades road by road in the order that opens the most people for the money, each counting what it opens after
    /// those before it; of that, what is reached for certain counts as opened.
    pub(super) fn rows(&self, run: &AccessRun, kept: &KeptPromise) -> Vec<PlannedUpgrade> {
        let fleet = &run.fleets[self.rank];
        let mut left = self.by_road(run);
        let (mut bought, mut closed, mut total) = (Vec::new(), self.opened.clone(), 0.0);
        let mut rows = Vec::new();
        while !left.is_empty() {
            let gain = |segments: &[SegmentId]| -> (Vec<DestinationId>, f64) {
                let with: Vec<SegmentId> = bought.iter().chain(segments).copied().collect();
                let opened = opened(run, self.rank, &closed, &with);
                let cost: u64 = segments.iter().filter_map(|segment| fleet.yuan(*segment)).sum();
                let weight: u64 = opened.iter().map(|place| run.places[place.index()].weight()).sum();
                (opened, weight as f64 / cost.max(1) as f64)
            };
            let ranked = left.iter().map(|(road, segments)| (*road, gain(segments)));
            let Some((road, (opened, _))) = ranked.reduce(|best, next| if next.1.1 > best.1.1 { next } else { best })
            else {
                break;
            };
            let segments = left.remove(&road).unwrap_or_default();
            closed.retain(|place| !opened.contains(place));
            bought.extend(&segments);
            let (certain, open): (Vec<_>, Vec<_>) = opened.into_iter().partition(|place| kept.certain.contains(place));
            let row = self.row(run, (road, &segments), [&certain, &open], (rows.len() as u32 + 1, total));
            total = row.total_wan_yuan;
            rows.push(row);
        }
        rows
    }

    fn row(
        &self,
        run: &AccessRun,
        (road, segments): (RoadId, &[SegmentId]),
        [opened, open]: [&[DestinationId]; 2],
        (rank, before_wan_yuan): (u32, f64),
    ) -> PlannedUpgrade {
        let fleet = &run.fleets[self.rank];
        let bottleneck = self.bottleneck(run, road, segments);
        let named = &run.area.layers.roads[road.index()];
        let cost_wan_yuan = wan_yuan(bottleneck.as_ref().map_or(0, Bottleneck::yuan));
        let works = bottleneck.as_ref().map_or(&[][..], |bottleneck| &bottleneck.works);
        let (names, people_opened) = (names(run, opened), people(run, opened));
        PlannedUpgrade {
            geometry: line(run, segments),
            name: describe::road(named).zh,
            story: bottleneck.as_ref().map_or_else(
                || Label::new("", ""),
                |bottleneck| tell_upgrade(run, fleet.class(), bottleneck, [opened, open]),
            ),
            class: named.class,
            rank,
            works: describe::works(works),
            hindrance: bottleneck.as_ref().map(|bottleneck| bottleneck.issue.hindrance),
            measured: IfAny(bottleneck.as_ref().and_then(|bottleneck| bottleneck.issue.measured).map(rounded)),
            needed: IfAny(bottleneck.as_ref().map(|bottleneck| bottleneck.issue.needed).filter(|needed| *needed > 0.0)),
            cost_wan_yuan,
            villages: opened.len() as u32,
            opened_people: people_opened,
            undetermined_people: people(run, open),
            // The rows add up to it as they are shown.
            total_wan_yuan: rounded(before_wan_yuan + cost_wan_yuan),
            names: names.join("、"),
            vehicle_class: fleet.class(),
            length_m: length_m(run, segments),
            source_id: named.source_id.clone(),
            edits: works::edits(run, fleet.class(), [(road, works)].into_iter()),
        }
    }
}
