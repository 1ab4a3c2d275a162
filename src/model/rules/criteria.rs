//! When a town (乡镇街道) needs something: conditions whose rows name the *fact* they look at, so that a county writes its
//! own thresholds without code.

use anyhow::Result;
use serde::Deserialize;

use crate::codes;
use crate::layers::TownKind;
use crate::rows::unit_of;
use crate::rules::limit::{Limit, Provenance};
use crate::rules::reading::{EntryReader, Rule};

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
        /// 24小时值班的微型消防站 | Micro stations on duty day and night
        MicroStationsDayAndNight = "micro_stations_day_and_night",
    }
}

impl Fact {
    /// Whether it is one of villages, communities and key units, not of towns.
    pub fn is_of_micro_stations(self) -> bool {
        matches!(self, Self::MicroStations | Self::MicroStationsDayAndNight)
    }
}

/// One of the conditions of an entry.
#[derive(Debug, Clone)]
pub enum Condition {
    /// A fact that is a number, against a bound.
    Size {
        /// The fact that is looked at.
        fact: Fact,
        /// What it is held against.
        limit: Limit,
    },
    /// A fact that is words, of which one must be said.
    Words {
        /// The fact that is looked at.
        fact: Fact,
        /// The words that meet the condition.
        any_of: Vec<String>,
        /// The clause.
        provenance: Provenance,
    },
}

impl Condition {
    /// The fact that is looked at.
    pub fn fact(&self) -> Fact {
        match self {
            Self::Size { fact, .. } | Self::Words { fact, .. } => *fact,
        }
    }

    /// The clause.
    pub fn provenance(&self) -> &Provenance {
        match self {
            Self::Size { limit, .. } => &limit.provenance,
            Self::Words { provenance, .. } => provenance,
        }
    }

    /// The condition of a row that says these two fields and, where the fact is a number, a bound.
    pub(super) fn read(row: &mut EntryReader, fact: Fact, any_of: Option<Vec<String>>) -> Result<Self> {
        let is_words = matches!(fact, Fact::Status | Fact::Industry | Fact::FirePlan);
        row.show("fact", "", &fact);
        row.show("any_of", "", &any_of);
        match any_of {
            Some(any_of) if is_words => Ok(Self::Words { fact, any_of, provenance: row.provenance()? }),
            Some(_) => {
                let fact = fact.code();
                Err(row.refuse(format!(
                    "`{fact}` 是数，不能用 any_of，请写界限 | compares `{fact}` with words; give it a bound"
                )))
            }
            None if is_words => {
                let fact = fact.code();
                Err(row.refuse(format!("`{fact}` 须写 any_of = [\"…\"] | needs any_of = [\"…\"] for `{fact}`")))
            }
            None => Ok(Self::Size { fact, limit: row.limit_of(fact.label(), unit_of(fact.code()))? }),
        }
    }
}

/// When a town needs something: the kinds of town it is about, and conditions. No conditions: always.
#[derive(Debug, Clone)]
pub struct Criteria {
    /// The kinds of town it is about.
    pub kinds: Vec<TownKind>,
    /// What must hold of the town.
    pub conditions: Vec<Condition>,
    /// What the rows inherit.
    pub provenance: Provenance,
}

impl Rule for Criteria {
    fn read(entry: &mut EntryReader) -> Result<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Own {
            kinds: Option<Vec<TownKind>>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct OwnOfRow {
            fact: Fact,
            any_of: Option<Vec<String>>,
        }
        let Own { kinds: Some(kinds) } = entry.own()? else {
            return Err(entry.refuse(
                "须写 kinds = [\"town\", \"township\"]，说明适用于哪些乡镇 | \
                 needs kinds = [\"town\", \"township\"]: which towns it is about",
            ));
        };
        entry.show("kinds", "", &kinds);
        let (conditions, provenance) = entry.rows(|row| {
            let OwnOfRow { fact, any_of } = row.own()?;
            Condition::read(row, fact, any_of)
        })?;
        Ok(Self { kinds, conditions, provenance })
    }
}
