//! Reach (可达时间): when the two first crews arrive at any place of the network, exact to the metre.
//!
//! Times are milliseconds since the dispatch order, turnout included. On a segment the arrival is the least of a few
//! straight lines: entering at one end, entering at the other, starting from a station on the segment itself; nothing
//! is rounded to nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;

use crate::response::driving::{Drive, DrivingReading};
use fireplan_algorithms::nearest_sources::{NONE, NearestTwo, SourceLabel, SourceSeed, offer, two_nearest};
use fireplan_algorithms::shortest_path::{CLOSED, UNREACHED};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ArcId, Id, SegmentId, StationId};
use fireplan_model::layers::VehicleClass;
use fireplan_model::network::Position;
use fireplan_model::rules::Rules;

/// When a crew is on the road, in milliseconds since the order: one figure where its station states it, else a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// The least.
    pub fast_ms: u32,
    /// What is reckoned with.
    pub base_ms: u32,
    /// The most.
    pub slow_ms: u32,
}

impl Ready {
    /// A time that is known.
    pub fn exactly(ms: u32) -> Self {
        Self { fast_ms: ms, base_ms: ms, slow_ms: ms }
    }

    /// The time in a reading of the roads: crews are slow where the roads are, and fast where those are.
    pub fn under(self, reading: DrivingReading) -> u32 {
        match reading {
            DrivingReading::Low => self.slow_ms,
            DrivingReading::Base | DrivingReading::Favourable => self.base_ms,
            DrivingReading::High => self.fast_ms,
        }
    }
}

/// A crew ready to leave its origin: a station or, where ways from water are asked for, a place to draw it.
#[derive(Debug, Clone, Copy)]
pub struct Start<O = StationId> {
    /// What the crew leaves from.
    pub origin: O,
    /// The class of its vehicle.
    pub vehicle: VehicleClass,
    /// The place where it enters the road network.
    pub position: Position,
    /// When it is there.
    pub ready: Ready,
    /// Whether a scenario adds what the crew leaves from.
    pub is_planned: bool,
}

/// When a crew arrives, and from where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival<O = StationId> {
    /// Milliseconds since the dispatch order.
    pub ms: f64,
    /// What the crew comes from.
    pub origin: O,
}

/// The first and the second arrival, from different origins.
pub type Arrivals<O = StationId> = [Option<Arrival<O>>; 2];

/// Takes an arrival into the two first ones; of equal time, the lower origin first.
pub fn insert_arrival<O: Id>(arrivals: &mut Arrivals<O>, new: Arrival<O>) {
    let before = |a: Arrival<O>, b: Arrival<O>| (a.ms, a.origin) < (b.ms, b.origin);
    match *arrivals {
        [None, _] => arrivals[0] = Some(new),
        [Some(first), _] if new.origin == first.origin => {
            if before(new, first) {
                arrivals[0] = Some(new);
            }
        }
        [Some(first), _] if before(new, first) => *arrivals = [Some(new), Some(first)],
        [_, None] => arrivals[1] = Some(new),
        [_, Some(second)] => {
            if before(new, second) {
                arrivals[1] = Some(new);
            }
        }
    }
}

/// A straight line of arrival times over the stretch `from_m..=to_m` of a segment.
#[derive(Debug, Clone, Copy)]
struct Ramp<O> {
    from_m: f64,
    to_m: f64,
    /// Time at `from_m`, in milliseconds.
    ms: f64,
    /// Slope of the line, negative when driving against the line of the segment.
    ms_per_m: f64,
    origin: O,
}

impl<O: Id> Ramp<O> {
    fn at(&self, offset_m: f64) -> Option<f64> {
        (self.from_m <= offset_m && offset_m <= self.to_m).then_some(self.ms + self.ms_per_m * (offset_m - self.from_m))
    }

    /// The part of it within the budget.
    fn within(&self, budget_ms: f64) -> Option<(f64, f64)> {
        let end_ms = self.ms + self.ms_per_m * (self.to_m - self.from_m);
        let turn_m = self.from_m + (budget_ms - self.ms) / self.ms_per_m;
        match (self.ms <= budget_ms, end_ms <= budget_ms) {
            (true, true) => Some((self.from_m, self.to_m)),
            (true, false) => Some((self.from_m, turn_m)),
            (false, true) => Some((turn_m, self.to_m)),
            (false, false) => None,
        }
    }
}

