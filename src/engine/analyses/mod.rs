//! One folder per question. An analysis is a struct whose fields are its parameters; running it is pure and deterministic.

pub mod access;
pub mod brigades;
pub mod coverage;
pub mod firebreaks;
pub mod hydrants;
pub mod obligations;
pub mod programme;
pub mod progress;
pub mod siting;
pub mod water;
