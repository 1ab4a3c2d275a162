//! The tables among the rules: what a row says and what the rows must be together.

use serde::Deserialize;

use crate::codes;
use crate::layers::{RoadClass, StationKind, Surface, VehicleClass};
use crate::rules::limit::{Force, Limit, Provenance};
use crate::rules::table::{TableRow, check_none_missing, rows};

codes! {
    /// How a road is taken of which width, load, headroom or surface is not stated, where its class is a firm one.
    pub enum Unstated {
        /// 按道路等级标准认定(列入抽查) | As the standard of its class demands, listed for a spot check
        ByClass = "by_class",
        /// 只当估计值 | As an estimate like any other
        Estimate = "estimate",
    }
}

codes! {
    /// Whether a rule of the traffic law binds an engine on duty.
    pub enum TrafficLaw {
        /// 确保安全时可不受限(仅用于有利情形) | Not where it is safe: free in the favourable reading only
        FreeWhereSafe = "free_where_safe",
        /// 一律遵守 | In every case
        Binds = "binds",
    }
}

codes! {
    /// What the clause on the spacing of hydrants asks of a stretch from the last hydrant to the end of a street.
    pub enum EndReading {
        /// 按保护半径 | The protection radius
        Radius = "radius",
        /// 按间距的一半 | Half the spacing
        HalfSpacing = "half_spacing",
    }
}

codes! {
    /// Whether an area is in a cold or severely cold region, where water cranes are asked for.
    pub enum ColdRegion {
        /// 待核(未写明) | Not stated
        #[undetermined]
        Unknown = "unknown",
        /// 属严寒、寒冷地区 | Cold
        Cold = "cold",
        /// 不属严寒、寒冷地区 | Not cold
        NotCold = "not_cold",
    }
}

codes! {
    /// Whether a forest track (机耕路、林道) can be a barrier.
    pub enum TrackReading {
        /// 不作阻隔 | Never
        Never = "never",
        /// 同其他道路，按宽度 | By its width, as any road
        ByWidth = "by_width",
    }
}

codes! {
    /// Where the prevailing wind of the fire season comes from.
    pub enum WindFrom {
        /// 待核(未写明) | Not stated
        #[undetermined]
        Unknown = "unknown",
        /// 北风 | North
        North = "n",
        /// 东北风 | North-east
        NorthEast = "ne",
        /// 东风 | East
        East = "e",
        /// 东南风 | South-east
        SouthEast = "se",
        /// 南风 | South
        South = "s",
        /// 西南风 | South-west
        SouthWest = "sw",
        /// 西风 | West
        West = "w",
        /// 西北风 | North-west
        NorthWest = "nw",
    }
}

impl WindFrom {
    /// Clockwise from north, in eighths of a circle; `None`: not stated.
    pub fn eighths(self) -> Option<u8> {
        match self {
            Self::Unknown => None,
            Self::North => Some(0),
            Self::NorthEast => Some(1),
            Self::East => Some(2),
            Self::SouthEast => Some(3),
            Self::South => Some(4),
            Self::SouthWest => Some(5),
            Self::West => Some(6),
            Self::NorthWest => Some(7),
        }
    }
}

codes! {
    /// How far an estimate can be relied on.
    pub enum Trust {
        /// 可靠 | Firm: the design standard of the class assures it
        Firm = "firm",
        /// 估计 | Likely: nothing to build on
        Likely = "likely",
    }
}

rows! {
    /// Largest area of responsibility of a kind of station.
    StationArea with limit: Limit, one by kind {
        /// The kind of station.
        kind: StationKind = "",
    }
    fn loosens<'a>(rows: &[Self], national: &'a [Self]) -> Vec<&'a Limit> {
        let loosened = |row: &&StationArea| {
            let local = rows.iter().find(|local| local.kind == row.kind);
            let binding = row.limit.provenance.force == Force::Shall;
            binding && local.is_none_or(|local| local.limit.is_looser_than(&row.limit))
        };
        national.iter().filter(loosened).map(|row| &row.limit).collect()
    }
}

rows! {
    /// How many areas of stations that support it the area of a kind of station must adjoin.
    StationAdjoining with limit: Limit, one by kind {
        /// The kind of station.
        kind: StationKind = "",
    }
}

rows! {
    /// The water that fires take in a town of so many residents.
    TownFlow with provenance: Provenance {
        /// The most residents for which it holds; the last row holds beyond.
        up_to_people: f64 = "人口 ≤ | residents ≤",
        /// Fires at the same time.
        fires: f64 = "起数 | fires",
        /// Flow for one fire.
        flow_l_s: f64 = "每起 | each",
    }
    fn check_rows(rows: &[Self]) -> Result<(), String> {
        if rows.windows(2).all(|pair| pair[0].up_to_people < pair[1].up_to_people) {
            Ok(())
        } else {
            Err("人口须逐行增大 | residents must rise from row to row".to_owned())
        }
    }
}

rows! {
    /// Least land of a kind of station.
    StationLand with limit: Limit, one by kind {
        /// The kind of station.
        kind: StationKind = "",
    }
}

rows! {
    /// What a new station of a kind costs.
    StationCost with provenance: Provenance, one by kind {
        /// The kind of station.
        kind: StationKind = "",
        /// Cost in ten thousand yuan.
        cost_wan_yuan: f64 = "",
    }
}

rows! {
    /// From dispatch order to wheels moving at a kind of station.
    Turnout with provenance: Provenance, one by kind {
        /// The kind of station.
        kind: StationKind = "",
        /// The least of the range, in minutes.
        fast_min: f64 = "最快 | fastest",
        /// Minutes from dispatch order to wheels moving.
        turnout_min: f64 = "中值 | middle",
        /// The most of the range, in minutes.
        slow_min: f64 = "最慢 | slowest",
    }
    fn check_row(&self) -> Result<(), &'static str> {
        if self.fast_min <= self.turnout_min && self.turnout_min <= self.slow_min {
            Ok(())
        } else {
            Err("须 fast_min ≤ turnout_min ≤ slow_min | fast_min ≤ turnout_min ≤ slow_min must hold")
        }
    }
}

