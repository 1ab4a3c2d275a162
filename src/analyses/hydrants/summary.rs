//! What it all comes to: the gap table by road, shares by town, figures and checks.

use std::collections::BTreeMap;

use super::gaps::{GapState, SitedGap, chainage};
use super::points::HydrantPoint;
use super::proposals::{Closing, Reaching};
use super::reach::{Reached, Served, Shares, km2};
use super::stock::{Reading, facts, label};
use super::{Run, round};
use crate::area::notes::{Notes, Severity};
use crate::area::{HydrantState, LayerId};
use crate::findings::{Check, Figure, Verdict};
use crate::row;
use crate::rows::Label;
use crate::rules::Force;

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
        built_up_km2: f64,
        /// 建成区道路 | Built-up road
        road_km: f64,
        /// 道路达标率 | Road within the spacing
        road_percent: Option<f64>,
        /// 道路达标率(状态不明者均完好) | The same if unknown ones work
        road_hopeful_percent: Option<f64>,
        /// 超距道路 | Road too far
        beyond_m: f64,
        /// 应补建 | New ones needed
        missing: u32,
        /// 建筑 | Buildings
        buildings: u32,
        /// 水带可达建筑 | Buildings in reach by hose
        buildings_percent: Option<f64>,
        /// 两具可达建筑 | Buildings in reach of two
        buildings_two_percent: Option<f64>,
        /// 无水建筑 | Buildings without water
        buildings_without: u32,
        /// 半径覆盖建成区 | Built-up area within the radius
        radius_percent: Option<f64>,
        /// 水带覆盖建成区 | Built-up area in reach by hose
        hose_percent: Option<f64>,
        /// 无水人口 | People without water
        without_people: Option<f64>,
    }
}

/// What is summed up for a town, and for all.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    states: [u32; 3],
    built_up_km2: f64,
    road_m: f64,
    beyond_m: f64,
    beyond_hopeful_m: f64,
    missing: u32,
    /// All, one or two, two, perhaps.
    buildings: [u32; 4],
    shares: Shares,
}

/// Place of a state in [`Sum::states`].
fn rank_of(state: HydrantState) -> usize {
    match state {
        HydrantState::Working => 0,
        HydrantState::Unknown => 1,
        HydrantState::OutOfService | HydrantState::Frozen => 2,
    }
}

fn percent(part: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| round((part / of * 100.0).clamp(0.0, 100.0), 1))
}

/// The gap table, the towns, and all in all.
pub struct Summary {
    pub roads: Vec<RoadGaps>,
    pub towns: Vec<TownHydrants>,
    all: Sum,
    has_people: bool,
}

impl Summary {
    pub fn new(run: &Run, gaps: &[SitedGap], new: &Closing, reach: &Reached) -> Self {
        let (by_town, all) = sums(run, new, reach);
        let has_people = run.area.population.is_some();
        let mut towns: Vec<TownHydrants> = by_town
            .iter()
            .filter(|(_, sum)| sum.road_m > 0.0 || sum.states.iter().sum::<u32>() > 0)
            .map(|(town, sum)| town_row(run, *town, sum, has_people))
            .collect();
        towns.sort_by(|a, b| b.beyond_m.total_cmp(&a.beyond_m));
        for (row, rank) in towns.iter_mut().zip(1..) {
            row.rank = rank;
        }
        Self { roads: roads(run, gaps, new), towns, all, has_people }
    }
}

