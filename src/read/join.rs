//! Facts of another table for towns and villages, joined by code or by name. What finds no partner is listed, both ways.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::rows::{Fields, first_filled, map_columns, quantity_columns};
use super::table::{SourceFeature, SourceTable};
use crate::quantity::{Columns, Declared};
use fireplan_model::layers::LayerId;
use fireplan_model::names;
use fireplan_model::notes::{NoteCase, NoteKind, Notes, Severity};
use fireplan_model::rows::{Row, Value};

/// Adds the facts of the table to the rows, and says how many records found their row; a filled cell of the table goes before the row's own value.
pub(super) fn join<R: Row>(
    rows: Vec<R>,
    table: &SourceTable,
    on: &str,
    fields: &Fields,
    declared: Declared,
    layer: LayerId,
    notes: &mut Notes,
) -> Result<(Vec<R>, usize)> {
    let names: Vec<&'static str> = R::columns().iter().map(|column| column.name).collect();
    let columns = map_columns(table, fields, &names)?;
    let quantities = quantity_columns::<R>(table, &columns, &BTreeMap::new(), declared, layer)?;
    let facts = Facts { table, columns, quantities };
    let key = facts.field(on);
    if key.is_none_or(<[usize]>::is_empty) {
        bail!("{} has no column for `{}`: name it in `fields`; it has: {}", table.file, on, table.columns.join(", "));
    }
    let index = Index::new(&facts);
    let mut used = vec![false; table.features.len()];
    let joined = rows
        .into_iter()
        .map(|row| {
            let own = OwnCodes::new(&row, &names);
            let Some(at) = index.find(&own, on, layer, notes) else {
                let text = format!("在 {} 中没有对应记录 | Not found in {}", table.file, table.file);
                notes.add(NoteKind::Missing, Some(layer), &text, own.case());
                return Ok(row);
            };
            used[at] = true;
            merge(row, &own, &facts, at, layer, notes)
        })
        .collect::<Result<Vec<R>>>()?;
    for (at, _) in used.iter().enumerate().filter(|(_, used)| !**used) {
        let text =
            format!("{} 中的记录在图层中没有对应 | Records of {} without a partner on the map", table.file, table.file);
        let label = facts.get(at, "name").or_else(|| facts.get(at, "code")).unwrap_or_default();
        let case = table.row_numbers().case(table.features[at].id).saying(label);
        notes.add((Severity::Warning, NoteKind::LeftOut), Some(layer), &text, case);
    }
    Ok((joined, used.iter().filter(|used| **used).count()))
}

/// The table by our field names.
struct Facts<'a> {
    table: &'a SourceTable,
    columns: Vec<(&'static str, Vec<usize>)>,
    quantities: Columns,
}

impl Facts<'_> {
    /// The value of a field as [`Row::read`] takes it; doubts are noted.
    fn value(&self, record: usize, field: &str, case: &NoteCase, notes: &mut Notes) -> Option<String> {
        let feature = &self.table.features[record];
        let cell = first_filled(feature, self.field(field)?, &self.table.numeric)?;
        self.quantities.read(field, cell, case, notes).map(|text| text.trim().to_owned())
    }

    fn field(&self, name: &str) -> Option<&[usize]> {
        self.columns.iter().find(|(field, _)| *field == name).map(|(_, columns)| columns.as_slice())
    }

    fn get(&self, record: usize, field: &str) -> Option<&str> {
        let feature: &SourceFeature = &self.table.features[record];
        self.field(field)?.iter().find_map(|column| feature.values[*column].as_deref()).map(str::trim)
    }
}

