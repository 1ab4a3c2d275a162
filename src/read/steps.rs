//! How many features each layer has at each step of reading, for the report on the data.

use std::collections::BTreeMap;

use fireplan_model::layers::{LayerId, Layers};
use fireplan_model::quality::{FeatureCounts, LayerCounts};

/// A step after which there may be fewer features.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// All sources are read.
    Rows,
    /// What is not in use is gone.
    Acting,
    /// One thing is there once.
    Merged,
    /// What lies outside is gone.
    Inside,
}

/// The numbers of one layer.
#[derive(Default)]
struct LayerSteps {
    /// Features of the sources, and those of them that gave a row.
    read: usize,
    used: usize,
    /// After each [`Step`].
    rows: [usize; 4],
}

/// The numbers of every layer that has a source.
#[derive(Default)]
pub(super) struct CountedSteps(BTreeMap<LayerId, LayerSteps>);

impl CountedSteps {
    /// Counts the features of a source, and those of them that gave a row.
    pub(super) fn add_source(&mut self, layer: LayerId, read: usize, used: usize) {
        let steps = self.0.entry(layer).or_default();
        steps.read += read;
        steps.used += used;
    }

    /// Counts what the layers have after this step.
    pub(super) fn mark(&mut self, step: Step, layers: &Layers) {
        for (layer, steps) in &mut self.0 {
            steps.rows[step as usize] = layers.len(*layer);
        }
    }

    /// Says that after all steps a layer was cut into more rows, or put together to fewer.
    pub(super) fn recount(&mut self, layer: LayerId, before: usize, after: usize) {
        let Some(steps) = self.0.get_mut(&layer) else { return };
        let from = if after < before { Step::Merged } else { Step::Rows };
        steps.rows[from as usize..].iter_mut().for_each(|rows| *rows = (*rows + after).saturating_sub(before));
    }

    /// The way of every vector layer that has a source.
    pub(super) fn finish(self) -> Vec<LayerCounts> {
        let vector = self.0.into_iter().filter(|(layer, _)| !layer.is_raster() && *layer != LayerId::Boundary);
        vector.map(|(layer, steps)| LayerCounts { layer, features: steps.counts() }).collect()
    }
}

impl LayerSteps {
    fn counts(&self) -> FeatureCounts {
        let [rows, acting, merged, inside] = self.rows;
        FeatureCounts {
            read: self.read,
            split: rows.saturating_sub(self.used),
            left_out: self.read.saturating_sub(self.used) + rows.saturating_sub(acting),
            merged: acting.saturating_sub(merged),
            outside: merged.saturating_sub(inside),
            kept: inside,
        }
    }
}
