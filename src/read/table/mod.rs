//! Any file that GDAL reads, as a table: columns, and features with their values as text.

mod complaints;
mod drivers;
mod encoding;
mod endless;
mod open;
mod quotes;

use std::path::Path;
use std::sync::Once;

use anyhow::{Context, Result, bail};
use fireplan_model::notes::{NoteCase, SourceRow};
use gdal::Dataset;
use gdal::config::set_error_handler;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Layer, LayerAccess};
use geo::{Coord, Geometry, Point};

pub(crate) use drivers::{RASTER, VIRTUAL};
pub(crate) use open::files_of;

use crate::digest::SourceFiles;
use crate::files::{choose_map, companions, find, read_bounded, sibling};
use crate::unpack::{is_archive, unpack};
use complaints::Complaints;
use endless::StatementWatch;
use fireplan_model::message::reading;
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
        let mut remarks = Vec::new();
        let complaints = Complaints::listen();
        let opened = open(&path, wanted.encoding, &mut remarks)?;
        if unpacked.is_none() {
            files_of(&opened.dataset).into_iter().try_for_each(|file| files.add(file))?;
        }
        let mut table = read_dataset(&opened.dataset, layer, wanted, &complaints).with_context(|| reading(&named))?;
        if wanted.filter.is_none() {
            table.compare_with_mid(&path)?;
        }
        table.file = file;
        table.files = files;
        remarks.append(&mut table.remarks);
        table.remarks = remarks;
        let free = ["geojson", "json", "geojsonl", "geojsons", "kml", "kmz", "gml"];
        table.has_schema = !path.extension().is_some_and(|end| free.iter().any(|free| end.eq_ignore_ascii_case(free)));
        if let Some(xy) = wanted.xy {
            table.place_by_columns(xy).with_context(|| reading(&named))?;
        }
        Ok(table)
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

    /// Index of a column: by its name, or else by its name in other case.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column == name);
        exact.or_else(|| self.columns.iter().position(|column| column.to_lowercase() == name.to_lowercase()))
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

/// A folder of map files; a geodatabase is a folder that is one file to its users.
fn is_plain_folder(path: &Path) -> bool {
    path.is_dir() && !path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gdb"))
}

fn read_dataset(
    dataset: &Dataset,
    layer: Option<&str>,
    wanted: TableRequest,
    complaints: &Complaints,
) -> Result<SourceTable> {
    let watch = StatementWatch::start(dataset);
    let read = read_layer(dataset, layer, wanted, complaints, &watch);
    if watch.has_stopped() {
        bail!(
            "视图或 where 条件长时间没有给出一行，可能永不结束：请改用普通图层，或改写条件 | \
             a view or `where` gave no row for long and may never end: use a layer of its own, or another condition"
        );
    }
    read
}

fn read_layer(
    dataset: &Dataset,
    layer: Option<&str>,
    wanted: TableRequest,
    complaints: &Complaints,
    watch: &StatementWatch,
) -> Result<SourceTable> {
    let mut layer = choose_layer(dataset, layer)?;
    let promised = count_features(&layer)?;
    watch.row();
    if let Some(filter) = wanted.filter {
        layer.set_attribute_filter(filter).with_context(|| {
            format!("where = \"{filter}\" 写法有误或列名不存在 | `where = \"{filter}\"` is not understood")
        })?;
    }
    let columns: Vec<String> = layer.defn().fields().map(|field| field.name()).collect();
    let is_number = |field: &gdal::vector::Field| {
        use gdal::vector::OGRFieldType::{OFTInteger, OFTInteger64, OFTReal};
        [OFTInteger, OFTInteger64, OFTReal].contains(&field.field_type())
    };
    let numeric = layer.defn().fields().map(|field| is_number(&field)).collect();
    let crs = layer.spatial_ref().and_then(|crs| file_crs(&crs));
    let features = read_features(&mut layer, columns.len(), watch)?;
    let mut remarks = Vec::new();
    if let Some(first) = complaints.first() {
        remarks.push(format!(
            "读取中途出错，文件可能损坏，其余要素可能未读到；请用原软件重新导出(GDAL：{first}) | \
             An error while reading: the file may be damaged and the rest not read; export it again (GDAL: {first})"
        ));
    }
    let read = features.len() as u64;
    let is_short = wanted.filter.is_none() && promised.is_some_and(|promised| promised > read);
    if let Some(promised) = promised.filter(|_| is_short) {
        remarks.push(short(promised, read));
    }
    let is_whole = remarks.is_empty();
    if let (Some(filter), Some(all), 0) = (wanted.filter, promised, read) {
        remarks.push(format!(
            "{all} 个要素中没有一个符合 where 条件：{filter}；请核对条件中的列名和值 | \
             Of {all} features none fits the condition {filter}: check its columns and values"
        ));
    }
    if features.iter().flat_map(|feature| feature.values.iter().flatten()).any(|text| text.contains('\u{fffd}')) {
        let text = "文字中有无法解码的字符，编码可能不符；请转为 UTF-8 后重新导出 | \
                    Texts with characters that cannot be decoded: export them again in UTF-8";
        remarks.push(text.to_owned());
    }
    Ok(SourceTable {
        file: String::new(),
        columns,
        numeric,
        has_schema: true,
        features,
        crs,
        files: SourceFiles::default(),
        is_whole,
        remarks,
    })
}

