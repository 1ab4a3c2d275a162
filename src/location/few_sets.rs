//! Whether so few sets have every element: the question that a p-center asks again and again (Minieka 1970).
//!
//! > find x ∈ {0, 1}  with  Σⱼ xⱼ ≥ 1 over the sets j that have i, for every element i,  Σ xⱼ ≤ k
//!
//! Depth first over the element that fewest sets have. At every node
//!
//! 1. sets are left out that another one includes, as far as elements are open; so are those included in a set that was tried
//!    before, for what could be done with them could have been done with that one;
//! 2. elements have prices: where the `k` sets worth most are together worth less than all open elements, no `k` sets have
//!    all (the Lagrangian bound of Beasley 1987, with the number of sets kept as it is). Prices are moved by subgradient steps
//!    (Camerini, Fratta and Maffioli 1975), and compared as whole numbers: what is proven holds exactly;
//! 3. what the prices exclude is left out, and what they demand is taken.

use std::cmp::Reverse;

use super::{Ended, SearchLimits};

/// Steps of prices at the first node, at the others, and after how many of these it is clear that they will not do.
const FIRST_STEPS: usize = 400;
const STEPS: usize = 40;
const HOPELESS_AFTER: usize = 12;
/// What may then be lacking to a proof, as a share of the worth of all open elements.
const HOPELESS: f64 = 0.12;
/// Steps that did not help before strides are shortened, to which share, and how short.
const PATIENCE: usize = 5;
const SHORTER: f64 = 0.66;
const SHORTEST: f64 = 0.02;
/// How far a step aims beyond a proof, and how much of the direction before it keeps.
const AIM: f64 = 0.01;
const KEPT: f64 = 0.7;
/// The worth of all open elements, in the whole numbers that worths are compared in.
const UNIT: f64 = (1_u64 << 40) as f64;
/// Nodes from one question whether to stop to the next.
const ASK_EVERY: u64 = 16;

/// What is known of a choice of few sets.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Few {
    /// These have every element.
    Found(Vec<u32>),
    /// There is none.
    None,
    /// The search ended before.
    Unknown(Ended),
}

/// Sets as bit marks, so many words each.
pub(super) struct Marks {
    words: usize,
    bits: Vec<u64>,
}

impl Marks {
    /// Nothing is in any of the sets.
    pub(crate) fn new(sets: usize, elements: usize) -> Self {
        let words = elements.div_ceil(64).max(1);
        Self { words, bits: vec![0; sets * words] }
    }

    pub(crate) fn put(&mut self, set: usize, element: usize, is_in: bool) {
        self.bits[set * self.words + element / 64] |= u64::from(is_in) << (element % 64);
    }

    /// These sets, in this order.
    pub(crate) fn only(&self, sets: &[u32]) -> Self {
        Self { words: self.words, bits: sets.iter().flat_map(|set| self.of(*set)).copied().collect() }
    }

    fn count(&self) -> usize {
        self.bits.len() / self.words
    }

    fn of(&self, set: u32) -> &[u64] {
        &self.bits[set as usize * self.words..][..self.words]
    }

    /// The elements of the set, ascending.
    pub(crate) fn elements(&self, set: u32) -> Vec<u32> {
        ones(self.of(set)).collect()
    }

    /// Of sets that others include, and of equal ones all but the first, none; the others keep their order.
    pub(crate) fn undominated(&self) -> Vec<u32> {
        let open = vec![u64::MAX; self.words];
        let mut kept = self.undominated_among(&open, (0..self.count() as u32).collect(), &[]);
        kept.sort_unstable();
        kept
    }

