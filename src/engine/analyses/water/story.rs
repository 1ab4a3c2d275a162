//! What a person reads who clicks a place to draw water, a village or a proposed intake.

use super::WaterRun;
use super::intakes::Intake;
use super::sources::WaterPoint;
use super::villages::VillageWater;
use fireplan_model::layers::VehicleClass;
use fireplan_model::rows::Label;

/// How near an engine gets to the water, and why the water can be used, cannot, or is undetermined.
pub(super) fn tell_point(point: &WaterPoint) -> Label {
    let kind = point.kind.label();
    let bank = point.bank_m.map_or_else(
        || ("附近没有消防车能到的道路".to_owned(), "no engine gets near".to_owned()),
        |bank_m| {
            let road = if point.road.is_empty() { "无名道路" } else { &point.road };
            let vehicle = point.vehicle.map_or_else(|| Label::new("", ""), VehicleClass::label);
            (
                format!("{}可沿{road}到离水边 {bank_m} 米处", vehicle.zh),
                format!("a {} gets to within {bank_m} m of the water on {road}", vehicle.en.to_lowercase()),
            )
        },
    );
    let lift = point.lift_m.map_or_else(
        || (String::new(), String::new()),
        |lift| (format!("，吸水高度约 {lift} 米"), format!(", lift some {lift} m")),
    );
    let volume = point.volume_m3.map_or_else(
        || (String::new(), String::new()),
        |volume| (format!("，容积 {volume} 立方米"), format!(", {volume} m³")),
    );
    let verdict = point.usable.label();
    let why = if point.why.zh.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("：{}", point.why.zh), format!(": {}", point.why.en))
    };
    Label::new(
        format!("{}（{}）：{}{}{}。判定：{}{}。", point.name, kind.zh, bank.0, lift.0, volume.0, verdict.zh, why.0),
        format!(
            "{} ({}): {}{}{}. {}{}.",
            point.name,
            kind.en.to_lowercase(),
            bank.1,
            lift.1,
            volume.1,
            verdict.en,
            why.1
        ),
    )
}

/// What a shuttle brings to a village, what it lacks, and the undetermined water that might help.
pub(super) fn tell_village(run: &WaterRun, village: &VillageWater) -> Label {
    let needed = &run.rules.water.village_flow_l_s;
    let trucks = run.question.trucks;
    let shuttle = match (village.vehicle, village.round_min, village.flow_l_s) {
        (Some(vehicle), Some(round_min), Some(flow)) => {
            let lasts = village.lasts_min.map_or_else(Label::default, |min| {
                Label::new(
                    format!("，按此流量水源可供约 {min:.0} 分钟"),
                    format!("; at this rate the source lasts some {min:.0} min"),
                )
            });
            let need = village.trucks_needed.map_or_else(
                || Label::new("，取水流量所限，加车也不够", "; more trucks do not help, drawing is the limit"),
                |needed| Label::new(format!("，达标需 {needed} 辆"), format!("; {needed} trucks would do")),
            );
            Label::new(
                format!(
                    "到最近可用水源“{}”用{}运水，一趟 {round_min} 分钟，{trucks} 辆车可持续供 {flow} L/s（需要 {}）{}{}。",
                    village.water,
                    vehicle.label().zh,
                    needed.bound(),
                    need.zh,
                    lasts.zh
                ),
                format!(
                    "A shuttle by {} from {} takes {round_min} min a round; {trucks} trucks sustain {flow} L/s (required {}){}{}.",
                    vehicle.label().en.to_lowercase(),
                    village.water,
                    needed.bound(),
                    need.en,
                    lasts.en
                ),
            )
        }
        _ => Label::new("没有消防车能到的可用水源。", "No usable water that an engine gets to."),
    };
    let doubt = match village.doubtful_min {
        Some(min) if !village.supply.is_enough() => Label::new(
            format!("“{}”{min} 分钟可到，但是否可用待核。", village.doubtful_water),
            format!("{} is {min} min away, but whether it can be used is not known.", village.doubtful_water),
        ),
        _ => Label::default(),
    };
    let supply = village.supply.label();
    Label::new(
        format!("{}：{}。{}{}", village.name, supply.zh, shuttle.zh, doubt.zh),
        format!("{}: {}. {} {}", village.name, supply.en.to_lowercase(), shuttle.en, doubt.en),
    )
}

/// Why an intake is worth building, by the villages and people it would be nearest for.
pub(super) fn tell_intake(intake: &Intake) -> Label {
    let road = if intake.road.is_empty() { "无名道路" } else { &intake.road };
    let (bank_m, lift) =
        (intake.bank_m.unwrap_or(0.0), intake.lift_m.map_or_else(String::new, |lift| format!("，高差约 {lift} 米")));
    Label::new(
        format!(
            "{road}在这里离{}水边约 {bank_m} 米{lift}，可修取水码头或取水平台。它将是 {} 个村、{} 人最近的取水处，其中 {} 人目前供水不足。",
            intake.name, intake.villages, intake.people, intake.short_people
        ),
        format!(
            "{road} comes to within {bank_m} m of {} here: a place for an intake. It would be the nearest water of {} villages with {} people, {} of them without enough now.",
            intake.name, intake.villages, intake.people, intake.short_people
        ),
    )
}
