//! Where an engine can draw water, and why not elsewhere.

use anyhow::Result;
use geo::{Coord, Distance, Euclidean, InteriorPoint, Point};
use rayon::prelude::*;

use super::WaterRun;
use super::banks::{bank_lines, banks};
use super::crossings::WaterCrossings;
use super::story::tell_point;
use super::usability::{DrawMeans, Standing};
use crate::response::driving;
use crate::response::driving::DrivingReading;
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::ids;
use fireplan_model::ids::{SegmentId, TownId, WaterSourceId};
use fireplan_model::layers::{LayerId, VehicleClass, WaterKind, WaterSource};
use fireplan_model::method_constants;
use fireplan_model::network::Position;
use fireplan_model::notes::Notes;
use fireplan_model::notes::Severity;
use fireplan_model::rows::Label;
use fireplan_model::{codes, row};

codes! {
    /// Whether an engine can use the water.
    pub enum Usability order best_first {
        /// 可用 | Usable
        Usable = "usable",
        /// 配手抬泵可用 | Usable with a portable pump
        ByPump = "by_pump",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
        /// 不可用 | Unusable
        Unusable = "unusable",
    }
}

row! {
    /// 消防取水处 | Places to draw water
    pub struct WaterPoint {
        geometry: Point,
        /// 水源 | Water
        name: String,
        /// 类别 | Kind
        kind: WaterKind,
        /// 乡镇街道 | Town
        town: String,
        /// 可用性 | Usable
        usable: Usability,
        /// 取水方式 | How water is drawn
        means: Option<DrawMeans>,
        /// 原因 | Why
        why: Label,
        /// 道路 | Road
        road: String,
        /// 车道边缘到水边 | From the edge of the lane to the water
        bank_m: Option<f64>,
        /// 吸水高度 | Suction lift
        lift_m: Option<f64>,
        /// 容积 | Volume
        volume_m3: Option<f64>,
        /// 可到车型 | Largest vehicle that gets there
        vehicle: Option<VehicleClass>,
        /// 说明 | Story
        story: Label,
    }
}

ids! {
    /// A place to draw water, of [`points`].
    WaterPointId,
}

/// A place to draw water, with where it is on the road.
pub(super) struct SitedPoint {
    pub row: WaterPoint,
    pub source: WaterSourceId,
    pub position: Option<Position>,
    pub town: Option<TownId>,
    /// Whether its distance from the lane or its depth below it is the only reason why it cannot be used.
    pub only_far: bool,
    /// Whether it is a pool or tank that would do if it were larger.
    pub only_small: bool,
}

impl SitedPoint {
    /// Whether an engine draws here by itself.
    pub(super) fn is_usable(&self) -> bool {
        self.row.usable == Usability::Usable
    }
}

method_constants! {
    /// 水源到道路的查找距离，更远视为无路可到 | Farthest road from the water that is considered; beyond it no engine gets there
    pub(super) const WATER_ROAD_M: f64 = 60.0,
        because "远超吸水管与短水带可及，再远不改变能否取水 | Far beyond suction hoses and a short lay; roads farther off do not make water usable";
    /// 取水码头距河湖不超过此值视为从该水体取水 | An intake this near to a river or lake draws from it
    pub(super) const DRAWS_FROM_M: f64 = 60.0,
        because "码头引水距离有限，又容许水面与码头测绘不一致；假定值，供审查 | Intakes stand at the water, and either may be surveyed otherwise; an assumption, for review";
    /// 路宽不明时车道边缘距路中线的最大值 | Greatest distance of the lane's edge from the centre line of a road of unknown width
    const HALF_ROAD_M: f64 = 4.0,
        because "双车道村镇道路约宽 8 米；假定值，供审查 | A village road of two lanes is some 8 m wide; an assumption, for review";
}

pub(super) fn is_natural(kind: WaterKind) -> bool {
    !matches!(kind, WaterKind::Pool | WaterKind::Tank | WaterKind::Intake | WaterKind::PumpHouse)
}

