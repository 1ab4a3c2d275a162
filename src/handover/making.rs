//! A package from an order: every question once, the atlas, and what is made of both.

use anyhow::{Result, bail};
use fireplan_engine::request::Request;
use fireplan_model::area::StudyArea;
use fireplan_model::progress::Progress;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;
use fireplan_package::{
    AnalysisAnswer, ArchivedPart, AssembledPackage, PackageOrder, PackagePart, PartChoice, PlanFacts, PreviousPackage,
    UnansweredAnalysis, assemble_package, public_sheets,
};

use crate::questions::{Answers, RecallAnswer, ask_questions};
use crate::sheets::{AtlasOrder, tell_facts};

/// Where the atlas stands in the package.
const ATLAS: &str = "3 图集/规划图集_A3.pdf";

/// What a package is wanted of.
pub struct PackageRequest<'a> {
    /// The area, with the changes of the scenario.
    pub area: &'a StudyArea,
    /// The area before the scenario; `None`: there is no scenario.
    pub before: Option<&'a StudyArea>,
    /// The rules.
    pub rules: &'a Rules,
    /// What only the bureau knows.
    pub plan: &'a PlanFacts,
    /// The public edition.
    pub public: bool,
    /// Refuse it while an unverified figure stands in 强制性内容.
    pub is_final: bool,
    /// The parts that are made.
    pub parts: &'a PartChoice,
    /// The package of before, whose texts people may have worked on.
    pub previous: &'a PreviousPackage,
    /// The command by which somebody else makes it.
    pub command: &'a str,
}

/// A package, and the questions that it says nothing of.
pub struct MadePackage {
    /// The package, in memory.
    pub package: AssembledPackage,
    /// What was not asked, and why.
    pub unanswered: Vec<UnansweredAnalysis>,
}

/// Asks what is not at hand, draws and puts together.
///
/// # Errors
/// If the area answers no question, nobody waits any more, or a part cannot be made; see [`assemble_package`].
pub fn make_package(
    request: &PackageRequest<'_>,
    recall: RecallAnswer<'_>,
    progress: &dyn Progress,
) -> Result<MadePackage> {
    let found = ask_questions(Request::all_in_turn(), (request.area, request.rules), recall, progress)?;
    if found.found.is_empty() {
        bail!(
            "本区数据不足以回答任何问题，无法编制成果包；用 fireplan check 查看读到了什么 | \
             the data of this area answer no question, so there is no package; fireplan check says what was read"
        );
    }
    let atlas =
        if request.parts.has(PackagePart::Atlas) { Some(draw_atlas(request, &found, recall, progress)?) } else { None };
    let (atlas, undrawn) = atlas.map_or_else(|| (None, Vec::new()), |(file, undrawn)| (Some(file), undrawn));
    let (answers, unanswered) = name_answers(found);
    let package = assemble_package(
        &PackageOrder {
            area: request.area,
            rules: request.rules,
            answers: &answers,
            unanswered: &unanswered,
            plan: request.plan,
            public: request.public,
            is_final: request.is_final,
            parts: request.parts,
            previous: request.previous,
            undrawn: &undrawn,
            extra: atlas.into_iter().collect(),
            command: request.command,
        },
        progress,
    )?;
    Ok(MadePackage { package, unanswered })
}

/// The atlas of the package: in the public edition, the sheets that may be shown to everybody. With it, what is not drawn and why.
fn draw_atlas(
    request: &PackageRequest<'_>,
    answers: &Answers,
    recall: RecallAnswer<'_>,
    progress: &dyn Progress,
) -> Result<(ArchivedPart, Vec<[String; 2]>)> {
    progress.stage(&Label::new("绘制图集", "Drawing the atlas"), 0);
    let order = AtlasOrder {
        area: request.area,
        before: request.before,
        rules: request.rules,
        answers,
        facts: &tell_facts(request.plan, &request.area.name),
        sheets: if request.public { public_sheets()? } else { Vec::new() },
    };
    let atlas = order.draw(recall, progress)?;
    let undrawn = atlas.sheets.into_iter().filter_map(|sheet| {
        let why = sheet.missing?;
        Some([format!("{} {}", sheet.number, sheet.title), why])
    });
    Ok((ArchivedPart { name: ATLAS.to_owned(), bytes: atlas.pdf }, undrawn.collect()))
}

/// The answers under the names by which the package asks for them.
fn name_answers(answers: Answers) -> (Vec<AnalysisAnswer>, Vec<UnansweredAnalysis>) {
    let told = |request: &Request| (request.id().to_owned(), request.about().0);
    let found = answers.found.into_iter().map(|(request, findings)| {
        let (id, title) = told(&request);
        AnalysisAnswer { id, title, findings }
    });
    let unanswered = answers.unanswered.into_iter().map(|(request, why)| {
        let (id, title) = told(&request);
        UnansweredAnalysis { id, title, why }
    });
    (found.collect(), unanswered.collect())
}
