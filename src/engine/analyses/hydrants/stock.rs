//! The stock: every hydrant, the road it stands on, and what can be said of it against the clauses.

use std::collections::BTreeSet;

use geo::{Coord, Line};
use rayon::prelude::*;
use rstar::RTree;

use super::streets::{StreetId, StreetIndex, carries_hydrants};
use super::{Hydrants, round};
use crate::response::places::{FRAGMENT_M, lines_of};
use fireplan_algorithms::linear_reference::{Side, side_at};
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{Hydrant, HydrantState, LayerId};
use fireplan_model::method_constants;
use fireplan_model::network::Position;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::rules::HydrantRules;
use fireplan_model::scenario::is_planned;

codes! {
    /// How surely a hydrant is assigned to its road.
    pub enum Assignment {
        /// 确定 | Certain
        Certain = "certain",
        /// 按台账所在道路 | By the road the ledger names
        Named = "named",
        /// 存疑:两条道路同样近 | Doubtful: two roads equally near
        Ambiguous = "ambiguous",
        /// 存疑:与台账道路不符 | Doubtful: the ledger names another road
        Contradicted = "contradicted",
        /// 存疑:离路较远 | Doubtful: far from the road
        Far = "far",
        /// 未落位:附近无道路 | Unplaced: no road near
        #[undetermined]
        Unplaced = "unplaced",
    }
}

codes! {
    /// On which side of the road, seen along its chainage.
    pub enum RoadSide {
        /// 左侧 | Left
        Left = "left",
        /// 右侧 | Right
        Right = "right",
        /// 不限 | Either
        Either = "either",
    }
}

impl From<Side> for RoadSide {
    fn from(side: Side) -> Self {
        match side {
            Side::Left => Self::Left,
            Side::Right => Self::Right,
        }
    }
}

/// Which hydrants are taken to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StateReading {
    /// Only hydrants known to work.
    Certain,
    /// Hydrants known to work and those of unknown state.
    Hopeful,
    /// Hydrants known to work and those out of service, as if they were repaired. One of unknown state counts as little as in the
    /// certain reading, so that what is asked for goes with what is said to be lacking.
    Repaired,
    /// All hydrants, as if all were repaired and verified.
    RepairedHopeful,
}

impl StateReading {
    pub(crate) fn counts(self, state: HydrantState) -> bool {
        match self {
            Self::Certain => state == HydrantState::Working,
            Self::Hopeful => matches!(state, HydrantState::Working | HydrantState::Unknown),
            Self::Repaired => state != HydrantState::Unknown,
            Self::RepairedHopeful => true,
        }
    }
}

/// Where a hydrant stands on its road.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnRoad {
    pub street: StreetId,
    pub segment: SegmentId,
    /// Distance along the segment from its first node, in metres.
    pub offset_m: f64,
    pub chainage_m: f64,
    /// The side on which it stands, seen along the segment.
    pub side: Side,
    pub side_on_street: Side,
    /// Straight distance from the centre line, in metres.
    pub distance_m: f64,
    /// Distance from the kerb in metres, negative within the carriageway; `None` where the road's width is not known.
    pub kerb_m: Option<f64>,
}

/// A hydrant and what is known of it.
pub(crate) struct PlacedHydrant<'a> {
    pub hydrant: &'a Hydrant,
    pub on_road: Option<OnRoad>,
    pub assignment: Assignment,
    /// Distance to the nearest wall of a building in metres; `None` where none is near.
    pub wall_m: Option<f64>,
}

impl PlacedHydrant<'_> {
    /// Whether a scenario adds it.
    pub(super) fn is_planned(&self) -> bool {
        is_planned(&self.hydrant.source_id)
    }
}

method_constants! {
    /// 消火栓到两条道路的距离相差不足此值，归属存疑 | A hydrant whose distances to two roads differ by less than this may belong to either
    const ALIKE_M: f64 = 3.0,
        because "台账坐标常用手持设备采集，误差约 3 米；假定值，供审查 | Ledgers are surveyed with handheld devices that err by some 3 m; an assumption, for review";
    /// 两条道路上的最近点相距不超过此值视为同一路口，不算归属存疑 | Nearest places on two roads this near to one another are one corner, where it hardly matters which road is meant
    const CORNER_M: f64 = 12.0,
        because "约为一个普通路口的宽度；假定值，供审查 | About the width of a common junction; an assumption, for review";
    /// 消火栓离路缘超过此值，归属存疑 | A hydrant farther than this from the kerb may belong to another road
    const FAR_M: f64 = 10.0,
        because "条文要求距路边 0.5 至 2 米，10 米已远超测量误差；假定值，供审查 | Clauses ask for 0.5 to 2 m from the kerb, and 10 m is beyond any error of survey; an assumption, for review";
    /// 路宽不明时推算路缘所用的半幅宽 | Half width of a road of unknown width, from which its kerb is estimated
    const HALF_ROAD_M: f64 = 4.0,
        because "双车道村镇道路约宽 8 米；假定值，供审查 | A village road of two lanes is some 8 m wide; an assumption, for review";
    /// 消火栓到建筑外墙的距离只在此范围内量取 | Farthest wall to which the distance of a hydrant is measured
    const WALL_NEAR_M: f64 = 30.0,
        because "条文只要求与外墙不小于 5 米，更远的墙不影响判定 | The clause asks for at least 5 m, so that walls farther off decide nothing";
}

