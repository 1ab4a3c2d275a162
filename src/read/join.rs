//! Facts of another table for towns and villages, joined by code or by name. What finds no partner is listed, both ways.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::partners::{Identity, Partner, find_partners};
use super::rows::{Fields, first_filled, map_columns, quantity_columns, word_columns};
use super::table::{SourceFeature, SourceTable};
use crate::quantity::{Columns, Declared};
use crate::words::{ExtraWords, WordColumns};
use fireplan_model::layers::LayerId;
use fireplan_model::names;
use fireplan_model::notes::{NoteCase, NoteKind, Notes, Severity};
use fireplan_model::rows::{Row, Value};

/// Adds the facts of the table to the rows, and says how many records found their row; a filled cell of the table goes before the row's own value.
pub(super) fn join<R: Row>(rows: Vec<R>, joining: &JoinRequest, notes: &mut Notes) -> Result<(Vec<R>, usize)> {
    let JoinRequest { layer, table, on, .. } = *joining;
    let names: Vec<&'static str> = R::columns().iter().map(|column| column.name).collect();
    let facts = Facts::new::<R>(joining)?;
    let key = facts.field(on);
    if key.is_none_or(<[usize]>::is_empty) {
        let (file, theirs) = (&table.file, table.columns.join("、"));
        bail!(
            "{file} 没有对应 {on} 的列，请在 join 的 fields 中写明；该文件的列有 {theirs} | \
             {file} has no column for `{on}`: name it in `fields`; it has: {theirs}"
        );
    }
    let own: Vec<OwnCodes> = rows.iter().map(|row| OwnCodes::new(row, &names)).collect();
    let identities: Vec<Identity> = own.iter().map(OwnCodes::identity).collect();
    let records: Vec<Identity> = (0..table.features.len()).map(|at| facts.identity(at)).collect();
    let partners = find_partners(&identities, &records, layer == LayerId::Towns);
    let mut used = vec![false; table.features.len()];
    let mut joined = Vec::with_capacity(rows.len());
    for ((row, own), partner) in rows.into_iter().zip(&own).zip(partners) {
        note_partner(partner, own, &facts, layer, notes);
        joined.push(match partner {
            Partner::Code(at) | Partner::Name(at) | Partner::Rank(at) => {
                used[at] = true;
                merge(row, own, &facts, at, layer, notes)?
            }
            Partner::Ambiguous | Partner::ElsewhereNamesake(_) | Partner::OtherRank(_) | Partner::None => row,
        });
    }
    for (at, _) in used.iter().enumerate().filter(|(_, used)| !**used) {
        let text =
            format!("{} 中的记录在图层中没有对应 | Records of {} without a partner on the map", table.file, table.file);
        let label = facts.get(at, "name").or_else(|| facts.get(at, "code")).unwrap_or_default();
        let case = table.row_numbers().case(table.features[at].id).saying(label);
        notes.add((Severity::Warning, NoteKind::LeftOut), Some(layer), &text, case);
    }
    Ok((joined, used.iter().filter(|used| **used).count()))
}

/// Tells what was not found, or found by its name only.
fn note_partner(partner: Partner, own: &OwnCodes, facts: &Facts, layer: LayerId, notes: &mut Notes) {
    let file = &facts.table.file;
    let mut note = |severity: Severity, text: &str, example: String| {
        notes.add((severity, NoteKind::Doubted), Some(layer), text, own.case().saying(example));
    };
    let beside = |at: usize| {
        let theirs = [facts.get(at, "name"), facts.get(at, "code")];
        let theirs: Vec<&str> = theirs.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        format!("{} ↔ {file}#{}（{}）", own.full_label(), facts.table.features[at].id, theirs.join(" "))
    };
    match partner {
        Partner::Code(at) => {
            let (Some(ours), Some(theirs)) = (own.get("name"), facts.get(at, "name")) else { return };
            if names::stem(&ours) != names::stem(theirs) {
                let text =
                    "代码相同而名称不同，按代码连接，请核对 | One code and two names: joined by code, to be checked";
                note(Severity::Warning, text, beside(at));
            }
        }
        Partner::Name(at) => {
            let text = "代码无对应，仅按名称连接，请核对是否同一处 | No code found, joined by name only: check that it is the same place";
            note(Severity::Info, text, beside(at));
        }
        Partner::Rank(at) => {
            let text = "名称仅级别不同(如乡改镇)，已连接，请核对是否同一处 | \
                        Names that differ only in rank (a township become a town), joined: check that it is the same place";
            note(Severity::Warning, text, beside(at));
        }
        Partner::OtherRank(at) => {
            let text = "名称级别不同(如街道与镇)，按两处看待，未连接；若是同一处，请改正名称或补充代码 | \
                        Names of two ranks (a sub-district and a town) are two places, not joined: correct the name or give the code if it is one";
            note(Severity::Warning, text, beside(at));
        }
        Partner::Ambiguous => {
            let text = format!(
                "{file} 中或图上有几处同名、同代码或仅级别不同，无法判断是哪一处，未连接(待核)；请补充代码 | \
                 Several records of {file}, or several places on the map, share the code or name: not joined; give their codes"
            );
            note(Severity::Warning, &text, own.label());
        }
        Partner::ElsewhereNamesake(at) => {
            let text = "同名，但代码属于另一县区，未连接；若是同一处，请改正代码 | \
                        A namesake with the code of another county, not joined: correct the code if it is the same place";
            note(Severity::Warning, text, beside(at));
        }
        Partner::None => {
            let text = format!("在 {file} 中没有对应记录 | Not found in {file}");
            note(Severity::Warning, &text, own.label());
        }
    }
}

