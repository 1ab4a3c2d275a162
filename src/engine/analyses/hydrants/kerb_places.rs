//! Where a new hydrant can stand: beside the road that is meant and as far from its kerb as the clauses ask, clear of walls, of
//! buildings and of every other carriageway. It is held against the very checks that are made of a hydrant that stands.

use geo::{Contains, Coord, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::stock::{Assignment, OnRoad, PlacedHydrant, Surroundings, broken_facts, half_width_m};
use super::streets::{GAP_LEAST_M, NAMELESS_ROAD};
use super::{HydrantRun, Hydrants, round};
use fireplan_algorithms::linear_reference::{Side, beside};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{Building, Hydrant, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::rows::{Label, Row};

method_constants! {
    /// 新栓距路缘逐处试放的间距 | Distance of the places tried between the least and the most that a hydrant may stand from the kerb
    const KERB_STEP_M: f64 = 0.25,
        because "放线误差以内 | Within the error of setting out";
}

/// A place beside a road.
#[derive(Debug, Clone)]
pub(super) struct KerbPlace {
    pub at: Coord,
    pub segment: SegmentId,
    /// Along the segment from its first node.
    pub offset_m: f64,
    /// Seen along the segment.
    pub side: Side,
    /// From the centre line.
    pub off_m: f64,
    /// From the kerb; where the width of the road is not known, from that of a road of usual width.
    pub kerb_m: f64,
    /// What of the clauses cannot be kept there, in words.
    pub unmet: Vec<Label>,
    /// Whether a hydrant there would belong to that place of the road, not farther along it or to another.
    pub keeps_place: bool,
    /// Whether it would belong to its road without doubt.
    is_certain: bool,
}

impl KerbPlace {
    /// The fewer, the better.
    fn faults(&self) -> usize {
        4 * self.unmet.len() + 2 * usize::from(!self.keeps_place) + usize::from(!self.is_certain)
    }

    fn keeps_all(&self) -> bool {
        self.faults() == 0
    }
}

/// Judges where new hydrants can stand.
pub(super) struct KerbPlaces<'a> {
    run: &'a HydrantRun<'a>,
    near: Surroundings<'a>,
    /// By number in their layer.
    buildings: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    blank: Hydrant,
}

impl<'a> KerbPlaces<'a> {
    pub(super) fn new(question: &Hydrants, run: &'a HydrantRun<'a>) -> Self {
        use geo::BoundingRect;
        let boxed = |(number, building): (usize, &Building)| {
            let rect = building.geometry.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, number))
        };
        Self {
            run,
            near: Surroundings::new(question, run.area, run.streets),
            buildings: RTree::bulk_load(run.area.layers.buildings.iter().enumerate().filter_map(boxed).collect()),
            blank: Hydrant::blank(Point::new(0.0, 0.0)).expect("a point is the form of a hydrant"),
        }
    }

    /// The best place beside a road at an offset along it, on one of these sides.
    pub(super) fn beside(&self, segment: SegmentId, offset_m: f64, sides: &[Side]) -> Option<KerbPlace> {
        let (street, part) = self.run.streets.part(segment)?;
        let rules = self.run.rules_on(street, part.chainage(offset_m));
        let (least_m, most_m) = (rules.kerb_min_m.value, rules.kerb_max_m.value);
        let (middle_m, half_m) = ((least_m + most_m) / 2.0, (most_m - least_m) / 2.0);
        let steps = 0..=(half_m / KERB_STEP_M) as u32;
        let from_kerb = steps.map(|step| KERB_STEP_M * f64::from(step)).filter(|off_m| *off_m < half_m);
        let from_kerb: Vec<f64> = from_kerb.flat_map(|off_m| [middle_m + off_m, middle_m - off_m]).collect();
        let tried = sides.iter().flat_map(|side| from_kerb.iter().map(|kerb_m| (*side, *kerb_m)));
        best(tried.filter_map(|(side, kerb_m)| self.judge(segment, offset_m, side, kerb_m)))
    }

    /// What a hydrant that far beside a road would be held against, as if it stood; `None`: the road has no length.
    fn judge(&self, segment: SegmentId, offset_m: f64, side: Side, kerb_m: f64) -> Option<KerbPlace> {
        let (run, area) = (self.run, self.run.area);
        let (street, _) = run.streets.part(segment)?;
        let off_m = half_width_m(area.road_of(segment).width_m) + kerb_m;
        let at = beside(area.network.line(segment), offset_m, side, off_m)?;
        let hydrant = Hydrant { geometry: at.into(), ..self.blank.clone() };
        let placed = self.near.place(&hydrant);
        let place = KerbPlace {
            at,
            segment,
            offset_m,
            side,
            off_m,
            kerb_m: round(kerb_m, 1),
            unmet: Vec::new(),
            keeps_place: false,
            is_certain: placed.assignment == Assignment::Certain,
        };
        let Some(on_road) = placed.on_road.filter(|on_road| on_road.street == street) else {
            let unmet = vec![Label::new("离另一条道路更近", "another road is nearer")];
            return Some(KerbPlace { unmet, ..place });
        };
        let drift_m = (on_road.offset_m - offset_m).abs();
        Some(KerbPlace {
            segment: on_road.segment,
            offset_m: on_road.offset_m,
            side: on_road.side,
            off_m: on_road.distance_m,
            kerb_m: round(on_road.distance_m - half_width_m(area.road_of(on_road.segment).width_m), 1),
            unmet: self.unmet(&placed, &on_road),
            keeps_place: on_road.segment == segment && on_road.side == side && drift_m <= GAP_LEAST_M / 2.0,
            ..place
        })
    }

    fn unmet(&self, placed: &PlacedHydrant, on_road: &OnRoad) -> Vec<Label> {
        let at = placed.hydrant.geometry.0;
        let mut unmet: Vec<Label> = broken_facts(self.run.rules_at(at), placed).collect();
        if let Some(road) = self.carriageway_at(at, on_road) {
            let name = if road.is_empty() { NAMELESS_ROAD } else { &road };
            unmet.push(Label::new(
                format!("落在{name}的车行道上或紧贴其路缘"),
                format!("in the carriageway of {name} or right at its kerb"),
            ));
        }
        if self.is_inside(at) {
            unmet.push(Label::new("落在建筑内", "inside a building"));
        }
        unmet
    }

    /// The name of another road in whose carriageway, or nearer to its kerb than the clause allows, a place lies.
    fn carriageway_at(&self, at: Coord, own: &OnRoad) -> Option<String> {
        let area: &StudyArea = self.run.area;
        let kerb_m = self.run.rules_at(at).kerb_min_m.value;
        let widest_m = self.near.widest_m / 2.0 + kerb_m;
        let near = area.network.positions_near(at, widest_m);
        let within = near.iter().find(|position| {
            let road = area.road_of(position.segment);
            let is_street = road.class != RoadClass::Path && !road.tunnel && position.segment != own.segment;
            is_street && position.distance_m < half_width_m(road.width_m) + kerb_m
        });
        within.map(|position| area.road_of(position.segment).name.clone())
    }

    fn is_inside(&self, at: Coord) -> bool {
        let here = AABB::from_point([at.x, at.y]);
        let mut near = self.buildings.locate_in_envelope_intersecting(&here);
        near.any(|found| self.run.area.layers.buildings[found.data].geometry.contains(&at))
    }
}

/// Of places in the order in which they are preferred, the first that keeps all or, where none does, as much as any.
pub(super) fn best(places: impl Iterator<Item = KerbPlace>) -> Option<KerbPlace> {
    let mut best: Option<KerbPlace> = None;
    for place in places {
        if place.keeps_all() {
            return Some(place);
        }
        if best.as_ref().is_none_or(|known| place.faults() < known.faults()) {
            best = Some(place);
        }
    }
    best
}
