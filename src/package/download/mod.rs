//! Single layers and tables in the forms in which people take them along: a workbook, CSV, a GeoPackage that opens with its
//! colours, Shapefiles, KML and GPX for handhelds. Codes are in words, units in the headings; the same rows give the same bytes.
//!
//! Everything is written to a file, row by row but for the workbook and the GeoPackage, whose rows are limited.

mod earth;
mod geopackage;
mod gpx;
mod kml;
mod legend;
mod rows;
mod shapefile;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};

use fireplan_export::csv::write_rows;
use fireplan_model::findings::{Layer, Table};
use fireplan_model::message::writing;
use fireplan_model::plane::Plane;
use fireplan_model::rows::Label;

use crate::schedule::{WorkbookHead, write_workbook};
use rows::DownloadedRows;
pub use rows::has_words;

/// The day that files say they were made on: the same rows give the same bytes.
const NO_DAY: &str = "2000-01-01";
/// The most rows of a workbook, which is put together in memory; Excel itself takes ten times as many.
const MOST_WORKBOOK_ROWS: usize = 100_000;
/// The most features of a file with geometry.
const MOST_FEATURES: usize = 500_000;

/// The form of a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadFormat {
    /// A workbook to read and print.
    Workbook,
    /// Rows for other programs.
    Csv,
    /// A layer with its style.
    GeoPackage,
    /// For globes.
    Kml,
    /// For handhelds.
    Gpx,
    /// Shapefiles in an archive.
    Shapefiles,
}

impl DownloadFormat {
    /// What the name of a file ends in.
    pub fn ending(self) -> &'static str {
        if self == Self::Shapefiles { "shp.zip" } else { self.extension() }
    }

    /// As requests call it.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Workbook => "xlsx",
            Self::Csv => "csv",
            Self::GeoPackage => "gpkg",
            Self::Kml => "kml",
            Self::Gpx => "gpx",
            Self::Shapefiles => "shp",
        }
    }

    /// The most rows that such a file takes.
    pub fn most_rows(self) -> usize {
        if self == Self::Workbook { MOST_WORKBOOK_ROWS } else { MOST_FEATURES }
    }
}

/// What a file says of where its rows come from.
#[derive(Debug, Clone, Default)]
pub struct DownloadOrigin {
    /// Name of the area.
    pub area: String,
    /// The analysis, or that it is data of the area; with profile and scenario.
    pub source: String,
    /// Year that the data tell of; empty: not said.
    pub base_year: String,
    /// Which scenario the rows are found under, and that they are not of today; `None`: none.
    pub notice: Option<String>,
}

/// Features of a layer that are taken along.
pub struct LayerSelection<'a> {
    /// The layer.
    pub layer: &'a Layer,
    /// Which of its features, by their places in it.
    pub features: &'a [u32],
    /// The plane in which they lie.
    pub plane: &'a Plane,
    /// Where they come from.
    pub origin: &'a DownloadOrigin,
}

/// Rows of a table that are taken along.
pub struct TableSelection<'a> {
    /// The table.
    pub table: &'a Table,
    /// Which of its rows, by their places in it.
    pub rows: &'a [u32],
    /// Where they come from.
    pub origin: &'a DownloadOrigin,
}

/// Writes features of a layer into a file.
///
/// # Errors
/// If a place is not on earth, or the file cannot be written.
pub fn write_layer(format: DownloadFormat, selection: &LayerSelection<'_>, path: &Path) -> Result<()> {
    match format {
        DownloadFormat::Workbook | DownloadFormat::Csv => {
            let rows = DownloadedRows::of_layer(selection)?;
            write_found(format, &selection.layer.title, &rows, selection.origin, path)
        }
        DownloadFormat::GeoPackage => geopackage::write_geopackage(selection, path),
        DownloadFormat::Kml => write_file(path, |file| kml::write_kml(selection, file)),
        DownloadFormat::Gpx => write_file(path, |file| gpx::write_gpx(selection, file)),
        DownloadFormat::Shapefiles => shapefile::write_shapefiles(selection, path),
    }
}

/// Writes rows of a table into a file: a workbook, or CSV where that is asked for.
///
/// # Errors
/// If the file cannot be written.
pub fn write_table(format: DownloadFormat, selection: &TableSelection<'_>, path: &Path) -> Result<()> {
    let rows = DownloadedRows::of_table(selection);
    write_found(format, &selection.table.title, &rows, selection.origin, path)
}

fn write_found(
    format: DownloadFormat,
    title: &Label,
    rows: &DownloadedRows,
    origin: &DownloadOrigin,
    path: &Path,
) -> Result<()> {
    if format == DownloadFormat::Csv {
        let cells = rows.rows.iter().map(Vec::as_slice);
        return write_file(path, |file| write_rows(&rows.columns, cells, file));
    }
    let (title_of_file, base_year) = (origin.area.clone(), origin.base_year.clone());
    let head = WorkbookHead { title: title_of_file, base_year, notice: origin.notice.clone(), day: NO_DAY.to_owned() };
    let bytes = write_workbook(&head, &[rows.schedule(title, origin)])?;
    std::fs::write(path, bytes).with_context(|| writing(path))
}

fn write_file(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let mut file = BufWriter::new(File::create(path).with_context(|| writing(path))?);
    write(&mut file).and_then(|()| Ok(file.flush()?)).with_context(|| writing(path))
}
