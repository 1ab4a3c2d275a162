//! Location models at the sizes of the literature, on cities that look like real ones: value, bound, gap, processor seconds and
//! peak memory of this crate, and of HiGHS given the plain problem in the same run. All on one core.
//!
//! `cargo bench --bench location` runs all, in less than 15 minutes; `cargo bench --bench location -- streets` those whose name
//! has the word. HiGHS is stopped after `FIREPLAN_BASELINE_S` seconds (30), 0 leaves it out.

mod cases;
mod instances;
mod plain;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use fireplan_location::{Plan, SearchLimits};

use plain::Baseline;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("nothing ran before");
    println!("{:36} {:>14} {:>14} {:>9} {:>8} {:>8}  ended", "", "value", "bound", "gap", "CPU s", "MB");
    for (name, run) in cases::CASES {
        if is_wanted(name) {
            run(name);
        }
    }
}

/// Runs ours, with so many processor seconds, and plain HiGHS.
fn compare(name: &str, cap_s: f64, run: impl FnOnce(&SearchLimits) -> Plan, plain: impl FnOnce(f64) -> Baseline) {
    let ours_s = report(name, cap_s, run);
    let cap_s = std::env::var("FIREPLAN_BASELINE_S").ok().and_then(|text| text.parse().ok()).unwrap_or(30.0);
    if cap_s > 0.0 {
        forget_peak();
        let start = cpu_seconds();
        let Baseline { value, bound, gap } = plain(cap_s);
        let theirs_s = cpu_seconds() - start;
        let ratio = theirs_s / ours_s.max(0.01);
        println!(
            "{:36} {value:14.0} {bound:14.0} {:8.4} % {theirs_s:7.1} {:8}  {ratio:.1} times ours",
            "  plain HiGHS",
            gap * 100.0,
            peak_mb(),
        );
    }
}

/// Runs with so many processor seconds, prints, and gives the processor seconds.
fn report(name: &str, cap_s: f64, run: impl FnOnce(&SearchLimits) -> Plan) -> f64 {
    forget_peak();
    let (start, wall) = (cpu_seconds(), Instant::now());
    // Asked often: the kernel is asked only now and then.
    let (next_ms, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let is_over = || {
        let now_ms = wall.elapsed().as_millis() as u64;
        if now_ms >= next_ms.load(Ordering::Relaxed) {
            next_ms.store(now_ms + 20, Ordering::Relaxed);
            over.store(cpu_seconds() - start >= cap_s, Ordering::Relaxed);
        }
        over.load(Ordering::Relaxed)
    };
    let plan = run(&SearchLimits { cancelled: &is_over, ..SearchLimits::patient() });
    let (cpu_s, wall_s) = (cpu_seconds() - start, wall.elapsed().as_secs_f64());
    let Plan { value, bound, ended, .. } = &plan;
    println!(
        "{name:36} {value:14} {bound:14} {:8.4} % {cpu_s:7.1} {:8}  {ended:?} ({wall_s:.1} s)",
        plan.gap() * 100.0,
        peak_mb()
    );
    cpu_s
}

/// Processor time used so far by all threads: user and system ticks of `/proc/self/stat`.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The most memory held since the last call of [`forget_peak`], the instance included.
fn peak_mb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn forget_peak() {
    // Where the kernel does not let a process do so, the peak is that of all cases so far.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
