//! One operation of the interface, and its entry in the description.

use axum::http::StatusCode;
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::Schemas;
use crate::body::Body;
use crate::links::JSON;
use crate::people::admit::DeclaredRoute;
use fireplan_office::Action;

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
    /// Statuses of failures that a page tells, too.
    pages: Vec<u16>,
    action: Option<Action>,
    recorded: bool,
}

/// The body that a request has, or may have.
enum Request {
    Document {
        /// Name of its schema.
        name: &'static str,
        required: bool,
        schema: fn() -> Schema,
    },
    /// A form of a page.
    Form {
        /// Name of its schema.
        name: &'static str,
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
            (401, "Nobody has signed in, or name and password are wrong"),
            (403, "The role of whoever asks does not allow it, or another site's page asks"),
            (404, "There is no such thing"),
            (405, "The path does not know that method"),
            (429, "A password was wrong too often; `Retry-After` says how long to wait"),
            (500, "Internal error"),
            (503, "The file of people, the store or the trail cannot be read or written"),
        ];
        let (answers, pages, recorded) = (Vec::new(), Vec::new(), true);
        Self { id, tag, about, parameters: &[], request: None, answers, problems, pages, action: None, recorded }
    }

    /// Says what it takes to do it; reading, unless this says otherwise, takes the role that looks.
    pub(crate) fn needs(mut self, action: Action) -> Self {
        self.action = Some(action);
        self
    }

    /// No row of the trail is written of it: the store writes its own, or nothing stays that anybody would ask about.
    pub(crate) fn unrecorded(mut self) -> Self {
        self.recorded = false;
        self
    }

    /// What it does, for those who let people in.
    pub(crate) fn declare(&self, method: &str) -> DeclaredRoute {
        let usual = if method == "get" { Action::View } else { Action::Manage };
        DeclaredRoute { id: self.id, action: self.action.unwrap_or(usual), recorded: self.recorded }
    }

    /// Its body is a form of a page.
    pub(crate) fn reads_form<T: JsonSchema>(mut self, name: &'static str) -> Self {
        self.request = Some(Request::Form { name, schema: super::request_schema::<T> });
        self
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

    /// A failure of this status is told by a page, too.
    pub(crate) fn fails_with_page(mut self, status: u16) -> Self {
        self.pages.push(status);
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
            Some(Request::Form { name, schema }) => {
                let schema = schemas.name_request(name, *schema);
                let content = json!({ "application/x-www-form-urlencoded": { "schema": schema } });
                operation["requestBody"] = json!({ "required": true, "content": content });
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
        for status in &self.pages {
            responses[&status.to_string()]["content"]["text/html"] = json!({ "schema": { "type": "string" } });
        }
        responses
    }
}
