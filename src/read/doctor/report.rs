//! The text of `fireplan check`: what was read, what was left out and why.

use std::fmt::Write;
use std::path::Path;

use geo::Coord;

use crate::manifest::is_osm_extract;
use fireplan_model::area::{SourceReport, StudyArea};
use fireplan_model::crs_name::describe_crs;
use fireplan_model::doctor::point_layers;
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::LayerId;
use fireplan_model::message::Language;
use fireplan_model::notes::{Note, Severity};
use fireplan_model::quality::FeatureCounts;
use fireplan_model::rows::Label;

/// Roads are not looked for farther than this from a place.
const LIMIT_M: f64 = 5_000.0;

/// The whole report in a language.
pub fn report(area: &StudyArea, language: Language) -> String {
    let mut report = Report { area, language, text: String::new() };
    report.head();
    report.layers();
    report.network();
    let general: Vec<&Note> = area.notes.iter().filter(|note| note.layer.is_none()).collect();
    if !general.is_empty() {
        report.line(language.either("\n其他", "\nOther"));
        general.iter().for_each(|note| report.note(note));
    }
    report.text
}

struct Report<'a> {
    area: &'a StudyArea,
    language: Language,
    text: String,
}

impl Report<'_> {
    fn line(&mut self, more: &str) {
        self.text.push_str(more);
        self.text.push('\n');
    }

    fn either(&mut self, zh: String, en: String) {
        self.line(&self.language.either(zh, en));
    }

    fn head(&mut self) {
        let (name, plane) = (&self.area.name, describe_crs(self.area.plane.name()));
        let km2 = (self.area.plane.area_m2(&self.area.boundary) / 1e6).max(0.0);
        let [zh, en] = if self.area.synthetic { ["(合成数据，非真实)", " (invented data)"] } else { ["", ""] };
        self.either(
            format!("规划范围：{name}{zh}\n计算平面：{}\n范围面积：{km2:.2} km²", plane.zh),
            format!("area: {name}{en}\nplane: {}\nextent: {km2:.2} km²", plane.en),
        );
    }

    fn layers(&mut self) {
        let area = self.area;
        for &layer in LayerId::ALL {
            let sources: Vec<_> = area.sources.iter().filter(|source| source.layer == layer).collect();
            let notes: Vec<&Note> = area.notes.iter().filter(|note| note.layer == Some(layer)).collect();
            // An extract is asked for every layer; every other source was named for its own, and is shown with 0 rows too.
            let is_named = |source: &SourceReport| !is_osm_extract(Path::new(&source.source));
            let is_shown = |source: &&SourceReport| source.read > 0 || area.has(layer) || is_named(source);
            let sources: Vec<_> = sources.into_iter().filter(is_shown).collect();
            if sources.is_empty() && notes.is_empty() {
                continue;
            }
            self.line(&format!("\n{} [{}]", self.language.of(&layer.label()), layer.code()));
            for SourceReport { source, read, kept, crs, files, .. } in sources {
                let files = shorten(files);
                let crs = describe_crs(crs);
                let [cells_zh, cells_en] = if layer.is_raster() { [" 格", " cells"] } else { ["", ""] };
                self.either(
                    format!("  {source}  读取 {read}{cells_zh}，采用 {kept}{cells_zh}；{}{}", crs.zh, files.zh),
                    format!("  {source}  read {read}{cells_en}, kept {kept}{cells_en}; {}{}", crs.en, files.en),
                );
            }
            if let Some(counts) = area.counts.iter().find(|counts| counts.layer == layer) {
                self.counts(counts.features);
            }
            notes.iter().for_each(|note| self.note(note));
        }
    }

    /// How the features of a layer became fewer or more on their way; nothing where all that was read is in the layer.
    fn counts(&mut self, counts: FeatureCounts) {
        let FeatureCounts { read, split, left_out, merged, outside, kept } = counts;
        let steps = [
            (split, "拆分增加", "split"),
            (left_out, "未采用", "left out"),
            (merged, "合并", "merged"),
            (outside, "界外", "outside"),
        ];
        let (zh, en): (Vec<String>, Vec<String>) = steps
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, zh, en)| (format!("{zh} {count}"), format!("{count} {en}")))
            .unzip();
        if !zh.is_empty() {
            self.either(
                format!("  要素 {read} → {kept}：{}", zh.join("，")),
                format!("  features {read} → {kept}: {}", en.join(", ")),
            );
        }
    }

    /// One note, as an indented line.
    fn note(&mut self, note: &Note) {
        let mark = match note.severity {
            Severity::Info => "·",
            Severity::Warning => "!",
            Severity::LeftOut => "×",
        };
        let colon = self.language.either("：", ": ");
        let mut said = format!("  {mark} {}", self.language.of(&note.text));
        // `90 / 100 (90 %)` sums the cases up by itself.
        let summed_up = matches!(note.examples.as_slice(), [only] if only.starts_with(&format!("{} / ", note.count)));
        if note.count > 1 && !summed_up {
            let _ = write!(said, "{colon}{}{}", note.count, self.language.either(" 处", " cases"));
        }
        if !note.examples.is_empty() {
            let more = if note.count > note.examples.len() && !summed_up { " …" } else { "" };
            let _ = write!(said, "{colon}{}{more}", note.examples.join(self.language.either("、", ", ")));
        }
        self.line(&said);
    }

    fn network(&mut self) {
        let network = &self.area.network;
        let (nodes, segments, km) = (network.nodes.len(), network.segments.len(), network.length_m() / 1000.0 + 0.0);
        self.either(
            format!("\n路网\n  节点 {nodes}，路段 {segments}，总长 {km:.1} km"),
            format!("\nRoad network\n  {nodes} nodes, {segments} segments, {km:.1} km"),
        );
        let largest = network.component_m.iter().copied().fold(0.0, f64::max);
        let all: f64 = network.component_m.iter().sum();
        if all > 0.0 {
            let (share, count) = (100.0 * largest / all, network.components());
            self.either(
                format!("  车行连通分量 {count}，最大的占车行道路长度 {share:.1} %"),
                format!("  {count} connected parts, the largest with {share:.1} % of the length of roads for vehicles"),
            );
        }
        for (layer, places) in point_layers(self.area) {
            let places: Vec<Coord> = places.iter().map(|place| place.at).collect();
            let (label, found) = (layer.label(), distances(self.area, &places));
            self.either(
                format!("  {}到最近车行道路：{}", label.zh, found.zh),
                format!("  {} to the nearest road for vehicles: {}", label.en, found.en),
            );
        }
    }
}

