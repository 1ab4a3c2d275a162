//! What a person reads who clicks a place to draw water, a village or a proposed intake.

use super::intakes::Intake;
use super::remedies::Remedy;
use super::sources::WaterPoint;
use super::villages::{Supply, VillageWater};
use super::{WaterRun, needed_pool_m3};
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
        |lift| {
            (
                format!("，吸水高度按高程推算约 {lift} 米，须实测"),
                format!(", lift some {lift} m by the elevation model, to be measured"),
            )
        },
    );
    let volume = point.volume_m3.map_or_else(
        || (String::new(), String::new()),
        |volume| (format!("，容积 {volume} 立方米"), format!(", {volume} m³")),
    );
    let means = point.means.map_or_else(Label::default, |means| {
        let means = means.label();
        Label::new(format!("，{}", means.zh), format!(", {}", means.en.to_lowercase()))
    });
    let verdict = point.usable.label();
    let why = if point.why.zh.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("：{}", point.why.zh), format!(": {}", point.why.en))
    };
    Label::new(
        format!(
            "{}（{}）：{}{}{}{}。判定：{}{}。",
            point.name, kind.zh, bank.0, lift.0, volume.0, means.zh, verdict.zh, why.0
        ),
        format!(
            "{} ({}): {}{}{}{}. {}{}.",
            point.name,
            kind.en.to_lowercase(),
            bank.1,
            lift.1,
            volume.1,
            means.en,
            verdict.en,
            why.1
        ),
    )
}

/// How a village has its water, what a shuttle would bring, and what is to be done.
pub(super) fn tell_village(run: &WaterRun, village: &VillageWater) -> Label {
    let (supply, shuttle, remedy) = (village.supply.label(), tell_shuttle(run, village), tell_remedy(run, village));
    let doubt = match village.doubtful_min {
        Some(min) if min <= 0.0 && !village.supply.is_enough() => Label::new(
            format!("村旁“{}”是否可用待核。", village.doubtful_water),
            format!(" Whether {} beside it can be used is not known.", village.doubtful_water),
        ),
        Some(min) if !village.supply.is_enough() => Label::new(
            format!("“{}”{min} 分钟可到，但是否可用待核。", village.doubtful_water),
            format!(" {} is {min} min away, but whether it can be used is not known.", village.doubtful_water),
        ),
        _ => Label::default(),
    };
    Label::new(
        format!("{}：{}。{}{}{}", village.name, supply.zh, shuttle.zh, doubt.zh, remedy.zh),
        format!("{}: {}.{}{}{}", village.name, supply.en.to_lowercase(), shuttle.en, doubt.en, remedy.en),
    )
}

/// What a shuttle from the nearest usable water sustains; nothing where the village needs none.
fn tell_shuttle(run: &WaterRun, village: &VillageWater) -> Label {
    if matches!(village.supply, Supply::Mains | Supply::AtHand) {
        return Label::default();
    }
    let (Some(vehicle), Some(round_min), Some(flow)) = (village.vehicle, village.round_min, village.flow_l_s) else {
        return Label::new("没有消防车能到的可用水源。", " No usable water that an engine gets to.");
    };
    let water = &run.rules_at(village.geometry.0).water;
    let (needed, most, trucks) = (&water.village_flow_l_s, &water.shuttle_trucks, run.fleet(water));
    let lasts = village.lasts_min.map_or_else(Label::default, |min| {
        Label::new(
            format!("，按此流量水源可供约 {min:.0} 分钟"),
            format!("; at this rate the source lasts some {min:.0} min"),
        )
    });
    let need = village.trucks_needed.map_or_else(
        || {
            Label::new(
                format!("，靠运水无法达标（超出运水车辆上限 {}）", most.bound()),
                format!("; no shuttle of {} trucks does", most.bound()),
            )
        },
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
            " A shuttle by {} from {} takes {round_min} min a round; {trucks} trucks sustain {flow} L/s (required {}){}{}.",
            vehicle.label().en.to_lowercase(),
            village.water,
            needed.bound(),
            need.en,
            lasts.en
        ),
    )
}

