//! The folder of runs, on files.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use geo::{LineString, Point};

use fireplan_model::findings::{Check, Drawing, Feature, Figure, Findings, Layer, Table, Verdict};
use fireplan_model::rows::{Column, Label, Value, ValueKind};
use fireplan_store::StoreError;
use fireplan_store::runs::{RunFolder, RunRecord};

fn record(id: &str, number: u64) -> RunRecord {
    RunRecord {
        format: 0,
        id: id.to_owned(),
        number,
        name: String::new(),
        pinned: false,
        settled: false,
        by: "王工".to_owned(),
        process: "coverage".to_owned(),
        request: serde_json::json!({ "analysis": "coverage" }),
        settings: serde_json::json!({ "profile": "national" }),
        data: "d".to_owned(),
        program: "1".to_owned(),
        created_ms: number,
        started_ms: number,
        finished_ms: number,
        layers: vec!["roads".to_owned()],
        findings_bytes: 0,
        bytes: 0,
    }
}

/// Findings with a cell of every kind, and numbers that text forms lose.
fn findings(features: usize) -> Findings {
    let columns = vec![
        Column::new::<String>("name", "名称 | Name"),
        Column::new::<f64>("length_m", "长度 | Length"),
        Column::new::<i64>("lanes", "车道 | Lanes"),
        Column::new::<Label>("story", "说明 | Story"),
        Column { kind: ValueKind::Edits, ..Column::new::<String>("edits", "改动 | Edits") },
        Column::new::<bool>("open", "通车 | Open"),
    ];
    let values = |n: usize| {
        let label = Arc::new(Label::new("一", "one"));
        let number = if n == 0 { f64::NAN } else { 0.1 + n as f64 };
        vec![
            Value::text("路"),
            Value::Float(number),
            Value::Int(-(n as i64)),
            Value::Label(label),
            Value::Edits("[]".into()),
            if n.is_multiple_of(2) { Value::Bool(true) } else { Value::Null },
        ]
    };
    let feature = |n: usize| Feature {
        geometry: match n % 3 {
            0 => None,
            1 => Some(Point::new(0.1 + n as f64, 4e6 + 1.0 / 3.0).into()),
            _ => Some(LineString::from(vec![(0.0, 0.0), (1.0 / 7.0, n as f64)]).into()),
        },
        values: values(n),
    };
    let layer = Layer {
        id: "roads".to_owned(),
        title: Label::new("道路", "Roads"),
        geometry: fireplan_model::rows::GeometryKind::Mixed,
        columns: columns.clone(),
        drawing: Drawing::Graded { column: "length_m", breaks: vec![1.0, 2.5] },
        quiet: true,
        sheets: false,
        companions: Vec::new(),
        features: (0..features).map(feature).collect(),
    };
    let layer = layer.along_with("stations", "station", Some("name"));
    let table = Table {
        id: "t".to_owned(),
        title: Label::new("表", "Table"),
        columns,
        rows: vec![values(0), values(1)],
        layer: Some("roads".to_owned()),
        about: None,
        chart: None,
    };
    let check = Check {
        subject: "路".to_owned(),
        rule: "hydrants.spacing_m".to_owned(),
        cite: "GB".to_owned(),
        bound: "<= 120 m".to_owned(),
        measured: Some(0.1 + 0.2),
        verdict: Verdict::Fail,
        text: Label::new("超", "over"),
        feature: None,
        count: 1,
        obliged: fireplan_model::findings::Obliged { due: "2027-01-01".to_owned(), ..Default::default() },
    };
    Findings {
        figures: vec![Figure::new("share", "占比 | Share", Some(1.0 / 3.0), "%").range(Some([0.1, 0.7]))],
        layers: vec![layer],
        tables: vec![table],
        checks: vec![check.about("roads", 2)],
        ..Findings::default()
    }
}

fn folder(at: &Path) -> RunFolder {
    RunFolder::beside(&at.join("scenarios.sqlite"))
}

#[test]
fn what_is_kept_is_read_back_to_the_bit() {
    let place = tempfile::tempdir().unwrap();
    let runs = folder(place.path());
    assert!(runs.list().unwrap().runs.is_empty() && !runs.path().exists(), "looking leaves no trace");
    let written = findings(7);
    let kept = runs.keep(&record("coverage-1", 1), &written).unwrap();
    assert!(kept.bytes > 0 && kept.findings_bytes > 0);
    // Another program, later.
    let again = folder(place.path());
    assert_eq!(again.list().unwrap().runs, [kept]);
    assert_eq!(format!("{:?}", again.read("coverage-1").unwrap()), format!("{written:?}"));
}

#[test]
fn a_number_is_never_given_twice() {
    let place = tempfile::tempdir().unwrap();
    let runs = folder(place.path());
    assert_eq!(runs.last_number().unwrap(), 0);
    runs.keep(&record("coverage-1", 4), &Findings::default()).unwrap();
    runs.remove("coverage-1").unwrap();
    runs.remove("coverage-1").unwrap();
    assert_eq!(folder(place.path()).last_number().unwrap(), 4);
    assert!(matches!(runs.read("coverage-1"), Err(StoreError::MissingRun(_))));
}

