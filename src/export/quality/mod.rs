//! The report on the data (数据质量报告) as one page of HTML, to be read, mailed and printed on A4.
//!
//! Plain HTML with the style inside: nothing is loaded from elsewhere. Every doubt and everything left out is listed with its
//! row and place; of what is only converted or remarked, the first.

mod cases;

use std::fmt::Write;

use fireplan_model::crs_name::describe_crs;
use fireplan_model::message::Language;
use fireplan_model::quality::{DoubtEffect, FeatureCounts, LayerQuality, NoteQuality, QualityReport};
use fireplan_model::rows::Label;

use crate::html::{css_string, escape};

const STYLE: &str = include_str!("../../../styles/quality.css");

/// How the page is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct QualityPage<'a> {
    /// In which language.
    pub language: Language,
    /// The day on which it is made, as it is to be printed.
    pub made: &'a str,
    /// Address of the map page, for links to the places; `None`: the page stands alone.
    pub map: Option<&'a str>,
}

impl QualityPage<'_> {
    /// The page. `effects`: what the doubts change in the answers; `None`: it was not asked.
    pub fn write(&self, report: &QualityReport, effects: Option<&[DoubtEffect]>) -> String {
        let language = self.language;
        let title = language.either("数据质量报告", "Report on the data");
        let running = css_string(&format!("{} · {title}", report.area));
        let foot = css_string(&format!("{} · {}", report.program, self.made));
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{} · {title}</title>\n<style>\n{STYLE}\
             @page {{ @top-left {{ content: {running}; }} @bottom-left {{ content: {foot}; }} }}\n</style></head><body>\n",
            language.either("zh-CN", "en"),
            escape(&report.area),
        );
        self.write_head(report, title, &mut html);
        self.write_overview(report, &mut html);
        self.write_effects(report, effects, &mut html);
        for layer in &report.layers {
            self.write_layer(layer, &mut html);
        }
        if !report.general.is_empty() {
            let _ = writeln!(html, "<h2>{}</h2>", language.either("总体说明", "The data as a whole"));
            report.general.iter().for_each(|note| self.write_note(None, note, &mut html));
        }
        self.write_sources(report, &mut html);
        html.push_str("</body></html>\n");
        html
    }

    fn write_head(&self, report: &QualityReport, title: &str, html: &mut String) {
        let language = self.language;
        let said = report.area.contains("虚构");
        let invented =
            if report.synthetic && !said { language.either("（虚构数据）", " (invented data)") } else { "" };
        let _ = writeln!(
            html,
            "<header><h1>{title}</h1><p class=\"area\">{}{invented}</p></header>\n<dl>\
             <dt>{}</dt><dd>{:.2} km²</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd></dl>",
            escape(&report.area),
            language.either("规划范围面积", "Area"),
            report.area_km2,
            language.either("计算坐标系", "Plane"),
            escape(language.of(&describe_crs(&report.crs))),
            language.either("报告日期", "Made on"),
            escape(self.made),
            language.either("程序", "Program"),
            escape(report.program),
        );
    }

    /// One line for each layer: its features before and after, and what is in doubt.
    fn write_overview(&self, report: &QualityReport, html: &mut String) {
        let language = self.language;
        let _ = writeln!(html, "<h2>{}</h2>", language.either("一、各图层读取情况", "1. What was read"));
        let heads = [
            language.either("图层", "Layer"),
            language.either("读取", "Read"),
            language.either("拆分增加", "Split"),
            language.either("未采用", "Left out"),
            language.either("合并", "Merged"),
            language.either("界外", "Outside"),
            language.either("采用", "Kept"),
            language.either("存疑", "Doubted"),
            language.either("换算", "Converted"),
        ];
        let heads: String = heads.iter().map(|head| format!("<th>{head}</th>")).collect();
        let _ = writeln!(html, "<table class=\"counts\"><thead><tr>{heads}</tr></thead><tbody>");
        for layer in &report.layers {
            let counts = layer.counts.map_or_else(|| self.count_sources(layer), count_cells);
            let _ = writeln!(
                html,
                "<tr><th><a href=\"#{}\">{}</a></th>{counts}{}{}</tr>",
                layer.layer.code(),
                escape(language.of(&layer.title)),
                number_cell(layer.doubted),
                number_cell(layer.converted),
            );
        }
        let legend = language.either(
            "读取＋拆分增加－未采用－合并－界外＝采用；“拆分增加”是一个要素含多处、或被截成几段而多出的数目。栅格和行政界线按数据源计。存疑的值一律按待核处理，不参与计算。",
            "Read + split − left out − merged − outside = kept; split is what comes of features with several parts. Grids and the boundary are counted by source. Doubted values are undetermined and enter no figure.",
        );
        let _ = writeln!(html, "</tbody></table>\n<p class=\"small\">{legend}</p>");
    }

    /// Cells of a layer that is no list of features: what its sources have and what is used of them.
    fn count_sources(&self, layer: &LayerQuality) -> String {
        if layer.sources.is_empty() {
            let none = self.language.either("无数据", "no data");
            return format!("<td class=\"none\" colspan=\"6\">{none}</td>");
        }
        let (read, kept) = (layer.sources.len(), layer.sources.iter().filter(|source| source.kept > 0).count());
        let none = "<td>—</td>".repeat(4);
        format!("{}{none}{}", number_cell(read), number_cell(kept))
    }

    fn write_effects(&self, report: &QualityReport, effects: Option<&[DoubtEffect]>, html: &mut String) {
        let language = self.language;
        let _ = writeln!(
            html,
            "<h2>{}</h2>",
            language.either("二、存疑数据对结论的影响", "2. What the doubts change in the answers")
        );
        let Some(effects) = effects else {
            let not_asked = language.either(
                "本报告未计算。命令行加 --effects，或在网页“数据质量”中点“计算影响”。",
                "Not computed: add --effects on the command line, or ask for it on the page.",
            );
            let _ = writeln!(html, "<p>{not_asked}</p>");
            return;
        };
        if effects.is_empty() {
            let none = language.either(
                "没有可以假定为真的存疑值：存疑项或无法读出数值，或另有来源。",
                "No doubted value can be supposed: they cannot be read, or are known from elsewhere.",
            );
            let _ = writeln!(html, "<p>{none}</p>");
            return;
        }
        html.push_str("<ol class=\"effects\">\n");
        for effect in effects {
            let known = report.notes().any(|note| note.note == effect.note);
            let details = language.either("明细", "details");
            let link = if known { format!(" <a href=\"#note-{}\">{details}</a>", effect.note) } else { String::new() };
            let _ = writeln!(html, "<li><b>{}</b>{link}<ul>", escape(language.of(&effect.premise)));
            for question in effect.questions.iter().filter(|question| question.changes()) {
                let _ = writeln!(html, "<li>{}</li>", escape(language.of(&question.text)));
            }
            let same: Vec<&Label> = effect
                .questions
                .iter()
                .filter(|question| !question.changes())
                .map(|question| &question.title)
                .collect();
            if !same.is_empty() {
                let names: Vec<&str> = same.iter().map(|title| language.of(title)).collect();
                let (joined, unchanged) =
                    (names.join(language.either("、", ", ")), language.either("不变", "unchanged"));
                let _ = writeln!(html, "<li class=\"same\">{unchanged}：{}</li>", escape(&joined));
            }
            html.push_str("</ul></li>\n");
        }
        html.push_str("</ol>\n");
    }

    fn write_layer(&self, layer: &LayerQuality, html: &mut String) {
        if layer.notes.is_empty() {
            return;
        }
        let (code, title) = (layer.layer.code(), escape(self.language.of(&layer.title)));
        let _ = writeln!(html, "<h2 id=\"{code}\">{title} <small>{code}</small></h2>");
        layer.notes.iter().for_each(|note| self.write_note(Some(layer), note, html));
    }

    fn write_note(&self, layer: Option<&LayerQuality>, note: &NoteQuality, html: &mut String) {
        let language = self.language;
        let times = match note.count {
            0 | 1 => String::new(),
            count => format!("<span class=\"times\">{count} {}</span>", language.either("处", "cases")),
        };
        let _ = writeln!(
            html,
            "<section id=\"note-{}\"><h3><span class=\"kind {}\">{}</span> {} {times}</h3>",
            note.note,
            note.kind.code(),
            escape(language.of(&note.kind_label)),
            escape(language.of(&note.text)),
        );
        self.write_cases(layer, note, html);
        html.push_str("</section>\n");
    }

    fn write_sources(&self, report: &QualityReport, html: &mut String) {
        let language = self.language;
        let _ = writeln!(
            html,
            "<h2>{}</h2>\n<table class=\"sources\"><thead><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th>\
             <th>{}</th><th>SHA-256</th></tr></thead><tbody>",
            language.either("数据来源", "Sources"),
            language.either("图层", "Layer"),
            language.either("文件", "File"),
            language.either("坐标系", "Coordinates"),
            language.either("读取", "Read"),
            language.either("采用", "Used"),
        );
        for source in report.layers.iter().flat_map(|layer| &layer.sources) {
            let _ = writeln!(
                html,
                "<tr><td>{}</td><td>{}</td><td>{}</td>{}{}<td class=\"digest\">{}</td></tr>",
                escape(language.of(&source.layer.label())),
                escape(&source.source),
                escape(language.of(&describe_crs(&source.crs))),
                number_cell(source.read),
                number_cell(source.kept),
                escape(&source.sha256),
            );
        }
        html.push_str("</tbody></table>\n");
    }
}

