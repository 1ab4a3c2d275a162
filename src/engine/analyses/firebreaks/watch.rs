//! Lookouts and cameras: how much of the forest do they see?
//!
//! A camera or tower sees a place of the forest lattice that lies within its range and in its line of sight over the heights of
//! the area, with the Earth's curvature and refraction ([`viewshed`](fireplan_algorithms::viewshed)). Certain is what working
//! ones see whose range is stated, from the ground up where their height is not. Perhaps seen is what those would see of which
//! state, range, height or some heights on the way are missing. Detectors under the canopy see no landscape and are not counted.
//! Without heights nothing is known: a flat Earth would show too much.
//!
//! **Limits.** Heights are those of the bare ground: trees and smoke above it are not modelled.

use std::collections::BTreeMap;

use geo::{Coord, MultiPolygon, Point, Polygon};
use rayon::prelude::*;

use super::duties::{DutyAmounts, ForestTask, HeldDuty, Span, held, rounded};
use super::lattice::{ForestPlace, Lattice};
use super::units::ForestUnit;
use super::{FirebreakCase, hm2};
use fireplan_algorithms::dissolve::dissolve;
use fireplan_algorithms::viewshed::{HeightGrid, Sight, SightEnd};
use fireplan_model::grid::Grid;
use fireplan_model::layers::{FacilityState, LayerId, Lookout, LookoutKind};
use fireplan_model::method_constants;
use fireplan_model::rows::Label;
use fireplan_model::{codes, row};