/// Every place to draw water, source by source; a source that no road reaches is one place by itself.
pub(super) fn points(run: &WaterRun, notes: &mut Notes) -> Result<Vec<SitedPoint>> {
    let mut drivable = Vec::new();
    for class in VehicleClass::ALL {
        let arcs = driving::arc_ms(run.area, run.rules, *class, DrivingReading::Base)?;
        drivable.push((*class, arcs));
    }
    let finder = PointFinder { run, drivable, crossings: WaterCrossings::new(run.area) };
    let sources = &run.area.layers.water_sources;
    let found: Vec<Vec<SitedPoint>> =
        (0..sources.len() as u32).into_par_iter().map(|number| finder.points_of(WaterSourceId(number))).collect();
    let points: Vec<SitedPoint> = found.into_iter().flatten().collect();
    for point in points.iter().filter(|point| point.row.usable == Usability::Undetermined) {
        let text = "缺少事实、可用性待核的取水处 | Places to draw water that a missing fact leaves undetermined";
        notes.add(Severity::Warning, Some(LayerId::WaterSources), text, named(&sources[point.source.index()]));
    }
    Ok(points)
}

pub(super) fn named(source: &WaterSource) -> String {
    if source.name.is_empty() { format!("{}{}", source.kind.label().zh, source.source_id) } else { source.name.clone() }
}

pub(super) struct PointFinder<'a> {
    pub run: &'a WaterRun<'a>,
    /// Per class of vehicle, largest first, the driving time of every arc.
    drivable: Vec<(VehicleClass, Vec<u32>)>,
    crossings: WaterCrossings,
}

