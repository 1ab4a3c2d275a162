//! 规划附表: tables as `data/package/tables.toml` describes them, filled from the findings, and the workbook they stand in.

mod cells;
pub mod fill;
pub mod spec;
mod workbook;

pub use workbook::{WorkbookHead, write_workbook};
