//! Passage (通行条件): what is known of every segment of road, and which class of vehicle it lets through.
//!
//! Facts are stated, measured across the road area ([`carriageway`]) or on the elevation model ([`gradient`]), assured by the
//! class of the road, or estimated from it or from the buildings on both sides ([`faces`]). Each is held against each class of
//! vehicle ([`passable`]). Both are derived once for an area and read by everything that drives on it: a road that one question
//! finds closed is driven by no engine of another.

pub(crate) mod carriageway;
pub(crate) mod faces;
pub(crate) mod facts;
pub(crate) mod gradient;
pub(crate) mod passable;

use fireplan_model::derived::Derived;
use fireplan_model::method::MethodConstant;

use facts::SegmentFacts;
use passable::Passable;

/// The constants of the method by which roads are judged.
pub(crate) fn method() -> Vec<MethodConstant> {
    [carriageway::method(), faces::method(), facts::method(), gradient::method(), passable::method()].concat()
}

/// Hands on what was derived of the roads to a copy of the area with the same roads, obstacles and ground.
pub(crate) fn carry(from: &Derived, to: &Derived) {
    to.carry::<Vec<SegmentFacts>>(from);
    to.carry::<Passable>(from);
}
