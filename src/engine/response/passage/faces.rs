//! The clear distance between the buildings on both sides of a road: it cannot be wider than that.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line, LinesIter};
use rstar::{AABB, RTree};

use super::carriageway::sections;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::method_constants;

method_constants! {
    /// 以两侧墙面估算路宽时，墙面距路中线的最远距离 | Farthest wall from the centre line that tells of the width of a road
    const FACADE_REACH_M: f64 = 12.0,
        because "村镇道路两侧建筑间距多在 24 米以内，更远的墙不约束车辆 | Buildings along village roads rarely stand more than 24 m apart; walls farther off do not confine a vehicle";
    /// 沿路每隔此距离看一次两侧墙面 | Distance between the places along a road at which the walls on both sides are looked for
    const FACADE_STEP_M: f64 = 10.0,
        because "约为一栋农房的面宽，每栋房屋至少看到一次 | About the front of a farmhouse, so that each house is seen";
    /// 两侧墙距小于此值视为建筑压盖道路，不采用 | Walls closer together than this are a building drawn over the road and are passed over
    const DRAWN_OVER_M: f64 = 1.0,
        because "1 米宽过不了任何消防车辆，多为路网与建筑叠置的误差 | Nothing drives through 1 m; such walls come from roads and buildings of different surveys";
}

type Wall = rstar::primitives::Line<[f64; 2]>;

/// All walls of all buildings.
pub(crate) struct Faces {
    walls: RTree<Wall>,
}

impl Faces {
    pub(crate) fn new(area: &StudyArea) -> Self {
        let walls = area.layers.buildings.iter().flat_map(|building| building.geometry.lines_iter());
        let walls = walls.map(|wall| Wall::new([wall.start.x, wall.start.y], [wall.end.x, wall.end.y]));
        Self { walls: RTree::bulk_load(walls.collect()) }
    }

    /// The least distance between walls on the two sides of the segment; `None` where there are not walls on both.
    pub(crate) fn gap_m(&self, area: &StudyArea, segment: SegmentId) -> Option<f64> {
        if self.walls.size() == 0 {
            return None;
        }
        let gaps = sections(&area.network, segment, FACADE_STEP_M).filter_map(|(_, at, across)| {
            let across = across * FACADE_REACH_M;
            Some(self.to_wall_m(at, across)? + self.to_wall_m(at, -across)?)
        });
        gaps.filter(|gap_m| *gap_m >= DRAWN_OVER_M).min_by(f64::total_cmp)
    }

    fn to_wall_m(&self, at: Coord, across: Coord) -> Option<f64> {
        let look = Line::new(at, at + across);
        let envelope = AABB::from_corners([look.start.x, look.start.y], [look.end.x, look.end.y]);
        let hits = self.walls.locate_in_envelope_intersecting(&envelope).filter_map(|wall| {
            let wall = Line::new(Coord { x: wall.from[0], y: wall.from[1] }, Coord { x: wall.to[0], y: wall.to[1] });
            let hit = match line_intersection(look, wall)? {
                LineIntersection::SinglePoint { intersection, .. } => intersection,
                LineIntersection::Collinear { intersection } => intersection.start,
            };
            Some((hit - at).x.hypot((hit - at).y))
        });
        hits.min_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::{Building, Layers};
    use fireplan_model::sketch::{area, rectangle, road};

    #[test]
    fn the_gap_is_measured_across_and_only_between_two_sides() {
        let building = |west: f64, south: f64, north: f64| Building {
            geometry: rectangle((west, south), (west + 20.0, north)),
            name: String::new(),
            kind: String::new(),
            storeys: None,
            height_m: None,
            source_id: String::new(),
        };
        // North walls at 2.5 m, south walls at 1.2 m, opposite each other only between x = 40 and 60; alone at 100.
        let buildings = vec![building(40.0, 2.5, 12.0), building(40.0, -12.0, -1.2), building(100.0, 1.0, 9.0)];
        let roads = vec![road(&[(0.0, 0.0), (200.0, 0.0)]), road(&[(0.0, 100.0), (200.0, 100.0)])];
        let area = area(Layers { roads, buildings, ..Layers::default() });
        let faces = Faces::new(&area);
        let gaps = [0, 1].map(|segment| faces.gap_m(&area, SegmentId(segment)));
        let narrow = gaps.into_iter().flatten().next().unwrap();
        assert!((narrow - 3.7).abs() < 1e-9, "{narrow}");
        assert_eq!(gaps.iter().flatten().count(), 1);
    }
}
