//! What does not go together is refused, by name; what is missing leaves a hole that says so.

use std::path::Path;

use fireplan_engine::analyses::coverage::Coverage;
use fireplan_engine::request::Request;
use fireplan_engine::response::dispatch::Dispatch;
use fireplan_model::message::explain;
use fireplan_model::progress::Silent;
use fireplan_model::rules::{Choice, Rules};
use fireplan_province::border::write_borders;
use fireplan_province::counties::CountyColumn;
use fireplan_province::county::CountyTask;
use fireplan_province::merge::merge;
use fireplan_province::plan::{PlanFolder, make_plan};

use crate::{Planned, by_name, open, question, rules};

fn reason<T>(refused: anyhow::Result<T>) -> String {
    match refused {
        Ok(_) => panic!("it is not refused"),
        Err(error) => explain(&error).zh,
    }
}

#[test]
fn a_missing_county_is_refused_by_name_and_leaves_a_hole_that_says_so() {
    let province = open(&fireplan_testing::demo());
    let planned = Planned::demo(&province, 1_000.0);
    let nothing = merge(&planned.folder(), &planned.results(), &rules(), false, &Silent);
    assert!(reason(nothing).contains("batch border"), "the border comes first");
    planned.find_border(&province);
    let [missing, failed, rest @ ..] = &planned.plan.counties[..] else { panic!("the demo has more counties") };
    for county in rest {
        planned.answer(&county.id, &question()).unwrap();
    }
    // One county is asked what cannot be cut.
    let with_bands = Request::Coverage(Coverage::default());
    assert!(reason(planned.answer(&failed.id, &with_bands)).contains("等时面"));
    let refused = reason(merge(&planned.folder(), &planned.results(), &rules(), false, &Silent));
    assert!(
        refused.contains("缺少 2 个县") && refused.contains(&missing.name) && refused.contains("等时面"),
        "{refused}"
    );

    let holed = merge(&planned.folder(), &planned.results(), &rules(), true, &Silent).unwrap();
    assert_eq!(holed.report.missing.len(), 2);
    let note = &holed.findings.notes[0];
    assert!(note.count == 2 && note.examples.iter().any(|example| example.contains(&missing.name)), "{note:?}");
    assert!(holed.findings.figures.iter().all(|figure| figure.remark.zh.contains(&missing.name)));

    // Once both are there, nothing is missing any more.
    for county in [missing, failed] {
        planned.answer(&county.id, &question()).unwrap();
    }
    assert!(merge(&planned.folder(), &planned.results(), &rules(), false, &Silent).unwrap().report.missing.is_empty());

    // Other parameters than the rest, a file that was cut off, other rules.
    let quick = Request::Coverage(Coverage { bands_min: Vec::new(), audit_places: 10, ..Coverage::default() });
    planned.answer(&missing.id, &quick).unwrap();
    assert!(
        reason(merge(&planned.folder(), &planned.results(), &rules(), false, &Silent)).contains("参数与其他县不同")
    );
    planned.answer(&missing.id, &question()).unwrap();
    std::fs::write(planned.results().join(&failed.id).join("record.mpk.gz"), b"cut off").unwrap();
    assert!(reason(merge(&planned.folder(), &planned.results(), &rules(), false, &Silent)).contains("不完整"));
    planned.answer(&failed.id, &question()).unwrap();
    let set = vec![("response.time_min".to_owned(), "6".to_owned())];
    let other = Rules::load_choice(Choice { set, ..Choice::default() }).unwrap();
    assert!(
        reason(merge(&planned.folder(), &planned.results(), &other, false, &Silent)).contains("规则与计算边界时不同")
    );
}

#[test]
fn a_county_answers_only_for_itself_under_the_rules_of_the_border() {
    let province = open(&fireplan_testing::demo());
    let planned = Planned::demo(&province, 1_000.0);
    planned.find_border(&province);
    let [one, other, ..] = &planned.plan.counties[..] else { panic!("the demo has more counties") };
    let folder = planned.folder();
    let out = planned.results().join(&one.id);
    let (county, arrivals) = (folder.county(&one.id), folder.arrivals(&one.id));
    let task = CountyTask { county: &county, arrivals: &arrivals, own: &one.name, out: &out };
    let ask = |task: &CountyTask, request: &Request, rules: &Rules| reason(task.answer(request, rules, &Silent));
    assert!(ask(&CountyTask { own: &other.name, ..task.clone() }, &question(), &rules()).contains(&other.name));
    let theirs = folder.arrivals(&other.id);
    assert!(ask(&CountyTask { arrivals: &theirs, ..task.clone() }, &question(), &rules()).contains("边界到达时间是"));
    let set = vec![("response.time_min".to_owned(), "6".to_owned())];
    let stricter = Rules::load_choice(Choice { set, ..Choice::default() }).unwrap();
    assert!(ask(&task, &question(), &stricter).contains("规则与计算边界时不同"));
    let without_works =
        Request::Coverage(Coverage { bands_min: Vec::new(), works_brigades: false, ..Coverage::default() });
    assert!(ask(&task, &without_works, &rules()).contains("出动的队伍"));
    let cannot_be_cut = Request::all().into_iter().filter(|request| request.id() != "coverage");
    for request in cannot_be_cut {
        let told = ask(&task, &request, &rules());
        assert!(told.contains("整省运行") && told.contains(request.id()), "{told}");
    }
    assert!(
        ask(&CountyTask { county: Path::new("elsewhere"), ..task }, &question(), &rules()).contains("不是划分中的县")
    );
}

#[test]
fn a_plan_whose_inputs_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(fireplan_testing::demo()).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    let province = open(folder.path());
    let planned = tempfile::tempdir().unwrap();
    make_plan(&province, folder.path(), by_name(), 1_000.0, planned.path()).unwrap();
    let hydrants = folder.path().join("hydrants.csv");
    let text = std::fs::read_to_string(&hydrants).unwrap();
    let shorter = text.trim_end().rsplit_once('\n').unwrap().0.to_owned() + "\n";
    std::fs::write(&hydrants, shorter).unwrap();
    let changed = open(folder.path());
    let told = reason(write_borders(&PlanFolder(planned.path().to_owned()), &changed, &rules(), Dispatch::default()));
    assert!(told.contains("hydrants.csv") && told.contains("batch plan"), "{told}");
}

#[test]
fn a_province_is_cut_by_a_column_that_says_something_of_every_town() {
    let province = open(&fireplan_testing::demo());
    let out = tempfile::tempdir().unwrap();
    let plan = |column: &str, prefix: Option<usize>, margin_m: f64| {
        let by = CountyColumn { column: column.to_owned(), prefix };
        make_plan(&province, &fireplan_testing::demo(), by, margin_m, out.path())
    };
    assert!(reason(plan("county", None, 1_000.0)).contains("没有 county 列"));
    assert!(reason(plan("industry", None, 1_000.0)).contains("为空"));
    let by_code = plan("code", Some(6), 1_000.0).unwrap();
    assert_eq!(by_code.counties.len(), 1, "all towns of the demo are of one county");
    // Counties that see too little are told before anything is computed.
    plan("name", None, 100.0).unwrap();
    let folder = PlanFolder(out.path().to_owned());
    let told = reason(write_borders(&folder, &province, &rules(), Dispatch::default()));
    assert!(told.contains("--margin-m 900"), "{told}");
}
