//! From a table in local metres to the rows of a layer, by the field mapping of the manifest.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use geo::{Centroid, Distance, Euclidean, Geometry, LineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::table::{SourceFeature, SourceTable};
use crate::content_ids::ContentIds;
use crate::footprints::{Footprints, point_inside};
use crate::lifecycle::{StatusColumns, kind_out_of_use, words_out_of_use};
use crate::manifest::{LayerSource, OneOrMany, Scalar};
use crate::quantity::{Columns, Declared, SourceCell};
use crate::repair;
use crate::repair::Mended;
use crate::survey::WordSense;
use crate::words::{ExtraWords, WordColumns};
use fireplan_model::layers::{Access, LayerId};
use fireplan_model::notes::{NoteCase, NoteKind, Notes};
use fireplan_model::rows::{GeometryKind, Row, Unreadable, is_finite, place_on};

/// Our field → their columns.
pub(super) type Fields = BTreeMap<String, OneOrMany<String>>;

/// How our fields are found in a table.
pub(super) struct Mapping<'a> {
    /// Our field → columns of the table, the first filled one counts.
    columns: Vec<(&'static str, Vec<usize>)>,
    values: &'a BTreeMap<String, BTreeMap<String, Scalar>>,
    defaults: &'a BTreeMap<String, Scalar>,
    numeric: &'a [bool],
    quantities: Columns,
    words: WordColumns,
}

/// Columns of roads that state limits. Empty, they say that there is none.
const LIMITS: [&str; 3] = ["max_width_m", "clear_height_m", "load_t"];

/// Words in columns of limits that say the same.
const NO_LIMIT: [&str; 13] = [
    "无",
    "没有",
    "不限",
    "未限",
    "无限制",
    "不限制",
    "不限高",
    "不限重",
    "不限宽",
    "none",
    "no",
    "unlimited",
    "default",
];

/// A value that area.toml says stands under no heading: it is in our unit.
const NO_HEADING: usize = usize::MAX;

impl<'a> Mapping<'a> {
    /// Refuses fields that the layer does not have and columns that the table cannot have.
    pub(super) fn new<R: Row>(
        table: &SourceTable,
        numeric: &'a [bool],
        source: &'a LayerSource,
        layer: LayerId,
        extra: &ExtraWords,
    ) -> Result<Self> {
        let ours: Vec<&'static str> = R::columns().iter().map(|column| column.name).collect();
        for (what, name) in (source.values.keys().map(|name| ("values", name)))
            .chain(source.defaults.keys().map(|name| ("defaults", name)))
            .chain(source.fields.keys().map(|name| ("fields", name)))
        {
            check_field(what, name, &ours)?;
        }
        let columns = if !source.join.0.is_empty() || !table.has_schema {
            map_columns(table, &present(table, &source.fields), &ours)?
        } else {
            map_columns(table, &source.fields, &ours)?
        };
        let declared = Declared {
            units: &source.units,
            zero_counts: &source.zero_counts,
            beside: None,
            stated: &table.stated_units,
        };
        let quantities = quantity_columns::<R>(table, &columns, &source.values, declared, layer)?;
        let words = word_columns::<R>(table, &columns, extra, layer);
        Ok(Self { columns, values: &source.values, defaults: &source.defaults, numeric, quantities, words })
    }

    /// The text of a field as [`Row::read`] takes it; quantities are in our units, and doubts of them in the notes.
    pub(super) fn value(
        &self,
        feature: &SourceFeature,
        field: &str,
        case: &NoteCase,
        notes: &mut Notes,
    ) -> Option<String> {
        let cell = self.cell(feature, field)?;
        if self.words.has(field) {
            return self.words.read(field, cell, case, notes);
        }
        self.quantities.read(field, cell, case, notes)
    }

