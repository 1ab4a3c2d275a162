//! Sheets of a small invented area with findings made by hand: names, scale, legend, text of the PDF, same bytes, missing glyphs.

use std::collections::{BTreeMap, BTreeSet};

use fireplan_atlas::canvas::{Mark, Step};
use fireplan_atlas::{
    AtlasDraft, AtlasInput, AtlasOptions, Paper, SheetFacts, bar_length_m, draw_atlas, lay_out_atlas,
};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Drawing, Figure, Findings, Layer, Manifest};
use fireplan_model::row;
use fireplan_testing::pdf_text::{pdf_bookmarks, pdf_pages};
use geo::{Coord, Intersects, LineString, MultiPolygon, Polygon, Rect};

row! {
    /// 等时面 | Time bands
    struct Band {
        geometry: MultiPolygon,
        /// 到达时间 | Reached within
        up_to_min: f64,
    }
}

fn square(area: &StudyArea, share: f64) -> Polygon {
    use geo::BoundingRect;
    let rect = area.boundary.bounding_rect().unwrap();
    let half = Coord { x: rect.width(), y: rect.height() } * (share / 2.0);
    let (low, high) = (rect.center() - half, rect.center() + half);
    let ring = vec![low, Coord { x: high.x, y: low.y }, high, Coord { x: low.x, y: high.y }, low];
    Polygon::new(LineString(ring), Vec::new())
}

/// Bands of coverage as rings round the middle, and a figure.
fn coverage(area: &StudyArea) -> Findings {
    let shares = [0.3, 0.5, 0.8];
    let band = |(at, share): (usize, &f64)| {
        let hole = at.checked_sub(1).map(|inner| square(area, shares[inner]).exterior().clone());
        let ring = Polygon::new(square(area, *share).exterior().clone(), hole.into_iter().collect());
        Band { geometry: MultiPolygon(vec![ring]), up_to_min: 4.0 + at as f64 }
    };
    let bands: Vec<Band> = shares.iter().enumerate().map(band).collect();
    let drawing = Drawing::Graded { column: "up_to_min", breaks: vec![4.0, 5.0] };
    Findings {
        figures: vec![Figure::new("people_percent", "人口覆盖率 | People reached", Some(52.7), "%")],
        layers: vec![Layer::new("coverage_bands", drawing, &bands)],
        manifest: Manifest {
            request: serde_json::json!({ "analysis": "coverage" }),
            profile: "national".to_owned(),
            ..Manifest::default()
        },
        ..Findings::default()
    }
}

fn facts() -> SheetFacts {
    SheetFacts {
        term: Some("2026—2035年".to_owned()),
        made_by: Some("某规划设计研究院".to_owned()),
        ..SheetFacts::default()
    }
}

fn draft(area: &StudyArea, options: &AtlasOptions) -> AtlasDraft {
    let (found, facts) = (coverage(area), facts());
    let findings = [&found];
    let unanswered = BTreeMap::from([("siting".to_owned(), "缺规划候选站址数据".to_owned())]);
    let input = AtlasInput { area, findings: &findings, planned: None, facts: &facts, unanswered };
    lay_out_atlas(&input, options).unwrap()
}

fn only(sheets: &[&str]) -> AtlasOptions {
    AtlasOptions {
        sheets: sheets.iter().map(|sheet| (*sheet).to_owned()).collect(),
        only_own_fonts: true,
        ..AtlasOptions::default()
    }
}

