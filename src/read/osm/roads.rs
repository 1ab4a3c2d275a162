//! Roads and turn restrictions.

use super::assemble::{self, NodeRuns};
use super::{LocalExtract, MemberKind, OsmLayers, Relation, Way, drawn_again, limits, quantities, tags};
use fireplan_model::ids::RoadId;
use fireplan_model::layers::{Access, LayerId, Road, RoadClass};
use fireplan_model::network::TurnRestriction;
use fireplan_model::notes::{NoteCase, NoteKind, Notes, Severity};

const ROADS: Option<LayerId> = Some(LayerId::Roads);

/// Which rows of the roads layer a way became: sorted by way, pieces in order.
struct RoadPieces(Vec<(i64, RoadId)>);

pub(super) fn read(ground: &LocalExtract, osm: &mut OsmLayers, notes: &mut Notes) {
    let mut pieces = RoadPieces(Vec::new());
    let mut read = 0;
    for way in &ground.extract.ways {
        let Some(class) = tags::road_class(&way.tags) else {
            note_out_of_use(way, notes);
            continue;
        };
        read += 1;
        let runs = assemble::runs(ground, way);
        note_cut(way, &runs, notes);
        note_unread_width(way, notes);
        note_unread_oneway(way, notes);
        let id = format!("way/{}", way.id);
        let first = runs.lines.first().map(|(line, _)| line.0[0]);
        let unread = first.is_some_and(|at| {
            limits::note_undecided(&way.tags, tags::oneway(&way.tags), (LayerId::Roads, &id), at, notes)
        });
        for (geometry, ids) in runs.lines {
            pieces.0.push((way.id, RoadId::at(osm.layers.roads.len())));
            let mut road = road(way, class, geometry);
            if unread && matches!(road.access, Access::Open | Access::Restricted) {
                road.access = Access::Unknown;
            }
            osm.layers.roads.push(road);
            osm.topology.vertex_ids.push(ids);
        }
    }
    osm.read.push((LayerId::Roads, read));
    for relation in ground.extract.relations.iter().filter(|relation| relation.tags.is("type", "restriction")) {
        if let Some(restriction) = restriction(relation, &pieces, notes) {
            osm.topology.restrictions.push(restriction);
        }
    }
    drawn_again::join(&osm.layers.roads, &mut osm.topology, notes);
}

/// Tells of a road that would be one if it were in use.
fn note_out_of_use(way: &Way, notes: &mut Notes) {
    let Some(said) = tags::out_of_use(&way.tags).filter(|_| tags::class_of_highway(&way.tags).is_some()) else {
        return;
    };
    let text =
        "停用、废弃、拆除、拟建等不在用的道路，未采用 | Roads disused, abandoned, razed or only proposed, left out";
    let id = format!("way/{}", way.id);
    let case = NoteCase::from(format!("{} ({id}) {said}", way.tags.name()).trim()).of(&id);
    notes.add(Severity::LeftOut, ROADS, text, case);
}

fn note_cut(way: &Way, runs: &NodeRuns, notes: &mut Notes) {
    if runs.lines.is_empty() {
        let text = "道路的节点不在数据内，未采用 | Roads whose nodes are not in the extract, left out";
        notes.add(Severity::LeftOut, ROADS, text, format!("way/{}", way.id));
    } else if runs.cut {
        let text = "道路在数据范围边缘被截断 | Roads cut where the extract ends";
        let id = format!("way/{}", way.id);
        notes.add(Severity::Info, ROADS, text, NoteCase::from(&id).of(&id));
    }
}

fn road(way: &Way, class: RoadClass, geometry: geo::LineString) -> Road {
    let (tags, oneway) = (&way.tags, tags::oneway(&way.tags));
    Road {
        geometry,
        name: Some(tags.name())
            .filter(|name| !name.is_empty())
            .or(tags.get("ref").map(str::to_owned))
            .unwrap_or_default(),
        class,
        width_m: tags.get("width").and_then(quantities::metres),
        estimated_width_m: tags.get("est_width").and_then(quantities::metres),
        max_width_m: limits::max_width_m(tags, oneway),
        clear_height_m: limits::clear_height_m(tags, oneway),
        load_t: limits::load_t(tags, oneway),
        slope_percent: tags.get("incline").and_then(quantities::percent),
        surface: tags::surface(tags),
        oneway,
        access: tags::access(tags),
        bridge: tags::is_yes(tags, "bridge"),
        tunnel: tags::is_yes(tags, "tunnel"),
        level: tags.get("layer").and_then(|layer| layer.trim().parse().ok()),
        source_id: format!("way/{}", way.id),
    }
}

