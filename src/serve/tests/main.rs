//! The service as its clients see it.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod clients;
mod description;
mod downloads;
mod http;
mod packages;
mod quality;
