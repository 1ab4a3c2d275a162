//! What stands in the roads of an extract: nodes of ways with a barrier, a limit or a ford.

use std::collections::BTreeSet;

use geo::Point;

use super::known_tags::Tags;
use super::{LocalExtract, OsmLayers, limits, tags};
use fireplan_model::layers::{LayerId, Obstacle, ObstacleKind, ObstaclePassage};
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

/// Reads the obstacles that stand in a road of the extract.
pub(super) fn read(ground: &LocalExtract, osm: &mut OsmLayers, notes: &mut Notes) {
    let roads = ground.extract.ways.iter().filter(|way| tags::road_class(&way.tags).is_some());
    let on_road: BTreeSet<i64> = roads.flat_map(|way| &way.nodes).copied().collect();
    let mut read = 0;
    for point in ground.extract.points.iter().filter(|point| on_road.contains(&point.id)) {
        let Some((kind, passage)) = kind_and_passage(&point.tags) else { continue };
        let Some(at) = ground.node(point.id) else { continue };
        read += 1;
        let id = format!("node/{}", point.id);
        if tags::out_of_use(&point.tags).is_some() {
            let text = "停用、拆除的障碍物，未采用 | Obstacles disused or removed, left out";
            notes.add(Severity::LeftOut, Some(LayerId::Obstacles), text, NoteCase::from(&id).of(&id).at(at));
            continue;
        }
        let unread = limits::note_unread(&point.tags, (LayerId::Obstacles, &id), at, notes);
        osm.layers.obstacles.push(Obstacle {
            geometry: Point(at),
            name: point.tags.name(),
            kind,
            clear_width_m: limits::max_width_m(&point.tags),
            clear_height_m: limits::clear_height_m(&point.tags),
            load_t: limits::load_t(&point.tags),
            passage: if unread && passage == ObstaclePassage::Open { ObstaclePassage::Unknown } else { passage },
            opened_by: point.tags.get("operator").unwrap_or_default().to_owned(),
            source_id: id,
        });
    }
    osm.read.push((LayerId::Obstacles, read));
}

/// What stands there, and whether a crew gets past; `None`: nothing that stops anybody.
fn kind_and_passage(tags: &Tags) -> Option<(ObstacleKind, ObstaclePassage)> {
    let barrier = tags.get("barrier").filter(|barrier| *barrier != "no");
    let kind = match barrier {
        Some("bollard") => Some((ObstacleKind::Bollard, bollard(tags))),
        Some("height_restrictor") => Some((ObstacleKind::HeightBar, ObstaclePassage::Fixed)),
        Some(barrier) if FIXED.contains(&barrier) => Some((ObstacleKind::Block, ObstaclePassage::Fixed)),
        Some(barrier) if GATES.contains(&barrier) => Some((ObstacleKind::Gate, gate(tags, barrier))),
        Some(barrier) if !PASSED.contains(&barrier) => Some((ObstacleKind::Other, ObstaclePassage::Unknown)),
        _ => None,
    };
    let sign = || {
        let fixed = |kind: ObstacleKind| Some((kind, ObstaclePassage::Fixed));
        match () {
            () if limits::HEIGHT.iter().any(|key| tags.get(key).is_some()) => fixed(ObstacleKind::HeightBar),
            () if limits::WIDTH.iter().any(|key| tags.get(key).is_some()) => fixed(ObstacleKind::WidthBar),
            () if limits::LOAD.iter().any(|key| tags.get(key).is_some()) => fixed(ObstacleKind::LoadLimit),
            () if tags::is_yes(tags, "ford") => Some((ObstacleKind::Ford, ObstaclePassage::Unknown)),
            () => None,
        }
    };
    let (kind, passage) = kind.or_else(sign)?;
    // Fire engines by name, or everybody: whoever may pass finds it open. A sign that says so opens no bar.
    let for_engines = tags.is_any("emergency", &["yes", "designated", "official", "permissive"]);
    let for_all = ["motor_vehicle", "vehicle", "access"].into_iter().find_map(|key| tags.get(key));
    let free = for_engines || matches!(for_all, Some("yes" | "permissive" | "designated" | "emergency"));
    let is_bar = matches!(kind, ObstacleKind::HeightBar | ObstacleKind::WidthBar | ObstacleKind::LoadLimit);
    let passage = match () {
        () if tags.is("emergency", "no") => ObstaclePassage::Fixed,
        () if free && !is_bar => ObstaclePassage::Open,
        () => passage,
    };
    Some((kind, passage))
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
}
