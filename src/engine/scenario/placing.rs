//! Whether something can stand and serve where edits put it: told of each at once, when all edits are made, for a later edit may
//! move it, or bring a road to it.

use geo::{BooleanOps, Coord, Distance, Euclidean, Geometry, Intersects, LineString, MultiLineString, Point};

use super::apply::Draft;
use super::joinable::nearest_on;
use super::national::RULES;
use crate::response::water_surface::surface;
use fireplan_model::layers::{Access, Road, RoadClass, WaterKind, WaterSource};
use fireplan_model::notes::NoteKind;
use fireplan_model::rows::Label;

// Numbers here decide when something is worth a remark, and change no result.
/// What is put this near to water is told: beds and flood levels reach some tens of metres.
const BANK_M: f64 = 50.0;
/// How far an intake or a pump house may stand out into the water: jetties reach some tens of metres from the bank.
const INTAKE_M: f64 = 30.0;
/// A water source farther from every road is told: no engine gets to it.
const WATER_ROAD_M: f64 = 60.0;
/// A turnaround whose edge is farther from every road is told: it belongs to none.
const TURNAROUND_ROAD_M: f64 = 15.0;
/// A road is told to run through water, or outside the area, where it does for longer: banks, boundaries and roads are surveyed
/// some decimetres apart.
const STRAYS_M: f64 = 1.0;

/// What an edit put somewhere.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum PlacedKind {
    Station,
    Hydrant,
    Turnaround { side_m: f64 },
    Water(WaterKind),
}

/// Something that an edit put somewhere.
pub(super) struct Placed {
    /// Number of the edit, from 1.
    pub edit: usize,
    pub name: String,
    pub at: Point,
    pub kind: PlacedKind,
}

/// A new road as it was drawn.
pub(super) struct Drawn {
    /// Number of the edit, from 1.
    pub edit: usize,
    pub name: String,
    pub line: LineString,
    pub bridge: bool,
}

impl PlacedKind {
    /// The farthest that a road may be from the edge of it for it to serve.
    fn road_limit_m(self) -> Option<f64> {
        match self {
            Self::Station => Some(RULES.as_ref()?.response.access_limit_m.value),
            // A line of hose is laid along the street from the hydrant.
            Self::Hydrant => Some(RULES.as_ref()?.hydrant.hose_lay_m.value),
            Self::Turnaround { side_m } => Some(TURNAROUND_ROAD_M + side_m / 2.0),
            Self::Water(_) => Some(WATER_ROAD_M),
        }
    }

    /// How far it may stand out into water; `None`: it is water itself.
    fn may_stand_out_m(self) -> Option<f64> {
        match self {
            Self::Station | Self::Hydrant | Self::Turnaround { .. } => Some(0.0),
            Self::Water(WaterKind::Pool | WaterKind::Tank) => Some(0.0),
            Self::Water(WaterKind::Intake | WaterKind::PumpHouse) => Some(INTAKE_M),
            Self::Water(_) => None,
        }
    }

    /// Whether it stands at the bank on purpose.
    fn is_of_bank(self) -> bool {
        matches!(self, Self::Water(_))
    }
}

