//! Roads and the areas that vehicles drive on.

use geo::{LineString, MultiPolygon};

use crate::scenario::is_planned;
use crate::{codes, row};

codes! {
    /// Function class of a road; speeds hang on it.
    pub enum RoadClass {
        /// 高速公路 | Motorway
        Motorway = "motorway",
        /// 城市快速路 | Urban expressway
        Expressway = "expressway",
        /// 国道 | Trunk road
        Trunk = "trunk",
        /// 主干路(省道) | Primary road
        Primary = "primary",
        /// 次干路(县道) | Secondary road
        Secondary = "secondary",
        /// 支路(乡道) | Tertiary road
        Tertiary = "tertiary",
        /// 街巷(村道) | Street or village road
        Residential = "residential",
        /// 匝道 | Link road
        Link = "link",
        /// 内部道路 | Service road
        Service = "service",
        /// 机耕路(林道) | Track
        Track = "track",
        /// 小路 | Path
        Path = "path",
    }
}

codes! {
    /// Surface of a road.
    pub enum Surface {
        /// 铺装 | Paved
        Paved = "paved",
        /// 砂石 | Gravel
        Gravel = "gravel",
        /// 土路 | Earth
        Earth = "earth",
    }
}

codes! {
    /// Direction in which a road may be driven, seen along its line.
    pub enum Oneway default Both {
        /// 双向 | Both ways
        Both = "both",
        /// 单向 | Forward only
        Forward = "forward",
        /// 反向单行 | Backward only
        Backward = "backward",
    }
}

codes! {
    /// Whether a fire truck on duty may use a road.
    pub enum Access default Open {
        /// 可通行 | Open
        Open = "open",
        /// 受限 | Private or gated, open to a fire truck
        Restricted = "restricted",
        /// 禁行 | Closed
        Closed = "closed",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 道路 | Road
    pub struct Road {
        geometry: LineString,
        /// 名称 | Name
        name: String,
        /// 道路等级 | Class
        class: RoadClass,
        /// 路面宽度 | Width
        width_m: Option<f64>,
        /// 估计路面宽度 | Estimated width
        estimated_width_m: Option<f64>,
        /// 限宽 | Greatest width of a vehicle
        max_width_m: Option<f64>,
        /// 限高 | Clear height
        clear_height_m: Option<f64>,
        /// 限重 | Load limit
        load_t: Option<f64>,
        /// 最大坡度 | Steepest gradient
        slope_percent: Option<f64>,
        /// 路面 | Surface
        surface: Option<Surface>,
        /// 通行方向 | Direction
        oneway: Oneway,
        /// 通行权 | Access
        access: Access,
        /// 桥梁 | Bridge
        bridge: bool,
        /// 隧道 | Tunnel
        tunnel: bool,
        /// 层级 | Level
        level: Option<i32>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

impl Road {
    /// Whether a scenario adds it: it is not there yet.
    pub fn is_planned(&self) -> bool {
        is_planned(&self.source_id)
    }
}

codes! {
    /// What a road area is for.
    pub enum RoadAreaKind default Carriageway {
        /// 车行道 | Carriageway
        Carriageway = "carriageway",
        /// 回车场 | Turnaround
        Turnaround = "turnaround",
    }
}

row! {
    /// 道路面 | Road area
    /// What vehicles drive on, as surveyed or seen from above: its edges are kerbs, walls or ditches.
    pub struct RoadArea {
        geometry: MultiPolygon,
        /// 名称 | Name
        name: String,
        /// 用途 | Kind
        kind: RoadAreaKind,
        /// 来源编号 | Source id
        source_id: String,
    }
}
