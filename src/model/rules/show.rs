//! The rules as a table for the terminal, in columns that line up in Chinese too.

use unicode_width::UnicodeWidthStr;

use crate::message::Language;
use crate::rules::{InForce, Origin, Rules};

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
