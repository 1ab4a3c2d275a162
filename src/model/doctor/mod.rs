//! What is wrong or remarkable with the data. It is noted, never silently corrected. It follows from the area alone, so that it is
//! found anew where a scenario changes the area.
//!
//! Numbers here decide when something is worth a remark, and change no result.

pub mod built_projects;
mod parallels;
mod shift;

use geo::{BoundingRect, Contains, Coord, Distance, Euclidean, InteriorPoint, Intersects, Point, Rect};

use crate::area::StudyArea;
use crate::layers::{BuiltUpKind, LayerId, Layers, Road, StationKind, Town, TownKind, Village};
use crate::loose_ends::find_loose_ends;
use crate::notes::{NoteCase, NoteKind, Notes, Severity};

/// Points farther outside the boundary than this are remarked: a coordinate mistake, or a neighbour's.
const OUTSIDE_M: f64 = 3_000.0;
/// Two points of a layer so near each other are taken for one thing entered twice.
const SAME_PLACE_M: f64 = 0.5;
/// A road that runs through a road area lies within this of its middle.
const ROAD_AREA_M: f64 = 15.0;
/// Built-up areas of table and map that differ by more than this are two different areas.
const SAME_TIMES: f64 = 2.0;

/// Fills in what follows from what is there: the kind of a town from its name, or else from its code.
pub fn complete(layers: &mut Layers) {
    for town in layers.towns.iter_mut().filter(|town| town.kind == TownKind::Unknown) {
        town.kind = town_kind(town);
    }
}

fn town_kind(town: &Town) -> TownKind {
    if TownKind::is_farm_name(&town.name) {
        return TownKind::Unknown;
    }
    if let Some(kind) = TownKind::of_name(&town.name) {
        return kind;
    }
    let is_of_division = matches!(town.code.len(), 9 | 12) && town.code.bytes().all(|byte| byte.is_ascii_digit());
    // The seventh digit: 0 street office, 1 town, 2 and 3 township.
    match town.code.as_bytes().get(6).filter(|_| is_of_division) {
        Some(b'0') => TownKind::Subdistrict,
        Some(b'1') => TownKind::Town,
        Some(b'2' | b'3') => TownKind::Township,
        _ => TownKind::Unknown,
    }
}

/// Notes what an analysis must not hide.
pub fn examine(area: &StudyArea, notes: &mut Notes) {
    note_missing_layers(area, notes);
    let points = point_layers(area);
    for (layer, places) in &points {
        note_duplicates(*layer, places, notes);
        note_outside(area, *layer, places, notes);
        shift::note_suspicion(area, *layer, places, notes);
    }
    note_missing_facts(area, notes);
    note_road_areas(area, notes);
    note_loose_ends(area, notes);
    parallels::note_parallels(area, notes);
    note_towns(area, notes);
    note_people(area, notes);
    built_projects::note_built(area, notes);
}

/// Roads that end just before another.
fn note_loose_ends(area: &StudyArea, notes: &mut Notes) {
    for end in find_loose_ends(area) {
        let [own, other] = end.roads(area);
        let name = |road: &Road| if road.name.is_empty() { road.source_id.clone() } else { road.name.clone() };
        let gap_m = (end.meets.distance_m * 10.0).round() / 10.0;
        let case = NoteCase::from(format!("{} → {} {gap_m} m", name(own), name(other))).of(&own.source_id).at(end.at);
        let (class, text) = if end.apart {
            let text = "疑似断头：路端距另一道路很近而不相接，两侧不通；如实际相接，请改图或在 area.toml 的 [roads] 写 join_ends_m | \
                        A suspected loose end: a road ends just before another and nothing leads from one to the other; if they meet, correct the drawing or set `join_ends_m` of [roads] in area.toml";
            (Severity::Warning, text)
        } else {
            let text = "疑似断头：路端距另一道路很近而不相接，须远绕；如实际相接，请改图或在 area.toml 的 [roads] 写 join_ends_m | \
                        A suspected loose end: a road ends just before another and it is far around; if they meet, correct the drawing or set `join_ends_m` of [roads] in area.toml";
            (Severity::Info, text)
        };
        notes.add((class, NoteKind::Doubted), Some(LayerId::Roads), text, case);
    }
}

