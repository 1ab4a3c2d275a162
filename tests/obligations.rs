//! The list of what the five notices ask (`tests/cases/OBLIGATIONS.md`), held against the rule packs: nothing in it is left
//! unanswered, and each answer is there.

use fireplan_engine::request::Request;
use fireplan_model::rules::{Condition, KEYS, Limit, Obligation, ObligationBasis, Origin, Provenance, Rules, asked_of};

/// How many obligations the notices hold: 79 were listed, and the two lists of communities, due in two years, are two here.
const OBLIGATIONS: usize = 80;

struct ListRow {
    profile: String,
    text: String,
    answered: String,
    by: Vec<String>,
    due: String,
}

fn list() -> Vec<ListRow> {
    let text = std::fs::read_to_string("tests/cases/OBLIGATIONS.md").unwrap();
    let mut profile = String::new();
    let mut rows = Vec::new();
    for line in text.lines() {
        if let Some((_, file)) = line.strip_prefix("## ").and_then(|line| line.split_once("(profiles/")) {
            profile = file.trim_end_matches(".toml)").to_owned();
        }
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [text, answered, by, due] = cells[..] else { continue };
        if profile.is_empty() || answered == "answered" || answered.starts_with('-') {
            continue;
        }
        let by = by.split_whitespace().map(str::to_owned).collect();
        let (profile, text) = (profile.clone(), text.to_owned());
        rows.push(ListRow { profile, text, answered: answered.to_owned(), by, due: due.to_owned() });
    }
    rows
}

/// What is wrong with one answer of a row.
fn refute(row: &ListRow, rules: &Rules, answer: &str) -> Option<String> {
    let (kind, name) = answer.split_once(':')?;
    match kind {
        "任务" => {
            let named: Vec<&Obligation> =
                rules.obligation.iter().filter(|one| one.name.zh.replace(' ', "").contains(name)).collect();
            if named.is_empty() {
                return Some(format!("no obligation is called {name}"));
            }
            let late = named.iter().find(|one| !row.due.is_empty() && one.provenance().due != row.due);
            late.map(|one| format!("{} is due {:?}, not {}", one.name.zh, one.provenance().due, row.due))
        }
        "规则" => (!KEYS.contains(&name)).then(|| format!("there is no rule {name}")),
        "分析" => (!Request::ids().contains(&name)).then(|| format!("there is no analysis {name}")),
        _ => Some(format!("{answer} says nothing")),
    }
}

