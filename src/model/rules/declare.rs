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
            /// What binds in some towns only; see [`Rules::in_town`].
            pub in_towns: Vec<TownEntries>,
        }

        /// The key of every entry there is.
        pub const KEYS: &[&str] = &[
            $( $( concat!(stringify!($topic), ".", stringify!($entry)), )* )*
            $( stringify!($table), )*
        ];

        impl Rules {
            pub(super) fn read(mut book: Book<'_>) -> Result<Self> {
                book.check_keys(KEYS)?;
                let mut rules = Self {
                    $( $topic: $name {
                        $( $entry: book.read(concat!(stringify!($topic), ".", stringify!($entry)), $label)?, )*
                    }, )*
                    $( $table: book.read(stringify!($table), $table_label)?, )*
                    packs: book.packs.clone(),
                    entries: Vec::new(),
                    notes: Vec::new(),
                    choice: Choice::default(),
                    in_towns: Vec::new(),
                };
                let mut in_towns = Vec::new();
                $( $( {
                    let key = concat!(stringify!($topic), ".", stringify!($entry));
                    for (towns, rule) in book.read_in_towns(key, $label, &rules.$topic.$entry)? {
                        TownEntries::of(&mut in_towns, towns, key, &rules).$topic.$entry = rule;
                    }
                } )* )*
                $( for (towns, rule) in book.read_in_towns(stringify!($table), $table_label, &rules.$table)? {
                    TownEntries::of(&mut in_towns, towns, stringify!($table), &rules).$table = rule;
                } )*
                rules.keep(book.in_force, book.notes, in_towns);
                Ok(rules)
            }

            /// Takes one entry from other rules.
            pub(super) fn take(&mut self, key: &str, from: &Self) {
                $( $( if key == concat!(stringify!($topic), ".", stringify!($entry)) {
                    self.$topic.$entry = from.$topic.$entry.clone();
                } )* )*
                $( if key == stringify!($table) {
                    self.$table = from.$table.clone();
                } )*
            }
        }
    };
}
pub(super) use rules;
