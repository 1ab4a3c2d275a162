//! The sheets as data: `data/atlas/sheets.toml`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

const SHEETS: &str = include_str!("../../data/atlas/sheets.toml");

/// Every sheet that there is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalogue {
    pub(crate) base: BaseLayers,
    #[serde(rename = "sheet")]
    pub(crate) sheets: Vec<SheetSpec>,
}

/// What lies below the subject of every sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BaseLayers {
    /// The parts whose sheets show the plan.
    pub(crate) plan_parts: Vec<String>,
    pub(crate) layers: Vec<String>,
}

/// What a sheet shows of the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Extent {
    Area,
    City,
    Town,
    OldTown,
    Station,
}

/// Where the plan of an atlas comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanOrigin {
    /// Siting proposes it for the area as it is: most sheets of the plan show the proposal on that area.
    Proposed,
    /// Somebody made it: every sheet of the plan shows the area under it, and names it.
    Scenario,
}

/// Whose findings a sheet shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    #[default]
    Present,
    Planned,
}

/// One sheet, or one for each of several extents.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SheetSpec {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) part: String,
    pub(crate) extents: Vec<Extent>,
    /// Whether a large area is shown on sheets side by side, too.
    #[serde(default)]
    pub(crate) split: bool,
    pub(crate) layers: Vec<LayerSpec>,
    #[serde(default)]
    pub(crate) needs: Vec<String>,
    pub(crate) analysis: Option<String>,
    #[serde(default)]
    pub(crate) of: State,
    #[serde(default)]
    pub(crate) figures: Vec<String>,
    #[serde(default)]
    pub(crate) note: String,
    pub(crate) missing: String,
}

/// A layer of a sheet: its id, or more.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "WrittenLayer")]
pub(crate) struct LayerSpec {
    pub(crate) layer: String,
    pub(crate) named: Option<bool>,
    pub(crate) only: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenLayer {
    Id(String),
    More {
        layer: String,
        named: Option<bool>,
        #[serde(default)]
        only: BTreeMap<String, Vec<String>>,
    },
}

impl From<WrittenLayer> for LayerSpec {
    fn from(written: WrittenLayer) -> Self {
        match written {
            WrittenLayer::Id(layer) => Self { layer, named: None, only: BTreeMap::new() },
            WrittenLayer::More { layer, named, only } => Self { layer, named, only },
        }
    }
}

impl SheetSpec {
    /// The layers of which one must have something to show.
    pub(crate) fn needed(&self) -> Vec<&str> {
        let layers = self.layers.iter().map(|layer| layer.layer.as_str());
        if self.needs.is_empty() { layers.collect() } else { self.needs.iter().map(String::as_str).collect() }
    }
}

impl Catalogue {
    /// The sheets of the program.
    pub(crate) fn load() -> Result<Self> {
        toml::from_str(SHEETS).context("data/atlas/sheets.toml 有误 | in data/atlas/sheets.toml")
    }

    /// The sheets of the program, for a plan from there.
    pub(crate) fn load_for(origin: PlanOrigin) -> Result<Self> {
        let mut catalogue = Self::load()?;
        if origin == PlanOrigin::Scenario {
            let parts = &catalogue.base.plan_parts;
            let of_plan = catalogue.sheets.iter_mut().filter(|sheet| parts.contains(&sheet.part));
            of_plan.for_each(|sheet| sheet.of = State::Planned);
        }
        Ok(catalogue)
    }