/// By town, those outside all under `None`, and in all.
fn sums(run: &Run, new: &Closing, reach: &Reached) -> (BTreeMap<Option<usize>, Sum>, Sum) {
    let mut by_town: BTreeMap<Option<usize>, Sum> = BTreeMap::new();
    let mut all = Sum::default();
    let mut each = |town: Option<usize>, add: &dyn Fn(&mut Sum)| {
        add(by_town.entry(town).or_default());
        add(&mut all);
    };
    for placed in run.placed {
        let rank = rank_of(placed.hydrant.state);
        each(run.towns.at(placed.hydrant.geometry.0), &|sum| sum.states[rank] += 1);
    }
    let town_at = |street: u32, at_m: f64| {
        let line = run.street_line(street, at_m - 0.1, at_m + 0.1);
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
    for number in &run.scope.included {
        let shape = &run.area.layers.built_up[*number as usize].geometry;
        let town = geo::InteriorPoint::interior_point(shape).and_then(|at| run.towns.at(at.0));
        each(town, &|sum| sum.built_up_km2 += km2(shape));
    }
    (by_town, all)
}

fn town_row(run: &Run, town: Option<usize>, sum: &Sum, has_people: bool) -> TownHydrants {
    let name = run.town_name(town);
    let places = f64::from(sum.shares.places);
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
        built_up_km2: round(sum.built_up_km2, 2),
        road_km: round(sum.road_m / 1000.0, 2),
        road_percent: percent(sum.road_m - sum.beyond_m, sum.road_m),
        road_hopeful_percent: percent(sum.road_m - sum.beyond_hopeful_m, sum.road_m),
        beyond_m: round(sum.beyond_m, 0),
        missing: sum.missing,
        buildings,
        buildings_percent: percent(f64::from(reached), f64::from(buildings)),
        buildings_two_percent: percent(f64::from(two), f64::from(buildings)),
        buildings_without: buildings - reached,
        radius_percent: percent(f64::from(sum.shares.radius[0]), places),
        hose_percent: percent(f64::from(sum.shares.hose[0]), places),
        without_people: has_people.then(|| sum.shares.people_without.round()),
    }
}

