//! Under which names the service may be asked for. A page of another site can give its own name the address of this machine, and
//! then ask here as if it were ours; what it cannot change is the name that its reader's browser sends.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Problem;

/// The address under which people know the service, where something stands before it: `https://plan.example.cn/fire`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Arc<str>);

impl PublicUrl {
    /// Without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the host: `/fire`, or nothing.
    pub(crate) fn path(&self) -> &str {
        let rest = self.0.split("://").nth(1).unwrap_or_default();
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// Host and port, as browsers send them.
    pub(crate) fn authority(&self) -> &str {
        let rest = self.0.split("://").nth(1).unwrap_or_default();
        rest.split('/').next().unwrap_or_default()
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = text.trim().trim_end_matches('/');
        let rest = ["http://", "https://"].iter().find_map(|scheme| url.strip_prefix(scheme));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:[]/%".contains(c);
        match rest {
            Some(rest) if !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(plain) => Ok(Self(url.into())),
            _ => Err(format!(
                "“{text}”不是网址，应如 https://plan.example.cn/fire | '{text}' is no address such as https://plan.example.cn/fire"
            )),
        }
    }
}

/// The names under which the service answers, beside addresses in numbers and `localhost`.
#[derive(Debug, Clone, Default)]
pub struct KnownHosts {
    /// Names that the operator has given.
    pub names: Vec<String>,
    /// The address under which people know the service, if something stands before it.
    pub public_url: Option<PublicUrl>,
}

impl KnownHosts {
    fn knows(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.rsplit_once(':').map_or(host, |(name, _)| name),
        };
        let same = |known: &str| known.eq_ignore_ascii_case(name) || known.eq_ignore_ascii_case(host);
        // Addresses in numbers cannot be given to another machine.
        name.parse::<IpAddr>().is_ok()
            || name.eq_ignore_ascii_case("localhost")
            || name.to_ascii_lowercase().ends_with(".localhost")
            || self.names.iter().any(|known| same(known))
            || self.public_url.as_ref().is_some_and(|url| same(url.authority()))
            || own_name().is_some_and(|own| same(&own))
    }
}

/// What this machine calls itself: its neighbours may call it so.
fn own_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::env::var("COMPUTERNAME"));
    name.ok().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Refuses requests under a name that is not ours, and tells the others how the service is known outside. A proxy that is trusted has
/// told the name already.
pub(crate) async fn check_host(State(hosts): State<Arc<KnownHosts>>, mut request: Request, next: Next) -> Response {
    let told = request.extensions().get::<PublicUrl>().is_some();
    if let Some(host) = header_text(request.headers(), header::HOST.as_str())
        && !told
        && !hosts.knows(host)
    {
        let host: String = host.chars().filter(|c| !c.is_control()).take(80).collect();
        let detail = format!(
            "本服务不以“{host}”为名；如确为本服务的名称，请在启动时加 --host {host} | \
             This service is not called '{host}'; if it is, start it with --host {host}"
        );
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, detail).into_response();
    }
    if let Some(url) = &hosts.public_url {
        request.extensions_mut().insert(url.clone());
    }
    next.run(request).await
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_localhost_and_given_names_are_ours_and_others_are_not() {
        let url = "https://plan.example.cn:8443/fire/".parse::<PublicUrl>().unwrap();
        assert_eq!((url.authority(), url.path()), ("plan.example.cn:8443", "/fire"));
        assert_eq!("http://plan.example.cn/".parse::<PublicUrl>().unwrap().path(), "");
        let hosts = KnownHosts { names: vec!["gis-server".to_owned()], public_url: Some(url) };
        for host in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "10.1.2.3",
            "localhost:9",
            "a.localhost",
            "GIS-Server:8080",
            "plan.example.cn:8443",
        ] {
            assert!(hosts.knows(host), "{host}");
        }
        for host in ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "x[::1]"]
        {
            assert!(!hosts.knows(host), "{host}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "plan.example.cn", "ftp://x", "http://", "http:///x", "http://a b", "http://a\"b"] {
            assert!(text.parse::<PublicUrl>().is_err(), "{text}");
        }
    }
}
