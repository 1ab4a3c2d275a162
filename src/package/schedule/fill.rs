//! Tables filled from the findings, cell by cell; what could not be filled is told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo::Geometry;

use fireplan_model::rows::Value;

use super::spec::{ColumnSpec, ColumnValue, JoinSpec, RowGroup, ScheduleSpec};
use crate::places::PlaceFinder;
use crate::sources::{FoundRow, FoundSheet, SheetLookup, Sources, passes, text_of};
use crate::template::Teller;
use crate::wording::{NONE, SheetCell, cell_of};

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
    sources: &'a Sources<'a>,
    teller: &'a Teller<'a>,
    places: &'a PlaceFinder<'a>,
}

/// A row and what belongs to it.
struct RowInHand<'s> {
    number: usize,
    sheet: &'s FoundSheet<'s>,
    row: FoundRow<'s>,
    joins: &'s BTreeMap<&'s str, JoinedSheet<'s>>,
}

/// A sheet whose rows are found by what they say in some columns.
struct JoinedSheet<'s> {
    sheet: FoundSheet<'s>,
    rows_by_key: HashMap<String, Vec<usize>>,
    ours: Vec<&'s str>,
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

    /// What people call the analysis that a sheet comes from.
    fn title_of(&self, name: &str) -> Option<String> {
        let (analysis, _) = name.split_once('.')?;
        let answer = self.sources.answers.iter().find(|answer| answer.id == analysis);
        answer.map(|answer| answer.title.zh.clone()).or_else(|| (analysis == "area").then(|| "现状数据".to_owned()))
    }

    fn why_missing(&self, name: &str) -> String {
        let analysis = name.split('.').next().unwrap_or(name);
        match self.sources.unanswered.iter().find(|one| one.id == analysis) {
            Some(one) => format!("缺：{}（{}），需补充", one.title.zh, one.why.zh),
            None => "缺：相应图层，需补充".to_owned(),
        }
    }

    /// The clauses it rests on, and what else is to be said of it.
    fn notes(&self, spec: &ScheduleSpec, partial: bool) -> Vec<String> {
        let cites = spec.rules.iter().flat_map(|key| self.teller.tell_rule(key));
        let told = spec.notes.iter().map(|note| self.teller.tell(note).text);
        let partial = partial.then(|| "合计只计已知的数值，“待核”的未计入。".to_owned());
        cites.chain(told).chain(partial).collect()
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
        for row in wanted {
            let hand = RowInHand { number: records.len() + 1, sheet, row, joins: &joins };
            let cells = columns.iter().map(|(title, value)| self.cell(&hand, group.cells.get(*title).unwrap_or(value)));
            records.push(FilledRecord { cells: cells.collect(), geometry: row.geometry.cloned() });
        }
    }

    fn joined<'s>(&'s self, join: &'s JoinSpec) -> Option<JoinedSheet<'s>> {
        let SheetLookup::Found(sheet) = self.sources.sheet(&join.from) else { return None };
        let mut rows_by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, row) in sheet.rows.iter().enumerate().filter(|(_, row)| passes(&sheet, **row, &join.only)) {
            let parts = join.on.keys().map(|column| sheet.value(*row, column).map_or("", |(_, value)| text_of(value)));
            rows_by_key.entry(parts.collect::<Vec<_>>().join("\u{1}")).or_default().push(at);
        }
        Some(JoinedSheet { sheet, rows_by_key, ours: join.on.values().map(String::as_str).collect() })
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

    fn cell(&self, hand: &RowInHand<'_>, spec: &ColumnValue) -> SheetCell {
        if spec.unknown.is_some() {
            return SheetCell::Unknown;
        }
        if let Some(op) = &spec.op {
            return self.aggregate(hand, spec, op);
        }
        if let Some(place) = &spec.place {
            return self.places.cell(place, hand.row.geometry);
        }
        if let Some(kind) = &spec.responsible {
            return self.teller.plan().responsible(kind).map_or(SheetCell::Unknown, SheetCell::text);
        }
        let cell = match (&spec.value, &spec.text) {
            (Some(value), _) => self.first_known(hand, value, spec),
            (None, Some(text)) => fill_text(text, |name| match self.first_known(hand, name, spec) {
                SheetCell::Unknown if spec.null.as_deref() == Some("none") => SheetCell::Nothing,
                cell => cell,
            }),
            (None, None) => SheetCell::Nothing,
        };
        match (spec.null.as_deref(), &cell) {
            (Some("none"), SheetCell::Unknown) => SheetCell::Nothing,
            (Some("unknown"), SheetCell::Nothing) => SheetCell::Unknown,
            _ => cell,
        }
    }

    /// The first of several columns that says something; where none does, what the last of them makes of it.
    fn first_known(&self, hand: &RowInHand<'_>, names: &str, spec: &ColumnValue) -> SheetCell {
        let mut last = SheetCell::Nothing;
        for name in names.split('|').map(str::trim) {
            last = self.look_up(hand, name, spec);
            if !matches!(last, SheetCell::Nothing | SheetCell::Unknown) {
                return last;
            }
        }
        last
    }

    fn look_up(&self, hand: &RowInHand<'_>, name: &str, spec: &ColumnValue) -> SheetCell {
        let found = match name.split_once('.') {
            None if name == "#" => return SheetCell::Number(hand.number as f64, 0),
            None => hand.sheet.value(hand.row, name),
            Some((join, column)) => hand.joins.get(join).and_then(|joined| {
                let row = *joined.matches(hand).first()?;
                joined.sheet.value(joined.sheet.rows[row], column)
            }),
        };
        let Some((column, value)) = found else { return SheetCell::Unknown };
        match spec.words.get(text_of(value)) {
            Some(words) => SheetCell::text(words.clone()),
            None => cell_of(column, value),
        }
    }

    fn aggregate(&self, hand: &RowInHand<'_>, spec: &ColumnValue, op: &str) -> SheetCell {
        let Some(joined) = spec.over.as_deref().and_then(|over| hand.joins.get(over)) else {
            return SheetCell::Unknown;
        };
        let rows = joined.matches(hand);
        if op == "count" {
            return SheetCell::Number(rows.len() as f64, 0);
        }
        let of = spec.of.as_deref().unwrap_or_default();
        let found = || rows.iter().filter_map(|row| joined.sheet.value(joined.sheet.rows[*row], of));
        if op == "list" {
            let mut words: Vec<String> = found().map(|(column, value)| cell_of(column, value).shown()).collect();
            words.dedup();
            return SheetCell::text(words.into_iter().filter(|word| word != NONE).collect::<Vec<_>>().join("、"));
        }
        let numbers: Vec<f64> = found().filter_map(|(_, value)| value.as_f64()).collect();
        match combine(op, &numbers) {
            Some(SheetCell::Number(metres, _)) if spec.format.as_deref() == Some("chainage") => chainage(metres),
            Some(cell) => cell,
            None if rows.is_empty() => SheetCell::Nothing,
            None => SheetCell::Unknown,
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

impl JoinedSheet<'_> {
    fn matches(&self, hand: &RowInHand<'_>) -> &[usize] {
        let parts =
            self.ours.iter().map(|name| hand.sheet.value(hand.row, name).map_or("", |(_, value)| text_of(value)));
        self.rows_by_key.get(&parts.collect::<Vec<_>>().join("\u{1}")).map_or(&[], Vec::as_slice)
    }
}

fn combine(op: &str, numbers: &[f64]) -> Option<SheetCell> {
    let most = numbers.iter().copied().reduce(f64::max)?;
    let least = numbers.iter().copied().reduce(f64::min)?;
    Some(match op {
        "sum" => SheetCell::number(numbers.iter().sum(), 2),
        "min" => SheetCell::number(least, 2),
        "range" if least < most => {
            let [least, most] = [least, most].map(|value| SheetCell::number(value, 2).shown());
            SheetCell::text(format!("{least}～{most}"))
        }
        _ => SheetCell::number(most, 2),
    })
}

/// K1+250.
fn chainage(metres: f64) -> SheetCell {
    let whole = metres.round() as i64;
    SheetCell::text(format!("K{}+{:03}", whole.div_euclid(1000), whole.rem_euclid(1000)))
}

/// A text with columns in braces; nothing where none of them says anything.
fn fill_text(text: &str, look_up: impl Fn(&str) -> SheetCell) -> SheetCell {
    let (mut out, mut rest, mut says) = (String::new(), text, false);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        let cell = look_up(name);
        says |= !matches!(cell, SheetCell::Nothing | SheetCell::Unknown);
        out += before;
        out += &cell.shown();
        rest = tail;
    }
    out += rest;
    if says || !text.contains('{') { SheetCell::text(out) } else { SheetCell::Unknown }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_unknown_only_where_nothing_in_it_is_known() {
        let known = |name: &str| if name == "a" { SheetCell::text("甲") } else { SheetCell::Unknown };
        assert_eq!(fill_text("{a}—{b}", known), SheetCell::text("甲—待核"));
        assert_eq!(fill_text("{b}", known), SheetCell::Unknown);
        assert_eq!(fill_text("不变", known), SheetCell::text("不变"));
    }

    #[test]
    fn several_numbers_make_one_cell() {
        assert_eq!(combine("range", &[100.0, 200.0, 150.0]), Some(SheetCell::text("100～200")));
        assert_eq!(combine("range", &[100.0, 100.0]), Some(SheetCell::Number(100.0, 0)));
        assert_eq!(combine("sum", &[1.5, 2.0]), Some(SheetCell::Number(3.5, 1)));
        assert_eq!(combine("max", &[]), None);
    }
}
