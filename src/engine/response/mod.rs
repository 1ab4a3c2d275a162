//! The response engine (响应): which crews there are, how they drive, when they are where.

pub mod crews;
pub mod dispatch;
pub mod driving;
pub mod limits;
pub mod network_cache;
pub mod network_tables;
pub mod places;
pub mod reach;
pub mod times;
