//! Tables that stand in a text: a 附表, a sheet of the findings, or what the package puts together of rules, inputs and checks.

use std::collections::BTreeMap;

use fireplan_model::crs_name::describe_crs;
use fireplan_model::rows::Value;
use fireplan_model::rules::InForce;

use super::spec::InsetSpec;
use crate::schedule::fill::FilledSchedule;
use crate::schedule::spec::ColumnSpec;
use crate::sources::{REMARKED, SHORT_OF_DEFAULT, SHORT_OF_SHOULD, SheetLookup, Sources, verdict_word};
use crate::wording::{SheetCell, cell_of};

/// Columns of sheets are as wide as their longest text, but within these, in characters.
const LEAST_WIDTH: f64 = 9.0;
const MOST_WIDTH: f64 = 40.0;
/// What stands in place of a clause where a figure is a default.
const NO_CLAUSE: &str = "无条文（缺省值）";
/// A Chinese character is two wide, a digit one.
const WIDTH_OF_CHARACTER: f64 = 1.6;

/// Makes tables for texts.
pub struct InsetMaker<'a> {
    /// What was found.
    pub sources: &'a Sources<'a>,
    /// Every 附表.
    pub schedules: &'a [FilledSchedule],
    /// The rules in force.
    pub entries: &'a [InForce],
}

