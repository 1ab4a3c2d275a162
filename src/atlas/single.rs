//! One sheet of layers that somebody has chosen, with everything that a sheet of the atlas has: frame, title, legend, scale, title
//! block.

use anyhow::Result;
use fireplan_export::style::{Palette, Theme};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Layer;
use geo::{Area, BoundingRect, Rect};

use crate::catalogue::{Extent, LayerSpec, SheetSpec, State};
use crate::facts::SheetFacts;
use crate::library::Library;
use crate::listing::PlannedSheet;
use crate::paper::Paper;
use crate::pdf::{self, PdfPage};
use crate::sheet::{SheetLayout, Workshop};
use crate::typeface::Typefaces;
use crate::view::LARGEST;

/// What shows less than this share of the area has a small map of where it lies.
const PART_SHARE: f64 = 0.5;

/// A sheet that is wanted.
pub struct MapSheet<'a> {
    /// The area, which tells the layers of orientation from those that the sheet is about.
    pub area: &'a StudyArea,
    /// What is drawn, from the bottom up.
    pub layers: &'a [&'a Layer],
    /// The ground that is to be shown whole, in metres of the area's plane.
    pub extent: Rect,
    /// Its title (图名).
    pub title: &'a str,
    /// What it rests on.
    pub note: &'a str,
    /// What only people know of the plan.
    pub facts: &'a SheetFacts,
    /// The paper; the sheet stands upright where that shows more.
    pub paper: Paper,
    /// In which colours.
    pub theme: Theme,
}

/// Draws the sheet.
///
/// # Errors
/// If the legend does not fit the paper.
pub fn lay_out_sheet(wanted: &MapSheet<'_>) -> Result<SheetLayout> {
    draw(wanted, &Typefaces::open(None, true)?)
}

/// Draws the sheet and writes it as PDF.
///
/// # Errors
/// As [`lay_out_sheet`], or if a character is in no font.
pub fn draw_sheet(wanted: &MapSheet<'_>) -> Result<Vec<u8>> {
    let faces = Typefaces::open(None, true)?;
    let layout = draw(wanted, &faces)?;
    let page = PdfPage { canvas: &layout.canvas, part: "", name: wanted.title.to_owned() };
    pdf::write_pdf(&[page], wanted.title, wanted.facts.made_by.iter().cloned().collect(), &faces)
}

fn draw(wanted: &MapSheet<'_>, faces: &Typefaces) -> Result<SheetLayout> {
    let area = wanted.area;
    let library = Library::of_layers(area, wanted.layers, &Palette::load(wanted.theme)?)?;
    let ids = || wanted.layers.iter().map(|layer| layer.id.clone());
    let is_input = |id: &String| area.map_layers().iter().any(|layer| layer.id == *id);
    let (inputs, found): (Vec<String>, Vec<String>) = ids().partition(is_input);
    // Where nothing was found, the sheet is about the data of the area.
    let (base, subject) = if found.is_empty() { (Vec::new(), inputs) } else { (inputs, found) };
    let layers = subject.into_iter().map(|layer| LayerSpec { layer, named: None, only: Default::default() });
    let spec = describe_sheet(wanted, layers.collect());
    let whole = area.boundary.bounding_rect().map_or(0.0, |rect| rect.unsigned_area());
    let sheet = PlannedSheet {
        spec: &spec,
        number: String::new(),
        title: wanted.title.to_owned(),
        extent: wanted.extent,
        focus: None,
        least: LARGEST,
        is_part: wanted.extent.unsigned_area() < PART_SHARE * whole,
        neighbours: Vec::new(),
        facts: Vec::new(),
    };
    let workshop = Workshop {
        area,
        library: &library,
        findings: [&[], &[]],
        plan: None,
        facts: wanted.facts,
        faces,
        base: &base,
        paper: wanted.paper,
    };
    workshop.draw(&sheet, "")
}

fn describe_sheet(wanted: &MapSheet<'_>, layers: Vec<LayerSpec>) -> SheetSpec {
    SheetSpec {
        id: "single".to_owned(),
        number: String::new(),
        title: wanted.title.to_owned(),
        part: String::new(),
        extents: vec![Extent::Area],
        split: false,
        layers,
        needs: Vec::new(),
        analysis: None,
        of: State::Present,
        figures: Vec::new(),
        note: wanted.note.to_owned(),
        missing: String::new(),
    }
}
