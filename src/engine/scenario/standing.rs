//! What stands by now where an edit adds something: the same thing, under whatever name the data give it.

use geo::{Coord, Distance, Euclidean, Geometry, Point};

use fireplan_model::area::StudyArea;
use fireplan_model::layers::{HydrantState, Station, StationKind, WaterSource};
use fireplan_model::method_constants;
use fireplan_model::scenario::{Edit, LonLat, is_planned};

method_constants! {
    /// 拟建站点、消火栓、水源所在处此距离内已有同类的，视为已建成 | A planned station, hydrant or water source is built by now where one of its kind stands as near as this
    pub(super) const BUILT_M: f64 = 5.0,
        because "大于竣工测量与设计位置的差别，小于两处同类设施的间距；假定值，供审查 | More than what is built differs from its design, less than two of a kind stand apart; an assumption, for review";
    /// 同一方案的两处同类新建相距不超过此值，视为重复 | Two new things of a kind of one scenario are one where they lie no farther apart
    pub(super) const TWICE_M: f64 = 1.0,
        because "同一处画了两次；街角两侧各设一具消火栓相距可不足 5 米，不是重复 | It was drawn twice; hydrants of two streets at a corner may stand less than 5 m apart, and are two";
}

/// The row of its layer of what stands where the edit adds a station, a hydrant or water and serves as well as what is planned:
/// the nearest one within [`BUILT_M`]. Hydrants count that work, stations of no lower kind, water of the kind and volume.
pub(super) fn find_standing(area: &StudyArea, edit: &Edit) -> Option<usize> {
    let layers = &area.layers;
    match edit {
        Edit::AddStation { at, kind, .. } => {
            let serves = |one: &&Station| !is_lower_kind(one.kind, *kind) || one.kind == StationKind::Unknown;
            let known = layers.stations.iter();
            let placed = known.map(|one| (!is_planned(&one.source_id) && serves(&one)).then(|| one.geometry.into()));
            nearest(area, *at, placed)
        }
        Edit::AddHydrant { at, .. } => {
            let known = layers.hydrants.iter();
            let works = known.map(|one| {
                let counts = !is_planned(&one.source_id) && one.state == HydrantState::Working;
                counts.then(|| one.geometry.into())
            });
            nearest(area, *at, works)
        }
        Edit::AddWater { at, kind, volume_m3, .. } => {
            let holds = |one: &WaterSource| one.volume_m3.zip(*volume_m3).is_none_or(|(is, asked)| is >= asked);
            let known = layers.water_sources.iter();
            let alike = known.map(|one| {
                let counts = !is_planned(&one.source_id) && one.kind == *kind && holds(one);
                counts.then(|| one.geometry.clone())
            });
            nearest(area, *at, alike)
        }
        _ => None,
    }
}

/// The nearest of the places that count, if it is near enough.
fn nearest(area: &StudyArea, at: LonLat, places: impl Iterator<Item = Option<Geometry>>) -> Option<usize> {
    let mut local = [Coord { x: at[0], y: at[1] }];
    area.plane.to_local(&mut local).ok()?;
    let from = Geometry::from(Point(local[0]));
    let far = places.enumerate().filter_map(|(row, place)| Some((row, Euclidean.distance(&place?, &from))));
    let near = far.filter(|(_, far_m)| *far_m <= BUILT_M);
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(row, _)| row)
}

/// Whether the first kind of station stands below the second: of the same family, of towns or works against cities, of works
/// against towns, or of volunteers against professionals. What nobody knows is no upgrade of anything.
pub(super) fn is_lower_kind(a: StationKind, b: StationKind) -> bool {
    const FAMILIES: [&[StationKind]; 2] = [
        &[
            StationKind::Special,
            StationKind::FirstClass,
            StationKind::SecondClass,
            StationKind::Small,
            StationKind::Micro,
        ],
        &[StationKind::TownLevel1, StationKind::TownLevel2, StationKind::Volunteer],
    ];
    // A town's brigade of which nobody states the level is one of level 2 at least, and may be made one of level 1.
    let of_stated_level = |kind| if kind == StationKind::TownBrigade { StationKind::TownLevel2 } else { kind };
    let (a, b) = (of_stated_level(a), of_stated_level(b));
    let is_of_volunteers = |kind| matches!(kind, StationKind::Micro | StationKind::Volunteer);
    let rank = |family: &[StationKind], kind: StationKind| family.iter().position(|one| *one == kind);
    let lower_of_family =
        FAMILIES.iter().any(|family| rank(family, a).zip(rank(family, b)).is_some_and(|(a, b)| a > b));
    // A city's station is built and manned for more than a town's; a works brigade is bound to its works.
    let is_of_city = |kind| FAMILIES[0][..4].contains(&kind);
    let is_of_town = |kind| FAMILIES[1][..2].contains(&kind);
    let lower_family =
        is_of_city(b) && (is_of_town(a) || a == StationKind::Works) || is_of_town(b) && a == StationKind::Works;
    let is_known = b != StationKind::Unknown;
    lower_of_family
        || lower_family
        || is_known && (a == StationKind::Unknown || is_of_volunteers(a) && !is_of_volunteers(b))
}
