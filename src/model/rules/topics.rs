//! Every rule there is: topics with their entries, then tables. A new threshold is one line here and one entry in
//! `data/rules/national.toml`; both are checked against each other when the rules are loaded.

use anyhow::Result;

use crate::notes::Note;
use crate::rules::book::{Book, InForce};
use crate::rules::brigades::{Adopted, Resource, StatusList, StatusReading};
use crate::rules::choice::Choice;
use crate::rules::criteria::Criteria;
use crate::rules::declare::rules;
use crate::rules::in_towns::TownEntries;
use crate::rules::limit::{Limit, Setting, Switch};
use crate::rules::obligations::Obligation;
use crate::rules::pack::About;
use crate::rules::tables::{
    ColdRegion, EndReading, RoadEstimate, RoadWidth, Slope, Speed, StationAdjoining, StationArea, StationCost,
    StationLand, SurfaceFactor, TownFlow, TrackReading, TrafficLaw, Turnout, Unstated, Vehicle, WindFrom,
};

rules! {
    topics {
        /// Response to a call.
        response: Response {
            /// 响应时间 | Response time
            /// From dispatch order to arrival: turnout and driving.
            time_min: Limit,
            /// 出动时间 | Turnout
            /// From dispatch order to wheels moving, for stations that give none; see [`Rules::turnout`].
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
            /// 村庄到达时间目标 | Target for villages
            /// For villages outside the built-up areas of cities and towns, of which no standard says a time.
            village_min: Limit,
            /// 初战到场车辆 | Engines for a first attack
            attack_engines: Setting,
            /// 初战到场人数 | Firefighters for a first attack
            attack_people: Setting,
            /// 自检容许的不符地点 | Sampled places that may contradict
            /// Share of the places of the self-audit at which its second computation finds another time.
            audit_places_percent: Limit,
            /// 自检容许的等时面矛盾 | Road that may contradict the time band
            /// Share of all road that serves places.
            audit_band_percent: Limit,
        }

        /// Fire stations.
        station: StationRules {
            /// 责任区面积 | Area of responsibility
            /// Largest area by kind of station; kinds without a row have none of their own.
            area_km2: Vec<StationArea>,
            /// 责任区面积(近郊区普通站) | Area of responsibility in the near suburbs
            area_suburb_km2: Limit,
            /// 责任区相邻的一级站、二级站或特勤站 | Full stations whose area adjoins
            /// Kinds of station that only help out need one beside them.
            small_adjoins: Vec<StationAdjoining>,
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

        /// Layout of towns and villages.
        layout: Layout {
            /// 危险源距居住、公共建筑 | Hazards to housing and public buildings
            hazard_housing_m: Limit,
            /// 村、社区的消防器材配置点 | Equipment points of a village
            equipment_points: Limit,
        }

        /// What is said of a figure that hangs on unverified ones.
        headline: Headline {
            /// 无法判定的区间宽度 | Spread beyond which nothing is decided
            /// In points of percent between the low and the high reading.
            spread_percent: Limit,
            /// 稳健的变动幅度 | Change up to which a figure is robust
            /// In percent of the figure, when an unverified figure goes to either end of its range.
            robust_percent: Limit,
        }

        /// Progress of a plan.
        progress: ProgressRules {
            /// 年度计划建成率 | Share of a year's projects that is built
            built_percent: Limit,
        }

        /// Fire lanes in cities and towns.
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

        /// Fire lanes in villages, and the roads that lead there: outside the built-up areas of cities and towns.
        village_lane: VillageLane {
            /// 村庄消防车道净宽 | Clear width of a village's fire lane
            clear_width_m: Limit,
            /// 村庄消防车道净高 | Clear height of a village's fire lane
            clear_height_m: Limit,
            /// 村庄消防车道间距 | Spacing of a village's fire lanes
            /// Between centre lines; half of it is how far a building may lie from a lane.
            lane_spacing_m: Limit,
            /// 村庄消防车道回车场边长 | Side of the turnaround of a village's fire lane
            turnaround_m: Limit,
            /// 普通消防车到不了的村庄可用的小型消防车(摩托车) | Small engines for a village that no standard truck gets to
            /// Engines that get there and are really at a station.
            small_engine: Limit,
        }

        /// What lets a vehicle pass where the data does not say.
        passing: Passing {
            /// 未载明的国省县道 | Main roads of which something is not stated
            /// Those whose class is firm in the table of road estimates.
            unstated: Switch<Unstated>,
            /// 估计值达到所需的倍数 | How many times the need an estimate must be
            /// Otherwise an estimate decides nothing.
            ample_times: Setting,
            /// 高程推算坡度的误差 | Error of gradients from the elevation model
            /// In points of percent; only what is beyond it closes a road.
            slope_error_percent: Setting,
            /// 道路面量取宽度的误差 | Error of widths measured across road areas
            width_error_m: Setting,
        }

        /// The traffic law and engines on duty.
        driving: DrivingLaw {
            /// 执行任务时单行道的约束 | One-way streets and engines on duty
            /// Motorways, links and dual carriageways bind in every case.
            oneway_streets: Switch<TrafficLaw>,
            /// 执行任务时转向限制的约束 | Turn bans and engines on duty
            turn_bans: Switch<TrafficLaw>,
            /// 逆单行道行驶的速度比例 | Share of the speed kept against a one-way street
            against_oneway_share: Setting,
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
            /// 拆改一处障碍物的费用 | Cost of removing or altering an obstacle
            obstacle_yuan: Setting,
        }

        /// Hydrants on municipal mains.
        hydrant: HydrantRules {
            /// 市政消火栓间距 | Spacing of hydrants
            /// Along the road, to the next one that works.
            spacing_m: Limit,
            /// 市政消火栓保护半径 | Protection radius of a hydrant
            radius_m: Limit,
            /// 街道端部的要求 | What is asked of street ends
            /// From the last hydrant to the end of a street.
            end_reading: Switch<EndReading>,
            /// 单侧布置的道路宽度 | Width of road served from one side
            /// Wider roads need hydrants on both sides.
            one_side_width_m: Limit,
            /// 消火栓距路缘(下限) | Hydrant from the kerb, at least
            kerb_min_m: Limit,
            /// 消火栓距路缘(上限) | Hydrant from the kerb, at most
            kerb_max_m: Limit,
            /// 消火栓距建筑外墙 | Hydrant from a building's wall
            wall_m: Limit,
            /// 桥头、隧道出入口的市政消火栓 | Hydrants at a bridge head or tunnel portal
            bridge_head: Limit,
            /// 桥头、隧道出入口到消火栓的沿路距离 | From a bridge head or portal to its hydrant
            /// Along the road; farther ones do not stand at it.
            bridge_head_m: Setting,
            /// 须在两端设消火栓的桥梁、隧道长度 | Length from which a bridge or tunnel is one
            /// Shorter ones are culverts and small bridges.
            bridge_length_m: Setting,
            /// 是否属严寒、寒冷地区 | Whether the area is in a cold region
            /// Water cranes are asked for in cold regions only.
            cold_region: Switch<ColdRegion>,
            /// 消防水鹤出流量 | Flow of a water crane
            crane_flow_l_s: Limit,
            /// 消防水鹤间距 | Spacing of water cranes
            /// Along the road, to the next one.
            crane_spacing_m: Limit,
            /// 消防水鹤所接管道管径 | Diameter of the main at a water crane
            crane_main_mm: Limit,
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
            /// 水带铺设距离(普通消防车) | Length of a hose lay, standard truck
            /// Along streets and walkable ways, from the hydrant to the building; see [`Rules::hose_lay_m`].
            hose_lay_m: Setting,
            /// 水带铺设距离(小型消防车) | Length of a hose lay, small truck
            hose_lay_small_m: Setting,
            /// 水带铺设距离(消防摩托车) | Length of a hose lay, motorcycle
            hose_lay_motorcycle_m: Setting,
            /// 补建一具消火栓的费用 | Cost of a new hydrant
            new_wan_yuan: Setting,
            /// 一期补建所及的无水人口占比 | Share of the people without water whom the first phase reaches
            /// Of those whom the new hydrants reach; streets are taken worst first.
            first_phase_percent: Setting,
            /// 至二期累计所及的无水人口占比 | Share whom the first two phases reach
            second_phase_percent: Setting,
        }

        /// Water where there are no mains.
        water: WaterRules {
            /// 取水点距消防车道边缘 | Water from the edge of the lane
            bank_m: Limit,
            /// 吸水管可及的水边距离 | Water within reach of the suction hose
            /// Slant, from the edge of the lane; farther water than `water.bank_m`, which is a should, may be drawn through it.
            suction_hose_m: Limit,
            /// 手抬泵取水的水边距离 | Water within reach of a portable pump
            /// The pump stands at the water, its hose leads to the engine.
            portable_pump_m: Limit,
            /// 手抬泵送水高度 | Height to which a portable pump delivers
            /// From the water up to the road.
            portable_pump_lift_m: Limit,
            /// 手抬泵取水流量 | Flow of a portable pump
            portable_pump_l_s: Setting,
            /// 取水处距桥梁、桥台 | Drawing place to a bridge
            /// An engine that draws on a deck or at an abutment blocks the bridge, high above the water.
            bridge_clear_m: Limit,
            /// 消防车吸水高度 | Suction lift
            suction_m: Limit,
            /// 水源保护半径 | Protection radius of a water source
            radius_m: Limit,
            /// 消防水池容积 | Volume of a fire pool
            pool_m3: Limit,
            /// 仅设消火栓系统时的消防水池容积 | Volume of a fire pool that serves hydrants only
            pool_hydrants_m3: Limit,
            /// 村庄供水强度 | Flow a village needs
            village_flow_l_s: Limit,
            /// 运水供水的车辆数 | Trucks of a shuttle
            /// Where more would be needed, a pool is asked for.
            shuttle_trucks: Limit,
            /// 接力供水的泵(车)数 | Pumps of a relay
            relay_engines: Limit,
            /// 接力供水每级水带长度 | Hose between two pumps of a relay
            relay_stage_m: Setting,
            /// 接力供水每级升高 | Climb between two pumps of a relay
            relay_climb_m: Setting,
            /// 消防水池单价 | Cost of a fire pool
            pool_yuan_m3: Setting,
            /// 一处取水码头(平台)的费用 | Cost of an intake
            intake_wan_yuan: Setting,
            /// 古镇消防管网管径 | Mains of an old town
            old_town_pipe_mm: Limit,
            /// 古镇消防水池容积 | Fire pool of an old town
            old_town_pool_m3: Limit,
            /// 古镇灭火用水流量(按人口) | Flow that fires take in an old town, by residents
            old_town_flow_l_s: Vec<TownFlow>,
            /// 火灾延续时间 | Duration of a fire
            /// Flow times duration is what a pool must hold.
            fire_duration_h: Setting,
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
            /// 面向聚落的林缘中建设范围内有达标阻隔的占比 | Share of facing edges whose zone has a barrier wide enough
            zone_guarded_percent: Limit,
            /// 面林水面宽度 | Width of open water
            /// An edge that sees a settlement only across water this wide does not face it.
            open_water_m: Setting,
            /// 防火线、林带、水体等阻隔宽度 | Width of firebreak lines, belts, water and bare ground
            barrier_width_m: Limit,
            /// 道路、铁路作阻隔的宽度 | Width of a road or railway that serves as a barrier
            road_width_m: Limit,
            /// 机耕路(林道)是否作阻隔 | Whether forest tracks are barriers
            tracks_hold: Switch<TrackReading>,
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
            /// 须管控之处距最近检查站 | Distance to the nearest checkpost
            /// Along the roads; a place with a checkpost within this is watched.
            checkpost_reach_m: Limit,
            /// 新建检查站的费用 | Cost of a new checkpost
            checkpost_wan_yuan: Setting,
            /// 防火线、林带建设单价 | Cost of a firebreak
            build_yuan_m2: Setting,
            /// 陡坡 | Steep ground
            /// On it fires run and firebreaks cost more.
            steep_percent: Limit,
            /// 陡坡造价倍数 | Cost on steep ground, times
            steep_cost_times: Setting,
            /// 优先建设的林缘面向人口 | People whom an edge faces that is to be built first
            priority_people: Limit,
            /// 防火期主导风向(来向) | Where the wind of the fire season comes from
            wind_from: Switch<WindFrom>,
            /// 森林消防取水半径 | Reach of a fire-water point
            water_radius_m: Setting,
            /// 直升机取水半径 | Reach of a helicopter water point
            helicopter_radius_m: Setting,
            /// 直升机可取水的最小水面 | Least open water a helicopter can dip into
            helicopter_water_m2: Setting,
            /// 森林消防水池、水箱经管网相互连接的占比 | Share of forest pools and tanks that pipes connect
            pipes_connected_percent: Limit,
            /// 直升机取水点 | Helicopter water points of a town or range
            helicopter_waters: Limit,
            /// 直升机停机坪 | Helicopter pads of a town or range
            helipads: Limit,
            /// 混凝土停机坪边长 | Side of a concrete pad
            helipad_concrete_m: Limit,
            /// 夯实土停机坪边长 | Side of a pad of compacted earth
            helipad_earth_m: Limit,
            /// 草地停机坪短边 | Shorter side of a grass pad
            helipad_grass_width_m: Limit,
            /// 草地停机坪长边 | Longer side of a grass pad
            helipad_grass_length_m: Limit,
            /// 停机坪坡度 | Slope of a pad
            helipad_slope_percent: Limit,
            /// 停机坪四周无障碍物的距离 | Distance without obstacles around a pad
            helipad_clear_m: Limit,
            /// 未注明监测半径的瞭望、监控设施的半径 | Range of a lookout that states none
            lookout_range_m: Setting,
            /// 瞭望塔、林火监控看得到的森林占比 | Share of forest that a lookout or camera sees
            watched_percent: Limit,
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
