//! What a person reads who clicks a village: in two or three sentences, for somebody who has never seen a network.

use super::super::describe::{self, bottlenecks, number};
use super::super::passable::Passes;
use super::super::settlements::Destination;
use super::super::villages::{LargestVehicle, PlaceOutcome, VillageAccess, limits};
use super::super::{AccessRun, wan_yuan};
use fireplan_model::rows::Label;

/// What gets to a place and from where, what is assumed, what keeps larger vehicles away, and how far it is on foot.
pub(in super::super) fn tell_village(
    run: &AccessRun,
    place: &Destination,
    outcome: &PlaceOutcome,
    row: &VillageAccess,
) -> Label {
    if outcome.entry == LargestVehicle::Unplaced {
        let (name, limit_m) = (&place.name, run.rules.response.access_limit_m.value);
        return Label::new(
            format!("{name}附近{limit_m}米内没有道路，或隔着水面，能否进车待核。"),
            format!("No road within {limit_m} m of {name}, or water in between: undetermined."),
        );
    }
    let said = [
        Some(tell_arrival(run, place, outcome, row)),
        (outcome.entry != LargestVehicle::Undetermined && row.assumed > 0).then(|| tell_assumed(row.assumed)),
        tell_what_to_verify(run, outcome),
        outcome.openings.last().map(|(rank, _)| tell_blocked(run, outcome, *rank)),
        row.walk_m.0.map(tell_walk),
        tell_buildings(run, row),
    ];
    let said: Vec<Label> = said.into_iter().flatten().collect();
    let zh: String = said.iter().map(|label| label.zh.as_str()).collect();
    let en: Vec<&str> = said.iter().map(|label| label.en.as_str()).collect();
    Label::new(zh, en.join(" "))
}

/// The largest vehicle that gets to a place, from which station, and how long it takes.
fn tell_arrival(run: &AccessRun, place: &Destination, outcome: &PlaceOutcome, row: &VillageAccess) -> Label {
    let (name, station) = (&place.name, row.station.0.as_deref().unwrap_or_default());
    let Some(rank) = outcome.possible else {
        if let Some((_, end)) = outcome.loose_end {
            let end = describe::loose_end(run.area, &run.suspected.ends[end.index()]);
            return Label::new(
                format!("能否进车到{name}待核：{}，若实际相接即有路可到，请现场核实。", end.zh),
                format!(
                    "Whether a vehicle gets to {name} is undetermined: {}; if they meet there is a way, check in the field.",
                    end.en
                ),
            );
        }
        return Label::new(format!("各类消防车都到不了{name}。"), format!("No fire vehicle gets to {name}."));
    };
    let who = describe::vehicle(run.fleets[rank].class());
    let who_en = who.en.to_lowercase();
    let (minutes, km) = (number(row.response_min.0.unwrap_or_default()), number(row.route_km.0.unwrap_or_default()));
    if outcome.entry == LargestVehicle::Undetermined && outcome.certain != outcome.possible {
        return Label::new(
            format!("{}能否到达{name}待核；若沿途核实可行，从{station}接令后约{minutes}分钟，路程{km}公里。", who.zh),
            format!(
                "Whether a {who_en} gets to {name} is undetermined; if it does, from {station}, {minutes} min after the order, {km} km."
            ),
        );
    }
    Label::new(
        format!("{}可从{station}到达{name}，接令后约{minutes}分钟，路程{km}公里。", who.zh),
        format!("A {who_en} gets to {name} from {station}, {minutes} min after the order, {km} km."),
    )
}

/// How many segments on the way are taken to pass by the class of their road.
fn tell_assumed(count: u32) -> Label {
    Label::new(
        format!("途中{count}段没有载明宽度、承载或净高，按道路等级标准认定可通行，宜抽查。"),
        format!(
            "Of {count} segments on the way width, load or headroom is not stated; they are taken to pass by their class, a spot check is due."
        ),
    )
}

