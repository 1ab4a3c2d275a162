//! Every layer an area can have, typed. Fields that a source may lack are `Option`: a missing fact stays missing (待核).
//!
//! Field names are the column names in files, tables, tiles and in the field mappings of `area.toml`.

use geo::{Geometry, LineString, MultiPolygon, Point};

use crate::{codes, row};

codes! {
    /// A layer of the area.
    pub enum LayerId {
        /// 行政界线 | Boundary
        Boundary = "boundary",
        /// 乡镇街道 | Towns
        Towns = "towns",
        /// 村庄 | Villages
        Villages = "villages",
        /// 建成区 | Built-up areas
        BuiltUp = "built_up",
        /// 建筑 | Buildings
        Buildings = "buildings",
        /// 道路 | Roads
        Roads = "roads",
        /// 道路面 | Road areas
        RoadAreas = "road_areas",
        /// 消防站 | Fire stations
        Stations = "stations",
        /// 规划候选站址 | Candidate sites
        Candidates = "candidates",
        /// 消火栓 | Hydrants
        Hydrants = "hydrants",
        /// 消防水源与水系 | Water sources
        WaterSources = "water_sources",
        /// 森林 | Forests
        Forests = "forests",
        /// 阻隔设施 | Barriers
        Barriers = "barriers",
        /// 易燃易爆危险源 | Hazards
        Hazards = "hazards",
        /// 人员密集场所 | Crowded places
        CrowdedPlaces = "crowded_places",
        /// 森林防火检查站 | Forest checkposts
        Checkposts = "checkposts",
        /// 历史火警与风险点 | Incidents and points of risk
        Incidents = "incidents",
        /// 高程 | Elevation
        Elevation = "elevation",
        /// 人口分布 | Population
        Population = "population",
        /// 风险分布 | Risk field
        Risk = "risk",
    }
}

/// The vector layers of an area, in local metres.
#[derive(Clone, Default)]
pub struct Layers {
    pub towns: Vec<Town>,
    pub villages: Vec<Village>,
    pub built_up: Vec<BuiltUp>,
    pub buildings: Vec<Building>,
    pub roads: Vec<Road>,
    pub road_areas: Vec<RoadArea>,
    pub stations: Vec<Station>,
    pub candidates: Vec<Candidate>,
    pub hydrants: Vec<Hydrant>,
    pub water_sources: Vec<WaterSource>,
    pub forests: Vec<Forest>,
    pub barriers: Vec<Barrier>,
    pub hazards: Vec<Hazard>,
    pub crowded_places: Vec<CrowdedPlace>,
    pub checkposts: Vec<Checkpost>,
    pub incidents: Vec<Incident>,
}

impl Layers {
    /// Number of features; 0 for the layers that are not vector layers.
    pub fn len(&self, layer: LayerId) -> usize {
        match layer {
            LayerId::Boundary | LayerId::Elevation | LayerId::Population | LayerId::Risk => 0,
            LayerId::Towns => self.towns.len(),
            LayerId::Villages => self.villages.len(),
            LayerId::BuiltUp => self.built_up.len(),
            LayerId::Buildings => self.buildings.len(),
            LayerId::Roads => self.roads.len(),
            LayerId::RoadAreas => self.road_areas.len(),
            LayerId::Stations => self.stations.len(),
            LayerId::Candidates => self.candidates.len(),
            LayerId::Hydrants => self.hydrants.len(),
            LayerId::WaterSources => self.water_sources.len(),
            LayerId::Forests => self.forests.len(),
            LayerId::Barriers => self.barriers.len(),
            LayerId::Hazards => self.hazards.len(),
            LayerId::CrowdedPlaces => self.crowded_places.len(),
            LayerId::Checkposts => self.checkposts.len(),
            LayerId::Incidents => self.incidents.len(),
        }
    }
}

