//! Distances along the network under every reading of the hydrants, and what of the road is too far from one.
//!
//! What a scenario adds takes nothing away: road that the hydrants that stand cover, as road between two of them or as a street
//! end, stays covered when a planned one turns the street end into a stretch between two.

use std::sync::Arc;

use super::by_street::ByStreet;
use super::ends::{self, StreetEnds, Uncovered, common};
use super::kerbs::Kerbs;
use super::scope::Scope;
use super::stock::{PlacedHydrant, StateReading};
use super::streets::StreetIndex;
use super::{HORIZON_M, HydrantRun, Hydrants, kerb_sources};
use crate::analysis::Context;
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_algorithms::metric_graph::{DistanceField, Stretch};
use fireplan_model::rules::EndReading;

/// Distances to the hydrants that count under one reading, and the street ends between them.
struct HydrantSpacing<'a> {
    field: Arc<DistanceField<'a>>,
    ends: StreetEnds,
}

/// The same for all hydrants and, where some are planned, for those that stand.
struct SpacingBeside<'a> {
    all: HydrantSpacing<'a>,
    standing: Option<HydrantSpacing<'a>>,
}

impl SpacingBeside<'_> {
    fn uncovered(&self, run: &HydrantRun) -> Uncovered {
        let of = |spacing: &HydrantSpacing| ends::uncovered(run, &spacing.field, &spacing.ends);
        let all = of(&self.all);
        self.standing.as_ref().map_or_else(|| all.clone(), |standing| all.within(&of(standing).all()))
    }

    fn between(&self, run: &HydrantRun) -> Vec<Stretch> {
        let all = ends::between(run, &self.all.ends);
        match &self.standing {
            Some(standing) => common(&all, &ends::between(run, &standing.ends)),
            None => all,
        }
    }

    fn to_cover(&self, run: &HydrantRun) -> Vec<Stretch> {
        let of = |spacing: &HydrantSpacing| ends::to_cover(run, &spacing.field, &spacing.ends);
        let all = of(&self.all);
        self.standing.as_ref().map_or_else(|| all.clone(), |standing| common(&all, &of(standing)))
    }
}

/// Distances along the network under every reading, and what is too far.
pub(super) fn measure<'a>(
    question: &Hydrants,
    context: &Context<'a>,
    local: &'a TownRules<'a>,
    streets: &'a StreetIndex,
    scope: &'a Scope,
    kerbs: &'a Kerbs,
    placed: &'a [PlacedHydrant],
) -> HydrantRun<'a> {
    let area = context.area;
    let spacing = |counts: &dyn Fn(&PlacedHydrant) -> bool| {
        let sources = kerb_sources::sources(area, streets, kerbs, placed, counts);
        let ends = match context.rules.hydrant.end_reading.value {
            EndReading::Radius => StreetEnds::new(kerbs, &sources),
            EndReading::HalfSpacing => StreetEnds::default(),
        };
        HydrantSpacing { field: kerbs.graph.two_nearest(&sources, HORIZON_M).into(), ends }
    };
    let has_planned = placed.iter().any(PlacedHydrant::is_planned);
    let beside = |reading: StateReading| SpacingBeside {
        all: spacing(&|placed| reading.counts(placed.hydrant.state)),
        standing: has_planned.then(|| spacing(&|placed| !placed.is_planned() && reading.counts(placed.hydrant.state))),
    };
    let (certain, hopeful) = (beside(StateReading::Certain), beside(StateReading::Hopeful));
    let (repaired, all) = (beside(StateReading::Repaired), beside(StateReading::RepairedHopeful));
    let planned_on = if question.repair_first { StateReading::Repaired } else { StateReading::Certain };
    let nothing = || ByStreet::new_empty();
    let mut run = HydrantRun {
        area,
        rules: context.rules,
        local,
        streets,
        scope,
        kerbs,
        placed,
        towns: TownIndex::new(area),
        certain: Arc::clone(&certain.all.field),
        certain_ends: StreetEnds::default(),
        hopeful: Arc::clone(&hopeful.all.field),
        wanted: nothing(),
        wanted_between: nothing(),
        beyond_certain: nothing(),
        beyond_at_ends: nothing(),
        beyond_hopeful: nothing(),
        beyond_repaired: nothing(),
        to_cover: Vec::new(),
        to_cover_hopeful: Vec::new(),
        planned_on,
    };
    let beyond_certain = certain.uncovered(&run);
    run.wanted = ByStreet::new(&run, &wanted(kerbs));
    run.wanted_between = ByStreet::new(&run, &certain.between(&run));
    run.beyond_certain = ByStreet::new(&run, &beyond_certain.all());
    run.beyond_at_ends = ByStreet::new(&run, &beyond_certain.at_ends);
    run.beyond_hopeful = ByStreet::new(&run, &only_recorded(&run, hopeful.uncovered(&run).all()));
    run.beyond_repaired = ByStreet::new(&run, &repaired.uncovered(&run).all());
    let (planned, planned_hopeful) = if question.repair_first { (&repaired, &all) } else { (&certain, &hopeful) };
    run.to_cover = planned.to_cover(&run);
    run.to_cover_hopeful = only_recorded(&run, planned_hopeful.to_cover(&run));
    run.certain_ends = certain.all.ends;
    run
}

/// Without the stretches of built-up areas of which no hydrant is in the data: if all that nobody knows is well, they have theirs.
fn only_recorded(run: &HydrantRun, stretches: Vec<Stretch>) -> Vec<Stretch> {
    let is_recorded = |stretch: &Stretch| {
        let segment = run.kerbs.kerbs[stretch.edge as usize].segment;
        !run.scope.lacks_record(run.area.network.point_at(segment, (stretch.from + stretch.to) / 2.0))
    };
    stretches.into_iter().filter(is_recorded).collect()
}

/// All road where hydrants are asked for.
fn wanted(kerbs: &Kerbs) -> Vec<Stretch> {
    let of_edge = |edge: u32| {
        let stretches = kerbs.wanted[kerbs.kerbs[edge as usize].segment.index()].iter();
        stretches.map(move |(from, to)| Stretch { edge, from: *from, to: *to })
    };
    (0..kerbs.kerbs.len() as u32).flat_map(of_edge).collect()
}
