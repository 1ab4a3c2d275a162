//! The parts of a package, each a folder of its own, and which of them are made.

use std::collections::BTreeSet;
use std::str::FromStr;

use anyhow::{Error, bail};
use fireplan_model::rows::Label;

/// A part of the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackagePart {
    /// 规划文本.
    Text,
    /// 规划说明书.
    Explanation,
    /// 规划图集.
    Atlas,
    /// 规划附表.
    Tables,
    /// The database in three formats.
    Database,
    /// What goes with the plan: clauses, what is open, mandatory content.
    Annexes,
    /// How it was computed, and what changed.
    Review,
}

impl PackagePart {
    /// All parts in the order of their folders.
    pub const ALL: [Self; 7] =
        [Self::Text, Self::Explanation, Self::Atlas, Self::Tables, Self::Database, Self::Annexes, Self::Review];

    /// As commands and requests call it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Explanation => "explanation",
            Self::Atlas => "atlas",
            Self::Tables => "tables",
            Self::Database => "database",
            Self::Annexes => "annexes",
            Self::Review => "review",
        }
    }

    /// As people call it.
    pub fn label(self) -> Label {
        let (zh, en) = match self {
            Self::Text => ("规划文本", "Text of the plan"),
            Self::Explanation => ("规划说明书", "Explanation"),
            Self::Atlas => ("规划图集", "Atlas"),
            Self::Tables => ("规划附表", "Tables"),
            Self::Database => ("数据库", "Database"),
            Self::Annexes => ("附件", "Annexes"),
            Self::Review => ("审查材料", "For the review"),
        };
        Label::new(zh, en)
    }

    /// The folder of the package in which it stands.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Text => "1 文本",
            Self::Explanation => "2 说明书",
            Self::Atlas => "3 图集",
            Self::Tables => "4 附表",
            Self::Database => "5 数据库",
            Self::Annexes => "6 附件",
            Self::Review => "7 审查",
        }
    }

    /// The part that a file of the package belongs to; `None`: it belongs to the package as a whole.
    pub fn of_file(path: &str) -> Option<Self> {
        let folder = path.split('/').next()?;
        Self::ALL.into_iter().find(|part| part.folder() == folder)
    }
}

impl FromStr for PackagePart {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|part| part.code() == text.trim());
        let Some(part) = found else {
            let known = Self::ALL.map(Self::code).join(", ");
            bail!("没有成果包部分“{text}”；有 {known} | the package has no part '{text}'; there are {known}");
        };
        Ok(part)
    }
}

/// The parts of a package that are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartChoice(BTreeSet<PackagePart>);

impl Default for PartChoice {
    /// All of them.
    fn default() -> Self {
        Self(PackagePart::ALL.into())
    }
}

impl PartChoice {
    /// These parts; none named: all.
    pub fn of(parts: impl IntoIterator<Item = PackagePart>) -> Self {
        let parts: BTreeSet<PackagePart> = parts.into_iter().collect();
        if parts.is_empty() { Self::default() } else { Self(parts) }
    }

    /// Whether a part is made.
    pub fn has(&self, part: PackagePart) -> bool {
        self.0.contains(&part)
    }

    /// Whether every part is made.
    pub fn is_whole(&self) -> bool {
        self.0.len() == PackagePart::ALL.len()
    }

    /// Whether a file of the package is made.
    pub fn has_file(&self, path: &str) -> bool {
        PackagePart::of_file(path).is_none_or(|part| self.has(part))
    }

    /// The parts in their order.
    pub fn list(&self) -> impl Iterator<Item = PackagePart> {
        self.0.iter().copied()
    }

    /// The parts by their codes, as a command names them: `text,tables`.
    pub fn codes(&self) -> String {
        self.list().map(PackagePart::code).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_by_code_and_found_by_folder() {
        for part in PackagePart::ALL {
            assert_eq!(part.code().parse::<PackagePart>().unwrap(), part);
            assert_eq!(PackagePart::of_file(&format!("{}/x.docx", part.folder())), Some(part));
        }
        assert_eq!(PackagePart::of_file("成果清单.txt"), None);
        let refused = "maps".parse::<PackagePart>().unwrap_err().to_string();
        assert!(refused.contains("maps") && refused.contains("atlas"), "{refused}");
    }

    #[test]
    fn without_a_choice_the_package_is_whole() {
        assert!(PartChoice::of([]).is_whole());
        let some = PartChoice::of([PackagePart::Tables, PackagePart::Text]);
        assert!(!some.is_whole() && some.has_file("4 附表/规划附表.xlsx") && !some.has_file("3 图集/规划图集_A3.pdf"));
        assert!(some.has_file("成果清单.txt"));
        assert_eq!(some.codes(), "text,tables");
    }
}
