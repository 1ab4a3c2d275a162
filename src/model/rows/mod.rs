//! Rows: how a plain struct becomes map features, table columns and legend entries, without format code of its own.
//!
//! A struct declared with [`row!`](crate::row!) names its columns by its fields (unit last: `travel_min`, `width_m`) and labels
//! them by the fields' doc comments, `中文 | English`. An enum declared with [`codes!`](crate::codes!) does the same for coded values.
//! Input layers are read from, and findings written as, such rows; formats know nothing else.

mod cell;
mod codes;
mod column;
mod fixed_text;
mod label;
mod restore;
mod row;
mod shape;
mod value;

pub use cell::{Cell, IfAny};
pub use column::{Code, Column, unit_of};
pub use fixed_text::{FixedText, read_fixed, read_fixed_list, read_fixed_option};
pub use label::Label;
pub use restore::RowReader;
pub use row::{Row, Unreadable, read_cell};
pub use shape::{GeometryKind, Shape, is_finite, place_on};
pub use value::{Value, ValueKind};

#[cfg(test)]
mod tests {
    #![allow(unreachable_pub, reason = "what the macros declare is public")]

    use geo::{Geometry, Point};

    use super::*;
    use crate::{codes, row};

    codes! {
        /// Test colours.
        pub enum Colour default Red {
            /// 红 | Red
            Red = "red",
            /// 蓝 | Blue
            Blue = "blue",
            /// 看不清 | Not to be made out
            #[undetermined]
            Dark = "dark",
        }
    }

    row! {
        /// 井 | Well
        pub struct Well {
            geometry: Point,
            /// 名称 | Name
            name: String,
            /// 深度 | Depth
            depth_m: Option<f64>,
            /// 颜色 | Colour
            colour: Colour,
        }
    }

    fn read(fields: &[(&'static str, &str)]) -> (Well, Vec<String>) {
        let mut doubts = Vec::new();
        let well = Well::read(
            Geometry::Point(Point::new(1.0, 2.0)),
            &mut |name| fields.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned()),
            &mut |name, text| doubts.push(format!("{name}={text}")),
        )
        .unwrap();
        (well, doubts)
    }

    #[test]
    fn a_row_names_labels_and_units_its_columns() {
        let columns = Well::columns();
        assert_eq!(columns[1].label, Label::new("深度", "Depth"));
        assert_eq!(columns[1].unit, "m");
        assert_eq!(columns[2].codes[1].code, "blue");
    }

    #[test]
    fn a_code_that_is_marked_says_so_where_the_column_goes_and_the_others_say_nothing() {
        let codes = Well::columns()[2].codes.clone();
        assert_eq!(codes.iter().map(|code| code.undetermined).collect::<Vec<_>>(), [false, false, true]);
        assert!(Colour::Dark.is_undetermined() && !Colour::Red.is_undetermined());
        let [red, _, dark] = &codes[..] else { panic!("three colours") };
        assert_eq!(serde_json::to_value(red).unwrap().get("undetermined"), None);
        assert_eq!(serde_json::to_value(dark).unwrap()["undetermined"], true);
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        let (well, doubts) = read(&[("name", "东井"), ("depth_m", "１２.5"), ("colour", "蓝")]);
        assert_eq!((well.depth_m, well.colour), (Some(12.5), Colour::Blue));
        assert!(doubts.is_empty());
    }

    #[test]
    fn a_sentence_is_chinese_in_files_and_both_in_the_interface() {
        let cell = Label::new("两句话。", "Two sentences.").value();
        assert_eq!(cell.to_string(), "两句话。");
        assert_eq!(Label::new("", "").value(), Value::Null);
    }

    #[test]
    fn nothing_to_say_is_told_apart_from_not_known() {
        let [known, any] = [Column::new::<Option<f64>>("a_m", "x"), Column::new::<IfAny<f64>>("a_m", "x")];
        assert_eq!((known.sparse, any.sparse, any.kind), (false, true, ValueKind::Float));
        assert_eq!([IfAny::<f64>(None).value(), IfAny(Some(2.0)).value()], [Value::Null, Value::Float(2.0)]);
    }

    #[test]
    fn a_value_not_understood_is_missing_and_told() {
        let (well, doubts) = read(&[("depth_m", "3万"), ("colour", "green")]);
        assert_eq!((well.depth_m, well.colour), (None, Colour::Red));
        assert_eq!(doubts, ["depth_m=3万", "colour=green"]);
    }
}
