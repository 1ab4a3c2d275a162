//! Every layer at hand, of the area and of the findings, each with its styles.

use std::collections::BTreeMap;

use anyhow::Result;
use fireplan_export::style::{Palette, StyleLayer, Theme, style_layers};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Feature, Findings, Layer};
use fireplan_model::rows::{GeometryKind, Label};
use geo::Geometry;
use serde_json::json;

use crate::catalogue::State;

/// Id of the outline of the area among the layers.
pub(crate) const BOUNDARY: &str = "boundary";

/// A layer with the styles that draw it.
pub(crate) struct StyledLayer {
    pub(crate) layer: Layer,
    pub(crate) styles: Vec<StyleLayer>,
}

/// The layers of a state.
#[derive(Default)]
struct Shelf(BTreeMap<String, StyledLayer>);

/// What sheets are drawn from.
pub(crate) struct Library {
    present: Shelf,
    planned: Shelf,
}

impl Shelf {
    fn add(&mut self, layer: Layer, palette: &Palette) -> Result<()> {
        let styles = if layer.id == BOUNDARY { boundary_style(palette) } else { style_layers(&layer, palette)? };
        self.0.entry(layer.id.clone()).or_insert(StyledLayer { layer, styles });
        Ok(())
    }

    fn fill(&mut self, area: &StudyArea, findings: &[&Findings], palette: &Palette) -> Result<()> {
        let found = findings.iter().flat_map(|findings| findings.layers.iter().cloned());
        for layer in area.map_layers().into_iter().chain(found).chain(outline_of(area)) {
            self.add(layer, palette)?;
        }
        Ok(())
    }
}

impl Library {
    /// The layers of the area as it is and, where there is a plan, under it.
    pub(crate) fn new(
        present: (&StudyArea, &[&Findings]),
        planned: Option<(&StudyArea, &[&Findings])>,
    ) -> Result<Self> {
        let palette = Palette::load(Theme::Print)?;
        let mut library = Self { present: Shelf::default(), planned: Shelf::default() };
        library.present.fill(present.0, present.1, &palette)?;
        if let Some((area, findings)) = planned {
            library.planned.fill(area, findings, &palette)?;
        }
        Ok(library)
    }

    /// These layers in these colours, with those of the area.
    pub(crate) fn of_layers(area: &StudyArea, layers: &[&Layer], palette: &Palette) -> Result<Self> {
        let mut library = Self { present: Shelf::default(), planned: Shelf::default() };
        library.present.fill(area, &[], palette)?;
        layers.iter().try_for_each(|layer| library.present.add((*layer).clone(), palette))?;
        Ok(library)
    }

    /// A layer of a state, where it has one.
    pub(crate) fn layer(&self, id: &str, state: State) -> Option<&StyledLayer> {
        match state {
            State::Present => self.present.0.get(id),
            State::Planned => self.planned.0.get(id),
        }
    }
}

/// The outline of the area as a layer, where it is known.
fn outline_of(area: &StudyArea) -> Option<Layer> {
    (!area.boundary.0.is_empty()).then(|| Layer {
        id: BOUNDARY.to_owned(),
        title: Label::new("规划范围界", "Boundary of the plan"),
        geometry: GeometryKind::Polygon,
        columns: Vec::new(),
        drawing: Drawing::Plain,
        quiet: false,
        sheets: false,
        companions: Vec::new(),
        features: vec![Feature { geometry: Some(Geometry::MultiPolygon(area.boundary.clone())), values: Vec::new() }],
    })
}

/// A broad band with a dash-dotted line in it, as boundaries of plans are drawn.
fn boundary_style(palette: &Palette) -> Vec<StyleLayer> {
    let band = json!({ "line-color": palette.colour("boundary"), "line-width": 8, "line-opacity": 0.3 });
    let line = json!({ "line-color": palette.colour("label"), "line-width": 2, "line-dasharray": [7, 2, 1, 2] });
    vec![StyleLayer::new("band", "line", None, band), StyleLayer::new("line", "line", None, line)]
}
