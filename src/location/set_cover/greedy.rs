//! A first cover, greedily: always the set that gains most.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Part;

/// Least weight of an element, so that one whose price is 0 is covered too.
const LEAST: f64 = 1e-4;

impl Part {
    /// Always the set whose uncovered elements weigh most, the first of equals; then superfluous ones are dropped, last
    /// first.
    pub(super) fn greedy(&self, weight: &[f64]) -> Vec<u32> {
        let gain = |set: u32, times: &[u32]| -> f64 {
            let open = self.sets[set as usize].iter().filter(|element| times[**element as usize] == 0);
            open.map(|element| weight[*element as usize] + LEAST).sum()
        };
        let mut times = vec![0_u32; self.elements];
        let sets = (0..self.sets.len() as u32).filter(|set| !self.sets[*set as usize].is_empty());
        let mut queue: BinaryHeap<Gain> = sets.map(|set| Gain { gain: gain(set, &times), set }).collect();
        let mut chosen = Vec::new();
        while let Some(Gain { gain: promised, set }) = queue.pop() {
            // Gains only shrink: a set that still has what it promised is the best.
            let now = gain(set, &times);
            if now == 0.0 {
                continue;
            }
            if now < promised {
                queue.push(Gain { gain: now, set });
                continue;
            }
            chosen.push(set);
            self.sets[set as usize].iter().for_each(|element| times[*element as usize] += 1);
        }
        for at in (0..chosen.len()).rev() {
            let set = &self.sets[chosen[at] as usize];
            if set.iter().all(|element| times[*element as usize] > 1) {
                set.iter().for_each(|element| times[*element as usize] -= 1);
                chosen.remove(at);
            }
        }
        chosen
    }
}

/// A set and what its uncovered elements weigh; the weightiest first, of equals the lower.
struct Gain {
    gain: f64,
    set: u32,
}

impl PartialEq for Gain {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Gain {}

impl PartialOrd for Gain {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Gain {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.total_cmp(&other.gain).then(other.set.cmp(&self.set))
    }
}
