//! Coverage before the plan, now, and as planned.

use anyhow::Result;
use geo::Point;

use crate::analyses::coverage::Coverage;
use crate::analysis::{Analysis, Context};
use fireplan_model::area::StudyArea;
use fireplan_model::doctor::built_projects::{is_same_station, station_projects};
use fireplan_model::findings::{Figure, Findings};
use fireplan_model::layers::{LayerId, Project, ProjectState, Station, StationKind};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::row;
use fireplan_model::rows::{Label, Row};

row! {
    /// 规划前、现状与建成后的覆盖 | Coverage before the plan, now, and as planned
    pub struct CoverageStages {
        geometry: (),
        /// 指标键 | Key
        key: String,
        /// 指标 | Figure
        figure_label: Label,
        /// 规划前 | Before the plan
        before: Option<f64>,
        /// 现状 | Now
        now: Option<f64>,
        /// 全部建成后 | As planned
        planned: Option<f64>,
        /// 单位 | Unit
        unit: String,
    }
}

impl CoverageStages {
    /// What the plan has brought so far and would bring, of a share.
    pub(super) fn figure(&self) -> Option<Figure> {
        if self.unit != "%" {
            return None;
        }
        let label = format!("{}（现状） | {} (now)", self.figure_label.zh, self.figure_label.en);
        let told = |value: Option<f64>| value.map_or_else(|| "待核".to_owned(), |value| format!("{value} %"));
        let (before, planned) = (told(self.before), told(self.planned));
        Some(Figure::new(&format!("now_{}", self.key), &label, self.now, "%").remark(
            format!("规划前 {before}，全部建成后 {planned}"),
            format!(
                "before the plan {}, as planned {}",
                before.replace("待核", "not known"),
                planned.replace("待核", "not known")
            ),
        ))
    }
}

/// Runs coverage with three sets of stations; nothing where roads or stations are missing.
pub(super) fn compare_stages(context: &Context, notes: &mut Notes) -> Result<Vec<CoverageStages>> {
    let area = context.area;
    if ![LayerId::Roads, LayerId::Stations].iter().all(|layer| area.has(*layer)) {
        let text = "没有道路或消防站图层，未计算覆盖的变化 | Without roads or stations the coverage was not computed";
        notes.add(Severity::Warning, Some(LayerId::Projects), text, "");
        return Ok(Vec::new());
    }
    let sets = StationSets::new(area, notes);
    let run = |zh: &str, en: &str, stations: Vec<Station>| -> Result<Findings> {
        context.begin(zh, en)?;
        let mut changed: StudyArea = area.clone();
        changed.layers.stations = stations;
        let question = Coverage { bands_min: Vec::new(), audit_places: 0, ..Coverage::default() };
        question.run(&Context { area: &changed, rules: context.rules, progress: context.progress })
    };
    let before = run("规划前的覆盖", "Coverage before the plan", sets.before)?;
    let now = run("现状覆盖", "Coverage now", sets.now)?;
    let planned = run("全部建成后的覆盖", "Coverage as planned", sets.planned)?;
    let value = |findings: &Findings, name: &str| findings.figures.iter().find(|one| one.name == name)?.value;
    let row = |figure: &Figure| CoverageStages {
        geometry: (),
        key: figure.name.clone(),
        figure_label: figure.label.clone(),
        before: value(&before, &figure.name),
        now: figure.value,
        planned: value(&planned, &figure.name),
        unit: figure.unit.clone(),
    };
    Ok(now.figures.iter().map(row).collect())
}

/// The stations at three stages of the plan.
struct StationSets {
    before: Vec<Station>,
    now: Vec<Station>,
    planned: Vec<Station>,
}

impl StationSets {
    fn new(area: &StudyArea, notes: &mut Notes) -> Self {
        let stations = &area.layers.stations;
        let projects = station_projects(area);
        let is_same = |station: &Station, (project, at): &(&Project, Point)| is_same_station(station, project, *at);
        let of_plan = |station: &Station, states: &[ProjectState]| {
            projects.iter().any(|one| states.contains(&one.0.state) && is_same(station, one))
        };
        let before = stations.iter().filter(|station| !of_plan(station, &[ProjectState::Built])).cloned().collect();
        let now = stations.clone();
        let mut planned = stations.clone();
        for one @ (project, at) in &projects {
            if stations.iter().any(|station| is_same(station, one)) {
                continue;
            }
            let Some(station) = built(project, *at) else { continue };
            if project.station_kind == StationKind::Unknown {
                let text = "没有写明拟建队站类别的项目，建成后按类别待核的队站计入 | Projects that do not say the kind of station: counted as one of unknown kind";
                notes.add(Severity::Warning, Some(LayerId::Projects), text, project.name.as_str());
            }
            planned.push(station);
        }
        Self { before, now, planned }
    }
}

fn built(project: &Project, at: Point) -> Option<Station> {
    let (name, source_id) = (project.name.clone(), project.source_id.clone());
    Some(Station { name, source_id, kind: project.station_kind, ..Station::blank(at)? })
}
