//! What is handed in of a scenario: the package and the atlas of a small area name it in every part, and what it adds is not passed
//! off as there today.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use fireplan_atlas::{AtlasInput, AtlasOptions, PlanOrigin, PlannedState, SheetFacts, analyses_shown, lay_out_atlas};
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::scenario::apply_scenario;
use fireplan_handover::sheets::name_questions;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::layers::StationKind;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::{Edit, Scenario};
use fireplan_package::archive::{ArchivedPart, unpack_archive};
use gdal::Dataset;
use gdal::vector::LayerAccess;

/// A street of 2 km with a station and two villages.
const STREET: &str = include_str!("street.osm");
const AREA: &str = "name = \"街区\"\n[osm]\nsource = \"street.osm\"\n";
const FACTS: &str = "name = '街区消防专项规划'\nbody = '街区管委会'\nbase_year = 2026\ndate = '2026-11-28'\n";

fn scenario() -> Scenario {
    let edit = Edit::AddStation {
        name: "东站".to_owned(),
        at: [112.8720, 35.5001],
        kind: StationKind::Small,
        vehicle_class: None,
        turnout_min: None,
    };
    Scenario { name: "近期".to_owned(), edits: vec![edit] }
}

fn make_area(folder: &Path) -> PathBuf {
    let area = folder.join("street");
    std::fs::create_dir(&area).unwrap();
    for (name, text) in [("street.osm", STREET), ("area.toml", AREA), ("package.toml", FACTS)] {
        std::fs::write(area.join(name), text).unwrap();
    }
    area
}

/// The package of the street as the command makes it, under the scenario or not.
fn package(area: &Path, out: &Path, scenario: Option<&Path>) -> (String, Vec<ArchivedPart>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fireplan"));
    command.arg("package").arg(area).arg("--out").arg(out).args(["--lang", "zh"]);
    scenario.iter().for_each(|path| {
        command.arg("--scenario").arg(path);
    });
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut archives = std::fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path());
    let archive = archives.find(|path| path.extension().is_some_and(|ending| ending == "zip")).unwrap();
    (said, unpack_archive(&std::fs::read(archive).unwrap()).unwrap())
}

/// Whether a file says something in any part of it.
fn says(file: &ArchivedPart, what: &str) -> bool {
    let utf16: Vec<u8> = what.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let has =
        |bytes: &[u8]| [what.as_bytes(), &utf16].iter().any(|word| bytes.windows(word.len()).any(|part| part == *word));
    let packed = file.name.ends_with(".docx") || file.name.ends_with(".xlsx");
    if packed { unpack_archive(&file.bytes).unwrap().iter().any(|part| has(&part.bytes)) } else { has(&file.bytes) }
}

