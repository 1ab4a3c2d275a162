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
/// The median distance to the roads, or that which a quarter exceeds, must fall below this share of itself.
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
    let as_given = Distances::measure(area, &sample);
    if as_given.upper_m < NEAR_M {
        return;
    }
    // Either the points are shifted against right roads, or right points lie beside shifted roads.
    let moved = |shift: &dyn Fn(&mut [Coord])| {
        let distances = shifted(area, &sample, shift).map(|moved| Distances::measure(area, &moved));
        distances.and_then(|moved| as_given.tell_fall(&moved))
    };
    if let Some(fall) = moved(&plane::gcj02_to_lonlat) {
        let text = "疑似 GCJ-02 坐标(还原后距道路大幅缩短)，未改动；如属实请写 crs = \"GCJ-02\" | \
                    Perhaps in GCJ-02: undoing its shift brings the points much nearer to the roads. Nothing was \
                    moved; if so write crs = \"GCJ-02\"";
        notes.add(Severity::Warning, Some(layer), text, fall);
    } else if let Some(fall) = moved(&add_shift) {
        let text = "疑似道路为 GCJ-02 坐标，而本图层不是，未改动 | \
                    Perhaps the roads are in GCJ-02 and this layer is not; nothing was moved";
        notes.add(Severity::Warning, Some(layer), text, fall);
    }
}

fn shifted(area: &StudyArea, places: &[Coord], shift: &dyn Fn(&mut [Coord])) -> Option<Vec<Coord>> {
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

/// How far points are from the nearest roads.
struct Distances {
    median_m: f64,
    /// A quarter of the points is farther: where the shift runs along most roads, only those beside the others tell.
    upper_m: f64,
}

impl Distances {
    fn measure(area: &StudyArea, places: &[Coord]) -> Self {
        let distance = |place: &Coord| {
            let nearest = area.network.nearest(*place, LIMIT_M, |_| true, |_| true);
            nearest.map_or(LIMIT_M, |position| position.distance_m)
        };
        let mut distances: Vec<f64> = places.iter().map(distance).collect();
        distances.sort_unstable_by(f64::total_cmp);
        let middle = distances.len() / 2;
        Self { median_m: distances[middle], upper_m: distances[middle + distances.len() / 4] }
    }

    /// Both distances where the points moved are much nearer; `None` where they are not.
    fn tell_fall(&self, moved: &Self) -> Option<String> {
        let falls = |before: f64, after: f64| before >= NEAR_M && after < before * FALLS_TO;
        if falls(self.median_m, moved.median_m) {
            return Some(format!("{:.0} m → {:.0} m", self.median_m, moved.median_m));
        }
        let upper = falls(self.upper_m, moved.upper_m) && moved.median_m <= self.median_m;
        upper.then(|| format!("{:.0} m → {:.0} m", self.upper_m, moved.upper_m))
    }
}
