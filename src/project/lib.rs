//! The way in: from a folder of files as bureaus have them to an area, without a line written by hand.
//!
//! Every file is looked at ([`take_inventory`]); for each a proposal is drawn up with its evidence ([`draw_up`]): which
//! layer it is, in which coordinate system, which column is which fact, what its coded values mean. What is sure is set,
//! what is doubtful is asked, nothing is guessed silently. The answer is a readable `area.toml` ([`write_project`]).
//!
//! It may use the model, the reading of files, the algorithms and GDAL. It must not know an analysis, a rule, the command
//! line or the service.
//!
//! Reading order: [`dictionary`] (how data name things), `inventory`, `archives` and `headings` (what is there), `guess` (which layer),
//! `coordinates`, `place` and `road_fit` (where), `columns` and `column_map` (which fact), `boundary`, `joins`, `rasters`, `draft` (all together), `derive`
//! and `centre_lines` (what a survey shows but does not have), `questions`, `preview` (where what is asked about lies), `manifest_text`, `write`.

mod archives;
mod boundary;
mod centre_lines;
mod column_map;
mod columns;
mod coordinates;
mod derive;
pub mod dictionary;
mod draft;
mod guess;
mod headings;
mod inventory;
mod joins;
mod manifest_text;
mod place;
mod preview;
mod questions;
mod rasters;
mod road_fit;
mod source_use;
mod write;

pub use dictionary::Dictionary;
pub use draft::{ProjectDraft, draw_up};
pub use inventory::{Inventory, InventoryBounds, take_inventory, take_inventory_within};
pub use place::name_system;
pub use preview::{SketchLines, SourcePreview};
pub use questions::{AnswerChoice, DoorAnswers, DoorQuestion, SKIP, count_unanswered, read_answers};
pub use source_use::SourceUse;
pub use write::{WrittenProject, rename_project, write_project};
