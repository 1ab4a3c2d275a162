//! Field sheets (现场核查单): one A4 page for each feature that is to be visited: a map, where it is, what is known, room to write.
//!
//! Plain HTML with the map as SVG and the style inside: nothing is loaded from elsewhere, so that a sheet can be mailed, kept and
//! printed anywhere. The map is drawn from the area's layers and the run's own; only what lies in its window is written.

use std::fmt::Write;

use anyhow::{Context, Result};
use geo::{BooleanOps, BoundingRect, Coord, Geometry, Intersects, LineString, MultiPolygon, Rect};

use crate::area::StudyArea;
use crate::findings::{Feature, Layer};
use crate::rows::{Column, Value};

const STYLE: &str = include_str!("../../styles/sheet.css");

/// Size of the map in millimetres.
const MAP_MM: (f64, f64) = (180.0, 110.0);
/// The map is at least this wide, and the feature fills at most half of it.
const LEAST_WIDTH_M: f64 = 900.0;

/// Layers on the map from the bottom up, by id and drawing class.
const DRAWN: [(&str, &str); 8] = [
    ("forests", "forests"),
    ("firebreak_zone", "zone"),
    ("built_up", "built_up"),
    ("water_sources", "water_sources"),
    ("buildings", "buildings"),
    ("roads", "roads"),
    ("barriers", "barriers"),
    ("villages", "villages"),
];

/// What sheets are drawn from: the area and every layer at hand, of the area and of the run.
pub struct Sheets<'a> {
    pub area: &'a StudyArea,
    pub layers: Vec<&'a Layer>,
}

impl Sheets<'_> {
    /// The sheet of one feature, by its index; `None`: there is no such feature, or it is nowhere.
    pub fn one(&self, layer: &Layer, index: usize) -> Result<Option<String>> {
        Ok(self.article(layer, index)?.map(|article| self.page(layer, &article)))
    }

    /// The sheets of all features, one after the other.
    pub fn all(&self, layer: &Layer) -> Result<String> {
        let mut articles = String::new();
        for index in 0..layer.features.len() {
            articles.extend(self.article(layer, index)?);
        }
        Ok(self.page(layer, &articles))
    }

    fn page(&self, layer: &Layer, articles: &str) -> String {
        format!(
            "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{} · {}现场核查单</title>\
             <style>\n{STYLE}</style></head><body>\n{articles}</body></html>\n",
            escape(&self.area.name),
            escape(&layer.title.zh),
        )
    }

    fn article(&self, layer: &Layer, index: usize) -> Result<Option<String>> {
        let Some(feature) = layer.features.get(index) else { return Ok(None) };
        let Some(geometry) = &feature.geometry else { return Ok(None) };
        let Some(extent) = geometry.bounding_rect() else { return Ok(None) };
        let number = index + 1;
        let value = |name: &str| cell(layer, feature, name);
        let name = value("name").unwrap_or_else(|| format!("{} {number}", layer.title.zh));
        let story =
            value("story").map_or_else(String::new, |story| format!("<p class=\"story\">{}</p>\n", escape(&story)));
        let synthetic = if self.area.synthetic { " · 虚构数据" } else { "" };
        let window = window(extent);
        Ok(Some(format!(
            "<article>\n<header><h1>{}</h1><span>{} · {}现场核查单 · 第 {number} 号{synthetic}</span></header>\n{story}{}{}{}\
             <footer><span>坐标系：CGCS2000；平面坐标 {}，X 为北、Y 为东</span><span>红线为核查位置</span></footer>\n</article>\n",
            escape(&name),
            escape(&self.area.name),
            escape(&layer.title.zh),
            self.map(geometry, window),
            facts(layer, feature, &self.places(geometry)?),
            BLANKS,
            escape(self.area.plane.name()),
        )))
    }

    /// The feature's ends and middle, in degrees and on the plane.
    fn places(&self, geometry: &Geometry) -> Result<Vec<(String, String)>> {
        let named: Vec<(&str, Coord)> = match geometry {
            Geometry::LineString(line) if line.0.len() > 1 => {
                vec![("起点", line.0[0]), ("中点", middle(line)), ("终点", line.0[line.0.len() - 1])]
            }
            other => vec![("位置", other.bounding_rect().map_or(Coord { x: 0.0, y: 0.0 }, |rect| rect.center()))],
        };
        named
            .into_iter()
            .map(|(name, at)| {
                let mut degrees = [at];
                self.area.plane.to_lonlat(&mut degrees).context("placing a field sheet")?;
                let [lonlat] = degrees;
                let text = format!(
                    "东经 {}，北纬 {}（{:.6}°，{:.6}°）；X {:.1}，Y {:.1}",
                    dms(lonlat.x),
                    dms(lonlat.y),
                    lonlat.x,
                    lonlat.y,
                    at.y,
                    at.x
                );
                Ok((format!("{name}坐标"), text))
            })
            .collect()
    }

    fn map(&self, geometry: &Geometry, window: Rect) -> String {
        let mut svg = format!("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"位置图\">\n", MAP_MM.0, MAP_MM.1);
        let frame = Frame { window, per_m: MAP_MM.0 / window.width() };
        for (id, class) in DRAWN {
            let Some(layer) = self.layers.iter().find(|layer| layer.id == id) else { continue };
            let near = layer.features.iter().filter(|feature| {
                let rect = feature.geometry.as_ref().and_then(BoundingRect::bounding_rect);
                rect.is_some_and(|rect| rect.intersects(&window))
            });
            let drawn: Vec<String> = near
                .map(|feature| {
                    let name = if id == "villages" { cell(layer, feature, "name") } else { None };
                    feature.geometry.as_ref().map_or_else(String::new, |geometry| frame.draw(geometry, name.as_deref()))
                })
                .filter(|drawn| !drawn.is_empty())
                .collect();
            if !drawn.is_empty() {
                let _ = writeln!(svg, "<g class=\"{class}\">{}</g>", drawn.concat());
            }
        }
        let here = frame.draw(geometry, None);
        let _ = writeln!(svg, "<g class=\"halo\">{here}</g><g class=\"here\">{here}</g>");
        if let Geometry::LineString(line) = geometry {
            for end in line.0.first().into_iter().chain(line.0.last()) {
                let (x, y) = frame.at(*end);
                let _ = writeln!(svg, "<circle class=\"end\" cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"1.3\"/>");
            }
        }
        svg.push_str(&frame.scale_and_north());
        svg.push_str("</svg>\n");
        svg
    }
}

