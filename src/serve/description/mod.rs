//! The description of the interface (OpenAPI 3.0), made from the list of routes and the types of what goes in and out.
//!
//! It is 3.0, not later, because that is what the conformance classes `oas30` of the OGC standards ask for.

mod operation;
mod parameters;

use std::collections::BTreeMap;

use axum::extract::State;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub(crate) use operation::Operation;

use crate::areas::state::AreasState;
use crate::body::{Typed, TypedDocument};
use crate::error::{HttpResult, PROBLEM_JSON, ProblemDetails};
use crate::links::OPENAPI;
use crate::people::entrance::COOKIE as SESSION_COOKIE;
use crate::query::QueryParams;
use crate::routes::{describe_areas_routes, describe_routes};
use crate::state::AppState;
use fireplan_model::area::StudyArea;

/// The description of the interface, as OpenAPI has it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Description {
    openapi: &'static str,
    info: Value,
    servers: Vec<Value>,
    tags: Vec<Value>,
    /// Nothing where nobody signs in; else name and password, or a session.
    security: Vec<Value>,
    paths: Map<String, Value>,
    components: Value,
}

impl TypedDocument for Description {
    const MEDIA: &'static str = OPENAPI;
}

/// `/api`
pub(crate) async fn api(State(state): State<AppState>, mut params: QueryParams) -> HttpResult<Typed<Description>> {
    params.json_only()?;
    Ok(Typed(describe(&state.area, &params.root)))
}

/// `/api` of a service of many areas: what is not of one of them.
pub(crate) async fn api_of_areas(_: State<AreasState>, mut params: QueryParams) -> HttpResult<Typed<Description>> {
    params.json_only()?;
    let about = "The projects of a folder; the interface of each is described at /areas/{projectId}/api | \
                 一个文件夹中的各个项目；每个项目的接口见 /areas/{projectId}/api";
    Ok(Typed(describe_interface(InterfaceText {
        title: "fireplan".to_owned(),
        about,
        root: &params.root,
        tags: &["projects", "drafts", "people"],
        operations: describe_areas_routes(),
        parameters: parameters::describe_project_parameters(),
    })))
}

fn describe(area: &StudyArea, root: &str) -> Description {
    describe_interface(InterfaceText {
        title: format!("fireplan: {}", area.name),
        about: "OGC API Features, Tiles, Processes and Styles of one study area | 一个规划范围的 OGC API",
        root,
        tags: &[
            "core",
            "quality",
            "features",
            "tiles",
            "processes",
            "styles",
            "scenarios",
            "packages",
            "maps",
            "people",
        ],
        operations: describe_routes(),
        parameters: parameters::describe_parameters(&area.plane),
    })
}

/// What differs from one interface to the other.
struct InterfaceText<'a> {
    title: String,
    about: &'static str,
    root: &'a str,
    tags: &'a [&'static str],
    operations: Vec<(&'static str, &'static str, Operation)>,
    parameters: Map<String, Value>,
}

fn describe_interface(text: InterfaceText) -> Description {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    for (path, method, operation) in text.operations {
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method] = operation.describe(path, &mut schemas);
    }
    Description {
        openapi: "3.0.3",
        info: json!({
            "title": text.title,
            "description": text.about,
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0" },
        }),
        servers: vec![json!({ "url": text.root })],
        tags: text.tags.iter().map(|name| json!({ "name": name })).collect(),
        security: vec![json!({}), json!({ "password": [] }), json!({ "session": [] })],
        paths,
        components: json!({
            "parameters": text.parameters,
            "schemas": schemas.into_components(),
            "securitySchemes": {
                "password": { "type": "http", "scheme": "basic" },
                "session": { "type": "apiKey", "in": "cookie", "name": SESSION_COOKIE },
            },
        }),
    }
}

/// The schemas that operations refer to.
struct Schemas {
    generator: SchemaGenerator,
    requests: BTreeMap<&'static str, Schema>,
}

impl Default for Schemas {
    fn default() -> Self {
        Self { generator: settings().for_serialize().into_generator(), requests: BTreeMap::new() }
    }
}

impl Schemas {
    /// A reference to the schema of a request's body.
    fn name_request(&mut self, name: &'static str, schema: fn() -> Schema) -> Value {
        self.requests.entry(name).or_insert_with(schema);
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    /// Writes a schema as OpenAPI 3.0 does.
    fn finish(&mut self, mut schema: Schema) -> Schema {
        self.generator.transforms_mut().for_each(|transform| transform.transform(&mut schema));
        schema
    }

    fn describe_problem(&mut self, about: &str) -> Value {
        let schema = self.generator.subschema_for::<ProblemDetails>();
        json!({ "description": about, "content": { PROBLEM_JSON: { "schema": schema } } })
    }

    fn into_components(mut self) -> Map<String, Value> {
        let mut components = self.generator.take_definitions(true);
        components.extend(self.requests.into_iter().map(|(name, schema)| (name.to_owned(), schema.to_value())));
        components
    }
}

/// The schema of a request's body, which refers to nothing outside itself: what may be left out there is always present in
/// answers, so that both cannot share schemas.
fn request_schema<T: JsonSchema>() -> Schema {
    let settings = settings().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    settings.into_generator().into_root_schema_for::<T>()
}

fn settings() -> SchemaSettings {
    SchemaSettings::openapi3()
        .with_transform(RecursiveTransform(name_null))
        .with_transform(RecursiveTransform(type_null))
}

/// In OpenAPI 3.0, only a schema that has a type can be nullable, also the one that holds for `null` alone.
fn type_null(schema: &mut Schema) {
    let is_null = schema.get("enum").and_then(Value::as_array).is_some_and(|values| *values == [Value::Null]);
    if is_null {
        schema.insert("type".to_owned(), "object".into());
    }
}

/// Comments of the code that say what `None` means are read by others as descriptions.
fn name_null(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace("`None`", "`null`");
    }
}
