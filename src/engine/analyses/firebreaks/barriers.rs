//! What stops a fire: firebreak lines and belts, roads, railways, water, bare rock and farmland, with their widths.

use geo::line_intersection::line_intersection;
use geo::{BoundingRect, Coord, Geometry, Line, LineString, MultiPolygon, Polygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use fireplan_algorithms::area_index::AreaIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::layers::{BarrierKind, LayerId, RoadClass, WaterKind};
use fireplan_model::method_constants;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rules::{Rules, TrackReading};

method_constants! {
    /// 穿过面状阻隔长度不超过此值不算穿过 | A way that is inside an area for no more than this does not cross it
    const GRAZED_M: f64 = 1.0,
        because "只是擦边，如紧邻林缘的农田；与 1:2000 图的平面误差相当 | It only touches it, as farmland that begins where the forest ends; a 1:2000 map errs by as much";
    /// 断口连线两端此长度内不算与别的阻隔相交 | At either end of a link, this much of it crosses no barrier
    const BARRIER_END_M: f64 = 1.0,
        because "连线起止于阻隔本身 | Links begin and end at barriers";
}

codes! {
    /// What a barrier is.
    pub enum Means {
        /// 防火线 | Firebreak line
        Line = "firebreak_line",
        /// 生物防火林带 | Biological firebreak belt
        Belt = "firebreak_belt",
        /// 道路 | Road
        Road = "road",
        /// 铁路 | Railway
        Railway = "railway",
        /// 河流、水面 | River or other water
        Water = "water",
        /// 裸岩 | Bare rock
        Rock = "bare_rock",
        /// 农田 | Farmland
        Farmland = "farmland",
        /// 围墙、堤坝 | Wall or dam
        Wall = "wall",
        /// 待核 | Undetermined
        #[undetermined]
        Unknown = "unknown",
    }
}

impl Means {
    /// Whether it was made to stop fire and is kept by the forestry office.
    pub(super) fn is_built(self) -> bool {
        matches!(self, Self::Line | Self::Belt)
    }
}

pub(super) struct ForestBarrier {
    pub name: String,
    pub means: Means,
    pub width_m: Option<f64>,
    /// The width was estimated by the class of road, not stated.
    pub estimated: bool,
    /// Empty for barriers that are areas.
    pub line: LineString,
    pub area: Option<Polygon>,
}

impl ForestBarrier {
    /// The width it must have.
    pub(super) fn required_m(means: Means, rules: &Rules) -> f64 {
        match means {
            Means::Road | Means::Railway => rules.firebreak.road_width_m.value,
            _ => rules.firebreak.barrier_width_m.value,
        }
    }

    /// Whether it is as wide as the rules want; `None` where nobody stated its width.
    pub(super) fn is_wide(&self, rules: &Rules) -> Option<bool> {
        let limit = match self.means {
            Means::Road | Means::Railway => &rules.firebreak.road_width_m,
            _ => &rules.firebreak.barrier_width_m,
        };
        let width_m = self.width_m.filter(|_| !self.estimated)?;
        Some(limit.op.holds(width_m, limit.value))
    }

    pub(super) fn title(&self) -> String {
        if self.name.is_empty() { self.means.label().zh } else { self.name.clone() }
    }
}

pub(super) struct Barriers {
    pub list: Vec<ForestBarrier>,
    /// Straight pieces of the lines.
    pieces: RTree<GeomWithData<rstar::primitives::Line<[f64; 2]>, u32>>,
    /// Areas by place, each by itself: a lake may lie over farmland.
    areas: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    patches: Vec<Patch>,
}

/// A barrier that is an area.
struct Patch {
    index: AreaIndex,
    barrier: u32,
}

/// A barrier that a line crosses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crossed {
    pub barrier: u32,
    /// Width met: the barrier's own, or as much of an area as lies on the line.
    pub width_m: Option<f64>,
}

