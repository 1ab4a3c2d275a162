//! Entries that bind in some towns only: a notice that names towns (`towns = ["温泉"]`) says nothing of the others, where what stood
//! before it holds, with its own clause and force.
//!
//! Each list of towns has the whole rules of its towns beside those that hold elsewhere, so that whoever judges a thing takes the
//! rules of the town in which it lies and asks no further. What is computed once for the whole area cannot differ by town
//! ([`everywhere`](super::everywhere)).

use std::borrow::Cow;

use crate::names;
use crate::notes::Note;
use crate::rules::{InForce, Rules};

/// The rules of the towns that some entries name.
#[derive(Debug, Clone)]
pub struct TownEntries {
    /// The towns as the entries name them.
    pub towns: Vec<String>,
    /// The entries that name them.
    pub keys: Vec<&'static str>,
    /// The rules there: these entries, and all others as they hold elsewhere.
    pub(super) rules: Rules,
}

impl TownEntries {
    /// The rules of the towns of this list, which get one more entry.
    pub(super) fn of<'a>(
        all: &'a mut Vec<Self>,
        towns: Vec<String>,
        key: &'static str,
        elsewhere: &Rules,
    ) -> &'a mut Rules {
        let known = all.iter().position(|entries| entries.towns == towns);
        let at = known.unwrap_or_else(|| {
            all.push(Self { towns, keys: Vec::new(), rules: elsewhere.clone() });
            all.len() - 1
        });
        all[at].keys.push(key);
        &mut all[at].rules
    }

    /// Whether a town of this name is one of them.
    fn has_town(&self, town: &str) -> bool {
        self.towns.iter().any(|listed| names::is_listed(town, listed))
    }
}

impl Rules {
    /// The rules in a town of this name.
    pub fn in_town(&self, town: &str) -> Cow<'_, Self> {
        let mut named = self.in_towns.iter().filter(|entries| entries.has_town(town));
        let Some(first) = named.next() else { return Cow::Borrowed(self) };
        let mut rules = Cow::Borrowed(&first.rules);
        // No two lists of one key name the same town, so that the order of the lists says nothing.
        for entries in named {
            entries.keys.iter().for_each(|key| rules.to_mut().take(key, &entries.rules));
        }
        rules
    }

    /// The entry of this key that holds in a town of this name, the first row of a table.
    pub fn entry_in_town(&self, key: &str, town: &str) -> Option<&InForce> {
        let of_key = || self.entries.iter().filter(|entry| entry.key == key);
        let names_it = |entry: &&InForce| entry.towns.iter().any(|listed| names::is_listed(town, listed));
        of_key().find(names_it).or_else(|| of_key().find(|entry| entry.towns.is_empty()))
    }

    /// Keeps what was read beside the entries themselves, here and in the rules of towns.
    pub(super) fn keep(&mut self, mut entries: Vec<InForce>, notes: Vec<Note>, in_towns: Vec<TownEntries>) {
        let place = |entry: &InForce| super::KEYS.iter().position(|key| *key == entry.key);
        // What binds in some towns follows what holds elsewhere.
        entries.sort_by_key(place);
        self.in_towns = in_towns;
        for local in &mut self.in_towns {
            (local.rules.entries, local.rules.notes) = (entries.clone(), notes.clone());
        }
        (self.entries, self.notes) = (entries, notes);
    }
}
