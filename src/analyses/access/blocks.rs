//! What blocks, ranked by the people behind it; and what must be verified in the field, ranked likewise.

use std::collections::BTreeMap;

use geo::MultiLineString;

use super::describe::{self, Neck, necks, number};
use super::facts::Basis;
use super::passable::{Passes, Upgrade};
use super::villages::{Entry, Outcome};
use super::ways::Reading;
use super::{Run, minutes, wan_yuan};
use crate::analyses::limits::Hindrance;
use crate::area::{RoadClass, VehicleClass};
use crate::codes;
use crate::row;
use crate::rows::Label;

codes! {
    /// What a block does to those behind it.
    pub enum Hold {
        /// 须绕行 | A detour
        Detour = "detour",
        /// 到不了 | Not reached
        NotReached = "not_reached",
    }
}

row! {
    /// 卡点：挡住消防车的路段 | What stops a vehicle
    pub struct Block {
        geometry: MultiLineString,
        /// 道路 | Road
        name: String,
        /// 说明 | In words
        story: Label,
        /// 道路等级 | Class
        class: RoadClass,
        /// 卡住的原因 | What stops it
        hindrance: Hindrance,
        /// 挡住的车型 | Vehicle stopped
        stops: VehicleClass,
        /// 后果 | Effect
        effect: Hold,
        /// 多走 | Delay
        detour_min: Option<f64>,
        /// 现状值 | Measured
        measured: Option<f64>,
        /// 所需值 | Needed
        needed: Option<f64>,
        /// 背后的村庄 | Villages behind
        villages: u32,
        /// 背后的人口 | People behind
        behind_people: u32,
        /// 村名 | Names
        names: String,
        /// 改造方式 | Upgrade
        upgrade: Option<Upgrade>,
        /// 改造后的值 | New value
        new_value: Option<f64>,
        /// 费用 | Cost
        cost_wan_yuan: f64,
        /// 长度 | Length
        length_m: f64,
        /// 道路编号 | Id of the road
        source_id: String,
    }
}

row! {
    /// 现场核实清单 | To be verified in the field
    pub struct FieldCheck {
        geometry: MultiLineString,
        /// 道路 | Road
        name: String,
        /// 说明 | In words
        story: Label,
        /// 道路等级 | Class
        class: RoadClass,
        /// 要核实的 | What to verify
        hindrance: Hindrance,
        /// 估计值 | Estimate
        estimate: Option<f64>,
        /// 所需值 | Needed
        needed: Option<f64>,
        /// 估计依据 | Estimated by
        basis: Basis,
        /// 估计可通行 | Likely to pass
        likely: bool,
        /// 车型 | Vehicle
        vehicle_class: VehicleClass,
        /// 取决于此的村庄 | Villages that hang on it
        villages: u32,
        /// 取决于此的人口 | People who hang on it
        hanging_people: u32,
        /// 村名 | Names
        names: String,
        /// 长度 | Length
        length_m: f64,
        /// 道路编号 | Id of the road
        source_id: String,
    }
}

/// A neck with the places behind it.
struct Shared {
    neck: Neck,
    places: Vec<usize>,
}

/// Necks of the same road and class of vehicle in one, with all places behind them; the most people first.
fn gather(run: &Run, found: impl Iterator<Item = (usize, usize, Vec<Neck>)>) -> Vec<(usize, Shared)> {
    let mut shared: BTreeMap<(u32, usize), Shared> = BTreeMap::new();
    for (place, rank, necks) in found {
        for neck in necks {
            match shared.entry((neck.road, rank)) {
                std::collections::btree_map::Entry::Vacant(new) => {
                    new.insert(Shared { neck, places: vec![place] });
                }
                std::collections::btree_map::Entry::Occupied(mut known) => {
                    let known = known.get_mut();
                    known.places.push(place);
                    known.neck.join(run, rank, neck);
                }
            }
        }
    }
    let mut ranked: Vec<(usize, Shared)> = shared.into_iter().map(|((_, rank), shared)| (rank, shared)).collect();
    ranked.sort_by_key(|(rank, shared)| (std::cmp::Reverse(people(run, &shared.places)), shared.neck.road, *rank));
    ranked
}

