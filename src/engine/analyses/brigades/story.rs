//! A town's story in two sentences: what it is to have and why, and what it has or who comes instead.

use super::existing::BrigadeStanding;
use super::grade::Grade;
use super::support::{Helper, Support};
use crate::duties::facts::TownFacts;
use fireplan_model::layers::{Station, StationKind};
use fireplan_model::rows::Label;
use fireplan_model::rules::Tier;

/// What the story of one town is made of.
pub struct Telling<'a> {
    /// The facts of the town.
    pub facts: &'a TownFacts,
    /// Its tier with the reasons.
    pub grade: &'a Grade<'a>,
    /// How its brigade fares against the tier.
    pub standing: BrigadeStanding,
    /// The brigade that counts, if one stands in the town.
    pub brigade: Option<&'a Station>,
    /// What the brigade lacks, e.g. 消防车 1，应 ≥ 2.
    pub lacks: &'a [Label],
    /// When professional crews from elsewhere arrive.
    pub support: &'a Support,
    /// Name of the station that is first from elsewhere; empty if there is none.
    pub neighbour: &'a str,
    /// The time allowed to the first crew, in minutes.
    pub budget_min: f64,
}

/// Why the tier, in one sentence without the town's name.
pub fn reasons(grade: &Grade) -> Label {
    let (tier, trail) = (grade.tier_label(), &grade.trail);
    let missing = joined(&grade.missing);
    let computed = grade.computed_label();
    match grade.tier {
        Tier::NotApplicable if grade.adopted.is_none() => trail.clone(),
        Tier::Undetermined => Label::new(
            format!("待核，缺{}；{}", missing.zh, trail.zh),
            format!("undetermined, {} missing; {}", missing.en, trail.en),
        ),
        Tier::Uncovered => {
            Label::new(format!("条文没有涵盖：{}", trail.zh), format!("not covered by the text: {}", trail.en))
        }
        _ if grade.adopted.is_some() => Label::new(
            format!("{}；仅按事实计算为{}", trail.zh, computed.zh),
            format!("{}; by its facts alone: {}", trail.en, computed.en.to_lowercase()),
        ),
        _ => {
            let level = if grade.missing.is_empty() {
                Label::new("", "")
            } else {
                Label::new(
                    format!("；等级待核，缺{}", missing.zh),
                    format!("; level undetermined, {} missing", missing.en),
                )
            };
            Label::new(
                format!("应建{}：{}{}", tier.zh, trail.zh, level.zh),
                format!("needs: {}: {}{}", tier.en.to_lowercase(), trail.en, level.en),
            )
        }
    }
}

/// Labels in one line, each once.
pub fn joined(labels: &[Label]) -> Label {
    let mut seen: Vec<&Label> = Vec::new();
    for label in labels {
        if !seen.contains(&label) {
            seen.push(label);
        }
    }
    let (zh, en): (Vec<&str>, Vec<&str>) = seen.iter().map(|label| (label.zh.as_str(), label.en.as_str())).unzip();
    Label::new(zh.join("、"), en.join(", "))
}

/// The story of a town in two sentences: its tier with the reasons, then what it has and who comes from elsewhere.
pub fn tell(telling: &Telling) -> Label {
    let reasons = reasons(telling.grade);
    let (mine, others) = (own(telling), others(telling));
    let name = &telling.facts.name;
    let colon = if matches!(telling.grade.tier, Tier::NotApplicable) { "：" } else { "" };
    Label::new(
        format!("{name}{colon}{}。{}{}", reasons.zh, mine.zh, others.zh),
        format!("{name}: {}. {}{}", reasons.en, mine.en, others.en),
    )
}

