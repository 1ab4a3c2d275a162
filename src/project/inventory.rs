//! Every file of a folder, looked at: archives opened, layers and sheets listed, and of each what is needed to guess at it.
//!
//! A file that cannot be read is listed with its reason and stops nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use fireplan_model::message::explain;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_read::manifest::is_osm_extract;
use fireplan_read::survey::{
    SurveyBounds, SurveyedExtract, SurveyedRaster, SurveyedRow, SurveyedTable, is_archive, is_sum_row, survey_extract,
    survey_file, survey_raster,
};
use tempfile::TempDir;

use crate::dictionary::Dictionary;
use crate::headings::find_headings;

/// Folders below this depth are not looked at.
const DEEPEST: usize = 8;

/// Maps and tables, by the ends of their names.
const VECTOR: [&str; 20] = [
    "shp", "gdb", "gpkg", "geojson", "json", "geojsonl", "geojsons", "fgb", "tab", "mif", "gml", "kml", "kmz", "gpx",
    "dxf", "csv", "tsv", "xlsx", "xls", "ods",
];
const RASTER: [&str; 9] = ["tif", "tiff", "img", "asc", "hgt", "bil", "flt", "nc", "jp2"];
/// What belongs to other files, or is ours.
const BESIDE: [&str; 34] = [
    "shx", "dbf", "prj", "cpg", "sbn", "sbx", "qix", "qpj", "qmd", "xml", "dat", "map", "id", "ind", "mid", "aux",
    "tfw", "ovr", "hdr", "toml", "md", "html", "htm", "lock", "sqlite", "rrd", "idx", "wal", "shm", "db", "ini", "tmp",
    "atx", "fix",
];

/// A layer or sheet of a file.
#[derive(Debug, Clone)]
pub(crate) struct FoundTable {
    /// The file as people find it, with `|layer` where it has several: the name in questions.
    pub id: String,
    /// The file, below the folder that is looked at, with `|layer`; as area.toml names it but for the way there.
    pub source: String,
    /// What the path below the folder says: folders, stem, layer, title of the sheet.
    pub words: Vec<String>,
    /// Of a drawing, the layer of the CAD program.
    pub filter: Option<String>,
    pub table: SurveyedTable,
    /// The rows of the headings, where they are not the first.
    pub header: Vec<u64>,
    /// Where the file itself lies, unpacked if need be.
    pub path: PathBuf,
    /// It is read from a copy below the project's folder, for the archive cannot be named as it is.
    pub unpacked: bool,
}

/// A raster.
#[derive(Debug, Clone)]
pub(crate) struct FoundRaster {
    pub source: String,
    pub raster: SurveyedRaster,
}

/// An OSM extract.
#[derive(Debug, Clone)]
pub(crate) struct FoundExtract {
    pub source: String,
    pub extract: SurveyedExtract,
}

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InventoryBounds {
    /// Files beyond this are not looked at.
    pub files: usize,
    /// Archives that unpack to more than this, all together, are not opened.
    pub unpacked_bytes: u64,
}

impl Default for InventoryBounds {
    /// What no county has.
    fn default() -> Self {
        Self { files: 5_000, unpacked_bytes: 64 << 30 }
    }
}

/// All that a folder holds.
#[derive(Default)]
pub struct Inventory {
    pub(crate) folder: PathBuf,
    pub(crate) tables: Vec<FoundTable>,
    pub(crate) rasters: Vec<FoundRaster>,
    pub(crate) extracts: Vec<FoundExtract>,
    /// Files that are not used, with the reason.
    pub(crate) left_out: Vec<(String, Label)>,
    /// Files that were looked at.
    pub files: usize,
    /// Unpacked archives live as long as this.
    pub(crate) unpacked: Vec<TempDir>,
    pub(crate) bounds: InventoryBounds,
    /// Bytes to which further archives may unpack.
    pub(crate) unpacked_left: u64,
}

/// Looks at every file of a folder but those below `except`, the project's own.
pub fn take_inventory(
    folder: &Path,
    except: &Path,
    dictionary: &Dictionary,
    progress: &dyn Progress,
) -> Result<Inventory> {
    take_inventory_within(folder, except, dictionary, InventoryBounds::default(), progress)
}

