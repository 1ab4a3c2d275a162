//! The bodies of answers. Each type says under which status and media type it is sent, and with which schema: the router
//! sends it and the description reads it from the type.

use std::marker::PhantomData;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema, json_schema};
use serde::Serialize;

use crate::crs::Crs;
use crate::error::HttpResult;
use crate::links::{GEOJSON, JSON, MVT};

/// What a handler answers with.
pub(crate) trait Body {
    const STATUS: StatusCode = StatusCode::OK;

    /// Media type and schema; `None`: there is nothing in it, or the handler's type does not say.
    fn content(schemas: &mut SchemaGenerator) -> Option<(&'static str, Schema)>;
}

impl<T: JsonSchema> Body for Json<T> {
    fn content(schemas: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some((JSON, schemas.subschema_for::<T>()))
    }
}

impl<T> Body for Html<T> {
    fn content(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some(("text/html", json_schema!({ "type": "string" })))
    }
}

/// A handler that answers in several ways; the list of routes names them.
impl Body for Response {
    fn content(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        None
    }
}

/// JSON with a media type of its own.
pub(crate) struct Typed<T>(pub T);

/// A document whose media type is not that of plain JSON.
pub(crate) trait TypedDocument: Serialize + JsonSchema {
    const MEDIA: &'static str;
}

impl<T: TypedDocument> Body for Typed<T> {
    fn content(schemas: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some((T::MEDIA, schemas.subschema_for::<T>()))
    }
}

impl<T: TypedDocument> IntoResponse for Typed<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.0).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(T::MEDIA));
        response
    }
}

/// Features in one of the coordinate systems, already written: pages are large, and are written off the async threads.
pub(crate) struct GeoJson<T> {
    text: String,
    crs: Crs,
    document: PhantomData<T>,
}

impl<T: Serialize> GeoJson<T> {
    /// Writes the document; large ones take long, so not on an async thread.
    pub(crate) fn write(document: &T, crs: Crs) -> HttpResult<Self> {
        Ok(Self { text: serde_json::to_string(document)?, crs, document: PhantomData })
    }
}

impl<T: JsonSchema> Body for GeoJson<T> {
    fn content(schemas: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some((GEOJSON, schemas.subschema_for::<T>()))
    }
}

impl<T> IntoResponse for GeoJson<T> {
    fn into_response(self) -> Response {
        let mut response = self.text.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(GEOJSON));
        if let Ok(uri) = HeaderValue::from_str(&format!("<{}>", self.crs.uri())) {
            headers.insert("content-crs", uri);
        }
        response
    }
}

/// A tile of vectors; only ever described, since tiles are sent as they lie in the cache.
pub(crate) struct VectorTile;

impl Body for VectorTile {
    fn content(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Some((MVT, json_schema!({ "type": "string", "format": "binary" })))
    }
}

/// What the client has is still so; only ever described.
pub(crate) struct NotModified;

impl Body for NotModified {
    const STATUS: StatusCode = StatusCode::NOT_MODIFIED;

    fn content(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        None
    }
}

/// Something new, and where it is.
pub(crate) struct Created<T> {
    /// The address of what is new.
    pub location: String,
    /// Its description.
    pub document: T,
}

impl<T: JsonSchema> Body for Created<T> {
    const STATUS: StatusCode = StatusCode::CREATED;

    fn content(schemas: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        Json::<T>::content(schemas)
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CREATED, Json(self.document)).into_response();
        if let Ok(location) = HeaderValue::from_str(&self.location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// It is gone, and there is nothing more to say.
pub(crate) struct Deleted;

impl Body for Deleted {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;

    fn content(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        None
    }
}

impl IntoResponse for Deleted {
    fn into_response(self) -> Response {
        Self::STATUS.into_response()
    }
}

/// What was asked for is elsewhere; only ever described.
pub(crate) struct SeeOther;

impl Body for SeeOther {
    const STATUS: StatusCode = StatusCode::SEE_OTHER;

    fn content(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        None
    }
}
