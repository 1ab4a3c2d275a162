//! What tiles there are: tilesets of OGC API Tiles, and TileJSON, of each layer and of the dataset.

use axum::Json;
use axum::extract::{Path, State};

use crate::error::HttpResult;
use crate::links::{JSON, TILE_JSON, link};
use crate::query::QueryParams;
use crate::state::AppState;
use crate::tiles::{check_matrix_set, choose_collections};
use crate::tileset_metadata::{TiledLayers, TilesetList, TilesetMetadata};

/// `/collections/{collectionId}/tiles`
pub(crate) async fn tilesets(
    State(state): State<AppState>,
    Path(collection): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<TilesetList>> {
    params.json_only()?;
    let layers = find_layer(&state, &collection, &params.root).await?;
    let links =
        vec![link(format!("{}/tiles", layers.holder), "self", JSON), link(layers.holder.clone(), "collection", JSON)];
    Ok(Json(TilesetList { links, tilesets: vec![layers.describe()] }))
}

/// `/collections/{collectionId}/tiles/{tileMatrixSetId}`
pub(crate) async fn tileset(
    State(state): State<AppState>,
    Path((collection, set)): Path<(String, String)>,
    params: QueryParams,
) -> HttpResult<Json<TilesetMetadata>> {
    check_matrix_set(&set)?;
    let layers = find_layer(&state, &collection, &params.root).await?;
    describe_tileset(&state, &layers, params)
}

/// `/tiles`
pub(crate) async fn dataset_tilesets(
    State(state): State<AppState>,
    mut params: QueryParams,
) -> HttpResult<Json<TilesetList>> {
    let layers = choose_layers(&state, &mut params).await?;
    params.json_only()?;
    let links = vec![link(format!("{}/tiles", params.root), "self", JSON)];
    Ok(Json(TilesetList { links, tilesets: vec![layers.describe()] }))
}

/// `/tiles/{tileMatrixSetId}`
pub(crate) async fn dataset_tileset(
    State(state): State<AppState>,
    Path(set): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<TilesetMetadata>> {
    check_matrix_set(&set)?;
    let layers = choose_layers(&state, &mut params).await?;
    describe_tileset(&state, &layers, params)
}

fn describe_tileset(
    state: &AppState,
    layers: &TiledLayers,
    mut params: QueryParams,
) -> HttpResult<Json<TilesetMetadata>> {
    let format = params.format(&[("json", JSON), ("tilejson", TILE_JSON)])?;
    params.finish()?;
    Ok(Json(match format {
        "tilejson" => TilesetMetadata::TileJson(layers.write_tilejson(state)),
        _ => TilesetMetadata::Tileset(layers.describe()),
    }))
}

async fn find_layer(state: &AppState, id: &str, root: &str) -> HttpResult<TiledLayers> {
    let collection = state.find_collection(id).await?;
    Ok(TiledLayers {
        title: collection.title(),
        holder: format!("{root}/collections/{id}"),
        root: root.to_owned(),
        short: format!("{root}/tiles/{id}"),
        query: String::new(),
        collections: vec![collection],
    })
}

/// The layers of the dataset that the request chooses.
async fn choose_layers(state: &AppState, params: &mut QueryParams) -> HttpResult<TiledLayers> {
    let chosen = params.has("collections");
    let collections = choose_collections(state, params).await?.collections;
    let ids: Vec<&str> = collections.iter().map(|collection| collection.id.as_str()).collect();
    Ok(TiledLayers {
        title: state.area.name.clone(),
        holder: params.root.clone(),
        root: params.root.clone(),
        short: format!("{}/tiles", params.root),
        query: if chosen { format!("collections={}", ids.join(",")) } else { String::new() },
        collections,
    })
}
