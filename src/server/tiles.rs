//! Tiles over HTTP: two path forms, two formats, one cache of compressed tiles ready to be sent.

use std::io::Read;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::export::tile::attributes::CLASS_SUFFIX;
use crate::export::tile::{Format, MAX_ZOOM, TileId};
use crate::findings::Drawing;
use crate::rows::ValueKind;
use crate::server::collections::link;
use crate::server::error::{Answer, Problem};
use crate::server::query::Asked;
use crate::server::state::{AppState, Collection, hex};

pub const MATRIX_SET: &str = "WebMercatorQuad";
const MATRIX_SET_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
/// The formats of a tile: name, media type.
const FORMATS: [(&str, &str); 2] = [("geojson", "application/geo+json"), ("mvt", "application/vnd.mapbox-vector-tile")];
/// Features left out because the tile would be too large.
const LEFT_OUT: HeaderName = HeaderName::from_static("features-left-out");
/// Compressed tiles kept, in bytes.
const CACHE_BYTES: u64 = 128 << 20;

type Key = (u32, Format, TileId);

/// A compressed tile with its headers.
pub struct Stored {
    gzip: Bytes,
    etag: HeaderValue,
    left_out: usize,
}

pub struct TileCache(moka::sync::Cache<Key, Arc<Stored>>);

impl Default for TileCache {
    fn default() -> Self {
        let weigh = |_: &Key, tile: &Arc<Stored>| tile.gzip.len() as u32 + 256;
        Self(moka::sync::Cache::builder().weigher(weigh).max_capacity(CACHE_BYTES).build())
    }
}

/// `/collections/{id}/tiles/WebMercatorQuad/{z}/{row}/{column}`
pub async fn tile(
    State(state): State<AppState>,
    Path((collection, set, z, row, column)): Path<(String, String, String, String, String)>,
    headers: HeaderMap,
    mut asked: Asked,
) -> Answer {
    known_set(&set)?;
    let format = format_of(asked.format(&FORMATS)?);
    asked.finish()?;
    answer(&state, &collection, tile_id(&z, &column, &row)?, format, &headers).await
}

/// `/tiles/{collection}/{z}/{x}/{y}.mvt` and `.geojson`
pub async fn short_tile(
    State(state): State<AppState>,
    Path((collection, z, x, name)): Path<(String, String, String, String)>,
    headers: HeaderMap,
    asked: Asked,
) -> Answer {
    asked.finish()?;
    let (y, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    if !FORMATS.iter().any(|(known, _)| *known == extension) {
        return Err(Problem::not_found(format!(
            "瓦片后缀应为 .geojson 或 .mvt，不是“{extension}” | Tiles end in .geojson or .mvt, not '{extension}'"
        )));
    }
    answer(&state, &collection, tile_id(&z, &x, y)?, format_of(extension), &headers).await
}

fn format_of(name: &str) -> Format {
    if name == "mvt" { Format::Mvt } else { Format::GeoJson }
}

fn known_set(set: &str) -> Answer<()> {
    if set == MATRIX_SET {
        return Ok(());
    }
    Err(Problem::not_found(format!(
        "没有瓦片矩阵集 {set}，只有 {MATRIX_SET} | No tile matrix set {set}; there is {MATRIX_SET}"
    )))
}

fn tile_id(z: &str, x: &str, y: &str) -> Answer<TileId> {
    let whole = |name: &str, text: &str| {
        text.parse::<u32>().map_err(|_| {
            Problem::bad(format!(
                "瓦片 {name} 应为非负整数，不是“{text}” | Tile {name} is a whole number, not '{text}'"
            ))
        })
    };
    let (z, x, y) = (whole("z", z)?, whole("x", x)?, whole("y", y)?);
    u8::try_from(z).ok().and_then(|z| TileId::new(z, x, y)).ok_or_else(|| {
        Problem::not_found(format!(
            "没有瓦片 z={z} x={x} y={y}：z 为 0–{MAX_ZOOM}，x、y 小于 2^z | No tile z={z} x={x} y={y}: z is 0 to {MAX_ZOOM}, x and y below 2^z"
        ))
    })
}

async fn answer(state: &AppState, id: &str, tile: TileId, format: Format, headers: &HeaderMap) -> Answer {
    let collection = state.collection(id)?;
    let key = (collection.serial, format, tile);
    let stored = match state.tiles.0.get(&key) {
        Some(stored) => stored,
        None => {
            let (shared, of) = (state.clone(), collection.clone());
            state.compute(move || build(&shared, &of, key)).await?
        }
    };
    respond(&stored, &collection, format, headers)
}

fn build(state: &AppState, collection: &Collection, key: Key) -> Answer<Arc<Stored>> {
    let built = state.tiles.0.try_get_with(key, || {
        let tile = collection.tiles.tile(key.2, key.1)?;
        let digest = hex(&Sha256::digest(&tile.gzip)[..12]);
        let etag = HeaderValue::from_str(&format!("\"{digest}\""))?;
        anyhow::Ok(Arc::new(Stored { gzip: tile.gzip.into(), etag, left_out: tile.dropped }))
    });
    built.map_err(|error| anyhow::anyhow!("tile {:?} of {}: {error:#}", key.2, collection.id).into())
}

fn respond(stored: &Stored, collection: &Collection, format: Format, headers: &HeaderMap) -> Answer {
    let media = FORMATS[usize::from(format == Format::Mvt)].1;
    // The id of a run's layer names its content; a layer of the input may be another after a restart.
    let fresh = if collection.origin.is_some() { "private, max-age=3600" } else { "no-cache" };
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&stored.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if accepts_gzip(headers) {
        let mut response = stored.gzip.clone().into_response();
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    } else {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(stored.gzip.as_ref()).read_to_end(&mut plain).map_err(anyhow::Error::from)?;
        plain.into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    out.insert(header::ETAG, stored.etag.clone());
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(fresh));
    out.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
    if stored.left_out > 0 {
        out.insert(LEFT_OUT, stored.left_out.into());
    }
    Ok(response)
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        matches!(parts.next(), Some("gzip" | "*")) && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
    })
}

