//! Field sheets (现场核查单): one A4 page for each feature that is to be visited: a map, where it is, what is known, room to write.
//!
//! Plain HTML with the map as SVG and the style inside: nothing is loaded from elsewhere, so that a sheet can be mailed, kept and
//! printed anywhere.

mod map;

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result};
use geo::{BoundingRect, Coord, Geometry, Rect};
use rayon::prelude::*;

use crate::html::escape;
use fireplan_algorithms::linear_reference::middle_of;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Feature, Layer, SCENARIO_COLUMN};
use fireplan_model::rows::{Column, Value};

use map::MapSurroundings;

const STYLE: &str = include_str!("../../../styles/sheet.css");

/// What sheets are drawn from: the area and every layer at hand, of the area and of the run.
pub struct Sheets<'a> {
    area: &'a StudyArea,
    surroundings: MapSurroundings<'a>,
}

impl<'a> Sheets<'a> {
    /// Sheets for features of the area and of a run; the maps show what these layers have near them.
    pub fn new(area: &'a StudyArea, layers: impl IntoIterator<Item = &'a Layer>) -> Self {
        Self { area, surroundings: MapSurroundings::new(layers) }
    }

    /// The sheet of one feature, by its index; `None`: there is no such feature, or it is nowhere.
    pub fn one(&self, layer: &Layer, index: usize) -> Result<Option<String>> {
        Ok(self.article(layer, index)?.map(|article| self.page(layer, &article)))
    }

    /// The sheets of all features, town by town: whoever goes out gets the sheets of a town, and a browser opens them.
    /// The name of the town is empty where the layer knows of none.
    pub fn by_town(&self, layer: &Layer) -> Result<Vec<(String, String)>> {
        let mut towns: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, feature) in layer.features.iter().enumerate() {
            towns.entry(cell(layer, feature, "town").unwrap_or_default()).or_default().push(index);
        }
        let page = |(town, features): (String, Vec<usize>)| {
            let articles: Vec<Option<String>> =
                features.into_par_iter().map(|index| self.article(layer, index)).collect::<Result<_>>()?;
            let articles: Vec<String> = articles.into_iter().flatten().collect();
            Ok((town, self.page(layer, &articles.concat())))
        };
        towns.into_iter().map(page).collect()
    }

    fn page(&self, layer: &Layer, articles: &str) -> String {
        format!(
            "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{} · 现场核查单 · {}</title>\
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
        let scenario = value(SCENARIO_COLUMN).map_or_else(String::new, |title| format!(" · {}", escape(&title)));
        Ok(Some(format!(
            "<article>\n<header><h1>{}</h1><span>{} · 现场核查单 · {} · 第 {number} 号{scenario}{synthetic}</span></header>\n{story}{}{}{}\
             <footer><span>坐标系：CGCS2000；平面坐标 {}，X 为北、Y 为东</span><span>红线为核查位置</span></footer>\n</article>\n",
            escape(&name),
            escape(&self.area.name),
            escape(&layer.title.zh),
            map::draw(&self.surroundings, geometry, extent),
            facts(layer, feature, &self.places(geometry)?),
            BLANKS,
            escape(self.area.plane.name()),
        )))
    }

    /// The feature's ends and middle, in degrees and on the plane.
    fn places(&self, geometry: &Geometry) -> Result<Vec<(String, String)>> {
        let named: Vec<(&str, Coord)> = match geometry {
            Geometry::LineString(line) if line.0.len() > 1 => {
                vec![("起点", line.0[0]), ("中点", middle_of(line)), ("终点", line.0[line.0.len() - 1])]
            }
            other => vec![("位置", other.bounding_rect().map_or(Coord { x: 0.0, y: 0.0 }, Rect::center))],
        };
        named
            .into_iter()
            .map(|(name, at)| {
                let mut degrees = [at];
                self.area.plane.to_lonlat(&mut degrees).context("给核查单定位 | placing a field sheet")?;
                let [lonlat] = degrees;
                let text = format!(
                    "X {:.1}，Y {:.1}；东经 {}，北纬 {}（{:.6}, {:.6}）",
                    at.y,
                    at.x,
                    dms(lonlat.x),
                    dms(lonlat.y),
                    lonlat.x,
                    lonlat.y,
                );
                Ok((format!("{name}坐标"), text))
            })
            .collect()
    }
}

/// Columns that stand elsewhere on the sheet.
const LEFT_OUT: [&str; 4] = ["name", "story", "lonlat", SCENARIO_COLUMN];

/// The facts of the feature, two to a line, and its places.
fn facts(layer: &Layer, feature: &Feature, places: &[(String, String)]) -> String {
    let shown = layer.columns.iter().zip(&feature.values).filter(|(column, _)| !LEFT_OUT.contains(&column.name));
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

/// Degrees, minutes and seconds to a tenth: 3 metres.
fn dms(degrees: f64) -> String {
    let tenths = (degrees.abs() * 36_000.0).round() as u64;
    format!("{}°{:02}′{:02}.{}″", tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_out() {
        assert_eq!(dms(102.354204), "102°21′15.1″");
        assert_eq!(dms(39.999_999), "40°00′00.0″");
    }
}
