//! The list of obligations held against the five notices themselves, where `../shared/seeds` is at hand: each row is found by its
//! clause, its number and a few words, and no clause with a duty is left out without a reason.

use std::collections::{BTreeMap, BTreeSet};

use fireplan_model::rules::{Force, Obligation, Rules, profiles};

/// What tells which notice a text is.
const NOTICES: [(&str, &str); 5] = [
    ("jincheng", "城政办发〔2022〕32号"),
    ("yili", "伊犁州直加强乡镇（街道）消防"),
    ("kaizhou", "开州府办发〔2023〕47号"),
    ("qingfeng", "青峰府发〔2022〕47号"),
    ("qidong", "启政办发〔2023〕8号"),
];

/// Words of a duty.
const DUTY: [&str; 14] =
    ["应", "须", "要", "必须", "确保", "严禁", "不得", "不少于", "不低于", "不小于", "明确", "建立", "落实", "开展"];

/// Headings of tasks in the table of 开州, and of the annex of 伊犁.
const TASK: &str = "任务分解表";
const ANNEX: &str = "附件";

/// A notice by its clauses, 二（一）1, each without blanks.
type Clauses = BTreeMap<String, String>;

fn seeds() -> Option<BTreeMap<&'static str, Clauses>> {
    let folder = fireplan_testing::root().join("../shared/seeds");
    let Ok(files) = std::fs::read_dir(&folder) else {
        fireplan_testing::skip(&format!("{} is not there", folder.display()));
        return None;
    };
    let texts: Vec<String> = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let of = |(profile, words): (&'static str, &str)| {
        let text =
            texts.iter().find(|text| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().contains(words));
        (profile, clauses(text.unwrap_or_else(|| panic!("no notice of {profile}"))))
    };
    Some(NOTICES.into_iter().map(of).collect())
}

fn is_numeral(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| "一二三四五六七八九十".contains(c))
}

/// `（三）` at the beginning of a line, or `三、`.
fn heading(line: &str) -> Option<(String, bool)> {
    if let Some((numeral, _)) = line.split_once('、').filter(|(numeral, _)| is_numeral(numeral)) {
        return Some((numeral.to_owned(), true));
    }
    let (numeral, _) = line.strip_prefix('（')?.split_once('）')?;
    is_numeral(numeral).then(|| (format!("（{numeral}）"), false))
}

/// `12` of `12．…`.
fn number(line: &str) -> Option<&str> {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (digits > 0 && line[digits..].starts_with(['．', '﹒', '.'])).then(|| &line[..digits])
}

fn clauses(text: &str) -> Clauses {
    let mut found = Clauses::new();
    let (mut top, mut sub, mut item, mut within) = (String::new(), String::new(), String::new(), None::<String>);
    for line in text.lines() {
        let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        let line = line.strip_prefix("[bookmark:_GoBack]").unwrap_or(&line);
        match (&within, number(line)) {
            _ if line.contains(TASK) => within = Some(TASK.to_owned()),
            _ if line == ANNEX => within = Some(ANNEX.to_owned()),
            (Some(part), Some(number)) if part.starts_with(TASK) => within = Some(format!("{TASK}{number}")),
            _ => {}
        }
        if let Some(part) = &within {
            *found.entry(part.clone()).or_default() += line;
            continue;
        }
        match (heading(line), number(line)) {
            (Some((numeral, true)), _) => (top, sub, item) = (numeral, String::new(), String::new()),
            (Some((numeral, false)), _) => (sub, item) = (numeral, String::new()),
            (None, Some(number)) if !sub.is_empty() => item = number.to_owned(),
            _ => {}
        }
        if !top.is_empty() {
            *found.entry(format!("{top}{sub}{item}")).or_default() += line;
        }
    }
    found.remove(TASK);
    found
}

