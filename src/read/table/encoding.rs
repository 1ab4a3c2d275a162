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
        (None, None) => {
            remarks.push(GUESSED_GBK.to_owned());
            GB18030
        }
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken {
        bail!(
            "{0} 不是 {1} 编码的文本：请写明 encoding，例如 encoding = \"GBK\" | \
             {0} is not a text in {1}: write its `encoding`, such as \"GBK\"",
            path.display(),
            encoding.name()
        );
    }
    if text.is_empty() {
        bail!("{0} 是空文件 | {0} is empty", path.display());
    }
    Ok(text.into_owned())
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
        // The .cpg names another code page on purpose, and GDAL reads it.
        (Some(false), DbfText::Other) => None,
        (_, DbfText::Other) => {
            remarks.push(GUESSED_GBK.to_owned());
            Some("CP936".to_owned())
        }
    })
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
    let (mut is_ascii, mut has_long) = (true, false);
    for record in bytes[header..].chunks(record) {
        let mut from = 1;
        for width in &widths {
            let text = record.get(from..(from + width).min(record.len())).unwrap_or_default().trim_ascii_end();
            from += width;
            if !whole(text, *width) {
                return DbfText::Other;
            }
            is_ascii &= text.is_ascii();
            // In valid UTF-8 a byte from E0 on begins a character of three or four bytes.
            has_long |= text.iter().any(|byte| *byte >= 0xe0);
        }
    }
    match (is_ascii, has_long) {
        (true, _) => DbfText::Ascii,
        (false, true) => DbfText::Utf8,
        (false, false) => DbfText::EitherWay,
    }
}
