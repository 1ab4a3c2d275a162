//! Scope: the built-up areas that should have mains, and the stretches of road that run through them.

use geo::{BoundingRect, Contains, Coord, Line};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::Hydrants;
use super::streets::{StreetIndex, carries_hydrants};
use crate::response::places::lines_of;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::{BuiltUpId, SegmentId};
use fireplan_model::layers::{BuiltUp, BuiltUpKind, Hydrant, LayerId, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::scenario::is_planned;

method_constants! {
    /// 沿路判断是否在建成区内的取样间距 | Distance between the places at which a road is asked whether it lies in a built-up area
    const SCOPE_STEP_M: f64 = 10.0,
        because "小于一栋建筑的进深，不漏掉穿过建成区的路段 | Less than a building is deep, so that no stretch through a built-up area is missed";
    /// 建成区边界在道路上的定位精度 | How exactly the edge of a built-up area is found along a road
    const SCOPE_BORDER_M: f64 = 0.1,
        because "远小于消火栓间距要求，也小于建成区边界的绘制精度 | Far below the spacing asked for and below what outlines are drawn to";
    /// 短于此值的路段不要求设栓 | Stretches of road shorter than this ask for no hydrant
    const SCOPE_SLIVER_M: f64 = 1.0,
        because "多为支路伸入主路路幅内的端头 | They are the ends of side roads within the width of the main one";
}

type EdgeOf = GeomWithData<rstar::primitives::Line<[f64; 2]>, BuiltUpId>;

/// Built-up areas with mains.
pub(crate) struct Scope {
    pub included: Vec<BuiltUpId>,
    all: Outlines,
    /// Of those with at least one hydrant in the data, in whatever state, and of all where the ledger is complete.
    recorded: Outlines,
    /// Hydrants are asked for along planned roads as well.
    along_planned: bool,
}

/// The outlines of some built-up areas.
struct Outlines {
    edges: RTree<EdgeOf>,
    /// The easternmost coordinate of all.
    east: f64,
    beside_m: f64,
}

impl Scope {
    /// Urban areas, towns, industry and areas of unknown kind; villages only where a hydrant that stands says that there are
    /// mains, and along the roads that are there. What is planned makes nothing worse: it brings no further area or road into what
    /// is asked about.
    pub(crate) fn new(area: &StudyArea, question: &Hydrants, notes: &mut Notes) -> Self {
        let there = |hydrant: &Hydrant| !is_planned(&hydrant.source_id);
        Self { along_planned: false, ..Self::where_hydrants(area, question, there, notes) }
    }

    /// The same where planned hydrants say so as well, and along planned roads.
    pub(crate) fn with_planned(area: &StudyArea, question: &Hydrants, notes: &mut Notes) -> Self {
        Self::where_hydrants(area, question, |_| true, notes)
    }

    fn where_hydrants(
        area: &StudyArea,
        question: &Hydrants,
        counts: impl Fn(&Hydrant) -> bool,
        notes: &mut Notes,
    ) -> Self {
        let areas = &area.layers.built_up;
        let rects = BuiltUpId::first(areas.len()).zip(areas).filter_map(|(id, area)| {
            let rect = area.geometry.bounding_rect()?;
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(GeomWithData::new(corners, id))
        });
        let all = RTree::bulk_load(rects.collect());
        let mut with_hydrant = vec![false; areas.len()];
        for hydrant in area.layers.hydrants.iter().filter(|hydrant| counts(hydrant)) {
            let at = hydrant.geometry.0;
            for found in all.locate_all_at_point(&[at.x, at.y]) {
                with_hydrant[found.data.index()] |= areas[found.data.index()].geometry.contains(&at);
            }
        }
        let mut included = Vec::new();
        for (id, area) in BuiltUpId::first(areas.len()).zip(areas) {
            if area.kind != BuiltUpKind::Village || with_hydrant[id.index()] {
                included.push(id);
            }
        }
        let is_recorded = |id: &BuiltUpId| question.ledger_complete || with_hydrant[id.index()];
        note_scope(areas, &included, is_recorded, notes);
        let recorded = included.iter().copied().filter(is_recorded);
        Self {
            all: Outlines::new(areas, included.iter().copied(), question.beside_m),
            recorded: Outlines::new(areas, recorded, question.beside_m),
            included,
            along_planned: true,
        }
    }

    /// In a built-up area, or right beside one: roads often are the edge of what is drawn as built up.
    pub(crate) fn is_near(&self, place: Coord) -> bool {
        self.all.is_near(place)
    }

    /// Whether no hydrant is in the data of the built-up areas here: there may be none, or nobody wrote them down.
    pub(crate) fn lacks_record(&self, place: Coord) -> bool {
        !self.recorded.is_near(place)
    }

    /// Per segment, the stretches along which hydrants are asked for, in metres from its first node.
    pub(crate) fn stretches(&self, area: &StudyArea, streets: &StreetIndex) -> Vec<Vec<(f64, f64)>> {
        let network = &area.network;
        (0..network.segments.len() as u32)
            .into_par_iter()
            .map(SegmentId)
            .map(|segment| {
                let road = &area.layers.roads[network[segment].road.index()];
                let municipal = !matches!(road.class, RoadClass::Service | RoadClass::Track | RoadClass::Link);
                let is_asked = self.along_planned || !area.is_new_road(segment);
                if !is_asked || !carries_hydrants(road) || !municipal || road.bridge || streets.is_companion(segment) {
                    return Vec::new();
                }
                let length_m = network[segment].length_m;
                self.stretches_of(length_m, |offset_m| self.is_near(network.point_at(segment, offset_m)))
            })
            .collect()
    }

    fn stretches_of(&self, length_m: f64, near: impl Fn(f64) -> bool) -> Vec<(f64, f64)> {
        let count = (length_m / SCOPE_STEP_M).ceil().max(1.0) as u32;
        let looks: Vec<(f64, bool)> = (0..=count)
            .map(|look| length_m * f64::from(look) / f64::from(count))
            .map(|offset_m| (offset_m, near(offset_m)))
            .collect();
        let mut stretches: Vec<(f64, f64)> = Vec::new();
        for pair in looks.windows(2) {
            let ((from_m, inside), (to_m, then)) = (pair[0], pair[1]);
            let (from_m, to_m) = match (inside, then) {
                (true, true) => (from_m, to_m),
                (true, false) => (from_m, border(from_m, to_m, &near)),
                (false, true) => (border(to_m, from_m, &near), to_m),
                (false, false) => continue,
            };
            match stretches.last_mut() {
                Some(last) if from_m <= last.1 + 1e-9 => last.1 = to_m,
                _ => stretches.push((from_m, to_m)),
            }
        }
        stretches.retain(|(from_m, to_m)| to_m - from_m >= SCOPE_SLIVER_M.min(length_m));
        stretches
    }
}

impl Outlines {
    fn new(areas: &[BuiltUp], of: impl Iterator<Item = BuiltUpId>, beside_m: f64) -> Self {
        let edges = of.flat_map(|id| {
            let lines = areas[id.index()].geometry.iter().flat_map(|polygon| lines_of(&polygon.clone().into()));
            lines.map(move |line: Line| {
                let line = rstar::primitives::Line::new([line.start.x, line.start.y], [line.end.x, line.end.y]);
                GeomWithData::new(line, id)
            })
        });
        let edges: Vec<EdgeOf> = edges.collect();
        let east = edges.iter().flat_map(|edge| [edge.geom().from[0], edge.geom().to[0]]).fold(f64::MIN, f64::max);
        Self { edges: RTree::bulk_load(edges), east, beside_m }
    }

    /// In a built-up area, or right beside one: roads often are the edge of what is drawn as built up.
    fn is_near(&self, place: Coord) -> bool {
        let point = [place.x, place.y];
        let beside = self.edges.nearest_neighbor(&point).is_some_and(|edge| {
            let (from, to) = (edge.geom().from, edge.geom().to);
            distance_to(Line::new(Coord::from(from), Coord::from(to)), place) <= self.beside_m
        });
        beside || self.is_inside(place)
    }

    /// Counts, area by area, how often a ray to the east crosses the outline.
    fn is_inside(&self, place: Coord) -> bool {
        if self.east < place.x {
            return false;
        }
        let ray = AABB::from_corners([place.x, place.y], [self.east, place.y]);
        let crossed = self.edges.locate_in_envelope_intersecting(&ray).filter(|edge| {
            let (a, b) = (edge.geom().from, edge.geom().to);
            (a[1] > place.y) != (b[1] > place.y) && {
                let x = a[0] + (place.y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
                x > place.x
            }
        });
        let mut areas: Vec<BuiltUpId> = crossed.map(|edge| edge.data).collect();
        areas.sort_unstable();
        areas.chunk_by(|a, b| a == b).any(|crossings| crossings.len() % 2 == 1)
    }
}

/// Where, between a place inside and one outside, the edge is.
fn border(mut inside_m: f64, mut outside_m: f64, near: &impl Fn(f64) -> bool) -> f64 {
    while (outside_m - inside_m).abs() > SCOPE_BORDER_M {
        let middle_m = (inside_m + outside_m) / 2.0;
        if near(middle_m) { inside_m = middle_m } else { outside_m = middle_m }
    }
    inside_m
}

fn distance_to(line: Line, place: Coord) -> f64 {
    let along = line.end - line.start;
    let length2 = along.x * along.x + along.y * along.y;
    let to = place - line.start;
    let share = if length2 > 0.0 { ((to.x * along.x + to.y * along.y) / length2).clamp(0.0, 1.0) } else { 0.0 };
    let off = to - along * share;
    off.x.hypot(off.y)
}

fn note_scope(areas: &[BuiltUp], included: &[BuiltUpId], is_recorded: impl Fn(&BuiltUpId) -> bool, notes: &mut Notes) {
    let without = included.iter().filter(|id| !is_recorded(id)).count();
    if without > 0 {
        let example = format!("{without} / {}", included.len());
        notes.add_counted(
            Severity::Warning,
            LayerId::Hydrants,
            "建成区内没有任何消火栓记录：可能确无消火栓，也可能是数据缺漏，请先核对台账，确无消火栓的请在参数中选“台账完整” | Built-up areas without a single hydrant in the data: there may be none, or the data lack them; check the ledger first, and say that it is complete if there are none",
            without,
            example,
        );
    }
    let villages = areas.len() - included.len();
    if villages > 0 {
        notes.add_counted(
            Severity::Info,
            LayerId::BuiltUp,
            "没有消火栓的村庄按无市政管网对待，不计间距，见“消防水源” | Villages without a hydrant count as without mains: no spacing is asked of them; see the water analysis",
            villages,
            format!("{villages} / {}", areas.len()),
        );
    }
}
