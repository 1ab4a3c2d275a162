//! Geometry and graphs. Nothing here names a fire term, reads a rule or touches a file.

pub mod inward_strip;
pub mod nearest_sources;
pub mod shortest_path;
pub mod union_find;
pub mod windings;