/// The same of files that somebody else has brought: within bounds.
pub fn take_inventory_within(
    folder: &Path,
    except: &Path,
    dictionary: &Dictionary,
    bounds: InventoryBounds,
    progress: &dyn Progress,
) -> Result<Inventory> {
    if !folder.is_dir() {
        let folder = folder.display();
        bail!("{folder} 不是文件夹；请给出存放数据的文件夹 | {folder} is no folder: name the folder with the data");
    }
    let unpacked_left = bounds.unpacked_bytes;
    let mut inventory = Inventory { folder: folder.to_owned(), bounds, unpacked_left, ..Inventory::default() };
    let mut files = Vec::new();
    list_files(folder, except, bounds.files, &mut files, &mut inventory.left_out);
    inventory.files = files.len();
    progress.stage(&Label::new("查看文件", "Looking at the files"), files.len() as u64);
    for path in files {
        if progress.cancelled() {
            bail!("已中止，未写任何文件 | stopped; nothing was written");
        }
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        inventory.look_at(&path, &name, dictionary);
        progress.step(1);
    }
    Ok(inventory)
}

/// The files below a folder but those of `except`, at most so many; what is left out is told.
pub(crate) fn list_files(
    root: &Path,
    except: &Path,
    most: usize,
    files: &mut Vec<PathBuf>,
    left_out: &mut Vec<(String, Label)>,
) {
    let mut walk = FileWalk { root, except, most, files, left_out };
    walk.enter(root, 0);
}

/// What a walk through the folders needs to know.
struct FileWalk<'a> {
    root: &'a Path,
    except: &'a Path,
    most: usize,
    files: &'a mut Vec<PathBuf>,
    left_out: &'a mut Vec<(String, Label)>,
}

impl FileWalk<'_> {
    fn enter(&mut self, folder: &Path, depth: usize) {
        let Ok(entries) = std::fs::read_dir(folder) else {
            let why = Label::new("文件夹打不开", "the folder cannot be opened");
            return self.left_out.push((shown(self.root, folder), why));
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(['.', '~', '_']));
            if hidden || path == self.except {
                continue;
            }
            if self.files.len() >= self.most {
                let most = self.most;
                let why = Label::new(
                    format!("文件超过 {most} 个，未再查看"),
                    format!("more than {most} files: not looked at"),
                );
                return self.left_out.push((shown(self.root, &path), why));
            }
            match path.is_dir() {
                true if end_of(&path) == "gdb" => self.files.push(path),
                true if depth < DEEPEST => self.enter(&path, depth + 1),
                true => {
                    let why = Label::new("文件夹层数过多", "folders too deep");
                    self.left_out.push((shown(self.root, &path), why));
                }
                false => self.files.push(path),
            }
        }
    }
}

pub(crate) fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

