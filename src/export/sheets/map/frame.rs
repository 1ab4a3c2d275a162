//! The window of a map: where its content stands on paper, and the drawing of it.

use std::collections::BTreeMap;
use std::fmt::Write;

use fireplan_algorithms::clip::{clip_ring, clip_segment, keep};
use geo::{Coord, Geometry, Intersects, Line, LineString, MultiPolygon, Rect};

use super::path::Path;
use super::surroundings::MapSurroundings;
use super::{INSET_MM, MAP_MM};
use crate::html::escape;
use crate::sheets::words::cell;
use fireplan_model::findings::{Feature, Layer};

/// Lines that bear their name on the map.
const NAMED: [&str; 3] = ["roads", "barriers", "water_sources"];

/// From metres of the plane to millimetres of the map.
pub(crate) struct Frame {
    window: Rect,
    /// The window and a little more, so that its edge is not drawn as an outline.
    shown: Rect,
    per_m: f64,
    /// Vertices nearer than this to the one before are left out, in tenths of a millimetre.
    fine: i64,
}

impl Frame {
    pub(crate) fn new(window: Rect, size_mm: (f64, f64), fine: i64) -> Self {
        let per_m = size_mm.0 / window.width();
        let pad = Coord { x: 5.0, y: 5.0 } / per_m;
        Self { window, shown: Rect::new(window.min() - pad, window.max() + pad), per_m, fine }
    }

    /// Millimetres from the left and upper edge of the map.
    pub(crate) fn at(&self, place: Coord) -> (f64, f64) {
        ((place.x - self.window.min().x) * self.per_m, (self.window.max().y - place.y) * self.per_m)
    }

    /// The features of these layers (id and drawing class) that are wanted, from the bottom up.
    pub(crate) fn layers(
        &self,
        surroundings: &MapSurroundings,
        drawn: &[(&str, &str)],
        wanted: &dyn Fn(&Layer, &Feature) -> bool,
    ) -> String {
        let mut svg = String::new();
        for (id, class) in drawn {
            let mut shapes = String::new();
            // Large enough to be made out.
            let least_m = 0.3 * self.fine as f64 / self.per_m;
            let near = surroundings.within(id, self.shown, least_m);
            for (layer, feature) in near.filter(|(layer, feature)| wanted(layer, feature)) {
                let name = if *id == "villages" { cell(layer, feature, "name") } else { None };
                shapes.extend(feature.geometry.iter().map(|geometry| self.draw(geometry, name.as_deref())));
            }
            if !shapes.is_empty() {
                let _ = writeln!(svg, "<g class=\"{class}\">{shapes}</g>");
            }
        }
        svg
    }

    /// Names of lines, each once, at the middle of the longest straight piece in the window, where there is room.
    pub(crate) fn names(&self, surroundings: &MapSurroundings) -> String {
        let mut longest: BTreeMap<String, Line> = BTreeMap::new();
        for (layer, feature) in NAMED.iter().flat_map(|id| surroundings.within(id, self.window, 0.0)) {
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

    /// The part of a straight line that lies in the window.
    fn cut(&self, line: Line) -> Option<Line> {
        let (from, to) = clip_segment(line, self.window).filter(|(from, to)| from < to)?;
        Some(Line::new(line.start + line.delta() * from, line.start + line.delta() * to))
    }

    /// A geometry, with its name if it is a point.
    pub(crate) fn draw(&self, geometry: &Geometry, name: Option<&str>) -> String {
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
            for vertex in clip_ring(&ring.0, self.shown, keep) {
                path.to(self.at(vertex), false);
            }
            path.close();
        }
        path.drawn(|d| format!("<path fill-rule=\"evenodd\" d=\"{d}\"/>"))
    }

    /// A scale bar of a round length, and where north is (up: the grid's).
    pub(crate) fn scale_and_north(&self) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_to_the_window() {
        let frame = Frame::new(Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 10.0, y: 10.0 }), MAP_MM, 1);
        let line = |a: (f64, f64), b: (f64, f64)| Line::new(Coord::from(a), Coord::from(b));
        assert_eq!(frame.cut(line((-10.0, 5.0), (30.0, 5.0))), Some(line((0.0, 5.0), (10.0, 5.0))));
        assert_eq!(frame.cut(line((-10.0, 15.0), (30.0, 15.0))), None);
    }
}
