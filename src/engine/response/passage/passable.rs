//! Whether a vehicle passes a segment: yes, no and by which limit, or 待核 and for want of which fact.

use std::cmp::Ordering;
use std::sync::Arc;

use anyhow::Result;

use super::facts::{Basis, SegmentFact, SegmentFacts, facts_of};
use crate::response::limits::{self, Hindrance};
use crate::response::reading::{self, DrivingReading};
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{Access, Obstacle, ObstacleKind, ObstaclePassage, Road, Surface, VehicleClass};
use fireplan_model::method_constants;
use fireplan_model::rules::{Rules, Unstated, Vehicle};

codes! {
    /// Whether a class of vehicle passes.
    pub enum Passes order best_first {
        /// 可通行 | Passes
        Yes = "passes",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
        /// 受阻 | Blocked
        No = "blocked",
    }
}

/// One limit of a segment that a vehicle does not surely keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Issue {
    pub hindrance: Hindrance,
    /// Whether it certainly stops the vehicle; otherwise that is undetermined.
    pub sure: bool,
    /// Whether the vehicle passes by the estimate, although that is undetermined.
    pub likely: bool,
    pub measured: Option<f64>,
    pub needed: f64,
    pub basis: Basis,
    /// What stands in the road, where that is the hindrance.
    pub obstacle: Option<ObstacleKind>,
}

impl Issue {
    /// Driving against a one-way street: an engine on duty may, where it is safe.
    pub(crate) const AGAINST_ONEWAY: Self = Self::against_law(Hindrance::Oneway);
    /// A turn that is banned: an engine on duty may take it, where it is safe.
    pub(crate) const BANNED_TURN: Self = Self::against_law(Hindrance::BannedTurn);

    const fn against_law(hindrance: Hindrance) -> Self {
        Self { hindrance, sure: false, likely: true, measured: None, needed: 0.0, basis: Basis::Stated, obstacle: None }
    }
}

/// What stands in the way of one class of vehicle, per segment.
#[derive(Clone)]
pub(crate) struct Passable {
    pub class: VehicleClass,
    pub issues: Vec<Vec<Issue>>,
    /// What is taken to be kept though nobody states it: by the standard of the road's class, or as the estimate is ample.
    assumed: Vec<Vec<Issue>>,
}

/// How a vehicle fares at one limit of a segment.
enum Requirement {
    Kept,
    Assumed(Issue),
    Open(Issue),
}

impl Passable {
    /// How this class of vehicle fares on every segment; judged once for an area and these rules.
    ///
    /// # Errors
    /// If the rules do not give the size of the vehicle.
    pub(crate) fn of(area: &StudyArea, rules: &Rules, vehicle: VehicleClass) -> Result<Arc<Self>> {
        let size = reading::size(rules, vehicle)?;
        let key = rules.fingerprint() ^ (vehicle as u64 + 1);
        area.derived.once(key, || Ok(Self::judge(area, rules, &facts_of(area, rules), size)))
    }

    /// Whether the vehicle is kept off a segment in a reading: what surely stops it does in every reading; what stands in the
    /// way and may be opened, or is closed by a word that nobody knows, does where nothing is read favourably. What nobody has
    /// stated of a road keeps nobody off it.
    pub(crate) fn keeps_off(&self, segment: SegmentId, reading: DrivingReading) -> bool {
        let stands = |issue: &Issue| matches!(issue.hindrance, Hindrance::Obstacle | Hindrance::Closed);
        self.issues[segment.index()].iter().any(|issue| issue.sure || (!reading.is_favourable() && stands(issue)))
    }

