//! A cut as Mapbox Vector Tile (specification 2.1): integer commands, keys and values stored once per tile.

use geozero::mvt::tile::{Feature, GeomType, Layer};
use geozero::mvt::{Message, Tile};

use crate::tile::EXTENT;
use crate::tile::attributes::Attributes;
use crate::tile::cut::{TileContent, TilePart};
use crate::tile::label::LABEL_SUFFIX;
use crate::tile::level::GridPoint;
use crate::tile::world::Kind;

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

/// The bytes of the tile, with the label points in a layer of their own; none at all when nothing lies in it.
pub fn encode(
    name: &str,
    cut: &TileContent,
    labels: &[(u32, GridPoint)],
    attributes: &Attributes,
    full: bool,
) -> Vec<u8> {
    if cut.parts.is_empty() {
        return Vec::new();
    }
    let shapes = cut.parts.iter().map(|part| (part.feature, geometry_type(part.kind), commands(cut, part)));
    let mut layers = vec![encode_layer(name, shapes, attributes, full)];
    if !labels.is_empty() {
        let points = labels.iter().map(|(feature, place)| {
            let mut commands = vec![command(MOVE_TO, 1)];
            draw(*place, &mut GridPoint::new(0, 0), &mut commands);
            (*feature, GeomType::Point, commands)
        });
        layers.push(encode_layer(&format!("{name}{LABEL_SUFFIX}"), points, attributes, full));
    }
    Tile { layers }.encode_to_vec()
}

/// A layer of features, each with its type and its commands.
fn encode_layer(
    name: &str,
    features: impl Iterator<Item = (u32, GeomType, Vec<u32>)>,
    attributes: &Attributes,
    full: bool,
) -> Layer {
    let mut tags =
        FeatureTags { keys: vec![NONE; attributes.names.len()], values: vec![NONE; attributes.values.len()] };
    let mut layer = Layer { version: 2, name: name.to_owned(), extent: Some(EXTENT as u32), ..Layer::default() };
    for (feature, kind, geometry) in features {
        let tags = tags.of(feature, attributes, full, &mut layer);
        layer.features.push(Feature { id: Some(u64::from(feature) + 1), tags, r#type: Some(kind as i32), geometry });
    }
    layer
}

const NONE: u32 = u32::MAX;

/// Where the keys and values already stored in the tile are.
struct FeatureTags {
    keys: Vec<u32>,
    values: Vec<u32>,
}

impl FeatureTags {
    fn of(&mut self, feature: u32, attributes: &Attributes, full: bool, layer: &mut Layer) -> Vec<u32> {
        let mut tags = Vec::with_capacity(2 * attributes.names.len());
        for (column, value) in attributes.cells(feature, full) {
            if self.keys[column] == NONE {
                self.keys[column] = layer.keys.len() as u32;
                layer.keys.push(attributes.names[column].clone());
            }
            let known = &mut self.values[value as usize];
            if *known == NONE {
                *known = layer.values.len() as u32;
                layer.values.push(attributes.values[value as usize].clone());
            }
            tags.extend([self.keys[column], *known]);
        }
        tags
    }
}

fn geometry_type(kind: Kind) -> GeomType {
    match kind {
        Kind::Point => GeomType::Point,
        Kind::Line => GeomType::Linestring,
        Kind::Polygon => GeomType::Polygon,
    }
}

fn commands(cut: &TileContent, part: &TilePart) -> Vec<u32> {
    let mut commands = Vec::new();
    let mut pen = GridPoint::new(0, 0);
    if part.kind == Kind::Point {
        let count = cut.rings(part).map(<[GridPoint]>::len).sum::<usize>() as u32;
        commands.push(command(MOVE_TO, count));
        cut.rings(part).flatten().for_each(|place| draw(*place, &mut pen, &mut commands));
        return commands;
    }
    for ring in cut.rings(part) {
        commands.push(command(MOVE_TO, 1));
        draw(ring[0], &mut pen, &mut commands);
        commands.push(command(LINE_TO, ring.len() as u32 - 1));
        ring[1..].iter().for_each(|place| draw(*place, &mut pen, &mut commands));
        if part.kind == Kind::Polygon {
            commands.push(command(CLOSE_PATH, 1));
        }
    }
    commands
}

fn command(id: u32, count: u32) -> u32 {
    id | count << 3
}

fn draw(to: GridPoint, pen: &mut GridPoint, commands: &mut Vec<u32>) {
    let zigzag = |delta: i32| ((delta << 1) ^ (delta >> 31)) as u32;
    commands.extend([zigzag(to.x - pen.x), zigzag(to.y - pen.y)]);
    *pen = to;
}
