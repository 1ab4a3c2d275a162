//! Key figures of the firebreaks.

use super::FirebreakCase;
use super::duties::Span;
use super::gap_list::{GapKind, GapPriority, SitedBarrierGap};
use super::network::Lengths;
use super::parts::FirebreakParts;
use super::posts::{EntryWatch, PostPlace, SitedPost};
use super::protection::Protection;
use super::summary::{percent, protected_hm2};
use super::watch::WatchState;
use crate::worst_first::{SHOWN, WorstFirst};
use fireplan_model::findings::Figure;
use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;
use fireplan_model::rules::WindFrom;

pub(super) fn figures(case: &FirebreakCase, answer: &FirebreakParts) -> Vec<Figure> {
    vec![
        zone(case, answer),
        protected(answer),
        to_build(case, answer),
        density(case, answer),
        breaks(answer),
        largest(answer),
        near(case, answer),
        posts(case, answer),
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

/// All gaps together: how many, how long, at what cost, whom the first of them protect.
fn to_build(case: &FirebreakCase, answer: &FirebreakParts) -> Figure {
    let gaps = &answer.gaps;
    let km = |gaps: &[SitedBarrierGap]| gaps.iter().map(|gap| gap.row.length_m).sum::<f64>() / 1000.0 + 0.0;
    let along_edge =
        |gap: &&SitedBarrierGap| matches!(gap.row.kind, GapKind::Open | GapKind::Narrow | GapKind::Unknown);
    let edge_km = gaps.iter().filter(along_edge).map(|gap| gap.row.length_m).sum::<f64>() / 1000.0 + 0.0;
    let inner_km = (km(gaps) - edge_km).max(0.0);
    let cost = |gaps: &[SitedBarrierGap]| gaps.iter().filter_map(|gap| gap.row.cost_wan_yuan).sum::<f64>() + 0.0;
    let people = |gaps: &[SitedBarrierGap]| {
        let mut faced: Vec<usize> = gaps.iter().flat_map(|gap| gap.settlements.iter().copied()).collect();
        faced.sort_unstable();
        faced.dedup();
        (faced.len(), case.settlements.people(&faced).unwrap_or(0))
    };
    let first = &gaps[..gaps.len().min(SHOWN)];
    let urgent = gaps.iter().filter(|gap| gap.row.priority == GapPriority::First).count();
    let ((settlements, all), (few, first_people)) = (people(gaps), people(first));
    let (rule, least_m) = (&case.rules.firebreak, case.question.least_gap_m);
    let (limit, near) = (rule.priority_people.bound(), rule.settlement_distance_m.bound());
    let (wind_zh, wind_en) = match rule.wind_from.value {
        WindFrom::Unknown => {
            ("防火期主导风向待核，未参与排序".to_owned(), "the wind is not known and decides nothing".to_owned())
        }
        wind => (format!("主导风向：{}", wind.label().zh), format!("wind: {}", wind.label().en.to_lowercase())),
    };
    let label = "须建设、封闭的林火阻隔 | Firebreaks to be built or closed";
    Figure::new("gaps", label, Some(gaps.len() as f64), "处").remark(
        format!(
            "合计 {:.1} km（林缘 {edge_km:.1} km、林内断口和端头 {inner_km:.1} km）、约 {:.0} 万元，面向 {settlements} 个聚落、{all} 人（村庄登记，没有的按人口格网）；一类 {urgent} 处（面向城区，或面向 {limit} 且不满足距林 {near}）；\
             前 {} 处 {:.1} km、{:.0} 万元，面向 {few} 个聚落、{first_people} 人；短于 {least_m} m 的林缘不列；{wind_zh}；单价为未核实缺省值",
            km(gaps),
            cost(gaps),
            first.len(),
            km(first),
            cost(first)
        ),
        format!(
            "{:.1} km ({edge_km:.1} km of edge, {inner_km:.1} km of breaks and loose ends within the forest) and some {:.0} x 10,000 yuan together, facing {settlements} settlements with {all} people (by villages or else the raster); {urgent} of the \
             first class (facing the urban area, or {limit} nearer than {near}); the first {}: {:.1} km, {:.0} x 10,000 yuan, {few} settlements with \
             {first_people} people; edges below {least_m} m are not listed; {wind_en}; unit costs are unverified defaults",
            km(gaps),
            cost(gaps),
            first.len(),
            km(first),
            cost(first)
        ),
    )
}

/// What holds a fire for certain, by kind, and what does not.
fn density(case: &FirebreakCase, answer: &FirebreakParts) -> Figure {
    let mut lengths = Lengths::default();
    answer.lengths.values().for_each(|more| lengths.add(more));
    let forest_hm2 = case.woods.area_m2 / 1e4;
    let per_hm2 = |m: f64| (forest_hm2 > 0.0).then(|| (m / forest_hm2 * 100.0).round() / 100.0);
    let km = |m: f64| (m / 100.0).round() / 10.0 + 0.0;
    let (built, wide, unknown, others) =
        (km(lengths.built_m), km(lengths.wide_m), km(lengths.unknown_m), km(lengths.others_m));
    let (low, high) = (per_hm2(lengths.barriers_m()), per_hm2(lengths.barriers_m() + lengths.unknown_m));
    let target = case.rules.firebreak.density_m_hm2.bound();
    Figure::new("density_m_hm2", "林火阻隔网密度 | Density of the barrier network", low, "m/hm²")
        .range(low.zip(high).map(|(low, high)| [low, high]))
        .remark(
            format!(
                "目标 {target}；计入防火线、林带 {built} km 和宽度达标的道路、铁路、河流 {wide} km；宽度待核 {unknown} km；\
                 宽度不足者和林道 {others} km 不计"
            ),
            format!(
                "target {target}; lines and belts {built} km, roads, railways and rivers wide enough {wide} km; of unknown width \
                 {unknown} km; {others} km too narrow or forest tracks, not counted"
            ),
        )
}

/// The fewest new checkposts, and how many places they watch.
fn posts(case: &FirebreakCase, answer: &FirebreakParts) -> Figure {
    let (posts, reach) = (&answer.posts, case.rules.firebreak.checkpost_reach_m.bound());
    let (found, bound) = (posts.new.len(), posts.lower_bound);
    let [standing, standing_bound] = posts.standing;
    let of = |kind: PostPlace| posts.places.iter().filter(|post| post.row.place == kind).count();
    let all = posts.places.len();
    let kinds = [
        (PostPlace::Entry, "进林道口", "road entries"),
        (PostPlace::Exit, "聚落出入口", "exits"),
        (PostPlace::WorkSite, "作业场地", "work sites"),
        (PostPlace::Edge, "易发火险林缘", "risky edges"),
    ];
    let counted = kinds.map(|(kind, zh, en)| (of(kind), zh, en)).into_iter().filter(|(count, ..)| *count > 0);
    let (kinds_zh, kinds_en): (Vec<String>, Vec<String>) =
        counted.map(|(count, zh, en)| (format!("{zh} {count}"), format!("{count} {en}"))).unzip();
    let (kinds_zh, kinds_en) = (kinds_zh.join("、"), kinds_en.join(", "));
    let open = |posts: &[SitedPost]| {
        posts.iter().filter(|post| !matches!(post.row.watch, EntryWatch::Watched | EntryWatch::KindUnknown)).count()
    };
    let (left, proof) = (open(&posts.places), if found == bound { "已证明最少" } else { "接近最少" });
    let by_first: Vec<&str> = posts.new.iter().take(SHOWN).map(|post| post.name.as_str()).collect();
    let held = posts.places.iter().filter(|post| by_first.contains(&post.row.post.as_str())).count();
    let cost: f64 = posts.new.iter().map(|post| post.cost_wan_yuan).sum::<f64>() + 0.0;
    let single = posts.new.iter().filter(|post| post.places == 1).count();
    let known = case.area.has(LayerId::Checkposts);
    let (doubt_zh, doubt_en) = if known {
        ("", "")
    } else {
        ("；没有检查站名录，按全部未设站计", "; no list of checkposts: as if there were none")
    };
    // A road that a scenario adds brings places of its own: the figure is of those that are there.
    let (grown_zh, grown_en) = if found == standing {
        (String::new(), String::new())
    } else {
        (
            format!("现有道路须 {standing} 处（下界 {standing_bound}）；连同方案新建道路 {found} 处："),
            format!(
                "{standing} for the roads that are there (no fewer than {standing_bound}); with planned roads {found}: "
            ),
        )
    };
    let label = "建议新建检查站(最少) | Checkposts to be built, the fewest";
    Figure::new("new_checkposts", label, Some(standing as f64), "处").remark(
        format!(
            "{grown_zh}应管控 {all} 处（{kinds_zh}），其中 {left} 处沿路 {reach} 内无站；{proof}（下界 {bound}），约 {cost:.0} 万元；\
             前 {} 处管 {held} 处；只管 1 处的 {single} 处可以巡护代替{doubt_zh}",
            by_first.len()
        ),
        format!(
            "{grown_en}{all} places to watch ({kinds_en}), {left} of them without a post within {reach} by road; no \
             fewer than {bound} can do; some {cost:.0} x 10,000 yuan; the first {} watch {held}; patrols can do for the {single} that watch one place{doubt_en}",
            by_first.len()
        ),
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
    let list = WorstFirst::of(answer.near.iter().map(|(row, _)| row.population_people.map(f64::from)));
    let told = list.tell("个", "settlements");
    let buildings: u32 = answer.near.iter().filter_map(|(row, _)| row.near_buildings).sum();
    let limit_m = case.rules.firebreak.settlement_distance_m.value;
    let of = case.settlements.list.len();
    let label = "距林不足规定的聚落 | Settlements too near the forest";
    figure("near_settlements", label, Some(answer.near.len() as f64), "个").remark(
        format!(
            "全部聚落 {of} 个（每片建成区、区外每个村庄各计一个）；离林不足 {limit_m} m 的{}（已知人口）；{buildings} 栋建筑离林不足 {limit_m} m",
            told.zh
        ),
        format!("of {of} (every built-up area and every village outside them), within {limit_m} m of it: {}; {buildings} buildings stand that near", told.en),
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
        match case.area.has(LayerId::Lookouts) {
            true => Label::new("无高程数据，待核", "without elevation it is not known"),
            false => Label::new("无瞭望、监控设施图层，待核", "without a layer of lookouts it is not known"),
        }
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
