//! Every route of the service on one page. The router and the description of the interface are made from the same list, and
//! what a route answers with is read off its handler, so that neither can say otherwise than the other.

mod described;
mod files;
mod people;
mod projects;
mod quality;
mod tiles;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::response::Html;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use self::described::Routes;
use self::files::{file_routes, package_routes};
use self::people::{health_operation, metrics_operation, people_routes, trail_operation};
pub(crate) use self::projects::{areas_router, declare_areas_routes, describe_areas_routes};
use self::quality::quality_routes;
use self::tiles::tile_routes;
use crate::body::{Created, GeoJson};
use crate::collections::{CollectionDescription, CollectionList};
use crate::comparison;
use crate::description::{self, Operation};
use crate::downloads::sent::{CsvFile, GeoPackageFile, GpxFile, KmlFile, SentFile, WorkbookFile, ZipFile};
use crate::execution::{self, ExecutionAnswer, ExecutionRequest};
use crate::features::FeaturePage;
use crate::jobs::JobStatus;
use crate::jobs::handlers as jobs;
use crate::jobs::handlers::JobChange;
use crate::people::admit::{Admission, DeclaredRoute, admit};
use crate::people::trail;
use crate::scenarios::{self, EditsRequest, NameRequest, ScenarioRequest};
use crate::state::AppState;
use crate::{
    collections, health, items, landing, matrix_sets, page, processes, scenario_history, sheets, styles, tilesets,
};
use fireplan_office::Action;

/// Every route, of which tiles and files are stored compressed.
pub(crate) fn router(admission: &Arc<Admission>) -> Router<AppState> {
    let join = |lists: Vec<Routes>| lists.into_iter().fold(Router::new(), |router, routes| router.merge(routes.router));
    let guard = |router: Router<AppState>| router.route_layer(from_fn_with_state(admission.clone(), admit));
    let compressed = guard(join(compressed_routes())).fallback(page::asset);
    let compressed = compressed.layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    compressed.merge(guard(join(stored_routes())))
}

/// Path, method and operation of every route, in the order of the description.
pub(crate) fn describe_routes() -> Vec<(&'static str, &'static str, Operation)> {
    all_routes().flat_map(|routes| routes.operations).collect()
}

/// What every route does, by its method and path.
pub(crate) fn declare_routes() -> Vec<(Method, String, DeclaredRoute)> {
    all_routes().flat_map(|routes| routes.declared).collect()
}

fn all_routes() -> impl Iterator<Item = Routes> {
    compressed_routes().into_iter().chain(stored_routes())
}

fn compressed_routes() -> Vec<Routes> {
    vec![
        core_routes(),
        quality_routes(),
        feature_routes(),
        process_routes(),
        job_routes(),
        scenario_routes(),
        package_routes(),
        people_routes().get("/audit", trail::area_trail, trail_operation()),
    ]
}

/// What is compressed already.
fn stored_routes() -> Vec<Routes> {
    vec![tile_routes(), file_routes()]
}

fn core_routes() -> Routes {
    let core = |id, about| Operation::new("core", id, about);
    let styles = |id, about| Operation::new("styles", id, about);
    Routes::default()
        .get(
            "/",
            landing::landing,
            core("landing", "Landing page; the map page for a browser")
                .takes(&["f_page"])
                .gives::<Json<landing::Landing>>()
                .gives::<Html<String>>(),
        )
        .get("/health", health::area_health, health_operation())
        .get("/metrics", health::area_metrics, metrics_operation())
        .get("/api", description::api, core("api", "This description").takes(&["f_json"]))
        .get("/conformance", landing::conformance, core("conformance", "Conformance classes").takes(&["f_json"]))
        .get(
            "/rules",
            landing::rules,
            core("rules", "The rules in force, with clause, force and confidence").takes(&["f_json"]),
        )
        .get("/styles", styles::list, styles("styles", "All styles").takes(&["f_json"]))
        .get(
            "/styles/{styleId}",
            styles::style,
            styles("style", "A MapLibre style: `base`, or that of a collection").takes(&["theme", "f_style"]),
        )
}

