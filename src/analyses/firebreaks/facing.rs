//! Which stretches of forest edge face a settlement.
//!
//! A piece of edge faces a settlement when the straight line from its middle to the settlement's nearest place is no
//! longer than the facing distance, leaves the forest where it starts (not merely grazing the edge), meets no other forest edge
//! on its way, and does not cross open water as wide as the rules say. Of several, an urban area decides, else the nearest; where both could, the wider zone holds.

use geo::{Coord, Geometry, Line, LineString, Polygon};
use rayon::prelude::*;

use super::Firebreaks;
use super::settlements::Settlements;
use super::woods::{Piece, Woods, length_m, runs};
use crate::algorithms::area_index::AreaIndex;
use crate::algorithms::dissolve::dissolve;
use crate::analyses::places::{is_open_water, lines_of};
use crate::area::{BuiltUpKind, StudyArea};
use crate::rules::Rules;

/// What a piece of edge faces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Facing {
    pub settlement: usize,
    pub urban: bool,
    pub distance_m: f64,
}

/// Water that may lie between.
struct Between {
    areas: AreaIndex,
    /// Rivers known by their line and width only.
    lines: Vec<(LineString, f64)>,
    wide_m: f64,
}

impl Between {
    fn new(area: &StudyArea, wide_m: f64) -> Self {
        let (mut areas, mut lines): (Vec<Polygon>, _) = (Vec::new(), Vec::new());
        for water in area.layers.water_sources.iter().filter(|water| is_open_water(water.kind)) {
            match &water.geometry {
                Geometry::Polygon(polygon) => areas.push(polygon.clone()),
                Geometry::MultiPolygon(polygons) => areas.extend(polygons.0.iter().cloned()),
                Geometry::LineString(line) => lines.extend(water.width_m.map(|width_m| (line.clone(), width_m))),
                _ => {}
            }
        }
        lines.retain(|(_, width_m)| *width_m >= wide_m);
        // Water bodies may be mapped over one another; together they are one.
        let areas = dissolve(&areas).0;
        Self { areas: AreaIndex::new(&areas), lines, wide_m }
    }

    fn parts(&self, line: Line) -> bool {
        self.areas.inside_m(line) >= self.wide_m
            || self.lines.iter().any(|(river, _)| {
                lines_of(&Geometry::LineString(river.clone()))
                    .iter()
                    .any(|piece| geo::line_intersection::line_intersection(*piece, line).is_some())
            })
    }
}

/// Pieces start this far outside their own edge when they look around.
const STEP_OUT_M: f64 = 0.05;

/// Cosine between the way and the outward normal below which a piece does not face what it sees: 84°, along the edge.
const GRAZING: f64 = 0.1;

/// Per piece, what it faces; short unseen bits between stretches of one kind belong to them.
pub(super) fn facing(
    question: &Firebreaks,
    area: &StudyArea,
    rules: &Rules,
    woods: &Woods,
    settlements: &Settlements,
    pieces: &[Piece],
) -> Vec<Option<Facing>> {
    let between = Between::new(area, rules.firebreak.open_water_m.value);
    let see = |piece: &Piece| look(question, woods, settlements, &between, piece);
    let mut facing: Vec<Option<Facing>> = pieces.par_iter().map(see).collect();
    bridge(question.bridge_m, pieces, &mut facing);
    facing
}

fn look(
    question: &Firebreaks,
    woods: &Woods,
    settlements: &Settlements,
    between: &Between,
    piece: &Piece,
) -> Option<Facing> {
    let (middle, inward) = (piece.middle(), piece.inward());
    let reach_m = question.facing_urban_m.max(question.facing_m);
    let near = settlements.around(middle, reach_m).into_iter().filter_map(|number| {
        let settlement = &settlements.list[number];
        let urban = settlement.kind == BuiltUpKind::Urban;
        let within_m = if urban { question.facing_urban_m } else { question.facing_m };
        let (at, distance_m) = settlement.nearest(middle, within_m)?;
        Some((at, Facing { settlement: number, urban, distance_m }))
    });
    let mut near: Vec<(Coord, Facing)> = near.collect();
    near.sort_by(|a, b| (!a.1.urban, a.1.distance_m).partial_cmp(&(!b.1.urban, b.1.distance_m)).expect("finite"));
    let start = middle - inward * STEP_OUT_M;
    near.into_iter().map(|(at, facing)| (at - start, at, facing)).find_map(|(way, at, facing)| {
        let outward = -(way.x * inward.x + way.y * inward.y) >= GRAZING * way.x.hypot(way.y);
        let sees = facing.distance_m <= STEP_OUT_M || (outward && woods.index.is_clear(Line::new(start, at)));
        (sees && !between.parts(Line::new(start, at))).then_some(facing)
    })
}

/// Closes short unseen runs between two seen ones of the same kind.
fn bridge(bridge_m: f64, pieces: &[Piece], facing: &mut [Option<Facing>]) {
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
