//! Places and the road location each is served from.
//!
//! A place is served from the nearest road location that a crew gets to and that can be reached from the place in a straight
//! line without crossing open water; farther than the access limit, or with water all around, it is *unplaced*: listed, not
//! guessed. A place on the far side of a scrap of yard or of an aisle that nobody can enter is served from the road behind.
//!
//! Under a scenario that adds roads or stations a place keeps the road that serves it without them: a crew comes by whichever
//! is sooner. A new road that passes nearer, but leads there by a longer way, makes no place later.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use geo::line_intersection::line_intersection;
use geo::{BoundingRect, Coord, Geometry, Line, LinesIter};
use rstar::{AABB, RTree};
use serde::{Deserialize, Serialize};

use crate::response::driving::{self, Drive, DrivingReading};
use crate::response::reach::{ArrivalField, Arrivals, Reach, Start, segments_in_reach};
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ComponentId, Id, SegmentId};
use fireplan_model::layers::{Road, WaterKind, WaterSource};
use fireplan_model::method_constants;
use fireplan_model::network::{NearestPosition, Position, Segment};
use fireplan_model::rules::Rules;

method_constants! {
    /// 相连道路总长不足此值的孤立路网不用于到达 | Roads that connect to less than this in all serve no place, unless a station stands on them
    pub const FRAGMENT_M: f64 = 1_000.0,
        because "多为厂区、院内道路或漏绘连接的残段，救援车辆实际到不了；假定值，供审查 | They are yards and fragments whose connection nobody drew; an assumption, for review";
    /// 池塘的外包范围对角线超过此值，按隔水计 | A pond that is longer than this from corner to corner keeps people on their side
    const LARGE_POND_M: f64 = 300.0,
        because "绕塘而行超过离路距离上限，等于过不去；假定值，供审查 | The way around it is longer than the access limit; an assumption, for review";
    /// 到不了的道路比服务该处的道路近这么多才提示 | A road that no crew gets to is told where it is nearer than the one that serves by this much
    const NEARER_M: f64 = 1.0,
        because "小于任何路面的宽度，再小就是同一条路 | Less than the width of any road: nearer than that it is the same road";
}

/// Finds the road location that serves a place, for each class of vehicle.
pub struct PlaceAccess<'a> {
    area: &'a StudyArea,
    water: Arc<Water>,
    /// The farthest that a place may lie from the road that serves it, in metres in a straight line.
    pub limit_m: f64,
    ms_per_m: f64,
    /// Per class of vehicle.
    usable: Vec<Arc<UsableSegments>>,
}

/// From which segments one class of vehicle may serve places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsableSegments {
    /// Whether a crew gets to each segment where all binds, at whatever speed.
    pub reached: Vec<bool>,
    /// Whether it does against one-ways and past what is undetermined.
    pub reached_if_favourable: Vec<bool>,
    /// Whether each segment would serve places if a crew got there.
    pub connected: Vec<bool>,
    /// The same without the roads and stations that a scenario adds; `None`: without them it is no other.
    pub without_planned: Option<Box<UsableSegments>>,
}

/// The road locations that serve a place for one class of vehicle: the nearest and, where a scenario would take that away from
/// it, the one that serves it without what the scenario adds. Without the first there is no second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RoadAccess([Option<Position>; 2]);

impl RoadAccess {
    /// Of these segments, from what was found for them in their turn.
    fn next_of(usable: &UsableSegments, nearest: &mut impl Iterator<Item = Option<Position>>) -> Self {
        let found = nearest.next().flatten();
        let without_planned = usable.without_planned.as_ref().and_then(|_| nearest.next().flatten());
        Self([found, without_planned.filter(|known| Some(*known) != found)])
    }

    /// Each of them, the nearest first.
    pub fn positions(&self) -> impl Iterator<Item = &Position> {
        self.0.iter().flatten()
    }
}

/// The road locations that serve a place, for each class of vehicle of the field in its order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placement(Vec<RoadAccess>);

impl FromIterator<RoadAccess> for Placement {
    fn from_iter<T: IntoIterator<Item = RoadAccess>>(by_vehicle: T) -> Self {
        Self(by_vehicle.into_iter().collect())
    }
}

impl Placement {
    /// Whether any class of vehicle serves the place.
    pub fn is_placed(&self) -> bool {
        self.positions().next().is_some()
    }

    /// Those of every class of vehicle.
    pub fn positions(&self) -> impl Iterator<Item = &Position> {
        self.0.iter().flat_map(RoadAccess::positions)
    }

