//! The map service: one page of routes. The public interface is OGC API Features, Tiles, Processes and Styles; what the
//! page needs beyond them are extra members named `fireplan`.
//!
//! Handlers do no computing on the async threads: they look things up, and hand the rest to [`Service::compute`](state::Service::compute).

mod basemaps;
mod collections;
mod comparison;
mod crs;
mod error;
mod items;
pub mod jobs;
mod landing;
mod openapi;
mod page;
mod processes;
mod query;
mod scenarios;
mod settings;
mod sheets;
pub mod state;
mod styles;
mod tiles;
mod tilesets;
mod time;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

pub use basemaps::Basemap;
pub use state::AppState;

use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::rules::Rules;
use fireplan_store::Store;

#[derive(Debug, Clone)]
pub struct ServeOptions {
    pub bind: SocketAddr,
    /// Answer every question with its defaults at once.
    pub run_at_start: bool,
    /// Questions that have been answered already.
    pub answered: Vec<(Request, Findings)>,
    /// Tiled maps from elsewhere that may be laid under ours; none unless the site configures one.
    pub basemaps: Vec<Basemap>,
    /// Where scenarios are kept.
    pub store: PathBuf,
}

impl Default for ServeOptions {
    /// Loopback: other machines see the service only when told to.
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            run_at_start: true,
            answered: Vec::new(),
            basemaps: Vec::new(),
            store: PathBuf::from("scenarios.sqlite"),
        }
    }
}

/// Serves the area until the program is stopped.
pub async fn serve(area: StudyArea, rules: Rules, options: ServeOptions) -> Result<()> {
    let ServeOptions { bind, run_at_start, answered, basemaps, store } = options;
    let state = tokio::task::spawn_blocking(move || {
        let state = AppState::with_store(area, rules, basemaps, Store::at(store))?;
        for (request, findings) in answered {
            state.adopt(request, findings)?;
        }
        anyhow::Ok(state)
    })
    .await??;
    let listener = tokio::net::TcpListener::bind(bind)
        .await
        .with_context(|| format!("cannot listen on {}; is another program there? Choose another with --bind", bind))?;
    tracing::info!("serving {} on http://{}", state.area.name, listener.local_addr()?);
    if run_at_start {
        run_all(&state);
    }
    axum::serve(listener, router(state)).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

/// Starts every question that the area can answer.
pub fn run_all(state: &AppState) {
    for request in Request::all() {
        if request.lacks(&state.area).is_empty() {
            state.submit(request, state.run_inputs_at_start());
        }
    }
}

async fn stopped() {
    // Without a signal handler the program is simply killed.
    let _ = tokio::signal::ctrl_c().await;
}

/// Every route.
pub fn router(state: AppState) -> Router {
    let compressed = Router::new()
        .route("/", get(landing::landing))
        .route("/api", get(openapi::api))
        .route("/conformance", get(landing::conformance))
        .route("/collections", get(collections::collections))
        .route("/collections/{id}", get(collections::collection))
        .route("/collections/{id}/queryables", get(collections::queryables))
        .route("/collections/{id}/schema", get(collections::schema))
        .route("/collections/{id}/items", get(items::items))
        .route("/collections/{id}/items/{feature}", get(items::item))
        .route("/collections/{id}/items/{feature}/sheet", get(sheets::sheet))
        .route("/collections/{id}/tiles", get(tilesets::tilesets))
        .route("/collections/{id}/tiles/{set}", get(tilesets::tileset))
        .route("/tileMatrixSets", get(tilesets::matrix_sets))
        .route("/tileMatrixSets/{set}", get(tilesets::matrix_set))
        .route("/processes", get(processes::processes))
        .route("/processes/{id}", get(processes::describe))
        .route("/processes/{id}/execution", post(processes::execute))
        .route("/jobs", get(processes::jobs))
        .route("/jobs/{id}", get(processes::job).delete(processes::dismiss))
        .route("/jobs/{id}/settle", post(processes::settle))
        .route("/jobs/{id}/results", get(processes::results))
        .route("/jobs/{id}/comparison/{other}", get(comparison::comparison))
        .route("/jobs/{id}/scenarios/{name}", get(comparison::under_scenario))
        .route("/rules", get(openapi::rules))
        .route("/scenarios", get(scenarios::list).post(scenarios::create))
        .route(
            "/scenarios/{name}",
            get(scenarios::one).put(scenarios::replace).patch(scenarios::rename).delete(scenarios::delete),
        )
        .route("/scenarios/{name}/copy", post(scenarios::copy))
        .route("/styles", get(styles::list))
        .route("/styles/{id}", get(styles::style))
        .fallback(page::asset)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    // Tiles are stored compressed.
    let tiles = Router::new()
        .route("/collections/{id}/tiles/{set}/{z}/{row}/{column}", get(tiles::tile))
        .route("/tiles/{collection}/{z}/{x}/{name}", get(tiles::short_tile));
    compressed
        .merge(tiles)
        .method_not_allowed_fallback(error::unknown_method)
        .layer(DefaultBodyLimit::max(processes::MAX_BODY))
        .layer(from_fn(error::refuse_strangers))
        .layer(from_fn(error::render))
        .layer(map_response(harden))
        .with_state(state)
}

/// Nothing that is served is to be taken for another type than it says.
async fn harden(mut response: Response) -> Response {
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
