//! Which files a source names: on this machine, regular ones, and all that belong to them.
//!
//! Nothing is asked of a network, and nothing is opened that might never end: a named pipe gives no byte until somebody
//! writes into it. What belongs to a file is known before it is opened, so that its digest is of what was read.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::vrt;
use fireplan_model::message::reading;

/// A source as it may be told: whoever reads a message need not learn the password of a database.
fn without_password(name: &str) -> String {
    let key_at = |word: &str| name.to_ascii_lowercase().find(word).map(|at| at + word.len());
    if let Some(from) = ["password=", "passwd=", "pwd="].into_iter().find_map(key_at) {
        let until = name[from..].find([' ', ',', ';', '&', '|']).map_or(name.len(), |length| from + length);
        return format!("{}***{}", &name[..from], &name[until..]);
    }
    // user:password@host
    match (name.find("://"), name.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => match name[scheme + 3..at].find(':') {
            Some(colon) => format!("{}:***{}", &name[..scheme + 3 + colon], &name[at..]),
            None => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}

/// The file or folder that a source names, once it is known to be here and to end.
pub(crate) fn find(folder: &Path, name: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    if is_remote(name) && !path.exists() {
        let name = without_password(name);
        bail!(
            "数据源“{name}”在网络或数据库中，本程序不联网：请先用 ogr2ogr 或 gdal_translate 导出为本机文件(如 .gpkg、.tif) | \
             '{name}' is on a network or in a database, and fireplan asks no network: export it to a file here first"
        );
    }
    if !path.exists() {
        bail!("没有文件 {0}：请核对文件名和文件夹 | there is no file {0}", path.display());
    }
    refuse_special(&path)?;
    for file in beside(&path)? {
        // A link that leads nowhere is not opened by anything.
        if file.exists() {
            refuse_special(&file)?;
        }
    }
    Ok(path)
}

/// By its name, is this asked of a server or a database instead of a disk?
pub(crate) fn is_remote(name: &str) -> bool {
    // One letter before the colon is a drive of Windows.
    let scheme = name.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_scheme || name.contains("://") || name.to_ascii_lowercase().starts_with("/vsi")
}

/// Refuses pipes, devices and sockets, which may never end.
pub(crate) fn refuse_special(path: &Path) -> Result<()> {
    let about = std::fs::metadata(path).with_context(|| reading(path))?;
    if !about.is_file() && !about.is_dir() {
        bail!(
            "{0} 不是普通文件(是管道、设备或套接字)，读取可能永不结束：请换成普通文件 | \
             {0} is no regular file but a pipe, device or socket, which may never end: give a regular file",
            path.display()
        );
    }
    Ok(())
}

/// The bytes of a regular file of at most so many.
pub(crate) fn read_bounded(path: &Path, most_bytes: u64) -> Result<Vec<u8>> {
    use std::io::Read;
    refuse_special(path)?;
    let file = std::fs::File::open(path).with_context(|| reading(path))?;
    let mut bytes = Vec::new();
    // One byte more tells a file that is too long from one that just fits, also where it says no length (as in /proc).
    file.take(most_bytes + 1).read_to_end(&mut bytes).with_context(|| reading(path))?;
    if bytes.len() as u64 > most_bytes {
        bail!(
            "{0} 超过 {1} MB，无法读入内存：请裁切到本区或转为 GeoPackage | \
             {0} has more than {1} MB, too many to be held in memory: cut it to the area, or make it a GeoPackage",
            path.display(),
            most_bytes >> 20
        );
    }
    Ok(bytes)
}

/// All files that may be opened together with this one: those of the same name but for what follows the first dot after
/// its stem, and of a folder all in it.
fn beside(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_dir() {
        return files_in(path);
    }
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) else { return Ok(Vec::new()) };
    let stem = format!("{}.", stem.to_string_lossy().to_lowercase());
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut files = list(folder)?;
    files.retain(|file| file.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().starts_with(&stem)));
    Ok(files)
}

/// The entries of a folder, in order.
fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| reading(folder))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    paths.sort();
    Ok(paths)
}

