//! Least sum of weight × time: the p-median (Hakimi 1964; ReVelle and Swain 1970).
//!
//! > min Σ cᵢⱼ yᵢⱼ  subject to  Σⱼ yᵢⱼ = 1,  yᵢⱼ ≤ xⱼ,  Σ xⱼ ≤ p,  xⱼ ∈ {0, 1},  yᵢⱼ ≥ 0

use highs::Col;

use super::lists::Lists;
use super::milp::{Goal, Milp, Solved};
use super::programme::{chosen, marks};
use super::race::Race;
use super::{Ended, Plan, Serving, Unserved, Watch};

/// The `p` options beside the required ones for which Σ weight × time to the nearest chosen option is least.
///
/// Where options do not reach every demand, reaching more weight comes first: the value then includes, per weight not
/// reached, a charge above what all times together could save. [`Serving::total`] is the value without it.
///
/// ```
/// use fireplan::algorithms::location::{Serving, Watch, p_median};
/// // Demands at 0, 1 and 10 on a line, options at 0, 1 and 10.
/// let times = vec![0, 1, 10, 1, 0, 9, 10, 9, 0];
/// let serving = Serving { weights: vec![1, 1, 1], times, options: 3, required: vec![] };
/// assert_eq!(p_median(&serving, 1, &Watch::patient()).unwrap().chosen, [1]);
/// assert_eq!(p_median(&serving, 2, &Watch::patient()).unwrap().value, 1);
/// ```
pub fn p_median(serving: &Serving, p: usize, watch: &Watch) -> Result<Plan, Unserved> {
    let lists = Lists::new(serving)?;
    let start = greedy(&lists, p);
    let value = lists.value(&start);
    let mut race = Race::new(Goal::Least, watch, start, value, lists.at_best());
    let mut ended = Ended::Proven;
    if !race.is_won() {
        let solved = solve(&lists, p, &race.chosen, watch);
        if let Some(columns) = &solved.columns {
            let found = chosen(columns, lists.option_count);
            let value = lists.value(&found);
            race.offer(found, value);
        }
        race.close(&solved);
        ended = solved.ended;
    }
    race.chosen.extend(&serving.required);
    Ok(race.into_plan(ended))
}

/// Always the option that saves most.
fn greedy(lists: &Lists, p: usize) -> Vec<u32> {
    let mut costs = lists.fallback.clone();
    let mut chosen: Vec<u32> = Vec::new();
    for _ in 0..p.min(lists.option_count) {
        let mut saved = vec![0_u64; lists.option_count];
        for (demand, now) in costs.iter().enumerate() {
            lists.of(demand).take_while(|(_, cost)| cost < now).for_each(|(o, cost)| saved[o as usize] += now - cost);
        }
        let best = (0..lists.option_count as u32).max_by_key(|o| (saved[*o as usize], std::cmp::Reverse(*o)));
        let Some(best) = best.filter(|option| saved[*option as usize] > 0) else { break };
        chosen.push(best);
        for (demand, now) in costs.iter_mut().enumerate() {
            let new = lists.of(demand).take_while(|(_, cost)| cost < now).find(|(option, _)| *option == best);
            *now = new.map_or(*now, |(_, cost)| cost);
        }
    }
    chosen
}

fn solve(lists: &Lists, p: usize, start: &[u32], watch: &Watch) -> Solved {
    let mut milp = Milp::new(Goal::Least, lists.settled);
    let options: Vec<Col> = (0..lists.option_count).map(|_| milp.choice(0)).collect();
    milp.row(..=p as f64, options.iter().map(|option| (*option, 1.0)));
    let mut columns = marks(lists.option_count, start);
    for demand in 0..lists.demands() {
        let mut served = Vec::new();
        let mut open = 1.0;
        for (option, cost) in lists.of(demand) {
            let share = milp.share(cost);
            milp.row(0.0.., [(options[option as usize], 1.0), (share, -1.0)]);
            served.push((share, 1.0));
            columns.push(open * columns[option as usize]);
            open -= open * columns[option as usize];
        }
        served.push((milp.share(lists.fallback[demand]), 1.0));
        columns.push(open);
        milp.row(1.0..=1.0, served);
    }
    milp.solve(Some(&columns), watch)
}
