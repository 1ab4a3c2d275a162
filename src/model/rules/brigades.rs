//! What notices ask of towns (乡镇街道): which brigade, with what, and which other obligations. Read from entries whose
//! rows name the *fact* they look at, so that a county writes its own thresholds without code.

use anyhow::Result;

use crate::codes;
use crate::layers::TownKind;
use crate::rows::{Label, unit_of};
use crate::rules::limit::{Limit, Op, Provenance};
use crate::rules::reading::{Reading, Rule};

codes! {
    /// A fact about a town. Each is a separate thing and never stands in for another.
    pub enum Fact {
        /// 建成区面积 | Built-up area
        BuiltUpKm2 = "built_up_km2",
        /// 建成区常住人口 | Residents of the built-up area
        BuiltUpPeople = "built_up_people",
        /// 常住总人口 | Total residents
        TotalPeople = "total_people",
        /// 重点镇等身份 | Status
        Status = "status",
        /// 产业特征 | Industry
        Industry = "industry",
        /// 消防工作站人数(含站长) | Staff of the work station, head included
        WorkStationPeople = "work_station_people",
        /// 消防工作站人数(不含站长) | Staff of the work station, without its head
        WorkStationMembersPeople = "work_station_members_people",
        /// 消防工作站站长 | Head of the work station
        WorkStationHeads = "work_station_heads",
        /// 消防工作站在编人数 | Established staff of the work station
        WorkStationEstablishedPeople = "work_station_established_people",
        /// 消防工作站“八有”达标项数 | Of the eight things a work station has
        WorkStationItems = "work_station_items",
        /// 政府购买服务人数 | Hired staff
        HiredPeople = "hired_people",
        /// 具有执法资格人数 | Qualified enforcement officers
        EnforcementPeople = "enforcement_people",
        /// 消防安全委员会 | Fire safety committee
        FireCommittee = "fire_committee",
        /// 消防规划 | Fire plan
        FirePlan = "fire_plan",
        /// 微型消防站 | Micro stations
        MicroStations = "micro_stations",
    }
}

codes! {
    /// Which brigade a town is to have.
    pub enum Tier {
        /// 一级专职消防队 | Professional brigade, level 1
        Level1 = "level_1",
        /// 二级专职消防队 | Professional brigade, level 2
        Level2 = "level_2",
        /// 专职消防队(等级未定) | Professional brigade, level not stated
        Professional = "professional",
        /// 由中心队辐射 | Served by a hub brigade
        Hub = "hub",
        /// 志愿消防队 | Volunteer brigade
        Volunteer = "volunteer",
        /// 不适用(城市消防站保护) | Not for this rule: urban stations
        NotApplicable = "not_applicable",
        /// 条文未涵盖 | Not covered by the text
        Uncovered = "uncovered",
        /// 待核 | Undetermined
        #[undetermined]
        Undetermined = "undetermined",
    }
}

impl Tier {
    pub fn is_professional(self) -> bool {
        matches!(self, Self::Level1 | Self::Level2 | Self::Professional)
    }
}

codes! {
    /// How a status such as key town goes together with the town's size.
    pub enum StatusReading {
        /// 身份或规模具备其一 | Status or size
        Or = "or",
        /// 身份与规模同时具备 | Status and size
        And = "and",
    }
}

/// One of the conditions of an entry.
#[derive(Debug, Clone)]
pub enum Condition {
    /// A fact that is a number, against a bound.
    Size { fact: Fact, limit: Limit },
    /// A fact that is words, of which one must be said.
    Words { fact: Fact, any_of: Vec<String>, provenance: Provenance },
}

impl Condition {
    pub fn fact(&self) -> Fact {
        match self {
            Self::Size { fact, .. } | Self::Words { fact, .. } => *fact,
        }
    }

    pub fn provenance(&self) -> &Provenance {
        match self {
            Self::Size { limit, .. } => &limit.provenance,
            Self::Words { provenance, .. } => provenance,
        }
    }

    fn read(row: &mut Reading) -> Result<Self> {
        let fact: Fact = row.code("fact")?;
        if let Some(any_of) = row.texts("any_of")? {
            if !matches!(fact, Fact::Status | Fact::Industry | Fact::FirePlan) {
                return Err(row.refuse(format!("compares `{}` with words; give it a bound", fact.code())));
            }
            let provenance = row.provenance()?;
            row.record(&provenance);
            return Ok(Self::Words { fact, any_of, provenance });
        }
        if matches!(fact, Fact::Status | Fact::Industry | Fact::FirePlan) {
            return Err(row.refuse(format!("needs any_of = [\"…\"] for `{}`", fact.code())));
        }
        let limit = row.limit_of(fact.label(), unit_of(fact.code()))?;
        row.record(&limit.provenance);
        Ok(Self::Size { fact, limit })
    }
}

/// When a town needs something: the kinds of town it is about, and conditions. No conditions: always.
#[derive(Debug, Clone)]
pub struct Criteria {
    pub kinds: Vec<TownKind>,
    pub conditions: Vec<Condition>,
    pub provenance: Provenance,
}

impl Rule for Criteria {
    fn read(entry: &mut Reading) -> Result<Self> {
        let kinds = entry.codes("kinds")?.unwrap_or_default();
        if kinds.is_empty() {
            return Err(entry.refuse("needs kinds = [\"town\", \"township\"]: which towns it is about"));
        }
        let conditions = entry.rows(Condition::read)?;
        Ok(Self { kinds, conditions, provenance: entry.provenance_of_rows() })
    }
}

