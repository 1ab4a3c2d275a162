//! Improves a cover by exchanging sets: local search with weights on what is hard to cover (Gao, Weise and Li 2015).
//!
//! One set is taken out of the cover, so that some elements are uncovered. Then the search repeats two moves: the chosen set
//! whose loss costs least is taken out, and of the sets that have an uncovered element, picked at random, the one that
//! gains most is put in. Elements weigh more the longer they stay uncovered, and a set that was moved in the last step is
//! not moved again at once, so that the search does not cycle. Whenever nothing is uncovered, a smaller cover is found. The
//! random numbers are seeded: the same input gives the same cover.

/// After so many steps for each set of the cover without a smaller one, it ends.
const PATIENCE: u64 = 200;
/// The search ends after so many changes of scores, whatever it has found.
const WORK: u64 = 1_000_000_000;

/// A cover no larger than the first, at best as small as the bound. `having`: the sets that have each element.
pub(crate) fn improve(sets: &[Vec<u32>], having: &[Vec<u32>], first: Vec<u32>, bound: usize) -> Vec<u32> {
    let mut exchange = Exchange::new(sets, having, &first);
    let (mut best, mut found) = (first, 0);
    while exchange.work < WORK && exchange.now - found < PATIENCE * best.len() as u64 {
        while exchange.open.is_empty() {
            (best, found) = (exchange.chosen.clone(), exchange.now);
            if best.len() <= bound.max(1) {
                return best;
            }
            exchange.drop_least_missed(None);
        }
        exchange.step();
    }
    best
}

struct Exchange<'a> {
    sets: &'a [Vec<u32>],
    having: &'a [Vec<u32>],
    chosen: Vec<u32>,
    /// Place of each set among the chosen; `NOWHERE`: not chosen.
    place: Vec<u32>,
    /// How many chosen sets have each element.
    times: Vec<u32>,
    weight: Vec<u64>,
    /// Of a chosen set, the weight of what only it has; of another, of what is open in it. Its own coming or going does
    /// not change it.
    score: Vec<u64>,
    /// Elements no chosen set has, and the place of each among them.
    open: Vec<u32>,
    place_open: Vec<u32>,
    /// The step in which each set was last put in or taken out.
    changed: Vec<u64>,
    /// Whether a set that shares an element was moved since this one was taken out: otherwise putting it back undoes the move.
    stirred: Vec<bool>,
    now: u64,
    came_last: Option<u32>,
    random: u64,
    work: u64,
}

const NOWHERE: u32 = u32::MAX;

impl<'a> Exchange<'a> {
    fn new(sets: &'a [Vec<u32>], having: &'a [Vec<u32>], first: &[u32]) -> Self {
        let elements = having.len();
        let mut exchange = Self {
            sets,
            having,
            chosen: Vec::new(),
            place: vec![NOWHERE; sets.len()],
            times: vec![0; elements],
            weight: vec![1; elements],
            score: sets.iter().map(|set| set.len() as u64).collect(),
            open: Vec::new(),
            place_open: vec![NOWHERE; elements],
            changed: vec![0; sets.len()],
            stirred: vec![true; sets.len()],
            now: 0,
            came_last: None,
            random: 0x9e37_79b9_7f4a_7c15,
            work: 0,
        };
        let wanted = (0..elements as u32).filter(|element| !having[*element as usize].is_empty());
        wanted.for_each(|element| exchange.lay_open(element));
        first.iter().for_each(|set| exchange.add(*set));
        exchange
    }

    fn step(&mut self) {
        self.now += 1;
        self.drop_least_missed(self.came_last);
        let picked = self.pick(self.open.len());
        let element = self.open[picked];
        let ways = self.having[element as usize].iter().copied();
        let better = |set: &u32| (self.score[*set as usize], std::cmp::Reverse((self.changed[*set as usize], *set)));
        let comes = ways.filter(|set| self.stirred[*set as usize]).max_by_key(better);
        // Every set that has the element was taken out just now: then the one that was taken out first is put back.
        let comes = comes.or_else(|| {
            self.having[element as usize].iter().copied().min_by_key(|set| (self.changed[*set as usize], *set))
        });
        if let Some(set) = comes {
            self.add(set);
            self.came_last = Some(set);
        }
        for at in 0..self.open.len() {
            let element = self.open[at];
            self.weight[element as usize] += 1;
            self.work += self.having[element as usize].len() as u64;
            for set in &self.having[element as usize] {
                self.score[*set as usize] += 1;
            }
        }
    }

