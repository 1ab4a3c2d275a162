//! Upper bounds of the weight covered over phases, by pricing the rows yᵢₜ ≤ Σ xⱼₜ, and what they exclude.
//!
//! Each demand has in each phase a price between 0 and its weight × years. An option that stands from a phase on is worth the
//! prices of its demands from then on; it pays a price of room in every phase. For any prices,
//! Σ (weight × years − price) + Σ room × price of room + Σ over the groups of the most that an option leaves is a bound. The
//! prices of room are few, and set for each prices of demands so that the bound is about the least.
//!
//! An item is an option with a phase: that the option stands by then.

use std::cell::RefCell;

use super::descent::{Priced, PricedRelaxation, Prices};
use super::exchange::Selection;
use super::incumbent::Incumbent;
use super::price_tree::Branching;
use super::reduced::{Fixed, Reduced};
use super::room_prices::{Offer, RoomPrices};
use super::timeline::{Timeline, nested_value};

/// The problem: what may have been spent by the end of each phase, and how long each stands.
#[derive(Clone, Copy)]
pub(super) struct Phases<'a> {
    pub problem: &'a Reduced,
    pub rooms: &'a [u64],
    pub years: &'a [u64],
}

/// The relaxation, with items that are in or out.
pub(super) struct PhasedDual<'a> {
    phases: Phases<'a>,
    /// Prices are counted in units of 2⁻ˢʰⁱᶠᵗ.
    shift: u32,
    /// Of each option, the first phase it may stand from, and the one it must stand from at the latest; the number of phases
    /// stands for never.
    earliest: Vec<usize>,
    latest: Vec<usize>,
    /// Of each phase, what the options that stand by then for certain leave of the room.
    left: Vec<u64>,
    /// Of each row (phase × demands + demand), the highest price: 0 where the demand is covered for certain.
    highest: Vec<i64>,
    /// Σ weight × years, scaled.
    most: i128,
    /// Where the search for prices of room begins: at those found last.
    room_prices: RefCell<Vec<i64>>,
}

impl<'a> PhasedDual<'a> {
    pub(crate) fn new(phases: Phases<'a>) -> Self {
        let options = phases.problem.covers.len();
        let count = phases.rooms.len();
        let years: u64 = phases.years.iter().sum();
        let shift = phases.problem.open().saturating_mul(years).leading_zeros().saturating_sub(4).min(20);
        let mut dual = Self {
            phases,
            shift,
            earliest: vec![0; options],
            latest: vec![count; options],
            left: phases.rooms.to_vec(),
            highest: Vec::new(),
            most: (i128::from(phases.problem.open()) * i128::from(years)) << shift,
            room_prices: RefCell::new(vec![0; count]),
        };
        dual.enter_highest();
        dual
    }

    /// Weights × years where no option that stands for certain covers the demand.
    fn enter_highest(&mut self) {
        let Phases { problem, years, .. } = self.phases;
        let shift = self.shift;
        let of_phase =
            |years: &u64| problem.weights.iter().map(|weight| ((weight * years) << shift) as i64).collect::<Vec<i64>>();
        self.highest = years.iter().flat_map(of_phase).collect();
        let demands = problem.weights.len();
        for (cover, latest) in problem.covers.iter().zip(&self.latest) {
            for phase in *latest..self.count() {
                cover.iter().for_each(|demand| self.highest[phase * demands + *demand as usize] = 0);
            }
        }
    }

    fn count(&self) -> usize {
        self.phases.rooms.len()
    }

    /// Half of what demands could pay at most.
    pub(crate) fn first_prices(&self) -> Vec<i64> {
        self.highest.iter().map(|highest| highest / 2).collect()
    }

    /// Of each option and phase it may begin to stand in, what it is then worth.
    fn offers(&self, prices: &[i64]) -> Vec<Offer> {
        let demands = self.phases.problem.weights.len();
        let mut offers = Vec::new();
        for (option, cover) in self.phases.problem.covers.iter().enumerate() {
            let (earliest, latest) = (self.earliest[option], self.latest[option]);
            let mut worth = 0;
            for from in (earliest..latest).rev() {
                worth += cover.iter().map(|demand| prices[from * demands + *demand as usize]).sum::<i64>();
                let (cost, group) = (self.phases.problem.costs[option], self.phases.problem.groups[option]);
                offers.push(Offer { worth, option: option as u32, group, from, until: latest, cost });
            }
        }
        offers.sort_by_key(|offer| (offer.group, offer.option, offer.from));
        offers
    }

    fn rest(&self, prices: &[i64]) -> i128 {
        self.most - prices.iter().map(|price| i128::from(*price)).sum::<i128>()
    }

