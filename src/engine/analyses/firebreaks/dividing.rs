//! The cheapest line that divides a part of the forest.
//!
//! The part is taken as a lattice of places. The quarter of it that lies farthest one way along its longest extent must come
//! to lie on one side, the quarter farthest the other way on the other; of all lines that do this, the minimum cut of the
//! lattice is the cheapest. What a metre costs depends on the ground ([`GroundKind`]): nothing along a barrier that stands
//! already, little along an existing way, less on a ridge than on a slope. The lattice counts lengths by the Cauchy-Crofton
//! formula over eight neighbours (Boykov and Kolmogorov 2003), true to 6 %; the line drawn is measured itself, and follows
//! the barriers it makes use of to the metre.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Area, Coord, Line, LineString, MultiLineString, MultiPolygon, Polygon};

use super::FirebreakCase;
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::faces::faces;
use fireplan_algorithms::linear_reference::locate;
use fireplan_algorithms::min_cut::CutGraph;
use fireplan_model::method_constants;

method_constants! {
    /// 封闭线两侧必须各占网格的最小比例 | Share of a cell that must come to lie on either side of a closing line
    const SIDE_SHARE: f64 = 0.25,
        because "保证分出的两片都有意义，而不是切下一角；假定值，供审查 | So that two pieces of use come about and no mere corner is cut off; an assumption, for review";
    /// 封闭线隔出面积不足网格此比例即不采用 | A closing line that cuts off less than this share of a cell is dropped
    const WORTH_SHARE: f64 = 0.1,
        because "隔出不足一成，不抵建设费用；假定值，供审查 | A tenth is not worth what the line costs; an assumption, for review";
    /// 求封闭线的最小格距 | Least spacing of the lattice in which closing lines are found
    const DIVIDING_FINEST_M: f64 = 30.0,
        because "与 30 米高程模型一致，再细没有地形依据 | A cell of a 30 m elevation model; the ground is not known more finely";
    /// 格点少于此数的网格不求封闭线 | Cells of fewer lattice points than this are not divided
    const DIVIDING_LEAST_PLACES: usize = 8,
        because "点数太少，线的走向由格网而不是地形决定 | With so few the lattice would decide where the line runs, not the ground";
    /// 封闭线化简时允许的偏移 | How far a closing line may be straightened
    const STRAIGHT_M: f64 = 1.0,
        because "远小于阻隔带宽度 | Far less than a barrier is wide";
    /// 封闭线利用现有阻隔的每米相对费用（山坡新建为 1） | Relative cost of a metre along a standing barrier (new on a slope: 1)
    const BARRIER_COST: f64 = 0.02,
        because "现有阻隔只需维护；假定值，供审查 | A standing barrier needs upkeep only; an assumption, for review";
    /// 封闭线沿现有道路的每米相对费用 | Relative cost of a metre along a road
    const WAY_COST: f64 = 0.5,
        because "机械可直接到达，路面本身计入宽度；假定值，供审查 | Machines get there and the road counts towards the width; an assumption, for review";
    /// 封闭线走山脊的每米相对费用 | Relative cost of a metre along a ridge
    const RIDGE_COST: f64 = 0.7,
        because "山脊火势减弱、植被稀疏，规划常沿山脊布线；假定值，供审查 | Fires slow down and growth is thin on ridges, where plans lay barriers by habit; an assumption, for review";
    /// 高出四周平均高程此值的地点算山脊 | Height above the mean of the places around it from which a place is on a ridge
    const RIDGE_RISE_M: f64 = 8.0,
        because "超过 30 米高程模型的误差；假定值，供审查 | More than a 30 m elevation model errs by; an assumption, for review";
    /// 判断山脊时四周取样的半径 | Distance of those places
    const RIDGE_RING_M: f64 = 150.0,
        because "约五个高程格网，能分辨山脊而不受小起伏影响；假定值，供审查 | Some five cells: a ridge shows and a hump does not; an assumption, for review";
    /// 沿现有阻隔绕行超过直线此倍数时不再沿其走 | A barrier that leads round by more than this many times the straight way is not followed
    const DETOUR_TIMES: f64 = 3.0,
        because "绕得过远的阻隔不是这条封闭线的一部分；假定值，供审查 | A longer way round is no part of this line; an assumption, for review";
    /// 封闭线平滑次数（沿现有阻隔处除外） | How often a closing line is smoothed where it follows no barrier
    const SMOOTHING_PASSES: usize = 4,
        because "四次足以消除格网的阶梯，走向基本不变 | Four take out the stairs of the lattice and leave the course";
    /// 封闭线端点延伸到林缘的最远距离，以格距计 | How many steps of the lattice a closing line is carried on to the edge of the forest
    const EDGE_REACH_STEPS: f64 = 4.0,
        because "格点离林缘不超过数步，更远说明线已通到别处 | The edge lies within some steps of the last place; farther off the line ends elsewhere";
}

