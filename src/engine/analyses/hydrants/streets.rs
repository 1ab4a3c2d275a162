//! Streets: pieces of road of one name, one after the other, so that hydrants can be referenced by chainage.
//!
//! Segments of the same name are joined at a node when they go on into one another: of several, the straightest first, and
//! never round more than a right angle and a little. Roads without a name are joined within the same feature only. The
//! chainage runs the way the first of its roads in the layer is drawn. Of a dual carriageway the two lines are two
//! streets; the second one is its *companion* and asks for nothing of its own ([`StreetIndex::is_companion`]).

use std::collections::BTreeMap;

use geo::Coord;

use fireplan_model::area::StudyArea;
use fireplan_model::ids;
use fireplan_model::ids::{ArcId, NodeId, RoadId, SegmentId};
use fireplan_model::layers::{Oneway, Road, RoadClass};
use fireplan_model::method_constants;
use fireplan_model::network::Network;

/// How a road without a name is called in Chinese.
pub(super) const NAMELESS_ROAD: &str = "（无名道路）";

method_constants! {
    /// 未覆盖长度不超过此值不计为缺口 | Uncovered lengths up to this are no gap
    pub(super) const GAP_LEAST_M: f64 = 0.05,
        because "属坐标末位的误差，不是缺栓 | They are the last digits of the drawing, not a missing hydrant";
    /// 同名路段在路口处可接为一条街的最大转角，以余弦计（100°） | Sharpest turn on which a street of one name goes on at a junction, as a cosine (100°)
    const STREET_TURN_COSINE: f64 = -0.174,
        because "街道转角超过直角仍可能是同一条街，10° 为数字化误差 | A street may turn by a right angle; 10° more allow for how corners are drawn";
    /// 同名反向单行线相距不超过此值视为同一道路的两幅 | One-way lines of one name and opposite directions this near are the two carriageways of one road
    pub const CARRIAGEWAYS_M: f64 = 60.0,
        because "城市主干路红线宽度一般不超过 60 米 | The right of way of an urban main road is rarely wider than 60 m";
    /// 两条单行线方向夹角的余弦小于此值视为反向（约 134°） | One-way lines whose directions have a cosine below this run against one another (some 134°)
    const OPPOSITE_COSINE: f64 = -0.7,
        because "弯道上两幅路的首尾方向可差数十度；假定值，供审查 | In bends the two carriageways differ by tens of degrees from end to end; an assumption, for review";
}

ids! {
    /// A street of the [`StreetIndex`].
    StreetId,
}

/// A street and the segments it is made of, in order.
#[derive(Debug)]
pub(crate) struct Street {
    pub name: String,
    pub length_m: f64,
    pub parts: Vec<StreetPart>,
}

/// A segment as part of a street.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StreetPart {
    pub segment: SegmentId,
    /// Chainage of its beginning.
    pub start_m: f64,
    pub length_m: f64,
    /// The street runs against the segment's own direction.
    pub backwards: bool,
}

impl StreetPart {
    /// Chainage of a place so far along the segment.
    pub(crate) fn chainage(&self, offset_m: f64) -> f64 {
        self.start_m + if self.backwards { self.length_m - offset_m } else { offset_m }
    }

    /// A stretch of the segment in chainages, ascending.
    pub(crate) fn stretch(&self, from_m: f64, to_m: f64) -> (f64, f64) {
        let (a, b) = (self.chainage(from_m), self.chainage(to_m));
        (a.min(b), a.max(b))
    }
}

pub(crate) struct StreetIndex {
    pub streets: Vec<Street>,
    /// Per segment, its street and its place among that street's parts; `None`: not a road for engines.
    pub of_segment: Vec<Option<(StreetId, u32)>>,
    companion: Vec<bool>,
}

/// Roads along which hydrants are counted: where an engine can stop.
pub(super) fn carries_hydrants(road: &Road) -> bool {
    !matches!(road.class, RoadClass::Motorway | RoadClass::Path) && !road.tunnel
}

impl StreetIndex {
    pub(crate) fn new(area: &StudyArea) -> Self {
        let (network, roads) = (&area.network, &area.layers.roads);
        let joined = join(network, roads);
        let mut chains = walk(network, roads, &joined);
        let first = |chain: &Vec<(SegmentId, bool)>| chain.iter().map(|(segment, _)| order(network, *segment)).min();
        chains.sort_by_key(first);
        let mut of_segment = vec![None; network.segments.len()];
        let mut streets = Vec::with_capacity(chains.len());
        for chain in chains {
            let road = network[chain[0].0].road;
            let mut street = Street { name: roads[road.index()].name.clone(), length_m: 0.0, parts: Vec::new() };
            for (segment, backwards) in chain {
                of_segment[segment.index()] = Some((StreetId::at(streets.len()), street.parts.len() as u32));
                let length_m = network[segment].length_m;
                street.parts.push(StreetPart { segment, start_m: street.length_m, length_m, backwards });
                street.length_m += length_m;
            }
            streets.push(street);
        }
        let companion = vec![false; network.segments.len()];
        let mut streets = Self { streets, of_segment, companion };
        streets.mark_companions(area);
        streets
    }

