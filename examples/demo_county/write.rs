//! Files: GeoJSON with one feature per line, CSV, GeoTIFF. Local metres become degrees here and nowhere else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use fireplan_model::plane::Plane;
use gdal::DriverManager;
use gdal::raster::{Buffer, RasterCreationOptions};
use gdal::spatial_ref::SpatialRef;
use geo::{CoordsIter, Geometry, LineString, MapCoordsInPlace, MultiPolygon, Polygon};
use serde_json::{Value, json};

use super::grid::Point;

/// The frame's south-west corner in the plane: an empty stretch of sand desert, so that nobody takes it for a real place.
const ORIGIN: Point = Point { x: 508_000.0, y: 4_396_000.0 };
const CENTRE_LON: f64 = 102.3;
const CENTRE_LAT: f64 = 39.85;

pub(super) struct Writer {
    folder: PathBuf,
    plane: Plane,
}

pub(super) struct Feature {
    pub geometry: Geometry,
    pub properties: Vec<(&'static str, Value)>,
}

impl Feature {
    pub(super) fn new(geometry: impl Into<Geometry>, properties: Vec<(&'static str, Value)>) -> Self {
        Self { geometry: geometry.into(), properties }
    }
}

pub(super) fn line(points: &[Point]) -> Geometry {
    LineString(points.to_vec()).into()
}

pub(super) fn point(place: Point) -> Geometry {
    geo::Point(place).into()
}

impl Writer {
    pub(super) fn new(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned(), plane: Plane::at(CENTRE_LON, CENTRE_LAT)? })
    }

    pub(super) fn text(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
    }

    /// Degrees of a place, as written in files.
    pub(super) fn lonlat(&self, place: Point) -> Result<Point> {
        let mut one = [place + ORIGIN];
        self.plane.to_lonlat(&mut one)?;
        Ok(one[0])
    }

    pub(super) fn local(&self, mut lonlat: Vec<Point>) -> Result<Vec<Point>> {
        self.plane.to_local(&mut lonlat)?;
        Ok(lonlat.into_iter().map(|place| place - ORIGIN).collect())
    }

    /// Features without anything in them are left out; `decimals` of a degree.
    pub(super) fn features(&self, name: &str, features: Vec<Feature>, decimals: usize) -> Result<()> {
        let mut text = format!(
            "{{\"type\":\"FeatureCollection\",\"name\":\"{}\",\"description\":\"虚构示例数据 synthetic\",\"features\":[\n",
            name.trim_end_matches(".geojson")
        );
        let count = features.len();
        for (number, Feature { mut geometry, properties }) in features.into_iter().enumerate() {
            geometry.map_coords_in_place(|place| place + ORIGIN);
            self.plane.geometry_to_lonlat(&mut geometry)?;
            let known = properties.into_iter().filter(|(_, value)| !value.is_null());
            let properties: serde_json::Map<String, Value> =
                known.map(|(key, value)| (key.to_owned(), value)).collect();
            write!(text, "{{\"type\":\"Feature\",\"properties\":{},\"geometry\":", Value::Object(properties))?;
            write_geometry(&mut text, &geometry, decimals)?;
            text.push_str(if number + 1 < count { "},\n" } else { "}\n" });
        }
        text.push_str("]}\n");
        self.text(name, &text)
    }

    /// A raster in degrees; `value` is asked for local places, or by column and row from the north-west.
    pub(super) fn raster(&self, name: &str, frame: &RasterFrame, values: Vec<f32>, nodata: f64) -> Result<()> {
        let path = self.folder.join(name);
        let options = RasterCreationOptions::from_iter(["COMPRESS=DEFLATE", "PREDICTOR=3", "ZLEVEL=9"]);
        let driver = DriverManager::get_driver_by_name("GTiff")?;
        let mut dataset =
            driver.create_with_band_type_with_options::<f32, _>(&path, frame.columns, frame.rows, 1, &options)?;
        dataset.set_spatial_ref(&SpatialRef::from_epsg(4490)?)?;
        dataset.set_geo_transform(&[frame.west, frame.cell_lon, 0.0, frame.north, 0.0, -frame.cell_lat])?;
        let mut band = dataset.rasterband(1)?;
        band.set_no_data_value(Some(nodata))?;
        band.write((0, 0), (frame.columns, frame.rows), &mut Buffer::new((frame.columns, frame.rows), values))?;
        Ok(())
    }
}

pub(super) struct RasterFrame {
    pub west: f64,
    pub north: f64,
    pub cell_lon: f64,
    pub cell_lat: f64,
    pub columns: usize,
    pub rows: usize,
}

