//! What stands in the roads of an extract: nodes of ways with a barrier, a limit or a ford, barriers drawn as a line across a
//! road, and roads that are tagged as a barrier themselves.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, Euclidean, InterpolatableLine, Point};

use super::known_tags::Tags;
use super::{LocalExtract, OsmLayers, Way, assemble, limits, quantities, tags};
use fireplan_model::layers::{LayerId, Obstacle, ObstacleKind, ObstaclePassage, Oneway, RoadClass};
use fireplan_model::notes::{NoteCase, Notes, Severity};

/// Barriers that a car does not get past unless somebody takes them away, with what they are.
const FIXED: &[&str] = &[
    "block",
    "bus_trap",
    "concrete_block",
    "cycle_barrier",
    "debris",
    "full-height_turnstile",
    "jersey_barrier",
    "kissing_gate",
    "log",
    "motorcycle_barrier",
    "planter",
    "stile",
    "sump_buster",
    "tank_trap",
    "turnstile",
    "wedge",
    "wicket_gate",
];
const GATES: &[&str] = &[
    "barrier_board",
    "bump_gate",
    "chain",
    "gate",
    "hampshire_gate",
    "lift_gate",
    "rope",
    "sliding_beam",
    "sliding_gate",
    "swing_gate",
];
/// Barriers that stop no vehicle. What is none of these lists is one that nobody can say of whether an engine gets past.
const PASSED: &[&str] =
    &["border_control", "cattle_grid", "coupure", "entrance", "hump", "kerb", "sally_port", "speed_bump", "toll_booth"];

/// Barriers that run for a length. A road that is tagged as one has it beside it; a line of one that crosses a road has a gap
/// there or not, which nobody says.
const LINEAR: &[&str] = &[
    "cable_barrier",
    "city_wall",
    "ditch",
    "fence",
    "guard_rail",
    "handrail",
    "hedge",
    "jersey_barrier",
    "retaining_wall",
    "wall",
];

/// Reads the obstacles that stand in a road of the extract.
pub(super) fn read(ground: &LocalExtract, osm: &mut OsmLayers, notes: &mut Notes) {
    let ways = || ground.extract.ways.iter();
    let roads = ways().filter(|way| tags::road_class(&way.tags).is_some());
    let on_road: BTreeSet<i64> = roads.flat_map(|way| &way.nodes).copied().collect();
    let driven = |way: &&Way| tags::road_class(&way.tags).is_some_and(|class| class != RoadClass::Path);
    let driven: Vec<&Way> = ways().filter(driven).collect();
    let mut reader = Reader { osm, notes, read: 0, taken: BTreeSet::new() };
    for point in ground.extract.points.iter().filter(|point| on_road.contains(&point.id)) {
        // Whatever it is, the mapper has said what stands at this node.
        if point.tags.get("barrier").is_some() {
            reader.taken.insert(point.id);
        }
        if let (Some(found), Some(at)) = (kind_and_passage(&point.tags), ground.node(point.id)) {
            reader.taken.insert(point.id);
            reader.take(&point.tags, format!("node/{}", point.id), at, found);
        }
    }
    for way in driven.iter().filter(|way| way.tags.get("barrier").is_some()) {
        let line = assemble::runs(ground, way).lines.into_iter().next();
        let middle = line.and_then(|(line, _)| line.point_at_ratio_from_start(&Euclidean, 0.5));
        if let (Some(found), Some(middle)) = (along_road(&way.tags), middle) {
            reader.take(&way.tags, format!("way/{}", way.id), middle.0, found);
        }
    }
    let neighbours = Neighbours::of(&driven);
    let barriers = ways().filter(|way| way.tags.get("barrier").is_some() && way.tags.get("highway").is_none());
    for (way, node, found) in barriers.flat_map(|way| across_roads(way, &neighbours)) {
        if let Some(at) = ground.node(node).filter(|_| reader.taken.insert(node)) {
            reader.take(&way.tags, format!("node/{node}"), at, found);
        }
    }
    let read = reader.read;
    osm.read.push((LayerId::Obstacles, read));
}

