//! Heights and slopes along roads, from an elevation grid.
//!
//! A slope belongs to the road, not to the piece between two junctions: heights are read and averaged along whole road lines
//! ([`road_lines`](super::road_lines)), and a piece has the slopes of its stretch of the line, wherever junctions cut it.

use geo::Coord;

use super::Network;
use super::road_lines::road_lines;
use crate::grid::Grid;
use crate::ids::{ArcId, SegmentId};
use crate::layers::{LayerId, Road, RoadClass};
use crate::method_constants;
use crate::notes::{NoteCase, NoteKind, Notes};
use crate::plausible::plausible;

method_constants! {
    /// 沿路读取高程的最大间距 | Greatest distance between the places along a road at which heights are read
    const HEIGHT_STEP_M: f64 = 25.0,
        because "略小于 30 米高程模型的格网，每格至少读一次 | A little less than a cell of a 30 m elevation model, so that each is read";
    /// 高程平滑时前后各取的读数个数 | Number of heights before and after over which each is averaged
    const HEIGHTS_AVERAGED: usize = 3,
        because "30 米高程模型逐格误差达数米，会把平路读成陡坡；平均约 150 米后仍有意义 | A 30 m elevation model errs by metres from cell to cell, which makes cliffs of flat streets; over 150 m of road the heights mean something";
}

/// The length of road over which heights are averaged.
const AVERAGED_M: f64 = HEIGHT_STEP_M * (2 * HEIGHTS_AVERAGED) as f64;

/// Sets the mean steepness of every segment, over 150 m of its road where it is shorter, and the slopes along it. Where these
/// are steeper than any road is believed to be, it is the heights that are wrong, and the slope is not known.
pub(super) fn measure_slopes(network: &mut Network, roads: &[Road], elevation: &Grid, notes: &mut Notes) {
    let steepest = plausible(LayerId::Roads.code(), "slope_percent").map_or(f64::INFINITY, |range| range.to);
    let profiles = RoadProfiles::read(network, roads, elevation);
    let mut slopes = SegmentSlopes { first: vec![0], stretches: Vec::new() };
    for id in SegmentId::first(network.segments.len()) {
        let measured = profiles.of(id).filter(|(profile, stretch)| {
            // Over a short road a small error of the heights is much of a slope.
            let steepest = steepest * (AVERAGED_M / profile.length_m()).max(1.0);
            let believed = profile.slopes_of(*stretch).all(|slope| f64::from(slope.percent) <= steepest);
            // Footpaths climb cliffs by steps and ladders.
            if !believed && roads[network[id].road.index()].class != RoadClass::Path {
                note_cliff(&roads[network[id].road.index()], network.point_at(id, 0.0), steepest, notes);
            }
            believed
        });
        let slope = measured.map(|(profile, stretch)| profile.mean_slope(stretch));
        network.segments[id.index()].slope_percent = slope.map_or(f32::NAN, |slope| (slope * 100.0) as f32);
        if let Some((profile, stretch)) = measured {
            slopes.stretches.extend(profile.slopes_of(stretch));
        }
        slopes.first.push(slopes.stretches.len() as u32);
    }
    network.slopes = slopes;
}

/// Tells of a road that the elevation makes a cliff.
fn note_cliff(road: &Road, at: Coord, steepest: f64, notes: &mut Notes) {
    let text = format!(
        "按高程推算坡度超过 {steepest}%的道路：没有这样的车行道，应是高程有误(空值、粗差，或单位不是米)；坡度按未知处理，请核对高程图层 | \
         Roads steeper than {steepest} % by the elevation: no road is, so the heights are wrong (voids, blunders, or not in metres); the slope is taken as unknown"
    );
    let name = if road.name.is_empty() { &road.source_id } else { &road.name };
    notes.add(NoteKind::Doubted, Some(LayerId::Elevation), &text, NoteCase::from(name).of(&road.source_id).at(at));
}

/// The slopes along every segment, one for each stretch of 25 m at most.
#[derive(Debug, Clone, Default)]
pub struct SegmentSlopes {
    /// Where those of each segment begin; one more at the end. Empty without elevation.
    first: Vec<u32>,
    stretches: Vec<SlopeStretch>,
}

/// A stretch of road and how steep it is, up and down alike, over 150 m of road around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlopeStretch {
    /// Length along the road, in metres.
    pub length_m: f32,
    /// Rise per length, in percent.
    pub percent: f32,
}

