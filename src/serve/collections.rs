//! OGC API Features, the description of collections: what there is, where, with which columns.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::body::{Typed, TypedDocument};
use crate::collection_pages::{write_collection, write_list};
use crate::crs::{CRS84, Crs};
use crate::error::HttpResult;
use crate::links::{GEOJSON, JSON, SCHEMA_JSON, STYLE_JSON, TILE_JSON, WebLink, link, ogc_link};
use crate::query::QueryParams;
use crate::state::{AppState, Collection};
use crate::tiles::MATRIX_SET;
use fireplan_model::findings::{Companion, Drawing};
use fireplan_model::rows::{Column, GeometryKind, Label, ValueKind};

/// For programs, and for people who follow a link.
const FORMATS: &[(&str, &str)] = &[("json", JSON), ("html", "text/html")];

/// The layers of the service.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CollectionList {
    links: Vec<WebLink>,
    /// The coordinate systems in which features can be asked for.
    crs: Vec<String>,
    collections: Vec<CollectionDescription>,
}

/// A layer: what it holds and where.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CollectionDescription {
    id: String,
    title: String,
    description: String,
    item_type: &'static str,
    crs: Vec<String>,
    storage_crs: &'static str,
    links: Vec<WebLink>,
    fireplan: LayerDescription,
    #[serde(skip_serializing_if = "Option::is_none")]
    extent: Option<Extent>,
}

/// What the standard has no member for.
#[derive(Serialize, JsonSchema)]
struct LayerDescription {
    group: LayerGroup,
    /// `None`: a layer of the input.
    process: Option<&'static str>,
    /// The job, or the comparison, that it comes from.
    job: Option<String>,
    /// The two jobs that it compares; empty for a layer of a run.
    compared: Option<Vec<String>>,
    /// Name of the layer within the area or the run.
    layer: String,
    geometry: GeometryKind,
    title: Label,
    columns: Vec<Column>,
    drawing: Drawing,
    /// Not shown until asked for.
    quiet: bool,
    /// Number of features.
    count: usize,
    /// Each feature has a sheet to be printed.
    sheets: bool,
    /// What is marked along with a feature that is chosen.
    companions: Vec<Companion>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum LayerGroup {
    Input,
    Result,
}

#[derive(Serialize, JsonSchema)]
struct Extent {
    spatial: SpatialExtent,
}

#[derive(Serialize, JsonSchema)]
struct SpatialExtent {
    /// West, south, east, north.
    bbox: Vec<[f64; 4]>,
    crs: &'static str,
}

/// Properties of features as JSON Schema.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FeatureSchema {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(rename = "$id")]
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    /// The schema of each property, by its name.
    properties: Map<String, Value>,
    #[serde(rename = "additionalProperties")]
    additional_properties: bool,
}

impl TypedDocument for FeatureSchema {
    const MEDIA: &'static str = SCHEMA_JSON;
}

impl Collection {
    /// The title of its layer in both languages.
    pub fn title(&self) -> String {
        self.layer.title.to_string()
    }

    /// 0 points, 1 lines, 2 areas; of a mixed layer the highest.
    pub fn dimension(&self) -> u8 {
        match self.layer.geometry {
            GeometryKind::None | GeometryKind::Point => 0,
            GeometryKind::Line => 1,
            GeometryKind::Polygon | GeometryKind::Mixed => 2,
        }
    }

    fn describe(&self, state: &AppState, root: &str) -> CollectionDescription {
        let at = format!("{root}/collections/{}", self.id);
        let origin = self.origin.as_ref();
        let bounds = self.tiles.world().bounds_wgs84();
        CollectionDescription {
            id: self.id.clone(),
            title: self.title(),
            description: self.description(state),
            item_type: "feature",
            crs: Crs::offered_uris(&state.area.plane),
            storage_crs: CRS84,
            links: self.links(&at, root),
            fireplan: LayerDescription {
                group: if origin.is_some() { LayerGroup::Result } else { LayerGroup::Input },
                process: origin.map(|origin| origin.process),
                job: origin.map(|origin| origin.job.clone()),
                compared: origin.map(|origin| origin.compared.clone()),
                layer: self.layer.id.clone(),
                geometry: self.layer.geometry,
                title: self.layer.title.clone(),
                columns: self.layer.columns.clone(),
                drawing: self.layer.drawing.clone(),
                quiet: self.layer.quiet,
                count: self.layer.features.len(),
                sheets: self.layer.sheets,
                companions: self.layer.companions.clone(),
            },
            extent: bounds.map(|bounds| Extent { spatial: SpatialExtent { bbox: vec![bounds], crs: CRS84 } }),
        }
    }

