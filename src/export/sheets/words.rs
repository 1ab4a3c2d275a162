//! What a field sheet says of a feature, whatever it is written in.

use anyhow::{Context, Result};
use geo::{BoundingRect, Coord, Geometry, Rect};

use fireplan_algorithms::linear_reference::middle_of;
use fireplan_model::area::StudyArea;
use fireplan_model::corrections::ID_COLUMN;
use fireplan_model::findings::{Feature, Layer, SCENARIO_COLUMN};
use fireplan_model::plane::Plane;
use fireplan_model::rows::{Column, Value};

/// The words of one field sheet, in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetWords {
    /// The feature's name.
    pub name: String,
    /// Area, layer and number.
    pub heading: String,
    /// What is to be looked at, in sentences.
    pub story: Option<String>,
    /// What is known: label and value.
    pub facts: Vec<(String, String)>,
    /// Its ends and middle, or its place: label and coordinates.
    pub places: Vec<(String, String)>,
    /// Which coordinates those are.
    pub foot: String,
}

/// Columns that stand elsewhere on the sheet.
const LEFT_OUT: [&str; 4] = ["name", "story", "lonlat", SCENARIO_COLUMN];

impl SheetWords {
    /// Of a feature by its index; `None`: there is no such feature, or it is nowhere.
    ///
    /// # Errors
    /// If it is not on earth.
    pub fn of(area: &StudyArea, layer: &Layer, index: usize) -> Result<Option<Self>> {
        let Some(feature) = layer.features.get(index) else { return Ok(None) };
        let Some(geometry) = &feature.geometry else { return Ok(None) };
        let number = index + 1;
        let value = |name: &str| cell(layer, feature, name);
        let synthetic = if area.synthetic { " · 虚构数据" } else { "" };
        let scenario = value(SCENARIO_COLUMN).map_or_else(String::new, |title| format!(" · {title}"));
        // By this code what is found is filled into the workbook of corrections.
        let code = value(ID_COLUMN).map_or_else(String::new, |id| format!(" · 编号 {id}"));
        let (place, title) = (&area.name, &layer.title.zh);
        let shown = layer.columns.iter().zip(&feature.values).filter(|(column, _)| !LEFT_OUT.contains(&column.name));
        let fact = |(column, value): (&Column, &Value)| {
            (column.label.zh.clone(), readable(column, value).unwrap_or_else(|| "待核".to_owned()))
        };
        Ok(Some(Self {
            name: value("name").unwrap_or_else(|| format!("{title} {number}")),
            heading: format!("{place} · 现场核查单 · {title} · 第 {number} 号{code}{scenario}{synthetic}"),
            story: value("story"),
            facts: shown.map(fact).collect(),
            places: places(&area.plane, geometry)?,
            foot: format!("坐标系：{}；X 为北、Y 为东", area.plane.output().describe().join("，")),
        }))
    }
}

/// The feature's ends and middle, in degrees and in the metres that are handed over.
fn places(plane: &Plane, geometry: &Geometry) -> Result<Vec<(String, String)>> {
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
            plane.to_lonlat(&mut degrees).context("给核查单定位 | placing a field sheet")?;
            let [lonlat] = degrees;
            let mut metres = degrees;
            plane.output().to_local(&mut metres).context("给核查单定位 | placing a field sheet")?;
            let [at] = metres;
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

pub(super) fn cell(layer: &Layer, feature: &Feature, name: &str) -> Option<String> {
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
