//! What must be verified in the field: what answers hang on, and what was taken to pass without proof.

use geo::MultiLineString;

use super::AccessRun;
use super::describe::{self, necks};
use super::facts::Basis;
use super::passable::Passes;
use super::settlements::DestinationId;
use super::shared::{SharedBottleneck, gather, length_m, line, names, people, people_phrase, rounded};
use super::villages::{LargestVehicle, PlaceOutcome};
use crate::response::limits::Hindrance;
use fireplan_model::codes;
use fireplan_model::layers::{RoadClass, VehicleClass};
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};

codes! {
    /// Why a road is to be looked at.
    pub enum Need {
        /// 按等级认定可通行，宜抽查 | Taken to pass by its class: a spot check
        SpotCheck = "spot_check",
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

/// What the answer for some place hangs on, then what was assumed of the roads that lead to others; each by people.
pub(super) fn rows(run: &AccessRun, outcomes: &[PlaceOutcome]) -> Vec<FieldCheck> {
    let of = |need: Need| {
        let (kind, open) = match need {
            Need::Decides => (Passes::Undetermined, true),
            Need::SpotCheck => (Passes::Yes, false),
        };
        let found = DestinationId::first(outcomes.len()).zip(outcomes).filter_map(move |(place, outcome)| {
            let (rank, way) = (outcome.possible?, outcome.way.as_ref()?);
            let wanted = (outcome.entry == LargestVehicle::Undetermined) == open;
            wanted.then(|| (place, rank, necks(run, &run.fleets[rank], way, kind)))
        });
        gather(run, found).into_iter().map(move |(rank, shared)| field_check(run, rank, &shared, need))
    };
    of(Need::Decides).chain(of(Need::SpotCheck)).collect()
}

fn field_check(run: &AccessRun, rank: usize, shared: &SharedBottleneck, need: Need) -> FieldCheck {
    let SharedBottleneck { neck, places } = shared;
    let class = run.fleets[rank].class();
    let road = &run.area.layers.roads[neck.road.index()];
    let names = names(run, places);
    let (hanging_people, hit) = (people(run, places), people_phrase(run, places));
    let (who, why, where_) = (describe::vehicle(class), describe::neck(run, neck, class), describe::names(&names));
    let who_en = who.en.to_lowercase();
    let story = match need {
        Need::Decides => Label::new(
            format!("{}能否到{}（{}）取决于此：{}。请到现场量一量，补进数据。", who.zh, where_.zh, hit.zh, why.zh),
            format!(
                "Whether a {who_en} gets to {} ({}) hangs on this: {}. Measure it and add it to the data.",
                where_.en, hit.en, why.en
            ),
        ),
        Need::SpotCheck => Label::new(
            format!(
                "{}到{}（{}）经过这里：{}，已认定可通行，宜抽查一处，补进数据。",
                who.zh, where_.zh, hit.zh, why.zh
            ),
            format!(
                "A {who_en} gets to {} ({}) over this: {}, taken to pass. A spot check is due; add the figure to the data.",
                where_.en, hit.en, why.en
            ),
        ),
    };
    FieldCheck {
        geometry: line(run, &neck.segments),
        name: describe::road(road).zh,
        story,
        need,
        class: road.class,
        hindrance: neck.issue.hindrance,
        estimate: IfAny(neck.issue.measured.map(rounded)),
        needed: IfAny((neck.issue.needed > 0.0).then_some(neck.issue.needed)),
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
