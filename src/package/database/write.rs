//! The database in the formats that bureaus hand in, all by GDAL.
//!
//! The same content gives the same bytes: no clock and no random id is written.

use std::ffi::CString;
use std::path::Path;

use anyhow::{Context, Result, bail};
use encoding_rs::GBK;
use gdal::config::{clear_thread_local_config_option, set_thread_local_config_option};
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::{Defn, Feature, Layer, LayerAccess, LayerOptions, ToGdal};
use gdal::{Dataset, DriverManager};
use gdal_sys::{OGRFieldType, OGRwkbGeometryType};
use geo::{Geometry, MultiLineString, MultiPolygon};

use fireplan_export::gpkg::add_coded_domain;
use fireplan_model::message::writing;

use super::map::{FieldKind, LayerShape};
use super::project::{ProjectOrder, add_project};
use super::records::{DatabaseField, DatabaseSheet, DatabaseValue};
use super::stable_ids::settle_ids;
use super::style::add_styles;

/// Written in place of the hour of writing.
const NO_CLOCK: &str = "2000-01-01T00:00:00.000Z";

/// A format of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseFormat {
    /// `.gpkg`
    GeoPackage,
    /// `.gdb`, a folder.
    FileGeodatabase,
    /// A folder of `.shp`, in GBK with `.cpg`.
    Shapefiles,
}

impl DatabaseFormat {
    fn driver(self) -> &'static str {
        match self {
            Self::GeoPackage => "GPKG",
            Self::FileGeodatabase => "OpenFileGDB",
            Self::Shapefiles => "ESRI Shapefile",
        }
    }

    /// Shapefiles are layers; tables would be cut to the width of their texts.
    fn takes(self, shape: LayerShape) -> bool {
        self != Self::Shapefiles || shape != LayerShape::Table
    }

    /// Whether fields can be bound to the words of a domain.
    fn has_domains(self) -> bool {
        self != Self::Shapefiles
    }
}

/// Writes the layers that have features into a new database at this path, in this coordinate system. Only a GeoPackage
/// takes a project of QGIS.
///
/// # Errors
/// If GDAL cannot write it.
pub fn write_database(
    format: DatabaseFormat,
    path: &Path,
    epsg: u32,
    sheets: &[DatabaseSheet],
    project: Option<&ProjectOrder<'_>>,
) -> Result<()> {
    set_thread_local_config_option("OGR_CURRENT_DATE", NO_CLOCK)?;
    let written = write_all(format, path, epsg, sheets, project).with_context(|| writing(path));
    clear_thread_local_config_option("OGR_CURRENT_DATE")?;
    written
}

fn write_all(
    format: DatabaseFormat,
    path: &Path,
    epsg: u32,
    sheets: &[DatabaseSheet],
    project: Option<&ProjectOrder<'_>>,
) -> Result<()> {
    let mut srs = SpatialRef::from_epsg(epsg)?;
    // Files hold easting before northing, whatever order the authority names.
    srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    let driver = DriverManager::get_driver_by_name(format.driver()).with_context(|| {
        let name = format.driver();
        format!("GDAL 没有 {name} 驱动，需要 3.6 以上版本 | GDAL has no driver {name}; version 3.6 or later is needed")
    })?;
    let mut dataset = driver.create_vector_only(path)?;
    let is_written = |sheet: &&DatabaseSheet| !sheet.features.is_empty() && format.takes(sheet.shape);
    for sheet in sheets.iter().filter(is_written) {
        write_sheet(format, &mut dataset, &srs, sheet)?;
    }
    if format == DatabaseFormat::GeoPackage {
        add_styles(&mut dataset, sheets)?;
        if let Some(order) = project {
            add_project(&mut dataset, order, sheets)?;
        }
    }
    dataset.close()?;
    if format == DatabaseFormat::FileGeodatabase { settle_ids(path) } else { Ok(()) }
}

