//! What a person reads who clicks a settlement, a forest edge, a strip of the zone, water or a range of forest.

use super::FirebreakCase;
use super::forest_water::{ForestWater, RangeWater};
use super::protection::Protection;
use super::settlements::{Buildings, FacedSettlement};
use super::zone::{FacingEdge, ZoneStrip};
use fireplan_model::rows::Label;
use fireplan_model::rules::Firebreak;

/// How near a settlement lies to the forest, who lives there, and what the clause asks for; `distance_m` is to the nearest
/// forest edge, 0 where they meet.
pub(super) fn tell_settlement(
    case: &FirebreakCase,
    name: &str,
    settlement: &FacedSettlement,
    buildings: Option<Buildings>,
    distance_m: f64,
) -> Label {
    let limit = &case.rules_in(settlement.town).settlement_distance_m;
    let cite = limit.provenance.cite_label();
    let limit_m = limit.value;
    let people = match (settlement.people, settlement.known_people()) {
        (Some(people), _) => Label::new(format!("常住 {people} 人"), format!("{people} residents")),
        (None, Some(people)) => {
            Label::new(format!("常住约 {people} 人（按人口格网）"), format!("some {people} residents by the raster"))
        }
        (None, None) => Label::new("人口待核", "people not known"),
    };
    let buildings = buildings.map_or_else(
        || Label::new("建筑数待核", "buildings not known"),
        |Buildings { all, near }| {
            Label::new(
                format!("建筑 {all} 栋，其中 {near} 栋离林不足 {limit_m} m"),
                format!("{all} buildings, {near} of them within {limit_m} m of it"),
            )
        },
    );
    let distance = if distance_m > 0.0 {
        Label::new(format!("距林缘最近 {distance_m} m"), format!("{name} lies {distance_m} m from the forest edge"))
    } else {
        Label::new("与林地直接相接", format!("{name} adjoins the forest"))
    };
    Label::new(
        format!(
            "{name}{}；{}，{}。规定不宜小于 {limit_m} m（{}）。应设防火隔离带或采取其他防止火灾蔓延的措施。",
            distance.zh, people.zh, buildings.zh, cite.zh
        ),
        format!(
            "{}; {}, {}. It should be at least {limit_m} m away ({}), or be parted from the forest by other means.",
            distance.en, people.en, buildings.en, cite.en
        ),
    )
}

/// What a forest edge faces, how far the zone reaches inward from it, and what barrier there is.
pub(super) fn tell_edge(rule: &Firebreak, row: &FacingEdge) -> Label {
    let limit = if row.urban { &rule.zone_urban_m } else { &rule.zone_town_m };
    let cite = limit.provenance.cite_label();
    let (whom_zh, whom_en) = if row.urban { ("城区", "the urban area") } else { ("村镇", "a settlement") };
    let name = if row.name.is_empty() { "未命名聚落" } else { &row.name };
    let (found_zh, found_en) = match (row.protection, row.width_m) {
        (Protection::Protected, Some(width_m)) => (
            format!("从这里往林内有{}（宽 {width_m} m），达到要求的 {} m。", row.barrier, row.required_m),
            format!("Inward from here stands {} ({width_m} m wide); {} m are required.", row.barrier, row.required_m),
        ),
        (Protection::Narrow, Some(width_m)) => (
            format!("从这里往林内虽有{}，但只宽 {width_m} m，要求 {} m，须加宽。", row.barrier, row.required_m),
            format!("Inward from here {} is only {width_m} m wide; {} m are required.", row.barrier, row.required_m),
        ),
        (Protection::Unknown, _) => (
            format!("从这里往林内有{}，宽度没有实测数据，是否达标待核。", row.barrier),
            format!("Inward from here stands {}, of unknown width: undetermined.", row.barrier),
        ),
        _ => (
            "从这里往林内没有任何阻隔，火可直接进出。".to_owned(),
            "Inward from here nothing would stop a fire.".to_owned(),
        ),
    };
    Label::new(
        format!(
            "这段林缘长 {} m，隔着开阔地面向{whom_zh}{name}，最近 {} m；按规定从林缘向林内 {} m 为林火阻隔系统建设范围（{}）。{found_zh}",
            row.length_m, row.distance_m, row.zone_m, cite.zh
        ),
        format!(
            "This edge of {} m faces {whom_en} {name} over open land, {} m away at the nearest; the firebreak zone reaches {} m \
             into the forest ({}). {found_en}",
            row.length_m, row.distance_m, row.zone_m, cite.en
        ),
    )
}

/// How much of a stand lies in the zone, and whether that land is protected.
pub(super) fn tell_strip(strip: &ZoneStrip) -> Label {
    let (town, zone_m, area_hm2) = (&strip.town, strip.zone_m, strip.area_hm2);
    let (conflict_zh, conflict_en) = match strip.protected {
        Some(true) => (
            "该处在保护地内，开设防火线须先征得保护地主管部门同意。",
            " It lies in protected land: ask its authority first.",
        ),
        _ => ("", ""),
    };
    let name = if strip.name.is_empty() { "未命名林地" } else { &strip.name };
    Label::new(
        format!(
            "{town}{name}中，面向聚落的林缘向林内 {zone_m} m 范围共 {area_hm2} hm²，应建设工程与生物相结合的林火阻隔系统。{conflict_zh}"
        ),
        format!(
            "{area_hm2} hm² of {name} lie within {zone_m} m of edges that face settlements: the zone of the firebreak system.{conflict_en}"
        ),
    )
}

/// How water is taken here, how much forest is within its radius, and how much of that has no other of its kind.
pub(super) fn tell_water(water: &ForestWater) -> Label {
    let how = water.taken.label();
    let name = if water.name.is_empty() { water.kind.label().zh } else { water.name.clone() };
    let (radius_m, forest_hm2, only_hm2) = (water.radius_m, water.forest_hm2, water.only_hm2);
    Label::new(
        format!(
            "{}：{name}。半径 {radius_m} m（未核实的缺省值）内有森林约 {forest_hm2} hm²，其中约 {only_hm2} hm² 只有这一处同类水源。",
            how.zh
        ),
        format!(
            "{}: {name}. Some {forest_hm2} hm² of forest lie within {radius_m} m (an unverified default); some {only_hm2} hm² have no other of this kind.",
            how.en
        ),
    )
}

/// How much of a range of forest is far from water on the ground and from water for helicopters.
pub(super) fn tell_range(case: &FirebreakCase, range: &RangeWater) -> Label {
    let rule = &case.rules.firebreak;
    let (ground_m, air_m) = (rule.water_radius_m.value, rule.helicopter_radius_m.value);
    Label::new(
        format!(
            "连成一片的森林 {} hm²。约 {} hm² 距消防取水点超过 {ground_m} m，约 {} hm² 距直升机可取水的水面超过 {air_m} m（半径均为未核实的缺省值），宜在其中补建水池、水箱或取水点。",
            range.forest_hm2, range.dry_hm2, range.far_hm2
        ),
        format!(
            "{} hm² of forest that hangs together. Some {} hm² are farther than {ground_m} m from a fire-water point, some {} hm² farther than {air_m} m from water for helicopters (both radii are unverified defaults): pools, tanks or intakes belong there.",
            range.forest_hm2, range.dry_hm2, range.far_hm2
        ),
    )
}
