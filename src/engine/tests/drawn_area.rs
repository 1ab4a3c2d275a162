//! A small area with one of each thing that the entries of the rules are about, most of them a little beside the bound.

use geo::{LineString, Point};

use fireplan_model::area::StudyArea;
use fireplan_model::grid::Grid;
use fireplan_model::layers::*;
use fireplan_model::rows::Row;
use fireplan_model::sketch::{AreaBuilder, rectangle, road, station, village};

/// The name of its one town.
const TOWN: &str = "甲镇";

/// All of it, on ground that rises to the north.
pub(super) fn draw_area() -> StudyArea {
    let (columns, rows) = (340, 200);
    let height = |cell: usize| 100.0 + ((rows - cell / columns) as f32) * 1.5;
    let values = (0..columns * rows).map(height).collect();
    let elevation = Grid { origin: geo::Coord { x: -3_500.0, y: 3_500.0 }, cell_m: 30.0, columns, rows, values };
    let all = [streets(), villages(), town(), forest(), forest_facilities(), water()];
    let drawn = all.into_iter().fold(StudyArea::builder(), AreaBuilder::layers);
    drawn.boundary(rectangle((-3_300.0, -1_900.0), (6_700.0, 2_900.0))).elevation(elevation).build()
}

fn stretch(name: &str, points: &[(f64, f64)], width_m: f64) -> Road {
    Road {
        name: name.to_owned(),
        source_id: name.to_owned(),
        width_m: Some(width_m),
        surface: Some(Surface::Paved),
        ..road(points)
    }
}

fn house(west: f64, south: f64) -> Building {
    let geometry = rectangle((west, south), (west + 10.0, south + 10.0));
    Building { kind: "住宅".to_owned(), source_id: format!("{west} {south}"), ..Building::blank(geometry).unwrap() }
}

fn hydrant(name: &str, x: f64, kind: HydrantKind) -> Hydrant {
    Hydrant {
        name: name.to_owned(),
        kind,
        state: HydrantState::Working,
        diameter_mm: Some(120.0),
        flow_l_s: Some(18.0),
        pressure_mpa: Some(0.15),
        ..Hydrant::blank(Point::new(x, 4.5)).unwrap()
    }
}

/// A street with a bridge and a tunnel in a city, stations of three kinds, a lane under a low gate.
fn streets() -> Layers {
    let bridge = |road: Road| Road { bridge: true, ..road };
    let tunnel = |road: Road| Road { tunnel: true, ..road };
    let roads = vec![
        stretch("大街", &[(-3_000.0, 0.0), (600.0, 0.0)], 8.0),
        bridge(stretch("大街", &[(600.0, 0.0), (640.0, 0.0)], 8.0)),
        stretch("大街", &[(640.0, 0.0), (1_100.0, 0.0)], 8.0),
        tunnel(stretch("大街", &[(1_100.0, 0.0), (1_200.0, 0.0)], 8.0)),
        stretch("大街", &[(1_200.0, 0.0), (6_000.0, 0.0)], 8.0),
        Road {
            oneway: Oneway::Forward,
            ..stretch("单行街", &[(300.0, 0.0), (300.0, -300.0), (900.0, -300.0), (900.0, 0.0)], 4.2)
        },
        Road { clear_height_m: Some(4.2), ..stretch("城门巷", &[(200.0, 0.0), (200.0, -150.0)], 4.2) },
    ];
    let of =
        |name: &str, x: f64, kind: StationKind| Station { kind, turnout_min: None, ..station(name, (x, 0.0), 1.0) };
    let stations = vec![
        of("一站", 0.0, StationKind::FirstClass),
        of("二站", 2_000.0, StationKind::SecondClass),
        of("小站", 700.0, StationKind::Small),
        of("乡队", 5_000.0, StationKind::TownLevel2),
        of("志愿队", 4_000.0, StationKind::Volunteer),
    ];
    let hydrants = vec![
        hydrant("栓一", 100.0, HydrantKind::Pillar),
        hydrant("栓二", 235.0, HydrantKind::Pillar),
        hydrant("栓三", 545.0, HydrantKind::Pillar),
        hydrant("鹤一", 700.0, HydrantKind::Crane),
        hydrant("鹤二", 1_650.0, HydrantKind::Crane),
    ];
    let built_up = vec![BuiltUp {
        kind: BuiltUpKind::Urban,
        name: "城区".to_owned(),
        ..BuiltUp::blank(rectangle((-200.0, -400.0), (1_800.0, 200.0))).unwrap()
    }];
    let buildings = vec![house(206.0, -150.0), house(310.0, -290.0), house(880.0, -180.0), house(1_500.0, 150.0)];
    let road_areas = vec![RoadArea {
        kind: RoadAreaKind::Turnaround,
        ..RoadArea::blank(rectangle((194.0, -163.0), (207.0, -150.0))).unwrap()
    }];
    Layers { roads, stations, hydrants, built_up, buildings, road_areas, ..Layers::default() }
}

