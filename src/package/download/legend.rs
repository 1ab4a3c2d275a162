//! In which colours the features of a layer are drawn: those of the map, by the legend that goes with its style.

use anyhow::Result;

use fireplan_export::style::{LegendEntry, Palette, Theme, style_layers};
use fireplan_model::findings::{Drawing, Layer, class_of, grade_text};
use fireplan_model::rows::Value;

use crate::wording::cell_of;

/// A class of features: its words and its colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LegendClass {
    pub(super) words: String,
    pub(super) colour: String,
}

/// How the features of a layer are told apart.
pub(super) struct DownloadLegend<'a> {
    layer: &'a Layer,
    /// The classes, best first; one for a layer whose features are all alike.
    pub(super) classes: Vec<LegendClass>,
}

impl<'a> DownloadLegend<'a> {
    /// The legend of a layer on light ground.
    pub(super) fn of(layer: &'a Layer) -> Result<Self> {
        let palette = Palette::load(Theme::Light)?;
        let styles = style_layers(layer, &palette)?;
        let entries: Vec<LegendEntry> =
            styles.into_iter().filter_map(|style| style.metadata).flat_map(|metadata| metadata.legend).collect();
        let mut legend = Self { layer, classes: Vec::new() };
        for feature in &layer.features {
            let words = legend.words_of(&feature.values);
            if legend.classes.iter().any(|class| class.words == words) {
                continue;
            }
            let code = legend.code_of(&feature.values);
            let by_code = entries.iter().find(|entry| code.is_some() && entry.code == code);
            let entry = by_code.or_else(|| entries.iter().find(|entry| entry.label.zh == words));
            let alone = if entries.len() == 1 { entries.first() } else { None };
            let colour = entry.or(alone).map_or_else(|| palette.colour("undetermined"), |entry| entry.color.clone());
            legend.classes.push(LegendClass { words, colour });
        }
        let place = |class: &LegendClass| entries.iter().position(|entry| entry.label.zh == class.words);
        legend.classes.sort_by_key(|class| place(class).unwrap_or(entries.len()));
        Ok(legend)
    }

    /// The class of a feature in words.
    pub(super) fn words_of(&self, values: &[Value]) -> String {
        match &self.layer.drawing {
            Drawing::Coded { column } => match self.cell(column, values) {
                Some(at) => cell_of(&self.layer.columns[at], &values[at]).shown(),
                None => self.layer.title.zh.clone(),
            },
            Drawing::Graded { column, breaks } => match self.cell(column, values) {
                Some(at) => match class_of(&values[at], breaks) {
                    Value::Int(class) => grade_text(breaks, class as usize, self.layer.columns[at].unit),
                    _ => crate::wording::UNKNOWN.to_owned(),
                },
                None => self.layer.title.zh.clone(),
            },
            Drawing::Plain => self.layer.title.zh.clone(),
        }
    }

    /// As the legend of the map calls the class.
    fn code_of(&self, values: &[Value]) -> Option<String> {
        match &self.layer.drawing {
            Drawing::Coded { column } => values[self.cell(column, values)?].as_str().map(str::to_owned),
            Drawing::Graded { column, breaks } => match class_of(&values[self.cell(column, values)?], breaks) {
                Value::Int(class) => Some(class.to_string()),
                _ => None,
            },
            Drawing::Plain => None,
        }
    }

    fn cell(&self, column: &str, values: &[Value]) -> Option<usize> {
        self.layer.columns.iter().position(|known| known.name == column).filter(|at| *at < values.len())
    }

    /// The class of a feature, by its place among the classes.
    pub(super) fn class_of(&self, values: &[Value]) -> usize {
        let words = self.words_of(values);
        self.classes.iter().position(|class| class.words == words).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::row;
    use geo::Point;

    row! {
        /// 点 | Places
        struct TimedPlace {
            geometry: Point,
            /// 到达时间 | Time
            travel_min: Option<f64>,
        }
    }

    #[test]
    fn graded_features_have_the_colours_and_words_of_the_map() {
        let at = |travel_min| TimedPlace { geometry: Point::new(0.0, 0.0), travel_min };
        let drawing = Drawing::Graded { column: "travel_min", breaks: vec![4.0, 5.0] };
        let layer = Layer::new("places", drawing, &[at(Some(9.0)), at(Some(3.0)), at(None)]);
        let legend = DownloadLegend::of(&layer).unwrap();
        let words: Vec<&str> = legend.classes.iter().map(|class| class.words.as_str()).collect();
        assert_eq!(words, ["≤ 4 min", "> 5 min", "待核"]);
        assert_ne!(legend.classes[0].colour, legend.classes[1].colour);
        assert_eq!(legend.class_of(&layer.features[0].values), 1);
    }
}
