//! Projects under a budget, of which some serve only together: the set-union knapsack problem (Goldschmidt, Nehme and Yu 1994)
//! where each benefit may be had in several ways.
//!
//! > max Σ wᵢ zᵢ  subject to  zᵢ ≤ Σ yₚ over the ways p to benefit i,  yₚ ≤ xⱼ for each project j of way p,
//! > Σ cⱼ xⱼ ≤ room,  Σ xⱼ ≤ 1 over the projects of a group,  xⱼ ∈ {0, 1},  yₚ, zᵢ ≤ 1

use std::collections::{BTreeMap, BTreeSet};

use highs::Col;

use super::incumbent::Incumbent;
use super::milp::{Goal, Milp};
use super::programme::{chosen, marks};
use super::{Ended, Plan, SearchLimits};

/// What may be built, and what each benefit takes.
#[derive(Debug, Clone)]
pub struct ProjectChoice {
    costs: Vec<u64>,
    groups: Vec<Vec<u32>>,
    /// No two of them come about in the same ways, and no way of one holds another.
    benefits: Vec<Benefit>,
}

/// Something that projects bring about.
#[derive(Debug, Clone, Default)]
pub struct Benefit {
    /// What it is worth, once, in however many ways it comes about.
    pub worth: u64,
    /// Each way names projects all of which it takes.
    pub ways: Vec<Vec<u32>>,
}

/// The projects that are worth most together, those `required` among them, with costs that sum up to at most `room`. Where the
/// required ones alone cost more, they are the plan.
///
/// ```
/// use fireplan_location::{Benefit, ProjectChoice, SearchLimits, choose_projects};
/// // A road serves 10 people by itself; a bridge and the road behind it serve 30 more together.
/// let of = |worth: u64, projects: &[u32]| Benefit { worth, ways: vec![projects.to_vec()] };
/// let choice = ProjectChoice::new(vec![4, 5, 6], vec![], [of(10, &[0]), of(30, &[1, 2])]);
/// let plan = choose_projects(&choice, 11, &[], &SearchLimits::patient());
/// assert_eq!((plan.chosen.as_slice(), plan.value, plan.bound), (&[1, 2][..], 30, 30));
/// assert_eq!(choose_projects(&choice, 10, &[], &SearchLimits::patient()).value, 10);
/// ```
pub fn choose_projects(choice: &ProjectChoice, room: u64, required: &[u32], search_limits: &SearchLimits) -> Plan {
    let benefits = &choice.benefits;
    let mut start = PartialChoice::new(choice, room, required);
    let most: u64 = benefits.iter().map(|benefit| benefit.worth).sum();
    if start.spent > room {
        let value = start.value();
        return Plan::new(start.chosen(), value, value, Ended::Proven);
    }
    start.fill();
    let mut incumbent = Incumbent::new(Goal::Most, search_limits, start.chosen(), start.value(), most);
    let milp = Columns::new(choice, room, required);
    let columns = milp.start(&start);
    let solved = incumbent.solve(milp.milp, Some(&columns));
    if let Some(columns) = &solved.columns {
        let found = chosen(columns, choice.costs.len());
        let value = worth(benefits, &found.iter().copied().collect());
        incumbent.offer(found, value);
    }
    incumbent.absorb(&solved);
    let mut plan = incumbent.into_plan(solved.ended);
    leave_out_idle(benefits, &mut plan, required);
    plan
}

/// Leaves out, one after the other, what the solver bought and nobody needs: without it the plan is worth as much.
fn leave_out_idle(benefits: &[Benefit], plan: &mut Plan, required: &[u32]) {
    let mut built: BTreeSet<u32> = plan.chosen.iter().copied().collect();
    for project in plan.chosen.iter().filter(|project| !required.contains(project)) {
        built.remove(project);
        if worth(benefits, &built) < plan.value {
            built.insert(*project);
        }
    }
    plan.chosen = built.into_iter().collect();
}

/// What a set of projects is worth.
fn worth(benefits: &[Benefit], built: &BTreeSet<u32>) -> u64 {
    let is_had = |benefit: &&Benefit| benefit.ways.iter().any(|way| way.iter().all(|project| built.contains(project)));
    benefits.iter().filter(is_had).map(|benefit| benefit.worth).sum()
}

