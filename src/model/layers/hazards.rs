//! Where fires start or do the most harm.

use geo::{Geometry, Point};

use crate::row;

row! {
    /// 易燃易爆危险源 | Hazard
    pub struct Hazard {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 人员密集场所 | Crowded place
    pub struct CrowdedPlace {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 消防安全重点单位 | Key unit for fire safety
    pub struct KeyUnit {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 已建微型消防站 | It has a micro station
        micro_station: Option<bool>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 历史火警或风险点 | Incident or point of risk
    pub struct Incident {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 日期 | Date
        date: String,
        /// 权重(次数或风险值) | Weight: times, or risk
        weight: Option<f64>,
        /// 来源编号 | Source id
        source_id: String,
    }
}
