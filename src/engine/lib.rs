//! The questions of a fire special plan (消防专项规划) and their answers.
//!
//! | folder | holds |
//! |---|---|
//! | [`response`] | who is sent, how they drive, when they are where: one engine for every analysis |
//! | [`analyses`] | one folder per question; a struct whose fields are its parameters |
//! | [`default_answers`] | what questions that read several others need of each of them |
//! | [`analysis`], [`request`] | what all questions have in common, and, apart from it, the list of them |
//! | [`duties`] | what notices ask of districts, towns, villages, key units and ranges of forest, and what is there of it |
//! | [`responsible`] | who is to do what by when, where a clause alone does not say it |
//! | [`town_rules`] | which rules hold in which town |
//! | [`scenario`] | area + scenario = new area |
//! | [`compare`] | what changes from one run to another |
//! | [`doubts`] | what would change if values that are not used were true |
//! | [`worst_first`] | what long lists come to, the worst rows first |
//!
//! Every answer is a pure function of area, rules and question: the same inputs give the same bytes. It may use the model, the
//! algorithms and the location models. It must not open a file, speak HTTP, read a command line or know a colour; it builds
//! without GDAL. A threshold of a standard is never written here: it is an entry of `data/rules/` with its clause.

pub mod analyses;
pub mod analysis;
pub mod compare;
pub mod default_answers;
pub mod doubts;
pub mod duties;
pub mod ledger;
pub mod old_towns;
mod proposals;
pub mod request;
pub mod response;
pub mod responsible;
pub mod scenario;
pub mod sensitivity;
mod spread;
mod today;
pub mod town_rules;
pub mod towns;
pub mod worst_first;
