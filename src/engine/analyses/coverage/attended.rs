//! Places that are told one by one: villages, hazards, crowded places and key units, with every engine that comes to them.
//!
//! Each is held against the time that binds where it lies. A time that rests on a way of which something is undetermined, or on a
//! station that does not say how soon its crew leaves, is no proof: what is late even at the best is late, what is in time by a
//! proven way even at the worst is in time, and the rest is 待核.

use anyhow::Result;
use geo::{Geometry, InteriorPoint, Point};

use super::force::ArrivingForce;
use super::stand_in;
use crate::response::attendance::{Attendance, Attended, RouteBasis, attend};
use crate::response::driving::DrivingReading;
use crate::response::places::Placement;
use crate::response::time_limits::TimeLimits;
use crate::response::times::{MS_PER_MIN, ResponseTimes, minutes};
use fireplan_model::codes;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::layers::{LayerId, StationKind, VehicleClass};
use fireplan_model::method_constants;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::rules::Limit;

codes! {
    /// What kind of place it is.
    pub enum PlaceKind {
        /// 村庄 | Village
        Village = "village",
        /// 易燃易爆危险源 | Hazard
        Hazard = "hazard",
        /// 人员密集场所 | Crowded place
        Crowded = "crowded",
        /// 消防安全重点单位 | Key unit
        KeyUnit = "key_unit",
    }
}

codes! {
    /// How soon the first engine is at a place, in bands.
    pub enum ArrivalBand order best_first {
        /// 5分钟内 | Within 5 min
        Within5 = "within_5",
        /// 5–10分钟 | 5 to 10 min
        Within10 = "within_10",
        /// 10–15分钟 | 10 to 15 min
        Within15 = "within_15",
        /// 15–20分钟 | 15 to 20 min
        Within20 = "within_20",
        /// 20–30分钟 | 20 to 30 min
        Within30 = "within_30",
        /// 30分钟以上 | More than 30 min
        Over30 = "over_30",
        /// 无车可达 | Nobody comes
        Nobody = "nobody",
        /// 未落位(待核) | Unplaced
        #[undetermined]
        Unplaced = "unplaced",
    }
}

impl ArrivalBand {
    /// The most minutes of the band, as its code says; `None`: it is not a band of minutes.
    fn most_min(self) -> Option<f64> {
        self.code().strip_prefix("within_")?.parse().ok()
    }

    fn of(first_min: Option<f64>, is_placed: bool) -> Self {
        let Some(min) = first_min else { return if is_placed { Self::Nobody } else { Self::Unplaced } };
        let within = |band: &&Self| band.most_min().is_some_and(|most_min| min <= most_min);
        Self::ALL.iter().find(within).copied().unwrap_or(Self::Over30)
    }
}

method_constants! {
    /// 列出到场力量的第一个时刻 | First time at which the force is told
    const FORCE_FIRST_MIN: f64 = 10.0,
        because "按10、20、30分钟列出到场车辆和人数，只供查看，不作判定 | Engines and people are told after 10, 20 and 30 minutes; nothing is judged by it";
    /// 列出到场力量的第二个时刻 | Second time at which the force is told
    const FORCE_SECOND_MIN: f64 = 20.0,
        because "同上 | As above";
    /// 列出到场力量的第三个时刻 | Third time at which the force is told
    const FORCE_THIRD_MIN: f64 = 30.0,
        because "同上 | As above";
}

codes! {
    /// What the check of a place against the time that binds there comes to.
    pub enum TimeVerdict order best_first {
        /// 符合 | Met
        Met = "met",
        /// 未达到 | Falls short
        Short = "short",
        /// 待核 | Undetermined
        #[undetermined]
        Open = "open",
    }
}

impl TimeVerdict {
    /// That of a check.
    pub(super) fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Met,
            Verdict::Warn | Verdict::Fail | Verdict::Overdue => Self::Short,
            Verdict::Undetermined => Self::Open,
        }
    }
}