/// All files in a folder and its folders, in order; a link back to a folder above ends at a depth no data has.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    const DEEPEST: usize = 8;
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for path in list(&folder)? {
            match path.is_dir() {
                true if depth < DEEPEST => folders.push((path, depth + 1)),
                true => {}
                false => files.push(path),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The file beside this one with another extension, in either case.
pub(crate) fn sibling(path: &Path, extension: &str) -> Option<PathBuf> {
    [extension.to_owned(), extension.to_uppercase()]
        .into_iter()
        .map(|extension| path.with_extension(extension))
        .find(|path| path.exists())
}

/// The file and those that make up its content; of a virtual one also those that it shows.
pub(crate) fn companions(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_dir() {
        return files_in(path);
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let more: &[&str] = match extension.as_str() {
        "shp" | "shx" | "dbf" => &["shp", "shx", "dbf", "prj", "cpg", "dbt"],
        "tab" => &["dat", "map", "id", "ind"],
        "mif" => &["mid"],
        "gml" => &["xsd", "gfs"],
        "bil" | "bip" | "bsq" | "flt" | "img" => &["hdr", "prj"],
        "tif" | "tiff" => &["tfw", "prj"],
        "asc" => &["prj"],
        _ => &[],
    };
    let mut files = vec![path.to_owned()];
    files.extend(more.iter().filter_map(|extension| sibling(path, extension)));
    // What SQLite wrote last may still stand beside the file, and what GDAL was told of a raster always does.
    for end in ["-wal", "-journal", ".aux.xml", ".ovr", ".msk"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        files.extend(Some(PathBuf::from(name)).filter(|file| file.exists()));
    }
    if vrt::is_virtual(path) {
        for target in vrt::targets(path)? {
            files.extend(companions(&target)?);
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// What GDAL can read as a map or a table, by the ends of names.
const MAPS: [&str; 18] = [
    "shp", "gpkg", "geojson", "json", "geojsonl", "geojsons", "fgb", "tab", "mif", "gml", "kml", "kmz", "gpx", "dxf",
    "csv", "xlsx", "xls", "sqlite",
];

/// The one map of a folder, or the one that the layer names; what is left of the layer's name.
pub(crate) fn choose_map<'a>(folder: &Path, layer: Option<&'a str>) -> Result<(PathBuf, Option<&'a str>)> {
    let end = |path: &Path| path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let in_geodatabase = |path: &Path| path.ancestors().skip(1).find(|above| end(above) == "gdb").map(Path::to_owned);
    let mut maps: Vec<PathBuf> = Vec::new();
    for file in files_in(folder)? {
        let hidden = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with(['.', '_']);
        let inside = file.strip_prefix(folder).unwrap_or(&file);
        match in_geodatabase(inside).map(|gdb| folder.join(gdb)) {
            Some(geodatabase) => maps.push(geodatabase),
            None if inside.iter().any(hidden) => {}
            None if MAPS.contains(&&*end(&file)) => maps.push(file),
            // A table without geometry of its own.
            None if end(&file) == "dbf" && sibling(&file, "shp").is_none() => maps.push(file),
            None => {}
        }
    }
    maps.dedup();
    let is_named = |path: &Path, layer: &str| {
        [path.file_stem(), path.file_name()].into_iter().flatten().any(|name| name.to_string_lossy() == layer)
    };
    if let Some(named) = layer.and_then(|layer| maps.iter().find(|path| is_named(path, layer))) {
        return Ok((named.clone(), None));
    }
    match maps.as_slice() {
        [only] => Ok((only.clone(), layer)),
        [] => bail!(
            "其中没有可读的地图或表格(如 .shp、.gpkg、.csv) | there is no map or table in it (such as .shp, .gpkg, .csv)"
        ),
        several => {
            let names: Vec<String> =
                several.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
            bail!(
                "其中有多个图层，请写作“文件|图层”：{0} | there are several layers in it: name one as \"file|layer\": {0}",
                names.join(", ")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_told() {
        for (name, told) in [
            ("PG:dbname=x user=u password=geheim host=h", "PG:dbname=x user=u password=*** host=h"),
            ("MYSQL:x,user=u,password=geheim|t", "MYSQL:x,user=u,password=***|t"),
            ("https://u:geheim@host/a.json", "https://u:***@host/a.json"),
            ("https://host/a@b.json", "https://host/a@b.json"),
        ] {
            assert_eq!(without_password(name), told);
        }
    }

    #[test]
    fn servers_and_databases_are_told_from_files() {
        for name in
            ["PG:dbname=x", "WFS:http://a", "http://a/b.geojson", "/vsicurl/http://a/b.tif", "/VSIS3/x", "MYSQL:a"]
        {
            assert!(is_remote(name), "{name}");
            let error = format!("{:#}", find(Path::new("/nowhere"), name).unwrap_err());
            assert!(error.contains("不联网"), "{error}");
        }
        for name in ["roads.shp", "C:/数据/roads.shp", "a/b.gpkg", "数据：一.csv"] {
            assert!(!is_remote(name), "{name}");
        }
    }

    #[test]
    fn what_belongs_to_a_file_is_known_before_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["a.shp", "a.dbf", "a.SHX", "a.prj", "ab.shp", "b.tab", "b.dat", "b.map", "b.id", "c.gpkg", "c.gpkg-wal"]
        {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let names = |file: &str| -> Vec<String> {
            let files = companions(&folder.path().join(file)).unwrap();
            files.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
        };
        assert_eq!(names("a.shp"), ["a.SHX", "a.dbf", "a.prj", "a.shp"]);
        assert_eq!(names("b.tab"), ["b.dat", "b.id", "b.map", "b.tab"]);
        assert_eq!(names("c.gpkg"), ["c.gpkg", "c.gpkg-wal"]);
    }

    #[test]
    fn a_file_longer_than_allowed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, [b'x'; 100]).unwrap();
        assert_eq!(read_bounded(&path, 100).unwrap().len(), 100);
        assert!(format!("{:#}", read_bounded(&path, 99).unwrap_err()).contains("a.csv"));
        assert!(read_bounded(Path::new("/dev/zero"), 99).is_err());
    }
}
