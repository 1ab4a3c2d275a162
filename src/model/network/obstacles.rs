//! Obstacles on the network: each is a short piece of road of its own, so that it stops a vehicle at its place and
//! nowhere else.

use std::collections::BTreeMap;

use geo::Coord;

use super::{Network, Position, Segment};
use crate::ids::{NodeId, ObstacleId, SegmentId};
use crate::layers::{LayerId, Obstacle, Road, RoadClass};
use crate::method_constants;
use crate::notes::{NoteCase, Notes, Severity};

method_constants! {
    /// 障碍物距道路中心线不超过此值，视为设在该道路上 | An obstacle this near to the centre line of a road stands in it
    const OBSTACLE_REACH_M: f64 = 10.0,
        because "县乡道路半幅宽 3–5 米，加上手持定位约 5 米的误差；更远的多在路外，列出待核 | Half a county road has 3 to 5 m and a hand-held receiver errs by some 5 m; what is farther off is likely beside the road, and listed";
    /// 障碍物占用的道路长度 | Length of road that an obstacle takes up
    const OBSTACLE_M: f64 = 1.0,
        because "限高杆、隔离桩、门禁沿路方向的尺寸约 1 米；只决定在图上画多长，不影响总里程 | About what a bar, a bollard or a gate takes along the road; it decides how long it is drawn, and no road gets longer";
}

/// Cuts a piece out of the road for every obstacle; the network is measured, and its pieces and the segments at its nodes are
/// indexed.
pub(super) fn place_obstacles(network: &mut Network, roads: &[Road], obstacles: &[Obstacle], notes: &mut Notes) {
    let mut on_segment: BTreeMap<SegmentId, Vec<(f64, ObstacleId)>> = BTreeMap::new();
    for (id, obstacle) in ObstacleId::first(obstacles.len()).zip(obstacles) {
        let Some(position) = network.nearest(obstacle.geometry.0, OBSTACLE_REACH_M, |_| true, |_| true) else {
            let text = "障碍物不在道路上，未参与计算，请核对位置 | Obstacles that stand in no road, left out: check their places";
            let case = NoteCase::from(name(obstacle)).of(&obstacle.source_id).at(obstacle.geometry.0);
            notes.add(Severity::LeftOut, Some(LayerId::Obstacles), text, case);
            continue;
        };
        for (segment, offset_m) in stands_in(network, roads, &position) {
            on_segment.entry(segment).or_default().push((offset_m, id));
        }
    }
    let mut cut = Vec::new();
    for (segment, mut places) in on_segment {
        places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        cut.extend(pieces_of(network, segment, &places).into_iter().map(|piece| (segment, piece)));
    }
    cut_out(network, &cut);
}

fn name(obstacle: &Obstacle) -> String {
    if obstacle.name.is_empty() { obstacle.source_id.clone() } else { obstacle.name.clone() }
}

/// The segments in which an obstacle at this place stands, with its distance from their first nodes in metres.
fn stands_in(network: &Network, roads: &[Road], position: &Position) -> Vec<(SegmentId, f64)> {
    let segment = &network[position.segment];
    let length_m = segment.length_m;
    let node = match () {
        () if position.offset_m <= OBSTACLE_M / 2.0 => segment.from,
        () if position.offset_m >= length_m - OBSTACLE_M / 2.0 => segment.to,
        () => return vec![(position.segment, position.offset_m)],
    };
    let meeting = network.segments_at(node);
    if meeting.len() < 3 {
        return vec![(position.segment, position.offset_m)];
    }
    let end = |segment: SegmentId| {
        let offset_m = if network[segment].from == node { 0.0 } else { network[segment].length_m };
        (segment, offset_m)
    };
    barred_at_junction(network, roads, meeting).into_iter().map(end).collect()
}

