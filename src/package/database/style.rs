//! How the layers of the GeoPackage open in QGIS: categorised by a field, with Chinese names of layers and fields, kept in the
//! file itself (`layer_styles`, and the schema extension of the format).

use anyhow::{Context, Result};
use gdal::Dataset;
use gdal::vector::sql::Dialect;
use quick_xml::escape::escape;

use fireplan_export::gpkg::{SCHEMA_EXTENSION, heading_statements};
use fireplan_export::style::{Palette, Theme};

use super::map::LayerShape;
use super::records::{DatabaseSheet, DatabaseValue};
use crate::wording::UNKNOWN;

/// The font of names: every Chinese office has it, and QGIS takes another where it is not.
pub(super) const FONT: &str = "SimHei";

/// More words than these make no legend.
const MOST_CLASSES: usize = 12;

/// What QGIS keeps styles in, and what the format asks to be told of it.
const TABLES: &[&str] = &[
    "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), \
     f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, \
     styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)",
    "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES \
     ('layer_styles', 'attributes', 'layer_styles', '图层样式', '2000-01-01T00:00:00.000Z')",
];

/// Puts styles and headings of the layers into the package.
///
/// # Errors
/// If GDAL does not take them.
pub(super) fn add_styles(dataset: &mut Dataset, sheets: &[DatabaseSheet]) -> Result<()> {
    let context = || "写入图层样式 | writing the styles of the layers";
    dataset.flush_cache()?;
    let palette = Palette::load(Theme::Light)?;
    let mut statements: Vec<String> =
        TABLES.iter().chain(SCHEMA_EXTENSION).map(|&statement| statement.to_owned()).collect();
    for sheet in sheets.iter().filter(|sheet| !sheet.features.is_empty()) {
        let quoted = |text: &str| text.replace('\'', "''");
        let (name, alias, qml) = (&sheet.name, quoted(&sheet.alias), quoted(&write_qml(sheet, &palette)));
        let geometry = if sheet.shape == LayerShape::Table { "" } else { "geom" };
        statements.push(format!(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, \
             styleQML, styleSLD, useAsDefault, description, owner, update_time) VALUES ('', '', '{name}', \
             '{geometry}', '{alias}', '{qml}', '', 1, '{alias}', '', '2000-01-01T00:00:00.000Z')"
        ));
        statements.extend(sheet.fields.iter().flat_map(|field| heading_statements(name, &field.code, &field.alias)));
    }
    let transaction = dataset.start_transaction()?;
    for statement in statements {
        transaction.execute_sql(&statement, None, Dialect::DEFAULT).with_context(context)?;
    }
    transaction.commit()?;
    Ok(())
}

/// A class of features: its words and its colour.
struct StyleClass<'a> {
    words: &'a str,
    colour: String,
}

fn classes<'a>(sheet: &'a DatabaseSheet, at: usize, palette: &Palette) -> Vec<StyleClass<'a>> {
    let occurs = |words: &str| {
        sheet.features.iter().any(|feature| matches!(&feature.values[at], DatabaseValue::Text(text) if text == words))
    };
    if !sheet.colours.is_empty() {
        let told = sheet.colours.iter().filter(|class| occurs(&class.words));
        return told.map(|class| StyleClass { words: &class.words, colour: class.colour.clone() }).collect();
    }
    if sheet.classes.is_empty() {
        return classes_as_they_come(sheet, at, palette);
    }
    let is_open = |words: &str| words.contains(UNKNOWN);
    let ranked: Vec<&str> = sheet.classes.iter().map(String::as_str).filter(|words| !is_open(words)).collect();
    let known = sheet.classes.iter().map(String::as_str).filter(|words| occurs(words)).map(|words| {
        let rank = ranked.iter().position(|ranked| *ranked == words);
        let colour = rank.map_or_else(|| palette.colour("undetermined"), |rank| palette.grade(rank, ranked.len()));
        StyleClass { words, colour }
    });
    let mut all: Vec<StyleClass<'a>> = known.collect();
    if occurs(UNKNOWN) && all.iter().all(|class| class.words != UNKNOWN) {
        all.push(StyleClass { words: UNKNOWN, colour: palette.colour("undetermined") });
    }
    all
}

