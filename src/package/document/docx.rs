//! Texts as Word files: styles, automatic numbering of chapters and articles, tables with fixed grids, a content control per
//! article.
//!
//! WPS keeps tables in shape only where every cell has its width and the table its grid. What the library has no call for
//! (tags of content controls, repeated heading rows) is put into its output.

use anyhow::{Context, Result};
use docx_rs::{
    AlignmentType, Docx, Footer, Header, Hyperlink, HyperlinkType, IndentLevel, LineSpacing, LineSpacingType,
    NumberingId, PageMargin, PageNum, Paragraph, Run, RunFonts, SpecialIndentType, StructuredDataTag, Style, StyleType,
};

use super::compose::{ComposedArticle, ComposedDocument};
use super::numbering::{CHAPTERS, article_list, chapter_label, chinese_number, write_numbering};
use super::spec::DocumentNumbering;
use super::table::make_table;
use crate::archive::{ArchivedPart, pack_archive};

/// Typefaces of every Chinese office.
const SERIF: &str = "宋体";
const SANS: &str = "黑体";
/// Half points: 小四, 四号, 三号, 二号, 小初.
const BODY: usize = 24;
const ARTICLE: usize = 24;
const CHAPTER: usize = 32;
const COVER: usize = 44;
/// The style of 强制性内容.
const MANDATORY: &str = "Mandatory";
/// Twentieths of a point: two characters of the body.
const TWO_CHARACTERS: i32 = 480;
/// One and a half lines.
const LINES: i32 = 360;
/// Millimetres in twentieths of a point.
const MM: f64 = 56.7;

/// The file of a text.
///
/// # Errors
/// If it cannot be put together.
pub fn write_docx(document: &ComposedDocument) -> Result<Vec<u8>> {
    pack(build_parts(document)?)
}

/// A file of its parts, in their order; the same parts give the same bytes.
pub(super) fn pack(parts: Vec<ArchivedPart>) -> Result<Vec<u8>> {
    pack_archive(parts).context("生成 docx 文件 | making the docx file")
}

fn build_parts(document: &ComposedDocument) -> Result<Vec<ArchivedPart>> {
    let mut docx = styled(document);
    docx = add_cover(docx, document);
    docx = add_contents(docx, document);
    for (number, chapter) in (0..).zip(&document.chapters) {
        // Chapters of a text of articles are short and follow one another.
        let breaks = number == 0 || document.numbering == DocumentNumbering::Sections;
        let title = heading(&chapter.title, "Heading1", (CHAPTERS, 0), &bookmark(number, None));
        docx = docx.add_paragraph(if breaks { title.page_break_before(true) } else { title });
        for (at, article) in (0..).zip(&chapter.articles) {
            let list = article_list(document.numbering);
            docx = docx.add_paragraph(heading(&article.title, "Heading2", list, &bookmark(number, Some(at))));
            docx = docx.add_structured_data_tag(block(article));
        }
    }
    let xml = docx.build();
    let mut parts = vec![
        part("[Content_Types].xml", xml.content_type),
        part("_rels/.rels", xml.rels),
        part("docProps/app.xml", xml.doc_props.app),
        part("docProps/core.xml", xml.doc_props.core),
        part("docProps/custom.xml", xml.doc_props.custom),
        part("word/_rels/document.xml.rels", xml.document_rels),
        part("word/document.xml", finish(xml.document)?),
        part("word/styles.xml", xml.styles),
        part("word/settings.xml", xml.settings),
        part("word/fontTable.xml", xml.font_table),
        part("word/comments.xml", xml.comments),
        part("word/numbering.xml", write_numbering(document.numbering)),
        part("word/commentsExtended.xml", xml.comments_extended),
        part("word/footnotes.xml", xml.footnotes),
    ];
    for (number, (header, rels)) in (1..).zip(xml.headers.into_iter().zip(xml.header_rels)) {
        parts.push(part(&format!("word/header{number}.xml"), without_ids(header)?));
        parts.push(part(&format!("word/_rels/header{number}.xml.rels"), rels));
    }
    for (number, (footer, rels)) in (1..).zip(xml.footers.into_iter().zip(xml.footer_rels)) {
        parts.push(part(&format!("word/footer{number}.xml"), without_ids(footer)?));
        parts.push(part(&format!("word/_rels/footer{number}.xml.rels"), rels));
    }
    Ok(parts)
}

