//! `/collections/{id}/items/{feature}/sheet`: a feature's field sheet as a page of its own, to be printed.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse};

use crate::error::{HttpResult, Problem};
use crate::query::QueryParams;
use crate::state::{AppState, Collection};
use fireplan_export::sheets::Sheets;

/// `/collections/{collectionId}/items/{featureId}/sheet`
pub(crate) async fn sheet(
    State(state): State<AppState>,
    Path((id, feature)): Path<(String, String)>,
    mut params: QueryParams,
) -> HttpResult {
    params.format(&[("html", "text/html")])?;
    params.finish()?;
    let collection = state.find_collection(&id).await?;
    if !collection.layer.sheets {
        return Err(Problem::not_found(format!("图层 {id} 没有核查单 | The features of {id} have no sheets")));
    }
    let index = feature.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let none = move || Problem::not_found(format!("{id} 中没有要素 {feature} | There is no feature {feature} in {id}"));
    let index = index.ok_or_else(&none)?;
    let shared = state.clone();
    state
        .compute(move || {
            let job = collection.origin.as_ref().map(|origin| origin.job.clone());
            let around: Vec<Arc<Collection>> = shared
                .collections()
                .into_iter()
                .filter(|other| {
                    other.origin.is_none() || other.origin.as_ref().map(|origin| &origin.job) == job.as_ref()
                })
                .collect();
            let sheets = Sheets::new(&shared.area, around.iter().map(|one| &one.layer));
            let html = sheets.one(&collection.layer, index)?.ok_or_else(&none)?;
            let mut response = Html(html).into_response();
            let policy =
                HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            Ok(response)
        })
        .await
}
