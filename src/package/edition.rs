//! Editions: the whole package, or what may be shown to everybody, as `data/package/public.toml` says.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use geo::{Coord, Geometry, LineString, MapCoords, MultiLineString, MultiPolygon, Polygon};
use serde::Deserialize;

use fireplan_export::valid_rounding::round_valid;

use crate::database::records::{DatabaseSheet, DatabaseValue};
use crate::schedule::fill::FilledSchedule;
use crate::sources::{SheetLookup, Sources};
use crate::wording::SheetCell;

/// Decimals of degrees where nothing has to be hidden: a tenth of a metre.
const ALL_DECIMALS: usize = 6;
/// Names of one character would be found in any text.
const LEAST_NAME: usize = 2;

/// What the public edition leaves out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicEdition {
    coordinate_decimals: usize,
    grid_m: f64,
    layers: Vec<String>,
    fields: Vec<String>,
    columns: Vec<String>,
    names: Vec<String>,
    name_instead: String,
    files: Vec<String>,
    sheets: Vec<String>,
}

/// The edition that is made.
#[derive(Debug, Clone)]
pub struct PackageEdition {
    public: Option<PublicEdition>,
    hidden: Vec<String>,
}

/// The sheets of the atlas that may be shown to everybody, by their numbers.
///
/// # Errors
/// If the table of what is left out is not understood.
pub(crate) fn sheets_of(text: &str) -> Result<Vec<String>> {
    let public: PublicEdition =
        toml::from_str(text).context("读取 data/package/public.toml | reading data/package/public.toml")?;
    Ok(public.sheets)
}

impl PackageEdition {
    /// Everything.
    pub fn whole() -> Self {
        Self { public: None, hidden: Vec::new() }
    }

    /// What may be shown to everybody, of these sources.
    ///
    /// # Errors
    /// If the table of what is left out is not understood.
    pub fn public(text: &str, sources: &Sources<'_>) -> Result<Self> {
        let public: PublicEdition =
            toml::from_str(text).context("读取 data/package/public.toml | reading data/package/public.toml")?;
        let mut hidden = BTreeSet::new();
        for name in &public.names {
            let SheetLookup::Found(sheet) = sources.sheet(name) else { continue };
            let names = sheet.rows.iter().filter_map(|row| sheet.value(*row, "name")?.1.as_str());
            hidden.extend(names.filter(|name| name.chars().count() >= LEAST_NAME).map(str::to_owned));
        }
        let mut hidden: Vec<String> = hidden.into_iter().collect();
        // A name that contains another goes first, or half of it would stay.
        hidden.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Ok(Self { public: Some(public), hidden })
    }

    /// Whether it is the public one.
    pub fn is_public(&self) -> bool {
        self.public.is_some()
    }

    /// Decimals of degrees.
    pub fn decimals(&self) -> usize {
        self.public.as_ref().map_or(ALL_DECIMALS, |public| public.coordinate_decimals)
    }

    /// The names that must not appear.
    pub fn hidden_names(&self) -> &[String] {
        &self.hidden
    }

    /// A text without the names that must not appear.
    pub fn hide_names(&self, text: &str) -> String {
        let Some(public) = &self.public else { return text.to_owned() };
        self.hidden.iter().fold(text.to_owned(), |text, name| text.replace(name.as_str(), &public.name_instead))
    }

    /// Whether a file belongs to it.
    pub fn has_file(&self, path: &str) -> bool {
        self.public.as_ref().is_none_or(|public| !public.files.iter().any(|start| path.starts_with(start.as_str())))
    }

    /// A table without the columns and names that are left out.
    pub fn restrict_table(&self, table: &mut FilledSchedule) {
        let Some(public) = &self.public else { return };
        let is_kept = |at: &usize| {
            let column = &table.columns[*at];
            !public.columns.contains(&column.title) && !public.columns.contains(&column.group)
        };
        let kept: Vec<usize> = (0..table.columns.len()).filter(is_kept).collect();
        let pick = |row: &Vec<SheetCell>| -> Vec<SheetCell> {
            kept.iter()
                .map(|at| match &row[*at] {
                    SheetCell::Text(text) => SheetCell::Text(self.hide_names(text)),
                    cell => cell.clone(),
                })
                .collect()
        };
        table.rows = table.rows.iter().map(pick).collect();
        table.totals = table.totals.as_ref().map(pick);
        table.columns = kept.iter().map(|at| table.columns[*at].clone()).collect();
        table.notes.iter_mut().for_each(|note| *note = self.hide_names(note));
    }

