//! How many people live where: each building holds its share, so that villages, towns and the raster add up.

use std::collections::BTreeMap;

use super::building::{Building, Settlement};
use super::county::County;
use super::grid::Point;

/// Residents of a town's built-up area, by town: sub-districts get theirs from the seat's buildings.
const TOWN_PEOPLE: [u32; 12] = [20_000, 14_680, 8_120, 6_350, 5_480, 3_260, 2_910, 2_140, 1_870, 2_330, 1_640, 1_390];
const SEAT_PEOPLE: u32 = 71_300;

pub(super) struct People {
    /// Whole people at places: buildings, or the middle of a village without any.
    pub at: Vec<(Point, u32)>,
    /// By town: in its built-up area, and in all.
    pub built_up: Vec<u32>,
    pub total: Vec<u32>,
}

impl People {
    pub(super) fn settle(county: &County) -> Self {
        let mut homes: BTreeMap<Settlement, Vec<&Building>> = BTreeMap::new();
        for building in county.buildings.iter().filter(|building| building.kind == "住宅") {
            homes.entry(building.settlement).or_default().push(building);
        }
        let towns = county.towns.len();
        let mut people = Self { at: Vec::new(), built_up: vec![0; towns], total: vec![0; towns] };
        for plan in 0..county.plans.len() {
            let count = if plan == 0 { SEAT_PEOPLE } else { TOWN_PEOPLE[plan - 1] };
            let middle = county.plans[plan].layout.centre;
            let shares = share(count, homes.get(&Settlement::Plan(plan)), middle);
            for &(place, count) in &shares {
                let town = if plan == 0 { county.subdistrict_at(place) } else { plan + 2 };
                people.built_up[town] += count;
                people.total[town] += count;
            }
            people.at.extend(shares);
        }
        for (number, village) in county.villages.iter().enumerate() {
            people.at.extend(share(village.people, homes.get(&Settlement::Village(number)), village.centre));
            people.total[village.town] += village.people;
        }
        people
    }
}

/// Splits a count over homes by their floor area; what rounding leaves goes to the largest remainders.
fn share(count: u32, homes: Option<&Vec<&Building>>, middle: Point) -> Vec<(Point, u32)> {
    let Some(homes) = homes else { return vec![(middle, count)] };
    let floor = |home: &Building| home.length_m * home.depth_m * f64::from(home.storeys);
    let all: f64 = homes.iter().map(|home| floor(home)).sum();
    let exact: Vec<f64> = homes.iter().map(|home| f64::from(count) * floor(home) / all).collect();
    let mut whole: Vec<u32> = exact.iter().map(|share| *share as u32).collect();
    let mut order: Vec<usize> = (0..homes.len()).collect();
    order.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()).then(a.cmp(&b)));
    let left = count - whole.iter().sum::<u32>();
    order.iter().cycle().take(left as usize).for_each(|&home| whole[home] += 1);
    homes.iter().zip(whole).map(|(home, count)| (home.centre, count)).collect()
}
