//! What a notice asks as a list for the terminal: of whom, by when, who is responsible, and what tells whether it is met; then
//! what nothing tells yet, in words even where that is none, and the entries that the notice puts in place of the national ones.

use crate::layers::{FirePlan, TownKind};
use crate::message::Language;
use crate::rows::Label;
use crate::rules::show::aligned;
use crate::rules::{Condition, Given, InForce, Limit, Obligation, ObligationBasis, Origin, Rules};
use crate::units::UnitKind;

/// Longer lists of names are told by their first and their number.
const MOST_NAMED: usize = 3;

/// What the notice of a profile asks: of whom, by when, who is responsible, and what tells whether it is met.
pub fn list_obligations(rules: &Rules, language: Language) -> String {
    let mut text = String::new();
    if let Some(about) = rules.packs.last() {
        text += &format!("{}  {}  {}\n", about.title, about.date, about.document);
    }
    let is_answered = |one: &&Obligation| !matches!(one.basis, ObligationBasis::Nothing { .. });
    let (answered, unanswered): (Vec<&Obligation>, Vec<&Obligation>) = rules.obligation.iter().partition(is_answered);
    text += &language.either(
        format!("文件要求 {} 项，有办法判定的 {} 项：\n", rules.obligation.len(), answered.len()),
        format!("The notice asks {} obligations; {} are answered:\n", rules.obligation.len(), answered.len()),
    );
    text += &table(rules, &answered, language);
    let count = |is: fn(&ObligationBasis) -> bool| answered.iter().filter(|one| is(&one.basis)).count();
    let facts = count(|basis| matches!(basis, ObligationBasis::Fact { .. }));
    let analyses = count(|basis| matches!(basis, ObligationBasis::Analysis { .. }));
    let reported = count(|basis| matches!(basis, ObligationBasis::Reported(_)));
    text += &language.either(
        format!("其中由图层和表格判定 {facts}，由分析判定 {analyses}，由填报表填报 {reported}。\n"),
        format!("Of these, {facts} are told by layers and tables, {analyses} by analyses, {reported} reported in the form.\n"),
    );
    text += &match unanswered.len() {
        0 => language.either("尚无办法判定的任务：0 项，没有。\n", "Not answered: 0, none.\n").to_owned(),
        count => {
            let head =
                language.either(format!("尚无办法判定的任务：{count} 项：\n"), format!("Not answered: {count}:\n"));
            head + &table(rules, &unanswered, language)
        }
    };
    text + &list_entries(rules, language)
}

/// The entries that the notice itself puts into force, which tell the rest of what it asks.
fn list_entries(rules: &Rules, language: Language) -> String {
    let is_own = |entry: &&InForce| matches!(entry.origin, Origin::Profile(_)) && entry.key != "obligation";
    let own: Vec<&InForce> = rules.entries.iter().filter(is_own).collect();
    if own.is_empty() {
        return language
            .either("文件另定的标准：没有。\n", "Figures and lists of the notice itself: none.\n")
            .to_owned();
    }
    let header = language.either(
        ["条目", "内容", "数值", "时限", "责任单位", "效力", "依据"],
        ["entry", "about", "figure", "due", "responsible", "force", "clause"],
    );
    let cells = own.iter().map(|entry| {
        let provenance = &entry.provenance;
        [
            entry.key.clone(),
            language.of(&entry.label).to_owned(),
            language.of(&entry.value).to_owned(),
            provenance.due_or_words().to_owned(),
            who(&provenance.lead, &provenance.support, language),
            language.of(&provenance.force.label()).to_owned(),
            language.of(&provenance.cite_label()).to_owned(),
        ]
    });
    let rows: Vec<[String; 7]> = std::iter::once(header.map(str::to_owned)).chain(cells).collect();
    let head = language.either("文件另定的标准和名单：\n", "Figures and lists of the notice itself:\n");
    format!("{head}{}", aligned(&rows))
}

fn table(rules: &Rules, obligations: &[&Obligation], language: Language) -> String {
    let header = language.either(
        ["序号", "对象", "任务", "要求", "时限", "责任单位", "判定", "效力", "依据"],
        ["no.", "asked of", "obligation", "required", "due", "responsible", "told by", "force", "clause"],
    );
    let rows = obligations.iter().map(|one| obligation_cells(rules, one, language));
    let rows: Vec<[String; 9]> = std::iter::once(header.map(str::to_owned)).chain(rows).collect();
    aligned(&rows)
}

fn obligation_cells(all: &Rules, one: &Obligation, language: Language) -> [String; 9] {
    let (required, told_by) = required_and_told(all, one, language);
    let provenance = one.provenance();
    [
        dash(&one.task),
        language.of(&asked_of(one)).to_owned(),
        language.of(&one.name).to_owned(),
        required,
        provenance.due_or_words().to_owned(),
        who(&provenance.lead, &provenance.support, language),
        told_by,
        language.of(&provenance.force.label()).to_owned(),
        language.of(&provenance.cite_label()).to_owned(),
    ]
}

fn required_and_told(all: &Rules, one: &Obligation, language: Language) -> (String, String) {
    let bound = |limit: &Limit| limit.bound();
    match &one.basis {
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
        ObligationBasis::Nothing { why, .. } => {
            let told_by = language.either(format!("无：{}", why.zh), format!("nothing: {}", why.en));
            (language.either("应做到", "to be done").to_owned(), told_by)
        }
    }
}

