//! # Progress (年度计划与评估)
//!
//! **Question.** What of the plan is built year by year, what is overdue, and what has it brought to the coverage?
//!
//! **Method.**
//! 1. The projects of the plan are counted by the year in which they are due and by how far they are ([`years`]). A project given
//!    up counts as planned, and is left out of the share that is built.
//! 2. With a stated day of assessment (`as_of`) each year that is over is held against `progress.built_percent`; what is not
//!    built of it is overdue. Without one nothing is: the clock is never asked.
//! 3. Coverage is computed three times ([`stages`]): without the stations that the plan has built, with the stations that are
//!    there (as in [`coverage`](super::coverage)), and with all that it would build. A project of a station is the station of the same
//!    name, or one within [`SAME_STATION_M`](built_projects::SAME_STATION_M). One that is built and that the stations layer lacks
//!    counts for nothing now, and the notes of the data say so.
//!
//! **Needs.** Projects. Roads and stations for the coverage.
//!
//! **Gives.** Layer `progress_projects`; tables `progress_years`, `progress_coverage`.
//!
//! **Limits.** Only projects of stations move the coverage. A project without a place is left out when the area is read, and listed.

mod rows;
mod stages;
mod years;

use anyhow::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Context};
use fireplan_model::doctor::built_projects;
use fireplan_model::findings::{Drawing, Findings, Layer, Table};
use fireplan_model::layers::LayerId;
use fireplan_model::method::MethodConstant;
use fireplan_model::notes::{Notes, Severity};

/// Title of the analysis, `中文 | English`.
pub const TITLE: &str = "年度计划与评估 | Progress of the plan";
/// The question in one sentence, `中文 | English`.
pub const QUESTION: &str = "规划项目按年度建成了多少、哪些逾期、覆盖提高了多少 | What of the plan is built, what is overdue, and what has it brought to the coverage?";

/// What of the plan is built, what is overdue, and what has it brought?
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlanProgress {}

impl Analysis for PlanProgress {
    fn needs(&self) -> &'static [LayerId] {
        &[LayerId::Projects]
    }

    fn reads(&self) -> &'static [LayerId] {
        &[
            LayerId::Projects,
            LayerId::Roads,
            LayerId::Obstacles,
            LayerId::Stations,
            LayerId::Villages,
            LayerId::Buildings,
            LayerId::BuiltUp,
            LayerId::WaterSources,
            LayerId::Towns,
            LayerId::Population,
            LayerId::RoadAreas,
            LayerId::Elevation,
            LayerId::Hazards,
            LayerId::CrowdedPlaces,
            LayerId::KeyUnits,
        ]
    }

    fn rules(&self) -> Vec<&'static str> {
        [crate::analyses::coverage::Coverage::default().rules(), vec!["progress"]].concat()
    }

    fn method(&self) -> Vec<MethodConstant> {
        [built_projects::constants(), crate::analyses::coverage::Coverage::default().method()].concat()
    }

    fn run(&self, context: &Context) -> Result<Findings> {
        let mut notes = Notes::default();
        let projects = &context.area.layers.projects;
        let as_of = context.rules.choice.as_of.as_deref();
        if as_of.is_none() {
            let text =
                "没有给出评估日期(--as-of)，不判逾期 | No day of assessment is stated: nothing is told to be overdue";
            notes.add(Severity::Info, Some(LayerId::Projects), text, "");
        }
        let by_year = years::count_years(projects, as_of, &mut notes);
        let mut figures = years::figures(&by_year, as_of);
        let coverage = stages::compare_stages(context, &mut notes)?;
        figures.extend(coverage.iter().filter_map(stages::CoverageStages::figure));
        let found: Vec<rows::ProjectRow> =
            projects.iter().map(|project| rows::ProjectRow::of(project, as_of)).collect();
        let layer = Layer::new("progress_projects", Drawing::Coded { column: "progress" }, &found);
        Ok(Findings {
            figures,
            tables: vec![
                Table::new("progress_years", &by_year),
                Table::new("progress_coverage", &coverage),
                Table::new("progress_projects", &found).of_layer("progress_projects"),
            ],
            checks: years::checks(&context.rules.progress.built_percent, &by_year, as_of),
            notes: notes.into_vec(),
            ..Findings::default()
        }
        .with_layers(vec![layer]))
    }
}

#[cfg(test)]
mod tests;
