//! Sentences with figures in braces, told from the findings: `{fig coverage.people_percent}`, `{rule response.time_min}`.
//!
//! | in braces | stands for |
//! |---|---|
//! | `fig A.F` | a key figure with its unit |
//! | `range A.F` | its least and greatest value |
//! | `remark A.F` | its remark |
//! | `rule K` | the figure of a rule in force |
//! | `bare K` | the same without 不大于 and the like |
//! | `cite K` | its clause |
//! | `count S [c=a,b]` | rows of a sheet, of those that say one of these in a column |
//! | `sum S C [c=a]` | the sum of a column |
//! | `total S C [c=a] + S C` | the sum over several sheets; one that is not there leaves it the least |
//! | `names S C N [c=a]` | the first N names |
//! | `answer A Q` | what an analysis answers to a question |
//! | `plan K` | a fact of the plan |
//! | `target A.F near` | what is aimed at |
//! | `area` | the name of the area |
//!
//! A figure that rests on a rule nobody looked up is followed by 【待核】; what is not known reads 【待核】 alone.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use fireplan_model::rules::{Force, InForce, Rules};

use crate::basis::{BasisTable, ListedBasis};
use crate::plan::PlanFacts;
use crate::sources::{SheetLookup, Sources, passes};
use crate::wording::{SheetCell, UNVERIFIED_MARK, cell_of, show_number, show_quantity};

/// What precedes a sum of which a part is not known.
const AT_LEAST: &str = "不少于 ";

/// A sentence as it is printed, and what is doubtful in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToldText {
    /// The words.
    pub text: String,
    /// Figures that rest on something unverified, or are not known: which and why.
    pub doubtful: Vec<DoubtfulFigure>,
    /// The number of the last figure.
    pub number: Option<f64>,
    /// Sheets and figures that are not there because their analysis was not run.
    pub missing: Vec<String>,
    /// What is told by, or rests on, a rule that no clause of 应 asks for: the names of these rules.
    pub not_asked: Vec<String>,
}

/// A figure that rests on something unverified, or is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DoubtfulFigure {
    /// What it is called.
    pub figure: String,
    /// As it is printed.
    pub shown: String,
    /// Why it is doubtful.
    pub why: String,
}

/// Tells sentences, and keeps which figures were told.
pub struct Teller<'a> {
    sources: &'a Sources<'a>,
    plan: &'a PlanFacts,
    entries: Vec<InForce>,
    basis: &'a BasisTable,
    /// Every figure that was told: its key, and what stands on it.
    told: RefCell<BTreeSet<(String, String)>>,
}

impl<'a> Teller<'a> {
    /// With what it may tell.
    pub fn new(sources: &'a Sources<'a>, plan: &'a PlanFacts, rules: &Rules, basis: &'a BasisTable) -> Self {
        Self { sources, plan, entries: rules.in_force().entries, basis, told: RefCell::default() }
    }

    /// The rules in force.
    pub fn entries(&self) -> &[InForce] {
        &self.entries
    }

    /// The keys of all figures that were told so far, each with what was printed.
    pub fn figures_told(&self) -> BTreeSet<(String, String)> {
        self.told.borrow().clone()
    }

    /// A sentence with its figures.
    pub fn tell(&self, template: &str) -> ToldText {
        let (mut told, mut rest) = (ToldText::default(), template);
        while let Some((before, after)) = rest.split_once('{') {
            told.text += before;
            let Some((asked, tail)) = after.split_once('}') else { break };
            self.tell_one(asked, &mut told);
            rest = tail;
        }
        told.text += rest;
        // No space between the mark and the word that follows it.
        told.text = told.text.replace("】 ", "】");
        told
    }

    /// A cell: a number where the template is nothing but one figure, else words.
    pub fn tell_cell(&self, template: &str) -> SheetCell {
        let told = self.tell(template);
        if told.text == UNVERIFIED_MARK || !told.missing.is_empty() {
            return SheetCell::Unknown;
        }
        let is_one = template.starts_with('{') && template.ends_with('}') && template.matches('{').count() == 1;
        match told.number.filter(|_| is_one).map(|number| SheetCell::number(number, 2)) {
            Some(SheetCell::Number(value, decimals)) if !told.doubtful.is_empty() => {
                SheetCell::Unverified(value, decimals)
            }
            Some(cell) => cell,
            None => SheetCell::text(told.text),
        }
    }

    /// What only the bureau knows.
    pub fn plan(&self) -> &PlanFacts {
        self.plan
    }

