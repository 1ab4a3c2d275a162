//! Places and the road location each is served from.
//!
//! A place is served from the nearest road location that a crew gets to and that can be reached from the place in a straight
//! line without crossing open water; farther than the access limit, or with water all around, it is *unplaced*: listed, not
//! guessed. A place on the far side of a scrap of yard or of an aisle that nobody can enter is served from the road behind.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use geo::line_intersection::line_intersection;
use geo::{Coord, Geometry, Line, LinesIter};
use rstar::{AABB, RTree};
use serde::{Deserialize, Serialize};

use crate::response::driving::{self, Drive, DrivingReading};
use crate::response::reach::{ArrivalField, Arrivals, Reach, Start, segments_in_reach};
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ComponentId, Id, SegmentId};
use fireplan_model::layers::WaterKind;
use fireplan_model::method_constants;
use fireplan_model::network::{Position, Segment};
use fireplan_model::rules::Rules;

method_constants! {
    /// 相连道路总长不足此值的孤立路网不用于到达 | Roads that connect to less than this in all serve no place, unless a station stands on them
    pub const FRAGMENT_M: f64 = 1_000.0,
        because "多为厂区、院内道路或漏绘连接的残段，救援车辆实际到不了；假定值，供审查 | They are yards and fragments whose connection nobody drew; an assumption, for review";
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
}

/// The road location for each class of vehicle of the field, in its order.
pub type Placement = Vec<Option<Position>>;

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
        self.usable.iter().map(|usable| self.nearest(place, usable)).collect()
    }

    /// From the nearest road that a crew gets to. Where no such road is near, from one that it gets to if all is favourable,
    /// else from the nearest that would serve the place: then nobody gets there, which is another thing than a place without
    /// any road.
    pub fn nearest(&self, place: Coord, usable: &UsableSegments) -> Option<Position> {
        let among = |segments: &[bool]| {
            let network = &self.area.network;
            network.nearest(place, self.limit_m, |segment| segments[segment.index()], |line| self.water.is_clear(line))
        };
        let tiers = [&usable.reached, &usable.reached_if_favourable, &usable.connected];
        tiers.into_iter().find_map(|segments| among(segments))
    }

    /// The road that is nearer to a place than the one it is served from and that no crew gets to, if there is one.
    pub fn nearer_unreached(&self, place: Coord, placement: &[Option<Position>]) -> Option<Position> {
        let served_m = placement.iter().flatten().map(|position| position.distance_m).min_by(f64::total_cmp)?;
        let is_known = |segment: SegmentId| self.usable.iter().any(|usable| usable.connected[segment.index()]);
        let limit_m = served_m - NEARER_M;
        let clear = |line: Line| self.water.is_clear(line);
        (limit_m > 0.0).then(|| self.area.network.nearest(place, limit_m, is_known, clear)).flatten()
    }

    /// Whether places are served from a segment that a crew of the class of vehicle at this rank gets to.
    pub fn is_usable(&self, rank: usize, segment: SegmentId) -> bool {
        self.usable[rank].reached[segment.index()]
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
    pub fn arrivals<O: Id>(&self, field: &ArrivalField<O>, placement: &[Option<Position>]) -> Arrivals<O> {
        let mut arrivals = [None; 2];
        for (reach, position) in field.reaches.iter().zip(placement) {
            if let Some(position) = position {
                self.arrive(reach, position, &mut arrivals);
            }
        }
        arrivals
    }

    fn arrive<O: Id>(&self, reach: &Reach<O>, position: &Position, arrivals: &mut Arrivals<O>) {
        reach.arrive(self.area, position.segment, position.offset_m, self.access_ms(position), arrivals);
    }
}

impl UsableSegments {
    /// Of the crews with this vehicle, under the base and the favourable reading; fragments of less than [`FRAGMENT_M`] serve
    /// no place unless a crew starts on them.
    pub fn new<O: Id>(area: &StudyArea, [bound, favourable]: [&Drive; 2], starts: &[Start<O>]) -> Self {
        let network = &area.network;
        let arc_ms = &favourable.arc_ms;
        let own = || starts.iter().filter(|start| start.vehicle == bound.vehicle);
        let with_crew: BTreeSet<ComponentId> =
            own().filter_map(|start| network[start.position.segment].component).collect();
        let is_connected = |component: ComponentId| {
            network.component_m[component.index()] >= FRAGMENT_M || with_crew.contains(&component)
        };
        let serves = |(number, segment): (usize, &Segment)| {
            let open = arc_ms[2 * number] != CLOSED || arc_ms[2 * number + 1] != CLOSED;
            open && driving::serves_places(&area.layers.roads[segment.road.index()])
        };
        let serves: Vec<bool> = network.segments.iter().enumerate().map(serves).collect();
        let segments = || network.segments.iter().zip(&serves);
        let connected = segments().map(|(segment, serves)| *serves && segment.component.is_none_or(is_connected));
        let connected = connected.collect();
        let reached_by = |drive: &Drive| -> Vec<bool> {
            segments_in_reach(area, drive, own()).into_iter().zip(&serves).map(|(got, serves)| got && *serves).collect()
        };
        Self { reached: reached_by(bound), reached_if_favourable: reached_by(favourable), connected }
    }
}

/// Open water that nobody walks across: lakes, reservoirs, rivers, and water of unknown kind. People on foot cross streams and go
/// around ponds.
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

    /// Water of some kinds only.
    pub fn of_kinds(area: &StudyArea, kinds: impl Fn(WaterKind) -> bool) -> Self {
        let lines = area
            .layers
            .water_sources
            .iter()
            .filter(|water| kinds(water.kind))
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

/// Whether water of this kind keeps people on foot on their side: rivers, lakes and reservoirs do. So does water of which
/// nobody stated the kind: a lake does not dry up because its tag is missing.
pub fn is_open_water(kind: WaterKind) -> bool {
    matches!(kind, WaterKind::River | WaterKind::Lake | WaterKind::Reservoir | WaterKind::Unknown)
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