/// That a file has fewer features than it promised.
fn short(promised: u64, read: u64) -> String {
    format!(
        "文件应有 {promised} 个要素，只读到 {read} 个，文件可能损坏；请用原软件重新导出 | \
         The file should have {promised} features and {read} were read: it may be damaged; export it again"
    )
}

/// How many features the driver says there are, where it can say; refuses more than can be held.
fn count_features(layer: &Layer) -> Result<Option<u64>> {
    /// A province has some ten million buildings.
    const MOST_FEATURES: u64 = 20_000_000;
    // A driver that cannot count says -1.
    let promised = Some(layer.feature_count()).filter(|count| i64::try_from(*count).is_ok());
    if let Some(count) = promised.filter(|count| *count > MOST_FEATURES) {
        bail!(
            "有 {count} 个要素，多于 {MOST_FEATURES}：请裁切到本区或用 where 选取后另存 | \
             it has {count} features, more than {MOST_FEATURES}: cut it to the area first"
        );
    }
    Ok(promised)
}

/// The named layer, or the only one that has anything in it.
fn choose_layer<'a>(dataset: &'a Dataset, name: Option<&str>) -> Result<Layer<'a>> {
    let names = || dataset.layers().map(|layer| layer.name()).collect::<Vec<_>>().join(", ");
    if let Some(name) = name {
        return dataset.layer_by_name(name).ok().with_context(|| {
            let names = names();
            format!("其中没有“{name}”这一层；有 {names} | it has no layer '{name}'; it has: {names}")
        });
    }
    let mut filled: Vec<Layer> = dataset.layers().filter(|layer| layer.feature_count() > 0).collect();
    match filled.len() {
        1 => Ok(filled.remove(0)),
        0 if dataset.layer_count() > 0 => Ok(dataset.layer(0)?),
        0 => bail!("其中没有任何图层或表 | it has no layer"),
        _ => {
            let names = names();
            bail!(
                "其中有几层，请写成“文件|层”指明一层：{names} | \
                 it has several layers: name one of them as \"file|layer\": {names}"
            )
        }
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

fn read_features(layer: &mut Layer, columns: usize, watch: &StatementWatch) -> Result<Vec<SourceFeature>> {
    let mut features = Vec::new();
    for (at, feature) in layer.features().enumerate() {
        watch.row();
        let values = (0..columns)
            .map(|column| Ok(feature.field_as_string(column)?.filter(|text| !text.trim().is_empty())))
            .collect::<Result<_>>()?;
        let geometry = feature.geometry().filter(|geometry| geometry.has_gdal_ptr() && !geometry.is_empty());
        let geometry = geometry.and_then(|geometry| {
            let mut flat = geometry.clone();
            flat.flatten_to_2d();
            (&flat).try_into().ok()
        });
        features.push(SourceFeature { geometry, values, id: feature.fid().unwrap_or(at as u64), is_stray: false });
    }
    Ok(features)
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::encoding::{DbfText, dbf_text};
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
        // The bytes go before what the file says of them.
        assert_eq!(names(&dbf(0x4d, &[utf8]), None), (vec!["和谦镇".to_owned()], 0));
        assert_eq!(names(&dbf(0x4d, &[utf8]), Some("GBK")), (vec!["和谦镇".to_owned()], 0));
        assert_eq!(names(&dbf(0, &[&gbk]), Some("936")), (vec!["和谦镇".to_owned()], 0));
    }

    #[test]
    fn bytes_that_could_be_either_are_what_the_file_says() {
        // In GBK a word, in UTF-8 two letters of other alphabets.
        let pair = [0xc4, 0xaa, 0xd0, 0xa6];
        assert_eq!(dbf_text(&dbf(0x4d, &[&pair])), DbfText::EitherWay);
        assert_eq!(names(&dbf(0x4d, &[&pair]), None).0, [GB18030.decode(&pair).0.into_owned()]);
    }

    #[test]
    fn a_character_cut_by_the_end_of_its_field_is_still_utf8() {
        assert_eq!(dbf_text(&dbf(0, &["开州区和谦镇".as_bytes()])), DbfText::Utf8);
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