    /// Those of the class of vehicle at this rank.
    pub fn of_vehicle(&self, rank: usize) -> impl Iterator<Item = &Position> {
        self.0.get(rank).into_iter().flat_map(RoadAccess::positions)
    }

    /// Distance in a straight line to the nearest of them, in metres.
    pub fn distance_m(&self) -> Option<f64> {
        self.positions().map(|position| position.distance_m).min_by(f64::total_cmp)
    }
}

impl<'a> PlaceAccess<'a> {
    /// For the vehicles of this field and what they reach.
    ///
    /// # Errors
    /// If the rules do not give the size of a vehicle.
    pub fn new<O: Id>(area: &'a StudyArea, rules: &Rules, field: &ArrivalField<O>) -> Result<Self> {
        let usable = |reach: &Arc<Reach<O>>| {
            let drive = |reading: DrivingReading| Drive::new(area, rules, reach.vehicle(), reading);
            let (bound, favourable) = (drive(DrivingReading::Base)?, drive(DrivingReading::Favourable)?);
            let starts: Vec<Start<O>> = reach.starts().copied().collect();
            Ok(Arc::new(UsableSegments::new(area, [&bound, &favourable], &starts)))
        };
        let usable = field.reaches.iter().map(usable).collect::<Result<_>>()?;
        Ok(Self::with_cached_segments(area, rules, Arc::new(Water::new(area)), usable))
    }

    /// With what was found out before of this water and of where the vehicles may serve places from.
    pub fn with_cached_segments(
        area: &'a StudyArea,
        rules: &Rules,
        water: Arc<Water>,
        usable: Vec<Arc<UsableSegments>>,
    ) -> Self {
        let ms_per_m = driving::MS_PER_M_KPH / rules.response.access_speed_kph.value;
        Self { area, water, limit_m: rules.response.access_limit_m.value, ms_per_m, usable }
    }

    /// Where on the roads a place is served from, for each class of vehicle; `None` where no usable road is near enough.
    pub fn place(&self, place: Coord) -> Placement {
        let mut nearest = self.look_around(place, self.usable.iter().map(Arc::as_ref)).into_iter();
        self.usable.iter().map(|usable| RoadAccess::next_of(usable, &mut nearest)).collect()
    }

    /// The same for the vehicles that may serve places from these segments.
    pub fn find_access(&self, place: Coord, usable: &UsableSegments) -> RoadAccess {
        RoadAccess::next_of(usable, &mut self.look_around(place, [usable].into_iter()).into_iter())
    }

    /// What is nearest to a place among the segments of each, and of each without what is planned, where that is another thing:
    /// in one look around for all, since nearly everywhere it is the same road.
    fn look_around<'u>(&self, place: Coord, usable: impl Iterator<Item = &'u UsableSegments>) -> Vec<Option<Position>> {
        let both = usable.flat_map(|usable| [Some(usable), usable.without_planned.as_deref()]);
        let mut found: Vec<NearestByTier> = both.flatten().map(NearestByTier::new).collect();
        for (segment, position) in self.area.network.pieces_around(place, self.limit_m) {
            if !found.iter().any(|nearest| nearest.has(segment)) {
                continue;
            }
            let position = position();
            if found.iter().all(|nearest| nearest.is_settled(position.distance_m)) {
                break;
            }
            if self.water.is_clear(Line::new(place, position.at)) {
                found.iter_mut().for_each(|nearest| nearest.offer(position));
            }
        }
        found.iter().map(NearestByTier::get).collect()
    }

    /// Whether a crew gets to the place without the roads and stations that a scenario adds; of a place to which one gets.
    pub fn is_reached_without_planned(&self, place: Coord) -> bool {
        let network = &self.area.network;
        let clear = |line: Line| self.water.is_clear(line);
        let is_served =
            |tier: &[bool]| network.nearest(place, self.limit_m, |segment| tier[segment.index()], clear).is_some();
        let standing = |usable: &UsableSegments| {
            let [reached, reached_if_favourable, _] = usable.without_planned.as_deref().unwrap_or(usable).tiers();
            is_served(reached) || is_served(reached_if_favourable)
        };
        self.usable.iter().all(|usable| usable.without_planned.is_none())
            || self.usable.iter().any(|usable| standing(usable))
    }

    /// The road that is nearer to a place than the one it is served from and that no crew gets to, if there is one.
    pub fn nearer_unreached(&self, place: Coord, placement: &Placement) -> Option<Position> {
        let served_m = placement.distance_m()?;
        let is_known = |segment: SegmentId| self.usable.iter().any(|usable| usable.connected[segment.index()]);
        let limit_m = served_m - NEARER_M;
        let clear = |line: Line| self.water.is_clear(line);
        (limit_m > 0.0).then(|| self.area.network.nearest(place, limit_m, is_known, clear)).flatten()
    }

    /// Whether places are served from a segment that a crew of the class of vehicle at this rank gets to.
    pub fn is_usable(&self, rank: usize, segment: SegmentId) -> bool {
        self.usable[rank].reached[segment.index()]
    }

    /// From which segments the class of vehicle at this rank may serve places.
    pub fn usable(&self, rank: usize) -> &UsableSegments {
        &self.usable[rank]
    }

    /// What a metre between road and place costs.
    pub fn ms_per_m(&self) -> f64 {
        self.ms_per_m
    }

    /// Time from the road location to the place.
    pub fn access_ms(&self, position: &Position) -> f64 {
        position.distance_m * self.ms_per_m
    }

    /// First and second arrival at a placed place.
    pub fn arrivals<O: Id>(&self, field: &ArrivalField<O>, placement: &Placement) -> Arrivals<O> {
        let mut arrivals = [None; 2];
        for (rank, reach) in field.reaches.iter().enumerate() {
            for position in placement.of_vehicle(rank) {
                self.arrive(reach, position, &mut arrivals);
            }
        }
        arrivals
    }

    fn arrive<O: Id>(&self, reach: &Reach<O>, position: &Position, arrivals: &mut Arrivals<O>) {
        reach.arrive(self.area, position.segment, position.offset_m, self.access_ms(position), arrivals);
    }
}

