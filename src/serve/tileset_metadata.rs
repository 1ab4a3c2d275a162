//! Tilesets as OGC API Tiles describes them, and as TileJSON: of one layer, or of several in the same tiles.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::crs::CRS84;
use crate::links::{JSON, TILE_JSON, WebLink, link, ogc_link};
use crate::matrix_sets::{MATRIX_SET_URI, WEB_MERCATOR};
use crate::state::{AppState, Collection};
use crate::tiles::{FORMATS, MATRIX_SET};
use fireplan_export::tile::MAX_ZOOM;
use fireplan_export::tile::attributes::{CLASS_SUFFIX, SHAPE_ATTRIBUTE};
use fireplan_export::tile::world::from_lonlat;
use fireplan_model::findings::Drawing;
use fireplan_model::rows::{GeometryKind, ValueKind};

/// The tilesets of a layer, or of the dataset.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TilesetList {
    pub links: Vec<WebLink>,
    pub tilesets: Vec<Tileset>,
}

/// Metadata of a tileset, in either form.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum TilesetMetadata {
    Tileset(Tileset),
    TileJson(TileJson),
}

/// A tileset as OGC API Tiles describes it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tileset {
    title: String,
    data_type: &'static str,
    crs: &'static str,
    #[serde(rename = "tileMatrixSetURI")]
    tile_matrix_set_uri: &'static str,
    links: Vec<WebLink>,
    layers: Vec<TilesetLayer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bounding_box: Option<BoundingBox>,
    /// Rows and columns that hold anything, zoom by zoom.
    #[serde(skip_serializing_if = "Option::is_none")]
    tile_matrix_set_limits: Option<Vec<TileLimits>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TilesetLayer {
    id: String,
    title: String,
    data_type: &'static str,
    /// 0: points; 1: lines; 2: areas.
    geometry_dimension: u8,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct BoundingBox {
    crs: &'static str,
    lower_left: [f64; 2],
    upper_right: [f64; 2],
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TileLimits {
    tile_matrix: String,
    min_tile_row: u32,
    max_tile_row: u32,
    min_tile_col: u32,
    max_tile_col: u32,
}

/// A tileset as TileJSON 3.0.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TileJson {
    tilejson: &'static str,
    name: String,
    attribution: String,
    tiles: Vec<String>,
    minzoom: u8,
    maxzoom: u8,
    vector_layers: Vec<VectorLayer>,
    /// West, south, east, north.
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<[f64; 4]>,
}

#[derive(Serialize, JsonSchema)]
struct VectorLayer {
    id: String,
    description: String,
    minzoom: u8,
    maxzoom: u8,
    /// Attribute to `Boolean`, `Number` or `String`.
    fields: BTreeMap<String, &'static str>,
}

/// Layers whose tiles are asked for together.
pub(crate) struct TiledLayers {
    /// In the order of the tiles.
    pub collections: Vec<Arc<Collection>>,
    /// `中文 | English`.
    pub title: String,
    /// The address of what holds them: of the collection, or the root of the service.
    pub holder: String,
    /// The root of the service.
    pub root: String,
    /// The short form of the addresses of tiles, up to the zoom.
    pub short: String,
    /// `collections=…` where the layers were chosen by it, or nothing.
    pub query: String,
}

impl TiledLayers {
    pub(crate) fn describe(&self) -> Tileset {
        let bounds = self.bounds_wgs84();
        Tileset {
            title: self.title.clone(),
            data_type: "vector",
            crs: WEB_MERCATOR,
            tile_matrix_set_uri: MATRIX_SET_URI,
            links: self.links(),
            layers: self.collections.iter().map(|collection| describe_layer(collection)).collect(),
            bounding_box: bounds.map(|[west, south, east, north]| BoundingBox {
                crs: CRS84,
                lower_left: [west, south],
                upper_right: [east, north],
            }),
            tile_matrix_set_limits: bounds.map(|bounds| (0..=MAX_ZOOM).map(|z| find_limits(z, bounds)).collect()),
        }
    }

    /// West, south, east, north of all layers.
    fn bounds_wgs84(&self) -> Option<[f64; 4]> {
        let bounds = self.collections.iter().filter_map(|collection| collection.tiles.world().bounds_wgs84());
        bounds.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }

    fn links(&self) -> Vec<WebLink> {
        let (root, query) = (&self.root, &self.query);
        let at = format!("{}/tiles/{MATRIX_SET}", self.holder);
        let mut links = vec![
            link(join_query(&at, &[query]), "self", JSON),
            link(join_query(&at, &["f=tilejson", query]), "describedby", TILE_JSON),
            ogc_link(format!("{root}/tileMatrixSets/{MATRIX_SET}"), "tiling-scheme", JSON),
        ];
        let geodata =
            |collection: &Arc<Collection>| ogc_link(format!("{root}/collections/{}", collection.id), "geodata", JSON);
        links.extend(self.collections.iter().map(geodata));
        links.extend(FORMATS.map(|(name, media)| {
            let tile = format!("{at}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}");
            let item = link(join_query(&tile, &[&format!("f={name}"), query]), "item", media);
            WebLink { templated: true, ..item }
        }));
        links
    }

    pub(crate) fn write_tilejson(&self, state: &AppState) -> TileJson {
        TileJson {
            tilejson: "3.0.0",
            name: self.title.clone(),
            attribution: state.attribution(),
            tiles: vec![join_query(&format!("{}/{{z}}/{{x}}/{{y}}.mvt", self.short), &[&self.query])],
            minzoom: 0,
            maxzoom: MAX_ZOOM,
            vector_layers: self.collections.iter().map(|collection| describe_fields(collection)).collect(),
            bounds: self.bounds_wgs84(),
        }
    }
}

/// The address with those of the parameters that are not empty.
fn join_query(address: &str, parameters: &[&str]) -> String {
    let given: Vec<&str> = parameters.iter().copied().filter(|parameter| !parameter.is_empty()).collect();
    if given.is_empty() { address.to_owned() } else { format!("{address}?{}", given.join("&")) }
}

fn describe_layer(collection: &Collection) -> TilesetLayer {
    TilesetLayer {
        id: collection.id.clone(),
        title: collection.title(),
        data_type: "vector",
        geometry_dimension: collection.dimension(),
    }
}

fn describe_fields(collection: &Collection) -> VectorLayer {
    let kinds = collection.layer.columns.iter().map(|column| match column.kind {
        ValueKind::Bool => (column.name.to_owned(), "Boolean"),
        ValueKind::Int | ValueKind::Float => (column.name.to_owned(), "Number"),
        ValueKind::Text | ValueKind::Label | ValueKind::Edits => (column.name.to_owned(), "String"),
    });
    let mut fields: BTreeMap<String, &str> = kinds.collect();
    if let Drawing::Graded { column, .. } = &collection.layer.drawing {
        fields.insert(format!("{column}{CLASS_SUFFIX}"), "Number");
    }
    if collection.layer.geometry == GeometryKind::Mixed {
        fields.insert(SHAPE_ATTRIBUTE.to_owned(), "String");
    }
    let (id, description) = (collection.id.clone(), collection.title());
    VectorLayer { id, description, minzoom: 0, maxzoom: MAX_ZOOM, fields }
}

/// Rows and columns that hold anything at this zoom.
fn find_limits(z: u8, bounds: [f64; 4]) -> TileLimits {
    let tiles = f64::from(1u32 << z);
    let at = |value: f64| (value * tiles).floor().clamp(0.0, tiles - 1.0) as u32;
    let north_west = from_lonlat(geo::Coord { x: bounds[0], y: bounds[3] });
    let south_east = from_lonlat(geo::Coord { x: bounds[2], y: bounds[1] });
    TileLimits {
        tile_matrix: z.to_string(),
        min_tile_row: at(north_west.y),
        max_tile_row: at(south_east.y),
        min_tile_col: at(north_west.x),
        max_tile_col: at(south_east.x),
    }
}