fn feature_routes() -> Routes {
    let features = |id, about| Operation::new("features", id, about);
    let dataset = |id, about| Operation::new("tiles", id, about).takes(&["collections", "f_json"]);
    let items = &[
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "limit",
        "offset",
        "q",
        "properties",
        "sortby",
        "queryables",
        "f_items",
    ];
    Routes::default()
        .get(
            "/collections",
            collections::collections,
            features("collections", "Layers of the input and of every run; as HTML for people")
                .takes(&["f_page"])
                .gives::<Json<CollectionList>>()
                .gives::<Html<String>>(),
        )
        .get(
            "/collections/{collectionId}",
            collections::collection,
            features("collection", "One layer; as HTML for people")
                .takes(&["f_page"])
                .gives::<Json<CollectionDescription>>()
                .gives::<Html<String>>(),
        )
        .get(
            "/collections/{collectionId}/queryables",
            collections::queryables,
            features("queryables", "Properties that select features").takes(&["f_json"]),
        )
        .get(
            "/collections/{collectionId}/schema",
            collections::schema,
            features("schema", "Properties of the features").takes(&["f_json"]),
        )
        .get(
            "/collections/{collectionId}/items",
            items::items,
            features("items", "Features, page by page, or all that fit as a file")
                .takes(items)
                .gives::<GeoJson<FeaturePage>>()
                .gives::<SentFile<WorkbookFile>>()
                .gives::<SentFile<CsvFile>>()
                .gives::<SentFile<GeoPackageFile>>()
                .gives::<SentFile<KmlFile>>()
                .gives::<SentFile<GpxFile>>()
                .gives::<SentFile<ZipFile>>()
                .fails(422, "There are more features than the format takes"),
        )
        .get(
            "/collections/{collectionId}/items/{featureId}",
            items::item,
            features("item", "One feature").takes(&["crs", "f_features"]),
        )
        .get(
            "/collections/{collectionId}/items/{featureId}/sheet",
            sheets::sheet,
            features("sheet", "Field sheet of a feature, to be printed").takes(&["f_sheet"]).gives::<Html<String>>(),
        )
        .get(
            "/collections/{collectionId}/sheets",
            sheets::sheets,
            features("sheets", "Field sheets of all features that the query finds, as one PDF to be printed").takes(&[
                "bbox",
                "bbox-crs",
                "limit",
                "offset",
                "q",
                "properties",
                "f_map",
            ]),
        )
        .get("/collections/{collectionId}/tiles", tilesets::tilesets, tiles_of("tilesets", "Tilesets of a layer"))
        .get(
            "/collections/{collectionId}/tiles/{tileMatrixSetId}",
            tilesets::tileset,
            tiles_of("tileset", "Tileset metadata, or TileJSON").takes(&["f_tileset"]),
        )
        .get("/tiles", tilesets::dataset_tilesets, dataset("datasetTilesets", "Tilesets of several layers"))
        .get(
            "/tiles/{tileMatrixSetId}",
            tilesets::dataset_tileset,
            Operation::new("tiles", "datasetTileset", "Tileset metadata of several layers, or TileJSON")
                .takes(&["collections", "f_tileset"]),
        )
        .get("/tileMatrixSets", matrix_sets::matrix_sets, tiles_of("tileMatrixSets", "Tile matrix sets"))
        .get(
            "/tileMatrixSets/{tileMatrixSetId}",
            matrix_sets::matrix_set,
            tiles_of("tileMatrixSet", "One tile matrix set"),
        )
}

fn tiles_of(id: &'static str, about: &'static str) -> Operation {
    Operation::new("tiles", id, about).takes(&["f_json"])
}

fn process_routes() -> Routes {
    let process = |id, about| Operation::new("processes", id, about);
    Routes::default()
        .get(
            "/processes",
            processes::processes,
            process("processes", "Every question").takes(&["limit_list", "f_json"]),
        )
        .get(
            "/processes/{processId}",
            processes::describe,
            process("process", "One question and its inputs").takes(&["f_json"]),
        )
        .post(
            "/processes/{processId}/execution",
            execution::execute,
            process("execute", "Ask a question; the same question again is the same job")
                .needs(Action::Edit)
                .takes(&["prefer"])
                .may_read::<ExecutionRequest>("ExecutionRequest")
                .gives::<Json<ExecutionAnswer>>()
                .gives::<Created<JobStatus>>()
                .fails(413, "The body is larger than 1 MiB")
                .fails(422, "The area lacks a layer, or the run failed")
                .fails(503, "Too many runs are waiting"),
        )
}

