//! The map of a field sheet, as SVG: the place and its surroundings, and an inset that shows how to get there.
//!
//! Drawn from the area's layers and the run's own; only what lies in a window is written, cut to a little more than it.

use std::collections::BTreeMap;
use std::fmt::Write;

use geo::{BoundingRect, Coord, Geometry, Intersects, Line, LineString, MultiPolygon, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::{cell, escape};
use fireplan_model::findings::{Feature, Layer};

/// Size of the map in millimetres.
const MAP_MM: (f64, f64) = (180.0, 110.0);
/// The map is at least this wide, and the feature fills at most half of it.
const LEAST_WIDTH_M: f64 = 900.0;
/// Size of the inset, and how wide it is at least on the ground.
const INSET_MM: (f64, f64) = (54.0, 40.0);
const INSET_M: f64 = 9_000.0;

/// Layers on the map from the bottom up, by id and drawing class.
const DRAWN: [(&str, &str); 8] = [
    ("forests", "forests"),
    ("firebreak_zone", "zone"),
    ("built_up", "built_up"),
    ("water_sources", "water_sources"),
    ("buildings", "buildings"),
    ("roads", "roads"),
    ("barriers", "barriers"),
    ("villages", "villages"),
];

/// The same for the inset.
const INSET_DRAWN: [(&str, &str); 6] = [
    ("forests", "forests"),
    ("built_up", "built_up"),
    ("water_sources", "water_sources"),
    ("towns", "towns"),
    ("roads", "roads"),
    ("villages", "villages"),
];

/// Lines that bear their name on the map.
const NAMED: [&str; 3] = ["roads", "barriers", "water_sources"];

/// Classes of road that show the way in the inset; the others would only fill it.
const INSET_ROADS: [&str; 6] = ["motorway", "trunk", "primary", "secondary", "tertiary", "link"];

/// The boxes of the features of a layer, with their numbers.
type Boxes = RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>;

/// What may be drawn, found by place.
pub struct Surroundings<'a> {
    layers: Vec<(&'a Layer, Boxes)>,
}

impl<'a> Surroundings<'a> {
    pub fn new(layers: impl IntoIterator<Item = &'a Layer>) -> Self {
        let drawn = |layer: &&Layer| DRAWN.iter().chain(&INSET_DRAWN).any(|(id, _)| layer.id == *id);
        let boxed = |layer: &'a Layer| {
            let boxes = layer.features.iter().enumerate().filter_map(|(number, feature)| {
                let rect = feature.geometry.as_ref()?.bounding_rect()?;
                let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
                Some(GeomWithData::new(corners, number))
            });
            (layer, RTree::bulk_load(boxes.collect()))
        };
        Self { layers: layers.into_iter().filter(drawn).map(boxed).collect() }
    }

    /// The features of a layer that may show in the window, in their order.
    fn within(&self, id: &str, window: Rect) -> impl Iterator<Item = (&'a Layer, &'a Feature)> {
        let found = self.layers.iter().find(|(layer, _)| layer.id == id);
        found.into_iter().flat_map(move |(layer, boxes)| {
            let (low, high) = (window.min(), window.max());
            let near = boxes.locate_in_envelope_intersecting(&AABB::from_corners([low.x, low.y], [high.x, high.y]));
            let mut numbers: Vec<usize> = near.map(|boxed| boxed.data).collect();
            numbers.sort_unstable();
            let layer: &'a Layer = layer;
            numbers.into_iter().map(move |number| (layer, &layer.features[number]))
        })
    }
}

/// The map of a feature that lies in this extent.
pub fn draw(surroundings: &Surroundings, geometry: &Geometry, extent: Rect) -> String {
    let window = window(extent);
    let frame = Frame::new(window, MAP_MM, 2);
    let mut svg = format!("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"位置图\">\n", MAP_MM.0, MAP_MM.1);
    svg.push_str(&frame.layers(surroundings, &DRAWN, &|_, _| true));
    svg.push_str(&frame.names(surroundings));
    let here = frame.draw(geometry, None);
    let _ = writeln!(svg, "<g class=\"halo\">{here}</g><g class=\"here\">{here}</g>");
    if let Geometry::LineString(line) = geometry {
        for end in line.0.first().into_iter().chain(line.0.last()) {
            let (x, y) = frame.at(*end);
            let _ = writeln!(svg, "<circle class=\"end\" cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"1.3\"/>");
        }
    }
    svg.push_str(&frame.scale_and_north());
    svg.push_str(&inset(surroundings, window));
    svg.push_str("</svg>\n");
    svg
}