pub(crate) fn end_of(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

impl Inventory {
    pub(crate) fn look_at(&mut self, path: &Path, name: &str, dictionary: &Dictionary) {
        let end = end_of(path);
        let done = if is_osm_extract(path) {
            survey_extract(path).map(|extract| self.extracts.push(FoundExtract { source: name.to_owned(), extract }))
        } else if is_archive(path) {
            self.look_into(path, name, dictionary)
        } else if is_map(path) {
            survey_file(path, SurveyBounds::default())
                .map(|tables| self.add_tables(path, name, name, tables, dictionary))
        } else if RASTER.contains(&end.as_str()) {
            survey_raster(path).map(|raster| self.rasters.push(FoundRaster { source: name.to_owned(), raster }))
        } else {
            if !BESIDE.contains(&end.as_str()) {
                self.left_out.push((name.to_owned(), unread_format(&end)));
            }
            Ok(())
        };
        if let Err(error) = done {
            let why = explain(&error);
            let below = format!("{}/", self.folder.display());
            let why = Label::new(why.zh.replace(&below, ""), why.en.replace(&below, ""));
            self.left_out.push((name.to_owned(), why));
        }
    }

    pub(crate) fn add_tables(
        &mut self,
        path: &Path,
        name: &str,
        source: &str,
        tables: Vec<SurveyedTable>,
        dictionary: &Dictionary,
    ) {
        let is_drawing = end_of(path) == "dxf";
        for table in tables {
            let several = table.is_one_of_several;
            let id = if several { format!("{name}|{}", table.name) } else { name.to_owned() };
            if table.rows.is_empty() {
                self.left_out.push((id, Label::new("没有内容", "nothing in it")));
                continue;
            }
            let source = if several { format!("{source}|{}", table.name) } else { source.to_owned() };
            let mut found = FoundTable {
                words: words_of(name, &table),
                id,
                source,
                filter: None,
                header: Vec::new(),
                table,
                path: path.to_owned(),
                unpacked: false,
            };
            if found.table.is_sheet && !found.settle_headings(dictionary) {
                let why = Label::new("没有找到列名行", "no row with headings was found");
                self.left_out.push((found.id, why));
                continue;
            }
            if is_drawing {
                self.tables.extend(found.split_by_cad_layer());
            } else {
                self.tables.push(found);
            }
        }
    }
}

/// By its name, is this a map or a table?
pub(crate) fn is_map(path: &Path) -> bool {
    let end = end_of(path);
    VECTOR.contains(&end.as_str()) || is_lone_table(path, &end)
}

/// A .dbf without a .shp is a table of its own.
fn is_lone_table(path: &Path, end: &str) -> bool {
    end == "dbf" && !path.with_extension("shp").exists() && !path.with_extension("SHP").exists()
}

fn unread_format(end: &str) -> Label {
    match end {
        "rar" | "7z" | "tar" | "gz" | "tgz" => {
            Label::new("本程序只打开 .zip，请先解压", "only .zip is opened: unpack it first")
        }
        "mdb" | "accdb" => {
            Label::new("Access 数据库请用 ArcGIS 导出为 .gdb 或 .shp", "Access databases: export them as .gdb or .shp")
        }
        "dwg" => Label::new("DWG 请在 CAD 中另存为 DXF", "DWG: save it as DXF in the CAD program"),
        "doc" | "docx" | "pdf" | "ppt" | "pptx" | "wps" => {
            Label::new("文档不含可直接读取的图层，未读", "a document, not a layer: not read")
        }
        _ => Label::new("不是地图、表格或栅格格式，未读", "no map, table or raster: not read"),
    }
}

/// What the name says, the nearest to the layer first.
fn words_of(name: &str, table: &SurveyedTable) -> Vec<String> {
    let path = Path::new(name);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut words = Vec::new();
    let is_default = |layer: &str| layer.eq_ignore_ascii_case("Sheet1") || layer == "entities" || layer == stem;
    // A text is its only table, and has no name of its own.
    let is_text = ["csv", "tsv", "txt"].contains(&end_of(path).as_str());
    if !is_text && !is_default(&table.name) {
        words.push(table.name.clone());
    }
    words.push(stem);
    let above = path.parent().into_iter().flat_map(Path::iter).rev();
    words.extend(above.map(|part| part.to_string_lossy().into_owned()).filter(|part| !part.is_empty()));
    words
}

impl FoundTable {
    /// Takes the headings from their rows; `false`: there are none.
    fn settle_headings(&mut self, dictionary: &Dictionary) -> bool {
        let Some(found) = find_headings(&self.table, dictionary) else { return false };
        let last = found.rows.last().copied().unwrap_or(1);
        let is_sum = |row: &SurveyedRow| is_sum_row(&found.columns, &row.values);
        self.table.rows.retain(|row| row.number > last && row.values.iter().any(Option::is_some) && !is_sum(row));
        // What stands above is often the best name that a sheet has.
        self.words.splice(0..0, found.above.into_iter().filter(|text| text.chars().count() < 60));
        self.table.columns = found.columns;
        self.table.numeric = vec![false; self.table.columns.len()];
        if found.rows != [1] {
            self.header = found.rows;
        }
        self.table.count = self.table.is_whole.then_some(self.table.rows.len() as u64);
        !self.table.rows.is_empty()
    }

    /// A drawing has all in one layer; a column says in which layer of the CAD program each line is.
    fn split_by_cad_layer(self) -> Vec<Self> {
        let Some(at) = self.table.columns.iter().position(|column| column == "Layer") else { return vec![self] };
        let mut groups: BTreeMap<String, SurveyedTable> = BTreeMap::new();
        for row in &self.table.rows {
            let Some(layer) = row.values[at].clone() else { continue };
            let empty = || SurveyedTable { rows: Vec::new(), count: None, ..self.table.clone() };
            groups.entry(layer).or_insert_with(empty).rows.push(row.clone());
        }
        let split = groups.into_iter().map(|(layer, table)| Self {
            id: format!("{}#{layer}", self.id),
            filter: Some(format!("Layer = '{}'", layer.replace('\'', "''"))),
            words: std::iter::once(layer).chain(self.words.iter().cloned()).collect(),
            table,
            ..self.clone()
        });
        split.collect()
    }

    /// The column of this name, in any case.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.table.columns.iter().position(|column| column.eq_ignore_ascii_case(name))
    }

    /// The filled cells of a column.
    pub(crate) fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.table.rows.iter().filter_map(move |row| row.values.get(column)?.as_deref().map(str::trim))
    }
}
