//! Names on the map: each beside its place where there is room, none over another, none cut by the edge.
//!
//! **Method.** Requests in the order of their priority, then of their place in the data; each tries its candidate positions from
//! the best on and takes the first that is free (greedy point-feature labelling, after Christensen, Marks and Shieber 1995). What
//! must be read tries places farther off, with a line to what it names. What finds no room is left out and counted.

mod candidates;

use geo::{Coord, Rect};
use rstar::primitives::Rectangle;
use rstar::{AABB, RTree};

use crate::canvas::{Canvas, GREY, Pen, TextMark};
use crate::style::Lettering;
use crate::typeface::{MM_PER_PT, Typefaces};
use candidates::Candidate;

/// What a name stands at.
#[derive(Debug, Clone)]
pub(crate) enum Anchor {
    /// A symbol of this half width, all on the page in millimetres.
    Point(Coord, f64),
    /// Places within an area, the best first.
    Area(Vec<Coord>),
    /// A line.
    Line(Vec<Coord>),
}

/// A name to be placed.
#[derive(Debug, Clone)]
pub(crate) struct LabelRequest {
    pub(crate) lettering: Lettering,
    pub(crate) anchor: Anchor,
    /// Lower ones are placed first.
    pub(crate) priority: u8,
}

/// Names of this priority or a lower one must be read: they may stand farther off.
const MUST_BE_READ: u8 = 2;

/// A name on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedLabel {
    /// What it says; lines are parted by `\n`.
    pub text: String,
    /// What it covers on the page, in millimetres: a box for every line, or for every letter along a line.
    pub boxes: Vec<Rect>,
}

/// The names of a map.
pub(crate) struct Labelling {
    pub(crate) placed: Vec<PlacedLabel>,
    /// How many names of places and areas found no room; roads are named where they can be.
    pub(crate) left_out: usize,
}

/// What is taken on the page.
struct Taken(RTree<Rectangle<[f64; 2]>>);

fn envelope(rect: Rect) -> AABB<[f64; 2]> {
    AABB::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y])
}

impl Taken {
    fn is_free(&self, rect: Rect) -> bool {
        self.0.locate_in_envelope_intersecting(&envelope(rect)).next().is_none()
    }

    fn take(&mut self, rect: Rect) {
        self.0.insert(Rectangle::from_aabb(envelope(rect)));
    }
}

/// Places names on the map within `room` and around what is `taken`, and draws them.
pub(crate) fn place_labels(
    mut requests: Vec<LabelRequest>,
    taken: &[Rect],
    room: Rect,
    faces: &Typefaces,
    canvas: &mut Canvas,
) -> Labelling {
    requests.sort_by_key(|request| request.priority);
    let boxes = taken.iter().map(|rect| Rectangle::from_aabb(envelope(*rect))).collect();
    let mut taken = Taken(RTree::bulk_load(boxes));
    let mut labelling = Labelling { placed: Vec::new(), left_out: 0 };
    for request in &requests {
        let far = request.priority <= MUST_BE_READ;
        let fits =
            |candidate: &Candidate| candidate.boxes.iter().all(|rect| is_within(*rect, room) && taken.is_free(*rect));
        let found = candidates::list(request, faces, far).into_iter().find(fits);
        let Some(candidate) = found else {
            labelling.left_out += usize::from(!matches!(request.anchor, Anchor::Line(_)));
            continue;
        };
        candidate.boxes.iter().for_each(|rect| taken.take(*rect));
        draw(&request.lettering, &candidate, canvas);
        labelling.placed.push(PlacedLabel { text: request.lettering.text.clone(), boxes: candidate.boxes });
    }
    labelling
}

fn is_within(rect: Rect, room: Rect) -> bool {
    let (low, high) = (rect.min(), rect.max());
    low.x >= room.min().x && low.y >= room.min().y && high.x <= room.max().x && high.y <= room.max().y
}

fn draw(lettering: &Lettering, candidate: &Candidate, canvas: &mut Canvas) {
    if let Some((from, to)) = candidate.leader {
        canvas.line(from, to, Pen::solid(GREY, 0.12));
    }
    for (line, at, angle_deg) in &candidate.lines {
        canvas.write(TextMark {
            at: *at,
            size_pt: lettering.size_pt,
            text: line.clone(),
            ink: lettering.ink,
            bold: lettering.bold,
            angle_deg: *angle_deg,
            halo: lettering.halo,
        });
    }
}

/// Half of what Chinese letters of this size are high, and how far their middle is above the line they stand on.
pub(crate) fn middle_mm(size_pt: f64) -> f64 {
    0.37 * size_pt * MM_PER_PT
}

/// A sign upon a symbol: centred.
pub(crate) fn draw_sign(lettering: &Lettering, at: Coord, faces: &Typefaces, canvas: &mut Canvas) {
    let width = faces.width_mm(&lettering.text, lettering.size_pt);
    canvas.write(TextMark {
        at: Coord { x: at.x - width / 2.0, y: at.y + middle_mm(lettering.size_pt) },
        size_pt: lettering.size_pt,
        text: lettering.text.clone(),
        ink: lettering.ink,
        bold: lettering.bold,
        angle_deg: 0.0,
        halo: lettering.halo,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::BLACK;
    use geo::Intersects;

    fn point(text: &str, x: f64, y: f64, priority: u8) -> LabelRequest {
        let lettering = Lettering { text: text.to_owned(), size_pt: 8.0, ink: BLACK, bold: false, halo: None };
        LabelRequest { lettering, anchor: Anchor::Point(Coord { x, y }, 1.0), priority }
    }

    fn room() -> Rect {
        Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 100.0, y: 60.0 })
    }

    #[test]
    fn names_keep_clear_of_each_other_and_of_the_edge() {
        let faces = Typefaces::open(None, false).unwrap();
        let mut canvas = Canvas::new((100.0, 60.0));
        let requests: Vec<LabelRequest> =
            (0..60).map(|i| point(&format!("李家村{i}"), f64::from(i * 37 % 100), f64::from(i * 23 % 60), 4)).collect();
        let labelling = place_labels(requests, &[], room(), &faces, &mut canvas);
        assert_eq!(labelling.placed.len() + labelling.left_out, 60);
        assert!(labelling.placed.len() > 30, "{}", labelling.placed.len());
        let boxes: Vec<Rect> = labelling.placed.iter().flat_map(|label| label.boxes.clone()).collect();
        for (at, one) in boxes.iter().enumerate() {
            assert!(is_within(*one, room()));
            assert!(boxes[at + 1..].iter().all(|other| !one.intersects(other)));
        }
        assert_eq!(canvas.texts().count(), labelling.placed.len());
    }

    #[test]
    fn what_matters_more_is_named_first_and_farther_off_where_it_must() {
        let faces = Typefaces::open(None, false).unwrap();
        let mut canvas = Canvas::new((100.0, 60.0));
        let crowd = (0..12).map(|i| point("甲乙丙丁村", 48.0 + f64::from(i % 4), 28.0 + f64::from(i / 4), 4));
        let requests = crowd.chain([point("城北特勤站", 50.0, 30.0, 0)]).collect();
        let labelling = place_labels(requests, &[], room(), &faces, &mut canvas);
        assert_eq!(labelling.placed[0].text, "城北特勤站");
        assert_eq!(labelling.placed.len() + labelling.left_out, 13);
    }
}