/// The clauses that an obligation cites, as keys of [`clauses`].
fn cited(one: &Obligation) -> Vec<String> {
    let cite = one.provenance().cite.replace('(', "（").replace(')', "）");
    let place = cite.rsplit_once(['号', '》']).map_or("", |(_, place)| place);
    place.split(['、', '；']).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Clauses that set no task of their own, with the reason, as the list has them.
fn left_out() -> BTreeMap<String, BTreeMap<String, String>> {
    let text = std::fs::read_to_string("tests/cases/OBLIGATIONS.md").unwrap();
    let part = |part: &str| -> Option<(String, BTreeMap<String, String>)> {
        let profile = part.lines().next()?.split_once("(profiles/")?.1.split_once(".toml)")?.0.to_owned();
        let (_, table) = part.split_once("### 未列条款")?;
        let table = table.split("\n### ").next()?;
        let row = |line: &str| -> Option<(String, String)> {
            let (clause, why) = line.strip_prefix('|')?.strip_suffix('|')?.split_once('|')?;
            Some((clause.trim().to_owned(), why.trim().to_owned()))
        };
        let rows = table.lines().filter_map(row).filter(|(clause, _)| clause != "条款" && !clause.starts_with('-'));
        Some((profile, rows.collect()))
    };
    text.split("\n## ").filter_map(part).collect()
}

fn obligations(profile: &str) -> Vec<Obligation> {
    Rules::load(Some(profile)).unwrap().obligation
}

/// A clause that no other divides further.
fn is_leaf(clause: &str, all: &Clauses) -> bool {
    !all.keys().any(|other| {
        let rest = other.strip_prefix(clause).unwrap_or_default();
        rest.starts_with('（') || (clause.ends_with('）') && !rest.is_empty())
    })
}

/// Without the notices: every row has its words, and no clause is both listed and left out.
#[test]
fn every_obligation_quotes_its_clause_and_none_left_out_is_listed() {
    let left_out = left_out();
    for (profile, _) in profiles().unwrap() {
        let (out, all) = (&left_out[&profile], obligations(&profile));
        for one in &all {
            assert!(!one.quote.is_empty(), "{profile}: {} quotes nothing", one.name.zh);
            let cited = cited(one);
            assert!(!cited.is_empty(), "{profile}: {}: no clause", one.name.zh);
            let both = cited.iter().find(|clause| out.contains_key(*clause));
            assert_eq!(both, None, "{profile}: {} is of a clause that is left out", one.name.zh);
        }
        assert!(out.values().all(|why| !why.is_empty()), "{profile}: a clause left out without a reason");
    }
}

#[test]
fn every_obligation_is_found_in_its_notice_by_clause_and_words() {
    let Some(seeds) = seeds() else { return };
    let mut wrong = Vec::new();
    for (profile, notice) in &seeds {
        for one in obligations(profile) {
            let cited = cited(&one);
            let has = |clause: &String| notice.get(clause).is_some_and(|text| text.contains(&one.quote));
            if let Some(none) = cited.iter().find(|clause| !notice.contains_key(*clause)) {
                wrong.push(format!("{profile}: {}: the notice has no {none}", one.name.zh));
            }
            if !cited.iter().any(has) {
                wrong.push(format!("{profile}: {}: “{}” is not in {}", one.name.zh, one.quote, cited.join("、")));
            }
            let by_number = match *profile {
                // What its third part asks stands outside the table, without a number.
                "kaizhou" if one.task.is_empty() => cited.iter().all(|clause| clause.starts_with('三')),
                "kaizhou" => has(&format!("{TASK}{}", one.task)),
                "qingfeng" => cited.iter().any(|clause| clause.ends_with(&format!("）{}", one.task))),
                _ => one.task.is_empty(),
            };
            if !by_number {
                wrong.push(format!("{profile}: {}: number {} is another", one.name.zh, one.task));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a notice wants promoted or pushed on (推广、推进、推动) is a "should" in every pack.
#[test]
fn what_is_promoted_is_a_should_in_every_pack() {
    for (profile, _) in profiles().unwrap() {
        let pushed = |one: &&Obligation| ["推广", "推进", "推动"].iter().any(|word| one.quote.contains(word));
        for one in obligations(&profile).iter().filter(pushed) {
            assert_eq!(one.provenance().force, Force::Should, "{profile}: {}", one.name.zh);
        }
    }
}

#[test]
fn every_clause_with_a_duty_is_listed_or_left_out_with_a_reason() {
    let Some(seeds) = seeds() else { return };
    let (left_out, mut wrong) = (left_out(), Vec::new());
    for (profile, notice) in &seeds {
        let all = obligations(profile);
        let tasks = all.iter().map(|one| format!("{TASK}{}", one.task));
        let listed: BTreeSet<String> = all.iter().flat_map(cited).chain(tasks).collect();
        let out = &left_out[*profile];
        for (clause, text) in notice.iter().filter(|(clause, _)| is_leaf(clause, notice)) {
            let word = DUTY.iter().find(|word| text.contains(*word));
            if let Some(word) = word.filter(|_| !listed.contains(clause) && !out.contains_key(clause)) {
                wrong.push(format!("{profile}: {clause} says {word} and is not listed"));
            }
        }
        let gone = out.keys().filter(|clause| !notice.contains_key(*clause));
        wrong.extend(gone.map(|clause| format!("{profile}: {clause} is left out, and the notice has none")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
