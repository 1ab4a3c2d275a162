//! Is a facing edge protected?
//!
//! **Definition.** From a place on a facing edge, the *shortest way across the zone* is the straight line to the nearest place
//! of the zone's inner limit (all that lies farther from the forest edge than the zone is wide); where the forest is thinner
//! than twice that and has no inner limit nearby, it is the line straight in, until it leaves the forest. The place is protected
//! when its shortest way crosses a barrier at least as wide as the rules ask. Anyone can check it with a ruler on the map.
//! A road whose width was only estimated, or a barrier that states none, leaves the place undetermined.

use std::collections::BTreeMap;

use geo::{Line, MultiPolygon};
use rayon::prelude::*;

use super::barriers::{Barriers, Crossed, ForestBarrier};
use super::facing::Facing;
use super::woods::{EdgePiece, Woods};
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::inward_strip::core;
use fireplan_model::codes;
use fireplan_model::method_constants;
use fireplan_model::rules::{Firebreak, Rules};

codes! {
    /// Whether a facing edge is protected.
    pub enum Protection order best_first {
        /// 有达标阻隔 | Protected by a barrier wide enough
        Protected = "protected",
        /// 有阻隔但过窄 | Barrier too narrow
        Narrow = "narrow",
        /// 无阻隔 | No barrier
        Open = "open",
        /// 有阻隔，宽度待核 | Barrier of unknown width
        #[undetermined]
        Unknown = "unknown",
    }
}

/// The barrier between a place on the forest edge and the inner forest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Guard {
    pub protection: Protection,
    /// The widest barrier on the way.
    pub found: Option<Crossed>,
}

impl PartialEq for Crossed {
    fn eq(&self, other: &Self) -> bool {
        self.barrier == other.barrier
    }
}

/// Width of the zone behind a piece, in metres.
pub(super) fn zone_m(facing: &Facing, rules: &Firebreak) -> f64 {
    if facing.urban { rules.zone_urban_m.value } else { rules.zone_town_m.value }
}

/// Per piece that faces something, what guards it.
pub(super) fn guards(
    rules: &Rules,
    woods: &Woods,
    barriers: &Barriers,
    pieces: &[EdgePiece],
    facing: &[Option<Facing>],
    zone_m: &(impl Fn(&EdgePiece, &Facing) -> f64 + Sync),
) -> Vec<Option<Guard>> {
    // A width by its bits, which order as the widths do.
    let key = |piece: &EdgePiece, facing: &Facing| (piece.forest, zone_m(piece, facing).to_bits());
    let wanted = pieces.iter().zip(facing).filter_map(|(piece, facing)| Some(key(piece, facing.as_ref()?)));
    let mut wanted: Vec<(u32, u64)> = wanted.collect();
    wanted.sort_unstable();
    wanted.dedup();
    let limits: BTreeMap<(u32, u64), AreaIndex> = wanted
        .into_par_iter()
        .map(|(forest, zone_bits)| {
            let shape = MultiPolygon(vec![woods.forests[forest as usize].clone()]);
            ((forest, zone_bits), AreaIndex::new(&core(&shape, f64::from_bits(zone_bits)).0))
        })
        .collect();
    pieces
        .par_iter()
        .zip(facing)
        .map(|(piece, facing)| {
            let facing = facing.as_ref()?;
            let way = way_across(woods, &limits[&key(piece, facing)], piece, zone_m(piece, facing));
            Some(guard(rules, barriers, way))
        })
        .collect()
}

method_constants! {
    /// 林缘到建设范围内侧界线的距离超过规定宽度此倍数时，改沿林缘法线向林内量取 | Where the inner limit of the zone is farther than this many widths of it, protection is looked for straight inward instead
    const ROUNDABOUT_WIDTHS: f64 = 1.5,
        because "过长的连线绕过林角，通向森林的另一部分；假定值，供审查 | A longer way leads round a corner to some other part of the forest; an assumption, for review";
    /// 沿法线向林内查找阻隔的最远距离，以规定宽度的倍数计 | How many widths of the zone protection is looked for straight inward
    const INWARD_WIDTHS: f64 = 2.0,
        because "林带窄于规定宽度时能看到其另一侧；假定值，供审查 | Far enough to see the other side of woods narrower than the zone; an assumption, for review";
}

/// The way starts this far inside the edge, so that it does not cross its own edge.
const STEP_IN_M: f64 = 0.05;

fn way_across(woods: &Woods, limit: &AreaIndex, piece: &EdgePiece, zone_m: f64) -> Line {
    let middle = piece.middle();
    if let Some((at, _)) = limit.nearest(middle, ROUNDABOUT_WIDTHS * zone_m) {
        return Line::new(middle, at);
    }
    let end = middle + piece.inward() * (INWARD_WIDTHS * zone_m);
    let start = middle + piece.inward() * STEP_IN_M;
    let out = woods.index.crossings(Line::new(start, end)).first().copied().unwrap_or(1.0);
    Line::new(middle, start + (end - start) * out)
}

fn guard(rules: &Rules, barriers: &Barriers, way: Line) -> Guard {
    let rank = |crossed: &Crossed| {
        let barrier = &barriers.list[crossed.barrier as usize];
        match is_wide(rules, barrier, crossed) {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        }
    };
    let width = |crossed: &Crossed| crossed.width_m.unwrap_or(0.0);
    let best = barriers
        .crossed(way)
        .into_iter()
        .min_by(|a, b| rank(a).cmp(&rank(b)).then(width(b).total_cmp(&width(a))).then(a.barrier.cmp(&b.barrier)));
    let protection = match best.as_ref().map(rank) {
        Some(0) => Protection::Protected,
        Some(1) => Protection::Unknown,
        Some(_) => Protection::Narrow,
        None => Protection::Open,
    };
    Guard { protection, found: best }
}

fn is_wide(rules: &Rules, barrier: &ForestBarrier, crossed: &Crossed) -> Option<bool> {
    match barrier.area {
        Some(_) => Some(
            rules
                .firebreak
                .barrier_width_m
                .op
                .holds(crossed.width_m.unwrap_or(0.0), rules.firebreak.barrier_width_m.value),
        ),
        None => barrier.is_wide(rules),
    }
}
