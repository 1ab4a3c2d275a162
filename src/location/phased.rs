//! Nested build-out: what to add in each phase, so that phases that stand long serve well and each contains the one before
//! (multi-period maximal covering; after Schilling 1980).
//!
//! > max Σₜ yearsₜ Σ wᵢ yᵢₜ  subject to  yᵢₜ ≤ Σ xⱼₜ over the options j that cover i,  xⱼₜ ≥ xⱼ,ₜ₋₁,
//! > Σ cⱼ xⱼₜ ≤ roomₜ,  xⱼₜ ∈ {0, 1},  yᵢₜ ≤ 1
//!
//! Plans come of greed, phase upon phase, and of exchange; bounds of pricing the first rows in all phases together (after Galvão
//! and ReVelle 1996, for one phase), and the proof of branch and bound over such prices.

use super::descent::descend;
use super::exchange::Selection;
use super::incumbent::Incumbent;
use super::milp::Goal;
use super::most_covered::by_room;
use super::perturbation::Random;
use super::phased_dual::{PhasedDual, Phases};
use super::price_tree::{Branching, PriceTree};
use super::reduced::{Fixed, Reduced};
use super::timeline::{Timeline, nested_value};
use super::{Covering, Ended, Plan, SearchLimits};

/// Steps of branch and bound for each phase by itself: what comes of them is only where the search over all phases begins.
const SINGLE_WORK: u64 = 5_000;
/// Rounds of leaving a local optimum.
const ROUNDS: usize = 300;

/// A choice for each phase. Value and bound are Σ years × weight covered over the phases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phased {
    /// Of each phase, all options that stand then, ascending; each phase contains the one before.
    pub phases: Vec<Vec<u32>>,
    /// Of each phase, the weight covered.
    pub covered: Vec<u64>,
    /// Weight covered, summed over the years.
    pub value: u64,
    /// No plan has a higher value.
    pub bound: u64,
    /// Why the search ended.
    pub ended: Ended,
}

/// The best nested build-out. `rooms` are what may have been spent by the end of each phase, `years` how long each stands
/// (1 where missing).
///
/// ```
/// use fireplan_location::{Covering, SearchLimits, phased};
/// // One option now, two later. The middle one is the best for now, but has no place in the best pair.
/// let covers = vec![vec![0, 1, 2], vec![1, 2, 3, 4], vec![3, 4, 5]];
/// let covering = Covering { weights: vec![2; 6], covers, ..Covering::default() };
/// let plan = phased(&covering, &[1, 2], &[1, 10], &SearchLimits::patient());
/// assert_eq!(plan.phases, [vec![0], vec![0, 2]]);
/// assert_eq!((plan.covered, plan.value), (vec![6, 12], 126));
/// ```
pub fn phased(covering: &Covering, rooms: &[u64], years: &[u64], search_limits: &SearchLimits) -> Phased {
    let reduced = Reduced::new(covering);
    let build = Build::new(&reduced, rooms, years);
    let limits = SearchLimits { work: search_limits.work.min(SINGLE_WORK), ..search_limits.share(4).quiet() };
    let single = by_room(covering, &build.rooms, &limits);
    let bound = single.iter().zip(&build.years).map(|(plan, years)| plan.bound * years).sum();
    let dual = PhasedDual::new(build.phases());
    let start = build.start(&single, search_limits);
    let mut incumbent = Incumbent::new(Goal::Most, search_limits, dual.items_of(&start), build.value(&start), bound);
    build.perturb(&dual, start, &mut incumbent);
    let ended = prove(&dual, reduced.covers.len() * build.rooms.len(), &mut incumbent);
    let best = dual.phases_of(&incumbent.chosen);
    let phases: Vec<Vec<u32>> = best.iter().map(|phase| build.named(phase, &covering.required)).collect();
    let covered = phases.iter().map(|phase| covering.covered(phase)).collect();
    let plan = incumbent.into_plan(ended);
    Phased { phases, covered, value: plan.value, bound: plan.bound, ended: plan.ended }
}

