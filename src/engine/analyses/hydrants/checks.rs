//! Everything held against its clause, and what a reader of the figures must know of how they were computed.

use super::gaps::{GapState, SitedGap, StretchOfToday};
use super::spans::SitedHead;
use super::stock::{PlacedHydrant, facts, label};
use super::sums::TownHydrants;
use super::{HydrantRun, round};
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::layers::{HydrantState, LayerId};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rules::{Force, Limit};

/// Every stretch of today with a gap in it against the spacing, every bridge head against its clause, every town against completeness, every fact of every hydrant that falls short.
pub(super) fn checks(run: &HydrantRun, gaps: &[SitedGap], heads: &[SitedHead], towns: &[TownHydrants]) -> Vec<Check> {
    let mut checks = gap_checks(run, gaps);
    for town in towns.iter().filter(|town| town.mains_road_km > 0.0) {
        let hopeful = town.spaced_road_percent != town.road_hopeful_percent && town.road_hopeful_percent == Some(100.0);
        let measured = town.spaced_road_percent.filter(|_| !hopeful);
        checks.push(run.rules.in_town(&town.town).hydrant.complete_percent.check(&town.town, measured));
    }
    let at_head = |(head, id): (&SitedHead, u32)| {
        let limit = &run.rules_at(head.row.geometry.0).bridge_head;
        let check = limit.check(&head.row.name, head.hydrants.map(f64::from));
        check.about("hydrant_heads", id)
    };
    checks.extend(heads.iter().zip(1..).map(at_head));
    checks.extend(fact_checks(run));
    checks
}

/// One check for each stretch between hydrants that stand, of the part of it that falls short most: a planned hydrant that divides
/// it makes no second thing to be judged of it.
fn gap_checks(run: &HydrantRun, gaps: &[SitedGap]) -> Vec<Check> {
    let mut stretches: Vec<(&StretchOfToday, Vec<(&SitedGap, Check)>)> = Vec::new();
    for (gap, id) in gaps.iter().zip(1..) {
        let part = (gap, hold_gap(run, gap).about("hydrant_gaps", id));
        match stretches.iter_mut().find(|(today, _)| **today == gap.today) {
            Some((_, parts)) => parts.push(part),
            None => stretches.push((&gap.today, vec![part])),
        }
    }
    stretches.into_iter().filter_map(|(_, parts)| hold_stretch(parts)).collect()
}

/// The check of the part that falls short most; where the stretch is divided, with how much of it still falls short.
fn hold_stretch(parts: Vec<(&SitedGap, Check)>) -> Option<Check> {
    let is_short = |(gap, _): &&(&SitedGap, Check)| gap.row.state != GapState::Relieved;
    let (short, beyond_m): (usize, f64) =
        parts.iter().filter(is_short).fold((0, 0.0), |(count, sum), (gap, _)| (count + 1, sum + gap.row.beyond_m));
    let worst = |(_, a): &(&SitedGap, Check), (_, b): &(&SitedGap, Check)| {
        let measured = |check: &Check| check.measured.unwrap_or(f64::MAX);
        a.verdict.rank().cmp(&b.verdict.rank()).then(measured(a).total_cmp(&measured(b)))
    };
    let (gap, mut check) = parts.into_iter().rev().max_by(worst)?;
    if gap.row.name != gap.today.name {
        let beyond_m = round(beyond_m, 1);
        check.text.zh +=
            &format!("（现有消火栓之间的一段，规划消火栓将其分开后仍有 {short} 段超距，共 {beyond_m} 米）");
        check.text.en += &format!(
            " (one stretch between the hydrants that stand; divided by planned ones, {short} parts of it still fall short, {beyond_m} m in all)"
        );
    }
    Some(check)
}

/// A gap against the spacing; at a street end against the radius, for what is held against the spacing is a distance between two
/// hydrants.
fn hold_gap(run: &HydrantRun, gap: &SitedGap) -> Check {
    let (row, rules) = (&gap.row, &run.local.of(gap.town).hydrant);
    let (limit, measured) = match gap.end_way_m {
        Some(way_m) => (&rules.radius_m, Some(way_m)),
        None => (&rules.spacing_m, row.spacing_m),
    };
    let measured = measured.filter(|_| !matches!(row.state, GapState::Hopeful | GapState::NoRecord));
    let mut check = limit.check(&gap.today.name, measured);
    // Across a border it may fall short in the part of the other town only, which asks for more.
    let falls_short_elsewhere = !run.local.is_uniform() && check.verdict == Verdict::Pass;
    if row.state == GapState::HydrantGap && (measured.is_none() || falls_short_elsewhere) {
        let binding = matches!(limit.provenance.force, Force::Shall | Force::Policy);
        check.verdict = if binding { Verdict::Fail } else { Verdict::Warn };
        check.text = row.story.clone();
    }
    check
}

