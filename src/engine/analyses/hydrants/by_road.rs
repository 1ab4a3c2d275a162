//! The gap table by road, as planners hand it in.

use std::collections::BTreeMap;

use super::gaps::{GapState, SitedGap, chainage};
use super::proposals::SpacingProposals;
use super::streets::StreetId;
use super::sums::rank_of;
use super::{HydrantRun, round};
use fireplan_model::ids::TownId;
use fireplan_model::row;

row! {
    /// 消火栓缺口表(按道路) | Gaps by road
    pub struct RoadGaps {
        geometry: (),
        /// 道路 | Road
        road: String,
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
        /// 应补建 | New ones needed
        missing: u32,
        /// 补建桩号 | New positions
        positions: String,
    }
}

/// The gap table as planners hand it in: roads with a gap or a new hydrant, the longest gaps first.
pub(super) fn roads(run: &HydrantRun, gaps: &[SitedGap], new: &SpacingProposals) -> Vec<RoadGaps> {
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
            let new = new_of.get(&street).map_or(&[][..], Vec::as_slice);
            let name = run.street_name(street);
            RoadGaps {
                geometry: (),
                road: if name.is_empty() { "（无名道路）".to_owned() } else { name },
                town: run.towns.name(town),
                length_m: round(length_m, 0),
                required: (length_m / run.rules.hydrant.spacing_m.value).ceil() as u32,
                existing: working + unknown + out_of_service,
                working,
                unknown,
                out_of_service,
                gaps,
                beyond_m: round(beyond_m, 0),
                missing: new.len() as u32,
                positions: new.iter().map(|at_m| chainage(*at_m)).collect::<Vec<_>>().join("、"),
            }
        })
        .collect();
    rows.sort_by(|a, b| b.beyond_m.total_cmp(&a.beyond_m));
    rows
}
