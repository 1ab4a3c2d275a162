//! The features of the database, filled from the findings by the field map.

use std::borrow::Cow;
use std::collections::BTreeSet;

use anyhow::Result;
use encoding_rs::GBK;
use geo::{Geometry, Point};

use fireplan_model::area::StudyArea;
use fireplan_model::plane::Plane;
use fireplan_model::rows::place_on;

use super::map::{DatabaseLayer, DatabaseMap, FieldKind, FieldSpec, LayerShape};
use crate::places::PlaceFinder;
use crate::schedule::fill::Filler;
use crate::schedule::spec::ColumnValue;
use crate::template::Teller;
use crate::wording::{SheetCell, UNKNOWN};

/// A layer with its features, ready to be written.
pub struct DatabaseSheet {
    /// Its name, at most ten letters.
    pub name: String,
    /// What people call it.
    pub alias: String,
    /// What its features are made of.
    pub shape: LayerShape,
    /// Its fields.
    pub fields: Vec<DatabaseField>,
    /// Its features.
    pub features: Vec<DatabaseFeature>,
    /// The field by whose words it is drawn.
    pub style_by: Option<String>,
    /// The words of that field, best first as the findings have them.
    pub classes: Vec<String>,
    /// The colours of those words, where they are not to be spread from best to worst.
    pub colours: Vec<ClassColour>,
    /// Whether it is drawn as an outline below all others.
    pub is_ground: bool,
    /// The field whose words stand beside its features.
    pub label_by: Option<String>,
    /// What is missing so that it has no feature, if so.
    pub missing: Vec<String>,
    /// Which analyses it comes from.
    pub data: Vec<String>,
}

/// A class of features that is drawn in a colour of its own.
#[derive(Debug, Clone)]
pub struct ClassColour {
    /// Its words, as they stand in the field.
    pub words: String,
    /// Its colour, `#rrggbb`.
    pub colour: String,
}

/// A field of such a layer.
pub struct DatabaseField {
    /// Its name.
    pub code: String,
    /// What people call it.
    pub alias: String,
    /// What it holds.
    pub kind: FieldKind,
    /// As the map writes it: `F15.2`.
    pub written: String,
    /// The only words that it can have, its domain; empty: it is free.
    pub domain: Vec<String>,
}

impl DatabaseSheet {
    /// Brings the geometries from local metres to those of the output of the plane.
    ///
    /// # Errors
    /// If a place lies where that plane has no metres.
    pub fn move_to_output(&mut self, plane: &Plane) -> Result<()> {
        for geometry in self.features.iter_mut().filter_map(|feature| feature.geometry.as_mut()) {
            if let Cow::Owned(moved) = plane.to_output(geometry)? {
                *geometry = moved;
            }
        }
        Ok(())
    }
}

/// A feature of such a layer.
pub struct DatabaseFeature {
    /// In local metres, and once [moved](DatabaseSheet::move_to_output), in those of the files; `None` in a table.
    pub geometry: Option<Geometry>,
    /// In the order of the fields.
    pub values: Vec<DatabaseValue>,
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq)]
pub enum DatabaseValue {
    /// Nothing.
    Empty,
    /// A text that fits.
    Text(String),
    /// A number.
    Number(f64),
}

/// The field with the name of a feature.
const NAME_FIELD: &str = "MC";

/// The term of what a scenario adds to a layer of what is there, as the field names its terms.
const PLANNED_TERM: &str = "近期";
/// The term of what is there today.
const PRESENT_TERM: &str = "现状";

/// What the common fields say of the whole layer.
struct LayerFacts {
    basis: String,
    confidence: String,
}

/// Fills the layers of the database.
pub struct DatabaseFiller<'a> {
    /// The area.
    pub area: &'a StudyArea,
    /// Fills cells.
    pub filler: &'a Filler<'a>,
    /// Tells clauses.
    pub teller: &'a Teller<'a>,
    /// Tells towns.
    pub places: &'a PlaceFinder<'a>,
    /// The day of the data, `2026-11-28`; empty where the bureau names none.
    pub day: &'a str,
}

