//! Better p-medians than exchange alone finds: iterated local search (Lourenço, Martin and Stützle 2003).
//!
//! Again and again two or three options near each other give way to others nearby, and options are exchanged as long as that
//! saves; what costs more in the end is undone. Chance comes from a fixed seed and effort is counted in table entries, so that
//! the same problem gives the same plan on every machine.

use super::incumbent::Incumbent;
use super::lists::Lists;
use super::medians::Medians;
use super::perturbation::Random;

/// Rounds that effort is meant for, and table entries looked at, at most.
const ROUNDS: u64 = 4_000;
const MOST_EFFORT: u64 = 400_000_000;
/// Of a demand's list, how many options beyond those open to it are considered.
const NEAREST: u64 = 12;
/// By how much a plan may cost more than the one before, as a share.
const TOLERATED: f64 = 5e-4;

/// Looks for better plans and offers them with the options `taken`, which `lists` do not have. `whole` tells what plans cost.
pub(super) fn perturb(lists: &Lists, start: &[u32], taken: &[u32], whole: &Lists, incumbent: &mut Incumbent) {
    let mut medians = Medians::new(lists, start);
    let places = medians.chosen.len() as u64;
    if places == 0 || lists.demands() == 0 {
        return;
    }
    let exchange = lists.option_count as u64 * places + 4 * lists.size() as u64 / places + lists.demands() as u64;
    let mut left = (ROUNDS * exchange).min(MOST_EFFORT);
    let mut random = Random(1);
    let mut least = medians.value();
    while !incumbent.is_optimal() && incumbent.search_limits.stopped().is_none() {
        let before = medians.value();
        let mut changes = kick(&mut medians, lists, &mut random);
        changes.extend(medians.improve_logged(&|| incumbent.search_limits.stopped().is_some()));
        let value = medians.value();
        if value < least {
            least = value;
            let options: Vec<u32> = medians.chosen.iter().chain(taken).copied().collect();
            let value = whole.value(&options);
            incumbent.offer(options, value);
        }
        let more = (least as f64 * TOLERATED * random.unit() * random.unit()) as u64;
        if value > before + more {
            changes.iter().rev().for_each(|(out, place)| medians.exchange(*out, *place));
        }
        let spent = exchange * (1 + changes.len() as u64);
        let Some(rest) = left.checked_sub(spent) else { return };
        left = rest;
    }
}

/// Exchanges two or three chosen options for others near to the same demand. Gives what was exchanged: option and place.
fn kick(medians: &mut Medians, lists: &Lists, random: &mut Random) -> Vec<(u32, u32)> {
    let count = 2 + random.below(2);
    let mut changes = Vec::new();
    for _ in 0..4 * count {
        let demand = random.below(lists.demands() as u64) as usize;
        let place = match random.below(2) {
            0 => medians.place_of(demand),
            _ => Some(random.below(medians.chosen.len() as u64) as u32),
        };
        let at = random.below(NEAREST) as usize;
        let option = lists.of(demand).map(|(option, _)| option).filter(|o| !medians.is_chosen(*o)).nth(at);
        if let (Some(place), Some(option)) = (place, option) {
            changes.push((medians.chosen[place as usize], place));
            medians.exchange(option, place);
        }
        if changes.len() as u64 == count {
            break;
        }
    }
    changes
}
