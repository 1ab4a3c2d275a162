//! What it comes to by town and in all.

use std::collections::BTreeMap;

use super::area_shares::AreaShares;
use super::plan::HydrantPlan;
use super::reach::{HydrantReach, Served};
use super::streets::StreetId;
use super::{HydrantRun, round};
use crate::ledger::BuiltUpLedger;
use fireplan_model::ids::TownId;
use fireplan_model::layers::HydrantState;
use fireplan_model::row;

row! {
    /// 分乡镇消火栓统计 | Hydrants by town
    pub struct TownHydrants {
        geometry: (),
        /// 排名(最差在前) | Rank, worst first
        rank: u32,
        /// 乡镇街道 | Town
        town: String,
        /// 消火栓 | Hydrants
        hydrants: u32,
        /// 完好 | Working
        working: u32,
        /// 状态待核 | State unknown
        unknown: u32,
        /// 损坏冻结 | Out of service or frozen
        out_of_service: u32,
        /// 每平方公里完好数 | Working per square kilometre
        working_per_km2: Option<f64>,
        /// 有管网建成区 | Built-up area with mains
        mains_built_up_km2: f64,
        /// 有管网建成区道路 | Road in built-up areas with mains
        mains_road_km: f64,
        /// 道路达标率 | Road within the spacing
        spaced_road_percent: Option<f64>,
        /// 道路达标率(状态不明者均完好) | The same if unknown ones work
        road_hopeful_percent: Option<f64>,
        /// 超距道路 | Road too far
        beyond_m: f64,
        /// 应补建(间距、桥头、水带合计) | New ones needed, all reasons together
        new_hydrants: u32,
        /// 补建费用 | Their cost
        cost_wan_yuan: f64,
        /// 有管网建成区建筑 | Buildings in built-up areas with mains
        mains_buildings: u32,
        /// 水带可达建筑 | Buildings in reach by hose
        hose_buildings_percent: Option<f64>,
        /// 两具可达建筑 | Buildings in reach of two
        buildings_two_percent: Option<f64>,
        /// 无水建筑 | Buildings without water
        buildings_without: u32,
        /// 半径覆盖建成区 | Built-up area within the radius
        radius_percent: Option<f64>,
        /// 水带覆盖建成区 | Built-up area in reach by hose
        hose_percent: Option<f64>,
        /// 水带够不着的人口 | People beyond the hose
        beyond_hose_people: Option<f64>,
    }
}

/// What is summed up for a town, and for all.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub states: [u32; 3],
    pub built_up_km2: f64,
    pub road_m: f64,
    pub beyond_m: f64,
    pub beyond_hopeful_m: f64,
    pub missing: u32,
    /// All, one or two, two, perhaps.
    pub buildings: [u32; 4],
    pub shares: AreaShares,
}

/// Place of a state in [`Sum::states`].
pub(super) fn rank_of(state: HydrantState) -> usize {
    match state {
        HydrantState::Working => 0,
        HydrantState::Unknown => 1,
        HydrantState::OutOfService | HydrantState::Frozen => 2,
    }
}

pub(super) fn percent(part: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| round((part / of * 100.0).clamp(0.0, 100.0), 1))
}

/// A stretch belongs to the town in which its middle lies, read off a piece of street that reaches this far to both sides.
const AROUND_M: f64 = 0.1;