rows! {
    /// Size and limits of a class of fire vehicle.
    Vehicle with provenance: Provenance, one by class {
        /// The class of vehicle.
        class: VehicleClass = "",
        /// Its own width.
        width_m: f64 = "宽 | width",
        /// Its own height.
        height_m: f64 = "高 | height",
        /// Its weight with full load.
        load_t: f64 = "总重 | weight",
        /// Clear width it needs for driving: its own and a margin on both sides.
        lane_width_m: f64 = "所需净宽 | lane",
        /// Steepest grade it climbs and holds with full load.
        slope_percent: f64 = "爬坡 | climbs",
        /// People on it when it is sent.
        crew_people: f64 = "乘员 | crew",
        /// Smallest turning circle, along its outer side.
        turn_radius_m: f64 = "转弯半径 | turns in",
        /// Side of the square it needs to turn round in.
        turnaround_m: f64 = "回车场 | turns round in",
        /// The worst surface that surely bears it.
        surface: Surface = "",
    }
    fn check_row(&self) -> Result<(), &'static str> {
        let fits = self.lane_width_m >= self.width_m;
        if fits { Ok(()) } else { {
            Err("须 lane_width_m >= width_m：车道至少与车同宽 | needs lane_width_m >= width_m: a vehicle takes at least its own width")
        } }
    }

    fn check_rows(rows: &[Self]) -> Result<(), String> {
        check_none_missing("class", VehicleClass::ALL, |class| rows.iter().any(|row| row.class == class))
    }
}

rows! {
    /// What roads of a class are like, for those of which the data does not say.
    RoadEstimate with provenance: Provenance, one by class {
        /// The class of road.
        class: RoadClass = "",
        /// Clear width.
        width_m: f64 = "宽 | width",
        /// Load that its bridges bear.
        bridge_load_t: f64 = "桥梁限重 | bridges bear",
        /// Headroom in its tunnels.
        tunnel_height_m: f64 = "隧道净高 | headroom in tunnels",
        /// Surface.
        surface: Surface = "",
        /// How far all this can be relied on.
        trust: Trust = "",
    }
    fn check_rows(rows: &[Self]) -> Result<(), String> {
        check_none_missing("class", RoadClass::ALL, |class| rows.iter().any(|row| row.class == class))
    }
}

rows! {
    /// Driving speed of a vehicle class on a road class; without a row, the road is not for the vehicle.
    Speed with provenance: Provenance, one by vehicle class {
        /// The class of vehicle.
        vehicle: VehicleClass = "",
        /// The class of road.
        class: RoadClass = "",
        /// In heavy traffic.
        low_kph: f64 = "低 | low",
        /// As a rule.
        base_kph: f64 = "中 | base",
        /// On a free road.
        high_kph: f64 = "高 | high",
    }
    fn check_row(&self) -> Result<(), &'static str> {
        let rises = 0.0 < self.low_kph && self.low_kph <= self.base_kph && self.base_kph <= self.high_kph;
        if rises {
            Ok(())
        } else {
            Err("须 0 < low_kph <= base_kph <= high_kph；该车不能走的道路不要列 | needs 0 < low_kph <= base_kph <= high_kph; leave out roads not for the vehicle")
        }
    }

    fn check_rows(rows: &[Self]) -> Result<(), String> {
        check_none_missing("vehicle", VehicleClass::ALL, |class| rows.iter().any(|row| row.vehicle == class))
    }
}

rows! {
    /// Share of the speed kept on slopes up to this.
    Slope with provenance: Provenance {
        /// The steepest slope for which it holds, up or down.
        up_to_percent: f64 = "坡度 ≤ | slope ≤",
        /// Share of the speed that is kept, over 0 and at most 1.
        factor: f64 = "× | ×",
    }
    fn check_row(&self) -> Result<(), &'static str> {
        check_factor(self.factor)
    }

    fn check_rows(rows: &[Self]) -> Result<(), String> {
        let rising = rows.windows(2).all(|pair| pair[0].up_to_percent < pair[1].up_to_percent);
        let falling = rows.windows(2).all(|pair| pair[0].factor >= pair[1].factor);
        let fits = !rows.is_empty() && rising && falling;
        if fits { Ok(()) } else { {
            Err("各行 up_to_percent 须递增，factor 不得递增 | needs rows by rising up_to_percent, with factors that never rise".to_owned())
        } }
    }
}

rows! {
    /// Share of the speed kept on a surface.
    SurfaceFactor with provenance: Provenance, one by surface {
        /// The surface.
        surface: Surface = "",
        /// Share of the speed that is kept, over 0 and at most 1.
        factor: f64 = "× | ×",
    }
    fn check_row(&self) -> Result<(), &'static str> {
        check_factor(self.factor)
    }

    fn check_rows(rows: &[Self]) -> Result<(), String> {
        check_none_missing("surface", Surface::ALL, |surface| rows.iter().any(|row| row.surface == surface))
    }
}

rows! {
    /// Width taken for roads of a class that state none.
    RoadWidth with provenance: Provenance, one by class {
        /// The class of road.
        class: RoadClass = "",
        /// Clear width.
        width_m: f64 = "宽 | width",
    }
}

fn check_factor(factor: f64) -> Result<(), &'static str> {
    if factor > 0.0 && factor <= 1.0 { Ok(()) } else { Err("须 0 < factor <= 1 | needs 0 < factor <= 1") }
}
