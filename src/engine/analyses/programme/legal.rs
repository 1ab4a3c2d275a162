//! The minimum legal plan: what clauses in force oblige to build, whatever it is worth.

use super::gather::GatheredProjects;

/// The projects that are obliged, those due first before the others, the cheaper first; those without a price last.
pub(super) fn legal_plan(gathered: &GatheredProjects) -> Vec<u32> {
    let numbered = (0_u32..).zip(&gathered.projects);
    let mut obliged: Vec<u32> = numbered.filter(|(_, project)| project.is_obliged).map(|(number, _)| number).collect();
    obliged.sort_by(|a, b| {
        let [due_a, due_b] = [a, b].map(|one| {
            let due = &gathered.projects[*one as usize].obliged.due;
            (due.is_empty(), due.clone())
        });
        let [cost_a, cost_b] = [a, b].map(|one| gathered.cost(*one).unwrap_or(f64::INFINITY));
        due_a.cmp(&due_b).then(cost_a.total_cmp(&cost_b)).then(a.cmp(b))
    });
    obliged
}
