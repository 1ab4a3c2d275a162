//! The county's layers as files, as a county would hand them in: mostly GeoJSON, some tables, not all in one language.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use geo::{Area, Geometry, Polygon};
use serde_json::{Value, json};

use super::building::Settlement;
use super::county::BORDER_TOLERANCE_M;
use super::county::County;
use super::facilities::{Facilities, Spot};
use super::grid::{HEIGHT_M, Point, WIDTH_M};
use super::people::People;
use super::planted::{Planted, is_uncounted, road_id};
use super::regions::{outline, polygons};
use super::town_facts;
use super::write::{Feature, RasterFrame, Writer, line, number, point};

pub(super) const COUNTY_NAME: &str = "青岚县（虚构示例）";

impl County {
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let writer = Writer::new(folder)?;
        let facilities = self.facilities();
        let people = self.people();
        writer.text("area.toml", include_str!("area.toml"))?;
        writer.text("package.toml", include_str!("package.toml"))?;
        self.write_boundary(&writer)?;
        self.write_towns(&writer, &people)?;
        self.write_villages(&writer)?;
        self.write_built_up(&writer)?;
        self.write_buildings(&writer)?;
        self.write_roads(&writer)?;
        self.write_road_areas(&writer)?;
        self.write_water(&writer, &facilities)?;
        self.write_forests(&writer)?;
        self.write_barriers(&writer)?;
        write_stations(&writer, &facilities)?;
        write_hydrants(&writer, &facilities)?;
        write_sites(&writer, &facilities)?;
        write_projects(&writer, &facilities)?;
        write_key_units(&writer, &facilities)?;
        write_spots(&writer, "hazards.geojson", "HZ", &facilities.hazards)?;
        write_spots(&writer, "crowded_places.geojson", "CP", &facilities.crowded)?;
        self.write_elevation(&writer)?;
        write_population(&writer, &people)?;
        self.write_planted(&writer, &facilities, &people)
    }

    fn write_boundary(&self, writer: &Writer) -> Result<()> {
        let boundary = outline(&self.town_labels, BORDER_TOLERANCE_M);
        writer.features("boundary.geojson", vec![Feature::new(boundary, vec![("name", json!(COUNTY_NAME))])], 6)
    }

    fn write_towns(&self, writer: &Writer, people: &People) -> Result<()> {
        let shapes = polygons(&self.town_labels, BORDER_TOLERANCE_M);
        let features = self.towns.iter().enumerate().filter_map(|(number, town)| {
            let shape = shapes.get(&(number as u16 + 1))?.clone();
            let properties = vec![("code", json!(town.code)), ("name", json!(town.name)), ("kind", json!(town.kind()))];
            Some(Feature::new(shape, properties))
        });
        writer.features("towns.geojson", features.collect(), 6)?;
        writer.text("town_facts.csv", &town_facts::table(self, people))
    }

    pub(super) fn built_up_m2(&self, town: usize) -> f64 {
        let plan = if town < 3 { 0 } else { town - 2 };
        let whole: f64 = self
            .built_up
            .iter()
            .filter(|area| area.settlement == Settlement::Plan(plan))
            .map(|area| area.shape.unsigned_area())
            .sum();
        // The seat's area is shared by its sub-districts.
        if town < 3 { whole * [0.45, 0.35, 0.2][town] } else { whole }
    }

    fn write_villages(&self, writer: &Writer) -> Result<()> {
        let features = self.villages.iter().enumerate().map(|(number_of, village)| {
            let counted = !is_uncounted(number_of);
            let people = if counted { json!(village.people) } else { Value::Null };
            let households = if counted { json!((f64::from(village.people) / 3.1) as u32) } else { Value::Null };
            let properties = vec![
                ("code", json!(village.code)),
                ("name", json!(village.name)),
                ("kind", json!(if village.people > 600 { "行政村" } else { "自然村" })),
                ("population_people", people),
                ("households", households),
            ];
            Feature::new(point(village.centre), properties)
        });
        writer.features("villages.geojson", features.collect(), 6)
    }

    fn write_built_up(&self, writer: &Writer) -> Result<()> {
        let mut features = Vec::new();
        for (index, area) in self.built_up.iter().enumerate() {
            let (name, kind) = match area.settlement {
                Settlement::Plan(0) => ("青岚县城区".to_owned(), "城区"),
                Settlement::Plan(plan) => {
                    (format!("{}镇区", self.towns[plan + 2].name.trim_end_matches(['镇', '乡'])), "镇区")
                }
                Settlement::Village(village) => (self.villages[village].name.clone(), "村庄"),
            };
            let properties =
                vec![("source_id", json!(format!("BU{:04}", index + 1))), ("name", json!(name)), ("kind", json!(kind))];
            features.push(Feature::new(area.shape.clone(), properties));
        }
        writer.features("built_up.geojson", features, 6)
    }

    fn write_buildings(&self, writer: &Writer) -> Result<()> {
        let features = self.buildings.iter().enumerate().map(|(index, building)| {
            let name = if building.name.is_empty() { Value::Null } else { json!(building.name) };
            let storeys = if index % 23 == 11 { Value::Null } else { json!(building.storeys) };
            let properties = vec![
                ("source_id", json!(format!("B{:05}", index + 1))),
                ("name", name),
                ("kind", json!(building.kind)),
                ("storeys", storeys),
            ];
            Feature::new(ring(&building.corners()), properties)
        });
        writer.features("buildings.geojson", features.collect(), 6)
    }

    fn write_roads(&self, writer: &Writer) -> Result<()> {
        let unless = |usual: bool, value: Value| if usual { Value::Null } else { value };
        let features = self.roads.iter().enumerate().map(|(index, road)| {
            let properties = vec![
                ("编号", json!(road_id(index))),
                ("名称", json!(road.name)),
                ("等级", json!(road.class)),
                ("路宽", number(road.width_m)),
                ("限高", number(road.clear_height_m)),
                ("限重", number(road.load_t)),
                ("路面", unless(road.surface == "铺装", json!(road.surface))),
                ("通行方向", unless(road.oneway == "双向", json!(road.oneway))),
                ("通行权", unless(!road.closed, json!("禁行"))),
                ("桥", unless(!road.bridge, json!("是"))),
                ("隧道", unless(!road.tunnel, json!("是"))),
                ("层", unless(road.level == 0, json!(road.level))),
            ];
            Feature::new(line(&road.line), properties)
        });
        writer.features("roads.geojson", features.collect(), 7)
    }

    fn write_road_areas(&self, writer: &Writer) -> Result<()> {
        let features = self.road_areas.iter().enumerate().map(|(index, area)| {
            let properties = vec![
                ("编号", json!(format!("DM{:03}", index + 1))),
                ("名称", json!(area.name)),
                ("用途", json!(area.kind)),
            ];
            Feature::new(ring(&area.corners), properties)
        });
        writer.features("road_areas.geojson", features.collect(), 7)
    }

    fn write_water(&self, writer: &Writer, facilities: &Facilities) -> Result<()> {
        let mut features = vec![
            Feature::new(
                self.water.river_area.clone(),
                vec![("name", json!("青岚河")), ("kind", json!("河流")), ("perennial", json!(true))],
            ),
            Feature::new(
                self.water.reservoir.clone(),
                vec![("name", json!("青岚水库")), ("kind", json!("水库")), ("perennial", json!(true))],
            ),
        ];
        for stream in &self.water.streams {
            let width = number(Some((stream.width_m * 10.0).round() / 10.0));
            let properties = vec![
                ("name", json!(stream.name)),
                ("kind", json!("溪沟")),
                ("width_m", width),
                ("perennial", json!(stream.perennial)),
            ];
            features.push(Feature::new(line(&stream.line), properties));
        }
        for pond in &self.water.ponds {
            features.push(Feature::new(pond.clone(), vec![("name", json!("")), ("kind", json!("池塘"))]));
        }
        for spot in &facilities.water_points {
            let properties =
                vec![("name", json!(spot.name)), ("kind", json!(spot.kind)), ("volume_m3", number(spot.volume_m3))];
            features.push(Feature::new(point(spot.place), properties));
        }
        for (index, feature) in features.iter_mut().enumerate() {
            feature.properties.insert(0, ("source_id", json!(format!("W{:03}", index + 1))));
        }
        writer.features("water_sources.geojson", features, 6)
    }

    fn write_forests(&self, writer: &Writer) -> Result<()> {
        let features = self.stands.iter().enumerate().map(|(index, stand)| {
            let properties = vec![
                ("source_id", json!(format!("F{:03}", index + 1))),
                ("name", json!(stand.name)),
                ("kind", json!(stand.kind)),
                ("owner", json!(stand.owner)),
                ("protected", json!(stand.protected)),
            ];
            Feature::new(stand.shape.clone(), properties)
        });
        writer.features("forests.geojson", features.collect(), 6)
    }

    fn write_barriers(&self, writer: &Writer) -> Result<()> {
        let mut features = vec![
            Feature::new(
                line(&self.corridors.railway),
                vec![("name", json!("青云铁路")), ("kind", json!("铁路")), ("width_m", json!(12.0))],
            ),
            Feature::new(
                line(&self.water.dam),
                vec![("name", json!("青岚水库大坝")), ("kind", json!("围墙")), ("width_m", json!(8.0))],
            ),
        ];
        for fire_line in &self.fire_lines {
            let properties = vec![
                ("name", json!(fire_line.name)),
                ("kind", json!(fire_line.kind)),
                ("width_m", json!(fire_line.width_m)),
            ];
            features.push(Feature::new(line(&fire_line.line), properties));
        }
        for (index, feature) in features.iter_mut().enumerate() {
            feature.properties.insert(0, ("source_id", json!(format!("BR{:03}", index + 1))));
        }
        writer.features("barriers.geojson", features, 6)
    }

    fn write_elevation(&self, writer: &Writer) -> Result<()> {
        let high = Point { x: WIDTH_M - 300.0, y: HEIGHT_M - 300.0 };
        let cell = 3.0 / 3600.0;
        let frame = RasterFrame::covering(writer, Point { x: 300.0, y: 300.0 }, high, cell, cell)?;
        let places = writer.local(frame.centres())?;
        let values = places.into_iter().map(|place| ((self.terrain.height.sample(place) * 10.0).round() / 10.0) as f32);
        writer.raster("dem.tif", &frame, values.collect(), -9999.0)
    }

    fn write_planted(&self, writer: &Writer, facilities: &Facilities, people: &People) -> Result<()> {
        let mut rows = Vec::new();
        for planted in &facilities.planted {
            let lonlat = writer.lonlat(planted.place)?;
            let degrees = |value: f64| (value * 1e6).round() / 1e6;
            rows.push(json!({
                "kind": planted.kind,
                "about": planted.about,
                "lon": degrees(lonlat.x),
                "lat": degrees(lonlat.y),
                "features": planted.features,
                "measure": planted.measure,
            }));
        }
        let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
        writer.text("planted.json", &format!("[\n{}\n]\n", lines.join(",\n")))?;
        writer.text("README.md", &self.readme(&facilities.planted, &rows, people))
    }

    fn readme(&self, planted: &[Planted], rows: &[Value], people: &People) -> String {
        let mut text = include_str!("readme.md").to_owned();
        let total: u32 = people.total.iter().sum();
        let _ = writeln!(
            text,
            "\n规模：{} 个乡镇街道、{} 个村庄、{total} 人、{} 条道路、{} 栋建筑。\n",
            self.towns.len(),
            self.villages.len(),
            self.roads.len(),
            self.buildings.len()
        );
        let mut by_kind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, one) in planted.iter().enumerate() {
            by_kind.entry(one.kind).or_default().push(index);
        }
        text.push_str("| 情形 | 数量 | 例 | 位置 | 编号 |\n|---|---|---|---|---|\n");
        for (kind, indexes) in by_kind {
            let first = &rows[indexes[0]];
            let ids = planted[indexes[0]].features.join(" ");
            let _ = writeln!(
                text,
                "| `{kind}` | {} | {} | {}, {} | {ids} |",
                indexes.len(),
                planted[indexes[0]].about,
                first["lon"],
                first["lat"]
            );
        }
        text
    }
}

