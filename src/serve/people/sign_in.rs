//! `/sign-in`, `/sign-out`, `/person`: people come, go, and are told who they are.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, RequestPartsExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admit::outside_path;
use super::entrance::{COOKIE, Entrance, refuse_person};
use super::visitor::{Visitor, WayIn, asked_area, visitor_may};
use crate::error::{HttpResult, Problem};
use crate::hosts::PublicUrl;
use crate::links::{JSON, WebLink, link};
use crate::query::QueryParams;
use fireplan_office::{Action, OfficeError, OfficeRole, Person, SESSION_SECONDS, SessionToken};

const PAGE: &str = include_str!("sign_in.html");

/// What somebody enters.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct SignInForm {
    name: String,
    password: String,
    /// Where the browser goes then: a path of this service.
    #[serde(default)]
    to: String,
}

/// Who asks, and what they may here.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PersonDescription {
    /// Empty: nobody has signed in.
    name: String,
    /// `local`: the program serves its own machine; `proxy`: a proxy says who it is; `password`: people sign in.
    way: &'static str,
    /// `view`, `edit` or `manage`; `None`: nothing.
    role: Option<&'static str>,
    /// The same as people call it: 看, 编, 管.
    role_name: Option<&'static str>,
    edits: bool,
    manages: bool,
    links: Vec<WebLink>,
}

/// The parts of a request that say who asks and where they see the service.
pub(crate) struct AskedPlace {
    visitor: Option<Visitor>,
    entrance: Option<Arc<Entrance>>,
    role: Option<OfficeRole>,
    edits: bool,
    manages: bool,
    /// Path below which the service lies outside.
    path: String,
    /// Browsers reach it by https.
    secure: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for AskedPlace {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let visitor = Visitor::of(&parts.extensions).cloned();
        let entrance = parts.extract::<Extension<Arc<Entrance>>>().await.ok().map(|Extension(entrance)| entrance);
        let person = visitor.as_ref().and_then(|visitor| visitor.person.as_ref());
        let url = parts.extensions.get::<PublicUrl>();
        Ok(Self {
            role: person.and_then(|person: &Person| person.role_in(asked_area(&parts.extensions))),
            edits: visitor_may(&parts.extensions, Action::Edit),
            manages: visitor_may(&parts.extensions, Action::Manage),
            path: outside_path(&parts.extensions).to_owned(),
            secure: url.is_some_and(|url| url.as_str().starts_with("https://")),
            visitor,
            entrance,
        })
    }
}

impl AskedPlace {
    /// A session, or its end, as browsers keep it: out of reach of scripts, and not sent along by other sites' forms.
    fn write_cookie(&self, token: &str, seconds: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{COOKIE}={token}; Path={}/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", self.path)
    }

    /// A path of this service, or its beginning: nobody is sent elsewhere.
    fn own_path(&self, wanted: &str) -> String {
        let plain = wanted.chars().all(|c| c.is_ascii_graphic() && c != '\\');
        let own = wanted.starts_with('/') && !wanted.starts_with("//") && plain;
        if own { wanted.to_owned() } else { format!("{}/", self.path) }
    }

    fn redirect(&self, to: &str, cookie: &str) -> HttpResult {
        let value = |text: &str| HeaderValue::from_str(text).map_err(anyhow::Error::from);
        let headers = [(header::LOCATION, value(to)?), (header::SET_COOKIE, value(cookie)?)];
        Ok((StatusCode::SEE_OTHER, headers).into_response())
    }
}

/// `/person`
pub(crate) async fn person(place: AskedPlace, mut params: QueryParams) -> HttpResult<Json<PersonDescription>> {
    params.json_only()?;
    let way = place.visitor.as_ref().map_or(WayIn::Password, |visitor| visitor.way);
    let root = &params.root;
    Ok(Json(PersonDescription {
        name: place.visitor.as_ref().map(|visitor| visitor.name().to_owned()).unwrap_or_default(),
        way: match way {
            WayIn::Local => "local",
            WayIn::Proxy => "proxy",
            WayIn::Password => "password",
        },
        role: place.role.map(OfficeRole::code),
        role_name: place.role.map(OfficeRole::name_zh),
        edits: place.edits,
        manages: place.manages,
        links: vec![link(format!("{root}/person"), "self", JSON), link(format!("{root}/audit"), "audit", JSON)],
    }))
}

/// `/sign-in`
pub(crate) async fn sign_in_page(place: AskedPlace, mut params: QueryParams) -> HttpResult<Html<String>> {
    let to = params.take("to").unwrap_or_default();
    params.finish()?;
    if place.visitor.as_ref().is_some_and(|visitor| visitor.way != WayIn::Password) {
        return Err(Problem::not_found("本服务无需在此登录 | Nobody signs in here"));
    }
    Ok(Html(write_page(&place.own_path(&to), "")))
}

/// `POST /sign-in`
pub(crate) async fn sign_in(
    place: AskedPlace,
    params: QueryParams,
    form: Result<Form<SignInForm>, FormRejection>,
) -> HttpResult {
    params.finish()?;
    let unreadable = |_| Problem::bad("登录表单无法读取 | The form cannot be read");
    let Form(SignInForm { name, password, to }) = form.map_err(unreadable)?;
    let entrance = place.entrance.clone().ok_or_else(|| Problem::not_found("本服务无需登录 | Nobody signs in here"))?;
    let address = place.visitor.as_ref().map(|visitor| visitor.address.clone()).unwrap_or_default();
    let _permit = entrance.hashing.acquire().await.map_err(anyhow::Error::from)?;
    let office = entrance.office.clone();
    let signed = tokio::task::spawn_blocking(move || office.sign_in(name.trim(), &password, &address)).await?;
    let to = place.own_path(&to);
    match signed {
        Ok(SessionToken(token)) => place.redirect(&to, &place.write_cookie(&token, SESSION_SECONDS)),
        Err(error) => Ok(refuse_on_page(&to, &error)),
    }
}

/// The page again, with what was wrong.
fn refuse_on_page(to: &str, error: &OfficeError) -> Response {
    let status = refuse_person(error).status;
    let mut response = (status, Html(write_page(to, &error.to_string()))).into_response();
    // Its body is written: it is not a problem document.
    response.extensions_mut().insert(crate::error::WrittenProblem);
    response
}

/// `POST /sign-out`
pub(crate) async fn sign_out(place: AskedPlace, params: QueryParams) -> HttpResult {
    params.finish()?;
    let session = place.visitor.as_ref().and_then(|visitor| visitor.session.clone());
    if let (Some(entrance), Some(session)) = (&place.entrance, session) {
        let office = entrance.office.clone();
        let ended = tokio::task::spawn_blocking(move || office.sign_out(&session)).await?;
        ended.map_err(|error| Problem::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()))?;
    }
    place.redirect(&format!("{}/sign-in", place.path), &place.write_cookie("", 0))
}

fn write_page(to: &str, message: &str) -> String {
    let (zh, en) = message.split_once(" | ").unwrap_or((message, ""));
    let notice = match message {
        "" => String::new(),
        _ => format!("<p role=\"alert\">{}<small lang=\"en\">{}</small></p>", escape_html(zh), escape_html(en)),
    };
    PAGE.replace("{notice}", &notice).replace("{to}", &escape_html(to))
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The page loads nothing, and sends its form to this service only.
pub(crate) async fn guard_sign_in(request: Request, next: axum::middleware::Next) -> Response {
    let is_page = request.uri().path() == "/sign-in";
    let mut response = next.run(request).await;
    if is_page {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    }
    response
}
