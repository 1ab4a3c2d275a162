//! Fragility: the roads whose closure cuts villages off or holds them up, in words.

use geo::MultiLineString;

use super::closures::{Closure, Fragile};
use super::shared::{length_m, line, names, people};
use super::story::tell_closure;
use super::{AccessRun, describe, minutes};
use fireplan_model::codes;
use fireplan_model::layers::RoadClass;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};

codes! {
    /// What a closure does.
    pub enum ClosureEffect order best_first {
        /// 须绕行 | A detour
        Detour = "detour",
        /// 只剩待核的路 | Only roads that are undetermined
        #[undetermined]
        Doubtful = "doubtful",
        /// 只剩较小的车可到 | Only smaller engines left
        SmallerLeft = "smaller_left",
        /// 断则无路 | Cut off
        CutOff = "cut_off",
    }
}

row! {
    /// 唯一通道与绕行路段 | Roads whose closure cuts off or costs time
    pub struct FragileRoad {
        geometry: MultiLineString,
        /// 排名(后果重、影响人口多的在前) | Rank, the worst effect and the most people first
        rank: u32,
        /// 道路 | Road
        name: String,
        /// 说明 | In words
        story: Label,
        /// 道路等级 | Class
        class: RoadClass,
        /// 后果 | Effect
        effect: ClosureEffect,
        /// 桥梁 | Bridge
        bridge: bool,
        /// 受影响的居民点 | Places affected
        villages: u32,
        /// 受影响的人口 | People affected
        affected_people: u32,
        /// 居民点名称 | Names
        names: String,
        /// 最多多走 | Longest delay
        detour_min: IfAny<f64>,
        /// 长度 | Length
        length_m: f64,
        /// 道路编号 | Id of the road
        source_id: String,
    }
}

impl Fragile {
    pub(super) fn rows(&self, run: &AccessRun) -> Vec<FragileRoad> {
        self.closures.iter().zip(1..).map(|(closure, rank)| row(run, closure, rank)).collect()
    }
}

fn row(run: &AccessRun, closure: &Closure, rank: u32) -> FragileRoad {
    let road = &run.area.layers.roads[closure.road.index()];
    let names = names(run, &closure.places);
    let is_reached = !matches!(closure.effect, ClosureEffect::CutOff | ClosureEffect::SmallerLeft);
    let delay = is_reached.then(|| minutes(closure.delay_ms));
    FragileRoad {
        geometry: line(run, &closure.segments),
        rank,
        name: describe::road(road).zh,
        story: tell_closure(run, closure, &names, delay),
        class: road.class,
        effect: closure.effect,
        bridge: road.bridge,
        villages: closure.places.len() as u32,
        affected_people: people(run, &closure.places),
        names: names.join("、"),
        detour_min: IfAny(delay),
        length_m: length_m(run, &closure.segments),
        source_id: road.source_id.clone(),
    }
}
