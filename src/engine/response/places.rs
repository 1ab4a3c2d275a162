//! Places and the road location each is served from.
//!
//! A place is served from the nearest usable road location that can be reached from it in a straight line without
//! crossing open water; farther than the access limit, or with water all around, it is *unplaced*: listed, not guessed.

use std::sync::Arc;

use anyhow::Result;
use geo::line_intersection::line_intersection;
use geo::{Coord, Geometry, Line, LinesIter};
use rstar::{AABB, RTree};

use crate::response::driving::{self, DrivingReading};
use crate::response::reach::{ArrivalField, Arrivals, Reach};
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ComponentId, Id, SegmentId};
use fireplan_model::layers::WaterKind;
use fireplan_model::method_constants;
use fireplan_model::network::Position;
use fireplan_model::rules::Rules;

method_constants! {
    /// 相连道路总长不足此值的孤立路网不用于到达 | Roads that connect to less than this in all serve no place, unless a station stands on them
    pub const FRAGMENT_M: f64 = 1_000.0,
        because "多为厂区、院内道路或漏绘连接的残段，救援车辆实际到不了；假定值，供审查 | They are yards and fragments whose connection nobody drew; an assumption, for review";
}

/// Finds the road location that serves a place, for each class of vehicle.
pub struct PlaceAccess<'a> {
    area: &'a StudyArea,
    water: Arc<Water>,
    /// The farthest that a place may lie from the road that serves it, in metres in a straight line.
    pub limit_m: f64,
    ms_per_m: f64,
    /// Per class of vehicle, whether each segment may serve places.
    usable: Vec<Arc<Vec<bool>>>,
}

/// The road location for each class of vehicle of the field, in its order.
pub type Placement = Vec<Option<Position>>;

impl<'a> PlaceAccess<'a> {
    /// For the vehicles of this field, as favourably as they may drive: what is undetermined must not move a place to another
    /// road. Segments in components with a station always count, however small.
    ///
    /// # Errors
    /// If the rules do not give the size of a vehicle.
    pub fn new<O: Id>(
        area: &'a StudyArea,
        rules: &Rules,
        field: &ArrivalField<O>,
        station_components: &[Option<ComponentId>],
    ) -> Result<Self> {
        let usable = |reach: &Arc<Reach<O>>| {
            let arc_ms = driving::arc_ms(area, rules, reach.vehicle(), DrivingReading::Favourable)?;
            Ok(Arc::new(usable_segments(area, &arc_ms, station_components)))
        };
        let usable = field.reaches.iter().map(usable).collect::<Result<_>>()?;
        Ok(Self::with_cached_segments(area, rules, Arc::new(Water::new(area)), usable))
    }

    /// With what was found out before of this water and of where the vehicles may serve places from ([`usable_segments`]).
    pub fn with_cached_segments(
        area: &'a StudyArea,
        rules: &Rules,
        water: Arc<Water>,
        usable: Vec<Arc<Vec<bool>>>,
    ) -> Self {
        let ms_per_m = driving::MS_PER_M_KPH / rules.response.access_speed_kph.value;
        Self { area, water, limit_m: rules.response.access_limit_m.value, ms_per_m, usable }
    }

    /// Where on the roads a place is served from, for each class of vehicle; `None` where no usable road is near enough.
    pub fn place(&self, place: Coord) -> Placement {
        self.usable.iter().map(|usable| self.nearest(place, usable)).collect()
    }

    /// From the segments that are usable.
    pub fn nearest(&self, place: Coord, usable: &[bool]) -> Option<Position> {
        let network = &self.area.network;
        network.nearest(place, self.limit_m, |segment| usable[segment.index()], |line| self.water.is_clear(line))
    }

    /// Whether a segment may serve places, for the class of vehicle at this rank.
    pub fn is_usable(&self, rank: usize, segment: SegmentId) -> bool {
        self.usable[rank][segment.index()]
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

/// Which segments a vehicle with these arc times may serve places from.
pub fn usable_segments(area: &StudyArea, arc_ms: &[u32], station_components: &[Option<ComponentId>]) -> Vec<bool> {
    let network = &area.network;
    network
        .segments
        .iter()
        .enumerate()
        .map(|(number, segment)| {
            let open = arc_ms[2 * number] != CLOSED || arc_ms[2 * number + 1] != CLOSED;
            let connected =
                segment.component.is_none_or(|component| network.component_m[component.index()] >= FRAGMENT_M)
                    || station_components.contains(&segment.component);
            open && connected && driving::serves_places(&area.layers.roads[segment.road.index()])
        })
        .collect()
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
