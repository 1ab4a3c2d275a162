//! Rasters in local metres: elevation and population.

use std::path::Path;

use anyhow::{Context, Result, bail};
use gdal::Dataset;
use geo::{Coord, Rect};
use rayon::prelude::*;

use fireplan_model::grid::Grid;
use fireplan_model::layers::LayerId;
use fireplan_model::method_constants;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::plane;
use fireplan_model::plane::Plane;

method_constants! {
    /// 栅格（高程、人口、风险）在范围外保留的宽度 | Margin around the area that is kept of a raster (elevation, people, risk)
    const MARGIN_M: f64 = 1_000.0,
        because "界外紧邻处的坡度和人口仍会用到，更远的不参与计算 | Slopes and people just outside still matter, those farther off do not";
    /// 栅格读入后的格数上限，超过则加粗格网 | Most cells that a raster is read into; a larger one is made coarser
    const MOST_CELLS: f64 = 40_000_000.0,
        because "内存限制；30 米高程模型下约 3.6 万平方公里，大于绝大多数县 | A limit of memory: 36,000 km² of a 30 m elevation model, more than most counties have";
}

/// Coordinates are converted exactly at every so many cells and linearly between: PROJ is slow, and over such a distance
/// the planes of maps differ from straight by far less than a millimetre.
const LATTICE: usize = 16;

/// Where and in which plane a grid is wanted.
pub(crate) struct Window<'a> {
    pub plane: &'a Plane,
    pub extent: Rect,
}

/// A raster file, whole, in its own coordinates.
pub(crate) struct RasterFile {
    crs: String,
    definition: String,
    /// GDAL's: x = g0 + column·g1, y = g3 + row·g5.
    transform: [f64; 6],
    columns: usize,
    rows: usize,
    /// NaN where there is no value.
    values: Vec<f32>,
}

impl RasterFile {
    pub(crate) fn open(path: &Path, declared: Option<&str>) -> Result<Self> {
        if !path.exists() {
            bail!("there is no such file");
        }
        let dataset =
            Dataset::open(path).context("it cannot be opened as a raster: damaged, or of an unknown format")?;
        let transform = dataset.geo_transform().context("the raster does not say where it lies")?;
        if transform[2] != 0.0 || transform[4] != 0.0 || transform[1] <= 0.0 || transform[5] >= 0.0 {
            bail!("the raster is rotated or upside down; bring it north up with gdalwarp");
        }
        let own = dataset.spatial_ref().ok().filter(|crs| !crs.is_local());
        let (definition, crs) = match (declared, own) {
            (Some(declared), _) => (declared.to_owned(), format!("{declared}，area.toml 指定 (declared)")),
            (None, Some(crs)) => {
                let name = crs.name().unwrap_or_default();
                let definition = crs.authority().or_else(|_| crs.to_wkt()).context("its coordinate system")?;
                (definition, format!("{name}，文件所载 (from the file)"))
            }
            (None, None) => bail!("the raster does not say in which coordinate system it is; write its `crs`"),
        };
        let band = dataset.rasterband(1).context("the raster has no band")?;
        let mut values = band.read_band_as::<f32>().context("reading the raster")?.into_shape_and_vec().1;
        if let Some(none) = band.no_data_value() {
            values.iter_mut().filter(|value| **value == none as f32).for_each(|value| *value = f32::NAN);
        }
        let (columns, rows) = band.size();
        Ok(Self { crs, definition, transform, columns, rows, values })
    }

    /// The coordinate system, and how it was known.
    pub(crate) fn crs(&self) -> &str {
        &self.crs
    }

    pub(crate) fn cells(&self) -> usize {
        self.values.len()
    }

    /// Heights in local metres, bilinear between the cells of the file.
    pub(crate) fn elevation(&self, window: &Window, notes: &mut Notes) -> Result<Grid> {
        let grid = self.interpolated(window)?;
        let missing = grid.values.iter().filter(|value| value.is_nan()).count();
        if missing > 0 {
            let text = "高程未覆盖全部范围 | The elevation does not cover the whole extent";
            let percent = format!("{:.1} %", 100.0 * missing as f64 / grid.values.len() as f64);
            notes.add(Severity::Info, Some(LayerId::Elevation), text, percent);
        }
        Ok(grid)
    }

    /// Risk of fire per area, bilinear between the cells of the file; below zero is none.
    pub(crate) fn risk(&self, window: &Window, notes: &mut Notes) -> Result<Grid> {
        let mut grid = self.interpolated(window)?;
        let negative = grid.values.iter().filter(|value| **value < 0.0).count();
        grid.values.iter_mut().for_each(|value| *value = if value.is_finite() { value.max(0.0) } else { *value });
        if negative > 0 {
            let text = "风险为负的栅格，按 0 计 | Cells with a risk below zero, taken as without risk";
            notes.add(Severity::Warning, Some(LayerId::Risk), text, negative.to_string());
        }
        Ok(grid)
    }

    /// Values at local cells, bilinear between the cells of the file; NaN beyond them.
    fn interpolated(&self, window: &Window) -> Result<Grid> {
        let mut grid = self.empty_grid(window, f32::NAN)?;
        let places = CellCentres::new(&grid, window.plane, &self.definition)?;
        let columns = grid.columns;
        grid.values.par_chunks_mut(columns).enumerate().for_each(|(row, values)| {
            for (column, value) in values.iter_mut().enumerate() {
                *value = self.value_at(places.at(column, row));
            }
        });
        Ok(grid)
    }

