//! What it comes to: by town and in all, checks against the clauses, and what a reader must know of the data.

use std::collections::BTreeMap;

use super::forest_water::WateredPlaces;
use super::gap_list::GapKind;
use super::near::SettlementNear;
use super::network::Lengths;
use super::parts::FirebreakParts;
use super::posts::{EntryWatch, PostPlace};
use super::protection::Protection;
use super::zone::Strip;
use super::{FirebreakCase, hm2, whole};
use fireplan_model::findings::Check;
use fireplan_model::ids::TownId;
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::row;

row! {
    /// 分乡镇林火阻隔统计 | Firebreaks by town
    pub struct TownFirebreaks {
        geometry: (),
        /// 乡镇街道 | Town
        town: String,
        /// 森林面积 | Forest
        forest_hm2: f64,
        /// 面向聚落林缘 | Facing edges
        facing_m: f64,
        /// 其中面向城区 | Facing the urban area
        facing_urban_m: f64,
        /// 建设范围面积 | Zone
        zone_hm2: f64,
        /// 其中涉及保护地 | Zone in protected land
        zone_protected_hm2: Option<f64>,
        /// 有达标阻隔的林缘 | Protected edges
        protected_m: f64,
        /// 林缘达标率 | Share protected
        protected_percent: Option<f64>,
        /// 阻隔过窄林缘 | Edges with too narrow a barrier
        narrow_m: f64,
        /// 无阻隔林缘 | Edges without a barrier
        open_m: f64,
        /// 宽度待核林缘 | Edges with a barrier of unknown width
        unknown_m: f64,
        /// 面向聚落林缘最晚到达 | Last facing edge reached
        arrival_min: Option<f64>,
        /// 断口 | Breaks
        breaks: u32,
        /// 断口长度 | Length of breaks
        breaks_m: f64,
        /// 未接端头 | Loose ends
        loose_ends: u32,
        /// 防火线和林带长度(林内) | Firebreak lines and belts in forest
        built_m: f64,
        /// 宽度达标的道路、铁路、河流(林内) | Roads, railways and rivers wide enough, in forest
        wide_m: f64,
        /// 宽度待核的道路、河流(林内) | Those of unknown width
        unknown_width_m: f64,
        /// 宽度不足的道路、河流和林道(林内，不计入密度) | Those too narrow and forest tracks, not counted
        others_m: f64,
        /// 防火线和林带密度 | Density of lines and belts
        built_m_hm2: Option<f64>,
        /// 阻隔网密度(防火线、林带和宽度达标者) | Density of the barrier network
        density_m_hm2: Option<f64>,
        /// 阻隔网密度(宽度待核者均达标) | The same if those of unknown width are wide enough
        density_possible_m_hm2: Option<f64>,
        /// 林区道路长度 | Forest roads
        roads_m: f64,
        /// 林区路网密度 | Density of forest roads
        road_density_m_hm2: Option<f64>,
        /// 距林不足规定的聚落 | Settlements too near
        near_settlements: u32,
        /// 进林道口 | Entries
        entries: u32,
        /// 有检查站的道口 | Entries with a checkpost
        watched: Option<u32>,
        /// 检查站应管控之处 | Places that a checkpost must watch
        post_places: u32,
        /// 其中有检查站 | Of them with a checkpost
        post_places_watched: Option<u32>,
        /// 消防水池、水箱、取水点 | Fire-water points
        water_points: u32,
        /// 取水半径内森林 | Forest near fire water
        water_percent: Option<f64>,
        /// 直升机取水半径内森林 | Forest near helicopter water
        helicopter_percent: Option<f64>,
    }
}

pub(super) fn percent(part: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| (part / of * 1000.0).round() / 10.0)
}

fn density(length_m: f64, forest_m2: f64) -> Option<f64> {
    (forest_m2 > 0.0).then(|| (length_m / (forest_m2 / 1e4) * 100.0).round() / 100.0)
}

/// Hectares of zone in protected land; `None`: of no strip is it known.
pub(super) fn protected_hm2<'s>(strips: impl Iterator<Item = &'s Strip>) -> Option<f64> {
    let known = strips.filter_map(|strip| Some(if strip.row.protected? { strip.area_m2 } else { 0.0 }));
    known.reduce(|sum, area_m2| sum + area_m2).map(hm2)
}

