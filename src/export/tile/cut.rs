//! The part of a level that lies inside one tile and its buffer, in units from the tile's north-west corner.

use std::ops::Range;

use fireplan_algorithms::clip::{clip_line, clip_ring, is_inside};
use geo::{Coord, Rect};

use crate::tile::level::{GridPoint, Item, Level, repaired};
use crate::tile::world::Kind;
use crate::tile::{BUFFER, EXTENT, TileId};

/// What the tile shows of one feature.
#[derive(Debug)]
pub struct TilePart {
    /// The feature, by its index in the layer.
    pub feature: u32,
    /// What it is made of.
    pub kind: Kind,
    /// Its rings in [`TileContent::rings`].
    pub rings: Range<u32>,
}

/// What a tile shows of a layer, in units from its north-west corner.
#[derive(Debug, Default)]
pub struct TileContent {
    places: Vec<GridPoint>,
    ends: Vec<u32>,
    /// The features in drawing order.
    pub parts: Vec<TilePart>,
}

const MIN: i32 = -BUFFER;
const MAX: i32 = EXTENT + BUFFER;

impl TileContent {
    /// Cuts the features, which are given in drawing order, to the tile and its buffer.
    pub fn new(level: &Level, id: TileId, features: &[u32]) -> Self {
        let mut cut = Self::default();
        let origin = GridPoint::new(id.x as i32 * EXTENT, id.y as i32 * EXTENT);
        for &feature in features.iter().filter(|feature| level.has(**feature)) {
            cut.push(level, level.item(feature), origin, feature);
        }
        cut
    }

    fn push(&mut self, level: &Level, item: &Item, origin: GridPoint, feature: u32) {
        let first = self.ends.len() as u32;
        let (min, max) = (item.min - origin, item.max - origin);
        if min.x > MAX || min.y > MAX || max.x < MIN || max.y < MIN {
            return;
        }
        let inside = min.x >= MIN && min.y >= MIN && max.x <= MAX && max.y <= MAX;
        let rings = level.rings(item).map(|ring| ring.iter().map(|place| *place - origin));
        match item.kind {
            _ if inside => rings.for_each(|ring| self.push_ring(ring)),
            Kind::Point => {
                rings.for_each(|ring| self.push_ring(ring.filter(|place| is_inside(coord(*place), window()))));
            }
            Kind::Line => {
                for ring in rings {
                    let line: Vec<Coord> = ring.map(coord).collect();
                    for piece in clip_line(&line, window(), snap) {
                        self.push_ring(piece.into_iter().map(grid));
                    }
                }
            }
            Kind::Polygon => {
                let clip = |ring: Vec<Coord>| clip_ring(&ring, window(), snap).into_iter().map(grid).collect();
                let clipped: Vec<Vec<GridPoint>> = rings.map(|ring| clip(ring.map(coord).collect())).collect();
                repaired(&clipped).into_iter().for_each(|ring| self.push_ring(ring.into_iter()));
            }
        }
        let rings = first..self.ends.len() as u32;
        if !rings.is_empty() {
            self.parts.push(TilePart { feature, kind: item.kind, rings });
        }
    }

    fn push_ring(&mut self, ring: impl Iterator<Item = GridPoint>) {
        let before = self.places.len();
        self.places.extend(ring);
        if self.places.len() > before {
            self.ends.push(self.places.len() as u32);
        }
    }

    /// The rings of a part; those of polygons are open.
    pub fn rings(&self, part: &TilePart) -> impl Iterator<Item = &[GridPoint]> {
        part.rings.clone().map(|ring| {
            let start = if ring == 0 { 0 } else { self.ends[ring as usize - 1] };
            &self.places[start as usize..self.ends[ring as usize] as usize]
        })
    }
}

/// The tile and its buffer.
fn window() -> Rect {
    Rect::new((f64::from(MIN), f64::from(MIN)), (f64::from(MAX), f64::from(MAX)))
}

fn coord(place: GridPoint) -> Coord {
    Coord { x: f64::from(place.x), y: f64::from(place.y) }
}

fn snap(place: Coord) -> Coord {
    Coord { x: place.x.round(), y: place.y.round() }
}

/// The place on the grid that the coordinate, whole already, stands for.
fn grid(place: Coord) -> GridPoint {
    GridPoint::new(place.x as i32, place.y as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(list: &[(i32, i32)]) -> Vec<GridPoint> {
        list.iter().map(|(x, y)| GridPoint::new(*x, *y)).collect()
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let line: Vec<Coord> =
            [(100, 100), (100, -164), (300, -164), (300, 100)].map(|(x, y)| coord(GridPoint::new(x, y))).into();
        let pieces = clip_line(&line, window(), snap).into_iter().map(|piece| piece.into_iter().map(grid).collect());
        let pieces: Vec<Vec<GridPoint>> = pieces.collect();
        assert_eq!(pieces, [places(&[(100, 100), (100, MIN)]), places(&[(300, MIN), (300, 100)])]);
    }

    #[test]
    fn a_ring_round_the_tile_fills_it() {
        let ring = [(-9_000, -9_000), (9_000, -9_000), (9_000, 9_000), (-9_000, 9_000)];
        let ring = ring.map(|(x, y)| coord(GridPoint::new(x, y)));
        let clipped: Vec<GridPoint> = clip_ring(&ring, window(), snap).into_iter().map(grid).collect();
        assert_eq!(crate::tile::level::twice_area(&clipped), 2 * i64::from(MAX - MIN).pow(2));
    }
}