impl DatabaseFiller<'_> {
    /// Every layer of the map, those without a feature too.
    ///
    /// # Errors
    /// If a field's type is not understood.
    pub fn fill(&self, map: &DatabaseMap) -> Result<Vec<DatabaseSheet>> {
        map.layer.iter().zip(1..).map(|(layer, number)| self.fill_layer(map, layer, number)).collect()
    }

    fn fill_layer(&self, map: &DatabaseMap, layer: &DatabaseLayer, number: usize) -> Result<DatabaseSheet> {
        let columns: Vec<(&str, &ColumnValue)> = std::iter::once((NAME_FIELD, &layer.name_of))
            .chain(layer.field.iter().map(|field| (field.code.as_str(), &field.value)))
            .collect();
        let found = self.filler.fill_records(&layer.rows, &columns);
        let facts = self.facts(layer);
        let specs: Vec<&FieldSpec> = map.common.iter().chain(&layer.field).collect();
        let mut fields = specs.iter().map(|spec| Ok(field_of(spec, spec.kind()?))).collect::<Result<Vec<_>>>()?;
        let mut features = Vec::new();
        for record in found.records {
            let Some(geometry) = record.geometry.and_then(|geometry| shaped(geometry, layer.shape())) else { continue };
            let serial = features.len() + 1;
            let common = map.common.iter().map(|field| {
                let id = Numbered { layer: number, serial, is_planned: record.is_planned };
                self.common(field, layer, &facts, &id, &geometry, &record.cells[0])
            });
            let own = record.cells[1..].iter().cloned();
            let values = common.chain(own).zip(&fields).map(|(cell, field)| value_of(&cell, field.kind)).collect();
            features.push(DatabaseFeature { geometry: Some(geometry), values });
        }
        let words = |field: &FieldSpec| self.filler.words_of(&layer.rows, &field.value);
        for (at, field) in (map.common.len()..).zip(&layer.field) {
            fields[at].domain = close_domain(words(field), at, &features);
        }
        let style = layer.field.iter().find(|field| layer.style.as_deref() == Some(&field.code));
        Ok(DatabaseSheet {
            style_by: layer.style.clone(),
            classes: style.map_or_else(Vec::new, words),
            colours: Vec::new(),
            is_ground: layer.ground,
            label_by: layer.named.then(|| NAME_FIELD.to_owned()),
            name: layer.name.clone(),
            alias: layer.alias.clone(),
            shape: layer.shape(),
            fields,
            features,
            missing: found.missing,
            data: found.data,
        })
    }

    /// The clauses a layer rests on, and the least confidence of them.
    fn facts(&self, layer: &DatabaseLayer) -> LayerFacts {
        let entries = self.teller.entries();
        let of_layer = || entries.iter().filter(|entry| layer.rules.contains(&entry.key));
        let cites: BTreeSet<&str> =
            of_layer().map(|entry| entry.provenance.cite.as_str()).filter(|cite| !cite.is_empty()).collect();
        let unverified = of_layer().any(|entry| !entry.provenance.is_verified());
        let confidence = match (layer.rules.is_empty(), unverified) {
            (true, _) => "",
            (false, true) => UNKNOWN,
            (false, false) => "已核",
        };
        LayerFacts { basis: cites.into_iter().collect::<Vec<_>>().join("；"), confidence: confidence.to_owned() }
    }

    /// Whether a feature is not there today: the scenario adds it, or it is found with the scenario in place.
    fn is_of_scenario(&self, layer: &DatabaseLayer, id: &Numbered) -> bool {
        id.is_planned || (layer.is_found() && self.area.applied.is_some())
    }

    fn common(
        &self,
        field: &FieldSpec,
        layer: &DatabaseLayer,
        facts: &LayerFacts,
        id: &Numbered,
        geometry: &Geometry,
        name: &SheetCell,
    ) -> SheetCell {
        let town = place_on(geometry).and_then(|place| self.places.town_of(place));
        match field.code.as_str() {
            "BSM" => SheetCell::text(format!("{:04}{:08}", id.layer, id.serial)),
            "YSDM" => SheetCell::text(layer.code.clone()),
            "XZQDM" => SheetCell::text(town.map_or("", |town| town.code.as_str())),
            "XZQMC" => SheetCell::text(town.map_or("", |town| town.name.as_str())),
            NAME_FIELD => name.clone(),
            "BH" => SheetCell::text(format!("{}-{:04}", layer.name, id.serial)),
            "GHQX" if layer.term == PRESENT_TERM && self.is_of_scenario(layer, id) => SheetCell::text(PLANNED_TERM),
            "GHQX" => SheetCell::text(layer.term.clone()),
            "TBMJ" => match geometry {
                Geometry::Polygon(polygon) => self.area_m2(&geo::MultiPolygon(vec![polygon.clone()])),
                Geometry::MultiPolygon(polygons) => self.area_m2(polygons),
                _ => SheetCell::Nothing,
            },
            "CD" => match geometry {
                Geometry::LineString(line) => SheetCell::number(self.area.plane.length_m(line), 2),
                Geometry::MultiLineString(lines) => {
                    SheetCell::number(lines.iter().map(|line| self.area.plane.length_m(line)).sum(), 2)
                }
                _ => SheetCell::Nothing,
            },
            "SJLY" => SheetCell::text("fireplan 分析成果"),
            "SJRQ" => SheetCell::text(self.day),
            "YJ" => SheetCell::text(facts.basis.clone()),
            "KXD" => SheetCell::text(facts.confidence.clone()),
            _ => SheetCell::Nothing,
        }
    }

    fn area_m2(&self, polygons: &geo::MultiPolygon) -> SheetCell {
        SheetCell::number(self.area.plane.area_m2(polygons), 2)
    }
}