    /// People per local cell: the people of each cell of the file go to the local cell that holds its centre.
    pub(crate) fn population(&self, window: &Window, notes: &mut Notes) -> Result<Grid> {
        let mut grid = self.empty_grid(window, 0.0)?;
        let mut people: Vec<f64> = vec![0.0; grid.values.len()];
        let (mut total, mut negative) = (0.0, 0_usize);
        for row in 0..self.rows {
            let cells = &self.values[row * self.columns..][..self.columns];
            let filled: Vec<(usize, f64)> = cells
                .iter()
                .enumerate()
                .filter(|(_, v)| v.is_finite() && **v != 0.0)
                .map(|(c, v)| (c, f64::from(*v)))
                .collect();
            let mut centers: Vec<Coord> = filled.iter().map(|(column, _)| self.center(*column, row)).collect();
            plane::to_lonlat_from(&self.definition, &mut centers)?;
            window.plane.to_local(&mut centers)?;
            for ((_, count), center) in filled.into_iter().zip(centers) {
                negative += usize::from(count < 0.0);
                total += count.max(0.0);
                if let Some(cell) = grid.cell_at(center) {
                    people[cell] += count.max(0.0);
                }
            }
        }
        let kept: f64 = people.iter().sum();
        grid.values.iter_mut().zip(people).for_each(|(value, people)| *value = people as f32);
        let text = "人口栅格合计：文件与本区范围内 | People of the population raster: in the file and in the extent of the area";
        notes.add(Severity::Info, Some(LayerId::Population), text, format!("{total:.0} → {kept:.0}"));
        if negative > 0 {
            let text = "人口为负的栅格，按 0 计 | Cells with fewer than no people, taken as empty";
            notes.add(Severity::Warning, Some(LayerId::Population), text, negative.to_string());
        }
        Ok(grid)
    }

    fn center(&self, column: usize, row: usize) -> Coord {
        let [x, dx, _, y, _, dy] = self.transform;
        Coord { x: x + (column as f64 + 0.5) * dx, y: y + (row as f64 + 0.5) * dy }
    }

    /// A grid over the window with cells about as large as those of the file.
    fn empty_grid(&self, window: &Window, value: f32) -> Result<Grid> {
        let extent = window.extent;
        let (width_m, height_m) = (extent.width() + 2.0 * MARGIN_M, extent.height() + 2.0 * MARGIN_M);
        let smallest = (width_m * height_m / MOST_CELLS).sqrt();
        let cell_m = self.cell_m(window)?.max(smallest).max(1.0).round();
        let origin = Coord { x: extent.min().x - MARGIN_M, y: extent.max().y + MARGIN_M };
        // Whole multiples: the same area always gets the same cells.
        let origin = Coord { x: (origin.x / cell_m).floor() * cell_m, y: (origin.y / cell_m).ceil() * cell_m };
        let columns = (width_m / cell_m).ceil() as usize + 1;
        let rows = (height_m / cell_m).ceil() as usize + 1;
        Ok(Grid { origin, cell_m, columns, rows, values: vec![value; columns * rows] })
    }

    /// Size of the file's cells in metres, at the middle of the window.
    fn cell_m(&self, window: &Window) -> Result<f64> {
        let mut at = [window.extent.center()];
        window.plane.to_crs(&self.definition, &mut at)?;
        let [west_north, east_south] = [(-0.5, 0.5), (0.5, -0.5)]
            .map(|(x, y)| Coord { x: at[0].x + x * self.transform[1], y: at[0].y - y * self.transform[5] });
        let mut corners = [west_north, east_south];
        plane::to_lonlat_from(&self.definition, &mut corners)?;
        window.plane.to_local(&mut corners)?;
        let size = ((corners[1].x - corners[0].x).abs() * (corners[1].y - corners[0].y).abs()).sqrt();
        if !size.is_finite() {
            bail!("the raster does not lie where the area is");
        }
        Ok(size)
    }

    /// Bilinear over the centres that have a value; NaN where the nearest has none.
    fn value_at(&self, at: Coord) -> f32 {
        let x = (at.x - self.transform[0]) / self.transform[1] - 0.5;
        let y = (at.y - self.transform[3]) / self.transform[5] - 0.5;
        let value = |column: f64, row: f64| {
            let inside = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
            if inside { self.values[row as usize * self.columns + column as usize] } else { f32::NAN }
        };
        if !value(x.round(), y.round()).is_finite() {
            return f32::NAN;
        }
        let (mut sum, mut weights) = (0.0, 0.0);
        for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let weight = (1.0 - (x - x.floor() - dx).abs()) * (1.0 - (y - y.floor() - dy).abs());
            let height = f64::from(value(x.floor() + dx, y.floor() + dy));
            if weight > 0.0 && height.is_finite() {
                sum += weight * height;
                weights += weight;
            }
        }
        (sum / weights) as f32
    }
}

/// Where the centres of a grid lie in another coordinate system.
struct CellCentres {
    columns: usize,
    knots: Vec<Coord>,
}

impl CellCentres {
    fn new(grid: &Grid, plane: &Plane, crs: &str) -> Result<Self> {
        let columns = grid.columns / LATTICE + 2;
        let rows = grid.rows / LATTICE + 2;
        let mut knots: Vec<Coord> = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (column, row)))
            .map(|(column, row)| grid.center(column * LATTICE, row * LATTICE))
            .collect();
        plane.to_crs(crs, &mut knots)?;
        Ok(Self { columns, knots })
    }

    fn at(&self, column: usize, row: usize) -> Coord {
        let (fx, fy) = ((column % LATTICE) as f64 / LATTICE as f64, (row % LATTICE) as f64 / LATTICE as f64);
        let first = row / LATTICE * self.columns + column / LATTICE;
        let [a, b] = [self.knots[first], self.knots[first + 1]];
        let [c, d] = [self.knots[first + self.columns], self.knots[first + self.columns + 1]];
        (a * (1.0 - fx) + b * fx) * (1.0 - fy) + (c * (1.0 - fx) + d * fx) * fy
    }
}
