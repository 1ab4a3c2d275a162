//! What becomes of a new road where it comes near others: joined, separated, or a free end. Each is told.

use std::ops::Range;

use geo::Coord;

use fireplan_model::layers::{Road, RoadClass};
use fireplan_model::network::MOTORWAY_CROSSING;
use fireplan_model::network::running_level;
use fireplan_model::notes::{NoteClass, NoteKind, Severity};
use fireplan_model::rows::Label;

/// A stretch of a new road, and the roads that it joins.
pub(super) struct JoinedStretch {
    /// Number of the edit, from 1.
    pub edit: usize,
    pub name: String,
    pub at: Coord,
    /// Its own rows.
    pub rows: Range<usize>,
    /// Rows of the others.
    pub joins: Vec<usize>,
}

/// Where a new road comes near others, and what becomes of it.
pub(super) struct Meeting {
    /// The place, in metres of the plane.
    pub at: Coord,
    pub what: Met,
}

/// What becomes of a new road at a place.
pub(super) enum Met {
    /// An end, or else a crossing, is joined to a road; an end is moved by so many metres.
    Joined { place: PlaceOnRoad, other: String, moved_m: f64 },
    /// The end meets nothing.
    FreeEnd { place: PlaceOnRoad, nearest: Option<(String, f64)>, passed_by: Option<Passed> },
    /// It crosses a motorway at the same level, which nothing joins at grade.
    OverMotorway { other: String },
    /// It crosses above or below.
    Separated { other: String },
    /// It meets no road at all.
    Alone,
    /// It joins only what no vehicle drives on.
    Unreached,
}

/// A road near an end that cannot be joined.
pub(super) struct Passed {
    pub other: String,
    /// Why not, in both languages.
    pub why: [&'static str; 2],
    pub far_m: f64,
}

/// A place along a new road.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum PlaceOnRoad {
    Start,
    Crossing,
    End,
    /// Where it leaves, or comes to, a stretch on which it is drawn over a road that is there.
    Cut,
}

impl PlaceOnRoad {
    fn label(self) -> [&'static str; 2] {
        match self {
            Self::Start => ["起点", "start"],
            Self::Crossing => ["途中", "on its way"],
            Self::End => ["终点", "end"],
            Self::Cut => ["重合处", "where it leaves the road that it is drawn over"],
        }
    }
}

/// How a road is called in a remark.
pub(super) fn name_of(road: &Road) -> String {
    match (road.name.as_str(), road.source_id.as_str()) {
        ("", "") => road.class.label().zh,
        ("", id) => format!("{}({id})", road.class.label().zh),
        (name, id) if id.is_empty() || id.ends_with(name) => name.to_owned(),
        (name, id) => format!("{name}({id})"),
    }
}

/// Why nothing joins a road inside, for people.
pub(super) fn why_unjoined(new: &Road, road: &Road) -> [&'static str; 2] {
    if road.class == RoadClass::Motorway {
        ["高速公路", "a motorway"]
    } else if road.tunnel {
        ["隧道", "a tunnel"]
    } else if new.class == RoadClass::Motorway && !road.bridge && running_level(road) == 0 {
        ["普通道路，高速公路须经匝道", "an ordinary road, to which a motorway needs a ramp"]
    } else {
        ["桥面或高架", "a deck or a raised road"]
    }
}

impl Meeting {
    /// Whether it says already that this road is not joined there.
    pub(super) fn is_separate_from(&self, road: &Road) -> bool {
        matches!(&self.what, Met::OverMotorway { other } | Met::Separated { other } if *other == name_of(road))
    }

    /// Whether it says that the road is joined there.
    pub(super) fn is_joined(&self) -> bool {
        matches!(self.what, Met::Joined { .. })
    }

    /// How grave it is that the road does so.
    pub(super) fn class(&self) -> NoteClass {
        match &self.what {
            Met::Joined { .. } | Met::Separated { .. } => Severity::Info.into(),
            Met::FreeEnd { .. } | Met::OverMotorway { .. } | Met::Alone | Met::Unreached => NoteKind::Doubted.into(),
        }
    }

    /// What it is, the same for all of its kind.
    pub(super) fn text(&self) -> &'static str {
        match &self.what {
            Met::Joined { .. } => "新路与现有道路相接 | A new road joins a road",
            Met::FreeEnd { .. } => {
                "新路的一端不与任何道路相接，为自由端 | An end of a new road meets no road: it is free"
            }
            Met::OverMotorway { .. } => MOTORWAY_CROSSING,
            Met::Separated { .. } => {
                "新路与桥梁、隧道或不同层的道路交叉，按立体交叉处理，不相接 | A new road crosses a bridge, a tunnel or a road of another level: separated, not joined"
            }
            Met::Unreached => {
                "新路只与步道、封闭道路或到不了的新路相接，车辆到不了；请把路端画到通车的道路上，或一并打通所接道路 | A new road joins only paths, closed roads or new roads that nobody gets to, and no vehicle gets there: draw an end onto a road that is driven on, or open what it joins"
            }
            Met::Alone => {
                "新路不与任何道路相接，车辆到不了；请把路端画到可相接的道路上 | A new road joins nothing, and no vehicle gets there: draw an end onto a road that can be joined"
            }
        }
    }

    /// This case of it, of the new road of that name.
    pub(super) fn case(&self, name: &str) -> Label {
        let both = |text: String| Label::new(text.clone(), text);
        match &self.what {
            Met::Joined { place: PlaceOnRoad::Crossing, other, .. } => both(format!("{name} × {other}")),
            Met::Joined { place, other, moved_m } => {
                let [zh, en] = place.label();
                let [moved_zh, moved_en] = match moved_m {
                    ..0.1 => [String::new(), String::new()],
                    moved_m => [format!("，移 {moved_m:.1} m"), format!(", moved by {moved_m:.1} m")],
                };
                Label::new(format!("{name} {zh} → {other}{moved_zh}"), format!("{name} {en} → {other}{moved_en}"))
            }
            Met::FreeEnd { place, nearest, passed_by } => {
                let [mut zh, mut en] = place.label().map(|place| format!("{name} {place}"));
                match nearest {
                    Some((other, far_m)) => {
                        zh += &format!("，距最近的可接道路 {other} {far_m:.0} m");
                        en += &format!(", {far_m:.0} m from {other}, the nearest road that it could join");
                    }
                    None => {
                        zh += "，附近没有可接的道路";
                        en += ", no road that it could join is near";
                    }
                }
                if let Some(Passed { other, why, far_m }) = passed_by {
                    let [why_zh, why_en] = why;
                    zh += &format!("；距 {other}({why_zh}) {far_m:.0} m，该路不能平面相接");
                    en += &format!("; {far_m:.0} m from {other} ({why_en}), which cannot be joined at grade");
                }
                Label::new(zh, en)
            }
            Met::OverMotorway { other } | Met::Separated { other } => both(format!("{name} / {other}")),
            Met::Alone | Met::Unreached => both(name.to_owned()),
        }
    }
}