row! {
    /// 村庄和重点场所的到场力量 | Engines that come to villages, hazards and crowded places
    pub struct PlaceAttendance {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: PlaceKind,
        /// 乡镇街道 | Town
        town: String,
        /// 人口 | People
        population_people: Option<u32>,
        /// 到场时间分档 | Band of the first arrival
        band: ArrivalBand,
        /// 适用时限 | Time allowed
        allowed_min: f64,
        /// 首到消防站 | First station
        station: IfAny<String>,
        /// 首到车辆 | Vehicle that comes first
        vehicle_class: IfAny<VehicleClass>,
        /// 首到时间 | First arrival
        response_min: IfAny<f64>,
        /// 首到时间(低速) | First arrival at low speed
        response_low_min: IfAny<f64>,
        /// 首到时间(高速) | First arrival at high speed
        response_high_min: IfAny<f64>,
        /// 首到路线是否可通行 | Whether its way lets it through
        route: IfAny<RouteBasis>,
        /// 途中待核的路段 | Segments on its way to verify
        to_verify: u32,
        /// 经已核路线首到的消防站 | First station by a proven way
        proven_station: IfAny<String>,
        /// 经已核路线首到时间 | First arrival by a proven way
        proven_min: IfAny<f64>,
        /// 次到消防站 | Second station
        second_station: IfAny<String>,
        /// 次到时间 | Second arrival
        second_min: IfAny<f64>,
        /// 10分钟内到场车辆 | Engines within 10 min
        engines_10: u32,
        /// 20分钟内到场车辆 | Engines within 20 min
        engines_20: u32,
        /// 30分钟内到场车辆 | Engines within 30 min
        engines_30: u32,
        /// 其中志愿队车辆 | Of them of volunteers
        volunteer_engines_30: u32,
        /// 其中企业队车辆 | Of them of works brigades
        works_engines_30: u32,
        /// 10分钟内到场人数 | Firefighters within 10 min
        people_10: u32,
        /// 20分钟内到场人数 | Firefighters within 20 min
        people_20: u32,
        /// 30分钟内到场人数 | Firefighters within 30 min
        people_30: u32,
        /// 初战力量到齐时间 | When the force for a first attack is there
        attack_min: IfAny<f64>,
        /// 车辆数或人数按缺省值估计 | Engines or crew taken from the defaults
        force_estimated: bool,
        /// 来源编号 | Source id
        source_id: String,
    }
}

/// A place, who comes to it, and whether they are in time.
pub(super) struct AttendedPlace {
    /// Its place in the layer of its kind.
    pub number: u32,
    pub row: PlaceAttendance,
    /// Against the time that binds where it lies, of no feature so far.
    pub check: Check,
}

/// A place before it is known who comes.
struct Place {
    at: Point,
    /// Its place in the layer of its kind.
    number: u32,
    name: String,
    kind: PlaceKind,
    people: Option<u32>,
    source_id: String,
}

/// All places: villages in the order of their layer, then hazards, crowded places, key units.
fn places(run: &ResponseTimes) -> Vec<Place> {
    let layers = &run.area.layers;
    let named = |name: &str, source_id: &str| if name.is_empty() { source_id } else { name }.to_owned();
    let village = layers.villages.iter().enumerate().filter_map(|(index, village)| {
        Some(Place {
            at: village.geometry,
            number: run.number(LayerId::Villages, index)?,
            name: named(&village.name, &village.source_id),
            kind: PlaceKind::Village,
            people: village.population_people,
            source_id: village.source_id.clone(),
        })
    });
    let inside = |geometry: &Geometry| geometry.interior_point();
    let other = |kind: PlaceKind, number: Option<u32>, at: Option<Point>, name: &str, source_id: &str| {
        let (name, source_id) = (named(name, source_id), source_id.to_owned());
        Some(Place { at: at?, number: number?, name, kind, people: None, source_id })
    };
    let hazards = layers.hazards.iter().enumerate().filter_map(|(index, one)| {
        let number = run.number(LayerId::Hazards, index);
        other(PlaceKind::Hazard, number, inside(&one.geometry), &one.name, &one.source_id)
    });
    let crowded = layers.crowded_places.iter().enumerate().filter_map(|(index, one)| {
        let number = run.number(LayerId::CrowdedPlaces, index);
        other(PlaceKind::Crowded, number, inside(&one.geometry), &one.name, &one.source_id)
    });
    let units = layers.key_units.iter().enumerate().filter_map(|(index, one)| {
        let number = run.number(LayerId::KeyUnits, index);
        other(PlaceKind::KeyUnit, number, Some(one.geometry), &one.name, &one.source_id)
    });
    village.chain(hazards).chain(crowded).chain(units).filter(|place| run.area.counts(place.at.0)).collect()
}

