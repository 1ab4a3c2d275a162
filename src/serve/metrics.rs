//! What the server counts of itself, and how other programs read it: `/metrics` in the text form of Prometheus.

use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Upper bounds of the times of answers, in seconds.
const BOUNDS_S: [f64; 8] = [0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

/// Counters of one server.
pub(crate) struct ServerMetrics {
    began: Instant,
    /// By the first digit of the status.
    requests: [AtomicU64; 6],
    /// Answers that took no longer than each bound.
    within: [AtomicU64; BOUNDS_S.len()],
    micro_seconds: AtomicU64,
    pub(crate) connections: AtomicI64,
}

impl Default for ServerMetrics {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            requests: Default::default(),
            within: Default::default(),
            micro_seconds: AtomicU64::new(0),
            connections: AtomicI64::new(0),
        }
    }
}

/// How many runs and packages there are in each state.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WorkCounts {
    pub areas_open: usize,
    pub waiting: usize,
    pub running: usize,
    pub finished: usize,
    pub runs_bytes: u64,
}

impl std::ops::AddAssign for WorkCounts {
    fn add_assign(&mut self, other: Self) {
        self.areas_open += other.areas_open;
        self.waiting += other.waiting;
        self.running += other.running;
        self.finished += other.finished;
        self.runs_bytes += other.runs_bytes;
    }
}

impl ServerMetrics {
    pub(crate) fn count_request(&self, status: u16, took: Duration) {
        let add = |counter: &AtomicU64, count: u64| counter.fetch_add(count, Ordering::Relaxed);
        add(&self.requests[usize::from(status / 100).min(5)], 1);
        add(&self.micro_seconds, took.as_micros() as u64);
        let seconds = took.as_secs_f64();
        for (within, _) in self.within.iter().zip(BOUNDS_S).filter(|(_, bound)| seconds <= *bound) {
            add(within, 1);
        }
    }

    /// Everything that is counted, as Prometheus reads it.
    pub(crate) fn write(&self, work: &WorkCounts) -> String {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut text = String::new();
        let mut tell = |name: &str, kind: &str, help: &str, values: &[(String, f64)]| {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "# HELP fireplan_{name} {help}\n# TYPE fireplan_{name} {kind}");
            for (labels, value) in values {
                let _ = writeln!(text, "fireplan_{name}{labels} {value}");
            }
        };
        let one = |value: f64| vec![(String::new(), value)];
        tell(
            "build_info",
            "gauge",
            "Version of the program.",
            &[(format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")), 1.0)],
        );
        tell("uptime_seconds", "gauge", "Time since the server began.", &one(self.began.elapsed().as_secs_f64()));
        let by_class = (1..6).map(|class| (format!("{{class=\"{class}xx\"}}"), load(&self.requests[class]) as f64));
        tell("http_requests_total", "counter", "Requests answered, by class of status.", &by_class.collect::<Vec<_>>());
        let all: u64 = self.requests.iter().map(load).sum();
        let mut times: Vec<(String, f64)> = BOUNDS_S
            .iter()
            .zip(&self.within)
            .map(|(bound, within)| (format!("_bucket{{le=\"{bound}\"}}"), load(within) as f64))
            .collect();
        times.push(("_bucket{le=\"+Inf\"}".to_owned(), all as f64));
        times.push(("_sum".to_owned(), load(&self.micro_seconds) as f64 / 1e6));
        times.push(("_count".to_owned(), all as f64));
        tell("http_request_duration_seconds", "histogram", "Time to the beginning of the answer.", &times);
        tell(
            "http_connections",
            "gauge",
            "Connections that are open.",
            &one(self.connections.load(Ordering::Relaxed) as f64),
        );
        tell("areas_open", "gauge", "Areas that are open.", &one(work.areas_open as f64));
        let states = [("waiting", work.waiting), ("running", work.running), ("finished", work.finished)];
        let runs = states.map(|(state, count)| (format!("{{state=\"{state}\"}}"), count as f64));
        tell("runs", "gauge", "Runs of open areas, by state.", &runs);
        tell("runs_disk_bytes", "gauge", "What the runs of open areas take on disk.", &one(work.runs_bytes as f64));
        if let Some(bytes) = find_resident_bytes() {
            tell("resident_memory_bytes", "gauge", "Memory of the program.", &one(bytes as f64));
        }
        text
    }
}

/// Memory of this program, where the system tells it in `/proc`.
fn find_resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told_as_prometheus_reads_it() {
        let metrics = ServerMetrics::default();
        metrics.count_request(200, Duration::from_millis(7));
        metrics.count_request(404, Duration::from_secs(60));
        let text = metrics.write(&WorkCounts { waiting: 3, runs_bytes: 1 << 40, ..WorkCounts::default() });
        for line in [
            "fireplan_http_requests_total{class=\"2xx\"} 1",
            "fireplan_http_requests_total{class=\"4xx\"} 1",
            "fireplan_http_request_duration_seconds_bucket{le=\"0.005\"} 0",
            "fireplan_http_request_duration_seconds_bucket{le=\"0.01\"} 1",
            "fireplan_http_request_duration_seconds_bucket{le=\"30\"} 1",
            "fireplan_http_request_duration_seconds_bucket{le=\"+Inf\"} 2",
            "fireplan_http_request_duration_seconds_count 2",
            "fireplan_runs{state=\"waiting\"} 3",
            "fireplan_runs_disk_bytes 1099511627776",
        ] {
            assert!(text.lines().any(|told| told == line), "{line}\n{text}");
        }
        let names = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
        assert!(
            names.clone().count() >= 8
                && names.clone().collect::<std::collections::BTreeSet<_>>().len() == names.count()
        );
    }
}
