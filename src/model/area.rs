//! The study area (规划范围): typed layers in local metres, the road network and rasters. Complete and immutable once opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::MultiPolygon;
use schemars::JsonSchema;
use serde::Serialize;

use crate::bounds::Bounds;
use crate::derived::Derived;
use crate::findings::Layer;
use crate::grid::Grid;
use crate::ids::SegmentId;
use crate::layers::{LayerId, Layers, Road};
use crate::method::MethodConstant;
use crate::network::Network;
use crate::notes::{Note, NoteCase};
use crate::plane::Plane;
use crate::quality::LayerCounts;
use crate::reports::Reports;
use crate::scenario::{AppliedScenario, Scenario};

/// What is there. A changed copy shares what has not changed; see [`Scenario`].
#[derive(Clone)]
pub struct StudyArea {
    /// What it is called.
    pub name: String,
    /// Invented data: said wherever the area is shown.
    pub synthetic: bool,
    /// The plane of its local metres.
    pub plane: Plane,
    /// Outline of the area, local metres: the boundary layer, or else the hull of what was read.
    pub boundary: MultiPolygon,
    /// What bounds the counts: the boundary, or else the towns together; `None`: everything counts.
    pub bounds: Option<Arc<Bounds>>,
    /// Its vector layers.
    pub layers: Layers,
    /// The network of its roads.
    pub network: Arc<Network>,
    /// What the bureau reports of its units.
    pub reports: Arc<Reports>,
    /// Who is responsible by kind of project (消防站, 消火栓, …), as `package.toml` says.
    pub responsible: Arc<BTreeMap<String, String>>,
    /// Metres above sea level.
    pub elevation: Option<Grid>,
    /// People per cell.
    pub population: Option<Grid>,
    /// Relative risk of fire per area.
    pub risk: Option<Grid>,
    /// What was read, per layer and source.
    pub sources: Vec<SourceReport>,
    /// The constants of the method by which it was read.
    pub method: Vec<MethodConstant>,
    /// What is wrong or remarkable with the data.
    pub notes: Vec<Note>,
    /// The cases of each note, as far as they are kept; of notes that were added since it was read, none.
    pub cases: Arc<Vec<Vec<NoteCase>>>,
    /// How many features each layer of the sources had on the way to the area.
    pub counts: Vec<LayerCounts>,
    /// Number of the notes that come from reading; those behind follow from the area itself and are found anew under a
    /// scenario. `None`: it was not looked at.
    pub examined_from: Option<usize>,
    /// The proposed changes it has in it, if any.
    pub scenario: Option<Arc<Scenario>>,
    /// Which state of the scenario that is, and what is to be told of its edits.
    pub applied: Option<Arc<AppliedScenario>>,
    /// The area as it is, without the scenario that it has in it; `None`: it is that.
    pub today: Option<Arc<StudyArea>>,
    /// What analyses have derived from it.
    pub derived: Derived,
}

/// One source of one layer as it was read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceReport {
    /// The layer that was read.
    pub layer: LayerId,
    /// File name relative to the area, with the layer inside it where there are several.
    pub source: String,
    /// Coordinate system used for reading, and how it was known (declared, from the file, assumed).
    pub crs: String,
    /// Features in the source.
    pub read: usize,
    /// Features that are in the layer.
    pub kept: usize,
    /// SHA-256 of the file, in hex; of several files that of the list that `sha256sum` gives of them.
    pub sha256: String,
    /// The names of all files that were read, where there are several.
    #[serde(skip)]
    pub files: Vec<String>,
    /// The source was read to its end and holds nothing: the layer is there, and empty.
    #[serde(skip)]
    pub is_empty: bool,
}

impl StudyArea {
    /// The area of these layers and their network: without boundary, rasters and scenario, which the caller adds.
    pub fn new(name: &str, plane: Plane, layers: Layers, network: Network) -> Self {
        Self {
            name: name.to_owned(),
            synthetic: false,
            plane,
            boundary: MultiPolygon(Vec::new()),
            bounds: None,
            layers,
            network: Arc::new(network),
            reports: Arc::default(),
            responsible: Arc::default(),
            elevation: None,
            population: None,
            risk: None,
            sources: Vec::new(),
            method: Vec::new(),
            notes: Vec::new(),
            cases: Arc::default(),
            counts: Vec::new(),
            examined_from: None,
            scenario: None,
            applied: None,
            today: None,
            derived: Derived::default(),
        }
    }

    /// Whether nobody drives on the road that a segment is a part of unless the scenario is carried out: it is planned, or made of a
    /// path.
    pub fn is_new_road(&self, segment: SegmentId) -> bool {
        let road = self.network[segment].road.index();
        let is_built = || self.applied.as_ref().is_some_and(|applied| applied.built_roads.contains(&road));
        self.layers.roads[road].is_planned() || is_built()
    }

    /// The road that a segment of the network is a part of.
    pub fn road_of(&self, segment: SegmentId) -> &Road {
        &self.layers.roads[self.network[segment].road.index()]
    }

    /// Whether what is at this place counts.
    pub fn counts(&self, place: geo::Coord) -> bool {
        self.bounds.as_ref().is_none_or(|bounds| bounds.contains(place))
    }

    /// How much of a line of this length counts.
    pub fn counted_m(&self, line: &geo::LineString, length_m: f64) -> f64 {
        /// The length of a line and that of its parts differ in the last digits: a whole road counts as a whole.
        const SAME_M: f64 = 0.01;
        let Some(bounds) = &self.bounds else { return length_m };
        let inside_m = bounds.inside_m(line);
        let drawn_m = geo::Length::length(&geo::Euclidean, line);
        if drawn_m - inside_m < SAME_M { length_m } else { length_m * inside_m / drawn_m }
    }

    /// Whether the area says anything about this layer; that there is nothing of its kind is something too.
    pub fn has(&self, layer: LayerId) -> bool {
        match layer {
            LayerId::Elevation => self.elevation.is_some(),
            LayerId::Population => self.population.is_some(),
            LayerId::Risk => self.risk.is_some(),
            LayerId::Boundary => self.sources.iter().any(|source| source.layer == layer && source.kept > 0),
            // A layer from which a scenario has taken the last feature is there, and empty.
            _ => {
                let is_emptied = |source: &SourceReport| self.scenario.is_some() && source.kept > 0;
                let is_there = |source: &SourceReport| source.layer == layer && (source.is_empty || is_emptied(source));
                self.layers.len(layer) > 0 || self.sources.iter().any(is_there)
            }
        }
    }

    /// The layers the area has, in the order of [`LayerId::ALL`].
    pub fn present(&self) -> Vec<LayerId> {
        LayerId::ALL.iter().copied().filter(|layer| self.has(*layer)).collect()
    }

    /// The vector layers the area has, ready to be shown, in drawing order of [`LayerId::ALL`].
    pub fn map_layers(&self) -> Vec<Layer> {
        self.layers.to_map().into_iter().filter(|layer| !layer.features.is_empty()).collect()
    }
}
