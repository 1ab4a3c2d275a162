//! What is known of each segment of road, and how: stated, assured by its class, estimated, measured.

use std::convert::Infallible;
use std::sync::Arc;

use geo::Coord;
use rayon::prelude::*;

use super::carriageway::{Carriageways, Narrowest};
use super::faces::Faces;
use super::gradient::{self, GradientWindow, Steepest};
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::grid::Grid;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{Road, Surface};
use fireplan_model::method_constants;
use fireplan_model::network::RoadProfiles;
use fireplan_model::rules::{Rules, Trust};

codes! {
    /// How a fact is known.
    pub enum Basis {
        /// 数据载明 | Stated in the data
        Stated = "stated",
        /// 道路面量取 | Measured across the road area
        RoadArea = "road_area",
        /// 按道路等级标准 | Assured by the road's class
        Class = "class",
        /// 估计(未实测) | Estimated, not measured
        Estimate = "estimate",
        /// 按两侧房屋间距估计 | Estimated from the buildings on both sides
        Faces = "building_faces",
        /// 高程模型推算 | From the elevation model
        Elevation = "elevation",
        /// 线形推算 | From the shape of the line
        Shape = "shape",
    }
}

/// A figure and how it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SegmentFact {
    pub value: f64,
    pub basis: Basis,
}

impl SegmentFact {
    /// Stated or measured: what a clause can be held against.
    pub(crate) fn is_known(&self) -> bool {
        matches!(self.basis, Basis::Stated | Basis::RoadArea)
    }
}

/// Everything that is known of one segment.
#[derive(Debug, Clone)]
pub(crate) struct SegmentFacts {
    pub width: SegmentFact,
    /// The narrowest place of its road area, if it has one.
    pub narrowest: Option<Narrowest>,
    /// Headroom; `None` where nothing overhead is known.
    pub height: Option<SegmentFact>,
    /// Load that it bears; `None` on the ground without a sign.
    pub load: Option<SegmentFact>,
    pub surface: Surface,
    pub surface_basis: Basis,
    /// The steepest stretch; `None` where it is not stated and the elevation model has no value.
    pub steepest: Option<Steepest>,
    /// The gradients that the elevation model gives all along it; none where a gradient is stated.
    pub gradients: Vec<GradientWindow>,
    /// Radius of the sharpest bend along the centre line.
    pub bend: Option<Bend>,
}

/// The sharpest bend of a segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bend {
    pub radius_m: f64,
    pub offset_m: f64,
}

method_constants! {
    /// 量弯道半径时向弯点前后各取的距离 | Distance before and after a bend over which its radius is taken
    const BEND_REACH_M: f64 = 10.0,
        because "与普通消防车车长相当，车辆转弯时同时占用这段路 | About the length of a standard fire truck, which is in that much of the bend at once";
}

/// The facts of every segment, in order; gathered once for an area and these rules.
pub(crate) fn facts_of(area: &StudyArea, rules: &Rules) -> Arc<Vec<SegmentFacts>> {
    let gathered = area.derived.once(rules.fingerprint(), || Ok::<_, Infallible>(gather(area, rules)));
    gathered.unwrap_or_else(|never| match never {})
}

fn gather(area: &StudyArea, rules: &Rules) -> Vec<SegmentFacts> {
    let profiles =
        area.elevation.as_ref().map(|grid| (grid, RoadProfiles::read(&area.network, &area.layers.roads, grid)));
    let seen = Seen { carriageways: Carriageways::new(area), faces: Faces::new(area), profiles };
    (0..area.network.segments.len() as u32)
        .into_par_iter()
        .map(SegmentId)
        .map(|segment| of_segment(area, rules, &seen, segment))
        .collect()
}

/// What widths and gradients are measured from where the data does not state them.
struct Seen<'a> {
    carriageways: Carriageways,
    faces: Faces,
    profiles: Option<(&'a Grid, RoadProfiles)>,
}

