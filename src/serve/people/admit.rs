//! Whether whoever asks may do what a route does, and the row of the trail once it is done.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::entrance::challenge;
use super::visitor::{AskedArea, Visitor, WayIn, asked_area, visitor_may};
use crate::error::Problem;
use crate::hosts::PublicUrl;
use crate::query::RootPath;
use fireplan_office::{Action, OfficeRole};
use fireplan_store::audit::AuditEvent;

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeclaredRoute {
    /// The name of the operation.
    pub id: &'static str,
    /// What it takes to do it.
    pub action: Action,
    /// Its success is a row of the trail.
    pub recorded: bool,
}

/// Writes a row of the trail; it may wait for a disk.
type WriteTrail = dyn Fn(&AuditEvent) -> anyhow::Result<()> + Send + Sync;

/// What the routes of a service do, and where it is written down.
pub(crate) struct Admission {
    /// By method and path.
    routes: BTreeMap<(Method, String), DeclaredRoute>,
    write: Arc<WriteTrail>,
}

impl Admission {
    /// Of these routes, each with its method and path.
    pub(crate) fn new(
        routes: impl IntoIterator<Item = (Method, String, DeclaredRoute)>,
        write: impl Fn(&AuditEvent) -> anyhow::Result<()> + Send + Sync + 'static,
    ) -> Arc<Self> {
        let routes = routes.into_iter().map(|(method, path, route)| ((method, path), route)).collect();
        Arc::new(Self { routes, write: Arc::new(write) })
    }

    /// What is not declared is for those who manage.
    fn find(&self, method: &Method, path: &str) -> DeclaredRoute {
        let undeclared = DeclaredRoute { id: "undeclared", action: Action::Manage, recorded: true };
        // Whatever answers GET answers HEAD.
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.routes.get(&(method.clone(), path.to_owned())).copied().unwrap_or(undeclared)
    }
}

/// Lets a request through to its route, if whoever asks may do what that does.
pub(crate) async fn admit(State(admission): State<Arc<Admission>>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let route = admission.find(request.method(), &path);
    // A project is named by the path where the routes of all projects are.
    if path.starts_with("/projects/{projectId}")
        && let Some(id) = request.uri().path().split('/').nth(2)
    {
        let id = AskedArea(id.to_owned());
        request.extensions_mut().insert(id);
    }
    if !visitor_may(request.extensions(), route.action) {
        return refuse_visitor(request.extensions(), request.headers(), request.uri(), route.action);
    }
    let visitor = Visitor::of(request.extensions()).cloned();
    let done = Done::of(&route, &request, visitor.as_ref());
    let response = next.run(request).await;
    match done {
        Some(done) if response.status().is_success() => done.write(admission.write.clone(), response).await,
        _ => response,
    }
}

/// Something that was done, to be written down.
struct Done {
    person: String,
    action: &'static str,
    subject: String,
}

impl Done {
    /// `None`: it is not to be written down. On a machine of one's own only what the store keeps is, in its own transaction: looking at
    /// an area leaves no file there.
    fn of(route: &DeclaredRoute, request: &Request, visitor: Option<&Visitor>) -> Option<Self> {
        let visitor = visitor.filter(|visitor| visitor.way != WayIn::Local)?;
        let writes = !request.method().is_safe() && route.recorded;
        writes.then(|| Self {
            person: visitor.name().to_owned(),
            action: route.id,
            subject: request.uri().path().chars().take(200).collect(),
        })
    }

    async fn write(self, write: Arc<WriteTrail>, response: Response) -> Response {
        let location = [header::LOCATION, header::LINK].into_iter().find_map(|name| response.headers().get(name));
        let made = location.and_then(|value| value.to_str().ok()).map(|address| {
            let address = address.trim_start_matches('<').split('>').next().unwrap_or_default();
            address.rsplit('/').next().unwrap_or_default().to_owned()
        });
        let written = tokio::task::spawn_blocking(move || {
            let Self { person, action, subject } = &self;
            write(&AuditEvent { person, action, subject, detail: made.as_deref().unwrap_or_default() })
        });
        let error = match written.await {
            Ok(Ok(())) => return response,
            Ok(Err(error)) => format!("{error:#}"),
            Err(panic) => panic.to_string(),
        };
        tracing::error!("操作记录未能写入：{error} | the trail was not written: {error}");
        let detail = "操作已完成，但操作记录未能写入，请告知管理员检查磁盘 | It was done, but the trail could not be written: tell whoever keeps the server to look at the disk";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).into_response()
    }
}

/// Says how to come in, or that this person may not.
pub(crate) fn refuse_visitor(extensions: &Extensions, headers: &HeaderMap, uri: &Uri, action: Action) -> Response {
    let visitor = Visitor::of(extensions);
    let Some(person) = visitor.and_then(|visitor| visitor.person.as_ref()) else {
        return ask_to_sign_in(extensions, headers, uri, visitor.map(|visitor| visitor.way));
    };
    let (zh, en) = action.least_role().map_or(("看", "view"), |role| (role.name_zh(), role.code()));
    let has = person.role_in(asked_area(extensions));
    let (has_zh, has_en) = (has.map_or("无", OfficeRole::name_zh), has.map_or("none", OfficeRole::code));
    let name = &person.name;
    Problem::new(
        StatusCode::FORBIDDEN,
        format!(
            "此操作需要“{zh}”权限，“{name}”在此的权限为“{has_zh}”；请联系管理员 | \
             This takes the role '{en}'; that of '{name}' here is '{has_en}': ask whoever manages the service"
        ),
    )
    .into_response()
}

fn ask_to_sign_in(extensions: &Extensions, headers: &HeaderMap, uri: &Uri, way: Option<WayIn>) -> Response {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if way == Some(WayIn::Proxy) {
        let detail = "代理没有说明是谁；请从单位的登录入口进入 | The proxy does not say who asks: come in where the office signs in";
        return Problem::new(StatusCode::UNAUTHORIZED, detail).into_response();
    }
    let outside = outside_path(extensions);
    if text(header::ACCEPT).contains("text/html") {
        let below = extensions.get::<RootPath>().map_or("", |root| root.0.as_str());
        let wanted = uri.path_and_query().map_or("/", |path| path.as_str());
        let address = format!("{outside}/sign-in?to={}", escape_query(&format!("{outside}{below}{wanted}")));
        if let Ok(address) = HeaderValue::from_str(&address) {
            return (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response();
        }
    }
    challenge(Problem::new(StatusCode::UNAUTHORIZED, "请先登录 | Sign in first").into_response(), headers)
}

/// The path below which the service lies for those who ask: `/fire` behind a proxy, else nothing.
pub(super) fn outside_path(extensions: &Extensions) -> &str {
    extensions.get::<PublicUrl>().map_or("", PublicUrl::path)
}

fn escape_query(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
