//! Every motor road and path, by the largest vehicle that passes it.

use geo::LineString;
use rayon::prelude::*;

use super::AccessRun;
use super::describe;
use super::lanes::LaneSetting;
use super::story::tell_segment;
use super::works;
use crate::response::limits::Hindrance;
use crate::response::passage::facts::{Basis, SegmentFact};
use crate::response::passage::passable::Passes;
use fireplan_model::codes;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{RoadClass, Surface, VehicleClass};
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::scenario::Edits;

codes! {
    /// The largest vehicle that passes a segment.
    pub enum Largest order best_first {
        /// 普通消防车可通行 | Standard fire truck
        Standard = "standard",
        /// 中型消防车可通行 | Medium fire truck
        Medium = "medium",
        /// 小型消防车可通行 | Small fire truck
        Small = "small",
        /// 仅消防摩托车可通行 | Fire motorcycle only
        Motorcycle = "motorcycle",
        /// 各类车辆均不可通行 | No vehicle
        NoVehicle = "no_vehicle",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

row! {
    /// 道路通行能力 | Roads and the largest vehicle that passes
    pub struct SegmentAccess {
        geometry: LineString,
        /// 道路 | Road
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | In words
        story: Label,
        /// 最大可通行车型 | Largest vehicle
        largest: Largest,
        /// 道路等级 | Class
        class: RoadClass,
        /// 普通消防车 | Standard fire truck
        standard: Passes,
        /// 中型消防车 | Medium fire truck
        medium: IfAny<Passes>,
        /// 小型消防车 | Small fire truck
        small: Passes,
        /// 消防摩托车 | Fire motorcycle
        motorcycle: Passes,
        /// 限制普通消防车的因素 | What limits a standard truck
        hindrance: IfAny<Hindrance>,
        /// 路面宽度 | Width
        width_m: f64,
        /// 宽度依据 | Width known by
        width_basis: Basis,
        /// 最窄处距路段起点 | From its start to the narrowest place
        narrowest_at_m: IfAny<f64>,
        /// 净高 | Headroom
        height_m: IfAny<f64>,
        /// 承载 | Load
        load_t: IfAny<f64>,
        /// 最陡150米坡度 | Steepest 150 m
        slope_percent: Option<f64>,
        /// 急弯外侧半径 | Sharpest bend, outer side
        bend_m: IfAny<f64>,
        /// 路面 | Surface
        surface: Surface,
        /// 普通消防车按等级认定可通行 | A standard truck is taken to pass by the road's class
        assumed: bool,
        /// 能通行但不达消防车道标准 | Passable, below the standard of fire lanes
        substandard: bool,
        /// 长度 | Length
        length_m: f64,
        /// 道路编号 | Id of the road
        source_id: String,
        /// 打通普通消防车的改造 | Works that open it to a standard truck
        works: Label,
        /// 改造方案 | As a scenario
        edits: Edits,
    }
}

pub(super) fn rows(run: &AccessRun) -> Vec<SegmentAccess> {
    (0..run.area.network.segments.len() as u32)
        .into_par_iter()
        .map(SegmentId)
        .map(|segment| row(run, segment))
        .collect()
}

fn row(run: &AccessRun, segment: SegmentId) -> SegmentAccess {
    let road = run.road_of(segment);
    let facts = &run.facts[segment.index()];
    let number = run.area.network[segment].road;
    let works = run.fleets[0].works[segment.index()].as_deref().unwrap_or_default();
    let passes = |class: VehicleClass| {
        let fleet = run.fleets.iter().find(|fleet| fleet.class() == class)?;
        Some(fleet.passable.passes(segment))
    };
    let by_class = |class: VehicleClass| passes(class).unwrap_or(Passes::Undetermined);
    let rounded = |value: f64| (value * 10.0).round() / 10.0;
    // A wider radius is not listed as a bend.
    let bend_m = facts.bend.map(|bend| rounded(bend.radius_m + facts.width.value / 2.0)).filter(|m| *m < 100.0);
    SegmentAccess {
        geometry: LineString(run.area.network.line(segment).to_vec()),
        name: describe::road(road).zh,
        town: run.town_name(run.towns.at(run.area.network.point_at(segment, run.area.network[segment].length_m / 2.0))),
        story: tell_segment(run, segment),
        largest: largest(&passes),
        class: road.class,
        standard: by_class(VehicleClass::Standard),
        medium: IfAny(passes(VehicleClass::Medium)),
        small: by_class(VehicleClass::Small),
        motorcycle: by_class(VehicleClass::Motorcycle),
        hindrance: IfAny(run.fleets[0].passable.first(segment).map(|issue| issue.hindrance)),
        width_m: rounded(facts.width.value),
        width_basis: facts.width.basis,
        narrowest_at_m: IfAny(
            facts
                .narrowest
                .filter(|_| facts.width.basis == Basis::RoadArea)
                .map(|narrowest| narrowest.offset_m.round()),
        ),
        height_m: IfAny(facts.height.map(|fact| rounded(fact.value))),
        load_t: IfAny(facts.load.map(|fact| rounded(fact.value))),
        slope_percent: facts.steepest.map(|steepest| rounded(steepest.percent)),
        bend_m: IfAny(bend_m),
        surface: facts.surface,
        assumed: run.fleets[0].passable.assumed(segment).is_some(),
        substandard: by_class(VehicleClass::Standard) == Passes::Yes && is_substandard(run, segment),
        length_m: run.area.network[segment].length_m.round(),
        source_id: road.source_id.clone(),
        works: describe::works(works),
        edits: works::edits(run, run.fleets[0].class(), [(number, works)].into_iter()),
    }
}

fn largest(passes: &dyn Fn(VehicleClass) -> Option<Passes>) -> Largest {
    let named = [
        (VehicleClass::Standard, Largest::Standard),
        (VehicleClass::Medium, Largest::Medium),
        (VehicleClass::Small, Largest::Small),
        (VehicleClass::Motorcycle, Largest::Motorcycle),
    ];
    let judged = named.into_iter().filter_map(|(class, largest)| Some((passes(class)?, largest)));
    match judged.into_iter().find(|(passes, _)| *passes != Passes::No) {
        Some((Passes::Yes, largest)) => largest,
        Some(_) => Largest::Undetermined,
        None => Largest::NoVehicle,
    }
}

/// Whether a stated width or height is below the clause for fire lanes.
pub(super) fn is_substandard(run: &AccessRun, segment: SegmentId) -> bool {
    let facts = &run.facts[segment.index()];
    let breaks = |limit: &fireplan_model::rules::Limit, fact: Option<SegmentFact>| {
        fact.is_some_and(|fact| fact.is_known() && !limit.op.holds(fact.value, limit.value))
    };
    LaneSetting::ALL.into_iter().filter(|setting| run.lanes.has_part(segment, *setting)).any(|setting| {
        let lane = setting.clauses(run.lanes.local.of_segment(segment));
        breaks(lane.clear_width_m, Some(facts.width)) || breaks(lane.clear_height_m, facts.height)
    })
}
