//! Where the name of a feature stands, and which names come first.

use std::collections::BTreeMap;

use fireplan_model::findings::{Feature, Layer};
use geo::{BoundingRect, Centroid, Contains, Coord, Geometry, MultiPolygon, Point};

use crate::labels::{Anchor, LabelRequest};
use crate::view::MapView;

/// Names of these come first, in this order; those below the second must be read.
const FIRST: [&str; 12] = [
    "siting_stations",
    "stations",
    "coverage_stations",
    "brigade_towns",
    "obligation_towns",
    "towns",
    "progress_projects",
    "projects",
    "firebreak_closings",
    "water_points",
    "access_villages",
    "villages",
];

/// Roads whose names belong on a map of any scale.
const GREAT_ROADS: [&str; 5] = ["motorway", "expressway", "trunk", "primary", "secondary"];

/// The priority of the names of a layer: lower ones are placed first.
pub(crate) fn priority(layer: &str, is_subject: bool) -> u8 {
    match FIRST.iter().position(|known| *known == layer) {
        Some(0..=2) => 0,
        Some(3..=5) => 2,
        Some(6..=9) => 3,
        Some(_) => 5,
        None if layer == "roads" => 6,
        None if is_subject => 4,
        None => 7,
    }
}

/// Whether a road is one of the great ones; whatever is no road is not asked.
pub(crate) fn is_great_road(layer: &Layer, feature: &Feature) -> bool {
    let at = layer.columns.iter().position(|column| column.name == "class");
    at.is_none_or(|at| feature.values[at].as_str().is_some_and(|class| GREAT_ROADS.contains(&class)))
}

/// Where the name of a geometry could stand in a view, beside a symbol that reaches so far; `None`: nowhere.
pub(crate) fn anchor(view: &MapView, geometry: &Geometry, reach_mm: f64) -> Option<Anchor> {
    match geometry {
        Geometry::Point(point) => {
            let at = view.place(point.0);
            is_on(view, at).then_some(Anchor::Point(at, reach_mm))
        }
        Geometry::Polygon(polygon) => areas(view, &MultiPolygon(vec![polygon.clone()])),
        Geometry::MultiPolygon(polygons) => areas(view, polygons),
        Geometry::LineString(_) | Geometry::MultiLineString(_) => {
            let (low, high) = (view.at.min(), view.at.max());
            let visible = |place: &Coord| is_on(view, *place) && low.x < place.x && place.y < high.y;
            let pieces = view.lines(geometry).into_iter();
            let kept = pieces.map(|piece| piece.into_iter().filter(visible).collect::<Vec<_>>());
            let longest = kept.max_by(|a, b| length(a).total_cmp(&length(b)))?;
            (longest.len() > 1).then_some(Anchor::Line(longest))
        }
        _ => None,
    }
}

fn is_on(view: &MapView, at: Coord) -> bool {
    let (low, high) = (view.at.min(), view.at.max());
    low.x <= at.x && at.x <= high.x && low.y <= at.y && at.y <= high.y
}

/// Places of a lattice that lie in the area and the window, the innermost first.
fn areas(view: &MapView, polygons: &MultiPolygon) -> Option<Anchor> {
    const STEPS: i32 = 11;
    let largest = polygons.0.iter().max_by(|a, b| {
        let size = |polygon: &geo::Polygon| geo::Area::unsigned_area(polygon);
        size(a).total_cmp(&size(b))
    })?;
    let rect = largest.bounding_rect()?;
    let (low, high) = (rect.min(), rect.max());
    let clamp = |at: Coord| {
        let (least, most) = (view.window.min(), view.window.max());
        Coord { x: at.x.clamp(least.x, most.x), y: at.y.clamp(least.y, most.y) }
    };
    let (low, high) = (clamp(low), clamp(high));
    let centre = largest.centroid().map_or((low + high) / 2.0, |point| clamp(point.0));
    let mut places: Vec<Coord> = vec![centre];
    for column in 1..STEPS {
        for row in 1..STEPS {
            let share = |step: i32| f64::from(step) / f64::from(STEPS);
            let at = Coord { x: low.x + (high.x - low.x) * share(column), y: low.y + (high.y - low.y) * share(row) };
            places.push(at);
        }
    }
    places.retain(|place| largest.contains(&Point(*place)));
    let off = |place: &Coord| (place.x - centre.x).hypot(place.y - centre.y);
    places.sort_by(|a, b| off(a).total_cmp(&off(b)));
    let places: Vec<Coord> = places.into_iter().map(|place| view.place(place)).collect();
    (!places.is_empty()).then_some(Anchor::Area(places))
}

fn length(line: &[Coord]) -> f64 {
    line.windows(2).map(|pair| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y)).sum()
}

/// Of the lines of one name, keeps the longest.
pub(crate) fn keep_longest(known: &mut BTreeMap<String, LabelRequest>, request: LabelRequest) {
    let long = |request: &LabelRequest| match &request.anchor {
        Anchor::Line(line) => length(line),
        _ => 0.0,
    };
    let name = request.lettering.text.clone();
    match known.get(&name) {
        Some(other) if long(other) >= long(&request) => {}
        _ => {
            known.insert(name, request);
        }
    }
}
