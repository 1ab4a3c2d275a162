//! Rows: structs with a geometry and labelled columns.

use geo::Geometry;

use super::{Cell, Column, GeometryKind, Label, Value};

/// A struct declared with [`row!`](crate::row!).
pub trait Row: Sized {
    /// What one row is, from the struct's doc comment.
    fn title() -> Label;
    /// What the geometries of the rows are.
    fn geometry_kind() -> GeometryKind;
    /// What the cells of a row are, in their order.
    fn columns() -> Vec<Column>;
    /// Where the row is, in local metres.
    fn geometry(&self) -> Option<Geometry>;
    /// In the order of [`Row::columns`].
    fn values(&self) -> Vec<Value>;

    /// Builds a row from a source: `field` gives the text of a column, if the source has it.
    /// A value that is not understood is told to `doubt` with its text, and counts as missing.
    fn read(
        geometry: Geometry,
        field: &mut dyn FnMut(&'static str) -> Option<String>,
        doubt: &mut dyn FnMut(&'static str, &str),
    ) -> Result<Self, Unreadable>;

    /// A row of which nothing is known but its place; `None` where a row cannot be without some fact.
    fn blank(geometry: impl Into<Geometry>) -> Option<Self> {
        Self::read(geometry.into(), &mut |_| None, &mut |_, _| {}).ok()
    }
}

/// Why a source's feature cannot become a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Its geometry is of the wrong kind.
    Geometry,
    /// It lacks a value in this column.
    Missing(&'static str),
}

/// Reads one cell for [`Row::read`].
pub fn read_cell<T: Cell>(
    name: &'static str,
    field: &mut dyn FnMut(&'static str) -> Option<String>,
    doubt: &mut dyn FnMut(&'static str, &str),
) -> Result<T, Unreadable> {
    let text = field(name);
    let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let parsed = text.and_then(|text| {
        let parsed = T::parse(text);
        if parsed.is_none() {
            doubt(name, text);
        }
        parsed
    });
    parsed.or_else(T::missing).ok_or(Unreadable::Missing(name))
}

/// Declares a row struct: `geometry` first (`()` for a plain table row), then columns labelled by their doc comments.
#[macro_export]
macro_rules! row {
    (
        #[doc = $title:literal]
        $(#[doc = $more:literal])*
        $vis:vis struct $name:ident {
            geometry: $shape:ty,
            $( #[doc = $label:literal] $field:ident: $type:ty, )*
        }
    ) => {
        #[doc = $title]
        $(#[doc = $more])*
        #[derive(Debug, Clone)]
        $vis struct $name {
            /// Where it is, in local metres.
            pub geometry: $shape,
            $( #[doc = $label] pub $field: $type, )*
        }

        impl $crate::rows::Row for $name {
            fn title() -> $crate::rows::Label {
                $crate::rows::Label::parse($title)
            }
            fn geometry_kind() -> $crate::rows::GeometryKind {
                <$shape as $crate::rows::Shape>::KIND
            }
            fn columns() -> Vec<$crate::rows::Column> {
                vec![$( $crate::rows::Column::new::<$type>(stringify!($field), $label), )*]
            }
            fn geometry(&self) -> Option<geo::Geometry> {
                $crate::rows::Shape::to_geometry(&self.geometry)
            }
            fn values(&self) -> Vec<$crate::rows::Value> {
                vec![$( $crate::rows::Cell::value(&self.$field), )*]
            }
            fn read(
                geometry: geo::Geometry,
                field: &mut dyn FnMut(&'static str) -> Option<String>,
                doubt: &mut dyn FnMut(&'static str, &str),
            ) -> Result<Self, $crate::rows::Unreadable> {
                let geometry = <$shape as $crate::rows::Shape>::from_geometry(geometry)
                    .ok_or($crate::rows::Unreadable::Geometry)?;
                Ok(Self { geometry, $( $field: $crate::rows::read_cell(stringify!($field), field, doubt)?, )* })
            }
        }
    };
}