impl PointFinder<'_> {
    fn vehicle(&self, segment: SegmentId) -> Option<VehicleClass> {
        let open = |arcs: &[u32]| segment.arcs().iter().any(|arc| arcs[arc.index()] != CLOSED);
        self.drivable.iter().find(|(_, arcs)| open(arcs)).map(|(class, _)| *class)
    }

    /// A road from which water can be drawn: an engine gets there and can stand; not a bridge, whose deck is too high.
    pub(super) fn serves(&self, segment: SegmentId) -> bool {
        let road = self.run.area.road_of(segment);
        driving::serves_places(road) && !road.bridge && self.vehicle(segment).is_some()
    }

    /// The least and the greatest distance from the edge of the lane to the water, in metres; equal where the road's
    /// width is known.
    fn edge_m(&self, position: &Position) -> (f64, f64) {
        let road = self.run.area.network[position.segment].road;
        match self.run.area.layers.roads[road.index()].width_m {
            Some(width_m) => {
                ((position.distance_m - width_m / 2.0).max(0.0), (position.distance_m - width_m / 2.0).max(0.0))
            }
            None => ((position.distance_m - HALF_ROAD_M).max(0.0), position.distance_m),
        }
    }

    fn points_of(&self, id: WaterSourceId) -> Vec<SitedPoint> {
        let source = &self.run.area.layers.water_sources[id.index()];
        let lines = bank_lines(source);
        let banks = banks(source, &lines);
        let crossings = if is_natural(source.kind) { self.crossings.of(&lines) } else { Vec::new() };
        let clear = |at: Coord| &self.run.rules_at(at).water.bridge_clear_m;
        let stands = |at: Coord| !is_natural(source.kind) || self.crossings.is_clear(at, &crossings, clear(at));
        let near = banks.iter().filter_map(|bank| Some((*bank, self.stand(*bank, &stands)?))).collect();
        let chosen = self.choose(near);
        if !chosen.is_empty() {
            return chosen.into_iter().map(|(bank, position)| self.point(id, bank, Some(position), false)).collect();
        }
        // A road may come near at a bridge only: it is told which, not that there is none.
        let at_bridge = banks.iter().filter_map(|bank| Some((*bank, self.stand(*bank, &|_| true)?)));
        if let Some((bank, position)) = at_bridge.min_by(|a, b| a.1.distance_m.total_cmp(&b.1.distance_m)) {
            return vec![self.point(id, bank, Some(position), true)];
        }
        let inside = source.geometry.interior_point().map(|inside| inside.0);
        vec![self.point(id, inside.or(banks.first().copied()).unwrap_or_default(), None, false)]
    }

    /// Of places where an engine could stand, the one nearest to the water, and others a protection radius apart that are within
    /// reach of what an engine carries or could be built up to it.
    fn choose(&self, mut near: Vec<(Coord, Position)>) -> Vec<(Coord, Position)> {
        near.sort_by(|a, b| {
            self.edge_m(&a.1)
                .0
                .total_cmp(&self.edge_m(&b.1).0)
                .then(a.1.segment.cmp(&b.1.segment))
                .then(a.1.offset_m.total_cmp(&b.1.offset_m))
        });
        let mut chosen: Vec<(Coord, Position)> = Vec::new();
        for (bank, position) in near {
            let limits = &self.run.rules_at(bank).water;
            let carried_m = limits.bank_m.value.max(limits.suction_hose_m.value);
            let farthest_m = self.run.question.intake_within_m.max(carried_m);
            let apart = |other: &(Coord, Position)| {
                Euclidean.distance(&Point(other.1.at), &Point(position.at)) >= limits.radius_m.value
            };
            if chosen.is_empty() || (self.edge_m(&position).0 <= farthest_m && chosen.iter().all(apart)) {
                chosen.push((bank, position));
            }
        }
        chosen
    }

    fn point(&self, id: WaterSourceId, bank: Coord, position: Option<Position>, at_bridge: bool) -> SitedPoint {
        let run = self.run;
        let source = &run.area.layers.water_sources[id.index()];
        let edge = position.map(|position| self.edge_m(&position));
        let lift_m =
            position.filter(|_| is_natural(source.kind) || source.kind == WaterKind::Intake).and_then(|position| {
                let grid = run.area.elevation.as_ref()?;
                Some((grid.interpolate(position.at)? - grid.interpolate(bank)?).max(0.0))
            });
        let reasons = self.reasons(source, bank, Standing { edge_m: edge, lift_m, at_bridge });
        let usable = match () {
            () if !reasons.fails.is_empty() => Usability::Unusable,
            () if !reasons.unknown.is_empty() => Usability::Undetermined,
            () if reasons.means == Some(DrawMeans::PortablePump) => Usability::ByPump,
            () => Usability::Usable,
        };
        let road = position.map(|position| run.area.road_of(position.segment));
        let town = run.towns.at(bank);
        let shown = if reasons.fails.is_empty() { &reasons.unknown } else { &reasons.fails };
        let joined = |of: &dyn Fn(&Label) -> &str, by: &str| shown.iter().map(of).collect::<Vec<_>>().join(by);
        let mut row = WaterPoint {
            geometry: position.map_or(Point(bank), |position| Point(position.at)),
            name: named(source),
            kind: source.kind,
            town: run.towns.name(town),
            usable,
            means: reasons.means.filter(|_| usable != Usability::Unusable),
            why: Label::new(joined(&|label| &label.zh, "；"), joined(&|label| &label.en, "; ")),
            road: road.map_or_else(String::new, |road| road.name.clone()),
            bank_m: edge.map(|(_, most)| (most * 10.0).round() / 10.0),
            lift_m: lift_m.map(|lift| (lift * 10.0).round() / 10.0),
            volume_m3: source.volume_m3,
            vehicle: position.and_then(|position| self.vehicle(position.segment)),
            story: Label::new("", ""),
        };
        row.story = tell_point(&row);
        let (only_far, only_small) = (reasons.fails_by_distance_only, reasons.lacks_volume_only);
        SitedPoint { row, source: id, position, town, only_far, only_small }
    }
}
