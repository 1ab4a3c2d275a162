//! What a person reads who clicks a road, a dead end, what blocks, what is to be verified, or an upgrade of the plan.

use super::super::AccessRun;
use super::super::closures::Closure;
use super::super::dead_ends::LongDeadEnd;
use super::super::describe::{self, Bottleneck, exact, number};
use super::super::field_checks::Need;
use super::super::fragile::ClosureEffect;
use super::super::lanes::LaneSetting;
use super::super::segments::is_substandard;
use super::super::settlements::DestinationId;
use super::super::shared::{SharedBottleneck, names, people_phrase};
use super::super::villages::station as station_name;
use super::super::wan_yuan;
use fireplan_model::ids::{SegmentId, StationId};
use fireplan_model::layers::VehicleClass;
use fireplan_model::rows::Label;

/// Whom a road stops or delays, why, and how to let them through most cheaply; `detour_min` is the longest delay, `None`
/// where nobody gets there at all.
pub(in super::super) fn tell_block(
    run: &AccessRun,
    class: VehicleClass,
    shared: &SharedBottleneck,
    names: &[String],
    detour_min: Option<f64>,
) -> Label {
    let SharedBottleneck { bottleneck, places } = shared;
    let (who, why, open) =
        (describe::vehicle(class), describe::bottleneck(run, bottleneck, class), describe::opening(bottleneck));
    let (where_, hit) = (describe::names(names), people_phrase(run, places));
    let who_en = who.en.to_lowercase();
    match detour_min.map(exact) {
        None => Label::new(
            format!("{}到不了{}（{}）：{}。最省的办法是{}（单价未核实）。", who.zh, where_.zh, hit.zh, why.zh, open.zh),
            format!(
                "No {who_en} gets to {} ({}): {}. Cheapest: {} (unit costs unverified).",
                where_.en, hit.en, why.en, open.en
            ),
        ),
        Some(delay) => Label::new(
            format!(
                "{}。{}去{}（{}）要绕开它，最多多走{delay}分钟；{}（单价未核实）。",
                why.zh, who.zh, where_.zh, hit.zh, open.zh
            ),
            format!(
                "{}. On the way to {} ({}) a {who_en} must drive around it, up to {delay} min longer; {} (unit costs unverified).",
                why.en, where_.en, hit.en, open.en
            ),
        ),
    }
}

/// How long a dead end is, what turnaround it needs, and whether there is room for that.
pub(in super::super) fn tell_dead_end(run: &AccessRun, end: &LongDeadEnd) -> Label {
    let limit = &run.lanes.rules_at(end.at).fire_lane.dead_end_m;
    let (what, who) = (describe::road(run.road_of(end.segments[0])), describe::vehicle(end.class(run)));
    let (length, side) = (number(end.length_m.round()), number(end.side_m));
    let (zh, en) = match end.yuan(run).map(|yuan| number(wan_yuan(yuan))) {
        Some(cost) => (
            format!("尽头附近有空地，是否硬化、能否占用待核；新建约{cost}万元（单价未核实，不含征地）"),
            format!(
                "there is room near its end, whether it is firm and free to use is undetermined; building one costs about {cost} × 10,000 yuan (unverified, without land)"
            ),
        ),
        None => (
            "尽头四周都是房屋，放不下，车只能倒出；须拆除腾地或另辟出口".to_owned(),
            "it does not fit between the buildings, and the vehicle must back out; it takes clearing, or a second way out"
                .to_owned(),
        ),
    };
    Label::new(
        format!(
            "{}的尽头路长{length}米（要求 {}），{}要掉头，应有{side}×{side}米回车场；{zh}。",
            what.zh,
            limit.bound(),
            who.zh
        ),
        format!(
            "{}: a dead end of {length} m, limit {}; a {} needs a turnaround of {side} × {side} m; {en}.",
            what.en,
            limit.bound(),
            who.en.to_lowercase()
        ),
    )
}

