//! `area.toml`: which file says what about an area, and what its columns are called.
//!
//! ```toml
//! name = "示例县"
//! synthetic = true               # optional: invented data, said wherever the area is shown
//! # plane = 4547                 # optional: EPSG code of the plane in which coordinates are handed over
//!
//! [boundary]                     # every vector layer takes one source, or several as [[boundary]]
//! source = "boundary.geojson"    # relative to the folder of area.toml
//!
//! [[roads]]
//! source = "roads.shp"           # or "file.gpkg|layer" (.gdb, .kml, .xlsx likewise), or "osm:extract.osm.pbf"
//! encoding = "GBK"               # optional: else as the file says
//! crs = "EPSG:4526"              # optional: else as the file says; "GCJ-02" and "BD-09" are understood
//! where = "DLBM LIKE '10%'"      # optional: only these features (OGR SQL)
//! fields = { name = "DLMC", width_m = ["XZDWKD", "WIDTH"] }   # ours = theirs; of several the first that is filled
//! values = { class = { "县道" = "secondary" } }               # their coded values = ours
//! defaults = { surface = "paved" }                            # where the source says nothing
//! units = { width_m = "cm" }     # optional: the unit of numbers without one, else as the heading names it, else ours
//! zero_counts = ["slope_percent"]                             # optional: here 0 was measured and is not "not known"
//! join_ends_m = 5                # optional, roads: an end this near to another road of its level meets it (疑似断头)
//!
//! [hydrants]
//! source = "hydrants.csv"        # tables: the columns with the coordinates
//! x = "经度"
//! y = "纬度"
//! crs = "GCJ-02"
//!
//! [towns]                        # towns and villages: facts of another table, joined by code or by name
//! source = "towns.geojson"
//! join = { source = "facts.xlsx", on = "code", fields = { code = "代码", total_people = "人口" } }    # several: [{ … }, { … }]
//!
//! [words.stations.kind]          # words of every source for our codes, beyond those of data/words.toml
//! first_class = ["甲级站"]
//! [words.towns.status]           # statuses: as the rules call them; any other word is listed and stays undetermined
//! "全国重点镇" = ["国家重点示范镇"]
//!
//! [osm]                          # an OSM extract for every layer that has no source of its own
//! source = "extract.osm.pbf"
//!
//! [reports]                      # the form that the bureau filled in; `fireplan form` writes it
//! source = "填报表.xlsx"
//!
//! [corrections]                  # what was verified on the spot; `fireplan corrections` writes it
//! source = "现场核查表.xlsx"
//!
//! [elevation]                    # GeoTIFF or .hgt, metres
//! source = "dem.tif"
//!
//! [population]                   # people per cell
//! source = "population.tif"
//!
//! [risk]                         # relative risk of fire per area, 0: none
//! source = "risk.tif"
//! ```
//!
//! A column of the source with our name for a field need not be mapped. Beside a `join`, the `fields` of the source may
//! name columns of either table; a filled cell of the joined table goes before the source's own, but for name, code and source_id.
//! Unknown keys are refused by name and line.

mod keys;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::files::read_bounded;
use crate::words::check_extra;
use fireplan_model::layers::LayerId;
use fireplan_model::loose_ends::LOOSE_END_M;
pub use values::{OneOrMany, Scalar};

/// The content of `area.toml`, with the folder that its file names are relative to.
#[derive(Debug, Clone, Default)]
pub struct AreaManifest {
    /// What the area is called.
    pub name: String,
    /// Invented data: said wherever the area is shown.
    pub synthetic: bool,
    /// EPSG code of the plane in which coordinates are handed over, where one is asked for; no figure hangs on it.
    pub plane: Option<u32>,
    /// The OSM extract for every layer without a source of its own.
    pub osm: Option<FileSource>,
    /// The form that the bureau filled in (填报表).
    pub reports: Option<FileSource>,
    /// The workbook with what was verified on the spot (现场核查表).
    pub corrections: Option<FileSource>,
    /// What the sources say for our codes, beyond `data/words.toml`: layer → column → our word → theirs.
    pub words: BTreeMap<String, BTreeMap<String, BTreeMap<String, OneOrMany<String>>>>,
    layers: BTreeMap<LayerId, OneOrMany<LayerSource>>,
    rasters: BTreeMap<LayerId, RasterSource>,
    /// Where the file names start from.
    pub folder: PathBuf,
}

