//! Where new hydrants are needed: the fewest that close every gap along the roads, and the fewest more that reach every building by
//! hose. They are put into one list by [`plan`](super::plan).

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;
use rayon::prelude::*;

use super::reach::{HoseExit, HydrantReach};
use super::stock::RoadSide;
use super::streets::StreetId;
use super::{HydrantRun, Hydrants};
use fireplan_algorithms::linear_reference::{Side, beside};
use fireplan_algorithms::metric_graph::{Ball, Edge, EdgePosition, MetricGraph, Stretch};
use fireplan_location::path_cover;
use fireplan_location::path_cover::PathCoverProblem;
use fireplan_location::set_cover;
use fireplan_model::codes;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::HydrantState;
use fireplan_model::method_constants;

method_constants! {
    /// 环状路网上试放新栓的步数（每半个间距） | Number of places tried in half the spacing along rings of streets
    const RING_STEPS: f64 = 24.0,
        because "间距 120 米时每 2.5 米试一处，更密很少减少座数；假定值，供审查 | At a spacing of 120 m a place every 2.5 m; more places rarely lower the number; an assumption, for review";
    /// 路宽不明时新栓距路中线的半幅宽 | Half width of a road of unknown width, beside which a new hydrant is drawn
    const HALF_LANE_M: f64 = 4.0,
        because "双车道村镇道路约宽 8 米，只影响图上位置；假定值，供审查 | A village road of two lanes is some 8 m wide; it only moves the symbol; an assumption, for review";
}

codes! {
    /// Why a new hydrant is needed.
    pub enum NewReason {
        /// 间距超标 | Spacing
        Spacing = "spacing",
        /// 桥头、隧道口缺栓 | Bridge head or tunnel portal
        Head = "head",
        /// 水带够不着建筑 | Buildings beyond the hose
        Hose = "hose",
    }
}

/// Where a new hydrant would stand, and why.
#[derive(Debug, Clone)]
pub(super) struct NewSite {
    pub why: NewReason,
    pub at: Coord,
    pub street: StreetId,
    pub segment: SegmentId,
    /// Along the segment from its first node.
    pub offset_m: f64,
    /// Along the street.
    pub chainage_m: f64,
    pub side: RoadSide,
    /// The bridge head or portal at which it stands; empty elsewhere.
    pub head: String,
}

/// New hydrants that restore the spacing, and a lower bound on their number.
pub(super) struct SpacingProposals {
    pub sites: Vec<NewSite>,
    pub lower_bound: usize,
    pub exact: usize,
    /// How many would do if the hydrants of unknown state worked.
    pub if_unknown_work: usize,
}

/// The fewest points on municipal built-up roads that leave nothing farther than half the spacing.
pub(super) fn close_gaps(run: &HydrantRun) -> SpacingProposals {
    let kerbs = run.kerbs;
    let allowed: Vec<bool> = kerbs.kerbs.iter().map(|kerb| !kerbs.wanted[kerb.segment.index()].is_empty()).collect();
    let radius = run.rules.hydrant.spacing_m.value / 2.0;
    let scaled = ScaledKerbs::new(run, radius);
    let place = |demand: &[Stretch]| {
        let (graph, demand) = (scaled.graph(run), &scaled.stretches(demand));
        path_cover::place(&PathCoverProblem { graph, demand, allowed: &allowed, radius, step: radius / RING_STEPS })
    };
    let points = place(&run.to_cover);
    let unknown = run.placed.iter().any(|placed| placed.hydrant.state == HydrantState::Unknown);
    let if_unknown_work = if unknown { place(&run.to_cover_hopeful).places.len() } else { points.places.len() };
    let usual = usual_sides(run);
    let mut sites: Vec<NewSite> =
        points.places.iter().filter_map(|place| sited(run, &scaled.place(*place), &usual)).collect();
    sites.sort_by(|a, b| a.street.cmp(&b.street).then(a.chainage_m.total_cmp(&b.chainage_m)));
    SpacingProposals { sites, lower_bound: points.lower_bound, exact: points.exact, if_unknown_work }
}

/// The kerbs with lengths told in shares of the spacing: where a town has a spacing of its own, its roads are drawn longer or
/// shorter, so that one and the same spacing covers all.
struct ScaledKerbs {
    /// Per edge, how many times as long it is; empty where one spacing holds everywhere.
    times: Vec<f64>,
    graph: Option<MetricGraph>,
}

