//! The routes of what is handed over: packages, tables and sheets as files.

use super::described::Routes;
use crate::description::Operation;
use crate::downloads::sent::{CsvFile, SentFile, WorkbookFile};
use crate::downloads::{map, tables};
use crate::packages::{PackageOrderRequest, handlers as packages};
use fireplan_office::Action;

/// Packages, but for their archives.
pub(super) fn package_routes() -> Routes {
    let package = |id, about| Operation::new("packages", id, about);
    let path = "/packages/{packageId}";
    Routes::default()
        .get(
            "/packages",
            packages::list,
            package(
                "packages",
                "Packages (成果包) to hand in, newest first; their parts, and what is known of the plan",
            )
            .takes(&["f_json"]),
        )
        .post(
            "/packages",
            packages::order,
            package("orderPackage", "Order a package; the same order again takes the place of the one before")
                .needs(Action::Edit)
                .reads::<PackageOrderRequest>("PackageOrderRequest"),
        )
        .get(path, packages::package, package("package", "Status of a package").takes(&["f_json"]))
        .delete(
            path,
            packages::dismiss,
            package("dismissPackage", "Stop making a package, or take it away").needs(Action::Edit).takes(&["f_json"]),
        )
}

/// Files, which are stored compressed.
pub(super) fn file_routes() -> Routes {
    Routes::default()
        .get(
            "/packages/{packageId}/zip",
            packages::archive,
            Operation::new("packages", "packageArchive", "The package as an archive")
                .fails(410, "The package was dismissed")
                .fails(422, "The package could not be made"),
        )
        .get(
            "/jobs/{jobId}/tables/{tableId}",
            tables::table,
            Operation::new("processes", "table", "A table of the findings, or `checks`, as a file")
                .takes(&["q", "f_table"])
                .gives::<SentFile<WorkbookFile>>()
                .gives::<SentFile<CsvFile>>()
                .fails(410, "The job was dismissed")
                .fails(422, "The run failed, or there are more rows than the format takes"),
        )
        .get(
            "/map",
            map::map,
            Operation::new(
                "maps",
                "map",
                "Layers as a sheet to print, with title, legend, scale and coordinate system",
            )
            .takes(&["bbox", "collections_map", "title", "paper", "theme_print", "f_map"])
            .fails(422, "The legend does not fit the paper"),
        )
}
