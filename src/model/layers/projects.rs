//! The projects of a plan, year by year.

use geo::Geometry;

use crate::layers::StationKind;
use crate::{codes, row};

codes! {
    /// What a project builds.
    pub enum ProjectKind default Unknown {
        /// 消防站 | Fire station
        Station = "station",
        /// 消火栓 | Hydrants
        Hydrant = "hydrant",
        /// 消防水源 | Water for fire fighting
        Water = "water",
        /// 消防车道 | Fire lanes and roads
        Road = "road",
        /// 林火阻隔系统 | Firebreaks
        Firebreak = "firebreak",
        /// 防火检查站 | Checkpost
        Checkpost = "checkpost",
        /// 其他 | Something else
        Other = "other",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

codes! {
    /// How far a project is.
    pub enum ProjectState default Unknown {
        /// 已建成 | Built
        Built = "built",
        /// 在建 | Under construction
        Building = "building",
        /// 未开工 | Not begun
        Planned = "planned",
        /// 已取消 | Given up
        Cancelled = "cancelled",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 规划建设项目 | Project of the plan
    pub struct Project {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: ProjectKind,
        /// 拟建队站类别 | Kind of station to be built
        station_kind: StationKind,
        /// 计划年度 | Year of the plan
        plan_year: Option<u32>,
        /// 进展 | State
        state: ProjectState,
        /// 建成年度 | Year in which it was built
        built_year: Option<u32>,
        /// 投资 | Cost
        cost_wan_yuan: Option<f64>,
        /// 责任单位 | Responsible
        lead: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}
