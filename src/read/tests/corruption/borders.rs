//! Things of the neighbours in the tables of a county, and borders drawn as hands draw them: they change no count.

use std::fmt::Write;

use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::progress::Silent;
use geo::Area;

use super::{AREAS, Dice, ROWS, Tally, told};

/// A county of one road and villages in a square of 0.1 degrees.
struct County {
    west: f64,
    south: f64,
    villages: Vec<(String, f64, f64, u32)>,
    /// The corners of the boundary, the first again at the end.
    boundary: Vec<(f64, f64)>,
}

impl County {
    fn draw(dice: &mut Dice) -> Self {
        let (west, south) = (dice.between(98.0, 121.0), dice.between(23.0, 42.0));
        let village = |number: usize, dice: &mut Dice| {
            let place = (west + dice.between(0.005, 0.095), south + dice.between(0.005, 0.095));
            (format!("村{number:03}"), place.0, place.1, 100 + dice.next() as u32 % 900)
        };
        let villages = (0..ROWS).map(|number| village(number, dice)).collect();
        let (east, north) = (west + 0.1, south + 0.1);
        let boundary = vec![(west, south), (east, south), (east, north), (west, north), (west, south)];
        Self { west, south, villages, boundary }
    }

    fn open(&self) -> StudyArea {
        let mut villages = "名称,经度,纬度,常住人口\n".to_owned();
        for (name, x, y, people) in &self.villages {
            writeln!(villages, "{name},{x:.7},{y:.7},{people}").unwrap();
        }
        let corners: Vec<String> = self.boundary.iter().map(|(x, y)| format!("[{x},{y}]")).collect();
        let boundary = format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            corners.join(",")
        );
        let y = self.south + 0.05;
        let roads = format!(
            r#"{{"type":"Feature","properties":{{"class":"tertiary"}},
            "geometry":{{"type":"LineString","coordinates":[[{},{y}],[{},{y}]]}}}}"#,
            self.west - 0.1,
            self.west + 0.2
        );
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "area.toml",
            "name = '测试县'\n[boundary]\nsource = 'b.geojson'\n[roads]\nsource = 'r.geojson'\n[villages]\nsource = 'v.csv'\n\
             x = '经度'\ny = '纬度'\ncrs = 'EPSG:4490'\nfields = { name = '名称', population_people = '常住人口' }\n",
        );
        write("b.geojson", &boundary);
        write("r.geojson", &roads);
        write("v.csv", &villages);
        fireplan_read::open(folder.path(), &Silent).unwrap_or_else(|error| panic!("{error:#}"))
    }
}

#[test]
fn villages_of_the_neighbours_are_not_counted_and_told() {
    let mut tally = Tally::default();
    for seed in 0..AREAS {
        let mut dice = Dice(seed);
        let mut county = County::draw(&mut dice);
        let (west, south) = (county.west, county.south);
        let mut moved = Vec::new();
        for (name, x, y, _) in &mut county.villages {
            if dice.hits(0.2) {
                // Up to 6 km beyond each of the four sides, from 100 m on.
                let beyond = dice.between(0.001, 0.06);
                match dice.next() % 4 {
                    0 => *x = west - beyond,
                    1 => *x = west + 0.1 + beyond,
                    2 => *y = south - beyond,
                    _ => *y = south + 0.1 + beyond,
                }
                moved.push(name.clone());
            }
        }
        let area = county.open();
        for name in &moved {
            tally.add(area.layers.villages.iter().all(|village| &village.name != name));
        }
        assert_eq!(area.layers.villages.len() + moved.len(), ROWS, "villages of the county stay");
        let outside = area.notes.iter().filter(|note| note.text.zh.contains("界线外"));
        let outside =
            outside.filter(|note| note.layer == Some(LayerId::Villages)).map(|note| note.count).sum::<usize>();
        assert_eq!(outside, moved.len(), "{:#?}", area.notes);
    }
    tally.assert_found("neighbours");
}

#[test]
fn a_boundary_drawn_by_hand_bounds_the_same() {
    let mut tally = Tally::default();
    for seed in 0..AREAS {
        let mut dice = Dice(seed);
        let clean = County::draw(&mut dice);
        let right = clean.open();
        let right_m2 = right.boundary.unsigned_area();
        let names =
            |area: &StudyArea| area.layers.villages.iter().map(|village| village.name.clone()).collect::<Vec<_>>();
        assert_eq!(told(&right, &[LayerId::Boundary]), 0);
        for fault in 0..5 {
            let mut county = County { villages: clean.villages.clone(), boundary: clean.boundary.clone(), ..clean };
            let last = county.boundary.len() - 1;
            match fault {
                // Turning the other way.
                0 => county.boundary.reverse(),
                // A corner twice, as when somebody clicks twice.
                1 => county.boundary.insert(1, county.boundary[0]),
                // Begun at another corner.
                2 => {
                    county.boundary.truncate(last);
                    county.boundary.rotate_left(2);
                    county.boundary.push(county.boundary[0]);
                }
                // A spike of no width out to the north-east and back.
                3 => {
                    let (x, y) = county.boundary[2];
                    county.boundary.splice(2..3, [(x, y), (x + 0.05, y + 0.05), (x, y)]);
                }
                // A point more on a side: a line between two longitudes bends by a metre on the plane.
                _ => county.boundary.insert(1, ((county.boundary[0].0 + county.boundary[1].0) / 2.0, clean.south)),
            }
            let area = county.open();
            let area_m2 = area.boundary.unsigned_area();
            let is_same = names(&area) == names(&right) && (area_m2 / right_m2 - 1.0).abs() < 1e-4;
            if !is_same {
                eprintln!("fault {fault}: {area_m2} for {right_m2} m², {:#?}", area.notes);
            }
            tally.add(is_same);
        }
    }
    tally.assert_found("borders");
}
