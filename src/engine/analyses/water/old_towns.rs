//! Old towns (古镇): their mains, their pool, and an intake where a river is near.
//!
//! A town is old when its status or industry says so (古镇, 历史文化), or when the name of the town, of a built-up area or of
//! a village in it does; a name is a hint, so that is told as one. What it must have comes from the rules; for 温泉 in 开州,
//! from the district's notice, which the profile carries.

use geo::{Contains, Distance, Euclidean, InteriorPoint};

use super::WaterRun;
use super::sources::{SitedPoint, Usability};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Check, Obliged, Verdict};
use fireplan_model::layers::{HydrantState, LayerId, Town, WaterKind};
use fireplan_model::notes::Notes;
use fireplan_model::notes::Severity;
use fireplan_model::rows::Label;

/// What old towns, and the old quarters of others, are called.
const WORDS: [&str; 7] = ["古镇", "古村", "古城", "古街", "古寨", "历史文化", "传统村落"];

fn says_old(text: &str) -> bool {
    WORDS.iter().any(|word| text.contains(word))
}

/// What says that a town is old.
#[derive(Debug, PartialEq, Eq)]
enum OldTownEvidence<'a> {
    /// Its status or its industry says so.
    Stated,
    /// Only a name says so.
    Named(&'a str),
}

fn known_as_old<'a>(area: &'a StudyArea, town: &'a Town) -> Option<OldTownEvidence<'a>> {
    if says_old(&town.status) || says_old(&town.industry) {
        return Some(OldTownEvidence::Stated);
    }
    let built_up = area.layers.built_up.iter().filter(|built_up| {
        says_old(&built_up.name)
            && built_up.geometry.interior_point().is_some_and(|inside| town.geometry.contains(&inside))
    });
    let villages = area.layers.villages.iter();
    let villages = villages.filter(|village| says_old(&village.name) && town.geometry.contains(&village.geometry));
    let names = built_up.map(|built_up| built_up.name.as_str()).chain(villages.map(|village| village.name.as_str()));
    std::iter::once(town.name.as_str()).filter(|name| says_old(name)).chain(names).next().map(OldTownEvidence::Named)
}

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

fn of_town(run: &WaterRun, points: &[SitedPoint], town: &Town) -> Vec<Check> {
    let (pipe_limit, pool_limit) =
        (run.rules.water.old_town_pipe_mm.at(&town.name), run.rules.water.old_town_pool_m3.at(&town.name));
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
    checks.extend(intake(run, points, town));
    checks
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
        () if intakes.iter().any(|intake| intake.row.usable == Usability::Undetermined) => Verdict::Undetermined,
        () => Verdict::Fail,
    };
    // The duty stands in the same sentence as the pool's.
    let provenance = &run.rules.water.old_town_pool_m3.at(&town.name).provenance;
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
