//! The plan: a folder with one sub-area per county, and what it was made of.
//!
//! `plan.json` is for people and programs; `counties/ID/area.mpk.gz` is what the county sees, `holdings.mpk.gz` what of it is its own.
//! `frame.mpk.gz` is what is needed to put all together: everything but roads and buildings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use fireplan_engine::request::Request;
use fireplan_engine::response::border::Holdings;
use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::network::NetworkParts;
use fireplan_model::rows::Label;

use crate::area_file::KeptArea;
use crate::counties::{Counties, CountyColumn};
use crate::cut::{CountyCut, ProvinceCut};
use crate::wire;

/// Version of the form of plans; one of another is not read.
const FORMAT: u32 = 1;

/// Name of the file that makes a folder a plan.
const PLAN: &str = "plan.json";

/// How a province was cut.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProvincePlan {
    format: u32,
    /// Name of the province.
    pub name: String,
    /// Where the province is read from.
    pub province: PathBuf,
    /// By which column.
    pub by: CountyColumn,
    /// How far each county sees around what is its own, in metres.
    pub margin_m: f64,
    /// What the province was read from.
    pub inputs: Vec<PlanInput>,
    /// Segments of the whole network.
    pub segments: u32,
    /// Features of each layer that every county answers for a part of; roads are told by segment.
    pub features: BTreeMap<String, usize>,
    /// The counties, in order.
    pub counties: Vec<PlannedCounty>,
    /// How each analysis is run.
    pub analyses: Vec<PlannedAnalysis>,
    /// SHA-256 of the file with everything but roads and buildings.
    pub frame_sha256: String,
}

/// One source of the province.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlanInput {
    /// The layer that it gives.
    pub layer: LayerId,
    /// The file.
    pub source: String,
    /// Its SHA-256.
    pub sha256: String,
}

/// One county of a plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlannedCounty {
    /// The name of its folder.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Segments that it answers for: what its work is about proportional to.
    pub own_segments: u32,
    /// Segments that it sees.
    pub segments: u32,
    /// Villages that it answers for.
    pub villages: u32,
    /// Buildings that it answers for.
    pub buildings: u32,
    /// SHA-256 of what it sees.
    pub area_sha256: String,
    /// SHA-256 of what of it is its own.
    pub holdings_sha256: String,
}

/// How one analysis is run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlannedAnalysis {
    /// Its name.
    pub id: String,
    /// Whether it is run county by county; else on the whole province.
    pub by_county: bool,
    /// How, and why that is exact, or why it is not cut.
    pub how: Label,
}

/// How each analysis is run: county by county where that gives the very figures of the whole, else on the whole.
pub fn ways_to_cut() -> Vec<PlannedAnalysis> {
    let way = |request: &Request| {
        let by_county = request.id() == "coverage";
        let how = if by_county {
            "分县计算：边界处的到达时间作为提前出发点，结果与整省一次计算逐位相同；等时面不分县 | \
             by county: arrivals at the border are head starts, and the results are those of the whole to the last digit; without time bands"
        } else {
            "整省一次运行：尚不能分县精确计算 | on the whole province: it cannot be cut exactly yet"
        };
        PlannedAnalysis { id: request.id().to_owned(), by_county, how: how.into() }
    };
    Request::all().iter().map(way).collect()
}

/// What the sources of an area are, to be compared.
pub fn list_inputs(area: &StudyArea) -> Vec<PlanInput> {
    let input = |source: &fireplan_model::area::SourceReport| PlanInput {
        layer: source.layer,
        source: source.source.clone(),
        sha256: source.sha256.clone(),
    };
    let mut inputs: Vec<PlanInput> = area.sources.iter().map(input).collect();
    inputs.sort();
    inputs
}

/// Where the parts of a plan lie.
#[derive(Debug, Clone)]
pub struct PlanFolder(pub PathBuf);

impl PlanFolder {
    /// What a county sees.
    pub fn area(&self, id: &str) -> PathBuf {
        self.county(id).join("area.mpk.gz")
    }

    /// What of it is its own.
    pub fn holdings(&self, id: &str) -> PathBuf {
        self.county(id).join("holdings.mpk.gz")
    }

    /// The folder of a county.
    pub fn county(&self, id: &str) -> PathBuf {
        self.0.join("counties").join(id)
    }

    /// The arrivals at the border of a county.
    pub fn arrivals(&self, id: &str) -> PathBuf {
        self.0.join("border").join(format!("{id}.mpk.gz"))
    }

    /// What is said of all arrivals.
    pub fn border(&self) -> PathBuf {
        self.0.join("border").join("border.json")
    }

    /// Everything but roads and buildings.
    pub fn frame(&self) -> PathBuf {
        self.0.join("frame.mpk.gz")
    }

    /// Reads the plan itself.
    ///
    /// # Errors
    /// If the folder holds no plan, or one of another version.
    pub fn read(&self) -> Result<ProvincePlan> {
        let folder = self.0.display();
        let path = self.0.join(PLAN);
        if !path.exists() {
            bail!(
                "{folder} 中没有 plan.json；请先运行 fireplan batch plan 省 --out {folder} | \
                 there is no plan.json in {folder}: run fireplan batch plan PROVINCE --out {folder} first"
            );
        }
        let plan: ProvincePlan = wire::read_json(&path)?;
        if plan.format != FORMAT {
            bail!(
                "{folder} 由另一版本的程序写出，请重新运行 fireplan batch plan | \
                 {folder} was written by another version of the program: run fireplan batch plan again"
            );
        }
        Ok(plan)
    }
}

