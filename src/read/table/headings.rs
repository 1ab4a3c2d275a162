//! Sheets as bureaus keep them: a title above the headings, headings in two rows of merged cells, rows of sums.

use anyhow::{Context, Result, bail};

use super::{SourceFeature, SourceTable};
use crate::quantity::is_unit;

/// What a row of sums is called.
const SUMS: [&str; 6] = ["合计", "总计", "小计", "共计", "合计数", "总合计"];

/// Columns in which such a word is a remark about a row, and no name for it.
const REMARKS: [&str; 10] = ["备注", "附注", "说明", "注", "注释", "remark", "remarks", "note", "notes", "comment"];

/// Which rows of a sheet are no data, counted from 1 as the sheet shows them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SheetRows<'a> {
    /// The rows of the headings; empty: the first row.
    pub header: &'a [u64],
    /// Rows to be passed over.
    pub skip: &'a [u64],
}

/// Whether a file is a sheet, or a table as text: formats in which rows can be counted.
pub(super) fn has_rows(file: &str) -> bool {
    is_sheet(file) || [".csv", ".tsv", ".txt"].iter().any(|end| file.to_ascii_lowercase().ends_with(end))
}

fn is_sheet(file: &str) -> bool {
    [".xlsx", ".xls", ".ods"].iter().any(|end| file.to_ascii_lowercase().ends_with(end))
}

impl SourceTable {
    /// Takes the headings from their rows, and leaves out these, what stands above them, rows to be passed over and sums.
    pub(super) fn settle_rows(&mut self, rows: SheetRows) -> Result<()> {
        if !has_rows(&self.file) {
            if !rows.header.is_empty() || !rows.skip.is_empty() {
                bail!(
                    "header_row 和 skip_rows 只用于 Excel、ODS 和 CSV 表，请删去 | \
                     header_row and skip_rows are for sheets and CSV only: remove them"
                );
            }
            return Ok(());
        }
        if rows.header.is_empty() {
            self.refuse_title()?;
        } else {
            self.take_headings(rows.header)?;
        }
        self.take_units_row();
        let numbers = self.row_numbers();
        let columns = &self.columns;
        let is_sum = |feature: &SourceFeature| is_sum_row(columns, &feature.values);
        self.features.retain(|feature| !rows.skip.contains(&numbers.number(feature.id)));
        let sums: Vec<String> = self
            .features
            .iter()
            .filter(|feature| is_sum(feature))
            .map(|sum| numbers.number(sum.id).to_string())
            .collect();
        if !sums.is_empty() {
            self.features.retain(|feature| !is_sum(feature));
            let sums = sums.join("、");
            self.remarks.push(format!(
                "合计、小计行不是数据，已略去：第 {sums} 行 | Rows of sums are no data and were left out: row {sums}"
            ));
        }
        Ok(())
    }

    /// Refuses a sheet whose first row is a title: one filled cell above columns without names.
    fn refuse_title(&self) -> Result<()> {
        let unnamed =
            |name: &&String| name.strip_prefix("Field").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
        let named = self.columns.len() - self.columns.iter().filter(unnamed).count();
        if !is_sheet(&self.file) || self.columns.len() < 3 || named > 1 {
            return Ok(());
        }
        let filled = |feature: &&SourceFeature| feature.values.iter().flatten().count() * 2 > self.columns.len();
        let row = self.features.iter().find(filled).map_or(2, |feature| self.row_numbers().number(feature.id));
        let title = self.columns.first().map_or("", String::as_str);
        bail!(
            "第 1 行“{title}”像是标题而不是列名；请写明列名所在的行，如 header_row = {row}(两行列名写 header_row = [{row}, {}]) | \
             the first row '{title}' looks like a title, not like headings: say which row has them, as header_row = {row} \
             (for headings in two rows, header_row = [{row}, {}])",
            row + 1,
            row + 1
        );
    }

