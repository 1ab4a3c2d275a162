//! Proposed checkposts, one by one, with what each watches.

use geo::Point;

use super::posts::{PostPlace, WatchedPlace, called};
use super::{FirebreakCase, whole};
use fireplan_model::row;
use fireplan_model::rows::Label;

row! {
    /// 建议新建检查站 | Proposed checkposts
    pub struct NewPost {
        geometry: Point,
        /// 名次(管控处多者在前) | Rank, by the places it watches
        rank: u32,
        /// 编号 | Number
        name: String,
        /// 设在何处 | Where it stands
        place: String,
        /// 乡镇街道 | Town
        town: String,
        /// 经纬度(CGCS2000) | Longitude and latitude
        lonlat: String,
        /// 说明 | Story
        story: Label,
        /// 管控之处 | Places it watches
        places: u32,
        /// 其中进林道口 | Of them road entries
        entries: u32,
        /// 其中聚落出入口 | Of them exits of settlements
        exits: u32,
        /// 其中作业场地、易发火险林缘 | Of them work sites and edges
        others: u32,
        /// 最远一处(沿路) | The farthest of them, by road
        farthest_m: f64,
        /// 费用 | Cost
        cost_wan_yuan: f64,
    }
}

/// The row of a proposed post at one of the places that it watches.
pub(super) fn new_post(
    case: &FirebreakCase,
    number: usize,
    at: &WatchedPlace,
    watched: &[&WatchedPlace],
    farthest_m: f64,
) -> NewPost {
    let count = |wanted: &[PostPlace]| watched.iter().filter(|place| wanted.contains(&place.place)).count() as u32;
    let (entries, exits) = (count(&[PostPlace::Entry]), count(&[PostPlace::Exit]));
    let others = count(&[PostPlace::WorkSite, PostPlace::Edge]);
    let mut names: Vec<String> = watched.iter().map(|place| called(place)).collect();
    names.sort();
    names.dedup();
    let (place, cost_wan_yuan) = (called(at), case.rules.firebreak.checkpost_wan_yuan.value);
    let reach = case.rules_at(at.at).checkpost_reach_m.bound();
    let (patrol_zh, patrol_en) = if watched.len() == 1 {
        (
            "只管控 1 处，防火期巡护即可，不列入建设项目。",
            " It watches one place only: patrols do, and it is no project.",
        )
    } else {
        ("", "")
    };
    let story = Label::new(
        format!(
            "建议在{place}设检查站，沿路 {reach} 内管控 {} 处：进林道口 {entries}、聚落出入口 {exits}、其他 {others}（{}）。简易站约 {cost_wan_yuan} 万元。{patrol_zh}",
            watched.len(),
            names.join("、")
        ),
        format!(
            "A checkpost at {place} watches {} places within {reach} by road: {entries} entries, {exits} exits, {others} others ({}).{patrol_en}",
            watched.len(),
            names.join(", ")
        ),
    );
    NewPost {
        geometry: Point(at.at),
        rank: number as u32 + 1,
        name: format!("拟建检查站{:03}", number + 1),
        place,
        town: case.towns.name(case.towns.at(at.at)),
        lonlat: case.tell_lonlat(at.at),
        story,
        places: watched.len() as u32,
        entries,
        exits,
        others,
        farthest_m: whole(farthest_m),
        cost_wan_yuan,
    }
}
