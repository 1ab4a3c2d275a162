//! Where things are, in words: the town, longitude and latitude.

use std::collections::BTreeMap;

use geo::{BoundingRect, Contains, Coord, CoordsIter, Distance, Euclidean, Geometry, Intersects, Point};

use fireplan_model::area::StudyArea;
use fireplan_model::layers::{Road, Town};
use fireplan_model::rows::place_on;

use crate::wording::SheetCell;

/// A road so near is where a thing stands.
const BESIDE_M: f64 = 150.0;
/// A road so near tells where a border runs.
const BORDER_M: f64 = 500.0;
/// Two roads so near make a crossing.
const CROSSING_M: f64 = 60.0;

/// Tells where things are.
pub struct PlaceFinder<'a> {
    area: &'a StudyArea,
    ranks: BTreeMap<&'a str, usize>,
    decimals: usize,
}

impl<'a> PlaceFinder<'a> {
    /// Longitude and latitude are told with these decimals.
    pub fn new(area: &'a StudyArea, decimals: usize) -> Self {
        let ranks = area.layers.towns.iter().enumerate().map(|(rank, town)| (town.name.as_str(), rank)).collect();
        Self { area, ranks, decimals }
    }

    /// Where a town stands in the area's own order; behind all of them what is none.
    pub fn town_rank(&self, name: &str) -> usize {
        self.ranks.get(name).copied().unwrap_or(usize::MAX)
    }

    /// The name of the town in which a place lies; empty outside all.
    pub fn town_at(&self, place: Coord) -> &'a str {
        self.town_of(place).map_or("", |town| &town.name)
    }

    /// The town in which a place lies.
    pub fn town_of(&self, place: Coord) -> Option<&'a Town> {
        let inside = |town: &&Town| {
            town.geometry.bounding_rect().is_some_and(|rect| rect.intersects(&place)) && town.geometry.contains(&place)
        };
        self.area.layers.towns.iter().find(inside)
    }

    /// What a column of places says: `town`, `lonlat`, `street` (the named roads beside it), the ends of a line (`from`, `to`,
    /// `ends`), or the named road where an area reaches farthest (`east`, `south`, `west`, `north`).
    pub fn cell(&self, kind: &str, geometry: Option<&Geometry>) -> SheetCell {
        let told = geometry.and_then(|geometry| match kind {
            "from" => ends(geometry).and_then(|[from, _]| self.lonlat(from)),
            "to" => ends(geometry).and_then(|[_, to]| self.lonlat(to)),
            "ends" => {
                ends(geometry).and_then(|[from, to]| Some(format!("{} — {}", self.lonlat(from)?, self.lonlat(to)?)))
            }
            "east" => self.road_at(farthest(geometry, |place| place.x)?),
            "west" => self.road_at(farthest(geometry, |place| -place.x)?),
            "north" => self.road_at(farthest(geometry, |place| place.y)?),
            "south" => self.road_at(farthest(geometry, |place| -place.y)?),
            "town" => Some(self.town_at(place_on(geometry)?)).filter(|town| !town.is_empty()).map(str::to_owned),
            "street" => self.street_at(place_on(geometry)?),
            _ => self.lonlat(place_on(geometry)?),
        });
        told.map_or(SheetCell::Unknown, SheetCell::text)
    }

    /// 甲路与乙路路口, 甲路旁, or longitude and latitude where no named road is near.
    fn street_at(&self, place: Coord) -> Option<String> {
        let near = self.roads_near(place, BESIDE_M);
        match &near[..] {
            [] => self.lonlat(place),
            [(first, _), (second, away_m), ..] if *away_m <= CROSSING_M => Some(format!("{first}与{second}路口附近")),
            [(only, _), ..] => Some(format!("{only}旁")),
        }
    }

    fn road_at(&self, place: Coord) -> Option<String> {
        self.roads_near(place, BORDER_M).first().map(|(name, _)| (*name).to_owned())
    }

    /// The named roads within so many metres with their distances, nearest first.
    fn roads_near(&self, place: Coord, within_m: f64) -> Vec<(&'a str, f64)> {
        let mut nearest: BTreeMap<&str, f64> = BTreeMap::new();
        let named = self.area.layers.roads.iter().filter(|road| !road.name.is_empty());
        for road in named.filter(|road| is_within(road, place, within_m)) {
            let away_m = Euclidean.distance(&Point(place), &road.geometry);
            if away_m <= within_m {
                let known = nearest.entry(&road.name).or_insert(away_m);
                *known = known.min(away_m);
            }
        }
        let mut all: Vec<(&str, f64)> = nearest.into_iter().collect();
        all.sort_by(|a, b| a.1.total_cmp(&b.1));
        all
    }

    /// `108.123456, 31.234567`.
    pub fn lonlat(&self, place: Coord) -> Option<String> {
        let mut place = [place];
        self.area.plane.to_lonlat(&mut place).ok()?;
        let decimals = self.decimals;
        Some(format!("{:.decimals$}, {:.decimals$}", place[0].x, place[0].y))
    }
}

/// Both ends of a line; of several, the first end of the first and the last of the last.
fn ends(geometry: &Geometry) -> Option<[Coord; 2]> {
    match geometry {
        Geometry::LineString(line) => Some([*line.0.first()?, *line.0.last()?]),
        Geometry::MultiLineString(lines) => Some([*lines.0.first()?.0.first()?, *lines.0.last()?.0.last()?]),
        _ => None,
    }
}

/// Whether the box around a road is so near.
fn is_within(road: &Road, place: Coord, within_m: f64) -> bool {
    road.geometry.bounding_rect().is_some_and(|rect| {
        let (low, high) = (rect.min(), rect.max());
        (low.x - within_m..=high.x + within_m).contains(&place.x)
            && (low.y - within_m..=high.y + within_m).contains(&place.y)
    })
}

/// The vertex that reaches farthest in a direction.
fn farthest(geometry: &Geometry, reach: impl Fn(&Coord) -> f64) -> Option<Coord> {
    geometry.coords_iter().max_by(|a, b| reach(a).total_cmp(&reach(b)))
}
