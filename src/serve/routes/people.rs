//! The routes of people: who asks, coming in and going, and the trail of what was done.

use axum::Json;

use super::described::Routes;
use crate::body::SeeOther;
use crate::description::Operation;
use crate::downloads::sent::{CsvFile, SentFile, WorkbookFile};
use crate::people::sign_in::{self, SignInForm};
use crate::people::trail::TrailPage;
use fireplan_office::Action;

/// Coming in and going.
pub(super) fn people_routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    let people = |id, about| Operation::new("people", id, about).needs(Action::Enter).unrecorded();
    Routes::default()
        .get("/person", sign_in::person, people("person", "Who asks, and what they may here").takes(&["f_json"]))
        .get(
            "/sign-in",
            sign_in::sign_in_page,
            people("signInPage", "A page to sign in; programs send name and password with every request")
                .takes(&["to"]),
        )
        .post(
            "/sign-in",
            sign_in::sign_in,
            people("signIn", "Begin a session")
                .reads_form::<SignInForm>("SignInForm")
                .gives::<SeeOther>()
                .fails_with_page(401)
                .fails_with_page(429)
                .fails_with_page(503),
        )
        .post("/sign-out", sign_in::sign_out, people("signOut", "End the session").gives::<SeeOther>())
}

/// The trail, which areas and the service of many keep apart.
pub(super) fn trail_operation() -> Operation {
    Operation::new("people", "audit", "What was done by whom, the newest first; or all of it as a file")
        .needs(Action::Manage)
        .takes(&["limit_list", "before", "f_trail"])
        .gives::<Json<TrailPage>>()
        .gives::<SentFile<WorkbookFile>>()
        .gives::<SentFile<CsvFile>>()
}

/// Whether the service works, for what watches over it.
pub(super) fn health_operation() -> Operation {
    let about = "Whether the service works: 200, or 503 with the reason";
    Operation::new("core", "health", about).needs(Action::Enter).takes(&["f_json"])
}

/// What the service counts of itself.
pub(super) fn metrics_operation() -> Operation {
    Operation::new("core", "metrics", "What the server counts of itself, as Prometheus reads it").needs(Action::Know)
}
