//! The response engine (响应): which crews there are, how they drive, when they are where.

pub mod attendance;
pub mod border;
pub mod crews;
pub mod dispatch;
pub mod driving;
pub mod exits;
pub mod limits;
pub mod network_cache;
pub mod network_tables;
pub(crate) mod passage;
pub(crate) mod place_times;
pub mod places;
pub mod reach;
pub mod reading;
pub mod responsibility;
pub(crate) mod site_times;
pub mod station_areas;
pub(crate) mod station_exits;
pub mod time_limits;
pub mod times;
pub mod water_surface;

use fireplan_model::method::MethodConstant;

/// The rules that every response time rests on, by key or topic.
pub(crate) fn rules() -> Vec<&'static str> {
    vec![
        "response.turnout_min",
        "response.access_limit_m",
        "response.access_speed_kph",
        "station.turnout_min",
        "passing",
        "driving",
        "vehicle",
        "road_estimate",
        "speed",
        "slope",
        "surface",
    ]
}

/// The constants of the method that every response time rests on.
pub(crate) fn method() -> Vec<MethodConstant> {
    [passage::method(), places::method(), times::method()].concat()
}
