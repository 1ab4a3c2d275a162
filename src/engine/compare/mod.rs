//! Comparison (对比): what changes from one run to another of the same question, under another profile, with other
//! parameters or on another scenario: figures, features that move to another class, checks, rules.
//!
//! Nothing here knows an analysis: a layer that is drawn by a class is compared by that class. Features are the same when
//! they have the same key or place ([`pairs`]); of lines, every metre is compared.
//!
//! **Limits.** Better and worse follow the order of a column's codes where they are declared to run from the best to the
//! worst, and of a graded column its unit: fewer minutes and more percent are better, of other units no direction is known.
//! Changes within a class are not listed.

mod causes;
mod changes;
mod checks;
mod classes;
mod grounds;
mod pairs;
#[cfg(test)]
mod tests;
mod why;

use std::collections::BTreeMap;

use anyhow::{Result, bail};
pub use causes::{CausedChange, ChangeCause, share_out};
pub use changes::{
    CheckChange, Comparison, FigureChange, GroundChange, LayerChange, Move, RuleChange, RuleText, SettingChange, Tally,
};
use geo::{Geometry, GeometryCollection};

use classes::{Classes, FeatureClass};
use fireplan_model::findings::{Drawing, Feature, Figure, Findings, Layer};
use fireplan_model::rows::{GeometryKind, Label};
use fireplan_model::{codes, row};
use pairs::Pair;

/// Findings with their layers, wherever these are kept.
#[derive(Clone)]
pub struct ComparedRun<'a> {
    /// What the run found; its own layers are not looked at.
    pub findings: &'a Findings,
    /// The layers of the run.
    pub layers: Vec<&'a Layer>,
}

impl<'a> From<&'a Findings> for ComparedRun<'a> {
    fn from(findings: &'a Findings) -> Self {
        Self { findings, layers: findings.layers.iter().collect() }
    }
}

impl<'a> ComparedRun<'a> {
    fn layer(&self, id: &str) -> Option<&'a Layer> {
        self.layers.iter().copied().find(|layer| layer.id == id)
    }
}

codes! {
    /// How a feature fares from one run to the other.
    pub enum Change {
        /// 改善 | Better
        Gained = "gained",
        /// 新增 | New
        New = "new",
        /// 变化 | Changed
        Changed = "changed",
        /// 消失 | Gone
        Gone = "gone",
        /// 变差 | Worse
        Lost = "lost",
    }
}

row! {
    /// 变化 | Changes
    pub struct ChangeRow {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 变化 | Change
        change: Change,
        /// 原结果 | Before
        before: Label,
        /// 新结果 | After
        after: Label,
        /// 人口 | People
        population_people: Option<f64>,
        /// 长度 | Length
        length_m: Option<f64>,
        /// 说明 | What changes and why
        story: Label,
    }
}

/// What changes from the first run to the second.
pub fn compare(before: &ComparedRun, after: &ComparedRun) -> Result<Comparison> {
    let [asked, asks] = [before, after].map(|run| run.findings.manifest.request["analysis"].as_str().unwrap_or(""));
    if asked != asks {
        bail!(
            "两次运行不是同一种分析，不能对比：{asked}、{asks} | runs of two questions cannot be compared: {asked}, {asks}"
        );
    }
    let manifests = [&before.findings.manifest, &after.findings.manifest];
    let settings = settings(&manifests.map(|manifest| serde_json::to_value(manifest).unwrap_or_default()));
    let rules = rules(manifests.map(|manifest| &manifest.rules));
    let grounds = grounds::grounds(manifests);
    let (attribution, differs_in) = grounds::attribute(&settings, &rules, &grounds);
    Ok(Comparison {
        attribution,
        differs_in,
        grounds,
        settings,
        figures: figures(&before.findings.figures, &after.findings.figures),
        layers: layers(before, after),
        checks: checks::checks(before, after),
        rules,
    })
}

