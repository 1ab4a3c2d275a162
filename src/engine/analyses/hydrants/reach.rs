//! Reach: which buildings and how much built-up area have water, in a straight line and by a hose that can really be laid.
//!
//! A hose goes from the hydrant straight to the road, along streets and walkable ways, and straight from the road to the
//! wall of the building. The straight bits cross no open water, railway, wall or motorway. Along the network a bridge
//! crosses all of these; a level crossing does not: a train would cut the hose. Roads closed to engines are walked.

use anyhow::Result;
use geo::{BoundingRect, Centroid, Coord, Distance, Euclidean, MultiPolygon, Point};
use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::area_shares::AreaShares;
use super::dry_places::DryPlace;
use super::stock::{PlacedHydrant, StateReading, label};
use super::story::tell_building;
use super::streets::StreetId;
use super::ways::{HoseNetwork, Obstacles, nearest_ways};
use super::{HydrantRun, Hydrants};
use crate::response::driving::{self, DrivingReading};
use fireplan_algorithms::metric_graph::{DistanceField, DistanceLabel, DistanceSource, EdgePosition, SAME};
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::ids::{HydrantId, SegmentId, TownId};
use fireplan_model::layers::{LayerId, VehicleClass};
use fireplan_model::method_constants;
use fireplan_model::network::Position;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::{codes, row};

codes! {
    /// How a building is served.
    pub enum Served order best_first {
        /// 两具以上水带可达 | Two hydrants or more in reach
        Two = "two",
        /// 仅一具水带可达 | One hydrant in reach
        One = "one",
        /// 待核:状态不明者完好则可达 | In reach if hydrants of unknown state work
        #[undetermined]
        Hopeful = "if_working",
        /// 半径内但水带绕不到 | Within the radius, but no hose gets there
        RadiusOnly = "radius_only",
        /// 未覆盖 | Out of reach
        Uncovered = "uncovered",
        /// 未落位(待核) | Unplaced: no way near
        #[undetermined]
        Unplaced = "unplaced",
    }
}

row! {
    /// 建筑供水可达 | Buildings and their water
    pub struct BuildingWater {
        geometry: MultiPolygon,
        /// 建筑 | Building
        name: String,
        /// 用途 | Use
        kind: String,
        /// 乡镇街道 | Town
        town: String,
        /// 供水情况 | Served
        served: Served,
        /// 水带可达消火栓(至多计2) | Hydrants in reach by hose, at most 2
        by_hose: u32,
        /// 水带可达(状态不明者均完好) | The same if unknown ones work
        by_hose_hopeful: u32,
        /// 半径内消火栓 | Hydrants within the radius
        in_radius: u32,
        /// 最短水带 | Shortest hose
        hose_m: Option<f64>,
        /// 最近消火栓 | Nearest hydrant
        hydrant: String,
        /// 次近消火栓 | Second nearest hydrant
        second_hydrant: String,
        /// 说明 | Story
        story: Label,
    }
}

/// Where a hose leaves the network for a building.
#[derive(Debug, Clone, Copy)]
pub(super) struct HoseExit {
    pub place: EdgePosition,
    /// Straight distance from that place to the wall, in metres.
    pub off_m: f64,
    /// The longest hose that the largest engine that gets there lays, in metres.
    pub limit_m: f64,
}

pub(super) struct ServedBuilding {
    pub row: BuildingWater,
    pub town: Option<TownId>,
    pub access: Vec<HoseExit>,
    /// The only hydrant that certainly works and reaches it, if there is one only; where there is none, the only one of
    /// unknown state.
    pub sole: Option<HydrantId>,
    /// Whether a hydrant that counts under `HydrantRun::planned_on`, for instance after repairs, reaches it.
    pub planned: bool,
}

/// Buildings and built-up area with their water.
pub(super) struct HydrantReach {
    pub ways: HoseNetwork,
    pub buildings: Vec<ServedBuilding>,
    /// Shares of built-up area, each with its town.
    pub areas: Vec<(Option<TownId>, AreaShares)>,
    /// Places with people whom no hose from a hydrant known to work reaches.
    pub dry: Vec<DryPlace>,
    /// The longest hose of any engine.
    pub limit_m: f64,
    /// What no hose crosses.
    pub obstacles: Obstacles,
}

