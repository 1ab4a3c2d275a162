//! The arithmetic of scenarios against the same changes made by hand in the files of the demo county: edits of all kinds at random,
//! every analysis, its figures and its verdicts.

use std::path::Path;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::scenario::apply_scenario;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Check, Findings};
use fireplan_model::layers::{HydrantKind, RoadClass, StationKind, WaterKind};
use fireplan_model::plane::Plane;
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::{Edit, Scenario};
use geo::Coord;
use serde_json::{Map, Value, json};

/// Rounds in which edits of every kind are made.
const ROUNDS: u64 = 2;
/// What is asked of both, the quick ones first.
const ANALYSES: [&str; 8] =
    ["coverage", "access", "hydrants", "water", "firebreaks", "brigades", "siting", "programme"];
/// A tenth of a kilometre, in degrees of latitude.
const NEAR_DEG: f64 = 0.001;

/// The files of the demo county that edits change, and the edits made so far.
struct ByHand {
    roads: Value,
    road_areas: Value,
    obstacles: Value,
    stations: Value,
    water: Value,
    hydrants: String,
    edits: Vec<Edit>,
    state: u64,
}

fn features(file: &mut Value) -> &mut Vec<Value> {
    file["features"].as_array_mut().unwrap()
}

impl ByHand {
    fn new(seed: u64) -> Self {
        let text = |name: &str| std::fs::read_to_string(fireplan_testing::demo().join(name)).unwrap();
        let json = |name: &str| serde_json::from_str(&text(name)).unwrap();
        let mut by_hand = Self {
            roads: json("roads.geojson"),
            road_areas: json("road_areas.geojson"),
            obstacles: json!({ "type": "FeatureCollection", "features": [] }),
            stations: json("stations.geojson"),
            water: json("water_sources.geojson"),
            hydrants: text("hydrants.csv"),
            edits: Vec::new(),
            state: seed,
        };
        by_hand.put_in_the_way();
        by_hand
    }

    /// The demo has nothing for some kinds of edits: closes a road, leaves one a track, and puts a block in the way of a third.
    fn put_in_the_way(&mut self) {
        let [closed, track, blocked] = [0; 3].map(|_| self.lane());
        features(&mut self.roads)[closed]["properties"]["access"] = json!("禁行");
        features(&mut self.roads)[track]["properties"]["等级"] = json!("机耕路");
        let at = self.middle(blocked);
        features(&mut self.obstacles).push(json!({
            "type": "Feature",
            "properties": { "source_id": "石墩1", "kind": "石墩", "clear_width_m": 1.5, "passage": "固定" },
            "geometry": { "type": "Point", "coordinates": at },
        }));
    }

    /// A lane of the demo as it was drawn.
    fn lane(&mut self) -> usize {
        loop {
            let (at, _) = self.road();
            let facts = &self.roads["features"][at]["properties"];
            let is_plain = facts["等级"] == "村道" && facts["access"].is_null() && facts["桥"].is_null();
            if is_plain {
                return at;
            }
        }
    }

    /// The first road of which a fact is this and that no edit was about.
    fn lane_where(&self, fact: &str, value: &str) -> (usize, String) {
        let roads = self.roads["features"].as_array().unwrap();
        let is_new = |road: &Value| {
            let id = road["properties"]["编号"].as_str();
            !self.edits.iter().filter_map(Edit::reference).any(|(_, known)| Some(known) == id)
        };
        let at = roads.iter().position(|road| road["properties"][fact] == value && is_new(road)).unwrap();
        (at, roads[at]["properties"]["编号"].as_str().unwrap().to_owned())
    }

    /// Half-way between the first two places of a road.
    fn middle(&self, road: usize) -> [f64; 2] {
        let line = &self.roads["features"][road]["geometry"]["coordinates"];
        [0, 1].map(|part| (line[0][part].as_f64().unwrap() + line[1][part].as_f64().unwrap()) / 2.0)
    }

    fn random(&mut self, below: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % below
    }

    /// A road for vehicles that no edit was about.
    fn road(&mut self) -> (usize, String) {
        loop {
            let count = self.roads["features"].as_array().unwrap().len();
            let at = self.random(count);
            let facts = &self.roads["features"][at]["properties"];
            let Some(id) = facts["编号"].as_str().map(str::to_owned) else { continue };
            let is_known = self.edits.iter().filter_map(Edit::reference).any(|(_, road)| road == id);
            if !is_known && !["高速公路", "小路"].contains(&facts["等级"].as_str().unwrap()) {
                return (at, id);
            }
        }
    }

    fn state_fact(&mut self, fact: &str, value: impl Into<Value>, edit: impl Fn(String) -> Edit) {
        let (at, id) = self.road();
        features(&mut self.roads)[at]["properties"][fact] = value.into();
        self.edits.push(edit(id));
    }

