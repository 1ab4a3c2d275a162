//! What went wrong, as `application/problem+json` (RFC 9457), in both languages. Internals are logged, not sent.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::hosts::PublicUrl;
use crate::query::RootPath;
use fireplan_model::message::explain;

/// Media type of the body of an error.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong; `detail` reads `中文 | English`.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The status of the answer.
    pub status: StatusCode,
    /// `about:blank`, or the type that a standard gives to this problem.
    pub kind: &'static str,
    /// What is wrong and what to do about it.
    pub detail: String,
}

/// The body of an error answer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ProblemDetails {
    /// `about:blank`, or the type that a standard gives to this problem.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// What is wrong and what to do about it: `中文 | English`.
    detail: String,
    /// The path that was asked for.
    instance: String,
}

/// What a handler answers with, or what went wrong.
pub(crate) type HttpResult<T = Response> = Result<T, Problem>;

impl Problem {
    /// A problem of no particular type.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, kind: "about:blank", detail: detail.into() }
    }

    /// The request is at fault.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// There is nothing of that name.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// Gives it the type that a standard has for it.
    pub fn of_kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }
}

/// A scenario that does not fit the area: what, which and the way out are in the message.
pub(crate) fn refuse_unfit(error: &anyhow::Error) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, explain(error).to_string())
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        tracing::error!("{error:#}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "服务器内部错误，详见日志 | Internal error; see the server's log")
    }
}

impl From<tokio::task::JoinError> for Problem {
    fn from(error: tokio::task::JoinError) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        anyhow::Error::from(error).into()
    }
}

impl IntoResponse for Problem {
    /// The body is written by [`write_problem`], which knows the path asked for.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Marks an answer whose body says already what went wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrittenProblem;

/// Writes the body of every answer that is an error, also of those that the router gives by itself.
pub(crate) async fn write_problem(request: Request, next: Next) -> Response {
    let path = path_of(&request);
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    if response.extensions().get::<WrittenProblem>().is_some() {
        return response;
    }
    let problem = response.extensions_mut().remove::<Problem>();
    let problem = problem.unwrap_or_else(|| Problem::new(status, status.canonical_reason().unwrap_or("error")));
    render_problem(problem, path, &response)
}

/// The same where another service below has written its own problems already.
pub(crate) async fn write_own_problem(request: Request, next: Next) -> Response {
    let path = path_of(&request);
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Problem>() {
        Some(problem) => render_problem(problem, path, &response),
        None => response,
    }
}

/// The path as it was asked for, with the prefix below which the service lies.
fn path_of(request: &Request) -> String {
    let below = request.extensions().get::<RootPath>().map_or("", |below| below.0.as_str());
    format!("{below}{}", request.uri().path())
}

fn render_problem(problem: Problem, path: String, response: &Response) -> Response {
    let status = problem.status;
    let body = ProblemDetails {
        kind: problem.kind,
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail: problem.detail,
        instance: path,
    };
    let mut rendered = (status, Json(body)).into_response();
    for (name, value) in response.headers() {
        if [header::ALLOW, header::WWW_AUTHENTICATE, header::RETRY_AFTER].contains(name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    rendered
}

/// Refuses requests by which a page of another site would change something here through its reader's browser.
pub(crate) async fn refuse_other_sites(request: Request, next: Next) -> Response {
    let known = request.extensions().get::<PublicUrl>().map(PublicUrl::authority);
    if is_from_other_site(request.headers(), known) && !request.method().is_safe() {
        let detail = "不接受其他网站的操作请求 | Requests from other sites may not change anything here";
        return Problem::new(StatusCode::FORBIDDEN, detail).into_response();
    }
    next.run(request).await
}

/// Whether a browser says that a page of another host asks than this one, by its own name or by that under which people know it.
fn is_from_other_site(headers: &HeaderMap, known: Option<&str>) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let is_own = |site: Option<&str>| site == text(header::HOST) || (site.is_some() && site == known);
    text(header::ORIGIN).is_some_and(|origin| !is_own(origin.split("://").nth(1)))
}

/// Says that a path does not have the method that was asked for.
pub(crate) async fn refuse_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "此路径不支持该方法 | This path does not know that method")
}
