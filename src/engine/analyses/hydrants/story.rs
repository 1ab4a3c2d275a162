//! What a person reads who clicks a gap, a hydrant, a building or a proposed hydrant. Nothing is computed here but the
//! figures that only the sentences name.

use super::HydrantRun;
use super::gaps::{Cause, GapState, HydrantGap};
use super::plan::NewHydrant;
use super::points::HydrantPoint;
use super::proposals::{NewReason, NewSite};
use super::reach::{BuildingWater, Served};
use super::spans::{HeadState, SpanHead};
use super::stock::{PlacedHydrant, broken_facts};
use super::streets::NAMELESS_ROAD;
use fireplan_model::layers::HydrantState;
use fireplan_model::rows::Label;
use fireplan_model::rules::Limit;

/// From where to where a stretch has no working hydrant near enough, why, and what to do; `limit` is the spacing required or,
/// of a street end that is so far from its last hydrant, the protection radius.
pub(super) fn tell_gap(gap: &HydrantGap, limit: &Limit, end_way_m: Option<f64>) -> Label {
    let road = if gap.road.is_empty() { NAMELESS_ROAD } else { &gap.road };
    let (m, bound, cite) = (gap.to_m - gap.from_m, limit.bound(), limit.provenance.cite_label());
    let from_to = match (gap.from_hydrant.as_str(), gap.to_hydrant.as_str()) {
        ("", "") => ("全路没有能用的消火栓".to_owned(), "has no working hydrant at all".to_owned()),
        ("", to) => (
            format!("起点到第一具能用的消火栓（{to}）{m:.0} 米"),
            format!("has its first working hydrant ({to}) {m:.0} m from its start"),
        ),
        (from, "") => (
            format!("最后一具能用的消火栓（{from}）到终点 {m:.0} 米"),
            format!("goes on {m:.0} m after its last working hydrant ({from})"),
        ),
        (from, to) => (format!("{from} 到 {to} 沿路 {m:.0} 米"), format!("runs {m:.0} m from {from} to {to}")),
    };
    let why = match gap.cause {
        _ if gap.state == GapState::Relieved => ("不必补建", "no new one is needed"),
        Cause::Missing => ("中间没有消火栓，须补建", "there is none between: new ones are needed"),
        Cause::OutOfService => {
            ("中间有消火栓但损坏或冻结，修复即可", "there are some between, but out of service or frozen: repair them")
        }
        Cause::UnknownState => {
            ("中间的消火栓状态不明，核实后再定", "the state of those between is not known: verify first")
        }
        Cause::RoadEnd => ("道路端部缺消火栓", "the end of the road lacks one"),
        Cause::NoneAtAll => ("全路未设消火栓", "none was ever put there"),
        Cause::NoRecord => (
            "所在建成区没有任何消火栓记录，先核对台账和管网",
            "no hydrant of the built-up area is in the data: check the ledger and the mains first",
        ),
    };
    let aside = tell_exempt_part(gap);
    let verdict = match (gap.state, end_way_m) {
        (GapState::HydrantGap | GapState::Hopeful | GapState::NoRecord, Some(way_m)) => (
            format!(
                "这一端沿路离最后一具最远 {way_m:.1} 米，超出其保护半径，其中 {:.0} 米路段离最近能用的消火栓超过规定间距的一半",
                gap.beyond_m
            ),
            format!(
                "its end is up to {way_m:.1} m along the road from the last one, beyond the protection radius, and {:.0} m of it are farther than half the spacing from any working hydrant",
                gap.beyond_m
            ),
        ),
        (GapState::HydrantGap | GapState::Hopeful | GapState::NoRecord, None) => (
            format!("其中 {:.0} 米路段离最近能用的消火栓超过规定间距的一半", gap.beyond_m),
            format!("{:.0} m of it are farther than half the spacing from any working hydrant", gap.beyond_m),
        ),
        (GapState::Relieved, _) => (
            "但路口相邻道路上的消火栓够近，处处不超过规定间距的一半".to_owned(),
            "but hydrants round the corner are near enough everywhere".to_owned(),
        ),
    };
    Label::new(
        format!(
            "{road}桩号 {:.0}–{:.0} 米：{}{}。{}；{}。要求 {bound}（{}）。",
            gap.from_m, gap.to_m, from_to.0, aside.zh, verdict.0, why.0, cite.zh
        ),
        format!(
            "{road}, chainage {:.0}–{:.0} m, {}{}; {}; {}. Required {bound} ({}).",
            gap.from_m, gap.to_m, from_to.1, aside.en, verdict.1, why.1, cite.en
        ),
    )
}

/// That a part of a gap between two hydrants is a bridge, a tunnel or open land, where no hydrant is asked for.
fn tell_exempt_part(gap: &HydrantGap) -> Label {
    let rest_m = gap.to_m - gap.from_m - gap.asked_m;
    if rest_m < EXEMPT_PART_M || gap.from_hydrant.is_empty() || gap.to_hydrant.is_empty() {
        return Label::default();
    }
    Label::new(
        format!("，其中 {rest_m:.0} 米是桥梁、隧道或在建成区外，不要求设栓"),
        format!(", {rest_m:.0} m of it on a bridge, in a tunnel or outside the built-up area, where none is asked for"),
    )
}

