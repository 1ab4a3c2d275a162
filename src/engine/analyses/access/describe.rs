//! Necks in words: which road, which limit, what to do about it, for people who have never seen a network.

use super::ways::{AccessRoute, Fleet};
use super::works::{Upgrade, Work};
use super::{AccessRun, wan_yuan};
use crate::response::limits::Hindrance;
use crate::response::passage::facts::Basis;
use crate::response::passage::passable::{Issue, Passes};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ObstacleId, RoadId, SegmentId};
use fireplan_model::layers::{ObstacleKind, Road, Surface, VehicleClass};
use fireplan_model::loose_ends::LooseEnd;
use fireplan_model::rows::Label;

/// Segments of one road that stop a vehicle, or of which a fact is missing.
#[derive(Debug, Clone)]
pub(super) struct Bottleneck {
    pub road: RoadId,
    /// What stands in it, where that is the neck.
    pub obstacle: Option<ObstacleId>,
    /// Its segments in the order of the way.
    pub segments: Vec<SegmentId>,
    /// The issue of the worst segment.
    pub issue: Issue,
    /// The works that open it, costs added up by kind; empty where it is only undetermined.
    pub works: Vec<Work>,
}

impl Bottleneck {
    pub(super) fn yuan(&self) -> u64 {
        self.works.iter().map(|work| work.yuan).sum()
    }
}

/// The necks along a way, road by road: those that stop the vehicle, those that are undetermined, or those that pass by
/// assumption.
pub(super) fn bottlenecks(run: &AccessRun, fleet: &Fleet, way: &AccessRoute, kind: Passes) -> Vec<Bottleneck> {
    let mut bottlenecks: Vec<Bottleneck> = Vec::new();
    for at in 0..way.arcs.len() {
        let segment = way.arcs[at].segment();
        let against_law = against_law(fleet, way, at).filter(|_| fleet.passable.passes(segment) == Passes::Yes);
        if against_law.map_or(fleet.passable.passes(segment), |_| Passes::Undetermined) != kind {
            continue;
        }
        let known = fleet.passable.first(segment).or_else(|| fleet.passable.assumed(segment)).copied();
        let Some(issue) = against_law.or(known) else { continue };
        let works =
            if kind == Passes::No { fleet.works[segment.index()].clone().unwrap_or_default() } else { Vec::new() };
        let road = run.area.network[segment].road;
        let obstacle = run.area.network[segment].obstacle.filter(|_| issue.obstacle.is_some());
        match bottlenecks.iter_mut().find(|known| (known.road, known.obstacle) == (road, obstacle)) {
            Some(bottleneck) if bottleneck.segments.contains(&segment) => {}
            Some(bottleneck) => {
                bottleneck.segments.push(segment);
                works.into_iter().for_each(|work| bottleneck.add(work));
                if issue.is_worse_than(&bottleneck.issue) {
                    bottleneck.issue = issue;
                }
            }
            None => bottlenecks.push(Bottleneck { road, obstacle, segments: vec![segment], issue, works }),
        }
    }
    bottlenecks
}

/// What the traffic law says against driving the arc number `at` of the way, which an engine on duty may where it is safe.
fn against_law(fleet: &Fleet, way: &AccessRoute, at: usize) -> Option<Issue> {
    if fleet.is_against_oneway(way.arcs[at]) {
        return Some(Issue::AGAINST_ONEWAY);
    }
    fleet.takes_banned_turn(way, at).then_some(Issue::BANNED_TURN)
}

impl Bottleneck {
    pub(super) fn add(&mut self, work: Work) {
        match self.works.iter_mut().find(|known| (known.upgrade, known.obstacle) == (work.upgrade, work.obstacle)) {
            Some(known) => known.yuan += work.yuan,
            None => self.works.push(work),
        }
    }
}

impl Issue {
    /// Whether this issue is farther from what is needed, or of a kind that is named earlier.
    pub(crate) fn is_worse_than(&self, other: &Self) -> bool {
        if self.hindrance != other.hindrance {
            return self.hindrance < other.hindrance;
        }
        let lack = |issue: &Self| issue.measured.map_or(0.0, |measured| (issue.needed - measured).abs());
        lack(self) > lack(other)
    }
}

