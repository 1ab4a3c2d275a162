//! The map of a field sheet, as SVG: the place and its surroundings, and an inset that shows how to get there.
//!
//! Drawn from the area's layers and the run's own; only what lies in a window is written, cut to a little more than it.

mod frame;
mod path;
mod surroundings;

use std::fmt::Write;

use geo::{Coord, Geometry, Rect};

pub(crate) use surroundings::MapSurroundings;

use fireplan_model::findings::{Feature, Layer};
use frame::Frame;

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

/// Classes of road that show the way in the inset; the others would only fill it.
const INSET_ROADS: [&str; 7] = ["motorway", "expressway", "trunk", "primary", "secondary", "tertiary", "link"];

/// The map of a feature that lies in this extent.
pub(crate) fn draw(surroundings: &MapSurroundings, geometry: &Geometry, extent: Rect) -> String {
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
fn inset(surroundings: &MapSurroundings, window: Rect) -> String {
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
}