    /// The database without the layers, fields, names and precision that are left out.
    pub fn restrict_database(&self, sheets: Vec<DatabaseSheet>) -> Vec<DatabaseSheet> {
        let Some(public) = &self.public else { return sheets };
        let kept = sheets.into_iter().filter(|sheet| !public.layers.contains(&sheet.name));
        kept.map(|sheet| self.restrict_sheet(sheet, public)).collect()
    }

    fn restrict_sheet(&self, mut sheet: DatabaseSheet, public: &PublicEdition) -> DatabaseSheet {
        let is_kept: Vec<bool> = sheet.fields.iter().map(|field| !public.fields.contains(&field.code)).collect();
        let mut keep = is_kept.iter();
        sheet.fields.retain(|_| *keep.next().unwrap_or(&true));
        sheet.features.retain_mut(|feature| {
            let mut keep = is_kept.iter();
            feature.values.retain(|_| *keep.next().unwrap_or(&true));
            for value in &mut feature.values {
                if let DatabaseValue::Text(text) = value {
                    *text = self.hide_names(text);
                }
            }
            let was_placed = feature.geometry.is_some();
            feature.geometry = feature.geometry.as_ref().and_then(|geometry| coarsened(geometry, public.grid_m));
            feature.geometry.is_some() == was_placed
        });
        sheet
    }
}

/// The geometry on a grid of so many metres; `None`: nothing of it is left.
fn coarsened(geometry: &Geometry, grid_m: f64) -> Option<Geometry> {
    let snap = |place: Coord| Coord { x: (place.x / grid_m).round() * grid_m, y: (place.y / grid_m).round() * grid_m };
    let line = |line: &LineString| {
        let mut places: Vec<Coord> = line.0.iter().copied().map(snap).collect();
        places.dedup();
        (places.len() > 1).then_some(LineString(places))
    };
    match geometry {
        Geometry::LineString(one) => line(one).map(Geometry::from),
        Geometry::MultiLineString(lines) => {
            let kept: Vec<LineString> = lines.0.iter().filter_map(line).collect();
            (!kept.is_empty()).then(|| MultiLineString(kept).into())
        }
        Geometry::Polygon(polygon) => coarsened_polygons(std::slice::from_ref(polygon), grid_m),
        Geometry::MultiPolygon(polygons) => coarsened_polygons(&polygons.0, grid_m),
        other => Some(other.map_coords(snap)),
    }
}

/// Polygons stay valid: they are rounded in units of the grid by the rounding that files use.
fn coarsened_polygons(polygons: &[Polygon], grid_m: f64) -> Option<Geometry> {
    let in_units: Vec<Polygon> =
        polygons.iter().map(|polygon| polygon.map_coords(|at| Coord { x: at.x / grid_m, y: at.y / grid_m })).collect();
    let rounded = round_valid(&in_units, 0);
    let back = rounded.iter().map(|polygon| polygon.map_coords(|at| Coord { x: at.x * grid_m, y: at.y * grid_m }));
    let polygons: Vec<Polygon> = back.collect();
    (!polygons.is_empty()).then(|| MultiPolygon(polygons).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Point, polygon};

    #[test]
    fn places_are_told_no_finer_than_the_grid() {
        let point = coarsened(&Point::new(435_049.0, 3_830_051.0).into(), 100.0).unwrap();
        assert_eq!(point, Point::new(435_000.0, 3_830_100.0).into());
        let square = polygon![(x: 0.0, y: 0.0), (x: 1_040.0, y: 0.0), (x: 1_040.0, y: 1_040.0), (x: 0.0, y: 1_040.0)];
        let Geometry::MultiPolygon(rounded) = coarsened(&square.into(), 100.0).unwrap() else { panic!("a polygon") };
        assert!(rounded.0[0].exterior().0.iter().all(|at| at.x % 100.0 == 0.0 && at.y % 100.0 == 0.0));
    }

    #[test]
    fn a_name_within_another_leaves_nothing_of_either() {
        let public: PublicEdition = toml::from_str(include_str!("../../data/package/public.toml")).unwrap();
        let hidden = vec!["青岚化工厂油库".to_owned(), "青岚化工厂".to_owned()];
        let edition = PackageEdition { public: Some(public), hidden };
        assert_eq!(edition.hide_names("青岚化工厂油库旁"), "某重点单位旁");
    }
}