    fn judge(area: &StudyArea, rules: &Rules, facts: &[SegmentFacts], size: &Vehicle) -> Self {
        let (mut issues, mut assumed) = (Vec::new(), Vec::new());
        for (segment, facts) in area.network.segments.iter().zip(facts) {
            let (mut open, mut taken) = (Vec::new(), Vec::new());
            let obstacle = segment.obstacle.map(|id| &area.layers.obstacles[id.index()]);
            let road = &area.layers.roads[segment.road.index()];
            let at_obstacle = obstacle.and_then(|obstacle| at_obstacle(obstacle, size)).map(Requirement::Open);
            for held in held(road, rules, facts, size).into_iter().chain(at_obstacle) {
                match held {
                    Requirement::Kept => {}
                    Requirement::Assumed(issue) => taken.push(issue),
                    Requirement::Open(issue) => open.push(issue),
                }
            }
            open.sort_by_key(|issue: &Issue| issue.hindrance);
            issues.push(open);
            assumed.push(taken);
        }
        Self { class: size.class, issues, assumed }
    }

    pub(crate) fn passes(&self, segment: SegmentId) -> Passes {
        passes(&self.issues[segment.index()])
    }

    /// The issue to name first: what stops surely, before what is open.
    pub(crate) fn first(&self, segment: SegmentId) -> Option<&Issue> {
        let issues = &self.issues[segment.index()];
        issues.iter().find(|issue| issue.sure).or(issues.first())
    }

    /// What it passes by without proof, if it passes. Surfaces are hardly ever stated: that alone is no reason to go and look.
    pub(crate) fn assumed(&self, segment: SegmentId) -> Option<&Issue> {
        let passes = self.passes(segment) == Passes::Yes;
        self.assumed[segment.index()].iter().find(|issue| passes && issue.hindrance != Hindrance::Surface)
    }
}

fn passes(issues: &[Issue]) -> Passes {
    match issues {
        [] => Passes::Yes,
        issues if issues.iter().any(|issue| issue.sure) => Passes::No,
        _ => Passes::Undetermined,
    }
}

fn at_obstacle(obstacle: &Obstacle, size: &Vehicle) -> Option<Issue> {
    let stop = limits::at_obstacle(obstacle, size)?;
    Some(Issue {
        hindrance: stop.hindrance,
        sure: stop.sure,
        likely: obstacle.passage == ObstaclePassage::Removable,
        measured: stop.measured,
        needed: stop.needed,
        basis: Basis::Stated,
        obstacle: Some(obstacle.kind),
    })
}

fn held(road: &Road, rules: &Rules, facts: &SegmentFacts, size: &Vehicle) -> Vec<Requirement> {
    // A word for the access that nobody knows may mean closed: it is likely to pass, as most roads are, and not sure.
    let closed = match road.access {
        Access::Closed => Some((Hindrance::Closed, 0.0, true)),
        Access::Unknown => Some((Hindrance::Closed, 0.0, false)),
        Access::Open | Access::Restricted => None,
    };
    let foreign = rules.speed(size.class, road.class).is_none().then_some((Hindrance::Class, size.lane_width_m, true));
    let forbidden = [closed, foreign].into_iter().flatten().map(|(hindrance, needed, sure)| {
        let (measured, basis, obstacle) = (None, Basis::Stated, None);
        Requirement::Open(Issue { hindrance, sure, likely: !sure, measured, needed, basis, obstacle })
    });
    let sign = road.max_width_m.filter(|limit| *limit < size.width_m).map(|limit| {
        let fact = SegmentFact { value: limit, basis: Basis::Stated };
        at_least(Hindrance::Width, fact, size.width_m, rules)
    });
    let load = facts.load.map(|load| at_least(Hindrance::Load, load, size.load_t, rules));
    let height = facts.height.map(|height| at_least(Hindrance::Height, height, size.height_m, rules));
    let bounds = [load, height, Some(width(facts, size, rules)), sign].into_iter().flatten();
    let rest = [slope(facts, size, rules), turn(facts, size)].into_iter().flatten().map(Requirement::Open);
    forbidden.chain(bounds).chain(rest).chain([surface(facts, size, rules)]).collect()
}

