//! What the service does by itself when it begins: every question that the area can answer, with its defaults.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::jobs::{Job, Status};
use crate::state::AppState;
use fireplan_engine::request::Request;

/// Starts every question that the area can answer.
pub fn run_all(state: &AppState) -> Vec<Arc<Job>> {
    let able = Request::all_in_turn().into_iter().filter(|request| request.lacks(&state.area).is_empty());
    able.map(|request| state.submit(request, state.run_inputs_at_start(), "")).collect()
}

/// Writes what each run found into a folder of its own below this one, once it is over.
pub(crate) fn write_when_over(state: &AppState, jobs: Vec<Arc<Job>>, out: &Path) {
    for job in jobs {
        let (state, folder) = (state.clone(), out.join(job.request.id()));
        tokio::spawn(async move {
            job.over().await;
            if job.status() == Status::Successful {
                let shown = folder.display().to_string();
                let written = tokio::task::spawn_blocking(move || write_findings(&state, &job, &folder)).await;
                match written {
                    Ok(Ok(files)) => tracing::info!("{shown}：{0} 个文件 | {0} files in {shown}", files.len()),
                    Ok(Err(error)) => tracing::warn!("{shown}: {error:#}"),
                    Err(panic) => tracing::warn!("{shown}: {panic}"),
                }
            }
        });
    }
}

/// The layers of a run that is over are collections; whole findings are on disk.
fn write_findings(state: &AppState, job: &Job, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let findings = match &state.runs {
        Some(kept) => kept.folder.read(&job.id)?,
        None => anyhow::bail!("成果没有保存，无法写出 | the run was not kept and cannot be written"),
    };
    fireplan_export::write(&findings, &state.area, folder)
}
