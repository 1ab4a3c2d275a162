//! What the command and the service hand over alike: every question asked once, the atlas drawn of the answers, the package put
//! together. The same order gives the same bytes, whoever makes it.
//!
//! It may use the engine, the atlas and the package. It must not know HTTP or the command line, open an area, or write a file.
//!
//! Reading order: [`making`] (a package from an order), [`questions`] (answers, those at hand before those anew), [`sheets`] (the
//! atlas of what was found), [`command`] (how somebody else makes the same package).

pub mod command;
pub mod making;
pub mod questions;
pub mod sheets;

pub use command::PackageCommand;
pub use making::{MadePackage, PackageRequest, make_package};
pub use questions::{Answers, RecallAnswer, ask_questions};
pub use sheets::{draw_states, plan_title, propose_plan, tell_facts};