#[test]
fn the_pdf_holds_titles_scale_names_and_bookmarks_as_text() {
    let area = fireplan_testing::area();
    let draft = draft(&area, &only(&["02", "03", "06"]));
    let pdf = draft.write_pdf().unwrap();
    let pages = pdf_pages(&pdf);
    assert_eq!(pages.len(), 2 + draft.sheets.len());
    assert!(pages[0].contains("虚构县消防专项规划") && pages[0].contains("2026—2035年"), "{}", pages[0]);
    assert!(pages[0].contains("【组织编制单位】"));
    assert!(pages[1].contains("图 纸 目 录") && pages[1].contains("缺规划候选站址数据"), "{}", pages[1]);
    for ((_, layout), page) in draft.sheets.iter().zip(&pages[2..]) {
        for text in [layout.title.as_str(), "县城消防救援站", "城关镇", "某规划设计研究院", "中央经线111°E"]
        {
            assert!(page.contains(text), "{text} is not on {}: {page}", layout.number);
        }
        let digits = format!("{:.0}", layout.view.denominator);
        let (thousands, rest) = digits.split_at(digits.len() - 3);
        let scale = format!("1:{thousands} {rest}");
        assert!(page.contains(&scale), "{scale}");
        assert!(!page.contains('\u{fffd}'));
        for label in &layout.labels {
            assert!(label.text.split('\n').all(|line| page.contains(line)), "{}", label.text);
        }
    }
    let single = pdf_pages(&draft.write_sheet(0).unwrap());
    assert_eq!(single, [pages[2].clone()], "a sheet by itself says the same");
    let coverage = draft.sheets.iter().position(|(_, layout)| layout.number.starts_with("03")).unwrap();
    assert!(pages[2 + coverage].contains("52.7%"), "a figure of the findings is on the sheet");
    let bookmarks = pdf_bookmarks(&pdf);
    assert!(bookmarks.iter().any(|text| text.contains("现状响应覆盖图")), "{bookmarks:?}");
}

#[test]
fn what_is_missing_is_listed_with_its_reason() {
    let area = fireplan_testing::area();
    let draft = draft(&area, &AtlasOptions { only_own_fonts: true, ..AtlasOptions::default() });
    let of = |number: &str| draft.listed.iter().find(|sheet| sheet.number == number).unwrap();
    assert_eq!(of("06").missing.as_deref(), Some("缺规划候选站址数据"));
    assert!(of("16").missing.as_deref().unwrap().contains("通信"));
    assert!(of("24-01").title.starts_with("城关镇") && of("24-01").page.is_some());
    let pages: Vec<usize> = draft.listed.iter().filter_map(|sheet| sheet.page).collect();
    assert!(pages.windows(2).all(|pair| pair[1] == pair[0] + 1), "{pages:?}");
}

#[test]
fn the_scale_bar_is_as_long_as_the_scale_says() {
    let area = fireplan_testing::area();
    for paper in [Paper::A1, Paper::A3, Paper::A4] {
        for (_, layout) in &draft(&area, &AtlasOptions { paper, ..only(&["02"]) }).sheets {
            let bar_m = bar_length_m(layout.view.denominator, 62.0);
            // The fields of the bar as they are drawn.
            let fields = layout.canvas.marks.iter().filter_map(|mark| match mark {
                Mark::Shape { outline, fill: Some(_), pen: Some(_) } => bounds(&outline.0),
                _ => None,
            });
            let fields: Vec<Rect> = fields.filter(|rect| (rect.height() - 1.5).abs() < 1e-6).collect();
            let drawn: f64 = fields.iter().map(|rect| rect.width()).sum();
            assert_eq!(fields.len(), 4);
            assert!((drawn - layout.bar.width()).abs() < 1e-6);
            let on_ground = drawn / 1000.0 * layout.view.denominator;
            let round = 10_f64.powf(on_ground.log10().floor());
            assert!([1.0, 2.0, 4.0, 5.0].iter().any(|step| (on_ground - step * round).abs() < 1e-6), "{on_ground}");
            assert!(bar_m >= on_ground - 1e-6);
            // The same ground on the map is as long.
            let (view, low) = (&layout.view, layout.view.window.min());
            let there = view.place(low + Coord { x: on_ground, y: 0.0 });
            assert!((there.x - view.place(low).x - drawn).abs() < 1e-6);
        }
    }
}