/// What is nearest to a place among the segments of each [tier](UsableSegments::tiers). From the nearest road that a crew gets to
/// a place is served. Where no such road is near, from one that it gets to if all is favourable, else from the nearest that would
/// serve the place: then nobody gets there, which is another thing than a place without any road.
struct NearestByTier<'u> {
    tiers: [&'u [bool]; 3],
    nearest: [NearestPosition; 3],
}

impl<'u> NearestByTier<'u> {
    /// Before any road was looked at.
    fn new(usable: &'u UsableSegments) -> Self {
        Self { tiers: usable.tiers(), nearest: Default::default() }
    }

    /// Whether the segment is one of these.
    fn has(&self, segment: SegmentId) -> bool {
        self.tiers.iter().any(|tier| tier[segment.index()])
    }

    /// Whether what lies so far away, or farther, changes nothing.
    fn is_settled(&self, distance_m: f64) -> bool {
        !self.nearest[0].takes(distance_m)
    }

    /// Takes notice of a position on a road; the nearer come first.
    fn offer(&mut self, position: Position) {
        for (tier, nearest) in self.tiers.iter().zip(&mut self.nearest) {
            if tier[position.segment.index()] && nearest.takes(position.distance_m) {
                nearest.offer(position);
            }
        }
    }

    /// From where the place is served.
    fn get(&self) -> Option<Position> {
        self.nearest.iter().find_map(NearestPosition::get)
    }
}

impl UsableSegments {
    /// Of the crews with this vehicle, under the base and the favourable reading; fragments of less than [`FRAGMENT_M`] serve
    /// no place unless a crew starts on them.
    pub fn new<O: Id>(area: &StudyArea, [bound, favourable]: [&Drive; 2], starts: &[Start<O>]) -> Self {
        let starts: Vec<&Start<O>> = starts.iter().filter(|start| start.vehicle == bound.vehicle).collect();
        let usable = Self::of_roads(area, [bound, favourable], &starts, |_| true);
        if !starts.iter().any(|start| start.is_planned) && !area.layers.roads.iter().any(Road::is_planned) {
            return usable;
        }
        let standing: Vec<&Start<O>> = starts.into_iter().filter(|start| !start.is_planned).collect();
        let without_planned =
            Self::of_roads(area, [bound, favourable], &standing, |segment| !area.road_of(segment).is_planned());
        let without_planned = (without_planned != usable).then(|| Box::new(without_planned));
        Self { without_planned, ..usable }
    }

    /// The sets of segments that may serve a place: of the first in which one is near, the nearest does.
    pub fn tiers(&self) -> [&[bool]; 3] {
        [&self.reached, &self.reached_if_favourable, &self.connected]
    }

