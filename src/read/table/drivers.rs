//! Which of GDAL's drivers may read, and that none of them asks a network.

use std::ffi::{c_char, c_int, c_void};

use anyhow::Result;
use gdal::DriverManager;
use gdal::config::set_config_option;

/// Formats of maps and tables. Those that ask a server or a database are not among them.
pub(super) const VECTOR: [&str; 23] = [
    "ESRI Shapefile",
    "GPKG",
    "GeoJSON",
    "GeoJSONSeq",
    "TopoJSON",
    "ESRIJSON",
    "FlatGeobuf",
    "MapInfo File",
    "GML",
    "LIBKML",
    "KML",
    "OpenFileGDB",
    "CSV",
    "XLSX",
    "XLS",
    "ODS",
    "DXF",
    "DGN",
    "CAD",
    "GPX",
    "SQLite",
    "JML",
    "OGR_GMT",
];

/// Formats of rasters; pictures are opened to be told that they are pictures.
pub(crate) const RASTER: [&str; 21] = [
    "GTiff",
    "HFA",
    "AAIGrid",
    "AIG",
    "GRASSASCIIGrid",
    "SRTMHGT",
    "EHdr",
    "ENVI",
    "GPKG",
    "XYZ",
    "JP2OpenJPEG",
    "GSAG",
    "GSBG",
    "GS7BG",
    "USGSDEM",
    "DTED",
    "SAGA",
    "netCDF",
    "PCRaster",
    "PNG",
    "JPEG",
];

/// Files that show others; those are looked at first ([`crate::vrt`]).
pub(crate) const VIRTUAL: [&str; 2] = ["OGR_VRT", "VRT"];

/// What the program writes by, beside the formats that it reads.
const WRITTEN_BY: [&str; 2] = ["Memory", "MEM"];

// Of GDAL's cpl_http.h, which the bindings leave out: what answers every request of the library.
unsafe extern "C" {
    fn CPLHTTPSetFetchCallback(answer: Option<FetchAnswer>, user_data: *mut c_void);
}

type FetchAnswer = unsafe extern "C" fn(
    url: *const c_char,
    options: *const *const c_char,
    progress: *mut c_void,
    progress_data: *mut c_void,
    write: *mut c_void,
    write_data: *mut c_void,
    user_data: *mut c_void,
) -> *mut FetchResult;

/// `CPLHTTPResult`: GDAL frees it and what it points to.
#[repr(C)]
struct FetchResult {
    status: c_int,
    content_type: *mut c_char,
    error: *mut c_char,
    data_len: c_int,
    data_alloc: c_int,
    data: *mut c_void,
    headers: *mut *mut c_char,
    mime_part_count: c_int,
    mime_parts: *mut c_void,
}

/// Answers that nobody could be reached.
unsafe extern "C" fn refuse_request(
    _url: *const c_char,
    _options: *const *const c_char,
    _progress: *mut c_void,
    _progress_data: *mut c_void,
    _write: *mut c_void,
    _write_data: *mut c_void,
    _user_data: *mut c_void,
) -> *mut FetchResult {
    const COULD_NOT_CONNECT: c_int = 7;
    // SAFETY: zeroed memory is a result of nothing, and both it and the text are of GDAL's own allocator.
    unsafe {
        let result = gdal_sys::VSICalloc(1, size_of::<FetchResult>()).cast::<FetchResult>();
        if let Some(result) = result.as_mut() {
            result.status = COULD_NOT_CONNECT;
            result.error = gdal_sys::VSIStrdup(c"fireplan asks no network".as_ptr());
        }
        result
    }
}

/// Takes away every driver that is not listed above, and every way to a network.
pub(super) fn keep_offline() -> Result<()> {
    let known =
        |name: &str| VECTOR.iter().chain(&RASTER).chain(&VIRTUAL).chain(&WRITTEN_BY).any(|known| *known == name);
    // From the last: taking one away moves those after it.
    for at in (0..DriverManager::count()).rev() {
        let driver = DriverManager::get_driver(at)?;
        if !known(&driver.short_name()) {
            DriverManager::deregister_driver(&driver);
        }
    }
    // SAFETY: sets a function that lives as long as the program and needs no data.
    unsafe { CPLHTTPSetFetchCallback(Some(refuse_request), std::ptr::null_mut()) };
    // Network file systems open this one name, which is none, and ask nobody for it. Those that stream know no such list,
    // so they are sent where nothing listens.
    set_config_option("CPL_VSIL_CURL_ALLOWED_FILENAME", "-")?;
    set_config_option("GDAL_HTTP_PROXY", "127.0.0.1:9")?;
    set_config_option("GDAL_HTTP_CONNECTTIMEOUT", "1")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_request_leaves_the_machine() {
        crate::table::set_up_gdal();
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        server.set_nonblocking(true).unwrap();
        let address = server.local_addr().unwrap();
        assert!(gdal::spatial_ref::SpatialRef::from_definition(&format!("http://{address}/crs")).is_err());
        for name in ["/vsicurl/http://", "/vsicurl_streaming/http://", "http://"] {
            let options =
                gdal::DatasetOptions { open_flags: gdal::GdalOpenFlags::GDAL_OF_VECTOR, ..Default::default() };
            assert!(gdal::Dataset::open_ex(format!("{name}{address}/a.geojson"), options).is_err());
        }
        assert!(server.accept().is_err(), "somebody called");
    }

    #[test]
    fn no_driver_of_servers_is_left() {
        crate::table::set_up_gdal();
        let names: Vec<String> = DriverManager::all().map(|driver| driver.short_name()).collect();
        for gone in ["WMS", "WFS", "PostgreSQL", "MySQL", "HTTP", "OAPIF", "WCS"] {
            assert!(!names.iter().any(|name| name == gone), "{gone} is left");
        }
        for kept in ["GPKG", "GTiff", "ESRI Shapefile", "GeoJSON"] {
            assert!(names.iter().any(|name| name == kept), "{kept} is gone");
        }
    }
}
