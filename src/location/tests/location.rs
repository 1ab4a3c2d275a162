//! Location models against optima that others have proven: the p-median graphs of the OR-Library (Beasley 1990) and the
//! stores of San Francisco.

use std::collections::BTreeMap;
use std::fs::read_to_string;

use fireplan_location::{
    Covering, Ended, Plan, SearchLimits, Serving, ServingTimes, by_room, least_cost, most_covered, p_center, p_median,
};

const FAR: u32 = u32::MAX / 2;

/// A graph of the OR-Library as times between all its vertices, and its p. Of an edge listed twice the last counts.
fn graph(name: &str) -> Option<(Serving, usize)> {
    let text = read_to_string(fireplan_testing::data(&format!("locate/{name}.txt"))?).unwrap();
    let numbers: Vec<usize> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
    let (vertices, p) = (numbers[0], numbers[2]);
    let mut times = vec![FAR; vertices * vertices];
    for edge in numbers[3..].chunks_exact(3) {
        times[(edge[0] - 1) * vertices + edge[1] - 1] = edge[2] as u32;
        times[(edge[1] - 1) * vertices + edge[0] - 1] = edge[2] as u32;
    }
    (0..vertices).for_each(|vertex| times[vertex * vertices + vertex] = 0);
    for via in 0..vertices {
        for from in 0..vertices {
            for to in 0..vertices {
                let detour = times[from * vertices + via] + times[via * vertices + to];
                times[from * vertices + to] = times[from * vertices + to].min(detour);
            }
        }
    }
    Some((Serving { weights: vec![1; vertices], times, options: vertices, required: vec![] }, p))
}

/// Of each graph, the least sum and the least longest time.
fn optima() -> Option<Vec<(String, u64, u64)>> {
    let mut table = csv::Reader::from_path(fireplan_testing::data("locate/pmed_optima.csv")?).unwrap();
    let rows = table.records().map(|row| {
        let row = row.unwrap();
        (row[0].to_owned(), row[3].parse().unwrap(), row[4].parse().unwrap())
    });
    Some(rows.collect())
}

fn proven(plan: &Plan) -> u64 {
    assert_eq!((plan.bound, plan.ended), (plan.value, Ended::Proven));
    plan.value
}

#[test]
fn medians_of_the_or_library() {
    for (name, median, _) in optima().unwrap_or_default() {
        let Some((serving, p)) = graph(&name) else { return };
        let plan = p_median(&serving, p, &SearchLimits::patient()).unwrap();
        assert_eq!((proven(&plan), serving.total(&plan.chosen)), (median, median), "{name}");
    }
}

#[test]
fn centers_of_the_or_library() {
    for (name, _, center) in optima().unwrap_or_default() {
        let Some((serving, p)) = graph(&name) else { return };
        let plan = p_center(&serving, p, &SearchLimits::patient()).unwrap();
        let longest = serving.longest(&plan.chosen).map(u64::from);
        assert_eq!((proven(&plan), longest), (center, Some(center)), "{name}");
    }
}

/// Tracts and stores of San Francisco: people of each tract, and metres from each to each store.
struct Stores {
    people: Vec<u64>,
    distances_m: Vec<f64>,
}

const STORES: usize = 16;

fn stores() -> Option<Stores> {
    let mut tracts =
        csv::Reader::from_path(fireplan_testing::data("locate/SF_demand_205_centroid_uniform_weight.csv")?).unwrap();
    let rows: Vec<(String, u64)> =
        tracts.records().map(|row| row.unwrap()).map(|row| (row[3].to_owned(), row[6].parse().unwrap())).collect();
    let number: BTreeMap<&str, usize> = rows.iter().enumerate().map(|(at, (name, _))| (name.as_str(), at)).collect();
    let file = fireplan_testing::data("locate/SF_network_distance_candidateStore_16_censusTract_205_new.csv")?;
    let mut distances_m = vec![f64::INFINITY; rows.len() * STORES];
    let mut names: Vec<String> = Vec::new();
    for row in csv::Reader::from_path(file).unwrap().records() {
        let row = row.unwrap();
        let store = names.iter().position(|name| *name == row[1]).unwrap_or_else(|| {
            names.push(row[1].to_owned());
            names.len() - 1
        });
        distances_m[number[&row[2]] * STORES + store] = row[0].parse().unwrap();
    }
    assert!(distances_m.iter().all(|distance| distance.is_finite()));
    Some(Stores { people: rows.iter().map(|(_, people)| *people).collect(), distances_m })
}

