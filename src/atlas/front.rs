//! The cover and the list of sheets (图纸目录), with what is missing and why.

use geo::{Coord, Rect};

use crate::ListedSheet;
use crate::canvas::{BLACK, Canvas, GREY, Outline, Pen};
use crate::facts::SheetFacts;
use crate::furniture::{Align, Hand, RED, Writer, scale_text};
use crate::paper::{Orientation, PageZones, Paper};
use crate::typeface::Typefaces;

/// What the front pages share.
pub(crate) struct Front<'a> {
    pub(crate) plan: String,
    /// The scenario that the sheets of the plan are of.
    pub(crate) scenario: Option<&'a str>,
    pub(crate) facts: &'a SheetFacts,
    pub(crate) synthetic: bool,
    pub(crate) paper: Paper,
    pub(crate) faces: &'a Typefaces,
}

/// Height of a row of the list, of its head, and of the heading above it.
const ROW_MM: f64 = 6.2;
const HEADING_MM: f64 = 16.0;

/// A list of so few rows stays in one column.
const SHORT: usize = 12;

/// Columns of the list: heading and share of the width.
const COLUMNS: [(&str, f64); 5] = [("图号", 0.11), ("图名", 0.45), ("比例尺", 0.16), ("页", 0.08), ("说明", 0.20)];

