//! Longitude and latitude to local metres and back: the only file that converts coordinates.
//!
//! Local metres are CGCS2000 3-degree Gauss-Krüger in the zone of the area (EPSG:4534–4554, by central meridian, without
//! zone prefix; x = easting, y = northing); outside the range of those zones, the UTM zone on WGS 84. Degrees are
//! CGCS2000 (EPSG:4490), which agrees with WGS 84 to centimetres, in the order longitude, latitude.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use geo::{Coord, Geometry, Line, LineString, MapCoordsInPlace};
use proj::Proj;

/// Radius of the sphere of the web map tiles (EPSG:3857), in metres.
const MERCATOR_RADIUS_M: f64 = 6_378_137.0;

/// The plane in which an area is computed.
///
/// It is always the zone in which the area lies, so that no figure hangs on the zone in which a bureau wants its files; that one
/// is the plane's [output](Self::output).
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    epsg: u32,
    name: String,
    scale: PointScale,
    /// The plane in which coordinates are handed over, if that is another.
    output: Option<Box<Plane>>,
}

/// By how much lengths on a plane exceed those on the ellipsoid, place by place: alike in all directions, for the planes are
/// conformal.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum PointScale {
    /// A plane that is the ground itself: for areas drawn by hand.
    #[default]
    Flat,
    /// Transverse Mercator: Gauss-Krüger and UTM.
    TransverseMercator {
        /// On the central meridian.
        central: f64,
        /// Northing of the equator, in metres.
        false_northing_m: f64,
    },
}

impl PointScale {
    /// The scale at a place in local metres: 1 on the central meridian of Gauss-Krüger, 1.0002 at the edge of a 3-degree zone,
    /// 0.9996 to 1.001 in UTM.
    ///
    /// The series in the easting to its fourth power (Ordnance Survey, *A guide to coordinate systems in Great Britain*, annexe
    /// C; Redfearn 1948), on the ellipsoid of CGCS2000: true to 1e-8 up to six degrees from the central meridian.
    pub fn at(self, place: Coord) -> f64 {
        const AXIS_M: f64 = 6_378_137.0;
        const FLATTENING: f64 = 1.0 / 298.257_222_101;
        const E2: f64 = FLATTENING * (2.0 - FLATTENING);
        /// Mean radius of the meridian.
        const MERIDIAN_M: f64 = AXIS_M * (1.0 - E2 / 4.0 - 3.0 * E2 * E2 / 64.0 - 5.0 * E2 * E2 * E2 / 256.0);
        /// Third flattening.
        const N: f64 = FLATTENING / (2.0 - FLATTENING);
        let Self::TransverseMercator { central, false_northing_m } = self else { return 1.0 };
        let east_m = (place.x - 500_000.0) / central;
        let rectifying = (place.y - false_northing_m) / (central * MERIDIAN_M);
        let foot_latitude = rectifying + 1.5 * N * (2.0 * rectifying).sin();
        let flat = 1.0 - E2 * foot_latitude.sin().powi(2);
        let (across_m, along_m) = (AXIS_M / flat.sqrt(), AXIS_M * (1.0 - E2) / (flat * flat.sqrt()));
        let eta2 = across_m / along_m - 1.0;
        let east2 = east_m * east_m / (across_m * along_m);
        central * (1.0 + east2 / 2.0 + east2 * east2 * (1.0 + 4.0 * eta2) / 24.0)
    }

    /// Length on the ellipsoid of a straight line in the plane. Up to some kilometres the scale in its middle is that of the whole.
    pub fn line_m(self, line: Line) -> f64 {
        let along = line.delta();
        along.x.hypot(along.y) / self.at((line.start + line.end) / 2.0)
    }
}

