//! Set cover: the fewest sets that together have every element.
//!
//! 1. What shares no set is solved apart.
//! 2. Reductions that keep an optimum (Garfinkel and Nemhauser 1972): an element whose sets include all sets of another is
//!    covered with that one; a set within another is not needed; the only set of an element is taken.
//! 3. What is left and small is solved by branch and bound; the bound counts elements no two of which share a set.
//! 4. What is left and large is covered greedily (Chvátal 1979), superfluous sets are dropped again, a lower bound is found
//!    by Lagrangian relaxation ([`relaxation`]), and the cover is improved by exchanging sets ([`exchange`]). The answer says
//!    how far it may be from the least.

mod branching;
mod exchange;
mod greedy;
pub mod relaxation;

use rayon::prelude::*;

use self::relaxation::Relaxation;
use fireplan_algorithms::union_find::UnionFind;

/// Chosen sets, and how few could do at best: equal, and the choice is proven to be the least.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    /// In ascending order.
    pub chosen: Vec<u32>,
    /// No cover has fewer sets.
    pub lower_bound: usize,
}

impl Cover {
    /// Whether no cover with fewer sets exists.
    pub fn is_proven(&self) -> bool {
        self.chosen.len() == self.lower_bound
    }
}

/// Beyond so many sets, branch and bound is not tried.
const SMALL: usize = 400;
/// Rounds of reductions; each is worth less than the one before.
const ROUNDS: usize = 8;
/// Covers every element that is in some set.
///
/// ```
/// use fireplan_location::set_cover::cover;
/// // Greed takes {1,2,3,4} first and needs three; two suffice.
/// let found = cover(6, &[vec![1, 2, 3, 4], vec![0, 1, 2], vec![3, 4, 5]]);
/// assert_eq!(found.chosen, [1, 2]);
/// assert!(found.is_proven());
/// ```
pub fn cover(elements: u32, sets: &[Vec<u32>]) -> Cover {
    let mut groups = UnionFind::new(elements as usize);
    for set in sets {
        set.windows(2).for_each(|pair| groups.join(pair[0], pair[1]));
    }
    let mut members: Vec<(u32, u32)> =
        (0..sets.len() as u32).filter_map(|set| Some((groups.group(*sets[set as usize].first()?), set))).collect();
    members.sort_unstable();
    let parts: Vec<&[(u32, u32)]> = members.chunk_by(|a, b| a.0 == b.0).collect();
    let covers: Vec<Cover> = parts
        .into_par_iter()
        .map(|part| {
            let ids: Vec<u32> = part.iter().map(|(_, set)| *set).collect();
            Part::new(&ids, sets).solve()
        })
        .collect();
    let mut all = Cover::default();
    for cover in covers {
        all.chosen.extend(cover.chosen);
        all.lower_bound += cover.lower_bound;
    }
    all.chosen.sort_unstable();
    all
}

/// One connected part: sets by element and elements by set, both numbered from 0 within the part.
struct Part {
    /// The caller's number of each set.
    ids: Vec<u32>,
    /// Ascending.
    sets: Vec<Vec<u32>>,
    elements: usize,
}

impl Part {
    fn new(ids: &[u32], sets: &[Vec<u32>]) -> Self {
        let mut names: Vec<u32> = ids.iter().flat_map(|id| sets[*id as usize].iter().copied()).collect();
        names.sort_unstable();
        names.dedup();
        let renamed = |element: &u32| names.binary_search(element).expect("every element was named") as u32;
        let sets = ids.iter().map(|id| {
            let mut set: Vec<u32> = sets[*id as usize].iter().map(renamed).collect();
            set.sort_unstable();
            set.dedup();
            set
        });
        Self { ids: ids.to_vec(), sets: sets.collect(), elements: names.len() }
    }

    fn solve(mut self) -> Cover {
        let mut taken = self.reduce();
        let left = self.sets.iter().filter(|set| !set.is_empty()).count();
        let (chosen, bound) = match left {
            0 => (Vec::new(), 0),
            1..=SMALL => self.branch_and_bound(),
            _ => self.search(),
        };
        let lower_bound = taken.len() + bound;
        taken.extend(chosen);
        let chosen = taken.into_iter().map(|set| self.ids[set as usize]).collect();
        Cover { chosen, lower_bound }
    }

