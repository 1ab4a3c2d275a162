//! Any file that GDAL reads, as a table: columns, and features with their values as text.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use encoding_rs::{Encoding, GB18030, UTF_8};
use gdal::config::{set_error_handler, set_thread_local_config_option};
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Layer, LayerAccess};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use geo::{Coord, Geometry, Point};

/// What a file says, in its own words and coordinates.
#[derive(Debug)]
pub(super) struct Table {
    /// The file without its folder, for notes.
    pub file: String,
    pub columns: Vec<String>,
    /// `false`: the format has no list of columns, and one that is never filled is not seen.
    pub has_schema: bool,
    pub features: Vec<Feature>,
    pub crs: Option<FileCrs>,
    /// The file and those that belong to it.
    pub files: Vec<PathBuf>,
    /// What had to be guessed, `中文 | English`.
    pub remarks: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Feature {
    pub geometry: Option<Geometry>,
    /// In the order of the columns.
    pub values: Vec<Option<String>>,
    /// Number in the file, for notes and as source id.
    pub id: u64,
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
pub(super) struct Wanted<'a> {
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

impl Table {
    pub(super) fn read(folder: &Path, wanted: Wanted) -> Result<Self> {
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

/// A dataset and, for a text that had to be recoded, the memory it is read from: dropped in this order.
struct Opened {
    dataset: Dataset,
    _memory: Option<Memory>,
}

/// A text that GDAL sees as a file, gone when dropped.
///
/// The bytes stay ours: GDAL would free them with another allocator than the program's.
struct Memory {
    name: CString,
    _bytes: Vec<u8>,
}

impl Memory {
    fn new(mut bytes: Vec<u8>) -> Result<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = CString::new(format!("/vsimem/fireplan/{}.csv", NEXT.fetch_add(1, Ordering::Relaxed)))?;
        // SAFETY: GDAL reads the buffer, which neither moves nor changes until `drop` has removed the file, and owns
        // nothing of it (0); the handle returned is closed at once, which leaves the file.
        unsafe {
            let file = gdal_sys::VSIFileFromMemBuffer(name.as_ptr(), bytes.as_mut_ptr(), bytes.len() as u64, 0);
            if file.is_null() {
                bail!("no memory to read a table of {} bytes", bytes.len());
            }
            gdal_sys::VSIFCloseL(file);
        }
        Ok(Self { name, _bytes: bytes })
    }

    fn path(&self) -> &Path {
        Path::new(self.name.to_str().expect("the name is ASCII"))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: a valid name; that the file is gone already would be no harm.
        unsafe { gdal_sys::VSIUnlink(self.name.as_ptr()) };
    }
}

fn open(path: &Path, encoding: Option<&str>, remarks: &mut Vec<String>) -> Result<Opened> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "txt" | "tsv" => open_text(path, encoding, remarks),
        "shp" | "dbf" => {
            let encoding = dbf_encoding(path, encoding, remarks)?;
            let option = encoding.map(|encoding| format!("ENCODING={encoding}"));
            open_dataset(path, option.as_deref()).map(|dataset| Opened { dataset, _memory: None })
        }
        _ if encoding.is_some() => bail!("`encoding` can be given for shapefiles and CSV only: remove it"),
        "xlsx" | "xls" | "ods" => {
            // Columns are named by the first row, and a code of twelve digits is a text, not a number.
            for (key, value) in [("HEADERS", "FORCE"), ("FIELD_TYPES", "STRING")] {
                set_thread_local_config_option(&format!("OGR_{}_{key}", extension.to_uppercase()), value)?;
            }
            open_dataset(path, None).map(|dataset| Opened { dataset, _memory: None })
        }
        _ => open_dataset(path, None).map(|dataset| Opened { dataset, _memory: None }),
    }
}

fn open_dataset(path: &Path, option: Option<&str>) -> Result<Dataset> {
    let options: Vec<&str> = option.into_iter().collect();
    let flags = GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY;
    Dataset::open_ex(
        path,
        DatasetOptions { open_flags: flags, open_options: Some(&options), ..DatasetOptions::default() },
    )
    .with_context(|| format!("{} cannot be opened as a map or table: damaged, or of an unknown format", path.display()))
}

/// CSV is recoded before GDAL sees it, for its driver takes everything as UTF-8.
fn open_text(path: &Path, encoding: Option<&str>, remarks: &mut Vec<String>) -> Result<Opened> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let encoding = match encoding {
        Some(name) => named_encoding(name)?,
        None if std::str::from_utf8(&bytes).is_ok() => UTF_8,
        None => {
            remarks.push(GUESSED_GBK.to_owned());
            GB18030
        }
    };
    let (text, _, broken) = encoding.decode(&bytes);
    if broken {
        bail!("{} is not a text in {}: write its `encoding`, such as \"GBK\"", path.display(), encoding.name());
    }
    if text.is_empty() {
        bail!("{} is empty", path.display());
    }
    let memory = Memory::new(text.into_owned().into_bytes())?;
    let dataset =
        open_dataset(memory.path(), None).with_context(|| format!("{} cannot be read as a table", path.display()))?;
    Ok(Opened { dataset, _memory: Some(memory) })
}

