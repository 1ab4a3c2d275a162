//! Geometry and graphs. Nothing here names a fire term, reads a rule or touches a file.

pub mod area_index;
pub mod budgeted_access;
pub mod clear_width;
pub mod cut_edges;
pub mod dissolve;
pub mod faces;
pub mod inward_strip;
pub mod line_overlay;
pub mod linear_reference;
pub mod metric_graph;
pub mod min_cut;
pub mod nearest_sources;
pub mod path_tree;
pub mod replacement;
pub mod shortest_path;
pub mod union_find;
pub mod windings;
