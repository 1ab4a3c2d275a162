//! Every layer but roads, towns and the boundary: points, lines and areas told by their tags.

use geo::Contains;

use crate::footprints::Footprints;

use super::old_style::OldStyle;
use super::shapes::{TaggedThing, ThingShape};
use super::{LocalExtract, OsmLayers, quantities, tags};
use fireplan_model::layers::{
    Barrier, Building, BuiltUp, BuiltUpKind, CrowdedPlace, Forest, Hazard, Hydrant, LayerId, Layers, RoadArea,
    RoadAreaKind, Station, Village, WaterKind, WaterSource,
};
use fireplan_model::notes::{NoteCase, NoteKind, Notes, Severity};
use fireplan_model::rows::Row;

pub(super) fn read(ground: &LocalExtract, wanted: &[LayerId], osm: &mut OsmLayers, notes: &mut Notes) {
    let OsmLayers { layers, footprints, .. } = osm;
    let mut reader = Reader { ground, wanted, layers, footprints, notes, read: vec![0; LayerId::ALL.len()] };
    let extract = ground.extract;
    for point in &extract.points {
        reader.take(&TaggedThing {
            tags: &point.tags,
            id: format!("node/{}", point.id),
            shape: ThingShape::Node(point.id),
        });
    }
    let old = OldStyle::of(ground);
    for way in extract.ways.iter().filter(|way| !way.tags.is_empty() && !old.outlines.contains(&way.id)) {
        reader.take(&TaggedThing { tags: &way.tags, id: format!("way/{}", way.id), shape: ThingShape::Way(way) });
    }
    for relation in extract.relations.iter().filter(|relation| relation.tags.is("type", "multipolygon")) {
        let id = format!("relation/{}", relation.id);
        let tags = old.tags.get(&relation.id).copied().unwrap_or(&relation.tags);
        reader.take(&TaggedThing { tags, id, shape: ThingShape::Relation(relation) });
    }
    let read = std::mem::take(&mut reader.read);
    let of_roads_and_borders = [LayerId::Roads, LayerId::Obstacles, LayerId::Towns, LayerId::Boundary];
    for (&layer, count) in LayerId::ALL.iter().zip(read) {
        if wanted.contains(&layer) && !of_roads_and_borders.contains(&layer) {
            osm.read.push((layer, count));
        }
    }
    name_built_up(ground, &mut osm.layers);
}

pub(super) struct Reader<'a> {
    pub(super) ground: &'a LocalExtract<'a>,
    wanted: &'a [LayerId],
    layers: &'a mut Layers,
    pub(super) footprints: &'a mut Footprints,
    pub(super) notes: &'a mut Notes,
    /// In the order of [`LayerId::ALL`].
    read: Vec<usize>,
}

