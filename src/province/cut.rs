//! What a county holds: the features, segments and cells that it answers for, and what around them its answers rest on.
//!
//! Around everything that is its own, the county sees as far as the margin: places are served from roads near them, whoever's these are.
//! It sees whole features and whole segments, never parts of them.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Coord, Geometry, Rect};

use fireplan_engine::response::border::{HeldFeature, Holdings};
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{BuiltUpKind, LayerId, LayerReader};
use fireplan_model::network::NetworkParts;
use fireplan_model::rows::Row;

use crate::counties::Counties;

/// Side of the squares by which it is told what lies near what, in metres: how far a county sees is rounded up to it.
const SQUARE_M: f64 = 500.0;

/// Rectangle of squares: columns, then rows, ends included.
fn squares(rect: Rect) -> impl Iterator<Item = (i32, i32)> {
    let number = |metres: f64| (metres / SQUARE_M).floor() as i32;
    let (low, high) = (rect.min(), rect.max());
    let rows = number(low.y)..=number(high.y);
    (number(low.x)..=number(high.x)).flat_map(move |column| rows.clone().map(move |row| (column, row)))
}

/// Which counties see each square.
#[derive(Default)]
struct Ground(BTreeMap<(i32, i32), BTreeSet<u32>>);

impl Ground {
    fn mark(&mut self, rect: Rect, county: usize) {
        for square in squares(rect) {
            self.0.entry(square).or_default().insert(county as u32);
        }
    }

    /// The same, seen from so far around.
    fn widen(&self, margin_m: f64) -> Self {
        let reach = (margin_m / SQUARE_M).ceil() as i32;
        let mut wide = Self::default();
        for ((column, row), counties) in &self.0 {
            for (across, up) in (-reach..=reach).flat_map(|across| (-reach..=reach).map(move |up| (across, up))) {
                wide.0.entry((column + across, row + up)).or_default().extend(counties);
            }
        }
        wide
    }

    /// The counties that see something of this extent.
    fn counties(&self, rect: Rect) -> BTreeSet<u32> {
        squares(rect).filter_map(|square| self.0.get(&square)).flatten().copied().collect()
    }
}

/// Where the features of a layer lie, and whose they are.
struct LayerOwners {
    layer: LayerId,
    /// Of features without extent, nothing.
    rects: Vec<Option<Rect>>,
    owners: Vec<usize>,
}

struct FindOwners<'c, 'a>(&'c Counties<'a>, LayerId);

impl LayerReader for FindOwners<'_, '_> {
    type Output = LayerOwners;
    fn read<R: Row>(&mut self, rows: &[R]) -> LayerOwners {
        let geometries: Vec<Option<Geometry>> = rows.iter().map(Row::geometry).collect();
        let rects = geometries.iter().map(|geometry| geometry.as_ref()?.bounding_rect()).collect();
        let owner = |geometry: &Option<Geometry>| geometry.as_ref().map_or(0, |geometry| self.0.of(geometry));
        LayerOwners { layer: self.1, rects, owners: geometries.iter().map(owner).collect() }
    }
}

/// A county, cut out of its province.
pub struct CountyCut {
    /// What it holds.
    pub holdings: Holdings,
    /// The places in each layer of what it sees, in order.
    pub features: Vec<(LayerId, Vec<u32>)>,
    /// Its part of the network.
    pub network: NetworkParts,
    /// Its own cells with people; `None`: there is no such raster.
    pub cells: Option<Vec<u32>>,
}

impl CountyCut {
    /// How many features of a layer it answers for.
    pub fn count(&self, layer: LayerId) -> usize {
        self.holdings.layers.get(layer.code()).map_or(0, |held| held.iter().filter(|held| held.own).count())
    }
}

/// A province with everything in it given to one county each.
pub struct ProvinceCut<'a> {
    province: &'a StudyArea,
    counties: usize,
    layers: Vec<LayerOwners>,
    of_segment: Vec<usize>,
    of_cell: Option<Vec<(u32, usize)>>,
    /// What the counties see.
    seen: Ground,
    /// The segments that each county sees.
    segments: Vec<Vec<u32>>,
}

fn cell_rect(center: Coord) -> Rect {
    Rect::new(center, center)
}

