//! Fire pipes of the forest: which pools and tanks do they connect into one system?
//!
//! Two pipes are joined where an end of one comes within a tolerance of the other; pipes that cross elsewhere pass over one
//! another. A pool, tank or intake is on a pipe that ends within the tolerance of it. A pool or tank is *connected* if working
//! pipes lead from it to another pool, tank or intake. Of pipes whose state nobody stated it is not known. Where a
//! range has several systems that are not joined, its largest is held against the clause, by which all are to be joined. A pool that
//! was drawn twice is one. Pools and tanks are the forest's when forest lies within the radius in which they serve.

use std::collections::BTreeMap;

use geo::{BoundingRect, Centroid, Coord, Distance, Euclidean, LineString, Point};
use rstar::primitives::{GeomWithData, Line as IndexedLine};
use rstar::{AABB, RTree};

use super::FirebreakCase;
use super::duties::{DutyAmounts, ForestTask, HeldDuty, Span, held};
use super::units::ForestUnit;
use fireplan_algorithms::union_find::UnionFind;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{FacilityState, FirePipe, LayerId, WaterKind, WaterSource};
use fireplan_model::method_constants;
use fireplan_model::rows::Label;
use fireplan_model::{codes, row};

codes! {
    /// Whether pipes connect a pool or tank to others.
    pub enum PoolLink order best_first {
        /// 已与其他水池、水箱连接 | Connected to others
        Connected = "connected",
        /// 未连接 | Not connected
        Apart = "apart",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 森林消防水池、水箱 | Forest pools and tanks
    pub struct ForestPool {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 类别 | Kind
        kind: WaterKind,
        /// 管网连接 | Connection
        link: PoolLink,
        /// 管网系统 | System
        system: String,
        /// 系统内水池、水箱、取水点 | Pools, tanks and intakes of the system
        system_size: u32,
        /// 容量 | Volume
        volume_m3: Option<f64>,
    }
}

row! {
    /// 森林消防管网系统 | Systems of forest fire pipes
    pub struct ForestPipe {
        geometry: LineString,
        /// 名称 | Name
        name: String,
        /// 管网系统 | System
        system: String,
        /// 管径 | Diameter
        diameter_mm: Option<f64>,
        /// 状态 | State
        state: FacilityState,
        /// 长度 | Length
        length_m: f64,
    }
}

method_constants! {
    /// 管道端头与另一管道、水池、水箱相距不超过此值视为相接 | An end of a pipe joins what comes this near
    const PIPE_JOIN_M: f64 = 5.0,
        because "水池多以中心点表示，管线以手持定位仪测绘，两者合计误差约 5 米；假定值，供审查 | Pools are often drawn as their middle and pipes surveyed by hand-held receivers: some 5 m together; an assumption, for review";
    /// 同类水池、水箱中心相距不超过此值视为同一座 | Pools or tanks of one kind whose middles are this near are one
    const SAME_POOL_M: f64 = 1.0,
        because "同一座在两份资料中的位置差 | The same one in two sources";
}

/// A pool, tank or intake that pipes may lead to.
struct PipedWater<'a> {
    source: &'a WaterSource,
    at: Point,
    town: Option<TownId>,
    /// Of its forest; `None`: it has none.
    forest: Option<u32>,
    link: PoolLink,
    /// Its system by working pipes alone.
    certain_system: u32,
    system: u32,
    system_size: u32,
}

impl PipedWater<'_> {
    fn is_counted(&self) -> bool {
        self.forest.is_some() && matches!(self.source.kind, WaterKind::Pool | WaterKind::Tank)
    }
}

/// What the pipes connect.
pub(super) struct PipeSystems<'a> {
    waters: Vec<PipedWater<'a>>,
    pub pools: Vec<ForestPool>,
    pub pipes: Vec<ForestPipe>,
}