    /// What the source says of a field, or what area.toml says instead; `None`: nothing.
    fn cell<'f>(&'f self, feature: &'f SourceFeature, field: &str) -> Option<SourceCell<'f>> {
        let (_, columns) = self.columns.iter().find(|(name, _)| *name == field)?;
        let cell = first_filled(feature, columns, self.numeric).map(|cell| {
            let translated = self.values.get(field).and_then(|values| values.get(cell.text.trim()));
            translated.map_or(cell, |scalar| SourceCell { heading: NO_HEADING, text: &scalar.0, numeric: false })
        });
        let default = || self.defaults.get(field).map(|scalar| scalar.0.as_str());
        let cell = cell.or_else(|| default().map(|text| SourceCell { heading: NO_HEADING, text, numeric: false }))?;
        let says_none = LIMITS.contains(&field) && NO_LIMIT.contains(&cell.text.trim());
        (!says_none).then_some(cell)
    }

    /// The kind or class by which a thing is not in use or not built yet; what the words know is what they say.
    fn kind_out_of_use<'f>(&'f self, feature: &'f SourceFeature, layer: LayerId) -> Option<&'f str> {
        // These are plans, or the past, by their nature.
        if matches!(layer, LayerId::Candidates | LayerId::Projects | LayerId::Incidents) {
            return None;
        }
        ["kind", "class"].into_iter().find_map(|field| {
            let text = self.cell(feature, field)?.text;
            let is_out = match self.words.sense(field, text) {
                Some(WordSense::Unmatched(_)) => kind_out_of_use(text),
                Some(_) => false,
                None => words_out_of_use(text),
            };
            is_out.then_some(text)
        })
    }

    /// Whether a limit of a road is written down and not understood: what it stops nobody knows.
    fn has_doubted_limit(&self, feature: &SourceFeature) -> bool {
        LIMITS.iter().any(|field| self.cell(feature, field).is_some_and(|cell| self.quantities.is_doubted(field, cell)))
    }
}

/// The first filled cell of a feature among the columns of one of our fields.
pub(super) fn first_filled<'f>(
    feature: &'f SourceFeature,
    columns: &[usize],
    numeric: &[bool],
) -> Option<SourceCell<'f>> {
    columns.iter().enumerate().find_map(|(heading, &column)| {
        let text = feature.values[column].as_deref()?;
        Some(SourceCell { heading, text, numeric: numeric.get(column).copied().unwrap_or(false) })
    })
}