/// Around the feature, in the shape of the map.
fn window(extent: Rect) -> Rect {
    let shape = MAP_MM.0 / MAP_MM.1;
    let width = LEAST_WIDTH_M.max(2.0 * extent.width()).max(2.0 * extent.height() * shape);
    let half = Coord { x: width / 2.0, y: width / shape / 2.0 };
    Rect::new(extent.center() - half, extent.center() + half)
}

/// From metres of the plane to millimetres of the map.
struct Frame {
    window: Rect,
    per_m: f64,
}

impl Frame {
    fn at(&self, place: Coord) -> (f64, f64) {
        ((place.x - self.window.min().x) * self.per_m, (self.window.max().y - place.y) * self.per_m)
    }

    fn draw(&self, geometry: &Geometry, name: Option<&str>) -> String {
        match geometry {
            Geometry::Point(point) => {
                let (x, y) = self.at(point.0);
                let mut drawn = format!("<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"0.9\"/>");
                if let Some(name) = name {
                    let _ = write!(drawn, "<text x=\"{:.2}\" y=\"{:.2}\">{}</text>", x + 1.6, y + 1.2, escape(name));
                }
                drawn
            }
            Geometry::LineString(line) => self.line(line),
            Geometry::MultiLineString(lines) => lines.0.iter().map(|line| self.line(line)).collect(),
            Geometry::Polygon(polygon) => self.area(&MultiPolygon(vec![polygon.clone()])),
            Geometry::MultiPolygon(polygons) => self.area(polygons),
            _ => String::new(),
        }
    }

    /// Runs of pieces that may show; the map's edge cuts the rest.
    fn line(&self, line: &LineString) -> String {
        let mut path = String::new();
        let mut open = false;
        for piece in line.lines() {
            let shows = Rect::new(piece.start, piece.end).intersects(&self.window);
            if shows {
                if !open {
                    self.step(&mut path, 'M', piece.start);
                }
                self.step(&mut path, 'L', piece.end);
            }
            open = shows;
        }
        if path.is_empty() { path } else { format!("<path class=\"lines\" d=\"{path}\"/>") }
    }

