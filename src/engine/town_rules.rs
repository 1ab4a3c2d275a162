//! Which rules hold in which town: a notice may name towns in which alone its figure binds.
//!
//! Found once per area, so that judging a thing takes no more than the number of its town.

use std::borrow::Cow;
use std::sync::OnceLock;

use geo::Coord;

use crate::duties::facts::TownFacts;
use crate::duties::listing::is_namesake;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{SegmentId, TownId};
use fireplan_model::layers::{LayerId, Town};
use fireplan_model::names;
use fireplan_model::notes::{Note, Notes, Severity};
use fireplan_model::rules::Rules;

/// The rules by town.
pub struct TownRules<'a> {
    area: &'a StudyArea,
    everywhere: &'a Rules,
    /// Per town of the area; empty where no entry names towns.
    by_town: Vec<Cow<'a, Rules>>,
    /// The town of each road segment, found when it is first asked for.
    of_segments: OnceLock<Vec<Option<TownId>>>,
}

impl<'a> TownRules<'a> {
    /// Finds the rules of every town of an area. What a notice says of a town by its name is not said of a namesake in another
    /// county.
    pub fn new(rules: &'a Rules, area: &'a StudyArea) -> Self {
        let towns = Some(&area.layers.towns).filter(|_| !rules.in_towns.is_empty());
        let in_town = |town: &'a Town| {
            let facts = TownFacts { name: town.name.clone(), code: town.code.clone(), ..TownFacts::default() };
            if is_namesake(&rules.brigade, &facts) { Cow::Borrowed(rules) } else { rules.in_town(&town.name) }
        };
        let by_town = towns.into_iter().flatten().map(in_town).collect();
        Self { area, everywhere: rules, by_town, of_segments: OnceLock::new() }
    }

    /// The rules in a town, or outside all towns.
    pub fn of(&self, town: Option<TownId>) -> &Rules {
        town.and_then(|town| self.by_town.get(town.index())).map_or(self.everywhere, |rules| rules)
    }

    /// Whether an entry whose key begins so names the town, and means it and no namesake.
    pub(crate) fn names_town(&self, town: TownId, topic: &str) -> bool {
        let rules = self.of(Some(town));
        let name = &self.area.layers.towns[town.index()].name;
        let names_it = |listed: &String| names::is_listed(name, listed);
        let of_topic = rules.entries.iter().filter(|entry| entry.key.starts_with(topic));
        !std::ptr::eq(rules, self.everywhere) && of_topic.flat_map(|entry| &entry.towns).any(names_it)
    }

    /// The rules at a place.
    pub fn at(&self, towns: &TownIndex, place: Coord) -> &Rules {
        if self.is_uniform() { self.everywhere } else { self.of(towns.at(place)) }
    }

    /// The rules for a road segment, which belongs to the town of its middle.
    pub fn of_segment(&self, segment: SegmentId) -> &Rules {
        self.of(self.town_of(segment))
    }

    /// The town whose rules hold for a road segment; none where the same holds everywhere.
    fn town_of(&self, segment: SegmentId) -> Option<TownId> {
        if self.is_uniform() {
            return None;
        }
        let network = &self.area.network;
        let of_segments = self.of_segments.get_or_init(|| {
            let towns = TownIndex::new(self.area);
            let middle = |segment: SegmentId| network.point_at(segment, network[segment].length_m / 2.0);
            SegmentId::first(network.segments.len()).map(|segment| towns.at(middle(segment))).collect()
        });
        of_segments[segment.index()]
    }

    /// Segments by the rules for them, in the order in which these first come.
    pub fn group_segments(&self, segments: impl Iterator<Item = SegmentId>) -> Vec<(&Rules, Vec<SegmentId>)> {
        let mut groups: Vec<(&Rules, Vec<SegmentId>)> = Vec::new();
        for segment in segments {
            let rules = self.of_segment(segment);
            match groups.iter_mut().find(|(known, _)| std::ptr::eq(*known, rules)) {
                Some((_, group)) => group.push(segment),
                None => groups.push((rules, vec![segment])),
            }
        }
        groups
    }

    /// Whether the same holds everywhere.
    pub fn is_uniform(&self) -> bool {
        self.by_town.is_empty()
    }

    /// The rules that hold somewhere, once for each town that has its own.
    pub fn all(&self) -> impl Iterator<Item = &Rules> {
        std::iter::once(self.everywhere).chain(self.by_town.iter().map(Cow::as_ref))
    }
}

/// Says which entries among these keys or topics bind in some towns only, and of the towns that they name which are not in the area.
pub(crate) fn note_town_entries(rules: &Rules, area: &StudyArea, read: &[&str]) -> Vec<Note> {
    let is_read = |key: &str| {
        let of_topic =
            |name: &&str| key.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        read.iter().any(of_topic)
    };
    let mut notes = Notes::default();
    for entry in rules.entries.iter().filter(|entry| !entry.towns.is_empty() && is_read(&entry.key)) {
        let text = "有条目只在点名的乡镇适用，各处按所在乡镇的条目判定；文字中不分乡镇的数值是其余乡镇的 | \
                    Some entries bind in the towns that they name: each thing is held against those of its town; figures told without a town are those of the others";
        notes.add(Severity::Info, None, text, format!("{} {}", entry.label.zh, entry.value.zh));
        for name in
            entry.towns.iter().filter(|name| !area.layers.towns.iter().any(|town| names::is_listed(&town.name, name)))
        {
            let text = "规则写明只在某些乡镇适用，但乡镇图层中没有该乡镇，这条规则在那里没有用上；请核对名称 | \
                        Rules that bind in some towns only, of which none is called so: they were not used there; check the names";
            notes.add(Severity::Warning, Some(LayerId::Towns), text, format!("{name}（{}）", entry.key));
        }
    }
    notes.into_vec()
}