#[test]
fn every_obligation_of_the_notices_is_answered() {
    let rows = list();
    assert_eq!(rows.len(), OBLIGATIONS);
    let mut wrong = Vec::new();
    for row in &rows {
        let rules = Rules::load(Some(&row.profile)).unwrap();
        if row.answered != "yes" || row.by.is_empty() {
            wrong.push(format!("{}: {}: {}", row.profile, row.text, row.answered));
        }
        let refuted = row.by.iter().filter_map(|answer| refute(row, &rules, answer));
        wrong.extend(refuted.map(|why| format!("{}: {}: {why}", row.profile, row.text)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a line of the list says of one obligation or entry of its own, cell by cell.
type Detail = [String; 8];

const DETAILS: [&str; 8] = ["任务或条目", "对象", "要求", "效力", "时限", "责任单位", "配合", "条文"];

fn detail(about: [String; 3], provenance: &Provenance) -> Detail {
    let [name, whom, required] = about;
    let Provenance { force, due, lead, support, .. } = provenance;
    let (due, lead, support) = (due.clone(), lead.clone(), support.clone());
    [name, whom, required, force.label().zh, due, lead, support, provenance.cite_label().zh]
}

/// Every obligation of the pack, then every entry that it puts in place of the national ones.
fn details(rules: &Rules) -> Vec<Detail> {
    let obligations = rules.obligation.iter().map(|one| {
        let bound = |limit: &Limit| limit.bound();
        let required = match &one.basis {
            ObligationBasis::Fact { condition: Condition::Size { limit, .. }, .. } => bound(limit),
            ObligationBasis::Fact { condition: Condition::Words { any_of, .. }, .. } => any_of.join("、"),
            ObligationBasis::Reported(item) => item.limit.as_ref().map_or_else(|| "是".to_owned(), bound),
            ObligationBasis::Analysis { analysis, rules, .. } => format!("{analysis}：{}", rules.join("、")),
            ObligationBasis::Nothing { why, .. } => format!("无从判定：{}", why.zh),
        };
        let name = format!("{} {}", one.task, one.name.zh).trim().to_owned();
        detail([name, asked_of(one).zh, required], one.provenance())
    });
    let is_own = |origin: &Origin| matches!(origin, Origin::Profile(_));
    let own = rules.entries.iter().filter(|entry| is_own(&entry.origin) && entry.key != "obligation");
    let entries =
        own.map(|entry| detail([entry.key.clone(), "—".to_owned(), entry.value.zh.clone()], &entry.provenance));
    obligations.chain(entries).map(|cells| cells.map(|cell| cell.replace('|', "/").trim().to_owned())).collect()
}

fn list_details(profile: &str) -> Vec<Detail> {
    let text = std::fs::read_to_string("tests/cases/OBLIGATIONS.md").unwrap();
    let heading = format!("(profiles/{profile}.toml)");
    let part =
        text.split("\n## ").find(|part| part.lines().next().is_some_and(|line| line.contains(&heading))).unwrap();
    let cells = |line: &str| -> Option<Detail> {
        let line = line.strip_prefix('|')?.strip_suffix('|')?;
        line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>().try_into().ok()
    };
    let rows = part.lines().filter_map(cells);
    rows.filter(|row| row[0] != DETAILS[0] && !row[0].starts_with('-')).collect()
}

/// The list says of each obligation and each entry of a notice whom it binds, what it asks, how binding it is, by when, whose it is
/// and by which clause; whoever changes one of them in a pack looks it up in the notice and changes the list.
#[test]
fn the_list_says_force_due_date_body_and_clause_of_everything_in_the_packs() {
    let mut wrong = String::new();
    for (profile, _) in fireplan_model::rules::profiles().unwrap() {
        let (listed, there) = (list_details(&profile), details(&Rules::load(Some(&profile)).unwrap()));
        if listed != there {
            wrong += &format!("\n## {profile}\n| {} |\n|{}\n", DETAILS.join(" | "), "---|".repeat(DETAILS.len()));
            for row in there {
                let mark = if listed.contains(&row) { "" } else { "  <- not so in the list" };
                wrong += &format!("| {} |{mark}\n", row.join(" | "));
            }
        }
    }
    assert!(wrong.is_empty(), "tests/cases/OBLIGATIONS.md and the packs differ; the packs say: {wrong}");
}

/// An obligation that an analysis decides names an analysis that there is, and entries that there are.
#[test]
fn obligations_that_analyses_decide_name_what_there_is() {
    for (profile, _) in fireplan_model::rules::profiles().unwrap() {
        let rules = Rules::load(Some(&profile)).unwrap();
        for obligation in &rules.obligation {
            let ObligationBasis::Analysis { analysis, rules, .. } = &obligation.basis else { continue };
            assert!(Request::ids().contains(&analysis.as_str()), "{profile}: {analysis}");
            for rule in rules {
                let is_there = match rule.strip_suffix('*') {
                    Some(beginning) => KEYS.iter().any(|key| key.starts_with(beginning)),
                    None => KEYS.contains(&rule.as_str()),
                };
                assert!(is_there, "{profile}: {}: there is no rule {rule}", obligation.name.zh);
            }
        }
    }
}

/// Each obligation of the five notices says whose it is.
#[test]
fn every_obligation_says_who_is_responsible() {
    for (profile, _) in fireplan_model::rules::profiles().unwrap() {
        for obligation in &Rules::load(Some(&profile)).unwrap().obligation {
            assert!(!obligation.provenance().lead.is_empty(), "{profile}: {}", obligation.name.zh);
        }
    }
}
