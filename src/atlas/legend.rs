//! The legend: what is on the sheet, each class with its own symbols, and nothing else.

use geo::{Coord, Rect};

use crate::canvas::{BLACK, Canvas, Outline, Pen, TextMark};
use crate::hatch::hatch;
use crate::labels::{draw_sign, middle_mm};
use crate::painter::{DrawnClass, ShownLayer, hatch_rank};
use crate::style::{Symbol, resolve};
use crate::typeface::{MM_PER_PT, Typefaces};
use fireplan_export::style::StyleSubject;
use fireplan_model::findings::{Drawing, Layer};
use geo::Geometry;

/// A line of the legend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendLine {
    /// What it says.
    pub label: String,
    /// The layer it stands for.
    pub layer: String,
    /// The classes of the layer it stands for; an empty one where the layer has none.
    pub classes: Vec<String>,
}

/// A line and how its symbol is drawn.
pub(crate) struct LegendItem<'a> {
    pub(crate) line: LegendLine,
    shown: &'a ShownLayer<'a>,
    /// What is drawn as the symbol.
    example: DrawnClass,
}

/// The lines for what was drawn of a layer.
pub(crate) fn list_items<'a>(shown: &'a ShownLayer<'a>, drawn: &[DrawnClass]) -> Vec<LegendItem<'a>> {
    let mut items: Vec<LegendItem> = Vec::new();
    let mut told = vec![false; drawn.len()];
    let entries = shown.styles.iter().enumerate().flat_map(|(number, style)| {
        let entries = style.metadata.iter().flat_map(|metadata| &metadata.legend);
        entries.map(move |entry| (number, entry))
    });
    for (number, entry) in entries {
        let is_of = |class: &DrawnClass| {
            entry.code.as_ref().map_or(class.styles.contains(&number), |code| class.class == *code)
        };
        let of: Vec<usize> = (0..drawn.len()).filter(|at| is_of(&drawn[*at])).collect();
        of.iter().for_each(|at| told[*at] = true);
        // What only other lines stand for is no part of this symbol.
        let is_part = |style: &usize| {
            let mut told = shown.styles[*style].metadata.iter().flat_map(|metadata| &metadata.legend).peekable();
            told.peek().is_none() || told.any(|other| other.label == entry.label)
        };
        let own = |class: &DrawnClass| DrawnClass {
            styles: class.styles.iter().copied().filter(is_part).collect(),
            ..class.clone()
        };
        let of: Vec<DrawnClass> = of.into_iter().map(|at| own(&drawn[at])).collect();
        push(&mut items, shown, &entry.label.zh, &of);
    }
    for (at, _) in told.iter().enumerate().filter(|(_, told)| !**told) {
        push(&mut items, shown, &class_label(shown.layer, &drawn[at].class), &drawn[at..=at]);
    }
    items
}

/// What a class is called that no style speaks of.
fn class_label(layer: &Layer, class: &str) -> String {
    let Drawing::Coded { column } = &layer.drawing else { return layer.title.zh.clone() };
    let column = layer.columns.iter().find(|known| known.name == *column);
    let code = column.and_then(|column| column.codes.iter().find(|code| code.code == class));
    code.map_or_else(|| layer.title.zh.clone(), |code| format!("{}：{}", layer.title.zh, code.label.zh))
}

/// Adds a line, or the classes to the line that says the same.
fn push<'a>(items: &mut Vec<LegendItem<'a>>, shown: &'a ShownLayer<'a>, label: &str, of: &[DrawnClass]) {
    let Some(first) = of.first() else { return };
    let known = items.iter().position(|item| item.line.label == label);
    let at = known.unwrap_or_else(|| {
        let line = LegendLine { label: label.to_owned(), layer: shown.layer.id.clone(), classes: Vec::new() };
        items.push(LegendItem { line, shown, example: first.clone() });
        items.len() - 1
    });
    let classes = &mut items[at].line.classes;
    classes.extend(of.iter().map(|class| class.class.clone()));
    classes.sort();
    classes.dedup();
}