    /// Whether another carriageway of the same road, farther up in the layer, answers for this segment.
    pub(crate) fn is_companion(&self, segment: SegmentId) -> bool {
        self.companion[segment.index()]
    }

    pub(crate) fn part(&self, segment: SegmentId) -> Option<(StreetId, StreetPart)> {
        let (street, part) = self.of_segment[segment.index()]?;
        Some((street, self.streets[street.index()].parts[part as usize]))
    }

    fn mark_companions(&mut self, area: &StudyArea) {
        let (network, roads) = (&area.network, &area.layers.roads);
        for segment in SegmentId::first(network.segments.len()) {
            let road = &roads[network[segment].road.index()];
            let (Some((street, _)), false) = (self.of_segment[segment.index()], road.oneway == Oneway::Both) else {
                continue;
            };
            let middle = network.point_at(segment, network[segment].length_m / 2.0);
            let beside = |other: SegmentId| {
                let theirs = &roads[network[other].road.index()];
                let earlier = self.of_segment[other.index()].is_some_and(|(theirs, _)| theirs < street);
                let same = !road.name.is_empty() && theirs.name == road.name && theirs.oneway != Oneway::Both;
                same && earlier && runs_against(network, roads, segment, other)
            };
            let twin = network.nearest(middle, CARRIAGEWAYS_M, beside, |_| true);
            self.companion[segment.index()] = twin.is_some();
        }
    }
}

/// Whether traffic on the two one-way segments runs in opposite directions, more or less.
fn runs_against(network: &Network, roads: &[Road], a: SegmentId, b: SegmentId) -> bool {
    let heading = |segment: SegmentId| {
        let line = network.line(segment);
        let way = line[line.len() - 1] - line[0];
        let length = way.x.hypot(way.y).max(1e-9);
        let backward = roads[network[segment].road.index()].oneway == Oneway::Backward;
        way / if backward { -length } else { length }
    };
    let (a, b) = (heading(a), heading(b));
    a.x * b.x + a.y * b.y < OPPOSITE_COSINE
}

/// The order of the roads layer.
fn order(network: &Network, segment: SegmentId) -> (RoadId, u32) {
    (network[segment].road, network[segment].first_vertex)
}

/// An end of a segment, as the direction in which the segment leaves the node there.
type StreetEnd = ArcId;

