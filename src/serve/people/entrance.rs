//! The way in: who a request is from, and under which address its sender knows the service.
//!
//! A proxy that the operator trusts says both, in headers that count from it alone. Else people sign in: browsers by a session, programs
//! with name and password in every request (HTTP Basic). Where there is neither a proxy nor anybody in the file of people, whoever
//! reaches the service is the one person of its machine.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use ipnet::IpNet;
use tokio::sync::Semaphore;

use super::known_passwords::KnownPasswords;
use super::visitor::{Visitor, WayIn};
use crate::error::{HttpResult, Problem};
use crate::hosts::PublicUrl;
use fireplan_office::{Office, OfficeError, OfficeRole, Person, SessionToken};

/// Passwords that are hashed at once: each takes a core and 19 MB for some 30 ms.
const HASHED_AT_ONCE: usize = 2;
/// The cookie of a session.
pub(crate) const COOKIE: &str = "fireplan_session";

/// The page of this service says by this header that it asks.
const PAGE_HEADER: HeaderName = HeaderName::from_static("x-requested-with");
/// Programs are asked for name and password so.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"fireplan\", charset=\"UTF-8\"");

/// What the operator says of who comes in.
#[derive(Debug, Clone, Default)]
pub struct EntranceOptions {
    /// Where trusted proxies ask from.
    pub proxies: Vec<IpNet>,
    /// The header in which they say who asks; `None`: they do not.
    pub user_header: Option<HeaderName>,
    /// What those are in all areas whom a proxy names and nobody has listed; `None`: nothing.
    pub guest_role: Option<OfficeRole>,
}

/// The way in.
pub(crate) struct Entrance {
    options: EntranceOptions,
    pub(super) office: Arc<Office>,
    known: KnownPasswords,
    pub(super) hashing: Semaphore,
}

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub IpAddr);

impl Entrance {
    pub(crate) fn new(options: EntranceOptions, office: Arc<Office>) -> anyhow::Result<Self> {
        let hashing = Semaphore::new(HASHED_AT_ONCE);
        Ok(Self { options, office, known: KnownPasswords::new()?, hashing })
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.options.proxies.iter().any(|proxies| proxies.contains(&address.to_canonical()))
    }

    /// The address that a request comes from: of what trusted proxies say, the last that is none of them.
    fn find_address(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer.filter(|peer| self.trusts(*peer)).ok_or(peer);
        match peer {
            Err(peer) => peer,
            Ok(proxy) => {
                let told = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
                let told: Vec<IpAddr> =
                    told.flat_map(|list| list.split(',')).filter_map(|one| one.trim().parse().ok()).collect();
                Some(told.into_iter().rev().find(|address| !self.trusts(*address)).unwrap_or(proxy))
            }
        }
    }

    /// Whom a trusted proxy names; `None`: nobody.
    fn find_named(&self, headers: &HeaderMap) -> Result<Option<Person>, OfficeError> {
        let Some(name) = self.options.user_header.as_ref().and_then(|header| headers.get(header)) else {
            return Ok(None);
        };
        let Some(name) = std::str::from_utf8(name.as_bytes()).ok().map(str::trim).filter(|name| !name.is_empty())
        else {
            return Ok(None);
        };
        let guest = || Person {
            name: name.chars().filter(|c| !c.is_control()).take(60).collect(),
            roles: self
                .options
                .guest_role
                .map(|role| (fireplan_office::ALL_AREAS.to_owned(), role))
                .into_iter()
                .collect(),
        };
        Ok(Some(self.office.find_person(name)?.unwrap_or_else(guest)))
    }

    /// Somebody by the name and password that a program sends; slow.
    fn check_basic(&self, headers: &HeaderMap, address: &str) -> Result<Option<Person>, OfficeError> {
        let Some((name, password)) = read_basic(headers) else { return Ok(None) };
        if self.known.is_known(&name, &password)
            && let Some(person) = self.office.find_person(&name)?
        {
            return Ok(Some(person));
        }
        let person = self.office.check_person(&name, &password, address)?;
        self.known.learn(&name, &password);
        Ok(Some(person))
    }

