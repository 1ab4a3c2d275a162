//! What a request asks: its parameters (an unknown one is refused), the format it wants, the address it used.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::error::Problem;
use crate::hosts::PublicUrl;
use crate::links::JSON;
use crate::people::visitor::{Visitor, WayIn, visitor_may};
use fireplan_office::Action;

/// The most entries of a list of processes or jobs.
const MOST_LISTED: usize = 1_000;

/// Where a service lies below its host, such as `/areas/qinglan`: its links begin there.
#[derive(Debug, Clone)]
pub(crate) struct RootPath(pub String);

/// The parameters not yet looked at, the wanted media types and the root address of links.
pub struct QueryParams {
    parameters: Vec<(String, String)>,
    accept: String,
    prefer: String,
    /// `http://host:port`, or how people know the service, and the prefix below which it lies, without a slash at the end.
    pub root: String,
    /// Path and query as asked, for the link to itself.
    pub itself: String,
    /// Who asks; `None`: nobody has signed in.
    pub(crate) visitor: Option<Visitor>,
    /// Whether they may do what concerns others.
    pub(crate) manages: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for QueryParams {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Query(parameters) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| Problem::bad("查询参数无法解析 | The query string cannot be read"))?;
        let below = parts.extensions.get::<RootPath>().map_or("", |below| below.0.as_str());
        let root = match parts.extensions.get::<PublicUrl>() {
            Some(url) => format!("{}{below}", url.as_str()),
            None => format!("http://{}{below}", host(&parts.headers)),
        };
        Ok(Self {
            parameters,
            accept: text(&parts.headers, header::ACCEPT.as_str()).to_owned(),
            prefer: text(&parts.headers, "prefer").to_owned(),
            itself: format!("{root}{}", parts.uri.path_and_query().map_or("/", |path| path.as_str())),
            root,
            visitor: Visitor::of(&parts.extensions).cloned(),
            manages: visitor_may(&parts.extensions, Action::Manage),
        })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}

/// The host as the client named it, if it is one: it comes back in links.
fn host(headers: &HeaderMap) -> &str {
    let host = text(headers, header::HOST.as_str());
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    if host.is_empty() || !host.chars().all(plain) { "127.0.0.1:8080" } else { host }
}

impl QueryParams {
    /// The name of whoever asks. Whoever sits at the machine may say by which name they want to be known.
    pub(crate) fn author(&self, claimed: &str) -> String {
        match &self.visitor {
            Some(visitor) if visitor.way != WayIn::Local || claimed.is_empty() => visitor.name().to_owned(),
            _ => claimed.to_owned(),
        }
    }

    /// Takes a parameter out, so that it is not refused as unknown.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.parameters.iter().position(|(key, _)| key == name)?;
        Some(self.parameters.remove(at).1)
    }

    /// Whether a parameter that nobody took is there.
    pub fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(key, _)| key == name)
    }

    /// What is left, for parameters whose names are not known beforehand.
    pub fn take_rest(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.parameters)
    }

    /// Refuses what nobody took.
    pub fn finish(&self) -> Result<(), Problem> {
        match self.parameters.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::bad(format!("未知参数 {name} | Unknown parameter: {name}"))),
        }
    }

    /// The format wanted by `f`, else by `Accept`; else the first of those offered.
    pub fn format(&mut self, offered: &[(&'static str, &str)]) -> Result<&'static str, Problem> {
        if let Some(wanted) = self.take("f") {
            return offered.iter().map(|(name, _)| *name).find(|name| *name == wanted).ok_or_else(|| {
                let names = offered.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                Problem::bad(format!(
                    "f={wanted} 不可用，可用：{names} | f={wanted} is not offered; there are: {names}"
                ))
            });
        }
        let wanted = self.accept.split(',').filter_map(|range| {
            let media = range.split(';').next().unwrap_or("").trim();
            offered.iter().find(|(_, offered)| *offered == media).map(|(name, _)| *name)
        });
        Ok(wanted.into_iter().next().unwrap_or(offered[0].0))
    }

    /// How many are wanted: more than `most` counts as `most`.
    pub fn limit(&mut self, usual: usize, most: usize) -> Result<usize, Problem> {
        Ok(self.some_limit(most)?.unwrap_or(usual))
    }

    /// How many are wanted, if the request says it.
    pub fn some_limit(&mut self, most: usize) -> Result<Option<usize>, Problem> {
        let Some(text) = self.take("limit") else { return Ok(None) };
        let is_whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<usize>() {
            Ok(limit) if limit > 0 && is_whole => Ok(Some(limit.min(most))),
            // More than a machine can count is more than there is.
            Err(_) if is_whole => Ok(Some(most)),
            _ => Err(Problem::bad(format!(
                "limit 应为 1–{most} 的整数，不是“{text}” | limit is 1 to {most}, not '{text}'"
            ))),
        }
    }

    /// Only JSON is offered; anything else asked by `f` is refused.
    pub fn json_only(&mut self) -> Result<(), Problem> {
        self.format(&[("json", JSON)])?;
        self.finish()
    }

    /// How many entries of a list are wanted, where nothing else can be asked for.
    pub fn list_limit(&mut self) -> Result<usize, Problem> {
        let limit = self.limit(MOST_LISTED, MOST_LISTED)?;
        self.json_only()?;
        Ok(limit)
    }

    /// Whether the request would rather have a job than wait.
    pub fn prefers_async(&self) -> bool {
        let first = |preference: &str| preference.split(';').next().unwrap_or_default().trim().to_owned();
        let mut preferences = self.prefer.split(',').map(first);
        // Of two that exclude each other the first counts (RFC 7240).
        let wish = preferences
            .find(|name| ["respond-async", "respond-sync"].iter().any(|known| name.eq_ignore_ascii_case(known)));
        wish.is_some_and(|name| name.eq_ignore_ascii_case("respond-async"))
    }
}