fn part(name: &str, bytes: Vec<u8>) -> ArchivedPart {
    ArchivedPart { name: name.to_owned(), bytes }
}

fn fonts(name: &str) -> RunFonts {
    RunFonts::new().east_asia(name).hi_ansi("Times New Roman").ascii("Times New Roman").cs("Times New Roman")
}

fn styled(document: &ComposedDocument) -> Docx {
    let margins = PageMargin::new()
        .top(mm(30.0))
        .bottom(mm(26.0))
        .left(mm(28.0))
        .right(mm(26.0))
        .header(mm(16.0))
        .footer(mm(16.0));
    let spacing = LineSpacing::new().line_rule(LineSpacingType::Auto).line(LINES);
    let chapter = Style::new("Heading1", StyleType::Paragraph)
        .name("heading 1")
        .fonts(fonts(SANS))
        .size(CHAPTER)
        .align(AlignmentType::Center)
        .line_spacing(LineSpacing::new().before(240).after(240))
        .outline_lvl(0);
    let article = Style::new("Heading2", StyleType::Paragraph)
        .name("heading 2")
        .fonts(fonts(SANS))
        .size(ARTICLE)
        .line_spacing(LineSpacing::new().before(120).after(60))
        .outline_lvl(1);
    let mandatory = Style::new(MANDATORY, StyleType::Paragraph).name("强制性内容").bold().underline("single");
    let header = Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(Run::new().add_text(format!("{}　{}", document.header, document.title)).fonts(fonts(SERIF)).size(18));
    let footer = Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(Run::new().add_text("— ").size(21))
        .add_page_num(PageNum::new())
        .add_run(Run::new().add_text(" —").size(21));
    Docx::new()
        .page_size(11_906, 16_838)
        .page_margin(margins)
        .default_fonts(fonts(SERIF))
        .default_size(BODY)
        .default_line_spacing(spacing)
        .add_style(chapter)
        .add_style(article)
        .add_style(mandatory)
        .header(Header::new().add_paragraph(header))
        .footer(Footer::new().add_paragraph(footer))
        .title_pg()
        .created_at("2000-01-01T00:00:00Z")
        .updated_at("2000-01-01T00:00:00Z")
}

fn mm(length: f64) -> i32 {
    (length * MM).round() as i32
}

fn heading(title: &str, style: &str, (list, level): (usize, usize), bookmark: &(usize, String)) -> Paragraph {
    Paragraph::new()
        .style(style)
        .numbering(NumberingId::new(list), IndentLevel::new(level))
        .keep_next(true)
        .add_bookmark_start(bookmark.0, bookmark.1.clone())
        .add_run(Run::new().add_text(title))
        .add_bookmark_end(bookmark.0)
}

fn bookmark(chapter: usize, article: Option<usize>) -> (usize, String) {
    let id = 1000 * (chapter + 1) + article.map_or(0, |at| at + 1);
    (id, format!("part_{id}"))
}

fn add_cover(docx: Docx, document: &ComposedDocument) -> Docx {
    let mut cover = StructuredDataTag::new().alias("cover");
    for _ in 0..6 {
        cover = cover.add_paragraph(Paragraph::new());
    }
    for (at, line) in document.cover.iter().enumerate() {
        let size = if at == 0 { COVER } else { CHAPTER };
        let run = Run::new().add_text(line).fonts(fonts(if at < 2 { SANS } else { SERIF })).size(size);
        cover = cover.add_paragraph(Paragraph::new().align(AlignmentType::Center).add_run(run));
        if at == 1 {
            if let Some(notice) = &document.notice {
                cover = cover.add_paragraph(body(notice, false));
            }
            for _ in 0..9 {
                cover = cover.add_paragraph(Paragraph::new());
            }
        }
    }
    docx.add_structured_data_tag(cover)
}

