//! Field sheets to be printed: `/collections/{id}/items/{feature}/sheet` is that of one feature as a page of its own,
//! `/collections/{id}/sheets` those of all features that a query finds, as one PDF.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse};

use crate::downloads::sent::{PdfFile, SentFile, name_file};
use crate::error::{HttpResult, Problem};
use crate::items::ItemsQuery;
use crate::links::PDF;
use crate::query::QueryParams;
use crate::state::{AppState, Collection};
use fireplan_atlas::{FieldBook, MOST_FIELD_SHEETS, draw_field_book};
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
    check_sheets(&collection)?;
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

/// `/collections/{collectionId}/sheets`
pub(crate) async fn sheets(
    State(state): State<AppState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<SentFile<PdfFile>> {
    let collection = state.find_collection(&id).await?;
    check_sheets(&collection)?;
    params.format(&[("pdf", PDF)])?;
    let query = ItemsQuery::parse(&state, &collection, &mut params, MOST_FIELD_SHEETS)?;
    let shared = state.clone();
    state
        .compute(move || {
            let features = query.find_chosen(&shared, &collection, MOST_FIELD_SHEETS + 1)?;
            let (area, layer) = (&shared.area, &collection.layer);
            let drawn = draw_field_book(&FieldBook { area, layer, features: &features });
            // What is too much or nothing is for whoever chose it.
            let pdf = drawn.map_err(|error| Problem::bad(format!("{error:#}")))?;
            Ok(SentFile::whole(pdf, name_file(&[&area.name, &layer.title.zh, "现场核查单"], "pdf")))
        })
        .await
}

fn check_sheets(collection: &Collection) -> HttpResult<()> {
    if collection.layer.sheets {
        return Ok(());
    }
    let id = &collection.id;
    Err(Problem::not_found(format!("图层 {id} 没有核查单 | The features of {id} have no sheets")))
}
