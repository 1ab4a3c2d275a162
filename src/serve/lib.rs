//! The map service: its [`routes`] are on one page. The public interface is OGC API Features, Tiles, Processes and Styles; what the
//! page needs beyond them are extra members named `fireplan`. What is handed over stands beside them: packages, and layers, tables and
//! the map as files; `fireplan-handover` makes the packages as the command does.
//!
//! Handlers do no computing on the async threads: they look things up, and hand the rest to [`Service::compute`](state::Service::compute).

mod basemaps;
mod body;
mod collections;
mod comparison;
mod crs;
mod description;
mod downloads;
mod error;
mod execution;
mod features;
mod items;
pub mod jobs;
mod landing;
mod links;
mod matrix_sets;
mod packages;
mod page;
mod processes;
mod quality;
mod query;
mod routes;
mod scenario_history;
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

pub use basemaps::Basemap;
pub use state::AppState;
pub use time::today;

use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::rules::Rules;
use fireplan_store::Store;

/// How an area is served.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The address that is listened on.
    pub bind: SocketAddr,
    /// Answer every question with its defaults at once.
    pub run_at_start: bool,
    /// Questions that have been answered already.
    pub answered: Vec<(Request, Findings)>,
    /// Tiled maps from elsewhere that may be laid under ours; none unless the site configures one.
    pub basemaps: Vec<Basemap>,
    /// Where scenarios are kept.
    pub store: PathBuf,
    /// Where the area lies; what a bureau says of its plan is beside it.
    pub area: Option<PathBuf>,
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
            area: None,
        }
    }
}

/// Serves the area until the program is stopped.
pub async fn serve(area: StudyArea, rules: Rules, options: ServeOptions) -> Result<()> {
    let ServeOptions { bind, run_at_start, answered, basemaps, store, area: path } = options;
    let state = tokio::task::spawn_blocking(move || {
        let state = AppState::with_store(area, rules, basemaps, Store::at(store))?;
        if let Some(path) = path {
            state.packages.settle(path);
        }
        for (request, findings) in answered {
            state.adopt(request, findings)?;
        }
        anyhow::Ok(state)
    })
    .await??;
    let listener = tokio::net::TcpListener::bind(bind).await.with_context(|| {
        format!(
            "无法监听 {bind}；是否已被其他程序占用？请用 --bind 或 --port 另选 | \
                 cannot listen on {bind}; is another program there? Choose another with --bind or --port"
        )
    })?;
    tracing::info!("serving {} on http://{}", state.area.name, listener.local_addr()?);
    if run_at_start {
        run_all(&state);
    }
    axum::serve(listener, router(state)).with_graceful_shutdown(wait_for_stop()).await?;
    Ok(())
}

/// Starts every question that the area can answer.
pub fn run_all(state: &AppState) {
    for request in Request::all_in_turn() {
        if request.lacks(&state.area).is_empty() {
            state.submit(request, state.run_inputs_at_start());
        }
    }
}

async fn wait_for_stop() {
    // Without a signal handler the program is simply killed.
    let _ = tokio::signal::ctrl_c().await;
}

/// The whole service.
pub fn router(state: AppState) -> Router {
    routes::router()
        .method_not_allowed_fallback(error::refuse_method)
        .layer(DefaultBodyLimit::max(execution::MAX_BODY))
        .layer(from_fn(error::refuse_other_sites))
        .layer(from_fn(error::write_problem))
        .layer(map_response(forbid_sniffing))
        .with_state(state)
}

/// Tells browsers to believe the media type of whatever is sent.
async fn forbid_sniffing(mut response: Response) -> Response {
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
