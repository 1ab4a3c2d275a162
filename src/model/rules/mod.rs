//! Rules (规则): what is required. Every threshold with its clause, force and confidence, from `data/rules/*.toml`.
//!
//! Three layers, each visible in the findings: the national pack, a local profile, and single figures set by hand. A
//! layer replaces whole entries, figure and citation together, so that a local figure cannot carry a national clause.
//!
//! A new threshold is one line below and one entry in `data/rules/national.toml`; both are checked against each other
//! when the rules are loaded. Reading order: this page, [`limit`] (what a bound is and how something is held against
//! it), [`tables`] (rows of the tables), [`pack`] (files to entries),
//! [`book`] (layers to rules), [`reading`] (one entry), [`show`].

mod book;
mod brigades;
mod limit;
mod pack;
mod reading;
pub mod show;
mod tables;

use anyhow::Result;
use serde::Serialize;

pub use book::{InForce, Origin};
pub use brigades::{
    Adopted, Condition, Criteria, Fact, Given, Obligation, Resource, ResourceItem, StatusList, StatusReading, Tier,
    Whom,
};
pub use limit::{Confidence, Force, Limit, Op, Provenance, Setting, Switch};
pub use pack::{About, about_national, profiles};
pub use reading::is_date;
pub use tables::{
    RoadEstimate, RoadWidth, Slope, Speed, StationArea, StationCost, StationLand, SurfaceFactor, Trust, Turnout,
    Unstated, Vehicle,
};

use crate::layers::{RoadClass, StationKind, Surface, VehicleClass};
use crate::notes::Note;
use crate::rules::book::Book;

