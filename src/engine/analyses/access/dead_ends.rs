//! Dead ends inside villages that are too long to back out of: whether the vehicle that gets there can turn, and what a
//! turnaround costs.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, Point};

use super::settlements::DestinationId;
use super::story::tell_dead_end;
use super::turning::TurningGround;
use super::ways::PassReading;
use super::{AccessRun, describe, wan_yuan};
use crate::response::driving;
use fireplan_model::codes;
use fireplan_model::ids::{NodeId, SegmentId};
use fireplan_model::layers::{Access, RoadClass, VehicleClass};
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::scenario::{Edit, Edits};

codes! {
    /// Whether a turnaround fits at the end of a road.
    pub enum Room {
        /// 有空地，是否硬化待核 | Room; whether it is firm is undetermined
        #[undetermined]
        Undetermined = "undetermined",
        /// 建筑密集，无处设回车场 | No room between the buildings
        NoRoom = "no_room",
    }
}

row! {
    /// 过长的尽头路 | Dead ends that need a turnaround
    pub struct DeadEnd {
        geometry: Point,
        /// 排名(影响人口多的在前) | Rank, the most people first
        rank: u32,
        /// 道路 | Road
        name: String,
        /// 说明 | In words
        story: Label,
        /// 尽头路长度 | Length
        length_m: f64,
        /// 进得去的最大车型 | Largest vehicle that gets in
        vehicle_class: VehicleClass,
        /// 该车型回车场边长 | Side of the turnaround it needs
        side_m: f64,
        /// 回车场地 | Turnaround
        room: Room,
        /// 乡镇街道 | Town
        town: String,
        /// 末端附近建筑 | Buildings near its end
        buildings: u32,
        /// 整段沿线人口(按建筑分摊) | People along all of it, shared out by buildings
        behind_people: u32,
        /// 居民点名称 | Places
        names: String,
        /// 回车场造价 | Cost of a turnaround
        cost_wan_yuan: IfAny<f64>,
        /// 道路编号 | Id of the road
        source_id: String,
        /// 建设方案 | As a scenario
        edits: Edits,
    }
}

/// A dead end that is too long and has no turnaround.
pub(super) struct LongDeadEnd {
    pub at: Coord,
    /// From its end to the first junction.
    pub segments: Vec<SegmentId>,
    pub length_m: f64,
    /// Rank of the largest vehicle that gets in.
    pub rank: usize,
    pub side_m: f64,
    /// Middle of the free ground where a turnaround could be built.
    free: Option<Coord>,
    buildings: u32,
    pub people: f64,
    pub places: BTreeSet<DestinationId>,
}

impl LongDeadEnd {
    pub(super) fn class(&self, run: &AccessRun) -> VehicleClass {
        run.fleets[self.rank].class()
    }

    /// Cost of a turnaround, without land; `None`: there is nowhere to build one.
    pub(super) fn yuan(&self, run: &AccessRun) -> Option<u64> {
        self.free?;
        Some((self.side_m * self.side_m * run.rules.upgrade.build_yuan_m2.value).ceil() as u64)
    }

    pub(super) fn edits(&self, run: &AccessRun) -> Edits {
        let Some(free) = self.free else { return Edits::default() };
        let mut at = [free];
        if run.area.plane.to_lonlat(&mut at).is_err() {
            return Edits::default();
        }
        // Six decimals of a degree are about a tenth of a metre.
        let at = [at[0].x, at[0].y].map(|degrees| (degrees * 1e6).round() / 1e6);
        Edits(vec![Edit::AddTurnaround { at, side_m: self.side_m }])
    }
}

/// Dead ends longer than the limit, with buildings at them, by the largest vehicle that gets in; the most people first.
pub(super) fn find(run: &AccessRun) -> Vec<LongDeadEnd> {
    let network = &run.area.network;
    let mut meets: Vec<Vec<SegmentId>> = vec![Vec::new(); network.nodes.len()];
    for (id, segment) in SegmentId::first(network.segments.len()).zip(&network.segments) {
        let road = &run.area.layers.roads[segment.road.index()];
        if road.class != RoadClass::Path && road.access != Access::Closed {
            meets[segment.from.index()].push(id);
            meets[segment.to.index()].push(id);
        }
    }
    let (ground, served) = (TurningGround::new(run.area), served(run));
    let ends = NodeId::first(network.nodes.len()).filter(|node| meets[node.index()].len() == 1);
    let mut ends: Vec<LongDeadEnd> = ends.filter_map(|node| end(run, &meets, &ground, &served, node)).collect();
    ends.sort_by(|a, b| b.people.total_cmp(&a.people).then(a.segments.cmp(&b.segments)));
    ends
}

