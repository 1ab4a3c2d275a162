//! In which colours the features of a layer are drawn: those of the map, by the legend that goes with its style.

use anyhow::Result;
use serde_json::Value as Json;

use fireplan_export::style::{LegendEntry, Palette, StyleLayer, StyleSubject, Theme, style_layers};
use fireplan_model::findings::{Drawing, Feature, Layer, class_of, grade_text};
use fireplan_model::rows::Value;

use crate::wording::{UNKNOWN, cell_of};

/// The zoom at which styles are asked: everything is drawn there.
const ZOOM: f64 = 16.0;
/// Where styles say the colour of a feature.
const COLOURS: [&str; 3] = ["circle-color", "line-color", "fill-color"];

/// A class of features: its words and its colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LegendClass {
    pub(super) words: String,
    pub(super) colour: String,
}

/// How the features of a layer are told apart.
pub(super) struct DownloadLegend {
    /// The classes in the order of the legend; one for a layer whose features are all alike.
    pub(super) classes: Vec<LegendClass>,
    /// The class of each feature, by its place among the classes.
    of: Vec<usize>,
}

impl DownloadLegend {
    /// The legend of a layer on light ground.
    pub(super) fn of(layer: &Layer) -> Result<Self> {
        let palette = Palette::load(Theme::Light)?;
        let styles = style_layers(layer, &palette)?;
        let styled = StyledClasses {
            layer,
            styles: &styles,
            halo: palette.colour("halo"),
            other: palette.colour("undetermined"),
        };
        let found: Vec<LegendClass> = layer.features.iter().map(|feature| styled.class_of(feature)).collect();
        let mut classes: Vec<LegendClass> = Vec::new();
        for class in &found {
            if classes.iter().all(|known| known.words != class.words) {
                classes.push(class.clone());
            }
        }
        let entries: Vec<&LegendEntry> = styled.entries().collect();
        let place = |class: &LegendClass| entries.iter().position(|entry| entry.label.zh == class.words);
        classes.sort_by_key(|class| place(class).unwrap_or(entries.len()));
        let find = |class: &LegendClass| classes.iter().position(|known| known.words == class.words);
        let of = found.iter().map(|class| find(class).unwrap_or_default()).collect();
        Ok(Self { classes, of })
    }

    /// The class of a feature, by its place among the classes.
    pub(super) fn class_at(&self, feature: u32) -> usize {
        self.of[feature as usize]
    }

    /// The class of a feature in words.
    pub(super) fn words_at(&self, feature: u32) -> &str {
        &self.classes[self.class_at(feature)].words
    }
}

/// What the styles of a layer say of its features.
struct StyledClasses<'a> {
    layer: &'a Layer,
    styles: &'a [StyleLayer],
    /// The colour of what is hollow: its edge tells it apart.
    halo: String,
    /// The colour of what no style speaks of.
    other: String,
}

impl StyledClasses<'_> {
    fn entries(&self) -> impl Iterator<Item = &LegendEntry> {
        self.styles.iter().filter_map(|style| style.metadata.as_ref()).flat_map(|metadata| &metadata.legend)
    }

    fn class_of(&self, feature: &Feature) -> LegendClass {
        match self.entry_of(feature) {
            Some(entry) => LegendClass { words: entry.label.zh.clone(), colour: self.colour_of(entry) },
            None => LegendClass { words: self.words_of(feature), colour: self.other.clone() },
        }
    }

    fn colour_of(&self, entry: &LegendEntry) -> String {
        let edge = entry.outline.as_ref().filter(|_| entry.color == self.halo);
        edge.unwrap_or(&entry.color).clone()
    }

    /// The line of the legend that stands for a feature: by its code, or by what draws it.
    fn entry_of(&self, feature: &Feature) -> Option<&LegendEntry> {
        let code = self.code_of(feature);
        if let Some(entry) = self.entries().find(|entry| code.is_some() && entry.code == code) {
            return Some(entry);
        }
        let subject = StyleSubject { layer: self.layer, feature, zoom: ZOOM, is_subject: true };
        let draws = |style: &&StyleLayer| {
            style.filter.as_ref().is_none_or(|filter| subject.evaluate(filter) == Json::Bool(true))
        };
        let drawn: Vec<&StyleLayer> = self.styles.iter().filter(draws).collect();
        let mut legends =
            drawn.iter().filter_map(|style| style.metadata.as_ref()).map(|metadata| metadata.legend.as_slice());
        if let Some([only]) = legends.find(|legend| legend.len() == 1) {
            return Some(only);
        }
        let colours: Vec<Json> = drawn
            .iter()
            .filter_map(|style| style.paint.as_ref())
            .flat_map(|paint| COLOURS.iter().filter_map(|name| paint.get(*name)))
            .map(|colour| subject.evaluate(colour))
            .collect();
        self.entries().find(|entry| colours.iter().any(|colour| colour.as_str() == Some(&entry.color)))
    }

    fn cell(&self, column: &str) -> Option<usize> {
        self.layer.columns.iter().position(|known| known.name == column)
    }

    /// As the legend of the map calls the class.
    fn code_of(&self, feature: &Feature) -> Option<String> {
        match &self.layer.drawing {
            Drawing::Coded { column } => feature.values[self.cell(column)?].as_str().map(str::to_owned),
            Drawing::Graded { column, breaks } => match class_of(&feature.values[self.cell(column)?], breaks) {
                Value::Int(class) => Some(class.to_string()),
                _ => None,
            },
            Drawing::Plain => None,
        }
    }

    /// The words of a class that no legend has.
    fn words_of(&self, feature: &Feature) -> String {
        let found = match &self.layer.drawing {
            Drawing::Coded { column } => {
                self.cell(column).map(|at| cell_of(&self.layer.columns[at], &feature.values[at]).shown())
            }
            Drawing::Graded { column, breaks } => {
                self.cell(column).map(|at| match class_of(&feature.values[at], breaks) {
                    Value::Int(class) => grade_text(breaks, class as usize, self.layer.columns[at].unit),
                    _ => UNKNOWN.to_owned(),
                })
            }
            Drawing::Plain => None,
        };
        found.unwrap_or_else(|| self.layer.title.zh.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::{Station, StationKind};
    use fireplan_model::row;
    use fireplan_model::rows::Row;
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
        assert_eq!([legend.class_at(0), legend.class_at(1), legend.class_at(2)], [1, 0, 2]);
    }

    #[test]
    fn features_of_an_exceptional_style_are_told_apart_as_its_filters_do() {
        let station = |kind| Station { kind, ..Station::blank(Point::new(0.0, 0.0)).unwrap() };
        let stations = [station(StationKind::Volunteer), station(StationKind::FirstClass)];
        let layer = Layer::new("stations", Drawing::Coded { column: "kind" }, &stations);
        let legend = DownloadLegend::of(&layer).unwrap();
        assert_eq!([legend.words_at(0), legend.words_at(1)], ["专职队、志愿队、微型站", "消防救援站（含待核）"]);
        // The first are hollow: both have the colour of stations.
        assert_eq!(legend.classes[0].colour, legend.classes[1].colour);
    }
}