fn of_segment(area: &StudyArea, rules: &Rules, seen: &Seen, segment: SegmentId) -> SegmentFacts {
    let road = area.road_of(segment);
    let estimate = rules.road_estimate(road.class);
    let by_class = |value: f64| match estimate.map(|estimate| estimate.trust) {
        Some(Trust::Firm) => SegmentFact { value, basis: Basis::Class },
        _ => SegmentFact { value, basis: Basis::Estimate },
    };
    let stated = |value: Option<f64>| value.map(|value| SegmentFact { value, basis: Basis::Stated });
    let or_class = |known: Option<f64>, applies: bool, value: Option<f64>| {
        stated(known).or(value.filter(|_| applies).map(by_class))
    };
    let surface = road.surface.or(estimate.map(|estimate| estimate.surface));
    let narrowest = seen.carriageways.narrowest(&area.network, segment);
    let measured = || seen.profiles.as_ref().and_then(|(grid, all)| gradient::measure(all, segment, grid));
    let (steepest, gradients) = match road.slope_percent {
        Some(percent) => (Some(Steepest::stated(percent)), Vec::new()),
        None => measured().map_or_else(Default::default, |(steepest, gradients)| (Some(steepest), gradients)),
    };
    SegmentFacts {
        width: stated(road.width_m).unwrap_or_else(|| {
            let by_area = narrowest.filter(|narrowest| narrowest.whole);
            by_area.map_or_else(
                || estimate_width(area, seen, (segment, narrowest), by_class, estimate.map_or(0.0, |row| row.width_m)),
                |narrowest| SegmentFact { value: narrowest.width_m, basis: Basis::RoadArea },
            )
        }),
        narrowest,
        height: or_class(road.clear_height_m, road.tunnel, estimate.map(|estimate| estimate.tunnel_height_m)),
        load: or_class(road.load_t, road.bridge, estimate.map(|estimate| estimate.bridge_load_t)),
        surface: surface.unwrap_or(Surface::Earth),
        surface_basis: if road.surface.is_some() { Basis::Stated } else { by_class(0.0).basis },
        steepest,
        gradients,
        bend: sharpest_bend(area, segment),
    }
}

/// A road is no wider than its road area where it has some, nor than the space between the buildings on both sides.
fn estimate_width(
    area: &StudyArea,
    seen: &Seen,
    (segment, narrowest): (SegmentId, Option<Narrowest>),
    by_class: impl Fn(f64) -> SegmentFact,
    class_m: f64,
) -> SegmentFact {
    let road: &Road = area.road_of(segment);
    if let Some(value) = road.estimated_width_m {
        return SegmentFact { value, basis: Basis::Estimate };
    }
    let of_class = by_class(class_m);
    if let Some(narrowest) = narrowest.filter(|narrowest| narrowest.width_m < class_m) {
        return SegmentFact { value: narrowest.width_m, basis: Basis::RoadArea };
    }
    if of_class.basis == Basis::Class || road.bridge || road.tunnel {
        return of_class;
    }
    match seen.faces.gap_m(area, segment) {
        Some(gap_m) if gap_m < class_m => SegmentFact { value: gap_m, basis: Basis::Faces },
        _ => of_class,
    }
}

/// The least radius of the circle through a point of the segment and those [`BEND_REACH_M`] before and after it.
fn sharpest_bend(area: &StudyArea, segment: SegmentId) -> Option<Bend> {
    let network = &area.network;
    let length_m = network[segment].length_m;
    let mut sharpest: Option<Bend> = None;
    for &along_m in &network.chainage(segment)[1..] {
        let reach_m = BEND_REACH_M.min(along_m).min(length_m - along_m);
        // Nearer to a junction there is room to turn in, and less line to judge by.
        if reach_m < BEND_REACH_M {
            continue;
        }
        let [before, at, after] =
            [along_m - reach_m, along_m, along_m + reach_m].map(|offset_m| network.point_at(segment, offset_m));
        let radius_m = circumradius(before, at, after);
        if sharpest.is_none_or(|known| radius_m < known.radius_m) {
            sharpest = Some(Bend { radius_m, offset_m: along_m });
        }
    }
    sharpest
}

fn length(v: Coord) -> f64 {
    v.x.hypot(v.y)
}

/// Radius of the circle through three points; infinite where they lie in line.
fn circumradius(a: Coord, b: Coord, c: Coord) -> f64 {
    let (ab, bc, ca) = (b - a, c - b, a - c);
    let twice_area = (ab.x * bc.y - ab.y * bc.x).abs();
    if twice_area > 0.0 { length(ab) * length(bc) * length(ca) / (2.0 * twice_area) } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_circle_through_a_right_angle_has_its_centre_on_the_long_side() {
        let at = |x: f64, y: f64| Coord { x, y };
        assert!((circumradius(at(-10.0, 0.0), at(0.0, 0.0), at(0.0, 10.0)) - 200.0_f64.sqrt() / 2.0).abs() < 1e-12);
        assert_eq!(circumradius(at(0.0, 0.0), at(1.0, 0.0), at(2.0, 0.0)), f64::INFINITY);
    }
}
