//! 数据库: layers by the field map `data/package/layers.toml`, as GeoPackage, File Geodatabase and Shapefiles.

pub mod dictionary;
pub mod map;
pub mod records;
mod stable_ids;
mod style;
mod write;

pub use write::{DatabaseFormat, write_database};
