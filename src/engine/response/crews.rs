//! Crews (出动力量): which stations send one, where it enters the road network and when.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use crate::response::dispatch::Dispatch;
use crate::response::driving;
use crate::response::exits::Exits;
use crate::response::reach::{Ready, Start};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ArcId, SegmentId, StationId};
use fireplan_model::layers::{LayerId, Road, RoadClass, Staffing, Station, StationKind, VehicleClass};
use fireplan_model::network::{Position, running_level};
use fireplan_model::notes::{NoteCase, NoteKind, Notes, Severity};
use fireplan_model::rules::Rules;
use fireplan_model::scenario::is_planned;

const MS_PER_MIN: f64 = 60_000.0;

/// So many stations an error names.
const NAMED: usize = 5;

/// The station's name, or how its source numbers it.
pub fn name(station: &Station) -> String {
    if station.name.is_empty() { station.source_id.clone() } else { station.name.clone() }
}

/// What a station counts as: one of a kind that nobody states whose crew is called in is a team of volunteers.
pub fn counted_kind(station: &Station) -> StationKind {
    match (station.kind, station.staffing) {
        (StationKind::Unknown, Some(Staffing::OnCall)) => StationKind::Volunteer,
        (kind, _) => kind,
    }
}

/// What a station sends; where it does not say, a standard truck.
pub fn vehicle_class(station: &Station) -> VehicleClass {
    station.vehicle_class.unwrap_or(VehicleClass::Standard)
}

