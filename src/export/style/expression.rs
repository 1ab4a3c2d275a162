//! The expressions of the MapLibre style specification that our styles use, evaluated for one feature.
//!
//! What is not an expression is its own value. An operator that is not known gives null, and so does what has no sense, as the
//! specification has it for data it cannot convert.

use crate::tile::attributes::CLASS_SUFFIX;
use fireplan_model::findings::{Drawing, Feature, Layer, class_of};
use fireplan_model::rows::Value;
use geo::Geometry;
use serde_json::Value as Json;

/// The feature that expressions speak of, and the zoom.
#[derive(Clone, Copy)]
pub struct StyleSubject<'a> {
    /// Its layer.
    pub layer: &'a Layer,
    /// The feature.
    pub feature: &'a Feature,
    /// The zoom.
    pub zoom: f64,
    /// What the sheet is about: its dots are never so small that print loses them.
    pub is_subject: bool,
}

impl StyleSubject<'_> {
    /// An attribute as tiles have it: a column, or the class of a graded one.
    pub fn attribute(&self, name: &str) -> Json {
        let place = |name: &str| self.layer.columns.iter().position(|column| column.name == name);
        if let Some(at) = place(name) {
            return json(&self.feature.values[at]);
        }
        match &self.layer.drawing {
            Drawing::Graded { column, breaks } if name.strip_suffix(CLASS_SUFFIX) == Some(*column) => {
                place(column).map_or(Json::Null, |at| json(&class_of(&self.feature.values[at], breaks)))
            }
            _ => Json::Null,
        }
    }

    fn geometry_type(&self) -> &'static str {
        match self.feature.geometry {
            Some(Geometry::Point(_)) => "Point",
            Some(Geometry::MultiPoint(_)) => "MultiPoint",
            Some(Geometry::LineString(_) | Geometry::Line(_)) => "LineString",
            Some(Geometry::MultiLineString(_)) => "MultiLineString",
            Some(Geometry::Polygon(_)) => "Polygon",
            Some(Geometry::MultiPolygon(_)) => "MultiPolygon",
            _ => "Unknown",
        }
    }

    /// The value of an expression.
    pub fn evaluate(&self, expression: &Json) -> Json {
        let Some(([Json::String(operator)], operands)) =
            expression.as_array().and_then(|list| list.split_at_checked(1))
        else {
            return expression.clone();
        };
        let is_true = |operand: &Json| self.evaluate(operand) == Json::Bool(true);
        match (operator.as_str(), operands) {
            ("literal", [value]) => value.clone(),
            ("get", [Json::String(name)]) => self.attribute(name),
            ("has", [Json::String(name)]) => (!self.attribute(name).is_null()).into(),
            ("zoom", []) => self.zoom.into(),
            ("geometry-type", []) => self.geometry_type().into(),
            ("!", [operand]) => (!is_true(operand)).into(),
            ("all", all) => all.iter().all(is_true).into(),
            ("any", any) => any.iter().any(is_true).into(),
            ("==", [a, b]) => equal(&self.evaluate(a), &self.evaluate(b)).into(),
            ("!=", [a, b]) => (!equal(&self.evaluate(a), &self.evaluate(b))).into(),
            (">" | "<" | ">=" | "<=", [a, b]) => compare(operator, &self.evaluate(a), &self.evaluate(b)),
            ("concat", parts) => parts.iter().map(|part| text(&self.evaluate(part))).collect::<String>().into(),
            ("to-string", [value]) => text(&self.evaluate(value)).into(),
            ("coalesce", all) => {
                all.iter().map(|one| self.evaluate(one)).find(|one| !one.is_null()).unwrap_or_default()
            }
            ("case", cases) => self.choose(cases),
            ("match", [input, rest @ ..]) => self.choose_match(&self.evaluate(input), rest),
            ("interpolate", [how, input, stops @ ..]) => self.interpolate(how, &self.evaluate(input), stops),
            // A list of words, such as fonts.
            _ if operands.iter().all(Json::is_string) => expression.clone(),
            _ => Json::Null,
        }
    }

    fn choose(&self, cases: &[Json]) -> Json {
        for pair in cases.chunks(2) {
            match pair {
                [condition, value] if self.evaluate(condition) == Json::Bool(true) => return self.evaluate(value),
                [otherwise] => return self.evaluate(otherwise),
                _ => {}
            }
        }
        Json::Null
    }

    fn choose_match(&self, input: &Json, rest: &[Json]) -> Json {
        for pair in rest.chunks(2) {
            match pair {
                [labels, value] => {
                    let fits = labels
                        .as_array()
                        .map_or_else(|| equal(labels, input), |labels| labels.iter().any(|label| equal(label, input)));
                    if fits {
                        return self.evaluate(value);
                    }
                }
                [otherwise] => return self.evaluate(otherwise),
                _ => {}
            }
        }
        Json::Null
    }

    /// Between the stops; the first and the last hold beyond them.
    fn interpolate(&self, how: &Json, input: &Json, stops: &[Json]) -> Json {
        let base = how.as_array().and_then(|how| how.get(1)).and_then(Json::as_f64).unwrap_or(1.0);
        let stop = |pair: &[Json]| Some((pair.first()?.as_f64()?, self.evaluate(pair.get(1)?).as_f64()?));
        let stops: Vec<(f64, f64)> = stops.chunks(2).filter_map(stop).collect();
        let (Some(input), Some(first), Some(last)) = (input.as_f64(), stops.first(), stops.last()) else {
            return Json::Null;
        };
        let between = stops.windows(2).find(|pair| (pair[0].0..pair[1].0).contains(&input));
        let value = match between {
            Some([(from, low), (to, high)]) => {
                let share = if (base - 1.0).abs() < 1e-9 {
                    (input - from) / (to - from)
                } else {
                    (base.powf(input - from) - 1.0) / (base.powf(to - from) - 1.0)
                };
                low + (high - low) * share
            }
            _ if input < first.0 => first.1,
            _ => last.1,
        };
        value.into()
    }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        other => other.to_string().into(),
    }
}