/// For each end of a segment, the end with which the street goes on.
fn join(network: &Network, roads: &[Road]) -> Vec<Option<StreetEnd>> {
    let mut at_node: BTreeMap<(NodeId, &str, Option<RoadId>), Vec<StreetEnd>> = BTreeMap::new();
    for (id, segment) in SegmentId::first(network.segments.len()).zip(&network.segments) {
        let road = &roads[segment.road.index()];
        if !carries_hydrants(road) {
            continue;
        }
        // Without a name, only pieces of the same feature belong together.
        let feature = road.name.is_empty().then_some(segment.road);
        for (end, node) in [(id.along(), segment.from), (id.against(), segment.to)] {
            at_node.entry((node, road.name.as_str(), feature)).or_default().push(end);
        }
    }
    let mut joined = vec![None; 2 * network.segments.len()];
    for ends in at_node.values().filter(|ends| ends.len() > 1) {
        let mut pairs: Vec<(f64, StreetEnd, StreetEnd)> = Vec::new();
        for (at, a) in ends.iter().enumerate() {
            for b in &ends[at + 1..] {
                let (u, v) = (leaving(network, *a), leaving(network, *b));
                pairs.push((u.x * v.x + u.y * v.y, *a, *b));
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (cosine, a, b) in pairs {
            let free = joined[a.index()].is_none() && joined[b.index()].is_none();
            if free && -cosine > STREET_TURN_COSINE {
                joined[a.index()] = Some(b);
                joined[b.index()] = Some(a);
            }
        }
    }
    joined
}

/// The direction in which a segment leaves the node at one of its ends.
fn leaving(network: &Network, end: StreetEnd) -> Coord {
    let line = network.line(end.segment());
    let (start, next) = if end.is_along() {
        (line[0], line.iter().find(|at| **at != line[0]))
    } else {
        let last = line[line.len() - 1];
        (last, line.iter().rev().find(|at| **at != last))
    };
    let way = next.map_or(Coord { x: 1.0, y: 0.0 }, |next| *next - start);
    way / way.x.hypot(way.y)
}

/// Follows the joints: each chain as segments with whether they are walked backwards.
fn walk(network: &Network, roads: &[Road], joined: &[Option<StreetEnd>]) -> Vec<Vec<(SegmentId, bool)>> {
    let mut seen = vec![false; network.segments.len()];
    let mut chains = Vec::new();
    let ends = ArcId::first(joined.len()).filter(|end| joined[end.index()].is_none());
    // Rings have no end: they begin anywhere, with the lowest segment.
    for start in ends.chain(SegmentId::first(network.segments.len()).map(SegmentId::along)) {
        let road = &roads[network[start.segment()].road.index()];
        if seen[start.segment().index()] || !carries_hydrants(road) {
            continue;
        }
        let mut chain: Vec<(SegmentId, bool)> = Vec::new();
        let mut entered = Some(start);
        while let Some(end) = entered.filter(|end| !seen[end.segment().index()]) {
            seen[end.segment().index()] = true;
            chain.push((end.segment(), !end.is_along()));
            entered = joined[end.reversed().index()];
        }
        let first = chain.iter().min_by_key(|(segment, _)| order(network, *segment));
        if first.is_some_and(|(_, backwards)| *backwards) {
            chain.reverse();
            chain.iter_mut().for_each(|(_, backwards)| *backwards = !*backwards);
        }
        chains.push(chain);
    }
    chains
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::Layers;
    use fireplan_model::sketch::{area, road};

    fn named(name: &str, points: &[(f64, f64)]) -> Road {
        Road { name: name.to_owned(), ..road(points) }
    }

    fn streets(roads: Vec<Road>) -> Vec<(String, f64)> {
        let area = area(Layers { roads, ..Layers::default() });
        StreetIndex::new(&area).streets.into_iter().map(|street| (street.name, street.length_m.round())).collect()
    }

    #[test]
    fn pieces_of_one_name_make_one_street_across_junctions() {
        let roads = vec![
            named("甲街", &[(200.0, 0.0), (100.0, 0.0)]),
            named("甲街", &[(200.0, 0.0), (350.0, 0.0)]),
            named("乙街", &[(100.0, -50.0), (100.0, 50.0)]),
            named("甲街", &[(0.0, 0.0), (100.0, 0.0)]),
        ];
        assert_eq!(streets(roads), [("甲街".to_owned(), 350.0), ("乙街".to_owned(), 100.0)]);
    }

    #[test]
    fn chainage_runs_the_way_the_first_road_is_drawn() {
        let roads = vec![named("甲街", &[(200.0, 0.0), (100.0, 0.0)]), named("甲街", &[(100.0, 0.0), (0.0, 0.0)])];
        let area = area(Layers { roads, ..Layers::default() });
        let streets = StreetIndex::new(&area);
        let at = |x: f64| {
            let position = area.network.nearest(Coord { x, y: 0.0 }, 5.0, |_| true, |_| true).unwrap();
            streets.part(position.segment).unwrap().1.chainage(position.offset_m)
        };
        assert_eq!((at(190.0), at(30.0)), (10.0, 170.0));
    }

    #[test]
    fn a_branch_of_the_same_name_is_a_street_of_its_own() {
        let roads = vec![
            named("甲街", &[(0.0, 0.0), (100.0, 0.0)]),
            named("甲街", &[(100.0, 0.0), (200.0, 0.0)]),
            named("甲街", &[(100.0, 0.0), (100.0, 80.0)]),
        ];
        assert_eq!(streets(roads).iter().map(|street| street.1).collect::<Vec<_>>(), [200.0, 80.0]);
    }

    #[test]
    fn of_two_carriageways_the_second_is_a_companion() {
        let one_way = |points: &[(f64, f64)]| Road { oneway: Oneway::Forward, ..named("大道", points) };
        let roads = vec![one_way(&[(0.0, 0.0), (300.0, 0.0)]), one_way(&[(300.0, 20.0), (0.0, 20.0)])];
        let area = area(Layers { roads, ..Layers::default() });
        let streets = StreetIndex::new(&area);
        let companions: Vec<bool> = SegmentId::first(2).map(|segment| streets.is_companion(segment)).collect();
        assert_eq!(companions.iter().filter(|companion| **companion).count(), 1);
    }
}