    /// On some of the roads.
    fn of_roads<O: Id>(
        area: &StudyArea,
        [bound, favourable]: [&Drive; 2],
        starts: &[&Start<O>],
        is_road: impl Fn(SegmentId) -> bool,
    ) -> Self {
        let network = &area.network;
        let arc_ms = &favourable.arc_ms;
        let with_crew: BTreeSet<ComponentId> =
            starts.iter().filter_map(|start| network[start.position.segment].component).collect();
        let is_connected = |component: ComponentId| {
            network.component_m[component.index()] >= FRAGMENT_M || with_crew.contains(&component)
        };
        let serves = |(id, segment): (SegmentId, &Segment)| {
            let open = id.arcs().iter().any(|arc| arc_ms[arc.index()] != CLOSED);
            open && is_road(id) && driving::serves_places(&area.layers.roads[segment.road.index()])
        };
        let serves: Vec<bool> = SegmentId::first(network.segments.len()).zip(&network.segments).map(serves).collect();
        let segments = || network.segments.iter().zip(&serves);
        let connected = segments().map(|(segment, serves)| *serves && segment.component.is_none_or(is_connected));
        let connected = connected.collect();
        let reached_by = |drive: &Drive| -> Vec<bool> {
            let in_reach = segments_in_reach(area, drive, starts.iter().copied(), &is_road);
            in_reach.into_iter().zip(&serves).map(|(got, serves)| got && *serves).collect()
        };
        let (reached, reached_if_favourable) = (reached_by(bound), reached_by(favourable));
        Self { reached, reached_if_favourable, connected, without_planned: None }
    }

    /// The same of some of the segments, in their order.
    pub(crate) fn of_segments(&self, segments: &[SegmentId]) -> Self {
        let of = |all: &[bool]| segments.iter().map(|segment| all[segment.index()]).collect();
        Self {
            reached: of(&self.reached),
            reached_if_favourable: of(&self.reached_if_favourable),
            connected: of(&self.connected),
            without_planned: self.without_planned.as_ref().map(|usable| Box::new(usable.of_segments(segments))),
        }
    }
}

/// Open water that nobody walks across: lakes, reservoirs, rivers, and water of unknown kind. People on foot cross streams and go
/// around small ponds.
///
/// The banks of an island are banks like any other: its places are served from its own roads only, as are those of the shore
/// from theirs. Roads on bridges and dams carry vehicles over water; nobody is served from a deck
/// ([`driving::serves_places`]).
pub struct Water {
    banks: RTree<rstar::primitives::Line<[f64; 2]>>,
}

impl Water {
    /// The water that [`is_open_water`].
    pub fn new(area: &StudyArea) -> Self {
        Self::of_kinds(area, is_open_water)
    }

    /// Some of the water only.
    pub fn of_kinds(area: &StudyArea, is_barrier: impl Fn(&WaterSource) -> bool) -> Self {
        let lines = area
            .layers
            .water_sources
            .iter()
            .filter(|water| is_barrier(water))
            .flat_map(|water| lines_of(&water.geometry));
        let banks =
            lines.map(|line| rstar::primitives::Line::new([line.start.x, line.start.y], [line.end.x, line.end.y]));
        Self { banks: RTree::bulk_load(banks.collect()) }
    }

    /// Whether the straight line stays on one side of all water.
    pub fn is_clear(&self, line: Line) -> bool {
        let box_ = AABB::from_corners([line.start.x, line.start.y], [line.end.x, line.end.y]);
        !self.banks.locate_in_envelope_intersecting(&box_).any(|bank| {
            let coord = |point: [f64; 2]| Coord { x: point[0], y: point[1] };
            line_intersection(line, Line::new(coord(bank.from), coord(bank.to))).is_some()
        })
    }
}

/// Whether this water keeps people on foot on their side: rivers, lakes and reservoirs do, and so do ponds that are too large to
/// go around ([`LARGE_POND_M`]). So does water of which nobody stated the kind: a lake does not dry up because its tag is missing.
pub fn is_open_water(water: &WaterSource) -> bool {
    match water.kind {
        WaterKind::River | WaterKind::Lake | WaterKind::Reservoir | WaterKind::Unknown => true,
        WaterKind::Pond => {
            water.geometry.bounding_rect().is_some_and(|rect| rect.width().hypot(rect.height()) > LARGE_POND_M)
        }
        _ => false,
    }
}

/// The straight pieces of a line or outline.
pub fn lines_of(geometry: &Geometry) -> Vec<Line> {
    match geometry {
        Geometry::LineString(line) => line.lines_iter().collect(),
        Geometry::MultiLineString(lines) => lines.lines_iter().collect(),
        Geometry::Polygon(polygon) => polygon.lines_iter().collect(),
        Geometry::MultiPolygon(polygons) => polygons.lines_iter().collect(),
        _ => Vec::new(),
    }
}
