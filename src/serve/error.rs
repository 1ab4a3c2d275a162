//! What went wrong, as `application/problem+json` (RFC 9457), in both languages. Internals are logged, not sent.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that is an error. `detail` reads `中文 | English`.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    /// `about:blank`, or the type that a standard gives to this problem.
    pub kind: &'static str,
    pub detail: String,
}

pub type HttpResult<T = Response> = Result<T, Problem>;

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, kind: "about:blank", detail: detail.into() }
    }

    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub fn of_kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }
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
    /// The body is written by [`render`], which knows the path asked for.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every error answer its problem body, also those of the router itself.
pub async fn render(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = response.extensions_mut().remove::<Problem>();
    let problem = problem.unwrap_or_else(|| Problem::new(status, status.canonical_reason().unwrap_or("error")));
    let body = json!({
        "type": problem.kind,
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": problem.detail,
        "instance": path,
    });
    let mut rendered = (status, body.to_string()).into_response();
    for (name, value) in response.headers() {
        if name == header::ALLOW {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    rendered
}

/// A page of another site may not start or stop runs here through its reader's browser.
pub async fn refuse_strangers(request: Request, next: Next) -> Response {
    if is_strange(request.headers()) && !request.method().is_safe() {
        let detail = "不接受其他网站的操作请求 | Requests from other sites may not change anything here";
        return Problem::new(StatusCode::FORBIDDEN, detail).into_response();
    }
    next.run(request).await
}

/// Whether a browser says that a page of another host asks.
fn is_strange(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    text(header::ORIGIN).is_some_and(|origin| origin.split("://").nth(1) != text(header::HOST))
}

pub async fn unknown_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "此路径不支持该方法 | This path does not know that method")
}
