//! Layers that a land survey does not have but shows: the centre lines of its road areas, the villages that own its land.
//! They are drawn once, when the project is written, and lie beside `area.toml` as files of their own.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use fireplan_model::layers::LayerId;
use fireplan_model::message::reading;
use fireplan_model::plane::{self, Plane};
use fireplan_model::rows::Label;
use gdal::Dataset;
use gdal::vector::LayerAccess;
use geo::{Coord, CoordsIter, Geometry, LineString, MapCoordsInPlace, MultiPolygon, Polygon};

use crate::centre_lines::{CentreLine, RoadPiece, draw_centre_lines};
use crate::dictionary::{Derivation, DerivationMethod};
use crate::inventory::FoundTable;
use crate::source_use::SourceUse;

/// A layer that is still to be drawn.
#[derive(Debug, Clone)]
pub(crate) struct DerivedLayer {
    pub layer: LayerId,
    derivation: Derivation,
    path: PathBuf,
    table: String,
    /// The table as the project names it.
    pub source: String,
    /// The system of its coordinates.
    pub crs: Option<String>,
    title: Label,
}

impl DerivedLayer {
    pub(crate) fn new(found: &FoundTable, derivation: &Derivation, title: &Label) -> Self {
        Self {
            layer: derivation.layer,
            derivation: derivation.clone(),
            path: found.path.clone(),
            table: found.table.name.clone(),
            source: found.source.clone(),
            crs: found.table.crs.as_ref().map(|(definition, _)| definition.clone()),
            title: title.clone(),
        }
    }

    /// Where it will lie, relative to `area.toml`.
    pub(crate) fn file(&self) -> String {
        format!("derived/{}.geojson", self.layer.code())
    }

    pub(crate) fn source_use(&self) -> SourceUse {
        let how = match self.derivation.how {
            DerivationMethod::CentreLines => Label::new(
                "由道路图斑画出的中心线，宽度取 XZDWKD，没有时量自图斑(估计路面宽度)",
                "centre lines drawn from its road areas; widths as recorded, or else measured (estimated width)",
            ),
            DerivationMethod::ByOwner => {
                Label::new("按坐落单位代码归并的村庄", "villages put together by the codes of their owners")
            }
        };
        let mut evidence =
            vec![Label::new(format!("{}：{}", self.title.zh, how.zh), format!("{}: {}", self.title.en, how.en))];
        evidence.extend(self.derivation.note.as_deref().map(Label::parse));
        let crs = Some("EPSG:4490".to_owned());
        SourceUse { source: self.file(), crs, evidence, ..SourceUse::default() }
    }

    /// The text of the file.
    pub(crate) fn draw(&self) -> Result<String> {
        let parcels = self.read_parcels()?;
        match self.derivation.how {
            DerivationMethod::CentreLines => draw_roads(parcels),
            DerivationMethod::ByOwner => Ok(write_owners(parcels)),
        }
    }

    /// The parcels that are wanted, in longitude and latitude.
    fn read_parcels(&self) -> Result<Vec<Parcel>> {
        let dataset = Dataset::open(&self.path).with_context(|| reading(&self.path))?;
        let mut layer =
            dataset.layer_by_name(&self.table).or_else(|_| dataset.layer(0)).with_context(|| reading(&self.path))?;
        layer.set_attribute_filter(&self.derivation.filter).with_context(|| reading(&self.path))?;
        let names: Vec<String> = layer.defn().fields().map(|field| field.name()).collect();
        let column =
            |name: Option<&str>| names.iter().position(|one| name.is_some_and(|name| one.eq_ignore_ascii_case(name)));
        let Derivation { class, width, code, name, .. } = &self.derivation;
        let class_at = column(class.as_ref().map(|class| class.column.as_str()));
        let (width_at, code_at, name_at) = (column(width.as_deref()), column(code.as_deref()), column(name.as_deref()));
        let mut parcels = Vec::new();
        for feature in layer.features() {
            let text = |at: Option<usize>| {
                let text = feature.field_as_string(at?).ok().flatten()?;
                Some(text.trim().to_owned()).filter(|text| !text.is_empty())
            };
            let geometry = feature.geometry().filter(|geometry| geometry.has_gdal_ptr() && !geometry.is_empty());
            let shape: Option<Geometry> = geometry.and_then(|geometry| {
                let mut flat = geometry.clone();
                flat.flatten_to_2d();
                (&flat).try_into().ok()
            });
            let mut shape: MultiPolygon = match shape {
                Some(Geometry::Polygon(polygon)) => polygon.into(),
                Some(Geometry::MultiPolygon(shape)) => shape,
                _ => continue,
            };
            self.place(&mut shape)?;
            let code = text(code_at).map(|code| code.chars().take(12).collect());
            let class = text(class_at).and_then(|theirs| {
                let values = &class.as_ref()?.values;
                values.iter().find(|(known, _)| theirs.starts_with(known.as_str())).map(|(_, ours)| ours.clone())
            });
            let width_m = text(width_at).and_then(|text| text.parse().ok()).filter(|width: &f64| *width > 0.0);
            parcels.push(Parcel { shape, class, width_m, code, name: text(name_at) });
        }
        Ok(parcels)
    }

