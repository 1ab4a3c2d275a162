//! What projects bring about once they are built: their edits are made, and the questions are asked again.
//!
//! The choice weighs every project by what the questions say of it; what is promised of a stage is found this way, so that a stage
//! taken up as a scenario gives the figures that were promised. What no edit says (firebreaks, intakes) is told beside, as it was
//! weighed.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::choose::ChosenStage;
use super::gather::{GatheredProjects, PlaceBenefit};
use super::in_time;
use super::rows::Gained;
use super::story::first_step;
use crate::analyses::{access, coverage, hydrants, water};
use crate::analysis::{Analysis, Context};
use crate::proposals::each_once;
use crate::scenario::apply_scenario;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::GainedState;
use fireplan_model::message::explain;
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::Label;
use fireplan_model::scenario::{Edit, Scenario};

/// Stands for all places together where there are mains.
const MAINS: &str = "mains";

/// Who has something: people by place, `None` where nobody has counted them.
type Places = BTreeMap<String, Option<f64>>;

/// The states that edits can bring about. Firebreaks are no edits: no scenario changes who has them.
const ASKED: [GainedState; 4] = [GainedState::Truck, GainedState::Water, GainedState::Hydrant, GainedState::InTime];

/// What is told of projects that are built together.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Promise {
    /// What the questions answer once the edits are made: what is promised.
    pub adopted: Gained,
    /// What no edit says, as it was weighed: told beside.
    pub unsaid: Gained,
}

impl Promise {
    /// `3419 人受益（…）`, and beside it what comes by projects that are no edits.
    pub(super) fn told(&self) -> Label {
        let none = Gained::default();
        let Self { adopted, unsaid } = self;
        let Label { mut zh, mut en } = match *adopted == none {
            true => Label::new("作为方案采用后无人受益", "nobody gains by the scenario"),
            false => {
                let (people, told) = (adopted.people, adopted.told());
                Label::new(format!("{people} 人受益（{}）", told.zh), format!("{people} people gain ({})", told.en))
            }
        };
        if *unsaid != none {
            let (people, told) = (unsaid.people, unsaid.told());
            zh += &format!(
                "；另有不能作为方案采用的项目（取水点、防火隔离带等）按比选可使 {people} 人受益（{}），未计入",
                told.zh
            );
            en += &format!(
                "; beside, {people} people would gain by projects that are no edits, such as intakes and firebreaks ({}), not counted in",
                told.en
            );
        }
        Label::new(zh, en)
    }
}

/// What is told of the stages, and of what comes first.
pub(super) struct ToldGains {
    /// In the order of the stages.
    pub stages: Vec<Promise>,
    /// By the first projects that bring anything about.
    pub first: Option<Promise>,
    /// People without a hydrant within reach as it stands, not rounded, if that was asked.
    pub without_hydrant: Option<f64>,
}

/// What each stage brings, and the first step.
///
/// # Errors
/// If a question has no answer, or nobody waits for it any more.
pub(super) fn told_gains(
    context: &Context,
    gathered: &GatheredProjects,
    chosen: &[ChosenStage],
    notes: &mut Notes,
) -> Result<ToldGains> {
    let mut asked = AskedAgain { context, gathered, answers: BTreeMap::new(), known: BTreeMap::new() };
    let mut stages = Vec::with_capacity(chosen.len());
    for stage in chosen {
        context.begin("各期建成后重新计算", "Asking again with each stage built")?;
        stages.push(asked.promise(&stage.built, notes)?);
    }
    let step = chosen.first().and_then(|stage| first_step(gathered, stage));
    let first = step.map(|step| asked.promise(step, notes)).transpose()?;
    let with = asked.kept(GainedState::Hydrant, &[]).and_then(|now| *now.get(MAINS)?);
    Ok(ToldGains { stages, first, without_hydrant: with.map(|with| -with) })
}

/// All edits of some projects, each once.
pub(super) fn edits_of(gathered: &GatheredProjects, projects: &[u32]) -> Vec<Edit> {
    each_once(projects.iter().flat_map(|project| gathered.projects[*project as usize].edits.0.clone()))
}

/// The area asked again with projects built.
struct AskedAgain<'a> {
    context: &'a Context<'a>,
    gathered: &'a GatheredProjects,
    /// What each question answered, by the edits of what it reads: others change nothing in its answer.
    answers: BTreeMap<GainedState, Vec<(Vec<Edit>, Places)>>,
    /// What was found for projects asked about before.
    known: BTreeMap<Vec<u32>, SplitBenefits>,
}

/// What projects bring about by their edits, and what no edit says.
struct SplitBenefits {
    adopted: Vec<PlaceBenefit>,
    unsaid: Vec<PlaceBenefit>,
}

