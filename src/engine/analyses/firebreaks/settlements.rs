//! Settlements that a forest may face: built-up areas, and villages known only as points.

use geo::{
    BoundingRect, Centroid, Coord, Distance, Euclidean, Geometry, InteriorPoint, Line, LineString, MultiPolygon, Point,
};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::towns::TownIndex;
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::grid::Grid;
use fireplan_model::ids::TownId;
use fireplan_model::layers::BuiltUpKind;
use fireplan_model::method_constants;

pub(super) struct FacedSettlement {
    pub name: String,
    pub kind: BuiltUpKind,
    pub shape: SettlementShape,
    pub town: Option<TownId>,
    /// Residents of its villages.
    pub people: Option<u32>,
    /// Where no village in it tells: by the raster of people.
    raster_people: Option<u32>,
}

pub(super) enum SettlementShape {
    Area(Outline),
    Point(Coord),
}

pub(super) struct Outline {
    shape: MultiPolygon,
    index: AreaIndex,
    /// Places along the outline, so many metres apart at most.
    posts: Vec<Coord>,
}

method_constants! {
    /// 聚落轮廓上可见性取点的间距 | Spacing of the places along the outline of a settlement to which sight is tried
    const POSTS_M: f64 = 50.0,
        because "约两三栋房屋的宽度；假定值，供审查 | The width of two or three houses; an assumption, for review";
    /// 最近点被遮挡时最多再试的取点数 | Most of those places that are tried where the nearest is hidden
    const POSTS_TRIED: usize = 12,
        because "约 600 米轮廓，更远的点方向已大不相同；假定值，供审查 | Some 600 m of outline, beyond which one looks quite another way; an assumption, for review";
}

impl Outline {
    fn new(shape: &MultiPolygon) -> Self {
        let lines = shape.0.iter().flat_map(|area| area.exterior().lines());
        let mut posts: Vec<Coord> = Vec::new();
        for line in lines {
            let count = (line.delta().x.hypot(line.delta().y) / POSTS_M).ceil().max(1.0);
            for step in 0..count as u32 {
                let at = line.start + line.delta() * (f64::from(step) / count);
                let crowded = posts.last().is_some_and(|last| (*last - at).x.hypot((*last - at).y) < POSTS_M / 2.0);
                if !crowded {
                    posts.push(at);
                }
            }
        }
        Self { shape: shape.clone(), index: AreaIndex::new(&shape.0), posts }
    }
}

impl FacedSettlement {
    /// Its residents or, where no village in it tells, the people of the raster.
    pub(super) fn known_people(&self) -> Option<u32> {
        self.people.or(self.raster_people)
    }

    /// Whether nothing but a place is known of it.
    pub(super) fn is_point(&self) -> bool {
        matches!(self.shape, SettlementShape::Point(_))
    }

    /// A place in it.
    pub(super) fn place_inside(&self) -> Option<Coord> {
        match &self.shape {
            SettlementShape::Point(at) => Some(*at),
            SettlementShape::Area(outline) => outline.shape.interior_point().map(|at| at.0),
        }
    }

    /// The place of the settlement nearest to another, if within the distance.
    pub(super) fn nearest(&self, place: Coord, within_m: f64) -> Option<(Coord, f64)> {
        let at = match &self.shape {
            SettlementShape::Point(at) => *at,
            SettlementShape::Area(outline) if outline.index.contains(place) => return Some((place, 0.0)),
            SettlementShape::Area(outline) => outline.index.nearest(place, within_m)?.0,
        };
        let apart = at - place;
        let distance_m = apart.x.hypot(apart.y);
        (distance_m <= within_m).then_some((at, distance_m))
    }

    /// The nearest place, then others along the outline within the distance, the nearer first.
    pub(super) fn places(&self, place: Coord, within_m: f64) -> Vec<(Coord, f64)> {
        let mut places: Vec<(Coord, f64)> = self.nearest(place, within_m).into_iter().collect();
        if let (SettlementShape::Area(outline), [(_, nearest_m)]) = (&self.shape, places.as_slice())
            && *nearest_m > 0.0
        {
            let apart_m = |at: &Coord| (*at - place).x.hypot((*at - place).y);
            let near = outline.posts.iter().map(|at| (*at, apart_m(at))).filter(|(_, m)| *m <= within_m);
            let mut others: Vec<(Coord, f64)> = near.collect();
            others.sort_by(|a, b| a.1.total_cmp(&b.1));
            places.extend(others.into_iter().take(POSTS_TRIED));
        }
        places
    }

    pub(super) fn geometry(&self) -> Geometry {
        match &self.shape {
            SettlementShape::Area(Outline { shape, .. }) => match shape.0.as_slice() {
                [only] => only.clone().into(),
                _ => shape.clone().into(),
            },
            SettlementShape::Point(at) => Point(*at).into(),
        }
    }

    /// People of the cells whose middles lie within; `None`: it has no outline.
    fn people_in(&self, grid: &Grid) -> Option<u32> {
        self.people_where(grid, |_| true)
    }

    /// People of the raster in it who live within a distance of one of these lines.
    pub(super) fn people_beside(&self, grid: &Grid, lines: &[&LineString], within_m: f64) -> Option<u32> {
        let near = |place: Coord| lines.iter().any(|line| Euclidean.distance(&Point(place), *line) <= within_m);
        self.people_where(grid, near)
    }

