//! A small picture of an area, drawn from its own boundary, built-up areas and roads. It is kept as paths, not as a picture,
//! so that the page draws it in the colours of its theme.

use geo::{BoundingRect, Coord, LineString, MultiPolygon, Rect};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use fireplan_model::area::StudyArea;
use fireplan_model::layers::RoadClass;

/// Width and height of the picture.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 600.0;
/// Room around what is drawn.
const MARGIN: f64 = 24.0;
/// Vertices nearer to the last one than this are not seen.
const FINE: f64 = 5.0;
/// Vertices of a picture: minor roads are left out beyond it.
const MOST_VERTICES: usize = 4_000;

/// Paths of SVG in a box of `width` by `height`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Thumbnail {
    width: u32,
    height: u32,
    boundary: String,
    built_up: String,
    major_roads: String,
    minor_roads: String,
}

/// Draws the area; `None`: nothing of it has an extent.
pub(crate) fn draw_thumbnail(area: &StudyArea) -> Option<Thumbnail> {
    let extent = area.boundary.bounding_rect().filter(|rect| rect.width() > 0.0 && rect.height() > 0.0)?;
    let mut pen = Pen::new(extent);
    let boundary = pen.draw_areas(area.boundary.0.iter().map(geo::Polygon::exterior));
    let shapes: Vec<&MultiPolygon> = area.layers.built_up.iter().map(|one| &one.geometry).collect();
    let built_up = pen.draw_areas(shapes.iter().flat_map(|shape| shape.0.iter().map(geo::Polygon::exterior)));
    let roads = |wanted: &dyn Fn(RoadClass) -> bool| -> Vec<&LineString> {
        area.layers.roads.iter().filter(|road| wanted(road.class)).map(|road| &road.geometry).collect()
    };
    let major_roads = pen.draw_lines(&roads(&is_major));
    let minor_roads = pen.draw_lines(&roads(&|class| !is_major(class) && class != RoadClass::Path));
    Some(Thumbnail { width: WIDTH as u32, height: HEIGHT as u32, boundary, built_up, major_roads, minor_roads })
}

fn is_major(class: RoadClass) -> bool {
    matches!(class, RoadClass::Motorway | RoadClass::Expressway | RoadClass::Trunk | RoadClass::Primary)
}

/// Draws metres into the picture.
struct Pen {
    low: Coord,
    scale: f64,
    offset: Coord,
    vertices: usize,
}

impl Pen {
    fn new(extent: Rect) -> Self {
        let scale = ((WIDTH - 2.0 * MARGIN) / extent.width()).min((HEIGHT - 2.0 * MARGIN) / extent.height());
        let offset = Coord { x: (WIDTH - extent.width() * scale) / 2.0, y: (HEIGHT - extent.height() * scale) / 2.0 };
        Self { low: extent.min(), scale, offset, vertices: 0 }
    }

    fn place(&self, at: Coord) -> Coord {
        let up = (at.y - self.low.y) * self.scale;
        Coord { x: self.offset.x + (at.x - self.low.x) * self.scale, y: HEIGHT - self.offset.y - up }
    }

    fn draw_areas<'a>(&mut self, rings: impl Iterator<Item = &'a LineString>) -> String {
        let mut path = String::new();
        for ring in rings {
            let drawn = self.draw_line(ring);
            if !drawn.is_empty() {
                path.push_str(&drawn);
                path.push('z');
            }
        }
        path
    }

    fn draw_lines(&mut self, lines: &[&LineString]) -> String {
        lines.iter().map(|line| self.draw_line(line)).collect()
    }

    /// The line as it is seen at this size; nothing, where it is smaller than a dot or the picture is full.
    fn draw_line(&mut self, line: &LineString) -> String {
        let mut seen: Vec<Coord> = Vec::new();
        for at in line.coords().map(|at| self.place(*at)) {
            if seen.last().is_none_or(|last| (last.x - at.x).hypot(last.y - at.y) >= FINE) {
                seen.push(at);
            }
        }
        if seen.len() < 2 || self.vertices + seen.len() > MOST_VERTICES {
            return String::new();
        }
        self.vertices += seen.len();
        let write =
            |(at, Coord { x, y }): (usize, &Coord)| format!("{}{:.0} {:.0}", if at == 0 { "M" } else { "L" }, x, y);
        seen.iter().enumerate().map(write).collect()
    }
}