impl ScaledKerbs {
    fn new(run: &HydrantRun, half_m: f64) -> Self {
        if run.local.is_uniform() {
            return Self { times: Vec::new(), graph: None };
        }
        let edges = &run.kerbs.graph.edges;
        let times: Vec<f64> = (0..edges.len() as u32).map(|edge| half_m / run.half_m(edge)).collect();
        let scaled: Vec<Edge> =
            edges.iter().zip(&times).map(|(edge, times)| Edge { length: edge.length * times, ..*edge }).collect();
        let nodes = edges.iter().map(|edge| edge.from.max(edge.to) + 1).max().unwrap_or(0);
        Self { times, graph: Some(MetricGraph::new(nodes, scaled)) }
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

/// How far from the kerb a new hydrant is drawn: half-way between the least and the most that the clause allows. In metres.
pub(super) fn from_kerb_m(run: &HydrantRun, street: StreetId, at_m: f64) -> f64 {
    let rules = run.rules_on(street, at_m);
    (rules.kerb_min_m.value + rules.kerb_max_m.value) / 2.0
}

/// Half the width of a road, of which the width may not be known. In metres.
pub(super) fn half_width_m(width_m: Option<f64>) -> f64 {
    width_m.map_or(HALF_LANE_M, |width_m| width_m / 2.0)
}

fn sited(run: &HydrantRun, place: &EdgePosition, usual: &BTreeMap<StreetId, Side>) -> Option<NewSite> {
    let segment = run.kerbs.kerbs[place.edge as usize].segment;
    let (street, part) = run.streets.part(segment)?;
    let on_street = run.kerbs.side_on_street(place.edge, &part);
    let side = on_street.or(usual.get(&street).copied()).unwrap_or(Side::Right);
    let chainage_m = part.chainage(place.offset);
    let off_m = half_width_m(run.street_width_m(street, chainage_m)) + from_kerb_m(run, street, chainage_m);
    let at = beside(run.area.network.line(segment), place.offset, side.seen(part.backwards), off_m)?;
    let (why, side, head) = (NewReason::Spacing, side.into(), String::new());
    Some(NewSite { why, at, street, segment, offset_m: place.offset, chainage_m, side, head })
}

/// New hydrants that reach buildings by hose, and a lower bound on their number.
pub(super) struct HoseProposals {
    pub sites: Vec<NewSite>,
    pub lower_bound: usize,
    /// Buildings no new hydrant on a municipal road could reach.
    pub beyond: usize,
}

/// The fewest places on municipal built-up roads from which a hose reaches every building that none reaches, nor will reach from
/// the other new hydrants.
pub(super) fn reach_buildings(
    question: &Hydrants,
    run: &HydrantRun,
    reach: &HydrantReach,
    will_be_reached: &[bool],
) -> HoseProposals {
    let open: Vec<(u32, &[HoseExit])> = reach
        .buildings
        .iter()
        .enumerate()
        .filter(|(number, building)| !building.access.is_empty() && !building.planned && !will_be_reached[*number])
        .map(|(number, building)| (number as u32, building.access.as_slice()))
        .collect();
    let places = candidates(question, run, reach, &open);
    let mut by_edge: BTreeMap<u32, Vec<(u32, HoseExit)>> = BTreeMap::new();
    for (element, (_, access)) in (0_u32..).zip(&open) {
        for access in *access {
            by_edge.entry(access.place.edge).or_default().push((element, *access));
        }
    }
    let (graph, limit_m) = (&reach.ways.graph, reach.limit_m);
    let sets: Vec<Vec<u32>> = places
        .par_iter()
        .map_init(
            || Ball::new(graph),
            |ball, (place, _)| {
                let mut reached = Vec::new();
                for stretch in ball.around(graph, *place, limit_m) {
                    let here = by_edge.get(&stretch.edge).into_iter().flatten();
                    reached.extend(
                        here.filter(|(_, access)| {
                            ball.distance(graph, *place, access.place) + access.off_m <= access.limit_m
                        })
                        .map(|(element, _)| *element),
                    );
                }
                reached.sort_unstable();
                reached.dedup();
                reached
            },
        )
        .collect();
    let found = set_cover::cover(open.len() as u32, &sets);
    let mut reachable = vec![false; open.len()];
    sets.iter().flatten().for_each(|element| reachable[*element as usize] = true);
    let chosen = found.chosen.iter().map(|set| places[*set as usize].1);
    let sites = chosen.filter_map(|(segment, offset_m)| by_hose(run, segment, offset_m)).collect();
    let beyond = reachable.iter().filter(|reachable| !**reachable).count();
    HoseProposals { sites, lower_bound: found.lower_bound, beyond }
}

/// Where new hydrants may stand: on municipal built-up road, every so many metres, near a building that needs one. Each
/// as a place of the hose network and as segment and offset.
fn candidates(
    question: &Hydrants,
    run: &HydrantRun,
    reach: &HydrantReach,
    open: &[(u32, &[HoseExit])],
) -> Vec<(EdgePosition, (SegmentId, f64))> {
    let graph = &reach.ways.graph;
    let edges: Vec<Vec<u32>> = open
        .par_iter()
        .map_init(
            || Ball::new(graph),
            |ball, (_, access)| {
                let near =
                    access.iter().flat_map(|access| ball.around(graph, access.place, access.limit_m - access.off_m));
                near.map(|stretch| stretch.edge).collect()
            },
        )
        .collect();
    let edges: BTreeSet<u32> = edges.into_iter().flatten().collect();
    let mut places = Vec::new();
    for edge in edges {
        let (segment, from_m, to_m) = reach.ways.stretch(edge);
        for (start_m, end_m) in &run.kerbs.wanted[segment.index()] {
            let (start_m, end_m) = (start_m.max(from_m), end_m.min(to_m));
            if end_m < start_m {
                continue;
            }
            let count = ((end_m - start_m) / question.candidates_m).ceil().max(1.0);
            for at in 0..=count as u32 {
                let offset_m = start_m + (end_m - start_m) * f64::from(at) / count;
                places.push((EdgePosition { edge, offset: offset_m - from_m }, (segment, offset_m)));
            }
        }
    }
    places
}

fn by_hose(run: &HydrantRun, segment: SegmentId, offset_m: f64) -> Option<NewSite> {
    let (street, part) = run.streets.part(segment)?;
    let at = run.area.network.point_at(segment, offset_m);
    let (why, side, head) = (NewReason::Hose, RoadSide::Either, String::new());
    Some(NewSite { why, at, street, segment, offset_m, chainage_m: part.chainage(offset_m), side, head })
}
