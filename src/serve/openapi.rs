//! The description of the interface (OpenAPI 3.0), and the rules in force.

use axum::Json;
use axum::extract::State;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::collections::{GEOJSON, SCHEMA_JSON, STYLE_JSON, typed};
use crate::crs::Crs;
use crate::error::HttpResult;
use crate::landing::OPENAPI;
use crate::query::QueryParams;
use crate::state::AppState;
use fireplan_export::tile::MAX_ZOOM;
use fireplan_model::scenario::{Edit, Scenario};

const JSON: &str = "application/json";
const MVT: &str = "application/vnd.mapbox-vector-tile";

/// `/rules`
pub async fn rules(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Json<Value>> {
    params.json_only()?;
    Ok(Json(state.rules.in_force()))
}

/// `/api`
pub async fn api(State(state): State<AppState>, mut params: QueryParams) -> HttpResult {
    params.format(&[("json", "application/json")])?;
    params.finish()?;
    Ok(typed(
        OPENAPI,
        &json!({
            "openapi": "3.0.3",
            "info": {
                "title": format!("fireplan: {}", state.area.name),
                "description": "OGC API Features, Tiles, Processes and Styles of one study area | 一个规划范围的 OGC API",
                "version": env!("CARGO_PKG_VERSION"),
                "license": { "name": "MIT OR Apache-2.0" },
            },
            "servers": [{ "url": params.root }],
            "tags": Vec::from(["core", "features", "tiles", "processes", "styles", "scenarios"].map(|name| json!({ "name": name }))),
            "paths": paths(),
            "components": components(&state),
        }),
    ))
}

fn paths() -> Value {
    let mut paths = Map::new();
    for part in [core_paths(), feature_paths(), tile_paths(), process_paths(), scenario_paths()] {
        for (path, item) in part {
            paths.insert(path.to_owned(), item);
        }
    }
    paths.into()
}

type Paths = Vec<(&'static str, Value)>;

fn core_paths() -> Paths {
    vec![
        (
            "/",
            item(get("landing", "core", "Landing page; the map page for a browser", &["f_page"], &[JSON, "text/html"])),
        ),
        ("/api", item(get("api", "core", "This description", &["f_json"], &[OPENAPI]))),
        ("/conformance", item(get("conformance", "core", "Conformance classes", &["f_json"], &[JSON]))),
        (
            "/rules",
            item(get("rules", "core", "The rules in force, with clause, force and confidence", &["f_json"], &[JSON])),
        ),
        ("/styles", item(get("styles", "styles", "All styles", &["f_json"], &[JSON]))),
        (
            "/styles/{styleId}",
            item(get(
                "style",
                "styles",
                "A MapLibre style: `base`, or that of a collection",
                &["styleId", "theme", "f_style"],
                &[STYLE_JSON],
            )),
        ),
    ]
}

fn feature_paths() -> Paths {
    let of = |name, about, parameters: &[&str], media| item(get(name, "features", about, parameters, &[media]));
    let items = ["collectionId", "bbox", "bbox-crs", "crs", "datetime", "limit", "offset", "properties", "f_features"];
    vec![
        ("/collections", of("collections", "Layers of the input and of every run", &["f_json"], JSON)),
        ("/collections/{collectionId}", of("collection", "One layer", &["collectionId", "f_json"], JSON)),
        (
            "/collections/{collectionId}/queryables",
            of("queryables", "Properties that select features", &["collectionId", "f_json"], SCHEMA_JSON),
        ),
        (
            "/collections/{collectionId}/schema",
            of("schema", "Properties of the features", &["collectionId", "f_json"], SCHEMA_JSON),
        ),
        ("/collections/{collectionId}/items", of("items", "Features, page by page", &items, GEOJSON)),
        (
            "/collections/{collectionId}/items/{featureId}",
            of("item", "One feature", &["collectionId", "featureId", "crs", "f_features"], GEOJSON),
        ),
        (
            "/collections/{collectionId}/items/{featureId}/sheet",
            of(
                "sheet",
                "Field sheet of a feature, to be printed",
                &["collectionId", "featureId", "f_sheet"],
                "text/html",
            ),
        ),
    ]
}

fn tile_paths() -> Paths {
    let of = |name, about, parameters: &[&str], media: &[&str]| item(get(name, "tiles", about, parameters, media));
    let tile = ["collectionId", "tileMatrixSetId", "tileMatrix", "tileRow", "tileCol", "f_tile"];
    vec![
        ("/tileMatrixSets", of("tileMatrixSets", "Tile matrix sets", &["f_json"], &[JSON])),
        (
            "/tileMatrixSets/{tileMatrixSetId}",
            of("tileMatrixSet", "One tile matrix set", &["tileMatrixSetId", "f_json"], &[JSON]),
        ),
        (
            "/collections/{collectionId}/tiles",
            of("tilesets", "Tilesets of a layer", &["collectionId", "f_json"], &[JSON]),
        ),
        (
            "/collections/{collectionId}/tiles/{tileMatrixSetId}",
            of("tileset", "Tileset metadata, or TileJSON", &["collectionId", "tileMatrixSetId", "f_tileset"], &[JSON]),
        ),
        (
            "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
            of("tile", "A tile, by row and column", &tile, &[GEOJSON, MVT]),
        ),
        (
            "/tiles/{collectionId}/{z}/{x}/{y}.geojson",
            of("tileGeoJson", "The same tile, by x and y", &["collectionId", "z", "x", "y"], &[GEOJSON]),
        ),
        (
            "/tiles/{collectionId}/{z}/{x}/{y}.mvt",
            of("tileMvt", "The same tile, by x and y", &["collectionId", "z", "x", "y"], &[MVT]),
        ),
    ]
}

fn process_paths() -> Paths {
    let of = |name, about, parameters: &[&str]| get(name, "processes", about, parameters, &[JSON]);
    let mut execute =
        of("execute", "Ask a question; the same question again is the same job", &["processId", "prefer"]);
    execute["requestBody"] =
        json!({ "required": false, "content": { JSON: { "schema": { "$ref": "#/components/schemas/execute" } } } });
    execute["responses"]["201"] = json!({
        "description": "Accepted as a job (Prefer: respond-async)",
        "headers": { "Location": { "schema": { "type": "string", "format": "uri" } } },
        "content": { JSON: { "schema": { "type": "object" } } },
    });
    for (status, about) in
        [("413", "The body is larger than 1 MiB"), ("422", "The area lacks a layer, or the run failed")]
    {
        execute["responses"][status] = problem(about);
    }
    let job = json!({
        "get": of("job", "Status; progress is that of the present stage, in percent", &["jobId", "f_json"]),
        "delete": of("dismiss", "Stop the job and take its layers away", &["jobId", "f_json"]),
    });
    let mut settle = of("settle", "End the search with the best plan found so far", &["jobId", "f_json"]);
    settle["responses"]["410"] = problem("The job was dismissed");
    let mut results = of("results", "The findings", &["jobId", "f_json"]);
    results["responses"]["410"] = problem("The job was dismissed");
    results["responses"]["422"] = problem("The run failed");
    let about = "What changes from the first job to the other, of the same process; the layers are collections too";
    let mut comparison = of("comparison", about, &["jobId", "otherJobId", "f_json"]);
    comparison["responses"]["410"] = problem("One of the jobs was dismissed");
    let about = "What changes from the job, a run of the area as it is, under the scenario: at once, without bands and self-audit";
    let mut under_scenario = of("underScenario", about, &["jobId", "scenarioName", "f_json"]);
    under_scenario["responses"]["410"] = problem("The job was dismissed");
    under_scenario["responses"]["422"] = problem("The scenario leaves nothing to compute");
    vec![
        ("/processes", item(of("processes", "Every question", &["limit_list", "f_json"]))),
        ("/processes/{processId}", item(of("process", "One question and its inputs", &["processId", "f_json"]))),
        ("/processes/{processId}/execution", json!({ "post": execute })),
        ("/jobs", item(of("jobs", "Every run, newest first", &["limit_list", "f_json"]))),
        ("/jobs/{jobId}", job),
        ("/jobs/{jobId}/settle", json!({ "post": settle })),
        ("/jobs/{jobId}/results", item(results)),
        ("/jobs/{jobId}/comparison/{otherJobId}", item(comparison)),
        ("/jobs/{jobId}/scenarios/{scenarioName}", item(under_scenario)),
    ]
}

fn scenario_paths() -> Paths {
    let of = |name, about, parameters: &[&str]| get(name, "scenarios", about, parameters, &[JSON]);
    let changing = |name, about, parameters: &[&str], body: &str, statuses: &[(&str, &str)]| {
        let mut changing = of(name, about, parameters);
        if !body.is_empty() {
            let schema = json!({ "$ref": format!("#/components/schemas/{body}") });
            changing["requestBody"] = json!({ "required": true, "content": { JSON: { "schema": schema } } });
        }
        for (status, about) in statuses {
            changing["responses"][*status] = problem(about);
        }
        changing["responses"]["503"] = problem("The store cannot be written");
        changing
    };
    let named = ["scenarioName"];
    let taken = ("409", "The name is taken, or the scenario was changed meanwhile");
    let unfit = ("422", "An edit does not apply to the area; the detail says which and why");
    let made = |mut operation: Value| {
        operation["responses"]["201"] = operation["responses"]["200"].take();
        operation["responses"].as_object_mut().map(|responses| responses.shift_remove("200"));
        operation["responses"]["201"]["description"] = "Created".into();
        operation
    };
    let mut delete = changing("deleteScenario", "Delete it", &named, "", &[]);
    delete["responses"]["204"] = json!({ "description": "Deleted" });
    delete["responses"].as_object_mut().map(|responses| responses.shift_remove("200"));
    vec![
        (
            "/scenarios",
            json!({
                "get": of("scenarios", "Proposed changes by name, their edits as data and in words", &["f_json"]),
                "post": made(changing("createScenario", "Keep a new one", &[], "scenario", &[taken, unfit])),
            }),
        ),
        (
            "/scenarios/{scenarioName}",
            json!({
                "get": of("scenario", "One scenario", &["scenarioName", "f_json"]),
                "put": changing("replaceEdits", "Other edits in place of its own", &named, "edits", &[taken, unfit]),
                "patch": changing("renameScenario", "Another name", &named, "name", &[taken]),
                "delete": delete,
            }),
        ),
        (
            "/scenarios/{scenarioName}/copy",
            json!({ "post": made(changing("copyScenario", "The same edits under another name", &named, "name", &[taken])) }),
        ),
    ]
}

/// A schema of one of our types as OpenAPI 3.0 writes it, which refers to nothing outside itself.
fn schema_in_place<T: schemars::JsonSchema>() -> Value {
    let settings = SchemaSettings::openapi3().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

fn item(get: Value) -> Value {
    json!({ "get": get })
}

fn get(name: &str, tag: &str, about: &str, parameters: &[&str], media: &[&str]) -> Value {
    let content: Map<String, Value> =
        media.iter().map(|media| ((*media).to_owned(), json!({ "schema": schema_of(media) }))).collect();
    let parameters: Vec<Value> =
        parameters.iter().map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect();
    json!({
        "operationId": name,
        "tags": [tag],
        "summary": about,
        "parameters": parameters,
        "responses": {
            "200": { "description": "OK", "content": content },
            "400": problem("A parameter is unknown or invalid"),
            "404": problem("There is no such thing"),
            "405": problem("The path does not know that method"),
            "500": problem("Internal error"),
        },
    })
}

fn schema_of(media: &str) -> Value {
    match media {
        MVT => json!({ "type": "string", "format": "binary" }),
        "text/html" => json!({ "type": "string" }),
        _ => json!({ "type": "object" }),
    }
}

fn problem(about: &str) -> Value {
    let content = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } } });
    json!({ "description": about, "content": content })
}