/// Stands for the segment of a crew that starts beyond the network at hand, and comes by its head starts only.
pub const BEYOND: SegmentId = SegmentId(u32::MAX);

/// The states in which a crew enters the graph, and when: at both ends of the segment it starts on, as far as it may drive there.
pub fn entries<O: Id>(area: &StudyArea, drive: &Drive, start: &Start<O>) -> Vec<(u32, u32)> {
    entry_arcs(area, drive, start).into_iter().map(|(_, state, ms)| (state, ms)).collect()
}

/// The same, each with the arc by which it is entered.
pub(crate) fn entry_arcs<O: Id>(area: &StudyArea, drive: &Drive, start: &Start<O>) -> Vec<(ArcId, u32, u32)> {
    let Drive { arc_ms, graph, reading, .. } = drive;
    if start.position.segment == BEYOND {
        return Vec::new();
    }
    let segment = start.position.segment;
    let share = start.position.offset_m / area.network[segment].length_m;
    let ends = [(segment.along(), 1.0 - share), (segment.against(), share)];
    let open = ends.into_iter().filter(|(arc, _)| arc_ms[arc.index()] != CLOSED);
    let entry = |(arc, left): (ArcId, f64)| {
        let cost = start.ready.under(*reading) + (f64::from(arc_ms[arc.index()]) * left).ceil() as u32;
        (arc, graph.state_after(arc.0, area.network.head(arc).0), cost)
    };
    open.map(entry).collect()
}

/// Where these crews begin in the search of all of them.
pub(crate) fn seeds<'a, O: Id>(
    area: &StudyArea,
    drive: &Drive,
    starts: impl Iterator<Item = &'a Start<O>>,
) -> Vec<SourceSeed> {
    let of_start = |start: &Start<O>| {
        let source = start.origin.into();
        let entries = entries(area, drive, start).into_iter();
        entries.map(move |(state, cost)| SourceSeed { state, label: SourceLabel { cost, source } })
    };
    starts.flat_map(of_start).collect()
}

/// The reach of all crews with one class of vehicle under one reading.
pub struct Reach<O = StationId> {
    /// The driving times and the graph that were searched.
    pub drive: Arc<Drive>,
    /// Per arc, the two first to leave its tail along it.
    departure: Vec<NearestTwo>,
    starts: BTreeMap<SegmentId, Vec<Start<O>>>,
}

impl<O: Id> Reach<O> {
    /// Everything within `horizon_ms` of the starts with this vehicle.
    pub fn new(area: &StudyArea, drive: Arc<Drive>, starts: &[Start<O>], horizon_ms: u32) -> Self {
        Self::with_head_starts(area, drive, starts, &[], horizon_ms)
    }

    /// The same where crews of this vehicle also arrive at nodes from beyond the network.
    pub fn with_head_starts(
        area: &StudyArea,
        drive: Arc<Drive>,
        starts: &[Start<O>],
        head_starts: &[SourceSeed],
        horizon_ms: u32,
    ) -> Self {
        let Drive { arc_ms, graph, vehicle, .. } = drive.as_ref();
        let own = || starts.iter().filter(|start| start.vehicle == *vehicle);
        let mut on_segment: BTreeMap<SegmentId, Vec<Start<O>>> = BTreeMap::new();
        for start in own().filter(|start| start.position.segment != BEYOND) {
            on_segment.entry(start.position.segment).or_default().push(*start);
        }
        let mut seeds = seeds(area, &drive, own());
        seeds.extend_from_slice(head_starts);
        let nearest = two_nearest(graph, &seeds, horizon_ms);
        let mut departure = vec![[NONE; 2]; arc_ms.len()];
        for (state, arcs) in graph.departures() {
            for arc in arcs {
                for label in nearest[state as usize].iter().filter(|label| **label != NONE) {
                    offer(&mut departure[*arc as usize], *label);
                }
            }
        }
        Self { drive, departure, starts: on_segment }
    }