    /// Who asks; reads a file, so not for async threads.
    fn identify(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Result<Visitor, OfficeError> {
        let address = self.find_address(peer, headers).map(|address| address.to_string()).unwrap_or_default();
        let by_proxy = self.options.user_header.is_some();
        if by_proxy && peer.is_some_and(|peer| self.trusts(peer)) {
            let person = self.find_named(headers)?;
            return Ok(Visitor { person, way: WayIn::Proxy, address, session: None });
        }
        if !self.office.has_people()? && !by_proxy {
            return Ok(Visitor { address, ..Visitor::local() });
        }
        let session = read_cookie(headers);
        let known = session.as_ref().map(|token| self.office.find_session(token)).transpose()?.flatten();
        let person = match known {
            Some(person) => Some(person),
            None => self.check_basic(headers, &address)?,
        };
        Ok(Visitor { person, way: WayIn::Password, address, session })
    }
}

/// Name and password of HTTP Basic.
fn read_basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| encoded.trim())?;
    let decoded = String::from_utf8(base64::engine::general_purpose::STANDARD.decode(decoded).ok()?).ok()?;
    decoded.split_once(':').map(|(name, password)| (name.to_owned(), password.to_owned()))
}

fn read_cookie(headers: &HeaderMap) -> Option<SessionToken> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, token)| SessionToken(token.to_owned()))
}

/// The address under which the sender of a request knows the service, as a trusted proxy tells it.
fn read_forwarded(headers: &HeaderMap) -> Option<PublicUrl> {
    let last = |name: &str| {
        let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
        value.split(',').next_back().map(str::trim).filter(|value| !value.is_empty())
    };
    let host = last("x-forwarded-host").or_else(|| headers.get(header::HOST)?.to_str().ok());
    let (proto, prefix) = (last("x-forwarded-proto"), last("x-forwarded-prefix"));
    if proto.is_none() && prefix.is_none() && last("x-forwarded-host").is_none() {
        return None;
    }
    let prefix = prefix.unwrap_or_default().trim_matches('/');
    let slash = if prefix.is_empty() { "" } else { "/" };
    format!("{}://{}{slash}{prefix}", proto.unwrap_or("http"), host?).parse().ok()
}

