//! The whole program on the demo county: what it is, what every analysis says of it, what the command prints.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod analyses;
mod board;
mod circles;
mod cli;
mod coherence;
mod compare;
mod corrections;
mod demo;
mod door;
mod form;
mod handover;
mod messages;
mod notices;
mod obligations;
mod office;
mod package;
mod scenario_oracle;
mod scenario_package;
mod scenarios;
mod structure;
mod written;