/// Around the feature, in the shape of the map.
fn window(extent: Rect) -> Rect {
    let shape = MAP_MM.0 / MAP_MM.1;
    let width = LEAST_WIDTH_M.max(2.0 * extent.width()).max(2.0 * extent.height() * shape);
    around(extent.center(), width, MAP_MM)
}

fn around(centre: Coord, width: f64, size_mm: (f64, f64)) -> Rect {
    let half = Coord { x: width, y: width * size_mm.1 / size_mm.0 } / 2.0;
    Rect::new(centre - half, centre + half)
}

/// The surroundings in the corner, with the map's window as a box.
fn inset(surroundings: &Surroundings, window: Rect) -> String {
    let frame = Frame::new(around(window.center(), INSET_M.max(4.0 * window.width()), INSET_MM), INSET_MM, 5);
    let (low, high) = (frame.at(window.min()), frame.at(window.max()));
    let (width, height) = INSET_MM;
    let mut svg =
        format!("<svg class=\"inset\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">");
    let _ = writeln!(svg, "<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>");
    let shows_the_way = |layer: &Layer, feature: &Feature| {
        let at = layer.columns.iter().position(|column| layer.id == "roads" && column.name == "class");
        at.is_none_or(|at| feature.values[at].as_str().is_some_and(|class| INSET_ROADS.contains(&class)))
    };
    svg.push_str(&frame.layers(surroundings, &INSET_DRAWN, &shows_the_way));
    let _ = writeln!(
        svg,
        "<rect class=\"window\" x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\"/>\
         <rect class=\"frame\" width=\"{width}\" height=\"{height}\"/></svg>",
        low.0,
        high.1,
        high.0 - low.0,
        low.1 - high.1
    );
    svg
}

/// From metres of the plane to millimetres of the map.
struct Frame {
    window: Rect,
    /// The window and a little more, so that its edge is not drawn as an outline.
    shown: Rect,
    per_m: f64,
    /// Vertices nearer than this to the one before are left out, in tenths of a millimetre.
    fine: i64,
}

impl Frame {
    fn new(window: Rect, size_mm: (f64, f64), fine: i64) -> Self {
        let per_m = size_mm.0 / window.width();
        let pad = Coord { x: 5.0, y: 5.0 } / per_m;
        Self { window, shown: Rect::new(window.min() - pad, window.max() + pad), per_m, fine }
    }

    fn at(&self, place: Coord) -> (f64, f64) {
        ((place.x - self.window.min().x) * self.per_m, (self.window.max().y - place.y) * self.per_m)
    }

    fn layers(
        &self,
        surroundings: &Surroundings,
        drawn: &[(&str, &str)],
        wanted: &dyn Fn(&Layer, &Feature) -> bool,
    ) -> String {
        let mut svg = String::new();
        for (id, class) in drawn {
            let mut shapes = String::new();
            let near = surroundings.within(id, self.shown);
            for (layer, feature) in near.filter(|(layer, feature)| self.shows(feature) && wanted(layer, feature)) {
                let name = if *id == "villages" { cell(layer, feature, "name") } else { None };
                shapes.extend(feature.geometry.iter().map(|geometry| self.draw(geometry, name.as_deref())));
            }
            if !shapes.is_empty() {
                let _ = writeln!(svg, "<g class=\"{class}\">{shapes}</g>");
            }
        }
        svg
    }

    /// Large enough to be made out; points always are.
    fn shows(&self, feature: &Feature) -> bool {
        let rect = feature.geometry.as_ref().and_then(BoundingRect::bounding_rect);
        let is_point = matches!(feature.geometry, Some(Geometry::Point(_)));
        let least_m = 0.3 * self.fine as f64 / self.per_m;
        is_point || rect.is_some_and(|rect| rect.width().max(rect.height()) >= least_m)
    }

    /// Names of lines, each once, at the middle of the longest straight piece in the window, where there is room.
    fn names(&self, surroundings: &Surroundings) -> String {
        let mut longest: BTreeMap<String, Line> = BTreeMap::new();
        for (layer, feature) in NAMED.iter().flat_map(|id| surroundings.within(id, self.window)) {
            let Some(name) = cell(layer, feature, "name") else { continue };
            for piece in feature.geometry.iter().flat_map(lines_of).filter_map(|line| self.cut(line)) {
                let known = longest.entry(name.clone()).or_insert(piece);
                if length(piece) > length(*known) {
                    *known = piece;
                }
            }
        }
        let mut taken: Vec<(f64, f64)> = Vec::new();
        let mut svg = String::new();
        for (name, piece) in longest {
            let (x, y) = self.at((piece.start + piece.end) / 2.0);
            let room = taken.iter().all(|(other_x, other_y)| (x - other_x).abs() > 24.0 || (y - other_y).abs() > 4.5);
            // Not under the inset nor over the edge.
            let free = (x > INSET_MM.0 + 14.0 || y > INSET_MM.1 + 4.0) && (12.0..MAP_MM.0 - 14.0).contains(&x);
            if room && free && (5.0..MAP_MM.1 - 12.0).contains(&y) {
                taken.push((x, y));
                let _ = write!(
                    svg,
                    "<text class=\"name\" x=\"{x:.2}\" y=\"{:.2}\" text-anchor=\"middle\">{}</text>",
                    y - 1.2,
                    escape(&name)
                );
            }
        }
        svg
    }

    /// What of a line lies in the window.
    fn cut(&self, line: Line) -> Option<Line> {
        let (low, high) = (self.window.min(), self.window.max());
        let along = line.delta();
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        // Liang and Barsky 1984, side by side.
        for (step, room) in [
            (-along.x, line.start.x - low.x),
            (along.x, high.x - line.start.x),
            (-along.y, line.start.y - low.y),
            (along.y, high.y - line.start.y),
        ] {
            if step == 0.0 && room < 0.0 {
                return None;
            } else if step < 0.0 {
                from = from.max(room / step);
            } else if step > 0.0 {
                to = to.min(room / step);
            }
        }
        (from < to).then(|| Line::new(line.start + along * from, line.start + along * to))
    }

    fn draw(&self, geometry: &Geometry, name: Option<&str>) -> String {
        match geometry {
            Geometry::Point(point) => {
                let (x, y) = self.at(point.0);
                let mut drawn = format!("<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"0.9\"/>");
                if let Some(name) = name {
                    let _ = write!(drawn, "<text x=\"{:.2}\" y=\"{:.2}\">{}</text>", x + 1.6, y + 1.2, escape(name));
                }
                drawn
            }
            Geometry::LineString(line) => self.line(line),
            Geometry::MultiLineString(lines) => lines.0.iter().map(|line| self.line(line)).collect(),
            Geometry::Polygon(polygon) => self.area(&MultiPolygon(vec![polygon.clone()])),
            Geometry::MultiPolygon(polygons) => self.area(polygons),
            _ => String::new(),
        }
    }

    /// Runs of pieces that may show; the map's edge cuts the rest.
    fn line(&self, line: &LineString) -> String {
        let mut path = Path::new(self.fine);
        for (number, piece) in line.lines().enumerate() {
            let shows = Rect::new(piece.start, piece.end).intersects(&self.window);
            if !shows {
                path.lift();
                continue;
            }
            path.to(self.at(piece.start), false);
            // The end of the line stands, however near.
            path.to(self.at(piece.end), number + 2 == line.0.len());
        }
        path.drawn(|d| format!("<path class=\"lines\" d=\"{d}\"/>"))
    }

    /// Rings cut to what is shown. Where a cut ring runs back along the edge of the cut, it does so beyond the map.
    fn area(&self, area: &MultiPolygon) -> String {
        let mut path = Path::new(self.fine);
        for ring in area.0.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors())) {
            for vertex in clip(&ring.0, self.shown) {
                path.to(self.at(vertex), false);
            }
            path.close();
        }
        path.drawn(|d| format!("<path fill-rule=\"evenodd\" d=\"{d}\"/>"))
    }

    /// A scale bar of a round length, and where north is (up: the grid's).
    fn scale_and_north(&self) -> String {
        let longest_m = self.window.width() / 4.0;
        let power = 10_f64.powf(longest_m.log10().floor());
        let bar_m = [5.0, 2.0, 1.0].map(|step| step * power).into_iter().find(|m| *m <= longest_m).unwrap_or(power);
        let (left, bottom) = (5.0, MAP_MM.1 - 5.0);
        let right = left + bar_m * self.per_m;
        let (x, y) = (MAP_MM.0 - 8.0, 14.0);
        format!(
            "<path class=\"scale\" d=\"M{left} {:.1}V{bottom}H{right:.2}V{:.1}\"/><text x=\"{left}\" y=\"{:.1}\">0</text>\
             <text x=\"{right:.2}\" y=\"{:.1}\" text-anchor=\"middle\">{bar_m} 米</text>\
             <path class=\"scale\" d=\"M{x} {y}V{:.1}M{:.1} {:.1}L{x} {:.1}L{:.1} {:.1}\"/><text x=\"{x}\" y=\"{:.1}\" text-anchor=\"middle\">北</text>\n",
            bottom - 2.0,
            bottom - 2.0,
            bottom - 3.0,
            bottom - 3.0,
            y - 7.0,
            x - 1.5,
            y - 5.0,
            y - 7.0,
            x + 1.5,
            y - 5.0,
            y + 3.6,
        )
    }
}

