use super::*;

use fireplan_model::layers::{Building, Station, Town, Village};
use fireplan_model::sketch::{rectangle, village};

fn merged(mut layers: Layers, footprints: &Footprints) -> (Layers, Vec<String>) {
    let mut notes = Notes::default();
    merge(&mut layers, footprints, &mut notes);
    (layers, notes.into_vec().into_iter().flat_map(|note| note.examples).collect())
}

fn town(name: &str, code: &str, west: f64, people: Option<u32>) -> Town {
    let blank = Town::blank(rectangle((west, 0.0), (west + 10.0, 10.0))).unwrap();
    Town { name: name.to_owned(), code: code.to_owned(), total_people: people, ..blank }
}

#[test]
fn an_enclave_is_a_part_of_its_town() {
    let towns = vec![
        town("甲镇", "140502101", 0.0, Some(30_000)),
        town("甲镇", "140502101000", 50.0, Some(30_000)),
        town("乙镇", "140502102", 20.0, Some(9_000)),
        town("丙镇", "140502102", 30.0, None),
    ];
    let (layers, told) = merged(Layers { towns, ..Layers::default() }, &Footprints::default());
    let sizes: Vec<(&str, usize)> = layers.towns.iter().map(|t| (&*t.name, t.geometry.0.len())).collect();
    assert_eq!(sizes, [("甲镇", 2), ("乙镇", 1), ("丙镇", 1)]);
    assert_eq!(layers.towns[0].total_people, Some(30_000));
    assert!(told.iter().any(|example| example.contains("丙镇")), "{told:?}");
}

#[test]
fn quantities_that_contradict_each_other_are_unknown() {
    let towns = vec![town("甲镇", "1", 0.0, Some(30_000)), town("甲镇", "1", 50.0, Some(2_000))];
    let (layers, told) = merged(Layers { towns, ..Layers::default() }, &Footprints::default());
    assert_eq!(layers.towns[0].total_people, None);
    assert!(told.iter().any(|example| example.contains("30000 / 2000")), "{told:?}");
}

#[test]
fn a_station_and_its_building_are_one_and_two_villages_of_one_name_are_two() {
    let station = |name: &str, id: &str, x: f64| {
        let blank = Station::blank(Point::new(x, 0.0)).unwrap();
        Station { name: name.to_owned(), source_id: id.to_owned(), ..blank }
    };
    let stations = vec![station("", "node/1", 70.0), station("一站", "way/2", 0.0), station("二站", "node/3", 60.0)];
    let far = |people: Option<u32>, x: f64| Village { population_people: people, ..village("李村", (x, 0.0)) };
    let villages = vec![far(Some(800), 0.0), far(None, 30.0), far(Some(200), 900.0)];
    let mut footprints = Footprints::default();
    footprints.add(LayerId::Stations, "way/2", rectangle((-80.0, -80.0), (80.0, 80.0)));
    let (layers, _) = merged(Layers { stations, villages, ..Layers::default() }, &footprints);
    assert_eq!(layers.stations.iter().map(|s| &*s.name).collect::<Vec<_>>(), ["一站", "二站"]);
    let people: Vec<Option<u32>> = layers.villages.iter().map(|v| v.population_people).collect();
    assert_eq!(people, [Some(800), Some(200)]);
}

#[test]
fn a_building_given_twice_is_there_once() {
    let mut turned = rectangle((0.0, 0.0), (10.0, 10.0));
    turned.0[0].exterior_mut(|ring| ring.0.reverse());
    let shapes = [rectangle((0.0, 0.0), (10.0, 10.0)), turned, rectangle((0.0, 0.0), (10.0, 11.0))];
    let buildings = shapes.into_iter().map(|shape| Building::blank(shape).unwrap()).collect();
    let (layers, _) = merged(Layers { buildings, ..Layers::default() }, &Footprints::default());
    assert_eq!(layers.buildings.len(), 2);
}