impl Stores {
    /// Millimetres, for the sum to be exact to six digits.
    fn serving(&self) -> Serving {
        let times = self.distances_m.iter().map(|distance| (distance * 1000.0).round() as u32).collect();
        Serving { weights: self.people.clone(), times, options: STORES, required: vec![] }
    }

    fn within(&self, distance_m: f64) -> Covering {
        let near = |tract: usize, store: usize| self.distances_m[tract * STORES + store] <= distance_m;
        let cover = |store| (0..self.people.len()).filter(|t| near(*t, store)).map(|t| t as u32).collect();
        Covering { weights: self.people.clone(), covers: (0..STORES).map(cover).collect(), ..Covering::default() }
    }
}

#[test]
fn most_people_of_san_francisco_within_five_kilometres() {
    let Some(stores) = stores() else { return };
    let covering = stores.within(5_000.0);
    let known = [448_255, 671_938, 791_499, 875_247, 927_402, 941_462];
    assert_eq!(covering.total(), 955_113);
    let curve = by_room(&covering, &[1, 2, 3, 4, 5, 6], &SearchLimits::patient());
    assert_eq!(curve.iter().map(proven).collect::<Vec<_>>(), known);
    for (room, known) in (1..).zip(known) {
        assert_eq!(proven(&most_covered(&covering, room, &SearchLimits::patient())), known);
    }
}

#[test]
fn fewest_stores_of_san_francisco_within_five_kilometres() {
    let Some(stores) = stores() else { return };
    let mut covering = stores.within(5_000.0);
    // Every tract counts, whoever lives there.
    covering.weights = vec![1; stores.people.len()];
    let plan = least_cost(&covering, covering.total(), &SearchLimits::patient()).unwrap();
    assert_eq!((proven(&plan), covering.covered(&plan.chosen)), (8, covering.total()));
}

#[test]
fn mean_and_longest_way_to_four_stores_of_san_francisco() {
    let Some(stores) = stores() else { return };
    let serving = stores.serving();
    let total = proven(&p_median(&serving, 4, &SearchLimits::patient()).unwrap());
    let mean_m = total as f64 / serving.weights.iter().sum::<u64>() as f64 / 1000.0;
    assert!((mean_m - 2_982.126_857_99).abs() < 1e-3, "{mean_m}");
    let longest = proven(&p_center(&serving, 4, &SearchLimits::patient()).unwrap());
    assert!((longest as f64 / 1000.0 - 7403.06).abs() < 0.01, "{longest}");
}

/// Street blocks of the Bronx: each covers the people of all within the distance on the sphere.
fn blocks_of_the_bronx(distance_m: f64) -> Option<Covering> {
    let text = read_to_string(fireplan_testing::data("locate/Bronx3839.txt")?).unwrap();
    let rows = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let (places, weights): (Vec<[f64; 3]>, Vec<u64>) = rows
        .map(|line| {
            let numbers: Vec<f64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
            let (lat, lon) = (numbers[0].to_radians(), numbers[1].to_radians());
            ([lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()], numbers[2] as u64)
        })
        .unzip();
    let chord = 2.0 * (distance_m / 6_371_000.0 / 2.0).sin();
    let apart = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
    let near =
        |own: &[f64; 3]| (0..).zip(&places).filter(|(_, at)| apart(own, at) <= chord).map(|(at, _)| at).collect();
    Some(Covering { weights, covers: places.iter().map(near).collect(), ..Covering::default() })
}

#[test]
fn nearly_most_people_of_the_bronx_with_little_work() {
    let Some(covering) = blocks_of_the_bronx(450.0) else { return };
    // Found and proven with more work.
    let most = 818_196;
    let plan = most_covered(&covering, 40, &SearchLimits { work: 1_000, ..SearchLimits::patient() });
    assert_eq!(covering.covered(&plan.chosen), plan.value);
    assert!((plan.value..=plan.bound).contains(&most), "{plan:?}");
    assert!(plan.value as f64 >= 0.999 * most as f64 && plan.gap() < 0.005, "{plan:?}");
}