#[test]
fn a_package_under_a_scenario_names_it_in_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let area = make_area(folder.path());
    let path = folder.path().join("近期.json");
    std::fs::write(&path, serde_json::to_string(&scenario()).unwrap()).unwrap();
    let (said, files) = package(&area, &folder.path().join("out"), Some(&path));
    assert!(said.contains("待核清单.xlsx"), "{said}");
    let top = |file: &ArchivedPart| file.name.split_once('/').unwrap().1.to_owned();
    assert!(files[0].name.contains("_方案“近期”/"), "{}", files[0].name);
    let record = files.iter().find(|file| file.name.ends_with("run.json")).unwrap();
    let record: serde_json::Value = serde_json::from_slice(&record.bytes).unwrap();
    let title = record["scenario"].as_str().unwrap();
    assert!(title.starts_with("方案“近期”"), "{title}");
    // Parts of a Shapefile and of a file geodatabase are no files of their own; letters of a PDF are drawn.
    let is_whole = |name: &str| !name.contains(".gdb/") && !name.ends_with(".pdf") && !name.contains("/shp/");
    for file in files.iter().filter(|file| is_whole(&file.name)) {
        assert!(says(file, title), "{} does not say {title}", top(file));
    }
    for folder in [".gdb/", "/shp/"] {
        let of_format: Vec<&ArchivedPart> = files.iter().filter(|file| file.name.contains(folder)).collect();
        assert!(of_format.is_empty() || of_format.iter().any(|file| says(file, title)), "{folder}");
    }
    for workbook in files.iter().filter(|file| file.name.ends_with(".xlsx")) {
        let parts = unpack_archive(&workbook.bytes).unwrap();
        let sheets = parts.iter().filter(|part| part.name.starts_with("xl/worksheets/sheet"));
        for sheet in sheets {
            let header = String::from_utf8_lossy(&sheet.bytes);
            assert!(header.contains(title), "{}: {}", top(workbook), sheet.name);
        }
    }
    let tables = files.iter().find(|file| file.name.ends_with("规划附表.xlsx")).unwrap();
    assert!(says(tables, "按方案新建、迁建"), "the new station stands in 附表2 as if it were there");
    let database = files.iter().find(|file| file.name.ends_with("XFZXGH.gpkg")).unwrap();
    let copy = folder.path().join("copy.gpkg");
    std::fs::write(&copy, &database.bytes).unwrap();
    let dataset = Dataset::open(&copy).unwrap();
    let mut stations = dataset.layer_by_name("XFZD").unwrap();
    let text = |feature: &gdal::vector::Feature<'_>, name: &str| {
        feature.field_as_string(feature.field_index(name).unwrap()).unwrap().unwrap_or_default()
    };
    let terms: Vec<[String; 2]> =
        stations.features().map(|feature| [text(&feature, "MC"), text(&feature, "GHQX")]).collect();
    assert_eq!(terms, [["城西站", "现状"], ["东站", "近期"]]);
    // What is found with the station in place is not there today either.
    let mut bands = dataset.layer_by_name("XFFGFW").unwrap();
    let of_bands: BTreeSet<String> = bands.features().map(|feature| text(&feature, "GHQX")).collect();
    assert_eq!(of_bands, BTreeSet::from(["近期".to_owned()]));
    for document in files.iter().filter(|file| file.name.ends_with(".docx")) {
        let parts = unpack_archive(&document.bytes).unwrap();
        let headers = parts.iter().filter(|part| part.name.starts_with("word/header"));
        let named = headers.filter(|part| String::from_utf8_lossy(&part.bytes).contains(title)).count();
        assert!(named > 0, "the pages of {} do not name {title}", top(document));
    }
}

#[test]
fn a_package_of_the_present_names_no_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let area = make_area(folder.path());
    let (_, files) = package(&area, &folder.path().join("out"), None);
    for file in files.iter().filter(|file| !file.name.ends_with(".pdf")) {
        assert!(!says(file, "本成果按方案"), "{}", file.name);
    }
}

fn ask(names: &BTreeSet<String>, area: &StudyArea, rules: &Rules) -> Vec<Findings> {
    let requests: Vec<Request> = name_questions(names);
    let run = |request: &Request| request.run(&Context { area, rules, progress: &Silent }).ok();
    requests.iter().filter_map(run).collect()
}

#[test]
fn sheets_of_the_plan_are_of_the_scenario_and_say_so_and_those_of_the_present_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let present = fireplan_read::open(&make_area(folder.path()), &Silent).unwrap();
    let (changed, rules) = (apply_scenario(&scenario(), &present).unwrap(), Rules::load(None).unwrap());
    let title = changed.applied.as_ref().unwrap().title.zh.clone();
    let questions = analyses_shown(&[], PlanOrigin::Scenario).unwrap();
    let found = [ask(&questions[0], &present, &rules), ask(&questions[1], &changed, &rules)];
    let [now, then]: [Vec<&Findings>; 2] = [found[0].iter().collect(), found[1].iter().collect()];
    let facts = SheetFacts::default();
    let planned = PlannedState { area: &changed, findings: &then, title: &title, origin: PlanOrigin::Scenario };
    let input = AtlasInput {
        area: &present,
        findings: &now,
        planned: Some(planned),
        facts: &facts,
        unanswered: BTreeMap::new(),
    };
    let draft = lay_out_atlas(&input, &AtlasOptions { only_own_fonts: true, ..AtlasOptions::default() }).unwrap();
    let mut seen = [0, 0];
    for (part, sheet) in &draft.sheets {
        let is_plan = !["基础图", "现状图"].contains(&part.as_str());
        seen[usize::from(is_plan)] += 1;
        assert_eq!(sheet.title.contains(&title), is_plan, "{part} {}", sheet.title);
        let shows_new = sheet.labels.iter().any(|label| label.text.contains("东站"));
        assert!(is_plan || !shows_new, "{} shows what is not there today", sheet.title);
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}
