//! OGC API Tiles, the tile matrix set: how the world is cut into tiles at each zoom.

use axum::Json;
use axum::extract::Path;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::HttpResult;
use crate::links::{JSON, WebLink, link};
use crate::query::QueryParams;
use crate::tiles::{MATRIX_SET, check_matrix_set};
use fireplan_export::tile::MAX_ZOOM;
use fireplan_model::plane::lonlat_to_mercator;

/// The name that OGC gives to the tile matrix set.
pub(crate) const MATRIX_SET_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
/// The coordinate system of tiles.
pub(crate) const WEB_MERCATOR: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";

/// The tile matrix sets of the service.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MatrixSetList {
    tile_matrix_sets: Vec<MatrixSetEntry>,
}

#[derive(Serialize, JsonSchema)]
struct MatrixSetEntry {
    id: &'static str,
    uri: &'static str,
    links: Vec<WebLink>,
}

/// A tile matrix set.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MatrixSet {
    id: &'static str,
    title: &'static str,
    uri: &'static str,
    crs: &'static str,
    ordered_axes: [&'static str; 2],
    well_known_scale_set: &'static str,
    tile_matrices: Vec<TileMatrix>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TileMatrix {
    id: String,
    tile_width: u32,
    tile_height: u32,
    matrix_width: u32,
    matrix_height: u32,
    cell_size: f64,
    scale_denominator: f64,
    corner_of_origin: &'static str,
    point_of_origin: [f64; 2],
}

/// `/tileMatrixSets`
pub(crate) async fn matrix_sets(mut params: QueryParams) -> HttpResult<Json<MatrixSetList>> {
    params.json_only()?;
    let itself = link(format!("{}/tileMatrixSets/{MATRIX_SET}", params.root), "self", JSON);
    let entry = MatrixSetEntry { id: MATRIX_SET, uri: MATRIX_SET_URI, links: vec![itself] };
    Ok(Json(MatrixSetList { tile_matrix_sets: vec![entry] }))
}

/// `/tileMatrixSets/{tileMatrixSetId}`
pub(crate) async fn matrix_set(Path(set): Path<String>, mut params: QueryParams) -> HttpResult<Json<MatrixSet>> {
    check_matrix_set(&set)?;
    params.json_only()?;
    Ok(Json(MatrixSet {
        id: MATRIX_SET,
        title: "Google Maps Compatible for the World",
        uri: MATRIX_SET_URI,
        crs: WEB_MERCATOR,
        ordered_axes: ["X", "Y"],
        well_known_scale_set: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        tile_matrices: (0..=MAX_ZOOM).map(measure_matrix).collect(),
    }))
}

fn measure_matrix(z: u8) -> TileMatrix {
    let half = lonlat_to_mercator(geo::Coord { x: 180.0, y: 0.0 }).x;
    let count = 1u32 << z;
    let cell_size = 2.0 * half / 256.0 / f64::from(count);
    TileMatrix {
        id: z.to_string(),
        tile_width: 256,
        tile_height: 256,
        matrix_width: count,
        matrix_height: count,
        cell_size,
        // The standard takes a pixel to be 0.28 mm wide.
        scale_denominator: cell_size / 0.000_28,
        corner_of_origin: "topLeft",
        point_of_origin: [-half, half],
    }
}
