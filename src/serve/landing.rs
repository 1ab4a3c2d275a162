//! The landing page: what this service is, where everything lies, what runs.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use geo::{BoundingRect, Geometry};
use serde_json::{Value, json};

use crate::collections::{both, link};
use crate::error::HttpResult;
use crate::page;
use crate::processes::status_json;
use crate::query::QueryParams;
use crate::state::AppState;
use fireplan_engine::request::Request;
use fireplan_model::layers::LayerId;
use fireplan_model::rows::Cell;

const REL: &str = "http://www.opengis.net/def/rel/ogc/1.0";
pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

const CONFORMS_TO: [&str; 24] = [
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

/// `/conformance`
pub async fn conformance(mut params: QueryParams) -> HttpResult<Json<Value>> {
    params.json_only()?;
    Ok(Json(json!({ "conformsTo": CONFORMS_TO })))
}

/// `/`: the map page for a browser, the links for a program.
pub async fn landing(State(state): State<AppState>, mut params: QueryParams) -> HttpResult {
    // The page keeps its state in parameters of its own.
    let format = params.format(&[("json", "application/json"), ("html", "text/html")])?;
    if format == "html" {
        return Ok(page::index(&state.basemaps));
    }
    params.finish()?;
    let root = &params.root;
    let area = &state.area;
    let links = json!([
        link(format!("{root}/?f=json"), "self", "application/json"),
        link(format!("{root}/?f=html"), "alternate", "text/html"),
        link(format!("{root}/api"), "service-desc", OPENAPI),
        link(format!("{root}/conformance"), "conformance", "application/json"),
        link(format!("{root}/conformance"), &format!("{REL}/conformance"), "application/json"),
        link(format!("{root}/collections"), "data", "application/json"),
        link(format!("{root}/collections"), &format!("{REL}/data"), "application/json"),
        link(format!("{root}/processes"), &format!("{REL}/processes"), "application/json"),
        link(format!("{root}/jobs"), &format!("{REL}/job-list"), "application/json"),
        link(format!("{root}/styles"), &format!("{REL}/styles"), "application/json"),
        link(format!("{root}/scenarios"), "related", "application/json"),
        link(format!("{root}/tileMatrixSets"), &format!("{REL}/tiling-schemes"), "application/json"),
    ]);
    Ok(Json(json!({
        "title": area.name,
        "description": "消防专项规划空间分析 | Spatial analysis for fire special plans",
        "attribution": state.attribution(),
        "links": links,
        "fireplan": {
            "name": area.name,
            "synthetic": area.synthetic,
            "crs": area.plane.name(),
            "extent_wgs84": state.extent_wgs84(),
            "basemaps": state.basemaps,
            "layers": LayerId::codes(),
            "sources": area.sources,
            "notes": area.notes,
            "runs": runs(&state, root),
            "version": env!("CARGO_PKG_VERSION"),
        },
    }))
    .into_response() as Response)
}

/// Every job there is, and every question that this area cannot answer.
fn runs(state: &AppState, root: &str) -> Vec<Value> {
    let jobs = state.jobs.all();
    let mut runs: Vec<Value> = jobs
        .iter()
        .map(|job| {
            let status = status_json(job, root);
            json!({
                "job": job.id, "process": job.request.id(), "status": status["status"],
                "progress": status.get("progress"), "message": status["message"], "settings": job.run_inputs.settings,
            })
        })
        .collect();
    for request in Request::all() {
        let lacks = request.lacks(&state.area);
        if !lacks.is_empty() {
            let zh: Vec<String> = lacks.iter().map(|layer| layer.label().zh).collect();
            let en: Vec<String> = lacks.iter().map(|layer| layer.label().en).collect();
            runs.push(json!({
                "job": null, "process": request.id(), "status": "refused", "progress": null,
                "message": format!("缺少图层：{} | Lacks the layers: {}", zh.join("、"), en.join(", ")),
            }));
        }
    }
    runs
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
        format!("{invented}{}", if files.is_empty() { both(&self.area.name.as_str().into()) } else { files.join(", ") })
    }
}
