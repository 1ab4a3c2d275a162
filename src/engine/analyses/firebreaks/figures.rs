//! Key figures of the firebreaks.

use super::FirebreakCase;
use super::duties::Span;
use super::gap_list::{GapKind, SitedBarrierGap};
use super::parts::FirebreakParts;
use super::protection::Protection;
use super::summary::{percent, protected_hm2};
use super::watch::WatchState;
use fireplan_model::findings::Figure;
use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;

pub(super) fn figures(case: &FirebreakCase, answer: &FirebreakParts) -> Vec<Figure> {
    vec![
        zone(case, answer),
        protected(answer),
        breaks(answer),
        largest(answer),
        near(case, answer),
        watched(case, answer),
    ]
}

fn figure(name: &str, label: &str, value: Option<f64>, unit: &str) -> Figure {
    Figure::new(name, label, value.map(|value| (value * 10.0).round() / 10.0), unit)
}

fn zone(case: &FirebreakCase, answer: &FirebreakParts) -> Figure {
    let zone_hm2 = answer.strips.iter().map(|strip| strip.area_m2).sum::<f64>() / 1e4;
    let forest_hm2 = case.woods.area_m2 / 1e4;
    let (conflict_zh, conflict_en) = match protected_hm2(answer.strips.iter()) {
        Some(area) => (format!("范围内 {area} hm² 涉及保护地"), format!("{area} hm² of it in protected land")),
        None => ("是否涉及保护地待核".to_owned(), "whether any of it is protected land is not known".to_owned()),
    };
    figure("zone_hm2", "林火阻隔系统建设范围 | Firebreak zone", Some(zone_hm2), "hm²").remark(
        format!("森林 {forest_hm2:.0} hm²；{conflict_zh}"),
        format!("of {forest_hm2:.0} hm² of forest; {conflict_en}"),
    )
}

fn protected(answer: &FirebreakParts) -> Figure {
    let edges = || answer.stretches.iter().map(|stretch| &stretch.row);
    let facing_m: f64 = edges().map(|edge| edge.length_m).sum();
    let of_m = |protection| edges().filter(|edge| edge.protection == protection).map(|edge| edge.length_m).sum::<f64>();
    let km = |protection| (of_m(protection) / 100.0).round() / 10.0 + 0.0;
    let (open, narrow, unknown) = (km(Protection::Open), km(Protection::Narrow), km(Protection::Unknown));
    let all_km = (facing_m / 100.0).round() / 10.0;
    let share = percent(of_m(Protection::Protected), facing_m);
    let possible = percent(of_m(Protection::Protected) + of_m(Protection::Unknown), facing_m);
    figure("protected_percent", "面向聚落林缘达标率 | Facing edges protected", share, "%")
        .range(share.zip(possible).map(|(low, high)| [low, high]))
        .remark(
            format!("共 {all_km} km，无阻隔 {open} km，过窄 {narrow} km，宽度待核 {unknown} km"),
            format!("of {all_km} km; {open} km open, {narrow} km too narrow, {unknown} km undetermined"),
        )
}

fn breaks(answer: &FirebreakParts) -> Figure {
    let breaks: Vec<&SitedBarrierGap> = answer.gaps.iter().filter(|gap| gap.row.kind == GapKind::Break).collect();
    let breaks_m: f64 = breaks.iter().map(|gap| gap.row.length_m).sum::<f64>() + 0.0;
    let splitting = |gap: &&SitedBarrierGap| gap.row.splits_hm2 > 0.0;
    let in_largest = |gap: &&SitedBarrierGap| answer.cells.first().is_some_and(|cell| cell.name == gap.row.cell);
    let alone = breaks.iter().copied().filter(splitting).count();
    let largest = breaks.iter().copied().filter(splitting).filter(in_largest).count();
    figure("breaks", "防火线断口 | Breaks in firebreak lines", Some(breaks.len() as f64), "处").remark(
        format!("合计 {breaks_m:.0} m；其中 {alone} 处单独封闭即可分割网格，{largest} 处可分割最大网格"),
        format!("{breaks_m:.0} m together; {alone} divide a cell if closed alone, {largest} the largest one"),
    )
}

fn largest(answer: &FirebreakParts) -> Figure {
    let largest = answer.cells.first();
    let (count, share) = (answer.cells.len(), largest.map_or(0.0, |cell| cell.forest_percent));
    figure("largest_cell_hm2", "最大林火网格 | Largest cell", largest.map(|cell| cell.area_hm2), "hm²").remark(
        format!("共 {count} 个网格；最大的占森林 {share}%"),
        format!("of {count} cells; {share} % of all forest"),
    )
}

fn near(case: &FirebreakCase, answer: &FirebreakParts) -> Figure {
    let people: u32 = answer.near.iter().filter_map(|(row, _)| row.population_people).sum();
    let buildings: u32 = answer.near.iter().filter_map(|(row, _)| row.near_buildings).sum();
    let limit_m = case.rules.firebreak.settlement_distance_m.value;
    let of = case.settlements.list.len();
    let label = "距林不足规定的聚落 | Settlements too near the forest";
    figure("near_settlements", label, Some(answer.near.len() as f64), "个").remark(
        format!("共 {of} 个聚落；这些聚落已知人口 {people} 人，其中 {buildings} 栋建筑离林不足 {limit_m} m"),
        format!("of {of}; {people} people are known to live in them, {buildings} buildings stand within {limit_m} m"),
    )
}

fn watched(case: &FirebreakCase, answer: &FirebreakParts) -> Figure {
    let share = answer.watch.share(&answer.lattice, |_| true);
    let known = case.area.has(LayerId::Lookouts) && case.area.has(LayerId::Elevation);
    let decided = share.filter(|share| known && (share.low > 0.0 || share.low == share.high));
    let unseen = answer.watch.unseen.iter().filter(|row| row.watch == WatchState::Unseen);
    let unseen_hm2 = unseen.map(|row| row.area_hm2).sum::<f64>() + 0.0;
    let remark = if known {
        let count = answer.watch.lookouts.len();
        Label::new(
            format!("{count} 处瞭望、监控设施；成片看不到的森林 {unseen_hm2:.0} hm²，按裸地高程通视计算"),
            format!("{count} lookouts and cameras; {unseen_hm2:.0} hm² of forest together unseen, over bare ground"),
        )
    } else {
        Label::new("缺瞭望、监控设施图层或高程，待核", "without lookouts or elevation it is not known")
    };
    let rounded = |share: Span| [share.low, share.high].map(|value| (value * 10.0).round() / 10.0);
    figure(
        "watched_percent",
        "瞭望、监控看得到的森林 | Forest in view of lookouts",
        decided.map(|share| share.low),
        "%",
    )
    .range(decided.map(rounded))
    .remark(remark.zh, remark.en)
}
