//! Rasters in local metres: elevation and population.

mod open;
mod people;
mod survey;
mod window;

use std::path::Path;

use anyhow::{Context, Result, bail};
use geo::{Coord, Rect};
use rayon::prelude::*;

use crate::digest::SourceFiles;
use crate::files::{companions, find};
use crate::table::files_of;
use crate::voids;
use fireplan_model::bounds::Bounds;
use fireplan_model::grid::Grid;
use fireplan_model::layers::LayerId;
use fireplan_model::method_constants;
use fireplan_model::notes::{NoteKind, Notes, Severity};
use fireplan_model::plane;
use fireplan_model::plane::Plane;
use open::{coordinate_system, open_dataset, read_block, refuse_pictures};
use window::CellBlock;

pub use survey::{SurveyedRaster, survey_raster};

method_constants! {
    /// 栅格（高程、人口、风险）在范围外保留的宽度 | Margin around the area that is kept of a raster (elevation, people, risk)
    const MARGIN_M: f64 = 1_000.0,
        because "界外紧邻处的坡度和人口仍会用到，更远的不参与计算 | Slopes and people just outside still matter, those farther off do not";
    /// 栅格读入后的格数上限，超过则加粗格网 | Most cells that a raster is read into; a larger one is made coarser
    const MOST_CELLS: f64 = 40_000_000.0,
        because "内存限制；30 米高程模型下约 3.6 万平方公里，大于绝大多数县 | A limit of memory: 36,000 km² of a 30 m elevation model, more than most counties have";
    /// 从栅格文件中读取本区范围的格数上限，超过则拒绝 | Most cells of a raster file that are read for the area; more are refused
    const MOST_READ_CELLS: f64 = 300_000_000.0,
        because "内存限制(约 1.5 GB)；5 米高程模型下约 7500 平方公里 | A limit of memory, some 1.5 GB: 7,500 km² of a 5 m elevation model";
    /// 人口密度高于此值的栅格视为错误值 | Cells of more people per square kilometre than this are errors
    const MOST_PEOPLE_KM2: f64 = 1_000_000.0,
        because "最密的街区每平方公里不足五十万人 | The densest quarters have fewer than half a million people per square kilometre";
    /// 再小的栅格，人数不超过此值也可信 | However small a cell is, it may hold so many people
    const ALWAYS_PEOPLE: f64 = 1_000.0,
        because "细格网中一栋高楼可住千人 | One high building fills a small cell with a thousand";
    /// 人口格网细分后的最大格距 | Largest cell that people are counted by
    const PEOPLE_CELL_M: f64 = 100.0,
        because "公里格网中的人口分散在整格内，不都在格心；百米约为步行接警的范围 | People of a 1 km cell live all over it, not at its centre; 100 m is a walk to the engine";
    /// 人口格按界内面积分摊时每格每边的取样数 | Samples per side by which the people of a cell are shared out
    const PARTS_PER_CELL: f64 = 4.0,
        because "面积占比精确到约十六分之一格 | Shares of area to about a sixteenth of a cell";
}

/// Coordinates are converted exactly at every so many cells and linearly between: PROJ is slow, and over such a distance
/// the planes of maps differ from straight by far less than a millimetre.
const LATTICE: usize = 16;

/// Where and in which plane a grid is wanted.
pub(crate) struct Window<'a> {
    pub plane: &'a Plane,
    pub extent: Rect,
    /// Within which people count; `None`: everywhere.
    pub counted: Option<&'a Bounds>,
}

/// A raster file as far as the area needs it, in its own coordinates.
pub(crate) struct RasterFile {
    crs: String,
    definition: String,
    /// GDAL's, of the cells that were read: x = g0 + column·g1, y = g3 + row·g5.
    transform: [f64; 6],
    columns: usize,
    rows: usize,
    /// NaN where there is no value.
    values: Vec<f32>,
    /// By what the stored values were multiplied and shifted, if they were.
    scaled: Option<(f64, f64)>,
    files: SourceFiles,
}

impl RasterFile {
    /// Reads the cells that the window needs.
    pub(crate) fn open(folder: &Path, source: &str, declared: Option<&str>, window: &Window) -> Result<Self> {
        let path = find(folder, source)?;
        let mut files = SourceFiles::take(companions(&path)?)?;
        let dataset = open_dataset(&path)?;
        files_of(&dataset).into_iter().try_for_each(|file| files.add(file))?;
        let transform = dataset.geo_transform().context("栅格没有写明位置 | the raster does not say where it lies")?;
        if transform[2] != 0.0 || transform[4] != 0.0 || transform[1] <= 0.0 || transform[5] >= 0.0 {
            bail!(
                "栅格有旋转或上下颠倒：请用 gdalwarp 转为正北向上 | the raster is rotated or upside down; bring it north up with gdalwarp"
            );
        }
        let (definition, crs) = coordinate_system(&dataset, declared)?;
        let band = dataset.rasterband(1).context("栅格没有波段 | the raster has no band")?;
        refuse_pictures(&dataset)?;
        let block = CellBlock::needed(window, &definition, &transform, band.size())?;
        block.refuse_too_many(band.block_size())?;
        let mut values = read_block(&band, block)?;
        // Whole numbers in the file may stand for tenths: value = stored × scale + offset.
        let (scale, offset) = (band.scale().unwrap_or(1.0), band.offset().unwrap_or(0.0));
        if !scale.is_finite() || scale == 0.0 || !offset.is_finite() {
            bail!(
                "栅格的比例系数(scale)或偏移(offset)无效：请用 gdal_translate -a_scale 1 -a_offset 0 改正 | \
                 the raster says that its values are scaled by {scale} (scale) and shifted by {offset} (offset): \
                 mend that with gdal_translate -a_scale 1 -a_offset 0"
            );
        }
        let scaled = (scale != 1.0 || offset != 0.0).then_some((scale, offset));
        if scaled.is_some() {
            values.iter_mut().for_each(|value| *value = (f64::from(*value) * scale + offset) as f32);
        }
        let [x, dx, _, y, _, dy] = transform;
        let transform = [x + block.column as f64 * dx, dx, 0.0, y + block.row as f64 * dy, 0.0, dy];
        Ok(Self { crs, definition, transform, columns: block.columns, rows: block.rows, values, scaled, files })
    }