fn ring(corners: &[Point]) -> Polygon {
    let mut ring = corners.to_vec();
    ring.push(corners[0]);
    Polygon::new(geo::LineString(ring), vec![])
}

fn write_stations(writer: &Writer, facilities: &Facilities) -> Result<()> {
    let features = facilities.stations.iter().enumerate().map(|(index, station)| {
        let properties = vec![
            ("source_id", json!(format!("S{:02}", index + 1))),
            ("name", json!(station.name)),
            ("kind", json!(station.kind)),
            ("vehicle_class", json!(station.vehicle_class)),
            ("vehicles", json!(station.vehicles)),
            ("crew_people", json!(station.crew)),
            ("full_time_people", json!(station.full_time)),
            ("land_m2", json!(station.land_m2)),
            ("turnout_min", json!(station.turnout_min)),
            ("turnout_night_min", json!(station.turnout_night_min)),
            ("staffed_day", json!(station.staffed_day)),
            ("staffed_night", json!(station.staffed_night)),
        ];
        Feature::new(point(station.place), properties)
    });
    writer.features("stations.geojson", features.collect(), 6)
}

/// As a brigade keeps its hydrants: a table with coordinates and Chinese headings.
fn write_hydrants(writer: &Writer, facilities: &Facilities) -> Result<()> {
    let mut text = "编号,经度,纬度,形式,状态,管径mm,流量L/s,静压MPa,所在道路\n".to_owned();
    let cell = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    for hydrant in &facilities.hydrants {
        let place = writer.lonlat(hydrant.place)?;
        writeln!(
            text,
            "{},{:.7},{:.7},{},{},{},{},{},{}",
            hydrant.number,
            place.x,
            place.y,
            hydrant.kind,
            hydrant.state,
            cell(hydrant.diameter_mm.map(f64::from)),
            cell(hydrant.flow_l_s),
            cell(hydrant.pressure_mpa),
            hydrant.street
        )?;
    }
    writer.text("hydrants.csv", &text)
}

