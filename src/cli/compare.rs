//! `fireplan compare`: two folders of one question, side by side.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use fireplan_engine::compare::{ComparedRun, Comparison, FigureChange, Tally, compare};
use fireplan_export::read_findings;
use fireplan_model::findings::Verdict;
use fireplan_model::rules::show;

#[derive(Args)]
pub(crate) struct CompareArgs {
    /// 原来一次运行的成果文件夹
    #[arg(value_name = "DIR_A")]
    before: PathBuf,
    /// 另一次运行的成果文件夹
    #[arg(value_name = "DIR_B")]
    after: PathBuf,
    /// 写成 JSON
    #[arg(long)]
    json: bool,
}

/// Prints what changes from one folder of findings to the other.
pub(crate) fn compare_folders(args: &CompareArgs) -> Result<()> {
    let [before, after] = [read_findings(&args.before)?, read_findings(&args.after)?];
    let comparison = compare(&ComparedRun::from(&before), &ComparedRun::from(&after))?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&comparison)?);
    } else {
        print!("{}", write_comparison(&comparison));
    }
    Ok(())
}

fn write_comparison(comparison: &Comparison) -> String {
    let mut text = String::new();
    for setting in &comparison.settings {
        let short = |value: &serde_json::Value| match value {
            serde_json::Value::Null => "（无）".to_owned(),
            value => value.get("name").unwrap_or(value).to_string(),
        };
        text += &format!("{}：{} → {}\n", setting.name, short(&setting.before), short(&setting.after));
    }
    text += &show::aligned(&comparison.figures.iter().map(format_figure).collect::<Vec<_>>());
    for layer in comparison.layers.iter().filter(|layer| !layer.moves.is_empty()) {
        text +=
            &format!("{}：改善 {}；变差 {}\n", layer.title.zh, format_tally(&layer.gained), format_tally(&layer.lost));
        let rows = layer.moves.iter().map(|one| {
            let class = |label: &Option<fireplan_model::rows::Label>| {
                label.as_ref().map_or("（无）".to_owned(), |l| l.zh.clone())
            };
            [
                format!("  {} → {}", class(&one.before), class(&one.after)),
                one.change.label().zh,
                format_tally(&one.tally),
            ]
        });
        text += &show::aligned(&rows.collect::<Vec<_>>());
    }
    for check in &comparison.checks {
        let verdict = |verdict: Option<Verdict>| match verdict {
            None => "（无）",
            Some(Verdict::Pass) => "符合",
            Some(Verdict::Warn) => "提示",
            Some(Verdict::Fail) => "不符合",
            Some(Verdict::Undetermined) => "待核",
        };
        text += &format!("{}：{} → {}（{}）\n", check.subject, verdict(check.before), verdict(check.after), check.cite);
    }
    for rule in &comparison.rules {
        let value = |rule: &Option<fireplan_engine::compare::RuleText>| {
            rule.as_ref().map_or("（无）".to_owned(), |rule| format!("{}（{}）", rule.value.zh, rule.cite))
        };
        text += &format!("规则 {}：{} → {}\n", rule.label.zh, value(&rule.before), value(&rule.after));
    }
    text
}

fn format_figure(figure: &FigureChange) -> [String; 5] {
    let number = |value: Option<f64>| value.map_or_else(|| "待核".to_owned(), |value| format!("{value}"));
    let difference = figure.difference.map_or_else(String::new, |value| format!("{value:+}"));
    let label = format!("  {}", figure.label.zh);
    [label, number(figure.before), format!("→ {}", number(figure.after)), difference, figure.unit.clone()]
}

fn format_tally(tally: &Tally) -> String {
    let mut parts = vec![format!("{} 个", tally.features)];
    parts.extend(tally.people.map(|people| format!("{people:.0} 人")));
    parts.extend(tally.length_m.map(|length_m| format!("{:.2} km", length_m / 1000.0)));
    parts.join("、")
}
