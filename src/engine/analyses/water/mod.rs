//! # Water (消防水源)
//!
//! **Question.** Where there are no mains, which water can a fire engine really use, and how much does a shuttle bring?
//!
//! **Method.**
//! 1. Every river, lake, reservoir, pond, pool, tank, intake and pump house is looked at from the road ([`sources`]): an engine must
//!    stand near it (from the edge of the lane, where the road's width is known), lift the water no higher than the suction lift
//!    (where there is elevation), find it all year, and enough of it in a pool. The 2 m from lane to water are a should: farther
//!    water is drawn through the suction hose, and water farther or deeper still by a portable pump, which is told apart
//!    ([`usability`]). Nothing is drawn at a bridge, at its abutments or where a road crosses the water ([`crossings`]).
//!    A pump house lifts the water itself and is taken to give it all year, unless the data say that it does not.
//!    What is not known makes it *undetermined*; one thing known to fail makes it *unusable*; both with the reason.
//!    Along a river there are many such places: one every protection radius is kept.
//! 2. For every village: hydrants, water at hand (within the protection radius), a pump relay along the road ([`relay`]), and, by
//!    class of vehicle, the nearest usable water by driving time at base speed with the flow that a given fleet sustains
//!    ([`villages`]): `trucks × tank / round`, and never more than one engine can draw at the source. A round is both ways,
//!    filling, emptying and handling.
//! 3. What is to be done: a relay or a pool before a shuttle, which ties up engines. Where a shuttle would take more trucks than
//!    the rules allow, a pool is asked for, as large as the village's flow over the duration of a fire.
//! 4. Towns with neither; intakes worth building, by the villages that become supplied through each ([`intakes`]); old towns
//!    against their own rule ([`old_towns`]).
//!
//! **Needs.** Roads and water sources; villages, towns, hydrants, built-up areas and elevation if there.
//!
//! **Gives.** Layers `water_points`, `water_villages`, `water_intakes`; tables `water_towns`, `water_villages_list`,
//! `water_intakes_list`; checks of sources, villages and old towns against their clauses.
//!
//! Villages are listed worst first, and of each kind those with most people.
//!
//! **Limits.** The way back is taken to be as long as the way out. Depth, flow and ice are not in the data: streams stay
//! undetermined. Elevation models do not see quay walls: a lift near the limit needs a survey.

mod banks;
mod checks;
mod crossings;
mod drives;
mod figures;
mod intakes;
mod old_towns;
mod projects;
mod relay;
mod remedies;
mod sources;
mod story;
mod summary;
#[cfg(test)]
mod tests;
mod usability;
mod villages;
mod with_water;

use anyhow::Result;
use geo::Coord;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Context};
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::layers::{LayerId, VehicleClass};
use fireplan_model::method::MethodConstant;
use fireplan_model::notes::Notes;
use fireplan_model::rules::{Rules, WaterRules};

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "消防水源与运水供水 | Water without mains";
/// The question in one sentence, `中文 | English`.
pub const QUESTION: &str = "没有市政管网的地方，哪些水源消防车真能用，运水能供多大流量 | Where there are no mains, which water can a fire engine really use, and how much does a shuttle bring?";

/// Where there are no mains, which water can a fire engine really use, and how much does a shuttle bring?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WaterSupply {
    /// 运水车辆数 | Trucks in the shuttle
    #[schemars(range(min = 1, max = 50), extend("plausible" = [2, 5]))]
    pub trucks: u32,
    /// 普通消防车载水量 | Tank of a standard truck
    #[schemars(range(min = 0.1, max = 30.0), extend("plausible" = [3, 8]))]
    pub tank_m3: f64,
    /// 中型消防车载水量 | Tank of a medium truck
    #[schemars(range(min = 0.1, max = 30.0))]
    pub medium_tank_m3: f64,
    /// 小型消防车载水量 | Tank of a small truck
    #[schemars(range(min = 0.1, max = 30.0))]
    pub small_tank_m3: f64,
    /// 消防摩托车载水量 | Tank of a motorcycle
    #[schemars(range(min = 0.01, max = 1.0))]
    pub motorcycle_tank_m3: f64,
    /// 取水流量 | Rate of drawing water
    #[schemars(range(min = 1.0, max = 200.0), extend("plausible" = [10, 40]))]
    pub draw_l_s: f64,
    /// 每趟接管、停靠等时间 | Handling in each round
    #[schemars(range(min = 0.0, max = 30.0), extend("plausible" = [1, 4]))]
    pub handling_min: f64,
    /// 水池、码头场地未测绘时离路多近算待核 | Yards not drawn: how near the road leaves it undetermined
    #[schemars(range(min = 0.0, max = 100.0))]
    pub yard_m: f64,
    /// 候选取水点离路的最大距离(可修便道) | Farthest water for an intake worth building, with a track to it
    #[schemars(range(min = 1.0, max = 50.0))]
    pub intake_within_m: f64,
}

impl Default for WaterSupply {
    fn default() -> Self {
        Self {
            trucks: 3,
            tank_m3: 5.0,
            medium_tank_m3: 3.5,
            small_tank_m3: 2.0,
            motorcycle_tank_m3: 0.1,
            draw_l_s: 20.0,
            handling_min: 2.0,
            yard_m: 15.0,
            intake_within_m: 40.0,
        }
    }
}

impl WaterSupply {
    /// What one vehicle of the class carries, in litres.
    fn tank_l(&self, class: VehicleClass) -> f64 {
        1000.0
            * match class {
                VehicleClass::Standard => self.tank_m3,
                VehicleClass::Medium => self.medium_tank_m3,
                VehicleClass::Small => self.small_tank_m3,
                VehicleClass::Motorcycle => self.motorcycle_tank_m3,
            }
    }

