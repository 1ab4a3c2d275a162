//! In which encoding the texts of a table are: as declared, as the file says, or guessed.

use std::path::Path;

use anyhow::{Context, Result, bail};
use encoding_rs::{Encoding, GB18030, UTF_8};

use crate::files::{read_bounded, sibling};
use fireplan_model::message::reading;

const GUESSED_GBK: &str = "文件未注明编码且不是 UTF-8，按 GBK 读取 | \
                           The file names no encoding and is not UTF-8; it was read as GBK";

fn named_encoding(name: &str) -> Result<&'static Encoding> {
    let label = if name.eq_ignore_ascii_case("CP936") { "GBK" } else { name };
    Encoding::for_label(label.as_bytes()).with_context(|| {
        format!("不认识编码“{name}”；可写 \"GBK\" 或 \"UTF-8\" | unknown encoding '{name}'; try \"GBK\" or \"UTF-8\"")
    })
}

/// The text of a CSV file. GDAL would take it as UTF-8 whatever it is, so it is decoded here.
pub(super) fn decode(path: &Path, bytes: &[u8], encoding: Option<&str>, remarks: &mut Vec<String>) -> Result<String> {
    // A mark at the beginning says for certain what follows: Excel's "Unicode text" is UTF-16.
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = match (encoding, marked) {
        (Some(name), _) => named_encoding(name)?,
        (None, Some(marked)) => marked,
        (None, None) if std::str::from_utf8(bytes).is_ok() => UTF_8,
        (None, None) if is_damaged_utf8(bytes) => return Ok(decode_damaged(bytes, remarks)),
        (None, None) => {
            remarks.push(GUESSED_GBK.to_owned());
            GB18030
        }
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken {
        let other = if encoding == UTF_8 { "GBK" } else { "UTF-8" };
        let line = first_broken_line(&text);
        bail!(
            "{0} 不是 {1} 编码的文本(第 {line} 行起有无法解码的字符)：请改写 encoding = \"{other}\"；若仍不行，文件已损坏或混有两种编码，请用原软件重新导出 | \
             {0} is not a text in {1} (from line {line} on): try encoding = \"{other}\"; else it is damaged or a mix of two, and must be exported again",
            path.display(),
            encoding.name()
        );
    }
    if text.is_empty() {
        bail!("{0} 是空文件 | {0} is empty", path.display());
    }
    Ok(text.into_owned())
}

/// The line of the first character that could not be decoded, counted from 1.
fn first_broken_line(text: &str) -> usize {
    text.split('\u{fffd}').next().unwrap_or_default().matches('\n').count() + 1
}

/// Whether a text is UTF-8 but for a few bytes: somebody cut it, or a disk did. Of GBK, hardly anything is valid by accident.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let (broken, chinese) = (text.matches('\u{fffd}').count(), text.chars().filter(|c| *c >= '\u{800}').count());
    chinese > broken
}

fn decode_damaged(bytes: &[u8], remarks: &mut Vec<String>) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (count, line) = (text.matches('\u{fffd}').count(), first_broken_line(&text));
    remarks.push(format!(
        "UTF-8 文本中有 {count} 处无法解码的字节(第 {line} 行起)，其余照常读取；请用原软件重新导出 | \
         {count} bytes of this UTF-8 text cannot be decoded (from line {line} on); the rest was read; export it again"
    ));
    text
}

/// Whether bytes beyond ASCII come in pairs throughout, both high, as GB 2312 has them and western texts never do.
fn is_paired(bytes: &[u8]) -> bool {
    let runs = bytes.split(|byte| *byte < 0xa1).filter(|run| !run.is_empty());
    let mut count = 0;
    runs.inspect(|_| count += 1).all(|run| run.len() % 2 == 0)
        && count > 0
        && !bytes.iter().any(|byte| (0x80..0xa1).contains(byte))
}

