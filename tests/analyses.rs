//! Every analysis with its defaults on the demo county: checks, tables, counts and figures as once accepted.
//!
//! When a change means to move them, look at the difference, then accept it: `INSTA_UPDATE=always cargo test --test analyses`.

use std::collections::BTreeMap;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Findings, Layer};
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use serde_json::{Value, json};

/// What a reader would notice: no geometry, which moves with every last digit.
fn digest(findings: &Findings) -> Value {
    json!({
        "answers": findings.answers.iter().map(|answer| answer.answer.zh.clone()).collect::<Vec<_>>(),
        "figures": findings.figures,
        "layers": findings.layers.iter().map(|layer| (layer.id.clone(), layer_digest(layer))).collect::<BTreeMap<_, _>>(),
        "tables": findings.tables.iter().filter(|table| table.layer.is_none()).map(|table| {
            let rows: Vec<String> = table.rows.iter().map(|row| {
                row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
            }).collect();
            (table.id.clone(), rows)
        }).collect::<BTreeMap<_, _>>(),
        "checks": count(findings.checks.iter().map(|check| format!("{} {:?}", check.rule, check.verdict))),
        "notes": findings.notes.iter().map(|note| format!("{:?} {} × {}", note.severity, note.text.zh, note.count)).collect::<Vec<_>>(),
    })
}

/// Number of features, and of each code of the first coded column.
fn layer_digest(layer: &Layer) -> Value {
    let coded = layer.columns.iter().position(|column| !column.codes.is_empty() && column.name != "class");
    let codes = coded.map(|at| count(layer.features.iter().map(|feature| feature.values[at].to_string())));
    json!({ "features": layer.features.len(), "codes": codes })
}

fn count(items: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    items.for_each(|item| *counts.entry(item).or_default() += 1);
    counts
}

#[test]
fn every_analysis_answers_the_demo_county_as_accepted() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let rules = Rules::load(None).unwrap();
    for request in Request::all() {
        let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        crate::written::check_polygons(&findings, &area.plane);
        insta::assert_json_snapshot!(request.id(), digest(&findings));
        for column in findings.layers.iter().flat_map(|layer| &layer.columns) {
            for code in column.codes.iter().filter(|code| code.label.zh.contains("待核")) {
                assert!(code.undetermined, "{} of {}: mark it #[undetermined] in codes!", code.code, column.name);
            }
        }
    }
}

#[test]
fn the_readme_has_a_row_for_every_analysis() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    for id in Request::ids() {
        assert!(readme.contains(&format!("| `{id}` |")), "README.md: add a row for `{id}` to the table of analyses");
    }
}

#[test]
fn an_analysis_says_which_layers_it_lacks() {
    let Some(area) = open("guixi/guixi.osm") else { return };
    let rules = Rules::load(None).unwrap();
    let refusal = Request::from_parts("coverage", serde_json::Map::new())
        .unwrap()
        .run(&Context { area: &area, rules: &rules, progress: &Silent })
        .unwrap_err();
    assert!(refusal.to_string().contains("stations"), "{refusal}");
}

#[test]
fn real_extracts_are_covered_and_audited() {
    // Liechtenstein: three municipalities without a station in the data, one works brigade, two nested populations.
    for (name, notes) in [
        ("liechtenstein/liechtenstein-2024.osm.pbf", &["没有消防站", "企业专职消防队", "重复计算"][..]),
        ("lauf/lauf-200115.osm.pbf", &["出动时间"]),
    ] {
        let Some(area) = open(name) else { continue };
        let rules = Rules::load(None).unwrap();
        let request = Request::from_parts("coverage", serde_json::Map::new()).unwrap();
        let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
        let audited = findings.figures.iter().find(|figure| figure.name == "audited_places").unwrap();
        assert_eq!(audited.value, Some(500.0));
        for text in notes {
            assert!(findings.notes.iter().any(|note| note.text.zh.contains(text)), "{name}: no note on {text}");
        }
    }
}

fn open(name: &str) -> Option<StudyArea> {
    fireplan_testing::data(name).map(|path| fireplan_read::open(&path, &Silent).unwrap())
}

