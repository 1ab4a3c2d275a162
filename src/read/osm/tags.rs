//! What OSM tags mean to us.

use super::Tags;
use fireplan_model::layers::{
    Access, BarrierKind, BuiltUpKind, HydrantKind, HydrantState, Oneway, RoadClass, StationKind,
};
use fireplan_model::layers::{Surface, WaterKind};

/// The class of a road; `None`: not a road that anyone drives or walks today.
///
/// `unclassified` is the smallest public road between villages, in China the 村道: it counts as residential.
pub(super) fn road_class(tags: &Tags) -> Option<RoadClass> {
    if out_of_use(tags).is_some() { None } else { class_of_highway(tags) }
}

/// The class by `highway`, whether the road is in use or not.
pub(super) fn class_of_highway(tags: &Tags) -> Option<RoadClass> {
    Some(match tags.get("highway")? {
        "motorway" => RoadClass::Motorway,
        // Whether an artery is closed off from what lies beside it is a tag of its own.
        "trunk" | "primary" if tags.is("motorroad", "yes") || tags.is("expressway", "yes") => RoadClass::Expressway,
        "trunk" => RoadClass::Trunk,
        "primary" => RoadClass::Primary,
        "secondary" => RoadClass::Secondary,
        "tertiary" => RoadClass::Tertiary,
        "unclassified" | "residential" | "living_street" | "road" => RoadClass::Residential,
        "motorway_link" | "trunk_link" | "primary_link" | "secondary_link" | "tertiary_link" => RoadClass::Link,
        "service" | "busway" => RoadClass::Service,
        "track" => RoadClass::Track,
        // A fire lane over a footway, and a footway that cars may use, are driven like a yard's drive; how wide it is decides.
        "path" | "footway" | "cycleway" | "pedestrian" | "bridleway" if is_driven(tags) => RoadClass::Service,
        "path" | "footway" | "cycleway" | "pedestrian" | "bridleway" => RoadClass::Path,
        // Steps, proposed, under construction, razed, platforms, via ferratas …
        _ => return None,
    })
}

/// Whether vehicles, or fire engines, may use what is for people on foot.
fn is_driven(tags: &Tags) -> bool {
    is_for_engines(tags) || tags.is_any("motor_vehicle", &["yes", "designated", "permissive", "destination"])
}

/// Whether a tag lets fire engines in, whatever others may do. `access=emergency` does so beside `motor_vehicle=no` as well: who
/// writes both means that nobody else drives there.
pub(super) fn is_for_engines(tags: &Tags) -> bool {
    tags.is_any("emergency", &["yes", "designated", "official", "permissive"])
        || ["access", "vehicle", "motor_vehicle"].into_iter().any(|key| tags.is(key, "emergency"))
        || tags.is("service", "emergency_access")
}

/// The ground that a road covers, as `area:highway` says it.
pub(super) fn is_road_area(tags: &Tags) -> bool {
    let driven = [
        "motorway",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
        "road",
        "motorway_link",
        "trunk_link",
        "primary_link",
        "secondary_link",
        "tertiary_link",
        "service",
        "track",
    ];
    tags.is_any("area:highway", &driven)
}

pub(super) fn surface(tags: &Tags) -> Option<Surface> {
    let one = |part: &str| {
        Some(match part.trim().split(':').next()? {
            "paved" | "asphalt" | "chipseal" | "concrete" | "paving_stones" | "sett" | "cobblestone"
            | "unhewn_cobblestone" | "bricks" | "brick" | "metal" | "wood" | "tartan" => Surface::Paved,
            "unpaved" | "gravel" | "fine_gravel" | "compacted" | "pebblestone" | "rock" | "stone" | "shells" => {
                Surface::Gravel
            }
            "ground" | "dirt" | "earth" | "grass" | "mud" | "sand" | "clay" | "soil" | "grass_paver" | "woodchips" => {
                Surface::Earth
            }
            _ => return None,
        })
    };
    // Of several, the worst is what must bear a truck.
    let by_surface = tags.get("surface").and_then(|surface| surface.split(';').filter_map(one).max());
    by_surface.or_else(|| match tags.get("tracktype")? {
        "grade1" => Some(Surface::Paved),
        "grade2" | "grade3" => Some(Surface::Gravel),
        "grade4" | "grade5" => Some(Surface::Earth),
        _ => None,
    })
}

