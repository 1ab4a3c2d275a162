//! Encodings of tables, and files that are none.

use encoding_rs::GB18030;

use super::encoding::{DbfText, dbf_text};
use super::*;

/// A DBF with one text column of ten bytes and these records.
fn dbf(language: u8, records: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![0_u8; 32];
    bytes[0] = 3;
    bytes[4] = records.len() as u8;
    bytes[8] = 65;
    bytes[10] = 11;
    bytes[29] = language;
    let mut field = [0_u8; 32];
    field[..4].copy_from_slice(b"NAME");
    field[11] = b'C';
    field[16] = 10;
    bytes.extend(field);
    bytes.push(0x0d);
    for record in records {
        bytes.push(b' ');
        bytes.extend(record.iter().chain(std::iter::repeat(&b' ')).take(10));
    }
    bytes
}

fn names(bytes: &[u8], cpg: Option<&str>) -> (Vec<String>, usize) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.dbf"), bytes).unwrap();
    if let Some(cpg) = cpg {
        std::fs::write(folder.path().join("a.cpg"), cpg).unwrap();
    }
    let table = SourceTable::read(folder.path(), TableRequest { source: "a.dbf", ..TableRequest::default() }).unwrap();
    let names = table.features.iter().map(|feature| feature.values[0].clone().unwrap_or_default()).collect();
    (names, table.remarks.len())
}

#[test]
fn chinese_names_are_read_whatever_the_file_says_of_its_encoding() {
    let gbk = GB18030.encode("和谦镇").0.into_owned();
    let utf8 = "和谦镇".as_bytes();
    assert_eq!(names(&dbf(0x4d, &[&gbk]), None), (vec!["和谦镇".to_owned()], 0));
    assert_eq!(names(&dbf(0, &[&gbk]), None), (vec!["和谦镇".to_owned()], 1));
    assert_eq!(names(&dbf(0, &[&gbk]), Some("UTF-8")), (vec!["和谦镇".to_owned()], 1));
    assert_eq!(names(&dbf(0, &[utf8]), None), (vec!["和谦镇".to_owned()], 0));
    assert_eq!(names(&dbf(0, &[utf8]), Some("UTF-8")), (vec!["和谦镇".to_owned()], 0));
    // The bytes go before what the file says of them.
    assert_eq!(names(&dbf(0x4d, &[utf8]), None), (vec!["和谦镇".to_owned()], 0));
    assert_eq!(names(&dbf(0x4d, &[utf8]), Some("GBK")), (vec!["和谦镇".to_owned()], 0));
    assert_eq!(names(&dbf(0, &[&gbk]), Some("936")), (vec!["和谦镇".to_owned()], 0));
}

#[test]
fn bytes_that_could_be_either_are_what_the_file_says() {
    // In GBK a word, in UTF-8 two letters of other alphabets.
    let pair = [0xc4, 0xaa, 0xd0, 0xa6];
    assert_eq!(dbf_text(&dbf(0x4d, &[&pair])), DbfText::EitherWay);
    assert_eq!(names(&dbf(0x4d, &[&pair]), None).0, [GB18030.decode(&pair).0.into_owned()]);
}

#[test]
fn a_character_cut_by_the_end_of_its_field_is_still_utf8() {
    assert_eq!(dbf_text(&dbf(0, &["开州区和谦镇".as_bytes()])), DbfText::Utf8);
}

#[test]
fn damaged_files_are_told_not_crashed_on() {
    let folder = tempfile::tempdir().unwrap();
    let good = dbf(0, &[b"abc"]);
    for (name, bytes) in [
        ("a.shp", &b"\0\0\x27\x0a rubbish"[..]),
        ("a.gpkg", b"SQLite format 3\0 and then nothing"),
        ("a.geojson", b"{\"type\": \"FeatureColl"),
        ("a.xlsx", b"PK\x03\x04"),
        ("a.kml", b"<kml"),
        ("a.dbf", &good[..40]),
        ("a.csv", b""),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        if let Err(error) = SourceTable::read(folder.path(), TableRequest { source: name, ..TableRequest::default() }) {
            assert!(format!("{error:#}").contains(name), "{error:#}");
        }
    }
}

#[test]
fn units_in_titles_and_rows_of_their_own_are_heard() {
    let folder = tempfile::tempdir().unwrap();
    let read = |text: &str, header: &[u64]| {
        std::fs::write(folder.path().join("v.csv"), text).unwrap();
        let rows = SheetRows { header, skip: &[] };
        SourceTable::read(folder.path(), TableRequest { source: "v.csv", rows, ..TableRequest::default() }).unwrap()
    };
    let of_unit_row = read("村名,经度,人口\n,度,百人\n甲,114.1,12\n", &[]);
    assert_eq!(of_unit_row.features.len(), 1);
    assert!(format!("{:?}", of_unit_row.stated_units).contains("百人"), "{:?}", of_unit_row.stated_units);
    let of_title = read("各村人口（单位：万人）\n村名,经度,人口\n甲,114.1,12\n", &[2]);
    assert!(format!("{:?}", of_title.stated_units).contains("万人"), "{:?}", of_title.stated_units);
    // A row of names and numbers is no row of units.
    assert_eq!(read("村名,经度,人口\n米,114.1,12\n", &[]).features.len(), 1);
}

#[test]
fn headings_are_found_without_their_unit_and_as_a_shapefile_cuts_them() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("v.csv"), "村名,\"人口\n（千人）\"\n甲,12\n").unwrap();
    let table = SourceTable::read(folder.path(), TableRequest { source: "v.csv", ..TableRequest::default() }).unwrap();
    assert_eq!(table.column("人口"), Some(1));
    let mut shapes = table;
    shapes.file = "v.shp".to_owned();
    shapes.columns = vec!["population".to_owned(), "clear_heig".to_owned()];
    assert_eq!(shapes.column("population_people"), Some(0));
    assert_eq!(shapes.column("clear_height_m"), Some(1));
    assert_eq!(shapes.column("clear_width_m"), None);
}

#[test]
fn one_damaged_text_does_not_turn_a_table_into_another_encoding() {
    let (one, other) = ("甲村".as_bytes(), "乙村".as_bytes());
    let records: [&[u8]; 4] = [one, other, b"\xe4\xb8\xff\xe6", one];
    assert_eq!(dbf_text(&dbf(0, &records)), DbfText::DamagedUtf8);
    let gbk: Vec<Vec<u8>> = ["甲村", "乙村", "潘津镇"].iter().map(|name| GB18030.encode(name).0.into_owned()).collect();
    let gbk: Vec<&[u8]> = gbk.iter().map(Vec::as_slice).collect();
    assert_eq!(dbf_text(&dbf(0, &gbk)), DbfText::Other);
    // A .cpg that programs write by habit does not make Chinese western.
    assert_eq!(names(&dbf(0, &gbk), Some("ISO-8859-1")), (vec!["甲村".into(), "乙村".into(), "潘津镇".into()], 1));
    let mut text = "村名,人口\n甲村,1\n乙村,2\n丙村,3\n丁村,4\n戊村,5\n己村,6\n庚村,7\n辛村,8\n壬村,9\n癸村,10\n"
        .as_bytes()
        .to_vec();
    let at = text.len() - 7;
    text[at] = 0xff;
    let mut remarks = Vec::new();
    let read = encoding::decode(Path::new("v.csv"), &text, None, &mut remarks).unwrap();
    assert!(read.starts_with("村名,人口\n甲村") && remarks[0].contains("第 11 行"), "{remarks:?}");
}
