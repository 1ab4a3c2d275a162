//! The default drawing of a layer, from its geometry and how it asks to be drawn.
//!
//! Classes are told apart by `match` on an attribute, which QGIS understands too, and never by colour alone: what is worst
//! is dashed or crossed as well.

use std::collections::BTreeSet;

use geo::Geometry;
use serde_json::{Value, json};

use crate::style::layer::{LayerMetadata, LegendEntry, LegendShape, StyleLayer};
use crate::style::palette::Palette;
use crate::tile::attributes::CLASS_SUFFIX;
use fireplan_model::findings::{Drawing, Feature, Layer, class_of, grade_text};
use fireplan_model::rows::{GeometryKind, Label, Value as Cell};

const FONT: [&str; 4] = ["Noto Sans CJK SC Regular", "Microsoft YaHei Regular", "PingFang SC Regular", "sans-serif"];

/// One class of a drawing.
#[derive(Clone)]
pub(super) struct Class {
    /// Value of the attribute; `None`: everything.
    value: Option<Value>,
    label: Label,
    colour: String,
    mark: Mark,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Plain,
    Good,
    Middling,
    Bad,
    Unknown,
}

impl Mark {
    fn of(at: usize, of: usize) -> Self {
        match (2 * at, of.saturating_sub(1)) {
            (_, 0) => Self::Plain,
            (twice, last) if twice < last => Self::Good,
            (_, last) if at < last => Self::Middling,
            _ => Self::Bad,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Good => "✓",
            Self::Middling => "!",
            Self::Bad => "×",
            Self::Unknown => "?",
        }
    }

    fn dash(self) -> Option<[f64; 2]> {
        match self {
            Self::Bad => Some([2.5, 1.2]),
            Self::Unknown => Some([1.0, 1.5]),
            _ => None,
        }
    }
}

/// Draws a layer as it asks.
pub(super) fn draw_layer(layer: &Layer, palette: &Palette) -> Vec<StyleLayer> {
    let (attribute, classes) = find_classes(layer, palette);
    let drawer =
        Drawer { attribute, classes, palette, labelled: layer.columns.iter().any(|column| column.name == "name") };
    match layer.geometry {
        GeometryKind::None => Vec::new(),
        GeometryKind::Point => drawer.points(None),
        GeometryKind::Line => drawer.lines(None),
        GeometryKind::Polygon => drawer.polygons(None),
        GeometryKind::Mixed => {
            let of = |types| Some(drawer.restrict_to(layer, Some(types))).filter(|some| !some.classes.is_empty());
            let [areas, lines, points] =
                [["Polygon", "MultiPolygon"], ["LineString", "MultiLineString"], ["Point", "MultiPoint"]];
            let drawn = [
                of(areas).map(|some| some.polygons(Some(areas))),
                of(lines).map(|some| some.lines(Some(lines))),
                of(points).map(|some| some.points(Some(points))),
            ];
            drawn.into_iter().flatten().flatten().collect()
        }
    }
}

fn name_geometry(geometry: &Geometry) -> &'static str {
    match geometry {
        Geometry::Point(_) => "Point",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::LineString(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::Polygon(_) => "Polygon",
        _ => "MultiPolygon",
    }
}

/// The attribute that tells the classes apart, and those that occur in the layer, best first.
fn find_classes(layer: &Layer, palette: &Palette) -> (Option<String>, Vec<Class>) {
    let place = |name: &str| layer.columns.iter().position(|column| column.name == name);
    match &layer.drawing {
        Drawing::Coded { column } => match place(column) {
            Some(at) => (Some((*column).to_owned()), class_by_code(layer, at, palette)),
            None => (None, make_one_class(layer, palette)),
        },
        Drawing::Graded { column, breaks } => match place(column) {
            Some(at) => (Some(format!("{column}{CLASS_SUFFIX}")), class_by_grade(layer, at, breaks, palette)),
            None => (None, make_one_class(layer, palette)),
        },
        Drawing::Plain => (None, make_one_class(layer, palette)),
    }
}

fn make_one_class(layer: &Layer, palette: &Palette) -> Vec<Class> {
    vec![Class { value: None, label: layer.title.clone(), colour: palette.colour("result"), mark: Mark::Plain }]
}

fn class_by_code(layer: &Layer, at: usize, palette: &Palette) -> Vec<Class> {
    let found: BTreeSet<&str> = layer.features.iter().filter_map(|feature| feature.values[at].as_str()).collect();
    let codes = &layer.columns[at].codes;
    // What is undetermined is grey, outside the ramp.
    let ranked: Vec<&str> = codes.iter().filter(|code| !code.undetermined).map(|code| code.code).collect();
    codes
        .iter()
        .filter(|code| found.contains(code.code))
        .map(|code| {
            let rank = ranked.iter().position(|ranked| *ranked == code.code);
            Class {
                value: Some(code.code.into()),
                label: code.label.clone(),
                colour: rank.map_or(palette.colour("undetermined"), |rank| palette.grade(rank, ranked.len())),
                mark: rank.map_or(Mark::Unknown, |rank| Mark::of(rank, ranked.len())),
            }
        })
        .collect()
}

