//! Fragility: what falls off when one segment or one bridge is closed, and what a closure costs in time otherwise.

use std::collections::{BTreeMap, BTreeSet};

use geo::MultiLineString;
use rayon::prelude::*;

use super::blocks::{counted, length_m, line, names, people};
use super::villages::Outcome;
use super::ways::Reading;
use super::{Run, describe, minutes};
use crate::algorithms::cut_edges::{Cuts, cut_edges};
use crate::area::RoadClass;
use crate::codes;
use crate::row;
use crate::rows::Label;

codes! {
    /// What a closure does.
    pub enum Effect {
        /// 须绕行 | A detour
        Detour = "detour",
        /// 断则无路 | Cut off
        CutOff = "cut_off",
    }
}

row! {
    /// 一断即绝或须绕行的路段 | Roads whose closure cuts off or costs time
    pub struct Link {
        geometry: MultiLineString,
        /// 道路 | Road
        name: String,
        /// 说明 | In words
        story: Label,
        /// 道路等级 | Class
        class: RoadClass,
        /// 后果 | Effect
        effect: Effect,
        /// 桥梁 | Bridge
        bridge: bool,
        /// 受影响的村庄 | Villages affected
        villages: u32,
        /// 受影响的人口 | People affected
        affected_people: u32,
        /// 村名 | Names
        names: String,
        /// 最多多走 | Longest delay
        detour_min: Option<f64>,
        /// 长度 | Length
        length_m: f64,
        /// 道路编号 | Id of the road
        source_id: String,
    }
}

/// A closure and those whom it hits.
struct Closure {
    road: u32,
    segments: Vec<u32>,
    effect: Effect,
    places: Vec<usize>,
    delay_ms: u64,
}

/// All closures that hit somebody.
pub struct Fragile {
    closures: Vec<Closure>,
    sole_links: Vec<u32>,
}

impl Fragile {
    /// Number of segments without any one of which the place is cut off.
    pub fn sole_links(&self, place: usize) -> u32 {
        self.sole_links[place]
    }
}

/// Each place is looked at with the largest vehicle that possibly gets there.
pub fn find(run: &Run, outcomes: &[Outcome]) -> Fragile {
    let mut cut_by: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
    let mut detours: Vec<(u32, usize, Vec<usize>)> = Vec::new();
    let mut sole_links = vec![0; run.places.len()];
    for rank in 0..run.fleets.len() {
        let places: Vec<usize> = (0..outcomes.len()).filter(|place| outcomes[*place].possible == Some(rank)).collect();
        let network = Undirected::new(run, rank);
        let mut bridges: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for place in places {
            let Some(way) = &outcomes[place].way else { continue };
            let on_way: BTreeSet<u32> = way.segments().collect();
            for segment in on_way {
                if network.is_cut_off(run, place, segment) {
                    cut_by.entry(segment).or_default().insert(place);
                    sole_links[place] += 1;
                } else if run.road_of(segment).bridge {
                    bridges.entry(segment).or_default().push(place);
                }
            }
        }
        detours.extend(bridges.into_iter().map(|(segment, places)| (segment, rank, places)));
    }
    let mut closures = cut_off(run, cut_by);
    closures.extend(
        detours
            .par_iter()
            .flat_map(|(segment, rank, places)| detour(run, outcomes, *segment, *rank, places))
            .collect::<Vec<_>>(),
    );
    closures.sort_by_key(|closure| {
        let hit = people(run, &closure.places);
        (std::cmp::Reverse((closure.effect, hit, closure.places.len())), closure.road, closure.segments[0])
    });
    Fragile { closures, sole_links }
}

/// One closure for each road: along a road, what lies behind its first critical segment holds what lies behind the others.
fn cut_off(run: &Run, cut_by: BTreeMap<u32, BTreeSet<usize>>) -> Vec<Closure> {
    let mut closures: BTreeMap<u32, (Vec<u32>, BTreeSet<usize>)> = BTreeMap::new();
    for (segment, places) in cut_by {
        let closure = closures.entry(run.area.network.segments[segment as usize].road).or_default();
        closure.0.push(segment);
        closure.1.extend(places);
    }
    closures
        .into_iter()
        .map(|(road, (segments, places))| Closure {
            road,
            segments,
            effect: Effect::CutOff,
            places: places.into_iter().collect(),
            delay_ms: 0,
        })
        .collect()
}

