//! Tables filled from the findings, cell by cell; what could not be filled is told.

use std::collections::{BTreeMap, BTreeSet};

use geo::Geometry;

use fireplan_model::rows::Value;

use super::cells::{JoinedSheet, RowInHand};
use super::spec::{ColumnSpec, ColumnValue, RowGroup, ScheduleSpec};
use crate::places::PlaceFinder;
use crate::sources::{FoundRow, FoundSheet, SheetLookup, Sources, passes};
use crate::template::Teller;
use crate::wording::SheetCell;

/// Rows that were found, and what of them was not.
#[derive(Default)]
pub struct FoundRecords {
    /// The rows.
    pub records: Vec<FilledRecord>,
    /// Which analyses they come from.
    pub data: Vec<String>,
    /// Which are missing.
    pub missing: Vec<String>,
}

/// One row with its place.
pub struct FilledRecord {
    /// A cell per column.
    pub cells: Vec<SheetCell>,
    /// Where it is, in local metres.
    pub geometry: Option<Geometry>,
    /// Whether the scenario adds or moves it: it is not there today.
    pub is_planned: bool,
}

/// A table with its rows.
#[derive(Debug, Clone, Default)]
pub struct FilledSchedule {
    /// 附表N; empty for a table that has no number.
    pub label: String,
    /// Its name.
    pub title: String,
    /// `A3` or `A4`.
    pub paper: String,
    /// Its columns.
    pub columns: Vec<ColumnSpec>,
    /// Its rows, a cell per column.
    pub rows: Vec<Vec<SheetCell>>,
    /// The sums, where it has any.
    pub totals: Option<Vec<SheetCell>>,
    /// What stands below it.
    pub notes: Vec<String>,
    /// Which analyses it rests on.
    pub data: Vec<String>,
    /// What is said where there is no row and nothing is missing.
    pub empty: String,
    /// What is missing so that it has no row, if so.
    pub missing: Option<String>,
}

/// Fills tables.
pub struct Filler<'a> {
    pub(super) sources: &'a Sources<'a>,
    pub(super) teller: &'a Teller<'a>,
    pub(super) places: &'a PlaceFinder<'a>,
}

impl<'a> Filler<'a> {
    /// With what it may print.
    pub fn new(sources: &'a Sources<'a>, teller: &'a Teller<'a>, places: &'a PlaceFinder<'a>) -> Self {
        Self { sources, teller, places }
    }

    /// The table with its rows.
    pub fn fill(&self, spec: &ScheduleSpec) -> FilledSchedule {
        let columns: Vec<(&str, &ColumnValue)> =
            spec.column.iter().map(|column| (column.title.as_str(), &column.value)).collect();
        let found = self.fill_records(&spec.rows, &columns);
        let mut rows: Vec<Vec<SheetCell>> = found.records.into_iter().map(|record| record.cells).collect();
        rows.extend(spec.fixed.iter().map(|fixed| self.fixed_row(spec, &fixed.cells)));
        let missing = (rows.is_empty() && !found.missing.is_empty()).then(|| found.missing.join("；"));
        let totals = add_up(&spec.column, &rows);
        let is_summed = |at: usize| totals.is_some() && spec.column[at].total;
        let partial = rows
            .iter()
            .any(|row| row.iter().enumerate().any(|(at, cell)| is_summed(at) && *cell == SheetCell::Unknown));
        FilledSchedule {
            label: format!("附表{}", spec.number),
            title: spec.title.clone(),
            paper: spec.paper.clone(),
            columns: spec.column.clone(),
            notes: self.notes(spec, partial),
            rows,
            totals,
            empty: spec.empty.clone(),
            data: found.data,
            missing,
        }
    }

    /// The rows of these groups, one below the other, with a cell for each column.
    pub fn fill_records(&self, groups: &[RowGroup], columns: &[(&str, &ColumnValue)]) -> FoundRecords {
        let mut found = FoundRecords::default();
        for group in groups {
            match self.sources.first_sheet(&group.from) {
                SheetLookup::Found(sheet) => {
                    self.fill_group(group, columns, &sheet, &mut found.records);
                    found.data.extend(group.from.iter().filter_map(|name| self.title_of(name)));
                }
                SheetLookup::Nothing => found.data.extend(group.from.iter().filter_map(|name| self.title_of(name))),
                SheetLookup::Missing => found.missing.extend(group.from.iter().map(|name| self.why_missing(name))),
            }
        }
        found.missing.dedup();
        let mut told = BTreeSet::new();
        found.data.retain(|title| told.insert(title.clone()));
        found
    }

