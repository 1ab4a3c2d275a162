//! The coordinates of a table: its geometries, or two of its columns, and what the file says of their system.

use fireplan_model::rows::Label;
use fireplan_read::angle::{Axis, parse_coordinate};
use fireplan_read::survey::middle_extent;
use geo::{Coord, Geometry, Point, Rect};

use crate::dictionary::Dictionary;
use crate::headings::plain_heading;
use crate::inventory::FoundTable;
use crate::place::{all_coords, to_lonlat};

/// Where a table lies, as far as known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Placement {
    /// The columns with the coordinates, x first.
    pub xy: Option<(String, String)>,
    /// In the coordinates of the file.
    pub geometries: Vec<Geometry>,
    pub extent: Option<Rect>,
    /// The system that the file or its headings name.
    pub said: Option<String>,
    /// What `crs` must say in area.toml; `None`: nothing, for the file says it right.
    pub crs: Option<String>,
    /// In longitude and latitude, once the system is known.
    pub lonlat: Vec<Geometry>,
    /// Its degrees may be shifted, whatever they are called.
    pub is_weak: bool,
    pub evidence: Vec<Label>,
    /// A column that is called as coordinates are and holds no numbers, with the first of its cells.
    pub unread: Option<(String, String)>,
    /// Its system is still asked for.
    pub is_asked: bool,
    /// It cannot be placed, or is not to be.
    pub left_out: Option<Label>,
}

impl Placement {
    /// From the geometries of the table, or from its columns of coordinates.
    pub(crate) fn find(found: &FoundTable, dictionary: &Dictionary) -> Self {
        let mut place = Self {
            geometries: found.table.rows.iter().filter_map(|row| row.geometry.clone()).collect(),
            said: found.table.crs.as_ref().map(|(definition, _)| definition.clone()),
            ..Self::default()
        };
        if let Some((_, name)) = found.table.crs.as_ref().filter(|(_, name)| name != "unnamed") {
            place.evidence.push(Label::new(format!("文件注明 {name}"), format!("the file says {name}")));
        }
        if place.geometries.is_empty() {
            place.find_columns(found, dictionary);
        }
        let service = dictionary.services.iter().find(|service| {
            let has =
                |wanted: &String| found.table.columns.iter().any(|name| plain_heading(name) == plain_heading(wanted));
            service.columns.iter().all(has)
        });
        if let Some(service) = service.filter(|_| place.crs.is_none() && !place.geometries.is_empty()) {
            let title = Label::parse(&service.title);
            place.evidence.push(Label::new(
                format!("列名是{}导出的写法，坐标为 {}", title.zh, service.crs),
                format!("its columns are those of a {}, in {}", title.en, service.crs),
            ));
            place.crs = Some(service.crs.clone());
        }
        place.extent = middle_extent(&all_coords(&place.geometries));
        place
    }

    fn find_columns(&mut self, found: &FoundTable, dictionary: &Dictionary) {
        let plain: Vec<String> = found.table.columns.iter().map(|heading| plain_heading(heading)).collect();
        // What stands in brackets may name the system: 经度(高德).
        let open: Vec<String> = found.table.columns.iter().map(|heading| open_heading(heading)).collect();
        let at = |names: &[String]| {
            names
                .iter()
                .find_map(|name| plain.iter().zip(&open).position(|(plain, open)| plain == name || open == name))
        };
        for pair in &dictionary.coordinates {
            let (Some(mut x), Some(mut y)) = (at(&pair.x), at(&pair.y)) else { continue };
            let places = |x: usize, y: usize| -> Vec<Coord> {
                let read = |row: &[Option<String>], at: usize, axis| parse_coordinate(row.get(at)?.as_deref()?, axis);
                let rows = found.table.rows.iter().map(|row| row.values.as_slice());
                rows.filter_map(|row| Some(Coord { x: read(row, x, Axis::X)?, y: read(row, y, Axis::Y)? })).collect()
            };
            let coords = places(x, y);
            // A heading that holds no coordinates is another thing of that name.
            if coords.len() * 2 < found.table.rows.len() || x == y {
                let cell = found.cells(x).next().map(str::to_owned);
                self.unread = self.unread.take().or_else(|| cell.map(|cell| (found.table.columns[x].clone(), cell)));
                continue;
            }
            if middle_extent(&coords).is_some_and(is_swapped) {
                (x, y) = (y, x);
                self.evidence.push(Label::new(
                    "按数值判断两列坐标的横纵与列名相反，已对调",
                    "the numbers show that the two columns are the other way round: exchanged",
                ));
            }
            self.geometries = places(x, y).into_iter().map(|at| Geometry::Point(Point(at))).collect();
            let (x, y) = (&found.table.columns[x], &found.table.columns[y]);
            self.evidence.push(Label::new(format!("坐标在列 {x}、{y}"), format!("its coordinates are in {x} and {y}")));
            if let Some(crs) = &pair.crs {
                self.evidence.push(Label::new(format!("列名注明坐标系为 {crs}"), format!("their headings say {crs}")));
            }
            self.xy = Some((x.clone(), y.clone()));
            self.crs.clone_from(&pair.crs);
            return;
        }
    }

    pub(crate) fn set_system(&mut self, definition: &str) {
        self.lonlat = to_lonlat(&self.geometries, definition);
        self.crs = Some(definition.to_owned());
    }

    pub(crate) fn lonlat_extent(&self) -> Option<Rect> {
        middle_extent(&all_coords(&self.lonlat))
    }

    pub(crate) fn is_in_degrees(&self) -> bool {
        self.extent.is_some_and(|extent| {
            extent.min().x >= -180.0 && extent.max().x <= 180.0 && extent.min().y >= -90.0 && extent.max().y <= 90.0
        })
    }
}

/// The heading as [`plain_heading`] writes it, with what stands in its brackets.
fn open_heading(heading: &str) -> String {
    let is_bracket = |c: char| "()（）[]［］【】〔〕".contains(c);
    plain_heading(&heading.chars().filter(|c| !is_bracket(*c)).collect::<String>())
}

/// Northing and easting, or latitude and longitude, the wrong way round for China.
fn is_swapped(extent: Rect) -> bool {
    let Coord { x, y } = extent.center();
    let degrees = (3.0..54.0).contains(&x) && (73.0..136.0).contains(&y);
    let northing = |value: f64| (400_000.0..6_000_000.0).contains(&value);
    let numbered = |value: f64| (13_000_000.0..46_000_000.0).contains(&value);
    let metres = northing(x)
        && (numbered(y) || ((1_500_000.0..6_000_000.0).contains(&x) && (100_000.0..900_000.0).contains(&y)));
    degrees || metres
}
