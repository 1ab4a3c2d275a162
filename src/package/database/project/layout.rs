//! The print layout of a theme: A3 across, with the frame, the title, the legend, the scale and the title block where the atlas has
//! them.

use geo::{Coord, Rect};
use quick_xml::escape::escape;

use super::layers::write_tree_layer;
use super::{ProjectOrder, ProjectTheme};
use crate::database::style::FONT;

/// Kinds of items, as QGIS numbers them.
const PAGE: u32 = 65_638;
const MAP: u32 = 65_639;
const PICTURE: u32 = 65_640;
const LABEL: u32 = 65_641;
const LEGEND: u32 = 65_642;
const SCALE_BAR: u32 = 65_646;

/// A3 across, in millimetres; the margin on the left is for binding.
const PAPER_MM: [f64; 2] = [420.0, 297.0];
const FRAME: Zone = Zone { left: 25.0, top: 10.0, width: 385.0, height: 277.0 };
const TITLE_MM: f64 = 15.0;
const PANEL_MM: f64 = 76.0;
/// Height of the title block at the foot of the panel, and of the scale above it.
const BLOCK_MM: f64 = 40.0;
const SCALE_MM: f64 = 34.0;

/// Round figures of a scale, times a power of ten, as the atlas has them.
const ROUND: [f64; 10] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];
/// How much of the map the area fills at most.
const FILLED: f64 = 0.96;
/// The scale bar has so many parts and is at most this long.
const BAR_PARTS: f64 = 4.0;
const BAR_MM: f64 = 56.0;

/// Where an item stands on the paper, in millimetres from its upper left corner.
#[derive(Clone, Copy)]
struct Zone {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// Writes the items of one layout.
struct LayoutWriter<'a> {
    order: &'a ProjectOrder<'a>,
    theme: &'a ProjectTheme<'a>,
    /// Of the layout within the project: part of the ids.
    number: usize,
    items: usize,
    xml: String,
}

/// The layout of a theme, of the whole extent at a round scale.
pub(super) fn write_layout(order: &ProjectOrder<'_>, theme: &ProjectTheme<'_>, extent: Rect, number: usize) -> String {
    let mut writer = LayoutWriter { order, theme, number, items: 0, xml: String::new() };
    let page = writer.item(PAGE, Zone { left: 0.0, top: 0.0, width: PAPER_MM[0], height: PAPER_MM[1] }, "", "", false);
    let map = Zone {
        left: FRAME.left,
        top: FRAME.top + TITLE_MM,
        width: FRAME.width - PANEL_MM,
        height: FRAME.height - TITLE_MM,
    };
    let scale = choose_scale(extent, map);
    let map_id = writer.write_map(map, extent, scale);
    writer.write_title();
    let panel = Zone { left: map.left + map.width, width: PANEL_MM, ..map };
    writer.write_panel(panel, &map_id, scale);
    format!(
        "<Layout name=\"{}\" units=\"mm\" printResolution=\"300\" worldFileMap=\"{map_id}\"><PageCollection>{PAGE_FILL}\
         {page}<GuideCollection visible=\"1\"/></PageCollection>{}<customproperties/></Layout>",
        escape(&theme.title),
        writer.xml,
    )
}

/// White paper.
const PAGE_FILL: &str = "<symbol type=\"fill\" name=\"\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\"><layer class=\"SimpleFill\" \
    pass=\"0\" locked=\"0\" enabled=\"1\"><prop k=\"color\" v=\"255,255,255,255\"/><prop k=\"outline_style\" v=\"no\"/>\
    <prop k=\"style\" v=\"solid\"/></layer></symbol>";

/// The largest round scale at which the extent fits.
fn choose_scale(extent: Rect, map: Zone) -> f64 {
    let wanted = (extent.width() / map.width).max(extent.height() / map.height) * 1_000.0 / FILLED;
    let power = 10_f64.powf(wanted.max(1.0).log10().floor());
    ROUND.into_iter().map(|figure| figure * power).find(|scale| *scale >= wanted).unwrap_or(10.0 * power)
}

/// Metres of one part of the scale bar: 1, 2 or 5 and zeros.
fn choose_bar_part_m(scale: f64) -> f64 {
    let most = BAR_MM / BAR_PARTS * scale / 1_000.0;
    let power = 10_f64.powf(most.log10().floor());
    let first = [5.0, 2.0, 1.0].into_iter().find(|first| first * power <= most).unwrap_or(1.0);
    first * power
}

