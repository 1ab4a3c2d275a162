//! What it takes to open a road to a class of vehicle, what that costs, and how it is written as edits of a scenario.

use super::AccessRun;
use crate::response::limits::Hindrance;
use crate::response::passage::facts::SegmentFacts;
use crate::response::passage::gradient;
use crate::response::passage::passable::{Issue, Passable};
use crate::scenario::obstacle_reference;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::ids::{ObstacleId, RoadId, SegmentId};
use fireplan_model::layers::{Road, RoadClass, VehicleClass};
use fireplan_model::loose_ends::LooseEnd;
use fireplan_model::rules::{Rules, Vehicle};
use fireplan_model::scenario::{Edit, Edits};

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
        /// 拆改障碍物 | Remove the obstacle
        Remove = "remove",
    }
}

impl Upgrade {
    /// Key of the rule entry that gives its unit cost.
    pub(super) fn unit_cost(self) -> &'static str {
        match self {
            Self::Widen => "upgrade.widen_yuan_m2",
            Self::Build => "upgrade.build_yuan_m2",
            Self::Strengthen => "upgrade.strengthen_yuan_m2",
            Self::Rebuild => "upgrade.bridge_yuan_m2",
            Self::Raise => "upgrade.headroom_yuan_m",
            Self::Regrade => "upgrade.regrade_yuan_m",
            Self::Remove => "upgrade.obstacle_yuan",
        }
    }
}

/// One thing done to one segment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Work {
    pub upgrade: Upgrade,
    /// The new width in metres, load in tonnes, height in metres or gradient in percent.
    pub new_value: f64,
    pub yuan: u64,
    /// What is removed, where that is the work.
    pub obstacle: Option<ObstacleId>,
}

/// What it takes to let a class of vehicle through a segment that stops it; `None`: no work helps (closed by order).
pub(super) fn works(
    area: &StudyArea,
    rules: &Rules,
    facts: &SegmentFacts,
    passable: &Passable,
    segment: SegmentId,
) -> Option<Vec<Work>> {
    let length_m = area.network[segment].length_m;
    let road = area.road_of(segment);
    let size = rules.vehicle(passable.class)?;
    let cost = &rules.upgrade;
    let width_m = new_width_m(rules, size);
    let sure = || passable.issues[segment.index()].iter().filter(|issue| issue.sure);
    let has = |hindrance: Hindrance| sure().any(|issue| issue.hindrance == hindrance);
    if has(Hindrance::Closed) {
        return None;
    }
    let mut works = Vec::new();
    let mut work = |upgrade: Upgrade, new_value: f64, yuan: f64| {
        let obstacle = area.network[segment].obstacle.filter(|_| upgrade == Upgrade::Remove);
        works.push(Work { upgrade, new_value, yuan: yuan.ceil() as u64, obstacle });
    };
    let rebuilt = road.bridge && (has(Hindrance::Width) || has(Hindrance::Class));
    if rebuilt {
        work(Upgrade::Rebuild, width_m, width_m * length_m * cost.bridge_yuan_m2.value);
    } else if has(Hindrance::Class) {
        work(Upgrade::Build, width_m, width_m * length_m * cost.build_yuan_m2.value);
    } else if has(Hindrance::Width) {
        // A road as wide as it must be, but signed for narrow vehicles, has some place as narrow as the sign.
        let narrow_m = road.max_width_m.map_or(facts.width.value, |limit_m| facts.width.value.min(limit_m));
        work(Upgrade::Widen, width_m, (width_m - narrow_m) * length_m * cost.widen_yuan_m2.value);
    }
    if has(Hindrance::Load) && !rebuilt {
        // The deck is priced at the width it will have after the works.
        let deck_m2 = facts.width.value.max(width_m) * length_m;
        work(Upgrade::Strengthen, size.load_t, deck_m2 * cost.strengthen_yuan_m2.value);
    }
    if has(Hindrance::Height) {
        work(Upgrade::Raise, new_height_m(rules, size), length_m * cost.headroom_yuan_m.value);
    }
    if has(Hindrance::Slope) {
        let grade = new_slope_percent(rules, size);
        work(
            Upgrade::Regrade,
            grade,
            gradient::steeper_m(&facts.gradients, length_m, grade) * cost.regrade_yuan_m.value,
        );
    }
    if has(Hindrance::Obstacle) {
        work(Upgrade::Remove, 0.0, cost.obstacle_yuan.value);
    }
    Some(works)
}

