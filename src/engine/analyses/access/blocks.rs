//! What blocks, ranked by the people behind it.

use std::collections::{BTreeMap, BTreeSet};

use geo::MultiLineString;

use super::dead_ends::LongDeadEnd;
use super::describe::{self, Bottleneck, bottlenecks, number};
use super::settlements::DestinationId;
use super::shared::{SharedBottleneck, gather, length_m, line, names, people, rounded};
use super::story::{tell_block, tell_dead_end};
use super::villages::PlaceOutcome;
use super::ways::PassReading;
use super::works;
use super::{AccessRun, MS_PER_MIN, minutes, wan_yuan};
use crate::response::limits::Hindrance;
use crate::response::passage::passable::Passes;
use fireplan_model::codes;
use fireplan_model::ids::RoadId;
use fireplan_model::layers::{RoadClass, VehicleClass};
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::scenario::Edits;

method_constants! {
    /// 绕行至少多走几分钟才建议改造 | Least delay of a detour for which works are advised, in minutes
    const LEAST_DETOUR_MIN: f64 = 0.5,
        because "行车速度表的误差大于半分钟，更短的绕行不值得投资；假定值，供审查 | The speed tables err by more than half a minute: a shorter detour is worth no works; an assumption, for review";
}

codes! {
    /// What a block does to those behind it.
    pub enum Hold order best_first {
        /// 进得去，只能倒出 | Gets in, must back out
        BackOut = "back_out",
        /// 须绕行 | A detour
        Detour = "detour",
        /// 到不了 | Not reached
        NotReached = "not_reached",
    }
}

row! {
    /// 瓶颈路段：消防车受限的路段 | What stops a vehicle
    pub struct Block {
        geometry: MultiLineString,
        /// 道路 | Road
        name: String,
        /// 说明 | In words
        story: Label,
        /// 道路等级 | Class
        class: RoadClass,
        /// 受限原因 | What stops it
        hindrance: Hindrance,
        /// 受限车型 | Vehicle stopped
        stops: VehicleClass,
        /// 后果 | Effect
        effect: Hold,
        /// 多走 | Delay
        detour_min: IfAny<f64>,
        /// 现状值 | Measured
        measured: IfAny<f64>,
        /// 所需值 | Needed
        needed: IfAny<f64>,
        /// 单位 | Unit
        unit: String,
        /// 受影响居民点 | Places behind
        villages: u32,
        /// 受影响人口 | People behind
        behind_people: u32,
        /// 居民点名称 | Names
        names: String,
        /// 改造方式 | Works
        works: Label,
        /// 费用 | Cost
        cost_wan_yuan: IfAny<f64>,
        /// 所在道路列入预算内方案(改造以方案为准) | Its road is in the plan, whose works hold
        in_plan: bool,
        /// 长度 | Length
        length_m: f64,
        /// 道路编号 | Id of the road
        source_id: String,
        /// 改造方案 | As a scenario
        edits: Edits,
    }
}

/// All blocks: first roads that keep vehicles away, then roads that cost a detour, then dead ends where they cannot
/// turn.
pub(super) fn blocks(
    run: &AccessRun,
    outcomes: &[PlaceOutcome],
    ends: &[LongDeadEnd],
    planned: &BTreeSet<RoadId>,
) -> Vec<Block> {
    let found = DestinationId::first(outcomes.len()).zip(outcomes).filter_map(|(place, outcome)| {
        let (rank, way) = outcome.next()?;
        Some((place, rank, bottlenecks(run, &run.fleets[rank], way, Passes::No)))
    });
    let stop = gather(run, found).into_iter().map(|(rank, shared)| block(run, rank, &shared, planned, None));
    let (found, delays) = detours(run, outcomes);
    let delay = gather(run, found.into_iter()).into_iter().map(|(rank, shared)| {
        let longest = shared.places.iter().filter_map(|place| delays.get(place)).max().copied();
        block(run, rank, &shared, planned, longest)
    });
    stop.chain(delay).chain(ends.iter().map(|end| dead_end(run, end))).collect()
}

/// A place, the rank of its vehicle, and the bottlenecks that the vehicle drives around.
type Avoided = (DestinationId, usize, Vec<Bottleneck>);

