//! The way in, tried with folders as bureaus have them.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod demo_folder;
mod messy;
mod prescribed;
mod proof;
mod real;
mod survey;
mod writing;
