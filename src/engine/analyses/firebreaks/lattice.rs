//! Forest at places of a regular lattice: shares of it near water or in view are counted there.

use geo::{BoundingRect, Coord, Rect};
use rayon::prelude::*;

use super::FirebreakCase;
use fireplan_model::ids::TownId;

/// A place of the lattice that lies in forest.
pub(super) struct ForestPlace {
    pub column: u32,
    pub row: u32,
    pub at: Coord,
    /// Number of the forest, of those that hang together.
    pub range: u32,
    pub town: Option<TownId>,
}

/// The lattice over all forest.
pub(super) struct Lattice {
    pub places: Vec<ForestPlace>,
    origin: Coord,
    pub step_m: f64,
}

impl Lattice {
    pub(super) fn new(case: &FirebreakCase) -> Self {
        let step_m = case.question.lattice_m;
        let Some(rect) = case.woods.shape().bounding_rect() else {
            return Self { places: Vec::new(), origin: Coord::zero(), step_m };
        };
        let (columns, rows) = ((rect.width() / step_m) as u32 + 1, (rect.height() / step_m) as u32 + 1);
        let origin = rect.min();
        let place = |column: u32, row: u32| {
            let at = origin + Coord { x: f64::from(column) + 0.5, y: f64::from(row) + 0.5 } * step_m;
            let range = case.woods.index.area_at(at)?;
            Some(ForestPlace { column, row, at, range, town: case.towns.at(at) })
        };
        let row_of = |row: u32| (0..columns).filter_map(move |column| place(column, row));
        let places = (0..rows).into_par_iter().flat_map_iter(row_of).collect();
        Self { places, origin, step_m }
    }

    /// Forest that one place stands for.
    pub(super) fn place_m2(&self, case: &FirebreakCase) -> f64 {
        case.woods.area_m2 / (self.places.len().max(1)) as f64
    }

    /// The ground of the places from one column to another of a row.
    pub(super) fn ground(&self, row: u32, columns: (u32, u32)) -> Rect {
        let corner =
            |column: u32, row: u32| self.origin + Coord { x: f64::from(column), y: f64::from(row) } * self.step_m;
        Rect::new(corner(columns.0, row), corner(columns.1 + 1, row + 1))
    }
}
