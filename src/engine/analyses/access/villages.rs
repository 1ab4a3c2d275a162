//! The outcome for each place: which class gets there, by which way, and what it takes for the next larger one.

use anyhow::Result;
use geo::Point;
use rayon::prelude::*;

use super::closures::Fragile;
use super::dead_ends::LongDeadEnd;
use super::describe::{self, Bottleneck, bottlenecks};
use super::dispatched::{Dispatched, dispatch};
use super::settlements::{Destination, DestinationId, DestinationKind};
use super::story::tell_village;
use super::suspected::LooseEndId;
use super::walk::Walk;
use super::ways::{AccessRoute, PassReading};
use super::{AccessRun, minutes, wan_yuan, works};
use crate::response::attendance::{Attendance, RouteBasis};
use crate::response::passage::passable::Passes;
use crate::response::times;
use fireplan_model::codes;
use fireplan_model::ids::{SegmentId, StationId};
use fireplan_model::layers::VehicleClass;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::scenario::Edits;

codes! {
    /// The largest vehicle that gets to a place.
    pub enum LargestVehicle order best_first {
        /// 普通消防车可达 | Standard fire truck
        Standard = "standard",
        /// 仅中型及以下消防车可达 | Medium fire truck at most
        Medium = "medium",
        /// 仅小型消防车可达 | Small fire truck only
        Small = "small",
        /// 仅消防摩托车可达 | Fire motorcycle only
        Motorcycle = "motorcycle",
        /// 各类车辆均不可达 | No vehicle
        NoVehicle = "no_vehicle",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
        /// 未落位(待核) | Unplaced
        #[undetermined]
        Unplaced = "unplaced",
    }
}

row! {
    /// 居民点通达情况 | Places and which vehicle gets there
    pub struct VillageAccess {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 说明 | In words
        story: Label,
        /// 类别 | Kind
        kind: DestinationKind,
        /// 乡镇街道 | Town
        town: String,
        /// 常住人口 | Residents
        population_people: Option<u32>,
        /// 按格网估计的人口(未载明常住人口时) | People by the raster, where residents are not stated
        estimated_people: IfAny<u32>,
        /// 最大可达车型 | Largest vehicle
        access: LargestVehicle,
        /// 确定可达的最大车型(含按等级认定) | Largest vehicle for certain, taken by class included
        certain_class: Option<VehicleClass>,
        /// 可能可达的最大车型 | Largest vehicle possible
        possible_class: Option<VehicleClass>,
        /// 首到消防站 | First station
        station: IfAny<String>,
        /// 首到车辆 | Vehicle that comes first
        sent_class: IfAny<VehicleClass>,
        /// 响应时间 | Response time
        response_min: IfAny<f64>,
        /// 路程 | Distance
        route_km: IfAny<f64>,
        /// 首到路线是否可通行 | Whether its way lets it through
        route: IfAny<RouteBasis>,
        /// 途中待核的路段 | Segments on its way to verify
        to_verify: u32,
        /// 途中按等级认定的路段 | Segments on its way taken to pass by their class
        assumed: u32,
        /// 待核路段不通时：改由消防站 | If what is to be verified does not let it through: station
        instead_station: IfAny<String>,
        /// 待核路段不通时：响应时间 | If what is to be verified does not let it through: response time
        instead_min: IfAny<f64>,
        /// 次到消防站 | Second station
        second_station: IfAny<String>,
        /// 次到时间 | Second arrival
        second_min: IfAny<f64>,
        /// 停车处到村中心 | From the road to the middle
        road_distance_m: IfAny<f64>,
        /// 普通消防车停车处步行到村 | On foot from where a standard truck gets to
        walk_m: IfAny<f64>,
        /// 建筑 | Buildings
        buildings: u32,
        /// 距可通行车道80米内的建筑(按确定可达的最大车型) | Buildings within reach of a lane of the largest vehicle that surely gets there
        within_lane_percent: Option<f64>,
        /// 同上(含待核道路，按可能可达的最大车型) | The same with undetermined roads, of the largest vehicle that possibly gets there
        within_lane_possible_percent: Option<f64>,
        /// 受限或待核之处 | What limits
        limit: Label,
        /// 瓶颈路段编号 | Id of the road that limits
        limit_source_id: IfAny<String>,
        /// 大一级的车型 | Next larger vehicle
        next_class: IfAny<VehicleClass>,
        /// 打通大一级车型的费用 | Cost of opening for the next larger vehicle
        next_wan_yuan: IfAny<f64>,
        /// 打通普通消防车的费用 | Cost of opening for a standard truck
        standard_wan_yuan: IfAny<f64>,
        /// 一断即无车可达的路段 | Segments without any one of which no engine gets there
        sole_links: u32,
        /// 无回车场的过长尽头路 | Dead ends without a turnaround
        dead_ends: u32,
        /// 途中一处中断最多多走 | Longest delay by one closed road
        detour_min: f64,
        /// 来源编号 | Source id
        source_id: String,
        /// 打通方案 | The opening as a scenario
        edits: Edits,
    }
}

