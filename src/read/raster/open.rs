//! Raster files opened: by which driver, in which system, and the values of a block of cells.

use std::path::Path;

use anyhow::{Context, Result, bail};
use gdal::raster::RasterBand;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::window::CellBlock;
use crate::table::{RASTER, VIRTUAL};
use crate::vrt;

pub(super) fn open_dataset(path: &Path) -> Result<Dataset> {
    let mut allowed = RASTER.to_vec();
    if vrt::is_virtual(path) {
        // Every file that it shows has to be here, and none may show itself.
        vrt::targets(path)?;
        allowed = VIRTUAL.to_vec();
    }
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_RASTER | GdalOpenFlags::GDAL_OF_READONLY,
        allowed_drivers: Some(&allowed),
        ..DatasetOptions::default()
    };
    Dataset::open_ex(path, options).with_context(|| {
        format!(
            "{0} 打不开：文件损坏、不全，或不是栅格格式 | {0} cannot be opened as a raster: damaged, or of an unknown format",
            path.display()
        )
    })
}

/// The system as GDAL understands it, and how it was known.
pub(super) fn coordinate_system(dataset: &Dataset, declared: Option<&str>) -> Result<(String, String)> {
    let own = dataset.spatial_ref().ok().filter(|crs| !crs.is_local());
    Ok(match (declared, own) {
        (Some(declared), _) => (declared.to_owned(), format!("{declared}，area.toml 指定 (declared)")),
        (None, Some(crs)) => {
            let name = crs.name().unwrap_or_default();
            let definition =
                crs.authority().or_else(|_| crs.to_wkt()).context("栅格的坐标系 | its coordinate system")?;
            (definition, format!("{name}，文件所载 (from the file)"))
        }
        (None, None) => bail!(
            "栅格没有写明坐标系，请写明 crs | the raster does not say in which coordinate system it is; write its `crs`"
        ),
    })
}

/// The values of the cells; NaN where the file says that there is none.
pub(super) fn read_block(band: &RasterBand, block: CellBlock) -> Result<Vec<f32>> {
    if block.columns == 0 || block.rows == 0 {
        return Ok(Vec::new());
    }
    const DAMAGED: &str = "栅格读取出错，文件可能损坏或不全：请重新获取 | the raster cannot be read: damaged or cut short; fetch it again";
    let corner = (block.column as isize, block.row as isize);
    let size = (block.columns, block.rows);
    let mut values = band.read_as::<f32>(corner, size, size, None).context(DAMAGED)?.into_shape_and_vec().1;
    if let Some(none) = band.no_data_value() {
        values.iter_mut().filter(|value| **value == none as f32).for_each(|value| *value = f32::NAN);
    }
    let mask = band.open_mask_band().context(DAMAGED)?;
    let mask = mask.read_as::<u8>(corner, size, size, None).context(DAMAGED)?.into_shape_and_vec().1;
    values.iter_mut().zip(mask).filter(|(_, seen)| *seen == 0).for_each(|(value, _)| *value = f32::NAN);
    Ok(values)
}

/// A raster of several bands is a picture or a stack, and nobody says which band is meant; a band of transparency is fine.
pub(super) fn refuse_pictures(dataset: &Dataset) -> Result<()> {
    let bands = dataset.raster_count();
    let is_alpha = |number| {
        dataset
            .rasterband(number)
            .is_ok_and(|band| band.color_interpretation() == gdal::raster::ColorInterpretation::AlphaBand)
    };
    if (2..=bands).any(|number| !is_alpha(number)) {
        bail!(
            "栅格有 {bands} 个波段，无法判断用哪一个：请用 gdal_translate -b 1 取出所需波段 | \
               the raster has {bands} bands and does not say which is meant: take it out with gdal_translate -b 1"
        );
    }
    if dataset.rasterband(1)?.color_table().is_some() {
        bail!(
            "栅格是带调色板的图片，不是数值：请换用原始数据 | \
               the raster is a picture with a palette, not values: use the original data"
        );
    }
    Ok(())
}
