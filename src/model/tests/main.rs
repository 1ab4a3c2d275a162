//! The rules that come with the program.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod rules;
