//! Areas that are open: opened when they are first asked for, let go when there are too many.
//!
//! At most [`AreasOptions::most_open`](super::options::AreasOptions) are kept. Of more, the one that was looked at longest ago goes;
//! one in which a run goes on never does, so that there may be more for a while.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use axum::Router;
use axum::http::StatusCode;
use tokio::sync::{Semaphore, watch};

use super::folder::Project;
use super::seen::SeenArea;
use super::state::{AreasService, AreasState};
use super::task::WatchedTask;
use super::thumbnail::{Thumbnail, draw_thumbnail};
use crate::error::{HttpResult, Problem};
use crate::jobs::KeptFolder;
use crate::jobs::Status;
use crate::state::AppState;
use fireplan_engine::request::Request;
use fireplan_model::message::explain;
use fireplan_model::rows::Label;
use fireplan_store::Store;
use fireplan_store::runs::{RunFolder, ServiceClaim};

/// A failure is told to whoever asks within this time; later requests try again.
const FAILURE_LASTS: Duration = Duration::from_secs(5);

/// The areas that are open or being opened, by the ids of their projects.
pub(crate) struct OpenedAreas {
    slots: Mutex<BTreeMap<String, Arc<AreaSlot>>>,
    /// One at a time: each uses all cores.
    turn: Semaphore,
    clock: AtomicU64,
}

impl Default for OpenedAreas {
    fn default() -> Self {
        Self { slots: Mutex::default(), turn: Semaphore::new(1), clock: AtomicU64::new(1) }
    }
}

/// An area on its way to being open.
pub(crate) struct AreaSlot {
    pub project: Project,
    pub task: WatchedTask,
    stage: watch::Sender<SlotStage>,
    looked_at: AtomicU64,
}

/// How far it is.
#[derive(Clone)]
pub(crate) enum SlotStage {
    Opening,
    Open(Arc<OpenArea>),
    Failed(Label, Instant),
}

/// An area with its service.
pub(crate) struct OpenArea {
    pub state: AppState,
    pub router: Router,
    /// Drawn when it was opened.
    thumbnail: Option<Thumbnail>,
    /// Held while it is open.
    _claim: ServiceClaim,
}

impl OpenArea {
    /// A run, or the computation of what doubts change, goes on.
    pub(crate) fn is_busy(&self) -> bool {
        self.state.jobs.all().iter().any(|job| !job.status().over()) || self.state.effects.is_running()
    }
}

impl AreaSlot {
    pub(crate) fn stage(&self) -> SlotStage {
        self.stage.borrow().clone()
    }

    pub(crate) fn open_area(&self) -> Option<Arc<OpenArea>> {
        match self.stage() {
            SlotStage::Open(area) => Some(area),
            _ => None,
        }
    }

    /// Writes down what the list says of the area while it is closed.
    pub(crate) fn note_seen(&self) {
        if let Some(area) = self.open_area() {
            SeenArea::of(&area.state, area.thumbnail.clone(), &self.project).write(&self.project);
        }
    }
}

impl OpenedAreas {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<AreaSlot>>> {
        self.slots.lock().expect("no panic while held")
    }

    pub(crate) fn slots(&self) -> Vec<Arc<AreaSlot>> {
        self.lock().values().cloned().collect()
    }

    pub(crate) fn slot(&self, id: &str) -> Option<Arc<AreaSlot>> {
        self.lock().get(id).cloned()
    }

    /// Closes an area, and gives up opening it; `false`: a run goes on in it.
    pub(crate) fn close(&self, id: &str) -> bool {
        let Some(slot) = self.slot(id) else { return true };
        if slot.open_area().is_some_and(|area| area.is_busy()) {
            return false;
        }
        slot.note_seen();
        slot.task.cancel();
        self.lock().retain(|_, known| !Arc::ptr_eq(known, &slot));
        true
    }

    /// Lets go of those that are too many when one more is opened.
    fn let_go(&self, most_open: usize) {
        let open: Vec<Arc<AreaSlot>> =
            self.slots().into_iter().filter(|slot| matches!(slot.stage(), SlotStage::Open(_))).collect();
        let mut too_many = (open.len() + 1).saturating_sub(most_open.max(1));
        let mut idle: Vec<Arc<AreaSlot>> =
            open.into_iter().filter(|slot| slot.open_area().is_some_and(|area| !area.is_busy())).collect();
        idle.sort_by_key(|slot| slot.looked_at.load(Ordering::Relaxed));
        for slot in idle {
            if too_many == 0 {
                return;
            }
            tracing::info!("letting go of {}", slot.project.place);
            too_many -= usize::from(self.close(&slot.project.id));
        }
    }
}