/// A village behind a lane under 4.2 m, with a turnaround of 13 m; one behind a path for small engines, one behind a low bridge, one
/// behind a height bar.
fn villages() -> Layers {
    let roads = vec![
        Road { clear_height_m: Some(4.2), ..stretch("村路", &[(4_000.0, 0.0), (4_000.0, 700.0)], 4.2) },
        stretch("小路", &[(3_000.0, 0.0), (3_000.0, 600.0)], 3.3),
        Road { clear_height_m: Some(3.0), ..stretch("低桥路", &[(3_500.0, 0.0), (3_500.0, 600.0)], 4.2) },
        stretch("限高路", &[(4_500.0, 0.0), (4_500.0, 600.0)], 4.2),
    ];
    let obstacles = vec![Obstacle {
        kind: ObstacleKind::HeightBar,
        passage: ObstaclePassage::Fixed,
        clear_height_m: Some(3.0),
        source_id: "杆".to_owned(),
        ..Obstacle::blank(Point::new(4_500.0, 300.0)).unwrap()
    }];
    let road_areas = vec![RoadArea {
        kind: RoadAreaKind::Turnaround,
        ..RoadArea::blank(rectangle((3_994.0, 700.0), (4_007.0, 713.0))).unwrap()
    }];
    let buildings = vec![
        house(4_010.0, 690.0),
        house(4_075.0, 500.0),
        house(3_010.0, 590.0),
        house(3_510.0, 590.0),
        house(4_510.0, 590.0),
    ];
    let villages = vec![
        village("甲村", (4_000.0, 690.0)),
        village("乙村", (3_000.0, 600.0)),
        village("丙村", (3_500.0, 600.0)),
        village("丁村", (4_500.0, 600.0)),
    ];
    let point = |name: &str, x: f64, y: f64| EquipmentPoint {
        name: name.to_owned(),
        ..EquipmentPoint::blank(Point::new(x, y)).unwrap()
    };
    let equipment_points = vec![
        point("甲村器材点", 4_005.0, 650.0),
        point("乙村器材点", 3_005.0, 560.0),
        point("丙村器材点", 3_505.0, 560.0),
        point("丁村器材点", 4_505.0, 560.0),
    ];
    Layers { roads, obstacles, road_areas, buildings, villages, equipment_points, ..Layers::default() }
}

/// The town with its facts, a hazard 55 m from a school, a candidate site, and the plan of a year.
fn town() -> Layers {
    let town = Town {
        name: TOWN.to_owned(),
        kind: TownKind::Town,
        status: "历史文化名镇".to_owned(),
        built_up_km2: Some(1.9),
        built_up_people: Some(19_000),
        total_people: Some(19_500),
        fire_committee: Some(true),
        ..Town::blank(rectangle((-3_300.0, -1_900.0), (6_500.0, 2_900.0))).unwrap()
    };
    let large = Town {
        name: "乙镇".to_owned(),
        kind: TownKind::Town,
        built_up_km2: Some(5.5),
        built_up_people: Some(30_000),
        total_people: Some(60_000),
        ..Town::blank(rectangle((6_500.0, -1_900.0), (6_700.0, 2_900.0))).unwrap()
    };
    let hazards = vec![Hazard { name: "加油站".to_owned(), ..Hazard::blank(Point::new(2_500.0, 300.0)).unwrap() }];
    let crowded_places =
        vec![CrowdedPlace { name: "小学".to_owned(), ..CrowdedPlace::blank(Point::new(2_555.0, 300.0)).unwrap() }];
    let candidate = |name: &str, x: f64, y: f64| Candidate {
        name: name.to_owned(),
        area_m2: Some(3_000.0),
        setback_m: Some(16.0),
        source_id: name.to_owned(),
        ..Candidate::blank(Point::new(x, y)).unwrap()
    };
    let project = |name: &str, state: ProjectState| Project {
        name: name.to_owned(),
        kind: ProjectKind::Hydrant,
        plan_year: Some(2024),
        built_year: (state == ProjectState::Built).then_some(2024),
        state,
        ..Project::blank(Point::new(400.0, 0.0)).unwrap()
    };
    Layers {
        towns: vec![town, large],
        hazards,
        crowded_places,
        candidates: vec![
            candidate("近源", 2_500.0, 80.0),
            candidate("近水", 3_500.0, -20.0),
            candidate("远", 4_500.0, 20.0),
        ],
        projects: vec![project("甲栓", ProjectState::Built), project("乙栓", ProjectState::Planned)],
        ..Layers::default()
    }
}

