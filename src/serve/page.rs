//! The map page and its assets, embedded in the program (read from disk in debug builds).

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::basemaps::Basemap;
use crate::error::{HttpResult, Problem};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// Nothing is loaded from elsewhere but the pictures of configured basemaps, nothing may frame the page.
fn write_policy(basemaps: &[Basemap]) -> String {
    let hosts: String = basemaps.iter().map(|basemap| format!(" {}", basemap.origin())).collect();
    format!(
        "default-src 'self'; img-src 'self' data: blob:{hosts}; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; \
         object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// What the start page is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PagePlace {
    /// The one area that is served.
    Area,
    /// An area of several, below `/areas/{projectId}/`.
    AreaOfSeveral,
    /// The list of the projects.
    List,
}

impl PagePlace {
    /// How the page is told, by an attribute of its root element.
    fn mark(self) -> &'static str {
        match self {
            Self::Area => "<html",
            Self::AreaOfSeveral => "<html data-place=\"area-of-several\"",
            Self::List => "<html data-place=\"list\"",
        }
    }
}

/// The start page; without a built page, a few lines that say where the data are.
pub(crate) fn index(place: PagePlace, basemaps: &[Basemap]) -> Response {
    let mut response = make_start_page(place);
    if let Ok(policy) = HeaderValue::from_str(&write_policy(basemaps)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn make_start_page(place: PagePlace) -> Response {
    match Dist::get("index.html") {
        Some(file) => {
            let text = String::from_utf8_lossy(&file.data).replacen("<html", place.mark(), 1);
            let mut response = text.into_response();
            add_headers(&mut response, "text/html; charset=utf-8", "no-cache");
            response
        }
        None => {
            let text = "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><title>fireplan</title>\
                        <p>页面尚未构建；接口可用 | The page is not built; the interface is there: \
                        <a href=\"?f=json\">?f=json</a> <a href=\"api\">api</a></p></html>";
            let mut response = text.into_response();
            add_headers(&mut response, "text/html; charset=utf-8", "no-cache");
            response
        }
    }
}

/// Whether the path is that of a file of the page.
pub(crate) fn is_asset(path: &str) -> bool {
    let path = path.trim_start_matches('/');
    !path.is_empty() && !path.ends_with(".gitkeep") && Dist::get(path).is_some()
}

/// Whatever no route knows: a file of the page, or nothing.
pub(crate) async fn asset(request: Request) -> HttpResult {
    let path = request.uri().path().trim_start_matches('/');
    let known = Dist::get(path).filter(|_| !path.is_empty() && !path.ends_with(".gitkeep"));
    // Whoever writes a slash too many means what stands before it.
    if let Some(name) = path.strip_suffix('/').and_then(|path| path.rsplit('/').next()).filter(|name| !name.is_empty())
        && request.method().is_safe()
    {
        let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
        if let Ok(address) = HeaderValue::from_str(&format!("../{name}{query}")) {
            return Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]).into_response());
        }
    }
    let Some(file) = known else {
        return Err(Problem::not_found(format!("没有此路径：/{path} | There is nothing at /{path}")));
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "此路径不支持该方法 | This path does not know that method",
        ));
    }
    let etag = make_etag(&file);
    if request.headers().get(header::IF_NONE_MATCH) == etag.as_ref() {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    Ok(send_file(path, file))
}

fn make_etag(file: &EmbeddedFile) -> Option<HeaderValue> {
    let hash = crate::state::write_hex(&file.metadata.sha256_hash()[..12]);
    HeaderValue::from_str(&format!("\"{hash}\"")).ok()
}

fn send_file(path: &str, file: EmbeddedFile) -> Response {
    let etag = make_etag(&file);
    let mut response = file.data.into_owned().into_response();
    // Names under assets/ change with their content.
    let fresh = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    add_headers(&mut response, find_media_type(path), fresh);
    if let Some(etag) = etag {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

fn add_headers(response: &mut Response, media: &'static str, fresh: &'static str) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(fresh));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

fn find_media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
