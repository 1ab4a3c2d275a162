//! What it all comes to: shares by town and in all, key figures, checks against the clauses.

use std::sync::Arc;

use super::people::People;
use super::sites::{BuiltUpJudged, VillageReach};
use super::{MS_PER_MIN, Reached, ResponseTimes, Sited};
use crate::ledger::BuiltUpLedger;
use fireplan_model::findings::Figure;
use fireplan_model::ids::TownId;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::residents::counted_twice;
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 分乡镇覆盖统计 | Coverage by town
    pub struct TownCoverage {
        geometry: (),
        /// 乡镇街道 | Town
        town: String,
        /// 消防站 | Stations
        stations: u32,
        /// 村庄 | Villages
        villages: u32,
        /// 村庄达标率(按各自时限) | Villages within their own time
        villages_percent: Option<f64>,
        /// 村庄确定达标率(低速) | Villages certainly within their own time
        villages_low_percent: Option<f64>,
        /// 村庄可能达标率(高速) | Villages possibly within their own time
        villages_high_percent: Option<f64>,
        /// 人口 | People
        people: Option<f64>,
        /// 人口覆盖率 | People reached
        people_percent: Option<f64>,
        /// 人口确定覆盖率(低速) | People certainly reached
        people_low_percent: Option<f64>,
        /// 人口可能覆盖率(高速) | People possibly reached
        people_high_percent: Option<f64>,
        /// 建筑 | Buildings
        buildings: u32,
        /// 建筑覆盖率 | Buildings reached
        buildings_percent: Option<f64>,
        /// 道路长度 | Road length
        road_km: f64,
        /// 道路覆盖率 | Road reached
        road_percent: Option<f64>,
        /// 图上建成区面积(含村庄、工业) | Built-up area as drawn, villages and industry included
        drawn_built_up_km2: f64,
        /// 建成区覆盖率 | Built-up area reached
        built_up_percent: Option<f64>,
    }
}

impl Reached {
    /// Covered at base speed.
    pub fn is_covered(self) -> bool {
        matches!(self, Self::Certain | Self::Expected)
    }

    /// Covered under the low, base and high table.
    pub fn under_each_table(self) -> [bool; 3] {
        [self == Self::Certain, self.is_covered(), self.is_covered() || self == Self::Possible]
    }
}

/// How much of something is reached, under the low, base and high table.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    count: u32,
    total: f64,
    reached: [f64; 3],
}

impl Share {
    fn add(&mut self, weight: f64, reached: Reached) {
        self.add_parts(weight, reached.under_each_table().map(|reached| if reached { weight } else { 0.0 }));
    }

    fn add_parts(&mut self, weight: f64, reached: [f64; 3]) {
        self.count += 1;
        self.total += weight;
        for (sum, part) in self.reached.iter_mut().zip(reached) {
            *sum += part;
        }
    }

    /// Takes away what was added.
    fn take(&mut self, weight: f64, reached: Reached) {
        self.count -= 1;
        self.total -= weight;
        for (sum, reached) in self.reached.iter_mut().zip(reached.under_each_table()) {
            *sum -= if reached { weight } else { 0.0 };
        }
    }

    fn percent(&self, table: usize) -> Option<f64> {
        (self.total > 0.0).then(|| (self.reached[table] / self.total * 1000.0).round() / 10.0)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct TownShares {
    stations: u32,
    /// By the time that binds at each.
    villages: Share,
    /// By the time that binds in cities, for reference.
    villages_as_urban: Share,
    people: Share,
    buildings: Share,
    roads_m: Share,
    built_up_km2: Share,
}

/// Of what the shares are.
pub(super) struct Parts<'a> {
    pub villages: &'a [Sited<VillageReach>],
    pub buildings: Vec<(Option<TownId>, Reached)>,
    /// With their lengths in metres.
    pub roads: Vec<(Option<TownId>, f64, Reached)>,
    pub built_up: &'a [BuiltUpJudged],
    pub people: &'a People,
    /// Those of planned roads among them.
    pub planned: Vec<(Option<TownId>, f64, Reached)>,
}

/// Shares of every town, of what lies in none, and of all.
pub(super) struct Shares {
    towns: Vec<TownShares>,
    outside: TownShares,
    all: TownShares,
    /// All roads, with the planned ones, which the other shares leave out; `None`: none is planned.
    with_planned_roads_m: Option<Share>,
    /// People in time if what need not bind an engine on duty does not.
    people_if_favourable: f64,
    people_from_raster: bool,
    /// The built-up areas themselves, cut at the borders of the towns.
    built_up: Arc<BuiltUpLedger>,
}

impl Shares {
    pub(super) fn gather(run: &ResponseTimes, parts: Parts) -> Self {
        let towns = vec![TownShares::default(); run.area.layers.towns.len()];
        let mut shares = Self {
            towns,
            outside: TownShares::default(),
            all: TownShares::default(),
            with_planned_roads_m: None,
            people_if_favourable: 0.0,
            people_from_raster: parts.people.from_raster,
            built_up: BuiltUpLedger::of(run.area),
        };
        for village in parts.villages {
            shares.each(village.town, |share| {
                share.villages.add(1.0, village.row.in_limit);
                share.villages_as_urban.add(1.0, village.row.reached);
            });
        }
        for (town, reached) in parts.buildings {
            shares.each(town, |share| share.buildings.add(1.0, reached));
        }
        for (town, length_m, reached) in parts.roads {
            // Roads outside the boundary are driven on, and not counted.
            if length_m > 0.0 {
                shares.each(town, |share| share.roads_m.add(length_m, reached));
            }
        }
        for (town, length_m, reached) in parts.planned.into_iter().filter(|(_, length_m, _)| *length_m > 0.0) {
            shares.with_planned_roads_m.get_or_insert(shares.all.roads_m);
            shares.each(town, |share| share.roads_m.take(length_m, reached));
        }
        for BuiltUpJudged { row, by_town } in parts.built_up {
            let places: u32 = by_town.values().map(|(places, _)| places).sum();
            let km2 = |count: u32| row.area_km2 * f64::from(count) / f64::from(places);
            for (town, (places, reached)) in by_town {
                shares.each(*town, |share| share.built_up_km2.add_parts(km2(*places), reached.map(km2)));
            }
        }
        for at in &parts.people.at {
            shares.each(at.town, |share| share.people.add(at.people, at.reached));
            shares.people_if_favourable += if at.reached_if_favourable { at.people } else { 0.0 };
        }
        for station in run.area.layers.stations.iter().filter(|station| run.area.counts(station.geometry.0)) {
            shares.each(run.towns.at(station.geometry.0), |share| share.stations += 1);
        }
        shares
    }

