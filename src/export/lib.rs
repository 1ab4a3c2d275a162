//! Formats: layers and findings to bytes or files. Formats know no analysis.

pub mod csv;
pub mod files;
pub mod geojson;
pub mod geojson_file;
pub mod gpkg;
pub mod read;
pub mod sheets;
pub mod tile;

pub use files::write;
pub use read::read as read_findings;
