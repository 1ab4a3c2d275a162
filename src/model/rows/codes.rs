//! Enums of coded values.

/// Declares an enum of coded values: each variant has its code and, as doc comment, its label.
/// A source may give the code or the Chinese label. `default` names the variant for "not said";
/// `order best_first` says that the codes run from the best to the worst. A variant marked `#[undetermined]` between its
/// label and its name says that a fact is missing (待核): it is neither better nor worse than any other.
#[macro_export]
macro_rules! codes {
    (
        $(#[doc = $doc:literal])*
        $vis:vis enum $name:ident $(default $default:ident)? $(order $order:ident)? {
            $( #[doc = $label:literal] $(#[$mark:ident])? $variant:ident = $code:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, schemars::JsonSchema,
        )]
        $vis enum $name {
            $( #[doc = $label] #[serde(rename = $code)] $variant, )*
        }

        impl $name {
            /// Every one, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            /// The code that stands in files.
            pub fn code(self) -> &'static str {
                match self { $( Self::$variant => $code, )* }
            }

            /// What people call it.
            pub fn label(self) -> $crate::rows::Label {
                match self { $( Self::$variant => $crate::rows::Label::parse($label), )* }
            }

            /// Whether it says that a fact is missing (待核).
            pub fn is_undetermined(self) -> bool {
                match self { $( Self::$variant => $crate::is_marked!($($mark)?), )* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                <Self as $crate::rows::Cell>::parse(text.trim()).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|value| value.code()).collect();
                    let known = known.join(", ");
                    format!("“{text}”不是可用的代码，应为 {known} 之一 | '{text}' is none of {known}")
                })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl $crate::rows::Cell for $name {
            const KIND: $crate::rows::ValueKind = $crate::rows::ValueKind::Text;
            const BEST_FIRST: bool = $crate::is_marked!($($order)?);
            fn codes() -> Vec<$crate::rows::Code> {
                let code = |value: &Self| $crate::rows::Code {
                    code: value.code(),
                    label: value.label(),
                    undetermined: value.is_undetermined(),
                };
                Self::ALL.iter().map(code).collect()
            }
            fn value(&self) -> $crate::rows::Value {
                $crate::rows::Value::text(self.code())
            }
            fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| {
                    value.code().eq_ignore_ascii_case(text) || $crate::rows::Label::parse(match value {
                        $( Self::$variant => $label, )*
                    }).zh == text
                })
            }
            fn missing() -> Option<Self> {
                None $( .or(Some(Self::$default)) )?
            }
        }
    };
}

/// Whether a word that [`codes!`] knows stands there; another word is refused by the compiler.
#[doc(hidden)]
#[macro_export]
macro_rules! is_marked {
    () => {
        false
    };
    (best_first) => {
        true
    };
    (undetermined) => {
        true
    };
}
