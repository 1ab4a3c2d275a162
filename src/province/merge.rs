//! All counties put together to what a run on the whole province says.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use fireplan_engine::analyses::coverage::CoverageRecord;
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::response::border::{HeldFeature, Holdings};
use fireplan_engine::response::times::ProvincePart;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::notes::{Note, Severity};
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

use crate::area_file;
use crate::border::{BorderBasis, digest_rules, read_frame};
use crate::county::{CountyResult, CountyState, read_record, read_state};
use crate::plan::{PlanFolder, PlannedCounty, ProvincePlan, check_digest, read_holdings};

/// What was put together.
pub struct Merged {
    /// The province without roads and buildings, in whose plane the findings are.
    pub frame: StudyArea,
    /// What all counties come to.
    pub findings: Findings,
    /// What became of each county.
    pub report: MergeReport,
}

/// What became of each county.
#[derive(Debug, Clone, Serialize)]
pub struct MergeReport {
    /// Counties whose results are in, with the digest of these.
    pub merged: Vec<(String, String)>,
    /// Counties that are missing, with the reason.
    pub missing: Vec<(String, Label)>,
}

/// Puts the results in a folder together, one folder for each county.
///
/// # Errors
/// If a county is missing, unless holes are accepted; if the counties do not rest on the same plan, border, rules and
/// question; or if something is answered for by no county or by two.
pub fn merge(
    folder: &PlanFolder,
    results: &Path,
    rules: &Rules,
    with_holes: bool,
    progress: &dyn Progress,
) -> Result<Merged> {
    let plan = folder.read()?;
    let frame_path = folder.frame();
    check_digest(&frame_path, &plan.frame_sha256)?;
    let crews = read_frame(folder)?;
    if digest_rules(rules)? != crews.basis.rules_sha256 {
        let (profile, set) = (&crews.basis.profile, crews.basis.set.join(" "));
        bail!(
            "规则与计算边界时不同；边界按 {profile} {set} 计算，请用相同的 --profile 和 --set | \
             the rules are not those of the border, which are {profile} {set}: give the same --profile and --set"
        );
    }
    let (found, report) = find_results(&plan, results)?;
    if !report.missing.is_empty() && !with_holes {
        return Err(tell_missing(&report));
    }
    let request = one_question(&found, &crews.basis)?;
    let Request::Coverage(coverage) = &request else {
        bail!("只有 coverage 可以分县 | coverage alone is cut by county")
    };
    check_owners(folder, &plan)?;
    let mut records = Vec::new();
    for (county, _) in &found {
        let record = read_record(&results.join(&county.id))?;
        check_own(county, &record, &read_holdings(folder, county)?)?;
        records.push(record);
    }
    let frame = area_file::open(&frame_path)?;
    let context = Context { area: &frame, rules, progress };
    let everything = |len: usize| (0..len as u32).map(|number| HeldFeature { number, own: true }).collect();
    let layers = fireplan_model::layers::LayerId::ALL.iter();
    let layers = layers.map(|layer| (layer.code().to_owned(), everything(frame.layers.len(*layer)))).collect();
    let holdings = Holdings { segments: Vec::new(), layers };
    let part = Arc::new(ProvincePart { border: crews.border, holdings });
    let findings = coverage.merge_parts(&context, part, records)?;
    let mut findings = request.finish(&context, findings);
    tell_holes(&mut findings, &report);
    Ok(Merged { findings, report, frame })
}

