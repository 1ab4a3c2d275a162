//! `/drafts`: new projects; `/folders`: folders of the server that may be chosen for them.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};

use super::allowed::{find_allowed, list_allowed};
use super::documents::{AnswersRequest, DraftDescription, DraftRequest, FinishRequest, FolderListing, UploadedFile};
use super::record::DraftRecord;
use super::store::Draft;
use super::upload::keep_file;
use super::work::{start_look, start_writing, take_answers};
use crate::areas::state::AreasState;
use crate::body::{Created, Deleted};
use crate::error::{HttpResult, Problem};
use crate::query::QueryParams;
use crate::request_body::read_body;

type DraftAnswer = HttpResult<Json<DraftDescription>>;

/// `POST /drafts`
pub(crate) async fn begin(
    State(areas): State<AreasState>,
    mut params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> HttpResult<Created<DraftDescription>> {
    params.json_only()?;
    let DraftRequest { name, folder } = read_body(body)?;
    let begun = tokio::task::spawn_blocking(move || {
        let options = &areas.options;
        let data = folder.map(|folder| find_allowed(&options.allowed, folder.number, &folder.path)).transpose()?;
        let record = DraftRecord { name, data, ..DraftRecord::default() };
        let draft = areas.drafts.begin(&areas.folder, record, options.upload.drafts)?;
        let location = format!("{}/drafts/{}", params.root, draft.id);
        Ok::<_, Problem>(Created { location, document: draft.describe() })
    });
    begun.await?
}

/// `/drafts/{draftId}`
pub(crate) async fn draft(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> DraftAnswer {
    params.json_only()?;
    Ok(Json(areas.drafts.get(&id)?.describe()))
}

/// `DELETE /drafts/{draftId}`
pub(crate) async fn discard(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> HttpResult<Deleted> {
    params.json_only()?;
    let draft = areas.drafts.get(&id)?;
    tokio::task::spawn_blocking(move || areas.drafts.discard(&draft)).await?;
    Ok(Deleted)
}

/// `PUT /drafts/{draftId}/files/{filePath}`
pub(crate) async fn keep(
    State(areas): State<AreasState>,
    Path((id, path)): Path<(String, String)>,
    mut params: QueryParams,
    body: Body,
) -> HttpResult<Json<UploadedFile>> {
    params.json_only()?;
    let draft = areas.drafts.get(&id)?;
    Ok(Json(UploadedFile { bytes: keep_file(&draft, &path, body, &areas.options.upload).await? }))
}

/// `POST /drafts/{draftId}/look`
pub(crate) async fn look(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> DraftAnswer {
    params.json_only()?;
    let draft = areas.drafts.get(&id)?;
    start_look(&areas, &draft)?;
    Ok(Json(draft.describe()))
}

/// `PUT /drafts/{draftId}/answers`
pub(crate) async fn answer(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> DraftAnswer {
    params.json_only()?;
    let draft = areas.drafts.get(&id)?;
    let AnswersRequest { answers } = read_body(body)?;
    let answered = tokio::task::spawn_blocking(move || {
        take_answers(&areas, &draft, answers)?;
        Ok::<_, Problem>(draft.describe())
    });
    Ok(Json(answered.await??))
}

/// `POST /drafts/{draftId}/project`
pub(crate) async fn finish(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
    body: Result<Bytes, BytesRejection>,
) -> DraftAnswer {
    params.json_only()?;
    let draft = areas.drafts.get(&id)?;
    let FinishRequest { name } = read_body(body)?;
    start_writing(&areas, &draft, &name)?;
    Ok(Json(draft.describe()))
}

/// `DELETE /drafts/{draftId}/work`
pub(crate) async fn stop(
    State(areas): State<AreasState>,
    Path(id): Path<String>,
    mut params: QueryParams,
) -> DraftAnswer {
    params.json_only()?;
    let draft: Arc<Draft> = areas.drafts.get(&id)?;
    draft.cancel();
    Ok(Json(draft.describe()))
}

/// `/folders/{folderNumber}`
pub(crate) async fn folder(
    State(areas): State<AreasState>,
    Path(number): Path<usize>,
    mut params: QueryParams,
) -> HttpResult<Json<FolderListing>> {
    let path = params.take("path").unwrap_or_default();
    params.json_only()?;
    let listed = tokio::task::spawn_blocking(move || list_allowed(&areas.options.allowed, number, &path));
    Ok(Json(listed.await??))
}