/// The shortest part without a demand that the story of a gap mentions, in metres.
const EXEMPT_PART_M: f64 = 5.0;

/// Where a hydrant stands, whether it works, what its failure would mean and which clauses it breaks.
pub(super) fn tell_hydrant(run: &HydrantRun, placed: &PlacedHydrant, row: &HydrantPoint) -> Label {
    let (place, state, failure, broken) =
        (tell_place(row), row.state.label(), tell_failure(row), tell_broken_clauses(run, placed));
    Label::new(
        format!("{}，状态：{}。{}{}", place.zh, state.zh, failure.zh, broken.zh),
        format!("{}; state: {}. {}{}", place.en, state.en.to_lowercase(), failure.en, broken.en),
    )
}

/// On which road, at which chainage and on which side a hydrant stands.
fn tell_place(row: &HydrantPoint) -> Label {
    let (Some(chainage_m), Some(side)) = (row.chainage_m, row.side) else {
        return Label::new("附近没有道路", "No road is near");
    };
    let named = |nameless: &str| if row.road.is_empty() { nameless.to_owned() } else { row.road.clone() };
    let side = side.label();
    Label::new(
        format!("位于{}桩号 {chainage_m:.0} 米{}", named(NAMELESS_ROAD), side.zh),
        format!("On {} at chainage {chainage_m:.0} m, {} side", named("a road without name"), side.en.to_lowercase()),
    )
}

/// What the failure of a hydrant would mean for the buildings and roads around it.
fn tell_failure(row: &HydrantPoint) -> Label {
    match (row.state, row.sole_buildings, row.sole_road_m) {
        (HydrantState::Working, 0, m) if m < 1.0 => {
            Label::new("它若损坏，周围仍有别的消火栓。", "If it fails, others are near.")
        }
        (HydrantState::Working, buildings, m) => Label::new(
            format!("它若损坏，{buildings} 栋建筑和 {m:.0} 米道路将没有别的消火栓可用。"),
            format!("If it fails, {buildings} buildings and {m:.0} m of road have no other."),
        ),
        (HydrantState::Unknown, ..) => {
            Label::new("状态不明，请先核实；确定读数中不计。", "Verify it first: the certain reading leaves it out.")
        }
        _ => Label::new("目前不能出水，不计入；请修复。", "It gives no water and does not count; repair it."),
    }
}

/// The facts of a hydrant that fall short of their clause; empty where none does.
fn tell_broken_clauses(run: &HydrantRun, placed: &PlacedHydrant) -> Label {
    let short: Vec<Label> = broken_facts(run.rules_at(placed.hydrant.geometry.0), placed).collect();
    if short.is_empty() {
        return Label::new("", "");
    }
    let short = tell_unmet(&short);
    Label::new(format!("不合要求：{}。", short.zh), format!(" Falls short: {}.", short.en))
}

/// Which hydrants reach a building by hose and how many lie within the radius; `limit_m` is the longest lay of hose.
pub(super) fn tell_building(building: &BuildingWater, limit_m: f64, radius_m: f64) -> Label {
    let hose_m = building.hose_m.unwrap_or(0.0);
    let (hydrant, second) = (&building.hydrant, &building.second_hydrant);
    let radius = (
        format!("以此为中心 {radius_m} 米半径内有 {} 具能用的消火栓。", building.in_radius),
        format!("{} working hydrants lie within the radius of {radius_m} m.", building.in_radius),
    );
    let (zh, en) = match building.served {
        Served::Two => (
            format!("从消火栓 {hydrant} 沿街铺 {hose_m:.0} 米水带可到；{second} 也够得着，坏一具仍有水。"),
            format!(
                "A hose of {hose_m:.0} m along the street reaches it from hydrant {hydrant}; {second} reaches it too, so one may fail."
            ),
        ),
        Served::One => (
            format!("只有消火栓 {hydrant} 够得着，沿街铺水带 {hose_m:.0} 米；这一具一坏，这里就没有水。"),
            format!(
                "Only hydrant {hydrant} reaches it, by {hose_m:.0} m of hose; if it fails, there is no water here."
            ),
        ),
        Served::Hopeful => (
            format!("只有状态不明的消火栓 {hydrant} 够得着（水带 {hose_m:.0} 米）；请先核实它是否完好。"),
            format!(
                "Only hydrant {hydrant}, whose state is not known, reaches it ({hose_m:.0} m of hose); verify it first."
            ),
        ),
        Served::RadiusOnly => (
            format!("直线 {radius_m} 米内虽有消火栓，但隔着河、铁路、围墙或绕行过远，{limit_m} 米水带到不了。"),
            format!(
                "There is a hydrant within {radius_m} m in a straight line, but across water, rails or walls, or too far round: {limit_m} m of hose do not get here."
            ),
        ),
        Served::Uncovered => {
            (format!("{limit_m} 米水带范围内没有任何消火栓。"), format!("No hydrant is within {limit_m} m of hose."))
        }
        Served::Unplaced => (
            "周围没有可铺设水带的道路，无法判定，待核。".to_owned(),
            "There is no way near to lay a hose along: undetermined.".to_owned(),
        ),
    };
    Label::new(format!("{zh}{}", radius.0), format!("{en} {}", radius.1))
}