fn write_sites(writer: &Writer, facilities: &Facilities) -> Result<()> {
    let features = facilities.sites.iter().enumerate().map(|(index, site)| {
        let properties = vec![
            ("source_id", json!(format!("C{:02}", index + 1))),
            ("name", json!(site.name)),
            ("area_m2", number(site.area_m2)),
            ("setback_m", number(site.setback_m)),
            ("land_use", json!(site.land_use)),
        ];
        Feature::new(point(site.place), properties)
    });
    writer.features("candidates.geojson", features.collect(), 6)
}

/// The plan of the county: a station a year at the first sites, one built, one late, one given up.
fn write_projects(writer: &Writer, facilities: &Facilities) -> Result<()> {
    const PROJECTS: [(u32, &str, Option<u32>); 5] = [
        (2023, "已建成", Some(2024)),
        (2024, "在建", None),
        (2025, "未开工", None),
        (2025, "已取消", None),
        (2027, "未开工", None),
    ];
    let features = facilities.sites.iter().zip(PROJECTS).enumerate().map(|(index, (site, (year, state, built)))| {
        let mut properties = vec![
            ("source_id", json!(format!("XM{:02}", index + 1))),
            ("name", json!(format!("规划消防站{}", index + 1))),
            ("kind", json!("消防站")),
            ("station_kind", json!("小型普通消防站")),
            ("plan_year", json!(year)),
            ("state", json!(state)),
            ("cost_wan_yuan", json!(1200)),
            ("lead", json!("县消防救援大队")),
        ];
        properties.extend(built.map(|year| ("built_year", json!(year))));
        Feature::new(point(site.place), properties)
    });
    writer.features("projects.geojson", features.collect(), 6)
}

