//! The landing page: what this service is, where everything lies, what runs.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use geo::{BoundingRect, Geometry};
use schemars::JsonSchema;
use serde::Serialize;

use crate::basemaps::Basemap;
use crate::error::HttpResult;
use crate::jobs::{AboutJob, Status};
use crate::links::{JSON, OPENAPI, WebLink, link, ogc_link};
use crate::page::{self, PagePlace};
use crate::query::QueryParams;
use crate::settings::Settings;
use crate::state::AppState;
use crate::time::format_time;
use fireplan_engine::request::Request;
use fireplan_model::area::SourceReport;
use fireplan_model::layers::LayerId;
use fireplan_model::notes::Note;
use fireplan_model::rows::{Cell, Code, Label};
use fireplan_model::rules::RulesInForce;

const CONFORMS_TO: [&str; 26] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/ogc-process-description",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/job-list",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/dismiss",
];

/// The conformance classes of the service.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Conformance {
    #[serde(rename = "conformsTo")]
    conforms_to: [&'static str; 26],
}

/// What the service is of, and where everything lies.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Landing {
    title: String,
    description: &'static str,
    /// Which files the map is drawn from.
    attribution: String,
    links: Vec<WebLink>,
    fireplan: AreaSummary,
}

/// The area as it was read, and its runs.
#[derive(Serialize, JsonSchema)]
struct AreaSummary {
    name: String,
    /// Its data is invented.
    synthetic: bool,
    /// Name of the coordinate system in which everything is computed.
    crs: String,
    /// West, south, east, north in degrees.
    extent_wgs84: Option<[f64; 4]>,
    basemaps: Vec<Basemap>,
    /// Every layer that an area can have.
    layers: Vec<Code>,
    sources: Vec<SourceReport>,
    notes: Vec<Note>,
    runs: Vec<ListedRun>,
    version: &'static str,
}

/// A run, or a question for which there can be none.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum ListedRun {
    Run(Box<RunSummary>),
    Refusal(RunRefusal),
}

/// A job in short.
#[derive(Serialize, JsonSchema)]
struct RunSummary {
    job: String,
    process: &'static str,
    status: Status,
    /// Of the present stage, in percent.
    progress: Option<u64>,
    /// `中文 | English`.
    message: String,
    settings: Settings,
    /// It asks its question with the defaults, of the present data and under the rules that the service was started with.
    usual: bool,
    /// When it ended.
    finished: Option<String>,
    #[serde(flatten)]
    about: AboutJob,
}