impl Plane {
    /// The plane for an area around this place.
    pub fn at(lon: f64, lat: f64) -> Result<Self> {
        if !(-180.0..=180.0).contains(&lon) || !(-80.0..=84.0).contains(&lat) {
            bail!(
                "经度 {lon}、纬度 {lat} 不在可计算的范围：经纬度是否颠倒，或坐标不是度？ | \
                 no plane for longitude {lon}, latitude {lat}: are the axes swapped, or is it not in degrees?"
            );
        }
        let china = (73.5..136.5).contains(&lon) && (3.0..54.0).contains(&lat);
        Ok(if china { Self::gauss_kruger(lon) } else { Self::utm(lon, lat) })
    }

    /// The plane of this EPSG code, one of those that an area can be computed in.
    pub fn of_epsg(epsg: u32) -> Result<Self> {
        match epsg {
            4534..=4554 => Ok(Self::gauss_kruger(f64::from(75 + (epsg - 4534) * 3))),
            32601..=32660 => Ok(Self::utm_zone(epsg - 32600, 32600)),
            32701..=32760 => Ok(Self::utm_zone(epsg - 32700, 32700)),
            _ => bail!(
                "不能用 EPSG:{epsg} 作平面；`plane` 应为 4534 至 4554(CGCS2000 三度带，按中央经线)或 UTM 分带(32601 至 32660、32701 至 32760) | \
                 EPSG:{epsg} is no plane for an area; `plane` is one of 4534 to 4554 (CGCS2000, 3-degree \
                 Gauss-Krüger by central meridian) or a UTM zone (32601 to 32660, 32701 to 32760)"
            ),
        }
    }

    fn gauss_kruger(lon: f64) -> Self {
        let zone = (lon / 3.0).round() as u32;
        let meridian = zone * 3;
        let epsg = 4534 + (meridian - 75) / 3;
        let scale = PointScale::TransverseMercator { central: 1.0, false_northing_m: 0.0 };
        Self {
            epsg,
            scale,
            output: None,
            name: format!("CGCS2000 / 3-degree Gauss-Krüger CM {meridian}E (EPSG:{epsg})"),
        }
    }

    fn utm(lon: f64, lat: f64) -> Self {
        let zone = (((lon + 180.0) / 6.0).floor() as u32 % 60) + 1;
        Self::utm_zone(zone, if lat < 0.0 { 32700 } else { 32600 })
    }

    fn utm_zone(zone: u32, base: u32) -> Self {
        let side = if base == 32700 { 'S' } else { 'N' };
        let epsg = base + zone;
        let false_northing_m = if base == 32700 { 10_000_000.0 } else { 0.0 };
        let scale = PointScale::TransverseMercator { central: 0.9996, false_northing_m };
        Self { epsg, scale, output: None, name: format!("WGS 84 / UTM zone {zone}{side} (EPSG:{epsg})") }
    }

    /// The same plane to compute in, with another in which coordinates are handed over.
    pub fn with_output(self, output: Self) -> Self {
        let output = (output.epsg != self.epsg).then(|| Box::new(output));
        Self { output, ..self }
    }

    /// The plane in which coordinates are handed over: this one, unless another was asked for.
    pub fn output(&self) -> &Self {
        self.output.as_deref().unwrap_or(self)
    }

