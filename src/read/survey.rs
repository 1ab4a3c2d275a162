//! What a file and its columns can mean, asked before an `area.toml` is there: layers, words, units, coordinate systems.
//!
//! It answers by the same tables and functions by which an area is read, so that what is proposed is what will be understood.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use fireplan_model::layers::{LayerId, LayerVisitor, Layers};
use fireplan_model::message::reading;
use fireplan_model::notes::Notes;
use fireplan_model::plane::Plane;
use fireplan_model::rows::{Column, GeometryKind, Row};
use geo::{Coord, LineString, Rect};
use tempfile::TempDir;

use crate::files::{read_bounded, refuse_special};
use crate::quantity::{Columns, Declared, SourceCell, StatedUnits};
pub use crate::raster::{SurveyedRaster, survey_raster};
pub use crate::table::{SurveyBounds, SurveyedRow, SurveyedTable, is_sum_row, merge_headings, survey_file};
use crate::words::WordColumns;
use crate::{crs, osm, unpack};

/// Our columns of a layer and what its geometries are; `None`: it is no layer of rows.
pub fn describe_layer(layer: LayerId) -> Option<(Vec<Column>, GeometryKind)> {
    struct Describe;
    impl LayerVisitor for Describe {
        type Output = (Vec<Column>, GeometryKind);
        fn visit<R: Row>(&mut self, _: &mut Vec<R>) -> Self::Output {
            (R::columns(), R::geometry_kind())
        }
    }
    Layers::default().visit(layer, &mut Describe)
}

/// What a cell says in a column of words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordSense {
    /// Our word for it.
    Known(String),
    /// That nobody knows.
    NobodyKnows,
    /// None of the words; those nearest to it, as they are shown.
    Unmatched(Vec<String>),
}

/// How texts are understood in one of our columns; `None`: the column has no list of words.
pub fn understand_words(layer: LayerId, column: &str, texts: &[&str]) -> Option<Vec<WordSense>> {
    let (mut ours, _) = describe_layer(layer)?;
    ours.retain(|one| one.name == column);
    let words = WordColumns::new(layer, &ours, &BTreeMap::new(), |_| Vec::new());
    texts.iter().map(|text| words.sense(column, text)).collect()
}

/// How the cells of a column read as one of our quantities.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QuantitySense {
    /// Cells that are read as they stand.
    pub read: usize,
    /// Cells that say something.
    pub filled: usize,
    /// Cells that are 0 where 0 may stand for "not measured".
    pub zeros: usize,
    /// The units in which the column would be plausible, where it is not as it stands, the likeliest first.
    pub rather: Vec<String>,
}

/// Reads the cells of a column, each with whether the file says that it is a number, as one of our quantities.
pub fn judge_quantity(
    layer: LayerId,
    column: &str,
    heading: &str,
    cells: &[(String, bool)],
    unit: Option<&str>,
) -> Option<QuantitySense> {
    let (ours, _) = describe_layer(layer)?;
    let units: BTreeMap<String, String> = unit.map(|unit| (column.to_owned(), unit.to_owned())).into_iter().collect();
    let stated = StatedUnits::default();
    let declared = Declared { units: &units, zero_counts: &[], beside: None, stated: &stated };
    let source = |name: &str| -> Vec<SourceCell> {
        let of_this = cells.iter().filter(|_| name == column);
        of_this.map(|(text, numeric)| SourceCell { heading: 0, text, numeric: *numeric }).collect()
    };
    let headings = |name: &str| if name == column { vec![heading.to_owned()] } else { Vec::new() };
    let columns = Columns::new(layer, &ours, declared, headings, source).ok()?;
    let (read, zeros, rather) = columns.judge(column, &source(column))?;
    Some(QuantitySense { read, zeros, filled: cells.len(), rather })
}

/// An OSM extract, as far as other data are held against it.
#[derive(Debug, Clone, Default)]
pub struct SurveyedExtract {
    /// The box around the middle of its nodes, in longitude and latitude.
    pub extent: Option<Rect>,
    /// Its roads, in longitude and latitude; none of an extract larger than is read for this.
    pub roads: Vec<LineString>,
}

/// Reads where an OSM extract lies and its roads.
pub fn survey_extract(path: &Path) -> Result<SurveyedExtract> {
    /// A province has some hundred megabytes; whoever has more can do without this help.
    const MOST_BYTES: u64 = 400 << 20;
    refuse_special(path)?;
    if std::fs::metadata(path).with_context(|| reading(path))?.len() > MOST_BYTES {
        return Ok(SurveyedExtract::default());
    }
    let bytes = read_bounded(path, MOST_BYTES)?;
    let extract = osm::read(&bytes, path).with_context(|| reading(path))?;
    let Some(extent) = crs::middle_extent(extract.lonlat()) else { return Ok(SurveyedExtract::default()) };
    let plane = Plane::at(extent.center().x, extent.center().y)?;
    let layers = extract.layers(&plane, &[LayerId::Roads], &mut Notes::default())?.layers;
    let mut roads: Vec<LineString> = layers.roads.into_iter().map(|road| road.geometry).collect();
    roads.iter_mut().try_for_each(|road| plane.to_lonlat(&mut road.0))?;
    Ok(SurveyedExtract { extent: Some(extent), roads })
}

/// The coordinate systems in use in China that a box of coordinates fits, near the area where that is known.
pub fn fitting_systems(extent: Rect, near: Option<Rect>) -> Vec<String> {
    crs::fitting_systems(extent, near)
}

/// The box around the middle 98 % of the coordinates.
pub fn middle_extent(coords: &[Coord]) -> Option<Rect> {
    crs::middle_extent(coords)
}

/// The files of an archive in a folder of their own, within bounds, gone when dropped.
pub fn unpack_archive(path: &Path) -> Result<TempDir> {
    unpack::unpack(path)
}

/// By its name, is this an archive that is read as the files in it?
pub fn is_archive(path: &Path) -> bool {
    unpack::is_archive(path)
}
