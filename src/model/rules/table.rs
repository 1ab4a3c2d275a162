//! What the tables among the rules have in common: a row is read by serde and shown by the labels of its fields.

use anyhow::Result;

use crate::rows::Cell;
use crate::rules::limit::{Limit, Provenance};
use crate::rules::reading::{EntryReader, Rule};

/// A row of a table.
pub(super) trait TableRow: Sized {
    /// Fields that a row has from its table where it does not say them itself.
    const FROM_TABLE: &'static [&'static str] = &[];

    fn read(row: &mut EntryReader) -> Result<Self>;

    /// What is wrong with the row, if anything.
    fn check_row(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// What the row is about, where no two rows may be about the same.
    fn subject(&self) -> Option<String> {
        None
    }

    /// What is wrong with the rows together, if anything.
    fn check_rows(_rows: &[Self]) -> Result<(), String> {
        Ok(())
    }

    /// See [`Rule::loosens`].
    fn loosens<'a>(_rows: &[Self], _national: &'a [Self]) -> Vec<&'a Limit> {
        Vec::new()
    }
}

impl<R: TableRow> Rule for Vec<R> {
    fn read(entry: &mut EntryReader) -> Result<Self> {
        entry.hand_down(R::FROM_TABLE);
        let (rows, _) = entry.rows(|reading| {
            let row = R::read(reading)?;
            row.check_row().map_err(|why| reading.refuse(why))?;
            Ok(row)
        })?;
        let subjects: Vec<String> = rows.iter().filter_map(R::subject).collect();
        if let Some((_, twice)) = subjects.iter().enumerate().find(|(at, subject)| subjects[..*at].contains(subject)) {
            return Err(entry.refuse(format!("{twice} 有两行，请只留一行 | has two rows for {twice}; keep one")));
        }
        R::check_rows(&rows).map_err(|why| entry.refuse(why))?;
        Ok(rows)
    }

    fn loosens<'a>(&self, national: &'a Self) -> Vec<&'a Limit> {
        R::loosens(self, national)
    }
}

/// What a row rests on: a clause, or a bound with its clause.
pub(super) trait RowBasis: Sized {
    fn read(row: &mut EntryReader) -> Result<Self>;
}

impl RowBasis for Provenance {
    fn read(row: &mut EntryReader) -> Result<Self> {
        row.provenance()
    }
}

impl RowBasis for Limit {
    fn read(row: &mut EntryReader) -> Result<Self> {
        row.limit()
    }
}

/// Declares a row: what it rests on, the codes by which there is one row each, its fields with the label of their figures
/// (codes are shown by their own), and the checks of [`TableRow`].
macro_rules! rows {
    (
        $(#[doc = $doc:literal])*
        $name:ident with $basis:ident: $type_of_basis:ident $(, one by $($subject:ident)+)? {
            $( $(#[doc = $more:literal])* $field:ident: $type:ty = $label:literal, )*
        }
        $($checks:tt)*
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $( $(#[doc = $more])* pub $field: $type, )*
            /// Where the figures come from and how binding they are.
            pub $basis: $type_of_basis,
        }

        impl TableRow for $name {
            fn read(row: &mut $crate::rules::reading::EntryReader) -> anyhow::Result<Self> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Own {
                    $( $field: $type, )*
                }
                let own: Own = row.own()?;
                $( row.show(stringify!($field), $label, &own.$field); )*
                let $basis = $crate::rules::table::RowBasis::read(row)?;
                Ok(Self { $( $field: own.$field, )* $basis })
            }

            $(fn subject(&self) -> Option<String> {
                Some([$(self.$subject.code()),+].join(" "))
            })?

            $($checks)*
        }
    };
}
pub(super) use rows;

/// Refuses a table without a row for one of the codes.
pub(super) fn check_none_missing<T: Cell + Copy>(
    field: &str,
    all: &[T],
    has: impl Fn(T) -> bool,
) -> Result<(), String> {
    let missing = all.iter().find(|code| !has(**code)).map(Cell::value);
    match missing.as_ref().and_then(|value| value.as_str()) {
        Some(code) => Err(format!("缺少 {field} = \"{code}\" 的一行 | lacks a row with {field} = \"{code}\"")),
        None => Ok(()),
    }
}
