//! Dead ends inside villages that are too long to back out of, and whether there is room for a turnaround.

use geo::{Coord, Intersects, LinesIter, Point, Rect};
use rstar::{AABB, RTree};

use super::ways::Reading;
use super::{Run, describe};
use crate::area::{Access, RoadClass};
use crate::codes;
use crate::row;
use crate::rows::Label;

codes! {
    /// Whether a turnaround fits at the end of a road.
    pub enum Room {
        /// 有空地，是否硬化待核 | Room; whether it is firm is undetermined
        Undetermined = "undetermined",
        /// 建筑密集，无处设回车场 | No room between the buildings
        NoRoom = "no_room",
    }
}

row! {
    /// 过长的尽头路 | Dead ends that need a turnaround
    pub struct DeadEnd {
        geometry: Point,
        /// 道路 | Road
        name: String,
        /// 说明 | In words
        story: Label,
        /// 尽头路长度 | Length
        length_m: f64,
        /// 回车场地 | Turnaround
        room: Room,
        /// 乡镇街道 | Town
        town: String,
        /// 附近建筑 | Buildings near its end
        buildings: u32,
        /// 道路编号 | Id of the road
        source_id: String,
    }
}

/// Squares are tried this far around the end of the road.
const AROUND_M: f64 = 12.0;

/// Dead ends that a standard truck gets into, longer than the limit, with buildings at them.
pub fn dead_ends(run: &Run) -> Vec<DeadEnd> {
    let network = &run.area.network;
    let mut meets: Vec<Vec<u32>> = vec![Vec::new(); network.nodes.len()];
    for (number, segment) in network.segments.iter().enumerate() {
        let road = &run.area.layers.roads[segment.road as usize];
        if road.class != RoadClass::Path && road.access != Access::Closed {
            meets[segment.from as usize].push(number as u32);
            meets[segment.to as usize].push(number as u32);
        }
    }
    let walls = Walls::new(run);
    let ends = (0..network.nodes.len() as u32).filter(|node| meets[*node as usize].len() == 1);
    ends.filter_map(|node| dead_end(run, &meets, &walls, node)).collect()
}

fn dead_end(run: &Run, meets: &[Vec<u32>], walls: &Walls, end: u32) -> Option<DeadEnd> {
    let network = &run.area.network;
    let last = meets[end as usize][0];
    if !run.fleets[0].reaches(last, Reading::Possible) {
        return None;
    }
    let (mut node, mut by, mut length_m) = (end, last, 0.0);
    loop {
        let segment = &network.segments[by as usize];
        length_m += segment.length_m;
        node = if segment.from == node { segment.to } else { segment.from };
        match meets[node as usize].as_slice() {
            [a, b] if a != b => by = if *a == by { *b } else { *a },
            _ => break,
        }
    }
    let limit = &run.rules.fire_lane.dead_end_m;
    let at = network.nodes[end as usize];
    let half_m = run.rules.fire_lane.lane_spacing_m.value / 2.0;
    let buildings = walls.near(at, half_m);
    // Where nobody lives near the end, no truck stands there.
    if limit.op.holds(length_m, limit.value) || buildings == 0 {
        return None;
    }
    let side_m = run.rules.fire_lane.turnaround_m.value;
    let room = if walls.has_room(at, side_m) { Room::Undetermined } else { Room::NoRoom };
    let road = run.road_of(last);
    let (what, length, side) = (describe::road(road), describe::number(length_m.round()), describe::number(side_m));
    let story = match room {
        Room::Undetermined => Label::new(
            format!(
                "{}的尽头路长{length}米（规定{}），应设{side}×{side}米回车场；尽头附近有空地，是否硬化待核。",
                what.zh,
                limit.bound()
            ),
            format!(
                "{}: a dead end of {length} m, limit {}; it needs a turnaround of {side} × {side} m. There is room near its end; whether it is firm is undetermined.",
                what.en,
                limit.bound()
            ),
        ),
        Room::NoRoom => Label::new(
            format!(
                "{}的尽头路长{length}米（规定{}），应设{side}×{side}米回车场；尽头四周都是房屋，放不下，车只能倒出。",
                what.zh,
                limit.bound()
            ),
            format!(
                "{}: a dead end of {length} m, limit {}; a turnaround of {side} × {side} m does not fit between the buildings, and a truck must back out.",
                what.en,
                limit.bound()
            ),
        ),
    };
    Some(DeadEnd {
        geometry: Point(at),
        name: what.zh,
        story,
        length_m: length_m.round(),
        room,
        town: run.town_name(run.towns.at(at)),
        buildings,
        source_id: road.source_id.clone(),
    })
}

/// Where buildings stand.
struct Walls {
    walls: RTree<rstar::primitives::Line<[f64; 2]>>,
    middles: RTree<[f64; 2]>,
}

impl Walls {
    fn new(run: &Run) -> Self {
        let buildings = || run.area.layers.buildings.iter().map(|building| &building.geometry);
        let walls = buildings().flat_map(|building| building.lines_iter());
        let walls =
            walls.map(|wall| rstar::primitives::Line::new([wall.start.x, wall.start.y], [wall.end.x, wall.end.y]));
        let middles = buildings().filter_map(geo::Centroid::centroid).map(|at| [at.x(), at.y()]);
        Self { walls: RTree::bulk_load(walls.collect()), middles: RTree::bulk_load(middles.collect()) }
    }

    fn near(&self, at: Coord, limit_m: f64) -> u32 {
        self.middles.locate_within_distance([at.x, at.y], limit_m * limit_m).count() as u32
    }

    /// Whether a square of this side that touches the end of the road holds no wall.
    fn has_room(&self, end: Coord, side_m: f64) -> bool {
        let steps = || (-2..=2).map(|step| f64::from(step) * AROUND_M / 2.0);
        steps().flat_map(|x| steps().map(move |y| Coord { x, y })).any(|shift| self.is_free(end + shift, side_m))
    }

    fn is_free(&self, middle: Coord, side_m: f64) -> bool {
        let half = Coord { x: side_m / 2.0, y: side_m / 2.0 };
        let square = Rect::new(middle - half, middle + half);
        let envelope = AABB::from_corners([square.min().x, square.min().y], [square.max().x, square.max().y]);
        !self.walls.locate_in_envelope_intersecting(&envelope).any(|wall| {
            let wall =
                geo::Line::new(Coord { x: wall.from[0], y: wall.from[1] }, Coord { x: wall.to[0], y: wall.to[1] });
            square.intersects(&wall)
        })
    }
}
