//! What `--version` says: the program, and what its figures rest on beside it.

use fireplan_model::rules;

/// `0.1.0 (GDAL 3.6.2, PROJ 9.1.1, rules 1a2b3c4d)`; the rules are those of the national pack, named by their digest as in manifests.
pub(crate) fn describe_version() -> String {
    let gdal = gdal::version::version_info("RELEASE_NAME");
    let proj = proj::ProjBuilder::new().lib_info().map_or_else(|_| "?".to_owned(), |info| info.version);
    let rules = rules::about_national().map_or_else(|_| "?".to_owned(), |about| about.sha256.chars().take(8).collect());
    format!("{} (GDAL {gdal}, PROJ {proj}, rules {rules})", env!("CARGO_PKG_VERSION"))
}
