//! Findings and layers to files and tiles: GeoPackage, GeoJSON, CSV, field sheets, the report on the data, MVT and GeoJSON
//! tiles; styles of layers; and findings read back.
//!
//! The same content gives the same bytes: no clock and no random id is written. Coordinates in files are those that the format
//! asks for (GeoJSON: CGCS2000 longitude and latitude; GeoPackage: the metres of the area's plane). It may use the model and
//! the algorithms. It must not know an analysis, or decide a figure: it writes what it is given.

pub mod corrections;
pub mod csv;
pub mod files;
mod fill_in_book;
mod folder_exchange;
pub mod form;
pub mod geojson;
pub mod geojson_file;
pub mod gpkg;
mod html;
pub mod quality;
pub mod read;
pub mod sheets;
pub mod style;
pub mod tile;
pub mod valid_rounding;

pub use files::write;
pub use read::read as read_findings;
