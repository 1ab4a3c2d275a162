//! What stands on every sheet beside the map: frame, title, north, scale, coordinate system, title block and foot.

use fireplan_model::plane::Plane;
use geo::{Coord, Rect};

use crate::canvas::{BLACK, Canvas, GREY, Ink, Outline, Pen, TextMark, WHITE};
use crate::labels::middle_mm;
use crate::paper::PageZones;
use crate::typeface::{MM_PER_PT, Typefaces};
use crate::view::MapView;

/// The red of what must not be overlooked.
pub(crate) const RED: Ink = Ink::solid(0xb0, 0x24, 0x1c);

/// Writes lines of text on a page.
pub(crate) struct Writer<'a> {
    pub(crate) canvas: &'a mut Canvas,
    pub(crate) faces: &'a Typefaces,
}

/// Where a text begins, or ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Middle,
    Right,
}

/// Size, weight and colour of text.
#[derive(Clone, Copy)]
pub(crate) struct Hand {
    pub(crate) size_pt: f64,
    pub(crate) bold: bool,
    pub(crate) ink: Ink,
}

impl Hand {
    pub(crate) const fn new(size_pt: f64) -> Self {
        Self { size_pt, bold: false, ink: BLACK }
    }

    pub(crate) const fn bold(size_pt: f64) -> Self {
        Self { size_pt, bold: true, ink: BLACK }
    }

    pub(crate) const fn in_ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }
}

impl Writer<'_> {
    /// Writes a line whose letters have their middle at this height.
    pub(crate) fn line(&mut self, text: &str, at: Coord, align: Align, hand: Hand) {
        let width = self.faces.width_mm(text, hand.size_pt);
        let left = match align {
            Align::Left => at.x,
            Align::Middle => at.x - width / 2.0,
            Align::Right => at.x - width,
        };
        self.canvas.write(TextMark {
            at: Coord { x: left, y: at.y + middle_mm(hand.size_pt) },
            size_pt: hand.size_pt,
            text: text.to_owned(),
            ink: hand.ink,
            bold: hand.bold,
            angle_deg: 0.0,
            halo: None,
        });
    }

    /// Writes a line, smaller where it would be wider than this.
    pub(crate) fn fitted(&mut self, text: &str, at: Coord, align: Align, hand: Hand, width_mm: f64) {
        let width = self.faces.width_mm(text, hand.size_pt);
        let size_pt = hand.size_pt * (width_mm / width.max(1e-9)).min(1.0);
        self.line(text, at, align, Hand { size_pt, ..hand });
    }
}

/// Frames of the sheet, the map and the panel.
pub(crate) fn draw_frames(canvas: &mut Canvas, zones: &PageZones) {
    canvas.stroke(Outline::rect(zones.map), Pen::solid(BLACK, 0.3));
    canvas.stroke(Outline::rect(zones.panel), Pen::solid(BLACK, 0.3));
    canvas.stroke(Outline::rect(zones.frame), Pen::solid(BLACK, 0.7));
}

/// Name of the plan on the left, of the sheet in the middle, its number on the right.
pub(crate) fn draw_title(
    writer: &mut Writer,
    zones: &PageZones,
    plan: &str,
    title: &str,
    number: &str,
    synthetic: bool,
) {
    let (low, high) = (zones.title.min(), zones.title.max());
    let middle = (low.y + high.y) / 2.0;
    let side = zones.title.width() * 0.26;
    let plan_at = Coord { x: low.x + 4.0, y: if synthetic { middle - 2.0 } else { middle } };
    writer.fitted(plan, plan_at, Align::Left, Hand::new(10.0), side - 6.0);
    if synthetic {
        let at = Coord { x: low.x + 4.0, y: middle + 2.8 };
        writer.line("虚构数据，仅供演示", at, Align::Left, Hand::bold(8.0).in_ink(RED));
    }
    let centre = Coord { x: (low.x + high.x) / 2.0, y: middle };
    writer.fitted(title, centre, Align::Middle, Hand::bold(20.0), zones.title.width() - 2.0 * side);
    if !number.is_empty() {
        let at = Coord { x: high.x - 4.0, y: middle };
        writer.line(&format!("图号 {number}"), at, Align::Right, Hand::new(11.0));
    }
}

