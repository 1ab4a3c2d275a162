//! What stops a vehicle, and which obstacle stops which: the one place where obstacles are held against vehicles.
//!
//! Whether a vehicle *can* pass hangs on the vehicle (`vehicle` in the rules); whether a road is *up to standard* hangs
//! on the clauses for fire lanes (`fire_lane`). A lane 3.6 m wide lets a standard truck through and still breaks the
//! clause of 4 m. Here it is only asked who can pass.

use fireplan_model::codes;
use fireplan_model::layers::{Obstacle, ObstacleKind, ObstaclePassage, VehicleClass};
use fireplan_model::rules::Vehicle;

codes! {
    /// What stops a vehicle, in the order in which it is told.
    pub enum Hindrance {
        /// 禁止通行 | Closed to traffic
        Closed = "closed",
        /// 不是车行道 | Not a road for this vehicle
        Class = "class",
        /// 障碍物 | Obstacle
        Obstacle = "obstacle",
        /// 逆单行道 | Against a one-way street
        Oneway = "oneway",
        /// 禁止转弯 | Banned turn
        BannedTurn = "banned_turn",
        /// 限重 | Load
        Load = "load",
        /// 限高 | Headroom
        Height = "height",
        /// 路宽 | Width
        Width = "width",
        /// 坡度 | Gradient
        Slope = "slope",
        /// 急弯 | Sharp bend
        Turn = "turn",
        /// 路面承载 | Surface
        Surface = "surface",
        /// 尽头无回车场 | No turnaround at its end
        Turnaround = "turnaround",
    }
}

impl Hindrance {
    /// The unit in which it is measured; empty where it is not a matter of size.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Load => "t",
            Self::Height | Self::Width | Self::Turn | Self::Turnaround => "m",
            Self::Slope => "%",
            Self::Closed | Self::Class | Self::Obstacle | Self::Oneway | Self::BannedTurn | Self::Surface => "",
        }
    }
}

/// What stops a vehicle at some place, and whether it surely does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// What it is.
    pub hindrance: Hindrance,
    /// Whether it certainly stops the vehicle; otherwise that is undetermined.
    pub sure: bool,
    /// The limit as stated, in the unit of the hindrance.
    pub measured: Option<f64>,
    /// What the vehicle needs; nought where it is not a matter of size.
    pub needed: f64,
}

/// What an obstacle does to a vehicle; `None`: it passes.
///
/// A stated limit that is too small stops it surely where the obstacle is fixed, and where the limit is all there is to it (a
/// bar, a sign). What somebody could take away, or nobody describes, leaves it undetermined.
pub fn at_obstacle(obstacle: &Obstacle, vehicle: &Vehicle) -> Option<Stop> {
    let limits = [
        (obstacle.clear_width_m, vehicle.width_m),
        (obstacle.clear_height_m, vehicle.height_m),
        (obstacle.load_t, vehicle.load_t),
    ];
    let stop = |sure, measured, needed| Stop { hindrance: Hindrance::Obstacle, sure, measured, needed };
    let is_bar = matches!(obstacle.kind, ObstacleKind::HeightBar | ObstacleKind::WidthBar | ObstacleKind::LoadLimit);
    let short = limits.into_iter().find(|(limit, needed)| limit.is_some_and(|limit| limit < *needed));
    if let Some((limit, needed)) = short {
        let sure = match obstacle.passage {
            ObstaclePassage::Open | ObstaclePassage::Fixed => true,
            ObstaclePassage::Removable => false,
            ObstaclePassage::Unknown => is_bar,
        };
        return Some(stop(sure, limit, needed));
    }
    let decisive = match obstacle.kind {
        ObstacleKind::HeightBar => obstacle.clear_height_m,
        ObstacleKind::LoadLimit => obstacle.load_t,
        // However wide a gate is, somebody has to open it.
        ObstacleKind::Ford | ObstacleKind::Gate => None,
        _ => obstacle.clear_width_m,
    };
    if decisive.is_some() || obstacle.passage == ObstaclePassage::Open {
        return None;
    }
    // What is fixed leaves a motorcycle room or not; a car it stops.
    let sure = obstacle.passage == ObstaclePassage::Fixed && !is_bar && vehicle.class < VehicleClass::Motorcycle;
    Some(stop(sure, None, 0.0))
}

#[cfg(test)]
mod tests {
    use geo::Point;

    use super::*;
    use fireplan_model::rows::Row;
    use fireplan_model::rules::Rules;

    /// Standard, medium, small, motorcycle: `-` passes, `?` undetermined, `x` stopped.
    fn told(change: impl Fn(&mut Obstacle)) -> String {
        let mut obstacle = Obstacle::blank(Point::new(0.0, 0.0)).unwrap();
        change(&mut obstacle);
        let rules = Rules::load(None).unwrap();
        let of = |class: &VehicleClass| match at_obstacle(&obstacle, rules.vehicle(*class).unwrap()) {
            None => '-',
            Some(stop) if stop.sure => 'x',
            Some(_) => '?',
        };
        VehicleClass::ALL.iter().map(of).collect()
    }

    #[test]
    fn an_obstacle_stops_what_does_not_fit_and_leaves_open_what_nobody_states() {
        let with = |kind: ObstacleKind, passage: ObstaclePassage| {
            move |one: &mut Obstacle| (one.kind, one.passage) = (kind, passage)
        };
        assert_eq!(told(|_| {}), "????");
        assert_eq!(told(with(ObstacleKind::Bollard, ObstaclePassage::Unknown)), "????");
        assert_eq!(told(with(ObstacleKind::Block, ObstaclePassage::Fixed)), "xxx?");
        assert_eq!(told(with(ObstacleKind::Gate, ObstaclePassage::Open)), "----");
        assert_eq!(told(with(ObstacleKind::Ford, ObstaclePassage::Unknown)), "????");
        assert_eq!(told(with(ObstacleKind::HeightBar, ObstaclePassage::Fixed)), "????");
        // 2.8 m of headroom: the standard truck has 3.6 m, the medium one 3.2 m, the small one 2.5 m.
        let bar = |passage: ObstaclePassage| {
            move |one: &mut Obstacle| {
                (one.kind, one.passage, one.clear_height_m) = (ObstacleKind::HeightBar, passage, Some(2.8));
            }
        };
        assert_eq!(told(bar(ObstaclePassage::Unknown)), "xx--");
        assert_eq!(told(bar(ObstaclePassage::Removable)), "??--");
        // Bollards 1.2 m apart let a motorcycle through, and may be taken out.
        let bollards = |passage: ObstaclePassage| {
            move |one: &mut Obstacle| {
                (one.kind, one.passage, one.clear_width_m) = (ObstacleKind::Bollard, passage, Some(1.2));
            }
        };
        assert_eq!(
            [ObstaclePassage::Unknown, ObstaclePassage::Fixed].map(|passage| told(bollards(passage))),
            ["???-", "xxx-"]
        );
        // A gate 2 m wide stops a truck that may open it; one of 4 m that is locked is locked all the same.
        let gate = |passage: ObstaclePassage, width_m: f64| {
            told(move |one| (one.kind, one.passage, one.clear_width_m) = (ObstacleKind::Gate, passage, Some(width_m)))
        };
        assert_eq!(gate(ObstaclePassage::Open, 2.0).chars().next(), Some('x'));
        assert_eq!(gate(ObstaclePassage::Open, 4.0), "----");
        assert_eq!(gate(ObstaclePassage::Removable, 4.0), "????");
        assert_eq!(told(|one| (one.kind, one.load_t) = (ObstacleKind::LoadLimit, Some(10.0))), "xx--");
    }
}
