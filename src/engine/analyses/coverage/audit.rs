//! Self-audit (自检): a sample of places computed again by a second, plain implementation.
//!
//! Plain means: no spatial index, no bucket queue, no states for turn restrictions. The nearest road is found by
//! looking at every piece of road; the times by Dijkstra's algorithm (1959) over single arcs with a binary heap,
//! remembering the last arcs driven and holding them against the forbidden sequences. What both share are the driving
//! times of single arcs and the meaning of the words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use anyhow::{Result, bail};
use geo::line_intersection::line_intersection;
use geo::{Coord, Line};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::band_audit::{NAMED, check_band, where_is};
use super::bands::Band;
use super::parts::RoadPart;
use super::{MS_PER_MIN, ResponseTimes};
use crate::response::border::HeadStart;
use crate::response::driving::DrivingReading;
use crate::response::places::{UsableSegments, is_open_water, lines_of};
use crate::response::reach::Reach;
use fireplan_algorithms::shortest_path::CLOSED;
use fireplan_model::findings::Figure;
use fireplan_model::ids::{ArcId, NodeId, SegmentId};
use fireplan_model::method_constants;
use fireplan_model::network::{Network, SAME_M};
use fireplan_model::rows::Label;

method_constants! {
    /// 自检抽样的随机数种子 | Seed of the sample that the self-audit draws
    const AUDIT_SEED: u64 = 2_017,
        because "固定种子使同样的输入抽到同样的地点，结果可复核；数值本身无特殊含义 | A fixed seed draws the same places from the same data, so that runs can be repeated; the value itself means nothing";
    /// 两次独立计算的到达时间相差不超过此值为一致 | Difference up to which two computations of an arrival agree
    const AUDIT_SAME_MS: f64 = 0.01,
        because "只容许浮点舍入，远小于速度表的精度 | It allows for rounding of floating-point numbers only";
    /// 分段道路总长与路网总长允许的固定差值（另加百万分之一） | How much the stretches of road may differ in sum from the network, beside a millionth
    const AUDIT_LENGTH_M: f64 = 0.1,
        because "只容许逐段长度的取整误差 | It allows for rounding of the lengths only";
}

/// A small random number generator (SplitMix64, Steele, Lea and Flood 2014): the same sample every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// How a sample of places fared, of which each part of a province computes those beside its own roads.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct AuditTally {
    /// How many places were computed again.
    pub sampled: u32,
    /// What contradicts, by the number of the place in the sample.
    pub failures: Vec<(u32, String)>,
}

impl AuditTally {
    /// Adds what another part found.
    pub(super) fn merge(&mut self, other: Self) {
        self.sampled += other.sampled;
        self.failures.extend(other.failures);
        self.failures.sort();
    }
}

/// Checks what the run answers for: places computed twice, and the lengths of the roads.
///
/// # Errors
/// If the stretches do not add up to the roads.
pub(super) fn tally(run: &ResponseTimes, places: u32, roads: &[RoadPart]) -> Result<AuditTally> {
    if places == 0 {
        return Ok(AuditTally::default());
    }
    let plain: Vec<Plain> = run.base().reaches.iter().map(|reach| Plain::new(run, reach)).collect();
    let sample = sample(run, places);
    let failed = |(number, place): &(u32, Coord)| Some((*number, contradiction(run, &plain, *place)?));
    let failures = sample.par_iter().filter_map(failed).collect();
    check_lengths(run, roads)?;
    Ok(AuditTally { sampled: sample.len() as u32, failures })
}

