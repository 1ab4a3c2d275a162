//! Ways and relations to lines and polygons, in local metres.

use geo::{Area, BoundingRect, Contains, Coord, Intersects, LineString, MultiPolygon, Polygon, Rect};

use super::{LocalExtract, MemberKind, Relation, Way};
use crate::repair;
use crate::repair::Mended;
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{NoteCase, NoteKind, Notes, Severity};

const CUT: &str = "数据范围边缘被截断的面，未采用 | Areas cut by the edge of the extract, left out";

/// What the extract has of a way.
pub(super) struct NodeRuns {
    /// Runs of at least two nodes, with their ids.
    pub lines: Vec<(LineString, Vec<i64>)>,
    /// Some node is missing.
    pub cut: bool,
}

/// The runs of the way's nodes that the extract has.
pub(super) fn runs(ground: &LocalExtract, way: &Way) -> NodeRuns {
    let (mut lines, mut cut) = (Vec::new(), false);
    let (mut coords, mut ids): (Vec<Coord>, Vec<i64>) = (Vec::new(), Vec::new());
    let mut finish = |coords: &mut Vec<Coord>, ids: &mut Vec<i64>| {
        let (coords, ids) = (std::mem::take(coords), std::mem::take(ids));
        if coords.len() > 1 {
            lines.push((LineString(coords), ids));
        }
    };
    for &id in &way.nodes {
        match ground.node(id) {
            // A node twice in a row, or two nodes at one place, make no stretch of road; but ids are how roads join.
            Some(_) if ids.last() == Some(&id) => {}
            Some(at) => {
                coords.push(at);
                ids.push(id);
            }
            None => {
                cut = true;
                finish(&mut coords, &mut ids);
            }
        }
    }
    finish(&mut coords, &mut ids);
    NodeRuns { lines, cut }
}

/// Is the way a ring?
pub(super) fn is_closed(way: &Way) -> bool {
    way.nodes.len() > 3 && way.nodes.first() == way.nodes.last()
}

/// A thing as notes name it, at the first of its nodes that the extract has.
pub(super) fn case_at(ground: &LocalExtract, nodes: &[i64], text: impl Into<String>) -> NoteCase {
    NoteCase { place: nodes.iter().find_map(|id| ground.node(*id)), ..NoteCase::from(text.into()) }
}

/// The nodes of the first way of a relation that the extract has.
pub(super) fn nodes_of<'a>(ground: &'a LocalExtract, relation: &Relation) -> &'a [i64] {
    let ways = relation.members.iter().filter(|member| member.kind == MemberKind::Way);
    ways.filter_map(|member| ground.way(member.id)).next().map_or(&[], |way| way.nodes.as_slice())
}

/// The area a closed way encloses; `None`, and noted, where that fails.
pub(super) fn way_area(ground: &LocalExtract, way: &Way, layer: LayerId, notes: &mut Notes) -> Option<MultiPolygon> {
    let name = || {
        let id = format!("way/{}", way.id);
        case_at(ground, &way.nodes, &id).of(&id)
    };
    let Some(ring) = ring(ground, &way.nodes) else {
        notes.add(Severity::LeftOut, Some(layer), CUT, name());
        return None;
    };
    mended(Polygon::new(ring, Vec::new()).into(), layer, name, notes)
}

/// The area of a multipolygon or boundary relation; `None`, and noted, where it is cut or broken.
pub(super) fn relation_area(
    ground: &LocalExtract,
    relation: &Relation,
    layer: LayerId,
    notes: &mut Notes,
) -> Option<MultiPolygon> {
    let name = || {
        let (id, called) = (format!("relation/{}", relation.id), relation.tags.name());
        let text = if called.is_empty() { id.clone() } else { format!("{called} ({id})") };
        case_at(ground, nodes_of(ground, relation), text).of(&id)
    };
    let Some(rings) = relation_rings(ground, relation) else {
        notes.add(Severity::LeftOut, Some(layer), CUT, name());
        return None;
    };
    mended(nest(rings), layer, name, notes)
}

fn mended(shape: MultiPolygon, layer: LayerId, name: impl Fn() -> NoteCase, notes: &mut Notes) -> Option<MultiPolygon> {
    match repair::mend(shape) {
        Mended::AsIs(shape) => Some(shape),
        Mended::Repaired(shape) => {
            notes.add(NoteKind::Converted, Some(layer), repair::REPAIRED, name());
            Some(shape)
        }
        Mended::Hopeless => {
            notes.add(Severity::LeftOut, Some(layer), repair::HOPELESS, name());
            None
        }
    }
}

/// All rings of a relation; `None`: a member or node is missing, or a ring does not close.
fn relation_rings(ground: &LocalExtract, relation: &Relation) -> Option<Vec<LineString>> {
    let ways = relation.members.iter().filter(|member| {
        member.kind == MemberKind::Way && matches!(&*member.role, "" | "outer" | "inner" | "enclave" | "exclave")
    });
    let mut parts: Vec<&[i64]> = Vec::new();
    for member in ways {
        parts.push(&ground.way(member.id)?.nodes);
    }
    let rings = join_rings(&parts)?;
    rings.iter().map(|nodes| ring(ground, nodes)).collect()
}