/// Parameters, profile, values set by hand and scenario that differ; a scenario is called by its revision.
fn settings(manifests: &[serde_json::Value; 2]) -> Vec<SettingChange> {
    let flat = manifests.each_ref().map(|manifest| {
        let mut flat = serde_json::Map::new();
        for name in ["profile", "set", "scenario"] {
            flat.insert(name.to_owned(), manifest[name].clone());
        }
        flat.extend(manifest["request"].as_object().cloned().unwrap_or_default());
        flat
    });
    let shown = |run: usize, name: &str| {
        let mut value = flat[run].get(name).cloned().unwrap_or_default();
        let title = manifests[run]["scenario_title"]["zh"].clone();
        if name == "scenario" && value.is_object() && title.is_string() {
            value["name"] = title;
        }
        value
    };
    let differ = flat[1].iter().filter(|(name, after)| flat[0].get(*name) != Some(after)).map(|(name, _)| name);
    differ.map(|name| SettingChange { name: name.clone(), before: shown(0, name), after: shown(1, name) }).collect()
}

fn figures(before: &[Figure], after: &[Figure]) -> Vec<FigureChange> {
    let all = after.iter().chain(before.iter().filter(|one| after.iter().all(|other| other.name != one.name)));
    all.map(|figure| {
        let value = |list: &[Figure]| list.iter().find(|one| one.name == figure.name).and_then(|one| one.value);
        let (was, is) = (value(before), value(after));
        // Differences of rounded figures are rounded alike: 42.2 − 42.1 is 0.1.
        let difference = was.zip(is).map(|(was, is)| ((is - was) * 1e6).round() / 1e6 + 0.0);
        let (label, unit) = (figure.label.clone(), figure.unit.clone());
        FigureChange { name: figure.name.clone(), label, unit, before: was, after: is, difference }
    })
    .collect()
}

fn layers(before: &ComparedRun, after: &ComparedRun) -> Vec<LayerChange> {
    let only_before = before.layers.iter().filter(|layer| after.layer(&layer.id).is_none());
    let all = after.layers.iter().chain(only_before);
    all.filter(|layer| layer.drawing != Drawing::Plain).filter_map(|layer| layer_change(before, after, layer)).collect()
}

fn layer_change(before: &ComparedRun, after: &ComparedRun, model: &Layer) -> Option<LayerChange> {
    let classes = Classes::of(model)?;
    let none: &[Feature] = &[];
    let [was, is] = [before, after].map(|run| run.layer(&model.id).map_or(none, |layer| &layer.features));
    let why = why::Why::new(model, before.findings, after.findings);
    let mut moves: BTreeMap<(usize, usize), Move> = BTreeMap::new();
    let mut rows = Vec::new();
    let lines = model.geometry == GeometryKind::Line;
    let counts_people = model.columns.iter().any(|column| column.name.ends_with("_people"));
    for pair in pairs::pairs(model, &classes, was, is) {
        let [a, b] = [pair.before, pair.after].map(|at| at.map(|(_, feature)| classes.class(feature)));
        let Some(change) = judge(a.as_ref(), b.as_ref()) else { continue };
        let tally = Tally {
            features: 1,
            people: counts_people.then(|| pair.people(model).unwrap_or(0.0)),
            length_m: lines.then_some(pair.length_m),
        };
        let order = [&a, &b].map(|class| class.as_ref().map_or(usize::MAX, |class| class.order));
        let [before, after] = [a, b].map(|class| class.map(|class| class.label));
        rows.push(change_row(model, &why, &pair, change, [&before, &after], tally));
        let new = Move { before, after, change, tally: Tally::default() };
        moves.entry((order[0], order[1])).or_insert(new).tally.add(tally);
    }
    let total = |change| {
        let mut sum = Tally { people: counts_people.then_some(0.0), length_m: lines.then_some(0.0), features: 0 };
        moves.values().filter(|one| one.change == change).for_each(|one| sum.add(one.tally));
        sum
    };
    let mut told = model.title.clone();
    if pairs::is_by_village(model) {
        told.zh += "（长度按村计，共用路段每村各计一次）";
        told.en += " (lengths by village: shared stretches count once for each)";
    }
    let title = Label::new(format!("变化：{}", told.zh), format!("Changes: {}", told.en));
    let changes = Layer::new(&format!("change_{}", model.id), Drawing::Coded { column: "change" }, &rows);
    Some(LayerChange {
        layer: model.id.clone(),
        title: told,
        column: classes.label.clone(),
        gained: total(Change::Gained),
        lost: total(Change::Lost),
        moves: moves.into_values().collect(),
        changes: without_idle_columns(Layer { title, geometry: model.geometry, ..changes }, counts_people, lines),
    })
}

