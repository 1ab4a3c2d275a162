//! GeoJSON files (RFC 7946), one feature a line: degrees with 7 decimals, features numbered from 1, overall `bbox`.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use geo::{BoundingRect, Coord, Rect};

use crate::geojson::{DEGREE_DECIMALS, feature};
use fireplan_model::findings::Layer;
use fireplan_model::message::writing;
use fireplan_model::plane::Plane;
use fireplan_model::rows::Label;

/// Writes the layer feature by feature: no second copy of a large layer is made.
pub fn write(layer: &Layer, plane: &Plane, path: &Path) -> Result<()> {
    let context = || writing(path);
    let mut file = BufWriter::new(std::fs::File::create(path).with_context(context)?);
    write_to(layer, plane, &mut file).and_then(|()| Ok(file.flush()?)).with_context(context)
}

fn write_to(layer: &Layer, plane: &Plane, file: &mut impl Write) -> Result<()> {
    write!(file, r#"{{"type":"FeatureCollection","name":{},"#, serde_json::to_string(&layer.id)?)?;
    if let Some(Label { zh, en }) = layer.scenario_notice() {
        write!(file, r#""description":{},"#, serde_json::to_string(&format!("{zh} | {en}"))?)?;
    }
    write!(file, r#""features":["#)?;
    let mut bounds: Option<Rect> = None;
    for (index, row) in layer.features.iter().enumerate() {
        let mut lonlat = row.geometry.clone();
        if let Some(geometry) = &mut lonlat {
            plane.geometry_to_lonlat(geometry)?;
            bounds = union(bounds, geometry.bounding_rect());
        }
        file.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *file, &feature(layer, index, lonlat.as_ref()))?;
    }
    file.write_all(b"\n]")?;
    if let Some(bounds) = bounds {
        // Where a reader looks for it makes no difference; at the end, it needs no second pass.
        let [low, high] = [bounds.min(), bounds.max()].map(rounded);
        write!(file, r#","bbox":[{},{},{},{}]"#, low.x, low.y, high.x, high.y)?;
    }
    file.write_all(b"}\n")?;
    Ok(())
}

fn union(a: Option<Rect>, b: Option<Rect>) -> Option<Rect> {
    let (Some(a), Some(b)) = (a, b) else { return a.or(b) };
    let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    Some(Rect::new(low, high))
}

fn rounded(coord: Coord) -> Coord {
    let scale = 10f64.powi(DEGREE_DECIMALS as i32);
    Coord { x: (coord.x * scale).round() / scale, y: (coord.y * scale).round() / scale }
}