/// Which of the segments that meet an obstacle at their junction stands in.
///
/// Where roads end at one that goes on, it stands in them: a gate at the mouth of a yard does not close the street. Where only
/// paths end, it closes a drive or track that goes on, with a path around it, but no street. Where no road goes on, it stands
/// in those of the lowest class.
fn barred_at_junction(network: &Network, roads: &[Road], meeting: &[SegmentId]) -> Vec<SegmentId> {
    let road = |segment: &SegmentId| &roads[network[*segment].road.index()];
    let class = |segment: &SegmentId| road(segment).class;
    let (paths, driven): (Vec<SegmentId>, Vec<SegmentId>) =
        meeting.iter().partition(|segment| class(segment) == RoadClass::Path);
    // A source may cut a road anywhere: it goes on as itself, under its name, or as the only other road of its class.
    let is_continued_by = |segment: &SegmentId, other: &SegmentId| {
        let same_row = network[*segment].road == network[*other].road;
        let named = !road(segment).name.is_empty() && road(segment).name == road(other).name;
        same_row || (class(segment) == class(other) && (named || driven.len() == 2))
    };
    let goes_on = |segment: &SegmentId| driven.iter().any(|other| other != segment && is_continued_by(segment, other));
    let (on, ends): (Vec<SegmentId>, Vec<SegmentId>) = driven.iter().partition(|segment| goes_on(segment));
    let lowest = |segments: &[SegmentId]| -> Vec<SegmentId> {
        let lowest = segments.iter().map(class).max();
        segments.iter().filter(|segment| Some(class(segment)) == lowest).copied().collect()
    };
    let drives: Vec<SegmentId> = on.iter().filter(|segment| class(segment) >= RoadClass::Service).copied().collect();
    match (ends.is_empty(), on.is_empty()) {
        (false, false) => ends,
        (false, true) => lowest(&ends),
        (true, _) if !drives.is_empty() => lowest(&drives),
        (true, _) => paths,
    }
}

/// A stretch of a segment, with the obstacle that it is, if it is one.
struct Cutting {
    from_m: f64,
    to_m: f64,
    obstacle: Option<ObstacleId>,
}

/// The segment in stretches: those of its obstacles, in order, and what lies between.
fn pieces_of(network: &Network, segment: SegmentId, places: &[(f64, ObstacleId)]) -> Vec<Cutting> {
    let length_m = network[segment].length_m;
    let piece_m = OBSTACLE_M.min(length_m / places.len() as f64);
    let mut cuttings = Vec::new();
    let mut done_m = 0.0;
    for (number, (at_m, obstacle)) in places.iter().enumerate() {
        // What follows needs its room too.
        let latest_m = length_m - piece_m * (places.len() - number) as f64;
        let from_m = (at_m - piece_m / 2.0).clamp(done_m, latest_m.max(done_m));
        if from_m > done_m {
            cuttings.push(Cutting { from_m: done_m, to_m: from_m, obstacle: None });
        }
        let to_m = (from_m + piece_m).min(length_m);
        cuttings.push(Cutting { from_m, to_m, obstacle: Some(*obstacle) });
        done_m = to_m;
    }
    if done_m < length_m {
        cuttings.push(Cutting { from_m: done_m, to_m: length_m, obstacle: None });
    }
    cuttings
}

/// Replaces the segments by their stretches, which meet at new nodes.
fn cut_out(network: &mut Network, cuttings: &[(SegmentId, Cutting)]) {
    let mut at = 0;
    while at < cuttings.len() {
        let segment = cuttings[at].0;
        let count = cuttings[at..].iter().take_while(|(of, _)| *of == segment).count();
        replace(network, segment, &cuttings[at..at + count]);
        at += count;
    }
}

fn replace(network: &mut Network, segment: SegmentId, cuttings: &[(SegmentId, Cutting)]) {
    let whole = network[segment];
    let lines: Vec<Vec<Coord>> =
        cuttings.iter().map(|(_, cutting)| network.part(segment, cutting.from_m, cutting.to_m).0).collect();
    let mut from = whole.from;
    for (number, (line, (_, cutting))) in lines.into_iter().zip(cuttings).enumerate() {
        let to = if number + 1 == cuttings.len() {
            whole.to
        } else {
            network.nodes.push(line[line.len() - 1]);
            NodeId::at(network.nodes.len() - 1)
        };
        let stretch = Segment {
            from,
            to,
            first_vertex: network.vertices.len() as u32,
            vertex_count: line.len() as u32,
            obstacle: cutting.obstacle,
            ..whole
        };
        network.vertices.extend(line);
        if number == 0 {
            network.segments[segment.index()] = stretch;
        } else {
            network.segments.push(stretch);
        }
        from = to;
    }
}

#[cfg(test)]
mod tests {
    use geo::Point;

    use super::*;
    use crate::network::Topology;
    use crate::plane::PointScale;
    use crate::rows::Row;
    use crate::sketch::road;

    fn obstacle(x: f64, y: f64) -> Obstacle {
        Obstacle::blank(Point::new(x, y)).expect("an obstacle can be without any fact")
    }

    fn built(roads: &[Road], obstacles: &[Obstacle]) -> (Network, usize) {
        let mut notes = Notes::default();
        let network = Network::build((roads, obstacles), &Topology::default(), (PointScale::Flat, None), &mut notes);
        (network, notes.into_vec().len())
    }