/// Where a hydrant is to be added, by which clause or for whom, in which phase and at what cost.
pub(super) fn tell_new_hydrant(run: &HydrantRun, new: &NewHydrant, site: &NewSite) -> Label {
    let road = if new.road.is_empty() { NAMELESS_ROAD } else { &new.road };
    let chainage_m = site.chainage_m;
    let side = new.side.label();
    let hydrant = run.rules_on(site.street, chainage_m);
    let (spacing, cite) = (hydrant.spacing_m.bound(), hydrant.spacing_m.provenance.cite_label());
    let why = match new.why {
        NewReason::Spacing => Label::new(
            format!("补建后这一带道路处处满足间距 {spacing}（{}）", cite.zh),
            format!("with it the spacing {spacing} holds here ({})", cite.en),
        ),
        NewReason::Head => {
            let cite = hydrant.bridge_head.provenance.cite_label();
            Label::new(
                format!("{}应设市政消火栓（{}）", site.head, cite.zh),
                format!("{} needs one ({})", site.head, cite.en),
            )
        }
        NewReason::Hose => Label::new(
            "间距和桥头补建之后，这里仍有建筑水带够不着",
            "buildings here stay beyond the hose even with the other new ones",
        ),
    };
    let verify = if new.verify {
        Label::new(
            "；该路消火栓状态不明或没有记录，先核实，完好则不必补建",
            "; hydrants there are of unknown state or not in the data: verify them first",
        )
    } else {
        Label::default()
    };
    let people = new.gain_people.map_or_else(Label::default, |people| {
        Label::new(format!("、{people:.0} 人"), format!(" and {people:.0} people"))
    });
    let unmet = match new.unmet.zh.is_empty() {
        true => Label::default(),
        false => Label::new(
            format!("附近没有处处合规的位置，此处不能满足：{}。", new.unmet.zh),
            format!(" No place near keeps every clause; here it does not: {}.", new.unmet.en),
        ),
    };
    let (phase, buildings, cost, kerb_m) = (new.phase.label(), new.buildings, new.cost_wan_yuan, site.kerb_m);
    Label::new(
        format!(
            "建议在{road}桩号 {chainage_m:.0} 米{}补建一具消火栓，距路缘 {kerb_m} 米左右：{}。新增有水建筑 {buildings} 栋{}；列入{}，约 {cost} 万元{}。{}",
            side.zh, why.zh, people.zh, phase.zh, verify.zh, unmet.zh
        ),
        format!(
            "A new hydrant on {road} at chainage {chainage_m:.0} m, {} side, some {kerb_m} m from the kerb: {}. It brings water to {buildings} buildings{}; {} phase{}.{}",
            side.en.to_lowercase(),
            why.en,
            people.en,
            phase.en.to_lowercase(),
            verify.en,
            unmet.en
        ),
    )
}

/// What of the clauses a new hydrant cannot keep, in one sentence; empty: it keeps all.
pub(super) fn tell_unmet(unmet: &[Label]) -> Label {
    let joined = |part: fn(&Label) -> &str, between: &str| unmet.iter().map(part).collect::<Vec<_>>().join(between);
    Label::new(joined(|label| &label.zh, "；"), joined(|label| &label.en, "; "))
}

/// Whether a hydrant stands at the end of a bridge or tunnel, and by which clause one must.
pub(super) fn tell_head(run: &HydrantRun, head: &SpanHead) -> Label {
    let rules = run.rules_at(head.geometry.0);
    let (limit, reach_m) = (&rules.bridge_head, rules.bridge_head_m.value);
    let cite = limit.provenance.cite_label();
    let hydrant = head.hydrant.0.as_deref().unwrap_or_default();
    let m = head.hydrant_m.0.unwrap_or_default();
    let (zh, en) = match head.state {
        HeadState::Served => (
            format!("消火栓{hydrant}沿路相距 {m:.0} 米，符合"),
            format!("hydrant {hydrant} stands {m:.0} m along the road"),
        ),
        HeadState::Undetermined => (
            format!("消火栓{hydrant}沿路相距 {m:.0} 米，但状态不明，待核"),
            format!("hydrant {hydrant} stands {m:.0} m along the road, but its state is not known"),
        ),
        HeadState::Lacking if head.shared => (
            format!("沿路 {reach_m} 米内没有能用的消火栓，按间距补建的新栓可兼顾"),
            format!("no working hydrant within {reach_m} m along the road; a new one for the spacing serves it"),
        ),
        HeadState::Lacking => (
            format!("沿路 {reach_m} 米内没有能用的消火栓，须补建"),
            format!("no working hydrant within {reach_m} m along the road: a new one is needed"),
        ),
    };
    Label::new(
        format!("{}：{zh}。桥头、隧道出入口应设置市政消火栓（{}）。", head.name, cite.zh),
        format!("{}: {en}. Bridge heads and tunnel portals need a hydrant ({}).", head.name, cite.en),
    )
}
