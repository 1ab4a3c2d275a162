//! Any file that GDAL reads, as a table: columns, and features with their values as text.

mod encoding;
mod open;

use std::path::{Path, PathBuf};
use std::sync::Once;

use anyhow::{Context, Result, bail};
use fireplan_model::notes::{NoteCase, SourceRow};
use gdal::Dataset;
use gdal::config::set_error_handler;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Layer, LayerAccess};
use geo::{Coord, Geometry, Point};

use open::{companions, open};

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
    /// The file and those that belong to it.
    pub files: Vec<PathBuf>,
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
}

/// How the rows of a file are numbered.
pub(super) struct RowNumbers {
    file: String,
    is_line: bool,
    /// Lines that the driver does not count.
    heading: u64,
}

impl RowNumbers {
    /// A feature by its file and number.
    pub(super) fn case(&self, feature: u64) -> NoteCase {
        let row = SourceRow { file: self.file.clone(), number: feature + self.heading, is_line: self.is_line };
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
}

/// Once per program: GDAL's complaints go to the log, and curves come as lines.
pub(crate) fn set_up_gdal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_error_handler(|class, number, message| tracing::debug!(?class, number, message, "GDAL"));
        // SAFETY: sets a flag, before any dataset of this program is open.
        unsafe { gdal_sys::OGRSetNonLinearGeometriesEnabledFlag(0) };
    });
}

impl SourceTable {
    pub(super) fn read(folder: &Path, wanted: TableRequest) -> Result<Self> {
        set_up_gdal();
        let (file, layer) = match wanted.source.split_once('|') {
            Some((file, layer)) => (file, Some(layer)),
            None => (wanted.source, None),
        };
        let path = folder.join(file);
        if !path.exists() {
            bail!("there is no file {}", path.display());
        }
        let mut remarks = Vec::new();
        let opened = open(&path, wanted.encoding, &mut remarks)?;
        let mut table =
            read_dataset(&opened.dataset, layer, wanted).with_context(|| format!("reading {}", path.display()))?;
        table.file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        table.files = companions(&path);
        remarks.append(&mut table.remarks);
        table.remarks = remarks;
        let free = ["geojson", "json", "geojsonl", "geojsons", "kml", "kmz", "gml"];
        table.has_schema = !path.extension().is_some_and(|end| free.iter().any(|free| end.eq_ignore_ascii_case(free)));
        if let Some(xy) = wanted.xy {
            table.place_by_columns(xy).with_context(|| format!("in {}", path.display()))?;
        }
        Ok(table)
    }

    /// Index of a column: by its name, or else by its name in other case.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column == name);
        exact.or_else(|| self.columns.iter().position(|column| column.to_lowercase() == name.to_lowercase()))
    }

    /// The same, refusing a column that the table lacks.
    pub(super) fn expect_column(&self, name: &str) -> Result<usize> {
        self.column(name)
            .with_context(|| format!("{} has no column '{name}'; it has: {}", self.file, self.columns.join(", ")))
    }

    /// How its rows are numbered for whoever opens the file.
    pub(super) fn row_numbers(&self) -> RowNumbers {
        let ends = |ends: &[&str]| ends.iter().any(|end| self.file.to_ascii_lowercase().ends_with(end));
        // In sheets, drivers count the lines; in CSV they count the records below the heading.
        let (is_line, heading) = match () {
            () if ends(&[".xlsx", ".xls", ".ods"]) => (true, 0),
            () if ends(&[".csv", ".tsv", ".txt"]) => (true, 1),
            () => (false, 0),
        };
        RowNumbers { file: self.file.clone(), is_line, heading }
    }

    fn place_by_columns(&mut self, (x, y): (&str, &str)) -> Result<()> {
        let (x, y) = (self.expect_column(x)?, self.expect_column(y)?);
        for feature in &mut self.features {
            let number = |at: usize| {
                let text = feature.values[at].as_deref()?;
                <f64 as fireplan_model::rows::Cell>::parse(text.trim())
            };
            feature.geometry = match (number(x), number(y)) {
                (Some(x), Some(y)) => Some(Point(Coord { x, y }).into()),
                _ => None,
            };
        }
        Ok(())
    }
}

