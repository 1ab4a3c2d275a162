//! What it all comes to: towns and checks.

use std::collections::BTreeMap;

use geo::Contains;

use super::WaterRun;
use super::sources::{SitedPoint, Usability, is_natural};
use super::villages::{SitedVillage, Supply};
use fireplan_model::ids::TownId;
use fireplan_model::layers::{HydrantState, LayerId};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::{codes, row};

codes! {
    /// Whether a town has any water for fighting fire.
    pub enum TownSupply order best_first {
        /// 有 | Yes
        Supplied = "supplied",
        /// 无 | None
        Dry = "dry",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

row! {
    /// 分乡镇消防供水 | Water by town
    pub struct TownWater {
        geometry: (),
        /// 排名(最差在前) | Rank, worst first
        rank: u32,
        /// 乡镇街道 | Town
        town: String,
        /// 消防供水 | Supply
        supply: TownSupply,
        /// 完好消火栓 | Working hydrants
        working: u32,
        /// 可用取水处 | Usable places
        usable: u32,
        /// 待核取水处(含待配手抬泵) | Undetermined places, or if portable pumps are there
        undetermined: u32,
        /// 不可用取水处 | Unusable places
        unusable: u32,
        /// 村庄 | Villages
        villages: u32,
        /// 有消火栓 | By hydrants
        mains: u32,
        /// 水源就近 | Water at hand
        at_hand: u32,
        /// 接力可满足 | By relay
        relay: u32,
        /// 运水可满足 | By shuttle
        shuttle: u32,
        /// 运水不足 | Shuttle too little
        short: u32,
        /// 无水源 | None
        dry: u32,
        /// 待核村庄(含待配手抬泵) | Undetermined, or if portable pumps are there
        doubtful: u32,
        /// 须建水池 | Pools needed
        pools: u32,
        /// 村庄常住人口 | Residents of villages
        villages_people: u32,
        /// 供水不足人口 | People without enough
        short_people: u32,
        /// 供水待核人口 | People undetermined
        doubtful_people: u32,
    }
}

/// Every town, those with most people without enough water first.
pub(super) fn towns(run: &WaterRun, points: &[SitedPoint], villages: &[SitedVillage]) -> Vec<TownWater> {
    let mut rows: Vec<TownWater> =
        TownId::first(run.area.layers.towns.len()).map(|town| of_town(run, town, points, villages)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.short_people, row.doubtful_people)));
    for (row, rank) in rows.iter_mut().zip(1..) {
        row.rank = rank;
    }
    rows
}

/// The layers of all that gives water to a town.
pub(super) const SUPPLIES: [LayerId; 2] = [LayerId::Hydrants, LayerId::WaterSources];

fn of_town(run: &WaterRun, town: TownId, points: &[SitedPoint], villages: &[SitedVillage]) -> TownWater {
    let shape = &run.area.layers.towns[town.index()].geometry;
    let hydrants = run.area.layers.hydrants.iter().filter(|hydrant| shape.contains(&hydrant.geometry));
    let states: Vec<HydrantState> = hydrants.map(|hydrant| hydrant.state).collect();
    let working = states.iter().filter(|state| **state == HydrantState::Working).count() as u32;
    let here = villages.iter().filter(|village| village.town == Some(town));
    let mut counts: BTreeMap<Supply, (u32, u32)> = BTreeMap::new();
    for village in here {
        let count = counts.entry(village.row.supply).or_default();
        count.0 += 1;
        count.1 += village.row.population_people.unwrap_or(0);
    }
    let pools = villages.iter().filter(|village| village.town == Some(town) && village.row.pool_m3.is_some());
    let of = |supply: Supply| counts.get(&supply).copied().unwrap_or_default();
    let places =
        |usable: Usability| points.iter().filter(|p| p.town == Some(town) && p.row.usable == usable).count() as u32;
    let supply = match () {
        () if working > 0 || places(Usability::Usable) > 0 => TownSupply::Supplied,
        () if states.contains(&HydrantState::Unknown)
            || places(Usability::Undetermined) + places(Usability::ByPump) > 0 =>
        {
            TownSupply::Undetermined
        }
        // What the area has no layer of may be there.
        () if !SUPPLIES.iter().all(|layer| run.area.has(*layer)) => TownSupply::Undetermined,
        () => TownSupply::Dry,
    };
    TownWater {
        geometry: (),
        rank: 0,
        town: run.area.layers.towns[town.index()].name.clone(),
        supply,
        working,
        usable: places(Usability::Usable),
        undetermined: places(Usability::Undetermined) + places(Usability::ByPump),
        unusable: places(Usability::Unusable),
        villages: counts.values().map(|count| count.0).sum(),
        mains: of(Supply::Mains).0,
        at_hand: of(Supply::AtHand).0,
        relay: of(Supply::Relay).0,
        shuttle: of(Supply::Shuttle).0,
        short: of(Supply::Short).0,
        dry: of(Supply::Dry).0,
        doubtful: of(Supply::Undetermined).0 + of(Supply::Pumps).0,
        pools: pools.count() as u32,
        villages_people: counts.values().map(|count| count.1).sum(),
        short_people: of(Supply::Short).1 + of(Supply::Dry).1,
        doubtful_people: of(Supply::Undetermined).1 + of(Supply::Pumps).1,
    }
}

/// What a reader of the figures must know of how they were computed.
pub(super) fn note_assumptions(run: &WaterRun, notes: &mut Notes) {
    let layers = &run.area.layers;
    let silent =
        layers.water_sources.iter().filter(|water| is_natural(water.kind) && water.perennial.is_none()).count();
    if silent > 0 {
        let text = "没有说明是否常年有水的天然水源，待核 | Natural water of which is not said whether it is there all year: undetermined";
        notes.add_counted(
            Severity::Warning,
            LayerId::WaterSources,
            text,
            silent,
            format!("{silent} / {}", layers.water_sources.len()),
        );
    }
    if run.area.elevation.is_none() {
        let text = "没有高程数据，吸水高度全部待核 | No elevation: every suction lift is undetermined";
        notes.add(Severity::Warning, Some(LayerId::Elevation), text, "");
    } else {
        let text = "吸水高度由高程格网推算，岸墙、水位涨落不在其中，接近限值的须实测 | Lifts come from the elevation grid, blind to quay walls and changing levels; survey those near the limit";
        notes.add(Severity::Info, Some(LayerId::Elevation), text, "");
    }
    if run.area.elevation.is_none() {
        let text = "没有高程数据，接力供水按平地计 | No elevation: relays are reckoned on level ground";
        notes.add(Severity::Info, Some(LayerId::Elevation), text, "");
    }
    let text = "运水按基准车速、往返同时，载水量和取水流量为参数 | The shuttle drives at base speed, both ways alike; tanks and rates are parameters";
    notes.add(Severity::Info, None, text, "");
}
