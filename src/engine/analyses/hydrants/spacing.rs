//! New hydrants for the spacing: the fewest places where a hydrant can stand that leave nothing farther than half the spacing.

use std::collections::BTreeMap;

use super::HydrantRun;
use super::kerb_places::KerbPlaces;
use super::kerbs::Kerb;
use super::proposals::{NewReason, NewSite};
use super::streets::StreetId;
use fireplan_algorithms::linear_reference::Side;
use fireplan_algorithms::metric_graph::{Edge, EdgePosition, MetricGraph, Stretch};
use fireplan_location::path_cover;
use fireplan_location::path_cover::{PathCoverProblem, Points};
use fireplan_model::layers::HydrantState;
use fireplan_model::method_constants;

method_constants! {
    /// 环状路网上试放新栓的步数（每半个间距） | Number of places tried in half the spacing along rings of streets
    const RING_STEPS: f64 = 24.0,
        because "间距 120 米时每 2.5 米试一处，更密很少减少座数；假定值，供审查 | At a spacing of 120 m a place every 2.5 m; more places rarely lower the number; an assumption, for review";
}

/// New hydrants that restore the spacing, and a lower bound on their number.
pub(super) struct SpacingProposals {
    pub sites: Vec<NewSite>,
    pub lower_bound: usize,
    pub exact: usize,
    /// How many would do if the hydrants of unknown state worked.
    pub if_unknown_work: usize,
}

/// The fewest places beside municipal built-up roads that leave nothing farther than half the spacing.
pub(super) fn close_gaps(run: &HydrantRun, kerb_places: &KerbPlaces) -> SpacingProposals {
    let scaled = ScaledKerbs::new(run, run.rules.hydrant.spacing_m.value / 2.0);
    let usual = usual_sides(run);
    let beside = |at: EdgePosition| {
        let kerb = run.kerbs.kerbs[at.edge as usize];
        kerb_places.beside(kerb.segment, at.offset, &sides_of(run, &usual, &kerb))
    };
    // A hydrant that would belong a little farther along the road does not cover what it is for.
    let stands =
        |at: EdgePosition| beside(scaled.place(at)).is_some_and(|place| place.unmet.is_empty() && place.keeps_place);
    let fewest = |demand: &[Stretch]| scaled.fewest(run, &scaled.stretches(demand), &stands);
    let points = fewest(&run.to_cover);
    let unknown = run.placed.iter().any(|placed| placed.hydrant.state == HydrantState::Unknown);
    let if_unknown_work = if unknown { fewest(&run.to_cover_hopeful).places.len() } else { points.places.len() };
    let site = |at: &EdgePosition| NewSite::new(run, NewReason::Spacing, beside(scaled.place(*at))?, String::new());
    let mut sites: Vec<NewSite> = points.places.iter().filter_map(site).collect();
    sites.sort_by(|a, b| a.street.cmp(&b.street).then(a.chainage_m.total_cmp(&b.chainage_m)));
    SpacingProposals { sites, lower_bound: points.lower_bound, exact: points.exact, if_unknown_work }
}

/// The sides of a road on which a hydrant for it may stand, the usual one of the street first.
fn sides_of(run: &HydrantRun, usual: &BTreeMap<StreetId, Side>, kerb: &Kerb) -> Vec<Side> {
    let Some((street, part)) = run.streets.part(kerb.segment) else { return Vec::new() };
    let usual = usual.get(&street).copied().unwrap_or(Side::Right).seen(part.backwards);
    kerb.side.map_or_else(|| vec![usual, usual.opposite()], |side| vec![side])
}

/// The kerbs with lengths told in shares of the spacing: where a town has a spacing of its own, its roads are drawn longer or
/// shorter, so that one and the same spacing covers all.
struct ScaledKerbs {
    /// Per edge, how many times as long it is; empty where one spacing holds everywhere.
    times: Vec<f64>,
    graph: Option<MetricGraph>,
    /// Half the spacing that covers all.
    half_m: f64,
}

impl ScaledKerbs {
    fn new(run: &HydrantRun, half_m: f64) -> Self {
        if run.local.is_uniform() {
            return Self { times: Vec::new(), graph: None, half_m };
        }
        let edges = &run.kerbs.graph.edges;
        let times: Vec<f64> = (0..edges.len() as u32).map(|edge| half_m / run.half_m(edge)).collect();
        let scaled: Vec<Edge> =
            edges.iter().zip(&times).map(|(edge, times)| Edge { length: edge.length * times, ..*edge }).collect();
        let nodes = edges.iter().map(|edge| edge.from.max(edge.to) + 1).max().unwrap_or(0);
        Self { times, graph: Some(MetricGraph::new(nodes, scaled)), half_m }
    }

    fn graph<'a>(&'a self, run: &'a HydrantRun) -> &'a MetricGraph {
        self.graph.as_ref().unwrap_or(&run.kerbs.graph)
    }

    fn times(&self, edge: u32) -> f64 {
        self.times.get(edge as usize).copied().unwrap_or(1.0)
    }

    fn stretches(&self, stretches: &[Stretch]) -> Vec<Stretch> {
        let scaled = |stretch: &Stretch| {
            let times = self.times(stretch.edge);
            Stretch { from: stretch.from * times, to: stretch.to * times, ..*stretch }
        };
        stretches.iter().map(scaled).collect()
    }

    /// The fewest places that cover a demand.
    fn fewest(&self, run: &HydrantRun, demand: &[Stretch], accepts: &(dyn Fn(EdgePosition) -> bool + Sync)) -> Points {
        let (graph, radius) = (self.graph(run), self.half_m);
        let is_wanted = |kerb: &Kerb| !run.kerbs.wanted[kerb.segment.index()].is_empty();
        let allowed: Vec<bool> = run.kerbs.kerbs.iter().map(is_wanted).collect();
        path_cover::place(&PathCoverProblem {
            graph,
            demand,
            allowed: &allowed,
            accepts,
            radius,
            step: radius / RING_STEPS,
        })
    }

    /// A place on the roads as they are.
    fn place(&self, scaled: EdgePosition) -> EdgePosition {
        EdgePosition { offset: scaled.offset / self.times(scaled.edge), ..scaled }
    }
}

/// Per street, the side on which most of its hydrants stand: there the main lies.
fn usual_sides(run: &HydrantRun) -> BTreeMap<StreetId, Side> {
    let mut right: BTreeMap<StreetId, i32> = BTreeMap::new();
    for on_road in run.placed.iter().filter_map(|placed| placed.on_road) {
        *right.entry(on_road.street).or_default() += if on_road.side_on_street == Side::Right { 1 } else { -1 };
    }
    right.into_iter().map(|(street, balance)| (street, if balance < 0 { Side::Left } else { Side::Right })).collect()
}
