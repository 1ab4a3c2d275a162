//! Water for fighting forest fires: fire-water points on foot, open water from the air, and how much forest is near either.
//!
//! Forest is counted at places of a regular lattice; what is near which water is told by town and by *range* (山系): forest
//! that hangs together.

use std::collections::BTreeMap;

use geo::{Area, Centroid, Coord, Geometry, InteriorPoint, MultiPolygon, Point};
use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::lattice::{ForestPlace, Lattice};
use super::story::{tell_range, tell_water};
use super::units::{ForestUnit, ForestUnits, UnitId};
use super::{FirebreakCase, hm2};
use crate::response::water_surface::surface;
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{WaterKind, WaterSource};
use fireplan_model::method_constants;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;
use fireplan_model::{codes, row};

codes! {
    /// How water is taken.
    pub enum Taken {
        /// 直升机可取水的水面 | Water that helicopters can draw from
        ByHelicopter = "helicopter",
        /// 消防取水点 | Fire-water point
        OnGround = "ground",
    }
}

row! {
    /// 森林消防取水点 | Water for forest fires
    pub struct ForestWater {
        geometry: Point,
        /// 水源 | Water
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 取水方式 | Taken
        taken: Taken,
        /// 类别 | Kind
        kind: WaterKind,
        /// 服务半径 | Radius
        radius_m: f64,
        /// 半径内森林 | Forest within the radius
        forest_hm2: f64,
        /// 仅此一处可用的森林 | Forest that has no other
        only_hm2: f64,
    }
}

row! {
    /// 山系(连片森林)取水 | Water by range of forest
    pub struct RangeWater {
        geometry: MultiPolygon,
        /// 山系(连片森林) | Range
        name: String,
        /// 主要乡镇 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 面积 | Area
        forest_hm2: f64,
        /// 取水半径内森林 | Forest near fire water
        water_percent: f64,
        /// 取水半径外森林 | Forest far from fire water
        dry_hm2: f64,
        /// 直升机取水半径内森林 | Forest near helicopter water
        helicopter_percent: f64,
        /// 直升机取水半径外森林 | Forest far from helicopter water
        far_hm2: f64,
    }
}

/// One place where water for forest fires is taken.
pub(super) struct ServingWater {
    pub source: usize,
    pub at: Point,
    taken: Taken,
    /// Of helicopter water, what it covers.
    area: Option<OpenWater>,
}

/// Open water that a helicopter can dip into.
pub(super) struct OpenWater {
    pub index: AreaIndex,
    pub shape: MultiPolygon,
}

pub(super) struct ForestWaters {
    list: Vec<ServingWater>,
    /// Fire-water points, by their place in the list.
    points: RTree<GeomWithData<[f64; 2], usize>>,
}

impl ForestWaters {
    pub(super) fn new(area: &StudyArea, rules: &Rules) -> Self {
        let mut list = Vec::new();
        for (source, water) in area.layers.water_sources.iter().enumerate() {
            let served = match water.kind {
                WaterKind::Pool | WaterKind::Tank | WaterKind::Intake | WaterKind::PumpHouse => {
                    water.geometry.centroid().map(|at| ServingWater { source, at, taken: Taken::OnGround, area: None })
                }
                // Fires come in the dry season.
                _ if water.perennial == Some(false) => None,
                WaterKind::Lake | WaterKind::Reservoir | WaterKind::River | WaterKind::Pond => {
                    dipped(source, water, rules.firebreak.helicopter_water_m2.value)
                }
                WaterKind::Stream | WaterKind::Unknown => None,
            };
            list.extend(served);
        }
        let on_ground = list.iter().enumerate().filter(|(_, served)| served.taken == Taken::OnGround);
        let points = on_ground.map(|(number, served)| GeomWithData::new([served.at.x(), served.at.y()], number));
        Self { points: RTree::bulk_load(points.collect()), list }
    }

    /// Distance to the nearest fire-water point.
    pub(super) fn nearest_m(&self, place: Coord) -> Option<f64> {
        let [x, y] = *self.points.nearest_neighbor(&[place.x, place.y])?.geom();
        Some((x - place.x).hypot(y - place.y))
    }

    /// Open water for helicopters.
    pub(super) fn dipped(&self) -> impl Iterator<Item = (&ServingWater, &OpenWater)> {
        self.list.iter().filter_map(|served| Some((served, served.area.as_ref()?)))
    }

    /// Places of the fire-water points.
    pub(super) fn fire_points(&self) -> impl Iterator<Item = Coord> {
        self.points.iter().map(|point| Coord::from(*point.geom()))
    }

    /// Numbers of the water sources that serve a place: fire-water points, then open water for helicopters.
    fn serving(&self, place: Coord, rules: &Rules) -> [Vec<usize>; 2] {
        let (ground_m, air_m) = (rules.firebreak.water_radius_m.value, rules.firebreak.helicopter_radius_m.value);
        let mut on_ground: Vec<usize> =
            self.points.locate_within_distance([place.x, place.y], ground_m * ground_m).map(|at| at.data).collect();
        on_ground.sort_unstable();
        let near = |served: &ServingWater| {
            let covers = |water: &OpenWater| water.index.contains(place) || water.index.nearest(place, air_m).is_some();
            served.area.as_ref().is_some_and(covers)
        };
        let by_air = self.list.iter().enumerate().filter(|(_, served)| near(served)).map(|(number, _)| number);
        [on_ground, by_air.collect()]
    }
}

