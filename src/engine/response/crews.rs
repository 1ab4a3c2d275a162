//! Crews (出动力量): which stations send one, where it enters the road network and when.

use anyhow::{Result, bail};

use crate::response::dispatch::Dispatch;
use crate::response::driving;
use crate::response::reach::{Ready, Start};
use crate::response::station_exits::{StationExit, StationExits, UsableArc};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::StationId;
use fireplan_model::layers::{LayerId, RoadClass, Staffing, Station, StationKind};
use fireplan_model::network::Position;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rules::Rules;
use fireplan_model::scenario::is_planned;

const MS_PER_MIN: f64 = 60_000.0;

/// So many stations an error names.
const NAMED: usize = 5;

/// The crews of the stations that send any; stations that cannot be placed are noted, and so is what was assumed.
///
/// # Errors
/// If there are stations and none of them stands near a road.
pub(super) fn gather(
    area: &StudyArea,
    rules: &Rules,
    dispatch: &Dispatch,
    usable: UsableArc<'_>,
    notes: &mut Notes,
) -> Result<Vec<Start>> {
    let mut starts = Vec::new();
    let mut unplaced: Vec<String> = Vec::new();
    let mut exits = StationExits::new(area, rules, usable);
    for (id, station) in StationId::first(area.layers.stations.len()).zip(&area.layers.stations) {
        if let Some(reason) = dispatch.stands_down(station) {
            notes.add(Severity::Info, Some(LayerId::Stations), reason, station.name_or_id());
            continue;
        }
        note_assumptions(station, dispatch, notes);
        let Some(StationExit { position, told, .. }) = exits.find(station) else {
            let text = "消防站附近没有可通行道路，未参与计算 | No usable road near the station, left out";
            notes.add(Severity::LeftOut, Some(LayerId::Stations), text, station.name_or_id());
            unplaced.push(station.name_or_id());
            continue;
        };
        notes.merge(told);
        let ready = find_ready(rules, dispatch, station, &position);
        let (vehicle, is_planned) = (station.sent_class(), is_planned(&station.source_id));
        starts.push(Start { origin: id, vehicle, position, ready, is_planned });
    }
    // Where there is no station, or none is staffed, nobody is reached: that is an answer. Stations that stand on no road are
    // a fault of the data.
    if starts.is_empty() && !unplaced.is_empty() {
        let (count, limit_m) = (unplaced.len(), rules.response.access_limit_m.value);
        let named = unplaced[..count.min(NAMED)].join("、");
        bail!(
            "消防站 {limit_m} m 内都没有可通行道路，无法出动（共 {count} 个：{named}）；请核对站点坐标、坐标系和道路图层 | \
             none of {count} stations can send a crew, for no usable road lies within {limit_m} m ({named}); check their places, the coordinate system and the roads"
        );
    }
    if starts.is_empty() {
        let text = "没有可出动的消防站，各处均按无人到达计 | No station sends a crew: nobody is reached";
        notes.add(Severity::Warning, Some(LayerId::Stations), text, "");
    }
    Ok(starts)
}

/// When the crew of a station is on the road there.
fn find_ready(rules: &Rules, dispatch: &Dispatch, station: &Station, position: &Position) -> Ready {
    // From the garage to the road a truck drives as on a service road; without a speed for those, it crawls.
    let service =
        rules.speed(station.sent_class(), RoadClass::Service).map(|speed| speed.base_kph).filter(|kph| *kph > 0.0);
    let yard_kph = service.unwrap_or(rules.response.access_speed_kph.value);
    let yard_ms = position.distance_m / yard_kph * driving::MS_PER_M_KPH;
    let turnout = dispatch.turnout(station, rules);
    let ready_ms = |turnout_min: f64| (turnout_min * MS_PER_MIN + yard_ms).ceil() as u32;
    Ready {
        fast_ms: ready_ms(turnout.fast_min),
        base_ms: ready_ms(turnout.base_min),
        slow_ms: ready_ms(turnout.slow_min),
    }
}

fn note_assumptions(station: &Station, dispatch: &Dispatch, notes: &mut Notes) {
    let mut assume = |text: &str| notes.add(Severity::Warning, Some(LayerId::Stations), text, station.name_or_id());
    if station.vehicle_class.is_none() {
        assume("未注明车辆类型，按普通消防车计算 | Vehicle class not given; computed as a standard fire truck");
    }
    if dispatch.stated_turnout_min(station).is_none() {
        assume(match (station.kind, station.staffing) {
            (_, Some(Staffing::OnCall)) | (StationKind::Volunteer, _) => {
                "未注明出动时间，按志愿队出动时间范围计算 | Turnout not given; the rules' range for volunteers is used"
            }
            (StationKind::Unknown, _) => {
                "未注明出动时间和类别，出动时间按专职到志愿的范围计算 | Neither turnout nor kind given; the rules' range from professionals to volunteers is used"
            }
            _ => "未注明出动时间，采用规则默认值 | Turnout not given; the rules' default is used",
        });
    }
    if station.kind == StationKind::Works {
        assume(
            "企业专职消防队已计入，是否承担社会救援待核 | Works brigade, counted; whether it serves the public is undetermined",
        );
    }
}