/// The results that are there, and what is missing.
fn find_results<'p>(
    plan: &'p ProvincePlan,
    results: &Path,
) -> Result<(Vec<(&'p PlannedCounty, CountyResult)>, MergeReport)> {
    let (mut found, mut report) = (Vec::new(), MergeReport { merged: Vec::new(), missing: Vec::new() });
    for county in &plan.counties {
        match read_state(&results.join(&county.id))? {
            CountyState::Answered(result) => {
                report.merged.push((county.name.clone(), result.record_sha256.clone()));
                found.push((county, *result));
            }
            CountyState::Failed(reason) => report.missing.push((county.name.clone(), reason)),
            CountyState::Missing => {
                report.missing.push((county.name.clone(), Label::new("没有成果", "there are no results")));
            }
        }
    }
    Ok((found, report))
}

fn tell_missing(report: &MergeReport) -> anyhow::Error {
    let tell = |pick: fn(&Label) -> &str, gap: &str| {
        let each = report.missing.iter().map(|(name, why)| format!("{name}({})", pick(why)));
        each.collect::<Vec<_>>().join(gap)
    };
    let (zh, en) = (tell(|why| &why.zh, "、"), tell(|why| &why.en, ", "));
    let count = report.missing.len();
    anyhow::anyhow!(
        "缺少 {count} 个县的成果：{zh}；补算后再合并，或加 --with-holes 先合并其余，并注明缺口 | \
         the results of {count} counties are missing: {en}; run them, or merge the rest with --with-holes, which tells the holes"
    )
}

/// The question that all counties were asked.
fn one_question(found: &[(&PlannedCounty, CountyResult)], basis: &BorderBasis) -> Result<Request> {
    let (_, first) = found.first().context("没有一个县的成果可以合并 | there are no results of any county to merge")?;
    for (county, result) in found {
        let name = &county.name;
        if result.basis != *basis {
            bail!(
                "{name} 的成果与现在的划分或边界不符，请重算该县 | the results of {name} rest on another plan or border: run it again"
            );
        }
        if result.request != first.request {
            bail!(
                "{name} 的参数与其他县不同，请用相同参数重算 | {name} was asked with other parameters: run it again with the same"
            );
        }
    }
    Ok(serde_json::from_value(first.request.clone())?)
}

/// Every number from the first to the last once.
#[derive(Default)]
struct Numbers(BTreeMap<String, BTreeMap<u32, String>>);

impl Numbers {
    fn add(&mut self, kind: &str, held: &[HeldFeature], county: &str) -> Result<()> {
        let owners = self.0.entry(kind.to_owned()).or_default();
        for HeldFeature { number, .. } in held.iter().filter(|held| held.own) {
            if let Some(other) = owners.insert(*number, county.to_owned()) {
                bail!(
                    "{kind} 第 {number} 项同属 {other} 和 {county}，请重新运行 fireplan batch plan | \
                     {kind} {number} is of {other} and of {county}: run fireplan batch plan again"
                );
            }
        }
        Ok(())
    }

    fn check_whole(&self, kind: &str, count: usize) -> Result<()> {
        let empty = BTreeMap::new();
        let owners = self.0.get(kind).unwrap_or(&empty);
        if let Some(missing) = (0..count as u32).find(|number| !owners.contains_key(number)) {
            bail!(
                "{kind} 第 {missing} 项不属于任何县，请重新运行 fireplan batch plan | \
                 {kind} {missing} is of no county: run fireplan batch plan again"
            );
        }
        Ok(())
    }
}

/// Everything is of one county and of one only.
fn check_owners(folder: &PlanFolder, plan: &ProvincePlan) -> Result<()> {
    let mut numbers = Numbers::default();
    for county in &plan.counties {
        let holdings = read_holdings(folder, county)?;
        numbers.add("segments", &holdings.segments, &county.name)?;
        for (layer, held) in holdings.layers.iter().filter(|(layer, _)| plan.features.contains_key(*layer)) {
            numbers.add(layer, held, &county.name)?;
        }
    }
    numbers.check_whole("segments", plan.segments as usize)?;
    for (layer, count) in &plan.features {
        numbers.check_whole(layer, *count)?;
    }
    Ok(())
}

/// A county answers for all of its own and for nothing else.
fn check_own(county: &PlannedCounty, record: &CoverageRecord, holdings: &Holdings) -> Result<()> {
    let own =
        |held: &[HeldFeature]| -> Vec<u32> { held.iter().filter(|held| held.own).map(|held| held.number).collect() };
    let of_layer = |layer: &str| holdings.layers.get(layer).map_or_else(Vec::new, |held| own(held));
    let name = &county.name;
    for (layer, answered) in record.numbers() {
        let owned = if layer == "segments" { own(&holdings.segments) } else { of_layer(layer) };
        let all = matches!(layer, "villages" | "buildings");
        let foreign = answered.iter().find(|number| owned.binary_search(number).is_err());
        if foreign.is_some() || (all && answered != owned) {
            bail!(
                "{name} 的成果与它负责的 {layer} 不符，请重算该县 | the results of {name} are not those of its {layer}: run it again"
            );
        }
    }
    Ok(())
}

/// Says of what is missing that it is.
fn tell_holes(findings: &mut Findings, report: &MergeReport) {
    if report.missing.is_empty() {
        return;
    }
    let text = "缺少以下各县的成果：其村庄、建筑、道路均未计入，也不在图上 | \
                The results of these counties are missing: their villages, buildings and roads are neither counted nor drawn";
    let mut note = Note::new(Severity::LeftOut, None, Label::parse(text), report.missing.len());
    note.examples = report.missing.iter().map(|(name, why)| format!("{name}：{}", why.zh)).collect();
    findings.notes.insert(0, note);
    let names: Vec<&str> = report.missing.iter().map(|(name, _)| name.as_str()).collect();
    let (zh, en) = (names.join("、"), names.join(", "));
    for figure in &mut findings.figures {
        figure.remark.zh += &format!("；不含 {zh}");
        figure.remark.en += &format!("; without {en}");
    }
}
