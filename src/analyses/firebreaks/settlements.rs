//! Settlements that a forest may face: built-up areas, and villages known only as points.

use geo::{BoundingRect, Contains, Coord, Geometry, InteriorPoint, MultiPolygon, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::algorithms::area_index::AreaIndex;
use crate::analyses::towns::TownIndex;
use crate::area::{BuiltUpKind, StudyArea};

pub(super) struct Settlement {
    pub name: String,
    pub kind: BuiltUpKind,
    pub shape: Shape,
    pub town: Option<usize>,
    pub people: Option<u32>,
}

pub(super) enum Shape {
    Area(MultiPolygon, AreaIndex),
    Point(Coord),
}

impl Settlement {
    /// The place of the settlement nearest to another, if within the distance.
    pub fn nearest(&self, place: Coord, within_m: f64) -> Option<(Coord, f64)> {
        let at = match &self.shape {
            Shape::Point(at) => *at,
            Shape::Area(_, index) if index.contains(place) => return Some((place, 0.0)),
            Shape::Area(_, index) => index.nearest(place, within_m)?.0,
        };
        let apart = at - place;
        let distance_m = apart.x.hypot(apart.y);
        (distance_m <= within_m).then_some((at, distance_m))
    }

    pub fn geometry(&self) -> Geometry {
        match &self.shape {
            Shape::Area(shape, _) => match shape.0.as_slice() {
                [only] => only.clone().into(),
                _ => shape.clone().into(),
            },
            Shape::Point(at) => Point(*at).into(),
        }
    }

    pub fn contains(&self, place: Coord) -> bool {
        matches!(&self.shape, Shape::Area(_, index) if index.contains(place))
    }
}

pub(super) struct Settlements {
    pub list: Vec<Settlement>,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Settlements {
    pub fn new(area: &StudyArea, towns: &TownIndex) -> Self {
        let mut list: Vec<Settlement> = Vec::new();
        for built_up in &area.layers.built_up {
            let Some(inside) = built_up.geometry.interior_point() else { continue };
            list.push(Settlement {
                name: built_up.name.clone(),
                kind: built_up.kind,
                shape: Shape::Area(built_up.geometry.clone(), AreaIndex::new(&built_up.geometry.0)),
                town: towns.at(inside.0),
                people: None,
            });
        }
        let (areas, mut points) = (list.len(), Vec::new());
        for village in &area.layers.villages {
            let at = village.geometry.0;
            match list[..areas].iter_mut().find(|settlement| settlement.contains(at)) {
                Some(home) => {
                    home.people = match (home.people, village.population_people) {
                        (Some(a), Some(b)) => Some(a + b),
                        (a, b) => a.or(b),
                    };
                    if home.name.is_empty() {
                        home.name.clone_from(&village.name);
                    }
                }
                None => points.push(Settlement {
                    name: village.name.clone(),
                    kind: BuiltUpKind::Village,
                    shape: Shape::Point(at),
                    town: towns.at(at),
                    people: village.population_people,
                }),
            }
        }
        list.append(&mut points);
        let boxes = list.iter().enumerate().filter_map(|(number, settlement)| {
            let rect = match &settlement.shape {
                Shape::Area(shape, _) => shape.bounding_rect()?,
                Shape::Point(at) => geo::Rect::new(*at, *at),
            };
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, number))
        });
        let boxes = RTree::bulk_load(boxes.collect());
        Self { list, boxes }
    }

    /// Settlements that may be within the distance of a place, by number.
    pub fn around(&self, place: Coord, within_m: f64) -> Vec<usize> {
        let corner = |sign: f64| [place.x + sign * within_m, place.y + sign * within_m];
        let envelope = AABB::from_corners(corner(-1.0), corner(1.0));
        let mut found: Vec<usize> =
            self.boxes.locate_in_envelope_intersecting(&envelope).map(|found| found.data).collect();
        found.sort_unstable();
        found
    }
}

/// Buildings in each settlement, and near points.
pub(super) fn count_buildings(area: &StudyArea, settlements: &Settlements) -> Vec<u32> {
    use geo::Centroid;
    let mut counts = vec![0; settlements.list.len()];
    for building in &area.layers.buildings {
        let Some(centre) = building.geometry.centroid() else { continue };
        let home = settlements.around(centre.0, 0.0).into_iter().find(|at| match &settlements.list[*at].shape {
            Shape::Area(shape, _) => shape.contains(&centre),
            Shape::Point(_) => false,
        });
        if let Some(home) = home {
            counts[home] += 1;
        }
    }
    counts
}