/// The table of contents as text that leads to the parts: fields that are filled on opening stay empty in WPS.
fn add_contents(docx: Docx, document: &ComposedDocument) -> Docx {
    let title = Run::new().add_text("目　录").fonts(fonts(SANS)).size(CHAPTER);
    let mut contents = StructuredDataTag::new()
        .alias("contents")
        .add_paragraph(Paragraph::new().align(AlignmentType::Center).page_break_before(true).add_run(title));
    let mut running = 0;
    for (number, chapter) in document.chapters.iter().enumerate() {
        let label = chapter_label(document.numbering, number + 1);
        contents = contents.add_paragraph(entry(&format!("{label}　{}", chapter.title), &bookmark(number, None), 0));
        for (at, article) in chapter.articles.iter().enumerate() {
            running += 1;
            let label = match document.numbering {
                DocumentNumbering::Articles => format!("第{}条", chinese_number(running)),
                DocumentNumbering::Sections => format!("{}.{}", number + 1, at + 1),
            };
            let text = format!("{label}　{}", article.title);
            contents = contents.add_paragraph(entry(&text, &bookmark(number, Some(at)), TWO_CHARACTERS));
        }
    }
    docx.add_structured_data_tag(contents)
}

fn entry(text: &str, to: &(usize, String), indent: i32) -> Paragraph {
    let run = Run::new().add_text(text).fonts(fonts(if indent == 0 { SANS } else { SERIF })).size(BODY);
    Paragraph::new()
        .indent(Some(indent), None, None, None)
        .line_spacing(LineSpacing::new().line_rule(LineSpacingType::Auto).line(280))
        .add_hyperlink(Hyperlink::new(to.1.clone(), HyperlinkType::Anchor).add_run(run))
}

/// The article as a content control of its name.
fn block(article: &ComposedArticle) -> StructuredDataTag {
    let mut block = StructuredDataTag::new().alias(&article.id);
    for text in &article.paragraphs {
        block = block.add_paragraph(body(text, article.mandatory));
    }
    for table in &article.tables {
        let caption = format!("{}　{}", table.label, table.title);
        let run = Run::new().add_text(caption.trim()).fonts(fonts(SANS)).size(21);
        block = block.add_paragraph(Paragraph::new().align(AlignmentType::Center).keep_next(true).add_run(run));
        if table.rows.is_empty() {
            block = block.add_paragraph(body(&table.empty, false));
        } else {
            block = block.add_table(make_table(table));
        }
        for note in &table.notes {
            let run = Run::new().add_text(format!("注：{note}")).size(18);
            block = block.add_paragraph(Paragraph::new().add_run(run));
        }
    }
    if article.paragraphs.is_empty() && article.tables.is_empty() {
        block = block.add_paragraph(Paragraph::new());
    }
    block
}

/// 强制性内容 is bold and underlined.
fn body(text: &str, mandatory: bool) -> Paragraph {
    // By a style, for editors to use, and since some programs drop the form of words within content controls.
    let paragraph = if mandatory { Paragraph::new().style(MANDATORY) } else { Paragraph::new() };
    paragraph
        .indent(None, Some(SpecialIndentType::FirstLine(TWO_CHARACTERS)), None, None)
        .add_run(Run::new().add_text(text))
}

/// What the library has no call for.
fn finish(document: Vec<u8>) -> Result<Vec<u8>> {
    let text = String::from_utf8(without_ids(document)?)?;
    let mut out = String::with_capacity(text.len() + 4096);
    let mut rest = text.as_str();
    while let Some(at) = rest.find("<w:alias w:val=\"") {
        let end = rest[at..].find("/>").map_or(rest.len(), |end| at + end + 2);
        let alias = &rest[at..end];
        out += &rest[..end];
        out += &alias.replacen("<w:alias", "<w:tag", 1);
        rest = &rest[end..];
    }
    out += rest;
    // Only heading rows are given a height by `make_table`.
    Ok(out.replace("<w:cantSplit /><w:trHeight", "<w:cantSplit /><w:tblHeader /><w:trHeight").into_bytes())
}

/// Paragraphs are numbered by the thread that makes them: without the numbers, which nobody needs, the same text gives the same
/// bytes.
fn without_ids(xml: Vec<u8>) -> Result<Vec<u8>> {
    let text = String::from_utf8(xml)?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(" w14:paraId=\"") {
        out += &rest[..at];
        let value = &rest[at + " w14:paraId=\"".len()..];
        rest = value.find('"').map_or("", |end| &value[end + 1..]);
    }
    out += rest;
    Ok(out.into_bytes())
}
