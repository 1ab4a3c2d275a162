//! Old towns (古镇): their mains, their pool, and an intake where a river is near.
//!
//! Which towns are old is told by [`crate::old_towns`]; a name is a hint, so that is told as one. What it must have comes from
//! the rules; for 温泉 in 开州, from the district's notice, which the profile carries.
//!
//! What a notice asks of an old town it asks of the old town, and not of the mountains of its township: counted are hydrants and pools
//! no farther from its built-up area than water serves (`water.radius_m`), and intakes where the river is near it. Without a built-up
//! area all of that is 待核.
//!
//! The notice asks for a pool of so many cubic metres *and* enough for the fire. The latter is the flow of the town by its
//! residents over the duration of a fire, held against the water of all its pools together. The flow hangs on the residents of the
//! built-up area. Where they are not known, it is no less than that of the smallest town and no more than that of a town of all
//! residents; what lies between the two is 待核.

use geo::{Distance, Euclidean, Geometry};

use super::WaterRun;
use super::sources::{SitedPoint, Usability};
use crate::old_towns::{OldTownEvidence, find_quarters, known_as_old};
use fireplan_model::findings::{Check, Obliged, Verdict};
use fireplan_model::ids::TownId;
use fireplan_model::layers::{BuiltUp, HydrantState, LayerId, Town, WaterKind};
use fireplan_model::notes::Notes;
use fireplan_model::notes::Severity;
use fireplan_model::rows::Label;
use fireplan_model::rules::{Limit, Op, WaterRules};

/// The checks of every old town.
pub(super) fn checks(run: &WaterRun, points: &[SitedPoint], notes: &mut Notes) -> Vec<Check> {
    let towns = TownId::first(run.area.layers.towns.len()).zip(&run.area.layers.towns);
    let old: Vec<(TownId, &Town, OldTownEvidence)> =
        towns.filter_map(|(id, town)| known_as_old(run.area, &run.local, id).map(|known| (id, town, known))).collect();
    if old.is_empty() && !run.area.layers.towns.is_empty() {
        let text = "没有身份、产业或名称标明为古镇的乡镇，古镇供水要求未适用；如有古镇，请在乡镇图层的“身份”中写明 | No town is said to be an old town, nor called one: their rule was not applied. If there is one, say so in the status of the towns layer";
        notes.add(Severity::Info, Some(LayerId::Towns), text, "");
    }
    for (_, town, known) in &old {
        if find_quarters(run.area, town).is_empty() {
            let text = "没有画出古镇的建成区，哪些消火栓、水池、取水码头属于古镇不清楚，古镇供水要求待核；请补充建成区 | The built-up area of an old town is not drawn: which hydrants, pools and intakes are its own is not known; add it";
            notes.add(Severity::Warning, Some(LayerId::BuiltUp), text, town.name.as_str());
        }
        if let OldTownEvidence::Named(name) = known {
            let text = "仅凭名称认定为古镇，按古镇供水要求核对，身份请核实 | Taken for old towns by a name only and held against their rule: verify their status";
            notes.add(Severity::Warning, Some(LayerId::Towns), text, format!("{}（{name}）", town.name));
        }
    }
    old.into_iter().flat_map(|(id, town, _)| of_town(run, &run.local.of(Some(id)).water, points, town)).collect()
}

fn of_town(run: &WaterRun, rules: &WaterRules, points: &[SitedPoint], town: &Town) -> Vec<Check> {
    let (pipe_limit, pool_limit) = (&rules.old_town_pipe_mm, &rules.old_town_pool_m3);
    let layers = &run.area.layers;
    let quarters = find_quarters(run.area, town);
    let near_m = rules.radius_m.value;
    let is_near = |place: &Geometry| distance_m(&quarters, place) <= near_m;
    let hydrants = layers.hydrants.iter().filter(|hydrant| is_near(&hydrant.geometry.into()));
    let diameters: Vec<Option<f64>> =
        hydrants.filter(|h| h.state != HydrantState::OutOfService).map(|h| h.diameter_mm).collect();
    let least = diameters.iter().flatten().copied().reduce(f64::min);
    // One pipe too thin decides; otherwise every diameter must be known.
    let pipe =
        least.filter(|least| diameters.iter().all(Option::is_some) || !pipe_limit.op.holds(*least, pipe_limit.value));
    let inside = |point: &&SitedPoint| is_near(&layers.water_sources[point.source.index()].geometry);
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
        .or((pools.is_empty() && !quarters.is_empty()).then_some(0.0));
    let mut checks = vec![pipe_limit.check(&town.name, pipe), pool_limit.check(&town.name, pool)];
    checks.push(hold_need(rules, town, &quarters, &pools));
    checks.extend(intake(run, rules, points, town, &quarters));
    checks
}

