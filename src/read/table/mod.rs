//! Any file that GDAL reads, as a table: columns, and features with their values as text.

mod complaints;
mod drivers;
mod encoding;
mod endless;
mod headings;
mod layer;
mod open;
mod quotes;
mod refusals;
mod served;
mod survey;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Once;

use anyhow::{Context, Result, bail};
use fireplan_model::notes::{NoteCase, SourceRow};
use gdal::config::set_error_handler;
use gdal::vector::LayerAccess;
use geo::{Coord, Geometry, Point};

pub(crate) use drivers::{RASTER, VIRTUAL};
pub(crate) use headings::SheetRows;
pub use headings::{is_sum_row, merge_headings};
pub(crate) use open::files_of;
pub use survey::{SurveyBounds, SurveyedRow, SurveyedTable, survey_file};

use crate::angle::{Axis, parse_coordinate};
use crate::digest::SourceFiles;
use crate::files::{choose_map, companions, find, read_bounded, sibling};
use crate::quantity::{StatedUnits, without_unit};
use crate::unpack::{is_archive, unpack};
use complaints::Complaints;
use fireplan_model::message::reading;
use layer::{read_dataset, short};
use open::open;

/// What a file says, in its own words and coordinates.
#[derive(Debug)]
pub(super) struct SourceTable {
    /// The file without its folder, for notes.
    pub file: String,
    pub columns: Vec<String>,
    /// Of each column, whether the file says that it holds numbers: their dots are decimal ones.
    pub numeric: Vec<bool>,
    /// `false`: the format has no list of columns, and one that is never filled is not seen.
    pub has_schema: bool,
    pub features: Vec<SourceFeature>,
    pub crs: Option<FileCrs>,
    /// The file and those that belong to it, as they were before they were read.
    pub files: SourceFiles,
    /// The rows of a sheet or text were numbered from its first line on, headings included.
    pub is_headless: bool,
    /// Units that stand in a title above the headings, or in a row of their own below them.
    pub stated_units: StatedUnits,
    /// `false`: something was not read, which the remarks tell.
    pub is_whole: bool,
    /// What had to be guessed, `中文 | English`.
    pub remarks: Vec<String>,
}

#[derive(Debug)]
pub(super) struct SourceFeature {
    pub geometry: Option<Geometry>,
    /// In the order of the columns.
    pub values: Vec<Option<String>>,
    /// Number in the file, for notes and as source id.
    pub id: u64,
    /// Its geometry was taken away, and that has been told.
    pub is_stray: bool,
}

/// How the rows of a file are numbered.
pub(super) struct RowNumbers {
    file: String,
    is_line: bool,
    /// Lines that the driver does not count.
    heading: u64,
}

impl RowNumbers {
    /// The number of a feature's row or feature, as whoever opens the file finds it.
    pub(super) fn number(&self, feature: u64) -> u64 {
        feature + self.heading
    }

    /// A feature by its file and number.
    pub(super) fn case(&self, feature: u64) -> NoteCase {
        let row = SourceRow { file: self.file.clone(), number: self.number(feature), is_line: self.is_line };
        NoteCase::from(format!("{}#{feature}", self.file)).in_row(row)
    }
}

/// A coordinate system that a file names.
#[derive(Debug, Clone)]
pub(super) struct FileCrs {
    /// `EPSG:…` where it has a code, else WKT.
    pub definition: String,
    pub name: String,
}

/// What is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TableRequest<'a> {
    /// `file` or `file|layer`.
    pub source: &'a str,
    pub encoding: Option<&'a str>,
    pub filter: Option<&'a str>,
    /// The columns with the coordinates, of a table without geometry.
    pub xy: Option<(&'a str, &'a str)>,
    pub rows: SheetRows<'a>,
}

/// Once per program: GDAL's complaints go to the log, curves come as lines, and no driver asks a network.
pub(crate) fn set_up_gdal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_error_handler(|class, number, message| tracing::debug!(?class, number, message, "GDAL"));
        // SAFETY: sets a flag, before any dataset of this program is open.
        unsafe { gdal_sys::OGRSetNonLinearGeometriesEnabledFlag(0) };
        if let Err(error) = drivers::keep_offline() {
            tracing::warn!(%error, "GDAL's drivers could not be listed");
        }
    });
}