    /// For each element, the sets that have it.
    fn by_element(&self) -> Vec<Vec<u32>> {
        let mut having = vec![Vec::new(); self.elements];
        for (number, set) in self.sets.iter().enumerate() {
            for element in set {
                having[*element as usize].push(number as u32);
            }
        }
        having
    }

    /// Takes the sets that must be taken and empties those that need not be; what remains is a smaller problem.
    fn reduce(&mut self) -> Vec<u32> {
        let mut taken = Vec::new();
        for _ in 0..ROUNDS {
            let before: usize = self.sets.iter().map(Vec::len).sum();
            self.drop_sets_within_others();
            self.take_only_sets(&mut taken);
            self.drop_elements_covered_with_others();
            if self.sets.iter().map(Vec::len).sum::<usize>() == before {
                break;
            }
        }
        taken
    }

    fn drop_sets_within_others(&mut self) {
        let having = self.by_element();
        let superfluous: Vec<bool> = self
            .sets
            .par_iter()
            .enumerate()
            .map(|(number, set)| {
                // Whatever includes the set has its rarest element.
                let Some(rarest) = set.iter().min_by_key(|element| having[**element as usize].len()) else {
                    return false;
                };
                having[*rarest as usize].iter().any(|&other| {
                    let larger = &self.sets[other as usize];
                    let first =
                        (larger.len(), std::cmp::Reverse(other)) > (set.len(), std::cmp::Reverse(number as u32));
                    first && includes(larger, set)
                })
            })
            .collect();
        for (set, superfluous) in self.sets.iter_mut().zip(superfluous) {
            if superfluous {
                set.clear();
            }
        }
    }

    fn take_only_sets(&mut self, taken: &mut Vec<u32>) {
        let having = self.by_element();
        let mut done = vec![false; self.elements];
        for only in having.iter().filter(|sets| sets.len() == 1).map(|sets| sets[0]) {
            let set = std::mem::take(&mut self.sets[only as usize]);
            if !set.is_empty() {
                taken.push(only);
                set.into_iter().for_each(|element| done[element as usize] = true);
            }
        }
        self.drop_elements(&done);
    }

    fn drop_elements_covered_with_others(&mut self) {
        let having = self.by_element();
        let covered: Vec<bool> = (0..self.elements)
            .into_par_iter()
            .map(|element| {
                let sets = &having[element];
                let Some(smallest) = sets.iter().min_by_key(|set| self.sets[**set as usize].len()) else {
                    return false;
                };
                self.sets[*smallest as usize].iter().any(|&other| {
                    let fewer = &having[other as usize];
                    let first = (fewer.len(), other) < (sets.len(), element as u32);
                    first && includes(sets, fewer)
                })
            })
            .collect();
        self.drop_elements(&covered);
    }

    fn drop_elements(&mut self, gone: &[bool]) {
        for set in &mut self.sets {
            set.retain(|element| !gone[*element as usize]);
        }
    }

    /// A good cover and a bound for it, where there are too many sets to try them all. A solver that is exact for some
    /// thousand sets takes its place here: it is given the sets as they are, and gives sets by their index.
    fn search(&self) -> (Vec<u32>, usize) {
        let mut best = self.greedy(&vec![1.0; self.elements]);
        let bound = self.lagrangian(&mut best);
        if bound < best.len() {
            best = exchange::improve(&self.sets, &self.by_element(), best, bound);
        }
        (best, bound)
    }

    fn branch_and_bound(&self) -> (Vec<u32>, usize) {
        let first = self.greedy(&vec![1.0; self.elements]);
        let searched = branching::search(&self.sets, self.by_element(), first);
        let mut best = searched.best;
        let bound = if searched.is_proven { best.len() } else { searched.bound.max(self.lagrangian(&mut best)) };
        (best, bound)
    }

    /// The best bound that Lagrangian relaxation finds, rounded up: no cover is smaller. Elements that are dear are hard to
    /// cover: now and then a greedy cover that weighs them by their prices is tried for being better than the best known.
    fn lagrangian(&self, best: &mut Vec<u32>) -> usize {
        let relaxation = Relaxation::new(self.elements, self.sets.iter().map(|set| set.iter().map(|e| (*e, 1.0))));
        relaxation.bound(best.len(), |price| {
            let tried = self.greedy(price);
            if tried.len() < best.len() {
                *best = tried;
            }
            best.len()
        })
    }
}

