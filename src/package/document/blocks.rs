//! Blocks of a text: its content controls with a tag, found in the XML of the file.

use std::ops::Range;

use anyhow::{Context, Result};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// A content control with a tag.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentBlock {
    /// Its tag.
    pub id: String,
    /// Where it stands in the XML, in bytes.
    pub range: Range<usize>,
    /// Where the heading before it begins: the end of the block before, or of the last paragraph that is not its heading.
    pub heading_from: usize,
    /// What is written in it.
    pub text: String,
}

/// A content control being read.
struct OpenBlock {
    from: usize,
    heading_from: usize,
    tag: Option<String>,
    text: String,
}

/// The blocks of a document part in their order; those within others are part of them.
///
/// # Errors
/// If it is not XML.
pub fn find_blocks(xml: &str) -> Result<Vec<DocumentBlock>> {
    let context = || "读取 docx 正文 | reading the text of the docx";
    let mut reader = Reader::from_str(xml);
    let (mut found, mut open, mut depth) = (Vec::new(), None::<OpenBlock>, 0_usize);
    let (mut in_text, mut last_paragraph) = (false, 0);
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().with_context(context)?;
        match &event {
            Event::Eof => return Ok(found),
            Event::Start(start) => match start.name().as_ref() {
                b"w:sdt" if open.is_some() => depth += 1,
                b"w:sdt" => {
                    open = Some(OpenBlock { from, heading_from: last_paragraph, tag: None, text: String::new() });
                }
                b"w:t" => in_text = true,
                b"w:p" if open.is_none() => last_paragraph = from,
                _ => {}
            },
            Event::Empty(start) => match (&mut open, start.name().as_ref()) {
                (Some(block), b"w:tag") if depth == 0 && block.tag.is_none() => block.tag = value_of(start)?,
                (Some(block), b"w:tab") => block.text.push('\t'),
                _ => {}
            },
            Event::Text(text) if in_text => {
                if let Some(block) = &mut open {
                    block.text += &text.decode().with_context(context)?;
                }
            }
            Event::GeneralRef(name) if in_text => {
                if let Some(block) = &mut open {
                    block.text.push(character_of(&name.decode().with_context(context)?));
                }
            }
            Event::End(end) => match end.name().as_ref() {
                b"w:t" => in_text = false,
                b"w:p" | b"w:tc" => {
                    if let Some(block) = &mut open {
                        block.text.push('\n');
                    }
                }
                b"w:sdt" if depth > 0 => depth -= 1,
                b"w:sdt" => {
                    let end = reader.buffer_position() as usize;
                    let block = open.take().filter(|block| block.tag.is_some());
                    found.extend(block.map(|block| DocumentBlock {
                        id: block.tag.unwrap_or_default(),
                        range: block.from..end,
                        heading_from:
                            block.heading_from.max(found.last().map_or(0, |last: &DocumentBlock| last.range.end)),
                        text: plain(&block.text),
                    }));
                    last_paragraph = end;
                }
                _ => {}
            },
            _ => {}
        }
    }
}

fn value_of(start: &BytesStart<'_>) -> Result<Option<String>> {
    for attribute in start.attributes() {
        let attribute = attribute.context("读取 docx 正文 | reading the text of the docx")?;
        if attribute.key.as_ref() == b"w:val" {
            return Ok(Some(unescape(std::str::from_utf8(&attribute.value)?)?.into_owned()));
        }
    }
    Ok(None)
}

/// The character that `&amp;` and the like stand for.
fn character_of(name: &str) -> char {
    let numbered = name.strip_prefix('#').and_then(|number| match number.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    });
    match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => numbered.and_then(char::from_u32).unwrap_or('\u{fffd}'),
    }
}

/// Lines without what editors add and take away: spaces at their ends, and empty lines.
fn plain(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_found_with_its_heading_and_its_words() {
        let xml = "<w:body><w:p><w:r><w:t>别的</w:t></w:r></w:p><w:p><w:t>标题</w:t></w:p><w:sdt><w:sdtPr>\
                   <w:tag w:val=\"a\"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>长 5 &lt; 6 m</w:t></w:r></w:p>\
                   <w:sdt><w:sdtPr><w:tag w:val=\"b\"/></w:sdtPr><w:p><w:t>内</w:t></w:p></w:sdt>\
                   </w:sdtContent></w:sdt><w:p/></w:body>";
        let blocks = find_blocks(xml).unwrap();
        assert_eq!(blocks.len(), 1);
        assert_eq!((blocks[0].id.as_str(), blocks[0].text.as_str()), ("a", "长 5 < 6 m\n内"));
        assert!(xml[blocks[0].heading_from..].starts_with("<w:p><w:t>标题"));
        assert!(xml[blocks[0].range.clone()].ends_with("</w:sdtContent></w:sdt>"));
    }
}