/// A point of a layer, with what to call it.
pub struct NamedPlace {
    /// Where it is, in metres of the plane.
    pub at: Coord,
    /// Its name, or else its source id.
    pub name: String,
    /// Its source id.
    pub source_id: String,
}

impl NamedPlace {
    fn case(&self) -> NoteCase {
        NoteCase::from(&self.name).of(&self.source_id).at(self.at)
    }
}

/// What has a name, or else only its source id, as a case of a note.
fn case_of(name: &str, source_id: &str) -> NoteCase {
    NoteCase::from(if name.is_empty() { source_id } else { name }).of(source_id)
}

/// The layers whose features stand at a point, those that have any.
pub fn point_layers(area: &StudyArea) -> Vec<(LayerId, Vec<NamedPlace>)> {
    fn places<'a>(rows: impl Iterator<Item = (&'a Point, &'a str, &'a str)>) -> Vec<NamedPlace> {
        let name = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
        rows.map(|(at, own, id)| NamedPlace { at: at.0, name: name(own, id), source_id: id.to_owned() }).collect()
    }
    let Layers { stations, hydrants, villages, candidates, .. } = &area.layers;
    let layers = [
        (LayerId::Villages, places(villages.iter().map(|row| (&row.geometry, &*row.name, &*row.source_id)))),
        (LayerId::Stations, places(stations.iter().map(|row| (&row.geometry, &*row.name, &*row.source_id)))),
        (LayerId::Candidates, places(candidates.iter().map(|row| (&row.geometry, &*row.name, &*row.source_id)))),
        (LayerId::Hydrants, places(hydrants.iter().map(|row| (&row.geometry, &*row.name, &*row.source_id)))),
    ];
    layers.into_iter().filter(|(_, places)| !places.is_empty()).collect()
}

fn note_missing_layers(area: &StudyArea, notes: &mut Notes) {
    for &layer in LayerId::ALL {
        // Candidate sites are the planner's own idea, the boundary has its own note, few have their road areas surveyed or
        // a map of risk. What only some notices ask for is told by the verdicts that lack it.
        let is_optional = matches!(
            layer,
            LayerId::Candidates
                | LayerId::Boundary
                | LayerId::RoadAreas
                | LayerId::Risk
                | LayerId::KeyUnits
                | LayerId::EquipmentPoints
                | LayerId::Projects
                | LayerId::FirePipes
                | LayerId::Helipads
                | LayerId::Lookouts
                | LayerId::WorkSites
        );
        if !area.has(layer) && !is_optional {
            notes.add(NoteKind::Missing, Some(layer), "没有数据 | No data", "");
        }
    }
}

fn note_duplicates(layer: LayerId, places: &[NamedPlace], notes: &mut Notes) {
    let mut sorted: Vec<&NamedPlace> = places.iter().collect();
    sorted.sort_by(|a, b| a.at.x.total_cmp(&b.at.x).then(a.at.y.total_cmp(&b.at.y)));
    for (index, place) in sorted.iter().enumerate() {
        let near = sorted[..index].iter().rev().take_while(|other| place.at.x - other.at.x <= SAME_PLACE_M);
        if near.into_iter().any(|other| (place.at.y - other.at.y).abs() <= SAME_PLACE_M) {
            let text = "位置重复(0.5 m 内另有同类要素) | Entered twice: another one stands within 0.5 m";
            notes.add(NoteKind::Doubted, Some(layer), text, place.case());
        }
    }
}

fn note_outside(area: &StudyArea, layer: LayerId, places: &[NamedPlace], notes: &mut Notes) {
    let Some(bounds) = area.boundary.bounding_rect() else { return };
    let reach = Coord { x: OUTSIDE_M, y: OUTSIDE_M };
    let bounds = Rect::new(bounds.min() - reach, bounds.max() + reach);
    for place in places {
        let far = !bounds.intersects(&place.at) || Euclidean.distance(&area.boundary, &Point(place.at)) > OUTSIDE_M;
        if far {
            let text = "位于界线外 3 km 以上 | More than 3 km outside the boundary";
            notes.add(NoteKind::Doubted, Some(layer), text, place.case());
        }
    }
}