/// Who comes to every place.
///
/// # Errors
/// If the rules do not give the size of a vehicle.
pub(super) fn attended(run: &ResponseTimes) -> Result<Vec<AttendedPlace>> {
    let places = places(run);
    let placements: Vec<Placement> = places.iter().map(|place| run.access.place(place.at.0)).collect();
    let attended = attend(run, &placements)?;
    let limits = TimeLimits::new(run.area, run.rules, &run.towns);
    let with_crew = run.segments_with_crew();
    let of_place = |((place, placement), attended): ((Place, Placement), Attended)| {
        let (place_at, limit) = (place.at.0, limits.at(place.at.0));
        let is_placed = placement.is_placed();
        let is_connected = placement.positions().any(|at| with_crew[at.segment.index()]);
        let number = place.number;
        let row = row(run, place, is_placed, limit, &attended);
        let check = check(run, limit, &row, &attended, is_connected);
        let check = match limits.if_village(place_at) {
            Some(milder) => {
                let other = self::check(run, milder, &row, &attended, is_connected);
                stand_in::weigh([limit, milder], &row.name, check, &other)
            }
            None => check,
        };
        AttendedPlace { number, row, check }
    };
    Ok(places.into_iter().zip(placements).zip(attended).map(of_place).collect())
}

fn row(run: &ResponseTimes, place: Place, is_placed: bool, limit: &Limit, attended: &Attended) -> PlaceAttendance {
    let told_min = |engine: &Attendance| engine.told_ms().map(minutes);
    // Where the roads are slow or free, another engine may be the first.
    let soonest = |reading: DrivingReading| {
        let all = attended.engines.iter().filter_map(|engine| engine.ms[reading as usize]);
        all.min_by(f64::total_cmp).map(minutes)
    };
    let name = |engine: &Attendance| run.station_name(engine.station);
    let (first, second) = (attended.engines.first(), attended.engines.get(1));
    let proven = attended.first_proven();
    let first_min = first.and_then(told_min);
    let force = ArrivingForce::of(run, attended);
    PlaceAttendance {
        geometry: place.at,
        kind: place.kind,
        town: run.town_name(run.towns.at(place.at.0)),
        population_people: place.people,
        band: ArrivalBand::of(first_min, is_placed),
        allowed_min: limit.value,
        station: IfAny(first.map(name)),
        vehicle_class: IfAny(first.map(|engine| engine.vehicle)),
        response_min: IfAny(first_min),
        response_low_min: IfAny(soonest(DrivingReading::Low)),
        response_high_min: IfAny(soonest(DrivingReading::High)),
        route: IfAny(first.map(|engine| engine.route)),
        to_verify: first.map_or(0, |engine| engine.undetermined),
        proven_station: IfAny(proven.map(name)),
        proven_min: IfAny(proven.and_then(|engine| engine.proven_ms).map(minutes)),
        second_station: IfAny(second.map(name)),
        second_min: IfAny(second.and_then(told_min)),
        engines_10: force.engines_by(FORCE_FIRST_MIN, None),
        engines_20: force.engines_by(FORCE_SECOND_MIN, None),
        engines_30: force.engines_by(FORCE_THIRD_MIN, None),
        volunteer_engines_30: force.engines_by(FORCE_THIRD_MIN, Some(StationKind::Volunteer)),
        works_engines_30: force.engines_by(FORCE_THIRD_MIN, Some(StationKind::Works)),
        people_10: force.people_by(FORCE_FIRST_MIN),
        people_20: force.people_by(FORCE_SECOND_MIN),
        people_30: force.people_by(FORCE_THIRD_MIN),
        attack_min: IfAny(force.attack_min(&run.local.at(&run.towns, place.at.0).response)),
        force_estimated: force.is_estimated(),
        name: place.name,
        source_id: place.source_id,
    }
}

/// The rows of the places.
pub(super) fn rows(places: &[AttendedPlace]) -> impl Iterator<Item = &PlaceAttendance> + Clone {
    places.iter().map(|place| &place.row)
}

/// A place against the time that binds where it lies; whether roads lead from some station to the road that it is served from,
/// whatever may drive them.
fn check(run: &ResponseTimes, limit: &Limit, row: &PlaceAttendance, attended: &Attended, is_connected: bool) -> Check {
    match row.band {
        // No fact is missing where there is a road and no engine that gets along it.
        ArrivalBand::Nobody => {
            let why = match is_connected {
                true => Label::new("无车可达", "no engine gets there"),
                // Nobody knows whether the road that is missing was never built or never drawn.
                false => Label::new(
                    "无车可达（所在道路与消防站不连通，是否漏绘须核实）",
                    "no engine gets there (its road connects to no station, or that was not drawn)",
                ),
            };
            limit.check_unmet(&row.name, &why, is_connected)
        }
        _ => match attended.engines.first() {
            Some(first) => check_first(run, limit, row, attended, first),
            None => limit.check(&row.name, None),
        },
    }
}

