//! Attendance (到场): which engine of which station is at a place when, and how sure its way is.
//!
//! One answer for every question: which engine comes first, whether its way is known to let it through, when the next comes,
//! and when the first comes whose way surely does. An engine drives the quickest way that nothing is known to close; what
//! nobody has stated of that way makes it 待核, and does not send another engine.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use rayon::prelude::*;

use crate::response::driving::{Drive, DrivingReading};
use crate::response::passage::passable::{Passable, Passes};
use crate::response::place_times::PlaceDrive;
use crate::response::places::Placement;
use crate::response::reach::{Start, entry_arcs};
use crate::response::station_exits::own_stretch;
use crate::response::times::{HORIZON_MIN, MS_PER_MIN, ResponseTimes};
use fireplan_algorithms::path_tree::{PathTree, Ranked, TreeSeed, add};
use fireplan_algorithms::shortest_path::{CLOSED, Search};
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::ids::{ArcId, NodeId, SegmentId, StationId};
use fireplan_model::layers::VehicleClass;
use fireplan_model::network::Position;
use fireplan_model::rules::Rules;

codes! {
    /// How sure it is that an engine gets through on its way.
    pub enum RouteBasis order best_first {
        /// 全程已核可通行 | Known to let it through
        Proven = "proven",
        /// 部分路段按道路等级认定 | Taken to, in part by the class of the road
        Assumed = "assumed",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

/// The engine of one station at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Attendance {
    /// Where it comes from.
    pub station: StationId,
    /// What it is.
    pub vehicle: VehicleClass,
    /// When it is there, in milliseconds since the order, under each reading in the order of [`DrivingReading::ALL`].
    pub ms: [Option<f64>; 4],
    /// When it is there at base speeds by ways of which nothing is undetermined.
    pub proven_ms: Option<f64>,
    /// How sure its quickest way is.
    pub route: RouteBasis,
    /// Segments of its quickest way of which something is undetermined.
    pub undetermined: u32,
    /// Segments of its quickest way that are taken to let it through by their class.
    pub assumed: u32,
}

/// The quickest way of an engine to a place.
#[derive(Debug, Clone, PartialEq)]
pub struct DrivenWay {
    /// From the station's segment to that of the place.
    pub arcs: Vec<ArcId>,
    /// Where it ends.
    pub goal: Position,
}

/// Everybody who comes to one place, the first to come first, and the way of the first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attended {
    /// One row for each station from which an engine comes.
    pub engines: Vec<Attendance>,
    /// The way of the first.
    pub way: Option<DrivenWay>,
}

impl Attendance {
    /// When it is there at base speeds or, where it comes only if all is favourable, so.
    pub fn told_ms(&self) -> Option<f64> {
        self.ms[DrivingReading::Base as usize].or(self.ms[DrivingReading::Favourable as usize])
    }

    /// Engines in the order in which they come: those that come only if all is favourable after all others.
    fn rank(&self) -> (bool, f64, StationId) {
        (self.ms[DrivingReading::Base as usize].is_none(), self.told_ms().unwrap_or(f64::INFINITY), self.station)
    }
}

impl Attended {
    /// The engine that surely gets through first.
    pub fn first_proven(&self) -> Option<&Attendance> {
        let proven = self.engines.iter().filter_map(|engine| Some((engine.proven_ms?, engine)));
        proven.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.station.cmp(&b.1.station))).map(|(_, engine)| engine)
    }
}

/// Who comes to each of these places, from every station that sends an engine, within the horizon of the times.
///
/// # Errors
/// If the rules do not give the size of a vehicle.
pub fn attend(run: &ResponseTimes, placements: &[Placement]) -> Result<Vec<Attended>> {
    let fleets: Vec<VehicleAttendance> = (0..run.base().reaches.len())
        .map(|rank| VehicleAttendance::new(run, placements, rank))
        .collect::<Result<_>>()?;
    let first: Vec<Option<StationId>> =
        placements.iter().map(|placement| run.times_of(placement).told()[0].map(|arrival| arrival.origin)).collect();
    let of_starts: Vec<Vec<(usize, Attendance, Option<DrivenWay>)>> = run
        .starts
        .par_iter()
        .map(|start| {
            let fleet = fleets.iter().find(|fleet| fleet.vehicle == start.vehicle);
            fleet.map_or_else(Vec::new, |fleet| fleet.attend(run.area, start, placements, &first))
        })
        .collect();
    let mut attended: Vec<Attended> = vec![Attended::default(); placements.len()];
    for (place, engine, way) in of_starts.into_iter().flatten() {
        attended[place].engines.push(engine);
        attended[place].way = attended[place].way.take().or(way);
    }
    for of_place in &mut attended {
        of_place.engines.sort_by(|a, b| a.rank().partial_cmp(&b.rank()).expect("times are finite"));
    }
    Ok(attended)
}

/// What a way costs, in order of weight: milliseconds, segments that are undetermined, segments that are taken to pass.
pub(crate) type WayCost = Ranked<3>;