/// Which vehicles do not pass a segment and why; where all pass, whether it meets the clause for fire lanes.
pub(in super::super) fn tell_segment(run: &AccessRun, segment: SegmentId) -> Label {
    let surface = run.facts[segment.index()].surface;
    let said = run.fleets.iter().filter_map(|fleet| {
        let issue = fleet.passable.first(segment)?;
        let why = describe::issue(issue, fleet.class(), surface);
        let who = describe::vehicle(fleet.class());
        Some(if issue.sure {
            Label::new(
                format!("{}不能通行：{}。", who.zh, why.zh),
                format!("No {}: {}.", who.en.to_lowercase(), why.en),
            )
        } else {
            Label::new(format!("{}待核：{}。", who.zh, why.zh), format!("{} undetermined: {}.", who.en, why.en))
        })
    });
    let said: Vec<Label> = said.collect();
    if said.is_empty() {
        let below = is_substandard(run, segment);
        let setting = LaneSetting::ALL.into_iter().find(|setting| run.lanes.has_part(segment, *setting));
        let bound =
            setting.unwrap_or(LaneSetting::Village).clauses(run.lanes.local.of_segment(segment)).clear_width_m.bound();
        let width = number(run.facts[segment.index()].width.value);
        return if below {
            Label::new(
                format!("三类消防车都能通行，但不达消防车道标准：净宽{width}米，要求净宽、净高均 {bound}。"),
                format!(
                    "All three classes pass, but it is below the standard of fire lanes: {width} m wide; width and height must be {bound}."
                ),
            )
        } else {
            Label::new("三类消防车都能通行。", "All three classes of fire vehicle pass.")
        };
    }
    let join = |zh: bool| {
        said.iter()
            .map(|label| if zh { label.zh.as_str() } else { label.en.as_str() })
            .collect::<Vec<_>>()
            .join(if zh { "" } else { " " })
    };
    Label::new(join(true), join(false))
}

/// What to look at on a road in the field, and for whom: what the answer hangs on, or what was taken to pass.
pub(in super::super) fn tell_field_check(
    run: &AccessRun,
    rank: usize,
    shared: &SharedBottleneck,
    need: Need,
    names: &[String],
) -> Label {
    let SharedBottleneck { bottleneck, places } = shared;
    let class = run.fleets[rank].class();
    let (who, why, where_) =
        (describe::vehicle(class), describe::bottleneck(run, bottleneck, class), describe::names(names));
    let (who_en, hit) = (who.en.to_lowercase(), people_phrase(run, places));
    match need {
        Need::Decides => Label::new(
            format!("{}能否到{}（{}）取决于此：{}。请到现场量一量，补进数据。", who.zh, where_.zh, hit.zh, why.zh),
            format!(
                "Whether a {who_en} gets to {} ({}) hangs on this: {}. Measure it and add it to the data.",
                where_.en, hit.en, why.en
            ),
        ),
        Need::DecidesWay => Label::new(
            format!(
                "最先到{}（{}）的{}走这条路：{}。能否到达不取决于此，何时到达取决于此。请到现场量一量，补进数据。",
                where_.zh, hit.zh, who.zh, why.zh
            ),
            format!(
                "The {who_en} that is first at {} ({}) comes this way: {}. Not whether it gets there hangs on this, but when. Measure it and add it to the data.",
                where_.en, hit.en, why.en
            ),
        ),
        Need::SpotCheck => Label::new(
            format!(
                "{}到{}（{}）经过这里：{}，已认定可通行，宜抽查一处，补进数据。",
                who.zh, where_.zh, hit.zh, why.zh
            ),
            format!(
                "A {who_en} gets to {} ({}) over this: {}, taken to pass. A spot check is due; add the figure to the data.",
                where_.en, hit.en, why.en
            ),
        ),
    }
}

