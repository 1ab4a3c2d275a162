//! Around the forest: settlements too near, entries and checkposts, water.

use geo::{Centroid, Coord, Geometry, Point, Polygon};
use rayon::prelude::*;

use super::{Case, whole};
use crate::algorithms::area_index::AreaIndex;
use crate::algorithms::dissolve::dissolve;
use crate::analyses::driving;
use crate::area::{Access, BuiltUpKind, RoadClass, StudyArea, WaterKind};
use crate::codes;
use crate::row;
use crate::rows::Label;

row! {
    /// 聚落与林区距离 | Settlements and their distance to the forest
    pub struct SettlementNear {
        geometry: Geometry,
        /// 聚落 | Settlement
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 类别 | Kind
        kind: BuiltUpKind,
        /// 距林缘 | Distance to the forest
        distance_m: f64,
        /// 常住人口 | Residents
        population_people: Option<u32>,
        /// 建筑 | Buildings
        buildings: u32,
    }
}

codes! {
    /// Whether an entry is watched.
    pub enum Watch {
        /// 有检查站 | Checkpost within reach
        Watched = "watched",
        /// 建议新建检查站 | Checkpost proposed here
        Proposed = "proposed",
        /// 无检查站(由邻近拟建站兼管) | No checkpost; a proposed one near by covers it
        Covered = "covered",
        /// 待核(本区无检查站资料) | Undetermined: no list of checkposts
        Unknown = "unknown",
    }
}

row! {
    /// 进林道口 | Road entries into the forest
    pub struct Entry {
        geometry: Point,
        /// 道路 | Road
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 检查站 | Checkpost
        watch: Watch,
        /// 建议设站 | Proposed
        proposed: bool,
        /// 道路等级 | Class
        class: RoadClass,
        /// 最近检查站 | Nearest checkpost
        checkpost: String,
        /// 距检查站 | Distance to it
        checkpost_m: Option<f64>,
        /// 设站可兼管道口 | Entries it would cover
        covers: u32,
    }
}

/// Every settlement nearer to the forest than the rules want, nearest first; and how many were looked at.
pub(super) fn settlements(case: &Case, buildings: &[u32]) -> Vec<(SettlementNear, Option<usize>)> {
    let limit = &case.rules.firebreak.settlement_distance_m;
    let mut near: Vec<(SettlementNear, Option<usize>)> = case
        .settlements
        .list
        .par_iter()
        .zip(buildings)
        .filter_map(|(settlement, buildings)| {
            let distance_m = distance_to_forest(case, &settlement.geometry(), limit.value)?;
            if limit.op.holds(distance_m, limit.value) {
                return None;
            }
            let people = settlement.people;
            let cite = limit.provenance.cite_label();
            let people_zh = people.map_or_else(|| "人口待核".to_owned(), |people| format!("{people} 人"));
            let people_en = people.map_or_else(|| "people unknown".to_owned(), |people| format!("{people} people"));
            let distance_m = (distance_m * 10.0).round() / 10.0;
            let story = Label::new(
                format!("{}距林缘最近 {distance_m} m，{people_zh}，{buildings} 栋建筑；规定不宜小于 {} m（{}）。应设防火隔离带或采取其他防止火灾蔓延的措施。", settlement.name, limit.value, cite.zh),
                format!("{} lies {distance_m} m from the forest edge ({people_en}, {buildings} buildings); it should be at least {} m ({}).", settlement.name, limit.value, cite.en),
            );
            let row = SettlementNear {
                geometry: settlement.geometry(),
                name: settlement.name.clone(),
                town: case.town_name(settlement.town),
                story,
                kind: settlement.kind,
                distance_m,
                population_people: people,
                buildings: *buildings,
            };
            Some((row, settlement.town))
        })
        .collect();
    near.sort_by(|a, b| a.0.distance_m.total_cmp(&b.0.distance_m));
    near
}