    /// A rule in words for a note below a table: `响应时间 ≤ 5 min（GB …）`.
    pub fn tell_rule(&self, key: &str) -> Vec<String> {
        let decided = self.deciding_key(key);
        if decided != key {
            let list = self.entries.iter().find(|entry| entry.key == decided);
            return list.map(tell_list).into_iter().collect();
        }
        let of_key: Vec<&InForce> = self.entries.iter().filter(|entry| entry.key == key).collect();
        // What binds in some towns only stands in a line of its own, with its own clause.
        let by_towns = of_key.chunk_by(|a, b| a.towns == b.towns);
        let tell = |same: &[&InForce]| {
            let (first, values) = (same[0], same.iter().map(|entry| entry.value.zh.as_str()).collect::<Vec<_>>());
            let mark = if first.provenance.is_verified() { "" } else { UNVERIFIED_MARK };
            let cite = first.provenance.cite_label().zh;
            format!("{}：{}{mark}（{cite}）", first.label.zh, values.join("；"))
        };
        by_towns.map(tell).collect()
    }

    fn tell_one(&self, asked: &str, told: &mut ToldText) {
        let mut words = asked.split_whitespace();
        let (kind, rest) = (words.next().unwrap_or_default(), words.collect::<Vec<_>>());
        let first = rest.first().copied().unwrap_or_default();
        match kind {
            "area" => told.text += &self.sources.area.name,
            "plan" => {
                let fact = self.plan.tell(first, &self.sources.area.name);
                told.text += &fact.unwrap_or_else(|| format!("【{first}】"));
            }
            "fig" | "value" | "range" | "remark" => self.tell_figure(kind, first, told),
            "rule" | "bare" => self.tell_rule_value(first, kind == "bare", told),
            "cite" => told.text += &self.cite(first),
            "count" | "sum" | "names" => self.tell_rows(kind, &rest, told),
            "total" => self.tell_total(&rest, told),
            "target" => self.tell_target(&rest, told),
            "answer" => self.tell_answer(&rest, told),
            _ => told.text += &format!("【{asked}】"),
        }
    }

    fn tell_figure(&self, kind: &str, key: &str, told: &mut ToldText) {
        let Some((analysis, name)) = key.split_once('.') else { return };
        let Some(figure) = self.sources.figure(analysis, name) else {
            told.missing.push(key.to_owned());
            told.text += UNVERIFIED_MARK;
            return;
        };
        let shown = match (kind, figure.value, figure.range) {
            ("remark", ..) => {
                told.text += &figure.remark.zh;
                return;
            }
            (_, None, _) => {
                told.doubtful.push(DoubtfulFigure {
                    figure: figure.label.zh.clone(),
                    shown: UNVERIFIED_MARK.to_owned(),
                    why: if figure.remark.zh.is_empty() { "数据不足".to_owned() } else { figure.remark.zh.clone() },
                });
                told.text += UNVERIFIED_MARK;
                return;
            }
            ("range", _, Some([low, high])) => {
                format!("{}～{}", show_number(low), show_quantity(high, &figure.unit))
            }
            ("value", Some(value), _) => show_number(value),
            (_, Some(value), _) => show_quantity(value, &figure.unit),
        };
        told.number = figure.value.filter(|_| kind != "range");
        self.put(key, &figure.label.zh, &shown, told);
    }

    fn tell_answer(&self, asked: &[&str], told: &mut ToldText) {
        let [analysis, question] = asked else { return };
        match (self.sources.answer(analysis, question), self.sources.findings(analysis)) {
            (Some(answer), _) => told.text += answer,
            (None, Some(_)) => told.text += "没有此项。",
            (None, None) => {
                told.missing.push((*analysis).to_owned());
                told.text += UNVERIFIED_MARK;
            }
        }
    }

    /// Puts a figure into the text, with what is doubtful about it.
    fn put(&self, key: &str, label: &str, shown: &str, told: &mut ToldText) {
        self.told.borrow_mut().insert((key.to_owned(), shown.to_owned()));
        told.text += shown;
        let why = self.unverified_basis(key);
        let keys = self.keys_of(key);
        let defaults = self.entries.iter().filter(|entry| keys.contains(&entry.key) && is_default(entry));
        told.not_asked.extend(defaults.map(|entry| entry.label.zh.clone()));
        if !why.is_empty() {
            told.text += UNVERIFIED_MARK;
            let why = format!("所依据的数值未核实：{}", why.join("、"));
            told.doubtful.push(DoubtfulFigure { figure: label.to_owned(), shown: shown.to_owned(), why });
        }
    }

    /// The keys of the rules that a figure rests on; a list that decides everything stands in place of the conditions that it
    /// comes before.
    pub fn keys_of(&self, figure: &str) -> Vec<String> {
        let keys = self.basis.keys_of(figure);
        let mut decided: Vec<String> = keys.iter().map(|key| self.deciding_key(key).to_owned()).collect();
        decided.dedup();
        decided
    }

