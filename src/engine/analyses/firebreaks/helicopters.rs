//! Helicopters: has each unit water to dip from and a pad to land on, and is each pad as large, flat and clear as it should be?
//!
//! **Reading.** "以乡镇或山系为单元": a town or a range is served by what lies in it, or no farther from its forest than
//! helicopters fetch water (`firebreak.helicopter_radius_m`). The notice lets the planner choose the unit: both kinds are shown,
//! and a town is served if it is itself or if each range that it lies in is, a range if each of its towns is. A water point is
//! water that the layer says was built as one; a lake or river that would serve is where one may have been built, and may run
//! dry. A river whose width nobody stated may be wide enough, and a pad whose state nobody stated may be in use: 待核 where that
//! decides. So is a pad too small, steep or hemmed in by its own figures: what such a pad must be stands in no clause of the notice,
//! but it may be none.

use std::collections::BTreeSet;

use geo::{Coord, CoordsIter, Geometry, Point};
use rayon::prelude::*;

use super::FirebreakCase;
use super::duties::{DutyAmounts, ForestTask, HeldDuty, Span, held};
use super::lattice::Lattice;
use super::units::{ForestUnit, ForestUnitKind, UnitId};
use crate::response::places::lines_of;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::layers::{FacilityState, Helipad, LayerId, PadSurface, WaterKind, WaterSource};
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::Label;
use fireplan_model::rules::{Limit, Setting};

row! {
    /// 直升机停机坪 | Helicopter pads
    pub struct ForestPad {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 状态 | State
        state: FacilityState,
        /// 地面 | Surface
        surface: PadSurface,
        /// 长度 | Length
        length_m: Option<f64>,
        /// 宽度 | Width
        width_m: Option<f64>,
        /// 坡度 | Slope
        slope_percent: Option<f64>,
        /// 四周无障碍物的距离 | Distance without obstacles
        clear_m: Option<f64>,
        /// 尺寸、坡度、净空均达到 | As large, flat and clear as it should be
        fit: Option<bool>,
    }
}

method_constants! {
    /// 河流中心线上取点的间距 | Spacing of the places looked at along the line of a river
    const RIVER_STEP_M: f64 = 100.0,
        because "远小于直升机取水半径 | Far below the radius in which helicopters fetch water";
}

/// Per unit, its helicopter water and its pads.
pub(super) fn helicopter_duties(case: &FirebreakCase, units: &[ForestUnit], lattice: &Lattice) -> Vec<HeldDuty> {
    let shared: BTreeSet<(UnitId, UnitId)> = lattice
        .places
        .iter()
        .filter_map(|place| Some((UnitId::Town(place.town?), UnitId::Range(place.range))))
        .flat_map(|(town, range)| [(town, range), (range, town)])
        .collect();
    let waters: Vec<UnitCount> = units.par_iter().map(|unit| count_waters(case, unit)).collect();
    let serving: Vec<Option<bool>> = case.area.layers.helipads.iter().map(|pad| serves(case, pad)).collect();
    let pads: Vec<UnitCount> = units.par_iter().map(|unit| count_pads(case, unit, &serving)).collect();
    let of = |(number, unit): (usize, &ForestUnit)| {
        let rule = case.rules_of(unit);
        let others: Vec<usize> =
            (0..units.len()).filter(|other| shared.contains(&(unit.id, units[*other].id))).collect();
        let held = |counts: &[UnitCount], limit, task| {
            let others: Vec<&UnitCount> = others.iter().map(|other| &counts[*other]).collect();
            hold(case, unit, limit, task, &counts[number], &others)
        };
        [
            held(&waters, &rule.helicopter_waters, ForestTask::HelicopterWaters),
            held(&pads, &rule.helipads, ForestTask::Helipads),
        ]
        .into_iter()
        .flatten()
    };
    units.iter().enumerate().flat_map(of).collect()
}

/// How many of something a unit has.
struct UnitCount {
    /// `None`: the area has no layer of them.
    all: Option<Span>,
    /// How many of these lie in the unit itself, however far helicopters fetch water.
    inside: f64,
    /// A figure beside that reach on which the count rests has not been looked up.
    unverified: bool,
    /// What is doubtful, before how they are counted.
    doubt: Label,
}

