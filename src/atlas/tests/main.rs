//! The atlas from outside: what stands on its sheets, and that it stands there rightly.
#![allow(clippy::unwrap_used, reason = "in a test, what is not there is a failure")]

mod sheets;
