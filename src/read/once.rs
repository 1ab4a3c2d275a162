//! One thing once: rows that are the same thing become one, with its quantities once.
//!
//! *The same* are rows of one code and name (an enclave is a second row of its town), rows of one name of which one stands
//! in the outline of the other or right beside it (a station and its building, a layer given twice), and areas drawn
//! twice vertex for vertex. Facts fill one another; quantities that contradict each other become unknown (待核) and are
//! listed. Rows of one code and different names stay apart, for a column of codes may hold those of the level above.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use fireplan_algorithms::dissolve::dissolve;
use fireplan_algorithms::union_find::UnionFind;
use geo::{
    BoundingRect, Centroid, Contains, Coord, CoordsIter, Distance, Euclidean, Geometry, Intersects, MultiPolygon,
    Point, Polygon,
};

use crate::footprints::Footprints;
use fireplan_model::layers::{LayerId, LayerVisitor, Layers};
use fireplan_model::method_constants;
use fireplan_model::notes::{NoteCase, NoteKind, Notes};
use fireplan_model::rows::{GeometryKind, Row, Value};

method_constants! {
    /// 同名消防站、村庄相距不超过此值，视为同一处 | Stations and villages of one name this near to one another are one
    const SAME_NAME_M: f64 = 50.0,
        because "不超过一处院落；同名的两个村、两个站不会相邻而建 | No more than one compound: two villages or stations of one name do not stand side by side";
    /// 同名或无名的点相距不超过此值，视为重复录入 | Points of one name, or without one, this near to one another were entered twice
    const SAME_PLACE_M: f64 = 0.5,
        because "测绘精度以内 | Within the precision of surveys";
}

/// Merges what is the same thing in every layer where things can repeat.
pub(super) fn merge(layers: &mut Layers, footprints: &Footprints, notes: &mut Notes) {
    for &layer in LayerId::ALL {
        let how = match layer {
            LayerId::Towns => Sameness::Code { blank_names: true },
            LayerId::Villages => Sameness::Place { reach_m: SAME_NAME_M, blank_inside: false },
            LayerId::Stations => Sameness::Place { reach_m: SAME_NAME_M, blank_inside: true },
            LayerId::Candidates
            | LayerId::Hydrants
            | LayerId::Checkposts
            | LayerId::KeyUnits
            | LayerId::EquipmentPoints
            | LayerId::Helipads
            | LayerId::Lookouts => Sameness::Place { reach_m: SAME_PLACE_M, blank_inside: false },
            LayerId::Hazards | LayerId::CrowdedPlaces | LayerId::WorkSites => {
                Sameness::Place { reach_m: 0.0, blank_inside: false }
            }
            LayerId::Buildings | LayerId::Forests | LayerId::RoadAreas => Sameness::Outline,
            // Incidents repeat in life; water and barriers are not counted; roads have their own way.
            _ => continue,
        };
        layers.visit(layer, &mut MergeRows { layer, how, footprints, notes: &mut *notes });
    }
}

/// What makes two rows the same thing.
#[derive(Clone, Copy)]
enum Sameness {
    /// One code and name, or without codes one name.
    Code { blank_names: bool },
    /// Also one name in one place; `blank_inside`: a row without name in the outline of another is that one too.
    Place { reach_m: f64, blank_inside: bool },
    /// One outline.
    Outline,
}

struct MergeRows<'a> {
    layer: LayerId,
    how: Sameness,
    footprints: &'a Footprints,
    notes: &'a mut Notes,
}

impl LayerVisitor for MergeRows<'_> {
    type Output = ();

    fn visit<R: Row>(&mut self, rows: &mut Vec<R>) {
        let texts: Vec<RowTexts> = rows.iter().map(RowTexts::new).collect();
        let mut same = UnionFind::new(rows.len());
        match self.how {
            Sameness::Code { blank_names } => self.by_code(&texts, blank_names, true, &mut same),
            Sameness::Place { reach_m, blank_inside } => {
                self.by_code(&texts, false, false, &mut same);
                self.by_place(rows, &texts, reach_m, blank_inside, &mut same);
                if self.layer == LayerId::Stations {
                    self.note_neighbours(rows, &texts, &mut same);
                }
            }
            Sameness::Outline => by_outline(rows, &mut same),
        }
        let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for at in 0..rows.len() {
            groups.entry(same.group(at as u32)).or_default().push(at);
        }
        if groups.len() == rows.len() {
            return;
        }
        let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
        groups.sort_by_key(|group| group[0]);
        let mut old: Vec<Option<R>> = std::mem::take(rows).into_iter().map(Some).collect();
        for group in groups {
            let parts: Vec<R> = group.iter().filter_map(|at| old[*at].take()).collect();
            let texts: Vec<&RowTexts> = group.iter().map(|at| &texts[*at]).collect();
            rows.extend(self.one(parts, &texts));
        }
    }
}

