//! Suspected connections: what crews would get to if roads met where they nearly do ([`fireplan_model::loose_ends`]).
//!
//! "No road leads there" is a certainty only where no suspected end stands in the way.

use std::collections::BTreeMap;

use super::ways::{Fleet, PassReading};
use crate::response::driving::is_against_oneway;
use fireplan_model::area::StudyArea;
use fireplan_model::ids;
use fireplan_model::ids::{ArcId, SegmentId};
use fireplan_model::loose_ends::{LooseEnd, find_loose_ends};
use fireplan_model::network::Position;

ids! {
    /// An end of [`SuspectedLinks`].
    LooseEndId,
}

/// The suspected ends of the area, and for each class of vehicle the segments behind them.
pub(crate) struct SuspectedLinks {
    pub ends: Vec<LooseEnd>,
    /// In the order of the fleets: segments that the class gets to only over a suspected connection, and over which first.
    behind: Vec<BTreeMap<SegmentId, LooseEndId>>,
}

impl SuspectedLinks {
    pub(super) fn new(area: &StudyArea, fleets: &[Fleet]) -> Self {
        let ends = find_loose_ends(area);
        let behind = fleets.iter().map(|fleet| find_behind(area, fleet, &ends)).collect();
        Self { ends, behind }
    }

    /// The suspected end beyond which a class of vehicle would get to one of these places on roads.
    pub(super) fn before(&self, rank: usize, entries: &[Position]) -> Option<LooseEndId> {
        entries.iter().find_map(|entry| self.behind[rank].get(&entry.segment).copied())
    }
}

/// The segments that a fleet gets to over suspected connections alone, whatever it takes to open the way behind them.
fn find_behind(area: &StudyArea, fleet: &Fleet, ends: &[LooseEnd]) -> BTreeMap<SegmentId, LooseEndId> {
    let network = &area.network;
    let drives = |arc: &ArcId| fleet.price(*arc, PassReading::Free).is_some() && !is_against_oneway(area, *arc);
    let mut behind: BTreeMap<SegmentId, LooseEndId> = BTreeMap::new();
    loop {
        let known = behind.len();
        for (id, end) in LooseEndId::first(ends.len()).zip(ends) {
            let is_reached =
                |segment: SegmentId| behind.contains_key(&segment) || fleet.reaches(segment, PassReading::Free);
            let sides = [end.segment, end.meets.segment];
            let beyond = match sides.map(is_reached) {
                [true, false] => sides[1],
                [false, true] => sides[0],
                _ => continue,
            };
            let mut ahead: Vec<ArcId> = beyond.arcs().into_iter().filter(drives).collect();
            while let Some(arc) = ahead.pop() {
                let segment = arc.segment();
                if fleet.reaches(segment, PassReading::Free) || behind.contains_key(&segment) && segment != beyond {
                    continue;
                }
                behind.insert(segment, id);
                let onward = network.arcs_leaving(network.head(arc)).filter(drives);
                ahead.extend(onward.filter(|arc| !behind.contains_key(&arc.segment())));
            }
        }
        if behind.len() == known {
            return behind;
        }
    }
}
