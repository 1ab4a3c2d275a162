//! Which of a table's columns could be which of our facts: by the heading, and by how its cells read.

use std::collections::{BTreeMap, BTreeSet};

use fireplan_model::layers::LayerId;
use fireplan_model::rows::{Column, ValueKind};
use fireplan_read::survey::{WordSense, describe_layer, judge_quantity, understand_words};

use crate::dictionary::Dictionary;
use crate::headings::plain_heading;
use crate::inventory::FoundTable;

/// A column whose cells fit in this share is what its heading says.
const MOST_FIT: f64 = 0.7;
/// A column whose cells fit in less than this share is something else.
const FEW_FIT: f64 = 0.3;
/// Distinct values beyond this are no codes.
pub(crate) const MOST_CODES: usize = 60;

/// How a heading compares to what the dictionary knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum HeadingFit {
    /// The whole heading, at this place of the list.
    Whole(usize),
    /// A part of it.
    Part(usize),
}

/// A column of the table for one of ours.
#[derive(Debug, Clone)]
pub(crate) struct ColumnFit {
    pub ours: &'static str,
    pub theirs: usize,
    heading: HeadingFit,
    /// Share of its filled cells that read as ours; `None`: it has none.
    pub share: Option<f64>,
    pub unit: UnitFit,
    /// Coded values that nobody understands, with the nearest words.
    pub unmatched: Vec<(String, Vec<String>)>,
    /// Coded values that the dictionary translates.
    pub translated: BTreeMap<String, String>,
}

/// What is to be said of the unit of a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum UnitFit {
    AsItStands,
    /// In these it would be plausible.
    Other(Vec<String>),
}

impl ColumnFit {
    pub(crate) fn fits(&self) -> bool {
        self.share.is_none_or(|share| share >= MOST_FIT)
    }

    pub(crate) fn contradicts(&self) -> bool {
        self.share.is_some_and(|share| share < FEW_FIT)
    }

    /// How telling it is that the table has this column: names and numbers are everywhere.
    pub(crate) fn weight(&self) -> f64 {
        let common = matches!(self.ours, "name" | "source_id" | "code" | "kind" | "position" | "width_m" | "state");
        let heading: f64 = match self.heading {
            HeadingFit::Whole(_) if common => 0.3,
            HeadingFit::Whole(_) => 1.0,
            HeadingFit::Part(_) if common => 0.1,
            HeadingFit::Part(_) => 0.5,
        };
        let coded =
            !self.translated.is_empty() || (self.is_coded() && self.share.is_some_and(|share| share >= MOST_FIT));
        match self.contradicts() {
            true => 0.0,
            false if coded && self.ours != "oneway" => heading.max(1.0) + 0.8,
            false => heading,
        }
    }

    pub(crate) fn is_coded(&self) -> bool {
        matches!(self.ours, "kind" | "class" | "state" | "surface" | "vehicle_class" | "staffing" | "station_kind")
    }
}

/// The best columns of the table for each of ours, whatever else they could be.
pub(crate) fn fit_columns(found: &FoundTable, layer: LayerId, dictionary: &Dictionary) -> Vec<ColumnFit> {
    let Some((ours, _)) = describe_layer(layer) else { return Vec::new() };
    let words = &dictionary.layers[&layer];
    let plain: Vec<String> = found.table.columns.iter().map(|heading| plain_heading(heading)).collect();
    let mut fits = Vec::new();
    for column in &ours {
        let Some(theirs) = words.columns.get(column.name) else { continue };
        for (at, heading) in plain.iter().enumerate() {
            let whole = theirs.iter().position(|known| known == heading).map(HeadingFit::Whole);
            let part = || {
                let known = theirs.iter().position(|known| known.chars().count() >= 2 && is_part(heading, known))?;
                Some(HeadingFit::Part(known))
            };
            if let Some(heading) = whole.or_else(part) {
                fits.push(judge(found, layer, column, at, heading, dictionary));
            }
        }
    }
    assign(fits)
}

/// A Chinese word may stand within a longer heading; letters are only compared whole.
fn is_part(heading: &str, known: &str) -> bool {
    !known.is_ascii() && heading.contains(known)
}

