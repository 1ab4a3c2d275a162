//! What differs between two edits of one thing, fact by fact.

use serde_json::{Map, Value};

use super::Edit;
use crate::layers::{HydrantKind, RoadClass, StationKind, VehicleClass, WaterKind};
use crate::rows::Label;

/// The facts of edits as they are called, with their unit.
const FACTS: &[(&str, &str, &str)] = &[
    ("at", "位置 | place", ""),
    ("to", "新位置 | new place", ""),
    ("line", "走线 | line", ""),
    ("kind", "类别 | kind", ""),
    ("class", "等级 | class", ""),
    ("vehicle_class", "车型 | vehicle class", ""),
    ("vehicles", "车辆 | vehicles", ""),
    ("crew_people", "执勤 | crew", ""),
    ("turnout_min", "出动 | turnout", " min"),
    ("staffed_night", "夜间执勤 | staffed by night", ""),
    ("width_m", "路宽 | width", " m"),
    ("load_t", "承载 | load", " t"),
    ("clear_height_m", "净高 | headroom", " m"),
    ("slope_percent", "坡度 | gradient", " %"),
    ("bridge", "桥梁 | bridge", ""),
    ("side_m", "边长 | side", " m"),
    ("diameter_mm", "管径 | diameter", " mm"),
    ("flow_l_s", "流量 | flow", " L/s"),
    ("pressure_mpa", "静压 | pressure", " MPa"),
    ("volume_m3", "容积 | volume", " m³"),
];

impl Edit {
    /// Whether both do the same to the same thing, if not with the same facts. Turnarounds have no name: two of them are one.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        let is_same = |key: &str| self.facts().get(key) == other.facts().get(key);
        ["edit", "name", "station", "road", "obstacle"].into_iter().all(is_same)
    }

    /// What differs, `管径 100 → 150 mm`.
    pub(super) fn changed_facts(&self, after: &Self) -> Label {
        let (was, is) = (self.facts(), after.facts());
        let differing = FACTS.iter().filter(|(key, ..)| was.get(*key) != is.get(*key));
        let told: Vec<Label> = differing.map(|fact| tell_change(*fact, &was, &is)).collect();
        let join = |pick: fn(&Label) -> &str, comma: &str| told.iter().map(pick).collect::<Vec<_>>().join(comma);
        Label::new(join(|one| &one.zh, "，"), join(|one| &one.en, ", "))
    }

    fn facts(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(facts)) => facts,
            _ => Map::new(),
        }
    }
}

fn tell_change((key, label, unit): (&str, &str, &str), was: &Map<String, Value>, is: &Map<String, Value>) -> Label {
    let name = Label::parse(label);
    let [was, is] = [was, is].map(|facts| facts.get(key).filter(|value| !value.is_null()));
    if key == "line" {
        return Label::new(format!("{}改画", name.zh), format!("{} drawn anew", name.en));
    }
    let [was, is] =
        [was, is].map(|value| value.map_or_else(|| Label::new("未填", "not stated"), |value| tell_value(key, value)));
    Label::new(format!("{} {} → {}{unit}", name.zh, was.zh, is.zh), format!("{} {} → {}{unit}", name.en, was.en, is.en))
}

fn tell_value(key: &str, value: &Value) -> Label {
    let code = || -> Option<Label> {
        let value = value.clone();
        match key {
            "class" => serde_json::from_value(value).ok().map(RoadClass::label),
            "vehicle_class" => serde_json::from_value(value).ok().map(VehicleClass::label),
            "kind" => serde_json::from_value(value.clone())
                .map(StationKind::label)
                .or_else(|_| serde_json::from_value(value.clone()).map(HydrantKind::label))
                .or_else(|_| serde_json::from_value(value).map(WaterKind::label))
                .ok(),
            _ => None,
        }
    };
    match value {
        Value::Bool(true) => Label::new("是", "yes"),
        Value::Bool(false) => Label::new("否", "no"),
        Value::Array(place) => {
            let degrees: Vec<String> =
                place.iter().filter_map(Value::as_f64).map(|degrees| format!("{degrees:.6}")).collect();
            Label::new(degrees.join(","), degrees.join(","))
        }
        _ => code().unwrap_or_else(|| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Label::new(text.clone(), text)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(facts: Value) -> Edit {
        serde_json::from_value(facts).unwrap()
    }

    #[test]
    fn what_changed_of_an_edit_is_told_fact_by_fact() {
        let hydrant = |diameter_mm: f64, lon: f64| {
            edit(
                serde_json::json!({ "edit": "add_hydrant", "name": "栓", "at": [lon, 30.0], "diameter_mm": diameter_mm }),
            )
        };
        let (before, after) = (hydrant(100.0, 108.0), hydrant(150.0, 108.001));
        assert!(before.is_about_the_same(&after));
        let told = before.changed_facts(&after);
        assert_eq!(told.zh, "位置 108.000000,30.000000 → 108.001000,30.000000，管径 100.0 → 150.0 mm");
        let station = |kind: &str, class: Option<&str>| {
            edit(
                serde_json::json!({ "edit": "add_station", "name": "站", "at": [108.0, 30.0], "kind": kind, "vehicle_class": class }),
            )
        };
        let told = station("small", None).changed_facts(&station("town_level_1", Some("small")));
        assert_eq!(told.zh, "类别 小型普通消防站 → 一级乡镇专职消防队，车型 未填 → 小型消防车");
        let other = edit(serde_json::json!({ "edit": "add_hydrant", "name": "别的", "at": [108.0, 30.0] }));
        assert!(!before.is_about_the_same(&other));
    }

    #[test]
    fn every_fact_of_an_edit_has_its_words() {
        let schema = schemars::schema_for!(Edit);
        let kinds = schema.as_value()["oneOf"].as_array().unwrap();
        let named = ["edit", "name", "station", "road", "obstacle"];
        for fact in kinds.iter().flat_map(|kind| kind["properties"].as_object().unwrap().keys()) {
            assert!(named.contains(&fact.as_str()) || FACTS.iter().any(|(key, ..)| key == fact), "{fact}");
        }
    }
}