/// The water of all pools of an old town against what a fire takes there.
fn hold_need(rules: &WaterRules, town: &Town, quarters: &[&BuiltUp], pools: &[&SitedPoint]) -> Check {
    let (least_m3, most_m3) = needs_m3(rules, town);
    let known_m3: f64 = pools.iter().filter_map(|pool| pool.row.volume_m3).sum::<f64>() + 0.0;
    let all_known = !quarters.is_empty() && pools.iter().all(|pool| pool.row.volume_m3.is_some());
    // Enough for the largest need there may be is enough, too little for the smallest is too little; all else hangs on a fact.
    let measured = match () {
        () if known_m3 >= most_m3 => Some(known_m3),
        () if all_known && known_m3 < least_m3 => Some(known_m3),
        () => None,
    };
    let value = if measured.is_some_and(|m3| m3 < least_m3) { least_m3 } else { most_m3 };
    // The duty stands in the same sentence as the pool's.
    let provenance = rules.old_town_pool_m3.provenance.clone();
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
    // The need is flow × duration, and rests on these as much as on the clause.
    let flows_unverified = rules.old_town_flow_l_s.iter().any(|row| !row.provenance.is_verified());
    let mut obliged = check.obliged.clone();
    obliged.unverified |= flows_unverified || !rules.fire_duration_h.provenance.is_verified();
    Check { text, obliged, ..check }
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

/// Where a river runs by the built-up area, an intake must be there. Whether one does is open where no river is drawn, or no
/// built-up area.
fn intake(
    run: &WaterRun,
    rules: &WaterRules,
    points: &[SitedPoint],
    town: &Town,
    quarters: &[&BuiltUp],
) -> Option<Check> {
    let layers = &run.area.layers;
    let near = &rules.old_town_river_m;
    let nearest_m = match river_distance_m(run, quarters) {
        Ok(distance_m) if distance_m > near.value => return None,
        Ok(distance_m) => distance_m,
        Err(why) => return Some(dock_check(rules, town, None, Verdict::Undetermined, &why)),
    };
    let intakes: Vec<&SitedPoint> = points
        .iter()
        .filter(|point| {
            point.row.kind == WaterKind::Intake
                && distance_m(quarters, &layers.water_sources[point.source.index()].geometry) <= near.value
        })
        .collect();
    let verdict = match () {
        () if intakes.iter().any(|intake| intake.row.usable == Usability::Usable) => Verdict::Pass,
        () if intakes.iter().any(|intake| intake.row.usable != Usability::Unusable) => Verdict::Undetermined,
        () => Verdict::Fail,
    };
    let is_verified = rules.old_town_pool_m3.provenance.is_verified();
    let verdict = if verdict == Verdict::Fail && !is_verified { Verdict::Warn } else { verdict };
    let count = intakes.len();
    let (by_zh, by_en) = match near.provenance.is_verified() {
        true => ("", ""),
        false => ("，未核实", ", unverified"),
    };
    let found = Label::new(
        format!(
            "建成区离河 {nearest_m:.0} 米（不超过 {} 米算临近{by_zh}），有取水码头 {count} 处；临近河流处应当设置消防车取水码头",
            near.value
        ),
        format!(
            "a river runs {nearest_m:.0} m from the built-up area (near is up to {} m{by_en}), with {count} intakes; an intake is required where a river is near",
            near.value
        ),
    );
    Some(dock_check(rules, town, Some(count as f64), verdict, &found))
}

/// How far a place is from the nearest of these built-up areas; infinitely where there is none.
fn distance_m(quarters: &[&BuiltUp], place: &Geometry) -> f64 {
    let of_area = |area: &&BuiltUp| Euclidean.distance(place, &Geometry::MultiPolygon(area.geometry.clone()));
    quarters.iter().map(of_area).fold(f64::INFINITY, f64::min)
}

/// How far the nearest river is from the built-up area of the town, or why that is not known.
fn river_distance_m(run: &WaterRun, quarters: &[&BuiltUp]) -> Result<f64, Label> {
    let layers = &run.area.layers;
    let rivers: Vec<_> = layers.water_sources.iter().filter(|water| water.kind == WaterKind::River).collect();
    if rivers.is_empty() {
        return Err(Label::new(
            "水源图层中没有河流，是否临近河流、应否设消防车取水码头待核",
            "no river is drawn in the layer of water: whether one is near, and an intake is required, is not known",
        ));
    }
    if quarters.is_empty() {
        return Err(Label::new(
            "没有该镇建成区，离河多远、应否设消防车取水码头待核",
            "its built-up area is not drawn: how far the river is, and whether an intake is required, is not known",
        ));
    }
    Ok(rivers.iter().map(|river| distance_m(quarters, &river.geometry)).fold(f64::INFINITY, f64::min))
}

fn dock_check(rules: &WaterRules, town: &Town, measured: Option<f64>, verdict: Verdict, found: &Label) -> Check {
    // The duty stands in the same sentence as the pool's; what is near, it does not say.
    let provenance = &rules.old_town_pool_m3.provenance;
    let mut obliged = Obliged::of(provenance);
    obliged.unverified |= !rules.old_town_river_m.provenance.is_verified();
    let (cite, text) = (provenance.cite_label(), &town.name);
    Check {
        subject: town.name.clone(),
        rule: "water.old_town_river_m".to_owned(),
        cite: provenance.cite.clone(),
        bound: "临近河流处应设取水码头".to_owned(),
        measured,
        verdict,
        text: Label::new(format!("{text}：{}（{}）", found.zh, cite.zh), format!("{text}: {} ({})", found.en, cite.en)),
        feature: None,
        count: 1,
        obliged,
    }
}
