//! Rows: how a plain struct becomes map features, table columns and legend entries, without format code of its own.
//!
//! A struct declared with [`row!`](crate::row!) names its columns by its fields (unit last: `travel_min`, `width_m`) and labels
//! them by the fields' doc comments, `中文 | English`. An enum declared with [`codes!`](crate::codes!) does the same for coded values.
//! Input layers are read from, and findings written as, such rows; formats know nothing else.

use std::sync::Arc;

use geo::{Centroid, Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text in both languages of the page, Chinese first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    pub zh: String,
    pub en: String,
}

impl Label {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Reads `中文 | English`; without a bar both languages get the same text.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        match text.split_once('|') {
            Some((zh, en)) => Self::new(zh.trim(), en.trim()),
            None => Self::new(text, text),
        }
    }
}

impl From<&str> for Label {
    /// See [`Label::parse`].
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl std::fmt::Display for Label {
    /// As [`Label::parse`] reads it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.zh == self.en { self.zh.fmt(f) } else { write!(f, "{} | {}", self.zh, self.en) }
    }
}

/// One cell of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Arc<str>),
    /// A sentence for people: in both languages, Chinese in files.
    Label(Arc<Label>),
    /// Proposed changes as a scenario has them, in JSON.
    Edits(Arc<str>),
}

impl Value {
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(value) => Some(value),
            _ => None,
        }
    }
}

impl std::fmt::Display for Value {
    /// As in a CSV cell: nothing for null.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Label(value) => value.zh.fmt(f),
            Self::Edits(value) => value.fmt(f),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueKind {
    Bool,
    Int,
    Float,
    Text,
    /// Text in both languages, as [`Label`].
    Label,
    /// Changes that a row proposes, ready for a scenario: see [`Edits`](crate::scenario::Edits).
    Edits,
}

/// One coded value of a column, e.g. `standard` = 普通消防车 | Standard fire truck.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Code {
    pub code: &'static str,
    pub label: Label,
}

/// A column: its name carries its unit, its label and unit are shown to people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    pub name: &'static str,
    pub label: Label,
    pub kind: ValueKind,
    /// The unit shown, derived from the suffix of the name; empty where there is none.
    pub unit: &'static str,
    /// The coded values, where the column has such.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
    /// An empty cell says that there is nothing to say, not that nobody knows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sparse: bool,
    /// The codes run from the best to the worst; otherwise between them nothing is better.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub best_first: bool,
}

impl Column {
    pub fn new<T: Cell>(name: &'static str, label: &str) -> Self {
        Self {
            name,
            label: Label::parse(label),
            kind: T::KIND,
            unit: unit_of(name),
            codes: T::codes(),
            sparse: T::SPARSE,
            best_first: T::BEST_FIRST,
        }
    }
}

/// The unit a name's suffix stands for: `travel_min` → min.
pub fn unit_of(name: &str) -> &'static str {
    const UNITS: &[(&str, &str)] = &[
        ("_l_s", "L/s"),
        ("_yuan_m2", "元/m²"),
        ("_yuan_m", "元/m"),
        ("_wan_yuan", "万元"),
        ("_m_hm2", "m/hm²"),
        ("_km2", "km²"),
        ("_hm2", "hm²"),
        ("_m2", "m²"),
        ("_m3", "m³"),
        ("_km", "km"),
        ("_kph", "km/h"),
        ("_mm", "mm"),
        ("_m", "m"),
        ("_min", "min"),
        ("_s", "s"),
        ("_t", "t"),
        ("_mpa", "MPa"),
        ("_percent", "%"),
        ("_deg", "°"),
        ("_people", "人"),
    ];
    UNITS.iter().find(|(suffix, _)| name.ends_with(suffix)).map_or("", |(_, unit)| unit)
}

/// What a field of a row can be: how it is written into a cell and understood from a source's text.
pub trait Cell: Sized {
    const KIND: ValueKind;
    /// See [`Column::sparse`].
    const SPARSE: bool = false;
    /// See [`Column::best_first`].
    const BEST_FIRST: bool = false;

    fn codes() -> Vec<Code> {
        Vec::new()
    }

    fn value(&self) -> Value;

    /// `None`: the text is not understood. The text is trimmed and not empty.
    fn parse(text: &str) -> Option<Self>;

    /// The value where the source has none; `None`: the row cannot be without it.
    fn missing() -> Option<Self>;
}

impl Cell for String {
    const KIND: ValueKind = ValueKind::Text;
    fn value(&self) -> Value {
        if self.is_empty() { Value::Null } else { Value::text(self.as_str()) }
    }
    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
    fn missing() -> Option<Self> {
        Some(String::new())
    }
}