fn equal(a: &Json, b: &Json) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn compare(operator: &str, a: &Json, b: &Json) -> Json {
    let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else { return Json::Bool(false) };
    Json::Bool(match operator {
        ">" => a > b,
        "<" => a < b,
        ">=" => a >= b,
        _ => a <= b,
    })
}

/// As `to-string` writes it: nothing for null.
fn text(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::{Hydrant, HydrantState};
    use fireplan_model::rows::Row;
    use geo::Point;
    use serde_json::json;

    fn layer() -> Layer {
        let hydrant = Hydrant {
            name: "3号".into(),
            state: HydrantState::Working,
            ..Hydrant::blank(Point::new(0.0, 0.0)).unwrap()
        };
        Layer::new("hydrants", Drawing::Coded { column: "state" }, &[hydrant])
    }

    #[test]
    fn expressions_are_evaluated_as_the_specification_says() {
        let layer = layer();
        let subject = StyleSubject { layer: &layer, feature: &layer.features[0], zoom: 12.0, is_subject: true };
        for (expression, value) in [
            (json!(["get", "name"]), json!("3号")),
            (json!(["match", ["get", "state"], ["working", "unknown"], 1, 2]), json!(1)),
            (json!(["match", ["get", "state"], "frozen", 1, 2]), json!(2)),
            (json!(["concat", "栓 ", ["to-string", ["get", "diameter_mm"]]]), json!("栓 ")),
            (json!(["interpolate", ["linear"], ["zoom"], 10, 1, 14, 3]), json!(2.0)),
            (json!(["interpolate", ["exponential", 2], ["zoom"], 10, 0, 14, 15]), json!(3.0)),
            (json!(["interpolate", ["linear"], ["zoom"], 13, 5, 14, 6]), json!(5.0)),
            (json!(["all", ["==", ["geometry-type"], "Point"], ["!", ["has", "flow_l_s"]]]), json!(true)),
            (json!(["case", [">", 2, 3], "a", "b"]), json!("b")),
            (json!([5, 2]), json!([5, 2])),
        ] {
            assert_eq!(subject.evaluate(&expression), value, "{expression}");
        }
    }
}
