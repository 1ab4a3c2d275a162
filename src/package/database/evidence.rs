//! What the findings rest on, as tables beside the layers: figures, checks, rules in force, parameters and the digests of the
//! inputs, so that a database that was sent on by itself can be checked and computed again.

use fireplan_model::rules::InForce;

use super::map::{FieldKind, LayerShape};
use super::records::{DatabaseFeature, DatabaseField, DatabaseSheet, DatabaseValue};
use crate::sources::{AnalysisAnswer, Sources, verdict_word};

/// A field of such a table: name, alias, and what it holds.
type EvidenceField = (&'static str, &'static str, FieldKind);

/// Texts are kept whole.
const TEXT: FieldKind = FieldKind::Text(0);
const NUMBER: FieldKind = FieldKind::Real(0, 0);

/// The tables.
pub fn evidence_sheets(sources: &Sources<'_>, entries: &[InForce]) -> Vec<DatabaseSheet> {
    vec![
        figure_sheet(sources),
        check_sheet(sources, entries),
        rule_sheet(entries),
        parameter_sheet(sources),
        input_sheet(sources),
    ]
}

fn figure_sheet(sources: &Sources<'_>) -> DatabaseSheet {
    let fields = [
        ("FX", "分析", TEXT),
        ("ZB", "指标", TEXT),
        ("SZ", "数值", NUMBER),
        ("DW", "单位", TEXT),
        ("ZX", "最小(低速等不利取值)", NUMBER),
        ("ZD", "最大(高速等有利取值)", NUMBER),
        ("SM", "说明", TEXT),
        ("JM", "指标代码", TEXT),
    ];
    let rows = sources.answers.iter().flat_map(|answer| {
        answer.findings.figures.iter().map(|figure| {
            let [low, high] = figure.range.map_or([None, None], |range| range.map(Some));
            vec![
                text(&answer.title.zh),
                text(&figure.label.zh),
                number(figure.value),
                text(&figure.unit),
                number(low),
                number(high),
                text(&figure.remark.zh),
                text(&format!("{}.{}", answer.id, figure.name)),
            ]
        })
    });
    make_sheet("ZBSZ", "指标数值", &fields, rows.collect())
}

fn check_sheet(sources: &Sources<'_>, entries: &[InForce]) -> DatabaseSheet {
    let fields = [
        ("FX", "分析", TEXT),
        ("DX", "对象", TEXT),
        ("TW", "条文", TEXT),
        ("YQ", "要求", TEXT),
        ("SC", "实测", NUMBER),
        ("JL", "结论", TEXT),
        ("YJ", "依据", TEXT),
        ("SM", "说明", TEXT),
    ];
    let label = |key: &str| {
        let entry = entries.iter().find(|entry| entry.key == key);
        entry.map_or_else(|| key.to_owned(), |entry| entry.label.zh.clone())
    };
    let rows = sources.answers.iter().flat_map(|answer| {
        answer.findings.checks.iter().map(|check| {
            vec![
                text(&answer.title.zh),
                text(&check.subject),
                text(&label(&check.rule)),
                text(&check.bound),
                number(check.measured),
                text(verdict_word(check)),
                text(&check.cite),
                text(&check.text.zh),
            ]
        })
    });
    make_sheet("TWJC", "条文检查", &fields, rows.collect())
}

fn rule_sheet(entries: &[InForce]) -> DatabaseSheet {
    let fields = [
        ("NR", "内容", TEXT),
        ("SZ", "数值", TEXT),
        ("XL", "效力", TEXT),
        ("KXD", "可信度", TEXT),
        ("YJ", "依据", TEXT),
        ("LY", "规则来源", TEXT),
        ("SM", "说明", TEXT),
        ("JM", "规则代码", TEXT),
    ];
    let rows = entries.iter().map(|entry| {
        let provenance = &entry.provenance;
        vec![
            text(&entry.label.zh),
            text(&entry.value.zh),
            text(&provenance.force.label().zh),
            text(&provenance.confidence.label().zh),
            text(&provenance.cite),
            text(&crate::annex::origin_word(entry)),
            text(&provenance.note),
            text(&entry.key),
        ]
    });
    make_sheet("CYGZ", "采用的规则", &fields, rows.collect())
}

