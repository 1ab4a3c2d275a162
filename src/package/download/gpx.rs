//! GPX 1.1 for handhelds: places as waypoints, lines and the outlines of areas as tracks.

use std::io::Write;

use anyhow::Result;
use geo::LineString;

use super::LayerSelection;
use super::earth::{SimpleParts, degrees, facts_of, on_earth, xml};

/// Handhelds show a few lines of a remark.
const MOST_FACTS: usize = 8;

/// Writes the selection: by the format, waypoints stand before tracks, so that the features are gone through twice.
pub(super) fn write_gpx(selection: &LayerSelection<'_>, out: &mut impl Write) -> Result<()> {
    let title = xml(&format!("{} {}", selection.origin.area, selection.layer.title.zh));
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<gpx version=\"1.1\" creator=\"fireplan\" xmlns=\"http://www.topografix.com/GPX/1/1\">")?;
    writeln!(out, "<metadata><name>{title}</name></metadata>")?;
    for feature in on_earth(selection) {
        let feature = feature?;
        for place in SimpleParts::of(&feature.geometry).places {
            let (lat, lon) = (degrees(place.y), degrees(place.x));
            let about = describe(selection, feature.values, &feature.name);
            writeln!(out, "<wpt lat=\"{lat}\" lon=\"{lon}\">{about}</wpt>")?;
        }
    }
    for feature in on_earth(selection) {
        let feature = feature?;
        let parts = SimpleParts::of(&feature.geometry);
        let outlines = parts.areas.iter().map(|area| area.exterior().clone());
        let lines: Vec<LineString> = parts.lines.into_iter().chain(outlines).collect();
        if lines.is_empty() {
            continue;
        }
        write!(out, "<trk>{}", describe(selection, feature.values, &feature.name))?;
        for line in lines {
            write!(out, "<trkseg>")?;
            for place in line.0 {
                write!(out, "<trkpt lat=\"{}\" lon=\"{}\"/>", degrees(place.y), degrees(place.x))?;
            }
            write!(out, "</trkseg>")?;
        }
        writeln!(out, "</trk>")?;
    }
    writeln!(out, "</gpx>")?;
    Ok(())
}

/// Name and remark of a feature.
fn describe(selection: &LayerSelection<'_>, values: &[fireplan_model::rows::Value], name: &str) -> String {
    let facts = facts_of(&selection.layer.columns, values).filter(|(column, ..)| column.name != "name");
    let told: Vec<String> = facts.take(MOST_FACTS).map(|(_, heading, value)| format!("{heading}：{value}")).collect();
    format!("<name>{}</name><desc>{}</desc>", xml(name), xml(&told.join("；")))
}
