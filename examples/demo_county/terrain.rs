//! The land: uplift and running water shape a height field; the rivers are where the water really goes.
//!
//! The stream-power law (Braun & Willett 2013, an implicit O(n) solution): each step lifts the land and lowers every
//! cell towards the cell its water flows to, the more the larger the catchment above it. Flat valley floors are added
//! afterwards by pressing down what lies little above the nearest river.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::grid::{Grid, Point, distance_to_line};
use super::random::{fractal, noise};

pub(super) const CELL_M: f64 = 100.0;
const BASE_M: f64 = 262.0;
/// Where the seat's basin lies.
const BASIN: Point = Point { x: 20_900.0, y: 14_300.0 };

/// Troughs the three large valleys start from.
const TROUGHS: [&[(f64, f64)]; 3] = [
    &[(6.3, 26.2), (9.5, 21.5), (14.2, 17.0), (19.0, 13.3), (25.5, 11.3), (34.0, 8.6)],
    &[(27.6, 25.4), (25.2, 20.6), (22.4, 16.6), (20.6, 13.0)],
    &[(6.8, 6.2), (11.0, 8.2), (14.6, 11.2), (17.6, 13.8)],
];

pub(super) struct Terrain {
    pub height: Grid<f64>,
    /// The cell each cell's water flows to; itself at the frame's edge.
    pub receiver: Vec<usize>,
    /// Catchment above each cell, m².
    pub catchment: Vec<f64>,
    /// Height above the nearest river downstream.
    pub above_river: Grid<f64>,
    /// Cells of the county: the catchment of the main river, up to its gorge.
    pub county: Grid<bool>,
}

impl Terrain {
    pub(super) fn build() -> Self {
        let coarse = erode(Grid::from_fn(2.0 * CELL_M, first_height), 60, 0.5);
        let fine =
            Grid::from_fn(CELL_M, |place| coarse.sample(place) + 14.0 * noise(77, place.x / 230.0, place.y / 230.0));
        let fine = erode(fine, 26, 0.35);
        let height = flatten_valleys(&fine);
        let Flow { height, receiver, order } = flow(height);
        let catchment = catchments(&height, &receiver, &order);
        let above_river = height_above_river(&height, &receiver, &catchment, &order);
        let county = county(&height, &receiver, &catchment, &order);
        Self { height, receiver, catchment, above_river, county }
    }
}

fn troughs() -> impl Iterator<Item = Vec<Point>> {
    TROUGHS.iter().map(|line| line.iter().map(|&(x, y)| Point { x: x * 1000.0, y: y * 1000.0 }).collect())
}

/// A place moved a little, so that nothing designed looks drawn with a ruler.
fn warped(place: Point) -> Point {
    let by = |seed| 2600.0 * fractal(seed, place.x / 7500.0, place.y / 7500.0);
    Point { x: place.x + by(11), y: place.y + by(12) }
}

fn trough_distance(place: Point) -> f64 {
    troughs().map(|line| distance_to_line(place, &line)).fold(f64::MAX, f64::min)
}

/// 0 in the middle of the county, 1 on its rim, more outside.
fn rim(place: Point) -> f64 {
    let p = warped(place);
    let (u, v) = ((p.x - 16_700.0) / 14_700.0, (p.y - 15_800.0) / 13_500.0);
    // Between an ellipse and a box.
    let (ellipse, boxed) = ((u * u + v * v).sqrt(), (u * u * u * u + v * v * v * v).sqrt().sqrt());
    0.45 * ellipse + 0.55 * boxed
}

fn bell(value: f64) -> f64 {
    let v2 = value * value;
    1.0 / (1.0 + v2 + 0.5 * v2 * v2)
}

fn first_height(place: Point) -> f64 {
    let valley = bell(trough_distance(warped(place)) / 2200.0);
    BASE_M + 420.0 + 130.0 * fractal(3, place.x / 5200.0, place.y / 5200.0) - 400.0 * valley
        + 260.0 * bell((rim(place) - 1.0) / 0.12)
        // Roughness decides where the small valleys go; without it they follow the grid.
        + 95.0 * noise(21, place.x / 420.0, place.y / 420.0)
}

/// Outside the county the land lies higher, except where the river leaves.
fn edge_height(place: Point) -> f64 {
    let gate = bell((place.y - 9_300.0) / 1500.0) * bell((place.x - super::grid::WIDTH_M) / 1500.0);
    BASE_M + 330.0 * (1.0 - gate) + 60.0 * noise(8, place.x / 2500.0, place.y / 2500.0) * (1.0 - gate)
}

/// How fast the land rises, 1 = usual.
fn uplift(place: Point) -> f64 {
    let valley = bell(trough_distance(warped(place)) / 2600.0);
    let basin = bell(super::grid::distance(place, BASIN) / 3900.0);
    let gate = bell(super::grid::distance(place, Point { x: 31_500.0, y: 9_300.0 }) / 2600.0);
    let ridge = 0.85 * bell((rim(place) - 1.0) / 0.11) * (1.0 - gate);
    let hills = 0.95
        + 0.5 * fractal(5, place.x / 8200.0, place.y / 8200.0)
        + 0.45 * noise(6, place.x / 1300.0, place.y / 1300.0);
    let outside = if rim(place) > 1.12 { 0.55 } else { 1.0 };
    (hills * outside * (1.0 - 0.55 * valley) * (1.0 - 0.97 * basin) + ridge).max(0.03)
}