fn parameter_sheet(sources: &Sources<'_>) -> DatabaseSheet {
    let fields = [
        ("FX", "分析", TEXT),
        ("LB", "类别", TEXT),
        ("CS", "参数", TEXT),
        ("SZ", "数值", TEXT),
        ("DW", "单位", TEXT),
        ("SM", "说明", TEXT),
    ];
    let rows = sources.answers.iter().flat_map(|answer| run_rows(answer).into_iter().chain(method_rows(answer)));
    make_sheet("FXCS", "分析参数", &fields, rows.collect())
}

/// What an analysis was asked with.
fn run_rows(answer: &AnalysisAnswer) -> Vec<Vec<DatabaseValue>> {
    let manifest = &answer.findings.manifest;
    let row = |kind: &str, name: &str, value: &str| {
        vec![text(&answer.title.zh), text(kind), text(name), text(value), DatabaseValue::Empty, DatabaseValue::Empty]
    };
    let scenario = manifest.scenario_title.as_ref().map_or("现状", |title| &title.zh);
    let mut rows = vec![
        row("运行", "程序", &manifest.program),
        row("运行", "坐标系", &manifest.crs),
        row("运行", "规则", &manifest.profile),
        row("运行", "方案", scenario),
    ];
    rows.extend(manifest.as_of.iter().map(|day| row("运行", "评估日期", day)));
    rows.extend(manifest.set.iter().map(|set| row("手工设定", "规则", set)));
    let asked = manifest.request.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    rows.extend(asked.map(|(name, value)| {
        let written = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        row("参数", name, &written)
    }));
    rows
}

/// The numbers of its method, each with its reason.
fn method_rows(answer: &AnalysisAnswer) -> impl Iterator<Item = Vec<DatabaseValue>> {
    answer.findings.manifest.method.iter().map(|constant| {
        vec![
            text(&answer.title.zh),
            text("方法"),
            text(&constant.label.zh),
            text(&constant.value.to_string()),
            text(&constant.unit),
            text(&constant.reason.zh),
        ]
    })
}

fn input_sheet(sources: &Sources<'_>) -> DatabaseSheet {
    let fields = [("WJ", "文件", TEXT), ("SHA256", "SHA-256 摘要", TEXT)];
    let rows = sources.inputs().into_iter().map(|(source, digest)| vec![text(&source), text(&digest)]);
    make_sheet("JCLY", "数据来源", &fields, rows.collect())
}

fn text(words: &str) -> DatabaseValue {
    if words.is_empty() { DatabaseValue::Empty } else { DatabaseValue::Text(words.replace('\0', "")) }
}

fn number(value: Option<f64>) -> DatabaseValue {
    value.filter(|value| value.is_finite()).map_or(DatabaseValue::Empty, |value| DatabaseValue::Number(value + 0.0))
}

fn make_sheet(name: &str, alias: &str, fields: &[EvidenceField], rows: Vec<Vec<DatabaseValue>>) -> DatabaseSheet {
    let fields = fields.iter().map(|(code, alias, kind)| DatabaseField {
        code: (*code).to_owned(),
        alias: (*alias).to_owned(),
        kind: *kind,
        written: if *kind == TEXT { "C" } else { "F" }.to_owned(),
        domain: Vec::new(),
    });
    DatabaseSheet {
        name: name.to_owned(),
        alias: alias.to_owned(),
        shape: LayerShape::Table,
        fields: fields.collect(),
        features: rows.into_iter().map(|values| DatabaseFeature { geometry: None, values }).collect(),
        style_by: None,
        classes: Vec::new(),
        colours: Vec::new(),
        is_ground: false,
        label_by: None,
        missing: Vec::new(),
        data: vec!["fireplan 分析成果".to_owned()],
    }
}
