//! 数据库: layers by the field map `data/package/layers.toml`, as GeoPackage, File Geodatabase and Shapefiles.

pub mod dictionary;
mod evidence;
pub mod map;
mod project;
pub mod records;
mod stable_ids;
mod style;
mod write;

pub use evidence::evidence_sheets;
pub use project::ProjectOrder;
pub(crate) use write::fits_gbk;
pub use write::{DatabaseFormat, write_database};