/// A file and nothing to be said about it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSource {
    /// The file, relative to the folder of the area.
    pub source: String,
}

/// A raster file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RasterSource {
    /// The raster, relative to the folder of the area.
    pub source: String,
    /// Its coordinate system, if the file does not say.
    pub crs: Option<String>,
}

/// One source of a vector layer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerSource {
    /// The file, relative to the folder of the area; `file|layer` where it has several layers.
    pub source: String,
    /// Encoding of its texts, if the file does not say.
    pub encoding: Option<String>,
    /// Its coordinate system, if the file does not say.
    pub crs: Option<String>,
    /// The rows of a sheet in which the headings stand, counted from 1; by default the first.
    #[serde(default)]
    pub header_row: OneOrMany<u64>,
    /// Rows of a sheet that are no data.
    #[serde(default)]
    pub skip_rows: OneOrMany<u64>,
    /// Only rows for which this holds, in GDAL's SQL.
    #[serde(rename = "where")]
    pub filter: Option<String>,
    /// Our field name → theirs.
    #[serde(default)]
    pub fields: BTreeMap<String, OneOrMany<String>>,
    /// Our field name → their value → our value.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, Scalar>>,
    /// Our field name → the value where the source has none.
    #[serde(default)]
    pub defaults: BTreeMap<String, Scalar>,
    /// Our field name → the unit of its numbers that name none.
    #[serde(default)]
    pub units: BTreeMap<String, String>,
    /// Fields in which 0 was measured; elsewhere 0 may stand for "not known".
    #[serde(default)]
    pub zero_counts: Vec<String>,
    /// The column of the x coordinates, of a table without geometry.
    pub x: Option<String>,
    /// The column of the y coordinates.
    pub y: Option<String>,
    /// Facts from other tables.
    #[serde(default)]
    pub join: OneOrMany<Join>,
    /// Roads: an end this near to another road meets it; of several sources the largest holds.
    pub join_ends_m: Option<f64>,
}

/// A table whose facts are added to the features of a source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The other table, relative to the folder of the area.
    pub source: String,
    /// The field that both have, `code` or `name`.
    pub on: String,
    /// Encoding of its texts, if the file does not say.
    pub encoding: Option<String>,
    /// The rows of a sheet in which the headings stand, counted from 1; by default the first.
    #[serde(default)]
    pub header_row: OneOrMany<u64>,
    /// Rows of a sheet that are no data.
    #[serde(default)]
    pub skip_rows: OneOrMany<u64>,
    /// Our names of its columns.
    #[serde(default)]
    pub fields: BTreeMap<String, OneOrMany<String>>,
    /// Our field name → the unit of its numbers that name none.
    #[serde(default)]
    pub units: BTreeMap<String, String>,
    /// Fields in which 0 was measured; elsewhere 0 may stand for "not known".
    #[serde(default)]
    pub zero_counts: Vec<String>,
}

impl LayerSource {
    /// The OSM extract this source names as `osm:file`, if so.
    pub fn osm_extract(&self) -> Option<&str> {
        self.source.strip_prefix("osm:")
    }
}