    fn each(&mut self, town: Option<TownId>, mut add: impl FnMut(&mut TownShares)) {
        add(town.map_or(&mut self.outside, |town| &mut self.towns[town.index()]));
        add(&mut self.all);
    }

    pub(super) fn by_town(&self, run: &ResponseTimes) -> Vec<TownCoverage> {
        let towns = TownId::first(self.towns.len()).zip(&run.area.layers.towns).zip(&self.towns);
        let mut rows: Vec<TownCoverage> =
            towns.map(|((id, town), shares)| shares.row(town.name.clone(), self.built_up.km2(Some(id)))).collect();
        if !rows.is_empty() && self.outside.roads_m.total > 0.0 {
            rows.push(self.outside.row("（界外）".to_owned(), self.built_up.km2(None)));
        }
        rows.push(self.all.row("合计".to_owned(), self.built_up.all_km2));
        rows
    }
}

impl TownShares {
    fn row(&self, town: String, built_up_km2: f64) -> TownCoverage {
        TownCoverage {
            geometry: (),
            town,
            stations: self.stations,
            villages: self.villages.count,
            villages_percent: self.villages.percent(1),
            villages_low_percent: self.villages.percent(0),
            villages_high_percent: self.villages.percent(2),
            people: (self.people.count > 0).then(|| self.people.total.round()),
            people_percent: self.people.percent(1),
            people_low_percent: self.people.percent(0),
            people_high_percent: self.people.percent(2),
            buildings: self.buildings.count,
            buildings_percent: self.buildings.percent(1),
            road_km: (self.roads_m.total / 10.0).round() / 100.0,
            road_percent: self.roads_m.percent(1),
            drawn_built_up_km2: (built_up_km2 * 100.0).round() / 100.0,
            built_up_percent: self.built_up_km2.percent(1),
        }
    }
}

pub(super) fn figures(run: &ResponseTimes, shares: &Shares, villages: &[Sited<VillageReach>]) -> Vec<Figure> {
    let all = &shares.all;
    let budget_min = run.budget_ms / MS_PER_MIN;
    let counted = |share: &Share, zh: &str, en: &str| {
        let count = share.count;
        Label::new(
            format!("共 {count} {zh}，时限 {budget_min} 分钟"),
            format!("of {count} {en}, within {budget_min} min"),
        )
    };
    // What the share is of: where counties are missing, less than all built-up areas of the province.
    let (road_km, built_up_km2) = (all.roads_m.total / 1000.0, all.built_up_km2.total);
    let measured = |amount: String| Label::new(format!("共 {amount}"), format!("of {amount}"));
    let mut road_remark = measured(format!("{road_km:.1} km"));
    if let Some((share, percent)) = shares.with_planned_roads_m.and_then(|share| Some((share, share.percent(1)?))) {
        let planned_km = share.total / 1000.0 - road_km;
        road_remark.zh += &format!("，不含规划道路 {planned_km:.1} km，计入后为 {percent}%");
        road_remark.en += &format!(", without {planned_km:.1} km of planned roads, with them {percent}%");
    }
    let mut figures = vec![
        share_figure(
            "villages_percent",
            "村庄覆盖率(城市时限，供参考) | Villages reached within the time for cities, for reference",
            &all.villages_as_urban,
            counted(&all.villages_as_urban, "个村庄", "villages"),
        ),
        share_figure("people_percent", "人口覆盖率 | People reached", &all.people, people_remark(run, shares)),
        share_figure(
            "buildings_percent",
            "建筑覆盖率 | Buildings reached",
            &all.buildings,
            counted(&all.buildings, "栋建筑", "buildings"),
        ),
        share_figure(
            "built_up_percent",
            "建成区覆盖率 | Built-up area reached",
            &all.built_up_km2,
            measured(format!("{built_up_km2:.2} km²")),
        ),
        share_figure("road_percent", "道路覆盖率 | Road reached", &all.roads_m, road_remark),
        worst_village(run, villages),
    ];
    figures.extend(favourable_figure(shares));
    figures
}

/// What the exemption of engines on duty, and what is undetermined, would change; `None`: nothing.
fn favourable_figure(shares: &Shares) -> Option<Figure> {
    let people = &shares.all.people;
    let percent = |part: f64| (part / people.total * 1000.0).round() / 10.0;
    let (bound, favourable) = (people.percent(1)?, percent(shares.people_if_favourable));
    let remark = Label::new(
        format!("执行任务可逆单行道、不受禁转限制，待核障碍均可通过时；一律受限时为 {bound} %"),
        format!(
            "if engines on duty may drive against one-ways and take banned turns, and pass what is undetermined; {bound} % if all binds"
        ),
    );
    (favourable > bound).then(|| Figure {
        name: "people_favourable_percent".to_owned(),
        label: Label::new("人口覆盖率(有利情形)", "People reached if favourable"),
        value: Some(favourable),
        range: None,
        unit: "%".to_owned(),
        remark,
    })
}

fn share_figure(name: &str, label: &str, share: &Share, remark: Label) -> Figure {
    let known = share.count > 0;
    Figure {
        name: name.to_owned(),
        label: label.into(),
        value: share.percent(1),
        range: share.percent(0).zip(share.percent(2)).map(|(low, high)| [low, high]),
        unit: "%".to_owned(),
        remark: if known { remark } else { Label::new("没有数据，待核", "no data: undetermined") },
    }
}

/// How many people, by which source, and whether some may be counted twice.
fn people_remark(run: &ResponseTimes, shares: &Shares) -> Label {
    let total = shares.all.people.total.round();
    if shares.people_from_raster {
        return Label::new(format!("共 {total} 人（按格网）"), format!("of {total} people (from the raster)"));
    }
    let without = run.area.layers.villages.iter().filter(|village| village.population_people.is_none()).count();
    let (mut zh, mut en) = (format!("共 {total} 人（按村庄人口）"), format!("of {total} people (from villages)"));
    if without > 0 {
        zh += &format!("，另有 {without} 个村庄无人口数据，未计入");
        en += &format!(", not counting {without} villages without a population");
    }
    let twice = counted_twice(&run.area.layers).len();
    if twice > 0 {
        zh += &format!("，其中 {twice} 处聚落的人口可能重复计算");
        en += &format!(", {twice} places perhaps counted twice");
    }
    Label::new(zh, en)
}

/// Of the villages that are reached without what a scenario adds: it makes none of them later, and one that only it reaches is
/// told beside.
fn worst_village(run: &ResponseTimes, villages: &[Sited<VillageReach>]) -> Figure {
    let mut reached: Vec<&VillageReach> =
        Sited::rows(villages).filter(|village| village.response_min.is_some()).collect();
    reached.sort_by(|a, b| a.response_min.partial_cmp(&b.response_min).expect("times are finite"));
    let is_standing = |village: &&&VillageReach| run.access.is_reached_without_planned(village.geometry.0);
    let worst = reached.iter().rev().find(is_standing).copied();
    let never = villages.len() - reached.len();
    let name = worst.map_or("", |village| village.name.as_str());
    let (mut zh, mut en) = (name.to_owned(), name.to_owned());
    if let Some(new) = reached.last().filter(|last| last.response_min > worst.and_then(|worst| worst.response_min)) {
        let (name, min) = (&new.name, new.response_min.unwrap_or_default());
        zh += &format!("；方案新通达的村庄最迟 {min} min（{name}）");
        en += &format!("; of the villages that only the scenario reaches {name} is the last, {min} min");
    }
    Figure {
        name: "worst_village_min".to_owned(),
        label: Label::new("最迟到达的村庄", "Village reached last"),
        value: worst.and_then(|village| village.response_min),
        range: worst.and_then(|village| Some([village.response_high_min?, village.response_low_min?])),
        unit: "min".to_owned(),
        remark: Label::new(
            format!("{zh}；无法到达或未接入路网的村庄 {never} 个，不计在内"),
            format!("{en}; {never} villages that cannot be reached or placed are not counted"),
        ),
    }
}

/// What a reader of the figures must know of how they were computed.
pub(super) fn note_assumptions(notes: &mut Notes) {
    notes.add(
        Severity::Warning,
        None,
        "行车速度为未核实的默认值，覆盖结果以区间表示；请用接处警记录校准 | Driving speeds are unverified defaults; results are given as ranges; calibrate with dispatch records",
        "",
    );
}