/// Of whom it is asked: 温泉镇, 镇、园区的村（社区）, 有林的乡镇街道.
pub fn asked_of(one: &Obligation) -> Label {
    let unit = one.asked_of.label();
    if matches!(one.asked_of, UnitKind::District | UnitKind::ForestRange) {
        return unit;
    }
    let mut conditions = Vec::new();
    match &one.given {
        Given::Always => {}
        Given::Status(any_of) => conditions.push(Label::new(
            format!("身份为{}", any_of.join("、")),
            format!("with a status of {}", any_of.join(", ")),
        )),
        Given::NoStatus(none_of) => conditions.push(Label::new(
            format!("身份不是{}", none_of.join("、")),
            format!("with no status of {}", none_of.join(", ")),
        )),
        Given::Known(fact) => conditions.push(Label::new(
            format!("乡镇图层写明{}的", fact.label().zh),
            format!("where the layer of towns gives: {}", fact.label().en.to_lowercase()),
        )),
        Given::Unknown(fact) => conditions.push(Label::new(
            format!("乡镇图层没有写明{}的", fact.label().zh),
            format!("where the layer of towns does not give: {}", fact.label().en.to_lowercase()),
        )),
    }
    if one.forested {
        conditions.push(Label::new("有林地", "with forest"));
    }
    if one.if_brigade {
        conditions.push(Label::new("已建专职消防队", "with a professional brigade"));
    }
    if !one.except_towns.is_empty() {
        let names = named(&one.except_towns);
        conditions.push(Label::new(format!("除{}", names.zh), format!("except {}", names.en)));
    }
    let towns = if one.towns.is_empty() { kinds(&one.kinds) } else { named(&one.towns) };
    let whose = match one.asked_of {
        UnitKind::Town => towns,
        _ if one.villages.is_empty() => {
            Label::new(format!("{}的{}", towns.zh, unit.zh), format!("{} of {}", unit.en, towns.en))
        }
        _ => named(&one.villages),
    };
    if conditions.is_empty() {
        return whose;
    }
    let join = |pick: fn(&Label) -> &str, gap: &str| conditions.iter().map(pick).collect::<Vec<_>>().join(gap);
    Label::new(
        format!("{}（{}）", whose.zh, join(|one| &one.zh, "，")),
        format!("{} ({})", whose.en, join(|one| &one.en, ", ")),
    )
}

fn kinds(kinds: &[TownKind]) -> Label {
    if kinds.is_empty() {
        return UnitKind::Town.label();
    }
    let labels: Vec<Label> = kinds.iter().map(|kind| kind.label()).collect();
    let join = |pick: fn(&Label) -> &str, gap: &str| labels.iter().map(pick).collect::<Vec<_>>().join(gap);
    Label::new(join(|one| &one.zh, "、"), join(|one| &one.en, ", "))
}

fn named(names: &[String]) -> Label {
    let first = names.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>();
    match names.len() {
        count if count > MOST_NAMED => Label::new(
            format!("{}等{count}个", first.join("、")),
            format!("{} and {} more", first.join(", "), count - MOST_NAMED),
        ),
        _ => Label::new(first.join("、"), first.join(", ")),
    }
}

fn who(lead: &str, support: &str, language: Language) -> String {
    let support = match support {
        "" => String::new(),
        support => language.either(format!("（配合：{support}）"), format!(" (supporting: {support})")),
    };
    format!("{}{support}", dash(lead))
}

fn dash(text: &str) -> String {
    if text.is_empty() { "—".to_owned() } else { text.to_owned() }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(profile: &str) -> String {
        list_obligations(&Rules::load(Some(profile)).unwrap(), Language::Chinese)
    }

    fn line(text: &str, part: &str) -> String {
        text.lines().find(|line| line.contains(part)).unwrap().to_owned()
    }

    #[test]
    fn the_list_says_of_whom_each_thing_is_asked() {
        let kaizhou = of("kaizhou");
        for (part, whom) in [
            ("温泉古镇增设", "17    温泉镇  "),
            ("专职消防队建强", "5     温泉镇、岳溪镇、长沙镇等8个  "),
            ("街道不少于3人", "2     街道  "),
            ("消防管理员", "镇、乡、街道的"),
            ("28个", "天祠社区、红亮社区、大胜社区等28个"),
            ("林下红外", "（有林地）"),
            ("委托范围内单位、场所、住宅区每年", "（除临江镇）"),
            ("区消防安全委员会办公室", "10    区县  "),
        ] {
            let line = line(&kaizhou, part);
            assert!(line.contains(whom), "{whom}: {line}");
        }
        assert!(line(&of("qidong"), "政府购买服务人员").contains("镇、园区"));
        assert!(line(&of("qidong"), "brigade.adopted").contains("启政办发〔2023〕8号 三（七）"));
    }

    #[test]
    fn what_nothing_tells_is_listed_and_none_is_said_in_words() {
        for (profile, _) in crate::rules::profiles().unwrap() {
            assert!(of(&profile).contains("尚无办法判定的任务：0 项，没有。"), "{profile}");
        }
        let national = include_str!("../../../data/rules/national.toml");
        let own = "title = \"试\"\ndocument = \"试\"\ndate = \"2026-01-01\"\n[obligation]\ncite = \"甲\"\nforce = \"policy\"\n\
                   confidence = \"S\"\nrows = [{ name = \"冬防巡逻 | Patrols\", unanswered = \"没有巡逻记录的数据 | no records\" }]\n";
        let rules = Rules::from_texts(("national.toml", national), Some(("shi.toml", own))).unwrap();
        let text = list_obligations(&rules, Language::Chinese);
        assert!(text.contains("文件要求 1 项，有办法判定的 0 项"), "{text}");
        assert!(text.contains("尚无办法判定的任务：1 项"), "{text}");
        assert!(line(&text, "冬防巡逻").contains("无：没有巡逻记录的数据"), "{text}");
    }
}