/// `/collections/{id}/tiles`
pub async fn tilesets(
    State(state): State<AppState>,
    Path(collection): Path<String>,
    mut asked: Asked,
) -> Answer<Json<Value>> {
    asked.json_only()?;
    let collection = state.collection(&collection)?;
    let at = format!("{}/collections/{}", asked.root, collection.id);
    Ok(Json(json!({
        "links": [link(format!("{at}/tiles"), "self", "application/json"), link(at, "collection", "application/json")],
        "tilesets": [tileset_json(&collection, &asked.root)],
    })))
}

/// `/collections/{id}/tiles/WebMercatorQuad`
pub async fn tileset(
    State(state): State<AppState>,
    Path((collection, set)): Path<(String, String)>,
    mut asked: Asked,
) -> Answer<Json<Value>> {
    known_set(&set)?;
    let collection = state.collection(&collection)?;
    let format = asked.format(&[("json", "application/json"), ("tilejson", "application/vnd.mapbox.tile+json")])?;
    asked.finish()?;
    Ok(Json(match format {
        "tilejson" => tilejson(&state, &collection, &asked.root),
        _ => tileset_json(&collection, &asked.root),
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
    let north_west = crate::export::tile::world::from_lonlat(geo::Coord { x: bounds[0], y: bounds[3] });
    let south_east = crate::export::tile::world::from_lonlat(geo::Coord { x: bounds[2], y: bounds[1] });
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
            ValueKind::Text => "String",
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
pub async fn matrix_sets(mut asked: Asked) -> Answer<Json<Value>> {
    asked.json_only()?;
    let itself = link(format!("{}/tileMatrixSets/{MATRIX_SET}", asked.root), "self", "application/json");
    Ok(Json(json!({ "tileMatrixSets": [{ "id": MATRIX_SET, "uri": MATRIX_SET_URI, "links": [itself] }] })))
}

/// `/tileMatrixSets/WebMercatorQuad`
pub async fn matrix_set(Path(set): Path<String>, mut asked: Asked) -> Answer<Json<Value>> {
    known_set(&set)?;
    asked.json_only()?;
    let half = crate::area::plane::lonlat_to_mercator(geo::Coord { x: 180.0, y: 0.0 }).x;
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