/// Places that a vehicle gets to, but sooner if it could pass what it must drive around; with the time lost.
fn detours(run: &AccessRun, outcomes: &[PlaceOutcome]) -> (Vec<Avoided>, BTreeMap<DestinationId, u64>) {
    let (mut found, mut delays) = (Vec::new(), BTreeMap::new());
    for (rank, fleet) in run.fleets.iter().enumerate() {
        let reached = |place: &DestinationId| outcomes[place.index()].possible == Some(rank);
        let places: Vec<DestinationId> = DestinationId::first(outcomes.len()).filter(reached).collect();
        let entries = || places.iter().map(|place| run.places[place.index()].entries.as_slice());
        let held =
            fleet.ways_where(|segment| fleet.passable.passes(segment) != Passes::No, entries(), PassReading::Free);
        let free = entries().map(|entries| fleet.way(entries, PassReading::Free));
        for ((place, held), free) in places.iter().zip(held).zip(free) {
            let Some((held, free)) = held.zip(free) else { continue };
            if held.price[2].saturating_sub(free.price[2]) as f64 >= LEAST_DETOUR_MIN * MS_PER_MIN {
                found.push((*place, rank, bottlenecks(run, fleet, &free, Passes::No)));
                delays.insert(*place, held.price[2] - free.price[2]);
            }
        }
    }
    (found, delays)
}

fn block(
    run: &AccessRun,
    rank: usize,
    shared: &SharedBottleneck,
    planned: &BTreeSet<RoadId>,
    delay_ms: Option<u64>,
) -> Block {
    let SharedBottleneck { bottleneck, places } = shared;
    let class = run.fleets[rank].class();
    let road = &run.area.layers.roads[bottleneck.road.index()];
    let names = names(run, places);
    let detour_min = delay_ms.map(minutes);
    Block {
        geometry: line(run, &bottleneck.segments),
        name: describe::road(road).zh,
        story: tell_block(run, class, shared, &names, detour_min),
        class: road.class,
        hindrance: bottleneck.issue.hindrance,
        stops: class,
        effect: if delay_ms.is_some() { Hold::Detour } else { Hold::NotReached },
        detour_min: IfAny(detour_min),
        measured: IfAny(bottleneck.issue.measured.map(rounded)),
        needed: IfAny((bottleneck.issue.needed > 0.0).then_some(bottleneck.issue.needed)),
        unit: bottleneck.issue.hindrance.unit().to_owned(),
        villages: places.len() as u32,
        behind_people: people(run, places),
        names: names.join("、"),
        works: describe::works(&bottleneck.works),
        cost_wan_yuan: IfAny(Some(wan_yuan(bottleneck.yuan()))),
        in_plan: planned.contains(&bottleneck.road),
        length_m: length_m(run, &bottleneck.segments),
        source_id: road.source_id.clone(),
        edits: works::edits(run, class, [(bottleneck.road, &*bottleneck.works)].into_iter()),
    }
}

/// A dead end without a turnaround, which vehicles can enter but must leave in reverse.
fn dead_end(run: &AccessRun, end: &LongDeadEnd) -> Block {
    let road = run.road_of(end.segments[0]);
    let places: Vec<DestinationId> = end.places.iter().copied().collect();
    let side = number(end.side_m);
    let works = end.yuan(run).map_or_else(
        || Label::new("", ""),
        |_| Label::new(format!("修{side}×{side}米回车场"), format!("build a turnaround of {side} × {side} m")),
    );
    Block {
        geometry: line(run, &end.segments),
        name: describe::road(road).zh,
        story: tell_dead_end(run, end),
        class: road.class,
        hindrance: Hindrance::Turnaround,
        stops: end.class(run),
        effect: Hold::BackOut,
        detour_min: IfAny(None),
        measured: IfAny(Some(end.length_m.round())),
        needed: IfAny(Some(run.lanes.rules_at(end.at).fire_lane.dead_end_m.value)),
        unit: Hindrance::Turnaround.unit().to_owned(),
        villages: places.len() as u32,
        behind_people: end.people.round() as u32,
        names: names(run, &places).join("、"),
        works,
        cost_wan_yuan: IfAny(end.yuan(run).map(wan_yuan)),
        in_plan: false,
        length_m: end.length_m.round(),
        source_id: road.source_id.clone(),
        edits: end.edits(run),
    }
}