/// The names of the sheets of a workbook.
pub(super) fn sheet_names(folder: &Path, source: &str) -> Result<Vec<String>> {
    set_up_gdal();
    let path = find(folder, source)?;
    let opened = open(&path, None, &[1], &mut Vec::new()).with_context(|| reading(&path))?;
    Ok(opened.dataset.layers().map(|layer| layer.name()).collect())
}

impl SourceTable {
    pub(super) fn read(folder: &Path, wanted: TableRequest) -> Result<Self> {
        set_up_gdal();
        let (name, layer) = match wanted.source.split_once('|') {
            Some((file, layer)) => (file, Some(layer)),
            None => (wanted.source, None),
        };
        let named = find(folder, name)?;
        // What an archive holds is read from where it was unpacked, and its digest is that of the archive.
        let unpacked = if is_archive(&named) { Some(unpack(&named).with_context(|| reading(&named))?) } else { None };
        let shown = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let inner =
            unpacked.as_ref().map(tempfile::TempDir::path).or_else(|| is_plain_folder(&named).then_some(&*named));
        let (path, layer, file) = match inner {
            Some(inner) => {
                let (path, layer) = choose_map(inner, layer).with_context(|| reading(&named))?;
                let file = format!("{}/{}", shown(&named), shown(&path));
                (path, layer, file)
            }
            None => (named.clone(), layer, shown(&named)),
        };
        let mut files = SourceFiles::take(if unpacked.is_some() { vec![named.clone()] } else { companions(&path)? })?;
        if !wanted.rows.header.is_empty() && wanted.filter.is_some() {
            bail!(
                "where 不能与 header_row 同用，请在原表中筛选，或用 skip_rows | \
                 `where` does not go with header_row: filter the sheet itself, or use skip_rows"
            );
        }
        let mut remarks = Vec::new();
        let complaints = Complaints::listen();
        let opened = open(&path, wanted.encoding, wanted.rows.header, &mut remarks)?;
        if unpacked.is_none() {
            files_of(&opened.dataset).into_iter().try_for_each(|file| files.add(file))?;
        }
        let mut table = read_dataset(&opened.dataset, layer, wanted, &complaints).with_context(|| reading(&named))?;
        if wanted.filter.is_none() {
            table.compare_with_mid(&path)?;
            table.compare_parts(&path)?;
            if let Some(part) = served::find_part(&path, table.features.len() as u64) {
                table.is_whole = false;
                table.remarks.push(part);
            }
        }
        table.tell_lost_facts(&path);
        table.file = file;
        table.files = files;
        remarks.append(&mut table.remarks);
        table.remarks = remarks;
        table.is_headless = !wanted.rows.header.is_empty();
        table.features.iter_mut().for_each(|feature| feature.id += opened.lines_above);
        opened.titles.iter().for_each(|title| table.stated_units.hear_title(title));
        table.settle_rows(wanted.rows).with_context(|| reading(&named))?;
        let free = ["geojson", "json", "geojsonl", "geojsons", "kml", "kmz", "gml"];
        table.has_schema = !path.extension().is_some_and(|end| free.iter().any(|free| end.eq_ignore_ascii_case(free)));
        if let Some(xy) = wanted.xy {
            table.place_by_columns(xy).with_context(|| reading(&named))?;
        }
        Ok(table)
    }

    /// A shapefile without its table, or with an empty one, is to GDAL one whose features say nothing.
    fn tell_lost_facts(&mut self, path: &Path) {
        if !path.extension().is_some_and(|end| end.eq_ignore_ascii_case("shp")) || self.features.is_empty() {
            return;
        }
        /// The head of a table, before the first of its columns.
        const HEAD_BYTES: u64 = 33;
        let dbf = sibling(path, "dbf").and_then(|dbf| dbf.metadata().ok());
        if dbf.is_none_or(|dbf| dbf.len() < HEAD_BYTES) {
            self.is_whole = false;
            let text = "属性表(.dbf)缺失或为空，名称等属性全部没有读到；请连同 .dbf 一起重新提供 | \
                        Its table (.dbf) is missing or empty: no attribute was read; supply the shapefile with it";
            self.remarks.push(text.to_owned());
        }
    }