    fn item(&self, option: u32, phase: usize) -> u32 {
        option * self.count() as u32 + phase as u32
    }

    /// Phase upon phase the options that stand for certain, those of the items, then by greed; each option at most once, within
    /// rooms and groups. What stands for certain later keeps its room and its group.
    fn plan(&self, items: &[u32]) -> Vec<Vec<u32>> {
        let Phases { problem, rooms, .. } = self.phases;
        let count = self.count();
        let certain: Vec<u32> =
            (0..).zip(&self.latest).filter(|(_, latest)| **latest < count).map(|(at, _)| at).collect();
        let mut holder: Vec<Option<u32>> = vec![None; problem.members.len()];
        certain.iter().for_each(|option| holder[problem.groups[*option as usize] as usize] = Some(*option));
        let is_free = |option: &u32| holder[problem.groups[*option as usize] as usize].is_none_or(|own| own == *option);
        let mut choice = Selection::empty(problem, 0);
        let (mut before, mut phases) = (0, Vec::new());
        for (phase, room) in rooms.iter().enumerate() {
            choice.room += room - before;
            before = *room;
            let latest = |option: &u32| self.latest[*option as usize];
            for option in certain.iter().copied().filter(|option| latest(option) == phase) {
                if choice.fits(option) {
                    choice.add(option);
                }
            }
            let later: Vec<u32> = certain.iter().copied().filter(|option| !choice.chosen.contains(option)).collect();
            let kept = (phase + 1..count).map(|until| {
                let costs =
                    later.iter().filter(|option| latest(option) <= until).map(|option| problem.costs[*option as usize]);
                costs.sum::<u64>().saturating_sub(rooms[until] - room)
            });
            let kept = kept.max().unwrap_or(0);
            choice.room -= kept;
            let wanted = items.iter().filter(|item| **item as usize % count == phase).map(|item| item / count as u32);
            for option in wanted.filter(is_free).collect::<Vec<u32>>() {
                if choice.fits(option) {
                    choice.add(option);
                }
            }
            choice.fill_from((0..problem.covers.len() as u32).filter(is_free), u64::MAX);
            choice.room += kept;
            phases.push(choice.chosen.clone());
        }
        phases
    }
}

impl PricedRelaxation for PhasedDual<'_> {
    const TRY_EVERY: usize = 50;

    fn see(&self, prices: &[i64]) -> Priced {
        let offers = self.offers(prices);
        let rooms = RoomPrices::search(&offers, &self.left, &self.room_prices.borrow());
        self.room_prices.replace(rooms.prices.clone());
        let demands = self.phases.problem.weights.len();
        let mut lacking: Vec<i32> = self.highest.iter().map(|highest| i32::from(*highest > 0)).collect();
        let mut chosen = Vec::new();
        for offer in rooms.best_offers(&offers) {
            for phase in offer.from..offer.until {
                chosen.push(self.item(offer.option, phase));
                for demand in &self.phases.problem.covers[offer.option as usize] {
                    lacking[phase * demands + *demand as usize] -= 1;
                }
            }
        }
        for (option, latest) in (0..).zip(&self.latest) {
            chosen.extend((*latest..self.count()).map(|phase| self.item(option, phase)));
        }
        Priced { bound: self.rest(prices) + rooms.bound, chosen, lacking }
    }

    fn highest(&self, row: usize) -> i64 {
        self.highest[row]
    }

    fn goal(&self, incumbent: &Incumbent) -> i128 {
        let settled = self.phases.years.iter().sum::<u64>() * self.phases.problem.settled;
        (i128::from(incumbent.value) - i128::from(settled)) << self.shift
    }

    fn whole(&self, bound: i128) -> u64 {
        let settled = self.phases.years.iter().sum::<u64>() * self.phases.problem.settled;
        u64::try_from(bound >> self.shift).unwrap_or(u64::MAX).saturating_add(settled)
    }

    fn try_plan(&self, items: &[u32], incumbent: &mut Incumbent) {
        let Phases { problem, rooms, years } = self.phases;
        let mut timeline = Timeline::new(problem, rooms, years, &self.plan(items));
        timeline.improve(&|| incumbent.search_limits.stopped().is_some());
        let phases = timeline.phases();
        let value = nested_value(problem, years, &phases);
        incumbent.offer(self.items_of(&phases), value);
    }
}

