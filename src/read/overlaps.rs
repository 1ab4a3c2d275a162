//! Built-up areas that overlap, set side by side: what is drawn twice is there once, whoever adds it up. Towns that overlap
//! are told, for their common ground can be counted in one of them only.

use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::dissolve::dissolve;
use geo::{
    Area, BooleanOps, BoundingRect, Coord, CoordsIter, InteriorPoint, Intersects, LinesIter, MultiPolygon, Polygon,
    Rect,
};

use fireplan_model::layers::{BuiltUp, BuiltUpKind, LayerId, Town};
use fireplan_model::method_constants;
use fireplan_model::notes::{NoteCase, NoteKind, Notes};

method_constants! {
    /// 两处建成区重叠超过此面积时，重叠部分只计一次 | Built-up areas that overlap by more than this count their common part once
    const OVERLAP_M2: f64 = 1.0,
        because "更小的重叠来自坐标取整，不改变平方公里的末位 | Smaller overlaps come of rounded coordinates and do not change the last digit of a square kilometre";
    /// 一乡镇的界点深入另一乡镇超过此值，两镇范围重叠 | Towns overlap where a vertex of one lies farther than this inside the other
    const TOWNS_DEEP_M: f64 = 50.0,
        because "共同边界分别矢量化相差不过数十米；更深的是重叠或争议地 | A border digitised twice differs by tens of metres; what is deeper is common ground";
}

/// Which of two overlapping areas keeps the common part: the one whose kind is known, the larger settlement first.
fn rank(kind: BuiltUpKind) -> usize {
    let order = [BuiltUpKind::Urban, BuiltUpKind::Town, BuiltUpKind::Village, BuiltUpKind::Industry];
    order.iter().position(|known| *known == kind).unwrap_or(order.len())
}

/// Takes from every built-up area what another one has already, and notes how much that is.
pub(super) fn separate(built_up: &mut Vec<BuiltUp>, notes: &mut Notes) {
    let mut order: Vec<usize> = (0..built_up.len()).collect();
    order.sort_by_key(|at| (rank(built_up[*at].kind), *at));
    let boxes: Vec<Option<Rect>> = built_up.iter().map(|area| area.geometry.bounding_rect()).collect();
    let mut gone = vec![false; built_up.len()];
    for (turn, &at) in order.iter().enumerate() {
        let Some(rect) = boxes[at] else { continue };
        let near = order[..turn].iter().filter(|other| boxes[**other].is_some_and(|other| other.intersects(&rect)));
        let before: Vec<&Polygon> =
            near.filter(|other| !gone[**other]).flat_map(|other| &built_up[*other].geometry.0).collect();
        let Some((rest, common_m2)) = without(&built_up[at].geometry, &before) else { continue };
        let area = &mut built_up[at];
        let name = if area.name.is_empty() { &area.source_id } else { &area.name };
        let text = "建成区相互重叠(同一范围画了多次)，重叠部分只计一次 | \
                    Built-up areas that overlap: the common part counts once";
        let case = NoteCase::from(format!("{name}：{common_m2:.0} m²")).of(&area.source_id);
        notes.add(NoteKind::Merged, Some(LayerId::BuiltUp), text, case);
        gone[at] = rest.unsigned_area() <= OVERLAP_M2;
        area.geometry = rest;
    }
    let mut gone = gone.into_iter();
    built_up.retain(|_| !gone.next().unwrap_or(false));
}

