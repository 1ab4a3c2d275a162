//! KML 2.2: the layer with its colours, each feature with its facts.

use std::io::Write;

use anyhow::Result;
use geo::{LineString, Polygon};

use super::LayerSelection;
use super::earth::{EarthFeature, SimpleParts, degrees, facts_of, on_earth, xml};
use super::legend::DownloadLegend;

/// How much of the ground shows through areas: half.
const AREA_ALPHA: &str = "80";

/// Writes the selection.
pub(super) fn write_kml(selection: &LayerSelection<'_>, out: &mut impl Write) -> Result<()> {
    let legend = DownloadLegend::of(selection.layer)?;
    let title = xml(&selection.layer.title.zh);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>{title}</name>")?;
    let (area, source) = (xml(&selection.origin.area), xml(&selection.origin.source));
    writeln!(out, "<description>{area}　{source}</description>")?;
    for (number, class) in legend.classes.iter().enumerate() {
        let colour = kml_colour(&class.colour);
        writeln!(
            out,
            "<Style id=\"c{number}\"><IconStyle><color>ff{colour}</color><scale>0.8</scale></IconStyle>\
             <LineStyle><color>ff{colour}</color><width>3</width></LineStyle>\
             <PolyStyle><color>{AREA_ALPHA}{colour}</color></PolyStyle></Style>"
        )?;
    }
    for feature in on_earth(selection) {
        let feature = feature?;
        write_placemark(selection, &feature, legend.class_at(feature.at), out)?;
    }
    writeln!(out, "</Document></kml>")?;
    Ok(())
}

fn write_placemark(
    selection: &LayerSelection<'_>,
    feature: &EarthFeature<'_>,
    class: usize,
    out: &mut impl Write,
) -> Result<()> {
    write!(out, "<Placemark><name>{}</name><styleUrl>#c{class}</styleUrl><ExtendedData>", xml(&feature.name))?;
    for (column, heading, value) in facts_of(&selection.layer.columns, feature.values) {
        let (name, heading, value) = (column.name, xml(&heading), xml(&value));
        write!(out, "<Data name=\"{name}\"><displayName>{heading}</displayName><value>{value}</value></Data>")?;
    }
    write!(out, "</ExtendedData><MultiGeometry>")?;
    let parts = SimpleParts::of(&feature.geometry);
    for place in parts.places {
        write!(out, "<Point><coordinates>{},{}</coordinates></Point>", degrees(place.x), degrees(place.y))?;
    }
    for line in &parts.lines {
        write!(out, "<LineString><tessellate>1</tessellate>")?;
        write_places(line, out)?;
        write!(out, "</LineString>")?;
    }
    for area in &parts.areas {
        write_area(area, out)?;
    }
    writeln!(out, "</MultiGeometry></Placemark>")?;
    Ok(())
}

fn write_area(area: &Polygon, out: &mut impl Write) -> Result<()> {
    write!(out, "<Polygon><tessellate>1</tessellate>")?;
    let outer = std::iter::once(("outerBoundaryIs", area.exterior()));
    for (name, ring) in outer.chain(area.interiors().iter().map(|ring| ("innerBoundaryIs", ring))) {
        write!(out, "<{name}><LinearRing>")?;
        write_places(ring, out)?;
        write!(out, "</LinearRing></{name}>")?;
    }
    write!(out, "</Polygon>")?;
    Ok(())
}

fn write_places(line: &LineString, out: &mut impl Write) -> Result<()> {
    write!(out, "<coordinates>")?;
    for (at, place) in line.0.iter().enumerate() {
        let gap = if at == 0 { "" } else { " " };
        write!(out, "{gap}{},{}", degrees(place.x), degrees(place.y))?;
    }
    write!(out, "</coordinates>")?;
    Ok(())
}

/// `#1d5fa6` as KML has it: blue, green, red.
fn kml_colour(colour: &str) -> String {
    let part = |from: usize| {
        let hex = colour.get(from..from + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        format!("{:02x}", hex.unwrap_or(0x80))
    };
    [part(5), part(3), part(1)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_run_from_blue_to_red() {
        assert_eq!(kml_colour("#1d5fa6"), "a65f1d");
        assert_eq!(kml_colour("none"), "808080", "what is not understood is grey");
    }
}