/// Size of a symbol.
const SWATCH_MM: (f64, f64) = (8.0, 3.9);
/// Sizes that are tried, the largest first: text, height of a line, columns.
const SIZES: [(f64, f64, usize); 10] = [
    (8.5, 6.0, 1),
    (8.0, 5.3, 1),
    (7.5, 4.7, 1),
    (8.0, 5.6, 2),
    (7.0, 4.3, 1),
    (7.5, 5.0, 2),
    (7.0, 4.6, 2),
    (6.5, 4.3, 2),
    (6.0, 3.7, 2),
    (6.5, 4.3, 3),
];

/// Draws the legend into a place; the groups are parted by a heading. False: it does not fit.
pub(crate) fn draw_legend(
    groups: &[(&str, Vec<LegendItem>)],
    place: Rect,
    zoom: f64,
    faces: &Typefaces,
    canvas: &mut Canvas,
) -> bool {
    for (size_pt, row_mm, columns) in SIZES.into_iter().filter(|(_, _, columns)| place.width() > 100.0 || *columns < 3)
    {
        let layout = LegendLayout { place, size_pt, row_mm, columns, zoom, faces };
        if let Some(rows) = layout.arrange(groups) {
            layout.draw(&rows, canvas);
            return true;
        }
    }
    false
}

struct LegendLayout<'a> {
    place: Rect,
    size_pt: f64,
    row_mm: f64,
    columns: usize,
    zoom: f64,
    faces: &'a Typefaces,
}

enum Row<'a> {
    Heading(&'a str),
    Item(&'a LegendItem<'a>, Vec<String>),
}

impl<'a> LegendLayout<'a> {
    fn column_mm(&self) -> f64 {
        self.place.width() / self.columns as f64
    }

    fn line_mm(&self) -> f64 {
        self.size_pt * MM_PER_PT * 1.18
    }

    fn height(&self, row: &Row) -> f64 {
        match row {
            Row::Heading(_) => self.row_mm * 1.05,
            Row::Item(_, lines) => self.row_mm.max(self.line_mm() * lines.len() as f64 + 0.8),
        }
    }

    /// The rows with their places, column by column; `None`: they do not fit.
    fn arrange(&self, groups: &'a [(&'a str, Vec<LegendItem<'a>>)]) -> Option<Vec<(Coord, Row<'a>)>> {
        let text_mm = self.column_mm() - SWATCH_MM.0 - 5.0;
        let mut rows = Vec::new();
        let (mut column, mut y) = (0, self.place.min().y);
        for (number, (heading, items)) in groups.iter().filter(|(_, items)| !items.is_empty()).enumerate() {
            // Where there is a column for each group, each has its own.
            if number > 0 && column + 1 < self.columns && self.fits(items, text_mm) {
                (column, y) = (column + 1, self.place.min().y);
            }
            let heading = std::iter::once(Row::Heading(heading));
            let items =
                items.iter().map(|item| Row::Item(item, self.faces.wrap(&item.line.label, self.size_pt, text_mm)));
            for row in heading.chain(items) {
                // No heading stands alone at the foot of a column.
                let follows = if matches!(row, Row::Heading(_)) { self.row_mm } else { 0.0 };
                if matches!(&row, Row::Item(_, lines) if lines.len() > 2) {
                    return None;
                }
                if y + self.height(&row) + follows > self.place.max().y {
                    (column, y) = (column + 1, self.place.min().y);
                }
                let x = self.place.min().x + column as f64 * self.column_mm();
                let height = self.height(&row);
                rows.push((Coord { x, y }, row));
                y += height;
            }
        }
        (column < self.columns).then_some(rows)
    }

