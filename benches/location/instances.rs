//! Cities of street blocks, drawn by chance from a fixed seed, and the one real instance where it is at hand.
//!
//! What makes real blocks hard is kept: districts whose grids are turned against each other and spaced differently, parks
//! between them, and people that are few in most blocks and many in some (a lognormal distribution, σ 1.3, as in the Bronx).

use std::f64::consts::{FRAC_PI_2, TAU};
use std::path::Path;

use fireplan_location::{Covering, Serving, ServingTimes};

/// Blocks with the people in each.
pub(crate) struct City {
    pub(crate) places: Vec<(f64, f64)>,
    pub(crate) people: Vec<u64>,
}

/// A district: its centre, how its grid is turned, how far apart blocks are along it and across, and how densely it is lived in.
struct District {
    centre: (f64, f64),
    turn: f64,
    spacing_m: (f64, f64),
    density: f64,
}

impl City {
    /// So many blocks, each of so many square metres on average.
    pub(crate) fn new(count: usize, block_m2: f64, seed: u64) -> Self {
        let mut random = Random(seed);
        let mut side_m = (count as f64 * block_m2 * 1.5).sqrt();
        loop {
            let mut blocks = blocks(side_m, block_m2, 40 + count / 2_000, &mut random);
            if blocks.len() >= count {
                let far = |place: &(f64, f64)| (place.0 - side_m / 2.0).hypot(place.1 - side_m / 2.0);
                blocks.sort_by(|a, b| far(&a.0).total_cmp(&far(&b.0)));
                blocks.truncate(count);
                // In the order of a table: from north to south, and within a strip from west to east.
                let strip = |place: &(f64, f64)| (place.1 / (10.0 * block_m2.sqrt())) as i64;
                blocks.sort_by(|a, b| strip(&a.0).cmp(&strip(&b.0)).then(a.0.0.total_cmp(&b.0.0)));
                let (places, people) = blocks.into_iter().unzip();
                return Self { places, people };
            }
            side_m *= 1.1;
        }
    }

    /// The real blocks of the Bronx, in metres on a plane; `None` where they are not at hand.
    pub(crate) fn bronx() -> Option<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/locate/Bronx3839.txt");
        let text = std::fs::read_to_string(path).ok()?;
        let rows = text.lines().skip(1).filter_map(|line| {
            let mut numbers = line.split_whitespace().map_while(|word| word.parse::<f64>().ok());
            Some((numbers.next()?.to_radians(), numbers.next()?.to_radians(), numbers.next()? as u64))
        });
        const EARTH_M: f64 = 6_371_000.0;
        let (places, people) = rows
            .map(|(lat, lon, people)| ((EARTH_M * lon * 40.85_f64.to_radians().cos(), EARTH_M * lat), people))
            .unzip();
        Some(Self { places, people })
    }

    /// Every so many-th block is a site and covers what is within the radius.
    pub(crate) fn coverage(&self, sites: usize, radius_m: f64) -> Covering {
        let cells = Cells::new(&self.places, radius_m);
        let near = |site: usize| cells.within(&self.places, self.site(site, sites), radius_m);
        Covering { covers: (0..sites).map(near).collect(), weights: self.people.clone(), ..Covering::default() }
    }

    /// Tenths of a second at 10 m/s on ways 1.3 times as long as the straight line, from every block to every site.
    pub(crate) fn serving(&self, sites: usize) -> Serving {
        let drives = self.drives(sites);
        let times = (0..self.places.len()).flat_map(|demand| drives.times_of(demand).into_owned()).collect();
        Serving { times, weights: self.people.clone(), options: sites, required: vec![] }
    }

    /// The same, each counted when it is asked for.
    pub(crate) fn drives(&self, sites: usize) -> Drives<'_> {
        Drives { city: self, sites: (0..sites).map(|site| self.site(site, sites)).collect() }
    }

    fn site(&self, number: usize, sites: usize) -> (f64, f64) {
        self.places[number * self.places.len() / sites]
    }
}

/// Times between blocks and sites that no table holds.
pub(crate) struct Drives<'a> {
    city: &'a City,
    sites: Vec<(f64, f64)>,
}

impl ServingTimes for Drives<'_> {
    fn weights(&self) -> &[u64] {
        &self.city.people
    }

    fn options(&self) -> usize {
        self.sites.len()
    }

    fn time(&self, demand: usize, option: u32) -> u32 {
        let (a, b) = (self.city.places[demand], self.sites[option as usize]);
        (1.3 * ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt()) as u32
    }
}

