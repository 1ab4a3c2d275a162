//! The location models against optima of the literature.

mod location;
