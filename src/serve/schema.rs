//! The inputs of a process from the JSON schema of its struct, and a check of what was sent against it.

use serde_json::{Map, Value};

use crate::error::{Answer, Problem};
use crate::settings;
use fireplan_engine::request::Request;

/// Name and schema of every input, references resolved.
pub fn inputs(request: &Request) -> Vec<(String, Value)> {
    let schema = request.schema().to_value();
    let definitions = schema.get("$defs").cloned().unwrap_or_default();
    let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    properties
        .into_iter()
        .map(|(name, mut schema)| {
            resolve(&mut schema, &definitions);
            (name, schema)
        })
        .collect()
}

/// Puts definitions in the place of references to them.
pub fn resolve(schema: &mut Value, definitions: &Value) {
    if let Value::Object(object) = schema {
        let target = object.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
        if let Some(Value::Object(definition)) = target.and_then(|name| definitions.get(name)) {
            object.remove("$ref");
            for (key, value) in definition.clone() {
                object.entry(key).or_insert(value);
            }
        }
        object.values_mut().for_each(|value| resolve(value, definitions));
    } else if let Value::Array(list) = schema {
        list.iter_mut().for_each(|value| resolve(value, definitions));
    }
}

/// Refuses inputs that are unknown or outside their schema, naming the field.
pub fn check(request: &Request, inputs: &Map<String, Value>) -> Answer<()> {
    let known = self::inputs(request);
    for (name, value) in inputs {
        let Some((_, schema)) = known.iter().find(|(known, _)| known == name) else {
            let own = known.iter().map(|(name, _)| name.as_str());
            let names = own.chain(settings::NAMES).collect::<Vec<_>>().join(", ");
            return Err(Problem::bad(format!(
                "没有参数 {name}，可用：{names} | There is no input {name}; there are: {names}"
            )));
        };
        if let Err(wanted) = fits(schema, value) {
            return Err(Problem::bad(format!(
                "参数 {name}={value} 无效，应为 {wanted} | Input {name}={value} is not {wanted}"
            )));
        }
    }
    Ok(())
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
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        return if options.contains(value) { Ok(()) } else { Err(Value::from(options.clone()).to_string()) };
    }
    let kinds: Vec<&str> = match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Ok(()),
    };
    if !kinds.iter().any(|kind| is_of(kind, value)) {
        return Err(kinds.join(" / "));
    }
    if let Some(list) = value.as_array() {
        return list_fits(schema, list);
    }
    number_fits(schema, value)
}

fn list_fits(schema: &Value, list: &[Value]) -> Result<(), String> {
    let length = |key: &str| schema.get(key).and_then(Value::as_u64).map(|length| length as usize);
    if length("minItems").is_some_and(|low| list.len() < low)
        || length("maxItems").is_some_and(|high| list.len() > high)
    {
        let [low, high] = ["minItems", "maxItems"].map(|key| length(key).map_or("…".to_owned(), |n| n.to_string()));
        return Err(format!("{low}–{high} 项 items"));
    }
    let items = schema.get("items").unwrap_or(&Value::Null);
    list.iter().try_for_each(|value| fits(items, value).map_err(|wanted| format!("[{wanted}, …]")))
}

fn number_fits(schema: &Value, value: &Value) -> Result<(), String> {
    let Some(number) = value.as_f64() else { return Ok(()) };
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let bounds = [
        ("≥", bound("minimum"), number >= bound("minimum").unwrap_or(number)),
        ("≤", bound("maximum"), number <= bound("maximum").unwrap_or(number)),
        (">", bound("exclusiveMinimum"), bound("exclusiveMinimum").is_none_or(|low| number > low)),
        ("<", bound("exclusiveMaximum"), bound("exclusiveMaximum").is_none_or(|high| number < high)),
    ];
    match bounds.iter().find(|(_, _, kept)| !kept) {
        Some((sign, Some(bound), _)) => Err(format!("{sign} {bound}")),
        _ => Ok(()),
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}
