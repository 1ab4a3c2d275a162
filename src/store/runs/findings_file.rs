//! Findings in one file: MessagePack with names, compressed; geometry as well-known binary, in metres of the area's plane. Numbers
//! are the bits that were computed, so that what is read back equals what was written.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use geozero::wkb::Wkb;
use geozero::{CoordDimensions, ToGeo, ToWkb};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_bytes::{ByteBuf, Bytes};

use fireplan_model::findings::{Feature, Findings, Layer};
use fireplan_model::rows::{Value, ValueKind};

/// Version of this form. A file of another one is not read.
pub(super) const FORMAT: u32 = 1;

/// The findings as they are written, one feature after the other.
#[derive(Serialize)]
struct WrittenFindings<'a> {
    findings: &'a Findings,
    layers: Vec<WrittenLayer<'a>>,
}

#[derive(Serialize)]
struct WrittenLayer<'a> {
    layer: &'a Layer,
    features: Vec<WrittenFeature<'a>>,
}

struct WrittenFeature<'a>(&'a Feature);

impl Serialize for WrittenFeature<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Feature { geometry, values } = self.0;
        let wkb = geometry.as_ref().map(|geometry| geometry.to_wkb(CoordDimensions::xy())).transpose();
        let wkb = wkb.map_err(S::Error::custom)?;
        (wkb.as_deref().map(Bytes::new), values).serialize(serializer)
    }
}

/// The same as they are read.
#[derive(Deserialize)]
struct ReadFindings {
    findings: Findings,
    layers: Vec<ReadLayer>,
}

#[derive(Deserialize)]
struct ReadLayer {
    layer: Layer,
    features: Vec<(Option<ByteBuf>, Vec<Value>)>,
}

impl ReadLayer {
    fn into_layer(self) -> Result<Layer> {
        let Self { mut layer, features } = self;
        let edits: Vec<usize> = columns_of_edits(layer.columns.iter().map(|column| column.kind));
        let read = features.into_iter().map(|(wkb, mut values)| {
            restore_edits(&mut values, &edits);
            let geometry = wkb.map(|wkb| Wkb(wkb.into_vec()).to_geo()).transpose()?;
            Ok(Feature { geometry, values })
        });
        layer.features = read.collect::<Result<_>>()?;
        Ok(layer)
    }
}

fn columns_of_edits(kinds: impl Iterator<Item = ValueKind>) -> Vec<usize> {
    kinds.enumerate().filter(|(_, kind)| *kind == ValueKind::Edits).map(|(at, _)| at).collect()
}

/// In the file edits are texts; their column tells them apart.
fn restore_edits(values: &mut [Value], columns: &[usize]) {
    for at in columns {
        if let Value::Text(text) = &values[*at] {
            values[*at] = Value::Edits(Arc::clone(text));
        }
    }
}

/// Counts the bytes that go through.
struct Counted<W>(W, u64);

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.0.write(bytes)?;
        self.1 += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Writes the findings, and returns when they are on disk; the answer is their size before compression, in bytes.
pub(super) fn write(path: &Path, findings: &Findings) -> Result<u64> {
    let layers = findings
        .layers
        .iter()
        .map(|layer| WrittenLayer { layer, features: layer.features.iter().map(WrittenFeature).collect() });
    let written = WrittenFindings { findings, layers: layers.collect() };
    let file = BufWriter::new(File::create(path)?);
    let mut counted = Counted(GzEncoder::new(file, Compression::fast()), 0);
    rmp_serde::encode::write_named(&mut counted, &written)?;
    let Counted(compressed, bytes) = counted;
    compressed.finish()?.into_inner()?.sync_all()?;
    Ok(bytes)
}

/// Reads what [`write()`] wrote; a file that was cut off or changed is refused.
pub(super) fn read(path: &Path) -> Result<Findings> {
    let mut input = BufReader::new(GzDecoder::new(BufReader::new(File::open(path)?)));
    let read: ReadFindings = rmp_serde::from_read(&mut input)?;
    // The checksum stands at the end, behind the last thing that is read.
    let rest = input.read(&mut [0]).context("checksum")?;
    anyhow::ensure!(rest == 0, "bytes behind the end");
    let ReadFindings { mut findings, layers } = read;
    for table in &mut findings.tables {
        let edits = columns_of_edits(table.columns.iter().map(|column| column.kind));
        table.rows.iter_mut().for_each(|row| restore_edits(row, &edits));
    }
    findings.layers = layers.into_iter().map(ReadLayer::into_layer).collect::<Result<_>>()?;
    Ok(findings)
}
