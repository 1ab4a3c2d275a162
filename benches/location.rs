//! Location models at the sizes of the literature: value, bound, gap and processor seconds of this crate, and of HiGHS given
//! the plain problem (nothing merged, nothing known before) in the same run.
//!
//! `cargo bench --bench location` runs all; `cargo bench --bench location -- kings` those whose name has the word. HiGHS is
//! stopped after `FIREPLAN_BASELINE_S` seconds (60), 0 leaves it out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use fireplan_location::{
    Covering, Phased, Plan, SearchLimits, Serving, by_room, least_cost, most_backed_up, most_covered, p_center,
    p_median, phased,
};
use highs::{Col, HighsSolutionStatus, RowProblem, Sense};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    println!("{:34} {:>14} {:>14} {:>9} {:>9}  ended", "", "value", "bound", "gap", "CPU s");
    for (name, run) in CASES {
        if is_wanted(name) {
            run(name);
        }
    }
}

type Case = (&'static str, fn(&str));

const CASES: &[Case] = &[
    ("most covered, 5,000 x 500, 10 + 5", |name| {
        let problem = Covering { required: vec![0, 100, 200, 300, 400], ..coverage(5_000, 500, 900.0, 1) };
        compare(
            name,
            || most_covered(&problem, 10, &SearchLimits::seconds(60.0)),
            |cap_s| plain_covering(&problem, 10, cap_s),
        );
    }),
    ("most covered, 60,000 x 500, 10 + 5", |name| {
        let problem = Covering { required: vec![0, 100, 200, 300, 400], ..coverage(60_000, 500, 900.0, 2) };
        compare(
            name,
            || most_covered(&problem, 10, &SearchLimits::seconds(60.0)),
            |cap_s| plain_covering(&problem, 10, cap_s),
        );
    }),
    ("most covered, 60,000 x 500, 20", |name| {
        let problem = coverage(60_000, 500, 900.0, 2);
        compare(
            name,
            || most_covered(&problem, 20, &SearchLimits::seconds(60.0)),
            |cap_s| plain_covering(&problem, 20, cap_s),
        );
    }),
    ("kings, 7,730 x 7,730, 60, half a second", |name| {
        let problem = coverage(7_730, 7_730, 550.0, 3);
        report(name, || most_covered(&problem, 60, &SearchLimits::seconds(0.5)));
    }),
    ("kings, 7,730 x 7,730, 60, until 1 %", |name| {
        let problem = coverage(7_730, 7_730, 550.0, 3);
        let close = AtomicBool::new(false);
        let on_progress = |value: u64, bound: u64| close.store((bound - value) * 100 <= value, Ordering::Relaxed);
        let cancelled = || close.load(Ordering::Relaxed);
        report(name, || {
            most_covered(
                &problem,
                60,
                &SearchLimits { cancelled: &cancelled, on_progress: &on_progress, ..SearchLimits::patient() },
            )
        });
    }),
    ("kings, 7,730 x 7,730, 60, 30 s", |name| {
        let problem = coverage(7_730, 7_730, 550.0, 3);
        compare(
            name,
            || most_covered(&problem, 60, &SearchLimits::seconds(30.0)),
            |cap_s| plain_covering(&problem, 60, cap_s),
        );
    }),
    ("least cost, 5,000 x 500, all", |name| {
        let problem = coverage(5_000, 500, 1_500.0, 1);
        let target = problem.covered(&(0..500).collect::<Vec<u32>>());
        report(name, || least_cost(&problem, target, &SearchLimits::seconds(60.0)).expect("it can be covered"));
    }),
    ("least cost, 5,000 x 500, 90 %", |name| {
        let problem = coverage(5_000, 500, 1_500.0, 1);
        let target = problem.total() * 9 / 10;
        report(name, || least_cost(&problem, target, &SearchLimits::seconds(60.0)).expect("it can be covered"));
    }),
    ("most backed up, 5,000 x 500, 15", |name| {
        let problem = coverage(5_000, 500, 1_500.0, 1);
        let covered = problem.total() / 2;
        report(name, || {
            most_backed_up(&problem, 15, covered, &SearchLimits::seconds(60.0)).expect("it can be covered")
        });
    }),
    ("phased, 5,000 x 500, 4 + 4 + 4", |name| {
        let problem = coverage(5_000, 500, 1_500.0, 1);
        report(name, || {
            let Phased { value, bound, ended, .. } =
                phased(&problem, &[4, 8, 12], &[3, 5, 10], &SearchLimits::seconds(60.0));
            Plan { chosen: vec![], value, bound, ended }
        });
    }),
    ("by room, 5,000 x 500, 1 to 20", |name| {
        let problem = coverage(5_000, 500, 1_500.0, 1);
        report(name, || {
            let rooms: Vec<u64> = (1..=20).collect();
            let curve = by_room(&problem, &rooms, &SearchLimits::seconds(60.0));
            curve.into_iter().max_by(|a, b| a.gap().total_cmp(&b.gap())).expect("there are rooms")
        });
    }),
    ("p-center, 1,000 x 200, 10", |name| {
        let problem = distances(1_000, 200, 4);
        report(name, || p_center(&problem, 10, &SearchLimits::seconds(60.0)).expect("all are reached"));
    }),
    ("p-median, 1,000 x 200, 10", |name| {
        let problem = distances(1_000, 200, 4);
        let run = || p_median(&problem, 10, &SearchLimits::seconds(60.0)).expect("all are reached");
        compare(name, run, |cap_s| plain_median(&problem, 10, cap_s));
    }),
    ("p-median, 40,000 x 1,000, 20", |name| {
        let problem = distances(40_000, 1_000, 5);
        report(name, || p_median(&problem, 20, &SearchLimits::seconds(60.0)).expect("all are reached"));
    }),
];

fn compare(name: &str, run: impl FnOnce() -> Plan, plain: impl FnOnce(f64) -> Baseline) {
    let ours_s = report(name, run);
    let cap_s = std::env::var("FIREPLAN_BASELINE_S").ok().and_then(|text| text.parse().ok()).unwrap_or(60.0);
    if cap_s > 0.0 {
        let start = cpu_seconds();
        let Baseline { value, bound, gap } = plain(cap_s);
        let theirs_s = cpu_seconds() - start;
        let ratio = theirs_s / ours_s.max(0.01);
        println!(
            "{:34} {value:14.0} {bound:14.0} {:8.4} % {theirs_s:9.2}  {ratio:.1} times ours",
            "  plain HiGHS",
            gap * 100.0
        );
    }
}

/// Runs, prints, and gives the processor seconds.
fn report(name: &str, run: impl FnOnce() -> Plan) -> f64 {
    let (start, wall) = (cpu_seconds(), Instant::now());
    let plan = run();
    let (cpu_s, wall_s) = (cpu_seconds() - start, wall.elapsed().as_secs_f64());
    let Plan { value, bound, ended, .. } = &plan;
    println!("{name:34} {value:14} {bound:14} {:8.4} % {cpu_s:9.2}  {ended:?} ({wall_s:.2} s)", plan.gap() * 100.0);
    cpu_s
}

/// Processor time used so far by all threads: user and system ticks of `/proc/self/stat`.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

struct Baseline {
    value: f64,
    bound: f64,
    gap: f64,
}

fn solve_plain(problem: RowProblem, sense: Sense, cap_s: f64) -> Baseline {
    let mut model = problem.optimise(sense);
    model.set_option("threads", 1);
    model.set_option("time_limit", cap_s);
    model.set_option("mip_rel_gap", 0.0);
    let solved = model.solve();
    let found = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let value = if found { solved.objective_value() } else { f64::NAN };
    let bound = solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::NAN);
    Baseline { value, bound, gap: (bound - value).abs() / value }
}

