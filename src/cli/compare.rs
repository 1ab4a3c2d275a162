//! `fireplan compare`: two folders of one question, side by side.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use fireplan_engine::compare::{
    CausedChange, ChangeCause, CheckChange, ComparedRun, Comparison, FigureChange, RuleText, Tally, compare, share_out,
};
use fireplan_export::read_findings;
use fireplan_model::findings::Verdict;
use fireplan_model::message::Language;
use fireplan_model::progress::Silent;
use fireplan_model::rows::Label;
use fireplan_model::rules::show;
use serde::Serialize;

use crate::output;
use crate::setting_labels::SettingLabels;

#[derive(Args)]
pub(crate) struct CompareArgs {
    /// 原来一次运行的成果文件夹 | Folder of the run before
    #[arg(value_name = "DIR_A")]
    before: PathBuf,
    /// 另一次运行的成果文件夹 | Folder of the other run
    #[arg(value_name = "DIR_B")]
    after: PathBuf,
    /// 两次运行有几项不同时，用这个规划范围逐项再算，分出各占多少；数据须是第二次运行时的 | Where the runs differ in several things, ask again on this area with one thing more changed each time, and tell what each adds; its data are those of the second run
    #[arg(long, value_name = "AREA")]
    area: Option<PathBuf>,
    /// 写成 JSON | Write JSON
    #[arg(long)]
    json: bool,
}

/// Prints what changes from one folder of findings to the other.
pub(crate) fn compare_folders(args: &CompareArgs, language: Language) -> Result<()> {
    let [before, after] = [read_findings(&args.before)?, read_findings(&args.after)?];
    let comparison = compare(&ComparedRun::from(&before), &ComparedRun::from(&after))?;
    let causes = args.area.as_ref().map(|path| {
        let area = fireplan_read::open(path, &Silent)?;
        share_out(&area, [&before, &after], &Silent)
    });
    let causes = causes.transpose()?;
    if args.json {
        let told = ToldComparison { comparison: &comparison, causes: causes.as_deref() };
        output::print_line(&serde_json::to_string_pretty(&told)?)
    } else {
        let words = Words(language);
        let question = before.manifest.request["analysis"].as_str().unwrap_or_default();
        let labels = SettingLabels::of(question);
        let causes = match causes.as_deref() {
            Some(causes) => words.write_causes(causes),
            None if comparison.differs_in > 1 => words.tell_area(),
            None => String::new(),
        };
        output::print(&(words.write_comparison(&comparison, &labels) + &causes))
    }
}

/// A comparison and, where they were asked for, its causes.
#[derive(Serialize)]
struct ToldComparison<'a> {
    #[serde(flatten)]
    comparison: &'a Comparison,
    #[serde(skip_serializing_if = "Option::is_none")]
    causes: Option<&'a [CausedChange]>,
}

/// Writes a comparison in a language.
struct Words(Language);

impl Words {
    fn none(&self) -> String {
        self.0.either("（无）", "(none)").to_owned()
    }