impl Draft<'_> {
    /// Tells of everything that edits put somewhere, and drew, whether it can stand and serve there.
    pub(super) fn tell_places(&mut self) {
        for placed in std::mem::take(&mut self.placed) {
            self.number_remarks_of(placed.edit);
            self.tell_outside(&placed.name, placed.at);
            self.tell_standing_in_water(&placed);
            self.tell_far_from_roads(&placed);
        }
        let drawn = std::mem::take(&mut self.drawn);
        for drawn in &drawn {
            self.number_remarks_of(drawn.edit);
            self.tell_road_outside(drawn);
            self.tell_road_in_water(drawn);
        }
        self.drawn = drawn;
    }

    fn tell_outside(&mut self, name: &str, at: Point) {
        let Some(bounds) = self.area.bounds.clone().filter(|bounds| !bounds.contains(at.0)) else { return };
        let far_m = Euclidean.distance(&at, bounds.shape());
        if far_m < STRAYS_M {
            return;
        }
        let far_km = far_m / 1000.0;
        let text =
            "位置在规划范围以外，请核对坐标 | The place is outside the area that is planned: check its coordinates";
        let case = Label::new(format!("{name}，在范围外 {far_km:.2} km"), format!("{name}, {far_km:.2} km outside"));
        self.remark(NoteKind::Doubted, text, &case, Some(at.0));
    }

    fn tell_road_outside(&mut self, drawn: &Drawn) {
        let Some(bounds) = self.area.bounds.clone() else { return };
        let all_m = length_m(&drawn.line);
        let outside_m = all_m - bounds.inside_m(&drawn.line);
        if outside_m < STRAYS_M {
            return;
        }
        let text = "新路有一段在规划范围以外，请核对坐标 | A new road runs outside the area that is planned: check its coordinates";
        let name = &drawn.name;
        let case = Label::new(
            format!("{name}，范围外 {outside_m:.0} m，全长 {all_m:.0} m"),
            format!("{name}, {outside_m:.0} m of {all_m:.0} m outside"),
        );
        let at = drawn.line.0.iter().copied().find(|at| !bounds.contains(*at));
        self.remark(NoteKind::Doubted, text, &case, at.or(drawn.line.0.first().copied()));
    }

    /// Tells where something that stands on the ground is put into water or on its bank.
    fn tell_standing_in_water(&mut self, placed: &Placed) {
        let Some(may_stand_out_m) = placed.kind.may_stand_out_m() else { return };
        let near = self.area.layers.water_sources.iter().map(|water| (ashore_m(water, placed.at), water));
        let nearest = near.filter(|(far_m, _)| *far_m <= BANK_M).min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((far_m, water)) = nearest else { return };
        let [called, called_en] = call_water(water);
        let name = &placed.name;
        if far_m > 0.0 {
            if placed.kind.is_of_bank() {
                return;
            }
            let text = "位置紧靠水面，请核对是否在河道、岸坡或洪水位以下 | The place is right beside water: check that it is not in the bed, on the bank or below flood level";
            let case = Label::new(
                format!("{name}，距 {called} {far_m:.0} m"),
                format!("{name}, {far_m:.0} m from {called_en}"),
            );
            self.remark(NoteKind::Doubted, text, &case, Some(placed.at.0));
        } else if to_bank_m(water, placed.at) > may_stand_out_m {
            let text = "位置落在水面内，建不成；请移到岸上 | The place lies in water, where nothing can be built: move it ashore";
            let case = Label::new(format!("{name} → {called}"), format!("{name} → {called_en}"));
            self.remark(NoteKind::Doubted, text, &case, Some(placed.at.0));
        }
    }

    fn tell_far_from_roads(&mut self, placed: &Placed) {
        let Some(limit_m) = placed.kind.road_limit_m() else { return };
        let roads = &self.area.layers.roads;
        let near = nearest_on(roads, placed.at.0, f64::INFINITY, serves);
        let far_m = near.map(|(foot, ..)| (foot - placed.at.0).x.hypot((foot - placed.at.0).y));
        if far_m.is_some_and(|far_m| far_m <= limit_m) {
            return;
        }
        let text = "距消防车能停靠的道路太远，不起作用；请移到路边，或新建道路 | Too far from every road that vehicles can stop on, and of no use there: move it to a road, or add a road";
        let name = &placed.name;
        let case = match far_m {
            Some(far_m) => Label::new(
                format!("{name}，最近的道路 {far_m:.0} m，最多 {limit_m:.0} m"),
                format!("{name}, the nearest road is {far_m:.0} m away, at most {limit_m:.0} m"),
            ),
            None => Label::new(format!("{name}，没有道路"), format!("{name}, no road at all")),
        };
        self.remark(NoteKind::Doubted, text, &case, Some(placed.at.0));
    }

    /// Tells where a road runs through water that is no bridge, and where a bridge ends in it.
    fn tell_road_in_water(&mut self, drawn: &Drawn) {
        let line = &drawn.line;
        let mut told: Vec<(&'static str, Label, Coord)> = Vec::new();
        for water in self.area.layers.water_sources.iter().filter(|water| is_natural(water.kind)) {
            let Some((in_water_m, at)) = crossing(water, line) else { continue };
            let [called, called_en] = call_water(water);
            let name = &drawn.name;
            if drawn.bridge {
                let ends = [line.0[0], line.0[line.0.len() - 1]];
                let Some(end) = ends.into_iter().find(|end| ashore_m(water, Point(*end)) == 0.0) else { continue };
                let text = "桥的端点落在水面内，上不了岸；请画到两岸 | An end of a bridge lies in water: draw it from bank to bank";
                told.push((text, Label::new(format!("{name} → {called}"), format!("{name} → {called_en}")), end));
            } else {
                let text = "新路穿过水面而不是桥梁，建不成；请设为桥梁（bridge）或改线 | A new road that is no bridge runs through water: make it a bridge or lead it elsewhere";
                let [long, long_en] = if in_water_m > 0.0 {
                    [format!("，水面内 {in_water_m:.0} m"), format!(", {in_water_m:.0} m of it")]
                } else {
                    [String::new(), String::new()]
                };
                let case = Label::new(format!("{name} → {called}{long}"), format!("{name} → {called_en}{long_en}"));
                told.push((text, case, at));
            }
        }
        for (text, case, at) in told {
            self.remark(NoteKind::Doubted, text, &case, Some(at));
        }
    }
}

