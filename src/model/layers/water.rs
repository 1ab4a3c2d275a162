//! Hydrants and other water for fighting fire.

use geo::{Geometry, Point};

use crate::{codes, row};

codes! {
    /// State of a hydrant.
    pub enum HydrantState default Unknown {
        /// 完好 | Working
        Working = "working",
        /// 损坏 | Out of service
        OutOfService = "out_of_service",
        /// 冻结 | Frozen
        Frozen = "frozen",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

codes! {
    /// Form of a hydrant.
    pub enum HydrantKind default Unknown {
        /// 地上式 | Above ground
        Pillar = "pillar",
        /// 地下式 | Underground
        Underground = "underground",
        /// 墙壁式 | Wall
        Wall = "wall",
        /// 消防水鹤 | Water crane
        Crane = "crane",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 消火栓 | Hydrant
    pub struct Hydrant {
        geometry: Point,
        /// 编号 | Number
        name: String,
        /// 形式 | Kind
        kind: HydrantKind,
        /// 状态 | State
        state: HydrantState,
        /// 管径 | Pipe diameter
        diameter_mm: Option<f64>,
        /// 流量 | Flow
        flow_l_s: Option<f64>,
        /// 静压 | Static pressure
        pressure_mpa: Option<f64>,
        /// 位置或所在道路 | Position or road
        position: String,
        /// 接口 | Couplings
        couplings: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// Kind of a water body or fire-water point.
    pub enum WaterKind default Unknown {
        /// 河流 | River
        River = "river",
        /// 溪沟 | Stream
        Stream = "stream",
        /// 湖泊 | Lake
        Lake = "lake",
        /// 水库 | Reservoir
        Reservoir = "reservoir",
        /// 池塘 | Pond
        Pond = "pond",
        /// 消防水池 | Fire pool
        Pool = "pool",
        /// 水箱 | Tank
        Tank = "tank",
        /// 取水码头 | Intake point
        Intake = "intake",
        /// 取水泵房 | Pump house
        PumpHouse = "pump_house",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 消防水源与水系 | Water source
    pub struct WaterSource {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: WaterKind,
        /// 容量 | Volume
        volume_m3: Option<f64>,
        /// 宽度 | Width
        width_m: Option<f64>,
        /// 四季有水 | Water all year
        perennial: Option<bool>,
        /// 已建为直升机取水点 | Built as a water point for helicopters
        helicopter: Option<bool>,
        /// 来源编号 | Source id
        source_id: String,
    }
}
