//! Whom a new station reaches in time, and nobody reaches now.

use std::collections::BTreeMap;

use anyhow::Result;
use geo::{Coord, Point};
use rayon::prelude::*;

use crate::analysis::Context;
use crate::response::dispatch::Dispatch;
use crate::response::driving::DrivingReading;
use crate::response::places::{PlaceAccess, Placement};
use crate::response::reach::{ArrivalField, Start};
use crate::response::site_times::{DrivingInputs, SiteTimes};
use crate::response::time_limits::TimeLimits;
use crate::response::times::MS_PER_MIN;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{GainedState, ProposedProject, StateGain, code_of_place};
use fireplan_model::layers::Station;
use fireplan_model::notes::Notes;
use fireplan_model::rows::Row;
use fireplan_model::scenario::{Edit, planned_id};

/// A place with people, and the time that binds there.
struct InhabitedPlace {
    at: Coord,
    /// `None`: nobody has counted them.
    people: Option<f64>,
    allowed_ms: u32,
}

/// One gain for each place and new station that is there in time where no station is now.
pub(super) fn gains(context: &Context, projects: &[ProposedProject]) -> Result<Vec<StateGain>> {
    let (area, rules) = (context.area, context.rules);
    let mut imagined = StudyArea { notes: Vec::new(), ..area.clone() };
    imagined.layers.stations.clear();
    let mut meant: Vec<&str> = Vec::new();
    for project in projects {
        let new = project.edits.0.iter().filter_map(|edit| new_station(area, edit));
        for station in new {
            imagined.layers.stations.push(station);
            meant.push(&project.id);
        }
    }
    if area.network.segments.is_empty() || meant.is_empty() {
        return Ok(Vec::new());
    }
    // Notes on the stations that stand are those of coverage; what new ones do not say is no gap of the data.
    let standing = Dispatch::default().starts(area, rules, &mut Notes::default()).unwrap_or_default();
    let new = Dispatch::default().starts(&imagined, rules, &mut Notes::default()).unwrap_or_default();
    let starts: Vec<Start> = standing.iter().chain(&new).copied().collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let places = inhabited(context);
    let rows = arrivals(context, &starts, &places)?;
    let (now, then) = rows.split_at(standing.len());
    let mut gains = Vec::new();
    for (number, place) in places.iter().enumerate() {
        let in_time = |row: &&Vec<u32>| row[number] <= place.allowed_ms;
        if now.iter().any(|row| in_time(&row)) {
            continue;
        }
        for (start, _) in new.iter().zip(then).filter(|(_, row)| in_time(row)) {
            gains.push(StateGain {
                state: GainedState::InTime,
                place: code_of_place(place.at),
                people: place.people,
                together: vec![meant[start.origin.index()].to_owned()],
            });
        }
    }
    Ok(gains)
}

/// The places to which an engine comes in time as the area is, with their people.
///
/// # Errors
/// If driving times cannot be found.
pub(super) fn in_time(context: &Context) -> Result<BTreeMap<String, Option<f64>>> {
    let (area, rules) = (context.area, context.rules);
    let starts = Dispatch::default().starts(area, rules, &mut Notes::default()).unwrap_or_default();
    if area.network.segments.is_empty() || starts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let places = inhabited(context);
    let rows = arrivals(context, &starts, &places)?;
    let in_time = places.iter().enumerate().filter(|(number, place)| {
        let allowed_ms = place.allowed_ms;
        rows.iter().any(|row| row[*number] <= allowed_ms)
    });
    Ok(in_time.map(|(_, place)| (code_of_place(place.at), place.people)).collect())
}

/// When the crew of each start is at each place.
fn arrivals(context: &Context, starts: &[Start], places: &[InhabitedPlace]) -> Result<Vec<Vec<u32>>> {
    let (area, rules) = (context.area, context.rules);
    let field = ArrivalField::new(area, rules, starts, DrivingReading::Base, 0)?;
    let vehicles: Vec<_> = field.reaches.iter().map(|reach| reach.vehicle()).collect();
    let access = PlaceAccess::new(area, rules, &field)?;
    let placements: Vec<Placement> = places.par_iter().map(|place| access.place(place.at)).collect();
    let horizon_ms = places.iter().map(|place| place.allowed_ms).max().unwrap_or(0);
    let inputs = DrivingInputs { area, rules, access: &access, vehicles: &vehicles };
    Ok(SiteTimes::new(&inputs, starts, &placements, DrivingReading::Base, horizon_ms, || ())?.rows)
}

fn new_station(area: &StudyArea, edit: &Edit) -> Option<Station> {
    let Edit::AddStation { name, at, kind, vehicle_class, turnout_min } = edit else { return None };
    let mut place = [Coord { x: at[0], y: at[1] }];
    area.plane.to_local(&mut place).ok()?;
    let blank = Station::blank(Point(place[0]))?;
    Some(Station {
        name: name.clone(),
        kind: *kind,
        vehicle_class: *vehicle_class,
        turnout_min: *turnout_min,
        source_id: planned_id(name),
        ..blank
    })
}

/// Cells of the raster of people within the area or, without one, the villages. Of several in one place, their people together.
fn inhabited(context: &Context) -> Vec<InhabitedPlace> {
    let area = context.area;
    let mut people: BTreeMap<String, (Coord, Option<f64>)> = BTreeMap::new();
    let mut add = |at: Coord, count: Option<f64>| {
        let known = &mut people.entry(code_of_place(at)).or_insert((at, None)).1;
        *known = count.map_or(*known, |count| Some(known.unwrap_or(0.0) + count));
    };
    match &area.population {
        Some(grid) => {
            let cells = (0..grid.rows).flat_map(|row| (0..grid.columns).map(move |column| (column, row)));
            for (column, row) in cells {
                let count = grid.value(column, row).filter(|count| *count > 0.0);
                let at = grid.center(column, row);
                if count.is_some() && area.counts(at) {
                    add(at, count);
                }
            }
        }
        None => {
            for village in area.layers.villages.iter().filter(|village| area.counts(village.geometry.0)) {
                add(village.geometry.0, village.population_people.map(f64::from));
            }
        }
    }
    let towns = TownIndex::new(area);
    let limits = TimeLimits::new(area, context.rules, &towns);
    let place = |(at, people): (Coord, Option<f64>)| InhabitedPlace {
        at,
        people,
        allowed_ms: (limits.at(at).value * MS_PER_MIN) as u32,
    };
    people.into_values().map(place).collect()
}
