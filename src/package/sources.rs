//! The findings of all analyses and the layers of the area as sheets, asked by name: `coverage.village_coverage`,
//! `area.stations`.

use std::collections::{BTreeMap, BTreeSet};

use geo::Geometry;

use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Check, Figure, Findings, Layer, Table, Verdict};
use fireplan_model::layers::LayerId;
use fireplan_model::row;
use fireplan_model::rows::{Column, Label, Value};
use fireplan_model::rules::Force;
use fireplan_model::scenario::is_planned;

/// The part of a sheet's name that stands for the layers of the area.
const AREA: &str = "area";

/// What one analysis found, under the name by which the package asks for it.
pub struct AnalysisAnswer {
    /// Id of the analysis, e.g. `coverage`.
    pub id: String,
    /// What people call it.
    pub title: Label,
    /// What it found.
    pub findings: Findings,
}

/// An analysis that was not run, and why.
pub struct UnansweredAnalysis {
    /// Id of the analysis.
    pub id: String,
    /// What people call it.
    pub title: Label,
    /// Why there is no answer: which layers are missing, or what went wrong.
    pub why: Label,
}

/// Rows with their columns, of a layer or of a table.
#[derive(Clone)]
pub struct FoundSheet<'a> {
    /// What each row says.
    pub columns: &'a [Column],
    /// The rows in the order of the findings.
    pub rows: Vec<FoundRow<'a>>,
}

/// One row of a sheet.
#[derive(Clone, Copy)]
pub struct FoundRow<'a> {
    /// In the order of the columns.
    pub values: &'a [Value],
    /// Where it is, in local metres.
    pub geometry: Option<&'a Geometry>,
}

impl<'a> FoundSheet<'a> {
    /// The column of this name and where it stands.
    pub fn column(&self, name: &str) -> Option<(usize, &'a Column)> {
        self.columns.iter().enumerate().find(|(_, column)| column.name == name)
    }

    /// What a row says in a column.
    pub fn value(&self, row: FoundRow<'a>, name: &str) -> Option<(&'a Column, &'a Value)> {
        let (at, column) = self.column(name)?;
        Some((column, row.values.get(at)?))
    }
}

/// What became of the question for a sheet.
pub enum SheetLookup<'a> {
    /// It is there; without a row where there is nothing of its kind.
    Found(FoundSheet<'a>),
    /// The analysis was run and found nothing of the kind.
    Nothing,
    /// The analysis was not run, or the area has no such layer.
    Missing,
}

/// Everything that the package may print.
pub struct Sources<'a> {
    /// The area that was asked about.
    pub area: &'a StudyArea,
    /// What was found.
    pub answers: &'a [AnalysisAnswer],
    /// What was not asked, and why.
    pub unanswered: &'a [UnansweredAnalysis],
    area_layers: Vec<Layer>,
    /// The checks of each analysis as a table.
    checks: BTreeMap<&'a str, Table>,
    /// Where things are that the scenario adds or moves.
    planned_places: Vec<Geometry>,
}

/// The column of a layer with the ids of its source.
const SOURCE_ID: &str = "source_id";

/// The sheet with the checks of an analysis.
const CHECKS: &str = "checks";

row! {
    /// 条文检查 | Checks against clauses
    struct CheckLine {
        geometry: (),
        /// 对象 | Subject
        subject: String,
        /// 结论 | Verdict
        verdict: String,
        /// 要求 | Required
        bound: String,
        /// 实测 | Measured
        measured: Option<f64>,
        /// 规则 | Rule
        rule: String,
        /// 依据 | Clause
        cite: String,
        /// 说明 | Text
        text: String,
        /// 说明(不含对象) | Text without its subject
        reason: String,
    }
}

impl CheckLine {
    fn of(check: &Check) -> Self {
        Self {
            geometry: (),
            subject: check.subject.clone(),
            verdict: verdict_word(check).to_owned(),
            bound: check.bound.clone(),
            measured: check.measured,
            rule: check.rule.clone(),
            cite: check.cite.clone(),
            text: check.text.zh.clone(),
            reason: without_subject(&check.text.zh).to_owned(),
        }
    }
}

/// The text of a check without its subject, which stands before the first colon.
pub fn without_subject(text: &str) -> &str {
    text.split_once('：').map_or(text, |(_, reason)| reason)
}

