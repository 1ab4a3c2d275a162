//! What notices ask of the brigades of towns (乡镇街道): which brigade, with what, since when a status holds.

use anyhow::Result;
use serde::Deserialize;

use crate::codes;
use crate::layers::TownKind;
use crate::rows::unit_of;
use crate::rules::limit::{Limit, Provenance};
use crate::rules::reading::EntryReader;
use crate::rules::table::{TableRow, rows};

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
    /// Whether it is a professional brigade of any level.
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

/// Whom a line of an adopted list is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Whom {
    /// One town.
    Town {
        /// Its name.
        name: String,
        /// The county or district that it lies in; empty where the list does not say.
        within: String,
        /// With which digits codes in that county begin, today's and former ones; empty where the list does not tell, and
        /// then the name alone decides.
        within_codes: Vec<String>,
    },
    /// Every town of these kinds.
    Kinds(Vec<TownKind>),
}

/// A line of a list that a government adopted: it decides, and the computed result is shown beside it.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// Whom it is about.
    pub whom: Whom,
    /// The brigade that was adopted.
    pub tier: Tier,
    /// What is to be done, e.g. 新建.
    pub task: String,
    /// The list.
    pub provenance: Provenance,
}

impl TableRow for Adopted {
    fn read(row: &mut EntryReader) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Own {
            town: Option<String>,
            #[serde(default)]
            within: String,
            #[serde(default)]
            within_codes: Vec<String>,
            kinds: Option<Vec<TownKind>>,
            tier: Tier,
            #[serde(default)]
            task: String,
        }
        let Own { town, within, within_codes, kinds, tier, task } = row.own()?;
        row.show("town", "", &town);
        row.show("within", "", &within);
        row.show("kinds", "", &kinds);
        row.show("tier", "", &tier);
        row.show("task", "", &task);
        let whom = match (town, kinds) {
            (Some(name), None) => Whom::Town { name, within, within_codes },
            (None, Some(kinds)) => Whom::Kinds(kinds),
            _ => {
                return Err(row.refuse(
                    "town = \"…\" 和 kinds = [\"…\"] 须有且只有一个 | needs either town = \"…\" or kinds = [\"…\"]",
                ));
            }
        };
        Ok(Self { whom, tier, task, provenance: row.provenance()? })
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
    /// The tier of the brigade.
    pub tier: Tier,
    /// What it must have of.
    pub item: ResourceItem,
    /// How much of it.
    pub limit: Limit,
}

impl TableRow for Resource {
    fn read(row: &mut EntryReader) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Own {
            tier: Tier,
            item: ResourceItem,
        }
        let Own { tier, item } = row.own()?;
        row.show("tier", "", &tier);
        row.show("item", "", &item);
        Ok(Self { tier, item, limit: row.limit_of(item.label(), unit_of(item.code()))? })
    }
}

rows! {
    /// Since when a list of key towns holds: a status of an older list is no status any more.
    StatusList with provenance: Provenance {
        /// The status, e.g. 全国重点镇.
        status: String = "",
        /// Year of the oldest list that counts.
        since_year: f64 = "名录不早于 | list not before",
    }
}
