//! What the settings of a run and their values are called, for people.

use fireplan_engine::request::{Request, schema};
use fireplan_model::rows::Label;
use fireplan_model::rules::{self, NATIONAL};
use serde_json::{Map, Value};

/// The settings of one question.
pub(crate) struct SettingLabels(Map<String, Value>);

impl SettingLabels {
    /// Those of a question by its id; of an unknown one, only those that every question has.
    pub(crate) fn of(question: &str) -> Self {
        let known = Request::all().into_iter().find(|request| request.id() == question);
        Self(known.map_or_else(Map::new, |request| schema::inputs(&request)))
    }

    pub(crate) fn name(&self, name: &str) -> Label {
        match name {
            "profile" => Label::new("规则", "rules"),
            "set" => Label::new("规则改动", "rules changed by hand"),
            "scenario" => Label::new("方案", "scenario"),
            "as_of" => Label::new("评估日期", "day of assessment"),
            name => Label::parse(self.0.get(name).and_then(|input| input["description"].as_str()).unwrap_or(name)),
        }
    }

    /// `None`: the setting has no value.
    pub(crate) fn value(&self, name: &str, value: &Value) -> Option<Label> {
        let plain = |text: &str| Label::new(text, text);
        Some(match value.get("name").unwrap_or(value) {
            Value::Null => return None,
            Value::Array(list) if list.is_empty() => return None,
            Value::Array(list) => {
                let labels: Vec<Label> = list.iter().filter_map(|one| self.value(name, one)).collect();
                let join = |pick: fn(&Label) -> &str, gap: &str| labels.iter().map(pick).collect::<Vec<_>>().join(gap);
                Label::new(join(|label| &label.zh, "、"), join(|label| &label.en, ", "))
            }
            Value::Bool(true) => Label::new("是", "yes"),
            Value::Bool(false) => Label::new("否", "no"),
            Value::String(code) if name == "profile" => name_profile(code),
            Value::String(code) => {
                let input = self.0.get(name).map(|input| input.get("items").unwrap_or(input));
                let known = input.and_then(|input| schema::codes(input).into_iter().find(|(one, _)| one == code));
                known.map_or_else(|| plain(code), |(_, label)| Label::parse(label))
            }
            other => plain(&other.to_string()),
        })
    }
}

/// The title of a profile that comes with the program; that of a user's own is not kept.
fn name_profile(code: &str) -> Label {
    if code == NATIONAL {
        return Label::new("国家标准", "national standards");
    }
    let title = rules::profiles().ok().and_then(|all| all.into_iter().find(|(known, _)| known == code));
    let title = title.map_or_else(|| code.to_owned(), |(_, about)| about.title);
    Label::new(title, code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_told_in_words() {
        let labels = SettingLabels::of("coverage");
        let value = |name: &str, value: Value| labels.value(name, &value).map(|label| label.zh);
        assert_eq!(labels.name("set").zh, "规则改动");
        assert_ne!(labels.name("period").zh, "period");
        assert_eq!(value("set", json!([])), None);
        assert_eq!(value("profile", json!("jincheng")), Some("晋城市城区".to_owned()));
        assert_ne!(value("period", json!("night")), Some("night".to_owned()));
        assert_eq!(value("works_brigades", json!(false)), Some("否".to_owned()));
        assert_eq!(value("scenario", json!({ "name": "近期" })), Some("近期".to_owned()));
    }
}