/// What is said of the direction for a fire engine: by name, or else for all that drives with an engine, before what holds for
/// every vehicle.
fn said_of_direction(tags: &Tags) -> Option<&str> {
    ["oneway:emergency", "oneway:motor_vehicle", "oneway:vehicle", "oneway"].into_iter().find_map(|key| tags.get(key))
}

/// What binds a fire engine: `oneway:emergency=no` frees it.
pub(super) fn oneway(tags: &Tags) -> Oneway {
    match said_of_direction(tags) {
        Some("yes" | "1" | "true") => Oneway::Forward,
        Some("-1" | "reverse") => Oneway::Backward,
        Some(_) => Oneway::Both,
        None if tags.is("highway", "motorway") || tags.is_any("junction", &["roundabout", "circular"]) => {
            Oneway::Forward
        }
        None => Oneway::Both,
    }
}

/// What is said of the direction and means none of those that a road may have: it is not understood.
pub(super) fn unread_oneway(tags: &Tags) -> Option<&str> {
    const READ: [&str; 8] = ["yes", "1", "true", "-1", "reverse", "no", "0", "false"];
    let said = said_of_direction(tags)?;
    (!READ.contains(&said)).then_some(said)
}

/// The direction that holds at certain times only, unless engines are told apart; the key and what it says.
pub(super) fn timed_oneway(tags: &Tags) -> Option<(&'static str, &str)> {
    const TIMED: [&str; 3] = ["oneway:motor_vehicle:conditional", "oneway:vehicle:conditional", "oneway:conditional"];
    let is_told_apart = tags.get("oneway:emergency").is_some();
    TIMED.into_iter().filter(|_| !is_told_apart).find_map(|key| Some((key, tags.get(key)?)))
}

/// The most specific tag decides; `emergency` says what binds a fire engine, whatever others may do. What nothing drives
/// along is closed; a ford, and a road for the winter only, may be.
pub(super) fn access(tags: &Tags) -> Access {
    if is_yes(tags, "impassable") || tags.is("smoothness", "impassable") || tags.is("emergency", "no") {
        return Access::Closed;
    }
    let said = ["motor_vehicle", "vehicle", "access"].into_iter().find_map(|key| tags.get(key));
    let access = match said {
        _ if is_for_engines(tags) => Access::Open,
        Some("no") => Access::Closed,
        Some(
            "private" | "destination" | "customers" | "delivery" | "permit" | "residents" | "agricultural" | "forestry"
            | "military" | "employees",
        ) => Access::Restricted,
        _ => Access::Open,
    };
    let is_doubtful = is_yes(tags, "ford")
        || is_yes(tags, "winter_road")
        || is_yes(tags, "ice_road")
        // A day of opening stays for years after it, and is written years before: nobody knows whether it has passed.
        || tags.get("opening_date").is_some()
        || tags.is_any("smoothness", &["horrible", "very_horrible"]);
    if is_doubtful && matches!(access, Access::Open | Access::Restricted) { Access::Unknown } else { access }
}

pub(super) fn is_yes(tags: &Tags, key: &str) -> bool {
    tags.get(key).is_some_and(|value| value != "no")
}

