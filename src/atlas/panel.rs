//! The panel of a sheet: where the small map, the scale, the legend, the figures and the title block stand in it.

use geo::{Coord, Rect};

use crate::furniture::SCALE_MM;
use crate::paper::PageZones;

/// The places in the panel.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PanelZones {
    pub(crate) locator: Option<Rect>,
    pub(crate) scale: Rect,
    pub(crate) legend: Rect,
    pub(crate) figures: Option<Rect>,
    pub(crate) block: Rect,
}

/// Height of a row of the title block, and of a figure.
const ROW_MM: f64 = 6.4;
pub(crate) const FIGURE_MM: f64 = 5.2;

/// Height of the heading of a box.
pub(crate) const HEADING_MM: f64 = 7.0;

fn rect(left: f64, top: f64, right: f64, bottom: f64) -> Rect {
    Rect::new(Coord { x: left, y: top }, Coord { x: right, y: bottom })
}

impl PanelZones {
    /// Divides the panel; `rows` of the title block, `figures` to be told.
    pub(crate) fn new(zones: &PageZones, with_locator: bool, rows: usize, figures: usize) -> Self {
        if zones.is_portrait() {
            Self::below(zones, with_locator, rows, figures)
        } else {
            Self::beside(zones, with_locator, rows, figures)
        }
    }

    fn beside(zones: &PageZones, with_locator: bool, rows: usize, figures: usize) -> Self {
        let (low, high) = (zones.panel.min(), zones.panel.max());
        let across = |top: f64, bottom: f64| rect(low.x, top, high.x, bottom);
        let block_top = high.y - ROW_MM * rows as f64;
        let scale_top = block_top - SCALE_MM;
        let figures_mm = if figures > 0 { HEADING_MM + FIGURE_MM * figures as f64 + 1.5 } else { 0.0 };
        let figures_top = scale_top - figures_mm;
        let locator_mm = if with_locator { (zones.panel.width() * 0.62).min(zones.panel.height() * 0.2) } else { 0.0 };
        Self {
            locator: with_locator.then(|| across(low.y, low.y + locator_mm)),
            legend: across(low.y + locator_mm, figures_top),
            figures: (figures > 0).then(|| across(figures_top, scale_top)),
            scale: across(scale_top, block_top),
            block: across(block_top, high.y),
        }
    }

    fn below(zones: &PageZones, with_locator: bool, rows: usize, figures: usize) -> Self {
        let (low, high) = (zones.panel.min(), zones.panel.max());
        let width = zones.panel.width();
        let narrow: f64 = if width < 200.0 { 0.6 } else { 1.0 };
        let block_mm = (74.0 * narrow).max(54.0);
        let middle_mm = (66.0 * narrow).max(50.0);
        let (first, second) = (high.x - block_mm - middle_mm, high.x - block_mm);
        let figures_mm = if figures > 0 { HEADING_MM + FIGURE_MM * figures as f64 + 1.5 } else { 0.0 };
        let scale_top = high.y - SCALE_MM;
        let figures_top = scale_top - figures_mm;
        let row = (zones.panel.height() / rows.max(1) as f64).min(12.0);
        Self {
            locator: (with_locator && figures_top - low.y > 20.0).then(|| rect(first, low.y, second, figures_top)),
            legend: rect(low.x, low.y, first, high.y),
            figures: (figures > 0).then(|| rect(first, figures_top, second, scale_top)),
            scale: rect(first, scale_top, second, high.y),
            block: rect(second, high.y - row * rows as f64, high.x, high.y),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::{Orientation, Paper};
    use geo::{Area, Intersects};

    #[test]
    fn the_boxes_of_the_panel_keep_apart_and_inside() {
        for paper in [Paper::A1, Paper::A3, Paper::A4] {
            for orientation in [Orientation::Landscape, Orientation::Portrait] {
                let zones = PageZones::new(paper, orientation);
                let panel = PanelZones::new(&zones, true, 10, 4);
                let boxes: Vec<Rect> =
                    [panel.locator, Some(panel.scale), Some(panel.legend), panel.figures, Some(panel.block)]
                        .into_iter()
                        .flatten()
                        .collect();
                for (at, one) in boxes.iter().enumerate() {
                    assert!(one.width() > 20.0 && one.height() > 9.0, "{paper:?} {orientation:?} {one:?}");
                    assert!(zones.panel.intersects(one) && one.max().y <= zones.panel.max().y + 1e-9);
                    for other in &boxes[at + 1..] {
                        let (a, b) = (one.to_polygon(), other.to_polygon());
                        let shared = geo::BooleanOps::intersection(&a, &b);
                        assert!(shared.unsigned_area() < 1e-6, "{paper:?} {orientation:?}: {one:?} {other:?}");
                    }
                }
            }
        }
    }
}
