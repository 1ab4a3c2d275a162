//! The road network of what was read: stretches that are drawn twice are one, and ends are joined where the manifest asks.

use std::sync::Arc;

use fireplan_model::area::StudyArea;
use fireplan_model::grid::Grid;
use fireplan_model::layers::{LayerId, Layers};
use fireplan_model::loose_ends::{find_loose_ends, join_end};
use fireplan_model::network::{Network, Topology};
use fireplan_model::notes::{NoteCase, NoteKind, Notes};
use fireplan_model::plane::PointScale;

/// The network of the roads and obstacles; roads of which a stretch is drawn twice are cut, so that it is a row of its own.
pub(crate) fn build_network(
    layers: &mut Layers,
    topology: &Topology,
    ground: (PointScale, Option<&Grid>),
    notes: &mut Notes,
) -> Network {
    let network = Network::build((&layers.roads, &layers.obstacles), topology, ground, notes);
    if !network.has_repeated {
        return network;
    }
    let (roads, topology) = Network::roads_once(&layers.roads, topology);
    layers.roads = roads;
    // What is wrong with the roads was noted when the network was built first.
    Network::build((&layers.roads, &layers.obstacles), &topology, ground, &mut Notes::default())
}

/// Lets roads meet that end within this many metres of another, as the manifest asks, and builds their network anew.
pub(crate) fn join_loose_ends(area: &mut StudyArea, within_m: f64, notes: &mut Notes) {
    let (mut roads, mut topology) = (area.layers.roads.clone(), area.network.topology.clone());
    let mut joined = false;
    for end in find_loose_ends(area).iter().filter(|end| end.meets.distance_m <= within_m) {
        if join_end(area, &mut roads, &mut topology, end) {
            joined = true;
            let [own, other] = end.roads(area);
            let text = "路端按 join_ends_m 与附近道路相接 | Road ends joined to a road nearby, as `join_ends_m` asks";
            let case = format!("{} / {} {:.1} m", own.name, other.name, end.meets.distance_m);
            notes.add(
                NoteKind::Converted,
                Some(LayerId::Roads),
                text,
                NoteCase::from(case).of(&own.source_id).at(end.at),
            );
        }
    }
    if joined {
        // What is wrong with the roads was noted when the network was built first.
        let ground = (area.plane.scale(), area.elevation.as_ref());
        let network = Network::build((&roads, &area.layers.obstacles), &topology, ground, &mut Notes::default());
        (area.layers.roads, area.network) = (roads, Arc::new(network));
    }
}
