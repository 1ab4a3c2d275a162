//! The outline of the area and its towns, from administrative boundaries.
//!
//! *Boundary*: the coarsest complete boundary that holds most of the road vertices and is not far larger than them.
//! *Towns*: the complete units of `admin_level` 8 (in China 乡镇街道); where the extract has none inside the boundary,
//! of 9, then of 10.

use geo::{Area, BoundingRect, Contains, Coord, Intersects, MultiPolygon};

use super::{LocalExtract, MemberKind, OsmLayers, Tags, Way, assemble, quantities};
use fireplan_model::layers::{LayerId, Town};
use fireplan_model::method_constants;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Row;

method_constants! {
    /// OSM 行政界线面积超过道路外接矩形此倍数，不作为本区边界 | An OSM boundary larger than this many times the box around the roads is not the outline of the area
    const BOUNDARY_TIMES: f64 = 4.0,
        because "数据通常按所求区县裁切，大得多的是上级行政区；假定值，供审查 | Extracts are cut to the area asked for, and what is far larger is the unit above it; an assumption, for review";
}

struct AdministrativeUnit<'a> {
    level: u32,
    tags: &'a Tags,
    /// `relation/1`, `way/1`.
    id: String,
    shape: MultiPolygon,
}

pub(super) fn read(ground: &LocalExtract, wanted: &[LayerId], osm: &mut OsmLayers, notes: &mut Notes) {
    let wants = |layer| wanted.contains(&layer);
    if !wants(LayerId::Boundary) && !wants(LayerId::Towns) {
        return;
    }
    let mut cut = Notes::default();
    let units = units(ground, &mut cut);
    osm.has_cut_units = cut.iter().any(|note| note.severity == Severity::LeftOut);
    let boundary = outline(ground, &units);
    if wants(LayerId::Boundary) {
        osm.read.push((LayerId::Boundary, usize::from(boundary.is_some())));
        osm.boundary = boundary.map(|unit| unit.shape.clone());
    }
    if wants(LayerId::Towns) {
        notes.merge(cut);
        let towns = town_units(&units, boundary);
        osm.read.push((LayerId::Towns, towns.len()));
        if let Some(unit) = towns.first().filter(|unit| unit.level != 8) {
            let text = "没有完整的乡镇级(admin_level 8)界线，改用更低一级 | \
                        No complete boundary of admin_level 8; a finer level is used for the towns";
            notes.add(Severity::Info, Some(LayerId::Towns), text, format!("admin_level {}", unit.level));
        }
        osm.layers.towns.extend(towns.into_iter().map(town));
    }
}

/// All complete administrative boundaries; the cut ones are noted.
fn units<'a>(ground: &LocalExtract<'a>, notes: &mut Notes) -> Vec<AdministrativeUnit<'a>> {
    let relations = ground.extract.relations.iter().filter(|relation| {
        relation.tags.is("boundary", "administrative") && relation.tags.is_any("type", &["boundary", "multipolygon"])
    });
    let mut units = Vec::new();
    for relation in relations {
        let Some(level) = relation.tags.get("admin_level").and_then(|level| level.parse::<u32>().ok()) else {
            continue;
        };
        if let Some(shape) = assemble::relation_area(ground, relation, LayerId::Towns, notes) {
            units.push(AdministrativeUnit {
                level,
                tags: &relation.tags,
                id: format!("relation/{}", relation.id),
                shape,
            });
        }
    }
    units.extend(way_units(ground, notes));
    units
}

/// Borders drawn as one closed way; ways that are parts of a border's relation have its level but no name of their own.
fn way_units<'a>(ground: &LocalExtract<'a>, notes: &mut Notes) -> Vec<AdministrativeUnit<'a>> {
    let mut units = Vec::new();
    for way in ground.extract.ways.iter().filter(|way| way.tags.is("boundary", "administrative")) {
        let Some(level) = way.tags.get("admin_level").and_then(|level| level.parse::<u32>().ok()) else { continue };
        if way.tags.name().is_empty() || !assemble::is_closed(way) || is_member(ground, way) {
            continue;
        }
        if let Some(shape) = assemble::way_area(ground, way, LayerId::Towns, notes) {
            let text = "行政界线画成闭合路径而非关系，已采用 | Borders drawn as a closed way, not as a relation, taken as such";
            notes.add(Severity::Info, Some(LayerId::Towns), text, format!("{} (way/{})", way.tags.name(), way.id));
            units.push(AdministrativeUnit { level, tags: &way.tags, id: format!("way/{}", way.id), shape });
        }
    }
    units
}

/// Is the way a member of an administrative boundary?
fn is_member(ground: &LocalExtract, way: &Way) -> bool {
    let borders = ground.extract.relations.iter().filter(|relation| relation.tags.is("boundary", "administrative"));
    borders.flat_map(|relation| &relation.members).any(|member| member.kind == MemberKind::Way && member.id == way.id)
}

fn outline<'a, 'b>(ground: &LocalExtract, units: &'b [AdministrativeUnit<'a>]) -> Option<&'b AdministrativeUnit<'a>> {
    let roads = ground.extract.ways.iter().filter(|way| way.tags.get("highway").is_some());
    let vertices: Vec<Coord> = roads.flat_map(|way| &way.nodes).filter_map(|id| ground.node(*id)).collect();
    let bounds = geo::MultiPoint::from(vertices.clone()).bounding_rect()?;
    // A thousand vertices tell as much as all of them.
    let sample: Vec<&Coord> = vertices.iter().step_by((vertices.len() / 1000).max(1)).collect();
    let holds_most = |unit: &AdministrativeUnit| {
        let size = unit.shape.unsigned_area();
        size <= bounds.unsigned_area() * BOUNDARY_TIMES
            && unit.shape.intersects(&bounds)
            && sample.iter().filter(|at| unit.shape.contains(**at)).count() * 2 > sample.len()
    };
    units.iter().filter(|unit| holds_most(unit)).min_by(|a, b| (a.level, &a.id).cmp(&(b.level, &b.id)))
}

fn town_units<'a, 'b>(
    units: &'b [AdministrativeUnit<'a>],
    boundary: Option<&AdministrativeUnit>,
) -> Vec<&'b AdministrativeUnit<'a>> {
    for level in 8..=10 {
        let of_level: Vec<&AdministrativeUnit> = units.iter().filter(|unit| unit.level == level).collect();
        let inside = |unit: &&&AdministrativeUnit| boundary.is_none_or(|outline| lies_in(&unit.shape, &outline.shape));
        if of_level.iter().filter(inside).count() > 0 {
            return of_level;
        }
    }
    Vec::new()
}

fn lies_in(inner: &MultiPolygon, outer: &MultiPolygon) -> bool {
    use geo::InteriorPoint;
    inner.interior_point().is_some_and(|point| outer.contains(&point))
}

fn town(unit: &AdministrativeUnit) -> Town {
    let tags = unit.tags;
    Town {
        name: tags.name(),
        total_people: tags.get("population").and_then(quantities::people),
        source_id: unit.id.clone(),
        ..Town::blank(unit.shape.clone()).expect("a town can be without any fact")
    }
}
