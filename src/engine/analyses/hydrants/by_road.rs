//! The gap table by road, as planners hand it in.

use std::collections::BTreeMap;

use super::gaps::{GapState, SitedGap, chainage};
use super::plan::{HydrantPhase, HydrantPlan, class_of};
use super::reach::HydrantReach;
use super::streets::StreetId;
use super::sums::rank_of;
use super::{HydrantRun, round};
use fireplan_model::ids::TownId;
use fireplan_model::layers::RoadClass;
use fireplan_model::row;

row! {
    /// 消火栓缺口表(按道路) | Gaps by road
    pub struct RoadGaps {
        geometry: (),
        /// 排名(无水人口最多在前) | Rank, the most people without water first
        rank: u32,
        /// 道路 | Road
        road: String,
        /// 道路等级 | Class
        class: RoadClass,
        /// 乡镇街道 | Town
        town: String,
        /// 建成区长度 | Built-up length
        length_m: f64,
        /// 应设(单路估算) | Required for the road by itself
        required: u32,
        /// 现有 | Existing
        existing: u32,
        /// 完好 | Working
        working: u32,
        /// 状态待核 | State unknown
        unknown: u32,
        /// 损坏冻结 | Out of service or frozen
        out_of_service: u32,
        /// 超距段 | Gaps
        gaps: u32,
        /// 超距长度 | Length too far
        beyond_m: f64,
        /// 沿路无水人口 | People along it without water
        without_people: Option<f64>,
        /// 应补建(间距、桥头、水带合计) | New ones needed, all reasons together
        missing: u32,
        /// 补建后新增有水人口(含邻街) | People who get water through them, on streets around, too
        gain_people: Option<f64>,
        /// 分期 | Phase
        phase: Option<HydrantPhase>,
        /// 费用 | Cost
        cost_wan_yuan: f64,
        /// 补建桩号 | New positions
        positions: String,
    }
}

/// The gap table as planners hand it in, with all that is to be built: roads with a gap or a new hydrant, those with most people
/// without water first, then those with the longest gaps.
pub(super) fn roads(run: &HydrantRun, gaps: &[SitedGap], new: &HydrantPlan, reach: &HydrantReach) -> Vec<RoadGaps> {
    let mut gaps_of: BTreeMap<StreetId, (u32, f64, Option<TownId>)> = BTreeMap::new();
    for gap in gaps.iter().filter(|gap| gap.row.state != GapState::Relieved) {
        let known = gaps_of.entry(gap.street).or_insert((0, 0.0, gap.town));
        known.0 += 1;
        known.1 += gap.row.beyond_m;
    }
    let mut new_of: BTreeMap<StreetId, Vec<f64>> = BTreeMap::new();
    for new in &new.rows {
        new_of.entry(new.street).or_default().push(new.row.chainage_m);
        gaps_of.entry(new.street).or_insert((0, 0.0, new.town));
    }
    new_of.values_mut().for_each(|positions| positions.sort_by(f64::total_cmp));
    let mut states_of: BTreeMap<StreetId, [u32; 3]> = BTreeMap::new();
    for placed in run.placed {
        for (street, ..) in run.stands_on(placed) {
            states_of.entry(street).or_default()[rank_of(placed.hydrant.state)] += 1;
        }
    }
    let mut rows: Vec<RoadGaps> = gaps_of
        .into_iter()
        .map(|(street, (gaps, beyond_m, town))| {
            let length_m = run.wanted.street_m(street);
            let [working, unknown, out_of_service] = states_of.get(&street).copied().unwrap_or_default();
            let positions = new_of.get(&street).map_or(&[][..], Vec::as_slice);
            let name = run.street_name(street);
            let planned = new.streets.get(&street);
            let known = run.area.population.is_some();
            RoadGaps {
                geometry: (),
                rank: 0,
                road: if name.is_empty() { "（无名道路）".to_owned() } else { name },
                class: class_of(run, street),
                town: run.towns.name(town),
                length_m: round(length_m, 0),
                required: (length_m / run.local.of(town).hydrant.spacing_m.value).ceil() as u32,
                existing: working + unknown + out_of_service,
                working,
                unknown,
                out_of_service,
                gaps,
                beyond_m: round(beyond_m, 0),
                without_people: known.then(|| reach.dry_people(street, 0.0, f64::INFINITY).round()),
                missing: positions.len() as u32,
                gain_people: planned.filter(|_| known).map(|plan| plan.people.round()),
                phase: planned.map(|plan| plan.phase),
                cost_wan_yuan: round(positions.len() as f64 * run.rules.hydrant.new_wan_yuan.value, 1),
                positions: positions.iter().map(|at_m| chainage(*at_m)).collect::<Vec<_>>().join("、"),
            }
        })
        .collect();
    let without = |row: &RoadGaps| row.without_people.unwrap_or(0.0);
    rows.sort_by(|a, b| without(b).total_cmp(&without(a)).then(b.beyond_m.total_cmp(&a.beyond_m)));
    for (row, rank) in rows.iter_mut().zip(1..) {
        row.rank = rank;
    }
    rows
}