fn read_dataset(dataset: &Dataset, layer: Option<&str>, wanted: TableRequest) -> Result<SourceTable> {
    // SAFETY: forgets the last message of this thread; messages while opening are of drivers that only tried.
    unsafe { gdal_sys::CPLErrorReset() };
    let mut layer = choose_layer(dataset, layer)?;
    if let Some(filter) = wanted.filter {
        layer.set_attribute_filter(filter).with_context(|| format!("`where = \"{filter}\"` is not understood"))?;
    }
    let columns: Vec<String> = layer.defn().fields().map(|field| field.name()).collect();
    let is_number = |field: &gdal::vector::Field| {
        use gdal::vector::OGRFieldType::{OFTInteger, OFTInteger64, OFTReal};
        [OFTInteger, OFTInteger64, OFTReal].contains(&field.field_type())
    };
    let numeric = layer.defn().fields().map(|field| is_number(&field)).collect();
    let crs = layer.spatial_ref().and_then(|crs| file_crs(&crs));
    let features = read_features(&mut layer, columns.len())?;
    let remarks = read_short(&layer, features.len());
    Ok(SourceTable {
        file: String::new(),
        columns,
        numeric,
        has_schema: true,
        features,
        crs,
        files: Vec::new(),
        remarks,
    })
}

/// What tells that a file was not read to its end: a driver's error, and a count that is not reached.
fn read_short(layer: &Layer, read: usize) -> Vec<String> {
    // SAFETY: asks for the kind of the last message of this thread since it was reset.
    let failed = unsafe { gdal_sys::CPLGetLastErrorType() } >= gdal_sys::CPLErr::CE_Failure;
    let promised = layer.feature_count();
    let mut remarks = Vec::new();
    if failed {
        let text = "读取中途出错，文件可能损坏，其余要素未读到；请用原软件重新导出 | \
                    An error while reading: the file may be damaged and the rest was not read; export it again";
        remarks.push(text.to_owned());
    }
    // A driver that cannot count says -1.
    if promised > read as u64 && i64::try_from(promised).is_ok() {
        remarks.push(format!(
            "文件应有 {promised} 个要素，只读到 {read} 个，文件可能损坏；请用原软件重新导出 | \
             The file should have {promised} features and {read} were read: it may be damaged; export it again"
        ));
    }
    remarks
}

/// The named layer, or the only one that has anything in it.
fn choose_layer<'a>(dataset: &'a Dataset, name: Option<&str>) -> Result<Layer<'a>> {
    let names = || dataset.layers().map(|layer| layer.name()).collect::<Vec<_>>().join(", ");
    if let Some(name) = name {
        return dataset
            .layer_by_name(name)
            .ok()
            .with_context(|| format!("it has no layer '{name}'; it has: {}", names()));
    }
    let mut filled: Vec<Layer> = dataset.layers().filter(|layer| layer.feature_count() > 0).collect();
    match filled.len() {
        1 => Ok(filled.remove(0)),
        0 if dataset.layer_count() > 0 => Ok(dataset.layer(0)?),
        0 => bail!("it has no layer"),
        _ => bail!("it has several layers: name one of them as \"file|layer\": {}", names()),
    }
}

fn file_crs(crs: &SpatialRef) -> Option<FileCrs> {
    let name = crs.name().unwrap_or_default();
    // A coordinate system "for engineering" is how GDAL says that it knows nothing.
    if crs.is_local() || name.eq_ignore_ascii_case("unknown") || name.starts_with("Undefined") {
        return None;
    }
    let definition = crs.authority().ok().or_else(|| crs.to_wkt().ok())?;
    Some(FileCrs { definition, name })
}

