//! Draws the layers of a map by their styles, and remembers what was drawn, for the legend and the names.

use std::collections::BTreeMap;

use fireplan_export::style::{StyleLayer, StyleSubject};
use fireplan_model::findings::{Drawing, Feature, Layer, class_of};
use fireplan_model::rows::{GeometryKind, Value};
use geo::{Coord, Geometry, Intersects, MultiPolygon, Rect};

use crate::anchors;
use crate::canvas::{Canvas, Outline, Pen};
use crate::hatch::hatch;
use crate::labels::{LabelRequest, draw_sign};
use crate::style::{Symbol, resolve};
use crate::typeface::Typefaces;
use crate::view::MapView;

/// A layer as a sheet shows it.
pub(crate) struct ShownLayer<'a> {
    pub(crate) layer: &'a Layer,
    pub(crate) styles: &'a [StyleLayer],
    /// What the sheet is about, and not what lies below it for orientation.
    pub(crate) is_subject: bool,
    /// Whether its features bear their names; `None`: as the style has it at this scale.
    pub(crate) named: Option<bool>,
    /// Which features are shown.
    pub(crate) only: Box<dyn Fn(&Feature) -> bool + 'a>,
}

/// Features of a layer that are drawn alike.
#[derive(Debug, Clone)]
pub(crate) struct DrawnClass {
    /// One of them, by its number in the layer.
    pub(crate) example: usize,
    /// The value of the column by which the layer is drawn, as text; empty where there is none.
    pub(crate) class: String,
    /// Numbers of the styles that drew something of it.
    pub(crate) styles: Vec<usize>,
}

/// The painter of a map.
pub(crate) struct Painter<'a> {
    pub(crate) view: &'a MapView,
    pub(crate) zoom: f64,
    pub(crate) faces: &'a Typefaces,
    pub(crate) canvas: &'a mut Canvas,
    /// Names to be placed.
    pub(crate) labels: Vec<LabelRequest>,
    /// Names along lines: each once, at the longest.
    pub(crate) line_names: BTreeMap<String, LabelRequest>,
    /// What symbols cover.
    pub(crate) covered: Vec<Rect>,
    /// Where places and roads are named; `None`: everywhere. Towns are named all over the map.
    pub(crate) focus: Option<&'a MultiPolygon>,
}

/// Zooms below the first zoom of a style at which paper still shows it: print is finer than a screen.
const FINER: f64 = 0.8;

/// From this zoom on all roads are named; the great ones always are.
const NAME_STREETS: f64 = 13.0;

/// The value of the column by which a layer is drawn, as the codes of legends have it.
pub(crate) fn class_value(layer: &Layer, feature: &Feature) -> String {
    let cell = |name: &str| layer.columns.iter().position(|column| column.name == name).map(|at| &feature.values[at]);
    match &layer.drawing {
        Drawing::Plain => String::new(),
        Drawing::Coded { column } => cell(column).map(Value::to_string).unwrap_or_default(),
        Drawing::Graded { column, breaks } => {
            cell(column).map(|value| class_of(value, breaks).to_string()).unwrap_or_default()
        }
    }
}

