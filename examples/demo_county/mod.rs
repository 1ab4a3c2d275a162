//! An invented county (虚构示例县), from its terrain to its hydrants.
//!
//! Reading order: [`terrain`] (the land), [`water`], [`places`] (towns and villages), [`plan`] (streets of the towns),
//! [`routes`] and [`ways`] (country roads), [`motorway`], [`bridges`], [`lanes`], [`road`] (how roads meet), [`road_areas`], [`building`], [`forest`],
//! [`facilities`] (what the fire service has), [`planted`] (situations put in on purpose), [`files`] and [`write`].

mod bridges;
mod building;
mod county;
mod facilities;
mod files;
mod forest;
mod grid;
mod lanes;
mod motorway;
mod names;
mod people;
mod places;
mod plan;
mod planted;
mod random;
mod regions;
mod road;
mod road_areas;
mod routes;
mod terrain;
mod town_facts;
mod water;
mod ways;
mod write;

use std::path::Path;

use anyhow::Result;

/// Writes the county's files into a folder.
pub(super) fn generate(folder: &Path) -> Result<()> {
    let county = county::County::build();
    county.write(folder)
}
