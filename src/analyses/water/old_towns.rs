//! Old towns (古镇): their mains, their pool, and an intake where a river is near.
//!
//! A town is old when its status says so (古镇, 历史文化). What it must have comes from the rules; for 温泉 in 开州, from the
//! district's notice, which the profile carries.

use geo::{Contains, Distance, Euclidean, InteriorPoint};

use super::Run;
use super::sources::{SitedPoint, Usability};
use crate::area::notes::Notes;
use crate::area::{HydrantState, LayerId, Severity, Town, WaterKind};
use crate::findings::{Check, Verdict};
use crate::rows::Label;

pub fn is_old(town: &Town) -> bool {
    ["古镇", "古村", "历史文化"].iter().any(|word| town.status.contains(word) || town.industry.contains(word))
}

/// The checks of every old town.
pub fn checks(run: &Run, points: &[SitedPoint], notes: &mut Notes) -> Vec<Check> {
    let old: Vec<&Town> = run.area.layers.towns.iter().filter(|town| is_old(town)).collect();
    if old.is_empty() && !run.area.layers.towns.is_empty() {
        let text = "没有身份或产业标明为古镇的乡镇，古镇供水要求未适用 | No town is said to be an old town: their rule was not applied";
        notes.add(Severity::Info, Some(LayerId::Towns), text, "");
    }
    old.into_iter().flat_map(|town| of_town(run, points, town)).collect()
}

fn of_town(run: &Run, points: &[SitedPoint], town: &Town) -> Vec<Check> {
    let limits = &run.rules.water;
    let layers = &run.area.layers;
    let hydrants = layers.hydrants.iter().filter(|hydrant| town.geometry.contains(&hydrant.geometry));
    let diameters: Vec<Option<f64>> =
        hydrants.filter(|h| h.state != HydrantState::OutOfService).map(|h| h.diameter_mm).collect();
    let least = diameters.iter().flatten().copied().reduce(f64::min);
    // One pipe too thin decides; otherwise every diameter must be known.
    let pipe = least.filter(|least| {
        diameters.iter().all(Option::is_some)
            || !limits.old_town_pipe_mm.op.holds(*least, limits.old_town_pipe_mm.value)
    });
    let inside = |point: &&SitedPoint| town.geometry.contains(&run.area.layers.water_sources[point.source].geometry);
    let pools: Vec<&SitedPoint> = points
        .iter()
        .filter(inside)
        .filter(|point| matches!(point.row.kind, WaterKind::Pool | WaterKind::Tank))
        .collect();
    let largest = pools.iter().filter_map(|pool| pool.row.volume_m3).reduce(f64::max);
    let pool = largest
        .filter(|largest| {
            limits.old_town_pool_m3.op.holds(*largest, limits.old_town_pool_m3.value)
                || pools.iter().all(|pool| pool.row.volume_m3.is_some())
        })
        .or(pools.is_empty().then_some(0.0));
    let mut checks =
        vec![limits.old_town_pipe_mm.check(&town.name, pipe), limits.old_town_pool_m3.check(&town.name, pool)];
    checks.extend(intake(run, points, town));
    checks
}

/// Where a river runs by the built-up area, an intake must be there.
fn intake(run: &Run, points: &[SitedPoint], town: &Town) -> Option<Check> {
    let layers = &run.area.layers;
    let near = &run.rules.water.old_town_river_m;
    let in_town =
        |area: &&crate::area::BuiltUp| area.geometry.interior_point().is_some_and(|at| town.geometry.contains(&at));
    let built_up: Vec<_> = layers.built_up.iter().filter(in_town).collect();
    let rivers = layers.water_sources.iter().filter(|water| water.kind == WaterKind::River);
    let distance = |river: &crate::area::WaterSource| {
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
            point.row.kind == WaterKind::Intake && town.geometry.contains(&layers.water_sources[point.source].geometry)
        })
        .collect();
    let verdict = match () {
        () if intakes.iter().any(|intake| intake.row.usable == Usability::Usable) => Verdict::Pass,
        () if intakes.iter().any(|intake| intake.row.usable == Usability::Undetermined) => Verdict::Undetermined,
        () => Verdict::Fail,
    };
    // The duty stands in the same sentence as the pool's.
    let provenance = &run.rules.water.old_town_pool_m3.provenance;
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
    })
}
