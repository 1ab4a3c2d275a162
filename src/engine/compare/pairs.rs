//! Which feature of one run is which of the other.
//!
//! By key: source id or code, or else name and town. Several of one key, and those without, are told apart by
//! their geometry. Of those left, one of a key on each side is the same thing, unless a mere name stands at another place
//! ([`SAME_PLACE_M`]); so is the only one of its class on each side without key, as time bands are. Everything else is new or gone:
//! things that are not the same never fare better or worse than one another. Lines are paired metre by metre; ways to villages
//! ([`is_by_village`]) village by village, so that a stretch that several share counts once for each.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use geo::{BoundingRect, Geometry, LineString, Rect};

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
const IDS: [&str; 4] = ["source_id", "code", "id", "site"];

/// Two things that share no more than a name are one only if they stand so near to one another, in metres: numbers that a run
/// gives to what it proposes begin anew in the next.
const SAME_PLACE_M: f64 = 1_000.0;

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
        match (&key, &was[..], &is[..]) {
            (Some(key), [a], [b]) if is_one_thing(key, &before[*a], &after[*b]) => matched.push((Some(*a), Some(*b))),
            (Some(_), ..) if !lines => {
                matched.extend(was.iter().map(|at| (Some(*at), None)));
                matched.extend(is.iter().map(|at| (None, Some(*at))));
            }
            _ => {
                left_before.extend(&was);
                left_after.extend(&is);
            }
        }
    }
    let mut pairs = if lines {
        by_village(model, before, after, left_before, left_after)
            .into_iter()
            .flat_map(|(was, is)| overlaid(before, after, &was, &is))
            .collect()
    } else {
        matched.extend(by_class(classes, before, after, &left_before, &left_after));
        Vec::new()
    };
    pairs.extend(matched.into_iter().map(|(a, b)| whole(before, after, a, b)));
    let at = |known: KnownFeature| known.map_or(usize::MAX, |(at, _)| at);
    pairs.sort_by_key(|pair| (at(pair.before), at(pair.after)));
    pairs
}

/// The column in which ways to villages say which village they lead to.
const VILLAGE: &str = "village";

/// Whether the lines of a layer are ways to villages.
pub(super) fn is_by_village(model: &Layer) -> bool {
    model.geometry == GeometryKind::Line && model.columns.iter().any(|column| column.name == VILLAGE)
}

/// The lines of each village; all together where they lead to none.
fn by_village(model: &Layer, before: &[Feature], after: &[Feature], was: Vec<usize>, is: Vec<usize>) -> Vec<Group> {
    let Some(column) = model.columns.iter().position(|column| column.name == VILLAGE) else { return vec![(was, is)] };
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    was.iter().for_each(|at| groups.entry(before[*at].values[column].to_string()).or_default().0.push(*at));
    is.iter().for_each(|at| groups.entry(after[*at].values[column].to_string()).or_default().1.push(*at));
    groups.into_values().collect()
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

/// Whether two features of one key are the same thing: always by an id, and by a name where they stand.
fn is_one_thing(key: &str, before: &Feature, after: &Feature) -> bool {
    let place = |feature: &Feature| feature.geometry.as_ref().and_then(BoundingRect::bounding_rect).map(Rect::center);
    let is_id = IDS.iter().any(|id| key.strip_prefix(id).is_some_and(|rest| rest.starts_with('=')));
    let far = place(before).zip(place(after)).is_some_and(|(a, b)| (a.x - b.x).hypot(a.y - b.y) > SAME_PLACE_M);
    is_id || !far
}

/// The features of each key; lines all go by geometry, as roads of one name are many and cut anywhere.
fn groups(model: &Layer, before: &[Feature], after: &[Feature], lines: bool) -> BTreeMap<Option<String>, Group> {
    let mut groups: BTreeMap<Option<String>, Group> = BTreeMap::new();
    let key = |feature: &Feature| if lines { None } else { key(model, feature) };
    before.iter().enumerate().for_each(|(at, feature)| groups.entry(key(feature)).or_default().0.push(at));
    after.iter().enumerate().for_each(|(at, feature)| groups.entry(key(feature)).or_default().1.push(at));
    groups
}

pub(super) fn key(model: &Layer, feature: &Feature) -> Option<String> {
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
pub(super) fn shape(feature: &Feature) -> u64 {
    let mut hasher = DefaultHasher::new();
    for at in feature.geometry.iter().flat_map(geo::CoordsIter::coords_iter) {
        [at.x, at.y].map(|metres| (metres * 1000.0).round() as i64).hash(&mut hasher);
    }
    hasher.finish()
}

/// Pairs the features without key that are left, where there is one of a class on each side. Time bands are paired so.
fn by_class(
    classes: &Classes,
    before: &[Feature],
    after: &[Feature],
    was: &[usize],
    is: &[usize],
) -> Vec<(Option<usize>, Option<usize>)> {
    let mut of_class: BTreeMap<usize, Group> = BTreeMap::new();
    was.iter().for_each(|at| of_class.entry(classes.class(&before[*at]).order).or_default().0.push(*at));
    is.iter().for_each(|at| of_class.entry(classes.class(&after[*at]).order).or_default().1.push(*at));
    let pairs = of_class.into_values().flat_map(|(was, is)| match (&was[..], &is[..]) {
        (&[a], &[b]) => vec![(Some(a), Some(b))],
        _ => {
            let gone = was.into_iter().map(|at| (Some(at), None));
            gone.chain(is.into_iter().map(|at| (None, Some(at)))).collect()
        }
    });
    pairs.collect()
}

pub(super) fn lines_of(geometry: &Geometry) -> Vec<&LineString> {
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