/// The values a row has of its own.
struct OwnCodes(Vec<(&'static str, Value)>);

impl OwnCodes {
    fn new<R: Row>(row: &R, names: &[&'static str]) -> Self {
        Self(names.iter().copied().zip(row.values()).collect())
    }

    fn get(&self, field: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(name, _)| *name == field)?;
        Some(value.to_string()).filter(|text| !text.is_empty())
    }

    /// The row as notes name it.
    fn case(&self) -> NoteCase {
        NoteCase::from(self.label()).of(&self.get("source_id").unwrap_or_default())
    }

    fn label(&self) -> String {
        self.get("name").or_else(|| self.get("code")).or_else(|| self.get("source_id")).unwrap_or_default()
    }
}

/// Records by code, by name, and by name without its rank. `None`: several records share the key.
struct Index {
    by_code: BTreeMap<String, Option<usize>>,
    by_name: BTreeMap<String, Option<usize>>,
    by_stem: BTreeMap<String, Option<usize>>,
}

impl Index {
    fn new(facts: &Facts) -> Self {
        let mut index = Self { by_code: BTreeMap::new(), by_name: BTreeMap::new(), by_stem: BTreeMap::new() };
        let put = |map: &mut BTreeMap<String, Option<usize>>, key: String, at| {
            map.entry(key).and_modify(|known| *known = None).or_insert(Some(at));
        };
        for at in 0..facts.table.features.len() {
            if let Some(code) = facts.get(at, "code") {
                put(&mut index.by_code, full_code(code), at);
            }
            if let Some(name) = facts.get(at, "name") {
                put(&mut index.by_name, names::plain(name), at);
                put(&mut index.by_stem, names::stem(name), at);
            }
        }
        index
    }

    /// By the key that was asked for; a row without a code, or whose name changed only its rank, by the next best.
    fn find(&self, own: &OwnCodes, on: &str, layer: LayerId, notes: &mut Notes) -> Option<usize> {
        let by_code = |own: &OwnCodes| self.by_code.get(&full_code(&own.get("code")?)).copied().flatten();
        if on == "code"
            && let Some(at) = by_code(own)
        {
            return Some(at);
        }
        let name = own.get("name")?;
        if let Some(at) = self.by_name.get(&names::plain(&name)).copied().flatten() {
            if on == "code" {
                let text = "代码无对应，按名称连接 | Code not found, joined by name";
                notes.add((Severity::Info, NoteKind::Doubted), Some(layer), text, own.case());
            }
            return Some(at);
        }
        let at = self.by_stem.get(&names::stem(&name)).copied().flatten()?;
        let text =
            "名称仅级别不同(如乡改镇)，已连接 | Names that differ only in rank (a township become a town), joined";
        notes.add((Severity::Info, NoteKind::Doubted), Some(layer), text, own.case());
        Some(at)
    }
}

/// A town's code of nine digits is the twelve-digit one without the zeros of the village.
fn full_code(code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    format!("{digits:0<12}")
}

fn merge<R: Row>(row: R, own: &OwnCodes, facts: &Facts, at: usize, layer: LayerId, notes: &mut Notes) -> Result<R> {
    let geometry = row.geometry().context("a row of towns or villages has a geometry")?;
    let record = facts.table.row_numbers().case(facts.table.features[at].id);
    let place = NoteCase { row: record.row, ..own.case().saying(format!("{}（{}）", record.text, own.label())) };
    let mut told = Notes::default();
    let mut field = |name: &'static str| {
        // What the map calls a thing stays: that is what the reader of the map knows.
        let keep_own = matches!(name, "name" | "code" | "source_id");
        let fact = facts.value(at, name, &place, &mut told);
        if keep_own { own.get(name).or(fact) } else { fact.or_else(|| own.get(name)) }
    };
    let mut doubts = Vec::new();
    let read = R::read(geometry, &mut field, &mut |name, text| doubts.push((name, text.to_owned())));
    notes.merge(told);
    for (name, text) in doubts {
        let note = format!("字段 {name} 的值无法识别，按缺失处理 | Values of {name} not understood, taken as missing");
        let case = place.saying(format!("{}: {text}", own.label())).doubting(name, text, None);
        notes.add(NoteKind::Doubted, Some(layer), &note, case);
    }
    Ok(read.unwrap_or(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_nine_and_twelve_digits_are_one() {
        assert_eq!(full_code("500234101"), full_code("500234101000"));
        assert_ne!(full_code("500234101001"), full_code("500234101000"));
    }
}
