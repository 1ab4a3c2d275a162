//! The area while it is being put together from its sources, in local metres.

use std::collections::BTreeSet;

use geo::{BoundingRect, ConvexHull, Coord, CoordsIter, MultiPoint, MultiPolygon, Rect};

use crate::crs;
use crate::footprints::Footprints;
use crate::osm::OsmLayers;
use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::ids::RoadId;
use fireplan_model::layers::{LayerId, Layers, Oneway, Road};
use fireplan_model::network::Topology;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Row;

/// The area while it is being put together, in local metres.
#[derive(Default)]
pub(super) struct AreaParts {
    pub(super) layers: Layers,
    pub(super) topology: Topology,
    pub(super) boundary: Option<MultiPolygon>,
    pub(super) footprints: Footprints,
}

impl AreaParts {
    pub(super) fn add_osm(&mut self, osm: OsmLayers) {
        let first_road = self.layers.roads.len() as u32;
        let shift = |roads: &mut Vec<RoadId>| roads.iter_mut().for_each(|road| road.0 += first_road);
        self.topology.vertex_ids.resize(self.layers.roads.len(), Vec::new());
        self.topology.vertex_ids.extend(osm.topology.vertex_ids);
        for mut restriction in osm.topology.restrictions {
            shift(&mut restriction.from);
            shift(&mut restriction.to);
            restriction.via_roads.iter_mut().for_each(shift);
            self.topology.restrictions.push(restriction);
        }
        self.layers.append(osm.layers);
        self.footprints.append(osm.footprints);
        self.add_boundary(osm.boundary);
    }

    /// Leaves out roads of tables that are drawn a second time, vertex for vertex and fact for fact.
    ///
    /// Those of extracts come first and stay: turn restrictions know them by number.
    pub(super) fn leave_out_repeated_roads(&mut self, notes: &mut Notes) {
        let mut seen: BTreeSet<(Vec<(i64, i64)>, String)> = BTreeSet::new();
        let fresh: Vec<bool> = self
            .layers
            .roads
            .iter()
            .zip(&self.topology.vertex_ids)
            .map(|(road, ids)| {
                let is_new = seen.insert((road_vertices(road), road_facts(road)));
                let keep = is_new || !ids.is_empty();
                if !keep {
                    let text = "重复的道路(几何与属性完全相同)，只计一次 | Roads drawn twice, the same in every vertex and fact: counted once";
                    notes.add(Severity::Info, Some(LayerId::Roads), text, &road.source_id);
                }
                keep
            })
            .collect();
        let mut kept = fresh.iter();
        self.layers.roads.retain(|_| kept.next().copied().unwrap_or(true));
        let mut kept = fresh.iter();
        self.topology.vertex_ids.retain(|_| kept.next().copied().unwrap_or(true));
    }

    pub(super) fn add_boundary(&mut self, more: Option<MultiPolygon>) {
        self.boundary = match (self.boundary.take(), more) {
            (Some(known), Some(more)) => Some(dissolve(known.0.iter().chain(&more.0))),
            (known, more) => known.or(more),
        };
    }
}

/// Its vertices to the centimetre, of a road driven both ways from the lower end.
fn road_vertices(road: &Road) -> Vec<(i64, i64)> {
    let rounded = |at: &Coord| ((at.x * 100.0).round() as i64, (at.y * 100.0).round() as i64);
    let mut vertices: Vec<(i64, i64)> = road.geometry.0.iter().map(rounded).collect();
    if road.oneway == Oneway::Both && vertices.last() < vertices.first() {
        vertices.reverse();
    }
    vertices
}

/// All it says but its number.
fn road_facts(road: &Road) -> String {
    let columns = Road::columns();
    let facts = columns.iter().zip(road.values()).filter(|(column, _)| column.name != "source_id");
    facts.map(|(_, value)| format!("{value}|")).collect()
}

/// What stands for the boundary where no source has one.
pub(super) fn hull(layers: &Layers, notes: &mut Notes) -> MultiPolygon {
    let text = "没有行政界线，以道路、村庄和乡镇的外包线代替 | \
                No boundary: the hull of the roads, villages and towns stands for it";
    notes.add(Severity::Warning, Some(LayerId::Boundary), text, "");
    let mut points: Vec<Coord> = layers.roads.iter().flat_map(|road| road.geometry.0.iter().copied()).collect();
    points.extend(layers.villages.iter().map(|village| village.geometry.0));
    points.extend(layers.towns.iter().flat_map(|town| town.geometry.exterior_coords_iter()));
    let hull = MultiPoint::from(points).convex_hull();
    if hull.exterior().0.len() < 4 { MultiPolygon(Vec::new()) } else { hull.into() }
}

/// The box around the boundary and the roads.
pub(super) fn extent(boundary: &MultiPolygon, layers: &Layers) -> Option<Rect> {
    let roads = layers.roads.iter().filter_map(|road| road.geometry.bounding_rect());
    roads.fold(boundary.bounding_rect(), |all, road| crs::join(all, Some(road)))
}
