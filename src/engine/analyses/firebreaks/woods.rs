//! Forests as a fire sees them: stands that adjoin, overlap or nearly touch are one forest.
//!
//! A gap between stands stops a fire only if it is as wide as the narrowest thing that divides cells
//! ([`Firebreaks::least_width_m`]); narrower ones are cracks between compartments as they were drawn, and are closed. What
//! lies in such a gap, a road or a line with a width of its own, still divides the forest as a barrier.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use geo::{BoundingRect, Coord, Euclidean, Length, Line, LineString, MultiPolygon, Polygon};

use super::Firebreaks;
use super::gaps::BARRIER_TOUCH_M;
use fireplan_algorithms::area_index::AreaIndex;
use fireplan_algorithms::close_gaps::close_gaps;
use fireplan_algorithms::dissolve::dissolve;
use fireplan_model::area::StudyArea;

/// The forests of the area: stands dissolved, and gaps that are none closed; undissolved, strips would be up to a tenth
/// too large.
pub(super) struct Woods {
    pub forests: Vec<Polygon>,
    pub index: AreaIndex,
    pub area_m2: f64,
}

impl Woods {
    /// `narrowest_m` is the narrowest thing that counts as a barrier; chinks that no survey tells from nothing
    /// ([`BARRIER_TOUCH_M`]) are closed even if everything counts.
    pub(super) fn new(area: &StudyArea, narrowest_m: f64) -> Self {
        let stands: Vec<&Polygon> = area.layers.forests.iter().flat_map(|stand| &stand.geometry.0).collect();
        let MultiPolygon(mut forests) = close_gaps(&dissolve(stands), narrowest_m.max(BARRIER_TOUCH_M));
        forests.sort_by(|a, b| corner(a).partial_cmp(&corner(b)).expect("coordinates are finite"));
        let index = AreaIndex::new(&forests);
        let area_m2 = area.plane.area_m2(&MultiPolygon(forests.clone()));
        Self { forests, index, area_m2 }
    }

    pub(super) fn shape(&self) -> MultiPolygon {
        MultiPolygon(self.forests.clone())
    }

    /// Refuses forests so wide that they would be looked at for hours: a stray vertex makes one, not a county.
    pub(super) fn refuse_too_wide(&self, question: &Firebreaks, area: &StudyArea) -> Result<()> {
        /// At every 100 m, half a million square kilometres.
        const MOST_PLACES: f64 = 50_000_000.0;
        /// In pieces of 5 m, a hundred thousand kilometres of edge.
        const MOST_PIECES: f64 = 20_000_000.0;
        let Some(rect) = self.shape().bounding_rect() else { return Ok(()) };
        let places = rect.width() * rect.height() / (question.lattice_m * question.lattice_m);
        let rings = self.forests.iter().flat_map(|forest| std::iter::once(forest.exterior()).chain(forest.interiors()));
        let pieces = rings.map(|ring| Euclidean.length(ring)).sum::<f64>() / question.sample_m;
        if places <= MOST_PLACES && pieces <= MOST_PIECES {
            return Ok(());
        }
        let width_m = |shape: &MultiPolygon| shape.bounding_rect().map_or(0.0, |rect| rect.width().max(rect.height()));
        let widest = area.layers.forests.iter().max_by(|a, b| width_m(&a.geometry).total_cmp(&width_m(&b.geometry)));
        let (name, widest_km) = widest.map_or_else(Default::default, |stand| {
            let name = if stand.name.is_empty() { &stand.source_id } else { &stand.name };
            (name.clone(), width_m(&stand.geometry) / 1000.0)
        });
        bail!(
            "森林范围宽 {w:.0} km、高 {h:.0} km，过大，无法逐处计算；其中“{name}”跨 {widest_km:.0} km，请核对有无错误顶点，或加大 lattice_m、sample_m | \
             the forests are {w:.0} by {h:.0} km, too wide to be looked at place by place; '{name}' spans {widest_km:.0} km: \
             check its vertices, or ask for a coarser lattice_m and sample_m",
            w = rect.width() / 1000.0,
            h = rect.height() / 1000.0,
        )
    }
}

