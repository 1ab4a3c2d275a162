//! Geometry and graphs. Nothing here names a fire term, reads a rule or touches a file.

pub mod shortest_path;