fn plain_covering(covering: &Covering, room: u64, cap_s: f64) -> Baseline {
    let mut problem = RowProblem::default();
    let options: Vec<Col> = covering.covers.iter().map(|_| problem.add_integer_column(0.0, 0..=1)).collect();
    let mut rows: Vec<Vec<(Col, f64)>> =
        covering.weights.iter().map(|weight| vec![(problem.add_column(*weight as f64, 0..=1), -1.0)]).collect();
    for (option, cover) in options.iter().zip(&covering.covers) {
        cover.iter().for_each(|demand| rows[*demand as usize].push((*option, 1.0)));
    }
    rows.into_iter().for_each(|row| problem.add_row(0.0.., row));
    covering.required.iter().for_each(|option| problem.add_row(1.0.., [(options[*option as usize], 1.0)]));
    let most = room as f64 + covering.required.len() as f64;
    problem.add_row(..=most, options.iter().map(|option| (*option, 1.0)));
    solve_plain(problem, Sense::Maximise, cap_s)
}

fn plain_median(serving: &Serving, p: usize, cap_s: f64) -> Baseline {
    let mut problem = RowProblem::default();
    let options: Vec<Col> = (0..serving.options).map(|_| problem.add_integer_column(0.0, 0..=1)).collect();
    for (demand, weight) in serving.weights.iter().enumerate() {
        let times = serving.times_of(demand).iter();
        let shares: Vec<Col> =
            times.map(|time| problem.add_column((weight * u64::from(*time)) as f64, 0..=1)).collect();
        shares
            .iter()
            .zip(&options)
            .for_each(|(share, option)| problem.add_row(..=0.0, [(*share, 1.0), (*option, -1.0)]));
        problem.add_row(1.0..=1.0, shares.iter().map(|share| (*share, 1.0)));
    }
    problem.add_row(..=p as f64, options.iter().map(|option| (*option, 1.0)));
    solve_plain(problem, Sense::Minimise, cap_s)
}