    /// A .mif that was cut is to GDAL one with fewer objects; its .mid has a line for each that there should be.
    fn compare_with_mid(&mut self, path: &Path) -> Result<()> {
        let is_mif = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("mif"));
        let Some(mid) = sibling(path, "mid").filter(|_| is_mif) else { return Ok(()) };
        let bytes = read_bounded(&mid, open::MOST_TEXT_BYTES)?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
        if lines > self.features.len() && self.is_whole {
            self.is_whole = false;
            self.remarks.push(short(lines as u64, self.features.len() as u64));
        }
        Ok(())
    }

    /// The parts of a shapefile know how many features there are, each by itself: where they differ, attributes may stand with
    /// the wrong shape.
    fn compare_parts(&mut self, path: &Path) -> Result<()> {
        /// Head and record of the index of shapes.
        const INDEX_BYTES: [u64; 2] = [100, 8];
        let is_shapes = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("shp"));
        let (Some(index), Some(dbf)) = (sibling(path, "shx"), sibling(path, "dbf")) else { return Ok(()) };
        let mut head = [0; 8];
        if !is_shapes || File::open(&dbf).and_then(|mut file| file.read_exact(&mut head)).is_err() {
            return Ok(());
        }
        let rows = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let shapes = index.metadata()?.len().saturating_sub(INDEX_BYTES[0]) / INDEX_BYTES[1];
        if rows != shapes && self.is_whole {
            self.is_whole = false;
            self.remarks.push(format!(
                "属性表(.dbf)有 {rows} 行，图形索引(.shx)有 {shapes} 个：有要素未读到，或属性错位；请用原软件重新导出 | \
                 Its table (.dbf) has {rows} rows and its index (.shx) {shapes} shapes: some were not read, or attributes stand with the wrong shape; export it again"
            ));
        }
        Ok(())
    }

    /// Index of a column: by its name, or else by its name in other case, as a shapefile cuts it off, or without its unit.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        /// A name in a DBF has no more characters.
        const DBF_CHARACTERS: usize = 10;
        let find = |name: &str| self.columns.iter().position(|column| column.to_lowercase() == name.to_lowercase());
        let is_dbf = [".shp", ".dbf"].iter().any(|end| self.file.to_ascii_lowercase().ends_with(end));
        let cut = name.get(..DBF_CHARACTERS).filter(|_| is_dbf && name.is_ascii());
        let exact = self.columns.iter().position(|column| column == name);
        let without_unit = || self.columns.iter().position(|column| without_unit(column) == name);
        exact.or_else(|| find(name)).or_else(|| cut.and_then(find)).or_else(without_unit)
    }

    /// The same, refusing a column that the table lacks.
    pub(super) fn expect_column(&self, name: &str) -> Result<usize> {
        self.column(name).with_context(|| {
            let (file, columns) = (&self.file, self.columns.join("、"));
            format!("{file} 没有“{name}”这一列；有 {columns} | {file} has no column '{name}'; it has: {columns}")
        })
    }

    /// How its rows are numbered for whoever opens the file.
    pub(super) fn row_numbers(&self) -> RowNumbers {
        let ends = |ends: &[&str]| ends.iter().any(|end| self.file.to_ascii_lowercase().ends_with(end));
        // In sheets, drivers count the lines; in CSV they count the records below the heading.
        let (is_line, heading) = match () {
            () if ends(&[".xlsx", ".xls", ".ods"]) => (true, 0),
            () if ends(&[".csv", ".tsv", ".txt"]) => (true, u64::from(!self.is_headless)),
            () => (false, 0),
        };
        RowNumbers { file: self.file.clone(), is_line, heading }
    }

    fn place_by_columns(&mut self, (x, y): (&str, &str)) -> Result<()> {
        let (x, y) = (self.expect_column(x)?, self.expect_column(y)?);
        for feature in &mut self.features {
            let read = |at: usize, axis: Axis| parse_coordinate(feature.values[at].as_deref()?, axis);
            feature.geometry = match (read(x, Axis::X), read(y, Axis::Y)) {
                (Some(x), Some(y)) => Some(Point(Coord { x, y }).into()),
                _ => None,
            };
        }
        Ok(())
    }
}

/// A folder of map files; a geodatabase is a folder that is one file to its users.
fn is_plain_folder(path: &Path) -> bool {
    path.is_dir() && !path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gdb"))
}
