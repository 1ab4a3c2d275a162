//! What is handed over: rows of the layers and tables.

use geo::{LineString, MultiPolygon};

use super::existing::BrigadeStanding;
use crate::response::times::Reached;
use fireplan_model::layers::TownKind;
use fireplan_model::row;
use fireplan_model::rows::Label;
use fireplan_model::rules::{Confidence, Fact, ResourceItem, Tier};

row! {
    /// 乡镇消防队建队判定 | Which town needs which brigade
    pub struct TownBrigade {
        geometry: MultiPolygon,
        /// 排名(缺口最大、人口最多在前) | Rank, the worst with most people first
        rank: u32,
        /// 乡镇街道 | Town
        name: String,
        /// 类别 | Kind
        kind: Option<TownKind>,
        /// 应建队伍 | Brigade it is to have
        tier: Tier,
        /// 应建队伍(表述) | The brigade in words
        tier_text: Label,
        /// 现状 | As it stands
        standing: BrigadeStanding,
        /// 仅按事实计算 | By its facts alone
        computed_tier: Tier,
        /// 待核事实 | Facts that are missing
        missing_facts: String,
        /// 建成区面积 | Built-up area
        built_up_km2: Option<f64>,
        /// 面积由建成区面计算 | Area computed from polygons
        area_computed: bool,
        /// 建成区常住人口 | Residents of the built-up area
        built_up_people: Option<f64>,
        /// 常住总人口 | Total residents
        total_people: Option<f64>,
        /// 重点镇等身份 | Status
        status: String,
        /// 名录年份 | Year of the list
        status_year: Option<u32>,
        /// 本镇队站 | Its own brigade
        brigade: String,
        /// 外来首达专职力量 | First professional crew from elsewhere
        neighbour: String,
        /// 外来首达时间(至镇区) | Its time to the centre
        neighbour_min: Option<f64>,
        /// 外来首达时间(高速) | At high speed
        neighbour_high_min: Option<f64>,
        /// 外来首达时间(低速) | At low speed
        neighbour_low_min: Option<f64>,
        /// 村庄 | Villages
        villages: u32,
        /// 专职力量时限内可达村庄 | Villages that professional crews reach in time
        villages_in_time: u32,
        /// 依据未核实 | Rests on unverified figures
        unverified: bool,
        /// 说明 | In plain words
        story: Label,
    }
}

row! {
    /// 中心队辐射关系 | Who comes to each town from elsewhere
    pub struct HubService {
        geometry: LineString,
        /// 乡镇街道 | Town
        name: String,
        /// 首达专职力量 | First professional crew
        station: String,
        /// 到达情况 | Reached
        reached: Reached,
        /// 响应时间(至镇区) | Response time to the centre
        response_min: f64,
    }
}

row! {
    /// 接近门槛的乡镇 | Towns close to a threshold
    pub struct Near {
        geometry: (),
        /// 乡镇街道 | Town
        name: String,
        /// 事实 | Fact
        fact: Fact,
        /// 数值 | Value
        measured: String,
        /// 门槛 | Threshold
        bound: String,
        /// 相差 | Off by
        off_percent: f64,
        /// 现判定 | Tier now
        tier: Label,
        /// 过线后判定 | Tier on the other side
        otherwise: Label,
        /// 依据 | Clause
        cite: Label,
    }
}

row! {
    /// 队站配备核对 | What each brigade has and must have
    pub struct BrigadeResource {
        geometry: (),
        /// 乡镇街道 | Town
        name: String,
        /// 队站 | Brigade
        brigade: String,
        /// 核对所按的等级 | Tier it is held against
        tier: Tier,
        /// 项目 | Item
        item: ResourceItem,
        /// 要求 | Required
        required: String,
        /// 现有 | Present
        present: Option<f64>,
        /// 尚缺 | Missing
        missing: Option<f64>,
        /// 依据 | Clause
        cite: Label,
        /// 可信度 | Confidence
        confidence: Confidence,
    }
}

row! {
    /// 可合并建队的偏远乡镇 | Remote towns that one brigade could serve together
    pub struct ConsolidatedBrigade {
        geometry: (),
        /// 名次(服务人口最多在前) | Rank, the most people first
        rank: u32,
        /// 建队乡镇 | Where the brigade would stand
        host: String,
        /// 服务乡镇 | Town served
        name: String,
        /// 合建队服务乡镇数 | Towns that the brigade serves
        towns: u32,
        /// 乡镇常住人口 | Residents of the town
        total_people: Option<f64>,
        /// 合建队到达时间 | From the consolidated brigade
        response_min: f64,
        /// 现首达时间 | First professional crew now
        now_min: Option<f64>,
        /// 依据 | Clause
        cite: Label,
    }
}
