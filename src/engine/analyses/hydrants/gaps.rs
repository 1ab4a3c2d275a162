//! Gaps: stretches of built-up road too far from a hydrant that works.
//!
//! **The rule.** Spacing at most S is the same as: no place of a built-up road between hydrants is farther than S/2, along the
//! network, from a working one. So between two hydrants of one road at most S; at a junction the nearest hydrant counts on
//! whichever arm it stands. From the end of a road to its first hydrant the protection radius is allowed, or S/2, as
//! `hydrant.end_reading` says ([`ends`](super::ends)). A wide road is asked on either side by itself.
//!
//! A gap is told as planners list it: from one hydrant of the road to the next, with both chainages. Where the road by
//! itself falls short but hydrants round the corner make up for it, the row says so instead of calling it a gap.

use geo::{Coord, LineString, MultiLineString};

use super::by_street::{ByStreet, Lane};
use super::reach::HydrantReach;
use super::stock::{PlacedHydrant, RoadSide, StateReading};
use super::story::tell_gap;
use super::streets::{GAP_LEAST_M, StreetId, StreetPart};
use super::{HydrantRun, round};
use fireplan_algorithms::linear_reference::{Side, parallel};
use fireplan_algorithms::metric_graph::SAME;
use fireplan_model::ids::{HydrantId, TownId};
use fireplan_model::layers::HydrantState;
use fireplan_model::rows::Label;
use fireplan_model::{codes, row};

codes! {
    /// Whether a stretch between two hydrants holds the spacing.
    pub enum GapState order best_first {
        /// 路口相邻消火栓可补足 | Made up for by hydrants round the corner
        Relieved = "relieved",
        /// 待核:状态不明者完好则达标 | Holds if hydrants of unknown state work
        #[undetermined]
        Hopeful = "if_working",
        /// 待核:建成区没有任何消火栓记录 | No hydrant is in the data of the built-up area
        #[undetermined]
        NoRecord = "no_record",
        /// 超距 | Too far
        HydrantGap = "gap",
    }
}

codes! {
    /// Why there is a gap.
    pub enum Cause {
        /// 相邻两栓之间未设 | None between two hydrants
        Missing = "missing",
        /// 栓损坏或冻结 | Hydrants out of service or frozen
        OutOfService = "out_of_service",
        /// 栓状态不明 | Hydrants of unknown state
        UnknownState = "unknown_state",
        /// 道路端部未设 | None near the end of the road
        RoadEnd = "road_end",
        /// 全路未设 | None on the whole road
        NoneAtAll = "none_at_all",
        /// 没有任何消火栓记录 | No hydrant in the data
        NoRecord = "no_record",
    }
}

row! {
    /// 消火栓超距路段 | Road too far from a hydrant
    pub struct HydrantGap {
        geometry: MultiLineString,
        /// 排名(无水人口最多在前) | Rank, the most people without water first
        rank: u32,
        /// 路段 | Stretch
        name: String,
        /// 道路 | Road
        road: String,
        /// 乡镇街道 | Town
        town: String,
        /// 判定 | State
        state: GapState,
        /// 原因 | Cause
        cause: Cause,
        /// 沿段无水人口 | People along it without water
        without_people: Option<f64>,
        /// 道路侧 | Side
        side: RoadSide,
        /// 起点桩号 | From chainage
        from_m: f64,
        /// 终点桩号 | To chainage
        to_m: f64,
        /// 沿路间距 | Spacing along the road
        gap_m: Option<f64>,
        /// 其中应设栓路段(建成区内、非桥隧) | Of it, road where hydrants are asked for
        asked_m: f64,
        /// 折算间距(计入路口相邻栓) | Spacing with hydrants round the corner
        spacing_m: Option<f64>,
        /// 距最近消火栓最远(沿路) | Farthest from a hydrant, along the road
        farthest_m: Option<f64>,
        /// 超距长度 | Length too far
        beyond_m: f64,
        /// 超距长度(状态不明者均完好) | Length too far if unknown ones work
        beyond_hopeful_m: f64,
        /// 起点消火栓 | Hydrant at the start
        from_hydrant: String,
        /// 终点消火栓 | Hydrant at the end
        to_hydrant: String,
        /// 说明 | Story
        story: Label,
    }
}

