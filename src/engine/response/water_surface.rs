//! The surface of water: as surveyed or, of a river known by its line and width only, the strip that they stand for.

use geo::{Buffer, Geometry, MultiPolygon};

use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::layers::WaterSource;

/// The ground that the water covers, in the plane of the area; of a point, or a line whose width nobody stated, none.
pub fn surface(water: &WaterSource) -> MultiPolygon {
    let half_m = water.width_m.filter(|width_m| *width_m > 0.0).map(|width_m| width_m / 2.0);
    match (&water.geometry, half_m) {
        (Geometry::Polygon(polygon), _) => dissolve([polygon]),
        (Geometry::MultiPolygon(polygons), _) => dissolve(&polygons.0),
        (Geometry::LineString(line), Some(half_m)) => line.buffer(half_m),
        (Geometry::MultiLineString(lines), Some(half_m)) => lines.buffer(half_m),
        _ => MultiPolygon(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, LineString};

    use super::*;
    use fireplan_model::layers::WaterKind;

    fn water(geometry: Geometry, width_m: Option<f64>) -> WaterSource {
        WaterSource {
            geometry,
            name: String::new(),
            kind: WaterKind::River,
            volume_m3: None,
            width_m,
            perennial: None,
            helicopter: None,
            source_id: String::new(),
        }
    }

    #[test]
    fn a_line_of_stated_width_is_a_strip_and_one_without_is_none() {
        let line = LineString::from(vec![(0.0, 0.0), (1000.0, 0.0)]);
        // 1000 x 80 and round ends of radius 40.
        let expected = 80_000.0 + std::f64::consts::PI * 1_600.0;
        let strip = surface(&water(line.clone().into(), Some(80.0))).unsigned_area();
        assert!((strip - expected).abs() < 100.0, "{strip}");
        assert!(surface(&water(line.into(), None)).0.is_empty());
    }
}
