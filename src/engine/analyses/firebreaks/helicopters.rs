//! Helicopters: has each unit water to dip from and a pad to land on, and is each pad as large, flat and clear as it should be?
//!
//! **Reading.** "以乡镇或山系为单元": a town or a range is served by what lies in it, or no farther from its forest than
//! helicopters fetch water (`firebreak.helicopter_radius_m`). Both kinds of unit are shown; the notice lets the planner choose.
//! Water that is known to run dry is none. A river whose width nobody stated may be wide enough, and a pad whose state nobody
//! stated may be in use: 待核 where that decides.

use geo::{Coord, CoordsIter, Geometry, Point};
use rayon::prelude::*;

use super::FirebreakCase;
use super::duties::{DutyAmounts, ForestTask, HeldDuty, Span, held};
use super::units::{ForestUnit, UnitId};
use crate::response::places::lines_of;
use fireplan_model::findings::Check;
use fireplan_model::layers::{FacilityState, Helipad, LayerId, PadSurface, WaterKind, WaterSource};
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::Label;
use fireplan_model::rules::Limit;

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
pub(super) fn helicopter_duties(case: &FirebreakCase, units: &[ForestUnit]) -> Vec<HeldDuty> {
    units.par_iter().flat_map_iter(|unit| [water_duty(case, unit), pad_duty(case, unit)]).collect()
}

fn water_duty(case: &FirebreakCase, unit: &ForestUnit) -> HeldDuty {
    let radius_m = case.rules.firebreak.helicopter_radius_m.value;
    let sources = &case.area.layers.water_sources;
    let in_town = |at: Coord| matches!(unit.id, UnitId::Town(town) if case.towns.at(at) == Some(town));
    let certain = case
        .water
        .dipped()
        .filter(|(served, water)| in_town(served.at.0) || unit.is_near_area(&water.index, &water.shape, radius_m));
    let certain = certain.count();
    // Only where it may decide.
    let possible = certain == 0
        && sources
            .iter()
            .filter(|water| may_be_dipped(water))
            .any(|water| steps(&water.geometry).into_iter().any(|at| in_town(at) || unit.is_near_place(at, radius_m)));
    let span = Span { low: certain as f64, high: certain as f64 + f64::from(u8::from(possible)) };
    let known = case.area.has(LayerId::WaterSources).then_some(span);
    let limit = &case.rules_of(unit).helicopter_waters;
    let doubt = match (known, possible) {
        (None, _) => ("没有水源图层；", "there is no layer of water; "),
        (Some(_), true) => ("附近河流未注明宽度；", "rivers near it state no width; "),
        (Some(_), false) => ("", ""),
    };
    of_unit(unit, limit, known, ForestTask::HelicopterWaters, counted(doubt, radius_m))
}

fn pad_duty(case: &FirebreakCase, unit: &ForestUnit) -> HeldDuty {
    let radius_m = case.rules.firebreak.helicopter_radius_m.value;
    let serves = |pad: &&Helipad| {
        let at = pad.geometry.0;
        matches!(unit.id, UnitId::Town(town) if case.towns.at(at) == Some(town)) || unit.is_near_place(at, radius_m)
    };
    let pads: Vec<Option<bool>> =
        case.area.layers.helipads.iter().filter(serves).map(|pad| pad.state.is_working()).collect();
    let count = |state| pads.iter().filter(|pad| **pad == state).count() as f64;
    let span = Span { low: count(Some(true)), high: count(Some(true)) + count(None) };
    let known = case.area.has(LayerId::Helipads).then_some(span);
    let doubt = match known {
        None => ("没有停机坪图层；", "there is no layer of pads; "),
        Some(span) if span.high > span.low => {
            ("有停机坪未注明是否在用；", "some pads do not say whether they are in use; ")
        }
        Some(_) => ("", ""),
    };
    let limit = &case.rules_of(unit).helipads;
    of_unit(unit, limit, known, ForestTask::Helipads, counted(doubt, radius_m))
}

/// How they are counted, after what is doubtful.
fn counted((zh, en): (&str, &str), radius_m: f64) -> Label {
    Label::new(
        format!("{zh}按在本单元内或距其森林 {radius_m} m 以内计"),
        format!("{en}counted are those in it or within {radius_m} m of its forest"),
    )
}

fn of_unit(unit: &ForestUnit, limit: &Limit, known: Option<Span>, task: ForestTask, remark: Label) -> HeldDuty {
    let check = limit.check(&unit.name, known.and_then(|span| span.decided(limit)));
    let amounts = DutyAmounts {
        task,
        counted_in: Label::new("处", "places"),
        required: limit.value,
        present: known.map(|span| span.low),
    };
    held(unit, check, amounts, remark)
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
        let broken =
            |check: &Check| check.measured.is_some() && check.verdict != fireplan_model::findings::Verdict::Pass;
        let fit = match (own.iter().any(broken), own.iter().all(|check| check.measured.is_some())) {
            (true, _) => Some(false),
            (false, true) if !own.is_empty() => Some(true),
            _ => None,
        };
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