    fn description(&self, state: &AppState) -> String {
        let (count, area) = (self.layer.features.len(), &state.area.name);
        let invented = if state.area.synthetic { "（虚构数据）" } else { "" };
        let synthetic = if state.area.synthetic { " (synthetic data)" } else { "" };
        format!("{area}{invented}，{count} 个要素 | {area}{synthetic}, {count} features")
    }

    fn links(&self, at: &str, root: &str) -> Vec<WebLink> {
        vec![
            link(at, "self", JSON),
            link(format!("{at}?f=html"), "alternate", "text/html"),
            link(format!("{at}/items"), "items", GEOJSON),
            ogc_link(format!("{at}/queryables"), "queryables", SCHEMA_JSON),
            ogc_link(format!("{at}/schema"), "schema", SCHEMA_JSON),
            link(format!("{at}/schema"), "describedby", SCHEMA_JSON),
            ogc_link(format!("{at}/tiles"), "tilesets-vector", JSON),
            link(format!("{at}/tiles/{MATRIX_SET}?f=tilejson"), "related", TILE_JSON),
            ogc_link(format!("{root}/styles/{}", self.id), "styles", STYLE_JSON),
        ]
    }
}

/// `/collections`
pub(crate) async fn collections(State(state): State<AppState>, mut params: QueryParams) -> HttpResult {
    let format = params.format(FORMATS)?;
    params.finish()?;
    let all = state.collections();
    if format == "html" {
        return Ok(write_list(&state, &all));
    }
    let at = format!("{}/collections", params.root);
    Ok(Json(CollectionList {
        links: vec![link(at.clone(), "self", JSON), link(format!("{at}?f=html"), "alternate", "text/html")],
        crs: Crs::offered_uris(&state.area.plane),
        collections: all.iter().map(|collection| collection.describe(&state, &params.root)).collect(),
    })
    .into_response())
}

/// `/collections/{collectionId}`
pub(crate) async fn collection(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult {
    let format = params.format(FORMATS)?;
    params.finish()?;
    let collection = state.find_collection(&id).await?;
    if format == "html" {
        return Ok(write_collection(&state, &collection));
    }
    Ok(Json(collection.describe(&state, &params.root)).into_response())
}

/// `/collections/{collectionId}/queryables`
pub(crate) async fn queryables(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: QueryParams,
) -> HttpResult<Typed<FeatureSchema>> {
    describe_columns(&state, &id, params, "queryables").await
}

/// `/collections/{collectionId}/schema`
pub(crate) async fn schema(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: QueryParams,
) -> HttpResult<Typed<FeatureSchema>> {
    let mut schema = describe_columns(&state, &id, params, "schema").await?;
    let number = json!({ "type": "integer", "readOnly": true, "x-ogc-role": "id" });
    schema.0.properties.insert("id".to_owned(), number);
    Ok(schema)
}

async fn describe_columns(
    state: &AppState,
    id: &str,
    mut params: QueryParams,
    what: &str,
) -> HttpResult<Typed<FeatureSchema>> {
    params.format(&[("json", SCHEMA_JSON)])?;
    params.finish()?;
    let collection = state.find_collection(id).await?;
    let columns = collection.layer.columns.iter();
    let mut properties: Map<String, Value> =
        columns.map(|column| (column.name.to_owned(), describe_column(column))).collect();
    properties.insert("geometry".to_owned(), describe_geometry(collection.layer.geometry));
    Ok(Typed(FeatureSchema {
        schema: "https://json-schema.org/draft/2020-12/schema",
        id: format!("{}/collections/{id}/{what}", params.root),
        kind: "object",
        title: collection.title(),
        properties,
        additional_properties: false,
    }))
}

fn describe_column(column: &Column) -> Value {
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
            column.codes.iter().map(|code| json!({ "const": code.code, "title": code.label.to_string() })).collect();
    }
    schema
}

fn describe_geometry(kind: GeometryKind) -> Value {
    let format = match kind {
        GeometryKind::Point => "geometry-point",
        GeometryKind::Line => "geometry-linestring-or-multilinestring",
        GeometryKind::Polygon => "geometry-polygon-or-multipolygon",
        GeometryKind::None | GeometryKind::Mixed => "geometry-any",
    };
    json!({ "format": format, "x-ogc-role": "primary-geometry" })
}