/// People and places served from each segment: those of every building from the road nearest to it, a place's people shared
/// out evenly.
fn served(run: &AccessRun) -> BTreeMap<SegmentId, (f64, BTreeSet<DestinationId>)> {
    let serves = |segment: SegmentId| driving::serves_places(run.road_of(segment));
    let mut served: BTreeMap<SegmentId, (f64, BTreeSet<DestinationId>)> = BTreeMap::new();
    for (id, place) in DestinationId::first(run.places.len()).zip(&run.places) {
        let half_m = run.lanes.half_spacing_m(place.at);
        let share = place.people.unwrap_or(0.0) / place.buildings.len().max(1) as f64;
        for at in &place.buildings {
            let Some(position) = run.area.network.nearest(*at, half_m, serves, |_| true) else { continue };
            let (people, places) = served.entry(position.segment).or_default();
            *people += share;
            places.insert(id);
        }
    }
    served
}

fn end(
    run: &AccessRun,
    meets: &[Vec<SegmentId>],
    ground: &TurningGround,
    served: &BTreeMap<SegmentId, (f64, BTreeSet<DestinationId>)>,
    end: NodeId,
) -> Option<LongDeadEnd> {
    let network = &run.area.network;
    let last = meets[end.index()][0];
    let rank = run.fleets.iter().position(|fleet| fleet.reaches(last, PassReading::Possible))?;
    let (mut node, mut segments) = (end, vec![last]);
    while let Some(by) = segments.last().copied() {
        let segment = &network[by];
        node = if segment.from == node { segment.to } else { segment.from };
        match meets[node.index()].as_slice() {
            [a, b] if a != b => segments.push(if *a == by { *b } else { *a }),
            _ => break,
        }
    }
    let length_m: f64 = segments.iter().map(|segment| network[*segment].length_m).sum();
    let at = network.nodes[end.index()];
    let lane = &run.lanes.rules_at(at).fire_lane;
    let half_m = run.lanes.half_spacing_m(at);
    let side_m = side_m(run, run.fleets[rank].class(), at);
    let buildings = ground.buildings_near(at, half_m);
    // Where nobody lives near the end, no truck stands there.
    if lane.dead_end_m.op.holds(length_m, lane.dead_end_m.value) || buildings == 0 || ground.has_turnaround(at, side_m)
    {
        return None;
    }
    let along = || segments.iter().filter_map(|segment| served.get(segment));
    let (people, places) =
        (along().map(|served| served.0).sum(), along().flat_map(|served| &served.1).copied().collect());
    let free = ground.free_square(at, side_m);
    Some(LongDeadEnd { at, segments, length_m, rank, side_m, free, buildings, people, places })
}

/// What a class needs to turn; a standard truck, at least what the clause says.
fn side_m(run: &AccessRun, class: VehicleClass, at: Coord) -> f64 {
    let own = run.rules.vehicle(class).map_or(0.0, |size| size.turnaround_m);
    if class == VehicleClass::Standard { own.max(run.lanes.clauses_at(at).turnaround_m.value) } else { own }
}

pub(super) fn rows(run: &AccessRun, ends: &[LongDeadEnd]) -> Vec<DeadEnd> {
    ends.iter().zip(1..).map(|(end, rank)| row(run, end, rank)).collect()
}

fn row(run: &AccessRun, end: &LongDeadEnd, rank: u32) -> DeadEnd {
    let road = run.road_of(end.segments[0]);
    let names: Vec<String> = end.places.iter().map(|place| run.places[place.index()].name.clone()).collect();
    DeadEnd {
        geometry: Point(end.at),
        rank,
        name: describe::road(road).zh,
        story: tell_dead_end(run, end),
        length_m: end.length_m.round(),
        vehicle_class: end.class(run),
        side_m: end.side_m,
        room: if end.free.is_some() { Room::Undetermined } else { Room::NoRoom },
        town: run.town_name(run.towns.at(end.at)),
        buildings: end.buildings,
        behind_people: end.people.round() as u32,
        names: names.join("、"),
        cost_wan_yuan: IfAny(end.yuan(run).map(wan_yuan)),
        source_id: road.source_id.clone(),
        edits: end.edits(run),
    }
}
