//! Files to a study area: `area.toml`, whatever GDAL reads, OSM extracts, rasters; [`open`] is the way in.
//!
//! What a file lacks or gets wrong is told in the area's notes: converted with a remark, or left out, counted and listed,
//! never guessed. An error means that the area as a whole cannot be read, and says the file and the way out. It may use the
//! model, the algorithms and GDAL. It must not know an analysis or a rule.
//!
//! Reading order: [`manifest`] (which file says what), `assembly` (from sources to the area), `files`, `unpack` and `vrt`
//! (which files those are), `table` (any file as a table), `strays` and `crs` (to longitude and latitude), `rows` (to the
//! rows of a layer), `quantity` (numbers with units), `words` (kinds and statuses), `join` and `partners` (facts of other
//! tables), `osm`, `once`, `overlaps` and `footprints` (one thing once, what is drawn twice, places drawn as areas),
//! `raster`, [`doctor`] (what is doubtful).

pub mod angle;
mod assembly;
mod bounds;
mod content_ids;
mod corrections;
mod crs;
mod digest;
pub mod doctor;
mod files;
mod footprints;
mod join;
mod lifecycle;
pub mod manifest;
mod network;
mod once;
mod osm;
mod overlaps;
mod partners;
mod parts;
mod quantity;
mod raster;
mod repair;
mod reports;
mod responsible;
mod rows;
mod spikes;
mod staffing;
mod steps;
mod strays;
pub mod survey;
mod table;
mod town_facts;
mod unpack;
mod visitors;
mod voids;
mod vrt;
mod words;

use std::path::Path;

use anyhow::Result;

use crate::manifest::AreaManifest;
use fireplan_model::area::StudyArea;
use fireplan_model::progress::Progress;

/// Opens an area: a folder with `area.toml` ([`manifest`]), that file, or one OSM extract.
///
/// What the data lacks or gets wrong is told in the area's notes; an error means that the area as a whole cannot be read.
pub fn open(path: &Path, progress: &dyn Progress) -> Result<StudyArea> {
    assembly::read(&AreaManifest::open(path)?, progress)
}
