//! The area of responsibility of every station as it is today, held against the clauses.
//!
//! The county is parted between the stations by who is first, in whatever time, as a plan parts it between those it has
//! ([`responsibility`](crate::response::responsibility)). What a station reaches within the budget is another thing: a station that
//! reaches farther has no larger area for that.

use super::bands::Sampled;
use super::crews::StationReach;
use crate::response::responsibility::{HeldStation, Responsibility, areas, hold_areas};
use crate::response::times::ResponseTimes;
use fireplan_model::findings::Check;
use fireplan_model::ids::StationId;

/// The areas of the stations; none where no map is drawn, or where the area has no boundary to part.
pub(super) fn station_areas(run: &ResponseTimes, sampled: Option<&Sampled>) -> Vec<Responsibility> {
    if sampled.is_none() || run.area.boundary.0.is_empty() { Vec::new() } else { areas(run) }
}

/// The area of one station.
pub(super) fn area_of(areas: &[Responsibility], station: StationId) -> Option<&Responsibility> {
    areas.iter().find(|area| area.station == station)
}

/// Every station against the clauses on its area, in the order of the layer.
pub(super) fn checks(run: &ResponseTimes, areas: &[Responsibility], stations: &[StationReach]) -> Vec<Check> {
    let held = stations.iter().zip(StationId::first(stations.len()));
    let held = held.map(|(row, station)| HeldStation {
        rules: run.local.at(&run.towns, row.geometry.0),
        name: &row.name,
        kind: row.kind,
        area: area_of(areas, station).filter(|_| row.turnout_min.is_some()),
    });
    hold_areas(&held.collect::<Vec<_>>(), "coverage_stations", true)
}