fn class_by_grade(layer: &Layer, at: usize, breaks: &[f64], palette: &Palette) -> Vec<Class> {
    let unit = layer.columns[at].unit;
    let found: BTreeSet<i64> = layer
        .features
        .iter()
        .filter_map(|feature| match class_of(&feature.values[at], breaks) {
            Cell::Int(class) => Some(class),
            _ => None,
        })
        .collect();
    let count = found.last().map_or(0, |last| *last as usize + 1);
    found
        .into_iter()
        .map(|class| Class {
            value: Some(class.into()),
            label: Label::parse(&grade_text(breaks, class as usize, unit)),
            colour: palette.grade(class as usize, count),
            mark: Mark::Plain,
        })
        .collect()
}

/// The values by which the features fall into classes.
fn class_values(
    layer: &Layer,
    column: &str,
    features: &[&Feature],
    class: impl Fn(&Cell) -> Value,
) -> BTreeSet<String> {
    let Some(at) = layer.columns.iter().position(|known| known.name == column) else { return BTreeSet::new() };
    features.iter().map(|feature| class(&feature.values[at]).to_string()).collect()
}

struct Drawer<'a> {
    attribute: Option<String>,
    classes: Vec<Class>,
    palette: &'a Palette,
    labelled: bool,
}

type Types<'a> = Option<[&'a str; 2]>;

