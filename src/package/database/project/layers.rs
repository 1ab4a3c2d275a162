//! The layers of the project, the tree that lists them, and the themes.

use quick_xml::escape::escape;

use super::{ProjectOrder, ProjectTheme};
use crate::database::map::LayerShape;
use crate::database::records::DatabaseSheet;
use crate::database::style::write_style;
use fireplan_export::style::Palette;

/// The group of the tables in the tree.
const TABLES_GROUP: &str = "依据与来源（表）";

/// The tree of layers: those of the first theme are switched on; points above lines above areas, the ground and then the tables
/// last.
pub(super) fn write_tree(order: &ProjectOrder<'_>, shown: &[&DatabaseSheet], first: &[&DatabaseSheet]) -> String {
    let mut sorted: Vec<&DatabaseSheet> = shown.to_vec();
    sorted.sort_by_key(|sheet| height(sheet));
    let entry = |sheet: &DatabaseSheet| {
        let checked = first.iter().any(|one| one.name == sheet.name);
        write_tree_layer(order, sheet, checked)
    };
    let (tables, layers): (Vec<&DatabaseSheet>, Vec<&DatabaseSheet>) =
        sorted.into_iter().partition(|sheet| sheet.shape == LayerShape::Table);
    let layers: String = layers.into_iter().map(entry).collect();
    let tables: String = tables.into_iter().map(entry).collect();
    let tables = match tables.as_str() {
        "" => String::new(),
        tables => format!(
            "<layer-tree-group name=\"{TABLES_GROUP}\" checked=\"Qt::Checked\" expanded=\"0\"><customproperties/>{tables}\
             </layer-tree-group>"
        ),
    };
    format!("<layer-tree-group><customproperties/>{layers}{tables}</layer-tree-group>")
}

/// The larger, the lower.
fn height(sheet: &DatabaseSheet) -> u8 {
    match sheet.shape {
        LayerShape::Table => 4,
        _ if sheet.is_ground => 3,
        LayerShape::Point => 0,
        LayerShape::Line => 1,
        LayerShape::Polygon => 2,
    }
}

/// A layer in a tree.
pub(super) fn write_tree_layer(order: &ProjectOrder<'_>, sheet: &DatabaseSheet, checked: bool) -> String {
    let checked = if checked { "Qt::Checked" } else { "Qt::Unchecked" };
    format!(
        "<layer-tree-layer id=\"{}\" name=\"{}\" source=\"{}\" providerKey=\"ogr\" checked=\"{checked}\" expanded=\"0\" \
         legend_exp=\"\"><customproperties/></layer-tree-layer>",
        layer_id(sheet),
        escape(&sheet.alias),
        escape(source(order, sheet)),
    )
}

/// The id of a layer; QGIS gives a new one to layers whose id has ten letters or fewer.
fn layer_id(sheet: &DatabaseSheet) -> String {
    format!("{}_fireplan_database", sheet.name)
}

/// Where QGIS finds a layer: in the file that the project itself lies in.
fn source(order: &ProjectOrder<'_>, sheet: &DatabaseSheet) -> String {
    format!("./{}|layername={}", order.file, sheet.name)
}

/// A layer with its style.
pub(super) fn write_layer(order: &ProjectOrder<'_>, sheet: &DatabaseSheet, palette: &Palette, srs: &str) -> String {
    let geometry = match sheet.shape {
        LayerShape::Point => "Point",
        LayerShape::Line => "Line",
        LayerShape::Polygon => "Polygon",
        LayerShape::Table => "No geometry",
    };
    let srs = if sheet.shape == LayerShape::Table { String::new() } else { format!("<srs>{srs}</srs>") };
    let labels = u8::from(sheet.label_by.is_some());
    format!(
        "<maplayer type=\"vector\" geometry=\"{geometry}\" labelsEnabled=\"{labels}\" autoRefreshEnabled=\"0\" \
         readOnly=\"0\"><id>{name}</id><datasource>{source}</datasource><layername>{alias}</layername>{srs}\
         <provider encoding=\"UTF-8\">ogr</provider><map-layer-style-manager current=\"default\">\
         <map-layer-style name=\"default\"/></map-layer-style-manager>{style}</maplayer>",
        name = layer_id(sheet),
        source = escape(source(order, sheet)),
        alias = escape(&sheet.alias),
        style = write_style(sheet, palette),
    )
}

/// A theme: which layers are seen.
pub(super) fn write_theme(theme: &ProjectTheme<'_>) -> String {
    let layers: String = theme
        .sheets
        .iter()
        .map(|sheet| format!("<layer id=\"{}\" visible=\"1\" expanded=\"1\" style=\"default\"/>", layer_id(sheet)))
        .collect();
    format!("<visibility-preset name=\"{}\" has-expanded-info=\"1\">{layers}</visibility-preset>", escape(&theme.title))
}
