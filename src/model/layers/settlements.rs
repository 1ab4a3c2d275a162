//! Where people live: villages, towns, built-up areas, buildings.

use geo::{MultiPolygon, Point};

use crate::{codes, names, row};

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
        /// 园区(开发区、管委会) | Industrial park or development zone
        Park = "park",
        /// 其他(农场、林场等) | Other, such as a state farm
        Other = "other",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

impl TownKind {
    /// The kind that a name ends in; `None`: it does not tell. A farm (农场) may be run as a park or stand outside all kinds, and
    /// the office of a scenic area or a reservoir (景区管委会) is no industrial park.
    pub fn of_name(name: &str) -> Option<Self> {
        const ENDINGS: [(&str, TownKind); 10] = [
            ("街道", TownKind::Subdistrict),
            ("街道办事处", TownKind::Subdistrict),
            ("园区", TownKind::Park),
            ("开发区", TownKind::Park),
            ("工业园", TownKind::Park),
            ("产业园", TownKind::Park),
            ("管委会", TownKind::Park),
            ("管理委员会", TownKind::Park),
            ("镇", TownKind::Town),
            ("乡", TownKind::Township),
        ];
        const NO_PARKS: [&str; 6] = ["景区", "名胜区", "保护区", "度假区", "水库", "场"];
        let name = names::plain(name);
        let (ending, kind) = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending))?;
        let before = name.strip_suffix(ending).unwrap_or_default();
        let is_of_another = *kind == Self::Park && NO_PARKS.iter().any(|one| before.ends_with(one));
        (!is_of_another).then_some(*kind)
    }

    /// Whether a name says that the unit is a farm or the like, which no code of the division tells more of.
    pub fn is_farm_name(name: &str) -> bool {
        const FARMS: [&str; 7] = ["农场", "林场", "牧场", "渔场", "果场", "茶场", "良种场"];
        let name = names::plain(name);
        FARMS.iter().any(|ending| name.ends_with(ending))
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
        #[undetermined]
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
