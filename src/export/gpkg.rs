//! GeoPackage: layers in the metres of the area's plane, tables beside them; opens in QGIS with Chinese headings.
//!
//! Columns keep their code names; the label with its unit is the heading, and coded values carry their labels as a
//! value domain. The same content gives the same bytes: no clock and no random id is written.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::path::Path;

use anyhow::{Context, Result, bail};
use gdal::config::{clear_thread_local_config_option, set_thread_local_config_option};
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::sql::Dialect;
use gdal::vector::{Defn, Feature, LayerAccess, LayerOptions, ToGdal};
use gdal::{Dataset, DriverManager};
use gdal_sys::{OGRFieldSubType, OGRFieldType, OGRwkbGeometryType};
use geo::{Geometry, MultiLineString, MultiPoint, MultiPolygon};

use fireplan_model::findings::{Layer, Table};
use fireplan_model::message::writing;
use fireplan_model::plane::Plane;
use fireplan_model::rows::{Column, GeometryKind, Label, Value, ValueKind};

/// Writes layers and tables, in this order, into a new package.
pub fn write(path: &Path, plane: &Plane, layers: &[Layer], tables: &[Table]) -> Result<()> {
    let mut package = Package::create(path, plane)?;
    layers.iter().try_for_each(|layer| package.add_layer(layer))?;
    tables.iter().try_for_each(|table| package.add_table(table))?;
    package.close()
}

/// Written in place of the hour of writing, so that the same content gives the same bytes.
const NO_CLOCK: &str = "2000-01-01T00:00:00.000Z";

/// The schema extension as the format's specification (annex F.9) makes it, where GDAL has not made it already.
pub const SCHEMA_EXTENSION: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, \
     title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT, \
     CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))",
    "CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (constraint_name TEXT NOT NULL, \
     constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, \
     max_is_inclusive BOOLEAN, description TEXT, \
     CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))",
    "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, \
     definition TEXT NOT NULL, scope TEXT NOT NULL, \
     CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
    "INSERT INTO gpkg_extensions SELECT 'gpkg_data_columns', NULL, 'gpkg_schema', \
     'http://www.geopackage.org/spec121/#extension_schema', 'read-write' WHERE NOT EXISTS \
     (SELECT 1 FROM gpkg_extensions WHERE table_name = 'gpkg_data_columns')",
    "INSERT INTO gpkg_extensions SELECT 'gpkg_data_column_constraints', NULL, 'gpkg_schema', \
     'http://www.geopackage.org/spec121/#extension_schema', 'read-write' WHERE NOT EXISTS \
     (SELECT 1 FROM gpkg_extensions WHERE table_name = 'gpkg_data_column_constraints')",
];

/// A GeoPackage being written.
pub struct Package {
    dataset: Dataset,
    plane: Plane,
    srs: SpatialRef,
    domains: BTreeSet<String>,
    /// Heading of each column: sheet, column, heading.
    headings: Vec<[String; 3]>,
}

/// A layer or table to be written.
struct Sheet<'a> {
    id: &'a str,
    title: &'a Label,
    geometry: OGRwkbGeometryType::Type,
    columns: &'a [Column],
}

impl Package {
    /// A new package in the metres of the output of this plane; a file of that name is replaced.
    pub fn create(path: &Path, plane: &Plane) -> Result<Self> {
        if path.exists() {
            std::fs::remove_file(path).with_context(|| {
                let path = path.display();
                format!("替换 {path} | replacing {path}")
            })?;
        }
        set_thread_local_config_option("OGR_CURRENT_DATE", NO_CLOCK)?;
        let mut srs = SpatialRef::from_epsg(plane.output().epsg())?;
        // Files hold easting before northing, whatever order the authority names.
        srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        let dataset =
            DriverManager::get_driver_by_name("GPKG")?.create_vector_only(path).with_context(|| writing(path))?;
        let plane = plane.clone();
        Ok(Self { dataset, plane, srs, domains: BTreeSet::new(), headings: Vec::new() })
    }

    /// Adds a layer with its geometries, which are in local metres.
    pub fn add_layer(&mut self, layer: &Layer) -> Result<()> {
        let multi = layer.features.iter().filter_map(|feature| feature.geometry.as_ref()).any(is_multi);
        let geometry = layer_type(layer.geometry, multi);
        let sheet = Sheet { id: &layer.id, title: &layer.title, geometry, columns: &layer.columns };
        let rows = layer.features.iter().map(|feature| (feature.geometry.as_ref(), feature.values.as_slice()));
        self.add(&sheet, rows).with_context(|| {
            let id = &layer.id;
            format!("把图层 {id} 写入 GeoPackage | writing layer {id} to the GeoPackage")
        })
    }

    /// Adds a table without geometry.
    pub fn add_table(&mut self, table: &Table) -> Result<()> {
        let geometry = OGRwkbGeometryType::wkbNone;
        let sheet = Sheet { id: &table.id, title: &table.title, geometry, columns: &table.columns };
        let rows = table.rows.iter().map(|values| (None, values.as_slice()));
        self.add(&sheet, rows).with_context(|| {
            let id = &table.id;
            format!("把表 {id} 写入 GeoPackage | writing table {id} to the GeoPackage")
        })
    }