/// The names of files, of many the first ones; nothing where there are none.
fn shorten(files: &[String]) -> Label {
    const SHOWN: usize = 8;
    let (count, first) = (files.len(), &files[..files.len().min(SHOWN)]);
    if count == 0 {
        return Label::default();
    }
    let [more_zh, more_en] = if count > SHOWN {
        [format!("等 {count} 个文件"), format!(" and more, {count} files")]
    } else {
        Default::default()
    };
    Label::new(format!("；含 {}{more_zh}", first.join("、")), format!("; with {}{more_en}", first.join(", ")))
}

/// Median, ninth tenth and largest distance of the places to the nearest road that vehicles can use.
fn distances(area: &StudyArea, places: &[Coord]) -> Label {
    let usable = |segment: SegmentId| area.network[segment].component.is_some();
    let nearest = places.iter().filter_map(|place| area.network.nearest(*place, LIMIT_M, usable, |_| true));
    let mut found: Vec<f64> = nearest.map(|position| position.distance_m).collect();
    found.sort_by(f64::total_cmp);
    let limit_km = LIMIT_M / 1000.0;
    let beyond = match places.len() - found.len() {
        0 => Label::default(),
        count => Label::new(
            format!("；{count} 处在 {limit_km:.0} km 内无路"),
            format!("; {count} without a road within {limit_km:.0} km"),
        ),
    };
    let Some(&farthest) = found.last() else {
        let all = places.len();
        return Label::new(format!("{all} 处均无{}", beyond.zh), format!("none of {all}{}", beyond.en));
    };
    let (middle, most) = (found[found.len() / 2], found[(found.len() * 9 / 10).min(found.len() - 1)]);
    Label::new(
        format!("中位 {middle:.0} m，九成在 {most:.0} m 内，最远 {farthest:.0} m{}", beyond.zh),
        format!("median {middle:.0} m, nine tenths within {most:.0} m, farthest {farthest:.0} m{}", beyond.en),
    )
}