    /// The class of vehicle that this reach is of.
    pub fn vehicle(&self) -> VehicleClass {
        self.drive.vehicle
    }

    /// How soon a crew may leave either end of the segment along it: whatever else is the same, first arrivals on it are.
    pub fn first_departures(&self, segment: SegmentId) -> [u32; 2] {
        segment.arcs().map(|arc| self.departure[arc.index()][0].cost)
    }

    /// How soon a crew may be anywhere on the segment.
    fn soonest(&self, segment: SegmentId) -> u32 {
        let starts = self.starts_on(segment).iter().map(|start| self.ready_ms(start));
        starts.chain(self.first_departures(segment)).min().unwrap_or(UNREACHED)
    }

    /// The crews that start on the segment itself.
    pub fn starts_on(&self, segment: SegmentId) -> &[Start<O>] {
        self.starts.get(&segment).map_or(&[], Vec::as_slice)
    }

    /// When a crew of the search is on the road.
    pub fn ready_ms(&self, start: &Start<O>) -> u32 {
        start.ready.under(self.drive.reading)
    }

    /// All crews of the search.
    pub fn starts(&self) -> impl Iterator<Item = &Start<O>> {
        self.starts.values().flatten()
    }

    /// The lines of which the arrival on this segment is the least.
    fn ramps(&self, area: &StudyArea, segment: SegmentId) -> Vec<Ramp<O>> {
        let length_m = area.network[segment].length_m;
        let [along, against] = segment.arcs();
        let ms_per_m = |arc: ArcId| {
            let ms = self.drive.arc_ms[arc.index()];
            (ms != CLOSED).then(|| f64::from(ms) / length_m)
        };
        let mut ramps = Vec::new();
        let mut add = |arc: ArcId, entry_m: f64, label: SourceLabel| {
            if let Some(ms_per_m) = ms_per_m(arc).filter(|_| label != NONE) {
                let ms = f64::from(label.cost);
                ramps.push(if arc.is_along() {
                    Ramp { from_m: entry_m, to_m: length_m, ms, ms_per_m, origin: label.source.into() }
                } else {
                    Ramp {
                        from_m: 0.0,
                        to_m: entry_m,
                        ms: ms + ms_per_m * entry_m,
                        ms_per_m: -ms_per_m,
                        origin: label.source.into(),
                    }
                });
            }
        };
        for rank in 0..2 {
            add(along, 0.0, self.departure[along.index()][rank]);
            add(against, length_m, self.departure[against.index()][rank]);
        }
        for start in self.starts_on(segment) {
            let label = SourceLabel { cost: self.ready_ms(start), source: start.origin.into() };
            add(along, start.position.offset_m, label);
            add(against, start.position.offset_m, label);
        }
        ramps
    }
}

/// Which segments the crews get to at all, however late, on these roads. On the one-way segment on which a crew starts, what
/// lies behind it counts as well.
pub fn segments_in_reach<'a, O: Id>(
    area: &StudyArea,
    drive: &Drive,
    starts: impl Iterator<Item = &'a Start<O>>,
    is_road: impl Fn(SegmentId) -> bool,
) -> Vec<bool> {
    let graph = &drive.graph;
    let mut got = vec![false; area.network.segments.len()];
    let mut seen = vec![false; graph.states()];
    let mut ahead: Vec<u32> = Vec::new();
    for start in starts.filter(|start| is_road(start.position.segment)) {
        let entries = entries(area, drive, start);
        got[start.position.segment.index()] |= !entries.is_empty();
        ahead.extend(entries.into_iter().map(|(state, _)| state));
    }
    while let Some(state) = ahead.pop() {
        if std::mem::replace(&mut seen[state as usize], true) {
            continue;
        }
        for (next, arc) in graph.steps(state) {
            let segment = ArcId(arc).segment();
            if is_road(segment) {
                got[segment.index()] = true;
                ahead.push(next);
            }
        }
    }
    got
}

/// The reach of all crews, whatever they drive, under one reading.
pub struct ArrivalField<'a, O = StationId> {
    area: &'a StudyArea,
    /// One reach for each class of vehicle that sets out.
    pub reaches: Vec<Arc<Reach<O>>>,
}