/// A question that the area cannot answer, and why.
#[derive(Serialize, JsonSchema)]
struct RunRefusal {
    job: (),
    process: &'static str,
    status: Refused,
    progress: (),
    /// `中文 | English`.
    message: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Refused {
    Refused,
}

/// `/conformance`
pub(crate) async fn conformance(mut params: QueryParams) -> HttpResult<Json<Conformance>> {
    params.json_only()?;
    Ok(Json(Conformance { conforms_to: CONFORMS_TO }))
}

/// `/rules`
pub(crate) async fn rules(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<RulesInForce>> {
    params.json_only()?;
    Ok(Json(state.rules.in_force()))
}

/// `/`: the map page for a browser, the links for a program.
pub(crate) async fn landing(State(state): State<AppState>, mut params: QueryParams) -> HttpResult {
    // The page keeps its state in parameters of its own.
    let format = params.format(&[("json", JSON), ("html", "text/html")])?;
    if format == "html" {
        return Ok(page::index(PagePlace::Area, &state.basemaps));
    }
    params.finish()?;
    let area = &state.area;
    Ok(Json(Landing {
        title: area.name.clone(),
        description: "消防专项规划空间分析 | Spatial analysis for fire special plans",
        attribution: state.attribution(),
        links: landing_links(&params.root),
        fireplan: AreaSummary {
            name: area.name.clone(),
            synthetic: area.synthetic,
            crs: area.plane.name().to_owned(),
            extent_wgs84: state.extent_wgs84(),
            basemaps: state.basemaps.clone(),
            layers: LayerId::codes(),
            sources: area.sources.clone(),
            notes: area.notes.clone(),
            runs: list_runs(&state),
            version: env!("CARGO_PKG_VERSION"),
        },
    })
    .into_response())
}

fn landing_links(root: &str) -> Vec<WebLink> {
    vec![
        link(format!("{root}/?f=json"), "self", JSON),
        link(format!("{root}/?f=html"), "alternate", "text/html"),
        link(format!("{root}/api"), "service-desc", OPENAPI),
        link(format!("{root}/conformance"), "conformance", JSON),
        ogc_link(format!("{root}/conformance"), "conformance", JSON),
        link(format!("{root}/collections"), "data", JSON),
        ogc_link(format!("{root}/collections"), "data", JSON),
        ogc_link(format!("{root}/processes"), "processes", JSON),
        ogc_link(format!("{root}/jobs"), "job-list", JSON),
        ogc_link(format!("{root}/styles"), "styles", JSON),
        ogc_link(format!("{root}/tiles"), "tilesets-vector", JSON),
        link(format!("{root}/scenarios"), "related", JSON),
        link(format!("{root}/quality"), "related", JSON),
        ogc_link(format!("{root}/tileMatrixSets"), "tiling-schemes", JSON),
    ]
}

/// Every job there is, and every question that this area cannot answer.
fn list_runs(state: &AppState) -> Vec<ListedRun> {
    let (jobs, questions, at_start) = (state.jobs.all(), Request::all(), state.settings_at_start());
    let runs = jobs.iter().map(|job| {
        ListedRun::Run(Box::new(RunSummary {
            job: job.id.clone(),
            process: job.request.id(),
            status: job.status(),
            progress: job.progress(),
            message: job.message_text(),
            settings: job.settings.clone(),
            usual: !job.outdated && job.settings == at_start && questions.contains(&job.request),
            finished: job.finished().map(format_time),
            about: job.about(),
        }))
    });
    let refusals = Request::all().into_iter().filter_map(|request| {
        let lacks = request.lacks(&state.area);
        let names = name_layers(&lacks);
        (!lacks.is_empty()).then(|| {
            ListedRun::Refusal(RunRefusal {
                job: (),
                process: request.id(),
                status: Refused::Refused,
                progress: (),
                message: format!("缺少图层：{} | Lacks the layers: {}", names.zh, names.en),
            })
        })
    });
    runs.chain(refusals).collect()
}

/// The names of the layers in both languages, one after the other.
pub(crate) fn name_layers(layers: &[LayerId]) -> Label {
    let (zh, en): (Vec<String>, Vec<String>) =
        layers.iter().map(|layer| layer.label()).map(|label| (label.zh, label.en)).unzip();
    Label::new(zh.join("、"), en.join(", "))
}

impl AppState {
    /// West, south, east, north of the area; of all input layers, where it has no outline.
    pub fn extent_wgs84(&self) -> Option<[f64; 4]> {
        let outline = self.area.boundary.bounding_rect().map(|rect| Geometry::from(rect.to_polygon()));
        if let Some(mut outline) = outline
            && self.area.plane.geometry_to_lonlat(&mut outline).is_ok()
            && let Some(rect) = outline.bounding_rect()
        {
            return Some([rect.min().x, rect.min().y, rect.max().x, rect.max().y]);
        }
        let inputs = self.collections().into_iter().filter(|collection| collection.origin.is_none());
        inputs
            .filter_map(|collection| collection.tiles.world().bounds_wgs84())
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }

    /// Which files the map is drawn from.
    pub fn attribution(&self) -> String {
        let files: BTreeSet<&str> = self.area.sources.iter().map(|source| source.source.as_str()).collect();
        let files: Vec<&str> = files.into_iter().collect();
        let invented = if self.area.synthetic { "虚构数据 | synthetic data: " } else { "" };
        format!(
            "{invented}{}",
            if files.is_empty() { Label::parse(&self.area.name).to_string() } else { files.join(", ") }
        )
    }
}
