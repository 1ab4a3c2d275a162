//! The field map: layers and fields of the database, as `data/package/layers.toml` says them.

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::schedule::spec::{ColumnValue, RowGroup};

/// Every layer of the database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseMap {
    /// Fields that every layer has, in front of its own.
    pub common: Vec<FieldSpec>,
    /// The layers.
    pub layer: Vec<DatabaseLayer>,
    /// Which layers are looked at together.
    #[serde(default)]
    pub theme: Vec<DatabaseTheme>,
}

/// Layers that are looked at together, as a sheet of the atlas shows them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseTheme {
    /// What people call it: the title of the sheet.
    pub title: String,
    /// Names of its layers, from the top down.
    pub layers: Vec<String>,
}

/// One layer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseLayer {
    /// At most ten letters, as Shapefiles want it.
    pub name: String,
    /// What people call it.
    pub alias: String,
    /// `point`, `line` or `polygon`.
    pub geometry: LayerShape,
    /// 要素代码.
    pub code: String,
    /// Whether the features are there, 现状, or planned, 近期 or 远期; a column may say otherwise.
    #[serde(default)]
    pub term: String,
    /// Where its features come from.
    pub rows: Vec<RowGroup>,
    /// The column with the name of a feature.
    pub name_of: ColumnValue,
    /// The field by whose words it is drawn; without one, all features are drawn alike.
    #[serde(default)]
    pub style: Option<String>,
    /// Whether it lies below every other layer, as an outline that is not filled.
    #[serde(default)]
    pub ground: bool,
    /// Whether its features bear their names.
    #[serde(default)]
    pub named: bool,
    /// Its own fields.
    #[serde(default)]
    pub field: Vec<FieldSpec>,
    /// Keys of rules that it rests on: 依据 and 可信度.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// What the features of a layer are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerShape {
    /// A point each; what is a line or an area stands at a place on it.
    Point,
    /// A line or several each.
    Line,
    /// An area or several each.
    Polygon,
    /// Nothing: rows without a place, which the program itself fills.
    #[serde(skip)]
    Table,
}

/// One field.
#[derive(Debug, Clone, Deserialize)]
pub struct FieldSpec {
    /// At most ten letters and digits.
    pub code: String,
    /// What people call it, with the unit.
    pub alias: String,
    /// `C50`, `F15.2`, `I` or `D`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What stands in it; common fields are filled by their code.
    #[serde(flatten)]
    pub value: ColumnValue,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text of at most so many bytes in GBK.
    Text(usize),
    /// A number of so many digits, and so many of them behind the point.
    Real(usize, usize),
    /// A whole number.
    Whole,
    /// A day.
    Day,
}

impl FieldSpec {
    /// What it holds.
    ///
    /// # Errors
    /// If the type is none of those.
    pub fn kind(&self) -> Result<FieldKind> {
        let kind = self.kind.as_str();
        let sizes = |text: &str| text.split('.').map(str::parse).collect::<Result<Vec<usize>, _>>().ok();
        Ok(match (kind.chars().next(), sizes(kind.get(1..).unwrap_or_default()).as_deref()) {
            (Some('C'), Some([width])) => FieldKind::Text(*width),
            (Some('F'), Some([width, decimals])) => FieldKind::Real(*width, *decimals),
            (Some('I'), _) => FieldKind::Whole,
            (Some('D'), _) => FieldKind::Day,
            _ => bail!(
                "字段 {} 的类型“{kind}”不明，应为 C50、F15.2、I 或 D | the type '{kind}' of field {} is not C50, F15.2, I or D",
                self.code,
                self.code
            ),
        })
    }
}

impl DatabaseMap {
    /// Reads and checks the map.
    ///
    /// # Errors
    /// If it is not understood, or a name does not fit into every format.
    pub fn read(text: &str) -> Result<Self> {
        let map: Self =
            toml::from_str(text).context("读取 data/package/layers.toml | reading data/package/layers.toml")?;
        for (at, layer) in map.layer.iter().enumerate() {
            check_name(&layer.name)?;
            let is_again = |other: &DatabaseLayer| other.name == layer.name || other.alias == layer.alias;
            if map.layer[..at].iter().any(is_again) {
                let (name, alias) = (&layer.name, &layer.alias);
                bail!(
                    "图层名或别名重复：{name}（{alias}） | a name or alias of a layer is there twice: {name} ({alias})"
                );
            }
            for field in map.common.iter().chain(&layer.field) {
                check_name(&field.code)?;
                field.kind()?;
            }
        }
        for (theme, name) in map.theme.iter().flat_map(|theme| theme.layers.iter().map(move |name| (theme, name))) {
            if map.layer.iter().all(|layer| layer.name != *name) {
                let title = &theme.title;
                bail!("主题“{title}”中没有图层 {name} | the theme '{title}' names the layer {name}, which is none");
            }
        }
        Ok(map)
    }
}

/// Shapefiles cut longer names, and change others.
fn check_name(name: &str) -> Result<()> {
    let plain = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if name.is_empty() || name.len() > 10 || !plain {
        bail!(
            "图层或字段名“{name}”应为不超过 10 个大写字母、数字 | \
             the name '{name}' of a layer or field should be at most 10 capital letters and digits"
        );
    }
    Ok(())
}
