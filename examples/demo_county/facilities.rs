//! What the fire service has and must look after: stations, hydrants, water points, sites, hazards, crowded places.

use super::building::{Builder, Settlement, place_public};
use super::county::County;
use super::grid::{Point, distance, distance_to_line};
use super::plan::Plan;
use super::planted::Planted;
use super::random::Random;
use super::road::{Road, along, length};

pub(super) struct Station {
    pub place: Point,
    pub name: String,
    pub kind: &'static str,
    pub vehicle_class: Option<&'static str>,
    pub vehicles: Option<u32>,
    pub crew: Option<u32>,
    pub full_time: Option<u32>,
    pub land_m2: Option<f64>,
    pub turnout_min: Option<f64>,
    pub turnout_night_min: Option<f64>,
    pub staffed_day: Option<bool>,
    pub staffed_night: Option<bool>,
}

impl Station {
    fn usual(place: Point, name: String, kind: &'static str) -> Self {
        Self {
            place,
            name,
            kind,
            vehicle_class: Some("普通消防车"),
            vehicles: Some(2),
            crew: Some(15),
            full_time: None,
            land_m2: None,
            turnout_min: Some(1.0),
            turnout_night_min: Some(1.0),
            staffed_day: Some(true),
            staffed_night: Some(true),
        }
    }
}

pub(super) struct Hydrant {
    pub number: String,
    pub place: Point,
    pub kind: &'static str,
    pub state: &'static str,
    pub diameter_mm: Option<u32>,
    pub flow_l_s: Option<f64>,
    pub pressure_mpa: Option<f64>,
    pub street: String,
}

pub(super) struct WaterPoint {
    pub place: Point,
    pub name: String,
    pub kind: &'static str,
    pub volume_m3: Option<f64>,
}

pub(super) struct Site {
    pub place: Point,
    pub name: String,
    pub area_m2: Option<f64>,
    pub setback_m: Option<f64>,
    pub land_use: &'static str,
}

pub(super) struct Spot {
    pub place: Point,
    pub name: String,
    pub kind: &'static str,
    /// Half side of the plot; 0 for a point.
    pub half_m: f64,
}

impl Spot {
    /// From its fence.
    fn distance(&self, place: Point) -> f64 {
        let off = |at: f64, middle: f64| ((at - middle).abs() - self.half_m).max(0.0);
        off(place.x, self.place.x).hypot(off(place.y, self.place.y))
    }
}

#[derive(Default)]
pub(super) struct Facilities {
    pub stations: Vec<Station>,
    pub hydrants: Vec<Hydrant>,
    pub water_points: Vec<WaterPoint>,
    pub sites: Vec<Site>,
    pub hazards: Vec<Spot>,
    pub crowded: Vec<Spot>,
    pub planted: Vec<Planted>,
}

/// Beside a road at a chainage; positive is right of it.
pub(super) fn beside(road: &Road, chainage: f64, off_m: f64) -> Point {
    let (place, direction) = along(&road.line, chainage);
    let reach = road.width_m.unwrap_or(6.0) / 2.0 + off_m.abs();
    place + Point { x: direction.y, y: -direction.x } * (reach * off_m.signum())
}

impl Facilities {
    pub(super) fn build(county: &County) -> Self {
        let mut out = Self::default();
        out.add_hazards(county);
        out.add_seat_stations(county);
        out.add_town_stations(county);
        out.add_crowded(county);
        out.add_hydrants(county);
        out.add_water_points(county);
        out.add_sites(county);
        out
    }

    fn add_seat_stations(&mut self, county: &County) {
        let seat = &county.plans[0];
        let main = main_street(seat, 0);
        let east_bank = |road: &&Road| county.town_labels.at(along(&road.line, road.length_m() / 2.0).0) == 3;
        let second = (0..40).map(|number| main_street(seat, number)).find(east_bank).unwrap_or(main);
        let place = beside(main, main.length_m() * 0.42, 22.0);
        let first = Station::usual(place, "城关消防救援站".to_owned(), "一级普通消防站");
        self.stations.push(Station { vehicles: Some(6), crew: Some(32), ..first });
        let place = beside(second, second.length_m() * 0.45, -18.0);
        self.stations.push(Station::usual(place, "河东小型消防站".to_owned(), "小型普通消防站"));
    }