/// The first engine against the time that binds. Where its way or its turnout is not known, only what is late at the best and what
/// is in time at the worst is judged.
fn check_first(
    run: &ResponseTimes,
    limit: &Limit,
    row: &PlaceAttendance,
    attended: &Attended,
    first: &Attendance,
) -> Check {
    let is_timed = |engine: &Attendance| {
        let ready = run.starts.iter().find(|start| start.origin == engine.station).map(|start| start.ready);
        ready.is_none_or(|ready| ready.fast_ms == ready.slow_ms)
    };
    let passes = |engine: &Attendance| engine.route != RouteBasis::Undetermined;
    let first_min = row.response_min.0;
    if is_timed(first) && passes(first) {
        return limit.check(&row.name, first_min);
    }
    let is_in_time = |ms: &f64| *ms <= limit.value * MS_PER_MIN;
    let soonest = |times: &mut dyn Iterator<Item = f64>| times.min_by(f64::total_cmp);
    let timed = || attended.engines.iter().filter(|engine| is_timed(engine));
    let proven_ms = soonest(&mut timed().filter_map(|engine| engine.proven_ms)).filter(is_in_time);
    if let Some(ms) = proven_ms {
        return limit.check(&row.name, Some(minutes(ms)));
    }
    let at = |engine: &Attendance, reading: DrivingReading| engine.ms[reading as usize];
    let passing = || attended.engines.iter().filter(|engine| passes(engine));
    let worst_ms = soonest(&mut passing().filter_map(|engine| at(engine, DrivingReading::Low)));
    let best_ms = soonest(&mut attended.engines.iter().filter_map(|engine| at(engine, DrivingReading::High)));
    if worst_ms.is_some_and(|ms| is_in_time(&ms)) || !best_ms.is_some_and(|ms| is_in_time(&ms)) {
        return limit.check(&row.name, first_min);
    }
    let why = tell_open(row, first, !is_timed(first), [best_ms, worst_ms]);
    Check { measured: first_min, ..limit.check_unmet(&row.name, &why, false) }
}

/// `首到约 5.48 min（3.98–9.76 min），途中 14 段待核`.
fn tell_open(
    row: &PlaceAttendance,
    first: &Attendance,
    is_untimed: bool,
    [best_ms, worst_ms]: [Option<f64>; 2],
) -> Label {
    let min = row.response_min.0.map_or_else(|| "待核".to_owned(), |min| min.to_string());
    let best = best_ms.map_or_else(|| "待核".to_owned(), |ms| minutes(ms).to_string());
    let (within_zh, within_en) = match worst_ms.map(minutes) {
        Some(worst) => (format!("{best}–{worst} min"), format!("{best}–{worst} min")),
        None => {
            (format!("最快 {best} min，路线不通则更迟"), format!("{best} min at the best, later if its way is closed"))
        }
    };
    let (mut zh, mut en) = (format!("首到约 {min} min（{within_zh}）"), format!("first at {min} min ({within_en})"));
    match (first.route, first.undetermined) {
        (RouteBasis::Undetermined, 0) => {
            zh += "，须逆行、过禁转或待核障碍";
            en += ", against a one-way, by a banned turn or past an undetermined obstacle";
        }
        (RouteBasis::Undetermined, count) => {
            zh += &format!("，途中 {count} 段能否通行待核");
            en += &format!(", {count} segments of its way undetermined");
        }
        _ => {}
    }
    if is_untimed {
        let station = row.station.0.as_deref().unwrap_or_default();
        zh += &format!("，{station}的出动时间未报");
        en += &format!(", the turnout of {station} is not stated");
    }
    Label::new(zh, en)
}

/// The checks of all places, in their order, each of the feature that was checked: a village is one of its own layer too.
pub(super) fn checks(places: &[AttendedPlace]) -> Vec<Check> {
    let about = |(place, id): (&AttendedPlace, u32)| {
        let (layer, id) = match place.row.kind {
            PlaceKind::Village => ("coverage_villages", place.number + 1),
            _ => ("coverage_attendance", id),
        };
        place.check.clone().about(layer, id)
    };
    places.iter().zip(1..).map(about).collect()
}