/// The steps of a path, in tenths of a millimetre, each from the one before: nothing finer shows on paper.
struct Path {
    steps: String,
    fine: i64,
    /// Where the pen is; `None`: it is lifted.
    pen: Option<(i64, i64)>,
    /// Where the next step counts from.
    last: (i64, i64),
    /// Where the ring, or the line, began: the place, and in the text.
    begun: ((i64, i64), usize),
    /// Where that step counted from.
    before: (i64, i64),
    /// Steps since.
    count: usize,
}

impl Path {
    fn new(fine: i64) -> Self {
        Self { steps: String::new(), fine, pen: None, last: (0, 0), begun: ((0, 0), 0), before: (0, 0), count: 0 }
    }

    /// Draws on to a place, or begins there. What is as good as where the pen is adds nothing, unless it has to.
    fn to(&mut self, (x, y): (f64, f64), must: bool) {
        let place = ((x * 10.0).round() as i64, (y * 10.0).round() as i64);
        let (dx, dy) = (place.0 - self.last.0, place.1 - self.last.1);
        let near = dx * dx + dy * dy < self.fine * self.fine;
        match self.pen {
            Some(_) if near && !must => return,
            Some(_) => self.steps.push('l'),
            None => {
                (self.begun, self.before, self.count) = ((place, self.steps.len()), self.last, 0);
                self.steps.push('m');
            }
        }
        self.count += 1;
        let _ = write!(self.steps, "{},{}", tenths(dx), tenths(dy));
        (self.pen, self.last) = (Some(place), place);
    }

