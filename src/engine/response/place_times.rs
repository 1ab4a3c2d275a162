//! Times from one crew to many places: one search for each crew, read off at the metre of road that serves each place.
//!
//! Cost: what a search touches, plus a few additions for every place.

use std::sync::Arc;

use crate::response::driving::Drive;
use crate::response::reach::{Start, entries};
use fireplan_algorithms::shortest_path::{CLOSED, Graph, Search, UNREACHED};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ArcId, Id, NodeId};
use fireplan_model::network::Position;

/// The states from which the arcs of some segments can be driven.
pub(crate) struct Departures {
    /// Per arc, where its states begin in `states`.
    first: Vec<u32>,
    states: Vec<u32>,
}

impl Departures {
    /// Of the arcs of the segments on which these positions lie.
    pub(crate) fn new<'a>(graph: &Graph, arcs: usize, positions: impl Iterator<Item = &'a Position>) -> Self {
        let mut wanted = vec![false; arcs];
        for position in positions {
            for arc in position.segment.arcs() {
                wanted[arc.index()] = true;
            }
        }
        let mut leaving: Vec<(u32, u32)> = Vec::new();
        for (state, arcs) in graph.departures() {
            leaving.extend(arcs.iter().filter(|arc| wanted[**arc as usize]).map(|arc| (*arc, state)));
        }
        leaving.sort_unstable();
        let mut first = vec![0_u32; arcs + 1];
        for (arc, _) in &leaving {
            first[*arc as usize + 1] += 1;
        }
        for arc in 0..arcs {
            first[arc + 1] += first[arc];
        }
        Self { first, states: leaving.into_iter().map(|(_, state)| state).collect() }
    }

    /// The states from which an arc can be driven.
    pub(crate) fn of(&self, arc: ArcId) -> &[u32] {
        &self.states[self.first[arc.index()] as usize..self.first[arc.index() + 1] as usize]
    }
}

/// The network as one class of vehicle drives it, ready to be read off at some places.
pub(crate) struct PlaceDrive {
    pub(crate) drive: Arc<Drive>,
    departures: Departures,
}

impl PlaceDrive {
    /// To be read off at these positions.
    pub(crate) fn new<'a>(drive: Arc<Drive>, positions: impl Iterator<Item = &'a Position>) -> Self {
        let departures = Departures::new(&drive.graph, drive.arc_ms.len(), positions);
        Self { drive, departures }
    }

    /// The states from which the arcs at the positions can be driven.
    pub(crate) fn departures(&self) -> &Departures {
        &self.departures
    }

    /// Everything within the horizon of one crew, which may also arrive at nodes from beyond the network, in milliseconds.
    pub(crate) fn search<O: Id>(
        &self,
        area: &StudyArea,
        start: &Start<O>,
        head_starts: &[(NodeId, u32)],
        search: &mut Search,
        horizon_ms: u32,
    ) {
        let mut seeds = entries(area, &self.drive, start);
        seeds.extend(head_starts.iter().map(|(node, ms)| (node.0, *ms)));
        search.run(&self.drive.graph, &seeds, horizon_ms);
    }

    /// When the crew that was searched for passes a position: the least of entering its segment at either end and of starting
    /// on it, in milliseconds.
    pub(crate) fn arrival_ms<O: Id>(
        &self,
        area: &StudyArea,
        start: &Start<O>,
        search: &Search,
        at: &Position,
    ) -> Option<f64> {
        let length_m = area.network[at.segment].length_m;
        let mut least: Option<f64> = None;
        let mut offer = |ms: f64| least = Some(least.map_or(ms, |known| known.min(ms)));
        for (arc, along_m) in [(at.segment.along(), at.offset_m), (at.segment.against(), length_m - at.offset_m)] {
            let ms = self.drive.arc_ms[arc.index()];
            if ms == CLOSED {
                continue;
            }
            let ms_per_m = f64::from(ms) / length_m;
            let states = self.departures.of(arc).iter();
            if let Some(cost) = states.map(|state| search.cost(*state)).min().filter(|cost| *cost != UNREACHED) {
                offer(f64::from(cost) + ms_per_m * along_m);
            }
            if start.position.segment == at.segment {
                let from_m = if arc.is_along() { start.position.offset_m } else { length_m - start.position.offset_m };
                if from_m <= along_m {
                    offer(f64::from(start.ready.under(self.drive.reading)) + ms_per_m * (along_m - from_m));
                }
            }
        }
        least
    }
}