/// The first half of the second sentence: the brigade that stands in the town, and what it lacks.
fn own(telling: &Telling) -> Label {
    let Some(station) = telling.brigade else {
        return match telling.standing {
            BrigadeStanding::Missing => Label::new("境内还没有队站，", "No brigade stands there yet; "),
            _ => Label::new("境内没有队站，", "No brigade stands there; "),
        };
    };
    let count = |value: Option<u32>, zh: &str, en: &str| {
        value.map_or_else(
            || Label::new(format!("{zh}数待核"), format!("{en} not known")),
            |n| Label::new(format!("{n}{zh}"), format!("{n} {en}")),
        )
    };
    let (vehicles, crew) = (count(station.vehicles, "车", "vehicles"), count(station.crew_people, "人", "people"));
    let lacks = joined(telling.lacks);
    let verdict = match telling.standing {
        BrigadeStanding::Short => Label::new(format!("，配备不足（{}）", lacks.zh), format!(", short of {}", lacks.en)),
        BrigadeStanding::Undetermined if station.kind.is_city_station() => Label::new(
            "，是城市消防站，是否另有本镇专职消防队待核",
            ", a city's station: whether the town has a brigade of its own beside it is not known",
        ),
        BrigadeStanding::Undetermined if station.kind == StationKind::TownBrigade && telling.lacks.is_empty() => {
            Label::new("，等级待核", ", its level is not known")
        }
        BrigadeStanding::Below => Label::new("，等级不够", ", a lower kind than needed"),
        BrigadeStanding::Undetermined if !telling.lacks.is_empty() => {
            Label::new(format!("，配备待核（{}）", lacks.zh), format!(", to be checked: {}", lacks.en))
        }
        _ => Label::new("", ""),
    };
    let name = station.name_or_id();
    Label::new(
        format!("境内有{name}（{}，{}、{}）{}，", station.kind.label().zh, vehicles.zh, crew.zh, verdict.zh),
        format!("There is {name} ({}, {}, {}){}; ", station.kind.label().en, vehicles.en, crew.en, verdict.en),
    )
}

/// The second half of the second sentence: the first professional crew from elsewhere, and whether it is in time.
fn others(telling: &Telling) -> Label {
    let Some(Helper { base_min, range_min, .. }) = &telling.support.neighbour else {
        return match telling.support.centre {
            None => {
                Label::new("镇区位置不明，外来力量到达时间待核。", "arrival from elsewhere unknown: centre not known.")
            }
            Some(_) if telling.support.is_out_of_reach => Label::new(
                "外来专职力量沿现有道路都到不了镇区。",
                "no professional crew from elsewhere gets to its centre by road.",
            ),
            Some(_) => Label::new("外来专职力量到达时间待核。", "arrival of crews from elsewhere is undetermined."),
        };
    };
    let range = range_min.map_or_else(String::new, |[high, low]| format!("（{high:.0}–{low:.0}）"));
    let late = if *base_min <= telling.budget_min { ("不超过", "within") } else { ("超过", "beyond") };
    let budget = telling.budget_min;
    // Rounded up: what is late must not read as in time.
    let shown = (base_min * 100.0).ceil() / 100.0;
    Label::new(
        format!("外来专职力量最快是{}，约{shown}分钟{range}到镇区，{}{budget}分钟。", telling.neighbour, late.0),
        format!("from elsewhere {} is first, in {shown} min {range}, {} {budget} min.", telling.neighbour, late.1),
    )
}

/// `消防车 1，应 ≥ 2` for what is short, `专职队员待核` for what nobody says.
pub fn lack(held: &super::existing::Held) -> Option<Label> {
    use fireplan_model::findings::Verdict;
    let item = held.resource.item.label();
    let bound = held.resource.limit.bound();
    match (held.check.verdict, held.present) {
        (Verdict::Fail | Verdict::Warn, Some(present)) => {
            let present = held.resource.limit.measured(present);
            Some(Label::new(
                format!("{} {present}，应 {bound}", item.zh),
                format!("{} {present}, {bound} needed", item.en),
            ))
        }
        (Verdict::Undetermined, _) => Some(Label::new(format!("{}待核", item.zh), format!("{} not known", item.en))),
        _ => None,
    }
}