impl Painter<'_> {
    /// Draws a layer; what was drawn of it.
    pub(crate) fn paint(&mut self, shown: &ShownLayer) -> Vec<DrawnClass> {
        let groups = self.group(shown);
        let mut drawn: Vec<DrawnClass> = groups
            .iter()
            .map(|group| DrawnClass {
                example: group[0],
                class: class_value(shown.layer, &shown.layer.features[group[0]]),
                styles: Vec::new(),
            })
            .collect();
        for (number, style) in shown.styles.iter().enumerate() {
            if !self.is_drawn(style, shown.is_subject) {
                continue;
            }
            for (group, class) in groups.iter().zip(&mut drawn) {
                let subject = self.subject(shown, group[0], style);
                let Some(symbol) = resolve(style, &subject) else { continue };
                if self.draw_group(shown, group, &symbol, style, &class.class) {
                    class.styles.push(number);
                }
            }
        }
        drawn.retain(|class| class.styles.iter().any(|style| shown.styles[*style].kind != "symbol"));
        drawn
    }

    /// The features in the window, those alike together: by every attribute that the styles read, but for names.
    fn group(&self, shown: &ShownLayer) -> Vec<Vec<usize>> {
        let columns = columns_read(shown.styles);
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (number, feature) in shown.layer.features.iter().enumerate() {
            let Some(geometry) = &feature.geometry else { continue };
            if !self.view.shows(geometry) || !(shown.only)(feature) {
                continue;
            }
            let subject = StyleSubject { layer: shown.layer, feature, zoom: self.zoom, is_subject: shown.is_subject };
            let key: Vec<String> = columns.iter().map(|column| subject.attribute(column).to_string()).collect();
            let key = format!("{}|{}|{}", kind_of(geometry), class_value(shown.layer, feature), key.join("|"));
            let group = *known.entry(key).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].push(number);
        }
        groups
    }

    fn is_drawn(&self, style: &StyleLayer, is_subject: bool) -> bool {
        let (least, most) = (style.minzoom.map_or(0.0, f64::from), style.maxzoom.map_or(f64::MAX, f64::from));
        (is_subject || self.zoom + FINER >= least || style.kind == "symbol") && self.zoom < most
    }

    fn subject<'a>(&self, shown: &'a ShownLayer, feature: usize, style: &StyleLayer) -> StyleSubject<'a> {
        let zoom = if shown.is_subject { self.zoom.max(style.minzoom.map_or(0.0, f64::from)) } else { self.zoom };
        StyleSubject { layer: shown.layer, feature: &shown.layer.features[feature], zoom, is_subject: shown.is_subject }
    }

    /// Draws the features of a group; whether anything of them is to be seen.
    fn draw_group(
        &mut self,
        shown: &ShownLayer,
        group: &[usize],
        symbol: &Symbol,
        style: &StyleLayer,
        class: &str,
    ) -> bool {
        let geometries: Vec<&Geometry> =
            group.iter().filter_map(|feature| shown.layer.features[*feature].geometry.as_ref()).collect();
        match symbol {
            Symbol::Fill { ink, edge } => {
                let mut whole = Outline::default();
                for geometry in geometries {
                    let outline = self.view.area_outline(geometry);
                    let pen = edge.map(|edge| Pen::solid(edge, 0.12));
                    self.canvas.shape(outline.clone(), Some(*ink), pen);
                    whole.extend(outline);
                }
                if let Some(rank) = hatch_rank(shown, class) {
                    hatch(self.canvas, &whole, rank, *ink);
                }
                !whole.is_empty()
            }
            Symbol::Line { pen, inset_mm } if *inset_mm > 0.0 => self.draw_inset(&geometries, pen, *inset_mm),
            Symbol::Line { pen, .. } => {
                let mut lines = Outline::default();
                geometries.iter().for_each(|geometry| lines.extend(self.view.line_outline(geometry)));
                self.canvas.stroke(lines.clone(), pen.clone());
                !lines.is_empty()
            }
            Symbol::Circle { ink, radius_mm, ring } => {
                let places: Vec<Coord> = geometries.iter().flat_map(|geometry| self.symbol_places(geometry)).collect();
                let reach = radius_mm + ring.as_ref().map_or(0.0, |ring| ring.width_mm / 2.0);
                for place in &places {
                    self.canvas.shape(Outline::circle(*place, *radius_mm), Some(*ink), ring.clone());
                    let half = Coord { x: reach * 0.9, y: reach * 0.9 };
                    self.covered.push(Rect::new(*place - half, *place + half));
                }
                !places.is_empty()
            }
            Symbol::Sign(_) => self.draw_signs(shown, group, style),
            Symbol::Name { along, .. } => self.ask_names(shown, group, style, *along),
        }
    }

    /// A line inside the edge of an area: its outer half is cut off by the edge.
    fn draw_inset(&mut self, geometries: &[&Geometry], pen: &Pen, inset_mm: f64) -> bool {
        let mut drawn = false;
        for geometry in geometries {
            let lines = self.view.line_outline(geometry);
            drawn |= !lines.is_empty();
            let pen = Pen { width_mm: 2.0 * inset_mm + pen.width_mm, ..pen.clone() };
            self.canvas.clipped(self.view.area_outline(geometry), |canvas| canvas.stroke(lines, pen));
        }
        drawn
    }

    fn draw_signs(&mut self, shown: &ShownLayer, group: &[usize], style: &StyleLayer) -> bool {
        for feature in group {
            let Some(Symbol::Sign(lettering)) = resolve(style, &self.subject(shown, *feature, style)) else { continue };
            let Some(geometry) = &shown.layer.features[*feature].geometry else { continue };
            for place in self.symbol_places(geometry) {
                draw_sign(&lettering, place, self.faces, self.canvas);
            }
        }
        !group.is_empty()
    }

    fn ask_names(&mut self, shown: &ShownLayer, group: &[usize], style: &StyleLayer, along: bool) -> bool {
        let least = style.minzoom.map_or(0.0, f64::from);
        let as_styled = self.zoom + FINER >= least || (along && self.zoom < NAME_STREETS);
        if !shown.named.unwrap_or(as_styled) {
            return false;
        }
        let priority = anchors::priority(&shown.layer.id, shown.is_subject);
        for number in group {
            let feature = &shown.layer.features[*number];
            let Some(Symbol::Name { lettering, .. }) = resolve(style, &self.subject(shown, *number, style)) else {
                continue;
            };
            let Some(geometry) = &feature.geometry else { continue };
            if shown.layer.id != "towns" && self.focus.is_some_and(|focus| !focus.intersects(geometry)) {
                continue;
            }
            if along && self.zoom < NAME_STREETS && !anchors::is_great_road(shown.layer, feature) {
                continue;
            }
            let Some(anchor) = anchors::anchor(self.view, geometry, self.reach(shown, *number)) else { continue };
            let request = LabelRequest { lettering, anchor, priority };
            if along {
                anchors::keep_longest(&mut self.line_names, request);
            } else {
                self.labels.push(request);
            }
        }
        true
    }

    /// How far the symbol of a feature reaches.
    fn reach(&self, shown: &ShownLayer, feature: usize) -> f64 {
        let drawn = shown.styles.iter().filter(|style| self.is_drawn(style, shown.is_subject));
        let reaches = drawn.filter_map(|style| match resolve(style, &self.subject(shown, feature, style)) {
            Some(Symbol::Circle { radius_mm, ring, .. }) => {
                Some(radius_mm + ring.map_or(0.0, |ring| ring.width_mm / 2.0))
            }
            _ => None,
        });
        reaches.fold(0.4, f64::max)
    }

    /// Where the symbols of a geometry stand in the map: on its points, or at its middle.
    fn symbol_places(&self, geometry: &Geometry) -> Vec<Coord> {
        let places = match geometry {
            Geometry::Point(point) => vec![point.0],
            Geometry::MultiPoint(points) => points.0.iter().map(|point| point.0).collect(),
            other => fireplan_model::rows::place_on(other).into_iter().collect(),
        };
        let places = places.into_iter().map(|place| self.view.place(place));
        let (low, high) = (self.view.at.min(), self.view.at.max());
        places.filter(|at| low.x < at.x && at.x < high.x && low.y < at.y && at.y < high.y).collect()
    }
}