/// Facts that analyses will have to do without.
fn note_missing_facts(area: &StudyArea, notes: &mut Notes) {
    let Layers { roads, stations, hydrants, .. } = &area.layers;
    let share = |count: usize, all: usize| format!("{count} / {all} ({:.0} %)", 100.0 * count as f64 / all as f64);
    let without_width = roads.iter().filter(|road| road.width_m.is_none()).count();
    if without_width > 0 {
        let text = "没有路面宽度的道路 | Roads without a width";
        notes.add_counted(NoteKind::Missing, LayerId::Roads, text, without_width, share(without_width, roads.len()));
    }
    for station in stations {
        let case = || case_of(&station.name, &station.source_id);
        if station.vehicles == Some(0) {
            let text = "车辆数为 0 的消防站，按无车可派计算；如只是没有填写，请改为空白 | \
                        Stations with 0 vehicles, from which nothing is sent; leave the cell empty if the number is not known";
            notes.add(NoteKind::Doubted, Some(LayerId::Stations), text, case());
        }
        match station.kind {
            StationKind::Unknown => {
                let text = "类别待核的消防站 | Stations of undetermined kind";
                notes.add(NoteKind::Missing, Some(LayerId::Stations), text, case());
            }
            StationKind::Works => {
                let text = "企业专职队，不是公共消防站 | Works brigades: not public stations";
                notes.add(Severity::Info, Some(LayerId::Stations), text, case());
            }
            _ => {}
        }
    }
    let without_pipe = hydrants.iter().filter(|hydrant| hydrant.diameter_mm.is_none()).count();
    if without_pipe > 0 {
        let text = "没有管径的消火栓 | Hydrants without a pipe diameter";
        notes.add_counted(
            NoteKind::Missing,
            LayerId::Hydrants,
            text,
            without_pipe,
            share(without_pipe, hydrants.len()),
        );
    }
}

/// Road areas beside the roads: from another survey, or with coordinates that are off.
fn note_road_areas(area: &StudyArea, notes: &mut Notes) {
    for road_area in &area.layers.road_areas {
        let Some(Point(at)) = road_area.geometry.interior_point() else { continue };
        if area.network.nearest(at, ROAD_AREA_M, |_| true, |_| true).is_none() {
            let text = "没有道路经过的道路面(坐标可能有偏移) | Road areas that no road runs through: their coordinates may be off";
            let case = case_of(&road_area.name, &road_area.source_id).at(at);
            notes.add(NoteKind::Doubted, Some(LayerId::RoadAreas), text, case);
        }
    }
}

fn note_towns(area: &StudyArea, notes: &mut Notes) {
    let Layers { towns, villages, stations, .. } = &area.layers;
    for town in towns {
        if town.built_up_km2.is_none() || town.built_up_people.is_none() || town.total_people.is_none() {
            let text = "缺少建成区面积、建成区人口或总人口的乡镇 | Towns without built-up area, its residents or total residents";
            notes.add(NoteKind::Missing, Some(LayerId::Towns), text, case_of(&town.name, &town.source_id));
        }
        if !stations.is_empty() && !stations.iter().any(|station| town.geometry.contains(&station.geometry)) {
            let text = "数据中没有消防站的乡镇(可能是数据缺漏) | Towns without a station in the data (which may be a gap of the data)";
            notes.add(NoteKind::Missing, Some(LayerId::Towns), text, case_of(&town.name, &town.source_id));
        }
    }
    note_drawn_built_up(area, notes);
    if towns.is_empty() {
        return;
    }
    let bounds: Vec<Option<Rect>> = towns.iter().map(|town| town.geometry.bounding_rect()).collect();
    let inside = |village: &Village| {
        let near = |bounds: &Option<Rect>| bounds.is_some_and(|bounds| bounds.contains(&village.geometry));
        towns.iter().zip(&bounds).any(|(town, bounds)| near(bounds) && town.geometry.contains(&village.geometry))
    };
    for village in villages.iter().filter(|village| !inside(village)) {
        let text = "不在任何乡镇内的村庄 | Villages outside every town";
        notes.add(NoteKind::Doubted, Some(LayerId::Villages), text, case_of(&village.name, &village.source_id));
    }
}

