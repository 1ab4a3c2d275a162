//! Every model against trying every choice, on small random problems.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::*;

const PATIENT: fn() -> SearchLimits<'static> = SearchLimits::patient;

fn coverings() -> impl Strategy<Value = Covering> {
    let weights = prop::collection::vec(0_u64..20, 1..9);
    let covers = prop::collection::vec(prop::collection::btree_set(0_u32..8, 0..6), 1..8);
    let costs = prop_oneof![Just(vec![]), prop::collection::vec(0_u64..6, 8)];
    let groups = prop_oneof![Just(vec![]), prop::collection::vec(0_u32..4, 0..8)];
    let required = prop::collection::btree_set(0_u32..8, 0..3);
    (weights, covers, costs, groups, required).prop_map(|(weights, covers, costs, groups, required)| {
        let covers: Vec<Vec<u32>> = covers.into_iter().map(|cover| cover.into_iter().collect()).collect();
        let required = required.into_iter().filter(|option| (*option as usize) < covers.len()).collect();
        Covering { weights, covers, costs, groups, required }
    })
}

/// All choices that contain the required options and at most one of each group beside them.
fn choices(covering: &Covering) -> Vec<Vec<u32>> {
    let options = covering.covers.len() as u32;
    let all = (0..1_u32 << options).map(|mask| (0..options).filter(|o| mask >> o & 1 == 1).collect::<Vec<u32>>());
    all.filter(|chosen| is_allowed(covering, chosen)).collect()
}

fn is_allowed(covering: &Covering, chosen: &[u32]) -> bool {
    let clash = |a: &u32, b: &u32| a != b && covering.group_of(*a) == covering.group_of(*b);
    let required = |option: &u32| covering.required.contains(option);
    covering.required.iter().all(|option| chosen.contains(option))
        && chosen.iter().all(|a| chosen.iter().all(|b| !clash(a, b) || required(a) && required(b)))
}

/// Every choice's value, of those within the room.
fn values(covering: &Covering, room: u64, value: impl Fn(&[u32]) -> u64) -> Vec<u64> {
    let within = choices(covering).into_iter().filter(|chosen| covering.cost(chosen) <= room);
    within.map(|chosen| value(&chosen)).collect()
}

fn most(covering: &Covering, room: u64) -> u64 {
    values(covering, room, |chosen| covering.covered(chosen)).into_iter().max().unwrap()
}

/// Σ years × weight covered over nested phases, at best.
fn most_phased(covering: &Covering, rooms: &[u64], years: &[u64]) -> u64 {
    fn rest(covering: &Covering, all: &[Vec<u32>], before: &[u32], rooms: &[u64], years: &[u64]) -> Option<u64> {
        let Some((room, rooms)) = rooms.split_first() else { return Some(0) };
        let nested = all.iter().filter(|chosen| covering.cost(chosen) <= *room);
        let nested = nested.filter(|chosen| before.iter().all(|option| chosen.contains(option)));
        nested
            .filter_map(|chosen| {
                Some(years[0] * covering.covered(chosen) + rest(covering, all, chosen, rooms, &years[1..])?)
            })
            .max()
    }
    rest(covering, &choices(covering), &[], rooms, years).unwrap()
}

fn servings() -> impl Strategy<Value = Serving> {
    let time = prop_oneof![8 => 0_u32..30, 1 => Just(Serving::UNREACHED)];
    (1_usize..7, 1_usize..8).prop_flat_map(move |(options, demands)| {
        let weights = prop::collection::vec(0_u64..9, demands);
        let times = prop::collection::vec(time.clone(), demands * options);
        let required = prop::collection::btree_set(0_u32..options as u32, 0..2);
        (weights, times, required).prop_map(move |(weights, times, required)| Serving {
            weights,
            times,
            options,
            required: required.into_iter().collect(),
        })
    })
}

/// All choices of at most `p` options beside the required.
fn choices_of(serving: &Serving, p: usize) -> Vec<Vec<u32>> {
    let options = serving.options as u32;
    let all = (0..1_u32 << options).map(|mask| (0..options).filter(|o| mask >> o & 1 == 1).collect::<Vec<u32>>());
    let within = |chosen: &Vec<u32>| {
        serving.required.iter().all(|option| chosen.contains(option))
            && chosen.iter().filter(|option| !serving.required.contains(option)).count() <= p
    };
    all.filter(within).collect()
}

