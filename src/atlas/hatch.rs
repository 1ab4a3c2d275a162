//! Hatching: areas of different classes are told apart in grey print, too.

use geo::{Coord, Rect};

use crate::canvas::{Canvas, Ink, Outline, Pen, Step};

/// The lines of a pattern: angle and distance.
type Lines = &'static [(f64, f64)];

/// One pattern for each class, from the first on; the first is plain.
const PATTERNS: [Lines; 7] = [
    &[],
    &[(45.0, 3.2)],
    &[(-45.0, 2.4)],
    &[(0.0, 2.0)],
    &[(45.0, 2.8), (-45.0, 2.8)],
    &[(90.0, 1.8)],
    &[(0.0, 2.6), (90.0, 2.6)],
];

const LINE_MM: f64 = 0.09;

/// Hatches an area by the place of its class among the others.
pub(crate) fn hatch(canvas: &mut Canvas, outline: &Outline, class: usize, ink: Ink) {
    let lines = PATTERNS[class % PATTERNS.len()];
    let Some(bounds) = bounds(outline).filter(|_| !lines.is_empty()) else { return };
    canvas.clipped(outline.clone(), |canvas| {
        let mut strokes = Outline::default();
        for (angle_deg, step_mm) in lines {
            strokes.extend(parallels(bounds, *angle_deg, *step_mm));
        }
        let ink = Ink { opacity: 0.6, ..ink.darkened(0.3) };
        canvas.stroke(strokes, Pen::solid(ink, LINE_MM));
    });
}

fn bounds(outline: &Outline) -> Option<Rect> {
    let mut corners = crate::view::corners(outline);
    let first = corners.next()?;
    let (low, high) = corners.fold((first, first), |(low, high), at| {
        (Coord { x: low.x.min(at.x), y: low.y.min(at.y) }, Coord { x: high.x.max(at.x), y: high.y.max(at.y) })
    });
    Some(Rect::new(low, high))
}

/// Parallel lines over a rectangle, in step over the whole page so that neighbours of one class join.
fn parallels(bounds: Rect, angle_deg: f64, step_mm: f64) -> Outline {
    let angle = angle_deg.to_radians();
    let (along, across) = (Coord { x: angle.cos(), y: angle.sin() }, Coord { x: -angle.sin(), y: angle.cos() });
    let dot = |a: Coord, b: Coord| a.x * b.x + a.y * b.y;
    let (low, high) = (bounds.min(), bounds.max());
    let corners = [low, high, Coord { x: low.x, y: high.y }, Coord { x: high.x, y: low.y }];
    let range = |axis: Coord| {
        let on = corners.map(|corner| dot(corner, axis));
        (on.iter().copied().fold(f64::MAX, f64::min), on.iter().copied().fold(f64::MIN, f64::max))
    };
    let ((start, end), (first, last)) = (range(along), range(across));
    let (first, last) = ((first / step_mm).ceil() as i64, (last / step_mm).floor() as i64);
    let mut outline = Outline::default();
    for number in first..=last {
        let off = across * (number as f64 * step_mm);
        outline.0.push(Step::Move(along * start + off));
        outline.0.push(Step::Line(along * end + off));
    }
    outline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_a_pattern_of_its_own() {
        let square = Outline::rect(Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 20.0, y: 20.0 }));
        let drawn: Vec<Canvas> = (0..7)
            .map(|class| {
                let mut canvas = Canvas::new((20.0, 20.0));
                hatch(&mut canvas, &square, class, Ink::solid(90, 120, 200));
                canvas
            })
            .collect();
        assert!(drawn[0].marks.is_empty());
        for (at, one) in drawn.iter().enumerate() {
            assert!(drawn[at + 1..].iter().all(|other| one != other), "{at}");
        }
    }
}