impl AreasState {
    /// The area of a project, opened if it is not; waits until it is.
    pub(crate) async fn open_area(&self, id: &str) -> HttpResult<Arc<OpenArea>> {
        let slot = self.start_opening(id).await?;
        let mut stages = slot.stage.subscribe();
        let stage = stages.wait_for(|stage| !matches!(stage, SlotStage::Opening)).await;
        match stage.map(|stage| stage.clone()) {
            Ok(SlotStage::Open(area)) => Ok(area),
            Ok(SlotStage::Failed(why, _)) => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, why.to_string())),
            _ => Err(Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "项目已关闭，请重试 | The project was closed; try again",
            )),
        }
    }

    /// Begins to open the area of a project, unless somebody has.
    pub(crate) async fn start_opening(&self, id: &str) -> HttpResult<Arc<AreaSlot>> {
        if let Some(slot) = self.opened.slot(id) {
            let stale = matches!(slot.stage(), SlotStage::Failed(_, at) if at.elapsed() > FAILURE_LASTS);
            if !stale {
                slot.looked_at.store(self.opened.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
                return Ok(slot);
            }
        }
        let (state, wanted) = (self.clone(), id.to_owned());
        let project = tokio::task::spawn_blocking(move || state.folder.find(&wanted)).await??;
        let slot = Arc::new(AreaSlot {
            project,
            task: WatchedTask::new(Label::new("等待打开", "Waiting to be opened"), None),
            stage: watch::Sender::new(SlotStage::Opening),
            looked_at: AtomicU64::new(self.opened.clock.fetch_add(1, Ordering::Relaxed)),
        });
        {
            let mut slots = self.opened.lock();
            // Somebody else may have begun meanwhile.
            if let Some(known) = slots.get(id).filter(|known| !matches!(known.stage(), SlotStage::Failed(..))) {
                return Ok(known.clone());
            }
            slots.insert(id.to_owned(), slot.clone());
        }
        tokio::spawn(open_in_turn(self.clone(), slot.clone()));
        Ok(slot)
    }
}

async fn open_in_turn(areas: AreasState, slot: Arc<AreaSlot>) {
    let shared = (areas.clone(), slot.clone());
    let Ok(_turn) = areas.opened.turn.acquire().await else { return };
    let opened = tokio::task::spawn_blocking(move || {
        let (areas, slot) = shared;
        areas.opened.let_go(areas.options.most_open);
        let claim = RunFolder::beside(Store::beside(&slot.project.path).path()).claim_for_service()?;
        let state = read_area(&areas, &slot)?;
        let thumbnail = draw_thumbnail(&state.area);
        anyhow::Ok((state, thumbnail, claim))
    });
    let opened = opened.await.unwrap_or_else(|panic| Err(panic.into()));
    match opened {
        Ok((state, thumbnail, _claim)) => {
            if areas.options.run_at_start {
                start_coverage(&state).await;
                crate::run_all(&state);
            }
            let router = crate::guarded_router(state.clone());
            slot.stage.send_replace(SlotStage::Open(Arc::new(OpenArea { state, router, thumbnail, _claim })));
            let _ = tokio::task::spawn_blocking(move || slot.note_seen()).await;
        }
        Err(error) => {
            tracing::warn!("{}: {error:#}", slot.project.place);
            slot.stage.send_replace(SlotStage::Failed(explain(&error), Instant::now()));
        }
    }
}

/// Whoever opens an area mostly looks for its coverage: it has the first turn, and the other questions wait behind it.
async fn start_coverage(state: &AppState) {
    let first = Request::all().into_iter().find(|request| request.id() == "coverage");
    let Some(request) = first.filter(|request| request.lacks(&state.area).is_empty()) else { return };
    let job = state.submit(request, state.run_inputs_at_start(), "");
    // Nothing else runs in an area that has just been opened, so its turn is now.
    while job.status() == Status::Accepted {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn read_area(areas: &AreasState, slot: &AreaSlot) -> Result<AppState> {
    let area = fireplan_read::open(&slot.project.path, &slot.task)?;
    if slot.task.was_cancelled() {
        bail!("已中止打开 | opening it was stopped");
    }
    let AreasService { options, .. } = &**areas;
    let store = Store::beside(&slot.project.path);
    let runs = KeptFolder::beside(&store, options.runs_budget_bytes)?;
    let state = AppState::with_store(area, options.rules.clone(), options.basemaps.clone(), store, Some(runs))?;
    state.packages.settle(slot.project.path.clone());
    state.jobs.limit_minutes(options.run_minutes);
    Ok(state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::options::AreasOptions;

    const ROADS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"class":"secondary"},
        "geometry":{"type":"LineString","coordinates":[[112.80,35.50],[112.81,35.50]]}}]}"#;

    #[tokio::test]
    async fn an_area_in_which_a_run_goes_on_is_not_let_go() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b"] {
            let path = folder.path().join(name);
            std::fs::create_dir(&path).unwrap();
            std::fs::write(path.join("roads.geojson"), ROADS).unwrap();
            std::fs::write(path.join("area.toml"), "name = 'x'\n[roads]\nsource = 'roads.geojson'\n").unwrap();
        }
        let options = AreasOptions::new(folder.path().to_owned(), fireplan_testing::rules());
        let areas = AreasState::new(AreasOptions { most_open: 1, run_at_start: false, ..options }).unwrap();
        let area = areas.open_area("a").await.unwrap();
        let turn = area.state.jobs.turn();
        let held = turn.acquire().await.unwrap();
        let request = Request::all().into_iter().next().unwrap();
        let job = area.state.submit(request, area.state.run_inputs_at_start(), "");
        areas.open_area("b").await.unwrap();
        assert_eq!(areas.opened.slots().len(), 2);
        assert!(!areas.opened.close("a"), "nor is it closed by hand");
        area.state.dismiss(&job);
        drop(held);
        assert!(areas.opened.close("a"));
    }
}
