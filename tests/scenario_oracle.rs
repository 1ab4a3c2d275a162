//! The arithmetic of scenarios against the same changes made by hand in the files of the demo county: edits of all kinds at random.

use std::path::Path;

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::scenario::apply_scenario;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::layers::{HydrantKind, StationKind, WaterKind};
use fireplan_model::progress::Silent;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::{Edit, Scenario};
use serde_json::{Map, Value, json};

/// Rounds in which edits of every kind are made.
const ROUNDS: u64 = 2;
/// A tenth of a kilometre, in degrees of latitude.
const NEAR_DEG: f64 = 0.001;

/// The files of the demo county that edits change, and the edits made so far.
struct ByHand {
    roads: Value,
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
        Self {
            roads: json("roads.geojson"),
            stations: json("stations.geojson"),
            water: json("water_sources.geojson"),
            hydrants: text("hydrants.csv"),
            edits: Vec::new(),
            state: seed,
        }
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
        // From an end of a road to nowhere.
        let (at, _) = self.road();
        let from = self.roads["features"][at]["geometry"]["coordinates"][0].clone();
        let [x, y] = [0, 1].map(|part| from[part].as_f64().unwrap());
        let line = vec![[x, y], [x + 2.0 * NEAR_DEG, y + NEAR_DEG]];
        let name = "新路".to_owned();
        features(&mut self.roads).push(json!({
            "type": "Feature",
            "properties": { "编号": "方案/新路", "名称": name, "等级": "村道", "路宽": 7.0, "路面": "铺装" },
            "geometry": { "type": "LineString", "coordinates": line },
        }));
        let class = fireplan_model::layers::RoadClass::Residential;
        self.edits.push(Edit::AddRoad { name, line, class, width_m: Some(7.0), load_t: None, bridge: false });
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
        write("roads.geojson", self.roads.to_string());
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
    let demo = fireplan_read::open(&fireplan_testing::demo(), &Silent).unwrap();
    for round in 0..ROUNDS {
        let mut by_hand = ByHand::new(20_261_129 + round);
        by_hand.work_on_roads();
        by_hand.change_stations();
        by_hand.add_water();
        let scenario = Scenario { name: "随机".to_owned(), edits: by_hand.edits.clone() };
        let (changed, changed_by_hand) = (apply_scenario(&scenario, &demo).unwrap(), by_hand.open());
        assert_eq!(changed.network.segments.len(), changed_by_hand.network.segments.len(), "round {round}");
        for id in ["coverage", "hydrants", "water"] {
            let (a, b) = (ask(id, &changed), ask(id, &changed_by_hand));
            let figures = |findings: &Findings| {
                findings
                    .figures
                    .iter()
                    .map(|figure| (figure.name.clone(), figure.value, figure.range))
                    .collect::<Vec<_>>()
            };
            assert_eq!(figures(&a), figures(&b), "round {round}, {id}: {:?}", by_hand.edits);
        }
    }
}