fn blocks(side_m: f64, block_m2: f64, districts: usize, random: &mut Random) -> Vec<((f64, f64), u64)> {
    let districts: Vec<District> = (0..districts)
        .map(|_| {
            let (centre, turn) = ((random.unit() * side_m, random.unit() * side_m), random.unit() * FRAC_PI_2);
            let (along_m, area_m2) =
                (block_m2.sqrt() * (0.45 + 0.25 * random.unit()), block_m2 * (0.7 + 0.6 * random.unit()));
            District { centre, turn, spacing_m: (along_m, area_m2 / along_m), density: (0.5 * random.normal()).exp() }
        })
        .collect();
    let parks: Vec<(f64, f64, f64)> = (0..districts.len())
        .map(|_| (random.unit() * side_m, random.unit() * side_m, side_m * (0.01 + 0.05 * random.unit().powi(3))))
        .collect();
    let mut blocks = Vec::new();
    for own in &districts {
        let apart = |other: &District| (other.centre.0 - own.centre.0).hypot(other.centre.1 - own.centre.1);
        let mut others: Vec<(f64, f64)> =
            districts.iter().filter(|other| apart(other) > 0.0).map(|d| d.centre).collect();
        others.sort_by(|a, b| {
            let far = |at: &(f64, f64)| (at.0 - own.centre.0).hypot(at.1 - own.centre.1);
            far(a).total_cmp(&far(b))
        });
        let reach_m = 2.5 * side_m / (districts.len() as f64).sqrt();
        let steps = |spacing_m: f64| (reach_m / spacing_m) as i64;
        for row in -steps(own.spacing_m.1)..=steps(own.spacing_m.1) {
            for column in -steps(own.spacing_m.0)..=steps(own.spacing_m.0) {
                let (jitter, people) =
                    ((random.unit() - 0.5, random.unit() - 0.5), (5.3 + 1.25 * random.normal()).exp());
                let x = own.spacing_m.0 * (column as f64 + 0.3 * jitter.0);
                let y = own.spacing_m.1 * (row as f64 + 0.3 * jitter.1);
                let (sin, cos) = own.turn.sin_cos();
                let (x, y) = (own.centre.0 + x * cos - y * sin, own.centre.1 + x * sin + y * cos);
                let far = |at: &(f64, f64)| (at.0 - x).powi(2) + (at.1 - y).powi(2);
                // The cheapest questions first: most of these places belong to other districts.
                let is_block = (0.0..side_m).contains(&x)
                    && (0.0..side_m).contains(&y)
                    && others.iter().all(|other| far(other) > far(&own.centre))
                    && !parks.iter().any(|(px, py, radius_m)| far(&(*px, *py)) < radius_m * radius_m);
                if is_block {
                    blocks.push(((x, y), (own.density * people) as u64 + 1));
                }
            }
        }
    }
    blocks
}

/// Squares as wide as the radius, with the places in each.
struct Cells {
    size_m: f64,
    least: (f64, f64),
    columns: usize,
    places: Vec<Vec<u32>>,
}

impl Cells {
    fn new(places: &[(f64, f64)], size_m: f64) -> Self {
        let low = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(f64::INFINITY, f64::min);
        let high = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let least = (low(|at| at.0), low(|at| at.1));
        let columns = ((high(|at| at.0) - least.0) / size_m) as usize + 1;
        let rows = ((high(|at| at.1) - least.1) / size_m) as usize + 1;
        let mut cells = Self { size_m, least, columns, places: vec![Vec::new(); columns * rows] };
        for (number, place) in (0..).zip(places) {
            let (column, row) = cells.at(*place);
            cells.places[row * columns + column].push(number);
        }
        cells
    }

    fn at(&self, place: (f64, f64)) -> (usize, usize) {
        (((place.0 - self.least.0) / self.size_m) as usize, ((place.1 - self.least.1) / self.size_m) as usize)
    }

    /// The places within the radius, which is no more than the size of a cell, ascending.
    fn within(&self, places: &[(f64, f64)], of: (f64, f64), radius_m: f64) -> Vec<u32> {
        let (column, row) = self.at(of);
        let rows = row.saturating_sub(1)..(row + 2).min(self.places.len() / self.columns);
        let cells = rows.flat_map(|row| {
            let columns = column.saturating_sub(1)..(column + 2).min(self.columns);
            columns.flat_map(move |column| &self.places[row * self.columns + column])
        });
        let is_near = |number: &&u32| {
            let place = places[**number as usize];
            (place.0 - of.0).hypot(place.1 - of.1) <= radius_m
        };
        let mut near: Vec<u32> = cells.filter(is_near).copied().collect();
        near.sort_unstable();
        near
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

    /// Of the standard normal distribution (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (TAU * self.unit()).cos()
    }
}
