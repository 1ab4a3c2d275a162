//! Files of numbers: MessagePack, compressed, geometry as well-known binary; what is read equals what was written, to the bit.
//!
//! A file is written beside and renamed when it is whole, so that a task that is tried again, or twice at once, does no harm.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use geo::Geometry;
use geozero::wkb::Wkb;
use geozero::{CoordDimensions, ToGeo, ToWkb};
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::{ByteBuf, Bytes};

use fireplan_model::digest::hex_digest;
use fireplan_model::findings::Feature;
use fireplan_model::message::{making_folder, reading, writing};
use fireplan_model::rows::Value;

/// A geometry in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct WireGeometry(pub Geometry);

impl Serialize for WireGeometry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wkb = self.0.to_wkb(CoordDimensions::xy()).map_err(S::Error::custom)?;
        Bytes::new(&wkb).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WireGeometry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wkb = ByteBuf::deserialize(deserializer)?;
        Wkb(wkb.into_vec()).to_geo().map(Self).map_err(D::Error::custom)
    }
}

/// A feature in a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WireFeature(Option<WireGeometry>, Vec<Value>);

impl From<Feature> for WireFeature {
    fn from(feature: Feature) -> Self {
        Self(feature.geometry.map(WireGeometry), feature.values)
    }
}

impl From<WireFeature> for Feature {
    fn from(WireFeature(geometry, values): WireFeature) -> Self {
        Self { geometry: geometry.map(|geometry| geometry.0), values }
    }
}

/// Writes a value and returns the SHA-256 of the file, in hex.
///
/// # Errors
/// If the folder or the file cannot be written.
pub fn write(path: &Path, value: &impl Serialize) -> Result<String> {
    let unfinished = beside(path)?;
    let file = BufWriter::new(File::create(&unfinished).with_context(|| writing(&unfinished))?);
    let mut compressed = GzEncoder::new(file, Compression::fast());
    rmp_serde::encode::write_named(&mut compressed, value).with_context(|| writing(path))?;
    let file = compressed.finish().and_then(|file| file.into_inner().map_err(std::io::IntoInnerError::into_error));
    file.and_then(|file| file.sync_all()).with_context(|| writing(path))?;
    let digest = digest_file(&unfinished)?;
    fs::rename(&unfinished, path).with_context(|| writing(path))?;
    Ok(digest)
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// If the file cannot be read or was cut off.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let file = File::open(path).with_context(|| reading(path))?;
    rmp_serde::from_read(BufReader::new(GzDecoder::new(BufReader::new(file)))).with_context(|| {
        let path = path.display();
        format!(
            "{path} 不完整，或由另一版本的程序写出 | {path} is not whole, or another version of the program wrote it"
        )
    })
}

/// Writes a value for people and other programs to read, and returns the SHA-256 of the file, in hex.
///
/// # Errors
/// If the folder or the file cannot be written.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<String> {
    let unfinished = beside(path)?;
    let text = serde_json::to_string_pretty(value)? + "\n";
    fs::write(&unfinished, &text).with_context(|| writing(&unfinished))?;
    fs::rename(&unfinished, path).with_context(|| writing(path))?;
    Ok(hex_digest(text.as_bytes()))
}

/// Reads what [`write_json`] wrote.
///
/// # Errors
/// If the file cannot be read, or says something else than is expected of it.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| reading(path))?;
    serde_json::from_str(&text).with_context(|| reading(path))
}

/// SHA-256 of a file, in hex.
///
/// # Errors
/// If it cannot be read.
pub fn digest_file(path: &Path) -> Result<String> {
    Ok(hex_digest(&fs::read(path).with_context(|| reading(path))?))
}

/// Where a file is written until it is whole: beside it, under a name that no other task has.
fn beside(path: &Path) -> Result<std::path::PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(folder.join(format!(".unfinished-{}-{name}", std::process::id())))
}
