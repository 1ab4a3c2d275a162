//! Villages that a station no longer gets to once it sends a larger vehicle: no fact of the station is worse, and people are told.

use geo::Coord;

use super::national::RULES;
use crate::response::dispatch::Dispatch;
use crate::response::driving::{Drive, DrivingReading, serves_places};
use crate::response::reach::segments_in_reach;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::{Layers, Station, VehicleClass};
use fireplan_model::notes::Notes;
use fireplan_model::rules::Rules;

/// A station that an edit lets send a larger vehicle.
pub(super) struct LargerVehicle {
    /// Number of the edit, from 1.
    pub edit: usize,
    pub station: String,
    pub name: String,
    /// What it sends today.
    pub sent: VehicleClass,
}

/// The villages, by name and place, that the station gets to with the vehicle that it sends today and not with the one that it is to
/// have, by the roads as they are in the changed area.
pub(super) fn find_cut_off(changed: &StudyArea, larger: &LargerVehicle) -> Vec<(String, Coord)> {
    let Some(rules) = RULES.as_ref() else { return Vec::new() };
    let is_meant = |station: &&Station| station.source_id == larger.station && station.name_or_id() == larger.name;
    let Some(station) = changed.layers.stations.iter().find(is_meant) else { return Vec::new() };
    let reached = |class| segments_of(changed, rules, Station { vehicle_class: Some(class), ..station.clone() });
    let [Some(before), Some(after)] = [larger.sent, station.sent_class()].map(reached) else { return Vec::new() };
    let is_near = |at: Coord, reached: &[bool]| {
        let limit_m = rules.response.access_limit_m.value;
        changed.network.nearest(at, limit_m, |segment| reached[segment.index()], |_| true).is_some()
    };
    let villages = changed.layers.villages.iter().map(|village| (village.name.clone(), village.geometry.0));
    villages.filter(|(_, at)| is_near(*at, &before) && !is_near(*at, &after)).collect()
}

/// The segments that serve places and that the crew of this station gets to.
fn segments_of(area: &StudyArea, rules: &Rules, station: Station) -> Option<Vec<bool>> {
    let class = station.sent_class();
    let layers = Layers { stations: vec![station], ..area.layers.clone() };
    let alone = StudyArea { layers, derived: area.derived.share(), ..area.clone() };
    let starts = Dispatch::default().starts(&alone, rules, &mut Notes::default()).ok()?;
    let drive = Drive::new(area, rules, class, DrivingReading::Base).ok()?;
    let reached = segments_in_reach(area, &drive, starts.iter(), |_| true);
    let roads = area.network.segments.iter().map(|segment| &area.layers.roads[segment.road.index()]);
    Some(reached.into_iter().zip(roads).map(|(got, road)| got && serves_places(road)).collect())
}
