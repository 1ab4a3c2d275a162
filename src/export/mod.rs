//! Formats: layers and findings to bytes or files. Formats know no analysis.

pub mod geojson;
pub mod tile;
