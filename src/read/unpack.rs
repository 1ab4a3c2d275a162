//! Archives (.zip, .shp.zip, .shz): unpacked beside the program's other temporary files, within bounds, gone when dropped.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use encoding_rs::GB18030;
use tempfile::TempDir;
use zip::ZipArchive;

use fireplan_model::message::reading;

/// The most that an archive may unpack to: no county's layer is larger, and what is has another format than a zip.
const MOST_BYTES: u64 = 4 << 30;

/// The most files in an archive.
const MOST_FILES: usize = 10_000;

/// By its name, is this an archive of files that GDAL reads? (.kmz and .xlsx are read as they are.)
pub(crate) fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip") || end.eq_ignore_ascii_case("shz"))
}

/// The files of the archive in a folder of their own.
pub(crate) fn unpack(path: &Path) -> Result<TempDir> {
    unpack_within(path, MOST_BYTES)
}

/// What is being done, for the context of an error.
fn unpacking(name: &Path) -> String {
    let name = name.display();
    format!("解压 {name} | unpacking {name}")
}

fn unpack_within(path: &Path, most_bytes: u64) -> Result<TempDir> {
    const DAMAGED: &str =
        "压缩包损坏或加密，无法解压：请重新打包 | the archive is damaged or has a password: pack it again";
    let file = std::fs::File::open(path).with_context(|| reading(path))?;
    let mut archive = ZipArchive::new(std::io::BufReader::new(file)).context(DAMAGED)?;
    if archive.len() > MOST_FILES {
        bail!(
            "压缩包内有 {0} 个文件，过多：请只打包所需数据 | {0} files in one archive are too many: pack only the data",
            archive.len()
        );
    }
    let folder = TempDir::new().context("建立解压用的临时文件夹 | making a folder to unpack into")?;
    let mut left = most_bytes;
    for at in 0..archive.len() {
        let member = archive.by_index(at).context(DAMAGED)?;
        // Links and names that lead out of the folder are no data.
        let Some(name) = inner_path(member.name_raw()).filter(|_| member.is_file()) else { continue };
        let target = folder.path().join(&name);
        if let Some(above) = target.parent() {
            std::fs::create_dir_all(above).with_context(|| unpacking(&name))?;
        }
        let mut written = std::fs::File::create(&target).with_context(|| unpacking(&name))?;
        // What the archive says of its sizes may be untrue: the bytes are counted as they come.
        let copied = std::io::copy(&mut member.take(left + 1), &mut written)
            .with_context(|| unpacking(&name))
            .context(DAMAGED)?;
        if copied > left {
            bail!(
                "压缩包解压后超过 {0} MB，疑为异常文件：请直接使用解压后的数据 | \
                 the archive unpacks to more than {0} MB: give the unpacked data instead",
                most_bytes >> 20
            );
        }
        left -= copied;
    }
    Ok(folder)
}

/// Refuses a document that is an archive itself (.xlsx, .ods, .kmz) and unpacks to more than memory holds; one that is no
/// archive is left to whoever opens it.
pub(crate) fn refuse_swollen(path: &Path) -> Result<()> {
    /// A sheet of a million rows and thirty columns.
    const MOST_BYTES: u64 = 1 << 30;
    let file = std::fs::File::open(path).with_context(|| reading(path))?;
    let Ok(mut archive) = ZipArchive::new(std::io::BufReader::new(file)) else { return Ok(()) };
    // GDAL reads no more of a member than it says to be long.
    let sizes = (0..archive.len()).map(|at| archive.by_index_raw(at).map_or(0, |member| member.size()));
    let bytes = sizes.fold(0, u64::saturating_add);
    if bytes > MOST_BYTES {
        bail!(
            "{0} 解压后有 {1} MB，超出内存：请另存为 CSV 或 GeoPackage | \
             {0} unpacks to {1} MB, more than memory holds: save it as CSV or GeoPackage",
            path.display(),
            bytes >> 20
        );
    }
    Ok(())
}

/// The name of a member as a path below the folder; names are UTF-8, or else GBK as Chinese programs write them.
fn inner_path(raw: &[u8]) -> Option<PathBuf> {
    let name = std::str::from_utf8(raw).map_or_else(|_| GB18030.decode(raw).0.into_owned(), str::to_owned);
    let path = PathBuf::from(name.replace('\\', "/"));
    let is_inner = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    (is_inner && !name.contains('\0') && path.file_name().is_some()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(folder: &Path, members: &[(&str, &[u8])]) -> PathBuf {
        let path = folder.join("a.zip");
        let mut writer = ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (name, bytes) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap();
        path
    }

    #[test]
    fn files_come_out_and_nothing_outside_the_folder_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = archive(folder.path(), &[("数据/a.csv", b"x"), ("../out.csv", b"x"), ("/abs.csv", b"x")]);
        let out = unpack(&path).unwrap();
        assert!(out.path().join("数据/a.csv").exists());
        assert_eq!(crate::files::files_in(out.path()).unwrap().len(), 1);
        assert!(!folder.path().join("out.csv").exists());
        assert_eq!(inner_path(&GB18030.encode("道路\\a.shp").0), Some(PathBuf::from("道路/a.shp")));
    }

    #[test]
    fn a_sheet_that_swells_is_refused_and_others_are_left_to_their_reader() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xlsx");
        let mut writer = ZipWriter::new(std::fs::File::create(&path).unwrap());
        let megabyte = vec![0; 1 << 20];
        for part in 0..9 {
            writer
                .start_file(format!("xl/{part}.xml"), SimpleFileOptions::default().compression_level(Some(1)))
                .unwrap();
            (0..128).for_each(|_| writer.write_all(&megabyte).unwrap());
        }
        writer.finish().unwrap();
        assert!(format!("{:#}", refuse_swollen(&path).unwrap_err()).contains("a.xlsx"));
        std::fs::write(&path, "no archive").unwrap();
        assert!(refuse_swollen(&path).is_ok());
    }

    #[test]
    fn bombs_and_damage_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = archive(folder.path(), &[("a.csv", &[0; 1 << 20])]);
        assert!(format!("{:#}", unpack_within(&path, 1 << 19).unwrap_err()).contains("解压后超过"));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert!(format!("{:#}", unpack(&path).unwrap_err()).contains("压缩包损坏"));
    }
}