fn job_routes() -> Routes {
    let process = |id, about| Operation::new("processes", id, about);
    let (dismissed, failed) = ("The job was dismissed", "The run failed");
    Routes::default()
        .get("/jobs", jobs::jobs, process("jobs", "Every run, newest first").takes(&["limit_list", "f_json"]))
        .delete(
            "/jobs",
            jobs::dismiss_all,
            process("dismissAll", "End all runs that wait or go on; finished ones stay")
                .needs(Action::Manage)
                .takes(&["f_json"]),
        )
        .get(
            "/jobs/{jobId}",
            jobs::job,
            process("job", "Status; progress is that of the present stage, in percent").takes(&["f_json"]),
        )
        .patch(
            "/jobs/{jobId}",
            jobs::describe,
            process("describeJob", "Name the run, and pin it so that it goes only when somebody deletes it").needs(Action::Edit)
                .takes(&["f_json"])
                .reads::<JobChange>("JobChange")
                .fails(409, "The run is not on disk"),
        )
        .delete(
            "/jobs/{jobId}",
            jobs::dismiss,
            process("dismiss", "Stop the job, or delete the run with its layers").needs(Action::Edit).takes(&["f_json"]),
        )
        .post(
            "/jobs/{jobId}/settle",
            jobs::settle,
            process("settle", "End the search with the best plan found so far").needs(Action::Edit).takes(&["f_json"]).fails(410, dismissed),
        )
        .get(
            "/jobs/{jobId}/results",
            jobs::results,
            process("results", "The findings").takes(&["f_json"]).fails(410, dismissed).fails(422, failed),
        )
        .get(
            "/jobs/{jobId}/summary",
            jobs::summary,
            process("resultSummary", "The figures, and the number of checks and plans").takes(&["f_json"]).fails(410, dismissed).fails(422, failed),
        )
        .get(
            "/jobs/{jobId}/comparison/{otherJobId}",
            comparison::comparison,
            process(
                "comparison",
                "What changes from the first job to the other, of the same process; the layers are collections too",
            )
            .takes(&["f_json"])
            .fails(410, "One of the jobs was dismissed")
            .fails(422, failed),
        )
        .get(
            "/jobs/{jobId}/scenarios/{scenarioName}",
            comparison::under_scenario,
            process(
                "underScenario",
                "What changes from the job, a run of the area as it is, under the scenario: at once, without bands and self-audit",
            )
            .takes(&["f_json"])
            .fails(410, dismissed)
            .fails(422, "The scenario leaves nothing to compute"),
        )
}

fn scenario_routes() -> Routes {
    let scenario = |id, about| Operation::new("scenarios", id, about);
    let change = |id, about| scenario(id, about).fails(503, "The store cannot be written");
    let (path, copy) = ("/scenarios/{scenarioName}", "/scenarios/{scenarioName}/copy");
    let taken = "The name is taken, or the scenario was changed meanwhile";
    let unfit = "An edit does not apply to the area; the detail says which and why";
    Routes::default()
        .get(
            "/scenarios",
            scenarios::list,
            scenario("scenarios", "Proposed changes by name, their edits as data and in words").takes(&["f_json"]),
        )
        .post(
            "/scenarios",
            scenarios::create,
            change("createScenario", "Keep a new one")
                .needs(Action::Edit)
                .unrecorded()
                .reads::<ScenarioRequest>("ScenarioRequest")
                .fails(409, taken)
                .fails(422, unfit),
        )
        .get(path, scenarios::one, scenario("scenario", "One scenario").takes(&["f_json"]))
        .put(
            path,
            scenarios::replace,
            change("replaceEdits", "Other edits in place of its own")
                .needs(Action::Edit)
                .unrecorded()
                .reads::<EditsRequest>("EditsRequest")
                .fails(409, taken)
                .fails(422, unfit),
        )
        .patch(
            path,
            scenarios::rename,
            change("renameScenario", "Another name")
                .needs(Action::Edit)
                .unrecorded()
                .reads::<NameRequest>("NameRequest")
                .fails(409, taken),
        )
        .delete(path, scenarios::delete, change("deleteScenario", "Delete it").needs(Action::Edit).unrecorded())
        .get(
            "/scenarios/{scenarioName}/history",
            scenario_history::history,
            scenario("scenarioHistory", "Every revision: when, the edits, and what changed in words")
                .takes(&["f_json"]),
        )
        .get(
            "/scenarios/{scenarioName}/history/{fromRevision}/{toRevision}",
            scenario_history::difference,
            scenario("revisionDifference", "What differs between any two revisions, in words").takes(&["f_json"]),
        )
        .post(
            copy,
            scenarios::copy,
            change("copyScenario", "The same edits under another name")
                .needs(Action::Edit)
                .unrecorded()
                .reads::<NameRequest>("NameRequest")
                .fails(409, taken),
        )
}
