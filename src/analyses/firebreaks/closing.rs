//! Closing lines: the cheapest lines that would divide the largest cells.
//!
//! A cell is taken as a lattice of places. The quarter of it that lies farthest one way along its longest extent must come to
//! lie on one side, the quarter farthest the other way on the other; of all lines that do this, the minimum cut of the
//! lattice is the cheapest. What a metre costs depends on the ground ([`Ground`]): nothing along a barrier that stands already, little along
//! an existing way, less on a ridge than on a slope. The lattice counts lengths by the Cauchy-Crofton formula over eight neighbours
//! (Boykov and Kolmogorov 2003), true to 6 %; the line drawn is measured itself. What a line leaves is divided again, the largest
//! part first, as if the lines before it had been built.

use std::collections::BTreeMap;

use geo::{Area, Coord, Line, LineString, MultiLineString, MultiPolygon, Polygon};

use super::network::{Cell, middle_of};
use super::{Case, whole};
use crate::algorithms::area_index::AreaIndex;
use crate::algorithms::faces::faces;
use crate::algorithms::min_cut::CutGraph;
use crate::row;
use crate::rows::Label;

row! {
    /// 建议封闭线 | Proposed closing lines
    pub struct Closing {
        geometry: MultiLineString,
        /// 编号 | Number
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 所在网格 | Cell
        cell: String,
        /// 分割前面积 | Area before
        before_hm2: f64,
        /// 长度 | Length
        length_m: f64,
        /// 沿现有阻隔 | Along existing barriers
        existing_m: f64,
        /// 沿山脊 | Along ridges
        ridge_m: f64,
        /// 需新建 | To be built
        build_m: f64,
        /// 隔出面积 | Cut off
        splits_hm2: f64,
        /// 每公顷需新建 | To be built for each hectare cut off
        build_m_hm2: f64,
    }
}

/// Share of a cell that must come to lie on either side.
const SIDE: f64 = 0.25;
/// So many places stand for a cell; more where it hangs together by necks that so few do not see.
const PLACES: [f64; 3] = [5_000.0, 20_000.0, 60_000.0];
/// A line that cuts off less than this share divides nothing worth its cost.
const WORTH: f64 = 0.1;
const FINEST_M: f64 = 30.0;
/// So many lines are proposed at most.
const LINES: usize = 8;
/// What is smaller needs no dividing.
const LEAST_HM2: f64 = 200.0;

/// What the ground between two places is; a metre of closing line costs more from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    Barrier,
    Way,
    Ridge,
    Slope,
}

impl Ground {
    /// Relative cost of a metre.
    fn cost(self) -> f64 {
        match self {
            Self::Barrier => 0.02,
            Self::Way => 0.5,
            Self::Ridge => 0.7,
            Self::Slope => 1.0,
        }
    }
}

/// A place stands this much higher than the ring around it: a ridge.
const RIDGE_RISE_M: f64 = 8.0;
const RIDGE_RING_M: f64 = 150.0;

/// Lines that divide the largest cell, then the largest of what is left, and so on.
pub(super) fn closings(case: &Case, cells: &[Cell]) -> Vec<Closing> {
    let large = cells.iter().take(LINES).filter(|cell| cell.area_hm2 >= LEAST_HM2);
    let mut left: Vec<(f64, &str, MultiPolygon)> =
        large.map(|cell| (cell.area_hm2, cell.name.as_str(), cell.geometry.clone())).collect();
    let mut rows = Vec::new();
    while rows.len() < LINES {
        let largest = left.iter().enumerate().max_by(|a, b| a.1.0.total_cmp(&b.1.0)).map(|(at, _)| at);
        let Some((before_hm2, name, shape)) = largest.map(|at| left.swap_remove(at)) else { break };
        // What no line divides is left as it is.
        let Some((lines, parts)) = PLACES.iter().find_map(|count| closing(case, &shape, *count)) else { continue };
        let mut areas: Vec<(f64, MultiPolygon)> = parts
            .into_iter()
            .map(|part| MultiPolygon(vec![part]))
            .map(|part| ((case.area.plane.area_m2(&part) / 1000.0).round() / 10.0, part))
            .collect();
        areas.sort_by(|a, b| b.0.total_cmp(&a.0));
        let splits_hm2 = areas[1..].iter().map(|(area_hm2, _)| area_hm2).sum::<f64>();
        rows.push(row(case, name, before_hm2, lines, splits_hm2, rows.len() + 1));
        let worth = areas.into_iter().filter(|(area_hm2, _)| *area_hm2 >= LEAST_HM2);
        left.extend(worth.map(|(area_hm2, part)| (area_hm2, name, part)));
    }
    rows
}

/// The places of a cell, by column and row.
struct Lattice {
    step_m: f64,
    places: Vec<Coord>,
    at: BTreeMap<(i64, i64), u32>,
}