impl<'a> PipeSystems<'a> {
    pub(super) fn new(case: &FirebreakCase<'a>) -> Self {
        let mut waters = piped_waters(case);
        let pipes = &case.area.layers.fire_pipes;
        let certain = join(pipes, &waters, |state| state.is_working() == Some(true));
        let possible = join(pipes, &waters, |state| state.is_working() != Some(false));
        let known = case.area.has(LayerId::FirePipes);
        for (number, water) in waters.iter_mut().enumerate() {
            water.link = match (certain.is_shared(number), possible.is_shared(number)) {
                (true, _) => PoolLink::Connected,
                (false, false) if known => PoolLink::Apart,
                _ => PoolLink::Unknown,
            };
            water.certain_system = certain.system_of(number).0;
            (water.system, water.system_size) = possible.system_of(number);
        }
        let names = possible.names(waters.len());
        let name = |system: u32| names.get(&system).cloned().unwrap_or_default();
        let pools = waters.iter().filter(|water| water.is_counted()).map(|water| ForestPool {
            geometry: water.at,
            name: water.source.name.clone(),
            town: case.towns.name(water.town),
            kind: water.source.kind,
            link: water.link,
            system: name(water.system),
            system_size: water.system_size,
            volume_m3: water.source.volume_m3,
        });
        let pools = pools.collect();
        let pipe = |(number, pipe): (usize, &FirePipe)| ForestPipe {
            geometry: pipe.geometry.clone(),
            name: pipe.name.clone(),
            system: name(possible.groups[waters.len() + number]),
            diameter_mm: pipe.diameter_mm,
            state: pipe.state,
            length_m: super::whole(geo::Length::length(&Euclidean, &pipe.geometry)),
        };
        let pipes = pipes.iter().enumerate().map(pipe).collect();
        Self { waters, pools, pipes }
    }

    /// Per unit, the share of its pools and tanks that are connected with one another: in each range those of its largest system.
    pub(super) fn duties(&self, case: &FirebreakCase, units: &[ForestUnit]) -> Vec<HeldDuty> {
        units.iter().filter_map(|unit| self.duty(case, unit)).collect()
    }

    fn duty(&self, case: &FirebreakCase, unit: &ForestUnit) -> Option<HeldDuty> {
        let limit = &case.rules_of(unit).pipes_connected_percent;
        let own = || self.waters.iter().filter(|water| water.is_counted() && unit.holds(water.town, water.forest));
        let all = own().count() as f64;
        let connected =
            largest_systems(own().filter(|water| water.link == PoolLink::Connected), |one| one.certain_system);
        let perhaps = largest_systems(own().filter(|water| water.link != PoolLink::Apart), |one| one.system);
        let unknown = if case.area.has(LayerId::FirePipes) { perhaps - connected } else { all };
        // Where the area has pools, a unit without any has nothing to connect, whatever else asks it to have some; where the
        // area has none, maybe nobody drew them.
        if all == 0.0 && self.waters.iter().any(PipedWater::is_counted) {
            return None;
        }
        let share = Span::percent(connected, unknown, all);
        let check = limit.check(&unit.name, share.and_then(|share| share.decided(limit)));
        let remark = match (all > 0.0, case.area.has(LayerId::FirePipes)) {
            (false, _) => {
                Label::new("水源图层中没有林区的消防水池、水箱", "the water layer has no pool or tank for the forest")
            }
            (true, false) => Label::new("没有森林消防管网图层", "there is no layer of forest fire pipes"),
            (true, true) => Label::new(
                format!(
                    "共 {all} 座水池、水箱，已相互连接 {connected} 座（每一山系按最大的一个管网系统计），待核 {unknown} 座"
                ),
                format!(
                    "of {all} pools and tanks {connected} are connected with one another (of each range those of its \
                     largest system), {unknown} not known"
                ),
            ),
        };
        let amounts = DutyAmounts {
            task: ForestTask::Pipes,
            counted_in: Label::new("水池、水箱 座", "pools and tanks"),
            // A system of pools needs at least one.
            required: all.max(1.0),
            present: share.map(|_| connected),
        };
        held(case, unit, check, amounts, remark)
    }
}

/// How many pools and tanks the largest system of each range connects.
fn largest_systems<'w>(waters: impl Iterator<Item = &'w PipedWater<'w>>, system: fn(&PipedWater) -> u32) -> f64 {
    let mut sizes: BTreeMap<Option<u32>, BTreeMap<u32, u32>> = BTreeMap::new();
    waters.for_each(|water| *sizes.entry(water.forest).or_default().entry(system(water)).or_default() += 1);
    sizes.values().filter_map(|systems| systems.values().max()).map(|size| f64::from(*size)).sum()
}

