//! Which limit of a road stops which vehicle: the one place where a road is held against a vehicle.
//!
//! Whether a vehicle *can* pass hangs on the vehicle (`vehicle` in the rules); whether a road is *up to standard* hangs
//! on the clauses for fire lanes (`fire_lane`). A lane 3.6 m wide lets a standard truck through and still breaks the
//! clause of 4 m. Here it is only asked who can pass.

use fireplan_model::codes;
use fireplan_model::layers::{Access, Road};
use fireplan_model::rules::Vehicle;

codes! {
    /// What stops a vehicle, in the order in which it is told.
    pub enum Hindrance {
        /// 禁止通行 | Closed to traffic
        Closed = "closed",
        /// 不是车行道 | Not a road for this vehicle
        Class = "class",
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

/// What stops the vehicle by what the data states; a limit nobody stated stops nothing here.
pub fn stated(road: &Road, vehicle: &Vehicle) -> Option<Hindrance> {
    let stops = |limit: Option<f64>, need: f64| limit.is_some_and(|limit| limit < need);
    match () {
        () if road.access == Access::Closed => Some(Hindrance::Closed),
        () if stops(road.load_t, vehicle.load_t) => Some(Hindrance::Load),
        () if stops(road.clear_height_m, vehicle.height_m) => Some(Hindrance::Height),
        () if stops(road.width_m, vehicle.lane_width_m) => Some(Hindrance::Width),
        () => None,
    }
}
