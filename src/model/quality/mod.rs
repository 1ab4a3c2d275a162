//! The report on the data (数据质量报告): what of each layer was read, converted, doubted, merged, left out or lies outside,
//! with row and place of every case; and what the doubts change in the answers.
//!
//! The report follows from the area alone. Whoever shows it knows formats, and whoever answers questions adds the [effects](DoubtEffect).

mod effect;
mod locate;

use anyhow::Result;
use schemars::JsonSchema;
use serde::Serialize;

pub use effect::{DoubtEffect, EffectFigure, EffectMove, QuestionEffect};

use crate::area::{SourceReport, StudyArea};
use crate::layers::LayerId;
use crate::notes::{DoubtedValue, Note, NoteCase, NoteKind, Severity, SourceRow};
use crate::rows::{Column, Label};

/// How many features a layer had on the way from its sources to the area. What is read and what comes of splitting, less
/// what is left out, merged and outside, is what is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FeatureCounts {
    /// Features of the sources.
    pub read: usize,
    /// How many more there are because some had several parts, or were cut.
    pub split: usize,
    /// Those that cannot be used.
    pub left_out: usize,
    /// Those that were another one entered again.
    pub merged: usize,
    /// Those outside the boundary that do not count.
    pub outside: usize,
    /// What is in the layer.
    pub kept: usize,
}

/// The counts of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerCounts {
    /// The layer.
    pub layer: LayerId,
    /// Its features on their way.
    pub features: FeatureCounts,
}

/// What is to be said of the data of an area.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QualityReport {
    /// Name of the area.
    pub area: String,
    /// Its data is invented.
    pub synthetic: bool,
    /// Name of the coordinate system in which everything is computed.
    pub crs: String,
    /// How large the area is.
    pub area_km2: f64,
    /// Name and version of the program.
    pub program: &'static str,
    /// Every layer that has a source or a note.
    pub layers: Vec<LayerQuality>,
    /// What is to be said of no layer in particular.
    pub general: Vec<NoteQuality>,
}

/// What is to be said of one layer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LayerQuality {
    /// The layer.
    pub layer: LayerId,
    /// Its title.
    pub title: Label,
    /// Its features on their way; `None`: it is a grid or the boundary.
    pub counts: Option<FeatureCounts>,
    /// How many values or features are in doubt.
    pub doubted: usize,
    /// How many were converted or mended.
    pub converted: usize,
    /// What was read.
    pub sources: Vec<SourceReport>,
    /// The columns that its cases name.
    pub columns: Vec<Column>,
    /// The notes, the doubts first.
    pub notes: Vec<NoteQuality>,
}

/// A note with every case that is kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NoteQuality {
    /// Its place among the notes of the area.
    pub note: usize,
    /// How grave it is.
    pub severity: Severity,
    /// What became of what it is about.
    pub kind: NoteKind,
    /// What people call that.
    pub kind_label: Label,
    /// What it says.
    pub text: Label,
    /// How many cases there were.
    pub count: usize,
    /// The cases; fewer than there were, where the note sums them up or where they are too many.
    pub cases: Vec<QualityCase>,
}

/// One case, and what leads to it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QualityCase {
    /// What it is and what is wrong with it.
    pub text: String,
    /// Where its source says so.
    pub row: Option<SourceRow>,
    /// The number of its feature in the layer, from 1; `None`: the layer has no such feature.
    pub feature: Option<u32>,
    /// Longitude and latitude in degrees, where it has a place.
    pub lonlat: Option<[f64; 2]>,
    /// The value that is not used.
    pub value: Option<DoubtedValue>,
}

impl QualityReport {
    /// The report on the data of this area.
    pub fn of(area: &StudyArea) -> Result<Self> {
        let located = locate::locate_cases(area)?;
        let mut general = Vec::new();
        let mut of_layer: Vec<Vec<NoteQuality>> = vec![Vec::new(); LayerId::ALL.len()];
        for (at, (note, cases)) in area.notes.iter().zip(located).enumerate() {
            let told = NoteQuality::new(at, note, cases);
            match note.layer {
                Some(layer) => of_layer[layer as usize].push(told),
                None => general.push(told),
            }
        }
        let layers = LayerId::ALL.iter().zip(of_layer).filter_map(|(layer, notes)| describe_layer(area, *layer, notes));
        Ok(Self {
            area: area.name.clone(),
            synthetic: area.synthetic,
            crs: area.plane.name().to_owned(),
            area_km2: area.plane.area_m2(&area.boundary) / 1e6,
            program: concat!("fireplan ", env!("CARGO_PKG_VERSION")),
            layers: layers.collect(),
            general,
        })
    }

    /// Every note, the general ones last.
    pub fn notes(&self) -> impl Iterator<Item = &NoteQuality> {
        self.layers.iter().flat_map(|layer| &layer.notes).chain(&self.general)
    }
}

