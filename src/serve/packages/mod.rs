//! 成果包 over HTTP: ordered, watched, ended and taken away, as runs are. A package is made in the turn of the runs, and of their
//! answers where these are at hand; the command makes the same bytes.

mod documents;
pub(crate) mod handlers;
mod job;
mod making;
pub(crate) mod shelf;

pub(crate) use documents::PackageOrderRequest;