/// Straight distance between a settlement and the nearest forest, 0 where they meet; `None`: farther than the limit.
fn distance_to_forest(case: &Case, settlement: &Geometry, within_m: f64) -> Option<f64> {
    use geo::CoordsIter;
    let index = &case.woods.index;
    let lines = crate::analyses::places::lines_of(settlement);
    if lines.is_empty() {
        let place = settlement.coords_iter().next()?;
        return if index.contains(place) {
            Some(0.0)
        } else {
            index.nearest(place, within_m).map(|(at, _)| apart(at, place))
        };
    }
    if lines.iter().any(|line| index.contains(line.start) || !index.is_clear(*line)) {
        return Some(0.0);
    }
    // The nearest places of two outlines: a vertex of one of them is one of the two.
    let from_settlement =
        lines.iter().filter_map(|line| Some(apart(index.nearest(line.start, within_m)?.0, line.start)));
    let outline = AreaIndex::new(&polygons(settlement));
    let rect = geo::BoundingRect::bounding_rect(settlement)?;
    let near = |at: &Coord| {
        let pad = within_m;
        (rect.min().x - pad..=rect.max().x + pad).contains(&at.x)
            && (rect.min().y - pad..=rect.max().y + pad).contains(&at.y)
    };
    let vertices = case.woods.forests.iter().flat_map(|forest| {
        std::iter::once(forest.exterior()).chain(forest.interiors()).flat_map(|ring| ring.0.iter().copied())
    });
    let from_forest = vertices.filter(near).filter_map(|at| Some(apart(outline.nearest(at, within_m)?.0, at)));
    from_settlement.chain(from_forest).min_by(f64::total_cmp)
}

fn apart(a: Coord, b: Coord) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn polygons(geometry: &Geometry) -> Vec<Polygon> {
    match geometry {
        Geometry::Polygon(polygon) => vec![polygon.clone()],
        Geometry::MultiPolygon(polygons) => polygons.0.clone(),
        _ => Vec::new(),
    }
}

/// Entries nearer than this on one road are one: it runs along the edge.
const SAME_ENTRY_M: f64 = 200.0;
/// A road that is in the forest for less than this does not enter it.
const ENTERS_M: f64 = 50.0;