    fn add_town_stations(&mut self, county: &County) {
        let brigade = |plan: usize, what: &str, kind| {
            let street = main_street(&county.plans[plan], 0);
            let place = beside(street, street.length_m() * 0.6, 12.0);
            Station::usual(place, format!("{}{what}", county.towns[plan + 2].name), kind)
        };
        let level_1 = brigade(1, "专职消防队", "一级乡镇专职消防队");
        let level_1 = Station { crew: Some(18), full_time: Some(12), land_m2: Some(1150.0), ..level_1 };
        self.stations.push(Station { turnout_night_min: Some(1.5), vehicles: Some(3), ..level_1 });
        let level_2 = brigade(2, "专职消防队", "二级乡镇专职消防队");
        let (turnout_min, turnout_night_min) = (Some(1.5), Some(2.0));
        let level_2 = Station { crew: Some(10), full_time: Some(6), land_m2: Some(620.0), ..level_2 };
        self.stations.push(Station { turnout_min, turnout_night_min, ..level_2 });
        let known = brigade(4, "专职消防队", "二级乡镇专职消防队");
        self.planted.push(Planted::new("station-missing-facts", "队伍缺出动时间、车辆类型和人数：待核", known.place));
        let (turnout_min, turnout_night_min) = (None, None);
        self.stations.push(Station { crew: None, turnout_min, turnout_night_min, vehicle_class: None, ..known });
        let volunteers = |plan, full_time| {
            let usual = brigade(plan, "志愿消防队", "乡镇志愿消防队");
            let usual = Station { full_time: Some(full_time), land_m2: Some(400.0), crew: Some(8), ..usual };
            Station { vehicle_class: Some("小型消防车"), vehicles: Some(1), ..usual }
        };
        self.stations.push(Station { turnout_min: Some(3.0), turnout_night_min: Some(5.0), ..volunteers(7, 2) });
        let (turnout_min, staffed_night) = (Some(4.0), Some(false));
        self.stations.push(Station { turnout_min, turnout_night_min: None, staffed_night, ..volunteers(9, 1) });
        let place = county.roadside_at(self.hazards[0].place, 160.0);
        let works = Station::usual(place, "青岚化工企业专职消防队".to_owned(), "企业专职消防队");
        self.stations.push(Station { crew: Some(12), ..works });
    }

    fn add_hazards(&mut self, county: &County) {
        let seat = county.plans[0].layout.centre;
        let mut taken: Vec<Point> = Vec::new();
        for (name, kind, half_m, near_m) in [
            ("青岚化工原料仓库", "化工仓库", 60.0, 2300.0),
            ("城东甲类仓库", "化工仓库", 40.0, 2700.0),
            ("城郊液化气站", "液化石油气站", 28.0, 3300.0),
            ("青岚1号加油站", "加油站", 0.0, 2000.0),
            ("青岚2号加油站", "加油站", 0.0, 4200.0),
            ("青岚3号加油站", "加油站", 0.0, 7000.0),
            ("青岚4号加油站", "加油站", 0.0, 9500.0),
            ("青岚5号加油站", "加油站", 0.0, 12_000.0),
            ("青岚6号加油站", "加油站", 0.0, 15_000.0),
        ] {
            let place = county.free_roadside(seat, near_m, half_m + 22.0, &taken);
            taken.push(place);
            self.hazards.push(Spot { place, name: name.to_owned(), kind, half_m });
        }
        let town = main_street(&county.plans[1], 0);
        let place = beside(town, town.length_m() * 0.95, 60.0);
        self.hazards
            .push(Spot { place, name: "石门液化气供应站".to_owned(), kind: "液化石油气站", half_m: 0.0 });
    }

    fn add_crowded(&mut self, county: &County) {
        for building in county.buildings.iter().filter(|building| !building.name.is_empty()) {
            self.crowded.push(Spot {
                place: building.centre,
                name: building.name.clone(),
                kind: building.kind,
                half_m: 0.0,
            });
        }
    }

    fn add_hydrants(&mut self, county: &County) {
        let mut random = Random::new(1701);
        for (number, plan) in county.plans.iter().enumerate() {
            let limit = if number == 0 { 250 } else { [24, 16, 9, 9, 7, 5, 4, 4, 4, 4, 4, 4][number - 1] };
            let before = self.hydrants.len();
            let mut streets: Vec<&Road> =
                plan.streets.iter().filter(|street| street.width_m.unwrap_or(0.0) >= 9.0).collect();
            streets.sort_by(|a, b| b.width_m.unwrap_or(0.0).total_cmp(&a.width_m.unwrap_or(0.0)));
            for street in streets {
                if self.hydrants.len() - before < limit {
                    self.line_street(street, county, number, &mut random);
                }
            }
        }
    }