/// The classes of a field that has no codes: its words in the order of the features; none where they are too many for a legend.
fn classes_as_they_come<'a>(sheet: &'a DatabaseSheet, at: usize, palette: &Palette) -> Vec<StyleClass<'a>> {
    let mut known: Vec<&str> = Vec::new();
    for feature in &sheet.features {
        match &feature.values[at] {
            DatabaseValue::Text(words) if !known.contains(&words.as_str()) => known.push(words),
            _ => {}
        }
    }
    let count = if known.len() > MOST_CLASSES { 0 } else { known.len() };
    let classes = known.into_iter().take(count).enumerate();
    classes.map(|(rank, words)| StyleClass { words, colour: palette.grade(rank, count) }).collect()
}

/// The style of a layer in a file of QGIS's own form.
fn write_qml(sheet: &DatabaseSheet, palette: &Palette) -> String {
    let labels = u8::from(sheet.label_by.is_some());
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22.0\" labelsEnabled=\"{labels}\" \
         styleCategories=\"Symbology|Labeling|Fields\">{}</qgis>",
        write_style(sheet, palette)
    )
}

/// Renderer, labels and aliases of a layer, as files of styles and projects have them.
pub(super) fn write_style(sheet: &DatabaseSheet, palette: &Palette) -> String {
    let aliases: String = sheet
        .fields
        .iter()
        .zip(1..)
        .map(|(field, index)| {
            format!("<alias field=\"{}\" index=\"{index}\" name=\"{}\"/>", field.code, escape(&field.alias))
        })
        .collect();
    let drawn = match sheet.shape {
        LayerShape::Table => String::new(),
        _ => format!("{}{}", write_renderer(sheet, palette), write_labels(sheet, palette)),
    };
    format!("{drawn}<aliases>{aliases}</aliases>")
}

fn write_labels(sheet: &DatabaseSheet, palette: &Palette) -> String {
    let Some(field) = &sheet.label_by else { return String::new() };
    let [r, g, b] = rgb(&palette.colour("label"));
    // Beside a point, along a line, in the middle of an area.
    let (placement, distance) = match sheet.shape {
        LayerShape::Point => (6, 1),
        LayerShape::Line => (3, 0),
        LayerShape::Polygon | LayerShape::Table => (1, 0),
    };
    format!(
        "<labeling type=\"simple\"><settings calloutType=\"simple\"><text-style fieldName=\"{field}\" \
         isExpression=\"0\" fontFamily=\"{FONT}\" fontSize=\"8\" fontSizeUnit=\"Point\" fontWeight=\"50\" \
         textColor=\"{r},{g},{b},255\" textOpacity=\"1\"><text-buffer bufferDraw=\"1\" bufferSize=\"0.7\" \
         bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" bufferOpacity=\"1\"/></text-style>\
         <placement placement=\"{placement}\" dist=\"{distance}\" distUnits=\"MM\" offsetType=\"1\" \
         predefinedPositionOrder=\"TR,TL,BR,BL,R,L,TSR,BSR\" centroidInside=\"1\"/>\
         <rendering drawLabels=\"1\" obstacle=\"1\" fontMaxPixelSize=\"10000\" fontMinPixelSize=\"3\"/>\
         </settings></labeling>"
    )
}

