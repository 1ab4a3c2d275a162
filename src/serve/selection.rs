//! Which properties of features are sent, and in which order features come.

use std::cmp::Ordering;

use crate::error::{HttpResult, Problem};
use crate::query::QueryParams;
use crate::state::Collection;
use fireplan_model::rows::Value;

/// The columns in whose order features come, each from the least or from the greatest.
#[derive(Default)]
pub(crate) struct SortOrder(Vec<(usize, bool)>);

impl SortOrder {
    /// Takes `sortby` out of the parameters: `+name,-length_m`.
    pub(crate) fn take(params: &mut QueryParams, collection: &Collection) -> HttpResult<Self> {
        let Some(text) = params.take("sortby") else { return Ok(Self::default()) };
        let columns = text.split(',').map(|part| {
            // A plus sign in an address stands for a blank.
            let name = part.trim_start_matches(['+', ' ', '-']);
            Ok((find_column(collection, "sortby", name)?, part.starts_with('-')))
        });
        Ok(Self(columns.collect::<HttpResult<_>>()?))
    }

    /// Sorts features that are in their own order; those without a value come last.
    pub(crate) fn sort(&self, features: &mut [u32], collection: &Collection) {
        if self.0.is_empty() {
            return;
        }
        let value = |feature: u32, column: usize| &collection.layer.features[feature as usize].values[column];
        features.sort_by(|a, b| {
            let orders = self
                .0
                .iter()
                .map(|(column, from_greatest)| compare_values(value(*a, *column), value(*b, *column), *from_greatest));
            orders.fold(Ordering::Equal, Ordering::then)
        });
    }
}

fn compare_values(a: &Value, b: &Value, from_greatest: bool) -> Ordering {
    let is_missing = |value: &Value| matches!(value, Value::Null) || matches!(value, Value::Float(x) if x.is_nan());
    match (is_missing(a), is_missing(b)) {
        (true, true) => return Ordering::Equal,
        (false, false) => {}
        (a, b) => return a.cmp(&b),
    }
    let order = match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => a.total_cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (a, b) => a.to_string().cmp(&b.to_string()),
    };
    if from_greatest { order.reverse() } else { order }
}

/// Takes `properties` out of the parameters; `None`: all are sent.
pub(crate) fn take_properties(
    params: &mut QueryParams,
    collection: &Collection,
) -> HttpResult<Option<Vec<&'static str>>> {
    let Some(text) = params.take("properties") else { return Ok(None) };
    let names = text.split(',').map(|name| {
        let at = find_column(collection, "properties", name)?;
        Ok(collection.layer.columns[at].name)
    });
    names.collect::<HttpResult<Vec<_>>>().map(Some)
}

fn find_column(collection: &Collection, parameter: &str, name: &str) -> HttpResult<usize> {
    let columns = &collection.layer.columns;
    columns.iter().position(|column| column.name == name).ok_or_else(|| {
        Problem::bad(format!(
            "{parameter}：没有字段 {name}，字段见 queryables | {parameter}: there is no property {name}; see queryables"
        ))
    })
}