/// Whether something about the segment is still undetermined once these works are done: what is built anew is known.
pub(super) fn leaves_open(issues: &[Issue], works: &[Work]) -> bool {
    let cures = |work: &Work, hindrance: Hindrance| match work.upgrade {
        Upgrade::Widen => hindrance == Hindrance::Width,
        Upgrade::Build => matches!(hindrance, Hindrance::Width | Hindrance::Surface | Hindrance::Class),
        Upgrade::Rebuild => {
            let of_the_line = matches!(hindrance, Hindrance::Slope | Hindrance::Turn | Hindrance::Height);
            let beside_it = matches!(hindrance, Hindrance::Obstacle | Hindrance::Oneway | Hindrance::BannedTurn);
            !of_the_line && !beside_it
        }
        Upgrade::Strengthen => hindrance == Hindrance::Load,
        Upgrade::Raise => hindrance == Hindrance::Height,
        Upgrade::Regrade => hindrance == Hindrance::Slope,
        Upgrade::Remove => hindrance == Hindrance::Obstacle,
    };
    issues.iter().any(|issue| !issue.sure && !works.iter().any(|work| cures(work, issue.hindrance)))
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

/// The works on some roads as edits of a scenario: each road under the name that a scenario calls it by.
pub(super) fn edits<'a>(
    run: &AccessRun,
    class: VehicleClass,
    works: impl Iterator<Item = (RoadId, &'a [Work])>,
) -> Edits {
    let Some(size) = run.rules.vehicle(class) else { return Edits::default() };
    let of_road = |(road, works): (RoadId, &'a [Work])| {
        let name = &run.references[road.index()];
        let known = &run.area.layers.roads[road.index()];
        let drives = run.rules.speed(class, known.class).is_some();
        let of_work = |work: &Work| match work.obstacle {
            Some(obstacle) => vec![Edit::RemoveObstacle { obstacle: obstacle_reference(run.area, obstacle) }],
            None => edits_of(name, known, work, size, drives),
        };
        works.iter().flat_map(of_work).collect::<Vec<_>>()
    };
    Edits(works.flat_map(of_road).collect())
}

/// The edit that lets a road meet what it ends just before; none where a place has no degrees.
pub(super) fn joining(run: &AccessRun, end: &LooseEnd) -> Edits {
    let own = end.roads(run.area)[0];
    let mut line = [end.at, end.meets.at];
    if run.area.plane.to_lonlat(&mut line).is_err() {
        return Edits::default();
    }
    let name = format!("{}接通", run.references[run.area.network[end.segment].road.index()]);
    let line = line.iter().map(|at| [at.x, at.y]).collect();
    let (class, width_m, load_t) = (own.class, own.width_m, own.load_t);
    Edits(vec![Edit::AddRoad { name, line, class, width_m, load_t, bridge: false }])
}

/// The edits of one work. No fact of the road is made worse than the data states.
fn edits_of(name: &str, known: &Road, work: &Work, size: &Vehicle, drives: bool) -> Vec<Edit> {
    let road = name.to_owned();
    let at_least = |stated: Option<f64>, value: f64| stated.map_or(value, |stated| stated.max(value));
    let width_m = at_least(known.width_m, work.new_value);
    let build = |road: String| Edit::BuildRoad { road, class: RoadClass::Residential, width_m: Some(width_m) };
    match work.upgrade {
        Upgrade::Widen => vec![Edit::WidenRoad { road, width_m }],
        Upgrade::Build => vec![build(road)],
        Upgrade::Rebuild => {
            let wider = if drives { Edit::WidenRoad { road: road.clone(), width_m } } else { build(road.clone()) };
            let weak = known.load_t.is_none_or(|load_t| load_t < size.load_t);
            let stronger = weak.then_some(Edit::StrengthenRoad { road, load_t: size.load_t });
            std::iter::once(wider).chain(stronger).collect()
        }
        Upgrade::Strengthen => {
            vec![Edit::StrengthenRoad { road, load_t: at_least(known.load_t, work.new_value) }]
        }
        Upgrade::Raise => {
            vec![Edit::RaiseRoad { road, clear_height_m: at_least(known.clear_height_m, work.new_value) }]
        }
        Upgrade::Regrade => {
            let slope_percent = known.slope_percent.map_or(work.new_value, |stated| stated.min(work.new_value));
            vec![Edit::RegradeRoad { road, slope_percent }]
        }
        Upgrade::Remove => Vec::new(),
    }
}
