//! Villages and the water they have: nearest source by class of vehicle, shuttle, sustained flow.

use anyhow::Result;
use geo::{Contains, Distance, Euclidean, Point};

use super::WaterRun;
use super::drives::{DriveToWater, WaterDrives};
use super::relay::{HoseRoads, Relay};
use super::remedies::{Remedy, remedy_without_intakes};
use super::sources::{SitedPoint, Usability};
use super::usability::DrawMeans;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{HydrantState, LayerId, VehicleClass, Village};
use fireplan_model::notes::Notes;
use fireplan_model::notes::Severity;
use fireplan_model::rows::Label;
use fireplan_model::rules::WaterRules;
use fireplan_model::{codes, row};

codes! {
    /// How a village has its water.
    pub enum Supply order best_first {
        /// 有市政消火栓 | Hydrants
        Mains = "mains",
        /// 水源就近(保护半径内) | Water at hand, within the radius
        AtHand = "at_hand",
        /// 接力供水可满足 | A pump relay suffices
        Relay = "relay",
        /// 运水可满足 | A shuttle suffices
        Shuttle = "shuttle",
        /// 运水不足 | A shuttle brings too little
        Short = "short",
        /// 无可用水源 | No usable water
        Dry = "dry",
        /// 配手抬泵后就近取水(待配泵) | Water at hand with portable pumps, if they are there
        #[undetermined]
        Pumps = "pumps",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

row! {
    /// 村庄消防供水 | Villages and their water
    pub struct VillageWater {
        geometry: Point,
        /// 排名(最差、人口最多在前) | Rank, the worst with most people first
        rank: u32,
        /// 村庄 | Village
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 常住人口 | Residents
        population_people: Option<u32>,
        /// 供水方式 | Supply
        supply: Supply,
        /// 应对措施 | What is to be done
        remedy: Remedy,
        /// 须新建或扩建的水池容积 | Pool to be built, or added to what is there
        pool_m3: Option<f64>,
        /// 水池费用 | Cost of the pool
        cost_wan_yuan: Option<f64>,
        /// 接力水带长度 | Hose of the relay
        relay_m: Option<f64>,
        /// 接力泵(车)数 | Pumps of the relay
        relay_engines: Option<u32>,
        /// 能运水进村的最大车型(待核路段按可通行计) | Largest vehicle that carries water there, taking what is undetermined to pass
        vehicle: Option<VehicleClass>,
        /// 最近可用水源 | Nearest usable water
        water: String,
        /// 普通消防车单程 | Way by standard truck
        standard_min: Option<f64>,
        /// 中型消防车单程 | Way by medium truck
        medium_min: Option<f64>,
        /// 小型消防车单程 | Way by small truck
        small_min: Option<f64>,
        /// 消防摩托车单程 | Way by motorcycle
        motorcycle_min: Option<f64>,
        /// 运水一趟 | Round of the shuttle
        round_min: Option<f64>,
        /// 持续供水流量 | Sustained flow
        flow_l_s: Option<f64>,
        /// 运水达标所需车辆 | Trucks that a shuttle needs
        trucks_needed: Option<u32>,
        /// 水源可供时间 | Water lasts
        lasts_min: Option<f64>,
        /// 最近待核水源 | Nearest undetermined water
        doubtful_water: String,
        /// 待核水源单程(0 为在村旁) | Way to the undetermined water, 0 where it is beside the village
        doubtful_min: Option<f64>,
        /// 说明 | Story
        story: Label,
    }
}

pub(super) struct SitedVillage {
    pub row: VillageWater,
    pub town: Option<TownId>,
}

/// Pumps and water that the supply of a village is judged by: what is certain and what a missing fact leaves open.
struct WaterWays<'a> {
    usable: WaterDrives<'a>,
    doubtful: WaterDrives<'a>,
    relays: Vec<Option<Relay>>,
    doubtful_relays: Vec<Option<Relay>>,
}

impl Supply {
    /// Whether the village has enough water for fires.
    pub(super) fn is_enough(self) -> bool {
        matches!(self, Self::Mains | Self::AtHand | Self::Relay | Self::Shuttle)
    }
}

/// Every village in the order of the layer.
pub(super) fn villages(run: &WaterRun, points: &[SitedPoint], notes: &mut Notes) -> Result<Vec<SitedVillage>> {
    let roads = HoseRoads::new(run);
    // What only a pump at the water could lift is too little for a shuttle or a relay, whatever is found out of it.
    let is_doubtful = |point: &SitedPoint| {
        point.row.usable == Usability::Undetermined && point.row.means != Some(DrawMeans::PortablePump)
    };
    let ways = WaterWays {
        usable: WaterDrives::new(run, points, SitedPoint::is_usable)?,
        doubtful: WaterDrives::new(run, points, is_doubtful)?,
        relays: roads.relays(run, points, SitedPoint::is_usable),
        doubtful_relays: roads.relays(run, points, is_doubtful),
    };
    let villages = 0..run.area.layers.villages.len();
    let found: Vec<SitedVillage> = villages.map(|number| supply_of(run, points, number, &ways)).collect();
    for village in found.iter().filter(|village| village.row.supply == Supply::Dry) {
        let text = "村庄没有消防车能运到的水源 | Villages that no engine brings water to";
        notes.add(Severity::Warning, Some(LayerId::Villages), text, village.row.name.as_str());
    }
    Ok(found)
}

/// A hydrant that works within the protection radius; `None`: one whose state is not known.
fn mains(run: &WaterRun, village: &Village) -> Option<bool> {
    let at = village.geometry;
    let radius = &run.rules_at(at.0).hydrant.radius_m;
    let built_up = run.area.layers.built_up.iter().find(|area| area.geometry.contains(&at));
    let near = run.area.layers.hydrants.iter().filter(|hydrant| {
        let in_village = built_up.is_some_and(|area| area.geometry.contains(&hydrant.geometry));
        in_village || radius.op.holds(Euclidean.distance(&hydrant.geometry, &at), radius.value)
    });
    let states: Vec<HydrantState> = near.map(|hydrant| hydrant.state).collect();
    let works = states.contains(&HydrantState::Working);
    if !works && states.contains(&HydrantState::Unknown) { None } else { Some(works) }
}

/// What the fleet sustains by the best way from water.
fn flow_l_s(run: &WaterRun, water: &WaterRules, best: BestDrive) -> Option<f64> {
    best.map(|(class, way)| run.question.flow_l_s(class, run.fleet(water), way.min))
}

/// Minutes as they are shown, never less than they are.
fn minutes(way: Option<DriveToWater>) -> Option<f64> {
    way.map(|way| (way.min * 100.0).ceil() / 100.0)
}

/// Whether a place to draw water is within the protection radius of a village.
fn is_beside(run: &WaterRun, point: &SitedPoint, village: &Village) -> bool {
    let radius = &run.rules_at(village.geometry.0).water.radius_m;
    radius.op.holds(Euclidean.distance(&point.row.geometry, &village.geometry), radius.value)
}

/// The best way from water by the largest vehicle that has one.
type BestDrive = Option<(VehicleClass, DriveToWater)>;

/// How a village has its water, by the best ways from usable and from undetermined water; with the relay where that is how.
fn judge(
    run: &WaterRun,
    points: &[SitedPoint],
    number: usize,
    ways: &WaterWays,
    [best, doubt]: [BestDrive; 2],
) -> (Supply, Option<Relay>) {
    let village = &run.area.layers.villages[number];
    let at_hand =
        |wanted: Usability| points.iter().any(|point| point.row.usable == wanted && is_beside(run, point, village));
    let water = &run.rules_at(village.geometry.0).water;
    let needed = &water.village_flow_l_s;
    let enough = |best| flow_l_s(run, water, best).is_some_and(|flow| needed.op.holds(flow, needed.value));
    // Relay pumps are engines that must get there.
    let by_truck = |relay: Option<Relay>, best: BestDrive| {
        relay.filter(|_| best.is_some_and(|(class, _)| class == VehicleClass::Standard))
    };
    let relay = by_truck(ways.relays[number], best);
    let mains = mains(run, village);
    let perhaps = mains.is_none()
        || at_hand(Usability::Undetermined)
        || by_truck(ways.doubtful_relays[number], doubt).is_some()
        || enough(doubt);
    let supply = match () {
        () if mains == Some(true) => Supply::Mains,
        () if at_hand(Usability::Usable) => Supply::AtHand,
        () if relay.is_some() => Supply::Relay,
        () if enough(best) => Supply::Shuttle,
        () if at_hand(Usability::ByPump) => Supply::Pumps,
        () if perhaps => Supply::Undetermined,
        () if best.is_some() => Supply::Short,
        () => Supply::Dry,
    };
    (supply, relay.filter(|_| supply == Supply::Relay))
}

/// How a village has its water, and what is to be done where it has too little.
fn supply_of(run: &WaterRun, points: &[SitedPoint], number: usize, ways: &WaterWays) -> SitedVillage {
    let (question, village) = (run.question, &run.area.layers.villages[number]);
    let drives = ways.usable.to(village);
    let (best, doubt) = (ways.usable.best(village), ways.doubtful.best(village));
    let (supply, relay) = judge(run, points, number, ways, [best, doubt]);
    let water = &run.rules_at(village.geometry.0).water;
    let flow = flow_l_s(run, water, best);
    let of_point = |way: Option<DriveToWater>| way.map(|way| &points[way.point.index()].row);
    let name = |way: Option<DriveToWater>| of_point(way).map_or_else(String::new, |point| point.name.clone());
    let (best_way, doubt_way) = (best.map(|(_, way)| way), doubt.map(|(_, way)| way));
    // What lies beside the village is told before what lies far off.
    let is_open = |point: &&SitedPoint| point.row.usable == Usability::Undetermined;
    let beside = points.iter().filter(is_open).find(|point| is_beside(run, point, village));
    let lasts_min = of_point(best_way).and_then(|point| Some(point.volume_m3? * 1000.0 / flow? / 60.0));
    let town = run.towns.at(village.geometry.0);
    let mut row = VillageWater {
        geometry: village.geometry,
        rank: 0,
        name: village.name.clone(),
        town: run.towns.name(town),
        population_people: village.population_people,
        supply,
        remedy: Remedy::Nothing,
        pool_m3: None,
        cost_wan_yuan: None,
        relay_m: relay.map(|relay| relay.hose_m.ceil()),
        relay_engines: relay.map(|relay| relay.engines),
        vehicle: best.or(doubt).map(|(class, _)| class),
        water: name(best_way),
        standard_min: minutes(drives[0]),
        medium_min: minutes(drives[1]),
        small_min: minutes(drives[2]),
        motorcycle_min: minutes(drives[3]),
        round_min: best.map(|(class, way)| (question.round_s(class, way.min) / 6.0).ceil() / 10.0),
        flow_l_s: flow.map(|flow| (flow * 10.0).floor() / 10.0),
        trucks_needed: best.and_then(|(class, way)| run.trucks_for(water, class, way.min)),
        lasts_min: lasts_min.map(f64::floor),
        doubtful_water: beside.map_or_else(|| name(doubt_way), |point| point.row.name.clone()),
        doubtful_min: beside.map_or_else(|| minutes(doubt_way), |_| Some(0.0)),
        story: Label::new("", ""),
    };
    row.remedy = remedy_without_intakes(&row);
    SitedVillage { row, town }
}
