//! What stands in a road: bollards, blocks, gates, bars and fords.

use geo::Point;

use crate::{codes, row};

codes! {
    /// What stands in a road.
    pub enum ObstacleKind default Other {
        /// 隔离桩 | Bollards
        Bollard = "bollard",
        /// 石墩 | Block
        Block = "block",
        /// 门禁 | Gate
        Gate = "gate",
        /// 限高杆 | Height bar
        HeightBar = "height_bar",
        /// 限宽墩 | Width restriction
        WidthBar = "width_bar",
        /// 限重标志 | Load limit
        LoadLimit = "load_limit",
        /// 过水路面 | Ford
        Ford = "ford",
        /// 其他障碍 | Other obstacle
        Other = "other",
    }
}

codes! {
    /// Whether a fire crew gets past an obstacle that leaves its vehicle too little room.
    pub enum ObstaclePassage default Unknown {
        /// 消防队可自行通过 | A crew gets past by itself
        Open = "open",
        /// 须他人移开或开启 | To be moved or opened by somebody else
        Removable = "removable",
        /// 固定 | Fixed
        Fixed = "fixed",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 道路障碍物 | Obstacle
    /// Something at one place of a road that stops some vehicles.
    pub struct Obstacle {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: ObstacleKind,
        /// 净宽 | Clear width
        clear_width_m: Option<f64>,
        /// 净高 | Clear height
        clear_height_m: Option<f64>,
        /// 限重 | Load limit
        load_t: Option<f64>,
        /// 能否通过 | Whether a crew gets past
        passage: ObstaclePassage,
        /// 由谁开启 | Who can open it
        opened_by: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}
