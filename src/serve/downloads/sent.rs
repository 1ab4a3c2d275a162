//! Files as they are sent: read piece by piece while the client takes them, under a name that people can read.

use std::fs::File;
use std::io::Read;
use std::marker::PhantomData;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use anyhow::{Context, Result};
use axum::body::{Body as HttpBody, Bytes};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use schemars::generate::SchemaGenerator;
use schemars::{Schema, json_schema};
use tempfile::TempDir;

use crate::body::Body;
use crate::links::{CSV, GPKG, GPX, KML, PDF, XLSX, ZIP};
use fireplan_model::message::reading;

/// How much is read at once.
const PIECE_BYTES: usize = 1 << 16;

/// A kind of file, for the description.
pub(crate) trait FileKind {
    const MEDIA: &'static str;
}

/// Declares kinds of files with their media types.
macro_rules! kinds {
    ($( $name:ident $media:ident; )*) => {
        $(
            /// Such a file.
            pub(crate) struct $name;

            impl FileKind for $name {
                const MEDIA: &'static str = $media;
            }
        )*
    };
}
kinds! {
    ZipFile ZIP;
    WorkbookFile XLSX;
    CsvFile CSV;
    GeoPackageFile GPKG;
    KmlFile KML;
    GpxFile GPX;
    PdfFile PDF;
}

/// A file that is sent.
pub(crate) struct SentFile<K> {
    content: FileContent,
    name: String,
    kind: PhantomData<K>,
}

/// What is sent: a file with its length, and the folder that is removed once it is sent.
enum FileContent {
    Open { file: File, bytes: u64, folder: Option<TempDir> },
    Whole(Vec<u8>),
}

impl<K> SentFile<K> {
    /// A file that stays where it is; the browser saves it under this name.
    pub(crate) fn open(path: &Path, name: String) -> Result<Self> {
        let file = File::open(path).with_context(|| reading(path))?;
        let bytes = file.metadata().with_context(|| reading(path))?.len();
        Ok(Self { content: FileContent::Open { file, bytes, folder: None }, name, kind: PhantomData })
    }

    /// A file that was made for this answer, in a folder that goes with it.
    pub(crate) fn open_in(folder: TempDir, file: &str, name: String) -> Result<Self> {
        let mut sent = Self::open(&folder.path().join(file), name)?;
        if let FileContent::Open { folder: kept, .. } = &mut sent.content {
            *kept = Some(folder);
        }
        Ok(sent)
    }

    /// A file that is in memory.
    pub(crate) fn whole(bytes: Vec<u8>, name: String) -> Self {
        Self { content: FileContent::Whole(bytes), name, kind: PhantomData }
    }
}

impl<K: FileKind> Body for SentFile<K> {
    fn content(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some((K::MEDIA, json_schema!({ "type": "string", "format": "binary" })))
    }
}

impl<K: FileKind> IntoResponse for SentFile<K> {
    fn into_response(self) -> Response {
        let disposition = format!("attachment; filename*=UTF-8''{}", escape_name(&self.name));
        let headers = |bytes: u64| -> [(HeaderName, String); 3] {
            [
                (header::CONTENT_TYPE, K::MEDIA.to_owned()),
                (header::CONTENT_DISPOSITION, disposition),
                (header::CONTENT_LENGTH, bytes.to_string()),
            ]
        };
        match self.content {
            FileContent::Whole(bytes) => (headers(bytes.len() as u64), bytes).into_response(),
            FileContent::Open { file, bytes, folder } => {
                (headers(bytes), HttpBody::from_stream(FilePieces { file, _folder: folder })).into_response()
            }
        }
    }
}

/// The pieces of a file. They come from a disk of this machine, so that a thread waits for them no longer than for a lock.
struct FilePieces {
    file: File,
    /// Removed with this.
    _folder: Option<TempDir>,
}

impl Stream for FilePieces {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        let mut piece = vec![0; PIECE_BYTES];
        Poll::Ready(match self.file.read(&mut piece) {
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some(Ok(piece.into()))
            }
            Err(error) => Some(Err(error)),
        })
    }
}

/// A name as headers take it: what is not plain is written by its bytes.
fn escape_name(name: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    name.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A name of a file without what no file system takes.
pub(crate) fn name_file(parts: &[&str], ending: &str) -> String {
    let name = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("_");
    let plain = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c };
    format!("{}.{ending}", name.chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_in_headers_and_in_folders() {
        assert_eq!(escape_name("甲 1.zip"), "%E7%94%B2%201.zip");
        assert_eq!(name_file(&["甲县", "", "道路/等级"], "xlsx"), "甲县_道路_等级.xlsx");
    }
}
