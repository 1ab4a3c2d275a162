//! Features of a collection as a file, those that the query of the features finds.

use std::sync::Arc;

use super::sent::name_file;
use super::{check_count, find_format, send_file, tell_origin};
use crate::error::HttpResult;
use crate::state::{AppState, Collection};
use fireplan_package::download::{DownloadFormat, LayerSelection, write_layer};

/// Sends these features as a file of this format; heavy, not for async threads.
pub(crate) fn send_features(
    state: &AppState,
    collection: &Arc<Collection>,
    format: &str,
    features: &[u32],
) -> HttpResult {
    let format = find_format(format).unwrap_or(DownloadFormat::Workbook);
    check_count(format, features.len())?;
    let origin = tell_origin(state, collection.origin.as_ref().map(|origin| origin.job.as_str()));
    let selection = LayerSelection { layer: &collection.layer, features, plane: &state.area.plane, origin: &origin };
    let folder = tempfile::tempdir().map_err(anyhow::Error::from)?;
    let file = format!("layer.{}", format.ending());
    write_layer(format, &selection, &folder.path().join(&file))?;
    let name = name_file(&[&state.area.name, &collection.layer.title.zh], format.ending());
    send_file(format, folder, &file, name)
}
