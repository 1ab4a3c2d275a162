//! Stations with their crews and vehicles, and the sites where more could stand.

use geo::Point;

use crate::{codes, row};

codes! {
    /// Kind of a fire station or brigade.
    pub enum StationKind default Unknown {
        /// 特勤消防站 | Special station
        Special = "special",
        /// 一级普通消防站 | First-class station
        FirstClass = "first_class",
        /// 二级普通消防站 | Second-class station
        SecondClass = "second_class",
        /// 小型普通消防站 | Small station
        Small = "small",
        /// 战勤保障消防站 | Support station
        Support = "support",
        /// 一级乡镇专职消防队 | Town brigade, level 1
        TownLevel1 = "town_level_1",
        /// 二级乡镇专职消防队 | Town brigade, level 2
        TownLevel2 = "town_level_2",
        /// 乡镇专职消防队(等级未定) | Town brigade, level not stated
        TownBrigade = "town_brigade",
        /// 乡镇志愿消防队 | Volunteer brigade
        Volunteer = "volunteer",
        /// 企业专职消防队 | Works brigade
        Works = "works",
        /// 微型消防站 | Micro station
        Micro = "micro",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

codes! {
    /// Where the crew of a station is when the order comes.
    pub enum Staffing {
        /// 在站执勤 | At the station
        AtStation = "at_station",
        /// 不在站，接令后赶到(志愿、义务) | Elsewhere, called in: volunteers
        OnCall = "on_call",
    }
}

codes! {
    /// Class of fire vehicle; width, height, load, gradient and speeds hang on it (rules).
    pub enum VehicleClass {
        /// 普通消防车 | Standard fire truck
        Standard = "standard",
        /// 中型消防车 | Medium fire truck
        Medium = "medium",
        /// 小型消防车 | Small fire truck
        Small = "small",
        /// 消防摩托车 | Fire motorcycle
        Motorcycle = "motorcycle",
    }
}

row! {
    /// 消防站 | Fire station
    pub struct Station {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: StationKind,
        /// 主战车辆类型 | Vehicle class
        vehicle_class: Option<VehicleClass>,
        /// 车辆数 | Vehicles
        vehicles: Option<u32>,
        /// 队员人数 | Crew
        crew_people: Option<u32>,
        /// 专职队员人数 | Full-time crew
        full_time_people: Option<u32>,
        /// 用地面积 | Land
        land_m2: Option<f64>,
        /// 出动时间(昼) | Turnout by day
        turnout_min: Option<f64>,
        /// 出动时间(夜) | Turnout by night
        turnout_night_min: Option<f64>,
        /// 队员值守方式 | Where the crew is
        staffing: Option<Staffing>,
        /// 昼间执勤 | Staffed by day
        staffed_day: Option<bool>,
        /// 夜间执勤 | Staffed by night
        staffed_night: Option<bool>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

impl StationKind {
    /// Whether it is a professional brigade of a town, and no station of a city.
    pub fn is_town_brigade(self) -> bool {
        matches!(self, Self::TownLevel1 | Self::TownLevel2 | Self::TownBrigade)
    }

    /// Whether it is a station of a city that has an area of its own.
    pub fn is_city_station(self) -> bool {
        matches!(self, Self::Special | Self::FirstClass | Self::SecondClass | Self::Small)
    }
}

impl Station {
    /// Its name, or how its source numbers it.
    pub fn name_or_id(&self) -> String {
        if self.name.is_empty() { self.source_id.clone() } else { self.name.clone() }
    }

    /// What it counts as: one of a kind that nobody states whose crew is called in is a team of volunteers.
    pub fn counted_kind(&self) -> StationKind {
        match (self.kind, self.staffing) {
            (StationKind::Unknown, Some(Staffing::OnCall)) => StationKind::Volunteer,
            (kind, _) => kind,
        }
    }

    /// What it sends; where it does not say, a standard truck.
    pub fn sent_class(&self) -> VehicleClass {
        self.vehicle_class.unwrap_or(VehicleClass::Standard)
    }
}

row! {
    /// 消防器材配置点 | Equipment point
    pub struct EquipmentPoint {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 规划候选站址 | Candidate site
    pub struct Candidate {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 用地面积 | Plot area
        area_m2: Option<f64>,
        /// 车库门可退道路红线 | How far the garage doors can stand back from the road
        setback_m: Option<f64>,
        /// 用地性质 | Land use
        land_use: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}
