//! Values of the findings as they stand in a Chinese plan: codes in words, 「待核」 for what nobody knows, 「—」 for what is not
//! there, thousands parted, at most two decimals everywhere.

use fireplan_model::rows::{Column, Value};

/// What stands where there is nothing of the kind.
pub const NONE: &str = "—";
/// What stands where a fact is not known.
pub const UNKNOWN: &str = "待核";
/// What follows a figure that rests on something unverified.
pub const UNVERIFIED_MARK: &str = "【待核】";

/// One cell of a table that is handed in.
#[derive(Debug, Clone, PartialEq)]
pub enum SheetCell {
    /// There is nothing of the kind: 「—」.
    Nothing,
    /// Nobody knows: 「待核」.
    Unknown,
    /// Words, names, codes.
    Text(String),
    /// A number, already rounded to these decimals.
    Number(f64, u8),
    /// The same, resting on something that nobody looked up: printed with 【待核】.
    Unverified(f64, u8),
}

impl SheetCell {
    /// A text; nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        match text.as_str() {
            "" | NONE => Self::Nothing,
            UNKNOWN => Self::Unknown,
            _ => Self::Text(text),
        }
    }

    /// A number, rounded to at most so many decimals.
    pub fn number(value: f64, most_decimals: u8) -> Self {
        if !value.is_finite() {
            return Self::Unknown;
        }
        let (rounded, decimals) = round(value, most_decimals);
        Self::Number(rounded, decimals)
    }

    /// As it is read: `1,234.5`, `待核`.
    pub fn shown(&self) -> String {
        match self {
            Self::Nothing => NONE.to_owned(),
            Self::Unknown => UNKNOWN.to_owned(),
            Self::Text(text) => text.clone(),
            Self::Number(value, decimals) => format_number(*value, *decimals),
            Self::Unverified(value, decimals) => format!("{}{UNVERIFIED_MARK}", format_number(*value, *decimals)),
        }
    }
}

/// The value with as many decimals as it has, at most `most`.
fn round(value: f64, most: u8) -> (f64, u8) {
    for decimals in 0..=most {
        let scale = 10_f64.powi(i32::from(decimals));
        let rounded = (value * scale).round() / scale;
        let finest = 10_f64.powi(i32::from(most));
        if decimals == most || ((value * finest).round() / finest - rounded).abs() < 1.0 / finest / 2.0 {
            // Adding 0.0 takes the sign from a zero.
            return (rounded + 0.0, decimals);
        }
    }
    (value, most)
}

/// `1,234.5`: thousands parted, with these decimals.
pub fn format_number(value: f64, decimals: u8) -> String {
    let text = format!("{value:.*}", usize::from(decimals));
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut parted = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{parted}{point}{fraction}")
}

/// A number with at most two decimals as it is read: `42`, `61.91`.
pub fn show_number(value: f64) -> String {
    SheetCell::number(value, 2).shown()
}

/// A number with its unit: `42.5%`, `3 km²`.
pub fn show_quantity(value: f64, unit: &str) -> String {
    let number = show_number(value);
    match unit {
        "" => number,
        "%" | "处" | "个" | "具" | "栋" | "人" | "座" => format!("{number}{unit}"),
        "min" => format!("{number} 分钟"),
        unit => format!("{number} {unit}"),
    }
}

/// What a value of the findings says, in words. An empty cell of a sparse column has nothing to say; any other is not known.
pub fn cell_of(column: &Column, value: &Value) -> SheetCell {
    match value {
        Value::Null if column.sparse => SheetCell::Nothing,
        Value::Null => SheetCell::Unknown,
        Value::Bool(yes) => SheetCell::text(if *yes { "是" } else { "否" }),
        // A year is no quantity: its thousands are not parted.
        Value::Int(year) if column.name == "year" || column.name.ends_with("_year") => {
            SheetCell::text(year.to_string())
        }
        Value::Int(number) => SheetCell::Number(*number as f64, 0),
        Value::Float(number) => SheetCell::number(*number, 2),
        Value::Text(text) => match column.codes.iter().find(|code| code.code == &**text) {
            Some(code) => SheetCell::text(code.label.zh.clone()),
            None => SheetCell::text(text.to_string()),
        },
        Value::Label(label) => SheetCell::text(label.zh.clone()),
        Value::Edits(_) => SheetCell::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_in_a_chinese_plan() {
        assert_eq!(show_number(134_825.0), "134,825");
        assert_eq!(show_number(61.914), "61.91");
        assert_eq!(show_number(-1_234.5), "-1,234.5");
        assert_eq!(show_number(-0.001), "0");
        assert_eq!([show_quantity(42.0, "%"), show_quantity(7.0, "min")], ["42%", "7 分钟"]);
        assert_eq!(SheetCell::number(f64::NAN, 2), SheetCell::Unknown);
    }

    #[test]
    fn what_nobody_knows_differs_from_what_is_not_there() {
        use fireplan_model::rows::IfAny;
        let known = Column::new::<Option<f64>>("width_m", "宽度 | Width");
        let any = Column::new::<IfAny<f64>>("width_m", "宽度 | Width");
        assert_eq!(cell_of(&known, &Value::Null), SheetCell::Unknown);
        assert_eq!(cell_of(&any, &Value::Null), SheetCell::Nothing);
        assert_eq!(cell_of(&known, &Value::Float(3.456)), SheetCell::Number(3.46, 2));
    }
}
