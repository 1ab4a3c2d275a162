//! `fireplan run`: questions in, files and key figures out.

use std::path::Path;

use anyhow::{Result, bail};
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::scenario::apply_kept;
use fireplan_engine::sensitivity::add_sensitivity;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{self, Figure, Findings, Verdict};
use fireplan_model::message::{Language, explain};
use fireplan_model::notes::Severity;
use fireplan_model::rows::Label;
use fireplan_model::rules::{Rules, show};

use crate::arguments::RunArgs;
use crate::output::{format_number, print, tell, undetermined};
use crate::progress::Bars;
use crate::{batch, name_folder, scenario};

/// Answers the question; `None`: every question that the area can answer.
pub(crate) fn answer_questions(question: Option<&Request>, args: &RunArgs, language: Language) -> Result<()> {
    if args.arrivals.is_some() || args.own.is_some() {
        let Some(request) = question else {
            bail!("分县计算时请写明一个分析，如 coverage | name one analysis for a county, such as coverage")
        };
        return batch::answer_county(request, args, language);
    }
    let rules = args.rules.load(language)?;
    let bars = args.area.bars(language);
    let mut area = args.area.open(&bars)?;
    if let Some(wanted) = &args.scenario {
        area = apply_kept(&scenario::find_scenario(wanted, &args.store.store(&args.area.path))?, &area)?;
        scenario::tell_remarks(&area, language);
    }
    match question {
        Some(request) => answer_question(
            request,
            &area,
            &rules,
            &bars,
            Wanted { out: &args.out, sensitivity: args.sensitivity },
            language,
        )
        .map(|_| ()),
        None => {
            let wanted = Wanted { out: &args.out, sensitivity: args.sensitivity };
            let answered = answer_all(&area, &rules, &bars, wanted, language)?.len();
            let asked = Request::all().into_iter().filter(|request| request.lacks(&area).is_empty()).count();
            match (answered, asked) {
                (_, 0) => bail!(
                    "本区数据不足以回答任何问题；在 area.toml 中补充上述图层，或用 fireplan check 查看读到了什么 | \
                     the data of this area answer no question; add the layers above to area.toml, or see with \
                     fireplan check what was read"
                ),
                (0, _) => bail!("没有一个问题得到回答，原因见上 | no question was answered, for the reasons above"),
                _ if answered < asked => Err(PartlyAnswered.into()),
                _ => Ok(()),
            }
        }
    }
}

/// What a run is to give.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The folder for the results.
    pub(crate) out: &'a Path,
    /// Whether the question is asked again with every unverified figure at both ends of its range.
    pub(crate) sensitivity: bool,
}

/// Some questions were answered, others could not be.
#[derive(Debug)]
pub(crate) struct PartlyAnswered;

impl std::fmt::Display for PartlyAnswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "部分问题未能回答，原因见上；其余成果已写出 | \
             some questions could not be answered, as told above; the other results are written",
        )
    }
}

impl std::error::Error for PartlyAnswered {}

/// Answers every question that the area can answer and says of the others why not, each into a folder of its own.
pub(crate) fn answer_all(
    area: &StudyArea,
    rules: &Rules,
    bars: &Bars,
    wanted: Wanted,
    language: Language,
) -> Result<Vec<(Request, Findings)>> {
    let (able, unable): (Vec<_>, Vec<_>) =
        Request::all_in_turn().into_iter().partition(|request| request.lacks(area).is_empty());
    for request in &unable {
        let title = request.about().0;
        let lacks: Vec<String> =
            request.lacks(area).iter().map(|layer| language.of(&layer.label()).to_owned()).collect();
        tell(&language.either(
            format!("略过 {}：缺少{}", title.zh, lacks.join("、")),
            format!("skipped {}: no {}", title.en, lacks.join(", ")),
        ));
    }
    let mut answered = Vec::new();
    for request in able {
        let folder = name_folder(wanted.out, &request);
        match answer_question(&request, area, rules, bars, Wanted { out: &folder, ..wanted }, language) {
            Ok(findings) => answered.push((request, findings)),
            Err(error) => {
                let (title, why) = (request.about().0, explain(&error));
                tell(&language.either(
                    format!("未能回答 {}：{}", title.zh, why.zh),
                    format!("not answered {}: {}", title.en, why.en),
                ));
            }
        }
    }
    Ok(answered)
}

