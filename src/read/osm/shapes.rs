//! The shapes of things: points, lines and areas of nodes, ways and relations.

use geo::{Geometry, MultiLineString, MultiPolygon};

use crate::footprints::point_inside;

use super::places::Reader;
use super::{Tags, Way, assemble};
use fireplan_model::layers::{BarrierKind, LayerId};
use fireplan_model::notes::{NoteCase, Severity};

/// A thing with its tags and how to get its shape.
pub(super) struct TaggedThing<'a> {
    pub(super) tags: &'a Tags,
    pub(super) id: String,
    pub(super) shape: ThingShape<'a>,
}

pub(super) enum ThingShape<'a> {
    Node(i64),
    Way(&'a Way),
    Relation(&'a super::Relation),
}

pub(super) fn as_geometry(mut shape: MultiPolygon) -> Geometry {
    match shape.0.pop() {
        Some(only) if shape.0.is_empty() => Geometry::Polygon(only),
        Some(last) => {
            shape.0.push(last);
            Geometry::MultiPolygon(shape)
        }
        None => Geometry::MultiPolygon(shape),
    }
}

impl Reader<'_> {
    /// Railways, walls and firebreak lines are lines; rock and farmland are areas.
    pub(super) fn barrier_shape(&mut self, kind: BarrierKind, thing: &TaggedThing) -> Option<Geometry> {
        let is_area = matches!(kind, BarrierKind::BareRock | BarrierKind::Farmland);
        match &thing.shape {
            ThingShape::Node(_) => None,
            _ if !self.reads(LayerId::Barriers) => None,
            ThingShape::Way(way) if !is_area => self.lines(way, LayerId::Barriers),
            _ => self.area(thing, LayerId::Barriers).map(as_geometry),
        }
    }

    /// A thing as notes name it.
    pub(super) fn case_of(&self, thing: &TaggedThing, text: &str) -> NoteCase {
        match &thing.shape {
            ThingShape::Node(id) => assemble::case_at(self.ground, &[*id], text),
            ThingShape::Way(way) => assemble::case_at(self.ground, &way.nodes, text),
            ThingShape::Relation(relation) => {
                assemble::case_at(self.ground, assemble::nodes_of(self.ground, relation), text)
            }
        }
    }

    pub(super) fn lines(&mut self, way: &Way, layer: LayerId) -> Option<Geometry> {
        let mut lines: Vec<_> = assemble::runs(self.ground, way).lines.into_iter().map(|(line, _)| line).collect();
        match lines.len() {
            0 => {
                let text = "节点不在数据内的线，未采用 | Lines whose nodes are not in the extract, left out";
                let case = assemble::case_at(self.ground, &way.nodes, format!("way/{}", way.id));
                self.notes.add(Severity::LeftOut, Some(layer), text, case);
                None
            }
            1 => lines.pop().map(Geometry::LineString),
            _ => Some(MultiLineString(lines).into()),
        }
    }

    pub(super) fn area(&mut self, thing: &TaggedThing, layer: LayerId) -> Option<MultiPolygon> {
        match &thing.shape {
            ThingShape::Way(way) if assemble::is_closed(way) => assemble::way_area(self.ground, way, layer, self.notes),
            ThingShape::Relation(relation) => assemble::relation_area(self.ground, relation, layer, self.notes),
            _ => {
                let text = "未闭合的面，未采用 | Areas that are not closed, left out";
                let case = self.case_of(thing, &thing.id);
                self.notes.add(Severity::LeftOut, Some(layer), text, case);
                None
            }
        }
    }

    pub(super) fn point_or_area(&mut self, thing: &TaggedThing, layer: LayerId) -> Option<Geometry> {
        match thing.shape {
            ThingShape::Node(id) => self.ground.node(id).map(|at| Geometry::Point(at.into())),
            _ => self.area(thing, layer).map(as_geometry),
        }
    }

    /// An area stands at a point inside.
    pub(super) fn point(&mut self, thing: &TaggedThing, layer: LayerId) -> Option<geo::Point> {
        if let ThingShape::Node(id) = thing.shape {
            return self.ground.node(id).map(Into::into);
        }
        let shape = self.area(thing, layer)?;
        let at = point_inside(&shape)?;
        self.footprints.add(layer, &thing.id, shape);
        Some(at)
    }
}
