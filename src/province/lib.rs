//! A province (全省): many counties computed apart, by whatever runs commands on many machines, and put together to what a run on
//! the whole says, to the last digit.
//!
//! | module | does |
//! |---|---|
//! | [`counties`] | whose a place is |
//! | [`cut`] | what a county holds, and what of its neighbours it must see |
//! | [`plan`] | one folder per county, and what they were made of |
//! | [`border`] | when crews arrive where the counties' networks were cut |
//! | [`county`] | one county, answered |
//! | [`merge`] | all counties, put together, or what is missing |
//! | [`area_file`], [`wire`] | areas and findings in files, every number as it was computed |
//!
//! **What is exact and why.** Features and segments are not clipped: a county keeps the province's segments, with their driving
//! times, and learns when crews from beyond arrive at the nodes where the network was cut ([`fireplan_engine::response::border`]). Every feature,
//! segment and cell with people belongs to one county, and nothing is summed before all are together. An analysis that cannot be cut like that is run
//! whole ([`plan::ways_to_cut`] tells which).
//!
//! It may use the model and the engine. It must not open an area from its sources (whoever calls has), start processes or speak HTTP.

pub mod area_file;
pub mod border;
pub mod counties;
pub mod county;
pub mod cut;
pub mod merge;
pub mod plan;
pub mod wire;
