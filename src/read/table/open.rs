//! Files opened by GDAL: which driver gets what, and texts recoded before GDAL sees them.

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};
use gdal::config::set_thread_local_config_option;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::drivers;
use super::encoding::{dbf_encoding, decode};
use super::quotes;
use super::refusals::find_refusal;
use crate::files::read_bounded;
use crate::unpack::refuse_swollen;
use crate::vrt;

/// The largest table that is read as a text: it is held in memory. Some ten million rows.
pub(super) const MOST_TEXT_BYTES: u64 = 1 << 30;

/// A dataset and, for a text that had to be recoded, the memory it is read from: dropped in this order.
pub(super) struct Opened {
    pub(super) dataset: Dataset,
    /// Lines of a text that stand above its headings and were not given to GDAL.
    pub(super) lines_above: u64,
    /// These lines, of which some may be a title.
    pub(super) titles: Vec<String>,
    _memory: Option<Memory>,
}

impl Opened {
    /// What the driver reads by itself.
    fn of(dataset: Dataset) -> Self {
        Self { dataset, lines_above: 0, titles: Vec::new(), _memory: None }
    }
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
                let size = bytes.len();
                bail!("内存不足，无法读取 {size} 字节的表 | no memory to read a table of {size} bytes");
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

/// `header`: the rows of the headings, counted from 1; empty: the first, which GDAL takes for them by itself.
pub(super) fn open(path: &Path, encoding: Option<&str>, header: &[u64], remarks: &mut Vec<String>) -> Result<Opened> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "txt" | "tsv" => open_text(path, encoding, header, remarks),
        "shp" | "dbf" => {
            let encoding = dbf_encoding(path, encoding, remarks)?;
            let option = encoding.map(|encoding| format!("ENCODING={encoding}"));
            open_dataset(path, option.as_deref()).map(Opened::of)
        }
        _ if encoding.is_some() => bail!(
            "只有 shapefile 和 CSV 能写 encoding，请删去 | `encoding` can be given for shapefiles and CSV only: remove it"
        ),
        "xlsx" | "xls" | "ods" => {
            refuse_swollen(path)?;
            // Columns are named by the first row, and a code of twelve digits is a text, not a number.
            let headings = if header.is_empty() { "FORCE" } else { "DISABLE" };
            for (key, value) in [("HEADERS", headings), ("FIELD_TYPES", "STRING")] {
                set_thread_local_config_option(&format!("OGR_{}_{key}", extension.to_uppercase()), value)?;
            }
            open_dataset(path, None).map(Opened::of)
        }
        _ => {
            if extension == "kmz" {
                refuse_swollen(path)?;
            }
            open_dataset(path, None).map(Opened::of)
        }
    }
}

fn open_dataset(path: &Path, option: Option<&str>) -> Result<Dataset> {
    let mut allowed = drivers::VECTOR.to_vec();
    if vrt::is_virtual(path) {
        // Every file that it shows has to be here, and none may show itself.
        vrt::targets(path)?;
        allowed = vec!["OGR_VRT"];
    }
    let options: Vec<&str> = option.into_iter().collect();
    let flags = GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY;
    let options = DatasetOptions {
        open_flags: flags,
        open_options: Some(&options),
        allowed_drivers: Some(&allowed),
        ..DatasetOptions::default()
    };
    let opened = Dataset::open_ex(path, options);
    if let (Err(_), Some((zh, en))) = (&opened, find_refusal(path).and_then(|why| why.split_once(" | "))) {
        let path = path.display();
        bail!("{path} 打不开：{zh} | {path} cannot be opened: {en}");
    }
    opened.with_context(|| {
        format!(
            "{0} 打不开：文件损坏、不全，或不是地图和表格格式 | \
             {0} cannot be opened as a map or table: damaged, or of an unknown format",
            path.display()
        )
    })
}

/// CSV is recoded before GDAL sees it, for its driver takes everything as UTF-8, and its quotation marks are checked.
fn open_text(path: &Path, encoding: Option<&str>, header: &[u64], remarks: &mut Vec<String>) -> Result<Opened> {
    let bytes = read_bounded(path, MOST_TEXT_BYTES)?;
    let text = decode(path, &bytes, encoding, remarks)?;
    drop(bytes);
    // A title has other cells than the headings below it.
    let above = header.iter().min().map_or(0, |first| first.saturating_sub(1)) as usize;
    let start: usize = text.split_inclusive('\n').take(above).map(str::len).sum();
    let checked = quotes::check(&text[start..]);
    let titles = text[..start].lines().map(str::to_owned).collect();
    drop(text);
    tell_lines(&checked, above, remarks);
    let memory = Memory::new(checked.text.into_bytes())?;
    let option = (!header.is_empty()).then_some("HEADERS=NO");
    let Ok(dataset) = open_dataset(memory.path(), option) else {
        let shown = path.display();
        if let Some((zh, en)) = find_refusal(path).and_then(|why| why.split_once(" | ")) {
            bail!("{shown} 打不开：{zh} | {shown} cannot be opened: {en}");
        }
        bail!(
            "{shown} 没有识别出分隔符：各列须以半角逗号、半角分号或制表符分开(竖线、全角标点和空格不算)；\
             请在 Excel 中另存为“CSV UTF-8(逗号分隔)”或 .xlsx | \
             {shown}: no separator was recognised: columns are parted by commas, semicolons or tabs; save it as CSV UTF-8 or .xlsx"
        );
    };
    Ok(Opened { dataset, lines_above: above as u64, titles, _memory: Some(memory) })
}

/// What was wrong with lines of a CSV file; so many lines `above` were not checked.
fn tell_lines(checked: &quotes::CheckedText, above: usize, remarks: &mut Vec<String>) {
    let mut tell = |lines: &[usize], zh: &str, en: &str| {
        /// So many lines are enough to find the others by.
        const SHOWN: usize = 10;
        if lines.is_empty() {
            return;
        }
        let shown: Vec<String> = lines.iter().take(SHOWN).map(|line| (line + above).to_string()).collect();
        let (shown, count) = (shown.join("、"), lines.len());
        remarks.push(format!(
            "{zh}，共 {count} 行：第 {shown} 行；请改正原文件 | {en}, {count} in all: {shown}; mend the file"
        ));
    };
    tell(
        &checked.stray_quotes,
        "引号不成对，已去掉多余的引号后逐行读取",
        "Lines with a quotation mark too many, which was taken out so that no row is lost",
    );
    tell(&checked.odd_lines, "单元格数与表头不符，值可能错列", "Lines with more or fewer cells than the heading");
    tell(
        &checked.unended_lines,
        "末行没有换行符：文件若是截断的，这一行最后的值可能不全，请与原表核对",
        "The last line has no end: should the file have been cut short, its last value may be incomplete; compare it with the original",
    );
    tell(&checked.broken_lines, "含空字符(NUL)，已去掉", "Lines with NUL characters, which were taken out");
}

/// The files that GDAL says make up the dataset and that are on disk.
pub(crate) fn files_of(dataset: &Dataset) -> Vec<PathBuf> {
    // SAFETY: the dataset is open; the list is ours, read and given back here.
    let names = unsafe {
        let list = gdal_sys::GDALGetFileList(dataset.c_dataset());
        let mut names = Vec::new();
        let mut at = list;
        while !at.is_null() && !(*at).is_null() {
            names.push(std::ffi::CStr::from_ptr(*at).to_string_lossy().into_owned());
            at = at.add(1);
        }
        gdal_sys::CSLDestroy(list);
        names
    };
    names.into_iter().map(PathBuf::from).filter(|path| path.is_file()).collect()
}