/// A number without needless zeros, at most one decimal.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The same with at most two decimals, as the columns of minutes and kilometres are.
pub(super) fn exact(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `凤沟村道（R00740）的桥`.
pub(super) fn road(road: &Road) -> Label {
    let class = road.class.label();
    let name = |fallback: &str| if road.name.is_empty() { fallback.to_owned() } else { road.name.clone() };
    let id = |open: &str, close: &str| {
        if road.source_id.is_empty() { String::new() } else { format!("{open}{}{close}", road.source_id) }
    };
    let (zh, en) = match (road.bridge, road.tunnel) {
        (true, _) => ("的桥", "the bridge of "),
        (_, true) => ("的隧道", "the tunnel of "),
        _ => ("", ""),
    };
    Label::new(
        format!("{}{}{zh}", name(&class.zh), id("（", "）")),
        format!("{en}{}{}", name(&class.en), id(" (", ")")),
    )
}

pub(super) fn vehicle(class: VehicleClass) -> Label {
    class.label()
}

/// `普通消防车、小型消防车`.
pub(super) fn vehicles(classes: impl Iterator<Item = VehicleClass>) -> Label {
    let (zh, en): (Vec<String>, Vec<String>) =
        classes.map(vehicle).map(|label| (label.zh, label.en.to_lowercase())).unzip();
    Label::new(zh.join("、"), en.join(" or "))
}

/// `限重10吨，小于普通消防车所需的18吨`, or `限重没有数据（按道路等级估计约20吨），普通消防车需18吨`.
pub(super) fn issue(issue: &Issue, class: VehicleClass, surface: Surface) -> Label {
    let who = vehicle(class);
    let who_en = who.en.to_lowercase();
    let (measured, needed) = (issue.measured.map_or_else(String::new, number), number(issue.needed));
    let bound = |what_zh: &str, what_en: &str, unit_zh: &str, unit: &str| match issue.basis {
        Basis::Stated => Label::new(
            format!("{what_zh}{measured}{unit_zh}，小于{}所需的{needed}{unit_zh}", who.zh),
            format!("{what_en} {measured} {unit}, less than the {needed} {unit} a {who_en} needs"),
        ),
        Basis::RoadArea => Label::new(
            format!("最窄处{what_zh}约{measured}{unit_zh}（道路面上量取），{}需{needed}{unit_zh}", who.zh),
            format!(
                "{what_en} about {measured} {unit} at its narrowest, measured across its road area; a {who_en} needs {needed} {unit}"
            ),
        ),
        basis => {
            let basis = basis.label();
            Label::new(
                format!("{what_zh}没有数据（{}约{measured}{unit_zh}），{}需{needed}{unit_zh}", basis.zh, who.zh),
                format!(
                    "{what_en} not stated ({}: about {measured} {unit}); a {who_en} needs {needed} {unit}",
                    basis.en.to_lowercase()
                ),
            )
        }
    };
    match issue.hindrance {
        Hindrance::Obstacle => obstacle(issue, class),
        Hindrance::Oneway => Label::new(
            format!("须逆单行道行驶，{}执行任务时能否安全逆行待核", who.zh),
            format!("only against a one-way street: whether a {who_en} on duty may do so safely is to be verified"),
        ),
        Hindrance::BannedTurn => Label::new(
            format!("须在禁止转弯处转弯，{}执行任务时能否安全转弯待核", who.zh),
            format!("only by a banned turn: whether a {who_en} on duty may take it safely is to be verified"),
        ),
        Hindrance::Closed if !issue.sure => Label::new("通行权待核，不知是否禁行", "not known whether it is closed"),
        Hindrance::Closed => Label::new("禁止通行", "closed to traffic"),
        Hindrance::Class => Label::new(format!("不是车行道，{}不能走", who.zh), format!("not a road for a {who_en}")),
        Hindrance::Load => bound("限重", "load limit", "吨", "t"),
        Hindrance::Height => bound("净高", "headroom", "米", "m"),
        Hindrance::Width => bound("宽", "width", "米", "m"),
        Hindrance::Slope if issue.basis == Basis::Stated => Label::new(
            format!("坡度{measured}%，{}满载能爬{needed}%", who.zh),
            format!("gradient {measured} %; a laden {who_en} climbs {needed} %"),
        ),
        Hindrance::Slope => Label::new(
            format!("坡度约{measured}%（高程推算），{}满载能爬{needed}%", who.zh),
            format!("gradient about {measured} % by the elevation model; a laden {who_en} climbs {needed} %"),
        ),
        Hindrance::Turn => Label::new(
            format!("急弯外侧半径约{measured}米（按图上线形），{}需{needed}米", who.zh),
            format!("a bend of about {measured} m outer radius as drawn; a {who_en} needs {needed} m"),
        ),
        Hindrance::Turnaround => Label::new(
            format!("尽头没有回车场，{}无处掉头", who.zh),
            format!("no turnaround for a {who_en} at its end"),
        ),
        Hindrance::Surface => {
            let surface = surface.label();
            Label::new(
                format!("路面为{}，能否承载{}不明", surface.zh, who.zh),
                format!("surface {}: not known to bear a {who_en}", surface.en.to_lowercase()),
            )
        }
    }
}

/// `设有限高杆（2.2米），普通消防车需3.6米`, or `设有隔离桩，能否移开待核`.
fn obstacle(issue: &Issue, class: VehicleClass) -> Label {
    let (kind, who) = (issue.obstacle.unwrap_or(ObstacleKind::Other).label(), vehicle(class));
    let (kind_en, who_en) = (kind.en.to_lowercase(), who.en.to_lowercase());
    let unit = if issue.obstacle == Some(ObstacleKind::LoadLimit) { ["吨", "t"] } else { ["米", "m"] };
    let (zh, en) = match issue.measured.map(number) {
        Some(measured) => {
            let needed = number(issue.needed);
            (
                format!("设有{}（{measured}{}），{}需{needed}{}", kind.zh, unit[0], who.zh, unit[0]),
                format!("{kind_en} ({measured} {}); a {who_en} needs {needed} {}", unit[1], unit[1]),
            )
        }
        None if issue.sure => {
            (format!("设有{}，{}不能通过", kind.zh, who.zh), format!("{kind_en}, which stops a {who_en}"))
        }
        None => (
            format!("设有{}，{}能否通过待核", kind.zh, who.zh),
            format!("{kind_en}: not known whether a {who_en} gets past"),
        ),
    };
    let (more_zh, more_en) = if issue.measured.is_some() && !issue.sure {
        ("，能否移开待核", "; whether it can be moved is to be verified")
    } else {
        ("", "")
    };
    Label::new(zh + more_zh, en + more_en)
}

/// `加固到18吨`.
pub(super) fn work(work: &Work) -> Label {
    let value = number(work.new_value);
    match work.upgrade {
        Upgrade::Widen => Label::new(format!("拓宽到{value}米"), format!("widen it to {value} m")),
        Upgrade::Build => Label::new(format!("改建成{value}米宽的车行道"), format!("make it a road {value} m wide")),
        Upgrade::Strengthen => Label::new(format!("加固到{value}吨"), format!("strengthen it to {value} t")),
        Upgrade::Rebuild => Label::new(format!("重建为{value}米宽的桥"), format!("rebuild it {value} m wide")),
        Upgrade::Raise => Label::new(format!("净高提到{value}米"), format!("raise its headroom to {value} m")),
        Upgrade::Regrade => Label::new(format!("坡度放缓到{value}%"), format!("regrade it to {value} %")),
        Upgrade::Remove => Label::new("拆除或改造障碍物", "remove or alter the obstacle"),
    }
}

/// `凤沟村道（R00740）的桥限重10吨，小于普通消防车所需的18吨`.
pub(super) fn bottleneck(run: &AccessRun, bottleneck: &Bottleneck, class: VehicleClass) -> Label {
    let named = road(&run.area.layers.roads[bottleneck.road.index()]);
    let surface = run.facts[bottleneck.segments[0].index()].surface;
    let why = issue(&bottleneck.issue, class, surface);
    Label::new(format!("{}{}", named.zh, why.zh), format!("{}: {}", named.en, why.en))
}

/// `拓宽到4米、坡度放缓到10%`; nothing for nothing.
pub(super) fn works(works: &[Work]) -> Label {
    let works: Vec<Label> = works.iter().map(work).collect();
    let joined = |zh: bool, between: &str| {
        works
            .iter()
            .map(|label| if zh { label.zh.as_str() } else { label.en.as_str() })
            .collect::<Vec<_>>()
            .join(between)
    };
    Label::new(joined(true, "、"), joined(false, " and "))
}

/// `加固到18吨，约8.1万元`.
pub(super) fn opening(bottleneck: &Bottleneck) -> Label {
    let (cost, works) = (number(wan_yuan(bottleneck.yuan())), works(&bottleneck.works));
    Label::new(format!("{}，约{cost}万元", works.zh), format!("{}, about {cost} × 10,000 yuan", works.en))
}

/// Names in a row, at most five of them.
pub(super) fn names(names: &[String]) -> Label {
    const SHOWN: usize = 5;
    let shown = &names[..names.len().min(SHOWN)];
    if names.len() > SHOWN {
        let more = names.len() - SHOWN;
        Label::new(format!("{}等{}处", shown.join("、"), names.len()), format!("{} and {more} more", shown.join(", ")))
    } else {
        Label::new(shown.join("、"), shown.join(", "))
    }
}

/// Where a road ends just before another.
pub(super) fn loose_end(area: &StudyArea, end: &LooseEnd) -> Label {
    let [own, other] = end.roads(area).map(road);
    let gap = number((end.meets.distance_m * 10.0).round() / 10.0);
    Label::new(
        format!("{}的端点距{}{gap}米而未相接（疑似断头）", own.zh, other.zh),
        format!("{} ends {gap} m from {} without meeting it (suspected loose end)", own.en, other.en),
    )
}
