//! Places of which nobody knows whether they lie in a built-up area, because none has been drawn.
//!
//! Subdistricts stand for built-up areas then. What is too late for a built-up area and in time for a village is 待核 there, and a
//! note says which places were held against which time for want of which layer.

use super::attended::{AttendedPlace, PlaceKind};
use crate::response::time_limits::TimeLimits;
use crate::response::times::ResponseTimes;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::rules::Limit;

/// What a place comes to that was held against the time of built-up areas and, in `milder`, against that of villages.
pub(super) fn weigh(limits: [&Limit; 2], name: &str, strict: Check, milder: &Check) -> Check {
    let is_late = matches!(strict.verdict, Verdict::Fail | Verdict::Warn);
    if !is_late || !matches!(milder.verdict, Verdict::Pass | Verdict::Undetermined) {
        return strict;
    }
    let [built_up, village] = limits.map(|limit| limit.value);
    let measured = strict.measured;
    let (zh, en) = measured.map_or_else(
        || ("到达时间待核".to_owned(), "first arrival not known".to_owned()),
        |min| (format!("首到 {min} min"), format!("first at {min} min")),
    );
    let why = Label::new(
        format!("{zh}，没有建成区图层，属建成区({built_up} min)还是村庄({village} min)不能判定"),
        format!(
            "{en}; without the layer built_up nobody knows whether {built_up} min (built-up) or {village} min (village) binds"
        ),
    );
    Check { measured, ..limits[0].check_unmet(name, &why, false) }
}

/// Notes every village for which a subdistrict stood for the built-up area that nobody has drawn.
pub(super) fn note_stand_ins(run: &ResponseTimes, places: &[AttendedPlace], notes: &mut Notes) {
    let limits = TimeLimits::new(run.area, run.rules, &run.towns);
    for AttendedPlace { row, .. } in places.iter().filter(|place| place.row.kind == PlaceKind::Village) {
        if limits.if_village(row.geometry.0).is_some() {
            let text = "没有城镇建成区图层，街道内的村庄、社区按建成区时限核对，超过该时限而未超过村庄时限的列为待核；请补充建成区图层 | \
                        Villages of subdistricts held against the time of built-up areas, because none is drawn: what is in time for a village only is undetermined; add the layer built_up";
            notes.add(Severity::Warning, Some(LayerId::BuiltUp), text, row.name.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::rules::Rules;

    #[test]
    fn only_what_is_too_late_for_a_village_too_is_broken() {
        let rules = Rules::load(None).unwrap();
        let limits = [&rules.response.time_min, &rules.response.village_min];
        let verdict = |min: f64| {
            let [strict, milder] = limits.map(|limit| limit.check("小岭", Some(min)));
            weigh(limits, "小岭", strict, &milder)
        };
        let [soon, between, late] = [limits[0].value - 1.0, limits[0].value + 1.0, limits[1].value + 1.0].map(verdict);
        assert_eq!([soon.verdict, between.verdict], [Verdict::Pass, Verdict::Undetermined]);
        assert_eq!(late.verdict, limits[0].check("小岭", Some(limits[1].value + 1.0)).verdict);
        assert!(between.text.zh.contains("建成区图层") && between.measured.is_some(), "{}", between.text.zh);
    }
}