    /// A geometry in local metres, in the metres of the [output](Self::output).
    ///
    /// # Errors
    /// If a place lies where that plane has no metres.
    pub fn to_output<'g>(&self, local: &'g Geometry) -> Result<Cow<'g, Geometry>> {
        let Some(output) = &self.output else { return Ok(Cow::Borrowed(local)) };
        let mut geometry = local.clone();
        convert_geometry(&mut geometry, |coords| self.to_crs(&output.crs(), coords))?;
        Ok(Cow::Owned(geometry))
    }

    /// EPSG code of the plane.
    pub fn epsg(&self) -> u32 {
        self.epsg
    }

    /// Name for people, with the EPSG code.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Coordinate system and projection as sheets name them in Chinese, with the central meridian.
    pub fn describe(&self) -> [String; 2] {
        match self.epsg {
            epsg @ 4534..=4554 => {
                let meridian = 75 + (epsg - 4534) * 3;
                ["2000国家大地坐标系".to_owned(), format!("高斯-克吕格投影，3度分带，中央经线{meridian}°E")]
            }
            epsg => {
                let zone = epsg % 100;
                let meridian = i64::from(zone) * 6 - 183;
                let side = if meridian < 0 { "W" } else { "E" };
                ["WGS 84坐标系".to_owned(), format!("UTM投影，第{zone}带，中央经线{}°{side}", meridian.abs())]
            }
        }
    }

    /// The same plane taken for the ground itself: what is drawn on it by hand is as long as it is drawn.
    pub fn flat(self) -> Self {
        Self { scale: PointScale::Flat, ..self }
    }

    /// By how much its lengths exceed those on the ellipsoid.
    pub fn scale(&self) -> PointScale {
        self.scale
    }

    /// By how much lengths on the plane exceed those on the ellipsoid around here.
    ///
    /// An area on the plane over the square of this is the area on the ellipsoid.
    pub fn scale_at(&self, place: Coord) -> f64 {
        self.scale.at(place)
    }

    /// Length of a line on the ellipsoid.
    pub fn length_m(&self, line: &LineString) -> f64 {
        line.lines().map(|piece| self.scale.line_m(piece)).sum()
    }

    /// Area on the ellipsoid.
    pub fn area_m2(&self, area: &geo::MultiPolygon) -> f64 {
        use geo::{Area, BoundingRect};
        let part = |polygon: &geo::Polygon| {
            let scale = polygon.bounding_rect().map_or(1.0, |rect| self.scale_at(rect.center()));
            polygon.unsigned_area() / (scale * scale)
        };
        area.0.iter().map(part).sum()
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

    /// The longitude and latitude of a place in local metres; `None`: it lies where the plane has no degrees.
    pub fn lonlat_of(&self, place: Coord) -> Option<[f64; 2]> {
        let mut place = [place];
        self.to_lonlat(&mut place).ok().map(|()| [place[0].x, place[0].y])
    }

    /// Local metres to any coordinate system that PROJ knows, in place; x is always east.
    pub fn to_crs(&self, crs: &str, coords: &mut [Coord]) -> Result<()> {
        convert(&self.crs(), crs, coords)
    }

    /// Converts a geometry from longitude and latitude in degrees to local metres.
    pub fn geometry_to_local(&self, geometry: &mut Geometry) -> Result<()> {
        convert_geometry(geometry, |coords| self.to_local(coords))
    }

    /// Converts a geometry from local metres to longitude and latitude in degrees.
    pub fn geometry_to_lonlat(&self, geometry: &mut Geometry) -> Result<()> {
        convert_geometry(geometry, |coords| self.to_lonlat(coords))
    }
}

/// Any coordinate system that PROJ knows (`EPSG:…`, WKT) to longitude and latitude, in place; x is always east.
pub fn to_lonlat_from(crs: &str, coords: &mut [Coord]) -> Result<()> {
    convert(crs, "EPSG:4490", coords)
}

/// GCJ-02, the shifted degrees of Chinese web maps, to longitude and latitude, in place.
///
/// The shift is only known forwards, so it is undone by iteration: the answer is the place that shifts to the given one.
pub fn gcj02_to_lonlat(coords: &mut [Coord]) {
    for coord in coords {
        let given = *coord;
        // Each round gains about two digits; four reach below a millimetre.
        for _ in 0..6 {
            let shift = gcj02_shift(*coord);
            *coord = given - shift;
        }
    }
}

