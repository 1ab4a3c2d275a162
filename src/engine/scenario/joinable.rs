//! Where the end of a new road can be joined to the roads that are there.

use geo::Coord;

use super::join_road::{VERTEX_M, foot, near, reaches, square};
use fireplan_model::layers::{Access, Road, RoadClass};
use fireplan_model::network::running_level;

/// Whether a road of this class may end on a motorway: other motorways and ramps do.
pub(super) fn joins_motorways(new: &Road) -> bool {
    matches!(new.class, RoadClass::Motorway | RoadClass::Link)
}

/// Whether the classes of the two may meet at grade: a motorway meets motorways and ramps only.
fn classes_meet(new: &Road, road: &Road) -> bool {
    let is_motorway = |one: &Road| one.class == RoadClass::Motorway;
    (!is_motorway(road) || joins_motorways(new)) && (!is_motorway(new) || joins_motorways(road))
}

/// Whether an end of the new road can be joined to the side of a road: at grade, and motorways only to motorways and ramps.
pub(super) fn can_join(new: &Road, road: &Road) -> bool {
    road.access != Access::Closed && classes_meet(new, road) && !road.bridge && !road.tunnel && running_level(road) == 0
}

/// The nearest place within reach at which the end can be joined, the road, and the vertex behind which it lies: on a road
/// at grade, or at the loose end of a bridge or tunnel, which waits to be continued.
pub(super) fn nearest_joinable(roads: &[Road], new: &Road, end: Coord, within_m: f64) -> Option<(Coord, usize, usize)> {
    let side = nearest_on(roads, end, within_m, |road| can_join(new, road));
    let loose = nearest_loose_end(roads, new, end, within_m);
    let far = |found: &(Coord, usize, usize)| square(found.0 - end);
    match (side, loose) {
        (Some(side), Some(loose)) => Some(if far(&loose) < far(&side) { loose } else { side }),
        (side, loose) => side.or(loose),
    }
}

/// The nearest point within reach on roads of some kind.
pub(super) fn nearest_on(
    roads: &[Road],
    end: Coord,
    within_m: f64,
    is_meant: impl Fn(&Road) -> bool,
) -> Option<(Coord, usize, usize)> {
    let mut best: Option<(Coord, usize, usize)> = None;
    let mut best_m = within_m;
    for (number, road) in roads.iter().enumerate() {
        if !reaches(road, end, end, best_m) || !is_meant(road) {
            continue;
        }
        for (vertex, piece) in road.geometry.lines().enumerate() {
            let at = foot(piece, end);
            let far_m = square(at - end).sqrt();
            if far_m < best_m || (far_m <= best_m && best.is_none()) {
                (best, best_m) = (Some((at, number, vertex)), far_m);
            }
        }
    }
    best
}

/// The nearest end of a bridge, tunnel or raised road at which no other road is.
fn nearest_loose_end(roads: &[Road], new: &Road, end: Coord, within_m: f64) -> Option<(Coord, usize, usize)> {
    let raised = |road: &Road| {
        road.access != Access::Closed
            && classes_meet(new, road)
            && (road.bridge || road.tunnel || running_level(road) != 0)
    };
    let mut best: Option<(Coord, usize, usize)> = None;
    let mut best_m = within_m;
    for (number, road) in roads.iter().enumerate() {
        if !reaches(road, end, end, best_m) || !raised(road) {
            continue;
        }
        let last = road.geometry.0.len() - 1;
        for (vertex, at) in [(0, road.geometry.0[0]), (last.saturating_sub(1), road.geometry.0[last])] {
            let far_m = square(at - end).sqrt();
            if far_m < best_m && is_loose(roads, number, at) {
                (best, best_m) = (Some((at, number, vertex)), far_m);
            }
        }
    }
    best
}

/// Whether no other road has a vertex there.
fn is_loose(roads: &[Road], own: usize, at: Coord) -> bool {
    let others = roads.iter().enumerate().filter(|(number, road)| *number != own && reaches(road, at, at, VERTEX_M));
    !others.flat_map(|(_, road)| &road.geometry.0).any(|vertex| near(*vertex, at))
}