    /// The same as far as elements are open; sets that others include which are `gone` are not needed either.
    fn undominated_among(&self, open: &[u64], sets: Vec<u32>, gone: &[u32]) -> Vec<u32> {
        let live: Vec<usize> = (0..self.words).filter(|word| open[*word] != 0).collect();
        let size = |set: u32| live.iter().map(|word| (self.of(set)[*word] & open[*word]).count_ones()).sum::<u32>();
        let all = gone.iter().map(|set| (false, *set)).chain(sets.into_iter().map(|set| (true, set)));
        let mut order: Vec<_> = all.map(|(is_wanted, set)| (Reverse(size(set)), is_wanted, set)).collect();
        order.retain(|(Reverse(size), ..)| *size > 0);
        order.sort_unstable();
        // Of each element, the larger sets that have it, by their places among those kept.
        let mut having: Vec<Vec<u32>> = vec![Vec::new(); self.words * 64];
        let (mut larger, mut kept) = (Vec::<u64>::new(), Vec::new());
        let mut own = vec![0; live.len()];
        for (_, is_wanted, set) in order {
            own.iter_mut().zip(&live).for_each(|(own, word)| *own = self.of(set)[*word] & open[*word]);
            let elements = || ones(&own).map(|bit| live[bit as usize / 64] * 64 + bit as usize % 64);
            let Some(rarest) = elements().min_by_key(|element| having[*element].len()) else { continue };
            let is_included = |place: &u32| {
                let other = &larger[*place as usize * live.len()..][..live.len()];
                own.iter().zip(other).all(|(own, other)| own & !other == 0)
            };
            if having[rarest].iter().any(is_included) {
                continue;
            }
            let place = (larger.len() / live.len()) as u32;
            elements().for_each(|element| having[element].push(place));
            larger.extend_from_slice(&own);
            if is_wanted {
                kept.push(set);
            }
        }
        kept
    }
}

/// The bits that are set, ascending.
fn ones(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros())?;
            rest &= rest - 1;
            Some(at as u32 * 64 + bit)
        })
    })
}

/// Whether `most` of the sets have all elements. `search_limits.work` counts steps of prices.
pub(super) fn choose_few(elements: usize, sets: &Marks, most: usize, search_limits: &SearchLimits) -> Few {
    let lists: Vec<Vec<u32>> = (0..sets.count() as u32).map(|set| sets.elements(set)).collect();
    let mut largest = vec![0; elements];
    for list in &lists {
        list.iter().for_each(|element| largest[*element as usize] = list.len().max(largest[*element as usize]));
    }
    if largest.contains(&0) {
        return Few::None;
    }
    let mut open = vec![0; sets.words];
    (0..elements).for_each(|element| open[element / 64] |= 1 << (element % 64));
    let all = Node {
        open,
        sets: (0..lists.len() as u32).collect(),
        gone: Vec::new(),
        left: most,
        prices: largest.iter().map(|size| 1.0 / *size as f64).collect(),
    };
    let mut search = FewSearch { sets, lists, taken: Vec::new(), nodes: 0, steps: 0, search_limits };
    match search.visit(all, FIRST_STEPS) {
        Ok(true) => Few::Found(search.taken),
        Ok(false) => Few::None,
        Err(ended) => Few::Unknown(ended),
    }
}

/// What is left to do once some sets are taken.
struct Node {
    /// Elements that no set taken has.
    open: Vec<u64>,
    /// Sets that may be taken.
    sets: Vec<u32>,
    /// Sets with which there is no choice here.
    gone: Vec<u32>,
    /// How many sets may be taken.
    left: usize,
    /// Of each element.
    prices: Vec<f64>,
}

/// What the prices of a node leave.
enum Narrowed {
    Found,
    Nothing,
    /// Worth of each set left.
    Open(Vec<i64>),
}

struct FewSearch<'a> {
    sets: &'a Marks,
    lists: Vec<Vec<u32>>,
    taken: Vec<u32>,
    nodes: u64,
    steps: u64,
    search_limits: &'a SearchLimits<'a>,
}

