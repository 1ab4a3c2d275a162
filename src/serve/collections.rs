//! OGC API Features, the description of collections: what there is, where, with which columns.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::crs::{CRS84, Crs};
use crate::error::HttpResult;
use crate::query::QueryParams;
use crate::state::{AppState, Collection};
use crate::tiles::MATRIX_SET;
use fireplan_model::rows::{Column, GeometryKind, Label, ValueKind};

pub const SCHEMA_JSON: &str = "application/schema+json";
pub const GEOJSON: &str = "application/geo+json";
pub const STYLE_JSON: &str = "application/vnd.mapbox.style+json";

/// A link of an OGC API document.
pub fn link(href: impl Into<String>, rel: &str, media: &str) -> Value {
    json!({ "href": href.into(), "rel": rel, "type": media })
}

/// Both languages in one text, for members that hold only one.
pub fn both(label: &Label) -> String {
    label.to_string()
}

/// JSON with a media type of its own.
pub fn typed(media: &'static str, json: &Value) -> Response {
    ([(axum::http::header::CONTENT_TYPE, media)], json.to_string()).into_response()
}

impl Collection {
    pub fn title(&self) -> String {
        both(&self.layer.title)
    }

    /// 0 points, 1 lines, 2 areas; of a mixed layer the highest.
    pub fn dimension(&self) -> u8 {
        match self.layer.geometry {
            GeometryKind::None | GeometryKind::Point => 0,
            GeometryKind::Line => 1,
            GeometryKind::Polygon | GeometryKind::Mixed => 2,
        }
    }

    fn json(&self, state: &AppState, root: &str) -> Value {
        let at = format!("{root}/collections/{}", self.id);
        let crs: Vec<String> = Crs::offered(&state.area.plane).map(Crs::uri).to_vec();
        let mut json = json!({
            "id": self.id,
            "title": self.title(),
            "description": self.description(state),
            "itemType": "feature",
            "crs": crs,
            "storageCrs": CRS84,
            "links": self.links(&at, root),
            "fireplan": {
                "group": if self.origin.is_some() { "result" } else { "input" },
                "process": self.origin.as_ref().map(|origin| origin.process),
                "job": self.origin.as_ref().map(|origin| &origin.job),
                "compared": self.origin.as_ref().map(|origin| &origin.compared),
                "layer": self.layer.id,
                "geometry": self.layer.geometry,
                "title": self.layer.title,
                "columns": self.layer.columns,
                "drawing": self.layer.drawing,
                "quiet": self.layer.quiet,
                "count": self.layer.features.len(),
                "sheets": self.layer.sheets,
                "companions": self.layer.companions,
            },
        });
        if let Some(bounds) = self.tiles.world().bounds_wgs84() {
            json["extent"] = json!({ "spatial": { "bbox": [bounds], "crs": CRS84 } });
        }
        json
    }

    fn description(&self, state: &AppState) -> String {
        let (count, area) = (self.layer.features.len(), &state.area.name);
        let invented = if state.area.synthetic { "（虚构数据）" } else { "" };
        let synthetic = if state.area.synthetic { " (synthetic data)" } else { "" };
        format!("{area}{invented}，{count} 个要素 | {area}{synthetic}, {count} features")
    }

    fn links(&self, at: &str, root: &str) -> Vec<Value> {
        vec![
            link(at, "self", "application/json"),
            link(format!("{at}/items"), "items", GEOJSON),
            link(format!("{at}/queryables"), "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA_JSON),
            link(format!("{at}/schema"), "http://www.opengis.net/def/rel/ogc/1.0/schema", SCHEMA_JSON),
            link(format!("{at}/tiles"), "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", "application/json"),
            link(format!("{at}/tiles/{MATRIX_SET}?f=tilejson"), "describedby", "application/vnd.mapbox.tile+json"),
            link(format!("{root}/styles/{}", self.id), "http://www.opengis.net/def/rel/ogc/1.0/styles", STYLE_JSON),
        ]
    }
}

/// `/collections`
pub async fn collections(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<Value>> {
    params.json_only()?;
    let collections: Vec<Value> =
        state.collections().iter().map(|collection| collection.json(&state, &params.root)).collect();
    Ok(Json(json!({
        "links": [link(format!("{}/collections", params.root), "self", "application/json")],
        "crs": Crs::offered(&state.area.plane).map(Crs::uri).to_vec(),
        "collections": collections,
    })))
}

/// `/collections/{id}`
pub async fn collection(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Json<Value>> {
    params.json_only()?;
    Ok(Json(state.collection(&id)?.json(&state, &params.root)))
}

/// `/collections/{id}/queryables`
pub async fn queryables(State(state): State<AppState>, Path(id): Path<String>, params: QueryParams) -> HttpResult {
    schema_of(&state, &id, params, "queryables", false)
}

/// `/collections/{id}/schema`
pub async fn schema(State(state): State<AppState>, Path(id): Path<String>, params: QueryParams) -> HttpResult {
    schema_of(&state, &id, params, "schema", true)
}

fn schema_of(state: &AppState, id: &str, mut params: QueryParams, what: &str, whole: bool) -> HttpResult {
    params.format(&[("json", SCHEMA_JSON)])?;
    params.finish()?;
    let collection = state.collection(id)?;
    let mut properties: Map<String, Value> =
        collection.layer.columns.iter().map(|column| (column.name.to_owned(), column_schema(column))).collect();
    if whole {
        properties.insert("id".to_owned(), json!({ "type": "integer", "readOnly": true, "x-ogc-role": "id" }));
    }
    properties.insert("geometry".to_owned(), geometry_schema(collection.layer.geometry));
    Ok(typed(
        SCHEMA_JSON,
        &json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("{}/collections/{id}/{what}", params.root),
            "type": "object",
            "title": collection.title(),
            "properties": properties,
            "additionalProperties": false,
        }),
    ))
}

fn column_schema(column: &Column) -> Value {
    let kind = match column.kind {
        ValueKind::Bool => "boolean",
        ValueKind::Int => "integer",
        ValueKind::Float => "number",
        ValueKind::Text | ValueKind::Label | ValueKind::Edits => "string",
    };
    let mut schema = json!({ "title": column.label.zh, "description": column.label.en, "type": kind });
    if !column.unit.is_empty() {
        schema["x-ogc-unit"] = column.unit.into();
    }
    if !column.codes.is_empty() {
        schema["enum"] = column.codes.iter().map(|code| code.code).collect();
        schema["oneOf"] =
            column.codes.iter().map(|code| json!({ "const": code.code, "title": both(&code.label) })).collect();
    }
    schema
}

fn geometry_schema(kind: GeometryKind) -> Value {
    let format = match kind {
        GeometryKind::Point => "geometry-point",
        GeometryKind::Line => "geometry-linestring-or-multilinestring",
        GeometryKind::Polygon => "geometry-polygon-or-multipolygon",
        GeometryKind::None | GeometryKind::Mixed => "geometry-any",
    };
    json!({ "format": format, "x-ogc-role": "primary-geometry" })
}
