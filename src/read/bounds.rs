//! The boundary bounds: what lies outside is neither counted nor served, and told; roads, stations and water outside still
//! help.

use fireplan_model::bounds::Bounds;
use geo::{Area, BooleanOps, Centroid, Euclidean, InteriorPoint, Length, MultiPolygon};

use fireplan_model::layers::{BuiltUp, LayerId, Layers, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::notes::{NoteCase, NoteKind, Notes, Severity};

method_constants! {
    /// 乡镇在界线内的面积占比低于此值，视为邻县乡镇 | A town of which less than this lies within the boundary is a neighbour
    const TOWN_INSIDE_SHARE: f64 = 0.5,
        because "界线精度不同会使边缘出入，过半在外的是邻县 | Borders of different precision differ along their edges; what lies mostly outside is the neighbour's";
}

/// The bounds of the area: the boundary that was given, else the towns together, unless some unit is cut by the edge of an
/// extract: the towns that are left are then no whole county.
pub(super) fn bounds(
    boundary: Option<&MultiPolygon>,
    layers: &Layers,
    has_cut_units: bool,
    notes: &mut Notes,
) -> Option<Bounds> {
    if let Some(boundary) = boundary.filter(|boundary| !boundary.0.is_empty()) {
        return Some(Bounds::new(&boundary.0));
    }
    if layers.towns.is_empty() {
        return None;
    }
    if has_cut_units {
        let text = "没有行政界线，且有行政区在数据边缘被截断，统计范围不限；请在 [boundary] 给出本区界线 | \
                    No boundary, and some units are cut by the edge of the extract: nothing bounds the figures; name the outline under [boundary]";
        notes.add(NoteKind::Missing, Some(LayerId::Boundary), text, "");
        return None;
    }
    let text =
        "没有行政界线，统计范围以各乡镇合并范围为准 | No boundary: figures count what lies within the towns together";
    notes.add(Severity::Info, Some(LayerId::Boundary), text, "");
    Some(Bounds::new(layers.towns.iter().flat_map(|town| &town.geometry.0)))
}

/// Leaves out of the layers what lies outside and would otherwise be counted, and tells how much that is.
pub(super) fn keep_inside(layers: &mut Layers, bounds: &Bounds, notes: &mut Notes) {
    layers.towns.retain(|town| {
        let size = town.geometry.unsigned_area();
        let inside = town.geometry.intersection(bounds.shape()).unsigned_area() >= TOWN_INSIDE_SHARE * size;
        if !inside {
            let text = "大部分在界线外的乡镇，不计入 | Towns that lie mostly outside the boundary, not counted";
            let place = town.geometry.centroid().map(|at| at.0);
            notes.add(NoteKind::Outside, Some(LayerId::Towns), text, NoteCase { place, ..(&town.name).into() });
        }
        inside
    });
    layers.villages.retain(|village| {
        let inside = bounds.contains(village.geometry.0);
        if !inside {
            let people = village.population_people.map_or_else(String::new, |people| format!("（{people} 人）"));
            let name = if village.name.is_empty() { &village.source_id } else { &village.name };
            let text = "界线外的村庄，不计入统计，也不作为保护对象 | Villages outside the boundary: neither counted nor served";
            let case = NoteCase::from(format!("{name}{people}")).at(village.geometry.0);
            notes.add(NoteKind::Outside, Some(LayerId::Villages), text, case);
        }
        inside
    });
    layers.buildings.retain(|building| {
        let place = building.geometry.centroid().map(|at| at.0);
        let inside = place.is_none_or(|at| bounds.contains(at));
        if !inside {
            let text = "界线外的建筑，不计入统计，也不作为保护对象 | Buildings outside the boundary: neither counted nor served";
            notes.add(
                NoteKind::Outside,
                Some(LayerId::Buildings),
                text,
                NoteCase { place, ..(&building.source_id).into() },
            );
        }
        inside
    });
    layers.incidents.retain(|incident| {
        let inside = bounds.contains(incident.geometry.0);
        if !inside {
            let text = "界线外的火警与风险点，不计入 | Incidents outside the boundary, not counted";
            let case = NoteCase::from(&incident.source_id).at(incident.geometry.0);
            notes.add(NoteKind::Outside, Some(LayerId::Incidents), text, case);
        }
        inside
    });
    layers.built_up = clip(std::mem::take(&mut layers.built_up), bounds, notes);
    note_what_helps(layers, bounds, notes);
}

/// Built-up areas as far as they lie within.
fn clip(built_up: Vec<BuiltUp>, bounds: &Bounds, notes: &mut Notes) -> Vec<BuiltUp> {
    let mut outside_m2 = 0.0;
    let mut kept = Vec::with_capacity(built_up.len());
    for mut area in built_up {
        if !area.geometry.0.iter().all(|polygon| bounds.holds(polygon)) {
            let inside = area.geometry.intersection(bounds.shape());
            outside_m2 += (area.geometry.unsigned_area() - inside.unsigned_area()).max(0.0);
            area.geometry = inside;
        }
        if area.geometry.interior_point().is_some() {
            kept.push(area);
        }
    }
    if outside_m2 >= 1.0 {
        let text = "界线外的建成区，不计入 | Built-up area outside the boundary, not counted";
        notes.add(NoteKind::Outside, Some(LayerId::BuiltUp), text, format!("{:.4} km²", outside_m2 / 1e6));
    }
    kept
}

/// Roads and stations outside act, and are not counted.
fn note_what_helps(layers: &Layers, bounds: &Bounds, notes: &mut Notes) {
    let driven = layers.roads.iter().filter(|road| road.class != RoadClass::Path);
    let outside_m: f64 =
        driven.map(|road| (Euclidean.length(&road.geometry) - bounds.inside_m(&road.geometry)).max(0.0)).sum();
    if outside_m >= 1.0 {
        let text =
            "界线外的道路：行车可用，不计入道路长度和覆盖率 | Roads outside the boundary: driven on, not counted";
        let length =
            if outside_m < 1000.0 { format!("{outside_m:.0} m") } else { format!("{:.1} km", outside_m / 1000.0) };
        notes.add((Severity::Info, NoteKind::Outside), Some(LayerId::Roads), text, length);
    }
    for station in layers.stations.iter().filter(|station| !bounds.contains(station.geometry.0)) {
        let text =
            "界线外的消防站：照常出动，不计入本区站数 | Stations outside the boundary: they come, but are not counted";
        let case = NoteCase::from(&station.name).of(&station.source_id);
        notes.add((Severity::Info, NoteKind::Outside), Some(LayerId::Stations), text, case);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use fireplan_model::layers::{Building, Town};
    use fireplan_model::rows::Row;
    use fireplan_model::sketch::{rectangle, road, station, village};

    #[test]
    fn what_lies_outside_is_neither_counted_nor_lost_silently() {
        let built = |west: f64, east: f64| BuiltUp::blank(rectangle((west, 0.0), (east, 100.0))).unwrap();
        let town = |name: &str, west: f64| Town {
            name: name.to_owned(),
            ..Town::blank(rectangle((west, 0.0), (west + 500.0, 900.0))).unwrap()
        };
        let house = |west: f64| Building::blank(rectangle((west, 0.0), (west + 10.0, 10.0))).unwrap();
        let mut layers = Layers {
            towns: vec![town("本县", 0.0), town("交界", 300.0), town("邻县", 900.0)],
            villages: vec![village("内", (10.0, 10.0)), village("外", (2_000.0, 10.0))],
            buildings: vec![house(20.0), house(1_500.0)],
            built_up: vec![built(0.0, 100.0), built(500.0, 1_500.0), built(1_600.0, 1_700.0)],
            roads: vec![road(&[(500.0, 50.0), (2_500.0, 50.0)])],
            stations: vec![station("外站", (2_000.0, 50.0), 1.0)],
            ..Layers::default()
        };
        let boundary = rectangle((0.0, 0.0), (1_000.0, 1_000.0));
        let mut notes = Notes::default();
        let bounds = bounds(Some(&boundary), &layers, false, &mut notes).unwrap();
        keep_inside(&mut layers, &bounds, &mut notes);
        assert_eq!(layers.towns.iter().map(|town| &*town.name).collect::<Vec<_>>(), ["本县", "交界"]);
        assert_eq!(layers.villages.iter().map(|village| &*village.name).collect::<Vec<_>>(), ["内"]);
        assert_eq!((layers.buildings.len(), layers.roads.len(), layers.stations.len()), (1, 1, 1));
        let built_m2: f64 = layers.built_up.iter().map(|area| area.geometry.unsigned_area()).sum();
        assert!((built_m2 - 60_000.0).abs() < 1.0, "{built_m2}");
        let told: Vec<String> = notes.into_vec().into_iter().flat_map(|note| note.examples).collect();
        for words in ["邻县", "外（100 人）", "0.0600 km²", "1.5 km", "外站"] {
            assert!(told.iter().any(|example| example.contains(words)), "{words} is not in {told:?}");
        }
    }

    #[test]
    fn without_a_boundary_the_towns_bound_and_without_towns_nothing_does() {
        let mut notes = Notes::default();
        assert!(bounds(None, &Layers::default(), false, &mut notes).is_none());
        let towns = vec![Town::blank(rectangle((0.0, 0.0), (10.0, 10.0))).unwrap()];
        let layers = Layers { towns, ..Layers::default() };
        assert!(bounds(None, &layers, true, &mut notes).is_none());
        let bounds = bounds(None, &layers, false, &mut notes).unwrap();
        assert!(bounds.contains(geo::Coord { x: 5.0, y: 5.0 }) && !bounds.contains(geo::Coord { x: 15.0, y: 5.0 }));
    }
}