impl Layers {
    /// Adds the features of another source after the present ones.
    pub fn append(&mut self, mut other: Self) {
        self.towns.append(&mut other.towns);
        self.villages.append(&mut other.villages);
        self.built_up.append(&mut other.built_up);
        self.buildings.append(&mut other.buildings);
        self.roads.append(&mut other.roads);
        self.road_areas.append(&mut other.road_areas);
        self.stations.append(&mut other.stations);
        self.candidates.append(&mut other.candidates);
        self.hydrants.append(&mut other.hydrants);
        self.water_sources.append(&mut other.water_sources);
        self.forests.append(&mut other.forests);
        self.barriers.append(&mut other.barriers);
        self.hazards.append(&mut other.hazards);
        self.crowded_places.append(&mut other.crowded_places);
        self.checkposts.append(&mut other.checkposts);
        self.incidents.append(&mut other.incidents);
    }
}

codes! {
    /// Function class of a road; speeds hang on it.
    pub enum RoadClass {
        /// 高速公路 | Motorway
        Motorway = "motorway",
        /// 快速路(国道) | Trunk road
        Trunk = "trunk",
        /// 主干路(省道) | Primary road
        Primary = "primary",
        /// 次干路(县道) | Secondary road
        Secondary = "secondary",
        /// 支路(乡道) | Tertiary road
        Tertiary = "tertiary",
        /// 街巷(村道) | Street or village road
        Residential = "residential",
        /// 匝道 | Link road
        Link = "link",
        /// 内部道路 | Service road
        Service = "service",
        /// 机耕路(林道) | Track
        Track = "track",
        /// 小路 | Path
        Path = "path",
    }
}

codes! {
    /// Surface of a road.
    pub enum Surface {
        /// 铺装 | Paved
        Paved = "paved",
        /// 砂石 | Gravel
        Gravel = "gravel",
        /// 土路 | Earth
        Earth = "earth",
    }
}

codes! {
    /// Direction in which a road may be driven, seen along its line.
    pub enum Oneway default Both {
        /// 双向 | Both ways
        Both = "both",
        /// 单向 | Forward only
        Forward = "forward",
        /// 反向单行 | Backward only
        Backward = "backward",
    }
}

codes! {
    /// Whether a fire truck on duty may use a road.
    pub enum Access default Open {
        /// 可通行 | Open
        Open = "open",
        /// 受限 | Private or gated, open to a fire truck
        Restricted = "restricted",
        /// 禁行 | Closed
        Closed = "closed",
    }
}

row! {
    /// 道路 | Road
    pub struct Road {
        geometry: LineString,
        /// 名称 | Name
        name: String,
        /// 道路等级 | Class
        class: RoadClass,
        /// 路面宽度 | Width
        width_m: Option<f64>,
        /// 限高 | Clear height
        clear_height_m: Option<f64>,
        /// 限重 | Load limit
        load_t: Option<f64>,
        /// 最大坡度 | Steepest gradient
        slope_percent: Option<f64>,
        /// 路面 | Surface
        surface: Option<Surface>,
        /// 通行方向 | Direction
        oneway: Oneway,
        /// 通行权 | Access
        access: Access,
        /// 桥梁 | Bridge
        bridge: bool,
        /// 隧道 | Tunnel
        tunnel: bool,
        /// 层级 | Level
        level: Option<i32>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// What a road area is for.
    pub enum RoadAreaKind default Carriageway {
        /// 车行道 | Carriageway
        Carriageway = "carriageway",
        /// 回车场 | Turnaround
        Turnaround = "turnaround",
    }
}

row! {
    /// 道路面 | Road area
    /// What vehicles drive on, as surveyed or seen from above: its edges are kerbs, walls or ditches.
    pub struct RoadArea {
        geometry: MultiPolygon,
        /// 名称 | Name
        name: String,
        /// 用途 | Kind
        kind: RoadAreaKind,
        /// 来源编号 | Source id
        source_id: String,
    }
}

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
        /// 乡镇志愿消防队 | Volunteer brigade
        Volunteer = "volunteer",
        /// 企业专职消防队 | Works brigade
        Works = "works",
        /// 微型消防站 | Micro station
        Micro = "micro",
        /// 待核 | Undetermined
        Unknown = "unknown",
    }
}

