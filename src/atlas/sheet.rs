//! One sheet: map, names, legend, scale and title block put together.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Feature, Figure, Findings};
use fireplan_model::rows::GeometryKind;
use geo::{BoundingRect, Coord, Intersects, MultiPolygon, Rect};

use crate::canvas::{BLACK, Canvas, Ink, Outline, Pen, WHITE};
use crate::catalogue::{LayerSpec, State};
use crate::facts::SheetFacts;
use crate::furniture::{
    Align, Hand, RED, Writer, draw_block, draw_foot, draw_frames, draw_north, draw_scale, draw_title,
};
use crate::labels::{PlacedLabel, place_labels};
use crate::legend::{LegendItem, LegendLine, draw_legend, list_items};
use crate::library::{BOUNDARY, Library};
use crate::listing::{PlannedSheet, is_kept};
use crate::painter::{DrawnClass, Painter, ShownLayer};
use crate::panel::{FIGURE_MM, HEADING_MM, PanelZones};
use crate::paper::{PageZones, Paper};
use crate::style::zoom_of;
use crate::typeface::Typefaces;
use crate::view::{MapView, lay_out};

/// A sheet as it is drawn, and what tests hold against it.
#[derive(Debug, Clone)]
pub struct SheetLayout {
    /// Its number (图号).
    pub number: String,
    /// Its title (图名).
    pub title: String,
    /// Where its parts stand.
    pub zones: PageZones,
    /// The ground it shows, and at which scale.
    pub view: MapView,
    /// The scale bar on the page.
    pub bar: Rect,
    /// The names on the map.
    pub labels: Vec<PlacedLabel>,
    /// The lines of its legend.
    pub legend: Vec<LegendLine>,
    /// What is drawn: layer and class.
    pub drawn: Vec<(String, String)>,
    /// The page.
    pub canvas: Canvas,
}

/// What every sheet of an atlas shares.
pub(crate) struct Workshop<'a> {
    pub(crate) area: &'a StudyArea,
    pub(crate) library: &'a Library,
    pub(crate) findings: [&'a [&'a Findings]; 2],
    /// How the plan is called under which the planned findings are.
    pub(crate) plan: Option<String>,
    /// Whether it is a scenario: then what lies below the subject of its sheets is as it is under it, too.
    pub(crate) is_scenario: bool,
    pub(crate) facts: &'a SheetFacts,
    pub(crate) faces: &'a Typefaces,
    pub(crate) base: &'a [String],
    pub(crate) paper: Paper,
}

/// What is beyond the focus of a sheet is covered with this.
const VEIL: Ink = Ink { rgb: [0xff, 0xff, 0xff], opacity: 0.72 };