/// The tag by which a thing is there no longer or not yet; `None`: it acts. `construction=minor` is work on what is open.
pub(super) fn out_of_use(tags: &Tags) -> Option<String> {
    const STAGES: &[&str] = &[
        "disused",
        "abandoned",
        "razed",
        "demolished",
        "removed",
        "destroyed",
        "ruins",
        "closed",
        "proposed",
        "planned",
        "construction",
    ];
    let stage = STAGES.iter().find(|stage| tags.get(stage).is_some_and(|value| !matches!(value, "no" | "minor")));
    let status = tags.get("operational_status").filter(|status| {
        let status = status.to_ascii_lowercase();
        ["closed", "out_of_order", "non_operational", "abandoned", "disused"].contains(&status.as_str())
    });
    // A day of closing is written of what has closed. No clock is asked, so that one to come counts as well, and is told.
    let ended = tags.get("end_date").filter(|day| day.starts_with(|c: char| c.is_ascii_digit()));
    let shell = tags.get("building").filter(|kind| matches!(*kind, "ruins" | "construction" | "collapsed"));
    let said = stage.map(|stage| format!("{stage}={}", tags.get(stage).unwrap_or_default()));
    let said = said.or_else(|| shell.map(|kind| format!("building={kind}")));
    said.or_else(|| status.map(|status| format!("operational_status={status}")))
        .or_else(|| ended.map(|day| format!("end_date={day}")))
}

pub(super) fn station_kind(tags: &Tags) -> StationKind {
    let kind = tags.get("fire_station:type").unwrap_or_default().to_lowercase();
    let words = format!("{} {} {}", tags.name(), tags.get("operator").unwrap_or_default(), kind).to_lowercase();
    let has = |known: &[&str]| known.iter().any(|word| words.contains(word));
    if has(&["werkfeuerwehr", "betriebsfeuerwehr", "企业", "works", "industrial", "plant fire", "flughafenfeuerwehr"])
        || tags.is_any("operator:type", &["private", "business", "company", "commercial"])
    {
        StationKind::Works
    } else if has(&["微型"]) {
        StationKind::Micro
    } else if has(&["特勤"]) {
        StationKind::Special
    } else if kind == "volunteer" || has(&["志愿"]) {
        // Not by the word in other languages: in some countries nearly every brigade has volunteers, named so or not.
        StationKind::Volunteer
    } else {
        StationKind::Unknown
    }
}

/// A hydrant on a main. What draws from a pond or a cistern is mapped as one too, but is an intake ([`intake_kind`]).
pub(super) fn is_hydrant(tags: &Tags) -> bool {
    let hydrant = tags.is("emergency", "fire_hydrant") || tags.is("disused:emergency", "fire_hydrant");
    hydrant && !draws_from_open_water(tags)
}

fn draws_from_open_water(tags: &Tags) -> bool {
    const OPEN: &[&str] = &["pond", "stream", "river", "lake", "cistern", "water_tank", "reservoir", "groundwater"];
    let source = tags.get("fire_hydrant:water_source").or_else(|| tags.get("water_source"));
    tags.is("fire_hydrant:type", "pond") || source.is_some_and(|source| OPEN.contains(&source))
}

