//! The cases of one note, as a table.

use std::fmt::Write;

use fireplan_model::notes::NoteKind;
use fireplan_model::quality::{LayerQuality, NoteQuality, QualityCase};
use fireplan_model::rows::unit_of;

use super::QualityPage;
use crate::html::escape;

/// So many cases are listed of what is neither in doubt nor left out.
const LISTED: usize = 100;

/// Which columns the table of a note has: those in which some case has something. The number of a feature is in its text.
#[derive(Clone, Copy)]
struct Shown {
    row: bool,
    value: bool,
    place: bool,
}

impl QualityPage<'_> {
    /// A line of text where the cases say nothing but what they are, else a table.
    pub(super) fn write_cases(&self, layer: Option<&LayerQuality>, note: &NoteQuality, html: &mut String) {
        let language = self.language;
        let wanted = if matches!(note.kind, NoteKind::Doubted | NoteKind::LeftOut) { usize::MAX } else { LISTED };
        let cases = &note.cases[..note.cases.len().min(wanted)];
        let shown = Shown {
            row: cases.iter().any(|case| case.row.as_ref().is_some_and(|row| row.is_line)),
            value: cases.iter().any(|case| case.value.is_some()),
            place: cases.iter().any(|case| case.lonlat.is_some()),
        };
        if shown.row || shown.value || shown.place {
            self.write_table(layer, note, cases, shown, html);
        } else if !cases.is_empty() {
            let texts: Vec<String> = cases.iter().map(|case| escape(&case.text)).collect();
            let _ = writeln!(html, "<p class=\"texts\">{}</p>", texts.join(language.either("、", ", ")));
        }
        let more = note.count.saturating_sub(cases.len());
        // One case that sums all of them up leaves nothing out.
        if more > 0 && cases.len() > 1 {
            let said = language.either("处未列出", "more are not listed");
            let _ = writeln!(html, "<p class=\"small\">{} {more} {said}</p>", language.either("另有", "And"));
        }
    }

    fn write_table(
        &self,
        layer: Option<&LayerQuality>,
        note: &NoteQuality,
        cases: &[QualityCase],
        shown: Shown,
        html: &mut String,
    ) {
        let language = self.language;
        let mut heads = vec![language.either("序号", "No."), language.either("要素与情况", "What")];
        if shown.row {
            heads.push(language.either("来源行", "Row"));
        }
        if shown.value {
            let if_true = language.either("若属实", "If true");
            heads.extend([language.either("字段", "Column"), language.either("原值", "Said"), if_true]);
        }
        if shown.place {
            heads.push(language.either("经度, 纬度", "Longitude, latitude"));
        }
        let heads: String = heads.iter().map(|head| format!("<th>{head}</th>")).collect();
        let _ = writeln!(html, "<table class=\"cases {}\"><thead><tr>{heads}</tr></thead><tbody>", note.kind.code());
        for (case, number) in cases.iter().zip(1..) {
            let _ = write!(html, "<tr><td>{number}</td><td>{}</td>", escape(&case.text));
            if shown.row {
                let label = case.row.as_ref().map(|row| escape(language.of(&row.label())));
                let _ = write!(html, "<td>{}</td>", label.unwrap_or_default());
            }
            if shown.value {
                html.push_str(&self.value_cells(layer, case));
            }
            if shown.place {
                let _ = write!(html, "<td>{}</td>", self.place(layer, case));
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody></table>\n");
    }

    /// Column, what the source says, and what that would be in our unit.
    fn value_cells(&self, layer: Option<&LayerQuality>, case: &QualityCase) -> String {
        let Some(value) = &case.value else { return "<td></td>".repeat(3) };
        let column = layer.map(|layer| layer.column_label(&value.column));
        let column = column.as_ref().map_or(value.column.as_str(), |label| self.language.of(label));
        let unit = unit_of(&value.column);
        let if_true = match value.if_true {
            None => self.language.either("无法确定", "nobody can tell").to_owned(),
            Some(number) => format!("{number} {unit}").trim_end().to_owned(),
        };
        let by_unit = value.unit.as_ref().map_or_else(String::new, |unit| {
            self.language.either(format!("（以 {unit} 计）"), format!(" (in {unit})"))
        });
        format!(
            "<td>{}</td><td>{}</td><td>{}{}</td>",
            escape(column),
            escape(&value.said),
            escape(&if_true),
            escape(&by_unit)
        )
    }

    /// The place in degrees; on the map page, if there is one, its feature is selected.
    fn place(&self, layer: Option<&LayerQuality>, case: &QualityCase) -> String {
        /// Near enough to tell a road from its neighbour.
        const ZOOM: u32 = 17;
        let Some([lon, lat]) = case.lonlat else { return String::new() };
        let text = format!("{lon:.5}, {lat:.5}");
        let Some(map) = self.map else { return text };
        let selected = layer.zip(case.feature).map(|(layer, number)| format!("&sel={}/{number}", layer.layer.code()));
        let address = format!("{map}#map={ZOOM}/{lat:.5}/{lon:.5}{}", selected.unwrap_or_default());
        format!("<a href=\"{}\">{text}</a>", escape(&address))
    }
}