impl ProvincePlan {
    /// Refuses a plan whose province has changed since.
    ///
    /// # Errors
    /// If a source was added, is gone or reads otherwise; the error names them.
    pub fn check_inputs(&self, province: &StudyArea) -> Result<()> {
        let now = list_inputs(province);
        let changed = |a: &[PlanInput], b: &[PlanInput]| -> Vec<String> {
            a.iter().filter(|input| !b.contains(input)).map(|input| input.source.clone()).collect()
        };
        let mut names = [changed(&self.inputs, &now), changed(&now, &self.inputs)].concat();
        names.sort();
        names.dedup();
        if names.is_empty() {
            return Ok(());
        }
        let (zh, en) = (names.join("、"), names.join(", "));
        bail!(
            "划分之后数据已改动：{zh}；请重新运行 fireplan batch plan | \
             the data have changed since the plan was made: {en}; run fireplan batch plan again"
        )
    }

    /// A county by its name or the name of its folder.
    ///
    /// # Errors
    /// If there is none.
    pub fn county(&self, wanted: &str) -> Result<&PlannedCounty> {
        let found = self.counties.iter().find(|county| county.id == wanted || county.name == wanted);
        found.with_context(|| {
            let known: Vec<&str> = self.counties.iter().map(|county| county.id.as_str()).collect();
            let known = known.join(", ");
            format!("划分中没有 {wanted}；有 {known} | the plan has no county {wanted}; it has {known}")
        })
    }
}

/// Cuts a province that was read from `path` and writes the plan into a folder.
///
/// # Errors
/// If it cannot be told whose towns are, or if a file cannot be written.
pub fn make_plan(
    province: &StudyArea,
    path: &Path,
    by: CountyColumn,
    margin_m: f64,
    out: &Path,
) -> Result<ProvincePlan> {
    let folder = PlanFolder(out.to_owned());
    let counties = Counties::group(province, &by)?;
    let cut = ProvinceCut::new(province, &counties, margin_m);
    let mut planned = Vec::new();
    for ((county, number), name) in cut.cuts().zip(1..).zip(&counties.names) {
        planned.push(write_county(province, &folder, county, number, name)?);
    }
    let plan = ProvincePlan {
        format: FORMAT,
        name: province.name.clone(),
        province: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
        by,
        margin_m,
        inputs: list_inputs(province),
        segments: province.network.segments.len() as u32,
        features: count_features(province),
        counties: planned,
        analyses: ways_to_cut(),
        frame_sha256: write_frame(province, &folder)?,
    };
    wire::write_json(&out.join(PLAN), &plan)?;
    Ok(plan)
}

fn count_features(province: &StudyArea) -> BTreeMap<String, usize> {
    // A road may be of many counties, and of an obstacle on no road nobody is told.
    let counted = LayerId::ALL.iter().filter(|layer| !matches!(layer, LayerId::Roads | LayerId::Obstacles));
    counted.map(|layer| (layer.code().to_owned(), province.layers.len(*layer))).collect()
}

/// The name of a folder for a county: its number, and its name as far as any system takes it.
fn name_folder(number: usize, name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).take(40).collect();
    if plain.is_empty() { format!("{number:03}") } else { format!("{number:03}-{plain}") }
}

fn write_county(
    province: &StudyArea,
    folder: &PlanFolder,
    cut: CountyCut,
    number: usize,
    name: &str,
) -> Result<PlannedCounty> {
    let id = name_folder(number, name);
    let [villages, buildings] = [LayerId::Villages, LayerId::Buildings].map(|layer| cut.count(layer) as u32);
    let CountyCut { holdings, features, network, cells } = cut;
    let segments = holdings.segments.len() as u32;
    let own_segments = holdings.segments.iter().filter(|held| held.own).count() as u32;
    let name = name.to_owned();
    let kept = KeptArea { area: province, name: name.clone(), features, network, cells, with_notes: false };
    let area_sha256 = kept.write(&folder.area(&id))?;
    let holdings_sha256 = wire::write(&folder.holdings(&id), &holdings)?;
    Ok(PlannedCounty { id, name, own_segments, segments, villages, buildings, area_sha256, holdings_sha256 })
}

fn write_frame(province: &StudyArea, folder: &PlanFolder) -> Result<String> {
    let left_out = |layer: &LayerId| {
        matches!(layer, LayerId::Roads | LayerId::RoadAreas | LayerId::Obstacles | LayerId::Buildings)
    };
    let layers = LayerId::ALL.iter().filter(|layer| !left_out(layer));
    let features = layers.map(|layer| (*layer, (0..province.layers.len(*layer) as u32).collect())).collect();
    let (name, network) = (province.name.clone(), NetworkParts::default());
    KeptArea { area: province, name, features, network, cells: None, with_notes: true }.write(&folder.frame())
}

/// What of a county is its own.
///
/// # Errors
/// If it was changed since the plan was made.
pub fn read_holdings(folder: &PlanFolder, county: &PlannedCounty) -> Result<Holdings> {
    let path = folder.holdings(&county.id);
    check_digest(&path, &county.holdings_sha256)?;
    wire::read(&path)
}

/// Refuses a file that is not the one that was meant.
pub(crate) fn check_digest(path: &Path, sha256: &str) -> Result<()> {
    if wire::digest_file(path)? == sha256 {
        return Ok(());
    }
    let path = path.display();
    bail!(
        "{path} 与划分时不同，请重新运行 fireplan batch plan | {path} is not the file of the plan: run fireplan batch plan again"
    )
}
