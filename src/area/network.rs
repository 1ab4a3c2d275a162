//! The road network: compact arrays, exact geometry of every segment, a node where roads really meet.
//!
//! Roads meet where they share a vertex id (OSM), or, without ids, where their geometry touches at the same level; never
//! at an overpass.

use geo::Coord;

use crate::area::layers::Road;
use crate::area::notes::Notes;
use crate::area::raster::Grid;

/// Roads between junctions.
#[derive(Debug, Default)]
pub struct Network {
    /// Junctions and road ends.
    pub nodes: Vec<Coord>,
    pub segments: Vec<Segment>,
    /// The vertices of all segments, one segment after the other, ends included.
    pub vertices: Vec<Coord>,
}

/// A piece of road between two nodes.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    pub from: u32,
    pub to: u32,
    /// Index into the roads layer.
    pub road: u32,
    pub first_vertex: u32,
    pub vertex_count: u32,
    pub length_m: f64,
}

/// What the source knows of how its roads connect, beside their geometry.
#[derive(Debug, Default)]
pub struct Topology {
    /// Per road, the id of each vertex; empty: the road meets others by geometry.
    pub vertex_ids: Vec<Vec<i64>>,
    pub restrictions: Vec<TurnRestriction>,
}

/// A turn that is forbidden, or the only one allowed.
#[derive(Debug, Clone)]
pub struct TurnRestriction {
    /// `true`: only this turn is allowed (only_…); `false`: this turn is forbidden (no_…).
    pub only: bool,
    /// Roads as indices into the roads layer. A source's way may have become several roads: all of them are given.
    pub from: Vec<u32>,
    /// Vertex id where the turn happens; with `via_roads`, not used.
    pub via_vertex: Option<i64>,
    /// Roads between `from` and `to`, in order, for turns over more than one junction.
    pub via_roads: Vec<Vec<u32>>,
    pub to: Vec<u32>,
    pub source_id: String,
}

impl Network {
    /// Builds the network of the roads; what could not be used is noted.
    pub fn build(_roads: &[Road], _topology: &Topology, _elevation: Option<&Grid>, _notes: &mut Notes) -> Self {
        Self::default()
    }
}
