//! What a fire special plan speaks of, as types: the area with its layers and road network, rules, findings, scenarios.
//!
//! Data, and what follows from it alone. Places are in local metres of the area's [`plane`](plane::Plane); degrees are
//! converted there and nowhere else. A fact that nobody knows is `None` (待核), never a guess. It may use the algorithms, and
//! PROJ for the plane. It must not open a file or answer a question: the rules that come with the program are embedded, and
//! whoever opens a profile or a scenario of the user's own hands its text in.
//!
//! Reading order: [`layers`] (what there can be), [`area`], [`network`], [`rules`], [`findings`], [`scenario`]; [`rows`] says
//! how a struct becomes a table, a map layer and a legend without format code of its own.

pub mod area;
pub mod bounds;
pub mod corrections;
pub mod crs_name;
pub mod derived;
pub mod digest;
pub mod doctor;
pub mod findings;
pub mod grid;
pub mod ids;
pub mod layers;
pub mod loose_ends;
pub mod message;
pub mod method;
pub mod names;
pub mod network;
pub mod notes;
pub mod plane;
pub mod plausible;
pub mod progress;
pub mod quality;
pub mod reports;
pub mod residents;
pub mod rows;
pub mod rules;
pub mod scenario;
pub mod sketch;
pub mod statuses;
pub mod units;
