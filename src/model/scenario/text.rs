//! Edits in plain words, as the page and the files tell them.

use geo::Coord;

use super::Edit;
use super::edit::LonLat;
use crate::area::StudyArea;
use crate::layers::{Station, StationKind, VehicleClass};
use crate::rows::Label;

impl super::Scenario {
    /// What differs between two states, in words: edits added, taken back and made in another order.
    pub fn tell_difference(before: &[Edit], after: &[Edit], area: &StudyArea) -> Vec<Label> {
        let signed = |sign: &str, edit: &Edit| {
            let text = edit.text(area);
            Label::new(format!("{sign} {}", text.zh), format!("{sign} {}", text.en))
        };
        let mut left: Vec<&Edit> = before.iter().collect();
        let mut lines = Vec::new();
        for edit in after {
            match left.iter().position(|one| *one == edit) {
                Some(at) => drop(left.remove(at)),
                None => lines.push(signed("+", edit)),
            }
        }
        let mut told: Vec<Label> = left.into_iter().map(|edit| signed("−", edit)).collect();
        told.extend(lines);
        if told.is_empty() && before != after {
            told.push(Label::new("次序不同", "in another order"));
        }
        if told.is_empty() {
            told.push(Label::new("没有改动", "nothing changed"));
        }
        told
    }
}

impl Edit {
    /// One line; things are called by their name in the unchanged area, where they have one.
    pub fn text(&self, area: &StudyArea) -> Label {
        let both = |zh: String, en: String| Label::new(zh, en);
        match self {
            Self::AddStation { name, kind, .. } => {
                let kind = kind.label();
                both(format!("新建消防站“{name}”（{}）", kind.zh), format!("add the station {name} ({})", kind.en))
            }
            Self::MoveStation { station, to } => {
                let name = station_name(area, station);
                let far = moved_m(area, station, *to).map(|metres| format!("{:.1} km", metres / 1000.0));
                let far = far.map_or_else(nothing, |far| Label::new(format!("，移动 {far}"), format!(" by {far}")));
                both(format!("迁移消防站“{name}”{}", far.zh), format!("move the station {name}{}", far.en))
            }
            Self::CloseStation { station } => {
                let name = station_name(area, station);
                both(format!("撤销消防站“{name}”"), format!("close the station {name}"))
            }
            Self::UpgradeStation { station, .. } => {
                let (name, facts) = (station_name(area, station), self.upgrades());
                both(format!("升级消防站“{name}”：{}", facts.zh), format!("upgrade the station {name}: {}", facts.en))
            }
            Self::OpenRoad { road } => on_road(area, road, "打通道路", "open the road", ""),
            Self::CloseRoad { road } => on_road(area, road, "封闭道路", "close the road", ""),
            Self::WidenRoad { road, width_m } => on_road(area, road, "拓宽道路", "widen the road", &metres(*width_m)),
            Self::StrengthenRoad { road, load_t } => {
                on_road(area, road, "提高承载", "strengthen", &format!("{load_t} t"))
            }
            Self::RaiseRoad { road, clear_height_m } => {
                on_road(area, road, "提高净高", "raise the headroom of", &metres(*clear_height_m))
            }
            Self::RegradeRoad { road, slope_percent } => {
                on_road(area, road, "放缓坡度", "lower the gradient of", &format!("{slope_percent} %"))
            }
            Self::BuildRoad { road, width_m, .. } => {
                let width = width_m.map(metres).unwrap_or_default();
                on_road(area, road, "改建成车行道", "make a road of", &width)
            }
            Self::AddRoad { name, line, bridge, .. } => {
                let (zh, en) =
                    if *bridge { ("新建桥梁", "add the bridge") } else { ("新建道路", "add the road") };
                let long = length_m(area, line).map(|length_m| format!("{length_m:.0} m")).unwrap_or_default();
                both(format!("{zh}“{name}”，长 {long}"), format!("{en} {name}, {long}"))
            }
            Self::RemoveObstacle { obstacle } => {
                let name = obstacle_name(area, obstacle);
                both(format!("拆除或改造障碍物{}", name.zh), format!("remove the obstacle {}", name.en))
            }
            Self::AddTurnaround { side_m, .. } => both(
                format!("新建回车场，{side_m} m × {side_m} m"),
                format!("add a turnaround of {side_m} m × {side_m} m"),
            ),
            Self::AddHydrant { name, .. } => both(format!("新建消火栓“{name}”"), format!("add the hydrant {name}")),
            Self::AddWater { name, kind, .. } => {
                let kind = kind.label();
                both(format!("新建{}“{name}”", kind.zh), format!("add a {} '{name}'", kind.en))
            }
        }
    }