    /// A place some metres beside a station, where none stands.
    fn place(&mut self) -> [f64; 2] {
        let count = self.stations["features"].as_array().unwrap().len();
        let at = self.random(count);
        let near = self.stations["features"][at]["geometry"]["coordinates"].clone();
        let off = |part: usize| (part as f64 - 50.0) / 50.0 * 4.0 * NEAR_DEG + 2e-6;
        let (dx, dy) = (off(self.random(101)), off(self.random(101)));
        let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
        [round(near[0].as_f64().unwrap() + dx), round(near[1].as_f64().unwrap() + dy)]
    }

    fn work_on_roads(&mut self) {
        self.state_fact("access", "禁行", |road| Edit::CloseRoad { road });
        self.state_fact("路宽", 20.0, |road| Edit::WidenRoad { road, width_m: 20.0 });
        self.state_fact("限重", 60.0, |road| Edit::StrengthenRoad { road, load_t: 60.0 });
        self.state_fact("限高", 10.0, |road| Edit::RaiseRoad { road, clear_height_m: 10.0 });
        self.state_fact("slope_percent", 0.5, |road| Edit::RegradeRoad { road, slope_percent: 0.5 });
        let (at, road) = self.lane_where("access", "禁行");
        features(&mut self.roads)[at]["properties"]["access"] = json!("可通行");
        self.edits.push(Edit::OpenRoad { road });
        let (at, road) = self.lane_where("等级", "机耕路");
        let facts = &mut features(&mut self.roads)[at]["properties"];
        (facts["等级"], facts["路宽"], facts["路面"]) = (json!("村道"), json!(7.0), json!("铺装"));
        self.edits.push(Edit::BuildRoad { road, class: RoadClass::Residential, width_m: Some(7.0) });
        let facts = &mut features(&mut self.obstacles)[0]["properties"];
        (facts["passage"], facts["clear_width_m"]) = (json!("消防队可自行通过"), Value::Null);
        self.edits.push(Edit::RemoveObstacle { obstacle: "石墩1".to_owned() });
        self.add_turnaround();
        // From an end of a road to nowhere, from the middle of one to nowhere, and a bridge from one road to another.
        let end = |by_hand: &Self, at: usize| {
            let from = &by_hand.roads["features"][at]["geometry"]["coordinates"][0];
            [0, 1].map(|part| from[part].as_f64().unwrap())
        };
        let [(first, _), (last, _)] = [0; 2].map(|_| self.road());
        let middle = self.lane();
        let [from, to, beside] = [end(self, first), end(self, last), self.middle(middle)];
        let stub = |[x, y]: [f64; 2]| vec![[x, y], [x + 2.0 * NEAR_DEG, y + NEAR_DEG]];
        self.add_road("新路", stub(from), false);
        self.add_road("新支路", stub(beside), false);
        // In the files a junction is a place that both roads have.
        let line = features(&mut self.roads)[middle]["geometry"]["coordinates"].as_array_mut().unwrap();
        line.insert(1, json!(beside));
        self.add_road("新桥", vec![from, to], true);
    }

