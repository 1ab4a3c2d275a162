//! Road entries into the forest, whether a checkpost watches them, and where the fewest new ones would watch the rest.

use geo::{Coord, Point};

use super::{FirebreakCase, whole};
use crate::response::driving;
use fireplan_location::set_cover;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{Access, Checkpost, Road, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::rows::Label;
use fireplan_model::{codes, row};

codes! {
    /// Whether an entry is watched.
    pub enum EntryWatch {
        /// 有检查站 | Checkpost within reach
        Watched = "watched",
        /// 建议新建检查站 | Checkpost proposed here
        Proposed = "proposed",
        /// 无检查站(由邻近拟建站兼管) | No checkpost; a proposed one near by covers it
        Covered = "covered",
        /// 待核(本区无检查站资料) | Undetermined: no list of checkposts
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 进林道口 | Road entries into the forest
    pub struct ForestEntry {
        geometry: Point,
        /// 道路 | Road
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 说明 | Story
        story: Label,
        /// 检查站 | Checkpost
        watch: EntryWatch,
        /// 建议设站 | Proposed
        proposed: bool,
        /// 道路等级 | Class
        class: RoadClass,
        /// 最近检查站 | Nearest checkpost
        checkpost: String,
        /// 距检查站 | Distance to it
        checkpost_m: Option<f64>,
        /// 设站可兼管道口 | Entries it would cover
        covers: u32,
    }
}

method_constants! {
    /// 同一道路上相距小于此值的进林道口算一处 | Entries nearer than this on one road are one
    const SAME_ENTRY_M: f64 = 200.0,
        because "道路沿林缘多次进出，一处检查即可看住；假定值，供审查 | The road runs along the edge, and one post watches it; an assumption, for review";
    /// 道路在林内长度不足此值不算进林 | A road that is in the forest for less than this does not enter it
    const ENTERS_M: f64 = 50.0,
        because "只是擦过林角；假定值，供审查 | It only cuts a corner; an assumption, for review";
}

/// Where roads that trucks can use run from open land into the forest.
fn entries(case: &FirebreakCase) -> Vec<(Coord, usize)> {
    let mut found: Vec<(Coord, usize)> = Vec::new();
    for (number, road) in case.area.layers.roads.iter().enumerate() {
        let barred = road.class == RoadClass::Path || road.access == Access::Closed || road.tunnel || road.bridge;
        if barred || !driving::serves_places(road) {
            continue;
        }
        // Stretches inside the forest along the road, and where they begin and end.
        let (mut inside, mut at_m) = (Vec::<(f64, f64, Coord, Coord)>::new(), 0.0);
        for piece in road.geometry.lines() {
            let length_m = piece.delta().x.hypot(piece.delta().y);
            let mut stops = case.woods.index.crossings(piece);
            stops.insert(0, 0.0);
            stops.push(1.0);
            let at = |share: f64| piece.start + piece.delta() * share;
            for pair in stops.windows(2).filter(|pair| pair[1] > pair[0]) {
                if case.woods.index.contains(at((pair[0] + pair[1]) / 2.0)) {
                    let (from_m, to_m) = (at_m + pair[0] * length_m, at_m + pair[1] * length_m);
                    match inside.last_mut() {
                        Some(last) if from_m - last.1 < 1e-6 => (last.1, last.3) = (to_m, at(pair[1])),
                        _ => inside.push((from_m, to_m, at(pair[0]), at(pair[1]))),
                    }
                }
            }
            at_m += length_m;
        }
        for (from_m, to_m, start, end) in inside.into_iter().filter(|part| part.1 - part.0 >= ENTERS_M) {
            // Where the road itself begins in the forest it does not enter there.
            let ends = [(from_m > 1e-6, start), (to_m < at_m - 1e-6, end)];
            found.extend(ends.into_iter().filter(|(enters, _)| *enters).map(|(_, at)| (at, number)));
        }
    }
    let mut kept: Vec<(Coord, usize)> = Vec::new();
    for (at, road) in found {
        let name = &case.area.layers.roads[road].name;
        let same = |(other, other_road): &(Coord, usize)| {
            let one_road =
                *other_road == road || (!name.is_empty() && case.area.layers.roads[*other_road].name == *name);
            one_road && apart(*other, at) < SAME_ENTRY_M
        };
        if !kept.iter().any(same) {
            kept.push((at, road));
        }
    }
    kept
}

/// Entries with the checkpost that watches them, or where one should stand: at the fewest entries from which all that
/// nobody watches are within reach ([`set_cover`]).
pub(super) fn watched_entries(case: &FirebreakCase) -> Vec<(ForestEntry, Option<TownId>)> {
    let reach_m = case.rules.firebreak.checkpost_reach_m.value;
    let entries = entries(case);
    let nearest = |at: Coord| {
        let posts = case.area.layers.checkposts.iter().map(|post| (apart(post.geometry.0, at), post));
        posts.min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let unwatched: Vec<usize> =
        (0..entries.len()).filter(|at| nearest(entries[*at].0).is_none_or(|(m, _)| m > reach_m)).collect();
    let covers = proposals(&entries, &unwatched, reach_m);
    let of = |(number, (at, road)): (usize, &(Coord, usize))| {
        let (road, post) = (&case.area.layers.roads[*road], nearest(*at));
        let watch = match (unwatched.contains(&number), case.area.layers.checkposts.is_empty(), covers[number] > 0) {
            (false, ..) => EntryWatch::Watched,
            (true, true, _) => EntryWatch::Unknown,
            (true, false, true) => EntryWatch::Proposed,
            (true, false, false) => EntryWatch::Covered,
        };
        (entry(case, *at, road, watch, post, covers[number]), case.towns.at(*at))
    };
    entries.iter().enumerate().map(of).collect()
}

/// Per entry, how many unwatched ones a checkpost proposed there would watch; none is proposed where that is 0.
fn proposals(entries: &[(Coord, usize)], unwatched: &[usize], reach_m: f64) -> Vec<u32> {
    let within = |from: usize| -> Vec<u32> {
        let near = unwatched.iter().zip(0..).filter(|(to, _)| apart(entries[**to].0, entries[from].0) <= reach_m);
        near.map(|(_, number)| number).collect()
    };
    let sets: Vec<Vec<u32>> = unwatched.iter().map(|from| within(*from)).collect();
    let mut covers = vec![0; entries.len()];
    for chosen in set_cover::cover(unwatched.len() as u32, &sets).chosen {
        covers[unwatched[chosen as usize]] = sets[chosen as usize].len() as u32;
    }
    covers
}

fn entry(
    case: &FirebreakCase,
    at: Coord,
    road: &Road,
    watch: EntryWatch,
    post: Option<(f64, &Checkpost)>,
    covers: u32,
) -> ForestEntry {
    let name = if road.name.is_empty() { road.class.label().zh } else { road.name.clone() };
    let reach_m = case.rules.firebreak.checkpost_reach_m.value;
    let state = match (watch, post) {
        (EntryWatch::Watched, Some((m, post))) => {
            let m = whole(m).max(1.0);
            Label::new(format!("{}在 {m} m 内，已有检查站。", post.name), format!("{} is within {m} m.", post.name))
        }
        (EntryWatch::Unknown, _) => {
            Label::new("本区没有检查站名录，是否有站待核。", "The area has no list of checkposts: undetermined.")
        }
        _ => Label::new(format!("{reach_m} m 内没有检查站。"), format!("No checkpost within {reach_m} m.")),
    };
    let propose = if covers > 0 {
        Label::new(
            format!("建议在此设站，可管 {covers} 个道口。"),
            format!(" A checkpost here would watch {covers} entries."),
        )
    } else {
        Label::default()
    };
    ForestEntry {
        geometry: Point(at),
        name: name.clone(),
        town: case.towns.name(case.towns.at(at)),
        story: Label::new(
            format!("{name}由此进入林区，车辆经此可把火源带进林内。{}{}", state.zh, propose.zh),
            format!("{name} enters the forest here. {}{}", state.en, propose.en),
        ),
        watch,
        proposed: covers > 0,
        class: road.class,
        checkpost: post.map_or_else(String::new, |(_, post)| post.name.clone()),
        checkpost_m: post.map(|(m, _)| whole(m)),
        covers,
    }
}

fn apart(a: Coord, b: Coord) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}