/// Which feature of which layer.
struct Numbered {
    layer: usize,
    serial: usize,
    is_planned: bool,
}

impl DatabaseLayer {
    /// Whether all of its features are found by analyses, and none is of the data.
    fn is_found(&self) -> bool {
        self.rows.iter().flat_map(|group| &group.from).all(|sheet| !sheet.starts_with("area."))
    }

    fn shape(&self) -> LayerShape {
        self.geometry
    }
}

fn field_of(spec: &FieldSpec, kind: FieldKind) -> DatabaseField {
    let (code, alias, written) = (spec.code.clone(), spec.alias.clone(), spec.kind.clone());
    DatabaseField { code, alias, kind, written, domain: Vec::new() }
}

/// The words of a coded field, and those beside them that stand in it, such as 待核; none where it is not coded.
pub(crate) fn close_domain(words: Vec<String>, at: usize, features: &[DatabaseFeature]) -> Vec<String> {
    let mut domain = words;
    if domain.is_empty() {
        return domain;
    }
    for feature in features {
        match &feature.values[at] {
            DatabaseValue::Text(text) if !domain.contains(text) => domain.push(text.clone()),
            _ => {}
        }
    }
    domain
}

/// The geometry as the layer wants it; `None`: it cannot be that.
fn shaped(geometry: Geometry, shape: LayerShape) -> Option<Geometry> {
    match (shape, &geometry) {
        (LayerShape::Point, Geometry::Point(_))
        | (LayerShape::Line, Geometry::LineString(_) | Geometry::MultiLineString(_))
        | (LayerShape::Polygon, Geometry::Polygon(_) | Geometry::MultiPolygon(_)) => Some(geometry),
        (LayerShape::Point, _) => place_on(&geometry).map(|place| Point(place).into()),
        _ => None,
    }
}

fn value_of(cell: &SheetCell, kind: FieldKind) -> DatabaseValue {
    match (cell, kind) {
        (SheetCell::Nothing, _) => DatabaseValue::Empty,
        (SheetCell::Unknown, FieldKind::Text(_)) => DatabaseValue::Text(UNKNOWN.to_owned()),
        (SheetCell::Unknown, _) => DatabaseValue::Empty,
        (SheetCell::Number(value, _) | SheetCell::Unverified(value, _), FieldKind::Text(width)) => {
            DatabaseValue::Text(fitting(&value.to_string(), width))
        }
        (SheetCell::Number(value, _) | SheetCell::Unverified(value, _), _) => DatabaseValue::Number(*value),
        (SheetCell::Text(text), FieldKind::Text(width)) => DatabaseValue::Text(fitting(text, width)),
        (SheetCell::Text(text), FieldKind::Day) => DatabaseValue::Text(text.clone()),
        (SheetCell::Text(text), _) => text.parse().map_or(DatabaseValue::Empty, DatabaseValue::Number),
    }
}

/// As much of a text as fits into so many bytes of GBK, in which the Shapefiles are: the same in every format.
fn fitting(text: &str, width: usize) -> String {
    let mut bytes = 0;
    let fits = |c: &char| {
        bytes += if c.is_ascii() { 1 } else { GBK.encode(c.encode_utf8(&mut [0; 4])).0.len().max(2) };
        bytes <= width
    };
    text.replace(['\0', '\n'], " ").chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_where_its_field_ends() {
        assert_eq!(fitting("消防站A", 6), "消防站");
        assert_eq!(fitting("消防站A", 7), "消防站A");
        assert_eq!(fitting("消防站", 5), "消防");
    }

    #[test]
    fn an_unknown_number_is_empty_and_an_unknown_word_says_so() {
        assert_eq!(value_of(&SheetCell::Unknown, FieldKind::Real(15, 2)), DatabaseValue::Empty);
        assert_eq!(value_of(&SheetCell::Unknown, FieldKind::Text(20)), DatabaseValue::Text("待核".to_owned()));
        assert_eq!(value_of(&SheetCell::Number(2.5, 1), FieldKind::Real(15, 2)), DatabaseValue::Number(2.5));
    }
}
