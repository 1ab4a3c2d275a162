//! Why a file is no map and no table, where its first bytes or its extension tell: bureaus get what others exported.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::files::sibling;

/// So many bytes tell what a file is.
const HEAD_BYTES: u64 = 1024;
/// Compound files of Microsoft: old workbooks, and new ones under a password.
const COMPOUND: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];

/// What the file is instead and the way out, `中文 | English`; `None`: nothing tells.
pub(super) fn find_refusal(path: &Path) -> Option<&'static str> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let is_sheet = matches!(extension.as_str(), "xls" | "xlsx" | "ods");
    let mut head = Vec::new();
    File::open(path).ok()?.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    let text = String::from_utf8_lossy(&head).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    Some(match extension.as_str() {
        _ if head.is_empty() => "文件是空的(0 字节)：请重新导出或传送 | it has no bytes: export or copy it again",
        "dwg" => "AutoCAD 的 .dwg 不能读取：请另存为 .dxf | a .dwg of AutoCAD cannot be read: save it as .dxf",
        "mdb" | "accdb" => {
            "Access 数据库不能读取：请把表导出为 .xlsx，地图导出为 .gpkg 或 .shp | an Access database cannot be read: export tables as .xlsx, maps as .gpkg or .shp"
        }
        "et" => "WPS 表格(.et)不能读取：请另存为 .xlsx | a sheet of WPS (.et) cannot be read: save it as .xlsx",
        _ if head.starts_with(b"Rar!") || head.starts_with(b"7z\xbc\xaf") => {
            "是 RAR 或 7z 压缩包：请解压，或改用 .zip | it is a RAR or 7z archive: unpack it, or use .zip"
        }
        _ if head.starts_with(b"%PDF") => {
            "是 PDF 文件：请用原表或原图 | it is a PDF: use the table or map that it was made from"
        }
        _ if text.starts_with("<!doctype html") || text.starts_with("<html") => {
            "内容是网页(HTML)，多为网站导出的假表格或登录页：请用 Excel 打开后另存为 .xlsx，或重新下载 | it is a web page (HTML): open it in Excel and save it as .xlsx, or fetch it again"
        }
        "xlsx" | "ods" if head.starts_with(COMPOUND) => {
            "设有打开密码，或是旧版 .xls 改了扩展名：请去掉密码，另存为 .xlsx | it has a password, or is an old .xls by another name: remove the password and save it as .xlsx"
        }
        _ if is_sheet && !head.contains(&0) => {
            "扩展名是表格，内容是文本：请用 Excel 打开后另存为 .xlsx，或把扩展名改为 .csv | it is named like a sheet and is a text: save it as .xlsx in Excel, or name it .csv"
        }
        "shp" if sibling(path, "shx").is_none() => {
            "缺少同名的 .shx 文件：shapefile 须连同 .shx、.dbf、.prj 一起提供 | its .shx is missing: a shapefile comes with .shx, .dbf and .prj"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_instead() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes, word) in [
            ("a.csv", &b""[..], "0 字节"),
            ("a.xls", b"\xef\xbb\xbf<html><table>", "网页"),
            ("a.geojson", b"<!DOCTYPE html>", "网页"),
            ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "密码"),
            ("b.xls", "甲\t乙\n1\t2\n".as_bytes(), "文本"),
            ("a.rar", b"Rar!\x1a\x07", "RAR"),
            ("a.dwg", b"AC1027", ".dxf"),
            ("a.mdb", b"\x00\x01", "Access"),
            ("a.shp", b"\x00\x00\x27\x0a", ".shx"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let refusal = find_refusal(&path).unwrap_or_else(|| panic!("{name}"));
            assert!(refusal.contains(word), "{name}: {refusal}");
        }
        let fine = folder.path().join("fine.geojson");
        std::fs::write(&fine, "{}").unwrap();
        assert_eq!(find_refusal(&fine), None);
    }
}