impl Front<'_> {
    /// The cover.
    pub(crate) fn draw_cover(&self) -> Canvas {
        let zones = PageZones::new(self.paper, Orientation::Landscape);
        let mut canvas = Canvas::new(zones.size_mm);
        canvas.stroke(Outline::rect(zones.frame), Pen::solid(BLACK, 0.7));
        let mut writer = Writer { canvas: &mut canvas, faces: self.faces };
        let (low, high) = (zones.frame.min(), zones.frame.max());
        let x = (low.x + high.x) / 2.0;
        let at = |share: f64| Coord { x, y: low.y + zones.frame.height() * share };
        let scale = zones.frame.width() / 385.0;
        let hand = |size: f64| Hand::new((size * scale).max(9.0));
        let room = zones.frame.width() * 0.84;
        let (plan, stage) = (&self.plan, &self.facts.stage);
        writer.fitted(plan, at(0.30), Align::Middle, Hand { bold: true, ..hand(38.0) }, room);
        let term = self.facts.term.clone().unwrap_or_else(|| "【规划期限】".to_owned());
        writer.fitted(&format!("（{term}）"), at(0.40), Align::Middle, hand(20.0), room);
        writer.line("规 划 图 集", at(0.53), Align::Middle, Hand { bold: true, ..hand(26.0) });
        if let Some(stage) = stage {
            writer.line(stage, at(0.61), Align::Middle, hand(16.0));
        }
        if let Some(scenario) = self.scenario {
            let says = format!("规划图按{scenario}绘制，现状图为该方案实施前");
            writer.fitted(&says, at(0.67), Align::Middle, hand(14.0), room);
        }
        let or_place = |fact: &Option<String>, place: &str| fact.clone().unwrap_or_else(|| format!("【{place}】"));
        let bodies = [
            format!("组织编制单位：{}", or_place(&self.facts.commissioned_by, "组织编制单位")),
            format!("编制单位：{}", or_place(&self.facts.made_by, "编制单位")),
            or_place(&self.facts.date, "编绘日期"),
        ];
        for (number, body) in bodies.iter().enumerate() {
            writer.fitted(body, at(0.76 + 0.055 * number as f64), Align::Middle, hand(14.0), room);
        }
        let rule = |share: f64| {
            let y = low.y + zones.frame.height() * share;
            [Coord { x: x - room * 0.36, y }, Coord { x: x + room * 0.36, y }]
        };
        for share in [0.225, 0.455] {
            let [from, to] = rule(share);
            writer.canvas.line(from, to, Pen::solid(BLACK, 0.5));
        }
        if self.synthetic {
            let hand = hand(13.0).in_ink(RED);
            writer.line("本图集依据虚构数据生成，仅供演示", at(0.15), Align::Middle, Hand { bold: true, ..hand });
        }
        canvas
    }

    /// How many pages the list takes.
    pub(crate) fn count_list_pages(&self, rows: usize) -> usize {
        rows.div_ceil(self.rows_of_page() * 2).max(1)
    }

    fn rows_of_page(&self) -> usize {
        let frame = PageZones::new(self.paper, Orientation::Landscape).frame;
        ((frame.height() - HEADING_MM - 6.0) / ROW_MM).floor() as usize - 1
    }

    /// The list of sheets in two columns.
    pub(crate) fn draw_list(&self, sheets: &[ListedSheet]) -> Vec<Canvas> {
        let rows = self.rows_of_page();
        let pages: Vec<&[ListedSheet]> =
            if sheets.is_empty() { vec![sheets] } else { sheets.chunks(rows * 2).collect() };
        let count = pages.len();
        let draw = |(number, page): (usize, &&[ListedSheet])| {
            let zones = PageZones::new(self.paper, Orientation::Landscape);
            let mut canvas = Canvas::new(zones.size_mm);
            canvas.stroke(Outline::rect(zones.frame), Pen::solid(BLACK, 0.7));
            let mut writer = Writer { canvas: &mut canvas, faces: self.faces };
            let (low, high) = (zones.frame.min(), zones.frame.max());
            let heading = if count > 1 {
                format!("图 纸 目 录（{}／{count}）", number + 1)
            } else {
                "图 纸 目 录".to_owned()
            };
            let at = Coord { x: (low.x + high.x) / 2.0, y: low.y + HEADING_MM / 2.0 };
            writer.line(&heading, at, Align::Middle, Hand::bold(18.0));
            // The columns are as long as each other.
            let half = if page.len() > SHORT { page.len().div_ceil(2).min(rows) } else { page.len() };
            let width = (zones.frame.width() - 18.0) / 2.0;
            for (column, part) in page.chunks(half.max(1)).enumerate() {
                let left = low.x + 6.0 + (width + 6.0) * column as f64;
                let top = low.y + HEADING_MM;
                let place = Rect::new(Coord { x: left, y: top }, Coord { x: left + width, y: high.y - 6.0 });
                self.draw_table(&mut writer, place, part);
            }
            canvas
        };
        pages.iter().enumerate().map(draw).collect()
    }

    fn draw_table(&self, writer: &mut Writer, place: Rect, sheets: &[ListedSheet]) {
        let (low, high) = (place.min(), place.max());
        let line = |writer: &mut Writer, number: usize, width: f64| {
            let y = low.y + ROW_MM * number as f64;
            writer.canvas.line(Coord { x: low.x, y }, Coord { x: high.x, y }, Pen::solid(BLACK, width));
        };
        let heads: [String; 5] = COLUMNS.map(|(name, _)| name.to_owned());
        self.draw_row(writer, place, 0, &heads, true);
        line(writer, 0, 0.4);
        line(writer, 1, 0.25);
        for (number, sheet) in sheets.iter().enumerate() {
            let reason = sheet.missing.as_ref().map(|reason| format!("缺资料：{reason}"));
            let cells = [
                sheet.number.clone(),
                sheet.title.clone(),
                sheet.denominator.map_or_else(|| "—".to_owned(), scale_text),
                sheet.page.map_or_else(|| "—".to_owned(), |page| page.to_string()),
                reason.unwrap_or_default(),
            ];
            self.draw_row(writer, place, number + 1, &cells, false);
            line(writer, number + 2, 0.1);
        }
        line(writer, sheets.len() + 1, 0.4);
    }

    fn draw_row(&self, writer: &mut Writer, place: Rect, number: usize, cells: &[String; 5], is_head: bool) {
        let y = place.min().y + ROW_MM * (number as f64 + 0.5);
        let is_missing = !cells[4].is_empty() && !is_head;
        let mut x = place.min().x;
        for (at, (cell, (_, share))) in cells.iter().zip(COLUMNS).enumerate() {
            let width = place.width() * share;
            // A reason needs the room of scale and page, which a missing sheet has not.
            let (left, width) = match at {
                2 | 3 if is_missing => (x, 0.0),
                4 if is_missing => (x - place.width() * 0.24, place.width() * 0.44),
                _ => (x, width),
            };
            let hand = if is_head { Hand::bold(8.5) } else { Hand::new(8.5) };
            let hand = if is_missing { hand.in_ink(GREY) } else { hand };
            if width > 0.0 {
                let lines = writer.faces.wrap(cell, 6.5, width - 2.5);
                let at = Coord { x: left + 1.5, y };
                if at.x > 0.0 && writer.faces.width_mm(cell, 8.5) <= width - 2.5 {
                    writer.line(cell, at, Align::Left, hand);
                } else if let [first, second] = lines.as_slice() {
                    let hand = Hand { size_pt: 6.5, ..hand };
                    writer.line(first, Coord { y: y - 1.35, ..at }, Align::Left, hand);
                    writer.line(second, Coord { y: y + 1.35, ..at }, Align::Left, hand);
                } else {
                    writer.fitted(cell, at, Align::Left, hand, width - 2.5);
                }
            }
            x += place.width() * share;
        }
    }
}
