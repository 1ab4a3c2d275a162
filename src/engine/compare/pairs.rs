//! Which feature of one run is which of the other.
//!
//! By key: source id or code, or else name and town. Several of one key, and those without, are told apart by
//! their geometry. What is left of areas and points without key is paired class by class. Lines are paired metre by metre.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use geo::{Geometry, LineString};

use super::classes::Classes;
use fireplan_algorithms::line_overlay;
use fireplan_model::findings::{Feature, Layer};
use fireplan_model::rows::{GeometryKind, Value};

type KnownFeature<'a> = Option<(usize, &'a Feature)>;

/// A thing that is in both runs or in one of them.
pub(super) struct Pair<'a> {
    pub before: KnownFeature<'a>,
    pub after: KnownFeature<'a>,
    pub geometry: Option<Geometry>,
    /// Length of the line in metres; 0 for other geometries.
    pub length_m: f64,
}

/// Columns whose value stays with a thing from one run to the next.
const IDS: [&str; 3] = ["source_id", "code", "id"];

/// All pairs, in the order of the features of the first run, then of those that are new.
pub(super) fn pairs<'a>(
    model: &Layer,
    classes: &Classes,
    before: &'a [Feature],
    after: &'a [Feature],
) -> Vec<Pair<'a>> {
    let lines = model.geometry == GeometryKind::Line;
    let mut matched: Vec<(Option<usize>, Option<usize>)> = Vec::new();
    let mut left_before = Vec::new();
    let mut left_after = Vec::new();
    for (key, (was, is)) in groups(model, before, after, lines) {
        let (same, was, is) = by_geometry(&was, &is, before, after);
        matched.extend(same.into_iter().map(|(a, b)| (Some(a), Some(b))));
        let named = key.is_some();
        let common = if named { was.len().min(is.len()) } else { 0 };
        matched.extend((0..common).map(|at| (Some(was[at]), Some(is[at]))));
        left_before.extend(&was[common..]);
        left_after.extend(&is[common..]);
    }
    let mut pairs = if lines {
        overlaid(before, after, &left_before, &left_after)
    } else {
        matched.extend(by_class(classes, before, after, left_before, left_after));
        Vec::new()
    };
    pairs.extend(matched.into_iter().map(|(a, b)| whole(before, after, a, b)));
    let at = |known: KnownFeature| known.map_or(usize::MAX, |(at, _)| at);
    pairs.sort_by_key(|pair| (at(pair.before), at(pair.after)));
    pairs
}

fn known(features: &[Feature], at: Option<usize>) -> KnownFeature<'_> {
    at.map(|at| (at, &features[at]))
}

fn whole<'a>(before: &'a [Feature], after: &'a [Feature], a: Option<usize>, b: Option<usize>) -> Pair<'a> {
    let (before, after) = (known(before, a), known(after, b));
    let geometry = after.or(before).and_then(|(_, feature)| feature.geometry.clone());
    let length_m = geometry.as_ref().map_or(0.0, |geometry| lines_of(geometry).into_iter().map(length).sum());
    Pair { before, after, geometry, length_m }
}

fn length(line: &LineString) -> f64 {
    line.lines().map(|piece| (piece.end - piece.start).x.hypot((piece.end - piece.start).y)).sum()
}

type Group = (Vec<usize>, Vec<usize>);

/// The features of each key; lines all go by geometry, as roads of one name are many and cut anywhere.
fn groups(model: &Layer, before: &[Feature], after: &[Feature], lines: bool) -> BTreeMap<Option<String>, Group> {
    let mut groups: BTreeMap<Option<String>, Group> = BTreeMap::new();
    let key = |feature: &Feature| if lines { None } else { key(model, feature) };
    before.iter().enumerate().for_each(|(at, feature)| groups.entry(key(feature)).or_default().0.push(at));
    after.iter().enumerate().for_each(|(at, feature)| groups.entry(key(feature)).or_default().1.push(at));
    groups
}