/// The words for what falls short of more or less than a 应.
pub const SHORT_OF_SHOULD: &str = "未达“宜”";
/// Of a figure that no clause asks for.
pub const SHORT_OF_DEFAULT: &str = "未达缺省值";
/// Of what a clause of 应 asks for and has in part.
pub const REMARKED: &str = "提示";

/// A verdict as it stands in a plan: what falls short is told by the force of the clause, since a default is no 宜.
pub fn verdict_word(check: &Check) -> &'static str {
    let is_default = match check.obliged.force {
        Some(force) => force == Force::Default,
        None => check.cite.is_empty(),
    };
    match (check.verdict, check.obliged.force) {
        (Verdict::Pass, _) => "符合",
        (Verdict::Warn, _) if is_default => SHORT_OF_DEFAULT,
        (Verdict::Warn, Some(Force::Shall | Force::Policy)) => REMARKED,
        (Verdict::Warn, _) => SHORT_OF_SHOULD,
        (Verdict::Fail, _) => "不符合",
        (Verdict::Overdue, _) => "逾期",
        (Verdict::Undetermined, _) => "待核",
    }
}

impl<'a> Sources<'a> {
    /// The sources of one package.
    pub fn new(area: &'a StudyArea, answers: &'a [AnalysisAnswer], unanswered: &'a [UnansweredAnalysis]) -> Self {
        let checks = answers.iter().map(|answer| {
            let lines: Vec<CheckLine> = answer.findings.checks.iter().map(CheckLine::of).collect();
            (answer.id.as_str(), Table::new(CHECKS, &lines))
        });
        let area_layers = area.map_layers();
        let planned_places = area_layers.iter().flat_map(|layer| find_planned(area, layer)).collect();
        Self { area, answers, unanswered, area_layers, checks: checks.collect(), planned_places }
    }

    /// The scenario that everything is under, with its revision; `None`: the area is as it stands today.
    pub fn scenario(&self) -> Option<&'a str> {
        self.area.applied.as_ref().map(|applied| applied.title.zh.as_str())
    }

    /// What is said of the scenario below a title.
    pub fn scenario_notice(&self) -> Option<String> {
        let title = self.scenario()?;
        Some(format!("本成果按{title}编制：文、表、图中的“现状”均为该方案实施后的状态，不是今天的现状。"))
    }

    /// Whether a row is of something that the scenario adds or moves: it is not there today.
    pub fn is_planned(&self, row: FoundRow<'_>) -> bool {
        let says = |value: &Value| matches!(value, Value::Text(text) if is_planned(text));
        self.scenario().is_some()
            && (row.values.iter().any(says) || row.geometry.is_some_and(|place| self.planned_places.contains(place)))
    }

    /// The findings of an analysis.
    pub fn findings(&self, id: &str) -> Option<&Findings> {
        self.answers.iter().find(|answer| answer.id == id).map(|answer| &answer.findings)
    }

    /// What an analysis answers to a question in Chinese.
    pub fn answer(&self, analysis: &str, question: &str) -> Option<&str> {
        let answers = &self.findings(analysis)?.answers;
        answers.iter().find(|answer| answer.question.zh == question).map(|answer| &*answer.answer.zh)
    }

    /// A key figure of an analysis.
    pub fn figure(&self, analysis: &str, name: &str) -> Option<&Figure> {
        self.findings(analysis)?.figures.iter().find(|figure| figure.name == name)
    }

    /// The layer of this name, `analysis.layer` or `area.layer`; `None` where it is a table or has no feature.
    pub fn layer(&self, name: &str) -> Option<&Layer> {
        let (of, id) = name.split_once('.')?;
        let layers = if of == AREA { &self.area_layers } else { &self.findings(of)?.layers };
        layers.iter().find(|layer| layer.id == id)
    }

    /// The rows of this name; a layer comes before a table, since it says where its rows are.
    pub fn sheet(&self, name: &str) -> SheetLookup<'_> {
        if let Some(layer) = self.layer(name) {
            let rows = layer.features.iter();
            let rows = rows.map(|feature| FoundRow { values: &feature.values, geometry: feature.geometry.as_ref() });
            return SheetLookup::Found(FoundSheet { columns: &layer.columns, rows: rows.collect() });
        }
        let Some((of, id)) = name.split_once('.') else { return SheetLookup::Missing };
        let Some(findings) = self.findings(of) else { return SheetLookup::Missing };
        let checks = self.checks.get(of).filter(|_| id == CHECKS);
        match checks.or_else(|| findings.tables.iter().find(|table| table.id == id)) {
            Some(table) => {
                let rows = table.rows.iter().map(|values| FoundRow { values, geometry: None });
                SheetLookup::Found(FoundSheet { columns: &table.columns, rows: rows.collect() })
            }
            None => SheetLookup::Nothing,
        }
    }

    /// What people call a sheet; its name where nothing of it is known.
    pub fn title_of_sheet(&self, name: &str) -> String {
        let Some((of, id)) = name.split_once('.') else { return name.to_owned() };
        if of == AREA {
            return LayerId::ALL
                .iter()
                .find(|layer| layer.code() == id)
                .map_or_else(|| name.to_owned(), |layer| layer.label().zh);
        }
        let table = || self.findings(of)?.tables.iter().find(|table| table.id == id);
        let title = self.layer(name).map(|layer| &layer.title).or_else(|| table().map(|table| &table.title));
        title.map_or_else(|| name.to_owned(), |title| title.zh.clone())
    }

    /// What is missing where a sheet or a figure is asked for that is not there, and why.
    pub fn tell_missing(&self, asked: &str) -> String {
        let (of, _) = asked.split_once('.').unwrap_or((asked, ""));
        if let Some(one) = self.unanswered.iter().find(|one| one.id == of) {
            return format!("{}（{}）", one.title.zh, one.why.zh);
        }
        match self.answers.iter().find(|answer| answer.id == of) {
            Some(answer) => format!("{}（没有给出此项）", answer.title.zh),
            None => format!("{}图层", self.title_of_sheet(asked)),
        }
    }

    /// The first of these sheets that has rows, or what became of the last.
    pub fn first_sheet(&self, names: &[String]) -> SheetLookup<'_> {
        let mut last = SheetLookup::Missing;
        for name in names {
            match self.sheet(name) {
                SheetLookup::Found(sheet) if !sheet.rows.is_empty() => return SheetLookup::Found(sheet),
                SheetLookup::Missing => {}
                other => last = other,
            }
        }
        last
    }

    /// Every input that was read, with its digest: what the findings rest on.
    pub fn inputs(&self) -> BTreeSet<(String, String)> {
        let inputs = self.answers.iter().flat_map(|answer| &answer.findings.manifest.inputs);
        inputs.map(|input| (input.source.clone(), input.sha256.clone())).collect()
    }
}