/// Judges what was checked, and holds the band of the budget against the roads.
///
/// # Errors
/// If more of the places than `response.audit_places_percent` allows, or more of the road than `response.audit_band_percent`
/// allows, contradicts; the error names the places.
pub(super) fn judge(run: &ResponseTimes, tally: AuditTally, bands: &[Band]) -> Result<Figure> {
    let AuditTally { sampled: all, failures } = tally;
    if all == 0 {
        return Ok(audited(0, Label::new("速算，未作独立复算自检", "quick figures: not audited")));
    }
    let failures: Vec<String> = failures.into_iter().map(|(_, failure)| failure).collect();
    let failed = failures.len();
    let limit = &run.rules.response.audit_places_percent;
    if !limit.op.holds(failed as f64 / f64::from(all) * 100.0, limit.value) {
        let (bound, named) = (limit.bound(), failures[..failed.min(NAMED)].join("; "));
        bail!(
            "自检未通过：抽样 {all} 处中有 {failed} 处与独立复算不符（允许 {bound}）：{named} | \
             self-audit: {failed} of {all} sampled places contradict the second computation (allowed: {bound}): {named}"
        );
    }
    let agree = all as usize - failed;
    let mut remark = Label::new(
        format!("随机抽取 {all} 处独立复算，{agree} 处一致"),
        format!("{all} random places recomputed independently, {agree} agree"),
    );
    if let Some(band) = bands.iter().find(|band| band.up_to_min * MS_PER_MIN == run.budget_ms) {
        let percent = check_band(run, &band.geometry)?;
        remark.zh += &format!("；全部道路中与等时面矛盾的占 {percent:.2} %");
        remark.en += &format!("; {percent:.2} % of all road contradicts the time band");
    }
    Ok(audited(agree, remark))
}

fn audited(places: usize, remark: Label) -> Figure {
    Figure {
        name: "audited_places".to_owned(),
        label: Label::new("自检一致的地点", "Places confirmed by the self-audit"),
        value: Some(places as f64),
        range: None,
        unit: String::new(),
        remark,
    }
}

/// Places on and beside roads, each with its number: those of the whole network that lie by roads the run answers for.
fn sample(run: &ResponseTimes, places: u32) -> Vec<(u32, Coord)> {
    let network = &run.area.network;
    let own: BTreeMap<u32, SegmentId> = SegmentId::first(network.segments.len())
        .filter_map(|segment| Some((run.segment_number(segment)?, segment)))
        .collect();
    let all = run.part.as_ref().map_or(network.segments.len(), |part| part.border.all_segments as usize);
    let mut random = Random(AUDIT_SEED);
    let draw = |number: u32| {
        let drawn = [(); 4].map(|()| random.next());
        let segment = *own.get(&((drawn[0] * all as f64) as u32))?;
        let on_road = network.point_at(segment, drawn[1] * network[segment].length_m);
        let beside = Coord { x: drawn[2] - 0.5, y: drawn[3] - 0.5 } * (2.0 * run.access.limit_m);
        Some((number, if number.is_multiple_of(2) { on_road } else { on_road + beside }))
    };
    (0..places).filter_map(draw).collect()
}

fn contradiction(run: &ResponseTimes, plain: &[Plain], place: Coord) -> Option<String> {
    let found = run.times_at(place).base[0].map(|arrival| arrival.ms);
    let expected = plain.iter().filter_map(|plain| plain.arrival_ms(run, place)).min_by(f64::total_cmp);
    let agree = match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= AUDIT_SAME_MS,
        (None, None) => true,
        _ => false,
    };
    let seconds = |ms: Option<f64>| ms.map_or_else(|| "–".to_owned(), |ms| format!("{:.2} s", ms / 1000.0));
    (!agree).then(|| format!("{} {} ≠ {}", where_is(run, place), seconds(found), seconds(expected)))
}

/// The stretches must add up to the roads.
fn check_lengths(run: &ResponseTimes, roads: &[RoadPart]) -> Result<()> {
    let of_rows: f64 = roads.iter().map(|road| run.area.plane.length_m(&road.sited.row.geometry)).sum();
    let (layers, network) = (&run.area.layers, &run.area.network);
    let own = SegmentId::first(network.segments.len()).filter(|segment| run.segment_number(*segment).is_some());
    let motor = own
        .map(|segment| &network[segment])
        .filter(|segment| layers.roads[segment.road.index()].class != fireplan_model::layers::RoadClass::Path);
    let of_network: f64 = motor.map(|segment| segment.length_m).sum();
    if (of_rows - of_network).abs() > 1e-6 * of_network + AUDIT_LENGTH_M {
        bail!(
            "自检未通过：各段道路合计 {of_rows:.1} m，路网为 {of_network:.1} m | \
             self-audit: the stretches of road add up to {of_rows:.1} m, the network has {of_network:.1} m"
        );
    }
    Ok(())
}

/// The last arcs driven, as far as a forbidden sequence may still care.
type AuditWay = Vec<ArcId>;

/// How far a road lies from a place, in metres; the segment; and the metre of it.
type NearRoad = (f64, SegmentId, f64);

