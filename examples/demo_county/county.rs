//! The county as a whole: each part is built from those before it.

use geo::{BoundingRect, MultiPolygon};

use super::bridges::{bridge, tunnel};
use super::building::{Builder, Building, Settlement, fill_plan, fill_village};
use super::facilities::{Facilities, add_public_buildings};
use super::forest::{self, FireLine, Gap, Stand};
use super::grid::{Grid, Point, distance};
use super::lanes::{LaneRules, lay_lanes, reach_m};
use super::motorway::{interchange, motorway};
use super::people::People;
use super::places::{self, Town, Village, VillageRules, seat_site, town_sites};
use super::plan::{Layout, Plan};
use super::planted::{self, Planted};
use super::random::Random;
use super::regions::{drop_specks, outline, polygons};
use super::road::{Road, SegmentIndex, along, crossings, node};
use super::road_areas::{self, RoadArea};
use super::terrain::Terrain;
use super::water::Water;
use super::ways::{Corridors, Country};

/// How closely written borders follow the cells.
pub(super) const BORDER_TOLERANCE_M: f64 = 4.0;

pub(super) struct County {
    pub terrain: Terrain,
    pub water: Water,
    pub towns: Vec<Town>,
    pub town_labels: Grid<u16>,
    pub plans: Vec<Plan>,
    pub villages: Vec<Village>,
    pub corridors: Corridors,
    pub roads: Vec<Road>,
    pub road_areas: Vec<RoadArea>,
    /// What is planted among the road areas.
    pub surveyed: Vec<Planted>,
    pub buildings: Vec<Building>,
    pub built_up: Vec<BuiltUp>,
    pub stands: Vec<Stand>,
    pub fire_lines: Vec<FireLine>,
    pub gaps: Vec<Gap>,
    pub planted: Vec<Planted>,
}

pub(super) struct BuiltUp {
    pub settlement: Settlement,
    pub shape: MultiPolygon,
}

impl County {
    pub(super) fn build() -> Self {
        let terrain = Terrain::build();
        let mut water = Water::build(&terrain);
        let (seat, axis) = seat_site(&water);
        let sites = town_sites(&terrain, &water, seat);
        let towns = places::towns(seat, axis, &sites);
        let town_labels = places::partition(&terrain, &water, &towns);
        let plans = plans(&terrain, &water, &towns, seat, axis);
        let corridors = Corridors::build(&terrain, &water, &plans);
        let taken = |place: Point| {
            corridors.distance(place) < 320.0 || plans.iter().any(|plan| plan.layout.depth(place, 380.0) < 1.0)
        };
        let rules =
            VillageRules { terrain: &terrain, water: &water, towns: &towns, labels: &town_labels, taken: &taken };
        let villages = places::villages(&rules);
        let (mut roads, village_routes) = roads(&terrain, &water, &plans, &corridors, &villages, &towns);
        let planted = planted::plant(&mut roads, &villages, &village_routes, seat);
        water.add_ponds(&pond_sites(&terrain, &water, &villages, &roads), &mut Random::new(1201));
        let buildings = buildings(&water, &plans, &villages, &roads, &corridors, &towns);
        let (road_areas, surveyed) = road_areas::survey(&roads, &buildings);
        let (built_up, built) = built_up(&buildings, &plans);
        let labels = forest::labels(&terrain, &built, &plans);
        let border = outline(&town_labels, BORDER_TOLERANCE_M);
        let stands = forest::stands(&labels, &border);
        water.cut_river(&border);
        let (fire_lines, gaps) = forest::fire_lines(&terrain, &labels, seat);
        Self {
            terrain,
            water,
            towns,
            town_labels,
            plans,
            villages,
            corridors,
            roads,
            road_areas,
            surveyed,
            buildings,
            built_up,
            stands,
            fire_lines,
            gaps,
            planted,
        }
    }

    /// Index of the seat's sub-district at a place.
    pub(super) fn subdistrict_at(&self, place: Point) -> usize {
        match self.town_labels.at(place) {
            label @ 1..=3 => label as usize - 1,
            _ => 0,
        }
    }

