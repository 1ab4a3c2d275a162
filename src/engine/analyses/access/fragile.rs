//! Fragility: the roads whose closure cuts villages off or holds them up, in words.

use geo::MultiLineString;

use super::closures::{Closure, Fragile};
use super::shared::{length_m, line, names, people, people_phrase};
use super::{AccessRun, describe, minutes};
use fireplan_model::codes;
use fireplan_model::layers::RoadClass;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};

codes! {
    /// What a closure does.
    pub enum Effect order best_first {
        /// 须绕行 | A detour
        Detour = "detour",
        /// 只剩待核的路 | Only roads that are undetermined
        #[undetermined]
        Doubtful = "doubtful",
        /// 断则无路 | Cut off
        CutOff = "cut_off",
    }
}

row! {
    /// 一断即绝或须绕行的路段 | Roads whose closure cuts off or costs time
    pub struct Link {
        geometry: MultiLineString,
        /// 道路 | Road
        name: String,
        /// 说明 | In words
        story: Label,
        /// 道路等级 | Class
        class: RoadClass,
        /// 后果 | Effect
        effect: Effect,
        /// 桥梁 | Bridge
        bridge: bool,
        /// 受影响的村庄 | Villages affected
        villages: u32,
        /// 受影响的人口 | People affected
        affected_people: u32,
        /// 村名 | Names
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
    pub(super) fn rows(&self, run: &AccessRun) -> Vec<Link> {
        self.closures.iter().map(|closure| row(run, closure)).collect()
    }
}

fn row(run: &AccessRun, closure: &Closure) -> Link {
    let road = &run.area.layers.roads[closure.road.index()];
    let names = names(run, &closure.places);
    let (what, where_, hit) = (describe::road(road), describe::names(&names), people_phrase(run, &closure.places));
    let delay = (closure.effect != Effect::CutOff).then(|| minutes(closure.delay_ms));
    let more = describe::number(delay.unwrap_or_default());
    let (as_long_zh, as_long_en) = match more.as_str() {
        "0" => ("时间不增加".to_owned(), "it takes no longer".to_owned()),
        _ => (format!("最多多走{more}分钟"), format!("it is up to {more} min longer")),
    };
    let story = match closure.effect {
        Effect::CutOff => Label::new(
            format!("{}一旦中断，{}（{}）与所有消防站断开，没有别的路可绕。", what.zh, where_.zh, hit.zh),
            format!(
                "If {} is closed, {} ({}) are cut off from every station; there is no other way.",
                what.en, where_.en, hit.en
            ),
        ),
        Effect::Doubtful => Label::new(
            format!("{}一旦中断，到{}（{}）只剩通行能力待核的路，若能通行，{as_long_zh}。", what.zh, where_.zh, hit.zh),
            format!(
                "If {} is closed, only roads that are undetermined lead to {} ({}); if they pass, {as_long_en}.",
                what.en, where_.en, hit.en
            ),
        ),
        Effect::Detour => Label::new(
            format!("{}一旦中断，到{}（{}）要绕行，最多多走{more}分钟。", what.zh, where_.zh, hit.zh),
            format!("If {} is closed, the way to {} ({}) is up to {more} min longer.", what.en, where_.en, hit.en),
        ),
    };
    Link {
        geometry: line(run, &closure.segments),
        name: what.zh,
        story,
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
