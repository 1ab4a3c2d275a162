//! The rows of layers and tables.

use geo::{MultiPolygon, Point};

use super::legal::SiteStanding;
use crate::response::times::Reached;
use fireplan_model::codes;
use fireplan_model::layers::StationKind;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::scenario::Edits;

codes! {
    /// What a plan does with a station.
    pub enum Role {
        /// 新建 | New
        New = "new",
        /// 保留 | Kept
        Kept = "kept",
        /// 撤并 | Given up
        Closed = "closed",
    }
}

codes! {
    /// How a village fares under the plan.
    pub enum CoverageChange {
        /// 新增覆盖 | Newly covered
        Gained = "gained",
        /// 原已覆盖 | Covered before and after
        Kept = "kept",
        /// 仍未覆盖 | Not covered before or after
        Late = "late",
        /// 失去覆盖 | Lost
        Lost = "lost",
        /// 待核(未落位) | Undetermined: unplaced
        #[undetermined]
        Unplaced = "unplaced",
    }
}

row! {
    /// 方案消防站 | Stations of the plan
    pub struct PlannedStation {
        geometry: Point,
        /// 说明 | Story
        story: Label,
        /// 消防站 | Station
        name: String,
        /// 方案中 | Under the plan
        role: Role,
        /// 建设次序 | Order
        order: IfAny<u32>,
        /// 类别 | Kind
        kind: StationKind,
        /// 乡镇街道 | Town
        town: String,
        /// 新增覆盖(按次序) | Newly covered, in its turn
        gain: IfAny<f64>,
        /// 新增覆盖占比 | Newly covered share
        gain_percent: IfAny<f64>,
        /// 仅靠本站覆盖(人；按村庄、建筑等计量时为个、栋) | Covered by it alone
        needed: f64,
        /// 仅靠本站覆盖占比 | Share covered by it alone
        needed_percent: f64,
        /// 责任区面积(含旷野) | Area of responsibility, with open country
        area_km2: IfAny<f64>,
        /// 责任区内建成区 | Built-up area in it, villages and industry included
        built_up_km2: IfAny<f64>,
        /// 其中城镇建成区(面积上限按此核对) | Of it urban, which the cap is held against
        urban_km2: IfAny<f64>,
        /// 站址审查 | Site
        standing: IfAny<SiteStanding>,
        /// 站址编号 | Site id
        site: IfAny<String>,
        /// 建设投资 | Cost
        cost_wan_yuan: IfAny<f64>,
    }
}

row! {
    /// 候选站址 | Candidate sites
    pub struct CandidateSite {
        geometry: Point,
        /// 说明 | Story
        story: Label,
        /// 站址 | Site
        name: String,
        /// 编号 | Id
        site: String,
        /// 审查结论 | Standing
        standing: SiteStanding,
        /// 入选方案 | Chosen
        chosen: bool,
        /// 候选地块 | Plot of the candidate layer
        plot: bool,
        /// 乡镇街道 | Town
        town: String,
        /// 用地面积 | Plot area
        area_m2: Option<f64>,
        /// 用地性质 | Land use
        land_use: String,
        /// 单独新建可新增覆盖 | Newly covered if it alone were built
        gain: IfAny<f64>,
        /// 据此建方案 | As a scenario
        edits: Edits,
    }
}

row! {
    /// 村庄受益情况 | Villages under the plan
    pub struct VillageChange {
        geometry: Point,
        /// 村庄 | Village
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 常住人口 | Residents
        population_people: Option<u32>,
        /// 变化 | Change
        change: CoverageChange,
        /// 现状(按选址所用时限) | Today, within the time of the siting
        before: Reached,
        /// 方案(按选址所用时限) | Under the plan, within the time of the siting
        after: Reached,
        /// 现状响应时间 | Response time today
        before_min: Option<f64>,
        /// 方案响应时间 | Response time under the plan
        after_min: Option<f64>,
        /// 方案首达消防站 | First station under the plan
        station: String,
        /// 能及时到达的候选站址 | Sites that reach it in time
        sites_in_time: u32,
    }
}

row! {
    /// 责任区 | Areas of responsibility
    pub struct ResponsibilityArea {
        geometry: MultiPolygon,
        /// 消防站 | Station
        name: String,
        /// 方案中 | Under the plan
        role: Role,
        /// 类别 | Kind
        kind: StationKind,
        /// 责任区面积(含旷野) | Area of responsibility, with open country
        area_km2: f64,
        /// 责任区内建成区 | Built-up area in it, villages and industry included
        built_up_km2: f64,
        /// 其中城镇建成区(面积上限按此核对) | Of it urban, which the cap is held against
        urban_km2: IfAny<f64>,
        /// 面积上限 | Cap
        cap_km2: Option<f64>,
        /// 责任区人口(按人口格网，没有的按村庄登记) | People in it, by the raster or else the villages
        people: Option<u32>,
        /// 责任区内消防安全重点单位 | Key units in it
        key_units: Option<u32>,
    }
}

row! {
    /// 建站数与覆盖率 | Stations and coverage
    pub struct CurveRow {
        geometry: (),
        /// 新建站数 | New stations
        new_stations: u32,
        /// 投资 | Cost
        cost_wan_yuan: Option<f64>,
        /// 覆盖率 | Covered
        covered_percent: Option<f64>,
        /// 任何方案的上限 | No plan covers more than
        bound_percent: Option<f64>,
        /// 时间 | Time
        time_min: Option<f64>,
        /// 任何方案的下限 | No plan is faster than
        bound_min: Option<f64>,
        /// 比上一行多覆盖 | More than the row before
        step_percent: Option<f64>,
        /// 已证明最优 | Proven best
        proven: bool,
        /// 拐点 | Knee
        knee: bool,
        /// 新站 | New stations
        stations: String,
    }
}

row! {
    /// 撤站影响 | If a present station closed
    pub struct LossRow {
        geometry: (),
        /// 消防站 | Station
        name: String,
        /// 类别 | Kind
        kind: StationKind,
        /// 现状撤站将失去覆盖(人；按村庄、建筑等计量时为个、栋) | Lost today if it closed
        loss: f64,
        /// 现状失去占比 | Share lost today
        loss_percent: f64,
        /// 方案下撤站将失去覆盖(人；按村庄、建筑等计量时为个、栋) | Lost under the plan if it closed
        planned_loss: f64,
        /// 方案下失去占比 | Share lost under the plan
        planned_loss_percent: f64,
    }
}

row! {
    /// 分期实施计划 | Building in phases
    pub struct PhaseRow {
        geometry: (),
        /// 年份 | Year
        year: u32,
        /// 新站 | New station
        name: String,
        /// 类别 | Kind
        kind: StationKind,
        /// 站址编号 | Site id
        site: String,
        /// 建设投资 | Cost
        cost_wan_yuan: Option<f64>,
        /// 新增覆盖 | Newly covered
        gain: f64,
        /// 至当期末覆盖率 | Covered by the end of the phase
        covered_percent: f64,
    }
}
