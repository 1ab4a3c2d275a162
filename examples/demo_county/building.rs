//! Buildings: rows of slabs and old courtyards in the blocks of the seat and the towns, houses along village lanes.

use std::collections::BTreeMap;

use super::grid::{Point, distance, distance_to_line, nearest_on_segment};
use super::lanes::reach_m;
use super::places::Village;
use super::plan::Plan;
use super::random::Random;
use super::road::{Road, SegmentIndex, along};
use super::water::Water;

/// Who a building belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Settlement {
    /// Number of the plan; 0 is the seat.
    Plan(usize),
    Village(usize),
}

#[derive(Clone)]
pub(super) struct Building {
    pub centre: Point,
    pub axis: Point,
    pub length_m: f64,
    pub depth_m: f64,
    pub kind: &'static str,
    pub name: String,
    pub storeys: u32,
    pub settlement: Settlement,
}

impl Building {
    pub(super) fn corners(&self) -> [Point; 4] {
        let along = self.axis * (self.length_m / 2.0);
        let across = Point { x: -self.axis.y, y: self.axis.x } * (self.depth_m / 2.0);
        let c = self.centre;
        [c - along - across, c + along - across, c + along + across, c - along + across]
    }

    fn radius(&self) -> f64 {
        0.5 * (self.length_m * self.length_m + self.depth_m * self.depth_m).sqrt()
    }

    /// Whether two rectangles come closer than a gap: some axis must part them.
    fn touches(&self, other: &Self, gap_m: f64) -> bool {
        let (a, b) = (self.corners(), other.corners());
        let across = |axis: Point| Point { x: -axis.y, y: axis.x };
        let axes = [self.axis, across(self.axis), other.axis, across(other.axis)];
        !axes.iter().any(|axis| {
            let span = |corners: &[Point; 4]| {
                corners
                    .iter()
                    .map(|p| p.x * axis.x + p.y * axis.y)
                    .fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)))
            };
            let ((a0, a1), (b0, b1)) = (span(&a), span(&b));
            a1 + gap_m < b0 || b1 + gap_m < a0
        })
    }
}

pub(super) struct Builder<'a> {
    water: &'a Water,
    roads: &'a [Road],
    fences: Vec<(Vec<Point>, f64)>,
    index: SegmentIndex,
    fence_index: SegmentIndex,
    cells: BTreeMap<(i32, i32), Vec<usize>>,
    pub buildings: Vec<Building>,
}

impl<'a> Builder<'a> {
    /// `fences`: railway and streams with the distance to keep.
    pub(super) fn new(water: &'a Water, roads: &'a [Road], fences: Vec<(Vec<Point>, f64)>) -> Self {
        let index = SegmentIndex::new(60.0, roads.iter().map(|road| road.line.as_slice()), 45.0);
        let fence_index = SegmentIndex::new(120.0, fences.iter().map(|fence| fence.0.as_slice()), 60.0);
        Self { water, roads, fences, index, fence_index, cells: BTreeMap::new(), buildings: Vec::new() }
    }

    fn cell(place: Point) -> (i32, i32) {
        ((place.x / 60.0).floor() as i32, (place.y / 60.0).floor() as i32)
    }

    /// Adds a building if it stands clear of roads, water and its neighbours.
    pub(super) fn place(&mut self, building: Building) -> bool {
        let fits = self.is_clear(&building);
        if fits {
            self.cells.entry(Self::cell(building.centre)).or_default().push(self.buildings.len());
            self.buildings.push(building);
        }
        fits
    }

    fn is_clear(&self, building: &Building) -> bool {
        let (i, j) = Self::cell(building.centre);
        let neighbours = (-1..=1).flat_map(|di| (-1..=1).map(move |dj| (i + di, j + dj)));
        let crowded = neighbours.filter_map(|key| self.cells.get(&key)).flatten().any(|&other| {
            let other = &self.buildings[other];
            distance(other.centre, building.centre) < other.radius() + building.radius() + 2.0
                && building.touches(other, 1.5)
        });
        !crowded && self.off_roads(building) && self.off_fences(building) && self.is_dry(building)
    }

    fn is_dry(&self, building: &Building) -> bool {
        self.water.bank_distance(building.centre) > building.radius() + 8.0
            && !self.water.is_lake(building.centre)
            && building.corners().iter().all(|&corner| !self.water.is_lake(corner))
    }

    fn off_roads(&self, building: &Building) -> bool {
        self.index.near(building.centre).iter().all(|&(number, segment)| {
            let road = &self.roads[number];
            let clear = road.width_m.unwrap_or(5.0) / 2.0 + if road.is_motorway() { 15.0 } else { 1.4 };
            rectangle_distance(building, road.line[segment], road.line[segment + 1]) > clear
        })
    }

