//! Where to place things so that demands are served best: location models on discrete options, with proof.

#[cfg(test)]
mod brute_force;
mod cover_dual;
mod covering;
mod descent;
mod exchange;
mod least_cost;
mod lists;
mod milp;
mod most_backed_up;
mod most_covered;
mod p_center;
mod p_median;
mod packing;
mod phased;
mod plan;
mod programme;
mod race;
mod reduced;
mod serving;
mod watch;

pub use covering::{Covering, OutOfReach};
pub use least_cost::least_cost;
pub use most_backed_up::most_backed_up;
pub use most_covered::{by_room, most_covered};
pub use p_center::p_center;
pub use p_median::p_median;
pub use phased::{Phased, phased};
pub use plan::{Ended, Plan};
pub use serving::{Serving, Unserved};
pub use watch::Watch;
