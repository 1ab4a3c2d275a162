//! A GeoPackage of one layer, as the database of the package is made: Chinese titles and headings, codes in words, and the
//! colours of the map as its style in QGIS. A layer of several kinds of geometry becomes a layer of each.

use std::path::Path;

use anyhow::Result;
use geo::{Geometry, Point};

use fireplan_model::findings::{Drawing, Feature, Layer};
use fireplan_model::rows::{Column, Value, ValueKind, place_on};

use super::LayerSelection;
use super::legend::DownloadLegend;
use super::rows::heading;
use crate::database::map::{FieldKind, LayerShape};
use crate::database::records::{
    ClassColour, DatabaseFeature, DatabaseField, DatabaseSheet, DatabaseValue, close_domain,
};
use crate::database::{DatabaseFormat, write_database};
use crate::wording::{SheetCell, UNKNOWN, cell_of};

/// The field that says the class of a feature in words, by which it is drawn.
const CLASS_FIELD: &str = "map_class";

/// The column whose words stand beside the features.
const NAME_COLUMN: &str = "name";

/// Writes the selection into a new file.
pub(super) fn write_geopackage(selection: &LayerSelection<'_>, path: &Path) -> Result<()> {
    let sheets = make_sheets(selection)?;
    write_database(DatabaseFormat::GeoPackage, path, selection.plane.output().epsg(), &sheets, None)
}

/// The selection as a layer of each kind of geometry that it has.
pub(super) fn make_sheets(selection: &LayerSelection<'_>) -> Result<Vec<DatabaseSheet>> {
    let legend = DownloadLegend::of(selection.layer)?;
    let shapes = [LayerShape::Polygon, LayerShape::Line, LayerShape::Point];
    let mut sheets: Vec<DatabaseSheet> = shapes.map(|shape| make_sheet(selection, &legend, shape)).into();
    sheets.retain(|sheet| !sheet.features.is_empty());
    sheets.iter_mut().try_for_each(|sheet| sheet.move_to_output(selection.plane))?;
    if let [_, _, ..] = sheets[..] {
        for sheet in &mut sheets {
            let (ending, word) = match sheet.shape {
                LayerShape::Point => ("point", "点"),
                LayerShape::Line => ("line", "线"),
                LayerShape::Polygon | LayerShape::Table => ("polygon", "面"),
            };
            sheet.name = format!("{}_{ending}", sheet.name);
            sheet.alias = format!("{}（{word}）", sheet.alias);
        }
    }
    Ok(sheets)
}

fn make_sheet(selection: &LayerSelection<'_>, legend: &DownloadLegend, shape: LayerShape) -> DatabaseSheet {
    let layer = selection.layer;
    let columns: Vec<usize> =
        (0..layer.columns.len()).filter(|at| layer.columns[*at].kind != ValueKind::Edits).collect();
    let mut fields: Vec<DatabaseField> = columns.iter().map(|at| field_of(&layer.columns[*at])).collect();
    let features = selection.features.iter().filter_map(|at| {
        let feature = &layer.features[*at as usize];
        let geometry = shaped(feature, shape)?;
        let mut values: Vec<DatabaseValue> =
            columns.iter().map(|at| value_of(&layer.columns[*at], &feature.values[*at])).collect();
        values.push(DatabaseValue::Text(legend.words_at(*at).to_owned()));
        Some(DatabaseFeature { geometry: Some(geometry), values })
    });
    let features: Vec<DatabaseFeature> = features.collect();
    for (at, field) in fields.iter_mut().enumerate() {
        field.domain = close_domain(std::mem::take(&mut field.domain), at, &features);
    }
    fields.push(DatabaseField {
        code: CLASS_FIELD.to_owned(),
        alias: class_title(layer),
        kind: FieldKind::Text(0),
        written: String::new(),
        domain: Vec::new(),
    });
    let label_by = columns.iter().map(|at| layer.columns[*at].name).find(|name| *name == NAME_COLUMN);
    let label_by = label_by.map(str::to_owned);
    DatabaseSheet {
        name: layer.id.clone(),
        alias: layer.title.zh.clone(),
        shape,
        fields,
        features,
        style_by: Some(CLASS_FIELD.to_owned()),
        classes: Vec::new(),
        colours: legend
            .classes
            .iter()
            .map(|class| ClassColour { words: class.words.clone(), colour: class.colour.clone() })
            .collect(),
        is_ground: false,
        label_by,
        missing: Vec::new(),
        data: vec![selection.origin.source.clone()],
    }
}

/// What the class of a feature is called: by the column that decides it.
fn class_title(layer: &Layer) -> String {
    let column = match &layer.drawing {
        Drawing::Coded { column } | Drawing::Graded { column, .. } => column,
        Drawing::Plain => return "图例".to_owned(),
    };
    let found = layer.columns.iter().find(|known| known.name == *column);
    found.map_or_else(|| "图例".to_owned(), |column| format!("图例（{}）", column.label.zh))
}

fn field_of(column: &Column) -> DatabaseField {
    let kind = match column.kind {
        ValueKind::Int | ValueKind::Float => FieldKind::Real(0, 0),
        ValueKind::Bool | ValueKind::Text | ValueKind::Label | ValueKind::Edits => FieldKind::Text(0),
    };
    let domain = column.codes.iter().map(|code| code.label.zh.clone()).collect();
    DatabaseField { code: column.name.to_owned(), alias: heading(column), kind, written: String::new(), domain }
}

/// Numbers as they are, all else in words.
fn value_of(column: &Column, value: &Value) -> DatabaseValue {
    if let Some(number) = value.as_f64() {
        return if number.is_finite() { DatabaseValue::Number(number + 0.0) } else { DatabaseValue::Empty };
    }
    let is_number = matches!(column.kind, ValueKind::Int | ValueKind::Float);
    match cell_of(column, value) {
        SheetCell::Text(text) => DatabaseValue::Text(text.replace('\0', "")),
        SheetCell::Unknown if !is_number => DatabaseValue::Text(UNKNOWN.to_owned()),
        _ => DatabaseValue::Empty,
    }
}

/// The geometry of a feature of this kind; `None`: it is of another, or has none.
fn shaped(feature: &Feature, shape: LayerShape) -> Option<Geometry> {
    let geometry = feature.geometry.as_ref()?;
    match (shape, geometry) {
        (LayerShape::Point, Geometry::Point(_))
        | (LayerShape::Line, Geometry::LineString(_) | Geometry::MultiLineString(_))
        | (LayerShape::Polygon, Geometry::Polygon(_) | Geometry::MultiPolygon(_)) => Some(geometry.clone()),
        (LayerShape::Point, Geometry::MultiPoint(_)) => place_on(geometry).map(|place| Point(place).into()),
        _ => None,
    }
}