    fn off_fences(&self, building: &Building) -> bool {
        self.fence_index.near(building.centre).iter().all(|&(number, segment)| {
            let (line, clear) = &self.fences[number];
            rectangle_distance(building, line[segment], line[segment + 1]) > *clear
        })
    }
}

/// Distance of a segment from a rectangle, 0 where they touch.
fn rectangle_distance(building: &Building, a: Point, b: Point) -> f64 {
    let nearest = nearest_on_segment(building.centre, a, b);
    let d = nearest - building.centre;
    let axis = building.axis;
    let (u, v) = ((d.x * axis.x + d.y * axis.y).abs(), (d.y * axis.x - d.x * axis.y).abs());
    if u < building.length_m / 2.0 && v < building.depth_m / 2.0 {
        return 0.0;
    }
    let corners = building.corners();
    let side = (0..4)
        .flat_map(|k| {
            let (c, e) = (corners[k], corners[(k + 1) % 4]);
            [distance_to_line(c, &[a, b]), distance_to_line(a, &[c, e]), distance_to_line(b, &[c, e])]
        })
        .fold(f64::MAX, f64::min);
    let cut = (0..4).any(|k| super::road::crossing(a, b, corners[k], corners[(k + 1) % 4]).is_some());
    if cut { 0.0 } else { side }
}

/// What a block is built with.
#[derive(Clone, Copy)]
struct Fill {
    kind: &'static str,
    length: (f64, f64),
    depth: (f64, f64),
    /// Clear space between rows, and between buildings of a row.
    row_gap: f64,
    gap: (f64, f64),
    storeys: (u32, u32),
    /// Share of the sites that are built on.
    density: f64,
}

const SLABS: Fill = Fill {
    kind: "住宅",
    length: (34.0, 56.0),
    depth: (12.0, 14.0),
    row_gap: 24.0,
    gap: (8.0, 13.0),
    storeys: (6, 18),
    density: 0.92,
};
const COURTYARDS: Fill = Fill {
    kind: "住宅",
    length: (10.0, 16.0),
    depth: (9.0, 12.0),
    row_gap: 6.0,
    gap: (2.0, 5.0),
    storeys: (1, 3),
    density: 0.72,
};
const TOWN_HOUSES: Fill = Fill {
    kind: "住宅",
    length: (11.0, 18.0),
    depth: (10.0, 13.0),
    row_gap: 9.0,
    gap: (2.0, 6.0),
    storeys: (2, 4),
    density: 0.66,
};
const SHOPS: Fill = Fill {
    kind: "商业",
    length: (26.0, 62.0),
    depth: (24.0, 38.0),
    row_gap: 22.0,
    gap: (9.0, 18.0),
    storeys: (3, 8),
    density: 0.9,
};
const SHEDS: Fill = Fill {
    kind: "厂房",
    length: (48.0, 84.0),
    depth: (24.0, 36.0),
    row_gap: 18.0,
    gap: (12.0, 20.0),
    storeys: (1, 2),
    density: 0.9,
};
const OFFICES: Fill = Fill {
    kind: "办公",
    length: (36.0, 60.0),
    depth: (15.0, 18.0),
    row_gap: 40.0,
    gap: (18.0, 26.0),
    storeys: (4, 9),
    density: 0.9,
};

/// Fills every block of a plan; returns the blocks that were kept for schools and hospitals.
pub(super) fn fill_plan(builder: &mut Builder, number: usize, plan: &Plan, random: &mut Random) -> Vec<Point> {
    let layout = &plan.layout;
    let mut kept = Vec::new();
    for (position, block) in plan.blocks.iter().enumerate() {
        let middle = (block[0] + block[1] + block[2] + block[3]) / 4.0;
        let depth = layout.depth(middle, 0.0).min(1.0);
        let luck = random.unit();
        let special = if layout.is_seat { position % 11 == 5 } else { position % 14 == 3 };
        if special {
            kept.push(middle);
            continue;
        }
        let fill = if layout.is_seat { seat_fill(depth, luck) } else { town_fill(depth, luck) };
        if let Some(fill) = fill {
            fill_block(builder, number, plan, block, fill, random);
        }
    }
    kept
}

/// Shops in the middle, slabs around, sheds and old villages on the rim; some blocks are parks.
fn seat_fill(depth: f64, luck: f64) -> Option<Fill> {
    match luck {
        luck if luck < 0.05 => None,
        luck if depth < 0.06 && luck < 0.45 => Some(SHOPS),
        luck if depth < 0.12 && luck < 0.3 => Some(OFFICES),
        luck if depth > 0.45 && luck < 0.35 => Some(SHEDS),
        luck if luck < 0.70 => Some(SLABS),
        luck if luck < 0.78 => Some(SHOPS),
        _ => Some(COURTYARDS),
    }
}