/// Key units: some hazards and crowded places, with a micro station, without one, and one of which nobody says.
fn write_key_units(writer: &Writer, facilities: &Facilities) -> Result<()> {
    let spots = facilities.hazards.iter().take(3).chain(facilities.crowded.iter().take(3));
    let features = spots.enumerate().map(|(index, spot)| {
        let mut properties = vec![
            ("source_id", json!(format!("ZD{:02}", index + 1))),
            ("name", json!(spot.name)),
            ("kind", json!(spot.kind)),
        ];
        properties.extend([Some("有"), Some("无"), None][index % 3].map(|there| ("micro_station", json!(there))));
        Feature::new(point(spot.place), properties)
    });
    writer.features("key_units.geojson", features.collect(), 6)
}

fn write_spots(writer: &Writer, file: &str, prefix: &str, spots: &[Spot]) -> Result<()> {
    let features = spots.iter().enumerate().map(|(index, spot)| {
        let h = spot.half_m;
        let plot = [(-h, -h), (h, -h), (h, h), (-h, h)].map(|(x, y)| spot.place + Point { x, y });
        let geometry: Geometry = if h > 0.0 { ring(&plot).into() } else { point(spot.place) };
        let properties = vec![
            ("source_id", json!(format!("{prefix}{:03}", index + 1))),
            ("name", json!(spot.name)),
            ("kind", json!(spot.kind)),
        ];
        Feature::new(geometry, properties)
    });
    writer.features(file, features.collect(), 6)
}

/// People per cell of about 200 m.
fn write_population(writer: &Writer, people: &People) -> Result<()> {
    let high = Point { x: WIDTH_M - 300.0, y: HEIGHT_M - 300.0 };
    let frame = RasterFrame::covering(writer, Point { x: 300.0, y: 300.0 }, high, 0.0023, 0.0018)?;
    let mut cells = vec![0f32; frame.columns * frame.rows];
    for &(place, count) in &people.at {
        if let Some(cell) = frame.index_at(writer.lonlat(place)?) {
            cells[cell] += count as f32;
        }
    }
    writer.raster("population.tif", &frame, cells, -1.0)
}
