//! The range in which a value of a column is believed, from `data/quantities.toml`: one table for what files say and for what
//! edits of scenarios ask.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The values of a column that are believed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plausible {
    /// The least value, in the unit of the column's name.
    pub from: f64,
    /// The greatest value.
    pub to: f64,
    /// Zero is a value like another.
    #[serde(default)]
    pub zero_measured: bool,
    /// Where the bounds come from, `中文 | English`: no range without a reason.
    pub why: String,
    /// What a column as a whole shows where each of its values could be true.
    pub usual: Option<Usual>,
}

/// What the values of a whole column usually come to; outside of it they are in another unit if one makes them usual.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usual {
    /// Which value of the column is looked at.
    pub of: UsualOf,
    /// Its least value.
    pub from: f64,
    /// Its greatest value.
    pub to: f64,
    /// Where the bounds come from, `中文 | English`.
    pub why: String,
}

/// Which value stands for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsualOf {
    /// The one in the middle.
    Median,
    /// The greatest.
    Largest,
}

impl Usual {
    /// Whether a column is like others whose values, in ascending order, are these; of none nothing is known.
    pub fn has(&self, sorted: &[f64]) -> bool {
        let stands_for = match self.of {
            // Of an even number the smaller one: a single odd value beside a usual one speaks for no other unit.
            UsualOf::Median => sorted.get(sorted.len().saturating_sub(1) / 2),
            UsualOf::Largest => sorted.last(),
        };
        stands_for.is_none_or(|value| (self.from..=self.to).contains(value))
    }
}

impl Plausible {
    /// Whether a value is believed.
    pub fn has(&self, value: f64) -> bool {
        (self.from..=self.to).contains(&value)
    }
}

/// Per layer and column; the units, which stand in the same file, are no ranges.
#[derive(Deserialize)]
struct Ranges {
    #[serde(rename = "unit")]
    _units: serde::de::IgnoredAny,
    #[serde(flatten)]
    layers: BTreeMap<String, BTreeMap<String, Plausible>>,
}

fn ranges() -> &'static BTreeMap<String, BTreeMap<String, Plausible>> {
    static RANGES: OnceLock<Ranges> = OnceLock::new();
    let read =
        || toml::from_str(include_str!("../../data/quantities.toml")).expect("a test reads data/quantities.toml");
    &RANGES.get_or_init(read).layers
}

/// The range of a column of a layer, where one is known.
pub fn plausible(layer: &str, column: &str) -> Option<&'static Plausible> {
    ranges().get(layer)?.get(column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{LayerId, LayerVisitor, Layers};
    use crate::rows::{Row, ValueKind};

    #[test]
    fn every_column_that_counts_or_measures_has_a_range_with_its_reason() {
        struct Names;
        impl LayerVisitor for Names {
            type Output = Vec<&'static str>;
            fn visit<R: Row>(&mut self, _: &mut Vec<R>) -> Vec<&'static str> {
                let number = |kind| matches!(kind, ValueKind::Int | ValueKind::Float);
                R::columns().iter().filter(|column| number(column.kind)).map(|column| column.name).collect()
            }
        }
        for &layer in LayerId::ALL {
            let columns = Layers::default().visit(layer, &mut Names).unwrap_or_default();
            for column in &columns {
                let range = plausible(layer.code(), column).unwrap_or_else(|| panic!("{}.{column}", layer.code()));
                assert!(range.from < range.to && range.why.contains(" | "), "{column}");
            }
            let known = ranges().get(layer.code()).map_or(0, BTreeMap::len);
            assert_eq!(known, columns.len(), "{}: a range for a column that is not there", layer.code());
        }
    }
}