/// The networks, hydrants and obstacles by which the water of one place is found.
pub(super) struct ReachFinder<'a> {
    pub run: &'a HydrantRun<'a>,
    ways: &'a HoseNetwork,
    obstacles: &'a Obstacles,
    pub certain: DistanceField<'a>,
    pub hopeful: DistanceField<'a>,
    planned: DistanceField<'a>,
    hydrants: RTree<GeomWithData<[f64; 2], HydrantId>>,
    /// Per segment, the longest hose that the largest engine that gets there lays.
    lay_m: Vec<f64>,
    limit_m: f64,
}

impl HydrantReach {
    /// # Errors
    /// If the rules do not give the size of a vehicle.
    pub(super) fn new(question: &Hydrants, run: &HydrantRun, notes: &mut Notes) -> Result<Self> {
        let obstacles = Obstacles::new(run.area);
        let ways = HoseNetwork::new(run.area, &obstacles);
        let finder = ReachFinder::new(run, &ways, &obstacles)?;
        let buildings = finder.buildings(notes);
        let ((areas, dry), limit_m) = (finder.areas(question), finder.limit_m);
        Ok(Self { buildings, areas, dry, ways, limit_m, obstacles })
    }
}

/// People whom no hose from a hydrant known to work reaches.
///
/// # Errors
/// If the rules do not give the size of a vehicle.
pub(super) fn people_without(question: &Hydrants, run: &HydrantRun) -> Result<f64> {
    let obstacles = Obstacles::new(run.area);
    let ways = HoseNetwork::new(run.area, &obstacles);
    let (areas, _) = ReachFinder::new(run, &ways, &obstacles)?.areas(question);
    let mut all = AreaShares::default();
    areas.iter().for_each(|(_, shares)| all.add(shares));
    Ok(all.people_without)
}

impl<'a> ReachFinder<'a> {
    fn new(run: &'a HydrantRun<'a>, ways: &'a HoseNetwork, obstacles: &'a Obstacles) -> Result<Self> {
        let lay_m = lays_m(run)?;
        let limit_m = longest_lay_m(run);
        let field = |reading| ways.graph.two_nearest(&sources(run, ways, obstacles, reading), limit_m);
        let points = HydrantId::first(run.placed.len()).zip(run.placed).map(|(id, placed)| {
            let at = placed.hydrant.geometry;
            GeomWithData::new([at.x(), at.y()], id)
        });
        Ok(Self {
            run,
            ways,
            obstacles,
            certain: field(StateReading::Certain),
            hopeful: field(StateReading::Hopeful),
            planned: field(run.planned_on),
            hydrants: RTree::bulk_load(points.collect()),
            lay_m,
            limit_m,
        })
    }
}

/// The longest hose that any engine lays.
fn longest_lay_m(run: &HydrantRun) -> f64 {
    VehicleClass::ALL.iter().map(|class| run.rules.hose_lay_m(*class)).fold(0.0, f64::max)
}

/// Per segment, the longest hose that the largest engine that gets there lays. Along walkways, which no engine enters, the hose of
/// the largest is carried by hand.
fn lays_m(run: &HydrantRun) -> Result<Vec<f64>> {
    let mut lays: Vec<Option<f64>> = vec![None; run.area.network.segments.len()];
    for class in VehicleClass::ALL {
        let arcs = driving::arc_ms(run.area, run.rules, *class, DrivingReading::Base)?;
        let lay_m = run.rules.hose_lay_m(*class);
        for (segment, lay) in SegmentId::first(lays.len()).zip(&mut lays) {
            if segment.arcs().iter().any(|arc| arcs[arc.index()] != CLOSED) {
                lay.get_or_insert(lay_m);
            }
        }
    }
    let by_hand_m = longest_lay_m(run);
    Ok(lays.into_iter().map(|lay| lay.unwrap_or(by_hand_m)).collect())
}

/// Where hydrants enter the hose network; see [`nearest_ways`].
fn sources(run: &HydrantRun, ways: &HoseNetwork, obstacles: &Obstacles, reading: StateReading) -> Vec<DistanceSource> {
    let limit_m = longest_lay_m(run);
    let source = |(number, placed): (u32, &PlacedHydrant)| {
        let at = Some(placed.hydrant.geometry.0).filter(|_| reading.counts(placed.hydrant.state));
        let positions = at.map_or_else(Vec::new, |at| nearest_ways(run.area, obstacles, at, limit_m));
        positions.into_iter().filter_map(move |position| {
            let place = ways.place(position.segment, position.offset_m)?;
            Some(DistanceSource { place, ahead: position.distance_m, number })
        })
    };
    (0_u32..).zip(run.placed).collect::<Vec<_>>().into_par_iter().flat_map_iter(source).collect()
}

