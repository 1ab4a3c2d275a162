//! `/areas/{projectId}/…`: the service of one area, below a prefix. Its router is the one that serves a single area, and does
//! not know of the prefix: what it asks of the address comes with the request ([`RootPath`]).

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use tower::ServiceExt;

use super::state::AreasState;
use crate::error::{self, HttpResult, Problem};
use crate::hosts::PublicUrl;
use crate::links::JSON;
use crate::page::{self, PagePlace};
use crate::people::admit::refuse_visitor;
use crate::people::entrance::Entrance;
use crate::people::visitor::{AskedArea, Visitor, visitor_may};
use crate::query::{QueryParams, RootPath};
use fireplan_office::Action;

/// Everything below `/areas`.
pub(super) fn router() -> Router<AreasState> {
    Router::new()
        .route("/areas/{projectId}", any(add_slash))
        .route("/areas/{projectId}/", any(nested))
        .route("/areas/{projectId}/{*rest}", any(nested))
        .layer(from_fn(error::write_own_problem))
}

/// Relative addresses of the page begin behind the slash.
async fn add_slash(Path(id): Path<String>) -> Response {
    let address = HeaderValue::from_str(&format!("{id}/")).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]).into_response()
}

async fn nested(State(areas): State<AreasState>, request: Request) -> HttpResult {
    let (id, inner) = strip_prefix(request).ok_or_else(|| Problem::not_found("没有此路径 | There is no such path"))?;
    let (mut parts, body) = inner.into_parts();
    // The files of the page, and signing in, are for everybody.
    if page::is_asset(parts.uri.path()) {
        return page::asset(Request::from_parts(parts, body)).await;
    }
    if !visitor_may(&parts.extensions, Action::View) {
        return Ok(refuse_visitor(&parts.extensions, &parts.headers, &parts.uri, Action::View));
    }
    // The page comes at once, and shows how far the area is.
    if parts.method == Method::GET && wants_page(&mut parts).await {
        areas.folder_of(&id).await?;
        return Ok(page::index(PagePlace::AreaOfSeveral, &areas.options.basemaps));
    }
    let area = areas.open_area(&id).await?;
    // An infallible service: its error cannot be.
    let answer = area.router.clone().oneshot(Request::from_parts(parts, body)).await;
    Ok(answer.unwrap_or_else(|never| match never {}))
}

/// The id of the project, and the request as its area is to see it: without the prefix, and without what the routes above
/// have found in the path.
fn strip_prefix(request: Request) -> Option<(String, Request)> {
    let (parts, body) = request.into_parts();
    let rest = parts.uri.path_and_query()?.as_str().strip_prefix("/areas/")?;
    let (id, rest) = rest.split_once('/')?;
    let mut inner = Request::new(body);
    *inner.method_mut() = parts.method;
    *inner.uri_mut() = format!("/{rest}").parse::<Uri>().ok()?;
    *inner.headers_mut() = parts.headers;
    hand_on::<PublicUrl>(&parts.extensions, &mut inner);
    hand_on::<Visitor>(&parts.extensions, &mut inner);
    hand_on::<Arc<Entrance>>(&parts.extensions, &mut inner);
    inner.extensions_mut().insert(AskedArea(id.to_owned()));
    inner.extensions_mut().insert(RootPath(format!("/areas/{id}")));
    Some((id.to_owned(), inner))
}

/// What the way in has found out goes on to the area.
fn hand_on<T: Clone + Send + Sync + 'static>(found: &Extensions, inner: &mut Request) {
    if let Some(found) = found.get::<T>() {
        inner.extensions_mut().insert(found.clone());
    }
}

async fn wants_page(parts: &mut Parts) -> bool {
    if parts.uri.path() != "/" {
        return false;
    }
    let Ok(mut params) = QueryParams::from_request_parts(parts, &()).await else { return false };
    params.format(&[("json", JSON), ("html", "text/html")]).is_ok_and(|format| format == "html")
}

impl AreasState {
    /// Refuses the id of no project, without opening one.
    async fn folder_of(&self, id: &str) -> HttpResult<()> {
        if self.opened.slot(id).is_some() {
            return Ok(());
        }
        let (state, id) = (self.clone(), id.to_owned());
        tokio::task::spawn_blocking(move || state.folder.find(&id).map(drop)).await?
    }
}