/// What is to be joined to the rows of a layer.
#[derive(Clone, Copy)]
pub(super) struct JoinRequest<'a> {
    pub layer: LayerId,
    pub table: &'a SourceTable,
    /// The field that both must have.
    pub on: &'a str,
    pub fields: &'a Fields,
    pub declared: Declared<'a>,
    pub words: &'a ExtraWords,
}

/// The table by our field names.
pub(super) struct Facts<'a> {
    table: &'a SourceTable,
    columns: Vec<(&'static str, Vec<usize>)>,
    quantities: Columns,
    words: WordColumns,
}

impl<'a> Facts<'a> {
    /// The table of this request.
    pub(super) fn new<R: Row>(joining: &JoinRequest<'a>) -> Result<Self> {
        let JoinRequest { layer, table, fields, declared, words, .. } = *joining;
        let names: Vec<&'static str> = R::columns().iter().map(|column| column.name).collect();
        let columns = map_columns(table, fields, &names)?;
        let quantities = quantity_columns::<R>(table, &columns, &BTreeMap::new(), declared, layer)?;
        let words = word_columns::<R>(table, &columns, words, layer);
        Ok(Self { table, columns, quantities, words })
    }
}

impl Facts<'_> {
    /// The value of a field as [`Row::read`] takes it; doubts are noted.
    fn value(&self, record: usize, field: &str, case: &NoteCase, notes: &mut Notes) -> Option<String> {
        let feature = &self.table.features[record];
        let cell = first_filled(feature, self.field(field)?, &self.table.numeric)?;
        if self.words.has(field) {
            return self.words.read(field, cell, case, notes);
        }
        self.quantities.read(field, cell, case, notes).map(|text| text.trim().to_owned())
    }

    fn field(&self, name: &str) -> Option<&[usize]> {
        self.columns.iter().find(|(field, _)| *field == name).map(|(_, columns)| columns.as_slice())
    }

    fn identity(&self, record: usize) -> Identity {
        Identity::new(self.get(record, "code"), self.get(record, "name"))
    }

    fn get(&self, record: usize, field: &str) -> Option<&str> {
        let feature: &SourceFeature = &self.table.features[record];
        self.field(field)?.iter().find_map(|column| feature.values[*column].as_deref()).map(str::trim)
    }
}

/// The values a row has of its own.
pub(super) struct OwnCodes(Vec<(&'static str, Value)>);

impl OwnCodes {
    pub(super) fn new<R: Row>(row: &R, names: &[&'static str]) -> Self {
        Self(names.iter().copied().zip(row.values()).collect())
    }

    pub(super) fn get(&self, field: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(name, _)| *name == field)?;
        Some(value.to_string()).filter(|text| !text.is_empty())
    }

    /// The row as notes name it.
    pub(super) fn case(&self) -> NoteCase {
        NoteCase::from(self.label()).of(&self.get("source_id").unwrap_or_default())
    }

    fn identity(&self) -> Identity {
        Identity::new(self.get("code").as_deref(), self.get("name").as_deref())
    }

    /// Name and code.
    fn full_label(&self) -> String {
        let parts = [self.get("name"), self.get("code")];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn label(&self) -> String {
        self.get("name").or_else(|| self.get("code")).or_else(|| self.get("source_id")).unwrap_or_default()
    }
}

/// The row with the facts of a record before its own values.
pub(super) fn merge<R: Row>(
    row: R,
    own: &OwnCodes,
    facts: &Facts,
    at: usize,
    layer: LayerId,
    notes: &mut Notes,
) -> Result<R> {
    let geometry = row.geometry().context("连接事实的要素应有位置 | a row that facts are joined to has a geometry")?;
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