    pub(super) fn is_free(&self, place: Point, reach_m: f64) -> bool {
        self.buildings.iter().all(|building| distance(building.centre, place) > reach_m)
            && self.water.bank_distance(place) > reach_m
            && self.plans.iter().all(|plan| plan.layout.depth(place, 0.0) > 1.0)
    }

    /// A place near a wish that is in no building, no road and no water.
    pub(super) fn clear_place(&self, wish: Point, reach_m: f64) -> Point {
        let ring = (0..60).map(|step| {
            let (radius, angle) = (reach_m * f64::from(step) / 40.0, 2.4 * f64::from(step));
            wish + Point { x: radius * angle.cos(), y: radius * angle.sin() }
        });
        let clear = |place: &Point| {
            self.buildings.iter().all(|building| distance(building.centre, *place) > 11.0)
                && self.water.bank_distance(*place) > 5.0
                && self.roads.iter().all(|road| {
                    let near = road.line.iter().any(|vertex| distance(*vertex, *place) < 300.0);
                    !near || super::grid::distance_to_line(*place, &road.line) > road.width_m.unwrap_or(4.0) / 2.0 + 3.0
                })
        };
        ring.into_iter().find(clear).unwrap_or(wish)
    }

    /// A place beside some road, about this far from a place.
    pub(super) fn roadside_at(&self, from: Point, off_m: f64) -> Point {
        let mut best = (f64::MAX, from);
        for road in self.roads.iter().filter(|road| !road.is_motorway() && !road.bridge && road.class != "匝道") {
            if road.line.iter().all(|vertex| distance(*vertex, from) > 900.0) {
                continue;
            }
            let mut chainage = 15.0;
            while chainage < road.length_m() {
                let place = super::facilities::beside(road, chainage, 6.0);
                let miss = (distance(place, from) - off_m).abs();
                if miss < best.0 - 0.01 {
                    best = (miss, place);
                }
                chainage += 6.0;
            }
        }
        best.1
    }

    /// A free place beside a national or provincial road, about this far from a place.
    pub(super) fn free_roadside(&self, from: Point, near_m: f64, off_m: f64, taken: &[Point]) -> Point {
        let mut best = (f64::MAX, from);
        for road in self.roads.iter().filter(|road| matches!(road.class, "国道" | "省道") && !road.bridge) {
            let mut chainage = 40.0;
            while chainage < road.length_m() - 40.0 {
                for side in [1.0, -1.0] {
                    let place = super::facilities::beside(road, chainage, side * off_m);
                    let miss = (distance(place, from) - near_m).abs();
                    let apart = taken.iter().all(|other| distance(*other, place) > 330.0);
                    if miss < best.0
                        && apart
                        && self.is_free(place, off_m + 30.0)
                        && self.corridors.distance(place) > 150.0
                    {
                        best = (miss, place);
                    }
                }
                chainage += 40.0;
            }
        }
        best.1
    }

    pub(super) fn facilities(&self) -> Facilities {
        let mut facilities = Facilities::build(self);
        let mut planted = self.planted.clone();
        planted::observe(self, &mut planted);
        planted::tell_facts(self, &mut planted);
        planted.append(&mut facilities.planted);
        for gap in &self.gaps {
            let about = format!("{}上的缺口，长{:.0}米", gap.of, gap.length_m);
            planted.push(Planted::new("barrier-gap", &about, gap.place).measured(gap.length_m));
        }
        planted.extend(self.surveyed.iter().cloned());
        facilities.planted = planted;
        facilities
    }

    pub(super) fn people(&self) -> People {
        People::settle(self)
    }
}

/// The seat and the towns; a town's axis follows its valley.
fn plans(terrain: &Terrain, water: &Water, towns: &[Town], seat: Point, axis: Point) -> Vec<Plan> {
    let (half_length_m, half_width_m) = (1900.0, 1500.0);
    let seat = Layout { centre: seat, axis, half_length_m, half_width_m, spacing_m: 178.0, is_seat: true, seed: 900 };
    let mut out = vec![Plan::build(seat, terrain, water)];
    for (number, town) in towns.iter().enumerate().skip(3) {
        let (half_length_m, half_width_m) =
            [(0.0, 0.0), (980.0, 640.0), (620.0, 400.0), (400.0, 260.0)][town.size as usize];
        let layout = Layout {
            centre: town.centre,
            axis: valley_axis(terrain, town.centre),
            half_length_m,
            half_width_m,
            spacing_m: 122.0,
            is_seat: false,
            seed: 1000 + number as u64 * 10,
        };
        out.push(Plan::build(layout, terrain, water));
    }
    out
}

