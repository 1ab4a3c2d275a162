//! Villages, hamlets and built-up clusters: where they are, who lives there, which road locations serve them, which
//! buildings are theirs.

use std::collections::BTreeMap;

use geo::{Area, Centroid, Coord, Distance, Euclidean, InteriorPoint, Point};
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::built_up::{BuiltUpIndex, people_by_town};
use super::lanes::Lanes;
use super::serving::Serves;
use crate::response::places::{Water, is_open_water};
use crate::towns::TownIndex;
use fireplan_algorithms::union_find::UnionFind;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::ids;
use fireplan_model::ids::{BuiltUpId, SegmentId, TownId};
use fireplan_model::layers::{Building, BuiltUpKind, LayerId, Road, Village, WaterKind};
use fireplan_model::method_constants;
use fireplan_model::network::Position;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rules::Rules;

codes! {
    /// What kind of place it is.
    pub enum DestinationKind {
        /// 村庄 | Village or hamlet
        Village = "village",
        /// 建成区 | Built-up cluster
        Cluster = "cluster",
    }
}

ids! {
    /// A place of [`gather`].
    DestinationId,
}

/// A place that a fire crew must get to.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    pub at: Coord,
    pub name: String,
    pub kind: DestinationKind,
    pub source_id: String,
    pub town: Option<TownId>,
    pub people: Option<f64>,
    /// The people come from the population raster, not from a count.
    pub people_estimated: bool,
    /// By town, where its built-up areas lie in several; else empty: all are of its own.
    pub people_by_town: Vec<(Option<TownId>, f64)>,
    /// Road locations that serve it, nearest first; empty: unplaced.
    pub entries: Vec<Position>,
    /// The same and the roads of the built-up area that a village is the name of: a crew that stands on any of them is there, so
    /// that the closure of a street at its middle cuts nobody off who is come to by another.
    pub standing: Vec<Position>,
    /// Centres of its buildings.
    pub buildings: Vec<Coord>,
    /// How many of them are known to be so high that a ladder truck must work at them.
    pub high_buildings: u32,
}

impl Destination {
    /// How much it weighs in rankings: somebody lives there even where nobody has counted.
    pub(crate) fn weight(&self) -> u64 {
        self.people.map_or(1, |people| people.round().max(1.0) as u64)
    }
}

method_constants! {
    /// 高于此值的建筑须有消防车登高操作场地 | Buildings higher than this need ground for a ladder truck to work on
    const LADDER_HEIGHT_M: f64 = 24.0,
        because "高层建筑以住宅 27 米、其他 24 米为界，取较低者；只决定何处提出停车作业场地的要求 | High buildings begin at 27 m for dwellings and 24 m for others; the lower decides where such ground is asked for";
    /// 没有高度时，层数多于此值按高层建筑 | Storeys beyond which a building without a height is taken to be high
    const LADDER_STOREYS: f64 = 8.0,
        because "每层按 3 米，8 层为 24 米；假定值，供审查 | 3 m to a storey make 24 m; an assumption, for review";
    /// 建成区相距不超过此值归为同一处聚落 | Built-up areas no farther apart than this are one settlement
    const SETTLEMENT_GAP_M: f64 = 50.0,
        because "隔着一条村道、一块菜地的房屋属同一村落；假定值，供审查 | Houses across a lane or a garden are one village; an assumption, for review";
}

