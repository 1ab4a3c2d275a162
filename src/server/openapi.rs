//! The description of the interface (OpenAPI 3.0), and the rules in force.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::server::collections::typed;
use crate::server::error::Answer;
use crate::server::landing::OPENAPI;
use crate::server::query::Asked;
use crate::server::state::AppState;

/// `/rules`
pub async fn rules(State(state): State<AppState>, mut asked: Asked) -> Answer<Json<Value>> {
    asked.json_only()?;
    Ok(Json(state.rules.in_force()))
}

/// `/api`
pub async fn api(State(state): State<AppState>, mut asked: Asked) -> Answer {
    asked.format(&[("json", "application/json")])?;
    asked.finish()?;
    Ok(typed(
        OPENAPI,
        &json!({
            "openapi": "3.0.3",
            "info": { "title": state.area.name, "version": env!("CARGO_PKG_VERSION") },
            "servers": [{ "url": asked.root }],
            "paths": {},
        }),
    ))
}
