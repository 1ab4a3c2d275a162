//! The plain problems as HiGHS is given them: nothing merged, nothing known before.

use fireplan_location::{Covering, Serving, ServingTimes};
use highs::{Col, HighsSolutionStatus, RowProblem, Sense};

pub(crate) struct Baseline {
    pub(crate) value: f64,
    pub(crate) bound: f64,
    pub(crate) gap: f64,
}

fn solve_plain(problem: RowProblem, sense: Sense, cap_s: f64) -> Baseline {
    let mut model = problem.optimise(sense);
    model.set_option("threads", 1);
    model.set_option("time_limit", cap_s);
    model.set_option("mip_rel_gap", 0.0);
    let solved = model.solve();
    let found = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let value = if found { solved.objective_value() } else { f64::NAN };
    let bound = solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::NAN);
    Baseline { value, bound, gap: (bound - value).abs() / value }
}

pub(crate) fn covering(covering: &Covering, room: u64, cap_s: f64) -> Baseline {
    let mut problem = RowProblem::default();
    let options: Vec<Col> = covering.covers.iter().map(|_| problem.add_integer_column(0.0, 0..=1)).collect();
    let mut rows: Vec<Vec<(Col, f64)>> =
        covering.weights.iter().map(|weight| vec![(problem.add_column(*weight as f64, 0..=1), -1.0)]).collect();
    for (option, cover) in options.iter().zip(&covering.covers) {
        cover.iter().for_each(|demand| rows[*demand as usize].push((*option, 1.0)));
    }
    rows.into_iter().for_each(|row| problem.add_row(0.0.., row));
    covering.required.iter().for_each(|option| problem.add_row(1.0.., [(options[*option as usize], 1.0)]));
    let most = room as f64 + covering.required.len() as f64;
    problem.add_row(..=most, options.iter().map(|option| (*option, 1.0)));
    solve_plain(problem, Sense::Maximise, cap_s)
}

pub(crate) fn median(serving: &Serving, p: usize, cap_s: f64) -> Baseline {
    let mut problem = RowProblem::default();
    let options: Vec<Col> = (0..serving.options).map(|_| problem.add_integer_column(0.0, 0..=1)).collect();
    for (demand, weight) in serving.weights.iter().enumerate() {
        let times = serving.times_of(demand);
        let shares: Vec<Col> =
            times.iter().map(|time| problem.add_column((weight * u64::from(*time)) as f64, 0..=1)).collect();
        shares
            .iter()
            .zip(&options)
            .for_each(|(share, option)| problem.add_row(..=0.0, [(*share, 1.0), (*option, -1.0)]));
        problem.add_row(1.0..=1.0, shares.iter().map(|share| (*share, 1.0)));
    }
    problem.add_row(..=p as f64, options.iter().map(|option| (*option, 1.0)));
    solve_plain(problem, Sense::Minimise, cap_s)
}