/// Where roads that trucks can use run from open land into the forest.
fn entries(case: &Case) -> Vec<(Coord, usize)> {
    let mut found: Vec<(Coord, usize)> = Vec::new();
    for (number, road) in case.area.layers.roads.iter().enumerate() {
        let barred = road.class == RoadClass::Path || road.access == Access::Closed || road.tunnel || road.bridge;
        if barred || !driving::serves_places(road) {
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

/// Entries with the checkpost that watches them, or where one should stand: greedily, the entry that covers most of the
/// unwatched ones within reach comes first.
pub(super) fn watched_entries(case: &Case) -> Vec<(Entry, Option<usize>)> {
    let reach_m = case.rules.firebreak.checkpost_reach_m.value;
    let posts = &case.area.layers.checkposts;
    let entries = entries(case);
    let nearest = |at: Coord| {
        let distances = posts.iter().map(|post| (apart(post.geometry.0, at), post));
        distances.min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let mut open: Vec<usize> =
        (0..entries.len()).filter(|at| nearest(entries[*at].0).is_none_or(|(m, _)| m > reach_m)).collect();
    let unwatched = open.clone();
    let mut covers = vec![0_u32; entries.len()];
    while !open.is_empty() {
        let count =
            |at: &usize| open.iter().filter(|other| apart(entries[**other].0, entries[*at].0) <= reach_m).count();
        // Of equal ones, the busier road, then the first.
        let best = *open
            .iter()
            .max_by_key(|at| {
                (count(at), std::cmp::Reverse(case.area.layers.roads[entries[**at].1].class), std::cmp::Reverse(**at))
            })
            .expect("some are open");
        covers[best] = count(&best) as u32;
        open.retain(|other| apart(entries[*other].0, entries[best].0) > reach_m);
    }
    let row = |(number, (at, road)): (usize, &(Coord, usize))| {
        let road = &case.area.layers.roads[*road];
        let post = nearest(*at);
        let watch = match (unwatched.contains(&number), posts.is_empty(), covers[number] > 0) {
            (false, ..) => Watch::Watched,
            (true, true, _) => Watch::Unknown,
            (true, false, true) => Watch::Proposed,
            (true, false, false) => Watch::Covered,
        };
        let town = case.towns.at(*at);
        let name = if road.name.is_empty() { road.class.label().zh } else { road.name.clone() };
        let (state_zh, state_en) = match (watch, post) {
            (Watch::Watched, Some((m, post))) => (
                format!("{}在 {} m 内，已有人值守。", post.name, whole(m).max(1.0)),
                format!("{} is within {} m.", post.name, whole(m).max(1.0)),
            ),
            (Watch::Unknown, _) => (
                "本区没有检查站名录，是否有站待核。".to_owned(),
                "The area has no list of checkposts: undetermined.".to_owned(),
            ),
            _ => (format!("{reach_m} m 内没有检查站。"), format!("No checkpost within {reach_m} m.")),
        };
        let propose_zh = if covers[number] > 0 {
            format!("建议在此设站，可管 {} 个道口。", covers[number])
        } else {
            String::new()
        };
        let propose_en = if covers[number] > 0 {
            format!(" A checkpost here would watch {} entries.", covers[number])
        } else {
            String::new()
        };
        let entry = Entry {
            geometry: Point(*at),
            name: name.clone(),
            town: case.town_name(town),
            story: Label::new(
                format!("{name}由此进入林区，是车辆携火源入林的必经道口。{state_zh}{propose_zh}"),
                format!("{name} enters the forest here. {state_en}{propose_en}"),
            ),
            watch,
            proposed: covers[number] > 0,
            class: road.class,
            checkpost: post.map_or_else(String::new, |(_, post)| post.name.clone()),
            checkpost_m: post.map(|(m, _)| whole(m)),
            covers: covers[number],
        };
        (entry, town)
    };
    entries.iter().enumerate().map(row).collect()
}

/// Water for fire-fighting in forests.
pub(super) struct Water {
    points: rstar::RTree<[f64; 2]>,
    /// Lakes, reservoirs and rivers that a helicopter can dip into.
    open: AreaIndex,
    pub fire_points: Vec<Coord>,
    has_open: bool,
}

impl Water {
    pub fn new(area: &StudyArea) -> Self {
        let (mut fire_points, mut open) = (Vec::new(), Vec::new());
        for water in &area.layers.water_sources {
            match water.kind {
                WaterKind::Pool | WaterKind::Tank | WaterKind::Intake => {
                    fire_points.extend(water.geometry.centroid().map(|at| at.0));
                }
                WaterKind::Lake | WaterKind::Reservoir | WaterKind::River => open.extend(polygons(&water.geometry)),
                _ => {}
            }
        }
        let open = dissolve(&open).0;
        let points = rstar::RTree::bulk_load(fire_points.iter().map(|at| [at.x, at.y]).collect());
        Self { points, has_open: !open.is_empty(), open: AreaIndex::new(&open), fire_points }
    }

    /// Distance to the nearest fire-water point.
    pub fn nearest_m(&self, place: Coord) -> Option<f64> {
        let at = self.points.nearest_neighbor(&[place.x, place.y])?;
        Some((at[0] - place.x).hypot(at[1] - place.y))
    }

    /// Whether a helicopter finds open water within the distance.
    pub fn is_flown(&self, place: Coord, within_m: f64) -> bool {
        self.has_open && self.open.nearest(place, within_m).is_some()
    }
}

/// Shares of forest near water, from a regular lattice of places in the forest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Watered {
    pub places: u32,
    pub on_foot: u32,
    pub by_air: u32,
}

pub(super) fn watered(case: &Case) -> std::collections::BTreeMap<Option<usize>, Watered> {
    use geo::BoundingRect;
    let mut by_town = std::collections::BTreeMap::new();
    let Some(rect) = case.woods.shape().bounding_rect() else { return by_town };
    let rule = &case.rules.firebreak;
    let step_m = case.question.lattice_m;
    let (columns, rows) = ((rect.width() / step_m) as u32 + 1, (rect.height() / step_m) as u32 + 1);
    let found: Vec<(Option<usize>, bool, bool)> = (0..rows)
        .into_par_iter()
        .flat_map_iter(|row| {
            let y = rect.min().y + (f64::from(row) + 0.5) * step_m;
            let places =
                (0..columns).map(move |column| Coord { x: rect.min().x + (f64::from(column) + 0.5) * step_m, y });
            places.filter(|place| case.woods.index.contains(*place)).map(|place| {
                let on_foot = case.water.nearest_m(place).is_some_and(|m| m <= rule.water_radius_m.value);
                (case.towns.at(place), on_foot, case.water.is_flown(place, rule.helicopter_radius_m.value))
            })
        })
        .collect();
    for (town, on_foot, by_air) in found {
        let watered: &mut Watered = by_town.entry(town).or_default();
        watered.places += 1;
        watered.on_foot += u32::from(on_foot);
        watered.by_air += u32::from(by_air);
    }
    by_town
}
