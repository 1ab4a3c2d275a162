//! Where to place things so that demands are served best: location models on discrete options, with proof.
//!
//! | question | model | function |
//! |---|---|---|
//! | most weight covered with a number or a budget | maximal covering (Church and ReVelle 1974) | [`most_covered()`], [`by_room`] |
//! | least cost or number for a weight to be covered | set covering (Toregas et al. 1971), partial set cover | [`least_cost()`] |
//! | most weight covered twice, with enough covered once | backup coverage (Hogan and ReVelle 1986) | [`most_backed_up()`] |
//! | what to add in which phase | multi-period maximal covering (after Schilling 1980) | [`phased()`] |
//! | least sum of weight × time | p-median (Hakimi 1964) | [`p_median()`] |
//! | least longest time | p-center (Hakimi 1964) | [`p_center()`] |
//! | most worth of projects that serve in part only together | set-union knapsack (Goldschmidt et al. 1994) | [`choose_projects`] |
//!
//! Every answer has a value and a bound, both whole numbers: no plan is better than the bound. Each model is solved in the
//! same steps, and ends as soon as value and bound meet:
//!
//! 1. Reductions: like demands are one, options that another can always replace are dropped, what stands already is settled.
//! 2. A plan by greed and exchange.
//! 3. Bounds by Lagrangian relaxation; the options that look best at its prices are tried as plans. Prices are integers and
//!    these bounds therefore exact.
//! 4. What the bounds exclude from, or force into, any better plan is fixed; a local search that leaves local optima looks for
//!    better plans among what is left open.
//! 5. Branch and bound over such prices, for maximal covering, phases, the p-median and p-centers of up to 30 options: exact in
//!    integers as well.
//! 6. For the other models the exact solver HiGHS. It calculates in floating point (tolerances 10⁻⁶; 10⁻⁹ of the value counts as nothing); its solutions are valued again in integers, its
//!    bounds are rounded to the safe side.
//!
//! [`SearchLimits`] say how long a search may take, how it is cancelled and where its progress is reported; the best plan found
//! so far is kept, with its bound. The same input gives the same plan, unless the clock ended the search.
//!
//! It may use the algorithms, HiGHS and rayon. It must not know a rule, a layer or a file: options, demands and weights are
//! numbers to it.

mod backup_dual;
mod backups;
mod best_first;
#[cfg(test)]
mod brute_force;
mod cost_dual;
mod cover_dual;
mod cover_tree;
mod covering;
mod descent;
mod exchange;
mod few_sets;
mod incumbent;
mod least_cost;
mod lists;
mod median_dual;
mod median_perturbation;
mod median_tree;
mod medians;
mod milp;
mod mip_callback;
mod most_backed_up;
mod most_covered;
mod open_part;
mod p_center;
mod p_median;
mod packing;
pub mod path_cover;
mod perturbation;
mod phased;
mod phased_dual;
mod plan;
mod price_tree;
mod programme;
mod project_choice;
mod reduced;
mod reductions;
mod room_prices;
mod search_limits;
mod serving;
pub mod set_cover;
mod timeline;

pub use covering::{Covering, OutOfReach};
pub use least_cost::least_cost;
pub use most_backed_up::most_backed_up;
pub use most_covered::{by_room, most_covered};
pub use p_center::p_center;
pub use p_median::p_median;
pub use phased::{Phased, phased};
pub use plan::{Ended, Plan};
pub use project_choice::{Benefit, ProjectChoice, choose_projects};
pub use search_limits::SearchLimits;
pub use serving::{Serving, ServingTimes, Unserved};
