//! Which town (乡镇街道) a place lies in.

use geo::{BoundingRect, Contains, Coord};
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use fireplan_model::area::StudyArea;
use fireplan_model::ids::TownId;
use fireplan_model::layers::Town;

/// Towns by place.
pub struct TownIndex<'a> {
    towns: &'a [Town],
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, TownId>>,
}

impl<'a> TownIndex<'a> {
    /// Indexes the towns of an area by their bounding boxes.
    pub fn new(area: &'a StudyArea) -> Self {
        let towns = &area.layers.towns;
        let boxes = TownId::first(towns.len()).zip(towns).filter_map(|(id, town)| {
            let rect = town.geometry.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, id))
        });
        Self { towns, boxes: RTree::bulk_load(boxes.collect()) }
    }

    /// What a town is called; nothing where there is none.
    pub fn name(&self, town: Option<TownId>) -> String {
        town.map_or_else(String::new, |town| self.towns[town.index()].name.clone())
    }

    /// The town a place lies in; the first in the layer where towns overlap.
    pub fn at(&self, place: Coord) -> Option<TownId> {
        let around = self.boxes.locate_all_at_point(&[place.x, place.y]).map(|found| found.data);
        let mut around: Vec<TownId> = around.collect();
        around.sort_unstable();
        around.into_iter().find(|town| self.towns[town.index()].geometry.contains(&place))
    }
}