    /// Whether a group fits a column.
    fn fits(&self, items: &[LegendItem], text_mm: f64) -> bool {
        let height = |item: &LegendItem| {
            let lines = self.faces.wrap(&item.line.label, self.size_pt, text_mm).len();
            self.row_mm.max(self.line_mm() * lines as f64 + 0.8)
        };
        self.row_mm * 1.05 + items.iter().map(height).sum::<f64>() <= self.place.height()
    }

    fn draw(&self, rows: &[(Coord, Row)], canvas: &mut Canvas) {
        for (at, row) in rows {
            let middle = at.y + self.height(row) / 2.0;
            let write = |canvas: &mut Canvas, text: &str, x: f64, y: f64, bold: bool| {
                canvas.write(TextMark {
                    at: Coord { x, y: y + middle_mm(self.size_pt) },
                    size_pt: self.size_pt,
                    text: text.to_owned(),
                    ink: BLACK,
                    bold,
                    angle_deg: 0.0,
                    halo: None,
                });
            };
            match row {
                Row::Heading(text) => write(canvas, text, at.x, middle, true),
                Row::Item(item, lines) => {
                    let centre = Coord { x: at.x + 1.0 + SWATCH_MM.0 / 2.0, y: middle };
                    self.draw_swatch(item, centre, canvas);
                    let top = middle - self.line_mm() * (lines.len() as f64 - 1.0) / 2.0;
                    for (number, line) in lines.iter().enumerate() {
                        let y = top + self.line_mm() * number as f64;
                        write(canvas, line, at.x + SWATCH_MM.0 + 3.2, y, false);
                    }
                }
            }
        }
    }

    /// The symbols of the example, small: as they are on the map.
    fn draw_swatch(&self, item: &LegendItem, centre: Coord, canvas: &mut Canvas) {
        let shown = item.shown;
        let feature = &shown.layer.features[item.example.example];
        let is_area = matches!(feature.geometry, Some(Geometry::Polygon(_) | Geometry::MultiPolygon(_)));
        let half = Coord { x: SWATCH_MM.0, y: SWATCH_MM.1.min(self.row_mm - 0.9) } / 2.0;
        let rect = Rect::new(centre - half, centre + half);
        for style in item.example.styles.iter().map(|number| &shown.styles[*number]) {
            let zoom = if shown.is_subject { self.zoom.max(style.minzoom.map_or(0.0, f64::from)) } else { self.zoom };
            let Some(symbol) =
                resolve(style, &StyleSubject { layer: shown.layer, feature, zoom, is_subject: shown.is_subject })
            else {
                continue;
            };
            match symbol {
                Symbol::Fill { ink, edge } => {
                    canvas.shape(Outline::rect(rect), Some(ink), edge.map(|edge| Pen::solid(edge, 0.12)));
                    if let Some(rank) = hatch_rank(shown, &item.example.class) {
                        hatch(canvas, &Outline::rect(rect), rank, ink);
                    }
                }
                Symbol::Line { pen, inset_mm } if is_area && inset_mm > 0.0 => {
                    let pen = Pen { width_mm: 2.0 * inset_mm + pen.width_mm, ..pen };
                    canvas.clipped(Outline::rect(rect), |canvas| canvas.stroke(Outline::rect(rect), pen));
                }
                Symbol::Line { pen, .. } if is_area => canvas.stroke(Outline::rect(rect), pen),
                Symbol::Line { pen, .. } => {
                    let pen = Pen { width_mm: pen.width_mm.min(3.0), round: false, ..pen };
                    let (low, high) = (rect.min(), rect.max());
                    canvas.line(Coord { x: low.x, y: centre.y }, Coord { x: high.x, y: centre.y }, pen);
                }
                Symbol::Circle { ink, radius_mm, ring } => {
                    canvas.shape(Outline::circle(centre, radius_mm.min(half.y)), Some(ink), ring);
                }
                Symbol::Sign(lettering) => draw_sign(&lettering, centre, self.faces, canvas),
                Symbol::Name { .. } => {}
            }
        }
    }
}
