//! Exits of stations (出入口): where the crew of each station enters the road network.
//!
//! A crew enters on the nearest road from which it gets anywhere ([`Exits`]), and not on the deck of a bridge: what runs above a
//! station is not its forecourt. Where no such road is near, it stands on the nearest one and is told. A station that stands
//! where it stood keeps the road by which it leaves, however near a planned one passes: that may lead elsewhere, and its crew
//! would come later to the places that it serves today.

use std::collections::{BTreeMap, BTreeSet};

use crate::response::driving;
use crate::response::exits::Exits;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{ArcId, SegmentId};
use fireplan_model::layers::{LayerId, Road, Station, VehicleClass};
use fireplan_model::network::{Position, running_level};
use fireplan_model::notes::{NoteCase, NoteKind, Notes};
use fireplan_model::rules::Rules;
use fireplan_model::scenario::is_planned;

/// Whether a vehicle of a class may drive along an arc.
pub(super) type UsableArc<'a> = &'a dyn Fn(VehicleClass, ArcId) -> bool;

/// Finds the exits of stations, station by station.
pub(super) struct StationExits<'a> {
    area: &'a StudyArea,
    rules: &'a Rules,
    usable: UsableArc<'a>,
    all: BTreeMap<VehicleClass, Exits<'a>>,
    /// Over the roads that are there; of use only where some are planned.
    today: BTreeMap<VehicleClass, Exits<'a>>,
    with_planned_roads: bool,
}

impl<'a> StationExits<'a> {
    /// Over the arcs that vehicles of each class may drive along.
    pub(super) fn new(area: &'a StudyArea, rules: &'a Rules, usable: UsableArc<'a>) -> Self {
        let with_planned_roads = area.layers.roads.iter().any(Road::is_planned);
        Self { area, rules, usable, all: BTreeMap::new(), today: BTreeMap::new(), with_planned_roads }
    }

    /// Where the crew of a station enters the network; `None` where no road that it may drive on is near.
    pub(super) fn find(&mut self, station: &Station) -> Option<StationExit> {
        let Self { area, rules, usable, .. } = *self;
        let vehicle = station.sent_class();
        let today = (self.with_planned_roads && stands_as_before(area, station)).then(|| {
            let usable = move |arc: ArcId| usable(vehicle, arc) && !area.road_of(arc.segment()).is_planned();
            let exits = self.today.entry(vehicle).or_insert_with(|| Exits::new(area, usable));
            StationExit::find(area, rules, exits, station)
        });
        let exits = self.all.entry(vehicle).or_insert_with(|| Exits::new(area, move |arc| usable(vehicle, arc)));
        let all = || StationExit::find(area, rules, exits, station);
        match today.flatten() {
            Some(today) if today.leads_out => Some(today),
            // Only a road that leads out is better than one that does not.
            Some(today) => all().filter(|all| all.leads_out).or(Some(today)),
            None => all(),
        }
    }
}

/// Where a crew enters the network, and what is to be told of it.
pub(super) struct StationExit {
    pub(super) position: Position,
    leads_out: bool,
    pub(super) told: Notes,
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
    let case = |words: String| NoteCase::from(format!("{}：{words}", station.name_or_id())).of(&station.source_id);
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

/// Whether no scenario has put the station where it stands.
fn stands_as_before(area: &StudyArea, station: &Station) -> bool {
    let is_moved = |id: &str| area.applied.as_ref().is_some_and(|applied| applied.moved_stations.contains(id));
    !is_planned(&station.source_id) && !is_moved(&station.source_id)
}

/// Whether a road runs above the ground.
fn is_deck(road: &Road) -> bool {
    road.bridge || running_level(road) > 0
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
