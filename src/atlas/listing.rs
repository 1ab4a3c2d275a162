//! Which sheets there are for an area: one for each extent of each entry of the catalogue, and why others are missing.

use std::collections::{BTreeMap, BTreeSet};

use fireplan_algorithms::union_find::UnionFind;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Feature;
use fireplan_model::layers::{BuiltUpKind, Town};
use fireplan_model::rows::Column;
use geo::{Area, BoundingRect, Contains, Coord, Geometry, InteriorPoint, MultiPolygon, Rect};

use crate::catalogue::{Extent, SheetSpec, State};
use crate::library::{Library, StyledLayer};
use crate::paper::{Orientation, PageZones, Paper};
use crate::view::{LARGEST, lay_out};

/// A sheet to be drawn.
pub(crate) struct PlannedSheet<'a> {
    pub(crate) spec: &'a SheetSpec,
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) extent: Rect,
    /// The part of the ground that the sheet is about; the rest is drawn pale.
    pub(crate) focus: Option<MultiPolygon>,
    /// No scale larger than 1 to this.
    pub(crate) least: f64,
    /// Whether it shows a part of the area, whose place a small map tells.
    pub(crate) is_part: bool,
    /// The sheets among which this one is one of several side by side (接图表), by their extents.
    pub(crate) neighbours: Vec<Rect>,
    /// What is told of the feature that the sheet is about: label and value.
    pub(crate) facts: Vec<(String, String)>,
}

/// An entry of the catalogue: its sheets, or why there are none.
pub(crate) enum Listed<'a> {
    Drawn(Vec<PlannedSheet<'a>>),
    Missing { spec: &'a SheetSpec, reason: String },
}

/// What listing asks of the area.
pub(crate) struct Ground<'a> {
    pub(crate) area: &'a StudyArea,
    pub(crate) library: &'a Library,
    /// Why an analysis has no findings, by its name.
    pub(crate) unanswered: &'a BTreeMap<String, String>,
    /// The analyses that have findings: of the area as it is, and under the plan.
    pub(crate) answered: [Vec<String>; 2],
    /// The names of the old towns, as the findings hold them against their rule.
    pub(crate) old_towns: BTreeSet<String>,
    pub(crate) has_plan: bool,
    /// The scenario that every sheet of the plan is of, and says.
    pub(crate) scenario: Option<&'a str>,
    pub(crate) paper: Paper,
}

/// Sheets of a station, a town, the city and an old town are no larger in scale than these.
const STATION_SCALE: f64 = 2_000.0;
const TOWN_SCALE: f64 = 5_000.0;
const CITY_SCALE: f64 = 5_000.0;
const OLD_TOWN_SCALE: f64 = 2_000.0;

/// Where the whole area would be smaller than this, sheets side by side show it, too.
const SMALLEST: f64 = 200_000.0;

/// Built-up areas nearer to each other than this are one city.
const CITY_GAP_M: f64 = 800.0;

