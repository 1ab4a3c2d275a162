//! One county, answered: what it sees, when crews arrive from beyond, and what it says of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use fireplan_engine::analyses::coverage::CoverageRecord;
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_engine::response::times::ProvincePart;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Feature;
use fireplan_model::message::explain;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

use crate::area_file;
use crate::border::{ArrivalsFile, BorderBasis, digest_rules};
use crate::plan::{PlanFolder, PlannedCounty, check_digest, read_holdings};
use crate::wire::{self, WireFeature};

/// Holds what a county answers.
const RECORD: &str = "record.mpk.gz";
/// Says that it is whole, and what it rests on.
const COUNTY: &str = "county.json";
/// Says why there is none.
const FAILED: &str = "failed.json";

/// What a county answers, as it stands in its file.
#[derive(Serialize, Deserialize)]
struct RecordFile {
    record: CoverageRecord,
    rows: Vec<Vec<WireFeature>>,
}

/// What the results of a county rest on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CountyResult {
    /// The county, by its folder.
    pub county: String,
    /// The question with every parameter.
    pub request: serde_json::Value,
    /// The rules and crews.
    pub basis: BorderBasis,
    /// SHA-256 of the results.
    pub record_sha256: String,
    /// How many rows of each kind it holds.
    pub rows: BTreeMap<String, usize>,
}

/// Why a county has no results.
#[derive(Debug, Serialize, Deserialize)]
struct FailedCounty {
    county: String,
    reason: Label,
}

/// A county that is to be answered.
#[derive(Debug, Clone)]
pub struct CountyTask<'a> {
    /// Its folder in the plan.
    pub county: &'a Path,
    /// The file with the arrivals at its border.
    pub arrivals: &'a Path,
    /// Whose features it answers for: its name or the name of its folder.
    pub own: &'a str,
    /// The folder for its results.
    pub out: &'a Path,
}

/// A county, opened.
struct OpenCounty {
    area: StudyArea,
    part: Arc<ProvincePart>,
    basis: BorderBasis,
    planned: PlannedCounty,
}

impl CountyTask<'_> {
    /// The plan that the county is of.
    fn folder(&self) -> Result<PlanFolder> {
        let folder = self.county.parent().and_then(Path::parent).map(Path::to_owned);
        let county = self.county.display();
        folder.map(PlanFolder).filter(|folder| folder.0.join("plan.json").exists()).with_context(|| {
            format!(
                "{county} 不是划分中的县；应为 PLAN/counties/ 下的文件夹 | \
                 {county} is no county of a plan: name a folder in PLAN/counties/"
            )
        })
    }

    fn open(&self) -> Result<OpenCounty> {
        let folder = self.folder()?;
        let plan = folder.read()?;
        let name = self.county.file_name().unwrap_or_default().to_string_lossy();
        let (planned, own) = (plan.county(&name)?.clone(), plan.county(self.own)?);
        if own.id != planned.id {
            let (own, seen) = (&own.name, &planned.name);
            bail!(
                "文件夹是 {seen} 的，--own 写的是 {own}；一个县只回答自己的 | \
                 the folder is of {seen}, and --own says {own}: a county answers for its own only"
            );
        }
        let path = folder.area(&planned.id);
        check_digest(&path, &planned.area_sha256)?;
        let area = area_file::open(&path)?;
        let arrivals: ArrivalsFile = wire::read(self.arrivals)?;
        if arrivals.county != planned.id {
            let (theirs, ours) = (&arrivals.county, &planned.id);
            bail!("边界到达时间是 {theirs} 的，不是 {ours} 的 | the arrivals are of {theirs}, not of {ours}");
        }
        if arrivals.basis.plan_sha256 != wire::digest_file(&folder.0.join("plan.json"))? {
            bail!(
                "边界到达时间属于另一次划分，请重新运行 fireplan batch border | the arrivals are of another plan: run fireplan batch border again"
            );
        }
        let holdings = read_holdings(&folder, &planned)?;
        let part = Arc::new(ProvincePart { border: arrivals.border, holdings });
        Ok(OpenCounty { area, part, basis: arrivals.basis, planned })
    }

    /// Answers the question for the county and writes the results; where that fails, the reason.
    ///
    /// # Errors
    /// If the analysis cannot be cut, if plan, arrivals, rules and question do not go together, or if the analysis fails.
    pub fn answer(&self, request: &Request, rules: &Rules, progress: &dyn Progress) -> Result<CountyResult> {
        let answered = self.try_answer(request, rules, progress);
        let failed = self.out.join(FAILED);
        match &answered {
            Ok(_) => drop(std::fs::remove_file(&failed)),
            Err(error) => {
                let county = self.county.file_name().unwrap_or_default().to_string_lossy().into_owned();
                wire::write_json(&failed, &FailedCounty { county, reason: explain(error) })?;
            }
        }
        answered
    }

    fn try_answer(&self, request: &Request, rules: &Rules, progress: &dyn Progress) -> Result<CountyResult> {
        let Request::Coverage(coverage) = request else {
            let (title, id) = (request.about().0.zh, request.id());
            bail!(
                "{title}({id})尚不能分县精确计算；请整省运行 fireplan run {id} 省 --out DIR | \
                 {id} cannot be cut exactly yet: run it on the whole province with fireplan run {id} PROVINCE --out DIR"
            );
        };
        let OpenCounty { area, part, basis, planned } = self.open()?;
        check_basis(&basis, rules, coverage.crews())?;
        let mut record = coverage.run_part(&Context { area: &area, rules, progress }, &part)?;
        let rows = record.count_rows();
        let features = |rows: Vec<Feature>| rows.into_iter().map(WireFeature::from).collect::<Vec<_>>();
        let rows_of = std::mem::take(&mut record.rows).map(features);
        let file = RecordFile { record, rows: rows_of.into() };
        let result = CountyResult {
            county: planned.id,
            request: serde_json::to_value(request)?,
            basis,
            record_sha256: wire::write(&self.out.join(RECORD), &file)?,
            rows,
        };
        wire::write_json(&self.out.join(COUNTY), &result)?;
        Ok(result)
    }
}

