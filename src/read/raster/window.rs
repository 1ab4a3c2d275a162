//! Which cells of a raster the area needs: only those are read, however large the file.

use anyhow::{Result, bail};
use geo::{Coord, Rect};

use super::{MARGIN_M, MOST_READ_CELLS, Window};

/// A block of cells of a raster file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CellBlock {
    pub(super) column: usize,
    pub(super) row: usize,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl CellBlock {
    /// The cells of a raster of this transform and size that the window needs, with some around it to interpolate by; none
    /// where the raster does not lie in the area.
    pub(super) fn needed(
        window: &Window,
        definition: &str,
        transform: &[f64; 6],
        size: (usize, usize),
    ) -> Result<Self> {
        let Some(extent) = extent_in(window, definition)? else {
            return Ok(Self { column: 0, row: 0, columns: 0, rows: 0 });
        };
        /// Cells beyond the window, for interpolation and for the spikes beside it.
        const AROUND: f64 = 4.0;
        let range = |a: f64, b: f64, count: usize| {
            let from = (a.min(b).floor() - AROUND).clamp(0.0, count as f64);
            let to = (a.max(b).ceil() + AROUND).clamp(0.0, count as f64);
            (from as usize, (to - from) as usize)
        };
        let [x, dx, _, y, _, dy] = *transform;
        let (column, columns) = range((extent.min().x - x) / dx, (extent.max().x - x) / dx, size.0);
        let (row, rows) = range((extent.min().y - y) / dy, (extent.max().y - y) / dy, size.1);
        Ok(Self { column, row, columns, rows })
    }

    /// Refuses more cells than can be held, and blocks of the file that alone are more.
    pub(super) fn refuse_too_many(&self, file_block: (usize, usize)) -> Result<()> {
        let cells = self.columns as f64 * self.rows as f64;
        let in_block = file_block.0 as f64 * file_block.1 as f64;
        if cells > MOST_READ_CELLS || (cells > 0.0 && in_block > MOST_READ_CELLS) {
            bail!(
                "本区范围内的栅格有 {columns}×{rows} 格(分块 {0}×{1})，多于 {MOST_READ_CELLS:.0}，超出内存：请用 gdalwarp -tr 降低分辨率后再用 | \
                 {columns} by {rows} cells of the raster lie in the area (in blocks of {0} by {1}), more than {MOST_READ_CELLS:.0}: \
                 make it coarser with gdalwarp -tr",
                file_block.0,
                file_block.1,
                columns = self.columns,
                rows = self.rows,
            );
        }
        Ok(())
    }
}

/// The box around the window in the coordinates of the raster.
fn extent_in(window: &Window, definition: &str) -> Result<Option<Rect>> {
    /// Places along each side: between them the sides bend by less than a cell.
    const STEPS: u32 = 32;
    let share = |step: u32| f64::from(step) / f64::from(STEPS);
    let (low, high) = (window.extent.min(), window.extent.max());
    let at = |x: f64, y: f64| Coord {
        x: low.x - MARGIN_M + x * (high.x - low.x + 2.0 * MARGIN_M),
        y: low.y - MARGIN_M + y * (high.y - low.y + 2.0 * MARGIN_M),
    };
    let mut places: Vec<Coord> = (0..=STEPS)
        .flat_map(|step| [(share(step), 0.0), (share(step), 1.0), (0.0, share(step)), (1.0, share(step))])
        .map(|(x, y)| at(x, y))
        .collect();
    window.plane.to_crs(definition, &mut places)?;
    places.retain(|place| place.x.is_finite() && place.y.is_finite());
    Ok(geo::BoundingRect::bounding_rect(&geo::MultiPoint::from(places)))
}

#[cfg(test)]
mod tests {
    use super::*;

    use fireplan_model::plane::Plane;

    #[test]
    fn only_the_cells_of_the_area_are_needed_and_too_many_are_refused() {
        let plane = Plane::of_epsg(4547).unwrap();
        let low = Coord { x: 500_000.0, y: 3_874_000.0 };
        let window =
            Window { plane: &plane, extent: Rect::new(low, low + Coord { x: 10_000.0, y: 10_000.0 }), counted: None };
        // A raster of the province in the same plane, 10 m cells.
        let transform = [300_000.0, 10.0, 0.0, 4_100_000.0, 0.0, -10.0];
        let block = CellBlock::needed(&window, "EPSG:4547", &transform, (100_000, 100_000)).unwrap();
        assert_eq!((block.columns, block.rows), (1_208, 1_208));
        assert_eq!((block.column, block.row), (19_896, 21_496));
        assert!(block.refuse_too_many((256, 256)).is_ok());
        assert!(block.refuse_too_many((200_000, 200_000)).is_err());
        let elsewhere = [0.0, 10.0, 0.0, 100_000.0, 0.0, -10.0];
        assert_eq!(CellBlock::needed(&window, "EPSG:4547", &elsewhere, (100, 100)).unwrap().columns, 0);
        let fine = [499_000.0, 0.1, 0.0, 3_886_000.0, 0.0, -0.1];
        let block = CellBlock::needed(&window, "EPSG:4547", &fine, (200_000, 200_000)).unwrap();
        assert!(format!("{:#}", block.refuse_too_many((256, 256)).unwrap_err()).contains("gdalwarp -tr"));
    }
}
