//! The dictionary: how Chinese data name layers, columns and coded values (`data/dictionary/*.toml`), and what a bureau adds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use fireplan_model::layers::LayerId;
use fireplan_model::message::reading;
use fireplan_model::rows::Label;
use fireplan_read::survey::describe_layer;
use serde::Deserialize;

use crate::headings::plain_heading;

/// The files that the program brings along, with their names.
const BUILT_IN: [(&str, &str); 7] = [
    ("landuse.toml", include_str!("../../data/dictionary/landuse.toml")),
    ("forestry.toml", include_str!("../../data/dictionary/forestry.toml")),
    ("places.toml", include_str!("../../data/dictionary/places.toml")),
    ("coordinates.toml", include_str!("../../data/dictionary/coordinates.toml")),
    ("layers.toml", include_str!("../../data/dictionary/layers.toml")),
    ("transport.toml", include_str!("../../data/dictionary/transport.toml")),
    ("census.toml", include_str!("../../data/dictionary/census.toml")),
];

/// One file of the dictionary.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DictionaryFile {
    version: String,
    /// The standard or usage that it follows, for whoever reads the file.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "it is there to be read by people, and a file without it is refused")
    )]
    basis: String,
    #[serde(default)]
    layer: BTreeMap<String, LayerWords>,
    #[serde(default)]
    table: Vec<TableEntry>,
    #[serde(default)]
    coordinates: Vec<CoordinateColumns>,
    #[serde(default)]
    service: Vec<MapService>,
}

/// How a layer and its columns are called.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayerWords {
    #[serde(default)]
    pub names: Vec<String>,
    /// Words that say that a name means something else.
    #[serde(default)]
    pub not: Vec<String>,
    /// Our field → theirs, the most telling first, as [`plain_heading`] writes them.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Our field → their coded value → ours.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// A table that a standard prescribes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableEntry {
    pub id: String,
    pub title: String,
    /// Columns that make it this table.
    pub columns: Vec<String>,
    #[serde(default)]
    pub without: Vec<String>,
    /// Column → a pattern that its values fit.
    #[serde(default, rename = "match")]
    pub patterns: BTreeMap<String, String>,
    pub shape: Option<String>,
    /// A column of national codes, whose length tells the level of the units.
    pub by_code: Option<String>,
    #[serde(default, rename = "use")]
    pub uses: Vec<TableUse>,
    #[serde(default, rename = "derive")]
    pub derives: Vec<Derivation>,
}

/// What of a prescribed table is one of our layers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableUse {
    pub layer: LayerId,
    #[serde(rename = "where")]
    pub filter: Option<String>,
    /// Only where the codes are of this level: county, town, village.
    pub level: Option<String>,
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Taken where the column is there.
    #[serde(default)]
    pub optional: BTreeMap<String, String>,
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// A layer that has to be drawn from a prescribed table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Derivation {
    pub layer: LayerId,
    pub how: DerivationMethod,
    #[serde(rename = "where")]
    pub filter: String,
    /// Of centre lines: the class of a road by a column.
    pub class: Option<ClassByCode>,
    /// Of centre lines: the column with the width, in metres.
    pub width: Option<String>,
    /// Of owners: the columns with code and name.
    pub code: Option<String>,
    pub name: Option<String>,
    /// What is supposed by it, `中文 | English`.
    pub note: Option<String>,
}

/// How a layer is drawn from a prescribed table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DerivationMethod {
    CentreLines,
    ByOwner,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassByCode {
    pub column: String,
    pub values: BTreeMap<String, String>,
}

/// A pair of columns with coordinates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CoordinateColumns {
    pub x: Vec<String>,
    pub y: Vec<String>,
    /// The system that the headings name.
    pub crs: Option<String>,
}

/// A map service, known by the columns of its exports.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MapService {
    pub title: String,
    pub columns: Vec<String>,
    pub crs: String,
}

/// All that is known of how data name things.
#[derive(Debug, Default, Clone)]
pub struct Dictionary {
    pub(crate) layers: BTreeMap<LayerId, LayerWords>,
    pub(crate) tables: Vec<TableEntry>,
    pub(crate) coordinates: Vec<CoordinateColumns>,
    pub(crate) services: Vec<MapService>,
    /// The files, each with its version.
    pub versions: Vec<(String, String)>,
}

impl Dictionary {
    /// The dictionary of the program; the files of `own`, or all .toml files of folders in it, go before.
    pub fn load(own: &[PathBuf]) -> Result<Self> {
        let mut dictionary = Self::default();
        for path in own_files(own)? {
            let text = std::fs::read_to_string(&path).with_context(|| reading(&path))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            dictionary.add(&name, &text).with_context(|| {
                let path = path.display();
                format!("词典 {path} 有误 | in the dictionary {path}")
            })?;
        }
        for (name, text) in BUILT_IN {
            dictionary.add(name, text).with_context(|| format!("词典 {name} 有误 | in the dictionary {name}"))?;
        }
        dictionary.add_own_names();
        Ok(dictionary)
    }