/// BD-09, the degrees of Baidu maps, to longitude and latitude, in place: first to GCJ-02 by the published formula, then on.
pub fn bd09_to_lonlat(coords: &mut [Coord]) {
    const WAVE: f64 = std::f64::consts::PI * 3_000.0 / 180.0;
    for coord in coords.iter_mut() {
        let (x, y) = (coord.x - 0.006_5, coord.y - 0.006);
        let radius = x.hypot(y) - 0.000_02 * (y * WAVE).sin();
        let angle = y.atan2(x) - 0.000_003 * (x * WAVE).cos();
        *coord = Coord { x: radius * angle.cos(), y: radius * angle.sin() };
    }
    gcj02_to_lonlat(coords);
}

/// By how many degrees GCJ-02 moves a place; nothing outside China.
pub fn gcj02_shift(lonlat: Coord) -> Coord {
    const AXIS_M: f64 = 6_378_245.0;
    const ECCENTRICITY2: f64 = 0.006_693_421_622_965_943;
    let inside = (72.004..=137.8347).contains(&lonlat.x) && (0.8293..=55.8271).contains(&lonlat.y);
    if !inside {
        return Coord { x: 0.0, y: 0.0 };
    }
    let (x, y) = (lonlat.x - 105.0, lonlat.y - 35.0);
    let wave = |factor: f64, t: f64| factor * (t * std::f64::consts::PI).sin();
    let common = (wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x)) * 2.0 / 3.0;
    let root = 0.2 * x.abs().sqrt();
    let north_m = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + root
        + common
        + (wave(20.0, y) + wave(40.0, y / 3.0)) * 2.0 / 3.0
        + (wave(160.0, y / 12.0) + wave(320.0, y / 30.0)) * 2.0 / 3.0;
    let east_m = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + (wave(20.0, x) + wave(40.0, x / 3.0)) * 2.0 / 3.0
        + (wave(150.0, x / 12.0) + wave(300.0, x / 30.0)) * 2.0 / 3.0;
    let lat = lonlat.y.to_radians();
    let magic = 1.0 - ECCENTRICITY2 * lat.sin().powi(2);
    Coord {
        x: (east_m / (AXIS_M / magic.sqrt() * lat.cos())).to_degrees(),
        y: (north_m / (AXIS_M * (1.0 - ECCENTRICITY2) / (magic * magic.sqrt()))).to_degrees(),
    }
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
            let made = Proj::new_known_crs(from, to, None).with_context(|| {
                format!("无法从坐标系 {from} 转换到 {to} | no conversion from coordinate system {from} to {to}")
            })?;
            transforms.insert(key.clone(), made);
        }
        transforms[&key]
            .convert_array(coords)
            .with_context(|| format!("从 {from} 转换到 {to} | converting from {from} to {to}"))?;
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
    fn the_coordinate_system_names_its_central_meridian() {
        let zone = |lon, lat| Plane::at(lon, lat).unwrap().describe()[1].clone();
        assert_eq!(zone(108.4, 31.2), "高斯-克吕格投影，3度分带，中央经线108°E");
        assert_eq!(zone(9.5, 47.1), "UTM投影，第32带，中央经线9°E");
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
    fn areas_are_those_on_the_ellipsoid() {
        use geo::GeodesicArea;
        for (lon, lat) in [(108.0, 31.2), (109.45, 31.2), (121.6, 51.0), (9.5, 47.1), (11.9, 47.1)] {
            let plane = Plane::at(lon, lat).unwrap();
            let mut centre = [Coord { x: lon, y: lat }];
            plane.to_local(&mut centre).unwrap();
            let ring = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 2000.0), (0.0, 2000.0)];
            let ring = ring.map(|(x, y)| centre[0] + Coord { x, y });
            let area = geo::MultiPolygon::from(geo::Polygon::new(LineString(ring.to_vec()), Vec::new()));
            let mut degrees = Geometry::MultiPolygon(area.clone());
            plane.geometry_to_lonlat(&mut degrees).unwrap();
            let truth = degrees.geodesic_area_unsigned();
            assert!((plane.area_m2(&area) / truth - 1.0).abs() < 3e-6, "{lon}: {} {truth}", plane.area_m2(&area));
        }
    }

    #[test]
    fn lengths_are_those_on_the_ellipsoid_in_any_zone_within_six_degrees() {
        use geo::{Distance, Geodesic, Point};
        for (lon, lat) in [(108.0, 31.2), (109.45, 18.3), (121.6, 51.0), (87.6, 43.8)] {
            for (east, north) in [(0.012, 0.0), (0.0, 0.009), (0.008, -0.011)] {
                let ends = [Coord { x: lon, y: lat }, Coord { x: lon + east, y: lat + north }];
                let truth = Geodesic.distance(Point(ends[0]), Point(ends[1]));
                for zones in -2..=2 {
                    let Ok(plane) = Plane::at(lon + f64::from(zones) * 3.0, lat) else { continue };
                    let mut line = ends;
                    plane.to_local(&mut line).unwrap();
                    let length_m = plane.length_m(&LineString(line.to_vec()));
                    assert!((length_m / truth - 1.0).abs() < 3e-8, "{lon} {lat} {zones}: {length_m} {truth}");
                }
            }
        }
        // South of the equator and in UTM, 5 degrees from the central meridian.
        let plane = Plane::of_epsg(32723).unwrap();
        let mut line = [Coord { x: -50.0, y: -23.5 }, Coord { x: -49.99, y: -23.49 }];
        let truth = Geodesic.distance(Point(line[0]), Point(line[1]));
        plane.to_local(&mut line).unwrap();
        assert!((plane.length_m(&LineString(line.to_vec())) / truth - 1.0).abs() < 3e-8);
    }

    #[test]
    fn gcj02_is_undone_to_a_centimetre() {
        // Published shifts of five county seats, in metres: 556, 269, 496, 480, 468.
        for (lon, lat, metres) in
            [(112.85, 35.49, 556.0), (121.66, 31.81, 480.0), (108.39, 31.16, 496.0), (105.93, 29.36, 269.0)]
        {
            let place = Coord { x: lon, y: lat };
            let shift = gcj02_shift(place);
            let length_m = (shift.x * 111_320.0 * f64::to_radians(lat).cos()).hypot(shift.y * 110_950.0);
            assert!((200.0..700.0).contains(&length_m), "{lon} {lat}: {length_m} m, {metres}");
            let mut coords = [place + shift];
            gcj02_to_lonlat(&mut coords);
            assert!((coords[0].x - lon).abs() < 1e-9 && (coords[0].y - lat).abs() < 1e-9);
        }
        // Tian'anmen, as published with the formula: 116.397428, 39.90923 in GCJ-02 is 116.39118, 39.90783.
        let mut gate = [Coord { x: 116.397_428, y: 39.909_23 }];
        gcj02_to_lonlat(&mut gate);
        assert!((gate[0].x - 116.391_18).abs() < 1e-4 && (gate[0].y - 39.907_83).abs() < 1e-4, "{gate:?}");
    }

    #[test]
    fn baidu_s_degrees_are_undone() {
        // The example of the published conversion (coordtransform): 116.404, 39.915 in BD-09 is this in GCJ-02.
        let gcj02 = Coord { x: 116.397_627_291_193_15, y: 39.908_656_739_576_31 };
        let mut gate = [Coord { x: 116.404, y: 39.915 }, gcj02];
        bd09_to_lonlat(&mut gate[..1]);
        gcj02_to_lonlat(&mut gate[1..]);
        assert!((gate[0].x - gate[1].x).abs() < 1e-9 && (gate[0].y - gate[1].y).abs() < 1e-9, "{gate:?}");
    }

    #[test]
    fn geometries_convert_whole() {
        let plane = Plane::at(9.5, 47.1).unwrap();
        let mut line: Geometry = LineString::from(vec![(9.5, 47.1), (9.51, 47.11)]).into();
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
