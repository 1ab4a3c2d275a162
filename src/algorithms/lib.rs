//! Graphs and geometry in a plane: shortest paths, cuts, strips, faces, outlines, distances along lines.
//!
//! Coordinates are in one unit, whatever it is; costs on graphs are whole numbers. Nothing here names a fire term, reads a
//! rule, opens a file or fails for a reason other than its arguments. It may use geo, rstar, i_overlay and rayon, and
//! nothing of this project. A module is one algorithm: its documentation states method, source and cost.

pub mod area_index;
pub mod budgeted_access;
pub mod clear_width;
pub mod clip;
pub mod close_gaps;
pub mod cut_edges;
pub mod dissolve;
pub mod faces;
pub mod inward_strip;
pub mod label_borders;
pub mod line_overlay;
pub mod linear_reference;
pub mod metric_graph;
pub mod min_cut;
pub mod nearest_sources;
pub mod path_tree;
pub mod replacement;
pub mod shared_vertices;
pub mod shortest_path;
pub mod union_find;
pub mod viewshed;
pub mod windings;
