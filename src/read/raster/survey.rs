//! A raster looked at before anybody has said what its values are.

use std::path::Path;

use anyhow::{Context, Result};
use geo::{Coord, Rect};

use super::open::open_dataset;
use crate::files::refuse_special;
use crate::table::set_up_gdal;
use fireplan_model::message::reading;
use fireplan_model::plane;

/// What a raster looks like.
#[derive(Debug, Clone, Default)]
pub struct SurveyedRaster {
    /// Bands; more than one are a picture or a stack.
    pub bands: usize,
    /// It has a palette: a picture.
    pub has_palette: bool,
    /// The coordinate system that it names, `EPSG:…` or WKT.
    pub crs: Option<String>,
    /// The box of its coordinates.
    pub extent: Option<Rect>,
    /// The same in longitude and latitude, where the system is known.
    pub lonlat: Option<Rect>,
    /// Values of cells spread over the whole, those without a value left out.
    pub values: Vec<f64>,
    /// They are all whole numbers.
    pub is_whole: bool,
}

/// Looks at a raster.
pub fn survey_raster(path: &Path) -> Result<SurveyedRaster> {
    /// Cells per side that are looked at.
    const SIDE: usize = 200;
    set_up_gdal();
    refuse_special(path)?;
    let dataset = open_dataset(path).with_context(|| reading(path))?;
    let (columns, rows) = dataset.raster_size();
    let crs = dataset.spatial_ref().ok().filter(|crs| !crs.is_local());
    let crs = crs.and_then(|crs| crs.authority().or_else(|_| crs.to_wkt()).ok());
    let corners = dataset.geo_transform().ok().map(|at| {
        let corner = |column: f64, row: f64| Coord {
            x: at[0] + column * at[1] + row * at[2],
            y: at[3] + column * at[4] + row * at[5],
        };
        Rect::new(corner(0.0, 0.0), corner(columns as f64, rows as f64))
    });
    let lonlat = crs.as_deref().zip(corners).and_then(|(crs, box_)| {
        let mut corners = [box_.min(), box_.max()];
        plane::to_lonlat_from(crs, &mut corners).ok().map(|()| Rect::new(corners[0], corners[1]))
    });
    let band = dataset.rasterband(1).with_context(|| reading(path))?;
    let none = band.no_data_value();
    let read = band.read_as::<f64>((0, 0), (columns, rows), (columns.min(SIDE), rows.min(SIDE)), None);
    let values = read.with_context(|| reading(path))?.into_shape_and_vec().1;
    let is_value = |value: &f64| value.is_finite() && none.is_none_or(|none| (value - none).abs() > f64::EPSILON);
    let values: Vec<f64> = values.into_iter().filter(is_value).collect();
    Ok(SurveyedRaster {
        bands: dataset.raster_count(),
        has_palette: band.color_table().is_some(),
        crs,
        extent: corners,
        lonlat,
        is_whole: values.iter().all(|value| value.fract() == 0.0),
        values,
    })
}
