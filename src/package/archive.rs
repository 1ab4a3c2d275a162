//! Archives whose bytes depend on nothing but what is in them.

use std::io::{Cursor, Read, Write};

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedPart {
    /// Its path, with `/`.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// An archive of these files in their order, on the first day that archives know.
///
/// # Errors
/// If two files have one name.
pub fn pack_archive(parts: Vec<ArchivedPart>) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        let name = &part.name;
        writer.start_file(name.as_str(), options).with_context(|| format!("压缩 {name} | packing {name}"))?;
        writer.write_all(&part.bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// The files of an archive in their order.
///
/// # Errors
/// If it is none.
pub fn unpack_archive(bytes: &[u8]) -> Result<Vec<ArchivedPart>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).context("解压文件 | unpacking the archive")?;
    let mut parts = Vec::with_capacity(archive.len());
    for at in 0..archive.len() {
        let mut file = archive.by_index(at)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        parts.push(ArchivedPart { name: file.name().to_owned(), bytes });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_and_packed_alike() {
        let part = |name: &str, text: &str| ArchivedPart { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        let parts = vec![part("1 文本/甲.txt", "甲甲甲甲"), part("b.txt", "")];
        let packed = pack_archive(parts.clone()).unwrap();
        assert_eq!(unpack_archive(&packed).unwrap(), parts);
        assert_eq!(pack_archive(parts).unwrap(), packed);
    }
}
