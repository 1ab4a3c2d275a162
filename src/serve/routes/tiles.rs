//! The routes of tiles, which lie compressed in the cache.

use axum::Router;
use axum::http::Method;
use axum::routing::get;

use super::described::Routes;
use crate::body::{GeoJson, NotModified, VectorTile};
use crate::description::Operation;
use crate::features::FeatureCollection;
use crate::tiles::{self, MATRIX_SET};
use fireplan_office::Action;

/// Tiles of one layer and of several, each by row and column, and shorter by x and y.
pub(super) fn tile_routes() -> Routes {
    let tile = |id, about| Operation::new("tiles", id, about).gives::<NotModified>();
    let both = |operation: Operation| operation.gives::<GeoJson<FeatureCollection>>().gives::<VectorTile>();
    let (of_one, of_several) = ("/tiles/{collectionId}/{z}/{x}/{name}", "/tiles/{z}/{x}/{name}");
    let by_row = format!("/tiles/{MATRIX_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}");
    let router = Router::new()
        .route(of_one, get(tiles::short_tile))
        .route(of_several, get(tiles::short_dataset_tile))
        .route(&by_row, get(tiles::dataset_tile));
    let short = [(of_one, "tileMvt"), (of_several, "datasetTileMvt"), (&by_row, "datasetTile")]
        .into_iter()
        .fold(Routes { router, ..Routes::default() }, |routes, (path, id)| {
            routes.declare(Method::GET, path, id, Action::View)
        });
    let (one, several) = ("The same tile, by x and y", "The same tile of several layers, by x and y");
    let json = |operation: Operation| operation.gives::<GeoJson<FeatureCollection>>();
    short
        .describe("/tiles/{collectionId}/{z}/{x}/{y}.geojson", "get", json(tile("tileGeoJson", one)))
        .describe("/tiles/{collectionId}/{z}/{x}/{y}.mvt", "get", tile("tileMvt", one).gives::<VectorTile>())
        .describe(
            "/tiles/{z}/{x}/{y}.geojson",
            "get",
            json(tile("datasetTileGeoJson", several).takes(&["collections"])),
        )
        .describe(
            "/tiles/{z}/{x}/{y}.mvt",
            "get",
            tile("datasetTileMvt", several).takes(&["collections"]).gives::<VectorTile>(),
        )
        .describe(
            "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
            "get",
            both(tile("datasetTile", "A tile of several layers, by row and column").takes(&["collections", "f_tile"])),
        )
        .get(
            "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
            tiles::tile,
            both(tile("tile", "A tile, by row and column").takes(&["f_tile"])),
        )
}
