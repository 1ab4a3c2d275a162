//! Tiles: both formats show the same features, polygons are valid after rounding, nothing is larger than promised.

use std::collections::BTreeMap;
use std::io::Read;

use fireplan_export::tile::{BUFFER, EXTENT, Format, MAX_BYTES, MAX_ZOOM, TileId, TileLayer};
use fireplan_model::findings::{Drawing, Layer};
use fireplan_model::plane::Plane;
use geo::{Area, BoundingRect, Coord, Geometry, LineString, MultiPolygon, Polygon, Validation};
use geozero::mvt::{Message, Tile};
use proptest::prelude::*;

fn plain(gzip: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(gzip).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Rings (or lines, or points) of an MVT geometry.
fn rings(commands: &[u32]) -> Vec<Vec<(i32, i32)>> {
    let (mut rings, mut pen, mut at) = (Vec::<Vec<(i32, i32)>>::new(), (0, 0), 0);
    let unzigzag = |value: u32| (value >> 1) as i32 ^ -((value & 1) as i32);
    while at < commands.len() {
        let (id, count) = (commands[at] & 7, commands[at] >> 3);
        at += 1;
        for _ in 0..if id == 7 { 0 } else { count } {
            pen = (pen.0 + unzigzag(commands[at]), pen.1 + unzigzag(commands[at + 1]));
            at += 2;
            if id == 1 {
                rings.push(Vec::new());
            }
            rings.last_mut().unwrap().push(pen);
        }
    }
    rings
}

fn twice_area(ring: &[(i32, i32)]) -> i64 {
    (0..ring.len())
        .map(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
            i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1)
        })
        .sum()
}

/// Exterior rings have positive area in the tile's coordinates (MVT specification 4.3.4.4), holes follow theirs.
fn polygons(commands: &[u32]) -> MultiPolygon {
    let mut polygons: Vec<Polygon> = Vec::new();
    for ring in rings(commands) {
        let line = |ring: &[(i32, i32)]| {
            LineString::from(ring.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).collect::<Vec<_>>())
        };
        if twice_area(&ring) > 0 {
            polygons.push(Polygon::new(line(&ring), vec![]));
        } else {
            polygons.last_mut().expect("an exterior comes first").interiors_push(line(&ring));
        }
    }
    MultiPolygon(polygons)
}

struct Decoded {
    kind: i32,
    mvt: Vec<u32>,
    tags: BTreeMap<String, String>,
}

