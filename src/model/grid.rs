//! Regular grids over the plane: heights, people, risk.

use geo::Coord;

/// A regular grid over the plane; cell (0, 0) is the north-west one, rows run south.
#[derive(Debug, Clone)]
pub struct Grid {
    /// North-west corner of the north-west cell.
    pub origin: Coord,
    /// Side of a cell.
    pub cell_m: f64,
    /// Number of cells from west to east.
    pub columns: usize,
    /// Number of cells from north to south.
    pub rows: usize,
    /// Row by row from the north; NaN where there is no value.
    pub values: Vec<f32>,
}

impl Grid {
    /// The middle of a cell, in local metres.
    pub fn center(&self, column: usize, row: usize) -> Coord {
        Coord {
            x: self.origin.x + (column as f64 + 0.5) * self.cell_m,
            y: self.origin.y - (row as f64 + 0.5) * self.cell_m,
        }
    }

    /// The value of a cell; `None`: none is known, or there is no such cell.
    pub fn value(&self, column: usize, row: usize) -> Option<f64> {
        let value = *self.values.get(row * self.columns + column)?;
        (column < self.columns && value.is_finite()).then_some(f64::from(value))
    }

    /// Bilinear between cell centres; `None` off the grid or next to a cell without value.
    pub fn interpolate(&self, at: Coord) -> Option<f64> {
        let x = (at.x - self.origin.x) / self.cell_m - 0.5;
        let y = (self.origin.y - at.y) / self.cell_m - 0.5;
        if !(x >= 0.0 && y >= 0.0) {
            return None;
        }
        let (column, row) = (x.floor() as usize, y.floor() as usize);
        let (fx, fy) = (x - x.floor(), y - y.floor());
        let corner = |dx: usize, dy: usize, weight: f64| {
            if weight == 0.0 { Some(0.0) } else { Some(self.value(column + dx, row + dy)? * weight) }
        };
        Some(
            corner(0, 0, (1.0 - fx) * (1.0 - fy))?
                + corner(1, 0, fx * (1.0 - fy))?
                + corner(0, 1, (1.0 - fx) * fy)?
                + corner(1, 1, fx * fy)?,
        )
    }

    /// Index of the cell that holds the place.
    pub fn cell_at(&self, at: Coord) -> Option<usize> {
        let column = ((at.x - self.origin.x) / self.cell_m).floor();
        let row = ((self.origin.y - at.y) / self.cell_m).floor();
        let inside = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        inside.then(|| row as usize * self.columns + column as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid {
            origin: Coord { x: 0.0, y: 20.0 },
            cell_m: 10.0,
            columns: 2,
            rows: 2,
            values: vec![0.0, 10.0, 20.0, f32::NAN],
        }
    }

    #[test]
    fn a_value_at_a_center_is_the_cell_s() {
        assert_eq!(grid().interpolate(Coord { x: 5.0, y: 15.0 }), Some(0.0));
        assert_eq!(grid().interpolate(Coord { x: 10.0, y: 15.0 }), Some(5.0));
        assert_eq!(grid().interpolate(Coord { x: 5.0, y: 10.0 }), Some(10.0));
    }

    #[test]
    fn nothing_is_made_up_beside_missing_values() {
        assert_eq!(grid().interpolate(Coord { x: 10.0, y: 10.0 }), None);
        assert_eq!(grid().interpolate(Coord { x: 4.0, y: 15.0 }), None);
        assert_eq!(grid().interpolate(Coord { x: 16.0, y: 15.0 }), None);
    }
}
