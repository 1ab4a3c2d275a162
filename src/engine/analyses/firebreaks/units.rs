//! The units of which the notices ask something: towns with forest, and ranges (山系): forest that hangs together.
//!
//! A notice says "以乡镇（街道）或山系为单元": whoever plans chooses, so both are shown and both are checked.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use geo::{BooleanOps, CoordsIter, MultiPolygon, Polygon};
use rayon::prelude::*;

use super::gaps::BARRIER_TOUCH_M;
use super::lattice::Lattice;
use super::{FirebreakCase, hm2};
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::codes;
use fireplan_model::ids::TownId;
use fireplan_model::layers::Town;
use fireplan_model::method_constants;

codes! {
    /// What kind of unit it is.
    pub enum ForestUnitKind {
        /// 乡镇街道 | Town
        Town = "town",
        /// 山系(连片森林) | Range of forest
        Range = "range",
    }
}

method_constants! {
    /// 连片森林不小于此面积才列为山系 | Least forest that hangs together for it to be listed as a range
    const RANGE_HM2: f64 = 50.0,
        because "更小的是林地而非山系；假定值，供审查 | Smaller ones are woods, not mountains; an assumption, for review";
}

/// What makes a unit: a town, or the forest of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum UnitId {
    Town(TownId),
    Range(u32),
}

/// A town with forest, or a range.
pub(super) struct ForestUnit {
    pub id: UnitId,
    pub name: String,
    /// Where most of its forest lies.
    pub town: Option<TownId>,
    /// Its forest.
    pub shape: MultiPolygon,
    pub forest_hm2: f64,
    index: AreaIndex,
}

impl ForestUnit {
    pub(super) fn kind(&self) -> ForestUnitKind {
        match self.id {
            UnitId::Town(_) => ForestUnitKind::Town,
            UnitId::Range(_) => ForestUnitKind::Range,
        }
    }

    /// Whether what stands in this town and belongs to this forest is the unit's.
    pub(super) fn holds(&self, town: Option<TownId>, forest: Option<u32>) -> bool {
        match self.id {
            UnitId::Town(id) => town == Some(id),
            UnitId::Range(id) => forest == Some(id),
        }
    }

    /// Whether a place lies in its forest or no farther from it.
    pub(super) fn is_near_place(&self, place: geo::Coord, within_m: f64) -> bool {
        self.index.contains(place) || self.index.nearest(place, within_m).is_some()
    }

    /// Whether ground comes so near to its forest: a vertex of one of the two outlines does, or they overlap.
    pub(super) fn is_near_area(&self, area: &AreaIndex, outline: &MultiPolygon, within_m: f64) -> bool {
        let near = |place| area.contains(place) || area.nearest(place, within_m).is_some();
        outline.coords_iter().any(|place| self.is_near_place(place, within_m)) || self.shape.coords_iter().any(near)
    }
}

/// The units of the area, and how much forest each town has, and what lies in none.
pub(super) struct ForestUnits {
    /// Towns in the order of the layer, then ranges, the largest first.
    pub list: Vec<ForestUnit>,
    pub forest_m2: BTreeMap<Option<TownId>, f64>,
}

impl ForestUnits {
    pub(super) fn new(case: &FirebreakCase, lattice: &Lattice) -> Self {
        let all = case.woods.shape();
        let towns = &case.area.layers.towns;
        let of_town = |(number, town): (usize, &Town)| {
            let shape = all.intersection(&town.geometry);
            (TownId::at(number), case.area.plane.area_m2(&shape), shape)
        };
        let shapes: Vec<(TownId, f64, MultiPolygon)> = towns.par_iter().enumerate().map(of_town).collect();
        let mut forest_m2: BTreeMap<Option<TownId>, f64> =
            shapes.iter().map(|(town, area_m2, _)| (Some(*town), *area_m2)).collect();
        let polygons: Vec<&Polygon> = towns.iter().flat_map(|town| &town.geometry.0).collect();
        forest_m2.insert(None, case.area.plane.area_m2(&all.difference(&dissolve(polygons))));
        let mut list: Vec<ForestUnit> = shapes
            .into_iter()
            .filter(|(_, area_m2, _)| hm2(*area_m2) > 0.0)
            .map(|(town, area_m2, shape)| {
                unit(UnitId::Town(town), case.towns.name(Some(town)), Some(town), shape, area_m2)
            })
            .collect();
        list.extend(ranges(case, lattice));
        Self { list, forest_m2 }
    }

    /// The name of the range in or at the edge of which a place lies; empty where the forest there is too small for one.
    pub(super) fn range_at(&self, case: &FirebreakCase, place: geo::Coord) -> String {
        let woods = &case.woods.index;
        let forest = woods.area_at(place).or_else(|| woods.nearest(place, BARRIER_TOUCH_M).map(|(_, forest)| forest));
        let range = self.ranges().find(|unit| forest.is_some_and(|forest| unit.id == UnitId::Range(forest)));
        range.map_or_else(String::new, |unit| unit.name.clone())
    }

    /// The ranges, the largest first.
    pub(super) fn ranges(&self) -> impl Iterator<Item = &ForestUnit> {
        self.list.iter().filter(|unit| unit.kind() == ForestUnitKind::Range)
    }
}

fn unit(id: UnitId, name: String, town: Option<TownId>, shape: MultiPolygon, area_m2: f64) -> ForestUnit {
    let index = AreaIndex::new(&shape.0);
    ForestUnit { id, name, town, shape, forest_hm2: hm2(area_m2), index }
}

fn ranges(case: &FirebreakCase, lattice: &Lattice) -> Vec<ForestUnit> {
    let mut towns: BTreeMap<u32, BTreeMap<Option<TownId>, u32>> = BTreeMap::new();
    for place in &lattice.places {
        *towns.entry(place.range).or_default().entry(place.town).or_default() += 1;
    }
    let mut found: Vec<(u32, f64)> = (0..)
        .zip(&case.woods.forests)
        .map(|(number, forest)| (number, case.area.plane.area_m2(&MultiPolygon(vec![forest.clone()]))))
        .filter(|(_, area_m2)| hm2(*area_m2) >= RANGE_HM2)
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let of = |(rank, (number, area_m2)): (usize, (u32, f64))| {
        let shape = MultiPolygon(vec![case.woods.forests[number as usize].clone()]);
        let main = towns.get(&number).and_then(|towns| {
            towns.iter().max_by_key(|(town, places)| (**places, Reverse(**town))).and_then(|(town, _)| *town)
        });
        unit(UnitId::Range(number), format!("山系{:02}", rank + 1), main, shape, area_m2)
    };
    found.into_iter().enumerate().map(of).collect()
}