fn decode_mvt(bytes: &[u8]) -> BTreeMap<u64, Decoded> {
    let tile = Tile::decode(bytes).unwrap();
    let mut features = BTreeMap::new();
    for layer in &tile.layers {
        assert_eq!((layer.version, layer.extent), (2, Some(EXTENT as u32)));
        for feature in &layer.features {
            let tags = feature.tags.chunks(2).map(|pair| {
                let value = &layer.values[pair[1] as usize];
                let text = value.string_value.clone().map(|text| format!("{text:?}"));
                let text = text
                    .or(value.int_value.map(|value| value.to_string()))
                    .or(value.double_value.map(|value| serde_json::Value::from(value).to_string()))
                    .or(value.bool_value.map(|value| value.to_string()));
                (layer.keys[pair[0] as usize].clone(), text.unwrap())
            });
            let decoded =
                Decoded { kind: feature.r#type.unwrap(), mvt: feature.geometry.clone(), tags: tags.collect() };
            assert!(features.insert(feature.id.unwrap(), decoded).is_none(), "ids are unique in a tile");
        }
    }
    features
}

/// The tile that holds a place.
fn tile_at(lon: f64, lat: f64, z: u8) -> TileId {
    let world = fireplan_export::tile::world::from_lonlat(Coord { x: lon, y: lat });
    let tiles = f64::from(1u32 << z);
    TileId::new(z, (world.x * tiles) as u32, (world.y * tiles) as u32).unwrap()
}

fn essential() -> Vec<String> {
    vec!["name".into(), "class".into(), "kind".into()]
}

/// Checks one tile in both formats; gives the number of features.
fn check(layer: &TileLayer, id: TileId) -> usize {
    let mvt = layer.tile(id, Format::Mvt).unwrap();
    let json = layer.tile(id, Format::GeoJson).unwrap();
    assert!(mvt.gzip.len() <= MAX_BYTES && json.gzip.len() <= MAX_BYTES);
    let json: geojson::FeatureCollection =
        String::from_utf8(plain(&json.gzip)).unwrap().parse::<geojson::GeoJson>().unwrap().try_into().unwrap();
    let mvt = decode_mvt(&plain(&mvt.gzip));
    assert_eq!(json.features.len(), mvt.len(), "{id:?}");
    for feature in &json.features {
        let Some(geojson::feature::Id::Number(number)) = &feature.id else { panic!("every feature has a number") };
        let other = &mvt[&number.as_u64().unwrap()];
        let tags: BTreeMap<String, String> =
            feature.properties_iter().map(|(k, v)| (k.clone(), v.to_string())).collect();
        assert_eq!(tags, other.tags, "{id:?}");
        check_geometry(feature, other, id);
    }
    mvt.len()
}

fn check_geometry(feature: &geojson::Feature, other: &Decoded, id: TileId) {
    let geometry: Geometry = feature.geometry.clone().unwrap().try_into().unwrap();
    let kind = match &geometry {
        Geometry::Point(_) | Geometry::MultiPoint(_) => 1,
        Geometry::LineString(_) | Geometry::MultiLineString(_) => 2,
        _ => 3,
    };
    assert_eq!(kind, other.kind);
    for (x, y) in rings(&other.mvt).into_iter().flatten() {
        assert!((-BUFFER..=EXTENT + BUFFER).contains(&x) && (-BUFFER..=EXTENT + BUFFER).contains(&y), "{id:?} {x} {y}");
    }
    if kind == 3 {
        let drawn = polygons(&other.mvt);
        assert!(drawn.is_valid(), "{id:?} {:?}: {drawn:?}", drawn.validation_errors());
        assert!(geometry.is_valid(), "{id:?} {:?}: {geometry:?}", geometry.validation_errors());
        // Both have the same area: that of the tile's units is turned into degrees by the tile's size.
        let unit = 360.0 / f64::from(1u32 << id.z) / f64::from(EXTENT);
        let center = geometry.bounding_rect().unwrap().center();
        let lat = center.y.to_radians().cos();
        let ratio = geometry.unsigned_area() / (drawn.unsigned_area() * unit * unit * lat);
        assert!(drawn.unsigned_area() < 2_000.0 || (0.8..1.25).contains(&ratio), "{id:?} {ratio}");
    }
}

fn around(lon: f64, lat: f64, z: u8) -> Vec<TileId> {
    let center = tile_at(lon, lat, z);
    (-2i64..=2)
        .flat_map(|dx| (-2i64..=2).map(move |dy| (dx, dy)))
        .filter_map(|(dx, dy)| {
            let x = u32::try_from(i64::from(center.x) + dx).ok()?;
            TileId::new(z, x, u32::try_from(i64::from(center.y) + dy).ok()?)
        })
        .collect()
}

#[test]
fn both_formats_show_the_same_valid_features_at_every_zoom() {
    let area = fireplan_testing::area();
    for layer in area.map_layers() {
        let tiles = TileLayer::new(&layer.id, &layer, &area.plane, &essential()).unwrap();
        let mut seen = 0;
        for z in 0..=MAX_ZOOM {
            for id in around(110.35, 34.65, z) {
                seen += check(&tiles, id);
            }
        }
        assert!(seen > 0, "{}", layer.id);
    }
}

#[test]
fn every_zoom_shows_a_large_polygon_with_its_hole() {
    let area = fireplan_testing::area();
    let layer = area.map_layers().into_iter().find(|layer| layer.id == "forests").unwrap();
    let tiles = TileLayer::new("forests", &layer, &area.plane, &essential()).unwrap();
    let [west, south, east, north] = tiles.world().bounds_wgs84().unwrap();
    for z in [10, 12] {
        let id = tile_at((west + east) / 2.0, (south + north) / 2.0, z);
        let features = decode_mvt(&plain(&tiles.tile(id, Format::Mvt).unwrap().gzip));
        assert!(features.contains_key(&1), "{z}");
    }
    let whole = decode_mvt(&plain(&tiles.tile(tile_at(110.35, 34.66, 10), Format::Mvt).unwrap().gzip));
    assert_eq!(polygons(&whole[&1].mvt).0[0].interiors().len(), 1);
}

#[test]
fn an_area_that_several_tiles_cut_has_its_label_point_in_one_of_them() {
    let area = fireplan_testing::area();
    let layer = area.map_layers().into_iter().find(|layer| layer.id == "forests").unwrap();
    let tiles = TileLayer::new("forests", &layer, &area.plane, &essential()).unwrap();
    let tiles = tiles.with_labels(&layer, &area.plane).unwrap();
    let [west, south, east, north] = tiles.world().bounds_wgs84().unwrap();
    for z in [10, 14] {
        let (low, high) = (tile_at(west, north, z), tile_at(east, south, z));
        let (mut pieces, mut labels) = (0, 0);
        for (x, y) in (low.x..=high.x).flat_map(|x| (low.y..=high.y).map(move |y| (x, y))) {
            let bytes = plain(&tiles.tile(TileId::new(z, x, y).unwrap(), Format::Mvt).unwrap().gzip);
            let tile = Tile::decode(bytes.as_slice()).unwrap();
            let of = |name: &str| tile.layers.iter().find(|layer| layer.name == name);
            let has = |layer: Option<&geozero::mvt::tile::Layer>| {
                layer.is_some_and(|layer| layer.features.iter().any(|feature| feature.id == Some(1)))
            };
            pieces += usize::from(has(of("forests")));
            labels += usize::from(has(of("forests_label")));
            for feature in of("forests_label").iter().flat_map(|layer| &layer.features) {
                assert_eq!(feature.r#type, Some(1));
                let place = rings(&feature.geometry)[0][0];
                assert!((0..EXTENT).contains(&place.0) && (0..EXTENT).contains(&place.1), "{place:?}");
                assert!(!feature.tags.is_empty(), "a label point has the attributes of its area");
            }
        }
        assert_eq!(labels, 1, "zoom {z}");
        assert!(z < 14 || pieces > 1, "the forest is cut at zoom {z}");
    }
}

#[test]
fn a_tile_with_too_much_in_it_keeps_what_matters_most() {
    let layer = Layer::new("roads", Drawing::Coded { column: "class" }, &fireplan_testing::roads(20_000, 10_000.0));
    let plane = Plane::at(112.4, 34.6).unwrap();
    let tiles = TileLayer::new("roads", &layer, &plane, &essential()).unwrap();
    let id = tile_at(110.35, 34.64, 12);
    for format in [Format::Mvt, Format::GeoJson] {
        let tile = tiles.tile(id, format).unwrap();
        assert!(tile.gzip.len() <= MAX_BYTES && tile.dropped > 0 && tile.features > 100, "{}", tile.gzip.len());
    }
    let kept = decode_mvt(&plain(&tiles.tile(id, Format::Mvt).unwrap().gzip));
    let motorways = kept.values().filter(|feature| feature.tags["class"] == "\"motorway\"").count();
    let paths = kept.values().filter(|feature| feature.tags["class"] == "\"path\"").count();
    assert!(motorways > 0 && paths == 0, "{motorways} {paths}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Rough outlines with holes that touch, cross or leave them: what is drawn is valid in both formats.
    #[test]
    fn polygons_are_valid_after_rounding(seed in 0u64..10_000, vertices in 3usize..300, radius in 20.0..3_000.0f64, hole in 0.1..1.4f64) {
        let forest = Polygon::new(
            fireplan_testing::blob(5_000.0, 5_000.0, radius, vertices, seed),
            vec![fireplan_testing::blob(5_000.0, 5_000.0, radius * hole, vertices, seed + 1)],
        );
        let mut area = fireplan_testing::area();
        area.layers.forests[0].geometry = MultiPolygon(vec![forest]);
        let layer = Layer::new("forests", Drawing::Plain, &area.layers.forests[..1]);
        let plane = Plane::at(112.4, 34.6).unwrap();
        let tiles = TileLayer::new("forests", &layer, &plane, &[]).unwrap();
        for z in [9, 11, 12, 13, 14, 15, 16] {
            for id in around(110.3467, 34.6411, z) {
                check(&tiles, id);
            }
        }
    }
}

#[test]
fn real_outlines_are_valid_in_tiles() {
    const EXTRACT: &str = "../shared/data/liechtenstein/liechtenstein-2024.osm.pbf";
    if !std::path::Path::new(EXTRACT).exists() {
        return eprintln!("SKIPPED: {EXTRACT} is not here");
    }
    let area = fireplan_read::open(EXTRACT.as_ref(), &fireplan_model::progress::Silent).unwrap();
    for layer in
        area.map_layers().into_iter().filter(|layer| ["forests", "built_up", "towns"].contains(&layer.id.as_str()))
    {
        let tiles = TileLayer::new(&layer.id, &layer, &area.plane, &essential()).unwrap();
        let seen: usize = (5..=16).flat_map(|z| around(9.53, 47.14, z)).map(|id| check(&tiles, id)).sum();
        assert!(seen > 10, "{}", layer.id);
    }
}
