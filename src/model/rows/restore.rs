//! Rows made again of the cells that they were written into.

use std::marker::PhantomData;

use geo::Geometry;

use super::{FixedText, Row, Value};

/// Makes rows of one kind again of their geometry and [`Row::values`].
pub struct RowReader<R> {
    columns: Vec<FixedText>,
    row: PhantomData<R>,
}

impl<R: Row> Default for RowReader<R> {
    fn default() -> Self {
        Self { columns: R::columns().into_iter().map(|column| column.name).collect(), row: PhantomData }
    }
}

impl<R: Row> RowReader<R> {
    /// The row of this geometry with these cells, in the order of [`Row::columns`]; `None`: they are not the cells of such a row.
    pub fn read(&self, geometry: Geometry, values: &[Value]) -> Option<R> {
        if values.len() != self.columns.len() {
            return None;
        }
        let mut understood = true;
        let mut next = 0;
        let mut cell = |name: &'static str| {
            // Rows ask for their cells in the order of their columns.
            let at = (next..self.columns.len()).find(|at| self.columns[*at] == name)?;
            next = at + 1;
            Some(&values[at]).filter(|value| **value != Value::Null).map(ToString::to_string)
        };
        let row = R::read(geometry, &mut cell, &mut |_, _| understood = false).ok()?;
        understood.then_some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Station, StationKind, VehicleClass};
    use geo::Point;

    #[test]
    fn a_row_made_again_has_the_same_cells_to_the_last_digit() {
        let station = Station {
            name: "东站".to_owned(),
            kind: StationKind::TownLevel1,
            vehicle_class: Some(VehicleClass::Small),
            crew_people: Some(12),
            turnout_min: Some(1.0 / 3.0),
            staffed_day: Some(false),
            ..Station::blank(Point::new(0.1, 1.0 / 7.0)).unwrap()
        };
        let reader = RowReader::<Station>::default();
        let again = reader.read(station.geometry().unwrap(), &station.values()).unwrap();
        assert_eq!((again.geometry, again.values()), (station.geometry, station.values()));
        assert!(reader.read(station.geometry().unwrap(), &[]).is_none());
    }
}