fn read_features(layer: &mut Layer, columns: usize) -> Result<Vec<SourceFeature>> {
    let mut features = Vec::new();
    for (at, feature) in layer.features().enumerate() {
        let values = (0..columns)
            .map(|column| Ok(feature.field_as_string(column)?.filter(|text| !text.trim().is_empty())))
            .collect::<Result<_>>()?;
        let geometry = feature.geometry().filter(|geometry| geometry.has_gdal_ptr() && !geometry.is_empty());
        let geometry = geometry.and_then(|geometry| {
            let mut flat = geometry.clone();
            flat.flatten_to_2d();
            (&flat).try_into().ok()
        });
        features.push(SourceFeature { geometry, values, id: feature.fid().unwrap_or(at as u64) });
    }
    Ok(features)
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::encoding::dbf_is_utf8;
    use super::*;

    /// A DBF with one text column of ten bytes and these records.
    fn dbf(language: u8, records: &[&[u8]]) -> Vec<u8> {
        let mut bytes = vec![0_u8; 32];
        bytes[0] = 3;
        bytes[4] = records.len() as u8;
        bytes[8] = 65;
        bytes[10] = 11;
        bytes[29] = language;
        let mut field = [0_u8; 32];
        field[..4].copy_from_slice(b"NAME");
        field[11] = b'C';
        field[16] = 10;
        bytes.extend(field);
        bytes.push(0x0d);
        for record in records {
            bytes.push(b' ');
            bytes.extend(record.iter().chain(std::iter::repeat(&b' ')).take(10));
        }
        bytes
    }

    fn names(bytes: &[u8], cpg: Option<&str>) -> (Vec<String>, usize) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.dbf"), bytes).unwrap();
        if let Some(cpg) = cpg {
            std::fs::write(folder.path().join("a.cpg"), cpg).unwrap();
        }
        let table =
            SourceTable::read(folder.path(), TableRequest { source: "a.dbf", ..TableRequest::default() }).unwrap();
        let names = table.features.iter().map(|feature| feature.values[0].clone().unwrap_or_default()).collect();
        (names, table.remarks.len())
    }

    #[test]
    fn chinese_names_are_read_whatever_the_file_says_of_its_encoding() {
        let gbk = GB18030.encode("和谦镇").0.into_owned();
        let utf8 = "和谦镇".as_bytes();
        assert_eq!(names(&dbf(0x4d, &[&gbk]), None), (vec!["和谦镇".to_owned()], 0));
        assert_eq!(names(&dbf(0, &[&gbk]), None), (vec!["和谦镇".to_owned()], 1));
        assert_eq!(names(&dbf(0, &[&gbk]), Some("UTF-8")), (vec!["和谦镇".to_owned()], 1));
        assert_eq!(names(&dbf(0, &[utf8]), None), (vec!["和谦镇".to_owned()], 0));
        assert_eq!(names(&dbf(0, &[utf8]), Some("UTF-8")), (vec!["和谦镇".to_owned()], 0));
    }

    #[test]
    fn a_character_cut_by_the_end_of_its_field_is_still_utf8() {
        assert!(dbf_is_utf8(&dbf(0, &["开州区和谦镇".as_bytes()])));
    }

    #[test]
    fn damaged_files_are_told_not_crashed_on() {
        let folder = tempfile::tempdir().unwrap();
        let good = dbf(0, &[b"abc"]);
        for (name, bytes) in [
            ("a.shp", &b"\0\0\x27\x0a rubbish"[..]),
            ("a.gpkg", b"SQLite format 3\0 and then nothing"),
            ("a.geojson", b"{\"type\": \"FeatureColl"),
            ("a.xlsx", b"PK\x03\x04"),
            ("a.kml", b"<kml"),
            ("a.dbf", &good[..40]),
            ("a.csv", b""),
        ] {
            std::fs::write(folder.path().join(name), bytes).unwrap();
            if let Err(error) =
                SourceTable::read(folder.path(), TableRequest { source: name, ..TableRequest::default() })
            {
                assert!(format!("{error:#}").contains(name), "{error:#}");
            }
        }
    }
}
