//! The package (成果包): findings as what a planning bureau hands in — 规划文本, 规划说明书, 附表, 数据库, 附件 and 审查, in one
//! folder and one archive.
//!
//! What stands where is data, in `data/package/`: `tables.toml` (columns of each 附表), `layers.toml` (layers and fields of the
//! database), `text.toml` and `explanation.toml` (chapters and sentences), `basis.toml` (on which rules each figure rests),
//! `public.toml` (what the public edition leaves out). Every number is one of the findings; what is not known reads 待核.
//! The same findings give the same bytes. It may use the model and the export. It must not know an analysis, compute a figure
//! or ask the clock.
//!
//! Reading order: [`assemble`] (what is made of what), [`sources`] and [`template`] (how findings are asked), [`schedule`],
//! [`database`], [`document`], [`annex`], [`edition`], [`folder`]; [`download`] (single layers and tables in the same forms).

pub mod annex;
pub mod archive;
pub mod assemble;
pub mod basis;
pub mod database;
mod digest;
pub mod document;
pub mod download;
pub mod edition;
pub mod folder;
mod metadata;
pub mod order;
pub mod parts;
pub mod places;
pub mod plan;
pub mod plan_file;
pub mod schedule;
pub mod sources;
pub mod template;
pub mod wording;

pub use archive::ArchivedPart;
pub use assemble::{OPEN_LIST, assemble_package, public_sheets};
pub use folder::{PreviousPackage, WrittenPackage, pack_package, write_beside, write_package};
pub use order::{AssembledPackage, PackageOrder, name_package};
pub use parts::{PackagePart, PartChoice};
pub use plan::PlanFacts;
pub use plan_file::{keep_facts, read_facts, read_facts_of};
pub use sources::{AnalysisAnswer, UnansweredAnalysis};
