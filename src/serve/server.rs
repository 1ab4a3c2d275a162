//! The server below the routes: connections, how long they may stand still, how many there may be, and how it all ends.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::http::{HeaderName, HeaderValue, Method, Request, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tower::util::option_layer;
use tower_http::cors::CorsLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::access_log::{AccessLog, watch_request};
use crate::error;
use crate::hosts::{KnownHosts, check_host};
use crate::metrics::ServerMetrics;
use crate::people::entrance::{Entrance, EntranceOptions, Peer, identify_visitor};
use fireplan_office::Office;

/// What clients may take of the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectionLimits {
    /// A connection on which no whole head of a request comes in this time is closed, also between two requests.
    pub head_time: Duration,
    /// A body of which nothing more comes in this time is given up.
    pub body_time: Duration,
    /// So many connections at once; others wait.
    pub most: usize,
    /// Requests that are being answered when the server is to stop have so long to end.
    pub stop_time: Duration,
}

impl Default for ConnectionLimits {
    /// Systems commonly give a process 1,024 files; layers, stores and tiles want some of them.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { head_time: seconds(30), body_time: seconds(60), most: 800, stop_time: seconds(10) }
    }
}

/// What an office asks of a service.
#[derive(Debug, Clone, Default)]
pub struct OfficeOptions {
    /// Who comes in.
    pub entrance: EntranceOptions,
    /// The file to which a line is added for every request.
    pub access_log: Option<PathBuf>,
    /// Other sites whose pages may read here, such as `https://portal.example.cn`.
    pub cors_origins: Vec<String>,
    /// A run that takes longer is ended, in minutes; `None`: none is.
    pub run_minutes: Option<u64>,
}

/// What stands between connections and routes.
pub(crate) struct ServerSetup {
    hosts: Arc<KnownHosts>,
    entrance: Arc<Entrance>,
    metrics: Arc<ServerMetrics>,
    log: Option<Arc<AccessLog>>,
    cors: Option<CorsLayer>,
}

impl ServerSetup {
    pub(crate) fn new(hosts: KnownHosts, options: OfficeOptions, people: Arc<Office>) -> Result<Self> {
        let OfficeOptions { entrance, access_log, cors_origins, .. } = options;
        Ok(Self {
            hosts: Arc::new(hosts),
            entrance: Arc::new(Entrance::new(entrance, people)?),
            metrics: Arc::default(),
            log: access_log.map(|path| AccessLog::open(&path)).transpose()?.map(Arc::new),
            cors: allow_reading(&cors_origins)?,
        })
    }

    pub(crate) fn surround(self, router: Router, limits: &ConnectionLimits) -> Router {
        let router = router
            .layer(RequestBodyTimeoutLayer::new(limits.body_time))
            .layer(Extension(self.metrics.clone()))
            .layer(from_fn_with_state(self.hosts, check_host))
            .layer(from_fn_with_state(self.entrance, identify_visitor))
            .layer(from_fn(error::write_own_problem))
            .layer(option_layer(self.cors));
        router.layer(from_fn_with_state((self.metrics, self.log), watch_request))
    }
}

/// Lets pages of other sites read, as far as the operator names them. What they send goes without cookies, and changes nothing.
fn allow_reading(origins: &[String]) -> Result<Option<CorsLayer>> {
    let parse = |origin: &String| {
        let plain = origin.starts_with("http://") || origin.starts_with("https://");
        let value = HeaderValue::from_str(origin.trim_end_matches('/')).ok().filter(|_| plain);
        value.with_context(|| {
            format!("--cors-origin {origin}：应如 https://portal.example.cn | --cors-origin {origin}: write it like https://portal.example.cn")
        })
    };
    let origins = origins.iter().map(parse).collect::<Result<Vec<HeaderValue>>>()?;
    let headers = [header::ACCEPT, header::AUTHORIZATION, HeaderName::from_static("x-requested-with")];
    let shown = [header::LINK, header::RETRY_AFTER, HeaderName::from_static("content-crs")];
    Ok((!origins.is_empty()).then(|| {
        let layer = CorsLayer::new().allow_origin(origins).allow_methods([Method::GET, Method::HEAD]);
        layer.allow_headers(headers).expose_headers(shown).max_age(Duration::from_secs(3600))
    }))
}

