//! Time bands held against the roads: no reached road outside its band, no other road inside it.
//!
//! What contradicts is counted over all road that serves places. Over the unreached road alone, the same metre would weigh
//! more the better a town is covered. Where reached and unreached road lie within a corridor of one another, as on both
//! sides of the metre where the time runs out, the band is the reached road's: that is how bands are drawn, no contradiction.

use anyhow::{Result, bail};
use geo::{BooleanOps, Coord, Euclidean, InterpolateLine, Length, LineString, MultiLineString, MultiPolygon};

use super::ResponseTimes;
use super::bands::{corridor, split_roads, touching};

/// How many places a refusal names.
pub(super) const NAMED: usize = 5;

/// Percent of all road that serves places and contradicts the band of the budget.
///
/// # Errors
/// If it is more than `response.audit_band_percent` allows; the error names where the longest stretches lie.
pub(super) fn check_band(run: &ResponseTimes, band: &MultiPolygon) -> Result<f64> {
    let (reached, beyond) = split_roads(run, run.budget_ms);
    let all_m = Euclidean.length(&reached) + Euclidean.length(&beyond);
    let wrong = contradictions(band, &reached, &beyond);
    // The sum of nothing is a negative nought.
    let wrong_m = wrong.iter().map(|line| Euclidean.length(line)).sum::<f64>() + 0.0;
    let percent = if all_m > 0.0 { wrong_m / all_m * 100.0 } else { 0.0 };
    let limit = &run.rules.response.audit_band_percent;
    if !limit.op.holds(percent, limit.value) {
        let (bound, named) = (limit.bound(), named(run, wrong));
        bail!(
            "自检未通过：等时面与道路矛盾 {wrong_m:.0} m，占全部道路 {all_m:.0} m 的 {percent:.2} %（允许 {bound}）：{named} | \
             self-audit: the time band contradicts {wrong_m:.0} m of {all_m:.0} m of road, {percent:.2} % (allowed: {bound}): {named}"
        );
    }
    Ok(percent)
}

/// Reached road outside the band, and other road inside it farther than a corridor from reached road.
fn contradictions(band: &MultiPolygon, reached: &MultiLineString, beyond: &MultiLineString) -> Vec<LineString> {
    let outside = band.clip(reached, true);
    let inside = band.clip(beyond, false);
    let apart = corridor(&touching(reached, &inside)).clip(&inside, true);
    outside.0.into_iter().chain(apart.0).filter(|line| Euclidean.length(line) > 0.0).collect()
}

/// The longest stretches by place and length.
fn named(run: &ResponseTimes, mut lines: Vec<LineString>) -> String {
    lines.sort_by(|a, b| Euclidean.length(b).total_cmp(&Euclidean.length(a)));
    let middle = |line: &LineString| Euclidean.point_at_ratio_from_start(line, 0.5).map(|at| at.0);
    let name = |line: &LineString| Some(format!("{} {:.0} m", where_is(run, middle(line)?), Euclidean.length(line)));
    lines.iter().take(NAMED).filter_map(name).collect::<Vec<_>>().join("; ")
}

/// A place as a person finds it again: degrees, and the road beside it.
pub(super) fn where_is(run: &ResponseTimes, place: Coord) -> String {
    let mut at = [place];
    let degrees = match run.area.plane.to_lonlat(&mut at) {
        Ok(()) => format!("{:.5} {:.5}", at[0].x, at[0].y),
        Err(_) => format!("x {:.1} y {:.1}", place.x, place.y),
    };
    let network = &run.area.network;
    let beside = network.nearest(place, run.access.limit_m, |_| true, |_| true);
    let road = beside.map(|position| &run.area.layers.roads[network[position.segment].road.index()]);
    let name = road.map_or("", |road| if road.name.is_empty() { &road.source_id } else { &road.name });
    format!("{degrees} {name}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Context;
    use crate::response::dispatch::Dispatch;
    use fireplan_model::layers::{Layers, Road};
    use fireplan_model::notes::Notes;
    use fireplan_model::progress::Silent;
    use fireplan_model::rules::Rules;
    use fireplan_model::sketch::{area, rectangle, road, station};

    /// A street of 10 km with the station at its west end.
    fn with_street(check: impl Fn(&ResponseTimes, f64)) {
        let street = Road { name: "长街".to_owned(), ..road(&[(0.0, 0.0), (10_000.0, 0.0)]) };
        let layers =
            Layers { roads: vec![street], stations: vec![station("甲站", (0.0, 0.0), 1.0)], ..Layers::default() };
        let (area, rules) = (area(layers), Rules::load(None).unwrap());
        let context = Context { area: &area, rules: &rules, progress: &Silent };
        let run = ResponseTimes::from_dispatch(Dispatch::default(), &context, &mut Notes::default()).unwrap();
        let reached_m = Euclidean.length(&split_roads(&run, run.budget_ms).0);
        check(&run, reached_m);
    }

    #[test]
    fn a_band_that_ends_where_the_time_runs_out_agrees() {
        with_street(|run, reached_m| {
            assert!(check_band(run, &rectangle((-1.0, -50.0), (reached_m, 50.0))).unwrap() < 1e-9);
            // Less than a corridor beyond that metre is none either.
            assert!(check_band(run, &rectangle((-1.0, -50.0), (reached_m + 0.9, 50.0))).unwrap() < 1e-9);
        });
    }

    #[test]
    fn what_contradicts_counts_over_all_road_on_either_side() {
        with_street(|run, reached_m| {
            // 51 m too far, of which the first metre lies in the corridor: 50 of 10,000 m.
            let far = check_band(run, &rectangle((-1.0, -50.0), (reached_m + 51.0, 50.0))).unwrap();
            assert!((far - 0.5).abs() < 1e-3, "{far}");
            let short = check_band(run, &rectangle((-1.0, -50.0), (reached_m - 50.0, 50.0))).unwrap();
            assert!((short - 0.5).abs() < 1e-3, "{short}");
        });
    }

    #[test]
    fn a_refusal_names_the_place() {
        with_street(|run, reached_m| {
            let refused =
                check_band(run, &rectangle((-1.0, -50.0), (reached_m + 500.0, 50.0))).unwrap_err().to_string();
            assert!(refused.contains("长街 499 m") && refused.contains("≤ 1 %"), "{refused}");
        });
    }
}