struct Reader<'a> {
    osm: &'a mut OsmLayers,
    notes: &'a mut Notes,
    read: usize,
    /// Nodes of which it is known what stands there.
    taken: BTreeSet<i64>,
}

impl Reader<'_> {
    /// Adds what these tags say to stand at a place.
    fn take(&mut self, tags: &Tags, id: String, at: Coord, (kind, passage): (ObstacleKind, ObstaclePassage)) {
        self.read += 1;
        if tags::out_of_use(tags).is_some() {
            let text = "停用、拆除的障碍物，未采用 | Obstacles disused or removed, left out";
            self.notes.add(Severity::LeftOut, Some(LayerId::Obstacles), text, NoteCase::from(&id).of(&id).at(at));
            return;
        }
        let of_road = tags.get("highway").is_some() && id.starts_with("way/");
        // The limits of a road that is tagged as a barrier are those of the road.
        let unread = !of_road && limits::note_undecided(tags, Oneway::Both, (LayerId::Obstacles, &id), at, self.notes);
        let clear_width_m = [limits::max_width_m(tags, Oneway::Both), opening_m(tags)].into_iter().flatten();
        self.osm.layers.obstacles.push(Obstacle {
            geometry: Point(at),
            name: tags.name(),
            kind,
            clear_width_m: clear_width_m.reduce(f64::min).filter(|_| !of_road),
            clear_height_m: limits::clear_height_m(tags, Oneway::Both).filter(|_| !of_road),
            load_t: limits::load_t(tags, Oneway::Both).filter(|_| !of_road),
            passage: if unread && passage == ObstaclePassage::Open { ObstaclePassage::Unknown } else { passage },
            opened_by: tags.get("operator").unwrap_or_default().to_owned(),
            source_id: id,
        });
    }
}

/// The width of a gate, a gap in a wall or a narrowing, which a vehicle has to fit in; that of a bollard or a block is its own.
fn opening_m(tags: &Tags) -> Option<f64> {
    let is_opening = barrier(tags).is_some_and(|barrier| GATES.contains(&barrier) || barrier == "entrance")
        || tags.is("traffic_calming", "choker");
    tags.get("width").filter(|_| is_opening).and_then(quantities::metres)
}

/// What is said to stand there; `highway=gate` is how gates were written before.
fn barrier(tags: &Tags) -> Option<&str> {
    let old = || tags.is("highway", "gate").then_some("gate");
    tags.get("barrier").filter(|barrier| *barrier != "no").or_else(old)
}

/// What stands in a road whose way is tagged as a barrier: where along it nobody says, so that nothing is sure of what is fixed.
fn along_road(tags: &Tags) -> Option<(ObstacleKind, ObstaclePassage)> {
    let barrier = barrier(tags).filter(|barrier| !LINEAR.contains(barrier) && !PASSED.contains(barrier))?;
    let (kind, passage) = of_barrier(tags, barrier)?;
    let passage = free_passage(tags, kind, passage);
    Some((kind, if passage == ObstaclePassage::Fixed { ObstaclePassage::Unknown } else { passage }))
}

/// The nodes that are next to one another along a road.
struct Neighbours(BTreeMap<i64, BTreeSet<i64>>);

impl Neighbours {
    fn of(roads: &[&Way]) -> Self {
        let mut next: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for pair in roads.iter().flat_map(|way| way.nodes.windows(2)) {
            next.entry(pair[0]).or_default().insert(pair[1]);
            next.entry(pair[1]).or_default().insert(pair[0]);
        }
        Self(next)
    }
}