    fn lift(&mut self) {
        self.pen = None;
    }

    /// Back to where the ring began; a ring too small to have an area is taken back.
    fn close(&mut self) {
        if self.pen.take().is_none() {
            return;
        }
        if self.count > 2 {
            self.steps.push('z');
            self.last = self.begun.0;
        } else {
            self.steps.truncate(self.begun.1);
            self.last = self.before;
        }
    }

    fn drawn(self, element: impl Fn(&str) -> String) -> String {
        if self.steps.is_empty() { self.steps } else { element(&self.steps) }
    }
}

/// `-12` tenths are `-1.2`, `30` are `3`.
fn tenths(value: i64) -> String {
    let (sign, size) = (if value < 0 { "-" } else { "" }, value.abs());
    if size % 10 == 0 { format!("{sign}{}", size / 10) } else { format!("{sign}{}.{}", size / 10, size % 10) }
}

fn lines_of(geometry: &Geometry) -> Vec<Line> {
    match geometry {
        Geometry::LineString(line) => line.lines().collect(),
        Geometry::MultiLineString(lines) => lines.0.iter().flat_map(LineString::lines).collect(),
        _ => Vec::new(),
    }
}

fn length(line: Line) -> f64 {
    line.delta().x.hypot(line.delta().y)
}

/// A ring cut to a rectangle, side by side (Sutherland and Hodgman 1974).
fn clip(ring: &[Coord], to: Rect) -> Vec<Coord> {
    let (low, high) = (to.min(), to.max());
    // How far a vertex lies inside each side.
    let sides: [&dyn Fn(Coord) -> f64; 4] =
        [&|at| at.x - low.x, &|at| high.x - at.x, &|at| at.y - low.y, &|at| high.y - at.y];
    let mut ring = ring.to_vec();
    for inside in sides {
        let mut cut = Vec::with_capacity(ring.len());
        for (number, &to) in ring.iter().enumerate() {
            let from = ring[if number == 0 { ring.len() - 1 } else { number - 1 }];
            let (before, here) = (inside(from), inside(to));
            if (before < 0.0) != (here < 0.0) {
                cut.push(from + (to - from) * (before / (before - here)));
            }
            if here >= 0.0 {
                cut.push(to);
            }
        }
        ring = cut;
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_holds_the_feature_with_room_around() {
        let long = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 100.0, y: 3000.0 });
        let window = window(long);
        assert!(window.height() >= 6000.0 - 1e-6 && (window.width() / window.height() - 180.0 / 110.0).abs() < 1e-9);
        let off = window.center() - long.center();
        assert!(off.x.abs() < 1e-6 && off.y.abs() < 1e-6);
    }

    #[test]
    fn a_ring_is_cut_to_what_is_shown() {
        use geo::{Area, Polygon};
        let frame = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 10.0, y: 10.0 });
        let ring = |points: &[(f64, f64)]| points.iter().map(|&at| Coord::from(at)).collect::<Vec<_>>();
        let area = |ring: Vec<Coord>| Polygon::new(LineString(ring), Vec::new()).unsigned_area();
        assert_eq!(area(clip(&ring(&[(-5.0, 5.0), (5.0, 5.0), (5.0, 15.0), (-5.0, 15.0)]), frame)), 25.0);
        assert_eq!(area(clip(&ring(&[(-50.0, -50.0), (50.0, -50.0), (50.0, 50.0), (-50.0, 50.0)]), frame)), 100.0);
        assert!(clip(&ring(&[(20.0, 0.0), (30.0, 0.0), (30.0, 9.0)]), frame).is_empty());
    }

    #[test]
    fn paths_step_from_place_to_place() {
        let mut path = Path::new(1);
        for at in [(1.0, 1.0), (2.0, 1.0), (2.04, 1.04), (2.0, 3.25)] {
            path.to(at, false);
        }
        path.close();
        // A ring without an area is nothing; after a ring the pen is where the ring began.
        path.to((9.0, 9.0), false);
        path.to((9.5, 9.0), false);
        path.close();
        path.to((5.0, 0.0), false);
        path.to((5.01, 0.0), true);
        assert_eq!(path.drawn(str::to_owned), "m1,1l1,0l0,2.3zm4,-1l0,0");
        assert_eq!(Path::new(1).drawn(str::to_owned), "");
    }

    #[test]
    fn lines_are_cut_to_the_window() {
        let frame = Frame::new(Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 10.0, y: 10.0 }), MAP_MM, 1);
        let line = |a: (f64, f64), b: (f64, f64)| Line::new(Coord::from(a), Coord::from(b));
        assert_eq!(frame.cut(line((-10.0, 5.0), (30.0, 5.0))), Some(line((0.0, 5.0), (10.0, 5.0))));
        assert_eq!(frame.cut(line((-10.0, 15.0), (30.0, 15.0))), None);
    }
}
