//! Files as bureaus write them: shapefiles in GBK without .prj, sheets with titles, geodatabases.

use std::path::Path;

use fireplan_model::plane::gcj02_shift;
use gdal::DriverManager;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, FieldDefn, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType, ToGdal};
use geo::{Coord, Geometry, MapCoords};
use rust_xlsxwriter::Workbook;
use serde_json::Value;

/// One feature: its cells in the order of the columns, and where it is in longitude and latitude.
#[derive(Clone)]
pub(crate) struct Record {
    pub cells: Vec<Value>,
    pub geometry: Option<Geometry>,
}

/// The features of a GeoJSON file with these of its columns.
pub(crate) fn read_geojson(path: &Path, columns: &[&str]) -> Vec<Record> {
    let text = std::fs::read_to_string(path).unwrap();
    let collection: Value = serde_json::from_str(&text).unwrap();
    let record = |feature: &Value| Record {
        cells: columns.iter().map(|column| feature["properties"][*column].clone()).collect(),
        geometry: Some(read_geometry(&feature["geometry"])),
    };
    collection["features"].as_array().unwrap().iter().map(record).collect()
}

fn read_geometry(value: &Value) -> Geometry {
    let text = value.to_string();
    let gdal = gdal::vector::Geometry::from_geojson(&text).unwrap();
    (&gdal).try_into().unwrap()
}

/// In degrees shifted as those of web maps.
pub(crate) fn shift(records: &[Record]) -> Vec<Record> {
    move_all(records, |at| at + gcj02_shift(at))
}

pub(crate) fn move_all(records: &[Record], moved: impl Fn(Coord) -> Coord + Copy) -> Vec<Record> {
    let move_one = |record: &Record| Record {
        cells: record.cells.clone(),
        geometry: record.geometry.as_ref().map(|geometry| geometry.map_coords(moved)),
    };
    records.iter().map(move_one).collect()
}

/// In a plane by its EPSG code.
pub(crate) fn project(records: &[Record], epsg: u32) -> Vec<Record> {
    let mut from = SpatialRef::from_epsg(4490).unwrap();
    let mut to = SpatialRef::from_epsg(epsg).unwrap();
    from.set_axis_mapping_strategy(gdal::spatial_ref::AxisMappingStrategy::TraditionalGisOrder);
    to.set_axis_mapping_strategy(gdal::spatial_ref::AxisMappingStrategy::TraditionalGisOrder);
    let transform = gdal::spatial_ref::CoordTransform::new(&from, &to).unwrap();
    let moved = |at: Coord| {
        let (mut x, mut y) = ([at.x], [at.y]);
        transform.transform_coords(&mut x, &mut y, &mut []).unwrap();
        Coord { x: x[0], y: y[0] }
    };
    move_all(records, moved)
}

/// How a vector file is to be written.
pub(crate) struct VectorFile<'a> {
    pub driver: &'a str,
    pub layer: &'a str,
    pub epsg: Option<u32>,
    pub options: &'a [&'a str],
}

pub(crate) const SHAPEFILE_GBK: VectorFile =
    VectorFile { driver: "ESRI Shapefile", layer: "", epsg: None, options: &["ENCODING=GBK"] };

pub(crate) fn write_vector(path: &Path, how: &VectorFile, columns: &[&str], records: &[Record]) {
    let driver = DriverManager::get_driver_by_name(how.driver).unwrap();
    let mut dataset = if path.exists() {
        let flags = gdal::GdalOpenFlags::GDAL_OF_VECTOR | gdal::GdalOpenFlags::GDAL_OF_UPDATE;
        gdal::Dataset::open_ex(path, gdal::DatasetOptions { open_flags: flags, ..Default::default() }).unwrap()
    } else {
        driver.create_vector_only(path).unwrap()
    };
    let srs = how.epsg.map(|epsg| {
        let mut srs = SpatialRef::from_epsg(epsg).unwrap();
        srs.set_axis_mapping_strategy(gdal::spatial_ref::AxisMappingStrategy::TraditionalGisOrder);
        srs
    });
    let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
    let name = if how.layer.is_empty() { stem.as_str() } else { how.layer };
    let kind = match records[0].geometry {
        Some(Geometry::Point(_)) => OGRwkbGeometryType::wkbPoint,
        Some(Geometry::LineString(_)) => OGRwkbGeometryType::wkbLineString,
        Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)) => OGRwkbGeometryType::wkbMultiPolygon,
        _ => OGRwkbGeometryType::wkbUnknown,
    };
    let layer =
        dataset.create_layer(LayerOptions { name, srs: srs.as_ref(), ty: kind, options: Some(how.options) }).unwrap();
    for (at, column) in columns.iter().enumerate() {
        let numeric =
            records.iter().map(|record| &record.cells[at]).filter(|cell| !cell.is_null()).all(Value::is_number);
        let any = records.iter().any(|record| !record.cells[at].is_null());
        let kind = if numeric && any { OGRFieldType::OFTReal } else { OGRFieldType::OFTString };
        let field = FieldDefn::new(column, kind).unwrap();
        if kind == OGRFieldType::OFTString {
            field.set_width(80);
        }
        field.add_to_layer(&layer).unwrap();
    }
    for record in records {
        let mut feature = Feature::new(layer.defn()).unwrap();
        for (at, cell) in record.cells.iter().enumerate() {
            match cell {
                Value::Null => {}
                Value::Number(number) => feature.set_field_double(at, number.as_f64().unwrap()).unwrap(),
                Value::String(text) => feature.set_field_string(at, text).unwrap(),
                other => feature.set_field_string(at, if other == &Value::Bool(true) { "是" } else { "否" }).unwrap(),
            }
        }
        if let Some(geometry) = &record.geometry {
            let geometry = match geometry {
                Geometry::Polygon(polygon) if kind == OGRwkbGeometryType::wkbMultiPolygon => {
                    geo::MultiPolygon(vec![polygon.clone()]).to_gdal().unwrap()
                }
                other => other.to_gdal().unwrap(),
            };
            feature.set_geometry(geometry).unwrap();
        }
        feature.create(&layer).unwrap();
    }
    dataset.close().unwrap();
}

/// Takes away what says in which encoding and system a shapefile is.
pub(crate) fn forget(path: &Path, ends: &[&str]) {
    ends.iter().for_each(|end| drop(std::fs::remove_file(path.with_extension(end))));
}

/// A sheet with these rows above the records; columns `x` and `y` are added where `place` names them.
pub(crate) fn write_sheet(path: &Path, sheet: &str, above: &[&[&str]], place: bool, records: &[Record]) {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name(sheet).unwrap();
    for (row, cells) in above.iter().enumerate() {
        for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            page.write_string(row as u32, column as u16, *text).unwrap();
        }
    }
    for (at, record) in records.iter().enumerate() {
        let row = (above.len() + at) as u32;
        let mut cells = record.cells.clone();
        if let Some(Geometry::Point(point)) = record.geometry.as_ref().filter(|_| place) {
            cells.extend([point.x(), point.y()].map(|value| Value::from((value * 1e7).round() / 1e7)));
        }
        for (column, cell) in cells.iter().enumerate() {
            match cell {
                Value::Null => {}
                Value::Number(number) => drop(page.write_number(row, column as u16, number.as_f64().unwrap()).unwrap()),
                Value::String(text) => drop(page.write_string(row, column as u16, text).unwrap()),
                other => {
                    let text = if other == &Value::Bool(true) { "是" } else { "否" };
                    page.write_string(row, column as u16, text).unwrap();
                }
            }
        }
    }
    book.save(path).unwrap();
}