/// The nodes at which a barrier drawn as a line stands in a road, with what it is.
///
/// A line that goes on from node to node of a road runs along it. What runs for a length has to come from one side and go on to
/// the other: a wall that ends at a road stands beside it.
fn across_roads<'a>(way: &'a Way, roads: &Neighbours) -> Vec<(&'a Way, i64, (ObstacleKind, ObstaclePassage))> {
    let found = barrier(&way.tags).and_then(|barrier| Some((barrier, of_barrier(&way.tags, barrier)?)));
    let Some((barrier, (kind, passage))) = found else { return Vec::new() };
    let found = match LINEAR.contains(&barrier) {
        true => (ObstacleKind::Other, ObstaclePassage::Unknown),
        false => (kind, free_passage(&way.tags, kind, passage)),
    };
    let nodes = &way.nodes;
    let is_ring = nodes.len() > 2 && nodes.first() == nodes.last();
    let stands = |at: &usize| {
        let Some(on_road) = roads.0.get(&nodes[*at]) else { return false };
        let before = if *at == 0 && is_ring { nodes.len().checked_sub(2) } else { at.checked_sub(1) };
        let beside: Vec<i64> =
            [before, Some(at + 1)].into_iter().flatten().filter_map(|at| nodes.get(at)).copied().collect();
        let runs_along = beside.iter().any(|node| on_road.contains(node));
        !runs_along && (beside.len() == 2 || !LINEAR.contains(&barrier))
    };
    let last = if is_ring { nodes.len() - 1 } else { nodes.len() };
    (0..last).filter(stands).map(|at| (way, nodes[at], found)).collect()
}

/// What stands there, and whether a crew gets past; `None`: nothing that stops anybody.
fn kind_and_passage(tags: &Tags) -> Option<(ObstacleKind, ObstaclePassage)> {
    let sign = || {
        let fixed = |kind: ObstacleKind| Some((kind, ObstaclePassage::Fixed));
        match () {
            () if limits::is_stated(tags, limits::HEIGHT) => fixed(ObstacleKind::HeightBar),
            () if limits::is_stated(tags, limits::WIDTH) || opening_m(tags).is_some() => fixed(ObstacleKind::WidthBar),
            () if limits::is_stated(tags, limits::LOAD) => fixed(ObstacleKind::LoadLimit),
            () if tags::is_yes(tags, "ford") || tags.is("highway", "ford") => {
                Some((ObstacleKind::Ford, ObstaclePassage::Unknown))
            }
            () => None,
        }
    };
    let (kind, passage) = barrier(tags).and_then(|barrier| of_barrier(tags, barrier)).or_else(sign)?;
    Some((kind, free_passage(tags, kind, passage)))
}

/// What a barrier is, and whether a crew gets past by what it is; `None`: it stops no vehicle.
fn of_barrier(tags: &Tags, barrier: &str) -> Option<(ObstacleKind, ObstaclePassage)> {
    match barrier {
        "bollard" => Some((ObstacleKind::Bollard, bollard(tags))),
        "height_restrictor" => Some((ObstacleKind::HeightBar, ObstaclePassage::Fixed)),
        barrier if FIXED.contains(&barrier) => Some((ObstacleKind::Block, ObstaclePassage::Fixed)),
        barrier if GATES.contains(&barrier) => Some((ObstacleKind::Gate, gate(tags, barrier))),
        barrier if !PASSED.contains(&barrier) => Some((ObstacleKind::Other, ObstaclePassage::Unknown)),
        _ => None,
    }
}

/// Fire engines by name, or everybody: whoever may pass finds it open. A sign that says so opens no bar.
fn free_passage(tags: &Tags, kind: ObstacleKind, passage: ObstaclePassage) -> ObstaclePassage {
    let for_all = ["motor_vehicle", "vehicle", "access"].into_iter().find_map(|key| tags.get(key));
    let free = tags::is_for_engines(tags) || matches!(for_all, Some("yes" | "permissive" | "designated"));
    let is_bar = matches!(kind, ObstacleKind::HeightBar | ObstacleKind::WidthBar | ObstacleKind::LoadLimit);
    match () {
        () if tags.is("emergency", "no") => ObstaclePassage::Fixed,
        () if free && !is_bar => ObstaclePassage::Open,
        () => passage,
    }
}

fn bollard(tags: &Tags) -> ObstaclePassage {
    match tags.get("bollard") {
        Some("fixed" | "block") => ObstaclePassage::Fixed,
        Some("removable" | "rising" | "foldable" | "flexible") => ObstaclePassage::Removable,
        _ if tags.is("locked", "yes") => ObstaclePassage::Removable,
        _ => ObstaclePassage::Unknown,
    }
}

