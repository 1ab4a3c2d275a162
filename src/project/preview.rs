//! Where a source lies, as lines small enough for a picture beside a question about it.

use std::collections::BTreeMap;

use fireplan_model::layers::LayerId;
use geo::{Coord, Geometry, LineString};

use crate::coordinates::Placement;
use crate::dictionary::Dictionary;
use crate::inventory::{FoundTable, Inventory};
use crate::place::{PlacedTable, to_lonlat};
use crate::questions::{DoorQuestion, SKIP};

/// Lines in longitude and latitude; a place is a line of one vertex.
pub type SketchLines = Vec<Vec<[f64; 2]>>;

/// Features that are drawn of a source.
const MOST_FEATURES: usize = 300;
/// Vertices that are drawn of a line.
const MOST_VERTICES: usize = 40;
/// The same of the roads around, which are many and short.
const MOST_ROADS: usize = 2_500;
const MOST_ROAD_VERTICES: usize = 8;

/// Where a source lies, or would lie by each answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourcePreview {
    /// Where it is taken to lie.
    pub lines: SketchLines,
    /// By the code of a coordinate system that may be answered: where it would lie.
    pub choices: BTreeMap<String, SketchLines>,
}

/// The previews of the sources that somebody is asked about, by their ids.
pub(crate) fn draw_previews(
    questions: &[DoorQuestion],
    inventory: &Inventory,
    placed: &[PlacedTable],
    dictionary: &Dictionary,
) -> BTreeMap<String, SourcePreview> {
    let mut previews = BTreeMap::new();
    for found in &inventory.tables {
        let asked: Vec<&DoorQuestion> = questions.iter().filter(|question| question.source == found.id).collect();
        if asked.is_empty() {
            continue;
        }
        let place = placed.iter().find(|table| table.found.id == found.id).map(|table| &table.place);
        let preview = match place {
            Some(place) => draw_placed(place, &asked),
            None => draw_unplaced(found, dictionary),
        };
        previews.insert(found.id.clone(), preview);
    }
    previews
}

/// The roads that are known, for what is drawn above them.
pub(crate) fn draw_roads(inventory: &Inventory, placed: &[PlacedTable]) -> SketchLines {
    let of_tables = placed.iter().filter(|table| table.layer == LayerId::Roads && table.place.left_out.is_none());
    let mut roads: Vec<Geometry> = of_tables.flat_map(|table| table.place.lonlat.clone()).collect();
    if roads.is_empty() {
        let of_extracts = inventory.extracts.iter().flat_map(|found| &found.extract.roads);
        roads = of_extracts.cloned().map(Geometry::LineString).collect();
    }
    sketch(&thin(&roads, MOST_ROADS, MOST_ROAD_VERTICES))
}

fn draw_placed(place: &Placement, asked: &[&DoorQuestion]) -> SourcePreview {
    let parts = thin(&place.geometries, MOST_FEATURES, MOST_VERTICES);
    let systems = asked.iter().filter(|question| question.asks_place()).flat_map(|question| &question.choices);
    let choices = systems
        .filter(|choice| choice.code != SKIP)
        .map(|choice| (choice.code.clone(), sketch(&to_lonlat(&parts, &choice.code))));
    SourcePreview { lines: sketch(&thin(&place.lonlat, MOST_FEATURES, MOST_VERTICES)), choices: choices.collect() }
}

/// Before its layer is known, a table lies where it says, or where its degrees say.
fn draw_unplaced(found: &FoundTable, dictionary: &Dictionary) -> SourcePreview {
    let place = Placement::find(found, dictionary);
    let parts = thin(&place.geometries, MOST_FEATURES, MOST_VERTICES);
    let plain = || place.is_in_degrees().then(|| "EPSG:4490".to_owned());
    let system = place.crs.clone().or_else(|| place.said.clone()).or_else(plain);
    let lines = system.map(|system| sketch(&to_lonlat(&parts, &system))).unwrap_or_default();
    SourcePreview { lines, ..SourcePreview::default() }
}

/// Features spread over all of them, as lines of few vertices.
fn thin(geometries: &[Geometry], most: usize, vertices: usize) -> Vec<Geometry> {
    let every = geometries.len().div_ceil(most).max(1);
    let mut lines = Vec::new();
    geometries.iter().step_by(every).for_each(|geometry| add_lines(geometry, vertices, &mut lines));
    lines
}

fn add_lines(geometry: &Geometry, vertices: usize, lines: &mut Vec<Geometry>) {
    let mut add = |coords: &[Coord]| {
        let every = coords.len().div_ceil(vertices).max(1);
        let mut thinned: Vec<Coord> = coords.iter().copied().step_by(every).collect();
        // Where a line ends is seen.
        if let Some(last) = coords.last().filter(|last| thinned.last() != Some(last)) {
            thinned.push(*last);
        }
        lines.push(Geometry::LineString(LineString(thinned)));
    };
    match geometry {
        Geometry::Point(at) => add(&[at.0]),
        Geometry::MultiPoint(places) => places.0.iter().for_each(|at| add(&[at.0])),
        Geometry::LineString(line) => add(&line.0),
        Geometry::MultiLineString(parts) => parts.0.iter().for_each(|line| add(&line.0)),
        Geometry::Polygon(shape) => add(&shape.exterior().0),
        Geometry::MultiPolygon(shapes) => shapes.0.iter().for_each(|shape| add(&shape.exterior().0)),
        Geometry::GeometryCollection(parts) => parts.0.iter().for_each(|part| add_lines(part, vertices, lines)),
        _ => {}
    }
}

fn sketch(lines: &[Geometry]) -> SketchLines {
    /// A tenth of a metre.
    const STEPS: f64 = 1e6;
    let round = |value: f64| (value * STEPS).round() / STEPS;
    let of_line = |line: &Geometry| match line {
        Geometry::LineString(line) => {
            let sound = line.0.iter().filter(|at| at.x.is_finite() && at.y.is_finite());
            sound.map(|at| [round(at.x), round(at.y)]).collect()
        }
        _ => Vec::new(),
    };
    lines.iter().map(of_line).filter(|line: &Vec<[f64; 2]>| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Point, polygon};

    #[test]
    fn a_source_is_drawn_by_few_lines() {
        let places: Vec<Geometry> = (0..10_000).map(|at| Point::new(f64::from(at), 0.0).into()).collect();
        assert!(sketch(&thin(&places, MOST_FEATURES, MOST_VERTICES)).len() <= MOST_FEATURES);
        let line = LineString((0..1_000).map(|at| Coord { x: f64::from(at), y: 0.1 }).collect());
        let drawn = sketch(&thin(&[Geometry::LineString(line)], MOST_FEATURES, MOST_VERTICES));
        assert_eq!((drawn.len(), drawn[0][0], drawn[0].last()), (1, [0.0, 0.1], Some(&[999.0, 0.1])));
        assert!(drawn[0].len() <= MOST_VERTICES + 1);
        let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0)];
        assert_eq!(sketch(&thin(&[square.into()], MOST_FEATURES, MOST_VERTICES))[0].len(), 4);
    }
}