/// Answers until `stop` ends; then those that are being answered have some time to end, unless it ends again.
pub(crate) async fn answer_until<S: Future<Output = ()>>(
    listener: TcpListener,
    router: Router,
    setup: ServerSetup,
    limits: ConnectionLimits,
    stop: impl Fn() -> S,
) -> Result<()> {
    give_memory_back();
    let metrics = setup.metrics.clone();
    let router = setup.surround(router, &limits);
    // Only HTTP 1: to tell the versions apart, the other reader waits for a first byte without end.
    let mut server = Builder::new(TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(limits.head_time);
    let (graceful, connections) = (GracefulShutdown::new(), Arc::new(Semaphore::new(limits.most)));
    let mut stopped = pin!(stop());
    loop {
        let accept = async {
            let permit = connections.clone().acquire_owned().await?;
            let accepted = listener.accept().await;
            anyhow::Ok((permit, accepted))
        };
        let (permit, accepted) = tokio::select! {
            accepted = accept => accepted?,
            () = &mut stopped => break,
        };
        let Ok((stream, from)) = accepted else {
            // Too many open files, or a client that has gone: neither ends the server.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = router.clone().map_request(move |mut request: Request<_>| {
            request.extensions_mut().insert(Peer(from.ip()));
            request
        });
        let connection = server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).into_owned();
        let (watched, counted) = (graceful.watch(connection), metrics.clone());
        counted.connections.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            // A client that breaks off is no error of ours.
            let _ = watched.await;
            counted.connections.fetch_sub(1, Ordering::Relaxed);
            drop(permit);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(limits.stop_time) => tracing::warn!("连接未及时结束，已断开 | connections were cut off"),
        () = stop() => tracing::warn!("再次收到停止信号，立即退出 | told to stop again: stopping at once"),
    }
    Ok(())
}

/// Ends when the program is told to: by Ctrl-C, or as systems tell services.
pub(crate) async fn wait_for_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut told) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = told.recv() => {}
            }
            return;
        }
    }
    // Without a signal handler the program is simply killed.
    let _ = tokio::signal::ctrl_c().await;
}

/// Makes the allocator of glibc give large blocks back when they are freed. By itself it raises the size from which it does so,
/// and compressing tile after tile then leaves holes that nothing fills.
fn give_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const LARGE_BYTES: libc::c_int = 64 << 10;
        // SAFETY: the function only sets a number of the allocator, and may be called at any time.
        let _ = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE_BYTES) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::Notify;

    struct Running {
        address: std::net::SocketAddr,
        stop: Arc<Notify>,
        ended: tokio::task::JoinHandle<Result<()>>,
    }

    async fn start(limits: ConnectionLimits) -> Running {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let wait = || async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            "late"
        };
        let router = Router::new()
            .route("/", axum::routing::post(|body: String| async { body }).get(|| async { "here" }))
            .route("/slow", axum::routing::get(wait))
            .route("/told", axum::routing::get(|| async { (axum::http::StatusCode::CONFLICT, "told already") }));
        let nobody = Arc::new(Office::at("no/such/office.sqlite".into()));
        let setup = ServerSetup::new(KnownHosts::default(), OfficeOptions::default(), nobody).unwrap();
        let stop = Arc::new(Notify::new());
        let told = stop.clone();
        let stopping = move || {
            let told = told.clone();
            async move { told.notified().await }
        };
        let ended = tokio::spawn(answer_until(listener, router, setup, limits, stopping));
        Running { address, stop, ended }
    }

    fn brief() -> ConnectionLimits {
        let ms = Duration::from_millis;
        ConnectionLimits { head_time: ms(300), body_time: ms(300), most: 20, stop_time: ms(300) }
    }

    async fn ask(running: &Running, text: &str) -> (TcpStream, String) {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut answer)).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..read.unwrap_or(0)]).into_owned();
        (stream, answer)
    }

    #[tokio::test]
    async fn connections_that_stand_still_make_room_for_others() {
        let running = start(brief()).await;
        let mut idle = Vec::new();
        for at in 0..60 {
            let mut stream = TcpStream::connect(running.address).await.unwrap();
            // Some say nothing, some half a head, some half a body.
            let said = ["", "GET / HT", "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nab"][at % 3];
            stream.write_all(said.as_bytes()).await.unwrap();
            idle.push(stream);
        }
        let (kept, answer) = ask(&running, "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        idle.push(kept);
        for mut stream in idle {
            let end = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut Vec::new())).await;
            assert!(end.is_ok(), "a connection stays open");
        }
    }

    #[tokio::test]
    async fn a_name_that_is_not_ours_is_refused() {
        let running = start(brief()).await;
        let (_, answer) = ask(&running, "GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 421") && answer.contains("--host evil.example"), "{answer}");
        let (_, answer) = ask(&running, "GET /told HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
        assert!(
            answer.starts_with("HTTP/1.1 409") && answer.contains("told already"),
            "what routes say stays: {answer}"
        );
    }

    #[tokio::test]
    async fn stopping_waits_for_answers_but_not_without_end_and_not_when_told_again() {
        let limits =
            ConnectionLimits { stop_time: Duration::from_secs(60), head_time: Duration::from_secs(60), ..brief() };
        for (limits, again) in [(brief(), false), (limits, true)] {
            let running = start(limits).await;
            let mut slow = TcpStream::connect(running.address).await.unwrap();
            slow.write_all(b"GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
            running.stop.notify_one();
            if again {
                tokio::time::sleep(Duration::from_millis(100)).await;
                running.stop.notify_one();
            }
            let ended = tokio::time::timeout(Duration::from_secs(2), running.ended).await;
            ended.expect("it goes on").unwrap().unwrap();
        }
    }
}