fn ring(ground: &LocalExtract, nodes: &[i64]) -> Option<LineString> {
    let mut coords: Vec<Coord> = nodes.iter().map(|id| ground.node(*id)).collect::<Option<_>>()?;
    coords.dedup();
    Some(LineString(coords))
}

/// Joins ways end to end to rings; `None`: some end finds no continuation, or there is nothing.
pub(super) fn join_rings(parts: &[&[i64]]) -> Option<Vec<Vec<i64>>> {
    let usable = |part: &&[i64]| part.len() > 1;
    let mut ends: Vec<(i64, usize)> = Vec::new();
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| usable(part)) {
        ends.extend([(part[0], at), (part[part.len() - 1], at)]);
    }
    ends.sort_unstable();
    let mut used = vec![false; parts.len()];
    let mut rings = Vec::new();
    for (at, part) in parts.iter().enumerate().filter(|(_, part)| usable(part)) {
        if std::mem::replace(&mut used[at], true) {
            continue;
        }
        let mut ring = part.to_vec();
        while ring.first() != ring.last() {
            let end = *ring.last()?;
            let from = ends.partition_point(|(node, _)| *node < end);
            let next = ends[from..].iter().take_while(|(node, _)| *node == end).find(|(_, at)| !used[*at]);
            let at = next?.1;
            used[at] = true;
            if parts[at][0] == end {
                ring.extend(&parts[at][1..]);
            } else {
                ring.extend(parts[at].iter().rev().skip(1));
            }
        }
        rings.push(ring);
    }
    (!rings.is_empty()).then_some(rings)
}

/// A ring while it is being nested.
struct Ring {
    polygon: Polygon,
    bounds: Rect,
    area: f64,
    depth: usize,
    parent: Option<usize>,
}

/// Rings to polygons with holes, by which lies in which: roles are often wrong or missing.
pub(super) fn nest(rings: Vec<LineString>) -> MultiPolygon {
    let mut nested: Vec<Ring> = rings
        .into_iter()
        .filter_map(|ring| {
            let bounds = ring.bounding_rect()?;
            let polygon = Polygon::new(ring, Vec::new());
            let area = polygon.unsigned_area();
            Some(Ring { polygon, bounds, area, depth: 0, parent: None })
        })
        .collect();
    nested.sort_by(|a, b| b.area.total_cmp(&a.area));
    for at in 1..nested.len() {
        // The smallest ring around it comes last among the larger ones.
        let parent = (0..at).rev().find(|larger| lies_in(&nested[at], &nested[*larger]));
        nested[at].depth = parent.map_or(0, |parent| nested[parent].depth + 1);
        nested[at].parent = parent;
    }
    let mut polygons: Vec<(usize, Polygon)> = Vec::new();
    for (at, ring) in nested.iter().enumerate() {
        if ring.depth.is_multiple_of(2) {
            polygons.push((at, ring.polygon.clone()));
        } else if let Some((_, polygon)) = polygons.iter_mut().find(|(shell, _)| Some(*shell) == ring.parent) {
            polygon.interiors_push(ring.polygon.exterior().clone());
        }
    }
    MultiPolygon(polygons.into_iter().map(|(_, polygon)| polygon).collect())
}

/// Rings of one area may touch, so a vertex on the other's line says nothing: the first that is off it decides.
fn lies_in(inner: &Ring, outer: &Ring) -> bool {
    if !outer.bounds.intersects(&inner.bounds) || inner.area > outer.area {
        return false;
    }
    let shell = outer.polygon.exterior();
    inner.polygon.exterior().coords().find(|at| !shell.intersects(*at)).is_some_and(|at| outer.polygon.contains(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_in_any_order_and_direction_make_rings() {
        let rings = join_rings(&[&[1, 2, 3], &[5, 4, 3], &[5, 1], &[8, 9, 10, 8]]).unwrap();
        assert_eq!(rings, [vec![1, 2, 3, 4, 5, 1], vec![8, 9, 10, 8]]);
        assert_eq!(join_rings(&[&[1, 2, 3], &[3, 4]]), None);
        assert_eq!(join_rings(&[&[1, 2]]), None);
        assert_eq!(join_rings(&[]), None);
    }

    fn square(at: f64, side: f64) -> LineString {
        let end = at + side;
        LineString::from(vec![(at, at), (end, at), (end, end), (at, end), (at, at)])
    }

    #[test]
    fn an_island_in_a_lake_in_a_forest() {
        let shape = nest(vec![square(4.0, 2.0), square(0.0, 10.0), square(2.0, 6.0)]);
        assert_eq!(shape.0.len(), 2);
        assert_eq!(shape.unsigned_area(), 100.0 - 36.0 + 4.0);
    }
}
