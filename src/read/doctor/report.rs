//! The text of `fireplan check`: what was read, what was left out and why.

use std::fmt::Write;

use geo::{Area, Coord};

use super::point_layers;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{Note, Severity};
use fireplan_model::quality::FeatureCounts;

/// Roads are not looked for farther than this from a place.
const LIMIT_M: f64 = 5_000.0;

/// The whole report, in Chinese.
pub fn report(area: &StudyArea) -> String {
    let mut text = String::new();
    head(area, &mut text);
    layers(area, &mut text);
    network(area, &mut text);
    let general: Vec<&Note> = area.notes.iter().filter(|note| note.layer.is_none()).collect();
    if !general.is_empty() {
        line(&mut text, "\n其他");
        general.iter().for_each(|note| line(&mut text, &said(note)));
    }
    text
}

fn line(text: &mut String, more: &str) {
    text.push_str(more);
    text.push('\n');
}

fn head(area: &StudyArea, text: &mut String) {
    let synthetic = if area.synthetic { "(合成数据，非真实)" } else { "" };
    line(text, &format!("规划范围：{}{synthetic}", area.name));
    line(text, &format!("计算平面：{}", area.plane.name()));
    line(text, &format!("范围面积：{:.2} km²", area.boundary.unsigned_area() / 1e6));
}

fn layers(area: &StudyArea, text: &mut String) {
    for &layer in LayerId::ALL {
        let sources: Vec<_> = area.sources.iter().filter(|source| source.layer == layer).collect();
        let notes: Vec<&Note> = area.notes.iter().filter(|note| note.layer == Some(layer)).collect();
        let sources: Vec<_> = sources.into_iter().filter(|source| source.read > 0 || area.has(layer)).collect();
        if sources.is_empty() && notes.is_empty() {
            continue;
        }
        line(text, &format!("\n{} [{}]", layer.label().zh, layer.code()));
        for source in sources {
            line(text, &format!("  {}  读取 {}，采用 {}；{}", source.source, source.read, source.kept, source.crs));
        }
        if let Some(way) =
            area.counts.iter().find(|counts| counts.layer == layer).and_then(|way| describe_way(way.features))
        {
            line(text, &format!("  {way}"));
        }
        notes.iter().for_each(|note| line(text, &said(note)));
    }
}

/// How the features of a layer became fewer or more on their way; `None`: all that was read is in the layer.
fn describe_way(counts: FeatureCounts) -> Option<String> {
    let steps =
        [("拆分增加", counts.split), ("未采用", counts.left_out), ("合并", counts.merged), ("界外", counts.outside)];
    let told: Vec<String> =
        steps.iter().filter(|(_, count)| *count > 0).map(|(step, count)| format!("{step} {count}")).collect();
    let (read, kept) = (counts.read, counts.kept);
    (!told.is_empty()).then(|| format!("要素 {read} → {kept}：{}", told.join("，")))
}

/// One note, as an indented line.
fn said(note: &Note) -> String {
    let mark = match note.severity {
        Severity::Info => "·",
        Severity::Warning => "!",
        Severity::LeftOut => "×",
    };
    let mut said = format!("  {mark} {}", note.text.zh);
    // `90 / 100 (90 %)` sums the cases up by itself.
    let summed_up = matches!(note.examples.as_slice(), [only] if only.starts_with(&format!("{} / ", note.count)));
    if note.count > 1 && !summed_up {
        let _ = write!(said, "：{} 处", note.count);
    }
    if !note.examples.is_empty() {
        let more = if note.count > note.examples.len() && !summed_up { " …" } else { "" };
        let _ = write!(said, "：{}{more}", note.examples.join("、"));
    }
    said
}

fn network(area: &StudyArea, text: &mut String) {
    let network = &area.network;
    line(text, "\n路网");
    let (nodes, segments, km) = (network.nodes.len(), network.segments.len(), network.length_m() / 1000.0);
    line(text, &format!("  节点 {nodes}，路段 {segments}，总长 {km:.1} km"));
    let largest = network.component_m.iter().copied().fold(0.0, f64::max);
    let all: f64 = network.component_m.iter().sum();
    if all > 0.0 {
        let share = 100.0 * largest / all;
        line(text, &format!("  车行连通分量 {}，最大的占车行道路长度 {share:.1} %", network.components()));
    }
    for (layer, places) in point_layers(area) {
        let places: Vec<Coord> = places.iter().map(|place| place.at).collect();
        line(text, &format!("  {}到最近车行道路：{}", layer.label().zh, distances(area, &places)));
    }
}

/// Median, ninth tenth and largest distance of the places to the nearest road that vehicles can use.
fn distances(area: &StudyArea, places: &[Coord]) -> String {
    let usable = |segment: SegmentId| area.network[segment].component.is_some();
    let nearest = places.iter().filter_map(|place| area.network.nearest(*place, LIMIT_M, usable, |_| true));
    let mut found: Vec<f64> = nearest.map(|position| position.distance_m).collect();
    found.sort_by(f64::total_cmp);
    let beyond = match places.len() - found.len() {
        0 => String::new(),
        count => format!("；{count} 处在 {:.0} km 内无路", LIMIT_M / 1000.0),
    };
    match found.len() {
        0 => format!("{} 处均无{beyond}", places.len()),
        count => format!(
            "中位 {:.0} m，九成在 {:.0} m 内，最远 {:.0} m{beyond}",
            found[count / 2],
            found[(count * 9 / 10).min(count - 1)],
            found[count - 1]
        ),
    }
}
