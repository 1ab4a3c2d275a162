//! Which stretches of a new road are drawn over roads that are there: they are that road, and add nothing.

use geo::{Coord, Line, LineString};

use super::join_road::{foot, reaches, square};
use super::joinable::can_join;
use fireplan_model::layers::{Road, RoadClass};
use fireplan_model::method_constants;

method_constants! {
    /// 新路与现有道路中线相距不超过此值且同向，即画在该路上 | A new road runs on a road within this distance of its middle and in its direction
    const DRAWN_OVER_M: f64 = 5.0,
        because "小于两条并行道路中线的最小间距（各宽 4 米并留路肩），大于沿图上道路手绘的偏差；假定值，供审查 | Less than the middles of two roads side by side are apart, more than somebody who follows a road on the map is off; an assumption, for review";
    /// 画在现有道路上不足此长度的一段不作重合 | A stretch on a road shorter than this is a crossing or a junction, not a road drawn over another
    const STRETCH_M: f64 = 25.0,
        because "与路端相接的距离相同：斜交路口附近两路也会相距很近 | As far as ends are joined: near a junction at a sharp angle two roads run close together, too";
}

/// Steps along a new road at which it is looked at.
const STEP_M: f64 = 5.0;
/// The sine of the greatest angle between roads of one direction: 20°.
const SKEW: f64 = 0.342;

/// What a new road is, stretch by stretch.
pub(super) struct Stretches {
    /// What it adds, each a line of its own.
    pub new: Vec<LineString>,
    /// The roads that it is drawn over, each with the length in metres and a place on it.
    pub over: Vec<(usize, f64, Coord)>,
}

/// A place along the new road, and the road that it is drawn over there.
struct Step {
    at: Coord,
    /// Whether the line was drawn with a vertex here.
    is_vertex: bool,
    along_m: f64,
    on: Option<usize>,
}

/// Takes the stretches out of a new road that are drawn over roads that are there.
pub(super) fn take_out(roads: &[Road], new: &Road) -> Stretches {
    let steps = steps_of(roads, new);
    // What is left between two of them, or at an end, is the inaccuracy of a hand.
    let is_scrap = |from: usize, to: usize| steps[to].along_m - steps[from].along_m < 2.0 * DRAWN_OVER_M;
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for (from, to, road) in runs_of(&steps) {
        match runs.last_mut().filter(|before| is_scrap(before.1, from)) {
            Some(before) => before.1 = to,
            None => runs.push((from, to, road)),
        }
    }
    runs.retain(|(from, to, _)| steps[*to].along_m - steps[*from].along_m >= STRETCH_M);
    let last = steps.len().saturating_sub(1);
    let mut over = Vec::new();
    let mut fresh = Vec::new();
    let mut done = 0;
    for (from, to, road) in runs {
        if from > done && !is_scrap(done, from) {
            fresh.push((done, from));
        }
        over.push((road, steps[to].along_m - steps[from].along_m, steps[from].at));
        done = to;
    }
    if over.is_empty() {
        return Stretches { new: vec![new.geometry.clone()], over };
    }
    if done < last && !is_scrap(done, last) {
        fresh.push((done, last));
    }
    let line = |(from, to): (usize, usize)| {
        let kept = (from..=to).filter(|at| *at == from || *at == to || steps[*at].is_vertex);
        LineString(kept.map(|at| steps[at].at).collect())
    };
    Stretches { new: fresh.into_iter().map(line).collect(), over }
}

fn steps_of(roads: &[Road], new: &Road) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut so_far_m = 0.0;
    for piece in new.geometry.lines() {
        let length_m = square(piece.delta()).sqrt();
        if length_m == 0.0 {
            continue;
        }
        let near: Vec<usize> = (0..roads.len())
            .filter(|at| can_be(new, &roads[*at]) && reaches(&roads[*at], piece.start, piece.end, DRAWN_OVER_M))
            .collect();
        let count = (length_m / STEP_M).ceil() as usize;
        for step in usize::from(!steps.is_empty())..=count {
            let share = step as f64 / count as f64;
            let at = piece.start + piece.delta() * share;
            let on = near.iter().copied().find(|road| runs_on(&roads[*road], piece, at));
            let is_vertex = step == 0 || step == count;
            steps.push(Step { at, is_vertex, along_m: so_far_m + share * length_m, on });
        }
        so_far_m += length_m;
    }
    steps
}

/// The runs of steps on one road: first and last step, and the road.
fn runs_of(steps: &[Step]) -> Vec<(usize, usize, usize)> {
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let Some(road) = step.on else { continue };
        match runs.last_mut() {
            Some((from, to, on)) if *to + 1 == at => {
                // Over several roads of one street a run goes on, and is told as the one that it is longest on.
                if *on != road && steps[at].along_m - steps[*from].along_m < STRETCH_M {
                    *on = road;
                }
                *to = at;
            }
            _ => runs.push((at, at, road)),
        }
    }
    runs
}

/// Whether the new road can be this one: at grade, where both can be driven, or a bridge on a bridge.
fn can_be(new: &Road, road: &Road) -> bool {
    if new.bridge {
        return road.bridge;
    }
    can_join(new, road) && (road.class != RoadClass::Path || new.class == RoadClass::Path)
}

/// Whether a place of a piece of the new road lies on the road, in its direction.
fn runs_on(road: &Road, piece: Line, at: Coord) -> bool {
    let along = piece.delta();
    road.geometry.lines().any(|there| {
        let way = there.delta();
        let turn = (along.x * way.y - along.y * way.x).abs();
        square(foot(there, at) - at) <= DRAWN_OVER_M * DRAWN_OVER_M
            && turn <= SKEW * (square(along) * square(way)).sqrt()
    })
}
