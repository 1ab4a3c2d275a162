//! Good p-median plans fast: greed, then the exchange of one chosen option for another that saves most, as long as one
//! saves anything (Teitz and Bart 1968). What every exchange would save is kept in tables of gain, loss and extra, of which
//! an exchange changes little (Resende and Werneck 2007).

use std::cmp::Reverse;

use super::lists::Lists;

/// Exchanges at most.
const EXCHANGES: usize = 2_000;
const NONE: u32 = u32::MAX;

/// A choice with the tables of what exchanging saves.
pub(super) struct Medians<'a> {
    lists: &'a Lists<'a>,
    pub chosen: Vec<u32>,
    /// Options that some demand has in its list, ascending.
    usable: Vec<u32>,
    /// Of each option, its place among the chosen.
    place: Vec<u32>,
    /// Of each demand, the cost of the nearest chosen option with its place, and of the second nearest (the fallback where
    /// there is none).
    nearest: Vec<Nearest>,
    /// Of each option, what adding it would save.
    gain: Vec<i64>,
    /// Of each place, what dropping its option would cost.
    loss: Vec<i64>,
    /// Of each option and place: what `gain − loss` counts too much.
    extra: Vec<i64>,
}

#[derive(Clone, Copy)]
struct Nearest {
    place: u32,
    first: u64,
    second: u64,
}

impl<'a> Medians<'a> {
    /// Always the option that saves most, until there are `p` or nothing saves.
    pub(crate) fn greedy(lists: &'a Lists<'a>, p: usize) -> Vec<u32> {
        let mut costs = lists.fallback.clone();
        let mut chosen: Vec<u32> = Vec::new();
        for _ in 0..p.min(lists.option_count) {
            let mut saved = vec![0_u64; lists.option_count];
            for (demand, now) in costs.iter().enumerate() {
                let better = lists.of(demand).take_while(|(_, cost)| cost < now);
                better.for_each(|(option, cost)| saved[option as usize] += now - cost);
            }
            let best = (0..lists.option_count as u32).max_by_key(|o| (saved[*o as usize], Reverse(*o)));
            let Some(best) = best.filter(|option| saved[*option as usize] > 0) else { break };
            chosen.push(best);
            for (demand, now) in costs.iter_mut().enumerate() {
                let new = lists.of(demand).take_while(|(_, cost)| cost < now).find(|(option, _)| *option == best);
                *now = new.map_or(*now, |(_, cost)| cost);
            }
        }
        chosen
    }

    pub(crate) fn new(lists: &'a Lists<'a>, chosen: &[u32]) -> Self {
        let mut place = vec![NONE; lists.option_count];
        (0..).zip(chosen).for_each(|(at, option)| place[*option as usize] = at);
        let mut medians = Self {
            lists,
            chosen: chosen.to_vec(),
            usable: lists.usable(),
            place,
            nearest: vec![Nearest { place: NONE, first: 0, second: 0 }; lists.demands()],
            gain: vec![0; lists.option_count],
            loss: vec![0; chosen.len()],
            extra: vec![0; lists.option_count * chosen.len()],
        };
        for demand in 0..lists.demands() {
            medians.nearest[demand] = medians.find_nearest(demand);
            medians.account(demand, 1);
        }
        medians
    }

    pub(crate) fn value(&self) -> u64 {
        self.lists.settled + self.nearest.iter().map(|nearest| nearest.first).sum::<u64>()
    }

    /// Of each demand, the costs of the nearest and second nearest chosen option.
    pub(crate) fn two_nearest(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.nearest.iter().map(|nearest| (nearest.first, nearest.second))
    }

    /// Exchanges as long as that saves, or until the limits of the search end it.
    pub(crate) fn improve(&mut self, stopped: &dyn Fn() -> bool) {
        self.improve_logged(stopped);
    }

    /// The same; gives the options exchanged, in order, with their places.
    pub(crate) fn improve_logged(&mut self, stopped: &dyn Fn() -> bool) -> Vec<(u32, u32)> {
        let mut changes = Vec::new();
        while changes.len() < EXCHANGES {
            let Some((option, place)) = self.best_exchange().filter(|_| !stopped()) else { break };
            changes.push((self.chosen[place as usize], place));
            self.exchange(option, place);
        }
        changes
    }

