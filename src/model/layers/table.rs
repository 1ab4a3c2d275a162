//! What follows from the table of layers: ids, typed rows, drawing, and a way to visit the rows of any layer.

use crate::rows::Row;

/// Something to be done with the rows of a layer, whatever they are rows of.
pub trait LayerVisitor {
    /// What doing it gives.
    type Output;

    /// Does it to the rows of one layer.
    fn visit<R: Row>(&mut self, rows: &mut Vec<R>) -> Self::Output;
}

/// Something to be learnt from the rows of a layer, whatever they are rows of.
pub trait LayerReader {
    /// What is learnt.
    type Output;

    /// Learns it from the rows of one layer.
    fn read<R: Row>(&mut self, rows: &[R]) -> Self::Output;
}

/// Declares the layers of an area: one line each, in the order in which they are read, listed and drawn.
///
/// A vector layer is `Id = "code", field: Row, drawing, "中文 | English";`, its field called as its code. It is drawn
/// `plain`, or by the codes of a column: `by(kind)`. Other layers, before and after, have an id and a label only.
macro_rules! layers {
    (
        $(#[doc = $id_doc:literal])*
        $id_vis:vis enum $id:ident;
        $(#[doc = $layers_doc:literal])*
        $layers_vis:vis struct $layers:ident;

        outline { $( $outline:ident = $outline_code:literal, $outline_label:literal; )* }
        vector {
            $( $layer:ident = $code:literal, $field:ident: $row:ty, $drawing:ident $(($column:ident))?, $label:literal; )*
        }
        raster { $( $raster:ident = $raster_code:literal, $raster_label:literal; )* }
    ) => {
        $crate::codes! {
            $(#[doc = $id_doc])*
            $id_vis enum $id {
                $( #[doc = $outline_label] $outline = $outline_code, )*
                $( #[doc = $label] $layer = $code, )*
                $( #[doc = $raster_label] $raster = $raster_code, )*
            }
        }

        impl $id {
            /// The layers that are a grid.
            pub const RASTERS: &'static [Self] = &[$( Self::$raster, )*];

            /// Whether the layer is a grid.
            pub fn is_raster(self) -> bool {
                Self::RASTERS.contains(&self)
            }
        }

        $(#[doc = $layers_doc])*
        #[derive(Clone, Default)]
        $layers_vis struct $layers {
            $( #[doc = $label] pub $field: Vec<$row>, )*
        }

        impl $layers {
            /// Number of features; 0 for the layers that are not vector layers.
            pub fn len(&self, layer: $id) -> usize {
                match layer {
                    $( $id::$layer => self.$field.len(), )*
                    _ => 0,
                }
            }

            /// Adds the features of another source after the present ones.
            pub fn append(&mut self, mut other: Self) {
                $( self.$field.append(&mut other.$field); )*
            }

            /// Lets the visitor see the rows of a layer; `None`: it is not a vector layer.
            pub fn visit<V: $crate::layers::LayerVisitor>(&mut self, layer: $id, visitor: &mut V) -> Option<V::Output> {
                match layer {
                    $( $id::$layer => Some(visitor.visit(&mut self.$field)), )*
                    _ => None,
                }
            }

            /// Lets the reader see the rows of a layer; `None`: it is not a vector layer.
            pub fn read<V: $crate::layers::LayerReader>(&self, layer: $id, reader: &mut V) -> Option<V::Output> {
                match layer {
                    $( $id::$layer => Some(reader.read(&self.$field)), )*
                    _ => None,
                }
            }

            /// Every layer as it is shown on a map, those without a feature, too.
            pub fn to_map(&self) -> Vec<$crate::findings::Layer> {
                use $crate::findings::Layer;
                vec![$( Layer::new($code, $crate::layers::drawing!($drawing $(($column))?), &self.$field), )*]
            }
        }
    };
}
pub(crate) use layers;

/// The drawing that a line of [`layers!`] asks for.
macro_rules! drawing {
    (plain) => {
        $crate::findings::Drawing::Plain
    };
    (by($column:ident)) => {
        $crate::findings::Drawing::Coded { column: stringify!($column) }
    };
}
pub(crate) use drawing;

#[cfg(test)]
mod tests {
    #![allow(unreachable_pub, reason = "what the macros declare is public")]

    use geo::Point;

    use super::*;
    use crate::findings::Drawing;
    use crate::rows::Label;
    use crate::{codes, row};

    codes! {
        /// Whether a well gives water.
        pub enum WellState {
            /// 有水 | Water
            Water = "water",
            /// 枯井 | Dry
            Dry = "dry",
        }
    }

    row! {
        /// 井 | Well
        pub struct Well {
            geometry: Point,
            /// 状态 | State
            state: WellState,
        }
    }

    layers! {
        /// The layers of this test.
        pub enum TestLayerId;
        /// Their rows.
        pub struct TestLayers;

        outline { Boundary = "boundary", "界线 | Boundary"; }
        vector { Wells = "wells", wells: Well, by(state), "井 | Wells"; }
        raster { Rain = "rain", "雨量 | Rain"; }
    }

    struct AddWell;

    impl LayerVisitor for AddWell {
        type Output = usize;
        fn visit<R: Row>(&mut self, rows: &mut Vec<R>) -> usize {
            let row = R::read(Point::new(1.0, 2.0).into(), &mut |_| Some("枯井".to_owned()), &mut |_, _| {});
            rows.extend(row.ok());
            R::columns().len()
        }
    }

    struct CountRows;

    impl LayerReader for CountRows {
        type Output = usize;
        fn read<R: Row>(&mut self, rows: &[R]) -> usize {
            rows.len()
        }
    }

    #[test]
    fn one_line_makes_a_layer_with_id_rows_drawing_and_visits() {
        assert_eq!(TestLayerId::ALL.iter().map(|id| id.code()).collect::<Vec<_>>(), ["boundary", "wells", "rain"]);
        assert_eq!(TestLayerId::Wells.label(), Label::new("井", "Wells"));
        assert!(TestLayerId::Rain.is_raster() && !TestLayerId::Wells.is_raster());

        let mut layers = TestLayers::default();
        assert_eq!(layers.visit(TestLayerId::Wells, &mut AddWell), Some(1));
        assert_eq!(layers.visit(TestLayerId::Boundary, &mut AddWell), None);
        layers.append(layers.clone());
        assert_eq!(layers.read(TestLayerId::Wells, &mut CountRows), Some(2));
        assert_eq!(layers.read(TestLayerId::Rain, &mut CountRows), None);
        assert_eq!([TestLayerId::Wells, TestLayerId::Rain].map(|id| layers.len(id)), [2, 0]);

        let [map] = &layers.to_map()[..] else { panic!("one vector layer is one layer of the map") };
        assert_eq!((map.id.as_str(), &map.drawing), ("wells", &Drawing::Coded { column: "state" }));
        assert_eq!(map.features.len(), 2);
    }
}
