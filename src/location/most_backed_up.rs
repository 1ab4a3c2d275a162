//! Most weight covered twice with a number or a budget: backup coverage (Hogan and ReVelle 1986).
//!
//! > max Σ wᵢ zᵢ  subject to  yᵢ + zᵢ ≤ Σ xⱼ over the options j that cover i,  zᵢ ≤ yᵢ,  Σ wᵢ yᵢ ≥ covered,
//! > Σ cⱼ xⱼ ≤ room,  xⱼ, zᵢ ∈ {0, 1},  yᵢ ≤ 1

use highs::Col;

use super::backup_dual::{BackupDual, SHARES};
use super::backups::Backups;
use super::descent::descend;
use super::incumbent::Incumbent;
use super::least_cost::out_of_reach;
use super::milp::{Goal, Solved};
use super::most_covered::most_covered;
use super::programme::{Programme, chosen};
use super::reduced::{Fixed, Reduced};
use super::{Covering, Ended, OutOfReach, Plan, SearchLimits};

/// The worths of being covered once, as shares of the weight, that are tried for the best bound.
const SHARES_TRIED: [i64; 4] = [0, SHARES / 4, SHARES, 4 * SHARES];

/// The options that cover most weight twice or more often, with costs up to `room`, among those that cover at least
/// `covered` once. The value is the weight covered twice.
///
/// ```
/// use fireplan_location::{Covering, SearchLimits, most_backed_up};
/// let covers = vec![vec![0, 1], vec![0, 1], vec![1, 2], vec![2]];
/// let covering = Covering { weights: vec![5, 1, 3], covers, ..Covering::default() };
/// assert_eq!(most_backed_up(&covering, 2, 0, &SearchLimits::patient()).unwrap().chosen, [0, 1]);
/// // To cover all once costs the second cover of the first demand.
/// let plan = most_backed_up(&covering, 2, covering.total(), &SearchLimits::patient()).unwrap();
/// assert_eq!(plan.value, 1);
/// ```
pub fn most_backed_up(
    covering: &Covering,
    room: u64,
    covered: u64,
    search_limits: &SearchLimits,
) -> Result<Plan, OutOfReach> {
    let reduced = Reduced::merged(covering);
    let room = room.min(reduced.costs.iter().sum());
    let search = BackupSearch { reduced: &reduced, required: reduced.numbers(&covering.required), room, covered };
    let mut start = search.start(covering, search_limits);
    if !start.is_enough() {
        return Err(out_of_reach(covering, room, search_limits));
    }
    let value = start.value();
    let options = reduced.named(start.chosen.iter().copied());
    let mut incumbent = Incumbent::new(Goal::Most, search_limits, options, value, search.at_best());
    start.perturb(&mut incumbent);
    let fixed = search.bound(&mut incumbent);
    let mut ended = search_limits.stopped().unwrap_or(Ended::Proven);
    if !incumbent.is_optimal() && ended == Ended::Proven {
        ended = search.finish(&fixed, &mut incumbent);
    }
    Ok(incumbent.into_plan(ended))
}

struct BackupSearch<'a> {
    reduced: &'a Reduced,
    /// Options that must be chosen; they cost nothing.
    required: Vec<u32>,
    room: u64,
    covered: u64,
}

