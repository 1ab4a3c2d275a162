//! Texts of a fixed vocabulary, such as names of columns, codes and units: written in the program, and read back from findings
//! that an earlier run of it kept.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde::{Deserialize, Deserializer};

/// A text that lives as long as the program. Under this name serde does not take it for one that is borrowed from the file.
pub type FixedText = &'static str;

/// Texts that were read; each is held once, however often it is read.
static READ: Mutex<BTreeSet<FixedText>> = Mutex::new(BTreeSet::new());

fn hold(text: String) -> FixedText {
    let mut read = READ.lock().expect("no panic while held");
    if let Some(known) = read.get(text.as_str()) {
        return known;
    }
    let text: FixedText = text.leak();
    read.insert(text);
    text
}

/// Reads one such text.
pub fn read_fixed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FixedText, D::Error> {
    String::deserialize(deserializer).map(hold)
}

/// Reads one that may be missing.
pub fn read_fixed_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<FixedText>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(hold))
}

/// Reads a list of them.
pub fn read_fixed_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<FixedText>, D::Error> {
    Ok(Vec::<String>::deserialize(deserializer)?.into_iter().map(hold).collect())
}