/// Tells of a width that is given but not understood.
fn note_unread_width(way: &Way, notes: &mut Notes) {
    for (key, text) in ["width", "est_width"].into_iter().filter_map(|key| Some((key, way.tags.get(key)?))) {
        if quantities::metres(text).is_none() {
            let note =
                format!("道路的 {key} 值无法识别，按缺失处理 | Roads whose {key} is not understood, taken as missing");
            let id = format!("way/{}", way.id);
            let column = if key == "width" { "width_m" } else { "estimated_width_m" };
            let case = NoteCase::from(format!("{id}: {text}")).of(&id).doubting(column, text, None);
            notes.add(NoteKind::Doubted, ROADS, &note, case);
        }
    }
}

/// Tells of a direction that changes with the time or is not understood.
fn note_unread_oneway(way: &Way, notes: &mut Notes) {
    let id = format!("way/{}", way.id);
    let mut tell = |note: &str, text: &str| {
        let case = NoteCase::from(format!("{id}: {text}")).of(&id).doubting("oneway", text, None);
        notes.add(NoteKind::Doubted, ROADS, note, case);
    };
    if let Some(text) = tags::unread_oneway(&way.tags) {
        tell(
            "道路的 oneway 值随时段变化或无法识别，按双向通行计，请核对 | Roads whose oneway changes with the time or is not understood, taken as both ways: to be checked",
            text,
        );
    }
    if let Some((key, text)) = tags::timed_oneway(&way.tags) {
        let note = format!(
            "道路的 {key} 只在特定时段有效，按其余时段的方向计，请核对 | Roads whose {key} holds at certain times only, taken as at other times: to be checked"
        );
        tell(&note, text);
    }
}

impl RoadPieces {
    fn of(&self, way: i64) -> Vec<RoadId> {
        let from = self.0.partition_point(|(known, _)| *known < way);
        self.0[from..].iter().take_while(|(known, _)| *known == way).map(|(_, road)| *road).collect()
    }
}

/// The turn restriction of a relation; `None`: it does not bind a fire engine, or cannot be used (noted).
fn restriction(relation: &Relation, pieces: &RoadPieces, notes: &mut Notes) -> Option<TurnRestriction> {
    let source_id = format!("relation/{}", relation.id);
    let Some(kind) = relation.tags.get("restriction") else {
        if relation.tags.get("restriction:conditional").is_some() {
            let text = "仅在特定时段有效的转向限制，未采用 | Turn restrictions for certain times only, left out";
            notes.add(Severity::LeftOut, ROADS, text, source_id);
        }
        return None;
    };
    if relation.tags.get("except").is_some_and(|who| who.split(';').any(|who| who.trim() == "emergency")) {
        return None;
    }
    // A ban of turning on a red light does not ban the turn.
    if kind.ends_with("_on_red") {
        return None;
    }
    let only = kind.starts_with("only_");
    let roads = |role: &str| -> Vec<Vec<RoadId>> {
        let ways = relation.members.iter().filter(|member| member.kind == MemberKind::Way && &*member.role == role);
        ways.map(|member| pieces.of(member.id)).collect()
    };
    let (from, to, via_roads) = (roads("from").concat(), roads("to").concat(), roads("via"));
    let via_vertex =
        relation.members.iter().find(|m| m.kind == MemberKind::Node && &*m.role == "via").map(|member| member.id);
    let broken = from.is_empty()
        || to.is_empty()
        || !(only || kind.starts_with("no_"))
        || via_roads.iter().any(Vec::is_empty)
        || (via_vertex.is_none() && via_roads.is_empty());
    if broken {
        let text = "残缺的转向限制(道路不在数据内)，未采用 | Turn restrictions of roads not in the data, left out";
        notes.add(Severity::LeftOut, ROADS, text, source_id);
        return None;
    }
    Some(TurnRestriction { only, from, via_vertex, via_roads, to, source_id })
}
