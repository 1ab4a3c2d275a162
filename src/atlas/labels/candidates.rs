//! Where a name could stand, best first.

use geo::{Coord, Rect};

use super::{Anchor, LabelRequest, middle_mm};
use crate::style::Lettering;
use crate::typeface::{MM_PER_PT, Typefaces};

/// From line to line, in parts of the size.
const LINE_STEP: f64 = 1.22;

/// Kept free round a name.
const CLEAR_MM: f64 = 0.35;

/// A line bends by no more than this under its name.
const MOST_BEND_DEG: f64 = 18.0;

/// One position of a name.
pub(super) struct Candidate {
    /// Text, left end of its line and how it is turned.
    pub(super) lines: Vec<(String, Coord, f64)>,
    pub(super) boxes: Vec<Rect>,
    /// The line to what is named.
    pub(super) leader: Option<(Coord, Coord)>,
}

/// The lines of a name with their widths, and the size of the whole.
struct Block {
    lines: Vec<(String, f64)>,
    width: f64,
    height: f64,
    step: f64,
    size_pt: f64,
}

impl Block {
    fn new(lettering: &Lettering, faces: &Typefaces) -> Self {
        let lines: Vec<(String, f64)> =
            lettering.text.split('\n').map(|line| (line.to_owned(), faces.width_mm(line, lettering.size_pt))).collect();
        let step = lettering.size_pt * MM_PER_PT * LINE_STEP;
        Self {
            width: lines.iter().fold(0.0, |widest, (_, width)| widest.max(*width)),
            height: step * lines.len() as f64,
            step,
            size_pt: lettering.size_pt,
            lines,
        }
    }

    /// The name with its middle here.
    fn at(&self, centre: Coord, leader: Option<(Coord, Coord)>) -> Candidate {
        let top = centre.y - self.height / 2.0;
        let mut candidate = Candidate { lines: Vec::new(), boxes: Vec::new(), leader };
        for (number, (text, width)) in self.lines.iter().enumerate() {
            let middle = top + (number as f64 + 0.5) * self.step;
            let left = centre.x - width / 2.0;
            let baseline = Coord { x: left, y: middle + middle_mm(self.size_pt) };
            candidate.lines.push((text.clone(), baseline, 0.0));
            let pad = Coord { x: width / 2.0 + CLEAR_MM, y: self.step / 2.0 };
            let middle = Coord { x: centre.x, y: middle };
            candidate.boxes.push(Rect::new(middle - pad, middle + pad));
        }
        candidate
    }
}

/// The positions of a name; `far`: also at a distance, with a line to its place.
pub(super) fn list(request: &LabelRequest, faces: &Typefaces, far: bool) -> Vec<Candidate> {
    let block = Block::new(&request.lettering, faces);
    match &request.anchor {
        Anchor::Point(place, clearance) => around(&block, *place, *clearance, far),
        Anchor::Area(places) => places.iter().map(|place| block.at(*place, None)).collect(),
        Anchor::Line(line) => along(&request.lettering, line, faces),
    }
}

/// Right, left, above, below, then the corners; then the same farther off.
fn around(block: &Block, place: Coord, clearance: f64, far: bool) -> Vec<Candidate> {
    const SIDES: [(f64, f64); 8] =
        [(1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, -1.0), (-1.0, 1.0)];
    let gaps: &[f64] = if far { &[0.5, 1.2, 4.0, 8.0, 13.0, 20.0] } else { &[0.5, 1.2] };
    let mut candidates = Vec::new();
    for gap in gaps {
        for (x, y) in SIDES {
            // Corners touch the symbol's box where it is round.
            let reach = if x != 0.0 && y != 0.0 { clearance * 0.72 } else { clearance } + gap;
            let off = Coord { x: x * (reach + block.width / 2.0), y: y * (reach + block.height / 2.0) };
            let leader = (*gap > 2.0).then(|| {
                let end = Coord { x: place.x + x * reach, y: place.y + y * reach };
                let length = (end.x - place.x).hypot(end.y - place.y);
                (place + (end - place) * (clearance / length), end)
            });
            candidates.push(block.at(place + off, leader));
        }
    }
    candidates
}

