//! Entries that cannot bind in some towns only, since what they say is computed once for the whole area.

use crate::rows::Label;

/// Entries and topics that hold in the whole area or not at all, with the reason.
const EVERYWHERE: &[(&[&str], &str)] = &[
    (
        &[
            "response.turnout_min",
            "response.travel_min",
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
        ],
        "车辆跨乡镇行驶，出动、行车与通行在全区路网上一次算出，不能只在几个乡镇改；请删去 `towns`，使其适用于全区 | \
         engines cross towns, so turnout, driving and passing are computed once over the roads of the whole area; leave `towns` out, and it holds everywhere",
    ),
    (
        &[
            "hydrant.hose_lay_m",
            "hydrant.hose_lay_small_m",
            "hydrant.hose_lay_motorcycle_m",
            "water.relay_stage_m",
            "water.relay_climb_m",
            "water.portable_pump_l_s",
            "firebreak.water_radius_m",
            "firebreak.helicopter_radius_m",
            "firebreak.helicopter_water_m2",
            "firebreak.lookout_range_m",
        ],
        "这是车辆、水泵、直升机等装备的能力，装备跨乡镇使用，不能只在几个乡镇改；请删去 `towns` | \
         it is what engines, pumps or helicopters can do, and these cross towns; leave `towns` out",
    ),
    (
        &[
            "hydrant.end_reading",
            "hydrant.cold_region",
            "hydrant.pressure_fire_mpa",
            "firebreak.open_water_m",
            "firebreak.barrier_width_m",
            "firebreak.road_width_m",
            "firebreak.tracks_hold",
            "firebreak.road_default_width_m",
            "firebreak.wind_from",
        ],
        "街道、管网、阻隔网、气候跨乡镇连成一体，全区只能按一种读法判定；请删去 `towns` | \
         streets, mains, the net of barriers and the climate are one across towns and are read one way; leave `towns` out",
    ),
    (
        &["response.audit_places_percent", "response.audit_band_percent", "headline"],
        "它衡量的是整个计算，不是某处；请删去 `towns` | it is about the computation as a whole, not about a place; leave `towns` out",
    ),
    (
        &["progress", "hydrant.first_phase_percent", "hydrant.second_phase_percent", "firebreak.priority_people"],
        "它用于全区项目的年度与先后排序，不是对某处的要求；请删去 `towns` | \
         it ranks the projects of the whole area and asks nothing of a place; leave `towns` out",
    ),
    (
        &[
            "upgrade",
            "site.cost_wan_yuan",
            "hydrant.new_wan_yuan",
            "water.pool_yuan_m3",
            "water.intake_wan_yuan",
            "firebreak.checkpost_wan_yuan",
            "firebreak.build_yuan_m2",
            "firebreak.steep_percent",
            "firebreak.steep_cost_times",
        ],
        "它是估算投资的单价，各乡镇的项目按同一单价比较；请删去 `towns` | \
         it is a cost, by which the projects of all towns are compared; leave `towns` out",
    ),
    (
        &["brigade.adopted", "obligation"],
        "这张表的各行自己写明乡镇；请把乡镇写进行内 | its rows name towns themselves; name them there",
    ),
];

/// Why an entry cannot bind in some towns only; `None`: it can.
pub fn why_everywhere(key: &str) -> Option<Label> {
    let topic = key.split('.').next();
    let is_meant = |names: &[&str]| names.iter().any(|name| *name == key || Some(*name) == topic);
    EVERYWHERE.iter().find(|(names, _)| is_meant(names)).map(|(_, why)| Label::parse(why))
}
