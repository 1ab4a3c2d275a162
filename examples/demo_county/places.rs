//! Where people live: the seat, the towns, the villages, and the borders between towns.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::grid::{Grid, Point, distance};
use super::names::Names;
use super::random::{Random, noise};
use super::terrain::Terrain;
use super::water::Water;

/// First six digits of all codes: a prefix that no county has.
pub(super) const COUNTY_CODE: &str = "990121";

const SUBDISTRICTS: [&str; 3] = ["城关街道", "城南街道", "河东街道"];
const TOWNS: [&str; 12] = [
    "石门镇",
    "柳溪镇",
    "白鹤镇",
    "双河镇",
    "云台镇",
    "梨川镇",
    "金谷镇",
    "松岭乡",
    "黄崖乡",
    "桃坪乡",
    "竹沟乡",
    "鹿鸣乡",
];

#[derive(Clone)]
pub(super) struct Town {
    pub code: String,
    pub name: &'static str,
    pub centre: Point,
    /// 0 the seat's sub-districts, 1 large, 2 middling, 3 small.
    pub size: u8,
}

impl Town {
    pub(super) fn kind(&self) -> &'static str {
        match self.name {
            name if name.ends_with("街道") => "街道",
            name if name.ends_with('镇') => "镇",
            _ => "乡",
        }
    }
}

#[derive(Clone)]
pub(super) struct Village {
    pub code: String,
    pub name: String,
    pub centre: Point,
    pub town: usize,
    pub people: u32,
}

/// The seat's centre beside the main river, and the direction of the river there.
pub(super) fn seat_site(water: &Water) -> (Point, Point) {
    let wish = Point { x: 21_700.0, y: 15_900.0 };
    let nearest = (2..water.river.len() - 2)
        .min_by(|&a, &b| distance(water.river[a], wish).total_cmp(&distance(water.river[b], wish)))
        .expect("a river");
    let (a, b) = (water.river[nearest.saturating_sub(14)], water.river[(nearest + 14).min(water.river.len() - 1)]);
    let axis = (b - a) / distance(a, b);
    let axis = if axis.x < 0.0 { axis * -1.0 } else { axis };
    let across = Point { x: -axis.y, y: axis.x };
    (water.river[nearest] - across * 620.0, axis)
}

pub(super) fn town_sites(terrain: &Terrain, water: &Water, seat: Point) -> Vec<Point> {
    let score = |cell: usize| {
        let place = terrain.height.centre(cell);
        let ring = terrain.height.around(cell).map(|next| terrain.height.slope(terrain.height.centre(next)));
        let steep = ring.fold(0.0, f64::max);
        let above = terrain.above_river.values[cell];
        let good = terrain.county.values[cell] && place.x < 29_300.0 && steep < 0.095 && (3.0..34.0).contains(&above);
        (good && water.bank_distance(place) > 230.0 && water.wet.values[cell] == 0).then(|| {
            let stream = terrain.catchment_near(cell, 8);
            (stream.sqrt() / 9000.0).min(2.2) - 9.0 * steep + 0.5 * noise(51, place.x / 900.0, place.y / 900.0)
        })
    };
    let mut scored: Vec<(f64, usize)> =
        (0..terrain.height.values.len()).filter_map(|cell| score(cell).map(|score| (score, cell))).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut out: Vec<Point> = Vec::new();
    for apart_m in [5600.0, 4800.0, 4000.0, 3400.0, 2900.0] {
        for &(_, cell) in &scored {
            let place = terrain.height.centre(cell);
            let free = out.iter().all(|other| distance(*other, place) > apart_m) && distance(place, seat) > 4500.0;
            if free && out.len() < TOWNS.len() {
                out.push(place);
            }
        }
    }
    out
}

/// Sub-districts of the seat, then towns, then townships, coded in that order.
pub(super) fn towns(seat: Point, axis: Point, sites: &[Point]) -> Vec<Town> {
    let across = Point { x: -axis.y, y: axis.x };
    let parts = [seat - axis * 500.0, seat + axis * 650.0 - across * 420.0, seat + across * 1150.0 + axis * 150.0];
    let mut out: Vec<Town> = Vec::new();
    for (index, (name, centre)) in SUBDISTRICTS.into_iter().zip(parts).enumerate() {
        out.push(Town { code: format!("{COUNTY_CODE}{:03}000", index + 1), name, centre, size: 0 });
    }
    for (index, (name, &centre)) in TOWNS.into_iter().zip(sites).enumerate() {
        let number = if name.ends_with('镇') { 100 + index } else { 200 + index - 7 };
        let size = [1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3][index];
        out.push(Town { code: format!("{COUNTY_CODE}{number:03}000"), name, centre, size });
    }
    out
}

