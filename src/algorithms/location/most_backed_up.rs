//! Most weight covered twice with a number or a budget: backup coverage (Hogan and ReVelle 1986).
//!
//! > max Σ wᵢ zᵢ  subject to  yᵢ + zᵢ ≤ Σ xⱼ over the options j that cover i,  zᵢ ≤ yᵢ,  Σ wᵢ yᵢ ≥ covered,
//! > Σ cⱼ xⱼ ≤ room,  xⱼ ∈ {0, 1},  yᵢ, zᵢ ≤ 1

use super::least_cost::out_of_reach;
use super::milp::{Goal, Solved};
use super::most_covered::most_covered;
use super::programme::{Programme, chosen};
use super::race::Race;
use super::reduced::Reduced;
use super::{Covering, Ended, OutOfReach, Plan, Watch};

/// The options that cover most weight twice or more often, with costs up to `room`, among those that cover at least
/// `covered` once. The value is the weight covered twice.
///
/// ```
/// use fireplan::algorithms::location::{Covering, Watch, most_backed_up};
/// let covers = vec![vec![0, 1], vec![0, 1], vec![1, 2], vec![2]];
/// let covering = Covering { weights: vec![5, 1, 3], covers, ..Covering::default() };
/// assert_eq!(most_backed_up(&covering, 2, 0, &Watch::patient()).unwrap().chosen, [0, 1]);
/// // To cover all once costs the second cover of the first demand.
/// let plan = most_backed_up(&covering, 2, covering.total(), &Watch::patient()).unwrap();
/// assert_eq!(plan.value, 1);
/// ```
pub fn most_backed_up(covering: &Covering, room: u64, covered: u64, watch: &Watch) -> Result<Plan, OutOfReach> {
    let reduced = Reduced::merged(covering);
    let search = Search { covering, reduced: &reduced, room, covered };
    let Some(start) = search.start(watch) else {
        return Err(out_of_reach(covering, room, watch));
    };
    let mut race = Race::new(Goal::Most, watch, start.clone(), covering.backed_up(&start), search.at_best());
    if race.is_won() {
        return Ok(race.into_plan(Ended::Proven));
    }
    let solved = search.solve(&start, watch);
    if let Some(columns) = &solved.columns {
        let found = reduced.named(chosen(columns, reduced.covers.len()));
        if covering.covered(&found) >= covered && covering.cost(&found) <= room {
            let value = covering.backed_up(&found);
            race.offer(found, value);
        }
    }
    race.close(&solved);
    Ok(race.into_plan(solved.ended))
}

struct Search<'a> {
    covering: &'a Covering,
    reduced: &'a Reduced,
    room: u64,
    covered: u64,
}

impl Search<'_> {
    /// A plan that covers enough once, with all the room used; the caller's numbers.
    fn start(&self, watch: &Watch) -> Option<Vec<u32>> {
        let most = most_covered(self.covering, self.room, watch);
        (most.value >= self.covered).then_some(most.chosen)
    }

    /// Weight of what two options cover or more.
    fn at_best(&self) -> u64 {
        let twice = self.reduced.weights.iter().zip(&self.reduced.covered_by).filter(|(_, by)| by.len() > 1);
        twice.map(|(weight, _)| weight).sum()
    }

    fn solve(&self, start: &[u32], watch: &Watch) -> Solved {
        let mut programme = Programme::new(self.reduced, Goal::Most, 0);
        let options = programme.add_options(|_| 0);
        let once = programme.add_demands(&options, |_| 0);
        for (demand, once) in once.iter().enumerate() {
            let twice = programme.milp.share(self.reduced.weights[demand]);
            programme.milp.row(..=0.0, [(twice, 1.0), (*once, -1.0)]);
            let by = self.reduced.covered_by[demand].iter().map(|option| (options[*option as usize], 1.0));
            programme.milp.row(0.0.., by.chain([(*once, -1.0), (twice, -1.0)]));
        }
        programme.ask_for(&once, self.covered);
        programme.limit_cost(&options, self.room);
        for (option, id) in self.reduced.ids.iter().enumerate() {
            if self.covering.required.contains(id) {
                programme.milp.row(1.0.., [(options[option], 1.0)]);
            }
        }
        programme.milp.solve(Some(&self.columns(start)), watch)
    }

    /// The start as columns: options, demands covered once, demands covered twice.
    fn columns(&self, start: &[u32]) -> Vec<f64> {
        let is_chosen = |option: &u32| start.contains(&self.reduced.ids[*option as usize]);
        let times: Vec<usize> =
            self.reduced.covered_by.iter().map(|by| by.iter().filter(|option| is_chosen(option)).count()).collect();
        let options = (0..self.reduced.covers.len() as u32).map(|option| f64::from(u8::from(is_chosen(&option))));
        let reached = |least: usize| times.iter().map(move |times| f64::from(u8::from(*times >= least)));
        options.chain(reached(1)).chain(reached(2)).collect()
    }
}
