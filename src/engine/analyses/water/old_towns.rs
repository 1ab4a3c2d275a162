//! Old towns (古镇): their mains, their pool, and an intake where a river is near.
//!
//! Which towns are old is told by [`crate::old_towns`]; a name is a hint, so that is told as one. What it must have comes from
//! the rules; for 温泉 in 开州, from the district's notice, which the profile carries.
//!
//! The notice asks for a pool of so many cubic metres *and* enough for the fire. The latter is the flow of the town by its
//! residents over the duration of a fire, held against the water of all its pools together. The flow hangs on the residents of the
//! built-up area. Where they are not known, it is no less than that of the smallest town and no more than that of a town of all
//! residents; what lies between the two is 待核.

use geo::{Contains, Distance, Euclidean, InteriorPoint};

use super::WaterRun;
use super::sources::{SitedPoint, Usability};
use crate::duties::facts::TownFacts;
use crate::duties::listing::is_namesake;
use crate::old_towns::{OldTownEvidence, known_as_old};
use fireplan_model::findings::{Check, Obliged, Verdict};
use fireplan_model::layers::{HydrantState, LayerId, Town, WaterKind};
use fireplan_model::notes::Notes;
use fireplan_model::notes::Severity;
use fireplan_model::rows::Label;
use fireplan_model::rules::{Limit, Op, WaterRules};

/// The checks of every old town.
pub(super) fn checks(run: &WaterRun, points: &[SitedPoint], notes: &mut Notes) -> Vec<Check> {
    let towns = run.area.layers.towns.iter();
    let old: Vec<(&Town, OldTownEvidence)> =
        towns.filter_map(|town| known_as_old(run.area, town).map(|known| (town, known))).collect();
    if old.is_empty() && !run.area.layers.towns.is_empty() {
        let text = "没有身份、产业或名称标明为古镇的乡镇，古镇供水要求未适用；如有古镇，请在乡镇图层的“身份”中写明 | No town is said to be an old town, nor called one: their rule was not applied. If there is one, say so in the status of the towns layer";
        notes.add(Severity::Info, Some(LayerId::Towns), text, "");
    }
    for (town, known) in &old {
        if let OldTownEvidence::Named(name) = known {
            let text = "仅凭名称认定为古镇，按古镇供水要求核对，身份请核实 | Taken for old towns by a name only and held against their rule: verify their status";
            notes.add(Severity::Warning, Some(LayerId::Towns), text, format!("{}（{name}）", town.name));
        }
    }
    old.into_iter().flat_map(|(town, _)| of_town(run, points, town)).collect()
}

/// The name by which rules bind the town: none for a namesake in another county than the notice's.
fn bound_name<'t>(run: &WaterRun, town: &'t Town) -> &'t str {
    let facts = TownFacts { name: town.name.clone(), code: town.code.clone(), ..TownFacts::default() };
    if is_namesake(&run.rules.brigade, &facts) { "" } else { &town.name }
}

fn of_town(run: &WaterRun, points: &[SitedPoint], town: &Town) -> Vec<Check> {
    let name = bound_name(run, town);
    let (pipe_limit, pool_limit) =
        (run.rules.water.old_town_pipe_mm.at(name), run.rules.water.old_town_pool_m3.at(name));
    let layers = &run.area.layers;
    let hydrants = layers.hydrants.iter().filter(|hydrant| town.geometry.contains(&hydrant.geometry));
    let diameters: Vec<Option<f64>> =
        hydrants.filter(|h| h.state != HydrantState::OutOfService).map(|h| h.diameter_mm).collect();
    let least = diameters.iter().flatten().copied().reduce(f64::min);
    // One pipe too thin decides; otherwise every diameter must be known.
    let pipe =
        least.filter(|least| diameters.iter().all(Option::is_some) || !pipe_limit.op.holds(*least, pipe_limit.value));
    let inside =
        |point: &&SitedPoint| town.geometry.contains(&run.area.layers.water_sources[point.source.index()].geometry);
    let pools: Vec<&SitedPoint> = points
        .iter()
        .filter(inside)
        .filter(|point| matches!(point.row.kind, WaterKind::Pool | WaterKind::Tank))
        .collect();
    let largest = pools.iter().filter_map(|pool| pool.row.volume_m3).reduce(f64::max);
    let pool = largest
        .filter(|largest| {
            pool_limit.op.holds(*largest, pool_limit.value) || pools.iter().all(|pool| pool.row.volume_m3.is_some())
        })
        .or(pools.is_empty().then_some(0.0));
    let mut checks = vec![pipe_limit.check(&town.name, pipe), pool_limit.check(&town.name, pool)];
    checks.push(hold_need(&run.rules.water, (town, name), &pools));
    checks.extend(intake(run, points, town));
    checks
}