/// One row per town, one for what lies in none, and the sum.
pub(super) fn by_town(case: &FirebreakCase, answer: &FirebreakParts) -> Vec<TownFirebreaks> {
    let sums = Sums { case, answer, forest_m2: &answer.units.forest_m2 };
    let mut rows: Vec<TownFirebreaks> = TownId::first(case.area.layers.towns.len())
        .map(|town| sums.row(case.towns.name(Some(town)), |of| of == Some(town)))
        .collect();
    let outside = sums.row("（界外）".to_owned(), |of| of.is_none());
    if !rows.is_empty() && outside.forest_hm2 >= 1.0 {
        rows.push(outside);
    }
    rows.push(sums.row("合计".to_owned(), |_| true));
    rows
}

struct Sums<'a> {
    case: &'a FirebreakCase<'a>,
    answer: &'a FirebreakParts,
    forest_m2: &'a BTreeMap<Option<TownId>, f64>,
}

impl Sums<'_> {
    fn row(&self, town: String, of: impl Fn(Option<TownId>) -> bool) -> TownFirebreaks {
        let forest_m2: f64 = self.forest_m2.iter().filter(|(town, _)| of(**town)).map(|(_, area)| area).sum();
        let edges = || self.answer.stretches.iter().filter(|stretch| of(stretch.town)).map(|stretch| &stretch.row);
        let edge_m =
            |protection| edges().filter(|edge| edge.protection == protection).map(|edge| edge.length_m).sum::<f64>();
        let facing_m: f64 = edges().map(|edge| edge.length_m).sum();
        let strips = || self.answer.strips.iter().filter(|strip| of(strip.town));
        let gaps = |kind| self.answer.gaps.iter().filter(move |gap| gap.row.kind == kind);
        let breaks = || gaps(GapKind::Break).filter(|gap| of(gap.town));
        let mut lengths = Lengths::default();
        for (_, more) in self.answer.lengths.iter().filter(|(town, _)| of(**town)) {
            lengths.add(more);
        }
        let places = || self.answer.posts.places.iter().filter(|post| of(post.town)).map(|post| &post.row);
        let entries = || places().filter(|place| place.place == PostPlace::Entry);
        let known = self.case.area.has(LayerId::Checkposts);
        let mut water = WateredPlaces::default();
        self.answer.water.by_town.iter().filter(|(town, _)| of(**town)).for_each(|(_, more)| water.add(*more));
        let share = |count: u32| percent(f64::from(count), f64::from(water.places));
        let protected_m = edge_m(Protection::Protected);
        TownFirebreaks {
            geometry: (),
            town,
            forest_hm2: hm2(forest_m2),
            facing_m: whole(facing_m),
            facing_urban_m: whole(edges().filter(|edge| edge.urban).map(|edge| edge.length_m).sum()),
            zone_hm2: hm2(strips().map(|strip| strip.area_m2).sum()),
            zone_protected_hm2: protected_hm2(strips()),
            protected_m: whole(protected_m),
            protected_percent: percent(protected_m, facing_m),
            narrow_m: whole(edge_m(Protection::Narrow)),
            open_m: whole(edge_m(Protection::Open)),
            unknown_m: whole(edge_m(Protection::Unknown)),
            arrival_min: edges().filter_map(|edge| edge.arrival_min).reduce(f64::max),
            breaks: breaks().count() as u32,
            breaks_m: whole(breaks().map(|gap| gap.row.length_m).sum()),
            loose_ends: gaps(GapKind::Loose).filter(|gap| of(gap.town)).count() as u32,
            built_m: whole(lengths.built_m),
            wide_m: whole(lengths.wide_m),
            unknown_width_m: whole(lengths.unknown_m),
            others_m: whole(lengths.others_m),
            built_m_hm2: density(lengths.built_m, forest_m2),
            density_m_hm2: density(lengths.barriers_m(), forest_m2),
            density_possible_m_hm2: density(lengths.barriers_m() + lengths.unknown_m, forest_m2),
            roads_m: whole(lengths.roads_m),
            road_density_m_hm2: density(lengths.roads_m, forest_m2),
            near_settlements: self.answer.near.iter().filter(|(_, town)| of(*town)).count() as u32,
            entries: entries().count() as u32,
            watched: known.then(|| entries().filter(|entry| entry.watch == EntryWatch::Watched).count() as u32),
            post_places: places().count() as u32,
            post_places_watched: known
                .then(|| places().filter(|place| place.watch == EntryWatch::Watched).count() as u32),
            water_points: self.case.water.fire_points().filter(|at| of(self.case.towns.at(*at))).count() as u32,
            water_percent: share(water.on_ground),
            helicopter_percent: share(water.by_air),
        }
    }
}

