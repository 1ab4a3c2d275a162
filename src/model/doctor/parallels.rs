//! Roads that run beside one another closer than any two roads can: one road drawn twice by two hands, which counts twice.

use std::collections::BTreeSet;

use super::case_of;
use crate::area::StudyArea;
use crate::ids::{RoadId, SegmentId};
use crate::layers::{LayerId, Oneway, Road, RoadClass};
use crate::network::running_level;
use crate::notes::{NoteCase, NoteKind, Notes};

/// No two carriageways have their middles nearer to one another.
const APART_M: f64 = 1.5;
/// Shorter pieces lie side by side at junctions.
const SHORTEST_M: f64 = 30.0;
/// Where along a segment it is looked for another road.
const SAMPLES: [f64; 3] = [0.25, 0.5, 0.75];

/// Notes the pairs of roads that run side by side over a good part of a segment.
pub(super) fn note_parallels(area: &StudyArea, notes: &mut Notes) {
    let mut told: BTreeSet<[RoadId; 2]> = BTreeSet::new();
    for (id, segment) in SegmentId::first(area.network.segments.len()).zip(&area.network.segments) {
        if segment.length_m < SHORTEST_M {
            continue;
        }
        for (other, apart_m) in beside(area, id) {
            let pair = [segment.road.min(other), segment.road.max(other)];
            if !told.insert(pair) {
                continue;
            }
            let [own, other] = [segment.road, other].map(|road| &area.layers.roads[road.index()]);
            let [one, two] = [own, other].map(|road| case_of(&road.name, &road.source_id).text);
            let text = "疑似重复绘制：两条道路相距不足 1.5 米并行，长度、间距各计了一次；如是同一条路，请删去一条 | \
                        Two roads run side by side less than 1.5 m apart, both counted: perhaps one road drawn twice; delete one if so";
            let case = NoteCase::from(format!("{one} / {two}（{apart_m:.1} m）")).of(&own.source_id);
            let case = case.at(area.network.point_at(id, segment.length_m / 2.0));
            notes.add(NoteKind::Doubted, Some(LayerId::Roads), text, case);
        }
    }
}

/// The other roads that run beside most of a segment, and how far from it.
fn beside(area: &StudyArea, id: SegmentId) -> Vec<(RoadId, f64)> {
    let network = &area.network;
    let segment = &network[id];
    let own = &area.layers.roads[segment.road.index()];
    let may_be_one = |other: &Road| {
        other.class != RoadClass::Path
            && own.class != RoadClass::Path
            && (other.class == RoadClass::Motorway) == (own.class == RoadClass::Motorway)
            && running_level(other) == running_level(own)
            && (own.oneway == Oneway::Both || other.oneway == Oneway::Both)
    };
    let mut seen: Vec<(RoadId, f64)> = Vec::new();
    for share in SAMPLES {
        let near = network.positions_near(network.point_at(id, share * segment.length_m), APART_M);
        let mut roads: Vec<(RoadId, f64)> = near
            .iter()
            .map(|position| (network[position.segment].road, position.distance_m))
            .filter(|(road, _)| *road != segment.road && may_be_one(&area.layers.roads[road.index()]))
            .collect();
        roads.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        roads.dedup_by_key(|(road, _)| *road);
        seen.extend(roads);
    }
    seen.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    let most = seen.chunk_by(|a, b| a.0 == b.0).filter(|group| 2 * group.len() > SAMPLES.len());
    most.map(|group| group[0]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::Layers;
    use crate::sketch::road;

    fn told(roads: Vec<Road>) -> Vec<String> {
        let area = StudyArea::builder().layers(Layers { roads, ..Layers::default() }).build();
        let mut notes = Notes::default();
        note_parallels(&area, &mut notes);
        notes.into_vec().into_iter().flat_map(|note| note.examples).collect()
    }

    #[test]
    fn a_road_drawn_again_beside_itself_is_told_once() {
        let street = || road(&[(0.0, 0.0), (1_000.0, 0.0)]);
        let again = |off_m: f64| road(&[(0.0, off_m), (700.0, off_m)]);
        assert_eq!(told(vec![street(), again(0.4)]).len(), 1);
        assert!(told(vec![street(), again(3.0)]).is_empty());
        // A road that crosses or begins here runs nowhere beside it.
        assert!(told(vec![street(), road(&[(500.0, 0.0), (500.0, 400.0)])]).is_empty());
        let path = Road { class: RoadClass::Path, ..again(1.0) };
        assert!(told(vec![street(), path]).is_empty());
        let deck = Road { level: Some(1), ..again(1.0) };
        assert!(told(vec![street(), deck]).is_empty());
        let [there, back] = [Oneway::Forward, Oneway::Backward].map(|oneway| Road { oneway, ..street() });
        assert!(told(vec![there, Road { geometry: again(1.5).geometry, ..back }]).is_empty());
    }
}