impl LayoutWriter<'_> {
    fn write_map(&mut self, zone: Zone, extent: Rect, scale: f64) -> String {
        let (centre, metres) = (extent.center(), scale / 1_000.0);
        let half = Coord { x: zone.width * metres / 2.0, y: zone.height * metres / 2.0 };
        let (low, high) = (centre - half, centre + half);
        let title = escape(&self.theme.title);
        let attributes = format!(
            "followPreset=\"true\" followPresetName=\"{title}\" keepLayerSet=\"false\" drawCanvasItems=\"true\" \
             mapRotation=\"0\""
        );
        let inside = format!("<Extent xmin=\"{}\" ymin=\"{}\" xmax=\"{}\" ymax=\"{}\"/>", low.x, low.y, high.x, high.y);
        let id = self.id(self.items);
        let item = self.item(MAP, zone, &attributes, &inside, true);
        self.xml += &item;
        id
    }

    fn write_title(&mut self) {
        let strip = Zone { height: TITLE_MM, ..FRAME };
        self.write_label("", strip, TextHand { size_pt: 10.0, bold: false, align: Align::Left }, true);
        let theme = self.theme.title.clone();
        self.write_label(&theme, strip, TextHand { size_pt: 20.0, bold: true, align: Align::Middle }, false);
        let side = Zone { left: strip.left + 4.0, width: strip.width * 0.3, ..strip };
        let synthetic = if self.order.synthetic { "\n虚构数据，仅供演示" } else { "" };
        let plan = format!("{}{synthetic}", self.order.title);
        self.write_label(&plan, side, TextHand { size_pt: 10.0, bold: false, align: Align::Left }, false);
    }

    fn write_panel(&mut self, panel: Zone, map_id: &str, scale: f64) {
        self.write_label("", panel, TextHand { size_pt: 8.0, bold: false, align: Align::Left }, true);
        let north = Zone { left: panel.left + panel.width - 18.0, top: panel.top + 3.0, width: 14.0, height: 16.0 };
        let picture = format!(
            "file=\":/images/north_arrows/layout_default_north_arrow.svg\" northMode=\"0\" northOffset=\"0\" \
             mapUuid=\"{map_id}\" resizeMode=\"0\" anchorPoint=\"4\" mode=\"1\" svgFillColor=\"0,0,0,255\" \
             svgBorderColor=\"0,0,0,255\" svgBorderWidth=\"0.2\""
        );
        let item = self.item(PICTURE, north, &picture, "", false);
        self.xml += &item;
        let foot = panel.top + panel.height;
        self.write_legend(panel, map_id, foot - BLOCK_MM - SCALE_MM);
        self.write_scale(
            Zone { left: panel.left, top: foot - BLOCK_MM - SCALE_MM, width: panel.width, height: SCALE_MM },
            map_id,
            scale,
        );
        let block = Zone { left: panel.left, top: foot - BLOCK_MM, width: panel.width, height: BLOCK_MM };
        let lines: Vec<String> = self.order.block.iter().map(|[what, words]| format!("{what}：{words}")).collect();
        self.write_label("", block, TextHand { size_pt: 8.0, bold: false, align: Align::Left }, true);
        let inner = Zone { left: block.left + 3.0, width: block.width - 6.0, ..block };
        self.write_label(&lines.join("\n"), inner, TextHand { size_pt: 9.0, bold: false, align: Align::Left }, false);
    }

    fn write_legend(&mut self, panel: Zone, map_id: &str, foot: f64) {
        let zone = Zone {
            left: panel.left + 2.0,
            top: panel.top + 4.0,
            width: panel.width - 22.0,
            height: foot - panel.top - 8.0,
        };
        let layers: String = self.theme.sheets.iter().map(|sheet| write_tree_layer(self.order, sheet, true)).collect();
        let style = |name: &str, size_pt: f64, bold: bool| {
            format!(
                "<style name=\"{name}\" alignment=\"1\" marginTop=\"1.5\" marginBottom=\"1\" marginLeft=\"0\" marginRight=\"2\">\
                 <styleFont description=\"{}\"/></style>",
                font(size_pt, bold)
            )
        };
        let inside = format!(
            "<styles>{}{}{}{}</styles><layer-tree-group><customproperties/>{layers}</layer-tree-group>",
            style("title", 14.0, true),
            style("group", 10.0, true),
            style("subgroup", 9.0, true),
            style("symbolLabel", 8.5, false),
        );
        let attributes = format!(
            "title=\"图例\" titleAlignment=\"1\" resizeToContents=\"0\" legendFilterByAtlas=\"0\" columnCount=\"1\" \
             splitLayer=\"1\" equalColumnWidth=\"0\" symbolWidth=\"7\" symbolHeight=\"4\" boxSpace=\"1\" columnSpace=\"2\" \
             lineSpacing=\"1\" wrapChar=\"\" fontColor=\"#000000\" map_uuid=\"{map_id}\""
        );
        let item = self.item(LEGEND, zone, &attributes, &inside, false);
        self.xml += &item;
    }

    fn write_scale(&mut self, zone: Zone, map_id: &str, scale: f64) {
        let part_m = choose_bar_part_m(scale);
        let is_km = part_m >= 1_000.0;
        let (unit, label, metres) = if is_km { ("km", "km", 1_000.0) } else { ("m", "m", 1.0) };
        let words = format!("比例尺 1:{}\n{}", group_digits(scale), self.order.plane);
        let top = Zone { left: zone.left + 3.0, width: zone.width - 6.0, height: zone.height / 2.0, ..zone };
        self.write_label(&words, top, TextHand { size_pt: 8.5, bold: false, align: Align::Left }, false);
        let bar = Zone { top: zone.top + zone.height / 2.0, height: zone.height / 2.0 - 2.0, ..top };
        let attributes = format!(
            "style=\"Single Box\" numSegments=\"{BAR_PARTS}\" numSegmentsLeft=\"0\" height=\"2\" segmentSizeMode=\"0\" \
             numMapUnitsPerScaleBarUnit=\"1\" unitLabel=\"{label}\" unitType=\"{unit}\" numUnitsPerSegment=\"{}\" \
             segmentMillimeters=\"{}\" minBarWidth=\"20\" maxBarWidth=\"{BAR_MM}\" boxContentSpace=\"1\" labelBarSpace=\"1.5\" \
             alignment=\"0\" labelVerticalPlacement=\"0\" labelHorizontalPlacement=\"0\" mapUuid=\"{map_id}\"",
            part_m / metres,
            part_m * 1_000.0 / scale,
        );
        let inside = format!(
            "<text-style fontFamily=\"{FONT}\" fontSize=\"8\" fontSizeUnit=\"Point\" fontWeight=\"50\" \
             textColor=\"0,0,0,255\" textOpacity=\"1\"/>"
        );
        let item = self.item(SCALE_BAR, bar, &attributes, &inside, false);
        self.xml += &item;
    }

    fn write_label(&mut self, text: &str, zone: Zone, hand: TextHand, framed: bool) {
        let attributes = format!(
            "labelText=\"{}\" htmlState=\"0\" marginX=\"0\" marginY=\"0\" halign=\"{}\" valign=\"128\"",
            escape(text).replace('\n', "&#10;"),
            hand.align as u32,
        );
        let inside = format!(
            "<LabelFont description=\"{}\"/><FontColor red=\"0\" green=\"0\" blue=\"0\" alpha=\"255\"/>",
            font(hand.size_pt, hand.bold)
        );
        let item = self.item(LABEL, zone, &attributes, &inside, framed);
        self.xml += &item;
    }

    /// An item with what is its own; numbered in the order of writing, the last above all others.
    fn item(&mut self, kind: u32, zone: Zone, attributes: &str, inside: &str, framed: bool) -> String {
        let (id, height) = (self.id(self.items), self.items);
        self.items += 1;
        let Zone { left, top, width, height: tall } = zone;
        format!(
            "<LayoutItem type=\"{kind}\" id=\"\" uuid=\"{id}\" templateUuid=\"{id}\" position=\"{left},{top},mm\" \
             positionOnPage=\"{left},{top},mm\" size=\"{width},{tall},mm\" referencePoint=\"0\" itemRotation=\"0\" \
             groupUuid=\"\" frame=\"{framed}\" frameJoinStyle=\"miter\" outlineWidthM=\"0.3,mm\" background=\"false\" \
             opacity=\"1\" blendMode=\"0\" zValue=\"{height}\" visibility=\"1\" positionLock=\"false\" \
             excludeFromExports=\"0\" {attributes}><FrameColor red=\"0\" green=\"0\" blue=\"0\" alpha=\"255\"/>\
             <BackgroundColor red=\"255\" green=\"255\" blue=\"255\" alpha=\"255\"/><LayoutObject/>{inside}</LayoutItem>"
        )
    }

    fn id(&self, item: usize) -> String {
        format!("{{00000000-0000-4000-8000-{:06}{item:06}}}", self.number)
    }
}

/// Size, weight and place of a text in its zone; upright in the middle.
#[derive(Clone, Copy)]
struct TextHand {
    size_pt: f64,
    bold: bool,
    align: Align,
}

/// As Qt numbers it.
#[derive(Clone, Copy)]
enum Align {
    Left = 1,
    Middle = 4,
}

/// A font as Qt describes it.
fn font(size_pt: f64, bold: bool) -> String {
    let weight = if bold { 75 } else { 50 };
    format!("{FONT},{size_pt},-1,5,{weight},0,0,0,0,0")
}

/// `80 000`.
fn group_digits(number: f64) -> String {
    let digits = format!("{number:.0}");
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = if first == 0 { Vec::new() } else { vec![&digits[..first]] };
    groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_and_bars_are_in_round_figures() {
        let map = Zone { left: 0.0, top: 0.0, width: 309.0, height: 262.0 };
        let extent = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 22_000.0, y: 20_000.0 });
        assert_eq!(choose_scale(extent, map), 80_000.0);
        assert_eq!([choose_bar_part_m(80_000.0), choose_bar_part_m(2_000.0)], [1_000.0, 20.0]);
        assert_eq!([group_digits(80_000.0), group_digits(500.0)], ["80 000", "500"]);
    }
}