    fn drop_least_missed(&mut self, kept: Option<u32>) {
        self.work += self.chosen.len() as u64;
        let sets = self.chosen.iter().copied().filter(|set| Some(*set) != kept);
        let least = sets.min_by_key(|set| (self.score[*set as usize], self.changed[*set as usize], *set));
        if let Some(set) = least {
            self.remove(set);
        }
    }

    fn pick(&mut self, of: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % of.max(1) as u64) as usize
    }

    fn lay_open(&mut self, element: u32) {
        self.place_open[element as usize] = self.open.len() as u32;
        self.open.push(element);
    }

    fn close(&mut self, element: u32) {
        let at = std::mem::replace(&mut self.place_open[element as usize], NOWHERE);
        self.open.swap_remove(at as usize);
        if let Some(moved) = self.open.get(at as usize) {
            self.place_open[*moved as usize] = at;
        }
    }

    fn add(&mut self, set: u32) {
        self.place[set as usize] = self.chosen.len() as u32;
        self.chosen.push(set);
        // What was open in it, only it has now.
        let sets = self.sets;
        for element in &sets[set as usize] {
            let at = *element as usize;
            self.times[at] += 1;
            match self.times[at] {
                1 => {
                    self.close(*element);
                    self.rescore(*element, set, false);
                }
                2 => self.relieve(*element, set, false),
                _ => {}
            }
        }
        self.stir(set);
        self.changed[set as usize] = self.now;
    }

    fn remove(&mut self, set: u32) {
        let at = std::mem::replace(&mut self.place[set as usize], NOWHERE);
        self.chosen.swap_remove(at as usize);
        if let Some(moved) = self.chosen.get(at as usize) {
            self.place[*moved as usize] = at;
        }
        let sets = self.sets;
        for element in &sets[set as usize] {
            let at = *element as usize;
            self.times[at] -= 1;
            match self.times[at] {
                0 => {
                    self.lay_open(*element);
                    self.rescore(*element, set, true);
                }
                1 => self.relieve(*element, set, true),
                _ => {}
            }
        }
        self.stir(set);
        self.stirred[set as usize] = false;
        self.changed[set as usize] = self.now;
    }

    /// Every other set of the element has it to gain now, or no longer.
    fn rescore(&mut self, element: u32, own: u32, gains: bool) {
        let (weight, having) = (self.weight[element as usize], self.having);
        self.work += having[element as usize].len() as u64;
        for set in having[element as usize].iter().filter(|set| **set != own) {
            let score = &mut self.score[*set as usize];
            *score = if gains { *score + weight } else { *score - weight };
        }
    }

    /// The one other chosen set that has the element alone has it, or no longer.
    fn relieve(&mut self, element: u32, own: u32, alone: bool) {
        let (weight, having) = (self.weight[element as usize], self.having);
        self.work += having[element as usize].len() as u64 / 2;
        let chosen = |set: &&u32| self.place[**set as usize] != NOWHERE && **set != own;
        if let Some(other) = having[element as usize].iter().find(chosen) {
            let score = &mut self.score[*other as usize];
            *score = if alone { *score + weight } else { *score - weight };
        }
    }

    /// What shares an element with the set may come again.
    fn stir(&mut self, set: u32) {
        let (sets, having) = (self.sets, self.having);
        let elements = &sets[set as usize];
        // Sets lie along lines: those of some elements are those of all, nearly.
        for element in elements.iter().step_by((elements.len() / 4).max(1)) {
            self.work += having[*element as usize].len() as u64;
            having[*element as usize].iter().for_each(|near| self.stirred[*near as usize] = true);
        }
    }
}
