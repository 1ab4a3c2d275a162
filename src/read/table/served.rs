//! Answers of map services kept as files: they say how much there is beside how much they hold.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Such members stand before or behind the features.
const LOOKED_AT: u64 = 4096;

/// What tells that a GeoJSON of so many features is a part of more, `中文 | English`.
pub(super) fn find_part(path: &Path, read: u64) -> Option<String> {
    let extension = path.extension()?.to_string_lossy().to_ascii_lowercase();
    if !matches!(extension.as_str(), "json" | "geojson") {
        return None;
    }
    let ends = read_ends(path).ok()?;
    // OGC API and WFS say how many there are, Esri only that there are more.
    let matched = member(&ends, "numberMatched").and_then(|text| text.parse::<u64>().ok());
    let is_cut = member(&ends, "exceededTransferLimit").as_deref() == Some("true");
    let all = matched.filter(|all| *all > read).map(|all| format!("共 {all} 个，文件中只有 {read} 个"));
    let en = matched.filter(|all| *all > read).map(|all| format!("{all} in all, {read} in the file"));
    if all.is_none() && !is_cut {
        return None;
    }
    let zh = all.unwrap_or_else(|| format!("超出了服务一次给出的数量，文件中只有 {read} 个"));
    let en = en.unwrap_or_else(|| format!("more than the service gives at once, {read} in the file"));
    Some(format!(
        "文件自己注明不完整：{zh}；请分页下载全部，或改用 .gpkg 导出 | \
         The file says of itself that it is not all: {en}; fetch every page"
    ))
}

fn read_ends(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    (&mut file).take(LOOKED_AT).read_to_end(&mut bytes)?;
    let length = file.metadata()?.len();
    if length > 2 * LOOKED_AT {
        file.seek(SeekFrom::Start(length - LOOKED_AT))?;
    }
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The number or word that a member of this name has.
fn member(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("\"{name}\""))?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    Some(value.chars().take_while(char::is_ascii_alphanumeric).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_a_service_is_told_from_all() {
        let folder = tempfile::tempdir().unwrap();
        let said = |text: &str, read| {
            let path = folder.path().join("a.geojson");
            std::fs::write(&path, text).unwrap();
            find_part(&path, read)
        };
        let filler = " ".repeat(10_000);
        for text in [
            r#"{"type":"FeatureCollection","numberMatched": 152,"features":[]}"#.to_owned(),
            format!(r#"{{"features":[{filler}],"numberMatched":152}}"#),
            format!(r#"{{"features":[{filler}],"exceededTransferLimit" : true}}"#),
        ] {
            assert!(said(&text, 2).unwrap().contains("2 个"), "{text}");
        }
        assert_eq!(said(r#"{"numberMatched": 2,"exceededTransferLimit":false}"#, 2), None);
        assert_eq!(said(r#"{"numberMatched": "unknown"}"#, 2), None);
    }
}
