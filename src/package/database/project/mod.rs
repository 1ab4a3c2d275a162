//! The project of QGIS that a GeoPackage carries in itself (table `qgis_projects`): the layers with their styles, a theme for each
//! sheet of the atlas that the database can show, and for each theme a print layout with the frame of the atlas.
//!
//! The layers are found by the name of the file, so that the project holds as long as the file is called as it was handed in.

mod layers;
mod layout;

use std::fmt::Write;

use anyhow::{Context, Result};
use gdal::Dataset;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::sql::Dialect;
use geo::{BoundingRect, Coord, Rect};
use quick_xml::escape::escape;

use super::map::DatabaseTheme;
use super::records::DatabaseSheet;
use crate::archive::{ArchivedPart, pack_archive};
use fireplan_export::style::{Palette, Theme};

/// What a project says beside the layers.
pub struct ProjectOrder<'a> {
    /// The name of the plan, which the project has too.
    pub title: String,
    /// The file that the project lies in, without its folder.
    pub file: String,
    /// The coordinate system, in words.
    pub plane: String,
    /// Its number in the register of EPSG.
    pub epsg: u32,
    /// Whether the area is invented.
    pub synthetic: bool,
    /// Lines of the title block: what and its words.
    pub block: Vec<[String; 2]>,
    /// The themes, those without a layer too.
    pub themes: &'a [DatabaseTheme],
}

/// As QGIS makes the table.
const TABLE: &str = "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)";
/// Written in place of who saved it when.
const METADATA: &str = r#"{"last_modified_time":"2000-01-01T00:00:00","last_modified_user":"fireplan"}"#;

/// A theme whose layers are there: from the top down, the ground last.
struct ProjectTheme<'a> {
    title: String,
    sheets: Vec<&'a DatabaseSheet>,
}

/// Puts the project into the package.
///
/// # Errors
/// If GDAL does not take it.
pub(super) fn add_project(dataset: &mut Dataset, order: &ProjectOrder<'_>, sheets: &[DatabaseSheet]) -> Result<()> {
    let file = ArchivedPart { name: "project.qgs".to_owned(), bytes: write_project(order, sheets)?.into_bytes() };
    let content = pack_archive(vec![file])?.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let name = order.title.replace('\'', "''");
    let transaction = dataset.start_transaction()?;
    for statement in
        [TABLE.to_owned(), format!("INSERT INTO qgis_projects VALUES ('{name}', '{METADATA}', '{content}')")]
    {
        transaction
            .execute_sql(&statement, None, Dialect::DEFAULT)
            .context("写入 QGIS 工程 | writing the project of QGIS")?;
    }
    transaction.commit()?;
    Ok(())
}

fn write_project(order: &ProjectOrder<'_>, sheets: &[DatabaseSheet]) -> Result<String> {
    let palette = Palette::load(Theme::Light)?;
    let shown: Vec<&DatabaseSheet> = sheets.iter().filter(|sheet| !sheet.features.is_empty()).collect();
    let themes: Vec<ProjectTheme<'_>> = order.themes.iter().filter_map(|theme| choose_layers(theme, &shown)).collect();
    let extent = find_extent(&shown);
    let srs = spatial_reference(order.epsg)?;
    let first: &[&DatabaseSheet] = themes.first().map_or(&[], |theme| theme.sheets.as_slice());
    let mut xml = format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22.0\" projectname=\"{title}\">\
         <homePath path=\"\"/><title>{title}</title><projectCrs>{srs}</projectCrs>",
        title = escape(&order.title),
    );
    xml += &layers::write_tree(order, &shown, first);
    xml += &write_canvas(extent, &srs);
    xml += "<projectlayers>";
    shown.iter().for_each(|sheet| xml += &layers::write_layer(order, sheet, &palette, &srs));
    xml += "</projectlayers><visibility-presets>";
    themes.iter().for_each(|theme| xml += &layers::write_theme(theme));
    xml += "</visibility-presets><Layouts>";
    themes.iter().zip(1..).for_each(|(theme, number)| xml += &layout::write_layout(order, theme, extent, number));
    xml += "</Layouts><properties><Paths><Absolute type=\"bool\">false</Absolute></Paths><SpatialRefSys>\
            <ProjectionsEnabled type=\"int\">1</ProjectionsEnabled></SpatialRefSys></properties></qgis>";
    Ok(xml)
}

/// The layers of a theme that are there; `None`: nothing but the ground is.
fn choose_layers<'a>(theme: &DatabaseTheme, shown: &[&'a DatabaseSheet]) -> Option<ProjectTheme<'a>> {
    let of_theme = |name: &String| shown.iter().find(|sheet| sheet.name == *name && !sheet.is_ground).copied();
    let mut sheets: Vec<&DatabaseSheet> = theme.layers.iter().filter_map(of_theme).collect();
    if sheets.is_empty() {
        return None;
    }
    sheets.extend(shown.iter().filter(|sheet| sheet.is_ground));
    Some(ProjectTheme { title: theme.title.clone(), sheets })
}

fn find_extent(shown: &[&DatabaseSheet]) -> Rect {
    let features = shown.iter().flat_map(|sheet| &sheet.features);
    let rects = features.filter_map(|feature| feature.geometry.as_ref()?.bounding_rect());
    let all = rects.reduce(|a, b| {
        let (low, high) = (a.min(), a.max());
        let low = Coord { x: low.x.min(b.min().x), y: low.y.min(b.min().y) };
        Rect::new(low, Coord { x: high.x.max(b.max().x), y: high.y.max(b.max().y) })
    });
    all.unwrap_or_else(|| Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 1_000.0, y: 1_000.0 }))
}

fn write_canvas(extent: Rect, srs: &str) -> String {
    format!(
        "<mapcanvas name=\"theMapCanvas\" annotationsVisible=\"1\"><units>meters</units>{}<rotation>0</rotation>\
         <destinationsrs>{srs}</destinationsrs></mapcanvas>",
        write_extent("extent", extent),
    )
}

/// An extent as elements, as the canvas has it.
fn write_extent(name: &str, extent: Rect) -> String {
    let (low, high) = (extent.min(), extent.max());
    format!(
        "<{name}><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></{name}>",
        low.x, low.y, high.x, high.y
    )
}

/// By its definition: QGIS does not look up one that has a number alone.
fn spatial_reference(epsg: u32) -> Result<String> {
    let definition = SpatialRef::from_epsg(epsg)?.to_wkt()?;
    Ok(format!(
        "<spatialrefsys><wkt>{}</wkt><srid>{epsg}</srid><authid>EPSG:{epsg}</authid></spatialrefsys>",
        escape(&definition)
    ))
}