    /// The place of the nearest chosen option.
    pub(crate) fn place_of(&self, demand: usize) -> Option<u32> {
        Some(self.nearest[demand].place).filter(|place| *place != NONE)
    }

    pub(crate) fn is_chosen(&self, option: u32) -> bool {
        self.place[option as usize] != NONE
    }

    fn best_exchange(&self) -> Option<(u32, u32)> {
        let places = self.chosen.len();
        let best_of = |option: u32| {
            let extra = &self.extra[option as usize * places..][..places];
            let saved = |(place, (loss, extra)): (u32, (&i64, &i64))| (extra - loss, Reverse(place));
            let (saved, Reverse(place)) = (0..).zip(self.loss.iter().zip(extra)).map(saved).max()?;
            Some((self.gain[option as usize] + saved, Reverse(option), place))
        };
        let options = self.usable.iter().copied().filter(|option| self.place[*option as usize] == NONE);
        let best = options.filter_map(best_of).max().filter(|(saved, ..)| *saved > 0);
        best.map(|(_, Reverse(option), place)| (option, place))
    }

    pub(crate) fn exchange(&mut self, option: u32, place: u32) {
        let out = self.chosen[place as usize];
        let affected: Vec<u32> =
            (0..self.lists.demands() as u32).filter(|demand| self.is_affected(*demand as usize, option, out)).collect();
        affected.iter().for_each(|demand| self.account(*demand as usize, -1));
        self.chosen[place as usize] = option;
        self.place[out as usize] = NONE;
        self.place[option as usize] = place;
        for demand in affected {
            self.nearest[demand as usize] = self.find_nearest(demand as usize);
            self.account(demand as usize, 1);
        }
    }

    /// Whether one of the two options is among the demand's list up to its second nearest.
    fn is_affected(&self, demand: usize, option: u32, out: u32) -> bool {
        let second = self.nearest[demand].second;
        self.lists.of(demand).take_while(|(_, cost)| *cost <= second).any(|(other, _)| other == option || other == out)
    }

    fn find_nearest(&self, demand: usize) -> Nearest {
        let fallback = self.lists.fallback[demand];
        let place =
            |(option, cost): (u32, u64)| Some((self.place[option as usize], cost)).filter(|(at, _)| *at != NONE);
        let mut chosen = self.lists.of(demand).filter_map(place);
        let (place, first) = chosen.next().unwrap_or((NONE, fallback));
        Nearest { place, first, second: chosen.next().map_or(fallback, |(_, cost)| cost) }
    }

    /// Enters the demand into the tables, or with -1 takes it out.
    fn account(&mut self, demand: usize, sign: i64) {
        let Nearest { place, first, second } = self.nearest[demand];
        let places = self.chosen.len();
        if place != NONE {
            self.loss[place as usize] += sign * (second - first) as i64;
        }
        for (option, cost) in self.lists.of(demand).take_while(|(_, cost)| *cost < second) {
            self.gain[option as usize] += sign * first.saturating_sub(cost) as i64;
            if place != NONE {
                self.extra[option as usize * places + place as usize] += sign * (second - cost.max(first)) as i64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Serving;

    proptest! {
        #[test]
        fn tables_stay_true_while_options_are_exchanged(
            weights in prop::collection::vec(1_u64..9, 12),
            times in prop::collection::vec(0_u32..40, 12 * 8),
            exchanges in prop::collection::vec((0_u32..8, 0_u32..3), 0..9),
        ) {
            let serving = Serving { weights, times, options: 8, required: vec![] };
            let lists = Lists::new(&serving).unwrap();
            let mut medians = Medians::new(&lists, &[0, 1, 2]);
            for (option, place) in exchanges {
                if medians.place[option as usize] == NONE {
                    medians.exchange(option, place);
                }
            }
            let fresh = Medians::new(&lists, &medians.chosen);
            prop_assert_eq!((&medians.gain, &medians.loss, &medians.extra), (&fresh.gain, &fresh.loss, &fresh.extra));
            prop_assert_eq!(medians.value(), lists.value(&medians.chosen));
            if let Some((option, place)) = medians.best_exchange() {
                let before = medians.value();
                medians.exchange(option, place);
                prop_assert!(medians.value() < before);
            }
        }
    }
}
