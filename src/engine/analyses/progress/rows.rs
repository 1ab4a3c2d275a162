//! What is handed over of each project.

use geo::Geometry;

use super::years::is_over;
use fireplan_model::layers::{Project, ProjectKind, ProjectState};
use fireplan_model::{codes, row};

codes! {
    /// How a project stands on the day of assessment.
    pub enum ProjectProgress {
        /// 已建成 | Built
        Built = "built",
        /// 在建 | Under construction
        Building = "building",
        /// 未开工 | Not begun
        Planned = "planned",
        /// 逾期未建成 | Overdue
        Overdue = "overdue",
        /// 已取消 | Given up
        Cancelled = "cancelled",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

row! {
    /// 规划项目进展 | Projects and how far they are
    pub struct ProjectRow {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: ProjectKind,
        /// 计划年度 | Year of the plan
        plan_year: Option<u32>,
        /// 进展 | Progress
        progress: ProjectProgress,
        /// 建成年度 | Year in which it was built
        built_year: Option<u32>,
        /// 投资 | Cost
        cost_wan_yuan: Option<f64>,
        /// 责任单位 | Responsible
        lead: String,
    }
}

impl ProjectRow {
    /// How a project stands on a day; without a day nothing is overdue.
    pub(super) fn of(project: &Project, as_of: Option<&str>) -> Self {
        let late = project.plan_year.is_some_and(|year| is_over(year, as_of));
        let progress = match project.state {
            ProjectState::Built => ProjectProgress::Built,
            ProjectState::Building | ProjectState::Planned if late => ProjectProgress::Overdue,
            ProjectState::Building => ProjectProgress::Building,
            ProjectState::Planned => ProjectProgress::Planned,
            ProjectState::Cancelled => ProjectProgress::Cancelled,
            ProjectState::Unknown => ProjectProgress::Undetermined,
        };
        Self {
            geometry: project.geometry.clone(),
            name: project.name.clone(),
            kind: project.kind,
            plan_year: project.plan_year,
            progress,
            built_year: project.built_year,
            cost_wan_yuan: project.cost_wan_yuan,
            lead: project.lead.clone(),
        }
    }
}