/// Bounds by prices, then branch and bound. Items are options with phases.
fn prove(dual: &PhasedDual, items: usize, incumbent: &mut Incumbent) -> Ended {
    let mut fixed = vec![Fixed::Open; items];
    let Some(part) = dual.part(&mut fixed).filter(|_| !incumbent.is_optimal()) else { return Ended::Proven };
    let prices = descend(&part, part.first_prices(), incumbent);
    if let Some(ended) = incumbent.search_limits.stopped() {
        return ended;
    }
    for (known, new) in fixed.iter_mut().zip(part.fix(&prices, incumbent.value)) {
        if *known == Fixed::Open {
            *known = new;
        }
    }
    PriceTree::new(dual, fixed, &prices.prices).search(incumbent)
}

struct Build<'a> {
    reduced: &'a Reduced,
    /// Ascending: what is over later cannot be spent earlier.
    rooms: Vec<u64>,
    years: Vec<u64>,
}

impl<'a> Build<'a> {
    fn new(reduced: &'a Reduced, rooms: &[u64], years: &[u64]) -> Self {
        let mut least: u64 = reduced.costs.iter().sum();
        let mut rooms = rooms.to_vec();
        for room in rooms.iter_mut().rev() {
            least = least.min(*room);
            *room = least;
        }
        let years = (0..rooms.len()).map(|phase| years.get(phase).copied().unwrap_or(1)).collect();
        Self { reduced, rooms, years }
    }

    /// The caller's numbers of all that stands, ascending.
    fn named(&self, phase: &[u32], required: &[u32]) -> Vec<u32> {
        let mut options = self.reduced.named(phase.iter().copied());
        options.extend(required);
        options.sort_unstable();
        options.dedup();
        options
    }

    fn phases(&self) -> Phases<'_> {
        Phases { problem: self.reduced, rooms: &self.rooms, years: &self.years }
    }

    fn value(&self, phases: &[Vec<u32>]) -> u64 {
        nested_value(self.reduced, &self.years, phases)
    }

    /// The best of several nested plans by greed, phase upon phase: from all options, and first from those of the best plan
    /// of each phase by itself; then improved by exchange.
    fn start(&self, single: &[Plan], search_limits: &SearchLimits) -> Vec<Vec<u32>> {
        let mut starts = vec![self.nested(&[])];
        starts.extend(single.iter().map(|plan| self.nested(&self.reduced.numbers(&plan.chosen))));
        let improved = starts.into_iter().map(|phases| {
            let mut timeline = Timeline::new(self.reduced, &self.rooms, &self.years, &phases);
            timeline.improve(&|| search_limits.stopped().is_some());
            timeline.phases()
        });
        improved.max_by_key(|phases| self.value(phases)).unwrap_or_default()
    }

    /// Leaves local optima (iterated local search; Lourenço, Martin and Stützle 2003), by chance from a fixed seed.
    fn perturb(&self, dual: &PhasedDual, mut best: Vec<Vec<u32>>, incumbent: &mut Incumbent) {
        let mut random = Random(1);
        for _ in 0..ROUNDS {
            if incumbent.is_optimal() || incumbent.search_limits.stopped().is_some() {
                return;
            }
            let mut timeline = Timeline::new(self.reduced, &self.rooms, &self.years, &best);
            timeline.kick(&mut random);
            timeline.improve(&|| incumbent.search_limits.stopped().is_some());
            let phases = timeline.phases();
            if incumbent.offer(dual.items_of(&phases), self.value(&phases)) {
                best = phases;
            }
        }
    }

    /// Phase upon phase by greed; from the preferred options first, then from all.
    fn nested(&self, preferred: &[u32]) -> Vec<Vec<u32>> {
        let mut choice = Selection::empty(self.reduced, 0);
        let mut before = 0;
        let grow = |room: &u64| {
            choice.room += room - before;
            before = *room;
            choice.fill_from(preferred.iter().copied(), u64::MAX);
            choice.fill(u64::MAX);
            choice.chosen.clone()
        };
        self.rooms.iter().map(grow).collect()
    }
}
