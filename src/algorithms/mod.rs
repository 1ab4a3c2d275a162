//! Geometry and graphs. Nothing here names a fire term, reads a rule or touches a file.

pub mod line_overlay;
pub mod nearest_sources;
pub mod set_cover;
pub mod shortest_path;
pub mod union_find;
