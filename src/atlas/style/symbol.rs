//! The symbols of a feature: what one layer of a style comes to on paper.

use fireplan_export::style::{StyleLayer, StyleSubject};
use serde_json::Value as Json;

use super::PX_MM;
use crate::canvas::{Ink, Pen, WHITE};
use crate::typeface::MM_PER_PT;

/// Text smaller than this is not legible in print.
pub(crate) const LEAST_TEXT_PT: f64 = 6.5;

/// No line thinner than this: printers lose it.
const LEAST_LINE_MM: f64 = 0.09;

/// Radius of the smallest dots: of what a sheet is about, and of what lies below it.
const LEAST_DOT_MM: f64 = 0.65;
const LEAST_GROUND_DOT_MM: f64 = 0.4;

/// What is drawn for a feature.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Symbol {
    /// An area and, where it has one, its edge.
    Fill { ink: Ink, edge: Option<Ink> },
    /// A line; `inset_mm` draws it that far inside the edge of an area.
    Line { pen: Pen, inset_mm: f64 },
    /// A dot with its ring.
    Circle { ink: Ink, radius_mm: f64, ring: Option<Pen> },
    /// A sign upon the symbol itself, centred.
    Sign(Lettering),
    /// A name, to be placed where there is room.
    Name { lettering: Lettering, along: bool },
}

/// Text and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lettering {
    pub(crate) text: String,
    pub(crate) size_pt: f64,
    pub(crate) ink: Ink,
    pub(crate) bold: bool,
    pub(crate) halo: Option<(Ink, f64)>,
}

/// The symbol of a feature by one layer of a style; `None`: it draws nothing of it.
pub(crate) fn resolve(style: &StyleLayer, subject: &StyleSubject) -> Option<Symbol> {
    if style.filter.as_ref().is_some_and(|filter| subject.evaluate(filter) != Json::Bool(true)) {
        return None;
    }
    let property = Property { style, subject };
    let opacity = |name: &str| property.paint_number(name).unwrap_or(1.0);
    match style.kind.as_str() {
        "fill" => {
            let ink = property.ink("fill-color")?.with_opacity(opacity("fill-opacity"));
            let edge = property.ink("fill-outline-color");
            (ink.opacity > 0.0).then_some(Symbol::Fill { ink, edge })
        }
        "line" => property.line(),
        "circle" => {
            let ink = property.ink("circle-color")?.with_opacity(opacity("circle-opacity"));
            let ring = property.ink("circle-stroke-color").zip(property.paint_number("circle-stroke-width"));
            let least = if subject.is_subject { LEAST_DOT_MM } else { LEAST_GROUND_DOT_MM };
            let radius_mm = (property.paint_number("circle-radius").unwrap_or(5.0) * PX_MM).max(least);
            // A ring as broad as the dot would leave nothing of it.
            let width = |width: f64| (width * PX_MM).min(radius_mm * 0.4).max(LEAST_LINE_MM);
            let ring = ring.map(|(ink, px)| Pen::solid(ink, width(px)));
            Some(Symbol::Circle { ink, radius_mm, ring })
        }
        "symbol" => property.text(),
        _ => None,
    }
}

struct Property<'a> {
    style: &'a StyleLayer,
    subject: &'a StyleSubject<'a>,
}

impl Property<'_> {
    fn paint(&self, name: &str) -> Option<Json> {
        let value = self.style.paint.as_ref()?.get(name)?;
        Some(self.subject.evaluate(value))
    }

    fn layout(&self, name: &str) -> Option<Json> {
        let value = self.style.layout.as_ref()?.get(name)?;
        Some(self.subject.evaluate(value))
    }

    fn paint_number(&self, name: &str) -> Option<f64> {
        self.paint(name)?.as_f64()
    }

    fn ink(&self, name: &str) -> Option<Ink> {
        Ink::parse(self.paint(name)?.as_str()?)
    }

    fn line(&self) -> Option<Symbol> {
        let width = self.paint_number("line-width").unwrap_or(1.0);
        let ink = self.ink("line-color")?.with_opacity(self.paint_number("line-opacity").unwrap_or(1.0));
        let dash = self.paint("line-dasharray");
        let dash = dash.as_ref().and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_f64);
        let width_mm = (width * PX_MM).max(LEAST_LINE_MM);
        let pen = Pen {
            ink,
            width_mm,
            dash_mm: dash.map(|part| part * width_mm.max(0.25)).collect(),
            round: self.layout("line-cap").is_some_and(|cap| cap == "round"),
        };
        let inset_mm = self.paint_number("line-offset").unwrap_or(0.0) * PX_MM;
        Some(Symbol::Line { pen, inset_mm })
    }

    /// Signs that fonts for Chinese text lack are written with their like.
    fn text(&self) -> Option<Symbol> {
        let text = self.layout("text-field")?;
        let text = text.as_str().map(str::trim).filter(|text| !text.is_empty())?.replace(['✕', '✗', '✘'], "×");
        let size = self.layout("text-size").and_then(|size| size.as_f64()).unwrap_or(12.0);
        let fonts = self.layout("text-font");
        let first = fonts.as_ref().and_then(|fonts| fonts.get(0)).and_then(Json::as_str).unwrap_or_default();
        let is_sign = self.layout("text-allow-overlap") == Some(Json::Bool(true));
        let size_pt = size * PX_MM / MM_PER_PT;
        let halo = self.ink("text-halo-color").zip(self.paint_number("text-halo-width"));
        let lettering = Lettering {
            text,
            size_pt: if is_sign { size_pt } else { size_pt.max(LEAST_TEXT_PT) },
            ink: self.ink("text-color").unwrap_or(crate::canvas::BLACK),
            bold: first.contains("Bold"),
            halo: halo.map(|(_, width)| (WHITE, width * PX_MM)),
        };
        let placement = self.layout("symbol-placement");
        let along = placement.as_ref().and_then(Json::as_str) == Some("line");
        Some(if is_sign { Symbol::Sign(lettering) } else { Symbol::Name { lettering, along } })
    }
}
