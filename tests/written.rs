//! What is written is valid as it is read: every polygon of every layer, rounded to the decimals of GeoJSON.

use fireplan_model::findings::{Findings, Layer};
use fireplan_model::plane::Plane;
use fireplan_model::rows::GeometryKind;
use geo::{Area, BooleanOps, Geometry, LineString, MultiPolygon, Polygon, Validation};
use geojson::{GeometryValue, Position};

/// Fails with the layer and the feature whose polygon is not valid once written, or whose crumbs are left in it.
pub(crate) fn check_polygons(findings: &Findings, plane: &Plane) {
    for layer in &findings.layers {
        if matches!(layer.geometry, GeometryKind::Polygon | GeometryKind::Mixed) {
            for (number, shape) in written(layer, plane).into_iter().enumerate() {
                assert!(shape.is_valid(), "{} feature {}: {:?}", layer.id, number + 1, shape.check_validation());
                let crumbs = shape.0.len() > 1 && plane_m2(&shape, plane).into_iter().any(|m2| m2 < 0.9);
                assert!(!crumbs, "{} feature {} has crumbs", layer.id, number + 1);
            }
        }
        if layer.id == "siting_areas" {
            check_apart(&written(layer, plane), plane);
        }
    }
}

/// Neighbours share their borders as written: together they overlap by less than a square metre.
fn check_apart(areas: &[MultiPolygon], plane: &Plane) {
    for (number, area) in areas.iter().enumerate() {
        for other in &areas[..number] {
            let overlap_m2: f64 = plane_m2(&area.intersection(other), plane).into_iter().sum();
            assert!(overlap_m2 < 1.0, "areas of responsibility overlap by {overlap_m2} m²");
        }
    }
}

/// The polygons of a layer in degrees, as a reader parses them.
fn written(layer: &Layer, plane: &Plane) -> Vec<MultiPolygon> {
    let shapes = layer.features.iter().enumerate().map(|(number, row)| {
        let mut geometry = row.geometry.clone()?;
        plane.geometry_to_lonlat(&mut geometry).unwrap();
        let text = fireplan_export::geojson::feature(layer, number, Some(&geometry)).to_string();
        let geojson::GeoJson::Feature(feature) = text.parse().unwrap() else { panic!("a feature was written") };
        match feature.geometry?.value {
            GeometryValue::Polygon { coordinates } => Some(MultiPolygon(vec![polygon(&coordinates)])),
            GeometryValue::MultiPolygon { coordinates } => {
                Some(MultiPolygon(coordinates.iter().map(|rings| polygon(rings)).collect()))
            }
            _ => None,
        }
    });
    shapes.flatten().collect()
}

fn polygon(rings: &[Vec<Position>]) -> Polygon {
    let ring = |ring: &Vec<Position>| LineString::from(ring.iter().map(|at| (at[0], at[1])).collect::<Vec<_>>());
    Polygon::new(ring(&rings[0]), rings[1..].iter().map(ring).collect())
}

/// The area of each part.
fn plane_m2(shape: &MultiPolygon, plane: &Plane) -> Vec<f64> {
    let mut local = Geometry::MultiPolygon(shape.clone());
    plane.geometry_to_local(&mut local).unwrap();
    let Geometry::MultiPolygon(local) = local else { unreachable!("it was one") };
    local.0.iter().map(Area::unsigned_area).collect()
}