impl AskedAgain<'_> {
    fn promise(&mut self, built: &[u32], notes: &mut Notes) -> Result<Promise> {
        if !self.known.contains_key(built) {
            let benefits = self.benefits(built, notes)?;
            self.known.insert(built.to_vec(), benefits);
        }
        let SplitBenefits { adopted, unsaid } = &self.known[built];
        Ok(Promise { adopted: Gained::of(adopted.iter()), unsaid: Gained::of(unsaid.iter()) })
    }

    fn benefits(&mut self, built: &[u32], notes: &mut Notes) -> Result<SplitBenefits> {
        let edits = edits_of(self.gathered, built);
        let all: BTreeSet<u32> = built.iter().copied().collect();
        let takes_more =
            |way: &Vec<u32>| way.iter().any(|one| self.gathered.projects[*one as usize].edits.0.is_empty());
        let unsaid = self.weighed(&all, takes_more);
        let adopted = match apply_scenario(
            &Scenario { name: "建成".to_owned(), edits: edits.clone() },
            self.context.area,
        ) {
            _ if edits.is_empty() => Vec::new(),
            Ok(made) => self.asked_again(&StudyArea { notes: Vec::new(), ..made }, &edits)?,
            Err(error) => {
                let text = "该期项目不能直接作为方案采用，其效果未经重新计算 | Stages that cannot be taken up as a scenario as they are: what they bring was not computed anew";
                notes.add(Severity::Warning, None, text, explain(&error).zh.as_str());
                self.weighed(&all, |way| !takes_more(way))
            }
        };
        let known: BTreeSet<(GainedState, &str)> =
            adopted.iter().map(|benefit| (benefit.state, benefit.place.as_str())).collect();
        let is_more = |benefit: &PlaceBenefit| !known.contains(&(benefit.state, benefit.place.as_str()));
        let unsaid = unsaid.into_iter().filter(is_more).collect();
        Ok(SplitBenefits { adopted, unsaid })
    }

    /// What people have more in the changed area than as it stands.
    fn asked_again(&mut self, made: &StudyArea, edits: &[Edit]) -> Result<Vec<PlaceBenefit>> {
        let mut gains = Vec::new();
        for state in ASKED {
            let now = self.places(state, self.context.area, &[])?;
            let then = self.places(state, made, edits)?;
            gains.extend(then.into_iter().filter_map(|had| gain(state, &now, had)));
        }
        Ok(gains)
    }

    /// Who has a state in the area with these edits made.
    fn places(&mut self, state: GainedState, area: &StudyArea, edits: &[Edit]) -> Result<Places> {
        let context = Context { area, rules: self.context.rules, progress: self.context.progress };
        let question = Question::of(state);
        let read: Vec<Edit> = edits.iter().filter(|edit| question.reads(edit)).cloned().collect();
        if let Some(known) = self.kept(state, &read) {
            return Ok(known.clone());
        }
        let found = question.places(&context)?;
        self.answers.entry(state).or_default().push((read, found.clone()));
        Ok(found)
    }

    /// What was answered of the area with these edits of what the question reads.
    fn kept(&self, state: GainedState, read: &[Edit]) -> Option<&Places> {
        let known = self.answers.get(&state)?.iter().find(|(edits, _)| edits == read)?;
        Some(&known.1)
    }

    /// The benefits that are had by such a way, as they were weighed.
    fn weighed(&self, built: &BTreeSet<u32>, counts: impl Fn(&Vec<u32>) -> bool) -> Vec<PlaceBenefit> {
        let is_built = |way: &&Vec<u32>| way.iter().all(|project| built.contains(project));
        let had = self.gathered.benefits.iter();
        had.filter(|benefit| benefit.ways.iter().filter(is_built).any(&counts)).cloned().collect()
    }
}

/// What a place has more than now; `None`: nothing.
fn gain(state: GainedState, now: &Places, (place, people): (String, Option<f64>)) -> Option<PlaceBenefit> {
    let more = match now.get(&place) {
        None => people,
        Some(known) => {
            // The key figure counts whole people before and after.
            let counted = |people: f64| if state == GainedState::Hydrant { people.round() } else { people };
            let more = people.zip(*known).map(|(people, known)| counted(people) - counted(known));
            Some(more.filter(|more| *more != 0.0)?)
        }
    };
    Some(PlaceBenefit { state, place, people: more, ways: Vec::new() })
}

/// The question that answers who has a state.
enum Question {
    Truck(access::FireAccess),
    Water(water::WaterSupply),
    Hydrant(hydrants::Hydrants),
    InTime(coverage::Coverage),
}

impl Question {
    fn of(state: GainedState) -> Self {
        match state {
            GainedState::Truck => Self::Truck(access::FireAccess::default()),
            GainedState::Water => Self::Water(water::WaterSupply::default()),
            GainedState::Hydrant => Self::Hydrant(hydrants::Hydrants::default()),
            GainedState::InTime | GainedState::Firebreak => Self::InTime(coverage::Coverage::default()),
        }
    }

    fn analysis(&self) -> &dyn Analysis {
        match self {
            Self::Truck(question) => question,
            Self::Water(question) => question,
            Self::Hydrant(question) => question,
            Self::InTime(question) => question,
        }
    }

    /// Whether an edit changes a layer that the question reads.
    fn reads(&self, edit: &Edit) -> bool {
        self.analysis().reads().contains(&edit.changes())
    }

    /// Who has the state; nobody where the area lacks what is asked for.
    fn places(&self, context: &Context) -> Result<Places> {
        let lacks = |question: &dyn Analysis| question.needs().iter().any(|layer| !context.area.has(*layer));
        match self {
            Self::InTime(_) => in_time::in_time(context),
            other if lacks(other.analysis()) => Ok(Places::new()),
            Self::Truck(question) => question.reached_places(context),
            Self::Water(question) => question.supplied_places(context),
            Self::Hydrant(question) => {
                // Fewer people without are more people with.
                let without = question.people_without_water(context)?;
                Ok(without.into_iter().map(|without| (MAINS.to_owned(), Some(-without))).collect())
            }
        }
    }
}
