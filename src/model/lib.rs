//! The words of fireplan as types: an area with its layers and road network, rules, findings, scenarios.
//!
//! Everything here is data and what follows from it alone. No file is opened, no question answered.

pub mod area;
pub mod findings;
pub mod grid;
pub mod layers;
pub mod names;
pub mod network;
pub mod notes;
pub mod plane;
pub mod progress;
pub mod residents;
pub mod rows;
pub mod rules;
pub mod scenario;
pub mod sketch;