impl<'a> Ground<'a> {
    /// The sheets of an entry.
    pub(crate) fn list(&self, spec: &'a SheetSpec) -> Listed<'a> {
        match self.find_reason(spec) {
            Some(reason) => Listed::Missing { spec, reason },
            None => {
                let mut sheets: Vec<PlannedSheet> =
                    spec.extents.iter().flat_map(|extent| self.sheets_of(spec, *extent)).collect();
                number(&mut sheets);
                if let (State::Planned, Some(scenario)) = (spec.of, self.scenario) {
                    sheets.iter_mut().for_each(|sheet| sheet.title += &format!("（{scenario}）"));
                }
                if sheets.is_empty() {
                    Listed::Missing { spec, reason: spec.missing.clone() }
                } else {
                    Listed::Drawn(sheets)
                }
            }
        }
    }

    /// Why there is nothing to draw; `None`: there is.
    fn find_reason(&self, spec: &SheetSpec) -> Option<String> {
        if spec.of == State::Planned && !self.has_plan {
            return Some(spec.missing.clone());
        }
        let has = |layer: &&str| {
            let only = spec.layers.iter().find(|known| known.layer == **layer).map(|known| &known.only);
            self.library.layer(layer, spec.of).is_some_and(|styled| {
                let keeps = |feature| only.is_none_or(|only| is_kept(styled, feature, only));
                styled.layer.features.iter().any(keeps)
            })
        };
        if spec.needed().iter().any(has) {
            return None;
        }
        let Some(analysis) = &spec.analysis else { return Some(spec.missing.clone()) };
        if self.answered[usize::from(spec.of == State::Planned)].contains(analysis) {
            return Some("已分析，没有需要表示的要素".to_owned());
        }
        Some(self.unanswered.get(analysis).cloned().unwrap_or_else(|| spec.missing.clone()))
    }

    fn sheets_of(&self, spec: &'a SheetSpec, extent: Extent) -> Vec<PlannedSheet<'a>> {
        let sheet =
            |title: String, extent: Rect, focus: Option<MultiPolygon>, least: f64, is_part: bool| PlannedSheet {
                spec,
                number: spec.number.clone(),
                title,
                extent,
                focus,
                least,
                is_part,
                neighbours: Vec::new(),
                facts: Vec::new(),
            };
        match extent {
            Extent::Area => {
                let Some(whole) = self.whole() else { return Vec::new() };
                let neighbours = if spec.split { split(whole, self.paper) } else { Vec::new() };
                let parts = neighbours.iter().zip(1..).map(|(part, at)| PlannedSheet {
                    neighbours: neighbours.clone(),
                    ..sheet(format!("{}（分幅{at}）", spec.title), *part, None, LARGEST, true)
                });
                std::iter::once(sheet(spec.title.clone(), whole, None, LARGEST, false)).chain(parts).collect()
            }
            Extent::City => {
                let city = self.city().into_iter();
                city.map(|city| sheet(format!("{}（城区）", spec.title), city, None, CITY_SCALE, true)).collect()
            }
            Extent::Town => {
                let towns = self.area.layers.towns.iter();
                let sheets = towns.filter_map(|town| {
                    let title = format!("{}{}", town.name, spec.title);
                    let focus = town.geometry.clone();
                    Some(sheet(title, focus.bounding_rect()?, Some(focus), TOWN_SCALE, true))
                });
                sheets.collect()
            }
            Extent::OldTown => {
                let old = self.area.layers.towns.iter().filter(|town| self.old_towns.contains(&town.name));
                let sheets = old.filter_map(|town| {
                    let title = format!("{}{}", town.name, spec.title);
                    Some(sheet(title, self.built_up_in(town)?, None, OLD_TOWN_SCALE, true))
                });
                sheets.collect()
            }
            Extent::Station => {
                let half = Coord { x: 1.0, y: 1.0 };
                let of = |station: NewStation| PlannedSheet {
                    facts: station.facts,
                    ..sheet(
                        format!("图则：{}", station.name),
                        Rect::new(station.at - half, station.at + half),
                        None,
                        STATION_SCALE,
                        true,
                    )
                };
                self.new_stations(spec.of).into_iter().map(of).collect()
            }
        }
    }

    /// The extent of the whole area.
    fn whole(&self) -> Option<Rect> {
        self.area.boundary.bounding_rect().or_else(|| {
            let layers = self.area.map_layers();
            let rects = layers.iter().flat_map(|layer| &layer.features);
            let rects = rects.filter_map(|feature| feature.geometry.as_ref().and_then(BoundingRect::bounding_rect));
            rects.reduce(join)
        })
    }

    /// The extent of the built-up areas in a town, or of the whole town where none is known.
    fn built_up_in(&self, town: &Town) -> Option<Rect> {
        let parts = self.area.layers.built_up.iter().filter(|part| {
            let inside = part.geometry.interior_point();
            part.kind != BuiltUpKind::Village && inside.is_some_and(|inside| town.geometry.contains(&inside))
        });
        let rects = parts.filter_map(|part| part.geometry.bounding_rect());
        rects.reduce(join).or_else(|| town.geometry.bounding_rect())
    }

    /// The extent of the city: the built-up areas about the largest urban one; `None`: there is none, or it is no smaller in
    /// scale than the whole.
    fn city(&self) -> Option<Rect> {
        let parts = &self.area.layers.built_up;
        let urban: Vec<_> = parts.iter().filter(|part| part.kind == BuiltUpKind::Urban).collect();
        let parts = if urban.is_empty() { parts.iter().collect() } else { urban };
        let rects: Vec<Rect> = parts.iter().filter_map(|part| part.geometry.bounding_rect()).collect();
        let sizes: Vec<f64> = parts.iter().map(|part| part.geometry.unsigned_area()).collect();
        let mut sets = UnionFind::new(rects.len());
        for (at, one) in rects.iter().enumerate() {
            for (other, rect) in rects.iter().enumerate().skip(at + 1) {
                if gap(*one, *rect) < CITY_GAP_M {
                    sets.join(at as u32, other as u32);
                }
            }
        }
        let mut cities: BTreeMap<u32, (f64, Rect)> = BTreeMap::new();
        for (at, rect) in rects.iter().enumerate() {
            let city = cities.entry(sets.group(at as u32)).or_insert((0.0, *rect));
            *city = (city.0 + sizes[at], join(city.1, *rect));
        }
        let (_, city) = cities.into_values().max_by(|a, b| a.0.total_cmp(&b.0))?;
        let scale = |rect: Rect| lay_out(rect, self.paper, CITY_SCALE).1.denominator;
        self.whole().is_none_or(|whole| scale(city) < scale(whole)).then_some(city)
    }

    /// Stations that the plan builds.
    fn new_stations(&self, of: State) -> Vec<NewStation> {
        let Some(styled) = self.library.layer("siting_stations", of) else { return Vec::new() };
        let layer = &styled.layer;
        let cell = |feature: &Feature, name: &str| {
            layer.columns.iter().position(|column| column.name == name).map(|at| (at, feature.values[at].to_string()))
        };
        let fact = |feature: &Feature, name: &str| {
            let (at, value) = cell(feature, name).filter(|(_, value)| !value.is_empty())?;
            Some((layer.columns[at].label.zh.clone(), read_value(&layer.columns[at], &value)))
        };
        let is_new = |feature: &&Feature| cell(feature, "role").is_some_and(|(_, role)| role == "new");
        let stations = layer.features.iter().filter(is_new).filter_map(|feature| match &feature.geometry {
            Some(Geometry::Point(point)) => Some(NewStation {
                name: cell(feature, "name")?.1,
                at: point.0,
                facts: STATION_FACTS.iter().filter_map(|name| fact(feature, name)).collect(),
            }),
            _ => None,
        });
        stations.collect()
    }
}

/// A station that the plan builds.
struct NewStation {
    name: String,
    at: Coord,
    facts: Vec<(String, String)>,
}

/// What a station's sheet tells of it, by the columns.
const STATION_FACTS: [&str; 8] =
    ["kind", "town", "order", "standing", "gain_percent", "area_km2", "built_up_km2", "cost_wan_yuan"];

/// A value as people read it: the label of a code, or with its unit.
fn read_value(column: &Column, value: &str) -> String {
    let label = column.codes.iter().find(|code| code.code == value).map(|code| code.label.zh.clone());
    label.unwrap_or_else(|| match column.unit {
        "" => value.to_owned(),
        "%" => format!("{value}%"),
        unit => format!("{value} {unit}"),
    })
}

/// The extents of sheets side by side where the whole would be smaller than 1 to [`SMALLEST`]; none where it is not.
fn split(whole: Rect, paper: Paper) -> Vec<Rect> {
    if lay_out(whole, paper, LARGEST).1.denominator <= SMALLEST {
        return Vec::new();
    }
    let map = PageZones::new(paper, Orientation::Landscape).map;
    // A little less than the map, so that neighbours overlap.
    let most = Coord { x: map.width(), y: map.height() } * (SMALLEST / 1000.0 * 0.9);
    let (columns, rows) = ((whole.width() / most.x).ceil(), (whole.height() / most.y).ceil());
    let size = Coord { x: whole.width() / columns, y: whole.height() / rows };
    let mut parts = Vec::new();
    for row in 0..rows as usize {
        for column in 0..columns as usize {
            // From the north-west on, as one reads.
            let low =
                Coord { x: whole.min().x + size.x * column as f64, y: whole.max().y - size.y * (row as f64 + 1.0) };
            parts.push(Rect::new(low, low + size));
        }
    }
    parts
}

/// Whether a feature has one of the wanted codes in each of these columns.
pub(crate) fn is_kept(styled: &StyledLayer, feature: &Feature, only: &BTreeMap<String, Vec<String>>) -> bool {
    only.iter().all(|(name, codes)| {
        let at = styled.layer.columns.iter().position(|column| column.name == name.as_str());
        at.is_some_and(|at| codes.contains(&feature.values[at].to_string()))
    })
}

/// Numbers several sheets of one entry: `03-1`; those of towns and stations with two digits.
fn number(sheets: &mut [PlannedSheet]) {
    let count = sheets.len();
    let is_series = sheets.first().is_some_and(|sheet| {
        sheet.spec.extents.iter().any(|extent| matches!(extent, Extent::Town | Extent::OldTown | Extent::Station))
    });
    for (at, sheet) in sheets.iter_mut().enumerate() {
        let own = &sheet.spec.number;
        sheet.number = match (is_series, count) {
            (true, _) => format!("{own}-{:02}", at + 1),
            (false, 1) => own.clone(),
            (false, _) => format!("{own}-{}", at + 1),
        };
    }
}

fn join(a: Rect, b: Rect) -> Rect {
    let (low, high) = (a.min(), a.max());
    let low = Coord { x: low.x.min(b.min().x), y: low.y.min(b.min().y) };
    Rect::new(low, Coord { x: high.x.max(b.max().x), y: high.y.max(b.max().y) })
}

fn gap(a: Rect, b: Rect) -> f64 {
    let between = |low_a: f64, high_a: f64, low_b: f64, high_b: f64| (low_b - high_a).max(low_a - high_b).max(0.0);
    let x = between(a.min().x, a.max().x, b.min().x, b.max().x);
    let y = between(a.min().y, a.max().y, b.min().y, b.max().y);
    x.hypot(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_area_is_shown_on_sheets_side_by_side_that_cover_it() {
        let whole = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 150_000.0, y: 90_000.0 });
        let parts = split(whole, Paper::A3);
        assert_eq!(parts.len(), 6);
        let covered: f64 = parts.iter().map(Rect::unsigned_area).sum();
        assert!((covered / whole.unsigned_area() - 1.0).abs() < 1e-9);
        for part in &parts {
            assert!(lay_out(*part, Paper::A3, LARGEST).1.denominator <= SMALLEST);
        }
        assert!(parts[0].max().y > parts[5].max().y && parts[0].min().x < parts[2].min().x, "from the north-west on");
        assert!(split(Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 40_000.0, y: 30_000.0 }), Paper::A3).is_empty());
    }
}