    fn colon(&self) -> &'static str {
        self.0.either("：", ": ")
    }

    fn write_comparison(&self, comparison: &Comparison, labels: &SettingLabels) -> String {
        let colon = self.colon();
        let mut text = format!("{}\n", self.0.of(&comparison.attribution));
        for ground in &comparison.grounds {
            let short = |value: &Option<String>| value.clone().unwrap_or_else(|| self.none());
            let what = self.0.of(&ground.what);
            text += &format!("{what}{colon}{} → {}\n", short(&ground.before), short(&ground.after));
        }
        for setting in &comparison.settings {
            let what = labels.name(&setting.name);
            let [before, after] = [&setting.before, &setting.after].map(|value| {
                labels.value(&setting.name, value).map_or_else(|| self.none(), |v| self.0.of(&v).to_owned())
            });
            text += &format!("{}{colon}{before} → {after}\n", self.0.of(&what));
        }
        let figures: Vec<_> = comparison.figures.iter().map(|figure| self.format_figure(figure)).collect();
        text += &show::aligned(&figures);
        for layer in comparison.layers.iter().filter(|layer| !layer.moves.is_empty()) {
            let (gained, lost) = (self.format_tally(&layer.gained), self.format_tally(&layer.lost));
            text += &self.0.either(
                format!("{}：改善 {gained}；变差 {lost}\n", layer.title.zh),
                format!("{}: better {gained}; worse {lost}\n", layer.title.en),
            );
            let rows = layer.moves.iter().map(|one| {
                let class =
                    |label: &Option<Label>| label.as_ref().map_or_else(|| self.none(), |l| self.0.of(l).to_owned());
                [
                    format!("  {} → {}", class(&one.before), class(&one.after)),
                    self.0.of(&one.change.label()).to_owned(),
                    self.format_tally(&one.tally),
                ]
            });
            text += &show::aligned(&rows.collect::<Vec<_>>());
        }
        for check in &comparison.checks {
            text += &self.write_check(check);
        }
        for rule in &comparison.rules {
            let value = |rule: &Option<RuleText>| {
                rule.as_ref().map_or_else(
                    || self.none(),
                    |rule| {
                        self.0.either(
                            format!("{}（{}）", rule.value.zh, rule.cite),
                            format!("{} ({})", rule.value.en, rule.cite),
                        )
                    },
                )
            };
            let (before, after) = (value(&rule.before), value(&rule.after));
            text += &self.0.either(
                format!("规则 {}：{before} → {after}\n", rule.label.zh),
                format!("rule {}: {before} → {after}\n", rule.label.en),
            );
        }
        text
    }

    /// What no clause asks for is told by what was checked.
    fn write_check(&self, check: &CheckChange) -> String {
        let (before, after) = (self.name_verdict(check.before), self.name_verdict(check.after));
        let [zh, en] = match check.cite.as_str() {
            "" => [format!("：{}", check.text.zh), format!(": {}", check.text.en)],
            cite => [format!("（{cite}）"), format!(" ({cite})")],
        };
        self.0.either(
            format!("{}：{before} → {after}{zh}\n", check.subject),
            format!("{}: {before} → {after}{en}\n", check.subject),
        )
    }

    fn tell_area(&self) -> String {
        let text = self.0.either(
            "变化各由什么引起：加 --area 规划范围，逐项再算",
            "what each adds: give --area with the area to ask again",
        );
        format!("{text}\n")
    }

    fn write_causes(&self, causes: &[CausedChange]) -> String {
        let Some(first) = causes.first() else {
            return self
                .0
                .either("各占多少：没有可分的变化\n", "what each adds: the runs differ in one thing or in none\n")
                .to_owned();
        };
        let title = self.0.either("变化各由什么引起", "what each adds").to_owned();
        let named = first.shares.iter().map(|(cause, _)| self.0.of(&cause.label()).to_owned());
        let head = std::iter::once(title).chain(named).collect::<Vec<_>>();
        let row = |change: &CausedChange| {
            let share = |(_, share): &(ChangeCause, Option<f64>)| {
                share.map_or_else(|| output::undetermined(self.0).to_owned(), |share| format!("{share:+}"))
            };
            let label = format!("  {}", self.0.of(&change.label));
            std::iter::once(label).chain(change.shares.iter().map(share)).collect::<Vec<_>>()
        };
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(causes.iter().map(row)).collect();
        // A name and at most four causes.
        let cells =
            |row: &Vec<String>| std::array::from_fn::<String, 5, _>(|at| row.get(at).cloned().unwrap_or_default());
        show::aligned(&rows.iter().map(cells).collect::<Vec<_>>())
    }

    fn name_verdict(&self, verdict: Option<Verdict>) -> String {
        let (zh, en) = match verdict {
            None => return self.none(),
            Some(Verdict::Pass) => ("符合", "pass"),
            Some(Verdict::Warn) => ("提示", "warn"),
            Some(Verdict::Fail) => ("不符合", "fail"),
            Some(Verdict::Overdue) => ("逾期", "overdue"),
            Some(Verdict::Undetermined) => ("待核", "undetermined"),
        };
        self.0.either(zh, en).to_owned()
    }

    fn format_figure(&self, figure: &FigureChange) -> [String; 5] {
        // Adding 0.0 takes the sign from a zero.
        let number = |value: Option<f64>| {
            value.map_or_else(|| output::undetermined(self.0).to_owned(), |value| format!("{}", value + 0.0))
        };
        let difference = figure.difference.map_or_else(String::new, |value| format!("{:+}", value + 0.0));
        let label = format!("  {}", self.0.of(&figure.label));
        // The difference of two shares is no share.
        let (of_value, of_difference) = match figure.unit.as_str() {
            "%" => ("%", self.0.either("个百分点", "percentage points").to_owned()),
            unit => ("", unit.to_owned()),
        };
        let known = |value: Option<f64>| number(value) + value.map_or("", |_| of_value);
        let unit = if of_value.is_empty() || figure.difference.is_some() { of_difference } else { String::new() };
        [label, known(figure.before), format!("→ {}", known(figure.after)), difference, unit]
    }

    fn format_tally(&self, tally: &Tally) -> String {
        let mut parts = vec![format!("{}{}", tally.features, self.0.either(" 个", ""))];
        parts.extend(tally.people.map(|people| format!("{people:.0} {}", self.0.either("人", "people"))));
        parts.extend(tally.length_m.map(|length_m| format!("{:.2} km", length_m / 1000.0)));
        parts.join(self.0.either("、", ", "))
    }
}