/// Open water as a source for helicopters, if it is large enough for their bucket. A river drawn as a line counts by its
/// stated width.
fn dipped(source: usize, water: &WaterSource, least_m2: f64) -> Option<ServingWater> {
    let is_line = matches!(water.geometry, Geometry::LineString(_) | Geometry::MultiLineString(_));
    if is_line && water.width_m.is_none_or(|width_m| width_m < DIPPED_WIDTH_M) {
        return None;
    }
    let shape = surface(water);
    if shape.unsigned_area() < least_m2 {
        return None;
    }
    let at = shape.interior_point()?;
    let area = OpenWater { index: AreaIndex::new(&shape.0), shape };
    Some(ServingWater { source, at, taken: Taken::ByHelicopter, area: Some(area) })
}

/// Places of forest, and how many of them are near water.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WateredPlaces {
    pub places: u32,
    pub on_ground: u32,
    pub by_air: u32,
}

impl WateredPlaces {
    pub(super) fn add(&mut self, other: Self) {
        self.places += other.places;
        self.on_ground += other.on_ground;
        self.by_air += other.by_air;
    }
}

/// What counting forest on the lattice gives.
pub(super) struct WaterFindings {
    pub by_town: BTreeMap<Option<TownId>, WateredPlaces>,
    pub points: Vec<ForestWater>,
    pub ranges: Vec<RangeWater>,
}

pub(super) fn watered(case: &FirebreakCase, lattice: &Lattice, units: &ForestUnits) -> WaterFindings {
    let served_by = |place: &ForestPlace| case.water.serving(place.at, case.rules);
    let serving: Vec<[Vec<usize>; 2]> = lattice.places.par_iter().map(served_by).collect();
    let place_m2 = lattice.place_m2(case);
    let (mut by_town, mut by_range) = (BTreeMap::new(), BTreeMap::new());
    let mut forest = vec![(0_u32, 0_u32); case.water.list.len()];
    for (place, serving) in lattice.places.iter().zip(&serving) {
        let [on_ground, by_air] = serving.each_ref().map(|serving| u32::from(!serving.is_empty()));
        let here = WateredPlaces { places: 1, on_ground, by_air };
        by_town.entry(place.town).or_insert_with(WateredPlaces::default).add(here);
        by_range.entry(UnitId::Range(place.range)).or_insert_with(WateredPlaces::default).add(here);
        for serving in serving {
            for number in serving {
                forest[*number].0 += 1;
                forest[*number].1 += u32::from(serving.len() == 1);
            }
        }
    }
    let served = case.water.list.iter().zip(&forest).filter(|(_, (near, _))| *near > 0);
    let points = served.map(|(served, (near, only))| {
        point(case, served, hm2(f64::from(*near) * place_m2), hm2(f64::from(*only) * place_m2))
    });
    WaterFindings { points: points.collect(), ranges: ranges(case, units, &by_range), by_town }
}

fn point(case: &FirebreakCase, served: &ServingWater, forest_hm2: f64, only_hm2: f64) -> ForestWater {
    let source = &case.area.layers.water_sources[served.source];
    let rule = &case.rules.firebreak;
    let radius_m = match served.taken {
        Taken::OnGround => rule.water_radius_m.value,
        Taken::ByHelicopter => rule.helicopter_radius_m.value,
    };
    let mut row = ForestWater {
        geometry: served.at,
        name: source.name.clone(),
        town: case.towns.name(case.towns.at(served.at.0)),
        story: Label::default(),
        taken: served.taken,
        kind: source.kind,
        radius_m,
        forest_hm2,
        only_hm2,
    };
    row.story = tell_water(&row);
    row
}

method_constants! {
    /// 以中心线表示的河流，宽度不小于此值才计作直升机取水水面 | Least width of a river drawn as a line for helicopters to draw water from it
    const DIPPED_WIDTH_M: f64 = 10.0,
        because "窄于一具吊桶与旋翼的活动范围，再长也不能取水；假定值，供审查 | Narrower ones have no room for a bucket, however long they are; an assumption, for review";
}

/// The ranges, the one with most forest far from water first.
fn ranges(case: &FirebreakCase, units: &ForestUnits, by_range: &BTreeMap<UnitId, WateredPlaces>) -> Vec<RangeWater> {
    let of = |unit: &ForestUnit| {
        let watered = by_range.get(&unit.id)?;
        let share = |places: u32| f64::from(places) / f64::from(watered.places);
        let percent = |places: u32| (share(places) * 1000.0).round() / 10.0;
        let rest_hm2 = |places: u32| ((1.0 - share(places)) * unit.forest_hm2 * 10.0).round() / 10.0 + 0.0;
        let mut row = RangeWater {
            geometry: unit.shape.clone(),
            name: unit.name.clone(),
            town: case.towns.name(unit.town),
            story: Label::default(),
            forest_hm2: unit.forest_hm2,
            water_percent: percent(watered.on_ground),
            dry_hm2: rest_hm2(watered.on_ground),
            helicopter_percent: percent(watered.by_air),
            far_hm2: rest_hm2(watered.by_air),
        };
        row.story = tell_range(case, &row);
        Some(row)
    };
    let mut rows: Vec<RangeWater> = units.ranges().filter_map(of).collect();
    rows.sort_by(|a, b| b.dry_hm2.total_cmp(&a.dry_hm2));
    rows
}
