//! One source of a layer: which file, where it lies, which of its columns say what.

use std::collections::{BTreeMap, BTreeSet};

use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;
use fireplan_read::survey::describe_layer;

use crate::column_map::ColumnMap;
use crate::columns::{ColumnFit, are_distinct};
use crate::dictionary::TableUse;
use crate::inventory::FoundTable;
use crate::place::PlacedTable;
use crate::questions::Inquiry;

/// One source of a layer, as `area.toml` will have it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceUse {
    /// As questions name it.
    pub id: String,
    /// The file below the folder, `file|layer` where it has several.
    pub source: String,
    /// GDAL's condition on its rows.
    pub filter: Option<String>,
    /// The coordinate system, where the file does not say it.
    pub crs: Option<String>,
    /// The rows of the headings, where they are not the first.
    pub header_row: Vec<u64>,
    /// The columns with the coordinates.
    pub xy: Option<(String, String)>,
    /// Our field → their column.
    pub fields: BTreeMap<String, String>,
    /// Our field → their value → ours.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Our field → what stands where the source says nothing.
    pub defaults: BTreeMap<String, String>,
    /// Our field → the unit of its numbers.
    pub units: BTreeMap<String, String>,
    /// Tables whose facts are added, each with the field that both have.
    pub joins: Vec<(String, Self)>,
    /// What speaks for it.
    pub evidence: Vec<Label>,
    /// It has the columns that a standard prescribes.
    pub is_prescribed: bool,
    /// It is read from a copy unpacked into the project.
    pub unpacked: bool,
}

/// What a table was taken for, before its columns are settled.
pub(crate) enum Reading<'d> {
    Prescribed(&'d TableUse),
    Guessed(Vec<ColumnFit>),
}

/// How the file was read, where it does not say it: its encoding, what is damaged, the rows of its headings.
pub(crate) fn describe_reading(found: &FoundTable) -> Vec<Label> {
    let mut told: Vec<Label> = found.table.remarks.iter().map(|remark| Label::parse(remark)).collect();
    if !found.header.is_empty() {
        let rows = found.header.iter().map(u64::to_string).collect::<Vec<_>>().join("、");
        told.push(Label::new(format!("列名在第 {rows} 行"), format!("its headings are in row {rows}")));
    }
    told
}

impl SourceUse {
    /// A table with its columns settled by what it was taken for.
    pub(crate) fn of_table(table: &PlacedTable, reading: Reading, inquiry: &mut Inquiry) -> Self {
        let PlacedTable { found, layer, place } = table;
        let mut use_ = Self {
            id: found.id.clone(),
            source: found.source.clone(),
            filter: found.filter.clone(),
            crs: place.crs.clone(),
            header_row: found.header.clone(),
            xy: place.xy.clone(),
            evidence: place.evidence.clone(),
            is_prescribed: matches!(reading, Reading::Prescribed(_)),
            unpacked: found.unpacked,
            ..Self::default()
        };
        use_.evidence.extend(describe_reading(found));
        match reading {
            Reading::Prescribed(one) => use_.take_prescribed_columns(found, one),
            Reading::Guessed(fits) => {
                let map = ColumnMap::settle(found, *layer, &fits, inquiry);
                (use_.fields, use_.values, use_.units) = (map.fields, map.values, map.units);
                use_.tell_unused_columns(found, *layer);
            }
        }
        use_
    }

    /// Whoever reads `area.toml` sees which columns say nothing to us.
    fn tell_unused_columns(&mut self, found: &FoundTable, layer: LayerId) {
        let ours = describe_layer(layer).map(|(columns, _)| columns).unwrap_or_default();
        let xy = self.xy.iter().flat_map(|(x, y)| [x, y]);
        let used: Vec<&String> = self.fields.values().chain(xy).collect();
        let is_ours = |name: &str| {
            let mapped = used.iter().any(|column| column.eq_ignore_ascii_case(name));
            mapped || ours.iter().any(|column| column.name.eq_ignore_ascii_case(name))
        };
        let unused = found.table.columns.iter().filter(|name| !name.starts_with("Field") && !is_ours(name));
        let unused = unused.cloned().collect::<Vec<_>>().join("、");
        if !unused.is_empty() {
            let told = Label::new(format!("未对应的列 {unused}"), format!("columns that are not used: {unused}"));
            self.evidence.push(told);
        }
    }

    fn take_prescribed_columns(&mut self, found: &FoundTable, one: &TableUse) {
        if self.filter.is_none() {
            self.filter.clone_from(&one.filter);
        }
        let present = |theirs: &String| found.column(theirs).map(|at| found.table.columns[at].clone());
        let is_id = |theirs: &str| {
            let cells: Vec<&str> = found.column(theirs).into_iter().flat_map(|at| found.cells(at)).collect();
            are_distinct(cells.iter().collect::<BTreeSet<_>>().len(), cells.len())
        };
        for (ours, theirs) in one.fields.iter().chain(&one.optional) {
            if let Some(theirs) = present(theirs).filter(|theirs| ours != "source_id" || is_id(theirs)) {
                self.fields.insert(ours.clone(), theirs);
            }
        }
        let mapped = one.values.iter().filter(|(ours, _)| self.fields.contains_key(*ours));
        self.values = mapped.map(|(ours, values)| (ours.clone(), values.clone())).collect();
    }
}
