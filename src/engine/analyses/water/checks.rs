//! Sources against bank, lift and volume; villages against the flow that they need.

use super::WaterRun;
use super::sources::{SitedPoint, Usability, WaterPoint, is_natural};
use super::usability::DrawMeans;
use super::villages::{SitedVillage, Supply};
use fireplan_model::findings::Check;
use fireplan_model::layers::WaterKind;
use fireplan_model::method_constants;
use fireplan_model::rows::Label;
use fireplan_model::rules::{FactEstimate, Limit, WaterRules};

method_constants! {
    /// 由高程推算的吸水高度的误差 | Error of a suction lift that comes of the elevation model
    const LIFT_ERROR_M: f64 = 4.0,
        because "Copernicus GLO-30 高程的绝对误差（90%）小于 4 米；另用更细的高程时偏于保守 | The absolute vertical error (90 %) of Copernicus GLO-30 is below 4 m; with a finer model this is on the safe side";
}

/// Sources against bank, lift and volume; villages against the flow they need.
pub(super) fn checks(run: &WaterRun, points: &[SitedPoint], villages: &[SitedVillage]) -> Vec<Check> {
    let mut checks = Vec::new();
    for (point, id) in points.iter().zip(1..) {
        let (row, limits) = (&point.row, &run.local.of(point.town).water);
        let about = |check: Check| check.about("water_points", id);
        // A bank that is not counted on as water for engines is no intake, and breaks no clause on intakes.
        if !is_natural(row.kind) || row.usable == Usability::Usable {
            checks.push(about(limits.bank_m.check(&row.name, row.bank_m)));
        }
        // A pump at the water lifts it itself.
        let by_engine = row.means != Some(DrawMeans::PortablePump) && row.usable != Usability::Unusable;
        if is_natural(row.kind) && point.position.is_some() && by_engine {
            checks.push(about(check_lift(&limits.suction_m, row)));
        }
        if matches!(row.kind, WaterKind::Pool | WaterKind::Tank) {
            checks.push(about(check_volume(limits, row)));
        }
    }
    for (village, id) in villages.iter().zip(1..) {
        let row = &village.row;
        let measured = match row.supply {
            Supply::Mains | Supply::AtHand | Supply::Relay => continue,
            Supply::Undetermined | Supply::Pumps => None,
            Supply::Dry => Some(0.0),
            Supply::Shuttle | Supply::Short => row.flow_l_s,
        };
        let needed = &run.local.of(village.town).water.village_flow_l_s;
        checks.push(needed.check(&row.name, measured).about("water_villages", id));
    }
    checks
}

/// The lift of an engine beside water, which nobody measured: the elevation model gives it, and decides beyond its error only.
fn check_lift(limit: &Limit, row: &WaterPoint) -> Check {
    let Some(value) = row.lift_m else { return limit.check(&row.name, None) };
    let within = [(value - LIFT_ERROR_M).max(0.0), value + LIFT_ERROR_M];
    let source = Label::new("高程", "the elevation model");
    limit.check_estimate(&row.name, &FactEstimate { value, within, source })
}

/// The volume of a pool. Between what hydrants alone need and what the clause asks for with other systems, it depends on what the
/// pool serves, which no layer says.
fn check_volume(limits: &WaterRules, row: &WaterPoint) -> Check {
    let holds = |limit: &Limit, volume_m3: f64| limit.op.holds(volume_m3, limit.value);
    match row.volume_m3 {
        Some(m3) if !holds(&limits.pool_m3, m3) && holds(&limits.pool_hydrants_m3, m3) => {
            let (volume, bound) = (limits.pool_m3.measured(m3), limits.pool_hydrants_m3.bound());
            let why = Label::new(
                format!("容积 {volume}；仅设消火栓系统的水池 {bound} 即可，水池供哪些系统不明"),
                format!(
                    "{volume}; {bound} is enough where a pool serves hydrants only, and what it serves is not known"
                ),
            );
            limits.pool_m3.check_unmet(&row.name, &why, false)
        }
        volume_m3 => limits.pool_m3.check(&row.name, volume_m3),
    }
}
