//! Tables in texts: a grid in twentieths of a point, each cell with its width, the heading repeated on each page.

use docx_rs::{
    AlignmentType, LineSpacing, Paragraph, Run, RunFonts, Shading, Table, TableAlignmentType, TableCell,
    TableLayoutType, TableRow, VAlignType, VMergeType, WidthType,
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
/// No column is narrower, in characters.
const LEAST_WIDTH: f64 = 5.0;

/// The table with its heading, rows and sums.
pub(super) fn make_table(table: &FilledSchedule) -> Table {
    let grid = grid(&table.columns);
    let mut rows = heading_rows(&table.columns, &grid);
    rows.extend(
        table.rows.iter().chain(&table.totals).map(|cells| {
            TableRow::new(cells.iter().zip(&grid).map(|(cell, width)| value_cell(cell, *width)).collect())
        }),
    );
    Table::new(rows)
        .set_grid(grid.clone())
        .width(grid.iter().sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .align(TableAlignmentType::Center)
}

fn grid(columns: &[ColumnSpec]) -> Vec<usize> {
    let wide = |column: &ColumnSpec| column.width.unwrap_or(PLAIN_WIDTH).clamp(LEAST_WIDTH, 40.0);
    let all: f64 = columns.iter().map(wide).sum();
    columns.iter().map(|column| (wide(column) / all * WIDTH).round() as usize).collect()
}

/// One row, or two where columns have a heading in common. Only these rows are told not to be split, by which they are found
/// and marked as headings.
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
        return vec![TableRow::new(cells.collect()).cant_split()];
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
    vec![TableRow::new(upper).cant_split(), TableRow::new(lower).cant_split()]
}

fn value_cell(cell: &SheetCell, width: usize) -> TableCell {
    let align = match cell {
        SheetCell::Number(..) | SheetCell::Unverified(..) => AlignmentType::Right,
        SheetCell::Text(text) if text.chars().count() > 8 => AlignmentType::Left,
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
