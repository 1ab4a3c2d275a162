//! Paper and where things stand on a sheet.

use anyhow::{Result, bail};
use geo::{Coord, Rect};

/// Size of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 594 × 841 mm.
    A1,
    /// 297 × 420 mm.
    #[default]
    A3,
    /// 210 × 297 mm.
    A4,
}

impl std::str::FromStr for Paper {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim().to_ascii_uppercase().as_str() {
            "A1" => Ok(Self::A1),
            "A3" => Ok(Self::A3),
            "A4" => Ok(Self::A4),
            _ => bail!("纸张应为 A1、A3 或 A4，不是“{text}” | the paper is A1, A3 or A4, not '{text}'"),
        }
    }
}

impl Paper {
    /// Short and long side.
    pub fn sides_mm(self) -> (f64, f64) {
        match self {
            Self::A1 => (594.0, 841.0),
            Self::A3 => (297.0, 420.0),
            Self::A4 => (210.0, 297.0),
        }
    }
}

/// Which side of the paper lies level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orientation {
    /// The long one.
    Landscape,
    /// The short one.
    Portrait,
}

/// Margin on the side that is bound.
pub const BINDING_MM: f64 = 25.0;
/// The other margins.
pub const MARGIN_MM: f64 = 10.0;
/// Height of the strip with the title.
const TITLE_MM: f64 = 15.0;

/// Where things stand on a sheet, in millimetres from its upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct PageZones {
    /// Width and height of the paper.
    pub size_mm: (f64, f64),
    /// The frame round everything.
    pub frame: Rect,
    /// The strip with the title.
    pub title: Rect,
    /// The map.
    pub map: Rect,
    /// Legend, scale and title block: beside the map, or below it on upright paper.
    pub panel: Rect,
}

fn rect(left: f64, top: f64, right: f64, bottom: f64) -> Rect {
    Rect::new(Coord { x: left, y: top }, Coord { x: right, y: bottom })
}

impl PageZones {
    /// The zones of a sheet.
    pub fn new(paper: Paper, orientation: Orientation) -> Self {
        let (short, long) = paper.sides_mm();
        let size_mm = match orientation {
            Orientation::Landscape => (long, short),
            Orientation::Portrait => (short, long),
        };
        let frame = rect(BINDING_MM, MARGIN_MM, size_mm.0 - MARGIN_MM, size_mm.1 - MARGIN_MM);
        let (low, high) = (frame.min(), frame.max());
        let title = rect(low.x, low.y, high.x, low.y + TITLE_MM);
        let below = low.y + TITLE_MM;
        let (map, panel) = match orientation {
            Orientation::Landscape => {
                let edge = high.x - panel_width_mm(paper);
                (rect(low.x, below, edge, high.y), rect(edge, below, high.x, high.y))
            }
            Orientation::Portrait => {
                let edge = high.y - panel_height_mm(paper);
                (rect(low.x, below, high.x, edge), rect(low.x, edge, high.x, high.y))
            }
        };
        Self { size_mm, frame, title, map, panel }
    }

    /// Whether the panel stands below the map.
    pub fn is_portrait(&self) -> bool {
        self.size_mm.1 > self.size_mm.0
    }
}

fn panel_width_mm(paper: Paper) -> f64 {
    match paper {
        Paper::A1 => 110.0,
        Paper::A3 => 76.0,
        Paper::A4 => 62.0,
    }
}

fn panel_height_mm(paper: Paper) -> f64 {
    match paper {
        Paper::A1 => 110.0,
        Paper::A3 => 84.0,
        Paper::A4 => 74.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margins_are_those_of_bound_drawings() {
        for paper in [Paper::A1, Paper::A3, Paper::A4] {
            for orientation in [Orientation::Landscape, Orientation::Portrait] {
                let zones = PageZones::new(paper, orientation);
                assert_eq!(zones.frame.min(), Coord { x: 25.0, y: 10.0 });
                assert_eq!(zones.frame.max(), Coord { x: zones.size_mm.0 - 10.0, y: zones.size_mm.1 - 10.0 });
                let inside = zones.map.width() * zones.map.height() + zones.panel.width() * zones.panel.height();
                let whole = zones.frame.width() * (zones.frame.height() - TITLE_MM);
                assert!((inside - whole).abs() < 1e-6, "map and panel fill the frame");
            }
        }
    }
}
