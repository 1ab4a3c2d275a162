//! Forests, what stops a fire in them, who watches them, and what is there to fight a fire.

use geo::{Geometry, LineString, MultiPolygon, Point};

use crate::{codes, row};

row! {
    /// 森林 | Forest
    pub struct Forest {
        geometry: MultiPolygon,
        /// 名称 | Name
        name: String,
        /// 林种 | Kind
        kind: String,
        /// 权属 | Owner
        owner: String,
        /// 保护地 | Protected
        protected: Option<bool>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// Kind of a line that stops a fire or a hose.
    pub enum BarrierKind default Unknown {
        /// 防火线 | Firebreak line
        FirebreakLine = "firebreak_line",
        /// 生物防火林带 | Biological firebreak belt
        FirebreakBelt = "firebreak_belt",
        /// 铁路 | Railway
        Railway = "railway",
        /// 围墙 | Wall
        Wall = "wall",
        /// 裸岩 | Bare rock
        BareRock = "bare_rock",
        /// 农田 | Farmland
        Farmland = "farmland",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 阻隔设施 | Barrier
    pub struct Barrier {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: BarrierKind,
        /// 宽度 | Width
        width_m: Option<f64>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// Kind of a forest checkpost.
    pub enum CheckpostKind default Unknown {
        /// 标准检查站 | Standard checkpost
        Standard = "standard",
        /// 简易检查站 | Simple checkpost
        Simple = "simple",
        /// 智能卡口 | Smart gate
        SmartGate = "smart_gate",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 森林防火检查站 | Forest checkpost
    pub struct Checkpost {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: CheckpostKind,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// State of a forest fire facility.
    pub enum FacilityState default Unknown {
        /// 在用 | Working
        Working = "working",
        /// 停用、损坏 | Out of service
        OutOfService = "out_of_service",
        /// 规划、在建 | Planned
        Planned = "planned",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

impl FacilityState {
    /// Whether it can be used; `None`: nobody stated it.
    pub fn is_working(self) -> Option<bool> {
        match self {
            Self::Working => Some(true),
            Self::OutOfService | Self::Planned => Some(false),
            Self::Unknown => None,
        }
    }
}

row! {
    /// 森林消防管网 | Forest fire pipe
    pub struct FirePipe {
        geometry: LineString,
        /// 名称 | Name
        name: String,
        /// 管径 | Diameter
        diameter_mm: Option<f64>,
        /// 状态 | State
        state: FacilityState,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// What the ground of a helicopter pad is made of.
    pub enum PadSurface default Unknown {
        /// 混凝土 | Concrete
        Concrete = "concrete",
        /// 夯实土 | Compacted earth
        Earth = "earth",
        /// 草地 | Grass
        Grass = "grass",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 直升机停机坪 | Helicopter pad
    pub struct Helipad {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 地面 | Surface
        surface: PadSurface,
        /// 长度 | Length
        length_m: Option<f64>,
        /// 宽度 | Width
        width_m: Option<f64>,
        /// 坡度 | Slope
        slope_percent: Option<f64>,
        /// 四周无障碍物的距离 | Distance without obstacles all around
        clear_m: Option<f64>,
        /// 状态 | State
        state: FacilityState,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// How a lookout watches the forest.
    pub enum LookoutKind default Unknown {
        /// 林火监控摄像机 | Camera
        Camera = "camera",
        /// 林下红外烟火监控 | Infrared detector under the canopy
        Infrared = "infrared",
        /// 瞭望塔 | Lookout tower
        Tower = "tower",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 瞭望塔、林火监控 | Lookout or forest fire camera
    pub struct Lookout {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: LookoutKind,
        /// 镜头或瞭望台离地高度 | Height above ground
        height_m: Option<f64>,
        /// 监测半径 | Range
        range_m: Option<f64>,
        /// 状态 | State
        state: FacilityState,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 林区生产作业场地 | Work site in the forest
    pub struct WorkSite {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}
