//! A study area in one file: rows of layers as features, the network as it was built, nothing derived anew.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use geo::{Coord, Geometry, MultiPolygon};
use serde::{Deserialize, Serialize};

use fireplan_model::area::{SourceReport, StudyArea};
use fireplan_model::bounds::Bounds;
use fireplan_model::findings::Feature;
use fireplan_model::grid::Grid;
use fireplan_model::ids::{ArcId, ComponentId, NodeId, ObstacleId, RoadId};
use fireplan_model::layers::{LayerId, LayerReader, LayerVisitor, Layers};
use fireplan_model::method::MethodConstant;
use fireplan_model::network::{Network, NetworkParts, Segment};
use fireplan_model::notes::Note;
use fireplan_model::plane::Plane;
use fireplan_model::rows::{Row, RowReader};

use crate::wire::{self, WireFeature, WireGeometry};

/// Version of this form; a file of another one is not read.
const FORMAT: u32 = 1;

/// What is kept of an area, as it stands in the file.
#[derive(Serialize, Deserialize)]
pub struct AreaFile {
    format: u32,
    name: String,
    synthetic: bool,
    epsg: u32,
    boundary: WireGeometry,
    bounds: Option<WireGeometry>,
    sources: Vec<WireSource>,
    method: Vec<MethodConstant>,
    responsible: BTreeMap<String, String>,
    notes: Vec<Note>,
    layers: Vec<(LayerId, Vec<WireFeature>)>,
    network: WireNetwork,
    population: Option<WireGrid>,
}

#[derive(Serialize, Deserialize)]
struct WireSource {
    layer: LayerId,
    source: String,
    crs: String,
    read: usize,
    kept: usize,
    sha256: String,
    is_empty: bool,
}

#[derive(Serialize, Deserialize)]
struct WireNetwork {
    nodes: Vec<[f64; 2]>,
    segments: Vec<WireSegment>,
    vertices: Vec<[f64; 2]>,
    forbidden: Vec<Vec<ArcId>>,
    component_m: Vec<f64>,
}

#[derive(Serialize, Deserialize)]
struct WireSegment(NodeId, NodeId, RoadId, u32, u32, f32, Option<ComponentId>, Option<ObstacleId>, bool);

/// A grid of which only some cells have a value.
#[derive(Serialize, Deserialize)]
struct WireGrid {
    origin: [f64; 2],
    cell_m: f64,
    columns: usize,
    rows: usize,
    cells: Vec<(u32, f32)>,
}

/// Which of an area goes into a file.
pub struct KeptArea<'a> {
    /// The area.
    pub area: &'a StudyArea,
    /// What the area in the file is called.
    pub name: String,
    /// The places in each layer of what is kept, in order; a layer that is not named is left out.
    pub features: Vec<(LayerId, Vec<u32>)>,
    /// The part of the network.
    pub network: NetworkParts,
    /// The cells with people; `None`: the area has no such raster.
    pub cells: Option<Vec<u32>>,
    /// Whether the notes on the data go along.
    pub with_notes: bool,
}

/// Takes some rows of a layer as features.
struct TakeFeatures<'a>(&'a [u32]);

impl LayerReader for TakeFeatures<'_> {
    type Output = Vec<WireFeature>;
    fn read<R: Row>(&mut self, rows: &[R]) -> Vec<WireFeature> {
        let rows = self.0.iter().map(|at| &rows[*at as usize]);
        rows.map(|row| Feature { geometry: row.geometry(), values: row.values() }.into()).collect()
    }
}

/// Makes rows of features.
struct PutFeatures(Vec<WireFeature>);

impl LayerVisitor for PutFeatures {
    type Output = Option<()>;
    fn visit<R: Row>(&mut self, rows: &mut Vec<R>) -> Option<()> {
        let reader = RowReader::<R>::default();
        for feature in self.0.drain(..) {
            let Feature { geometry, values } = feature.into();
            rows.push(reader.read(geometry?, &values)?);
        }
        Some(())
    }
}

impl KeptArea<'_> {
    /// Writes it and returns the SHA-256 of the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(self, path: &Path) -> Result<String> {
        wire::write(path, &self.into_file())
    }

    fn into_file(self) -> AreaFile {
        let area = self.area;
        let layers = self
            .features
            .iter()
            .filter_map(|(layer, kept)| Some((*layer, area.layers.read(*layer, &mut TakeFeatures(kept))?)));
        let source = |source: &SourceReport| WireSource {
            layer: source.layer,
            source: source.source.clone(),
            crs: source.crs.clone(),
            read: source.read,
            kept: source.kept,
            sha256: source.sha256.clone(),
            // What a part has nothing of is there all the same: the province has it.
            is_empty: source.is_empty || source.kept > 0,
        };
        let grid = area.population.as_ref().zip(self.cells.as_ref()).map(|(grid, cells)| WireGrid {
            origin: [grid.origin.x, grid.origin.y],
            cell_m: grid.cell_m,
            columns: grid.columns,
            rows: grid.rows,
            cells: cells.iter().map(|cell| (*cell, grid.values[*cell as usize])).collect(),
        });
        AreaFile {
            format: FORMAT,
            synthetic: area.synthetic,
            epsg: area.plane.epsg(),
            boundary: WireGeometry(Geometry::MultiPolygon(area.boundary.clone())),
            bounds: area.bounds.as_ref().map(|bounds| WireGeometry(Geometry::MultiPolygon(bounds.shape().clone()))),
            sources: area.sources.iter().map(source).collect(),
            method: area.method.clone(),
            responsible: area.responsible.as_ref().clone(),
            notes: if self.with_notes { area.notes.clone() } else { Vec::new() },
            layers: layers.collect(),
            network: WireNetwork::of(&self.network),
            population: grid,
            name: self.name,
        }
    }
}

