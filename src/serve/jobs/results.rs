//! The outputs of a process: the findings without their layers, which are collections.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::features::CellValue;
use fireplan_export::geojson::json as cell;
use fireplan_model::findings::{
    Answer, Chart, Check, Figure, Findings, Manifest, Proposal, Table, TableSubject, Verdict,
};
use fireplan_model::notes::Note;
use fireplan_model::rows::{Column, Label};

/// Name, label and JSON type of each output, as [`Results`] has them.
pub const OUTPUTS: [(&str, &str, &str); 8] = [
    ("answers", "结论 | Answers in words", "array"),
    ("figures", "关键指标 | Key figures", "array"),
    ("tables", "表格 | Tables", "array"),
    ("checks", "条款核对 | Checks against clauses", "array"),
    ("notes", "数据说明 | Notes on the data", "array"),
    ("proposals", "可采纳的方案 | Plans to take up as scenarios", "array"),
    ("manifest", "运行依据 | What the findings rest on", "object"),
    ("layers", "成果图层（集合编号） | Layers, as collection ids", "array"),
];

/// What a run found. A request may ask for some of the outputs only; then the others are missing.
#[derive(Serialize, JsonSchema)]
pub struct Results {
    answers: Vec<Answer>,
    figures: Vec<Figure>,
    tables: Vec<ResultTable>,
    checks: Vec<Check>,
    notes: Vec<Note>,
    proposals: Vec<Proposal>,
    manifest: Manifest,
    /// Ids of the collections that the run made.
    layers: Vec<String>,
}

/// A table without geometry of its own.
#[derive(Serialize, JsonSchema)]
struct ResultTable {
    id: String,
    title: Label,
    columns: Vec<Column>,
    #[schemars(with = "Vec<Vec<Option<CellValue>>>")]
    rows: Vec<Vec<Value>>,
    /// The collection whose features the rows speak of, row by row in the same order, if so.
    layer: Option<String>,
    /// The collection to whose features the rows belong, and the column in which both say which, if so.
    about: Option<TableSubject>,
    /// How the rows make a curve, if they do.
    chart: Option<Chart>,
}

impl Results {
    /// The findings of the job, whose layers are these collections.
    pub fn new(job: &str, findings: &Findings, layers: Vec<String>) -> Self {
        Self {
            answers: findings.answers.clone(),
            figures: findings.figures.clone(),
            tables: findings.tables.iter().map(|table| ResultTable::new(job, table)).collect(),
            checks: findings.checks.iter().map(|check| place_check(job, check)).collect(),
            notes: findings.notes.clone(),
            proposals: findings.proposals.clone(),
            manifest: findings.manifest.clone(),
            layers,
        }
    }

    /// Whether this collection is among the layers.
    pub(super) fn has_layer(&self, id: &str) -> bool {
        self.layers.iter().any(|layer| layer == id)
    }
}

impl Results {
    /// Ids of the collections that the run made, in their order.
    pub fn layer_ids(&self) -> &[String] {
        &self.layers
    }
}

/// What a run found, in short.
#[derive(Serialize, JsonSchema)]
pub struct ResultSummary {
    figures: Vec<Figure>,
    verdicts: VerdictCounts,
    /// Number of plans to take up as scenarios.
    proposals: usize,
}

/// Number of checks by what came of them.
#[derive(Default, Serialize, JsonSchema)]
struct VerdictCounts {
    pass: usize,
    warn: usize,
    fail: usize,
    overdue: usize,
    undetermined: usize,
}

impl Results {
    /// The figures, and how much else there is.
    pub fn summarize(&self) -> ResultSummary {
        let mut verdicts = VerdictCounts::default();
        for check in &self.checks {
            *match check.verdict {
                Verdict::Pass => &mut verdicts.pass,
                Verdict::Warn => &mut verdicts.warn,
                Verdict::Fail => &mut verdicts.fail,
                Verdict::Overdue => &mut verdicts.overdue,
                Verdict::Undetermined => &mut verdicts.undetermined,
            } += 1;
        }
        ResultSummary { figures: self.figures.clone(), verdicts, proposals: self.proposals.len() }
    }
}

/// A check with its feature in the collection of the run.
fn place_check(job: &str, check: &Check) -> Check {
    let mut check = check.clone();
    if let Some(feature) = &mut check.feature {
        feature.layer = format!("{job}-{}", feature.layer);
    }
    check
}

impl ResultTable {
    fn new(job: &str, table: &Table) -> Self {
        Self {
            id: table.id.clone(),
            title: table.title.clone(),
            columns: table.columns.clone(),
            rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
            layer: table.layer.as_ref().map(|layer| format!("{job}-{layer}")),
            about: table
                .about
                .as_ref()
                .map(|about| TableSubject { layer: format!("{job}-{}", about.layer), column: about.column }),
            chart: table.chart.clone(),
        }
    }
}