/// An arrow to the north of the grid; what it covers.
pub(crate) fn draw_north(writer: &mut Writer, map: Rect) -> Rect {
    let tip = Coord { x: map.max().x - 11.0, y: map.min().y + 9.5 };
    let at = |x: f64, y: f64| Coord { x: tip.x + x, y: tip.y + y };
    let cover = Rect::new(at(-6.5, -7.0), at(6.5, 15.0));
    let dark = Outline::polygon(&[at(0.0, 0.0), at(-3.6, 13.0), at(0.0, 10.0)]);
    let light = Outline::polygon(&[at(0.0, 0.0), at(3.6, 13.0), at(0.0, 10.0)]);
    let pen = Some(Pen::solid(BLACK, 0.25));
    let halo = Outline::polygon(&[at(0.0, 0.0), at(-3.6, 13.0), at(0.0, 10.0), at(3.6, 13.0)]);
    writer.canvas.stroke(halo, Pen::solid(WHITE, 1.6));
    writer.canvas.shape(dark, Some(BLACK), pen.clone());
    writer.canvas.shape(light, Some(WHITE), pen);
    writer.canvas.write(TextMark {
        at: Coord { x: tip.x - 5.5 * MM_PER_PT, y: tip.y - 1.2 },
        size_pt: 11.0,
        text: "北".to_owned(),
        ink: BLACK,
        bold: true,
        angle_deg: 0.0,
        halo: Some((WHITE, 0.5)),
    });
    cover
}

/// Length of the scale bar on the ground: round, and not longer on paper than this.
pub fn bar_length_m(denominator: f64, longest_mm: f64) -> f64 {
    let longest_m = longest_mm * denominator / 1000.0;
    let power = 10_f64.powf(longest_m.log10().floor());
    [5.0, 4.0, 2.0, 1.0].map(|step| step * power).into_iter().find(|length| *length <= longest_m).unwrap_or(power)
}