/// Along a line where it is straight enough, from its middle outwards.
fn along(lettering: &Lettering, line: &[Coord], faces: &Typefaces) -> Vec<Candidate> {
    let width = faces.width_mm(&lettering.text, lettering.size_pt);
    let path = MeasuredPath::new(line);
    let need = width + 4.0;
    if path.length() < need {
        return Vec::new();
    }
    let middle = path.length() / 2.0;
    let steps = ((path.length() - need) / 2.0 / 4.0).floor() as usize;
    let offsets = (0..=steps.min(40)).flat_map(|step| [4.0 * step as f64, -4.0 * step as f64]);
    offsets.filter_map(|offset| lay_along(lettering, &path, middle + offset, width, faces)).collect()
}

fn lay_along(
    lettering: &Lettering,
    path: &MeasuredPath,
    middle: f64,
    width: f64,
    faces: &Typefaces,
) -> Option<Candidate> {
    let (from, to) = (path.at(middle - width / 2.0), path.at(middle + width / 2.0));
    // Read from the left to the right; upright names are read from below.
    let (from, to) = if to.x < from.x { (to, from) } else { (from, to) };
    let angle = (to.y - from.y).atan2(to.x - from.x);
    let chord = (to.x - from.x).hypot(to.y - from.y);
    let straight = (chord / width).clamp(0.0, 1.0).acos().to_degrees() < MOST_BEND_DEG;
    let bows = path.strays(middle - width / 2.0, middle + width / 2.0, from, to);
    if !straight || bows > middle_mm(lettering.size_pt) {
        return None;
    }
    let (along, up) = (Coord { x: angle.cos(), y: angle.sin() }, Coord { x: angle.sin(), y: -angle.cos() });
    let centre = (from + to) / 2.0;
    let left = centre - along * (width / 2.0) - up * middle_mm(lettering.size_pt);
    let half = lettering.size_pt * MM_PER_PT * 0.5 * (angle.cos().abs() + angle.sin().abs()) + CLEAR_MM / 2.0;
    let mut boxes = Vec::new();
    let mut done = 0.0;
    for letter in lettering.text.chars() {
        let advance = faces.width_mm(letter.encode_utf8(&mut [0; 4]), lettering.size_pt);
        let at = centre + along * (done + advance / 2.0 - width / 2.0);
        boxes.push(Rect::new(at - Coord { x: half, y: half }, at + Coord { x: half, y: half }));
        done += advance;
    }
    Some(Candidate { lines: vec![(lettering.text.clone(), left, angle.to_degrees())], boxes, leader: None })
}

/// A line with the distance of every vertex from its start.
struct MeasuredPath<'a> {
    places: &'a [Coord],
    distances: Vec<f64>,
}

impl<'a> MeasuredPath<'a> {
    fn new(places: &'a [Coord]) -> Self {
        let mut distances = vec![0.0];
        for pair in places.windows(2) {
            let last = distances.last().copied().unwrap_or_default();
            distances.push(last + (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y));
        }
        Self { places, distances }
    }

    fn length(&self) -> f64 {
        self.distances.last().copied().unwrap_or_default()
    }

    fn at(&self, distance: f64) -> Coord {
        let after = self.distances.partition_point(|known| *known < distance).clamp(1, self.places.len() - 1);
        let (start, end) = (self.distances[after - 1], self.distances[after]);
        let share = if end > start { ((distance - start) / (end - start)).clamp(0.0, 1.0) } else { 0.0 };
        self.places[after - 1] + (self.places[after] - self.places[after - 1]) * share
    }

    /// How far the line goes off the chord between two places of it.
    fn strays(&self, start: f64, end: f64, from: Coord, to: Coord) -> f64 {
        let chord = (to.x - from.x).hypot(to.y - from.y).max(1e-9);
        let off =
            |place: Coord| ((to.x - from.x) * (place.y - from.y) - (to.y - from.y) * (place.x - from.x)).abs() / chord;
        let steps = 12;
        (0..=steps)
            .map(|step| off(self.at(start + (end - start) * f64::from(step) / f64::from(steps))))
            .fold(0.0, f64::max)
    }
}