/// How the quantities of a table are read, judged by its whole columns; what `values` translates says nothing of them.
pub(super) fn quantity_columns<R: Row>(
    table: &SourceTable,
    columns: &[(&'static str, Vec<usize>)],
    values: &BTreeMap<String, BTreeMap<String, Scalar>>,
    declared: Declared,
    layer: LayerId,
) -> Result<Columns> {
    let theirs =
        |name: &str| columns.iter().find(|(field, _)| *field == name).map_or(&[][..], |(_, theirs)| theirs.as_slice());
    let headings = |name: &str| theirs(name).iter().map(|&column| table.columns[column].clone()).collect();
    let cells = |name: &str| {
        let translated = |text: &str| values.get(name).is_some_and(|values| values.contains_key(text.trim()));
        let cells = table.features.iter().filter_map(|feature| first_filled(feature, theirs(name), &table.numeric));
        cells.filter(|cell| !translated(cell.text)).collect()
    };
    Columns::new(layer, &R::columns(), declared, headings, cells)
}

/// How the kinds, states and statuses of a table are read.
pub(super) fn word_columns<R: Row>(
    table: &SourceTable,
    columns: &[(&'static str, Vec<usize>)],
    extra: &ExtraWords,
    layer: LayerId,
) -> WordColumns {
    let headings = |name: &str| {
        let theirs = columns.iter().find(|(field, _)| *field == name).map_or(&[][..], |(_, theirs)| theirs.as_slice());
        theirs.iter().map(|&column| table.columns[column].clone()).collect()
    };
    WordColumns::new(layer, &R::columns(), extra, headings)
}

/// Of mapped fields, those whose columns the table has, with these columns.
pub(super) fn present(table: &SourceTable, fields: &Fields) -> Fields {
    let mut present = Fields::new();
    for (field, theirs) in fields {
        let columns: Vec<String> = theirs.0.iter().filter(|name| table.column(name).is_some()).cloned().collect();
        if !columns.is_empty() {
            present.insert(field.clone(), OneOrMany(columns));
        }
    }
    present
}

fn check_field(what: &str, name: &str, ours: &[&str]) -> Result<()> {
    if !ours.contains(&name) {
        let ours = ours.join("、");
        bail!(
            "`{what}` 中的字段“{name}”本图层没有；有 {ours} | \
             `{what}` names the field '{name}', which this layer does not have; it has: {ours}"
        );
    }
    Ok(())
}

/// The columns of each of our fields: those mapped to it, or else the one of the same name.
pub(super) fn map_columns(
    table: &SourceTable,
    fields: &Fields,
    ours: &[&'static str],
) -> Result<Vec<(&'static str, Vec<usize>)>> {
    for name in fields.keys() {
        check_field("fields", name, ours)?;
    }
    ours.iter()
        .map(|&field| {
            let columns = match fields.get(field) {
                Some(theirs) => theirs.0.iter().map(|name| table.expect_column(name)).collect::<Result<_>>()?,
                None => table.column(field).into_iter().collect(),
            };
            Ok((field, columns))
        })
        .collect()
}

/// Rows of a layer, and of how many features they come.
pub(super) struct Rows<R> {
    pub rows: Vec<R>,
    pub features: usize,
    /// Every feature says that it is not in use, and there are some.
    pub none_in_use: bool,
}

/// The table's rows for a layer; what cannot be used is noted.
pub(super) fn rows<R: Row>(
    table: &mut SourceTable,
    source: &LayerSource,
    layer: LayerId,
    extra: &ExtraWords,
    footprints: &mut Footprints,
    notes: &mut Notes,
) -> Result<Rows<R>> {
    let numeric = table.numeric.clone();
    let mapping = Mapping::new::<R>(table, &numeric, source, layer, extra)?;
    if !table.has_schema && source.join.0.is_empty() {
        note_absent_columns(table, &source.fields, layer, notes);
    }
    let lifecycle = StatusColumns::of::<R>(table, layer);
    let mut rows = Vec::new();
    let (mut used, mut seen, mut out_of_use) = (0, 0, 0);
    let numbers = table.row_numbers();
    let mut ids = ContentIds::default();
    for feature in table.features.iter_mut().filter(|feature| !feature.is_stray) {
        let case = &case_of(numbers.case(feature.id), feature, &mapping, &mut ids);
        let geometry = feature.geometry.take();
        let before = rows.len();
        seen += 1;
        if let Some(word) = lifecycle.status(feature).or_else(|| mapping.kind_out_of_use(feature, layer)) {
            let text = "停用、废弃、撤销、拟建等不在用的要素，未采用 | \
                        Things disused, abandoned, closed or only proposed, left out";
            notes.add(NoteKind::LeftOut, Some(layer), text, case.saying(format!("{}: {word}", case.text)));
            out_of_use += 1;
            continue;
        }
        for geometry in pieces(geometry, R::geometry_kind(), layer, case, notes) {
            let geometry = if R::geometry_kind() == GeometryKind::Point
                && let Some(shape) = area_of(&geometry)
            {
                let Some(at) = point_inside(&shape) else { continue };
                footprints.add(layer, case.feature.as_deref().unwrap_or_default(), shape);
                note_reduced(layer, case, notes);
                Geometry::Point(at)
            } else {
                geometry
            };
            rows.extend(row(geometry, feature, &mapping, layer, case, notes));
        }
        used += usize::from(rows.len() > before);
    }
    Ok(Rows { rows, features: used, none_in_use: seen > 0 && out_of_use == seen })
}

/// A feature of the table as notes name it, with its source id and place.
fn case_of(case: NoteCase, feature: &SourceFeature, mapping: &Mapping, ids: &mut ContentIds) -> NoteCase {
    let source_id = mapping.value(feature, "source_id", &case, &mut Notes::default());
    let source_id = source_id.unwrap_or_else(|| ids.id_of(&case.text, feature.geometry.as_ref()));
    let case = case.of(source_id.trim());
    NoteCase { place: feature.geometry.as_ref().and_then(place_on), ..case }
}

/// The area of an areal geometry.
fn area_of(geometry: &Geometry) -> Option<MultiPolygon> {
    match geometry {
        Geometry::Polygon(polygon) => Some(polygon.clone().into()),
        Geometry::MultiPolygon(shape) => Some(shape.clone()),
        _ => None,
    }
}

/// Villages have a note of their own, when it is known where their houses are.
fn note_reduced(layer: LayerId, case: &NoteCase, notes: &mut Notes) {
    if layer != LayerId::Villages {
        let text = "以面表示的要素，按面内一点计 | Drawn as areas: they stand at a point inside";
        notes.add(NoteKind::Converted, Some(layer), text, case);
    }
}

/// In a format that only writes what is filled, a column that is nowhere may be a mistake or simply always empty.
fn note_absent_columns(table: &SourceTable, fields: &Fields, layer: LayerId, notes: &mut Notes) {
    for name in fields.values().flat_map(|theirs| &theirs.0).filter(|name| table.column(name).is_none()) {
        let text = "area.toml 指定的列在文件中不存在，按全部缺失处理 | \
                    Columns named in area.toml that the file does not have, taken as empty";
        notes.add(NoteKind::Missing, Some(layer), text, format!("{}: {name}", table.file));
    }
}

fn row<R: Row>(
    geometry: Geometry,
    feature: &SourceFeature,
    mapping: &Mapping,
    layer: LayerId,
    case: &NoteCase,
    notes: &mut Notes,
) -> Option<R> {
    let id = &case.text;
    let said = mapping.columns.iter().find(|(name, _)| *name == "name");
    let called = said.and_then(|(_, columns)| first_filled(feature, columns, &[])).map(|cell| cell.text.trim());
    let named = called.map_or_else(|| case.clone(), |name| case.saying(format!("{id}（{name}）")));
    let mut told = Notes::default();
    let may_stop = layer == LayerId::Roads && mapping.has_doubted_limit(feature);
    let mut field = |name: &'static str| match mapping.value(feature, name, &named, &mut told) {
        None if name == "source_id" => case.feature.clone(),
        value if name == "access" && may_stop && value.as_deref() != Some(Access::Closed.code()) => {
            Some(Access::Unknown.code().to_owned())
        }
        value => value,
    };
    let mut doubt = |name: &'static str, text: &str| {
        let note = format!("字段 {name} 的值无法识别，按缺失处理 | Values of {name} not understood, taken as missing");
        let case = named.saying(format!("{id}: {text}")).doubting(name, text, None);
        notes.add(NoteKind::Doubted, Some(layer), &note, case);
    };
    let read = R::read(geometry, &mut field, &mut doubt);
    notes.merge(told);
    match read {
        Ok(row) => Some(row),
        Err(Unreadable::Geometry) => {
            let text = "几何类型不符，未采用 | Geometry of the wrong kind, left out";
            notes.add(NoteKind::LeftOut, Some(layer), text, case);
            None
        }
        Err(Unreadable::Missing(name)) => {
            let text = format!(
                "缺少必填字段 {name}，未采用(可用 fields、values 或 defaults 指定) | \
                 Without {name}, left out (say it by `fields`, `values` or `defaults`)"
            );
            notes.add(NoteKind::LeftOut, Some(layer), &text, case);
            None
        }
    }
}

/// The geometries that a feature gives to a layer of this kind: multi-lines and multi-points one by one, polygons mended.
fn pieces(
    geometry: Option<Geometry>,
    kind: GeometryKind,
    layer: LayerId,
    case: &NoteCase,
    notes: &mut Notes,
) -> Vec<Geometry> {
    let mut leave_out = |text: &str| {
        notes.add(NoteKind::LeftOut, Some(layer), text, case);
        Vec::new()
    };
    let Some(geometry) = geometry else {
        return leave_out("没有坐标或几何，未采用 | Without geometry, left out");
    };
    if !is_finite(&geometry) {
        return leave_out("坐标无效，未采用 | Without valid coordinates, left out");
    }
    match (kind, geometry) {
        (GeometryKind::Line, Geometry::MultiLineString(lines)) => {
            lines.0.into_iter().filter(has_length).map(Geometry::LineString).collect()
        }
        (_, Geometry::LineString(line)) if kind != GeometryKind::Polygon && !has_length(&line) => {
            leave_out("没有长度的线，未采用 | Lines without length, left out")
        }
        (GeometryKind::Point, Geometry::MultiPoint(points)) if points.0.len() > 1 && is_one_thing(layer) => {
            let text = "多点要素按一处计，取居中的一点 | Features of several points: one thing each, at the point in the middle";
            notes.add(NoteKind::Merged, Some(layer), text, case);
            middle_point(&points).map(Geometry::Point).into_iter().collect()
        }
        (GeometryKind::Point, Geometry::MultiPoint(points)) => points.0.into_iter().map(Geometry::Point).collect(),
        (_, Geometry::Polygon(polygon)) => mend(polygon.into(), layer, case, notes),
        (_, Geometry::MultiPolygon(shape)) => mend(shape, layer, case, notes),
        (GeometryKind::Polygon, Geometry::LineString(line)) if line.is_closed() => {
            mend(Polygon::new(line, Vec::new()).into(), layer, case, notes)
        }
        (_, geometry) => vec![geometry],
    }
}

/// A village or station of several points is one, with its people and crew once; hydrants have no quantity to share, and
/// each stands at one place.
fn is_one_thing(layer: LayerId) -> bool {
    !matches!(layer, LayerId::Hydrants | LayerId::Checkposts)
}

/// The point nearest to the middle of all.
fn middle_point(points: &MultiPoint) -> Option<Point> {
    let middle = points.centroid()?;
    let distance = |point: &Point| Euclidean.distance(point, &middle);
    points.0.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

fn has_length(line: &LineString) -> bool {
    line.0.windows(2).any(|pair| pair[0] != pair[1])
}

/// The polygon, mended if need be: see [`repair`].
fn mend(shape: MultiPolygon, layer: LayerId, case: &NoteCase, notes: &mut Notes) -> Vec<Geometry> {
    match repair::mend(shape) {
        Mended::AsIs(shape) => vec![shape.into()],
        Mended::Repaired(shape) => {
            notes.add(NoteKind::Converted, Some(layer), repair::REPAIRED, case);
            vec![shape.into()]
        }
        Mended::Hopeless => {
            notes.add(NoteKind::LeftOut, Some(layer), repair::HOPELESS, case);
            Vec::new()
        }
    }
}

/// All polygons of a table, for the boundary of the area.
pub(super) fn polygons(table: &mut SourceTable, notes: &mut Notes) -> Vec<MultiPolygon> {
    let mut shapes = Vec::new();
    let numbers = table.row_numbers();
    for feature in table.features.iter_mut().filter(|feature| !feature.is_stray) {
        let case = &numbers.case(feature.id);
        for piece in pieces(feature.geometry.take(), GeometryKind::Polygon, LayerId::Boundary, case, notes) {
            match piece {
                Geometry::Polygon(polygon) => shapes.push(polygon.into()),
                Geometry::MultiPolygon(shape) => shapes.push(shape),
                _ => {
                    let text = "不是面，未作为界线采用 | Not a polygon, not used as the boundary";
                    notes.add(NoteKind::LeftOut, Some(LayerId::Boundary), text, case);
                }
            }
        }
    }
    shapes
}