fn erode(mut height: Grid<f64>, steps: usize, time: f64) -> Grid<f64> {
    const STEEPNESS: f64 = 88.0;
    let rise = Grid::from_fn(height.cell_m, uplift);
    for _ in 0..steps {
        let Flow { height: filled, receiver, order } = flow(height);
        let catchment = catchments(&filled, &receiver, &order);
        height = filled;
        for &index in &order {
            let below = receiver[index];
            if below == index {
                height.values[index] = edge_height(height.centre(index));
                continue;
            }
            let force = time * catchment[index].sqrt() / height.distance_m(index, below);
            let lifted = height.values[index] + STEEPNESS * time * rise.values[index];
            height.values[index] = (lifted + force * height.values[below]) / (1.0 + force);
        }
        height = soften(height);
    }
    height
}

/// Soil creep: slopes are rounded, most where they bend most.
fn soften(height: Grid<f64>) -> Grid<f64> {
    let blurred = height.blurred();
    let mut out = height;
    for (value, mean) in out.values.iter_mut().zip(&blurred.values) {
        *value += 0.16 * (mean - *value);
    }
    out
}

struct Flow {
    /// With hollows filled, so that water always leaves.
    height: Grid<f64>,
    receiver: Vec<usize>,
    /// Cells from low to high: each after its receiver.
    order: Vec<usize>,
}

/// Fills hollows from the frame's edge inward (priority flood), then sends water down the steepest way.
fn flow(mut height: Grid<f64>) -> Flow {
    let count = height.values.len();
    let mut heap = BinaryHeap::new();
    let mut seen = vec![false; count];
    for index in (0..count).filter(|&index| height.is_edge(index)) {
        seen[index] = true;
        heap.push(Reverse((height.values[index].to_bits(), index)));
    }
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse((_, index))) = heap.pop() {
        order.push(index);
        let level = height.values[index] + 0.004;
        let next: Vec<usize> = height.around(index).filter(|&next| !seen[next]).collect();
        for next in next {
            seen[next] = true;
            height.values[next] = height.values[next].max(level);
            heap.push(Reverse((height.values[next].to_bits(), next)));
        }
    }
    let receiver = (0..count).map(|index| steepest(&height, index)).collect();
    Flow { height, receiver, order }
}

fn steepest(height: &Grid<f64>, index: usize) -> usize {
    if height.is_edge(index) {
        return index;
    }
    let mut best = (0.0, index);
    for next in height.around(index) {
        let fall = (height.values[index] - height.values[next]) / height.distance_m(index, next);
        if fall > best.0 {
            best = (fall, next);
        }
    }
    best.1
}

fn catchments(height: &Grid<f64>, receiver: &[usize], order: &[usize]) -> Vec<f64> {
    let mut area = vec![height.cell_m * height.cell_m; height.values.len()];
    for &index in order.iter().rev() {
        if receiver[index] != index {
            area[receiver[index]] += area[index];
        }
    }
    area
}

/// A stream begins where this much land drains.
pub(super) const STREAM_M2: f64 = 5.0e6;

fn height_above_river(height: &Grid<f64>, receiver: &[usize], catchment: &[f64], order: &[usize]) -> Grid<f64> {
    let mut river = height.clone();
    for &index in order {
        let below = receiver[index];
        let own = catchment[index] >= STREAM_M2 || below == index;
        river.values[index] = if own { height.values[index] } else { river.values[below] };
    }
    let mut above = height.clone();
    above.values.iter_mut().zip(&river.values).for_each(|(height, river)| *height -= river);
    above
}

/// Presses down what lies little above its river: floodplains, wider along larger rivers.
fn flatten_valleys(height: &Grid<f64>) -> Grid<f64> {
    let Flow { height, receiver, order } = flow(height.clone());
    let catchment = catchments(&height, &receiver, &order);
    let above = height_above_river(&height, &receiver, &catchment, &order);
    let mut size = catchment.clone();
    for &index in &order {
        if catchment[index] < STREAM_M2 {
            size[index] = size[receiver[index]];
        }
    }
    let mut out = height.clone();
    for ((value, above), size) in out.values.iter_mut().zip(&above.values).zip(&size) {
        let q = above.max(0.0);
        let reach = 26.0 + 80.0 * (size / 4.0e8).sqrt().min(1.0);
        *value += q * q / (q + reach) - q;
    }
    out.blurred()
}

fn county(height: &Grid<f64>, receiver: &[usize], catchment: &[f64], order: &[usize]) -> Grid<bool> {
    // The river leaves the county in its gorge, before the frame ends; what drains through there is the county.
    let gate = (0..height.values.len())
        .filter(|&index| height.centre(index).x > 31_400.0 && height.centre(receiver[index]).x > 31_500.0)
        .filter(|&index| height.centre(index).x < 31_500.0)
        .max_by(|&a, &b| catchment[a].total_cmp(&catchment[b]))
        .expect("a river leaves the frame in the east");
    let mut inside = Grid::filled(height.cell_m, false);
    for &index in order {
        inside.values[index] = index == gate || (receiver[index] != index && inside.values[receiver[index]]);
    }
    inside
}

impl Terrain {
    /// The largest catchment within some cells: how large the nearest water is.
    pub(super) fn catchment_near(&self, cell: usize, reach: i64) -> f64 {
        (-reach..=reach)
            .flat_map(|dj| (-reach..=reach).map(move |di| (di, dj)))
            .filter_map(|(di, dj)| self.height.step(cell, di, dj))
            .map(|near| self.catchment[near])
            .fold(0.0, f64::max)
    }
}