    fn take_headings(&mut self, header: &[u64]) -> Result<()> {
        let mut rows = header.to_vec();
        rows.sort_unstable();
        let last = rows.last().copied().unwrap_or(1);
        let first = rows.first().copied().unwrap_or(1);
        for title in self.features.iter().filter(|feature| feature.id < first) {
            title.values.iter().flatten().for_each(|text| self.stated_units.hear_title(text));
        }
        let rows: Vec<&[Option<String>]> =
            rows.iter().map(|row| Ok(self.row(*row)?.values.as_slice())).collect::<Result<_>>()?;
        self.columns = merge_headings(&rows);
        self.features.retain(|feature| feature.id > last);
        Ok(())
    }

    /// Takes a row of nothing but units below the headings, `单位 | 百人 | 公顷`, for what it is.
    fn take_units_row(&mut self) {
        let is_mark = |text: &str| matches!(text.trim(), "单位" | "计量单位" | "度" | "°" | "-" | "—" | "/");
        let Some(first) = self.features.iter().min_by_key(|feature| feature.id) else { return };
        let cells = || first.values.iter().flatten();
        let is_units_row = cells().any(|text| is_unit(text)) && cells().all(|text| is_unit(text) || is_mark(text));
        if !is_units_row {
            return;
        }
        for (heading, unit) in self.columns.iter().zip(&first.values) {
            unit.iter().filter(|unit| is_unit(unit)).for_each(|unit| self.stated_units.hear_below(heading, unit));
        }
        let (id, number) = (first.id, self.row_numbers().number(first.id));
        self.features.retain(|feature| feature.id != id);
        self.remarks.push(format!(
            "第 {number} 行只写了各列的单位，已按单位读取 | Row {number} says nothing but units and was read as such"
        ));
    }

    fn row(&self, row: u64) -> Result<&SourceFeature> {
        self.features.iter().find(|feature| feature.id == row).with_context(|| {
            format!("header_row 所指的第 {row} 行没有内容 | row {row}, which header_row names, has nothing in it")
        })
    }
}

/// One heading for each column from the rows of the headings, the upper first.
pub fn merge_headings(rows: &[&[Option<String>]]) -> Vec<String> {
    let Some((lowest, _)) = rows.split_last() else { return Vec::new() };
    let mut names = vec![String::new(); lowest.len()];
    for (number, values) in rows.iter().enumerate() {
        let is_last = number + 1 == rows.len();
        let mut above = String::new();
        for (at, name) in names.iter_mut().enumerate() {
            let own = values[at].as_deref().map(|text| text.split_whitespace().collect::<String>());
            // Of merged cells only the first has the text, which stands above every column that is named below it.
            let carried = own.is_none() && !is_last && lowest[at].is_some();
            name.push_str(if carried { &above } else { own.as_deref().unwrap_or_default() });
            if let Some(own) = own {
                above = own;
            }
        }
    }
    let numbered = |(at, name): (usize, String)| if name.is_empty() { format!("Field{}", at + 1) } else { name };
    names.into_iter().enumerate().map(numbered).collect()
}

/// Whether a row under these headings says of itself that it sums up others.
pub fn is_sum_row(columns: &[String], values: &[Option<String>]) -> bool {
    let is_remark = |column: &String| REMARKS.contains(&column.trim().to_lowercase().as_str());
    columns.iter().zip(values).filter(|(column, _)| !is_remark(column)).filter_map(|(_, text)| text.as_ref()).any(
        |text| {
            let word: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ':' | '：')).collect();
            SUMS.contains(&word.as_str())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_for_sums_makes_no_sum_of_a_row_that_remarks_on_it() {
        let columns = ["组别", "村", "人口", "备注"].map(str::to_owned);
        let row = |values: [&str; 4]| values.map(|text| (!text.is_empty()).then(|| text.to_owned()));
        for sum in [["合计", "", "900", ""], ["城区", "小 计：", "300", ""], ["", "总计", "900", "共三村"]]
        {
            assert!(is_sum_row(&columns, &row(sum)), "{sum:?}");
        }
        for data in [["", "张村", "300", "合计"], ["", "共计村", "300", ""], ["", "李村", "", ""]] {
            assert!(!is_sum_row(&columns, &row(data)), "{data:?}");
        }
    }
}