fn components(state: &AppState) -> Value {
    let mut parameters = Map::new();
    for parameter in path_parameters().into_iter().chain(query_parameters(state)) {
        let (key, value) = parameter;
        parameters.insert(key.to_owned(), value);
    }
    json!({
        "parameters": parameters,
        "schemas": {
            "scenario": schema_in_place::<Scenario>(),
            "edits": {
                "type": "object", "required": ["edits"], "additionalProperties": false,
                "properties": {
                    "edits": { "type": "array", "items": schema_in_place::<Edit>() },
                    "revision": { "type": "integer", "description": "Only if it is still this one" },
                },
            },
            "name": {
                "type": "object", "required": ["name"], "additionalProperties": false,
                "properties": { "name": { "type": "string", "minLength": 1, "maxLength": 60 } },
            },
            "problem": {
                "type": "object",
                "required": ["type", "title", "status", "detail", "instance"],
                "properties": {
                    "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
                    "detail": { "type": "string", "description": "中文 | English" }, "instance": { "type": "string" },
                },
            },
            "execute": {
                "type": "object",
                "properties": {
                    "inputs": { "type": "object", "description": "By the process description; what is missing takes its default" },
                    "outputs": { "type": "object", "description": "Names of the outputs wanted; all without it" },
                    "response": { "type": "string", "enum": ["document", "raw"], "default": "document" },
                },
            },
        },
    })
}

