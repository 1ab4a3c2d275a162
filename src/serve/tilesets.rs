//! What tiles there are: tilesets of OGC API Tiles, and TileJSON.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Serialize;

use crate::crs::CRS84;
use crate::error::HttpResult;
use crate::links::{JSON, TILE_JSON, WebLink, link, ogc_link};
use crate::matrix_sets::{MATRIX_SET_URI, WEB_MERCATOR};
use crate::query::QueryParams;
use crate::state::{AppState, Collection};
use crate::tiles::{FORMATS, MATRIX_SET, check_matrix_set};
use fireplan_export::tile::MAX_ZOOM;
use fireplan_export::tile::attributes::CLASS_SUFFIX;
use fireplan_export::tile::world::from_lonlat;
use fireplan_model::findings::Drawing;
use fireplan_model::rows::ValueKind;

/// The tilesets of a layer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TilesetList {
    links: Vec<WebLink>,
    tilesets: Vec<Tileset>,
}

/// Metadata of a tileset, in either form.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum TilesetMetadata {
    Tileset(Tileset),
    TileJson(TileJson),
}

/// A tileset as OGC API Tiles describes it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tileset {
    title: String,
    data_type: &'static str,
    crs: &'static str,
    #[serde(rename = "tileMatrixSetURI")]
    tile_matrix_set_uri: &'static str,
    links: Vec<WebLink>,
    layers: Vec<TilesetLayer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounding_box: Option<BoundingBox>,
    /// Rows and columns that hold anything, zoom by zoom.
    #[serde(skip_serializing_if = "Option::is_none")]
    tile_matrix_set_limits: Option<Vec<TileLimits>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TilesetLayer {
    id: String,
    title: String,
    data_type: &'static str,
    /// 0: points; 1: lines; 2: areas.
    geometry_dimension: u8,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BoundingBox {
    crs: &'static str,
    lower_left: [f64; 2],
    upper_right: [f64; 2],
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TileLimits {
    tile_matrix: String,
    min_tile_row: u32,
    max_tile_row: u32,
    min_tile_col: u32,
    max_tile_col: u32,
}

/// A tileset as TileJSON 3.0.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TileJson {
    tilejson: &'static str,
    name: String,
    attribution: String,
    tiles: Vec<String>,
    minzoom: u8,
    maxzoom: u8,
    vector_layers: Vec<VectorLayer>,
    /// West, south, east, north.
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<[f64; 4]>,
}

#[derive(Serialize, JsonSchema)]
struct VectorLayer {
    id: String,
    description: String,
    minzoom: u8,
    maxzoom: u8,
    /// Attribute to `Boolean`, `Number` or `String`.
    fields: BTreeMap<String, &'static str>,
}

/// `/collections/{collectionId}/tiles`
pub(crate) async fn tilesets(
    State(state): State<AppState>,
    Path(collection): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<TilesetList>> {
    params.json_only()?;
    let collection = state.find_collection(&collection).await?;
    let at = format!("{}/collections/{}", params.root, collection.id);
    Ok(Json(TilesetList {
        links: vec![link(format!("{at}/tiles"), "self", JSON), link(at, "collection", JSON)],
        tilesets: vec![describe_tileset(&collection, &params.root)],
    }))
}

/// `/collections/{collectionId}/tiles/{tileMatrixSetId}`
pub(crate) async fn tileset(
    State(state): State<AppState>,
    Path((collection, set)): Path<(String, String)>,
    mut params: QueryParams,
) -> HttpResult<Json<TilesetMetadata>> {
    check_matrix_set(&set)?;
    let collection = state.find_collection(&collection).await?;
    let format = params.format(&[("json", JSON), ("tilejson", TILE_JSON)])?;
    params.finish()?;
    Ok(Json(match format {
        "tilejson" => TilesetMetadata::TileJson(write_tilejson(&state, &collection, &params.root)),
        _ => TilesetMetadata::Tileset(describe_tileset(&collection, &params.root)),
    }))
}

fn describe_tileset(collection: &Collection, root: &str) -> Tileset {
    let bounds = collection.tiles.world().bounds_wgs84();
    Tileset {
        title: collection.title(),
        data_type: "vector",
        crs: WEB_MERCATOR,
        tile_matrix_set_uri: MATRIX_SET_URI,
        links: tileset_links(collection, root),
        layers: vec![TilesetLayer {
            id: collection.id.clone(),
            title: collection.title(),
            data_type: "vector",
            geometry_dimension: collection.dimension(),
        }],
        bounding_box: bounds.map(|[west, south, east, north]| BoundingBox {
            crs: CRS84,
            lower_left: [west, south],
            upper_right: [east, north],
        }),
        tile_matrix_set_limits: bounds.map(|bounds| (0..=MAX_ZOOM).map(|z| find_limits(z, bounds)).collect()),
    }
}

fn tileset_links(collection: &Collection, root: &str) -> Vec<WebLink> {
    let at = format!("{root}/collections/{}/tiles/{MATRIX_SET}", collection.id);
    let mut links = vec![
        link(at.clone(), "self", JSON),
        link(format!("{at}?f=tilejson"), "describedby", TILE_JSON),
        ogc_link(format!("{root}/tileMatrixSets/{MATRIX_SET}"), "tiling-scheme", JSON),
        ogc_link(format!("{root}/collections/{}", collection.id), "geodata", JSON),
    ];
    links.extend(FORMATS.map(|(name, media)| {
        let item = link(format!("{at}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?f={name}"), "item", media);
        WebLink { templated: true, ..item }
    }));
    links
}

/// Rows and columns that hold anything at this zoom.
fn find_limits(z: u8, bounds: [f64; 4]) -> TileLimits {
    let tiles = f64::from(1u32 << z);
    let at = |value: f64| (value * tiles).floor().clamp(0.0, tiles - 1.0) as u32;
    let north_west = from_lonlat(geo::Coord { x: bounds[0], y: bounds[3] });
    let south_east = from_lonlat(geo::Coord { x: bounds[2], y: bounds[1] });
    TileLimits {
        tile_matrix: z.to_string(),
        min_tile_row: at(north_west.y),
        max_tile_row: at(south_east.y),
        min_tile_col: at(north_west.x),
        max_tile_col: at(south_east.x),
    }
}

fn write_tilejson(state: &AppState, collection: &Collection, root: &str) -> TileJson {
    let kinds = collection.layer.columns.iter().map(|column| match column.kind {
        ValueKind::Bool => (column.name.to_owned(), "Boolean"),
        ValueKind::Int | ValueKind::Float => (column.name.to_owned(), "Number"),
        ValueKind::Text | ValueKind::Label | ValueKind::Edits => (column.name.to_owned(), "String"),
    });
    let mut fields: BTreeMap<String, &str> = kinds.collect();
    if let Drawing::Graded { column, .. } = &collection.layer.drawing {
        fields.insert(format!("{column}{CLASS_SUFFIX}"), "Number");
    }
    let (id, description) = (collection.id.clone(), collection.title());
    TileJson {
        tilejson: "3.0.0",
        name: collection.title(),
        attribution: state.attribution(),
        tiles: vec![format!("{root}/tiles/{id}/{{z}}/{{x}}/{{y}}.mvt")],
        minzoom: 0,
        maxzoom: MAX_ZOOM,
        vector_layers: vec![VectorLayer { id, description, minzoom: 0, maxzoom: MAX_ZOOM, fields }],
        bounds: collection.tiles.world().bounds_wgs84(),
    }
}
