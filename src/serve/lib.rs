//! The map service: its [`routes`] are on one page. The public interface is OGC API Features, Tiles, Processes and Styles; what the
//! page needs beyond them are extra members named `fireplan`. What is handed over stands beside them: packages, and layers, tables and
//! the map as files; `fireplan-handover` makes the packages as the command does.
//!
//! It serves one area, or all projects of a folder ([`areas`]): then the service of each lies below `/areas/{projectId}/`, and the
//! way in leads over `/drafts`. It may use all crates below but the atlas and the package.
//!
//! Handlers do no computing on the async threads: they look things up, and hand the rest to [`Service::compute`](state::Service::compute).

pub mod areas;
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
mod hosts;
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
mod request_body;
mod routes;
mod scenario_history;
mod scenarios;
mod server;
mod settings;
mod sheets;
mod start;
pub mod state;
mod styles;
mod tiles;
mod tileset_metadata;
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

use crate::areas::{AreasState, areas_router};
use crate::server::{ConnectionLimits, answer_until, wait_for_stop};
use crate::start::write_when_over;
pub use areas::AreasOptions;
pub use basemaps::Basemap;
pub use hosts::{KnownHosts, PublicUrl};
pub use jobs::KeptFolder;
pub use start::run_all;
pub use state::AppState;
pub use time::today;

use fireplan_model::area::StudyArea;
use fireplan_model::rules::Rules;
use fireplan_store::Store;

/// How an area is served.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The address that is listened on.
    pub bind: SocketAddr,
    /// Answer every question with its defaults at once.
    pub run_at_start: bool,
    /// Then write what they find into a folder each below this one.
    pub out: Option<PathBuf>,
    /// Tiled maps from elsewhere that may be laid under ours; none unless the site configures one.
    pub basemaps: Vec<Basemap>,
    /// Where scenarios are kept; finished runs are kept beside it.
    pub store: PathBuf,
    /// What the runs may take on disk, in bytes.
    pub runs_budget_bytes: u64,
    /// Under which names it answers.
    pub hosts: KnownHosts,
    /// Where the area lies; what a bureau says of its plan is beside it.
    pub area: Option<PathBuf>,
}

impl Default for ServeOptions {
    /// Loopback: other machines see the service only when told to.
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            run_at_start: true,
            out: None,
            basemaps: Vec::new(),
            store: PathBuf::from("scenarios.sqlite"),
            runs_budget_bytes: KeptFolder::BUDGET_BYTES,
            hosts: KnownHosts::default(),
            area: None,
        }
    }
}

/// Serves the area until the program is stopped.
pub async fn serve(area: StudyArea, rules: Rules, options: ServeOptions) -> Result<()> {
    let ServeOptions { bind, run_at_start, out, basemaps, store, runs_budget_bytes, hosts, area: path } = options;
    let state = tokio::task::spawn_blocking(move || {
        let store = Store::at(store);
        let runs = KeptFolder::beside(&store, runs_budget_bytes)?;
        let state = AppState::with_store(area, rules, basemaps, store, Some(runs))?;
        if let Some(path) = path {
            state.packages.settle(path);
        }
        anyhow::Ok(state)
    })
    .await??;
    let listener = tokio::net::TcpListener::bind(bind).await.with_context(|| explain_bind(bind))?;
    tracing::info!("serving {} on http://{}", state.area.name, listener.local_addr()?);
    if run_at_start {
        let jobs = run_all(&state);
        if let Some(out) = out {
            write_when_over(&state, jobs, &out);
        }
    }
    answer_until(listener, router(state), hosts, ConnectionLimits::default(), wait_for_stop).await
}

/// Serves the projects of a folder until the program is stopped.
pub async fn serve_areas(bind: SocketAddr, hosts: KnownHosts, options: AreasOptions) -> Result<()> {
    let state = tokio::task::spawn_blocking(move || AreasState::new(options)).await??;
    let listener = tokio::net::TcpListener::bind(bind).await.with_context(|| explain_bind(bind))?;
    tracing::info!("serving {} on http://{}", state.folder.root().display(), listener.local_addr()?);
    answer_until(listener, areas_router(state.clone()), hosts, ConnectionLimits::default(), wait_for_stop).await?;
    tokio::task::spawn_blocking(move || state.note_seen()).await?;
    Ok(())
}

fn explain_bind(bind: SocketAddr) -> String {
    format!(
        "无法监听 {bind}；是否已被其他程序占用？请用 --bind 或 --port 另选 | \
         cannot listen on {bind}; is another program there? Choose another with --bind or --port"
    )
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
