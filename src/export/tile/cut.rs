//! The part of a level that lies inside one tile and its buffer, in units from the tile's north-west corner.

use std::ops::Range;

use crate::tile::level::{GridPoint, Item, Level, bounds, repaired};
use crate::tile::world::Kind;
use crate::tile::{BUFFER, EXTENT, TileId};

/// What the tile shows of one feature.
#[derive(Debug)]
pub struct TilePart {
    pub feature: u32,
    pub kind: Kind,
    pub rings: Range<u32>,
}

#[derive(Debug, Default)]
pub struct TileContent {
    places: Vec<GridPoint>,
    ends: Vec<u32>,
    pub parts: Vec<TilePart>,
}

const MIN: i32 = -BUFFER;
const MAX: i32 = EXTENT + BUFFER;

impl TileContent {
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
                rings.for_each(|ring| self.push_ring(ring.filter(|p| within(p.x) && within(p.y))));
            }
            Kind::Line => {
                rings.for_each(|ring| {
                    clip_line(&ring.collect::<Vec<_>>(), &mut |piece| {
                        self.push_ring(piece.iter().copied());
                    })
                });
            }
            Kind::Polygon => {
                let clipped: Vec<Vec<GridPoint>> = rings.map(|ring| clip_ring(ring.collect())).collect();
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

    pub fn rings(&self, part: &TilePart) -> impl Iterator<Item = &[GridPoint]> {
        part.rings.clone().map(|ring| {
            let start = if ring == 0 { 0 } else { self.ends[ring as usize - 1] };
            &self.places[start as usize..self.ends[ring as usize] as usize]
        })
    }
}

fn within(value: i32) -> bool {
    (MIN..=MAX).contains(&value)
}

/// Gives the pieces of the line inside the tile and its buffer.
fn clip_line(line: &[GridPoint], give: &mut dyn FnMut(&[GridPoint])) {
    let mut piece: Vec<GridPoint> = Vec::new();
    for pair in line.windows(2) {
        let Some((a, b)) = clip_segment(pair[0], pair[1]) else {
            flush(&mut piece, give);
            continue;
        };
        if piece.last() != Some(&a) {
            flush(&mut piece, give);
            piece.push(a);
        }
        if b != a {
            piece.push(b);
        }
        if b != pair[1] {
            flush(&mut piece, give);
        }
    }
    flush(&mut piece, give);
}

fn flush(piece: &mut Vec<GridPoint>, give: &mut dyn FnMut(&[GridPoint])) {
    if piece.len() > 1 {
        give(piece);
    }
    piece.clear();
}

/// Liang-Barsky.
fn clip_segment(a: GridPoint, b: GridPoint) -> Option<(GridPoint, GridPoint)> {
    if within(a.x) && within(a.y) && within(b.x) && within(b.y) {
        return Some((a, b));
    }
    let (dx, dy) = (f64::from(b.x - a.x), f64::from(b.y - a.y));
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (slope, room) in [(-dx, a.x - MIN), (dx, MAX - a.x), (-dy, a.y - MIN), (dy, MAX - a.y)] {
        let at = f64::from(room) / slope;
        if slope == 0.0 {
            if room < 0 {
                return None;
            }
        } else if slope < 0.0 {
            enter = enter.max(at);
        } else {
            leave = leave.min(at);
        }
    }
    let at =
        |t: f64| GridPoint::new((f64::from(a.x) + t * dx).round() as i32, (f64::from(a.y) + t * dy).round() as i32);
    (enter <= leave).then(|| (if enter > 0.0 { at(enter) } else { a }, if leave < 1.0 { at(leave) } else { b }))
}

/// Sutherland-Hodgman, side by side. Pieces of a ring come out joined along the edge; the repair afterwards parts them.
fn clip_ring(ring: Vec<GridPoint>) -> Vec<GridPoint> {
    let (min, max) = bounds(&ring);
    if within(min.x) && within(min.y) && within(max.x) && within(max.y) {
        return ring;
    }
    let ring = clip_side(&ring, |p| p.x >= MIN, |a, b| cross_x(a, b, MIN));
    let ring = clip_side(&ring, |p| p.x <= MAX, |a, b| cross_x(a, b, MAX));
    let ring = clip_side(&ring, |p| p.y >= MIN, |a, b| cross_y(a, b, MIN));
    clip_side(&ring, |p| p.y <= MAX, |a, b| cross_y(a, b, MAX))
}

fn clip_side(
    ring: &[GridPoint],
    inside: impl Fn(GridPoint) -> bool,
    cross: impl Fn(GridPoint, GridPoint) -> GridPoint,
) -> Vec<GridPoint> {
    let mut clipped = Vec::with_capacity(ring.len() + 4);
    let Some(mut before) = ring.last().copied() else { return clipped };
    for &place in ring {
        if inside(place) != inside(before) {
            clipped.push(cross(before, place));
        }
        if inside(place) {
            clipped.push(place);
        }
        before = place;
    }
    clipped
}

fn cross_x(a: GridPoint, b: GridPoint, x: i32) -> GridPoint {
    let t = f64::from(x - a.x) / f64::from(b.x - a.x);
    GridPoint::new(x, (f64::from(a.y) + t * f64::from(b.y - a.y)).round() as i32)
}

fn cross_y(a: GridPoint, b: GridPoint, y: i32) -> GridPoint {
    let t = f64::from(y - a.y) / f64::from(b.y - a.y);
    GridPoint::new((f64::from(a.x) + t * f64::from(b.x - a.x)).round() as i32, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(list: &[(i32, i32)]) -> Vec<GridPoint> {
        list.iter().map(|(x, y)| GridPoint::new(*x, *y)).collect()
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let mut pieces = Vec::new();
        let line = places(&[(100, 100), (100, -164), (300, -164), (300, 100)]);
        clip_line(&line, &mut |piece| pieces.push(piece.to_vec()));
        assert_eq!(pieces, [places(&[(100, 100), (100, MIN)]), places(&[(300, MIN), (300, 100)])]);
    }

    #[test]
    fn a_line_that_only_passes_is_cut_on_both_sides() {
        assert_eq!(
            clip_segment(GridPoint::new(-1_000, 50), GridPoint::new(9_000, 50)),
            Some((GridPoint::new(MIN, 50), GridPoint::new(MAX, 50)))
        );
        assert_eq!(clip_segment(GridPoint::new(-1_000, -65), GridPoint::new(9_000, -65)), None);
    }

    #[test]
    fn a_ring_round_the_tile_fills_it() {
        let ring = places(&[(-9_000, -9_000), (9_000, -9_000), (9_000, 9_000), (-9_000, 9_000)]);
        assert_eq!(crate::tile::level::twice_area(&clip_ring(ring)), 2 * i64::from(MAX - MIN).pow(2));
    }
}