method_constants! {
    /// 一栋建筑除中心外最多从几个角点量水带 | Most corners of a building from which a hose is measured, beside its middle
    const HOSE_CORNERS: usize = 8,
        because "沿街与背街两侧都能量到，更多角点很少改变是否可达；假定值，供审查 | Enough to come from every street around it; an assumption, for review";
    /// 同一路段上相距小于此值的水带出口视为一处 | Places on one road where hoses leave it and that lie nearer together than this are one
    const SAME_EXIT_M: f64 = 1.0,
        because "远小于一盘水带的长度（20 米） | Far less than one length of hose (20 m)";
}

/// Of many distances, the two smallest that belong to different hydrants.
fn merge(all: impl Iterator<Item = DistanceLabel>) -> [Option<DistanceLabel>; 2] {
    let mut best: [Option<DistanceLabel>; 2] = [None; 2];
    let mut all: Vec<DistanceLabel> = all.collect();
    all.sort_by(|a, b| a.distance.total_cmp(&b.distance).then(a.source.cmp(&b.source)));
    for near in all {
        match best {
            [None, _] => best[0] = Some(near),
            [Some(first), None] if first.source != near.source => best[1] = Some(near),
            _ => {}
        }
    }
    best
}

impl ReachFinder<'_> {
    /// The street that a place lies at and where along it: by the nearest exit of a hose.
    pub(super) fn street_of(&self, access: &[HoseExit]) -> Option<(StreetId, f64)> {
        let exit = access.iter().min_by(|a, b| a.off_m.total_cmp(&b.off_m))?;
        let (segment, from_m, _) = self.ways.stretch(exit.place.edge);
        let (street, part) = self.run.streets.part(segment)?;
        Some((street, part.chainage(from_m + exit.place.offset)))
    }

    /// Whether a hydrant that counts as planned reaches a place.
    pub(super) fn is_planned(&self, access: &[HoseExit]) -> bool {
        self.nearest(&self.planned, access)[0].is_some()
    }

    pub(super) fn access_of(&self, from: Coord, off_m: impl Fn(Coord) -> f64) -> Vec<HoseExit> {
        let positions = nearest_ways(self.run.area, self.obstacles, from, self.limit_m).into_iter();
        let exit = |position: Position| {
            let place = self.ways.place(position.segment, position.offset_m)?;
            Some(HoseExit { place, off_m: off_m(position.at), limit_m: self.lay_m[position.segment.index()] })
        };
        positions.filter_map(exit).collect()
    }

    /// From the middle and from up to [`HOSE_CORNERS`] corners of the outline: a corner house is reached from either street.
    fn accesses(&self, shape: &MultiPolygon, middle: Coord) -> Vec<HoseExit> {
        let corners: Vec<Coord> = shape.0.first().map_or_else(Vec::new, |outline| outline.exterior().0.clone());
        let every = corners.len().div_ceil(HOSE_CORNERS).max(1);
        let mut found: Vec<HoseExit> = std::iter::once(middle)
            .chain(corners.into_iter().skip(1).step_by(every))
            .flat_map(|from| self.access_of(from, |at| Euclidean.distance(&Point(at), shape)))
            .collect();
        found.sort_by(|a, b| a.place.edge.cmp(&b.place.edge).then(a.off_m.total_cmp(&b.off_m)));
        found.dedup_by(|a, b| a.place.edge == b.place.edge && (a.place.offset - b.place.offset).abs() < SAME_EXIT_M);
        found
    }

    pub(super) fn nearest(&self, field: &DistanceField, access: &[HoseExit]) -> [Option<DistanceLabel>; 2] {
        let labels = access.iter().flat_map(|access| {
            let two = field.at(access.place).into_iter().flatten();
            let to_wall = two.map(|near| DistanceLabel { distance: near.distance + access.off_m, source: near.source });
            to_wall.filter(|near| near.distance <= access.limit_m + SAME)
        });
        merge(labels)
    }

    /// Hydrants within the radius, known to work and perhaps working.
    pub(super) fn in_radius(&self, center: Coord, around_m: f64, distance_m: impl Fn(Point) -> f64) -> [u32; 2] {
        let radius_m = self.run.rules_at(center).radius_m.value;
        let near = self.hydrants.locate_within_distance([center.x, center.y], (radius_m + around_m).powi(2));
        let mut counts = [0; 2];
        for found in near {
            let hydrant = &self.run.placed[found.data.index()].hydrant;
            if distance_m(hydrant.geometry) <= radius_m + SAME {
                counts[0] += u32::from(StateReading::Certain.counts(hydrant.state));
                counts[1] += u32::from(StateReading::Hopeful.counts(hydrant.state));
            }
        }
        counts
    }

    fn buildings(&self, notes: &mut Notes) -> Vec<ServedBuilding> {
        let all = &self.run.area.layers.buildings;
        let in_scope = all.par_iter().filter_map(|building| {
            let middle = building.geometry.centroid()?.0;
            self.run.scope.is_near(middle).then(|| self.building(building, middle))
        });
        let buildings: Vec<ServedBuilding> = in_scope.collect();
        for building in buildings.iter().filter(|building| building.row.served == Served::Unplaced) {
            let text = "建筑周围没有可铺水带的道路，未落位，列为待核 | Buildings with no way near to lay a hose along: unplaced, undetermined";
            notes.add(Severity::LeftOut, Some(LayerId::Buildings), text, building.row.name.as_str());
        }
        if buildings.len() < all.len() && !all.is_empty() {
            let text = "无市政管网范围内的建筑不判定消火栓可达，见“消防水源” | Buildings where there are no mains are not asked about; see the water analysis";
            let outside = all.len() - buildings.len();
            notes.add_counted(Severity::Info, LayerId::Buildings, text, outside, format!("{outside} / {}", all.len()));
        }
        buildings
    }

    fn building(&self, building: &fireplan_model::layers::Building, middle: Coord) -> ServedBuilding {
        let shape = &building.geometry;
        let access = self.accesses(shape, middle);
        let [certain, hopeful] = [&self.certain, &self.hopeful].map(|field| self.nearest(field, &access));
        let planned = self.nearest(&self.planned, &access)[0].is_some();
        let around_m = shape.bounding_rect().map_or(0.0, |rect| rect.width().hypot(rect.height()));
        let in_radius = self.in_radius(middle, around_m, |at| Euclidean.distance(&at, shape));
        let served = match (certain[0], certain[1], hopeful[0]) {
            _ if access.is_empty() => Served::Unplaced,
            (Some(_), Some(_), _) => Served::Two,
            (Some(_), None, _) => Served::One,
            (None, _, Some(_)) => Served::Hopeful,
            _ if in_radius[1] > 0 => Served::RadiusOnly,
            _ => Served::Uncovered,
        };
        let shown = if certain[0].is_some() { certain } else { hopeful };
        let name = |near: Option<DistanceLabel>| {
            near.map_or_else(String::new, |near| label(self.run.placed[near.source as usize].hydrant))
        };
        let count = |two: &[Option<DistanceLabel>; 2]| two.iter().flatten().count() as u32;
        let town = self.run.towns.at(middle);
        let mut row = BuildingWater {
            geometry: shape.clone(),
            name: building.name.clone(),
            kind: building.kind.clone(),
            town: self.run.towns.name(town),
            served,
            by_hose: count(&certain),
            by_hose_hopeful: count(&hopeful),
            in_radius: in_radius[0],
            hose_m: shown[0].map(|near| near.distance.ceil()),
            hydrant: name(shown[0]),
            second_hydrant: name(shown[1]),
            story: Label::new("", ""),
        };
        let limit_m = access.iter().map(|exit| exit.limit_m).reduce(f64::max).unwrap_or(self.limit_m);
        row.story = tell_building(&row, limit_m, self.run.rules_at(middle).radius_m.value);
        let alone =
            |two: &[Option<DistanceLabel>; 2]| two[0].filter(|_| two[1].is_none()).map(|near| HydrantId(near.source));
        let sole = if certain[0].is_some() { alone(&certain) } else { alone(&hopeful) };
        ServedBuilding { row, town, access, sole, planned }
    }
}
