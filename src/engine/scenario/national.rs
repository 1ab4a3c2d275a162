//! The national rules, against which edits are held whatever the rules of the question are: a scenario is applied before any question
//! is asked.

use std::sync::LazyLock;

use fireplan_model::rules::Rules;

/// Read once; `None`: they are not at hand.
pub(super) static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| Rules::load(None).ok());
