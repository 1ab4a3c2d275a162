//! Choosing: the question put to the solver.

use anyhow::{Result, bail};

use super::case::SitingCase;
use super::{ExistingPolicy, Objective};
use crate::analysis::Context;
use crate::response::site_times::NEVER;
use fireplan_location::{
    Covering, OutOfReach, Plan, SearchLimits, Serving, by_room, least_cost, most_backed_up, most_covered, p_center,
    p_median,
};
use fireplan_model::method_constants;
use fireplan_model::rows::Label;

/// One plan among those compared.
pub(super) struct Rung {
    /// What it may cost, present stations that may move included; see [`Rooms`].
    pub room: u64,
    pub plan: Plan,
}

/// The plan chosen and the ones it is compared with.
pub(super) struct ChosenPlan {
    pub plan: Plan,
    /// Plans for ascending room; each with its own bound.
    pub curve: Vec<Rung>,
    /// More was asked for than any plan can give.
    pub out_of_reach: Option<OutOfReach>,
    /// Weight of the places that do not count because nobody can drive there; only where times are counted.
    pub never: u64,
}

/// What plans may cost, as the solver counts: present stations that may move count as long as they stay, sites that are
/// required do not count.
pub(super) struct Rooms {
    movable: u64,
    asked: u64,
    pub wanted: u64,
    pub compared: Vec<u64>,
}

impl Rooms {
    pub(super) fn new(case: &SitingCase, covering: &Covering) -> Self {
        let question = case.question;
        let asked = covering.required.iter().filter(|stand| case.stands[**stand as usize].site.is_some());
        let asked: u64 = asked.map(|stand| covering.costs[*stand as usize]).sum();
        let moves = question.existing == ExistingPolicy::Movable && question.budget_wan_yuan.is_none();
        let mut rooms =
            Self { movable: if moves { case.standing as u64 } else { 0 }, asked, wanted: 0, compared: Vec::new() };
        rooms.wanted = rooms.room(question.budget_wan_yuan.map_or(u64::from(question.new_stations), |wan| wan as u64));
        rooms.compared = if question.budget_wan_yuan.is_some() {
            budget_rooms(rooms.wanted)
        } else {
            let options = (case.stands.len() - covering.required.len()) as u64;
            let most = rooms.room(u64::from(question.curve_to)).max(rooms.wanted);
            (rooms.movable.saturating_sub(asked)..=most.min(options)).collect()
        };
        rooms
    }

    /// The room for so many new stations, or so much money, in all.
    pub(super) fn room(&self, total: u64) -> u64 {
        (total + self.movable).saturating_sub(self.asked)
    }
}

fn budget_rooms(most: u64) -> Vec<u64> {
    let mut rooms: Vec<u64> = (0..=BUDGET_STEPS).map(|step| most * step / BUDGET_STEPS).collect();
    rooms.dedup();
    rooms
}

/// Runs the solver: the curve first, then the plan asked for.
pub(super) fn choose(case: &SitingCase, covering: &Covering, context: &Context) -> Result<ChosenPlan> {
    if covering.required.len() == case.stands.len() {
        bail!(
            "能建的站都已指定必建，没有可选的 | \
             every station that could stand is required already: there is nothing to choose"
        );
    }
    let rooms = Rooms::new(case, covering);
    let stopped = || context.progress.cancelled() || context.progress.settled();
    let search_limits = SearchLimits { work: case.question.effort, cancelled: &stopped, ..SearchLimits::patient() };
    context.progress.stage(&Label::new("求最优方案", "Searching the best plans"), rooms.compared.len() as u64 + 1);
    let choice = if case.question.objective.is_of_times() {
        by_times(case, covering.required.clone(), &rooms, &search_limits, context)
    } else {
        Ok(by_covering(case, covering, &rooms, &search_limits, context))
    };
    context.progress.step(1);
    choice
}