/// What is to be done for the village's water.
fn tell_remedy(run: &WaterRun, village: &VillageWater) -> Label {
    let water = &run.rules_at(village.geometry.0).water;
    let pool = || {
        let (m3, wan_yuan) = (village.pool_m3.unwrap_or_default(), village.cost_wan_yuan.unwrap_or_default());
        let (flow, hours, whole_m3) =
            (water.village_flow_l_s.value, water.fire_duration_h.value, needed_pool_m3(water));
        let there_m3 = whole_m3 - m3;
        if there_m3 <= 0.0 {
            return Label::new(
                format!("须建消防水池 {m3} 立方米（{flow} L/s × {hours} 小时），约 {wan_yuan} 万元"),
                format!("A pool of {m3} m³ is needed ({flow} L/s for {hours} h), some {wan_yuan} x 10,000 yuan"),
            );
        }
        Label::new(
            format!(
                "须建消防水池，共不小于 {whole_m3} 立方米（{flow} L/s × {hours} 小时）；已有 {there_m3} 立方米，扩建即可，须建 {m3} 立方米，约 {wan_yuan} 万元"
            ),
            format!(
                "A pool of {whole_m3} m³ or more is needed ({flow} L/s for {hours} h); {there_m3} m³ are there and can be added to: {m3} m³ to build, some {wan_yuan} x 10,000 yuan"
            ),
        )
    };
    match village.remedy {
        Remedy::Nothing => Label::default(),
        Remedy::Relay => {
            let (m, engines) = (village.relay_m.unwrap_or_default(), village.relay_engines.unwrap_or_default());
            Label::new(
                format!("可沿路铺 {m} 米水带、用 {engines} 级泵接力供水，须编制预案并核对车载水带。"),
                format!(
                    " A relay of {engines} pumps and {m} m of hose along the road does; plan it and check the hose carried."
                ),
            )
        }
        Remedy::Shuttle => Label::new("须编制运水预案。", " Plan the shuttle."),
        Remedy::Pumps => {
            let pumps = (water.village_flow_l_s.value / water.portable_pump_l_s.value).ceil();
            Label::new(
                format!("村旁有水而消防车停不到水边，须配 {pumps} 台手抬泵。"),
                format!(" There is water near that no engine stands beside: {pumps} portable pumps would do."),
            )
        }
        Remedy::Intake => {
            Label::new("修建取水点后可满足，见候选取水点。", " An intake would supply it; see the intakes.")
        }
        Remedy::Verify => Label::new("先核实水源，再定措施。", " Verify the water first."),
        Remedy::PoolAfterShuttle => {
            let (pool, trucks) = (pool(), village.trucks_needed.unwrap_or_default());
            Label::new(
                format!("{}；建成前由 {trucks} 辆车运水。", pool.zh),
                format!(" {}; until then {trucks} trucks carry water.", pool.en),
            )
        }
        Remedy::Pool => {
            let pool = pool();
            Label::new(format!("{}。", pool.zh), format!(" {}.", pool.en))
        }
    }
}

/// Why an intake is worth building, by the villages that become supplied through it.
pub(super) fn tell_intake(intake: &Intake) -> Label {
    let road = if intake.road.is_empty() { "无名道路" } else { &intake.road };
    let (bank_m, lift) =
        (intake.bank_m.unwrap_or(0.0), intake.lift_m.map_or_else(String::new, |lift| format!("，高差约 {lift} 米")));
    let people = intake.supplied_people.map_or_else(
        || Label::new("人口待核", "people not known"),
        |people| Label::new(format!("{people} 人"), format!("{people} people")),
    );
    let (verify_zh, verify_en) = if intake.verify {
        ("须先核实该水源常年可取。", " Verify first that there is water all year.")
    } else {
        ("", "")
    };
    Label::new(
        format!(
            "{road}在这里离{}水边约 {bank_m} 米{lift}，可修取水码头或取水平台，约 {} 万元。建成后 {} 个村（{}）由供水不足或待核转为满足：{}。{verify_zh}",
            intake.name, intake.cost_wan_yuan, intake.supplied, people.zh, intake.villages
        ),
        format!(
            "{road} comes to within {bank_m} m of {} here: a place for an intake. {} villages ({}) become supplied: {}.{verify_en}",
            intake.name, intake.supplied, people.en, intake.villages
        ),
    )
}
