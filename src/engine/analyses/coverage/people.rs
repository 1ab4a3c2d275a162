//! Where people are, and which station reaches them first.

use geo::Coord;
use rayon::prelude::*;

use super::Sited;
use super::parts::CellPart;
use super::sites::VillageReach;
use crate::response::times::{Reached, ResponseTimes, minutes};
use fireplan_model::grid::Grid;
use fireplan_model::ids::{StationId, TownId};
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{Notes, Severity};

/// People at a place.
pub(super) struct PeopleAt {
    pub people: f64,
    pub town: Option<TownId>,
    pub reached: Reached,
    /// In time at base speeds, where one-ways and what is undetermined do not stop an engine on duty.
    pub reached_if_favourable: bool,
    pub first: Option<StationId>,
}

/// Where people are, from the population raster or else from the villages.
pub(super) struct People {
    pub at: Vec<PeopleAt>,
    pub from_raster: bool,
}

impl People {
    pub(super) fn of_villages(run: &ResponseTimes, villages: &[Sited<VillageReach>]) -> Self {
        let with_people = villages.iter().filter_map(|village| Some((village, village.row.population_people?)));
        let at = with_people.map(|(village, people)| PeopleAt {
            people: f64::from(people),
            town: village.town,
            reached: village.row.reached,
            reached_if_favourable: village
                .row
                .response_favourable_min
                .is_some_and(|min| min <= minutes(run.budget_ms_at(village.row.geometry.0))),
            first: village.first,
        });
        Self { at: at.collect(), from_raster: false }
    }

    /// People to whom this station comes first, within the budget at base speed.
    pub(super) fn first_within(&self, station: StationId) -> f64 {
        let first = self.at.iter().filter(|at| at.first == Some(station) && at.reached.is_covered());
        first.map(|at| at.people).sum::<f64>().round()
    }
}

/// Every cell with people: where and how many.
pub(super) fn cells(grid: &Grid) -> Vec<(Coord, f64)> {
    numbered_cells(grid).into_iter().map(|(_, at, people)| (at, people)).collect()
}

/// The same with its number in the grid.
fn numbered_cells(grid: &Grid) -> Vec<(u32, Coord, f64)> {
    let cells = (0..grid.rows).flat_map(|row| (0..grid.columns).map(move |column| (column, row))).zip(0..);
    let known =
        cells.filter_map(|((column, row), number)| Some((number, grid.center(column, row), grid.value(column, row)?)));
    known.filter(|(_, _, people)| *people > 0.0).collect()
}

/// Every cell with people, and when it is reached.
pub(super) fn cells_reached(run: &ResponseTimes, grid: &Grid) -> Vec<CellPart> {
    let cell = |&(number, at, people): &(u32, Coord, f64)| {
        let times = run.times_at(at);
        let first = times.told()[0].map(|arrival| arrival.origin);
        let (reached, reached_if_favourable) = (run.reached(&times, at), run.reached_if_favourable(&times, at));
        CellPart { number, at: PeopleAt { people, town: run.towns.at(at), reached, reached_if_favourable, first } }
    };
    numbered_cells(grid).par_iter().map(cell).collect()
}

/// The people of the cells; notes how many are too far from a road.
pub(super) fn of_cells(at: Vec<PeopleAt>, notes: &mut Notes) -> People {
    let unplaced: f64 = at.iter().filter(|at| at.reached == Reached::Unplaced).map(|at| at.people).sum();
    if unplaced >= 1.0 {
        notes.add(
            Severity::LeftOut,
            Some(LayerId::Population),
            "部分人口格网离道路过远，计为未覆盖(人) | Some population cells are too far from roads; counted as not covered (people)",
            format!("{unplaced:.0}"),
        );
    }
    People { at, from_raster: true }
}
