//! The area while it is being put together from its sources, in local metres.

use geo::{BoundingRect, ConvexHull, Coord, CoordsIter, MultiPoint, MultiPolygon, Rect};

use crate::crs;
use crate::footprints::Footprints;
use crate::osm::OsmLayers;
use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::ids::RoadId;
use fireplan_model::layers::{LayerId, Layers};
use fireplan_model::network::Topology;
use fireplan_model::notes::{NoteKind, Notes};

/// The area while it is being put together, in local metres.
#[derive(Default)]
pub(super) struct AreaParts {
    pub(super) layers: Layers,
    pub(super) topology: Topology,
    pub(super) boundary: Option<MultiPolygon>,
    /// Some administrative unit is cut by the edge of an extract.
    pub(super) has_cut_units: bool,
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
        self.has_cut_units |= osm.has_cut_units;
        self.add_boundary(osm.boundary);
    }

    pub(super) fn add_boundary(&mut self, more: Option<MultiPolygon>) {
        self.boundary = match (self.boundary.take(), more) {
            (Some(known), Some(more)) => Some(dissolve(known.0.iter().chain(&more.0))),
            (known, more) => known.or(more),
        };
    }
}

/// What stands for the boundary where no source has one.
pub(super) fn hull(layers: &Layers, notes: &mut Notes) -> MultiPolygon {
    let text = "没有行政界线：地图范围和栅格按道路、村庄和乡镇的外包线裁取 | \
                No boundary: map and rasters are cut at the hull of the roads, villages and towns";
    notes.add(NoteKind::Missing, Some(LayerId::Boundary), text, "");
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
