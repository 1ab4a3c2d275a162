//! Who may do what in an office: people with their passwords, the [`OfficeRole`] of each in each area, and their sessions, in one SQLite file.
//!
//! Whether somebody may do something is one question, [`may`], asked of a [`Person`], an [`Action`] and an area. The file is made when the
//! first person is added; without it, whoever reaches the program is the one person of its machine. Every change of people and every
//! sign-in is a row of the [trail](fireplan_store::audit) of the same file, in the same transaction.
//!
//! It may use the model and the store. It knows no HTTP, no area and no file of one.

mod attempts;
mod database;
mod error;
mod known;
mod passwords;
mod people;
mod role;
mod sessions;
mod trail;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::Connection;

use attempts::Attempts;
pub use error::{OfficeError, OfficeResult};
use known::KnownOffice;
pub use passwords::make_password;
pub use people::PersonRecord;
pub use role::{ALL_AREAS, Action, OfficeRole, Person, may};
pub use sessions::{SESSION_SECONDS, SessionToken};
pub use trail::{name_action, tabulate_trail};

/// The people of an office.
pub struct Office {
    path: PathBuf,
    open: Mutex<Option<Connection>>,
    known: Mutex<KnownOffice>,
    attempts: Mutex<Attempts>,
}

impl Office {
    /// The office in this file, which need not exist yet.
    pub fn at(path: PathBuf) -> Self {
        Self { path, open: Mutex::new(None), known: Mutex::default(), attempts: Mutex::default() }
    }

    /// The file that belongs to what is served: in a folder of projects, or beside the store of a single area.
    pub fn of_projects(folder: &Path) -> Self {
        Self::at(folder.join("office.sqlite"))
    }

    /// The file beside the store of a single area: `scenarios.office.sqlite` beside `scenarios.sqlite`.
    pub fn beside(store: &Path) -> Self {
        Self::at(store.with_extension("office.sqlite"))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