impl Drawer<'_> {
    /// For the features of these types alone, with the classes that occur among them.
    fn restrict_to(&self, layer: &Layer, types: Types) -> Self {
        let features: Vec<&Feature> = layer
            .features
            .iter()
            .filter(|feature| {
                let name = feature.geometry.as_ref().map(name_geometry);
                types.is_none_or(|types| name.is_some_and(|name| types.contains(&name)))
            })
            .collect();
        let found: BTreeSet<String> = match &layer.drawing {
            Drawing::Plain => features.first().map(|_| Value::Null.to_string()).into_iter().collect(),
            Drawing::Coded { column } => {
                class_values(layer, column, &features, |cell| cell.as_str().map_or(Value::Null, Value::from))
            }
            Drawing::Graded { column, breaks } => {
                class_values(layer, column, &features, |cell| match class_of(cell, breaks) {
                    Cell::Int(class) => class.into(),
                    _ => Value::Null,
                })
            }
        };
        let is_found = |class: &&Class| found.contains(&class.value.clone().unwrap_or_default().to_string());
        let classes = self.classes.iter().filter(is_found).cloned().collect();
        Self { attribute: self.attribute.clone(), classes, palette: self.palette, labelled: self.labelled }
    }

    /// An expression on the class attribute, with the value for each class.
    fn match_class(&self, value: impl Fn(&Class) -> Value, otherwise: Value) -> Value {
        match (&self.attribute, self.classes.as_slice()) {
            (None, [only]) => value(only),
            (Some(attribute), [_, ..]) => {
                let mut expression = vec![json!("match"), json!(["get", attribute])];
                for class in &self.classes {
                    // QGIS knows labels only as lists.
                    expression.extend([json!([class.value]), value(class)]);
                }
                expression.push(otherwise);
                expression.into()
            }
            _ => otherwise,
        }
    }

    fn colour(&self) -> Value {
        self.match_class(|class| class.colour.clone().into(), self.palette.colour("undetermined").into())
    }

    fn legend(&self, shape: LegendShape) -> Option<LayerMetadata> {
        let entry = |class: &Class| LegendEntry {
            label: class.label.clone(),
            color: class.colour.clone(),
            shape,
            code: class.value.as_ref().map(|value| value.as_str().map_or(value.to_string(), str::to_owned)),
            outline: None,
            dash: class.mark.dash().filter(|_| shape == LegendShape::Line).map(Vec::from),
            width: None,
            opacity: None,
        };
        Some(LayerMetadata { legend: self.classes.iter().map(entry).collect() })
    }

    fn filter(&self, types: Types, mark: Option<Mark>) -> Option<Value> {
        let types = types.map(|types| json!(["match", ["geometry-type"], types, true, false]));
        let mark = mark.zip(self.attribute.as_ref()).map(|(mark, attribute)| {
            let of_mark = |class: &&Class| (mark == Mark::Plain && class.mark.dash().is_none()) || class.mark == mark;
            let values: Vec<&Value> =
                self.classes.iter().filter(of_mark).filter_map(|class| class.value.as_ref()).collect();
            json!(["match", ["get", attribute], values, true, false])
        });
        match (types, mark) {
            (Some(types), Some(mark)) => Some(json!(["all", types, mark])),
            (one, other) => one.or(other),
        }
    }

    fn polygons(&self, types: Types) -> Vec<StyleLayer> {
        let fill = json!({ "fill-color": self.colour(), "fill-opacity": 0.5 });
        let mut fill = StyleLayer::new("fill", "fill", self.filter(types, None), fill);
        fill.metadata = self.legend(LegendShape::Fill);
        let edge = json!({ "line-color": self.colour(), "line-width": 1, "line-opacity": 0.85 });
        let edge = StyleLayer::new("edge", "line", self.filter(types, None), edge);
        [vec![fill, edge], self.names(types, 13)].concat()
    }

    /// One style layer per dash: a dash cannot follow an attribute.
    fn lines(&self, types: Types) -> Vec<StyleLayer> {
        let mut drawn = Vec::new();
        for (id, mark) in [("unknown", Mark::Unknown), ("worst", Mark::Bad), ("line", Mark::Plain)] {
            if mark != Mark::Plain && !self.classes.iter().any(|class| class.mark == mark) {
                continue;
            }
            let width = json!(["interpolate", ["exponential", 1.5], ["zoom"], 8, 0.9, 12, 2, 15, 4, 18, 10]);
            let mut paint = json!({ "line-color": self.colour(), "line-width": width, "line-opacity": 0.9 });
            if let Some(dash) = mark.dash() {
                paint["line-dasharray"] = json!(dash);
            }
            let mut layer = StyleLayer::new(id, "line", self.filter(types, Some(mark)), paint);
            let cap = if mark.dash().is_some() { "butt" } else { "round" };
            layer.layout = Some(json!({ "line-cap": cap, "line-join": "round" }));
            drawn.push(layer);
        }
        if let Some(last) = drawn.last_mut() {
            last.metadata = self.legend(LegendShape::Line);
        }
        drawn
    }

    /// One style layer for each class, the worst on top, above one for what is of none: QGIS takes no colour of circles from an
    /// attribute.
    fn circles(&self, types: Types) -> Vec<StyleLayer> {
        let radius = json!(["interpolate", ["linear"], ["zoom"], 8, 2.5, 12, 5, 16, 9]);
        let circle = |id: &str, colour: &str, filter: Option<Value>| {
            let paint = json!({
                "circle-color": colour, "circle-radius": radius,
                "circle-stroke-color": self.palette.colour("halo"), "circle-stroke-width": 1.3,
            });
            StyleLayer::new(id, "circle", filter, paint)
        };
        let Some(attribute) = &self.attribute else {
            let colour =
                self.classes.first().map_or_else(|| self.palette.colour("result"), |class| class.colour.clone());
            return vec![circle("point", &colour, self.filter(types, None))];
        };
        let values: Vec<&Value> = self.classes.iter().filter_map(|class| class.value.as_ref()).collect();
        let of = |values: &[&Value], inside: bool| {
            let chosen = json!(["match", ["get", attribute], values, inside, !inside]);
            match self.filter(types, None) {
                Some(types) => json!(["all", types, chosen]),
                None => chosen,
            }
        };
        let others = (!values.is_empty()).then(|| of(&values, false)).or_else(|| self.filter(types, None));
        let mut drawn = vec![circle("point", &self.palette.colour("undetermined"), others)];
        for (number, class) in (1..).zip(&self.classes) {
            let Some(value) = &class.value else { continue };
            drawn.push(circle(&format!("point-{number}"), &class.colour, Some(of(&[value], true))));
        }
        drawn
    }

    fn points(&self, types: Types) -> Vec<StyleLayer> {
        let mut drawn = self.circles(types);
        if let Some(last) = drawn.last_mut() {
            last.metadata = self.legend(LegendShape::Circle);
        }
        if self.classes.iter().any(|class| class.mark != Mark::Plain) {
            let paint = json!({ "text-color": self.palette.colour("halo") });
            drawn.push(StyleLayer {
                minzoom: Some(12),
                layout: Some(json!({
                    "text-field": self.match_class(|class| class.mark.sign().into(), "".into()),
                    "text-font": FONT, "text-size": 10, "text-allow-overlap": true, "text-ignore-placement": true,
                })),
                ..StyleLayer::new("sign", "symbol", self.filter(types, None), paint)
            });
        }
        [drawn, self.names(types, 12)].concat()
    }

    fn names(&self, types: Types, minzoom: u8) -> Vec<StyleLayer> {
        if !self.labelled {
            return Vec::new();
        }
        let colour = |name: &str| self.palette.colour(name);
        let paint = json!({ "text-color": colour("label"), "text-halo-color": colour("halo"), "text-halo-width": 1.4 });
        vec![StyleLayer {
            minzoom: Some(minzoom),
            layout: Some(json!({
                "text-field": ["get", "name"], "text-font": FONT, "text-size": 11.5,
                "text-anchor": "top", "text-offset": [0, 0.8], "text-padding": 4,
            })),
            ..StyleLayer::new("name", "symbol", self.filter(types, None), paint)
        }]
    }
}
