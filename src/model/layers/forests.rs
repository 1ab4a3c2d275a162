//! Forests, what stops a fire in them, and the posts that watch their entries.

use geo::{Geometry, MultiPolygon, Point};

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

row! {
    /// 森林防火检查站 | Forest checkpost
    pub struct Checkpost {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}
