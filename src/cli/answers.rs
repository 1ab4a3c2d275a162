//! Questions asked of one area one after the other, for what is made of several answers.

use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::message::explain;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

use crate::progress::Bars;

/// What was found, and why other questions have no answer.
#[derive(Default)]
pub(crate) struct Answers {
    pub(crate) found: Vec<(Request, Findings)>,
    pub(crate) unanswered: Vec<(Request, Label)>,
}

/// Asks these questions; one without an answer does not keep the others from theirs.
pub(crate) fn ask_questions(
    requests: impl IntoIterator<Item = Request>,
    area: &StudyArea,
    rules: &Rules,
    bars: &Bars,
) -> Answers {
    let mut answers = Answers::default();
    for request in requests {
        match ask_question(&request, &Context { area, rules, progress: bars }) {
            Ok(findings) => answers.found.push((request, findings)),
            Err(why) => answers.unanswered.push((request, why)),
        }
        bars.finish();
    }
    answers
}

fn ask_question(request: &Request, context: &Context) -> Result<Findings, Label> {
    let lacks: Vec<Label> = request.lacks(context.area).iter().map(|layer| layer.label()).collect();
    if !lacks.is_empty() {
        let (zh, en): (Vec<String>, Vec<String>) = lacks.into_iter().map(|label| (label.zh, label.en)).unzip();
        return Err(Label::new(format!("缺少图层：{}", zh.join("、")), format!("layers missing: {}", en.join(", "))));
    }
    request.run(context).map_err(|error| explain(&error))
}
