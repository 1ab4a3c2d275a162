//! Field sheets (现场核查单) of several features in one PDF: an A4 page for each, with a map of the place, what is known, and room
//! to write.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use fireplan_export::sheets::SheetWords;
use fireplan_export::style::{Palette, Theme};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Layer;
use geo::{BoundingRect, Coord, Geometry, Rect};

use crate::canvas::{BLACK, Canvas, GREY, Outline, Pen, WHITE};
use crate::catalogue::State;
use crate::facts::SheetFacts;
use crate::furniture::{Align, Hand, RED, Writer, bar_length_m, draw_bar, draw_north, scale_text};
use crate::labels::place_labels;
use crate::library::Library;
use crate::painter::Painter;
use crate::paper::Paper;
use crate::pdf::{PdfPage, write_pdf};
use crate::sheet::Workshop;
use crate::typeface::Typefaces;
use crate::view::MapView;

/// The most sheets of one file: a bundle that people carry.
pub const MOST_FIELD_SHEETS: usize = 500;

/// Features that are to be visited.
pub struct FieldBook<'a> {
    /// The area, whose layers are the ground of the maps.
    pub area: &'a StudyArea,
    /// Their layer.
    pub layer: &'a Layer,
    /// Which of them, by their places in it.
    pub features: &'a [u32],
}

/// Layers of the area on the maps, from the bottom up.
const GROUND: [&str; 8] =
    ["built_up", "forests", "water_sources", "buildings", "roads", "road_areas", "towns", "villages"];

/// Margins, and where the map stands, in millimetres.
const LEFT: f64 = 18.0;
const RIGHT: f64 = 195.0;
const TOP: f64 = 15.0;
const FOOT: f64 = 284.0;
const MAP_MM: f64 = 104.0;
/// No scale is larger than 1 to this.
const LEAST: f64 = 5_000.0;

/// The scale bar is at most this long.
const BAR_MM: f64 = 40.0;

/// Sizes of the text of the tables, from the largest that may fit, and what a line needs.
const SIZES_PT: [f64; 4] = [8.5, 7.5, 6.5, 6.0];
const LINE_MM_PER_PT: f64 = 0.47;
const PAD_MM: f64 = 1.6;
/// Width of the labels, and heights of the rows that are filled in by hand.
const LABEL_MM: f64 = 25.0;
const BLANK_MM: f64 = 11.0;
const LEAST_PHOTO_MM: f64 = 12.0;

/// What is filled in on the spot, two to a row.
const BLANKS: [[&str; 2]; 3] = [["现场情况", "实测值(宽度等)"], ["核查意见", "责任单位、时限"], ["核查人", "日期"]];

/// Draws the sheets of the features that are somewhere, one to a page.
///
/// # Errors
/// If there is none or there are too many, a character is in no font, or a place is not on earth.
pub fn draw_field_book(book: &FieldBook<'_>) -> Result<Vec<u8>> {
    let count = book.features.len();
    if count > MOST_FIELD_SHEETS {
        bail!(
            "{count} 份核查单超过一次 {MOST_FIELD_SHEETS} 份的上限，请按乡镇或关键词筛选后分批生成 | \
             {count} field sheets are more than the {MOST_FIELD_SHEETS} of one file: choose by town or words, a part at a time"
        );
    }
    let faces = Typefaces::open(None, true)?;
    let layers: Vec<Layer> = book.area.map_layers();
    let layers: Vec<&Layer> = layers.iter().collect();
    let library = Library::of_layers(book.area, &layers, &Palette::load(Theme::Print)?)?;
    let facts = SheetFacts::default();
    let workshop = Workshop {
        area: book.area,
        library: &library,
        findings: [&[], &[]],
        plan: None,
        is_scenario: false,
        facts: &facts,
        faces: &faces,
        base: &[],
        paper: Paper::A4,
    };
    let mut pages = Vec::new();
    for feature in book.features {
        let words = SheetWords::of(book.area, book.layer, *feature as usize)?;
        let geometry = book.layer.features.get(*feature as usize).and_then(|feature| feature.geometry.as_ref());
        if let Some((words, geometry)) = words.zip(geometry) {
            let canvas = draw_page(&workshop, &words, geometry)?;
            pages.push((words.name, canvas));
        }
    }
    if pages.is_empty() {
        bail!(
            "没有可以打印的核查单：所选要素为空或没有位置 | no field sheet to print: nothing is chosen, or it is nowhere"
        );
    }
    let pages: Vec<PdfPage<'_>> =
        pages.iter().map(|(name, canvas)| PdfPage { canvas, part: "", name: name.clone() }).collect();
    write_pdf(&pages, &format!("{} 现场核查单", book.area.name), Vec::new(), &faces)
}

