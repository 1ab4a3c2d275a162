//! Messages for people in their language. Every message of ours reads `中文 | English`; what comes from libraries and from the
//! system is told in the same way here.

mod foreign;

pub(crate) use foreign::of_parser;

use std::path::Path;

use crate::rows::Label;

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 中文
    #[default]
    Chinese,
    /// English
    English,
}

impl Language {
    /// The language that a code of two letters, perhaps with a country, asks for; `None`: neither of ours.
    pub fn named(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_lowercase();
        match code.split(['_', '-', '.', '@']).next()? {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The language of the environment: English where it asks for that, else Chinese.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| variable(name).filter(|value| !value.is_empty()));
        set.and_then(|value| Self::named(&value)).unwrap_or_default()
    }

    /// The text of a label in this language.
    pub fn of(self, label: &Label) -> &str {
        match self {
            Self::Chinese => &label.zh,
            Self::English => &label.en,
        }
    }

    /// One of two texts.
    pub fn either<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }
}

/// What is being done to a file, for the context of an error.
pub fn reading(path: &Path) -> String {
    let path = path.display();
    format!("读取 {path} | reading {path}")
}

/// See [`reading`].
pub fn writing(path: &Path) -> String {
    let path = path.display();
    format!("写入 {path} | writing {path}")
}

/// See [`reading`].
pub fn making_folder(path: &Path) -> String {
    let path = path.display();
    format!("建立文件夹 {path} | making the folder {path}")
}

/// The whole chain of an error in both languages, from what was tried to the cause.
pub fn explain(error: &anyhow::Error) -> Label {
    let mut told = Label::default();
    for link in error.chain() {
        let label = foreign::label_of(link);
        // Some errors repeat their cause in their own words.
        let repeated = told.zh.contains(label.zh.trim()) && told.en.contains(label.en.trim());
        if label.zh.trim().is_empty() || repeated {
            continue;
        }
        for (text, more, gap) in [(&mut told.zh, &label.zh, "："), (&mut told.en, &label.en, ": ")] {
            if !text.is_empty() {
                text.push_str(gap);
            }
            text.push_str(more.trim());
        }
    }
    told
}

/// Whether a text has Chinese characters in it.
pub fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, anyhow};

    #[test]
    fn a_chain_is_told_in_both_languages() {
        let io = std::io::Error::from(std::io::ErrorKind::NotFound);
        let error = Err::<(), _>(io).context("读取 a.csv | reading a.csv").context("图层 [roads] | layer [roads]");
        let told = explain(&error.unwrap_err());
        assert_eq!(told.zh, "图层 [roads]：读取 a.csv：找不到文件或文件夹");
        assert_eq!(told.en, "layer [roads]: reading a.csv: no such file or folder");
    }

    #[test]
    fn data_with_a_bar_stays_whole() {
        let told = explain(&anyhow!("没有“a | b”这一层 | there is no layer 'a | b'"));
        assert_eq!((&*told.zh, &*told.en), ("没有“a | b”这一层", "there is no layer 'a | b'"));
    }

    #[test]
    fn the_language_is_that_of_the_environment() {
        let of = |set: &[(&str, &str)]| {
            Language::of_environment(|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
            })
        };
        assert_eq!(of(&[("LANG", "en_US.UTF-8")]), Language::English);
        assert_eq!(of(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "zh_CN.UTF-8")]), Language::Chinese);
        assert_eq!(of(&[("LANG", "C.UTF-8")]), Language::Chinese);
        assert_eq!(of(&[]), Language::Chinese);
    }
}