impl<'a, O: Id> ArrivalField<'a, O> {
    /// One search for each class of vehicle among the starts.
    pub fn new(
        area: &'a StudyArea,
        rules: &Rules,
        starts: &[Start<O>],
        reading: DrivingReading,
        horizon_ms: u32,
    ) -> Result<Self> {
        let reach = |vehicle| {
            let drive = Arc::new(Drive::new(area, rules, vehicle, reading)?);
            Ok(Arc::new(Reach::new(area, drive, starts, horizon_ms)))
        };
        let reaches = vehicles(starts).into_iter().map(reach).collect::<Result<_>>()?;
        Ok(Self { area, reaches })
    }

    /// The field of searches made before.
    pub fn from_reaches(area: &'a StudyArea, reaches: Vec<Arc<Reach<O>>>) -> Self {
        Self { area, reaches }
    }

    /// First and second arrival at a place on a road.
    pub fn at(&self, segment: SegmentId, offset_m: f64) -> Arrivals<O> {
        let mut arrivals = [None; 2];
        for reach in &self.reaches {
            reach.arrive(self.area, segment, offset_m, 0.0, &mut arrivals);
        }
        arrivals
    }

    /// The stretches of a segment that a first crew reaches within the budget (inclusive), in order, disjoint.
    pub fn covered(&self, segment: SegmentId, budget_ms: f64) -> Vec<(f64, f64)> {
        let mut stretches: Vec<(f64, f64)> = self
            .reaches
            .iter()
            .filter(|reach| f64::from(reach.soonest(segment)) <= budget_ms)
            .flat_map(|reach| reach.ramps(self.area, segment))
            .filter_map(|ramp| ramp.within(budget_ms))
            .collect();
        stretches.sort_by(|a, b| a.partial_cmp(b).expect("stretches are finite"));
        let mut joined: Vec<(f64, f64)> = Vec::new();
        for (from_m, to_m) in stretches {
            match joined.last_mut() {
                Some(last) if from_m <= last.1 => last.1 = last.1.max(to_m),
                _ => joined.push((from_m, to_m)),
            }
        }
        joined
    }

    /// The latest first arrival anywhere on the stretch; `None` if some of it is not reached at all.
    pub fn latest_ms(&self, segment: SegmentId, from_m: f64, to_m: f64) -> Option<f64> {
        let ramps: Vec<Ramp<O>> = self.reaches.iter().flat_map(|reach| reach.ramps(self.area, segment)).collect();
        let least = |offset_m: f64| {
            ramps.iter().filter_map(|ramp| ramp.at(offset_m)).min_by(|a, b| a.partial_cmp(b).expect("times are finite"))
        };
        // The least of straight lines peaks at an end of the stretch or where two of the lines cross.
        let mut peaks = vec![from_m, to_m];
        for (a, b) in ramps.iter().enumerate().flat_map(|(at, a)| ramps[at + 1..].iter().map(move |b| (a, b))) {
            let slope = a.ms_per_m - b.ms_per_m;
            let cross_m = ((b.ms - b.ms_per_m * b.from_m) - (a.ms - a.ms_per_m * a.from_m)) / slope;
            if slope != 0.0 && from_m < cross_m && cross_m < to_m {
                peaks.push(cross_m);
            }
        }
        peaks.into_iter().map(least).try_fold(0.0_f64, |latest, ms| Some(latest.max(ms?)))
    }
}

impl<O: Id> Reach<O> {
    /// Adds the arrivals by this vehicle at a place on a road, `extra_ms` later.
    pub fn arrive(
        &self,
        area: &StudyArea,
        segment: SegmentId,
        offset_m: f64,
        extra_ms: f64,
        arrivals: &mut Arrivals<O>,
    ) {
        for ramp in self.ramps(area, segment) {
            if let Some(ms) = ramp.at(offset_m) {
                insert_arrival(arrivals, Arrival { ms: ms + extra_ms, origin: ramp.origin });
            }
        }
    }
}

/// The classes of vehicle among the starts, in order.
pub fn vehicles<O>(starts: &[Start<O>]) -> Vec<VehicleClass> {
    VehicleClass::ALL.iter().copied().filter(|class| starts.iter().any(|start| start.vehicle == *class)).collect()
}
