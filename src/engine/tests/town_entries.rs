//! Entries that bind in the towns that they name: what lies there is held against them, and all else against what stood before.
//! Ways, which run through several towns, have their test with the lanes of the access.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use geo::InteriorPoint;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Check, Findings, Verdict};
use fireplan_model::progress::Silent;
use fireplan_model::rules::{KEYS, Rules, why_everywhere};

const NATIONAL: &str = include_str!("../../../data/rules/national.toml");

/// What the entries of the tests cite.
const NOTICE: &str = "试政发〔2026〕1号";

static DEMO: LazyLock<StudyArea> = LazyLock::new(|| fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap());
static DEMO_TOWNS: LazyLock<TownIndex> = LazyLock::new(|| TownIndex::new(&DEMO));

/// Makes a bound ten times as hard to keep, and a clause the notice's.
fn tighten(entry: &mut toml::Table) {
    for (bound, times) in [("at_most", 0.1), ("less_than", 0.1), ("at_least", 10.0), ("more_than", 10.0)] {
        if let Some(value) = entry.get_mut(bound) {
            let number = value.as_float().or(value.as_integer().map(|whole| whole as f64)).unwrap();
            *value = toml::Value::Float(number * times);
        }
    }
    for row in entry.get_mut("rows").and_then(toml::Value::as_array_mut).into_iter().flatten() {
        let row = row.as_table_mut().unwrap();
        for field in ["cite", "force", "confidence"] {
            row.remove(field);
        }
        tighten(row);
    }
}

/// A profile that has every entry among these which may name towns, for one town only.
fn notice(town: &str, is_wanted: impl Fn(&str) -> bool) -> String {
    let national: toml::Table = NATIONAL.parse().unwrap();
    let mut text = format!("title = \"试点\"\ndocument = \"{NOTICE}\"\ndate = \"2026-01-01\"\n");
    for key in KEYS.iter().filter(|key| why_everywhere(key).is_none() && is_wanted(key)) {
        let (topic, name) = key.split_once('.').unwrap();
        let mut entry = national[topic][name].as_table().unwrap().clone();
        entry.remove("range");
        tighten(&mut entry);
        for (field, value) in [("cite", NOTICE), ("force", "policy"), ("confidence", "S")] {
            entry.insert(field.to_owned(), value.into());
        }
        entry.insert("towns".to_owned(), toml::Value::Array(vec![town.into()]));
        let whole = toml::Table::from_iter([(
            topic.to_owned(),
            toml::Table::from_iter([(name.to_owned(), entry.into())]).into(),
        )]);
        text += &toml::to_string(&whole).unwrap();
    }
    text
}

fn rules_of(profile: &str) -> Rules {
    Rules::from_texts(("national.toml", NATIONAL), Some(("shi.toml", profile))).unwrap()
}

fn ask(id: &str, rules: &Rules) -> Findings {
    let request = Request::all().into_iter().find(|request| request.id() == id).unwrap();
    request.run(&Context { area: &DEMO, rules, progress: &Silent }).unwrap()
}

/// The town that a check is about: that of its feature, or the one it is named after.
fn town_of(findings: &Findings, check: &Check) -> Option<String> {
    let is_town = |name: &str| DEMO.layers.towns.iter().any(|town| town.name == name);
    if is_town(&check.subject) {
        return Some(check.subject.clone());
    }
    let feature = check.feature.as_ref()?;
    let layer = findings.layers.iter().find(|layer| layer.id == feature.layer)?;
    let row = &layer.features[feature.id as usize - 1];
    let of = |column: &str| {
        let at = layer.columns.iter().position(|known| known.name == column)?;
        row.values[at].as_str().map(str::to_owned)
    };
    let at_place = || Some(DEMO_TOWNS.name(DEMO_TOWNS.at(row.geometry.as_ref()?.interior_point()?.0)));
    of("town").or_else(|| of("name").filter(|name| is_town(name))).or_else(at_place)
}

/// Checks by subject and rule, with all their verdicts.
fn verdicts<'f>(
    findings: &'f Findings,
    checks: impl Iterator<Item = &'f Check>,
) -> BTreeMap<(String, String), Vec<Verdict>> {
    let mut all: BTreeMap<(String, String), Vec<Verdict>> = BTreeMap::new();
    for check in checks.filter(|check| town_of(findings, check).is_some()) {
        all.entry((check.subject.clone(), check.rule.clone())).or_default().push(check.verdict);
    }
    all.values_mut().for_each(|verdicts| verdicts.sort_by_key(|verdict| *verdict as u8));
    all
}

/// Asks a question under entries for one town: its checks cite them there and nowhere else, and elsewhere no verdict moves. Gives
/// the rules whose verdicts moved.
fn moved_rules(id: &str, town: &str, is_wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let before = ask(id, &Rules::load(None).unwrap());
    let after = ask(id, &rules_of(&notice(town, &is_wanted)));
    let is_meant = |check: &&Check| is_wanted(&check.rule) && why_everywhere(&check.rule).is_none();
    for check in after.checks.iter().filter(is_meant) {
        if let Some(of) = town_of(&after, check) {
            assert_eq!(check.cite == NOTICE, of == town, "{id}: {} in {of} cites {}", check.text.zh, check.cite);
        }
    }
    let of = |findings: &Findings, is_here: bool| {
        let own = |check: &&Check| (town_of(findings, check).as_deref() == Some(town)) == is_here;
        verdicts(findings, findings.checks.iter().filter(is_meant).filter(own))
    };
    let (was, is) = (of(&before, false), of(&after, false));
    let moved_elsewhere: Vec<_> = was.keys().chain(is.keys()).filter(|key| was.get(*key) != is.get(*key)).collect();
    assert!(moved_elsewhere.is_empty(), "{id}: verdicts elsewhere moved: {moved_elsewhere:?}");
    let (before, after) = (of(&before, true), of(&after, true));
    let moved = after.iter().filter(|(key, verdicts)| before.get(*key) != Some(*verdicts));
    moved.map(|((_, rule), _)| rule.clone()).collect()
}