impl ProjectChoice {
    /// Projects of these costs, at most one of each group; benefits that come about in the same ways are one, and a way that holds
    /// another is no way of its own.
    pub fn new(costs: Vec<u64>, groups: Vec<Vec<u32>>, benefits: impl IntoIterator<Item = Benefit>) -> Self {
        let mut merged: BTreeMap<Vec<Vec<u32>>, u64> = BTreeMap::new();
        for benefit in benefits {
            *merged.entry(least_ways(&benefit.ways)).or_default() += benefit.worth;
        }
        let benefits = merged.into_iter().map(|(ways, worth)| Benefit { worth, ways }).collect();
        Self { costs, groups, benefits }
    }

    /// What a project costs.
    pub fn cost(&self, project: u32) -> u64 {
        self.costs[project as usize]
    }

    /// What projects are good for.
    pub fn benefits(&self) -> &[Benefit] {
        &self.benefits
    }

    /// What a set of projects is worth.
    pub fn worth(&self, built: &[u32]) -> u64 {
        worth(&self.benefits, &built.iter().copied().collect())
    }
}

/// The ways that hold no other, each ascending, those of fewest projects first.
fn least_ways(ways: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut ways: Vec<BTreeSet<u32>> = ways.iter().map(|way| way.iter().copied().collect()).collect();
    ways.sort_by(|a, b| a.len().cmp(&b.len()).then(a.cmp(b)));
    ways.dedup();
    let mut least: Vec<BTreeSet<u32>> = Vec::new();
    for way in ways {
        if !least.iter().any(|smaller| smaller.is_subset(&way)) {
            least.push(way);
        }
    }
    least.into_iter().map(|way| way.into_iter().collect()).collect()
}

/// A choice that grows by greed: the way that is worth most for what it still costs.
struct PartialChoice<'a> {
    choice: &'a ProjectChoice,
    room: u64,
    built: BTreeSet<u32>,
    spent: u64,
}

impl<'a> PartialChoice<'a> {
    fn new(choice: &'a ProjectChoice, room: u64, required: &[u32]) -> Self {
        let built: BTreeSet<u32> = required.iter().copied().collect();
        let spent = built.iter().map(|project| choice.costs[*project as usize]).sum();
        Self { choice, room, built, spent }
    }

    fn value(&self) -> u64 {
        worth(&self.choice.benefits, &self.built)
    }

    fn chosen(&self) -> Vec<u32> {
        self.built.iter().copied().collect()
    }

    fn is_allowed(&self, way: &[u32]) -> bool {
        let built = |project: &u32| self.built.contains(project) || way.contains(project);
        self.choice.groups.iter().all(|group| group.iter().filter(|project| built(project)).count() <= 1)
    }

    /// Takes one way after the other as long as one is worth anything and fits.
    fn fill(&mut self) {
        let ways: BTreeSet<&Vec<u32>> = self.choice.benefits.iter().flat_map(|benefit| &benefit.ways).collect();
        loop {
            let value = self.value();
            let mut best: Option<(u64, u64, Vec<u32>)> = None;
            for way in &ways {
                let more: Vec<u32> = way.iter().copied().filter(|project| !self.built.contains(project)).collect();
                let cost: u64 = more.iter().map(|project| self.choice.costs[*project as usize]).sum();
                if more.is_empty() || self.spent + cost > self.room || !self.is_allowed(way) {
                    continue;
                }
                let with = self.built.iter().chain(&more).copied().collect();
                let gain = worth(&self.choice.benefits, &with) - value;
                let is_better = best.as_ref().is_none_or(|(best_gain, best_cost, _)| {
                    u128::from(gain) * u128::from(*best_cost) > u128::from(*best_gain) * u128::from(cost)
                });
                if gain > 0 && is_better {
                    best = Some((gain, cost, more));
                }
            }
            let Some((_, cost, more)) = best else { return };
            self.spent += cost;
            self.built.extend(more);
        }
    }
}

/// The programme and its columns: projects, then ways of several projects, then benefits.
struct Columns {
    milp: Milp,
    projects: usize,
    /// Ways that take several projects, in the order of their columns.
    joint: Vec<Vec<u32>>,
}

