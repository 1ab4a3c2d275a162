//! Tiles over HTTP: two path forms, two formats, one cache of compressed tiles ready to be sent.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use sha2::{Digest, Sha256};

use crate::error::{HttpResult, Problem};
use crate::links::{GEOJSON, MVT};
use crate::query::QueryParams;
use crate::state::{AppState, Collection, write_hex};
use fireplan_export::tile::{Format, MAX_ZOOM, TileId, decompress, join_tiles};

/// The only tile matrix set of the service.
pub(crate) const MATRIX_SET: &str = "WebMercatorQuad";
/// The formats of a tile: name, media type.
pub(crate) const FORMATS: [(&str, &str); 2] = [("geojson", GEOJSON), ("mvt", MVT)];
/// Header that counts the features that were left out because the tile would be too large.
const LEFT_OUT: HeaderName = HeaderName::from_static("features-left-out");
/// Size of the compressed tiles in the cache, in bytes.
const CACHE_BYTES: u64 = 128 << 20;

/// The serials of the layers in the tile, in their order.
type TileKey = (Arc<[u32]>, Format, TileId);

/// A compressed tile with what its headers say.
pub(crate) struct CachedTile {
    gzip: Bytes,
    etag: HeaderValue,
    left_out: usize,
}

/// Tiles made so far, the least used dropped when they are too many.
pub struct TileCache(moka::sync::Cache<TileKey, Arc<CachedTile>>);

impl Default for TileCache {
    fn default() -> Self {
        let weigh = |(layers, ..): &TileKey, tile: &Arc<CachedTile>| (tile.gzip.len() + 4 * layers.len()) as u32 + 256;
        Self(moka::sync::Cache::builder().weigher(weigh).max_capacity(CACHE_BYTES).build())
    }
}

/// `/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
pub(crate) async fn tile(
    State(state): State<AppState>,
    Path((collection, set, z, row, column)): Path<(String, String, String, String, String)>,
    headers: HeaderMap,
    mut params: QueryParams,
) -> HttpResult {
    check_matrix_set(&set)?;
    let format = parse_format(params.format(&FORMATS)?);
    params.finish()?;
    let chosen = ChosenCollections::find(&state, [collection.as_str()]).await?;
    send_tile(&state, chosen, parse_tile(&z, &column, &row)?, format, &headers).await
}

/// `/tiles/{collectionId}/{z}/{x}/{y}.mvt` and `.geojson`
pub(crate) async fn short_tile(
    State(state): State<AppState>,
    Path((collection, z, x, name)): Path<(String, String, String, String)>,
    headers: HeaderMap,
    params: QueryParams,
) -> HttpResult {
    params.finish()?;
    let (y, format) = split_name(&name)?;
    let chosen = ChosenCollections::find(&state, [collection.as_str()]).await?;
    send_tile(&state, chosen, parse_tile(&z, &x, y)?, format, &headers).await
}

/// `/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}` of the only set there is
pub(crate) async fn dataset_tile(
    State(state): State<AppState>,
    Path((z, row, column)): Path<(String, String, String)>,
    headers: HeaderMap,
    mut params: QueryParams,
) -> HttpResult {
    let format = parse_format(params.format(&FORMATS)?);
    let chosen = choose_collections(&state, &mut params).await?;
    params.finish()?;
    send_tile(&state, chosen, parse_tile(&z, &column, &row)?, format, &headers).await
}

/// `/tiles/{z}/{x}/{y}.mvt` and `.geojson`
pub(crate) async fn short_dataset_tile(
    State(state): State<AppState>,
    Path((z, x, name)): Path<(String, String, String)>,
    headers: HeaderMap,
    mut params: QueryParams,
) -> HttpResult {
    let chosen = choose_collections(&state, &mut params).await?;
    params.finish()?;
    let (y, format) = split_name(&name)?;
    send_tile(&state, chosen, parse_tile(&z, &x, y)?, format, &headers).await
}

/// Collections as a request names them.
pub(crate) struct ChosenCollections {
    pub(crate) collections: Vec<Arc<Collection>>,
    /// Whether every name goes on meaning the same content: the id of a run's layer does, while `coverage_roads` means
    /// that of another run tomorrow, and a layer of the input may be another after a restart.
    lasting: bool,
}

impl ChosenCollections {
    async fn find<'a>(state: &AppState, names: impl IntoIterator<Item = &'a str>) -> HttpResult<Self> {
        let mut chosen = Self { collections: Vec::new(), lasting: true };
        for name in names {
            let found = state.find_collection(name).await?;
            chosen.lasting &= found.origin.is_some() && found.id == name;
            chosen.collections.push(found);
        }
        Ok(chosen)
    }
}

