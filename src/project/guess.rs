//! Which layer a table is: by its name, its geometry and its columns, or because a standard prescribes it.

use fireplan_model::layers::LayerId;
use fireplan_model::rows::{GeometryKind, Label};
use fireplan_read::survey::describe_layer;
use geo::Geometry;
use regex::Regex;

use crate::columns::{ColumnFit, fit_columns};
use crate::dictionary::{Dictionary, TableEntry};
use crate::inventory::FoundTable;

/// A guess below this is asked about.
const SURE: f64 = 3.0;
/// So far behind the best must the next one be.
const AHEAD: f64 = 1.0;
/// Columns count for no more than this.
const MOST_BY_COLUMNS: f64 = 6.0;

/// What the geometries of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableShape {
    Point,
    Line,
    Polygon,
    /// No geometry and no coordinates: facts to be joined.
    None,
}

impl TableShape {
    /// By most of its geometries.
    pub(crate) fn of(found: &FoundTable) -> Self {
        let mut counts = [0_usize; 3];
        for geometry in found.table.rows.iter().filter_map(|row| row.geometry.as_ref()) {
            match geometry {
                Geometry::Point(_) | Geometry::MultiPoint(_) => counts[0] += 1,
                Geometry::LineString(_) | Geometry::MultiLineString(_) | Geometry::Line(_) => counts[1] += 1,
                _ => counts[2] += 1,
            }
        }
        match counts.iter().enumerate().max_by_key(|(at, count)| (**count, 3 - at)) {
            Some((_, 0)) | None => Self::None,
            Some((0, _)) => Self::Point,
            Some((1, _)) => Self::Line,
            Some(_) => Self::Polygon,
        }
    }

    fn label(self) -> Label {
        match self {
            Self::Point => Label::new("点", "points"),
            Self::Line => Label::new("线", "lines"),
            Self::Polygon => Label::new("面", "areas"),
            Self::None => Label::new("没有坐标的表", "a table without coordinates"),
        }
    }

    /// Whether a layer can be drawn so, and what speaks against it.
    fn suits(self, layer: LayerId) -> Option<f64> {
        if layer == LayerId::Boundary {
            return (self == Self::Polygon).then_some(0.0);
        }
        let (_, kind) = describe_layer(layer)?;
        match (self, kind) {
            (Self::None, _) => matches!(layer, LayerId::Towns | LayerId::Villages).then_some(0.0),
            (Self::Point, GeometryKind::Point)
            | (Self::Line, GeometryKind::Line)
            | (Self::Polygon, GeometryKind::Polygon) => Some(0.3),
            (Self::Polygon, GeometryKind::Point) => Some(-0.3),
            (_, GeometryKind::Mixed) => Some(0.0),
            _ => None,
        }
    }
}

/// How likely a table is a layer.
#[derive(Debug, Clone)]
pub(crate) struct LayerGuess {
    pub layer: LayerId,
    pub score: f64,
    pub fits: Vec<ColumnFit>,
    /// The word of the name that says so.
    word: Option<String>,
}

/// Every layer that the table could be, the likeliest first.
pub(crate) fn guess_layers(found: &FoundTable, shape: TableShape, dictionary: &Dictionary) -> Vec<LayerGuess> {
    let names = name_scores(found, dictionary);
    let mut guesses: Vec<LayerGuess> = Vec::new();
    for &layer in LayerId::ALL.iter().filter(|layer| !layer.is_raster()) {
        let Some(suits) = shape.suits(layer) else { continue };
        let fits = if layer == LayerId::Boundary { Vec::new() } else { fit_columns(found, layer, dictionary) };
        let by_columns: f64 = fits.iter().map(ColumnFit::weight).sum();
        let named = names.iter().find(|(named, ..)| *named == layer);
        let (word, by_name) = named.map_or((None, 0.0), |(_, word, score)| (Some(word.clone()), *score));
        let score = suits + by_name + by_columns.min(MOST_BY_COLUMNS);
        guesses.push(LayerGuess { layer, score, fits, word });
    }
    guesses.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.layer.cmp(&b.layer)));
    guesses
}

/// The layer that a table without coordinates is named after, though it would need them.
pub(crate) fn find_unplaced(found: &FoundTable, dictionary: &Dictionary) -> Option<LayerId> {
    let names = name_scores(found, dictionary);
    let (layer, _, score) = names.into_iter().max_by(|a, b| a.2.total_cmp(&b.2))?;
    (score >= SURE && TableShape::None.suits(layer).is_none() && !layer.is_raster()).then_some(layer)
}

/// Whether the first guess needs no question.
pub(crate) fn is_sure(guesses: &[LayerGuess]) -> bool {
    let second = guesses.get(1).map_or(0.0, |guess| guess.score);
    guesses.first().is_some_and(|best| best.score >= SURE && best.score - second >= AHEAD)
}