fn write_sheet(format: DatabaseFormat, dataset: &mut Dataset, srs: &SpatialRef, sheet: &DatabaseSheet) -> Result<()> {
    let multi = sheet.features.iter().any(|feature| feature.geometry.as_ref().is_some_and(is_multi));
    let ty = match (sheet.shape, multi || format == DatabaseFormat::FileGeodatabase) {
        (LayerShape::Table, _) => OGRwkbGeometryType::wkbNone,
        (LayerShape::Point, _) => OGRwkbGeometryType::wkbPoint,
        (LayerShape::Line, false) => OGRwkbGeometryType::wkbLineString,
        (LayerShape::Line, true) => OGRwkbGeometryType::wkbMultiLineString,
        (LayerShape::Polygon, false) => OGRwkbGeometryType::wkbPolygon,
        (LayerShape::Polygon, true) => OGRwkbGeometryType::wkbMultiPolygon,
    };
    let options = layer_options(format, sheet);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let srs = (sheet.shape != LayerShape::Table).then_some(srs);
    let layer_options = LayerOptions { name: &sheet.name, srs, ty, options: Some(&options) };
    if format.has_domains() {
        add_domains(dataset, sheet)?;
    }
    if format == DatabaseFormat::GeoPackage {
        let mut transaction = dataset.start_transaction()?;
        let layer = transaction.create_layer(layer_options)?;
        write_features(format, &layer, sheet, ty)?;
        transaction.commit()?;
    } else {
        let layer = dataset.create_layer(layer_options)?;
        write_features(format, &layer, sheet, ty)?;
    }
    Ok(())
}

fn layer_options(format: DatabaseFormat, sheet: &DatabaseSheet) -> Vec<String> {
    match format {
        DatabaseFormat::GeoPackage => vec![
            "FID=fid".to_owned(),
            "GEOMETRY_NAME=geom".to_owned(),
            format!("IDENTIFIER={}", sheet.alias),
            format!("DESCRIPTION={}（{}）", sheet.alias, sheet.data.join("、")),
        ],
        DatabaseFormat::FileGeodatabase => vec![format!("LAYER_ALIAS={}", sheet.alias)],
        DatabaseFormat::Shapefiles => vec![
            format!("ENCODING={}", if fits_gbk(sheet) { "GBK" } else { "UTF-8" }),
            format!("DBF_DATE_LAST_UPDATE={}", &NO_CLOCK[..10]),
        ],
    }
}

/// Whether GBK has every character; rare characters of names of villages it has not, and then the file is in UTF-8.
pub(crate) fn fits_gbk(sheet: &DatabaseSheet) -> bool {
    sheet.features.iter().flat_map(|feature| &feature.values).all(|value| match value {
        DatabaseValue::Text(text) => !GBK.encode(text).2,
        _ => true,
    })
}

/// The words of the fields that have a domain.
fn add_domains(dataset: &Dataset, sheet: &DatabaseSheet) -> Result<()> {
    for field in sheet.fields.iter().filter(|field| !field.domain.is_empty()) {
        let coded: Vec<(&str, &str)> = field.domain.iter().map(|words| (words.as_str(), words.as_str())).collect();
        add_coded_domain(dataset, &domain_name(sheet, field), &field.alias, &coded)?;
    }
    Ok(())
}

fn domain_name(sheet: &DatabaseSheet, field: &DatabaseField) -> String {
    format!("{}_{}", sheet.name, field.code)
}

fn write_features(
    format: DatabaseFormat,
    layer: &Layer<'_>,
    sheet: &DatabaseSheet,
    ty: OGRwkbGeometryType::Type,
) -> Result<()> {
    for field in &sheet.fields {
        let domain = (format.has_domains() && !field.domain.is_empty()).then(|| domain_name(sheet, field));
        add_field(layer, field, domain)?;
    }
    let defn = Defn::from_layer(layer);
    for found in &sheet.features {
        let mut feature = Feature::new(&defn)?;
        for (at, value) in found.values.iter().enumerate() {
            match value {
                DatabaseValue::Empty => feature.set_field_null(at)?,
                DatabaseValue::Text(text) => feature.set_field_string(at, text)?,
                DatabaseValue::Number(number) => feature.set_field_double(at, *number)?,
            }
        }
        if let Some(geometry) = &found.geometry {
            feature.set_geometry(fitting_geometry(geometry, ty).to_gdal()?)?;
        }
        feature.create(layer)?;
    }
    Ok(())
}

fn add_field(layer: &Layer<'_>, field: &DatabaseField, domain: Option<String>) -> Result<()> {
    let (kind, width, decimals) = match field.kind {
        FieldKind::Text(width) => (OGRFieldType::OFTString, width, 0),
        FieldKind::Real(width, decimals) => (OGRFieldType::OFTReal, width, decimals),
        FieldKind::Whole => (OGRFieldType::OFTInteger, 0, 0),
        FieldKind::Day => (OGRFieldType::OFTDate, 0, 0),
    };
    let (name, alias) = (CString::new(field.code.as_str())?, CString::new(field.alias.as_str())?);
    let domain = domain.map(CString::new).transpose()?;
    // SAFETY: the field made here is destroyed here; GDAL copies it and its strings.
    let status = unsafe {
        let made = gdal_sys::OGR_Fld_Create(name.as_ptr(), kind);
        gdal_sys::OGR_Fld_SetWidth(made, i32::try_from(width)?);
        gdal_sys::OGR_Fld_SetPrecision(made, i32::try_from(decimals)?);
        gdal_sys::OGR_Fld_SetAlternativeName(made, alias.as_ptr());
        if let Some(domain) = &domain {
            gdal_sys::OGR_Fld_SetDomainName(made, domain.as_ptr());
        }
        let status = gdal_sys::OGR_L_CreateField(layer.c_layer(), made, 1);
        gdal_sys::OGR_Fld_Destroy(made);
        status
    };
    if status != gdal_sys::OGRErr::OGRERR_NONE {
        let code = &field.code;
        bail!("GDAL 没有接受字段 {code} | GDAL did not take the field {code}");
    }
    Ok(())
}