    /// The words that a coded column can say, in the order of its codes; none where it is not coded.
    pub fn words_of(&self, groups: &[RowGroup], value: &ColumnValue) -> Vec<String> {
        let Some((group, name)) = groups.first().zip(value.value.as_deref()) else { return Vec::new() };
        let name = name.split('|').next().unwrap_or(name);
        let (from, column) = match name.split_once('.') {
            Some((join, column)) => (group.join.get(join).map(|join| vec![join.from.clone()]), column),
            None => (Some(group.from.clone()), name),
        };
        let SheetLookup::Found(sheet) = self.sources.first_sheet(&from.unwrap_or_default()) else { return Vec::new() };
        let codes = sheet.column(column).map(|(_, column)| column.codes.iter());
        codes.into_iter().flatten().map(|code| code.label.zh.clone()).collect()
    }

    /// What people call the analysis that a sheet comes from.
    fn title_of(&self, name: &str) -> Option<String> {
        let (analysis, _) = name.split_once('.')?;
        let answer = self.sources.answers.iter().find(|answer| answer.id == analysis);
        answer.map(|answer| answer.title.zh.clone()).or_else(|| (analysis == "area").then(|| "现状数据".to_owned()))
    }

    fn why_missing(&self, name: &str) -> String {
        format!("缺：{}，需补充", self.sources.tell_missing(name))
    }

    /// The clauses it rests on, and what else is to be said of it.
    fn notes(&self, spec: &ScheduleSpec, partial: bool) -> Vec<String> {
        let cites = spec.rules.iter().flat_map(|key| self.teller.tell_rule(key));
        let told = spec.notes.iter().map(|note| self.teller.tell(note).text);
        let partial = partial.then(|| "合计只计已知的数值，“待核”的未计入。".to_owned());
        // One list may stand in place of several conditions.
        let mut known = BTreeSet::new();
        cites.chain(told).chain(partial).filter(|note| known.insert(note.clone())).collect()
    }

    fn fill_group(
        &self,
        group: &RowGroup,
        columns: &[(&str, &ColumnValue)],
        sheet: &FoundSheet<'_>,
        records: &mut Vec<FilledRecord>,
    ) {
        let joins = group.join.iter().filter_map(|(name, join)| Some((name.as_str(), self.joined(join)?)));
        let joins: BTreeMap<&str, JoinedSheet<'_>> = joins.collect();
        let mut wanted: Vec<FoundRow<'_>> =
            sheet.rows.iter().copied().filter(|row| passes(sheet, *row, &group.only)).collect();
        self.sort(sheet, &group.sort, &mut wanted);
        let has_rows =
            |name: &&String| matches!(self.sources.sheet(name), SheetLookup::Found(found) if !found.rows.is_empty());
        let is_estimate = group.from.iter().find(has_rows).is_some_and(|name| self.teller.has_unverified_price(name));
        for row in wanted {
            let hand = RowInHand { number: records.len() + 1, sheet, row, joins: &joins, is_estimate };
            let cells = columns.iter().map(|(title, value)| self.cell(&hand, group.cells.get(*title).unwrap_or(value)));
            let (geometry, is_planned) = (row.geometry.cloned(), self.sources.is_planned(row));
            records.push(FilledRecord { cells: cells.collect(), geometry, is_planned });
        }
    }

    fn sort(&self, sheet: &FoundSheet<'_>, by: &[String], rows: &mut [FoundRow<'_>]) {
        for name in by.iter().rev() {
            let Some((at, _)) = sheet.column(name) else { continue };
            rows.sort_by(|a, b| {
                let rank = |row: &FoundRow<'_>| match &row.values[at] {
                    Value::Text(text) => self.places.town_rank(text) as f64,
                    value => value.as_f64().unwrap_or(f64::INFINITY),
                };
                rank(a).total_cmp(&rank(b))
            });
        }
    }

    fn fixed_row(&self, spec: &ScheduleSpec, cells: &[String]) -> Vec<SheetCell> {
        let told = spec.column.iter().enumerate().map(|(at, _)| match cells.get(at) {
            Some(text) => self.teller.tell_cell(text),
            None => SheetCell::Nothing,
        });
        told.collect()
    }
}

/// 合计: the sums of the columns that have one, of the numbers that are known; `None` without such a column or without rows.
fn add_up(columns: &[ColumnSpec], rows: &[Vec<SheetCell>]) -> Option<Vec<SheetCell>> {
    if rows.len() < 2 || columns.iter().all(|column| !column.total) {
        return None;
    }
    let sum = |at: usize| {
        let numbers: Vec<f64> = rows
            .iter()
            .filter_map(|row| match row[at] {
                SheetCell::Number(value, _) | SheetCell::Unverified(value, _) => Some(value),
                _ => None,
            })
            .collect();
        let doubted = rows.iter().any(|row| matches!(row[at], SheetCell::Unverified(..)));
        match SheetCell::number(numbers.iter().sum(), 2) {
            _ if numbers.is_empty() => SheetCell::Unknown,
            SheetCell::Number(value, decimals) if doubted => SheetCell::Unverified(value, decimals),
            sum => sum,
        }
    };
    let cells = columns.iter().enumerate().map(|(at, column)| match (at, column.total) {
        (_, true) => sum(at),
        (0, false) => SheetCell::text("合计"),
        _ => SheetCell::Nothing,
    });
    Some(cells.collect())
}
