//! Branch and bound: every choice that could still be better, the element hardest to cover first.

/// At most so many partial choices are examined; then the best cover found so far is kept, with its bound.
const BRANCHES: u32 = 20_000;

pub(crate) struct Searched {
    pub best: Vec<u32>,
    /// Of elements no two of which share a set.
    pub bound: usize,
    pub is_proven: bool,
}

/// The fewest of the sets that have every element, begun from a cover. `having`: the sets that have each element.
pub(crate) fn search(sets: &[Vec<u32>], having: Vec<Vec<u32>>, first: Vec<u32>) -> Searched {
    let mut search = Branching { sets, covered: vec![0; having.len()], having, best: first, branches: 0 };
    let bound = search.packing();
    search.branch(&mut Vec::new());
    Searched { is_proven: search.branches < BRANCHES, best: search.best, bound }
}

struct Branching<'a> {
    sets: &'a [Vec<u32>],
    having: Vec<Vec<u32>>,
    /// How many sets of the present choice have each element.
    covered: Vec<u32>,
    best: Vec<u32>,
    branches: u32,
}

impl Branching<'_> {
    /// Elements no two of which share a set: each needs one of its own.
    fn packing(&self) -> usize {
        let mut open: Vec<usize> =
            (0..self.having.len()).filter(|e| self.covered[*e] == 0 && !self.having[*e].is_empty()).collect();
        open.sort_by_key(|element| (self.having[*element].len(), *element));
        let mut used = vec![false; self.sets.len()];
        let mut packed = 0;
        for element in open {
            if self.having[element].iter().all(|set| !used[*set as usize]) {
                packed += 1;
                self.having[element].iter().for_each(|set| used[*set as usize] = true);
            }
        }
        packed
    }

    fn branch(&mut self, chosen: &mut Vec<u32>) {
        self.branches += 1;
        if self.branches >= BRANCHES {
            return;
        }
        let open = (0..self.having.len()).filter(|e| self.covered[*e] == 0 && !self.having[*e].is_empty());
        let Some(hardest) = open.min_by_key(|element| self.having[*element].len()) else {
            if chosen.len() < self.best.len() {
                self.best.clone_from(chosen);
            }
            return;
        };
        if chosen.len() + self.packing() >= self.best.len() {
            return;
        }
        let gain =
            |set: u32| self.sets[set as usize].iter().filter(|element| self.covered[**element as usize] == 0).count();
        let mut ways = self.having[hardest].clone();
        ways.sort_by_key(|set| (std::cmp::Reverse(gain(*set)), *set));
        for set in ways {
            chosen.push(set);
            let sets = self.sets;
            sets[set as usize].iter().for_each(|element| self.covered[*element as usize] += 1);
            self.branch(chosen);
            sets[set as usize].iter().for_each(|element| self.covered[*element as usize] -= 1);
            chosen.pop();
        }
    }
}