impl Columns {
    fn new(choice: &ProjectChoice, room: u64, required: &[u32]) -> Self {
        let benefits = &choice.benefits;
        let mut milp = Milp::new(Goal::Most, 0);
        let projects: Vec<Col> = choice.costs.iter().map(|_| milp.choice(0)).collect();
        let several: BTreeSet<&Vec<u32>> =
            benefits.iter().flat_map(|benefit| &benefit.ways).filter(|way| way.len() > 1).collect();
        let joint: Vec<Vec<u32>> = several.into_iter().cloned().collect();
        let ways: Vec<Col> = joint.iter().map(|_| milp.share(0)).collect();
        for (way, column) in joint.iter().zip(&ways) {
            for project in way {
                milp.row(0.0.., [(projects[*project as usize], 1.0), (*column, -1.0)]);
            }
        }
        for benefit in benefits {
            let column = milp.share(benefit.worth);
            let by_way = benefit.ways.iter().map(|way| match way.as_slice() {
                [project] => projects[*project as usize],
                _ => ways[joint.binary_search(way).expect("every way of several projects has a column")],
            });
            milp.row(0.0.., by_way.map(|way| (way, 1.0)).chain([(column, -1.0)]));
        }
        let costs = choice.costs.iter().map(|cost| *cost as f64);
        milp.row(..=room as f64, projects.iter().copied().zip(costs));
        for group in &choice.groups {
            milp.row(..=1.0, group.iter().map(|project| (projects[*project as usize], 1.0)));
        }
        for project in required {
            milp.row(1.0.., [(projects[*project as usize], 1.0)]);
        }
        Self { milp, projects: projects.len(), joint }
    }

    /// A choice as a value of each column.
    fn start(&self, choice: &PartialChoice) -> Vec<f64> {
        let is_built = |way: &Vec<u32>| way.iter().all(|project| choice.built.contains(project));
        let share = |is_had: bool| if is_had { 1.0 } else { 0.0 };
        let mut columns = marks(self.projects, &choice.chosen());
        columns.extend(self.joint.iter().map(|way| share(is_built(way))));
        columns.extend(choice.choice.benefits.iter().map(|benefit| share(benefit.ways.iter().any(is_built))));
        columns
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn choices() -> impl Strategy<Value = (ProjectChoice, u64)> {
        let way = prop::collection::vec(0_u32..7, 1..4);
        let benefit = (1_u64..50, prop::collection::vec(way, 1..3)).prop_map(|(worth, ways)| Benefit { worth, ways });
        let costs = prop::collection::vec(1_u64..20, 7);
        (costs, prop::collection::vec(benefit, 1..8), 0_u64..60, any::<bool>()).prop_map(
            |(costs, benefits, room, grouped)| {
                let groups = if grouped { vec![vec![0, 1], vec![2, 5, 6]] } else { Vec::new() };
                (ProjectChoice::new(costs, groups, benefits), room)
            },
        )
    }

    /// By looking at all sets of projects.
    fn best(choice: &ProjectChoice, room: u64, required: &[u32]) -> Option<u64> {
        let sets = (0_u32..1 << choice.costs.len()).map(|bits| {
            (0..choice.costs.len() as u32).filter(|project| bits & (1 << project) != 0).collect::<Vec<u32>>()
        });
        let fits = |set: &Vec<u32>| {
            set.iter().map(|project| choice.costs[*project as usize]).sum::<u64>() <= room
                && choice.groups.iter().all(|group| group.iter().filter(|one| set.contains(one)).count() <= 1)
                && required.iter().all(|project| set.contains(project))
        };
        sets.filter(fits).map(|set| choice.worth(&set)).max()
    }

    proptest! {
        #[test]
        fn no_set_of_projects_is_worth_more((choice, room) in choices()) {
            let plan = choose_projects(&choice, room, &[], &SearchLimits::patient());
            prop_assert_eq!(Some(plan.value), best(&choice, room, &[]));
            prop_assert_eq!(plan.value, plan.bound);
            prop_assert_eq!(plan.value, choice.worth(&plan.chosen));
            let cost: u64 = plan.chosen.iter().map(|project| choice.costs[*project as usize]).sum();
            prop_assert!(cost <= room);
        }

        #[test]
        fn what_is_required_is_in_the_plan((choice, room) in choices()) {
            let plan = choose_projects(&choice, room, &[3], &SearchLimits::patient());
            prop_assert!(plan.chosen.contains(&3));
            if let Some(best) = best(&choice, room, &[3]) {
                prop_assert_eq!(plan.value, best);
            }
        }
    }

    #[test]
    fn a_search_that_may_not_work_still_gives_a_plan_and_a_bound() {
        let of = |project: u32| Benefit { worth: 10 + u64::from(project), ways: vec![vec![project]] };
        let choice = ProjectChoice::new(vec![3; 9], Vec::new(), (0..9).map(of));
        let cancelled = SearchLimits { cancelled: &|| true, ..SearchLimits::patient() };
        let plan = choose_projects(&choice, 10, &[], &cancelled);
        assert_eq!((plan.chosen.as_slice(), plan.value), (&[6, 7, 8][..], 51));
        assert!(plan.bound >= plan.value && !plan.is_proven());
    }
}
