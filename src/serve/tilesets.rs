//! What tiles there are: tilesets, TileJSON and the tile matrix set.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::collections::link;
use crate::error::HttpResult;
use crate::query::QueryParams;
use crate::state::{AppState, Collection};
use crate::tiles::{FORMATS, MATRIX_SET, known_set};
use fireplan_export::tile::MAX_ZOOM;
use fireplan_export::tile::attributes::CLASS_SUFFIX;
use fireplan_export::tile::world::from_lonlat;
use fireplan_model::findings::Drawing;
use fireplan_model::plane::lonlat_to_mercator;
use fireplan_model::rows::ValueKind;

const MATRIX_SET_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";

/// `/collections/{id}/tiles`
pub async fn tilesets(
    State(state): State<AppState>,
    Path(collection): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let collection = state.collection(&collection)?;
    let at = format!("{}/collections/{}", params.root, collection.id);
    Ok(Json(json!({
        "links": [link(format!("{at}/tiles"), "self", "application/json"), link(at, "collection", "application/json")],
        "tilesets": [tileset_json(&collection, &params.root)],
    })))
}

/// `/collections/{id}/tiles/WebMercatorQuad`
pub async fn tileset(
    State(state): State<AppState>,
    Path((collection, set)): Path<(String, String)>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    known_set(&set)?;
    let collection = state.collection(&collection)?;
    let format = params.format(&[("json", "application/json"), ("tilejson", "application/vnd.mapbox.tile+json")])?;
    params.finish()?;
    Ok(Json(match format {
        "tilejson" => tilejson(&state, &collection, &params.root),
        _ => tileset_json(&collection, &params.root),
    }))
}

fn tileset_json(collection: &Collection, root: &str) -> Value {
    let at = format!("{root}/collections/{}/tiles/{MATRIX_SET}", collection.id);
    let mut links = vec![
        link(at.clone(), "self", "application/json"),
        link(format!("{at}?f=tilejson"), "describedby", "application/vnd.mapbox.tile+json"),
        link(
            format!("{root}/tileMatrixSets/{MATRIX_SET}"),
            "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
            "application/json",
        ),
        link(
            format!("{root}/collections/{}", collection.id),
            "http://www.opengis.net/def/rel/ogc/1.0/geodata",
            "application/json",
        ),
    ];
    for (name, media) in FORMATS {
        let mut item = link(format!("{at}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?f={name}"), "item", media);
        item["templated"] = true.into();
        links.push(item);
    }
    let mut json = json!({
        "title": collection.title(),
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": MATRIX_SET_URI,
        "links": links,
        "layers": [{ "id": collection.id, "title": collection.title(), "dataType": "vector",
            "geometryDimension": collection.dimension() }],
    });
    if let Some(bounds) = collection.tiles.world().bounds_wgs84() {
        json["boundingBox"] = json!({
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            "lowerLeft": bounds[..2], "upperRight": bounds[2..],
        });
        json["tileMatrixSetLimits"] = (0..=MAX_ZOOM).map(|z| limits(z, bounds)).collect();
    }
    json
}

/// Rows and columns that hold anything at this zoom.
fn limits(z: u8, bounds: [f64; 4]) -> Value {
    let tiles = f64::from(1u32 << z);
    let at = |value: f64| (value * tiles).floor().clamp(0.0, tiles - 1.0) as u32;
    let north_west = from_lonlat(geo::Coord { x: bounds[0], y: bounds[3] });
    let south_east = from_lonlat(geo::Coord { x: bounds[2], y: bounds[1] });
    json!({
        "tileMatrix": z.to_string(),
        "minTileRow": at(north_west.y), "maxTileRow": at(south_east.y),
        "minTileCol": at(north_west.x), "maxTileCol": at(south_east.x),
    })
}

fn tilejson(state: &AppState, collection: &Collection, root: &str) -> Value {
    let mut fields = serde_json::Map::new();
    for column in &collection.layer.columns {
        let kind = match column.kind {
            ValueKind::Bool => "Boolean",
            ValueKind::Int | ValueKind::Float => "Number",
            ValueKind::Text | ValueKind::Label | ValueKind::Edits => "String",
        };
        fields.insert(column.name.to_owned(), kind.into());
    }
    if let Drawing::Graded { column, .. } = &collection.layer.drawing {
        fields.insert(format!("{column}{CLASS_SUFFIX}"), "Number".into());
    }
    let mut json = json!({
        "tilejson": "3.0.0",
        "name": collection.title(),
        "attribution": state.attribution(),
        "tiles": [format!("{root}/tiles/{}/{{z}}/{{x}}/{{y}}.mvt", collection.id)],
        "minzoom": 0, "maxzoom": MAX_ZOOM,
        "vector_layers": [{ "id": collection.id, "description": collection.title(), "minzoom": 0, "maxzoom": MAX_ZOOM, "fields": fields }],
    });
    if let Some(bounds) = collection.tiles.world().bounds_wgs84() {
        json["bounds"] = json!(bounds);
    }
    json
}

/// `/tileMatrixSets`
pub async fn matrix_sets(mut params: QueryParams) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let itself = link(format!("{}/tileMatrixSets/{MATRIX_SET}", params.root), "self", "application/json");
    Ok(Json(json!({ "tileMatrixSets": [{ "id": MATRIX_SET, "uri": MATRIX_SET_URI, "links": [itself] }] })))
}

/// `/tileMatrixSets/WebMercatorQuad`
pub async fn matrix_set(Path(set): Path<String>, mut params: QueryParams) -> HttpResult<Json<Value>> {
    known_set(&set)?;
    params.json_only()?;
    let half = lonlat_to_mercator(geo::Coord { x: 180.0, y: 0.0 }).x;
    let matrices: Vec<Value> = (0..=MAX_ZOOM)
        .map(|z| {
            let count = 1u32 << z;
            let cell = 2.0 * half / 256.0 / f64::from(count);
            json!({
                "id": z.to_string(), "tileWidth": 256, "tileHeight": 256,
                "matrixWidth": count, "matrixHeight": count,
                "cellSize": cell, "scaleDenominator": cell / 0.000_28,
                "cornerOfOrigin": "topLeft", "pointOfOrigin": [-half, half],
            })
        })
        .collect();
    Ok(Json(json!({
        "id": MATRIX_SET, "title": "Google Maps Compatible for the World", "uri": MATRIX_SET_URI,
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857", "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices,
    })))
}
