//! The cells of a row: what its columns say, what rows of other sheets that belong to it say, and where it is.

use std::collections::{BTreeMap, HashMap};

use fireplan_model::rows::Value;

use super::fill::Filler;
use super::spec::{ColumnValue, JoinSpec};
use crate::sources::{FoundRow, FoundSheet, SheetLookup, passes, text_of};
use crate::wording::{NONE, SheetCell, cell_of};

/// The column of costs by the prices of the rules.
const COST: &str = "cost_wan_yuan";

/// A row and what belongs to it.
pub(super) struct RowInHand<'s> {
    pub(super) number: usize,
    pub(super) sheet: &'s FoundSheet<'s>,
    pub(super) row: FoundRow<'s>,
    pub(super) joins: &'s BTreeMap<&'s str, JoinedSheet<'s>>,
    /// Whether its costs are by a price that nobody looked up.
    pub(super) is_estimate: bool,
}

/// A sheet whose rows are found by what they say in some columns.
pub(super) struct JoinedSheet<'s> {
    pub(super) sheet: FoundSheet<'s>,
    rows_by_key: HashMap<String, Vec<usize>>,
    ours: Vec<&'s str>,
}

impl Filler<'_> {
    pub(super) fn joined<'s>(&'s self, join: &'s JoinSpec) -> Option<JoinedSheet<'s>> {
        let sheet = match self.sources.sheet(&join.from) {
            SheetLookup::Found(sheet) => sheet,
            SheetLookup::Nothing => FoundSheet { columns: &[], rows: Vec::new() },
            SheetLookup::Missing => return None,
        };
        let mut rows_by_key: HashMap<String, Vec<usize>> = HashMap::new();
        let is_wanted = |row: &FoundRow<'_>| {
            let lacks = join.above_zero.as_ref().and_then(|column| sheet.value(*row, column));
            passes(&sheet, *row, &join.only)
                && (join.above_zero.is_none()
                    || lacks.and_then(|(_, value)| value.as_f64()).is_some_and(|lack| lack > 0.0))
        };
        for (at, row) in sheet.rows.iter().enumerate().filter(|(_, row)| is_wanted(row)) {
            let parts = join.on.keys().map(|column| sheet.value(*row, column).map_or("", |(_, value)| text_of(value)));
            rows_by_key.entry(parts.collect::<Vec<_>>().join("\u{1}")).or_default().push(at);
        }
        Some(JoinedSheet { sheet, rows_by_key, ours: join.on.values().map(String::as_str).collect() })
    }

    pub(super) fn cell(&self, hand: &RowInHand<'_>, spec: &ColumnValue) -> SheetCell {
        if let Some(words) = spec.planned.as_ref().filter(|_| self.sources.is_planned(hand.row)) {
            return SheetCell::text(words.as_str());
        }
        // Of a column's own value an empty cell is told from one that says 待核, which stays so.
        let is_put_together = spec.value.is_none() || spec.op.is_some();
        match (spec.null.as_deref(), self.found_cell(hand, spec)) {
            (Some("none"), SheetCell::Unknown) if is_put_together => SheetCell::Nothing,
            (Some("unknown"), SheetCell::Nothing) => SheetCell::Unknown,
            (_, cell) => cell,
        }
    }

    fn found_cell(&self, hand: &RowInHand<'_>, spec: &ColumnValue) -> SheetCell {
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
            // Who the row itself names comes before who the plan names for all of its kind.
            let own = spec.value.as_ref().map(|value| self.first_known(hand, value, spec));
            let named = own.filter(|cell| !matches!(cell, SheetCell::Nothing | SheetCell::Unknown));
            let of_kind = || self.teller.plan().responsible(kind).map_or(SheetCell::Unknown, SheetCell::text);
            return named.unwrap_or_else(of_kind);
        }
        match (&spec.value, &spec.text) {
            (Some(value), _) => match self.first_known(hand, value, spec) {
                SheetCell::Number(cost, decimals) if hand.is_estimate && value == COST => {
                    SheetCell::Unverified(cost, decimals)
                }
                cell => cell,
            },
            (None, Some(text)) => fill_text(text, |name| self.first_known(hand, name, spec)),
            (None, None) => SheetCell::Nothing,
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
        if let Some(name) = name.strip_prefix("all ") {
            return look_up_all(hand, name);
        }
        let found = match name.split_once('.') {
            None if name == "#" => return SheetCell::Number(hand.number as f64, 0),
            None => hand.sheet.value(hand.row, name),
            Some((join, column)) => {
                let Some(joined) = hand.joins.get(join) else { return SheetCell::Unknown };
                // The sheet is there, and has nothing that belongs to this row.
                let Some(&row) = joined.matches(hand).first() else { return SheetCell::Nothing };
                joined.sheet.value(joined.sheet.rows[row], column)
            }
        };
        let Some((column, value)) = found else { return SheetCell::Unknown };
        match (spec.words.get(text_of(value)), spec.null.as_deref(), value) {
            (Some(words), ..) => SheetCell::text(words.clone()),
            (None, Some("none"), Value::Null) => SheetCell::Nothing,
            (None, ..) => cell_of(column, value),
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
        if op == "each" {
            let text = spec.text.as_deref().unwrap_or_default();
            return join_words(rows.iter().map(|row| {
                fill_text(text, |name| {
                    let found = joined.sheet.value(joined.sheet.rows[*row], name);
                    found.map_or(SheetCell::Unknown, |(column, value)| cell_of(column, value))
                })
            }));
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
}

impl JoinedSheet<'_> {
    fn matches(&self, hand: &RowInHand<'_>) -> &[usize] {
        let parts =
            self.ours.iter().map(|name| hand.sheet.value(hand.row, name).map_or("", |(_, value)| text_of(value)));
        self.rows_by_key.get(&parts.collect::<Vec<_>>().join("\u{1}")).map_or(&[], Vec::as_slice)
    }
}

/// What all rows of a join that belong to a row say in a column: `join.column`.
fn look_up_all(hand: &RowInHand<'_>, name: &str) -> SheetCell {
    let Some((join, column)) = name.split_once('.') else { return SheetCell::Unknown };
    let Some(joined) = hand.joins.get(join) else { return SheetCell::Unknown };
    let found = joined.matches(hand).iter().filter_map(|row| joined.sheet.value(joined.sheet.rows[*row], column));
    join_words(found.map(|(column, value)| cell_of(column, value)))
}

/// Several cells as one text; nothing where there is none.
fn join_words(cells: impl Iterator<Item = SheetCell>) -> SheetCell {
    let says = |cell: &SheetCell| *cell != SheetCell::Nothing;
    SheetCell::text(cells.filter(says).map(|cell| cell.shown()).collect::<Vec<_>>().join("；"))
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

/// A text with columns in braces; nothing where none of them says anything. A part in [ ] is left out where nothing in it does.
fn fill_text(text: &str, look_up: impl Fn(&str) -> SheetCell) -> SheetCell {
    let (mut out, mut rest, mut says) = (String::new(), text, false);
    while let Some((before, after)) = rest.split_once('[') {
        let Some((optional, tail)) = after.split_once(']') else { break };
        for (part, is_optional) in [(before, false), (optional, true)] {
            let (words, is_known) = fill_part(part, &look_up);
            says |= is_known;
            out += if is_known || !is_optional { words.as_str() } else { "" };
        }
        rest = tail;
    }
    let (words, is_known) = fill_part(rest, &look_up);
    out += &words;
    // Where the first part is left out, what parts it from the next has nothing to part.
    let told = out.trim_start_matches(['；', '，', ' ']);
    if says || is_known || !text.contains('{') { SheetCell::text(told) } else { SheetCell::Unknown }
}

/// A text with columns in braces, and whether any of them says something.
fn fill_part(text: &str, look_up: &impl Fn(&str) -> SheetCell) -> (String, bool) {
    let (mut out, mut rest, mut says) = (String::new(), text, false);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        let cell = look_up(name);
        says |= !matches!(cell, SheetCell::Nothing | SheetCell::Unknown);
        out += before;
        out += &cell.shown();
        rest = tail;
    }
    (out + rest, says)
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
        assert_eq!(fill_text("[缺{b}；]{a}[，有{a}]", known), SheetCell::text("甲，有甲"));
        assert_eq!(fill_text("[缺{b}；]{b}", known), SheetCell::Unknown);
        assert_eq!(fill_text("[{b}][；{a}]", known), SheetCell::text("甲"));
    }

    #[test]
    fn several_numbers_make_one_cell() {
        assert_eq!(combine("range", &[100.0, 200.0, 150.0]), Some(SheetCell::text("100～200")));
        assert_eq!(combine("range", &[100.0, 100.0]), Some(SheetCell::Number(100.0, 0)));
        assert_eq!(combine("sum", &[1.5, 2.0]), Some(SheetCell::Number(3.5, 1)));
        assert_eq!(combine("max", &[]), None);
    }
}