impl VillageAccess {
    /// Its residents or, where nobody states them, the people of the raster.
    pub(super) fn people(&self) -> Option<u32> {
        self.population_people.or(self.estimated_people.0)
    }
}

/// What comes out for one place. Ranks count the classes of vehicle from the largest.
pub(super) struct PlaceOutcome {
    pub entry: LargestVehicle,
    pub certain: Option<usize>,
    pub possible: Option<usize>,
    /// The class that surely gets there without the scenario that is asked about, if one is held against today.
    pub today: Option<usize>,
    /// The way of the largest class that possibly gets there, over as few undetermined segments as possible.
    pub way: Option<AccessRoute>,
    /// Who is sent.
    pub dispatched: Dispatched,
    /// The cheapest way to open for each class that is blocked, `None` where no work helps.
    pub openings: Vec<(usize, Option<AccessRoute>)>,
    /// The suspected end on which it hangs that no work lets a larger class through, or any; with that class.
    pub loose_end: Option<(usize, LooseEndId)>,
}

impl PlaceOutcome {
    /// Whether something has to be verified before it is known which vehicle is the largest that gets there.
    pub(super) fn rests_on_doubt(&self) -> bool {
        self.entry == LargestVehicle::Undetermined || self.certain != self.possible
    }

    /// The next larger class and the cheapest way to let it through; a larger one still where that costs no more: nobody
    /// strengthens a bridge for one engine that bears another after the same work.
    pub(super) fn next(&self) -> Option<(usize, &AccessRoute)> {
        let mut openings = self.openings.iter().rev().map(|(rank, way)| Some((*rank, way.as_ref()?)));
        let first = openings.next()??;
        let no_more = |(_, way): &(usize, &AccessRoute)| way.price[..2] <= first.1.price[..2];
        Some(openings.map_while(|opening| opening.filter(no_more)).last().unwrap_or(first))
    }

    /// The class for which [`next`](Self::next) is told, also where no work lets it through.
    pub(super) fn next_rank(&self) -> Option<usize> {
        self.next().map(|(rank, _)| rank).or(self.openings.last().map(|(rank, _)| *rank))
    }

    /// The way that is driven: that of the engine sent or, where none comes, that of the largest class that could; with the rank
    /// of its fleet.
    pub(super) fn driven(&self) -> Option<(usize, &AccessRoute)> {
        let sent = self.dispatched.driven.as_ref().map(|(rank, way)| (*rank, way));
        sent.or_else(|| self.possible.zip(self.way.as_ref()))
    }

    pub(super) fn opening(&self, rank: usize) -> Option<&AccessRoute> {
        self.openings.iter().find(|(of, _)| *of == rank)?.1.as_ref()
    }
}

pub(super) fn judge(run: &AccessRun) -> Result<Vec<PlaceOutcome>> {
    let dispatched = dispatch(run)?;
    Ok(run.places.par_iter().zip(dispatched).map(|(place, dispatched)| outcome(run, place, dispatched)).collect())
}

