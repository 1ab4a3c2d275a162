//! Longitude and latitude to local metres and back: the only file that converts coordinates.
//!
//! Local metres are CGCS2000 3-degree Gauss-Krüger in the zone of the area (EPSG:4534–4554, by central meridian, without
//! zone prefix; x = easting, y = northing); outside the range of those zones, the UTM zone on WGS 84. Degrees are
//! CGCS2000 (EPSG:4490), which agrees with WGS 84 to centimetres, in the order longitude, latitude.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use geo::{Coord, Geometry, MapCoordsInPlace};
use proj::Proj;

/// Radius of the sphere of the web map tiles (EPSG:3857), in metres.
const MERCATOR_RADIUS_M: f64 = 6_378_137.0;

/// The plane in which an area is computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    epsg: u32,
    name: String,
}

impl Plane {
    /// The plane for an area around this place.
    pub fn at(lon: f64, lat: f64) -> Result<Self> {
        if !(-180.0..=180.0).contains(&lon) || !(-80.0..=84.0).contains(&lat) {
            bail!("no plane for longitude {lon}, latitude {lat}: are the axes swapped, or is it not in degrees?");
        }
        let china = (73.5..136.5).contains(&lon) && (3.0..54.0).contains(&lat);
        Ok(if china { Self::gauss_kruger(lon) } else { Self::utm(lon, lat) })
    }

    fn gauss_kruger(lon: f64) -> Self {
        let zone = (lon / 3.0).round() as u32;
        let meridian = zone * 3;
        let epsg = 4534 + (meridian - 75) / 3;
        Self { epsg, name: format!("CGCS2000 / 3-degree Gauss-Krüger CM {meridian}E (EPSG:{epsg})") }
    }

    fn utm(lon: f64, lat: f64) -> Self {
        let zone = (((lon + 180.0) / 6.0).floor() as u32 % 60) + 1;
        let (base, side) = if lat < 0.0 { (32700, 'S') } else { (32600, 'N') };
        let epsg = base + zone;
        Self { epsg, name: format!("WGS 84 / UTM zone {zone}{side} (EPSG:{epsg})") }
    }

    pub fn epsg(&self) -> u32 {
        self.epsg
    }

    /// Name for people, with the EPSG code.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn crs(&self) -> String {
        format!("EPSG:{}", self.epsg)
    }

    /// Degrees for the plane: what local metres are converted from and to.
    fn degrees(&self) -> &'static str {
        if self.epsg < 5000 { "EPSG:4490" } else { "EPSG:4326" }
    }

    /// Longitude and latitude to local metres, in place.
    pub fn to_local(&self, coords: &mut [Coord]) -> Result<()> {
        convert(self.degrees(), &self.crs(), coords)
    }

    /// Local metres to longitude and latitude, in place.
    pub fn to_lonlat(&self, coords: &mut [Coord]) -> Result<()> {
        convert(&self.crs(), self.degrees(), coords)
    }

    pub fn geometry_to_local(&self, geometry: &mut Geometry) -> Result<()> {
        convert_geometry(geometry, |coords| self.to_local(coords))
    }

    pub fn geometry_to_lonlat(&self, geometry: &mut Geometry) -> Result<()> {
        convert_geometry(geometry, |coords| self.to_lonlat(coords))
    }
}

/// Any coordinate system that PROJ knows (`EPSG:…`, WKT) to longitude and latitude, in place; x is always east.
pub fn to_lonlat_from(crs: &str, coords: &mut [Coord]) -> Result<()> {
    convert(crs, "EPSG:4490", coords)
}