fn piped_waters<'a>(case: &FirebreakCase<'a>) -> Vec<PipedWater<'a>> {
    let radius_m = case.rules.firebreak.water_radius_m.value;
    let mut found: Vec<PipedWater> = Vec::new();
    for source in &case.area.layers.water_sources {
        let is_piped = matches!(source.kind, WaterKind::Pool | WaterKind::Tank | WaterKind::Intake);
        let Some(at) = source.geometry.centroid().filter(|_| is_piped) else { continue };
        let same =
            |other: &PipedWater| other.source.kind == source.kind && Euclidean.distance(other.at, at) <= SAME_POOL_M;
        if found.iter().any(same) {
            continue;
        }
        let woods = &case.woods.index;
        let forest = woods.area_at(at.0).or_else(|| woods.nearest(at.0, radius_m).map(|(_, forest)| forest));
        let town = case.towns.at(at.0);
        let link = PoolLink::Unknown;
        found.push(PipedWater { source, at, town, forest, link, certain_system: 0, system: 0, system_size: 0 });
    }
    found
}

/// Who is joined to whom: the waters first, then the pipes.
struct PipeGroups {
    groups: Vec<u32>,
    /// Waters of each group.
    sizes: BTreeMap<u32, u32>,
}

impl PipeGroups {
    fn system_of(&self, water: usize) -> (u32, u32) {
        let group = self.groups[water];
        (group, self.sizes.get(&group).copied().unwrap_or(0))
    }

    fn is_shared(&self, water: usize) -> bool {
        self.system_of(water).1 > 1
    }

    /// Systems with a pipe, in the order in which their pipes are listed.
    fn names(&self, waters: usize) -> BTreeMap<u32, String> {
        let mut names = BTreeMap::new();
        for group in &self.groups[waters..] {
            let number = names.len() + 1;
            names.entry(*group).or_insert_with(|| format!("管网{number:02}"));
        }
        names
    }
}

fn join(pipes: &[FirePipe], waters: &[PipedWater], is_used: impl Fn(FacilityState) -> bool) -> PipeGroups {
    let mut union = UnionFind::new(waters.len() + pipes.len());
    let member = |pipe: usize| (waters.len() + pipe) as u32;
    let used = || pipes.iter().enumerate().filter(|(_, pipe)| is_used(pipe.state));
    let ends =
        |pipe: &FirePipe| [pipe.geometry.0.first().copied(), pipe.geometry.0.last().copied()].into_iter().flatten();
    let indexed = used().flat_map(|(number, pipe)| {
        pipe.geometry.lines().map(move |line| {
            let [from, to] = [line.start, line.end].map(|at| [at.x, at.y]);
            GeomWithData::new(IndexedLine::new(from, to), number)
        })
    });
    let lines = RTree::bulk_load(indexed.collect());
    let tips = used().flat_map(|(number, pipe)| ends(pipe).map(move |at| GeomWithData::new([at.x, at.y], number)));
    let tips = RTree::bulk_load(tips.collect());
    for tip in &tips {
        let near = lines.nearest_neighbor_iter_with_distance_2(tip.geom());
        for (line, _) in near.take_while(|(_, square)| *square <= PIPE_JOIN_M * PIPE_JOIN_M) {
            union.join(member(tip.data), member(line.data));
        }
    }
    for (number, water) in waters.iter().enumerate() {
        let Some(rect) = water.source.geometry.bounding_rect() else { continue };
        let (low, high) = (rect.min() - corner(), rect.max() + corner());
        for tip in tips.locate_in_envelope_intersecting(&AABB::from_corners([low.x, low.y], [high.x, high.y])) {
            let [x, y] = *tip.geom();
            if Euclidean.distance(&geo::Geometry::from(Point::new(x, y)), &water.source.geometry) <= PIPE_JOIN_M {
                union.join(number as u32, member(tip.data));
            }
        }
    }
    let groups: Vec<u32> = (0..(waters.len() + pipes.len()) as u32).map(|member| union.group(member)).collect();
    let mut sizes = BTreeMap::new();
    groups[..waters.len()].iter().for_each(|group| *sizes.entry(*group).or_insert(0) += 1);
    PipeGroups { groups, sizes }
}

/// How far around a water pipes are looked for.
fn corner() -> Coord {
    Coord { x: PIPE_JOIN_M, y: PIPE_JOIN_M }
}