fn outcome(run: &AccessRun, place: &Destination, dispatched: Dispatched) -> PlaceOutcome {
    let reached = |reading: PassReading| {
        run.fleets.iter().enumerate().find_map(|(rank, fleet)| Some((rank, fleet.way(&place.entries, reading)?)))
    };
    let (certain, possible) = (reached(PassReading::Certain), reached(PassReading::Possible));
    let blocked = 0..possible.as_ref().map_or(run.fleets.len(), |(rank, _)| *rank);
    let openings: Vec<(usize, Option<AccessRoute>)> =
        blocked.map(|rank| (rank, run.fleets[rank].way(&place.entries, PassReading::Opened))).collect();
    let without_way = openings.iter().filter(|(_, way)| way.is_none()).map(|(rank, _)| *rank);
    let loose_end =
        without_way.filter_map(|rank| Some((rank, run.suspected.before(rank, &place.entries)?))).next_back();
    let ranks = (certain.as_ref().map(|(rank, _)| *rank), possible.as_ref().map(|(rank, _)| *rank));
    let entry = match ranks {
        _ if place.entries.is_empty() => LargestVehicle::Unplaced,
        _ if loose_end.is_some() => LargestVehicle::Undetermined,
        (_, None) => LargestVehicle::NoVehicle,
        (Some(certain), Some(possible)) if certain == possible => entry_of(run.fleets[certain].class()),
        _ => LargestVehicle::Undetermined,
    };
    let way = if ranks.0 == ranks.1 { certain } else { possible };
    let way = way.map(|(_, way)| way);
    PlaceOutcome { entry, certain: ranks.0, possible: ranks.1, today: None, way, dispatched, openings, loose_end }
}

/// That a class of vehicle is the largest that gets to a place.
pub(super) fn entry_of(class: VehicleClass) -> LargestVehicle {
    match class {
        VehicleClass::Standard => LargestVehicle::Standard,
        VehicleClass::Medium => LargestVehicle::Medium,
        VehicleClass::Small => LargestVehicle::Small,
        VehicleClass::Motorcycle => LargestVehicle::Motorcycle,
    }
}

pub(super) fn rows(
    run: &AccessRun,
    outcomes: &[PlaceOutcome],
    fragile: &Fragile,
    ends: &[LongDeadEnd],
) -> Vec<VillageAccess> {
    let walk = Walk::new(run);
    run.places
        .iter()
        .zip(outcomes)
        .zip(DestinationId::first(run.places.len()))
        .map(|((place, outcome), id)| {
            let mut row = row(run, place, outcome, &walk);
            row.dead_ends = ends.iter().filter(|end| end.places.contains(&id)).count() as u32;
            (row.sole_links, row.detour_min) = (fragile.sole_links(id), minutes(fragile.worst_ms(id)));
            row
        })
        .collect()
}