    /// The sheets of these numbers, in the order of the catalogue; none given: all.
    pub(crate) fn select(&self, numbers: &[String]) -> Result<Vec<&SheetSpec>> {
        for number in numbers {
            if !self.sheets.iter().any(|sheet| is_named(sheet, number)) {
                let known: Vec<&str> = self.sheets.iter().map(|sheet| sheet.number.as_str()).collect();
                let known = known.join("、");
                bail!("没有图号 {number}；有 {known} | there is no sheet {number}; there are {known}");
            }
        }
        let wanted = |sheet: &&SheetSpec| numbers.is_empty() || numbers.iter().any(|number| is_named(sheet, number));
        Ok(self.sheets.iter().filter(wanted).collect())
    }
}

fn is_named(sheet: &SheetSpec, number: &str) -> bool {
    sheet.number.eq_ignore_ascii_case(number) || sheet.id == number || sheet.number.trim_start_matches('0') == number
}

/// The analyses whose findings these sheets show (none given: all sheets): as the area is, and under the plan.
///
/// # Errors
/// If there is no sheet of a number.
pub fn analyses_shown(numbers: &[String], origin: PlanOrigin) -> Result<[BTreeSet<String>; 2]> {
    let catalogue = Catalogue::load_for(origin)?;
    let sheets = catalogue.select(numbers)?;
    let of = |state: State| {
        let sheets = sheets.iter().filter(|sheet| sheet.of == state);
        sheets.flat_map(|sheet| analyses_of(sheet)).collect::<BTreeSet<String>>()
    };
    Ok([of(State::Present), of(State::Planned)])
}

/// Beginnings of the ids of layers that analyses find, and which does.
const FOUND_BY: [(&str, &str); 9] = [
    ("access_", "access"),
    ("brigade_", "brigades"),
    ("coverage_", "coverage"),
    ("firebreak_", "firebreaks"),
    ("forest_", "firebreaks"),
    ("hydrant_", "hydrants"),
    ("hydrants_new", "hydrants"),
    ("siting_", "siting"),
    ("water_", "water"),
];

fn analyses_of(sheet: &SheetSpec) -> Vec<String> {
    let found_by = |layer: &str| FOUND_BY.iter().find(|(start, _)| layer.starts_with(start)).map(|(_, by)| *by);
    let layers = sheet.layers.iter().filter(|layer| layer.layer != "water_sources");
    let of_layers = layers.filter_map(|layer| found_by(&layer.layer)).map(str::to_owned);
    of_layers.chain(sheet.analysis.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_one_number_each_and_name_what_they_need() {
        let catalogue = Catalogue::load().unwrap();
        let mut numbers: Vec<&str> = catalogue.sheets.iter().map(|sheet| sheet.number.as_str()).collect();
        assert!(numbers.len() >= 23);
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), catalogue.sheets.len());
        for sheet in &catalogue.sheets {
            let known = |need: &&str| *need == "towns" || sheet.layers.iter().any(|layer| layer.layer == **need);
            assert!(sheet.needed().iter().all(known), "{} needs what it does not show", sheet.number);
            assert!(!sheet.missing.is_empty() && !sheet.extents.is_empty(), "{}", sheet.number);
        }
    }

    #[test]
    fn under_a_scenario_the_plan_is_of_it_and_the_present_is_not() {
        let of = |origin| analyses_shown(&["02".into(), "06".into(), "11".into()], origin).unwrap();
        let [present, planned] = of(PlanOrigin::Proposed);
        assert!(present.contains("siting") && planned.is_empty());
        let [present, planned] = of(PlanOrigin::Scenario);
        assert!(planned.iter().eq(["siting"]) && !present.contains("siting") && present.contains("hydrants"));
        let catalogue = Catalogue::load().unwrap();
        for part in &catalogue.base.plan_parts {
            assert!(catalogue.sheets.iter().any(|sheet| sheet.part == *part), "{part}");
        }
    }

    #[test]
    fn what_is_asked_for_is_known_or_refused() {
        let [present, planned] = analyses_shown(&["03".into(), "8".into()], PlanOrigin::Proposed).unwrap();
        assert!(present.iter().eq(["coverage"]) && planned.iter().eq(["coverage"]));
        let refused = analyses_shown(&["99".into()], PlanOrigin::Proposed).unwrap_err().to_string();
        assert!(refused.contains("99") && refused.contains("there is no sheet"), "{refused}");
    }
}