impl FewSearch<'_> {
    /// Whether a choice was found, which then is what is taken.
    fn visit(&mut self, mut node: Node, steps: usize) -> Result<bool, Ended> {
        self.nodes += 1;
        let over = (self.steps >= self.search_limits.work).then_some(Ended::WorkLimit);
        let stopped = if self.nodes.is_multiple_of(ASK_EVERY) { self.search_limits.stopped() } else { None };
        if let Some(ended) = stopped.or(over) {
            return Err(ended);
        }
        let before = self.taken.len();
        let found = match self.narrow(&mut node, steps) {
            Narrowed::Found => Ok(true),
            Narrowed::Nothing => Ok(false),
            Narrowed::Open(worths) => self.branch(&node, &worths),
        };
        if found == Ok(false) {
            self.taken.truncate(before);
        }
        found
    }

    /// Leaves out what cannot be in a choice and takes what must be, as long as that leaves clearly less.
    fn narrow(&mut self, node: &mut Node, steps: usize) -> Narrowed {
        loop {
            if node.open.iter().all(|word| *word == 0) {
                return Narrowed::Found;
            }
            if node.left == 0 {
                return Narrowed::Nothing;
            }
            node.sets = self.sets.undominated_among(&node.open, std::mem::take(&mut node.sets), &node.gone);
            if node.left == 1 {
                let has_all =
                    |set: &&u32| node.open.iter().zip(self.sets.of(**set)).all(|(open, own)| open & !own == 0);
                let Some(last) = node.sets.iter().find(has_all) else { return Narrowed::Nothing };
                self.taken.push(*last);
                return Narrowed::Found;
            }
            let mut pricing = Pricing::new(node, &self.lists);
            let is_proven = pricing.move_prices(steps);
            self.steps += pricing.steps as u64;
            if is_proven {
                return Narrowed::Nothing;
            }
            pricing.write(&mut node.prices);
            let (forced, kept) = pricing.fix();
            let before = node.sets.len();
            let all = std::mem::take(&mut node.sets);
            node.sets = kept.iter().map(|at| all[*at as usize]).collect();
            if let Some(forced) = forced {
                let forced = all[forced as usize];
                node.sets.retain(|set| *set != forced);
                self.take(node, forced);
            } else if 5 * kept.len() >= 4 * before {
                return Narrowed::Open(kept.iter().map(|at| pricing.best.worths[*at as usize]).collect());
            }
        }
    }

    fn take(&mut self, node: &mut Node, set: u32) {
        self.taken.push(set);
        node.left -= 1;
        node.open.iter_mut().zip(self.sets.of(set)).for_each(|(open, own)| *open &= !own);
    }

    /// Tries the sets that have the element which fewest have, those worth most first.
    fn branch(&mut self, node: &Node, worths: &[i64]) -> Result<bool, Ended> {
        let mut having = vec![0_u32; node.prices.len()];
        node.sets.iter().flat_map(|set| &self.lists[*set as usize]).for_each(|element| having[*element as usize] += 1);
        let Some(rarest) = ones(&node.open).min_by_key(|element| having[*element as usize]) else { return Ok(true) };
        let has = |set: u32| self.sets.of(set)[rarest as usize / 64] >> (rarest % 64) & 1 == 1;
        let mut ways: Vec<(Reverse<i64>, u32)> =
            node.sets.iter().zip(worths).filter(|(set, _)| has(**set)).map(|(set, w)| (Reverse(*w), *set)).collect();
        ways.sort_unstable();
        let mut gone = node.gone.clone();
        for (_, set) in ways {
            let untried = node.sets.iter().copied().filter(|other| *other != set && !gone.contains(other));
            let mut child = Node {
                open: node.open.clone(),
                sets: untried.collect(),
                gone: gone.clone(),
                left: node.left,
                prices: node.prices.clone(),
            };
            self.take(&mut child, set);
            if self.visit(child, STEPS)? {
                return Ok(true);
            }
            self.taken.pop();
            gone.push(set);
        }
        Ok(false)
    }
}

