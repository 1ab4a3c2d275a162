//! In which encoding the texts of a table are: as declared, as the file says, or guessed.

use std::path::Path;

use anyhow::{Context, Result, bail};
use encoding_rs::{Encoding, GB18030, UTF_8};

use super::open::sibling;

const GUESSED_GBK: &str = "文件未注明编码且不是 UTF-8，按 GBK 读取 | \
                           The file names no encoding and is not UTF-8; it was read as GBK";

fn named_encoding(name: &str) -> Result<&'static Encoding> {
    let label = if name.eq_ignore_ascii_case("CP936") { "GBK" } else { name };
    Encoding::for_label(label.as_bytes())
        .with_context(|| format!("unknown encoding '{name}'; try \"GBK\" or \"UTF-8\""))
}

/// The text of a CSV file. GDAL would take it as UTF-8 whatever it is, so it is decoded here.
pub(super) fn decode(path: &Path, bytes: &[u8], encoding: Option<&str>, remarks: &mut Vec<String>) -> Result<String> {
    let encoding = match encoding {
        Some(name) => named_encoding(name)?,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => {
            remarks.push(GUESSED_GBK.to_owned());
            GB18030
        }
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken {
        bail!("{} is not a text in {}: write its `encoding`, such as \"GBK\"", path.display(), encoding.name());
    }
    if text.is_empty() {
        bail!("{} is empty", path.display());
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
    let bytes = std::fs::read(&dbf).with_context(|| format!("reading {}", dbf.display()))?;
    let said_by_cpg = sibling(path, "cpg").and_then(|cpg| std::fs::read_to_string(cpg).ok());
    let said_utf8 = said_by_cpg.as_deref().map(|text| text.to_ascii_uppercase().contains("UTF"));
    // Byte 29 is the language driver; 0x4D is GBK. A .cpg file overrides it.
    let said_gbk = bytes.get(29) == Some(&0x4d) && said_utf8 != Some(true);
    let is_utf8 = dbf_is_utf8(&bytes);
    Ok(match (said_utf8, is_utf8) {
        // The bytes are evidence, the language driver is what some program wrote by habit.
        (_, false) if said_gbk => Some("CP936".to_owned()),
        (_, true) => Some("UTF-8".to_owned()),
        // The .cpg names another code page on purpose, and GDAL reads it.
        (Some(false), false) => None,
        (_, false) => {
            remarks.push(GUESSED_GBK.to_owned());
            Some("CP936".to_owned())
        }
    })
}

/// Is all text of the DBF valid UTF-8? A character cut by the end of its field does not count.
pub(super) fn dbf_is_utf8(bytes: &[u8]) -> bool {
    let number = |at: usize| bytes.get(at..at + 2).map_or(0, |two| usize::from(u16::from_le_bytes([two[0], two[1]])));
    let (header, record) = (number(8), number(10));
    if record == 0 || header >= bytes.len() {
        return bytes.is_ascii();
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
    bytes[header..].chunks(record).all(|record| {
        let mut from = 1;
        widths.iter().all(|width| {
            let text = record.get(from..(from + width).min(record.len())).unwrap_or_default();
            from += width;
            whole(text.trim_ascii_end(), *width)
        })
    })
}
