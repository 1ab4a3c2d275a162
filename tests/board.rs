//! What a review board holds against one another in the package of the demo county: row by row, and one figure wherever it stands.

use std::collections::BTreeMap;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::findings::{Verdict, count_checks};
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_package::basis::BasisTable;
use fireplan_package::document::compose::{ComposedArticle, Composer};
use fireplan_package::document::insets::InsetMaker;
use fireplan_package::document::spec::DocumentSpec;
use fireplan_package::places::PlaceFinder;
use fireplan_package::schedule::fill::{FilledSchedule, Filler};
use fireplan_package::schedule::spec::read_schedules;
use fireplan_package::sources::Sources;
use fireplan_package::template::Teller;
use fireplan_package::wording::SheetCell;
use fireplan_package::{AnalysisAnswer, PlanFacts};

use crate::package::answered;

const TEXT: &str = include_str!("../data/package/text.toml");
const EXPLANATION: &str = include_str!("../data/package/explanation.toml");

/// The tables and the articles of both texts.
struct Package {
    tables: BTreeMap<String, FilledSchedule>,
    articles: BTreeMap<String, ComposedArticle>,
}

impl Package {
    fn of(answers: &[AnalysisAnswer], rules: &Rules) -> Self {
        let area = &answered().0;
        let plan = PlanFacts::read("[responsible]\n'森林防火' = '县林业和草原局'\n").unwrap();
        let basis = BasisTable::read(include_str!("../data/package/basis.toml")).unwrap();
        let sources = Sources::new(area, answers, &[]);
        let teller = Teller::new(&sources, &plan, rules, &basis);
        let places = PlaceFinder::new(area, 6);
        let filler = Filler::new(&sources, &teller, &places);
        let specs = read_schedules(include_str!("../data/package/tables.toml")).unwrap();
        let tables: Vec<FilledSchedule> = specs.iter().map(|spec| filler.fill(spec)).collect();
        let insets = InsetMaker { sources: &sources, schedules: &tables, entries: teller.entries() };
        let composer = Composer { sources: &sources, teller: &teller, insets: &insets };
        let compose = |(file, text)| composer.compose(&DocumentSpec::read(file, text).unwrap());
        let documents = [("text.toml", TEXT), ("explanation.toml", EXPLANATION)].map(compose);
        let articles = documents.into_iter().flat_map(|document| document.chapters).flat_map(|one| one.articles);
        Self {
            articles: articles.map(|article| (article.id.clone(), article)).collect(),
            tables: tables.into_iter().map(|table| (table.label.clone(), table)).collect(),
        }
    }

    fn demo() -> Self {
        Self::of(&answered().2, &answered().1)
    }

    /// The cells of a column of a table.
    fn column(&self, table: &str, title: &str) -> Vec<SheetCell> {
        column_of(&self.tables[table], title)
    }

    fn text(&self, article: &str) -> String {
        self.articles[article].paragraphs.join("\n")
    }
}

fn column_of(table: &FilledSchedule, title: &str) -> Vec<SheetCell> {
    let at = table.columns.iter().position(|column| column.title == title);
    let at = at.unwrap_or_else(|| panic!("no {title} in {}", table.label));
    table.rows.iter().map(|row| row[at].clone()).collect()
}

fn shown(cells: &[SheetCell]) -> Vec<String> {
    cells.iter().map(SheetCell::shown).collect()
}

fn number(cell: &SheetCell) -> f64 {
    match cell {
        SheetCell::Number(value, _) | SheetCell::Unverified(value, _) => *value,
        other => panic!("no number: {other:?}"),
    }
}

