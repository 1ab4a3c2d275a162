//! Villages and the water they have: nearest source by class of vehicle, shuttle, sustained flow.

use anyhow::Result;
use geo::{Contains, Distance, Euclidean, Point};

use super::WaterRun;
use super::sources::{SitedPoint, Usability, WaterPointId};
use super::story::tell_village;
use crate::response::driving::DrivingReading;
use crate::response::places::PlaceAccess;
use crate::response::reach::{ArrivalField, Start};
use crate::response::times::MS_PER_MIN;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{HydrantState, LayerId, VehicleClass, Village};
use fireplan_model::method_constants;
use fireplan_model::notes::Notes;
use fireplan_model::notes::Severity;
use fireplan_model::rows::Label;
use fireplan_model::{codes, row};

codes! {
    /// How a village has its water.
    pub enum Supply order best_first {
        /// 有市政消火栓 | Hydrants
        Mains = "mains",
        /// 水源就近(保护半径内) | Water at hand, within the radius
        AtHand = "at_hand",
        /// 运水可满足 | A shuttle suffices
        Shuttle = "shuttle",
        /// 运水不足 | A shuttle brings too little
        Short = "short",
        /// 无可用水源 | No usable water
        Dry = "dry",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

row! {
    /// 村庄消防供水 | Villages and their water
    pub struct VillageWater {
        geometry: Point,
        /// 村庄 | Village
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 常住人口 | Residents
        population_people: Option<u32>,
        /// 供水方式 | Supply
        supply: Supply,
        /// 可进村车型 | Largest vehicle that gets there
        vehicle: Option<VehicleClass>,
        /// 最近可用水源 | Nearest usable water
        water: String,
        /// 普通消防车单程 | Way by standard truck
        standard_min: Option<f64>,
        /// 小型消防车单程 | Way by small truck
        small_min: Option<f64>,
        /// 消防摩托车单程 | Way by motorcycle
        motorcycle_min: Option<f64>,
        /// 运水一趟 | Round of the shuttle
        round_min: Option<f64>,
        /// 持续供水流量 | Sustained flow
        flow_l_s: Option<f64>,
        /// 满足流量所需车辆 | Trucks needed
        trucks_needed: Option<u32>,
        /// 水源可供时间 | Water lasts
        lasts_min: Option<f64>,
        /// 最近待核水源 | Nearest undetermined water
        doubtful_water: String,
        /// 待核水源单程 | Way to the undetermined water
        doubtful_min: Option<f64>,
        /// 说明 | Story
        story: Label,
    }
}

pub(super) struct SitedVillage {
    pub row: VillageWater,
    pub town: Option<TownId>,
}

impl Supply {
    /// Whether the village has enough water for fires.
    pub(super) fn is_enough(self) -> bool {
        matches!(self, Self::Mains | Self::AtHand | Self::Shuttle)
    }
}

method_constants! {
    /// 运水单程行车时间上限，更远的水源不考虑 | Longest drive to water, one way
    const SHUTTLE_HORIZON_MIN: f64 = 60.0,
        because "单程一小时以上，一辆 5 吨水罐车折合不足 1 升每秒，不能控火 | Beyond an hour a tank of 5 m³ comes to less than a litre a second, which holds no fire";
}

/// Ways by each class of vehicle from a set of places to draw water.
pub(super) struct WaterDrives<'a> {
    /// In the order of [`VehicleClass::ALL`].
    by_class: Vec<(ArrivalField<'a, WaterPointId>, PlaceAccess<'a>)>,
}

/// A way from water: to which point, and how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct DriveToWater {
    pub point: WaterPointId,
    pub min: f64,
}

impl<'a> WaterDrives<'a> {
    pub(super) fn new(run: &'a WaterRun, points: &[SitedPoint], wanted: impl Fn(&SitedPoint) -> bool) -> Result<Self> {
        let by_class = VehicleClass::ALL.iter().map(|class| {
            let starts: Vec<Start<WaterPointId>> = WaterPointId::first(points.len())
                .zip(points)
                .filter(|(_, point)| wanted(point))
                .filter_map(|(id, point)| {
                    Some(Start { origin: id, vehicle: *class, position: point.position?, ready_ms: 0 })
                })
                .collect();
            let horizon_ms = (SHUTTLE_HORIZON_MIN * MS_PER_MIN) as u32;
            let field = ArrivalField::new(run.area, run.rules, &starts, DrivingReading::Base, horizon_ms)?;
            let access = PlaceAccess::new(run.area, run.rules, &field)?;
            Ok((field, access))
        });
        Ok(Self { by_class: by_class.collect::<Result<_>>()? })
    }

    /// The shortest way to a village by each class of vehicle; `None`: that class does not get there from any.
    pub(super) fn to(&self, village: &Village) -> Vec<Option<DriveToWater>> {
        let way = |(field, access): &(ArrivalField<WaterPointId>, PlaceAccess)| {
            let position = access.place(village.geometry.0).into_iter().flatten().next()?;
            let first = field.at(position.segment, position.offset_m)[0]?;
            Some(DriveToWater { point: first.origin, min: first.ms / MS_PER_MIN })
        };
        debug_assert_eq!(self.by_class.len(), VehicleClass::ALL.len());
        self.by_class.iter().map(way).collect()
    }

