//! Features on the earth, for formats that hold longitude and latitude.

use anyhow::Result;
use geo::{Coord, Geometry, LineString, Polygon};

use fireplan_model::rows::{Column, Value, ValueKind};
use quick_xml::escape::escape;

use super::LayerSelection;
use super::rows::heading;
use crate::wording::cell_of;

/// A feature with a place, in degrees.
pub(super) struct EarthFeature<'a> {
    /// Its place in the layer.
    pub(super) at: u32,
    pub(super) geometry: Geometry,
    pub(super) values: &'a [Value],
    /// What people call it.
    pub(super) name: String,
}

/// The features of a selection that have a place, one after the other.
pub(super) fn on_earth<'a>(selection: &'a LayerSelection<'a>) -> impl Iterator<Item = Result<EarthFeature<'a>>> + 'a {
    let layer = selection.layer;
    let named = layer.columns.iter().position(|column| column.name == "name");
    let placed = selection.features.iter().filter_map(move |at| {
        let feature = &layer.features[*at as usize];
        feature.geometry.as_ref().map(|geometry| (*at, geometry, feature.values.as_slice()))
    });
    placed.map(move |(at, geometry, values)| {
        let mut geometry = geometry.clone();
        selection.plane.geometry_to_lonlat(&mut geometry)?;
        let name = named.map_or("", |named| values[named].as_str().unwrap_or_default());
        let name = if name.is_empty() { format!("{}{}", layer.title.zh, at + 1) } else { name.to_owned() };
        Ok(EarthFeature { at, geometry, values, name })
    })
}

/// The facts of a feature: name and heading of each column, and the value in words; what is not there is left out.
pub(super) fn facts_of<'a>(
    columns: &'a [Column],
    values: &'a [Value],
) -> impl Iterator<Item = (&'a Column, String, String)> + 'a {
    let read = columns.iter().zip(values).filter(|(column, _)| column.kind != ValueKind::Edits);
    read.filter_map(|(column, value)| {
        let cell = cell_of(column, value);
        let is_there = cell != crate::wording::SheetCell::Nothing;
        is_there.then(|| (column, heading(column), cell.shown()))
    })
}

/// The simple parts of a geometry: its places, lines and areas.
#[derive(Default)]
pub(super) struct SimpleParts {
    pub(super) places: Vec<Coord>,
    pub(super) lines: Vec<LineString>,
    pub(super) areas: Vec<Polygon>,
}

impl SimpleParts {
    /// The parts of a geometry.
    pub(super) fn of(geometry: &Geometry) -> Self {
        let mut parts = Self::default();
        parts.add(geometry);
        parts
    }

    fn add(&mut self, geometry: &Geometry) {
        match geometry {
            Geometry::Point(point) => self.places.push(point.0),
            Geometry::MultiPoint(points) => self.places.extend(points.0.iter().map(|point| point.0)),
            Geometry::Line(line) => self.lines.push(LineString(vec![line.start, line.end])),
            Geometry::LineString(line) => self.lines.push(line.clone()),
            Geometry::MultiLineString(lines) => self.lines.extend(lines.0.iter().cloned()),
            Geometry::Polygon(area) => self.areas.push(area.clone()),
            Geometry::MultiPolygon(areas) => self.areas.extend(areas.0.iter().cloned()),
            Geometry::Rect(rect) => self.areas.push(rect.to_polygon()),
            Geometry::Triangle(triangle) => self.areas.push(triangle.to_polygon()),
            Geometry::GeometryCollection(all) => all.0.iter().for_each(|part| self.add(part)),
        }
    }
}

/// A degree as files have it: a centimetre is the seventh decimal.
pub(super) fn degrees(value: f64) -> String {
    format!("{value:.7}")
}

/// A text within XML; characters that XML has no way to write are left out.
pub(super) fn xml(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control() || ['\n', '\t'].contains(c)).collect();
    escape(plain.as_str()).into_owned()
}