/// Whether a place lies in the unit: in the town, or in the forest.
fn is_inside(case: &FirebreakCase, unit: &ForestUnit, at: Coord) -> bool {
    matches!(unit.id, UnitId::Town(town) if case.towns.at(at) == Some(town)) || unit.is_near_place(at, 0.0)
}

/// Water is a water point where the layer says that it was built as one. A lake or river from which a helicopter could draw is
/// where one could be built.
fn count_waters(case: &FirebreakCase, unit: &ForestUnit) -> UnitCount {
    let radius_m = case.rules.firebreak.helicopter_radius_m.value;
    let sources = &case.area.layers.water_sources;
    let serves = |at: Coord| is_inside(case, unit, at) || unit.is_near_place(at, radius_m);
    let built: Vec<&WaterSource> = sources.iter().filter(|water| is_built(water)).collect();
    let any = |water: &WaterSource, holds: &dyn Fn(Coord) -> bool| steps(&water.geometry).into_iter().any(holds);
    let count = |holds: &dyn Fn(Coord) -> bool| built.iter().filter(|water| any(water, holds)).count() as f64;
    let (near, inside) = (count(&serves), count(&|at| is_inside(case, unit, at)));
    let is_open = |water: &WaterSource| water.helicopter.is_none() && !is_built(water);
    let in_town = |at: Coord| matches!(unit.id, UnitId::Town(town) if case.towns.at(at) == Some(town));
    let natural = || {
        let dipped = case.water.dipped().filter(|(served, _)| is_open(&sources[served.source]));
        dipped
            .filter(|(served, water)| in_town(served.at.0) || unit.is_near_area(&water.index, &water.shape, radius_m))
            .count()
    };
    // Only where they may decide.
    let candidates = if near > 0.0 { 0 } else { natural() };
    let narrow = near == 0.0
        && candidates == 0
        && sources.iter().filter(|water| is_open(water) && may_be_dipped(water)).any(|water| any(water, &serves));
    let may_be = f64::from(u8::from(candidates > 0 || narrow));
    let known = case.area.has(LayerId::WaterSources);
    let doubt = match (known, candidates, narrow) {
        (false, ..) => Label::new("没有水源图层；", "there is no layer of water; "),
        (true, 0, false) => Label::default(),
        (true, 0, true) => Label::new(
            "附近有河流未注明宽度，或湖库以点表示、不知水面大小，能否取水、是否已建为取水点待核；",
            "waters near it state no width, or are drawn as points: whether they serve, or were built as one, is not known; ",
        ),
        (true, count, _) => Label::new(
            format!("附近有可供吊桶取水的天然水面 {count} 处，是否已建为取水点待核；"),
            format!(
                "{count} natural waters near it would serve; whether one was built as a water point is not known; "
            ),
        ),
    };
    UnitCount {
        all: known.then_some(Span { low: near, high: near + may_be }),
        inside,
        unverified: candidates > 0 && !case.rules.firebreak.helicopter_water_m2.provenance.is_verified(),
        doubt,
    }
}

/// Whether the layer says of water that it was built as a water point for helicopters, by its own column or by its name. One
/// that runs dry is none: fires come in the dry season.
fn is_built(water: &WaterSource) -> bool {
    let says = water.helicopter.unwrap_or_else(|| water.name.contains("直升机"));
    says && water.perennial != Some(false)
}

/// Whether a helicopter can land on a pad: it works, and is not unfit by its own figures; `None`: not known.
fn serves(case: &FirebreakCase, pad: &Helipad) -> Option<bool> {
    pad.state
        .is_working()
        .and_then(|works| if works && is_fit(&pad_checks(case, pad, 0)) == Some(false) { None } else { Some(works) })
}

/// By the checks of a pad, whether it is as it should be; `None`: not known.
fn is_fit(own: &[Check]) -> Option<bool> {
    let broken = |check: &Check| check.measured.is_some() && check.verdict != Verdict::Pass;
    match (own.iter().any(broken), own.iter().all(|check| check.measured.is_some())) {
        (true, _) => Some(false),
        (false, true) if !own.is_empty() => Some(true),
        _ => None,
    }
}

