//! What must be verified in the field: what answers hang on, and what was taken to pass without proof.

use geo::MultiLineString;

use super::AccessRun;
use super::describe::{self, Bottleneck, bottlenecks};
use super::settlements::DestinationId;
use super::shared::{SharedBottleneck, gather, length_m, line, names, people, rounded};
use super::story::tell_field_check;
use super::villages::PlaceOutcome;
use crate::response::limits::Hindrance;
use crate::response::passage::facts::Basis;
use crate::response::passage::passable::Passes;
use fireplan_model::codes;
use fireplan_model::layers::{RoadClass, VehicleClass};
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};

codes! {
    /// Why a road is to be looked at.
    pub enum Need {
        /// 按等级认定可通行，宜抽查 | Taken to pass by its class: a spot check
        SpotCheck = "spot_check",
        /// 首到车的路线取决于此，能否到达不取决于此 | The way of the first engine hangs on it, whether one gets there does not
        DecidesWay = "decides_way",
        /// 结论取决于此 | The answer hangs on it
        Decides = "decides",
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
        /// 为何核实 | Why
        need: Need,
        /// 道路等级 | Class
        class: RoadClass,
        /// 要核实的 | What to verify
        hindrance: Hindrance,
        /// 估计值 | Estimate
        estimate: IfAny<f64>,
        /// 所需值 | Needed
        needed: IfAny<f64>,
        /// 单位 | Unit
        unit: String,
        /// 估计依据 | Estimated by
        basis: Basis,
        /// 估计可通行 | Likely to pass
        likely: bool,
        /// 车型 | Vehicle
        vehicle_class: VehicleClass,
        /// 取决于此的居民点 | Places that hang on it
        villages: u32,
        /// 取决于此的人口 | People who hang on it
        hanging_people: u32,
        /// 居民点名称 | Names
        names: String,
        /// 长度 | Length
        length_m: f64,
        /// 道路编号 | Id of the road
        source_id: String,
    }
}

/// What the answer for some place hangs on, then the ways of engines that are sent, then what was assumed of the roads that lead
/// to others; each by people.
pub(super) fn rows(run: &AccessRun, outcomes: &[PlaceOutcome]) -> Vec<FieldCheck> {
    let of = |need: Need| {
        let found = DestinationId::first(outcomes.len()).zip(outcomes).flat_map(move |(place, outcome)| {
            hanging(run, outcome, need).map(move |(rank, necks)| (place, rank, necks))
        });
        let shared = gather(run, found).into_iter();
        // What is only planned cannot be measured yet.
        let is_there = |shared: &SharedBottleneck| !run.area.layers.roads[shared.bottleneck.road.index()].is_planned();
        let shared = shared.filter(move |(_, shared)| is_there(shared));
        shared.map(move |(rank, shared)| field_check(run, rank, &shared, need))
    };
    of(Need::Decides).chain(of(Need::DecidesWay)).chain(of(Need::SpotCheck)).collect()
}

/// By rank of vehicle, what is to be verified for one place, and for this reason.
fn hanging(
    run: &AccessRun,
    outcome: &PlaceOutcome,
    need: Need,
) -> impl Iterator<Item = (usize, Vec<Bottleneck>)> + use<> {
    let open = outcome.rests_on_doubt();
    let entry = outcome.possible.zip(outcome.way.as_ref());
    // The engine that is sent takes its own way, which may be another than the one that is best to verify.
    let driven = outcome.dispatched.driven.as_ref().map(|(rank, way)| (*rank, way));
    let (ways, kind) = match need {
        Need::Decides if open => ([entry, driven], Passes::Undetermined),
        Need::DecidesWay if !open => ([driven, None], Passes::Undetermined),
        Need::SpotCheck if !open => ([entry, None], Passes::Yes),
        _ => ([None, None], Passes::Yes),
    };
    ways.map(|way| way.map(|(rank, way)| (rank, bottlenecks(run, &run.fleets[rank], way, kind)))).into_iter().flatten()
}

fn field_check(run: &AccessRun, rank: usize, shared: &SharedBottleneck, need: Need) -> FieldCheck {
    let SharedBottleneck { bottleneck, places } = shared;
    let class = run.fleets[rank].class();
    let road = &run.area.layers.roads[bottleneck.road.index()];
    let names = names(run, places);
    FieldCheck {
        geometry: line(run, &bottleneck.segments),
        name: describe::road(road).zh,
        story: tell_field_check(run, rank, shared, need, &names),
        need,
        class: road.class,
        hindrance: bottleneck.issue.hindrance,
        estimate: IfAny(bottleneck.issue.measured.map(rounded)),
        needed: IfAny((bottleneck.issue.needed > 0.0).then_some(bottleneck.issue.needed)),
        unit: bottleneck.issue.hindrance.unit().to_owned(),
        basis: bottleneck.issue.basis,
        likely: bottleneck.issue.likely,
        vehicle_class: class,
        villages: places.len() as u32,
        hanging_people: people(run, places),
        names: names.join("、"),
        length_m: length_m(run, &bottleneck.segments),
        source_id: road.source_id.clone(),
    }
}