    fn add(&mut self, name: &str, text: &str) -> Result<()> {
        let file: DictionaryFile = toml::from_str(text)?;
        self.versions.push((name.to_owned(), file.version));
        for (code, words) in file.layer {
            let layer = LayerId::ALL.iter().copied().find(|layer| layer.code() == code);
            let layer = layer.with_context(|| {
                let known: Vec<&str> = LayerId::ALL.iter().map(|layer| layer.code()).collect();
                let known = known.join(", ");
                format!("[layer.{code}]：没有这个图层；有 {known} | [layer.{code}]: there is no such layer; there are {known}")
            })?;
            check_fields(layer, words.columns.keys().chain(words.values.keys()))?;
            self.layers.entry(layer).or_default().absorb(words);
        }
        for table in file.table {
            for one in &table.uses {
                check_fields(one.layer, one.fields.keys().chain(one.optional.keys()).chain(one.values.keys()))?;
            }
            self.tables.push(table);
        }
        self.coordinates.extend(file.coordinates.into_iter().map(|pair| CoordinateColumns {
            x: pair.x.iter().map(|heading| plain_heading(heading)).collect(),
            y: pair.y.iter().map(|heading| plain_heading(heading)).collect(),
            crs: pair.crs,
        }));
        self.services.extend(file.service);
        Ok(())
    }

    /// Our own names and labels are understood everywhere, after all others.
    fn add_own_names(&mut self) {
        for &layer in LayerId::ALL {
            let words = self.layers.entry(layer).or_default();
            words.names.extend([layer.code().to_owned(), layer.label().zh]);
            for column in describe_layer(layer).map(|(columns, _)| columns).unwrap_or_default() {
                let theirs = words.columns.entry(column.name.to_owned()).or_default();
                theirs.insert(0, plain_heading(column.name));
                theirs.push(plain_heading(&column.label.zh));
            }
        }
    }
}

impl LayerWords {
    /// Adds the words of a later file behind those that are there.
    fn absorb(&mut self, later: Self) {
        self.names.extend(later.names);
        self.not.extend(later.not);
        for (field, theirs) in later.columns {
            self.columns.entry(field).or_default().extend(theirs.iter().map(|heading| plain_heading(heading)));
        }
        for (field, values) in later.values {
            let known = self.values.entry(field).or_default();
            for (theirs, ours) in values {
                known.entry(theirs).or_insert(ours);
            }
        }
    }
}

fn check_fields<'a>(layer: LayerId, fields: impl Iterator<Item = &'a String>) -> Result<()> {
    let columns = describe_layer(layer).map(|(columns, _)| columns).unwrap_or_default();
    for field in fields {
        if !columns.iter().any(|column| column.name == field) {
            let code = layer.code();
            let known: Vec<&str> = columns.iter().map(|column| column.name).collect();
            let known = known.join(", ");
            bail!("{code} 没有字段 {field}；有 {known} | {code} has no field {field}; it has: {known}");
        }
    }
    Ok(())
}

/// The .toml files that are named or in the named folders, in order.
fn own_files(own: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in own {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).with_context(|| reading(path))?;
        let mut inside: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        inside.retain(|path: &PathBuf| is_toml(path));
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"))
}

impl TableEntry {
    /// What the table is called.
    pub(crate) fn label(&self) -> Label {
        Label::parse(&self.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_sound_and_names_its_sources() {
        let dictionary = Dictionary::load(&[]).unwrap();
        for (name, text) in BUILT_IN {
            let file: DictionaryFile = toml::from_str(text).unwrap();
            assert!(file.basis.contains(" | ") && file.version.starts_with("20"), "{name}");
        }
        for &layer in LayerId::ALL {
            let words = &dictionary.layers[&layer];
            assert!(words.names.len() > 3, "{}", layer.code());
            for (field, values) in &words.values {
                for (theirs, ours) in values {
                    let sense = fireplan_read::survey::understand_words(layer, field, &[ours.as_str()]).unwrap();
                    let known = fireplan_read::survey::WordSense::Known(ours.clone());
                    assert_eq!(sense[0], known, "{} {field} {theirs}", layer.code());
                }
            }
        }
        for table in &dictionary.tables {
            assert!(table.title.contains(" | "), "{}", table.id);
            table.patterns.values().for_each(|pattern| drop(regex::Regex::new(pattern).unwrap()));
        }
    }

    #[test]
    fn a_bureau_adds_its_own_words_and_a_slip_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.toml");
        std::fs::write(&file, "version = '1'\nbasis = '本局 | ours'\n[layer.hydrants.columns]\nname = ['桩号']\n")
            .unwrap();
        let dictionary = Dictionary::load(&[folder.path().to_owned()]).unwrap();
        assert_eq!(dictionary.layers[&LayerId::Hydrants].columns["name"][1], "桩号");
        std::fs::write(&file, "version = '1'\nbasis = '本局 | ours'\n[layer.hydrants.columns]\nnmae = ['桩号']\n")
            .unwrap();
        let error = format!("{:#}", Dictionary::load(&[file]).unwrap_err());
        assert!(error.contains("nmae") && error.contains("own.toml"), "{error}");
    }
}