impl InsetMaker<'_> {
    /// The table, or what is missing for it.
    pub fn make(&self, spec: &InsetSpec) -> Result<FilledSchedule, String> {
        let mut table = match (&spec.table, &spec.sheet, spec.list.as_deref()) {
            (Some(number), ..) => self.schedule(*number, &spec.columns)?,
            (_, Some(name), _) => self.sheet(name, &spec.columns)?,
            (.., Some("inputs")) => self.inputs(),
            (.., Some("rules")) => self.rules(&spec.of),
            (.., Some("checks")) => self.checks(&spec.of)?,
            _ => self.notes(),
        };
        if !spec.title.is_empty() {
            table.title.clone_from(&spec.title);
        }
        if let Some(most) = spec.most
            && table.rows.len() > most
        {
            let all = table.rows.len();
            table.rows.truncate(most);
            table.totals = None;
            let whole =
                if table.label.is_empty() { "数据库和成果文件".to_owned() } else { table.label.clone() };
            table.notes = vec![format!("共 {all} 行，此处列前 {most} 行，全部见{whole}。")];
        } else {
            table.notes.clear();
        }
        Ok(table)
    }

    fn schedule(&self, number: u32, columns: &[String]) -> Result<FilledSchedule, String> {
        let label = format!("附表{number}");
        let found = self.schedules.iter().find(|table| table.label == label);
        let mut table = found.cloned().ok_or_else(|| format!("缺：{label}，需补充。"))?;
        if let Some(missing) = &table.missing {
            return Err(format!("{missing}。"));
        }
        if !columns.is_empty() {
            let wanted = |column: &ColumnSpec| columns.contains(&column.title) || columns.contains(&column.group);
            let kept: Vec<usize> = (0..table.columns.len()).filter(|at| wanted(&table.columns[*at])).collect();
            table.rows = table.rows.iter().map(|row| kept.iter().map(|at| row[*at].clone()).collect()).collect();
            table.totals = table.totals.map(|row| kept.iter().map(|at| row[*at].clone()).collect());
            table.columns = kept.iter().map(|at| table.columns[*at].clone()).collect();
        }
        Ok(table)
    }

    fn sheet(&self, name: &str, columns: &[String]) -> Result<FilledSchedule, String> {
        let sheet = match self.sources.sheet(name) {
            SheetLookup::Found(sheet) => sheet,
            SheetLookup::Nothing => {
                return Ok(FilledSchedule { empty: "没有此项。".to_owned(), ..Default::default() });
            }
            SheetLookup::Missing => {
                return Err(format!("缺：{}，需补充。", self.sources.tell_missing(name)));
            }
        };
        let kept: Vec<usize> = match columns {
            [] => (0..sheet.columns.len()).collect(),
            names => names.iter().filter_map(|name| sheet.column(name).map(|(at, _)| at)).collect(),
        };
        let cells = |values: &[Value]| -> Vec<SheetCell> {
            kept.iter().map(|at| cell_of(&sheet.columns[*at], &values[*at])).collect()
        };
        let rows: Vec<Vec<SheetCell>> = sheet.rows.iter().map(|row| cells(row.values)).collect();
        let heading = |(place, at): (usize, &usize)| {
            let column = &sheet.columns[*at];
            let unit = if column.unit.is_empty() { String::new() } else { format!("({})", column.unit) };
            let longest = rows.iter().map(|row| row[place].shown().chars().count()).max().unwrap_or(0);
            let width = (WIDTH_OF_CHARACTER * longest as f64).clamp(LEAST_WIDTH, MOST_WIDTH);
            ColumnSpec::plain(&format!("{}{unit}", column.label.zh), width)
        };
        Ok(FilledSchedule {
            columns: kept.iter().enumerate().map(heading).collect(),
            rows,
            empty: "没有此项。".to_owned(),
            ..Default::default()
        })
    }

    /// 数据清单: what was read of each layer.
    fn inputs(&self) -> FilledSchedule {
        let columns = [("图层", 14.0), ("来源文件", 26.0), ("坐标系", 26.0), ("读入(条)", 9.0), ("采用(条)", 9.0)];
        let rows = self.sources.area.sources.iter().map(|source| {
            vec![
                SheetCell::text(source.layer.label().zh),
                SheetCell::text(source.source.clone()),
                SheetCell::text(describe_crs(&source.crs).zh),
                SheetCell::Number(source.read as f64, 0),
                SheetCell::Number(source.kept as f64, 0),
            ]
        });
        plain_table("数据清单", &columns, rows.collect())
    }

    /// The rules of a topic: `response.`.
    fn rules(&self, topic: &str) -> FilledSchedule {
        let of_topic = |entry: &&InForce| topic.split_whitespace().any(|topic| entry.key.starts_with(topic));
        let columns = [("内容", 22.0), ("数值", 18.0), ("效力", 8.0), ("可信度", 10.0), ("依据", 36.0)];
        let rows = self.entries.iter().filter(of_topic).map(rule_row);
        plain_table("采用的标准和参数", &columns, rows.collect())
    }

    /// How the checks of an analysis came out, by rule.
    fn checks(&self, analysis: &str) -> Result<FilledSchedule, String> {
        let Some(findings) = self.sources.findings(analysis) else {
            return Err(format!("缺：{}，需补充。", self.sources.tell_missing(analysis)));
        };
        const VERDICTS: [&str; 7] = ["符合", "不符合", "逾期", REMARKED, SHORT_OF_SHOULD, SHORT_OF_DEFAULT, "待核"];
        let mut counted: BTreeMap<(String, String), [usize; 7]> = BTreeMap::new();
        for check in &findings.checks {
            let label = self.entries.iter().find(|entry| entry.key == check.rule);
            let name = label.map_or_else(|| check.rule.clone(), |entry| entry.label.zh.clone());
            let cite = if check.cite.is_empty() { NO_CLAUSE.to_owned() } else { check.cite.clone() };
            let counts = counted.entry((name, cite)).or_default();
            if let Some(at) = VERDICTS.iter().position(|word| *word == verdict_word(check)) {
                counts[at] += check.count;
            }
        }
        let columns = [
            ("条文", 22.0),
            ("依据", 34.0),
            ("符合", 8.0),
            ("不符合", 8.0),
            ("逾期", 8.0),
            (REMARKED, 8.0),
            (SHORT_OF_SHOULD, 9.0),
            (SHORT_OF_DEFAULT, 10.0),
            ("待核", 8.0),
        ];
        let rows = counted.into_iter().map(|((name, cite), counts)| {
            let numbers = counts.into_iter().map(|count| SheetCell::Number(count as f64, 0));
            [SheetCell::text(name), SheetCell::text(cite)].into_iter().chain(numbers).collect()
        });
        Ok(plain_table("条文检查汇总", &columns, rows.collect()))
    }

    /// What is doubtful of the data.
    fn notes(&self) -> FilledSchedule {
        let columns = [("图层", 14.0), ("事项", 60.0), ("数量", 8.0)];
        let rows = self.sources.area.notes.iter().map(|note| {
            vec![
                SheetCell::text(note.layer.map_or_else(String::new, |layer| layer.label().zh)),
                SheetCell::text(note.text.zh.clone()),
                SheetCell::Number(note.count as f64, 0),
            ]
        });
        plain_table("数据说明", &columns, rows.collect())
    }
}

/// A rule as a row: what, figure, force, confidence, clause.
pub fn rule_row(entry: &InForce) -> Vec<SheetCell> {
    let provenance = &entry.provenance;
    vec![
        SheetCell::text(entry.label.zh.clone()),
        SheetCell::text(entry.value.zh.clone()),
        SheetCell::text(provenance.force.label().zh),
        SheetCell::text(provenance.confidence.label().zh),
        SheetCell::text(provenance.cite.clone()),
    ]
}

/// A table of these columns and rows.
pub fn plain_table(title: &str, columns: &[(&str, f64)], rows: Vec<Vec<SheetCell>>) -> FilledSchedule {
    FilledSchedule {
        title: title.to_owned(),
        columns: columns.iter().map(|(title, width)| ColumnSpec::plain(title, *width)).collect(),
        rows,
        empty: "没有此项。".to_owned(),
        ..Default::default()
    }
}