#[test]
fn names_and_pins_are_kept_and_the_oldest_unpinned_goes_first() {
    let place = tempfile::tempdir().unwrap();
    let runs = folder(place.path());
    for number in 1..=4 {
        runs.keep(&record(&format!("coverage-{number}"), number), &findings(3)).unwrap();
    }
    runs.describe("coverage-1", Some("送审稿"), None).unwrap();
    runs.describe("coverage-1", None, Some(true)).unwrap();
    let listed = folder(place.path()).list().unwrap().runs;
    assert_eq!((listed[0].name.as_str(), listed[0].pinned), ("送审稿", true));
    let one = listed[0].bytes;
    assert_eq!(RunFolder::list_over(&listed, 4 * one), [""; 0]);
    assert_eq!(RunFolder::list_over(&listed, 4 * one - 1), ["coverage-2"]);
    assert_eq!(RunFolder::list_over(&listed, 0), ["coverage-2", "coverage-3"], "neither the pinned nor the newest");
}

#[test]
fn damaged_runs_are_told_and_the_others_are_there() {
    let place = tempfile::tempdir().unwrap();
    let runs = folder(place.path());
    for number in 1..=3 {
        runs.keep(&record(&format!("coverage-{number}"), number), &findings(50)).unwrap();
    }
    let file = runs.path().join("1-coverage-1/findings.mpk.gz");
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() - 9]).unwrap();
    assert!(matches!(runs.read("coverage-1"), Err(StoreError::Run { .. })), "cut off");
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 1;
    std::fs::write(&file, &changed).unwrap();
    assert!(matches!(runs.read("coverage-1"), Err(StoreError::Run { .. })), "one bit");
    std::fs::write(runs.path().join("2-coverage-2/run.json"), "{").unwrap();
    let listed = runs.list().unwrap();
    assert_eq!(listed.runs.len(), 2);
    assert_eq!(listed.unreadable.len(), 1);
    runs.read("coverage-3").unwrap();
    for id in ["../coverage-3", "", ".", "coverage-3/", ".unfinished-3-coverage-3", "3-coverage-3"] {
        assert!(matches!(runs.read(id), Err(StoreError::MissingRun(_))), "{id:?}");
    }
}

/// Writes runs for the test below, as a program of its own, and tells of each once it is kept. Alone it does nothing.
#[test]
fn keep_runs_until_killed() {
    let Ok(place) = std::env::var("FIREPLAN_KEEP_RUNS_AT") else { return };
    let runs = folder(Path::new(&place));
    let first = runs.last_number().unwrap() + 1;
    let written = findings(400);
    for number in first.. {
        // Every third replaces the one before.
        let id = format!("coverage-{}", number - u64::from(number % 3 == 0));
        runs.keep(&record(&id, number), &written).unwrap();
        println!("kept {id} {number}");
    }
}

#[test]
fn a_program_killed_at_any_moment_leaves_only_whole_runs_and_all_that_it_told() {
    let place = tempfile::tempdir().unwrap();
    let mut told = BTreeSet::new();
    let mut highest = 0;
    // On a busy machine a program is killed before it has kept anything: then more of them are.
    let mut round = 0_u64;
    while round < 60 || told.len() <= 20 {
        assert!(round < 2_000, "too few were written between the kills: {}", told.len());
        round += 1;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "keep_runs_until_killed", "--nocapture"])
            .env("FIREPLAN_KEEP_RUNS_AT", place.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        std::thread::sleep(Duration::from_micros(4_000 + round * 977 % 23_000));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in BufReader::new(output).lines() {
            let line = line.unwrap();
            let mut words = line.split(' ').skip_while(|word| *word != "kept").skip(1);
            if let (Some(id), Some(number)) = (words.next(), words.next()) {
                told.insert(id.to_owned());
                highest = highest.max(number.parse::<u64>().unwrap());
            }
        }
        let runs = folder(place.path());
        runs.clear_unfinished().unwrap();
        let listed = runs.list().unwrap();
        assert!(listed.unreadable.is_empty(), "{:?}", listed.unreadable);
        assert!(runs.last_number().unwrap() >= highest);
        let there: BTreeSet<String> = listed.runs.into_iter().map(|run| run.id).collect();
        assert!(told.is_subset(&there), "lost {:?}", told.difference(&there));
        // Reading all of them each time would only repeat the first reading.
        there.iter().rev().take(3).for_each(|id| assert_eq!(runs.read(id).unwrap().layers[0].features.len(), 400));
    }
}

#[test]
fn one_service_at_a_time_numbers_the_runs() {
    let place = tempfile::tempdir().unwrap();
    let first = folder(place.path()).claim_for_service().unwrap();
    let error = folder(place.path()).claim_for_service().unwrap_err();
    assert!(matches!(error, StoreError::InUse(_)) && error.to_string().contains("--store"), "{error}");
    drop(first);
    folder(place.path()).claim_for_service().unwrap();
    assert_eq!(folder(place.path()).list().unwrap().runs.len(), 0, "the claim is no run");
}
