//! What the printed report itself says, in both languages; what it says of the data comes with the report.

use fireplan_model::rows::Label;

/// The language of a printed report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReportLanguage {
    /// 中文.
    #[default]
    Chinese,
    /// English.
    English,
}

impl ReportLanguage {
    /// The text of a label in this language.
    pub(super) fn pick(self, label: &Label) -> &str {
        match self {
            Self::Chinese => &label.zh,
            Self::English => &label.en,
        }
    }

    /// One of two texts.
    pub(super) fn say(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }

    /// As the `lang` attribute has it.
    pub(super) fn code(self) -> &'static str {
        self.say("zh-CN", "en")
    }
}
