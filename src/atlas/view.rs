//! The window of a map: its scale, and where the ground stands on paper.

use fireplan_algorithms::clip::{clip_line, clip_ring, keep};
use geo::{BoundingRect, Coord, Geometry, Intersects, LineString, MultiPolygon, Polygon, Rect, Simplify};

use crate::canvas::{Outline, Step};
use crate::paper::{Orientation, PageZones, Paper};

/// Round figures of a scale; times a power of ten.
const ROUND: [f64; 10] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];

/// The largest scale that is drawn.
pub(crate) const LARGEST: f64 = 500.0;

/// How much of the map stays free round what it shows.
const ROOM: f64 = 0.035;

/// Vertices nearer than this to the one before add nothing in print.
const FINE_MM: f64 = 0.06;

/// Lines are drawn as near as this to where they run: less than the width of the thinnest.
const SMOOTH_MM: f64 = 0.035;

/// Areas smaller than this in both directions are not seen.
const SPECK_MM: f64 = 0.15;

/// Every round denominator from [`LARGEST`] on.
pub(crate) fn round_scales() -> impl Iterator<Item = f64> {
    let powers = (2..8).map(|power| 10_f64.powi(power));
    powers.flat_map(|power| ROUND.map(|figure| figure * power)).filter(|denominator| *denominator >= LARGEST)
}

/// The ground that a map shows and its place on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct MapView {
    /// The ground, in metres of the area's plane.
    pub window: Rect,
    /// Its place on the page, in millimetres.
    pub at: Rect,
    /// The scale is 1 to this.
    pub denominator: f64,
}

impl MapView {
    /// The view of an extent, in the middle of a place on the page, at the largest round scale that shows it whole, and at none
    /// larger than 1 to `least`.
    pub(crate) fn fit(extent: Rect, at: Rect, least: f64) -> Self {
        let share = 1.0 - 2.0 * ROOM;
        let needed = (extent.width() / (at.width() * share)).max(extent.height() / (at.height() * share)) * 1000.0;
        let mut scales = round_scales().filter(|denominator| *denominator >= needed.max(least));
        let denominator = scales.next().unwrap_or(needed);
        Self::centred(extent.center(), at, denominator)
    }

    /// The view at a scale round a place.
    pub(crate) fn centred(centre: Coord, at: Rect, denominator: f64) -> Self {
        let half = Coord { x: at.width(), y: at.height() } * (denominator / 2000.0);
        Self { window: Rect::new(centre - half, centre + half), at, denominator }
    }

    /// Millimetres on paper of a metre on the ground.
    pub fn mm_per_m(&self) -> f64 {
        1000.0 / self.denominator
    }

    /// Where a place stands on the page.
    pub fn place(&self, place: Coord) -> Coord {
        let (low, high) = (self.window.min(), self.window.max());
        let scale = self.mm_per_m();
        Coord { x: self.at.min().x + (place.x - low.x) * scale, y: self.at.min().y + (high.y - place.y) * scale }
    }

    /// The window and a little more, so that its edge is not drawn as an outline.
    fn padded(&self) -> Rect {
        let pad = Coord { x: 3.0, y: 3.0 } / self.mm_per_m();
        Rect::new(self.window.min() - pad, self.window.max() + pad)
    }

    /// Whether something of this size and place can be seen.
    pub(crate) fn shows(&self, geometry: &Geometry) -> bool {
        let Some(rect) = geometry.bounding_rect() else { return false };
        let is_point = matches!(geometry, Geometry::Point(_) | Geometry::MultiPoint(_));
        rect.intersects(&self.window) && (is_point || rect.width().max(rect.height()) * self.mm_per_m() >= SPECK_MM)
    }

