//! A draft as clients see it: every source with what it was taken for, and every question with rows and a small map.

use std::collections::BTreeMap;

use super::documents::{
    DraftDescription, JoinedTable, LeftOut, MappedColumn, PreviewDescription, QuestionChoice, QuestionDescription,
    SourceConfidence, SourceDescription,
};
use super::store::{Draft, DraftLook};
use fireplan_model::layers::LayerId;
use fireplan_model::rows::{Column, Label};
use fireplan_project::{DoorQuestion, ProjectDraft, SourceUse, name_system};
use fireplan_read::survey::describe_layer;

impl Draft {
    /// All that is known of it.
    pub(super) fn describe(&self) -> DraftDescription {
        let (work, summary) = (self.work(), self.summarise());
        let mut described = DraftDescription {
            proposed_name: summary.name.clone(),
            draft: summary,
            progress: work.task.map(|task| task.describe()),
            message: work.message,
            looked_at: 0,
            sources: Vec::new(),
            osm: None,
            questions: Vec::new(),
            left_out: Vec::new(),
            around: Vec::new(),
            project: work.project,
        };
        if let Some(look) = &work.look {
            // The data say best what they are of; without a boundary they are called after their folder.
            if self.data_folder().file_name().is_none_or(|name| *name != *look.draft.name) {
                described.proposed_name.clone_from(&look.draft.name);
            }
            describe_look(&mut described, look);
        }
        described
    }
}

fn describe_look(described: &mut DraftDescription, look: &DraftLook) {
    let DraftLook { inventory, draft } = look;
    described.looked_at = inventory.files;
    if described.proposed_name.is_empty() {
        described.proposed_name.clone_from(&draft.name);
    }
    let sure = draft.uses.iter().map(|(layer, use_)| describe_source(*layer, use_, draft, false));
    let asked = draft.pending.iter().map(|(layer, use_)| describe_source(*layer, use_, draft, true));
    described.sources = sure.chain(asked).collect();
    described.osm.clone_from(&draft.osm);
    described.questions = draft.questions.iter().map(|question| describe_question(question, draft)).collect();
    let left_out = draft.left_out.iter();
    described.left_out = left_out.map(|(source, why)| LeftOut { source: source.clone(), why: why.clone() }).collect();
    described.around.clone_from(&draft.around);
}

fn describe_source(layer: LayerId, use_: &SourceUse, draft: &ProjectDraft, is_asked: bool) -> SourceDescription {
    let answered = draft.questions.iter().any(|question| question.source == use_.id && question.answer.is_some());
    let confidence = match () {
        () if is_asked => SourceConfidence::Asked,
        () if answered => SourceConfidence::Answered,
        () if use_.is_prescribed => SourceConfidence::Prescribed,
        () => SourceConfidence::Sure,
    };
    let ours = describe_layer(layer).map(|(columns, _)| columns).unwrap_or_default();
    let label = layer.label();
    SourceDescription {
        id: use_.id.clone(),
        layer: Label::new(label.zh, label.en),
        source: use_.source.clone(),
        confidence,
        crs: use_.crs.clone(),
        crs_name: use_.crs.as_deref().map(name_system).filter(|name| Some(name) != use_.crs.as_ref()),
        header_row: use_.header_row.clone(),
        coordinates: use_.xy.iter().flat_map(|(x, y)| [x.clone(), y.clone()]).collect(),
        filter: use_.filter.clone(),
        columns: describe_columns(use_, &ours),
        joins: use_.joins.iter().map(|(on, join)| describe_join(on, join, &ours)).collect(),
        evidence: use_.evidence.clone(),
    }
}

fn describe_join(on: &str, join: &SourceUse, ours: &[Column]) -> JoinedTable {
    JoinedTable { source: join.source.clone(), on: name_fact(on, ours), columns: describe_columns(join, ours) }
}

fn name_fact(name: &str, ours: &[Column]) -> Label {
    let known = ours.iter().find(|column| column.name == name).map(|column| column.label.clone());
    known.unwrap_or_else(|| Label::new(name, name))
}

fn describe_columns(use_: &SourceUse, ours: &[Column]) -> Vec<MappedColumn> {
    let of_code = |name: &str, code: &String| {
        let column = ours.iter().find(|column| column.name == name);
        let known = column.and_then(|column| column.codes.iter().find(|known| known.code == code.as_str()));
        known.map_or_else(|| Label::new(code.as_str(), code.as_str()), |known| known.label.clone())
    };
    let mapped = use_.fields.iter().map(|(name, theirs)| MappedColumn {
        fact: name_fact(name, ours),
        theirs: Some(theirs.clone()),
        unit: use_.units.get(name).cloned(),
        values: use_.values.get(name).map_or_else(BTreeMap::new, |values| {
            values.iter().map(|(theirs, code)| (theirs.clone(), of_code(name, code))).collect()
        }),
    });
    let fixed = use_.defaults.iter().map(|(name, value)| MappedColumn {
        fact: name_fact(name, ours),
        theirs: None,
        unit: None,
        values: BTreeMap::from([(String::new(), of_code(name, value))]),
    });
    mapped.chain(fixed).collect()
}

fn describe_question(question: &DoorQuestion, draft: &ProjectDraft) -> QuestionDescription {
    let choices = question.choices.iter();
    let preview = draft.previews.get(&question.source).map(|preview| PreviewDescription {
        lines: preview.lines.clone(),
        // Only the question where a source lies has several places for it.
        choices: if question.asks_place() { preview.choices.clone() } else { BTreeMap::new() },
    });
    QuestionDescription {
        id: question.id.clone(),
        source: question.source.clone(),
        ask: question.ask.clone(),
        evidence: question.evidence.clone(),
        choices: choices.map(|one| QuestionChoice { code: one.code.clone(), label: one.label.clone() }).collect(),
        sample: question.sample.clone(),
        answer: question.answer.clone(),
        preview,
    }
}