    /// People of the raster in it, of the cells whose middle lies where it counts; `None`: its outline is not known.
    fn people_where(&self, grid: &Grid, counts: impl Fn(Coord) -> bool) -> Option<u32> {
        let SettlementShape::Area(outline) = &self.shape else { return None };
        let rect = outline.shape.bounding_rect()?;
        let cell = |m: f64, last: usize| (m / grid.cell_m).floor().clamp(0.0, last as f64) as usize;
        let columns =
            cell(rect.min().x - grid.origin.x, grid.columns)..=cell(rect.max().x - grid.origin.x, grid.columns);
        let rows = cell(grid.origin.y - rect.max().y, grid.rows)..=cell(grid.origin.y - rect.min().y, grid.rows);
        let cells = rows.flat_map(|row| columns.clone().map(move |column| (column, row)));
        let inside = cells.filter(|(column, row)| outline.index.contains(grid.center(*column, *row)));
        let inside = inside.filter(|(column, row)| counts(grid.center(*column, *row)));
        Some(inside.filter_map(|(column, row)| grid.value(column, row)).sum::<f64>().round() as u32)
    }

    /// Where a line meets its outline.
    pub(super) fn crossings(&self, line: Line) -> Vec<Coord> {
        match &self.shape {
            SettlementShape::Area(outline) => {
                let met = outline.index.crossings(line);
                met.into_iter().map(|share| line.start + line.delta() * share).collect()
            }
            SettlementShape::Point(_) => Vec::new(),
        }
    }

    pub(super) fn contains(&self, place: Coord) -> bool {
        matches!(&self.shape, SettlementShape::Area(outline) if outline.index.contains(place))
    }
}

pub(super) struct Settlements {
    pub list: Vec<FacedSettlement>,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Settlements {
    pub(super) fn new(area: &StudyArea, towns: &TownIndex) -> Self {
        let mut list: Vec<FacedSettlement> = Vec::new();
        for built_up in &area.layers.built_up {
            let Some(inside) = built_up.geometry.interior_point() else { continue };
            list.push(FacedSettlement {
                name: built_up.name.clone(),
                kind: built_up.kind,
                shape: SettlementShape::Area(Outline::new(&built_up.geometry)),
                town: towns.at(inside.0),
                people: None,
                raster_people: None,
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
                None => points.push(FacedSettlement {
                    name: village.name.clone(),
                    kind: BuiltUpKind::Village,
                    shape: SettlementShape::Point(at),
                    town: towns.at(at),
                    people: village.population_people,
                    raster_people: None,
                }),
            }
        }
        list.append(&mut points);
        for settlement in list.iter_mut().filter(|settlement| settlement.people.is_none()) {
            settlement.raster_people = area.population.as_ref().and_then(|grid| settlement.people_in(grid));
        }
        let boxes = list.iter().enumerate().filter_map(|(number, settlement)| {
            let rect = match &settlement.shape {
                SettlementShape::Area(outline) => outline.shape.bounding_rect()?,
                SettlementShape::Point(at) => geo::Rect::new(*at, *at),
            };
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, number))
        });
        let boxes = RTree::bulk_load(boxes.collect());
        Self { list, boxes }
    }

    /// People in these settlements, by their villages or else by the raster; `None`: of none is it known.
    pub(super) fn people(&self, settlements: &[usize]) -> Option<u32> {
        let of = |number: &usize| self.list[*number].known_people();
        settlements.iter().filter_map(of).reduce(|sum, people| sum + people)
    }

    /// Settlements that may be within the distance of a place, by number.
    pub(super) fn around(&self, place: Coord, within_m: f64) -> Vec<usize> {
        let corner = |sign: f64| [place.x + sign * within_m, place.y + sign * within_m];
        let envelope = AABB::from_corners(corner(-1.0), corner(1.0));
        let mut found: Vec<usize> =
            self.boxes.locate_in_envelope_intersecting(&envelope).map(|found| found.data).collect();
        found.sort_unstable();
        found
    }
}

/// Buildings of a settlement, and those of them near the forest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Buildings {
    pub all: u32,
    pub near: u32,
}

/// Per settlement, by centroids within its outline; `None` where that cannot be told: it is only a point, or there are no
/// buildings in the data at all.
pub(super) fn count_buildings(
    area: &StudyArea,
    settlements: &Settlements,
    is_near: impl Fn(Coord) -> bool + Sync,
) -> Vec<Option<Buildings>> {
    let homes: Vec<(usize, bool)> = area
        .layers
        .buildings
        .par_iter()
        .filter_map(|building| {
            let centre = building.geometry.centroid()?.0;
            let home = settlements.around(centre, 0.0).into_iter().find(|at| settlements.list[*at].contains(centre))?;
            Some((home, is_near(centre)))
        })
        .collect();
    let known = |settlement: &FacedSettlement| {
        matches!(settlement.shape, SettlementShape::Area(..)) && !area.layers.buildings.is_empty()
    };
    let mut counts: Vec<Option<Buildings>> =
        settlements.list.iter().map(|settlement| known(settlement).then(Buildings::default)).collect();
    for (home, near) in homes {
        if let Some(count) = &mut counts[home] {
            count.all += 1;
            count.near += u32::from(near);
        }
    }
    counts
}