/// Assigns every hydrant to a road.
pub(super) fn place<'a>(
    question: &Hydrants,
    area: &'a StudyArea,
    streets: &StreetIndex,
    notes: &mut Notes,
) -> Vec<PlacedHydrant<'a>> {
    let near = Surroundings::new(question, area, streets);
    let hydrants = &area.layers.hydrants;
    let placed: Vec<PlacedHydrant> = hydrants.par_iter().map(|hydrant| near.place(hydrant)).collect();
    for placed in &placed {
        let name = label(placed.hydrant);
        let text = match placed.assignment {
            Assignment::Certain | Assignment::Named => continue,
            Assignment::Ambiguous => "消火栓离两条道路同样近，归属存疑 | Hydrants equally near to two roads: doubtful",
            Assignment::Contradicted => {
                "台账所在道路不在附近，按最近道路归属，存疑 | The road the ledger names is not near; assigned to the nearest: doubtful"
            }
            Assignment::Far => "消火栓离道路较远，归属存疑 | Hydrants far from the road: doubtful",
            Assignment::Unplaced => {
                "消火栓附近没有道路，不参与间距判定 | Hydrants with no road near: not counted for spacing"
            }
        };
        let left_out = placed.assignment == Assignment::Unplaced;
        let severity = if left_out { Severity::LeftOut } else { Severity::Warning };
        notes.add(severity, Some(LayerId::Hydrants), text, name);
    }
    note_what_lacks(hydrants, notes);
    placed
}

/// What a hydrant is called: its number, or else its id in the source.
pub(super) fn label(hydrant: &Hydrant) -> String {
    if hydrant.name.is_empty() { hydrant.source_id.clone() } else { hydrant.name.clone() }
}

/// The roads and walls around a hydrant, by which it is assigned.
pub(super) struct Surroundings<'a> {
    area: &'a StudyArea,
    streets: &'a StreetIndex,
    walls: Walls,
    /// All names of roads. A ledger gives one of them as a hydrant's position; OSM gives words such as "sidewalk",
    /// which name no road.
    names: BTreeSet<&'a str>,
    within_m: f64,
    /// The width of the widest road.
    pub widest_m: f64,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(question: &Hydrants, area: &'a StudyArea, streets: &'a StreetIndex) -> Self {
        let roads = &area.layers.roads;
        Self {
            area,
            streets,
            walls: Walls::new(area),
            names: roads.iter().map(|road| road.name.as_str()).filter(|name| !name.is_empty()).collect(),
            within_m: question.assign_within_m,
            widest_m: roads.iter().filter_map(|road| road.width_m).fold(2.0 * HALF_ROAD_M, f64::max),
        }
    }

    /// Assigns a hydrant to a road.
    pub(super) fn place<'h>(&self, hydrant: &'h Hydrant) -> PlacedHydrant<'h> {
        let (area, at) = (self.area, hydrant.geometry.0);
        let road_of = |segment: SegmentId| area.road_of(segment);
        let mut near = area.network.positions_near(at, self.within_m);
        near.retain(|position| carries_hydrants(road_of(position.segment)));
        let names_road = self.names.contains(hydrant.position.as_str());
        let by_name = near.iter().find(|near| names_road && road_of(near.segment).name == hydrant.position).copied();
        let nearest = self.nearest(&near).copied();
        let on_road = by_name.or(nearest).and_then(|position| on_road(area, self.streets, &position, at));
        let assignment = match (nearest, on_road) {
            (Some(nearest), Some(on_road)) => {
                let street = |position: &Position| self.streets.part(position.segment).map(|(street, _)| street);
                let apart = |other: &&Position| {
                    let between = other.at - nearest.at;
                    between.x.hypot(between.y) > CORNER_M
                };
                let rival = near.iter().filter(apart).find(|other| street(other) != Some(on_road.street));
                let close = rival.is_some_and(|other| other.distance_m - nearest.distance_m < ALIKE_M);
                match () {
                    () if by_name.is_some() && street(&nearest) != Some(on_road.street) => Assignment::Named,
                    () if by_name.is_some() => Assignment::Certain,
                    () if names_road => Assignment::Contradicted,
                    () if on_road.kerb_m.unwrap_or(on_road.distance_m - HALF_ROAD_M) > FAR_M => Assignment::Far,
                    () if close => Assignment::Ambiguous,
                    () => Assignment::Certain,
                }
            }
            _ => Assignment::Unplaced,
        };
        PlacedHydrant { hydrant, on_road, assignment, wall_m: self.walls.nearest_m(at) }
    }

    /// The nearest of the roads near a hydrant that leads anywhere: a yard without connection takes no hydrant from the street
    /// on whose edge it stands.
    fn nearest<'p>(&self, near: &'p [Position]) -> Option<&'p Position> {
        let (network, roads) = (&self.area.network, &self.area.layers.roads);
        let is_fragment = |position: &&Position| {
            network[position.segment].component.is_some_and(|of| network.component_m[of.index()] < FRAGMENT_M)
        };
        let is_at_kerb = |position: &&Position| {
            let half_m = half_width_m(roads[network[position.segment].road.index()].width_m);
            position.distance_m - half_m <= FAR_M
        };
        let leads_on = near.iter().filter(|position| !is_fragment(position)).find(is_at_kerb);
        near.first().filter(|first| !is_fragment(first)).or(leads_on).or(near.first())
    }
}