impl SegmentSlopes {
    /// Those of one segment, from its first node; none where the elevation is not known.
    pub fn of(&self, segment: SegmentId) -> &[SlopeStretch] {
        let ends = self.first.get(segment.index()).zip(self.first.get(segment.index() + 1));
        ends.map_or(&[], |(first, end)| &self.stretches[*first as usize..*end as usize])
    }
}

/// The heights along all roads of a network.
#[derive(Debug, Clone)]
pub struct RoadProfiles {
    profiles: Vec<RoadProfile>,
    /// Per segment, its profile and where on it it lies; `None`: the grid has no value somewhere along it.
    of_segment: Vec<Option<(u32, ProfileStretch)>>,
}

/// Heights along a road line or, where the grid has gaps, along a part of one: read every 25 m at most, smoothed over 150 m.
#[derive(Debug, Clone)]
pub struct RoadProfile {
    /// Distance between two heights, in metres.
    pub step_m: f64,
    /// Where each height was read, in metres of the plane.
    pub places: Vec<Coord>,
    /// Metres above sea level.
    pub heights_m: Vec<f64>,
    /// Metres up and down from the start to each height.
    climbed_m: Vec<f64>,
}

/// A stretch of a profile, in metres from its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfileStretch {
    /// Where it begins.
    pub from_m: f64,
    /// Where it ends; not before it begins.
    pub to_m: f64,
}

/// A road line on which heights are read.
struct Line<'a> {
    network: &'a Network,
    arcs: Vec<ArcId>,
    /// Where each arc begins; one more at the end.
    starts_m: Vec<f64>,
}

impl RoadProfiles {
    /// Reads the heights along every road. Bridges and tunnels run straight from end to end, whatever the ground does.
    pub fn read(network: &Network, roads: &[Road], elevation: &Grid) -> Self {
        let mut all = Self { profiles: Vec::new(), of_segment: vec![None; network.segments.len()] };
        for arcs in road_lines(network, roads) {
            let mut starts_m = vec![0.0];
            for arc in &arcs {
                starts_m.push(starts_m[starts_m.len() - 1] + network[arc.segment()].length_m);
            }
            all.add(&Line { network, arcs, starts_m }, roads, elevation);
        }
        all
    }

    /// The profile of a segment's road and the stretch of it that the segment is; `None` where the grid has no value somewhere
    /// along the segment.
    pub fn of(&self, segment: SegmentId) -> Option<(&RoadProfile, ProfileStretch)> {
        let (profile, stretch) = self.of_segment[segment.index()]?;
        Some((&self.profiles[profile as usize], stretch))
    }

    fn add(&mut self, line: &Line, roads: &[Road], elevation: &Grid) {
        let length_m = line.length_m();
        let steps = (length_m / HEIGHT_STEP_M).ceil().max(1.0);
        let step_m = length_m / steps;
        let places: Vec<Coord> = (0..=steps as usize).map(|step| line.point_at(step as f64 * step_m)).collect();
        let mut heights: Vec<Option<f64>> = places.iter().map(|at| elevation.interpolate(*at)).collect();
        line.span(roads, elevation, step_m, &mut heights);
        let mut run = 0;
        while run < heights.len() {
            let known = heights[run..].iter().take_while(|height| height.is_some()).count();
            if known > 1 {
                let raw: Vec<f64> = heights[run..run + known].iter().flatten().copied().collect();
                self.profiles.push(RoadProfile::new(step_m, places[run..run + known].to_vec(), &raw));
                self.place_segments(line, run as f64 * step_m);
            }
            run += known.max(1);
        }
    }

    /// Says of the segments of a line that lie on its newest profile, which begins so far along the line, that they do.
    fn place_segments(&mut self, line: &Line, start_m: f64) {
        /// Lengths that were added up differ in the last digits.
        const SAME_M: f64 = 1e-6;
        let number = self.profiles.len() - 1;
        let end_m = self.profiles[number].length_m();
        for (arc, ends) in line.arcs.iter().zip(line.starts_m.windows(2)) {
            let [from_m, to_m] = [ends[0] - start_m, ends[1] - start_m];
            if from_m >= -SAME_M && to_m <= end_m + SAME_M {
                let stretch = ProfileStretch { from_m: from_m.max(0.0), to_m: to_m.min(end_m) };
                self.of_segment[arc.segment().index()] = Some((number as u32, stretch));
            }
        }
    }
}