    fn upgrades(&self) -> Label {
        let Self::UpgradeStation { kind, vehicle_class, vehicles, crew_people, turnout_min, staffed_night, .. } = self
        else {
            return nothing();
        };
        let number = |zh: &str, en: &str, value: Option<String>, unit: &str| {
            value.map(|value| Label::new(format!("{zh} {value}{unit}"), format!("{en} {value}{unit}")))
        };
        let facts = [
            kind.map(StationKind::label),
            vehicle_class.map(VehicleClass::label),
            number("车辆", "vehicles", vehicles.map(|n| n.to_string()), ""),
            number("执勤", "crew", crew_people.map(|n| n.to_string()), ""),
            number("出动", "turnout", turnout_min.map(|n| n.to_string()), " min"),
            staffed_night.map(|on| {
                if on {
                    Label::new("夜间执勤", "staffed by night")
                } else {
                    Label::new("夜间不执勤", "not staffed by night")
                }
            }),
        ];
        let facts: Vec<Label> = facts.into_iter().flatten().collect();
        let join = |pick: fn(&Label) -> &str, comma: &str| facts.iter().map(pick).collect::<Vec<_>>().join(comma);
        Label::new(join(|one| &one.zh, "、"), join(|one| &one.en, ", "))
    }
}

fn nothing() -> Label {
    Label::new("", "")
}

fn metres(value: f64) -> String {
    format!("{value} m")
}

fn on_road(area: &StudyArea, road: &str, zh: &str, en: &str, to: &str) -> Label {
    let roads = &area.layers.roads;
    let number = road.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
    let known = roads.iter().find(|one| one.source_id == road).or_else(|| roads.get(number?.checked_sub(1)?));
    let name = known.map(|one| one.name.as_str()).filter(|name| !name.is_empty() && *name != road);
    let named = name.map_or_else(|| format!("“{road}”"), |name| format!("“{name}”({road})"));
    let (to_zh, to_en) =
        if to.is_empty() { (String::new(), String::new()) } else { (format!("至 {to}"), format!(" to {to}")) };
    Label::new(format!("{zh}{named}{to_zh}"), format!("{en} {}{to_en}", name.unwrap_or(road)))
}

fn obstacle_name(area: &StudyArea, wanted: &str) -> Label {
    let obstacles = &area.layers.obstacles;
    let number = wanted.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
    let known = obstacles.iter().find(|one| one.source_id == wanted).or_else(|| obstacles.get(number?.checked_sub(1)?));
    let Some(known) = known else { return Label::new(format!("“{wanted}”"), wanted) };
    let kind = known.kind.label();
    let name = if known.name.is_empty() { wanted } else { known.name.as_str() };
    Label::new(format!("“{name}”（{}）", kind.zh), format!("{name} ({})", kind.en))
}

fn station_at<'a>(area: &'a StudyArea, wanted: &str) -> Option<&'a Station> {
    let stations = &area.layers.stations;
    let number = wanted.strip_prefix('#').and_then(|number| number.parse::<usize>().ok());
    let by_text =
        stations.iter().find(|one| one.source_id == wanted).or_else(|| stations.iter().find(|one| one.name == wanted));
    by_text.or_else(|| stations.get(number?.checked_sub(1)?))
}

fn station_name(area: &StudyArea, wanted: &str) -> String {
    let name = station_at(area, wanted).map(|station| station.name.clone()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| wanted.trim_start_matches(super::PLANNED).to_owned())
}

fn moved_m(area: &StudyArea, station: &str, to: LonLat) -> Option<f64> {
    let from = station_at(area, station)?.geometry.0;
    let mut at = [Coord { x: to[0], y: to[1] }];
    area.plane.to_local(&mut at).ok()?;
    Some((at[0] - from).x.hypot((at[0] - from).y))
}

fn length_m(area: &StudyArea, line: &[LonLat]) -> Option<f64> {
    let mut coords: Vec<Coord> = line.iter().map(|at| Coord { x: at[0], y: at[1] }).collect();
    area.plane.to_local(&mut coords).ok()?;
    Some(coords.windows(2).map(|pair| (pair[1] - pair[0]).x.hypot((pair[1] - pair[0]).y)).sum())
}
