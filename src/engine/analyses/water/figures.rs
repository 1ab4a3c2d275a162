//! Key figures of the water without mains.

use super::intakes::SitedIntake;
use super::relay::HoseRoads;
use super::remedies::Remedy;
use super::sources::{SitedPoint, Usability};
use super::summary::{SUPPLIES, TownSupply, TownWater};
use super::villages::{SitedVillage, Supply};
use super::{WaterRun, needed_pool_m3};
use crate::worst_first::WorstFirst;
use fireplan_model::findings::Figure;
use fireplan_model::rows::Label;

pub(super) fn figures(
    run: &WaterRun,
    points: &[SitedPoint],
    villages: &[SitedVillage],
    towns: &[TownWater],
    intakes: &[SitedIntake],
) -> Vec<Figure> {
    vec![
        supplied(run, points, villages),
        people_without(villages),
        pools(run, villages),
        new_intakes(intakes),
        usable(run, points),
        dry(run, towns),
    ]
}

/// Whether the supply hangs on a fact or a pump that may be missing.
fn is_open(supply: Supply) -> bool {
    matches!(supply, Supply::Undetermined | Supply::Pumps)
}

fn supplied(run: &WaterRun, points: &[SitedPoint], villages: &[SitedVillage]) -> Figure {
    let (count, trucks) = (villages.len(), run.fleet(&run.rules.water));
    let percent = |part: usize| (count > 0).then(|| (part as f64 / count as f64 * 1000.0).round() / 10.0);
    let of = |wanted: &dyn Fn(Supply) -> bool| villages.iter().filter(|village| wanted(village.row.supply)).count();
    let (enough, open) = (of(&Supply::is_enough), of(&is_open));
    let [mains, at_hand, relay, shuttle] =
        [Supply::Mains, Supply::AtHand, Supply::Relay, Supply::Shuttle].map(|supply| of(&|other| other == supply));
    let doubtful = points.iter().filter(|point| point.row.usable == Usability::Undetermined).count();
    let needed = &run.rules.water.village_flow_l_s;
    let (flow, cite) = (needed.bound(), needed.provenance.cite_label());
    let (tank, draw, pumps) = (run.question.tank_m3, run.question.draw_l_s, HoseRoads::most_engines(run, run.rules));
    let label = "供水满足的村庄 | Villages with enough water";
    Figure::new("villages_supplied_percent", label, percent(enough), "%")
        .range(percent(enough).zip(percent(enough + open)).map(|(low, high)| [low, high]))
        .remark(
            format!(
                "共 {count} 个村庄：有消火栓 {mains}、水源就近 {at_hand}、接力 {relay}、运水 {shuttle}，待核或待配手抬泵 {open}。\
                 依据：每村 {flow}（{}）；运水 {trucks} 辆×{tank} m³、取水 {draw} L/s（参数）；接力不超过 {pumps} 级泵。\
                 下限不计待核水源，上限为 {doubtful} 处待核取水处均可用并配齐手抬泵；上下限相差大时先核水源",
                cite.zh
            ),
            format!(
                "of {count} villages: {mains} by hydrants, {at_hand} by water at hand, {relay} by relay, {shuttle} by shuttle, {open} \
                 undetermined or if pumps are there. It rests on {flow} a village ({}), {trucks} trucks of {tank} m³ drawing {draw} L/s, \
                 relays of {pumps} pumps at most; the upper end if all {doubtful} undetermined places can be used",
                cite.en
            ),
        )
}

fn people_without(villages: &[SitedVillage]) -> Figure {
    let without = villages.iter().filter(|village| matches!(village.row.supply, Supply::Short | Supply::Dry));
    let list = WorstFirst::of(without.map(|village| village.row.population_people.map(f64::from)));
    let open: u32 = villages
        .iter()
        .filter(|village| is_open(village.row.supply))
        .filter_map(|village| village.row.population_people)
        .sum();
    let told = list.tell("个村", "villages");
    let label = "供水不足的村庄人口 | People in villages without enough";
    Figure::new("villages_without_people", label, Some(list.people), "人")
        .range(Some([list.people, list.people + f64::from(open)]))
        .remark(
            format!("按村庄常住人口，{}；上限为待核者均不可用", told.zh),
            format!("by residents of villages, {}; the upper end if nothing undetermined can be used", told.en),
        )
}

