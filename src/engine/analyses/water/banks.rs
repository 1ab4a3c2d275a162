//! Banks, and where on the roads beside them an engine may stand.

use geo::{Coord, Geometry, Line};

use super::sources::{PointFinder, WATER_ROAD_M};
use crate::response::places::lines_of;
use crate::response::water_surface::surface;
use fireplan_model::layers::WaterSource;
use fireplan_model::method_constants;
use fireplan_model::network::Position;

method_constants! {
    /// 沿岸线查找取水位置的间距 | Spacing of the places along a bank that are tried
    const BANK_STEP_M: f64 = 15.0,
        because "约为一处取水场地的长度；假定值，供审查 | About the length of a place to draw water from; an assumption, for review";
    /// 避开桥梁时沿路挪动取水位置的步距 | Step along the road by which a place to draw is moved away from a bridge
    const STAND_STEP_M: f64 = 5.0,
        because "短于一辆消防车，避让距离至多多出一步 | Shorter than an engine: the place is at most a step farther off than it must be";
}

impl PointFinder<'_> {
    /// The place on a road nearest to a bank from which an engine may draw. Where the nearest is no such place, as at a bridge, one
    /// farther along the same roads.
    pub(super) fn stand(&self, bank: Coord, allowed: &dyn Fn(Coord) -> bool) -> Option<Position> {
        let network = &self.run.area.network;
        let nearest = network.nearest(bank, WATER_ROAD_M, |segment| self.serves(segment), |_| true)?;
        if allowed(nearest.at) {
            return Some(nearest);
        }
        let near = network.positions_near(bank, WATER_ROAD_M).into_iter().filter(|at| self.serves(at.segment));
        let moved = near.flat_map(|position| [1.0, -1.0].map(|way| self.moved(bank, position, way, allowed)));
        moved.flatten().min_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.segment.cmp(&b.segment)))
    }

    /// The first place along the segment, one way or the other, that is allowed and not too far from the bank.
    fn moved(&self, bank: Coord, position: Position, way: f64, allowed: &dyn Fn(Coord) -> bool) -> Option<Position> {
        let network = &self.run.area.network;
        let (scale, length_m) = (network.scale.at(bank), network[position.segment].length_m);
        let steps = (1..).map(|step| position.offset_m + way * STAND_STEP_M * f64::from(step));
        let offsets = steps.take_while(|offset_m| (0.0..=length_m).contains(offset_m));
        let places = std::iter::once(position.offset_m).chain(offsets).map(|offset_m| {
            let at = network.point_at(position.segment, offset_m);
            Position { offset_m, at, distance_m: (at - bank).x.hypot((at - bank).y) / scale, ..position }
        });
        places.take_while(|place| place.distance_m <= WATER_ROAD_M).find(|place| allowed(place.at))
    }
}

/// The lines along which water is drawn: an outline or, of a river without width, its line; none of a source known as a point.
pub(super) fn bank_lines(source: &WaterSource) -> Vec<Line> {
    match &source.geometry {
        Geometry::Point(_) => Vec::new(),
        shape @ (Geometry::LineString(_) | Geometry::MultiLineString(_)) => {
            // A river drawn as a line has its banks half its stated width off.
            let strip = surface(source);
            if strip.0.is_empty() { lines_of(shape) } else { lines_of(&strip.into()) }
        }
        shape => lines_of(shape),
    }
}

/// Places along these lines, every so many metres; of a source known as a point, the point.
pub(super) fn banks(source: &WaterSource, lines: &[Line]) -> Vec<Coord> {
    if let Geometry::Point(at) = &source.geometry {
        return vec![at.0];
    }
    let mut banks = Vec::new();
    for line in lines {
        let along = line.end - line.start;
        let count = (along.x.hypot(along.y) / BANK_STEP_M).ceil().max(1.0);
        banks.extend((0..count as u32).map(|at| line.start + along * (f64::from(at) / count)));
    }
    banks
}