/// Holds that these rules, perhaps with others of them, move verdicts.
fn assert_moved(moved: &BTreeSet<String>, expected: &[&str]) {
    let missing: Vec<&&str> = expected.iter().filter(|rule| !moved.contains(**rule)).collect();
    assert!(missing.is_empty(), "{missing:?} moved nothing, but {moved:?}");
}

#[test]
fn towns_are_held_against_their_brigades() {
    let brigades = |key: &str| key.starts_with("brigade.") && key != "brigade.status_lists";
    assert_moved(&moved_rules("brigades", "柳溪镇", brigades), &["brigade.professional", "brigade.resources"]);
}

#[test]
fn places_and_stations_are_held_against_the_times_of_their_town() {
    let of = |key: &str| key.starts_with("response.") || key.starts_with("station.");
    assert_moved(&moved_rules("coverage", "城关街道", of), &["response.time_min", "response.village_min"]);
}

#[test]
fn forest_is_held_against_the_zones_of_its_town() {
    let moved = moved_rules("firebreaks", "黄崖乡", |key| key.starts_with("firebreak."));
    assert_moved(&moved, &["firebreak.zone_town_m", "firebreak.settlement_distance_m", "firebreak.density_m_hm2"]);
}

#[test]
fn hydrants_are_held_against_the_spacing_of_their_town() {
    let moved = moved_rules("hydrants", "石门镇", |key| key.starts_with("hydrant."));
    assert_moved(&moved, &["hydrant.spacing_m", "hydrant.diameter_mm"]);
}

#[test]
fn sites_are_held_against_the_clauses_of_their_town() {
    let moved = moved_rules("siting", "城关街道", |key| key.starts_with("site."));
    assert_moved(&moved, &["site.exit_m", "site.hazard_m", "site.land_m2", "site.slope_percent"]);
}

#[test]
fn water_is_held_against_the_clauses_of_its_town() {
    let moved = moved_rules("water", "柳溪镇", |key| key.starts_with("water."));
    assert_moved(&moved, &["water.bank_m", "water.pool_m3", "water.village_flow_l_s"]);
}

#[test]
fn the_layout_of_a_town_is_held_against_its_own_clauses() {
    // An obligation that rests on the layout says which checks of it hold.
    let duty = "[obligation]\ncite = \"试\"\nforce = \"policy\"\nconfidence = \"S\"\nrows = [{ name = \"布局 | Layout\", \
                analysis = \"obligations\", rules = [\"layout.hazard_housing_m\"] }]\n";
    let of = |town: &str, notice: &str| {
        let findings = ask("obligations", &rules_of(&format!("{notice}{duty}")));
        let sheet = findings.tables.iter().find(|table| table.id == "obligation_sheet").unwrap();
        let at = |name: &str| sheet.columns.iter().position(|column| column.name == name).unwrap();
        let row = sheet.rows.iter().find(|row| row[at("name")].as_str() == Some(town)).unwrap();
        (row[at("state")].to_string(), row[at("remark")].to_string())
    };
    let national = notice("云台镇", |_| false);
    let local = notice("云台镇", |key| key == "layout.hazard_housing_m");
    assert_ne!(of("云台镇", &national), of("云台镇", &local));
    assert_eq!(of("石门镇", &national), of("石门镇", &local));
}

/// What shapes the computation of the whole area is refused, with the reason and the way out.
#[test]
fn what_is_one_for_the_whole_area_names_no_towns() {
    for key in KEYS.iter().filter(|key| why_everywhere(key).is_some()) {
        let text = format!("title = \"试\"\ndocument = \"试\"\ndate = \"2026-01-01\"\n[{key}]\ntowns = [\"甲镇\"]\n");
        let error = Rules::from_texts(("national.toml", NATIONAL), Some(("shi.toml", &text))).unwrap_err();
        let message = format!("{error:#}");
        assert!(message.contains(&format!("shi.toml 第 4 行：[{key}] 不能写 `towns`")), "{message}");
        assert!(message.contains("请") && message.contains("cannot have `towns`"), "{message}");
    }
}

/// A name that is no town of the area is told: its town would be held against what stands elsewhere.
#[test]
fn a_town_that_is_not_there_is_told() {
    let told = |town: &str, id: &str| {
        let findings = ask(id, &rules_of(&notice(town, |key| key == "water.bank_m")));
        findings.notes.iter().any(|note| note.examples.iter().any(|one| one.contains("water.bank_m")))
    };
    assert!(told("柳西镇", "water"));
    assert!(!told("柳溪镇", "water"));
    assert!(!told("柳西镇", "access"), "it does not read the entry");
}