/// What the closure of a bridge costs those whose way leads over it. Where one-ways leave no other way, it cuts off.
fn detour(run: &Run, outcomes: &[Outcome], segment: u32, rank: usize, places: &[usize]) -> Vec<Closure> {
    let entries = places.iter().map(|place| run.places[*place].entries.as_slice());
    let ways = run.fleets[rank].ways_where(|other| other != segment, entries, Reading::Possible);
    let road = run.area.network.segments[segment as usize].road;
    let closure = |effect: Effect, places: Vec<usize>, delay_ms: u64| Closure {
        road,
        segments: vec![segment],
        effect,
        places,
        delay_ms,
    };
    let lost: Vec<usize> = places.iter().zip(&ways).filter(|(_, way)| way.is_none()).map(|(place, _)| *place).collect();
    let mut late = Vec::new();
    let mut longest = 0;
    for (place, way) in places.iter().zip(&ways) {
        let before = outcomes[*place].way.as_ref().map_or(0, |way| way.price[2]);
        if let Some(delay) = way.as_ref().map(|way| way.price[2].saturating_sub(before)).filter(|delay| *delay > 0) {
            late.push(*place);
            longest = longest.max(delay);
        }
    }
    let all = [closure(Effect::CutOff, lost, 0), closure(Effect::Detour, late, longest)];
    all.into_iter().filter(|closure| !closure.places.is_empty()).collect()
}

/// The network of one class of vehicle with both directions of every road, all stations in one root.
struct Undirected {
    cuts: Cuts,
    segment_of: Vec<u32>,
    number_of: BTreeMap<u32, u32>,
}

impl Undirected {
    fn new(run: &Run, rank: usize) -> Self {
        let (network, fleet) = (&run.area.network, &run.fleets[rank]);
        let root = network.nodes.len() as u32;
        let open = |segment: &u32| {
            [2 * segment, 2 * segment + 1].iter().any(|arc| fleet.price(*arc, Reading::Possible).is_some())
        };
        let segment_of: Vec<u32> = (0..network.segments.len() as u32).filter(open).collect();
        let ends = |segment: u32| (network.segments[segment as usize].from, network.segments[segment as usize].to);
        let mut edges: Vec<(u32, u32)> = segment_of.iter().map(|segment| ends(*segment)).collect();
        for start in &fleet.starts {
            let (from, to) = ends(start.position.segment);
            // Twice each: the way out of the station is no road that could be closed.
            edges.extend([(root, from), (root, from), (root, to), (root, to)]);
        }
        let cuts = cut_edges(root + 1, &edges, root);
        let number_of = cuts
            .cuts
            .iter()
            .zip(0..)
            .filter_map(|(cut, number)| Some((*segment_of.get(cut.edge as usize)?, number)))
            .collect();
        Self { cuts, segment_of, number_of }
    }

    /// Whether a place is cut off without this segment.
    fn is_cut_off(&self, run: &Run, place: usize, segment: u32) -> bool {
        let network = &run.area.network;
        let entries = &run.places[place].entries;
        let cut = self.number_of.get(&segment).map(|number| &self.cuts.cuts[*number as usize]);
        let reached =
            |node: u32| self.cuts.is_connected(node) && !cut.is_some_and(|cut| self.cuts.is_behind(node, cut));
        entries.iter().filter(|entry| self.segment_of.binary_search(&entry.segment).is_ok()).all(|entry| {
            let ends = &network.segments[entry.segment as usize];
            entry.segment == segment || !(reached(ends.from) || reached(ends.to))
        })
    }
}

impl Fragile {
    pub fn rows(&self, run: &Run) -> Vec<Link> {
        self.closures.iter().map(|closure| row(run, closure)).collect()
    }
}

fn row(run: &Run, closure: &Closure) -> Link {
    let road = &run.area.layers.roads[closure.road as usize];
    let names = names(run, &closure.places);
    let (what, where_, hit) = (describe::road(road), describe::names(&names), counted(run, &closure.places));
    let delay = (closure.effect == Effect::Detour).then(|| minutes(closure.delay_ms));
    let story = match delay {
        None => Label::new(
            format!("{}一旦中断，{}（{}）与所有消防站断开，没有别的路可绕。", what.zh, where_.zh, hit.zh),
            format!(
                "If {} is closed, {} ({}) are cut off from every station; there is no other way.",
                what.en, where_.en, hit.en
            ),
        ),
        Some(delay) => {
            let delay = describe::number(delay);
            Label::new(
                format!("{}一旦中断，到{}（{}）要绕行，最多多走{delay}分钟。", what.zh, where_.zh, hit.zh),
                format!("If {} is closed, the way to {} ({}) is up to {delay} min longer.", what.en, where_.en, hit.en),
            )
        }
    };
    Link {
        geometry: line(run, &closure.segments),
        name: what.zh,
        story,
        class: road.class,
        effect: closure.effect,
        bridge: road.bridge,
        villages: closure.places.len() as u32,
        affected_people: people(run, &closure.places),
        names: names.join("、"),
        detour_min: delay,
        length_m: length_m(run, &closure.segments),
        source_id: road.source_id.clone(),
    }
}
