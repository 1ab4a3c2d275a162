//! The report on the data (`fireplan check`) in words. What is wrong with them is found by
//! [`fireplan_model::doctor`].

mod report;

pub use report::report;