#[test]
fn the_summary_of_checks_counts_every_hydrant_and_tells_defaults_apart() {
    let (area, rules, answers) = answered();
    let package = Package::demo();
    let summary = package.articles["e_hydrant_result"].tables.iter().find(|table| table.title == "条文检查汇总");
    let summary = summary.expect("the summary of checks");
    let label = rules.in_force().entries.into_iter().find(|entry| entry.key == "hydrant.diameter_mm").unwrap().label.zh;
    let row = shown(&column_of(summary, "条文")).iter().position(|name| *name == label).expect("pipes of hydrants");
    let of = |verdict: &str| number(&column_of(summary, verdict)[row]);
    let known = area.layers.hydrants.iter().filter(|hydrant| hydrant.diameter_mm.is_some()).count();
    assert_eq!((of("符合") + of("不符合")) as usize, known);
    let hydrants = &answers.iter().find(|answer| answer.id == "hydrants").unwrap().findings;
    let checks = hydrants.checks.iter().filter(|check| check.rule == "hydrant.diameter_mm");
    assert_eq!(of("符合") as usize, count_checks(checks, Verdict::Pass));
    let shoulds: f64 = column_of(summary, "未达“宜”").iter().map(number).sum();
    let should = |check: &&fireplan_model::findings::Check| {
        check.verdict == Verdict::Warn && check.obliged.force == Some(fireplan_model::rules::Force::Should)
    };
    assert_eq!(shoulds as usize, hydrants.checks.iter().filter(should).map(|check| check.count).sum::<usize>());
}

#[test]
fn only_what_a_clause_asks_for_is_mandatory() {
    let package = Package::demo();
    for article in package.articles.values().filter(|article| article.mandatory) {
        assert!(article.doubtful.is_empty(), "{}: {:?}", article.title, article.doubtful);
        assert!(!article.paragraphs.join("").contains("无条文依据"), "{}", article.title);
    }
    for id in ["t_station_plan", "t_brigade_must", "t_forest_zone"] {
        assert!(!package.articles[id].mandatory && package.text(id).contains("不作为强制性内容"), "{id}");
    }
    for id in ["t_layout_hazard", "t_station_time", "t_hydrant", "t_lane_city"] {
        assert!(package.articles[id].mandatory, "{id}: {:?}", package.articles[id].not_asked);
    }
}

#[test]
fn where_the_notice_decides_every_town_no_default_condition_is_told() {
    let (area, rules) = (&answered().0, Rules::load(Some("kaizhou")).unwrap());
    let request = Request::all().into_iter().find(|request| request.id() == "brigades").unwrap();
    let findings = request.run(&Context { area, rules: &rules, progress: &Silent }).unwrap();
    let late = findings.figures.iter().find(|figure| figure.name == "late_towns").unwrap().value.unwrap();
    assert!(late > 0.0, "hubs are late in the demo");
    let answer = AnalysisAnswer { id: "brigades".to_owned(), title: request.about().0, findings };
    let package = Package::of(&[answer], &rules);
    let article = &package.articles["t_brigade_must"];
    let text = package.text("t_brigade_must");
    assert!(article.mandatory && text.contains("政府公布的建队名单"), "{text}");
    assert!(!text.contains("建成区面积") && !text.contains("待核"), "{text}");
    assert!(text.contains(&format!("由中心队辐射而超时 {late}")), "{text}");
    let notes = package.tables["附表5"].notes.join("\n");
    assert!(notes.contains("逐一列明") && !notes.contains("建成区面积 >"), "{notes}");
    let national = Package::demo();
    assert!(national.tables["附表5"].notes.join("\n").contains("建成区面积 >"));
}

#[test]
fn villages_in_time_are_told_with_the_verdicts_one_by_one() {
    let (.., answers) = answered();
    let coverage = &answers.iter().find(|answer| answer.id == "coverage").unwrap().findings;
    let table = coverage.tables.iter().find(|table| table.id == "village_coverage").unwrap();
    let at = table.columns.iter().position(|column| column.name == "in_time").unwrap();
    let count = |code: &str| table.rows.iter().filter(|row| row[at].as_str() == Some(code)).count();
    let package = Package::demo();
    let notes = package.tables["附表1"].notes.join("\n");
    for text in [package.text("t_now_stations"), package.text("e_cov_result"), notes] {
        for told in [format!("符合 {} 处", count("met")), format!("待核 {} 处", count("open"))] {
            assert!(text.contains(&told), "{told} in {text}");
        }
    }
    let ends = shown(&package.column("附表11", "结论"));
    assert_eq!(ends.iter().filter(|end| end.starts_with("到达：待核")).count(), count("open"));
    assert!(!ends.iter().any(|end| end.starts_with("到达：—")));
}