fn number_cell(number: usize) -> String {
    if number == 0 { "<td class=\"zero\">0</td>".to_owned() } else { format!("<td>{number}</td>") }
}

fn count_cells(counts: FeatureCounts) -> String {
    let FeatureCounts { read, split, left_out, merged, outside, kept } = counts;
    [read, split, left_out, merged, outside, kept].into_iter().map(number_cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::Arc;

    use fireplan_model::layers::{LayerId, Layers};
    use fireplan_model::notes::{NoteCase, NoteKind, Notes, SourceRow};
    use fireplan_model::sketch;

    fn report(name: &str) -> QualityReport {
        let mut village = sketch::village("李村", (500_000.0, 3_900_000.0));
        village.source_id = "7".to_owned();
        let mut area = sketch::area(Layers { villages: vec![village], ..Layers::default() });
        name.clone_into(&mut area.name);
        let mut notes = Notes::default();
        for number in 0..300 {
            let row = SourceRow { file: "村<庄>.csv".to_owned(), number, is_line: true };
            let case = NoteCase::from(format!("李村<script>{number}")).of("7").in_row(row);
            let case = case.doubting("population_people", "3000000&", Some(3e6));
            notes.add(NoteKind::Doubted, Some(LayerId::Villages), "人口过大 | Too many people", case);
            notes.add(NoteKind::Converted, Some(LayerId::Villages), "换算 | Converted", format!("第{number}处"));
        }
        let (notes, cases) = notes.into_cases();
        (area.notes, area.cases) = (notes, Arc::new(cases));
        QualityReport::of(&area).unwrap()
    }

    #[test]
    fn every_doubt_is_listed_with_its_row_and_its_link_and_nothing_of_the_data_is_markup() {
        let page = QualityPage { made: "2026-01-31", map: Some("./"), ..QualityPage::default() };
        let html = page.write(&report("甲</style><b>县"), None);
        assert!(!html.contains("<script>") && !html.contains("村<庄>") && !html.contains("<b>县"));
        assert_eq!(html.matches("</style>").count(), 1);
        assert!(html.contains("李村&lt;script&gt;299") && html.contains("村&lt;庄&gt;.csv 第 299 行"));
        assert!(html.contains("href=\"./#map=") && html.contains("sel=villages/1"));
        assert!(html.contains("3000000&amp;") && html.contains("常住人口"));
        assert!(html.contains("第99处") && !html.contains("第100处"), "of conversions, the first are enough");
        assert!(html.contains("2026-01-31") && html.contains("--effects"));
        let english = QualityPage { language: Language::English, ..page }.write(&report("A"), Some(&[]));
        assert!(english.contains("lang=\"en\"") && english.contains("Too many people"));
    }
}