/// A gap with the street and the town in which it lies.
pub(super) struct SitedGap {
    pub row: HydrantGap,
    /// The way from the last hydrant to the street end to which it leads, where that breaks the protection radius, and not a
    /// spacing.
    pub end_way_m: Option<f64>,
    pub street: StreetId,
    pub town: Option<TownId>,
    /// The stretch of today in which it lies: planned hydrants divide that, and it is one thing to be judged all the same.
    pub today: StretchOfToday,
}

/// A stretch between two hydrants that stand and work, or from one to the end of the street.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StretchOfToday {
    pub street: StreetId,
    pub lane: Lane,
    pub name: String,
}

/// A bound of a stretch: a hydrant of the street, or one of its ends.
#[derive(Clone, Copy)]
struct Stop<'a> {
    at_m: f64,
    hydrant: Option<&'a PlacedHydrant<'a>>,
}

/// One lane of a street with its hydrants, in which gaps are looked for.
struct LaneOf<'a> {
    run: &'a HydrantRun<'a>,
    street: StreetId,
    lane: Lane,
    sided: bool,
    /// All hydrants on it, in any state, by chainage.
    hydrants: Vec<Stop<'a>>,
}

/// The gaps of every street, in order of streets and chainage.
pub(super) fn gaps(run: &HydrantRun) -> Vec<SitedGap> {
    let mut on_street: Vec<(StreetId, Lane, f64, HydrantId)> = Vec::new();
    let wide: Vec<bool> = run
        .streets
        .streets
        .iter()
        .map(|street| street.parts.iter().any(|part| run.kerbs.is_wide(part.segment)))
        .collect();
    for (id, placed) in HydrantId::first(run.placed.len()).zip(run.placed) {
        for (street, chainage_m, lane) in run.stands_on(placed) {
            on_street.push((street, lane.filter(|_| wide[street.index()]).unwrap_or(Lane::Left), chainage_m, id));
        }
    }
    on_street.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)).then(a.3.cmp(&b.3)));
    let mut gaps = Vec::new();
    for street in StreetId::first(run.streets.streets.len()) {
        let sided = wide[street.index()];
        for lane in if sided { &[Lane::Left, Lane::Right][..] } else { &[Lane::Left] } {
            if run.wanted.of(street, *lane).is_empty() {
                continue;
            }
            let from = on_street.partition_point(|stop| (stop.0, stop.1) < (street, *lane));
            let to = on_street.partition_point(|stop| (stop.0, stop.1) <= (street, *lane));
            let hydrants = on_street[from..to]
                .iter()
                .map(|stop| Stop { at_m: stop.2, hydrant: Some(&run.placed[stop.3.index()]) });
            LaneOf { run, street, lane: *lane, sided, hydrants: hydrants.collect() }.tell(&mut gaps);
        }
    }
    gaps
}

/// Puts the gaps with most people without water first, and of these the longest; those that need no hydrant come last.
pub(super) fn sort_worst_first(run: &HydrantRun, reach: &HydrantReach, gaps: &mut [SitedGap]) {
    for gap in gaps.iter_mut().filter(|_| run.area.population.is_some()) {
        let row = &mut gap.row;
        row.without_people = Some(reach.dry_people(gap.street, row.from_m, row.to_m).round());
    }
    gaps.sort_by(|a, b| {
        let people = |gap: &SitedGap| gap.row.without_people.unwrap_or(0.0);
        let relieved = |gap: &SitedGap| gap.row.state == GapState::Relieved;
        (relieved(a).cmp(&relieved(b)))
            .then(people(b).total_cmp(&people(a)))
            .then(b.row.beyond_m.total_cmp(&a.row.beyond_m))
    });
    for (gap, rank) in gaps.iter_mut().zip(1..) {
        gap.row.rank = rank;
    }
}