    /// The files that were read, once nobody has written to them meanwhile.
    pub(crate) fn files(&self) -> &SourceFiles {
        &self.files
    }

    /// The coordinate system, and how it was known.
    pub(crate) fn crs(&self) -> &str {
        &self.crs
    }

    pub(crate) fn cells(&self) -> usize {
        self.values.len()
    }

    /// Those of them of which the file says something.
    pub(crate) fn cells_with_value(&self) -> usize {
        self.values.iter().filter(|value| value.is_finite()).count()
    }

    /// Heights in local metres, bilinear between the cells of the file.
    pub(crate) fn elevation(&mut self, window: &Window, notes: &mut Notes) -> Result<Grid> {
        self.note_scale(LayerId::Elevation, notes);
        self.leave_out_voids(notes)?;
        let grid = self.interpolated(window)?;
        let missing = grid.values.iter().filter(|value| value.is_nan()).count();
        if missing > 0 {
            let text = "高程未覆盖全部范围 | The elevation does not cover the whole extent";
            let percent = format!("{:.1} %", 100.0 * missing as f64 / grid.values.len() as f64);
            notes.add((Severity::Info, NoteKind::Missing), Some(LayerId::Elevation), text, percent);
        }
        Ok(grid)
    }

    /// Risk of fire per area, bilinear between the cells of the file; below zero is none.
    pub(crate) fn risk(&self, window: &Window, notes: &mut Notes) -> Result<Grid> {
        self.note_scale(LayerId::Risk, notes);
        let mut grid = self.interpolated(window)?;
        let negative = grid.values.iter().filter(|value| **value < 0.0).count();
        grid.values.iter_mut().for_each(|value| *value = if value.is_finite() { value.max(0.0) } else { *value });
        if negative > 0 {
            let text = "风险为负的栅格，按 0 计 | Cells with a risk below zero, taken as without risk";
            notes.add(Severity::Warning, Some(LayerId::Risk), text, negative.to_string());
        }
        Ok(grid)
    }

    fn note_scale(&self, layer: LayerId, notes: &mut Notes) {
        if let Some((scale, offset)) = self.scaled {
            let text = "栅格数值已按文件所载比例(scale)和偏移(offset)换算 | \
                        The values of the raster were scaled and shifted as the file says";
            notes.add(NoteKind::Converted, Some(layer), text, format!("× {scale} + {offset}"));
        }
    }

    /// Heights that are none, though the file does not say so, become missing: see [`voids`].
    fn leave_out_voids(&mut self, notes: &mut Notes) -> Result<()> {
        let cell_m = self.file_cell_m()?;
        for (kind, count) in voids::leave_out(&mut self.values, self.columns, cell_m) {
            notes.add(Severity::LeftOut, Some(LayerId::Elevation), kind, count.to_string());
        }
        Ok(())
    }

    /// Size of the file's cells in metres, at its middle.
    fn file_cell_m(&self) -> Result<f64> {
        let [x, dx, _, y, _, dy] = self.transform;
        let middle = Coord { x: x + self.columns as f64 / 2.0 * dx, y: y + self.rows as f64 / 2.0 * dy };
        let mut ends = [middle, Coord { x: middle.x, y: middle.y + dy }];
        plane::to_lonlat_from(&self.definition, &mut ends)?;
        let north_m = (ends[1].y - ends[0].y).to_radians() * 6_371_000.0;
        Ok(north_m.abs().max(1.0))
    }

    /// Values at local cells, bilinear between the cells of the file; NaN beyond them.
    fn interpolated(&self, window: &Window) -> Result<Grid> {
        let mut grid = self.empty_grid(window, f32::NAN, f64::INFINITY)?;
        let places = CellCentres::new(&grid, window.plane, &self.definition)?;
        let columns = grid.columns;
        grid.values.par_chunks_mut(columns).enumerate().for_each(|(row, values)| {
            for (column, value) in values.iter_mut().enumerate() {
                *value = self.value_at(places.at(column, row));
            }
        });
        Ok(grid)
    }

    /// A grid over the window with cells about as large as those of the file.
    fn empty_grid(&self, window: &Window, value: f32, coarsest_m: f64) -> Result<Grid> {
        let extent = window.extent;
        let (width_m, height_m) = (extent.width() + 2.0 * MARGIN_M, extent.height() + 2.0 * MARGIN_M);
        let smallest = (width_m * height_m / MOST_CELLS).sqrt();
        let cell_m = self.cell_m(window)?.min(coarsest_m).max(smallest).max(1.0).round();
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
            bail!("栅格不在本区所在的地方 | the raster does not lie where the area is");
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
