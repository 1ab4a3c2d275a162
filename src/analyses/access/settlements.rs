//! Villages, hamlets and built-up clusters: where they are, who lives there, which road locations serve them, which
//! buildings are theirs.

use geo::{BoundingRect, Centroid, Contains, Coord, InteriorPoint, Point};
use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use crate::analyses::driving;
use crate::analyses::places::Water;
use crate::analyses::towns::TownIndex;
use crate::area::network::Position;
use crate::area::notes::{Notes, Severity};
use crate::area::raster::Grid;
use crate::area::{BuiltUp, LayerId, StudyArea};
use crate::codes;
use crate::rules::Rules;

codes! {
    /// What kind of place it is.
    pub enum Settlement {
        /// 村庄 | Village or hamlet
        Village = "village",
        /// 建成区 | Built-up cluster
        Cluster = "cluster",
    }
}

/// A place that a fire crew must get to.
#[derive(Debug, Clone)]
pub struct Place {
    pub at: Coord,
    pub name: String,
    pub kind: Settlement,
    pub source_id: String,
    /// Index into the towns layer.
    pub town: Option<usize>,
    pub people: Option<f64>,
    /// The people come from the population raster, not from a count.
    pub people_estimated: bool,
    /// Road locations that serve it, nearest first; empty: unplaced.
    pub entries: Vec<Position>,
    /// Centres of its buildings.
    pub buildings: Vec<Coord>,
}

impl Place {
    /// How much it weighs in rankings: somebody lives there even where nobody has counted.
    pub fn weight(&self) -> u64 {
        self.people.map_or(1, |people| people.round().max(1.0) as u64)
    }
}

/// All places, villages in the order of their layer, then built-up areas without a village in them.
pub fn gather(area: &StudyArea, rules: &Rules, towns: &TownIndex, water: &Water, notes: &mut Notes) -> Vec<Place> {
    let built_up = Areas::new(&area.layers.built_up);
    let mut places: Vec<Place> = Vec::new();
    let mut owner: Vec<Option<usize>> = vec![None; area.layers.built_up.len()];
    for village in &area.layers.villages {
        let at = village.geometry.0;
        let around = built_up.at(at);
        if let Some(around) = around {
            owner[around].get_or_insert(places.len());
        }
        let counted = village.population_people.map(f64::from);
        let estimated = around.filter(|_| counted.is_none()).and_then(|around| people_in(area, around));
        places.push(place(
            at,
            &village.name,
            Settlement::Village,
            &village.source_id,
            counted.or(estimated),
            estimated.is_some(),
        ));
    }
    for (number, cluster) in
        area.layers.built_up.iter().enumerate().filter(|(number, _)| owner[*number].is_none()).collect::<Vec<_>>()
    {
        let Some(Point(at)) = cluster.geometry.interior_point() else { continue };
        owner[number] = Some(places.len());
        let people = people_in(area, number);
        places.push(place(at, &cluster.name, Settlement::Cluster, &cluster.source_id, people, people.is_some()));
    }
    for place in &mut places {
        place.town = towns.at(place.at);
        place.entries = entries(area, rules, water, place.at);
        if place.entries.is_empty() {
            let text =
                "附近没有道路或隔水，未落位，列为待核 | No road near enough, or behind water: unplaced, undetermined";
            let layer = if place.kind == Settlement::Village { LayerId::Villages } else { LayerId::BuiltUp };
            notes.add(Severity::LeftOut, Some(layer), text, place.name.as_str());
        }
        if place.people.is_none() && place.kind == Settlement::Village {
            let text = "缺人口，排序按1人计 | No population: ranked as one person";
            notes.add(Severity::Warning, Some(LayerId::Villages), text, place.name.as_str());
        }
    }
    assign_buildings(area, rules, &built_up, &owner, &mut places);
    places
}

fn place(
    at: Coord,
    name: &str,
    kind: Settlement,
    source_id: &str,
    people: Option<f64>,
    people_estimated: bool,
) -> Place {
    Place {
        at,
        name: if name.is_empty() { source_id.to_owned() } else { name.to_owned() },
        kind,
        source_id: source_id.to_owned(),
        town: None,
        people,
        people_estimated,
        entries: Vec::new(),
        buildings: Vec::new(),
    }
}

