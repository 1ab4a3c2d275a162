//! Which stretches of forest edge face a settlement.
//!
//! A piece of edge faces a settlement when the straight line from its middle to the settlement's nearest place, or where
//! that is hidden to another place along its outline, is no longer than the facing distance, leaves the forest where it
//! starts (not merely grazing the edge), meets no other forest edge on its way, and does not cross open water as wide as
//! the rules say. Of several settlements an urban area decides, else the nearest: so that where both could, the wider zone
//! holds.

use geo::line_intersection::line_intersection;
use geo::{Coord, Geometry, Line, Polygon};
use rayon::prelude::*;
use rstar::{AABB, RTree};

use super::Firebreaks;
use super::settlements::Settlements;
use super::woods::{EdgePiece, Woods, length_m, runs};
use crate::response::places::{is_open_water, lines_of};
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::BuiltUpKind;
use fireplan_model::method_constants;
use fireplan_model::rules::Rules;

/// What a piece of edge faces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Facing {
    pub settlement: usize,
    pub urban: bool,
    pub distance_m: f64,
}

/// Water that may lie between a forest edge and a settlement.
struct Between {
    areas: AreaIndex,
    /// Rivers known by their line and width only, those wide enough, piece by piece.
    rivers: RTree<rstar::primitives::Line<[f64; 2]>>,
    wide_m: f64,
}

impl Between {
    fn new(area: &StudyArea, wide_m: f64) -> Self {
        let (mut areas, mut rivers): (Vec<Polygon>, _) = (Vec::new(), Vec::new());
        for water in area.layers.water_sources.iter().filter(|water| is_open_water(water)) {
            match &water.geometry {
                Geometry::Polygon(polygon) => areas.push(polygon.clone()),
                Geometry::MultiPolygon(polygons) => areas.extend(polygons.0.iter().cloned()),
                line if water.width_m.is_some_and(|width_m| width_m >= wide_m) => rivers.extend(lines_of(line)),
                _ => {}
            }
        }
        // Water bodies may be mapped over one another; together they are one.
        let areas = dissolve(&areas).0;
        let piece = |line: Line| rstar::primitives::Line::new([line.start.x, line.start.y], [line.end.x, line.end.y]);
        Self {
            areas: AreaIndex::new(&areas),
            rivers: RTree::bulk_load(rivers.into_iter().map(piece).collect()),
            wide_m,
        }
    }

    fn parts(&self, line: Line) -> bool {
        let around = AABB::from_corners([line.start.x, line.start.y], [line.end.x, line.end.y]);
        let crosses = |piece: &rstar::primitives::Line<[f64; 2]>| {
            line_intersection(line, Line::new(Coord::from(piece.from), Coord::from(piece.to))).is_some()
        };
        self.areas.inside_m(line) >= self.wide_m || self.rivers.locate_in_envelope_intersecting(&around).any(crosses)
    }
}

method_constants! {
    /// 视线自林缘外此距离起算 | How far outside its own edge a line of sight starts
    const STEP_OUT_M: f64 = 0.05,
        because "避免视线与自身林缘相交，远小于测绘精度 | So that it does not cross its own edge; far below what edges are surveyed to";
    /// 视线与林缘外法线夹角的余弦小于此值（约 84°）不算面向 | Cosine of the angle to the outward normal below which an edge does not face what it sees (84°)
    const GRAZING_COSINE: f64 = 0.1,
        because "几乎与林缘平行的方向不是火向外蔓延的方向；假定值，供审查 | All but along the edge is not how a fire leaves the forest; an assumption, for review";
}

/// Per piece, what it faces; short unseen bits between stretches of one kind belong to them.
pub(super) fn facing(
    question: &Firebreaks,
    area: &StudyArea,
    rules: &Rules,
    woods: &Woods,
    settlements: &Settlements,
    pieces: &[EdgePiece],
) -> Vec<Option<Facing>> {
    let between = Between::new(area, rules.firebreak.open_water_m.value);
    let see = |piece: &EdgePiece| look(question, woods, settlements, &between, piece);
    let mut facing: Vec<Option<Facing>> = pieces.par_iter().map(see).collect();
    bridge(question.bridge_m, pieces, &mut facing);
    facing
}

fn look(
    question: &Firebreaks,
    woods: &Woods,
    settlements: &Settlements,
    between: &Between,
    piece: &EdgePiece,
) -> Option<Facing> {
    let (middle, inward) = (piece.middle(), piece.inward());
    let reach_m = question.facing_urban_m.max(question.facing_m);
    let start = middle - inward * STEP_OUT_M;
    let outward = |(at, distance_m): (Coord, f64)| {
        let way = at - start;
        distance_m <= STEP_OUT_M || -(way.x * inward.x + way.y * inward.y) >= GRAZING_COSINE * way.x.hypot(way.y)
    };
    let clear = |(at, distance_m): (Coord, f64)| {
        let line = Line::new(start, at);
        (distance_m <= STEP_OUT_M || woods.index.is_clear(line)) && !between.parts(line)
    };
    let near = settlements.around(middle, reach_m).into_iter().filter_map(|number| {
        let urban = settlements.list[number].kind == BuiltUpKind::Urban;
        let within_m = if urban { question.facing_urban_m } else { question.facing_m };
        let (_, distance_m) = settlements.list[number].nearest(middle, within_m)?;
        Some((!urban, distance_m, number, within_m))
    });
    let mut near: Vec<(bool, f64, usize, f64)> = near.collect();
    near.sort_by(|a, b| a.partial_cmp(b).expect("distances are finite"));
    near.into_iter().find_map(|(other, _, settlement, within_m)| {
        let places = settlements.list[settlement].places(middle, within_m);
        // What lies along the edge is not faced; what is only hidden may be seen past what hides it.
        let faced = places.first().is_some_and(|nearest| outward(*nearest));
        let seen = places.into_iter().find(|place| faced && outward(*place) && clear(*place));
        seen.map(|(_, distance_m)| Facing { settlement, urban: !other, distance_m })
    })
}

/// Closes short unseen runs between two seen ones of the same kind.
fn bridge(bridge_m: f64, pieces: &[EdgePiece], facing: &mut [Option<Facing>]) {
    let unseen = runs(pieces, |number| facing[number].is_none().then_some(()));
    for run in unseen {
        if length_m(pieces, &run) > bridge_m {
            continue;
        }
        let ring = |number: usize| (pieces[number].forest, pieces[number].ring);
        let beside = |number: Option<usize>| {
            number.filter(|at| *at < pieces.len() && ring(*at) == ring(run[0])).and_then(|at| facing[at])
        };
        let (before, after) = (beside(run[0].checked_sub(1)), beside(Some(run[run.len() - 1] + 1)));
        if let (Some(before), Some(after)) = (before, after)
            && before.urban == after.urban
        {
            run.iter().for_each(|number| facing[*number] = Some(before));
        }
    }
}
