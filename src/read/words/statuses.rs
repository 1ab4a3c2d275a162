//! The statuses of a town, each with the year of its list: 全国重点镇（2014年）、中心镇.

use super::catalogue::catalogue;
use super::lexicon::{Lexicon, NONE, spell, split_list};
use fireplan_model::statuses::{NO_STATUS, StatedStatus, join_statuses};

/// A word that is no status we know.
pub(super) struct UnreadStatus {
    pub word: String,
    pub nearest: Vec<String>,
}

/// The statuses as [`fireplan_model::statuses`] writes them, and the words that are not understood; empty: nobody knows.
pub(super) fn read(lexicon: &Lexicon, text: &str) -> (String, Vec<UnreadStatus>) {
    if catalogue().says_unknown(text) {
        return (String::new(), Vec::new());
    }
    let (mut stated, mut unread, mut none) = (Vec::new(), Vec::new(), false);
    for part in split_list(&spell(&separate_words(text))) {
        match lexicon.find_part(part) {
            Some(NONE) => none = true,
            Some(name) => {
                stated.push(StatedStatus { name: name.to_owned(), year: catalogue().year(part), is_certain: true });
            }
            None => {
                unread.push(UnreadStatus { word: part.to_owned(), nearest: lexicon.nearest(part) });
                stated.push(StatedStatus { name: part.to_owned(), year: None, is_certain: false });
            }
        }
    }
    let written = if stated.is_empty() && none { NO_STATUS.to_owned() } else { join_statuses(&stated) };
    (written, unread)
}

/// Spaces between Chinese words separate them, unless a bracket follows; those within Latin words do not.
fn separate_words(text: &str) -> String {
    let mut separated = String::new();
    let mut characters = text.trim().chars().peekable();
    while let Some(c) = characters.next() {
        let before = separated.chars().next_back();
        let after = characters.peek();
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let bracket = after.is_some_and(|c| matches!(c, '(' | '（' | '[' | '【' | '〔'));
        match c {
            ' ' | '\u{3000}' | '\t' if bracket => {}
            ' ' if latin(before) && latin(after.copied()) => separated.push('_'),
            ' ' | '\u{3000}' | '\t' => separated.push('、'),
            c => separated.push(c),
        }
    }
    separated
}
