//! Styles (MapLibre style specification 8).

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::findings::{Drawing, Layer};
use crate::server::error::Answer;
use crate::server::query::Asked;
use crate::server::state::AppState;

/// The attributes that the drawing of a layer needs.
pub fn columns_drawn(layer: &Layer) -> Vec<String> {
    match &layer.drawing {
        Drawing::Plain => vec!["name".into()],
        Drawing::Coded { column } => vec!["name".into(), (*column).to_owned()],
        Drawing::Graded { column, .. } => vec!["name".into(), format!("{column}_class")],
    }
}

pub async fn list(State(_state): State<AppState>, _asked: Asked) -> Answer<Json<Value>> {
    Ok(Json(json!({ "styles": [] })))
}

pub async fn style(State(_state): State<AppState>, Path(_id): Path<String>, _asked: Asked) -> Answer<Json<Value>> {
    Ok(Json(json!({})))
}