impl<'a> ProvinceCut<'a> {
    /// Gives everything to its county; each sees as far as the margin around it, in metres.
    pub fn new(province: &'a StudyArea, counties: &Counties, margin_m: f64) -> Self {
        let mut ground = Ground::default();
        let vector = LayerId::ALL.iter().copied();
        let layers: Vec<LayerOwners> =
            vector.filter_map(|layer| province.layers.read(layer, &mut FindOwners(counties, layer))).collect();
        for owners in &layers {
            // Roads are held by segment, and towns and stations are seen by all.
            if matches!(owners.layer, LayerId::Roads | LayerId::Towns) {
                continue;
            }
            for (rect, owner) in owners.rects.iter().zip(&owners.owners) {
                rect.iter().for_each(|rect| ground.mark(*rect, *owner));
            }
        }
        let network = &province.network;
        let rect_of = |segment: SegmentId| geo::LineString(network.line(segment).to_vec()).bounding_rect();
        let ids = || SegmentId::first(network.segments.len());
        let middle = |segment: SegmentId| network.point_at(segment, network[segment].length_m / 2.0);
        let of_segment: Vec<usize> = ids().map(|segment| counties.at(middle(segment))).collect();
        for (segment, owner) in ids().zip(&of_segment) {
            rect_of(segment).into_iter().for_each(|rect| ground.mark(rect, *owner));
        }
        let of_cell = province.population.as_ref().map(|grid| {
            let peopled = (0..grid.values.len()).filter(|cell| grid.values[*cell] > 0.0);
            let center = |cell: usize| grid.center(cell % grid.columns, cell / grid.columns);
            peopled.map(|cell| (cell as u32, counties.at(center(cell)), cell_rect(center(cell)))).collect::<Vec<_>>()
        });
        let of_cell = of_cell.map(|cells| {
            cells.iter().for_each(|(_, owner, rect)| ground.mark(*rect, *owner));
            cells.into_iter().map(|(cell, owner, _)| (cell, owner)).collect()
        });
        let seen = ground.widen(margin_m);
        let mut segments = vec![Vec::new(); counties.names.len()];
        for segment in ids() {
            for county in rect_of(segment).into_iter().flat_map(|rect| seen.counties(rect)) {
                segments[county as usize].push(segment.0);
            }
        }
        Self { province, counties: counties.names.len(), layers, of_segment, of_cell, seen, segments }
    }

    /// Every county, in order.
    pub fn cuts(&self) -> impl Iterator<Item = CountyCut> + '_ {
        let seen_features: Vec<Vec<BTreeSet<u32>>> = self.layers.iter().map(|layer| self.see(layer)).collect();
        (0..self.counties).map(move |county| self.cut(county, &seen_features))
    }

    /// The counties that see each feature of a layer.
    fn see(&self, layer: &LayerOwners) -> Vec<BTreeSet<u32>> {
        if matches!(layer.layer, LayerId::Roads | LayerId::Obstacles) {
            // They go with the segments.
            return Vec::new();
        }
        let all: BTreeSet<u32> = (0..self.counties as u32).collect();
        let seen = |(rect, owner): (&Option<Rect>, &usize)| match layer.layer {
            // Stations come from everywhere, and keep their order.
            LayerId::Stations => all.clone(),
            _ => rect
                .map_or_else(BTreeSet::new, |rect| self.seen.counties(rect))
                .into_iter()
                .chain([*owner as u32])
                .collect(),
        };
        layer.rects.iter().zip(&layer.owners).map(seen).collect()
    }

    fn cut(&self, county: usize, seen: &[Vec<BTreeSet<u32>>]) -> CountyCut {
        let network = &self.province.network;
        let mut keeps = vec![false; network.segments.len()];
        self.segments[county].iter().for_each(|segment| keeps[*segment as usize] = true);
        network.close_over_bans(&mut keeps);
        let restricted = network.restrict(&keeps);
        let mut features = Vec::new();
        let mut holdings = Holdings {
            segments: restricted
                .segments
                .iter()
                .map(|segment| HeldFeature { number: segment.0, own: self.of_segment[segment.index()] == county })
                .collect(),
            ..Holdings::default()
        };
        for (layer, seen) in self.layers.iter().zip(seen) {
            let kept: Vec<u32> = match layer.layer {
                LayerId::Roads => restricted.roads.iter().map(|road| road.0).collect(),
                LayerId::Obstacles => restricted.obstacles.iter().map(|obstacle| obstacle.0).collect(),
                _ => {
                    let near = (0..seen.len() as u32).zip(seen).filter(|(_, seen)| seen.contains(&(county as u32)));
                    let mut near: Vec<u32> = near.map(|(at, _)| at).collect();
                    self.add_telling(layer.layer, &mut near);
                    near
                }
            };
            let held = kept.iter().map(|at| HeldFeature { number: *at, own: layer.owners[*at as usize] == county });
            holdings.layers.insert(layer.layer.code().to_owned(), held.collect());
            features.push((layer.layer, kept));
        }
        let own = |cells: &Vec<(u32, usize)>| {
            cells.iter().filter(|(_, owner)| *owner == county).map(|(cell, _)| *cell).collect()
        };
        CountyCut { holdings, features, network: restricted.parts, cells: self.of_cell.as_ref().map(own) }
    }

    /// Whether anybody has drawn the built-up area of a city or town decides everywhere which time binds: one such area goes into
    /// every county.
    fn add_telling(&self, layer: LayerId, kept: &mut Vec<u32>) {
        let built_up = &self.province.layers.built_up;
        let is_urban = |at: u32| matches!(built_up[at as usize].kind, BuiltUpKind::Urban | BuiltUpKind::Town);
        if layer != LayerId::BuiltUp || kept.iter().any(|at| is_urban(*at)) {
            return;
        }
        if let Some(first) = (0..built_up.len() as u32).find(|at| is_urban(*at)) {
            kept.push(first);
            kept.sort_unstable();
        }
    }
}