/// The network as one class of vehicle drives it under every reading, and over what is proven only.
struct VehicleAttendance<'a> {
    vehicle: VehicleClass,
    /// Rank of the vehicle among those that places are placed for.
    rank: usize,
    run: &'a ResponseTimes<'a>,
    /// In the order of [`DrivingReading::ALL`].
    drives: Vec<PlaceDrive>,
    proven: PlaceDrive,
    doubts: WayDoubts,
}

/// Per segment, what it adds to the second and the third part of a [`WayCost`].
pub(crate) struct WayDoubts(Vec<[u8; 2]>);

impl WayDoubts {
    pub(crate) fn of(&self, segment: SegmentId) -> [u8; 2] {
        self.0[segment.index()]
    }

    pub(crate) fn is_undetermined(&self, segment: SegmentId) -> bool {
        self.of(segment)[0] > 0
    }

    /// The second and the third part of what a segment costs.
    fn price(&self, segment: SegmentId) -> [u64; 2] {
        self.of(segment).map(u64::from)
    }
}

/// What is open of every segment to one class of vehicle, whose crews stand on these.
///
/// # Errors
/// If the rules do not give the size of the vehicle.
pub(crate) fn find_doubts(
    area: &StudyArea,
    rules: &Rules,
    vehicle: VehicleClass,
    own: impl Iterator<Item = SegmentId>,
) -> Result<WayDoubts> {
    let passable = Passable::of(area, rules, vehicle)?;
    // The road on which a station stands is taken to pass: its crew drives there every day.
    let own: BTreeSet<SegmentId> = own.flat_map(|segment| own_stretch(area, segment)).collect();
    let doubt = |segment: SegmentId| match passable.passes(segment) {
        _ if own.contains(&segment) => [0, 0],
        Passes::Undetermined => [1, 0],
        _ => [0, u8::from(passable.assumed(segment).is_some())],
    };
    Ok(WayDoubts(SegmentId::first(area.network.segments.len()).map(doubt).collect()))
}

/// The quickest ways from one station within the horizon, and from where its crew arrives from beyond the network; of equally
/// quick ones, those of which least is open.
pub(crate) fn grow_ways(
    area: &StudyArea,
    drive: &Drive,
    doubts: &WayDoubts,
    start: &Start,
    from_beyond: &[(NodeId, WayCost)],
    horizon_ms: u32,
) -> StationTree {
    let price = |arc: ArcId| {
        let ms = drive.arc_ms[arc.index()];
        let [undetermined, assumed] = doubts.price(arc.segment());
        (ms != CLOSED).then_some([u64::from(ms), undetermined, assumed])
    };
    let (mut seeds, mut first) = (Vec::new(), Vec::new());
    for (arc, state, ms) in entry_arcs(area, drive, start) {
        let [_, undetermined, assumed] = price(arc).unwrap_or_default();
        seeds.push(TreeSeed { state, cost: [u64::from(ms), undetermined, assumed] });
        first.push(arc);
    }
    seeds.extend(from_beyond.iter().map(|(node, cost)| TreeSeed { state: node.0, cost: *cost }));
    let tree = PathTree::grow_within(&drive.graph, &seeds, |arc| price(ArcId(arc)), u64::from(horizon_ms));
    StationTree { tree, first }
}

impl<'a> VehicleAttendance<'a> {
    fn new(run: &'a ResponseTimes, placements: &[Placement], rank: usize) -> Result<Self> {
        let reach = &run.base().reaches[rank];
        let vehicle = reach.vehicle();
        let known = run.part.as_ref().and_then(|part| part.border.vehicle(vehicle));
        let doubts = match known {
            Some(border) => WayDoubts(border.doubts.clone()),
            None => find_doubts(run.area, run.rules, vehicle, reach.starts().map(|start| start.position.segment))?,
        };
        let positions = || placements.iter().flat_map(|placement| placement.of_vehicle(rank));
        let drives =
            run.fields.iter().map(|field| PlaceDrive::new(field.reaches[rank].drive.clone(), positions())).collect();
        let is_open = |segment: SegmentId| doubts.is_undetermined(segment);
        let proven = PlaceDrive::new(Arc::new(reach.drive.without(run.area, run.rules, is_open)), positions());
        Ok(Self { vehicle, rank, run, drives, proven, doubts })
    }

