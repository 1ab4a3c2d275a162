//! The text of a PDF, page by page, as a search in a viewer finds it: through the maps from glyphs to characters. For PDFs
//! without object streams, as ours are.

use std::collections::BTreeMap;
use std::io::Read;

/// One object: what stands before its stream, and the stream unpacked.
struct Object {
    head: String,
    stream: Vec<u8>,
}

/// The pages of a PDF as text, one line for each piece that was written at once.
pub fn pdf_pages(pdf: &[u8]) -> Vec<String> {
    let objects = objects(pdf);
    let tree = objects.values().find(|object| object.head.contains("/Type/Pages")).expect("a PDF has pages");
    let kids = between(&tree.head, "/Kids[", "]").expect("the page tree has kids");
    references(kids).into_iter().map(|page| page_text(&objects, &objects[&page])).collect()
}

/// The headings of the bookmarks, in the order in which they are written.
pub fn pdf_bookmarks(pdf: &[u8]) -> Vec<String> {
    let objects = objects(pdf);
    let items = objects.values().filter(|object| object.head.contains("/Parent") && object.head.contains("/Title"));
    items.filter_map(|object| between(&object.head, "/Title", "/Dest").map(text_string)).collect()
}

fn text_string(written: &str) -> String {
    let written = written.trim();
    match written.strip_prefix("<FEFF").and_then(|rest| rest.strip_suffix('>')) {
        Some(hex) => utf16(hex),
        None => written.trim_matches(['(', ')']).to_owned(),
    }
}

fn utf16(hex: &str) -> String {
    let digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
    let unit = |four: &[char]| u16::from_str_radix(&four.iter().collect::<String>(), 16).unwrap();
    String::from_utf16(&digits.chunks(4).map(unit).collect::<Vec<_>>()).unwrap()
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    bytes[from..].windows(what.len()).position(|window| window == what).map(|at| at + from)
}

fn objects(pdf: &[u8]) -> BTreeMap<u32, Object> {
    let mut found = BTreeMap::new();
    let mut from = 0;
    while let Some(at) = find(pdf, b" 0 obj\n", from) {
        let digits = pdf[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let number: u32 = std::str::from_utf8(&pdf[at - digits..at]).unwrap().parse().unwrap();
        let body = at + 7;
        let end = find(pdf, b"endobj", body).unwrap_or(pdf.len());
        let stream_at = find(pdf, b"stream\n", body).filter(|stream| *stream < end);
        let (head, stream, next) = match stream_at {
            None => (&pdf[body..end], Vec::new(), end),
            Some(stream) => {
                let head = &pdf[body..stream];
                let length = between(&String::from_utf8_lossy(head), "/Length ", "\u{0}").map(|text| {
                    text.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<usize>().unwrap()
                });
                let start = stream + 7;
                let raw = &pdf[start..start + length.expect("a stream has a length")];
                (head, unpack(&String::from_utf8_lossy(head), raw), start + raw.len())
            }
        };
        found.insert(number, Object { head: String::from_utf8_lossy(head).into_owned(), stream });
        from = next;
    }
    found
}

fn unpack(head: &str, raw: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let packed = head.contains("FlateDecode");
    let read = packed.then(|| flate2::read::ZlibDecoder::new(raw).read_to_end(&mut unpacked));
    if read.is_some_and(|read| read.is_ok()) { unpacked } else { raw.to_vec() }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let from = text.find(start)? + start.len();
    let rest = &text[from..];
    Some(&rest[..rest.find(end).unwrap_or(rest.len())])
}

/// The numbers of `1 0 R 2 0 R`.
fn references(text: &str) -> Vec<u32> {
    text.split('R').filter_map(|one| one.split_whitespace().next()?.parse().ok()).collect()
}

fn reference(text: &str, key: &str) -> Option<u32> {
    between(text, key, "R").and_then(|one| one.split_whitespace().next()?.parse().ok())
}

fn page_text(objects: &BTreeMap<u32, Object>, page: &Object) -> String {
    let resources = reference(&page.head, "/Resources ").map_or(&page.head, |number| &objects[&number].head);
    let fonts: BTreeMap<String, BTreeMap<u16, String>> = between(resources, "/Font", ">>")
        .unwrap_or_default()
        .split('/')
        .filter_map(|entry| {
            let mut words = entry.split_whitespace();
            let (name, number) = (words.next()?, words.next()?.parse::<u32>().ok()?);
            let map = reference(&objects[&number].head, "/ToUnicode ")?;
            Some((name.to_owned(), character_map(&String::from_utf8_lossy(&objects[&map].stream))))
        })
        .collect();
    let contents = reference(&page.head, "/Contents ").expect("a page has contents");
    read_text(&objects[&contents].stream, &fonts)
}

/// The lines `<glyph> <characters>` of a map.
fn character_map(text: &str) -> BTreeMap<u16, String> {
    let pair = |line: &str| {
        let (glyph, characters) = line.trim().strip_prefix('<')?.split_once('>')?;
        let characters = characters.trim().strip_prefix('<')?.strip_suffix('>')?;
        Some((u16::from_str_radix(glyph, 16).ok()?, utf16(characters)))
    };
    text.lines().filter_map(pair).collect()
}

/// The strings that a content stream shows, by the font that is set; a new line for each piece of text.
fn read_text(stream: &[u8], fonts: &BTreeMap<String, BTreeMap<u16, String>>) -> String {
    let (mut text, mut at) = (String::new(), 0);
    let (mut font, mut word) = (String::new(), Vec::new());
    let characters = |font: &str, glyphs: &[u8]| -> String {
        let map = &fonts[font];
        let glyphs = glyphs.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        glyphs.map(|glyph| map.get(&glyph).cloned().unwrap_or_else(|| "\u{fffd}".to_owned())).collect()
    };
    while at < stream.len() {
        match stream[at] {
            b'(' => {
                let (glyphs, next) = literal(stream, at + 1);
                text += &characters(&font, &glyphs);
                at = next;
            }
            b'<' if stream.get(at + 1) != Some(&b'<') => {
                let end = find(stream, b">", at).unwrap();
                let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
                text += &characters(&font, &stream[at + 1..end].chunks(2).map(byte).collect::<Vec<_>>());
                at = end + 1;
            }
            b'<' => at += 2,
            byte if byte.is_ascii_whitespace() || byte == b'/' => {
                let operator = String::from_utf8_lossy(&word).into_owned();
                if let Some(name) = operator.strip_prefix('/').filter(|name| fonts.contains_key(*name)) {
                    name.clone_into(&mut font);
                } else if operator == "ET" {
                    text.push('\n');
                }
                word.clear();
                if byte == b'/' {
                    word.push(byte);
                }
                at += 1;
            }
            byte => {
                word.push(byte);
                at += 1;
            }
        }
    }
    text
}

/// A string in brackets and where it ends.
fn literal(stream: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let (mut bytes, mut depth) = (Vec::new(), 1);
    while depth > 0 {
        match stream[at] {
            b'\\' => {
                at += 1;
                let octal = stream[at..].iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                if octal > 0 {
                    let digits = std::str::from_utf8(&stream[at..at + octal]).unwrap();
                    bytes.push(u8::from_str_radix(digits, 8).unwrap());
                    at += octal;
                    continue;
                }
                bytes.push(match stream[at] {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    other => other,
                });
            }
            b'(' => {
                depth += 1;
                bytes.push(b'(');
            }
            b')' => {
                depth -= 1;
                if depth > 0 {
                    bytes.push(b')');
                }
            }
            other => bytes.push(other),
        }
        at += 1;
    }
    (bytes, at)
}