impl Lattice {
    fn new(shape: &MultiPolygon, count: f64) -> Self {
        use geo::BoundingRect;
        let step_m = (shape.unsigned_area() / count).sqrt().max(FINEST_M);
        let index = AreaIndex::new(&shape.0);
        let (mut places, mut at) = (Vec::new(), BTreeMap::new());
        if let Some(rect) = shape.bounding_rect() {
            for row in 0..=(rect.height() / step_m) as i64 {
                for column in 0..=(rect.width() / step_m) as i64 {
                    let place = rect.min() + Coord { x: column as f64 + 0.5, y: row as f64 + 0.5 } * step_m;
                    if index.contains(place) {
                        at.insert((column, row), places.len() as u32);
                        places.push(place);
                    }
                }
            }
        }
        Self { step_m, places, at }
    }

    /// The places farthest one way and the other along the longest extent.
    fn sides(&self) -> (Vec<u32>, Vec<u32>) {
        let count = self.places.len() as f64;
        let mean = self.places.iter().fold(Coord { x: 0.0, y: 0.0 }, |sum, at| sum + *at) / count;
        let moment = |f: fn(Coord) -> f64| self.places.iter().map(|at| f(*at - mean)).sum::<f64>();
        let angle = 0.5 * (2.0 * moment(|v| v.x * v.y)).atan2(moment(|v| v.x * v.x) - moment(|v| v.y * v.y));
        let axis = Coord { x: angle.cos(), y: angle.sin() };
        let mut order: Vec<u32> = (0..self.places.len() as u32).collect();
        let along = |place: &u32| {
            let at = self.places[*place as usize] - mean;
            at.x * axis.x + at.y * axis.y
        };
        order.sort_by(|a, b| along(a).total_cmp(&along(b)));
        let side = ((count * SIDE) as usize).max(1);
        (order[..side].to_vec(), order[order.len() - side..].to_vec())
    }
}

/// Neighbours: step in columns and rows, and the share of the lattice step that cutting between them counts.
fn neighbours() -> [((i64, i64), f64); 4] {
    let axis = std::f64::consts::PI / 8.0;
    let diagonal = axis / std::f64::consts::SQRT_2;
    [((1, 0), axis), ((0, 1), axis), ((1, 1), diagonal), ((1, -1), diagonal)]
}

/// The cheapest line across a part of the forest, and what it leaves.
fn closing(case: &Case, shape: &MultiPolygon, count: f64) -> Option<(MultiLineString, Vec<Polygon>)> {
    let lattice = Lattice::new(shape, count);
    if lattice.places.len() < 8 {
        return None;
    }
    let mut graph = CutGraph::new(lattice.places.len());
    for (&(column, row), &place) in &lattice.at {
        for ((right, up), share) in neighbours() {
            if let Some(&other) = lattice.at.get(&(column + right, row + up)) {
                let way = Line::new(lattice.places[place as usize], lattice.places[other as usize]);
                let cost = ground(case, way).cost() * share * lattice.step_m;
                graph.add(place, other, (cost * 1000.0).round().max(1.0) as u64);
            }
        }
    }
    let (sources, sinks) = lattice.sides();
    let (_, with_source) = graph.cut(&sources, &sinks);
    let outline = AreaIndex::new(&shape.0);
    let borders = borders(&lattice, &with_source).into_iter();
    let lines: Vec<LineString> = borders.map(|line| to_the_edge(&smooth(line), &outline, lattice.step_m)).collect();
    let parts = faces(shape, &lines);
    let largest_m2 = parts.iter().map(Area::unsigned_area).fold(0.0, f64::max);
    (largest_m2 <= (1.0 - WORTH) * shape.unsigned_area()).then_some((MultiLineString(lines), parts))
}

/// What a closing line that passes between two places would follow.
fn ground(case: &Case, between: Line) -> Ground {
    if !case.barriers.crossed(between).is_empty() {
        return Ground::Barrier;
    }
    let middle = (between.start + between.end) / 2.0;
    let half_m = between.delta().x.hypot(between.delta().y) / 2.0;
    if case.area.network.nearest(middle, half_m, |_| true, |_| true).is_some() {
        return Ground::Way;
    }
    if is_ridge(case, middle) { Ground::Ridge } else { Ground::Slope }
}

fn is_ridge(case: &Case, place: Coord) -> bool {
    let Some(grid) = &case.area.elevation else { return false };
    let ring = (0..8).filter_map(|step| {
        let (sine, cosine) = (f64::from(step) * std::f64::consts::FRAC_PI_4).sin_cos();
        grid.interpolate(place + Coord { x: cosine, y: sine } * RIDGE_RING_M)
    });
    let ring: Vec<f64> = ring.collect();
    let here = grid.interpolate(place).filter(|_| ring.len() == 8);
    here.is_some_and(|height| height - ring.iter().sum::<f64>() / 8.0 >= RIDGE_RISE_M)
}

