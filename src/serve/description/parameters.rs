//! The parameters of the interface, by the keys under which operations name them.

use serde_json::{Map, Value, json};

use crate::crs::Crs;
use crate::downloads::map::MOST_TITLE;
use crate::items::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::tiles::MATRIX_SET;
use fireplan_engine::request::Request;
use fireplan_export::tile::MAX_ZOOM;
use fireplan_model::plane::Plane;

/// Every parameter; those in the path have the names that routes give them.
pub(super) fn describe_parameters(plane: &Plane) -> Map<String, Value> {
    let all = path_parameters().into_iter().chain(query_parameters(plane)).chain(people_parameters());
    all.chain(format_parameters()).map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The parameters of a service of many areas.
pub(super) fn describe_project_parameters() -> Map<String, Value> {
    let in_path = |name: &str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
    let all = ["projectId", "draftId", "filePath", "folderNumber"].into_iter().map(|name| (name, in_path(name)));
    let path = ("path", query("path", &json!({ "type": "string", "default": "" })));
    all.chain([path])
        .chain(people_parameters())
        .chain(format_parameters())
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

type Parameters = Vec<(&'static str, Value)>;

fn path_parameters() -> Parameters {
    let text = json!({ "type": "string" });
    let whole = |maximum: u32| json!({ "type": "integer", "minimum": 0, "maximum": maximum });
    let edge = (1u32 << MAX_ZOOM) - 1;
    [
        ("collectionId", text.clone()),
        ("styleId", text.clone()),
        ("processId", json!({ "type": "string", "enum": Request::ids() })),
        ("jobId", text.clone()),
        ("otherJobId", text.clone()),
        ("packageId", text.clone()),
        ("tableId", text.clone()),
        ("scenarioName", text),
        ("fromRevision", json!({ "type": "integer", "minimum": 1 })),
        ("toRevision", json!({ "type": "integer", "minimum": 1 })),
        ("featureId", json!({ "type": "integer", "minimum": 1 })),
        ("tileMatrixSetId", json!({ "type": "string", "enum": [MATRIX_SET] })),
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

fn query(name: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "schema": schema })
}

/// The first option is the default.
fn choice(options: &[&str]) -> Value {
    json!({ "type": "string", "enum": options, "default": options[0] })
}

fn query_parameters(plane: &Plane) -> Parameters {
    let offered = Crs::offered_uris(plane);
    let crs = json!({ "type": "string", "format": "uri", "enum": offered, "default": Crs::Crs84.uri() });
    let numbers = json!({ "type": "array", "items": { "type": "number" }, "minItems": 4, "maxItems": 6 });
    let mut bbox = query("bbox", &numbers);
    (bbox["style"], bbox["explode"]) = ("form".into(), false.into());
    let mut queryables =
        query("queryables", &json!({ "type": "object", "additionalProperties": { "type": "string" } }));
    (queryables["style"], queryables["explode"]) = ("form".into(), true.into());
    queryables["description"] = "A queryable by its name: only features of exactly this value".into();
    let mut collections = query("collections", &json!({ "type": "array", "items": { "type": "string" } }));
    (collections["style"], collections["explode"]) = ("form".into(), false.into());
    collections["description"] = "The layers in the tile, from the bottom up; without it, those of the input".into();
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT });
    // What it does not know of preferences a server passes over (RFC 7240).
    let prefer = json!({ "type": "string", "description": "`respond-async` for a job, `respond-sync` to wait" });
    vec![
        ("bbox", bbox),
        ("bbox-crs", query("bbox-crs", &crs)),
        ("collections", collections),
        ("crs", query("crs", &crs)),
        ("datetime", describe_datetime()),
        ("limit", query("limit", &limit)),
        ("offset", query("offset", &json!({ "type": "integer", "minimum": 0, "default": 0 }))),
        ("queryables", queryables),
        ("properties", describe_list("properties", "Names of the properties that are sent; without it, all")),
        (
            "sortby",
            describe_list("sortby", "Properties in whose order features come; `-` before a name: the greatest first"),
        ),
        ("q", describe_words()),
        ("collections_map", describe_collections()),
        ("title", query("title", &json!({ "type": "string", "maxLength": MOST_TITLE }))),
        ("paper", query("paper", &choice(&["A3", "A4", "A1"]))),
        ("theme_print", query("theme", &choice(&["print", "light"]))),
        ("lang", query("lang", &choice(&["zh", "en"]))),
        ("theme", query("theme", &choice(&["light", "dark"]))),
        ("prefer", json!({ "name": "Prefer", "in": "header", "schema": prefer })),
    ]
}

/// Of lists and of people, which every service has.
fn people_parameters() -> Parameters {
    vec![
        ("limit_list", query("limit", &json!({ "type": "integer", "minimum": 1 }))),
        ("before", query("before", &json!({ "type": "integer", "minimum": 1 }))),
        ("to", query("to", &json!({ "type": "string" }))),
    ]
}

fn describe_datetime() -> Value {
    let text = "A time or an interval as in RFC 3339, open ends as `..`. Features have no time of their own: all match";
    query("datetime", &json!({ "type": "string", "description": text }))
}

fn describe_list(name: &str, about: &str) -> Value {
    let mut list = query(name, &json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 }));
    (list["style"], list["explode"]) = ("form".into(), false.into());
    list["description"] = about.into();
    list
}

fn describe_words() -> Value {
    let mut words = query("q", &json!({ "type": "string" }));
    words["description"] = "Only rows that have all of these words, as they are read in either language".into();
    words
}

fn describe_collections() -> Value {
    let mut collections =
        query("collections", &json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 }));
    (collections["style"], collections["explode"]) = ("form".into(), false.into());
    collections["required"] = true.into();
    collections["description"] = "Ids of the layers, from the bottom up".into();
    collections
}

/// The values of `f`, which differ from path to path.
fn format_parameters() -> Parameters {
    let formats: [(&str, &[&str]); 11] = [
        ("f_items", &["json", "geojson", "xlsx", "csv", "gpkg", "shp", "kml", "gpx"]),
        ("f_table", &["xlsx", "csv"]),
        ("f_map", &["pdf"]),
        ("f_trail", &["json", "csv", "xlsx"]),
        ("f_json", &["json"]),
        ("f_page", &["json", "html"]),
        ("f_features", &["json", "geojson"]),
        ("f_sheet", &["html"]),
        ("f_tile", &["geojson", "mvt"]),
        ("f_tileset", &["json", "tilejson"]),
        ("f_style", &["mapbox", "json"]),
    ];
    formats.map(|(key, options)| (key, query("f", &choice(options)))).to_vec()
}
