//! Road entries into the forest (进入林区的必经道口).

use geo::Coord;

use super::FirebreakCase;
use super::posts::{SAME_ENTRY_M, apart};
use crate::response::driving;
use fireplan_model::layers::{Access, Road, RoadClass};
use fireplan_model::method_constants;

method_constants! {
    /// 道路在林内长度不足此值不算进林 | A road that is in the forest for less than this does not enter it
    const ENTERS_M: f64 = 50.0,
        because "只是擦过林角；假定值，供审查 | It only cuts a corner; an assumption, for review";
}

/// Whether vehicles can turn from the road into forest or settlement.
pub(super) fn is_driven(road: &Road) -> bool {
    let barred = road.class == RoadClass::Path || road.access == Access::Closed || road.tunnel || road.bridge;
    !barred && driving::serves_places(road)
}

/// Where roads that trucks can use run from open land into the forest.
pub(super) fn entries(case: &FirebreakCase) -> Vec<(Coord, usize)> {
    let mut found: Vec<(Coord, usize)> = Vec::new();
    for (number, road) in case.area.layers.roads.iter().enumerate() {
        if !is_driven(road) {
            continue;
        }
        // Stretches inside the forest along the road, and where they begin and end.
        let (mut inside, mut at_m) = (Vec::<(f64, f64, Coord, Coord)>::new(), 0.0);
        for piece in road.geometry.lines() {
            let length_m = piece.delta().x.hypot(piece.delta().y);
            let mut stops = case.woods.index.crossings(piece);
            stops.insert(0, 0.0);
            stops.push(1.0);
            let at = |share: f64| piece.start + piece.delta() * share;
            for pair in stops.windows(2).filter(|pair| pair[1] > pair[0]) {
                if case.woods.index.contains(at((pair[0] + pair[1]) / 2.0)) {
                    let (from_m, to_m) = (at_m + pair[0] * length_m, at_m + pair[1] * length_m);
                    match inside.last_mut() {
                        Some(last) if from_m - last.1 < 1e-6 => (last.1, last.3) = (to_m, at(pair[1])),
                        _ => inside.push((from_m, to_m, at(pair[0]), at(pair[1]))),
                    }
                }
            }
            at_m += length_m;
        }
        for (from_m, to_m, start, end) in inside.into_iter().filter(|part| part.1 - part.0 >= ENTERS_M) {
            // Where the road itself begins in the forest it does not enter there.
            let ends = [(from_m > 1e-6, start), (to_m < at_m - 1e-6, end)];
            found.extend(ends.into_iter().filter(|(enters, _)| *enters).map(|(_, at)| (at, number)));
        }
    }
    let mut kept: Vec<(Coord, usize)> = Vec::new();
    for (at, road) in found {
        let name = &case.area.layers.roads[road].name;
        let same = |(other, other_road): &(Coord, usize)| {
            let one_road =
                *other_road == road || (!name.is_empty() && case.area.layers.roads[*other_road].name == *name);
            one_road && apart(*other, at) < SAME_ENTRY_M
        };
        if !kept.iter().any(same) {
            kept.push((at, road));
        }
    }
    kept
}
