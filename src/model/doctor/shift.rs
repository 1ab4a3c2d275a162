//! Are the points of a layer in GCJ-02, the shifted degrees of Chinese web maps, without saying so?
//!
//! The shift is some hundred metres: if undoing it brings the points much nearer to the roads, they probably are. That is
//! said and nothing is moved, for points may also be far from roads for good reason.

use geo::Coord;

use super::NamedPlace;
use crate::area::StudyArea;
use crate::layers::LayerId;
use crate::notes::{Notes, Severity};
use crate::plane;

/// Fewer points than this prove nothing.
const FEWEST: usize = 8;
/// At most so many points are compared; more would not change the result.
const SAMPLE: usize = 400;
/// The median distance to the roads must fall below this share of itself.
const FALLS_TO: f64 = 0.35;
/// Points this near to the roads are where they should be.
const NEAR_M: f64 = 25.0;
/// Roads farther than this from a point are not looked for.
const LIMIT_M: f64 = 2_000.0;

pub(super) fn note_suspicion(area: &StudyArea, layer: LayerId, places: &[NamedPlace], notes: &mut Notes) {
    if places.len() < FEWEST || area.network.segments.is_empty() {
        return;
    }
    let sample: Vec<Coord> = places.iter().step_by(places.len().div_ceil(SAMPLE)).map(|place| place.at).collect();
    let as_given = median_distance(area, &sample);
    if as_given < NEAR_M {
        return;
    }
    // Either the points are shifted against right roads, or right points lie beside shifted roads.
    let undone = shifted(area, &sample, plane::gcj02_to_lonlat).map(|moved| median_distance(area, &moved));
    let done = shifted(area, &sample, add_shift).map(|moved| median_distance(area, &moved));
    let example = |after: f64| format!("{as_given:.0} m → {after:.0} m");
    if let Some(after) = undone.filter(|after| *after < as_given * FALLS_TO) {
        let text = "疑似 GCJ-02 坐标(还原后距道路的中位距离大幅缩短)，未改动；如属实请写 crs = \"GCJ-02\" | \
                    Perhaps in GCJ-02: undoing its shift brings the points much nearer to the roads (median). Nothing was \
                    moved; if so write crs = \"GCJ-02\"";
        notes.add(Severity::Warning, Some(layer), text, example(after));
    } else if let Some(after) = done.filter(|after| *after < as_given * FALLS_TO) {
        let text = "疑似道路为 GCJ-02 坐标，而本图层不是，未改动 | \
                    Perhaps the roads are in GCJ-02 and this layer is not; nothing was moved";
        notes.add(Severity::Warning, Some(layer), text, example(after));
    }
}

fn shifted(area: &StudyArea, places: &[Coord], shift: impl Fn(&mut [Coord])) -> Option<Vec<Coord>> {
    let mut moved = places.to_vec();
    area.plane.to_lonlat(&mut moved).ok()?;
    let before = moved.clone();
    shift(&mut moved);
    if before == moved {
        return None;
    }
    area.plane.to_local(&mut moved).ok()?;
    Some(moved)
}

fn add_shift(coords: &mut [Coord]) {
    coords.iter_mut().for_each(|coord| *coord = *coord + plane::gcj02_shift(*coord));
}

fn median_distance(area: &StudyArea, places: &[Coord]) -> f64 {
    let distance = |place: &Coord| {
        let nearest = area.network.nearest(*place, LIMIT_M, |_| true, |_| true);
        nearest.map_or(LIMIT_M, |position| position.distance_m)
    };
    let mut distances: Vec<f64> = places.iter().map(distance).collect();
    let middle = distances.len() / 2;
    *distances.select_nth_unstable_by(middle, f64::total_cmp).1
}
