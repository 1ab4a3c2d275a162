//! Ids within a File Geodatabase that depend on nothing but what is in it.
//!
//! GDAL makes the ids of the items of a geodatabase and of what relates them by one generator for the whole process, which no
//! option starts anew: a second database of the same content has other ids. Here each id is replaced, wherever it stands, by one
//! made of its table and row. No index holds them.

use std::path::Path;

use anyhow::{Context, Result, bail};
use gdal::vector::LayerAccess;
use gdal::{Dataset, DatasetOptions};
use sha2::{Digest, Sha256};

use fireplan_model::message::{reading, writing};

/// The tables with ids, and their files.
const TABLES: [(&str, &str); 2] =
    [("GDB_Items", "a00000004.gdbtable"), ("GDB_ItemRelationships", "a00000006.gdbtable")];

/// An id as it stands in a file.
type BinaryId = [u8; 16];

/// Replaces the ids of a geodatabase that is closed.
///
/// # Errors
/// If it cannot be read or written, or has an id that is none.
pub(super) fn settle_ids(path: &Path) -> Result<()> {
    let mut replaced = Vec::new();
    for (table, _) in TABLES {
        for (row, id) in read_ids(path, table)?.into_iter().enumerate() {
            let digest = Sha256::digest(format!("{table}/{row}"));
            let mut settled = BinaryId::default();
            settled.copy_from_slice(&digest[..16]);
            replaced.push((parse_id(&id)?, settled));
        }
    }
    for (_, file) in TABLES {
        let file = path.join(file);
        let mut bytes = std::fs::read(&file).with_context(|| reading(&file))?;
        for at in 0..bytes.len().saturating_sub(15) {
            if let Some((_, settled)) = replaced.iter().find(|(id, _)| bytes[at..at + 16] == *id) {
                bytes[at..at + 16].copy_from_slice(settled);
            }
        }
        std::fs::write(&file, bytes).with_context(|| writing(&file))?;
    }
    Ok(())
}

fn read_ids(path: &Path, table: &str) -> Result<Vec<String>> {
    let options = DatasetOptions { open_options: Some(&["LIST_ALL_TABLES=YES"]), ..DatasetOptions::default() };
    let dataset = Dataset::open_ex(path, options).with_context(|| reading(path))?;
    let mut layer = dataset.layer_by_name(table).with_context(|| reading(path))?;
    let mut ids = Vec::new();
    for feature in layer.features() {
        let at = feature.field_index("UUID")?;
        ids.extend(feature.field_as_string(at)?);
    }
    Ok(ids)
}

/// `{01234567-89ab-cdef-0123-456789abcdef}` as it stands in a file: the first three numbers with their lowest byte first.
fn parse_id(text: &str) -> Result<BinaryId> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_hexdigit).collect();
    if digits.len() != 32 {
        bail!("数据库中的标识“{text}”不明 | the id '{text}' of the database is none");
    }
    let mut id = BinaryId::default();
    for (byte, pair) in id.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(&pair.iter().collect::<String>(), 16)?;
    }
    id[..4].reverse();
    id[4..6].reverse();
    id[6..8].reverse();
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_in_the_file_with_its_lowest_bytes_first() {
        let id = parse_id("{00112233-4455-6677-8899-AABBCCDDEEFF}").unwrap();
        assert_eq!(id[..8], [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66]);
        assert_eq!(id[8..], [0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]);
        assert!(parse_id("{0011}").is_err());
    }
}