/// Towns whose built-up area is another in the table than on the map.
fn note_drawn_built_up(area: &StudyArea, notes: &mut Notes) {
    let drawn = |town: &Town| -> f64 {
        let parts = area.layers.built_up.iter().filter(|part| part.kind != BuiltUpKind::Village);
        let own = parts.filter(|part| part.geometry.interior_point().is_some_and(|at| town.geometry.contains(&at)));
        own.map(|part| area.plane.area_m2(&part.geometry) / 1e6).sum()
    };
    for town in &area.layers.towns {
        let Some(said_km2) = town.built_up_km2 else { continue };
        let drawn_km2 = drawn(town);
        if drawn_km2 > 0.0 && (drawn_km2 > SAME_TIMES * said_km2 || said_km2 > SAME_TIMES * drawn_km2) {
            let text = "乡镇表的建成区面积与建成区图层相差一倍以上：定级用表中的数，覆盖用图层；请核对 | \
                        Built-up areas that differ by more than half between the table and the map: grades rest on the table, coverage on the map; check both";
            let example = format!("{}：表 {said_km2} km²，图 {drawn_km2:.2} km²", town.name);
            notes.add(NoteKind::Doubted, Some(LayerId::Towns), text, NoteCase::from(example).of(&town.source_id));
        }
    }
}

/// Sums of people, and people who may be counted twice.
fn note_people(area: &StudyArea, notes: &mut Notes) {
    let Layers { towns, villages, .. } = &area.layers;
    let of_villages: u64 = villages.iter().filter_map(|village| village.population_people).map(u64::from).sum();
    let counted = villages.iter().filter(|village| village.population_people.is_some()).count();
    if counted > 0 {
        let text = "村庄人口合计 | Sum of the residents of the villages";
        let example = format!("{of_villages} ({counted} / {})", villages.len());
        notes.add(Severity::Info, Some(LayerId::Villages), text, example);
    }
    let of_towns: u64 = towns.iter().filter_map(|town| town.total_people).map(u64::from).sum();
    if of_towns > 0 {
        let text = "乡镇总人口合计 | Sum of the total residents of the towns";
        notes.add(Severity::Info, Some(LayerId::Towns), text, of_towns.to_string());
    }
    for (part, whole) in crate::residents::counted_twice(&area.layers) {
        let text = "人口可能重复计算(聚落位于同样有人口的另一聚落内) | \
                    People who may be counted twice: the place is part of another one with a population";
        notes.add(Severity::Warning, Some(LayerId::Villages), text, format!("{part} ⊂ {whole}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::rows::Row;
    use geo::polygon;

    fn town(name: &str, code: &str) -> Town {
        let square = polygon![(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 9.0, y: 9.0), (x: 0.0, y: 9.0)];
        Town { name: name.to_owned(), code: code.to_owned(), ..Town::blank(square).unwrap() }
    }

    #[test]
    fn the_kind_of_a_town_follows_from_its_name_or_code() {
        assert_eq!(town_kind(&town("汉丰街道", "")), TownKind::Subdistrict);
        assert_eq!(town_kind(&town("和谦镇", "500234201")), TownKind::Town);
        assert_eq!(town_kind(&town("满月", "500234201000")), TownKind::Township);
        assert_eq!(town_kind(&town("Vaduz", "")), TownKind::Unknown);
        // A code of another kind tells nothing, nor does that of a farm.
        assert_eq!(town_kind(&town("满月", "0000011")), TownKind::Unknown);
        assert_eq!(town_kind(&town("江心沙农场", "320681101000")), TownKind::Unknown);
        assert_eq!(town_kind(&town("那拉提景区管委会", "")), TownKind::Unknown);
        assert_eq!(town_kind(&town("浦里新区管委会", "")), TownKind::Park);
    }

    #[test]
    fn road_areas_that_lie_beside_the_roads_are_told() {
        use crate::layers::RoadArea;
        use crate::sketch;
        let area = |name: &str, north: f64| RoadArea {
            name: name.to_owned(),
            ..RoadArea::blank(sketch::rectangle((0.0, north - 2.0), (90.0, north + 2.0)).0.remove(0)).unwrap()
        };
        let roads = vec![sketch::road(&[(0.0, 0.0), (100.0, 0.0)])];
        let road_areas = vec![area("正街", 1.0), area("偏移", 40.0)];
        let mut notes = Notes::default();
        note_road_areas(&sketch::area(Layers { roads, road_areas, ..Layers::default() }), &mut notes);
        let told: Vec<String> = notes.into_vec().into_iter().flat_map(|note| note.examples).collect();
        assert_eq!(told, ["偏移"]);
    }
}
