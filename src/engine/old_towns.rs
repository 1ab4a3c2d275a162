//! Which towns are old towns (古镇).
//!
//! A town is old when its status or industry says so (古镇, 历史文化), or when the name of the town, of a built-up area or of a
//! village in it does; a name is a hint, and whoever holds a town against a rule because of one says so.

use geo::{Contains, InteriorPoint};

use fireplan_model::area::StudyArea;
use fireplan_model::layers::Town;

/// What old towns, and the old quarters of others, are called.
const WORDS: [&str; 7] = ["古镇", "古村", "古城", "古街", "古寨", "历史文化", "传统村落"];

fn says_old(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

/// What says that a town is old.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum OldTownEvidence<'a> {
    /// Its status or its industry says so.
    Stated,
    /// Only a name says so.
    Named(&'a str),
}

/// What says that a town is old; `None`: nothing does.
pub(crate) fn known_as_old<'a>(area: &'a StudyArea, town: &'a Town) -> Option<OldTownEvidence<'a>> {
    if says_old(&town.status) || says_old(&town.industry) {
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
