//! Pages as PDF: vectors, text that can be searched, embedded parts of fonts, bookmarks. No clock is asked, so that the same
//! pages give the same bytes.

use anyhow::{Context, Result, anyhow};
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline as Bookmarks, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::{Document, SerializeSettings};

use crate::canvas::{Canvas, Ink, Mark, Outline, Pen, Step, TextMark};
use crate::typeface::{MM_PER_PT, Typefaces};

/// A page and where it stands in the bookmarks.
pub(crate) struct PdfPage<'a> {
    pub(crate) canvas: &'a Canvas,
    /// The heading above it; pages that follow each other under the same one share it. Empty: none.
    pub(crate) part: &'a str,
    pub(crate) name: String,
}

/// Writes pages.
///
/// # Errors
/// If a character is in no font, named with the page.
pub(crate) fn write_pdf(pages: &[PdfPage], title: &str, authors: Vec<String>, faces: &Typefaces) -> Result<Vec<u8>> {
    let settings = SerializeSettings { xmp_metadata: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    // A page that is begun has to be finished: what cannot be written is found before.
    for page in pages {
        let checked = page.canvas.texts().try_for_each(|text| faces.shape(&text.text).map(drop));
        checked.with_context(|| format!("图页“{0}” | the page '{0}'", page.name))?;
    }
    for page in pages {
        let (width, height) = (points(page.canvas.size_mm.0), points(page.canvas.size_mm.1));
        let settings = PageSettings::from_wh(width, height).context("纸张大小有误 | the size of the paper is wrong")?;
        let mut paper = document.start_page_with(settings);
        let mut surface = paper.surface();
        let drawn = draw(page.canvas, faces, &mut surface);
        surface.finish();
        paper.finish();
        drawn.with_context(|| format!("图页“{0}” | the page '{0}'", page.name))?;
    }
    document.set_outline(bookmarks(pages));
    let metadata = Metadata::new()
        .title(title.to_owned())
        .authors(authors)
        .creator("fireplan".to_owned())
        .language("zh-CN".to_owned());
    document.set_metadata(metadata);
    document.finish().map_err(|error| anyhow!("写 PDF 失败 | writing the PDF failed: {error:?}"))
}

fn bookmarks(pages: &[PdfPage]) -> Bookmarks {
    let mut bookmarks = Bookmarks::new();
    let node = |number: usize, text: &str| {
        OutlineNode::new(text.to_owned(), XyzDestination::new(number, Point::from_xy(0.0, 0.0)))
    };
    let mut at = 0;
    while let Some(page) = pages.get(at) {
        if page.part.is_empty() {
            bookmarks.push_child(node(at, &page.name));
            at += 1;
            continue;
        }
        let mut part = node(at, page.part).with_open(true);
        while let Some(page) = pages.get(at).filter(|next| next.part == page.part) {
            part.push_child(node(at, &page.name));
            at += 1;
        }
        bookmarks.push_child(part);
    }
    bookmarks
}

/// Millimetres in points, to a hundredth: nothing finer shows, and figures stay short.
fn points(mm: f64) -> f32 {
    ((mm / MM_PER_PT * 100.0).round() / 100.0) as f32
}

fn draw(canvas: &Canvas, faces: &Typefaces, surface: &mut Surface) -> Result<()> {
    for mark in &canvas.marks {
        match mark {
            Mark::Shape { outline, fill, pen } => {
                let Some(path) = path(outline) else { continue };
                surface.set_fill(fill.map(paint));
                surface.set_stroke(pen.as_ref().map(stroke));
                if fill.is_some() || pen.is_some() {
                    surface.draw_path(&path);
                }
            }
            Mark::Text(text) => write_text(text, faces, surface)?,
            Mark::Clip(outline) => {
                let path = path(outline).context("空的裁剪范围 | an empty clip")?;
                surface.push_clip_path(&path, &FillRule::EvenOdd);
            }
            Mark::Unclip => surface.pop(),
        }
    }
    Ok(())
}

fn path(outline: &Outline) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for step in &outline.0 {
        match step {
            Step::Move(to) => builder.move_to(points(to.x), points(to.y)),
            Step::Line(to) => builder.line_to(points(to.x), points(to.y)),
            Step::Curve(a, b, to) => {
                builder.cubic_to(points(a.x), points(a.y), points(b.x), points(b.y), points(to.x), points(to.y));
            }
            Step::Close => builder.close(),
        }
    }
    builder.finish()
}

fn colour(ink: Ink) -> rgb::Color {
    rgb::Color::new(ink.rgb[0], ink.rgb[1], ink.rgb[2])
}

fn opacity(ink: Ink) -> NormalizedF32 {
    NormalizedF32::new(ink.opacity as f32).unwrap_or(NormalizedF32::ONE)
}

fn paint(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), opacity: opacity(ink), rule: FillRule::EvenOdd }
}

fn stroke(pen: &Pen) -> Stroke {
    let dash = StrokeDash { array: pen.dash_mm.iter().map(|part| points(*part)).collect(), offset: 0.0 };
    Stroke {
        paint: colour(pen.ink).into(),
        width: points(pen.width_mm),
        line_cap: if pen.round { LineCap::Round } else { LineCap::Butt },
        line_join: if pen.round { LineJoin::Round } else { LineJoin::Miter },
        opacity: opacity(pen.ink),
        dash: (!pen.dash_mm.is_empty()).then_some(dash),
        miter_limit: 2.0,
    }
}

/// Part of the size by which heavy letters are drawn thicker on either side.
const BOLD: f64 = 0.028;

/// Writes text; its halo as outlines, so that a search finds the text once.
fn write_text(mark: &TextMark, faces: &Typefaces, surface: &mut Surface) -> Result<()> {
    let runs = faces.shape(&mark.text)?;
    let at = Point::from_xy(points(mark.at.x), points(mark.at.y));
    if mark.angle_deg != 0.0 {
        surface.push_transform(&Transform::from_rotate_at(mark.angle_deg as f32, at.x, at.y));
    }
    let size = mark.size_pt as f32;
    let line = |ink: Ink, width: f64| {
        let pen = Pen { ink, width_mm: width, dash_mm: Vec::new(), round: true };
        stroke(&pen)
    };
    let bold_mm = if mark.bold { BOLD * mark.size_pt * MM_PER_PT } else { 0.0 };
    let halo = mark.halo.map(|(ink, width)| line(ink, 2.0 * width + bold_mm));
    let body = mark.bold.then(|| line(mark.ink, bold_mm));
    for is_halo in [true, false] {
        if is_halo && halo.is_none() {
            continue;
        }
        let mut x = at.x;
        surface.set_fill(Some(paint(mark.halo.filter(|_| is_halo).map_or(mark.ink, |(ink, _)| ink))));
        surface.set_stroke(if is_halo { halo.clone() } else { body.clone() });
        for run in &runs {
            let part = &mark.text[run.range.clone()];
            surface.draw_glyphs(Point::from_xy(x, at.y), &run.glyphs, run.font.clone(), part, size, is_halo);
            x += run.advance * size;
        }
    }
    if mark.angle_deg != 0.0 {
        surface.pop();
    }
    Ok(())
}