impl Barriers {
    pub(super) fn new(area: &StudyArea, rules: &Rules, least_width_m: f64, notes: &mut Notes) -> Self {
        let mut list = Vec::new();
        for barrier in &area.layers.barriers {
            let means = match barrier.kind {
                BarrierKind::FirebreakLine => Means::Line,
                BarrierKind::FirebreakBelt => Means::Belt,
                BarrierKind::Railway => Means::Railway,
                BarrierKind::Wall => Means::Wall,
                BarrierKind::BareRock => Means::Rock,
                BarrierKind::Farmland => Means::Farmland,
                BarrierKind::Unknown => Means::Unknown,
            };
            let lines = take(&mut list, &barrier.name, means, barrier.width_m, false, &barrier.geometry);
            if lines && barrier.width_m.is_none() {
                let text = "阻隔设施未注明宽度，是否达标待核 | Barrier without a width; whether it is wide enough is undetermined";
                notes.add(Severity::Warning, Some(LayerId::Barriers), text, barrier.source_id.as_str());
            }
        }
        add_roads(&mut list, area, rules, notes);
        for water in area.layers.water_sources.iter().filter(|water| is_water(water.kind)) {
            take(&mut list, &water.name, Means::Water, water.width_m, false, &water.geometry);
        }
        list.retain(|barrier| {
            let unknown = barrier.width_m.is_none() && barrier.means.is_built();
            barrier.area.is_some() || unknown || barrier.width_m.is_some_and(|width_m| width_m >= least_width_m)
        });
        Self::indexed(list)
    }

    pub(super) fn indexed(list: Vec<ForestBarrier>) -> Self {
        let lines = list.iter().zip(0_u32..).flat_map(|(barrier, number)| {
            barrier.line.lines().map(move |line| {
                let ends = [line.start, line.end].map(|at| [at.x, at.y]);
                GeomWithData::new(rstar::primitives::Line::new(ends[0], ends[1]), number)
            })
        });
        let pieces = RTree::bulk_load(lines.collect());
        let (mut boxes, mut patches) = (Vec::new(), Vec::new());
        for (barrier, number) in list.iter().zip(0..) {
            let Some((area, rect)) = barrier.area.as_ref().and_then(|area| Some((area, area.bounding_rect()?))) else {
                continue;
            };
            let corners = Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            boxes.push(GeomWithData::new(corners, patches.len()));
            patches.push(Patch { index: AreaIndex::new(std::slice::from_ref(area)), barrier: number });
        }
        Self { areas: RTree::bulk_load(boxes), patches, list, pieces }
    }

    /// Every barrier that the line crosses, in the order of the list.
    pub(super) fn crossed(&self, line: Line) -> Vec<Crossed> {
        let ends = [line.start, line.end].map(|at| [at.x, at.y]);
        let near = self.pieces.locate_in_envelope_intersecting(&AABB::from_corners(ends[0], ends[1]));
        let coord = |at: [f64; 2]| Coord { x: at[0], y: at[1] };
        let mut found: Vec<u32> = near
            .filter(|piece| {
                let there = Line::new(coord(piece.geom().from), coord(piece.geom().to));
                line_intersection(line, there).is_some()
            })
            .map(|piece| piece.data)
            .collect();
        found.sort_unstable();
        found.dedup();
        let of_line = |barrier: u32| Crossed { barrier, width_m: self.list[barrier as usize].width_m };
        let mut crossed: Vec<Crossed> = found.into_iter().map(of_line).collect();
        let mut within: Vec<usize> = self
            .areas
            .locate_in_envelope_intersecting(&AABB::from_corners(ends[0], ends[1]))
            .map(|at| at.data)
            .collect();
        within.sort_unstable();
        for patch in within.into_iter().map(|number| &self.patches[number]) {
            let inside_m = patch.index.inside_m(line);
            if inside_m > GRAZED_M {
                crossed.push(Crossed { barrier: patch.barrier, width_m: Some(inside_m) });
            }
        }
        crossed
    }

    /// Does the line cross a line barrier elsewhere than within [`BARRIER_END_M`] of its ends?
    pub(super) fn is_crossed_between(&self, line: Line) -> bool {
        let along = line.end - line.start;
        let length_m = along.x.hypot(along.y);
        // Of a link that is all ends, the middle remains.
        const MOST_SHARE: f64 = 0.49;
        let inner = (BARRIER_END_M / length_m.max(2.0 * BARRIER_END_M)).min(MOST_SHARE);
        let inner = Line::new(line.start + along * inner, line.end - along * inner);
        !self.crossed(inner).is_empty()
    }

