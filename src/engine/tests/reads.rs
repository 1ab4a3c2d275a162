//! A question says which layers and which rules can move its answer: what changes in the others changes nothing.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::layers::{LayerId, LayerVisitor};
use fireplan_model::progress::Silent;
use fireplan_model::rows::Row;
use fireplan_model::rules::{KEYS, Rules};

struct Empty;

impl LayerVisitor for Empty {
    type Output = ();
    fn visit<R: Row>(&mut self, rows: &mut Vec<R>) {
        rows.clear();
    }
}

/// The area without what the question says that it does not read.
fn without_unread(area: &StudyArea, reads: &[LayerId]) -> StudyArea {
    let mut left = area.clone();
    for layer in LayerId::ALL.iter().filter(|layer| !reads.contains(layer)) {
        left.layers.visit(*layer, &mut Empty);
        match layer {
            LayerId::Elevation => left.elevation = None,
            LayerId::Population => left.population = None,
            LayerId::Risk => left.risk = None,
            _ => {}
        }
    }
    left
}

/// Figures, and every feature of every layer.
fn said(findings: &Findings) -> Said {
    let figures = format!("{:?}", findings.figures);
    let layers = findings.layers.iter().map(|layer| {
        let features = layer.features.iter().map(|feature| format!("{:?}", feature.values)).collect();
        (layer.id.clone(), features)
    });
    (figures, layers.collect())
}

static DEMO: LazyLock<StudyArea> = LazyLock::new(|| fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap());

type Said = (String, Vec<(String, Vec<String>)>);

fn answer(request: &Request, area: &StudyArea, rules: &Rules) -> Said {
    let findings = request.run(&Context { area, rules, progress: &Silent });
    said(&findings.unwrap_or_else(|error| panic!("{}: {error:#}", request.id())))
}

/// What a question says of the demo county as it is, asked once for all tests.
fn answer_demo(request: &Request) -> Arc<Said> {
    type Answers = Mutex<HashMap<&'static str, Arc<OnceLock<Arc<Said>>>>>;
    static ANSWERS: LazyLock<Answers> = LazyLock::new(Answers::default);
    let known = ANSWERS.lock().unwrap().entry(request.id()).or_default().clone();
    known.get_or_init(|| Arc::new(answer(request, &DEMO, &Rules::load(None).unwrap()))).clone()
}

#[test]
fn what_a_question_does_not_read_does_not_move_it() {
    let area = &*DEMO;
    let rules = Rules::load(None).unwrap();
    let answer = |request: &Request, area: &StudyArea| answer(request, area, &rules);
    let mut unnamed = Vec::new();
    // Of a question that reads all layers, nothing is unread.
    for request in Request::all().into_iter().filter(|request| request.reads().len() < LayerId::ALL.len()) {
        let needs = request.lacks(&without_unread(area, &[]));
        assert!(needs.iter().all(|layer| request.reads().contains(layer)), "{} reads what it needs", request.id());
        let whole = answer_demo(&request);
        if *whole == answer(&request, &without_unread(area, request.reads())) {
            continue;
        }
        let but = |unread: LayerId| LayerId::ALL.iter().copied().filter(move |layer| *layer != unread);
        let moves =
            |layer: &LayerId| answer(&request, &without_unread(area, &but(*layer).collect::<Vec<_>>())) != *whole;
        let unread = LayerId::ALL.iter().filter(|layer| !request.reads().contains(layer));
        let read: Vec<&str> = unread.filter(|layer| moves(layer)).map(|layer| layer.code()).collect();
        unnamed.push(format!("{}: {read:?}", request.id()));
    }
    assert!(unnamed.is_empty(), "these read layers that they do not name: {unnamed:?}");
}

/// Whether a key is one of the entries named, or of a topic that is.
fn is_named(key: &str, named: &[&str]) -> bool {
    let of_topic = |name: &&str| key.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    named.iter().any(of_topic)
}

/// The national rules with every other figure that can be set, raised by a seventh, or as it is where that is refused.
fn raised(but: &[&str]) -> (Rules, usize) {
    let national = Rules::load(None).unwrap();
    let mut set = Vec::new();
    for entry in national.entries.iter().filter(|entry| !is_named(&entry.key, but)) {
        let number = entry.value.en.split_whitespace().find_map(|word| word.parse::<f64>().ok());
        let Some(figure) = number else { continue };
        let raised = (entry.key.clone(), (figure * 8.0 / 7.0).to_string());
        if Rules::load_with(None, std::slice::from_ref(&raised)).is_ok() {
            set.push(raised);
        }
    }
    (Rules::load_with(None, &set).unwrap(), set.len())
}

#[test]
fn rules_that_a_question_does_not_read_do_not_move_it() {
    for request in Request::all() {
        let named = request.rules();
        assert!(named.iter().all(|name| KEYS.iter().any(|key| is_named(key, &[name]))), "{}: {named:?}", request.id());
        let (rules, count) = raised(&named);
        // A question that reads the answers of the others leaves hardly a rule unread.
        if count < 10 {
            continue;
        }
        assert!(
            *answer_demo(&request) == answer(&request, &DEMO, &rules),
            "{} reads rules that it does not name",
            request.id()
        );
    }
}
