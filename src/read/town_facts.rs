//! Facts of a town held against each other: a built-up area in the wrong unit decides a brigade by itself.

use geo::Area;

use fireplan_model::layers::{LayerId, Town};
use fireplan_model::method_constants;
use fireplan_model::notes::{NoteCase, NoteKind, Notes};

method_constants! {
    /// 建成区每平方公里少于此人数，视为面积单位有误 | Built-up areas with fewer people per km² are in another unit
    const LEAST_PEOPLE_PER_KM2: f64 = 300.0,
        because "镇建成区每平方公里多在 3000 人以上，公顷误作平方公里使其成为百分之一；假定值，供审查 | Built-up areas of towns mostly have over 3,000 per km²; hectares taken for km² make that a hundredth; an assumption, for review";
    /// 建成区可大于乡镇界线内面积的倍数 | How many times the town's own area its built-up area may be
    const MOST_OF_TOWN: f64 = 1.05,
        because "界线概化可差百分之几；更大的不可能是本镇的建成区 | Borders are generalised by a few percent; what is larger cannot be this town's";
}

/// Takes the built-up areas that contradict the town's own area or its people: unknown is better than a wrong grade.
pub(super) fn take_contradictions(towns: &mut [Town], notes: &mut Notes) {
    for town in towns {
        if let Some((part, all)) = town.built_up_people.zip(town.total_people).filter(|(part, all)| part > all) {
            let text = "建成区人口多于总人口，未采用，待核；请核对两栏是否填反、口径是否一致 | \
                        More people in the built-up area than in the whole town, not used: check whether the two are swapped";
            let case = NoteCase::from(format!("{}：{part} > {all} 人", town.name)).of(&town.source_id);
            let case = case.doubting("built_up_people", part.to_string(), Some(f64::from(part)));
            notes.add(NoteKind::Doubted, Some(LayerId::Towns), text, case);
            town.built_up_people = None;
        }
        let Some(built_up_km2) = town.built_up_km2 else { continue };
        let town_km2 = town.geometry.unsigned_area() / 1e6;
        let text = if built_up_km2 > MOST_OF_TOWN * town_km2 {
            "建成区面积大于乡镇界线内面积，未采用，待核；请核对单位（公顷、亩？） | \
             Built-up area larger than the town itself, not used: check the unit (hectares, mu?)"
        } else if town.built_up_people.is_some_and(|people| f64::from(people) < LEAST_PEOPLE_PER_KM2 * built_up_km2) {
            "建成区面积与建成区人口不符，未采用，待核；请核对单位（公顷、亩？） | \
             Built-up area does not go with its people, not used: check the unit (hectares, mu?)"
        } else {
            continue;
        };
        let people = town.built_up_people.map_or_else(String::new, |people| format!("，{people} 人"));
        let example = format!("{}：{built_up_km2} km²（界线内 {town_km2:.1} km²{people}）", town.name);
        let case = NoteCase::from(example).of(&town.source_id);
        let case = case.doubting("built_up_km2", built_up_km2.to_string(), Some(built_up_km2));
        notes.add(NoteKind::Doubted, Some(LayerId::Towns), text, case);
        town.built_up_km2 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use fireplan_model::rows::Row;
    use fireplan_model::sketch::rectangle;

    #[test]
    fn a_part_is_no_more_than_the_whole() {
        let town = |total_people| Town {
            built_up_people: Some(12_000),
            total_people,
            ..Town::blank(rectangle((0.0, 0.0), (10_000.0, 5_000.0))).unwrap()
        };
        let mut towns = [town(Some(9_000)), town(Some(12_000)), town(None)];
        let mut notes = Notes::default();
        take_contradictions(&mut towns, &mut notes);
        assert_eq!(towns.map(|town| town.built_up_people), [None, Some(12_000), Some(12_000)]);
        assert_eq!(notes.into_vec().iter().map(|note| note.count).sum::<usize>(), 1);
    }

    #[test]
    fn hectares_are_not_taken_for_square_kilometres() {
        let town = |built_up_km2: f64, built_up_people: Option<u32>| Town {
            built_up_km2: Some(built_up_km2),
            built_up_people,
            ..Town::blank(rectangle((0.0, 0.0), (10_000.0, 5_000.0))).unwrap()
        };
        let mut towns = [town(1.2, Some(9_000)), town(40.0, Some(5_000)), town(120.0, None), town(51.0, None)];
        let mut notes = Notes::default();
        take_contradictions(&mut towns, &mut notes);
        assert_eq!(towns.map(|town| town.built_up_km2), [Some(1.2), None, None, Some(51.0)]);
        assert_eq!(notes.into_vec().iter().map(|note| note.count).sum::<usize>(), 2);
    }
}
