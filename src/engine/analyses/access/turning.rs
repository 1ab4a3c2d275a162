//! Room to turn: turnarounds that are there, and free ground between the buildings where one could be.

use geo::{Area, BoundingRect, Coord, Distance, Euclidean, Intersects, MinimumRotatedRect, MultiPolygon, Point, Rect};
use rstar::primitives::{GeomWithData, Line, Rectangle};
use rstar::{AABB, RTree};

use fireplan_model::area::StudyArea;
use fireplan_model::layers::RoadAreaKind;
use fireplan_model::method_constants;

method_constants! {
    /// 在路端四周此距离内（步距为其一半）找可作回车场的空地 | How far around the end of a road free ground to turn on is looked for, in steps of half as much
    const TURNING_REACH_M: f64 = 12.0,
        because "等于最小回车场的边长，再远车辆须另行开路才能到达 | The side of the smallest turnaround; ground farther off would need a road of its own";
    /// 回车场距路端不超过此值视为该路端的回车场 | A turnaround this near to the end of a road belongs to it
    const TURNAROUND_NEAR_M: f64 = 15.0,
        because "回车场边长 12 至 18 米，其边缘与路中线端点的间隔不超过这个量级；假定值，供审查 | Turnarounds are 12 to 18 m wide, and a centre line ends within as much of them; an assumption, for review";
    /// 回车场边长允许的测绘误差 | How much a turnaround may fall short of its side by the accuracy of the survey
    const TURNAROUND_DRAWN_M: f64 = 0.1,
        because "测绘边长有分米级误差，容许 0.1 米；假定值，供审查 | Surveyed sides err by some decimetres, of which one is allowed; an assumption, for review";
}

/// Where buildings stand and where there are turnarounds.
pub(super) struct TurningGround<'a> {
    walls: RTree<Line<[f64; 2]>>,
    middles: RTree<[f64; 2]>,
    turnarounds: RTree<GeomWithData<Rectangle<[f64; 2]>, &'a MultiPolygon>>,
}

impl<'a> TurningGround<'a> {
    pub(super) fn new(area: &'a StudyArea) -> Self {
        let buildings = || area.layers.buildings.iter().map(|building| &building.geometry);
        let walls = buildings().flat_map(geo::LinesIter::lines_iter);
        let walls = walls.map(|wall| Line::new([wall.start.x, wall.start.y], [wall.end.x, wall.end.y]));
        let middles = buildings().filter_map(geo::Centroid::centroid).map(|at| [at.x(), at.y()]);
        let turnarounds = area.layers.road_areas.iter().filter(|area| area.kind == RoadAreaKind::Turnaround);
        let turnarounds = turnarounds.filter_map(|area| {
            let rect = area.geometry.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, &area.geometry))
        });
        Self {
            walls: RTree::bulk_load(walls.collect()),
            middles: RTree::bulk_load(middles.collect()),
            turnarounds: RTree::bulk_load(turnarounds.collect()),
        }
    }

    /// Number of buildings within a distance.
    pub(super) fn buildings_near(&self, at: Coord, limit_m: f64) -> u32 {
        self.middles.locate_within_distance([at.x, at.y], limit_m * limit_m).count() as u32
    }

    /// Whether there is a turnaround at the end of a road that holds a square of this side.
    pub(super) fn has_turnaround(&self, end: Coord, side_m: f64) -> bool {
        let around = AABB::from_corners(
            [end.x - TURNAROUND_NEAR_M, end.y - TURNAROUND_NEAR_M],
            [end.x + TURNAROUND_NEAR_M, end.y + TURNAROUND_NEAR_M],
        );
        let mut near = self.turnarounds.locate_in_envelope_intersecting(&around).map(|found| found.data);
        near.any(|area| Euclidean.distance(&Point(end), area) <= TURNAROUND_NEAR_M && holds(area, side_m))
    }

    /// The middle of a square of this side that touches the end of the road and holds no wall.
    pub(super) fn free_square(&self, end: Coord, side_m: f64) -> Option<Coord> {
        let steps = || (-2..=2).map(|step| f64::from(step) * TURNING_REACH_M / 2.0);
        let mut shifts: Vec<Coord> = steps().flat_map(|x| steps().map(move |y| Coord { x, y })).collect();
        shifts.sort_by(|a, b| a.x.hypot(a.y).total_cmp(&b.x.hypot(b.y)));
        shifts.into_iter().map(|shift| end + shift).find(|middle| self.is_free(*middle, side_m))
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

/// Whether a square fits into an area that is a rectangle, or round: by its narrowest frame and its size.
fn holds(area: &MultiPolygon, side_m: f64) -> bool {
    let Some(frame) = area.minimum_rotated_rect() else { return false };
    let sides = frame.exterior().lines().map(|side| (side.end - side.start).x.hypot((side.end - side.start).y));
    let narrow = sides.fold(f64::INFINITY, f64::min);
    let least = side_m - TURNAROUND_DRAWN_M;
    narrow >= least && area.unsigned_area() >= least * least
}