/// All places, villages in the order of their layer, then built-up clusters that no village stands for; `reached`: whether any
/// crew gets to a segment, whatever it takes to open the way.
pub(super) fn gather(
    area: &StudyArea,
    rules: &Rules,
    (towns, lanes): (&TownIndex, &Lanes),
    reached: &dyn Fn(SegmentId) -> bool,
    notes: &mut Notes,
) -> Vec<Destination> {
    let built_up = BuiltUpIndex::new(&area.layers.built_up);
    let mut owner: Vec<Option<DestinationId>> = vec![None; area.layers.built_up.len()];
    let mut places: Vec<Destination> = villages(area, towns, &built_up, &mut owner);
    for cluster in clusters(area, rules, &built_up, &mut owner) {
        for built_up in &cluster {
            owner[built_up.index()] = Some(DestinationId::at(places.len()));
        }
        places.extend(cluster_place(area, towns, &cluster));
    }
    // People step over a stream in the open, but a vehicle needs a bridge to what stands across it.
    let banks = Water::of_kinds(area, |water| is_open_water(water) || water.kind == WaterKind::Stream);
    let open_water = Water::new(area);
    let serves = Serves { area, lanes, reached, with_planned: true };
    // A place keeps the roads that serve it today beside planned ones: these take none away.
    let today = Serves { with_planned: false, ..serves };
    let has_planned = area.layers.roads.iter().any(Road::is_planned);
    let count = places.len();
    for (id, place) in DestinationId::first(count).zip(&mut places) {
        place.town = towns.at(place.at);
        let entries = |serves: &Serves| {
            let is_cluster = place.kind == DestinationKind::Cluster;
            let inside = if is_cluster { serves.within(&owner, id, place.at) } else { Vec::new() };
            let near = |found: Vec<Position>, water| {
                if found.is_empty() { serves.near(rules, water, place.at) } else { found }
            };
            [&banks, &open_water].into_iter().fold(inside, near)
        };
        let mut found = entries(&serves);
        if has_planned {
            let known = entries(&today);
            found.extend(
                known
                    .into_iter()
                    .filter(|known| found.iter().all(|one| one.segment != known.segment))
                    .collect::<Vec<_>>(),
            );
        }
        place.entries = found;
        note_doubts(place, notes);
    }
    for (place, inside) in places.iter_mut().zip(serves.by_owner(&built_up, &owner, count)) {
        place.standing.clone_from(&place.entries);
        if place.kind == DestinationKind::Village && !place.entries.is_empty() {
            let is_new = |position: &Position| place.entries.iter().all(|entry| entry.segment != position.segment);
            place.standing.extend(inside.into_iter().filter(is_new));
        }
    }
    assign_buildings(area, rules, &built_up, &owner, &mut places);
    places
}

fn note_doubts(place: &Destination, notes: &mut Notes) {
    let layer = if place.kind == DestinationKind::Village { LayerId::Villages } else { LayerId::BuiltUp };
    if place.entries.is_empty() {
        let text =
            "附近没有道路或隔水，未落位，列为待核 | No road near enough, or behind water: unplaced, undetermined";
        notes.add(Severity::LeftOut, Some(layer), text, place.name.as_str());
    }
    if place.people.is_none() {
        let text = "缺人口，排序按1人计 | No population: ranked as one person";
        notes.add(Severity::Warning, Some(layer), text, place.name.as_str());
    }
}

/// One place for each village; it owns the built-up area it lies in.
fn villages(
    area: &StudyArea,
    towns: &TownIndex,
    built_up: &BuiltUpIndex,
    owner: &mut [Option<DestinationId>],
) -> Vec<Destination> {
    let mut places = Vec::new();
    for village in &area.layers.villages {
        let at = village.geometry.0;
        let around = built_up.at(at);
        if let Some(around) = around {
            owner[around.index()].get_or_insert(DestinationId::at(places.len()));
        }
        let people_phrase = village.population_people.map(f64::from);
        let estimated = around.filter(|_| people_phrase.is_none()).and_then(|around| {
            let by_town = people_by_town(area, towns, &[around])?;
            Some(by_town.values().sum::<f64>().round())
        });
        let people = people_phrase.or(estimated);
        places.push(place(
            at,
            &village.name,
            DestinationKind::Village,
            &village.source_id,
            people,
            estimated.is_some(),
        ));
    }
    places
}

