//! What is done to the rows of any layer: rows of a table added, facts of another table joined.

use anyhow::Result;

use crate::footprints::Footprints;
use crate::join::JoinRequest;
use crate::manifest::LayerSource;
use crate::table::SourceTable;
use crate::words::ExtraWords;
use crate::{join, rows};
use fireplan_model::layers::{LayerId, LayerVisitor};
use fireplan_model::notes::Notes;
use fireplan_model::rows::Row;

/// What a table gave to a layer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Taken {
    /// Of how many features the rows come.
    pub(super) kept: usize,
    /// Every feature says that it is not in use, and there are some.
    pub(super) none_in_use: bool,
}

/// Adds a table's rows to a layer.
pub(super) struct TakeRows<'a> {
    pub(super) layer: LayerId,
    pub(super) source: &'a LayerSource,
    pub(super) table: &'a mut SourceTable,
    pub(super) words: &'a ExtraWords,
    pub(super) footprints: &'a mut Footprints,
    pub(super) notes: &'a mut Notes,
}

impl LayerVisitor for TakeRows<'_> {
    type Output = Result<Taken>;

    fn visit<R: Row>(&mut self, layer_rows: &mut Vec<R>) -> Result<Taken> {
        let rows::Rows { mut rows, features: kept, none_in_use } =
            rows::rows(self.table, self.source, self.layer, self.words, self.footprints, self.notes)?;
        layer_rows.append(&mut rows);
        Ok(Taken { kept, none_in_use })
    }
}

/// Joins facts to the rows of a layer and tells how many of the table's records found their row.
pub(super) struct JoinRows<'a> {
    pub(super) joining: JoinRequest<'a>,
    pub(super) notes: &'a mut Notes,
}

impl LayerVisitor for JoinRows<'_> {
    type Output = Result<usize>;

    fn visit<R: Row>(&mut self, rows: &mut Vec<R>) -> Result<usize> {
        let (joined, used) = join::join(std::mem::take(rows), &self.joining, self.notes)?;
        *rows = joined;
        Ok(used)
    }
}
