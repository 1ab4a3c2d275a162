//! The problems that are solved.

use std::sync::OnceLock;

use fireplan_location::{
    Covering, Phased, Plan, SearchLimits, by_room, least_cost, most_backed_up, most_covered, p_center, p_median, phased,
};

use super::instances::City;
use super::{compare, plain, report};

type Case = (&'static str, fn(&str));

pub(crate) const CASES: &[Case] = &[
    ("streets, real, 500 m, 40, in 5 s", |name| real(name, 500.0, 40, 5.0)),
    ("streets, real, 500 m, 40, in 30 s", |name| real(name, 500.0, 40, 30.0)),
    ("streets, 3,839, 450 m, 40, in 30 s", |name| streets(name, 3_839, 450.0, 40, 30.0)),
    ("streets, 5,137, 500 m, 50, in 30 s", |name| streets(name, 5_137, 500.0, 50, 30.0)),
    ("streets, 7,730, 550 m, 60, in 5 s", |name| streets(name, 7_730, 550.0, 60, 5.0)),
    ("streets, 7,730, 550 m, 60, in 30 s", |name| {
        let problem = City::new(7_730, BLOCK_M2, 3).coverage(7_730, 550.0);
        compare(name, 30.0, |limits| most_covered(&problem, 60, limits), |cap_s| plain::covering(&problem, 60, cap_s));
    }),
    ("most covered, 60,000 x 500, 10 + 5", |name| {
        let required = vec![0, 100, 200, 300, 400];
        let problem = Covering { required, ..City::new(60_000, 3_000.0, 2).coverage(500, 1_500.0) };
        compare(name, 60.0, |limits| most_covered(&problem, 10, limits), |cap_s| plain::covering(&problem, 10, cap_s));
    }),
    ("most covered, 1,000,000 x 1,000, 40", |name| {
        let problem = City::new(1_000_000, 250.0, 5).coverage(1_000, 1_200.0);
        report(name, 120.0, |limits| most_covered(&problem, 40, limits));
    }),
    ("least cost, 5,000 x 500, all", |name| {
        let problem = dense();
        let target = problem.covered(&(0..500).collect::<Vec<u32>>());
        report(name, 60.0, |limits| least_cost(problem, target, limits).expect("it can be covered"));
    }),
    ("least cost, 5,000 x 500, 90 %", |name| {
        let target = dense().total() * 9 / 10;
        report(name, 60.0, |limits| least_cost(dense(), target, limits).expect("it can be covered"));
    }),
    ("most backed up, 5,000 x 500, 15", |name| {
        let covered = dense().total() / 2;
        report(name, 60.0, |limits| most_backed_up(dense(), 15, covered, limits).expect("it can be covered"));
    }),
    ("phased, 5,000 x 500, 4 + 4 + 4", |name| {
        report(name, 60.0, |limits| {
            let Phased { value, bound, ended, .. } = phased(dense(), &[4, 8, 12], &[3, 5, 10], limits);
            Plan { chosen: vec![], value, bound, ended }
        });
    }),
    ("by room, 5,000 x 500, worst of 1 to 20", |name| {
        report(name, 60.0, |_| {
            let rooms: Vec<u64> = (1..=20).collect();
            let curve = by_room(dense(), &rooms, &SearchLimits::seconds(60.0));
            curve.into_iter().max_by(|a, b| a.gap().total_cmp(&b.gap())).expect("there are rooms")
        });
    }),
    ("p-center, 100,000 x 100,000, 10", |name| center(name, 10)),
    ("p-center, 100,000 x 100,000, 20", |name| center(name, 20)),
    ("p-median, 1,000 x 200, 10", |name| {
        let problem = City::new(1_000, BLOCK_M2, 4).serving(200);
        let run = |limits: &SearchLimits| p_median(&problem, 10, limits).expect("all are reached");
        compare(name, 30.0, run, |cap_s| plain::median(&problem, 10, cap_s));
    }),
    ("p-median, 20,000 x 20,000, 50", |name| {
        let city = City::new(20_000, BLOCK_M2, 6);
        report(name, 120.0, |limits| p_median(&city.drives(20_000), 50, limits).expect("all are reached"));
    }),
];

/// Square metres to a block in the Bronx, streets included.
const BLOCK_M2: f64 = 19_600.0;

/// Options that cover a tenth of everything each, three or four of them every demand.
fn dense() -> &'static Covering {
    static DENSE: OnceLock<Covering> = OnceLock::new();
    DENSE.get_or_init(|| City::new(5_000, BLOCK_M2, 1).coverage(500, 1_500.0))
}

fn real(name: &str, radius_m: f64, p: u64, cap_s: f64) {
    match City::bronx() {
        Some(city) => {
            let problem = city.coverage(city.places.len(), radius_m);
            report(name, cap_s, |limits| most_covered(&problem, p, limits));
        }
        None => println!("{name:36} left out: the data are not at hand"),
    }
}

fn streets(name: &str, count: usize, radius_m: f64, p: u64, cap_s: f64) {
    let problem = City::new(count, BLOCK_M2, 3).coverage(count, radius_m);
    report(name, cap_s, |limits| most_covered(&problem, p, limits));
}

fn center(name: &str, p: usize) {
    let city = City::new(100_000, BLOCK_M2, 7);
    report(name, 120.0, |limits| p_center(&city.drives(100_000), p, limits).expect("all are reached"));
}