    /// The same for the vehicle that matters: the largest that gets there.
    pub(super) fn best(&self, village: &Village) -> Option<(VehicleClass, DriveToWater)> {
        let ways = self.to(village);
        VehicleClass::ALL.iter().zip(ways).find_map(|(class, way)| Some((*class, way?)))
    }
}

pub(super) fn villages(run: &WaterRun, points: &[SitedPoint], notes: &mut Notes) -> Result<Vec<SitedVillage>> {
    let usable = WaterDrives::new(run, points, |point| point.row.usable == Usability::Usable)?;
    let doubtful = WaterDrives::new(run, points, |point| point.row.usable == Usability::Undetermined)?;
    let villages = run.area.layers.villages.iter();
    let found: Vec<SitedVillage> =
        villages.map(|village| supply_of(run, points, village, &usable, &doubtful)).collect();
    for village in found.iter().filter(|village| village.row.supply == Supply::Dry) {
        let text = "村庄没有消防车能运到的水源 | Villages that no engine brings water to";
        notes.add(Severity::Warning, Some(LayerId::Villages), text, village.row.name.as_str());
    }
    Ok(found)
}

/// A hydrant that works within the protection radius; `None`: one whose state is not known.
fn mains(run: &WaterRun, village: &Village) -> Option<bool> {
    let radius = &run.rules.hydrant.radius_m;
    let at = village.geometry;
    let built_up = run.area.layers.built_up.iter().find(|area| area.geometry.contains(&at));
    let near = run.area.layers.hydrants.iter().filter(|hydrant| {
        let in_village = built_up.is_some_and(|area| area.geometry.contains(&hydrant.geometry));
        in_village || radius.op.holds(Euclidean.distance(&hydrant.geometry, &at), radius.value)
    });
    let states: Vec<HydrantState> = near.map(|hydrant| hydrant.state).collect();
    let works = states.contains(&HydrantState::Working);
    if !works && states.contains(&HydrantState::Unknown) { None } else { Some(works) }
}

fn supply_of(
    run: &WaterRun,
    points: &[SitedPoint],
    village: &Village,
    usable: &WaterDrives,
    doubtful: &WaterDrives,
) -> SitedVillage {
    let question = run.question;
    let ways = usable.to(village);
    let best = usable.best(village);
    let doubt = doubtful.best(village);
    let radius = &run.rules.water.radius_m;
    let at_hand = |wanted: Usability| {
        points.iter().any(|point| {
            point.row.usable == wanted
                && radius.op.holds(Euclidean.distance(&point.row.geometry, &village.geometry), radius.value)
        })
    };
    let needed = &run.rules.water.village_flow_l_s;
    let flow = best.map(|(class, way)| question.flow_l_s(class, question.trucks, way.min));
    let mains = mains(run, village);
    let enough = flow.is_some_and(|flow| needed.op.holds(flow, needed.value));
    let supply = match () {
        () if mains == Some(true) => Supply::Mains,
        () if at_hand(Usability::Usable) => Supply::AtHand,
        () if enough => Supply::Shuttle,
        () if mains.is_none() || at_hand(Usability::Undetermined) || doubt_suffices(run, doubt) => Supply::Undetermined,
        () if flow.is_some() => Supply::Short,
        () => Supply::Dry,
    };
    let minutes = |way: Option<DriveToWater>| way.map(|way| (way.min * 100.0).ceil() / 100.0);
    let of_point = |way: Option<DriveToWater>| way.map(|way| &points[way.point.index()].row);
    let name = |way: Option<DriveToWater>| of_point(way).map_or_else(String::new, |point| point.name.clone());
    let (best_way, doubt_way) = (best.map(|(_, way)| way), doubt.map(|(_, way)| way));
    let lasts_min = of_point(best_way).and_then(|point| Some(point.volume_m3? * 1000.0 / flow? / 60.0));
    let town = run.towns.at(village.geometry.0);
    let mut row = VillageWater {
        geometry: village.geometry,
        name: village.name.clone(),
        town: run.towns.name(town),
        population_people: village.population_people,
        supply,
        vehicle: best.or(doubt).map(|(class, _)| class),
        water: name(best_way),
        standard_min: minutes(ways[0]),
        small_min: minutes(ways[1]),
        motorcycle_min: minutes(ways[2]),
        round_min: best.map(|(class, way)| (question.round_s(class, way.min) / 6.0).ceil() / 10.0),
        flow_l_s: flow.map(|flow| (flow * 10.0).floor() / 10.0),
        trucks_needed: best.and_then(|(class, way)| question.trucks_for(class, needed.value, way.min)),
        lasts_min: lasts_min.map(f64::floor),
        doubtful_water: name(doubt_way),
        doubtful_min: minutes(doubt_way),
        story: Label::new("", ""),
    };
    row.story = tell_village(run, &row);
    SitedVillage { row, town }
}

/// Whether the undetermined water, if it can be used, would be enough.
fn doubt_suffices(run: &WaterRun, doubt: Option<(VehicleClass, DriveToWater)>) -> bool {
    let needed = &run.rules.water.village_flow_l_s;
    doubt.is_some_and(|(class, way)| {
        needed.op.holds(run.question.flow_l_s(class, run.question.trucks, way.min), needed.value)
    })
}