    fn place(&self, shape: &mut MultiPolygon) -> Result<()> {
        let mut coords: Vec<Coord> = shape.coords_iter().collect();
        match self.crs.as_deref() {
            Some("GCJ-02") => plane::gcj02_to_lonlat(&mut coords),
            Some("BD-09") => plane::bd09_to_lonlat(&mut coords),
            Some(definition) => plane::to_lonlat_from(definition, &mut coords)?,
            None => {}
        }
        put_coords(shape, &coords);
        Ok(())
    }
}

/// Whether no row of a table fits a condition; `false` where that cannot be told.
pub(crate) fn has_none(found: &FoundTable, filter: &str) -> bool {
    let count = || -> Option<u64> {
        let dataset = Dataset::open(&found.path).ok()?;
        let mut layer = dataset.layer_by_name(&found.table.name).ok()?;
        layer.set_attribute_filter(filter).ok()?;
        i64::try_from(layer.feature_count()).ok().and_then(|count| u64::try_from(count).ok())
    };
    count() == Some(0)
}

fn put_coords(shape: &mut MultiPolygon, coords: &[Coord]) {
    let next = std::cell::Cell::new(0);
    shape.map_coords_in_place(|old| coords.get(next.replace(next.get() + 1)).copied().unwrap_or(old));
}

/// A parcel of the survey.
struct Parcel {
    shape: MultiPolygon,
    class: Option<String>,
    width_m: Option<f64>,
    /// Twelve digits of the village.
    code: Option<String>,
    name: Option<String>,
}

fn draw_roads(parcels: Vec<Parcel>) -> Result<String> {
    let first = parcels.iter().find_map(|parcel| parcel.shape.coords_iter().next());
    let Some(first) = first else { return Ok(collection(&[])) };
    let plane = Plane::at(first.x, first.y)?;
    let mut pieces = Vec::new();
    for Parcel { mut shape, class, width_m, .. } in parcels {
        let mut coords: Vec<Coord> = shape.coords_iter().collect();
        plane.to_local(&mut coords)?;
        put_coords(&mut shape, &coords);
        pieces.push(RoadPiece { shape, class: class.unwrap_or_default(), width_m });
    }
    let mut features = Vec::new();
    for (at, line) in draw_centre_lines(&pieces)?.into_iter().enumerate() {
        let CentreLine { mut line, class, width_m, measured_m } = line;
        let mut coords: Vec<Coord> = line.0.clone();
        plane.to_lonlat(&mut coords)?;
        line = LineString(coords);
        let mut told = format!("\"source_id\":\"L{:05}\",\"class\":\"{class}\"", at + 1);
        match width_m {
            Some(width_m) => drop(write!(told, ",\"width_m\":{width_m:.1}")),
            None => drop(write!(told, ",\"estimated_width_m\":{measured_m:.1}")),
        }
        let places: Vec<String> = line.0.iter().map(|at| write_place(*at)).collect();
        features.push(feature(&told, "LineString", &format!("[{}]", places.join(","))));
    }
    Ok(collection(&features))
}

fn write_owners(parcels: Vec<Parcel>) -> String {
    let mut owners: BTreeMap<String, (String, Vec<Polygon>)> = BTreeMap::new();
    for parcel in parcels {
        let (Some(code), Some(name)) = (parcel.code, parcel.name) else { continue };
        owners.entry(code).or_insert_with(|| (name, Vec::new())).1.extend(parcel.shape.0);
    }
    let ring =
        |ring: &LineString| format!("[{}]", ring.0.iter().map(|at| write_place(*at)).collect::<Vec<_>>().join(","));
    let polygon = |polygon: &Polygon| {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring);
        format!("[{}]", rings.collect::<Vec<_>>().join(","))
    };
    let features: Vec<String> = owners
        .iter()
        .map(|(code, (name, shapes))| {
            let name = name.replace('\\', "").replace('"', "'");
            let told = format!("\"code\":\"{code}\",\"name\":\"{name}\",\"source_id\":\"{code}\"");
            feature(&told, "MultiPolygon", &format!("[{}]", shapes.iter().map(polygon).collect::<Vec<_>>().join(",")))
        })
        .collect();
    collection(&features)
}

fn write_place(at: Coord) -> String {
    format!("[{:.8},{:.8}]", at.x, at.y)
}

fn feature(properties: &str, kind: &str, coordinates: &str) -> String {
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}}}"
    )
}

fn collection(features: &[String]) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", features.join(",\n"))
}
