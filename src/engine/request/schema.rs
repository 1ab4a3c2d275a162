//! What the JSON schema of a question says of its parameters, and the check of what is asked against it.
//!
//! A range, a default and a label are written once, at the field of the struct. The command, the service and the page read
//! them here, so that none of them accepts what another refuses.

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use super::Request;

/// Name and schema of every parameter, in the order of the struct.
pub fn inputs(request: &Request) -> Map<String, Value> {
    match request.schema().to_value().get_mut("properties").map(Value::take) {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    }
}

/// Refuses parameters that are unknown or outside their schema, naming the field.
pub(super) fn check_inputs(request: &Request, given: &Map<String, Value>) -> Result<()> {
    let known = inputs(request);
    for (name, value) in given {
        let Some(schema) = known.get(name) else {
            let (id, names) = (request.id(), known.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
            bail!("没有参数 {name}，{id} 的参数有：{names} | There is no input {name}; those of {id} are: {names}");
        };
        if let Err(wanted) = fits(schema, value) {
            bail!("参数 {name}={value} 无效，应为 {wanted} | Input {name}={value} is not {wanted}");
        }
    }
    Ok(())
}

/// The codes that a schema admits, each with its description (`中文 | English`); none where it lists no codes.
pub fn codes(schema: &Value) -> Vec<(&str, &str)> {
    let options = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    let options = options.into_iter().flatten();
    options.filter_map(|option| Some((text(option, "const")?, text(option, "description").unwrap_or("")))).collect()
}

fn text<'a>(schema: &'a Value, key: &str) -> Option<&'a str> {
    schema.get(key).and_then(Value::as_str)
}

/// The JSON types that a schema admits.
pub fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The range of a number or of the length of a list, for people; `None`: there is none.
pub fn range(schema: &Value) -> Option<String> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    match (bound("minimum").or(bound("minItems")), bound("maximum").or(bound("maxItems"))) {
        (Some(low), Some(high)) => Some(format!("{low}–{high}")),
        (Some(low), None) => Some(format!("≥ {low}")),
        (None, Some(high)) => Some(format!("≤ {high}")),
        (None, None) => None,
    }
}

/// `Err` says what would fit.
fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    for key in ["oneOf", "anyOf"] {
        if let Some(options) = schema.get(key).and_then(Value::as_array) {
            let refusals: Vec<String> = options.iter().filter_map(|option| fits(option, value).err()).collect();
            return if refusals.len() < options.len() { Ok(()) } else { Err(refusals.join(" / ")) };
        }
    }
    if let Some(wanted) = schema.get("const") {
        return if wanted == value { Ok(()) } else { Err(wanted.to_string()) };
    }
    let kinds = kinds(schema);
    if !kinds.is_empty() && !kinds.iter().any(|kind| is_of(kind, value)) {
        return Err(kinds.join(" / "));
    }
    match value {
        Value::Array(list) => list_fits(schema, list),
        Value::Number(number) => number_fits(schema, number.as_f64().unwrap_or(f64::NAN)),
        _ => Ok(()),
    }
}

fn list_fits(schema: &Value, list: &[Value]) -> Result<(), String> {
    if !is_within(schema, ["minItems", "maxItems"], list.len() as f64) {
        return Err(format!("{} 项 items", range(schema).unwrap_or_default()));
    }
    let items = schema.get("items").unwrap_or(&Value::Null);
    list.iter().try_for_each(|value| fits(items, value).map_err(|wanted| format!("[{wanted}, …]")))
}

fn number_fits(schema: &Value, number: f64) -> Result<(), String> {
    if is_within(schema, ["minimum", "maximum"], number) { Ok(()) } else { Err(range(schema).unwrap_or_default()) }
}

fn is_within(schema: &Value, keys: [&str; 2], number: f64) -> bool {
    let [low, high] = keys.map(|key| schema.get(key).and_then(Value::as_f64));
    low.is_none_or(|low| number >= low) && high.is_none_or(|high| number <= high)
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(id: &str, parameters: &Value) -> String {
        let parameters = parameters.as_object().cloned().expect("an object");
        Request::from_parts(id, parameters).expect_err("it is refused").to_string()
    }

    #[test]
    fn what_is_outside_its_schema_is_refused_with_what_would_fit() {
        for (id, parameters, wanted) in [
            (
                "siting",
                json!({ "effort": 0 }),
                "参数 effort=0 无效，应为 1–1000000000 | Input effort=0 is not 1–1000000000",
            ),
            ("siting", json!({ "budget_wan_yuan": 0.5 }), "1–10000000"),
            ("siting", json!({ "kinds": [] }), "1–8 项 items"),
            ("siting", json!({ "kinds": ["small", "tiny"] }), "\"small\""),
            ("siting", json!({ "speed": "fast" }), "\"low\" / \"base\" / \"favourable\" / \"high\""),
            ("siting", json!({ "new_stations": 2.5 }), "integer"),
            ("coverage", json!({ "bands_min": [3.0, 500.0] }), "[0.5–120, …]"),
            ("coverage", json!({ "works_brigades": 1 }), "boolean"),
            ("coverage", json!({ "band_min": [3.0] }), "bands_min"),
        ] {
            let refusal = refusal(id, &parameters);
            assert!(refusal.contains(wanted), "{refusal}");
        }
    }

    #[test]
    fn every_question_fits_its_own_schema_with_its_defaults() {
        for request in Request::all() {
            let Value::Object(mut parameters) = serde_json::to_value(&request).unwrap() else { panic!("{request:?}") };
            parameters.remove("analysis");
            assert_eq!(Request::from_parts(request.id(), parameters).unwrap(), request);
        }
    }

    /// A keyword that `fits` does not know would hold in the description only.
    #[test]
    fn every_keyword_of_the_schemas_is_checked() {
        const KNOWN: &[&str] = &[
            "anyOf",
            "const",
            "default",
            "description",
            "format",
            "items",
            "maxItems",
            "maximum",
            "minItems",
            "minimum",
            "oneOf",
            "plausible",
            "type",
        ];
        fn visit(schema: &Value) {
            for (keyword, value) in schema.as_object().expect("a schema is an object") {
                assert!(KNOWN.contains(&keyword.as_str()), "{keyword} in {schema}");
                match keyword.as_str() {
                    "items" => visit(value),
                    "oneOf" | "anyOf" => value.as_array().expect("a list of schemas").iter().for_each(visit),
                    _ => {}
                }
            }
        }
        for request in Request::all() {
            inputs(&request).values().for_each(visit);
        }
    }
}