/// The collections that `collections` names, in its order; without it, those of the input.
pub(crate) async fn choose_collections(state: &AppState, params: &mut QueryParams) -> HttpResult<ChosenCollections> {
    if let Some(names) = params.take("collections") {
        return ChosenCollections::find(state, names.split(',').map(str::trim)).await;
    }
    let input = state.collections().into_iter().filter(|collection| collection.origin.is_none());
    Ok(ChosenCollections { collections: input.collect(), lasting: false })
}

/// `5.mvt` as its number and its format.
fn split_name(name: &str) -> HttpResult<(&str, Format)> {
    let (y, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    if !FORMATS.iter().any(|(known, _)| *known == extension) {
        return Err(Problem::not_found(format!(
            "瓦片后缀应为 .geojson 或 .mvt，不是“{extension}” | Tiles end in .geojson or .mvt, not '{extension}'"
        )));
    }
    Ok((y, parse_format(extension)))
}

fn parse_format(name: &str) -> Format {
    if name == "mvt" { Format::Mvt } else { Format::GeoJson }
}

/// Refuses a tile matrix set that the service does not have.
pub(crate) fn check_matrix_set(set: &str) -> HttpResult<()> {
    if set == MATRIX_SET {
        return Ok(());
    }
    Err(Problem::not_found(format!(
        "没有瓦片矩阵集 {set}，只有 {MATRIX_SET} | No tile matrix set {set}; there is {MATRIX_SET}"
    )))
}

fn parse_tile(z: &str, x: &str, y: &str) -> HttpResult<TileId> {
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

async fn send_tile(
    state: &AppState,
    ChosenCollections { collections, lasting }: ChosenCollections,
    tile: TileId,
    format: Format,
    headers: &HeaderMap,
) -> HttpResult {
    let key = (collections.iter().map(|collection| collection.serial).collect(), format, tile);
    let cached = match state.tiles.0.get(&key) {
        Some(cached) => cached,
        None => {
            let shared = state.clone();
            state.compute_tile(move || build_tile(&shared, &collections, key)).await?
        }
    };
    make_response(&cached, lasting, format, headers)
}

/// Parts are kept, too: another set of layers, as when one is switched off, is joined from them.
fn build_tile(state: &AppState, collections: &[Arc<Collection>], key: TileKey) -> HttpResult<Arc<CachedTile>> {
    let parts = collections.iter().map(|one| build_part(state, one, &key)).collect::<HttpResult<Vec<_>>>()?;
    if let [only] = parts.as_slice() {
        return Ok(only.clone());
    }
    let (format, tile) = (key.1, key.2);
    let built = state.tiles.0.try_get_with(key, || {
        let gzip = join_tiles(format, parts.iter().map(|part| part.gzip.as_ref()))?;
        CachedTile::new(gzip, parts.iter().map(|part| part.left_out).sum())
    });
    built.map_err(|error| {
        anyhow::anyhow!("{0} 个图层的瓦片 {tile:?} | tile {tile:?} of {0} layers: {error:#}", parts.len()).into()
    })
}

fn build_part(state: &AppState, collection: &Collection, (_, format, tile): &TileKey) -> HttpResult<Arc<CachedTile>> {
    let key = (Arc::from([collection.serial]), *format, *tile);
    let built = state.tiles.0.try_get_with(key, || {
        let built = collection.tiles.tile(*tile, *format)?;
        CachedTile::new(built.gzip, built.dropped)
    });
    built.map_err(|error| {
        anyhow::anyhow!("图层 {0} 的瓦片 {tile:?} | tile {tile:?} of {0}: {error:#}", collection.id).into()
    })
}

impl CachedTile {
    fn new(gzip: Vec<u8>, left_out: usize) -> anyhow::Result<Arc<Self>> {
        let digest = write_hex(&Sha256::digest(&gzip)[..12]);
        let etag = HeaderValue::from_str(&format!("\"{digest}\""))?;
        Ok(Arc::new(Self { gzip: gzip.into(), etag, left_out }))
    }
}

/// A tile may be kept without asking again if the names of its layers are `lasting`.
fn make_response(cached: &CachedTile, lasting: bool, format: Format, headers: &HeaderMap) -> HttpResult {
    let media = FORMATS[usize::from(format == Format::Mvt)].1;
    let fresh = if lasting { "private, max-age=3600" } else { "no-cache" };
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&cached.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if accepts_gzip(headers) {
        let mut response = cached.gzip.clone().into_response();
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response
    } else {
        decompress(&cached.gzip)?.into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    out.insert(header::ETAG, cached.etag.clone());
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(fresh));
    out.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
    if cached.left_out > 0 {
        out.insert(LEFT_OUT, cached.left_out.into());
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
