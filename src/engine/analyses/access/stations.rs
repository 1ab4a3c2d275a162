//! Where crews start and with what.

use anyhow::Result;

use super::FireAccess;
use super::passable::{Passable, Passes};
use crate::response::crews;
use crate::response::crews::Muster;
use crate::response::driving;
use crate::response::reach::Start;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::{LayerId, Station, StationKind, VehicleClass};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rules::Rules;

/// The stations that send crews by day, placed on roads that their own vehicle may use.
pub(super) fn place(
    question: &FireAccess,
    area: &StudyArea,
    rules: &Rules,
    passable: &[Passable],
    notes: &mut Notes,
) -> Result<Vec<Start>> {
    let own = |vehicle: VehicleClass| passable.iter().find(|passable| passable.class == vehicle);
    let muster = Muster {
        stands_down: &|station| question.stands_down(station),
        turnout_min: &|station| station.turnout_min.unwrap_or_else(|| rules.turnout_min(station.kind)),
        usable: &|vehicle, arc| {
            let passes = own(vehicle).is_some_and(|own| own.passes(arc.segment()) != Passes::No);
            passes && !driving::is_against_oneway(area, arc)
        },
    };
    let starts = crews::gather(area, rules, &muster, notes)?;
    if starts.iter().any(|start| start.vehicle < VehicleClass::Motorcycle) {
        let text = "视同配有比主战车更小的车辆：普通车到不了的地方按小型车、摩托车再算 | Stations are taken to have smaller vehicles too: where the standard truck does not get, a small truck and a motorcycle are tried";
        notes.add(Severity::Info, Some(LayerId::Stations), text, "");
    }
    Ok(starts)
}

impl FireAccess {
    /// Why a station sends nobody, if so.
    fn stands_down(&self, station: &Station) -> Option<&'static str> {
        if station.staffed_day == Some(false) {
            return Some("昼间无人执勤，未参与计算 | Not staffed by day, left out");
        }
        (!self.works_brigades && station.kind == StationKind::Works)
            .then_some("按参数不计入企业专职消防队 | Works brigades are not counted, as asked")
    }
}