    /// The engine of one station at every place to which it comes, with its way where it is the first there.
    fn attend(
        &self,
        area: &StudyArea,
        start: &Start,
        placements: &[Placement],
        first: &[Option<StationId>],
    ) -> Vec<(usize, Attendance, Option<DrivenWay>)> {
        let horizon_ms = (HORIZON_MIN * MS_PER_MIN) as u32;
        let beyond = self.run.part.as_ref().and_then(|part| part.border.head_starts(self.vehicle, start.origin));
        let searched = |drive: &PlaceDrive, head_starts: Option<&Vec<(NodeId, u32)>>| {
            let mut search = Search::new(&drive.drive.graph);
            drive.search(area, start, head_starts.map_or(&[], Vec::as_slice), &mut search, horizon_ms);
            search
        };
        let under = |(reading, drive): (usize, &PlaceDrive)| searched(drive, beyond.map(|beyond| &beyond.ms[reading]));
        let searches: Vec<Search> = self.drives.iter().enumerate().map(under).collect();
        let proven = searched(&self.proven, beyond.map(|beyond| &beyond.proven_ms));
        let trees = [DrivingReading::Base, DrivingReading::Favourable];
        let ways = |rank: usize| beyond.map_or(&[][..], |beyond| beyond.ways[rank].as_slice());
        let trees = [0, 1].map(|rank| (trees[rank], ways(rank), OnceCell::new()));
        let mut found = Vec::new();
        for (number, placement) in placements.iter().enumerate() {
            let ms_by = |drive: &PlaceDrive, search: &Search| {
                let at = |position: &Position| {
                    Some(drive.arrival_ms(area, start, search, position)? + self.run.access.access_ms(position))
                };
                let soonest = placement.of_vehicle(self.rank).filter_map(at).min_by(f64::total_cmp);
                soonest.filter(|ms| *ms <= f64::from(horizon_ms))
            };
            let ms: [Option<f64>; 4] = std::array::from_fn(|reading| ms_by(&self.drives[reading], &searches[reading]));
            let in_base = ms[DrivingReading::Base as usize].is_some();
            let Some((reading, ways, tree)) = trees.iter().find(|(reading, ..)| ms[*reading as usize].is_some()) else {
                continue;
            };
            let drive = &self.drives[*reading as usize];
            let tree = tree.get_or_init(|| grow_ways(area, &drive.drive, &self.doubts, start, ways, horizon_ms));
            let to = |position: &Position| {
                let (cost, last) = self.best(area, drive, tree, start, position)?;
                let access_ms = self.run.access.access_ms(position).ceil() as u64;
                Some((add(cost, [access_ms, 0, 0]), last, *position))
            };
            let ways = placement.of_vehicle(self.rank).filter_map(to);
            let Some((cost, last, at)) = ways.min_by_key(|(cost, ..)| *cost) else { continue };
            let route = match cost {
                [_, 0, 0] if in_base => RouteBasis::Proven,
                [_, 0, _] if in_base => RouteBasis::Assumed,
                _ => RouteBasis::Undetermined,
            };
            let way = (first[number] == Some(start.origin)).then(|| DrivenWay { arcs: tree.way(&last), goal: at });
            let (undetermined, assumed) = (cost[1] as u32, cost[2] as u32);
            let proven_ms = ms_by(&self.proven, &proven);
            let engine = Attendance {
                station: start.origin,
                vehicle: self.vehicle,
                ms,
                proven_ms,
                route,
                undetermined,
                assumed,
            };
            found.push((number, engine, way));
        }
        found
    }

    /// The cheapest way to a position and where it enters the last segment.
    fn best(
        &self,
        area: &StudyArea,
        drive: &PlaceDrive,
        grown: &StationTree,
        start: &Start,
        at: &Position,
    ) -> Option<(WayCost, LastArc)> {
        let length_m = area.network[at.segment].length_m;
        let [undetermined, assumed] = self.doubts.price(at.segment);
        let mut best: Option<(WayCost, LastArc)> = None;
        let mut offer = |cost: WayCost, last: LastArc| {
            if best.as_ref().is_none_or(|(known, _)| cost < *known) {
                best = Some((cost, last));
            }
        };
        for (arc, along_m) in [(at.segment.along(), at.offset_m), (at.segment.against(), length_m - at.offset_m)] {
            let ms = drive.drive.arc_ms[arc.index()];
            if ms == CLOSED {
                continue;
            }
            let part = |along_m: f64| [(f64::from(ms) * along_m / length_m).ceil() as u64, undetermined, assumed];
            for state in drive.departures().of(arc) {
                if let Some(cost) = grown.tree.cost(*state) {
                    offer(add(cost, part(along_m)), LastArc { arc, state: Some(*state) });
                }
            }
            if start.position.segment == at.segment {
                let from_m = if arc.is_along() { start.position.offset_m } else { length_m - start.position.offset_m };
                if from_m <= along_m {
                    let ready = [u64::from(start.ready.under(drive.drive.reading)), 0, 0];
                    offer(add(ready, part(along_m - from_m)), LastArc { arc, state: None });
                }
            }
        }
        best
    }
}

/// The arc on which a way ends, and the state from which it is entered; `None`: the way begins on it.
struct LastArc {
    arc: ArcId,
    state: Option<u32>,
}

/// The quickest ways from one station.
pub(crate) struct StationTree {
    tree: PathTree<3>,
    /// The arc behind each of the first seeds, on which the station stands; behind the others lies what is beyond the network.
    first: Vec<ArcId>,
}

impl StationTree {
    /// What the quickest way into a state costs; `None`: there is none within the horizon.
    pub(crate) fn cost(&self, state: u32) -> Option<WayCost> {
        self.tree.cost(state)
    }

    fn way(&self, last: &LastArc) -> Vec<ArcId> {
        let Some(state) = last.state else { return vec![last.arc] };
        let first = self.tree.seed(state).and_then(|seed| self.first.get(seed as usize).copied());
        first.into_iter().chain(self.tree.path(state).into_iter().map(ArcId)).chain([last.arc]).collect()
    }
}
