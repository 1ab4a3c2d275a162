//! Which towns are old towns (古镇).
//!
//! A town is old when its status or industry says so (古镇, 历史文化), or when the name of the town, of a built-up area or of a
//! village in it does; a name is a hint, and whoever holds a town against a rule because of one says so. A town that a rule on old
//! towns names is one, whatever the map says of it.

use geo::{Contains, InteriorPoint};

use crate::town_rules::TownRules;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{BuiltUp, BuiltUpKind, Town};

/// The rules on the water of old towns, by the beginning of their keys; a notice that binds one old town names it in them.
const RULES: &str = "water.old_town_";

/// What old towns, and the old quarters of others, are called.
const WORDS: [&str; 7] = ["古镇", "古村", "古城", "古街", "古寨", "历史文化", "传统村落"];

fn says_old(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

/// What says that a town is old.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OldTownEvidence<'a> {
    /// A notice names it as one, or its status or its industry says so.
    Stated,
    /// Only a name says so.
    Named(&'a str),
}

/// What says that a town is old; `None`: nothing does.
pub(crate) fn known_as_old<'a>(area: &'a StudyArea, local: &TownRules, id: TownId) -> Option<OldTownEvidence<'a>> {
    let town = &area.layers.towns[id.index()];
    if local.names_town(id, RULES) || says_old(&town.status) || says_old(&town.industry) {
        return Some(OldTownEvidence::Stated);
    }
    let built_up = area.layers.built_up.iter().filter(|built_up| {
        says_old(&built_up.name)
            && built_up.geometry.interior_point().is_some_and(|inside| town.geometry.contains(&inside))
    });
    let villages = area.layers.villages.iter();
    let villages = villages.filter(|village| says_old(&village.name) && town.geometry.contains(&village.geometry));
    let names = built_up.map(|built_up| built_up.name.as_str()).chain(villages.map(|village| village.name.as_str()));
    std::iter::once(town.name.as_str()).filter(|name| says_old(name)).chain(names).next().map(OldTownEvidence::Named)
}

/// The built-up areas of a town that are its old town: those that are called so, or else those of the town itself, without its
/// villages and works.
pub(crate) fn find_quarters<'a>(area: &'a StudyArea, town: &Town) -> Vec<&'a BuiltUp> {
    let in_town = |one: &&BuiltUp| one.geometry.interior_point().is_some_and(|inside| town.geometry.contains(&inside));
    let inside: Vec<&BuiltUp> = area.layers.built_up.iter().filter(in_town).collect();
    let of_town = |one: &BuiltUp| !matches!(one.kind, BuiltUpKind::Village | BuiltUpKind::Industry);
    let named: Vec<&BuiltUp> = inside.iter().copied().filter(|one| says_old(&one.name)).collect();
    if named.is_empty() { inside.into_iter().filter(|one| of_town(one)).collect() } else { named }
}
