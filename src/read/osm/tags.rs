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
    if tags.is("abandoned", "yes") {
        return None;
    }
    Some(match tags.get("highway")? {
        "motorway" => RoadClass::Motorway,
        "trunk" => RoadClass::Trunk,
        "primary" => RoadClass::Primary,
        "secondary" => RoadClass::Secondary,
        "tertiary" => RoadClass::Tertiary,
        "unclassified" | "residential" | "living_street" | "road" => RoadClass::Residential,
        "motorway_link" | "trunk_link" | "primary_link" | "secondary_link" | "tertiary_link" => RoadClass::Link,
        "service" | "busway" => RoadClass::Service,
        "track" => RoadClass::Track,
        "path" | "footway" | "cycleway" | "pedestrian" | "bridleway" => RoadClass::Path,
        // Steps, proposed, under construction, razed, platforms, via ferratas …
        _ => return None,
    })
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
    let by_surface = tags.get("surface").and_then(|surface| {
        Some(match surface.split([':', ';']).next()? {
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
    });
    by_surface.or_else(|| match tags.get("tracktype")? {
        "grade1" => Some(Surface::Paved),
        "grade2" | "grade3" => Some(Surface::Gravel),
        "grade4" | "grade5" => Some(Surface::Earth),
        _ => None,
    })
}

pub(super) fn oneway(tags: &Tags) -> Oneway {
    match tags.get("oneway") {
        Some("yes" | "1" | "true") => Oneway::Forward,
        Some("-1" | "reverse") => Oneway::Backward,
        Some(_) => Oneway::Both,
        None if tags.is("highway", "motorway") || tags.is_any("junction", &["roundabout", "circular"]) => {
            Oneway::Forward
        }
        None => Oneway::Both,
    }
}

/// The most specific tag decides; `emergency=yes` opens what is closed to others.
pub(super) fn access(tags: &Tags) -> Access {
    if tags.is_any("emergency", &["yes", "designated", "official"]) {
        return Access::Open;
    }
    let said = ["motor_vehicle", "vehicle", "access"].into_iter().find_map(|key| tags.get(key));
    match said {
        Some("no") => Access::Closed,
        Some(
            "private" | "destination" | "customers" | "delivery" | "permit" | "residents" | "agricultural" | "forestry"
            | "military" | "employees",
        ) => Access::Restricted,
        _ => Access::Open,
    }
}

pub(super) fn is_yes(tags: &Tags, key: &str) -> bool {
    tags.get(key).is_some_and(|value| value != "no")
}

/// Metres: `3.5`, `3,5 m`, `350 cm`, `12'`, `12'6"`, `12 ft`.
pub(super) fn metres(text: &str) -> Option<f64> {
    const FOOT_M: f64 = 0.3048;
    let (value, unit) = number_and_unit(text)?;
    let metres = match unit {
        "" | "m" | "meter" | "metre" | "meters" | "metres" | "米" => value,
        "km" => value * 1000.0,
        "cm" => value / 100.0,
        "mm" => value / 1000.0,
        "ft" | "feet" | "'" => value * FOOT_M,
        inches if inches.starts_with('\'') => {
            let (inches, rest) = number_and_unit(&inches[1..])?;
            (matches!(rest, "" | "\"" | "''")).then_some((value + inches / 12.0) * FOOT_M)?
        }
        _ => return None,
    };
    (metres > 0.0).then_some(metres)
}

/// Tonnes: `7.5`, `7.5 t`, `7500 kg`, `16000 lbs`, `8 st` (short tons).
pub(super) fn tonnes(text: &str) -> Option<f64> {
    const POUND_T: f64 = 0.000_453_592_37;
    let (value, unit) = number_and_unit(text)?;
    let tonnes = match unit {
        "" | "t" | "tonne" | "tonnes" | "吨" => value,
        "kg" => value / 1000.0,
        "lb" | "lbs" => value * POUND_T,
        "st" => value * 2000.0 * POUND_T,
        _ => return None,
    };
    (tonnes > 0.0).then_some(tonnes)
}

/// A gradient in percent, up or down: `10%`, `-12 %`, `1:10`; `up`, `down` and degrees say too little.
pub(super) fn percent(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches(['-', '+', '±', '~']);
    let (value, unit) = number_and_unit(text)?;
    match unit.strip_prefix(':') {
        Some(run) => {
            number_and_unit(run).filter(|(run, rest)| *run > 0.0 && rest.is_empty()).map(|(run, _)| value / run * 100.0)
        }
        None => matches!(unit, "%" | "％").then_some(value),
    }
}

/// Millimetres: `100`, `DN100`, `100 mm`, `4"`, `4 in`.
pub(super) fn millimetres(text: &str) -> Option<f64> {
    let text = text.trim();
    let text = text.strip_prefix("DN").or_else(|| text.strip_prefix("dn")).unwrap_or(text);
    let (value, unit) = number_and_unit(text.trim_start_matches(['Ø', 'ø']))?;
    let millimetres = match unit {
        "" | "mm" | "毫米" => value,
        "cm" => value * 10.0,
        "\"" | "''" | "in" | "inch" | "inches" => value * 25.4,
        _ => return None,
    };
    (millimetres > 0.0).then_some(millimetres)
}

/// Litres a second: `15 l/s`, `900 l/min`, `54 m3/h`. Without a unit it is not known which is meant.
pub(super) fn litres_per_second(text: &str) -> Option<f64> {
    let (value, unit) = number_and_unit(text)?;
    let flow = match unit.to_ascii_lowercase().replace(' ', "").as_str() {
        "l/s" => value,
        "l/min" | "lpm" | "l/m" => value / 60.0,
        "m3/h" | "m³/h" => value / 3.6,
        "gpm" => value * 3.785_411_784 / 60.0,
        _ => return None,
    };
    (flow > 0.0).then_some(flow)
}

/// Megapascals: OSM says bar where it says nothing.
pub(super) fn megapascals(text: &str) -> Option<f64> {
    let (value, unit) = number_and_unit(text)?;
    let pressure = match unit.to_ascii_lowercase().as_str() {
        "" | "bar" => value / 10.0,
        "mpa" => value,
        "kpa" => value / 1000.0,
        "psi" => value * 0.006_894_757,
        _ => return None,
    };
    (pressure > 0.0).then_some(pressure)
}

/// Splits `3,5 m` into 3.5 and `m`; a comma is a decimal one, as Europeans write it.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(text.len());
    let value: f64 = text[..end].replace(',', ".").parse().ok()?;
    value.is_finite().then_some((value, text[end..].trim()))
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
    let disused = is_yes(tags, "disused") || tags.get("disused:emergency").is_some() || is_yes(tags, "abandoned");
    let status = tags.get("operational_status").unwrap_or_default().to_ascii_lowercase();
    if disused || ["out_of_order", "broken", "closed", "defect", "non_operational"].contains(&status.as_str()) {
        HydrantState::OutOfService
    } else if ["operational", "working", "ok", "open"].contains(&status.as_str()) {
        HydrantState::Working
    } else {
        HydrantState::Unknown
    }
}