/// Across the slope at a place: the way a valley runs.
fn valley_axis(terrain: &Terrain, place: Point) -> Point {
    let at = |dx: f64, dy: f64| terrain.height.sample(Point { x: place.x + dx, y: place.y + dy });
    let (dx, dy) = (at(350.0, 0.0) - at(-350.0, 0.0), at(0.0, 350.0) - at(0.0, -350.0));
    let length = (dx * dx + dy * dy).sqrt().max(1e-6);
    Point { x: -dy / length, y: dx / length }
}

fn roads(
    terrain: &Terrain,
    water: &Water,
    plans: &[Plan],
    corridors: &Corridors,
    villages: &[Village],
    towns: &[Town],
) -> (Vec<Road>, Vec<Option<usize>>) {
    let mut country = Country::new(terrain, water, plans, corridors);
    country.lay_main_roads(terrain, plans);
    country.lay_village_roads(villages, towns);
    let mut roads: Vec<Road> = plans.iter().flat_map(|plan| plan.streets.iter().cloned()).collect();
    roads.extend(country.router.roads());
    let near = |place: Point| corridors.distance(place);
    lay_lanes(&LaneRules { terrain, water, corridors: &near }, villages, &mut roads);
    let carriageways = motorway(&corridors.motorway, &roads, water, terrain);
    let ramps: Vec<Road> = interchange_roads(&corridors.motorway, &roads, plans[0].layout.centre)
        .into_iter()
        .zip(["青岚互通匝道", "柳溪互通匝道"])
        .flat_map(|((road, at), name)| interchange(&corridors.motorway, &carriageways, road, at, name))
        .collect();
    roads.extend(carriageways);
    roads.extend(ramps);
    node(&mut roads);
    let mut roads = bridge(roads, water);
    tunnel(&mut roads, terrain);
    (roads, country.village_routes)
}

/// Main roads that pass under the motorway, with the chainage there: the one nearest to the seat, and one well away.
fn interchange_roads<'a>(motorway: &[Point], roads: &'a [Road], seat: Point) -> Vec<(&'a Road, f64)> {
    let main = roads.iter().filter(|road| matches!(road.class, "国道" | "省道" | "县道"));
    let mut passes: Vec<(Point, &Road, f64)> = main
        .flat_map(|road| crossings(&road.line, motorway).into_iter().map(move |at| (along(&road.line, at).0, road, at)))
        .filter(|(_, road, at)| (150.0..road.length_m() - 150.0).contains(at))
        .collect();
    passes.sort_by(|a, b| distance(a.0, seat).total_cmp(&distance(b.0, seat)));
    let first = passes.first().map(|pass| pass.0);
    let second = first.and_then(|first| passes.iter().find(|pass| distance(pass.0, first) > 7000.0));
    passes.first().into_iter().chain(second).map(|&(_, road, at)| (road, at)).collect()
}

/// Flat places beside some villages, clear of roads.
fn pond_sites(terrain: &Terrain, water: &Water, villages: &[Village], roads: &[Road]) -> Vec<Point> {
    let index = SegmentIndex::new(200.0, roads.iter().map(|road| road.line.as_slice()), 90.0);
    let mut random = Random::new(1202);
    let mut out = Vec::new();
    for village in villages {
        let angle = random.between(0.0, std::f64::consts::TAU);
        let reach = reach_m(village) + random.between(60.0, 160.0);
        let place = village.centre + Point { x: reach * angle.cos(), y: reach * angle.sin() };
        let far_from_roads = index.near(place).iter().all(|&(road, segment)| {
            super::grid::distance_to_line(place, &roads[road].line[segment..segment + 2]) > 85.0
        });
        let dry = water.bank_distance(place) > 150.0 && water.wet.at(place) == 0 && !water.is_lake(place);
        if random.chance(0.5) && far_from_roads && dry && terrain.height.slope(place) < 0.06 && terrain.county.at(place)
        {
            out.push(place);
        }
    }
    out
}

