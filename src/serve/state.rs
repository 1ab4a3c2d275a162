//! What the server holds: the area, the rules, the collections published so far, the jobs and the tile cache.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, RwLock};

use anyhow::Result;
use axum::http::StatusCode;
use tokio::sync::Semaphore;

use crate::basemaps::Basemap;
use crate::comparison::{Comparisons, Followers};
use crate::error::{HttpResult, Problem};
use crate::jobs::{Jobs, KeptFolder, Looked};
use crate::packages::shelf::PackageShelf;
use crate::quality::{KnownReport, WatchedEffects};
use crate::settings::ChangedAreas;
use crate::styles;
use crate::tiles::TileCache;
use fireplan_export::tile::TileLayer;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Layer;
use fireplan_model::rules::Rules;
use fireplan_store::Store;

/// Shared by all handlers.
#[derive(Clone)]
pub struct AppState(Arc<Service>);

impl std::ops::Deref for AppState {
    type Target = Service;
    fn deref(&self) -> &Service {
        &self.0
    }
}

/// What the service holds.
pub struct Service {
    /// The area as it was read.
    pub area: Arc<StudyArea>,
    /// The rules that the server was started with.
    pub rules: Arc<Rules>,
    /// Every run.
    pub jobs: Jobs,
    /// Comparisons made so far.
    pub comparisons: Comparisons,
    /// What computes the effect of a scenario at once.
    pub followers: Followers,
    /// The report on the data.
    pub report: KnownReport,
    /// What its doubts change in the answers.
    pub effects: WatchedEffects,
    /// Where scenarios are kept.
    pub store: Store,
    /// Where finished runs are kept; `None`: they are lost when the program ends.
    pub runs: Option<KeptFolder>,
    /// Packages made so far.
    pub packages: PackageShelf,
    /// Areas with scenarios applied.
    pub changed_areas: ChangedAreas,
    /// Tiles made so far.
    pub tiles: TileCache,
    /// Maps from elsewhere that may be laid under ours.
    pub basemaps: Vec<Basemap>,
    /// At most as many computations at once as there are cores.
    pub permits: Semaphore,
    /// Likewise of tiles, which are small and many and do not wait for the others.
    pub tile_permits: Semaphore,
    collections: RwLock<Vec<Arc<Collection>>>,
    next_serial: AtomicU32,
}

/// A layer that can be asked for: of the input, or of a run.
pub struct Collection {
    /// What paths call it.
    pub id: String,
    /// Never used twice, also when a collection of the same id is published again.
    pub serial: u32,
    /// Its features.
    pub layer: Layer,
    /// The run it came from; `None`: a layer of the input.
    pub origin: Option<LayerOrigin>,
    /// Its features, ready to be cut into tiles.
    pub tiles: TileLayer,
}

/// The run, or the comparison, that a layer comes from.
#[derive(Debug, Clone)]
pub struct LayerOrigin {
    /// The question.
    pub process: &'static str,
    /// The job, or the comparison.
    pub job: String,
    /// The jobs compared, before and after; empty for a run.
    pub compared: Vec<String>,
    /// When the run was looked at last.
    pub looked: Looked,
}

impl AppState {
    /// Publishes the layers of the area.
    pub fn new(area: StudyArea, rules: Rules) -> Result<Self> {
        Self::with_basemaps(area, rules, Vec::new())
    }

    /// Likewise, with maps from elsewhere to lay underneath; scenarios are kept until the program ends.
    pub fn with_basemaps(area: StudyArea, rules: Rules, basemaps: Vec<Basemap>) -> Result<Self> {
        Self::with_store(area, rules, basemaps, Store::in_memory(), None)
    }

    /// Likewise, with scenarios kept in this store, and finished runs in a folder from which those of earlier are taken up.
    pub fn with_store(
        area: StudyArea,
        rules: Rules,
        basemaps: Vec<Basemap>,
        store: Store,
        runs: Option<KeptFolder>,
    ) -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let state = Self(Arc::new(Service {
            area: Arc::new(area),
            rules: Arc::new(rules),
            jobs: Jobs::default(),
            comparisons: Comparisons::default(),
            followers: Followers::default(),
            report: KnownReport::default(),
            effects: WatchedEffects::default(),
            packages: PackageShelf::beside(store.path()),
            store,
            runs,
            changed_areas: ChangedAreas::default(),
            tiles: TileCache::default(),
            basemaps,
            permits: Semaphore::new(cores),
            tile_permits: Semaphore::new(cores),
            collections: RwLock::default(),
            next_serial: AtomicU32::new(0),
        }));
        for layer in state.area.map_layers() {
            state.publish(layer.id.clone(), layer, None)?;
        }
        state.restore_runs()?;
        Ok(state)
    }
}

impl Service {
    /// Makes a collection of the layer; heavy, not for async threads.
    pub fn publish(&self, id: String, layer: Layer, origin: Option<LayerOrigin>) -> Result<()> {
        let essential = styles::columns_drawn(&layer)?;
        let plane = &self.area.plane;
        let tiles = TileLayer::new(&id, &layer, plane, &essential)?;
        let tiles = if styles::names_areas(&layer)? { tiles.with_labels(&layer, plane)? } else { tiles };
        let serial = self.next_serial.fetch_add(1, Ordering::Relaxed);
        let collection = Arc::new(Collection { id, serial, layer, origin, tiles });
        let mut collections = self.collections.write().expect("no panic while held");
        collections.retain(|known| known.id != collection.id);
        collections.push(collection);
        Ok(())
    }

    /// Takes the layers of a job, or of a comparison, away, and the comparisons with the job.
    pub fn withdraw(&self, job: &str) {
        self.comparisons.forget(job);
        let of_job = |collection: &Collection| {
            let origin = collection.origin.as_ref();
            origin.is_some_and(|origin| origin.job == job || origin.compared.iter().any(|one| one == job))
        };
        self.collections.write().expect("no panic while held").retain(|collection| !of_job(collection));
    }

    /// Takes the layers of a run out of memory; it can be read again.
    pub fn unload(&self, job: &str) {
        let of_job = |collection: &Collection| collection.origin.as_ref().is_some_and(|origin| origin.job == job);
        self.collections.write().expect("no panic while held").retain(|collection| !of_job(collection));
    }

    /// All collections, in the order in which they were published.
    pub fn collections(&self) -> Vec<Arc<Collection>> {
        self.collections.read().expect("no panic while held").clone()
    }

    /// Finds a collection that is in memory.
    pub fn loaded_collection(&self, id: &str) -> Option<Arc<Collection>> {
        let collections = self.collections.read().expect("no panic while held");
        let found = collections.iter().find(|collection| collection.id == id)?;
        if let Some(origin) = &found.origin {
            origin.looked.touch();
        }
        Some(found.clone())
    }

    /// Runs a computation off the async threads, not more at once than there are cores.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> HttpResult<T> + Send + 'static,
    ) -> HttpResult<T> {
        let _permit = self.permits.acquire().await.map_err(anyhow::Error::from)?;
        tokio::task::spawn_blocking(work).await?
    }

    /// Likewise for a tile.
    pub async fn compute_tile<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> HttpResult<T> + Send + 'static,
    ) -> HttpResult<T> {
        let _permit = self.tile_permits.acquire().await.map_err(anyhow::Error::from)?;
        tokio::task::spawn_blocking(work).await?
    }
}

/// Bytes as hexadecimal digits.
pub fn write_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Says that something was dismissed and will not come back.
pub fn refuse_dismissed(what: &str) -> Problem {
    Problem::new(StatusCode::GONE, format!("{what} 已取消 | {what} was dismissed"))
}
