//! Links and media types of the documents.

use schemars::JsonSchema;
use serde::Serialize;

/// Plain JSON.
pub(crate) const JSON: &str = "application/json";
/// Features (RFC 7946).
pub(crate) const GEOJSON: &str = "application/geo+json";
/// JSON Schema.
pub(crate) const SCHEMA_JSON: &str = "application/schema+json";
/// A MapLibre style.
pub(crate) const STYLE_JSON: &str = "application/vnd.mapbox.style+json";
/// TileJSON.
pub(crate) const TILE_JSON: &str = "application/vnd.mapbox.tile+json";
/// A vector tile of Mapbox.
pub(crate) const MVT: &str = "application/vnd.mapbox-vector-tile";
/// An archive.
pub(crate) const ZIP: &str = "application/zip";
/// A workbook of Excel.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Rows as text.
pub(crate) const CSV: &str = "text/csv";
/// A GeoPackage.
pub(crate) const GPKG: &str = "application/geopackage+sqlite3";
/// For globes.
pub(crate) const KML: &str = "application/vnd.google-earth.kml+xml";
/// For handhelds.
pub(crate) const GPX: &str = "application/gpx+xml";
/// A sheet to be printed.
pub(crate) const PDF: &str = "application/pdf";
/// The description of the interface.
pub(crate) const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

/// The names of relations that OGC defines begin so.
pub(crate) const REL: &str = "http://www.opengis.net/def/rel/ogc/1.0";

/// A link of an OGC API document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct WebLink {
    /// Address of the target.
    pub href: String,
    /// How the target is related to the document.
    pub rel: String,
    /// Media type of the target.
    #[serde(rename = "type")]
    pub media: &'static str,
    /// The address holds names in braces that are to be replaced.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub templated: bool,
}

/// A link to an address without variables.
pub(crate) fn link(href: impl Into<String>, rel: &str, media: &'static str) -> WebLink {
    WebLink { href: href.into(), rel: rel.to_owned(), media, templated: false }
}

/// A link whose relation is one of those that OGC defines.
pub(crate) fn ogc_link(href: impl Into<String>, rel: &str, media: &'static str) -> WebLink {
    link(href, &format!("{REL}/{rel}"), media)
}