/// A place of a polygon to sort by: its south-westernmost vertex.
fn corner(polygon: &Polygon) -> (f64, f64) {
    let vertices = polygon.exterior().0.iter().map(|at| (at.x, at.y));
    vertices.min_by(|a, b| a.partial_cmp(b).expect("coordinates are finite")).unwrap_or((0.0, 0.0))
}

/// A short piece of forest edge with the forest on its left.
#[derive(Debug, Clone, Copy)]
pub(super) struct EdgePiece {
    /// Index into the forests.
    pub forest: u32,
    /// Index of the ring: 0 the outer one.
    pub ring: u32,
    pub line: Line,
}

impl EdgePiece {
    pub(super) fn middle(&self) -> Coord {
        (self.line.start + self.line.end) / 2.0
    }

    pub(super) fn length_m(&self) -> f64 {
        let along = self.line.end - self.line.start;
        along.x.hypot(along.y)
    }

    /// Unit vector into the forest.
    pub(super) fn inward(&self) -> Coord {
        let along = self.line.end - self.line.start;
        let length = along.x.hypot(along.y);
        Coord { x: -along.y / length, y: along.x / length }
    }
}

/// All forest edges in pieces of at most so many metres, ring by ring in order.
pub(super) fn pieces(woods: &Woods, longest_m: f64) -> Vec<EdgePiece> {
    let mut pieces = Vec::new();
    for (polygon, forest) in woods.forests.iter().zip(0..) {
        for (ring, number) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).zip(0..) {
            for edge in forest_on_left(ring, number == 0).windows(2) {
                let along = edge[1] - edge[0];
                let count = (along.x.hypot(along.y) / longest_m).ceil().max(1.0);
                let at = |step: f64| if step == count { edge[1] } else { edge[0] + along * (step / count) };
                pieces.extend((0..count as u32).filter_map(|step| {
                    let line = Line::new(at(f64::from(step)), at(f64::from(step) + 1.0));
                    (line.start != line.end).then_some(EdgePiece { forest, ring: number, line })
                }));
            }
        }
    }
    pieces
}

fn forest_on_left(ring: &LineString, outer: bool) -> Vec<Coord> {
    use geo::winding_order::{Winding, WindingOrder};
    let mut vertices = ring.0.clone();
    if (ring.winding_order() == Some(WindingOrder::CounterClockwise)) != outer {
        vertices.reverse();
    }
    vertices
}

/// Runs of pieces that follow one another and agree, as indices; a run may go over the start of a ring.
pub(super) fn runs<K: PartialEq>(pieces: &[EdgePiece], key: impl Fn(usize) -> Option<K>) -> Vec<Vec<usize>> {
    let mut rings: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
    for (number, piece) in pieces.iter().enumerate() {
        rings.entry((piece.forest, piece.ring)).or_default().push(number);
    }
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for ring in rings.into_values() {
        let start = runs.len();
        let mut last: Option<K> = None;
        for number in &ring {
            let here = key(*number);
            match (&here, &last) {
                (Some(here), Some(last)) if here == last => runs.last_mut().expect("a run is open").push(*number),
                (Some(_), _) => runs.push(vec![*number]),
                (None, _) => {}
            }
            last = here;
        }
        // The ring's end meets its start.
        let (first, last) = (key(ring[0]), key(ring[ring.len() - 1]));
        if runs.len() > start + 1 && first.is_some() && first == last {
            let head = std::mem::take(&mut runs[start]);
            runs.last_mut().expect("there are two").extend(head);
            runs.remove(start);
        }
    }
    runs
}

/// The line along a run of pieces.
pub(super) fn line_of(pieces: &[EdgePiece], run: &[usize]) -> LineString {
    let mut line = vec![pieces[run[0]].line.start];
    line.extend(run.iter().map(|number| pieces[*number].line.end));
    LineString(line)
}

pub(super) fn length_m(pieces: &[EdgePiece], run: &[usize]) -> f64 {
    run.iter().map(|number| pieces[*number].length_m()).sum()
}
