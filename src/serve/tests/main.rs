//! The service as its clients see it.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod areas;
mod clients;
mod description;
mod downloads;
mod drafts;
mod http;
mod packages;
mod quality;
mod runs;
mod scenarios;
mod standards;