    fn add_turnaround(&mut self) {
        let (lane, side_m) = (self.lane(), 16.0);
        let at = self.middle(lane);
        let plane = Plane::at(at[0], at[1]).unwrap();
        let mut middle = [Coord::from(at)];
        plane.to_local(&mut middle).unwrap();
        let corner = |dx: f64, dy: f64| middle[0] + Coord { x: dx * side_m / 2.0, y: dy * side_m / 2.0 };
        let mut ring = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0), corner(-1.0, -1.0)];
        plane.to_lonlat(&mut ring).unwrap();
        let ring: Vec<[f64; 2]> = ring.iter().map(|corner| [corner.x, corner.y]).collect();
        features(&mut self.road_areas).push(json!({
            "type": "Feature",
            "properties": { "编号": "方案/回车场", "用途": "回车场" },
            "geometry": { "type": "Polygon", "coordinates": [ring] },
        }));
        self.edits.push(Edit::AddTurnaround { at, side_m });
    }

    fn add_road(&mut self, name: &str, line: Vec<[f64; 2]>, bridge: bool) {
        let deck = if bridge { json!("是") } else { Value::Null };
        features(&mut self.roads).push(json!({
            "type": "Feature",
            "properties":
                { "编号": format!("方案/{name}"), "名称": name, "等级": "村道", "路宽": 7.0, "路面": "铺装", "桥": deck },
            "geometry": { "type": "LineString", "coordinates": line },
        }));
        let class = RoadClass::Residential;
        self.edits.push(Edit::AddRoad { name: name.to_owned(), line, class, width_m: Some(7.0), load_t: None, bridge });
    }

    fn change_stations(&mut self) {
        let id = |station: &Value| station["properties"]["source_id"].as_str().unwrap().to_owned();
        let to = self.place();
        let moved = &mut features(&mut self.stations)[1];
        moved["geometry"]["coordinates"] = json!(to);
        let station = id(moved);
        self.edits.push(Edit::MoveStation { station, to });
        let upgraded = &mut features(&mut self.stations)[2];
        (upgraded["properties"]["turnout_min"], upgraded["properties"]["turnout_night_min"]) = (json!(0.5), json!(0.5));
        let station = id(upgraded);
        let upgrade = json!({ "edit": "upgrade_station", "station": station, "turnout_min": 0.5 });
        self.edits.push(serde_json::from_value(upgrade).unwrap());
        let closed = 3 + self.random(3);
        let station = id(&features(&mut self.stations).remove(closed));
        self.edits.push(Edit::CloseStation { station });
        let (name, at) = ("新站".to_owned(), self.place());
        let kind = StationKind::Small;
        features(&mut self.stations).push(json!({
            "type": "Feature",
            "properties": { "source_id": "方案/新站", "name": name, "kind": kind.label().zh },
            "geometry": { "type": "Point", "coordinates": at },
        }));
        self.edits.push(Edit::AddStation { name, at, kind, vehicle_class: None, turnout_min: None });
    }

    fn add_water(&mut self) {
        let lines: Vec<&str> = self.hydrants.lines().collect();
        let cells: Vec<f64> = lines[1].split(',').skip(1).take(2).map(|cell| cell.parse().unwrap()).collect();
        let at = [cells[0] + NEAR_DEG, cells[1] + NEAR_DEG / 2.0].map(|degrees| (degrees * 1e7).round() / 1e7);
        self.hydrants += &format!("新栓,{},{},地上式,完好,150,20,,\n", at[0], at[1]);
        self.edits.push(Edit::AddHydrant {
            name: "新栓".to_owned(),
            at,
            kind: HydrantKind::Pillar,
            diameter_mm: Some(150.0),
            flow_l_s: Some(20.0),
            pressure_mpa: None,
        });
        let (name, at, kind) = ("新池".to_owned(), self.place(), WaterKind::Pool);
        features(&mut self.water).push(json!({
            "type": "Feature",
            "properties": { "source_id": "方案/新池", "name": name, "kind": kind.label().zh, "volume_m3": 300.0, "perennial": true },
            "geometry": { "type": "Point", "coordinates": at },
        }));
        self.edits.push(Edit::AddWater { name, at, kind, volume_m3: Some(300.0) });
    }

    /// The county with the files as they are now.
    fn open(&self) -> StudyArea {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(fireplan_testing::demo()).unwrap().map(|entry| entry.unwrap()) {
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        let write = |name: &str, text: String| std::fs::write(Path::new(folder.path()).join(name), text).unwrap();
        let manifest = std::fs::read_to_string(folder.path().join("area.toml")).unwrap();
        write("area.toml", manifest + "\n[[obstacles]]\nsource = \"obstacles.geojson\"\n");
        write("roads.geojson", self.roads.to_string());
        write("road_areas.geojson", self.road_areas.to_string());
        write("obstacles.geojson", self.obstacles.to_string());
        write("stations.geojson", self.stations.to_string());
        write("water_sources.geojson", self.water.to_string());
        write("hydrants.csv", self.hydrants.clone());
        fireplan_read::open(folder.path(), &Silent).unwrap()
    }
}

fn ask(id: &str, area: &StudyArea) -> Findings {
    let request = Request::from_parts(id, Map::new()).unwrap();
    request.run(&Context { area, rules: &Rules::load(None).unwrap(), progress: &Silent }).unwrap()
}

#[test]
fn a_scenario_gives_what_the_files_changed_by_hand_give() {
    for round in 0..ROUNDS {
        let mut by_hand = ByHand::new(20_261_129 + round);
        let before = by_hand.open();
        by_hand.work_on_roads();
        by_hand.change_stations();
        by_hand.add_water();
        // Edits of different things come in any order.
        let mut edits = by_hand.edits.clone();
        if round > 0 {
            edits.reverse();
        }
        let scenario = Scenario { name: "随机".to_owned(), edits };
        let (changed, changed_by_hand) = (apply_scenario(&scenario, &before).unwrap(), by_hand.open());
        // Siting and the programme take most of the time: they are asked once.
        let asked = if round == 0 { &ANALYSES[..] } else { &ANALYSES[..4] };
        for id in asked {
            let (a, b) = (ask(id, &changed), ask(id, &changed_by_hand));
            let figures = |findings: &Findings| {
                findings
                    .figures
                    .iter()
                    .map(|figure| (figure.name.clone(), figure.value, figure.range))
                    .collect::<Vec<_>>()
            };
            assert_eq!(figures(&a), figures(&b), "round {round}, {id}: {:?}", by_hand.edits);
            let verdicts = |findings: &Findings| {
                // Where along a street a stretch ends hangs on how the street is cut in pieces.
                let subject = |check: &Check| check.subject.split(" K").next().unwrap().to_owned();
                let of = |check: &Check| (check.rule.clone(), subject(check), check.verdict.rank(), check.count);
                let mut all: Vec<_> = findings.checks.iter().map(of).collect();
                all.sort();
                all
            };
            assert_eq!(verdicts(&a), verdicts(&b), "round {round}, {id}: {:?}", by_hand.edits);
        }
    }
}