/// A sentence about the row. A column named `story` is what the page shows first of a feature.
impl Cell for Label {
    const KIND: ValueKind = ValueKind::Label;
    const SPARSE: bool = true;
    fn value(&self) -> Value {
        if self.zh.is_empty() { Value::Null } else { Value::Label(Arc::new(self.clone())) }
    }
    fn parse(text: &str) -> Option<Self> {
        Some(Self::parse(text))
    }
    fn missing() -> Option<Self> {
        Some(Self::new("", ""))
    }
}

impl Cell for f64 {
    const KIND: ValueKind = ValueKind::Float;
    /// Nothing is nothing: the sum of no numbers is -0.0, which would be shown as `-0`.
    fn value(&self) -> Value {
        Value::Float(*self + 0.0)
    }
    /// Accepts the ways people write numbers with units or thousands: `3.5 m`, `1,200`, `２.5`.
    fn parse(text: &str) -> Option<Self> {
        let ascii: String = text.chars().map(ascii_width).filter(|c| *c != ',').collect();
        let digits =
            ascii.trim().trim_end_matches(|c: char| c.is_alphabetic() || c.is_whitespace() || "²³%".contains(c));
        digits.trim().parse().ok().filter(|value: &f64| value.is_finite())
    }
    fn missing() -> Option<Self> {
        None
    }
}

/// Full-width digits and punctuation, common in Chinese tables, as ASCII.
fn ascii_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

macro_rules! whole_number_cell {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            const KIND: ValueKind = ValueKind::Int;
            fn value(&self) -> Value {
                Value::Int(i64::from(*self))
            }
            fn parse(text: &str) -> Option<Self> {
                let value = f64::parse(text)?;
                (value.fract() == 0.0 && (Self::MIN as f64..=Self::MAX as f64).contains(&value)).then_some(value as Self)
            }
            fn missing() -> Option<Self> {
                None
            }
        }
    )*};
}
whole_number_cell!(u32, i32, i64);

impl Cell for bool {
    const KIND: ValueKind = ValueKind::Bool;
    fn value(&self) -> Value {
        Value::Bool(*self)
    }
    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "1" | "t" | "true" | "y" | "yes" | "是" | "有" => Some(true),
            "0" | "f" | "false" | "n" | "no" | "否" | "无" => Some(false),
            _ => None,
        }
    }
    fn missing() -> Option<Self> {
        Some(false)
    }
}

impl<T: Cell> Cell for Option<T> {
    const KIND: ValueKind = T::KIND;
    const BEST_FIRST: bool = T::BEST_FIRST;
    fn codes() -> Vec<Code> {
        T::codes()
    }
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Cell::value)
    }
    fn parse(text: &str) -> Option<Self> {
        T::parse(text).map(Some)
    }
    fn missing() -> Option<Self> {
        Some(None)
    }
}

/// A cell that is empty where there is nothing to say: no neck, no delay. [`Option`] is for what nobody knows (待核).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfAny<T>(pub Option<T>);

impl<T: Cell> Cell for IfAny<T> {
    const KIND: ValueKind = T::KIND;
    const SPARSE: bool = true;
    const BEST_FIRST: bool = T::BEST_FIRST;
    fn codes() -> Vec<Code> {
        T::codes()
    }
    fn value(&self) -> Value {
        self.0.value()
    }
    fn parse(text: &str) -> Option<Self> {
        T::parse(text).map(|value| Self(Some(value)))
    }
    fn missing() -> Option<Self> {
        Some(Self(None))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GeometryKind {
    None,
    Point,
    Line,
    Polygon,
    /// Points, lines and polygons side by side.
    Mixed,
}

/// What the geometry field of a row can be.
pub trait Shape: Sized {
    const KIND: GeometryKind;

    fn to_geometry(&self) -> Option<Geometry>;

    /// `None`: this geometry cannot stand for such a row.
    fn from_geometry(geometry: Geometry) -> Option<Self>;
}

impl Shape for () {
    const KIND: GeometryKind = GeometryKind::None;
    fn to_geometry(&self) -> Option<Geometry> {
        None
    }
    fn from_geometry(_: Geometry) -> Option<Self> {
        Some(())
    }
}

impl Shape for Point {
    const KIND: GeometryKind = GeometryKind::Point;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(Geometry::Point(*self))
    }
    /// A station drawn as a building outline stands at the outline's centroid.
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        geometry.centroid()
    }
}

impl Shape for LineString {
    const KIND: GeometryKind = GeometryKind::Line;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(Geometry::LineString(self.clone()))
    }
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        match geometry {
            Geometry::LineString(line) if line.0.len() > 1 => Some(line),
            Geometry::MultiLineString(MultiLineString(mut lines)) if lines.len() == 1 => lines.pop(),
            _ => None,
        }
    }
}

