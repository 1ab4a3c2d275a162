//! Areas from files of many kinds.

mod area;
