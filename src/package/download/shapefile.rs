//! A layer as Shapefiles in an archive: one for each kind of geometry, in GBK where it has every character, with a list that tells
//! what the short names of the fields stand for.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use encoding_rs::GBK;

use super::LayerSelection;
use super::geopackage::make_sheets;
use crate::archive::{ArchivedPart, pack_archive};
use crate::database::map::FieldKind;
use crate::database::records::{DatabaseSheet, DatabaseValue};
use crate::database::{DatabaseFormat, fits_gbk, write_database};
use fireplan_model::message::{reading, writing};

/// Letters of the name of a field, and bytes of a text, that the format takes.
const MOST_LETTERS: usize = 10;
const MOST_BYTES: usize = 254;
/// The list of fields.
const FIELDS: &str = "字段对照.csv";

/// Writes the selection into an archive.
pub(super) fn write_shapefiles(selection: &LayerSelection<'_>, path: &Path) -> Result<()> {
    let mut sheets = make_sheets(selection)?;
    let mut list = String::from("\u{feff}图层,字段,原字段,名称\n");
    for sheet in &mut sheets {
        list += &shorten_fields(sheet);
        cut_texts(sheet);
    }
    let folder = tempfile::tempdir().context("建立临时文件夹 | making a temporary folder")?;
    let written = folder.path().join("shp");
    write_database(DatabaseFormat::Shapefiles, &written, selection.plane.output().epsg(), &sheets, None)?;
    let mut parts = Vec::new();
    if written.exists() {
        for entry in std::fs::read_dir(&written).with_context(|| reading(&written))? {
            let file = entry?.path();
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            parts.push(ArchivedPart { name, bytes: std::fs::read(&file).with_context(|| reading(&file))? });
        }
    }
    parts.push(ArchivedPart { name: FIELDS.to_owned(), bytes: list.into_bytes() });
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    std::fs::write(path, pack_archive(parts)?).with_context(|| writing(path))
}

/// Gives the fields names that the format takes; the lines of the list about them.
fn shorten_fields(sheet: &mut DatabaseSheet) -> String {
    let mut taken = BTreeSet::new();
    let mut list = String::new();
    for field in &mut sheet.fields {
        let short = shorten(&field.code, &taken);
        list += &format!("{},{short},{},\"{}\"\n", sheet.name, field.code, field.alias.replace('"', "\"\""));
        taken.insert(short.clone());
        field.code = short;
        if field.kind == FieldKind::Text(0) {
            field.kind = FieldKind::Text(MOST_BYTES);
        }
    }
    list
}

/// The beginning of a name, with a number where another field has it already.
fn shorten(name: &str, taken: &BTreeSet<String>) -> String {
    let start = |letters: usize| name.chars().take(letters).collect::<String>();
    let plain = start(MOST_LETTERS);
    if !taken.contains(&plain) {
        return plain;
    }
    let numbered = (2..).map(|number: usize| {
        let number = format!("_{number}");
        format!("{}{number}", start(MOST_LETTERS - number.len()))
    });
    numbered.into_iter().find(|short| !taken.contains(short)).unwrap_or(plain)
}

/// Cuts texts between characters where the format ends.
fn cut_texts(sheet: &mut DatabaseSheet) {
    let in_gbk = fits_gbk(sheet);
    let bytes_of = |c: char| match in_gbk {
        true => GBK.encode(c.encode_utf8(&mut [0; 4])).0.len(),
        false => c.len_utf8(),
    };
    for value in sheet.features.iter_mut().flat_map(|feature| &mut feature.values) {
        if let DatabaseValue::Text(text) = value {
            let mut bytes = 0;
            let fits = |c: &char| {
                bytes += bytes_of(*c);
                bytes <= MOST_BYTES
            };
            *text = text.chars().take_while(fits).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_of_fields_stay_apart() {
        let mut taken = BTreeSet::new();
        for (name, short) in [
            ("response_min", "response_m"),
            ("response_mean_min", "response_2"),
            ("response_middle", "response_3"),
            ("name", "name"),
        ] {
            assert_eq!(shorten(name, &taken), short);
            taken.insert(short.to_owned());
        }
    }
}
