//! Field sheets (现场核查单): one A4 page for each feature that is to be visited: a map, where it is, what is known, room to write.
//!
//! Plain HTML with the map as SVG and the style inside: nothing is loaded from elsewhere, so that a sheet can be mailed, kept and
//! printed anywhere.

mod map;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;
use geo::BoundingRect;
use rayon::prelude::*;

use crate::html::escape;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Layer;

use map::MapSurroundings;
pub use words::SheetWords;

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
            towns.entry(words::cell(layer, feature, "town").unwrap_or_default()).or_default().push(index);
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
        let Some(words) = SheetWords::of(self.area, layer, index)? else { return Ok(None) };
        let Some(geometry) = &layer.features[index].geometry else { return Ok(None) };
        let Some(extent) = geometry.bounding_rect() else { return Ok(None) };
        let story = words
            .story
            .as_ref()
            .map_or_else(String::new, |story| format!("<p class=\"story\">{}</p>\n", escape(story)));
        Ok(Some(format!(
            "<article>\n<header><h1>{}</h1><span>{}</span></header>\n{story}{}{}{}\
             <footer><span>{}</span><span>红线为核查位置</span></footer>\n</article>\n",
            escape(&words.name),
            escape(&words.heading),
            map::draw(&self.surroundings, geometry, extent),
            facts(&words),
            BLANKS,
            escape(&words.foot),
        )))
    }
}

/// The facts of the feature, two to a line, and its places.
fn facts(words: &SheetWords) -> String {
    let cell = |(name, text): &(String, String)| format!("<th>{}</th><td>{}</td>", escape(name), escape(text));
    let cells: Vec<String> = words.facts.iter().map(cell).collect();
    let mut table = String::from("<table>\n");
    for pair in cells.chunks(2) {
        let rest = if pair.len() == 1 { "<th></th><td></td>" } else { "" };
        let _ = writeln!(table, "<tr>{}{rest}</tr>", pair.concat());
    }
    for (name, text) in &words.places {
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