    fn add<'r>(
        &mut self,
        sheet: &Sheet,
        rows: impl Iterator<Item = (Option<&'r Geometry>, &'r [Value])>,
    ) -> Result<()> {
        for column in sheet.columns {
            if !column.codes.is_empty() {
                self.add_domain(&domain_name(sheet.id, column), column)?;
            }
            self.headings.push([sheet.id.to_owned(), column.name.to_owned(), super::csv::heading(column)]);
        }
        let mut transaction = self.dataset.start_transaction()?;
        // The format wants identifiers to differ, and titles may not.
        let title = format!("IDENTIFIER={} ({})", sheet.title.zh, sheet.id);
        let description = format!("DESCRIPTION={}", sheet.title.en);
        let layer = transaction.create_layer(LayerOptions {
            name: sheet.id,
            srs: (sheet.geometry != OGRwkbGeometryType::wkbNone).then_some(&self.srs),
            ty: sheet.geometry,
            options: Some(&["FID=fid", "GEOMETRY_NAME=geom", &title, &description]),
        })?;
        add_fields(&layer, sheet)?;
        let defn = Defn::from_layer(&layer);
        for (geometry, values) in rows {
            let geometry = geometry.map(|geometry| self.plane.to_output(geometry)).transpose()?;
            write_row(&layer, &defn, sheet, geometry.as_deref(), values)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// The labels of coded values, so that QGIS shows 次干路 for `secondary`.
    fn add_domain(&mut self, name: &str, column: &Column) -> Result<()> {
        if !self.domains.insert(name.to_owned()) {
            return Ok(());
        }
        let coded: Vec<(&str, &str)> = column.codes.iter().map(|code| (code.code, code.label.zh.as_str())).collect();
        add_coded_domain(&self.dataset, name, &column.label.zh, &coded)
    }

    /// The headings people see in place of column names, by the schema extension of the format. GDAL writes aliases
    /// only from 3.7 on, and Debian 12 has 3.6.
    fn write_headings(&mut self) -> Result<()> {
        self.dataset.flush_cache()?;
        let mut statements: Vec<String> = SCHEMA_EXTENSION.iter().map(|&statement| statement.to_owned()).collect();
        for [sheet, column, heading] in &self.headings {
            statements.extend(heading_statements(sheet, column, heading));
        }
        let transaction = self.dataset.start_transaction()?;
        for statement in statements {
            transaction.execute_sql(&statement, None, Dialect::DEFAULT)?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Finishes the file.
    pub fn close(mut self) -> Result<()> {
        self.write_headings().context("写入 GeoPackage 的表头 | writing the headings of the GeoPackage")?;
        let closed = self.dataset.close();
        clear_thread_local_config_option("OGR_CURRENT_DATE")?;
        closed.context("关闭 GeoPackage | closing the GeoPackage")
    }
}

/// The statements that give a column its heading, whether or not GDAL has told of the column already.
pub fn heading_statements(sheet: &str, column: &str, heading: &str) -> [String; 2] {
    let [sheet, column, heading] = [sheet, column, heading].map(|text| text.replace('\'', "''"));
    [
        format!("INSERT OR IGNORE INTO gpkg_data_columns (table_name, column_name) VALUES ('{sheet}', '{column}')"),
        format!(
            "UPDATE gpkg_data_columns SET title = '{heading}' \
             WHERE table_name = '{sheet}' AND column_name = '{column}'"
        ),
    ]
}

/// Adds a value domain of texts: each code with its label.
///
/// # Errors
/// If GDAL does not take it.
pub fn add_coded_domain(dataset: &Dataset, name: &str, about: &str, coded: &[(&str, &str)]) -> Result<()> {
    let mut texts = Vec::new();
    for (code, label) in coded {
        texts.push((CString::new(*code)?, CString::new(*label)?));
    }
    let mut values: Vec<gdal_sys::OGRCodedValue> = texts
        .iter()
        .map(|(code, label)| gdal_sys::OGRCodedValue {
            pszCode: code.as_ptr().cast_mut(),
            pszValue: label.as_ptr().cast_mut(),
        })
        .collect();
    values.push(gdal_sys::OGRCodedValue { pszCode: std::ptr::null_mut(), pszValue: std::ptr::null_mut() });
    let (written, about) = (CString::new(name)?, CString::new(about)?);
    // SAFETY: the strings outlive the call, the list ends with a null code as GDAL asks, GDAL copies both, and the domain made
    // here is destroyed here.
    let added = unsafe {
        let domain = gdal_sys::OGR_CodedFldDomain_Create(
            written.as_ptr(),
            about.as_ptr(),
            OGRFieldType::OFTString,
            OGRFieldSubType::OFSTNone,
            values.as_ptr(),
        );
        let added =
            !domain.is_null() && gdal_sys::GDALDatasetAddFieldDomain(dataset.c_dataset(), domain, std::ptr::null_mut());
        if !domain.is_null() {
            gdal_sys::OGR_FldDomain_Destroy(domain);
        }
        added
    };
    if !added {
        bail!("GDAL 没有接受代码表 {name} | GDAL did not take the codes {name}");
    }
    Ok(())
}

fn domain_name(sheet: &str, column: &Column) -> String {
    format!("{sheet}_{}", column.name)
}

fn add_fields(layer: &gdal::vector::Layer, sheet: &Sheet) -> Result<()> {
    for column in sheet.columns {
        let (kind, subtype) = match column.kind {
            ValueKind::Bool => (OGRFieldType::OFTInteger, OGRFieldSubType::OFSTBoolean),
            ValueKind::Int => (OGRFieldType::OFTInteger64, OGRFieldSubType::OFSTNone),
            ValueKind::Float => (OGRFieldType::OFTReal, OGRFieldSubType::OFSTNone),
            ValueKind::Text | ValueKind::Label | ValueKind::Edits => {
                (OGRFieldType::OFTString, OGRFieldSubType::OFSTNone)
            }
        };
        let name = CString::new(column.name)?;
        let domain = (!column.codes.is_empty()).then(|| CString::new(domain_name(sheet.id, column))).transpose()?;
        // SAFETY: the field made here is destroyed here; GDAL copies it and its strings.
        let status = unsafe {
            let field = gdal_sys::OGR_Fld_Create(name.as_ptr(), kind);
            gdal_sys::OGR_Fld_SetSubType(field, subtype);
            if let Some(domain) = &domain {
                gdal_sys::OGR_Fld_SetDomainName(field, domain.as_ptr());
            }
            let status = gdal_sys::OGR_L_CreateField(layer.c_layer(), field, 1);
            gdal_sys::OGR_Fld_Destroy(field);
            status
        };
        if status != gdal_sys::OGRErr::OGRERR_NONE {
            let name = column.name;
            bail!("GDAL 没有接受字段 {name} | GDAL did not take the column {name}");
        }
    }
    Ok(())
}

fn write_row(
    layer: &gdal::vector::Layer,
    defn: &Defn,
    sheet: &Sheet,
    geometry: Option<&Geometry>,
    values: &[Value],
) -> Result<()> {
    let mut feature = Feature::new(defn)?;
    for (at, value) in values.iter().enumerate() {
        match value {
            Value::Null => feature.set_field_null(at)?,
            Value::Bool(value) => feature.set_field_integer(at, i32::from(*value))?,
            Value::Int(value) => feature.set_field_integer64(at, *value)?,
            Value::Float(value) if value.is_finite() => feature.set_field_double(at, *value + 0.0)?,
            Value::Float(_) => feature.set_field_null(at)?,
            Value::Text(value) => feature.set_field_string(at, &value.replace('\0', ""))?,
            Value::Label(value) => feature.set_field_string(at, &value.zh)?,
            Value::Edits(value) => feature.set_field_string(at, value)?,
        }
    }
    if let Some(geometry) = geometry.filter(|_| sheet.geometry != OGRwkbGeometryType::wkbNone) {
        feature.set_geometry(fitting(geometry, sheet.geometry).to_gdal()?)?;
    }
    feature.create(layer)?;
    Ok(())
}

fn is_multi(geometry: &Geometry) -> bool {
    matches!(geometry, Geometry::MultiPoint(_) | Geometry::MultiLineString(_) | Geometry::MultiPolygon(_))
}

fn layer_type(kind: GeometryKind, multi: bool) -> OGRwkbGeometryType::Type {
    match (kind, multi) {
        (GeometryKind::None, _) => OGRwkbGeometryType::wkbNone,
        (GeometryKind::Point, false) => OGRwkbGeometryType::wkbPoint,
        (GeometryKind::Point, true) => OGRwkbGeometryType::wkbMultiPoint,
        (GeometryKind::Line, false) => OGRwkbGeometryType::wkbLineString,
        (GeometryKind::Line, true) => OGRwkbGeometryType::wkbMultiLineString,
        (GeometryKind::Polygon, false) => OGRwkbGeometryType::wkbPolygon,
        (GeometryKind::Polygon, true) => OGRwkbGeometryType::wkbMultiPolygon,
        (GeometryKind::Mixed, _) => OGRwkbGeometryType::wkbUnknown,
    }
}

/// A layer is of one type: beside multi-part features, single ones are multi-part of one.
fn fitting(geometry: &Geometry, layer: OGRwkbGeometryType::Type) -> Geometry {
    match (geometry, layer) {
        (Geometry::Point(point), OGRwkbGeometryType::wkbMultiPoint) => MultiPoint(vec![*point]).into(),
        (Geometry::LineString(line), OGRwkbGeometryType::wkbMultiLineString) => {
            MultiLineString(vec![line.clone()]).into()
        }
        (Geometry::Polygon(polygon), OGRwkbGeometryType::wkbMultiPolygon) => MultiPolygon(vec![polygon.clone()]).into(),
        (geometry, _) => geometry.clone(),
    }
}
