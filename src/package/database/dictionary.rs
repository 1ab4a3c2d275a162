//! 数据字典: the layers and fields of the database, as a workbook.

use super::map::LayerShape;
use super::records::DatabaseSheet;
use super::write::fits_gbk;
use crate::document::insets::plain_table;
use crate::schedule::fill::FilledSchedule;
use crate::wording::{NONE, SheetCell};

/// The layers, and the fields of each.
pub fn dictionary_tables(sheets: &[DatabaseSheet]) -> Vec<FilledSchedule> {
    let rows = sheets.iter().map(|sheet| {
        let shape = match sheet.shape {
            LayerShape::Point => "点",
            LayerShape::Line => "线",
            LayerShape::Polygon => "面",
            LayerShape::Table => "表",
        };
        let encoding = match (sheet.shape, fits_gbk(sheet)) {
            (LayerShape::Table, _) => NONE,
            (_, true) => "GBK",
            (_, false) => "UTF-8（含 GBK 没有的字）",
        };
        vec![
            SheetCell::text(sheet.name.clone()),
            SheetCell::text(sheet.alias.clone()),
            SheetCell::text(shape),
            SheetCell::Number(sheet.features.len() as f64, 0),
            SheetCell::text(encoding),
            SheetCell::text(sheet.data.join("、")),
            SheetCell::text(sheet.missing.join("；")),
        ]
    });
    let columns = [
        ("图层名", 12.0),
        ("别名", 24.0),
        ("几何", 7.0),
        ("要素数", 9.0),
        ("Shapefile 编码", 16.0),
        ("来源", 24.0),
        ("缺", 44.0),
    ];
    let layers = plain_table("图层", &columns, rows.collect());
    let mut rows = Vec::new();
    for sheet in sheets {
        for (number, field) in (1..).zip(&sheet.fields) {
            rows.push(vec![
                SheetCell::text(sheet.name.clone()),
                SheetCell::text(sheet.alias.clone()),
                SheetCell::Number(f64::from(number), 0),
                SheetCell::text(field.code.clone()),
                SheetCell::text(field.alias.clone()),
                SheetCell::text(field.written.clone()),
            ]);
        }
    }
    let columns =
        [("图层名", 12.0), ("图层别名", 24.0), ("序号", 7.0), ("字段名", 12.0), ("字段别名", 36.0), ("类型", 10.0)];
    vec![layers, plain_table("字段", &columns, rows)]
}