fn write_renderer(sheet: &DatabaseSheet, palette: &Palette) -> String {
    let at = sheet.style_by.as_ref().and_then(|code| sheet.fields.iter().position(|field| field.code == *code));
    let classes = at.map_or_else(Vec::new, |at| classes(sheet, at, palette));
    match (&sheet.style_by, classes.is_empty()) {
        _ if sheet.is_ground => single(&outline(&palette.colour("boundary"))),
        (Some(code), false) => {
            let categories: String = (0..)
                .zip(&classes)
                .map(|(number, class)| {
                    let words = escape(class.words);
                    format!("<category render=\"true\" symbol=\"{number}\" value=\"{words}\" label=\"{words}\"/>")
                })
                .collect();
            let symbols: String =
                (0..).zip(&classes).map(|(number, class)| symbol(sheet.shape, number, &class.colour)).collect();
            format!(
                "<renderer-v2 type=\"categorizedSymbol\" attr=\"{code}\" symbollevels=\"0\" enableorderby=\"0\" \
                 forceraster=\"0\"><categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
            )
        }
        _ => single(&symbol(sheet.shape, 0, &palette.colour("result"))),
    }
}

fn single(symbol: &str) -> String {
    format!(
        "<renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\">\
         <symbols>{symbol}</symbols></renderer-v2>"
    )
}

/// The edge of an area that lies below everything else and is not filled.
fn outline(colour: &str) -> String {
    let [r, g, b] = rgb(colour);
    let properties = [
        ("style", "no".to_owned()),
        ("outline_style", "dash dot".to_owned()),
        ("outline_color", format!("{r},{g},{b},255")),
        ("outline_width", "0.4".to_owned()),
        ("outline_width_unit", "MM".to_owned()),
    ];
    wrap_symbol("fill", "SimpleFill", 0, &properties)
}

fn symbol(shape: LayerShape, number: usize, colour: &str) -> String {
    let [r, g, b] = rgb(colour);
    let (kind, class, properties) = match shape {
        LayerShape::Point => (
            "marker",
            "SimpleMarker",
            vec![
                ("name", "circle".to_owned()),
                ("color", format!("{r},{g},{b},255")),
                ("outline_color", "255,255,255,255".to_owned()),
                ("outline_width", "0.3".to_owned()),
                ("size", "2.6".to_owned()),
                ("size_unit", "MM".to_owned()),
            ],
        ),
        LayerShape::Line => (
            "line",
            "SimpleLine",
            vec![
                ("line_color", format!("{r},{g},{b},255")),
                ("line_width", "0.7".to_owned()),
                ("line_width_unit", "MM".to_owned()),
                ("capstyle", "round".to_owned()),
            ],
        ),
        LayerShape::Polygon | LayerShape::Table => (
            "fill",
            "SimpleFill",
            vec![
                ("color", format!("{r},{g},{b},120")),
                ("style", "solid".to_owned()),
                ("outline_color", format!("{r},{g},{b},255")),
                ("outline_width", "0.3".to_owned()),
                ("outline_width_unit", "MM".to_owned()),
            ],
        ),
    };
    wrap_symbol(kind, class, number, &properties)
}

fn wrap_symbol(kind: &str, class: &str, number: usize, properties: &[(&str, String)]) -> String {
    let properties: String =
        properties.iter().map(|(key, value)| format!("<prop k=\"{key}\" v=\"{value}\"/>")).collect();
    format!(
        "<symbol type=\"{kind}\" name=\"{number}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\
         <layer class=\"{class}\" pass=\"0\" locked=\"0\" enabled=\"1\">{properties}</layer></symbol>"
    )
}

/// `#1d5fa6` as its three numbers; grey where it is not understood.
fn rgb(colour: &str) -> [u8; 3] {
    let part = |from: usize| colour.get(from..from + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(128);
    [part(1), part(3), part(5)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_class_is_first_in_the_ramp_and_the_worst_last() {
        let palette = Palette::load(Theme::Light).unwrap();
        assert_eq!(palette.grade(0, 3), "#1d5fa6");
        assert_eq!(palette.grade(2, 3), "#b5332b");
        assert_eq!(rgb("#1d5fa6"), [29, 95, 166]);
    }
}