    /// Hydrants along one street: at most 115 m apart, save where a gap is planted.
    fn line_street(&mut self, street: &Road, county: &County, plan: usize, random: &mut Random) {
        let total = length(&street.line);
        let mut chainage = random.between(12.0, 40.0);
        let gap_at = (total > 700.0 && random.chance(0.5)).then(|| total * random.between(0.35, 0.6));
        let mut side = if random.chance(0.5) { 1.0 } else { -1.0 };
        let mut gap_open = gap_at;
        while chainage < total {
            let place = beside(street, chainage, side * random.between(0.6, 1.8));
            if county.water.bank_distance(place) > 12.0 {
                self.push_hydrant(place, &street.name, plan, random);
            }
            let mut step = random.between(88.0, 115.0);
            if let Some(at) = gap_open.filter(|at| chainage + step > *at) {
                step = random.between(190.0, 330.0);
                gap_open = None;
                if chainage + step < total {
                    let about =
                        format!("{}上消火栓间距约{:.0}米（约在桩号{at:.0}米处，规定不大于120米）", street.name, step);
                    self.planted.push(
                        Planted::new("hydrant-gap", &about, along(&street.line, chainage + step / 2.0).0)
                            .measured(step.round()),
                    );
                }
            }
            chainage += step;
            side = if random.chance(0.12) { -side } else { side };
        }
    }

    fn push_hydrant(&mut self, place: Point, street: &str, plan: usize, random: &mut Random) {
        let number = format!("XHS-{:02}-{:03}", plan, self.hydrants.len() + 1);
        let luck = random.unit();
        let state = if luck < 0.055 {
            "损坏"
        } else if luck < 0.075 {
            "冻结"
        } else if luck < 0.10 {
            ""
        } else {
            "完好"
        };
        if state == "损坏" {
            self.planted
                .push(Planted::new("hydrant-out-of-service", &format!("{number} 损坏（{street}）"), place).of(&number));
        }
        let diameter_mm = if random.chance(0.09) { None } else { Some(*random.pick(&[100, 150, 150, 200, 80])) };
        let kind = if random.chance(0.15) { "地下式" } else { "地上式" };
        let flow_l_s = random.chance(0.5).then(|| (random.between(11.0, 28.0) * 10.0).round() / 10.0);
        let pressure_mpa = random.chance(0.5).then(|| (random.between(0.09, 0.32) * 100.0).round() / 100.0);
        self.hydrants.push(Hydrant {
            number,
            place,
            kind,
            state,
            diameter_mm,
            flow_l_s,
            pressure_mpa,
            street: street.to_owned(),
        });
    }

    fn add_water_points(&mut self, county: &County) {
        let mut random = Random::new(1801);
        // Intakes where a bridge brings a road to the river.
        let decks = county.roads.iter().filter(|road| road.bridge && !road.is_motorway());
        let wide: Vec<&Road> = decks.filter(|deck| near_river(county, deck)).collect();
        for (number, deck) in wide.iter().enumerate().filter(|(number, _)| number % 3 == 0).take(8) {
            let (place, direction) = along(&deck.line, 3.0);
            let place = place + Point { x: direction.y, y: -direction.x } * 9.0;
            let name = format!("青岚河{}号取水码头", number / 3 + 1);
            self.water_points.push(WaterPoint { place, name, kind: "取水码头", volume_m3: None });
        }
        for village in &county.villages {
            if !random.chance(0.2) {
                continue;
            }
            let volume = *random.pick(&[50.0, 100.0, 100.0, 150.0, 200.0, 500.0]);
            let volume_m3 = (village.people % 7 != 0).then_some(volume);
            let place = county.clear_place(village.centre, 60.0);
            self.water_points.push(WaterPoint {
                place,
                name: format!("{}消防水池", village.name),
                kind: "消防水池",
                volume_m3,
            });
        }
    }