    /// The lines of a geometry, cut to the window.
    pub(crate) fn lines(&self, geometry: &Geometry) -> Vec<Vec<Coord>> {
        let rings = |polygon: &Polygon| -> Vec<LineString> {
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).cloned().collect()
        };
        let lines: Vec<LineString> = match geometry {
            Geometry::LineString(line) => vec![line.clone()],
            Geometry::MultiLineString(lines) => lines.0.clone(),
            Geometry::Polygon(polygon) => rings(polygon),
            Geometry::MultiPolygon(polygons) => polygons.0.iter().flat_map(rings).collect(),
            _ => Vec::new(),
        };
        let window = self.padded();
        let pieces = lines.iter().flat_map(|line| clip_line(&line.0, window, keep));
        pieces.map(|piece| self.thin(&piece)).filter(|piece| piece.len() > 1).collect()
    }

    /// The lines of a geometry as an outline.
    pub(crate) fn line_outline(&self, geometry: &Geometry) -> Outline {
        let mut outline = Outline::default();
        for piece in self.lines(geometry) {
            let closes = piece.len() > 3 && piece.first() == piece.last();
            let places = if closes { &piece[..piece.len() - 1] } else { &piece[..] };
            outline.extend(if closes { Outline::polygon(places) } else { Outline::polyline(places) });
        }
        outline
    }

    /// The area of a geometry, cut to a little more than the window.
    pub(crate) fn area_outline(&self, geometry: &Geometry) -> Outline {
        match geometry {
            Geometry::Polygon(polygon) => self.polygon_outline(polygon),
            Geometry::MultiPolygon(polygons) => self.polygons_outline(polygons),
            _ => Outline::default(),
        }
    }

    pub(crate) fn polygons_outline(&self, polygons: &MultiPolygon) -> Outline {
        let mut outline = Outline::default();
        polygons.0.iter().for_each(|polygon| outline.extend(self.polygon_outline(polygon)));
        outline
    }

    fn polygon_outline(&self, polygon: &Polygon) -> Outline {
        let window = self.padded();
        let mut outline = Outline::default();
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            let cut = clip_ring(&ring.0, window, keep);
            let mut places = self.thin(&cut);
            if places.len() > 1 && places.first() == places.last() {
                places.pop();
            }
            if places.len() > 2 {
                outline.0.extend(Outline::polygon(&places).0);
            }
        }
        outline
    }

    /// On paper, without what is finer than print.
    fn thin(&self, places: &[Coord]) -> Vec<Coord> {
        let mut thinned: Vec<Coord> = Vec::with_capacity(places.len());
        for (at, place) in places.iter().enumerate() {
            let place = self.place(*place);
            let is_last = at + 1 == places.len();
            let is_near = thinned.last().is_some_and(|last| (place.x - last.x).hypot(place.y - last.y) < FINE_MM);
            if is_near && is_last && thinned.len() > 1 {
                thinned.pop();
            }
            if !is_near || is_last {
                thinned.push(place);
            }
        }
        let thinned = LineString(thinned);
        Simplify::simplify(&thinned, SMOOTH_MM).0
    }

    /// Everything on the page but what the outline encloses: the rest of the map.
    pub(crate) fn outside(&self, inside: Outline) -> Outline {
        let mut outline = Outline::rect(self.at);
        outline.0.extend(inside.0);
        outline
    }
}

/// The view of an extent on paper: upright where that shows it larger.
pub(crate) fn lay_out(extent: Rect, paper: Paper, least: f64) -> (PageZones, MapView) {
    let [landscape, portrait] = [Orientation::Landscape, Orientation::Portrait].map(|orientation| {
        let zones = PageZones::new(paper, orientation);
        let view = MapView::fit(extent, zones.map, least);
        (zones, view)
    });
    if portrait.1.denominator < landscape.1.denominator { portrait } else { landscape }
}

/// The corners of an outline, for tests and boxes.
pub(crate) fn corners(outline: &Outline) -> impl Iterator<Item = Coord> {
    outline.0.iter().filter_map(|step| match step {
        Step::Move(place) | Step::Line(place) | Step::Curve(_, _, place) => Some(*place),
        Step::Close => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(width: f64, height: f64) -> Rect {
        Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: width, y: height })
    }

    #[test]
    fn the_scale_is_the_largest_round_one_that_shows_the_extent() {
        let at = rect(300.0, 250.0);
        let view = MapView::fit(rect(20_000.0, 10_000.0), at, LARGEST);
        assert_eq!(view.denominator, 80_000.0);
        assert_eq!(view.window.width(), 24_000.0);
        let place = view.place(Coord { x: 10_000.0, y: 5_000.0 });
        assert!((place.x - 150.0).abs() < 1e-9 && (place.y - 125.0).abs() < 1e-9);
        assert_eq!(MapView::fit(rect(10.0, 10.0), at, 2_000.0).denominator, 2_000.0);
    }

    #[test]
    fn what_is_tall_stands_on_upright_paper() {
        assert!(lay_out(rect(12_000.0, 27_000.0), Paper::A3, LARGEST).0.is_portrait());
        assert!(!lay_out(rect(27_000.0, 12_000.0), Paper::A3, LARGEST).0.is_portrait());
    }
}