fn pools(run: &WaterRun, villages: &[SitedVillage]) -> Figure {
    let asked = || villages.iter().filter(|village| village.row.pool_m3.is_some());
    let list = WorstFirst::of(asked().map(|village| village.row.population_people.map(f64::from)));
    let cost_wan_yuan: f64 = asked().filter_map(|village| village.row.cost_wan_yuan).sum::<f64>() + 0.0;
    let shuttled = asked().filter(|village| village.row.remedy == Remedy::PoolAfterShuttle).count();
    let (told, m3, most) =
        (list.tell("处", "pools"), needed_pool_m3(&run.rules.water), run.rules.water.shuttle_trucks.bound());
    let label = "须建消防水池的村庄 | Villages that need a pool";
    Figure::new("villages_pools", label, Some(list.rows as f64), "处").remark(
        format!(
            "{}；每处不小于 {m3} m³，合计约 {cost_wan_yuan:.0} 万元；其中 {shuttled} 处建成前可运水，其余运水所需车辆超出 {most}",
            told.zh
        ),
        format!(
            "{}; {m3} m³ each or more, some {cost_wan_yuan:.0} x 10,000 yuan in all; a shuttle helps {shuttled} until then, the rest would \
             take more trucks than {most}",
            told.en
        ),
    )
}

fn new_intakes(intakes: &[SitedIntake]) -> Figure {
    let rows = || intakes.iter().map(|intake| &intake.row);
    let list = WorstFirst::of(rows().map(|intake| intake.supplied_people.map(f64::from)));
    let (verify, villages) =
        (rows().filter(|intake| intake.verify).count(), rows().map(|intake| intake.supplied).sum::<u32>());
    let label = "值得修建的取水点 | Intakes worth building";
    Figure::new("water_intakes", label, Some(list.rows as f64), "处").remark(
        format!("{villages} 个村、{:.0} 人由不足转为满足；其中 {verify} 处须先核实水源；不设在桥梁、桥台", list.people),
        format!(
            "{villages} villages with {:.0} people become supplied; the water of {verify} must be verified first; none at a bridge",
            list.people
        ),
    )
}

fn usable(run: &WaterRun, points: &[SitedPoint]) -> Figure {
    let count = |usable: Usability| points.iter().filter(|point| point.row.usable == usable).count();
    let [usable, by_pump, doubtful, unusable] =
        [Usability::Usable, Usability::ByPump, Usability::Undetermined, Usability::Unusable].map(count);
    let (hose, bridge) = (run.rules.water.suction_hose_m.bound(), run.rules.water.bridge_clear_m.bound());
    Figure::new("water_usable", "可用取水处 | Usable places to draw water", Some(usable as f64), "处")
        .range(Some([usable as f64, (usable + by_pump + doubtful) as f64]))
        .remark(
            format!("另有 {by_pump} 处须配手抬泵、{doubtful} 处待核、{unusable} 处不可用；吸水管斜长 {hose}，离桥 {bridge}"),
            format!(
                "{by_pump} more with portable pumps, {doubtful} undetermined, {unusable} unusable; suction hose {hose}, {bridge} from bridges"
            ),
        )
}

fn dry(run: &WaterRun, towns: &[TownWater]) -> Figure {
    let dry: Vec<&str> =
        towns.iter().filter(|town| town.supply == TownSupply::Dry).map(|town| town.town.as_str()).collect();
    let value = (!towns.is_empty()).then_some(dry.len() as f64);
    let figure = Figure::new("towns_dry", "无任何消防供水的乡镇 | Towns without any water", value, "个");
    let lacking: Vec<Label> = SUPPLIES.iter().filter(|id| !run.area.has(**id)).map(|id| id.label()).collect();
    if towns.is_empty() {
        figure.remark("没有乡镇界线，待核", "no towns in the data: undetermined")
    } else if let [lacking, ..] = lacking.as_slice() {
        let remark = Label::new(
            format!("没有{}图层，待核", lacking.zh),
            format!("the area has no layer of {}: undetermined", lacking.en.to_lowercase()),
        );
        Figure { value: None, ..figure }.remark(remark.zh, remark.en)
    } else {
        figure.remark(dry.join("、"), dry.join(", "))
    }
}
