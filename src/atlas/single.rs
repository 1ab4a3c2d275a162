//! One sheet of layers that somebody has chosen, with everything that a sheet of the atlas has: frame, title, legend, scale, title
//! block.

use anyhow::{Result, bail};
use fireplan_export::style::{Palette, Theme};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Layer;
use geo::{Area, BoundingRect, Coord, Rect};

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

/// An extent that is so many times as wide as high lies level on any paper.
const LONG_SIDE: f64 = 1.9;

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
    let of_area: Vec<String> = area.map_layers().into_iter().map(|layer| layer.id).collect();
    let (inputs, found): (Vec<String>, Vec<String>) = ids().partition(|id| of_area.contains(id));
    // Where nothing was found, the sheet is about the data of the area.
    let (base, subject) = if found.is_empty() { (Vec::new(), inputs) } else { (inputs, found) };
    let layers = subject.into_iter().map(|layer| LayerSpec { layer, named: None, only: Default::default() });
    let spec = describe_sheet(wanted, layers.collect());
    let whole = area.boundary.bounding_rect().map_or(0.0, |rect| rect.unsigned_area());
    let plan = |extent: Rect| PlannedSheet {
        spec: &spec,
        number: String::new(),
        title: wanted.title.to_owned(),
        extent,
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
        is_scenario: false,
        facts: wanted.facts,
        faces,
        base: &base,
        paper: wanted.paper,
    };
    // Upright paper shows more of what is high, and level paper has more room for a legend.
    let mut drawn = ways_to_show(wanted.extent).into_iter().map(|extent| workshop.draw(&plan(extent), ""));
    let Some(layout) = drawn.find_map(Result::ok) else {
        bail!(
            "这些图层的图例在所选的纸上放不下；请换大一号的纸，或少打开几个图层 | \
             the legend of these layers does not fit this paper; take larger paper, or show fewer layers"
        );
    };
    Ok(layout)
}

/// An extent as it is, and so much wider that it lies level.
fn ways_to_show(extent: Rect) -> [Rect; 2] {
    let half = Coord { x: extent.width().max(extent.height() * LONG_SIDE), y: extent.height() } / 2.0;
    [extent, Rect::new(extent.center() - half, extent.center() + half)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::lay_out;

    #[test]
    fn what_stands_upright_can_also_lie_level() {
        let high = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 12_000.0, y: 27_000.0 });
        let [upright, level] = ways_to_show(high).map(|extent| lay_out(extent, Paper::A3, LARGEST));
        assert!(upright.0.is_portrait() && !level.0.is_portrait());
        assert_eq!(level.1.window.center(), high.center());
        assert!(level.1.window.height() >= high.height() && level.1.denominator > upright.1.denominator);
    }
}