impl Neck {
    /// Takes in the segments of the same road that another place needs.
    pub fn join(&mut self, run: &Run, rank: usize, other: Self) {
        let fresh: Vec<u32> = other.segments.into_iter().filter(|segment| !self.segments.contains(segment)).collect();
        for segment in fresh {
            self.segments.push(segment);
            for work in run.fleets[rank].works[segment as usize].iter().flatten() {
                self.add(*work);
            }
        }
        if other.issue.is_worse_than(&self.issue) {
            self.issue = other.issue;
        }
    }
}

pub fn people(run: &Run, places: &[usize]) -> u32 {
    places.iter().filter_map(|place| run.places[*place].people).sum::<f64>().round() as u32
}

pub fn names(run: &Run, places: &[usize]) -> Vec<String> {
    places.iter().map(|place| run.places[*place].name.clone()).collect()
}

pub fn line(run: &Run, segments: &[u32]) -> MultiLineString {
    let network = &run.area.network;
    MultiLineString(segments.iter().map(|segment| geo::LineString(network.line(*segment).to_vec())).collect())
}

pub fn length_m(run: &Run, segments: &[u32]) -> f64 {
    let metres: f64 = segments.iter().map(|segment| run.area.network.segments[*segment as usize].length_m).sum();
    metres.round()
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// What keeps vehicles away first, then what costs them a detour.
pub fn blocks(run: &Run, outcomes: &[Outcome]) -> Vec<Block> {
    let found = outcomes.iter().enumerate().filter_map(|(place, outcome)| {
        let (rank, way) = outcome.next()?;
        Some((place, rank, necks(run, &run.fleets[rank], way, Passes::No)))
    });
    let stop = gather(run, found).into_iter().map(|(rank, shared)| block(run, rank, &shared, None));
    let (found, delays) = detours(run, outcomes);
    let delay = gather(run, found.into_iter()).into_iter().map(|(rank, shared)| {
        let longest = shared.places.iter().filter_map(|place| delays.get(place)).max().copied();
        block(run, rank, &shared, longest)
    });
    stop.chain(delay).collect()
}

/// A place, the rank of its vehicle, and the necks it drives around.
type Avoided = (usize, usize, Vec<Neck>);

/// Places that a vehicle gets to, but sooner if it could pass what it must drive around; with the time lost.
fn detours(run: &Run, outcomes: &[Outcome]) -> (Vec<Avoided>, BTreeMap<usize, u64>) {
    let (mut found, mut delays) = (Vec::new(), BTreeMap::new());
    for (rank, fleet) in run.fleets.iter().enumerate() {
        let places: Vec<usize> = (0..outcomes.len()).filter(|place| outcomes[*place].possible == Some(rank)).collect();
        let entries = || places.iter().map(|place| run.places[*place].entries.as_slice());
        let held = fleet.ways_where(|segment| fleet.passable.passes(segment) != Passes::No, entries(), Reading::Free);
        let free = entries().map(|entries| fleet.way(entries, Reading::Free));
        for ((place, held), free) in places.iter().zip(held).zip(free) {
            let Some((held, free)) = held.zip(free) else { continue };
            if free.price[2] < held.price[2] {
                found.push((*place, rank, necks(run, fleet, &free, Passes::No)));
                delays.insert(*place, held.price[2] - free.price[2]);
            }
        }
    }
    (found, delays)
}

fn block(run: &Run, rank: usize, shared: &Shared, delay_ms: Option<u64>) -> Block {
    let Shared { neck, places } = shared;
    let class = run.fleets[rank].class();
    let road = &run.area.layers.roads[neck.road as usize];
    let names = names(run, places);
    let detour_min = delay_ms.map(minutes);
    let work = neck.works.first();
    Block {
        geometry: line(run, &neck.segments),
        name: describe::road(road).zh,
        story: block_story(run, class, shared, &names, detour_min),
        class: road.class,
        hindrance: neck.issue.hindrance,
        stops: class,
        effect: if delay_ms.is_some() { Hold::Detour } else { Hold::NotReached },
        detour_min,
        measured: neck.issue.measured.map(rounded),
        needed: (neck.issue.needed > 0.0).then_some(neck.issue.needed),
        villages: places.len() as u32,
        behind_people: people(run, places),
        names: names.join("、"),
        upgrade: work.map(|work| work.upgrade),
        new_value: work.map(|work| work.new_value),
        cost_wan_yuan: wan_yuan(neck.yuan()),
        length_m: length_m(run, &neck.segments),
        source_id: road.source_id.clone(),
    }
}

fn block_story(run: &Run, class: VehicleClass, shared: &Shared, names: &[String], detour_min: Option<f64>) -> Label {
    let Shared { neck, places } = shared;
    let (who, why, open) = (describe::vehicle(class), describe::neck(run, neck, class), describe::opening(neck));
    let (where_, hit) = (describe::names(names), counted(run, places));
    let who_en = who.en.to_lowercase();
    match detour_min.map(number) {
        None => Label::new(
            format!("{}到不了{}（{}）：{}。最省的办法是{}（单价未核实）。", who.zh, where_.zh, hit.zh, why.zh, open.zh),
            format!(
                "No {who_en} gets to {} ({}): {}. Cheapest: {} (unit costs unverified).",
                where_.en, hit.en, why.en, open.en
            ),
        ),
        Some(delay) => Label::new(
            format!(
                "{}。{}去{}（{}）要绕开它，最多多走{delay}分钟；{}（单价未核实）。",
                why.zh, who.zh, where_.zh, hit.zh, open.zh
            ),
            format!(
                "{}. On the way to {} ({}) a {who_en} must drive around it, up to {delay} min longer; {} (unit costs unverified).",
                why.en, where_.en, hit.en, open.en
            ),
        ),
    }
}

pub fn field_checks(run: &Run, outcomes: &[Outcome]) -> Vec<FieldCheck> {
    let found = outcomes.iter().enumerate().filter(|(_, outcome)| outcome.entry == Entry::Undetermined).filter_map(
        |(place, outcome)| {
            let (rank, way) = (outcome.possible?, outcome.way.as_ref()?);
            Some((place, rank, necks(run, &run.fleets[rank], way, Passes::Undetermined)))
        },
    );
    gather(run, found).into_iter().map(|(rank, shared)| field_check(run, rank, &shared)).collect()
}

fn field_check(run: &Run, rank: usize, shared: &Shared) -> FieldCheck {
    let Shared { neck, places } = shared;
    let class = run.fleets[rank].class();
    let road = &run.area.layers.roads[neck.road as usize];
    let names = names(run, places);
    let (hanging_people, hit) = (people(run, places), counted(run, places));
    let (who, why, where_) = (describe::vehicle(class), describe::neck(run, neck, class), describe::names(&names));
    let story = Label::new(
        format!("{}能否到{}（{}）取决于此：{}。请到现场量一量，补进数据。", who.zh, where_.zh, hit.zh, why.zh),
        format!(
            "Whether a {} gets to {} ({}) hangs on this: {}. Measure it and add it to the data.",
            who.en.to_lowercase(),
            where_.en,
            hit.en,
            why.en
        ),
    );
    FieldCheck {
        geometry: line(run, &neck.segments),
        name: describe::road(road).zh,
        story,
        class: road.class,
        hindrance: neck.issue.hindrance,
        estimate: neck.issue.measured.map(rounded),
        needed: (neck.issue.needed > 0.0).then_some(neck.issue.needed),
        basis: neck.issue.basis,
        likely: neck.issue.likely,
        vehicle_class: class,
        villages: places.len() as u32,
        hanging_people,
        names: names.join("、"),
        length_m: length_m(run, &neck.segments),
        source_id: road.source_id.clone(),
    }
}

/// `3处、共1200人`, for sentences about several places; nobody counted is not nobody.
pub fn counted(run: &Run, places: &[usize]) -> Label {
    let count = places.len();
    let unknown = places.iter().filter(|place| run.places[**place].people.is_none()).count();
    let people = people(run, places);
    match unknown {
        0 => Label::new(format!("{count}处、共{people}人"), format!("{count} places, {people} people")),
        unknown if unknown == count => {
            Label::new(format!("{count}处、人口不明"), format!("{count} places, people not known"))
        }
        unknown => Label::new(
            format!("{count}处、共{people}人，其中{unknown}处人口不明"),
            format!("{count} places, {people} people, {unknown} places not counted"),
        ),
    }
}