/// The crews of a vehicle that arrive from beyond the network, at base speeds.
fn head_starts<'a>(run: &'a ResponseTimes, reach: &Reach) -> &'a [HeadStart] {
    let border = run.part.as_ref().and_then(|part| part.border.vehicle(reach.vehicle()));
    border.map_or(&[], |border| &border.first[DrivingReading::Base as usize])
}

/// First arrivals of one class of vehicle, computed by the second implementation.
struct Plain<'a> {
    reach: &'a Reach,
    rank: usize,
    /// Soonest time at the head of the last arc of each way.
    ways_into: BTreeMap<NodeId, Vec<(AuditWay, u64)>>,
    forbidden: BTreeSet<&'a [ArcId]>,
    water: Vec<Line>,
}

impl<'a> Plain<'a> {
    fn new(run: &'a ResponseTimes, reach: &'a Reach) -> Self {
        let area = run.area;
        let forbidden: BTreeSet<&[ArcId]> = area.network.forbidden.iter().map(Vec::as_slice).collect();
        let rank =
            run.base().reaches.iter().position(|other| other.vehicle() == reach.vehicle()).expect("it is one of them");
        let open = area.layers.water_sources.iter().filter(|water| is_open_water(water));
        let water = open.flat_map(|water| lines_of(&water.geometry)).collect();
        let mut plain = Self { reach, rank, ways_into: BTreeMap::new(), forbidden, water };
        plain.search(run);
        plain
    }

    fn search(&mut self, run: &ResponseTimes) {
        let network = &run.area.network;
        let mut leaving: Vec<Vec<ArcId>> = vec![Vec::new(); network.nodes.len()];
        let arc_ms = &self.reach.drive.arc_ms;
        for arc in ArcId::first(arc_ms.len()).filter(|arc| arc_ms[arc.index()] != CLOSED) {
            leaving[network.tail(arc).index()].push(arc);
        }
        let cared_for: BTreeSet<ArcId> = self.forbidden.iter().flat_map(|sequence| sequence.iter().copied()).collect();
        let longest = self.forbidden.iter().map(|sequence| sequence.len()).max().unwrap_or(1);
        let mut heap = BinaryHeap::new();
        for start in self.reach.starts() {
            let segment = start.position.segment;
            let share = start.position.offset_m / network[segment].length_m;
            for (arc, left) in [(segment.along(), 1.0 - share), (segment.against(), share)] {
                let ms = self.reach.drive.arc_ms[arc.index()];
                if ms != CLOSED {
                    heap.push(Reverse((
                        u64::from(self.reach.ready_ms(start)) + (f64::from(ms) * left).ceil() as u64,
                        vec![arc],
                    )));
                }
            }
        }
        for head_start in head_starts(run, self.reach) {
            let ms = u64::from(head_start.ms);
            // Before the first arc, no sequence has begun.
            self.ways_into.entry(head_start.node).or_default().push((AuditWay::new(), ms));
            for arc in &leaving[head_start.node.index()] {
                heap.push(Reverse((ms + u64::from(arc_ms[arc.index()]), vec![*arc])));
            }
        }
        let mut settled: BTreeMap<AuditWay, u64> = BTreeMap::new();
        let horizon_ms = (super::HORIZON_MIN * MS_PER_MIN) as u64;
        while let Some(Reverse((ms, way))) = heap.pop() {
            let kept = keep(&way, &cared_for, longest);
            if ms > horizon_ms || settled.contains_key(&kept) {
                continue;
            }
            settled.insert(kept, ms);
            for arc in &leaving[network.head(*way.last().expect("ways are not empty")).index()] {
                if !self.forbids(&way, *arc) {
                    let onward = way.iter().copied().chain([*arc]).collect();
                    heap.push(Reverse((
                        ms + u64::from(self.reach.drive.arc_ms[arc.index()]),
                        keep(&onward, &cared_for, longest),
                    )));
                }
            }
        }
        for (way, ms) in settled {
            let node = network.head(*way.last().expect("ways are not empty"));
            self.ways_into.entry(node).or_default().push((way, ms));
        }
    }

    fn forbids(&self, way: &[ArcId], arc: ArcId) -> bool {
        if self.forbidden.is_empty() {
            return false;
        }
        let onward: AuditWay = way.iter().copied().chain([arc]).collect();
        (0..onward.len() - 1).any(|from| self.forbidden.contains(&onward[from..]))
    }

