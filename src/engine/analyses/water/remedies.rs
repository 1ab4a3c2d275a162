//! What is to be done for each village's water, and in which order.

use geo::{Distance, Euclidean};

use super::sources::SitedPoint;
use super::story::tell_village;
use super::villages::{SitedVillage, Supply, VillageWater};
use super::{WaterRun, needed_pool_m3};
use fireplan_model::codes;

codes! {
    /// What is to be done for a village's water.
    pub enum Remedy order best_first {
        /// 不需要 | Nothing
        Nothing = "nothing",
        /// 编制接力供水预案 | Plan the pump relay
        Relay = "relay",
        /// 编制运水预案 | Plan the shuttle
        Shuttle = "shuttle",
        /// 配备手抬泵 | Portable pumps
        Pumps = "pumps",
        /// 修建取水点 | An intake
        Intake = "intake",
        /// 先核实水源 | Verify the water first
        Verify = "verify",
        /// 建水池，建成前运水 | A pool, and a shuttle until it is built
        PoolAfterShuttle = "pool_after_shuttle",
        /// 须建水池 | A pool
        Pool = "pool",
    }
}

/// What is to be done for a village before anybody thinks of building intakes. Relay and pool come before the shuttle, which ties
/// up engines that are wanted elsewhere.
pub(super) fn remedy_without_intakes(row: &VillageWater) -> Remedy {
    match row.supply {
        Supply::Mains | Supply::AtHand => Remedy::Nothing,
        Supply::Relay => Remedy::Relay,
        Supply::Shuttle => Remedy::Shuttle,
        Supply::Pumps => Remedy::Pumps,
        Supply::Undetermined => Remedy::Verify,
        Supply::Short | Supply::Dry if row.trucks_needed.is_some() => Remedy::PoolAfterShuttle,
        Supply::Short | Supply::Dry => Remedy::Pool,
    }
}

/// Says of each village what is to be done, with the size and the cost of a pool, and tells its story.
pub(super) fn settle_remedies(
    run: &WaterRun,
    points: &[SitedPoint],
    villages: &mut [SitedVillage],
    by_intake: &[bool],
) {
    for (village, by_intake) in villages.iter_mut().zip(by_intake) {
        let water = &run.local.of(village.town).water;
        let radius = &water.radius_m;
        // A pool that is there and too small is enlarged: what it holds need not be built again.
        let near = |point: &&SitedPoint| {
            let m = Euclidean.distance(&point.row.geometry, &village.row.geometry);
            point.only_small && radius.op.holds(m, radius.value)
        };
        let there_m3: f64 = points.iter().filter(near).filter_map(|point| point.row.volume_m3).sum();
        let pool_m3 = (needed_pool_m3(water) - there_m3).max(0.0);
        let row = &mut village.row;
        if *by_intake && matches!(row.supply, Supply::Short | Supply::Dry) {
            row.remedy = Remedy::Intake;
        }
        if matches!(row.remedy, Remedy::Pool | Remedy::PoolAfterShuttle) {
            row.pool_m3 = Some(pool_m3);
            row.cost_wan_yuan = Some((pool_m3 * run.rules.water.pool_yuan_m3.value / 1e3).ceil() / 10.0);
        }
        row.story = tell_village(run, row);
    }
}

/// Puts those without water first, then those of which it is not known, and of each the ones with most people.
pub(super) fn sort_worst_first(villages: &mut [SitedVillage]) {
    let urgency = |supply: Supply| match supply {
        Supply::Dry => 0,
        Supply::Short => 1,
        Supply::Undetermined => 2,
        Supply::Pumps => 3,
        Supply::Shuttle => 4,
        Supply::Relay => 5,
        Supply::AtHand => 6,
        Supply::Mains => 7,
    };
    // What nothing reaches and what a shuttle brings too little to are both without enough.
    let class = |village: &SitedVillage| urgency(village.row.supply).max(urgency(Supply::Short));
    let people = |village: &SitedVillage| std::cmp::Reverse(village.row.population_people.unwrap_or(0));
    villages.sort_by_key(|village| (class(village), people(village), urgency(village.row.supply)));
    for (village, rank) in villages.iter_mut().zip(1..) {
        village.row.rank = rank;
    }
}
