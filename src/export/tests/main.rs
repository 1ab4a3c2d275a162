//! Files and tiles as other programs read them.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod export;
mod tiles;
