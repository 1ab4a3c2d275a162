//! Key figures of the water without mains.

use super::WaterRun;
use super::sources::{SitedPoint, Usability};
use super::summary::{TownSupply, TownWater};
use super::villages::{SitedVillage, Supply};
use fireplan_model::findings::Figure;

pub(super) fn figures(
    run: &WaterRun,
    points: &[SitedPoint],
    villages: &[SitedVillage],
    towns: &[TownWater],
) -> Vec<Figure> {
    vec![supplied(run, villages), people_without(villages), usable(points), dry(towns)]
}

fn supplied(run: &WaterRun, villages: &[SitedVillage]) -> Figure {
    let (count, trucks) = (villages.len(), run.question.trucks);
    let percent = |part: usize| (count > 0).then(|| (part as f64 / count as f64 * 1000.0).round() / 10.0);
    let enough = villages.iter().filter(|village| village.row.supply.is_enough()).count();
    let perhaps = villages.iter().filter(|village| village.row.supply == Supply::Undetermined).count();
    let label = "供水满足的村庄 | Villages with enough water";
    Figure::new("villages_supplied_percent", label, percent(enough), "%")
        .range(percent(enough).zip(percent(enough + perhaps)).map(|(low, high)| [low, high]))
        .remark(
            format!("共 {count} 个村庄，{trucks} 辆车运水；区间上限为待核者均可用"),
            format!(
                "of {count} villages, {trucks} trucks in the shuttle; the upper end if what is undetermined can be used"
            ),
        )
}

fn people_without(villages: &[SitedVillage]) -> Figure {
    let people = |wanted: &dyn Fn(Supply) -> bool| -> u32 {
        let wanted = villages.iter().filter(|village| wanted(village.row.supply));
        wanted.filter_map(|village| village.row.population_people).sum()
    };
    let without = people(&|supply| matches!(supply, Supply::Short | Supply::Dry));
    let undetermined = people(&|supply| supply == Supply::Undetermined);
    let label = "供水不足的村庄人口 | People in villages without enough";
    Figure::new("villages_without_people", label, Some(f64::from(without)), "人")
        .range(Some([f64::from(without), f64::from(without + undetermined)]))
        .remark(
            "按村庄常住人口；上限为待核者均不可用",
            "by residents of villages; the upper end if nothing undetermined can be used",
        )
}

fn usable(points: &[SitedPoint]) -> Figure {
    let count = |usable: Usability| points.iter().filter(|point| point.row.usable == usable).count();
    let (usable, doubtful, unusable) =
        (count(Usability::Usable), count(Usability::Undetermined), count(Usability::Unusable));
    Figure::new("water_usable", "可用取水处 | Usable places to draw water", Some(usable as f64), "处")
        .range(Some([usable as f64, (usable + doubtful) as f64]))
        .remark(
            format!("另有 {doubtful} 处待核、{unusable} 处不可用"),
            format!("{doubtful} more undetermined, {unusable} unusable"),
        )
}

fn dry(towns: &[TownWater]) -> Figure {
    let dry: Vec<&str> =
        towns.iter().filter(|town| town.supply == TownSupply::Dry).map(|town| town.town.as_str()).collect();
    let value = (!towns.is_empty()).then_some(dry.len() as f64);
    let figure = Figure::new("towns_dry", "无任何消防供水的乡镇 | Towns without any water", value, "个");
    if towns.is_empty() {
        figure.remark("没有乡镇界线，待核", "no towns in the data: undetermined")
    } else {
        figure.remark(dry.join("、"), dry.join(", "))
    }
}