impl MergeRows<'_> {
    fn by_code(&mut self, texts: &[RowTexts], blank_names: bool, names_alone: bool, same: &mut UnionFind) {
        let mut of_key: BTreeMap<String, usize> = BTreeMap::new();
        for (at, row) in texts.iter().enumerate() {
            let (code, name) = (row.code(), row.get("name"));
            let key = match (code, name) {
                (None, Some(name)) if names_alone => format!("|{name}"),
                (Some(code), Some(name)) => format!("{code}|{name}"),
                (Some(code), None) if blank_names => format!("{code}|"),
                _ => continue,
            };
            match of_key.get(&key) {
                Some(first) => same.join(*first as u32, at as u32),
                None => {
                    of_key.insert(key, at);
                }
            }
        }
        self.note_shared_codes(texts);
    }

    /// One code, several names: nobody can say whether that is one town.
    fn note_shared_codes(&mut self, texts: &[RowTexts]) {
        if self.layer != LayerId::Towns {
            return;
        }
        let mut of_code: BTreeMap<String, &str> = BTreeMap::new();
        for row in texts {
            let (Some(code), Some(name)) = (row.code(), row.get("name")) else { continue };
            let first = of_code.entry(code.clone()).or_insert(name);
            if *first != name {
                let text = "代码相同而名称不同的要素，未合并，请核对代码 | \
                            Features of one code and different names, not merged: check the codes";
                self.notes.add(NoteKind::Doubted, Some(self.layer), text, format!("{code}: {first}、{name}"));
            }
        }
    }

    fn by_place<R: Row>(&self, rows: &[R], texts: &[RowTexts], reach_m: f64, blank_inside: bool, same: &mut UnionFind) {
        let places: Vec<Option<Coord>> = rows.iter().map(place).collect();
        let mut order: Vec<usize> = (0..rows.len()).filter(|at| places[*at].is_some()).collect();
        let at = |row: usize| places[row].unwrap_or_default();
        order.sort_by(|a, b| at(*a).x.total_cmp(&at(*b).x).then(a.cmp(b)));
        for (turn, &row) in order.iter().enumerate() {
            let reach = reach_m.max(SAME_PLACE_M);
            for &other in order[turn + 1..].iter().take_while(|other| at(**other).x - at(row).x <= reach) {
                let distance_m = Euclidean.distance(&Point(at(row)), &Point(at(other)));
                let named = texts[row].get("name").is_some() && texts[row].get("name") == texts[other].get("name");
                let may_be = texts[row].agrees(&texts[other], "name");
                if (named && distance_m <= reach_m) || (may_be && distance_m <= SAME_PLACE_M) {
                    same.join(row as u32, other as u32);
                }
            }
        }
        for (row, known) in rows.iter().enumerate() {
            let Some(outline) = self.outline(known, &texts[row]) else { continue };
            let Some(bounds) = outline.bounding_rect() else { continue };
            for &other in order.iter().filter(|other| **other != row && bounds.intersects(&at(**other))) {
                let named = texts[row].get("name").is_some() && texts[row].get("name") == texts[other].get("name");
                let blank = blank_inside && texts[row].agrees(&texts[other], "name");
                if (named || blank) && outline.contains(&Point(at(other))) {
                    same.join(row as u32, other as u32);
                }
            }
        }
    }

    /// Stations of different names in one compound: perhaps one station under two names, which would come twice.
    fn note_neighbours<R: Row>(&mut self, rows: &[R], texts: &[RowTexts], same: &mut UnionFind) {
        let mut placed: Vec<(usize, Coord)> =
            rows.iter().enumerate().filter_map(|(at, row)| Some((at, place(row)?))).collect();
        placed.sort_by(|(_, a), (_, b)| a.x.total_cmp(&b.x));
        for (turn, &(row, at)) in placed.iter().enumerate() {
            for &(other, there) in placed[turn + 1..].iter().take_while(|(_, there)| there.x - at.x <= SAME_NAME_M) {
                let distance_m = Euclidean.distance(&Point(at), &Point(there));
                if distance_m > SAME_NAME_M || same.group(row as u32) == same.group(other as u32) {
                    continue;
                }
                let name = |at: usize| texts[at].get("name").or_else(|| texts[at].get("source_id")).unwrap_or_default();
                let text = "消防站相距不足 50 米而名称不同，按两处计；若是同一站(重复录入)，请统一名称或删去一处 | \
                            Stations of different names in one place, counted as two: give them one name if they are one";
                let case = NoteCase::from(format!("{} / {}（{distance_m:.0} m）", name(row), name(other))).at(at);
                self.notes.add(NoteKind::Doubted, Some(self.layer), text, case);
            }
        }
    }

    /// What a row that stands at a point was drawn as.
    fn outline<R: Row>(&self, row: &R, texts: &RowTexts) -> Option<MultiPolygon> {
        match row.geometry()? {
            Geometry::Polygon(polygon) => Some(polygon.into()),
            Geometry::MultiPolygon(shape) => Some(shape),
            _ => self.footprints.of(self.layer, texts.get("source_id")?).cloned(),
        }
    }

    /// The rows as one.
    fn one<R: Row>(&mut self, parts: Vec<R>, texts: &[&RowTexts]) -> Vec<R> {
        if parts.len() < 2 {
            return parts;
        }
        let ids: Vec<&str> = texts.iter().filter_map(|row| row.get("source_id")).collect();
        let name = texts.iter().find_map(|row| row.get("name")).unwrap_or_default();
        let text = "同一要素重复出现(多行、点与面并存或重复载入)，已合并为一处，数量只计一次 | \
                    One thing that comes several times (rows, a point and an area, a layer given twice): merged, its quantities count once";
        let kept = ids.first().copied().unwrap_or_default();
        ids.iter().for_each(|id| self.notes.follow_merge(self.layer, id, kept));
        let case = NoteCase::from(format!("{name} ({})", ids.join("、")).trim()).of(kept);
        self.notes.add(NoteKind::Merged, Some(self.layer), text, &case);
        let Some(geometry) = merged_geometry(&parts) else { return parts };
        let mut conflicts = Vec::new();
        let mut field = |field: &'static str| {
            let mut known = texts.iter().filter_map(|row| row.get(field));
            let first = known.next()?;
            let quantity = first.parse::<f64>().is_ok() && !matches!(field, "name" | "code" | "source_id");
            if quantity && let Some(other) = known.find(|other| *other != first) {
                conflicts.push((field, format!("{first} / {other}")));
                return None;
            }
            Some(first.to_owned())
        };
        let Ok(row) = R::read(geometry, &mut field, &mut |_, _| {}) else { return parts };
        for (field, said) in conflicts {
            let case = case.saying(format!("{name} {field}: {said}")).doubting(field, said, None);
            let text = "合并的要素数量不一致，按缺失处理(待核) | \
                        Merged features whose quantities contradict each other, taken as missing";
            self.notes.add(NoteKind::Doubted, Some(self.layer), text, case);
        }
        vec![row]
    }
}

