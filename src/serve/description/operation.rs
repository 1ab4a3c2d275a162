//! One operation of the interface, and its entry in the description.

use axum::http::StatusCode;
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::Schemas;
use crate::body::Body;
use crate::links::JSON;

/// What a method of a path is for, what it takes and how it answers.
pub(crate) struct Operation {
    id: &'static str,
    tag: &'static str,
    about: &'static str,
    /// Keys of the parameters beside those in the path.
    parameters: &'static [&'static str],
    request: Option<Request>,
    answers: Vec<Answer>,
    problems: Vec<(u16, &'static str)>,
}

/// The body that a request has, or may have.
enum Request {
    Document {
        /// Name of its schema.
        name: &'static str,
        required: bool,
        schema: fn() -> Schema,
    },
    /// A file as it is.
    Bytes,
}

struct Answer {
    status: StatusCode,
    content: fn(&mut SchemaGenerator) -> Option<(&'static str, Schema)>,
}

impl Operation {
    /// With the problems that every operation can have.
    pub(crate) fn new(tag: &'static str, id: &'static str, about: &'static str) -> Self {
        let problems = vec![
            (400, "A parameter is unknown or invalid"),
            (404, "There is no such thing"),
            (405, "The path does not know that method"),
            (500, "Internal error"),
        ];
        Self { id, tag, about, parameters: &[], request: None, answers: Vec::new(), problems }
    }

    /// Names the parameters beside those in the path.
    pub(crate) fn takes(mut self, parameters: &'static [&'static str]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Names the body that it needs.
    pub(crate) fn reads<T: JsonSchema>(mut self, name: &'static str) -> Self {
        self.request = Some(Request::Document { name, required: true, schema: super::request_schema::<T> });
        self
    }

    /// It takes a file.
    pub(crate) fn reads_bytes(mut self) -> Self {
        self.request = Some(Request::Bytes);
        self
    }

    /// Names the body that it may have.
    pub(crate) fn may_read<T: JsonSchema>(self, name: &'static str) -> Self {
        let mut operation = self.reads::<T>(name);
        if let Some(Request::Document { required, .. }) = &mut operation.request {
            *required = false;
        }
        operation
    }

    /// Adds a way to answer.
    pub(crate) fn gives<B: Body>(mut self) -> Self {
        self.answers.push(Answer { status: B::STATUS, content: B::content });
        self
    }

    /// Adds a way to fail.
    pub(crate) fn fails(mut self, status: u16, about: &'static str) -> Self {
        self.problems.push((status, about));
        self
    }

    /// The entry of the description; schemas that it refers to are collected.
    pub(super) fn describe(&self, path: &str, schemas: &mut Schemas) -> Value {
        let mut operation = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.about,
            "parameters": self.describe_parameters(path),
        });
        match &self.request {
            None => {}
            Some(Request::Document { name, required, schema }) => {
                let schema = schemas.name_request(name, *schema);
                operation["requestBody"] = json!({ "required": required, "content": { JSON: { "schema": schema } } });
            }
            Some(Request::Bytes) => {
                let schema = json!({ "type": "string", "format": "binary" });
                let content = json!({ "application/octet-stream": { "schema": schema } });
                operation["requestBody"] = json!({ "required": true, "content": content });
            }
        }
        operation["responses"] = self.describe_responses(schemas).into();
        operation
    }

    fn describe_parameters(&self, path: &str) -> Vec<Value> {
        let in_path = path.split('{').skip(1).filter_map(|part| part.split('}').next());
        let all = in_path.chain(self.parameters.iter().copied());
        all.map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })).collect()
    }

    fn describe_responses(&self, schemas: &mut Schemas) -> Map<String, Value> {
        let mut responses = Map::new();
        for Answer { status, content } in &self.answers {
            let response = responses
                .entry(status.as_str())
                .or_insert_with(|| json!({ "description": status.canonical_reason().unwrap_or("Done") }));
            if let Some((media, schema)) = content(&mut schemas.generator) {
                response["content"][media] = json!({ "schema": schemas.finish(schema) });
            }
            if *status == StatusCode::CREATED {
                response["headers"] = json!({ "Location": { "schema": { "type": "string", "format": "uri" } } });
            }
        }
        for (status, about) in &self.problems {
            responses.insert(status.to_string(), schemas.describe_problem(about));
        }
        responses
    }
}