fn row(run: &AccessRun, place: &Destination, outcome: &PlaceOutcome, walk: &Walk) -> VillageAccess {
    let class = |rank: Option<usize>| rank.map(|rank| run.fleets[rank].class());
    let driven = outcome.driven();
    let sent = outcome.dispatched.driven.as_ref().map(|(rank, way)| (&run.fleets[*rank], way));
    let (first, instead, second) =
        (outcome.dispatched.first(), outcome.dispatched.instead(), outcome.dispatched.second());
    let share = |rank: Option<usize>, reading: PassReading| share_within(run, place, rank, reading);
    let most = |shares: [Option<f64>; 2]| shares.into_iter().flatten().max_by(f64::total_cmp);
    // What surely gets there today does so under a scenario as well.
    let sure = outcome.certain.or(outcome.possible);
    let within_lane = most([sure, outcome.today].map(|rank| share(rank, PassReading::Certain)));
    let within_lane_possible = most([share(outcome.possible, PassReading::Possible), within_lane]);
    let limits = limits(run, outcome);
    let end = outcome.loose_end.map(|(_, end)| &run.suspected.ends[end.index()]);
    let (limit, limit_source_id) = match (limits.first(), end) {
        (Some((bottleneck, class)), _) => (
            describe::bottleneck(run, bottleneck, *class),
            Some(run.area.layers.roads[bottleneck.road.index()].source_id.clone()),
        ),
        (None, Some(end)) => (describe::loose_end(run.area, end), Some(end.roads(run.area)[0].source_id.clone())),
        (None, None) => (Label::new("", ""), None),
    };
    let cost = |way: Option<&AccessRoute>| IfAny(way.map(|way| wan_yuan(way.price[0])));
    let mut row = VillageAccess {
        geometry: Point(place.at),
        name: place.name.clone(),
        story: Label::new("", ""),
        kind: place.kind,
        town: run.town_name(place.town),
        population_people: place.people.filter(|_| !place.people_estimated).map(|people| people.round() as u32),
        estimated_people: IfAny(place.people.filter(|_| place.people_estimated).map(|people| people.round() as u32)),
        access: outcome.entry,
        certain_class: class(outcome.certain),
        possible_class: class(outcome.possible),
        station: IfAny(first.map(|engine| station(run, engine.station))),
        sent_class: IfAny(first.map(|engine| engine.vehicle)),
        response_min: IfAny(first.and_then(Attendance::told_ms).map(times::minutes)),
        route_km: IfAny(sent.map(|(fleet, way)| (fleet.length_m(way) / 10.0).round() / 100.0)),
        route: IfAny(first.map(|engine| engine.route)),
        to_verify: first.map_or(0, |engine| engine.undetermined),
        assumed: first.map_or(0, |engine| engine.assumed),
        instead_station: IfAny(instead.map(|engine| station(run, engine.station))),
        instead_min: IfAny(instead.and_then(|engine| engine.proven_ms).map(times::minutes)),
        second_station: IfAny(second.map(|engine| station(run, engine.station))),
        second_min: IfAny(second.and_then(Attendance::told_ms).map(times::minutes)),
        road_distance_m: IfAny(
            outcome.dispatched.road_distance_m.or(driven.map(|(_, way)| way.goal.distance_m)).map(f64::round),
        ),
        walk_m: IfAny((outcome.possible != Some(0)).then(|| walk.metres_to(run, place)).flatten()),
        buildings: place.buildings.len() as u32,
        within_lane_percent: within_lane,
        within_lane_possible_percent: within_lane_possible,
        limit,
        limit_source_id: IfAny(limit_source_id),
        next_class: IfAny(class(outcome.next_rank())),
        next_wan_yuan: cost(outcome.next().map(|(_, way)| way)),
        standard_wan_yuan: cost(outcome.opening(0)),
        sole_links: 0,
        dead_ends: 0,
        detour_min: 0.0,
        source_id: place.source_id.clone(),
        edits: match (outcome.next(), end) {
            (Some((rank, way)), _) => opening(run, rank, way),
            (None, Some(end)) => works::joining(run, end),
            (None, None) => Edits::default(),
        },
    };
    row.story = tell_village(run, place, outcome, &row);
    row
}

/// What opens a way to a class of vehicle.
fn opening(run: &AccessRun, rank: usize, way: &AccessRoute) -> Edits {
    let fleet = &run.fleets[rank];
    let bottlenecks = bottlenecks(run, fleet, way, Passes::No);
    works::edits(run, fleet.class(), bottlenecks.iter().map(|bottleneck| (bottleneck.road, &*bottleneck.works)))
}

/// What the station of a start is called.
pub(super) fn station(run: &AccessRun, station: StationId) -> String {
    run.area.layers.stations[station.index()].name_or_id()
}

/// What limits a place: what stops the next larger class, or what must be verified; with the class it limits.
pub(super) fn limits(run: &AccessRun, outcome: &PlaceOutcome) -> Vec<(Bottleneck, VehicleClass)> {
    let of = |rank: usize, way: &AccessRoute, kind: Passes| {
        let fleet = &run.fleets[rank];
        bottlenecks(run, fleet, way, kind).into_iter().map(|bottleneck| (bottleneck, fleet.class())).collect::<Vec<_>>()
    };
    if outcome.rests_on_doubt() {
        return outcome
            .possible
            .zip(outcome.way.as_ref())
            .map_or_else(Vec::new, |(rank, way)| of(rank, way, Passes::Undetermined));
    }
    outcome.next().map_or_else(Vec::new, |(rank, way)| of(rank, way, Passes::No))
}

/// Share of the buildings within half the lane spacing of a road that the class gets to.
fn share_within(run: &AccessRun, place: &Destination, rank: Option<usize>, reading: PassReading) -> Option<f64> {
    let fleet = &run.fleets[rank?];
    let limit_m = run.lanes.half_spacing_m(place.at);
    let serves = |segment: SegmentId| {
        crate::response::driving::serves_places(run.road_of(segment)) && fleet.reaches(segment, reading)
    };
    let near = place.buildings.iter().filter(|at| run.area.network.nearest(**at, limit_m, serves, |_| true).is_some());
    let count = place.buildings.len();
    (count > 0).then(|| (near.count() as f64 / count as f64 * 1000.0).round() / 10.0)
}
