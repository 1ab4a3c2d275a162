//! The cheapest line that divides a part of the forest.
//!
//! The part is taken as a lattice of places. The quarter of it that lies farthest one way along its longest extent must come
//! to lie on one side, the quarter farthest the other way on the other; of all lines that do this, the minimum cut of the
//! lattice is the cheapest. What a metre costs depends on the ground ([`GroundKind`]): nothing along a barrier that stands
//! already, little along an existing way, less on a ridge than on a slope. The lattice counts lengths by the Cauchy-Crofton
//! formula over eight neighbours (Boykov and Kolmogorov 2003), true to 6 %; the line drawn is measured itself, and follows
//! the barriers it makes use of to the metre.

use std::collections::BTreeMap;

use geo::{Area, Coord, Euclidean, Length, Line, LineString, MultiLineString, MultiPolygon, Polygon};

use super::FirebreakCase;
use super::tracing::{borders, to_the_edge, trace};
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::faces::faces;
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
    pub(super) const STRAIGHT_M: f64 = 1.0,
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
    pub(super) const DETOUR_TIMES: f64 = 3.0,
        because "绕得过远的阻隔不是这条封闭线的一部分；假定值，供审查 | A longer way round is no part of this line; an assumption, for review";
    /// 封闭线平滑次数（沿现有阻隔处除外） | How often a closing line is smoothed where it follows no barrier
    pub(super) const SMOOTHING_PASSES: usize = 4,
        because "四次足以消除格网的阶梯，走向基本不变 | Four take out the stairs of the lattice and leave the course";
    /// 封闭线端点延伸到林缘的最远距离，以格距计 | How many steps of the lattice a closing line is carried on to the edge of the forest
    pub(super) const EDGE_REACH_STEPS: f64 = 4.0,
        because "格点离林缘不超过数步，更远说明线已通到别处 | The edge lies within some steps of the last place; farther off the line ends elsewhere";
}

/// What the ground between two places is, in order of the cost of a metre of closing line.
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
pub(super) struct CellLattice {
    step_m: f64,
    /// The places inside the cell.
    pub places: Vec<Coord>,
    /// Number of the place in a column and row.
    pub at: BTreeMap<(i64, i64), u32>,
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
    let lines = traced.map(|line| to_the_edge(line, &outline, lattice.step_m));
    // A border that touches the outline with both ends at one place divides nothing and has no length.
    let lines: Vec<LineString> = lines.filter(|line| Euclidean.length(line) > 0.0).collect();
    if lines.is_empty() {
        return None;
    }
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