/// A hydrant by its number from one, with one of its facts.
type HeldFact<'a> = (u32, &'a PlacedHydrant<'a>, Option<f64>);

/// Facts that fall short, one by one; those not known and those in order, counted in one line each for each clause.
fn fact_checks(run: &HydrantRun) -> Vec<Check> {
    let mut checks = Vec::new();
    for at in 0..6 {
        let mut by_limit: Vec<(&Limit, Vec<HeldFact>)> = Vec::new();
        for (id, placed) in (1..).zip(run.placed) {
            let (limit, measured) = facts(run.rules_at(placed.hydrant.geometry.0), placed)[at];
            let fact = (id, placed, measured);
            match by_limit.iter_mut().find(|(known, _)| std::ptr::eq(*known, limit)) {
                Some((_, held)) => held.push(fact),
                None => by_limit.push((limit, vec![fact])),
            }
        }
        checks.extend(by_limit.into_iter().flat_map(|(limit, held)| hold_facts(limit, &held)));
    }
    let fire_pressure = run.rules.hydrant.pressure_fire_mpa.check("全部消火栓", None);
    checks.push(fire_pressure.of_many(run.placed.len().max(1)));
    checks
}

fn hold_facts(limit: &Limit, held: &[HeldFact]) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut passed: Vec<f64> = Vec::new();
    let mut unknown = 0;
    for (id, placed, measured) in held {
        match measured {
            // A hydrant without a building near keeps its distance from walls.
            None if limit.key == "hydrant.wall_m" => {}
            None => unknown += 1,
            Some(measured) if limit.op.holds(*measured, limit.value) => passed.push(*measured),
            Some(measured) => {
                let name = label(placed.hydrant);
                checks.push(limit.check(&name, Some(*measured)).about("hydrant_points", *id));
            }
        }
    }
    let nearest = passed.iter().copied().min_by(|a, b| (a - limit.value).abs().total_cmp(&(b - limit.value).abs()));
    if nearest.is_some() {
        let told = limit.check(&format!("其余 {} 具（最接近限值者）", passed.len()), nearest);
        checks.push(told.of_many(passed.len()));
    }
    if unknown > 0 {
        checks.push(limit.check(&format!("{unknown} 具消火栓"), None).of_many(unknown));
    }
    checks
}

/// What a reader of the figures must know of how they were computed.
pub(super) fn note_assumptions(run: &HydrantRun, notes: &mut Notes) {
    notes.add(
        Severity::Info,
        None,
        "市政管网不在数据中：以消火栓代表管网，补建位置须与管网核对 | Mains are not in the data: hydrants stand for them; check new positions against the mains",
        "",
    );
    let without = run.area.layers.roads.iter().filter(|road| road.width_m.is_none()).count();
    if without > 0 {
        let all = run.area.layers.roads.len();
        let text = "没有宽度的道路：按单侧布置判定，距路缘无法检查，待核 | Roads without width: taken to be served from one side; distances from the kerb are undetermined";
        notes.add_counted(Severity::Warning, LayerId::Roads, text, without, format!("{without} / {all}"));
    }
    let barriers = run.area.layers.barriers.iter().any(|barrier| {
        matches!(barrier.kind, fireplan_model::layers::BarrierKind::Railway | fireplan_model::layers::BarrierKind::Wall)
    });
    if !barriers {
        let text = "没有铁路和围墙数据：水带可达可能偏乐观 | No railways or walls in the data: reach by hose may be optimistic";
        notes.add(Severity::Warning, Some(LayerId::Barriers), text, "");
    }
    let frozen = run.placed.iter().filter(|placed| placed.hydrant.state == HydrantState::Frozen).count();
    if frozen > 0 {
        let text = "冻结的消火栓不计，与损坏同等对待 | Frozen hydrants count as out of service";
        notes.add_counted(Severity::Info, LayerId::Hydrants, text, frozen, String::new());
    }
}
