//! Multipolygons of the old style, whose tags stand on the outer way, and ways that say what their relation says as well.
//!
//! Read by itself, such a way is an area without the holes that the relation has, and a second one beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::{LocalExtract, MemberKind, Relation, Tags, Way, assemble};
use fireplan_model::layers::LayerId;
use fireplan_model::notes::Notes;

/// Keys that say what an area is.
const AREA_KEYS: &[&str] = &[
    "amenity",
    "area:highway",
    "building",
    "industrial",
    "landuse",
    "leisure",
    "man_made",
    "natural",
    "place",
    "shop",
    "tourism",
    "water",
    "waterway",
];

/// What relations and their outer ways tell together.
#[derive(Default)]
pub(super) struct OldStyle<'a> {
    /// Ways whose area is told by a relation.
    pub(super) outlines: BTreeSet<i64>,
    /// Tags of relations that have them only on their outer ways.
    pub(super) tags: BTreeMap<i64, &'a Tags>,
}

impl<'a> OldStyle<'a> {
    /// Looks through the multipolygons of the extract.
    pub(super) fn of(ground: &LocalExtract<'a>) -> Self {
        let mut old = Self::default();
        for relation in ground.extract.relations.iter().filter(|relation| relation.tags.is("type", "multipolygon")) {
            old.look_at(ground, relation);
        }
        old
    }

    fn look_at(&mut self, ground: &LocalExtract<'a>, relation: &Relation) {
        let of_relation: Vec<(&str, &str)> = says(&relation.tags);
        let tagged: Vec<&'a Way> = outer_ways(ground, relation).filter(|way| !says(&way.tags).is_empty()).collect();
        let Some(first) = tagged.first() else { return };
        let same: Vec<i64> = if of_relation.is_empty() {
            if tagged.iter().any(|way| says(&way.tags) != says(&first.tags)) {
                return;
            }
            tagged.iter().map(|way| way.id).collect()
        } else {
            let repeats = |way: &&&Way| says(&way.tags).iter().all(|tag| of_relation.contains(tag));
            tagged.iter().filter(repeats).map(|way| way.id).collect()
        };
        // Of a relation that is cut or broken, the ways are all there is.
        let whole = || assemble::relation_area(ground, relation, LayerId::Forests, &mut Notes::default()).is_some();
        if same.is_empty() || !whole() {
            return;
        }
        if of_relation.is_empty() {
            self.tags.insert(relation.id, &first.tags);
        }
        self.outlines.extend(same);
    }
}

/// What the tags say of an area.
fn says(tags: &Tags) -> Vec<(&'static str, &str)> {
    AREA_KEYS.iter().filter_map(|key| Some((*key, tags.get(key)?))).collect()
}

fn outer_ways<'a>(ground: &LocalExtract<'a>, relation: &Relation) -> impl Iterator<Item = &'a Way> {
    let extract = ground.extract;
    let outer = relation.members.iter().filter(|one| one.kind == MemberKind::Way && matches!(&*one.role, "" | "outer"));
    let ways = outer.filter_map(|member| {
        extract.ways.binary_search_by_key(&member.id, |way| way.id).ok().map(|at| &extract.ways[at])
    });
    ways.collect::<Vec<_>>().into_iter()
}