    /// The key itself, or that of the list that decides everything in its place.
    fn deciding_key<'k>(&'k self, key: &'k str) -> &'k str {
        let replaces = |(analysis, listed): &(&str, &ListedBasis)| {
            let is_condition = |rule: &str| listed.conditions.iter().any(|condition| condition == rule);
            let Some(findings) = self.sources.findings(analysis).filter(|_| is_condition(key)) else { return false };
            let has = |is: &dyn Fn(&str) -> bool| findings.checks.iter().any(|check| is(&check.rule));
            has(&|rule| rule == listed.list) && !has(&is_condition)
        };
        self.basis.listed().find(replaces).map_or(key, |(_, listed)| &listed.list)
    }

    /// The names of the unverified rules that a figure rests on.
    pub fn unverified_basis(&self, key: &str) -> Vec<String> {
        let keys = self.keys_of(key);
        let unverified =
            self.entries.iter().filter(|entry| keys.contains(&entry.key) && !entry.provenance.is_verified());
        let mut labels: Vec<String> = unverified.map(|entry| entry.label.zh.clone()).collect();
        labels.dedup();
        labels
    }

    /// Whether the costs in a sheet are by a price that nobody looked up.
    pub fn has_unverified_price(&self, sheet: &str) -> bool {
        let keys = self.keys_of(sheet);
        let is_price = |entry: &&InForce| entry.key.contains("yuan") && keys.contains(&entry.key);
        self.entries.iter().filter(is_price).any(|entry| !entry.provenance.is_verified())
    }

    fn tell_rule_value(&self, key: &str, bare: bool, told: &mut ToldText) {
        let decided = self.deciding_key(key);
        if let Some(list) = self.entries.iter().find(|entry| decided != key && entry.key == decided) {
            told.text += &format!("列入{}的", list.label.zh);
            return;
        }
        let of_key: Vec<&InForce> = self.entries.iter().filter(|entry| entry.key == key).collect();
        let Some(first) = of_key.first() else {
            told.text += UNVERIFIED_MARK;
            return;
        };
        let values: Vec<String> = of_key.iter().map(|entry| in_words(&entry.value.zh)).collect();
        // Alternatives that name several things each are parted more clearly.
        let comma = if values.len() > 1 && values.iter().any(|value| value.contains('、')) { "；" } else { "、" };
        let shown = values.join(comma);
        let shown = if bare { shown.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned() } else { shown };
        told.text += &shown;
        let is_asked = |entry: &&InForce| matches!(entry.provenance.force, Force::Shall | Force::Policy);
        if !of_key.iter().all(|entry| is_asked(entry) && !is_default(entry)) {
            told.not_asked.push(first.label.zh.clone());
        }
        if of_key.iter().any(|entry| !entry.provenance.is_verified()) {
            told.text += UNVERIFIED_MARK;
            let why = first.provenance.cite_label().zh;
            told.doubtful.push(DoubtfulFigure { figure: first.label.zh.clone(), shown, why });
        }
        self.told.borrow_mut().insert((key.to_owned(), values.join("、")));
    }

    fn cite(&self, key: &str) -> String {
        let key = self.deciding_key(key);
        let entry = self.entries.iter().find(|entry| entry.key == key);
        entry.map_or_else(String::new, |entry| entry.provenance.cite_label().zh)
    }

    fn tell_total(&self, asked: &[&str], told: &mut ToldText) {
        let mut all = ToldText::default();
        let (mut sum, mut unknown) = (0.0, 0);
        let parts = asked.split(|word| *word == "+");
        for part in parts {
            let mut one = ToldText::default();
            self.tell_rows("sum", part, &mut one);
            sum += one.number.unwrap_or(0.0);
            let is_whole = one.number.is_some() && !one.text.starts_with(AT_LEAST);
            unknown += usize::from(!is_whole);
            all.doubtful.extend(one.doubtful);
            all.not_asked.extend(one.not_asked);
        }
        let least = if unknown > 0 { AT_LEAST } else { "" };
        let mark = if all.doubtful.is_empty() && unknown == 0 { "" } else { UNVERIFIED_MARK };
        told.number = Some(sum);
        told.text += &format!("{least}{}{mark}", show_quantity(sum, "万元"));
        told.doubtful.extend(all.doubtful);
        told.not_asked.extend(all.not_asked);
    }