fn count_pads(case: &FirebreakCase, unit: &ForestUnit, serving: &[Option<bool>]) -> UnitCount {
    let radius_m = case.rules.firebreak.helicopter_radius_m.value;
    let pads: Vec<(Option<bool>, bool)> = case
        .area
        .layers
        .helipads
        .iter()
        .zip(serving)
        .map(|(pad, serves)| (pad, serves, is_inside(case, unit, pad.geometry.0)))
        .filter(|(pad, _, inside)| *inside || unit.is_near_place(pad.geometry.0, radius_m))
        .map(|(_, serves, inside)| (*serves, inside))
        .collect();
    let count = |wanted: Option<bool>| pads.iter().filter(|(state, _)| *state == wanted).count() as f64;
    let (certain, perhaps) = (count(Some(true)), count(None));
    let known = case.area.has(LayerId::Helipads);
    let doubt = match (known, perhaps > 0.0) {
        (false, _) => Label::new("没有停机坪图层；", "there is no layer of pads; "),
        (true, true) => Label::new(
            "有停机坪未注明是否在用，或按所填尺寸、坡度、净空未达到要求，能否起降待核；",
            "some pads do not say whether they are in use, or are too small, steep or hemmed in: whether one can land there is not known; ",
        ),
        (true, false) => Label::default(),
    };
    UnitCount {
        all: known.then_some(Span { low: certain, high: certain + perhaps }),
        inside: pads.iter().filter(|pad| **pad == (Some(true), true)).count() as f64,
        unverified: false,
        doubt,
    }
}

/// What a unit has itself, or what each unit of the other kind has that it shares forest with: the notice lets the planner choose.
fn hold(
    case: &FirebreakCase,
    unit: &ForestUnit,
    limit: &Limit,
    task: ForestTask,
    own: &UnitCount,
    others: &[&UnitCount],
) -> Option<HeldDuty> {
    let radius = &case.rules.firebreak.helicopter_radius_m;
    let least = |pick: fn(Span) -> f64| {
        let all = others.iter().map(|one| one.all.map_or(0.0, pick));
        all.reduce(f64::min).unwrap_or(0.0)
    };
    let shared = Span { low: least(|span| span.low), high: least(|span| span.high) };
    let span = own.all.map(|own| Span { low: own.low.max(shared.low), high: own.high.max(shared.high) });
    let mut check = limit.check(&unit.name, span.and_then(|span| span.decided(limit)));
    // What lies in the unit itself serves it, however far helicopters fetch water.
    let by_itself = limit.op.holds(own.inside, limit.value);
    check.obliged.unverified |= !by_itself && (own.unverified || !radius.provenance.is_verified());
    let is_by_others =
        own.all.is_some_and(|own| !limit.op.holds(own.low, limit.value) && limit.op.holds(shared.low, limit.value));
    let remark = if is_by_others { tell_others(unit) } else { counted(&own.doubt, radius) };
    let amounts = DutyAmounts {
        task,
        counted_in: Label::new("处", "places"),
        required: limit.value,
        present: span.map(|span| span.low),
    };
    held(case, unit, check, amounts, remark)
}

/// How they are counted, after what is doubtful.
fn counted(doubt: &Label, radius: &Setting) -> Label {
    let (radius_m, verified) = (radius.value, radius.provenance.is_verified());
    let (by_zh, by_en) = if verified { ("", "") } else { ("（未核实）", " (unverified)") };
    Label::new(
        format!("{}按在本单元内或距其森林 {radius_m} m{by_zh}以内计", doubt.zh),
        format!("{}counted are those in it or within {radius_m} m{by_en} of its forest", doubt.en),
    )
}

fn tell_others(unit: &ForestUnit) -> Label {
    match unit.kind() {
        ForestUnitKind::Town => Label::new(
            "以乡镇或山系为单元：本单元没有，所在山系均有",
            "by town or by range: none for the town, but each range that it lies in has one",
        ),
        ForestUnitKind::Range => Label::new(
            "以乡镇或山系为单元：本单元没有，所在乡镇均有",
            "by town or by range: none for the range, but each town that it lies in has one",
        ),
    }
}