/// What the ground between two places is; a metre of closing line costs more from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GroundKind {
    Barrier,
    Way,
    Ridge,
    Slope,
}

impl GroundKind {
    /// Relative cost of a metre.
    fn cost(self) -> f64 {
        match self {
            Self::Barrier => BARRIER_COST,
            Self::Way => WAY_COST,
            Self::Ridge => RIDGE_COST,
            Self::Slope => 1.0,
        }
    }
}

/// The places of a cell, by column and row.
struct CellLattice {
    step_m: f64,
    places: Vec<Coord>,
    at: BTreeMap<(i64, i64), u32>,
}

impl CellLattice {
    fn new(shape: &MultiPolygon, count: f64) -> Self {
        use geo::BoundingRect;
        let step_m = (shape.unsigned_area() / count).sqrt().max(DIVIDING_FINEST_M);
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
        let side = ((count * SIDE_SHARE) as usize).max(1);
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
pub(super) fn closing(
    case: &FirebreakCase,
    shape: &MultiPolygon,
    count: f64,
) -> Option<(MultiLineString, Vec<Polygon>)> {
    let lattice = CellLattice::new(shape, count);
    if lattice.places.len() < DIVIDING_LEAST_PLACES {
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
    let borders = borders(&lattice, &with_source);
    let traced = borders.iter().map(|border| trace(case, &lattice, border));
    let lines: Vec<LineString> = traced.map(|line| to_the_edge(line, &outline, lattice.step_m)).collect();
    let parts = faces(shape, &lines);
    let largest_m2 = parts.iter().map(Area::unsigned_area).fold(0.0, f64::max);
    (largest_m2 <= (1.0 - WORTH_SHARE) * shape.unsigned_area()).then_some((MultiLineString(lines), parts))
}

/// What a closing line that passes between two places would follow.
fn ground(case: &FirebreakCase, between: Line) -> GroundKind {
    if !case.barriers.crossed(between).is_empty() {
        return GroundKind::Barrier;
    }
    let middle = (between.start + between.end) / 2.0;
    let half_m = between.delta().x.hypot(between.delta().y) / 2.0;
    if case.area.network.nearest(middle, half_m, |_| true, |_| true).is_some() {
        return GroundKind::Way;
    }
    if is_ridge(case, middle) { GroundKind::Ridge } else { GroundKind::Slope }
}

pub(super) fn is_ridge(case: &FirebreakCase, place: Coord) -> bool {
    let Some(grid) = &case.area.elevation else { return false };
    let ring = (0..8).filter_map(|step| {
        let (sine, cosine) = (f64::from(step) * std::f64::consts::FRAC_PI_4).sin_cos();
        grid.interpolate(place + Coord { x: cosine, y: sine } * RIDGE_RING_M)
    });
    let ring: Vec<f64> = ring.collect();
    let here = grid.interpolate(place).filter(|_| ring.len() == 8);
    here.is_some_and(|height| height - ring.iter().sum::<f64>() / 8.0 >= RIDGE_RISE_M)
}

/// A corner of the lattice's squares, by column and row: that of the place with the same numbers, south-west.
type Corner = (i64, i64);

/// The lines between the two sides, as they run between the places: from edge to edge, or from edge to clearing and on.
fn borders(lattice: &CellLattice, with_source: &[bool]) -> Vec<Vec<Corner>> {
    // Corners joined where the squares on the two sides of an edge part.
    let mut joins: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    for (&(column, row), &place) in &lattice.at {
        let differs = |other: (i64, i64)| {
            lattice.at.get(&other).is_some_and(|other| with_source[*other as usize] != with_source[place as usize])
        };
        let mut join = |a: Corner, b: Corner| {
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
    let mut done: BTreeSet<Corner> = BTreeSet::new();
    let mut lines = Vec::new();
    for end in joins.iter().filter(|(_, to)| to.len() == 1).map(|(at, _)| *at) {
        if done.contains(&end) {
            continue;
        }
        let (mut path, mut passed) = (vec![end], BTreeSet::from([end]));
        let mut at = end;
        while let Some(next) = joins[&at].iter().find(|next| !passed.contains(next)) {
            path.push(*next);
            passed.insert(*next);
            at = *next;
        }
        done.insert(at);
        lines.push(path);
    }
    lines
}

/// A vertex of a closing line, and the barrier it lies on if there is one to follow.
#[derive(Clone, Copy)]
struct Anchor {
    at: Coord,
    barrier: Option<u32>,
}

/// The line along a border: on barriers where the border passes between places that one divides, else half-way between
/// the places, without the stairs of the lattice.
fn trace(case: &FirebreakCase, lattice: &CellLattice, border: &[Corner]) -> Vec<Coord> {
    let mut anchors: Vec<Anchor> = Vec::new();
    for pair in border.windows(2) {
        let last = anchors.last().and_then(|anchor| anchor.barrier);
        anchors.extend(parted(lattice, pair[0], pair[1]).map(|between| anchor(case, between, last)));
    }
    smooth(&mut anchors);
    let mut line: Vec<Coord> = anchors.first().map(|first| first.at).into_iter().collect();
    for pair in anchors.windows(2) {
        if let (Some(barrier), true) = (pair[0].barrier, pair[0].barrier == pair[1].barrier) {
            line.extend(along(&case.barriers.list[barrier as usize].line.0, pair[0].at, pair[1].at));
        }
        line.push(pair[1].at);
    }
    line
}

/// The two places that a step from corner to corner parts.
fn parted(lattice: &CellLattice, a: Corner, b: Corner) -> Option<Line> {
    let (column, row) = (a.0.min(b.0), a.1.min(b.1));
    let others = if a.0 == b.0 { [(column - 1, row), (column, row)] } else { [(column, row - 1), (column, row)] };
    let [before, after] = others.map(|at| lattice.at.get(&at));
    Some(Line::new(lattice.places[*before? as usize], lattice.places[*after? as usize]))
}

/// Where a line passes between two places: on the barrier between them, best the one it follows already.
fn anchor(case: &FirebreakCase, between: Line, last: Option<u32>) -> Anchor {
    let middle = (between.start + between.end) / 2.0;
    let crossed: Vec<u32> = case.barriers.crossed(between).iter().map(|crossed| crossed.barrier).collect();
    let half_m = between.delta().x.hypot(between.delta().y) / 2.0;
    let near: Vec<(u32, Coord, f64)> = if crossed.is_empty() { Vec::new() } else { case.barriers.near(middle, half_m) };
    let mut on = near.iter().filter(|(barrier, ..)| crossed.contains(barrier));
    let followed = on.clone().find(|(barrier, ..)| Some(*barrier) == last).or_else(|| on.next());
    followed
        .map_or(Anchor { at: middle, barrier: None }, |(barrier, at, _)| Anchor { at: *at, barrier: Some(*barrier) })
}

/// Takes the stairs out of what follows no barrier: each vertex goes to the middle of its neighbours, a few times.
fn smooth(anchors: &mut [Anchor]) {
    for _ in 0..SMOOTHING_PASSES {
        let moved: Vec<Coord> =
            anchors.windows(3).map(|three| (three[0].at + three[1].at * 2.0 + three[2].at) / 4.0).collect();
        for (anchor, moved) in anchors.iter_mut().skip(1).zip(moved) {
            if anchor.barrier.is_none() {
                anchor.at = moved;
            }
        }
    }
}

/// The vertices of a barrier between two places on it.
fn along(barrier: &[Coord], from: Coord, to: Coord) -> Vec<Coord> {
    let (Some(start), Some(end)) = (locate(barrier, from), locate(barrier, to)) else { return Vec::new() };
    let (start_m, end_m) = (start.chainage, end.chainage);
    if (end_m - start_m).abs() > DETOUR_TIMES * (to.x - from.x).hypot(to.y - from.y) {
        return Vec::new();
    }
    let (low_m, high_m) = (start_m.min(end_m), start_m.max(end_m));
    let mut at_m = 0.0;
    let mut vertices = Vec::new();
    for pair in barrier.windows(2) {
        at_m += (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y);
        if low_m < at_m && at_m < high_m {
            vertices.push(pair[1]);
        }
    }
    if end_m < start_m {
        vertices.reverse();
    }
    vertices
}

/// The line carried on at both ends to the outline of the cell, and a little over it.
fn to_the_edge(mut line: Vec<Coord>, outline: &AreaIndex, step_m: f64) -> LineString {
    // The line is drawn this far past the outline, so that it crosses it and cuts the cell.
    const OVER_M: f64 = 0.5;
    for _ in 0..2 {
        let Some(&end) = line.last() else { break };
        if let Some((at, _)) = outline.nearest(end, EDGE_REACH_STEPS * step_m) {
            let way = at - end;
            let length = way.x.hypot(way.y);
            line.push(if length > 0.0 { at + way * (OVER_M / length) } else { at });
        }
        line.reverse();
    }
    use geo::Simplify;
    LineString(line).simplify(STRAIGHT_M)
}