/// Built-up areas that belong together and to no village. Areas of a town or city stand for themselves; any other next to
/// a village's, or within the access limit of a village, is given to that village.
fn clusters(
    area: &StudyArea,
    rules: &Rules,
    built_up: &BuiltUpIndex,
    owner: &mut [Option<DestinationId>],
) -> Vec<Vec<BuiltUpId>> {
    let areas = &area.layers.built_up;
    let alone = |built_up: BuiltUpId| matches!(areas[built_up.index()].kind, BuiltUpKind::Urban | BuiltUpKind::Town);
    let mut groups = UnionFind::new(areas.len());
    for one in BuiltUpId::first(areas.len()).filter(|one| !alone(*one)) {
        for other in built_up.near(one, SETTLEMENT_GAP_M).into_iter().filter(|other| !alone(*other)) {
            groups.join(one.0, other.0);
        }
    }
    let mut members: BTreeMap<u32, Vec<BuiltUpId>> = BTreeMap::new();
    for one in BuiltUpId::first(areas.len()) {
        members.entry(groups.group(one.0)).or_default().push(one);
    }
    // Villages are the first of all places, in the order of their layer.
    let villages = &area.layers.villages;
    let middles: Vec<_> = DestinationId::first(villages.len())
        .zip(villages)
        .map(|(id, village)| GeomWithData::new([village.geometry.x(), village.geometry.y()], id))
        .collect();
    let middles = RTree::bulk_load(middles);
    let mut clusters = Vec::new();
    for group in members.into_values() {
        let known = group.iter().find_map(|built_up| owner[built_up.index()]);
        let near = || {
            group.iter().filter(|built_up| !alone(**built_up)).find_map(|built_up| {
                let Point(at) = areas[built_up.index()].geometry.interior_point()?;
                let (village, distance2) = middles.nearest_neighbor_iter_with_distance_2(&[at.x, at.y]).next()?;
                let reach_m = rules.response.access_limit_m.value;
                (distance2 <= reach_m * reach_m).then_some(village.data)
            })
        };
        match known.or_else(near) {
            Some(village) => group.iter().for_each(|built_up| {
                owner[built_up.index()].get_or_insert(village);
            }),
            None => clusters.push(group),
        }
    }
    clusters
}

/// Named by one of its areas, or after the nearest village.
fn cluster_place(area: &StudyArea, towns: &TownIndex, cluster: &[BuiltUpId]) -> Option<Destination> {
    let areas = || cluster.iter().map(|built_up| &area.layers.built_up[built_up.index()]);
    let largest = areas().max_by(|a, b| a.geometry.unsigned_area().total_cmp(&b.geometry.unsigned_area()))?;
    let Point(at) = largest.geometry.interior_point()?;
    let distance = |village: &Village| Euclidean.distance(village.geometry, Point(at));
    let nearest = area.layers.villages.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let named = areas().map(|area| area.name.clone()).find(|name| !name.is_empty());
    let name = named.or(nearest.map(|village| format!("{}附近聚落", village.name))).unwrap_or_default();
    let by_town = people_by_town(area, towns, cluster);
    // Adding 0 turns -0.0, Rust's empty sum, into 0.
    let people = by_town.as_ref().map(|by_town| by_town.values().sum::<f64>().round() + 0.0);
    let people_by_town = by_town.filter(|by_town| by_town.len() > 1).into_iter().flatten().collect();
    let place = place(at, &name, DestinationKind::Cluster, &largest.source_id, people, people.is_some());
    Some(Destination { people_by_town, ..place })
}

fn is_high(building: &Building) -> bool {
    let by_storeys = || building.storeys.is_some_and(|storeys| storeys > LADDER_STOREYS);
    building.height_m.map_or_else(by_storeys, |height_m| height_m > LADDER_HEIGHT_M)
}

fn place(
    at: Coord,
    name: &str,
    kind: DestinationKind,
    source_id: &str,
    people: Option<f64>,
    people_estimated: bool,
) -> Destination {
    Destination {
        at,
        name: if name.is_empty() { source_id.to_owned() } else { name.to_owned() },
        kind,
        source_id: source_id.to_owned(),
        town: None,
        people,
        people_estimated,
        people_by_town: Vec::new(),
        entries: Vec::new(),
        standing: Vec::new(),
        buildings: Vec::new(),
        high_buildings: 0,
    }
}

/// Buildings belong to the place of the built-up area they stand in, or else to the nearest place within the access limit.
fn assign_buildings(
    area: &StudyArea,
    rules: &Rules,
    built_up: &BuiltUpIndex,
    owner: &[Option<DestinationId>],
    places: &mut [Destination],
) {
    let points = DestinationId::first(places.len())
        .zip(&*places)
        .map(|(id, place)| GeomWithData::new([place.at.x, place.at.y], id));
    let middles = RTree::bulk_load(points.collect());
    let limit_m = rules.response.access_limit_m.value;
    for building in &area.layers.buildings {
        let Some(Point(at)) = building.geometry.centroid() else { continue };
        let near = || {
            let (nearest, distance2) = middles.nearest_neighbor_iter_with_distance_2(&[at.x, at.y]).next()?;
            (distance2 <= limit_m * limit_m).then_some(nearest.data)
        };
        if let Some(place) = built_up.at(at).and_then(|around| owner[around.index()]).or_else(near) {
            let place = &mut places[place.index()];
            place.buildings.push(at);
            place.high_buildings += u32::from(is_high(building));
        }
    }
}