/// Every town's densities against the targets, and every settlement that is too near.
pub(super) fn checks(
    case: &FirebreakCase,
    by_town: &[TownFirebreaks],
    near: &[(SettlementNear, Option<TownId>)],
) -> Vec<Check> {
    let mut checks = Vec::new();
    for row in by_town.iter().filter(|row| row.forest_hm2 > 0.0 && row.town != "（界外）") {
        let rules = case.rules.in_town(&row.town);
        let rule = &rules.firebreak;
        for limit in [&rule.density_m_hm2, &rule.density_near_m_hm2] {
            // Widths that nobody stated may make good what is lacking; then it is not known whether anything is.
            let holds = |density: Option<f64>| density.is_some_and(|density| limit.op.holds(density, limit.value));
            let open = !holds(row.density_m_hm2) && holds(row.density_possible_m_hm2);
            checks.push(limit.check(&row.town, row.density_m_hm2.filter(|_| !open)));
        }
        let has_roads = case.area.has(LayerId::Roads);
        let roads = row.road_density_m_hm2.filter(|_| has_roads);
        checks.push(rule.road_density_m_hm2.check(&row.town, roads));
        checks.push(rule.road_density_near_m_hm2.check(&row.town, roads));
    }
    for ((row, town), id) in near.iter().zip(1..) {
        let name = if row.name.is_empty() { "未命名聚落" } else { &row.name };
        let limit = &case.rules_in(*town).settlement_distance_m;
        checks.push(limit.check(name, Some(row.distance_m)).about("forest_settlements", id));
    }
    checks
}

pub(super) fn note(case: &FirebreakCase, specks: usize, notes: &mut Notes) {
    let area = case.area;
    let lacks = |layer: LayerId| !area.has(layer);
    if lacks(LayerId::Checkposts) {
        let text = "没有检查站图层，道口是否有人值守待核；建议站址照常给出 | No layer of checkposts: whether entries are watched is undetermined";
        notes.add(Severity::Warning, Some(LayerId::Checkposts), text, "");
    }
    if case.settlements.list.is_empty() {
        let text =
            "没有建成区和村庄，无从判断面向聚落的林缘 | Neither built-up areas nor villages: no edge can face one";
        notes.add(Severity::Warning, Some(LayerId::BuiltUp), text, "");
    }
    let unknown = case
        .settlements
        .list
        .iter()
        .filter(|settlement| settlement.kind == fireplan_model::layers::BuiltUpKind::Unknown);
    for settlement in unknown {
        let text =
            "建成区类别不明，按其余乡镇的宽度计 | Built-up area of unknown kind, taken with the width for other towns";
        notes.add(Severity::Warning, Some(LayerId::BuiltUp), text, settlement.name.as_str());
    }
    if !case.area.layers.forests.iter().any(|forest| forest.protected.is_some()) {
        let text = "森林未注明是否属保护地，冲突待核 | Forests do not say whether they are protected; conflicts are undetermined";
        notes.add(Severity::Warning, Some(LayerId::Forests), text, "");
    }
    if specks > 0 {
        let text = "小于最小面积的零碎网格未列出 | Cells below the least area are not listed";
        notes.add_counted(
            Severity::Info,
            LayerId::Forests,
            text,
            specks,
            format!("{} hm²", case.question.least_cell_hm2),
        );
    }
    let text = "阻隔所需宽度、取水半径等为未核实的缺省值，请按本地设计修改 | Required widths, water radii and the like are unverified defaults";
    notes.add(Severity::Warning, None, text, "");
}
