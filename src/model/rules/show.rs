//! The rules as a table for the terminal, in columns that line up in Chinese too.

use unicode_width::UnicodeWidthStr;

use crate::layers::FirePlan;
use crate::message::Language;
use crate::rules::{Condition, InForce, Limit, Obligation, ObligationBasis, Origin, Rules};

/// Every entry in force, one line each; unverified figures are marked 未核实.
pub fn table(rules: &Rules, language: Language) -> String {
    let mut text = String::new();
    for about in &rules.packs {
        text += &format!("{}  {}  {}\n", about.title, about.date, about.document);
        if !about.note.is_empty() {
            text += &format!("    {}\n", about.note);
        }
    }
    text.push('\n');
    let header = language.either(
        ["键", "内容", "数值", "效力", "可信度", "来源", "依据"],
        ["key", "about", "figure", "force", "confidence", "from", "clause"],
    );
    let cells = rules.entries.iter().map(|entry| cells(entry, language));
    let rows: Vec<[String; 7]> = std::iter::once(header.map(str::to_owned)).chain(cells).collect();
    text += &aligned(&rows);
    let unverified = rules.entries.iter().filter(|entry| !entry.provenance.is_verified()).count();
    let all = rules.entries.len();
    text += &language.either(
        format!("\n共 {all} 条，其中 {unverified} 条未核实：没有条文依据，请按本地情况修改。\n"),
        format!("\n{all} entries, {unverified} of them unverified: they rest on no clause and are to be set for the place.\n"),
    );
    for note in &rules.notes {
        text += &format!("{}{}\n", language.either("注意：", "note: "), language.of(&note.text));
    }
    text
}

/// What the notice of a profile asks: of whom, by when, who is responsible, and what tells whether it is met.
pub fn list_obligations(rules: &Rules, language: Language) -> String {
    let mut text = String::new();
    if let Some(about) = rules.packs.last() {
        text += &format!("{}  {}  {}\n", about.title, about.date, about.document);
    }
    let header = language.either(
        ["序号", "对象", "任务", "要求", "时限", "责任单位", "判定", "效力", "依据"],
        ["no.", "asked of", "obligation", "required", "due", "responsible", "told by", "force", "clause"],
    );
    let rows = rules.obligation.iter().map(|one| obligation_cells(rules, one, language));
    let rows: Vec<[String; 9]> = std::iter::once(header.map(str::to_owned)).chain(rows).collect();
    text += &aligned(&rows);
    let count = |is: fn(&ObligationBasis) -> bool| rules.obligation.iter().filter(|one| is(&one.basis)).count();
    let facts = count(|basis| matches!(basis, ObligationBasis::Fact { .. }));
    let analyses = count(|basis| matches!(basis, ObligationBasis::Analysis { .. }));
    let reported = count(|basis| matches!(basis, ObligationBasis::Reported(_)));
    text += &language.either(
        format!("共 {} 项：由图层和表格判定 {facts}，由分析判定 {analyses}，由填报表填报 {reported}。\n", rules.obligation.len()),
        format!(
            "{} obligations: {facts} told by layers and tables, {analyses} by analyses, {reported} reported in the form.\n",
            rules.obligation.len()
        ),
    );
    text
}

fn obligation_cells(all: &Rules, one: &Obligation, language: Language) -> [String; 9] {
    let bound = |limit: &Limit| limit.bound();
    let (required, told_by) = match &one.basis {
        ObligationBasis::Fact { condition, or_reported } => {
            let required = match condition {
                Condition::Size { limit, .. } => bound(limit),
                Condition::Words { any_of, .. } => {
                    let word = |code: &String| match code.parse().map(FirePlan::label) {
                        Ok(label) => language.of(&label).to_owned(),
                        Err(_) => code.clone(),
                    };
                    any_of.iter().map(word).collect::<Vec<_>>().join(language.either("、", ", "))
                }
            };
            let or_form = match or_reported {
                Some(_) => language.either("或填报", " or the form"),
                None => "",
            };
            (required, format!("{}{or_form}", language.of(&condition.fact().label())))
        }
        ObligationBasis::Reported(item) => {
            let required = item.limit.as_ref().map_or_else(|| language.either("是", "yes").to_owned(), bound);
            (required, language.either("填报", "the form").to_owned())
        }
        ObligationBasis::Analysis { analysis, rules, .. } => (
            language.either("检查均符合", "all checks met").to_owned(),
            told_by_analysis(all, analysis, rules, language),
        ),
    };
    let provenance = one.provenance();
    let empty = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    let support =
        if provenance.support.is_empty() { String::new() } else { format!("（配合：{}）", provenance.support) };
    [
        empty(&one.task),
        language.of(&one.asked_of.label()).to_owned(),
        language.of(&one.name).to_owned(),
        required,
        empty(&provenance.due),
        format!("{}{support}", empty(&provenance.lead)),
        told_by,
        language.of(&provenance.force.label()).to_owned(),
        provenance.cite.clone(),
    ]
}

/// Titles of the entries whose checks count; a topic as a whole is called by its first entry.
fn told_by_analysis(all: &Rules, analysis: &str, rules: &[String], language: Language) -> String {
    let title = |pattern: &String| {
        let (beginning, is_topic) = pattern.strip_suffix('*').map_or((pattern.as_str(), false), |topic| (topic, true));
        let entry = all
            .entries
            .iter()
            .find(|entry| if is_topic { entry.key.starts_with(beginning) } else { entry.key == beginning });
        let title = entry.map_or(analysis, |entry| language.of(&entry.label));
        if is_topic { format!("{title}{}", language.either("等", " and more")) } else { title.to_owned() }
    };
    let titles: Vec<String> = rules.iter().map(title).collect();
    let by = language.either("由分析检查：", "checks of: ");
    format!("{by}{}", titles.join(language.either("、", ", ")))
}

fn cells(entry: &InForce, language: Language) -> [String; 7] {
    let origin = match &entry.origin {
        Origin::National => language.either("国家", "national").to_owned(),
        Origin::Profile(name) => name.clone(),
        Origin::Set => language.either("手工设定", "set by hand").to_owned(),
    };
    let provenance = &entry.provenance;
    [
        entry.key.clone(),
        language.of(&entry.label).to_owned(),
        language.of(&entry.value).to_owned(),
        language.of(&provenance.force.label()).to_owned(),
        language.of(&provenance.confidence.label()).to_owned(),
        origin,
        if provenance.cite.is_empty() { "—".to_owned() } else { provenance.cite.clone() },
    ]
}

/// Rows in columns, two spaces apart, by width on the screen; the last column is left ragged.
pub fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line += cell;
            line += &" ".repeat(width - cell.width() + 2);
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns() {
        let rows = [["响应".to_owned(), "a".to_owned()], ["time".to_owned(), "b".to_owned()]];
        assert_eq!(aligned(&rows), "响应  a\ntime  b\n");
    }
}