fn bounds(steps: &[Step]) -> Option<Rect> {
    let places = steps.iter().filter_map(|step| match step {
        Step::Move(at) | Step::Line(at) => Some(*at),
        _ => None,
    });
    places.fold(None, |rect, at| {
        let old: Rect = rect.unwrap_or_else(|| Rect::new(at, at));
        let low = Coord { x: old.min().x.min(at.x), y: old.min().y.min(at.y) };
        Some(Rect::new(low, Coord { x: old.max().x.max(at.x), y: old.max().y.max(at.y) }))
    })
}

#[test]
fn names_overlap_neither_each_other_nor_the_edge_and_the_legend_is_what_is_drawn() {
    for area in [fireplan_testing::area(), demo()] {
        let draft = draft(&area, &AtlasOptions { only_own_fonts: true, ..AtlasOptions::default() });
        assert!(draft.sheets.len() > 3);
        for (_, layout) in &draft.sheets {
            let boxes: Vec<(usize, Rect)> = layout
                .labels
                .iter()
                .enumerate()
                .flat_map(|(label, placed)| placed.boxes.iter().map(move |rect| (label, *rect)))
                .collect();
            for (at, (label, rect)) in boxes.iter().enumerate() {
                let (low, high) = (layout.zones.map.min(), layout.zones.map.max());
                assert!(low.x < rect.min().x && rect.max().x < high.x && low.y < rect.min().y && rect.max().y < high.y);
                for (other, another) in &boxes[at + 1..] {
                    let apart = label == other || !rect.intersects(another);
                    assert!(
                        apart,
                        "{}: {} on {}",
                        layout.number, layout.labels[*label].text, layout.labels[*other].text
                    );
                }
            }
            let told: BTreeSet<(String, String)> = layout
                .legend
                .iter()
                .flat_map(|line| line.classes.iter().map(|class| (line.layer.clone(), class.clone())))
                .collect();
            let drawn: BTreeSet<(String, String)> = layout.drawn.iter().cloned().collect();
            assert_eq!(told, drawn, "{}", layout.number);
            let mut labels: Vec<&str> = layout.legend.iter().map(|line| line.label.as_str()).collect();
            labels.sort_unstable();
            assert!(labels.windows(2).all(|pair| pair[0] != pair[1]), "{}: {labels:?}", layout.number);
        }
    }
}

/// The demo county as it is.
fn demo() -> StudyArea {
    fireplan_read::open(&fireplan_testing::demo(), &fireplan_model::progress::Silent).unwrap()
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let area = fireplan_testing::area();
    let write = || draft(&area, &only(&["02", "03", "24"])).write_pdf().unwrap();
    let first = write();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert!(first == write(), "the bytes differ from run to run");
}

#[test]
fn a_character_that_no_font_has_is_refused_by_name() {
    let mut area = fireplan_testing::area();
    area.layers.stations[0].name = "㙟上消防站".to_owned();
    let (found, facts) = (coverage(&area), facts());
    let findings = [&found];
    let input =
        AtlasInput { area: &area, findings: &findings, planned: None, facts: &facts, unanswered: BTreeMap::new() };
    let refused = draw_atlas(&input, &only(&["02"])).err().map(|error| format!("{error:#}")).unwrap();
    for text in ["㙟", "U+365F", "㙟上消防站", "--font", "消防站与队伍现状分布图"] {
        assert!(refused.contains(text), "{text}: {refused}");
    }
    let refused = lay_out_atlas(&input, &AtlasOptions { font: Some("no-such-font.ttf".into()), ..only(&["02"]) });
    let refused = refused.err().map(|error| format!("{error:#}")).unwrap();
    assert!(refused.contains("no-such-font.ttf"), "{refused}");
}

#[test]
fn characters_beyond_the_font_of_the_program_are_taken_from_the_system_where_it_has_them() {
    if !std::path::Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists() {
        return fireplan_testing::skip("no Noto Sans CJK in the system");
    }
    let mut area = fireplan_testing::area();
    area.layers.stations[0].name = "㙟上消防站".to_owned();
    let pdf = draft(&area, &AtlasOptions { only_own_fonts: false, ..only(&["02"]) }).write_pdf().unwrap();
    assert!(pdf_pages(&pdf)[2].replace('\n', "").contains("㙟上消防站"));
}
