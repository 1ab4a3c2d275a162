//! The analyses on the demo county and on real extracts, against what is planted there or known of them.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod access;
mod brigades;
mod drawn_area;
mod duty_sheets;
mod firebreaks;
mod follow;
mod mutations;
mod oracle;
mod plane;
mod programme;
mod ranges;
mod reads;
mod siting;
mod strips;
mod town_entries;