/// The water of all pools of an old town against what a fire takes there.
fn hold_need(rules: &WaterRules, (town, name): (&Town, &str), pools: &[&SitedPoint]) -> Check {
    let (least_m3, most_m3) = needs_m3(rules, town);
    let known_m3: f64 = pools.iter().filter_map(|pool| pool.row.volume_m3).sum::<f64>() + 0.0;
    let all_known = pools.iter().all(|pool| pool.row.volume_m3.is_some());
    // Enough for the largest need there may be is enough, too little for the smallest is too little; all else hangs on a fact.
    let measured = match () {
        () if known_m3 >= most_m3 => Some(known_m3),
        () if all_known && known_m3 < least_m3 => Some(known_m3),
        () => None,
    };
    let value = if measured.is_some_and(|m3| m3 < least_m3) { least_m3 } else { most_m3 };
    // The duty stands in the same sentence as the pool's.
    let provenance = rules.old_town_pool_m3.at(name).provenance.clone();
    let label = Label::new("古镇消防水池总容积", "Water in the fire pools of an old town");
    let limit = Limit { key: "water.old_town_need_m3", label, op: Op::AtLeast, value, unit: "m³", provenance };
    let check = limit.check(&town.name, measured);
    let (hours, unsure) = (rules.fire_duration_h.value, least_m3 != most_m3);
    let from = if unsure {
        format!("{least_m3:.0}—{most_m3:.0} m³，建成区人口待核")
    } else {
        format!("{most_m3:.0} m³")
    };
    let from_en = if unsure { "; residents of the built-up area are not known" } else { "" };
    let text = Label::new(
        format!("{}；灭火需要按流量 × {hours} 小时为 {from}，流量按人口取自表3.2.2，未核实", check.text.zh),
        format!(
            "{}; the need is flow × {hours} h, {least_m3:.0}-{most_m3:.0} m³, the flow by residents unverified{from_en}",
            check.text.en
        ),
    );
    Check { text, ..check }
}

/// The least and the most that fires may take in a town, in cubic metres.
fn needs_m3(rules: &WaterRules, town: &Town) -> (f64, f64) {
    const S_PER_H: f64 = 3_600.0;
    const L_PER_M3: f64 = 1_000.0;
    let rows = &rules.old_town_flow_l_s;
    let of_row = |row: Option<&fireplan_model::rules::TownFlow>| {
        let flow_l_s = row.map_or(0.0, |row| row.fires * row.flow_l_s);
        flow_l_s * rules.fire_duration_h.value * S_PER_H / L_PER_M3
    };
    let of = |people: u32| of_row(rows.iter().find(|row| f64::from(people) <= row.up_to_people).or(rows.last()));
    match (town.built_up_people, town.total_people) {
        (Some(people), _) => (of(people), of(people)),
        (None, Some(all)) => (of_row(rows.first()), of(all)),
        (None, None) => (of_row(rows.first()), of_row(rows.last())),
    }
}

/// Where a river runs by the built-up area, an intake must be there.
fn intake(run: &WaterRun, points: &[SitedPoint], town: &Town) -> Option<Check> {
    let layers = &run.area.layers;
    let near = &run.rules.water.old_town_river_m;
    let in_town = |area: &&fireplan_model::layers::BuiltUp| {
        area.geometry.interior_point().is_some_and(|at| town.geometry.contains(&at))
    };
    let built_up: Vec<_> = layers.built_up.iter().filter(in_town).collect();
    let rivers = layers.water_sources.iter().filter(|water| water.kind == WaterKind::River);
    let distance = |river: &fireplan_model::layers::WaterSource| {
        let of_area = built_up
            .iter()
            .map(|area| Euclidean.distance(&river.geometry, &geo::Geometry::MultiPolygon(area.geometry.clone())));
        of_area.fold(f64::INFINITY, f64::min)
    };
    let nearest = rivers.map(distance).fold(f64::INFINITY, f64::min);
    if nearest > near.value {
        return None;
    }
    let intakes: Vec<&SitedPoint> = points
        .iter()
        .filter(|point| {
            point.row.kind == WaterKind::Intake
                && town.geometry.contains(&layers.water_sources[point.source.index()].geometry)
        })
        .collect();
    let verdict = match () {
        () if intakes.iter().any(|intake| intake.row.usable == Usability::Usable) => Verdict::Pass,
        () if intakes.iter().any(|intake| intake.row.usable != Usability::Unusable) => Verdict::Undetermined,
        () => Verdict::Fail,
    };
    // The duty stands in the same sentence as the pool's.
    let provenance = &run.rules.water.old_town_pool_m3.at(bound_name(run, town)).provenance;
    let verdict = if verdict == Verdict::Fail && !provenance.is_verified() { Verdict::Warn } else { verdict };
    let count = intakes.len();
    Some(Check {
        subject: town.name.clone(),
        rule: "water.old_town_river_m".to_owned(),
        cite: provenance.cite.clone(),
        bound: "临近河流处应设取水码头".to_owned(),
        measured: Some(count as f64),
        verdict,
        text: Label::new(
            format!(
                "{}：建成区离河 {nearest:.0} 米，有取水码头 {count} 处；临近河流处应当设置消防车取水码头（{}）",
                town.name,
                provenance.cite_label().zh
            ),
            format!(
                "{}: a river runs {nearest:.0} m from the built-up area, with {count} intakes; an intake is required where a river is near ({})",
                town.name,
                provenance.cite_label().en
            ),
        ),
        feature: None,
        obliged: Obliged::of(provenance),
    })
}