/// Each of ours gets the best of theirs, and each of theirs is used once; only numbers of things are also their names.
fn assign(mut fits: Vec<ColumnFit>) -> Vec<ColumnFit> {
    let rank = |fit: &ColumnFit| (fit.contradicts(), fit.heading, !fit.fits(), fit.theirs);
    fits.retain(|fit| matches!(fit.heading, HeadingFit::Whole(_)) || fit.fits());
    fits.sort_by_key(rank);
    let (mut ours, mut theirs, mut kept) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for fit in fits {
        let shared = fit.ours == "source_id"
            || kept.iter().any(|other: &ColumnFit| other.theirs == fit.theirs && other.ours == "source_id");
        if ours.contains(fit.ours) || (theirs.contains(&fit.theirs) && !shared) {
            continue;
        }
        ours.insert(fit.ours);
        theirs.insert(fit.theirs);
        kept.push(fit);
    }
    kept
}

fn judge(
    found: &FoundTable,
    layer: LayerId,
    column: &Column,
    theirs: usize,
    heading: HeadingFit,
    dictionary: &Dictionary,
) -> ColumnFit {
    let mut fit = ColumnFit {
        ours: column.name,
        theirs,
        heading,
        share: None,
        unit: UnitFit::AsItStands,
        unmatched: Vec::new(),
        translated: BTreeMap::new(),
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    found.cells(theirs).for_each(|cell| *counts.entry(cell).or_default() += 1);
    let filled: usize = counts.values().sum();
    if filled == 0 {
        return fit;
    }
    let share = |count: usize| Some(count as f64 / filled as f64);
    match column.kind {
        ValueKind::Int | ValueKind::Float => {
            let numeric = found.table.numeric.get(theirs).copied().unwrap_or(false);
            let cells: Vec<(String, bool)> = found.cells(theirs).map(|cell| (cell.to_owned(), numeric)).collect();
            let name = &found.table.columns[theirs];
            if let Some(sense) = judge_quantity(layer, column.name, name, &cells, None) {
                fit.share = share(sense.read + sense.zeros);
                if !sense.rather.is_empty() {
                    fit.share = Some(1.0);
                    fit.unit = UnitFit::Other(sense.rather);
                }
            }
        }
        _ => {
            let texts: Vec<&str> = counts.keys().copied().take(MOST_CODES * 4).collect();
            match understand_words(layer, column.name, &texts) {
                Some(senses) => read_codes(&mut fit, layer, &texts, &senses, &counts, dictionary),
                None => fit.share = share(text_fits(column.name, &counts, filled)),
            }
        }
    }
    fit
}

/// Coded values: understood by the words, translated by the dictionary, or neither.
fn read_codes(
    fit: &mut ColumnFit,
    layer: LayerId,
    texts: &[&str],
    senses: &[WordSense],
    counts: &BTreeMap<&str, usize>,
    dictionary: &Dictionary,
) {
    let values = dictionary.layers[&layer].values.get(fit.ours);
    let filled: usize = texts.iter().map(|text| counts[text]).sum();
    let mut understood = 0;
    for (text, sense) in texts.iter().zip(senses) {
        match (sense, values.and_then(|values| values.get(*text))) {
            (WordSense::Known(_) | WordSense::NobodyKnows, _) => understood += counts[text],
            (WordSense::Unmatched(_), Some(ours)) => {
                understood += counts[text];
                fit.translated.insert((*text).to_owned(), ours.clone());
            }
            (WordSense::Unmatched(nearest), None) => fit.unmatched.push(((*text).to_owned(), nearest.clone())),
        }
    }
    fit.share = (filled > 0).then(|| understood as f64 / filled as f64);
}

/// Whether so many different values of so many cells can name the rows; a slip of the pen is no reason against it.
pub(crate) fn are_distinct(different: usize, filled: usize) -> bool {
    different * 100 >= filled * 98
}

/// How many cells look like what the column holds: names are words, codes are digits, numbers of things differ.
fn text_fits(ours: &str, counts: &BTreeMap<&str, usize>, filled: usize) -> usize {
    let all = |fits: &dyn Fn(&str) -> bool| counts.iter().filter(|(text, _)| fits(text)).map(|(_, count)| count).sum();
    let digits = |text: &str| text.trim_end_matches(".0").bytes().all(|byte| byte.is_ascii_digit());
    match ours {
        "code" => all(&|text| digits(text) && (6..=21).contains(&text.len())),
        // What several rows share names none of them.
        "source_id" if !are_distinct(counts.len(), filled) => 0,
        "name" | "lead" | "industry" | "owner" => all(&|text| text.parse::<f64>().is_err()),
        _ => filled,
    }
}