impl AreaManifest {
    /// Reads the manifest of an area: its folder, the file itself, or one OSM extract, which needs none.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.exists() {
            let path = path.display();
            bail!("找不到 {path}；请检查路径 | there is nothing at {path}: check the path");
        }
        if is_osm_extract(path) {
            return Self::of_extract(path);
        }
        let file = if path.is_dir() { path.join("area.toml") } else { path.to_owned() };
        if !file.exists() {
            let path = path.display();
            bail!(
                "{path} 中没有 area.toml。规划范围应是含该文件的文件夹，或一个 OSM 数据文件(.osm.pbf、.osm、.osm.gz、.osm.bz2) | \
                 {path} has no area.toml. An area is a folder with that file, or one OSM extract \
                 (.osm.pbf, .osm, .osm.gz, .osm.bz2)."
            );
        }
        if !file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
            let file = file.display();
            bail!(
                "{file} 既不是 area.toml，也不是 OSM 数据文件(.osm.pbf、.osm、.osm.gz、.osm.bz2)。其他地图文件请写一个 area.toml，把它列为某个图层的数据源 | \
                 {file} is neither area.toml nor an OSM extract (.osm.pbf, .osm, .osm.gz, .osm.bz2). \
                 For any other map file write an area.toml that names it as the source of a layer."
            );
        }
        /// No list of sources is longer.
        const MOST_BYTES: u64 = 16 << 20;
        let text = String::from_utf8(read_bounded(&file, MOST_BYTES)?).with_context(|| {
            format!("{0} 不是 UTF-8 文本：请另存为 UTF-8 | {0} is not in UTF-8: save it so", file.display())
        })?;
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        Self::parse(&text, folder).with_context(|| {
            let file = file.display();
            format!("{file} 有误 | in {file}")
        })
    }

    /// Reads the text of an `area.toml`; its sources are in the folder.
    pub fn parse(text: &str, folder: PathBuf) -> Result<Self> {
        let mut manifest: Self = toml::from_str(text)?;
        manifest.folder = folder;
        manifest.check()?;
        Ok(manifest)
    }

    fn of_extract(path: &Path) -> Result<Self> {
        let file =
            path.file_name().context("该路径没有文件名 | the extract has no file name")?.to_string_lossy().into_owned();
        let name = file.split(".osm").next().unwrap_or(&file).to_owned();
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self { name, osm: Some(FileSource { source: file }), folder, ..Self::default() })
    }

    /// Refuses what is well-formed but cannot be meant.
    fn check(&self) -> Result<()> {
        let mut any = self.osm.is_some();
        for &layer in LayerId::ALL {
            for source in self.sources(layer) {
                any = true;
                source.check(layer).with_context(|| {
                    let (code, source) = (layer.code(), &source.source);
                    format!("[{code}] 的数据源“{source}” | [{code}] source '{source}'")
                })?;
            }
        }
        check_extra(&self.words)?;
        if !any {
            bail!(
                "没有写任何数据源；至少写 [osm] 或一个图层，例如 [roads] | \
                 no source is named: give at least [osm] or one layer such as [roads]"
            );
        }
        Ok(())
    }

    /// The sources of a vector layer or the boundary, without those of `[osm]`.
    pub fn sources(&self, layer: LayerId) -> &[LayerSource] {
        self.layers.get(&layer).map_or(&[], |sources| &sources.0)
    }

    /// How near to another road an end meets it; `None`: only where the drawing says so.
    pub fn join_ends_m(&self) -> Option<f64> {
        self.sources(LayerId::Roads).iter().filter_map(|source| source.join_ends_m).max_by(f64::total_cmp)
    }

    /// The file of a raster layer.
    pub fn raster(&self, layer: LayerId) -> Option<&RasterSource> {
        self.rasters.get(&layer)
    }

    /// Every OSM extract with the layers to be taken from it, in the order of [`LayerId::ALL`].
    pub fn osm_extracts(&self) -> Vec<(String, Vec<LayerId>)> {
        let mut extracts: Vec<(String, Vec<LayerId>)> = Vec::new();
        let mut take = |file: &str, layer| match extracts.iter_mut().find(|(known, _)| known == file) {
            Some((_, layers)) => layers.push(layer),
            None => extracts.push((file.to_owned(), vec![layer])),
        };
        for &layer in LayerId::ALL {
            let own = self.sources(layer);
            own.iter().filter_map(LayerSource::osm_extract).for_each(|file| take(file, layer));
            if let (Some(osm), true, false) = (&self.osm, own.is_empty(), layer.is_raster()) {
                take(&osm.source, layer);
            }
        }
        extracts
    }
}