fn buildings(
    water: &Water,
    plans: &[Plan],
    villages: &[Village],
    roads: &[Road],
    corridors: &Corridors,
    towns: &[Town],
) -> Vec<Building> {
    let mut fences: Vec<(Vec<Point>, f64)> = vec![(corridors.railway.clone(), 30.0)];
    fences.extend(water.streams.iter().map(|stream| (stream.line.clone(), 6.0 + stream.width_m / 2.0)));
    let mut builder = Builder::new(water, roads, fences);
    let mut random = Random::new(1301);
    for (number, plan) in plans.iter().enumerate() {
        let kept = fill_plan(&mut builder, number, plan, &mut random);
        let name = if number == 0 { "城关" } else { towns[number + 2].name };
        add_public_buildings(&mut builder, number, plan, name, &kept);
    }
    let index = SegmentIndex::new(200.0, roads.iter().map(|road| road.line.as_slice()), 400.0);
    for (number, village) in villages.iter().enumerate() {
        let mut near: Vec<usize> = index.near(village.centre).iter().map(|&(road, _)| road).collect();
        near.sort_unstable();
        near.dedup();
        let reach = reach_m(village) + 40.0;
        near.retain(|&road| roads[road].line.iter().any(|&place| distance(place, village.centre) < reach));
        fill_village(&mut builder, number, village, &near, &mut random);
    }
    builder.buildings
}

/// Built-up areas: what lies within about 40 m of a settlement's buildings, and the cells of all of them.
fn built_up(buildings: &[Building], plans: &[Plan]) -> (Vec<BuiltUp>, Grid<bool>) {
    let mut settlements: Vec<Settlement> = buildings.iter().map(|building| building.settlement).collect();
    settlements.sort_unstable();
    settlements.dedup();
    let mut labels = Grid::filled(25.0, 0u16);
    let mut all = Grid::filled(50.0, false);
    for building in buildings {
        let label = settlements.binary_search(&building.settlement).expect("listed") as u16 + 1;
        let reach = building.length_m.max(building.depth_m) / 2.0 + 34.0;
        let steps = (reach / 25.0).ceil() as i64;
        let cell = labels.index_at(building.centre);
        for (di, dj) in (-steps..=steps).flat_map(|dj| (-steps..=steps).map(move |di| (di, dj))) {
            if let Some(next) = labels.step(cell, di, dj)
                && distance(labels.centre(next), building.centre) < reach
                && labels.values[next] == 0
            {
                labels.values[next] = label;
                let coarse = all.index_at(labels.centre(next));
                all.values[coarse] = true;
            }
        }
    }
    fill_blocks(&mut labels, &mut all, &settlements, plans);
    drop_specks(&mut labels, 24);
    let shapes = polygons(&labels, 3.0);
    let areas = shapes.into_iter().map(|(label, shape)| BuiltUp { settlement: settlements[label as usize - 1], shape });
    (areas.filter(|area| area.shape.bounding_rect().is_some()).collect(), all)
}

/// Streets and parks between buildings are part of a town.
fn fill_blocks(labels: &mut Grid<u16>, all: &mut Grid<bool>, settlements: &[Settlement], plans: &[Plan]) {
    for (number, plan) in plans.iter().enumerate() {
        let Ok(position) = settlements.binary_search(&Settlement::Plan(number)) else { continue };
        for block in &plan.blocks {
            for (a, b) in (0..=16).flat_map(|a| (0..=16).map(move |b| (f64::from(a) / 16.0, f64::from(b) / 16.0))) {
                let south = block[0] * (1.0 - a) + block[1] * a;
                let north = block[3] * (1.0 - a) + block[2] * a;
                let place = south * (1.0 - b) + north * b;
                let (fine, coarse) = (labels.index_at(place), all.index_at(place));
                labels.values[fine] = position as u16 + 1;
                all.values[coarse] = true;
            }
        }
    }
}