/// What speaks for the guess.
pub(crate) fn describe_guess(found: &FoundTable, shape: TableShape, guess: &LayerGuess) -> Vec<Label> {
    let mut evidence = Vec::new();
    if let Some(word) = &guess.word {
        evidence.push(Label::new(format!("名称含“{word}”"), format!("its name has '{word}'")));
    }
    let shape = shape.label();
    let rows = found.table.count.unwrap_or(found.table.rows.len() as u64);
    evidence.push(Label::new(format!("{}，{rows} 条", shape.zh), format!("{}, {rows} of them", shape.en)));
    let columns = found.table.columns.iter().filter(|name| !name.starts_with("Field")).take(12);
    let columns = columns.cloned().collect::<Vec<_>>().join("、");
    evidence.push(Label::new(format!("有列 {columns}"), format!("its columns are {columns}")));
    evidence
}

/// What the names around a table say: the longest word decides, those nearest to the table count most.
fn name_scores(found: &FoundTable, dictionary: &Dictionary) -> Vec<(LayerId, String, f64)> {
    /// Of a name that has the longest word, and of one that also has a shorter one.
    const LONGEST: f64 = 3.0;
    const SHORTER: f64 = 0.8;
    let mut scores: Vec<(LayerId, String, f64)> = Vec::new();
    let mut share = 1.0;
    for text in &found.words {
        let text = text.to_lowercase();
        let mut matches: Vec<(LayerId, &String)> = Vec::new();
        for (layer, words) in &dictionary.layers {
            if words.not.iter().any(|word| has_word(&text, word)) {
                continue;
            }
            let longest =
                words.names.iter().filter(|word| has_word(&text, word)).max_by_key(|word| word.chars().count());
            matches.extend(longest.map(|word| (*layer, word)));
        }
        let most = matches.iter().map(|(_, word)| word.chars().count()).max().unwrap_or(0);
        for (layer, word) in &matches {
            let score = share * if word.chars().count() == most { LONGEST } else { SHORTER };
            match scores.iter_mut().find(|(known, ..)| known == layer) {
                Some((.., known)) => *known = known.max(score),
                None => scores.push((*layer, (*word).clone(), score)),
            }
        }
        // A name that says something leaves less to those above it.
        share *= if matches.is_empty() { 0.9 } else { 0.4 };
    }
    scores
}

/// Chinese words stand anywhere in a name, others between what are no letters.
fn has_word(text: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    if !word.is_ascii() {
        return text.contains(&word);
    }
    text.match_indices(&word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        [before, after].into_iter().flatten().all(|c| !c.is_ascii_alphabetic())
    })
}

/// The table that a standard prescribes, if this is one.
pub(crate) fn find_prescribed<'d>(
    found: &FoundTable,
    shape: TableShape,
    dictionary: &'d Dictionary,
) -> Option<&'d TableEntry> {
    /// Cells that must fit a pattern, of those that are filled.
    const FIT: f64 = 0.9;
    dictionary.tables.iter().find(|entry| {
        let has = |column: &String| found.column(column).is_some();
        let shape_fits = match entry.shape.as_deref() {
            Some("point") => shape == TableShape::Point,
            Some("line") => shape == TableShape::Line,
            Some("polygon") => shape == TableShape::Polygon,
            _ => shape != TableShape::None,
        };
        let pattern_fits = |(column, pattern): (&String, &String)| {
            let Some(at) = found.column(column) else { return false };
            let Ok(pattern) = Regex::new(pattern) else { return false };
            let (all, fitting) = found.cells(at).fold((0_usize, 0_usize), |(all, fitting), cell| {
                (all + 1, fitting + usize::from(pattern.is_match(cell)))
            });
            all > 0 && fitting as f64 >= FIT * all as f64
        };
        shape_fits
            && entry.columns.iter().all(has)
            && !entry.without.iter().any(has)
            && entry.patterns.iter().all(pattern_fits)
    })
}

/// The level of administrative units by the digits of their codes: county, town or village; `None`: mixed.
pub(crate) fn level_of_codes(found: &FoundTable, column: &str) -> Option<&'static str> {
    let at = found.column(column)?;
    let level = |code: &str| {
        let code = code.trim_end_matches(".0");
        if !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match code.len() {
            6 => Some("county"),
            9 => Some(if code.ends_with("000") { "county" } else { "town" }),
            12 if code.ends_with("000000") => Some("county"),
            12 if code.ends_with("000") => Some("town"),
            12 | 19 => Some("village"),
            _ => None,
        }
    };
    let mut levels = found.cells(at).map(level);
    let first = levels.next()??;
    levels.all(|level| level == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_names() {
        assert!(has_word("kz_roads_2024", "roads") && has_word("市政消火栓台账", "消火栓"));
        assert!(!has_word("crossroads", "roads") && !has_word("railroads", "road"));
    }
}
