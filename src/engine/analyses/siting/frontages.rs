//! Stretches of road along which sites are generated: segments of the network, joined again where only a planned road cuts them,
//! so that what is there has the same sites with a scenario and without.

use std::collections::BTreeSet;

use geo::Coord;

use fireplan_model::area::StudyArea;
use fireplan_model::ids::{NodeId, SegmentId};
use fireplan_model::layers::Road;
use fireplan_model::network::Network;

/// A stretch of one road: segments, one after the other along its line.
pub(super) struct Frontage<'a> {
    network: &'a Network,
    segments: Vec<SegmentId>,
    /// The road.
    pub road: &'a Road,
    /// Its length in metres.
    pub length_m: f64,
}

impl<'a> Frontage<'a> {
    /// All stretches: those of what is there in the order of the network, then those of planned roads.
    pub(super) fn all(area: &'a StudyArea) -> Vec<Self> {
        let network = &*area.network;
        let road_of = |segment: SegmentId| &area.layers.roads[network[segment].road.index()];
        let mut taken = BTreeSet::new();
        let mut all: Vec<Self> = Vec::new();
        for segment in SegmentId::first(network.segments.len()) {
            if taken.contains(&segment) {
                continue;
            }
            let segments = chain(area, segment);
            taken.extend(segments.iter().copied());
            let length_m = segments.iter().map(|segment| network[*segment].length_m).sum();
            all.push(Self { network, segments, road: road_of(segment), length_m });
        }
        all.sort_by_key(|stretch| {
            let [first, last] = stretch.ends().map(|segment| network[segment]);
            (stretch.road.is_planned(), first.from.min(last.to), first.road, first.first_vertex)
        });
        all
    }

    fn ends(&self) -> [SegmentId; 2] {
        [self.segments[0], self.segments[self.segments.len() - 1]]
    }

    /// The place so far along it.
    pub(super) fn point_at(&self, mut offset_m: f64) -> Coord {
        let [_, last] = self.ends();
        for segment in &self.segments {
            let length_m = self.network[*segment].length_m;
            if offset_m <= length_m || *segment == last {
                return self.network.point_at(*segment, offset_m);
            }
            offset_m -= length_m;
        }
        self.network.point_at(last, offset_m)
    }
}

/// The segment with those that it would be one with but for planned roads, along the line of the road.
fn chain(area: &StudyArea, segment: SegmentId) -> Vec<SegmentId> {
    let network = &area.network;
    let mut segments = vec![segment];
    let mut first = segment;
    while let Some(before) = other_side(area, first, network[first].from).filter(|before| !segments.contains(before)) {
        segments.insert(0, before);
        first = before;
    }
    let mut last = segment;
    while let Some(after) = other_side(area, last, network[last].to).filter(|after| !segments.contains(after)) {
        segments.push(after);
        last = after;
    }
    segments
}

/// The segment of the same road beyond a node at which nothing but planned roads ends beside the two.
fn other_side(area: &StudyArea, segment: SegmentId, node: NodeId) -> Option<SegmentId> {
    let network = &area.network;
    let of_plan = |segment: &SegmentId| area.road_of(*segment).is_planned();
    let (planned, there): (Vec<SegmentId>, Vec<SegmentId>) =
        network.segments_at(node).iter().copied().partition(of_plan);
    let other = there.iter().copied().find(|other| *other != segment)?;
    let goes_on = network[other].road == network[segment].road
        && if network[segment].to == node { network[other].from == node } else { network[other].to == node };
    (!planned.is_empty() && there.len() == 2 && goes_on && !of_plan(&segment)).then_some(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::apply_scenario;
    use fireplan_model::layers::{Layers, RoadClass};
    use fireplan_model::scenario::{Edit, Scenario};
    use fireplan_model::sketch;

    #[test]
    fn a_planned_road_cuts_no_stretch_of_what_is_there() {
        let roads = vec![
            sketch::road(&[(0.0, 0.0), (1000.0, 0.0), (3000.0, 0.0)]),
            sketch::road(&[(1000.0, 0.0), (1000.0, 2000.0)]),
        ];
        let area = sketch::area(Layers { roads, ..Layers::default() });
        let mut line = [Coord { x: 1800.0, y: 0.0 }, Coord { x: 1800.0, y: 700.0 }];
        area.plane.to_lonlat(&mut line).unwrap();
        let line = line.map(|at| [at.x, at.y]).to_vec();
        let (name, class) = ("新路".to_owned(), RoadClass::Secondary);
        let edits = vec![Edit::AddRoad { name, line, class, width_m: None, load_t: None, bridge: false }];
        let changed = apply_scenario(&Scenario { name: "近期".to_owned(), edits }, &area).unwrap();
        assert_eq!(changed.network.segments.len(), area.network.segments.len() + 2);
        let places = |area: &StudyArea| {
            let all = Frontage::all(area);
            all.iter().map(|one| [one.length_m / 2.0, one.length_m * 0.9].map(|m| one.point_at(m))).collect::<Vec<_>>()
        };
        let (was, is) = (places(&area), places(&changed));
        assert_eq!(is.len(), was.len() + 1, "the planned road comes last");
        for (was, is) in was.iter().zip(&is) {
            assert!(was.iter().zip(is).all(|(a, b)| (a.x - b.x).hypot(a.y - b.y) < 1e-6), "{was:?} {is:?}");
        }
    }
}