fn draw_page(workshop: &Workshop<'_>, words: &SheetWords, geometry: &Geometry) -> Result<Canvas> {
    let (width, height) = Paper::A4.sides_mm();
    let mut canvas = Canvas::new((width, height));
    let mut writer = Writer { canvas: &mut canvas, faces: workshop.faces };
    let mut y = TOP + 4.0;
    writer.fitted(&words.name, Coord { x: LEFT, y }, Align::Left, Hand::bold(15.0), RIGHT - LEFT);
    y += 6.5;
    writer.fitted(&words.heading, Coord { x: LEFT, y }, Align::Left, Hand::new(8.0).in_ink(GREY), RIGHT - LEFT);
    y += 5.0;
    for line in words.story.iter().flat_map(|story| workshop.faces.wrap(story, 9.0, RIGHT - LEFT)).take(4) {
        writer.line(&line, Coord { x: LEFT, y }, Align::Left, Hand::new(9.0));
        y += 4.4;
    }
    let map = Rect::new(Coord { x: LEFT, y }, Coord { x: RIGHT, y: y + MAP_MM });
    draw_place(workshop, map, geometry, &mut canvas)?;
    draw_tables(workshop.faces, words, map.max().y + 3.0, &mut canvas);
    let mut writer = Writer { canvas: &mut canvas, faces: workshop.faces };
    let foot = FOOT + 4.0;
    writer.line(&words.foot, Coord { x: LEFT, y: foot }, Align::Left, Hand::new(7.0).in_ink(GREY));
    writer.line("红色为核查位置", Coord { x: RIGHT, y: foot }, Align::Right, Hand::new(7.0).in_ink(GREY));
    Ok(canvas)
}

/// The map: the ground, and the feature in red.
fn draw_place(workshop: &Workshop<'_>, at: Rect, geometry: &Geometry, canvas: &mut Canvas) -> Result<()> {
    let extent = geometry.bounding_rect().context("要素没有范围 | the feature has no extent")?;
    // What is visited fills half of the map, so that its surroundings tell where it is.
    let half = Coord { x: extent.width(), y: extent.height() };
    let view = MapView::fit(Rect::new(extent.center() - half, extent.center() + half), at, LEAST);
    let zoom = workshop.zoom(&view)?;
    let mut marks = Canvas::new(canvas.size_mm);
    let mut painter = Painter {
        view: &view,
        zoom,
        faces: workshop.faces,
        canvas: &mut marks,
        labels: Vec::new(),
        line_names: BTreeMap::new(),
        covered: Vec::new(),
        focus: None,
    };
    for shown in GROUND.iter().filter_map(|id| workshop.base_layer(id, State::Present, None)) {
        painter.paint(&shown);
    }
    let mut requests = painter.labels;
    requests.extend(painter.line_names.into_values());
    let mut covered = painter.covered;
    canvas.clipped(Outline::rect(at), |canvas| {
        canvas.fill(Outline::rect(at), WHITE);
        canvas.marks.extend(marks.marks);
        mark_feature(&view, geometry, canvas);
    });
    let mut writer = Writer { canvas: &mut *canvas, faces: workshop.faces };
    covered.push(draw_north(&mut writer, at));
    let corner = Coord { x: at.min().x + 6.0, y: at.max().y - 4.0 };
    let bar = draw_bar(&mut writer, corner, bar_length_m(view.denominator, BAR_MM), &view);
    // With the figures above it.
    covered.push(Rect::new(bar.min() - Coord { x: 4.0, y: 5.0 }, bar.max() + Coord { x: 8.0, y: 1.0 }));
    let room = Rect::new(at.min() + Coord { x: 1.2, y: 1.2 }, at.max() - Coord { x: 1.2, y: 1.2 });
    place_labels(requests, &covered, room, workshop.faces, canvas);
    let mut writer = Writer { canvas, faces: workshop.faces };
    let scale = Coord { x: at.max().x - 3.0, y: at.max().y - 4.0 };
    writer.line(&scale_text(view.denominator), scale, Align::Right, Hand::bold(8.0));
    writer.canvas.stroke(Outline::rect(at), Pen::solid(BLACK, 0.3));
    Ok(())
}

fn mark_feature(view: &MapView, geometry: &Geometry, canvas: &mut Canvas) {
    let outline = view.line_outline(geometry);
    canvas.stroke(outline.clone(), Pen::solid(WHITE, 2.2));
    canvas.stroke(outline, Pen::solid(RED, 1.1));
    let ring = |at: Coord, canvas: &mut Canvas| {
        let place = view.place(at);
        canvas.stroke(Outline::circle(place, 2.4), Pen::solid(WHITE, 1.8));
        canvas.stroke(Outline::circle(place, 2.4), Pen::solid(RED, 0.9));
    };
    match geometry {
        Geometry::Point(point) => ring(point.0, canvas),
        Geometry::LineString(line) => line.0.first().into_iter().chain(line.0.last()).for_each(|at| ring(*at, canvas)),
        _ => {}
    }
}