/// A crew has come to a place when it stands on a road no farther from its middle than a building may lie from a fire
/// lane, or on the nearest road there is.
fn entries(area: &StudyArea, rules: &Rules, water: &Water, at: Coord) -> Vec<Position> {
    let network = &area.network;
    let mut found: Vec<Position> = Vec::new();
    let mut limit_m = rules.response.access_limit_m.value;
    let serves = |segment: u32| {
        let road = &area.layers.roads[network.segments[segment as usize].road as usize];
        driving::serves_places(road)
    };
    loop {
        let fresh = |segment: u32| serves(segment) && found.iter().all(|known| known.segment != segment);
        let Some(position) = network.nearest(at, limit_m, fresh, |line| water.is_clear(line)) else { break };
        if found.is_empty() {
            limit_m = position.distance_m.max(rules.fire_lane.lane_spacing_m.value / 2.0);
        }
        found.push(position);
    }
    found
}

/// People of the raster's cells within a built-up area; `None` without a raster.
fn people_in(area: &StudyArea, built_up: usize) -> Option<f64> {
    let grid = area.population.as_ref()?;
    let geometry = &area.layers.built_up[built_up].geometry;
    let rect = geometry.bounding_rect()?;
    let people: f64 = cells(grid, rect).filter(|(at, _)| geometry.contains(at)).map(|(_, people)| people).sum();
    Some(people.round())
}

fn cells(grid: &Grid, rect: geo::Rect) -> impl Iterator<Item = (Coord, f64)> + '_ {
    let index = |m: f64, most: usize| ((m / grid.cell_m).floor().max(0.0) as usize).min(most);
    let columns = index(rect.min().x - grid.origin.x, grid.columns)
        ..=index(rect.max().x - grid.origin.x, grid.columns.saturating_sub(1));
    let rows = index(grid.origin.y - rect.max().y, grid.rows)
        ..=index(grid.origin.y - rect.min().y, grid.rows.saturating_sub(1));
    rows.flat_map(move |row| columns.clone().map(move |column| (column, row)))
        .filter_map(|(column, row)| Some((grid.center(column, row), grid.value(column, row)?)))
}

/// Buildings belong to the place of the built-up area they stand in, or else to the nearest place within the access limit.
fn assign_buildings(area: &StudyArea, rules: &Rules, built_up: &Areas, owner: &[Option<usize>], places: &mut [Place]) {
    let points = places.iter().enumerate().map(|(number, place)| GeomWithData::new([place.at.x, place.at.y], number));
    let middles = RTree::bulk_load(points.collect());
    let limit_m = rules.response.access_limit_m.value;
    for building in &area.layers.buildings {
        let Some(Point(at)) = building.geometry.centroid() else { continue };
        let near = || {
            let (nearest, distance2) = middles.nearest_neighbor_iter_with_distance_2(&[at.x, at.y]).next()?;
            (distance2 <= limit_m * limit_m).then_some(nearest.data)
        };
        if let Some(place) = built_up.at(at).and_then(|around| owner[around]).or_else(near) {
            places[place].buildings.push(at);
        }
    }
}

/// Built-up areas by place.
struct Areas<'a> {
    areas: &'a [BuiltUp],
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl<'a> Areas<'a> {
    fn new(areas: &'a [BuiltUp]) -> Self {
        let boxes = areas.iter().enumerate().filter_map(|(number, area)| {
            let rect = area.geometry.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, number))
        });
        Self { areas, boxes: RTree::bulk_load(boxes.collect()) }
    }

    /// The built-up area a place lies in; the first of the layer where they overlap.
    fn at(&self, place: Coord) -> Option<usize> {
        let mut around: Vec<usize> =
            self.boxes.locate_all_at_point(&[place.x, place.y]).map(|found| found.data).collect();
        around.sort_unstable();
        around.into_iter().find(|area| self.areas[*area].geometry.contains(&place))
    }
}
