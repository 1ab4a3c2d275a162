//! The service as its clients see it.

mod clients;
mod description;
mod http;
