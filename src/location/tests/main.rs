//! The location models against optima of the literature.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod location;
