//! Ways out (驶出): whether a crew gets anywhere from a road, or is caught in a yard or at the end of a one-way street.

use std::collections::BTreeSet;

use crate::response::places::FRAGMENT_M;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ArcId, NodeId, SegmentId};

/// Where crews of one class of vehicle get from each road, one-ways held.
pub struct Exits<'a> {
    area: &'a StudyArea,
    usable: Box<dyn Fn(ArcId) -> bool + 'a>,
    /// A crew that gets to this much road is out.
    enough_m: f64,
}

impl<'a> Exits<'a> {
    /// Over the arcs that a vehicle may drive along.
    pub fn new(area: &'a StudyArea, usable: impl Fn(ArcId) -> bool + 'a) -> Self {
        // A whole network may be shorter than what is a fragment elsewhere: then most of it is enough.
        let longest_m = area.network.component_m.iter().copied().fold(0.0, f64::max);
        Self { area, usable: Box::new(usable), enough_m: FRAGMENT_M.min(longest_m / 2.0) }
    }

    /// Whether the segment may be driven at all.
    pub fn is_open(&self, segment: SegmentId) -> bool {
        segment.arcs().into_iter().any(|arc| (self.usable)(arc))
    }

    /// Whether a crew gets from the segment to [`FRAGMENT_M`] of road, itself included unless it is one-way: then the
    /// station may stand at its end. Turn bans are left aside: they cost a detour, and hardly ever the way out.
    ///
    /// The search stops as soon as there is enough, so it costs as much as a kilometre of streets has junctions.
    pub fn leads_out(&self, segment: SegmentId) -> bool {
        let network = &self.area.network;
        let mut driven = BTreeSet::from([segment]);
        let both_ways = segment.arcs().into_iter().all(|arc| (self.usable)(arc));
        let mut driven_m = if both_ways { network[segment].length_m } else { 0.0 };
        let mut seen: BTreeSet<NodeId> = BTreeSet::new();
        let open = |arc: &ArcId| (self.usable)(*arc);
        let mut ahead: Vec<NodeId> = segment.arcs().into_iter().filter(open).map(|arc| network.head(arc)).collect();
        while let Some(node) = ahead.pop() {
            if driven_m >= self.enough_m {
                break;
            }
            if !seen.insert(node) {
                continue;
            }
            for arc in network.arcs_leaving(node).filter(open) {
                if driven.insert(arc.segment()) {
                    driven_m += network[arc.segment()].length_m;
                }
                ahead.push(network.head(arc));
            }
        }
        driven_m >= self.enough_m && self.is_open(segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::{Oneway, Road};
    use fireplan_model::sketch::{AreaBuilder, road};

    fn leads_out(roads: Vec<Road>, place: (f64, f64)) -> bool {
        let area = roads.into_iter().fold(StudyArea::builder(), AreaBuilder::road).build();
        let against = |arc: ArcId| {
            let oneway = area.road_of(arc.segment()).oneway;
            oneway == if arc.is_along() { Oneway::Backward } else { Oneway::Forward }
        };
        let exits = Exits::new(&area, |arc| !against(arc));
        let position = area.network.nearest(place.into(), 50.0, |_| true, |_| true).unwrap();
        exits.leads_out(position.segment)
    }

    fn oneway(points: &[(f64, f64)]) -> Road {
        Road { oneway: Oneway::Forward, ..road(points) }
    }

    #[test]
    fn a_yard_and_a_street_that_only_leads_in_have_no_way_out() {
        let street = || road(&[(0.0, 0.0), (3_000.0, 0.0)]);
        assert!(leads_out(vec![street(), road(&[(0.0, 0.0), (0.0, 100.0)])], (1.0, 90.0)));
        assert!(!leads_out(vec![street(), road(&[(0.0, 20.0), (0.0, 120.0)])], (1.0, 90.0)));
        assert!(!leads_out(vec![street(), oneway(&[(0.0, 0.0), (0.0, 100.0)])], (1.0, 90.0)));
        assert!(leads_out(vec![street(), oneway(&[(0.0, 100.0), (0.0, 0.0)])], (1.0, 90.0)));
        // Two aisles, one after the other, that lead on to nothing.
        let aisles = [oneway(&[(0.0, 0.0), (0.0, 100.0)]), oneway(&[(0.0, 100.0), (80.0, 100.0)])];
        assert!(!leads_out([vec![street()], aisles.into()].concat(), (1.0, 90.0)));
    }

    #[test]
    fn a_network_shorter_than_a_fragment_leads_out_of_itself() {
        assert!(leads_out(vec![road(&[(0.0, 0.0), (100.0, 0.0)])], (50.0, 5.0)));
    }
}
