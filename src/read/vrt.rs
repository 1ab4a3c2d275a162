//! Virtual files (.vrt): which files they show. All of them are to be here, and none may show itself.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::files::{find, read_bounded};
use fireplan_model::message::reading;

/// What is being read, for the context of an error.
const NAME: &str = "其中引用的文件名 | the name of a file in it";

/// How many virtual files may stand on one another.
const DEEPEST: usize = 8;

/// The most that the text of a virtual file may be: a mosaic of ten thousand tiles has some 5 MB.
const MOST_BYTES: u64 = 64 << 20;

/// Is this a virtual file, by its name or, as GDAL judges, by how it begins?
pub(crate) fn is_virtual(path: &Path) -> bool {
    use std::io::Read;
    if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("vrt")) {
        return true;
    }
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(4_096).read_to_end(&mut start));
    let begins = |mark: &[u8]| start.windows(mark.len()).any(|part| part == mark);
    read.is_ok() && path.is_file() && (begins(b"<VRTDataset") || begins(b"<OGRVRTDataSource"))
}

/// The files that a virtual file shows, through other virtual files down to those that hold data.
pub(crate) fn targets(path: &Path) -> Result<Vec<PathBuf>> {
    let mut above = Vec::new();
    let mut found = Vec::new();
    walk(path, &mut above, &mut found)?;
    found.sort();
    found.dedup();
    Ok(found)
}

fn walk(path: &Path, above: &mut Vec<PathBuf>, found: &mut Vec<PathBuf>) -> Result<()> {
    let own = path.canonicalize().with_context(|| reading(path))?;
    if above.contains(&own) || above.len() >= DEEPEST {
        bail!(
            "{0} 直接或间接引用自身，或层层引用过深：请直接使用原始文件 | \
             {0} shows itself, or others too many deep: use the files themselves",
            path.display()
        );
    }
    let bytes = read_bounded(path, MOST_BYTES)?;
    let shown = shown(&bytes).with_context(|| reading(path))?;
    above.push(own);
    for Shown { name, relative } in shown {
        let folder = if relative { path.parent().unwrap_or(Path::new("")) } else { Path::new("") };
        let target = find(folder, &name).with_context(|| {
            let path = path.display();
            format!("虚拟文件 {path} 引用的数据 | shown by {path}")
        })?;
        if is_virtual(&target) {
            walk(&target, above, found)?;
        }
        found.push(target);
    }
    above.pop();
    Ok(())
}

/// A file that a virtual one names.
struct Shown {
    name: String,
    /// From the folder of the virtual file, else from where the program runs.
    relative: bool,
}

/// The files named in the text; refuses what is no file.
fn shown(text: &[u8]) -> Result<Vec<Shown>> {
    let mut reader = Reader::from_reader(text);
    reader.config_mut().check_end_names = false;
    let mut shown = Vec::new();
    // The element whose text names a file, if one is open.
    let mut open: Option<(bool, String)> = None;
    loop {
        match reader.read_event().context("虚拟文件的 XML 已损坏 | the XML of the virtual file is damaged")? {
            Event::Start(element) => {
                let name = element.name();
                refuse_unbounded(name.as_ref())?;
                if is_file_element(name.as_ref()) {
                    let flag = ["relativeToVRT", "relativetoVRT"]
                        .iter()
                        .find_map(|flag| element.try_get_attribute(flag).ok()?);
                    let relative = flag.is_some_and(|flag| matches!(flag.value.trim_ascii(), b"1" | b"YES" | b"yes"));
                    open = Some((relative, String::new()));
                }
            }
            Event::Empty(element) => refuse_unbounded(element.name().as_ref())?,
            Event::Text(text) => {
                if let Some((_, name)) = &mut open {
                    name.push_str(&text.decode().context(NAME)?);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some((_, name)) = &mut open {
                    name.push_str(&format!("&{};", reference.decode().context(NAME)?));
                }
            }
            Event::End(element) if is_file_element(element.name().as_ref()) => {
                if let Some((relative, name)) = open.take() {
                    let name = quick_xml::escape::unescape(name.trim()).context(NAME)?.into_owned();
                    shown.push(Shown { name, relative });
                }
            }
            Event::Eof => return Ok(shown),
            _ => {}
        }
    }
}

fn is_file_element(name: &[u8]) -> bool {
    [&b"SourceFilename"[..], b"SourceDataset", b"SrcDataSource", b"SharedSource"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// A statement of SQL may run for ever, and a function of pixels is a program.
fn refuse_unbounded(name: &[u8]) -> Result<()> {
    let kinds = [&b"SrcSQL"[..], b"PixelFunctionCode", b"PixelFunctionLanguage"];
    if kinds.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        bail!(
            "虚拟文件含有 {0}，本程序不运行其中的语句：请先导出为普通文件 | \
             the virtual file has {0}, which fireplan does not run: export it to a file first",
            String::from_utf8_lossy(name)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.vrt"), text).unwrap();
        format!("{:#}", targets(&folder.path().join("a.vrt")).unwrap_err())
    }

    #[test]
    fn what_a_virtual_file_shows_is_found_through_others() {
        let folder = tempfile::tempdir().unwrap();
        let layer = |file: &str| {
            format!(
                "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource relativeToVRT='1'>{file}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
            )
        };
        std::fs::write(folder.path().join("a.vrt"), layer("b.vrt")).unwrap();
        std::fs::write(folder.path().join("b.vrt"), layer("甲&amp;乙.geojson")).unwrap();
        std::fs::write(folder.path().join("甲&乙.geojson"), "{}").unwrap();
        let names: Vec<_> = targets(&folder.path().join("a.vrt")).unwrap();
        assert_eq!(names, [folder.path().join("b.vrt"), folder.path().join("甲&乙.geojson")]);
    }

    #[test]
    fn servers_missing_files_circles_and_statements_are_refused() {
        let source =
            |name: &str| format!("<VRTDataset><SourceFilename relativeToVRT='1'>{name}</SourceFilename></VRTDataset>");
        for (text, words) in [
            (source("http://a.b/c.tif"), "不联网"),
            (source("/vsicurl/http://a.b/c.tif"), "不联网"),
            (source("WMS:http://a.b"), "不联网"),
            (source("gone.tif"), "gone.tif"),
            (source("a.vrt"), "引用自身"),
            ("<OGRVRTDataSource><SrcSQL>select 1</SrcSQL></OGRVRTDataSource>".to_owned(), "SrcSQL"),
            ("<OGRVRTDataSource><SrcData".to_owned(), "damaged"),
        ] {
            let error = refused(&text);
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
