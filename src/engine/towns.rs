//! Which town (乡镇街道) a place lies in.

use geo::{BoundingRect, Contains, Coord};
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use fireplan_model::area::StudyArea;
use fireplan_model::layers::Town;

/// Towns by place.
pub struct TownIndex<'a> {
    towns: &'a [Town],
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl<'a> TownIndex<'a> {
    pub fn new(area: &'a StudyArea) -> Self {
        let towns = &area.layers.towns;
        let boxes = towns.iter().enumerate().filter_map(|(number, town)| {
            let rect = town.geometry.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, number))
        });
        Self { towns, boxes: RTree::bulk_load(boxes.collect()) }
    }

    /// What a town is called; nothing where there is none.
    pub fn name(&self, town: Option<usize>) -> String {
        town.map_or_else(String::new, |town| self.towns[town].name.clone())
    }

    /// The town a place lies in; the first in the layer where towns overlap.
    pub fn at(&self, place: Coord) -> Option<usize> {
        let around = self.boxes.locate_all_at_point(&[place.x, place.y]).map(|found| found.data);
        let mut around: Vec<usize> = around.collect();
        around.sort_unstable();
        around.into_iter().find(|town| self.towns[*town].geometry.contains(&place))
    }
}
