//! Bridges and the tunnel of the country roads: each is a road of its own, cut out of the road it belongs to.

use std::collections::BTreeSet;

use super::grid::{Point, distance};
use super::road::{Road, along, centimetres, crossings, cut};
use super::terrain::Terrain;
use super::water::Water;

/// Cuts roads where they cross water, so that each bridge is a road of its own.
pub(super) fn bridge(roads: Vec<Road>, water: &Water) -> Vec<Road> {
    let junctions = junctions(&roads);
    let mut out = Vec::new();
    for road in roads {
        if road.is_motorway() {
            out.push(road);
            continue;
        }
        let mut rest = road.line.clone();
        let mut done = 0.0;
        for (from, to) in bridge_spans(&road, water, &junctions) {
            let pieces = cut(&rest, &[from - done, to - done]);
            let [before, deck, after] = pieces.as_slice() else { continue };
            out.push(Road { line: before.clone(), ..road.clone() });
            out.push(Road { line: deck.clone(), bridge: true, ..road.clone() });
            rest = after.clone();
            done = to;
        }
        out.push(Road { line: rest, ..road });
    }
    out
}

/// Vertices that more than one road has, in centimetres.
fn junctions(roads: &[Road]) -> BTreeSet<(i64, i64)> {
    let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for road in roads {
        let own: BTreeSet<(i64, i64)> = road.line.iter().map(|&place| centimetres(place)).collect();
        shared.extend(own.iter().filter(|place| !seen.insert(**place)));
    }
    shared
}

/// From where to where a road is a bridge. A bridge ends at a junction: roads do not meet over water.
fn bridge_spans(road: &Road, water: &Water, junctions: &BTreeSet<(i64, i64)>) -> Vec<(f64, f64)> {
    let mut spans: Vec<(f64, f64)> = Vec::new();
    for pair in water_spans(&road.line, water) {
        match spans.last_mut() {
            Some(last) if pair.0 <= last.1 + 12.0 => last.1 = last.1.max(pair.1),
            _ => spans.push(pair),
        }
    }
    let mut chainage = 0.0;
    for pair in road.line.windows(2) {
        chainage += distance(pair[0], pair[1]);
        if junctions.contains(&centimetres(pair[1])) {
            for (from, to) in spans.iter_mut().filter(|(from, to)| (*from..*to).contains(&chainage)) {
                if chainage < (*from + *to) / 2.0 { *from = chainage } else { *to = chainage }
            }
        }
    }
    let total = road.length_m();
    spans.retain(|&(from, to)| from >= 6.0 && to <= total - 6.0 && to - from >= 4.0);
    spans
}

fn water_spans(line: &[Point], water: &Water) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    let river = crossings(line, &water.river_area.exterior().0);
    for pair in river.chunks(2) {
        if let [from, to] = pair {
            out.push((from - 9.0, to + 9.0));
        }
    }
    for stream in &water.streams {
        let reach = 5.0 + stream.width_m / 2.0;
        out.extend(crossings(line, &stream.line).into_iter().map(|at| (at - reach, at + reach)));
    }
    out.sort_by(|a, b| a.0.total_cmp(&b.0));
    out
}

/// The county road that climbs highest gets a short tunnel there.
pub(super) fn tunnel(roads: &mut Vec<Road>, terrain: &Terrain) {
    let mut best: Option<(f64, usize, f64)> = None;
    for (number, road) in roads.iter().enumerate().filter(|(_, road)| road.class == "县道" && !road.bridge) {
        let total = road.length_m();
        let mut chainage = 400.0;
        while chainage < total - 400.0 {
            let place = along(&road.line, chainage).0;
            let height = terrain.height.sample(place);
            if best.is_none_or(|best| height > best.0) {
                best = Some((height, number, chainage));
            }
            chainage += 50.0;
        }
    }
    let Some((_, number, chainage)) = best else { return };
    let pieces = cut(&roads[number].line, &[chainage - 110.0, chainage + 110.0]);
    let road = roads[number].clone();
    for (index, line) in pieces.into_iter().enumerate() {
        let piece = Road { line, tunnel: index == 1, ..road.clone() };
        if index == 0 { roads[number] = piece } else { roads.push(piece) }
    }
}