impl Workshop<'_> {
    /// Draws a sheet; `page` is its place among the others, in words.
    pub(crate) fn draw(&self, sheet: &PlannedSheet, page: &str) -> Result<SheetLayout> {
        let (zones, view) = lay_out(sheet.extent, self.paper, sheet.least);
        let mut canvas = Canvas::new(zones.size_mm);
        let zoom = self.zoom(&view)?;
        let shown = self.shown_layers(sheet);
        let mut painter = Painter {
            view: &view,
            zoom,
            faces: self.faces,
            canvas: &mut canvas,
            labels: Vec::new(),
            line_names: BTreeMap::new(),
            covered: Vec::new(),
            focus: sheet.focus.as_ref(),
        };
        let drawn = self.draw_map(&mut painter, sheet, &shown);
        let (mut requests, mut covered) = (painter.labels, painter.covered);
        requests.extend(painter.line_names.into_values());
        let mut writer = Writer { canvas: &mut canvas, faces: self.faces };
        covered.push(draw_north(&mut writer, view.at));
        let room = shrink(view.at, 1.2);
        let labelling = place_labels(requests, &covered, room, self.faces, &mut canvas);

        let figures = self.figures(sheet);
        let rows = self.block_rows(sheet, &view);
        let panel = PanelZones::new(&zones, sheet.is_part, rows.len(), figures.len());
        let items: Vec<(bool, LegendItem)> = shown
            .iter()
            .zip(&drawn)
            .rev()
            .flat_map(|(shown, drawn)| list_items(shown, drawn).into_iter().map(move |item| (shown.is_subject, item)))
            .collect();
        let (subject, base): (Vec<_>, Vec<_>) = items.into_iter().partition(|(is_subject, _)| *is_subject);
        let mut groups = vec![("专题要素", strip(subject)), ("基础地理要素", strip(base))];
        let mut is_drawn = self.draw_legend_box(&groups, panel.legend, zoom, &mut canvas);
        if !is_drawn && sheet.number.is_empty() {
            // Of a sheet that somebody asks for as the map stands, what serves orientation speaks for itself.
            groups.truncate(1);
            groups[0].0 = "专题要素（基础要素图例从略）";
            is_drawn = self.draw_legend_box(&groups, panel.legend, zoom, &mut canvas);
        }
        if !is_drawn {
            let title = &sheet.title;
            bail!(
                "“{title}”的图例放不下；请改用更大的纸张 --paper A1，或减少该图的图层 | \
                 the legend of '{title}' does not fit; use larger paper with --paper A1, or fewer layers"
            );
        }
        let legend: Vec<LegendLine> =
            groups.iter().flat_map(|(_, items)| items).map(|item| item.line.clone()).collect();
        let mut writer = Writer { canvas: &mut canvas, faces: self.faces };
        let bar = draw_scale(&mut writer, panel.scale, &view, &self.area.plane);
        draw_block(&mut writer, panel.block, &rows);
        self.draw_figures(&mut writer, panel.figures, &figures);
        for place in [Some(panel.scale), panel.figures, panel.locator].into_iter().flatten() {
            writer.canvas.stroke(Outline::rect(place), Pen::solid(BLACK, 0.15));
        }
        let plan = self.facts.title_for(&self.area.name);
        draw_title(&mut writer, &zones, &plan, &sheet.title, &sheet.number, self.area.synthetic);
        draw_foot(&mut writer, &zones, &self.foot_note(sheet, labelling.left_out), page);
        if let Some(place) = panel.locator {
            self.draw_locator(place, &view, &sheet.neighbours, &mut canvas)?;
        }
        draw_frames(&mut canvas, &zones);
        let drawn = shown.iter().zip(&drawn).flat_map(|(shown, drawn)| {
            drawn.iter().map(|class| (shown.layer.id.clone(), class.class.clone())).collect::<Vec<_>>()
        });
        Ok(SheetLayout {
            number: sheet.number.clone(),
            title: sheet.title.clone(),
            drawn: drawn.collect(),
            zones,
            view,
            bar,
            labels: labelling.placed,
            legend,
            canvas,
        })
    }

    /// The zoom of the styles at the scale of a view.
    pub(crate) fn zoom(&self, view: &MapView) -> Result<f64> {
        let mut centre = [view.window.center()];
        self.area.plane.to_lonlat(&mut centre)?;
        Ok(zoom_of(view.denominator, centre[0].y))
    }

    /// The layers of a sheet from the bottom up: those of orientation, the subject, the boundary.
    fn shown_layers<'a>(&'a self, sheet: &'a PlannedSheet) -> Vec<ShownLayer<'a>> {
        let spec = sheet.spec;
        let below = if self.is_scenario { spec.of } else { State::Present };
        let is_subject = |id: &str| spec.layers.iter().any(|layer| layer.layer == id);
        let mut shown: Vec<ShownLayer> = Vec::new();
        for id in self.base.iter().filter(|id| !is_subject(id)) {
            let named = (id == "towns" && repeats_towns(&spec.layers)).then_some(false);
            // Names of villages would hide what the sheet is about where the villages themselves are the subject.
            let repeats = id == "villages" && is_subject("access_villages");
            if !repeats {
                shown.extend(self.base_layer(id, below, named));
            }
        }
        shown.extend(self.base_layer(BOUNDARY, below, None));
        let focus = sheet.focus.as_ref();
        shown.extend(spec.layers.iter().filter_map(|layer| self.subject_layer(layer, spec.of, focus)));
        // Areas below lines and points, so that roads and names show on what the sheet is about.
        shown.sort_by_key(|shown| match shown.layer.geometry {
            GeometryKind::Polygon if shown.is_subject => 1,
            GeometryKind::Polygon if !["towns", BOUNDARY].contains(&shown.layer.id.as_str()) => 0,
            _ if shown.layer.id == "water_sources" => 0,
            _ if shown.is_subject => 4,
            _ if shown.layer.id == BOUNDARY => 3,
            _ => 2,
        });
        shown
    }

    pub(crate) fn base_layer(&self, id: &str, of: State, named: Option<bool>) -> Option<ShownLayer<'_>> {
        let styled = self.library.layer(id, of)?;
        let (layer, styles) = (&styled.layer, styled.styles.as_slice());
        // Below the subject, points of water would be taken for it.
        let is_ground = |feature: &Feature| !matches!(feature.geometry, Some(geo::Geometry::Point(_)));
        let keeps_points = id != "water_sources";
        let only = Box::new(move |feature: &Feature| keeps_points || is_ground(feature));
        Some(ShownLayer { layer, styles, is_subject: false, named, only })
    }

    /// What a sheet is about; with a focus, only what lies in it.
    fn subject_layer<'a>(
        &'a self,
        spec: &'a LayerSpec,
        of: State,
        focus: Option<&'a MultiPolygon>,
    ) -> Option<ShownLayer<'a>> {
        let styled = self.library.layer(&spec.layer, of)?;
        Some(ShownLayer {
            layer: &styled.layer,
            styles: &styled.styles,
            is_subject: true,
            named: spec.named,
            only: Box::new(move |feature: &Feature| is_kept(styled, feature, &spec.only) && is_in(feature, focus)),
        })
    }

    fn draw_map(&self, painter: &mut Painter, sheet: &PlannedSheet, shown: &[ShownLayer]) -> Vec<Vec<DrawnClass>> {
        let view = painter.view;
        painter.canvas.marks.push(crate::canvas::Mark::Clip(Outline::rect(view.at)));
        painter.canvas.fill(Outline::rect(view.at), Ink::solid(0xfc, 0xfb, 0xf8));
        let mut drawn = Vec::new();
        let mut is_veiled = false;
        for layer in shown {
            let is_above = layer.is_subject && layer.layer.geometry != GeometryKind::Polygon;
            if (layer.layer.id == BOUNDARY || is_above) && !is_veiled {
                is_veiled = true;
                let focus = sheet.focus.as_ref().unwrap_or(&self.area.boundary);
                if !focus.0.is_empty() {
                    let outside = view.outside(view.polygons_outline(focus));
                    painter.canvas.fill(outside, VEIL);
                }
            }
            drawn.push(painter.paint(layer));
        }
        painter.canvas.marks.push(crate::canvas::Mark::Unclip);
        drawn
    }

    fn draw_legend_box(&self, groups: &[(&str, Vec<LegendItem>)], place: Rect, zoom: f64, canvas: &mut Canvas) -> bool {
        let (low, high) = (place.min(), place.max());
        let inner = Rect::new(Coord { x: low.x + 4.0, y: low.y + 8.8 }, Coord { x: high.x - 2.0, y: high.y - 1.0 });
        if !draw_legend(groups, inner, zoom, self.faces, canvas) {
            return false;
        }
        let mut writer = Writer { canvas, faces: self.faces };
        let heading = Coord { x: (low.x + high.x) / 2.0, y: low.y + 4.6 };
        writer.line("图　例", heading, Align::Middle, Hand::bold(11.0));
        true
    }

    /// The key figures that the sheet tells, as the findings have them.
    fn figures(&self, sheet: &PlannedSheet) -> Vec<(String, String)> {
        let findings = self.findings[usize::from(sheet.spec.of == State::Planned)].iter();
        let of = |findings: &&&Findings| {
            let analysis = findings.manifest.request.get("analysis").and_then(serde_json::Value::as_str);
            analysis == sheet.spec.analysis.as_deref()
        };
        let found: Vec<&Figure> = findings.filter(of).flat_map(|findings| &findings.figures).collect();
        let wanted = sheet.spec.figures.iter().filter_map(|name| found.iter().find(|figure| figure.name == *name));
        let told = wanted.map(|figure| (figure.label.zh.clone(), figure_text(figure)));
        sheet.facts.iter().cloned().chain(told).collect()
    }

    fn draw_figures(&self, writer: &mut Writer, place: Option<Rect>, figures: &[(String, String)]) {
        let Some(place) = place else { return };
        let (low, high) = (place.min(), place.max());
        let heading = Coord { x: (low.x + high.x) / 2.0, y: low.y + HEADING_MM / 2.0 + 0.4 };
        writer.line("主要指标", heading, Align::Middle, Hand::bold(8.5));
        for (number, (label, value)) in figures.iter().enumerate() {
            let y = low.y + HEADING_MM + FIGURE_MM * (number as f64 + 0.5);
            writer.line(value, Coord { x: high.x - 3.0, y }, Align::Right, Hand::bold(8.0));
            let room = place.width() - 9.0 - writer.faces.width_mm(value, 8.0);
            writer.fitted(label, Coord { x: low.x + 3.0, y }, Align::Left, Hand::new(8.0), room);
        }
    }

    fn block_rows(&self, sheet: &PlannedSheet, view: &MapView) -> Vec<(String, String)> {
        let plan = self.facts.title_for(&self.area.name);
        let stage = self.facts.stage.as_ref().map_or_else(String::new, |stage| format!("（{stage}）"));
        let scale = crate::furniture::scale_text(view.denominator);
        let (heading, numbered) = match sheet.number.as_str() {
            "" => ("比例", scale),
            number => ("图号／比例", format!("{number}　／　{scale}")),
        };
        let mut rows = vec![
            ("规划名称".to_owned(), format!("{plan}{stage}")),
            ("图名".to_owned(), sheet.title.clone()),
            (heading.to_owned(), numbered),
        ];
        rows.extend(self.facts.rows().into_iter().map(|(name, value)| (name.to_owned(), value)));
        rows
    }

    /// What the sheet rests on: its note, the rules, the plan, and how many names found no room.
    fn foot_note(&self, sheet: &PlannedSheet, left_out: usize) -> String {
        let mut note = format!("注：{}", sheet.spec.note);
        let findings = self.findings[usize::from(sheet.spec.of == State::Planned)];
        let of_analysis = findings.iter().find(|findings| {
            findings.manifest.request.get("analysis").and_then(serde_json::Value::as_str)
                == sheet.spec.analysis.as_deref()
        });
        if let Some(findings) = of_analysis.filter(|findings| !findings.manifest.profile.is_empty()) {
            note += &format!("规则：{}。", profile_name(&findings.manifest.profile));
        }
        if let (State::Planned, Some(plan)) = (sheet.spec.of, &self.plan) {
            note += &format!("方案：{plan}。");
        }
        if left_out > 0 {
            note += &format!("限于图幅，另有{left_out}处名称未注记。");
        }
        note
    }

    /// Where the map lies in the area.
    fn draw_locator(&self, place: Rect, view: &MapView, neighbours: &[Rect], canvas: &mut Canvas) -> Result<()> {
        let Some(extent) = self.area.boundary.bounding_rect() else { return Ok(()) };
        let small = MapView::fit(extent, shrink(place, 1.5), 1.0);
        let zoom = self.zoom(&small)?;
        let mut marks = Canvas::new(canvas.size_mm);
        let mut painter = Painter {
            view: &small,
            zoom: zoom.min(9.0),
            faces: self.faces,
            canvas: &mut marks,
            labels: Vec::new(),
            line_names: BTreeMap::new(),
            covered: Vec::new(),
            focus: None,
        };
        for id in ["built_up", "water_sources", "towns"] {
            if let Some(shown) = self.base_layer(id, State::Present, Some(false)) {
                painter.paint(&shown);
            }
        }
        canvas.clipped(Outline::rect(place), |canvas| {
            canvas.marks.extend(marks.marks);
            let outline = small.polygons_outline(&self.area.boundary);
            canvas.stroke(outline, Pen::solid(BLACK, 0.35));
            let (low, high) = (small.place(view.window.min()), small.place(view.window.max()));
            // What is small is shown at least as a mark.
            let centre = (low + high) / 2.0;
            let half = Coord { x: (high.x - low.x).abs().max(2.0), y: (low.y - high.y).abs().max(2.0) } / 2.0;
            let frame = Outline::rect(Rect::new(centre - half, centre + half));
            canvas.shape(frame, Some(RED.with_opacity(0.12)), Some(Pen::solid(RED, 0.5)));
        });
        let at = Coord { x: place.min().x + 2.0, y: place.min().y + 3.2 };
        let mut writer = Writer { canvas, faces: self.faces };
        for (part, number) in neighbours.iter().zip(1..) {
            let (low, high) = (small.place(part.min()), small.place(part.max()));
            writer.canvas.stroke(Outline::rect(Rect::new(low, high)), Pen::solid(RED, 0.15));
            writer.line(&number.to_string(), (low + high) / 2.0, Align::Middle, Hand::bold(8.0));
        }
        let cover = Rect::new(place.min() + Coord { x: 0.2, y: 0.2 }, place.min() + Coord { x: 20.0, y: 6.4 });
        writer.canvas.fill(Outline::rect(cover), WHITE);
        let heading = if neighbours.is_empty() { "本图位置" } else { "接图表" };
        writer.line(heading, at, Align::Left, Hand::new(7.5));
        Ok(())
    }
}