/// Demands in towns, weighted by people; options at every so many-th of them; covered within the radius.
fn coverage(demands: usize, options: usize, radius_m: f64, seed: u64) -> Covering {
    let Towns { places, people } = Towns::new(demands, seed);
    let sites = (0..options).map(|option| places[option * demands / options]);
    let near = |(x, y): (f64, f64)| {
        let near = |at: &usize| (places[*at].0 - x).hypot(places[*at].1 - y) <= radius_m;
        (0..demands).filter(near).map(|demand| demand as u32).collect()
    };
    Covering { covers: sites.map(near).collect(), weights: people, ..Covering::default() }
}

/// The same, with seconds at 10 m/s from every demand to every option.
fn distances(demands: usize, options: usize, seed: u64) -> Serving {
    let Towns { places, people } = Towns::new(demands, seed);
    let sites: Vec<(f64, f64)> = (0..options).map(|option| places[option * demands / options]).collect();
    let time = |a: &(f64, f64), b: &(f64, f64)| (1.3 * (a.0 - b.0).hypot(a.1 - b.1) / 10.0) as u32;
    let times = places.iter().flat_map(|place| sites.iter().map(|site| time(place, site)).collect::<Vec<u32>>());
    Serving { times: times.collect(), weights: people, options, required: vec![] }
}

struct Towns {
    places: Vec<(f64, f64)>,
    people: Vec<u64>,
}

impl Towns {
    /// Sixty towns of up to 4 km on 12 × 15 km: a city like Kings County in extent, with few populous places.
    fn new(count: usize, seed: u64) -> Self {
        let mut random = Random(seed);
        let centres: Vec<(f64, f64)> = (0..60).map(|_| (random.unit() * 12_000.0, random.unit() * 15_000.0)).collect();
        let mut place = || {
            let (x, y) = centres[(random.unit() * centres.len() as f64) as usize];
            let (angle, far_m) = (random.unit() * std::f64::consts::TAU, 4_000.0 * random.unit());
            let people = (1.0 / (0.002 + random.unit())) as u64 + 20;
            ((x + far_m * angle.cos(), y + far_m * angle.sin()), people)
        };
        let (places, people) = (0..count).map(|_| place()).unzip();
        Self { places, people }
    }
}

/// A linear congruential generator with mixed output: the same numbers in every run.
struct Random(u64);

impl Random {
    /// At least 0 and below 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        ((mixed ^ (mixed >> 29)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