/// The gaps planted in the demo county, each found at its chainage with its length, and every other gap explained by how
/// the county was made: a hydrant there is broken, frozen or of unknown state; the road ends; the road never had any; or
/// hydrants were left out where the street runs along the river's bank.
#[test]
fn the_planted_gaps_are_found_and_every_other_gap_is_explained() {
    let area = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    let rules = Rules::load(None).unwrap();
    let request = Request::from_parts("hydrants", serde_json::Map::new()).unwrap();
    let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
    let gaps = Rows::of(&findings, "hydrant_gaps");
    let mut missing: Vec<usize> = (0..gaps.len()).filter(|gap| gaps.text(*gap, "cause") == "missing").collect();
    let planted: Value =
        serde_json::from_str(&std::fs::read_to_string(fireplan_testing::demo().join("planted.json")).unwrap()).unwrap();
    let of_kind =
        |kind: &'static str| planted.as_array().unwrap().iter().filter(move |planted| planted["kind"] == kind);
    assert_eq!(of_kind("hydrant-gap").count(), 9);
    for planted in of_kind("hydrant-gap") {
        let about = planted["about"].as_str().unwrap();
        let (road, rest) = about.split_once('上').unwrap();
        let chainage: f64 = rest.split_once("桩号").unwrap().1.split_once('米').unwrap().0.parse().unwrap();
        let length = planted["measure"].as_f64().unwrap();
        let found: Vec<usize> = missing
            .iter()
            .copied()
            .filter(|gap| gaps.text(*gap, "road") == road)
            .filter(|gap| gaps.number(*gap, "from_m") <= chainage && chainage <= gaps.number(*gap, "to_m"))
            .filter(|gap| gaps.number(*gap, "gap_m") >= length - 3.0)
            .collect();
        assert_eq!(found.len(), 1, "{about}: {found:?}");
        missing.retain(|gap| *gap != found[0]);
    }
    // Of the rest, all but those along the river have hydrants that do not work, an end, or never had any.
    let left: Vec<String> = missing.iter().map(|gap| gaps.line(*gap, &["road", "from_m", "to_m", "state"])).collect();
    insta::assert_json_snapshot!("gaps_along_the_river", left);
    let broken: std::collections::BTreeSet<&str> =
        of_kind("hydrant-out-of-service").filter_map(|p| p["features"][0].as_str()).collect();
    assert_eq!(broken.len(), 25);
    let stock = Rows::of(&findings, "hydrant_points");
    let out: Vec<usize> = (0..stock.len()).filter(|row| stock.text(*row, "state") == "out_of_service").collect();
    assert_eq!(
        out.iter().map(|row| stock.text(*row, "name")).collect::<std::collections::BTreeSet<_>>(),
        broken.iter().map(|name| (*name).to_owned()).collect()
    );
    // A gap said to come from a hydrant out of service has such a one between its ends, or none of its own but such ones
    // round the corner.
    for gap in (0..gaps.len()).filter(|gap| gaps.text(*gap, "cause") == "out_of_service") {
        let between = (0..stock.len()).any(|row| {
            let at = stock.number(row, "chainage_m");
            stock.text(row, "road") == gaps.text(gap, "road")
                && ["out_of_service", "frozen"].contains(&stock.text(row, "state").as_str())
                && gaps.number(gap, "from_m") - 0.1 <= at
                && at <= gaps.number(gap, "to_m") + 0.1
        });
        let of_others = (0..stock.len()).all(|row| {
            stock.text(row, "road") != gaps.text(gap, "road") || {
                let at = stock.number(row, "chainage_m");
                at < gaps.number(gap, "from_m") || gaps.number(gap, "to_m") < at
            }
        });
        assert!(between || of_others, "{}", gaps.line(gap, &["road", "from_m", "to_m"]));
    }
    let all: Vec<String> = (0..gaps.len())
        .filter(|gap| gaps.text(*gap, "cause") != "none_at_all")
        .map(|gap| gaps.line(gap, &["road", "town", "from_m", "to_m", "state", "cause", "from_hydrant", "to_hydrant"]))
        .collect();
    insta::assert_json_snapshot!("hydrant_gaps", all);
}

#[test]
fn hydrants_of_real_extracts_are_read_fully_and_told_honestly() {
    let rules = Rules::load(None).unwrap();
    for (name, count, kinds, diameters) in
        [("lauf/lauf-200115.osm.pbf", 479, 479, 440), ("liechtenstein/liechtenstein-2024.osm.pbf", 31, 25, 0)]
    {
        let Some(area) = open(name) else { continue };
        let known = |of: &dyn Fn(&fireplan_model::layers::Hydrant) -> bool| {
            area.layers.hydrants.iter().filter(|h| of(h)).count()
        };
        assert_eq!(area.layers.hydrants.len(), count, "{name}");
        assert!(known(&|hydrant| hydrant.kind != fireplan_model::layers::HydrantKind::Unknown) >= kinds, "{name}");
        assert!(known(&|hydrant| hydrant.diameter_mm.is_some()) >= diameters, "{name}");
        for id in ["hydrants", "water"] {
            let request = Request::from_parts(id, serde_json::Map::new()).unwrap();
            let findings = request.run(&Context { area: &area, rules: &rules, progress: &Silent }).unwrap();
            let told = |text: &str| findings.notes.iter().any(|note| note.text.zh.contains(text));
            if id == "hydrants" {
                assert!(told("状态待核的消火栓") && told("没有出流量"), "{name}");
                let spacing = findings.figures.iter().find(|f| f.name == "road_within_spacing_percent").unwrap();
                // Nobody mapped a state: certainly nothing, perhaps all of it.
                assert_eq!(spacing.value, Some(0.0));
                assert!(spacing.range.unwrap()[1] > 0.0);
            } else {
                assert!(told("是否常年有水"), "{name}");
            }
        }
    }
}

/// A layer's columns by name.
struct Rows<'a>(&'a Layer);

impl<'a> Rows<'a> {
    fn of(findings: &'a Findings, id: &str) -> Self {
        Self(findings.layers.iter().find(|layer| layer.id == id).unwrap())
    }

    fn len(&self) -> usize {
        self.0.features.len()
    }

    fn value(&self, row: usize, name: &str) -> &fireplan_model::rows::Value {
        let at = self.0.columns.iter().position(|column| column.name == name).unwrap();
        &self.0.features[row].values[at]
    }

    fn text(&self, row: usize, name: &str) -> String {
        self.value(row, name).to_string()
    }

    fn number(&self, row: usize, name: &str) -> f64 {
        self.value(row, name).as_f64().unwrap_or(f64::NAN)
    }

    fn line(&self, row: usize, names: &[&str]) -> String {
        names.iter().map(|name| self.text(row, name)).collect::<Vec<_>>().join(" | ")
    }
}
