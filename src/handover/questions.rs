//! Questions asked of one area one after the other, for what is made of several answers.

use anyhow::{Result, bail};
use fireplan_engine::analysis::Context;
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use fireplan_model::message::explain;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

/// Gives an answer that is at hand already, of this area under the rules in question; `None`: it has to be asked for.
pub type RecallAnswer<'a> = &'a dyn Fn(&Request, &StudyArea) -> Option<Findings>;

/// What was found, and why other questions have no answer.
#[derive(Default)]
pub struct Answers {
    /// The answers, in the order of the questions.
    pub found: Vec<(Request, Findings)>,
    /// The other questions.
    pub unanswered: Vec<(Request, Label)>,
}

impl Answers {
    /// What was found, without the questions.
    pub fn findings(&self) -> Vec<&Findings> {
        self.found.iter().map(|(_, findings)| findings).collect()
    }
}

/// Asks these questions; one without an answer does not keep the others from theirs.
///
/// # Errors
/// If nobody waits for the answers any more.
pub fn ask_questions(
    requests: impl IntoIterator<Item = Request>,
    (area, rules): (&StudyArea, &Rules),
    recall: RecallAnswer<'_>,
    progress: &dyn Progress,
) -> Result<Answers> {
    let mut answers = Answers::default();
    for request in requests {
        let answer = match recall(&request, area) {
            Some(findings) => Ok(findings),
            None => ask_question(&request, &Context { area, rules, progress }),
        };
        if progress.cancelled() {
            bail!("已取消 | cancelled");
        }
        match answer {
            Ok(findings) => answers.found.push((request, findings)),
            Err(why) => answers.unanswered.push((request, why)),
        }
    }
    Ok(answers)
}

fn ask_question(request: &Request, context: &Context) -> Result<Findings, Label> {
    let lacks: Vec<Label> = request.lacks(context.area).iter().map(|layer| layer.label()).collect();
    if !lacks.is_empty() {
        let (zh, en): (Vec<String>, Vec<String>) = lacks.into_iter().map(|label| (label.zh, label.en)).unzip();
        return Err(Label::new(format!("缺少图层：{}", zh.join("、")), format!("layers missing: {}", en.join(", "))));
    }
    request.run(context).map_err(|error| explain(&error))
}
