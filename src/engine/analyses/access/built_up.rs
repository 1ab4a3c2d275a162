//! Built-up areas by place, and the people of the population raster within them.

use std::collections::BTreeMap;

use geo::{BoundingRect, Contains, Coord, Distance, Euclidean};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::grid::Grid;
use fireplan_model::ids::{BuiltUpId, TownId};
use fireplan_model::layers::BuiltUp;

/// Built-up areas by place.
pub(super) struct BuiltUpIndex<'a> {
    areas: &'a [BuiltUp],
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, BuiltUpId>>,
}

impl<'a> BuiltUpIndex<'a> {
    pub(super) fn new(areas: &'a [BuiltUp]) -> Self {
        let boxes = BuiltUpId::first(areas.len()).zip(areas).filter_map(|(id, area)| {
            let rect = area.geometry.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, id))
        });
        Self { areas, boxes: RTree::bulk_load(boxes.collect()) }
    }

    /// The other areas within a distance of an area.
    pub(super) fn near(&self, built_up: BuiltUpId, limit_m: f64) -> Vec<BuiltUpId> {
        let geometry = &self.areas[built_up.index()].geometry;
        let Some(rect) = geometry.bounding_rect() else { return Vec::new() };
        let (min, max) = (rect.min(), rect.max());
        let around = AABB::from_corners([min.x - limit_m, min.y - limit_m], [max.x + limit_m, max.y + limit_m]);
        let boxes = self.boxes.locate_in_envelope_intersecting(&around).map(|found| found.data);
        let mut near: Vec<BuiltUpId> = boxes
            .filter(|other| *other != built_up)
            .filter(|other| Euclidean.distance(geometry, &self.areas[other.index()].geometry) <= limit_m)
            .collect();
        near.sort_unstable();
        near
    }

    /// The built-up area a place lies in; the first of the layer where they overlap.
    pub(super) fn at(&self, place: Coord) -> Option<BuiltUpId> {
        let mut around: Vec<BuiltUpId> =
            self.boxes.locate_all_at_point(&[place.x, place.y]).map(|found| found.data).collect();
        around.sort_unstable();
        around.into_iter().find(|area| self.areas[area.index()].geometry.contains(&place))
    }
}

/// People of the raster's cells within built-up areas, by town; `None` without a raster.
pub(super) fn people_by_town(
    area: &StudyArea,
    towns: &TownIndex,
    built_up: &[BuiltUpId],
) -> Option<BTreeMap<Option<TownId>, f64>> {
    let grid = area.population.as_ref()?;
    let mut people = BTreeMap::new();
    for geometry in built_up.iter().map(|id| &area.layers.built_up[id.index()].geometry) {
        let Some(rect) = geometry.bounding_rect() else { continue };
        for (at, in_cell) in cells(grid, rect).filter(|(at, _)| geometry.contains(at)) {
            *people.entry(towns.at(at)).or_default() += in_cell;
        }
    }
    Some(people)
}

fn cells(grid: &Grid, rect: geo::Rect) -> impl Iterator<Item = (Coord, f64)> + '_ {
    let index = |m: f64, most: usize| ((m / grid.cell_m).floor().max(0.0) as usize).min(most);
    let columns = index(rect.min().x - grid.origin.x, grid.columns)
        ..=index(rect.max().x - grid.origin.x, grid.columns.saturating_sub(1));
    let rows = index(grid.origin.y - rect.max().y, grid.rows)
        ..=index(grid.origin.y - rect.min().y, grid.rows.saturating_sub(1));
    rows.flat_map(move |row| columns.clone().map(move |column| (column, row)))
        .filter_map(|(column, row)| Some((grid.center(column, row), grid.value(column, row)?)))
}
