//! Putting values that are not used into a copy of the area.

use fireplan_model::area::StudyArea;
use fireplan_model::layers::LayerVisitor;
use fireplan_model::rows::{Row, Value};

use super::DoubtGroup;

/// The area as it would be if the values of the group were true, and in how many rows they now stand.
pub(super) fn put_values(area: &StudyArea, group: &DoubtGroup) -> (StudyArea, usize) {
    let mut changed = area.clone();
    let rows = changed.layers.visit(group.layer, &mut PutValues(group)).unwrap_or(0);
    (changed, rows)
}

struct PutValues<'a>(&'a DoubtGroup);

impl LayerVisitor for PutValues<'_> {
    type Output = usize;

    fn visit<R: Row>(&mut self, rows: &mut Vec<R>) -> usize {
        let names: Vec<&'static str> = R::columns().iter().map(|column| column.name).collect();
        let at = |name: &str| names.iter().position(|known| *known == name);
        let Some((id, column)) = at("source_id").zip(at(&self.0.column)) else { return 0 };
        let mut changed = 0;
        for row in rows {
            let mut values = row.values();
            let Some(supposed) = values[id].as_str().and_then(|id| self.0.values.get(id)) else { continue };
            // A value that is known from elsewhere, say from a joined table, is not in doubt.
            if values[column] != Value::Null {
                continue;
            }
            values[column] = Value::Float(*supposed);
            let mut text = |name: &'static str| Some(values[at(name)?].to_string()).filter(|text| !text.is_empty());
            let Some(geometry) = row.geometry() else { continue };
            if let Ok(new) = R::read(geometry, &mut text, &mut |_, _| {}) {
                changed += usize::from(new.values()[column] != Value::Null);
                *row = new;
            }
        }
        changed
    }
}
