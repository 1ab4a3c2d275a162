//! Checkposts: the places that one must watch, whether one does, and where the fewest new ones would watch the rest.
//!
//! The notice names four kinds of places: road entries ([`entries`](super::entries)), exits of settlements, work sites and
//! edges where fires break out easily ([`exits`](super::exits)). It asks for standard or simple posts: a smart gate is a task of its
//! own and is none, and a post of unknown kind may be one. A place is watched if a checkpost stands beside it, or within
//! `firebreak.checkpost_reach_m` along the road by which one comes to it ([`PostRoads`]): entries that share a road share a post.
//! New posts stand at the fewest places that watch all that nobody watches, exactly where that can be proven
//! ([`set_cover`]), and are ranked by how many each watches. A town meets the rule if the worst of its places does. Without a layer of checkposts, or
//! where only places of kinds that nobody drew could break it, that is 待核.

use geo::{Coord, Point};

use super::duties::{DutyAmounts, ForestTask, HeldDuty, held};
use super::entries::entries;
use super::exits::{exits, fire_prone_edges, work_sites};
use super::new_posts::{NewPost, new_post};
use super::post_roads::{PostRoads, RoadPlace};
use super::units::{ForestUnit, ForestUnitKind};
use super::{FirebreakCase, whole};
use fireplan_location::set_cover;
use fireplan_model::findings::Check;
use fireplan_model::ids::TownId;
use fireplan_model::layers::{Checkpost, CheckpostKind, LayerId, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::rows::Label;
use fireplan_model::rules::Limit;
use fireplan_model::{codes, row};

codes! {
    /// Why a place must be watched.
    pub enum PostPlace {
        /// 进入林区的必经道口 | Road entry into the forest
        Entry = "entry",
        /// 毗邻林区的城镇、村庄出入口 | Exit of a settlement next to the forest
        Exit = "exit",
        /// 林区内生产作业场地 | Work site in the forest
        WorkSite = "work_site",
        /// 容易发生火险的林缘 | Edge where fires break out easily
        Edge = "edge",
    }
}

codes! {
    /// Whether a place is watched.
    pub enum EntryWatch {
        /// 有检查站 | Checkpost within reach
        Watched = "watched",
        /// 建议新建检查站 | Checkpost proposed here
        Proposed = "proposed",
        /// 无检查站(由邻近拟建站兼管) | No checkpost; a proposed one near by covers it
        Covered = "covered",
        /// 待核(检查站类别不明) | Undetermined: a post of unknown kind
        #[undetermined]
        KindUnknown = "kind_unknown",
        /// 待核(本区无检查站资料) | Undetermined: no list of checkposts
        #[undetermined]
        Unknown = "unknown",
    }
}

row! {
    /// 检查站应管控之处 | Places that a checkpost must watch
    pub struct ForestEntry {
        geometry: Point,
        /// 道路、聚落或场地 | Road, settlement or site
        name: String,
        /// 乡镇街道 | Town
        town: String,
        /// 经纬度(CGCS2000) | Longitude and latitude
        lonlat: String,
        /// 说明 | Story
        story: Label,
        /// 管控原因 | Why
        place: PostPlace,
        /// 检查站 | Checkpost
        watch: EntryWatch,
        /// 建议设站 | Proposed
        proposed: bool,
        /// 道路等级 | Class
        class: Option<RoadClass>,
        /// 最近检查站 | Nearest checkpost
        checkpost: String,
        /// 检查站类别 | Kind of checkpost
        checkpost_kind: Option<CheckpostKind>,
        /// 距检查站 | Distance to it
        checkpost_m: Option<f64>,
        /// 设站可兼管之处 | Places it would cover
        covers: u32,
        /// 由哪一处拟建站管控 | Proposed checkpost that would watch it
        post: String,
    }
}

/// The places that must be watched and the posts proposed for those that nobody watches.
pub(super) struct WatchPosts {
    pub places: Vec<SitedPost>,
    pub new: Vec<NewPost>,
    /// No fewer new posts than these can watch what is left.
    pub lower_bound: usize,
    /// How many would do for the places that are there without the roads of a scenario, and no fewer than how many.
    pub standing: [usize; 2],
}

method_constants! {
    /// 同一道路、聚落上相距小于此值的进出口算一处 | Entries or exits nearer than this on one road or of one settlement are one
    pub(super) const SAME_ENTRY_M: f64 = 200.0,
        because "道路沿林缘多次进出，一处检查即可看住；假定值，供审查 | The road runs along the edge, and one post watches it; an assumption, for review";
}

/// A place that must be watched.
pub(super) struct WatchedPlace {
    pub at: Coord,
    pub place: PostPlace,
    /// Empty where it has none.
    pub name: String,
    /// Of the road there.
    pub class: Option<RoadClass>,
    /// Only a road that a scenario adds makes it a place to watch.
    pub is_planned: bool,
}

/// A place with its row, its town, and how far from it the nearest checkpost stands.
pub(super) struct SitedPost {
    pub row: ForestEntry,
    pub town: Option<TownId>,
    /// Along the roads; `None`: no way leads to one.
    nearest_m: Option<f64>,
    /// The same with posts of which nobody states the kind.
    possible_m: Option<f64>,
}

fn places(case: &FirebreakCase) -> Vec<WatchedPlace> {
    let by_road = entries(case).into_iter().map(|(at, road)| {
        let road = &case.area.layers.roads[road];
        let (name, class, is_planned) = (road.name.clone(), Some(road.class), road.is_planned());
        WatchedPlace { at, place: PostPlace::Entry, name, class, is_planned }
    });
    by_road.chain(exits(case)).chain(work_sites(case)).chain(fire_prone_edges(case)).collect()
}

/// The nearest checkpost of every place.
struct NearestPosts<'a> {
    nearest: Vec<Option<(f64, &'a Checkpost)>>,
}

impl<'a> NearestPosts<'a> {
    /// Among those that surely are what the notice asks for, or among those of unknown kind as well.
    fn find(case: &FirebreakCase<'a>, roads: &PostRoads, places: &[RoadPlace], surely: bool) -> Self {
        let counts = |post: &&Checkpost| match post.kind {
            CheckpostKind::Standard | CheckpostKind::Simple => true,
            CheckpostKind::Unknown => !surely,
            CheckpostKind::SmartGate => false,
        };
        let posts: Vec<&Checkpost> = case.area.layers.checkposts.iter().filter(counts).collect();
        let on_road: Vec<RoadPlace> = posts.iter().map(|post| roads.place(case, post.geometry.0)).collect();
        let nearest = roads.nearest(&on_road, places);
        Self { nearest: nearest.into_iter().map(|found| found.map(|(number, m)| (m, posts[number]))).collect() }
    }

    /// Whether the place of this number is watched.
    fn watch(&self, place: usize, limit: &Limit) -> bool {
        self.nearest[place].is_some_and(|(m, _)| limit.op.holds(m, limit.value))
    }
}

/// Places with the checkpost that watches them, or the proposed one that would.
pub(super) fn watched_places(case: &FirebreakCase) -> WatchPosts {
    let (roads, places) = (PostRoads::new(case), places(case));
    let limits: Vec<&Limit> = places.iter().map(|place| &case.rules_at(place.at).checkpost_reach_m).collect();
    let on_road: Vec<RoadPlace> = places.iter().map(|place| roads.place(case, place.at)).collect();
    let (surely, perhaps) =
        (NearestPosts::find(case, &roads, &on_road, true), NearestPosts::find(case, &roads, &on_road, false));
    let unwatched: Vec<usize> = (0..places.len()).filter(|number| !perhaps.watch(*number, limits[*number])).collect();
    let open_on_road: Vec<RoadPlace> = unwatched.iter().map(|number| on_road[*number]).collect();
    let reach_m: Vec<f64> = unwatched.iter().map(|number| limits[*number].value).collect();
    let sets = roads.within(&open_on_road, &reach_m);
    let cover = set_cover::cover(unwatched.len() as u32, &sets);
    let open: Vec<&WatchedPlace> = unwatched.iter().map(|number| &places[*number]).collect();
    let standing = fewest_standing(&open, &sets).unwrap_or([cover.chosen.len(), cover.lower_bound]);
    let mut chosen = cover.chosen;
    chosen.sort_by_key(|set| (std::cmp::Reverse(sets[*set as usize].len()), *set));
    // Every open place is watched from the nearest of the new posts.
    let new_on_road: Vec<RoadPlace> = chosen.iter().map(|set| open_on_road[*set as usize]).collect();
    let by_post = roads.nearest(&new_on_road, &open_on_road);
    let new = (0..chosen.len()).map(|number| {
        let own = (0..unwatched.len()).filter(|open| sets[chosen[number] as usize].contains(&(*open as u32)));
        let watched: Vec<&WatchedPlace> = own.map(|open| &places[unwatched[open]]).collect();
        let mine = by_post.iter().flatten().filter(|(post, _)| *post == number);
        let farthest_m = mine.map(|(_, m)| *m).fold(0.0, f64::max);
        new_post(case, number, &places[unwatched[chosen[number] as usize]], &watched, farthest_m)
    });
    let new: Vec<NewPost> = new.collect();
    let known = case.area.has(LayerId::Checkposts);
    let mut rows: Vec<SitedPost> = places
        .iter()
        .enumerate()
        .map(|(number, place)| {
            let (watch, by) = match surely.watch(number, limits[number]) {
                true => (EntryWatch::Watched, &surely),
                false => (EntryWatch::KindUnknown, &perhaps),
            };
            let row = row_of(case, place, watch, by.nearest[number]);
            let m = |by: &NearestPosts| by.nearest[number].map(|(m, _)| m);
            SitedPost { row, town: case.towns.at(place.at), nearest_m: m(&surely), possible_m: m(&perhaps) }
        })
        .collect();
    for (open, number) in unwatched.iter().enumerate() {
        let row = &mut rows[*number].row;
        let own = chosen.iter().position(|set| *set as usize == open);
        row.covers = own.map_or(0, |own| new[own].places);
        row.proposed = own.is_some();
        row.watch = match (known, row.proposed) {
            (false, _) => EntryWatch::Unknown,
            (true, true) => EntryWatch::Proposed,
            (true, false) => EntryWatch::Covered,
        };
        row.post = by_post[open].map_or_else(String::new, |(post, _)| new[post].name.clone());
    }
    for (place, limit) in rows.iter_mut().zip(limits) {
        place.row.story = tell_place(&place.row, limit.value);
    }
    WatchPosts { places: rows, new, lower_bound: cover.lower_bound, standing }
}

/// How many new posts watch those of the open places that are there without planned roads, and the bound; `None`: all are.
fn fewest_standing(open: &[&WatchedPlace], sets: &[Vec<u32>]) -> Option<[usize; 2]> {
    let mut standing = 0;
    let number = |place: &&WatchedPlace| {
        (!place.is_planned).then(|| {
            standing += 1;
            standing - 1
        })
    };
    let numbers: Vec<Option<u32>> = open.iter().map(number).collect();
    let is_all = numbers.iter().all(Option::is_some);
    let of_set = |set: &Vec<u32>| set.iter().filter_map(|place| numbers[*place as usize]).collect();
    let sets: Vec<Vec<u32>> = sets.iter().map(of_set).collect();
    (!is_all).then(|| set_cover::cover(standing, &sets)).map(|cover| [cover.chosen.len(), cover.lower_bound])
}

/// What a place is called: by its own name, or by the class of its road or what it is.
pub(super) fn called(place: &WatchedPlace) -> String {
    match (place.name.is_empty(), place.place, place.class) {
        (false, ..) => place.name.clone(),
        (true, PostPlace::Entry, Some(class)) => class.label().zh,
        _ => place.place.label().zh,
    }
}

fn row_of(
    case: &FirebreakCase,
    place: &WatchedPlace,
    watch: EntryWatch,
    post: Option<(f64, &Checkpost)>,
) -> ForestEntry {
    ForestEntry {
        geometry: Point(place.at),
        name: called(place),
        town: case.towns.name(case.towns.at(place.at)),
        lonlat: case.tell_lonlat(place.at),
        story: Label::default(),
        place: place.place,
        watch,
        proposed: false,
        class: place.class,
        checkpost: post.map_or_else(String::new, |(_, post)| post.name.clone()),
        checkpost_kind: post.map(|(_, post)| post.kind),
        checkpost_m: post.map(|(m, _)| whole(m)),
        covers: 0,
        post: String::new(),
    }
}

fn tell_place(row: &ForestEntry, reach_m: f64) -> Label {
    let name = &row.name;
    let why = match row.place {
        PostPlace::Entry => Label::new(
            format!("{name}由此进入林区，车辆经此可把火源带进林内。"),
            format!("{name} enters the forest here. "),
        ),
        PostPlace::Exit => {
            Label::new(format!("{name}毗邻林区，由此进出。"), format!("An exit of {name}, next to the forest. "))
        }
        PostPlace::WorkSite => {
            Label::new(format!("林区内的生产作业场地：{name}。"), format!("A work site in the forest: {name}. "))
        }
        PostPlace::Edge => Label::new(
            format!("此处林缘容易发生火险（{name}；紧邻聚落或有火警、风险点记录，判定方法为假定）。"),
            format!("Fires break out easily along this edge ({name}; a settlement or recorded fires beside it). "),
        ),
    };
    let state = match (row.watch, row.checkpost_m) {
        (EntryWatch::Watched, Some(m)) => {
            let (post, m) = (&row.checkpost, m.max(1.0));
            Label::new(format!("{post}沿路在 {m} m 内，已有检查站。"), format!("{post} is within {m} m by road."))
        }
        (EntryWatch::KindUnknown, Some(m)) => {
            let (post, m) = (&row.checkpost, m.max(1.0));
            Label::new(
                format!("{post}沿路在 {m} m 内，类别不明：建设标准、简易检查站才算，智能卡口不算，待核。"),
                format!("{post} is within {m} m by road; its kind is not known: a smart gate would not count."),
            )
        }
        (EntryWatch::Unknown, _) => {
            Label::new("本区没有检查站名录，是否有站待核。", "The area has no list of checkposts: undetermined.")
        }
        _ => {
            Label::new(format!("沿路 {reach_m} m 内没有检查站。"), format!("No checkpost within {reach_m} m by road."))
        }
    };
    let propose = if row.covers > 0 {
        let covers = row.covers;
        Label::new(
            format!("建议在此设站，可管 {covers} 处。"),
            format!(" A checkpost here would watch {covers} places."),
        )
    } else if row.post.is_empty() {
        Label::default()
    } else {
        Label::new(format!("可由{}管控。", row.post), format!(" {} would watch it.", row.post))
    };
    Label::new(why.zh + &state.zh + &propose.zh, why.en + &state.en + &propose.en)
}

/// Per town with forest, whether all its places are watched: the worst of them decides.
pub(super) fn post_duties(case: &FirebreakCase, units: &[ForestUnit], posts: &[SitedPost]) -> Vec<HeldDuty> {
    let towns = units.iter().filter(|unit| unit.kind() == ForestUnitKind::Town);
    towns.filter_map(|unit| post_duty(case, unit, posts)).collect()
}

fn post_duty(case: &FirebreakCase, unit: &ForestUnit, posts: &[SitedPost]) -> Option<HeldDuty> {
    let limit = &case.rules_of(unit).checkpost_reach_m;
    let own: Vec<&SitedPost> = posts.iter().filter(|post| unit.holds(post.town, None)).collect();
    let known = case.area.has(LayerId::Checkposts);
    let drawn = case.area.has(LayerId::WorkSites) && case.area.has(LayerId::Roads);
    let farthest =
        |of: fn(&SitedPost) -> Option<f64>| own.iter().map(|post| of(post).unwrap_or(f64::INFINITY)).reduce(f64::max);
    let (farthest_m, possible_m) = (farthest(|post| post.nearest_m), farthest(|post| post.possible_m));
    let breaks = |m: Option<f64>| m.is_some_and(|m| !limit.op.holds(m, limit.value));
    let (broken, kind_decides) = (breaks(possible_m), breaks(farthest_m) && !breaks(possible_m));
    // Places of kinds that nobody drew may be unwatched, but cannot make good what is broken.
    let measured = match farthest_m {
        Some(_) if known && broken => possible_m,
        Some(m) if known && drawn && !kind_decides => Some(m),
        // Where nothing is to be watched, it does not matter that nobody listed the posts.
        None if drawn => Some(0.0),
        _ => None,
    };
    let watched = own.iter().filter(|post| post.row.watch == EntryWatch::Watched).count();
    let (all, proposed) = (own.len(), own.iter().filter(|post| post.row.proposed).count());
    let doubt = match (known || own.is_empty(), drawn) {
        (false, _) => ("；没有检查站图层", "; there is no layer of checkposts"),
        _ if kind_decides => (
            "；有检查站类别不明，建设标准、简易检查站才算",
            "; of some posts nobody states the kind, and smart gates do not count",
        ),
        (true, false) => {
            ("；没有作业场地或道路图层，可能还有应管控之处", "; without work sites or roads there may be more")
        }
        (true, true) => ("", ""),
    };
    let remark = Label::new(
        format!("应管控 {all} 处，已有站管控 {watched} 处，建议新建 {proposed} 站{}", doubt.0),
        format!("{watched} of {all} places are watched, {proposed} new posts proposed{}", doubt.1),
    );
    let amounts = DutyAmounts {
        task: ForestTask::Posts,
        counted_in: Label::new("处", "places"),
        required: all as f64,
        present: (known || own.is_empty()).then_some(watched as f64),
    };
    let check = match measured {
        Some(farthest_m) if farthest_m.is_infinite() => without_post(limit, &unit.name),
        measured => limit.check(&unit.name, measured),
    };
    held(case, unit, check, amounts, remark)
}

/// The check of a town with a place from which no road leads to any checkpost: broken, though there is no distance to state.
fn without_post(limit: &Limit, subject: &str) -> Check {
    let mut check = limit.check(subject, Some(f64::INFINITY));
    let (bound, cite) = (limit.bound(), limit.provenance.cite_label());
    check.measured = None;
    check.text = Label::new(
        format!("{subject}：{}，有应管控之处沿路没有检查站可到，要求 {bound}，未达到（{}）", limit.label.zh, cite.zh),
        format!(
            "{subject}: {}: no road leads from some place to a checkpost, required {bound}: falls short ({})",
            limit.label.en, cite.en
        ),
    );
    check
}

pub(super) fn apart(a: Coord, b: Coord) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}