impl PhasedDual<'_> {
    /// A plan as items, which is how the search keeps it.
    pub(crate) fn items_of(&self, phases: &[Vec<u32>]) -> Vec<u32> {
        let of_phase = |(phase, options): (usize, &Vec<u32>)| {
            options.iter().map(move |option| self.item(*option, phase)).collect::<Vec<u32>>()
        };
        phases.iter().enumerate().flat_map(of_phase).collect()
    }

    /// And back.
    pub(crate) fn phases_of(&self, items: &[u32]) -> Vec<Vec<u32>> {
        let count = self.count();
        let of_phase = |phase: usize| {
            let items = items.iter().filter(move |item| **item as usize % count == phase);
            items.map(|item| item / count as u32).collect()
        };
        (0..count).map(of_phase).collect()
    }
}

impl Branching for PhasedDual<'_> {
    fn part(&self, fixed: &mut [Fixed]) -> Option<Self> {
        let (options, count) = (self.phases.problem.covers.len(), self.count());
        let mut holder: Vec<Option<usize>> = vec![None; self.phases.problem.members.len()];
        let mut part = Self {
            phases: self.phases,
            shift: self.shift,
            earliest: vec![0; options],
            latest: vec![count; options],
            left: self.phases.rooms.to_vec(),
            highest: Vec::new(),
            most: self.most,
            room_prices: RefCell::new(self.room_prices.borrow().clone()),
        };
        for option in 0..options {
            let of_option = &fixed[option * count..][..count];
            part.earliest[option] =
                of_option.iter().rposition(|fixed| *fixed == Fixed::Out).map_or(0, |phase| phase + 1);
            part.latest[option] = of_option.iter().position(|fixed| *fixed == Fixed::In).unwrap_or(count);
            if part.latest[option] < part.earliest[option] {
                return None;
            }
            for phase in part.latest[option]..count {
                part.left[phase] = part.left[phase].checked_sub(self.phases.problem.costs[option])?;
            }
            let group = self.phases.problem.groups[option] as usize;
            if part.latest[option] < count && holder[group].replace(option).is_some() {
                return None;
            }
        }
        for option in 0..options {
            let cost = self.phases.problem.costs[option];
            let is_barred = holder[self.phases.problem.groups[option] as usize].is_some_and(|holder| holder != option);
            if is_barred {
                part.earliest[option] = count;
            }
            // Who begins in a phase needs room from then on.
            let latest = part.latest[option];
            let lacks = |from: usize| part.left[from..latest].iter().any(|left| *left < cost);
            while part.earliest[option] < latest && lacks(part.earliest[option]) {
                part.earliest[option] += 1;
            }
            for phase in 0..count {
                let known = if phase >= latest { Fixed::In } else { Fixed::Open };
                fixed[option * count + phase] = if phase < part.earliest[option] { Fixed::Out } else { known };
            }
        }
        part.enter_highest();
        Some(part)
    }

    fn fix(&self, best: &Prices, value: u64) -> Vec<Fixed> {
        let count = self.count();
        let offers = self.offers(&best.prices);
        let rooms = RoomPrices::search(&offers, &self.left, &self.room_prices.borrow());
        let settled = self.phases.years.iter().sum::<u64>() * self.phases.problem.settled;
        let better = (i128::from(value) - i128::from(settled) + 1) << self.shift;
        let spare = self.rest(&best.prices) + rooms.bound - better;
        let mut fixed = vec![Fixed::Open; self.earliest.len() * count];
        for group in offers.chunk_by(|a, b| a.group == b.group) {
            let best_but = |is_out: &dyn Fn(&Offer) -> bool| {
                group.iter().filter(|offer| !is_out(offer)).map(|offer| rooms.left_to(offer)).max().unwrap_or(0).max(0)
            };
            let most = best_but(&|_| false);
            for own in group.chunk_by(|a, b| a.option == b.option) {
                let option = own[0].option;
                for phase in self.earliest[option as usize]..self.latest[option as usize] {
                    let is_in = |offer: &Offer| offer.option == option && offer.from <= phase;
                    let with = own.iter().filter(|offer| is_in(offer)).map(|offer| rooms.left_to(offer)).max();
                    let without = best_but(&is_in);
                    fixed[self.item(option, phase) as usize] = if with.is_none_or(|with| most - with > spare) {
                        Fixed::Out
                    } else if most - without > spare {
                        Fixed::In
                    } else {
                        Fixed::Open
                    };
                }
            }
        }
        fixed
    }

    fn worth(&self, item: u32, prices: &[i64]) -> f64 {
        let (option, phase) = (item as usize / self.count(), item as usize % self.count());
        let demands = self.phases.problem.weights.len();
        let cover = &self.phases.problem.covers[option];
        cover.iter().map(|demand| prices[phase * demands + *demand as usize] as f64).sum()
    }
}