codes! {
    /// Whether forest is seen.
    pub enum WatchState order best_first {
        /// 看得到 | Seen
        Seen = "seen",
        /// 看不到 | Not seen
        Unseen = "unseen",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 瞭望、监控看不到的森林 | Forest that no lookout sees
    pub struct UnseenForest {
        geometry: MultiPolygon,
        /// 名称 | Name
        name: String,
        /// 是否看得到 | Whether it is seen
        watch: WatchState,
        /// 面积 | Area
        area_hm2: f64,
    }
}

row! {
    /// 瞭望塔、林火监控的视域 | Lookouts and what they see
    pub struct LookoutView {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 类别 | Kind
        kind: LookoutKind,
        /// 状态 | State
        state: FacilityState,
        /// 离地高度 | Height above ground
        height_m: Option<f64>,
        /// 监测半径 | Range
        range_m: Option<f64>,
        /// 看得到的森林 | Forest it sees
        seen_hm2: f64,
        /// 其中只有它看得到 | Forest that only it sees
        only_hm2: f64,
        /// 另有可能看到的森林 | Forest it may see
        maybe_hm2: f64,
    }
}

method_constants! {
    /// 通视计算的地球半径 | Radius of the globe for lines of sight
    const GLOBE_M: f64 = 6_371_000.0,
        because "地球平均半径 | The mean radius of the Earth";
    /// 大气折光系数 | Coefficient of refraction
    const REFRACTION: f64 = 0.13,
        because "测量学常用的平均值，晴热天气会偏离 | The mean value that surveyors use; hot days differ";
    /// 视线目标离地高度 | Height above ground of what is looked at
    const LOOKED_AT_M: f64 = 0.0,
        because "看得到地面才算看得到：数字高程为裸地，烟柱与树冠都未计 | Ground that is seen: the heights are those of the bare ground, and neither smoke nor trees are counted";
    /// 小于此面积的未监控林地不列出 | Unseen forest below this is not listed
    const UNSEEN_LISTED_HM2: f64 = 10.0,
        because "格网统计的零碎块，不足以另设监控；仍计入占比 | Specks of the lattice, too small for a camera of their own; shares count them";
}

/// Forest by what sees it.
pub(super) struct WatchFindings {
    /// Per place of the lattice.
    states: Vec<WatchState>,
    pub lookouts: Vec<LookoutView>,
    pub unseen: Vec<UnseenForest>,
}

impl WatchFindings {
    pub(super) fn new(case: &FirebreakCase, lattice: &Lattice) -> Self {
        let eyes: Vec<Eye> = case.area.layers.lookouts.iter().filter_map(|one| eye(case, one)).collect();
        let known = case.area.has(LayerId::Lookouts) && case.area.has(LayerId::Elevation);
        let sights: Vec<Vec<(usize, bool)>> =
            lattice.places.par_iter().map(|place| seen_by(case.area.elevation.as_ref(), &eyes, place)).collect();
        let state_of = |seen: &Vec<(usize, bool)>| match seen.iter().any(|(_, certain)| *certain) {
            true => WatchState::Seen,
            false if known && seen.is_empty() => WatchState::Unseen,
            false => WatchState::Unknown,
        };
        let states: Vec<WatchState> = sights.iter().map(state_of).collect();
        let lookouts = views(case, lattice, &eyes, &sights);
        let unseen = if known { unseen(case, lattice, &states) } else { Vec::new() };
        Self { states, lookouts, unseen }
    }

    /// Share of the forest that is seen, of the places that the filter takes.
    pub(super) fn share(&self, lattice: &Lattice, takes: impl Fn(&ForestPlace) -> bool) -> Option<Span> {
        let taken = || lattice.places.iter().zip(&self.states).filter(|(place, _)| takes(place));
        let count = |state| taken().filter(|(_, own)| **own == state).count() as f64;
        Span::percent(count(WatchState::Seen), count(WatchState::Unknown), taken().count() as f64)
    }

    /// Per unit, the share of its forest that is seen.
    pub(super) fn duties(&self, case: &FirebreakCase, lattice: &Lattice, units: &[ForestUnit]) -> Vec<HeldDuty> {
        let of = |unit: &ForestUnit| {
            let limit = &case.rules_of(unit).watched_percent;
            let share = self.share(lattice, |place| unit.holds(place.town, Some(place.range)));
            let check = limit.check(&unit.name, share.and_then(|share| share.decided(limit)));
            let amounts = DutyAmounts {
                task: ForestTask::Watched,
                counted_in: Label::new("森林 %", "% of forest"),
                required: limit.value,
                present: share.filter(|share| share.low == share.high || share.low > 0.0).map(|share| share.low),
            };
            held(case, unit, check, amounts, remark(case, share))
        };
        units.iter().filter_map(of).collect()
    }
}

fn remark(case: &FirebreakCase, share: Option<Span>) -> Label {
    match (case.area.has(LayerId::Lookouts), case.area.has(LayerId::Elevation), share) {
        (false, ..) => Label::new("没有瞭望塔、林火监控图层", "there is no layer of lookouts"),
        (true, false, _) => {
            Label::new("没有高程数据，不知哪些地方被山体遮挡", "without elevation, what hills hide is not known")
        }
        (true, true, Some(share)) if share.high > share.low => {
            let (low, high) = (rounded(share.low), rounded(share.high));
            Label::new(
                format!("已证实看得到 {low} %，状态、半径、高度或高程补齐后最多 {high} %"),
                format!("{low} % are seen for certain, {high} % at most once state, range and heights are known"),
            )
        }
        _ => Label::default(),
    }
}

/// A camera or tower, in cells of the heights.
struct Eye<'a> {
    lookout: &'a Lookout,
    at: Coord,
    range_m: f64,
    /// From the ground up where its height is missing; `None`: even the ground there is not known.
    end: Option<SightEnd>,
    /// State, range and height are stated.
    stated: EyeFacts,
}

/// What is stated of a lookout.
#[derive(Debug, Clone, Copy)]
struct EyeFacts {
    working_in_range: bool,
    height: bool,
}

/// The place of the lattice in cells of the heights, measured from the middle of the north-western cell.
fn in_cells(grid: &Grid, at: Coord) -> (f64, f64) {
    ((at.x - grid.origin.x) / grid.cell_m - 0.5, (grid.origin.y - at.y) / grid.cell_m - 0.5)
}

fn sight_end(grid: &Grid, at: Coord, above_m: f64) -> Option<SightEnd> {
    let (x, y) = in_cells(grid, at);
    Some(SightEnd { x, y, height: grid.interpolate(at)? + above_m })
}

/// A lookout as an eye; `None`: it watches no landscape, or is not in use.
fn eye<'a>(case: &FirebreakCase<'a>, lookout: &'a Lookout) -> Option<Eye<'a>> {
    let of_kind = !matches!(lookout.kind, LookoutKind::Infrared);
    if !of_kind || lookout.state.is_working() == Some(false) {
        return None;
    }
    let at = lookout.geometry.0;
    let end = case.area.elevation.as_ref().and_then(|grid| sight_end(grid, at, lookout.height_m.unwrap_or(0.0)));
    let working = lookout.state.is_working() == Some(true) && lookout.kind != LookoutKind::Unknown;
    Some(Eye {
        lookout,
        at,
        range_m: lookout.range_m.unwrap_or(case.rules.firebreak.lookout_range_m.value),
        end,
        stated: EyeFacts { working_in_range: working && lookout.range_m.is_some(), height: lookout.height_m.is_some() },
    })
}

