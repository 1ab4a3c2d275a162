//! Geometry and graphs. Nothing here names a fire term, reads a rule or touches a file.

pub mod area_index;
pub mod dissolve;
pub mod faces;
pub mod inward_strip;
pub mod min_cut;
pub mod nearest_sources;
pub mod shortest_path;
pub mod union_find;
pub mod windings;