impl RasterFrame {
    /// The cells that cover a rectangle of the local frame.
    pub(super) fn covering(writer: &Writer, low: Point, high: Point, cell_lon: f64, cell_lat: f64) -> Result<Self> {
        let corners = [low, Point { x: low.x, y: high.y }, high, Point { x: high.x, y: low.y }];
        let corners: Vec<Point> = corners.into_iter().map(|corner| writer.lonlat(corner)).collect::<Result<_>>()?;
        let west = corners.iter().map(|p| p.x).fold(f64::MAX, f64::min);
        let east = corners.iter().map(|p| p.x).fold(f64::MIN, f64::max);
        let south = corners.iter().map(|p| p.y).fold(f64::MAX, f64::min);
        let north = corners.iter().map(|p| p.y).fold(f64::MIN, f64::max);
        let down = |value: f64, cell: f64| (value / cell).floor() * cell;
        let (west, north) = (down(west, cell_lon), down(north, cell_lat) + cell_lat);
        let columns = ((east - west) / cell_lon).ceil() as usize;
        let rows = ((north - south) / cell_lat).ceil() as usize;
        Ok(Self { west, north, cell_lon, cell_lat, columns, rows })
    }

    /// Centres of the cells in degrees, row by row from the north.
    pub(super) fn centres(&self) -> Vec<Point> {
        let cell = |index: usize| {
            let (column, row) = (index % self.columns, index / self.columns);
            let x = self.west + (column as f64 + 0.5) * self.cell_lon;
            Point { x, y: self.north - (row as f64 + 0.5) * self.cell_lat }
        };
        (0..self.columns * self.rows).map(cell).collect()
    }

    pub(super) fn index_at(&self, lonlat: Point) -> Option<usize> {
        let column = ((lonlat.x - self.west) / self.cell_lon).floor();
        let row = ((self.north - lonlat.y) / self.cell_lat).floor();
        let inside = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        inside.then(|| row as usize * self.columns + column as usize)
    }
}

fn write_geometry(text: &mut String, geometry: &Geometry, decimals: usize) -> Result<()> {
    let (kind, wrap) = match geometry {
        Geometry::Point(_) => ("Point", ""),
        Geometry::LineString(_) => ("LineString", ""),
        Geometry::Polygon(_) => ("Polygon", ""),
        Geometry::MultiPolygon(many) if many.0.len() == 1 => {
            return write_geometry(text, &many.0[0].clone().into(), decimals);
        }
        Geometry::MultiPolygon(_) => ("MultiPolygon", ""),
        other => anyhow::bail!("no writing of {} points as such a geometry", other.coords_count()),
    };
    write!(text, "{{\"type\":\"{kind}\",\"coordinates\":{wrap}")?;
    match geometry {
        Geometry::Point(place) => write_place(text, place.0, decimals)?,
        Geometry::LineString(line) => write_line(text, line, decimals)?,
        Geometry::Polygon(polygon) => write_polygon(text, polygon, decimals)?,
        Geometry::MultiPolygon(MultiPolygon(polygons)) => {
            text.push('[');
            for (number, polygon) in polygons.iter().enumerate() {
                text.push_str(if number > 0 { "," } else { "" });
                write_polygon(text, polygon, decimals)?;
            }
            text.push(']');
        }
        _ => {}
    }
    text.push('}');
    Ok(())
}

fn write_polygon(text: &mut String, polygon: &Polygon, decimals: usize) -> Result<()> {
    text.push('[');
    for (number, ring) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
        text.push_str(if number > 0 { "," } else { "" });
        write_line(text, ring, decimals)?;
    }
    text.push(']');
    Ok(())
}

fn write_line(text: &mut String, line: &LineString, decimals: usize) -> Result<()> {
    text.push('[');
    let mut last = String::new();
    for (number, place) in line.0.iter().enumerate() {
        let mut now = String::new();
        write_place(&mut now, *place, decimals)?;
        // Vertices that became one by rounding are written once.
        if now != last {
            text.push_str(if number > 0 { "," } else { "" });
            text.push_str(&now);
        }
        last = now;
    }
    text.push(']');
    Ok(())
}

fn write_place(text: &mut String, place: Point, decimals: usize) -> Result<()> {
    write!(text, "[{:.decimals$},{:.decimals$}]", place.x, place.y)?;
    Ok(())
}

/// A number or nothing.
pub(super) fn number(value: Option<f64>) -> Value {
    value.map_or(Value::Null, |value| json!((value * 100.0).round() / 100.0))
}