/// Whether vehicles can stop on a road for what stands beside it.
fn serves(road: &Road) -> bool {
    road.access != Access::Closed
        && !matches!(road.class, RoadClass::Motorway | RoadClass::Path)
        && !road.bridge
        && !road.tunnel
}

/// Water that a road needs a bridge for. A pool or an intake that somebody planned there is another thing.
fn is_natural(kind: WaterKind) -> bool {
    !matches!(kind, WaterKind::Pool | WaterKind::Tank | WaterKind::Intake | WaterKind::PumpHouse)
}

/// How far a place is from the water; of a point nobody knows how far it reaches.
fn ashore_m(water: &WaterSource, place: Point) -> f64 {
    match &water.geometry {
        Geometry::Point(_) | Geometry::MultiPoint(_) => f64::INFINITY,
        Geometry::LineString(_) | Geometry::MultiLineString(_) => {
            let half_m = water.width_m.unwrap_or(0.0) / 2.0;
            (Euclidean.distance(&water.geometry, &Geometry::from(place)) - half_m).max(0.0)
        }
        shape => Euclidean.distance(shape, &Geometry::from(place)),
    }
}

/// How far a place in the water is from its bank.
fn to_bank_m(water: &WaterSource, place: Point) -> f64 {
    let lines = surface(water).0.into_iter().flat_map(|polygon| {
        let (outer, holes) = polygon.into_inner();
        std::iter::once(outer).chain(holes)
    });
    lines.map(|line| Euclidean.distance(&line, &place)).fold(f64::INFINITY, f64::min)
}

/// How much of a line lies in the water, and where: 0 m where it crosses water that is known by its line only.
fn crossing(water: &WaterSource, line: &LineString) -> Option<(f64, Coord)> {
    if !near_boxes(&water.geometry, line, water.width_m.unwrap_or(0.0)) {
        return None;
    }
    let surface = surface(water);
    if surface.0.is_empty() {
        let meets =
            water.geometry.intersects(line) && !matches!(water.geometry, Geometry::Point(_) | Geometry::MultiPoint(_));
        let piece = line.lines().find(|piece| water.geometry.intersects(piece)).filter(|_| meets)?;
        return Some((0.0, (piece.start + piece.end) / 2.0));
    }
    let inside = surface.clip(&MultiLineString(vec![line.clone()]), false);
    let in_water_m: f64 = inside.0.iter().map(length_m).sum();
    let at = inside.0.first().and_then(|part| part.0.first().copied());
    at.filter(|_| in_water_m > STRAYS_M).map(|at| (in_water_m, at))
}

/// Whether the boxes around both come within a margin of each other.
fn near_boxes(geometry: &Geometry, line: &LineString, margin_m: f64) -> bool {
    let (Some(a), Some(b)) = (geo::BoundingRect::bounding_rect(geometry), geo::BoundingRect::bounding_rect(line))
    else {
        return false;
    };
    a.min().x - margin_m <= b.max().x
        && b.min().x <= a.max().x + margin_m
        && a.min().y - margin_m <= b.max().y
        && b.min().y <= a.max().y + margin_m
}

/// `大湖（湖泊）`, in both languages.
fn call_water(water: &WaterSource) -> [String; 2] {
    let kind = water.kind.label();
    match water.name.as_str() {
        "" => [kind.zh, kind.en.to_lowercase()],
        name => [format!("{name}（{}）", kind.zh), name.to_owned()],
    }
}

fn length_m(line: &LineString) -> f64 {
    line.lines().map(|piece| piece.delta().x.hypot(piece.delta().y)).sum()
}