fn pairs(coords: &[Coord]) -> Vec<[f64; 2]> {
    coords.iter().map(|at| [at.x, at.y]).collect()
}

fn coords(pairs: Vec<[f64; 2]>) -> Vec<Coord> {
    pairs.into_iter().map(|[x, y]| Coord { x, y }).collect()
}

impl WireNetwork {
    fn of(parts: &NetworkParts) -> Self {
        let segment = |one: &Segment| {
            let Segment { from, to, road, first_vertex, vertex_count, slope_percent, .. } = *one;
            let Segment { component, obstacle, is_dual_carriageway, .. } = *one;
            WireSegment(
                from,
                to,
                road,
                first_vertex,
                vertex_count,
                slope_percent,
                component,
                obstacle,
                is_dual_carriageway,
            )
        };
        Self {
            nodes: pairs(&parts.nodes),
            segments: parts.segments.iter().map(segment).collect(),
            vertices: pairs(&parts.vertices),
            forbidden: parts.forbidden.clone(),
            component_m: parts.component_m.clone(),
        }
    }

    fn into_parts(self) -> NetworkParts {
        let segment = |one: WireSegment| {
            let WireSegment(from, to, road, first_vertex, vertex_count, slope_percent, component, obstacle, dual) = one;
            let (length_m, is_dual_carriageway) = (0.0, dual);
            Segment {
                from,
                to,
                road,
                first_vertex,
                vertex_count,
                length_m,
                slope_percent,
                component,
                obstacle,
                is_dual_carriageway,
            }
        };
        NetworkParts {
            nodes: coords(self.nodes),
            segments: self.segments.into_iter().map(segment).collect(),
            vertices: coords(self.vertices),
            forbidden: self.forbidden,
            component_m: self.component_m,
        }
    }
}

impl WireGrid {
    fn into_grid(self) -> Grid {
        let [x, y] = self.origin;
        let mut values = vec![f32::NAN; self.columns * self.rows];
        for (cell, value) in self.cells {
            values[cell as usize] = value;
        }
        Grid { origin: Coord { x, y }, cell_m: self.cell_m, columns: self.columns, rows: self.rows, values }
    }
}

fn polygons(geometry: WireGeometry) -> Result<MultiPolygon> {
    match geometry.0 {
        Geometry::MultiPolygon(polygons) => Ok(polygons),
        Geometry::Polygon(polygon) => Ok(MultiPolygon(vec![polygon])),
        _ => bail!("界线不是面 | the boundary is no area"),
    }
}

/// Opens an area that [`KeptArea::write`] wrote.
///
/// # Errors
/// If the file cannot be read, is not whole, or was written by another version of the program.
pub fn open(path: &Path) -> Result<StudyArea> {
    let file: AreaFile = wire::read(path)?;
    let shown = path.display();
    if file.format != FORMAT {
        bail!(
            "{shown} 由另一版本的程序写出，请重新运行 fireplan batch plan | \
             {shown} was written by another version of the program: run fireplan batch plan again"
        );
    }
    let plane = Plane::of_epsg(file.epsg)?;
    let mut layers = Layers::default();
    for (layer, features) in file.layers {
        let put = layers.visit(layer, &mut PutFeatures(features)).flatten();
        put.with_context(|| format!("{shown} 的图层 {layer:?} 无法识读 | layer {layer:?} of {shown} cannot be read"))?;
    }
    let network = Network::assemble(file.network.into_parts(), plane.scale());
    let source = |source: WireSource| SourceReport {
        layer: source.layer,
        source: source.source,
        crs: source.crs,
        read: source.read,
        kept: source.kept,
        sha256: source.sha256,
        files: Vec::new(),
        is_empty: source.is_empty,
    };
    let mut area = StudyArea::new(&file.name, plane, layers, network);
    area.synthetic = file.synthetic;
    area.boundary = polygons(file.boundary)?;
    area.bounds = file.bounds.map(polygons).transpose()?.map(|shape| Arc::new(Bounds::of_shape(shape)));
    area.sources = file.sources.into_iter().map(source).collect();
    area.method = file.method;
    area.responsible = Arc::new(file.responsible);
    area.notes = file.notes;
    area.population = file.population.map(WireGrid::into_grid);
    Ok(area)
}