fn town_fill(depth: f64, luck: f64) -> Option<Fill> {
    match luck {
        luck if luck < 0.06 => None,
        luck if depth < 0.1 && luck < 0.35 => Some(SHOPS),
        luck if depth > 0.5 && luck < 0.14 => Some(SHEDS),
        luck if luck < 0.26 => Some(SLABS),
        _ => Some(TOWN_HOUSES),
    }
}

fn fill_block(builder: &mut Builder, number: usize, plan: &Plan, block: &[Point; 4], fill: Fill, random: &mut Random) {
    let layout = &plan.layout;
    let local: Vec<Point> = block.iter().map(|&corner| layout.local(corner)).collect();
    let span = |get: fn(&Point) -> f64| {
        local.iter().map(get).fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)))
    };
    let ((u0, u1), (v0, v1)) = (span(|p| p.x), span(|p| p.y));
    let mut v = v0 + 9.0;
    while v < v1 - 9.0 {
        let depth = random.between(fill.depth.0, fill.depth.1);
        let mut u = u0 + 9.0 + random.between(0.0, 6.0);
        while u < u1 - 9.0 {
            let length = random.between(fill.length.0, fill.length.1);
            if random.chance(fill.density) {
                let storeys = fill.storeys.0 + random.below((fill.storeys.1 - fill.storeys.0 + 1) as usize) as u32;
                builder.place(Building {
                    centre: layout.world(u + length / 2.0, v + depth / 2.0),
                    axis: layout.axis,
                    length_m: length,
                    depth_m: depth,
                    kind: fill.kind,
                    name: String::new(),
                    storeys,
                    settlement: Settlement::Plan(number),
                });
            }
            u += length + random.between(fill.gap.0, fill.gap.1);
        }
        v += depth + fill.row_gap;
    }
}

/// A named building with a yard, in a block kept for it; a smaller one if the block is tight.
pub(super) fn place_public(
    builder: &mut Builder,
    middle: Point,
    axis: Point,
    kind: &'static str,
    name: &str,
    settlement: Settlement,
) -> bool {
    for scale in [1.0, 0.75, 0.5, 0.35] {
        let building = Building {
            centre: middle,
            axis,
            length_m: 62.0 * scale,
            depth_m: 22.0 * scale,
            kind,
            name: name.to_owned(),
            storeys: if kind == "医院" { 9 } else { 4 },
            settlement,
        };
        if builder.place(building) {
            return true;
        }
    }
    false
}

/// Houses left and right of the roads inside a village, from its middle outward.
pub(super) fn fill_village(
    builder: &mut Builder,
    number: usize,
    village: &Village,
    roads: &[usize],
    random: &mut Random,
) {
    let reach = reach_m(village) + 60.0;
    let wanted = (f64::from(village.people) / 14.0) as usize;
    let mut lots = Vec::new();
    for &road in roads {
        let road = &builder.roads[road];
        if road.bridge || road.tunnel || road.is_motorway() {
            continue;
        }
        let (total, half) = (super::road::length(&road.line), road.width_m.unwrap_or(3.5) / 2.0);
        let mut chainage = random.between(3.0, 12.0);
        while chainage < total {
            let (start, direction) = along(&road.line, chainage);
            let length = random.between(9.0, 16.0);
            let far = distance(start, village.centre) + random.between(0.0, 60.0);
            if far < reach {
                lots.extend([1.0, -1.0].map(|side| (far, Lot { start, direction, side, half, length })));
            }
            chainage += length + random.between(2.0, 9.0);
        }
    }
    lots.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut built = 0;
    for (_, lot) in lots {
        if built < wanted && builder.place(lot.house(Settlement::Village(number), random)) {
            built += 1;
        }
    }
}

/// A place for a house beside a road.
struct Lot {
    start: Point,
    direction: Point,
    side: f64,
    /// Half the road's width.
    half: f64,
    length: f64,
}

impl Lot {
    fn house(&self, settlement: Settlement, random: &mut Random) -> Building {
        let depth_m = random.between(8.0, 12.0);
        let out = Point { x: -self.direction.y * self.side, y: self.direction.x * self.side };
        Building {
            centre: self.start + out * (self.half + random.between(2.0, 5.0) + depth_m / 2.0),
            axis: self.direction,
            length_m: self.length,
            depth_m,
            kind: if random.chance(0.035) { "商业" } else { "住宅" },
            name: String::new(),
            storeys: 1 + random.below(3) as u32,
            settlement,
        }
    }
}
