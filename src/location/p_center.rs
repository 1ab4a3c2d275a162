//! Least longest time: the p-center (Hakimi 1964), by bisecting the distinct times; whether `p` options cover all within a
//! time is a set cover (Minieka 1970).

use super::least_cost::few_cover_all;
use super::{Covering, Ended, Plan, SearchLimits, Serving, Unserved};

/// The `p` options beside the required ones for which the longest time to the nearest chosen option is least. Weights do not
/// matter.
///
/// ```
/// use fireplan_location::{Serving, SearchLimits, p_center};
/// // Demands at 0, 1 and 10 on a line, options at 0, 1, 5 and 10.
/// let times = vec![0, 1, 5, 10, 1, 0, 4, 9, 10, 9, 5, 0];
/// let serving = Serving { weights: vec![1, 1, 1], times, options: 4, required: vec![] };
/// let plan = p_center(&serving, 1, &SearchLimits::patient()).unwrap();
/// assert_eq!((plan.chosen, plan.value), (vec![2], 5));
/// assert_eq!(p_center(&serving, 2, &SearchLimits::patient()).unwrap().value, 1);
/// ```
pub fn p_center(serving: &Serving, p: usize, search_limits: &SearchLimits) -> Result<Plan, Unserved> {
    let unreached = serving.unreached();
    if !unreached.is_empty() {
        return Err(Unserved::ByNone(unreached));
    }
    let mut times: Vec<u32> = serving.times.iter().copied().filter(|time| *time != Serving::UNREACHED).collect();
    times.sort_unstable();
    times.dedup();
    let Some(longest) = times.last().copied() else {
        return Ok(Plan::new(serving.required.clone(), 0, 0, Ended::Proven));
    };
    let (mut low, mut high) = (0, times.len() - 1);
    let mut best = cover_within(serving, longest, p, search_limits);
    if best.value > p as u64 {
        return Err(Unserved::ByFew(best.bound));
    }
    let mut ended = Ended::Proven;
    while low < high {
        let middle = (low + high) / 2;
        let cover = cover_within(serving, times[middle], p, search_limits);
        if cover.value <= p as u64 {
            (best, high) = (cover, middle);
            (search_limits.on_progress)(u64::from(times[high]), u64::from(times[low]));
        } else if cover.bound > p as u64 {
            low = middle + 1;
        } else {
            ended = cover.ended;
            break;
        }
    }
    let value = serving.longest(&best.chosen).map_or(u64::MAX, u64::from);
    Ok(Plan::new(best.chosen, value, u64::from(times[low]), ended))
}

fn cover_within(serving: &Serving, time: u32, p: usize, search_limits: &SearchLimits) -> Plan {
    let mut covers = vec![Vec::new(); serving.options];
    for demand in 0..serving.weights.len() {
        for (option, own) in serving.times_of(demand).iter().enumerate() {
            if *own <= time {
                covers[option].push(demand as u32);
            }
        }
    }
    let weights = vec![1; serving.weights.len()];
    let covering = Covering { weights, covers, required: serving.required.clone(), ..Covering::default() };
    let none = Plan { chosen: Vec::new(), value: u64::MAX, bound: u64::MAX, ended: Ended::Proven };
    let mut plan = few_cover_all(&covering, p as u64, &search_limits.quiet()).unwrap_or(none);
    plan.chosen.extend(&serving.required);
    plan
}