fn unreached_weight(serving: &Serving, chosen: &[u32]) -> u64 {
    let open = (0..serving.weights.len()).filter(|demand| serving.nearest(*demand, chosen).is_none());
    open.map(|demand| serving.weights[demand]).sum()
}

/// What a search reported on the way: its values and bounds.
#[derive(Default)]
struct Reports(Mutex<Vec<(u64, u64)>>);

impl Reports {
    /// Runs with a function that hears the reports and cancels after so many questions.
    fn of<T>(cancel_after: usize, run: impl FnOnce(&SearchLimits) -> T) -> (T, Vec<(u64, u64)>) {
        let (reports, asked) = (Self::default(), AtomicUsize::new(0));
        let on_progress = |value, bound| reports.0.lock().unwrap().push((value, bound));
        let cancelled = || asked.fetch_add(1, Ordering::Relaxed) >= cancel_after;
        let found = run(&SearchLimits { cancelled: &cancelled, on_progress: &on_progress, ..PATIENT() });
        (found, reports.0.into_inner().unwrap())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn most_covered_is_the_most(covering in coverings(), room in 0_u64..9) {
        let plan = most_covered(&covering, room, &PATIENT());
        prop_assert!(is_allowed(&covering, &plan.chosen), "{plan:?}");
        prop_assert!(covering.cost(&plan.chosen) <= room);
        prop_assert_eq!(covering.covered(&plan.chosen), plan.value);
        prop_assert_eq!((plan.value, plan.bound, plan.ended), (most(&covering, room), plan.value, Ended::Proven));
    }

    #[test]
    fn more_room_never_covers_less(covering in coverings(), rooms in prop::collection::vec(0_u64..9, 1..5)) {
        let plans = by_room(&covering, &rooms, &PATIENT());
        for (plan, room) in plans.iter().zip(&rooms) {
            prop_assert!(covering.cost(&plan.chosen) <= *room);
            prop_assert_eq!((plan.value, plan.bound), (most(&covering, *room), plan.value));
        }
    }

    #[test]
    fn one_more_option_never_covers_less(covering in coverings(), room in 0_u64..9, cover in prop::collection::vec(0_u32..8, 1..5)) {
        let mut more = covering.clone();
        // Options beyond the list of groups are alone.
        more.groups.truncate(covering.covers.len());
        more.covers.push(cover);
        let (before, after) = (most_covered(&covering, room, &PATIENT()), most_covered(&more, room, &PATIENT()));
        prop_assert!(more.groups.len() > covering.covers.len() || after.value >= before.value);
    }

    #[test]
    fn least_cost_is_the_least(covering in coverings(), share in 0_u64..=10) {
        let target = covering.total() * share / 10;
        let enough = choices(&covering).into_iter().filter(|chosen| covering.covered(chosen) >= target);
        let least = enough.map(|chosen| covering.cost(&chosen)).min();
        match least_cost(&covering, target, &PATIENT()) {
            Ok(plan) => {
                prop_assert!(is_allowed(&covering, &plan.chosen));
                prop_assert!(covering.covered(&plan.chosen) >= target);
                prop_assert_eq!(covering.cost(&plan.chosen), plan.value);
                prop_assert_eq!((Some(plan.value), plan.bound, plan.ended), (least, plan.value, Ended::Proven));
            }
            Err(out) => {
                prop_assert_eq!(least, None);
                prop_assert_eq!(out.most.bound, most(&covering, u64::MAX));
            }
        }
    }

    #[test]
    fn most_backed_up_is_the_most(covering in coverings(), room in 0_u64..9, share in 0_u64..=10) {
        let target = covering.total() * share / 10;
        let enough = |chosen: &[u32]| covering.covered(chosen) >= target;
        let twice = values(&covering, room, |chosen| if enough(chosen) { covering.backed_up(chosen) + 1 } else { 0 });
        let best = twice.into_iter().max().unwrap().checked_sub(1);
        match most_backed_up(&covering, room, target, &PATIENT()) {
            Ok(plan) => {
                prop_assert!(is_allowed(&covering, &plan.chosen));
                prop_assert!(covering.cost(&plan.chosen) <= room && enough(&plan.chosen));
                prop_assert_eq!(covering.backed_up(&plan.chosen), plan.value);
                prop_assert_eq!((Some(plan.value), plan.bound, plan.ended), (best, plan.value, Ended::Proven));
            }
            Err(out) => {
                prop_assert_eq!(best, None);
                prop_assert_eq!(out.most.value, most(&covering, room));
            }
        }
    }

    #[test]
    fn phases_are_nested_and_the_best(covering in coverings(), rooms in prop::collection::vec((0_u64..5, 0_u64..4), 1..4)) {
        let years: Vec<u64> = rooms.iter().map(|(_, years)| *years).collect();
        let rooms: Vec<u64> = rooms.iter().scan(0, |sum, (room, _)| { *sum += room; Some(*sum) }).collect();
        let plan = phased(&covering, &rooms, &years, &PATIENT());
        for (phase, room) in plan.phases.iter().zip(&rooms) {
            prop_assert!(is_allowed(&covering, phase) && covering.cost(phase) <= *room);
        }
        prop_assert!(plan.phases.windows(2).all(|pair| pair[0].iter().all(|option| pair[1].contains(option))));
        let value: u64 = plan.phases.iter().zip(&years).map(|(phase, years)| years * covering.covered(phase)).sum();
        prop_assert_eq!((plan.value, plan.bound, plan.ended), (value, value, Ended::Proven));
        prop_assert_eq!(value, most_phased(&covering, &rooms, &years));
    }

    #[test]
    fn p_median_is_the_least(serving in servings(), p in 0_usize..5) {
        let served: Vec<u32> = serving.unreached();
        match p_median(&serving, p, &PATIENT()) {
            Ok(plan) => {
                let rank = |chosen: &[u32]| (unreached_weight(&serving, chosen), serving.total(chosen));
                let best = choices_of(&serving, p).iter().map(|chosen| rank(chosen)).min().unwrap();
                prop_assert_eq!(rank(&plan.chosen), best);
                prop_assert_eq!((plan.bound, plan.ended), (plan.value, Ended::Proven));
                prop_assert!(best.0 > 0 || plan.value == best.1);
            }
            Err(error) => prop_assert_eq!(error, Unserved::ByNone(served)),
        }
    }

    #[test]
    fn p_center_is_the_least(serving in servings(), p in 0_usize..5) {
        let best = choices_of(&serving, p).iter().filter_map(|chosen| serving.longest(chosen)).min();
        match p_center(&serving, p, &PATIENT()) {
            Ok(plan) => {
                prop_assert_eq!(serving.longest(&plan.chosen), best);
                prop_assert_eq!((plan.bound, plan.ended), (plan.value, Ended::Proven));
            }
            Err(Unserved::ByNone(demands)) => prop_assert_eq!(demands, serving.unreached()),
            Err(_) => prop_assert_eq!(best, None),
        }
    }

    #[test]
    fn cancelled_at_once_plans_and_bounds_hold(covering in coverings(), serving in servings(), room in 0_u64..9) {
        let search_limits = SearchLimits { cancelled: &|| true, ..PATIENT() };
        let plan = most_covered(&covering, room, &search_limits);
        prop_assert!(is_allowed(&covering, &plan.chosen) && covering.cost(&plan.chosen) <= room);
        prop_assert_eq!(covering.covered(&plan.chosen), plan.value);
        prop_assert!((plan.value..=plan.bound).contains(&most(&covering, room)));
        let twice = values(&covering, room, |chosen| covering.backed_up(chosen)).into_iter().max().unwrap();
        let plan = most_backed_up(&covering, room, 0, &search_limits).unwrap();
        prop_assert!((plan.value..=plan.bound).contains(&twice));
        let plan = phased(&covering, &[room, 2 * room], &[3, 1], &search_limits);
        prop_assert!((plan.value..=plan.bound).contains(&most_phased(&covering, &[room, 2 * room], &[3, 1])));
        if let Ok(plan) = p_median(&serving, 2, &search_limits) {
            prop_assert!(plan.bound <= plan.value && plan.chosen.len() <= 2 + serving.required.len());
        }
        if let Ok(plan) = p_center(&serving, 2, &search_limits) {
            let best = choices_of(&serving, 2).iter().filter_map(|chosen| serving.longest(chosen)).min().unwrap();
            prop_assert!((plan.bound..=plan.value).contains(&u64::from(best)));
        }
    }

    #[test]
    fn bounds_reported_on_the_way_hold_and_so_do_plans_cancelled_at_any_moment(
        covering in coverings(), serving in servings(), room in 0_u64..9, after in 0_usize..60,
    ) {
        let best = most(&covering, room);
        let (plan, reports) = Reports::of(after, |limits| most_covered(&covering, room, limits));
        prop_assert!(covering.cost(&plan.chosen) <= room && covering.covered(&plan.chosen) == plan.value);
        prop_assert!((plan.value..=plan.bound).contains(&best));
        prop_assert!(reports.iter().all(|(value, bound)| (*value..=*bound).contains(&best)), "{reports:?}");
        let best = values(&covering, room, |chosen| covering.backed_up(chosen)).into_iter().max().unwrap();
        let (plan, reports) = Reports::of(after, |limits| most_backed_up(&covering, room, 0, limits).unwrap());
        prop_assert_eq!(covering.backed_up(&plan.chosen), plan.value);
        prop_assert!((plan.value..=plan.bound).contains(&best));
        prop_assert!(reports.iter().all(|(value, bound)| (*value..=*bound).contains(&best)), "{reports:?}");
        let (rooms, years) = ([room, room + 2, 2 * room + 2], [3, 1, 4]);
        let best = most_phased(&covering, &rooms, &years);
        let (plan, reports) = Reports::of(after, |limits| phased(&covering, &rooms, &years, limits));
        prop_assert!((plan.value..=plan.bound).contains(&best));
        prop_assert!(reports.iter().all(|(value, bound)| (*value..=*bound).contains(&best)), "{reports:?}");
        if serving.unreached().is_empty() {
            let (plan, _) = Reports::of(after, |limits| p_median(&serving, 2, limits).unwrap());
            let reached = choices_of(&serving, 2).into_iter().filter(|chosen| unreached_weight(&serving, chosen) == 0);
            let best = reached.map(|chosen| serving.total(&chosen)).min();
            prop_assert!(best.is_none_or(|best| plan.bound <= best));
        }
    }

    #[test]
    fn the_same_work_gives_the_same_plan(covering in coverings(), serving in servings(), room in 0_u64..9, work in 0_u64..200) {
        let limits = SearchLimits { work, ..PATIENT() };
        prop_assert_eq!(most_covered(&covering, room, &limits), most_covered(&covering, room, &limits));
        prop_assert_eq!(most_backed_up(&covering, room, 0, &limits).unwrap(), most_backed_up(&covering, room, 0, &limits).unwrap());
        prop_assert_eq!(phased(&covering, &[room, 2 * room], &[1, 2], &limits), phased(&covering, &[room, 2 * room], &[1, 2], &limits));
        prop_assert_eq!(p_median(&serving, 2, &limits), p_median(&serving, 2, &limits));
        prop_assert_eq!(p_center(&serving, 2, &limits), p_center(&serving, 2, &limits));
    }

    #[test]
    fn one_more_never_serves_worse(serving in servings(), times in prop::collection::vec(0_u32..30, 8)) {
        let mut more = Serving { options: serving.options + 1, times: Vec::new(), ..serving.clone() };
        for (demand, time) in (0..serving.weights.len()).zip(times) {
            more.times.extend(serving.times_of(demand).iter().copied().chain([time]));
        }
        for p in 1..4 {
            // A new option reaches everybody: sums can be compared only where all were reached before.
            let Ok(before) = p_center(&serving, p, &PATIENT()) else { continue };
            let all = serving.longest(&p_median(&serving, p, &PATIENT()).unwrap().chosen).is_some();
            prop_assert!(p_center(&more, p, &PATIENT()).unwrap().value <= before.value);
            prop_assert!(p_center(&serving, p + 1, &PATIENT()).unwrap().value <= before.value);
            let total = |serving: &Serving, p| serving.total(&p_median(serving, p, &PATIENT()).unwrap().chosen);
            prop_assert!(!all || total(&more, p) <= total(&serving, p));
            prop_assert!(!all || total(&serving, p + 1) <= total(&serving, p));
        }
    }
}

#[test]
fn what_counts_for_nothing_now_takes_no_room_from_what_is_best_later() {
    // The cheap option would fit into the first phase, which does not count, and leave too little for the dear one.
    let covering =
        Covering { weights: vec![8, 1], covers: vec![vec![0], vec![1]], costs: vec![4, 1], ..Covering::default() };
    let plan = phased(&covering, &[2, 4], &[0, 1], &SearchLimits::patient());
    assert_eq!((plan.phases[1].as_slice(), plan.value, plan.bound, plan.ended), (&[0][..], 8, 8, Ended::Proven));
}