    /// Line barriers within the distance of a place, nearest first: number, nearest place, distance.
    pub(super) fn near(&self, place: Coord, within_m: f64) -> Vec<(u32, Coord, f64)> {
        let mut found: Vec<(u32, Coord, f64)> = Vec::new();
        for (piece, distance2) in self
            .pieces
            .nearest_neighbor_iter_with_distance_2(&[place.x, place.y])
            .take_while(|(_, distance2)| *distance2 <= within_m * within_m)
        {
            if found.iter().all(|(barrier, ..)| *barrier != piece.data) {
                let at = piece.geom().nearest_point(&[place.x, place.y]);
                found.push((piece.data, Coord { x: at[0], y: at[1] }, distance2.sqrt()));
            }
        }
        found
    }

    /// Does a barrier that is an area lie at the place?
    pub(super) fn covers(&self, place: Coord) -> bool {
        let around = self.areas.locate_all_at_point(&[place.x, place.y]);
        around.into_iter().any(|found| self.patches[found.data].index.contains(place))
    }

    /// Lines that divide forest: the lines and the outlines of areas.
    pub(super) fn dividing_lines(&self) -> Vec<LineString> {
        self.list
            .iter()
            .flat_map(|barrier| match &barrier.area {
                Some(area) => std::iter::once(area.exterior()).chain(area.interiors()).cloned().collect(),
                None => vec![barrier.line.clone()],
            })
            .collect()
    }
}

/// Whether water of this kind lies open on the ground; so does water of which nobody stated the kind.
fn is_water(kind: WaterKind) -> bool {
    !matches!(kind, WaterKind::Pool | WaterKind::Tank | WaterKind::Intake | WaterKind::PumpHouse)
}

/// Whether a road is a forest track that holds no fire, however wide it is said to be.
pub(super) fn is_track(class: RoadClass, rules: &Rules) -> bool {
    class == RoadClass::Track && rules.firebreak.tracks_hold.value == TrackReading::Never
}

fn add_roads(list: &mut Vec<ForestBarrier>, area: &StudyArea, rules: &Rules, notes: &mut Notes) {
    for road in &area.layers.roads {
        if road.tunnel || road.bridge || road.class == RoadClass::Path {
            continue;
        }
        if is_track(road.class, rules) {
            let text = "机耕路、林道不作林火阻隔，只计入林区路网 | Forest tracks are no barrier; they count as forest roads only";
            notes.add(Severity::Info, Some(LayerId::Roads), text, road.source_id.as_str());
            continue;
        }
        let usual = rules.firebreak.road_default_width_m.iter().find(|row| row.class == road.class);
        let estimated = road.width_m.is_none();
        if estimated {
            let text = "道路未注明路宽，按等级估计，只参与分割网格，不作达标阻隔 | Roads without a width: estimated by class; they divide cells but do not count as wide enough";
            notes.add(Severity::Warning, Some(LayerId::Roads), text, road.source_id.as_str());
        }
        let width_m = road.width_m.or(usual.map(|row| row.width_m));
        list.push(ForestBarrier {
            name: road.name.clone(),
            means: Means::Road,
            width_m,
            estimated,
            line: road.geometry.clone(),
            area: None,
        });
    }
}

/// Adds the parts of a barrier; whether some are lines.
fn take(
    list: &mut Vec<ForestBarrier>,
    name: &str,
    means: Means,
    width_m: Option<f64>,
    estimated: bool,
    geometry: &Geometry,
) -> bool {
    let mut lines = false;
    let mut add = |line: LineString, area: Option<Polygon>| {
        lines |= area.is_none();
        list.push(ForestBarrier { name: name.to_owned(), means, width_m, estimated, line, area });
    };
    let none = || LineString(Vec::new());
    match geometry {
        Geometry::LineString(line) => add(line.clone(), None),
        Geometry::MultiLineString(parts) => parts.0.iter().for_each(|line| add(line.clone(), None)),
        Geometry::Polygon(area) => add(none(), Some(area.clone())),
        Geometry::MultiPolygon(MultiPolygon(parts)) => parts.iter().for_each(|area| add(none(), Some(area.clone()))),
        _ => {}
    }
    lines
}
