//! On which rules each figure rests, from `data/package/basis.toml`: a figure is no surer than they are.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

/// On which rules each figure rests.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasisTable {
    /// `analysis` or `analysis.figure` or `analysis.sheet`: keys of rules. What a figure or a sheet says comes before what its
    /// analysis says.
    basis: BTreeMap<String, Vec<String>>,
    /// By analysis: the list of a government that comes before its conditions. Where the list decides everything, figures rest
    /// on it alone.
    #[serde(default)]
    listed: BTreeMap<String, ListedBasis>,
}

/// A list that comes before conditions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedBasis {
    /// The key of the list.
    pub list: String,
    /// The keys of the conditions that it comes before.
    pub conditions: Vec<String>,
}

impl BasisTable {
    /// Reads the table that comes with the program.
    ///
    /// # Errors
    /// If it is not understood.
    pub fn read(text: &str) -> Result<Self> {
        toml::from_str(text).context("读取 data/package/basis.toml | reading data/package/basis.toml")
    }

    /// The keys of the rules that a figure, or a count of the rows of a sheet, rests on.
    pub fn keys_of(&self, figure: &str) -> &[String] {
        let sheet = figure.split_whitespace().next().unwrap_or(figure);
        let analysis = sheet.split('.').next().unwrap_or(sheet);
        let found = self.basis.get(sheet).or_else(|| self.basis.get(analysis));
        found.map_or(&[], Vec::as_slice)
    }

    /// Every key of a rule that is named, with what rests on it.
    pub fn all(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.basis.iter().map(|(figure, keys)| (figure.as_str(), keys.as_slice()))
    }

    /// Lists that come before conditions, each with its analysis.
    pub fn listed(&self) -> impl Iterator<Item = (&str, &ListedBasis)> {
        self.listed.iter().map(|(analysis, listed)| (analysis.as_str(), listed))
    }
}