/// `None`: there is neither a source nor a note.
fn describe_layer(area: &StudyArea, layer: LayerId, mut notes: Vec<NoteQuality>) -> Option<LayerQuality> {
    let sources: Vec<SourceReport> = area.sources.iter().filter(|source| source.layer == layer).cloned().collect();
    if sources.iter().all(|source| source.read == 0) && notes.is_empty() && !area.has(layer) {
        return None;
    }
    // The order of the kinds is that of their urgency; within a kind, the order of reading stays.
    notes.sort_by_key(|note| note.kind);
    let count = |kind| notes.iter().filter(|note| note.kind == kind).map(|note| note.count).sum::<usize>();
    let counts = area.counts.iter().find(|counts| counts.layer == layer).map(|counts| counts.features);
    let named = |column: &Column| {
        let mut values = notes.iter().flat_map(|note| &note.cases).filter_map(|case| case.value.as_ref());
        values.any(|value| value.column == column.name)
    };
    let columns = area.layers.read(layer, &mut ListColumns).unwrap_or_default();
    Some(LayerQuality {
        layer,
        title: layer.label(),
        counts,
        doubted: count(NoteKind::Doubted),
        converted: count(NoteKind::Converted),
        sources,
        columns: columns.into_iter().filter(named).collect(),
        notes,
    })
}

struct ListColumns;

impl crate::layers::LayerReader for ListColumns {
    type Output = Vec<Column>;

    fn read<R: crate::rows::Row>(&mut self, _: &[R]) -> Vec<Column> {
        R::columns()
    }
}

impl NoteQuality {
    fn new(at: usize, note: &Note, cases: Vec<QualityCase>) -> Self {
        let (severity, kind, text, count) = (note.severity, note.kind, note.text.clone(), note.count);
        // A sum over all cases is worth as much as a list of them.
        let summed = || note.examples.iter().map(|text| QualityCase::new(&NoteCase::from(text))).collect();
        let cases = if cases.is_empty() { summed() } else { cases };
        Self { note: at, severity, kind, kind_label: kind.label(), text, count, cases }
    }
}

impl QualityCase {
    fn new(case: &NoteCase) -> Self {
        let NoteCase { text, row, value, .. } = case.clone();
        Self { text, row, feature: None, lonlat: None, value }
    }
}

impl LayerQuality {
    /// What people call a column of the layer.
    pub fn column_label(&self, name: &str) -> Label {
        let known = self.columns.iter().find(|column| column.name == name);
        known.map_or_else(|| Label::parse(name), |column| column.label.clone())
    }
}

impl FeatureCounts {
    /// Whether the numbers add up.
    pub fn is_balanced(self) -> bool {
        self.read + self.split == self.left_out + self.merged + self.outside + self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::Arc;

    use crate::layers::Layers;
    use crate::notes::Notes;
    use crate::sketch;

    #[test]
    fn a_case_leads_to_its_feature_and_its_place() {
        let mut village = sketch::village("李村", (500_100.0, 3_900_000.0));
        village.source_id = "villages.csv#7".to_owned();
        let first = sketch::village("王村", (500_000.0, 3_900_000.0));
        let mut area = sketch::area(Layers { villages: vec![first, village], ..Layers::default() });
        let mut notes = Notes::default();
        let row = SourceRow { file: "villages.csv".to_owned(), number: 8, is_line: true };
        let known = NoteCase::from("李村：人口=3000000").of("villages.csv#7").in_row(row.clone());
        let known = known.doubting("population_people", "3000000", Some(3e6));
        let lost = NoteCase::from("远村").at(geo::Coord { x: 500_200.0, y: 3_900_000.0 });
        let layer = Some(LayerId::Villages);
        notes.add(NoteKind::Outside, layer, "界外 | Outside", lost);
        notes.add(NoteKind::Doubted, layer, "人口 | People", known);
        notes.add(NoteKind::Remark, None, "一般 | General", "");
        let (notes, cases) = notes.into_cases();
        (area.notes, area.cases) = (notes, Arc::new(cases));
        let report = QualityReport::of(&area).unwrap();
        assert_eq!(report.general.len(), 1);
        let layer = report.layers.iter().find(|layer| layer.layer == LayerId::Villages).unwrap();
        assert_eq!((layer.doubted, layer.converted), (1, 0));
        assert_eq!(layer.column_label("population_people").zh, "常住人口");
        let [doubt, outside] = &layer.notes[..] else { panic!("two notes, the doubt first") };
        let case = &doubt.cases[0];
        assert_eq!((case.feature, case.row.as_ref()), (Some(2), Some(&row)));
        let [lon, lat] = case.lonlat.unwrap();
        let mut back = [geo::Coord { x: lon, y: lat }];
        area.plane.to_local(&mut back).unwrap();
        assert!((back[0].x - 500_100.0).abs() < 0.01, "{back:?}");
        assert!(outside.cases[0].feature.is_none() && outside.cases[0].lonlat.is_some());
    }

    #[test]
    fn counts_that_add_up_are_balanced() {
        let counts = FeatureCounts { read: 10, split: 2, left_out: 1, merged: 3, outside: 2, kept: 6 };
        assert!(counts.is_balanced());
        assert!(!FeatureCounts { kept: 7, ..counts }.is_balanced());
    }
}