/// A row of a table: cells of a label and a text each, and how high it is.
struct TableRow<'a> {
    cells: Vec<(&'a str, Vec<String>)>,
    height_mm: f64,
}

/// The facts, the places, and what is filled in by hand; smaller where they would not fit.
fn draw_tables(faces: &Typefaces, words: &SheetWords, top: f64, canvas: &mut Canvas) {
    let by_hand = BLANK_MM * BLANKS.len() as f64 + LEAST_PHOTO_MM;
    let room = FOOT - top - by_hand;
    let told = SIZES_PT.map(|size_pt| (size_pt, told_rows(faces, words, size_pt)));
    let height = |rows: &[TableRow<'_>]| rows.iter().map(|row| row.height_mm).sum::<f64>();
    let [.., smallest] = &told;
    let (size_pt, rows) = told.iter().find(|(_, rows)| height(rows) <= room).unwrap_or(smallest);
    let mut writer = Writer { canvas, faces };
    let mut y = top;
    // What does not fit even in the smallest letters stands in the table of the findings.
    for row in rows {
        if y + row.height_mm > top + room {
            break;
        }
        draw_row(&mut writer, row, y, *size_pt);
        y += row.height_mm;
    }
    for pair in BLANKS {
        let row = TableRow { cells: pair.map(|label| (label, Vec::new())).into(), height_mm: BLANK_MM };
        draw_row(&mut writer, &row, y, SIZES_PT[0]);
        y += row.height_mm;
    }
    let photo = TableRow {
        cells: vec![("现场照片", vec!["（粘贴处或照片编号）".to_owned()])], height_mm: FOOT - y
    };
    draw_row(&mut writer, &photo, y, SIZES_PT[0]);
}

fn told_rows<'a>(faces: &Typefaces, words: &'a SheetWords, size_pt: f64) -> Vec<TableRow<'a>> {
    let row = |cells: &'a [(String, String)], across: f64| {
        let room = (RIGHT - LEFT) / across - LABEL_MM - 2.0 * PAD_MM;
        let cells: Vec<(&str, Vec<String>)> =
            cells.iter().map(|(label, text)| (label.as_str(), faces.wrap(text, size_pt, room))).collect();
        let labels = cells.iter().map(|(label, _)| faces.wrap(label, size_pt, LABEL_MM - PAD_MM).len());
        let lines = cells.iter().map(|(_, lines)| lines.len()).chain(labels).max().unwrap_or(1).max(1);
        TableRow { cells, height_mm: lines as f64 * size_pt * LINE_MM_PER_PT + PAD_MM }
    };
    let facts = words.facts.chunks(2).map(|pair| row(pair, 2.0));
    facts.chain(words.places.chunks(1).map(|one| row(one, 1.0))).collect()
}

fn draw_row(writer: &mut Writer<'_>, row: &TableRow<'_>, top: f64, size_pt: f64) {
    let pen = || Pen::solid(BLACK, 0.15);
    let across = (RIGHT - LEFT) / if row.cells.len() == 1 { 1.0 } else { 2.0 };
    for (number, (label, lines)) in row.cells.iter().enumerate() {
        let left = LEFT + across * number as f64;
        let bottom = top + row.height_mm;
        let cell = Rect::new(Coord { x: left, y: top }, Coord { x: left + across, y: bottom });
        let head = Rect::new(Coord { x: left, y: top }, Coord { x: left + LABEL_MM, y: bottom });
        writer.canvas.stroke(Outline::rect(cell), pen());
        writer.canvas.stroke(Outline::rect(head), pen());
        let labels = writer.faces.wrap(label, size_pt, LABEL_MM - PAD_MM);
        write_lines(writer, &labels, left + PAD_MM / 2.0, (top, bottom), Hand::new(size_pt).in_ink(GREY));
        write_lines(writer, lines, left + LABEL_MM + PAD_MM, (top, bottom), Hand::new(size_pt));
    }
}

/// Lines in the middle of the height of a cell.
fn write_lines(writer: &mut Writer<'_>, lines: &[String], left: f64, (top, bottom): (f64, f64), hand: Hand) {
    let step = hand.size_pt * LINE_MM_PER_PT;
    let first = (top + bottom) / 2.0 - step * (lines.len() as f64 - 1.0) / 2.0;
    for (number, line) in lines.iter().enumerate() {
        writer.line(line, Coord { x: left, y: first + step * number as f64 }, Align::Left, hand);
    }
}