    fn tell_rows(&self, kind: &str, asked: &[&str], told: &mut ToldText) {
        let name = asked.first().copied().unwrap_or_default();
        let plain: Vec<&str> = asked.iter().skip(1).copied().filter(|word| !word.contains('=')).collect();
        let only: BTreeMap<String, Vec<String>> = asked
            .iter()
            .filter_map(|word| word.split_once('='))
            .map(|(column, codes)| (column.to_owned(), codes.split(',').map(str::to_owned).collect()))
            .collect();
        let sheet = match self.sources.sheet(name) {
            SheetLookup::Found(sheet) => sheet,
            SheetLookup::Nothing => {
                told.number = (kind != "names").then_some(0.0);
                told.text += if kind == "names" { "无" } else { "0" };
                return;
            }
            SheetLookup::Missing => {
                told.missing.push(name.to_owned());
                told.text += UNVERIFIED_MARK;
                return;
            }
        };
        let rows: Vec<_> = sheet.rows.iter().copied().filter(|row| passes(&sheet, *row, &only)).collect();
        let column = plain.first().copied().unwrap_or_default();
        match kind {
            "count" => {
                told.number = Some(rows.len() as f64);
                let title = self.sources.title_of_sheet(name);
                self.put(&asked.join(" "), &title, &show_number(rows.len() as f64), told);
            }
            "sum" => {
                let cells = || rows.iter().filter_map(|row| sheet.value(*row, column));
                let sum = cells().filter_map(|(_, value)| value.as_f64()).sum::<f64>();
                let unknown = cells().filter(|(column, value)| cell_of(column, value) == SheetCell::Unknown).count();
                let (unit, label) =
                    sheet.column(column).map_or(("", column), |(_, found)| (found.unit, &found.label.zh));
                self.put_sum(&asked.join(" "), label, (sum, unit), (unknown, rows.len()), told);
            }
            _ => {
                let most = plain.get(1).and_then(|most| most.parse().ok()).unwrap_or(usize::MAX);
                let all: Vec<String> = rows
                    .iter()
                    .filter_map(|row| sheet.value(*row, column).map(|(column, value)| cell_of(column, value).shown()))
                    .collect();
                told.text += &list_names(&all, most);
            }
        }
    }

    /// Puts a sum into the text; of what nobody knows, the sum is not made up: it is the least then, or nothing.
    fn put_sum(
        &self,
        key: &str,
        label: &str,
        (sum, unit): (f64, &str),
        (unknown, of): (usize, usize),
        told: &mut ToldText,
    ) {
        if unknown == 0 {
            told.number = Some(sum);
            self.put(key, label, &show_quantity(sum, unit), told);
            return;
        }
        // In a cell, where there is no room for words, the least stands with its mark and is added up.
        told.number = (unknown < of).then_some(sum);
        let shown = match told.number {
            None => UNVERIFIED_MARK.to_owned(),
            Some(_) => format!("{AT_LEAST}{}（{unknown} 处待核）{UNVERIFIED_MARK}", show_quantity(sum, unit)),
        };
        told.text += &shown;
        self.told.borrow_mut().insert((key.to_owned(), shown.clone()));
        let why = format!("{of} 处中有 {unknown} 处没有填写");
        told.doubtful.push(DoubtfulFigure { figure: label.to_owned(), shown, why });
    }

    fn tell_target(&self, asked: &[&str], told: &mut ToldText) {
        let target = asked.first().and_then(|key| self.plan.targets.get(*key));
        let text = target.map_or("", |target| match asked.get(1).copied() {
            Some("near") => target.near.as_str(),
            Some("far") => target.far.as_str(),
            _ => target.nature.as_str(),
        });
        told.text += if text.is_empty() { UNVERIFIED_MARK } else { text };
    }
}

/// Of a list that decides everything, where it stands: its lines are those of the table.
fn tell_list(list: &InForce) -> String {
    format!("{}：逐一列明（{}）", list.label.zh, list.provenance.cite_label().zh)
}

/// Whether no clause asks for it.
fn is_default(entry: &InForce) -> bool {
    entry.provenance.force == Force::Default || entry.provenance.cite.is_empty()
}

/// 甲、乙、丙等 12 处.
fn list_names(all: &[String], most: usize) -> String {
    if all.is_empty() {
        return "无".to_owned();
    }
    let shown: Vec<&str> = all.iter().take(most).map(String::as_str).collect();
    let more = if all.len() > most { format!("等 {} 处", all.len()) } else { String::new() };
    format!("{}{more}", shown.join("、"))
}

/// `≤ 5 min` as people write it in a sentence: 不大于 5 分钟.
fn in_words(value: &str) -> String {
    const SIGNS: [(&str, &str); 4] = [("≤ ", "不大于 "), ("≥ ", "不小于 "), ("< ", "小于 "), ("> ", "大于 ")];
    let value = value.strip_suffix(" min").map_or_else(|| value.to_owned(), |number| format!("{number} 分钟"));
    SIGNS.iter().fold(value, |text, (sign, words)| text.replace(&format!(" {sign}"), words).replace(sign, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_as_words_in_a_sentence() {
        assert_eq!(in_words("≤ 5 min"), "不大于 5 分钟");
        assert_eq!(in_words("一级普通消防站 ≤ 7 km²"), "一级普通消防站不大于 7 km²");
        assert_eq!(list_names(&["甲".to_owned(), "乙".to_owned(), "丙".to_owned()], 2), "甲、乙等 3 处");
    }
}