/// Prices of the open elements of a node, numbered from 0.
struct Pricing {
    elements: Vec<u32>,
    left: usize,
    /// Of each set, where its open elements begin; and where those of the last end.
    starts: Vec<usize>,
    entries: Vec<u32>,
    prices: Vec<f64>,
    best: Worths,
    steps: usize,
}

/// What follows from the best prices.
struct Worths {
    prices: Vec<f64>,
    /// Of each set.
    worths: Vec<i64>,
    /// How much more than all elements the best sets are worth.
    over: i64,
}

impl Pricing {
    fn new(node: &Node, lists: &[Vec<u32>]) -> Self {
        let elements: Vec<u32> = ones(&node.open).collect();
        let mut number = vec![u32::MAX; node.prices.len()];
        (0..).zip(&elements).for_each(|(new, old)| number[*old as usize] = new);
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for set in &node.sets {
            let own = lists[*set as usize].iter().map(|element| number[*element as usize]);
            entries.extend(own.filter(|element| *element != u32::MAX));
            starts.push(entries.len());
        }
        let mut prices: Vec<f64> = elements.iter().map(|element| node.prices[*element as usize]).collect();
        if prices.iter().sum::<f64>() < 1e-9 {
            prices.fill(1.0);
        }
        let best = Worths { prices: prices.clone(), worths: Vec::new(), over: i64::MAX };
        Self { elements, left: node.left, starts, entries, prices, best, steps: 0 }
    }

    fn set(&self, number: usize) -> &[u32] {
        &self.entries[self.starts[number]..self.starts[number + 1]]
    }

    /// Whether prices were found which prove that there is no choice; else the best of so many steps are kept.
    fn move_prices(&mut self, steps: usize) -> bool {
        let mut direction = vec![0.0; self.prices.len()];
        let (mut stride, mut stale) = (1.0, 0);
        loop {
            let (worths, total) = self.see();
            let best = self.best_sets(&worths);
            let over = best.iter().map(|set| worths[*set as usize]).sum::<i64>() - total;
            if over < self.best.over {
                self.best = Worths { prices: self.prices.clone(), worths, over };
                stale = 0;
            } else {
                stale += 1;
                if stale >= PATIENCE {
                    (stride, stale) = (stride * SHORTER, 0);
                }
            }
            if over < 0 {
                return true;
            }
            self.steps += 1;
            let is_hopeless = steps == STEPS && self.steps > HOPELESS_AFTER && self.best.over as f64 > HOPELESS * UNIT;
            if self.steps > steps || stride < SHORTEST || is_hopeless {
                return false;
            }
            self.step(&best, &mut direction, stride * (over as f64 / UNIT + AIM));
        }
    }

    /// The worth of each set and of all elements; prices are brought to a sum of one.
    fn see(&mut self) -> (Vec<i64>, i64) {
        let sum: f64 = self.prices.iter().sum();
        self.prices.iter_mut().for_each(|price| *price /= sum);
        let whole: Vec<i64> = self.prices.iter().map(|price| (price * UNIT) as i64).collect();
        let worth = |set: usize| self.set(set).iter().map(|element| whole[*element as usize]).sum();
        ((0..self.starts.len() - 1).map(worth).collect(), whole.iter().sum())
    }

    /// As many sets as may be taken, of those worth most.
    fn best_sets(&self, worths: &[i64]) -> Vec<u32> {
        let mut order: Vec<u32> = (0..worths.len() as u32).collect();
        if order.len() > self.left {
            order.select_nth_unstable_by_key(self.left - 1, |set| (Reverse(worths[*set as usize]), *set));
            order.truncate(self.left);
        }
        order
    }

