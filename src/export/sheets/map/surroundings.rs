//! The layers that a map may show, found by place.

use geo::{BoundingRect, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::{DRAWN, INSET_DRAWN};
use fireplan_model::findings::{Feature, Layer};

/// The boxes of the features of a layer, with their numbers.
type Boxes = RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>;

/// What may be drawn, found by place.
pub(crate) struct MapSurroundings<'a> {
    layers: Vec<(&'a Layer, Boxes)>,
}

impl<'a> MapSurroundings<'a> {
    pub(crate) fn new(layers: impl IntoIterator<Item = &'a Layer>) -> Self {
        let drawn = |layer: &&Layer| DRAWN.iter().chain(&INSET_DRAWN).any(|(id, _)| layer.id == *id);
        let boxed = |layer: &'a Layer| {
            let boxes = layer.features.iter().enumerate().filter_map(|(number, feature)| {
                let rect = feature.geometry.as_ref()?.bounding_rect()?;
                let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
                Some(GeomWithData::new(corners, number))
            });
            (layer, RTree::bulk_load(boxes.collect()))
        };
        Self { layers: layers.into_iter().filter(drawn).map(boxed).collect() }
    }

    /// The features of a layer that may show in the window and are no smaller than this, in their order; points always are.
    pub(crate) fn within(
        &self,
        id: &str,
        window: Rect,
        least_m: f64,
    ) -> impl Iterator<Item = (&'a Layer, &'a Feature)> {
        let shows = move |boxed: &&GeomWithData<Rectangle<[f64; 2]>, usize>| {
            let (low, high) = (boxed.geom().lower(), boxed.geom().upper());
            let size_m = (high[0] - low[0]).max(high[1] - low[1]);
            size_m >= least_m || size_m == 0.0
        };

        let found = self.layers.iter().find(|(layer, _)| layer.id == id);
        found.into_iter().flat_map(move |(layer, boxes)| {
            let (low, high) = (window.min(), window.max());
            let near = boxes.locate_in_envelope_intersecting(&AABB::from_corners([low.x, low.y], [high.x, high.y]));
            let mut numbers: Vec<usize> = near.filter(shows).map(|boxed| boxed.data).collect();
            numbers.sort_unstable();
            let layer: &'a Layer = layer;
            numbers.into_iter().map(move |number| (layer, &layer.features[number]))
        })
    }
}
