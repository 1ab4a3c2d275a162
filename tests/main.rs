//! The whole program on the demo county: what it is, what every analysis says of it, what the command prints.

mod analyses;
mod circles;
mod cli;
mod compare;
mod demo;
mod structure;