/// The crews of the stations that send any; stations that cannot be placed are noted, and so is what was assumed.
///
/// A crew enters the network on the nearest road from which it gets anywhere ([`Exits`]), and not on the deck of a bridge:
/// what runs above a station is not its forecourt. Where no such road is near, it stands on the nearest one and is told.
/// A station that stands where it stood keeps the road by which it leaves, however near a planned one passes: that may lead
/// elsewhere, and its crew would come later to the places that it serves today.
///
/// `usable`: whether a vehicle of this class may drive along an arc.
///
/// # Errors
/// If there are stations and none of them stands near a road.
pub(super) fn gather(
    area: &StudyArea,
    rules: &Rules,
    dispatch: &Dispatch,
    usable: &dyn Fn(VehicleClass, ArcId) -> bool,
    notes: &mut Notes,
) -> Result<Vec<Start>> {
    let mut starts = Vec::new();
    let mut unplaced: Vec<String> = Vec::new();
    let mut exits: BTreeMap<VehicleClass, Exits> = BTreeMap::new();
    let mut exits_today: BTreeMap<VehicleClass, Exits> = BTreeMap::new();
    let with_planned_roads = area.layers.roads.iter().any(Road::is_planned);
    for (id, station) in StationId::first(area.layers.stations.len()).zip(&area.layers.stations) {
        if let Some(reason) = dispatch.stands_down(station) {
            notes.add(Severity::Info, Some(LayerId::Stations), reason, name(station));
            continue;
        }
        note_assumptions(station, dispatch, notes);
        let vehicle = vehicle_class(station);
        let today = (with_planned_roads && stands_as_before(area, station)).then(|| {
            let usable = move |arc| usable(vehicle, arc) && !area.road_of(arc.segment()).is_planned();
            let exits = exits_today.entry(vehicle).or_insert_with(|| Exits::new(area, usable));
            StationExit::find(area, rules, exits, station)
        });
        let exits = exits.entry(vehicle).or_insert_with(|| Exits::new(area, move |arc| usable(vehicle, arc)));
        let all = || StationExit::find(area, rules, exits, station);
        let found = match today.flatten() {
            Some(today) if today.leads_out => Some(today),
            // Only a road that leads out is better than one that does not.
            Some(today) => all().filter(|all| all.leads_out).or(Some(today)),
            None => all(),
        };
        let Some(StationExit { position, told, .. }) = found else {
            let text = "消防站附近没有可通行道路，未参与计算 | No usable road near the station, left out";
            notes.add(Severity::LeftOut, Some(LayerId::Stations), text, name(station));
            unplaced.push(name(station));
            continue;
        };
        notes.merge(told);
        // From the garage to the road a truck drives as on a service road; without a speed for those, it crawls.
        let service = rules.speed(vehicle, RoadClass::Service).map(|speed| speed.base_kph).filter(|kph| *kph > 0.0);
        let yard_kph = service.unwrap_or(rules.response.access_speed_kph.value);
        let yard_ms = position.distance_m / yard_kph * driving::MS_PER_M_KPH;
        let turnout = dispatch.turnout(station, rules);
        let ready_ms = |turnout_min: f64| (turnout_min * MS_PER_MIN + yard_ms).ceil() as u32;
        let ready = Ready {
            fast_ms: ready_ms(turnout.fast_min),
            base_ms: ready_ms(turnout.base_min),
            slow_ms: ready_ms(turnout.slow_min),
        };
        starts.push(Start { origin: id, vehicle, position, ready, is_planned: is_planned(&station.source_id) });
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

/// Whether no scenario has put the station where it stands.
fn stands_as_before(area: &StudyArea, station: &Station) -> bool {
    let is_moved = |id: &str| area.applied.as_ref().is_some_and(|applied| applied.moved_stations.contains(id));
    !is_planned(&station.source_id) && !is_moved(&station.source_id)
}

/// Whether a road runs above the ground.
fn is_deck(road: &Road) -> bool {
    road.bridge || running_level(road) > 0
}

/// Where a crew enters the network, and what is to be told of it.
struct StationExit {
    position: Position,
    leads_out: bool,
    told: Notes,
}

impl StationExit {
    fn find(area: &StudyArea, rules: &Rules, exits: &Exits, station: &Station) -> Option<Self> {
        let mut told = Notes::default();
        let position = place(area, rules, exits, station, &mut told)?;
        Some(Self { position, leads_out: exits.leads_out(position.segment), told })
    }
}

/// Where the crew of a station enters the network; `None` where no road that it may drive on is near.
fn place(area: &StudyArea, rules: &Rules, exits: &Exits, station: &Station, notes: &mut Notes) -> Option<Position> {
    let limit_m = rules.response.access_limit_m.value;
    let nearest = |usable: &dyn Fn(&Road, SegmentId) -> bool| {
        let serves = |segment: SegmentId| {
            let road = area.road_of(segment);
            driving::serves_places(road) && exits.is_open(segment) && usable(road, segment)
        };
        area.network.nearest(station.geometry.0, limit_m, serves, |_| true)
    };
    let case = |words: String| NoteCase::from(format!("{}：{words}", name(station))).of(&station.source_id);
    let metres = |position: &Position| position.distance_m.round();
    let Some(any) = nearest(&|road, _| !is_deck(road)) else {
        let deck = nearest(&|_, _| true)?;
        let text = "消防站附近只有桥梁，按从桥上出动计，待核 | Nothing but a bridge near the station: its crews are taken to leave by that, undetermined";
        notes.add(NoteKind::Doubted, Some(LayerId::Stations), text, case(format!("{} m", metres(&deck))));
        return Some(deck);
    };
    if exits.leads_out(any.segment) {
        return Some(any);
    }
    let Some(out) = nearest(&|road, segment| !is_deck(road) && exits.leads_out(segment)) else {
        let text = "消防站所在道路驶不出(单行或与路网不连通)，附近也没有别的路，只能到达该段路，待核 | \
                    The road of the station leads nowhere (one-way in, or not connected) and no other is near: its crews reach that road only, undetermined";
        notes.add(NoteKind::Doubted, Some(LayerId::Stations), text, case(format!("{} m", metres(&any))));
        return Some(any);
    };
    let text = "消防站最近的道路驶不出(单行或与路网不连通)，改由最近的可驶出道路出动，请核对 | \
                The road nearest to the station leads nowhere (one-way in, or not connected): its crews leave by the nearest that does, to be checked";
    notes.add(
        NoteKind::Converted,
        Some(LayerId::Stations),
        text,
        case(format!("{} → {} m", metres(&any), metres(&out))),
    );
    Some(out)
}

/// The road on which a crew stands, from one junction to the next: the crew drives there every day. A planned road that joins
/// it between them makes it no shorter.
pub(crate) fn own_stretch(area: &StudyArea, segment: SegmentId) -> BTreeSet<SegmentId> {
    let network = &area.network;
    let mut stretch = BTreeSet::from([segment]);
    for mut arc in segment.arcs() {
        loop {
            let (planned, standing): (Vec<SegmentId>, Vec<SegmentId>) =
                network.segments_at(network.head(arc)).iter().partition(|at| area.road_of(**at).is_planned());
            let onward = standing.into_iter().filter(|at| *at != arc.segment()).collect::<Vec<_>>();
            let [next] = onward[..] else { break };
            let goes_on = !planned.is_empty() && network[next].road == network[arc.segment()].road;
            if !goes_on || !stretch.insert(next) {
                break;
            }
            arc = if network.tail(next.along()) == network.head(arc) { next.along() } else { next.against() };
        }
    }
    stretch
}

fn note_assumptions(station: &Station, dispatch: &Dispatch, notes: &mut Notes) {
    let mut assume = |text: &str| notes.add(Severity::Warning, Some(LayerId::Stations), text, name(station));
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