fn strip(items: Vec<(bool, LegendItem<'_>)>) -> Vec<LegendItem<'_>> {
    items.into_iter().map(|(_, item)| item).collect()
}

/// Whether a feature has a part in the focus.
fn is_in(feature: &Feature, focus: Option<&MultiPolygon>) -> bool {
    focus.is_none_or(|focus| feature.geometry.as_ref().is_some_and(|geometry| focus.intersects(geometry)))
}

/// Layers that write the names of towns themselves.
fn repeats_towns(layers: &[LayerSpec]) -> bool {
    layers.iter().any(|layer| ["brigade_towns", "obligation_towns"].contains(&layer.layer.as_str()))
}

fn profile_name(profile: &str) -> &str {
    match profile {
        "national" => "国家标准",
        "jincheng" => "晋城市城区规定",
        "kaizhou" => "开州区规定",
        "qidong" => "启东市规定",
        "qingfeng" => "永川区青峰镇规定",
        "yili" => "伊犁州直规定",
        other => other,
    }
}

fn figure_text(figure: &Figure) -> String {
    let Some(value) = figure.value else { return "待核".to_owned() };
    let number = if value.fract() == 0.0 { format!("{value}") } else { format!("{value:.1}") };
    match figure.unit.as_str() {
        "" => number,
        "%" => format!("{number}%"),
        unit => format!("{number} {unit}"),
    }
}

fn shrink(rect: Rect, by: f64) -> Rect {
    let by = Coord { x: by, y: by };
    Rect::new(rect.min() + by, rect.max() - by)
}
