//! The border: one search of the whole network, and for each county when crews arrive where its own was cut.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

use fireplan_engine::response::border::{Border, CutNetwork, find_borders};
use fireplan_engine::response::dispatch::{Dispatch, Period};
use fireplan_model::area::StudyArea;
use fireplan_model::digest::hex_digest;
use fireplan_model::ids::SegmentId;
use fireplan_model::rules::Rules;

use crate::plan::{PlanFolder, ProvincePlan, read_holdings};
use crate::wire;

/// Name of what is kept of the border for the whole.
const FRAME: &str = "frame";

/// How many times the farthest that a place may lie from its road a county must see: a place of the audit may lie that far
/// off in both directions, and is served from as far again.
const LIMITS_SEEN: f64 = 3.0;

/// What all arrivals of a plan rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BorderBasis {
    /// SHA-256 of the plan.
    pub plan_sha256: String,
    /// SHA-256 of the rules in force.
    pub rules_sha256: String,
    /// What the rules are called.
    pub profile: String,
    /// Figures set by hand.
    pub set: Vec<String>,
    /// Time of day.
    pub period: Period,
    /// Whether works brigades count.
    pub works_brigades: bool,
}

/// The arrivals at the border of one county, as they stand in their file.
#[derive(Debug, Serialize, Deserialize)]
pub struct ArrivalsFile {
    /// The county, by its folder.
    pub county: String,
    /// What they rest on.
    pub basis: BorderBasis,
    /// The arrivals.
    pub border: Border,
}

/// What is said of a border that was found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BorderReport {
    /// What it rests on.
    pub basis: BorderBasis,
    /// Crews of the province.
    pub crews: usize,
    /// Nodes at which the networks of counties were cut and some crew arrives, one after the other.
    pub nodes: usize,
    /// SHA-256 of the arrivals of each county.
    pub arrivals: Vec<(String, String)>,
}

impl BorderBasis {
    /// Of these rules and crews, under a plan.
    ///
    /// # Errors
    /// If the plan cannot be read.
    pub fn new(folder: &PlanFolder, rules: &Rules, dispatch: Dispatch) -> Result<Self> {
        Ok(Self {
            plan_sha256: wire::digest_file(&folder.0.join("plan.json"))?,
            rules_sha256: digest_rules(rules)?,
            profile: rules.choice.name(),
            set: rules.choice.set.iter().map(|(key, value)| format!("{key}={value}")).collect(),
            period: dispatch.period,
            works_brigades: dispatch.works_brigades,
        })
    }
}

/// SHA-256 of the rules in force.
///
/// # Errors
/// If they cannot be written down.
pub fn digest_rules(rules: &Rules) -> Result<String> {
    Ok(hex_digest(serde_json::to_string(&rules.entries)?.as_bytes()))
}

/// Finds and writes the arrivals at the borders of all counties.
///
/// # Errors
/// If the province has changed since the plan was made, if the counties do not see far enough, or if no crew can be placed.
pub fn write_borders(
    folder: &PlanFolder,
    province: &StudyArea,
    rules: &Rules,
    dispatch: Dispatch,
) -> Result<BorderReport> {
    let plan = folder.read()?;
    plan.check_inputs(province)?;
    check_margin(&plan, rules)?;
    if plan.segments as usize != province.network.segments.len() {
        bail!(
            "路网与划分时不同，可能由另一版本的程序读入；请重新运行 fireplan batch plan | \
             the network is not that of the plan: perhaps another version of the program read it; run fireplan batch plan again"
        );
    }
    let mut cuts = Vec::new();
    for county in &plan.counties {
        let holdings = read_holdings(folder, county)?;
        let segments = holdings.segments.iter().map(|held| SegmentId(held.number)).collect();
        cuts.push(CutNetwork::new(&province.network, segments));
    }
    // The last one, of nothing, tells of the crews only.
    cuts.push(CutNetwork::new(&province.network, Vec::new()));
    let borders = find_borders(province, rules, dispatch, &cuts)?;
    let basis = BorderBasis::new(folder, rules, dispatch)?;
    let nodes = borders.iter().map(Border::count_nodes).sum();
    let crews = borders.first().map_or(0, |border| border.crews.len());
    let ids = plan.counties.iter().map(|county| county.id.as_str()).chain([FRAME]);
    let mut arrivals = Vec::new();
    for (id, border) in ids.zip(borders) {
        let file = ArrivalsFile { county: id.to_owned(), basis: basis.clone(), border };
        arrivals.push((id.to_owned(), wire::write(&folder.arrivals(id), &file)?));
    }
    let report = BorderReport { basis, crews, nodes, arrivals };
    wire::write_json(&folder.border(), &report)?;
    Ok(report)
}

fn check_margin(plan: &ProvincePlan, rules: &Rules) -> Result<()> {
    let (limit_m, margin_m) = (rules.response.access_limit_m.value, plan.margin_m);
    let needed_m = LIMITS_SEEN * limit_m;
    if margin_m >= needed_m {
        return Ok(());
    }
    bail!(
        "划分时各县只带出周边 {margin_m} m，而 response.access_limit_m 为 {limit_m} m，至少需要 {needed_m} m；\
         请用 --margin-m {needed_m} 重新运行 fireplan batch plan | \
         the counties of the plan see {margin_m} m around them; with response.access_limit_m at {limit_m} m they need {needed_m} m: \
         run fireplan batch plan again with --margin-m {needed_m}"
    )
}

/// What is known of the border for the whole: the crews.
///
/// # Errors
/// If the border has not been found, or was changed since.
pub fn read_frame(folder: &PlanFolder) -> Result<ArrivalsFile> {
    let report = read_report(folder)?;
    let path = folder.arrivals(FRAME);
    match report.arrivals.iter().find(|(id, _)| id == FRAME) {
        Some((_, sha256)) if wire::digest_file(&path)? == *sha256 => wire::read(&path),
        _ => bail!(
            "边界文件不完整，请重新运行 fireplan batch border | the border is not whole: run fireplan batch border again"
        ),
    }
}

/// What is said of the border of a plan.
///
/// # Errors
/// If it has not been found.
pub fn read_report(folder: &PlanFolder) -> Result<BorderReport> {
    if !folder.border().exists() {
        let shown = folder.0.display();
        bail!(
            "还没有边界到达时间；请先运行 fireplan batch border {shown} | there are no arrivals yet: run fireplan batch border {shown} first"
        );
    }
    wire::read_json(&folder.border())
}
