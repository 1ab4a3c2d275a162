//! Columns: name with the unit last, label, coded values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cell, FixedText, Label, ValueKind, read_fixed};

/// One coded value of a column, e.g. `standard` = 普通消防车 | Standard fire truck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Code {
    /// As in files.
    #[serde(deserialize_with = "read_fixed")]
    pub code: FixedText,
    /// As shown to people.
    pub label: Label,
    /// It says that a fact is missing (待核): neither better nor worse than any other code.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undetermined: bool,
}

/// A column: its name carries its unit, its label and unit are shown to people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Name in files, with the unit last.
    #[serde(deserialize_with = "read_fixed")]
    pub name: FixedText,
    /// What people call it.
    pub label: Label,
    /// What its cells hold.
    pub kind: ValueKind,
    /// The unit shown, derived from the suffix of the name; empty where there is none.
    #[serde(deserialize_with = "read_fixed")]
    pub unit: FixedText,
    /// The coded values, where the column has such.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
    /// An empty cell says that there is nothing to say, not that nobody knows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sparse: bool,
    /// The codes run from the best to the worst; otherwise between them nothing is better.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub best_first: bool,
}

impl Column {
    /// A column of fields of this type. The label is `中文 | English`.
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
        ("_yuan_m3", "元/m³"),
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
        ("_ms", "ms"),
        ("_s", "s"),
        ("_t", "t"),
        ("_mpa", "MPa"),
        ("_percent", "%"),
        ("_deg", "°"),
        ("_people", "人"),
    ];
    UNITS.iter().find(|(suffix, _)| name.ends_with(suffix)).map_or("", |(_, unit)| unit)
}