/// A stated figure decides. One that the road's class assures, or that is an estimate, stops nobody; whether it lets pass is
/// for the rules to say (`passing`).
fn at_least(hindrance: Hindrance, fact: SegmentFact, needed: f64, rules: &Rules) -> Requirement {
    let enough = fact.value >= needed;
    let sure = fact.basis == Basis::Stated;
    let (measured, basis, obstacle) = (Some(fact.value), fact.basis, None);
    let issue = Issue { hindrance, sure, likely: enough, measured, needed, basis, obstacle };
    let assumed = match fact.basis {
        Basis::Stated if enough => return Requirement::Kept,
        Basis::Stated => false,
        Basis::Class if rules.passing.unstated.value == Unstated::ByClass => enough,
        _ => fact.value >= needed * rules.passing.ample_times.value,
    };
    if assumed { Requirement::Assumed(issue) } else { Requirement::Open(issue) }
}

/// Beyond the error of what was measured across a road area, that decides: too narrow a place is too narrow, and wide enough
/// is wide enough where the area goes with the road all along.
fn width(facts: &SegmentFacts, size: &Vehicle, rules: &Rules) -> Requirement {
    let (needed, error_m) = (size.lane_width_m, rules.passing.width_error_m.value);
    let Some(narrowest) = facts.narrowest.filter(|_| facts.width.basis == Basis::RoadArea) else {
        return at_least(Hindrance::Width, facts.width, needed, rules);
    };
    let measured = narrowest.width_m;
    if narrowest.whole && measured - error_m >= needed {
        return Requirement::Kept;
    }
    Requirement::Open(Issue {
        hindrance: Hindrance::Width,
        sure: measured + error_m < needed,
        likely: measured >= needed,
        measured: Some(measured),
        needed,
        basis: Basis::RoadArea,
        obstacle: None,
    })
}

/// A stated gradient decides. The elevation model errs; only what is beyond its error decides.
fn slope(facts: &SegmentFacts, size: &Vehicle, rules: &Rules) -> Option<Issue> {
    let limit = size.slope_percent;
    let steepest = facts.steepest?;
    let [least, most] = steepest.within_percent(rules.passing.slope_error_percent.value);
    (most > limit).then_some(Issue {
        hindrance: Hindrance::Slope,
        sure: least > limit,
        likely: steepest.percent <= limit,
        measured: Some(steepest.percent),
        needed: limit,
        basis: steepest.basis,
        obstacle: None,
    })
}

/// The outer edge of the lane must leave the vehicle's turning circle room. Lines are drawn with corners where roads have
/// curves: a bend never stops surely.
fn turn(facts: &SegmentFacts, size: &Vehicle) -> Option<Issue> {
    let radius_m = facts.bend?.radius_m + facts.width.value / 2.0;
    (radius_m < size.turn_radius_m).then_some(Issue {
        hindrance: Hindrance::Turn,
        sure: false,
        likely: radius_m >= size.turn_radius_m * LIKELY_TURN_SHARE,
        measured: Some(radius_m),
        needed: size.turn_radius_m,
        basis: Basis::Shape,
        obstacle: None,
    })
}

/// A surface worse than the one that surely bears the vehicle may bear it in dry weather. One that nobody states is taken to
/// do so where it should be a grade better than needed.
fn surface(facts: &SegmentFacts, size: &Vehicle, rules: &Rules) -> Requirement {
    let stated = facts.surface_basis == Basis::Stated;
    let by_class = facts.surface_basis == Basis::Class && rules.passing.unstated.value == Unstated::ByClass;
    let issue = Issue {
        hindrance: Hindrance::Surface,
        sure: false,
        likely: facts.surface <= size.surface.max(Surface::Gravel),
        measured: None,
        needed: 0.0,
        basis: facts.surface_basis,
        obstacle: None,
    };
    match facts.surface.cmp(&size.surface) {
        Ordering::Greater => Requirement::Open(issue),
        _ if stated => Requirement::Kept,
        Ordering::Equal if !by_class => Requirement::Open(issue),
        _ => Requirement::Assumed(issue),
    }
}

method_constants! {
    /// 弯道半径不小于车辆转弯半径的此比例，则推定大概可过 | Share of the turning radius from which a bend that is too sharp on the map is likely to be passed
    const LIKELY_TURN_SHARE: f64 = 0.5,
        because "数据把弯道画成折角，量得半径偏小，实际多可倒一把通过；假定值，供审查 | Bends are drawn as corners, which makes them look sharper than they are; an assumption, for review";
}
