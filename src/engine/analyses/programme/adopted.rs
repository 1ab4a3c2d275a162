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
use crate::analyses::{access, hydrants, water};
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

/// Who has what: people by state and place.
type Haves = BTreeMap<(GainedState, String), Option<f64>>;

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
    let mut asked = AskedAgain { context, gathered, now: None, known: BTreeMap::new() };
    let mut stages = Vec::with_capacity(chosen.len());
    for stage in chosen {
        context.begin("各期建成后重新计算", "Asking again with each stage built")?;
        stages.push(asked.promise(&stage.built, notes)?);
    }
    let step = chosen.first().and_then(|stage| first_step(gathered, stage));
    let first = step.map(|step| asked.promise(step, notes)).transpose()?;
    let with = asked.now.as_ref().and_then(|now| *now.get(&(GainedState::Hydrant, MAINS.to_owned()))?);
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
    /// Who has what as it stands, once it was asked.
    now: Option<Haves>,
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
            Ok(made) => self.asked_again(&StudyArea { notes: Vec::new(), ..made })?,
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
    fn asked_again(&mut self, made: &StudyArea) -> Result<Vec<PlaceBenefit>> {
        if self.now.is_none() {
            self.now = Some(haves(self.context)?);
        }
        let Context { rules, progress, .. } = *self.context;
        let then = haves(&Context { area: made, rules, progress })?;
        let now = self.now.as_ref().expect("it was just asked");
        Ok(then.into_iter().filter_map(|had| gain(now, had)).collect())
    }

    /// The benefits that are had by such a way, as they were weighed.
    fn weighed(&self, built: &BTreeSet<u32>, counts: impl Fn(&Vec<u32>) -> bool) -> Vec<PlaceBenefit> {
        let is_built = |way: &&Vec<u32>| way.iter().all(|project| built.contains(project));
        let had = self.gathered.benefits.iter();
        had.filter(|benefit| benefit.ways.iter().filter(is_built).any(&counts)).cloned().collect()
    }
}

/// What a place has more than now; `None`: nothing.
fn gain(now: &Haves, ((state, place), people): ((GainedState, String), Option<f64>)) -> Option<PlaceBenefit> {
    let more = match now.get(&(state, place.clone())) {
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

/// Who has what in an area. Firebreaks are no edits: no scenario changes who has them.
fn haves(context: &Context) -> Result<Haves> {
    let mut haves = Haves::new();
    let mut add = |state: GainedState, places: BTreeMap<String, Option<f64>>| {
        haves.extend(places.into_iter().map(|(place, people)| ((state, place), people)));
    };
    let can_ask = |question: &dyn Analysis| question.needs().iter().all(|layer| context.area.has(*layer));
    let access = access::FireAccess::default();
    if can_ask(&access) {
        add(GainedState::Truck, access.reached_places(context)?);
    }
    let water = water::WaterSupply::default();
    if can_ask(&water) {
        add(GainedState::Water, water.supplied_places(context)?);
    }
    let hydrants = hydrants::Hydrants::default();
    if can_ask(&hydrants)
        && let Some(without) = hydrants.people_without_water(context)?
    {
        // Fewer people without are more people with.
        add(GainedState::Hydrant, BTreeMap::from([(MAINS.to_owned(), Some(-without))]));
    }
    add(GainedState::InTime, in_time::in_time(context)?);
    Ok(haves)
}
