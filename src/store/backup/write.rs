//! Writing an archive.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use fireplan_model::message::{making_folder, reading, writing};
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::source::BackupItem;
use super::{BackedFile, BackupList, BackupReport, BackupSource, FORMAT, LIST, same_case, write_hex};
use crate::copy_database;

/// A file that changes whenever it is read is given up after so many readings.
const MOST_READINGS: usize = 5;

/// Writes an archive of everything of a source; `tell` hears of every file.
///
/// # Errors
/// If something cannot be read or written, if the archive exists, or if it would lie in what it holds. Then there is no archive.
pub fn write_backup(source: &BackupSource, out: &Path, tell: &dyn Fn(&str)) -> Result<BackupReport> {
    let shown = out.display();
    if out.exists() {
        bail!("{shown} 已存在，请换一个文件名 | {shown} exists already; choose another name");
    }
    if source.contains(out) {
        bail!(
            "{shown} 在要备份的文件夹里，请写到别处 | {shown} lies in the folder that is backed up; write it elsewhere"
        );
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| making_folder(folder))?;
    let part = tempfile::Builder::new().prefix(".part-").tempfile_in(folder).with_context(|| writing(out))?;
    // Copies of databases lie beside the archive: there is room for them where there is room for that.
    let copies = tempfile::Builder::new().prefix(".part-").tempdir_in(folder).with_context(|| writing(out))?;
    let mut report = BackupReport::default();
    let items = source.list(&mut report.left_out)?;
    let mut archive = Archive { zip: ZipWriter::new(part), files: Vec::new(), copies: copies.path().to_owned() };
    for item in items {
        match item {
            BackupItem::Plain(place, path) => archive.add_plain(&place, &path)?,
            BackupItem::Database(place, path) => archive.add_database(&place, &path)?,
            BackupItem::Run(place, path) => archive.add_run(&place, &path, &mut report.left_out)?,
        }
        if let Some(last) = archive.files.last() {
            tell(&last.path);
        }
    }
    (report.files, report.bytes) = (archive.files.len(), archive.files.iter().map(|file| file.bytes).sum());
    archive.finish(out)?;
    Ok(report)
}

struct Archive {
    zip: ZipWriter<tempfile::NamedTempFile>,
    files: Vec<BackedFile>,
    copies: PathBuf,
}

impl Archive {
    /// Reads a file as it was at one moment.
    fn add_plain(&mut self, place: &str, path: &Path) -> Result<()> {
        for _ in 0..MOST_READINGS {
            let mut file = match File::open(path) {
                Ok(file) => file,
                // It was there when the folder was listed, and is no more.
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(error).with_context(|| reading(path)),
            };
            let state = |file: &File| file.metadata().map(|about| (about.len(), about.modified().ok()));
            let before = state(&file).with_context(|| reading(path))?;
            let written = self.add_open(place, &mut file).with_context(|| reading(path))?;
            if state(&file).with_context(|| reading(path))? == before && written.bytes == before.0 {
                self.files.push(written);
                return Ok(());
            }
            self.zip.abort_file()?;
        }
        let path = path.display();
        bail!(
            "{path} 一直在变化，无法备份；请在其写完后重试 | {path} keeps changing and cannot be backed up: try again when it is written"
        )
    }

    /// Copies a database while others write it.
    fn add_database(&mut self, place: &str, path: &Path) -> Result<()> {
        let copy = self.copies.join("copy.sqlite");
        let flags = [OpenFlags::SQLITE_OPEN_READ_WRITE, OpenFlags::SQLITE_OPEN_READ_ONLY];
        let opened = flags.into_iter().find_map(|flags| Connection::open_with_flags(path, flags).ok());
        let connection = opened.with_context(|| reading(path))?;
        connection.busy_timeout(std::time::Duration::from_secs(30)).with_context(|| reading(path))?;
        copy_database(&connection, &copy).with_context(|| reading(path))?;
        let mut file = File::open(&copy).with_context(|| reading(path))?;
        let written = self.add_open(place, &mut file)?;
        self.files.push(written);
        fs::remove_file(&copy).with_context(|| writing(&copy))
    }

    /// Takes the files of a run; one that is removed meanwhile is left out, for its owner did not want it.
    fn add_run(&mut self, place: &str, folder: &Path, left_out: &mut Vec<String>) -> Result<()> {
        let open = || -> io::Result<Vec<(String, File)>> {
            let mut files = Vec::new();
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                files.push((entry.file_name().to_string_lossy().into_owned(), File::open(entry.path())?));
            }
            files.sort_by(|a, b| a.0.cmp(&b.0));
            Ok(files)
        };
        // What is open stays whole, whatever becomes of its name.
        match open() {
            Ok(files) => {
                for (name, mut file) in files {
                    let written = self.add_open(&format!("{place}/{name}"), &mut file)?;
                    self.files.push(written);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                left_out.push(format!("{place}：备份时被删除 | {place}: deleted meanwhile"));
            }
            Err(error) => return Err(error).with_context(|| reading(folder)),
        }
        Ok(())
    }

    fn add_open(&mut self, place: &str, file: &mut File) -> Result<BackedFile> {
        // What is compressed already does not become smaller.
        let packed =
            [".gz", ".bz2", ".pbf", ".zip", ".tif", ".jpg", ".png"].iter().any(|ending| same_case(place, ending));
        let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        self.zip.start_file(place, options)?;
        let (mut hasher, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 1 << 18]);
        file.rewind()?;
        loop {
            let read = file.read(&mut piece)?;
            if read == 0 {
                break;
            }
            hasher.update(&piece[..read]);
            self.zip.write_all(&piece[..read])?;
            bytes += read as u64;
        }
        Ok(BackedFile { path: place.to_owned(), bytes, sha256: write_hex(&hasher.finalize()) })
    }

    /// Adds the list, and gives the archive its name when all of it is on disk.
    fn finish(mut self, out: &Path) -> Result<()> {
        let list = BackupList { format: FORMAT, program: env!("CARGO_PKG_VERSION").to_owned(), files: self.files };
        let whole = || writing(out);
        self.zip.start_file(LIST, SimpleFileOptions::default().large_file(true)).with_context(whole)?;
        serde_json::to_writer(&mut self.zip, &list).with_context(whole)?;
        let part = self.zip.finish().with_context(whole)?;
        part.as_file().sync_all().with_context(whole)?;
        part.persist_noclobber(out).with_context(whole)?;
        Ok(())
    }
}
