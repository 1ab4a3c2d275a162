//! What is said of a share of which the readings lie too far apart to decide anything.

use fireplan_model::findings::Figure;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

/// Says of a share of which the low and the high reading lie too far apart that the data decide nothing.
pub(crate) fn tell_spread(figure: &mut Figure, rules: &Rules) {
    let limit = &rules.headline.spread_percent;
    let Some([low, high]) = figure.range.filter(|_| figure.unit == "%") else { return };
    if !limit.op.holds(high - low, limit.value) {
        append(&mut figure.remark, "数据不足，无法判定", "the data are not enough to decide");
    }
}

/// Adds a sentence to a remark.
pub(crate) fn append(remark: &mut Label, zh: &str, en: &str) {
    let (between_zh, between_en) = if remark.zh.is_empty() { ("", "") } else { ("；", "; ") };
    remark.zh += &format!("{between_zh}{zh}");
    remark.en += &format!("{between_en}{en}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_spread_decides_nothing() {
        let rules = Rules::load(None).unwrap();
        let told = |low: f64, high: f64, unit: &str| {
            let mut figure = Figure::new("x", "甲 | A", Some(low), unit).range(Some([low, high]));
            tell_spread(&mut figure, &rules);
            figure.remark.zh.contains("无法判定")
        };
        assert_eq!([told(0.0, 40.0, "%"), told(0.0, 40.1, "%"), told(0.0, 90.0, "min")], [false, true, false]);
    }
}
