//! Files opened by GDAL: which driver gets what, and texts recoded before GDAL sees them.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use gdal::config::set_thread_local_config_option;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::encoding::{dbf_encoding, decode};

/// A dataset and, for a text that had to be recoded, the memory it is read from: dropped in this order.
pub(super) struct Opened {
    pub(super) dataset: Dataset,
    _memory: Option<Memory>,
}

/// A text that GDAL sees as a file, gone when dropped.
///
/// The bytes stay ours: GDAL would free them with another allocator than the program's.
struct Memory {
    name: CString,
    _bytes: Vec<u8>,
}

impl Memory {
    fn new(mut bytes: Vec<u8>) -> Result<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = CString::new(format!("/vsimem/fireplan/{}.csv", NEXT.fetch_add(1, Ordering::Relaxed)))?;
        // SAFETY: GDAL reads the buffer, which neither moves nor changes until `drop` has removed the file, and owns
        // nothing of it (0); the handle returned is closed at once, which leaves the file.
        unsafe {
            let file = gdal_sys::VSIFileFromMemBuffer(name.as_ptr(), bytes.as_mut_ptr(), bytes.len() as u64, 0);
            if file.is_null() {
                bail!("no memory to read a table of {} bytes", bytes.len());
            }
            gdal_sys::VSIFCloseL(file);
        }
        Ok(Self { name, _bytes: bytes })
    }

    fn path(&self) -> &Path {
        Path::new(self.name.to_str().expect("the name is ASCII"))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: a valid name; that the file is gone already would be no harm.
        unsafe { gdal_sys::VSIUnlink(self.name.as_ptr()) };
    }
}

pub(super) fn open(path: &Path, encoding: Option<&str>, remarks: &mut Vec<String>) -> Result<Opened> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "txt" | "tsv" => open_text(path, encoding, remarks),
        "shp" | "dbf" => {
            let encoding = dbf_encoding(path, encoding, remarks)?;
            let option = encoding.map(|encoding| format!("ENCODING={encoding}"));
            open_dataset(path, option.as_deref()).map(|dataset| Opened { dataset, _memory: None })
        }
        _ if encoding.is_some() => bail!("`encoding` can be given for shapefiles and CSV only: remove it"),
        "xlsx" | "xls" | "ods" => {
            // Columns are named by the first row, and a code of twelve digits is a text, not a number.
            for (key, value) in [("HEADERS", "FORCE"), ("FIELD_TYPES", "STRING")] {
                set_thread_local_config_option(&format!("OGR_{}_{key}", extension.to_uppercase()), value)?;
            }
            open_dataset(path, None).map(|dataset| Opened { dataset, _memory: None })
        }
        _ => open_dataset(path, None).map(|dataset| Opened { dataset, _memory: None }),
    }
}

fn open_dataset(path: &Path, option: Option<&str>) -> Result<Dataset> {
    let options: Vec<&str> = option.into_iter().collect();
    let flags = GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY;
    Dataset::open_ex(
        path,
        DatasetOptions { open_flags: flags, open_options: Some(&options), ..DatasetOptions::default() },
    )
    .with_context(|| format!("{} cannot be opened as a map or table: damaged, or of an unknown format", path.display()))
}

/// CSV is recoded before GDAL sees it, for its driver takes everything as UTF-8.
fn open_text(path: &Path, encoding: Option<&str>, remarks: &mut Vec<String>) -> Result<Opened> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let text = decode(path, &bytes, encoding, remarks)?;
    let memory = Memory::new(text.into_bytes())?;
    let dataset =
        open_dataset(memory.path(), None).with_context(|| format!("{} cannot be read as a table", path.display()))?;
    Ok(Opened { dataset, _memory: Some(memory) })
}

/// The file beside this one with another extension, in either case.
pub(super) fn sibling(path: &Path, extension: &str) -> Option<PathBuf> {
    [extension.to_owned(), extension.to_uppercase()]
        .into_iter()
        .map(|extension| path.with_extension(extension))
        .find(|path| path.exists())
}

/// The file and those that make up its content.
pub(super) fn companions(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
        files.sort();
        return files;
    }
    let is_shape = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("shp"));
    let more = if is_shape { &["dbf", "prj", "cpg"][..] } else { &[] };
    std::iter::once(path.to_owned()).chain(more.iter().filter_map(|extension| sibling(path, extension))).collect()
}
