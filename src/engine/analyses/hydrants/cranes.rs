//! Water cranes (消防水鹤): in cold regions, how much they give, on which mains and how far apart (GB 50974 7.2.9).
//!
//! Whether the area is in a cold region is for the rules to say (`hydrant.cold_region`), never guessed from where it lies; where they
//! do not say, nothing is asked, and that is told. The spacing is that to the next working crane along the roads.

use geo::{Distance, Euclidean};

use super::stock::{PlacedHydrant, StateReading, label};
use super::{HORIZON_M, HydrantRun, kerb_sources};
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::layers::{HydrantKind, LayerId};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::rules::ColdRegion;

fn is_crane(placed: &PlacedHydrant) -> bool {
    placed.hydrant.kind == HydrantKind::Crane
}

/// Every crane against its clauses, where the area is cold.
pub(super) fn checks(run: &HydrantRun, notes: &mut Notes) -> Vec<Check> {
    match run.rules.hydrant.cold_region.value {
        ColdRegion::Cold => {}
        ColdRegion::NotCold => return Vec::new(),
        ColdRegion::Unknown => {
            let text = "规则未说明本区是否属严寒、寒冷地区，消防水鹤的要求未适用；请在规则 hydrant.cold_region 中写明 | The rules do not say whether the area is in a cold region: nothing was asked of water cranes; say so in the rule hydrant.cold_region";
            notes.add(Severity::Info, Some(LayerId::Hydrants), text, "");
            return Vec::new();
        }
    }
    let cranes: Vec<usize> = (0..run.placed.len()).filter(|number| is_crane(&run.placed[*number])).collect();
    if cranes.is_empty() {
        return vec![none_at_all(run)];
    }
    let spacings = spacings_m(run);
    let mut checks = Vec::new();
    for number in cranes {
        let hydrant = run.placed[number].hydrant;
        let name = label(hydrant);
        let mut add = |check: Check| checks.push(check.about("hydrant_points", number as u32 + 1));
        let limits = run.rules_at(hydrant.geometry.0);
        add(limits.crane_flow_l_s.check(&name, hydrant.flow_l_s));
        add(limits.crane_main_mm.check(&name, hydrant.diameter_mm));
        if let Some(spacing_m) = spacings[number] {
            add(limits.crane_spacing_m.check(&name, Some(spacing_m)));
        }
    }
    checks
}

/// Where there is no crane there is no spacing to measure: it is too far to any.
fn none_at_all(run: &HydrantRun) -> Check {
    let limit = &run.rules.hydrant.crane_spacing_m;
    let (bound, cite) = (limit.bound(), limit.provenance.cite_label());
    let text = Label::new(
        format!(
            "城市主要干道：属严寒、寒冷地区，数据中没有消防水鹤；间距要求 {bound}（{}，{}）",
            cite.zh,
            limit.provenance.force.label().zh
        ),
        format!(
            "Main streets: a cold region without a water crane in the data; required spacing {bound} ({})",
            cite.en
        ),
    );
    Check { verdict: Verdict::Warn, text, ..limit.check("城市主要干道", None) }
}

/// Per hydrant that is a working crane, how far the next one is along the roads; `None`: it is no such crane, or the only one. Beyond
/// the horizon the straight distance stands for it, which is never more.
fn spacings_m(run: &HydrantRun) -> Vec<Option<f64>> {
    let works = |placed: &PlacedHydrant| is_crane(placed) && StateReading::Hopeful.counts(placed.hydrant.state);
    let sources = kerb_sources::sources(run.area, run.streets, run.kerbs, run.placed, works);
    let field = run.kerbs.graph.two_nearest(&sources, HORIZON_M);
    let mut spacings: Vec<Option<f64>> = vec![None; run.placed.len()];
    for (number, placed) in run.placed.iter().enumerate().filter(|(_, placed)| works(placed)) {
        let along = sources.iter().filter(|source| source.number as usize == number).filter_map(|source| {
            let nearest = field.at(source.place).into_iter().flatten();
            nearest.filter(|near| near.source as usize != number).map(|near| near.distance).min_by(f64::total_cmp)
        });
        let others = run.placed.iter().enumerate().filter(|(other, placed)| *other != number && works(placed));
        let straight = others.map(|(_, other)| Euclidean.distance(&other.hydrant.geometry, &placed.hydrant.geometry));
        let beyond = || straight.min_by(f64::total_cmp).map(|m: f64| m.max(HORIZON_M));
        spacings[number] = along.min_by(f64::total_cmp).or_else(beyond);
    }
    spacings
}