impl LayerSource {
    fn check(&self, layer: LayerId) -> Result<()> {
        let shaped = self.encoding.is_some()
            || self.crs.is_some()
            || self.filter.is_some()
            || self.x.is_some()
            || self.y.is_some()
            || !(self.units.is_empty() && self.zero_counts.is_empty())
            || !(self.fields.is_empty() && self.values.is_empty() && self.defaults.is_empty());
        if self.osm_extract().is_some() && shaped {
            bail!(
                "OSM 数据按标签读取，只能写 `source` 和 `join` | \
                 an OSM extract is read by its tags: only `source` and `join` can be given"
            );
        }
        if self.x.is_some() != self.y.is_some() {
            bail!("`x` 和 `y` 须同时写明两列 | `x` and `y` go together: name both columns");
        }
        if self.join_ends_m.is_some() && layer != LayerId::Roads {
            bail!("`join_ends_m` 只能用于 roads | `join_ends_m` is for roads only");
        }
        if let Some(metres) = self.join_ends_m.filter(|metres| !(*metres > 0.0 && *metres <= LOOSE_END_M)) {
            bail!(
                "join_ends_m = {metres} 应大于 0、不超过 {LOOSE_END_M} 米 | join_ends_m = {metres} must be more than 0 and at most {LOOSE_END_M} m"
            );
        }
        if !self.join.0.is_empty() && !matches!(layer, LayerId::Towns | LayerId::Villages) {
            bail!("`join` 只能用于 towns 和 villages | `join` is for towns and villages only");
        }
        if let Some(join) = self.join.0.iter().find(|join| !matches!(join.on.as_str(), "code" | "name")) {
            let on = &join.on;
            bail!(
                "join 的 `on` 应为 \"code\" 或 \"name\"，不能是 \"{on}\" | join `on` is \"code\" or \"name\", not \"{on}\""
            );
        }
        Ok(())
    }
}

/// By its name, is this an OSM extract?
pub fn is_osm_extract(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    [".pbf", ".osm", ".osm.gz", ".osm.bz2"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<AreaManifest> {
        AreaManifest::parse(text, PathBuf::new())
    }

    #[test]
    fn one_source_or_several_and_one_column_or_several() {
        let manifest = parse(
            "name = '甲县'\n[boundary]\nsource = 'b.geojson'\n[[roads]]\nsource = 'a.shp'\n\
             fields = { name = 'DLMC', width_m = ['KD', 'W'] }\ndefaults = { bridge = true, level = 0 }\n\
             [[roads]]\nsource = 'osm:x.osm'\n[osm]\nsource = 'y.osm.pbf'",
        )
        .unwrap();
        assert_eq!(manifest.sources(LayerId::Boundary).len(), 1);
        let roads = manifest.sources(LayerId::Roads);
        assert_eq!(roads[0].fields["width_m"].0, ["KD", "W"]);
        assert_eq!(roads[0].defaults["bridge"].0, "true");
        let extracts = manifest.osm_extracts();
        let from_x = &extracts.iter().find(|(file, _)| file == "x.osm").unwrap().1;
        assert_eq!(from_x, &[LayerId::Roads]);
        let from_y = &extracts.iter().find(|(file, _)| file == "y.osm.pbf").unwrap().1;
        assert!(from_y.contains(&LayerId::Stations) && !from_y.contains(&LayerId::Roads));
    }

    #[test]
    fn mistakes_name_the_key_and_the_line() {
        let error = format!("{:#}", parse("name = 'x'\n[roads]\nsource = 'a'\nfeilds = {}").unwrap_err());
        assert!(error.contains("feilds") && error.contains("line 4"), "{error}");
        let error = format!("{:#}", parse("name = 'x'\n[streets]\nsource = 'a'").unwrap_err());
        assert!(error.contains("streets") && error.contains("line 2"), "{error}");
        assert!(error.contains("`synthetic`") && error.contains("`roads`"), "what is there instead: {error}");
        let error = format!("{:#}", parse("[roads]\nsource = 'a'").unwrap_err());
        assert!(error.contains("name"), "{error}");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, word) in [
            ("name = 'x'", "no source"),
            ("name = 'x'\n[roads]\nsource = 'osm:a.osm'\ncrs = 'EPSG:4490'", "OSM"),
            ("name = 'x'\n[roads]\nsource = 'a.csv'\nx = 'lon'", "together"),
            ("name = 'x'\n[roads]\nsource = 'a'\njoin = { source = 'b', on = 'code' }", "join"),
            ("name = 'x'\n[towns]\nsource = 'a'\njoin = { source = 'b', on = 'id' }", "code"),
            ("name = 'x'\n[towns]\nsource = 'a'\njoin_ends_m = 5", "roads only"),
            ("name = 'x'\n[roads]\nsource = 'a'\njoin_ends_m = 50", "at most 10 m"),
            ("name = 'x'\n[roads]\nsource = 'a'\njoin_ends_m = nan", "at most 10 m"),
        ] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(word), "{error}");
        }
    }
}