#[test]
fn stations_and_money_are_one_account() {
    let (area, ..) = answered();
    let package = Package::demo();
    let kinds = shown(&package.column("附表17", "类别"));
    let stations = kinds.iter().filter(|kind| *kind == "消防站").count();
    use fireplan_model::layers::{ProjectKind, ProjectState};
    let is_to_come = |state| !matches!(state, ProjectState::Built | ProjectState::Cancelled);
    let committed = area.layers.projects.iter().filter(|one| is_to_come(one.state)).count();
    let committed_stations = area.layers.projects.iter();
    let committed_stations =
        committed_stations.filter(|one| is_to_come(one.state) && one.kind == ProjectKind::Station).count();
    let [names, counts] = ["类别", "数量"].map(|title| package.column("附表18", title));
    let count = |name: &str| {
        let at = names.iter().position(|cell| cell.shown().starts_with(name)).unwrap_or_else(|| panic!("{name}"));
        number(&counts[at]) as usize
    };
    assert_eq!(count("已列入计划"), committed);
    assert_eq!(count("新建消防站") + committed_stations, stations);
    let roles = shown(&package.column("附表3", "性质(现状保留/改扩建/迁建/新建)"));
    assert_eq!(roles.iter().filter(|role| role.starts_with("新建")).count(), stations);
    let table = &package.tables["附表18"];
    let at = table.columns.iter().position(|column| column.title == "合计" && !column.group.is_empty()).unwrap();
    let total = number(&table.totals.as_ref().unwrap()[at]);
    let told = fireplan_package::wording::show_quantity(total, "万元");
    assert!(package.text("t_cost").contains(&format!("合计 {told}")), "{told} in {}", package.text("t_cost"));
    for table in ["附表10", "附表8", "附表13"] {
        let title = if table == "附表13" { "造价(万元)" } else { "投资(万元)" };
        let costs = package.column(table, title);
        assert!(costs.iter().any(|cell| matches!(cell, SheetCell::Unverified(..))), "{table}");
        assert!(!costs.iter().any(|cell| matches!(cell, SheetCell::Number(..))), "{table}");
    }
}

#[test]
fn every_row_can_be_found_and_what_the_program_knows_is_filled_in() {
    let package = Package::demo();
    let known = |table: &str, title: &str| {
        let cells = package.column(table, title);
        assert!(!cells.is_empty(), "{table}");
        let open = cells.iter().filter(|cell| matches!(cell, SheetCell::Unknown | SheetCell::Nothing)).count();
        (cells.len() - open) as f64 / cells.len() as f64
    };
    for (table, title) in [
        ("附表15", "乡镇街道"),
        ("附表15", "坐标"),
        ("附表8", "乡镇街道"),
        ("附表13", "山系/林场"),
        ("附表13", "地类(永久基本农田/公益林/保护地)"),
        ("附表4", "人口(人)"),
        ("附表4", "重点单位数"),
        ("附表6", "牵头单位"),
    ] {
        assert!(known(table, title) > 0.9, "{table} {title}: {}", known(table, title));
    }
    assert!(known("附表13", "面积(hm²)") > 0.7, "{}", known("附表13", "面积(hm²)"));
    let people: f64 = package.column("附表4", "人口(人)").iter().map(number).sum();
    let all = answered().0.population.as_ref().unwrap();
    let all: f64 = all.values.iter().filter(|value| value.is_finite()).map(|value| f64::from(*value)).sum();
    assert!(people <= all && people > 0.5 * all, "{people} of {all}");
}

#[test]
fn no_id_of_the_program_is_printed() {
    let package = Package::demo();
    for article in package.articles.values() {
        for one in &article.doubtful {
            assert!(!one.figure.contains('_') && !one.figure.contains('.'), "{}: {}", article.title, one.figure);
        }
        let tables = article.tables.iter().flat_map(|table| &table.rows).flatten().map(SheetCell::shown);
        let text: String = article.paragraphs.iter().cloned().chain(tables).collect();
        assert!(!text.contains("China Geodetic"), "{}", article.title);
    }
    let last = package.text("e_cov_result");
    assert!(!last.contains("未落位，需"), "{last}");
}