fn path_parameters() -> Vec<(&'static str, Value)> {
    let text = json!({ "type": "string" });
    let whole = |maximum: u32| json!({ "type": "integer", "minimum": 0, "maximum": maximum });
    let edge = (1u32 << MAX_ZOOM) - 1;
    [
        ("collectionId", text.clone()),
        ("styleId", text.clone()),
        ("processId", json!({ "type": "string", "enum": fireplan_engine::request::Request::ids() })),
        ("jobId", text.clone()),
        ("otherJobId", text.clone()),
        ("scenarioName", text),
        ("featureId", json!({ "type": "integer", "minimum": 1 })),
        ("tileMatrixSetId", json!({ "type": "string", "enum": [crate::tiles::MATRIX_SET] })),
        ("tileMatrix", whole(MAX_ZOOM.into())),
        ("tileRow", whole(edge)),
        ("tileCol", whole(edge)),
        ("z", whole(MAX_ZOOM.into())),
        ("x", whole(edge)),
        ("y", whole(edge)),
    ]
    .into_iter()
    .map(|(name, schema)| (name, json!({ "name": name, "in": "path", "required": true, "schema": schema })))
    .collect()
}

fn query_parameters(state: &AppState) -> Vec<(&'static str, Value)> {
    let crs = json!({ "type": "string", "format": "uri", "enum": Crs::offered(&state.area.plane).map(Crs::uri), "default": Crs::Crs84.uri() });
    let choice = |options: &[&str]| json!({ "type": "string", "enum": options, "default": options[0] });
    let query = |name: &str, schema: Value| json!({ "name": name, "in": "query", "schema": schema });
    let mut bbox =
        query("bbox", json!({ "type": "array", "items": { "type": "number" }, "minItems": 4, "maxItems": 6 }));
    bbox["style"] = "form".into();
    bbox["explode"] = false.into();
    let mut properties = query("properties", json!({ "type": "object", "additionalProperties": { "type": "string" } }));
    properties["style"] = "form".into();
    properties["explode"] = true.into();
    properties["description"] = "A queryable by its name: only features of exactly this value".into();
    vec![
        ("bbox", bbox),
        ("bbox-crs", query("bbox-crs", crs.clone())),
        ("crs", query("crs", crs)),
        ("datetime", query("datetime", json!({ "type": "string", "description": "Features have no time: all match" }))),
        ("limit", query("limit", json!({ "type": "integer", "minimum": 1, "maximum": 10_000, "default": 10 }))),
        ("limit_list", query("limit", json!({ "type": "integer", "minimum": 1 }))),
        ("offset", query("offset", json!({ "type": "integer", "minimum": 0, "default": 0 }))),
        ("properties", properties),
        ("theme", query("theme", choice(&["light", "dark"]))),
        ("f_json", query("f", choice(&["json"]))),
        ("f_page", query("f", choice(&["json", "html"]))),
        ("f_features", query("f", choice(&["json", "geojson"]))),
        ("f_sheet", query("f", choice(&["html"]))),
        ("f_tile", query("f", choice(&["geojson", "mvt"]))),
        ("f_tileset", query("f", choice(&["json", "tilejson"]))),
        ("f_style", query("f", choice(&["mapbox", "json"]))),
        ("prefer", json!({ "name": "Prefer", "in": "header", "schema": choice(&["respond-sync", "respond-async"]) })),
    ]
}