fn by_covering(
    case: &SitingCase,
    covering: &Covering,
    rooms: &Rooms,
    search_limits: &SearchLimits,
    context: &Context,
) -> ChosenPlan {
    let plans = by_room(covering, &rooms.compared, search_limits);
    context.progress.step(rooms.compared.len() as u64);
    let mut curve: Vec<Rung> =
        rooms.compared.iter().zip(plans).map(|(room, plan)| Rung { room: *room, plan }).collect();
    let known = curve.iter().find(|rung| rung.room == rooms.wanted).map(|rung| rung.plan.clone());
    // The curve ends where everything that any site reaches is covered.
    curve.dedup_by_key(|rung| rung.plan.value);
    let most = || known.unwrap_or_else(|| most_covered(covering, rooms.wanted, search_limits));
    let (plan, out_of_reach) = match case.question.objective {
        Objective::Fewest => match least_cost(covering, target(case), search_limits) {
            Ok(plan) => (plan, None),
            Err(out) => (out.most.clone(), Some(out)),
        },
        Objective::BackedUp => {
            let most = most();
            let least = (most.value as f64 * case.question.keep_percent / 100.0).floor() as u64;
            (most_backed_up(covering, rooms.wanted, least, search_limits).unwrap_or(most), None)
        }
        _ => (most(), None),
    };
    ChosenPlan { plan, curve, out_of_reach, never: 0 }
}

/// Weight that the share asked for comes to.
pub(super) fn target(case: &SitingCase) -> u64 {
    (case.units(case.total()) as f64 * case.question.goal_percent / 100.0).ceil() as u64
}

/// p-median or p-center for every number of stations.
fn by_times(
    case: &SitingCase,
    required: Vec<u32>,
    rooms: &Rooms,
    search_limits: &SearchLimits,
    context: &Context,
) -> Result<ChosenPlan> {
    let (serving, never) = serving(case, required);
    if serving.weights.is_empty() {
        bail!(
            "从任何站址出发，两小时内都到不了任何地方；请检查道路是否连通 | \
             no place is reached from any site within two hours; are the roads connected?"
        );
    }
    let solve = |new: u64| match case.question.objective {
        Objective::LeastLatest => p_center(&serving, new as usize, search_limits),
        _ => p_median(&serving, new as usize, search_limits),
    };
    let mut curve = Vec::new();
    // Where nothing stands, no station serves nobody.
    for room in rooms.compared.iter().filter(|room| **room > 0 || !serving.required.is_empty()) {
        curve.push(Rung { room: *room, plan: solve(*room)? });
        context.progress.step(1);
    }
    let known = curve.iter().find(|rung| rung.room == rooms.wanted).map(|rung| rung.plan.clone());
    let plan = known.map_or_else(|| solve(rooms.wanted), Ok)?;
    Ok(ChosenPlan { plan, curve, out_of_reach: None, never })
}

method_constants! {
    /// 按时间选址时的计时单位，向上取整 | Unit of time for aims that count times, rounded up
    pub const TIME_UNIT_MS: u32 = 100,
        because "0.1 秒远小于速度表的精度，又使总和不超出整数范围 | A tenth of a second is far below what speeds are known to, and sums stay within whole numbers";
    /// 按投资对比方案时把总投资分成几档 | Number of steps into which a budget is divided for the curve of plans
    const BUDGET_STEPS: u64 = 10,
        because "十档足以看出曲线走势，方案本身按全额投资求解 | Ten show the curve; the plan itself is solved for the whole budget";
}

/// Times of the places that are reached at all, and the weight of the others: by a station that stays, or where none does
/// by any stand. A place that only new stations could reach would count for nothing until one is built.
fn serving(case: &SitingCase, required: Vec<u32>) -> (Serving, u64) {
    let mut serving = Serving { weights: Vec::new(), times: Vec::new(), options: case.stands.len(), required };
    let mut never = 0;
    let of_all: Vec<u32> = (0..case.stands.len() as u32).collect();
    let by = if serving.required.is_empty() { of_all } else { serving.required.clone() };
    for (demand, weight) in case.weights().into_iter().enumerate() {
        if by.iter().all(|stand| case.times.rows[*stand as usize][demand] == NEVER) {
            never += weight;
            continue;
        }
        let units = |ms: u32| if ms == NEVER { Serving::UNREACHED } else { ms.div_ceil(TIME_UNIT_MS) };
        serving.times.extend(case.times.rows.iter().map(|row| units(row[demand])));
        serving.weights.push(weight);
    }
    (serving, never)
}