impl Line<'_> {
    fn length_m(&self) -> f64 {
        self.starts_m[self.arcs.len()]
    }

    fn point_at(&self, along_m: f64) -> Coord {
        let at = self.starts_m.partition_point(|start| *start <= along_m).clamp(1, self.arcs.len()) - 1;
        let arc = self.arcs[at];
        let from_m = along_m - self.starts_m[at];
        let offset_m = if arc.is_along() { from_m } else { self.network[arc.segment()].length_m - from_m };
        self.network.point_at(arc.segment(), offset_m)
    }

    /// Lays the heights of bridges and tunnels straight between their ends.
    fn span(&self, roads: &[Road], elevation: &Grid, step_m: f64, heights: &mut [Option<f64>]) {
        let spans = |arc: &ArcId| {
            let road = &roads[self.network[arc.segment()].road.index()];
            road.bridge || road.tunnel
        };
        let mut at = 0;
        while at < self.arcs.len() {
            let over = self.arcs[at..].iter().take_while(|arc| spans(arc)).count();
            let [from_m, to_m] = [self.starts_m[at], self.starts_m[at + over]];
            let ends = [from_m, to_m].map(|along_m| elevation.interpolate(self.point_at(along_m)));
            let inside = heights.iter_mut().zip(0..).map(|(height, step)| (height, f64::from(step) * step_m));
            for (height, along_m) in inside.filter(|(_, m)| over > 0 && from_m <= *m && *m <= to_m) {
                let share = (along_m - from_m) / (to_m - from_m);
                *height = ends[0].zip(ends[1]).map(|(from, to)| from + (to - from) * share);
            }
            at += over.max(1);
        }
    }
}

impl RoadProfile {
    /// Smooths heights that were read at these places, so far apart; at least two.
    pub fn new(step_m: f64, places: Vec<Coord>, raw_m: &[f64]) -> Self {
        let smooth = |at: usize| {
            // The window shrinks towards the ends so that it stays centred and the ends keep their height.
            let reach = HEIGHTS_AVERAGED.min(at).min(raw_m.len() - 1 - at);
            let window = &raw_m[at - reach..=at + reach];
            window.iter().sum::<f64>() / window.len() as f64
        };
        let heights_m: Vec<f64> = (0..raw_m.len()).map(smooth).collect();
        let mut climbed_m = vec![0.0];
        for pair in heights_m.windows(2) {
            climbed_m.push(climbed_m[climbed_m.len() - 1] + (pair[1] - pair[0]).abs());
        }
        Self { step_m, places, heights_m, climbed_m }
    }

    /// From its first height to its last.
    pub fn length_m(&self) -> f64 {
        (self.heights_m.len() - 1) as f64 * self.step_m
    }

    /// Metres up and down from the start to a place along it.
    fn climbed_to(&self, along_m: f64) -> f64 {
        let steps = along_m / self.step_m;
        let at = (steps.floor() as usize).min(self.heights_m.len() - 2);
        self.climbed_m[at] + (self.climbed_m[at + 1] - self.climbed_m[at]) * (steps - at as f64)
    }

    /// The slopes between the places where heights were read, as far as they lie on a stretch. They are the same whatever
    /// stretches a road is cut into.
    fn slopes_of(&self, ProfileStretch { from_m, to_m }: ProfileStretch) -> impl Iterator<Item = SlopeStretch> {
        let first = (from_m / self.step_m) as usize;
        let end = ((to_m / self.step_m).ceil() as usize).min(self.heights_m.len() - 1);
        (first..end).map(move |step| {
            let step = ProfileStretch { from_m: step as f64 * self.step_m, to_m: (step + 1) as f64 * self.step_m };
            let length_m = (step.to_m.min(to_m) - step.from_m.max(from_m)).max(0.0);
            SlopeStretch { length_m: length_m as f32, percent: (self.mean_slope(step) * 100.0) as f32 }
        })
    }

    /// All metres up and down over the length of a stretch; of a short one, over as much of the road around it as heights are
    /// averaged over, as far as there is road.
    fn mean_slope(&self, ProfileStretch { from_m, to_m }: ProfileStretch) -> f64 {
        let span_m = (to_m - from_m).max(AVERAGED_M);
        let start_m = ((from_m + to_m - span_m) / 2.0).min(self.length_m() - span_m).max(0.0);
        let end_m = (start_m + span_m).min(self.length_m());
        (self.climbed_to(end_m) - self.climbed_to(start_m)) / (end_m - start_m)
    }
}