/// The places of what the scenario of an area adds to a layer, or moves in it.
fn find_planned<'l>(area: &StudyArea, layer: &'l Layer) -> impl Iterator<Item = Geometry> + use<'l> {
    let moved = area.applied.as_ref().map(|applied| applied.moved_stations.clone()).unwrap_or_default();
    let id = layer.columns.iter().position(|column| column.name == SOURCE_ID);
    let is_stations = layer.id == LayerId::Stations.code();
    let features = layer.features.iter().filter(move |feature| {
        let id = id.map_or("", |at| text_of(&feature.values[at]));
        is_planned(id) || (is_stations && moved.contains(id))
    });
    features.filter_map(|feature| feature.geometry.clone())
}

/// The text or code of a value; empty for what is neither.
pub fn text_of(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        Value::Label(label) => &label.zh,
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        _ => "",
    }
}

/// Whether a row has one of the codes in every column that is asked about and that the sheet has.
pub fn passes(sheet: &FoundSheet<'_>, row: FoundRow<'_>, only: &BTreeMap<String, Vec<String>>) -> bool {
    only.iter().all(|(name, codes)| {
        sheet.value(row, name).is_none_or(|(_, value)| codes.iter().any(|code| code == text_of(value)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::rules::{Limit, Rules};

    #[test]
    fn what_falls_short_is_told_by_the_force_of_the_rule() {
        let rules = Rules::load(None).unwrap();
        let words = |limit: &Limit| {
            let check = limit.check("甲", Some(if limit.op.holds(0.0, limit.value) { f64::MAX } else { 0.0 }));
            assert!(matches!(check.verdict, Verdict::Warn | Verdict::Fail), "{}", check.text.zh);
            verdict_word(&check)
        };
        assert_eq!(words(&rules.progress.built_percent), SHORT_OF_DEFAULT);
        assert_eq!(words(&rules.village_lane.clear_height_m), SHORT_OF_SHOULD);
        assert_eq!(words(&rules.fire_lane.clear_width_m), "不符合");
        let of_policy = Check { verdict: Verdict::Warn, ..rules.fire_lane.clear_width_m.check("甲", Some(0.0)) };
        assert_eq!(verdict_word(&of_policy), REMARKED);
    }
}