codes! {
    /// Class of fire vehicle; width, height, load, gradient and speeds hang on it (rules).
    pub enum VehicleClass {
        /// 普通消防车 | Standard fire truck
        Standard = "standard",
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
        /// 昼间执勤 | Staffed by day
        staffed_day: Option<bool>,
        /// 夜间执勤 | Staffed by night
        staffed_night: Option<bool>,
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

codes! {
    /// State of a hydrant.
    pub enum HydrantState default Unknown {
        /// 完好 | Working
        Working = "working",
        /// 损坏 | Out of service
        OutOfService = "out_of_service",
        /// 冻结 | Frozen
        Frozen = "frozen",
        /// 待核 | Undetermined
        Unknown = "unknown",
    }
}

codes! {
    /// Form of a hydrant.
    pub enum HydrantKind default Unknown {
        /// 地上式 | Above ground
        Pillar = "pillar",
        /// 地下式 | Underground
        Underground = "underground",
        /// 墙壁式 | Wall
        Wall = "wall",
        /// 消防水鹤 | Water crane
        Crane = "crane",
        /// 待核 | Undetermined
        Unknown = "unknown",
    }
}

row! {
    /// 消火栓 | Hydrant
    pub struct Hydrant {
        geometry: Point,
        /// 编号 | Number
        name: String,
        /// 形式 | Kind
        kind: HydrantKind,
        /// 状态 | State
        state: HydrantState,
        /// 管径 | Pipe diameter
        diameter_mm: Option<f64>,
        /// 流量 | Flow
        flow_l_s: Option<f64>,
        /// 静压 | Static pressure
        pressure_mpa: Option<f64>,
        /// 位置或所在道路 | Position or road
        position: String,
        /// 接口 | Couplings
        couplings: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// Kind of a water body or fire-water point.
    pub enum WaterKind default Unknown {
        /// 河流 | River
        River = "river",
        /// 溪沟 | Stream
        Stream = "stream",
        /// 湖泊 | Lake
        Lake = "lake",
        /// 水库 | Reservoir
        Reservoir = "reservoir",
        /// 池塘 | Pond
        Pond = "pond",
        /// 消防水池 | Fire pool
        Pool = "pool",
        /// 水箱 | Tank
        Tank = "tank",
        /// 取水码头 | Intake point
        Intake = "intake",
        /// 待核 | Undetermined
        Unknown = "unknown",
    }
}

row! {
    /// 消防水源与水系 | Water source
    pub struct WaterSource {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: WaterKind,
        /// 容量 | Volume
        volume_m3: Option<f64>,
        /// 宽度 | Width
        width_m: Option<f64>,
        /// 四季有水 | Water all year
        perennial: Option<bool>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 村庄 | Village
    pub struct Village {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 村代码 | Code
        code: String,
        /// 聚落类型 | Kind
        kind: String,
        /// 常住人口 | Residents
        population_people: Option<u32>,
        /// 户数 | Households
        households: Option<u32>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// Kind of a township-level unit.
    pub enum TownKind default Unknown {
        /// 街道 | Sub-district
        Subdistrict = "subdistrict",
        /// 镇 | Town
        Town = "town",
        /// 乡 | Township
        Township = "township",
        /// 待核 | Undetermined
        Unknown = "unknown",
    }
}

codes! {
    /// Which plan for fire protection a town has.
    pub enum FirePlan {
        /// 消防专项规划 | Special fire plan
        Special = "special",
        /// 消防专篇 | Fire chapter of the master plan
        Chapter = "chapter",
        /// 无 | None
        None = "none",
    }
}

row! {
    /// 乡镇街道 | Town
    pub struct Town {
        geometry: MultiPolygon,
        /// 名称 | Name
        name: String,
        /// 代码 | Code
        code: String,
        /// 类别 | Kind
        kind: TownKind,
        /// 建成区面积 | Built-up area
        built_up_km2: Option<f64>,
        /// 建成区常住人口 | Residents of the built-up area
        built_up_people: Option<u32>,
        /// 常住总人口 | Total residents
        total_people: Option<u32>,
        /// 重点镇等身份 | Status
        status: String,
        /// 身份名录年份 | Year of the status list
        status_year: Option<u32>,
        /// 产业特征 | Industry
        industry: String,
        /// 消防安全委员会 | Fire safety committee
        fire_committee: Option<bool>,
        /// 消防规划 | Fire plan
        fire_plan: Option<FirePlan>,
        /// 消防工作站人数(含站长) | Staff of the work station, head included
        work_station_people: Option<u32>,
        /// 消防工作站站长 | Heads of the work station
        work_station_heads: Option<u32>,
        /// 消防工作站在编人数 | Established staff of the work station
        work_station_established_people: Option<u32>,
        /// 消防工作站“八有”达标项数 | Of the eight things a work station has
        work_station_items: Option<u32>,
        /// 政府购买服务人数 | Hired staff
        hired_people: Option<u32>,
        /// 具有执法资格人数 | Qualified enforcement officers
        enforcement_people: Option<u32>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// Which kind of settlement a built-up area belongs to.
    pub enum BuiltUpKind default Unknown {
        /// 城区 | Urban area
        Urban = "urban",
        /// 镇区 | Town
        Town = "town",
        /// 村庄 | Village
        Village = "village",
        /// 工业 | Industry
        Industry = "industry",
        /// 待核 | Undetermined
        Unknown = "unknown",
    }
}

row! {
    /// 建成区 | Built-up area
    pub struct BuiltUp {
        geometry: MultiPolygon,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: BuiltUpKind,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 建筑 | Building
    pub struct Building {
        geometry: MultiPolygon,
        /// 名称 | Name
        name: String,
        /// 用途 | Use
        kind: String,
        /// 层数 | Storeys
        storeys: Option<f64>,
        /// 高度 | Height
        height_m: Option<f64>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 森林 | Forest
    pub struct Forest {
        geometry: MultiPolygon,
        /// 名称 | Name
        name: String,
        /// 林种 | Kind
        kind: String,
        /// 权属 | Owner
        owner: String,
        /// 保护地 | Protected
        protected: Option<bool>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

codes! {
    /// Kind of a line that stops a fire or a hose.
    pub enum BarrierKind default Unknown {
        /// 防火线 | Firebreak line
        FirebreakLine = "firebreak_line",
        /// 生物防火林带 | Biological firebreak belt
        FirebreakBelt = "firebreak_belt",
        /// 铁路 | Railway
        Railway = "railway",
        /// 围墙 | Wall
        Wall = "wall",
        /// 裸岩 | Bare rock
        BareRock = "bare_rock",
        /// 农田 | Farmland
        Farmland = "farmland",
        /// 待核 | Undetermined
        Unknown = "unknown",
    }
}

row! {
    /// 阻隔设施 | Barrier
    pub struct Barrier {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: BarrierKind,
        /// 宽度 | Width
        width_m: Option<f64>,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 易燃易爆危险源 | Hazard
    pub struct Hazard {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 人员密集场所 | Crowded place
    pub struct CrowdedPlace {
        geometry: Geometry,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 森林防火检查站 | Forest checkpost
    pub struct Checkpost {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 来源编号 | Source id
        source_id: String,
    }
}

row! {
    /// 历史火警或风险点 | Incident or point of risk
    pub struct Incident {
        geometry: Point,
        /// 名称 | Name
        name: String,
        /// 类别 | Kind
        kind: String,
        /// 日期 | Date
        date: String,
        /// 权重(次数或风险值) | Weight: times, or risk
        weight: Option<f64>,
        /// 来源编号 | Source id
        source_id: String,
    }
}
