//! Planned roads in the share of road that is reached. They are no road that is there: the headline is of those, so that a new road
//! makes it no worse, and tells the other share where planned roads are counted as well.

use super::roads::stretches;
use super::{Reached, ResponseTimes};
use fireplan_model::ids::{SegmentId, TownId};

/// Town, counted length in metres and when it is reached of every stretch of a planned road.
pub(super) fn planned_stretches(run: &ResponseTimes) -> Vec<(Option<TownId>, f64, Reached)> {
    let area = run.area;
    let of_plan = |segment: &SegmentId| area.is_new_road(*segment);
    let planned = SegmentId::first(area.network.segments.len()).filter(of_plan);
    let all = planned.flat_map(|segment| stretches(run, segment));
    all.map(|stretch| (stretch.town(run), stretch.counted_m(run), stretch.reached)).collect()
}