impl Shape for MultiLineString {
    const KIND: GeometryKind = GeometryKind::Line;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(match self.0.as_slice() {
            [line] => Geometry::LineString(line.clone()),
            _ => Geometry::MultiLineString(self.clone()),
        })
    }
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        match geometry {
            Geometry::LineString(line) => Some(Self(vec![line])),
            Geometry::MultiLineString(lines) => Some(lines),
            _ => None,
        }
    }
}

impl Shape for MultiPolygon {
    const KIND: GeometryKind = GeometryKind::Polygon;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(match self.0.as_slice() {
            [polygon] => Geometry::Polygon(polygon.clone()),
            _ => Geometry::MultiPolygon(self.clone()),
        })
    }
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        match geometry {
            Geometry::Polygon(polygon) => Some(Self(vec![polygon])),
            Geometry::MultiPolygon(polygons) => Some(polygons),
            _ => None,
        }
    }
}

impl Shape for Geometry {
    const KIND: GeometryKind = GeometryKind::Mixed;
    fn to_geometry(&self) -> Option<Geometry> {
        Some(self.clone())
    }
    fn from_geometry(geometry: Geometry) -> Option<Self> {
        Some(geometry)
    }
}

/// A struct declared with [`row!`](crate::row!).
pub trait Row: Sized {
    /// What one row is, from the struct's doc comment.
    fn title() -> Label;
    fn geometry_kind() -> GeometryKind;
    fn columns() -> Vec<Column>;
    fn geometry(&self) -> Option<Geometry>;
    /// In the order of [`Row::columns`].
    fn values(&self) -> Vec<Value>;