fn key(model: &Layer, feature: &Feature) -> Option<String> {
    let text = |name: &str| {
        let at = model.columns.iter().position(|column| column.name == name)?;
        Some(feature.values[at].to_string()).filter(|text| !text.is_empty())
    };
    let id = IDS.iter().find_map(|name| text(name).map(|text| format!("{name}={text}")));
    id.or_else(|| text("name").map(|name| format!("{name}|{}", text("town").unwrap_or_default())))
}

/// Pairs of one place and shape, and what is left of both.
fn by_geometry(
    was: &[usize],
    is: &[usize],
    before: &[Feature],
    after: &[Feature],
) -> (Vec<(usize, usize)>, Vec<usize>, Vec<usize>) {
    let mut places: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    is.iter().rev().for_each(|at| places.entry(shape(&after[*at])).or_default().push(*at));
    let (mut same, mut left) = (Vec::new(), Vec::new());
    for at in was {
        match places.get_mut(&shape(&before[*at])).and_then(Vec::pop) {
            Some(other) => same.push((*at, other)),
            None => left.push(*at),
        }
    }
    let mut rest: Vec<usize> = places.into_values().flatten().collect();
    rest.sort_unstable();
    (same, left, rest)
}

/// Digest of the geometry, rounded to millimetres.
fn shape(feature: &Feature) -> u64 {
    let mut hasher = DefaultHasher::new();
    for at in feature.geometry.iter().flat_map(geo::CoordsIter::coords_iter) {
        [at.x, at.y].map(|metres| (metres * 1000.0).round() as i64).hash(&mut hasher);
    }
    hasher.finish()
}

/// Pairs the features that are left without a common key or place, class by class, in the order of the layer. Time
/// bands are paired so.
fn by_class(
    classes: &Classes,
    before: &[Feature],
    after: &[Feature],
    was: Vec<usize>,
    mut is: Vec<usize>,
) -> Vec<(Option<usize>, Option<usize>)> {
    let class = |feature: &Feature| classes.class(feature).order;
    let mut pairs = Vec::new();
    for a in was {
        let other = is.iter().position(|b| class(&after[*b]) == class(&before[a]));
        pairs.push((Some(a), other.map(|at| is.remove(at))));
    }
    pairs.extend(is.into_iter().map(|b| (None, Some(b))));
    pairs
}

fn lines_of(geometry: &Geometry) -> Vec<&LineString> {
    match geometry {
        Geometry::LineString(line) => vec![line],
        Geometry::MultiLineString(lines) => lines.iter().collect(),
        _ => Vec::new(),
    }
}

fn overlaid<'a>(before: &'a [Feature], after: &'a [Feature], was: &[usize], is: &[usize]) -> Vec<Pair<'a>> {
    fn lines<'a>(features: &'a [Feature], left: &[usize]) -> Vec<Vec<&'a LineString>> {
        left.iter().map(|at| features[*at].geometry.as_ref().map_or_else(Vec::new, lines_of)).collect()
    }
    let parts = line_overlay::overlay(&lines(before, was), &lines(after, is));
    parts
        .into_iter()
        .map(|part| Pair {
            before: known(before, part.before.map(|at| was[at])),
            after: known(after, part.after.map(|at| is[at])),
            length_m: part.length_m(),
            geometry: Some(match part.lines.0.as_slice() {
                [line] => line.clone().into(),
                _ => part.lines.into(),
            }),
        })
        .collect()
}

impl Pair<'_> {
    /// The text of the first of these columns that is not empty.
    pub(super) fn text(&self, model: &Layer, names: &[&str]) -> String {
        let cells = names.iter().filter_map(|name| self.cell(model, name));
        cells.map(ToString::to_string).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// How many people the feature stands for, where its layer says.
    pub(super) fn people(&self, model: &Layer) -> Option<f64> {
        let column = model.columns.iter().find(|column| column.name.ends_with("_people"))?;
        self.cell(model, column.name)?.as_f64()
    }

    /// The cell of this column after the change; of a feature that is gone, before it.
    pub(super) fn cell(&self, model: &Layer, name: &str) -> Option<&Value> {
        let at = model.columns.iter().position(|column| column.name == name)?;
        self.after.or(self.before)?.1.values.get(at)
    }
}