/// What the closure of a road does to the villages behind it; `delay_min` is the longest detour, `None` where none is left.
pub(in super::super) fn tell_closure(
    run: &AccessRun,
    closure: &Closure,
    names: &[String],
    delay_min: Option<f64>,
) -> Label {
    let road = &run.area.layers.roads[closure.road.index()];
    let (what, where_, hit) = (describe::road(road), describe::names(names), people_phrase(run, &closure.places));
    let more = exact(delay_min.unwrap_or_default());
    let (as_long_zh, as_long_en) = match more.as_str() {
        "0" => ("时间不增加".to_owned(), "it takes no longer".to_owned()),
        _ => (format!("最多多走{more}分钟"), format!("it is up to {more} min longer")),
    };
    match closure.effect {
        ClosureEffect::CutOff => Label::new(
            format!("{}一旦中断，{}（{}）与所有消防站断开，现有消防车没有别的路可走。", what.zh, where_.zh, hit.zh),
            format!(
                "If {} is closed, {} ({}) are cut off from every station; no engine that there is has another way.",
                what.en, where_.en, hit.en
            ),
        ),
        ClosureEffect::SmallerLeft => {
            let (larger, left) = (describe::vehicles(closure.classes.iter().copied()), tell_left(run, closure));
            Label::new(
                format!(
                    "{}一旦中断，{}（{}）与有{}的消防站断开，只剩{}可到。",
                    what.zh, where_.zh, hit.zh, larger.zh, left.zh
                ),
                format!(
                    "If {} is closed, {} ({}) are cut off from the stations with a {}; only {} still comes.",
                    what.en, where_.en, hit.en, larger.en, left.en
                ),
            )
        }
        ClosureEffect::Doubtful => Label::new(
            format!("{}一旦中断，到{}（{}）只剩通行能力待核的路，若能通行，{as_long_zh}。", what.zh, where_.zh, hit.zh),
            format!(
                "If {} is closed, only roads that are undetermined lead to {} ({}); if they pass, {as_long_en}.",
                what.en, where_.en, hit.en
            ),
        ),
        ClosureEffect::Detour => Label::new(
            format!("{}一旦中断，到{}（{}）要绕行，最多多走{more}分钟。", what.zh, where_.zh, hit.zh),
            format!("If {} is closed, the way to {} ({}) is up to {more} min longer.", what.en, where_.en, hit.en),
        ),
    }
}

/// The smaller engines that still come: `金谷镇志愿消防队的小型消防车`.
fn tell_left(run: &AccessRun, closure: &Closure) -> Label {
    let of_one = |(class, station): &(VehicleClass, StationId)| {
        let (who, station) = (describe::vehicle(*class), station_name(run, *station));
        (format!("{station}的{}", who.zh), format!("the {} of {station}", who.en.to_lowercase()))
    };
    let (zh, en): (Vec<String>, Vec<String>) = closure.left.iter().map(of_one).unzip();
    Label::new(zh.join("、"), en.join(", "))
}

/// What opening a road takes, whom it opens, and for whom the way stays undetermined even then.
pub(in super::super) fn tell_upgrade(
    run: &AccessRun,
    class: VehicleClass,
    bottleneck: &Bottleneck,
    [opened, open]: [&[DestinationId]; 2],
) -> Label {
    let (who, why, works) =
        (describe::vehicle(class), describe::bottleneck(run, bottleneck, class), describe::opening(bottleneck));
    let who_en = who.en.to_lowercase();
    let told = |places: &[DestinationId]| (describe::names(&names(run, places)), people_phrase(run, places));
    let ((to, hit), (to_open, hit_open)) = (told(opened), told(open));
    let still = Label::new(
        format!("到{}（{}）仍待核，须另行核实途中道路", to_open.zh, hit_open.zh),
        format!("the way to {} ({}) stays undetermined until its other roads are verified", to_open.en, hit_open.en),
    );
    let (then_zh, then_en) = match (opened.is_empty(), open.is_empty()) {
        (true, true) => (
            "；与方案中其他路段一起才能打通。".to_owned(),
            "; opens something only together with other roads of the plan.".to_owned(),
        ),
        (true, false) => (
            format!("；改造后{}{}。", who.zh, still.zh),
            format!("; for a {who_en} {} (unit costs unverified).", still.en),
        ),
        (false, is_sure) => {
            let (more_zh, more_en) = if is_sure {
                (String::new(), String::new())
            } else {
                (format!("；{}", still.zh), format!("; {}", still.en))
            };
            (
                format!("，{}即可到{}（{}；单价未核实）{more_zh}。", who.zh, to.zh, hit.zh),
                format!(": then a {who_en} gets to {} ({}; unit costs unverified){more_en}.", to.en, hit.en),
            )
        }
    };
    Label::new(format!("{}。{}{then_zh}", why.zh, works.zh), format!("{}. {}{then_en}", why.en, works.en))
}