    /// Road, length and obstacle of every segment, by road and place.
    fn stretches(network: &Network) -> Vec<(usize, f64, Option<u32>)> {
        let mut all: Vec<_> = network
            .segments
            .iter()
            .zip(SegmentId::first(network.segments.len()))
            .map(|(one, id)| (one.road.index(), network.line(id)[0], one.length_m, one.obstacle.map(|id| id.0)))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.x.total_cmp(&b.1.x)));
        all.into_iter().map(|(road, _, length_m, obstacle)| (road, length_m, obstacle)).collect()
    }

    #[test]
    fn an_obstacle_is_a_metre_of_its_road() {
        let street = road(&[(0.0, 0.0), (60.0, 0.0), (100.0, 0.0)]);
        let (network, notes) = built(&[street], &[obstacle(40.0, 3.0)]);
        assert_eq!(stretches(&network), [(0, 39.5, None), (0, 1.0, Some(0)), (0, 59.5, None)]);
        assert_eq!((network.nodes.len(), notes), (4, 0));
        assert!((network.length_m() - 100.0).abs() < 1e-9);
    }

    #[test]
    fn obstacles_side_by_side_follow_one_another() {
        let street = road(&[(0.0, 0.0), (100.0, 0.0)]);
        let (network, _) = built(&[street], &[obstacle(40.2, 0.0), obstacle(40.0, 0.0), obstacle(99.9, 0.0)]);
        let of_obstacles: Vec<_> = stretches(&network).into_iter().filter_map(|one| one.2).collect();
        assert_eq!(of_obstacles, [1, 0, 2]);
        assert!((network.length_m() - 100.0).abs() < 1e-9);
        // A road too short for them is all obstacles.
        let (network, _) = built(&[road(&[(0.0, 0.0), (1.5, 0.0)])], &[obstacle(0.7, 0.0), obstacle(0.8, 0.0)]);
        assert_eq!(stretches(&network), [(0, 0.75, Some(0)), (0, 0.75, Some(1))]);
    }

    #[test]
    fn at_a_junction_a_street_that_goes_on_stays_open() {
        let of = |class: RoadClass, points: &[(f64, f64)]| Road { class, ..road(points) };
        let barred = |roads: &[Road]| {
            let (network, _) = built(roads, &[obstacle(50.0, 0.0)]);
            let mut barred: Vec<usize> =
                network.segments.iter().filter(|one| one.obstacle.is_some()).map(|one| one.road.index()).collect();
            barred.sort_unstable();
            barred
        };
        let street = of(RoadClass::Residential, &[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]);
        let side = |class: RoadClass| of(class, &[(50.0, 0.0), (50.0, 40.0)]);
        // A side street of the same class, a footway, a drive with a path around its gate.
        assert_eq!(barred(&[street.clone(), side(RoadClass::Residential)]), [1]);
        assert_eq!(barred(&[street, side(RoadClass::Path)]), [1]);
        let drive = of(RoadClass::Service, &[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]);
        assert_eq!(barred(&[drive, side(RoadClass::Path)]), [0, 0]);
        // The street is two rows that meet there.
        let halves = [(0.0, 0.0), (100.0, 0.0)].map(|end| of(RoadClass::Residential, &[(50.0, 0.0), end]));
        assert_eq!(barred(&[&halves[..], &[side(RoadClass::Path)]].concat()), [2]);
        // Three streets that all end there: any of them may be meant.
        let arm = |to: (f64, f64)| of(RoadClass::Residential, &[(50.0, 0.0), to]);
        assert_eq!(barred(&[arm((0.0, 0.0)), arm((100.0, 0.0)), arm((50.0, 40.0))]), [0, 1, 2]);
    }

    #[test]
    fn at_a_junction_it_stands_in_the_lesser_road() {
        let street = Road { class: RoadClass::Secondary, ..road(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]) };
        let yard = Road { class: RoadClass::Service, ..road(&[(50.0, 0.0), (50.0, 40.0)]) };
        let (network, _) = built(&[street, yard], &[obstacle(50.0, 0.0)]);
        assert_eq!(stretches(&network), [(0, 50.0, None), (0, 50.0, None), (1, 1.0, Some(0)), (1, 39.0, None)]);
    }

    #[test]
    fn what_stands_in_no_road_is_told() {
        let (network, notes) = built(&[road(&[(0.0, 0.0), (100.0, 0.0)])], &[obstacle(40.0, 10.1)]);
        assert_eq!((network.segments.len(), notes), (1, 1));
    }
}