/// A gate that nobody says is locked or private is opened by whoever comes.
fn gate(tags: &Tags, barrier: &str) -> ObstaclePassage {
    let kept = ["motor_vehicle", "vehicle", "access"].into_iter().find_map(|key| tags.get(key));
    let is_closed = matches!(kept, Some("no" | "private" | "customers" | "permit" | "delivery" | "military"));
    match tags.get("locked") {
        Some("no") => ObstaclePassage::Open,
        Some(_) => ObstaclePassage::Removable,
        None if is_closed || matches!(barrier, "chain" | "rope" | "barrier_board") => ObstaclePassage::Removable,
        None => ObstaclePassage::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&str, &str)]) -> Option<(ObstacleKind, ObstaclePassage)> {
        let mut tags = Tags::default();
        pairs.iter().for_each(|(key, value)| tags.add(key, value));
        kind_and_passage(&tags)
    }

    #[test]
    fn what_stands_in_a_road_and_who_gets_past() {
        assert_eq!(told(&[("barrier", "bollard")]), Some((ObstacleKind::Bollard, ObstaclePassage::Unknown)));
        assert_eq!(
            told(&[("barrier", "bollard"), ("bollard", "rising")]),
            Some((ObstacleKind::Bollard, ObstaclePassage::Removable))
        );
        assert_eq!(
            told(&[("barrier", "bollard"), ("access", "yes")]),
            Some((ObstacleKind::Bollard, ObstaclePassage::Open))
        );
        assert_eq!(told(&[("barrier", "jersey_barrier")]), Some((ObstacleKind::Block, ObstaclePassage::Fixed)));
        assert_eq!(told(&[("barrier", "gate")]), Some((ObstacleKind::Gate, ObstaclePassage::Open)));
        assert_eq!(
            told(&[("barrier", "gate"), ("locked", "yes")]),
            Some((ObstacleKind::Gate, ObstaclePassage::Removable))
        );
        assert_eq!(
            told(&[("barrier", "lift_gate"), ("access", "private")]),
            Some((ObstacleKind::Gate, ObstaclePassage::Removable))
        );
        let closed_to_engines = [("barrier", "gate"), ("access", "yes"), ("emergency", "no")];
        assert_eq!(told(&closed_to_engines), Some((ObstacleKind::Gate, ObstaclePassage::Fixed)));
        let open_to_engines = [("barrier", "gate"), ("access", "no"), ("emergency", "yes")];
        assert_eq!(told(&open_to_engines), Some((ObstacleKind::Gate, ObstaclePassage::Open)));
        assert_eq!(
            told(&[("barrier", "height_restrictor"), ("access", "yes")]),
            Some((ObstacleKind::HeightBar, ObstaclePassage::Fixed))
        );
        assert_eq!(told(&[("maxheight", "2.5")]), Some((ObstacleKind::HeightBar, ObstaclePassage::Fixed)));
        assert_eq!(told(&[("maxwidth", "2")]), Some((ObstacleKind::WidthBar, ObstaclePassage::Fixed)));
        assert_eq!(told(&[("ford", "yes")]), Some((ObstacleKind::Ford, ObstaclePassage::Unknown)));
        for unknown in ["spikes", "yes", "wall", "ditch", "horse_stile", "大门"] {
            let found = told(&[("barrier", unknown)]);
            assert_eq!(found, Some((ObstacleKind::Other, ObstaclePassage::Unknown)), "{unknown}");
        }
        for nothing in [
            &[("barrier", "toll_booth")][..],
            &[("barrier", "cattle_grid")],
            &[("barrier", "no")],
            &[("ford", "no")],
            &[],
        ] {
            assert_eq!(told(nothing), None);
        }
    }

    fn way(id: i64, nodes: &[i64], pairs: &[(&str, &str)]) -> Way {
        let mut tags = Tags::default();
        pairs.iter().for_each(|(key, value)| tags.add(key, value));
        Way { id, tags, nodes: nodes.to_vec() }
    }

    #[test]
    fn barriers_drawn_as_lines_stand_where_they_cross_a_road() {
        let street = way(1, &[10, 11, 12, 13], &[("highway", "residential")]);
        let roads = Neighbours::of(&[&street]);
        let at = |nodes: &[i64], pairs: &[(&str, &str)]| -> Vec<(i64, ObstacleKind, ObstaclePassage)> {
            let barrier = way(2, nodes, pairs);
            across_roads(&barrier, &roads).into_iter().map(|(_, node, (kind, passage))| (node, kind, passage)).collect()
        };
        let wall = [("barrier", "wall")];
        assert_eq!(at(&[20, 11, 21], &wall), [(11, ObstacleKind::Other, ObstaclePassage::Unknown)]);
        assert_eq!(at(&[20, 11, 21], &[("barrier", "jersey_barrier")])[0].2, ObstaclePassage::Unknown);
        // It ends at the road, or runs along it.
        assert!(at(&[20, 11], &wall).is_empty());
        assert!(at(&[20, 11, 12, 21], &wall).is_empty());
        // A fence around a yard, which begins and ends at the road's node.
        assert_eq!(at(&[11, 20, 21, 22, 11], &[("barrier", "fence")]).len(), 1);
        let locked = [("barrier", "gate"), ("locked", "yes")];
        assert_eq!(at(&[20, 11], &locked), [(11, ObstacleKind::Gate, ObstaclePassage::Removable)]);
        assert_eq!(at(&[20, 11, 21], &[("barrier", "block")]), [(11, ObstacleKind::Block, ObstaclePassage::Fixed)]);
        assert_eq!(at(&[20, 11, 21], &[("barrier", "chain")]), [(11, ObstacleKind::Gate, ObstaclePassage::Removable)]);
        assert!(at(&[20, 11, 21], &[("barrier", "kerb")]).is_empty());
    }

    #[test]
    fn a_road_tagged_as_a_barrier_has_it_somewhere() {
        let of = |pairs: &[(&str, &str)]| along_road(&way(1, &[1, 2], pairs).tags);
        assert_eq!(
            of(&[("barrier", "gate"), ("locked", "yes")]),
            Some((ObstacleKind::Gate, ObstaclePassage::Removable))
        );
        assert_eq!(of(&[("barrier", "block")]), Some((ObstacleKind::Block, ObstaclePassage::Unknown)));
        assert_eq!(of(&[("barrier", "bollard")]), Some((ObstacleKind::Bollard, ObstaclePassage::Unknown)));
        // A wall along the road.
        assert_eq!(of(&[("barrier", "wall")]), None);
    }

    #[test]
    fn old_words_and_widths_of_openings_are_read() {
        assert_eq!(
            told(&[("highway", "gate"), ("locked", "yes")]),
            Some((ObstacleKind::Gate, ObstaclePassage::Removable))
        );
        assert_eq!(told(&[("highway", "ford")]), Some((ObstacleKind::Ford, ObstaclePassage::Unknown)));
        assert_eq!(
            told(&[("traffic_calming", "choker"), ("width", "2")]),
            Some((ObstacleKind::WidthBar, ObstaclePassage::Fixed))
        );
        assert_eq!(told(&[("traffic_calming", "choker")]), None);
        assert_eq!(told(&[("barrier", "entrance"), ("width", "2")]).map(|found| found.0), Some(ObstacleKind::WidthBar));
        assert_eq!(told(&[("maxheight:forward", "2.5")]).map(|found| found.0), Some(ObstacleKind::HeightBar));
        let opening = |pairs: &[(&str, &str)]| opening_m(&way(1, &[], pairs).tags);
        assert_eq!(opening(&[("barrier", "gate"), ("width", "2.0")]), Some(2.0));
        assert_eq!(opening(&[("barrier", "bollard"), ("width", "0.2")]), None);
        let by_access = [("barrier", "gate"), ("motor_vehicle", "no"), ("access", "emergency")];
        assert_eq!(told(&by_access), Some((ObstacleKind::Gate, ObstaclePassage::Open)));
    }
}