fn is_multi(geometry: &Geometry) -> bool {
    matches!(geometry, Geometry::MultiLineString(_) | Geometry::MultiPolygon(_))
}

/// A layer is of one type: beside multi-part features, single ones are multi-part of one.
fn fitting_geometry(geometry: &Geometry, ty: OGRwkbGeometryType::Type) -> Geometry {
    match (geometry, ty) {
        (Geometry::LineString(line), OGRwkbGeometryType::wkbMultiLineString) => {
            MultiLineString(vec![line.clone()]).into()
        }
        (Geometry::Polygon(polygon), OGRwkbGeometryType::wkbMultiPolygon) => MultiPolygon(vec![polygon.clone()]).into(),
        (geometry, _) => geometry.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::records::DatabaseFeature;
    use geo::Point;

    fn sheet(name: &str, words: &str) -> DatabaseSheet {
        let kinds = [("MC", FieldKind::Text(40)), ("TZ", FieldKind::Real(15, 2)), ("SL", FieldKind::Whole)];
        let fields = kinds.map(|(code, kind)| DatabaseField {
            code: code.to_owned(),
            alias: format!("{code}的别名"),
            kind,
            written: String::new(),
            domain: if code == "MC" { vec![words.to_owned(), "待核".to_owned()] } else { Vec::new() },
        });
        let values = vec![DatabaseValue::Text(words.to_owned()), DatabaseValue::Number(2.5), DatabaseValue::Empty];
        DatabaseSheet {
            name: name.to_owned(),
            alias: format!("图层{name}"),
            shape: LayerShape::Point,
            fields: fields.into(),
            features: vec![DatabaseFeature { geometry: Some(Point::new(500_000.0, 3_400_000.0).into()), values }],
            style_by: None,
            classes: Vec::new(),
            colours: Vec::new(),
            is_ground: false,
            label_by: None,
            missing: Vec::new(),
            data: Vec::new(),
        }
    }

    /// Every file below a folder, or the one file, with its bytes.
    fn bytes(path: &Path) -> Vec<(String, Vec<u8>)> {
        if path.is_file() {
            return vec![(String::new(), std::fs::read(path).unwrap())];
        }
        let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    #[test]
    fn the_same_layers_give_the_same_bytes_in_every_format() {
        let sheets = [sheet("XFZD", "城关站"), sheet("JQXM", "石门站")];
        for (format, name) in [
            (DatabaseFormat::GeoPackage, "a.gpkg"),
            (DatabaseFormat::FileGeodatabase, "a.gdb"),
            (DatabaseFormat::Shapefiles, "shp"),
        ] {
            let [first, second] = [1, 2].map(|_| {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join(name);
                write_database(format, &path, 4543, &sheets, None).unwrap();
                bytes(&path)
            });
            let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
            assert_eq!(names(&first), names(&second), "{format:?}");
            for ((name, one), (_, other)) in first.iter().zip(&second) {
                assert!(one == other, "{format:?}: {name} differs");
            }
        }
    }

    #[test]
    fn a_rare_character_makes_a_shapefile_of_utf_8() {
        let folder = tempfile::tempdir().unwrap();
        // 㙟 is in no table of GBK.
        let sheets = [sheet("A", "㙟村"), sheet("B", "城关站")];
        write_database(DatabaseFormat::Shapefiles, &folder.path().join("shp"), 4543, &sheets, None).unwrap();
        let says = |name: &str| std::fs::read_to_string(folder.path().join("shp").join(name)).unwrap();
        assert_eq!([says("A.cpg"), says("B.cpg")], ["UTF-8", "GBK"]);
        let dataset = Dataset::open(folder.path().join("shp")).unwrap();
        let mut layer = dataset.layer_by_name("A").unwrap();
        let feature = layer.features().next().unwrap();
        assert_eq!(feature.field_as_string(0).unwrap().unwrap(), "㙟村");
    }
}
