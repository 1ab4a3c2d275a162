//! Tables in texts: a grid in twentieths of a point, each cell with its width, the heading repeated on each page.

use docx_rs::{
    AlignmentType, LineSpacing, Paragraph, Run, RunFonts, Shading, Table, TableAlignmentType, TableCell,
    TableCellMargins, TableLayoutType, TableRow, VAlignType, VMergeType, WidthType,
};

use crate::schedule::fill::FilledSchedule;
use crate::schedule::spec::ColumnSpec;
use crate::wording::SheetCell;

/// Width between the margins, in twentieths of a point.
const WIDTH: f64 = 8845.0;
/// 小五, in half points.
const SIZE: usize = 18;
/// Widths where the description gives none, in characters.
const PLAIN_WIDTH: f64 = 12.0;
/// No column is narrower or wider than these, in characters.
const LEAST_WIDTH: f64 = 5.0;
const MOST_WIDTH: f64 = 44.0;
/// Nor narrower than this, in twentieths of a point.
const NARROWEST: f64 = 500.0;
/// What is left free beside a text, in twentieths of a point.
const BESIDE: usize = 40;
/// A text of so many characters stands in the middle of its cell.
const SHORT: usize = 8;
/// By a height, heading rows are told from others; it is less than a line and changes nothing.
const HEADING_HEIGHT: f32 = 20.0;

/// The table with its heading, rows and sums.
pub(super) fn make_table(table: &FilledSchedule) -> Table {
    let grid = grid(&table.columns);
    let mut rows = heading_rows(&table.columns, &grid);
    let aligned: Vec<AlignmentType> = (0..table.columns.len()).map(|at| align_text(table, at)).collect();
    rows.extend(table.rows.iter().chain(&table.totals).map(|cells| {
        let cells = cells.iter().zip(&grid).zip(&aligned);
        TableRow::new(cells.map(|((cell, width), text)| value_cell(cell, *width, *text)).collect()).cant_split()
    }));
    Table::new(rows)
        .set_grid(grid.clone())
        .width(grid.iter().sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .align(TableAlignmentType::Center)
        .margins(TableCellMargins::new().margin_left(BESIDE, WidthType::Dxa).margin_right(BESIDE, WidthType::Dxa))
}

/// Texts of a column stand alike: in the middle where all are short, else at the left.
fn align_text(table: &FilledSchedule, at: usize) -> AlignmentType {
    let is_long = |cell: &SheetCell| matches!(cell, SheetCell::Text(text) if text.chars().count() > SHORT);
    if table.rows.iter().any(|row| is_long(&row[at])) { AlignmentType::Left } else { AlignmentType::Center }
}

/// Widths in proportion to those of the description, none narrower than a number of two digits.
fn grid(columns: &[ColumnSpec]) -> Vec<usize> {
    let wide = |column: &ColumnSpec| column.width.unwrap_or(PLAIN_WIDTH).clamp(LEAST_WIDTH, MOST_WIDTH);
    let all: f64 = columns.iter().map(wide).sum();
    let in_proportion: Vec<f64> = columns.iter().map(|column| (wide(column) / all * WIDTH).max(NARROWEST)).collect();
    let excess = in_proportion.iter().sum::<f64>() / WIDTH;
    let fitted = in_proportion.iter().map(|width| if *width > NARROWEST { width / excess } else { *width });
    fitted.map(|width| width.round() as usize).collect()
}

/// One row, or two where columns have a heading in common. Only these rows have a height, by which they are found and
/// marked as headings.
fn heading_rows(columns: &[ColumnSpec], grid: &[usize]) -> Vec<TableRow> {
    let plain = |text: &str, width: usize| {
        let run = Run::new().add_text(text).fonts(RunFonts::new().east_asia("黑体")).size(SIZE);
        TableCell::new()
            .width(width, WidthType::Dxa)
            .shading(Shading::new().fill("DDE6F0"))
            .vertical_align(VAlignType::Center)
            .add_paragraph(tight(AlignmentType::Center).add_run(run))
    };
    if columns.iter().all(|column| column.group.is_empty()) {
        let cells = columns.iter().zip(grid).map(|(column, width)| plain(&column.title, *width));
        return vec![TableRow::new(cells.collect()).cant_split().row_height(HEADING_HEIGHT)];
    }
    let (mut upper, mut lower, mut at) = (Vec::new(), Vec::new(), 0);
    while at < columns.len() {
        let group = &columns[at].group;
        if group.is_empty() {
            upper.push(plain(&columns[at].title, grid[at]).vertical_merge(VMergeType::Restart));
            lower.push(plain("", grid[at]).vertical_merge(VMergeType::Continue));
            at += 1;
            continue;
        }
        let end = (at..columns.len()).find(|end| columns[*end].group != *group).unwrap_or(columns.len());
        upper.push(plain(group, grid[at..end].iter().sum()).grid_span(end - at));
        lower.extend((at..end).map(|at| plain(&columns[at].title, grid[at])));
        at = end;
    }
    [upper, lower].map(|cells| TableRow::new(cells).cant_split().row_height(HEADING_HEIGHT)).to_vec()
}

fn value_cell(cell: &SheetCell, width: usize, text: AlignmentType) -> TableCell {
    let align = match cell {
        SheetCell::Number(..) | SheetCell::Unverified(..) => AlignmentType::Right,
        SheetCell::Text(_) => text,
        _ => AlignmentType::Center,
    };
    let run = Run::new().add_text(cell.shown()).size(SIZE);
    TableCell::new()
        .width(width, WidthType::Dxa)
        .vertical_align(VAlignType::Center)
        .add_paragraph(tight(align).add_run(run))
}

fn tight(align: AlignmentType) -> Paragraph {
    Paragraph::new().align(align).line_spacing(LineSpacing::new().line(240))
}
