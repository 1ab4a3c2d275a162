//! Whether a vehicle passes a segment: yes, no and by which limit, or 待核 and for want of which fact. And what it
//! takes to open it.

use super::Method;
use super::facts::{Basis, Fact, Facts};
use super::gradient;
use crate::algorithms::shortest_path::CLOSED;
use crate::analyses::limits::Hindrance;
use crate::area::{Road, RoadClass, StudyArea, Surface, VehicleClass};
use crate::codes;
use crate::rules::{Rules, Vehicle};

codes! {
    /// Whether a class of vehicle passes.
    pub enum Passes {
        /// 可通行 | Passes
        Yes = "passes",
        /// 待核 | Undetermined
        Undetermined = "undetermined",
        /// 受阻 | Blocked
        No = "blocked",
    }
}

/// One limit of a segment that a vehicle does not surely keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Issue {
    pub hindrance: Hindrance,
    /// It stops the vehicle; otherwise that is undetermined.
    pub sure: bool,
    /// Undetermined, but the estimate says that it passes.
    pub likely: bool,
    pub measured: Option<f64>,
    pub needed: f64,
    pub basis: Basis,
}

/// What stands in the way of one class of vehicle, per segment.
pub struct Passable {
    pub class: VehicleClass,
    pub issues: Vec<Vec<Issue>>,
}

impl Passable {
    pub fn judge(area: &StudyArea, rules: &Rules, facts: &[Facts], size: &Vehicle, method: &Method) -> Self {
        let segments = area.network.segments.iter().zip(facts);
        let issues = segments
            .map(|(segment, facts)| issues(&area.layers.roads[segment.road as usize], rules, facts, size, method));
        Self { class: size.class, issues: issues.collect() }
    }

    pub fn passes(&self, segment: u32) -> Passes {
        passes(&self.issues[segment as usize])
    }

    /// The issue to name first: what stops surely, before what is open.
    pub fn first(&self, segment: u32) -> Option<&Issue> {
        let issues = &self.issues[segment as usize];
        issues.iter().find(|issue| issue.sure).or(issues.first())
    }
}

fn passes(issues: &[Issue]) -> Passes {
    match issues {
        [] => Passes::Yes,
        issues if issues.iter().any(|issue| issue.sure) => Passes::No,
        _ => Passes::Undetermined,
    }
}

/// In the order of [`Hindrance`].
fn issues(road: &Road, rules: &Rules, facts: &Facts, size: &Vehicle, method: &Method) -> Vec<Issue> {
    let mut issues = Vec::new();
    if road.access == crate::area::Access::Closed {
        issues.push(Issue {
            hindrance: Hindrance::Closed,
            sure: true,
            likely: false,
            measured: None,
            needed: 0.0,
            basis: Basis::Stated,
        });
    }
    if rules.speed(size.class, road.class).is_none() {
        issues.push(Issue {
            hindrance: Hindrance::Class,
            sure: true,
            likely: false,
            measured: None,
            needed: size.lane_width_m,
            basis: Basis::Stated,
        });
    }
    let bounds = [
        (Hindrance::Load, facts.load, size.load_t),
        (Hindrance::Height, facts.height, size.height_m),
        (Hindrance::Width, Some(facts.width), size.lane_width_m),
    ];
    issues
        .extend(bounds.into_iter().filter_map(|(hindrance, fact, needed)| at_least(hindrance, fact?, needed, method)));
    issues.extend(slope(facts, size, method));
    issues.extend(turn(facts, size));
    issues.extend(surface(facts, size));
    issues
}

/// A stated figure decides. One assured by the road's class may let pass, never stop; an estimate does neither, unless it is
/// ample beyond doubt.
fn at_least(hindrance: Hindrance, fact: Fact, needed: f64, method: &Method) -> Option<Issue> {
    let enough = fact.value >= needed;
    let (passes, sure) = match fact.basis {
        Basis::Stated => (enough, true),
        Basis::Class if method.trust_main_roads => (enough, false),
        _ => (fact.value >= needed * method.ample, false),
    };
    (!passes).then_some(Issue {
        hindrance,
        sure,
        likely: enough,
        measured: Some(fact.value),
        needed,
        basis: fact.basis,
    })
}

/// The elevation model errs; only what is beyond its error decides. A hillside makes a road along it look steep, and no
/// steep road look flat: it widens the error on one side only.
fn slope(facts: &Facts, size: &Vehicle, method: &Method) -> Option<Issue> {
    let limit = size.slope_percent;
    let steepest = facts.steepest?;
    let error = method.slope_error_percent;
    (steepest.percent + error > limit).then_some(Issue {
        hindrance: Hindrance::Slope,
        sure: steepest.percent - error - steepest.hillside_percent > limit,
        likely: steepest.percent <= limit,
        measured: Some(steepest.percent),
        needed: limit,
        basis: Basis::Elevation,
    })
}