/// Open water of which too little is known to say that a helicopter can dip into it.
fn may_be_dipped(water: &WaterSource) -> bool {
    let is_line = matches!(water.geometry, Geometry::LineString(_) | Geometry::MultiLineString(_));
    let of_kind = matches!(
        water.kind,
        WaterKind::Lake | WaterKind::Reservoir | WaterKind::River | WaterKind::Pond | WaterKind::Unknown
    );
    let unmeasured = matches!(water.geometry, Geometry::Point(_)) || (is_line && water.width_m.is_none());
    of_kind && (unmeasured || water.kind == WaterKind::Unknown) && water.perennial != Some(false)
}

/// Places along a geometry.
fn steps(geometry: &Geometry) -> Vec<Coord> {
    let mut places: Vec<Coord> = geometry.coords_iter().collect();
    for line in lines_of(geometry) {
        let count = (line.delta().x.hypot(line.delta().y) / RIVER_STEP_M).ceil();
        places.extend((1..count.max(1.0) as u32).map(|step| line.start + line.delta() * (f64::from(step) / count)));
    }
    places
}

/// Every pad with the checks of its size, slope and surroundings; planned ones are held against nothing yet.
pub(super) fn pads(case: &FirebreakCase) -> (Vec<ForestPad>, Vec<Check>) {
    let (mut rows, mut checks) = (Vec::new(), Vec::new());
    for (pad, id) in case.area.layers.helipads.iter().zip(1..) {
        let own = if pad.state == FacilityState::Planned { Vec::new() } else { pad_checks(case, pad, id) };
        let fit = is_fit(&own);
        rows.push(ForestPad {
            geometry: pad.geometry,
            name: pad.name.clone(),
            town: case.towns.name(case.towns.at(pad.geometry.0)),
            state: pad.state,
            surface: pad.surface,
            length_m: pad.length_m,
            width_m: pad.width_m,
            slope_percent: pad.slope_percent,
            clear_m: pad.clear_m,
            fit,
        });
        checks.extend(own);
    }
    (rows, checks)
}

fn pad_checks(case: &FirebreakCase, pad: &Helipad, id: u32) -> Vec<Check> {
    let rule = case.rules_at(pad.geometry.0);
    let name = if pad.name.is_empty() { "未命名停机坪" } else { &pad.name };
    let sides = sides(pad);
    let mut held: Vec<(&Limit, Option<f64>)> = match pad.surface {
        PadSurface::Concrete => vec![(&rule.helipad_concrete_m, shorter(&rule.helipad_concrete_m, sides))],
        PadSurface::Earth => vec![(&rule.helipad_earth_m, shorter(&rule.helipad_earth_m, sides))],
        PadSurface::Grass => vec![
            (&rule.helipad_grass_width_m, shorter(&rule.helipad_grass_width_m, sides)),
            (&rule.helipad_grass_length_m, sides.longer),
        ],
        // Concrete asks for least: what is too small for it is too small for any ground.
        PadSurface::Unknown => {
            let limit = &rule.helipad_concrete_m;
            let short = shorter(limit, sides).filter(|side| !limit.op.holds(*side, limit.value));
            vec![(limit, short)]
        }
    };
    held.push((&rule.helipad_slope_percent, pad.slope_percent));
    held.push((&rule.helipad_clear_m, pad.clear_m));
    held.into_iter().map(|(limit, measured)| limit.check(name, measured).about("forest_pads", id)).collect()
}

/// The sides of a pad as far as they are known.
#[derive(Debug, Clone, Copy)]
struct PadSides {
    /// The only one stated, or the shorter one.
    least: Option<f64>,
    /// Of two.
    longer: Option<f64>,
}

fn sides(pad: &Helipad) -> PadSides {
    match (pad.length_m, pad.width_m) {
        (Some(a), Some(b)) => PadSides { least: Some(a.min(b)), longer: Some(a.max(b)) },
        (a, b) => PadSides { least: a.or(b), longer: None },
    }
}

/// The shorter side; where only one is stated, that one if it is too short already.
fn shorter(limit: &Limit, sides: PadSides) -> Option<f64> {
    sides.least.filter(|side| sides.longer.is_some() || !limit.op.holds(*side, limit.value))
}