/// Only layers of people have people, and only lines have a length: elsewhere an empty cell would read as not known.
fn without_idle_columns(mut layer: Layer, people: bool, lines: bool) -> Layer {
    for (name, wanted) in [("population_people", people), ("length_m", lines)] {
        let at = layer.columns.iter().position(|column| column.name == name);
        if let Some(at) = at.filter(|_| !wanted) {
            layer.columns.remove(at);
            layer.features.iter_mut().for_each(|feature| drop(feature.values.remove(at)));
        }
    }
    layer
}

/// How a feature fares that moves between these classes; `None` where the class is the same.
fn judge(before: Option<&FeatureClass>, after: Option<&FeatureClass>) -> Option<Change> {
    match (before, after) {
        (None, None) => None,
        (None, Some(_)) => Some(Change::New),
        (Some(_), None) => Some(Change::Gone),
        (Some(a), Some(b)) if a.order == b.order => None,
        (Some(FeatureClass { rank: Some(a), .. }), Some(FeatureClass { rank: Some(b), .. })) => {
            Some(if b < a { Change::Gained } else { Change::Lost })
        }
        _ => Some(Change::Changed),
    }
}

fn change_row(
    model: &Layer,
    why: &why::Why,
    pair: &Pair,
    change: Change,
    classes: [&Option<Label>; 2],
    tally: Tally,
) -> ChangeRow {
    let name = pair.text(model, &["name", "subject"]);
    let shown = |class: &Option<Label>| class.clone().unwrap_or_else(|| Label::new("（无）", "(none)"));
    let (before, after) = (shown(classes[0]), shown(classes[1]));
    let story = why.story(pair, &name, &before, &after);
    ChangeRow {
        geometry: pair.geometry.clone().unwrap_or_else(|| Geometry::GeometryCollection(GeometryCollection::default())),
        name,
        change,
        before,
        after,
        population_people: tally.people,
        length_m: tally.length_m.map(|length_m| (length_m * 10.0).round() / 10.0),
        story,
    }
}

/// Entries whose figure or clause differs; rows of a table that are in one only, the n-th with the n-th.
fn rules(reports: [&serde_json::Value; 2]) -> Vec<RuleChange> {
    type Entries = Vec<(String, Label, RuleText)>;
    let read = |report: &serde_json::Value| -> Entries {
        let label =
            |value: &serde_json::Value| serde_json::from_value(value.clone()).unwrap_or_else(|_| Label::new("", ""));
        let entries = report["entries"].as_array().into_iter().flatten();
        entries
            .map(|entry| {
                let cite = entry["cite"].as_str().unwrap_or("").to_owned();
                let key = entry["key"].as_str().unwrap_or("").to_owned();
                (key, label(&entry["label"]), RuleText { value: label(&entry["value"]), cite })
            })
            .collect()
    };
    let [was, is] = reports.map(read);
    let only = |list: &Entries, other: &Entries| -> Entries {
        list.iter().filter(|one| !other.contains(one)).cloned().collect()
    };
    let (mut gone, new) = (only(&was, &is), only(&is, &was));
    let mut changes: Vec<RuleChange> = new
        .into_iter()
        .map(|(key, label, after)| {
            let before = gone.iter().position(|one| one.0 == key).map(|at| gone.remove(at).2);
            RuleChange { key, label, before, after: Some(after) }
        })
        .collect();
    changes.extend(gone.into_iter().map(|(key, label, before)| RuleChange {
        key,
        label,
        before: Some(before),
        after: None,
    }));
    changes
}
