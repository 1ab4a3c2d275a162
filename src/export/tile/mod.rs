//! Map tiles: a layer cut along the web map grid, as GeoJSON or as Mapbox Vector Tile.
//!
//! Reading order: [`world`] (a layer in the coordinates of the web map), [`level`] (simplified and rounded for one zoom,
//! polygons made valid *after* rounding), [`cut`] (the part of a level inside one tile), [`attributes`] (cells stored once),
//! [`mvt`] and [`json`] (the bytes), [`label`] (where areas are named). Both formats are written from the same cut, so they show the same features.

pub mod attributes;
pub mod cut;
pub mod json;
pub mod label;
pub mod level;
pub mod mvt;
pub mod world;

use std::io::{Read, Write};
use std::sync::OnceLock;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::tile::attributes::Attributes;
use crate::tile::cut::TileContent;
use crate::tile::label::LabelPoints;
use crate::tile::level::Level;
use crate::tile::world::{Kind, World};
use fireplan_model::findings::Layer;
use fireplan_model::plane::Plane;

/// Units across a tile.
pub const EXTENT: i32 = 4096;
/// Units drawn beyond the tile's edge, so that strokes do not end there.
pub const BUFFER: i32 = 64;
/// The deepest zoom with tiles of its own: 0.15 m a unit. Clients enlarge these beyond.
pub const MAX_ZOOM: u8 = 16;
/// From this zoom on a tile carries every attribute; below, only those the drawing needs.
pub const FULL_ATTRIBUTES_ZOOM: u8 = 14;
/// No tile is larger than this when compressed.
pub const MAX_BYTES: usize = 200_000;

/// A tile of the web map grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileId {
    /// Zoom.
    pub z: u8,
    /// Column, from the west.
    pub x: u32,
    /// Row, from the north.
    pub y: u32,
}

impl TileId {
    /// `None`: there is no such tile.
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= MAX_ZOOM && x < 1 << z && y < 1 << z).then_some(Self { z, x, y })
    }
}

/// The format of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Mapbox Vector Tile.
    Mvt,
    /// GeoJSON.
    GeoJson,
}

/// A tile ready to be sent.
#[derive(Debug)]
pub struct Tile {
    /// The bytes, compressed.
    pub gzip: Vec<u8>,
    /// Features in the tile.
    pub features: usize,
    /// Features left out to keep the tile small.
    pub dropped: usize,
}

/// A layer from which tiles are cut.
pub struct TileLayer {
    name: String,
    world: World,
    attributes: Attributes,
    labels: Option<LabelPoints>,
    levels: [OnceLock<Level>; MAX_ZOOM as usize + 1],
}

impl TileLayer {
    /// Prepares the layer; `essential` names the columns that the drawing needs at every zoom.
    pub fn new(name: &str, layer: &Layer, plane: &Plane, essential: &[String]) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            world: World::new(layer, plane)?,
            attributes: Attributes::new(layer, essential),
            labels: None,
            levels: std::array::from_fn(|_| OnceLock::new()),
        })
    }

    /// With a layer of label points beside it in vector tiles, `NAME_label`: a point with the attributes for each area.
    ///
    /// # Errors
    /// If a place is not on earth.
    pub fn with_labels(self, layer: &Layer, plane: &Plane) -> Result<Self> {
        Ok(Self { labels: Some(LabelPoints::new(layer, plane)?), ..self })
    }

    /// The layer in the coordinates of the web map.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The tile, never larger than [`MAX_BYTES`]: the smallest and least important features are left out first.
    pub fn tile(&self, id: TileId, format: Format) -> Result<Tile> {
        let level = self.level(id.z);
        let candidates = self.world.candidates(id);
        let mut keep = candidates.len();
        let mut ranked: Option<Vec<u32>> = None;
        loop {
            let chosen = match &ranked {
                None => candidates.clone(),
                Some(ranked) => ranked[..keep].to_vec(),
            };
            let cut = TileContent::new(level, id, &in_drawing_order(level, chosen));
            let bytes = self.encode(&cut, id, format);
            let gzip = compress(&bytes)?;
            if gzip.len() <= MAX_BYTES || keep == 0 {
                let dropped = ranked.map_or(0, |ranked| ranked.len() - keep);
                return Ok(Tile { gzip, features: cut.parts.len(), dropped });
            }
            let ranked = ranked.get_or_insert_with(|| self.rank(level, &candidates));
            let share = 0.9 * MAX_BYTES as f64 / gzip.len() as f64;
            keep = ((keep.min(ranked.len()) as f64 * share) as usize).min(ranked.len());
        }
    }

    fn encode(&self, cut: &TileContent, id: TileId, format: Format) -> Vec<u8> {
        let full = id.z >= FULL_ATTRIBUTES_ZOOM;
        match format {
            Format::Mvt => {
                let labels = self.labels.as_ref().map_or_else(Vec::new, |labels| labels.within(id, cut));
                mvt::encode(&self.name, cut, &labels, &self.attributes, full)
            }
            Format::GeoJson => json::encode(&self.name, cut, id, &self.attributes, full),
        }
    }

    fn level(&self, z: u8) -> &Level {
        self.levels[usize::from(z)].get_or_init(|| Level::new(&self.world, z))
    }

    /// The candidates that are in the level at all, most important first: by the class of roads, then by size.
    fn rank(&self, level: &Level, candidates: &[u32]) -> Vec<u32> {
        let mut ranked: Vec<u32> = candidates.iter().copied().filter(|feature| level.has(*feature)).collect();
        ranked
            .sort_by_key(|feature| (self.attributes.rank(*feature), std::cmp::Reverse(level.size(*feature)), *feature));
        ranked
    }
}

/// One tile of several layers, of compressed tiles of the same place and format: a vector tile holds each layer under its
/// name, and each feature of a GeoJSON tile names its layer.
pub fn join_tiles<'t>(format: Format, tiles: impl IntoIterator<Item = &'t [u8]>) -> Result<Vec<u8>> {
    let plain = tiles.into_iter().map(decompress).collect::<Result<Vec<_>>>()?;
    compress(&match format {
        // The layers of a vector tile are a repeated field: written one after the other, messages are one message.
        Format::Mvt => plain.concat(),
        Format::GeoJson => json::join(&plain),
    })
}

/// Areas from the largest to the smallest, so that what lies inside another is drawn over it; the rest as numbered.
fn in_drawing_order(level: &Level, mut features: Vec<u32>) -> Vec<u32> {
    features.retain(|feature| level.has(*feature));
    features.sort_by_key(|feature| {
        let area = level.item(*feature).kind == Kind::Polygon;
        (!area, std::cmp::Reverse(if area { level.size(*feature) } else { 0 }), *feature)
    });
    features
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(5));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// The bytes of a compressed tile.
pub fn decompress(gzip: &[u8]) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(gzip).read_to_end(&mut plain)?;
    Ok(plain)
}