impl Reader<'_> {
    /// Is the layer wanted? Then the thing counts as read for it.
    pub(super) fn reads(&mut self, layer: LayerId) -> bool {
        let wanted = self.wanted.contains(&layer);
        if wanted {
            self.read[layer as usize] += 1;
        }
        wanted
    }

    /// Is the thing there and in use? What is not is left out, with its name.
    fn is_in_use(&mut self, thing: &TaggedThing, layer: LayerId) -> bool {
        let Some(said) = tags::out_of_use(thing.tags) else { return true };
        let text = "停用、废弃、拆除、拟建等不在用的要素，未采用 | \
                    Things disused, abandoned, razed, closed or only proposed, left out";
        let name = format!("{} ({}) {said}", thing.tags.name(), thing.id).trim().to_owned();
        let case = self.case_of(thing, &name);
        self.notes.add(Severity::LeftOut, Some(layer), text, case);
        false
    }

    /// Has the fire station a crew? A museum in an old one has none.
    fn is_brigade(&mut self, thing: &TaggedThing) -> bool {
        let is_museum = thing.tags.is("tourism", "museum");
        if is_museum {
            let text = "标为博物馆的消防站，不出动，未采用 | Fire stations that are museums, left out";
            let case = self.case_of(thing, &format!("{} ({})", thing.tags.name(), thing.id));
            self.notes.add(Severity::LeftOut, Some(LayerId::Stations), text, case);
        }
        !is_museum
    }

    /// Adds the thing to every layer it belongs to.
    fn take(&mut self, thing: &TaggedThing) {
        self.take_fire_service(thing);
        self.take_water(thing);
        self.take_settlement(thing);
        self.take_road_area(thing);
        let tags = thing.tags;
        if (tags.is("landuse", "forest") || tags.is("natural", "wood")) && self.reads(LayerId::Forests) {
            self.take_forest(thing);
        }
        if let Some(kind) = tags::barrier_kind(tags)
            && let Some(geometry) = self.barrier_shape(kind, thing)
        {
            let (name, source_id) = (tags.name(), thing.id.clone());
            let width_m = tags.get("width").and_then(quantities::metres);
            self.layers.barriers.push(Barrier { geometry, name, kind, width_m, source_id });
        }
        if let Some(kind) = tags::hazard_kind(tags)
            && self.reads(LayerId::Hazards)
            && self.is_in_use(thing, LayerId::Hazards)
            && let Some(geometry) = self.point_or_area(thing, LayerId::Hazards)
        {
            let (name, kind, source_id) = (tags.name(), kind.to_owned(), thing.id.clone());
            self.layers.hazards.push(Hazard { geometry, name, kind, source_id });
        }
        if let Some(kind) = tags::crowded_kind(tags)
            && self.reads(LayerId::CrowdedPlaces)
            && self.is_in_use(thing, LayerId::CrowdedPlaces)
            && let Some(geometry) = self.point_or_area(thing, LayerId::CrowdedPlaces)
        {
            let (name, kind, source_id) = (tags.name(), kind.to_owned(), thing.id.clone());
            self.layers.crowded_places.push(CrowdedPlace { geometry, name, kind, source_id });
        }
    }

    fn take_fire_service(&mut self, thing: &TaggedThing) {
        let tags = thing.tags;
        if tags.is("amenity", "fire_station")
            && self.reads(LayerId::Stations)
            && self.is_in_use(thing, LayerId::Stations)
            && self.is_brigade(thing)
            && let Some(geometry) = self.point(thing, LayerId::Stations)
        {
            self.layers.stations.push(Station {
                name: tags.name(),
                kind: tags::station_kind(tags),
                source_id: thing.id.clone(),
                ..Station::blank(geometry).expect("a station can be without any fact")
            });
        }
        if tags::is_hydrant(tags)
            && self.reads(LayerId::Hydrants)
            && let Some(geometry) = self.point(thing, LayerId::Hydrants)
        {
            let flow = ["fire_hydrant:flow_rate", "fire_hydrant:flow_capacity", "flow_rate"];
            let pressure = ["fire_hydrant:pressure", "pressure"];
            self.layers.hydrants.push(Hydrant {
                geometry,
                name: tags.get("ref").map_or_else(|| tags.name(), str::to_owned),
                kind: tags::hydrant_kind(tags),
                state: tags::hydrant_state(tags),
                diameter_mm: tags.get("fire_hydrant:diameter").and_then(quantities::millimetres),
                flow_l_s: flow.into_iter().find_map(|key| quantities::litres_per_second(tags.get(key)?)),
                pressure_mpa: pressure.into_iter().find_map(|key| quantities::megapascals(tags.get(key)?)),
                position: tags.get("fire_hydrant:position").unwrap_or_default().to_owned(),
                couplings: tags::couplings(tags),
                source_id: thing.id.clone(),
            });
        }
    }

    fn take_water(&mut self, thing: &TaggedThing) {
        let tags = thing.tags;
        let intake = tags::intake_kind(tags);
        let Some(kind) = intake.or_else(|| tags::water_kind(tags)) else { return };
        if !self.reads(LayerId::WaterSources) {
            return;
        }
        let line = tags.is_any("waterway", &["river", "stream", "canal"]) || tags.is("natural", "coastline");
        let geometry = match &thing.shape {
            ThingShape::Way(way) if line => self.lines(way, LayerId::WaterSources),
            ThingShape::Node(_) if intake.is_none() => {
                let text = "只有一个点的水体，未采用 | Water bodies drawn as a mere point, left out";
                let case = self.case_of(thing, &thing.id);
                self.notes.add(Severity::LeftOut, Some(LayerId::WaterSources), text, case);
                None
            }
            _ => self.point_or_area(thing, LayerId::WaterSources),
        };
        let Some(geometry) = geometry else { return };
        let volume = tags.get("water_tank:volume").or_else(|| tags.get("volume"));
        self.layers.water_sources.push(WaterSource {
            geometry,
            name: tags.name(),
            kind: if kind == WaterKind::Unknown && tags.name().contains("水库") {
                WaterKind::Reservoir
            } else {
                kind
            },
            volume_m3: volume.and_then(|text| text.trim_end_matches(['m', '3', '³', ' ']).parse().ok()),
            width_m: tags.get("width").and_then(quantities::metres),
            perennial: match tags.get("intermittent") {
                Some("yes") => Some(false),
                Some("no") => Some(true),
                _ => None,
            },
            helicopter: None,
            source_id: thing.id.clone(),
        });
    }

    fn take_settlement(&mut self, thing: &TaggedThing) {
        let tags = thing.tags;
        if let Some(kind) = tags::village_kind(tags)
            && !tags.is("boundary", "administrative")
            && self.reads(LayerId::Villages)
            && self.is_in_use(thing, LayerId::Villages)
            && let Some(geometry) = self.point(thing, LayerId::Villages)
        {
            let population_people = self.people(thing, LayerId::Villages);
            self.layers.villages.push(Village {
                geometry,
                name: tags.name(),
                code: String::new(),
                kind: kind.to_owned(),
                population_people,
                households: None,
                source_id: thing.id.clone(),
            });
        }
        let built = tags.get("building").is_some_and(|kind| !matches!(kind, "no" | "ruins" | "collapsed" | "roof"));
        if built
            && !matches!(thing.shape, ThingShape::Node(_))
            && self.reads(LayerId::Buildings)
            && let Some(geometry) = self.area(thing, LayerId::Buildings)
        {
            self.layers.buildings.push(Building {
                geometry,
                name: tags.name(),
                kind: tags.get("building").filter(|kind| *kind != "yes").unwrap_or_default().to_owned(),
                storeys: tags.get("building:levels").and_then(|text| text.parse().ok()).filter(|n: &f64| n.is_finite()),
                height_m: tags.get("height").and_then(quantities::metres),
                source_id: thing.id.clone(),
            });
        }
        if let Some(kind) = tags::built_up_kind(tags)
            && !matches!(thing.shape, ThingShape::Node(_))
            && self.reads(LayerId::BuiltUp)
            && let Some(geometry) = self.area(thing, LayerId::BuiltUp)
        {
            let (name, source_id) = (tags.name(), thing.id.clone());
            self.layers.built_up.push(BuiltUp { geometry, name, kind, source_id });
        }
    }

    /// The people that a place says it has; what cannot be read for certain is told.
    fn people(&mut self, thing: &TaggedThing, layer: LayerId) -> Option<u32> {
        let said = thing.tags.get("population")?;
        let people = quantities::people(said);
        if people.is_none() {
            let text = "人口(population)的写法无法确定读数，按待核处理；请改为一个数 | \
                        Populations that cannot be read for certain, taken as undetermined: write one number";
            let case = NoteCase::from(format!("{}：{said}", thing.tags.name())).of(&thing.id);
            self.notes.add(NoteKind::Doubted, Some(layer), text, case);
        }
        people
    }

    fn take_road_area(&mut self, thing: &TaggedThing) {
        if tags::is_road_area(thing.tags)
            && !matches!(thing.shape, ThingShape::Node(_))
            && self.reads(LayerId::RoadAreas)
            && let Some(geometry) = self.area(thing, LayerId::RoadAreas)
        {
            let (name, source_id) = (thing.tags.name(), thing.id.clone());
            self.layers.road_areas.push(RoadArea { geometry, name, kind: RoadAreaKind::Carriageway, source_id });
        }
    }

    fn take_forest(&mut self, thing: &TaggedThing) {
        let Some(geometry) = self.area(thing, LayerId::Forests) else { return };
        self.layers.forests.push(Forest {
            geometry,
            name: thing.tags.name(),
            kind: thing.tags.get("leaf_type").unwrap_or_default().to_owned(),
            owner: String::new(),
            protected: None,
            source_id: thing.id.clone(),
        });
    }
}

/// Tells urban, town and village land apart by the largest place inside.
fn name_built_up(ground: &LocalExtract, layers: &mut Layers) {
    let places = ground.extract.points.iter().filter_map(|point| {
        let rank = match point.tags.get("place")? {
            "city" => BuiltUpKind::Urban,
            "town" => BuiltUpKind::Town,
            "village" | "hamlet" | "isolated_dwelling" => BuiltUpKind::Village,
            _ => return None,
        };
        Some((rank, ground.node(point.id)?))
    });
    let places: Vec<_> = places.collect();
    for land in layers.built_up.iter_mut().filter(|land| land.kind == BuiltUpKind::Unknown) {
        let inside = places.iter().filter(|(_, at)| land.geometry.contains(at)).map(|(rank, _)| *rank);
        // The enum is ordered from the largest settlement to the smallest.
        land.kind = inside.min().unwrap_or(BuiltUpKind::Unknown);
    }
}