fn answer_question(
    request: &Request,
    area: &StudyArea,
    rules: &Rules,
    bars: &Bars,
    wanted: Wanted,
    language: Language,
) -> Result<Findings> {
    let context = Context { area, rules, progress: bars };
    let findings = request.run(&context).and_then(|mut findings| {
        if wanted.sensitivity {
            add_sensitivity(request, &context, &mut findings)?;
        }
        Ok(findings)
    });
    bars.finish();
    let findings = findings?;
    let files = fireplan_export::write(&findings, area, wanted.out)?;
    let synthetic = if area.synthetic { language.either("(虚构数据)", " (invented data)") } else { "" };
    let scenario =
        area.applied.as_ref().map_or_else(String::new, |applied| format!(" · {}", language.of(&applied.title)));
    let mut text = format!("{}{synthetic}{scenario} · {}\n", area.name, language.of(&request.about().0));
    for answer in &findings.answers {
        text += &format!("  {}\n", join_answer(language.of(&answer.question), language.of(&answer.answer), language));
    }
    text += &format_figures(&findings.figures, language);
    let (constants, count, out) = (findings.manifest.method.len(), files.len(), wanted.out.display());
    text += &count_checks(&findings, language);
    text += &count_notes(&findings, language);
    text += &language.either(
        format!("  方法参数 {constants} 项(取值与理由见 findings.json 的 manifest.method)\n成果 {count} 个文件，写入 {out}\n"),
        format!(
            "  {constants} constants of the method (values and reasons: manifest.method in findings.json)\n\
             {count} files of results in {out}\n"
        ),
    );
    print(&text)?;
    Ok(findings)
}

/// The answer behind its question: a question mark or a colon of its own parts them, or else a colon.
fn join_answer(question: &str, answer: &str, language: Language) -> String {
    let gap = match question.chars().next_back() {
        Some('？' | '：' | '。') => "",
        Some('?' | ':' | '.') => " ",
        _ => language.either("：", ": "),
    };
    format!("{question}{gap}{answer}")
}

pub(crate) fn format_figures(figures: &[Figure], language: Language) -> String {
    let row = |figure: &Figure| {
        let value = figure
            .value
            .map_or_else(|| undetermined(language).to_owned(), |value| add_unit(&format_number(value), &figure.unit));
        let range = figure
            .range
            .filter(|_| figure.value.is_some())
            .map_or_else(String::new, |[low, high]| format!("({}–{})", format_number(low), format_number(high)));
        [format!("  {}", language.of(&figure.label)), value, range, language.of(&figure.remark).to_owned()]
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

fn count_checks(findings: &Findings, language: Language) -> String {
    let count = |verdict| findings::count_checks(&findings.checks, verdict);
    let all: usize = findings.checks.iter().map(|check| check.count).sum();
    let [pass, fail, warn, open] = [Verdict::Pass, Verdict::Fail, Verdict::Warn, Verdict::Undetermined].map(count);
    let overdue = match count(Verdict::Overdue) {
        0 => Label::default(),
        some => Label::new(format!("，逾期 {some}"), format!(", {some} overdue")),
    };
    language.either(
        format!("  检查 {all} 项：符合 {pass}，不符合 {fail}{}，提示 {warn}，待核 {open}\n", overdue.zh),
        format!("  {all} checks: {pass} pass, {fail} fail{}, {warn} warn, {open} undetermined\n", overdue.en),
    )
}

fn count_notes(findings: &Findings, language: Language) -> String {
    let count = |severity| findings.notes.iter().filter(|note| note.severity == severity).count();
    let (all, warnings, left_out) = (findings.notes.len(), count(Severity::Warning), count(Severity::LeftOut));
    language.either(
        format!("  数据说明 {all} 条，其中提醒 {warnings}，略去 {left_out}(详见 findings.json 或 fireplan check)\n"),
        format!("  {all} notes on the data: {warnings} warnings, {left_out} left out (see findings.json or fireplan check)\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_many_hydrants_counts_as_many() {
        let limit = &Rules::load(None).unwrap().hydrant.diameter_mm;
        let checks =
            vec![limit.check("其余 293 具", Some(limit.value)).of_many(293), limit.check("北街 1 号", Some(0.0))];
        let told = count_checks(&Findings { checks, ..Findings::default() }, Language::Chinese);
        assert!(told.contains("检查 294 项：符合 293"), "{told}");
    }

    #[test]
    fn an_answer_stands_apart_from_its_question() {
        assert_eq!(join_answer("最优性说明", "新建 4 座", Language::Chinese), "最优性说明：新建 4 座");
        assert_eq!(join_answer("要多少钱？", "335 万元", Language::Chinese), "要多少钱？335 万元");
        assert_eq!(join_answer("Why not fewer?", "It is proven", Language::English), "Why not fewer? It is proven");
        assert_eq!(join_answer("Costs", "335", Language::English), "Costs: 335");
    }
}