    fn area(&self, area: &MultiPolygon) -> String {
        // A little beyond the map, so that its edge is not drawn as an outline.
        let pad = Coord { x: 5.0, y: 5.0 } / self.per_m;
        let shown = Rect::new(self.window.min() - pad, self.window.max() + pad).to_polygon();
        let cut = area.intersection(&shown);
        let mut path = String::new();
        for ring in cut.0.iter().flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors())) {
            for (number, vertex) in ring.0.iter().enumerate() {
                self.step(&mut path, if number == 0 { 'M' } else { 'L' }, *vertex);
            }
            path.push('Z');
        }
        if path.is_empty() { path } else { format!("<path fill-rule=\"evenodd\" d=\"{path}\"/>") }
    }

    fn step(&self, path: &mut String, letter: char, place: Coord) {
        let (x, y) = self.at(place);
        let _ = write!(path, "{letter}{x:.2} {y:.2}");
    }

    /// A scale bar of a round length, and where north is (up: the grid's).
    fn scale_and_north(&self) -> String {
        let longest_m = self.window.width() / 4.0;
        let power = 10_f64.powf(longest_m.log10().floor());
        let bar_m = [5.0, 2.0, 1.0].map(|step| step * power).into_iter().find(|m| *m <= longest_m).unwrap_or(power);
        let (left, bottom) = (5.0, MAP_MM.1 - 5.0);
        let right = left + bar_m * self.per_m;
        let (x, y) = (MAP_MM.0 - 8.0, 14.0);
        format!(
            "<path class=\"scale\" d=\"M{left} {:.1}V{bottom}H{right:.2}V{:.1}\"/><text x=\"{left}\" y=\"{:.1}\">0</text>\
             <text x=\"{right:.2}\" y=\"{:.1}\" text-anchor=\"middle\">{bar_m} 米</text>\
             <path class=\"scale\" d=\"M{x} {y}V{:.1}M{:.1} {:.1}L{x} {:.1}L{:.1} {:.1}\"/><text x=\"{x}\" y=\"{:.1}\" text-anchor=\"middle\">北</text>\n",
            bottom - 2.0,
            bottom - 2.0,
            bottom - 3.0,
            bottom - 3.0,
            y - 7.0,
            x - 1.5,
            y - 5.0,
            y - 7.0,
            x + 1.5,
            y - 5.0,
            y + 3.6,
        )
    }
}

/// The facts of the feature, two to a line, and its places.
fn facts(layer: &Layer, feature: &Feature, places: &[(String, String)]) -> String {
    let shown =
        layer.columns.iter().zip(&feature.values).filter(|(column, _)| !matches!(column.name, "name" | "story"));
    let cells: Vec<String> = shown
        .map(|(column, value)| {
            let text = readable(column, value).unwrap_or_else(|| "待核".to_owned());
            format!("<th>{}</th><td>{}</td>", escape(&column.label.zh), escape(&text))
        })
        .collect();
    let mut table = String::from("<table>\n");
    for pair in cells.chunks(2) {
        let rest = if pair.len() == 1 { "<th></th><td></td>" } else { "" };
        let _ = writeln!(table, "<tr>{}{rest}</tr>", pair.concat());
    }
    for (name, text) in places {
        let _ = writeln!(table, "<tr><th>{name}</th><td colspan=\"3\">{text}</td></tr>");
    }
    table.push_str("</table>\n");
    table
}

/// What is filled in on the spot.
const BLANKS: &str = "<table>\n<tr class=\"blank\"><th>现场情况</th><td></td><th>实测宽度（m）</th><td></td></tr>\n\
    <tr class=\"blank\"><th>核查意见</th><td></td><th>责任单位、整改时限</th><td></td></tr>\n\
    <tr class=\"blank\"><th>核查人</th><td></td><th>日期</th><td></td></tr>\n\
    <tr class=\"photo\"><th>现场照片</th><td colspan=\"3\">（粘贴处）</td></tr>\n</table>\n";

fn cell(layer: &Layer, feature: &Feature, name: &str) -> Option<String> {
    let at = layer.columns.iter().position(|column| column.name == name)?;
    readable(&layer.columns[at], &feature.values[at])
}

/// A value as people read it: the label of a code, a number with its unit, yes or no.
fn readable(column: &Column, value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        other => other.to_string(),
    };
    let label = column.codes.iter().find(|code| code.code == text).map(|code| code.label.zh.clone());
    Some(label.unwrap_or_else(|| if column.unit.is_empty() { text } else { format!("{text} {}", column.unit) }))
}

fn middle(line: &LineString) -> Coord {
    let lengths: Vec<f64> = line.lines().map(|piece| piece.delta().x.hypot(piece.delta().y)).collect();
    let mut left = lengths.iter().sum::<f64>() / 2.0;
    for (piece, length) in line.lines().zip(lengths) {
        if left <= length && length > 0.0 {
            return piece.start + piece.delta() * (left / length);
        }
        left -= length;
    }
    line.0[0]
}

/// Degrees, minutes and seconds to a tenth: 3 metres.
fn dms(degrees: f64) -> String {
    let tenths = (degrees.abs() * 36_000.0).round() as u64;
    format!("{}°{:02}′{:02}.{}″", tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_out() {
        assert_eq!(dms(102.354204), "102°21′15.1″");
        assert_eq!(dms(39.999_999), "40°00′00.0″");
    }

    #[test]
    fn markup_in_names_stays_text() {
        assert_eq!(escape("<b>\"甲&乙\"</b>"), "&lt;b&gt;&quot;甲&amp;乙&quot;&lt;/b&gt;");
    }

    #[test]
    fn the_window_holds_the_feature_with_room_around() {
        let long = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 100.0, y: 3000.0 });
        let window = window(long);
        assert!(window.height() >= 6000.0 - 1e-6 && (window.width() / window.height() - 180.0 / 110.0).abs() < 1e-9);
        let off = window.center() - long.center();
        assert!(off.x.abs() < 1e-6 && off.y.abs() < 1e-6);
    }
}