    /// Makes dearer what the best sets lack, and cheaper what they have more than once.
    fn step(&mut self, best: &[u32], direction: &mut [f64], gap: f64) {
        let mut surplus = vec![-1.0; self.prices.len()];
        for element in best.iter().flat_map(|set| self.set(*set as usize)) {
            surplus[*element as usize] += 1.0;
        }
        let mut norm = 0.0;
        for ((direction, surplus), price) in direction.iter_mut().zip(surplus).zip(&self.prices) {
            *direction = surplus + KEPT * *direction;
            if *price <= 0.0 && *direction > 0.0 {
                *direction = 0.0;
            }
            norm += *direction * *direction;
        }
        let length = gap / norm.max(1e-9);
        let moved = self.prices.iter().zip(direction.iter()).map(|(price, d)| (price - length * d).max(0.0));
        let moved: Vec<f64> = moved.collect();
        if moved.iter().sum::<f64>() > 1e-9 {
            self.prices = moved;
        }
    }

    fn write(&self, prices: &mut [f64]) {
        self.elements.iter().zip(&self.best.prices).for_each(|(element, price)| prices[*element as usize] = *price);
    }

    /// A set that every choice has, if the best prices tell of one, and those that a choice may have.
    fn fix(&self) -> (Option<u32>, Vec<u32>) {
        let Worths { worths, over, .. } = &self.best;
        let mut order: Vec<u32> = (0..worths.len() as u32).collect();
        order.sort_unstable_by_key(|set| (Reverse(worths[*set as usize]), *set));
        let worth_at = |place: usize| order.get(place).map_or(0, |set| worths[*set as usize]);
        let (last, next) = (worth_at(self.left - 1), worth_at(self.left));
        let forced = order.iter().take(self.left).find(|set| over - worths[**set as usize] + next < 0).copied();
        let may_be = |set: &u32| worths[*set as usize] >= last || over - last + worths[*set as usize] >= 0;
        (forced, (0..worths.len() as u32).filter(may_be).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marks(sets: &[Vec<u32>], elements: usize) -> Marks {
        let mut marks = Marks::new(sets.len(), elements);
        for (set, list) in sets.iter().enumerate() {
            list.iter().for_each(|element| marks.put(set, *element as usize, true));
        }
        marks
    }

    fn has_all(sets: &[Vec<u32>], chosen: &[u32], elements: u32) -> bool {
        (0..elements).all(|element| chosen.iter().any(|set| sets[*set as usize].contains(&element)))
    }

    #[test]
    fn of_sets_within_others_none_is_kept() {
        let sets = [vec![0, 1], vec![1], vec![1, 2], vec![0, 1], vec![]];
        assert_eq!(marks(&sets, 70).undominated(), [0, 2]);
    }

    #[test]
    fn a_stopped_search_says_why() {
        let sets: Vec<Vec<u32>> = (0..9).map(|at| vec![at, (at + 1) % 9]).collect();
        let limits = SearchLimits { work: 0, ..SearchLimits::patient() };
        assert_eq!(choose_few(9, &marks(&sets, 9), 4, &limits), Few::Unknown(Ended::WorkLimit));
    }

    proptest! {
        #[test]
        fn equals_trying_every_choice(
            sets in prop::collection::vec(prop::collection::vec(0_u32..14, 1..6), 1..13),
            most in 0_usize..7,
        ) {
            let choices = (0..1_u32 << sets.len()).filter(|choice| choice.count_ones() as usize <= most);
            let chosen = |choice: u32| (0..sets.len() as u32).filter(|set| choice >> set & 1 == 1).collect::<Vec<u32>>();
            let exists = choices.map(chosen).any(|chosen| has_all(&sets, &chosen, 14));
            match choose_few(14, &marks(&sets, 14), most, &SearchLimits::patient()) {
                Few::Found(chosen) => prop_assert!(chosen.len() <= most && has_all(&sets, &chosen, 14)),
                Few::None => prop_assert!(!exists),
                Few::Unknown(_) => prop_assert!(false),
            }
        }
    }
}
