//! The coordinate systems in which features can be asked for, and the order of their axes.

use geo::{BoundingRect, Coord, Geometry, MapCoordsInPlace, Polygon, Rect};

use crate::error::{HttpResult, Problem};
use fireplan_export::geojson::{DEGREE_DECIMALS, METRE_DECIMALS};
use fireplan_model::plane::{Plane, lonlat_to_mercator, mercator_to_lonlat};

/// WGS 84 with longitude first, the default of the standards.
pub(crate) const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const CGCS2000: u32 = 4490;
const WGS84: u32 = 4326;
const WEB_MERCATOR: u32 = 3857;

/// A coordinate system in which features can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crs {
    /// Longitude, latitude.
    Crs84,
    /// CGCS2000 or WGS 84, which agree to centimetres: latitude, longitude.
    Degrees { epsg: u32 },
    /// The metres of web maps, which no length or area is measured in.
    Mercator,
    /// The metres in which the area's files are handed over, or of the zone beside.
    Plane { epsg: u32 },
}

fn epsg_uri(code: u32) -> String {
    format!("http://www.opengis.net/def/crs/EPSG/0/{code}")
}

impl Crs {
    /// Those of an area: the plane of its files, and those of the zones beside, come last.
    pub(crate) fn offered(plane: &Plane) -> Vec<Self> {
        let own = plane.output().epsg();
        let degrees = [CGCS2000, WGS84].map(|epsg| Self::Degrees { epsg });
        let beside = [own.checked_sub(1), own.checked_add(1)].into_iter().flatten();
        let beside = beside.filter(|epsg| Plane::of_epsg(*epsg).is_ok());
        let planes = std::iter::once(own).chain(beside).map(|epsg| Self::Plane { epsg });
        std::iter::once(Self::Crs84).chain(degrees).chain([Self::Mercator]).chain(planes).collect()
    }

    /// The names of those of an area.
    pub(crate) fn offered_uris(plane: &Plane) -> Vec<String> {
        Self::offered(plane).into_iter().map(Self::uri).collect()
    }

    /// The name that the standards give it.
    pub(crate) fn uri(self) -> String {
        match self {
            Self::Crs84 => CRS84.to_owned(),
            Self::Mercator => epsg_uri(WEB_MERCATOR),
            Self::Degrees { epsg } | Self::Plane { epsg } => epsg_uri(epsg),
        }
    }

    /// Finds it by its name, which came in that parameter.
    pub(crate) fn parse(uri: &str, plane: &Plane, parameter: &str) -> HttpResult<Self> {
        Self::offered(plane).into_iter().find(|crs| crs.uri() == uri).ok_or_else(|| {
            let known = Self::offered_uris(plane).join(", ");
            Problem::bad(format!(
                "{parameter}：不支持坐标系 {uri}，可用：{known} | {parameter}: {uri} is not offered; there are: {known}"
            ))
        })
    }

    /// Whether the standard's first axis runs north: in degrees of EPSG, and in the Gauss-Krüger zones of CGCS2000.
    pub(crate) fn north_first(self) -> bool {
        match self {
            Self::Crs84 | Self::Mercator => false,
            Self::Degrees { .. } => true,
            Self::Plane { epsg } => epsg < 5000,
        }
    }

    /// Decimals to which its coordinates are rounded.
    pub(crate) fn decimals(self) -> u32 {
        if matches!(self, Self::Plane { .. } | Self::Mercator) { METRE_DECIMALS } else { DEGREE_DECIMALS }
    }

    /// A geometry in local metres, as this system writes it.
    pub(crate) fn write(self, local: &Geometry, plane: &Plane) -> HttpResult<Geometry> {
        let mut geometry = local.clone();
        match self {
            Self::Plane { epsg } if epsg == plane.epsg() => {}
            Self::Plane { epsg } => {
                plane.geometry_to_lonlat(&mut geometry)?;
                Plane::of_epsg(epsg)?.geometry_to_local(&mut geometry)?;
            }
            Self::Mercator => {
                plane.geometry_to_lonlat(&mut geometry)?;
                geometry.map_coords_in_place(lonlat_to_mercator);
            }
            Self::Crs84 | Self::Degrees { .. } => plane.geometry_to_lonlat(&mut geometry)?,
        }
        if self.north_first() {
            geometry.map_coords_in_place(|c| Coord { x: c.y, y: c.x });
        }
        Ok(geometry)
    }

    /// The corners of a box, as it came in this system, in degrees or in the metres of the area; of metres elsewhere the box around it.
    pub(crate) fn read_box(self, corners: [Coord; 2], plane: &Plane) -> HttpResult<CrsBox> {
        let [low, high] = corners;
        Ok(match self {
            Self::Crs84 | Self::Degrees { .. } => CrsBox::Degrees(low, high),
            Self::Mercator => CrsBox::Degrees(mercator_to_lonlat(low), mercator_to_lonlat(high)),
            Self::Plane { epsg } if epsg == plane.epsg() => CrsBox::Metres(Rect::new(low, high)),
            Self::Plane { epsg } => {
                let mut shape = Geometry::Polygon(densify_box(low, high));
                let other = Plane::of_epsg(epsg)?;
                other.geometry_to_lonlat(&mut shape)?;
                plane.geometry_to_local(&mut shape)?;
                let around = shape.bounding_rect().ok_or_else(|| Problem::bad("bbox 没有范围 | bbox has no extent"))?;
                CrsBox::Metres(around)
            }
        })
    }
}

/// A box as features are looked for in it.
pub(crate) enum CrsBox {
    /// West and south, east and north; the west may be greater, across the date line.
    Degrees(Coord, Coord),
    /// In the metres of the area.
    Metres(Rect),
}

/// A box as a ring whose sides bend where they are straight in one system and not in the other.
fn densify_box(low: Coord, high: Coord) -> Polygon {
    const PARTS: u32 = 16;
    let corners = [low, Coord { x: high.x, y: low.y }, high, Coord { x: low.x, y: high.y }, low];
    let sides = corners.windows(2).flat_map(|side| {
        let (from, step) = (side[0], (side[1] - side[0]) / f64::from(PARTS));
        (0..PARTS).map(move |part| from + step * f64::from(part))
    });
    Polygon::new(sides.collect::<Vec<Coord>>().into(), Vec::new())
}