const GUESSED_GBK: &str = "文件未注明编码且不是 UTF-8，按 GBK 读取 | \
                           The file names no encoding and is not UTF-8; it was read as GBK";

fn named_encoding(name: &str) -> Result<&'static Encoding> {
    let label = if name.eq_ignore_ascii_case("CP936") { "GBK" } else { name };
    Encoding::for_label(label.as_bytes())
        .with_context(|| format!("unknown encoding '{name}'; try \"GBK\" or \"UTF-8\""))
}

/// The encoding GDAL is to be told for a DBF; `None`: what GDAL finds by itself is right.
fn dbf_encoding(path: &Path, declared: Option<&str>, remarks: &mut Vec<String>) -> Result<Option<String>> {
    if let Some(name) = declared {
        let encoding = named_encoding(name)?;
        return Ok(Some(if encoding == encoding_rs::GBK { "CP936".to_owned() } else { encoding.name().to_owned() }));
    }
    let Some(dbf) = sibling(path, "dbf") else { return Ok(None) };
    let bytes = std::fs::read(&dbf).with_context(|| format!("reading {}", dbf.display()))?;
    let said_by_cpg = sibling(path, "cpg").and_then(|cpg| std::fs::read_to_string(cpg).ok());
    let said_utf8 = said_by_cpg.as_deref().map(|text| text.to_ascii_uppercase().contains("UTF"));
    // Byte 29 is the language driver; 0x4D is GBK. A .cpg goes before it.
    let said_gbk = bytes.get(29) == Some(&0x4d) && said_utf8 != Some(true);
    let is_utf8 = dbf_is_utf8(&bytes);
    Ok(match (said_utf8, is_utf8) {
        _ if said_gbk => Some("CP936".to_owned()),
        (Some(true), true) | (_, true) => Some("UTF-8".to_owned()),
        // Another code page, named on purpose: GDAL knows it.
        (Some(false), false) => None,
        (_, false) => {
            remarks.push(GUESSED_GBK.to_owned());
            Some("CP936".to_owned())
        }
    })
}

/// Is all text of the DBF valid UTF-8? A character cut by the end of its field does not count.
fn dbf_is_utf8(bytes: &[u8]) -> bool {
    let number = |at: usize| bytes.get(at..at + 2).map_or(0, |two| usize::from(u16::from_le_bytes([two[0], two[1]])));
    let (header, record) = (number(8), number(10));
    if record == 0 || header >= bytes.len() {
        return bytes.is_ascii();
    }
    let mut widths = Vec::new();
    while let Some(field) = bytes.get(32 + widths.len() * 32..64 + widths.len() * 32) {
        if field[0] == 0x0d || 32 + widths.len() * 32 >= header {
            break;
        }
        widths.push(usize::from(field[16]));
    }
    let whole = |text: &[u8]| std::str::from_utf8(text).map_or_else(|error| error.error_len().is_none(), |_| true);
    bytes[header..].chunks(record).all(|record| {
        let mut from = 1;
        widths.iter().all(|width| {
            let text = record.get(from..(from + width).min(record.len())).unwrap_or_default();
            from += width;
            whole(text.trim_ascii_end())
        })
    })
}

/// The file beside this one with another extension, in either case.
fn sibling(path: &Path, extension: &str) -> Option<PathBuf> {
    [extension.to_owned(), extension.to_uppercase()]
        .into_iter()
        .map(|extension| path.with_extension(extension))
        .find(|path| path.exists())
}

/// The file and those that make up its content.
fn companions(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
        files.sort();
        return files;
    }
    let is_shape = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("shp"));
    let more = if is_shape { &["dbf", "prj", "cpg"][..] } else { &[] };
    std::iter::once(path.to_owned()).chain(more.iter().filter_map(|extension| sibling(path, extension))).collect()
}

fn read_dataset(dataset: &Dataset, layer: Option<&str>, wanted: Wanted) -> Result<Table> {
    let mut layer = choose_layer(dataset, layer)?;
    if let Some(filter) = wanted.filter {
        layer.set_attribute_filter(filter).with_context(|| format!("`where = \"{filter}\"` is not understood"))?;
    }
    let columns: Vec<String> = layer.defn().fields().map(|field| field.name()).collect();
    let crs = layer.spatial_ref().and_then(|crs| file_crs(&crs));
    let features = read_features(&mut layer, columns.len())?;
    Ok(Table { file: String::new(), columns, has_schema: true, features, crs, files: Vec::new(), remarks: Vec::new() })
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

fn read_features(layer: &mut Layer, columns: usize) -> Result<Vec<Feature>> {
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
        features.push(Feature { geometry, values, id: feature.fid().unwrap_or(at as u64) });
    }
    Ok(features)
}

#[cfg(test)]
mod tests {
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
        let table = Table::read(folder.path(), Wanted { source: "a.dbf", ..Wanted::default() }).unwrap();
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
            if let Err(error) = Table::read(folder.path(), Wanted { source: name, ..Wanted::default() }) {
                assert!(format!("{error:#}").contains(name), "{error:#}");
            }
        }
    }
}