/// By town, those outside all under `None`, and in all.
pub(super) fn sums(run: &HydrantRun, new: &HydrantPlan, reach: &HydrantReach) -> (BTreeMap<Option<TownId>, Sum>, Sum) {
    let mut by_town: BTreeMap<Option<TownId>, Sum> = BTreeMap::new();
    let mut all = Sum::default();
    let mut each = |town: Option<TownId>, add: &dyn Fn(&mut Sum)| {
        add(by_town.entry(town).or_default());
        add(&mut all);
    };
    for placed in run.placed {
        let rank = rank_of(placed.hydrant.state);
        each(run.towns.at(placed.hydrant.geometry.0), &|sum| sum.states[rank] += 1);
    }
    let town_at = |street: StreetId, at_m: f64| {
        let line = run.street_line(street, at_m - AROUND_M, at_m + AROUND_M);
        line.first().and_then(|line| line.0.first()).and_then(|at| run.towns.at(*at))
    };
    for (street, at_m, length_m) in run.wanted.middles() {
        each(town_at(street, at_m), &|sum| sum.road_m += length_m);
    }
    for (street, at_m, length_m) in run.beyond_certain.middles() {
        each(town_at(street, at_m), &|sum| sum.beyond_m += length_m);
    }
    for (street, at_m, length_m) in run.beyond_hopeful.middles() {
        each(town_at(street, at_m), &|sum| sum.beyond_hopeful_m += length_m);
    }
    for new in &new.rows {
        each(new.town, &|sum| sum.missing += 1);
    }
    for building in &reach.buildings {
        let served = building.row.served;
        let counts =
            [true, matches!(served, Served::One | Served::Two), served == Served::Two, served == Served::Hopeful];
        each(building.town, &|sum| (0..4).for_each(|at| sum.buildings[at] += u32::from(counts[at])));
    }
    for (town, shares) in &reach.areas {
        each(*town, &|sum| sum.shares.add(shares));
    }
    let ledger = BuiltUpLedger::new(run.area, |built_up| run.scope.included.contains(&built_up));
    let towns = TownId::first(run.area.layers.towns.len()).map(Some).chain([None]);
    for (town, km2) in towns.map(|town| (town, ledger.km2(town))).filter(|(_, km2)| *km2 > 0.0) {
        each(town, &|sum| sum.built_up_km2 += km2);
    }
    (by_town, all)
}

/// A row per town with roads or hydrants, the one with most people without water first, then that with most road too far.
pub(super) fn towns(run: &HydrantRun, by_town: &BTreeMap<Option<TownId>, Sum>) -> Vec<TownHydrants> {
    let mut towns: Vec<TownHydrants> = by_town
        .iter()
        .filter(|(_, sum)| sum.road_m > 0.0 || sum.states.iter().sum::<u32>() > 0)
        .map(|(town, sum)| town_row(run, *town, sum))
        .collect();
    let without = |town: &TownHydrants| town.beyond_hose_people.unwrap_or(0.0);
    towns.sort_by(|a, b| without(b).total_cmp(&without(a)).then(b.beyond_m.total_cmp(&a.beyond_m)));
    for (row, rank) in towns.iter_mut().zip(1..) {
        row.rank = rank;
    }
    towns
}

fn town_row(run: &HydrantRun, town: Option<TownId>, sum: &Sum) -> TownHydrants {
    let name = run.towns.name(town);
    let places = sum.shares.area_m2;
    let [working, unknown, out_of_service] = sum.states;
    let [buildings, reached, two, _] = sum.buildings;
    TownHydrants {
        geometry: (),
        rank: 0,
        town: if name.is_empty() { "（乡镇界外）".to_owned() } else { name },
        hydrants: sum.states.iter().sum(),
        working,
        unknown,
        out_of_service,
        working_per_km2: (sum.built_up_km2 > 0.0).then(|| round(f64::from(working) / sum.built_up_km2, 1)),
        mains_built_up_km2: round(sum.built_up_km2, 2),
        mains_road_km: round(sum.road_m / 1000.0, 2),
        spaced_road_percent: percent(sum.road_m - sum.beyond_m, sum.road_m),
        road_hopeful_percent: percent(sum.road_m - sum.beyond_hopeful_m, sum.road_m),
        beyond_m: round(sum.beyond_m, 0),
        new_hydrants: sum.missing,
        cost_wan_yuan: round(f64::from(sum.missing) * run.rules.hydrant.new_wan_yuan.value, 1),
        mains_buildings: buildings,
        hose_buildings_percent: percent(f64::from(reached), f64::from(buildings)),
        buildings_two_percent: percent(f64::from(two), f64::from(buildings)),
        buildings_without: buildings - reached,
        radius_percent: percent(sum.shares.radius[0], places),
        hose_percent: percent(sum.shares.hose[0], places),
        beyond_hose_people: run.area.population.is_some().then(|| sum.shares.people_without.round()),
    }
}
