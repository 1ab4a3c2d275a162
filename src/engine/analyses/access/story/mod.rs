//! The sentences of this analysis: what a person reads who clicks a village or a road.

mod roads;
mod village;

pub(super) use roads::{tell_block, tell_closure, tell_dead_end, tell_field_check, tell_segment, tell_upgrade};
pub(super) use village::tell_village;
