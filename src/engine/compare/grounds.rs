//! What two runs stand on: data, program, and to what their difference may be put down.

use std::collections::BTreeMap;

use super::{GroundChange, RuleChange, SettingChange};
use fireplan_model::findings::Manifest;
use fireplan_model::rows::Label;

/// Sources and program version that differ.
pub(super) fn grounds([before, after]: [&Manifest; 2]) -> Vec<GroundChange> {
    let of = |manifest: &Manifest| -> BTreeMap<String, String> {
        let inputs =
            manifest.inputs.iter().map(|input| (input.source.clone(), input.sha256.chars().take(12).collect()));
        inputs.collect()
    };
    let (was, is) = (of(before), of(after));
    let mut names: Vec<&String> = was.keys().chain(is.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let differing = names.into_iter().filter(|name| was.get(*name) != is.get(*name)).map(|name| GroundChange {
        what: Label::new(format!("数据 {name}"), format!("data {name}")),
        is_data: true,
        before: was.get(name).cloned(),
        after: is.get(name).cloned(),
    });
    let told = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let program = (before.program != after.program).then(|| GroundChange {
        what: Label::new("程序版本", "program version"),
        is_data: false,
        before: told(&before.program),
        after: told(&after.program),
    });
    differing.chain(program).collect()
}

/// To what the difference of two runs may be put down: to the one thing in which they differ, or to several together; and how many
/// these are.
pub(super) fn attribute(settings: &[SettingChange], rules: &[RuleChange], grounds: &[GroundChange]) -> (Label, usize) {
    let is_scenario = |setting: &&SettingChange| setting.name == "scenario";
    // The rules that a profile or a figure set by hand changes are listed as rules.
    let is_parameter =
        |setting: &&SettingChange| !["scenario", "profile", "set", "scenario_title"].contains(&setting.name.as_str());
    let differs = [
        (settings.iter().any(|setting| is_scenario(&setting)), "方案", "the scenario"),
        (settings.iter().any(|setting| is_parameter(&setting)), "参数", "parameters"),
        (!rules.is_empty(), "规则", "rules"),
        (grounds.iter().any(|ground| ground.is_data), "数据", "the data"),
        (grounds.iter().any(|ground| !ground.is_data), "程序版本", "the program version"),
    ];
    let named: Vec<(&str, &str)> =
        differs.into_iter().filter(|(differs, ..)| *differs).map(|(_, zh, en)| (zh, en)).collect();
    let list = |pick: fn(&(&'static str, &'static str)) -> &'static str, comma: &str| {
        named.iter().map(pick).collect::<Vec<_>>().join(comma)
    };
    let (zh, en) = (list(|one| one.0, "、"), list(|one| one.1, ", "));
    let text = match named.len() {
        0 => Label::new(
            "两次运行的数据、规则、参数、方案和程序都相同",
            "both runs stand on the same data, rules, parameters, scenario and program",
        ),
        1 => Label::new(
            format!("两次运行只有{zh}不同，变化全部来自{zh}"),
            format!("the runs differ in {en} only: all changes come from that"),
        ),
        _ => Label::new(
            format!(
                "两次运行在{zh}上都不同，变化不能只归于其中一项；各占多少，须每次只改一项、逐次再算，见“变化各由什么引起”"
            ),
            format!(
                "the runs differ in {en}: no change can be put down to one of them alone; what each adds is told by changing one at a time: see what each adds"
            ),
        ),
    };
    (text, named.len())
}