/// Who sees a place, by number, and whether for certain.
fn seen_by(grid: Option<&Grid>, eyes: &[Eye], place: &ForestPlace) -> Vec<(usize, bool)> {
    let near = |eye: &&Eye| (eye.at.x - place.at.x).hypot(eye.at.y - place.at.y) <= eye.range_m;
    let target = grid.and_then(|grid| sight_end(grid, place.at, LOOKED_AT_M));
    let see = |(number, eye): (usize, &Eye)| {
        let sight = match (grid, eye.end, target) {
            (Some(grid), Some(end), Some(target)) => heights(grid).sight(end, target),
            _ => Sight::Unknown,
        };
        match sight {
            Sight::Seen => Some((number, eye.stated.working_in_range)),
            // From higher up more may be seen.
            Sight::Hidden => (!eye.stated.height).then_some((number, false)),
            Sight::Unknown => Some((number, false)),
        }
    };
    eyes.iter().enumerate().filter(|(_, eye)| near(eye)).filter_map(see).collect()
}

fn heights(grid: &Grid) -> HeightGrid<'_> {
    HeightGrid {
        heights: &grid.values,
        columns: grid.columns,
        rows: grid.rows,
        cell: grid.cell_m,
        radius: GLOBE_M / (1.0 - REFRACTION),
    }
}

fn views(case: &FirebreakCase, lattice: &Lattice, eyes: &[Eye], sights: &[Vec<(usize, bool)>]) -> Vec<LookoutView> {
    let mut counts = vec![[0_u32; 3]; eyes.len()];
    for seen in sights {
        let certain = seen.iter().filter(|(_, certain)| *certain).count();
        for (number, is_certain) in seen {
            counts[*number][0] += u32::from(*is_certain);
            counts[*number][1] += u32::from(*is_certain && certain == 1);
            counts[*number][2] += u32::from(!*is_certain);
        }
    }
    let area_hm2 = |places: u32| hm2(f64::from(places) * lattice.place_m2(case));
    let of = |(eye, [seen, only, maybe]): (&Eye, [u32; 3])| LookoutView {
        geometry: eye.lookout.geometry,
        name: eye.lookout.name.clone(),
        town: case.towns.name(case.towns.at(eye.at)),
        kind: eye.lookout.kind,
        state: eye.lookout.state,
        height_m: eye.lookout.height_m,
        range_m: eye.lookout.range_m,
        seen_hm2: area_hm2(seen),
        only_hm2: area_hm2(only),
        maybe_hm2: area_hm2(maybe),
    };
    eyes.iter().zip(counts).map(of).collect()
}

/// Unseen forest in squares of the lattice that hang together, the largest first.
fn unseen(case: &FirebreakCase, lattice: &Lattice, states: &[WatchState]) -> Vec<UnseenForest> {
    let mut rows: Vec<UnseenForest> = Vec::new();
    for watch in [WatchState::Unseen, WatchState::Unknown] {
        let mut by_row: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        let own = lattice.places.iter().zip(states).filter(|(_, state)| **state == watch);
        for place in own.map(|(place, _)| place) {
            let runs = by_row.entry(place.row).or_default();
            match runs.last_mut() {
                Some(last) if last.1 + 1 == place.column => last.1 = place.column,
                _ => runs.push((place.column, place.column)),
            }
        }
        let strips =
            by_row.iter().flat_map(|(row, runs)| runs.iter().map(|run| lattice.ground(*row, *run).to_polygon()));
        let strips: Vec<Polygon> = strips.collect();
        for polygon in dissolve(&strips) {
            let geometry = MultiPolygon(vec![polygon]);
            let area_hm2 = hm2(case.area.plane.area_m2(&geometry));
            if area_hm2 >= UNSEEN_LISTED_HM2 {
                rows.push(UnseenForest { geometry, name: String::new(), watch, area_hm2 });
            }
        }
    }
    rows.sort_by(|a, b| b.area_hm2.total_cmp(&a.area_hm2));
    rows.iter_mut().zip(1..).for_each(|(row, number)| row.name = format!("未监控{number:02}"));
    rows
}
