//! Edits in plain words, as the page and the files tell them.

use geo::Coord;

use super::Edit;
use super::edit::LonLat;
use super::kept::EditReference;
use crate::area::StudyArea;
use crate::layers::{Station, StationKind, VehicleClass};
use crate::rows::Label;

impl super::Scenario {
    /// What differs between two states, in words: edits added, taken back, changed fact by fact, and made in another order. Each state comes with what its
    /// edits referred to.
    pub fn tell_difference(
        (before, then): (&[Edit], &[EditReference]),
        (after, now): (&[Edit], &[EditReference]),
        area: &StudyArea,
    ) -> Vec<Label> {
        let signed = |sign: &str, edit: &Edit| {
            let text = edit.text(area, if sign == "+" { now } else { then });
            Label::new(format!("{sign} {}", text.zh), format!("{sign} {}", text.en))
        };
        let mut left: Vec<&Edit> = before.iter().collect();
        let mut fresh: Vec<&Edit> = Vec::new();
        for edit in after {
            match left.iter().position(|one| *one == edit) {
                Some(at) => drop(left.remove(at)),
                None => fresh.push(edit),
            }
        }
        let mut lines = Vec::new();
        for edit in fresh {
            match left.iter().position(|one| one.is_about_the_same(edit)) {
                Some(at) => {
                    let (is, facts) = (edit.text(area, now), left.remove(at).changed_facts(edit));
                    lines.push(Label::new(format!("± {}：{}", is.zh, facts.zh), format!("± {}: {}", is.en, facts.en)));
                }
                None => lines.push(signed("+", edit)),
            }
        }
        let mut told: Vec<Label> = left.into_iter().map(|edit| signed("−", edit)).collect();
        told.extend(lines);
        let is_kept = |edit: &&Edit| edit.stays_done(now) && !edit.stays_done(then);
        told.extend(after.iter().filter(is_kept).map(|edit| {
            let text = edit.text(area, now);
            Label::new(format!("✓ 保留为已完成：{}", text.zh), format!("✓ kept as done: {}", text.en))
        }));
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
    /// Whether what is known of its subject says that it stays although the data have by now what it does.
    pub fn stays_done(&self, references: &[EditReference]) -> bool {
        let (subject, kind) = (self.subject(), self.kind());
        let is_subject = |one: &EditReference| subject == Some((one.layer, one.text.as_str()));
        references.iter().any(|one| is_subject(one) && one.done.contains(&kind))
    }

    /// One line; things are called by the name of what was meant when the edit was made, where that is written down, else by
    /// their name in the unchanged area, where they have one.
    pub fn text(&self, area: &StudyArea, references: &[EditReference]) -> Label {
        let both = |zh: String, en: String| Label::new(zh, en);
        let known = self.reference().and_then(|(layer, text)| {
            references.iter().find(|reference| reference.layer == layer && reference.text == text)
        });
        let known = Named { area, known };
        match self {
            Self::AddStation { name, kind, .. } => {
                let kind = kind.label();
                both(format!("新建消防站“{name}”（{}）", kind.zh), format!("add the station {name} ({})", kind.en))
            }
            Self::MoveStation { station, to } => {
                let name = known.station(station);
                let far = known.moved_m(station, *to).map(|metres| format!("{:.1} km", metres / 1000.0));
                let far = far.map_or_else(nothing, |far| Label::new(format!("，移动 {far}"), format!(" by {far}")));
                both(format!("迁移消防站“{name}”{}", far.zh), format!("move the station {name}{}", far.en))
            }
            Self::CloseStation { station } => {
                let name = known.station(station);
                both(format!("撤销消防站“{name}”"), format!("close the station {name}"))
            }
            Self::UpgradeStation { station, .. } => {
                let (name, facts) = (known.station(station), self.upgrades());
                both(format!("升级消防站“{name}”：{}", facts.zh), format!("upgrade the station {name}: {}", facts.en))
            }
            Self::OpenRoad { road } => known.road(road, "打通道路", "open the road", ""),
            Self::CloseRoad { road } => known.road(road, "封闭道路", "close the road", ""),
            Self::WidenRoad { road, width_m } => known.road(road, "拓宽道路", "widen the road", &metres(*width_m)),
            Self::StrengthenRoad { road, load_t } => known.road(road, "提高承载", "strengthen", &format!("{load_t} t")),
            Self::RaiseRoad { road, clear_height_m } => {
                known.road(road, "提高净高", "raise the headroom of", &metres(*clear_height_m))
            }
            Self::RegradeRoad { road, slope_percent } => {
                known.road(road, "放缓坡度", "lower the gradient of", &format!("{slope_percent} %"))
            }
            Self::BuildRoad { road, width_m, .. } => {
                let width = width_m.map(metres).unwrap_or_default();
                known.road(road, "改建成车行道", "make a road of", &width)
            }
            Self::AddRoad { name, line, bridge, .. } => {
                let (zh, en) =
                    if *bridge { ("新建桥梁", "add the bridge") } else { ("新建道路", "add the road") };
                let long = length_m(area, line).map(|length_m| format!("{length_m:.0} m")).unwrap_or_default();
                both(format!("{zh}“{name}”，长 {long}"), format!("{en} {name}, {long}"))
            }
            Self::RemoveObstacle { obstacle } => {
                let name = known.obstacle(obstacle);
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

/// Things as an edit calls them: by what is written down of the reference, or as the area has them.
struct Named<'a> {
    area: &'a StudyArea,
    known: Option<&'a EditReference>,
}

impl Named<'_> {
    /// The name that was meant, where the edit calls it otherwise; a thing without one goes by its class, for its number may be
    /// another's by now.
    fn meant(&self, wanted: &str) -> Option<String> {
        let EditReference { name, class, id, .. } = self.known?;
        let own = [name, id].into_iter().find(|text| !text.is_empty()).filter(|text| *text != wanted);
        let by_number = wanted.starts_with('#') && !class.is_empty();
        own.cloned().or_else(|| by_number.then(|| class.clone()))
    }

    fn road(&self, road: &str, zh: &str, en: &str, to: &str) -> Label {
        let roads = &self.area.layers.roads;
        let as_is = || {
            let known =
                roads.iter().find(|one| one.source_id == road).or_else(|| roads.get(number_of(road)?.checked_sub(1)?));
            known.map(|one| one.name.clone()).filter(|name| !name.is_empty() && *name != road)
        };
        let name = if self.known.is_some() { self.meant(road) } else { as_is() };
        let named = name.as_ref().map_or_else(|| format!("“{road}”"), |name| format!("“{name}”({road})"));
        let (to_zh, to_en) =
            if to.is_empty() { (String::new(), String::new()) } else { (format!("至 {to}"), format!(" to {to}")) };
        Label::new(format!("{zh}{named}{to_zh}"), format!("{en} {}{to_en}", name.as_deref().unwrap_or(road)))
    }

    fn obstacle(&self, wanted: &str) -> Label {
        if let Some(known) = self.known {
            let name = if known.name.is_empty() { wanted } else { known.name.as_str() };
            return Label::new(format!("“{name}”（{}）", known.class), format!("{name} ({})", known.class));
        }
        let obstacles = &self.area.layers.obstacles;
        let known = obstacles.iter().find(|one| one.source_id == wanted);
        let known = known.or_else(|| obstacles.get(number_of(wanted)?.checked_sub(1)?));
        let Some(known) = known else { return Label::new(format!("“{wanted}”"), wanted) };
        let kind = known.kind.label();
        let name = if known.name.is_empty() { wanted } else { known.name.as_str() };
        Label::new(format!("“{name}”（{}）", kind.zh), format!("{name} ({})", kind.en))
    }

    fn station_at(&self, wanted: &str) -> Option<&Station> {
        let stations = &self.area.layers.stations;
        let by_text = stations
            .iter()
            .find(|one| one.source_id == wanted)
            .or_else(|| stations.iter().find(|one| one.name == wanted));
        by_text.or_else(|| stations.get(number_of(wanted)?.checked_sub(1)?))
    }

    fn station(&self, wanted: &str) -> String {
        let as_is = || self.station_at(wanted).map(|station| station.name.clone()).filter(|name| !name.is_empty());
        let name = if self.known.is_some() { self.meant(wanted) } else { as_is() };
        name.unwrap_or_else(|| wanted.trim_start_matches(super::PLANNED).to_owned())
    }

    fn moved_m(&self, station: &str, to: LonLat) -> Option<f64> {
        let local = |[x, y]: LonLat| {
            let mut at = [Coord { x, y }];
            self.area.plane.to_local(&mut at).ok().map(|()| at[0])
        };
        let from = match self.known {
            Some(known) => local(known.at)?,
            None => self.station_at(station)?.geometry.0,
        };
        let way = local(to)? - from;
        Some(way.x.hypot(way.y))
    }
}

/// The n of `#n`.
fn number_of(text: &str) -> Option<usize> {
    text.strip_prefix('#')?.parse().ok()
}

fn length_m(area: &StudyArea, line: &[LonLat]) -> Option<f64> {
    let mut coords: Vec<Coord> = line.iter().map(|at| Coord { x: at[0], y: at[1] }).collect();
    area.plane.to_local(&mut coords).ok()?;
    Some(coords.windows(2).map(|pair| (pair[1] - pair[0]).x.hypot((pair[1] - pair[0]).y)).sum())
}