/// Longitude and latitude to the metres of web map tiles. For drawing only: nothing is measured there.
pub fn lonlat_to_mercator(lonlat: Coord) -> Coord {
    let lat = lonlat.y.clamp(-85.051_128_78, 85.051_128_78).to_radians();
    Coord {
        x: MERCATOR_RADIUS_M * lonlat.x.to_radians(),
        y: MERCATOR_RADIUS_M * (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln(),
    }
}

/// The inverse of [`lonlat_to_mercator`].
pub fn mercator_to_lonlat(metres: Coord) -> Coord {
    Coord {
        x: (metres.x / MERCATOR_RADIUS_M).to_degrees(),
        y: (2.0 * (metres.y / MERCATOR_RADIUS_M).exp().atan() - std::f64::consts::FRAC_PI_2).to_degrees(),
    }
}

fn convert(from: &str, to: &str, coords: &mut [Coord]) -> Result<()> {
    thread_local! {
        // A PROJ object must stay on its thread, and costs milliseconds to make.
        static TRANSFORMS: RefCell<HashMap<(String, String), Proj>> = RefCell::default();
    }
    if from == to {
        return Ok(());
    }
    TRANSFORMS.with_borrow_mut(|transforms| {
        let key = (from.to_owned(), to.to_owned());
        if !transforms.contains_key(&key) {
            let made = Proj::new_known_crs(from, to, None)
                .with_context(|| format!("no conversion from coordinate system {from} to {to}"))?;
            transforms.insert(key.clone(), made);
        }
        transforms[&key].convert_array(coords).with_context(|| format!("converting from {from} to {to}"))?;
        Ok(())
    })
}

fn convert_geometry(geometry: &mut Geometry, convert: impl FnOnce(&mut [Coord]) -> Result<()>) -> Result<()> {
    use geo::CoordsIter;
    // One call for the whole geometry: PROJ's cost is per call for short arrays.
    let mut coords: Vec<Coord> = geometry.coords_iter().collect();
    convert(&mut coords)?;
    let next = Cell::new(0);
    geometry.map_coords_in_place(|_| coords[next.replace(next.get() + 1)]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_follows_the_central_meridian() {
        for (lon, lat, epsg) in
            [(112.85, 35.5, 4547), (108.4, 31.2, 4545), (105.9, 29.4, 4544), (121.6, 31.8, 4550), (81.3, 43.9, 4536)]
        {
            assert_eq!(Plane::at(lon, lat).unwrap().epsg(), epsg, "{lon} {lat}");
        }
        assert_eq!(Plane::at(9.5, 47.1).unwrap().epsg(), 32632);
    }

    #[test]
    fn metres_and_degrees_agree_both_ways() {
        let plane = Plane::at(108.4, 31.2).unwrap();
        let mut coords = [Coord { x: 108.4, y: 31.2 }, Coord { x: 108.4, y: 31.201 }];
        plane.to_local(&mut coords).unwrap();
        let north_m = coords[1].y - coords[0].y;
        assert!((north_m - 110.87).abs() < 0.1, "{north_m}");
        assert!((coords[0].x - 500_000.0).abs() < 60_000.0);
        plane.to_lonlat(&mut coords).unwrap();
        assert!((coords[1].y - 31.201).abs() < 1e-9);
    }

    #[test]
    fn geometries_convert_whole() {
        let plane = Plane::at(9.5, 47.1).unwrap();
        let mut line: Geometry = geo::LineString::from(vec![(9.5, 47.1), (9.51, 47.11)]).into();
        let before = line.clone();
        plane.geometry_to_local(&mut line).unwrap();
        plane.geometry_to_lonlat(&mut line).unwrap();
        use geo::CoordsIter;
        for (a, b) in before.coords_iter().zip(line.coords_iter()) {
            assert!((a.x - b.x).abs() < 1e-9 && (a.y - b.y).abs() < 1e-9);
        }
    }

    #[test]
    fn mercator_is_undone() {
        let place = Coord { x: 112.3, y: 34.5 };
        let back = mercator_to_lonlat(lonlat_to_mercator(place));
        assert!((back.x - place.x).abs() < 1e-12 && (back.y - place.y).abs() < 1e-12);
    }
}
