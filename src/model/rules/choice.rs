//! Which rules are asked for: a profile, and figures set by hand.

use crate::rules::pack::name_of;

/// The profile that stands for none: the national pack as it is.
pub const NATIONAL: &str = "national";

/// A profile (地方规则), laid over the national pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleProfile {
    /// One that comes with the program, by its code, or by its title or usual name until the rules are loaded; see
    /// [`find_profile`](super::find_profile).
    Supplied(String),
    /// A user's own: the name of its file and the TOML in it.
    Own {
        /// The name of its file; messages begin with it.
        file: String,
        /// What the file says.
        text: String,
    },
}

impl RuleProfile {
    /// The name that the profile goes by: of a user's own, that of its file without folder and ending.
    pub fn name(&self) -> String {
        match self {
            Self::Supplied(name) => name.clone(),
            Self::Own { file, .. } => name_of(file),
        }
    }
}

/// Which rules were asked for, beside the national pack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// `None`: the national pack as it is.
    pub profile: Option<RuleProfile>,
    /// Single figures by hand: key and value.
    pub set: Vec<(String, String)>,
    /// The day against which what is due is held (评估日期), e.g. `2026-06-30`; `None`: nothing is told to be overdue.
    pub as_of: Option<String>,
}

impl Choice {
    /// The name that the profile goes by.
    pub fn name(&self) -> String {
        self.profile.as_ref().map_or_else(|| NATIONAL.to_owned(), RuleProfile::name)
    }
}
