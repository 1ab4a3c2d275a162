//! Areas from files of many kinds.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod area;
mod border;
mod corruption;
mod damage;
mod doubts;
mod hostile;
mod quality;
mod sheets;