/// The encoding to give GDAL for a DBF; `None`: the one that GDAL finds by itself is right.
pub(super) fn dbf_encoding(path: &Path, declared: Option<&str>, remarks: &mut Vec<String>) -> Result<Option<String>> {
    if let Some(name) = declared {
        let encoding = named_encoding(name)?;
        return Ok(Some(if encoding == encoding_rs::GBK { "CP936".to_owned() } else { encoding.name().to_owned() }));
    }
    let Some(dbf) = sibling(path, "dbf") else { return Ok(None) };
    let bytes = read_start(&dbf)?;
    let said_by_cpg = sibling(path, "cpg").map(|cpg| read_bounded(&cpg, 1 << 10)).transpose()?;
    let said = said_by_cpg.map(|said| String::from_utf8_lossy(&said).to_ascii_uppercase());
    let said_utf8 = said.as_deref().map(|said| said.contains("UTF") || said.contains("65001"));
    // Byte 29 is the language driver; 0x4D is GBK. A .cpg file overrides it.
    let said_gbk = match &said {
        Some(said) => ["936", "GB", "54936"].iter().any(|name| said.contains(name)),
        None => bytes.get(29) == Some(&0x4d),
    };
    Ok(match (said_utf8, dbf_text(&bytes)) {
        (_, DbfText::Ascii) => None,
        // The bytes are evidence, the language driver is what some program wrote by habit.
        (_, DbfText::Utf8) => Some("UTF-8".to_owned()),
        // Pairs of bytes that could be either are what the file says they are.
        (_, DbfText::EitherWay) if said_gbk => Some("CP936".to_owned()),
        (_, DbfText::EitherWay) => Some("UTF-8".to_owned()),
        (_, DbfText::Other) if said_gbk => Some("CP936".to_owned()),
        (_, DbfText::DamagedUtf8) => Some("UTF-8".to_owned()),
        // Western code pages are what programs write who were not asked.
        (Some(false), DbfText::Other) if is_western(said.as_deref()) && is_paired(texts_of(&bytes)) => {
            let said = said.as_deref().unwrap_or_default().trim();
            remarks.push(format!(
                ".cpg 写的编码是 {said}，文字却是 GBK，按 GBK 读取；请改正 .cpg | \
                 The .cpg names {said} and the texts are GBK: read as GBK; correct the .cpg"
            ));
            Some("CP936".to_owned())
        }
        // The .cpg names another code page on purpose, and GDAL reads it.
        (Some(false), DbfText::Other) => None,
        (_, DbfText::Other) => {
            remarks.push(GUESSED_GBK.to_owned());
            Some("CP936".to_owned())
        }
    })
}

/// Whether a .cpg names a western code page, or none that anybody knows.
fn is_western(said: Option<&str>) -> bool {
    const WESTERN: [&str; 7] = ["8859", "1252", "ANSI", "OEM", "SYSTEM", "437", "850"];
    said.is_some_and(|said| WESTERN.iter().any(|name| said.contains(name)))
}

/// The records of a DBF.
fn texts_of(bytes: &[u8]) -> &[u8] {
    let header = bytes.get(8..10).map_or(0, |two| usize::from(u16::from_le_bytes([two[0], two[1]])));
    bytes.get(header..).unwrap_or_default()
}

/// As much of a DBF as is needed to judge its texts.
fn read_start(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read;
    /// Some hundred thousand records at least.
    const ENOUGH_BYTES: u64 = 256 << 20;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(|| reading(path))?;
    file.take(ENOUGH_BYTES).read_to_end(&mut bytes).with_context(|| reading(path))?;
    Ok(bytes)
}

/// What the bytes of the texts in a DBF can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DbfText {
    Ascii,
    /// Valid UTF-8 with characters of three bytes, as Chinese ones are.
    Utf8,
    /// Valid UTF-8, but only pairs of bytes, as GBK has them too.
    EitherWay,
    /// UTF-8 but for a few texts.
    DamagedUtf8,
    /// No UTF-8.
    Other,
}

/// Of what kind is all text of the DBF? A character cut by the end of its field does not count.
pub(super) fn dbf_text(bytes: &[u8]) -> DbfText {
    let number = |at: usize| bytes.get(at..at + 2).map_or(0, |two| usize::from(u16::from_le_bytes([two[0], two[1]])));
    let (header, record) = (number(8), number(10));
    if record == 0 || header >= bytes.len() {
        return if bytes.is_ascii() { DbfText::Ascii } else { DbfText::Other };
    }
    let mut widths = Vec::new();
    while let Some(field) = bytes.get(32 + widths.len() * 32..64 + widths.len() * 32) {
        if field[0] == 0x0d || 32 + widths.len() * 32 >= header {
            break;
        }
        widths.push(usize::from(field[16]));
    }
    let whole = |text: &[u8], width: usize| {
        let cut = |error: std::str::Utf8Error| error.error_len().is_none() && text.len() == width;
        std::str::from_utf8(text).map_or_else(cut, |_| true)
    };
    let (mut is_ascii, mut long, mut broken) = (true, 0, 0);
    for record in bytes[header..].chunks(record) {
        let mut from = 1;
        for width in &widths {
            let text = record.get(from..(from + width).min(record.len())).unwrap_or_default().trim_ascii_end();
            from += width;
            if !whole(text, *width) {
                broken += 1;
                continue;
            }
            is_ascii &= text.is_ascii();
            // In valid UTF-8 a byte from E0 on begins a character of three or four bytes.
            long += usize::from(text.iter().any(|byte| *byte >= 0xe0));
        }
    }
    match (broken, is_ascii, long) {
        (0, true, _) => DbfText::Ascii,
        (0, false, 0) => DbfText::EitherWay,
        (0, false, _) => DbfText::Utf8,
        // Chinese texts of GBK are hardly ever valid UTF-8 by accident.
        (broken, _, long) if long > broken => DbfText::DamagedUtf8,
        _ => DbfText::Other,
    }
}