/// Whether the larger of two ascending lists has all of the smaller.
fn includes(larger: &[u32], smaller: &[u32]) -> bool {
    let mut rest = larger.iter();
    smaller.len() <= larger.len() && smaller.iter().all(|wanted| rest.any(|found| found == wanted))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The least number by trying every choice.
    fn least(elements: u32, sets: &[Vec<u32>]) -> usize {
        let mask = |set: &Vec<u32>| set.iter().fold(0_u32, |mask, element| mask | 1 << element);
        let masks: Vec<u32> = sets.iter().map(mask).collect();
        let all = masks.iter().fold(0, |all, mask| all | mask);
        let covers = |choice: &u32| {
            let chosen = (0..masks.len()).filter(|set| choice >> set & 1 == 1);
            chosen.fold(0, |covered, set| covered | masks[set]) == all
        };
        debug_assert!(elements <= 32);
        (0..1_u32 << sets.len()).filter(covers).map(u32::count_ones).min().unwrap_or(0) as usize
    }

    #[test]
    fn nothing_needs_nothing() {
        assert_eq!(cover(3, &[]), Cover::default());
        assert_eq!(cover(3, &[vec![], vec![]]), Cover::default());
    }

    #[test]
    fn a_large_part_is_covered_with_a_bound_that_holds() {
        // A ring of 3,000 places, each set has 5 in a row: 600 is the least.
        let ring: Vec<Vec<u32>> = (0..3000).map(|at| (0..5).map(|step| (at + step) % 3000).collect()).collect();
        let found = cover(3000, &ring);
        assert!(found.lower_bound <= 600 && 600 <= found.chosen.len());
        assert!(found.lower_bound >= 590 && found.chosen.len() <= 620, "{} {}", found.lower_bound, found.chosen.len());
        let mut covered = vec![false; 3000];
        found.chosen.iter().flat_map(|set| &ring[*set as usize]).for_each(|element| covered[*element as usize] = true);
        assert!(covered.into_iter().all(|covered| covered));
    }

    #[test]
    fn exchanging_sets_mends_a_wasteful_cover() {
        // A square of 30 by 30 places, a set has 5 by 5 of them: 36 do. Begun with one set every 3 places.
        const SIDE: u32 = 30;
        let square = |corner: u32| -> Vec<u32> {
            let (row, column) = (corner / 26, corner % 26);
            (0..25).map(|at| (row + at / 5) * SIDE + column + at % 5).collect()
        };
        let sets: Vec<Vec<u32>> = (0..26 * 26).map(square).collect();
        let part = Part::new(&(0..sets.len() as u32).collect::<Vec<_>>(), &sets);
        let steps = || (0..26).filter(|at| at % 3 == 0 || *at == 25);
        let wasteful: Vec<u32> = steps().flat_map(|row| steps().map(move |column| row * 26 + column)).collect();
        let better = exchange::improve(&part.sets, &part.by_element(), wasteful.clone(), 36);
        assert!(wasteful.len() == 100 && better.len() <= 40, "{} to {}", wasteful.len(), better.len());
        let mut covered = vec![false; part.elements];
        better.iter().flat_map(|set| &part.sets[*set as usize]).for_each(|element| covered[*element as usize] = true);
        assert!(covered.into_iter().all(|covered| covered));
    }

    proptest! {
        #[test]
        fn equals_trying_every_choice(sets in prop::collection::vec(prop::collection::vec(0_u32..14, 1..6), 1..13)) {
            let found = cover(14, &sets);
            prop_assert_eq!(found.chosen.len(), least(14, &sets));
            prop_assert!(found.is_proven());
            let mut wanted: Vec<u32> = sets.concat();
            let mut had: Vec<u32> = found.chosen.iter().flat_map(|set| sets[*set as usize].clone()).collect();
            for list in [&mut wanted, &mut had] {
                list.sort_unstable();
                list.dedup();
            }
            prop_assert_eq!(wanted, had);
        }

        #[test]
        fn the_lagrangian_bound_is_one(sets in prop::collection::vec(prop::collection::vec(0_u32..14, 1..6), 1..13)) {
            let ids: Vec<u32> = (0..sets.len() as u32).collect();
            let part = Part::new(&ids, &sets);
            let mut found = part.greedy(&vec![1.0; part.elements]);
            prop_assert!(part.lagrangian(&mut found) <= least(14, &sets));
            prop_assert!(found.len() >= least(14, &sets));
        }
    }
}