/// Refuses what the file of people says no to.
pub(super) fn refuse_person(error: &OfficeError) -> Problem {
    let status = match error {
        OfficeError::WrongPassword => StatusCode::UNAUTHORIZED,
        OfficeError::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
        other => {
            tracing::error!("{other}");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    Problem::new(status, error.to_string())
}

/// Tells the routes who asks, and under which address.
pub(crate) async fn identify_visitor(
    State(entrance): State<Arc<Entrance>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    if peer.is_some_and(|peer| entrance.trusts(peer))
        && let Some(url) = read_forwarded(request.headers())
    {
        request.extensions_mut().insert(url);
    }
    let visitor = match find_visitor(&entrance, peer, request.headers()).await {
        Ok(Ok(visitor)) => visitor,
        Ok(Err(error)) => return ask_again(&error, request.headers()),
        Err(problem) => return problem.into_response(),
    };
    request.extensions_mut().insert(visitor.clone());
    request.extensions_mut().insert(entrance);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(visitor);
    response
}

/// Name and password were wrong, or may not be tried now.
fn ask_again(error: &OfficeError, headers: &HeaderMap) -> Response {
    let refusal = refuse_person(error).into_response();
    match error {
        OfficeError::TooManyAttempts(seconds) => {
            ([(header::RETRY_AFTER, seconds.to_string())], refusal).into_response()
        }
        OfficeError::WrongPassword => challenge(refusal, headers),
        _ => refusal,
    }
}

/// Asks programs for name and password; the page of this service shows by itself how to sign in, and says that it asks.
pub(super) fn challenge(refusal: Response, headers: &HeaderMap) -> Response {
    match headers.contains_key(PAGE_HEADER) {
        true => refusal,
        false => ([(header::WWW_AUTHENTICATE, CHALLENGE)], refusal).into_response(),
    }
}

async fn find_visitor(
    entrance: &Arc<Entrance>,
    peer: Option<IpAddr>,
    headers: &HeaderMap,
) -> HttpResult<Result<Visitor, OfficeError>> {
    // Hashing is slow on purpose; what is known from a moment ago is not hashed again.
    let basic = read_basic(headers).is_some_and(|(name, password)| !entrance.known.is_known(&name, &password));
    let _permit = match basic {
        true => Some(entrance.hashing.acquire().await.map_err(anyhow::Error::from)?),
        false => None,
    };
    let (working, headers) = (entrance.clone(), headers.clone());
    Ok(tokio::task::spawn_blocking(move || working.identify(peer, &headers)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_bytes(text.as_bytes()).unwrap();
        pairs.iter().map(|(name, text)| (HeaderName::from_static(name), value(text))).collect()
    }

    fn entrance(folder: &std::path::Path) -> Entrance {
        let options = EntranceOptions {
            proxies: vec!["127.0.0.0/8".parse().unwrap(), "10.1.0.0/16".parse().unwrap()],
            user_header: Some(HeaderName::from_static("x-remote-user")),
            guest_role: Some(OfficeRole::Viewer),
        };
        Entrance::new(options, Arc::new(Office::of_projects(folder))).unwrap()
    }

    #[test]
    fn a_name_counts_from_a_trusted_proxy_alone() {
        let folder = tempfile::tempdir().unwrap();
        let entrance = entrance(folder.path());
        let office = &entrance.office;
        office.add_person("王工", None, ("a", OfficeRole::Manager), "").unwrap();
        let named = headers(&[("x-remote-user", "王工"), ("x-forwarded-for", "6.6.6.6, 192.168.3.4, 10.1.2.3")]);
        let from = |peer: &str, headers: &HeaderMap| entrance.identify(Some(peer.parse().unwrap()), headers).unwrap();
        let trusted = from("127.0.0.1", &named);
        assert_eq!((trusted.name(), trusted.address.as_str()), ("王工", "192.168.3.4"));
        assert_eq!(trusted.person.unwrap().role_in("a"), Some(OfficeRole::Manager));
        assert_eq!(from("::ffff:10.1.9.9", &named).name(), "王工");
        let other = from("192.168.3.4", &named);
        assert_eq!((other.person, other.address.as_str()), (None, "192.168.3.4"), "anybody can send a header");
        assert_eq!(from("127.0.0.1", &headers(&[])).person, None, "the proxy names nobody");
        let guest = from("127.0.0.1", &headers(&[("x-remote-user", "外来")])).person.unwrap();
        assert_eq!((guest.role_in("a"), guest.name.as_str()), (Some(OfficeRole::Viewer), "外来"));
    }

    #[test]
    fn the_address_is_as_the_proxy_tells_it() {
        let url = |pairs: &[(&'static str, &str)]| read_forwarded(&headers(pairs)).map(|url| url.as_str().to_owned());
        assert_eq!(url(&[("host", "127.0.0.1:8080")]), None, "nginx as it is installed says nothing");
        let all = [("x-forwarded-proto", "https"), ("x-forwarded-host", "plan.cn"), ("x-forwarded-prefix", "/fire/")];
        assert_eq!(url(&all).unwrap(), "https://plan.cn/fire");
        assert_eq!(url(&[("host", "plan.cn:8443"), ("x-forwarded-proto", "https")]).unwrap(), "https://plan.cn:8443");
        assert_eq!(url(&[("x-forwarded-proto", "javascript"), ("host", "x")]), None);
    }

    #[test]
    fn programs_send_names_that_are_not_ascii() {
        let encoded = base64::engine::general_purpose::STANDARD.encode("王工:口令:2035");
        let read = read_basic(&headers(&[("authorization", &format!("Basic {encoded}"))]));
        assert_eq!(read, Some(("王工".to_owned(), "口令:2035".to_owned())));
        assert_eq!(read_basic(&headers(&[("authorization", "Bearer x")])), None);
        assert_eq!(read_cookie(&headers(&[("cookie", "a=b; fireplan_session=cd; e=f")])).unwrap().0, "cd");
    }
}
