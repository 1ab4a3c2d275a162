//! Of the demo county as a bureau would hold it, nearly all mappings are found without a question, the rest are asked, and
//! the coverage is the demo's own.

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_project::{Dictionary, DoorAnswers, ProjectDraft, SourceUse, draw_up, take_inventory, write_project};

use crate::demo_folder::{Expected, write_folder};

/// How many of the mappings of a source are found, and what is not.
fn count_found(draft: &ProjectDraft, expected: &Expected, missed: &mut Vec<String>) -> (usize, usize) {
    let (mut found, mut all) = (0, 0);
    let mut check = |what: String, holds: bool| {
        all += 1;
        if holds { found += 1 } else { missed.push(format!("{}: {what}", expected.source)) }
    };
    let (use_, layer) = find_use(draft, expected);
    check(format!("layer {}", expected.layer), use_.is_some_and(|_| layer));
    let use_ = use_.cloned().unwrap_or_default();
    if expected.crs.is_some() {
        check(format!("crs {:?}", use_.crs), use_.crs.as_deref() == expected.crs);
    }
    if !expected.header_row.is_empty() {
        check(format!("header {:?}", use_.header_row), use_.header_row == expected.header_row);
    }
    if let Some((x, y)) = expected.xy {
        check(format!("xy {:?}", use_.xy), use_.xy == Some((x.to_owned(), y.to_owned())));
    }
    for (ours, theirs) in &expected.fields {
        let mapped = use_.fields.get(*ours).map_or("", String::as_str);
        check(format!("{ours} = {mapped}, not {theirs}"), mapped == *theirs);
    }
    if let Some((source, on)) = expected.join {
        let joined = use_.joins.iter().any(|(by, join)| by == on && join.source == source);
        check(format!("join {source}"), joined);
    }
    (found, all)
}

fn find_use<'a>(draft: &'a ProjectDraft, expected: &Expected) -> (Option<&'a SourceUse>, bool) {
    if let Some(layer) = expected.layer.strip_suffix(".join") {
        let joins = draft.uses.iter().filter(|(known, _)| known.code() == layer).flat_map(|(_, use_)| &use_.joins);
        let join = joins.map(|(_, join)| join).find(|join| join.source == expected.source);
        return (join, join.is_some());
    }
    let of_source = draft.uses.iter().chain(&draft.pending).find(|(_, use_)| use_.source == expected.source);
    (of_source.map(|(_, use_)| use_), of_source.is_some_and(|(layer, _)| layer.code() == expected.layer))
}

/// What whoever made the folder knows.
fn answer(id: &str) -> &'static str {
    match id {
        "crs/消防/消防安全重点单位.xlsx" => "GCJ-02",
        _ => panic!("nobody expected to be asked {id}"),
    }
}

/// The headline of the coverage: the first figures as they are shown.
fn coverage_figures(area: &StudyArea) -> String {
    let rules = Rules::load(None).unwrap();
    let request = Request::from_parts("coverage", serde_json::Map::new()).unwrap();
    let findings = request.run(&Context { area, rules: &rules, progress: &Silent }).unwrap();
    let shown = findings.figures.iter().map(|figure| {
        let value = figure.value.map(|value| format!("{value:.1}"));
        format!("{} {value:?}\n", figure.name)
    });
    shown.collect()
}

#[test]
fn the_demo_county_as_a_bureau_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("数据");
    let expected = write_folder(&data);
    let dictionary = Dictionary::load(&[]).unwrap();
    let out = folder.path().join("项目");
    let inventory = take_inventory(&data, &out, &dictionary, &Silent).unwrap();
    let draft = draw_up(&inventory, &dictionary, &DoorAnswers::new()).unwrap();
    let mut missed = Vec::new();
    let (found, all) =
        expected.iter().map(|one| count_found(&draft, one, &mut missed)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let asked: Vec<String> =
        draft.open_questions().map(|question| format!("{}: {}", question.id, question.ask.zh)).collect();
    println!("{found} of {all} mappings found ({:.1} %)", 100.0 * found as f64 / all as f64);
    println!("missed: {missed:#?}\nasked: {asked:#?}\nleft out: {:#?}", draft.left_out);
    assert!(found as f64 >= 0.95 * all as f64, "{found} of {all}: {missed:#?}\nasked: {asked:#?}");
    let wrong: Vec<&(LayerId, SourceUse)> = draft
        .uses
        .iter()
        .filter(|(layer, use_)| !expected.iter().any(|one| one.source == use_.source && one.layer == layer.code()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let broken = draft.left_out.iter().any(|(name, _)| name.ends_with("坏文件.xlsx"));
    assert!(broken, "the broken file is told: {:?}", draft.left_out);

    // The rest is asked, and the answers complete it.
    let answers: DoorAnswers =
        draft.open_questions().map(|question| (question.id.clone(), answer(&question.id).to_owned())).collect();
    let draft = draw_up(&inventory, &dictionary, &answers).unwrap();
    assert_eq!(draft.open_questions().count(), 0, "{:#?}", draft.open_questions().collect::<Vec<_>>());
    assert!(draft.pending.is_empty());
    write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    let again = write_project(&draft, &inventory, &out, false, &Silent).unwrap();
    assert!(again.changed.is_empty() && again.proposal.is_none(), "{again:?}");
    let area = fireplan_read::open(&out, &Silent).unwrap();
    let demo = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    for &layer in LayerId::ALL {
        assert_eq!(area.layers.len(layer), demo.layers.len(layer), "{}", layer.code());
    }
    assert_eq!(coverage_figures(&area), coverage_figures(&demo));
}
