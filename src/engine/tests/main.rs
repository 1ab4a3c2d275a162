//! The analyses on the demo county and on real extracts, against what is planted there or known of them.

mod access;
mod brigades;
mod firebreaks;
mod follow;
mod siting;
mod strips;
