//! Stretches of road by street and chainage: what hydrants are asked for, and what of it is too far from one.

use super::HydrantRun;
use super::streets::StreetId;
use fireplan_algorithms::linear_reference::Side;
use fireplan_algorithms::metric_graph::{SAME, Stretch};

/// Stretches of road, such as those where hydrants are asked for, by street and lane, in order of chainage.
pub(crate) struct ByStreet {
    /// Street, lane, from, to.
    stretches: Vec<(StreetId, Lane, f64, f64)>,
}

/// The lines along which a street is asked: one, or one on each side of its wide parts. Narrow parts go with the left one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    Left,
    Right,
}

impl ByStreet {
    pub(crate) fn new_empty() -> Self {
        Self { stretches: Vec::new() }
    }

    /// Length of all stretches of a street, of both lanes, in metres.
    pub(crate) fn street_m(&self, street: StreetId) -> f64 {
        [Lane::Left, Lane::Right].into_iter().map(|lane| self.within_m(street, lane, 0.0, f64::INFINITY)).sum()
    }

    /// The middle of each stretch with its length: street, chainage, length.
    pub(crate) fn middles(&self) -> impl Iterator<Item = (StreetId, f64, f64)> {
        self.stretches.iter().map(|(street, _, from, to)| (*street, (from + to) / 2.0, to - from))
    }

    pub(crate) fn new(run: &HydrantRun, stretches: &[Stretch]) -> Self {
        let mut listed: Vec<(StreetId, Lane, f64, f64)> = stretches
            .iter()
            .filter_map(|stretch| {
                let (street, part) = run.streets.part(run.kerbs.kerbs[stretch.edge as usize].segment)?;
                let lane = match run.kerbs.side_on_street(stretch.edge, &part) {
                    Some(Side::Right) => Lane::Right,
                    _ => Lane::Left,
                };
                let (from_m, to_m) = part.stretch(stretch.from, stretch.to);
                Some((street, lane, from_m, to_m))
            })
            .collect();
        listed.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        Self { stretches: listed }
    }

    /// The stretches of one lane of a street.
    pub(crate) fn of(&self, street: StreetId, lane: Lane) -> &[(StreetId, Lane, f64, f64)] {
        let from = self.stretches.partition_point(|stretch| (stretch.0, stretch.1) < (street, lane));
        let to = self.stretches.partition_point(|stretch| (stretch.0, stretch.1) <= (street, lane));
        &self.stretches[from..to]
    }

    /// Length of the stretches of a lane that lie between two chainages, in metres.
    pub(crate) fn within_m(&self, street: StreetId, lane: Lane, from_m: f64, to_m: f64) -> f64 {
        self.parts(street, lane, from_m, to_m).map(|(from, to)| to - from).sum()
    }

    /// The stretches of a lane between two chainages.
    pub(crate) fn parts(
        &self,
        street: StreetId,
        lane: Lane,
        from_m: f64,
        to_m: f64,
    ) -> impl Iterator<Item = (f64, f64)> {
        let all = self.of(street, lane).iter().map(move |stretch| (stretch.2.max(from_m), stretch.3.min(to_m)));
        all.filter(|(from, to)| to - from > SAME)
    }
}
