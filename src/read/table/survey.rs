//! A file looked at before anybody has said what it means: its layers, and of each some rows spread over the whole.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use gdal::vector::{Layer, LayerAccess};
use geo::{CoordsIter, Geometry};

use super::complaints::Complaints;
use super::endless::StatementWatch;
use super::headings::has_rows;
use super::layer::file_crs;
use super::open::{Opened, open};
use super::set_up_gdal;
use crate::files::refuse_special;
use fireplan_model::message::reading;

/// How much of a layer is looked at.
#[derive(Debug, Clone, Copy)]
pub struct SurveyBounds {
    /// Rows that are kept of a layer.
    pub rows: usize,
    /// Vertices that are kept of a layer.
    pub vertices: usize,
    /// Layers of one file.
    pub layers: usize,
    /// Time for one file; what was read by then is kept.
    pub time: Duration,
}

impl Default for SurveyBounds {
    fn default() -> Self {
        Self { rows: 20_000, vertices: 800_000, layers: 200, time: Duration::from_secs(20) }
    }
}

/// A row as the file has it.
#[derive(Debug, Clone)]
pub struct SurveyedRow {
    /// Of a sheet its line, counted from 1; of a map the number of the feature.
    pub number: u64,
    /// In the order of the columns.
    pub values: Vec<Option<String>>,
    /// In the coordinates of the file.
    pub geometry: Option<Geometry>,
}

/// A layer, sheet or table of a file, in its own words and coordinates.
#[derive(Debug, Clone, Default)]
pub struct SurveyedTable {
    /// What the file calls the layer or sheet.
    pub name: String,
    /// It has to be named behind the file (`file|layer`), for there are others.
    pub is_one_of_several: bool,
    /// A sheet or text: no row is taken for its headings yet, and `columns` only counts them.
    pub is_sheet: bool,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Of each column, whether the file says that it holds numbers.
    pub numeric: Vec<bool>,
    /// Rows spread over the whole layer; of a sheet the first ones.
    pub rows: Vec<SurveyedRow>,
    /// How many rows there are, where the format can say.
    pub count: Option<u64>,
    /// Every row is among `rows`.
    pub is_whole: bool,
    /// The coordinate system that the file names: `EPSG:…` or WKT, and its name.
    pub crs: Option<(String, String)>,
    /// What was guessed or could not be read, `中文 | English`.
    pub remarks: Vec<String>,
}

/// Looks at every layer of a map or table. An error means that nothing of the file could be read.
pub fn survey_file(path: &Path, bounds: SurveyBounds) -> Result<Vec<SurveyedTable>> {
    set_up_gdal();
    refuse_special(path)?;
    let mut remarks = Vec::new();
    let complaints = Complaints::listen();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_sheet = has_rows(&name);
    // Row 1 named as the headings: then none of them is taken away by the driver.
    let opened = match is_sheet {
        true => open_sheet(path, &mut remarks)?,
        false => open(path, None, &[], &mut remarks).with_context(|| reading(path))?,
    };
    let dataset = &opened.dataset;
    let until = Instant::now() + bounds.time;
    let several = dataset.layer_count() > 1;
    let watch = StatementWatch::start(dataset);
    let mut tables = Vec::new();
    for mut layer in dataset.layers().take(bounds.layers) {
        let mut table = survey_layer(&mut layer, bounds, is_sheet, until, &watch);
        table.is_one_of_several = several;
        table.rows.iter_mut().for_each(|row| row.number += opened.lines_above);
        table.remarks.extend(remarks.iter().cloned());
        tables.push(table);
    }
    if let (Some(first), Some(table)) = (complaints.first(), tables.first_mut()) {
        table.remarks.push(format!(
            "读取中途出错，文件可能损坏(GDAL：{first}) | An error while reading: the file may be damaged (GDAL: {first})"
        ));
    }
    Ok(tables)
}

/// A title above the headings of a text has fewer cells than they have, and the driver takes the first line for the width
/// of all: the first line that shows most columns begins the table.
fn open_sheet(path: &Path, remarks: &mut Vec<String>) -> Result<Opened> {
    /// Headings stand no lower than this, and a text larger than this has none above its first line.
    const LOWEST: u64 = 6;
    const MOST_BYTES: u64 = 20 << 20;
    let is_text =
        path.extension().is_some_and(|end| ["csv", "tsv", "txt"].iter().any(|text| end.eq_ignore_ascii_case(text)));
    let open_at = |row: u64| {
        let mut told = Vec::new();
        open(path, None, &[row], &mut told).map(|opened| (opened, told))
    };
    let mut best = open_at(1).with_context(|| reading(path));
    let is_small = std::fs::metadata(path).is_ok_and(|about| about.len() <= MOST_BYTES);
    let width = |opened: &Opened| opened.dataset.layer(0).map_or(0, |layer| layer.defn().fields().count());
    for row in (2..=LOWEST).filter(|_| is_text && is_small) {
        // A title without a separator is no table to the driver, and what stands below it is one.
        match open_at(row) {
            Ok(next) if best.as_ref().map_or(true, |best| width(&next.0) > width(&best.0)) => best = Ok(next),
            Ok(_) => {}
            Err(_) if best.is_ok() => break,
            Err(_) => {}
        }
    }
    let (opened, told) = best?;
    remarks.extend(told);
    Ok(opened)
}

fn survey_layer(
    layer: &mut Layer,
    bounds: SurveyBounds,
    is_sheet: bool,
    until: Instant,
    watch: &StatementWatch,
) -> SurveyedTable {
    let columns: Vec<String> = layer.defn().fields().map(|field| field.name()).collect();
    let is_number = |field: &gdal::vector::Field| {
        use gdal::vector::OGRFieldType::{OFTInteger, OFTInteger64, OFTReal};
        [OFTInteger, OFTInteger64, OFTReal].contains(&field.field_type())
    };
    let mut table = SurveyedTable {
        name: layer.name(),
        is_sheet,
        numeric: layer.defn().fields().map(|field| is_number(&field)).collect(),
        crs: layer.spatial_ref().and_then(|crs| file_crs(&crs)).map(|crs| (crs.definition, crs.name)),
        count: Some(layer.feature_count()).filter(|count| i64::try_from(*count).is_ok()),
        is_whole: true,
        ..SurveyedTable::default()
    };
    watch.row();
    // The headings of a sheet are among its first rows, and of a map the rows of one town stand together.
    let every = if is_sheet { 1 } else { table.count.unwrap_or(0).div_ceil(bounds.rows as u64).max(1) };
    let mut vertices = 0;
    for (at, feature) in layer.features().enumerate() {
        watch.row();
        if table.rows.len() >= bounds.rows || vertices >= bounds.vertices || Instant::now() > until {
            table.is_whole = false;
            break;
        }
        if !(at as u64).is_multiple_of(every) {
            table.is_whole = false;
            continue;
        }
        let cell = |column| feature.field_as_string(column).ok().flatten().filter(|text| !text.trim().is_empty());
        let values = (0..columns.len()).map(cell).collect();
        let geometry = feature.geometry().filter(|geometry| geometry.has_gdal_ptr() && !geometry.is_empty());
        let geometry: Option<Geometry> = geometry.and_then(|geometry| {
            let mut flat = geometry.clone();
            flat.flatten_to_2d();
            (&flat).try_into().ok()
        });
        vertices += geometry.as_ref().map_or(0, CoordsIter::coords_count);
        table.rows.push(SurveyedRow { number: feature.fid().unwrap_or(at as u64), values, geometry });
    }
    table.columns = columns;
    table
}