fn on_road(area: &StudyArea, streets: &StreetIndex, position: &Position, at: Coord) -> Option<OnRoad> {
    let (street, part) = streets.part(position.segment)?;
    let side = side_at(area.network.line(position.segment), position.offset_m, at);
    let road = area.road_of(position.segment);
    Some(OnRoad {
        street,
        segment: position.segment,
        offset_m: position.offset_m,
        chainage_m: part.chainage(position.offset_m),
        side,
        side_on_street: side.seen(part.backwards),
        distance_m: position.distance_m,
        kerb_m: road.width_m.map(|width_m| round(position.distance_m - width_m / 2.0, 2)),
    })
}

/// Outer walls of buildings.
struct Walls {
    lines: RTree<rstar::primitives::Line<[f64; 2]>>,
}

impl Walls {
    fn new(area: &StudyArea) -> Self {
        let outlines = area.layers.buildings.iter().flat_map(|building| building.geometry.iter());
        let lines = outlines.flat_map(|polygon| lines_of(&polygon.clone().into()));
        let line = |line: Line| rstar::primitives::Line::new([line.start.x, line.start.y], [line.end.x, line.end.y]);
        Self { lines: RTree::bulk_load(lines.map(line).collect()) }
    }

    fn nearest_m(&self, at: Coord) -> Option<f64> {
        use rstar::PointDistance;
        let point = [at.x, at.y];
        let nearest = self.lines.nearest_neighbor(&point)?;
        Some(nearest.distance_2(&point).sqrt()).filter(|distance| *distance <= WALL_NEAR_M)
    }
}

fn note_what_lacks(hydrants: &[Hydrant], notes: &mut Notes) {
    let all = hydrants.len();
    let mut lack = |text: &str, missing: usize| {
        if missing > 0 {
            notes.add_counted(Severity::Warning, LayerId::Hydrants, text, missing, format!("{missing} / {all}"));
        }
    };
    let count = |has: &dyn Fn(&Hydrant) -> bool| hydrants.iter().filter(|hydrant| !has(hydrant)).count();
    lack(
        "状态待核的消火栓：确定读数中不计，另给出“若均完好”的读数 | Hydrants of unknown state: not counted in the certain reading; a second reading takes them to work",
        count(&|hydrant| hydrant.state != HydrantState::Unknown),
    );
    lack("没有管径的消火栓，管径待核 | Hydrants without diameter: undetermined", count(&|h| h.diameter_mm.is_some()));
    lack("没有出流量的消火栓，流量待核 | Hydrants without flow: undetermined", count(&|h| h.flow_l_s.is_some()));
    lack("没有压力的消火栓，压力待核 | Hydrants without pressure: undetermined", count(&|h| h.pressure_mpa.is_some()));
}

/// The limits that a hydrant itself is held against, each with the measured value; `None`: not known.
pub(super) fn facts<'r>(
    limits: &'r HydrantRules,
    placed: &PlacedHydrant,
) -> [(&'r fireplan_model::rules::Limit, Option<f64>); 6] {
    let kerb_m = placed.on_road.and_then(|on_road| on_road.kerb_m);
    [
        (&limits.diameter_mm, placed.hydrant.diameter_mm),
        (&limits.flow_l_s, placed.hydrant.flow_l_s),
        (&limits.pressure_mpa, placed.hydrant.pressure_mpa),
        (&limits.kerb_min_m, kerb_m),
        (&limits.kerb_max_m, kerb_m),
        (&limits.wall_m, placed.wall_m),
    ]
}

/// What of a hydrant falls short of its clause, each in words.
pub(super) fn broken_facts(limits: &HydrantRules, placed: &PlacedHydrant) -> impl Iterator<Item = Label> {
    facts(limits, placed).into_iter().filter_map(|(limit, measured)| {
        let measured = measured.filter(|measured| !limit.op.holds(*measured, limit.value))?;
        let (measured, bound, cite) = (limit.measured(measured), limit.bound(), limit.provenance.cite_label());
        Some(Label::new(
            format!("{}实测 {measured}，要求 {bound}（{}）", limit.label.zh, cite.zh),
            format!("{}: measured {measured}, required {bound} ({})", limit.label.en, cite.en),
        ))
    })
}

/// Half the width of a road, of which the width may not be known. In metres.
pub(super) fn half_width_m(width_m: Option<f64>) -> f64 {
    width_m.map_or(HALF_ROAD_M, |width_m| width_m / 2.0)
}