    fn add_sites(&mut self, county: &County) {
        let mut random = Random::new(1901);
        let uses = ["公用设施用地", "商业服务业用地", "工业用地", "空闲地", "农用地"];
        for (number, plan) in county.plans.iter().enumerate() {
            let wanted = if number == 0 { 10 } else { 1 };
            for index in 0..wanted {
                let street = main_street(plan, index % 4);
                let share = if number == 0 { 0.06 + 0.09 * index as f64 } else { 0.2 };
                let place = beside(street, street.length_m() * share, if index % 2 == 0 { 26.0 } else { -26.0 });
                let name =
                    format!("{}候选站址{}", county.towns[if number == 0 { 0 } else { number + 2 }].name, index + 1);
                let area_m2 = (index != 7).then(|| random.between(900.0, 5200.0).round());
                // One is too shallow, of some nobody measured it.
                let setback_m = match index {
                    4 => Some(12.0),
                    _ if index % 3 == 2 => None,
                    _ => Some(16.0 + 2.0 * (index % 4) as f64),
                };
                let land_use = uses[(number + index) % uses.len()];
                self.sites.push(Site { place, name, area_m2, setback_m, land_use });
            }
        }
        self.add_doubtful_sites(county);
    }

    /// Sites that a clause forbids or warns of.
    fn add_doubtful_sites(&mut self, county: &County) {
        // So far from the middle of the store that its fence is some 130 and 250 m away.
        for (kind, about, off_m) in [
            ("site-near-hazard", "候选站址距危险源不足200米：违反", 195.0),
            ("site-near-hazard-warning", "候选站址距危险源200～300米：警告", 310.0),
        ] {
            let place = county.roadside_at(self.hazards[0].place, off_m);
            let measured = self.hazards[0].distance(place);
            self.add_doubtful_site((kind, about), place, measured);
        }
        let nearest = |spot: &Spot| distance(county.roadside_at(spot.place, 0.0), spot.place);
        let school =
            self.crowded.iter().take(14).min_by(|a, b| nearest(a).total_cmp(&nearest(b))).expect("a seat has schools");
        let about = format!("候选站址距人员密集场所（{}）不足50米", school.name);
        let (from, to) = (school.place, county.roadside_at(school.place, 0.0));
        let share = 38.0 / distance(from, to);
        let place = Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
        self.add_doubtful_site(("site-near-crowded-place", &about), place, 38.0);
    }

    fn add_doubtful_site(&mut self, (kind, about): (&'static str, &str), place: Point, measured_m: f64) {
        let id = format!("C{:02}", self.sites.len() + 1);
        self.planted.push(Planted::new(kind, about, place).of(&id).measured(measured_m.round()));
        let name = format!("存疑候选站址({measured_m:.0}米)");
        self.sites
            .push(Site { place, name, area_m2: Some(3000.0), setback_m: Some(20.0), land_use: "公用设施用地" });
    }
}

fn near_river(county: &County, deck: &Road) -> bool {
    distance_to_line(along(&deck.line, deck.length_m() / 2.0).0, &county.water.river) < 60.0
}

/// The widest streets of a plan, longest first.
fn main_street(plan: &Plan, number: usize) -> &Road {
    let mut streets: Vec<&Road> = plan.streets.iter().collect();
    streets.sort_by(|a, b| {
        let rank = |road: &Road| if road.class == "街巷" { 1 } else { 0 };
        rank(a).cmp(&rank(b)).then(b.length_m().total_cmp(&a.length_m()))
    });
    streets[number.min(streets.len() - 1)]
}

/// Schools, hospitals, markets and homes for the elderly in the blocks kept for them.
pub(super) fn add_public_buildings(builder: &mut Builder, number: usize, plan: &Plan, town: &str, kept: &[Point]) {
    const SEAT: [(&str, &str); 14] = [
        ("青岚县第一中学", "学校"),
        ("青岚县人民医院", "医院"),
        ("青岚商业广场", "商场"),
        ("城关小学", "学校"),
        ("青岚县中医院", "医院"),
        ("县社会福利中心", "敬老院"),
        ("青岚县第二中学", "学校"),
        ("河东购物中心", "商场"),
        ("河东小学", "学校"),
        ("青岚县妇幼保健院", "医院"),
        ("青岚大剧院", "影剧院"),
        ("城南实验小学", "学校"),
        ("青岚县职业中学", "学校"),
        ("城南农贸市场", "商场"),
    ];
    let town_places = [("中心学校", "学校"), ("卫生院", "医院"), ("敬老院", "敬老院"), ("集贸市场", "商场")];
    let settlement = Settlement::Plan(number);
    for (index, &middle) in kept.iter().enumerate() {
        let (name, kind) = match number {
            0 if index < SEAT.len() => (SEAT[index].0.to_owned(), SEAT[index].1),
            0 => continue,
            _ if index < 4 => (format!("{town}{}", town_places[index].0), town_places[index].1),
            _ => continue,
        };
        place_public(builder, middle, plan.layout.axis, kind, &name, settlement);
    }
}