/// Kind of water drawn as a polygon or a line; ditches and drains carry too little to be a source.
pub(super) fn water_kind(tags: &Tags) -> Option<WaterKind> {
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
        (_, _, Some("basin")) => Some(WaterKind::Pond),
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

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        let mut tags = Tags::default();
        pairs.iter().for_each(|(key, value)| tags.add(key, value));
        tags
    }

    #[test]
    fn quantities_as_mappers_write_them() {
        for (text, expected) in
            [("3.5", 3.5), ("3,5 m", 3.5), ("350 cm", 3.5), ("12'", 3.6576), ("12'6\"", 3.81), ("10 ft", 3.048)]
        {
            assert!((metres(text).unwrap() - expected).abs() < 1e-9, "{text}");
        }
        for text in ["default", "none", "", "-2", "0", "below_default", "3-4", "3 parsec"] {
            assert_eq!(metres(text), None, "{text}");
        }
        for (text, expected) in [("7.5", 7.5), ("7.5 t", 7.5), ("3.5t", 3.5), ("7500 kg", 7.5)] {
            assert_eq!(tonnes(text), Some(expected), "{text}");
        }
        assert!((tonnes("16000 lbs").unwrap() - 7.257).abs() < 1e-3);
        for (text, expected) in [("100", 100.0), ("DN100", 100.0), ("100 mm", 100.0), ("4\"", 101.6), ("4 in", 101.6)] {
            assert_eq!(millimetres(text), Some(expected), "{text}");
        }
        assert_eq!(litres_per_second("900 l/min"), Some(15.0));
        assert_eq!(litres_per_second("900"), None);
        assert_eq!(["10%", "-12.5 %", "1:10", "0%"].map(percent), [Some(10.0), Some(12.5), Some(10.0), Some(0.0)]);
        assert_eq!(["up", "down", "10", "10°", "1:0"].map(percent), [None; 5]);
        assert_eq!(megapascals("4"), Some(0.4));
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
    fn one_ways_said_and_implied() {
        assert_eq!(oneway(&tags(&[("oneway", "-1")])), Oneway::Backward);
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