/// Which town each cell belongs to, +1; 0 outside. Borders run where the way between towns is hardest: on ridges.
pub(super) fn partition(terrain: &Terrain, water: &Water, towns: &[Town]) -> Grid<u16> {
    let grid = &terrain.height;
    let mut labels = Grid::filled(grid.cell_m, 0u16);
    let mut best = vec![u64::MAX; grid.values.len()];
    let mut heap = BinaryHeap::new();
    for (index, town) in towns.iter().enumerate() {
        // Small towns are given less land.
        let start = [9000u64, 0, 60_000, 110_000][town.size as usize];
        heap.push(Reverse((start, grid.index_at(town.centre), index as u16 + 1)));
    }
    while let Some(Reverse((cost, cell, label))) = heap.pop() {
        if cost >= best[cell] {
            continue;
        }
        best[cell] = cost;
        labels.values[cell] = label;
        for next in grid.around(cell).filter(|&next| terrain.county.values[next]) {
            let rise = (grid.values[next] - grid.values[cell]).abs();
            let length = grid.distance_m(cell, next);
            // A river parts towns, if not as surely as a ridge.
            let river = if water.wet.values[next] == 2 { 2500.0 } else { 0.0 };
            let step = length + river + 14.0 * rise + 0.25 * (grid.values[next] - 300.0).max(0.0);
            heap.push(Reverse((cost + (step * 1000.0) as u64 / 8, next, label)));
        }
    }
    super::regions::drop_specks(&mut labels, 90);
    labels
}

pub(super) struct VillageRules<'a> {
    pub terrain: &'a Terrain,
    pub water: &'a Water,
    pub towns: &'a [Town],
    pub labels: &'a Grid<u16>,
    /// Places taken by the seat, the towns, the motorway and the railway.
    pub taken: &'a dyn Fn(Point) -> bool,
}

pub(super) fn villages(rules: &VillageRules) -> Vec<Village> {
    let mut random = Random::new(611);
    let terrain = rules.terrain;
    let mut scored = Vec::new();
    for cell in 0..terrain.height.values.len() {
        let place =
            terrain.height.centre(cell) + Point { x: random.between(-40.0, 40.0), y: random.between(-40.0, 40.0) };
        let luck = random.between(0.0, 0.9);
        let above = terrain.above_river.values[cell];
        let steep = terrain.height.slope(place);
        let good = terrain.county.values[cell] && steep < 0.17 && above > 2.5 && rules.water.wet.values[cell] == 0;
        if good && rules.water.bank_distance(place) > 120.0 && !rules.water.is_lake(place) && !(rules.taken)(place) {
            let stream = (terrain.catchment_near(cell, 6).sqrt() / 9000.0).min(1.0);
            scored.push((stream - 5.0 * steep - above / 300.0 + luck, place));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut sites: Vec<Point> = Vec::new();
    for (_, place) in scored {
        let apart_m = 1050.0 + 500.0 * noise(61, place.x / 3000.0, place.y / 3000.0);
        if sites.len() < 152 && sites.iter().all(|other| distance(*other, place) > apart_m) {
            sites.push(place);
        }
    }
    christen(rules, sites)
}

/// Names, codes and people; within a town from north to south.
fn christen(rules: &VillageRules, mut sites: Vec<Point>) -> Vec<Village> {
    let mut names = Names::villages();
    let mut random = Random::new(612);
    sites.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x.total_cmp(&b.x)));
    let mut count = vec![0usize; rules.towns.len()];
    let mut out = Vec::new();
    for centre in sites {
        let label = rules.labels.at(centre);
        if label == 0 {
            continue;
        }
        let town = label as usize - 1;
        count[town] += 1;
        let code = format!("{}{:03}", &rules.towns[town].code[..9], 200 + count[town]);
        let flat = 1.0 - 5.0 * rules.terrain.height.slope(centre);
        let people = (120.0 + 1150.0 * random.unit() * random.unit() + 480.0 * flat.max(0.0)) as u32;
        out.push(Village { code, name: names.next(), centre, town, people });
    }
    out
}
