//! Tables of facts without a place: joined to the towns or villages that they name.

use std::collections::BTreeSet;

use fireplan_model::layers::LayerId;
use fireplan_model::names;
use fireplan_model::rows::Label;

use crate::column_map::ColumnMap;
use crate::columns::ColumnFit;
use crate::draft::ProjectDraft;
use crate::inventory::FoundTable;
use crate::place::PlacedTable;
use crate::questions::Inquiry;
use crate::source_use::{SourceUse, describe_reading};

/// So many of a table's records must name something on the map.
const MOST: f64 = 0.5;

/// A table of facts with the layer that it is about.
pub(crate) type FactTable<'a> = (&'a FoundTable, LayerId, Vec<ColumnFit>, Vec<Label>);

/// Attaches every table of facts to the source whose codes or names it has.
pub(crate) fn attach_facts(
    draft: &mut ProjectDraft,
    placed: &[PlacedTable],
    facts: Vec<FactTable>,
    inquiry: &mut Inquiry,
) {
    for (found, layer, fits, evidence) in facts {
        let map = ColumnMap::settle(found, layer, &fits, inquiry);
        let target = draft.uses.iter_mut().filter(|(known, _)| *known == layer).find_map(|(_, use_)| {
            let table = placed.iter().find(|table| table.found.source == use_.source && table.layer == layer)?;
            let (on, share) = choose_key(table.found, use_, found, &map)?;
            Some((use_, on, share))
        });
        let Some((use_, on, share)) = target else {
            let label = layer.label();
            let why = Label::new(
                format!("像是{}的属性表，但没有可与之对应的{}图层(按代码或名称)", label.zh, label.zh),
                format!(
                    "it looks like facts of {}, but none on the map has its codes or names",
                    label.en.to_lowercase()
                ),
            );
            draft.left_out.push((found.id.clone(), why));
            continue;
        };
        let mut evidence = evidence;
        let by = if on == "code" { ["代码", "code"] } else { ["名称", "name"] };
        evidence.push(Label::new(
            format!("{:.0}% 的记录按{}找到对应", share * 100.0, by[0]),
            format!("{:.0} % of its records find their partner by {}", share * 100.0, by[1]),
        ));
        evidence.extend(describe_reading(found));
        let join = SourceUse {
            id: found.id.clone(),
            source: found.source.clone(),
            header_row: found.header.clone(),
            fields: map.fields,
            units: map.units,
            evidence,
            unpacked: found.unpacked,
            ..SourceUse::default()
        };
        use_.joins.push((on.to_owned(), join));
    }
}

/// By code where most codes are found, or else by name, with the share that is found.
fn choose_key(
    map_table: &FoundTable,
    use_: &SourceUse,
    facts: &FoundTable,
    map: &ColumnMap,
) -> Option<(&'static str, f64)> {
    let share = |key: &'static str, write: &dyn Fn(&str) -> String| {
        let theirs = |fields: &std::collections::BTreeMap<String, String>, found: &FoundTable| {
            let column = fields.get(key).map_or(key, String::as_str);
            let at = found.column(column)?;
            Some(found.cells(at).map(write).collect::<BTreeSet<String>>())
        };
        let (ours, facts) = (theirs(&use_.fields, map_table)?, theirs(&map.fields, facts)?);
        let found = facts.iter().filter(|one| ours.contains(*one)).count();
        let share = found as f64 / facts.len().min(ours.len()).max(1) as f64;
        (share >= MOST).then_some((key, share.min(1.0)))
    };
    let code = |text: &str| {
        let digits = text.trim_end_matches(".0");
        digits.trim_end_matches('0').to_owned()
    };
    share("code", &code).or_else(|| share("name", &|text| names::stem(text)))
}