impl LaneOf<'_> {
    /// Goes from each hydrant that certainly works to the next and adds a gap for every stretch that falls short.
    fn tell(&self, gaps: &mut Vec<SitedGap>) {
        let length_m = self.run.streets.streets[self.street.index()].length_m;
        let works =
            |stop: &&Stop| stop.hydrant.is_some_and(|placed| StateReading::Certain.counts(placed.hydrant.state));
        let mut stops = vec![Stop { at_m: 0.0, hydrant: None }];
        stops.extend(self.hydrants.iter().filter(works).copied());
        stops.push(Stop { at_m: length_m, hydrant: None });
        let stands = |stop: &&Stop| stop.hydrant.is_none_or(|placed| !placed.is_planned());
        for (number, pair) in stops.windows(2).enumerate() {
            let from = stops[..=number].iter().rev().find(stands).map_or(0.0, |stop| stop.at_m);
            let to = stops[number + 1..].iter().find(stands).map_or(length_m, |stop| stop.at_m);
            gaps.extend(self.between(&pair[0], &pair[1], (from, to)));
        }
    }

    fn name(&self, from_m: f64, to_m: f64) -> String {
        format!("{} {}–{}", self.run.street_name(self.street), chainage(from_m), chainage(to_m)).trim().to_owned()
    }

    fn between(&self, from: &Stop, to: &Stop, today: (f64, f64)) -> Option<SitedGap> {
        let run = self.run;
        let (from_m, to_m) = (from.at_m, to.at_m);
        let beyond = |of: &ByStreet| of.within_m(self.street, self.lane, from_m, to_m);
        let (certain_m, hopeful_m, repaired_m) =
            (beyond(&run.beyond_certain), beyond(&run.beyond_hopeful), beyond(&run.beyond_repaired));
        let asked_m = beyond(&run.wanted);
        let both = from.hydrant.is_some() && to.hydrant.is_some();
        let limit = &run.rules_on(self.street, (from_m + to_m) / 2.0).spacing_m;
        let too_wide = both && to_m - from_m > limit.value + GAP_LEAST_M && beyond(&run.wanted_between) > GAP_LEAST_M;
        if certain_m <= GAP_LEAST_M && !too_wide {
            return None;
        }
        let shape = self.shape(from_m, to_m, both);
        let middle = shape.0.first().and_then(|line| line.0.get(line.0.len() / 2)).copied();
        let lacks_record = self.hydrants.is_empty() && middle.is_some_and(|at| run.scope.lacks_record(at));
        let state = match () {
            () if hopeful_m > GAP_LEAST_M => GapState::HydrantGap,
            () if certain_m > GAP_LEAST_M && lacks_record => GapState::NoRecord,
            () if certain_m > GAP_LEAST_M => GapState::Hopeful,
            () => GapState::Relieved,
        };
        let cause = self.cause(from, to, state, repaired_m <= GAP_LEAST_M);
        let town = middle.and_then(|at| run.towns.at(at));
        let name = |stop: &Stop| stop.hydrant.map_or_else(String::new, |placed| super::stock::label(placed.hydrant));
        let own = self.own_stretches(from_m, to_m);
        let far = own.iter().map(|(edge, from, to)| run.certain.farthest(*edge, *from, *to));
        // Between two hydrants of the street, half of what the spacing comes to.
        let farthest_m = far.max_by(f64::total_cmp).filter(|farthest| farthest.is_finite());
        let at_end = certain_m > GAP_LEAST_M && certain_m - beyond(&run.beyond_at_ends) <= GAP_LEAST_M;
        let rules = &run.local.of(town).hydrant;
        let (limit, radius) = (&rules.spacing_m, &rules.radius_m);
        let ways = own.iter().filter_map(|stretch| run.certain_ends.longest_way_m(&run.certain, *stretch));
        let end_way_m = ways.max_by(f64::total_cmp).filter(|_| at_end).map(|way_m| round(way_m, 1));
        let mut row = HydrantGap {
            geometry: shape,
            rank: 0,
            name: self.name(from_m, to_m),
            road: run.street_name(self.street),
            town: run.towns.name(town),
            state,
            cause,
            without_people: None,
            side: match (self.sided, self.lane) {
                (false, _) => RoadSide::Either,
                (true, Lane::Left) => RoadSide::Left,
                (true, Lane::Right) => RoadSide::Right,
            },
            from_m: round(from_m, 1),
            to_m: round(to_m, 1),
            // A distance that is called a spacing lies between two hydrants.
            gap_m: both.then(|| round(to_m - from_m, 1)),
            asked_m: round(asked_m, 1),
            spacing_m: farthest_m.filter(|_| both).map(|farthest| round(2.0 * farthest, 1)),
            farthest_m: farthest_m.map(|farthest| round(farthest, 1)),
            beyond_m: round(certain_m, 1),
            beyond_hopeful_m: round(hopeful_m, 1),
            from_hydrant: name(from),
            to_hydrant: name(to),
            story: Label::new("", ""),
        };
        row.story = tell_gap(&row, if end_way_m.is_some() { radius } else { limit }, end_way_m);
        let today = StretchOfToday { street: self.street, lane: self.lane, name: self.name(today.0, today.1) };
        Some(SitedGap { row, end_way_m, street: self.street, town, today })
    }

    /// Why no working hydrant is near enough between two stops. `repaired` says whether one would be if all hydrants
    /// were repaired.
    fn cause(&self, from: &Stop, to: &Stop, state: GapState, repaired: bool) -> Cause {
        let any_between = |states: &[HydrantState]| {
            self.hydrants.iter().any(|stop| {
                let state = stop.hydrant.map(|placed| placed.hydrant.state);
                from.at_m < stop.at_m && stop.at_m < to.at_m && state.is_some_and(|state| states.contains(&state))
            })
        };
        let broken = || any_between(&[HydrantState::OutOfService, HydrantState::Frozen]);
        match () {
            () if state == GapState::NoRecord => Cause::NoRecord,
            () if state == GapState::Hopeful => Cause::UnknownState,
            () if repaired && (self.hydrants.is_empty() || broken()) => Cause::OutOfService,
            () if self.hydrants.is_empty() => Cause::NoneAtAll,
            () if from.hydrant.is_none() || to.hydrant.is_none() => Cause::RoadEnd,
            () if any_between(&[HydrantState::Unknown]) => Cause::UnknownState,
            () => Cause::Missing,
        }
    }

    /// The stretches of this lane between two chainages where hydrants are asked for, along the edges of the kerb network.
    fn own_stretches(&self, from_m: f64, to_m: f64) -> Vec<(u32, f64, f64)> {
        let street = &self.run.streets.streets[self.street.index()];
        let mut stretches = Vec::new();
        for part in street.parts.iter().filter(|part| part.start_m < to_m && part.start_m + part.length_m > from_m) {
            for edge in self.run.kerbs.edges_of(part.segment).filter(|edge| self.is_own(*edge, part)) {
                for (start_m, end_m) in &self.run.kerbs.wanted[part.segment.index()] {
                    let (a, b) = part.stretch(*start_m, *end_m);
                    let (a, b) = (a.max(from_m), b.min(to_m));
                    if b - a > SAME {
                        stretches.push(if part.backwards {
                            (edge, part.length_m - (b - part.start_m), part.length_m - (a - part.start_m))
                        } else {
                            (edge, a - part.start_m, b - part.start_m)
                        });
                    }
                }
            }
        }
        stretches
    }

    fn is_own(&self, edge: u32, part: &StreetPart) -> bool {
        match self.run.kerbs.side_on_street(edge, part) {
            Some(Side::Right) => self.lane == Lane::Right,
            Some(Side::Left) | None => self.lane == Lane::Left,
        }
    }

    /// The line that is drawn for a gap: between two hydrants, all road where hydrants are asked for; towards the end
    /// of a road, only what is too far from a hydrant.
    fn shape(&self, from_m: f64, to_m: f64, both: bool) -> MultiLineString {
        let of = if both { &self.run.wanted } else { &self.run.beyond_certain };
        let mut lines: Vec<LineString> = Vec::new();
        for (start_m, end_m) in of.parts(self.street, self.lane, from_m, to_m) {
            lines.extend(self.run.street_line(self.street, start_m, end_m));
        }
        if self.sided {
            let side = if self.lane == Lane::Left { Side::Left } else { Side::Right };
            let width_m = self.run.street_width_m(self.street, from_m).unwrap_or(0.0);
            lines = lines.into_iter().map(|line| LineString(parallel(&line.0, side, width_m / 2.0))).collect();
        }
        MultiLineString(join(lines))
    }
}

/// Chainage as engineers write it: K0+420.
pub(super) fn chainage(at_m: f64) -> String {
    let at_m = at_m.round() as u32;
    format!("K{}+{:03}", at_m / 1000, at_m % 1000)
}

/// Two lines are joined where their ends lie nearer together than this, in metres.
const JOINED_M: f64 = 0.01;

/// Joins lines that go on into one another.
fn join(lines: Vec<LineString>) -> Vec<LineString> {
    let apart_m = |(a, b): (&Coord, &Coord)| (*a - *b).x.hypot((*a - *b).y);
    let meet = |a: &LineString, b: &LineString| a.0.last().zip(b.0.first()).map(apart_m).is_some_and(|m| m < JOINED_M);
    let mut joined: Vec<LineString> = Vec::new();
    for line in lines {
        match joined.last_mut() {
            Some(last) if meet(last, &line) => last.0.extend(line.0.into_iter().skip(1)),
            _ => joined.push(line),
        }
    }
    joined
}