impl<'a> BackupSearch<'a> {
    /// A plan by greed; should that not cover enough once, from the plan that covers most, which does if any does.
    fn start(&self, covering: &Covering, search_limits: &SearchLimits) -> Backups<'a> {
        let stopped = || search_limits.stopped().is_some();
        let mut greedy = Backups::new(self.reduced, self.room, self.covered, self.required.iter().copied());
        greedy.improve(&stopped);
        if greedy.is_enough() {
            return greedy;
        }
        let most = most_covered(covering, self.room, &search_limits.quiet());
        let mut most = Backups::new(self.reduced, self.room, self.covered, self.reduced.numbers(&most.chosen));
        most.improve(&stopped);
        most
    }

    /// Weight of what two options cover or more.
    fn at_best(&self) -> u64 {
        let twice = self.reduced.weights.iter().zip(&self.reduced.covered_by).filter(|(_, by)| by.len() > 1);
        twice.map(|(weight, _)| weight).sum()
    }

    /// Lowers the bound with several worths of being covered once. Gives which options the best prices leave undecided.
    fn bound(&self, incumbent: &mut Incumbent) -> Vec<Fixed> {
        let mut fixed = vec![Fixed::Open; self.reduced.covers.len()];
        self.required.iter().for_each(|option| fixed[*option as usize] = Fixed::In);
        for share in SHARES_TRIED {
            if share > 0 && self.covered == 0 || incumbent.is_optimal() || incumbent.search_limits.stopped().is_some() {
                break;
            }
            let dual = BackupDual::new(self.reduced, self.room, self.covered, share);
            let prices = descend(&dual, dual.first_prices(), incumbent);
            if incumbent.is_optimal() {
                break;
            }
            for (known, new) in fixed.iter_mut().zip(dual.fix(&prices, incumbent.value)) {
                if *known == Fixed::Open {
                    *known = new;
                }
            }
        }
        fixed
    }

    fn finish(&self, fixed: &[Fixed], incumbent: &mut Incumbent) -> Ended {
        let start = self.reduced.numbers(&incumbent.chosen);
        let solved = self.solve(&start, fixed, incumbent);
        if let Some(columns) = &solved.columns {
            let found = chosen(columns, self.reduced.covers.len());
            let found = Backups::new(self.reduced, self.room, self.covered, found);
            if found.is_enough() {
                let value = found.value();
                incumbent.offer(self.reduced.named(found.chosen), value);
            }
        }
        incumbent.absorb(&solved);
        solved.ended
    }

    /// The start may be of options that cannot be in a better plan; then it is none.
    fn solve(&self, start: &[u32], fixed: &[Fixed], incumbent: &Incumbent) -> Solved {
        let mut programme = Programme::new(self.reduced, Goal::Most, 0);
        let options = programme.add_options(|_| 0);
        let once: Vec<Col> = self.reduced.weights.iter().map(|_| programme.milp.share(0)).collect();
        for (demand, once) in once.iter().enumerate() {
            let twice = programme.milp.choice(self.reduced.weights[demand]);
            programme.milp.row(..=0.0, [(twice, 1.0), (*once, -1.0)]);
            let by = self.reduced.covered_by[demand].iter().map(|option| (options[*option as usize], 1.0));
            programme.milp.row(0.0.., by.chain([(*once, -1.0), (twice, -1.0)]));
        }
        programme.ask_for(&once, self.covered);
        programme.limit_cost(&options, self.room);
        for (option, fixed) in options.iter().zip(fixed) {
            match fixed {
                Fixed::In => programme.milp.row(1.0.., [(*option, 1.0)]),
                Fixed::Out => programme.milp.row(..=0.0, [(*option, 1.0)]),
                Fixed::Open => (),
            }
        }
        let allowed = |option: &u32| fixed[*option as usize] != Fixed::Out;
        let start = start.iter().all(allowed).then(|| self.columns(start));
        incumbent.solve(programme.milp, start.as_deref())
    }

    /// The start as columns: options, demands covered once, then those covered twice.
    fn columns(&self, start: &[u32]) -> Vec<f64> {
        let is_chosen = |option: &u32| start.contains(option);
        let times: Vec<usize> =
            self.reduced.covered_by.iter().map(|by| by.iter().filter(|option| is_chosen(option)).count()).collect();
        let options = (0..self.reduced.covers.len() as u32).map(|option| f64::from(u8::from(is_chosen(&option))));
        let reached = |least: usize| times.iter().map(move |times| f64::from(u8::from(*times >= least)));
        options.chain(reached(1)).chain(reached(2)).collect()
    }
}
