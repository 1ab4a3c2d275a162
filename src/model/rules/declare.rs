//! The macro that declares the rules: from one list of topics and tables follow the types, the keys and the reading.

/// Declares the rules: topics with their entries, then tables. The names are the keys in the TOML files; the doc
/// comments, `中文 | English`, are the labels shown to people.
macro_rules! rules {
    (
        topics {$(
            $(#[doc = $about:literal])*
            $topic:ident: $name:ident {
                $( #[doc = $label:literal] $(#[doc = $more:literal])* $entry:ident: $type:ty, )*
            }
        )*}
        tables {$(
            #[doc = $table_label:literal]
            $table:ident: $row:ty,
        )*}
    ) => {
        $(
            $(#[doc = $about])*
            #[derive(Debug, Clone)]
            pub struct $name {
                $( #[doc = $label] $(#[doc = $more])* pub $entry: $type, )*
            }
        )*

        /// The rules in force: the national pack, with whole entries replaced by a profile or by hand.
        #[derive(Debug, Clone)]
        pub struct Rules {
            $( $(#[doc = $about])* pub $topic: $name, )*
            $( #[doc = $table_label] pub $table: Vec<$row>, )*
            /// What the files loaded say of themselves, national pack first.
            pub packs: Vec<About>,
            /// Every entry, table rows one by one, in the order in which they are declared.
            pub entries: Vec<InForce>,
            /// Where a local figure is looser than a national "shall".
            pub notes: Vec<Note>,
            /// What was asked for, enough to load them again.
            pub choice: Choice,
        }

        /// The key of every entry there is.
        pub const KEYS: &[&str] = &[
            $( $( concat!(stringify!($topic), ".", stringify!($entry)), )* )*
            $( stringify!($table), )*
        ];

        impl Rules {
            pub(super) fn read(mut book: Book<'_>) -> Result<Self> {
                book.check_keys(KEYS)?;
                Ok(Self {
                    $( $topic: $name {
                        $( $entry: book.read(concat!(stringify!($topic), ".", stringify!($entry)), $label)?, )*
                    }, )*
                    $( $table: book.read(stringify!($table), $table_label)?, )*
                    packs: book.packs,
                    entries: book.in_force,
                    notes: book.notes,
                    choice: Choice::default(),
                })
            }
        }
    };
}
pub(super) use rules;
