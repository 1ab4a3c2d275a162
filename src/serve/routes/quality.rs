//! The routes of the report on the data.

use axum::Json;
use axum::response::Html;

use super::described::Routes;
use crate::description::Operation;
use crate::quality;
use fireplan_office::Action;

/// The report, and what its doubts change.
pub(super) fn quality_routes() -> Routes {
    let operation = |id, about| Operation::new("quality", id, about);
    let path = "/quality/effects";
    Routes::default()
        .get(
            "/quality",
            quality::quality,
            operation("quality", "What is to be said of the data, case by case; as HTML a page to print")
                .takes(&["f_page", "lang"])
                .gives::<Json<quality::QualityDescription>>()
                .gives::<Html<String>>(),
        )
        .get(
            path,
            quality::effects,
            operation("effects", "What would change in the answers if doubted values were true").takes(&["f_json"]),
        )
        .post(
            path,
            quality::start_effects,
            operation("startEffects", "Compute that; asking again changes nothing")
                .needs(Action::Edit)
                .unrecorded()
                .takes(&["f_json"]),
        )
        .delete(
            path,
            quality::stop_effects,
            operation("stopEffects", "Stop computing it").needs(Action::Edit).unrecorded().takes(&["f_json"]),
        )
}