/// What must be verified on the way before the answer is certain; `None`: nothing on it.
fn tell_what_to_verify(run: &AccessRun, outcome: &PlaceOutcome) -> Option<Label> {
    if outcome.entry != LargestVehicle::Undetermined {
        return None;
    }
    let limits = limits(run, outcome);
    if limits.is_empty() {
        return None;
    }
    let count = limits.len();
    let first = limits.first().map(|(bottleneck, class)| describe::bottleneck(run, bottleneck, *class));
    let (first_zh, first_en) = first.map_or_else(Default::default, |label| (label.zh, label.en));
    let proven = outcome.certain.map(|rank| describe::vehicle(run.fleets[rank].class()));
    let (proven_zh, proven_en) = match proven {
        Some(label) => (format!("确定可达的是{}", label.zh), format!("for certain a {} does", label.en.to_lowercase())),
        None => ("没有车型确定可达".to_owned(), "no vehicle does for certain".to_owned()),
    };
    Some(Label::new(
        format!("沿途有{count}条路须现场核实，首先是{first_zh}；{proven_zh}。"),
        format!("To be verified on the way: {count}, first {first_en}; {proven_en}."),
    ))
}

/// Why the next larger class does not get there and how to let it through most cheaply.
fn tell_blocked(run: &AccessRun, outcome: &PlaceOutcome, rank: usize) -> Label {
    let fleet = &run.fleets[rank];
    let who = describe::vehicle(fleet.class());
    let who_en = who.en.to_lowercase();
    let way = outcome.opening(rank);
    let bottlenecks = way.map_or_else(Vec::new, |way| bottlenecks(run, fleet, way, Passes::No));
    let (Some(way), Some(first)) = (way, bottlenecks.first()) else {
        if let Some((_, end)) = outcome.loose_end {
            let end = describe::loose_end(run.area, &run.suspected.ends[end.index()]);
            return Label::new(
                format!("{}按现有数据到不了，但{}，若实际相接则可能通，待核。", who.zh, end.zh),
                format!(
                    "By the data a {who_en} does not get there, but {}; if they meet it may: undetermined.",
                    end.en
                ),
            );
        }
        return Label::new(
            format!("{}到不了，改造现有道路也不能打通，须另修新路。", who.zh),
            format!(
                "A {who_en} does not get there, and no work on the roads there are would let it; it takes a new road."
            ),
        );
    };
    let (why, open) = (describe::bottleneck(run, first, fleet.class()), describe::opening(first));
    let total = number(wan_yuan(way.price[0]));
    let (more_zh, more_en) = match bottlenecks.len() - 1 {
        0 => Default::default(),
        more => (
            format!("，连同另{more}条路共约{total}万元"),
            format!("; with {more} more roads {total} × 10,000 yuan in all"),
        ),
    };
    let (checks_zh, checks_en) = match way.price[1] {
        0 => Default::default(),
        checks => (format!("，另有{checks}段待核"), format!(", and {checks} segments to verify")),
    };
    Label::new(
        format!("{}到不了：{}。最省的办法是{}{more_zh}{checks_zh}（单价未核实）。", who.zh, why.zh, open.zh),
        format!("A {who_en} does not: {}. Cheapest: {}{more_en}{checks_en} (unit costs unverified).", why.en, open.en),
    )
}

/// How far it is on foot from the nearest place a standard truck gets to.
fn tell_walk(walk_m: f64) -> Label {
    let walk = number(walk_m);
    Label::new(
        format!("普通消防车开到最近处，还要步行或铺水带约{walk}米。"),
        format!("From the nearest place a standard truck gets to, it is {walk} m on foot."),
    )
}

/// Which share of the buildings lies near enough to a road that an engine can use.
fn tell_buildings(run: &AccessRun, row: &VillageAccess) -> Option<Label> {
    let (share, count) = (number(row.within_lane_possible_percent?), row.buildings);
    let half = number(run.lanes.half_spacing_m(row.geometry.0));
    Some(Label::new(
        format!("{count}栋房屋中{share}%离可行车的路不超过{half}米。"),
        format!("{share} % of its {count} buildings lie within {half} m of a road it can use."),
    ))
}
