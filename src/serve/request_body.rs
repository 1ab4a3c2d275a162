//! The body of a request.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use serde::de::DeserializeOwned;

use crate::error::{HttpResult, Problem};

/// Reads a small body.
pub(crate) fn read_body<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> HttpResult<T> {
    let body =
        body.map_err(|rejection| Problem::new(rejection.status(), "请求体无法读取 | The body cannot be read"))?;
    serde_json::from_slice(&body)
        .map_err(|error| Problem::bad(format!("请求体不合要求：{error} | The body is not as described: {error}")))
}