/// Tells of towns with common ground.
pub(super) fn note_towns(towns: &[Town], notes: &mut Notes) {
    let indexes: Vec<AreaIndex> = towns.iter().map(|town| AreaIndex::new(&town.geometry.0)).collect();
    let boxes: Vec<Option<Rect>> = towns.iter().map(|town| town.geometry.bounding_rect()).collect();
    let is_deep =
        |at: Coord, town: usize| indexes[town].contains(at) && indexes[town].nearest(at, TOWNS_DEEP_M).is_none();
    let is_inside = |one: usize, other: usize| {
        let middles = towns[one].geometry.lines_iter().map(|edge| (edge.start + edge.end) / 2.0);
        // Of a town given twice all vertices lie on the other's border.
        let within = towns[one].geometry.interior_point().map(Coord::from);
        towns[one].geometry.coords_iter().chain(middles).chain(within).any(|at| is_deep(at, other))
    };
    for one in 0..towns.len() {
        for other in one + 1..towns.len() {
            let touch = boxes[one].zip(boxes[other]).is_some_and(|(one, other)| one.intersects(&other));
            if !touch || !(is_inside(one, other) || is_inside(other, one)) {
                continue;
            }
            let common = dissolve(&towns[one].geometry.0).intersection(&dissolve(&towns[other].geometry.0));
            let (km2, names) = (common.unsigned_area() / 1e6, [&towns[one].name, &towns[other].name]);
            let text = "乡镇范围重叠(争议或画错)，重叠处的村庄、人口和道路只计入其中一个乡镇；请核对界线 | \
                        Towns whose grounds overlap: what lies there counts in one of them only; check their borders";
            let case = NoteCase::from(format!("{} / {}：{km2:.2} km²", names[0], names[1])).of(&towns[one].source_id);
            notes.add(NoteKind::Doubted, Some(LayerId::Towns), text, case);
        }
    }
}

/// What is left of the shape beside the others and how much is gone; `None`: nothing worth mentioning.
fn without(shape: &MultiPolygon, others: &[&Polygon]) -> Option<(MultiPolygon, f64)> {
    if others.is_empty() {
        return None;
    }
    let known = dissolve(others.iter().copied());
    let own = dissolve(&shape.0);
    let rest = own.difference(&known);
    let common_m2 = own.unsigned_area() - rest.unsigned_area();
    (common_m2 > OVERLAP_M2).then_some((rest, common_m2))
}

#[cfg(test)]
mod tests {
    use super::*;

    use fireplan_model::rows::Row;
    use fireplan_model::sketch::rectangle;
    use proptest::prelude::*;

    fn built_up(kind: BuiltUpKind, shape: MultiPolygon) -> BuiltUp {
        BuiltUp { kind, ..BuiltUp::blank(shape).unwrap() }
    }

    #[test]
    fn an_area_drawn_twice_is_there_once_and_known_kinds_win() {
        let square = || rectangle((0.0, 0.0), (100.0, 100.0));
        let mut areas = vec![built_up(BuiltUpKind::Unknown, square()), built_up(BuiltUpKind::Town, square())];
        let mut notes = Notes::default();
        separate(&mut areas, &mut notes);
        assert_eq!(areas.iter().map(|area| area.kind).collect::<Vec<_>>(), [BuiltUpKind::Town]);
        assert_eq!(notes.into_vec()[0].count, 1);
    }

    #[test]
    fn neighbours_are_left_as_they_are() {
        let mut areas = vec![
            built_up(BuiltUpKind::Town, rectangle((0.0, 0.0), (100.0, 100.0))),
            built_up(BuiltUpKind::Unknown, rectangle((100.0, 0.0), (200.0, 100.0))),
        ];
        let before: Vec<MultiPolygon> = areas.iter().map(|area| area.geometry.clone()).collect();
        let mut notes = Notes::default();
        separate(&mut areas, &mut notes);
        assert_eq!(areas.into_iter().map(|area| area.geometry).collect::<Vec<_>>(), before);
        assert!(notes.into_vec().is_empty());
    }

    proptest! {
        /// The sum of the parts is the area of the union, whichever way the outlines turn.
        #[test]
        fn sums_are_those_of_the_union(boxes in prop::collection::vec(
            (0_u32..200, 0_u32..200, 1_u32..120, 1_u32..120, any::<bool>(), 0_usize..3), 1..8)) {
            let mut areas = Vec::new();
            for (x, y, width, height, turned, kind) in boxes {
                let [x, y, width, height] = [x, y, width, height].map(f64::from);
                let mut shape = rectangle((x, y), (x + width, y + height));
                if turned {
                    shape.0[0].exterior_mut(|ring| ring.0.reverse());
                }
                areas.push(built_up([BuiltUpKind::Town, BuiltUpKind::Unknown, BuiltUpKind::Village][kind], shape));
            }
            let union = dissolve(areas.iter().flat_map(|area| &area.geometry.0)).unsigned_area();
            separate(&mut areas, &mut Notes::default());
            let sum: f64 = areas.iter().map(|area| area.geometry.unsigned_area()).sum();
            prop_assert!((sum - union).abs() <= 8.0 * OVERLAP_M2, "{sum} {union}");
        }
    }
}
