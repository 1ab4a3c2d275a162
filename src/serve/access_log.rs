//! The log of requests: one line each, with who asked, for whoever looks after the server. Queries, bodies, cookies and passwords are not in it.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

use crate::metrics::ServerMetrics;
use crate::people::entrance::Peer;
use crate::people::visitor::Visitor;
use crate::time::format_time;
use fireplan_model::message::writing;

/// A file to which lines are added.
pub(crate) struct AccessLog {
    file: Mutex<File>,
}

/// A request with its answer.
struct LoggedRequest<'a> {
    at: SystemTime,
    address: &'a str,
    person: &'a str,
    method: &'a str,
    path: &'a str,
    status: u16,
    bytes: Option<&'a str>,
    took: Duration,
}

impl AccessLog {
    /// Adds to the file, which may be cut or copied away meanwhile.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(path).with_context(|| writing(path))?;
        Ok(Self { file: Mutex::new(file) })
    }

    fn write(&self, request: &LoggedRequest) {
        let line = request.write();
        let written = self.file.lock().expect("no panic while held").write_all(line.as_bytes());
        if let Err(error) = written {
            tracing::warn!("访问日志：{error} | the access log: {error}");
        }
    }
}

impl LoggedRequest<'_> {
    /// `time address person method path status bytes milliseconds`, with a hyphen for what is not known.
    fn write(&self) -> String {
        let Self { at, address, person, method, path, status, bytes, took } = self;
        let or_hyphen =
            |text: &str| if text.is_empty() { "-".to_owned() } else { text.replace(char::is_whitespace, "_") };
        let (address, person, path) = (or_hyphen(address), or_hyphen(person), or_hyphen(path));
        let (bytes, took_ms) = (bytes.unwrap_or("-"), took.as_secs_f64() * 1000.0);
        format!("{} {address} {person} {method} {path} {status} {bytes} {took_ms:.1}\n", format_time(*at))
    }
}

/// Counts every request, and writes it down where there is a log.
pub(crate) async fn watch_request(
    State((metrics, log)): State<(Arc<ServerMetrics>, Option<Arc<AccessLog>>)>,
    request: Request,
    next: Next,
) -> Response {
    let (at, began) = (SystemTime::now(), Instant::now());
    let about = log.is_some().then(|| {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.to_string()).unwrap_or_default();
        (request.method().clone(), request.uri().path().to_owned(), peer)
    });
    let response = next.run(request).await;
    metrics.count_request(response.status().as_u16(), began.elapsed());
    if let (Some(log), Some((method, path, peer))) = (log, about) {
        let visitor = response.extensions().get::<Visitor>();
        log.write(&LoggedRequest {
            at,
            address: visitor.map_or(peer.as_str(), |visitor| visitor.address.as_str()),
            person: visitor.map_or("", Visitor::name),
            method: method.as_str(),
            path: &path,
            status: response.status().as_u16(),
            bytes: response.headers().get(header::CONTENT_LENGTH).and_then(|bytes| bytes.to_str().ok()),
            took: began.elapsed(),
        });
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn a_line_is_one_line_of_eight_words() {
        let request = LoggedRequest {
            at: UNIX_EPOCH,
            address: "10.0.0.7",
            person: "王 工\n",
            method: "GET",
            path: "/areas/a/jobs",
            status: 200,
            bytes: None,
            took: Duration::from_micros(1_300),
        };
        let line = request.write();
        assert_eq!(line, "1970-01-01T00:00:00Z 10.0.0.7 王_工_ GET /areas/a/jobs 200 - 1.3\n");
        let nobody = LoggedRequest { person: "", address: "", ..request };
        assert_eq!(nobody.write().split(' ').count(), 8);
    }
}
