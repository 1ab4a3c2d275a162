//! What is done with a draft: its data are looked at, answers are taken, the project is written. All of it off the async
//! threads, watched, and ended when nobody waits for it any more.

use std::sync::Arc;

use anyhow::{Result, bail};
use axum::http::StatusCode;
use fireplan_model::message::explain;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_project::{
    Dictionary, DoorAnswers, InventoryBounds, ProjectDraft, draw_up, take_inventory_within, write_project,
};

use super::documents::DraftStage;
use super::record::DraftRecord;
use super::store::{Draft, DraftLook, refuse};
use crate::areas::folder::safe_name;
use crate::areas::manage::rename_whole;
use crate::areas::state::AreasState;
use crate::areas::task::WatchedTask;
use crate::error::{HttpResult, Problem};

/// Begins to look at the data of a draft.
pub(super) fn start_look(areas: &AreasState, draft: &Arc<Draft>) -> HttpResult<()> {
    let time = areas.options.upload.look_time();
    let task = Arc::new(WatchedTask::new(Label::new("查看文件", "Looking at the files"), Some(time)));
    draft.begin_work(DraftStage::Looking, &[DraftStage::Collecting, DraftStage::Asking], task.clone())?;
    let (areas, draft) = (areas.clone(), draft.clone());
    tokio::spawn(async move {
        let watched = draft.clone();
        let looked = tokio::task::spawn_blocking(move || look(&areas, &draft, &task)).await;
        match looked.unwrap_or_else(|panic| Err(panic.into())) {
            Ok(look) => watched.end_work(DraftStage::Asking, |work| work.look = Some(Arc::new(look))),
            Err(error) => watched.fail(DraftStage::Collecting, &error),
        }
    });
    Ok(())
}

impl Draft {
    fn fail(&self, stage: DraftStage, error: &anyhow::Error) {
        tracing::info!("draft {}: {error:#}", self.id);
        self.end_work(stage, |work| work.message = Some(explain(error)));
    }
}

fn look(areas: &AreasState, draft: &Draft, task: &WatchedTask) -> Result<DraftLook> {
    let dictionary = Dictionary::load(&areas.options.dictionaries)?;
    let limits = &areas.options.upload;
    let bounds = InventoryBounds { files: limits.files, unpacked_bytes: limits.unpacked_bytes };
    let taken = take_inventory_within(&draft.data_folder(), areas.folder.root(), &dictionary, bounds, task);
    if task.cancelled() && !task.was_cancelled() {
        let minutes = limits.look_s / 60;
        bail!(
            "查看文件超过 {minutes} 分钟，已停止；请只放需要的数据，或分几次新建 | \
             looking at the files took more than {minutes} minutes: bring only what is needed"
        );
    }
    let inventory = taken?;
    task.stage(&Label::new("核对图层、坐标和列", "Comparing layers, places and columns"), 0);
    let drawn = draw_up(&inventory, &dictionary, &draft.answers());
    let drawn = match drawn {
        Ok(drawn) => drawn,
        // Answers to questions about files that have changed since are asked for again.
        Err(_) => {
            draft.change_record(|record| record.answers.clear())?;
            draw_up(&inventory, &dictionary, &DoorAnswers::new())?
        }
    };
    if task.was_cancelled() {
        bail!("已中止查看 | looking at the files was stopped");
    }
    Ok(DraftLook { inventory: Arc::new(inventory), draft: drawn })
}

/// Takes answers, and draws the project up anew; heavy, not for async threads.
pub(super) fn take_answers(
    areas: &AreasState,
    draft: &Draft,
    answers: impl IntoIterator<Item = (String, Option<String>)>,
) -> HttpResult<()> {
    let work = draft.work();
    let Some(look) = work.look.filter(|_| work.stage == DraftStage::Asking) else {
        return Err(Problem::new(StatusCode::CONFLICT, "请先查看文件 | The files have not been looked at"));
    };
    let mut all = draft.answers();
    for (id, answer) in answers {
        match answer {
            Some(answer) => drop(all.insert(id, answer)),
            None => drop(all.remove(&id)),
        }
    }
    let drawn = Dictionary::load(&areas.options.dictionaries)
        .and_then(|dictionary| draw_up(&look.inventory, &dictionary, &all))
        .map_err(|error| Problem::bad(explain(&error).to_string()))?;
    draft.change_record(|record| record.answers = all).map_err(|error| refuse(&error))?;
    let inventory = look.inventory.clone();
    draft.end_work(DraftStage::Asking, |work| work.look = Some(Arc::new(DraftLook { inventory, draft: drawn })));
    Ok(())
}

/// Begins to write the project of a draft under this name.
pub(super) fn start_writing(areas: &AreasState, draft: &Arc<Draft>, name: &str) -> HttpResult<()> {
    let Some(look) = draft.work().look else {
        return Err(Problem::new(StatusCode::CONFLICT, "请先查看文件 | The files have not been looked at"));
    };
    if !has_data(&look.draft) {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "没有可用的数据：每个文件的原因见“未采用” | There are no data of use; why not is told with each file",
        ));
    }
    let task = Arc::new(WatchedTask::new(Label::new("写入项目", "Writing the project"), None));
    draft.begin_work(DraftStage::Writing, &[DraftStage::Asking], task.clone())?;
    let (areas, draft, name) = (areas.clone(), draft.clone(), safe_name(name));
    tokio::spawn(async move {
        let watched = draft.clone();
        let written = tokio::task::spawn_blocking(move || write(&areas, &draft, &look, &name, &task)).await;
        match written.unwrap_or_else(|panic| Err(panic.into())) {
            Ok(id) => watched.end_work(DraftStage::Done, |work| (work.project, work.look) = (Some(id), None)),
            Err(error) => watched.fail(DraftStage::Asking, &error),
        }
    });
    Ok(())
}

fn has_data(draft: &ProjectDraft) -> bool {
    !draft.uses.is_empty() || draft.osm.is_some()
}

/// Writes the project in the folder of the draft, and gives that its place at the end.
fn write(areas: &AreasState, draft: &Draft, look: &DraftLook, name: &str, task: &WatchedTask) -> Result<String> {
    let dictionary = Dictionary::load(&areas.options.dictionaries)?;
    let mut drawn = draw_up(&look.inventory, &dictionary, &draft.answers())?;
    name.clone_into(&mut drawn.name);
    write_project(&drawn, &look.inventory, &draft.folder, false, task)?;
    if task.cancelled() {
        bail!("已中止，项目未建立 | stopped; there is no new project");
    }
    let place = areas.folder.free_place(None, name);
    let record = draft.record();
    DraftRecord::forget(&draft.folder)?;
    if let Err(problem) = rename_whole(&draft.folder, &place) {
        record.write(&draft.folder)?;
        bail!(problem.detail);
    }
    Ok(areas.folder.project_at(&place).id)
}