/// The gap table as planners hand it in: roads with a gap or a new hydrant, the longest gaps first.
fn roads(run: &Run, gaps: &[SitedGap], new: &Closing) -> Vec<RoadGaps> {
    let mut gaps_of: BTreeMap<u32, (u32, f64, Option<usize>)> = BTreeMap::new();
    for gap in gaps.iter().filter(|gap| gap.row.state != GapState::Relieved) {
        let known = gaps_of.entry(gap.street).or_insert((0, 0.0, gap.town));
        known.0 += 1;
        known.1 += gap.row.beyond_m;
    }
    let mut new_of: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for new in &new.rows {
        new_of.entry(new.street).or_default().push(new.row.chainage_m);
        gaps_of.entry(new.street).or_insert((0, 0.0, new.town));
    }
    let mut states_of: BTreeMap<u32, [u32; 3]> = BTreeMap::new();
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
                town: run.town_name(town),
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

impl Summary {
    pub fn figures(&self, run: &Run, new: &Closing, by_hose: &Reaching, points: &[HydrantPoint]) -> Vec<Figure> {
        let all = &self.all;
        let [working, unknown, out] = all.states;
        let road_km = round(all.road_m / 1000.0, 1);
        let places = f64::from(all.shares.places);
        let [buildings, reached, two, hopeful] = all.buildings.map(f64::from);
        let worst = points.iter().max_by(|a, b| a.sole_buildings.cmp(&b.sole_buildings).then(b.name.cmp(&a.name)));
        let range = |low: f64, high: f64, of: f64| Some([percent(low, of)?, percent(high, of)?]);
        let bound = |found: usize, bound: usize| match found == bound {
            true => (format!("已证明最少（下界 {bound}）"), format!("proven to be the fewest ({bound})")),
            false => (
                format!("理论下界 {bound}，至多多出 {} 处", found - bound),
                format!("no fewer than {bound} can do; at most {} too many", found - bound),
            ),
        };
        let basis = match run.planned_on {
            Reading::Repaired => ("先修复损坏、冻结者再补建", "after repairs"),
            Reading::Certain | Reading::Hopeful => ("不计修复", "without repairs"),
        };
        let (closing, hosing) =
            (bound(new.rows.len(), new.lower_bound), bound(by_hose.rows.len(), by_hose.lower_bound));
        let mut figures = vec![
            figure(
                "road_within_spacing_percent",
                "建成区道路间距达标率 | Built-up road within the spacing",
                percent(all.road_m - all.beyond_m, all.road_m),
                "%",
            )
            .range(range(all.road_m - all.beyond_m, all.road_m - all.beyond_hopeful_m, all.road_m))
            .remark(
                format!("共 {road_km} km；区间上限为状态不明者均完好"),
                format!("of {road_km} km; the upper end if hydrants of unknown state work"),
            ),
            figure("hydrants_working", "完好消火栓 | Working hydrants", Some(f64::from(working)), "具")
                .range(Some([f64::from(working), f64::from(working + unknown)]))
                .remark(
                    format!("另有 {unknown} 具状态待核、{out} 具损坏或冻结"),
                    format!("{unknown} more of unknown state, {out} out of service or frozen"),
                ),
            figure("hydrants_missing", "间距应补建 | New hydrants for the spacing", Some(new.rows.len() as f64), "处")
                .remark(
                    format!("{}；{}；{} 处由精确算法求得", closing.0, basis.0, new.exact),
                    format!("{}; {}; {} of them on parts solved exactly", closing.1, basis.1, new.exact),
                ),
            figure(
                "buildings_by_hose_percent",
                "水带可达建筑 | Buildings in reach by hose",
                percent(reached, buildings),
                "%",
            )
            .range(range(reached, reached + hopeful, buildings))
            .remark(
                format!("有管网建成区内 {buildings} 栋，其中 {two} 栋两具可达"),
                format!("of {buildings} buildings where there are mains; {two} in reach of two"),
            ),
            figure(
                "area_in_radius_percent",
                "建成区半径覆盖率 | Built-up area within the radius",
                percent(f64::from(all.shares.radius[0]), places),
                "%",
            )
            .range(range(f64::from(all.shares.radius[0]), f64::from(all.shares.radius[2]), places))
            .remark(
                format!("{:.2} km²；画圆所得，未计河流、铁路和围墙", all.built_up_km2),
                format!("{:.2} km²; mere circles, blind to rivers, rails and walls", all.built_up_km2),
            ),
            figure(
                "area_by_hose_percent",
                "建成区水带覆盖率 | Built-up area in reach by hose",
                percent(f64::from(all.shares.hose[0]), places),
                "%",
            )
            .range(range(f64::from(all.shares.hose[0]), f64::from(all.shares.hose[2]), places))
            .remark(
                format!(
                    "同一范围按实际铺带路线；两具可达 {}%",
                    percent(f64::from(all.shares.hose[1]), places).unwrap_or(0.0)
                ),
                format!(
                    "the same area by hoses that can be laid; {}% in reach of two",
                    percent(f64::from(all.shares.hose[1]), places).unwrap_or(0.0)
                ),
            ),
            figure(
                "hydrants_missing_by_hose",
                "水带可达应补建 | New hydrants for reach by hose",
                Some(by_hose.rows.len() as f64),
                "处",
            )
            .remark(
                format!("{}；另有 {} 栋建筑设在道路上也够不着", hosing.0, by_hose.beyond),
                format!("{}; {} buildings no hydrant on a road would reach", hosing.1, by_hose.beyond),
            ),
            figure(
                "worst_failure_buildings",
                "单栓失效最多断水建筑 | Buildings lost with the worst single hydrant",
                worst.map(|worst| f64::from(worst.sole_buildings)),
                "栋",
            )
            .remark(
                worst.map_or_else(String::new, |worst| format!("{}（{}）", worst.name, worst.road)),
                worst.map_or_else(String::new, |worst| format!("{} ({})", worst.name, worst.road)),
            ),
        ];
        if self.has_people {
            let (without, people) = (all.shares.people_without.round(), all.shares.people.round());
            figures.push(
                figure(
                    "people_without_water",
                    "有管网建成区内无水人口 | People without water where there are mains",
                    Some(without),
                    "人",
                )
                .remark(format!("共 {people} 人（按格网）"), format!("of {people} people (from the raster)")),
            );
        }
        figures.into_iter().map(|figure| figure.0).collect()
    }

    /// Every gap against the spacing, every town against completeness, every fact of every hydrant that falls short.
    pub fn checks(&self, run: &Run, gaps: &[SitedGap]) -> Vec<Check> {
        let spacing = &run.rules.hydrant.spacing_m;
        let mut checks = Vec::new();
        for (gap, id) in gaps.iter().zip(1..) {
            let row = &gap.row;
            let measured = row.spacing_m.filter(|_| row.state != GapState::Hopeful);
            let mut check = spacing.check(&row.name, measured);
            if row.state == GapState::Gap && measured.is_none() {
                let binding = matches!(spacing.provenance.force, Force::Shall | Force::Policy);
                check.verdict = if binding { Verdict::Fail } else { Verdict::Warn };
                check.text = row.story.clone();
            }
            checks.push(check.about("hydrant_gaps", id));
        }
        for town in self.towns.iter().filter(|town| town.road_km > 0.0) {
            let hopeful = town.road_percent != town.road_hopeful_percent && town.road_hopeful_percent == Some(100.0);
            let measured = town.road_percent.filter(|_| !hopeful);
            checks.push(run.rules.hydrant.complete_percent.check(&town.town, measured));
        }
        checks.extend(fact_checks(run));
        checks
    }
}

/// Facts that fall short, one by one; those not known and those in order, counted in one line each.
fn fact_checks(run: &Run) -> Vec<Check> {
    let mut checks = Vec::new();
    for at in 0..6 {
        let all: Vec<_> = run.placed.iter().map(|placed| (placed, facts(run.rules, placed)[at])).collect();
        let Some((_, (limit, _))) = all.first() else { continue };
        let mut passed: Vec<f64> = Vec::new();
        let mut unknown = 0;
        for (id, (placed, (limit, measured))) in (1..).zip(&all) {
            match measured {
                // No building near is in order.
                None if limit.key == "hydrant.wall_m" => {}
                None => unknown += 1,
                Some(measured) if limit.op.holds(*measured, limit.value) => passed.push(*measured),
                Some(measured) => {
                    let name = label(placed.hydrant);
                    checks.push(limit.check(&name, Some(*measured)).about("hydrant_points", id));
                }
            }
        }
        let nearest = passed.iter().copied().min_by(|a, b| (a - limit.value).abs().total_cmp(&(b - limit.value).abs()));
        if nearest.is_some() {
            checks.push(limit.check(&format!("其余 {} 具（最接近限值者）", passed.len()), nearest));
        }
        if unknown > 0 {
            checks.push(limit.check(&format!("{unknown} 具消火栓"), None));
        }
    }
    checks.push(run.rules.hydrant.pressure_fire_mpa.check("全部消火栓", None));
    checks
}

/// A figure under construction.
struct Told(Figure);

fn figure(name: &str, label: &str, value: Option<f64>, unit: &str) -> Told {
    let remark = Label::new("", "");
    Told(Figure { name: name.to_owned(), label: label.into(), value, range: None, unit: unit.to_owned(), remark })
}

impl Told {
    fn range(mut self, range: Option<[f64; 2]>) -> Self {
        self.0.range = range;
        self
    }

    fn remark(mut self, zh: String, en: String) -> Self {
        self.0.remark = Label::new(zh, en);
        self
    }
}

/// What a reader of the figures must know of how they were computed.
pub fn note_assumptions(run: &Run, notes: &mut Notes) {
    notes.add(
        Severity::Info,
        None,
        "市政管网不在数据中：以消火栓代表管网，补建位置须与管网核对 | Mains are not in the data: hydrants stand for them; check new positions against the mains",
        "",
    );
    let without = run.area.layers.roads.iter().filter(|road| road.width_m.is_none()).count();
    if without > 0 {
        let all = run.area.layers.roads.len();
        let text = "没有宽度的道路：按单侧布置判定，距路缘无法检查，待核 | Roads without width: taken to be served from one side; distances from the kerb are undetermined";
        notes.add_counted(Severity::Warning, LayerId::Roads, text, without, format!("{without} / {all}"));
    }
    let barriers = run
        .area
        .layers
        .barriers
        .iter()
        .any(|barrier| matches!(barrier.kind, crate::area::BarrierKind::Railway | crate::area::BarrierKind::Wall));
    if !barriers {
        let text = "没有铁路和围墙数据：水带可达可能偏乐观 | No railways or walls in the data: reach by hose may be optimistic";
        notes.add(Severity::Warning, Some(LayerId::Barriers), text, "");
    }
    let frozen = run.placed.iter().filter(|placed| placed.hydrant.state == HydrantState::Frozen).count();
    if frozen > 0 {
        let text = "冻结的消火栓不计，与损坏同等对待 | Frozen hydrants count as out of service";
        notes.add_counted(Severity::Info, LayerId::Hydrants, text, frozen, String::new());
    }
}