/// The lines between the two sides, as they run between the places: from edge to edge, or from edge to clearing and on.
fn borders(lattice: &Lattice, with_source: &[bool]) -> Vec<Vec<Coord>> {
    // Corners of the lattice's squares, joined where the squares on the two sides of an edge part.
    let mut joins: BTreeMap<(i64, i64), Vec<(i64, i64)>> = BTreeMap::new();
    for (&(column, row), &place) in &lattice.at {
        let differs = |other: (i64, i64)| {
            lattice.at.get(&other).is_some_and(|other| with_source[*other as usize] != with_source[place as usize])
        };
        let mut join = |a: (i64, i64), b: (i64, i64)| {
            joins.entry(a).or_default().push(b);
            joins.entry(b).or_default().push(a);
        };
        if differs((column + 1, row)) {
            join((column + 1, row), (column + 1, row + 1));
        }
        if differs((column, row + 1)) {
            join((column, row + 1), (column + 1, row + 1));
        }
    }
    let Some((&(column, row), &place)) = lattice.at.iter().next() else { return Vec::new() };
    let origin =
        lattice.places[place as usize] - Coord { x: column as f64 + 0.5, y: row as f64 + 0.5 } * lattice.step_m;
    let corner = |(column, row): (i64, i64)| origin + Coord { x: column as f64, y: row as f64 } * lattice.step_m;
    let mut done: Vec<(i64, i64)> = Vec::new();
    let mut lines = Vec::new();
    for end in joins.iter().filter(|(_, to)| to.len() == 1).map(|(at, _)| *at) {
        if done.contains(&end) {
            continue;
        }
        let mut path = vec![end];
        let mut at = end;
        while let Some(next) = joins[&at].iter().find(|next| !path.contains(next)) {
            path.push(*next);
            at = *next;
        }
        done.push(at);
        lines.push(path.into_iter().map(corner).collect());
    }
    lines
}

/// Takes the stairs out of a line along the lattice: each vertex goes to the middle of its neighbours, a few times.
fn smooth(mut line: Vec<Coord>) -> Vec<Coord> {
    for _ in 0..4 {
        let inner = line.windows(3).map(|three| (three[0] + three[1] * 2.0 + three[2]) / 4.0);
        let mut next = vec![line[0]];
        next.extend(inner);
        next.push(line[line.len() - 1]);
        line = next;
    }
    line
}

/// The line carried on at both ends to the outline of the cell, and a little over it.
fn to_the_edge(line: &[Coord], outline: &AreaIndex, step_m: f64) -> LineString {
    const OVER_M: f64 = 0.5;
    let mut line = line.to_vec();
    for _ in 0..2 {
        let end = line[line.len() - 1];
        if let Some((at, _)) = outline.nearest(end, 4.0 * step_m) {
            let way = at - end;
            let length = way.x.hypot(way.y);
            line.push(if length > 0.0 { at + way * (OVER_M / length) } else { at });
        }
        line.reverse();
    }
    use geo::Simplify;
    LineString(line).simplify(step_m / 10.0)
}

fn row(case: &Case, cell: &str, before_hm2: f64, lines: MultiLineString, splits_hm2: f64, number: usize) -> Closing {
    let (mut length_m, mut existing_m, mut ridge_m) = (0.0, 0.0, 0.0);
    for piece in lines.0.iter().flat_map(LineString::lines) {
        let piece_m = piece.delta().x.hypot(piece.delta().y);
        let steps = (piece_m / 10.0).ceil().max(1.0);
        for step in 0..steps as u32 {
            let at = piece.start + piece.delta() * ((f64::from(step) + 0.5) / steps);
            let part_m = piece_m / steps;
            length_m += part_m;
            if !case.barriers.near(at, BESIDE_M).is_empty() {
                existing_m += part_m;
            } else if is_ridge(case, at) {
                ridge_m += part_m;
            }
        }
    }
    let build_m = whole(length_m - existing_m);
    let (length_m, existing_m, ridge_m) = (whole(length_m), whole(existing_m), whole(ridge_m));
    let longest = lines.0.iter().max_by_key(|line| line.0.len());
    let town = longest.and_then(|line| case.towns.at(middle_of(line)));
    let story = Label::new(
        format!(
            "沿这条线新建 {build_m} m 阻隔（另有 {existing_m} m 可利用现有阻隔，{ridge_m} m 走山脊），可把{cell}的 {before_hm2} hm² 一片森林分成两片，隔出 {splits_hm2:.1} hm²。走向由程序按代价最小求得，施工前须现场踏勘。"
        ),
        format!(
            "Building {build_m} m along this line (another {existing_m} m follow standing barriers, {ridge_m} m a ridge) divides a cell of \
             {before_hm2} hm², cutting off {splits_hm2:.1} hm². The line is a least-cost computation; survey it before building."
        ),
    );
    Closing {
        geometry: lines,
        name: format!("封闭线{number:02}"),
        town: case.town_name(town),
        story,
        cell: cell.to_owned(),
        before_hm2,
        length_m,
        existing_m,
        ridge_m,
        build_m,
        splits_hm2: whole(splits_hm2 * 10.0) / 10.0,
        build_m_hm2: whole(build_m / splits_hm2 * 100.0) / 100.0,
    }
}

/// This close to a barrier, a line follows it.
const BESIDE_M: f64 = 40.0;
