//! The map service: its [`routes`] are on one page. The public interface is OGC API Features, Tiles, Processes and Styles; what the
//! page needs beyond them are extra members named `fireplan`. What is handed over stands beside them: packages, and layers, tables and
//! the map as files; `fireplan-handover` makes the packages as the command does.
//!
//! It serves one area, or all projects of a folder ([`areas`]): then the service of each lies below `/areas/{projectId}/`, and the
//! way in leads over `/drafts`. It may use all crates below but the atlas and the package.
//!
//! Handlers do no computing on the async threads: they look things up, and hand the rest to [`Service::compute`](state::Service::compute).

mod access_log;
pub mod areas;
mod basemaps;
mod body;
mod collection_pages;
mod collections;
mod comparison;
mod crs;
mod datetime;
mod description;
mod downloads;
mod error;
mod execution;
mod features;
mod health;
mod hosts;
mod items;
pub mod jobs;
mod landing;
mod links;
mod matrix_sets;
mod metrics;
mod packages;
mod page;
mod people;
mod processes;
mod quality;
mod query;
mod request_body;
mod routes;
mod scenario_history;
mod scenarios;
mod selection;
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
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use axum::{Extension, Router};

use crate::areas::{AreasState, guarded_areas_router};
use crate::people::admit::Admission;
use crate::people::sign_in::guard_sign_in;
use crate::people::visitor::Visitor;
use crate::server::{ConnectionLimits, ServerSetup, answer_until, wait_for_stop};
use crate::start::write_when_over;
pub use areas::{AreasOptions, find_project_id, list_project_folders};
pub use basemaps::Basemap;
pub use hosts::{KnownHosts, PublicUrl};
pub use jobs::KeptFolder;
pub use people::entrance::EntranceOptions;
pub use server::OfficeOptions;
pub use start::run_all;
pub use state::AppState;
pub use time::today;

use fireplan_model::area::StudyArea;
use fireplan_model::rules::Rules;
use fireplan_office::Office;
use fireplan_store::Store;
use fireplan_store::runs::RunFolder;

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
    /// What an office asks of it.
    pub office: OfficeOptions,
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
            office: OfficeOptions::default(),
        }
    }
}

/// Serves the area until the program is stopped.
pub async fn serve(area: StudyArea, rules: Rules, options: ServeOptions) -> Result<()> {
    let ServeOptions { bind, run_at_start, out, basemaps, store, runs_budget_bytes, hosts, area: path, office } =
        options;
    let (state, _claim) = tokio::task::spawn_blocking(move || {
        let store = Store::at(store);
        let claim = RunFolder::beside(store.path()).claim_for_service()?;
        let runs = KeptFolder::beside(&store, runs_budget_bytes)?;
        let state = AppState::with_store(area, rules, basemaps, store, Some(runs))?;
        if let Some(path) = path {
            state.packages.settle(path);
        }
        anyhow::Ok((state, claim))
    })
    .await??;
    state.jobs.limit_minutes(office.run_minutes);
    let setup = ServerSetup::new(hosts, office, Arc::new(Office::beside(state.store.path())))?;
    let listener = tokio::net::TcpListener::bind(bind).await.with_context(|| explain_bind(bind))?;
    tracing::info!("serving {} on http://{}", state.area.name, listener.local_addr()?);
    if run_at_start {
        let jobs = run_all(&state);
        if let Some(out) = out {
            write_when_over(&state, jobs, &out);
        }
    }
    answer_until(listener, guarded_router(state), setup, ConnectionLimits::default(), wait_for_stop).await
}

/// Serves the projects of a folder until the program is stopped.
pub async fn serve_areas(
    bind: SocketAddr,
    hosts: KnownHosts,
    options: AreasOptions,
    office: OfficeOptions,
) -> Result<()> {
    let options = AreasOptions { run_minutes: office.run_minutes, ..options };
    let state = tokio::task::spawn_blocking(move || AreasState::new(options)).await??;
    let setup = ServerSetup::new(hosts, office, state.office.clone())?;
    let listener = tokio::net::TcpListener::bind(bind).await.with_context(|| explain_bind(bind))?;
    tracing::info!("serving {} on http://{}", state.folder.root().display(), listener.local_addr()?);
    let router = guarded_areas_router(state.clone());
    answer_until(listener, router, setup, ConnectionLimits::default(), wait_for_stop).await?;
    tokio::task::spawn_blocking(move || state.note_seen()).await?;
    Ok(())
}

fn explain_bind(bind: SocketAddr) -> String {
    format!(
        "无法监听 {bind}；是否已被其他程序占用？请用 --bind 或 --port 另选 | \
         cannot listen on {bind}; is another program there? Choose another with --bind or --port"
    )
}

/// The whole service of an area, for whoever sits at the machine.
pub fn router(state: AppState) -> Router {
    guarded_router(state).layer(Extension(Visitor::local()))
}

/// The same for those whom the way in has named.
fn guarded_router(state: AppState) -> Router {
    let trail = state.clone();
    let admission = Admission::new(routes::declare_routes(), move |event| Ok(trail.store.note(event)?));
    routes::router(&admission)
        .method_not_allowed_fallback(error::refuse_method)
        .layer(DefaultBodyLimit::max(execution::MAX_BODY))
        .layer(from_fn(error::refuse_other_sites))
        .layer(from_fn(error::write_problem))
        .layer(from_fn(guard_sign_in))
        .layer(map_response(forbid_sniffing))
        .with_state(state)
}

/// Tells browsers to believe the media type of whatever is sent.
async fn forbid_sniffing(mut response: Response) -> Response {
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
