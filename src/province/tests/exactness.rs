//! The proof: counties with seeded borders, put together, are the whole, byte for byte; counties with a buffer around them are not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fireplan_engine::analysis::Context;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::layers::{LayerId, LayerReader};
use fireplan_model::progress::Silent;
use fireplan_model::rows::{Row, Value};
use fireplan_province::area_file::{self, KeptArea};
use fireplan_province::border::ArrivalsFile;
use fireplan_province::merge::merge;
use fireplan_province::wire;

use crate::{Planned, open, question, rules};

/// Every file below a folder with its bytes, by name.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn written(findings: &Findings, area: &StudyArea) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    fireplan_export::write(findings, area, folder.path()).unwrap();
    contents(folder.path())
}

fn whole(province: &StudyArea) -> Findings {
    question().run(&Context { area: province, rules: &rules(), progress: &Silent }).unwrap()
}

#[test]
fn counties_put_together_are_the_whole_byte_for_byte() {
    let province = open(&fireplan_testing::demo());
    let planned = Planned::demo(&province, 1_000.0);
    assert!(planned.plan.counties.len() > 3, "the demo county has towns");
    planned.find_border(&province);
    // In whatever order, and one of them twice.
    let ids: Vec<&str> = planned.plan.counties.iter().map(|county| county.id.as_str()).collect();
    for id in ids.iter().rev().chain(&ids[..1]) {
        planned.answer(id, &question()).unwrap();
    }
    let merged = merge(&planned.folder(), &planned.results(), &rules(), false, &Silent).unwrap();
    let union = whole(&province);
    assert_eq!(merged.findings.layers.len(), union.layers.len());
    for (merged, union) in merged.findings.layers.iter().zip(&union.layers) {
        assert_eq!((&merged.id, merged.features.len()), (&union.id, union.features.len()));
        for (at, (merged, union)) in merged.features.iter().zip(&union.features).enumerate() {
            assert_eq!(merged.values, union.values, "row {at}");
            assert_eq!(merged.geometry, union.geometry, "row {at}");
        }
    }
    let text = |findings: &Findings| serde_json::to_value(findings).unwrap();
    assert_eq!(text(&merged.findings), text(&union));
    let (merged, union) = (written(&merged.findings, &merged.frame), written(&union, &province));
    assert_eq!(merged.keys().collect::<Vec<_>>(), union.keys().collect::<Vec<_>>());
    for (name, bytes) in &union {
        assert!(merged[name] == *bytes, "{} differs", name.display());
    }
}

#[test]
fn a_buffer_of_three_kilometres_instead_of_head_starts_is_not_the_whole() {
    let province = open(&fireplan_testing::demo());
    let planned = Planned::demo(&province, 3_000.0);
    planned.find_border(&province);
    for county in &planned.plan.counties {
        // All that is known stays, but for the crews from beyond.
        let path = planned.folder().arrivals(&county.id);
        let mut arrivals: ArrivalsFile = wire::read(&path).unwrap();
        for vehicle in &mut arrivals.border.vehicles {
            vehicle.first = Default::default();
            vehicle.stations.clear();
        }
        wire::write(&path, &arrivals).unwrap();
        planned.answer(&county.id, &question()).unwrap();
    }
    let merged = merge(&planned.folder(), &planned.results(), &rules(), false, &Silent).unwrap().findings;
    let union = whole(&province);
    let wrong = |layer: &str| {
        let rows = |findings: &Findings| -> Vec<Vec<Value>> {
            let layer = findings.layers.iter().find(|found| found.id == layer).unwrap();
            layer.features.iter().map(|feature| feature.values.clone()).collect()
        };
        let (merged, union) = (rows(&merged), rows(&union));
        merged.len() != union.len() || merged.iter().zip(&union).any(|(merged, union)| merged != union)
    };
    assert!(wrong("coverage_roads") && wrong("coverage_villages") && wrong("coverage_attendance"));
}

/// The cells of all rows of a layer.
struct Cells;

impl LayerReader for Cells {
    type Output = Vec<(Option<geo::Geometry>, Vec<Value>)>;
    fn read<R: Row>(&mut self, rows: &[R]) -> Self::Output {
        rows.iter().map(|row| (row.geometry(), row.values())).collect()
    }
}

#[test]
fn an_area_read_from_its_file_is_the_same_to_the_last_digit() {
    let area = open(&fireplan_testing::demo());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("area.mpk.gz");
    let network = area.network.restrict(&vec![true; area.network.segments.len()]).parts;
    let all = |layer: &LayerId| (*layer, (0..area.layers.len(*layer) as u32).collect());
    let kept = KeptArea {
        area: &area,
        name: area.name.clone(),
        features: LayerId::ALL.iter().map(all).collect(),
        network,
        cells: Some((0..area.population.as_ref().unwrap().values.len() as u32).collect()),
        with_notes: true,
    };
    kept.write(&path).unwrap();
    let again = area_file::open(&path).unwrap();
    for layer in LayerId::ALL {
        assert_eq!(area.layers.read(*layer, &mut Cells), again.layers.read(*layer, &mut Cells), "{layer:?}");
    }
    assert_eq!((&area.plane, &area.notes, &area.boundary), (&again.plane, &again.notes, &again.boundary));
    let [network, same] = [&area.network, &again.network];
    assert_eq!((&network.nodes, &network.vertices, &network.forbidden), (&same.nodes, &same.vertices, &same.forbidden));
    assert_eq!(network.chainage_m, same.chainage_m);
    let shown = |segments: &[fireplan_model::network::Segment]| format!("{segments:?}");
    assert_eq!(shown(&network.segments), shown(&same.segments));
    let bits = |area: &StudyArea| -> Vec<u32> {
        area.population.as_ref().unwrap().values.iter().map(|value| value.to_bits()).collect()
    };
    assert_eq!(bits(&area), bits(&again));
}
