//! What a person reads who clicks a village: in two or three sentences, for somebody who has never seen a network.

use super::super::describe::{self, Bottleneck, bottlenecks, exact, number};
use super::super::settlements::Destination;
use super::super::villages::{LargestVehicle, PlaceOutcome, VillageAccess, limits};
use super::super::{AccessRun, wan_yuan};
use crate::response::attendance::RouteBasis;
use crate::response::passage::passable::Passes;
use fireplan_model::layers::VehicleClass;
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
        Some(tell_dispatched(place, outcome, row)),
        tell_instead(outcome, row),
        tell_largest(run, place, outcome),
        tell_what_to_verify(run, outcome),
        outcome.next_rank().map(|rank| tell_blocked(run, outcome, rank)),
        row.walk_m.0.map(tell_walk),
        tell_buildings(run, row),
    ];
    let said: Vec<Label> = said.into_iter().flatten().collect();
    let zh: String = said.iter().map(|label| label.zh.as_str()).collect();
    let en: Vec<&str> = said.iter().map(|label| label.en.as_str()).collect();
    Label::new(zh, en.join(" "))
}

/// Who comes first, from where, when, and how sure that is.
fn tell_dispatched(place: &Destination, outcome: &PlaceOutcome, row: &VillageAccess) -> Label {
    let name = &place.name;
    let Some(first) = outcome.dispatched.first() else {
        return Label::new(
            format!("现有队站没有车辆能到{name}。"),
            format!("No engine of the stations there are gets to {name}."),
        );
    };
    let (who, station) = (describe::vehicle(first.vehicle), row.station.0.as_deref().unwrap_or_default());
    let (minutes, km) = (exact(row.response_min.0.unwrap_or_default()), exact(row.route_km.0.unwrap_or_default()));
    let (sure_zh, sure_en) = match first.route {
        RouteBasis::Proven => ("路线可通行".to_owned(), "its way lets it through".to_owned()),
        RouteBasis::Assumed => (
            format!("途中{}段没有载明宽度、承载或净高，按道路等级认定可通行，宜抽查", first.assumed),
            format!(
                "{} segments of its way are taken to let it through by their class, a spot check is due",
                first.assumed
            ),
        ),
        RouteBasis::Undetermined if first.undetermined > 0 => (
            format!("途中{}段能否通行待核", first.undetermined),
            format!("whether {} segments of its way let it through is undetermined", first.undetermined),
        ),
        RouteBasis::Undetermined => (
            "须逆单行道、越过禁转或待核的障碍，待核".to_owned(),
            "against a one-way, by a banned turn or past an obstacle that is undetermined".to_owned(),
        ),
    };
    Label::new(
        format!("首到{name}的是{station}的{}，接令后约{minutes}分钟，路程{km}公里，{sure_zh}。", who.zh),
        format!(
            "The first to come to {name} is a {} of {station}, {minutes} min after the order, {km} km; {sure_en}.",
            who.en.to_lowercase()
        ),
    )
}

/// Who comes if what is to be verified on the first engine's way does not let it through; `None`: nothing is to be verified.
fn tell_instead(outcome: &PlaceOutcome, row: &VillageAccess) -> Option<Label> {
    if !outcome.dispatched.rests_on_unknown() {
        return None;
    }
    let Some((station, minutes)) = row.instead_station.0.as_deref().zip(row.instead_min.0.map(exact)) else {
        return Some(Label::new("若不能通行，没有车辆确定能到。", "If it is not let through, no engine surely comes."));
    };
    Some(Label::new(
        format!("若不能通行，由{station}经已核路线约{minutes}分钟到达。"),
        format!("If it is not let through, {station} comes by a proven way in {minutes} min."),
    ))
}

/// The largest vehicle that the roads let through, whether or not a station has one; `None`: nothing more than who is sent.
fn tell_largest(run: &AccessRun, place: &Destination, outcome: &PlaceOutcome) -> Option<Label> {
    let name = &place.name;
    let Some(rank) = outcome.possible else {
        if let Some((_, end)) = outcome.loose_end {
            let end = describe::loose_end(run.area, &run.suspected.ends[end.index()]);
            return Some(Label::new(
                format!("道路能否通到{name}待核：{}，若实际相接即有路可到，请现场核实。", end.zh),
                format!(
                    "Whether a road leads to {name} is undetermined: {}; if they meet there is a way, check in the field.",
                    end.en
                ),
            ));
        }
        return Some(Label::new(
            format!("道路条件：各类消防车都通不到{name}。"),
            format!("The roads let no fire vehicle through to {name}."),
        ));
    };
    let who = describe::vehicle(run.fleets[rank].class());
    let who_en = who.en.to_lowercase();
    let certain = outcome.certain.filter(|certain| *certain != rank && outcome.entry != LargestVehicle::Undetermined);
    if let Some(certain) = certain.map(|certain| describe::vehicle(run.fleets[certain].class())) {
        return Some(Label::new(
            format!("道路条件：{}可通到{name}，与现状相同；按方案{}能否通到待核。", certain.zh, who.zh),
            format!(
                "The roads let a {} through to {name}, as they do today; whether a {who_en} gets there by the scenario is undetermined.",
                certain.en.to_lowercase()
            ),
        ));
    }
    if outcome.certain != outcome.possible {
        return Some(Label::new(
            format!("道路条件：{}能否通到{name}待核。", who.zh),
            format!("Whether the roads let a {who_en} through to {name} is undetermined."),
        ));
    }
    Some(Label::new(
        format!("道路条件：{}可通到{name}。", who.zh),
        format!("The roads let a {who_en} through to {name}."),
    ))
}

/// What must be verified on the way before the answer is certain; `None`: nothing on it.
fn tell_what_to_verify(run: &AccessRun, outcome: &PlaceOutcome) -> Option<Label> {
    if !outcome.rests_on_doubt() {
        return None;
    }
    let is_planned = |limit: &(Bottleneck, VehicleClass)| run.area.layers.roads[limit.0.road.index()].is_planned();
    let (planned, there): (Vec<_>, Vec<_>) = limits(run, outcome).into_iter().partition(is_planned);
    if planned.is_empty() && there.is_empty() {
        return None;
    }
    let first = |limits: &[(Bottleneck, VehicleClass)]| {
        let first = limits.first().map(|(bottleneck, class)| describe::bottleneck(run, bottleneck, *class));
        first.unwrap_or_default()
    };
    let proven = outcome.certain.map(|rank| describe::vehicle(run.fleets[rank].class()));
    let (proven_zh, proven_en) = match proven {
        Some(label) => (format!("确定可达的是{}", label.zh), format!("for certain a {} does", label.en.to_lowercase())),
        None => ("没有车型确定可达".to_owned(), "no vehicle does for certain".to_owned()),
    };
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    if !there.is_empty() {
        let (count, first) = (there.len(), first(&there));
        zh.push(format!("沿途有{count}条路须现场核实，首先是{}", first.zh));
        en.push(format!("To be verified on the way: {count}, first {}", first.en));
    }
    // What is only planned is not surveyed: the scenario must say it.
    if !planned.is_empty() {
        let (count, first) = (planned.len(), first(&planned));
        zh.push(format!("方案中有{count}条规划道路未写明能否通行，请在方案中补填，首先是{}", first.zh));
        en.push(format!(
            "The scenario does not say of {count} planned roads whether they let it through, first {}",
            first.en
        ));
    }
    Some(Label::new(format!("{}；{proven_zh}。", zh.join("；")), format!("{}; {proven_en}.", en.join("; "))))
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
