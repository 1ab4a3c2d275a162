//! What is to be reached: places with what each counts.

use anyhow::Result;
use geo::{BoundingRect, Centroid, Contains, Coord};

use crate::analyses::coverage::built_up_places;
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::layers::{BuiltUpKind, LayerId};
use fireplan_model::method_constants;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rules::Rules;

codes! {
    /// What is counted as covered.
    pub enum Counted default People {
        /// 人口 | People
        People = "people",
        /// 村庄 | Villages
        Villages = "villages",
        /// 建筑 | Buildings
        Buildings = "buildings",
        /// 建成区面积 | Built-up area
        BuiltUp = "built_up",
        /// 历史火警与风险点 | Incidents and points of risk
        Incidents = "incidents",
        /// 风险分布 | Risk field
        Risk = "risk",
    }
}

impl Counted {
    /// The solver counts in whole numbers: so many of them are one person, village, building or km².
    pub fn scale(self) -> f64 {
        match self {
            Self::People | Self::Incidents | Self::Risk => 100.0,
            Self::Villages | Self::Buildings => 1.0,
            // A place of a dense lattice stands for some hundred square metres: whole ones would err by a tenth of a point.
            Self::BuiltUp => 1e9,
        }
    }

    /// Unit for people, in both languages.
    pub fn unit(self) -> (&'static str, &'static str) {
        match self {
            Self::People => ("人", "people"),
            Self::Villages => ("个村庄", "villages"),
            Self::Buildings => ("栋建筑", "buildings"),
            Self::BuiltUp => ("km²", "km²"),
            Self::Incidents => ("起（风险值）", "incidents (by weight)"),
            Self::Risk => ("风险值（按 hm²）", "risk (by hm²)"),
        }
    }
}

/// A place to be reached.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    pub at: Coord,
    /// In people, villages, buildings, km² or risk by hm².
    pub weight: f64,
}

method_constants! {
    /// 按责任区面积上限截止新站覆盖时的建成区取样格距 | Spacing of the places that stand for built-up area where caps bound what a station covers
    const BUILT_UP_CELL_M: f64 = 100.0,
        because "每格 1 公顷，与规划用地统计的精度相当 | A hectare each, as land use is accounted for";
}

/// All that is counted, and whether people had to be counted otherwise than asked.
pub(super) fn demands(counted: Counted, (area, rules): (&StudyArea, &Rules), notes: &mut Notes) -> Result<Vec<Demand>> {
    Ok(match counted {
        Counted::People => people(area, notes),
        Counted::Villages => {
            area.layers.villages.iter().map(|village| Demand { at: village.geometry.0, weight: 1.0 }).collect()
        }
        Counted::Buildings => {
            let centres = area.layers.buildings.iter().filter_map(|building| building.geometry.centroid());
            centres.map(|centre| Demand { at: centre.0, weight: 1.0 }).collect()
        }
        // The very places by which coverage judges the plan once it is built.
        Counted::BuiltUp => {
            let places = built_up_places(area, rules)?.into_iter();
            places.map(|(at, weight)| Demand { at, weight }).collect()
        }
        Counted::Risk => risk(area),
        Counted::Incidents => {
            let usable =
                area.layers.incidents.iter().filter(|incident| incident.weight.is_none_or(|weight| weight > 0.0));
            usable.map(|incident| Demand { at: incident.geometry.0, weight: incident.weight.unwrap_or(1.0) }).collect()
        }
    })
}

/// Cells of the risk field within the area, each counting its value by its size: as much whatever the size of the cells.
fn risk(area: &StudyArea) -> Vec<Demand> {
    let Some(grid) = &area.risk else { return Vec::new() };
    let cell_hm2 = grid.cell_m * grid.cell_m / 1e4;
    let cells = (0..grid.rows).flat_map(|row| (0..grid.columns).map(move |column| (column, row)));
    let cells: Vec<(Coord, f64)> = cells
        .filter_map(|(column, row)| Some((grid.center(column, row), grid.value(column, row)?)))
        .filter(|(_, value)| *value > 0.0)
        .collect();
    let inside = AreaIndex::new(&area.boundary.0);
    let cells = cells.into_iter().filter(|(at, _)| area.boundary.0.is_empty() || inside.contains(*at));
    cells.map(|(at, value)| Demand { at, weight: value * cell_hm2 }).collect()
}

/// Cells of the population raster, or else the villages with their residents: as coverage counts people.
fn people(area: &StudyArea, notes: &mut Notes) -> Vec<Demand> {
    if let Some(grid) = &area.population {
        let cells = (0..grid.rows).flat_map(|row| (0..grid.columns).map(move |column| (column, row)));
        let people = cells.filter_map(|(column, row)| {
            let weight = grid.value(column, row).filter(|people| *people > 0.0)?;
            Some(Demand { at: grid.center(column, row), weight })
        });
        return people.collect();
    }
    let mut demands = Vec::new();
    for village in &area.layers.villages {
        match village.population_people {
            Some(people) => demands.push(Demand { at: village.geometry.0, weight: f64::from(people) }),
            None => notes.add(
                Severity::LeftOut,
                Some(LayerId::Villages),
                "村庄缺人口，未计入选址需求 | Village without a population, not counted",
                village.name.as_str(),
            ),
        }
    }
    demands
}

/// Places on a regular lattice within the built-up areas of some kinds, each standing for its cell.
pub(super) fn built_up(area: &StudyArea, counts: impl Fn(BuiltUpKind) -> bool) -> Vec<Demand> {
    let mut demands = Vec::new();
    for built_up in area.layers.built_up.iter().filter(|built_up| counts(built_up.kind)) {
        let Some(rect) = built_up.geometry.bounding_rect() else { continue };
        let steps = |length_m: f64| (length_m / BUILT_UP_CELL_M).ceil() as u32;
        for row in 0..steps(rect.height()) {
            for column in 0..steps(rect.width()) {
                let cell = Coord { x: f64::from(column) + 0.5, y: f64::from(row) + 0.5 };
                let at = rect.min() + cell * BUILT_UP_CELL_M;
                if built_up.geometry.contains(&at) {
                    demands.push(Demand { at, weight: BUILT_UP_CELL_M * BUILT_UP_CELL_M / 1e6 });
                }
            }
        }
    }
    demands
}
