//! What becomes of a new road where it comes near others: joined, separated, or a free end. Each is told.

use geo::Coord;

use fireplan_model::layers::{Road, RoadClass};
use fireplan_model::network::MOTORWAY_CROSSING;
use fireplan_model::notes::{NoteClass, NoteKind, Severity};

/// Where a new road comes near others, and what becomes of it.
pub(super) struct Meeting {
    /// The place, in metres of the plane.
    pub at: Coord,
    pub what: Met,
}

/// What becomes of a new road at a place.
pub(super) enum Met {
    /// An end, or else a crossing, is joined to a road; an end is moved by so many metres.
    Joined { place: RoadPlace, other: String, moved_m: f64 },
    /// The end meets nothing.
    FreeEnd { place: RoadPlace, nearest: Option<(String, f64)>, passed_by: Option<(String, f64)> },
    /// It crosses a motorway at the same level, which nothing joins at grade.
    OverMotorway { other: String },
    /// It crosses above or below.
    Separated { other: String },
    /// It meets no road at all.
    Alone,
}

/// A place along a new road.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum RoadPlace {
    Start,
    Crossing,
    End,
}

impl RoadPlace {
    fn label(self) -> &'static str {
        match self {
            Self::Start => "起点",
            Self::Crossing => "途中",
            Self::End => "终点",
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
pub(super) fn why_unjoined(road: &Road) -> &'static str {
    if road.class == RoadClass::Motorway {
        "高速公路"
    } else if road.tunnel {
        "隧道"
    } else {
        "桥面或高架"
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
            Met::FreeEnd { .. } | Met::OverMotorway { .. } | Met::Alone => NoteKind::Doubted.into(),
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
            Met::Alone => {
                "新路不与任何道路相接，车辆到不了；请把路端画到可相接的道路上 | A new road joins nothing, and no vehicle gets there: draw an end onto a road that can be joined"
            }
        }
    }

    /// This case of it, of the new road of that name.
    pub(super) fn case(&self, name: &str) -> String {
        match &self.what {
            Met::Joined { place: RoadPlace::Crossing, other, .. } => format!("{name} × {other}"),
            Met::Joined { place, other, moved_m } if *moved_m < 0.1 => format!("{name} {} → {other}", place.label()),
            Met::Joined { place, other, moved_m } => format!("{name} {} → {other}，移 {moved_m:.1} m", place.label()),
            Met::FreeEnd { place, nearest, passed_by } => {
                let mut text = format!("{name} {}", place.label());
                match nearest {
                    Some((other, far_m)) => text += &format!("，距最近的可接道路 {other} {far_m:.0} m"),
                    None => text += "，附近没有可接的道路",
                }
                if let Some((other, far_m)) = passed_by {
                    text += &format!("；距 {other} {far_m:.0} m，该路不能平面相接");
                }
                text
            }
            Met::OverMotorway { other } | Met::Separated { other } => format!("{name} / {other}"),
            Met::Alone => name.to_owned(),
        }
    }
}
