//! What blocks, ranked by the people behind it; and what must be verified in the field, ranked likewise.

use std::collections::BTreeMap;

use geo::MultiLineString;

use super::describe::{self, Neck, necks, number};
use super::facts::Basis;
use super::passable::{Passes, Upgrade};
use super::villages::{Entry, Outcome};
use super::{Run, wan_yuan};
use crate::analyses::limits::Hindrance;
use crate::area::{RoadClass, VehicleClass};
use crate::row;
use crate::rows::Label;

row! {
    /// 卡点：挡住大一级消防车的路段 | What stops the next larger vehicle
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

pub fn blocks(run: &Run, outcomes: &[Outcome]) -> Vec<Block> {
    let found = outcomes.iter().enumerate().filter_map(|(place, outcome)| {
        let (rank, way) = outcome.next()?;
        Some((place, rank, necks(run, &run.fleets[rank], way, Passes::No)))
    });
    gather(run, found).into_iter().map(|(rank, shared)| block(run, rank, &shared)).collect()
}

fn block(run: &Run, rank: usize, shared: &Shared) -> Block {
    let Shared { neck, places } = shared;
    let class = run.fleets[rank].class();
    let road = &run.area.layers.roads[neck.road as usize];
    let names = names(run, places);
    let behind_people = people(run, places);
    let (who, why, open, where_) =
        (describe::vehicle(class), describe::neck(run, neck, class), describe::opening(neck), describe::names(&names));
    let story = Label::new(
        format!(
            "{}到不了{}，共{behind_people}人：{}。最省的办法是{}（单价未核实）。",
            who.zh, where_.zh, why.zh, open.zh
        ),
        format!(
            "No {} gets to {}, {behind_people} people: {}. Cheapest: {} (unit costs unverified).",
            who.en.to_lowercase(),
            where_.en,
            why.en,
            open.en
        ),
    );
    let work = neck.works.first();
    Block {
        geometry: line(run, &neck.segments),
        name: describe::road(road).zh,
        story,
        class: road.class,
        hindrance: neck.issue.hindrance,
        stops: class,
        measured: neck.issue.measured.map(rounded),
        needed: (neck.issue.needed > 0.0).then_some(neck.issue.needed),
        villages: places.len() as u32,
        behind_people,
        names: names.join("、"),
        upgrade: work.map(|work| work.upgrade),
        new_value: work.map(|work| work.new_value),
        cost_wan_yuan: wan_yuan(neck.yuan()),
        length_m: length_m(run, &neck.segments),
        source_id: road.source_id.clone(),
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
    let hanging_people = people(run, places);
    let (who, why, where_) = (describe::vehicle(class), describe::neck(run, neck, class), describe::names(&names));
    let story = Label::new(
        format!(
            "{}能否到{}（共{hanging_people}人）取决于此：{}。请到现场量一量，补进数据。",
            who.zh, where_.zh, why.zh
        ),
        format!(
            "Whether a {} gets to {} ({hanging_people} people) hangs on this: {}. Measure it and add it to the data.",
            who.en.to_lowercase(),
            where_.en,
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

/// `3处、共1200人` for sentences about several places.
pub fn counted(run: &Run, places: &[usize]) -> Label {
    let people = people(run, places);
    Label::new(
        format!("{}处、共{}人", places.len(), number(f64::from(people))),
        format!("{} places, {} people", places.len(), number(f64::from(people))),
    )
}