/// Refuses rules and crews other than those by which the border was found.
fn check_basis(
    basis: &BorderBasis,
    rules: &Rules,
    dispatch: fireplan_engine::response::dispatch::Dispatch,
) -> Result<()> {
    if digest_rules(rules)? != basis.rules_sha256 {
        let (profile, set) = (&basis.profile, basis.set.join(" "));
        bail!(
            "规则与计算边界时不同；边界按 {profile} {set} 计算，请用相同的 --profile 和 --set | \
             the rules are not those of the border, which are {profile} {set}: give the same --profile and --set"
        );
    }
    if (dispatch.period, dispatch.works_brigades) != (basis.period, basis.works_brigades) {
        let (period, works) = (basis.period.code(), basis.works_brigades);
        bail!(
            "出动的队伍与计算边界时不同；边界按 --period {period} --works-brigades {works} 计算 | \
             the crews are not those of the border, which are --period {period} --works-brigades {works}"
        );
    }
    Ok(())
}

/// The results of one county in a folder: what they rest on, or why there are none.
pub enum CountyState {
    /// They are whole.
    Answered(Box<CountyResult>),
    /// The county failed, for this reason.
    Failed(Label),
    /// Nothing is there.
    Missing,
}

/// What became of a county.
///
/// # Errors
/// If a file that is there cannot be read.
pub fn read_state(folder: &Path) -> Result<CountyState> {
    if folder.join(COUNTY).exists() {
        let result: CountyResult = wire::read_json(&folder.join(COUNTY))?;
        let record = folder.join(RECORD);
        if record.exists() && wire::digest_file(&record)? == result.record_sha256 {
            return Ok(CountyState::Answered(Box::new(result)));
        }
        let reason = Label::new("成果文件不完整", "the results are not whole");
        return Ok(CountyState::Failed(reason));
    }
    if folder.join(FAILED).exists() {
        return Ok(CountyState::Failed(wire::read_json::<FailedCounty>(&folder.join(FAILED))?.reason));
    }
    Ok(CountyState::Missing)
}

/// What a county answered.
///
/// # Errors
/// If the file cannot be read.
pub fn read_record(folder: &Path) -> Result<CoverageRecord> {
    let RecordFile { mut record, rows } = wire::read(&folder.join(RECORD))?;
    let mut rows = rows.into_iter().map(|rows| rows.into_iter().map(Feature::from).collect());
    record.rows = std::array::from_fn(|_| rows.next().unwrap_or_default());
    Ok(record)
}

/// Where the results of a county lie by default.
pub fn results_folder(folder: &PlanFolder) -> PathBuf {
    folder.0.join("results")
}
