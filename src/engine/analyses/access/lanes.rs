//! Which clause a lane is held against: that for towns (`fire_lane`, GB 50016) or that for villages (`village_lane`,
//! GB 50039).
//!
//! The reading: a lane in a built-up area of a city, a town or an industry is a town lane; any other is a village lane, also
//! the road that leads to a village. A built-up area of which the kind is not known is taken to be a village, since the clauses
//! for villages say less. A segment that runs into a town has a part of both kinds and is held against both.

use geo::{BooleanOps, BoundingRect, Contains, Coord, Euclidean, Length, LineString, MultiLineString, Rect};

use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{BuiltUp, BuiltUpKind};
use fireplan_model::method_constants;
use fireplan_model::rules::{Limit, Rules};

method_constants! {
    /// 路段在城镇建成区内（外）不足此长度，不算城镇（村庄）道路 | A segment with less length inside (outside) built-up areas of towns is no town (village) lane
    const LANE_PART_M: f64 = 1.0,
        because "建成区边界常画到路口，伸进伸出不到 1 米是绘图误差；假定值，供审查 | Built-up areas are drawn up to junctions; less than 1 m is the accuracy of drawing; an assumption, for review";
}

/// The clauses that a lane of one setting is held against.
pub(super) struct LaneClauses<'a> {
    pub clear_width_m: &'a Limit,
    pub clear_height_m: &'a Limit,
    pub lane_spacing_m: &'a Limit,
    pub turnaround_m: &'a Limit,
    /// The gradient that should not be exceeded; the clauses for villages give none.
    pub slope_percent: Option<&'a Limit>,
}

/// Where a lane is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LaneSetting {
    Town,
    Village,
}

impl LaneSetting {
    pub(super) const ALL: [Self; 2] = [Self::Town, Self::Village];

    pub(super) fn clauses(self, rules: &Rules) -> LaneClauses<'_> {
        let (town, village) = (&rules.fire_lane, &rules.village_lane);
        match self {
            Self::Town => LaneClauses {
                clear_width_m: &town.clear_width_m,
                clear_height_m: &town.clear_height_m,
                lane_spacing_m: &town.lane_spacing_m,
                turnaround_m: &town.turnaround_m,
                slope_percent: Some(&town.slope_percent),
            },
            Self::Village => LaneClauses {
                clear_width_m: &village.clear_width_m,
                clear_height_m: &village.clear_height_m,
                lane_spacing_m: &village.lane_spacing_m,
                turnaround_m: &village.turnaround_m,
                slope_percent: None,
            },
        }
    }
}

/// The built-up areas of towns, and how much of every segment lies in them.
pub(crate) struct Lanes<'a> {
    pub(super) local: TownRules<'a>,
    index: TownIndex<'a>,
    towns: Vec<(Rect, &'a BuiltUp)>,
    /// Per segment: in towns and outside of them.
    parts: Vec<[bool; 2]>,
}

impl<'a> Lanes<'a> {
    pub(crate) fn new(area: &'a StudyArea, rules: &'a Rules) -> Self {
        let is_town =
            |kind: BuiltUpKind| matches!(kind, BuiltUpKind::Urban | BuiltUpKind::Town | BuiltUpKind::Industry);
        let towns = area.layers.built_up.iter().filter(|built_up| is_town(built_up.kind));
        let towns: Vec<(Rect, &BuiltUp)> =
            towns.filter_map(|built_up| Some((built_up.geometry.bounding_rect()?, built_up))).collect();
        let parts = SegmentId::first(area.network.segments.len());
        let parts = parts.map(|segment| parts_of(&towns, area.network.line(segment))).collect();
        Self { local: TownRules::new(rules, area), index: TownIndex::new(area), towns, parts }
    }

    /// Where a place is.
    pub(super) fn setting_at(&self, at: Coord) -> LaneSetting {
        let holds = |(rect, town): &(Rect, &BuiltUp)| reaches(rect, [at, at]) && town.geometry.contains(&at);
        if self.towns.iter().any(holds) { LaneSetting::Town } else { LaneSetting::Village }
    }

    /// Whether any part of a segment is a lane of this setting.
    pub(super) fn has_part(&self, segment: SegmentId, setting: LaneSetting) -> bool {
        self.parts[segment.index()][setting as usize]
    }

    /// The clauses for lanes at a place.
    pub(super) fn clauses_at(&self, at: Coord) -> LaneClauses<'_> {
        self.setting_at(at).clauses(self.rules_at(at))
    }

    /// The rules of the town in which a place lies.
    pub(super) fn rules_at(&self, at: Coord) -> &Rules {
        self.local.at(&self.index, at)
    }

    /// How far a building may lie from a lane: half the spacing of lanes there.
    pub(super) fn half_spacing_m(&self, at: Coord) -> f64 {
        self.clauses_at(at).lane_spacing_m.value / 2.0
    }
}

/// Whether a rectangle and that around two places have anything in common.
fn reaches(rect: &Rect, [a, b]: [Coord; 2]) -> bool {
    let (min, max) = (rect.min(), rect.max());
    a.x.min(b.x) <= max.x && a.x.max(b.x) >= min.x && a.y.min(b.y) <= max.y && a.y.max(b.y) >= min.y
}

/// Whether a line has a part in towns, and one outside of them.
fn parts_of(towns: &[(Rect, &BuiltUp)], line: &[Coord]) -> [bool; 2] {
    let whole = LineString::from(line.to_vec());
    let near = whole.bounding_rect().map_or_else(Vec::new, |own| {
        let near = towns.iter().filter(|(rect, _)| reaches(rect, [own.min(), own.max()]));
        near.map(|(_, town)| *town).collect::<Vec<_>>()
    });
    if near.is_empty() {
        return [false, true];
    }
    let inside = |line: &MultiLineString, town: &BuiltUp| town.geometry.clip(line, false);
    let mut outside = MultiLineString(vec![whole]);
    let has_inside = near.iter().any(|town| Euclidean.length(&inside(&outside, town)) >= LANE_PART_M);
    for town in &near {
        outside = town.geometry.clip(&outside, true);
    }
    let has_outside = Euclidean.length(&outside) >= LANE_PART_M;
    // What is shorter than the accuracy of drawing is somewhere all the same.
    [has_inside, has_outside || !has_inside]
}
