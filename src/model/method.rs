//! Method constants (方法参数): numbers that belong to the way a question is answered, not to a clause and not to the planner.
//!
//! A number that can move a verdict or a figure is an entry of the rules where a clause gives it, a parameter where the
//! planner is to choose it, and otherwise a constant declared with [`method_constants!`](crate::method_constants!): together
//! with the reason for its value, so that every run can print it in its manifest and a review board can question it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rows::{Label, unit_of};

/// A number of the method, as a manifest prints it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodConstant {
    /// The part of the program it belongs to and its name, unit last, e.g. `access.settlement_gap_m`.
    pub name: String,
    /// As the program uses it.
    pub value: f64,
    /// The unit shown, derived from the suffix of the name; empty where there is none.
    pub unit: String,
    /// What it decides.
    pub label: Label,
    /// Why it has this value.
    pub reason: Label,
}

impl MethodConstant {
    /// Of the constant `name` declared in `module`; label and reason are `中文 | English`.
    pub fn new(module: &str, name: &str, value: f64, label: &str, reason: &str) -> Self {
        let name = format!("{}.{}", topic(module), name.to_lowercase());
        Self { value, unit: unit_of(&name).to_owned(), label: label.into(), reason: reason.into(), name }
    }
}

/// The part of the program that a module belongs to: `access` of `fireplan_engine::analyses::access::turning`.
fn topic(module: &str) -> &str {
    module.split("::").skip(1).find(|part| *part != "analyses").unwrap_or(module)
}

/// Declares constants of the method, and a function `method` of the module that lists them.
///
/// The doc comment says what the constant decides, `because` why it has this value; both `中文 | English`. The value is a number,
/// or the constant of the algorithm that decides it. The list has to be called by whatever gathers the constants of an
/// analysis: the compiler warns of one that nobody calls.
#[macro_export]
macro_rules! method_constants {
    ($(
        #[doc = $label:literal]
        $vis:vis const $name:ident: $type:ty = $value:expr, because $reason:literal;
    )+) => {
        $(
            #[doc = $label]
            #[doc = ""]
            #[doc = $reason]
            $vis const $name: $type = $value;
        )+

        /// The constants of the method that this module declares.
        #[allow(clippy::unnecessary_cast, trivial_numeric_casts, reason = "some of them are whole numbers")]
        pub(crate) fn method() -> Vec<$crate::method::MethodConstant> {
            vec![$( $crate::method::MethodConstant::new(
                module_path!(), stringify!($name), $name as f64, $label, $reason,
            ), )+]
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    method_constants! {
        /// 间距 | Spacing
        const SPACING_M: f64 = 2.5, because "目测 | By eye";
        /// 次数 | Times
        const TIMES: usize = 4, because "够用 | Enough";
    }

    #[test]
    fn a_constant_is_listed_with_what_it_decides_and_why() {
        let [spacing, times] = &method()[..] else { panic!("two constants") };
        assert_eq!((spacing.name.as_str(), spacing.value, spacing.unit.as_str()), ("method.spacing_m", SPACING_M, "m"));
        assert_eq!(
            (spacing.label.clone(), spacing.reason.clone()),
            (Label::new("间距", "Spacing"), "目测 | By eye".into())
        );
        assert_eq!((times.name.as_str(), times.value, times.unit.as_str()), ("method.times", TIMES as f64, ""));
    }

    #[test]
    fn a_topic_is_the_analysis_or_the_shared_part() {
        assert_eq!(topic("fireplan_engine::analyses::access::turning"), "access");
        assert_eq!(topic("fireplan_engine::response::times"), "response");
    }
}