/// Figures with a space between thousands: `1:50 000`.
pub(crate) fn scale_text(denominator: f64) -> String {
    let digits = format!("{denominator:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    format!("1:{grouped}")
}

/// The scale in figures and as a bar of four fields, and the coordinate system. The bar on the page.
pub(crate) fn draw_scale(writer: &mut Writer, place: Rect, view: &MapView, plane: &Plane) -> Rect {
    let (low, high) = (place.min(), place.max());
    let x = (low.x + high.x) / 2.0;
    let text = format!("比例尺 {}", scale_text(view.denominator));
    writer.line(&text, Coord { x, y: low.y + 4.2 }, Align::Middle, Hand::bold(10.5));
    let length_m = bar_length_m(view.denominator, (place.width() - 16.0).min(62.0));
    let top = low.y + 11.6;
    let left = x - length_m * view.mm_per_m() / 2.0;
    let bar = draw_bar(writer, Coord { x: left, y: top }, length_m, view);
    let [system, zone] = plane.describe();
    writer.fitted(&system, Coord { x, y: top + 5.2 }, Align::Middle, Hand::new(7.5), place.width() - 4.0);
    writer.fitted(&zone, Coord { x, y: top + 8.8 }, Align::Middle, Hand::new(7.5), place.width() - 4.0);
    bar
}

/// A bar of four fields with its upper left corner here, and the figures above it; the bar on the page.
pub(crate) fn draw_bar(writer: &mut Writer, corner: Coord, length_m: f64, view: &MapView) -> Rect {
    let Coord { x: left, y: top } = corner;
    let width = length_m * view.mm_per_m();
    let bar = Rect::new(Coord { x: left, y: top }, Coord { x: left + width, y: top + 1.5 });
    for field in 0..4 {
        let from = left + width * f64::from(field) / 4.0;
        let rect = Rect::new(Coord { x: from, y: top }, Coord { x: from + width / 4.0, y: top + 1.5 });
        let ink = if field % 2 == 0 { BLACK } else { WHITE };
        writer.canvas.shape(Outline::rect(rect), Some(ink), Some(Pen::solid(BLACK, 0.15)));
    }
    let (divisor, unit) = if length_m >= 1000.0 { (1000.0, "km") } else { (1.0, "m") };
    for (share, text) in [0.0, 0.5, 1.0].map(|share| (share, format!("{}", length_m * share / divisor))) {
        let at = Coord { x: left + width * share, y: top - 2.0 };
        writer.line(&text, at, Align::Middle, Hand::new(7.0));
        if share == 1.0 {
            let at = Coord { x: at.x + writer.faces.width_mm(&text, 7.0) / 2.0 + 0.8, y: at.y };
            writer.line(unit, at, Align::Left, Hand::new(7.0));
        }
    }
    bar
}

/// Height of the place for the scale.
pub(crate) const SCALE_MM: f64 = 25.0;

/// The table with what the sheet is and who made it.
pub(crate) fn draw_block(writer: &mut Writer, place: Rect, rows: &[(String, String)]) {
    let (low, high) = (place.min(), place.max());
    let row = place.height() / rows.len().max(1) as f64;
    let edge = low.x + HEAD_MM;
    let pen = || Pen::solid(BLACK, 0.15);
    for (number, (name, value)) in rows.iter().enumerate() {
        let top = low.y + row * number as f64;
        writer.canvas.line(Coord { x: low.x, y: top }, Coord { x: high.x, y: top }, pen());
        let middle = top + row / 2.0;
        writer.line(name, Coord { x: low.x + HEAD_MM / 2.0, y: middle }, Align::Middle, Hand::new(7.5).in_ink(GREY));
        let room = high.x - edge - 3.0;
        let at = Coord { x: edge + 1.8, y: middle };
        let lines = writer.faces.wrap(value, 7.5, room);
        match lines.as_slice() {
            [first, second] if row > 6.2 => {
                writer.line(first, Coord { y: middle - 1.6, ..at }, Align::Left, Hand::new(7.5));
                writer.line(second, Coord { y: middle + 1.6, ..at }, Align::Left, Hand::new(7.5));
            }
            _ => writer.fitted(value, at, Align::Left, Hand::new(8.0), room),
        }
    }
    writer.canvas.line(Coord { x: edge, y: low.y }, Coord { x: edge, y: high.y }, pen());
}

/// Width of the names in the title block.
const HEAD_MM: f64 = 22.0;

/// Below the frame: what the sheet rests on, and which of how many it is.
pub(crate) fn draw_foot(writer: &mut Writer, zones: &PageZones, note: &str, page: &str) {
    let y = zones.frame.max().y + 3.4;
    let (left, right) = (zones.frame.min().x, zones.frame.max().x);
    let width = writer.faces.width_mm(page, 7.0);
    writer.line(page, Coord { x: right, y }, Align::Right, Hand::new(7.0).in_ink(GREY));
    let room = right - left - width - 6.0;
    let lines = writer.faces.wrap(note, 6.5, room);
    for (number, line) in lines.iter().take(2).enumerate() {
        let at = Coord { x: left, y: y + 3.0 * number as f64 - if lines.len() > 1 { 0.8 } else { 0.0 } };
        writer.line(line, at, Align::Left, Hand::new(6.5).in_ink(GREY));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_written_and_drawn_in_round_figures() {
        assert_eq!(scale_text(80_000.0), "1:80 000");
        assert_eq!(scale_text(500.0), "1:500");
        assert_eq!(bar_length_m(80_000.0, 60.0), 4_000.0);
        assert_eq!(bar_length_m(2_000.0, 60.0), 100.0);
    }
}
