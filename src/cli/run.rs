//! `fireplan run`: questions in, files and key figures out.

use std::path::Path;

use anyhow::{Result, bail};
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::scenario::apply_scenario;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Figure, Findings, Verdict};
use fireplan_model::notes::Severity;
use fireplan_model::rules::{Rules, show};

use crate::progress::Bars;
use crate::{RunArgs, name_folder, scenario};

/// Answers the question; `None`: every question that the area can answer.
pub(crate) fn answer_questions(question: Option<&Request>, args: &RunArgs) -> Result<()> {
    let rules = args.rules.load()?;
    let bars = args.area.bars();
    let mut area = args.area.open(&bars)?;
    if let Some(wanted) = &args.scenario {
        area = apply_scenario(&scenario::find_scenario(wanted, &args.store.store(&args.area.path))?, &area)?;
    }
    match question {
        Some(request) => answer_question(request, &area, &rules, &bars, &args.out).map(|_| ()),
        None => {
            let answered = answer_all(&area, &rules, &bars, &args.out)?.len();
            let asked = Request::all().into_iter().filter(|request| request.lacks(&area).is_empty()).count();
            match (answered, asked) {
                (_, 0) => {
                    bail!("本区数据不足以回答任何问题；在 area.toml 中补充上述图层，或用 fireplan check 查看读到了什么")
                }
                (0, _) => bail!("没有一个问题得到回答，原因见上"),
                _ if answered < asked => Err(PartlyAnswered.into()),
                _ => Ok(()),
            }
        }
    }
}

/// Some questions were answered, others could not be.
#[derive(Debug)]
pub(crate) struct PartlyAnswered;

impl std::fmt::Display for PartlyAnswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("部分问题未能回答，原因见上；其余成果已写出")
    }
}

impl std::error::Error for PartlyAnswered {}

/// Answers every question that the area can answer and says of the others why not, each into a folder of its own.
pub(crate) fn answer_all(area: &StudyArea, rules: &Rules, bars: &Bars, out: &Path) -> Result<Vec<(Request, Findings)>> {
    let (able, unable): (Vec<_>, Vec<_>) =
        Request::all().into_iter().partition(|request| request.lacks(area).is_empty());
    for request in &unable {
        let lacks: Vec<String> = request.lacks(area).iter().map(|layer| layer.label().zh).collect();
        eprintln!("略过 {}：缺少{}", request.about().0.zh, lacks.join("、"));
    }
    let mut answered = Vec::new();
    for request in able {
        match answer_question(&request, area, rules, bars, &name_folder(out, &request)) {
            Ok(findings) => answered.push((request, findings)),
            Err(error) => eprintln!("未能回答 {}：{error:#}", request.about().0.zh),
        }
    }
    Ok(answered)
}

fn answer_question(request: &Request, area: &StudyArea, rules: &Rules, bars: &Bars, out: &Path) -> Result<Findings> {
    let findings = request.run(&Context { area, rules, progress: bars });
    bars.finish();
    let findings = findings?;
    let files = fireplan_export::write(&findings, area, out)?;
    let synthetic = if area.synthetic { "(虚构数据)" } else { "" };
    println!("{}{synthetic} · {}", area.name, request.about().0.zh);
    for answer in &findings.answers {
        println!("  {}{}", answer.question.zh, answer.answer.zh);
    }
    print!("{}", format_figures(&findings.figures));
    println!("{}", count_checks(&findings));
    println!("{}", count_notes(&findings));
    println!("  方法参数 {} 项(取值与理由见 findings.json 的 manifest.method)", findings.manifest.method.len());
    println!("成果 {} 个文件，写入 {}", files.len(), out.display());
    Ok(findings)
}

fn format_figures(figures: &[Figure]) -> String {
    let row = |figure: &Figure| {
        let value =
            figure.value.map_or_else(|| "待核".to_owned(), |value| add_unit(&format_number(value), &figure.unit));
        let range = figure
            .range
            .filter(|_| figure.value.is_some())
            .map_or_else(String::new, |[low, high]| format!("({}–{})", format_number(low), format_number(high)));
        [format!("  {}", figure.label.zh), value, range, figure.remark.zh.clone()]
    };
    show::aligned(&figures.iter().map(row).collect::<Vec<_>>())
}

fn add_unit(number: &str, unit: &str) -> String {
    match unit {
        "" => number.to_owned(),
        "%" => format!("{number}%"),
        unit => format!("{number} {unit}"),
    }
}

/// Whole numbers as they are, others with one decimal.
fn format_number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value}") } else { format!("{value:.1}") }
}

fn count_checks(findings: &Findings) -> String {
    let count = |verdict| findings.checks.iter().filter(|check| check.verdict == verdict).count();
    format!(
        "  检查 {} 项：符合 {}，不符合 {}，提示 {}，待核 {}",
        findings.checks.len(),
        count(Verdict::Pass),
        count(Verdict::Fail),
        count(Verdict::Warn),
        count(Verdict::Undetermined)
    )
}

fn count_notes(findings: &Findings) -> String {
    let count = |severity| findings.notes.iter().filter(|note| note.severity == severity).count();
    format!(
        "  数据说明 {} 条，其中提醒 {}，略去 {}(详见 findings.json 或 fireplan check)",
        findings.notes.len(),
        count(Severity::Warning),
        count(Severity::LeftOut)
    )
}
