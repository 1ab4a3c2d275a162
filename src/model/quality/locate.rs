//! From the cases of notes to features and degrees.

use std::collections::BTreeMap;

use anyhow::Result;
use geo::Coord;

use super::QualityCase;
use crate::area::StudyArea;
use crate::layers::{LayerId, LayerReader};
use crate::rows::{Row, place_on};

/// The cases of each note of the area, each with its feature and place as far as there are any.
pub(super) fn locate_cases(area: &StudyArea) -> Result<Vec<Vec<QualityCase>>> {
    let found = find_features(area);
    let mut places: Vec<Coord> = Vec::new();
    let mut located = Vec::new();
    let none = Vec::new();
    for (at, note) in area.notes.iter().enumerate() {
        let cases = area.cases.get(at).unwrap_or(&none).iter().map(|case| {
            let of_layer = note.layer.and_then(|layer| found.get(&layer));
            let feature =
                of_layer.zip(case.feature.as_deref()).and_then(|(known, id)| known.get(id).copied().flatten());
            let place = case.place.filter(|place| place.x.is_finite() && place.y.is_finite());
            let place = place.or(feature.and_then(|(_, place)| place));
            let index = place.map(|place| {
                places.push(place);
                places.len() - 1
            });
            (QualityCase { feature: feature.map(|(number, _)| number), ..QualityCase::new(case) }, index)
        });
        located.push(cases.collect::<Vec<_>>());
    }
    // One call for all of them: PROJ's cost is per call for short arrays.
    area.plane.to_lonlat(&mut places)?;
    let degrees = |place: Coord| [place.x, place.y];
    let placed = |(case, index): (QualityCase, Option<usize>)| QualityCase {
        lonlat: index.map(|index| degrees(places[index])),
        ..case
    };
    Ok(located.into_iter().map(|cases| cases.into_iter().map(placed).collect()).collect())
}

/// Number from 1 and place of a feature.
type FoundFeature = Option<(u32, Option<Coord>)>;

/// The features that cases name, by layer and source id; of several pieces of one source id, the first.
fn find_features(area: &StudyArea) -> BTreeMap<LayerId, BTreeMap<&str, FoundFeature>> {
    let mut wanted: BTreeMap<LayerId, BTreeMap<&str, FoundFeature>> = BTreeMap::new();
    for (note, cases) in area.notes.iter().zip(area.cases.iter()) {
        let Some(layer) = note.layer else { continue };
        let ids = cases.iter().filter_map(|case| case.feature.as_deref());
        wanted.entry(layer).or_default().extend(ids.map(|id| (id, None)));
    }
    for (layer, wanted) in wanted.iter_mut().filter(|(_, wanted)| !wanted.is_empty()) {
        area.layers.read(*layer, &mut FindFeatures { wanted });
    }
    wanted
}

struct FindFeatures<'a, 'b> {
    wanted: &'b mut BTreeMap<&'a str, FoundFeature>,
}

impl LayerReader for FindFeatures<'_, '_> {
    type Output = ();

    fn read<R: Row>(&mut self, rows: &[R]) {
        let Some(at) = R::columns().iter().position(|column| column.name == "source_id") else { return };
        for (row, number) in rows.iter().zip(1..) {
            let id = row.values().swap_remove(at);
            if let Some(found @ None) = id.as_str().and_then(|id| self.wanted.get_mut(id)) {
                *found = Some((number, row.geometry().as_ref().and_then(place_on)));
            }
        }
    }
}
