//! Least sum of weight × time: the p-median (Hakimi 1964; ReVelle and Swain 1970).
//!
//! > min Σ cᵢⱼ yᵢⱼ  subject to  Σⱼ yᵢⱼ = 1,  yᵢⱼ ≤ xⱼ,  Σ xⱼ ≤ p,  xⱼ ∈ {0, 1},  yᵢⱼ ≥ 0

use highs::Col;

use super::descent::descend;
use super::incumbent::Incumbent;
use super::lists::Lists;
use super::median_dual::{MedianCore, MedianDual};
use super::medians::Medians;
use super::milp::{Goal, Milp};
use super::programme::chosen;
use super::reduced::Fixed;
use super::{Ended, Plan, SearchLimits, Serving, Unserved};

/// Shares that the exact solver is trusted with.
const LARGEST: usize = 1_000_000;

/// The `p` options beside the required ones for which Σ weight × time to the nearest chosen option is least.
///
/// Where options do not reach every demand, reaching more weight comes first: the value then includes, per weight not
/// reached, a charge above what all times together could save. [`Serving::total`] is the value without it.
///
/// ```
/// use fireplan_location::{Serving, SearchLimits, p_median};
/// // Demands at 0, 1 and 10 on a line, options at 0, 1 and 10.
/// let times = vec![0, 1, 10, 1, 0, 9, 10, 9, 0];
/// let serving = Serving { weights: vec![1, 1, 1], times, options: 3, required: vec![] };
/// assert_eq!(p_median(&serving, 1, &SearchLimits::patient()).unwrap().chosen, [1]);
/// assert_eq!(p_median(&serving, 2, &SearchLimits::patient()).unwrap().value, 1);
/// ```
pub fn p_median(serving: &Serving, p: usize, search_limits: &SearchLimits) -> Result<Plan, Unserved> {
    let lists = Lists::new(serving)?;
    let mut medians = Medians::new(&lists, &Medians::greedy(&lists, p));
    let mut incumbent =
        Incumbent::new(Goal::Least, search_limits, medians.chosen.clone(), medians.value(), lists.at_best());
    medians.improve(&|| search_limits.stopped().is_some());
    incumbent.offer(medians.chosen.iter().copied(), medians.value());
    let dual = MedianDual::new(&lists, p);
    let prices = descend(&dual, dual.first_prices(&medians), &mut incumbent);
    let mut ended = search_limits.stopped().unwrap_or(Ended::Proven);
    if !incumbent.is_optimal() && ended == Ended::Proven {
        ended = finish(&lists, p, &dual.fix(&prices, incumbent.value), &mut incumbent);
    }
    incumbent.chosen.extend(&serving.required);
    Ok(incumbent.into_plan(ended))
}

/// Seeks a better plan among those the bounds leave open.
fn finish(lists: &Lists, p: usize, core: &MedianCore, incumbent: &mut Incumbent) -> Ended {
    // Counted before it is built: a model that is too large is gigabytes.
    if shares(lists, core) > LARGEST {
        return Ended::WorkLimit;
    }
    let programme = MedianProgramme::new(lists, p, core);
    let solved = incumbent.solve(programme.milp, None);
    if let Some(columns) = &solved.columns {
        let found: Vec<u32> =
            chosen(columns, programme.options.len()).iter().map(|at| programme.options[*at as usize]).collect();
        let value = lists.value(&found);
        incumbent.offer(found, value);
    }
    incumbent.absorb(&solved);
    solved.ended
}

/// The options that may serve a demand: open and not too dear, up to one that is surely chosen.
fn serving<'a>(lists: &'a Lists, core: &'a MedianCore, demand: usize) -> impl Iterator<Item = (u32, u64)> + 'a {
    let dearest = core.dearest[demand];
    let open = lists
        .of(demand)
        .take_while(move |(_, cost)| *cost <= dearest)
        .filter(|(option, _)| core.options[*option as usize] != Fixed::Out);
    let mut sure = false;
    open.take_while(move |(option, _)| !std::mem::replace(&mut sure, core.options[*option as usize] == Fixed::In))
}

/// How many shares the programme has.
fn shares(lists: &Lists, core: &MedianCore) -> usize {
    (0..lists.demands()).map(|demand| serving(lists, core, demand).count()).sum()
}

/// The integer programme over what is open.
struct MedianProgramme {
    milp: Milp,
    /// Of each of the first columns, its option.
    options: Vec<u32>,
}

impl MedianProgramme {
    fn new(lists: &Lists, p: usize, core: &MedianCore) -> Self {
        let mut milp = Milp::new(Goal::Least, lists.settled);
        let options: Vec<u32> =
            (0..lists.option_count as u32).filter(|option| core.options[*option as usize] != Fixed::Out).collect();
        let mut column: Vec<Option<Col>> = vec![None; lists.option_count];
        for option in &options {
            let choice = milp.choice(0);
            column[*option as usize] = Some(choice);
            if core.options[*option as usize] == Fixed::In {
                milp.row(1.0.., [(choice, 1.0)]);
            }
        }
        milp.row(..=p as f64, column.iter().flatten().map(|choice| (*choice, 1.0)));
        let mut programme = Self { milp, options };
        for demand in 0..lists.demands() {
            programme.add_demand(lists, demand, core, &column);
        }
        programme
    }

    /// Shares of being served by each option that may.
    fn add_demand(&mut self, lists: &Lists, demand: usize, core: &MedianCore, column: &[Option<Col>]) {
        let mut served = Vec::new();
        let mut sure = false;
        for (option, cost) in serving(lists, core, demand) {
            let Some(choice) = column[option as usize] else { continue };
            let share = self.milp.share(cost);
            served.push((share, 1.0));
            sure = core.options[option as usize] == Fixed::In;
            if sure {
                break;
            }
            self.milp.row(0.0.., [(choice, 1.0), (share, -1.0)]);
        }
        if !sure && lists.fallback[demand] <= core.dearest[demand] {
            served.push((self.milp.share(lists.fallback[demand]), 1.0));
        }
        self.milp.row(1.0..=1.0, served);
    }
}
