//! What a notice asks of each range of forest stands among the obligations of units, as it does in the table of the firebreaks.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::layers::TownKind;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;

/// A notice that asks each range of forest for water and a pad.
const OF_RANGES: &str = r#"title = "试点"
document = "试政发〔2026〕1号"
date = "2026-01-01"

[obligation]
cite = "试政发〔2026〕1号 一（一）"
force = "policy"
confidence = "S"
due = "2027-12-31"
lead = "县林业局"
rows = [
  { name = "直升机取水点(分山系) | Helicopter water points by range", per = "forest_range", analysis = "firebreaks", rules = ["firebreak.helicopter_waters"] },
  { name = "直升机停机坪(分山系) | Helicopter pads by range", per = "forest_range", analysis = "firebreaks", rules = ["firebreak.helipads"] },
]

[firebreak.helicopter_waters]
at_least = 1
cite = "试政发〔2026〕1号 一（一）"
force = "policy"
confidence = "D"
due = "2027-12-31"
lead = "县林业局"

[firebreak.helipads]
at_least = 1
cite = "试政发〔2026〕1号 一（一）"
force = "policy"
confidence = "D"
due = "2027-12-31"
lead = "县林业局"
"#;

static DEMO: LazyLock<StudyArea> = LazyLock::new(|| fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap());
/// What is asked of the demo county and its units, asked once for all tests.
static OBLIGED: LazyLock<Findings> = LazyLock::new(|| ask("obligations", &DEMO));

fn ask(id: &str, area: &StudyArea) -> Findings {
    ask_under(&Rules::load(Some("kaizhou")).unwrap(), id, area)
}

fn of_ranges() -> Rules {
    let national = include_str!("../../../data/rules/national.toml");
    Rules::from_texts(("national.toml", national), Some(("shi.toml", OF_RANGES))).unwrap()
}

fn ask_under(rules: &Rules, id: &str, area: &StudyArea) -> Findings {
    let request = Request::all().into_iter().find(|request| request.id() == id).unwrap();
    request.run(&Context { area, rules, progress: &Silent }).unwrap()
}

/// The rows of a table by these columns, as text.
fn rows<const N: usize>(findings: &Findings, table: &str, columns: [&str; N]) -> Vec<[String; N]> {
    let table = findings.tables.iter().find(|known| known.id == table).unwrap();
    let at = columns.map(|name| table.columns.iter().position(|column| column.name == name).unwrap());
    table.rows.iter().map(|row| at.map(|at| row[at].to_string())).collect()
}

#[test]
fn ranges_of_forest_are_units_of_the_obligations() {
    let rules = of_ranges();
    let own =
        rows(&ask_under(&rules, "firebreaks", &DEMO), "forest_range_duties", ["unit", "task", "state", "due", "lead"]);
    let own: BTreeMap<(String, String), [String; 3]> =
        own.into_iter().map(|[unit, task, state, due, lead]| ((unit, task), [state, due, lead])).collect();
    let findings = &ask_under(&rules, "obligations", &DEMO);
    let columns = ["asked_of", "unit", "duty", "state", "due", "lead", "name"];
    let mut found = 0;
    for [asked_of, unit, duty, state, due, lead, town] in rows(findings, "obligation_units", columns) {
        if asked_of != "forest_range" {
            continue;
        }
        let task = if duty.contains("取水点") { "helicopter_waters" } else { "helipads" };
        let [own_state, own_due, own_lead] = &own[&(unit, task.to_owned())];
        // A clause that is a "should" or unverified leaves an obligation open to doubt where it is not met.
        let agrees = match own_state.as_str() {
            "met" => state == "met",
            "unknown" => state == "undetermined",
            _ => state != "met",
        };
        assert!(agrees, "{task}: {own_state} and {state}");
        assert_eq!((&due, &lead), (own_due, own_lead));
        assert!(!town.is_empty(), "the town in which most of it lies is told");
        found += 1;
    }
    let ranges = own.keys().map(|(unit, _)| unit).collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!((found, ranges > 0), (2 * ranges, true), "two are asked of each range");
}

#[test]
fn without_forests_the_ranges_are_told_to_be_unknown() {
    let mut area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    area.layers.forests.clear();
    area.derived = Default::default();
    let units = rows(
        &ask_under(&of_ranges(), "obligations", &area),
        "obligation_units",
        ["asked_of", "unit", "state", "remark"],
    );
    let ranges: Vec<_> = units.into_iter().filter(|[asked_of, ..]| asked_of == "forest_range").collect();
    assert_eq!(ranges.len(), 2);
    assert!(
        ranges.iter().all(|[_, _, state, remark]| state == "undetermined" && remark.contains("森林")),
        "{ranges:?}"
    );
}

/// A row that rests on a figure that nobody looked up says so; what the notice itself says was looked up.
#[test]
fn every_row_of_the_sheets_says_whether_its_figures_were_looked_up() {
    let findings = &*OBLIGED;
    let columns = ["duty", "basis", "present"];
    let sheet = rows(findings, "obligation_sheet", columns);
    let all: Vec<_> = sheet.iter().cloned().chain(rows(findings, "obligation_units", columns)).collect();
    assert!(
        all.iter().all(|[_, basis, _]| ["verified", "unverified", "inferred", "not_judged"].contains(&basis.as_str()))
    );
    let of = |part: &str| -> std::collections::BTreeSet<&str> {
        let rows = sheet.iter().filter(|[duty, _, present]| duty.contains(part) && !present.is_empty());
        rows.map(|[_, basis, _]| basis.as_str()).collect()
    };
    assert_eq!(of("检查站(必经"), ["unverified"].into(), "the reach of a checkpost is no figure of the notice");
    assert_eq!(of("消防安全委员会"), ["verified"].into());
    // 开州 names no time for its stations: the five minutes are those of the standard.
    assert_eq!(of("乡镇消防站布点：响应时间"), ["inferred"].into());
    let told = |check: &&fireplan_model::findings::Check| check.text.zh.contains("乡镇消防站布点：响应时间");
    for check in findings.checks.iter().filter(told).filter(|check| check.measured.is_some()) {
        assert!(check.obliged.unverified && check.text.zh.contains("推定：条文未写数值"), "{}", check.text.zh);
    }
    let unsure = findings.checks.iter().filter(|check| check.rule == "obligation" && check.obliged.unverified);
    assert!(unsure.count() > 0, "the checks say it too");
}

/// What a unit is may be open: the notice binds towns, townships and sub-districts, and only its name says that this is a farm.
#[test]
fn a_farm_that_only_its_name_tells_of_reads_undetermined_with_the_reason() {
    let mut area = DEMO.clone();
    let with_kind = |area: &mut StudyArea, kind: TownKind| {
        let town = &mut area.layers.towns[3];
        (town.name, town.kind, town.fire_committee) = ("青岚农场".to_owned(), kind, Some(false));
        area.derived = Default::default();
        rows(&ask("brigades", area), "town_obligations", ["name", "state", "remark"])
    };
    let sheet = with_kind(&mut area, TownKind::Unknown);
    let own: Vec<_> = sheet.iter().filter(|[name, ..]| name == "青岚农场").collect();
    assert!(!own.is_empty());
    for [_, state, remark] in own {
        assert!(state == "undetermined" && remark.contains("类别待核：不知是不是"), "{state}: {remark}");
    }
    let sheet = with_kind(&mut area, TownKind::Other);
    assert!(sheet.iter().all(|[name, ..]| name != "青岚农场"), "a farm for certain is not bound");
}