/// A forest before the city with a belt within its zone, two more, and the roads through them.
fn forest() -> Layers {
    let forests = vec![
        Forest { name: "北山".to_owned(), ..Forest::blank(rectangle((-200.0, 500.0), (1_800.0, 1_500.0))).unwrap() },
        Forest { name: "东山".to_owned(), ..Forest::blank(rectangle((2_800.0, 900.0), (5_000.0, 1_800.0))).unwrap() },
        Forest {
            name: "西山".to_owned(),
            ..Forest::blank(rectangle((-3_000.0, 1_000.0), (-1_500.0, 1_800.0))).unwrap()
        },
    ];
    let barrier = |name: &str, kind: BarrierKind, points: &[(f64, f64)], width_m: f64| Barrier {
        name: name.to_owned(),
        kind,
        width_m: Some(width_m),
        ..Barrier::blank(LineString::from(points.to_vec())).unwrap()
    };
    let barriers = vec![
        barrier("一号带", BarrierKind::FirebreakBelt, &[(-205.0, 650.0), (1_805.0, 650.0)], 22.0),
        barrier("二号带", BarrierKind::FirebreakBelt, &[(2_795.0, 990.0), (5_005.0, 990.0)], 22.0),
    ];
    let roads = vec![
        stretch("林道", &[(1_000.0, 0.0), (1_000.0, 1_600.0)], 6.5),
        Road { class: RoadClass::Track, ..stretch("机耕路", &[(2_700.0, 1_300.0), (5_100.0, 1_300.0)], 7.0) },
        Road { width_m: None, ..stretch("林间路", &[(4_200.0, 850.0), (4_200.0, 1_900.0)], 6.0) },
    ];
    let built_up = vec![BuiltUp {
        kind: BuiltUpKind::Town,
        name: "西片".to_owned(),
        ..BuiltUp::blank(rectangle((-2_800.0, 300.0), (-1_700.0, 600.0))).unwrap()
    }];
    Layers { forests, barriers, roads, built_up, ..Layers::default() }
}

/// What stands in the forest: pads of three grounds, pools with a pipe between them, a post, a tower.
fn forest_facilities() -> Layers {
    let pad = |name: &str, surface: PadSurface, (length_m, width_m): (f64, f64), x: f64| Helipad {
        name: name.to_owned(),
        surface,
        length_m: Some(length_m),
        width_m: Some(width_m),
        slope_percent: Some(1.9),
        clear_m: Some(32.0),
        state: FacilityState::Working,
        ..Helipad::blank(Point::new(x, 1_000.0)).unwrap()
    };
    let helipads = vec![
        pad("混凝土坪", PadSurface::Concrete, (42.0, 42.0), 200.0),
        pad("夯土坪", PadSurface::Earth, (52.0, 52.0), 400.0),
        pad("草坪", PadSurface::Grass, (84.0, 63.0), 600.0),
    ];
    let tank = |name: &str, x: f64, y: f64| WaterSource {
        name: name.to_owned(),
        kind: WaterKind::Tank,
        volume_m3: Some(30.0),
        ..WaterSource::blank(Point::new(x, y)).unwrap()
    };
    let water_sources = vec![tank("一池", 100.0, 1_200.0), tank("二池", 300.0, 1_200.0), tank("三池", 900.0, 1_400.0)];
    let fire_pipes = vec![FirePipe {
        name: "主管".to_owned(),
        state: FacilityState::Working,
        ..FirePipe::blank(LineString::from(vec![(100.0, 1_200.0), (300.0, 1_200.0)])).unwrap()
    }];
    let lookouts = vec![Lookout {
        name: "瞭望塔".to_owned(),
        kind: LookoutKind::Tower,
        height_m: Some(20.0),
        state: FacilityState::Working,
        ..Lookout::blank(Point::new(800.0, 1_100.0)).unwrap()
    }];
    let checkposts = vec![Checkpost {
        name: "一号站".to_owned(),
        kind: CheckpostKind::Standard,
        ..Checkpost::blank(Point::new(1_000.0, 10.0)).unwrap()
    }];
    Layers { helipads, water_sources, fire_pipes, lookouts, checkposts, ..Layers::default() }
}

/// A river by the old town, a lake behind a bank, a pool of each size.
fn water() -> Layers {
    let source = |name: &str, kind: WaterKind, geometry: geo::Geometry, volume_m3: Option<f64>| WaterSource {
        name: name.to_owned(),
        kind,
        volume_m3,
        perennial: Some(true),
        ..WaterSource::blank(geometry).unwrap()
    };
    let line = |points: &[(f64, f64)]| geo::Geometry::from(LineString::from(points.to_vec()));
    let water_sources = vec![
        source("河", WaterKind::River, line(&[(-3_000.0, -500.0), (6_000.0, -500.0)]), None),
        source("塘", WaterKind::Pond, rectangle((3_400.0, -90.0), (3_600.0, -60.0)).into(), Some(5_000.0)),
        source("湖", WaterKind::Lake, rectangle((-3_200.0, 900.0), (-1_300.0, 960.0)).into(), None),
        source("大池", WaterKind::Pool, Point::new(1_000.0, 6.0).into(), Some(550.0)),
        source("小池", WaterKind::Pool, Point::new(3_900.0, 6.0).into(), Some(110.0)),
        source("栓池", WaterKind::Pool, Point::new(4_500.0, 6.0).into(), Some(60.0)),
    ];
    Layers { water_sources, ..Layers::default() }
}
