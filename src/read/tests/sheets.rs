//! Sheets as bureaus keep them: a title, headings in two rows, sums below.

use std::io::Write;

use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{Note, Severity};
use zip::write::SimpleFileOptions;

use crate::damage::{Files, ROADS, ROADS_TOML};

/// A workbook of one sheet with these rows; empty cells are left out, as those that are merged with another.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |(at, text): (usize, &&str), row: usize| {
        let column = char::from(b'A' + u8::try_from(at).unwrap());
        format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    let line = |(at, row): (usize, &&[&str])| {
        let filled = row.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let cells: String = filled.map(|one| cell(one, at + 1)).collect();
        format!(r#"<row r="{}">{cells}</row>"#, at + 1)
    };
    let lines: String = rows.iter().enumerate().map(line).collect();
    const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let files = [
        (
            "[Content_Types].xml",
            format!(
                r#"<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
                <Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets><sheet name="乡镇" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{SHEET}"><sheetData>{lines}</sheetData></worksheet>"#),
        ),
    ];
    let mut book = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        book.start_file(name, SimpleFileOptions::default()).unwrap();
        book.write_all(text.as_bytes()).unwrap();
    }
    book.finish().unwrap().into_inner()
}

const TOWNS: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"name":"和谦镇","code":"500234101"},"geometry":{"type":"Polygon",
     "coordinates":[[[114.00,34.95],[114.05,34.95],[114.05,35.05],[114.00,35.05],[114.00,34.95]]]}},
    {"type":"Feature","properties":{"name":"满月镇","code":"500234102"},"geometry":{"type":"Polygon",
     "coordinates":[[[114.05,34.95],[114.10,34.95],[114.10,35.05],[114.05,35.05],[114.05,34.95]]]}}]}"#;

/// The rows of a bureau: a title, a unit, headings in two rows, two towns, a note and a sum.
const ROWS: &[&[&str]] = &[
    &["某县乡镇基本情况表", "", "", "", ""],
    &["填报单位：住建局", "", "", "", "2025年"],
    &["代码", "名称", "建成区", "", "总人口（人）"],
    &["", "", "面积（公顷）", "人口（人）", ""],
    &["500234101", "和谦镇", "120", "9000", "1.2万"],
    &["另含开发区", "", "", "", ""],
    &["500234102", "满月镇", "80", "5000", "8000"],
    &["合 计", "", "200", "14000", "20000"],
];

fn area_toml(facts: &str, rows: &str) -> String {
    format!(
        "{ROADS_TOML}[towns]\nsource = 'towns.geojson'\njoin = {{ source = '{facts}', on = 'code', {rows} fields = {{ code = '代码', \
         name = '名称', built_up_km2 = '建成区面积（公顷）', built_up_people = '建成区人口（人）', total_people = '总人口（人）' }} }}\n"
    )
}

fn assert_read(area: &StudyArea, file: &str) {
    let facts: Vec<_> =
        area.layers.towns.iter().map(|town| (town.built_up_km2, town.built_up_people, town.total_people)).collect();
    assert_eq!(facts, [(Some(1.2), Some(9_000), Some(12_000)), (Some(0.8), Some(5_000), Some(8_000))], "{file}");
    let told: Vec<String> =
        area.notes.iter().map(|note| format!("{}：{}", note.text.zh, note.examples.join("、"))).collect();
    assert!(told.iter().any(|note| note.contains("合计") && note.contains("第 8 行")), "{file}: {told:?}");
    assert!(!told.iter().any(|note| note.contains("另含开发区")), "{file}: {told:?}");
}

#[test]
fn headings_in_two_rows_below_a_title_are_read_and_sums_are_not() {
    let toml = area_toml("facts.xlsx", "header_row = [3, 4], skip_rows = 6,");
    let folder = Files::new(&[("area.toml", &toml), ("roads.geojson", ROADS), ("towns.geojson", TOWNS)]);
    folder.write("facts.xlsx", &workbook(ROWS));
    assert_read(&folder.open(), "facts.xlsx");
    let csv: String = ROWS.iter().map(|row| row.join(",") + "\n").collect();
    folder.write("facts.csv", csv.as_bytes());
    folder.write("area.toml", area_toml("facts.csv", "header_row = [3, 4], skip_rows = [6],").as_bytes());
    assert_read(&folder.open(), "facts.csv");
}

#[test]
fn a_title_in_place_of_headings_is_refused_with_the_row_that_has_them() {
    let toml = area_toml("facts.xlsx", "");
    let folder = Files::new(&[("area.toml", &toml), ("roads.geojson", ROADS), ("towns.geojson", TOWNS)]);
    folder.write("facts.xlsx", &workbook(&[ROWS[0], ROWS[2], ROWS[4]]));
    let error = folder.error();
    assert!(error.contains("header_row = 2") && error.contains("某县乡镇基本情况表"), "{error}");
    folder.write("area.toml", area_toml("facts.xlsx", "header_row = 30,").as_bytes());
    assert!(folder.error().contains("第 30 行"), "{}", folder.error());
}

#[test]
fn degrees_minutes_and_seconds_stand_where_decimal_degrees_would() {
    let stations = "名称,东经,北纬\n一队,114°01′12″,35°00′36″\n二队,114.02,35.01\n三队,北纬35°00′36″,114°01′12″\n四队,114°75′,35°\n";
    let toml = format!(
        "{ROADS_TOML}[stations]\nsource = 'stations.csv'\nx = '东经'\ny = '北纬'\ncrs = 'EPSG:4490'\nfields = {{ name = '名称' }}\n"
    );
    let area = Files::new(&[("area.toml", &toml), ("roads.geojson", ROADS), ("stations.csv", stations)]).open();
    let [first, second] = &area.layers.stations[..] else { panic!("{:?}", area.layers.stations) };
    assert!((first.geometry.x() - second.geometry.x()).hypot(first.geometry.y() - second.geometry.y()) < 1e-6);
    let is_left_out = |note: &&Note| note.layer == Some(LayerId::Stations) && note.severity == Severity::LeftOut;
    let [left_out] = &area.notes.iter().filter(is_left_out).collect::<Vec<_>>()[..] else { panic!("{:?}", area.notes) };
    assert_eq!(left_out.count, 2, "{left_out:?}");
}
