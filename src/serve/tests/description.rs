//! The service does what its description says: every answer of the tests is held against it.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::http::{Answer, get_json, service};

/// The description as JSON Schema: what OpenAPI 3.0 writes otherwise is rewritten, and objects have no members that are not
/// described.
static SCHEMAS: OnceLock<Value> = OnceLock::new();

/// Checks an answer of any test; paths and methods that do not exist are not described.
pub(crate) async fn check_described(method: &str, path: &str, answer: &Answer) {
    if SCHEMAS.get().is_none() {
        // The request for the description is itself checked, when the next answer comes.
        let api: Value = crate::http::load_description().await;
        SCHEMAS.get_or_init(|| prepare_description(api));
    }
    check_answer(SCHEMAS.get().expect("it was set above"), method, path, answer);
}

/// The description as JSON Schema.
pub(crate) fn prepare_description(mut api: Value) -> Value {
    make_json_schema(&mut api);
    close_objects(&mut api["components"]["schemas"]);
    api
}

/// Checks an answer against a description.
pub(crate) fn check_answer(api: &Value, method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().expect("there is a first part");
    let Some(operation) = find_operation(api, method, path) else { return };
    let at = format!("{method} {path} {}", answer.status);
    let response = &operation["responses"][answer.status.as_str()];
    assert!(response.is_object(), "{at} is not described");
    let Some(content) = response["content"].as_object() else {
        return assert!(answer.body.is_empty(), "{at} has a body, which is not described");
    };
    let media = answer.header("content-type");
    let schema = content.get(media).or_else(|| content.get(media.split(';').next().expect("there is a first part")));
    let schema = schema.unwrap_or_else(|| panic!("{at} has the media type {media}, which is not described"));
    if media.contains("json") {
        check_json(api, &schema["schema"], &answer.json(), &at);
    }
}

fn check_json(api: &Value, schema: &Value, body: &Value, at: &str) {
    let schema = json!({ "allOf": [schema], "components": api["components"] });
    let validator = jsonschema::validator_for(&schema).expect("the description holds schemas");
    let errors: Vec<String> =
        validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).take(5).collect();
    assert!(errors.is_empty(), "{at} is not as described:\n{}", errors.join("\n"));
}

fn find_operation<'a>(api: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let paths = api["paths"].as_object().expect("paths are an object");
    // A path without variables goes before one with them.
    let mut fitting: Vec<_> = paths.iter().filter(|(template, _)| fits(template, path)).collect();
    fitting.sort_by_key(|(template, _)| template.matches('{').count());
    fitting.first()?.1.get(method.to_lowercase())
}

fn fits(template: &str, path: &str) -> bool {
    let (wanted, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    wanted.len() == given.len()
        && wanted.iter().zip(given).all(|(wanted, given)| match wanted.split_once('}') {
            Some((_, suffix)) => !given.is_empty() && given.ends_with(suffix),
            None => *wanted == given,
        })
}

/// Replaces `nullable`, the only word of OpenAPI 3.0 that JSON Schema does not have.
fn make_json_schema(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(make_json_schema),
        Value::Object(object) => {
            object.values_mut().for_each(make_json_schema);
            if object.get("nullable") == Some(&true.into()) {
                object.remove("nullable");
                *value = json!({ "anyOf": [value, { "type": "null" }] });
            }
        }
        _ => {}
    }
}

fn close_objects(schemas: &mut Value) {
    let schemas: &mut Map<String, Value> = schemas.as_object_mut().expect("schemas are an object");
    for schema in schemas.values_mut().filter(|schema| schema.get("properties").is_some()) {
        schema["additionalProperties"] = false.into();
    }
}

/// The page's types are made from a copy of the description, so that building it needs no server.
#[tokio::test]
async fn the_page_has_a_fresh_copy_of_the_description() {
    check_copy(&get_json(&service(), "/api").await, "web/api.json");
}

#[tokio::test]
async fn the_page_has_a_fresh_copy_of_the_description_of_projects() {
    let folder = tempfile::tempdir().unwrap();
    check_copy(&crate::areas::Client::new(folder.path()).api().await, "web/projects.json");
}

fn check_copy(api: &Value, name: &str) {
    let text = serde_json::to_string_pretty(api).unwrap() + "\n";
    let copy = fireplan_testing::root().join(name);
    if std::env::var_os("FIREPLAN_ACCEPT").is_some() {
        std::fs::write(&copy, &text).unwrap();
    }
    let fresh = std::fs::read_to_string(&copy).is_ok_and(|copied| copied == text);
    assert!(fresh, "{name} is not the description any more; run `make api`, and look at what has changed");
}

/// Comments of the code become descriptions, which are read without the code.
#[tokio::test]
async fn no_description_refers_to_the_code() {
    let text = get_json(&service(), "/api").await.to_string();
    for written in ["[`", "`None`", "`Some", "crate::"] {
        let at = text.find(written).map(|at| text[..at].chars().rev().take(60).collect::<String>());
        assert_eq!(at.map(|before| before.chars().rev().collect::<String>()), None, "{written}");
    }
}

#[tokio::test]
async fn every_body_is_described_by_its_members() {
    let api = get_json(&service(), "/api").await;
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let contents = response["content"].as_object().into_iter().flatten();
                for (media, content) in contents.filter(|(media, _)| media.contains("json")) {
                    let schema = content["schema"].as_object().unwrap();
                    assert!(schema.contains_key("$ref"), "{method} {path} {status} {media} is only {schema:?}");
                }
            }
        }
    }
}