/// How many outlets, of which type and size, as far as mapped: `3 × Storz 75;75;110`.
pub(super) fn couplings(tags: &Tags) -> String {
    let get = |keys: &[&str]| keys.iter().find_map(|key| tags.get(key)).unwrap_or_default();
    let count = get(&["couplings", "fire_hydrant:couplings"]);
    let kind = get(&["couplings:type", "fire_hydrant:couplings:type", "fire_hydrant:couplings_type"]);
    let sizes = get(&["couplings:diameters", "fire_hydrant:couplings:diameters", "fire_hydrant:couplings_size"]);
    let of_what = !kind.is_empty() || !sizes.is_empty();
    let times = if !count.is_empty() && of_what { "×" } else { "" };
    [count, times, kind, sizes].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(super) fn hydrant_kind(tags: &Tags) -> HydrantKind {
    match tags.get("fire_hydrant:type") {
        Some("pillar" | "dry_barrel" | "wet_barrel" | "pipe" | "standpipe") => HydrantKind::Pillar,
        Some("underground") => HydrantKind::Underground,
        Some("wall") => HydrantKind::Wall,
        _ => HydrantKind::Unknown,
    }
}

pub(super) fn hydrant_state(tags: &Tags) -> HydrantState {
    let disused = out_of_use(tags).is_some() || tags.get("disused:emergency").is_some();
    let status = tags.get("operational_status").unwrap_or_default().to_ascii_lowercase();
    if disused || ["out_of_order", "broken", "closed", "defect", "non_operational"].contains(&status.as_str()) {
        HydrantState::OutOfService
    } else if ["operational", "working", "ok", "open"].contains(&status.as_str()) {
        HydrantState::Working
    } else {
        HydrantState::Unknown
    }
}

/// Kind of water drawn as a polygon or a line; ditches and drains carry too little to be a source. What runs underground parts no
/// ground, and nobody draws from it.
pub(super) fn water_kind(tags: &Tags) -> Option<WaterKind> {
    let underground = is_yes(tags, "tunnel") || is_yes(tags, "covered") || tags.is("location", "underground");
    if underground {
        return None;
    }
    match (tags.get("waterway"), tags.get("natural"), tags.get("landuse")) {
        (Some("river" | "riverbank" | "canal"), ..) => Some(WaterKind::River),
        (Some("stream"), ..) => Some(WaterKind::Stream),
        (_, Some("water"), _) => Some(match tags.get("water") {
            Some("river" | "canal" | "oxbow") => WaterKind::River,
            Some("stream") => WaterKind::Stream,
            Some("reservoir") => WaterKind::Reservoir,
            Some("pond" | "fishpond" | "basin" | "fish_pass") => WaterKind::Pond,
            Some("lake" | "lagoon") => WaterKind::Lake,
            Some("wastewater" | "moat" | "reflecting_pool" | "fountain") | None => WaterKind::Unknown,
            Some(_) => WaterKind::Unknown,
        }),
        (_, _, Some("reservoir")) => Some(WaterKind::Reservoir),
        (_, _, Some("basin" | "salt_pond" | "aquaculture")) => Some(WaterKind::Pond),
        // Nobody says that engines can draw from it, but nobody walks across it either.
        (Some("dock"), ..) | (_, Some("bay" | "strait" | "coastline"), _) => Some(WaterKind::Unknown),
        _ => None,
    }
}

/// A point from which a fire engine draws water.
pub(super) fn intake_kind(tags: &Tags) -> Option<WaterKind> {
    match tags.get("emergency")? {
        "fire_hydrant" if draws_from_open_water(tags) => Some(WaterKind::Intake),
        "suction_point" => Some(WaterKind::Intake),
        "water_tank" => Some(WaterKind::Tank),
        "fire_water_pond" => Some(WaterKind::Pool),
        _ => None,
    }
}

pub(super) fn barrier_kind(tags: &Tags) -> Option<BarrierKind> {
    // What lies in a tunnel or on a viaduct stops no one on the ground.
    let on_ground = !is_yes(tags, "tunnel") && !is_yes(tags, "bridge");
    if tags.is_any("railway", &["rail", "light_rail", "narrow_gauge", "preserved", "funicular"]) {
        return on_ground.then_some(BarrierKind::Railway);
    }
    if tags.is_any("barrier", &["wall", "city_wall", "retaining_wall"]) {
        Some(BarrierKind::Wall)
    } else if tags.is("man_made", "cutline") && tags.is("cutline", "firebreak") {
        Some(BarrierKind::FirebreakLine)
    } else if tags.is_any("natural", &["bare_rock", "scree"]) {
        Some(BarrierKind::BareRock)
    } else if tags.is("landuse", "farmland") {
        Some(BarrierKind::Farmland)
    } else {
        None
    }
}

/// Kind of a built-up area as far as its own tags tell.
pub(super) fn built_up_kind(tags: &Tags) -> Option<BuiltUpKind> {
    match tags.get("landuse")? {
        "residential" | "commercial" | "retail" => Some(BuiltUpKind::Unknown),
        "industrial" => Some(BuiltUpKind::Industry),
        _ => None,
    }
}

pub(super) fn hazard_kind(tags: &Tags) -> Option<&str> {
    const INDUSTRY: &[&str] =
        &["oil", "gas", "chemical", "refinery", "petroleum", "fireworks", "oil_storage", "fuel", "well_cluster"];
    const SHOPS: &[&str] = &["gas", "fuel", "fireworks", "pyrotechnics"];
    if tags.is("amenity", "fuel") {
        return Some("fuel");
    }
    if tags.is("man_made", "gasometer") {
        return Some("gasometer");
    }
    if tags.is("man_made", "storage_tank") {
        let content = tags.get("content").or_else(|| tags.get("substance")).unwrap_or("storage_tank");
        let harmless = ["water", "wastewater", "rainwater", "sewage", "manure", "slurry", "silage", "wine", "sand"];
        return (!harmless.contains(&content)).then_some(content);
    }
    tags.get("industrial")
        .filter(|kind| INDUSTRY.contains(kind))
        .or_else(|| tags.get("shop").filter(|kind| SHOPS.contains(kind)))
}

/// Places of assembly, after the list of 人员密集场所 in the fire law, as far as OSM tells.
pub(super) fn crowded_kind(tags: &Tags) -> Option<&str> {
    const AMENITIES: &[&str] = &[
        "arts_centre",
        "bus_station",
        "childcare",
        "cinema",
        "clinic",
        "college",
        "community_centre",
        "concert_hall",
        "conference_centre",
        "events_venue",
        "exhibition_centre",
        "hospital",
        "karaoke_box",
        "kindergarten",
        "library",
        "marketplace",
        "music_venue",
        "nightclub",
        "nursing_home",
        "place_of_worship",
        "school",
        "social_facility",
        "theatre",
        "university",
    ];
    let pick = |key: &str, known: &[&str]| tags.get(key).filter(|kind| known.contains(kind));
    pick("amenity", AMENITIES)
        .or_else(|| pick("shop", &["mall", "department_store", "supermarket"]))
        .or_else(|| pick("leisure", &["stadium", "sports_centre", "sports_hall", "water_park", "dance"]))
        .or_else(|| pick("tourism", &["hotel", "motel", "hostel", "guest_house", "museum", "theme_park"]))
        .or_else(|| (tags.is("railway", "station")).then_some("railway_station"))
}

/// Kinds of place that become villages: where people live. Parts of a town are among them, for in Chinese extracts the
/// 社区 are mapped so; that their people are counted in the town too is noted.
pub(super) fn village_kind(tags: &Tags) -> Option<&str> {
    const PLACES: &[&str] =
        &["city", "hamlet", "isolated_dwelling", "neighbourhood", "quarter", "suburb", "town", "village"];
    tags.get("place").filter(|kind| PLACES.contains(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_of_the_past_and_the_future_do_not_act() {
        let tagged = |key: &str, value: &str| {
            let mut tags = Tags::default();
            tags.add("amenity", "fire_station");
            tags.add(key, value);
            out_of_use(&tags).is_some()
        };
        for key in ["disused", "abandoned", "razed", "demolished", "proposed", "construction", "closed"] {
            assert!(tagged(key, "yes") && !tagged(key, "no"), "{key}");
        }
        assert!(tagged("operational_status", "closed") && !tagged("operational_status", "operational"));
        assert!(!tagged("construction", "minor"));
        assert!(tagged("end_date", "2015-06") && !tagged("end_date", "no"));
    }

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        let mut tags = Tags::default();
        pairs.iter().for_each(|(key, value)| tags.add(key, value));
        tags
    }

    #[test]
    fn the_most_specific_access_decides() {
        assert_eq!(access(&tags(&[("access", "no"), ("motor_vehicle", "yes")])), Access::Open);
        assert_eq!(access(&tags(&[("access", "no"), ("emergency", "yes")])), Access::Open);
        assert_eq!(access(&tags(&[("motor_vehicle", "forestry")])), Access::Restricted);
        assert_eq!(access(&tags(&[("vehicle", "no")])), Access::Closed);
        assert_eq!(access(&tags(&[])), Access::Open);
    }

    #[test]
    fn what_is_said_of_fire_engines_binds_them() {
        assert_eq!(access(&tags(&[("emergency", "no")])), Access::Closed);
        assert_eq!(access(&tags(&[("access", "emergency")])), Access::Open);
        assert_eq!(access(&tags(&[("access", "private"), ("service", "emergency_access")])), Access::Open);
        assert_eq!(access(&tags(&[("smoothness", "impassable"), ("emergency", "yes")])), Access::Closed);
        assert_eq!(access(&tags(&[("ford", "yes")])), Access::Unknown);
        assert_eq!(access(&tags(&[("ford", "yes"), ("access", "no")])), Access::Closed);
        assert_eq!(access(&tags(&[("opening_date", "2030-01-01")])), Access::Unknown);
        assert_eq!(oneway(&tags(&[("oneway", "yes"), ("oneway:emergency", "no")])), Oneway::Both);
        assert_eq!(oneway(&tags(&[("oneway", "-1"), ("oneway:emergency", "-1")])), Oneway::Backward);
        let shut = [("motor_vehicle", "no"), ("access", "emergency")];
        assert_eq!(access(&tags(&shut)), Access::Open);
        assert_eq!(access(&tags(&[("vehicle", "emergency"), ("motor_vehicle", "no")])), Access::Open);
        assert_eq!(access(&tags(&[shut[0], shut[1], ("emergency", "no")])), Access::Closed);
        let class = |pairs: &[(&str, &str)]| road_class(&tags(pairs));
        assert_eq!(class(&[("highway", "footway"), ("emergency", "designated")]), Some(RoadClass::Service));
        assert_eq!(class(&[("highway", "pedestrian"), ("access", "emergency")]), Some(RoadClass::Service));
        assert_eq!(class(&[("highway", "footway"), ("emergency", "no")]), Some(RoadClass::Path));
        assert_eq!(class(&[("highway", "cycleway")]), Some(RoadClass::Path));
        assert_eq!(class(&[("highway", "trunk"), ("motorroad", "yes")]), Some(RoadClass::Expressway));
        assert_eq!(class(&[("highway", "primary"), ("expressway", "yes")]), Some(RoadClass::Expressway));
        assert_eq!(class(&[("highway", "trunk"), ("expressway", "no")]), Some(RoadClass::Trunk));
    }

    #[test]
    fn the_direction_for_engines_comes_before_that_for_all() {
        let of = |pairs: &[(&str, &str)]| oneway(&tags(pairs));
        assert_eq!(of(&[("oneway:motor_vehicle", "-1")]), Oneway::Backward);
        assert_eq!(of(&[("oneway:vehicle", "yes")]), Oneway::Forward);
        assert_eq!(of(&[("oneway:vehicle", "yes"), ("oneway:motor_vehicle", "no")]), Oneway::Both);
        assert_eq!(of(&[("oneway", "yes"), ("oneway:vehicle", "no")]), Oneway::Both);
        assert_eq!(of(&[("oneway:motor_vehicle", "yes"), ("oneway:emergency", "no")]), Oneway::Both);
        assert_eq!(of(&[("oneway:bicycle", "yes")]), Oneway::Both);
        let timed = |pairs: &[(&str, &str)]| timed_oneway(&tags(pairs)).map(|(key, _)| key);
        assert_eq!(timed(&[("oneway:conditional", "-1 @ (07:00-09:00)")]), Some("oneway:conditional"));
        let by_vehicle = "oneway:motor_vehicle:conditional";
        assert_eq!(timed(&[(by_vehicle, "yes @ (Mo-Fr)")]), Some(by_vehicle));
        assert_eq!(timed(&[("oneway:conditional", "yes @ (Mo-Fr)"), ("oneway:emergency", "no")]), None);
        assert_eq!(unread_oneway(&tags(&[("oneway:motor_vehicle", "reversible")])), Some("reversible"));
    }

    #[test]
    fn what_runs_underground_is_no_water_and_the_coast_is() {
        let of = |pairs: &[(&str, &str)]| water_kind(&tags(pairs));
        assert_eq!(of(&[("natural", "coastline")]), Some(WaterKind::Unknown));
        assert_eq!(of(&[("waterway", "river")]), Some(WaterKind::River));
        assert_eq!(of(&[("waterway", "river"), ("tunnel", "no")]), Some(WaterKind::River));
        for below in [("tunnel", "culvert"), ("tunnel", "yes"), ("covered", "yes"), ("location", "underground")] {
            assert_eq!(of(&[("waterway", "river"), below]), None, "{below:?}");
            assert_eq!(of(&[("natural", "water"), ("water", "reservoir"), below]), None, "{below:?}");
        }
    }

    #[test]
    fn of_several_surfaces_the_worst_counts() {
        assert_eq!(surface(&tags(&[("surface", "gravel;dirt")])), Some(Surface::Earth));
        assert_eq!(surface(&tags(&[("surface", "concrete:plates")])), Some(Surface::Paved));
        assert_eq!(surface(&tags(&[("surface", "unknown;asphalt")])), Some(Surface::Paved));
    }

    #[test]
    fn one_ways_said_and_implied() {
        assert_eq!(oneway(&tags(&[("oneway", "-1")])), Oneway::Backward);
        assert_eq!(unread_oneway(&tags(&[("oneway", "-1")])), None);
        assert_eq!(oneway(&tags(&[("oneway", "reversible")])), Oneway::Both);
        assert_eq!(unread_oneway(&tags(&[("oneway", "reversible")])), Some("reversible"));
        assert_eq!(oneway(&tags(&[("junction", "roundabout")])), Oneway::Forward);
        assert_eq!(oneway(&tags(&[("highway", "motorway")])), Oneway::Forward);
        assert_eq!(oneway(&tags(&[("highway", "motorway"), ("oneway", "no")])), Oneway::Both);
        assert_eq!(oneway(&tags(&[("highway", "primary")])), Oneway::Both);
    }

    #[test]
    fn hydrants_on_mains_and_those_that_draw_from_a_pond() {
        let hydrant = |pairs: &[(&str, &str)]| tags(&[&[("emergency", "fire_hydrant")], pairs].concat());
        assert!(is_hydrant(&hydrant(&[("water_source", "main")])));
        let pond = hydrant(&[("fire_hydrant:type", "pond")]);
        assert_eq!((is_hydrant(&pond), intake_kind(&pond)), (false, Some(WaterKind::Intake)));
        assert_eq!(intake_kind(&hydrant(&[("water_source", "cistern")])), Some(WaterKind::Intake));
        assert_eq!(intake_kind(&hydrant(&[])), None);
        assert_eq!(couplings(&hydrant(&[("couplings", "3"), ("couplings:type", "Storz")])), "3 × Storz");
        assert_eq!(couplings(&hydrant(&[("fire_hydrant:couplings", "2")])), "2");
        assert_eq!(couplings(&hydrant(&[])), "");
    }

    #[test]
    fn works_brigades_are_told_apart() {
        assert_eq!(station_kind(&tags(&[("name", "Betriebsfeuerwehr Hilti")])), StationKind::Works);
        assert_eq!(station_kind(&tags(&[("operator:type", "private")])), StationKind::Works);
        assert_eq!(station_kind(&tags(&[("name", "Feuerwehr Vaduz")])), StationKind::Unknown);
    }
}