    /// One round of the shuttle: both ways, filling, emptying and handling. In seconds.
    fn round_s(&self, class: VehicleClass, way_min: f64) -> f64 {
        120.0 * way_min + 2.0 * self.tank_l(class) / self.draw_l_s + 60.0 * self.handling_min
    }

    /// The flow in litres a second that a number of vehicles sustain; one at a time draws at the source.
    fn flow_l_s(&self, class: VehicleClass, trucks: u32, way_min: f64) -> f64 {
        (f64::from(trucks) * self.tank_l(class) / self.round_s(class, way_min)).min(self.draw_l_s)
    }
}

/// What all parts of this analysis work on: the question, the area, the rules and what was found first.
pub(crate) struct WaterRun<'a> {
    pub question: &'a WaterSupply,
    pub area: &'a StudyArea,
    pub rules: &'a Rules,
    pub local: TownRules<'a>,
    pub towns: TownIndex<'a>,
}

impl WaterRun<'_> {
    /// The rules where a village or a place to draw water lies.
    fn rules_at(&self, place: Coord) -> &Rules {
        self.local.at(&self.towns, place)
    }

    /// The trucks that carry water to one village: those of the question, and no more than a shuttle may take.
    fn fleet(&self, water: &WaterRules) -> u32 {
        let limit = &water.shuttle_trucks;
        (0..=self.question.trucks).rev().find(|trucks| limit.op.holds(f64::from(*trucks), limit.value)).unwrap_or(0)
    }

    /// The fewest vehicles that sustain the flow; `None`: no number that a shuttle may take does.
    fn trucks_for(&self, water: &WaterRules, class: VehicleClass, way_min: f64) -> Option<u32> {
        let (question, limit, flow_l_s) = (self.question, &water.shuttle_trucks, water.village_flow_l_s.value);
        let trucks = (flow_l_s * question.round_s(class, way_min) / question.tank_l(class)).ceil();
        (flow_l_s <= question.draw_l_s && limit.op.holds(trucks, limit.value)).then_some(trucks as u32)
    }
}

/// What the pool of a village must hold: its flow over the duration of a fire, and no less than the smallest pool.
fn needed_pool_m3(water: &WaterRules) -> f64 {
    let need_m3 = water.village_flow_l_s.value * water.fire_duration_h.value * SECONDS_PER_HOUR / 1000.0;
    need_m3.max(water.pool_m3.value).ceil()
}

const SECONDS_PER_HOUR: f64 = 3600.0;

impl Analysis for WaterSupply {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Roads, LayerId::WaterSources]
    }

    fn reads(&self) -> &'static [LayerId] {
        &[
            LayerId::Roads,
            LayerId::Obstacles,
            LayerId::WaterSources,
            LayerId::Hydrants,
            LayerId::Villages,
            LayerId::BuiltUp,
            LayerId::Towns,
            LayerId::Elevation,
            LayerId::Stations,
            LayerId::RoadAreas,
        ]
    }

    fn rules(&self) -> Vec<&'static str> {
        [crate::response::rules(), vec!["water", "hydrant"]].concat()
    }

    fn method(&self) -> Vec<MethodConstant> {
        [banks::method(), checks::method(), sources::method(), drives::method(), crate::response::places::method()]
            .concat()
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let (area, rules) = (context.area, context.rules);
        let mut notes = Notes::default();
        let run =
            WaterRun { question: self, area, rules, local: TownRules::new(rules, area), towns: TownIndex::new(area) };

        context.begin("水源可用性", "Which water can be used")?;
        let points = sources::points(&run, &mut notes)?;
        context.begin("各村最近水源与运水", "Nearest water and shuttle of every village")?;
        let mut villages = villages::villages(&run, &points, &mut notes)?;
        context.begin("候选取水点", "Intakes worth building")?;
        let (intakes, by_intake) = intakes::intakes(&run, &points, &villages, &mut notes)?;
        remedies::settle_remedies(&run, &points, &mut villages, &by_intake);
        remedies::sort_worst_first(&mut villages);
        context.begin("汇总", "Summing up")?;
        let towns = summary::towns(&run, &points, &villages);
        let mut checks = checks::checks(&run, &points, &villages);
        checks.extend(old_towns::checks(&run, &points, &mut notes));
        summary::note_assumptions(&run, &mut notes);
        let (projects, gains) = projects::projects(&run, &villages, &intakes);
        let coded = |column| Drawing::Coded { column };
        let layers = vec![
            Layer::new("water_points", coded("usable"), points.iter().map(|point| &point.row)),
            Layer::new("water_villages", coded("supply"), villages.iter().map(|village| &village.row)),
            Layer::new("water_intakes", Drawing::Plain, intakes.iter().map(|intake| &intake.row)),
        ];
        Ok(Findings {
            figures: figures::figures(&run, &points, &villages, &towns, &intakes),
            tables: vec![
                Table::new("water_towns", &towns),
                Table::new("water_villages_list", villages.iter().map(|village| &village.row))
                    .of_layer("water_villages"),
                Table::new("water_intakes_list", intakes.iter().map(|intake| &intake.row)).of_layer("water_intakes"),
                Table::new("water_points_list", points.iter().map(|point| &point.row)).of_layer("water_points"),
            ],
            checks,
            notes: notes.into_vec(),
            projects,
            gains,
            ..Findings::default()
        }
        .with_layers(layers))
    }
}