fn kind_of(geometry: &Geometry) -> &'static str {
    match geometry {
        Geometry::Point(_) | Geometry::MultiPoint(_) => "point",
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) => "area",
        _ => "line",
    }
}

/// Which hatching the areas of a class have; `None`: the layer has no classes, or is not what the sheet is about.
pub(crate) fn hatch_rank(shown: &ShownLayer, class: &str) -> Option<usize> {
    if !shown.is_subject || shown.layer.geometry != GeometryKind::Polygon {
        return None;
    }
    match &shown.layer.drawing {
        Drawing::Plain => None,
        Drawing::Coded { column } => {
            let column = shown.layer.columns.iter().find(|known| known.name == *column)?;
            column.codes.iter().position(|code| code.code == class)
        }
        Drawing::Graded { .. } => class.parse().ok(),
    }
}

/// The attributes that decide how a feature is drawn: all that styles read, but for what is only written.
fn columns_read(styles: &[StyleLayer]) -> Vec<String> {
    let mut columns = std::collections::BTreeSet::new();
    for style in styles {
        let layout = style.layout.as_ref().and_then(serde_json::Value::as_object);
        let layout = layout.into_iter().flatten().filter(|(name, _)| *name != "text-field").map(|(_, value)| value);
        for part in style.filter.iter().chain(&style.paint).chain(layout) {
            fireplan_export::style::collect_gets(part, &mut columns);
        }
    }
    columns.into_iter().collect()
}