    /// Builds a row from a source: `field` gives the text of a column, if the source has it.
    /// A value that is not understood is told to `doubt` with its text, and counts as missing.
    fn read(
        geometry: Geometry,
        field: &mut dyn FnMut(&'static str) -> Option<String>,
        doubt: &mut dyn FnMut(&'static str, &str),
    ) -> Result<Self, Unreadable>;

    /// A row of which nothing is known but its place; `None` where a row cannot be without some fact.
    fn blank(geometry: impl Into<Geometry>) -> Option<Self> {
        Self::read(geometry.into(), &mut |_| None, &mut |_, _| {}).ok()
    }
}

/// Why a source's feature cannot become a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    Geometry,
    Missing(&'static str),
}

/// Reads one cell for [`Row::read`].
pub fn read_cell<T: Cell>(
    name: &'static str,
    field: &mut dyn FnMut(&'static str) -> Option<String>,
    doubt: &mut dyn FnMut(&'static str, &str),
) -> Result<T, Unreadable> {
    let text = field(name);
    let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let parsed = text.and_then(|text| {
        let parsed = T::parse(text);
        if parsed.is_none() {
            doubt(name, text);
        }
        parsed
    });
    parsed.or_else(T::missing).ok_or(Unreadable::Missing(name))
}

/// Every coordinate of the geometry finite?
pub fn is_finite(geometry: &Geometry) -> bool {
    use geo::CoordsIter;
    geometry.coords_iter().all(|Coord { x, y }| x.is_finite() && y.is_finite())
}

/// Declares a row struct: `geometry` first (`()` for a plain table row), then columns labelled by their doc comments.
#[macro_export]
macro_rules! row {
    (
        #[doc = $title:literal]
        $(#[doc = $more:literal])*
        $vis:vis struct $name:ident {
            geometry: $shape:ty,
            $( #[doc = $label:literal] $field:ident: $type:ty, )*
        }
    ) => {
        #[doc = $title]
        $(#[doc = $more])*
        #[derive(Debug, Clone)]
        $vis struct $name {
            pub geometry: $shape,
            $( #[doc = $label] pub $field: $type, )*
        }

        impl $crate::rows::Row for $name {
            fn title() -> $crate::rows::Label {
                $crate::rows::Label::parse($title)
            }
            fn geometry_kind() -> $crate::rows::GeometryKind {
                <$shape as $crate::rows::Shape>::KIND
            }
            fn columns() -> Vec<$crate::rows::Column> {
                vec![$( $crate::rows::Column::new::<$type>(stringify!($field), $label), )*]
            }
            fn geometry(&self) -> Option<geo::Geometry> {
                $crate::rows::Shape::to_geometry(&self.geometry)
            }
            fn values(&self) -> Vec<$crate::rows::Value> {
                vec![$( $crate::rows::Cell::value(&self.$field), )*]
            }
            fn read(
                geometry: geo::Geometry,
                field: &mut dyn FnMut(&'static str) -> Option<String>,
                doubt: &mut dyn FnMut(&'static str, &str),
            ) -> Result<Self, $crate::rows::Unreadable> {
                let geometry = <$shape as $crate::rows::Shape>::from_geometry(geometry)
                    .ok_or($crate::rows::Unreadable::Geometry)?;
                Ok(Self { geometry, $( $field: $crate::rows::read_cell(stringify!($field), field, doubt)?, )* })
            }
        }
    };
}

/// Declares an enum of coded values: each variant has its code and, as doc comment, its label.
/// A source may give the code or the Chinese label. `default` names the variant for "not said";
/// `order best_first` says that the codes run from the best to the worst.
#[macro_export]
macro_rules! codes {
    (
        $(#[doc = $doc:literal])*
        $vis:vis enum $name:ident $(default $default:ident)? $(order $order:ident)? {
            $( #[doc = $label:literal] $variant:ident = $code:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        $vis enum $name {
            $( #[doc = $label] #[serde(rename = $code)] $variant, )*
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            pub fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )* }
            }

            pub fn label(self) -> $crate::rows::Label {
                match self { $( Self::$variant => $crate::rows::Label::parse($label), )* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                <Self as $crate::rows::Cell>::parse(text.trim()).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|value| value.code()).collect();
                    format!("'{text}' is none of {}", known.join(", "))
                })
            }
        }

        impl $crate::rows::Cell for $name {
            const KIND: $crate::rows::ValueKind = $crate::rows::ValueKind::Text;
            const BEST_FIRST: bool = {
                let orders: &[&str] = &[$( stringify!($order) )?];
                !orders.is_empty()
            };
            fn codes() -> Vec<$crate::rows::Code> {
                Self::ALL.iter().map(|value| $crate::rows::Code { code: value.code(), label: value.label() }).collect()
            }
            fn value(&self) -> $crate::rows::Value {
                $crate::rows::Value::text(self.code())
            }
            fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| {
                    value.code().eq_ignore_ascii_case(text) || $crate::rows::Label::parse(match value {
                        $( Self::$variant => $label, )*
                    }).zh == text
                })
            }
            fn missing() -> Option<Self> {
                None $( .or(Some(Self::$default)) )?
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    codes! {
        /// Test colours.
        pub enum Colour default Red {
            /// 红 | Red
            Red = "red",
            /// 蓝 | Blue
            Blue = "blue",
        }
    }

    row! {
        /// 井 | Well
        pub struct Well {
            geometry: Point,
            /// 名称 | Name
            name: String,
            /// 深度 | Depth
            depth_m: Option<f64>,
            /// 颜色 | Colour
            colour: Colour,
        }
    }

    fn read(fields: &[(&'static str, &str)]) -> (Well, Vec<String>) {
        let mut doubts = Vec::new();
        let well = Well::read(
            Geometry::Point(Point::new(1.0, 2.0)),
            &mut |name| fields.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned()),
            &mut |name, text| doubts.push(format!("{name}={text}")),
        )
        .unwrap();
        (well, doubts)
    }

    #[test]
    fn a_row_names_labels_and_units_its_columns() {
        let columns = Well::columns();
        assert_eq!(columns[1].label, Label::new("深度", "Depth"));
        assert_eq!(columns[1].unit, "m");
        assert_eq!(columns[2].codes[1].code, "blue");
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        let (well, doubts) = read(&[("name", "东井"), ("depth_m", "１２.5 米"), ("colour", "蓝")]);
        assert_eq!((well.depth_m, well.colour), (Some(12.5), Colour::Blue));
        assert!(doubts.is_empty());
    }

    #[test]
    fn a_sentence_is_chinese_in_files_and_both_in_the_interface() {
        let cell = Label::new("两句话。", "Two sentences.").value();
        assert_eq!(cell.to_string(), "两句话。");
        assert_eq!(Label::new("", "").value(), Value::Null);
    }

    #[test]
    fn nothing_to_say_is_told_apart_from_not_known() {
        let [known, any] = [Column::new::<Option<f64>>("a_m", "x"), Column::new::<IfAny<f64>>("a_m", "x")];
        assert_eq!((known.sparse, any.sparse, any.kind), (false, true, ValueKind::Float));
        assert_eq!([IfAny::<f64>(None).value(), IfAny(Some(2.0)).value()], [Value::Null, Value::Float(2.0)]);
    }

    #[test]
    fn a_value_not_understood_is_missing_and_told() {
        let (well, doubts) = read(&[("depth_m", "deep"), ("colour", "green")]);
        assert_eq!((well.depth_m, well.colour), (None, Colour::Red));
        assert_eq!(doubts, ["depth_m=deep", "colour=green"]);
    }
}
