//! Which towns an obligation binds, and why that may not be known: a notice that names towns (镇) and parks (园区) says nothing of
//! a farm, and what a unit is may be open.

use super::criteria::has_status;
use super::listing::is_namesake;
use super::{ForestRange, TownUnits};
use fireplan_model::layers::TownKind;
use fireplan_model::rows::Label;
use fireplan_model::rules::{BrigadeRules, Given, Obligation, ObligationBasis};

/// Whether an obligation holds for a town, its villages and key units.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scope {
    /// It does.
    Bound,
    /// It does not.
    NotBound,
    /// It may, and why that is not known.
    Doubtful(Label),
}

/// Says why it is not known whether an obligation holds.
type Why = fn(&Obligation) -> Label;

impl Scope {
    /// Holds what the obligation says of whom it binds against what is known of the town.
    pub(crate) fn of_town(brigade: &BrigadeRules, obligation: &Obligation, town: &TownUnits) -> Self {
        let is_by_name = !(obligation.towns.is_empty() && obligation.except_towns.is_empty());
        let name = if is_by_name && is_namesake(brigade, town.facts) { "" } else { town.facts.name.as_str() };
        if !obligation.means_town(name) {
            return Self::NotBound;
        }
        let of_kind = is_of_kind(obligation, town.facts.kind);
        let has_any = |any_of: &[String]| has_status(brigade, any_of, town.facts);
        let given = match &obligation.given {
            Given::Always => Some(true),
            Given::Status(any_of) => has_any(any_of),
            Given::NoStatus(any_of) => has_any(any_of).map(|has| !has),
            Given::Known(fact) => Some(town.facts.number(*fact).is_some()),
            Given::Unknown(fact) => Some(town.facts.number(*fact).is_none()),
        };
        let forested = if obligation.forested { town.forested } else { Some(true) };
        let with_brigade = if obligation.if_brigade { town.brigade } else { Some(true) };
        let all: [(Option<bool>, Why); 4] = [
            (of_kind, unknown_kind),
            (given, unknown_status),
            (forested, |_| Label::new("林地待核：没有森林图层", "forest not known: there is no layer of forests")),
            (with_brigade, |_| {
                Label::new("队站待核：不知是否已建专职消防队", "brigade not known: there may be a professional one")
            }),
        ];
        if all.iter().any(|(holds, _)| *holds == Some(false)) {
            return Self::NotBound;
        }
        let open: Vec<Label> =
            all.into_iter().filter(|(holds, _)| holds.is_none()).map(|(_, why)| why(obligation)).collect();
        if open.is_empty() {
            return Self::Bound;
        }
        let join = |pick: fn(&Label) -> &str, gap: &str| open.iter().map(pick).collect::<Vec<_>>().join(gap);
        Self::Doubtful(Label::new(join(|why| &why.zh, "；"), join(|why| &why.en, "; ")))
    }
}

impl Scope {
    /// Whether an obligation of ranges holds for one: a notice that binds towns says nothing of the mountains of a state farm. A
    /// range outside all towns is nobody's.
    pub(crate) fn of_range(obligation: &Obligation, range: &ForestRange) -> Self {
        if !obligation.means_town(&range.town) {
            return Self::NotBound;
        }
        Self::of_kind(obligation, range.kind)
    }

    /// Whether the clause of a rule entry binds a town of this kind: where obligations rest on its checks, as the first says that
    /// does not leave it out; else it binds every town.
    pub(crate) fn of_clause(obligations: &[Obligation], key: &str, kind: Option<TownKind>) -> Self {
        let rests_on_it = |one: &&Obligation| match &one.basis {
            ObligationBasis::Analysis { rules, .. } => rules.iter().any(|rule| rule == key),
            _ => false,
        };
        let mut scopes = obligations.iter().filter(rests_on_it).map(|one| Self::of_kind(one, kind)).peekable();
        let none = if scopes.peek().is_none() { Self::Bound } else { Self::NotBound };
        scopes.find(|scope| *scope != Self::NotBound).unwrap_or(none)
    }

    fn of_kind(obligation: &Obligation, kind: Option<TownKind>) -> Self {
        match is_of_kind(obligation, kind) {
            Some(true) => Self::Bound,
            Some(false) => Self::NotBound,
            None => Self::Doubtful(unknown_kind(obligation)),
        }
    }
}

/// Whether an obligation is addressed to towns of this kind; `None`: the kind decides and is not known.
fn is_of_kind(obligation: &Obligation, kind: Option<TownKind>) -> Option<bool> {
    if obligation.kinds.is_empty() { Some(true) } else { kind.map(|kind| obligation.kinds.contains(&kind)) }
}

fn unknown_kind(obligation: &Obligation) -> Label {
    let kinds: Vec<Label> = obligation.kinds.iter().map(|kind| kind.label()).collect();
    let join = |pick: fn(&Label) -> &str, gap: &str| kinds.iter().map(pick).collect::<Vec<_>>().join(gap);
    Label::new(
        format!(
            "类别待核：不知是不是{}，文件只约束这些；请在乡镇图层写明类别，农场、林场等写“其他”",
            join(|kind| &kind.zh, "、")
        ),
        format!(
            "kind not known: the notice binds only these: {}; state it in the layer of towns, a state farm as \"other\"",
            join(|kind| &kind.en, ", ").to_lowercase()
        ),
    )
}

fn unknown_status(obligation: &Obligation) -> Label {
    let (Given::Status(any_of) | Given::NoStatus(any_of)) = &obligation.given else { return Label::default() };
    Label::new(
        format!("身份待核：不知是不是{}", any_of.join("、")),
        format!("status not known: one of {}?", any_of.join(", ")),
    )
}