/// Whom a line of an adopted list is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Whom {
    Town { name: String, within: String },
    Kinds(Vec<TownKind>),
}

/// A line of a list that a government adopted: it decides, and the computed result is shown beside it.
#[derive(Debug, Clone)]
pub struct Adopted {
    pub whom: Whom,
    pub tier: Tier,
    /// What is to be done, e.g. 新建.
    pub task: String,
    pub due: String,
    pub provenance: Provenance,
}

impl Rule for Vec<Adopted> {
    fn read(entry: &mut Reading) -> Result<Self> {
        entry.rows(|row| {
            let town = row.text("town")?;
            let within = row.text("within")?.unwrap_or_default();
            let kinds = row.codes("kinds")?;
            let whom = match (town, kinds) {
                (Some(name), None) => Whom::Town { name, within },
                (None, Some(kinds)) => Whom::Kinds(kinds),
                _ => return Err(row.refuse("needs either town = \"…\" or kinds = [\"…\"]")),
            };
            let tier = row.code("tier")?;
            let task = row.text("task")?.unwrap_or_default();
            let due = row.date("due")?.unwrap_or_default();
            let provenance = row.provenance()?;
            row.record(&provenance);
            Ok(Adopted { whom, tier, task, due, provenance })
        })
    }
}

codes! {
    /// What a brigade must have of.
    pub enum ResourceItem {
        /// 消防车 | Fire vehicles
        Vehicles = "vehicles",
        /// 队员 | Members
        CrewPeople = "crew_people",
        /// 专职队员 | Full-time members
        FullTimePeople = "full_time_people",
        /// 用地面积 | Land
        LandM2 = "land_m2",
    }
}

/// What a brigade of a tier must have.
#[derive(Debug, Clone)]
pub struct Resource {
    pub tier: Tier,
    pub item: ResourceItem,
    pub limit: Limit,
}

impl Rule for Vec<Resource> {
    fn read(entry: &mut Reading) -> Result<Self> {
        entry.rows(|row| {
            let tier = row.code("tier")?;
            let item: ResourceItem = row.code("item")?;
            let limit = row.limit_of(item.label(), unit_of(item.code()))?;
            row.record(&limit.provenance);
            Ok(Resource { tier, item, limit })
        })
    }
}

/// Since when a list of key towns holds: a status of an older list is no status any more.
#[derive(Debug, Clone)]
pub struct StatusList {
    pub status: String,
    pub since_year: f64,
    pub provenance: Provenance,
}

impl Rule for Vec<StatusList> {
    fn read(entry: &mut Reading) -> Result<Self> {
        entry.rows(|row| {
            let status = row.text("status")?.ok_or_else(|| row.refuse("needs status = \"…\""))?;
            let since_year = row.number("since_year", "名录不早于 | list not before")?;
            let provenance = row.provenance()?;
            row.record(&provenance);
            Ok(StatusList { status, since_year, provenance })
        })
    }
}

/// For whom among the towns of the right kind an obligation holds.
#[derive(Debug, Clone)]
pub enum Given {
    Always,
    /// Only with one of these statuses.
    Status(Vec<String>),
    /// Only without any of these.
    NoStatus(Vec<String>),
}

/// Something countable that a notice asks of every town of some kinds.
#[derive(Debug, Clone)]
pub struct Obligation {
    pub name: Label,
    pub kinds: Vec<TownKind>,
    pub given: Given,
    pub condition: Condition,
    /// The bound is for each village or community (村、社区), not for the town.
    pub per_village: bool,
    /// Villages and communities by name, where the notice lists them; the bound is for each of these.
    pub villages: Vec<String>,
    pub due: String,
}

impl Rule for Vec<Obligation> {
    fn read(entry: &mut Reading) -> Result<Self> {
        entry.rows(|row| {
            let name = row.text("name")?.ok_or_else(|| row.refuse("needs name = \"中文 | English\""))?;
            let kinds = row.codes("kinds")?.ok_or_else(|| row.refuse("needs kinds = [\"town\", …]"))?;
            let given = match (row.texts("if_status")?, row.texts("unless_status")?) {
                (Some(any_of), None) => Given::Status(any_of),
                (None, Some(any_of)) => Given::NoStatus(any_of),
                (None, None) => Given::Always,
                _ => return Err(row.refuse("has both if_status and unless_status; keep one")),
            };
            let villages = row.texts("villages")?.unwrap_or_default();
            let per_village = row.flag("per_village")?;
            let due = row.date("due")?.unwrap_or_default();
            let condition = Condition::read(row)?;
            if (per_village || !villages.is_empty()) && condition.fact() != Fact::MicroStations {
                return Err(row.refuse("counts by village, which only fact = \"micro_stations\" can be"));
            }
            let one = |limit: &Limit| limit.op == Op::AtLeast && limit.value == 1.0;
            if matches!(&condition, Condition::Size { fact: Fact::MicroStations, limit } if !one(limit)) {
                return Err(row.refuse("counts which villages have a station at all: at_least = 1"));
            }
            Ok(Obligation { name: Label::parse(&name), kinds, given, condition, per_village, villages, due })
        })
    }
}
