//! Facts verified on the spot (现场核查表.xlsx), read back: they go before what the sources say, each with its day and its person.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::join::{Facts, JoinRequest, OwnCodes, merge};
use crate::manifest::OneOrMany;
use crate::quantity::Declared;
use crate::rows::Fields;
use crate::table::SourceTable;
use crate::words::ExtraWords;
use fireplan_model::corrections::{
    DAY_HEADING, ID_COLUMN, ID_HEADING, PERSON_HEADING, correction_heading, correction_words, is_correctable,
};
use fireplan_model::layers::{LayerId, LayerVisitor};
use fireplan_model::notes::{NoteCase, NoteKind, Notes, Severity};
use fireplan_model::rows::{Column, Row, Value, ValueKind};

/// Corrects the rows of a layer and tells how many features were found in it.
pub(super) struct CorrectRows<'a> {
    pub(super) layer: LayerId,
    pub(super) table: &'a SourceTable,
    pub(super) words: &'a ExtraWords,
    pub(super) notes: &'a mut Notes,
}

/// Who looked at a feature and when, and where that stands.
struct Sighting {
    record: usize,
    day: String,
    person: String,
}

impl LayerVisitor for CorrectRows<'_> {
    type Output = Result<usize>;

    fn visit<R: Row>(&mut self, layer_rows: &mut Vec<R>) -> Result<usize> {
        let columns = R::columns();
        let mut sightings = self.list_sightings(&columns)?;
        let fields = self.map_fields(&columns);
        let units = BTreeMap::new();
        // Whoever writes 0 has seen it.
        let is_number = |column: &&Column| matches!(column.kind, ValueKind::Int | ValueKind::Float);
        let zero_counts: Vec<String> = columns.iter().filter(is_number).map(|column| column.name.to_owned()).collect();
        let declared =
            Declared { units: &units, zero_counts: &zero_counts, beside: None, stated: &self.table.stated_units };
        let (layer, table, words) = (self.layer, self.table, self.words);
        let facts = Facts::new::<R>(&JoinRequest { layer, table, on: ID_COLUMN, fields: &fields, declared, words })?;
        let names: Vec<&'static str> = columns.iter().map(|column| column.name).collect();
        let mut corrected = Vec::with_capacity(layer_rows.len());
        let mut found = 0;
        for row in std::mem::take(layer_rows) {
            let own = OwnCodes::new(&row, &names);
            let Some(sighting) = own.get(ID_COLUMN).and_then(|id| sightings.remove(&id)) else {
                corrected.push(row);
                continue;
            };
            found += 1;
            let before = row.values();
            let row = merge(row, &own, &facts, sighting.record, layer, self.notes)?;
            self.tell_changes(&columns, (&before, &row.values()), &own, &sighting);
            corrected.push(row);
        }
        *layer_rows = corrected;
        for sighting in sightings.values() {
            let text = "现场核查表中的编号在图层中没有对应，未采用；请勿改动编号 | \
                        Ids of the field workbook that the layer has not, not used: do not change them";
            let case = self.case(sighting.record);
            self.notes.add((Severity::Warning, NoteKind::LeftOut), Some(layer), text, case);
        }
        Ok(found)
    }
}

impl CorrectRows<'_> {
    /// The rows of the workbook in which somebody has written something, by the id of the feature: the latest of each.
    fn list_sightings(&mut self, columns: &[Column]) -> Result<BTreeMap<String, Sighting>> {
        let id_at = self.table.expect_column(ID_HEADING)?;
        let (day_at, person_at) = (self.table.expect_column(DAY_HEADING)?, self.table.expect_column(PERSON_HEADING)?);
        let headings: Vec<String> =
            columns.iter().filter(|column| is_correctable(column)).map(correction_heading).collect();
        let facts_at: Vec<usize> = headings.iter().filter_map(|heading| self.table.column(heading)).collect();
        let mut sightings: BTreeMap<String, Sighting> = BTreeMap::new();
        for record in 0..self.table.features.len() {
            let feature = &self.table.features[record];
            let cell = |at: usize| feature.values[at].as_deref().unwrap_or_default().trim();
            if facts_at.iter().all(|at| cell(*at).is_empty()) {
                continue;
            }
            let (id, person) = (cell(id_at).to_owned(), cell(person_at).to_owned());
            let Some(day) = parse_day(cell(day_at)).filter(|_| !person.is_empty()) else {
                let text = "现场核查表中缺核查日期或核查人的行，未采用；日期写作 2026-03-01 | \
                            Rows of the field workbook without a day or a person, not used: write the day as 2026-03-01";
                let case = self.case(record);
                self.notes.add((Severity::Warning, NoteKind::LeftOut), Some(self.layer), text, case);
                continue;
            };
            let is_later = sightings.get(&id).is_none_or(|known| known.day <= day);
            if is_later {
                sightings.insert(id, Sighting { record, day, person });
            }
        }
        Ok(sightings)
    }

    fn map_fields(&self, columns: &[Column]) -> Fields {
        let facts = columns.iter().filter(|column| is_correctable(column));
        let named = facts.map(|column| (column.name.to_owned(), correction_heading(column)));
        let present = named.filter(|(_, heading)| self.table.column(heading).is_some());
        let id = std::iter::once((ID_COLUMN.to_owned(), ID_HEADING.to_owned()));
        present.chain(id).map(|(name, heading)| (name, OneOrMany(vec![heading]))).collect()
    }

    fn tell_changes(
        &mut self,
        columns: &[Column],
        (before, after): (&[Value], &[Value]),
        own: &OwnCodes,
        sighting: &Sighting,
    ) {
        let changes = columns.iter().zip(before.iter().zip(after)).filter(|(_, (before, after))| before != after);
        let words =
            |column: &Column, value: &Value| correction_words(column, value).unwrap_or_else(|| "待核".to_owned());
        let told: Vec<String> = changes
            .map(|(column, (before, after))| {
                let heading = correction_heading(column);
                format!("{heading} {}→{}", words(column, before), words(column, after))
            })
            .collect();
        let seen = format!("（{}，{}）", sighting.day, sighting.person);
        let (text, what) = if told.is_empty() {
            ("现场核查与现有数据一致 | Verified on the spot as the sources say", String::new())
        } else {
            ("按现场核查更正 | Corrected as seen on the spot", format!("：{}", told.join("，")))
        };
        let case = self.case(sighting.record).saying(format!("{}{what}{seen}", own.label()));
        let case = NoteCase { row: case.row, ..own.case().saying(case.text) };
        self.notes.add(Severity::Info, Some(self.layer), text, case);
    }

    fn case(&self, record: usize) -> NoteCase {
        self.table.row_numbers().case(self.table.features[record].id)
    }
}

/// A day as `2026-03-01`, from any of the usual ways of writing it; `None`: it is none.
fn parse_day(text: &str) -> Option<String> {
    let day = text.split([' ', 'T']).next()?;
    let parts: Vec<&str> = day.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let [year, month, day] = parts[..] else { return None };
    let (year, month, day): (u32, u32, u32) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let is_day = (1990..=2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    is_day.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_any_of_the_usual_ways() {
        for text in ["2026-03-01", "2026/3/1", "2026年3月1日", "2026.03.01", "2026/03/01 00:00:00"] {
            assert_eq!(parse_day(text).as_deref(), Some("2026-03-01"), "{text}");
        }
        for text in ["", "3月1日", "2026-13-01", "昨天", "2026-03"] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }
}
