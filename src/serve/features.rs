//! Features as they are sent (RFC 7946), in pages and tiles.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::links::WebLink;

/// A page of the features that fit.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FeaturePage {
    /// The features of the page.
    #[serde(flatten)]
    pub collection: FeatureCollection,
    /// When the page was made.
    pub time_stamp: String,
    /// That they were found under a scenario and are not what is there, in both languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Number of features that fit.
    pub number_matched: usize,
    /// Number of features on this page.
    pub number_returned: usize,
    pub links: Vec<WebLink>,
}

/// The features of a tile or of a page.
#[derive(Serialize, JsonSchema)]
pub(crate) struct FeatureCollection {
    #[serde(rename = "type")]
    kind: CollectionKind,
    #[schemars(with = "Vec<Feature>")]
    features: Vec<geojson::Feature>,
}

#[derive(Serialize, JsonSchema)]
enum CollectionKind {
    FeatureCollection,
}

impl FeatureCollection {
    /// A collection of these features.
    pub(crate) fn new(features: Vec<geojson::Feature>) -> Self {
        Self { kind: CollectionKind::FeatureCollection, features }
    }
}

/// One feature by itself.
#[derive(Serialize, JsonSchema)]
pub(crate) struct LinkedFeature {
    #[serde(flatten)]
    #[schemars(with = "Feature")]
    pub feature: geojson::Feature,
    pub links: Vec<WebLink>,
}

/// A feature, numbered from 1 in the order of its layer.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes what the library writes")]
struct Feature {
    #[schemars(rename = "type")]
    kind: FeatureKind,
    id: u32,
    /// The layer of a feature in a tile, as JSON-FG names it.
    #[schemars(rename = "featureType", skip_serializing_if = "Option::is_none")]
    feature_type: Option<String>,
    /// `None`: it has no place.
    geometry: Option<FeatureGeometry>,
    /// By the name of the column; `None`: the fact is missing.
    properties: BTreeMap<String, Option<CellValue>>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes what the library writes")]
enum FeatureKind {
    Feature,
}

/// The coordinates of a place, in the order of the axes of the coordinate system.
type Position = [f64; 2];

/// A geometry.
#[derive(JsonSchema)]
#[schemars(tag = "type")]
#[expect(dead_code, reason = "it describes what the library writes")]
enum FeatureGeometry {
    Point { coordinates: Position },
    MultiPoint { coordinates: Vec<Position> },
    LineString { coordinates: Vec<Position> },
    MultiLineString { coordinates: Vec<Vec<Position>> },
    Polygon { coordinates: Vec<Vec<Position>> },
    MultiPolygon { coordinates: Vec<Vec<Vec<Position>>> },
    GeometryCollection { geometries: Vec<FeatureGeometry> },
}

/// A value of a column. Sentences are `中文 | English`, proposed edits are JSON in a text.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it describes what `fireplan_export` writes")]
pub(crate) enum CellValue {
    Bool(bool),
    Number(f64),
    Text(String),
}
