//! The projects by the year in which they are due.

use std::collections::BTreeMap;

use fireplan_model::findings::{Check, Figure};
use fireplan_model::layers::{LayerId, Project, ProjectState};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::row;
use fireplan_model::rows::IfAny;
use fireplan_model::rules::Limit;

row! {
    /// 分年度建设进展 | Projects by year
    pub struct PlanYear {
        geometry: (),
        /// 计划年度 | Year of the plan
        plan_year: u32,
        /// 计划项目 | Planned
        planned: u32,
        /// 已建成 | Built
        built: u32,
        /// 其中按期建成 | Built in time
        in_time: u32,
        /// 在建 | Under construction
        building: u32,
        /// 未开工 | Not begun
        idle: u32,
        /// 已取消 | Given up
        cancelled: u32,
        /// 进展待核 | State not known
        unknown: u32,
        /// 逾期未建成(未给评估日期的不判) | Overdue, where a day of assessment is given
        overdue: IfAny<u32>,
        /// 建成比例(不计已取消) | Share built, of what was not given up
        built_percent: IfAny<f64>,
        /// 计划投资 | Planned cost
        planned_wan_yuan: f64,
        /// 已建成项目投资 | Cost of what is built
        built_wan_yuan: f64,
    }
}

/// Whether a year is over on a day; without a day none is.
pub(super) fn is_over(year: u32, as_of: Option<&str>) -> bool {
    as_of.is_some_and(|day| day > last_day(year).as_str())
}

fn last_day(year: u32) -> String {
    format!("{year:04}-12-31")
}

/// Years that a plan can speak of.
const YEARS: std::ops::RangeInclusive<u32> = 1990..=2100;

/// Built in a year to come, or not built and yet with a year of building.
fn is_contradictory(project: &Project, as_of: Option<&str>) -> bool {
    let Some(year) = project.built_year else { return false };
    let is_to_come = as_of.is_some_and(|day| *day < *format!("{year:04}-01-01"));
    project.state != ProjectState::Built || is_to_come
}

/// The projects of each year. One that says no year is listed and counted for none.
pub(super) fn count_years(projects: &[Project], as_of: Option<&str>, notes: &mut Notes) -> Vec<PlanYear> {
    let mut by_year: BTreeMap<u32, Vec<&Project>> = BTreeMap::new();
    for project in projects {
        if is_contradictory(project, as_of) {
            let text = "进展与建成年度相矛盾的项目，按所写进展计，请核对 | Projects whose state and year of building contradict each other: counted by the state, to be checked";
            notes.add(Severity::Warning, Some(LayerId::Projects), text, project.name.as_str());
        }
        match project.plan_year.filter(|year| YEARS.contains(year)) {
            Some(year) => by_year.entry(year).or_default().push(project),
            None => {
                let text = "没有写明计划年度、或年度不可能的项目，未计入任何年度 | Projects that name no year or an impossible one, counted for none";
                notes.add(Severity::Warning, Some(LayerId::Projects), text, project.name.as_str());
            }
        }
    }
    by_year.into_iter().map(|(year, projects)| count_year(year, &projects, as_of)).collect()
}

fn count_year(year: u32, projects: &[&Project], as_of: Option<&str>) -> PlanYear {
    let count = |state: ProjectState| projects.iter().filter(|project| project.state == state).count() as u32;
    let cost = |is: &dyn Fn(&Project) -> bool| {
        projects.iter().filter(|project| is(project)).filter_map(|project| project.cost_wan_yuan).sum::<f64>() + 0.0
    };
    let (built, building, idle) =
        (count(ProjectState::Built), count(ProjectState::Building), count(ProjectState::Planned));
    let is_in_time = |project: &&&Project| {
        project.state == ProjectState::Built && project.built_year.is_some_and(|built| built <= year)
    };
    PlanYear {
        geometry: (),
        plan_year: year,
        planned: projects.len() as u32,
        built,
        in_time: projects.iter().filter(is_in_time).count() as u32,
        building,
        idle,
        cancelled: count(ProjectState::Cancelled),
        unknown: count(ProjectState::Unknown),
        overdue: IfAny(as_of.map(|_| if is_over(year, as_of) { building + idle } else { 0 })),
        built_percent: IfAny(share(built, projects.len() as u32 - count(ProjectState::Cancelled))),
        planned_wan_yuan: cost(&|_| true),
        built_wan_yuan: cost(&|project| project.state == ProjectState::Built),
    }
}

/// In percent with one decimal; `None`: of nothing.
fn share(part: u32, of: u32) -> Option<f64> {
    (of > 0).then(|| (f64::from(part) / f64::from(of) * 1000.0).round() / 10.0)
}

/// Planned, built and overdue over all years.
pub(super) fn figures(years: &[PlanYear], as_of: Option<&str>) -> Vec<Figure> {
    let sum = |of: fn(&PlanYear) -> u32| years.iter().map(of).sum::<u32>();
    let (planned, built, unknown) = (sum(|year| year.planned), sum(|year| year.built), sum(|year| year.unknown));
    let cancelled = sum(|year| year.cancelled);
    let percent = |part: u32| share(part, planned - cancelled);
    let range = percent(built).zip(percent(built + unknown)).filter(|_| unknown > 0);
    vec![
        Figure::new("built_percent", "规划项目建成率 | Projects built", percent(built), "%")
            .range(range.map(|(low, high)| [low, high]))
            .remark(
                format!("计划 {planned} 项，其中已取消 {cancelled} 项不计；已建成 {built} 项，进展待核 {unknown} 项"),
                format!(
                    "of {planned} planned, {cancelled} given up and left out, {built} are built, {unknown} not known"
                ),
            ),
        overdue(years, as_of),
    ]
}

/// What is late; without a day of assessment nobody knows.
fn overdue(years: &[PlanYear], as_of: Option<&str>) -> Figure {
    let count = years.iter().filter_map(|year| year.overdue.0).sum::<u32>();
    let figure =
        Figure::new("overdue_projects", "逾期未建成项目 | Overdue projects", as_of.map(|_| f64::from(count)), "");
    match as_of {
        Some(_) => figure,
        None => figure.remark(
            "未判：没有给出评估日期(--as-of)，请填写",
            "not judged: no day of assessment is given; state it as --as-of",
        ),
    }
}

/// Each year that is over on the day of assessment.
pub(super) fn checks(limit: &Limit, years: &[PlanYear], as_of: Option<&str>) -> Vec<Check> {
    let is_held = |year: &&PlanYear| is_over(year.plan_year, as_of) && year.built_percent.0.is_some();
    let over = years.iter().filter(is_held);
    let check = |year: &PlanYear| {
        // What nobody says may be built: the share is known only where the rest decides.
        let decided = year.unknown == 0 || year.overdue.0.unwrap_or(0) > 0;
        let measured = year.built_percent.0.filter(|_| decided);
        let mut check = limit.check(&format!("{}年度计划", year.plan_year), measured);
        check.obliged.due = last_day(year.plan_year);
        check
    };
    over.map(check).collect()
}