    /// First arrival at a place, access included.
    fn arrival_ms(&self, run: &ResponseTimes, place: Coord) -> Option<f64> {
        let usable = run.access.usable(self.rank);
        let with_and_without_planned = [Some(usable), usable.without_planned.as_deref()];
        let road = |usable: &UsableSegments| {
            usable.tiers().into_iter().find_map(|usable| self.nearest_road(run, &run.area.network, place, usable))
        };
        let roads = with_and_without_planned.into_iter().flatten().filter_map(road);
        roads.filter_map(|road| self.arrival_by(run, road)).min_by(f64::total_cmp)
    }

    /// First arrival at a place that lies this far from this metre of a segment.
    fn arrival_by(&self, run: &ResponseTimes, (distance_m, segment, offset_m): NearRoad) -> Option<f64> {
        let network = &run.area.network;
        let length_m = network[segment].length_m;
        let access_ms = run.access.ms_per_m() * distance_m;
        let mut soonest = f64::INFINITY;
        for (arc, entry_m) in [(segment.along(), 0.0), (segment.against(), length_m)] {
            let arc_ms = self.reach.drive.arc_ms[arc.index()];
            if arc_ms == CLOSED {
                continue;
            }
            let drive_ms = |from_m: f64| f64::from(arc_ms) * (offset_m - from_m).abs() / length_m;
            for (way, ms) in self.ways_into.get(&network.tail(arc)).into_iter().flatten() {
                if !self.forbids(way, arc) {
                    soonest = soonest.min(*ms as f64 + drive_ms(entry_m));
                }
            }
            for start in self.reach.starts().filter(|start| start.position.segment == segment) {
                let ahead_m = if arc.is_along() {
                    offset_m - start.position.offset_m
                } else {
                    start.position.offset_m - offset_m
                };
                if ahead_m >= 0.0 {
                    soonest = soonest.min(f64::from(self.reach.ready_ms(start)) + drive_ms(start.position.offset_m));
                }
            }
        }
        soonest.is_finite().then_some(soonest + access_ms)
    }

    /// Finds the nearest usable road by looking at every piece of road, without an index.
    fn nearest_road(&self, run: &ResponseTimes, network: &Network, place: Coord, usable: &[bool]) -> Option<NearRoad> {
        let scale = run.area.plane.scale_at(place);
        let mut candidates: Vec<(f64, SegmentId, f64, Coord)> = network
            .straight_pieces()
            .filter(|(segment, _, _)| usable[segment.index()])
            .map(|(segment, [start_m, end_m], piece)| {
                let along = piece.end - piece.start;
                let length2 = along.x * along.x + along.y * along.y;
                let to_place = place - piece.start;
                let share = if length2 > 0.0 { (to_place.x * along.x + to_place.y * along.y) / length2 } else { 0.0 };
                let at = piece.start + along * share.clamp(0.0, 1.0);
                let distance_m = (place - at).x.hypot((place - at).y) / scale;
                (distance_m, segment, start_m + share.clamp(0.0, 1.0) * (end_m - start_m), at)
            })
            .filter(|(distance_m, ..)| *distance_m <= run.access.limit_m)
            .collect();
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
        let is_clear =
            |to: Coord| !self.water.iter().any(|bank| line_intersection(Line::new(place, to), *bank).is_some());
        let nearest_m = candidates.iter().find(|(.., at)| is_clear(*at))?.0;
        candidates
            .into_iter()
            .filter(|(distance_m, .., at)| (nearest_m..=nearest_m + SAME_M).contains(distance_m) && is_clear(*at))
            .map(|(distance_m, segment, offset_m, _)| (distance_m, segment, offset_m))
            .min_by(|a, b| a.1.cmp(&b.1).then(a.2.total_cmp(&b.2)))
    }
}

/// The end of a way made of arcs that forbidden sequences name, and at least its last arc.
fn keep(way: &AuditWay, cared_for: &BTreeSet<ArcId>, longest: usize) -> AuditWay {
    let tail = way.iter().rev().take_while(|arc| cared_for.contains(arc)).count();
    let length = tail.min(longest.saturating_sub(1)).max(1);
    way[way.len() - length..].to_vec()
}
