//! Points: the hydrants one by one, with what of the clauses they break and what their failure would uncover.

use geo::Point;

use super::reach::HydrantReach;
use super::stock::{Assignment, PlacedHydrant, RoadSide, label};
use super::story::tell_hydrant;
use super::{HydrantRun, round};
use fireplan_model::layers::{HydrantKind, HydrantState};
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 消火栓 | Hydrants
    pub struct HydrantPoint {
        geometry: Point,
        /// 编号 | Number
        name: String,
        /// 状态 | State
        state: HydrantState,
        /// 形式 | Kind
        kind: HydrantKind,
        /// 道路 | Road
        road: String,
        /// 乡镇街道 | Town
        town: String,
        /// 归属 | Assignment
        assignment: Assignment,
        /// 桩号 | Chainage
        chainage_m: Option<f64>,
        /// 道路侧 | Side
        side: Option<RoadSide>,
        /// 距路中线 | From the centre line
        centre_m: Option<f64>,
        /// 距路缘 | From the kerb
        kerb_m: Option<f64>,
        /// 距建筑外墙 | From a wall
        wall_m: Option<f64>,
        /// 管径 | Pipe diameter
        diameter_mm: Option<f64>,
        /// 流量 | Flow
        flow_l_s: Option<f64>,
        /// 静压 | Static pressure
        pressure_mpa: Option<f64>,
        /// 单独保障的建筑 | Buildings that only it reaches
        sole_buildings: u32,
        /// 单独保障的道路 | Road that only it serves
        sole_road_m: f64,
        /// 说明 | Story
        story: Label,
    }
}

/// Every hydrant with what its failure would uncover.
pub(super) fn points(run: &HydrantRun, reach: &HydrantReach) -> Vec<HydrantPoint> {
    let mut sole_buildings = vec![0_u32; run.placed.len()];
    for sole in reach.buildings.iter().filter_map(|building| building.sole) {
        sole_buildings[sole.index()] += 1;
    }
    let mut sole_road_m = vec![0.0; run.placed.len()];
    // If no hydrant is known to work, the loss is measured on hydrants of unknown state.
    let field = if run.placed.iter().any(|placed| placed.hydrant.state == HydrantState::Working) {
        &run.certain
    } else {
        &run.hopeful
    };
    for (edge, kerb) in (0_u32..).zip(&run.kerbs.kerbs) {
        for (from_m, to_m) in &run.kerbs.wanted[kerb.segment.index()] {
            for piece in field.pieces(edge, *from_m, *to_m, run.half_m(edge)) {
                if let [Some(only), None] = piece.within {
                    sole_road_m[only as usize] += piece.to - piece.from;
                }
            }
        }
    }
    let of =
        |(number, placed): (usize, &PlacedHydrant)| point(run, placed, sole_buildings[number], sole_road_m[number]);
    run.placed.iter().enumerate().map(of).collect()
}

fn point(run: &HydrantRun, placed: &PlacedHydrant, sole_buildings: u32, sole_road_m: f64) -> HydrantPoint {
    let (hydrant, on_road) = (placed.hydrant, placed.on_road);
    let town = run.towns.at(hydrant.geometry.0);
    let mut row = HydrantPoint {
        geometry: hydrant.geometry,
        name: label(hydrant),
        state: hydrant.state,
        kind: hydrant.kind,
        road: on_road.map_or_else(String::new, |on_road| run.street_name(on_road.street)),
        town: run.towns.name(town),
        assignment: placed.assignment,
        chainage_m: on_road.map(|on_road| round(on_road.chainage_m, 1)),
        side: on_road.map(|on_road| on_road.side_on_street.into()),
        centre_m: on_road.map(|on_road| round(on_road.distance_m, 1)),
        kerb_m: on_road.and_then(|on_road| on_road.kerb_m),
        wall_m: placed.wall_m.map(|wall| round(wall, 1)),
        diameter_mm: hydrant.diameter_mm,
        flow_l_s: hydrant.flow_l_s,
        pressure_mpa: hydrant.pressure_mpa,
        sole_buildings,
        sole_road_m: round(sole_road_m, 0),
        story: Label::new("", ""),
    };
    row.story = tell_hydrant(run, placed, &row);
    row
}
