//! How far a long piece of work is, and whether anybody still waits for it.

use crate::rows::Label;

/// Told how far a run is, and asked whether to stop.
pub trait Progress: Sync {
    /// A new stage of `steps` steps begins (0: not known).
    fn stage(&self, label: &Label, steps: u64);
    /// So many steps of the stage are done.
    fn step(&self, steps: u64);
    /// Nobody waits for the answer any more.
    fn cancelled(&self) -> bool;
    /// Whoever waits wants the best found so far, now.
    fn settled(&self) -> bool {
        false
    }
}

/// For runs that nobody watches.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &Label, _: u64) {}
    fn step(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        false
    }
}