/// Where the rows together are: of areas all they cover, else the place of the first.
fn merged_geometry<R: Row>(parts: &[R]) -> Option<Geometry> {
    let geometries: Vec<Geometry> = parts.iter().filter_map(Row::geometry).collect();
    match R::geometry_kind() {
        GeometryKind::Polygon => Some(dissolve(geometries.iter().flat_map(polygons_of)).into()),
        GeometryKind::Mixed if geometries.iter().any(|geometry| polygons_of(geometry).next().is_some()) => {
            Some(dissolve(geometries.iter().flat_map(polygons_of)).into())
        }
        _ => geometries.into_iter().next(),
    }
}

fn polygons_of(geometry: &Geometry) -> impl Iterator<Item = &Polygon> {
    let (one, many) = match geometry {
        Geometry::Polygon(polygon) => (Some(polygon), &[][..]),
        Geometry::MultiPolygon(shape) => (None, shape.0.as_slice()),
        _ => (None, &[][..]),
    };
    one.into_iter().chain(many)
}

fn place<R: Row>(row: &R) -> Option<Coord> {
    match row.geometry()? {
        Geometry::Point(at) => Some(at.0),
        other => other.centroid().map(|at| at.0),
    }
}

/// Areas of the same vertices, to the centimetre, wherever their rings begin and however they turn.
fn by_outline<R: Row>(rows: &[R], same: &mut UnionFind) {
    let mut of_outline: BTreeMap<Vec<(i64, i64)>, usize> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(geometry) = row.geometry() else { continue };
        let rounded = |at: Coord| ((at.x * 100.0).round() as i64, (at.y * 100.0).round() as i64);
        let mut vertices: Vec<(i64, i64)> = geometry.coords_iter().map(rounded).collect();
        vertices.sort_unstable();
        vertices.dedup();
        match of_outline.get(&vertices) {
            Some(first) => same.join(*first as u32, at as u32),
            None => {
                of_outline.insert(vertices, at);
            }
        }
    }
}

/// The filled cells of a row, as texts.
struct RowTexts(Vec<(&'static str, String)>);

impl RowTexts {
    fn new<R: Row>(row: &R) -> Self {
        let columns = R::columns();
        let filled = columns.iter().zip(row.values()).filter(|(_, value)| !matches!(value, Value::Null));
        let texts = filled.map(|(column, value)| (column.name, value.to_string()));
        Self(texts.filter(|(_, text)| !text.trim().is_empty() && text != "unknown").collect())
    }

    fn get(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
    }

    /// The digits of its code, of whatever length; codes of nothing but zeros say nothing.
    fn code(&self) -> Option<String> {
        let code = self.get("code")?.trim();
        let digits = code.trim_end_matches('0');
        (!digits.is_empty()).then(|| digits.to_owned())
    }

    /// Do both say the same, or one of them nothing?
    fn agrees(&self, other: &Self, field: &str) -> bool {
        self.get(field).zip(other.get(field)).is_none_or(|(mine, theirs)| mine == theirs)
    }
}