/// The outer edge of the lane must leave the vehicle's turning circle room. Lines are drawn with corners where roads have
/// curves: a bend never stops surely.
fn turn(facts: &Facts, size: &Vehicle) -> Option<Issue> {
    let radius_m = facts.bend?.radius_m + facts.width.value / 2.0;
    (radius_m < size.turn_radius_m).then_some(Issue {
        hindrance: Hindrance::Turn,
        sure: false,
        likely: radius_m >= size.turn_radius_m / 2.0,
        measured: Some(radius_m),
        needed: size.turn_radius_m,
        basis: Basis::Shape,
    })
}

/// A surface worse than the one that surely bears the vehicle may bear it in dry weather.
fn surface(facts: &Facts, size: &Vehicle) -> Option<Issue> {
    (facts.surface > size.surface).then_some(Issue {
        hindrance: Hindrance::Surface,
        sure: false,
        likely: facts.surface == Surface::Gravel,
        measured: None,
        needed: 0.0,
        basis: facts.surface_basis,
    })
}

codes! {
    /// What is done to a road to open it.
    pub enum Upgrade {
        /// 拓宽道路 | Widen the road
        Widen = "widen",
        /// 改建成车行道 | Make it a road
        Build = "build",
        /// 加固桥梁 | Strengthen the bridge
        Strengthen = "strengthen",
        /// 拓宽(重建)桥梁 | Rebuild the bridge wider
        Rebuild = "rebuild",
        /// 提高净高 | Raise the headroom
        Raise = "raise",
        /// 放缓陡坡 | Regrade
        Regrade = "regrade",
    }
}

/// One thing done to one segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    pub upgrade: Upgrade,
    /// The new width in metres, load in tonnes, height in metres or gradient in percent.
    pub new_value: f64,
    pub yuan: u64,
}

/// What it takes to let a class of vehicle through a segment that stops it; `None`: no work helps (closed by order).
pub fn works(area: &StudyArea, rules: &Rules, facts: &Facts, passable: &Passable, segment: u32) -> Option<Vec<Work>> {
    let length_m = area.network.segments[segment as usize].length_m;
    let road = &area.layers.roads[area.network.segments[segment as usize].road as usize];
    let size = rules.vehicle(passable.class)?;
    let cost = &rules.upgrade;
    let width_m = new_width_m(rules, size);
    let sure = || passable.issues[segment as usize].iter().filter(|issue| issue.sure);
    let has = |hindrance: Hindrance| sure().any(|issue| issue.hindrance == hindrance);
    if has(Hindrance::Closed) {
        return None;
    }
    let mut works = Vec::new();
    let mut work =
        |upgrade: Upgrade, new_value: f64, yuan: f64| works.push(Work { upgrade, new_value, yuan: yuan.ceil() as u64 });
    let rebuilt = road.bridge && (has(Hindrance::Width) || has(Hindrance::Class));
    if rebuilt {
        work(Upgrade::Rebuild, width_m, width_m * length_m * cost.bridge_yuan_m2.value);
    } else if has(Hindrance::Class) {
        work(Upgrade::Build, width_m, width_m * length_m * cost.build_yuan_m2.value);
    } else if has(Hindrance::Width) {
        work(Upgrade::Widen, width_m, (width_m - facts.width.value) * length_m * cost.widen_yuan_m2.value);
    }
    if has(Hindrance::Load) && !rebuilt {
        let deck_m2 = facts.width.value * length_m;
        work(Upgrade::Strengthen, size.load_t, deck_m2 * cost.strengthen_yuan_m2.value);
    }
    if has(Hindrance::Height) {
        work(Upgrade::Raise, new_height_m(rules, size), length_m * cost.headroom_yuan_m.value);
    }
    if has(Hindrance::Slope) {
        let grade = new_slope_percent(rules, size);
        work(Upgrade::Regrade, grade, gradient::steeper_m(area, segment, grade).max(1.0) * cost.regrade_yuan_m.value);
    }
    Some(works)
}

/// What is built anew for a standard truck is built to the clause; for smaller ones, to their need.
fn new_width_m(rules: &Rules, size: &Vehicle) -> f64 {
    if size.class == VehicleClass::Standard {
        size.lane_width_m.max(rules.fire_lane.clear_width_m.value)
    } else {
        size.lane_width_m
    }
}

fn new_height_m(rules: &Rules, size: &Vehicle) -> f64 {
    if size.class == VehicleClass::Standard {
        size.height_m.max(rules.fire_lane.clear_height_m.value)
    } else {
        size.height_m
    }
}

fn new_slope_percent(rules: &Rules, size: &Vehicle) -> f64 {
    if size.class == VehicleClass::Standard {
        size.slope_percent.min(rules.fire_lane.slope_laden_percent.value)
    } else {
        size.slope_percent
    }
}

/// Driving time of an arc, also where nothing drives yet: as on a village road, or at walking pace.
pub fn arc_ms(rules: &Rules, known: u32, length_m: f64, class: VehicleClass) -> u64 {
    if known != CLOSED {
        return u64::from(known);
    }
    let speed = rules.speed(class, RoadClass::Residential).map(|speed| speed.base_kph).filter(|kph| *kph > 0.0);
    let kph = speed.unwrap_or(rules.response.access_speed_kph.value).max(1.0);
    (length_m / kph * crate::analyses::driving::MS_PER_M_KPH).ceil() as u64
}