/// Declares the rules: topics with their entries, then tables. The names are the keys in the TOML files; the doc
/// comments, `中文 | English`, are the labels shown to people.
macro_rules! rules {
    (
        topics {$(
            $(#[doc = $about:literal])*
            $topic:ident: $name:ident {
                $( #[doc = $label:literal] $(#[doc = $more:literal])* $entry:ident: $type:ty, )*
            }
        )*}
        tables {$(
            #[doc = $table_label:literal]
            $table:ident: $row:ty,
        )*}
    ) => {
        $(
            $(#[doc = $about])*
            #[derive(Debug, Clone)]
            pub struct $name {
                $( #[doc = $label] $(#[doc = $more])* pub $entry: $type, )*
            }
        )*

        /// The rules in force: the national pack, with whole entries replaced by a profile or by hand.
        #[derive(Debug, Clone)]
        pub struct Rules {
            $( pub $topic: $name, )*
            $( #[doc = $table_label] pub $table: Vec<$row>, )*
            /// What the files loaded say of themselves, national pack first.
            pub packs: Vec<About>,
            /// Every entry, table rows one by one, in the order of this page.
            pub entries: Vec<InForce>,
            /// Where a local figure is looser than a national "shall".
            pub notes: Vec<Note>,
            /// What was asked for, enough to load them again.
            pub choice: Choice,
        }

        /// The key of every entry there is.
        pub const KEYS: &[&str] = &[
            $( $( concat!(stringify!($topic), ".", stringify!($entry)), )* )*
            $( stringify!($table), )*
        ];

        impl Rules {
            fn read(mut book: Book) -> Result<Self> {
                book.check_keys(KEYS)?;
                Ok(Self {
                    $( $topic: $name {
                        $( $entry: book.read(concat!(stringify!($topic), ".", stringify!($entry)), $label)?, )*
                    }, )*
                    $( $table: book.read(stringify!($table), $table_label)?, )*
                    packs: book.packs,
                    entries: book.in_force,
                    notes: book.notes,
                    choice: Choice::default(),
                })
            }
        }
    };
}

rules! {
    topics {
        /// Response to a call.
        response: Response {
            /// 响应时间 | Response time
            /// From dispatch order to arrival: turnout and driving.
            time_min: Limit,
            /// 出动时间 | Turnout
            /// From dispatch order to wheels moving, for stations that give none; see [`Rules::turnout_min`].
            turnout_min: Setting,
            /// 行车时间 | Driving time
            /// The share of the response time that the caps on station areas are derived from.
            travel_min: Setting,
            /// 离路距离上限 | Access limit
            /// Places farther than this from a usable road are unplaced.
            access_limit_m: Setting,
            /// 离路行进速度 | Access speed
            /// From the last road location to the place.
            access_speed_kph: Setting,
        }

        /// Fire stations.
        station: StationRules {
            /// 责任区面积 | Area of responsibility
            /// Largest area by kind of station; kinds without a row have none of their own.
            area_km2: Vec<StationArea>,
            /// 责任区面积(近郊区普通站) | Area of responsibility in the near suburbs
            area_suburb_km2: Limit,
            /// 出动时间(按队站类别) | Turnout by kind of station
            /// Kinds that differ from `response.turnout_min`.
            turnout_min: Vec<Turnout>,
        }

        /// Where a new station may stand.
        site: SiteRules {
            /// 出入口距人员密集场所 | Exit to crowded places
            exit_m: Limit,
            /// 站址距危险源 | Site to hazards
            hazard_m: Limit,
            /// 站址距危险源(建标) | Site to hazards, construction standard
            /// The two standards differ: both are held against every site.
            hazard_far_m: Limit,
            /// 车库门后退道路红线 | Setback of the garage from the road
            setback_m: Limit,
            /// 临街 | Street frontage
            frontage_m: Limit,
            /// 站址坡度 | Slope of the site
            slope_percent: Limit,
            /// 站址距水面 | Site to open water
            water_m: Limit,
            /// 建设用地面积 | Land of a station
            land_m2: Vec<StationLand>,
            /// 新站建设投资 | Cost of a new station
            cost_wan_yuan: Vec<StationCost>,
        }

        /// Town brigades.
        brigade: BrigadeRules {
            /// 专职消防队建队条件 | When a town needs a professional brigade
            professional: Criteria,
            /// 身份与规模的关系 | Status and size
            /// How the status among the conditions goes together with the others.
            status_reading: Switch<StatusReading>,
            /// 一级专职消防队条件 | When the professional brigade is of level 1
            level_1: Criteria,
            /// 志愿消防队建队条件 | When a town that needs no professional brigade needs a volunteer brigade
            volunteer: Criteria,
            /// 政府公布的建队名单 | Adopted list
            /// The first line about a town decides.
            adopted: Vec<Adopted>,
            /// 身份名录 | Lists of key towns
            status_lists: Vec<StatusList>,
            /// 乡镇消防队配备 | What a brigade has
            resources: Vec<Resource>,
            /// 较远乡镇 | Remote towns
            /// Farther from the nearest professional crew than this, a consolidated brigade may serve several towns.
            remote_min: Limit,
            /// 整合建队服务时间 | Reach of a consolidated brigade
            /// Longest response from a consolidated brigade to the towns it serves.
            consolidated_min: Limit,
        }

        /// Fire lanes.
        fire_lane: FireLane {
            /// 消防车道净宽 | Clear width of a fire lane
            clear_width_m: Limit,
            /// 消防车道净高 | Clear height of a fire lane
            clear_height_m: Limit,
            /// 消防车道坡度 | Gradient of a fire lane
            slope_percent: Limit,
            /// 消防车满载通行坡度 | Gradient for full-laden passage
            slope_laden_percent: Limit,
            /// 停车作业场地坡度 | Gradient where a truck stands and works
            rescue_slope_percent: Limit,
            /// 消防车道间距 | Spacing of fire lanes
            /// Between centre lines; half of it is how far a building may lie from a lane.
            lane_spacing_m: Limit,
            /// 回车场边长 | Side of the turnaround
            turnaround_m: Limit,
            /// 尽头路长度 | Length of a dead end
            /// Longer ones need a turnaround.
            dead_end_m: Limit,
        }

        /// What lets a vehicle pass where the data does not say.
        passing: Passing {
            /// 未载明的国省县道 | Main roads of which something is not stated
            /// Those whose class is firm in the table of road estimates.
            unstated: Switch<Unstated>,
            /// 估计值达到所需的倍数 | How many times the need an estimate must be
            /// Otherwise an estimate decides nothing.
            ample_times: Setting,
        }

        /// What it costs to open a road; defaults for planning, in yuan.
        upgrade: Upgrade {
            /// 加宽路面单价 | Cost of widening
            widen_yuan_m2: Setting,
            /// 改建车行道单价 | Cost of making a path a road
            build_yuan_m2: Setting,
            /// 桥梁加固单价 | Cost of strengthening a bridge
            strengthen_yuan_m2: Setting,
            /// 桥梁重建单价 | Cost of rebuilding a bridge
            bridge_yuan_m2: Setting,
            /// 提高净高单价 | Cost of raising headroom
            headroom_yuan_m: Setting,
            /// 放缓陡坡单价 | Cost of regrading
            regrade_yuan_m: Setting,
        }

        /// Hydrants on municipal mains.
        hydrant: HydrantRules {
            /// 市政消火栓间距 | Spacing of hydrants
            /// Along the road, to the next one that works.
            spacing_m: Limit,
            /// 市政消火栓保护半径 | Protection radius of a hydrant
            radius_m: Limit,
            /// 单侧布置的道路宽度 | Width of road served from one side
            /// Wider roads need hydrants on both sides.
            one_side_width_m: Limit,
            /// 消火栓距路缘(下限) | Hydrant from the kerb, at least
            kerb_min_m: Limit,
            /// 消火栓距路缘(上限) | Hydrant from the kerb, at most
            kerb_max_m: Limit,
            /// 消火栓距建筑外墙 | Hydrant from a building's wall
            wall_m: Limit,
            /// 消火栓管径 | Pipe diameter at a hydrant
            diameter_mm: Limit,
            /// 消火栓出流量 | Flow of a hydrant
            flow_l_s: Limit,
            /// 消火栓平时压力 | Static pressure at a hydrant
            pressure_mpa: Limit,
            /// 火灾时管网压力 | Pressure during a fire
            pressure_fire_mpa: Limit,
            /// 镇区道路消火栓达标率 | Built-up road within the spacing
            complete_percent: Limit,
            /// 水带铺设距离 | Length of a hose lay
            /// Along streets and walkable ways, from the hydrant to the building.
            hose_lay_m: Setting,
        }

        /// Water where there are no mains.
        water: WaterRules {
            /// 取水点距消防车道边缘 | Water from the edge of the lane
            bank_m: Limit,
            /// 消防车吸水高度 | Suction lift
            suction_m: Limit,
            /// 水源保护半径 | Protection radius of a water source
            radius_m: Limit,
            /// 消防水池容积 | Volume of a fire pool
            pool_m3: Limit,
            /// 村庄供水强度 | Flow a village needs
            village_flow_l_s: Limit,
            /// 古镇消防管网管径 | Mains of an old town
            old_town_pipe_mm: Limit,
            /// 古镇消防水池容积 | Fire pool of an old town
            old_town_pool_m3: Limit,
            /// 临近河流的距离 | How near a river is near
            /// Old towns this near to a river need an intake.
            old_town_river_m: Setting,
        }

        /// Firebreaks (林火阻隔系统).
        firebreak: Firebreak {
            /// 林火阻隔系统建设范围(面向城区) | Firebreak zone facing the urban area
            /// Measured from the forest edge inward.
            zone_urban_m: Limit,
            /// 林火阻隔系统建设范围(面向其余乡镇) | Firebreak zone facing other towns
            zone_town_m: Limit,
            /// 面林水面宽度 | Width of open water
            /// An edge that sees a settlement only across water this wide does not face it.
            open_water_m: Setting,
            /// 防火线、林带、水体等阻隔宽度 | Width of firebreak lines, belts, water and bare ground
            barrier_width_m: Limit,
            /// 道路、铁路作阻隔的宽度 | Width of a road or railway that serves as a barrier
            road_width_m: Limit,
            /// 未注明宽度的道路按等级估计 | Width of roads that state none
            road_default_width_m: Vec<RoadWidth>,
            /// 林火阻隔网密度(目标) | Density of the barrier network, target
            density_m_hm2: Limit,
            /// 林火阻隔网密度(近期) | Density of the barrier network, near term
            density_near_m_hm2: Limit,
            /// 林区路网密度(目标) | Density of forest roads, target
            road_density_m_hm2: Limit,
            /// 林区路网密度(近期) | Density of forest roads, near term
            road_density_near_m_hm2: Limit,
            /// 居住区、生产区距林区边缘 | Settlements to the forest edge
            settlement_distance_m: Limit,
            /// 检查站管控半径 | Reach of a checkpost
            /// An entry with a checkpost within this is watched.
            checkpost_reach_m: Setting,
            /// 森林消防取水半径 | Reach of a fire-water point
            water_radius_m: Setting,
            /// 直升机取水半径 | Reach of a helicopter water point
            helicopter_radius_m: Setting,
            /// 直升机可取水的最小水面 | Least open water a helicopter can dip into
            helicopter_water_m2: Setting,
        }
    }
    tables {
        /// 消防车辆 | Fire vehicles
        vehicle: Vehicle,
        /// 道路情况估计 | What roads of a class are like
        road_estimate: RoadEstimate,
        /// 行车速度 | Driving speeds
        speed: Speed,
        /// 乡镇消防工作任务 | Obligations of towns
        obligation: Obligation,
        /// 坡度折减 | Speed kept on slopes
        slope: Slope,
        /// 路面折减 | Speed kept on surfaces
        surface: SurfaceFactor,
    }
}

/// The profile that stands for none: the national pack as it is.
pub const NATIONAL: &str = "national";

/// A profile (地方规则), laid over the national pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Profile {
    /// One that comes with the program, by its name; see [`profiles`].
    Supplied(String),
    /// A user's own: the name of its file and the TOML in it.
    Own { file: String, text: String },
}

impl Profile {
    /// The name that the profile goes by: of a user's own, that of its file without folder and ending.
    pub fn name(&self) -> String {
        match self {
            Self::Supplied(name) => name.clone(),
            Self::Own { file, .. } => pack::name_of(file),
        }
    }
}

/// Which rules were asked for, beside the national pack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// `None`: the national pack as it is.
    pub profile: Option<Profile>,
    /// Single figures by hand: key and value.
    pub set: Vec<(String, String)>,
}

impl Choice {
    /// The name that the profile goes by.
    pub fn name(&self) -> String {
        self.profile.as_ref().map_or_else(|| NATIONAL.to_owned(), Profile::name)
    }
}

impl Rules {
    /// The national pack, changed by a profile that comes with the program, if one.
    pub fn load(profile: Option<&str>) -> Result<Self> {
        Self::load_with(profile, &[])
    }

    /// The same, with single figures set by hand: `("response.time_min", "6")`.
    pub fn load_with(profile: Option<&str>, overrides: &[(String, String)]) -> Result<Self> {
        let profile = profile.map(|name| Profile::Supplied(name.to_owned()));
        Self::load_choice(Choice { profile, set: overrides.to_vec() })
    }

    /// The rules that were asked for. An error names file, line and key of what is wrong, and the way out.
    pub fn load_choice(mut choice: Choice) -> Result<Self> {
        choice.profile = choice.profile.filter(|profile| *profile != Profile::Supplied(NATIONAL.to_owned()));
        let mut book = Book::new(pack::national()?);
        if let Some(profile) = &choice.profile {
            book.lay(pack::profile(profile)?);
        }
        for (key, value) in &choice.set {
            book.set(key, value, KEYS)?;
        }
        Ok(Self { choice, ..Self::read(book)? })
    }

    /// The rules of these texts, `(file name, TOML)`; the national pack first, then a profile.
    pub fn from_texts(national: (&str, &str), profile: Option<(&str, &str)>) -> Result<Self> {
        let mut book = Book::new(pack::parse(national.0, Origin::National, national.1)?);
        if let Some((file, text)) = profile {
            book.lay(pack::parse(file, Origin::Profile(pack::name_of(file)), text)?);
        }
        Self::read(book)
    }

    /// Every entry in force with its origin, for the manifest.
    pub fn in_force(&self) -> serde_json::Value {
        #[derive(Serialize)]
        struct Report<'a> {
            packs: &'a [About],
            entries: &'a [InForce],
            notes: &'a [Note],
        }
        let report = Report { packs: &self.packs, entries: &self.entries, notes: &self.notes };
        serde_json::to_value(report).expect("the rules are plain data")
    }

    pub fn speed(&self, vehicle: VehicleClass, class: RoadClass) -> Option<&Speed> {
        self.speed.iter().find(|speed| speed.vehicle == vehicle && speed.class == class)
    }

    pub fn vehicle(&self, class: VehicleClass) -> Option<&Vehicle> {
        self.vehicle.iter().find(|vehicle| vehicle.class == class)
    }

    /// What roads of this class are like where the data does not say.
    pub fn road_estimate(&self, class: RoadClass) -> Option<&RoadEstimate> {
        self.road_estimate.iter().find(|row| row.class == class)
    }

    /// From dispatch order to wheels moving at a station of this kind that gives no time of its own.
    pub fn turnout_min(&self, kind: StationKind) -> f64 {
        let row = self.station.turnout_min.iter().find(|row| row.kind == kind);
        row.map_or(self.response.turnout_min.value, |row| row.turnout_min)
    }

    /// What a new station of this kind costs, if the rules say.
    pub fn station_cost_wan_yuan(&self, kind: StationKind) -> Option<f64> {
        self.site.cost_wan_yuan.iter().find(|row| row.kind == kind).map(|row| row.cost_wan_yuan)
    }

    /// Share of the speed kept on this slope (up or down alike), in percent; the last row holds beyond it too.
    pub fn slope_factor(&self, slope_percent: f64) -> f64 {
        let row = self.slope.iter().find(|slope| slope_percent.abs() <= slope.up_to_percent);
        row.or(self.slope.last()).map_or(1.0, |slope| slope.factor)
    }

    pub fn surface_factor(&self, surface: Surface) -> f64 {
        self.surface.iter().find(|row| row.surface == surface).map_or(1.0, |row| row.factor)
    }
}
