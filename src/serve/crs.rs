//! The coordinate systems in which features can be asked for, and the order of their axes.

use geo::{Coord, Geometry, MapCoordsInPlace};

use crate::error::{HttpResult, Problem};
use fireplan_export::geojson::{DEGREE_DECIMALS, METRE_DECIMALS};
use fireplan_model::plane::Plane;

/// WGS 84 with longitude first, the default of the standards.
pub(crate) const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const CGCS2000: u32 = 4490;

/// A coordinate system in which features can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crs {
    /// Longitude, latitude.
    Crs84,
    /// CGCS2000: latitude, longitude.
    Degrees,
    /// The metres of the area.
    Plane { epsg: u32 },
}

fn epsg_uri(code: u32) -> String {
    format!("http://www.opengis.net/def/crs/EPSG/0/{code}")
}

impl Crs {
    /// Those of an area, whose own plane comes last.
    pub(crate) fn offered(plane: &Plane) -> [Self; 3] {
        [Self::Crs84, Self::Degrees, Self::Plane { epsg: plane.epsg() }]
    }

    /// The name that the standards give it.
    pub(crate) fn uri(self) -> String {
        match self {
            Self::Crs84 => CRS84.to_owned(),
            Self::Degrees => epsg_uri(CGCS2000),
            Self::Plane { epsg } => epsg_uri(epsg),
        }
    }

    /// Finds it by its name, which came in that parameter.
    pub(crate) fn parse(uri: &str, plane: &Plane, parameter: &str) -> HttpResult<Self> {
        Self::offered(plane).into_iter().find(|crs| crs.uri() == uri).ok_or_else(|| {
            let known = Self::offered(plane).map(Self::uri).join(", ");
            Problem::bad(format!(
                "{parameter}：不支持坐标系 {uri}，可用：{known} | {parameter}: {uri} is not offered; there are: {known}"
            ))
        })
    }

    /// Whether the standard's first axis runs north: in EPSG:4490, and in the Gauss-Krüger zones of CGCS2000.
    pub(crate) fn north_first(self) -> bool {
        match self {
            Self::Crs84 => false,
            Self::Degrees => true,
            Self::Plane { epsg } => epsg < 5000,
        }
    }

    /// Decimals to which its coordinates are rounded.
    pub(crate) fn decimals(self) -> u32 {
        if matches!(self, Self::Plane { .. }) { METRE_DECIMALS } else { DEGREE_DECIMALS }
    }

    /// A geometry in local metres, as this system writes it.
    pub(crate) fn write(self, local: &Geometry, plane: &Plane) -> HttpResult<Geometry> {
        let mut geometry = local.clone();
        if !matches!(self, Self::Plane { .. }) {
            plane.geometry_to_lonlat(&mut geometry)?;
        }
        if self.north_first() {
            geometry.map_coords_in_place(|c| Coord { x: c.y, y: c.x });
        }
        Ok(geometry)
    }
}
